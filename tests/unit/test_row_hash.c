#include "data/row_hash.h"
#include "data/value_text.h"
#include "count_allocations.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* Puts a value given as text into a cell of the row being filled; NULL is NULL. */
static void put_value(FerryBatch *batch, size_t column, const char *text)
{
	FerryColumn *c = &batch->columns[column];
	size_t row = batch->n_rows, width = ferry_type_width(c->type->id);
	bool has_zone, is_ok = true;
	int64_t number = 0;
	double real = 0;

	if (!text) {
		ferry_column_set_null(c, row);
		return;
	}
	switch (c->type->id) {
	case FERRY_TYPE_FLOAT32: ((float *)c->fixed)[row] = strtof(text, NULL); return;
	case FERRY_TYPE_FLOAT64:
		real = strtod(text, NULL);
		memcpy((double *)c->fixed + row, &real, 8);
		return;
	case FERRY_TYPE_DATE: is_ok = ferry_parse_date(text, strlen(text), (int32_t *)c->fixed + row); break;
	case FERRY_TYPE_TIMESTAMP:
		is_ok = ferry_parse_timestamp(text, strlen(text), (int64_t *)c->fixed + row, &has_zone);
		break;
	case FERRY_TYPE_UUID:
		is_ok = ferry_parse_uuid(text, strlen(text), (uint8_t *)c->fixed + row * 16);
		break;
	case FERRY_TYPE_INTERVAL: {
		FerryInterval *value = (FerryInterval *)c->fixed + row;
		is_ok = sscanf(text, "%d %d %" SCNd64, &value->months, &value->days, &value->us) == 3;
		break;
	}
	default:
		if (width > 0) {
			is_ok = ferry_parse_int64(text, strlen(text), &number);
			memcpy((uint8_t *)c->fixed + row * width, &number, width); /* little endian */
		} else {
			is_ok = ferry_column_append_bytes(c, row, text, strlen(text));
		}
	}
	g_assert_true(is_ok);
}

/* The hash of a row of one column. */
static uint64_t hash_value(FerryType type, const char *text)
{
	g_autoptr(FerrySchema) schema = ferry_schema_new(1);
	schema->fields[0] = (FerryField){g_strdup("c"), type, false};
	g_autoptr(FerryBatch) batch = ferry_batch_new(schema, 1);
	g_autoptr(FerryRowHasher) hasher = ferry_row_hasher_new(schema);
	put_value(batch, 0, text);
	batch->n_rows = 1;
	return ferry_row_hasher_rows(hasher, batch, NULL, 0)[0];
}

#define T(id_) FERRY_TYPE(FERRY_TYPE_##id_)
#define CHAR_N ((FerryType){.id = FERRY_TYPE_TEXT, .length = 9, .is_fixed = true})
#define JSONB  ((FerryType){.id = FERRY_TYPE_JSON, .is_binary_json = true})

