/*
 * Merging: COPY loads into a temporary table of the same columns, then one INSERT … ON CONFLICT moves the
 * rows into the table itself. All of it inside the caller's transaction, and once a flush, so that a load
 * behind a savepoint works too.
 */
#include "connectors/postgres/writer.h"

#define MERGE_TABLE "pg_temp.ferry_merge"

static void append_columns(GString *sql, const FerrySchema *schema)
{
	for (size_t i = 0; i < schema->n_fields; i++) {
		g_string_append(sql, i > 0 ? ", " : "");
		ferry_pg_append_identifier(sql, schema->fields[i].name);
	}
}

static bool is_in(const GPtrArray *key, const char *name)
{
	return g_ptr_array_find_with_equal_func((GPtrArray *)key, name, g_str_equal, NULL);
}

static void append_set(GString *sql, const FerrySchema *schema, const GPtrArray *key)
{
	bool is_first = true;

	for (size_t i = 0; i < schema->n_fields; i++) {
		const char *name = schema->fields[i].name;
		if (is_in(key, name))
			continue;
		g_string_append(sql, is_first ? " DO UPDATE SET " : ", ");
		ferry_pg_append_identifier(sql, name);
		g_string_append(sql, " = EXCLUDED.");
		ferry_pg_append_identifier(sql, name);
		is_first = false;
	}
	if (is_first)
		g_string_append(sql, " DO NOTHING");
}

/* OVERRIDING SYSTEM VALUE: identities are copied, as COPY does by itself. */
static char *make_merge_sql(const PgWriter *w, const GPtrArray *key)
{
	GString *sql = g_string_new("INSERT INTO ");

	g_string_append_printf(sql, "%s (", w->name);
	append_columns(sql, w->base.schema);
	g_string_append(sql, ") OVERRIDING SYSTEM VALUE SELECT ");
	append_columns(sql, w->base.schema);
	g_string_append(sql, " FROM " MERGE_TABLE " ON CONFLICT (");
	for (guint i = 0; i < key->len; i++) {
		g_string_append(sql, i > 0 ? ", " : "");
		ferry_pg_append_identifier(sql, key->pdata[i]);
	}
	g_string_append_c(sql, ')');
	append_set(sql, w->base.schema, key);
	return g_string_free(sql, FALSE);
}

bool ferry_pg_writer_merge(FerryWriter *base, const GPtrArray *key, GError **error)
{
	PgWriter *w = (PgWriter *)base;
	GString *sql = g_string_new("CREATE TEMPORARY TABLE " MERGE_TABLE " ON COMMIT DROP AS SELECT ");

	append_columns(sql, base->schema);
	g_string_append_printf(sql, " FROM %s WITH NO DATA", w->name);
	w->merge_table_sql = g_string_free(sql, FALSE);
	w->merge_sql = make_merge_sql(w, key);
	w->merges_keys_only = key->len == base->schema->n_fields;
	g_free(w->copy_sql);
	w->copy_sql = ferry_pg_copy_sql(w, MERGE_TABLE);
	return true;
}

static bool run(PgWriter *w, const char *sql, int64_t *ret_rows, GError **error)
{
	PgConnection *c = pg_connection(w->base.connection);
	g_autoptr(PGresult) result = PQexec(c->conn, sql);

	if (PQresultStatus(result) != PGRES_COMMAND_OK)
		return ferry_pg_fail(c, result, error, "cannot merge into table %s", w->name);
	if (ret_rows != NULL)
		*ret_rows = g_ascii_strtoll(PQcmdTuples(result), NULL, 10);
	return true;
}

bool ferry_pg_merge_begin(PgWriter *w, GError **error)
{
	return run(w, w->merge_table_sql, NULL, error);
}

/* Rows that are left alone count too: they are in. */
bool ferry_pg_merge_end(PgWriter *w, int64_t *rows, GError **error)
{
	return run(w, w->merge_sql, w->merges_keys_only ? NULL : rows, error) &&
	       run(w, "DROP TABLE " MERGE_TABLE, NULL, error);
}
