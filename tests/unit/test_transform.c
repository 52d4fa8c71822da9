/*
 * Transforms: what each step makes of values, what is refused at compile time, and how batches are handed
 * over.
 */
#include "transform/transform.h"

#include "count_allocations.h"
#include "data/value_text.h"

#include <string.h>

/* "kind[:text[:with]]@from,length" is too clever by half: a case names its fields. */
typedef struct Case {
	FerryTransformKind kind;
	const char *text, *with;
	int64_t from, length;
	const char *in, *out; /* NULL: SQL NULL; out "!kind": bad */
} Case;

static FerrySchema *schema_of(FerryType type, const char *name)
{
	FerrySchema *schema = ferry_schema_new(1);

	schema->fields[0].name = g_strdup(name);
	schema->fields[0].type = type;
	return schema;
}

static void put(FerryBatch *batch, size_t column, const char *text)
{
	FerryColumn *c = &batch->columns[column];

	if (text)
		g_assert_true(ferry_column_append_bytes(c, batch->n_rows, text, strlen(text)));
	else
		ferry_column_set_null_bytes(c, batch->n_rows);
}

static void check_result(const FerryBatch *out, size_t row, const char *expected)
{
	g_autoptr(GString) text = g_string_new(NULL);
	bool is_there = ferry_value_to_text(&out->columns[0], row, text);

	if (!expected) {
		g_assert_false(is_there);
		g_assert_cmpuint(out->n_bad, ==, 0);
	} else if (*expected == '!') {
		g_assert_cmpuint(out->n_bad, ==, 1);
		g_assert_cmpstr(ferry_bad_kind_name(out->bad[0].kind), ==, expected + 1);
	} else {
		g_assert_cmpuint(out->n_bad, ==, 0);
		g_assert_cmpstr(text->str, ==, expected);
	}
}

static FerryTransformStep *step_of(const Case *c)
{
	FerryTransformStep *step = ferry_transform_step_new(c->kind);

	step->text = g_strdup(c->text);
	step->with = g_strdup(c->with);
	step->from = c->from;
	step->length = c->length;
	return step;
}

static void run_case(const Case *c)
{
	g_autoptr(GPtrArray) steps =
		g_ptr_array_new_with_free_func((GDestroyNotify)ferry_transform_step_free);
	g_autoptr(FerrySchema) in = schema_of(FERRY_TYPE(FERRY_TYPE_TEXT), "a"), out = NULL;
	FerryType type;
	g_autoptr(GError) error = NULL;

	g_ptr_array_add(steps, step_of(c));
	g_assert_true(ferry_transform_result_type(&in->fields[0].type, steps, &type, &error));
	g_assert_no_error(error);
	out = schema_of(type, "b");
	FerryTransformColumn column = {.source = "a", .steps = steps};
	g_autoptr(FerryTransform) transform = ferry_transform_compile(in, out, &column, NULL, 0, &error);
	g_assert_no_error(error);
	g_autoptr(FerryTransformer) t = ferry_transformer_new(transform);
	g_autoptr(FerryBatch) from = ferry_batch_new(in, 4), to = ferry_batch_new(out, 4);
	put(from, 0, c->in);
	from->n_rows = 1;
	g_assert_true(ferry_transformer_apply(t, from, to, NULL, &error));
	g_assert_cmpuint(to->n_rows, ==, 1);
	check_result(to, 0, c->out);
}

