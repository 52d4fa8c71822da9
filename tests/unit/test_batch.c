#include "data/batch.h"
#include "count_allocations.h"

static FerrySchema *make_schema(void)
{
	FerrySchema *schema = ferry_schema_new(3);
	schema->fields[0] = (FerryField){g_strdup("id"), FERRY_TYPE(FERRY_TYPE_INT32), true};
	schema->fields[1] = (FerryField){g_strdup("name"), FERRY_TYPE(FERRY_TYPE_TEXT), false};
	schema->fields[2] = (FerryField){g_strdup("span"), FERRY_TYPE(FERRY_TYPE_INTERVAL), false};
	return schema;
}

/* What must hold between any two calls. */
static void check_invariants(const FerryBatch *batch)
{
	g_assert_cmpuint(batch->n_rows, <=, batch->max_rows);
	for (size_t i = 0; i < batch->n_columns; i++) {
		const FerryColumn *c = &batch->columns[i];
		size_t n_nulls = 0;
		for (size_t row = 0; row < batch->n_rows; row++)
			n_nulls += ferry_column_is_null(c, row);
		g_assert_cmpuint(n_nulls, ==, c->n_nulls);
		g_assert_cmpuint(c->bytes_len, <=, c->bytes_cap);
		if (ferry_type_width(c->type->id) > 0)
			continue;
		g_assert_cmpint(c->offsets[0], ==, 0);
		for (size_t row = 0; row < batch->n_rows; row++)
			g_assert_cmpint(c->offsets[row], <=, c->offsets[row + 1]);
		g_assert_cmpint(c->offsets[batch->n_rows], ==, c->bytes_len);
	}
	for (size_t i = 0; i < batch->n_bad; i++)
		g_assert_cmpuint(batch->bad[i].text_at + batch->bad[i].text_len, <=, batch->bad_text_len);
}

static void check_cleared(const FerryBatch *batch)
{
	check_invariants(batch);
	g_assert_cmpuint(batch->n_rows + batch->n_bad + batch->n_skipped + batch->source_bytes, ==, 0);
	for (size_t i = 0; i < batch->n_columns; i++) {
		g_assert_cmpuint(batch->columns[i].n_nulls, ==, 0);
		for (size_t row = 0; row < batch->max_rows; row++)
			g_assert_false(ferry_column_is_null(&batch->columns[i], row));
	}
	for (size_t row = 0; row < batch->max_rows; row++)
		g_assert_false(batch->skip[row]);
}

/* A row whose content follows from its number. */
static void append_row(FerryBatch *batch, size_t seed)
{
	size_t row = batch->n_rows;
	char text[300];
	size_t len = seed * 7 % sizeof(text);

	memset(text, 'a' + (int)(seed % 26), sizeof(text));
	if (seed % 5 == 0)
		ferry_column_set_null(&batch->columns[0], row);
	else
		((int32_t *)batch->columns[0].fixed)[row] = (int32_t)seed;
	if (seed % 3 == 0)
		ferry_column_set_null(&batch->columns[1], row);
	else
		g_assert_true(ferry_column_append_bytes(&batch->columns[1], row, text, len));
	((FerryInterval *)batch->columns[2].fixed)[row] = (FerryInterval){1, 2, (int64_t)seed};
	batch->n_rows++;
}

static void check_row(const FerryBatch *batch, size_t row, size_t seed)
{
	size_t len;
	const uint8_t *text = ferry_column_get_bytes(&batch->columns[1], row, &len);

	g_assert_true(ferry_column_is_null(&batch->columns[0], row) == (seed % 5 == 0));
	if (seed % 5 != 0)
		g_assert_cmpint(((int32_t *)batch->columns[0].fixed)[row], ==, seed);
	g_assert_true(ferry_column_is_null(&batch->columns[1], row) == (seed % 3 == 0));
	g_assert_cmpuint(len, ==, seed % 3 == 0 ? 0 : seed * 7 % 300);
	for (size_t i = 0; i < len; i++)
		g_assert_cmpint(text[i], ==, 'a' + (int)(seed % 26));
	g_assert_cmpint(((FerryInterval *)batch->columns[2].fixed)[row].us, ==, seed);
}

