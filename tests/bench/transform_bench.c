/*
 * What each step of a transform costs: nanoseconds a value, over batches of a reader's size. Built on demand:
 * ninja -C build tests/bench/transform_bench && build/tests/bench/transform_bench [ROUNDS]
 *
 * Figures are the best of a few rounds, as the machine may be busy with other things.
 */
#include "transform/transform.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define N_ROWS 2048

typedef enum { ASCII, ACCENTS, NUMBERS } Kind;

typedef struct Case {
	const char *name;
	Kind kind;
	FerryTransformKind step;
	const char *text, *with;
	int64_t from, length;
} Case;

static const Case cases[] = {
	{"trim", ASCII, FERRY_TRANSFORM_TRIM},
	{"trim, accents", ACCENTS, FERRY_TRANSFORM_TRIM},
	{"upper", ASCII, FERRY_TRANSFORM_UPPER},
	{"upper, accents", ACCENTS, FERRY_TRANSFORM_UPPER},
	{"substring", ASCII, FERRY_TRANSFORM_SUBSTRING, NULL, NULL, 3, 8},
	{"substring, accents", ACCENTS, FERRY_TRANSFORM_SUBSTRING, NULL, NULL, 3, 8},
	{"replace, one character", ASCII, FERRY_TRANSFORM_REPLACE, "-", "/"},
	{"replace, a word", ASCII, FERRY_TRANSFORM_REPLACE, "name", "title"},
	{"replace, nothing found", ASCII, FERRY_TRANSFORM_REPLACE, "qqq", ""},
	{"mask", ASCII, FERRY_TRANSFORM_MASK, "*", NULL, 0, 4},
	{"mask, accents", ACCENTS, FERRY_TRANSFORM_MASK, "*", NULL, 0, 4},
	{"default", ASCII, FERRY_TRANSFORM_DEFAULT, "nobody"},
	{"default of a number", NUMBERS, FERRY_TRANSFORM_DEFAULT, "0"},
	{"null-if", ASCII, FERRY_TRANSFORM_NULL_IF, "n/a"},
	{"null-if of a number", NUMBERS, FERRY_TRANSFORM_NULL_IF, "0"},
	{"constant", ASCII, FERRY_TRANSFORM_CONSTANT, "imported"},
	{"hash", ASCII, FERRY_TRANSFORM_HASH, "FERRY_BENCH_KEY"},
	{"concat", ASCII, FERRY_TRANSFORM_CONCAT},
	{"concat, number", NUMBERS, FERRY_TRANSFORM_CONCAT},
	{"type: text of a number", NUMBERS, FERRY_TRANSFORM_TYPE, "text"},
	{"type: int64 of a number", NUMBERS, FERRY_TRANSFORM_TYPE, "int64"},
};

static FerryTransformStep *make_step(const Case *c)
{
	FerryTransformStep *step = ferry_transform_step_new(c->step);

	step->text = g_strdup(c->text);
	step->with = g_strdup(c->with);
	step->from = c->from;
	step->length = c->length;
	for (int i = 0; c->step == FERRY_TRANSFORM_CONCAT && i < 3; i++) {
		FerryConcatPart *part = g_new0(FerryConcatPart, 1);
		part->column = i == 1 ? NULL : g_strdup("a");
		part->literal = i == 1 ? g_strdup("/") : NULL;
		g_ptr_array_add(step->parts, part);
	}
	return step;
}

static void fill(FerryBatch *batch, Kind kind)
{
	FerryColumn *c = &batch->columns[0];
	char text[64];

	ferry_batch_clear(batch);
	for (int row = 0; row < N_ROWS; row++, batch->n_rows++) {
		if (row % 10 == 9)
			ferry_column_set_null(c, (size_t)row);
		else if (kind == NUMBERS)
			((int32_t *)c->fixed)[row] = row * 7919;
		else if (!ferry_column_append_bytes(
				 c, (size_t)row, text,
				 (size_t)snprintf(text, sizeof text,
						  kind == ASCII ? "  the name-of %d " : "  die Größe-von %d ",
						  row * 7919)))
			abort();
	}
}

static double measure(const FerryTransform *transform, const FerrySchema *in, const FerrySchema *out,
		      Kind kind, int rounds)
{
	g_autoptr(FerryTransformer) t = ferry_transformer_new(transform);
	g_autoptr(FerryBatch) from = ferry_batch_new(in, N_ROWS), to = ferry_batch_new(out, N_ROWS);
	double best = 1e9;

	fill(from, kind); /* steps only read it */
	for (int round = 0; round < rounds; round++) {
		gint64 began = g_get_monotonic_time();
		for (int i = 0; i < 50; i++) {
			ferry_batch_clear(to);
			if (!ferry_transformer_apply(t, from, to, NULL, NULL))
				abort();
		}
		best = MIN(best, (double)(g_get_monotonic_time() - began) * 1e3 / 50 / N_ROWS);
	}
	return best;
}

static void run(const Case *c, int rounds)
{
	g_autoptr(GPtrArray) steps =
		g_ptr_array_new_with_free_func((GDestroyNotify)ferry_transform_step_free);
	g_autoptr(FerrySchema) in = ferry_schema_new(1), out = ferry_schema_new(1);
	FerryTransformColumn column = {.source = "a", .steps = steps};
	g_autoptr(GError) error = NULL;

	in->fields[0].name = g_strdup("a");
	in->fields[0].type = FERRY_TYPE(c->kind == NUMBERS ? FERRY_TYPE_INT32 : FERRY_TYPE_TEXT);
	out->fields[0].name = g_strdup("b");
	g_ptr_array_add(steps, make_step(c));
	if (!ferry_transform_result_type(&in->fields[0].type, steps, &out->fields[0].type, &error))
		g_error("%s: %s", c->name, error->message);
	g_autoptr(FerryTransform) transform = ferry_transform_compile(in, out, &column, NULL, 0, &error);
	if (!transform)
		g_error("%s: %s", c->name, error->message);
	printf("%-26s %8.1f ns/value\n", c->name, measure(transform, in, out, c->kind, rounds));
}

int main(int argc, char **argv)
{
	int rounds = argc > 1 ? atoi(argv[1]) : 20;

	g_setenv("FERRY_BENCH_KEY", "0123456789abcdef0123456789abcdef", TRUE);
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
		run(&cases[i], rounds);
	return 0;
}