static void test_steps(void)
{
	static const Case cases[] = {
		{FERRY_TRANSFORM_TRIM, NULL, NULL, 0, 0, "  a b\t", "a b"},
		{FERRY_TRANSFORM_TRIM, "x", NULL, 0, 0, "xxaxx", "a"},
		{FERRY_TRANSFORM_TRIM, NULL, NULL, 0, 0, "   ", ""},
		{FERRY_TRANSFORM_TRIM, NULL, NULL, 0, 0, "\u00a0\u2003é ", "é"},
		{FERRY_TRANSFORM_TRIM, NULL, NULL, 0, 0, NULL, NULL},
		{FERRY_TRANSFORM_TRIM, NULL, NULL, 0, 0, "a\xff", "!invalid-encoding"},
		{FERRY_TRANSFORM_LTRIM, NULL, NULL, 0, 0, " a ", "a "},
		{FERRY_TRANSFORM_RTRIM, NULL, NULL, 0, 0, " a ", " a"},
		{FERRY_TRANSFORM_UPPER, NULL, NULL, 0, 0, "żółć 1a", "ŻÓŁĆ 1A"},
		{FERRY_TRANSFORM_LOWER, NULL, NULL, 0, 0, "ÀB", "àb"},
		{FERRY_TRANSFORM_SUBSTRING, NULL, NULL, 2, 2, "a😀bc", "😀b"},
		{FERRY_TRANSFORM_SUBSTRING, NULL, NULL, -2, -1, "abcd", "cd"},
		{FERRY_TRANSFORM_SUBSTRING, NULL, NULL, 5, 2, "abc", ""},
		{FERRY_TRANSFORM_SUBSTRING, NULL, NULL, 1, 0, "abc", ""},
		{FERRY_TRANSFORM_SUBSTRING, NULL, NULL, -9, 2, "abc", "ab"},
		{FERRY_TRANSFORM_REPLACE, "ab", "x", 0, 0, "abcab", "xcx"},
		{FERRY_TRANSFORM_REPLACE, "a", NULL, 0, 0, "banana", "bnn"},
		{FERRY_TRANSFORM_REPLACE, "q", "r", 0, 0, "banana", "banana"},
		{FERRY_TRANSFORM_REPLACE, "a", "aa", 0, 0, "a\xff", "aa\xff"},
		{FERRY_TRANSFORM_MASK, NULL, NULL, 0, 4, "4111111111111111", "************1111"},
		{FERRY_TRANSFORM_MASK, "•", NULL, 0, 1, "äöü", "••ü"},
		{FERRY_TRANSFORM_MASK, NULL, NULL, 0, 9, "abc", "abc"},
		{FERRY_TRANSFORM_DEFAULT, "none", NULL, 0, 0, NULL, "none"},
		{FERRY_TRANSFORM_DEFAULT, "none", NULL, 0, 0, "", ""},
		{FERRY_TRANSFORM_NULL_IF, "n/a", NULL, 0, 0, "n/a", NULL},
		{FERRY_TRANSFORM_NULL_IF, "n/a", NULL, 0, 0, "n/A", "n/A"},
		{FERRY_TRANSFORM_NULL_IF, "", NULL, 0, 0, "", NULL},
		{FERRY_TRANSFORM_CONSTANT, "k", NULL, 0, 0, NULL, "k"},
		{FERRY_TRANSFORM_TYPE, "int16", NULL, 0, 0, "-12", "-12"},
		{FERRY_TRANSFORM_TYPE, "int16", NULL, 0, 0, "12.00", "12"},
		{FERRY_TRANSFORM_TYPE, "int16", NULL, 0, 0, "12.5", "!invalid-value"},
		{FERRY_TRANSFORM_TYPE, "int16", NULL, 0, 0, "40000", "!out-of-range"},
		{FERRY_TRANSFORM_TYPE, "int64", NULL, 0, 0, "99999999999999999999", "!out-of-range"},
		{FERRY_TRANSFORM_TYPE, "int64", NULL, 0, 0, "", "!invalid-value"},
		{FERRY_TRANSFORM_TYPE, "int64", NULL, 0, 0, NULL, NULL},
		{FERRY_TRANSFORM_TYPE, "bool", NULL, 0, 0, "yes", "t"},
		{FERRY_TRANSFORM_TYPE, "decimal(5,2)", NULL, 0, 0, "1.25", "1.25"},
		{FERRY_TRANSFORM_TYPE, "decimal", NULL, 0, 0, "1e5", "!invalid-value"},
		{FERRY_TRANSFORM_TYPE, "date", NULL, 0, 0, "2024-02-29", "2024-02-29"},
		{FERRY_TRANSFORM_TYPE, "date", NULL, 0, 0, "2023-02-29", "!invalid-value"},
		{FERRY_TRANSFORM_TYPE, "timestamp", NULL, 0, 0, "2024-02-29T01:02:03", "2024-02-29 01:02:03"},
		{FERRY_TRANSFORM_TYPE, "uuid", NULL, 0, 0, "00112233-4455-6677-8899-aabbccddeeff",
		 "00112233-4455-6677-8899-aabbccddeeff"},
		{FERRY_TRANSFORM_TYPE, "float64", NULL, 0, 0, "0.1", "0.1"},
		{FERRY_TRANSFORM_TYPE, "float32", NULL, 0, 0, "1e300", "!out-of-range"},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
		run_case(&cases[i]);
}

static void test_types(void)
{
	static const struct {
		FerryTransformKind kind;
		const char *text;
		FerryTypeId from;
		const char *word; /* of the error; NULL: accepted */
	} cases[] = {
		{FERRY_TRANSFORM_UPPER, NULL, FERRY_TYPE_BYTES, "characters"},
		{FERRY_TRANSFORM_UPPER, NULL, FERRY_TYPE_INT32, NULL},
		{FERRY_TRANSFORM_TYPE, "intt", FERRY_TYPE_TEXT, "intt"},
		{FERRY_TRANSFORM_TYPE, NULL, FERRY_TYPE_TEXT, "no type"},
		{FERRY_TRANSFORM_TYPE, "interval", FERRY_TYPE_TEXT, "interval"},
		{FERRY_TRANSFORM_TYPE, "int8", FERRY_TYPE_BYTES, "other form"},
		{FERRY_TRANSFORM_DEFAULT, "x", FERRY_TYPE_INT32, "\"x\" is no int32"},
		{FERRY_TRANSFORM_DEFAULT, "7", FERRY_TYPE_INT32, NULL},
		{FERRY_TRANSFORM_DEFAULT, NULL, FERRY_TYPE_TEXT, "needs a value"},
		{FERRY_TRANSFORM_MASK, "ab", FERRY_TYPE_TEXT, "one character"},
		{FERRY_TRANSFORM_REPLACE, "", FERRY_TYPE_TEXT, "look for"},
		{FERRY_TRANSFORM_SUBSTRING, NULL, FERRY_TYPE_TEXT, "first character"},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GPtrArray) steps =
			g_ptr_array_new_with_free_func((GDestroyNotify)ferry_transform_step_free);
		g_autoptr(GError) error = NULL;
		FerryType from = FERRY_TYPE(cases[i].from), to;

		g_ptr_array_add(steps, step_of(&(Case){.kind = cases[i].kind, .text = cases[i].text}));
		bool is_ok = ferry_transform_result_type(&from, steps, &to, &error);
		g_assert_true(is_ok == !cases[i].word);
		if (!is_ok)
			g_assert_nonnull(strstr(error->message, cases[i].word));
	}
}