static void test_sweep(void)
{
	g_autoptr(FerrySchema) schema = make_schema();

	for (size_t max_rows = 1; max_rows <= 130; max_rows += max_rows < 20 ? 1 : 11) {
		g_autoptr(FerryBatch) batch = ferry_batch_new(schema, max_rows);
		check_cleared(batch);
		for (size_t round = 0; round < 3; round++) {
			for (size_t i = 0; i < max_rows; i++) {
				append_row(batch, i + round * 31);
				check_invariants(batch);
			}
			for (size_t i = 0; i < max_rows; i++)
				check_row(batch, i, i + round * 31);
			size_t fixed = max_rows * (4 + 16);
			g_assert_cmpuint(ferry_batch_bytes(batch), ==, fixed + batch->columns[1].bytes_len);
			ferry_batch_skip_row(batch, max_rows - 1);
			ferry_batch_clear(batch);
			check_cleared(batch);
		}
	}
}

static void test_steady_run_allocates_nothing(void)
{
	g_autoptr(FerrySchema) schema = make_schema();
	g_autoptr(FerryBatch) batch = ferry_batch_new(schema, 500);

	for (size_t round = 0; round < 20; round++) {
		size_t before = n_allocations;
		for (size_t i = 0; i < batch->max_rows; i++)
			append_row(batch, i);
		for (size_t i = 0; i < 10; i++)
			ferry_batch_mark_bad(batch, i, 1, FERRY_BAD_NUL_BYTE, "text", 4, false);
		ferry_batch_skip_row(batch, 3);
		ferry_batch_clear(batch);
		if (round > 0)
			g_assert_cmpuint(n_allocations, ==, before);
	}
}

static void test_bad_values(void)
{
	g_autoptr(FerrySchema) schema = make_schema();
	g_autoptr(FerryBatch) batch = ferry_batch_new(schema, 8);

	append_row(batch, 1); /* row 0: finished, then found to be bad */
	size_t bytes_len = batch->columns[1].bytes_len;
	ferry_batch_mark_bad(batch, 0, 1, FERRY_BAD_INVALID_ENCODING, "\xff", 1, true);
	g_assert_true(ferry_column_is_null(&batch->columns[1], 0));
	g_assert_cmpuint(batch->columns[1].bytes_len, ==, bytes_len);
	check_invariants(batch);

	/* row 1: bad while it is being filled */
	ferry_batch_mark_bad(batch, 1, 0, FERRY_BAD_OUT_OF_RANGE, "9999999999", 10, false);
	ferry_batch_mark_bad(batch, 1, 1, FERRY_BAD_NUL_BYTE, "a\0b", 3, false);
	ferry_batch_mark_bad(batch, 1, 2, FERRY_BAD_INVALID_VALUE, NULL, 0, false);
	batch->n_rows++;
	ferry_batch_mark_bad(batch, 1, 0, FERRY_BAD_REFUSED, "again", 5,
			     false); /* NULL already: counted once */
	check_invariants(batch);
	g_assert_cmpuint(batch->columns[0].n_nulls, ==, 1);

	g_assert_cmpuint(batch->n_bad, ==, 5);
	g_assert_cmpint(batch->bad[0].kind, ==, FERRY_BAD_INVALID_ENCODING);
	g_assert_true(batch->bad[0].is_binary);
	g_assert_cmpuint(batch->bad[2].row, ==, 1);
	g_assert_cmpuint(batch->bad[2].column, ==, 1);
	g_assert_cmpmem(batch->bad_text + batch->bad[2].text_at, batch->bad[2].text_len, "a\0b", 3);

	g_autofree char *endless = g_strnfill(100000, 'x');
	memset(endless + (64 << 10) - 1, '\xc3', 1); /* the cut would go through an é */
	memset(endless + (64 << 10), '\xa9', 1);
	ferry_batch_mark_bad(batch, 0, 0, FERRY_BAD_TOO_LONG, endless, 100000, false);
	g_assert_cmpuint(batch->bad[5].text_len, ==, (64 << 10) - 1);
	ferry_batch_mark_bad(batch, 0, 0, FERRY_BAD_TOO_LONG, endless, 100000, true);
	g_assert_cmpuint(batch->bad[6].text_len, ==, 64 << 10);
	check_invariants(batch);
	ferry_batch_clear(batch);
	check_cleared(batch);
}

