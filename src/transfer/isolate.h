/*
 * Loading rows of which the server may refuse some, so that only those are left out. A piece of a batch goes
 * behind a savepoint. When the server refuses it and tells which row it was (the writer's refused_row), that
 * row is left out and the piece is loaded again; when it does not tell, pieces are halved until one row
 * stands alone. Pieces shrink where rows are refused and grow where they are not: each load costs the server
 * a constant share, each refusal the rows before it.
 *
 * One isolation a writer, used by the writer's thread, inside its open transaction.
 */
#pragma once

#include "connectors/connector.h"

typedef struct FerryIsolation {
	FerryConnection *target;
	FerryWriter **writer; /* the caller's; may be another one afterwards, or NULL after a failure */
	/* A writer like the one that was closed. */
	FerryWriter *(*reopen)(gpointer data, GError **error);
	/* The row was refused; it will be skipped. False: so many are too many. */
	bool (*refuse)(FerryBatch *batch, size_t row, const GError *reason, gpointer data, GError **error);
	gpointer data;
	size_t piece_rows; /* 0 to begin with */
} FerryIsolation;

/* Loads the batch's rows that are not skipped, and flushes. *ret_loaded is increased by those that are in.
 * False: the transaction is to be rolled back. */
bool ferry_isolate_load(FerryIsolation *isolation, FerryBatch *batch, int64_t *ret_loaded, GError **error);

/* Whether the error is one that a row can cause. */
bool ferry_isolate_is_about_rows(const GError *error);

/* Ends the load; the server must have taken what was sent. */
bool ferry_isolate_flush(FerryWriter *writer, int64_t expected, GError **error);
