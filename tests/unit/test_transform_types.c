/*
 * Every step on every type: it works, or it is refused with words that name both. What each pair shall do is
 * a table; values are put in, and what comes out is looked at, so that nothing is silently another value.
 */
#include "transform/transform.h"

#include "data/value_text.h"

#include <string.h>

/* A value of each type, as its text. */
static const char *const samples[FERRY_N_TYPES] = {
	[FERRY_TYPE_BOOL] = "t",
	[FERRY_TYPE_INT8] = "-7",
	[FERRY_TYPE_INT16] = "-7",
	[FERRY_TYPE_INT32] = "-7",
	[FERRY_TYPE_INT64] = "-7",
	[FERRY_TYPE_FLOAT32] = "1.5",
	[FERRY_TYPE_FLOAT64] = "1.5",
	[FERRY_TYPE_DECIMAL] = "1.50",
	[FERRY_TYPE_TEXT] = " Ab ",
	[FERRY_TYPE_BYTES] = " Ab ",
	[FERRY_TYPE_DATE] = "2024-02-29",
	[FERRY_TYPE_TIME] = "01:02:03",
	[FERRY_TYPE_TIMESTAMP] = "2024-02-29 01:02:03",
	[FERRY_TYPE_TIMESTAMPTZ] = "2024-02-29 01:02:03+00",
	[FERRY_TYPE_INTERVAL] = "1 day",
	[FERRY_TYPE_UUID] = "00112233-4455-6677-8899-aabbccddeeff",
	[FERRY_TYPE_JSON] = "{\"a\": 1}",
	[FERRY_TYPE_BITS] = "101",
};

static void put(FerryColumn *c, size_t row, const char *text)
{
	void *at =
		ferry_type_width(c->type->id) ? (char *)c->fixed + row * ferry_type_width(c->type->id) : NULL;
	size_t len = strlen(text);
	int64_t number = g_ascii_strtoll(text, NULL, 10);
	bool has_zone;

	switch (c->type->id) {
	case FERRY_TYPE_BOOL: *(uint8_t *)at = *text == 't'; break;
	case FERRY_TYPE_INT8: *(int8_t *)at = (int8_t)number; break;
	case FERRY_TYPE_INT16: *(int16_t *)at = (int16_t)number; break;
	case FERRY_TYPE_INT32: *(int32_t *)at = (int32_t)number; break;
	case FERRY_TYPE_INT64: *(int64_t *)at = number; break;
	case FERRY_TYPE_FLOAT32: *(float *)at = (float)g_ascii_strtod(text, NULL); break;
	case FERRY_TYPE_FLOAT64: *(double *)at = g_ascii_strtod(text, NULL); break;
	case FERRY_TYPE_DATE: g_assert_true(ferry_parse_date(text, len, at)); break;
	case FERRY_TYPE_TIME: g_assert_true(ferry_parse_time(text, len, at)); break;
	case FERRY_TYPE_TIMESTAMP:
	case FERRY_TYPE_TIMESTAMPTZ: g_assert_true(ferry_parse_timestamp(text, len, at, &has_zone)); break;
	case FERRY_TYPE_INTERVAL: *(FerryInterval *)at = (FerryInterval){.days = 1}; break;
	case FERRY_TYPE_UUID: g_assert_true(ferry_parse_uuid(text, len, at)); break;
	default: g_assert_true(ferry_column_append_bytes(c, row, text, len));
	}
}

typedef struct Tried {
	char *error;           /* or NULL: it was compiled */
	char *value, *of_null; /* texts; NULL: SQL NULL */
	const char *bad;       /* the kind of value's, or NULL */
	FerryTypeId type;
} Tried;

static void tried_clear(Tried *t)
{
	g_free(t->error);
	g_free(t->value);
	g_free(t->of_null);
}

static char *text_at(const FerryBatch *batch, size_t row)
{
	const FerryColumn *c = &batch->columns[0];
	g_autoptr(GString) text = g_string_new(NULL);
	size_t len;

	if (ferry_column_is_null(c, row))
		return NULL;
	if (c->type->id == FERRY_TYPE_BYTES) { /* as they are, not in hex */
		const uint8_t *data = ferry_column_get_bytes(c, row, &len);
		return g_strndup((const char *)data, len);
	}
	ferry_value_to_text(c, row, text);
	return g_strdup(text->str);
}

