/*
 * Tests connectors/sqlite/types.c and map_type.c, and that what they promise is kept: every logical type
 * written into a table that was made from its mapping reads back as it was; number_text.c on the way.
 */
#include "connectors/sqlite/private.h"
#include "connectors/sqlite/sqlite.h"
#include "data/row_hash.h"
#include "data/value_text.h"

#include <glib/gstdio.h>
#include <math.h>

static const struct {
	const char *declared, *expected;
	SqliteAffinity affinity;
} declared_cases[] = {
	{"INTEGER", "int64", SQLITE_AFFINITY_INTEGER},
	{"int", "int64", SQLITE_AFFINITY_INTEGER},
	{"UNSIGNED BIG INT", "int64", SQLITE_AFFINITY_INTEGER},
	{"varchar ( 40 )", "text(40)", SQLITE_AFFINITY_TEXT},
	{"NVARCHAR(160)", "text(160)", SQLITE_AFFINITY_TEXT},
	{"character varying(255)", "text(255)", SQLITE_AFFINITY_TEXT},
	{"DOUBLE  PRECISION", "float64", SQLITE_AFFINITY_REAL},
	{"DECIMAL(10,5)", "decimal(10,5)", SQLITE_AFFINITY_NUMERIC},
	{"DECIMAL_TEXT(38,10)", "decimal(38,10)", SQLITE_AFFINITY_TEXT},
	{"numeric", "decimal", SQLITE_AFFINITY_NUMERIC},
	{"FLOATING POINT", "int64",
	 SQLITE_AFFINITY_INTEGER}, /* "POINT" holds INT: SQLite's own example of a trap */
	{"STRING", "text", SQLITE_AFFINITY_NUMERIC},
	{"BOOLEAN", "bool", SQLITE_AFFINITY_NUMERIC},
	{"bit(8)", "bits(8)", SQLITE_AFFINITY_NUMERIC},
	{"timestamp with time zone", "timestamptz", SQLITE_AFFINITY_NUMERIC},
	{"DATETIME(3)", "timestamp(3)", SQLITE_AFFINITY_NUMERIC},
	{"INTERVAL", "interval", SQLITE_AFFINITY_INTEGER},
	{"JSON_TEXT", "json", SQLITE_AFFINITY_TEXT},
	{"", "text", SQLITE_AFFINITY_BLOB},
	{"BLOB", "bytes", SQLITE_AFFINITY_BLOB},
	{"GEOMETRY", "text", SQLITE_AFFINITY_NUMERIC},
	{"VARCHAR(", "text", SQLITE_AFFINITY_TEXT},
	{"VARCHAR(-1)", "text", SQLITE_AFFINITY_TEXT},
};

static void test_declared(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(declared_cases); i++) {
		SqliteDeclared declared = ferry_sqlite_declared(declared_cases[i].declared);
		g_autofree char *type = ferry_type_to_string(&declared.type);

		g_test_message("%s", declared_cases[i].declared);
		g_assert_cmpstr(type, ==, declared_cases[i].expected);
		g_assert_cmpint(ferry_sqlite_affinity(declared_cases[i].declared), ==,
				declared_cases[i].affinity);
	}
}

/* ---- numbers as text ---- */

static const struct {
	double value;
	const char *text, *decimal;
} real_cases[] = {
	{0, "0.0", "0"},
	{-0.0, "0.0", "0"},
	{1, "1.0", "1"},
	{-1.5, "-1.5", "-1.5"},
	{0.1, "0.1", "0.1"},
	{0.1 + 0.2, "0.30000000000000004", "0.30000000000000004"},
	{0.0001, "0.0001", "0.0001"},
	{0.00001, "1.0e-05", "0.00001"},
	{123456789012345, "123456789012345.0", "123456789012345"},
	{1e15, "1.0e+15", "1000000000000000"},
	{1.25e20, "1.25e+20", "125000000000000000000"},
	{-1e-7, "-1.0e-07", "-0.0000001"},
	{INFINITY, "Inf", "Infinity"},
};

static void test_reals(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(real_cases); i++) {
		char text[SQLITE_REAL_TEXT], decimal[SQLITE_DECIMAL_TEXT];
		size_t len = ferry_sqlite_real_to_text(text, real_cases[i].value);
		size_t decimal_len = ferry_sqlite_real_to_decimal(decimal, real_cases[i].value);

		g_assert_cmpmem(text, len, real_cases[i].text, strlen(real_cases[i].text));
		g_assert_cmpmem(decimal, decimal_len, real_cases[i].decimal, strlen(real_cases[i].decimal));
	}
}

