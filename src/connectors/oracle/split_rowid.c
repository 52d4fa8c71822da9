/*
 * Chunks of a heap table by the addresses of its rows, in their order: object, file, block, row. Each is one
 * scan of its blocks. Where the extents are to be seen they say how many blocks lie where; else the first and
 * the last address, if they are in one file, are taken for what lies between them. The first chunk is open
 * below, the last above, so rows that come later, wherever they are put, are covered.
 */
#include "connectors/oracle/rowid.h"
#include "connectors/oracle/split.h"

#include <string.h>

#define ROWS_A_BLOCK 50 /* where nobody has counted them */

typedef struct {
	int64_t file, block, n_blocks, object;
} Extent;

static bool on_extent(char **row, gpointer data, GError **error)
{
	Extent extent = {.file = -1};

	if (row[0] && row[1] && row[2] && row[3]) {
		extent = (Extent){g_ascii_strtoll(row[0], NULL, 10), g_ascii_strtoll(row[1], NULL, 10),
				  g_ascii_strtoll(row[2], NULL, 10), g_ascii_strtoll(row[3], NULL, 10)};
		g_array_append_val((GArray *)data, extent);
	}
	return true;
}

/* Boundaries into chunks. */
static void make_chunks(const GPtrArray *bounds, GPtrArray *chunks)
{
	for (guint i = 0; i <= bounds->len; i++) {
		GString *predicate = g_string_new(NULL);
		if (i > 0)
			g_string_append_printf(predicate, "ROWID >= %s", (const char *)bounds->pdata[i - 1]);
		if (i < bounds->len)
			g_string_append_printf(predicate, "%sROWID < %s", i > 0 ? " AND " : "",
					       (const char *)bounds->pdata[i]);
		g_ptr_array_add(chunks, g_string_free(predicate, FALSE));
	}
}

static int64_t count_chunks(const FerryTable *table, int64_t n_blocks, size_t n_rows)
{
	int64_t rows = table->est_rows >= 0 ? table->est_rows : n_blocks * ROWS_A_BLOCK;
	int64_t n = (rows + (int64_t)n_rows - 1) / (int64_t)n_rows;

	return MIN(MIN(n, n_blocks), FERRY_ORACLE_MAX_CHUNKS);
}

static void divide_extents(const FerryTable *table, const GArray *extents, size_t n_rows, GPtrArray *chunks)
{
	g_autoptr(GPtrArray) bounds = g_ptr_array_new_with_free_func(g_free);
	int64_t total = 0, seen = 0, next = 1;

	for (guint i = 0; i < extents->len; i++)
		total += g_array_index(extents, Extent, i).n_blocks;
	int64_t n_chunks = count_chunks(table, total, n_rows);
	for (guint i = 0; i < extents->len; i++) {
		const Extent *e = &g_array_index(extents, Extent, i);
		for (; next < n_chunks && total / n_chunks * next < seen + e->n_blocks; next++) {
			int64_t block = e->block + total / n_chunks * next - seen;
			g_ptr_array_add(bounds,
					g_strdup_printf("DBMS_ROWID.ROWID_CREATE(1, %" G_GINT64_FORMAT
							", %" G_GINT64_FORMAT ", %" G_GINT64_FORMAT ", 0)",
							e->object, e->file, block));
		}
		seen += e->n_blocks;
	}
	if (bounds->len > 0)
		make_chunks(bounds, chunks);
}

bool ferry_oracle_split_by_extents(FerryOracleConnection *c, const FerryTable *table, size_t n_rows,
				   GPtrArray *chunks, GError **error)
{
	g_autoptr(GArray) extents = g_array_new(FALSE, FALSE, sizeof(Extent));
	g_autoptr(GString) sql =
		g_string_new("SELECT E.RELATIVE_FNO, E.BLOCK_ID, E.BLOCKS, O.DATA_OBJECT_ID FROM DBA_EXTENTS "
			     "E JOIN DBA_OBJECTS O"
			     " ON O.OWNER = E.OWNER AND O.OBJECT_NAME = E.SEGMENT_NAME"
			     " AND NVL(O.SUBOBJECT_NAME, 'x') = NVL(E.PARTITION_NAME, 'x') WHERE E.OWNER = ");
	g_autoptr(GError) refusal = NULL;

	ferry_oracle_append_literal(sql, table->schema);
	g_string_append(sql, " AND E.SEGMENT_NAME = ");
	ferry_oracle_append_literal(sql, table->name);
	g_string_append(sql, " AND E.SEGMENT_TYPE IN ('TABLE', 'TABLE PARTITION', 'TABLE SUBPARTITION')"
			     " AND O.DATA_OBJECT_ID IS NOT NULL"
			     " ORDER BY O.DATA_OBJECT_ID, E.RELATIVE_FNO, E.BLOCK_ID");
	if (ferry_oracle_each(c, sql->str, "cannot list the extents", on_extent, extents, &refusal)) {
		divide_extents(table, extents, n_rows, chunks);
		return true;
	}
	/* Most users may not see them. */
	if (!c->is_lost && !g_atomic_int_get(&c->is_cancelled))
		return true;
	g_propagate_error(error, g_steal_pointer(&refusal));
	return false;
}

bool ferry_oracle_split_by_blocks(FerryOracleConnection *c, const FerryTable *table, size_t n_rows,
				  GPtrArray *chunks, GError **error)
{
	g_autofree char *name = ferry_table_display_name(table);
	g_autofree char *doing = g_strdup_printf("cannot find the first and the last row of table %s", name);
	g_autoptr(GString) sql =
		g_string_new("SELECT ROWIDTOCHAR(MIN(ROWID)), ROWIDTOCHAR(MAX(ROWID)) FROM ");
	g_autoptr(GPtrArray) bounds = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(FerryOracleRow) row = NULL;
	FerryOracleRowid first, last;

	ferry_oracle_append_from(c, sql, table);
	if (!ferry_oracle_first(c, sql->str, doing, &row, error))
		return false;
	if (!row || row->n < 2 || !ferry_oracle_rowid_from_text(row->values[0], &first) ||
	    !ferry_oracle_rowid_from_text(row->values[1], &last) || first.object != last.object ||
	    first.file != last.file)
		return true;
	int64_t n_blocks = (int64_t)last.block - first.block + 1,
		n_chunks = count_chunks(table, n_blocks, n_rows);
	for (int64_t i = 1; i < n_chunks; i++) {
		char text[FERRY_ORACLE_ROWID_TEXT + 1] = {0};
		uint32_t block = (uint32_t)(first.block + n_blocks / n_chunks * i);
		ferry_oracle_rowid_to_text(first.object, first.file, block, 0, text);
		g_ptr_array_add(bounds, g_strdup_printf("'%s'", text));
	}
	if (bounds->len > 0)
		make_chunks(bounds, chunks);
	return true;
}
