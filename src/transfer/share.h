/*
 * Sharing a copy: several processes load chunks of one. One leads: it makes the tables and the ledger's chunks, waits until all are
 * in, builds, verifies, and writes report and reject file. The others help (ferry_run_help()): they make the same plan, find the
 * ledger of it in the target, join the lead's snapshot of the source, and load chunks.
 *
 * That each chunk is in exactly once is the ledger's doing alone (ledger.h). Who works at which is agreed on here, so that no chunk
 * is read twice for nothing: each process asks before it reads one, and says how it ended. What stands behind the functions (the
 * service's store) may be away or wrong: then a chunk is read twice, and the second finds it in the ledger.
 *
 * A helper loads only what needs no judgement: a chunk with a row that is rejected goes to the lead. Not shared are copies whose
 * tables wait for each other, into stages, incremental ones, and those into a target with one writer; nor those from a source whose
 * snapshot cannot be joined, unless the project's `helpers` says so.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>

typedef struct FerryRun FerryRun;
typedef struct FerryChunk FerryChunk;

typedef enum {
	FERRY_SHARE_MINE,
	FERRY_SHARE_OTHERS, /* another process is at it */
	FERRY_SHARE_IN,     /* another process has loaded it */
	FERRY_SHARE_OVER    /* for a helper: it is to leave */
} FerryShareAnswer;

typedef enum {
	FERRY_SHARE_LOADED,
	FERRY_SHARE_FOR_LEAD /* not loaded: it is the lead's to do */
} FerryShareEnd;

/* A chunk is known by its table's name in the source and its number. All functions are called from any thread of the run. */
typedef struct FerryShare {
	FerryShareAnswer (*take)(const char *table, guint chunk, gpointer data);
	void (*end)(const char *table, guint chunk, FerryShareEnd how, gpointer data);
	/* Of the lead. From open on others may join; snapshot: what they join, or NULL. close returns when no other is at a chunk. */
	void (*open)(const char *snapshot, gpointer data);
	void (*close)(gpointer data);
	/* Of the lead: calls found for chunks that others have loaded since the last time. */
	void (*find_loaded)(void (*found)(const char *table, guint chunk, gpointer run), gpointer run, gpointer data);
	gpointer data;
} FerryShare;

/* For chunks.c and lanes. */
void ferry_share_open(FerryRun *run);
void ferry_share_close(FerryRun *run); /* also where it was not opened */
FerryShareAnswer ferry_share_ask(FerryRun *run, const FerryChunk *chunk);
void ferry_share_end(FerryRun *run, const FerryChunk *chunk, FerryShareEnd how); /* also where nothing is shared */
/* A chunk that others have: to the end of the queue. Waits a little when all that is left is others'. */
void ferry_share_put_last(FerryRun *run, FerryChunk *chunk, guint n_refused);