static const struct {
	FerryType type_a;
	const char *a;
	FerryType type_b;
	const char *b;
	bool is_equal;
	const char *why;
} pairs[] = {
	{T(INT8), "-5", T(INT64), "-5", true, "width"},
	{T(INT16), "7", T(INT32), "7", true, "width"},
	{T(BOOL), "1", T(INT16), "1", true, "boolean and integer"},
	{T(BOOL), "0", T(INT8), "0", true, "boolean and integer"},
	{T(INT32), "1", T(INT32), "2", false, "value"},
	{T(INT32), "0", T(INT32), NULL, false, "zero and NULL"},
	{T(BOOL), "0", T(BOOL), NULL, false, "false and NULL"},
	{T(INT32), NULL, T(INT64), NULL, true, "NULLs of all widths"},
	{T(TEXT), NULL, T(INT64), NULL, true, "NULLs of all types"},
	{T(TEXT), "", T(TEXT), NULL, false, "empty and NULL"},
	{T(BYTES), "", T(BYTES), NULL, false, "empty and NULL"},
	{T(TEXT), "", T(TEXT), " ", false, "a blank is a character"},
	{T(TEXT), "a", T(TEXT), "a ", false, "a blank is a character"},
	{CHAR_N, "a", CHAR_N, "a   ", true, "but not at the end of CHAR(n)"},
	{CHAR_N, "", CHAR_N, "         ", true, "nor alone there"},
	{CHAR_N, " a", CHAR_N, "a", false, "at its start it is"},
	{CHAR_N, "a", T(TEXT), "a", true, "CHAR and VARCHAR"},
	{CHAR_N, "", CHAR_N, NULL, false, "empty and NULL"},
	{T(TEXT), "a", T(TEXT), "A", false, "case"},
	{T(BITS), "0101", T(BITS), "101", false, "bits have a length"},
	{T(BITS), "0101", T(TEXT), "0101", true, "bits are text"},
	{T(FLOAT64), "0", T(FLOAT64), "-0", true, "minus zero"},
	{T(FLOAT64), "nan", T(FLOAT64), "-nan", true, "NaNs"},
	{T(FLOAT64), "nan", T(FLOAT64), "inf", false, "NaN and infinity"},
	{T(FLOAT64), "inf", T(FLOAT64), "-inf", false, "infinities"},
	{T(FLOAT64), "0.1", T(FLOAT64), "0.10000000000000002", false, "last bit"},
	{T(FLOAT64), "1", T(FLOAT64), "-1", false, "sign"},
	{T(FLOAT32), "0", T(FLOAT32), "-0", true, "minus zero"},
	{T(FLOAT32), "nan", T(FLOAT32), "-nan", true, "NaNs"},
	{T(FLOAT32), "0.1", T(FLOAT32), "0.10000001", false, "last bit"},
	{T(DECIMAL), "1", T(DECIMAL), "1.0", true, "trailing zero"},
	{T(DECIMAL), "1", T(DECIMAL), "1.", true, "a bare point"},
	{T(DECIMAL), "1", T(DECIMAL), "001.000", true, "zeros on both ends"},
	{T(DECIMAL), "0", T(DECIMAL), "-0.00", true, "zeros"},
	{T(DECIMAL), "0.5", T(DECIMAL), ".50", true, "no leading zero"},
	{T(DECIMAL), "10", T(DECIMAL), "1", false, "zeros before the point count"},
	{T(DECIMAL), "100", T(DECIMAL), "100.00", true, "zeros before the point stay"},
	{T(DECIMAL), "0.01", T(DECIMAL), "0.1", false, "zeros behind the point count"},
	{T(DECIMAL), "-1.5", T(DECIMAL), "1.5", false, "sign"},
	{T(DECIMAL), "NaN", T(DECIMAL), "NaN", true, "NaN"},
	{T(DECIMAL), "NaN", T(DECIMAL), "Infinity", false, "NaN and infinity"},
	{T(DECIMAL), "Infinity", T(DECIMAL), "-Infinity", false, "infinities"},
	{T(DECIMAL), "0", T(DECIMAL), NULL, false, "zero and NULL"},
	{T(DATE), "2024-02-29", T(DATE), "2024-03-01", false, "dates"},
	{T(DATE), "infinity", T(DATE), "-infinity", false, "infinities"},
	{T(TIMESTAMP), "2024-02-29 00:00", T(TIMESTAMP), "2024-02-29 00:00:00.000001", false,
	 "a microsecond"},
	{T(INTERVAL), "0 1 0", T(INTERVAL), "0 0 86400000000", false, "a day is not 24 hours"},
	{T(INTERVAL), "1 0 0", T(INTERVAL), "0 30 0", false, "a month is not 30 days"},
	{T(INTERVAL), "1 2 3", T(INTERVAL), "2 1 3", false, "fields"},
	{T(INTERVAL), "-1 0 0", T(INTERVAL), "-1 0 0", true, "the same"},
	{T(INTERVAL), "0 0 0", T(INTERVAL), NULL, false, "zero and NULL"},
	{T(UUID), "00000000-0000-0000-0000-000000000001", T(UUID), "01000000-0000-0000-0000-000000000000",
	 false, "UUIDs"},
	{T(JSON), "{\"a\": 1}", T(JSON), "{\"a\":1}", false, "json is text"},
	{JSONB, "{\"a\": 1, \"b\": 2}", JSONB, "{\"b\":2.0,\"a\":1}", true, "jsonb is a value"},
	{JSONB, "null", JSONB, NULL, false, "JSON's null and NULL"},
};

