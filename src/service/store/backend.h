/*
 * What a kind of store implements; see store.h. Parameters come as text, NULL = SQL NULL. Only for store/.
 */
#pragma once

#include "service/store/store.h"

typedef struct FerryStoreBackend {
	const char *name;        /* of files of its own among the migrations */
	const char *serial_key;  /* column definition of a key that counts by itself */
	const char *lock_suffix;
	const char *serialize_sql; /* or NULL: makes writers that ask for it take turns, across processes */
	guint max_connections;
	bool has_one_writer;     /* writers must take turns */
	gpointer (*connect)(const FerryUrl *url, GError **error);
	void (*disconnect)(gpointer connection);
	/* ret_rows and ret_changed may be NULL. types: a letter for each of params, as ferry_store_query() takes them. */
	bool (*run)(gpointer connection, const char *sql, const char *types, const char *const *params, FerryRows **ret_rows,
	            int64_t *ret_changed, GError **error);
	const char *begin_read, *begin_write;
} FerryStoreBackend;

extern const FerryStoreBackend ferry_store_sqlite, ferry_store_postgres;
