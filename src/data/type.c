/*
 * Names, widths and comparison of logical types. Only the fields that mean something for a type's id take
 * part when two types are compared or printed.
 */
#include "data/type.h"

#include <string.h>

static const struct {
	const char *name;
	size_t width; /* 0: offsets + bytes */
} types[FERRY_N_TYPES] = {
	[FERRY_TYPE_BOOL] = {"bool", 1},           [FERRY_TYPE_INT8] = {"int8", 1},
	[FERRY_TYPE_INT16] = {"int16", 2},         [FERRY_TYPE_INT32] = {"int32", 4},
	[FERRY_TYPE_INT64] = {"int64", 8},         [FERRY_TYPE_FLOAT32] = {"float32", 4},
	[FERRY_TYPE_FLOAT64] = {"float64", 8},     [FERRY_TYPE_DECIMAL] = {"decimal", 0},
	[FERRY_TYPE_TEXT] = {"text", 0},           [FERRY_TYPE_BYTES] = {"bytes", 0},
	[FERRY_TYPE_DATE] = {"date", 4},           [FERRY_TYPE_TIME] = {"time", 8},
	[FERRY_TYPE_TIMESTAMP] = {"timestamp", 8}, [FERRY_TYPE_TIMESTAMPTZ] = {"timestamptz", 8},
	[FERRY_TYPE_INTERVAL] = {"interval", 16},  [FERRY_TYPE_UUID] = {"uuid", 16},
	[FERRY_TYPE_JSON] = {"json", 0},           [FERRY_TYPE_BITS] = {"bits", 0},
};

size_t ferry_type_width(FerryTypeId id)
{
	return (unsigned)id < FERRY_N_TYPES ? types[id].width : 0;
}

const char *ferry_type_id_name(FerryTypeId id)
{
	return (unsigned)id < FERRY_N_TYPES ? types[id].name : "unknown";
}

char *ferry_type_to_string(const FerryType *type)
{
	const char *name = ferry_type_id_name(type->id);

	switch (type->id) {
	case FERRY_TYPE_DECIMAL:
		return type->precision > 0 ? g_strdup_printf("%s(%d,%d)", name, type->precision, type->scale)
					   : g_strdup(name);
	case FERRY_TYPE_TIME:
	case FERRY_TYPE_TIMESTAMP:
	case FERRY_TYPE_TIMESTAMPTZ:
	case FERRY_TYPE_INTERVAL:
		return type->precision >= 0 ? g_strdup_printf("%s(%d)", name, type->precision)
					    : g_strdup(name);
	case FERRY_TYPE_TEXT:
	case FERRY_TYPE_BYTES:
	case FERRY_TYPE_BITS:
		if (type->length <= 0)
			return g_strdup_printf("%s%s", name, type->is_fixed ? " fixed" : "");
		return g_strdup_printf("%s(%" G_GINT64_FORMAT ")%s", name, type->length,
				       type->is_fixed ? " fixed" : "");
	case FERRY_TYPE_JSON: return g_strdup(type->is_binary_json ? "json binary" : name);
	default: return g_strdup(name);
	}
}

/* "(12,2)", "(40)" or nothing; *ret_n: how many numbers there were. */
static bool parse_numbers(const char *text, int64_t numbers[2], int *ret_n, const char **ret_rest)
{
	*ret_n = 0;
	*ret_rest = text;
	if (*text != '(')
		return true;
	do {
		char *end;
		if (*ret_n == 2 || !g_ascii_isdigit(text[1]))
			return false;
		numbers[(*ret_n)++] = g_ascii_strtoll(text + 1, &end, 10);
		text = end;
	} while (*text == ',');
	*ret_rest = text + 1;
	return *text == ')';
}

static bool take_numbers(FerryType *type, const int64_t *numbers, int n)
{
	switch (type->id) {
	case FERRY_TYPE_DECIMAL:
		type->precision = n > 0 ? (int)MIN(numbers[0], 131072) : 0;
		type->scale = n > 1 ? (int)MIN(numbers[1], 131072) : 0;
		return true;
	case FERRY_TYPE_TIME:
	case FERRY_TYPE_TIMESTAMP:
	case FERRY_TYPE_TIMESTAMPTZ:
	case FERRY_TYPE_INTERVAL:
		if (n > 0)
			type->precision = (int)MIN(numbers[0], 7);
		return n < 2 && type->precision <= 6;
	case FERRY_TYPE_TEXT:
	case FERRY_TYPE_BYTES:
	case FERRY_TYPE_BITS:
		if (n > 0)
			type->length = numbers[0];
		return n < 2;
	default: return n == 0;
	}
}

bool ferry_type_from_string(const char *text, FerryType *ret_type)
{
	g_autofree char *lower = g_ascii_strdown(text, -1);
	size_t name_len = strspn(lower, "abcdefghijklmnopqrstuvwxyz0123456789");
	int64_t numbers[2] = {0};
	const char *rest;
	int id = 0, n;

	while (id < FERRY_N_TYPES &&
	       (strlen(types[id].name) != name_len || strncmp(lower, types[id].name, name_len) != 0))
		id++;
	if (id == FERRY_N_TYPES || !parse_numbers(lower + name_len, numbers, &n, &rest))
		return false;
	*ret_type = FERRY_TYPE((FerryTypeId)id);
	if (!take_numbers(ret_type, numbers, n))
		return false;
	ret_type->is_fixed = strcmp(rest, " fixed") == 0;
	ret_type->is_binary_json = strcmp(rest, " binary") == 0;
	return *rest == '\0' || (ret_type->is_fixed && ferry_type_width(ret_type->id) == 0) ||
	       (ret_type->is_binary_json && ret_type->id == FERRY_TYPE_JSON);
}

bool ferry_type_equal(const FerryType *a, const FerryType *b)
{
	if (a->id != b->id || a->is_exact != b->is_exact)
		return false;

	switch (a->id) {
	case FERRY_TYPE_DECIMAL:
		if (a->precision <= 0 || b->precision <= 0)
			return a->precision <= 0 && b->precision <= 0;
		return a->precision == b->precision && a->scale == b->scale;
	case FERRY_TYPE_TIME:
	case FERRY_TYPE_TIMESTAMP:
	case FERRY_TYPE_TIMESTAMPTZ:
	case FERRY_TYPE_INTERVAL: return MAX(a->precision, -1) == MAX(b->precision, -1);
	case FERRY_TYPE_TEXT:
	case FERRY_TYPE_BYTES:
	case FERRY_TYPE_BITS: return a->length == b->length && a->is_fixed == b->is_fixed;
	case FERRY_TYPE_JSON: return a->is_binary_json == b->is_binary_json;
	default: return true;
	}
}
