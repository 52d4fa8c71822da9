/*
 * A statement at work: executed, described, its rows fetched some at a time. The caller decodes a row from
 * the wire when NEXT says that it stands there. One cursor of a connection is at work at a time; another call
 * in between is a mistake while rows of a response are still to come.
 */
#pragma once

#include "connectors/oracle/private.h"

#define FERRY_ORACLE_TYPE_VARCHAR       1
#define FERRY_ORACLE_TYPE_NUMBER        2
#define FERRY_ORACLE_TYPE_LONG          8
#define FERRY_ORACLE_TYPE_ROWID         11
#define FERRY_ORACLE_TYPE_DATE          12
#define FERRY_ORACLE_TYPE_RAW           23
#define FERRY_ORACLE_TYPE_LONG_RAW      24
#define FERRY_ORACLE_TYPE_CHAR          96
#define FERRY_ORACLE_TYPE_BINARY_FLOAT  100
#define FERRY_ORACLE_TYPE_BINARY_DOUBLE 101
#define FERRY_ORACLE_TYPE_OBJECT        109
#define FERRY_ORACLE_TYPE_CLOB          112
#define FERRY_ORACLE_TYPE_BLOB          113
#define FERRY_ORACLE_TYPE_BFILE         114
#define FERRY_ORACLE_TYPE_JSON          119
#define FERRY_ORACLE_TYPE_VECTOR        127
#define FERRY_ORACLE_TYPE_TIMESTAMP     180
#define FERRY_ORACLE_TYPE_TIMESTAMP_TZ  181
#define FERRY_ORACLE_TYPE_INTERVAL_YM   182
#define FERRY_ORACLE_TYPE_INTERVAL_DS   183
#define FERRY_ORACLE_TYPE_UROWID        208
#define FERRY_ORACLE_TYPE_TIMESTAMP_LTZ 231
#define FERRY_ORACLE_TYPE_BOOLEAN       252

#define FERRY_ORACLE_FORM_NATIONAL 2

/* A column of a result, as the server describes it, or (LOBs) as it is told to send it. */
typedef struct FerryOracleField {
	char *name;
	char *type_schema, *type_name; /* objects; else "" */
	uint8_t type;
	uint8_t form;
	int8_t precision, scale;
	uint32_t max_bytes, max_chars;
	bool is_nullable;
	bool is_json;
	bool is_absent;   /* always NULL: no byte is sent for it */
	bool has_trailer; /* its values have an indicator and a code behind them */
} FerryOracleField;

/* How a column of a SELECT list of our own is meant. */
typedef struct FerryOracleOutput {
	bool is_flag;    /* of the column after it: NULL where there is no value, else its length */
	bool is_locator; /* of the column before it: a LOB's that is longer than limit */
	uint64_t limit;
} FerryOracleOutput;

typedef struct FerryOracleCursor {
	FerryOracleConnection *c;
	char *doing; /* how messages about it begin */
	uint32_t id;
	GArray *fields;   /* FerryOracleField */
	uint32_t n_fetch; /* rows a response */
	bool is_active;   /* a response is not read to its end */
	bool is_finished; /* no more rows */
	bool has_rows;    /* the response at work has brought some */
	uint8_t *bits;    /* which columns of the next row are sent: bit set */
	bool has_bits;
} FerryOracleCursor;

/* Runs a query and learns of its columns; no row comes yet. NULL: an error. */
FerryOracleCursor *ferry_oracle_cursor_open(FerryOracleConnection *c, const char *sql, const char *doing,
					    GError **error);
/* The same without running it. */
FerryOracleCursor *ferry_oracle_cursor_describe(FerryOracleConnection *c, const char *sql, const char *doing,
						GError **error);
/* Has LOBs sent inside of the rows, but for those of which the outputs (or NULL; one a field) want the
 * locator; the fields then say so. Does nothing where there are none. */
bool ferry_oracle_cursor_define_lobs(FerryOracleCursor *cursor, const FerryOracleOutput *outputs,
				     GError **error);
/* Puts the head of an array's execution into the request: its statement, or the cursor that has it (not 0),
 * and the binds' fields (FerryOracleField: type, form, max_bytes). n_rows rows follow, each a byte 7 and the
 * values, those of binds of more than max_string bytes last. Rows that are refused do not end it: see the
 * reply. */
void ferry_oracle_put_array(FerryOracleConnection *c, uint32_t cursor, const char *sql, const GArray *binds,
			    uint32_t n_rows);
/* Closes it, also where rows are still to come: those of the response at work must be read (drain). NULL is
 * fine. */
void ferry_oracle_cursor_free(FerryOracleCursor *cursor);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(FerryOracleCursor, ferry_oracle_cursor_free)

/* MORE: a row stands on the wire. */
FerryStep ferry_oracle_cursor_next(FerryOracleCursor *cursor, GError **error);
/* The same within one response, which is asked for where none is at work. END: nothing of it is left; whether
 * more rows can be had is_finished says. */
FerryStep ferry_oracle_cursor_next_of_response(FerryOracleCursor *cursor, GError **error);
/* After its row was read. */
static inline void ferry_oracle_cursor_row_done(FerryOracleCursor *cursor)
{
	cursor->has_bits = false;
}

static inline bool ferry_oracle_cursor_is_sent(const FerryOracleCursor *cursor, size_t column)
{
	return G_LIKELY(!cursor->has_bits) || cursor->bits[column >> 3] & (1u << (column & 7));
}

/* describe.c: the body of a describe message; fields are replaced. */
bool ferry_oracle_read_describe(FerryOracleConnection *c, GArray *fields);
GArray *ferry_oracle_fields_new(void);
