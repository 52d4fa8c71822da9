/*
 * What is read from the text of CREATE TABLE and CREATE INDEX, with SQLite as the judge: of a statement that
 * SQLite takes, we must find the same columns, generated columns, foreign keys, AUTOINCREMENT, indexed terms
 * and predicate as it does. Any other text must only do no harm.
 */
#include "connectors/sqlite/ddl_parse.h"
#include "connectors/sqlite/private.h"
#include "connectors/sqlite/tokenizer.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* CREATE TABLE … AS SELECT may run for ever. */
static int give_up(void *data)
{
	return 1;
}

static sqlite3 *open_database(void)
{
	sqlite3 *db;

	g_assert_cmpint(sqlite3_open(":memory:", &db), ==, SQLITE_OK);
	sqlite3_limit(db, SQLITE_LIMIT_LENGTH, 100000);
	sqlite3_exec(db, "CREATE TABLE t(a, b, c)", NULL, NULL, NULL);
	sqlite3_progress_handler(db, 5000, give_up, NULL);
	return db;
}

/* "CREATE TABLE", "CREATE [UNIQUE] INDEX": nothing else is run. */
static bool begins_with(const char *sql, const char *kind)
{
	SqliteToken token = ferry_sqlite_next_token(&sql);

	if (!ferry_sqlite_token_is(&token, "CREATE"))
		return false;
	token = ferry_sqlite_next_token(&sql);
	if (ferry_sqlite_token_is(&token, "UNIQUE"))
		token = ferry_sqlite_next_token(&sql);
	return ferry_sqlite_token_is(&token, kind);
}

/* One statement that SQLite takes. */
static bool run(sqlite3 *db, const char *sql)
{
	sqlite3_stmt *statement = NULL;
	const char *tail = NULL;
	bool is_ok = sqlite3_prepare_v2(db, sql, -1, &statement, &tail) == SQLITE_OK && statement && !*tail &&
		     sqlite3_step(statement) == SQLITE_DONE;

	return sqlite3_finalize(statement) == SQLITE_OK && is_ok;
}

static sqlite3_stmt *query(sqlite3 *db, const char *sql, const char *argument)
{
	sqlite3_stmt *statement = NULL;

	g_assert_cmpint(sqlite3_prepare_v2(db, sql, -1, &statement, NULL), ==, SQLITE_OK);
	if (argument)
		sqlite3_bind_text(statement, 1, argument, -1, SQLITE_TRANSIENT);
	return statement;
}

static int query_int(sqlite3 *db, const char *sql, const char *argument)
{
	g_autoptr(sqlite3_stmt) statement = query(db, sql, argument);

	return sqlite3_step(statement) == SQLITE_ROW ? sqlite3_column_int(statement, 0) : -1;
}

/* The text of the newest table or index, as SQLite keeps it. */
static char *newest(sqlite3 *db, const char *type, char **ret_name)
{
	g_autoptr(sqlite3_stmt) statement =
		query(db,
		      "SELECT name, sql FROM sqlite_schema WHERE type = ?1 AND name NOT IN ('t', "
		      "'sqlite_sequence') AND sql IS NOT NULL",
		      type);

	if (sqlite3_step(statement) != SQLITE_ROW)
		return NULL;
	*ret_name = g_strdup((const char *)sqlite3_column_text(statement, 0));
	return g_strdup((const char *)sqlite3_column_text(statement, 1));
}

static void check_columns(sqlite3 *db, const char *table, const SqliteDdl *ddl)
{
	g_autoptr(sqlite3_stmt) rows = query(db, "SELECT name, hidden FROM pragma_table_xinfo(?1)", table);
	guint n = 0;

	for (; sqlite3_step(rows) == SQLITE_ROW; n++) {
		g_assert_cmpuint(n, <, ddl->columns->len);
		const SqliteDdlColumn *column = ddl->columns->pdata[n];
		g_assert_cmpstr(column->name, ==, (const char *)sqlite3_column_text(rows, 0));
		g_assert_cmpint(column->generated != NULL, ==, sqlite3_column_int(rows, 1) > 1);
	}
	g_assert_cmpuint(n, ==, ddl->columns->len);
}

static void judge_table(const char *sql)
{
	g_autoptr(sqlite3) db = open_database();
	g_autofree char *name = NULL, *text = NULL;

	if (!run(db, sql) || !(text = newest(db, "table", &name)))
		return;
	g_autoptr(SqliteDdl) ddl = ferry_sqlite_parse_table(text);
	check_columns(db, name, ddl);
	g_assert_cmpint(
		ddl->is_autoincrement, ==,
		query_int(db, "SELECT count(*) FROM sqlite_schema WHERE name = 'sqlite_sequence'", NULL));
	g_assert_cmpint((int)ddl->foreign_keys->len, ==,
			query_int(db, "SELECT count(DISTINCT id) FROM pragma_foreign_key_list(?1)", name));
}