/* The step on a column of the type, with a value and a NULL. */
static Tried try(const FerryType *from, FerryTransformStep *step, const char *value)
{
	g_autoptr(GPtrArray) steps =
		g_ptr_array_new_with_free_func((GDestroyNotify)ferry_transform_step_free);
	g_autoptr(FerrySchema) in = ferry_schema_new(1), out = ferry_schema_new(1);
	FerryTransformColumn column = {.source = "a", .steps = steps};
	g_autoptr(GError) error = NULL;
	Tried tried = {0};

	g_ptr_array_add(steps, step);
	in->fields[0] = (FerryField){.name = g_strdup("a"), .type = *from};
	out->fields[0].name = g_strdup("a");
	g_autoptr(FerryTransform) transform = NULL;
	if (ferry_transform_result_type(from, steps, &out->fields[0].type, &error))
		transform = ferry_transform_compile(in, out, &column, NULL, 0, &error);
	if (!transform) {
		g_assert_true(g_error_matches(error, error->domain, FERRY_ERROR_USAGE));
		tried.error = g_strdup(error->message);
		return tried;
	}
	g_autoptr(FerryTransformer) t = ferry_transformer_new(transform);
	g_autoptr(FerryBatch) given = ferry_batch_new(in, 2), made = ferry_batch_new(out, 2);
	put(&given->columns[0], 0, value);
	ferry_column_set_null(&given->columns[0], 1);
	given->n_rows = 2;
	g_assert_true(ferry_transformer_apply(t, given, made, NULL, NULL));
	tried.value = text_at(made, 0);
	tried.of_null = text_at(made, 1);
	tried.bad = made->n_bad ? ferry_bad_kind_name(made->bad[0].kind) : NULL;
	tried.type = out->fields[0].type.id;
	return tried;
}

static FerryTransformStep *make_step(FerryTransformKind kind, FerryTypeId type)
{
	FerryTransformStep *step = ferry_transform_step_new(kind);
	bool has_value = kind == FERRY_TRANSFORM_DEFAULT || kind == FERRY_TRANSFORM_NULL_IF;

	step->from = 2;
	step->length = 1;
	step->text = has_value                          ? g_strdup(samples[type])
		     : kind == FERRY_TRANSFORM_CONSTANT ? g_strdup("k")
		     : kind == FERRY_TRANSFORM_HASH     ? g_strdup("FERRY_TEST_KEY")
		     : kind == FERRY_TRANSFORM_REPLACE  ? g_strdup("0")
							: NULL;
	step->with = kind == FERRY_TRANSFORM_REPLACE ? g_strdup("zero") : NULL;
	if (kind == FERRY_TRANSFORM_CONCAT)
		for (int i = 0; i < 2; i++) {
			FerryConcatPart *part = g_new0(FerryConcatPart, 1);
			part->column = i ? NULL : g_strdup("a");
			part->literal = i ? g_strdup("!") : NULL;
			g_ptr_array_add(step->parts, part);
		}
	return step;
}

static bool is_refused(FerryTransformKind kind, FerryTypeId type)
{
	switch (kind) {
	case FERRY_TRANSFORM_DEFAULT: return type == FERRY_TYPE_INTERVAL;
	case FERRY_TRANSFORM_NULL_IF: return type == FERRY_TYPE_INTERVAL || type == FERRY_TYPE_JSON;
	case FERRY_TRANSFORM_HASH:
	case FERRY_TRANSFORM_CONSTANT: return false;
	default: return type == FERRY_TYPE_BYTES; /* they have no characters */
	}
}

/* What the plain version makes of the sample, by GLib. */
static char *expected(FerryTransformKind kind, FerryTypeId type)
{
	const char *text = samples[type];

	switch (kind) {
	case FERRY_TRANSFORM_DEFAULT: return g_strdup(text);
	case FERRY_TRANSFORM_NULL_IF: return NULL;
	case FERRY_TRANSFORM_TRIM: return g_strstrip(g_strdup(text));
	case FERRY_TRANSFORM_LTRIM: return g_strchug(g_strdup(text));
	case FERRY_TRANSFORM_RTRIM: return g_strchomp(g_strdup(text));
	case FERRY_TRANSFORM_UPPER: return g_ascii_strup(text, -1);
	case FERRY_TRANSFORM_LOWER: return g_ascii_strdown(text, -1);
	case FERRY_TRANSFORM_SUBSTRING: return g_strndup(text + MIN(strlen(text), 1), 1);
	case FERRY_TRANSFORM_CONCAT: return g_strconcat(text, "!", NULL);
	case FERRY_TRANSFORM_CONSTANT: return g_strdup("k");
	case FERRY_TRANSFORM_REPLACE: {
		g_auto(GStrv) parts = g_strsplit(text, "0", -1);
		return g_strjoinv("zero", parts);
	}
	case FERRY_TRANSFORM_MASK: {
		char *masked = g_strdup(text);
		for (size_t i = 0; i + 1 < strlen(text); i++)
			masked[i] = '*';
		return masked;
	}
	default: return NULL;
	}
}