/* Values that are no text: what is compared and put in their place is written as values of the type are. */
static void test_typed_constants(void)
{
	static const struct {
		FerryTypeId type;
		FerryTransformKind kind;
		const char *text, *in, *out;
	} cases[] = {
		{FERRY_TYPE_DECIMAL, FERRY_TRANSFORM_NULL_IF, "0", "0.00", NULL},
		{FERRY_TYPE_DECIMAL, FERRY_TRANSFORM_NULL_IF, "1.50", "1.5", NULL},
		{FERRY_TYPE_DECIMAL, FERRY_TRANSFORM_NULL_IF, "10", "1", "1"},
		{FERRY_TYPE_TEXT, FERRY_TRANSFORM_NULL_IF, "0", "0.00", "0.00"},
		{FERRY_TYPE_DECIMAL, FERRY_TRANSFORM_DEFAULT, "7", NULL, "7"},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GPtrArray) steps =
			g_ptr_array_new_with_free_func((GDestroyNotify)ferry_transform_step_free);
		g_autoptr(FerrySchema) in = schema_of(FERRY_TYPE(cases[i].type), "a"),
				       out = schema_of(FERRY_TYPE(cases[i].type), "b");
		FerryTransformColumn column = {.source = "a", .steps = steps};
		g_ptr_array_add(steps, step_of(&(Case){.kind = cases[i].kind, .text = cases[i].text}));
		g_autoptr(FerryTransform) transform =
			ferry_transform_compile(in, out, &column, NULL, 0, NULL);
		g_autoptr(FerryTransformer) t = ferry_transformer_new(transform);
		g_autoptr(FerryBatch) from = ferry_batch_new(in, 2), to = ferry_batch_new(out, 2);
		put(from, 0, cases[i].in);
		from->n_rows = 1;
		g_assert_true(ferry_transformer_apply(t, from, to, NULL, NULL));
		check_result(to, 0, cases[i].out);
	}
}