static void test_pairs(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(pairs); i++) {
		g_test_message("%s | %s: %s", pairs[i].a, pairs[i].b, pairs[i].why);
		bool is_equal =
			hash_value(pairs[i].type_a, pairs[i].a) == hash_value(pairs[i].type_b, pairs[i].b);
		g_assert_true(is_equal == pairs[i].is_equal);
	}
}

/* ---- rows of several text columns ---- */

static FerrySchema *make_schema(size_t n, FerryTypeId id)
{
	FerrySchema *schema = ferry_schema_new(n);
	for (size_t i = 0; i < n; i++)
		schema->fields[i] = (FerryField){g_strdup("c"), FERRY_TYPE(id), false};
	return schema;
}

static void add_row(FerryBatch *batch, const char *a, const char *b)
{
	put_value(batch, 0, a);
	put_value(batch, 1, b);
	batch->n_rows++;
}

static void test_columns_do_not_shift(void)
{
	static const FerryTypeId ids[] = {FERRY_TYPE_TEXT, FERRY_TYPE_INT32, FERRY_TYPE_DECIMAL};

	for (size_t k = 0; k < G_N_ELEMENTS(ids); k++) {
		g_autoptr(FerrySchema) schema = make_schema(2, ids[k]);
		g_autoptr(FerryBatch) batch = ferry_batch_new(schema, 10);
		g_autoptr(FerryRowHasher) hasher = ferry_row_hasher_new(schema);
		add_row(batch, "12", "3");
		add_row(batch, "1", "23");
		add_row(batch, "3", "12");
		add_row(batch, "12", NULL);
		add_row(batch, NULL, "12");
		add_row(batch, NULL, NULL);
		add_row(batch, "0", NULL);
		add_row(batch, NULL, "0");
		const uint64_t *hashes = ferry_row_hasher_rows(hasher, batch, NULL, 0);
		for (size_t i = 0; i < batch->n_rows; i++)
			for (size_t j = 0; j < i; j++)
				g_assert_cmpuint(hashes[i], !=, hashes[j]);
	}
}

static void test_chosen_columns(void)
{
	g_autoptr(FerrySchema) schema = make_schema(2, FERRY_TYPE_TEXT);
	g_autoptr(FerryBatch) batch = ferry_batch_new(schema, 10);
	g_autoptr(FerryRowHasher) hasher = ferry_row_hasher_new(schema);
	uint32_t first = 0, both[] = {0, 1}, swapped[] = {1, 0};
	add_row(batch, "a", "b");
	add_row(batch, "a", "c");

	const uint64_t *hashes = ferry_row_hasher_rows(hasher, batch, &first, 1);
	g_assert_cmpuint(hashes[0], ==, hashes[1]);
	uint64_t by_list = ferry_row_hasher_rows(hasher, batch, both, 2)[0];
	uint64_t by_swapped = ferry_row_hasher_rows(hasher, batch, swapped, 2)[0];
	uint64_t by_default = ferry_row_hasher_rows(hasher, batch, NULL, 0)[0];
	g_assert_cmpuint(by_list, ==, by_default);
	g_assert_cmpuint(by_list, !=, by_swapped);
}

/* ---- sums ---- */

