/*
 * From a source's column to Oracle's type. The logical type stays as the source gave it where the reader of
 * this folder gives it back from the native type; times of day, intervals of other systems and bits travel as
 * text.
 */
#include "connectors/oracle/target.h"

#include <string.h>

#define MAX_DIGITS     38
#define MAX_CHARS      4000 /* VARCHAR2: also bytes */
#define MAX_CHAR       500  /* CHAR: 2000 bytes */
#define MAX_RAW        2000
#define SAFE_CHARS     1000 /* 4000 bytes, whatever the characters */
#define KEY_CHARS      1500 /* in an index entry of 6398 bytes */
#define TIME_CHARS     15
#define INTERVAL_CHARS 100

static char *varchar(int64_t length)
{
	return g_strdup_printf("VARCHAR2(%" G_GINT64_FORMAT " CHAR)", length);
}

static int64_t key_chars(const FerryColumnDef *column)
{
	return MIN(SAFE_CHARS, KEY_CHARS / MAX(column->n_key_parts, 1));
}

static char *text_type(FerryTable *table, const FerryColumnDef *column)
{
	int64_t length = column->type.length;

	if (column->type.is_fixed && length > 0 && length <= MAX_CHAR)
		return g_strdup_printf("CHAR(%" G_GINT64_FORMAT " CHAR)", length);
	if (length > SAFE_CHARS && length <= MAX_CHARS)
		ferry_table_note(table, FERRY_SEVERITY_INFO, column->name,
				 "texts of more than 4000 bytes are refused, unless the server has "
				 "MAX_STRING_SIZE=EXTENDED");
	if (length > 0 && length <= MAX_CHARS)
		return varchar(length);
	if (column->n_key_parts == 0)
		return g_strdup("CLOB");
	ferry_table_note(table, FERRY_SEVERITY_WARNING, column->name,
			 "in a key or index a text must have a limit: those of more than %" G_GINT64_FORMAT
			 " characters are refused",
			 (gint64)key_chars(column));
	return varchar(key_chars(column));
}

static char *bytes_type(FerryTable *table, const FerryColumnDef *column)
{
	int64_t length = column->type.length;

	if (length > 0 && length <= MAX_RAW)
		return g_strdup_printf("RAW(%" G_GINT64_FORMAT ")", length);
	if (column->n_key_parts == 0)
		return g_strdup("BLOB");
	length = MIN(MAX_RAW, 4 * KEY_CHARS / column->n_key_parts);
	ferry_table_note(table, FERRY_SEVERITY_WARNING, column->name,
			 "in a key or index bytes must have a limit: more than %" G_GINT64_FORMAT
			 " are refused",
			 (gint64)length);
	return g_strdup_printf("RAW(%" G_GINT64_FORMAT ")", length);
}

static char *number_type(FerryTable *table, const FerryColumnDef *column)
{
	const FerryType *type = &column->type;

	if (type->precision > 0 && type->precision <= MAX_DIGITS && type->scale >= 0 &&
	    type->scale <= type->precision)
		return type->scale ? g_strdup_printf("NUMBER(%d,%d)", type->precision, type->scale)
				   : g_strdup_printf("NUMBER(%d)", type->precision);
	ferry_table_note(table, FERRY_SEVERITY_INFO, column->name,
			 "numbers of more than 38 digits, NaN and infinities are refused");
	return g_strdup("NUMBER");
}

static int fraction(const FerryType *type)
{
	return type->precision < 0 || type->precision > 6 ? 6 : type->precision;
}

static char *as_text(FerryTable *table, FerryColumnDef *column, const char *why, int64_t length)
{
	if (why)
		ferry_table_note(table, FERRY_SEVERITY_WARNING, column->name, "%s", why);
	column->type = FERRY_TYPE_SIZED(FERRY_TYPE_TEXT, length);
	return length > 0 && length <= MAX_CHARS ? varchar(length) : g_strdup("CLOB");
}

static size_t longest_label(char **labels)
{
	size_t longest = 1;

	for (; *labels; labels++)
		longest = MAX(longest, (size_t)g_utf8_strlen(*labels, -1));
	return longest;
}

static char *native_type(FerryTable *table, FerryColumnDef *column)
{
	const FerryType *type = &column->type;

	switch (type->id) {
	case FERRY_TYPE_BOOL: return g_strdup("NUMBER(1)");
	case FERRY_TYPE_INT8: return g_strdup("NUMBER(3)");
	case FERRY_TYPE_INT16: return g_strdup("NUMBER(5)");
	case FERRY_TYPE_INT32: return g_strdup("NUMBER(10)");
	case FERRY_TYPE_INT64: return g_strdup("NUMBER(19)");
	case FERRY_TYPE_FLOAT32: return g_strdup("BINARY_FLOAT");
	case FERRY_TYPE_FLOAT64: return g_strdup("BINARY_DOUBLE");
	case FERRY_TYPE_DECIMAL: return number_type(table, column);
	case FERRY_TYPE_BYTES: return bytes_type(table, column);
	case FERRY_TYPE_DATE: return g_strdup("DATE");
	case FERRY_TYPE_TIMESTAMP: return g_strdup_printf("TIMESTAMP(%d)", fraction(type));
	case FERRY_TYPE_TIMESTAMPTZ: return g_strdup_printf("TIMESTAMP(%d) WITH TIME ZONE", fraction(type));
	case FERRY_TYPE_UUID: return g_strdup("RAW(16)");
	case FERRY_TYPE_JSON: return g_strdup("CLOB");
	case FERRY_TYPE_TIME:
		return as_text(table, column, "Oracle has no times of the day: it becomes text", TIME_CHARS);
	case FERRY_TYPE_INTERVAL:
		return as_text(table, column,
			       "Oracle has no intervals of months and days together: it becomes text",
			       INTERVAL_CHARS);
	case FERRY_TYPE_BITS: return as_text(table, column, NULL, type->length);
	default: return text_type(table, column);
	}
}

