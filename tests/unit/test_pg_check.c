/* What a column of the target cannot hold is marked, and nothing else is. */
#include "connectors/postgres/writer.h"
#include "data/value_text.h"

#define OK (-1)

/* Runs the check of a target over one value; the kind it was marked with, or OK. */
static int check_bytes(PgTargetColumn target, const void *data, size_t len)
{
	g_autoptr(FerrySchema) schema = ferry_schema_new(1);
	schema->fields[0].name = g_strdup("c");
	schema->fields[0].type = target.source;
	g_autoptr(FerryBatch) batch = ferry_batch_new(schema, 4);
	g_assert_true(ferry_column_append_bytes(&batch->columns[0], 0, "", 0));
	ferry_column_set_null(&batch->columns[0], 1);
	g_assert_true(ferry_column_append_bytes(&batch->columns[0], 2, data, len));
	batch->n_rows = 3;
	PgCheckFunc check = ferry_pg_check_for(&target);
	if (check == NULL)
		return OK;
	check(&target, batch, 0);
	for (size_t i = 0; i < batch->n_bad; i++)
		if (batch->bad[i].row == 2)
			return (int)batch->bad[i].kind;
	return OK;
}

static void test_text(void)
{
	static const struct {
		const char *text;
		size_t len;
		int64_t limit;
		bool is_fixed;
		int expected;
		const char *why;
	} cases[] = {
		{"abc", 3, 3, false, OK, "just fits"},
		{"abcd", 4, 3, false, FERRY_BAD_TOO_LONG, "one too many"},
		{"äöü", 6, 3, false, OK, "characters count, not bytes"},
		{"abc ", 4, 3, false, FERRY_BAD_TOO_LONG, "a blank counts in varchar"},
		{"abc  ", 5, 3, true, OK, "but not at the end of char"},
		{"a\0b", 3, 0, false, FERRY_BAD_NUL_BYTE, "NUL"},
		{"a\xff", 2, 0, false, FERRY_BAD_INVALID_ENCODING, "no UTF-8"},
		{"\xc3", 1, 0, false, FERRY_BAD_INVALID_ENCODING, "half a character"},
		{"\xed\xa0\x80", 3, 0, false, FERRY_BAD_INVALID_ENCODING, "a surrogate"},
		{"\xf0\x9f\x98\x80", 4, 1, false, OK, "four bytes"},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		PgTargetColumn target = {.oid = cases[i].is_fixed ? PG_BPCHAR : PG_VARCHAR,
					 .limit = cases[i].limit,
					 .is_fixed = cases[i].is_fixed,
					 .source = FERRY_TYPE(FERRY_TYPE_TEXT)};
		g_test_message("%s", cases[i].why);
		g_assert_cmpint(check_bytes(target, cases[i].text, cases[i].len), ==, cases[i].expected);
	}
}

/* "ä" over two values: valid as a whole, invalid each. */
static void test_straddling_character(void)
{
	g_autoptr(FerrySchema) schema = ferry_schema_new(1);
	schema->fields[0].name = g_strdup("c");
	schema->fields[0].type = FERRY_TYPE(FERRY_TYPE_TEXT);
	g_autoptr(FerryBatch) batch = ferry_batch_new(schema, 4);
	g_assert_true(ferry_column_append_bytes(&batch->columns[0], 0, "a\xc3", 2));
	g_assert_true(ferry_column_append_bytes(&batch->columns[0], 1, "\xa4z", 2));
	batch->n_rows = 2;
	PgTargetColumn target = {.oid = PG_TEXT, .source = schema->fields[0].type};
	ferry_pg_check_for (&target)(&target, batch, 0);
	g_assert_cmpuint(batch->n_bad, ==, 2);
	g_assert_cmpuint(batch->columns[0].n_nulls, ==, 2);
}

