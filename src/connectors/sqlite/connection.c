/*
 * Connections: one file, one sqlite3 handle without a mutex of its own (a connection belongs to one thread at
 * a time).
 *
 * A source is opened read-only. A target is opened for writing in the journal mode that the file has; a
 * rollback journal is the fastest safe one here, since a load only adds pages: they are written once, and the
 * journal holds little more than the file's old end (WAL writes every page twice). Killed at any moment, the
 * next one who opens the file finds it as after the last commit. A file that a copy makes is synced at the
 * end only (new_file.c).
 *
 * SQLite's own waiting ignores sqlite3_interrupt(), so that a busy handler of ours looks at the cancel flag.
 */
#include "connectors/sqlite/private.h"
#include "connectors/sqlite/sqlite.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

#define DEFAULT_BUSY_MS 30000
#define BUSY_SLEEP_MS   5

/* ---- waiting for locks ---- */

static int on_busy(void *data, int n_waits)
{
	SqliteConnection *c = data;

	if (g_atomic_int_get(&c->is_cancelled) || (gint64)n_waits * BUSY_SLEEP_MS >= c->busy_timeout_ms)
		return 0;
	g_usleep(BUSY_SLEEP_MS * 1000);
	return 1;
}

static void cancel_connection(FerryConnection *base)
{
	SqliteConnection *c = ferry_sqlite(base);

	g_atomic_int_set(&c->is_cancelled, 1);
	if (c->db)
		sqlite3_interrupt(c->db);
}

/* ---- opening ---- */

/* SQLite takes names that begin with "file:" for URIs (depending on how it was built); such a name gets a
 * "./". */
static char *file_name(const SqliteConnection *c)
{
	if (c->is_immutable) {
		g_autofree char *escaped = g_uri_escape_string(c->path, "/", false);
		return g_strconcat("file:", escaped, "?immutable=1", NULL);
	}
	return g_str_has_prefix(c->path, "file:") ? g_strconcat("./", c->path, NULL) : g_strdup(c->path);
}

static bool check_path(SqliteConnection *c, bool create, GError **error)
{
	struct stat info;

	if (g_stat(c->path, &info) == 0) {
		if (S_ISDIR(info.st_mode))
			return ferry_fail(error, FERRY_ERROR_CONNECT, "%s is a directory, not an SQLite file",
					  c->path);
		return !create || ferry_sqlite_look_at_mark(c, info.st_size == 0, error);
	}
	if (!create) {
		ferry_fail(error, FERRY_ERROR_CONNECT, "there is no file %s", c->path);
		ferry_error_hint(error, "sqlite:///NAME is relative to the working directory, "
					"sqlite:////DIR/NAME is absolute");
		return false;
	}
	g_autofree char *dir = g_path_get_dirname(c->path);
	if (!g_file_test(dir, G_FILE_TEST_IS_DIR)) {
		ferry_fail(error, FERRY_ERROR_CONNECT, "cannot make %s: there is no directory %s", c->path,
			   dir);
		ferry_error_hint(error, "make it with: mkdir -p '%s'", dir);
		return false;
	}
	return ferry_sqlite_look_at_mark(c, true, error);
}

static bool open_db(SqliteConnection *c, bool for_writing, sqlite3 **ret_db, GError **error)
{
	g_autofree char *name = file_name(c);
	int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE | SQLITE_OPEN_EXRESCODE |
		    (for_writing ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY) |
		    (c->is_immutable ? SQLITE_OPEN_URI : 0);
	g_autoptr(sqlite3) db = NULL;

	if (sqlite3_open_v2(name, &db, flags, NULL) != SQLITE_OK) {
		if (!db)
			return ferry_fail(error, FERRY_ERROR_FAILED, "cannot open %s: out of memory",
					  c->path);
		return ferry_sqlite_fail(error, db, "cannot open %s", c->path);
	}
	sqlite3_busy_handler(db, on_busy, c);
	sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, NULL);
	/* The schema stays trusted: otherwise SQLite's own JSON functions are refused in checks, indexes and
	 * generated columns. Ours, and our virtual tables, are for direct use only. */
	sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 1, NULL);
	if (!c->may_attach)
		sqlite3_limit(db, SQLITE_LIMIT_ATTACHED, 0);
	*ret_db = g_steal_pointer(&db);
	return true;
}

sqlite3 *ferry_sqlite_open_again(SqliteConnection *c, GError **error)
{
	sqlite3 *db = NULL;

	return open_db(c, false, &db, error) ? db : NULL;
}

/* A target: nothing fires while rows are loaded, commits reach the disk in order (but see new_file.c). The
 * page cache is a little larger than usual for the b-trees of keys that rows arrive in no order of; sorting
 * for indexes takes several times as much memory, and threads that help it cost more CPU than they save. */
