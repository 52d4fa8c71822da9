/*
 * Chunks of a table: ranges of its blocks (ctid), which the server reads directly from version 14 on; else
 * ranges of an integer primary key, of equal width; else none. And the exact count of a chunk.
 */
#include "connectors/postgres/private.h"

#include <stdlib.h>
#include <string.h>

#define SAMPLE_BLOCKS 16
#define MAX_CHUNKS    100000
#define MIN_ROW_BYTES 28 /* header and line pointer */

static bool query_integers(PgConnection *c, const char *sql, const char *doing, int n, int64_t *ret_values,
			   GError **error)
{
	g_autoptr(PGresult) result = ferry_pg_run(c, sql, doing, error);
	if (result == NULL)
		return false;
	if (PQntuples(result) != 1)
		return ferry_fail(error, FERRY_ERROR_NOT_FOUND, "%s: there is no such table", doing);
	for (int i = 0; i < n; i++)
		ret_values[i] =
			PQgetisnull(result, 0, i) ? 0 : g_ascii_strtoll(PQgetvalue(result, 0, i), NULL, 10);
	return true;
}

typedef struct Shape {
	int64_t is_heap, blocks, rows; /* rows: as the server believes, -1 not known */
} Shape;

static bool look_up_shape(PgConnection *c, const char *table, Shape *ret_shape, GError **error)
{
	g_autofree char *literal = ferry_pg_quote_literal(table);
	g_autofree char *doing = g_strdup_printf("cannot look up the size of table %s", table);
	g_autofree char *sql =
		g_strdup_printf("SELECT (c.relkind IN ('r', 'm') AND coalesce(a.amname, '') = 'heap')::int, "
				"CASE WHEN c.relkind IN ('r', 'm') THEN "
				"pg_catalog.pg_relation_size(c.oid) / "
				"pg_catalog.current_setting('block_size')::int ELSE 0 END, "
				"CASE WHEN c.reltuples > 0 AND c.relpages > 0 THEN (c.reltuples / c.relpages "
				"* (pg_catalog.pg_relation_size(c.oid) "
				"/ pg_catalog.current_setting('block_size')::int))::int8 ELSE -1 END "
				"FROM pg_catalog.pg_class c LEFT JOIN pg_catalog.pg_am a ON a.oid = c.relam "
				"WHERE c.oid = pg_catalog.to_regclass(%s)",
				literal);
	int64_t values[3];
	if (!query_integers(c, sql, doing, 3, values, error))
		return false;
	*ret_shape = (Shape){values[0], values[1], values[2]};
	return true;
}

/* A table that was never analyzed: what its first blocks hold stands for all. */
static bool sample_rows(PgConnection *c, const char *from, Shape *shape, GError **error)
{
	int64_t n;
	g_autofree char *sql = g_strdup_printf(
		"SELECT count(*) FROM %s WHERE ctid < '(%d,0)'::pg_catalog.tid", from, SAMPLE_BLOCKS);
	if (!query_integers(c, sql, "cannot sample a table", 1, &n, error))
		return false;
	int64_t sampled = MIN(shape->blocks, SAMPLE_BLOCKS);
	shape->rows = MAX(n, sampled) * shape->blocks / MAX(sampled, 1);
	return true;
}

static void add_ctid_chunks(GPtrArray *chunks, int64_t blocks, int64_t step)
{
	for (int64_t at = 0; at < blocks; at += step) {
		GString *sql = g_string_new(NULL);
		if (at > 0)
			g_string_append_printf(sql, "ctid >= '(%" G_GINT64_FORMAT ",0)'::pg_catalog.tid", at);
		if (at + step < blocks)
			g_string_append_printf(sql, "%sctid < '(%" G_GINT64_FORMAT ",0)'::pg_catalog.tid",
					       at > 0 ? " AND " : "", at + step);
		g_ptr_array_add(chunks, g_string_free(sql, FALSE));
	}
}

static bool split_by_ctid(PgConnection *c, const char *from, Shape *shape, size_t n_rows, GPtrArray *chunks,
			  GError **error)
{
	if (shape->blocks <= 1 || n_rows == 0)
		return true;
	if (shape->rows < 0 && !sample_rows(c, from, shape, error))
		return false;
	int64_t n_chunks = CLAMP((shape->rows + (int64_t)n_rows - 1) / (int64_t)n_rows, 1,
				 MIN(MAX_CHUNKS, shape->blocks));
	if (n_chunks > 1)
		add_ctid_chunks(chunks, shape->blocks, (shape->blocks + n_chunks - 1) / n_chunks);
	return true;
}

static const FerryColumnDef *integer_key(const FerryTable *table)
{
	const FerryIndex *key = table->primary_key;
	if (key == NULL || key->parts->len == 0)
		return NULL;
	const FerryIndexPart *part = key->parts->pdata[0];
	const FerryColumnDef *column =
		part->column != NULL ? ferry_table_find_column(table, part->column) : NULL;
	bool is_integer =
		column != NULL && column->type.id >= FERRY_TYPE_INT8 && column->type.id <= FERRY_TYPE_INT64;
	return is_integer ? column : NULL;
}