static void test_json(void)
{
	static const struct {
		const char *text;
		unsigned oid;
		int expected;
	} cases[] = {
		{"\"\\u0000\"", PG_JSONB, FERRY_BAD_NUL_BYTE},
		{"\"\\u0000\"", PG_JSON, OK},
		{"\"\\\\u0000\"", PG_JSONB, OK},
		{"\"\\\\\\u0000\"", PG_JSONB, FERRY_BAD_NUL_BYTE},
		{"\"\\u0001\"", PG_JSONB, OK},
		{"\"\\\\u0000 \\u0000\"", PG_JSONB, FERRY_BAD_NUL_BYTE},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		PgTargetColumn target = {.oid = cases[i].oid, .source = FERRY_TYPE(FERRY_TYPE_JSON)};
		g_test_message("%s", cases[i].text);
		g_assert_cmpint(check_bytes(target, cases[i].text, strlen(cases[i].text)), ==,
				cases[i].expected);
	}
}

static void test_decimal(void)
{
	static const struct {
		const char *text;
		int precision, scale, version, expected;
		const char *why;
	} cases[] = {
		{"999.99", 5, 2, 150000, OK, "just fits"},
		{"1000", 5, 2, 150000, FERRY_BAD_OUT_OF_RANGE, "a digit too many"},
		{"0001.5", 5, 2, 150000, OK, "leading zeros"},
		{"1.500", 5, 2, 150000, OK, "zeros are not lost"},
		{"1.505", 5, 2, 150000, FERRY_BAD_OUT_OF_RANGE, "would be rounded"},
		{"-0.001", 5, 2, 150000, FERRY_BAD_OUT_OF_RANGE, "would be rounded to zero"},
		{"0.005", 2, 3, 150000, OK, "scale beyond the precision"},
		{"NaN", 5, 2, 150000, OK, "fits everywhere"},
		{"Infinity", 5, 2, 150000, FERRY_BAD_OUT_OF_RANGE, "no infinity with a precision"},
		{"-Infinity", 0, 0, 150000, OK, "since 14"},
		{"Infinity", 0, 0, 130000, FERRY_BAD_OUT_OF_RANGE, "not before"},
		{"", 0, 0, 150000, FERRY_BAD_INVALID_VALUE, "no number"},
		{"abc", 5, 2, 150000, FERRY_BAD_INVALID_VALUE, "no number"},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		PgTargetColumn target = {.oid = PG_NUMERIC,
					 .precision = cases[i].precision,
					 .scale = cases[i].scale,
					 .version = cases[i].version,
					 .source = FERRY_TYPE_NUMERIC(0, 0)};
		g_test_message("%s: %s", cases[i].text, cases[i].why);
		/* The empty cell that check_bytes adds is no number either; only row 2 is looked at. */
		g_assert_cmpint(check_bytes(target, cases[i].text, strlen(cases[i].text)), ==,
				cases[i].expected);
	}
}

static void test_enum_and_bits(void)
{
	char a[] = "a", ab[] = "ab", b[] = "b", *labels[] = {a, ab, b, NULL};
	PgTargetColumn mood = {.oid = 99999,
			       .is_enum = true,
			       .labels = labels,
			       .n_labels = 3,
			       .source = FERRY_TYPE(FERRY_TYPE_TEXT)};
	g_assert_cmpint(check_bytes(mood, "a", 1), ==, OK);
	g_assert_cmpint(check_bytes(mood, "ab", 2), ==, OK);
	g_assert_cmpint(check_bytes(mood, "b", 1), ==, OK);
	g_assert_cmpint(check_bytes(mood, "", 0), ==, FERRY_BAD_INVALID_VALUE);
	g_assert_cmpint(check_bytes(mood, "abc", 3), ==, FERRY_BAD_INVALID_VALUE);
	g_assert_cmpint(check_bytes(mood, "a\0", 2), ==, FERRY_BAD_INVALID_VALUE);

	PgTargetColumn bit = {
		.oid = PG_BIT, .limit = 3, .is_fixed = true, .source = FERRY_TYPE(FERRY_TYPE_BITS)};
	g_assert_cmpint(check_bytes(bit, "101", 3), ==, OK);
	g_assert_cmpint(check_bytes(bit, "1", 1), ==, FERRY_BAD_INVALID_VALUE);
	g_assert_cmpint(check_bytes(bit, "1010", 4), ==, FERRY_BAD_TOO_LONG);
	bit.is_fixed = false;
	bit.oid = PG_VARBIT;
	g_assert_cmpint(check_bytes(bit, "1", 1), ==, OK);
}