static const struct {
	const char *text, *expected;
} decimal_cases[] = {
	{"1e3", "1000"},  {"+1.50", "1.5"},        {"-12.5e-3", "-0.0125"}, {"0e5", "0"},
	{".5", "0.5"},    {"00012", "12"},         {"1.23e1", "12.3"},      {"1e999", NULL},
	{"1e-999", NULL}, {"1e99999999999", NULL},
};

static void test_decimals(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(decimal_cases); i++) {
		char out[SQLITE_DECIMAL_TEXT];
		size_t len;
		bool ok = ferry_sqlite_expand_decimal(decimal_cases[i].text, strlen(decimal_cases[i].text),
						      out, &len);

		g_test_message("%s", decimal_cases[i].text);
		g_assert_cmpint(ok, ==, decimal_cases[i].expected != NULL);
		if (ok)
			g_assert_cmpmem(out, len, decimal_cases[i].expected,
					strlen(decimal_cases[i].expected));
	}
}

static void test_intervals(void)
{
	static const FerryInterval intervals[] = {
		{0, 0, 0},
		{14, -3, 4},
		{-1, 0, -3600000000},
		{12, 1, 86399999999},
		{INT32_MAX, INT32_MIN, 1},
		{0, 0, 360000000000},
		{INT32_MIN, 0, 0},
		{-14, 3, -1},
	};
	static const char *const broken[] = {"",         "1",           "1 year 2",  "year", "1:2:3",
					     "10:61:00", "1 lightyear", "10:00:00x", " ",    "1  day"};

	for (size_t i = 0; i < G_N_ELEMENTS(intervals); i++) {
		char text[FERRY_MAX_INTERVAL_TEXT];
		FerryInterval back;
		size_t len = ferry_format_interval(text, intervals[i]);

		g_test_message("%.*s", (int)len, text);
		g_assert_true(ferry_sqlite_parse_interval(text, len, &back));
		g_assert_cmpint(back.months, ==, intervals[i].months);
		g_assert_cmpint(back.days, ==, intervals[i].days);
		g_assert_cmpint(back.us, ==, intervals[i].us);
	}
	for (size_t i = 0; i < G_N_ELEMENTS(broken); i++) {
		FerryInterval back;
		g_test_message("%s", broken[i]);
		g_assert_false(ferry_sqlite_parse_interval(broken[i], strlen(broken[i]), &back));
	}
}

/* ---- there and back ---- */

static const FerryType types[] = {
	{.id = FERRY_TYPE_BOOL},
	{.id = FERRY_TYPE_INT8},
	{.id = FERRY_TYPE_INT16},
	{.id = FERRY_TYPE_INT32},
	{.id = FERRY_TYPE_INT64},
	{.id = FERRY_TYPE_FLOAT32},
	{.id = FERRY_TYPE_FLOAT64},
	{.id = FERRY_TYPE_DECIMAL, .precision = 15, .scale = 4},
	{.id = FERRY_TYPE_DECIMAL, .precision = 38, .scale = 10},
	{.id = FERRY_TYPE_DECIMAL},
	{.id = FERRY_TYPE_TEXT},
	{.id = FERRY_TYPE_TEXT, .length = 8, .is_fixed = true},
	{.id = FERRY_TYPE_BYTES},
	{.id = FERRY_TYPE_DATE},
	{.id = FERRY_TYPE_TIME, .precision = -1},
	{.id = FERRY_TYPE_TIMESTAMP, .precision = -1},
	{.id = FERRY_TYPE_TIMESTAMPTZ, .precision = -1},
	{.id = FERRY_TYPE_INTERVAL, .precision = -1},
	{.id = FERRY_TYPE_UUID},
	{.id = FERRY_TYPE_JSON},
	{.id = FERRY_TYPE_BITS, .length = 12},
};

#define N_ROWS 6

