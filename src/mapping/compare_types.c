/*
 * Whether the values of one logical type fit into another. The judgement is about values, not about names:
 * every answer other than equal comes with a clause that says what happens to them.
 */
#include "mapping/compare.h"

#include <string.h>

/* ---- native names ---- */

/* SQL has a long and a short name for these; both name one type. */
static const char *const synonyms[][2] = {
	{"varchar", "character varying"},
	{"varbit", "bit varying"},
	{"char", "character"},
	{"bpchar", "character"},
	{"decimal", "numeric"},
	{"dec", "numeric"},
	{"int", "integer"},
	{"int4", "integer"},
	{"int2", "smallint"},
	{"int8", "bigint"},
	{"float4", "real"},
	{"float8", "double precision"},
	{"bool", "boolean"},
	{"timestamptz", "timestamp with time zone"},
	{"timestamp", "timestamp without time zone"},
	{"time", "time without time zone"},
};

/* "timestamp(3) without time zone" into name "timestamp without time zone" and "(3)". */
static void split_native(const char *native, GString *name, GString *numbers)
{
	gint depth = 0;

	for (const char *p = native; *p; p++) {
		bool is_number = depth > 0 || *p == '(';
		depth += *p == '(' ? 1 : *p == ')' ? -1 : 0;
		if (*p == ' ' && (is_number || name->len == 0 || name->str[name->len - 1] == ' '))
			continue;
		if (is_number)
			g_string_append_c(numbers, *p);
		else
			g_string_append_c(name, g_ascii_tolower(*p));
	}
	while (name->len > 0 && name->str[name->len - 1] == ' ')
		g_string_truncate(name, name->len - 1);
}

static char *canonical_native(const char *native)
{
	g_autoptr(GString) name = g_string_new(NULL);
	g_autoptr(GString) numbers = g_string_new(NULL);
	bool is_enum;

	split_native(native ? native : "", name, numbers);
	is_enum = strchr(numbers->str, '\'') != NULL; /* labels keep their case: '(' text is not folded */
	for (size_t i = 0; !is_enum && i < G_N_ELEMENTS(synonyms); i++)
		if (strcmp(name->str, synonyms[i][0]) == 0) {
			g_string_assign(name, synonyms[i][1]);
			break;
		}
	return g_strconcat(name->str, numbers->str, NULL);
}

bool ferry_compare_native_equal(const char *a, const char *b)
{
	g_autofree char *x = canonical_native(a), *y = canonical_native(b);

	return strcmp(x, y) == 0;
}

/* ---- parts of the judgement ---- */

typedef struct Judgement {
	const FerryType *from, *to;
	bool is_lax;
	bool changes_kind;
	char *reason;
} Judgement;

static FerryTypesVerdict say(Judgement *j, FerryTypesVerdict verdict, const char *reason)
{
	g_free(j->reason);
	j->reason = g_strdup(reason);
	return verdict;
}

static FerryTypesVerdict other_kind(Judgement *j, const char *reason)
{
	j->changes_kind = true;
	return say(j, FERRY_TYPES_EQUIVALENT, reason);
}

static bool is_int(FerryTypeId id)
{
	return id >= FERRY_TYPE_INT8 && id <= FERRY_TYPE_INT64;
}

static bool is_float(FerryTypeId id)
{
	return id == FERRY_TYPE_FLOAT32 || id == FERRY_TYPE_FLOAT64;
}

/* Decimal digits that every value of an integer type has at most. */
static int int_digits(FerryTypeId id)
{
	static const int digits[] = {3, 5, 10, 19};

	return digits[id - FERRY_TYPE_INT8];
}