/* A boolean as a number, with a default in any spelling. */
static void test_booleans(void)
{
	g_autoptr(GPtrArray) steps =
		g_ptr_array_new_with_free_func((GDestroyNotify)ferry_transform_step_free);
	g_autoptr(FerrySchema) in = schema_of(FERRY_TYPE(FERRY_TYPE_BOOL), "a"),
			       out = schema_of(FERRY_TYPE(FERRY_TYPE_INT8), "b");
	FerryTransformColumn column = {.source = "a", .steps = steps};

	g_ptr_array_add(steps, step_of(&(Case){.kind = FERRY_TRANSFORM_DEFAULT, .text = "true"}));
	g_ptr_array_add(steps, step_of(&(Case){.kind = FERRY_TRANSFORM_TYPE, .text = "int8"}));
	g_autoptr(FerryTransform) transform = ferry_transform_compile(in, out, &column, NULL, 0, NULL);
	g_autoptr(FerryTransformer) t = ferry_transformer_new(transform);
	g_autoptr(FerryBatch) from = ferry_batch_new(in, 4), to = ferry_batch_new(out, 4);
	for (int i = 0; i < 3; i++) {
		((uint8_t *)from->columns[0].fixed)[i] = i == 1;
		if (i == 2)
			ferry_column_set_null_fixed(&from->columns[0], 2);
		from->n_rows++;
	}
	g_assert_true(ferry_transformer_apply(t, from, to, NULL, NULL));
	g_assert_cmpuint(to->n_bad, ==, 0);
	for (int i = 0; i < 3; i++)
		g_assert_cmpint(((int8_t *)to->columns[0].fixed)[i], ==, i > 0);
}

/* A type in the middle of a chain would never be checked. */
static void test_type_is_last(void)
{
	g_autoptr(GPtrArray) steps =
		g_ptr_array_new_with_free_func((GDestroyNotify)ferry_transform_step_free);
	FerryType text = FERRY_TYPE(FERRY_TYPE_TEXT), type;
	g_autoptr(GError) error = NULL;

	g_ptr_array_add(steps, step_of(&(Case){.kind = FERRY_TRANSFORM_TYPE, .text = "bool"}));
	g_ptr_array_add(steps, step_of(&(Case){.kind = FERRY_TRANSFORM_TYPE, .text = "int8"}));
	g_assert_false(ferry_transform_result_type(&text, steps, &type, &error));
	g_assert_nonnull(strstr(error->message, "last"));
}

