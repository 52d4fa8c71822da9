/* See types.h. Types by their first words; what stands in brackets is read where it matters. */
#include "connectors/oracle/types.h"

#include <stdlib.h>
#include <string.h>

typedef enum { ARGS_NONE, ARGS_LENGTH, ARGS_NUMBER, ARGS_FRACTION } Args;

/* A name without what stands in its brackets. */
static const struct {
	const char *name;
	FerryTypeId id;
	Args args;
	bool is_fixed;
	FerryOracleSelectKind select;
	uint32_t width; /* 0: by its length */
} types[] = {
	{"NUMBER", FERRY_TYPE_DECIMAL, ARGS_NUMBER, false, FERRY_ORACLE_SELECT_PLAIN, 12},
	{"FLOAT", FERRY_TYPE_DECIMAL, ARGS_NONE, false, FERRY_ORACLE_SELECT_PLAIN, 22},
	{"BINARY_FLOAT", FERRY_TYPE_FLOAT32, ARGS_NONE, false, FERRY_ORACLE_SELECT_PLAIN, 5},
	{"BINARY_DOUBLE", FERRY_TYPE_FLOAT64, ARGS_NONE, false, FERRY_ORACLE_SELECT_PLAIN, 9},
	{"VARCHAR2", FERRY_TYPE_TEXT, ARGS_LENGTH, false, FERRY_ORACLE_SELECT_PLAIN, 0},
	{"NVARCHAR2", FERRY_TYPE_TEXT, ARGS_LENGTH, false, FERRY_ORACLE_SELECT_PLAIN, 0},
	{"CHAR", FERRY_TYPE_TEXT, ARGS_LENGTH, true, FERRY_ORACLE_SELECT_PLAIN, 0},
	{"NCHAR", FERRY_TYPE_TEXT, ARGS_LENGTH, true, FERRY_ORACLE_SELECT_PLAIN, 0},
	{"LONG", FERRY_TYPE_TEXT, ARGS_NONE, false, FERRY_ORACLE_SELECT_PLAIN, 8192},
	{"CLOB", FERRY_TYPE_TEXT, ARGS_NONE, false, FERRY_ORACLE_SELECT_LOB, 8192},
	{"NCLOB", FERRY_TYPE_TEXT, ARGS_NONE, false, FERRY_ORACLE_SELECT_LOB, 8192},
	{"RAW", FERRY_TYPE_BYTES, ARGS_LENGTH, false, FERRY_ORACLE_SELECT_PLAIN, 0},
	{"LONG RAW", FERRY_TYPE_BYTES, ARGS_NONE, false, FERRY_ORACLE_SELECT_PLAIN, 8192},
	{"BLOB", FERRY_TYPE_BYTES, ARGS_NONE, false, FERRY_ORACLE_SELECT_LOB, 8192},
	{"DATE", FERRY_TYPE_TIMESTAMP, ARGS_NONE, false, FERRY_ORACLE_SELECT_PLAIN, 8},
	{"TIMESTAMP", FERRY_TYPE_TIMESTAMP, ARGS_FRACTION, false, FERRY_ORACLE_SELECT_PLAIN, 12},
	{"TIMESTAMP WITH TIME ZONE", FERRY_TYPE_TIMESTAMPTZ, ARGS_FRACTION, false, FERRY_ORACLE_SELECT_UTC,
	 14},
	{"TIMESTAMP WITH LOCAL TIME ZONE", FERRY_TYPE_TIMESTAMPTZ, ARGS_FRACTION, false,
	 FERRY_ORACLE_SELECT_UTC, 12},
	{"INTERVAL YEAR TO MONTH", FERRY_TYPE_INTERVAL, ARGS_NONE, false, FERRY_ORACLE_SELECT_PLAIN, 6},
	{"INTERVAL DAY TO SECOND", FERRY_TYPE_INTERVAL, ARGS_NONE, false, FERRY_ORACLE_SELECT_PLAIN, 12},
	{"ROWID", FERRY_TYPE_TEXT, ARGS_NONE, false, FERRY_ORACLE_SELECT_ROWID, 20},
	{"UROWID", FERRY_TYPE_TEXT, ARGS_NONE, false, FERRY_ORACLE_SELECT_ROWID, 200},
	{"BOOLEAN", FERRY_TYPE_BOOL, ARGS_NONE, false, FERRY_ORACLE_SELECT_PLAIN, 3},
	{"JSON", FERRY_TYPE_JSON, ARGS_NONE, false, FERRY_ORACLE_SELECT_JSON, 8192},
	{"XMLTYPE", FERRY_TYPE_TEXT, ARGS_NONE, false, FERRY_ORACLE_SELECT_XML, 8192},
	{"VECTOR", FERRY_TYPE_TEXT, ARGS_NONE, false, FERRY_ORACLE_SELECT_VECTOR, 8192},
	{"SDO_GEOMETRY", FERRY_TYPE_BYTES, ARGS_NONE, false, FERRY_ORACLE_SELECT_GEOMETRY, 8192},
};