static void test_skipped_rows(void)
{
	g_autoptr(FerrySchema) schema = make_schema();
	g_autoptr(FerryBatch) batch = ferry_batch_new(schema, 4);

	for (size_t i = 0; i < 4; i++)
		append_row(batch, i);
	g_assert_false(ferry_batch_is_skipped(batch, 2));
	ferry_batch_skip_row(batch, 2);
	ferry_batch_skip_row(batch, 2);
	g_assert_cmpuint(batch->n_skipped, ==, 1);
	g_assert_true(ferry_batch_is_skipped(batch, 2));
	g_assert_false(ferry_batch_is_skipped(batch, 1));
	ferry_batch_clear(batch);
	g_assert_false(ferry_batch_is_skipped(batch, 2));
}

static void test_growth_and_ceiling(void)
{
	g_autoptr(FerrySchema) schema = make_schema();
	g_autoptr(FerryBatch) batch = ferry_batch_new(schema, 4);
	FerryColumn *c = &batch->columns[1];
	size_t n_growths = 0, cap = c->bytes_cap;

	while (c->bytes_len < 1 << 20) {
		g_assert_true(ferry_column_reserve(c, 16));
		memset(c->bytes + c->bytes_len, 'x', 16);
		c->bytes_len += 16;
		n_growths += c->bytes_cap != cap;
		cap = c->bytes_cap;
	}
	g_assert_cmpuint(n_growths, <=, 13); /* it doubles */

	g_assert_false(ferry_column_reserve(c, INT32_MAX)); /* would pass 2 GiB - 1 */
	g_assert_false(ferry_column_reserve(c, SIZE_MAX));
	g_assert_cmpuint(c->bytes_cap, ==, cap);
	g_assert_cmpuint(c->bytes_len, ==, 1 << 20);
	g_assert_true(ferry_column_grow(c, 0));
}

static void test_huge_value_is_let_go(void)
{
	g_autoptr(FerrySchema) schema = make_schema();
	g_autoptr(FerryBatch) batch = ferry_batch_new(schema, 4);
	FerryColumn *c = &batch->columns[1];

	for (int round = 0; round < 3; round++) {
		g_assert_true(ferry_column_reserve(c, 64 << 20));
		c->bytes_len = 64 << 20;
		ferry_batch_clear(batch);
		g_assert_cmpuint(c->bytes_cap, <=, 8 << 20);
	}
	append_row(batch, 1);
	check_row(batch, 0, 1);
}

static void test_bad_kind_names(void)
{
	g_assert_cmpstr(ferry_bad_kind_name(FERRY_BAD_ZERO_DATE), ==, "zero-date");
	g_assert_cmpstr(ferry_bad_kind_name(FERRY_BAD_NUL_BYTE), ==, "nul-byte");
	for (int kind = 0; kind < FERRY_N_BAD_KINDS; kind++)
		g_assert_nonnull(ferry_bad_kind_name((FerryBadKind)kind));
	ferry_batch_free(NULL);
	ferry_schema_free(NULL);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/batch/sweep", test_sweep);
	g_test_add_func("/batch/steady", test_steady_run_allocates_nothing);
	g_test_add_func("/batch/bad", test_bad_values);
	g_test_add_func("/batch/skipped", test_skipped_rows);
	g_test_add_func("/batch/growth", test_growth_and_ceiling);
	g_test_add_func("/batch/huge", test_huge_value_is_let_go);
	g_test_add_func("/batch/names", test_bad_kind_names);
	return g_test_run();
}