static void judge_index(const char *sql)
{
	g_autoptr(sqlite3) db = open_database();
	g_autofree char *name = NULL, *text = NULL, *predicate = NULL;
	g_autoptr(GPtrArray) terms = NULL;

	if (!run(db, sql) || !(text = newest(db, "index", &name)))
		return;
	ferry_sqlite_parse_index(text, &terms, &predicate);
	g_assert_cmpint((int)terms->len, ==,
			query_int(db, "SELECT count(*) FROM pragma_index_info(?1)", name));
	g_assert_cmpint(predicate != NULL, ==,
			query_int(db, "SELECT partial FROM pragma_index_list('t') WHERE name = ?1", name));
}

static char *from_pieces(const uint8_t *data, size_t size)
{
	static const char *const heads[] = {"CREATE TABLE n(a", "CREATE INDEX i ON t(a",
					    "CREATE TABLE \"n(\"\"\" (a INTEGER",
					    "CREATE UNIQUE INDEX \"i(\" ON t(lower(a)"};
	static const char *const tails[] = {")", ") WITHOUT ROWID", ") STRICT", ") WHERE a",
					    ") /* ( */ WHERE (a > 1) AND b IS NULL"};
	static const char *const pieces[] = {
		",b INTEGER",
		",\"c)\" TEXT",
		",[d,] DECIMAL(10, 2)",
		",`e``x` VARCHAR ( 3 )",
		",'f'",
		",check_ INT",
		",key",
		",g UNSIGNED BIG INT",
		",b",
		",c",
		",lower(b)",
		",(a+1)",
		" PRIMARY KEY",
		" AUTOINCREMENT",
		" NOT NULL",
		" NULL",
		" UNIQUE",
		" CHECK(a > ')')",
		" CHECK((a) IN (1, (2)))",
		" DEFAULT -1",
		" DEFAULT 'x,'",
		" DEFAULT (1 + (2))",
		" DEFAULT x'00'",
		" DEFAULT CURRENT_TIMESTAMP",
		" DEFAULT true",
		" COLLATE NOCASE",
		" COLLATE \"binary\"",
		" REFERENCES t",
		" REFERENCES \"t\"(a, b)",
		" ON DELETE SET NULL",
		" ON UPDATE NO ACTION",
		" MATCH FULL",
		" NOT DEFERRABLE",
		" DEFERRABLE INITIALLY DEFERRED",
		" CONSTRAINT k",
		", CONSTRAINT \"k 2\"",
		" GENERATED ALWAYS AS (a || ',')",
		" AS (a*2)",
		" STORED",
		" VIRTUAL",
		", PRIMARY KEY(a)",
		", PRIMARY KEY(a AUTOINCREMENT)",
		", UNIQUE(a, b DESC)",
		", FOREIGN KEY(a) REFERENCES t",
		", FOREIGN KEY(a,b) REFERENCES t(b,c)",
		", CHECK(1)",
		" ON CONFLICT REPLACE",
		" ASC",
		" DESC",
		" /* ) , */ ",
		" -- ,\n",
	};
	GString *sql = g_string_new(heads[data[0] % G_N_ELEMENTS(heads)]);

	for (size_t i = 2; i < size && i < 40; i++)
		g_string_append(sql, pieces[data[i] % G_N_ELEMENTS(pieces)]);
	g_string_append(sql, tails[size > 1 ? data[1] % G_N_ELEMENTS(tails) : 0]);
	return g_string_free(sql, false);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	bool is_text = size == 0 || data[0] < 0x80;
	g_autofree char *sql = is_text ? g_strndup((const char *)data, size) : from_pieces(data, size);
	SqliteDdl *ddl = ferry_sqlite_parse_table(sql);
	g_autoptr(GPtrArray) terms = NULL;
	g_autofree char *predicate = NULL;
	FerryColumnDef *column = ferry_column_def_new("c");

	ferry_sqlite_ddl_free(ddl);
	ferry_sqlite_parse_index(sql, &terms, &predicate);
	ferry_sqlite_parse_default(sql, column);
	ferry_column_def_free(column);
	if (begins_with(sql, "TABLE"))
		judge_table(sql);
	else if (begins_with(sql, "INDEX"))
		judge_index(sql);
	return 0;
}
