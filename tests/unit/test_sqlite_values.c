/*
 * Tests connectors/sqlite/values.c: values of every storage class, through the wire format and through
 * literals, come back with class and bytes; and whatever is cut off or turned around in a buffer is noticed.
 */
#include "connectors/sqlite/values.h"

#include <string.h>

/* In SQLite's own words; the literal that we make of it. */
static const struct {
	const char *sql, *literal, *why;
} cases[] = {
	{"NULL", NULL, "NULL is no literal"},
	{"0", "0", "integer"},
	{"-9223372036854775808", "-9223372036854775808", "the least one"},
	{"9223372036854775807", "9223372036854775807", "the greatest one"},
	{"1.0", "1.0", "a real is told from the integer"},
	{"-0.0 * 1", "-0.0", "the sign of a zero"},
	{"0.1 + 0.2", "0.30000000000000004", "17 digits"},
	{"9e999", "9e999", "infinity"},
	{"-9e999", "-9e999", "its opposite"},
	{"1e-300", "1.0e-300", "a small real"},
	{"''", "''", "empty text is not NULL"},
	{"'1'", "'1'", "a text is told from the integer"},
	{"'it''s'", "'it''s'", "a quote"},
	{"''''", "''''", "nothing but a quote"},
	{"'x''00'''", "'x''00'''", "a text that looks like a blob"},
	{"CAST(x'61ff62' AS TEXT)",
	 "'a\xff"
	 "b'",
	 "broken UTF-8"},
	{"x''", "x''", "empty blob"},
	{"x'0027ff'", "x'0027ff'", "blob"},
};

#define N_CASES G_N_ELEMENTS(cases)

static sqlite3_stmt *select_all(sqlite3 *db)
{
	GString *sql = g_string_new("SELECT ");
	sqlite3_stmt *statement = NULL;

	for (size_t i = 0; i < N_CASES; i++)
		g_string_append_printf(sql, "%s%s", i > 0 ? ", " : "", cases[i].sql);
	g_assert_cmpint(sqlite3_prepare_v2(db, sql->str, -1, &statement, NULL), ==, SQLITE_OK);
	g_assert_cmpint(sqlite3_step(statement), ==, SQLITE_ROW);
	g_string_free(sql, true);
	return statement;
}

/* Puts a value in and looks at what comes out: SELECT give() against the value itself. */
typedef struct Giver {
	const SqliteCell *cell;
	const char *literal;
	size_t len;
} Giver;

static void give(sqlite3_context *context, int n, sqlite3_value **values)
{
	const Giver *giver = sqlite3_user_data(context);

	if (giver->cell)
		ferry_sqlite_cell_give(context, giver->cell);
	else if (giver->literal)
		ferry_sqlite_literal_give(context, giver->literal, giver->len);
}

static void check_given(Giver *giver, size_t i)
{
	g_autoptr(sqlite3) db = NULL;
	g_autofree char *sql =
		g_strdup_printf("SELECT typeof(give()) = typeof(%s) AND quote(CAST(give() AS BLOB)) = "
				"quote(CAST(%s AS BLOB)) AND give() IS %s",
				cases[i].sql, cases[i].sql, cases[i].sql);
	g_autoptr(sqlite3_stmt) statement = NULL;

	g_assert_cmpint(sqlite3_open(":memory:", &db), ==, SQLITE_OK);
	g_assert_cmpint(sqlite3_create_function(db, "give", 0, SQLITE_UTF8, giver, give, NULL, NULL), ==,
			SQLITE_OK);
	g_assert_cmpint(sqlite3_prepare_v2(db, sql, -1, &statement, NULL), ==, SQLITE_OK);
	g_assert_cmpint(sqlite3_step(statement), ==, SQLITE_ROW);
	g_test_message("%s: %s", cases[i].sql, cases[i].why);
	g_assert_cmpint(sqlite3_column_int(statement, 0), ==, 1);
}

static void fill_raw(sqlite3_stmt *row, FerryRaw *raw)
{
	for (size_t i = 0; i < N_CASES; i++)
		g_assert_true(ferry_sqlite_values_put(raw, sqlite3_column_value(row, (int)i)));
}