static int check_int64(unsigned oid, FerryTypeId id, int fraction, int64_t value)
{
	g_autoptr(FerrySchema) schema = ferry_schema_new(1);
	schema->fields[0].name = g_strdup("c");
	schema->fields[0].type = FERRY_TYPE(id);
	g_autoptr(FerryBatch) batch = ferry_batch_new(schema, 1);
	memcpy(batch->columns[0].fixed, &value, ferry_type_width(id));
	batch->n_rows = 1;
	PgTargetColumn target = {
		.oid = oid, .fraction = fraction, .precision = 4, .scale = 2, .source = FERRY_TYPE(id)};
	PgCheckFunc check = ferry_pg_check_for(&target);
	if (check != NULL)
		check(&target, batch, 0);
	return batch->n_bad > 0 ? (int)batch->bad[0].kind : OK;
}

static void test_fixed(void)
{
	static const struct {
		unsigned oid;
		FerryTypeId id;
		int fraction;
		int64_t value;
		int expected;
	} cases[] = {
		{PG_INT2, FERRY_TYPE_INT32, 6, 32767, OK},
		{PG_INT2, FERRY_TYPE_INT32, 6, 32768, FERRY_BAD_OUT_OF_RANGE},
		{PG_INT4, FERRY_TYPE_INT64, 6, INT32_MIN, OK},
		{PG_INT4, FERRY_TYPE_INT64, 6, (int64_t)INT32_MIN - 1, FERRY_BAD_OUT_OF_RANGE},
		{PG_BOOL, FERRY_TYPE_INT8, 6, 1, OK},
		{PG_BOOL, FERRY_TYPE_INT8, 6, 2, FERRY_BAD_OUT_OF_RANGE},
		{PG_NUMERIC, FERRY_TYPE_INT32, 6, 99, OK},
		{PG_NUMERIC, FERRY_TYPE_INT32, 6, -100, FERRY_BAD_OUT_OF_RANGE},
		{PG_DATE, FERRY_TYPE_DATE, 6, -2451545 + PG_EPOCH_DAYS, OK},
		{PG_DATE, FERRY_TYPE_DATE, 6, -2451546 + PG_EPOCH_DAYS, FERRY_BAD_OUT_OF_RANGE},
		{PG_DATE, FERRY_TYPE_DATE, 6, FERRY_DATE_INFINITY, OK},
		{PG_DATE, FERRY_TYPE_DATE, 6, FERRY_DATE_INFINITY - 1, FERRY_BAD_OUT_OF_RANGE},
		{PG_TIME, FERRY_TYPE_TIME, 6, 86400000000, OK},
		{PG_TIME, FERRY_TYPE_TIME, 6, 86400000001, FERRY_BAD_OUT_OF_RANGE},
		{PG_TIME, FERRY_TYPE_TIME, 3, 1500, FERRY_BAD_OUT_OF_RANGE},
		{PG_TIMESTAMP, FERRY_TYPE_TIMESTAMP, 6, 1, OK},
		{PG_TIMESTAMP, FERRY_TYPE_TIMESTAMP, 0, 1, FERRY_BAD_OUT_OF_RANGE},
		{PG_TIMESTAMP, FERRY_TYPE_TIMESTAMP, 0, -1000000, OK},
		{PG_TIMESTAMP, FERRY_TYPE_TIMESTAMP, 0, FERRY_TIMESTAMP_INFINITY, OK},
		{PG_TIMESTAMP, FERRY_TYPE_TIMESTAMP, 6, FERRY_TIMESTAMP_NEG_INFINITY + 1,
		 FERRY_BAD_OUT_OF_RANGE},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_test_message("%zu: %" G_GINT64_FORMAT, i, cases[i].value);
		g_assert_cmpint(check_int64(cases[i].oid, cases[i].id, cases[i].fraction, cases[i].value), ==,
				cases[i].expected);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/postgres/check/text", test_text);
	g_test_add_func("/postgres/check/straddling_character", test_straddling_character);
	g_test_add_func("/postgres/check/json", test_json);
	g_test_add_func("/postgres/check/decimal", test_decimal);
	g_test_add_func("/postgres/check/enum_and_bits", test_enum_and_bits);
	g_test_add_func("/postgres/check/fixed", test_fixed);
	return g_test_run();
}