bool ferry_oracle_is_infinite_moment(const FerryColumnDef *column)
{
	bool is_moment = column->type.id == FERRY_TYPE_DATE || column->type.id == FERRY_TYPE_TIMESTAMP ||
			 column->type.id == FERRY_TYPE_TIMESTAMPTZ;

	return is_moment && column->default_text && strstr(column->default_text, "infinity");
}

static bool is_key(const FerryTable *table, const FerryColumnDef *column)
{
	const GPtrArray *parts = table->primary_key ? table->primary_key->parts : NULL;

	for (guint i = 0; parts && i < parts->len; i++)
		if (g_strcmp0(((FerryIndexPart *)parts->pdata[i])->column, column->name) == 0)
			return true;
	return false;
}

/* The one of the primary key, or the first. */
static const FerryColumnDef *find_identity(const FerryTable *table)
{
	const FerryColumnDef *first = NULL;

	for (guint i = 0; i < table->columns->len; i++) {
		const FerryColumnDef *column = table->columns->pdata[i];

		if (column->identity == FERRY_IDENTITY_NONE)
			continue;
		if (is_key(table, column))
			return column;
		first = first ? first : column;
	}
	return first;
}

static void map_identity(FerryTable *table, FerryColumnDef *column)
{
	const FerryColumnDef *kept = find_identity(table);

	if (column->identity == FERRY_IDENTITY_NONE || !kept || kept == column)
		return;
	column->identity = FERRY_IDENTITY_NONE;
	ferry_table_note(table, FERRY_SEVERITY_WARNING, column->name,
			 "Oracle has one identity a table, which is %s: this column gets no value by itself; "
			 "DEFAULT of a sequence's NEXTVAL, or a trigger, can give it one",
			 kept->name);
}

/* What Oracle does otherwise, beside the types. */
static void note_limits(FerryTable *table, const FerryColumnDef *column)
{
	if (column->identity == FERRY_IDENTITY_ALWAYS)
		ferry_table_note(table, FERRY_SEVERITY_INFO, column->name,
				 "GENERATED ALWAYS becomes BY DEFAULT, so that later copies can bring their "
				 "numbers");
	if (ferry_oracle_is_infinite_moment(column))
		ferry_table_note(table, FERRY_SEVERITY_WARNING, column->name,
				 "the default %s is left out: Oracle has no infinite moments",
				 column->default_text);
	if (column->type.id == FERRY_TYPE_TIMESTAMPTZ && column->n_key_parts > 0)
		ferry_table_note(table, FERRY_SEVERITY_WARNING, column->name,
				 "Oracle makes no primary or unique key over TIMESTAMP WITH TIME ZONE: cast "
				 "the column to a timestamp where it is in one");
}

/* From Oracle: types stay, but for what a bind cannot be. */
static void keep_type(FerryTable *table, FerryColumnDef *column)
{
	static const char *const documents[] = {"XMLTYPE", "JSON", "VECTOR"};

	if (strcmp(column->native_type, "SDO_GEOMETRY") == 0) {
		g_free(column->native_type);
		column->native_type = g_strdup("BLOB");
		ferry_table_note(table, FERRY_SEVERITY_LOSS, column->name,
				 "SDO_GEOMETRY becomes a BLOB of WKB, without its SRID: "
				 "SDO_GEOMETRY(column, srid) makes geometries of it");
	}
	for (size_t i = 0; i < G_N_ELEMENTS(documents); i++)
		if (strcmp(column->native_type, documents[i]) == 0)
			ferry_table_note(table, FERRY_SEVERITY_WARNING, column->name,
					 "documents of more than 4000 bytes (32767 with "
					 "MAX_STRING_SIZE=EXTENDED) are refused, and their rows rejected: a "
					 "cast of the column to CLOB takes them");
}

void ferry_oracle_map_type(const FerryCatalog *source, FerryTable *table, FerryColumnDef *column)
{
	char *native;

	if (strcmp(source->connector, "oracle") == 0) {
		keep_type(table, column);
		return;
	}
	map_identity(table, column);
	note_limits(table, column);
	if (column->labels) {
		size_t longest = longest_label(column->labels);
		column->type = FERRY_TYPE_SIZED(FERRY_TYPE_TEXT, (int64_t)longest);
		native = varchar((int64_t)longest);
	} else {
		native = native_type(table, column);
	}
	g_free(column->native_type);
	column->native_type = native;
}

/* Types of objects, which no bind of a scalar becomes (ORA-00932). */
const char *ferry_oracle_refuse_type(const char *native_type)
{
	static const struct {
		const char *name, *why;
	} refused[] = {
		{"SDO_GEOMETRY",
		 "load WKB into a BLOB column, and make geometries of it there: SDO_GEOMETRY(column, srid)"},
		{"BFILE", "it names a file of the server's; load the bytes into a BLOB"},
		{"ANYDATA", "its values bring types of their own"},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(refused); i++)
		if (g_ascii_strcasecmp(native_type, refused[i].name) == 0)
			return refused[i].why;
	return NULL;
}
