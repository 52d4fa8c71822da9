/*
 * Large LOBs. Small ones come inside of the rows (select.c); of a larger one a row brings its locator, by
 * which it is read in pieces when the rows' response has come to its end. One thread a list, like the
 * connection's.
 */
#pragma once

#include "connectors/oracle/cursor.h"

/* A value beyond this is not read: one must leave room for the rest of a batch. */
#define FERRY_ORACLE_MAX_VALUE ((size_t)1 << 30)

typedef struct FerryOracleLob {
	uint32_t row, column; /* of the batch that its row is in */
	uint8_t type, form;
	uint64_t length; /* bytes; of texts: UTF-16's units */
	size_t at, len;  /* where the list has its locator */
} FerryOracleLob;

/* The LOBs of some rows, in the order of rows and columns. */
typedef struct FerryOracleLobs {
	GArray *list;         /* FerryOracleLob */
	GByteArray *locators; /* one behind the other */
} FerryOracleLobs;

FerryOracleLobs *ferry_oracle_lobs_new(void);
void ferry_oracle_lobs_free(FerryOracleLobs *lobs); /* NULL is fine */
void ferry_oracle_lobs_clear(FerryOracleLobs *lobs);
static inline const FerryOracleLob *ferry_oracle_lobs_get(const FerryOracleLobs *lobs, guint i)
{
	return i < lobs->list->len ? &g_array_index(lobs->list, FerryOracleLob, i) : NULL;
}

/* Reads the locator on the wire, if there is one, and adds its LOB to the list. *ret_is_there: there was one.
 * False: the wire says why. */
bool ferry_oracle_lobs_take(FerryOracleLobs *lobs, FerryOracleWire *w, const FerryOracleLob *lob,
			    bool *ret_is_there);

typedef enum {
	FERRY_ORACLE_LOB_DONE,
	FERRY_ORACLE_LOB_TOO_LONG, /* its beginning was appended; the connection can be used on */
	FERRY_ORACLE_LOB_FAILED    /* error is set */
} FerryOracleLobResult;

/* Appends a LOB's bytes to the column (its offsets are the caller's): texts as UTF-8, bytes as they are or,
 * for is_hex, as hexadecimal digits behind \x. doing begins messages. */
FerryOracleLobResult ferry_oracle_lob_read(FerryOracleConnection *c, FerryOracleLobs *lobs,
					   const FerryOracleLob *lob, bool is_hex, FerryColumn *column,
					   const char *doing, GError **error);
/* Has the server forget it with the next request, if it is a temporary one. */
void ferry_oracle_lob_release(FerryOracleConnection *c, const FerryOracleLobs *lobs,
			      const FerryOracleLob *lob);