static void test_wire(void)
{
	g_autoptr(sqlite3) db = NULL;
	SqliteCell cells[N_CASES];
	FerryRaw raw = {0};

	g_assert_cmpint(sqlite3_open(":memory:", &db), ==, SQLITE_OK);
	g_autoptr(sqlite3_stmt) row = select_all(db);
	fill_raw(row, &raw);
	const uint8_t *at = raw.data, *end = raw.data + raw.len;
	g_assert_true(ferry_sqlite_values_take(&at, end, cells, N_CASES));
	g_assert_true(at == end);
	for (size_t i = 0; i < N_CASES; i++)
		check_given(&(Giver){.cell = &cells[i]}, i);
	g_free(raw.data);
}

/* Each shorter buffer, and each unknown class, in a buffer of its own so that ASan watches its end. */
static void test_damaged(void)
{
	g_autoptr(sqlite3) db = NULL;
	SqliteCell cells[N_CASES];
	FerryRaw raw = {0};

	g_assert_cmpint(sqlite3_open(":memory:", &db), ==, SQLITE_OK);
	g_autoptr(sqlite3_stmt) row = select_all(db);
	fill_raw(row, &raw);
	for (size_t len = 0; len < raw.len; len++) {
		uint8_t *copy = g_malloc(len + 1);
		memcpy(copy, raw.data, len);
		const uint8_t *at = copy;
		g_assert_false(ferry_sqlite_values_take(&at, copy + len, cells, N_CASES));
		g_free(copy);
	}
	for (unsigned kind = 0; kind < 256; kind++) {
		const uint8_t bytes[] = {(uint8_t)kind}, *at = bytes;
		g_assert_cmpint(ferry_sqlite_values_take(&at, bytes + 1, cells, 1), ==, kind == SQLITE_NULL);
	}
	g_free(raw.data);
}

static void test_literals(void)
{
	g_autoptr(sqlite3) db = NULL;
	g_autoptr(FerrySchema) schema = ferry_schema_new(1);

	schema->fields[0].name = g_strdup("v");
	schema->fields[0].type = FERRY_TYPE(FERRY_TYPE_TEXT);
	g_autoptr(FerryBatch) batch = ferry_batch_new(schema, N_CASES);
	FerryColumn *column = &batch->columns[0];
	g_assert_cmpint(sqlite3_open(":memory:", &db), ==, SQLITE_OK);
	g_autoptr(sqlite3_stmt) row = select_all(db);
	for (size_t i = 0; i < N_CASES; i++) {
		g_assert_true(ferry_sqlite_literal_put(column, i, sqlite3_column_value(row, (int)i)));
		batch->n_rows++;
		if (!cases[i].literal) {
			g_assert_true(ferry_column_is_null(column, i));
			continue;
		}
		Giver giver = {0};
		giver.literal = (const char *)ferry_column_get_bytes(column, i, &giver.len);
		g_assert_cmpmem(giver.literal, giver.len, cases[i].literal, strlen(cases[i].literal));
		check_given(&giver, i);
	}
}

static void test_no_literals(void)
{
	static const char *const bad[] = {"", "'", "x'", "x'0'", "x'0g'", "abc", "1 2", "x'00", "--1"};
	g_autoptr(sqlite3) db = NULL;

	g_assert_cmpint(sqlite3_open(":memory:", &db), ==, SQLITE_OK);
	for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
		Giver giver = {.literal = bad[i], .len = strlen(bad[i])};
		g_test_message("%s", bad[i]);
		g_assert_cmpint(sqlite3_create_function(db, "give", 0, SQLITE_UTF8, &giver, give, NULL, NULL),
				==, SQLITE_OK);
		g_assert_cmpint(sqlite3_exec(db, "SELECT give()", NULL, NULL, NULL), ==, SQLITE_ERROR);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/sqlite/values/wire", test_wire);
	g_test_add_func("/sqlite/values/damaged", test_damaged);
	g_test_add_func("/sqlite/values/literals", test_literals);
	g_test_add_func("/sqlite/values/no_literals", test_no_literals);
	return g_test_run();
}