static const char *expected_of_null(FerryTransformKind kind, FerryTypeId type)
{
	return kind == FERRY_TRANSFORM_DEFAULT    ? samples[type]
	       : kind == FERRY_TRANSFORM_CONCAT   ? "!"
	       : kind == FERRY_TRANSFORM_CONSTANT ? "k"
						  : NULL;
}

static void check_step(FerryTransformKind kind, FerryTypeId type)
{
	FerryType from = FERRY_TYPE(type);
	Tried tried = try(&from, make_step(kind, type), samples[type]);
	g_autofree char *wanted = expected(kind, type);

	g_test_message("%s of %s: %s", ferry_transform_words[kind], ferry_type_id_name(type),
		       tried.error   ? tried.error
		       : tried.value ? tried.value
				     : "NULL");
	g_assert_true(is_refused(kind, type) == (tried.error != NULL));
	if (tried.error) {
		g_assert_nonnull(strstr(tried.error, ferry_transform_words[kind]));
		g_assert_nonnull(strstr(tried.error, ferry_type_id_name(type)));
	} else {
		g_assert_null(tried.bad);
		if (kind == FERRY_TRANSFORM_HASH)
			g_assert_cmpuint(strlen(tried.value), ==, 64);
		else
			g_assert_cmpstr(tried.value, ==, wanted);
		g_assert_cmpstr(tried.of_null, ==, expected_of_null(kind, type));
	}
	tried_clear(&tried);
}

static void test_steps(void)
{
	g_setenv("FERRY_TEST_KEY", "0123456789abcdef", TRUE);
	for (int kind = FERRY_TRANSFORM_TYPE + 1; kind < FERRY_N_TRANSFORMS; kind++)
		for (int type = 0; type < FERRY_N_TYPES; type++)
			check_step((FerryTransformKind)kind, (FerryTypeId)type);
}

/* ---- conversions ---- */

/* From each type (a line) to each (a column), in the order of FerryTypeId: the same, converted, or refused.
 */
static const char *const allowed[FERRY_N_TYPES] = {
	/*                          b 1 2 4 8 f d n t B D T S Z i u j # */
	[FERRY_TYPE_BOOL] = "= x x x x x x x x . . . . . . . x x",
	[FERRY_TYPE_INT8] = "x = x x x x x x x . . . . . . . x .",
	[FERRY_TYPE_INT16] = "x x = x x x x x x . . . . . . . x .",
	[FERRY_TYPE_INT32] = "x x x = x x x x x . . . . . . . x .",
	[FERRY_TYPE_INT64] = "x x x x = x x x x . . . . . . . x .",
	[FERRY_TYPE_FLOAT32] = "x x x x x = x x x . . . . . . . x .",
	[FERRY_TYPE_FLOAT64] = "x x x x x x = x x . . . . . . . x .",
	[FERRY_TYPE_DECIMAL] = "x x x x x x x = x . . . . . . . x .",
	[FERRY_TYPE_TEXT] = "x x x x x x x x = x x x x x . x x x",
	[FERRY_TYPE_BYTES] = ". . . . . . . . . = . . . . . . . .",
	[FERRY_TYPE_DATE] = ". . . . . . . . x . = . x x . . . .",
	[FERRY_TYPE_TIME] = ". . . . . . . . x . . = . . . . . .",
	[FERRY_TYPE_TIMESTAMP] = ". . . . . . . . x . x x = x . . . .",
	[FERRY_TYPE_TIMESTAMPTZ] = ". . . . . . . . x . x x x = . . . .",
	[FERRY_TYPE_INTERVAL] = ". . . . . . . . x . . . . . . . . .",
	[FERRY_TYPE_UUID] = ". . . . . . . . x . . . . . . = . .",
	[FERRY_TYPE_JSON] = "x x x x x x x x x . . . . . . . = .",
	[FERRY_TYPE_BITS] = "x . . . . . . . x . . . . . . . . =",
};

static FerryTransformStep *type_step(const char *type)
{
	FerryTransformStep *step = ferry_transform_step_new(FERRY_TRANSFORM_TYPE);

	step->text = g_strdup(type);
	return step;
}