static void test_order_and_chunks_do_not_matter(void)
{
	g_autoptr(FerrySchema) schema = make_schema(2, FERRY_TYPE_INT32);
	g_autoptr(FerryRowHasher) hasher = ferry_row_hasher_new(schema);
	g_autoptr(FerryBatch) forth = ferry_batch_new(schema, 1000), back = ferry_batch_new(schema, 1000),
			      part = ferry_batch_new(schema, 77);
	FerryRowSum a = {0}, b = {0}, c = {0};

	for (int i = 0; i < 1000; i++) {
		char left[20], right[20], left_back[20], right_back[20];
		g_snprintf(left, 20, "%d", i);
		g_snprintf(right, 20, "%d", i * i % 91);
		g_snprintf(left_back, 20, "%d", 999 - i);
		g_snprintf(right_back, 20, "%d", (999 - i) * (999 - i) % 91);
		add_row(forth, left, right);
		add_row(back, left_back, right_back);
		add_row(part, left, right);
		if (part->n_rows == part->max_rows || i == 999) {
			FerryRowSum chunk = {0};
			ferry_row_hasher_add(hasher, part, &chunk);
			ferry_row_sum_merge(&c, &chunk);
			ferry_batch_clear(part);
		}
	}
	ferry_row_hasher_add(hasher, forth, &a);
	ferry_row_hasher_add(hasher, back, &b);
	g_assert_cmpuint(a.n_rows, ==, 1000);
	g_assert_true(ferry_row_sum_equal(&a, &b));
	g_assert_true(ferry_row_sum_equal(&a, &c));

	((int32_t *)back->columns[1].fixed)[500]++;
	b = (FerryRowSum){0};
	ferry_row_hasher_add(hasher, back, &b);
	g_assert_false(ferry_row_sum_equal(&a, &b));
}

static void test_duplicates_count_and_skipped_rows_do_not(void)
{
	g_autoptr(FerrySchema) schema = make_schema(2, FERRY_TYPE_TEXT);
	g_autoptr(FerryRowHasher) hasher = ferry_row_hasher_new(schema);
	g_autoptr(FerryBatch) batch = ferry_batch_new(schema, 4);
	FerryRowSum once = {0}, twice = {0}, other = {0};

	add_row(batch, "a", "b");
	ferry_row_hasher_add(hasher, batch, &once);
	add_row(batch, "a", "b");
	ferry_row_hasher_add(hasher, batch, &twice);
	g_assert_cmpuint(twice.n_rows, ==, 2);
	g_assert_false(twice.low == once.low || twice.low == 0); /* it is no xor */
	ferry_batch_skip_row(batch, 0);
	ferry_row_hasher_add(hasher, batch, &other);
	g_assert_true(ferry_row_sum_equal(&once, &other));
}

static void test_sum_carries(void)
{
	FerryRowSum one = {1, UINT64_MAX, 3}, two = {2, 2, 4};

	ferry_row_sum_merge(&one, &two);
	g_assert_cmpuint(one.n_rows, ==, 3);
	g_assert_cmpuint(one.low, ==, 1);
	g_assert_cmpuint(one.high, ==, 8);
}

/* ---- decimals against a slow oracle ---- */

/* The canonical text: what a person would write. */
static char *oracle_decimal(const char *text)
{
	bool is_negative = *text == '-';
	if (*text == '-' || *text == '+')
		text++;
	g_auto(GStrv) parts = g_strsplit(text, ".", 2);
	const char *whole = parts[0];
	while (*whole == '0')
		whole++;
	char *fraction = parts[1];
	while (fraction && *fraction && fraction[strlen(fraction) - 1] == '0')
		fraction[strlen(fraction) - 1] = '\0';
	bool is_zero = !*whole && (!fraction || !*fraction);
	return g_strdup_printf("%s%s.%s", is_negative && !is_zero ? "-" : "", whole,
			       fraction ? fraction : "");
}

