/*
 * Events: what a run tells while it works. The CLI's bars, a store and a live stream are listeners of the same events.
 * A listener is called on the engine's threads, one call at a time (the engine holds its event lock), must be quick, must
 * not call into the run, and borrows everything in the event.
 */
#pragma once

#include "data/catalog.h"

typedef enum {
	FERRY_STAGE_PREPARE, /* schemas, tables, ledger */
	FERRY_STAGE_COPY,
	FERRY_STAGE_BUILD,   /* keys, indexes, foreign keys, checks, sequences, comments, analyze */
	FERRY_STAGE_VERIFY,
	FERRY_STAGE_FINISH,
	FERRY_N_STAGES
} FerryStage;

const char *ferry_stage_name(FerryStage stage);

typedef enum {
	FERRY_EVENT_STAGE,       /* stage begins */
	FERRY_EVENT_LOG,         /* severity, text */
	FERRY_EVENT_TABLE_START, /* table: first chunk of the run begins; rows = those already in (resume), total = estimate */
	FERRY_EVENT_PROGRESS,    /* table: rows and bytes, rejected: increments since the last one */
	FERRY_EVENT_ROLLBACK,    /* table: rows and bytes to take back: a chunk was rolled back */
	FERRY_EVENT_TABLE_LOADED,/* table: all chunks are in; rows = all */
	FERRY_EVENT_OBJECT,      /* object built: text = its name, kind; severity says whether it went well; seconds */
	FERRY_EVENT_VERIFY_PROGRESS, /* table: rows (both sides) since the last one; total in the first = -1 unknown */
	FERRY_EVENT_TABLE_VERIFIED,  /* table: rows, differences */
	FERRY_N_EVENTS
} FerryEventType;

typedef struct FerryEvent {
	FerryEventType type;
	FerryStage stage;
	int table;              /* index of the FerryTablePlan; -1: none */
	int64_t rows, bytes, rejected, total, differences;
	double seconds;
	FerrySeverity severity;
	const char *kind;       /* or NULL */
	const char *text;       /* or NULL */
	const char *message;    /* or NULL: of an object: why it was not made, or what it lacks */
} FerryEvent;

typedef void (*FerryEventFunc)(const FerryEvent *event, gpointer data);
