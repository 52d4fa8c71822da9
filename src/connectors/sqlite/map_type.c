/*
 * Logical types to SQLite's. A declared type decides by its affinity what SQLite makes of a text that looks
 * like a number, so that everything that must stay text is declared with a name that has text affinity, or
 * has a text form that is no number (ISO dates, UUIDs). Names end in _TEXT where the usual one would not do;
 * types.c knows them again.
 *
 * The type of the batches stays what it was: each is read back from its storage exactly.
 */
#include "connectors/sqlite/private.h"

#include <string.h>

static char *sized(const char *name, int64_t n)
{
	return n > 0 ? g_strdup_printf("%s(%" G_GINT64_FORMAT ")", name, (gint64)n) : g_strdup(name);
}

/* INTEGER PRIMARY KEY is the rowid only under exactly this name. */
static bool is_single_key(const FerryTable *table, const FerryColumnDef *column)
{
	const FerryIndex *key = table->primary_key;

	if (column->identity != FERRY_IDENTITY_NONE)
		return true;
	return key && key->parts->len == 1 &&
	       g_strcmp0(((FerryIndexPart *)key->parts->pdata[0])->column, column->name) == 0;
}

static char *int_name(const FerryTable *table, const FerryColumnDef *column)
{
	if (is_single_key(table, column))
		return g_strdup("INTEGER");
	switch (column->type.id) {
	case FERRY_TYPE_INT8: return g_strdup("TINYINT");
	case FERRY_TYPE_INT16: return g_strdup("SMALLINT");
	case FERRY_TYPE_INT32: return g_strdup("INTEGER");
	default: return g_strdup("BIGINT");
	}
}

/* SQLite keeps numbers as 64-bit integers or doubles: 15 digits come back as they were. */
static char *decimal_name(FerryTable *table, const FerryColumnDef *column)
{
	const FerryType *type = &column->type;

	if (type->precision > 0 && type->precision <= 15 && type->scale >= 0 &&
	    type->scale <= type->precision)
		return g_strdup_printf("DECIMAL(%d,%d)", type->precision, type->scale);
	ferry_table_note(table, FERRY_SEVERITY_WARNING, column->name,
			 "SQLite computes with 15 digits: the values are kept as text, exactly; use CAST(… "
			 "AS NUMERIC) to compute or "
			 "to sort by value");
	if (type->precision > 0)
		return g_strdup_printf("DECIMAL_TEXT(%d,%d)", type->precision, type->scale);
	return g_strdup("DECIMAL_TEXT");
}

static char *float_name(FerryTable *table, const FerryColumnDef *column)
{
	return g_strdup(column->type.id == FERRY_TYPE_FLOAT32 ? "FLOAT" : "DOUBLE");
}

static char *native_name(FerryTable *table, const FerryColumnDef *column)
{
	const FerryType *type = &column->type;

	switch (type->id) {
	case FERRY_TYPE_BOOL: return g_strdup("BOOLEAN");
	case FERRY_TYPE_INT8:
	case FERRY_TYPE_INT16:
	case FERRY_TYPE_INT32:
	case FERRY_TYPE_INT64: return int_name(table, column);
	case FERRY_TYPE_FLOAT32:
	case FERRY_TYPE_FLOAT64: return float_name(table, column);
	case FERRY_TYPE_DECIMAL: return decimal_name(table, column);
	case FERRY_TYPE_BYTES: return g_strdup("BLOB");
	case FERRY_TYPE_DATE: return g_strdup("DATE");
	case FERRY_TYPE_TIME: return g_strdup("TIME");
	case FERRY_TYPE_TIMESTAMP: return g_strdup("TIMESTAMP");
	case FERRY_TYPE_TIMESTAMPTZ: return g_strdup("TIMESTAMPTZ");
	case FERRY_TYPE_INTERVAL: return g_strdup("INTERVAL");
	case FERRY_TYPE_UUID: return g_strdup("UUID");
	case FERRY_TYPE_JSON: return g_strdup("JSON_TEXT");
	case FERRY_TYPE_BITS: return sized("BIT_TEXT", type->length);
	default:
		return type->length > 0 ? sized(type->is_fixed ? "CHAR" : "VARCHAR", type->length)
					: g_strdup("TEXT");
	}
}

void ferry_sqlite_map_type(const FerryCatalog *source, FerryTable *table, FerryColumnDef *column)
{
	if (strcmp(source->connector, "sqlite") == 0)
		return;
	if (column->labels && column->type.id != FERRY_TYPE_TEXT)
		column->type = FERRY_TYPE(FERRY_TYPE_TEXT);
	char *name = native_name(table, column);
	g_free(column->native_type);
	column->native_type = name;
	if (column->identity == FERRY_IDENTITY_NONE)
		return;
	/* The rowid numbers new rows without AUTOINCREMENT, which is for who must never see a number twice.
	 */
	column->identity = FERRY_IDENTITY_BY_DEFAULT;
	ferry_table_note(
		table, FERRY_SEVERITY_INFO, column->name,
		"SQLite numbers a new row one above the highest key: a next value beyond that is not kept");
}
