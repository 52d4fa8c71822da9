/*
 * The state of a ledger, and its small SQL, shared by ledger.c (copies), ledger_chunks.c and ledger_steps.c.
 */
#pragma once

#include "transfer/ledger.h"

struct FerryLedger {
	const FerryConnector *target;
	char *id, *source, *fingerprint;
	char *copy_table, *chunk_table, *step_table; /* quoted */
	char *id_sql, *source_sql, *fingerprint_sql; /* literals */
	char **tables, **tables_sql;                 /* names by table number; NULL-ended */
	GHashTable *numbers;                         /* name -> its number */
	GMutex mutex;
	GHashTable *steps; /* char* set, under the mutex */
};

/* Errors begin with "ledger: ". ret_affected may be NULL. */
bool ferry_ledger_run(FerryConnection *c, int64_t *ret_affected, GError **error, const char *format, ...)
	G_GNUC_PRINTF(4, 5);
bool ferry_ledger_query(FerryConnection *c, FerryRows **ret_rows, GError **error, const char *format, ...)
	G_GNUC_PRINTF(4, 5);

/* A condition; takes the copies' table and the source's literal. */
#define FERRY_LEDGER_UNFINISHED "copy_id IN (SELECT id FROM %s WHERE source = %s AND state = 'loading')"

/* char*: the first column of those rows in which it begins so. */
GPtrArray *ferry_ledger_take_texts(const FerryRows *rows, const char *prefix);

/* Rows for one INSERT, which goes out when there are enough of them, and at the end. */
typedef struct FerryInsertion {
	FerryConnection *c;
	const char *table, *columns;
	GString *rows;
	guint n_rows;
} FerryInsertion;

/* row: without parentheses. */
bool ferry_insertion_add(FerryInsertion *insertion, const char *row, GError **error);
bool ferry_insertion_end(FerryInsertion *insertion, GError **error);

/* Adds the steps of this copy to those that are known. */
bool ferry_ledger_load_steps(FerryLedger *ledger, FerryConnection *c, GError **error);
