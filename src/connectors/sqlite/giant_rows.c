/*
 * The rows of a reader, and among them those with giant values. SQLite puts a value together when its row is
 * stepped on, and keeps it as long as the statement lives: with several lanes one in each. So values are
 * limited to a small size at first. A row that has a larger one fails, before anything of it is in memory;
 * then a permit is taken (data/giants.h), the statement begins again at that row with a larger limit, and
 * when the row is in its batch once more behind it, with the small limit.
 *
 * For that, rows have to be found again, by their rowid, in whose order they come. Where that cannot be
 * (tables without a rowid, conditions and queries of the user's, for which SQLite may choose an index) there
 * is no limit.
 */
#include "connectors/sqlite/values.h"

/* The first is that of rows for which no permit is asked. */
static const struct {
	int limit; /* 0: the connection's own */
	size_t permit;
} classes[] = {{FERRY_GIANT_BYTES, 0}, {16 << 20, 16 << 20}, {0, SIZE_MAX}};

static void append_columns(GString *sql, const SqliteReader *r)
{
	const FerrySchema *schema = r->base.spec->schema;

	for (size_t i = 0; i < schema->n_fields; i++) {
		if (i > 0)
			g_string_append_c(sql, ',');
		ferry_sqlite_append_identifier(sql, schema->fields[i].name);
	}
	if (schema->n_fields == 0)
		g_string_append(sql, "1");
	if (r->rowid)
		g_string_append_printf(sql, ",%s", r->rowid);
}

/* n_passed: rows behind the last one that are not wanted. */
static char *select_sql(const SqliteReader *r, size_t n_passed)
{
	const FerryReadSpec *spec = r->base.spec;
	GString *sql = g_string_new("SELECT ");
	g_autofree char *behind =
		r->has_last ? g_strdup_printf("%s > %" G_GINT64_FORMAT, r->rowid, (gint64)r->last) : NULL;
	g_autofree char *both =
		behind && spec->predicate ? g_strdup_printf("(%s) AND %s", spec->predicate, behind) : NULL;

	append_columns(sql, r);
	g_string_append(sql, " FROM ");
	ferry_sqlite_append_from(sql, spec->table, both ? both : behind ? behind : spec->predicate);
	if (r->rowid)
		g_string_append_printf(sql, " ORDER BY %s", r->rowid);
	if (n_passed > 0)
		g_string_append_printf(sql, " LIMIT -1 OFFSET %zu", n_passed);
	return g_string_free(sql, false);
}

static void set_limit(const SqliteReader *r)
{
	int limit = classes[r->size_class].limit;

	sqlite3_limit(ferry_sqlite(r->base.connection)->db, SQLITE_LIMIT_LENGTH,
		      limit ? limit : r->full_limit);
}

static bool begin_again(SqliteReader *r, size_t n_passed, GError **error)
{
	g_autofree char *sql = select_sql(r, n_passed);

	g_clear_pointer(&r->statement, sqlite3_finalize);
	r->statement = ferry_sqlite_prepare(ferry_sqlite(r->base.connection), sql, r->what, error);
	return r->statement != NULL;
}

bool ferry_sqlite_start_rows(SqliteReader *r, GError **error)
{
	const FerryReadSpec *spec = r->base.spec;

	r->full_limit = sqlite3_limit(ferry_sqlite(r->base.connection)->db, SQLITE_LIMIT_LENGTH, -1);
	if (spec->giants && !spec->table->filter && !spec->table->query)
		r->rowid = ferry_sqlite_rowid_name(spec->table);
	return begin_again(r, 0, error);
}

void ferry_sqlite_begin_rows(SqliteReader *r, FerryPermit *permit)
{
	r->permit = permit;
	if (r->rowid)
		set_limit(r);
}

/* The row behind n_rows of the batch is too large for its class. */
static bool go_up(SqliteReader *r, size_t n_rows, GError **error)
{
	r->size_class++;
	ferry_permit_give_back(r->permit);
	ferry_permit_take(r->permit, r->base.spec->giants, classes[r->size_class].permit);
	set_limit(r);
	return begin_again(r, n_rows, error);
}

FerryStep ferry_sqlite_next_row(SqliteReader *r, size_t n_rows, GError **error)
{
	SqliteConnection *c = ferry_sqlite(r->base.connection);

	for (;;) {
		int rc = sqlite3_step(r->statement);
		if (G_LIKELY(rc == SQLITE_ROW))
			return FERRY_STEP_MORE;
		if (rc == SQLITE_DONE)
			return FERRY_STEP_END;
		if (rc != SQLITE_TOOBIG || !r->rowid || r->size_class + 1 == G_N_ELEMENTS(classes)) {
			ferry_sqlite_fail(error, c->db, "%s", r->what);
			return FERRY_STEP_FAILED;
		}
		if (!go_up(r, n_rows, error))
			return FERRY_STEP_FAILED;
	}
}

bool ferry_sqlite_end_rows(SqliteReader *r, size_t n_rows, FerryStep last_step, GError **error)
{
	bool is_ok = last_step != FERRY_STEP_FAILED;

	if (!r->rowid)
		return is_ok;
	if (is_ok && !r->is_done && n_rows > 0) {
		r->last = sqlite3_column_int64(r->statement, (int)MAX(r->n_columns, 1));
		r->has_last = true;
	}
	if (is_ok && r->size_class > 0 && !r->is_done) {
		r->size_class = 0;
		is_ok = begin_again(r, 0, error);
	}
	sqlite3_limit(ferry_sqlite(r->base.connection)->db, SQLITE_LIMIT_LENGTH, r->full_limit);
	return is_ok;
}
