/* SQL expressions: whatever is converted for SQLite must be one expression that SQLite can read. The first
 * byte chooses the source's dialect and what the expression is for. */
#include "mapping/expression.h"

#include <sqlite3.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const FerryType INT = {.id = FERRY_TYPE_INT32}, TEXT = {.id = FERRY_TYPE_TEXT},
		       DATE = {.id = FERRY_TYPE_DATE}, BOOL_ = {.id = FERRY_TYPE_BOOL},
		       REAL = {.id = FERRY_TYPE_FLOAT64};
static const struct {
	const char *name;
	const FerryType *type;
} columns[] = {{"a", &INT}, {"b", &INT}, {"s", &TEXT}, {"d", &DATE}, {"f", &BOOL_}, {"r", &REAL}};

static bool find(const char *name, FerryExpressionColumn *ret_column, gpointer data)
{
	for (size_t i = 0; i < G_N_ELEMENTS(columns); i++) {
		if (g_ascii_strcasecmp(columns[i].name, name) != 0)
			continue;
		*ret_column = (FerryExpressionColumn){
			.name = columns[i].name, .source = columns[i].type, .target = columns[i].type};
		return true;
	}
	return false;
}

static sqlite3 *open_database(void)
{
	sqlite3 *db;

	g_assert_cmpint(sqlite3_open(":memory:", &db), ==, SQLITE_OK);
	sqlite3_exec(db, "CREATE TABLE t (a INT, b INT, s TEXT, d DATE, f BOOLEAN, r REAL)", NULL, NULL,
		     NULL);
	return db;
}

/* Expressions that nest as deeply as ours may still be too deep for SQLite's parser; that is no mistake of
 * ours. */
static void check_sql(const char *text)
{
	static sqlite3 *db;
	g_autofree char *sql = g_strdup_printf("SELECT (%s) FROM t", text);
	sqlite3_stmt *statement = NULL;
	const char *tail = NULL;

	if (!db)
		db = open_database();
	if (sqlite3_prepare_v2(db, sql, -1, &statement, &tail) != SQLITE_OK &&
	    !strstr(sqlite3_errmsg(db), "parser stack overflow") && !strstr(sqlite3_errmsg(db), "too large"))
		g_error("%s: %s", sql, sqlite3_errmsg(db));
	if (statement)
		g_assert_cmpstr(tail, ==, "");
	sqlite3_finalize(statement);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const dialects[] = {"mysql", "postgres", "sqlite", "oracle"};

	if (size < 1)
		return 0;
	g_autofree char *text = g_strndup((const char *)data + 1, size - 1);
	FerryExpressionContext context = {.from = dialects[data[0] % 4],
					  .to = data[0] & 0x80 ? "postgres" : "sqlite",
					  .use = (data[0] / 4) % FERRY_N_USES,
					  .result = data[0] & 0x40 ? &TEXT : NULL,
					  .column = find};
	g_autofree char *remark = NULL, *reason = NULL;
	g_autofree char *converted = ferry_expression_translate(text, &context, &remark, &reason);

	g_assert_true((converted == NULL) == (reason != NULL));
	if (converted && strcmp(context.to, "sqlite") == 0)
		check_sql(converted);
	return 0;
}