static void test_type_names(void)
{
	static const char *const names[] = {"bool",        "int8",        "decimal(12,2)",  "decimal",
					    "text(40)",    "text",        "bytes(3) fixed", "timestamp(3)",
					    "time",        "timestamptz", "uuid",           "json",
					    "json binary", "bits(4)"};
	static const char *const wrong[] = {"",           "int",         "text(",          "text(a)",
					    "text(1,2)",  "int8(1)",     "decimal(1,2,3)", "timestamp(9)",
					    "uuid fixed", "text binary", "text x"};
	FerryType type;

	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		g_assert_true(ferry_type_from_string(names[i], &type));
		g_autofree char *back = ferry_type_to_string(&type);
		g_assert_cmpstr(back, ==, names[i]);
	}
	for (size_t i = 0; i < G_N_ELEMENTS(wrong); i++)
		g_assert_false(ferry_type_from_string(wrong[i], &type));
}

/* in: id int32, name text, ok bool. out: name, label (concat, hashed or not), id as text, name again. */
typedef struct Fixture {
	FerrySchema *in, *out;
	GPtrArray *steps[2];
	FerryTransform *transform;
} Fixture;

static void fixture_init(Fixture *f)
{
	static const FerryTransformCheck check = {"ok", "is ok", FERRY_CHECK_REJECT};
	g_autoptr(GError) error = NULL;

	f->in = ferry_schema_new(3);
	f->in->fields[0] = (FerryField){g_strdup("id"), FERRY_TYPE(FERRY_TYPE_INT32)};
	f->in->fields[1] = (FerryField){g_strdup("name"), FERRY_TYPE(FERRY_TYPE_TEXT)};
	f->in->fields[2] = (FerryField){g_strdup("ok"), FERRY_TYPE(FERRY_TYPE_BOOL)};
	f->out = ferry_schema_new(4);
	for (int i = 0; i < 4; i++)
		f->out->fields[i] = (FerryField){g_strdup_printf("c%d", i), FERRY_TYPE(FERRY_TYPE_TEXT)};
	for (int i = 0; i < 2; i++)
		f->steps[i] = g_ptr_array_new_with_free_func((GDestroyNotify)ferry_transform_step_free);
	FerryTransformStep *concat = ferry_transform_step_new(FERRY_TRANSFORM_CONCAT);
	static const char *const columns[] = {"id", NULL, "name"};
	for (int i = 0; i < 3; i++) {
		FerryConcatPart *part = g_new0(FerryConcatPart, 1);
		part->column = g_strdup(columns[i]);
		part->literal = columns[i] ? NULL : g_strdup(": ");
		g_ptr_array_add(concat->parts, part);
	}
	g_ptr_array_add(f->steps[0], concat);
	g_ptr_array_add(f->steps[0], ferry_transform_step_new(FERRY_TRANSFORM_UPPER));
	FerryTransformColumn spec[] = {{.source = "name"},
				       {.steps = f->steps[0]},
				       {.source = "id", .steps = f->steps[1]},
				       {.source = "name"}};
	f->transform = ferry_transform_compile(f->in, f->out, spec, &check, 1, &error);
	g_assert_no_error(error);
}

static void fixture_clear(Fixture *f)
{
	ferry_transform_free(f->transform);
	ferry_schema_free(f->in);
	ferry_schema_free(f->out);
	for (int i = 0; i < 2; i++)
		g_ptr_array_unref(f->steps[i]);
}

static void fill(FerryBatch *batch)
{
	static const char *const names[] = {"a", NULL, "long name with żółć", ""};

	ferry_batch_clear(batch);
	for (int i = 0; i < 4; i++) {
		((int32_t *)batch->columns[0].fixed)[i] = i;
		put(batch, 1, names[i]);
		((uint8_t *)batch->columns[2].fixed)[i] = i != 2;
		batch->n_rows++;
	}
}

static void check_text(const FerryBatch *batch, size_t column, size_t row, const char *expected)
{
	g_autoptr(GString) text = g_string_new(NULL);
	bool is_there = ferry_value_to_text(&batch->columns[column], row, text);

	g_assert_true(is_there == (expected != NULL));
	if (expected)
		g_assert_cmpstr(text->str, ==, expected);
}

