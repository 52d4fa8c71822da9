/* One column of a query: its Oracle type, how it is described, and how its values are written. */
#pragma once
#include "session.h"

enum {
	TYPE_VARCHAR = 1,
	TYPE_NUMBER = 2,
	TYPE_BINARY_INTEGER = 3,
	TYPE_LONG = 8,
	TYPE_ROWID = 11,
	TYPE_DATE = 12,
	TYPE_RAW = 23,
	TYPE_LONG_RAW = 24,
	TYPE_CHAR = 96,
	TYPE_BINARY_FLOAT = 100,
	TYPE_BINARY_DOUBLE = 101,
	TYPE_CURSOR = 102,
	TYPE_OBJECT = 109,
	TYPE_CLOB = 112,
	TYPE_BLOB = 113,
	TYPE_BFILE = 114,
	TYPE_JSON = 119,
	TYPE_VECTOR = 127,
	TYPE_TIMESTAMP = 180,
	TYPE_TIMESTAMP_TZ = 181,
	TYPE_INTERVAL_YM = 182,
	TYPE_INTERVAL_DS = 183,
	TYPE_UROWID = 208,
	TYPE_TIMESTAMP_LTZ = 231,
	TYPE_BOOLEAN_23 = 252,
};
enum { FORM_NONE, FORM_CHAR, FORM_NATIONAL };

typedef struct Column Column;
/* Appends the value in column `at` of the row the statement stands on. */
typedef void (*PutValue)(Session *s, Bytes *out, sqlite3_stmt *stmt, int at, const Column *c);

struct Column {
	char *name;
	guint8 type, form;
	gint8 precision, scale;
	guint32 max_bytes, chars; /* chars: of strings */
	gboolean not_null, is_locator;
	guint32 object;       /* of ROWIDs: the table's number */
	int dimensions;       /* of VECTOR */
	guint8 vector_format; /* 2 float32, 3 float64, 4 int8, 5 bits */
	PutValue put;
	gboolean has_indicator; /* a LONG: an indicator and a return code follow the value */
};

/* By a type as DDL says it: NUMBER(10,2), VARCHAR2(20 CHAR), TIMESTAMP(3) WITH TIME ZONE …; false: unknown.
 */
gboolean column_set_type(Session *s, Column *c, const char *declared);
/* The same by a type number of the wire, as a client's define or bind has it. */
void column_define(Session *s, Column *c, guint8 type);
void column_clear(Column *c);
void column_describe(Session *s, Bytes *out, const Column *c, guint position);