/* Brackets and what is in them, left out. */
static char *plain_name(const char *native_type)
{
	GString *out = g_string_new(NULL);
	unsigned depth = 0;

	for (const char *p = native_type; *p; p++) {
		depth += *p == '(';
		if (depth == 0)
			g_string_append_c(out, g_ascii_toupper(*p));
		depth -= *p == ')' && depth > 0;
	}
	return g_strstrip(g_string_free(out, FALSE));
}

static int find_type(const char *native_type)
{
	g_autofree char *name = plain_name(native_type);

	for (size_t i = 0; i < G_N_ELEMENTS(types); i++)
		if (!strcmp(types[i].name, name))
			return (int)i;
	return -1;
}

char *ferry_oracle_native_type(const FerryOracleTypeFacts *f)
{
	int found = find_type(f->name);
	Args args = found >= 0 ? types[found].args : ARGS_NONE;

	if (args == ARGS_LENGTH && g_str_has_suffix(f->name, "RAW"))
		return g_strdup_printf("%s(%" G_GINT64_FORMAT ")", f->name, f->length);
	if (args == ARGS_LENGTH) {
		bool says = f->is_in_chars && f->name[0] != 'N';
		return g_strdup_printf("%s(%" G_GINT64_FORMAT "%s)", f->name, MAX(f->char_length, 1),
				       says ? " CHAR" : "");
	}
	if (args == ARGS_NUMBER && f->precision >= 0 && f->scale != 0)
		return g_strdup_printf("NUMBER(%d,%d)", f->precision, f->scale);
	if (args == ARGS_NUMBER && f->precision >= 0)
		return g_strdup_printf("NUMBER(%d)", f->precision);
	if (args == ARGS_NUMBER && f->scale == 0)
		return g_strdup("NUMBER(*,0)");
	if (!strcmp(f->name, "FLOAT") && f->precision >= 0)
		return g_strdup_printf("FLOAT(%d)", f->precision);
	return g_strdup(f->name);
}

static FerryType number_type(int precision, int scale)
{
	if (scale == 0 && precision <= 4)
		return FERRY_TYPE(FERRY_TYPE_INT16);
	if (scale == 0 && precision <= 9)
		return FERRY_TYPE(FERRY_TYPE_INT32);
	if (scale == 0 && precision <= 18)
		return FERRY_TYPE(FERRY_TYPE_INT64);
	if (scale < 0)
		return FERRY_TYPE_NUMERIC(precision - scale, 0);
	return FERRY_TYPE_NUMERIC(MAX(precision, scale), scale);
}

static FerryType parse_number(const char *open)
{
	char *end = NULL;

	if (!open)
		return FERRY_TYPE_NUMERIC(0, 0);
	if (open[1] == '*')
		return FERRY_TYPE_NUMERIC(38, 0);
	long precision = strtol(open + 1, &end, 10), scale = *end == ',' ? strtol(end + 1, NULL, 10) : 0;
	return number_type((int)CLAMP(precision, 1, 38), (int)CLAMP(scale, -84, 127));
}

bool ferry_oracle_parse_type(const char *native_type, FerryType *ret_type)
{
	int found = find_type(native_type);
	const char *open = strchr(native_type, '(');

	if (found < 0)
		return false;
	FerryType type = FERRY_TYPE(types[found].id);
	switch (types[found].args) {
	case ARGS_NUMBER: type = parse_number(open); break;
	case ARGS_LENGTH:
		type.length = open ? MAX(strtol(open + 1, NULL, 10), 1) : 1;
		type.is_fixed = types[found].is_fixed;
		break;
	case ARGS_FRACTION: type.precision = open ? (int)CLAMP(strtol(open + 1, NULL, 10), 0, 6) : 6; break;
	case ARGS_NONE: break;
	}
	if (!strcmp(types[found].name, "DATE"))
		type.precision = 0;
	if (!strcmp(types[found].name, "FLOAT"))
		type = FERRY_TYPE_NUMERIC(0, 0);
	if (!strcmp(types[found].name, "ROWID"))
		type.length = 18;
	type.is_binary_json = type.id == FERRY_TYPE_JSON;
	*ret_type = type;
	return true;
}

FerryOracleSelectKind ferry_oracle_select_kind(const char *native_type)
{
	int found = native_type ? find_type(native_type) : -1;

	return found < 0 ? FERRY_ORACLE_SELECT_PLAIN : types[found].select;
}

uint32_t ferry_oracle_width(const char *native_type)
{
	int found = native_type ? find_type(native_type) : -1;
	FerryType type;

	if (found < 0)
		return 256;
	if (types[found].width > 0)
		return types[found].width;
	/* Most values are shorter than they may be. */
	return ferry_oracle_parse_type(native_type, &type) ? (uint32_t)MIN(type.length, 4000) / 2 + 2 : 256;
}
