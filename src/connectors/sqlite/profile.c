/*
 * What the data holds beats what the DDL claims: one scan of the table, by an aggregate function of ours that
 * gets the values inside of SQLite's own loop (a step and its fetches a row would cost as much again). Big
 * tables with a rowid are scanned by several threads, each with a connection of its own.
 *
 * Columns of bytes and of unlimited text are asked for typeof() only, which SQLite answers from the row's
 * header without reading the value; where their classes are mixed, a second scan looks at the values.
 *
 * STRICT columns (but ANY and integers) hold what they say, and so does the rowid: they are not scanned.
 */
#include "connectors/sqlite/profile.h"

#include <string.h>

#define MAX_ARGUMENTS    100 /* SQLite's default limit is 100 or more */
#define ROWS_PER_THREAD  100000
#define MAX_THREADS      4
#define CANCEL_CHECK_OPS 20000

/* Some columns of one table, with what was found. */
typedef struct Profile {
	SqliteConnection *connection;
	const FerryTable *table;
	guint n;
	guint *columns; /* indexes in the table */
	SqliteFindings *findings;
	int64_t n_rows;
} Profile;

/* One aggregate call: MAX_ARGUMENTS columns from first on. */
typedef struct Slice {
	Profile *profile;
	guint first, n;
} Slice;

static void on_step(sqlite3_context *context, int n, sqlite3_value **values)
{
	const Slice *slice = sqlite3_user_data(context);
	SqliteFindings *f = slice->profile->findings + slice->first;

	if (slice->first == 0)
		slice->profile->n_rows++;
	for (int i = 0; i < n; i++, f++) {
		if (f->is_class_only)
			ferry_sqlite_findings_add_class(f, values[i]);
		else
			ferry_sqlite_findings_add(f, values[i]);
	}
}

static void on_final(sqlite3_context *context)
{
	sqlite3_result_null(context);
}

/* ---- one scan ---- */

static char *scan_sql(const Profile *p, const char *predicate)
{
	GString *sql = g_string_new("SELECT ");

	for (guint i = 0; i < MAX(p->n, 1); i++) {
		if (i % MAX_ARGUMENTS == 0)
			g_string_append_printf(sql, "%sferry_profile_%u(", i > 0 ? "), " : "",
					       i / MAX_ARGUMENTS);
		else
			g_string_append_c(sql, ',');
		if (i >= p->n)
			break;
		if (p->findings[i].is_class_only)
			g_string_append(sql, "typeof(");
		ferry_sqlite_append_identifier(
			sql, ((FerryColumnDef *)p->table->columns->pdata[p->columns[i]])->name);
		if (p->findings[i].is_class_only)
			g_string_append_c(sql, ')');
	}
	g_string_append(sql, ") FROM ");
	ferry_sqlite_append_from(sql, p->table, predicate);
	return g_string_free(sql, false);
}

static int on_progress(void *data)
{
	return g_atomic_int_get(&((SqliteConnection *)data)->is_cancelled);
}

static bool scan(Profile *p, sqlite3 *db, const char *predicate, GError **error)
{
	guint n_slices = MAX((p->n + MAX_ARGUMENTS - 1) / MAX_ARGUMENTS, 1);
	g_autofree Slice *slices = g_new0(Slice, n_slices);
	g_autofree char *sql = scan_sql(p, predicate);
	g_autoptr(sqlite3_stmt) statement = NULL;

	for (guint i = 0; i < n_slices; i++) {
		g_autofree char *name = g_strdup_printf("ferry_profile_%u", i);
		slices[i] = (Slice){p, i * MAX_ARGUMENTS, MIN(p->n - i * MAX_ARGUMENTS, MAX_ARGUMENTS)};
		if (sqlite3_create_function(db, name, -1, SQLITE_UTF8 | SQLITE_DIRECTONLY, &slices[i], NULL,
					    on_step, on_final) != SQLITE_OK)
			return ferry_sqlite_fail(error, db, "looking at the values of %s", p->table->name);
	}
	sqlite3_progress_handler(db, CANCEL_CHECK_OPS, on_progress, p->connection);
	bool ok = sqlite3_prepare_v2(db, sql, -1, &statement, NULL) == SQLITE_OK &&
		  sqlite3_step(statement) == SQLITE_ROW;
	if (!ok)
		ferry_sqlite_fail(error, db, "looking at the values of %s", p->table->name);
	sqlite3_progress_handler(db, 0, NULL, NULL);
	g_clear_pointer(&statement, sqlite3_finalize);
	for (guint i = 0; i < n_slices; i++) {
		g_autofree char *name = g_strdup_printf("ferry_profile_%u", i);
		sqlite3_create_function(db, name, -1, SQLITE_UTF8, NULL, NULL, NULL, NULL);
	}
	return ok;
}