static void test_pairs(void)
{
	for (int from = 0; from < FERRY_N_TYPES; from++)
		for (int to = 0; to < FERRY_N_TYPES; to++) {
			FerryType type = FERRY_TYPE((FerryTypeId)from);
			char mark = allowed[from][2 * to];
			Tried tried =
				try(&type, type_step(ferry_type_id_name((FerryTypeId)to)), samples[from]);

			g_test_message("%s to %s: %s", ferry_type_id_name((FerryTypeId)from),
				       ferry_type_id_name((FerryTypeId)to),
				       tried.error ? tried.error
				       : tried.bad ? tried.bad
						   : tried.value);
			g_assert_true((mark == '.') == (tried.error != NULL));
			if (mark == '=')
				g_assert_cmpstr(tried.value, ==, samples[from]);
			if (!tried.error)
				g_assert_true((tried.value == NULL) == (tried.bad != NULL));
			tried_clear(&tried);
		}
}

/* What values become; "!kind": bad. */
static void test_values(void)
{
	static const struct {
		FerryTypeId from;
		const char *value, *to, *out;
	} cases[] = {
		{FERRY_TYPE_BOOL, "t", "int32", "1"},
		{FERRY_TYPE_BOOL, "f", "decimal(3,1)", "0"},
		{FERRY_TYPE_BOOL, "t", "json", "true"},
		{FERRY_TYPE_BOOL, "t", "bits(1)", "1"},
		{FERRY_TYPE_BITS, "1", "bool", "t"},
		{FERRY_TYPE_BITS, "10", "bool", "!invalid-value"},
		{FERRY_TYPE_INT32, "1", "bool", "t"},
		{FERRY_TYPE_INT32, "2", "bool", "!invalid-value"},
		{FERRY_TYPE_INT32, "200", "int8", "!out-of-range"},
		{FERRY_TYPE_INT64, "-32768", "int16", "-32768"},
		{FERRY_TYPE_INT64, "-32769", "int16", "!out-of-range"},
		{FERRY_TYPE_INT32, "1000", "decimal(5,2)", "!out-of-range"},
		{FERRY_TYPE_INT32, "999", "decimal(5,2)", "999"},
		{FERRY_TYPE_FLOAT64, "1e20", "decimal(30,0)", "100000000000000000000"},
		{FERRY_TYPE_FLOAT64, "1.5e-7", "decimal(10,8)", "0.00000015"},
		{FERRY_TYPE_FLOAT64, "-2.5e17", "int64", "-250000000000000000"},
		{FERRY_TYPE_FLOAT64, "1.5", "int32", "!invalid-value"},
		{FERRY_TYPE_FLOAT64, "nan", "json", "!invalid-value"},
		{FERRY_TYPE_FLOAT64, "inf", "decimal(5,2)", "!out-of-range"},
		{FERRY_TYPE_DECIMAL, "7.00", "int8", "7"},
		{FERRY_TYPE_DECIMAL, "7.01", "int8", "!invalid-value"},
		{FERRY_TYPE_DECIMAL, "NaN", "decimal(5,2)", "NaN"},
		{FERRY_TYPE_TEXT, "123.45", "decimal(5,2)", "123.45"},
		{FERRY_TYPE_TEXT, "0123.4500", "decimal(5,2)", "0123.4500"},
		{FERRY_TYPE_TEXT, "1234.5", "decimal(5,2)", "!out-of-range"},
		{FERRY_TYPE_TEXT, "1.234", "decimal(5,2)", "!out-of-range"},
		{FERRY_TYPE_TEXT, "-0.00", "decimal(5,2)", "-0.00"},
		{FERRY_TYPE_TEXT, "0.05", "decimal(2,2)", "0.05"},
		{FERRY_TYPE_TEXT, "1", "decimal(2,2)", "!out-of-range"},
		{FERRY_TYPE_TEXT, "1.", "decimal(5,2)", "!invalid-value"},
		{FERRY_TYPE_TEXT, ".5", "decimal(5,2)", "!invalid-value"},
		{FERRY_TYPE_TEXT, "101", "bits(3)", "101"},
		{FERRY_TYPE_TEXT, "1011", "bits(3)", "!too-long"},
		{FERRY_TYPE_TEXT, "10", "bits(3) fixed", "!invalid-value"},
		{FERRY_TYPE_TEXT, "102", "bits(3)", "!invalid-value"},
		{FERRY_TYPE_TEXT, "{\"a\":", "json", "!invalid-value"},
		{FERRY_TYPE_TEXT, "[1, 2]", "json", "[1, 2]"},
		{FERRY_TYPE_JSON, "12", "int32", "12"},
		{FERRY_TYPE_JSON, "true", "bool", "t"},
		{FERRY_TYPE_JSON, "\"12\"", "int32", "!invalid-value"},
		{FERRY_TYPE_DATE, "2024-02-29", "timestamp", "2024-02-29 00:00:00"},
		{FERRY_TYPE_TIMESTAMP, "2024-02-29 01:02:03", "date", "2024-02-29"},
		{FERRY_TYPE_TIMESTAMPTZ, "2024-02-29 01:02:03+00", "time", "01:02:03"},
		{FERRY_TYPE_TIMESTAMP, "0044-03-15 01:02:03 BC", "date", "!invalid-value"},
		{FERRY_TYPE_TIMESTAMP, "infinity", "time", "!invalid-value"},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		FerryType from = FERRY_TYPE(cases[i].from);
		Tried tried = try(&from, type_step(cases[i].to), cases[i].value);

		g_test_message("%s %s to %s: %s", ferry_type_id_name(cases[i].from), cases[i].value,
			       cases[i].to,
			       tried.error ? tried.error
			       : tried.bad ? tried.bad
					   : tried.value);
		g_assert_null(tried.error);
		if (*cases[i].out == '!')
			g_assert_cmpstr(tried.bad, ==, cases[i].out + 1);
		else
			g_assert_cmpstr(tried.value, ==, cases[i].out);
		g_assert_null(tried.of_null);
		tried_clear(&tried);
	}
}