static FerryTypesVerdict judge_length(Judgement *j)
{
	int64_t from = j->from->length, to = j->to->length;
	bool is_bits = j->from->id == FERRY_TYPE_BITS;

	if (from == to && j->from->is_fixed == j->to->is_fixed)
		return FERRY_TYPES_EQUAL;
	if (from == to)
		return say(j, FERRY_TYPES_EQUIVALENT,
			   j->to->is_fixed ? "pads shorter values" : "does not pad shorter values");
	if (to == 0 || (from != 0 && to > from))
		return is_bits && j->to->is_fixed && to
			       ? say(j, FERRY_TYPES_LOSSY, "takes bits of one length only")
			       : say(j, FERRY_TYPES_EQUIVALENT, "widens");
	if (j->is_lax)
		return say(j, FERRY_TYPES_EQUIVALENT, "is shorter, which the target does not enforce");
	return say(j, FERRY_TYPES_LOSSY, "can cut or refuse longer values");
}

static FerryTypesVerdict judge_fraction(Judgement *j)
{
	int from = j->from->precision < 0 ? 6 : j->from->precision,
	    to = j->to->precision < 0 ? 6 : j->to->precision;

	if (from == to)
		return FERRY_TYPES_EQUAL;
	if (to > from)
		return say(j, FERRY_TYPES_EQUIVALENT, "keeps more digits of a second");
	if (j->is_lax)
		return say(j, FERRY_TYPES_EQUIVALENT,
			   "has fewer digits of a second, which the target does not enforce");
	return say(j, FERRY_TYPES_LOSSY, "rounds fractions of a second");
}

static FerryTypesVerdict judge_decimals(Judgement *j)
{
	const FerryType *from = j->from, *to = j->to;
	bool is_from_open = from->precision <= 0, is_to_open = to->precision <= 0;

	if (is_from_open == is_to_open &&
	    (is_from_open || (from->precision == to->precision && from->scale == to->scale)))
		return FERRY_TYPES_EQUAL;
	if (is_to_open)
		return say(j, FERRY_TYPES_EQUIVALENT, "widens");
	if (j->is_lax && to->precision <= 15 && !is_from_open && from->precision <= 15)
		return say(j, FERRY_TYPES_EQUIVALENT, "has other digits, which the target does not enforce");
	if (is_from_open)
		return say(j, FERRY_TYPES_LOSSY, "can overflow or round");
	if (to->precision - to->scale < from->precision - from->scale)
		return say(j, FERRY_TYPES_LOSSY, "can overflow");
	if (to->scale < from->scale)
		return say(j, FERRY_TYPES_LOSSY, "rounds digits after the point");
	return say(j, FERRY_TYPES_EQUIVALENT, "widens");
}

static FerryTypesVerdict judge_same(Judgement *j)
{
	switch (j->from->id) {
	case FERRY_TYPE_TEXT:
	case FERRY_TYPE_BYTES:
	case FERRY_TYPE_BITS: return judge_length(j);
	case FERRY_TYPE_TIME:
	case FERRY_TYPE_TIMESTAMP:
	case FERRY_TYPE_TIMESTAMPTZ:
	case FERRY_TYPE_INTERVAL: return judge_fraction(j);
	case FERRY_TYPE_DECIMAL: return judge_decimals(j);
	case FERRY_TYPE_JSON:
		if (j->from->is_binary_json != j->to->is_binary_json)
			return say(j, FERRY_TYPES_EQUIVALENT,
				   j->to->is_binary_json ? "keeps the value, not its spelling"
							 : "keeps the spelling too");
		return FERRY_TYPES_EQUAL;
	default: return FERRY_TYPES_EQUAL;
	}
}

