/*
 * See types.h. MySQL and MariaDB describe a column by one text, COLUMN_TYPE, which is what SHOW CREATE TABLE
 * prints; it says more than the other columns of information_schema do (unsigned, widths, labels), and says
 * it on all versions.
 */
#include "connectors/mysql/types.h"

#include <stdlib.h>
#include <string.h>

typedef enum { ARGS_NONE, ARGS_LENGTH, ARGS_FRACTION, ARGS_DECIMAL } Args;

static const struct {
	const char *word;
	FerryTypeId id;
	FerryTypeId unsigned_id;
	Args args;
	bool is_fixed;
} types[] = {
	{"tinyint", FERRY_TYPE_INT8, FERRY_TYPE_INT16},
	{"smallint", FERRY_TYPE_INT16, FERRY_TYPE_INT32},
	{"mediumint", FERRY_TYPE_INT32, FERRY_TYPE_INT32},
	{"int", FERRY_TYPE_INT32, FERRY_TYPE_INT64},
	{"integer", FERRY_TYPE_INT32, FERRY_TYPE_INT64},
	{"bigint", FERRY_TYPE_INT64, FERRY_TYPE_DECIMAL},
	{"year", FERRY_TYPE_INT16, FERRY_TYPE_INT16},
	{"decimal", FERRY_TYPE_DECIMAL, FERRY_TYPE_DECIMAL, ARGS_DECIMAL},
	{"numeric", FERRY_TYPE_DECIMAL, FERRY_TYPE_DECIMAL, ARGS_DECIMAL},
	{"float", FERRY_TYPE_FLOAT32, FERRY_TYPE_FLOAT32},
	{"double", FERRY_TYPE_FLOAT64, FERRY_TYPE_FLOAT64},
	{"real", FERRY_TYPE_FLOAT64, FERRY_TYPE_FLOAT64},
	{"bit", FERRY_TYPE_BITS, FERRY_TYPE_BITS, ARGS_LENGTH, true},
	{"date", FERRY_TYPE_DATE, FERRY_TYPE_DATE},
	{"time", FERRY_TYPE_TIME, FERRY_TYPE_TIME, ARGS_FRACTION},
	{"datetime", FERRY_TYPE_TIMESTAMP, FERRY_TYPE_TIMESTAMP, ARGS_FRACTION},
	{"timestamp", FERRY_TYPE_TIMESTAMPTZ, FERRY_TYPE_TIMESTAMPTZ, ARGS_FRACTION},
	{"char", FERRY_TYPE_TEXT, FERRY_TYPE_TEXT, ARGS_LENGTH, true},
	{"varchar", FERRY_TYPE_TEXT, FERRY_TYPE_TEXT, ARGS_LENGTH},
	{"tinytext", FERRY_TYPE_TEXT, FERRY_TYPE_TEXT},
	{"text", FERRY_TYPE_TEXT, FERRY_TYPE_TEXT},
	{"mediumtext", FERRY_TYPE_TEXT, FERRY_TYPE_TEXT},
	{"longtext", FERRY_TYPE_TEXT, FERRY_TYPE_TEXT},
	{"enum", FERRY_TYPE_TEXT, FERRY_TYPE_TEXT},
	{"set", FERRY_TYPE_TEXT, FERRY_TYPE_TEXT},
	{"inet4", FERRY_TYPE_TEXT, FERRY_TYPE_TEXT},
	{"inet6", FERRY_TYPE_TEXT, FERRY_TYPE_TEXT},
	{"geography", FERRY_TYPE_TEXT, FERRY_TYPE_TEXT}, /* SingleStore: WKT */
	{"geographypoint", FERRY_TYPE_TEXT, FERRY_TYPE_TEXT},
	{"xmltype", FERRY_TYPE_TEXT, FERRY_TYPE_TEXT},
	{"binary", FERRY_TYPE_BYTES, FERRY_TYPE_BYTES, ARGS_LENGTH, true},
	{"varbinary", FERRY_TYPE_BYTES, FERRY_TYPE_BYTES, ARGS_LENGTH},
	{"tinyblob", FERRY_TYPE_BYTES, FERRY_TYPE_BYTES},
	{"blob", FERRY_TYPE_BYTES, FERRY_TYPE_BYTES},
	{"mediumblob", FERRY_TYPE_BYTES, FERRY_TYPE_BYTES},
	{"longblob", FERRY_TYPE_BYTES, FERRY_TYPE_BYTES},
	{"vector", FERRY_TYPE_BYTES, FERRY_TYPE_BYTES},
	{"uuid", FERRY_TYPE_UUID, FERRY_TYPE_UUID},
	{"json", FERRY_TYPE_JSON, FERRY_TYPE_JSON},
};

