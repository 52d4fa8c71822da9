/*
 * A table into chunks: ranges of its primary key, or of a unique key. A chunk's predicate is SQL text that
 * means the same in any later session of ours (the session's zone is UTC, its sql_mode empty). The first
 * chunk is open below, the last above, so rows that come later are covered.
 *
 * A single integer key is divided evenly between its least and greatest value, which costs two look-ups in
 * the index: a chunk holds at most as many rows as its range is wide. Where the values lie too far apart for
 * that to say much, and for all other keys, the index is walked: the row n_rows further on begins the next
 * chunk (split_walk.c).
 */
#include "connectors/mysql/split.h"
#include "connectors/mysql/types.h"

#include "connectors/divide.h"

#include <string.h>

/* How many times wider than its rows a range may be before the index is walked instead. */
#define MAX_SPARSENESS 4

static bool is_usable_type(const FerryColumnDef *column)
{
	/* Floats have no exact text, sets and enums are ordered by number but compared as text. */
	switch (column->type.id) {
	case FERRY_TYPE_BOOL:
	case FERRY_TYPE_INT8:
	case FERRY_TYPE_INT16:
	case FERRY_TYPE_INT32:
	case FERRY_TYPE_INT64:
	case FERRY_TYPE_DECIMAL:
	case FERRY_TYPE_DATE:
	case FERRY_TYPE_TIME:
	case FERRY_TYPE_INTERVAL:
	case FERRY_TYPE_TIMESTAMP:
	case FERRY_TYPE_TIMESTAMPTZ:
	case FERRY_TYPE_UUID: return true;
	case FERRY_TYPE_TEXT:
		return !column->labels && (ferry_mysql_type_is(column->native_type, "char") ||
					   ferry_mysql_type_is(column->native_type, "varchar"));
	case FERRY_TYPE_BYTES:
		return ferry_mysql_type_is(column->native_type, "binary") ||
		       ferry_mysql_type_is(column->native_type, "varbinary");
	default: return false;
	}
}

static bool is_usable(const FerryTable *table, const FerryIndex *index)
{
	if (!index->is_unique || index->parts->len == 0 || (index->method && strcmp(index->method, "btree")))
		return false;
	for (guint i = 0; i < index->parts->len; i++) {
		const FerryIndexPart *part = index->parts->pdata[i];
		const FerryColumnDef *column =
			part->column ? ferry_table_find_column(table, part->column) : NULL;
		if (!column || part->prefix_len || !column->not_null || !column->native_type ||
		    !is_usable_type(column) || column->generated == FERRY_GENERATED_VIRTUAL)
			return false;
	}
	return true;
}

static bool is_integer(const FerryColumnDef *column)
{
	static const char *const words[] = {"tinyint", "smallint", "mediumint", "int", "bigint"};
	for (size_t i = 0; i < G_N_ELEMENTS(words); i++)
		if (ferry_mysql_type_is(column->native_type, words[i]))
			return true;
	return false;
}

const FerryIndex *ferry_mysql_split_key(const FerryTable *table)
{
	if (table->primary_key && is_usable(table, table->primary_key))
		return table->primary_key;
	const FerryIndex *best = NULL;
	for (guint i = 0; i < table->indexes->len; i++) {
		const FerryIndex *index = table->indexes->pdata[i];
		if (is_usable(table, index) && (!best || index->parts->len < best->parts->len))
			best = index;
	}
	return best;
}

const FerryColumnDef *ferry_mysql_integer_key(const FerryTable *table)
{
	const FerryIndex *key = ferry_mysql_split_key(table);
	const FerryIndexPart *part = key && key->parts->len == 1 ? key->parts->pdata[0] : NULL;
	const FerryColumnDef *column = part ? ferry_table_find_column(table, part->column) : NULL;

	return column && is_integer(column) ? column : NULL;
}

void ferry_mysql_append_key_hint(GString *out, const FerryTable *table)
{
	const FerryIndex *key = ferry_mysql_split_key(table);
	/* MySQL's btree is the one that has no word; where the word stands, the server takes no hints. */
	if (!key || key->method)
		return;
	g_string_append(out, " FORCE INDEX (");
	ferry_mysql_append_identifier(out, key->name);
	g_string_append_c(out, ')');
}

static FerryWide parse_wide(const char *text)
{
	return *text == '-' ? (FerryWide)g_ascii_strtoll(text, NULL, 10)
			    : (FerryWide)g_ascii_strtoull(text, NULL, 10);
}

/* True with *ret_is_done false: evenly divided chunks could be of very different sizes. */
static bool split_integer(FerryMysqlConnection *c, const FerryTable *table, const char *column, size_t n_rows,
			  GPtrArray *chunks, bool *ret_is_done, GError **error)
{
	g_autofree char *doing = g_strdup_printf("cannot find the range of key %s of table %s.%s", column,
						 table->schema, table->name);
	g_autoptr(GString) name = g_string_new(NULL);
	g_autoptr(FerryMysqlRow) row = NULL;

	ferry_mysql_append_identifier(name, column);
	g_autoptr(GString) sql = g_string_new(NULL);
	g_string_append_printf(sql, "SELECT MIN(%s), MAX(%s) FROM ", name->str, name->str);
	ferry_mysql_append_from(sql, table);
	if (!ferry_mysql_first(c, sql->str, doing, &row, error))
		return false;
	if (!row || !row->values[0]) {
		*ret_is_done = true; /* empty */
		return true;
	}
	FerryWide min = parse_wide(row->values[0]), max = parse_wide(row->values[1]), span = max - min + 1;
	FerryWide rows = MIN(MAX((FerryWide)table->est_rows, 1), span);
	*ret_is_done = c->is_singlestore || span <= (FerryWide)n_rows || span <= rows * MAX_SPARSENESS;
	if (*ret_is_done && span > (FerryWide)n_rows)
		ferry_divide_range(name->str, min, max, (rows + (FerryWide)n_rows - 1) / (FerryWide)n_rows,
				   chunks);
	return true;
}

/* A query that the user wrote may cost the server its whole work for each row that is looked for, so its key
 * is not walked; what the mapping derives from a table has the table's estimate. */
static bool can_walk(const FerryMysqlConnection *c, const FerryTable *table)
{
	/* SingleStore keeps rows in no order of a key: each step would sort what is left. */
	return !c->is_singlestore && (!table->query || table->est_rows >= 0);
}

bool ferry_mysql_split(FerryConnection *base, const FerryTable *table, size_t n_rows, GPtrArray **ret_chunks,
		       GError **error)
{
	FerryMysqlConnection *c = ferry_mysql(base);
	g_autoptr(GPtrArray) chunks = g_ptr_array_new_with_free_func(g_free);
	const FerryIndex *key = ferry_mysql_split_key(table);
	bool is_done = key == NULL;

	n_rows = MAX(n_rows, 1);
	const FerryColumnDef *column = ferry_mysql_integer_key(table);
	if (column && !split_integer(c, table, column->name, n_rows, chunks, &is_done, error))
		return false;
	if (!is_done && can_walk(c, table) && !ferry_mysql_walk_key(c, table, key, n_rows, chunks, error))
		return false;
	if (chunks->len <= 1) {
		g_ptr_array_set_size(chunks, 0);
		g_ptr_array_add(chunks, NULL);
	}
	*ret_chunks = g_steal_pointer(&chunks);
	return true;
}