static void test_batch(void)
{
	Fixture f;
	int64_t failed = 0, allocations = 0;

	fixture_init(&f);
	g_autoptr(FerryTransformer) t = ferry_transformer_new(f.transform);
	g_autoptr(FerryBatch) in = ferry_batch_new(f.in, 8), out = ferry_batch_new(f.out, 8);
	for (int round = 0; round < 6; round++) {
		fill(in);
		ferry_batch_clear(out);
		int64_t before = (int64_t)n_allocations;
		g_assert_true(ferry_transformer_apply(t, in, out, &failed, NULL));
		allocations = (int64_t)n_allocations - before;
		check_text(out, 0, 0, "a");
		check_text(out, 0, 1, NULL);
		check_text(out, 3, 2, "long name with żółć");
		check_text(out, 1, 0, "0: A");
		check_text(out, 1, 1, "1: ");
		check_text(out, 2, 3, "3");
		g_assert_cmpuint(out->n_skipped, ==, 1);
		g_assert_true(ferry_batch_is_skipped(out, 2));
		g_assert_cmpstr(ferry_transformer_row_failure(t, 2), ==, "is ok");
		g_assert_null(ferry_transformer_row_failure(t, 1));
	}
	g_assert_cmpint(failed, ==, 6);
	g_assert_cmpint(allocations, ==, 0); /* buffers have gone round, and are all at their size */
	fill(in);
	ferry_batch_clear(out);
	ferry_batch_mark_bad(in, 0, 1, FERRY_BAD_NUL_BYTE, "x", 1, false);
	g_assert_true(ferry_transformer_apply(t, in, out, &failed, NULL));
	g_assert_cmpuint(out->n_bad, ==, 3); /* name twice, and what is made from it */
	fixture_clear(&f);
}

static void test_hash_needs_key(void)
{
	g_autoptr(GPtrArray) steps =
		g_ptr_array_new_with_free_func((GDestroyNotify)ferry_transform_step_free);
	g_autoptr(FerrySchema) in = schema_of(FERRY_TYPE(FERRY_TYPE_TEXT), "a"),
			       out = schema_of(FERRY_TYPE(FERRY_TYPE_TEXT), "b");
	FerryTransformColumn column = {.source = "a", .steps = steps};
	g_autoptr(GError) error = NULL;

	g_ptr_array_add(steps, step_of(&(Case){.kind = FERRY_TRANSFORM_HASH, .text = "FERRY_TEST_KEY"}));
	g_unsetenv("FERRY_TEST_KEY");
	g_assert_null(ferry_transform_compile(in, out, &column, NULL, 0, &error));
	g_assert_nonnull(strstr(error->message, "FERRY_TEST_KEY"));
	g_clear_error(&error);
	g_setenv("FERRY_TEST_KEY", "0123456789abcdef", TRUE);
	g_autoptr(FerryTransform) transform = ferry_transform_compile(in, out, &column, NULL, 0, &error);
	g_assert_no_error(error);
	g_autoptr(FerryTransformer) t = ferry_transformer_new(transform);
	g_autoptr(FerryBatch) from = ferry_batch_new(in, 2), to = ferry_batch_new(out, 2);
	put(from, 0, "secret");
	from->n_rows++;
	put(from, 0, "secret");
	from->n_rows++;
	g_assert_true(ferry_transformer_apply(t, from, to, NULL, &error));
	size_t len;
	const uint8_t *first = ferry_column_get_bytes(&to->columns[0], 0, &len);
	g_assert_cmpuint(len, ==, 64);
	g_assert_cmpmem(first, len, first + 64, 64);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/transform/steps", test_steps);
	g_test_add_func("/transform/types", test_types);
	g_test_add_func("/transform/type-names", test_type_names);
	g_test_add_func("/transform/typed-constants", test_typed_constants);
	g_test_add_func("/transform/booleans", test_booleans);
	g_test_add_func("/transform/type-is-last", test_type_is_last);
	g_test_add_func("/transform/batch", test_batch);
	g_test_add_func("/transform/hash-needs-key", test_hash_needs_key);
	return g_test_run();
}