/* ---- several threads ---- */

typedef struct Helper {
	Profile profile; /* findings of its own */
	char *predicate;
	GThread *thread;
	GError *error;
	bool ok;
} Helper;

static gpointer helper_thread(gpointer data)
{
	Helper *helper = data;
	g_autoptr(sqlite3) db = ferry_sqlite_open_again(helper->profile.connection, &helper->error);

	helper->ok = db && scan(&helper->profile, db, helper->predicate, &helper->error);
	return NULL;
}

static char *helper_predicate(const char *rowid, int64_t min, uint64_t span, guint i, guint n)
{
	gint64 from = (gint64)((uint64_t)min + span / n * i),
	       to = (gint64)((uint64_t)min + span / n * (i + 1));

	if (i == 0)
		return g_strdup_printf("%s < %" G_GINT64_FORMAT, rowid, to);
	if (i == n - 1)
		return g_strdup_printf("%s >= %" G_GINT64_FORMAT, rowid, from);
	return g_strdup_printf("%s >= %" G_GINT64_FORMAT " AND %s < %" G_GINT64_FORMAT, rowid, from, rowid,
			       to);
}

static void merge_helper(Profile *p, Helper *helper, bool *ok, GError **error)
{
	g_thread_join(helper->thread);
	for (guint i = 0; helper->ok && i < p->n; i++)
		ferry_sqlite_findings_merge(&p->findings[i], &helper->profile.findings[i]);
	p->n_rows += helper->profile.n_rows;
	if (!helper->ok && *ok)
		g_propagate_error(error, g_steal_pointer(&helper->error));
	*ok &= helper->ok;
	g_clear_error(&helper->error);
	g_free(helper->profile.findings);
	g_free(helper->predicate);
}

static bool scan_in_threads(Profile *p, const char *rowid, int64_t min, uint64_t span, guint n,
			    GError **error)
{
	g_autofree Helper *helpers = g_new0(Helper, n);
	bool ok = true;

	for (guint i = 0; i < n; i++) {
		helpers[i].profile = *p;
		helpers[i].profile.n_rows = 0;
		helpers[i].profile.findings = g_memdup2(p->findings, p->n * sizeof(*p->findings));
		helpers[i].predicate = helper_predicate(rowid, min, span, i, n);
		helpers[i].thread = g_thread_new("profile", helper_thread, &helpers[i]);
	}
	for (guint i = 0; i < n; i++)
		merge_helper(p, &helpers[i], &ok, error);
	return ok;
}

/* Findings are fresh. */
static bool scan_table(Profile *p, GError **error)
{
	const char *rowid = ferry_sqlite_rowid_name(p->table);
	guint n = (guint)MIN(MIN((int64_t)g_get_num_processors(), MAX_THREADS),
			     p->table->est_rows / ROWS_PER_THREAD);
	FerryRows *rows = NULL;

	p->n_rows = 0;
	if (!rowid || p->table->est_rows < 0 || n < 2)
		return scan(p, p->connection->db, NULL, error);
	g_autofree char *name = ferry_sqlite_quote_identifier(p->table->name);
	g_autofree char *sql =
		g_strdup_printf("SELECT min(%s), (SELECT max(%s) FROM %s) FROM %s", rowid, rowid, name, name);
	if (!ferry_sqlite_query(&p->connection->base, sql, &rows, error))
		return false;
	char **range = rows->rows->pdata[0];
	int64_t min = range[0] ? g_ascii_strtoll(range[0], NULL, 10) : 0;
	int64_t max = range[1] ? g_ascii_strtoll(range[1], NULL, 10) : 0;
	ferry_rows_free(rows);
	return scan_in_threads(p, rowid, min, (uint64_t)max - (uint64_t)min, n, error);
}

/* ---- one table ---- */