static FerryTypesVerdict judge_from_int(Judgement *j)
{
	FerryTypeId from = j->from->id, to = j->to->id;
	int digits = int_digits(from);

	if (is_int(to)) {
		if (to > from)
			return say(j, FERRY_TYPES_EQUIVALENT, "widens");
		return j->is_lax ? say(j, FERRY_TYPES_EQUIVALENT,
				       "is narrower, which the target does not enforce")
				 : say(j, FERRY_TYPES_LOSSY, "can overflow");
	}
	if (to == FERRY_TYPE_DECIMAL)
		return j->to->precision <= 0 || j->to->precision - j->to->scale >= digits
			       ? say(j, FERRY_TYPES_EQUIVALENT, "holds every value")
			       : say(j, FERRY_TYPES_LOSSY, "can overflow");
	if (is_float(to)) /* 24 and 53 bits hold 7 and 15 digits */
		return digits <= (to == FERRY_TYPE_FLOAT32 ? 7 : 15)
			       ? say(j, FERRY_TYPES_EQUIVALENT, "holds every value")
			       : say(j, FERRY_TYPES_LOSSY, "rounds large values");
	if (to == FERRY_TYPE_BOOL)
		return say(j, FERRY_TYPES_LOSSY, "tells only zero from all others");
	return say(j, FERRY_TYPES_INCOMPATIBLE, "holds no numbers");
}

static FerryTypesVerdict judge_from_decimal(Judgement *j)
{
	const FerryType *from = j->from;
	FerryTypeId to = j->to->id;

	if (is_int(to) && from->scale > 0)
		return say(j, FERRY_TYPES_LOSSY, "loses digits after the point");
	if (is_int(to))
		return from->precision > 0 && from->precision < int_digits(to)
			       ? say(j, FERRY_TYPES_EQUIVALENT, "holds every value")
			       : say(j, FERRY_TYPES_LOSSY, "can overflow");
	if (is_float(to))
		return from->precision > 0 && from->precision <= (to == FERRY_TYPE_FLOAT32 ? 6 : 15)
			       ? say(j, FERRY_TYPES_EQUIVALENT, "holds every value, though in binary")
			       : say(j, FERRY_TYPES_LOSSY, "rounds to binary digits");
	if (to == FERRY_TYPE_BOOL)
		return say(j, FERRY_TYPES_LOSSY, "tells only zero from all others");
	return say(j, FERRY_TYPES_INCOMPATIBLE, "holds no numbers");
}

static FerryTypesVerdict judge_from_float(Judgement *j)
{
	FerryTypeId to = j->to->id;

	if (to == FERRY_TYPE_FLOAT64)
		return say(j, FERRY_TYPES_EQUIVALENT, "widens");
	if (to == FERRY_TYPE_FLOAT32)
		return say(j, FERRY_TYPES_LOSSY, "rounds to 7 digits");
	if (to == FERRY_TYPE_DECIMAL)
		return say(j, FERRY_TYPES_LOSSY,
			   "can overflow or round, and may hold no NaN and no infinity");
	if (is_int(to))
		return say(j, FERRY_TYPES_LOSSY, "loses digits after the point");
	return say(j, FERRY_TYPES_INCOMPATIBLE, "holds no numbers");
}

static FerryTypesVerdict judge_from_time(Judgement *j)
{
	FerryTypeId from = j->from->id, to = j->to->id;

	if (from == FERRY_TYPE_DATE && (to == FERRY_TYPE_TIMESTAMP || to == FERRY_TYPE_TIMESTAMPTZ))
		return other_kind(j, "holds every date, as its midnight");
	if (from == FERRY_TYPE_TIMESTAMP && to == FERRY_TYPE_TIMESTAMPTZ)
		return other_kind(j, "takes the values as of the session's time zone");
	if (from == FERRY_TYPE_TIMESTAMPTZ && to == FERRY_TYPE_TIMESTAMP)
		return say(j, FERRY_TYPES_LOSSY, "loses the time zone");
	if ((from == FERRY_TYPE_TIMESTAMP || from == FERRY_TYPE_TIMESTAMPTZ) && to == FERRY_TYPE_DATE)
		return say(j, FERRY_TYPES_LOSSY, "loses the time");
	if ((from == FERRY_TYPE_TIMESTAMP || from == FERRY_TYPE_TIMESTAMPTZ) && to == FERRY_TYPE_TIME)
		return say(j, FERRY_TYPES_LOSSY, "loses the date");
	if (from == FERRY_TYPE_TIME && to == FERRY_TYPE_INTERVAL)
		return other_kind(j, "holds every time of day, as a span");
	if (from == FERRY_TYPE_INTERVAL && to == FERRY_TYPE_TIME)
		return say(j, FERRY_TYPES_LOSSY, "can overflow: spans may be longer than a day");
	return say(j, FERRY_TYPES_INCOMPATIBLE, "holds no such values");
}

