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

static bool is_only_key(const FerryTable *table, const FerryColumnDef *column)
{
	const FerryIndex *key = table->primary_key;

	return key && key->parts->len == 1 &&
	       g_strcmp0(((FerryIndexPart *)key->parts->pdata[0])->column, column->name) == 0;
}

static char *int_name(const FerryTable *table, const FerryColumnDef *column)
{
	/* INTEGER PRIMARY KEY is the rowid only under exactly this name. */
	if (is_only_key(table, column))
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

	/* An unsigned 64-bit key that numbers itself: its values are in the lower half as long as nobody has
	 * written others, which SQLite would refuse. */
	if (column->identity != FERRY_IDENTITY_NONE && type->scale <= 0 && is_only_key(table, column))
		return g_strdup("INTEGER");
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

/* From SQLite the declaration stays, and so must the storage class of each value, and the spelling of dates
 * and numbers in texts: what the values look like is no reason to make anything else of them. So verification
 * compares literals (values.h), but for columns that hold nothing but integers, reals or blobs, which travel
 * as such. */
static void keep_exactly(FerryColumnDef *column)
{
	FerryTypeId id = FERRY_TYPE_TEXT;

	switch (column->type.id) {
	case FERRY_TYPE_INT8:
	case FERRY_TYPE_INT16:
	case FERRY_TYPE_INT32:
	case FERRY_TYPE_INT64: id = FERRY_TYPE_INT64; break;
	case FERRY_TYPE_FLOAT64:
	case FERRY_TYPE_BYTES: id = column->type.id; break;
	default: break;
	}
	column->type = FERRY_TYPE(column->is_one_class ? id : FERRY_TYPE_TEXT);
	column->type.is_exact = true;
}

/* The rowid numbers new rows. AUTOINCREMENT, because the systems that others come from do not give a number
 * again whose row was deleted; the counter's value comes with the sequences. */
static void map_identity(FerryTable *table, FerryColumnDef *column)
{
	if (!is_only_key(table, column) || strcmp(column->native_type, "INTEGER") != 0) {
		column->identity = FERRY_IDENTITY_NONE;
		ferry_table_note(
			table, FERRY_SEVERITY_WARNING, column->name,
			"SQLite numbers new rows only in a primary key of one integer column: this column "
			"gets no value by itself");
		return;
	}
	column->identity = FERRY_IDENTITY_AUTO;
	if (column->identity_increment != 0 && column->identity_increment != 1)
		ferry_table_note(table, FERRY_SEVERITY_WARNING, column->name,
				 "SQLite numbers new rows in steps of 1, not of %" G_GINT64_FORMAT,
				 (gint64)column->identity_increment);
}

void ferry_sqlite_map_type(const FerryCatalog *source, FerryTable *table, FerryColumnDef *column)
{
	if (strcmp(source->connector, "sqlite") == 0) {
		keep_exactly(column);
		return;
	}
	if (column->labels && column->type.id != FERRY_TYPE_TEXT)
		column->type = FERRY_TYPE(FERRY_TYPE_TEXT);
	char *name = native_name(table, column);
	g_free(column->native_type);
	column->native_type = name;
	if (column->identity != FERRY_IDENTITY_NONE)
		map_identity(table, column);
}