static bool is_settled(const FerryTable *table, const FerryColumnDef *column)
{
	if (column == ferry_sqlite_rowid_alias(table))
		return true;
	return table->is_strict && g_ascii_strcasecmp(column->native_type, "ANY") != 0 &&
	       g_ascii_strcasecmp(column->native_type, "INT") != 0;
}

/* The rowid and what STRICT watches over: one storage class without a look. */
static void settle_closed(FerryTable *table)
{
	for (guint i = 0; i < table->columns->len; i++) {
		FerryColumnDef *column = table->columns->pdata[i];
		if (is_settled(table, column))
			column->is_one_class = true;
	}
}

/* The columns for which want says yes. */
static void select_columns(Profile *p, bool (*want)(const Profile *, guint column, gpointer data),
			   gpointer data)
{
	p->n = 0;
	for (guint i = 0; i < p->table->columns->len; i++)
		if (want(p, i, data))
			p->columns[p->n++] = i;
}

static bool is_open(const Profile *p, guint column, gpointer data)
{
	return !is_settled(p->table, p->table->columns->pdata[column]);
}

static bool is_mixed(const Profile *p, guint column, gpointer data)
{
	return ((bool *)data)[column];
}

/* The second scan, over columns of which the first has seen the classes only. */
static bool look_closer(Profile *p, FerryTable *table, GError **error)
{
	g_autofree bool *mixed = g_new0(bool, table->columns->len);
	bool any = false;

	for (guint i = 0; i < p->n; i++)
		any |= mixed[p->columns[i]] = ferry_sqlite_findings_need_values(&p->findings[i]);
	if (!any)
		return true;
	Profile second = {.connection = p->connection, .table = table};
	g_autofree guint *columns = second.columns = g_new0(guint, table->columns->len);
	select_columns(&second, is_mixed, mixed);
	g_autofree SqliteFindings *findings = second.findings = g_new0(SqliteFindings, second.n);
	for (guint i = 0; i < second.n; i++)
		ferry_sqlite_findings_init(&findings[i],
					   ((FerryColumnDef *)table->columns->pdata[columns[i]])->native_type,
					   false);
	if (!scan_table(&second, error))
		return false;
	for (guint i = 0, j = 0; i < p->n; i++)
		if (mixed[p->columns[i]])
			p->findings[i] = findings[j++];
	return true;
}

static void note_key_nulls(FerryTable *table, const Profile *p)
{
	for (guint i = 0; i < p->n; i++) {
		const FerryColumnDef *column = table->columns->pdata[p->columns[i]];
		for (guint j = 0; table->primary_key && j < table->primary_key->parts->len; j++) {
			const FerryIndexPart *part = table->primary_key->parts->pdata[j];
			if (p->findings[i].n_nulls > 0 && part->column &&
			    strcmp(part->column, column->name) == 0)
				ferry_table_note(table, FERRY_SEVERITY_WARNING, column->name,
						 "is part of the primary key and NULL in %" G_GINT64_FORMAT
						 " rows, which SQLite lets pass",
						 (gint64)p->findings[i].n_nulls);
		}
	}
}

bool ferry_sqlite_profile(FerryConnection *base, FerryTable *table, GError **error)
{
	Profile p = {.connection = ferry_sqlite(base), .table = table};
	SqliteTable *data = table->connector_data;
	g_autofree guint *columns = p.columns = g_new0(guint, table->columns->len);

	g_atomic_int_set(&p.connection->is_cancelled, 0);
	settle_closed(table);
	select_columns(&p, is_open, NULL);
	if (p.n == 0)
		return true;
	g_autofree SqliteFindings *findings = p.findings = g_new0(SqliteFindings, p.n);
	for (guint i = 0; i < p.n; i++)
		ferry_sqlite_findings_init(&findings[i],
					   ((FerryColumnDef *)table->columns->pdata[columns[i]])->native_type,
					   true);
	if (!scan_table(&p, error))
		return false;
	int64_t n_rows = p.n_rows;
	if (!look_closer(&p, table, error))
		return false;
	for (guint i = 0; i < p.n; i++)
		ferry_sqlite_decide(&findings[i], table, table->columns->pdata[columns[i]]);
	note_key_nulls(table, &p);
	table->est_rows = n_rows;
	if (data)
		data->rows_are_exact = true;
	return true;
}
