/*
 * Names, widths and comparison of logical types. Only the fields that mean something for a type's id take
 * part when two types are compared or printed.
 */
#include "data/type.h"

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
