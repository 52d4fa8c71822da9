/*
 * From a source's column to PostgreSQL's type. The logical type stays as the source gave it: the reader of
 * this folder gives every logical type back from the native type chosen here, so verification compares like
 * with like.
 */
#include "connectors/postgres/private.h"

#include <string.h>

#define MAX_CHARACTERS 10485760
#define MAX_BITS       83886080
#define MAX_DIGITS     1000

static char *text_type(const FerryType *type)
{
	if (type->length <= 0 || type->length > MAX_CHARACTERS)
		return g_strdup("text");
	return g_strdup_printf("%s(%" G_GINT64_FORMAT ")", type->is_fixed ? "char" : "varchar", type->length);
}

static char *bits_type(const FerryType *type)
{
	if (type->length <= 0 || type->length > MAX_BITS)
		return g_strdup("varbit");
	return g_strdup_printf("%s(%" G_GINT64_FORMAT ")", type->is_fixed ? "bit" : "varbit", type->length);
}

static char *numeric_type(const FerryType *type)
{
	if (type->precision <= 0 || type->precision > MAX_DIGITS || type->scale < 0 ||
	    type->scale > type->precision)
		return g_strdup("numeric");
	return g_strdup_printf("numeric(%d,%d)", type->precision, type->scale);
}

/* "timestamp" or "timestamp(3)"; six digits are what the type has anyway. */
static char *fraction_type(const char *name, int precision)
{
	return precision < 0 || precision >= 6 ? g_strdup(name) : g_strdup_printf("%s(%d)", name, precision);
}

static char *native_type(const FerryType *type)
{
	switch (type->id) {
	case FERRY_TYPE_BOOL: return g_strdup("boolean");
	case FERRY_TYPE_INT8:
	case FERRY_TYPE_INT16: return g_strdup("smallint");
	case FERRY_TYPE_INT32: return g_strdup("integer");
	case FERRY_TYPE_INT64: return g_strdup("bigint");
	case FERRY_TYPE_FLOAT32: return g_strdup("real");
	case FERRY_TYPE_FLOAT64: return g_strdup("double precision");
	case FERRY_TYPE_DECIMAL: return numeric_type(type);
	case FERRY_TYPE_BYTES: return g_strdup("bytea");
	case FERRY_TYPE_DATE: return g_strdup("date");
	case FERRY_TYPE_TIME: return fraction_type("time", type->precision);
	case FERRY_TYPE_TIMESTAMP: return fraction_type("timestamp", type->precision);
	case FERRY_TYPE_TIMESTAMPTZ: return fraction_type("timestamptz", type->precision);
	case FERRY_TYPE_INTERVAL: return fraction_type("interval", type->precision);
	case FERRY_TYPE_UUID: return g_strdup("uuid");
	case FERRY_TYPE_JSON: return g_strdup(type->is_binary_json ? "jsonb" : "json");
	case FERRY_TYPE_BITS: return bits_type(type);
	default: return text_type(type);
	}
}

/* A source of our own kind: its words are ours. Enums may lie in another schema now, so their name is made
 * anew; an array of them keeps its brackets. The mapping has done so with other types of users, or taken them
 * away. */
static char *same_system(const FerryColumnDef *column)
{
	if (column->user_type != NULL)
		return g_strdup(column->user_type);
	if (column->enum_name == NULL)
		return g_strdup(column->native_type);
	bool is_array = column->native_type != NULL && g_str_has_suffix(column->native_type, "[]");
	g_autofree char *name = ferry_pg_qualified(column->enum_schema, column->enum_name);
	return g_strconcat(name, is_array ? "[]" : "", NULL);
}

void ferry_pg_map_type(const FerryCatalog *source, FerryTable *target_table, FerryColumnDef *column)
{
	char *type;
	if (g_strcmp0(source->connector, ferry_postgres_connector.name) == 0)
		type = same_system(column);
	else if (column->enum_name != NULL && !column->is_set)
		type = ferry_pg_qualified(column->enum_schema, column->enum_name);
	else
		type = native_type(&column->type);
	g_free(column->native_type);
	column->native_type = type;
}