static bool split_by_key(PgConnection *c, const char *from, const FerryTable *table, size_t n_rows,
			 GPtrArray *chunks, GError **error)
{
	const FerryColumnDef *column = integer_key(table);
	if (column == NULL || n_rows == 0 || table->est_rows <= (int64_t)n_rows)
		return true;
	g_autofree char *name = ferry_pg_quote_identifier(column->name);
	g_autofree char *sql = g_strdup_printf("SELECT min(%s), max(%s) FROM %s", name, name, from);
	int64_t range[2];
	if (!query_integers(c, sql, "cannot look up the ends of a key", 2, range, error))
		return false;
	uint64_t width = (uint64_t)range[1] - (uint64_t)range[0];
	uint64_t n_chunks = MIN((uint64_t)table->est_rows / n_rows + 1, MAX_CHUNKS);
	uint64_t step = width / n_chunks + 1;
	if (width < n_chunks)
		return true;
	for (uint64_t i = 0; i < n_chunks; i++) {
		GString *predicate = g_string_new(NULL);
		int64_t from_value = (int64_t)((uint64_t)range[0] + i * step);
		int64_t to_value = (int64_t)((uint64_t)range[0] + (i + 1) * step);
		bool is_last = (i + 1) * step > width;
		if (i > 0)
			g_string_append_printf(predicate, "%s >= '%" G_GINT64_FORMAT "'", name, from_value);
		if (!is_last)
			g_string_append_printf(predicate, "%s%s < '%" G_GINT64_FORMAT "'",
					       i > 0 ? " AND " : "", name, to_value);
		g_ptr_array_add(chunks, g_string_free(predicate, FALSE));
		if (is_last)
			break;
	}
	return true;
}

static bool split(FerryConnection *base, const FerryTable *table, size_t n_rows, GPtrArray **ret_chunks,
		  GError **error)
{
	PgConnection *c = pg_connection(base);
	g_autofree char *name = ferry_pg_table_sql(base, table), *from = ferry_pg_from_sql(base, table);
	g_autoptr(GPtrArray) chunks = g_ptr_array_new_with_free_func(g_free);
	Shape shape = {0};
	if (table->query == NULL && !look_up_shape(c, name, &shape, error))
		return false;
	bool by_ctid = shape.is_heap && c->version >= 140000;
	if (by_ctid ? !split_by_ctid(c, from, &shape, n_rows, chunks, error)
		    : !split_by_key(c, from, table, n_rows, chunks, error))
		return false;
	if (chunks->len == 0)
		g_ptr_array_add(chunks, NULL);
	*ret_chunks = g_steal_pointer(&chunks);
	return true;
}

/* What fails in the snapshot's transaction would end it, and with it the lane's other tables. */
static bool look(FerryConnection *base, const FerryTable *table, size_t n_rows, GPtrArray **ret_chunks,
		 GError **error)
{
	bool is_users = ferry_pg_has_user_sql(table);

	if (is_users && !ferry_pg_enter_user_sql(pg_connection(base), error))
		return false;
	bool is_ok = split(base, table, n_rows, ret_chunks, error);
	if (is_users)
		ferry_pg_leave_user_sql(pg_connection(base));
	return is_ok;
}

bool ferry_pg_split(FerryConnection *base, const FerryTable *table, size_t n_rows, GPtrArray **ret_chunks,
		    GError **error)
{
	PgConnection *c = pg_connection(base);
	/* A table whose bytes cannot be more rows than one chunk has: thousands of small ones cost no look.
	 */
	bool is_small = table->query == NULL && table->est_bytes >= 0 &&
			(uint64_t)table->est_bytes / MIN_ROW_BYTES <= n_rows;
	if (is_small) {
		*ret_chunks = g_ptr_array_new_with_free_func(g_free);
		g_ptr_array_add(*ret_chunks, NULL);
		return true;
	}
	bool is_pinned = c->is_pinned && PQtransactionStatus(c->conn) == PQTRANS_INTRANS;
	if (is_pinned)
		PQclear(PQexec(c->conn, "SAVEPOINT ferry_split"));
	bool is_ok = look(base, table, n_rows, ret_chunks, error);
	if (is_pinned && !is_ok)
		PQclear(PQexec(c->conn, "ROLLBACK TO SAVEPOINT ferry_split"));
	if (is_pinned)
		PQclear(PQexec(c->conn, "RELEASE SAVEPOINT ferry_split"));
	return is_ok;
}

bool ferry_pg_count(FerryConnection *base, const FerryTable *table, const char *predicate, int64_t *ret_rows,
		    GError **error)
{
	g_autofree char *from = ferry_pg_from_sql(base, table);
	g_autofree char *where = ferry_pg_where_sql(table, predicate);
	g_autofree char *sql = g_strdup_printf("SELECT count(*) FROM %s%s", from, where);
	g_autofree char *doing = g_strdup_printf("cannot count the rows of table %s", table->name);
	bool is_users = ferry_pg_has_user_sql(table);
	if (!ferry_pg_set_savepoint(pg_connection(base), error) ||
	    (is_users && !ferry_pg_enter_user_sql(pg_connection(base), error)))
		return false;
	bool is_ok = query_integers(pg_connection(base), sql, doing, 1, ret_rows, error);
	if (is_users)
		ferry_pg_leave_user_sql(pg_connection(base));
	ferry_pg_return_to_savepoint(pg_connection(base));
	return is_ok;
}
