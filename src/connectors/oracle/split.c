/*
 * A table into chunks: by its extents (split_rowid.c); where those are not to be seen, or it has none of its
 * own (tables that are an index), by ranges of a single-column numeric key, divided evenly between its least
 * and greatest value; else by its rows' addresses. The first chunk is open below, the last above, so rows
 * that come later are covered. Predicates mean the same in any later session of ours.
 */
#include "connectors/oracle/split.h"

#include "connectors/divide.h"

#include <string.h>

/* How many times wider than its rows a range may be: beyond, even parts say nothing of how many rows are in
 * them. */
#define MAX_SPARSENESS 8

static const FerryColumnDef *numeric_key(const FerryTable *table)
{
	const FerryIndex *key = ferry_table_row_key(table);
	const FerryIndexPart *part = key && key->parts->len == 1 ? key->parts->pdata[0] : NULL;
	const FerryColumnDef *column =
		part && part->column ? ferry_table_find_column(table, part->column) : NULL;

	if (!column || !column->native_type || column->generated == FERRY_GENERATED_VIRTUAL)
		return NULL;
	return g_str_has_prefix(column->native_type, "NUMBER") ? column : NULL;
}

/* The whole part of a number's text, at most 37 digits; false where it is none or longer. */
static bool parse_wide(const char *text, FerryWide *ret)
{
	bool is_negative = text && *text == '-';
	size_t len = text ? strspn(text + is_negative, "0123456789") : 0;
	FerryWide value = 0;

	if (!text || len > 37 || (len == 0 && text[is_negative] != '.'))
		return false;
	for (size_t i = 0; i < len; i++)
		value = value * 10 + (text[is_negative + i] - '0');
	*ret = is_negative ? -value : value;
	return true;
}

static bool split_by_key(FerryOracleConnection *c, const FerryTable *table, const FerryColumnDef *column,
			 size_t n_rows, GPtrArray *chunks, GError **error)
{
	g_autofree char *name = ferry_oracle_quote_name(NULL, column->name);
	g_autofree char *shown = ferry_table_display_name(table);
	g_autofree char *doing =
		g_strdup_printf("cannot find the range of key %s of table %s", column->name, shown);
	g_autoptr(GString) sql = g_string_new(NULL);
	g_autoptr(FerryOracleRow) row = NULL;
	FerryWide min, max;

	g_string_printf(sql, "SELECT MIN(%s), MAX(%s), COUNT(*) FROM ", name, name);
	ferry_oracle_append_from(c, sql, table);
	ferry_oracle_append_where(sql, table, NULL);
	if (!ferry_oracle_first(c, sql->str, doing, &row, error))
		return false;
	if (!row || row->n < 3 || !parse_wide(row->values[0], &min) || !parse_wide(row->values[1], &max))
		return true;
	FerryWide rows = row->values[2] ? g_ascii_strtoll(row->values[2], NULL, 10) : 0, span = max - min + 1;
	FerryWide n_chunks = MIN((rows + (FerryWide)n_rows - 1) / (FerryWide)n_rows, FERRY_ORACLE_MAX_CHUNKS);
	if (rows > (FerryWide)n_rows && n_chunks > 1 && span >= n_chunks && span <= rows * MAX_SPARSENESS)
		ferry_divide_range(name, min, max, n_chunks, chunks);
	return true;
}

bool ferry_oracle_split(FerryConnection *base, const FerryTable *table, size_t n_rows, GPtrArray **ret_chunks,
			GError **error)
{
	FerryOracleConnection *c = ferry_oracle(base);
	g_autoptr(GPtrArray) chunks = g_ptr_array_new_with_free_func(g_free);
	bool is_small = table->est_rows >= 0 && (size_t)table->est_rows <= n_rows / 2;
	const FerryColumnDef *column = numeric_key(table);

	n_rows = MAX(n_rows, 1);
	/* A query of the user's costs its whole work each time it is asked. */
	if (!is_small && !table->query && !ferry_oracle_split_by_extents(c, table, n_rows, chunks, error))
		return false;
	if (!is_small && chunks->len == 0 && column && !split_by_key(c, table, column, n_rows, chunks, error))
		return false;
	if (!is_small && chunks->len == 0 && !column && !table->query &&
	    !ferry_oracle_split_by_blocks(c, table, n_rows, chunks, error))
		return false;
	if (chunks->len <= 1) {
		g_ptr_array_set_size(chunks, 0);
		g_ptr_array_add(chunks, NULL);
	}
	*ret_chunks = g_steal_pointer(&chunks);
	return true;
}