/* Characters that the text form of a value takes at most; 0: no such bound. */
static int64_t text_width(const FerryType *type)
{
	switch (type->id) {
	case FERRY_TYPE_BOOL: return 5;
	case FERRY_TYPE_INT8:
	case FERRY_TYPE_INT16:
	case FERRY_TYPE_INT32:
	case FERRY_TYPE_INT64: return int_digits(type->id) + 1;
	case FERRY_TYPE_FLOAT32: return 16;
	case FERRY_TYPE_FLOAT64: return 25;
	case FERRY_TYPE_DECIMAL: return type->precision > 0 ? type->precision + 3 : 0;
	case FERRY_TYPE_DATE: return 13;
	case FERRY_TYPE_TIME: return 15;
	case FERRY_TYPE_TIMESTAMP: return 29;
	case FERRY_TYPE_TIMESTAMPTZ: return 35;
	case FERRY_TYPE_UUID: return 36;
	case FERRY_TYPE_BITS: return type->length;
	default: return 0;
	}
}

static FerryTypesVerdict judge_to_text(Judgement *j)
{
	int64_t width = text_width(j->from);

	if (j->from->id == FERRY_TYPE_BYTES)
		return say(j, FERRY_TYPES_INCOMPATIBLE, "holds text, and not all bytes are text");
	if (j->to->length > 0 && (width == 0 || width > j->to->length) && !j->is_lax)
		return say(j, FERRY_TYPES_LOSSY, "is too short for the text of every value");
	return other_kind(j, "holds the values as text, which sorts and computes differently");
}

static FerryTypesVerdict judge(Judgement *j)
{
	FerryTypeId from = j->from->id, to = j->to->id;

	if (from == to)
		return judge_same(j);
	if (to == FERRY_TYPE_TEXT)
		return judge_to_text(j);
	if (is_int(from))
		return judge_from_int(j);
	if (from == FERRY_TYPE_DECIMAL)
		return judge_from_decimal(j);
	if (is_float(from))
		return judge_from_float(j);
	if (from == FERRY_TYPE_BOOL && (is_int(to) || to == FERRY_TYPE_DECIMAL || is_float(to)))
		return other_kind(j, "holds true and false as 1 and 0");
	if (from == FERRY_TYPE_TEXT && to == FERRY_TYPE_BYTES)
		return other_kind(j, "holds the text as bytes");
	if (from == FERRY_TYPE_TEXT)
		return say(j, FERRY_TYPES_INCOMPATIBLE, "does not hold every text");
	if (from >= FERRY_TYPE_DATE && from <= FERRY_TYPE_INTERVAL)
		return judge_from_time(j);
	if (to == FERRY_TYPE_BYTES &&
	    (from == FERRY_TYPE_UUID || from == FERRY_TYPE_JSON || from == FERRY_TYPE_BITS))
		return other_kind(j, "holds the values as bytes");
	return say(j, FERRY_TYPES_INCOMPATIBLE, "holds no such values");
}

FerryTypesVerdict ferry_compare_types(const FerryType *from, const FerryType *to, bool is_lax,
				      bool *ret_changes_kind, char **ret_reason)
{
	Judgement j = {.from = from, .to = to, .is_lax = is_lax};
	FerryTypesVerdict verdict = judge(&j);

	if (ret_changes_kind)
		*ret_changes_kind = j.changes_kind;
	*ret_reason = verdict == FERRY_TYPES_EQUAL ? NULL : g_steal_pointer(&j.reason);
	g_free(j.reason);
	return verdict;
}
