/*
 * Chunks. A table with a rowid is cut by ranges of it: evenly where the numbers are dense, else by stepping
 * from one boundary to the next through the b-tree. A WITHOUT ROWID table is stepped by its primary key, with
 * row values for composite ones. Boundaries are literals of the class that the value has, so that they
 * compare as the values do.
 */
#include "connectors/sqlite/private.h"

#include <string.h>

#define MAX_CHUNKS 100000

static GPtrArray *chunks_new(void)
{
	return g_ptr_array_new_with_free_func(g_free);
}

static bool one_chunk(GPtrArray **ret_chunks)
{
	*ret_chunks = chunks_new();
	g_ptr_array_add(*ret_chunks, NULL);
	return true;
}

/* Boundaries b1 < b2 < …, as SQL: k < b1, b1 <= k < b2, …, k >= bn. */
static GPtrArray *chunks_from_boundaries(const char *key, const GPtrArray *boundaries)
{
	GPtrArray *chunks = chunks_new();

	for (guint i = 0; i <= boundaries->len; i++) {
		const char *from = i > 0 ? boundaries->pdata[i - 1] : NULL;
		const char *to = i < boundaries->len ? boundaries->pdata[i] : NULL;

		if (from && to)
			g_ptr_array_add(chunks, g_strdup_printf("%s >= %s AND %s < %s", key, from, key, to));
		else if (from)
			g_ptr_array_add(chunks, g_strdup_printf("%s >= %s", key, from));
		else
			g_ptr_array_add(chunks, to ? g_strdup_printf("%s < %s", key, to) : NULL);
	}
	return chunks;
}

/* ---- rowids ---- */

static bool rowid_range(SqliteConnection *c, const FerryTable *table, const char *rowid, int64_t *ret_min,
			int64_t *ret_max, bool *ret_is_empty, GError **error)
{
	g_autofree char *name = ferry_sqlite_quote_identifier(table->name);
	g_autofree char *sql = g_strdup_printf("SELECT (SELECT min(%s) FROM %s), (SELECT max(%s) FROM %s)",
					       rowid, name, rowid, name);

	g_autoptr(sqlite3_stmt) statement = ferry_sqlite_prepare(c, sql, table->name, error);
	if (!statement || ferry_sqlite_step(c, statement, table->name, error) == FERRY_STEP_FAILED)
		return false;
	*ret_is_empty = sqlite3_column_type(statement, 0) == SQLITE_NULL;
	*ret_min = sqlite3_column_int64(statement, 0);
	*ret_max = sqlite3_column_int64(statement, 1);
	return true;
}

static GPtrArray *dense_boundaries(int64_t min, uint64_t span, uint64_t step)
{
	GPtrArray *boundaries = chunks_new();

	for (uint64_t at = step; at < span && boundaries->len < MAX_CHUNKS; at += step)
		g_ptr_array_add(boundaries,
				g_strdup_printf("%" G_GINT64_FORMAT, (gint64)((uint64_t)min + at)));
	return boundaries;
}

/* ---- keys ---- */

/* The leading columns of the primary key that are sorted the same way; only they can be walked in the order
 * they lie. */
static guint key_prefix_len(const FerryIndex *key)
{
	guint n = 1;

	while (n < key->parts->len && ((FerryIndexPart *)key->parts->pdata[n])->descending ==
					      ((FerryIndexPart *)key->parts->pdata[0])->descending)
		n++;
	return n;
}

static char *key_sql(const FerryIndex *key, guint n)
{
	GString *sql = g_string_new(n > 1 ? "(" : NULL);

	for (guint i = 0; i < n; i++) {
		if (i > 0)
			g_string_append(sql, ", ");
		ferry_sqlite_append_identifier(sql, ((FerryIndexPart *)key->parts->pdata[i])->column);
	}
	if (n > 1)
		g_string_append_c(sql, ')');
	return g_string_free(sql, false);
}

/* For each column its value as a literal. Text that is not plain ASCII goes by its bytes; the + takes away
 * the cast's affinity, which would change how an untyped column compares. Infinity has no literal but a
 * number that is too big. */
static char *literals_sql(const FerryIndex *key, guint n)
{
	GString *sql = g_string_new(NULL);

	for (guint i = 0; i < n; i++) {
		g_autofree char *name =
			ferry_sqlite_quote_identifier(((FerryIndexPart *)key->parts->pdata[i])->column);
		g_string_append(sql, i > 0 ? " || ', ' || CASE" : "CASE");
		g_string_append_printf(sql, " WHEN typeof(%s) = 'real' AND abs(%s) = 9e999", name, name);
		g_string_append_printf(sql, " THEN CASE WHEN %s > 0 THEN '9e999' ELSE '-9e999' END", name);
		g_string_append_printf(sql, " WHEN typeof(%s) = 'text' AND (%s GLOB '*[^ -~]*'", name, name);
		g_string_append_printf(sql, " OR length(CAST(%s AS BLOB)) <> length(%s))", name, name);
		g_string_append_printf(sql, " THEN '+CAST(x''' || hex(CAST(%s AS BLOB)) || ''' AS TEXT)'",
				       name);
		g_string_append_printf(sql, " ELSE quote(%s) END", name);
	}
	return g_string_free(sql, false);
}