static void test_decimals_against_oracle(void)
{
	g_autoptr(FerrySchema) schema = make_schema(1, FERRY_TYPE_DECIMAL);
	g_autoptr(FerryBatch) batch = ferry_batch_new(schema, 1);
	g_autoptr(FerryRowHasher) hasher = ferry_row_hasher_new(schema);
	g_autoptr(GHashTable) hash_of = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	g_autoptr(GHashTable) text_of = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, g_free);

	for (int i = 0; i < 200000; i++) {
		char text[64];
		int n = 0, n_whole = g_test_rand_int_range(1, i % 100 ? 4 : 25);
		int n_fraction = g_test_rand_int_range(0, i % 100 ? 4 : 25);
		if (g_test_rand_int_range(0, 3) == 0)
			text[n++] = '-';
		for (int k = 0; k < n_whole; k++)
			text[n++] = "0001259"[g_test_rand_int_range(0, 7)];
		if (n_fraction > 0)
			text[n++] = '.';
		for (int k = 0; k < n_fraction; k++)
			text[n++] = "0001259"[g_test_rand_int_range(0, 7)];
		text[n] = '\0';

		ferry_batch_clear(batch);
		put_value(batch, 0, text);
		batch->n_rows = 1;
		uint64_t hash = ferry_row_hasher_rows(hasher, batch, NULL, 0)[0];
		char *canonical = oracle_decimal(text);
		const uint64_t *known_hash = g_hash_table_lookup(hash_of, canonical);
		const char *known_text = g_hash_table_lookup(text_of, &hash);
		if (known_hash)
			g_assert_cmpuint(hash, ==, *known_hash);
		if (known_text)
			g_assert_cmpstr(canonical, ==, known_text);
		g_hash_table_replace(text_of, g_memdup2(&hash, 8), g_strdup(canonical));
		g_hash_table_replace(hash_of, canonical, g_memdup2(&hash, 8));
	}
	g_assert_cmpuint(g_hash_table_size(hash_of), >, 1000);
}

/* ---- bytes of all lengths ---- */

/* Each byte of a value counts, at every length, and so does the length; a value hashes the same wherever it
 * lies. */
static void test_every_byte_counts(void)
{
	g_autoptr(FerrySchema) schema = make_schema(1, FERRY_TYPE_BYTES);
	g_autoptr(FerryRowHasher) hasher = ferry_row_hasher_new(schema);
	g_autoptr(FerryBatch) batch = ferry_batch_new(schema, 400);

	for (size_t len = 0; len < 150; len++) {
		uint8_t data[151] = {0};
		ferry_batch_clear(batch);
		for (size_t i = 0; i <= len; i++) { /* all zeros, then one bit set at each place */
			if (i > 0)
				data[i - 1] = 0x10;
			g_assert_true(ferry_column_append_bytes(batch->columns, batch->n_rows++, data, len));
			if (i > 0)
				data[i - 1] = 0;
		}
		g_assert_true(ferry_column_append_bytes(batch->columns, batch->n_rows++, data, len + 1));
		g_assert_true(ferry_column_append_bytes(batch->columns, batch->n_rows++, data, len));

		const uint64_t *hashes = ferry_row_hasher_rows(hasher, batch, NULL, 0);
		g_assert_cmpuint(hashes[0], ==, hashes[batch->n_rows - 1]);
		for (size_t i = 0; i < batch->n_rows - 1; i++)
			for (size_t j = 0; j < i; j++)
				g_assert_cmpuint(hashes[i], !=, hashes[j]);
	}
}

/* Runs of one character with another last one: values of different lengths whose first and last eight bytes
 * agree. */
static void test_runs_differ(void)
{
	g_autoptr(FerrySchema) schema = make_schema(1, FERRY_TYPE_TEXT);
	g_autoptr(FerryRowHasher) hasher = ferry_row_hasher_new(schema);
	g_autoptr(FerryBatch) batch = ferry_batch_new(schema, 100 * 128);
	g_autoptr(GHashTable) seen = g_hash_table_new(g_int64_hash, g_int64_equal);
	char text[100];

	memset(text, 'a', sizeof(text));
	for (size_t len = 1; len < sizeof(text); len++) {
		for (int last = 0; last < 128; last++) {
			text[len - 1] = (char)last;
			g_assert_true(ferry_column_append_bytes(batch->columns, batch->n_rows++, text, len));
		}
		text[len - 1] = 'a';
	}
	const uint64_t *hashes = ferry_row_hasher_rows(hasher, batch, NULL, 0);
	for (size_t i = 0; i < batch->n_rows; i++)
		g_assert_true(g_hash_table_add(seen, (gpointer)&hashes[i]));
}

