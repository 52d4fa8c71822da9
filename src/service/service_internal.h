/*
 * What the files of service/ share.
 */
#pragma once

#include "data/json_out.h"
#include "service/secret.h"
#include "service/service.h"

typedef struct FerryRunner FerryRunner; /* runner.h */
typedef struct FerryQueue FerryQueue;   /* queue/queue.h */
typedef struct FerryRedis FerryRedis;   /* bus/redis.h */

/* The connection to the built-in sample database. */
#define FERRY_SAMPLE_NAME "Sample: music shop"

struct FerryService {
	FerryStore *store;
	FerryBus *bus;
	FerrySecretKey *key;
	FerryRunner *runner; /* or NULL: none is run here */
	FerryQueue *queue;   /* or NULL */
	FerryRedis *redis;   /* or NULL */
	bool was_queue_away, was_redis_away; /* by their threads, one at a time */
	void (*log)(const char *message, gpointer data); /* or NULL */
	gpointer log_data;
	char *data_dir, *hash_key_prefix;
	struct FerryRelay *relay; /* or NULL */
	char *owner;       /* of executions that run in this process: "host 4711 6f2c…" */
	char *setup_token; /* of this start; NULL once it was used. Guarded by login_lock, as logins is */
	int lock_fd; /* or -1 */
	GMutex login_lock;
	GHashTable *logins; /* throttling, by accounts.c */
	GMutex browse_lock;
	GHashTable *browsed; /* catalogs, by browse.c */
	GMutex publish_lock; /* executions.c: a transaction and its events */
};

/* {items: […], next_cursor}: takes items; the cursor is that of the last one when there may be more. */
json_t *ferry_page_result(json_t *items, const char *next_cursor);

/* Column of a row; NULL: SQL NULL. */
static inline const char *ferry_row_text(const FerryRows *rows, guint row, guint column)
{
	return ((char **)g_ptr_array_index(rows->rows, row))[column];
}

static inline int64_t ferry_row_int(const FerryRows *rows, guint row, guint column)
{
	const char *text = ferry_row_text(rows, row, column);

	return text ? g_ascii_strtoll(text, NULL, 10) : 0;
}

/* Whether the row's version (in that column) is the one that was asked for; -1: any. STALE. */
bool ferry_check_version(const FerryRows *rows, guint column, int64_t version, GError **error);

void ferry_service_log(FerryService *service, const char *format, ...) G_GNUC_PRINTF(2, 3);

void ferry_browse_init(FerryService *service);
void ferry_browse_clear(FerryService *service);

/* JSON of a text column: null where it is missing. */
json_t *ferry_json_parse(const char *text_or_null);
/* On one line. Newly allocated by g_malloc. */
char *ferry_json_line(const json_t *json);