static const char *const texts[][N_ROWS] = {
	[FERRY_TYPE_DECIMAL] = {"0", "12345678901.2345", "-0.0001", "NaN", "99999999999.9999", "100.00"},
	[FERRY_TYPE_TEXT] = {"", "007", "\xc3\xa4\xe2\x82\xac", "1e5", "NaN", "it's"},
	[FERRY_TYPE_BYTES] = {"", "123", "\xff\xfe", "text", "1e5", "0"},
	[FERRY_TYPE_JSON] = {"1", "\"x\"", "{\"a\":1}", "1e5", "null", "1.10"},
	[FERRY_TYPE_BITS] = {"0", "0101", "111111111111", "1", "00", "10"},
};

static const int64_t numbers[N_ROWS] = {0, 1, -1, INT64_MAX, INT64_MIN, 86399999999};

static void put_cell(FerryColumn *c, size_t row)
{
	static const double reals[N_ROWS] = {0, -0.0, 1.5, NAN, INFINITY, 1e-300};
	int64_t n = numbers[row];

	switch (c->type->id) {
	case FERRY_TYPE_BOOL: ((uint8_t *)c->fixed)[row] = row % 2; break;
	case FERRY_TYPE_INT8: ((int8_t *)c->fixed)[row] = (int8_t)n; break;
	case FERRY_TYPE_INT16: ((int16_t *)c->fixed)[row] = (int16_t)n; break;
	case FERRY_TYPE_INT32:
	case FERRY_TYPE_DATE:
		((int32_t *)c->fixed)[row] = row == 3 ? INT32_MAX : row == 4 ? INT32_MIN : (int32_t)n;
		break;
	case FERRY_TYPE_FLOAT32: ((float *)c->fixed)[row] = row == 5 ? 0.1f : (float)reals[row]; break;
	case FERRY_TYPE_FLOAT64: ((double *)c->fixed)[row] = reals[row]; break;
	case FERRY_TYPE_INT64:
	case FERRY_TYPE_TIMESTAMP:
	case FERRY_TYPE_TIMESTAMPTZ: ((int64_t *)c->fixed)[row] = n; break;
	case FERRY_TYPE_TIME:
		((int64_t *)c->fixed)[row] = row == 1 ? 86400000000 : (int64_t)row * 3600000001;
		break;
	case FERRY_TYPE_INTERVAL:
		((FerryInterval *)c->fixed)[row] =
			(FerryInterval){(int32_t)row - 2, (int32_t)row * 40, -(int64_t)row};
		break;
	case FERRY_TYPE_UUID: memset((uint8_t *)c->fixed + 16 * row, (int)row * 17, 16); break;
	default:
		ferry_column_append_bytes(c, row, texts[c->type->id][row], strlen(texts[c->type->id][row]));
		break;
	}
}

/* One row more than N_ROWS: all NULL. */
static FerryBatch *make_batch(const FerrySchema *schema)
{
	FerryBatch *batch = ferry_batch_new(schema, N_ROWS + 1);

	for (; batch->n_rows < N_ROWS; batch->n_rows++)
		for (size_t i = 0; i < batch->n_columns; i++)
			put_cell(&batch->columns[i], batch->n_rows);
	for (size_t i = 0; i < batch->n_columns; i++)
		ferry_column_set_null(&batch->columns[i], N_ROWS);
	batch->n_rows++;
	return batch;
}

static FerryTable *make_table(FerrySchema *schema)
{
	g_autoptr(FerryCatalog) source = ferry_catalog_new("mysql");
	FerryTable *table = ferry_table_new(NULL, "all types");

	for (size_t i = 0; i < G_N_ELEMENTS(types); i++) {
		g_autofree char *name = g_strdup_printf("c %zu", i);
		FerryColumnDef *column = ferry_column_def_new(name);
		column->type = types[i];
		g_ptr_array_add(table->columns, column);
		ferry_sqlite_map_type(source, table, column);
		schema->fields[i].name = g_strdup(name);
		schema->fields[i].type = column->type;
	}
	return table;
}

static void read_back(FerryConnection *c, const FerryTable *table, const FerrySchema *schema,
		      const FerryRowSum *expected)
{
	FerryReadSpec spec = {.table = table, .schema = schema};
	g_autoptr(FerryReader) reader = ferry_reader_open(c, &spec, NULL);
	g_autoptr(FerryBatch) batch = ferry_batch_new(schema, 100);
	g_autoptr(FerryRowHasher) hasher = ferry_row_hasher_new(schema);
	FerryRowSum sum = {0};

	g_assert_cmpint(ferry_reader_next(reader, batch, NULL), ==, FERRY_STEP_MORE);
	for (size_t i = 0; i < batch->n_bad; i++)
		g_test_message("bad: %s row %u %.*s", schema->fields[batch->bad[i].column].name,
			       batch->bad[i].row, (int)batch->bad[i].text_len,
			       batch->bad_text + batch->bad[i].text_at);
	g_assert_cmpint(batch->n_bad, ==, 0);
	ferry_row_hasher_add(hasher, batch, &sum);
	g_assert_true(ferry_row_sum_equal(&sum, expected));
	ferry_batch_clear(batch);
	g_assert_cmpint(ferry_reader_next(reader, batch, NULL), ==, FERRY_STEP_END);
}