/* Small integers, the commonest keys: no two of a million collide, and every bit of the sum moves. */
static void test_integers_spread(void)
{
	g_autoptr(FerrySchema) schema = make_schema(2, FERRY_TYPE_INT32);
	g_autoptr(FerryRowHasher) hasher = ferry_row_hasher_new(schema);
	g_autoptr(FerryBatch) batch = ferry_batch_new(schema, 1000);
	g_autoptr(GHashTable) seen = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
	unsigned bits[64] = {0};

	for (int a = 0; a < 300; a++) {
		ferry_batch_clear(batch);
		for (int b = 0; b < 1000; b++) {
			((int32_t *)batch->columns[0].fixed)[b] = a;
			((int32_t *)batch->columns[1].fixed)[b] = b;
		}
		batch->n_rows = 1000;
		const uint64_t *hashes = ferry_row_hasher_rows(hasher, batch, NULL, 0);
		for (int b = 0; b < 1000; b++) {
			g_assert_true(g_hash_table_add(seen, g_memdup2(&hashes[b], 8)));
			for (int bit = 0; bit < 64; bit++)
				bits[bit] += hashes[b] >> bit & 1;
		}
	}
	for (int bit = 0; bit < 64; bit++) { /* half of them, within 1 % */
		g_assert_cmpuint(bits[bit], >, 147000);
		g_assert_cmpuint(bits[bit], <, 153000);
	}
}

static void test_steady_run_allocates_nothing(void)
{
	g_autoptr(FerrySchema) schema = ferry_schema_new(4);
	schema->fields[0] = (FerryField){g_strdup("i"), T(INT32), false};
	schema->fields[1] = (FerryField){g_strdup("d"), T(DECIMAL), false};
	schema->fields[2] = (FerryField){g_strdup("c"), CHAR_N, false};
	schema->fields[3] = (FerryField){g_strdup("j"), JSONB, false};
	g_autoptr(FerryBatch) batch = ferry_batch_new(schema, 100);
	g_autoptr(FerryRowHasher) hasher = ferry_row_hasher_new(schema);
	FerryRowSum sum = {0};

	for (int i = 0; i < 100; i++) {
		put_value(batch, 0, i % 3 ? "17" : NULL);
		put_value(batch, 1, "-00.50");
		put_value(batch, 2, "ab  ");
		put_value(batch, 3, "{\"a\\n\": [1.50, {\"b\": null}]}");
		batch->n_rows++;
	}
	ferry_row_hasher_add(hasher, batch, &sum);
	g_autofree uint64_t *all =
		g_memdup2(ferry_row_hasher_rows(hasher, batch, NULL, 0), 100 * sizeof(uint64_t));
	g_assert_cmpuint(all[0], !=, all[1]);
	size_t before = n_allocations;
	for (size_t i = 0; i < 100; i++)
		g_assert_cmpuint(ferry_row_hasher_row(hasher, batch, i), ==, all[i]);
	for (int i = 0; i < 10; i++)
		ferry_row_hasher_add(hasher, batch, &sum);
	g_assert_cmpuint(n_allocations, ==, before);
	g_assert_cmpuint(sum.n_rows, ==, 1100);
	ferry_row_hasher_free(NULL);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/row-hash/pairs", test_pairs);
	g_test_add_func("/row-hash/shift", test_columns_do_not_shift);
	g_test_add_func("/row-hash/chosen", test_chosen_columns);
	g_test_add_func("/row-hash/order", test_order_and_chunks_do_not_matter);
	g_test_add_func("/row-hash/duplicates", test_duplicates_count_and_skipped_rows_do_not);
	g_test_add_func("/row-hash/carry", test_sum_carries);
	g_test_add_func("/row-hash/decimals", test_decimals_against_oracle);
	g_test_add_func("/row-hash/bytes", test_every_byte_counts);
	g_test_add_func("/row-hash/runs", test_runs_differ);
	g_test_add_func("/row-hash/integers", test_integers_spread);
	g_test_add_func("/row-hash/steady", test_steady_run_allocates_nothing);
	return g_test_run();
}