static bool set_up_target(SqliteConnection *c, GError **error)
{
	sqlite3_db_config(c->db, SQLITE_DBCONFIG_ENABLE_FKEY, 0, NULL);
	sqlite3_db_config(c->db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
	return ferry_sqlite_exec(c, "PRAGMA synchronous=NORMAL", error) &&
	       ferry_sqlite_exec(c, "PRAGMA cache_size=-4096", error);
}

static bool read_options(SqliteConnection *c, const FerryUrl *url, GError **error)
{
	const char *busy = ferry_url_param(url, "busy_timeout", NULL);
	const char *immutable = ferry_url_param(url, "immutable", "off");
	const char *attach = ferry_url_param(url, "attach", "on");
	guint64 ms = DEFAULT_BUSY_MS;

	if (busy && !g_ascii_string_to_unsigned(busy, 10, 0, G_MAXINT, &ms, NULL))
		return ferry_fail(error, FERRY_ERROR_USAGE, "busy_timeout=%s is no number of milliseconds",
				  busy);
	if (strcmp(immutable, "on") && strcmp(immutable, "off"))
		return ferry_fail(error, FERRY_ERROR_USAGE, "immutable=%s is neither on nor off", immutable);
	if (strcmp(attach, "on") && strcmp(attach, "off"))
		return ferry_fail(error, FERRY_ERROR_USAGE, "attach=%s is neither on nor off", attach);
	c->busy_timeout_ms = (int)ms;
	c->may_attach = strcmp(attach, "on") == 0;
	c->is_immutable = strcmp(immutable, "on") == 0;
	if (c->is_immutable && c->is_target)
		return ferry_fail(error, FERRY_ERROR_USAGE,
				  "immutable=on is for sources: a target is written");
	return true;
}

/* SQLite counts its memory under one lock for all connections, which lanes would queue at. Has no effect when
 * another part of the program has used SQLite before. */
static gpointer set_up_library(gpointer data)
{
	sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
	return NULL;
}

static bool open_connection(FerryConnection *base, const FerryUrl *url, bool create, GError **error)
{
	static GOnce once = G_ONCE_INIT;
	SqliteConnection *c = ferry_sqlite(base);

	g_once(&once, set_up_library, NULL);
	c->is_target = create;
	if (!url->database || !*url->database || strcmp(url->database, ":memory:") == 0) {
		ferry_fail(error, FERRY_ERROR_USAGE, "the URL names no file");
		ferry_error_hint(error,
				 "write sqlite:///NAME.db, or sqlite:////DIR/NAME.db for an absolute path");
		return false;
	}
	if (url->host && *url->host && strcmp(url->host, "localhost")) {
		ferry_fail(error, FERRY_ERROR_USAGE, "an SQLite URL has no host, but this one names '%s'",
			   url->host);
		ferry_error_hint(error, "the path begins after the third slash: sqlite:///%s/%s", url->host,
				 url->database);
		return false;
	}
	c->path = g_strdup(url->database);
	base->server_product = g_strdup("SQLite");
	base->server_version = g_strdup(sqlite3_libversion());
	return read_options(c, url, error) && check_path(c, create, error) &&
	       ferry_sqlite_look_beside(c, error) && open_db(c, create, &c->db, error) &&
	       ferry_sqlite_look_into(c, error) && (!create || set_up_target(c, error));
}

static void close_connection(FerryConnection *base)
{
	SqliteConnection *c = ferry_sqlite(base);

	ferry_sqlite_settle(c);
	sqlite3_close_v2(c->db);
	g_free(c->path);
}

/* ---- statements ---- */

sqlite3_stmt *ferry_sqlite_prepare(SqliteConnection *c, const char *sql, const char *what, GError **error)
{
	sqlite3_stmt *statement = NULL;

	if (sqlite3_prepare_v2(c->db, sql, -1, &statement, NULL) != SQLITE_OK) {
		ferry_sqlite_fail(error, c->db, "%s", what);
		return NULL;
	}
	return statement;
}

FerryStep ferry_sqlite_step(SqliteConnection *c, sqlite3_stmt *statement, const char *what, GError **error)
{
	int rc = sqlite3_step(statement);

	if (rc == SQLITE_ROW)
		return FERRY_STEP_MORE;
	if (rc == SQLITE_DONE)
		return FERRY_STEP_END;
	ferry_sqlite_fail(error, c->db, "%s", what);
	return FERRY_STEP_FAILED;
}

bool ferry_sqlite_exec(SqliteConnection *c, const char *sql, GError **error)
{
	if (sqlite3_exec(c->db, sql, NULL, NULL, NULL) == SQLITE_OK)
		return true;
	return ferry_sqlite_fail(error, c->db, "%s", c->path);
}

bool ferry_sqlite_execute(FerryConnection *base, const char *sql, int64_t *ret_affected, GError **error)
{
	SqliteConnection *c = ferry_sqlite(base);

	if (!ferry_sqlite_exec(c, sql, error))
		return false;
	if (ret_affected)
		*ret_affected = sqlite3_changes64(c->db);
	return true;
}

static char **take_row(sqlite3_stmt *statement, int n)
{
	char **row = g_new0(char *, n + 1);

	for (int i = 0; i < n; i++)
		row[i] = g_strdup((const char *)sqlite3_column_text(statement, i));
	return row;
}

bool ferry_sqlite_query(FerryConnection *base, const char *sql, FerryRows **ret_rows, GError **error)
{
	SqliteConnection *c = ferry_sqlite(base);
	g_autoptr(FerryRows) rows = g_new0(FerryRows, 1);
	FerryStep step;

	rows->rows = g_ptr_array_new();
	g_autoptr(sqlite3_stmt) statement = ferry_sqlite_prepare(c, sql, c->path, error);
	if (!statement)
		return false;
	rows->n_columns = (size_t)sqlite3_column_count(statement);
	while ((step = ferry_sqlite_step(c, statement, c->path, error)) == FERRY_STEP_MORE)
		g_ptr_array_add(rows->rows, take_row(statement, (int)rows->n_columns));
	if (step == FERRY_STEP_FAILED)
		return false;
	*ret_rows = g_steal_pointer(&rows);
	return true;
}

/* IMMEDIATE: who cannot write waits here, not in the middle of its rows. */
bool ferry_sqlite_begin(FerryConnection *base, GError **error)
{
	SqliteConnection *c = ferry_sqlite(base);

	g_atomic_int_set(&c->is_cancelled, 0);
	return ferry_sqlite_hurry(c, error) && ferry_sqlite_exec(c, "BEGIN IMMEDIATE", error);
}

bool ferry_sqlite_commit(FerryConnection *base, GError **error)
{
	return ferry_sqlite_exec(ferry_sqlite(base), "COMMIT", error);
}

void ferry_sqlite_rollback(FerryConnection *base)
{
	SqliteConnection *c = ferry_sqlite(base);

	if (c->db && !sqlite3_get_autocommit(c->db))
		sqlite3_exec(c->db, "ROLLBACK", NULL, NULL, NULL);
}

char *ferry_sqlite_default_schema(FerryConnection *c)
{
	return NULL;
}

/* ---- quoting ---- */

void ferry_sqlite_append_identifier(GString *sql, const char *name)
{
	g_string_append_c(sql, '"');
	for (; *name; name++) {
		if (*name == '"')
			g_string_append_c(sql, '"');
		g_string_append_c(sql, *name);
	}
	g_string_append_c(sql, '"');
}

char *ferry_sqlite_quote_identifier(const char *name)
{
	GString *sql = g_string_new(NULL);

	ferry_sqlite_append_identifier(sql, name);
	return g_string_free(sql, false);
}

char *ferry_sqlite_quote_literal(const char *text)
{
	GString *sql;

	if (!text)
		return g_strdup("NULL");
	sql = g_string_new("'");
	for (; *text; text++) {
		if (*text == '\'')
			g_string_append_c(sql, '\'');
		g_string_append_c(sql, *text);
	}
	g_string_append_c(sql, '\'');
	return g_string_free(sql, false);
}

/* What holds a NUL, with which SQL would end. */
static char *text_literal(const char *text, size_t len)
{
	GString *sql = g_string_new("CAST(X'");

	for (size_t i = 0; i < len; i++)
		g_string_append_printf(sql, "%02x", (uint8_t)text[i]);
	g_string_append(sql, "' AS TEXT)");
	return g_string_free(sql, FALSE);
}

/* Exact values are literals already (values.h); between the quotes a quote stands there twice. */
static char *exact_literal(const char *text, size_t len)
{
	GString *value;

	if (!memchr(text, '\0', len))
		return g_strndup(text, len);
	value = g_string_new_len(text + 1, (gssize)len - 2);
	for (size_t i = 0; i < value->len; i++)
		if (value->str[i] == '\'')
			g_string_erase(value, (gssize)i, 1);
	char *literal = text_literal(value->str, value->len);
	g_string_free(value, TRUE);
	return literal;
}

/* As the writer stores it: a text does not equal a number or bytes where the column's affinity does not
 * convert. */
static char *value_literal(const FerryType *type, const char *text, size_t len)
{
	if (type->is_exact && type->id == FERRY_TYPE_TEXT)
		return exact_literal(text, len);
	switch (type->id) {
	case FERRY_TYPE_BOOL: return g_strdup(*text == 't' ? "1" : "0");
	case FERRY_TYPE_INT8:
	case FERRY_TYPE_INT16:
	case FERRY_TYPE_INT32:
	case FERRY_TYPE_INT64: return g_strdup(text);
	case FERRY_TYPE_FLOAT32:
	case FERRY_TYPE_FLOAT64:
		if (!g_ascii_isalpha(text[len - 1])) /* NaN, Infinity */
			return g_strdup(text);
		break;
	case FERRY_TYPE_BYTES: return g_strdup_printf("X'%.*s'", (int)len - 2, text + 2); /* behind its \x */
	default: break;
	}
	return memchr(text, '\0', len) ? text_literal(text, len) : ferry_sqlite_quote_literal(text);
}

/* ---- privileges: those of the file ---- */

static bool ping(FerryConnection *base, bool as_target, GPtrArray **ret_missing, GError **error)
{
	SqliteConnection *c = ferry_sqlite(base);
	g_autoptr(GPtrArray) missing = g_ptr_array_new_with_free_func(g_free);
	g_autofree char *dir = g_path_get_dirname(c->path);

	if (as_target && g_file_test(c->path, G_FILE_TEST_EXISTS) && g_access(c->path, W_OK) != 0)
		g_ptr_array_add(missing,
				g_strdup_printf("%s cannot be written: chmod u+w '%s'", c->path, c->path));
	if (as_target && g_access(dir, W_OK) != 0)
		g_ptr_array_add(missing,
				g_strdup_printf("no journal can be made in %s: chmod u+w '%s'", dir, dir));
	*ret_missing = g_steal_pointer(&missing);
	return true;
}

/* ---- the connector ---- */

static const char *const schemes[] = {"sqlite", "sqlite3", NULL};

static const FerryOption options[] = {
	{"busy_timeout", "MS", "wait that many milliseconds for another program's lock (30000)", false},
	{"attach", "on|off", "off: SQL of hooks and queries reaches no other file (ATTACH, VACUUM) (on)",
	 false},
	{"immutable", "on|off", "source only: nobody writes the file, so take no locks (off)", false},
	{NULL},
};

static const FerrySourceOps source_ops = {
	.reader_size = sizeof(SqliteReader),
	.catalog = ferry_sqlite_catalog,
	.profile = ferry_sqlite_profile,
	.snapshot = ferry_sqlite_snapshot,
	.split = ferry_sqlite_split,
	.read = ferry_sqlite_read,
	.next = ferry_sqlite_next,
	.close = ferry_sqlite_reader_close,
	.wire_format = ferry_sqlite_wire_format,
	.next_raw = ferry_sqlite_next_raw,
	.count = ferry_sqlite_count,
	.describe = ferry_sqlite_describe,
	.quote_name = ferry_sqlite_quote_name,
	.run_sql = ferry_sqlite_run_sql,
};

static const FerryTargetOps target_ops = {
	.writer_size = sizeof(SqliteWriter),
	.map_type = ferry_sqlite_map_type,
	.parse_type = ferry_sqlite_parse_type,
	.ddl = ferry_sqlite_ddl,
	.quote_identifier = ferry_sqlite_quote_identifier,
	.quote_literal = ferry_sqlite_quote_literal,
	.value_literal = value_literal,
	.default_schema = ferry_sqlite_default_schema,
	.execute = ferry_sqlite_execute,
	.query = ferry_sqlite_query,
	.begin = ferry_sqlite_begin,
	.commit = ferry_sqlite_commit,
	.rollback = ferry_sqlite_rollback,
	.open = ferry_sqlite_writer_open,
	.check = ferry_sqlite_writer_check,
	.append = ferry_sqlite_writer_append,
	.flush = ferry_sqlite_writer_flush,
	.refused_row = ferry_sqlite_writer_refused_row,
	.close = ferry_sqlite_writer_close,
	.accepts = ferry_sqlite_accepts,
	.append_raw = ferry_sqlite_writer_append_raw,
	.merge = ferry_sqlite_writer_merge,
};

const FerryConnector ferry_sqlite_connector = {
	.name = "sqlite",
	.title = "SQLite",
	.schemes = schemes,
	.url_example = "sqlite:///file.db",
	.versions = "SQLite 3 files",
	.caps = {.has_transactional_ddl = true,
		 .keys_in_create = true,
		 .max_writers = 1,
		 .folds_case = true,
		 .ignores_lengths = true},
	.options = options,
	.connection_size = sizeof(SqliteConnection),
	.open = open_connection,
	.close = close_connection,
	.cancel = cancel_connection,
	.ping = ping,
	.source = &source_ops,
	.target = &target_ops,
};
