/* Transforms: steps and values from the input. Whatever compiles must take any value without touching memory
 * that is not its own, keep every row, and give the same for the same input. */
#include "transform/transform.h"

#include "data/value_text.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef struct Input {
	const uint8_t *data;
	size_t size;
} Input;

static uint8_t take_byte(Input *in)
{
	if (in->size == 0)
		return 0;
	in->size--;
	return *in->data++;
}

/* A text without NUL, as the parser of projects gives it. */
static char *take_text(Input *in)
{
	size_t wanted = take_byte(in) % 12, n = MIN(wanted, in->size);
	char *text = g_strndup((const char *)in->data, n);
	char *valid = g_utf8_make_valid(text, -1);

	in->data += n;
	in->size -= n;
	g_free(text);
	return valid;
}

static FerryTransformStep *take_step(Input *in)
{
	static const char *const types[] = {"int8", "int64",     "bool", "decimal(9,2)", "text", "date",
					    "time", "timestamp", "uuid", "float32",      "bits"};
	FerryTransformStep *step =
		ferry_transform_step_new((FerryTransformKind)(take_byte(in) % FERRY_N_TRANSFORMS));

	if (step->kind == FERRY_TRANSFORM_HASH)
		step->kind = FERRY_TRANSFORM_TRIM; /* needs a key from outside */
	step->from = (int8_t)take_byte(in);
	step->length = (int8_t)take_byte(in);
	step->text = step->kind == FERRY_TRANSFORM_TYPE ? g_strdup(types[take_byte(in) % G_N_ELEMENTS(types)])
							: take_text(in);
	step->with = take_text(in);
	if (step->kind == FERRY_TRANSFORM_CONCAT)
		for (int i = take_byte(in) % 3; i >= 0; i--) {
			FerryConcatPart *part = g_new0(FerryConcatPart, 1);
			part->column = i == 1 ? g_strdup("a") : NULL;
			part->literal = i == 1 ? NULL : take_text(in);
			g_ptr_array_add(step->parts, part);
		}
	return step;
}

static void fill(FerryBatch *batch, Input in)
{
	FerryColumn *c = &batch->columns[0];
	size_t width = ferry_type_width(c->type->id);

	while (in.size > 0 && batch->n_rows < batch->max_rows) {
		size_t wanted = take_byte(&in), n = MIN(wanted, in.size);
		if (wanted == 255)
			ferry_column_set_null(c, batch->n_rows);
		else if (width == 0)
			g_assert_true(ferry_column_append_bytes(c, batch->n_rows, in.data, n));
		else
			memcpy((char *)c->fixed + batch->n_rows * width, in.data, MIN(n, width));
		if (c->type->id == FERRY_TYPE_BOOL)
			((uint8_t *)c->fixed)[batch->n_rows] &= 1;
		batch->n_rows++;
		in.data += n;
		in.size -= n;
	}
}

static char *apply(const FerryTransform *transform, const FerrySchema *in, const FerrySchema *out,
		   Input values)
{
	g_autoptr(FerryTransformer) t = ferry_transformer_new(transform);
	g_autoptr(FerryBatch) from = ferry_batch_new(in, 16), to = ferry_batch_new(out, 16);
	GString *text = g_string_new(NULL);

	fill(from, values);
	size_t n = from->n_rows;
	g_assert_true(ferry_transformer_apply(t, from, to, NULL, NULL));
	g_assert_cmpuint(to->n_rows, ==, n);
	for (size_t row = 0; row < n; row++) {
		ferry_value_to_text(&to->columns[0], row, text);
		g_string_append_c(text, '\n');
	}
	return g_string_free(text, FALSE);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* decimals, intervals and times come from readers that have checked them */
	static const FerryTypeId types[] = {FERRY_TYPE_TEXT,  FERRY_TYPE_TEXT, FERRY_TYPE_BYTES,
					    FERRY_TYPE_INT32, FERRY_TYPE_BOOL, FERRY_TYPE_FLOAT64,
					    FERRY_TYPE_UUID,  FERRY_TYPE_DATE};
	Input in = {data, size};
	g_autoptr(GPtrArray) steps =
		g_ptr_array_new_with_free_func((GDestroyNotify)ferry_transform_step_free);
	g_autoptr(FerrySchema) from = ferry_schema_new(1), to = ferry_schema_new(1);
	FerryTransformColumn column = {.source = "a", .steps = steps};

	from->fields[0] =
		(FerryField){g_strdup("a"), FERRY_TYPE(types[take_byte(&in) % G_N_ELEMENTS(types)])};
	for (int i = take_byte(&in) % 4; i >= 0; i--)
		g_ptr_array_add(steps, take_step(&in));
	to->fields[0].name = g_strdup("b");
	if (!ferry_transform_result_type(&from->fields[0].type, steps, &to->fields[0].type, NULL))
		return 0;
	g_autoptr(FerryTransform) transform = ferry_transform_compile(from, to, &column, NULL, 0, NULL);
	if (!transform)
		return 0;
	g_autofree char *first = apply(transform, from, to, in), *second = apply(transform, from, to, in);
	g_assert_cmpstr(first, ==, second);
	return 0;
}