/* What the catalog says of the table that was made: the types of the batches, but for what SQLite has no
 * names for. */
static void check_catalog(FerryConnection *c)
{
	g_autoptr(FerryCatalog) catalog = NULL;

	g_assert_true(ferry_source(c)->catalog(c, &catalog, NULL));
	FerryTable *table = ferry_catalog_find_table(catalog, NULL, "all types");
	g_assert_nonnull(table);
	for (size_t i = 0; i < G_N_ELEMENTS(types); i++) {
		FerryTypeId found = ((FerryColumnDef *)table->columns->pdata[i])->type.id,
			    expected = types[i].id;
		if (expected >= FERRY_TYPE_INT8 && expected <= FERRY_TYPE_INT32)
			expected = FERRY_TYPE_INT64;
		if (expected == FERRY_TYPE_FLOAT32)
			expected = FERRY_TYPE_FLOAT64;
		g_assert_cmpstr(ferry_type_id_name(found), ==, ferry_type_id_name(expected));
	}
}

static void load(FerryConnection *c, const FerryTable *table, const FerrySchema *schema, FerryBatch *batch)
{
	g_autoptr(GPtrArray) statements =
		g_ptr_array_new_with_free_func((GDestroyNotify)ferry_statement_free);
	const FerryTargetOps *target = ferry_target(c);
	int64_t n_rows;

	target->ddl(NULL, table, FERRY_DDL_TABLES, statements);
	g_assert_cmpint(statements->len, ==, 1);
	g_assert_true(target->execute(c, ((FerryStatement *)statements->pdata[0])->sql, NULL, NULL));
	g_autoptr(FerryWriter) writer = ferry_writer_open(c, table, schema, NULL, NULL);
	g_assert_nonnull(writer);
	g_assert_true(target->begin(c, NULL));
	target->check(writer, batch);
	g_assert_cmpint(batch->n_bad, ==, 0);
	/* In two pieces, as a careful load does. */
	g_assert_true(ferry_writer_append(writer, batch, 0, 2, NULL));
	g_assert_true(ferry_writer_append(writer, batch, 2, batch->n_rows - 2, NULL));
	g_assert_true(ferry_writer_flush(writer, &n_rows, NULL));
	g_assert_cmpint(n_rows, ==, batch->n_rows);
	g_assert_true(target->commit(c, NULL));
}

static void test_round_trip(void)
{
	g_autofree char *path = g_build_filename(g_get_tmp_dir(), "ferry-types-XXXXXX", NULL);
	g_assert_true(g_close(g_mkstemp(path), NULL));
	g_autofree char *text = g_strconcat("sqlite:///", path, NULL);
	g_autoptr(FerryUrl) url = ferry_url_parse(text, NULL);
	g_autoptr(FerrySchema) schema = ferry_schema_new(G_N_ELEMENTS(types));
	FerryTable *table = make_table(schema);
	g_autoptr(FerryBatch) batch = make_batch(schema);
	g_autoptr(FerryRowHasher) hasher = ferry_row_hasher_new(schema);
	FerryRowSum sum = {0};

	ferry_row_hasher_add(hasher, batch, &sum);
	FerryConnection *c = ferry_connection_open(&ferry_sqlite_connector, url, true, NULL);
	g_assert_nonnull(c);
	load(c, table, schema, batch);
	read_back(c, table, schema, &sum);
	check_catalog(c);
	ferry_connection_close(c);
	ferry_table_free(table);
	g_unlink(path);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/sqlite/types/declared", test_declared);
	g_test_add_func("/sqlite/types/reals", test_reals);
	g_test_add_func("/sqlite/types/decimals", test_decimals);
	g_test_add_func("/sqlite/types/intervals", test_intervals);
	g_test_add_func("/sqlite/types/round_trip", test_round_trip);
	return g_test_run();
}
