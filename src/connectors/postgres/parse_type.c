/*
 * The logical type of a column from the words of its type, as people write them: for types that a project
 * gives. Names that are not here (of extensions, of users, arrays) are for the server to know.
 */
#include "connectors/postgres/private.h"

#include <stdlib.h>
#include <string.h>

typedef enum { NUMBERS_NONE, NUMBERS_LENGTH, NUMBERS_FRACTION, NUMBERS_DECIMAL } Numbers;

static const struct {
	const char *name;
	FerryTypeId id;
	Numbers numbers;
	bool is_fixed;
} types[] = {
	{"boolean", FERRY_TYPE_BOOL},
	{"bool", FERRY_TYPE_BOOL},
	{"smallint", FERRY_TYPE_INT16},
	{"int2", FERRY_TYPE_INT16},
	{"smallserial", FERRY_TYPE_INT16},
	{"integer", FERRY_TYPE_INT32},
	{"int", FERRY_TYPE_INT32},
	{"int4", FERRY_TYPE_INT32},
	{"serial", FERRY_TYPE_INT32},
	{"bigint", FERRY_TYPE_INT64},
	{"int8", FERRY_TYPE_INT64},
	{"bigserial", FERRY_TYPE_INT64},
	{"real", FERRY_TYPE_FLOAT32},
	{"float4", FERRY_TYPE_FLOAT32},
	{"double precision", FERRY_TYPE_FLOAT64},
	{"float8", FERRY_TYPE_FLOAT64},
	{"float", FERRY_TYPE_FLOAT64},
	{"numeric", FERRY_TYPE_DECIMAL, NUMBERS_DECIMAL},
	{"decimal", FERRY_TYPE_DECIMAL, NUMBERS_DECIMAL},
	{"text", FERRY_TYPE_TEXT},
	{"varchar", FERRY_TYPE_TEXT, NUMBERS_LENGTH},
	{"character varying", FERRY_TYPE_TEXT, NUMBERS_LENGTH},
	{"char", FERRY_TYPE_TEXT, NUMBERS_LENGTH, true},
	{"character", FERRY_TYPE_TEXT, NUMBERS_LENGTH, true},
	{"bytea", FERRY_TYPE_BYTES},
	{"date", FERRY_TYPE_DATE},
	{"time", FERRY_TYPE_TIME, NUMBERS_FRACTION},
	{"time without time zone", FERRY_TYPE_TIME, NUMBERS_FRACTION},
	{"timestamp", FERRY_TYPE_TIMESTAMP, NUMBERS_FRACTION},
	{"timestamp without time zone", FERRY_TYPE_TIMESTAMP, NUMBERS_FRACTION},
	{"timestamptz", FERRY_TYPE_TIMESTAMPTZ, NUMBERS_FRACTION},
	{"timestamp with time zone", FERRY_TYPE_TIMESTAMPTZ, NUMBERS_FRACTION},
	{"interval", FERRY_TYPE_INTERVAL, NUMBERS_FRACTION},
	{"uuid", FERRY_TYPE_UUID},
	{"json", FERRY_TYPE_JSON},
	{"jsonb", FERRY_TYPE_JSON},
	{"bit", FERRY_TYPE_BITS, NUMBERS_LENGTH, true},
	{"varbit", FERRY_TYPE_BITS, NUMBERS_LENGTH},
	{"bit varying", FERRY_TYPE_BITS, NUMBERS_LENGTH},
};

/* "Timestamp (3) with  time zone" -> "timestamp with time zone", 3. Answers how many numbers there are. */
static int take_apart(const char *native, GString *name, long numbers[2])
{
	const char *open = strchr(native, '('), *close = open ? strchr(open, ')') : NULL;
	g_autofree char *words =
		open ? g_strdup_printf("%.*s %s", (int)(open - native), native, close ? close + 1 : "")
		     : g_strdup(native);
	g_auto(GStrv) parts = g_strsplit_set(words, " \t\r\n", -1);
	int n = 0;

	for (char **part = parts; *part; part++)
		if (**part)
			g_string_append_printf(name, "%s%s", name->len ? " " : "", *part);
	g_string_ascii_down(name);
	for (const char *p = open; p && n < 2; n++) {
		char *end;

		numbers[n] = strtol(p + 1, &end, 10);
		if (end == p + 1)
			break;
		p = strchr(end, ',');
	}
	return n;
}

static void apply_numbers(FerryType *type, Numbers kind, const long numbers[2], int n)
{
	switch (kind) {
	case NUMBERS_LENGTH: type->length = n > 0 ? MAX(numbers[0], 0) : type->is_fixed ? 1 : 0; break;
	case NUMBERS_FRACTION: type->precision = n > 0 ? (int)CLAMP(numbers[0], 0, 6) : -1; break;
	case NUMBERS_DECIMAL:
		type->precision = n > 0 ? (int)CLAMP(numbers[0], 0, 1000) : 0;
		type->scale = n > 1 ? (int)CLAMP(numbers[1], 0, 1000) : 0;
		break;
	case NUMBERS_NONE: break;
	}
}

bool ferry_pg_parse_type(const char *native_type, FerryType *ret_type)
{
	g_autoptr(GString) name = g_string_new(NULL);
	long numbers[2] = {0};
	int n = take_apart(native_type, name, numbers);

	for (size_t i = 0; i < G_N_ELEMENTS(types); i++) {
		if (strcmp(types[i].name, name->str) != 0)
			continue;
		*ret_type = FERRY_TYPE(types[i].id);
		ret_type->is_fixed = types[i].is_fixed;
		ret_type->is_binary_json = strcmp(types[i].name, "jsonb") == 0;
		apply_numbers(ret_type, types[i].numbers, numbers, n);
		return true;
	}
	return false;
}