/* One step: the key n_rows behind the boundary; NULL and no error: the rest is shorter. */
static bool next_boundary(SqliteConnection *c, const FerryTable *table, const char *literals, const char *key,
			  const char *order, const char *after, size_t n_rows, char **ret_boundary,
			  GError **error)
{
	g_autofree char *name = ferry_sqlite_quote_identifier(table->name);
	g_autofree char *where = after ? g_strdup_printf(" WHERE %s > %s", key, after) : g_strdup("");
	g_autofree char *sql =
		g_strdup_printf("SELECT %s FROM %s NOT INDEXED%s ORDER BY %s LIMIT 1 OFFSET %zu", literals,
				name, where, order, after ? n_rows - 1 : n_rows);

	g_autoptr(sqlite3_stmt) statement = ferry_sqlite_prepare(c, sql, table->name, error);
	if (!statement)
		return false;
	FerryStep step = ferry_sqlite_step(c, statement, table->name, error);
	*ret_boundary = NULL;
	if (step == FERRY_STEP_MORE)
		*ret_boundary = g_strdup((const char *)sqlite3_column_text(statement, 0));
	return step != FERRY_STEP_FAILED;
}

/* literals: SQL that gives the key of a row as a list of literals, joined by commas; n: how many. */
static bool step_boundaries(SqliteConnection *c, const FerryTable *table, const char *literals,
			    const char *key, guint n, size_t n_rows, GPtrArray *boundaries, GError **error)
{
	g_autofree char *order = n > 1 ? g_strndup(key + 1, strlen(key) - 2) : g_strdup(key);

	while (boundaries->len < MAX_CHUNKS) {
		const char *after = boundaries->len ? boundaries->pdata[boundaries->len - 1] : NULL;
		char *boundary;

		if (!next_boundary(c, table, literals, key, order, after, n_rows, &boundary, error))
			return false;
		if (!boundary)
			return true;
		if (n > 1) {
			g_ptr_array_add(boundaries, g_strconcat("(", boundary, ")", NULL));
			g_free(boundary);
		} else {
			g_ptr_array_add(boundaries, boundary);
		}
	}
	return true;
}

static bool split_by_key(SqliteConnection *c, const FerryTable *table, size_t n_rows, GPtrArray **ret_chunks,
			 GError **error)
{
	guint n = key_prefix_len(table->primary_key);
	g_autofree char *key = key_sql(table->primary_key, n);
	g_autofree char *literals = literals_sql(table->primary_key, n);
	g_autoptr(GPtrArray) boundaries = chunks_new();

	if (!step_boundaries(c, table, literals, key, n, n_rows, boundaries, error))
		return false;
	*ret_chunks = chunks_from_boundaries(key, boundaries);
	return true;
}

static bool split_by_rowid(SqliteConnection *c, const FerryTable *table, const char *rowid, size_t n_rows,
			   GPtrArray **ret_chunks, GError **error)
{
	const SqliteTable *known = table->connector_data;
	int64_t min, max, n_total = table->est_rows;
	bool is_empty;

	if (!rowid_range(c, table, rowid, &min, &max, &is_empty, error))
		return false;
	uint64_t span = (uint64_t)max - (uint64_t)min; /* one less than the number of rowids */
	if (is_empty || span < n_rows)
		return one_chunk(ret_chunks);
	if (!(known && known->rows_are_exact) && !ferry_sqlite_count(&c->base, table, NULL, &n_total, error))
		return false;
	if ((uint64_t)n_total <= n_rows)
		return one_chunk(ret_chunks);

	double density = (double)n_total / ((double)span + 1);
	g_autoptr(GPtrArray) boundaries = NULL;
	if (density >= 0.5) {
		boundaries = dense_boundaries(min, span, (uint64_t)((double)n_rows / density));
	} else {
		boundaries = chunks_new();
		if (!step_boundaries(c, table, rowid, rowid, 1, n_rows, boundaries, error))
			return false;
	}
	*ret_chunks = chunks_from_boundaries(rowid, boundaries);
	return true;
}

bool ferry_sqlite_split(FerryConnection *base, const FerryTable *table, size_t n_rows, GPtrArray **ret_chunks,
			GError **error)
{
	const char *rowid = ferry_sqlite_rowid_name(table);

	n_rows = MAX(n_rows, 1);
	if (rowid)
		return split_by_rowid(ferry_sqlite(base), table, rowid, n_rows, ret_chunks, error);
	if (table->without_rowid && table->primary_key && !table->query)
		return split_by_key(ferry_sqlite(base), table, n_rows, ret_chunks, error);
	return one_chunk(ret_chunks);
}