bool ferry_mysql_type_is(const char *column_type, const char *word)
{
	size_t n = strcspn(column_type, " (");
	return n == strlen(word) && !g_ascii_strncasecmp(column_type, word, n);
}

bool ferry_mysql_is_geometry(const char *column_type)
{
	static const char *const words[] = {
		"geometry",        "point",        "linestring",         "polygon",       "multipoint",
		"multilinestring", "multipolygon", "geometrycollection", "geomcollection"};
	for (size_t i = 0; i < G_N_ELEMENTS(words); i++)
		if (ferry_mysql_type_is(column_type, words[i]))
			return true;
	return false;
}

static FerryType apply_arguments(FerryType type, Args args, const char *open)
{
	char *end = NULL;
	long first = open ? strtol(open + 1, &end, 10) : 0;
	long second = end && *end == ',' ? strtol(end + 1, NULL, 10) : 0;

	first = CLAMP(first, 0, 65535);
	second = CLAMP(second, 0, 65535);
	switch (args) {
	case ARGS_LENGTH: type.length = open ? first : 1; break;
	case ARGS_FRACTION: type.precision = (int)first; break;
	case ARGS_DECIMAL:
		type.precision = open ? (int)first : 10;
		type.scale = (int)second;
		break;
	case ARGS_NONE: break;
	}
	return type;
}

FerryType ferry_mysql_parse_type(const char *column_type, bool *ret_is_known)
{
	*ret_is_known = true;
	if (ferry_mysql_is_geometry(column_type))
		return FERRY_TYPE(FERRY_TYPE_BYTES);
	for (size_t i = 0; i < G_N_ELEMENTS(types); i++) {
		if (!ferry_mysql_type_is(column_type, types[i].word))
			continue;
		bool is_unsigned = strstr(column_type, " unsigned") != NULL;
		FerryType type = FERRY_TYPE(is_unsigned ? types[i].unsigned_id : types[i].id);
		if (types[i].id == FERRY_TYPE_INT64 && is_unsigned)
			return FERRY_TYPE_NUMERIC(20, 0);
		type.is_fixed = types[i].is_fixed;
		type.is_binary_json = type.id == FERRY_TYPE_JSON;
		return apply_arguments(type, types[i].args, strchr(column_type, '('));
	}
	*ret_is_known = false;
	return FERRY_TYPE(FERRY_TYPE_TEXT);
}

static char unescape(char c)
{
	switch (c) {
	case '0': return '\0';
	case 'n': return '\n';
	case 'r': return '\r';
	case 't': return '\t';
	case 'b': return '\b';
	case 'Z': return 26;
	default: return c;
	}
}

/* Appends the content; NULL where the closing quote is missing. */
static const char *read_quoted(const char *p, GString *out)
{
	for (p++; *p; p++) {
		if (*p == '\'') {
			if (p[1] != '\'')
				return p + 1;
			p++;
			g_string_append_c(out, '\'');
		} else if (*p == '\\' && p[1]) {
			p++;
			g_string_append_c(out, unescape(*p));
		} else {
			g_string_append_c(out, *p);
		}
	}
	return NULL;
}

GString *ferry_mysql_unquote(const char *text, const char **ret_end)
{
	if (*text != '\'')
		return NULL;
	g_autoptr(GString) out = g_string_new(NULL);
	const char *end = read_quoted(text, out);
	if (!end)
		return NULL;
	if (ret_end)
		*ret_end = end;
	return g_steal_pointer(&out);
}

char **ferry_mysql_parse_labels(const char *column_type)
{
	if (!ferry_mysql_type_is(column_type, "enum") && !ferry_mysql_type_is(column_type, "set"))
		return NULL;
	const char *p = strchr(column_type, '(');
	g_autoptr(GPtrArray) labels = g_ptr_array_new_with_free_func(g_free);
	while (p && (*p == '(' || *p == ',')) {
		GString *label = ferry_mysql_unquote(p + 1, &p);
		if (!label)
			break;
		g_ptr_array_add(labels, g_string_free(label, FALSE));
	}
	g_ptr_array_add(labels, NULL);
	g_ptr_array_set_free_func(labels, NULL);
	return (char **)g_ptr_array_free(g_steal_pointer(&labels), FALSE);
}