/* ---- constants ---- */

/* Values of the project that are none of the column's type are found when the project is planned. */
static void test_wrong_constants(void)
{
	static const struct {
		const char *type, *text;
		bool is_null_if;
	} cases[] = {
		{"int8", "300", false},         {"int32", "x", true},       {"decimal(3,1)", "100", false},
		{"decimal(3,1)", "0.25", true}, {"bits(3)", "1111", false}, {"json", "{", false},
		{"date", "2023-02-29", false},  {"uuid", "1", true},        {"bool", "perhaps", false},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		FerryTransformStep *step = ferry_transform_step_new(
			cases[i].is_null_if ? FERRY_TRANSFORM_NULL_IF : FERRY_TRANSFORM_DEFAULT);
		FerryType type;

		step->text = g_strdup(cases[i].text);
		g_assert_true(ferry_type_from_string(cases[i].type, &type));
		Tried tried = try(&type, step, samples[type.id]);
		g_assert_nonnull(tried.error);
		g_assert_nonnull(strstr(tried.error, cases[i].text));
		g_assert_nonnull(strstr(tried.error, cases[i].type));
		tried_clear(&tried);
	}
}

/* Numbers are compared by what they mean. */
static void test_null_if(void)
{
	static const struct {
		FerryTypeId type;
		const char *value, *text;
		bool is_null;
	} cases[] = {
		{FERRY_TYPE_FLOAT64, "-0", "0", true},
		{FERRY_TYPE_FLOAT32, "1.5", "1.50", true},
		{FERRY_TYPE_FLOAT64, "nan", "NaN", true},
		{FERRY_TYPE_DECIMAL, "-0.00", "0", true},
		{FERRY_TYPE_DECIMAL, "007", "7.0", true},
		{FERRY_TYPE_DECIMAL, "0.5", "0.50", true},
		{FERRY_TYPE_DECIMAL, "0.5", "5", false},
		{FERRY_TYPE_INT64, "10", "1", false},
		{FERRY_TYPE_BOOL, "f", "no", true},
		{FERRY_TYPE_TIMESTAMPTZ, "2024-01-01 00:00:00+00", "2024-01-01 02:00+02", true},
		{FERRY_TYPE_BYTES, "ab", "ab", true},
		{FERRY_TYPE_BITS, "01", "1", false},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		FerryTransformStep *step = ferry_transform_step_new(FERRY_TRANSFORM_NULL_IF);
		FerryType type = FERRY_TYPE(cases[i].type);

		step->text = g_strdup(cases[i].text);
		Tried tried = try(&type, step, cases[i].value);
		g_test_message("%s null-if %s", cases[i].value, cases[i].text);
		g_assert_null(tried.error);
		g_assert_true((tried.value == NULL) == cases[i].is_null);
		g_assert_null(tried.bad);
		tried_clear(&tried);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/transform-types/steps", test_steps);
	g_test_add_func("/transform-types/pairs", test_pairs);
	g_test_add_func("/transform-types/values", test_values);
	g_test_add_func("/transform-types/wrong-constants", test_wrong_constants);
	g_test_add_func("/transform-types/null-if", test_null_if);
	return g_test_run();
}
