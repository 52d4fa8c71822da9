/*
 * Chunks by walking a key's index: from one boundary to the row n_rows further on, on the server. Works for
 * keys of several columns and of any type whose values can be written as literals.
 *
 * A boundary's literals are exact: text as _charset 0x…, in the column's own character set, so that nothing
 * is converted and the column's collation decides; bytes as 0x…; the rest as the server prints it. Rows are
 * in a chunk by comparing with boundaries in the order of the key, which is total over all rows whatever the
 * collation holds for equal: no row is left out or comes twice.
 *
 * (a, b) >= (x, y) is written as a >= x AND (a > x OR (a = x AND b >= y)): servers use an index for this
 * form, not for row constructors.
 */
#include "connectors/mysql/split.h"
#include "connectors/mysql/types.h"

#include <string.h>

typedef struct {
	FerryMysqlConnection *connection;
	const FerryTable *table;
	const FerryIndex *key;
	GString *order; /* `a`, `b` */
	char *doing;
} Walk;

static const char *part_column(const FerryIndex *key, guint i)
{
	return ((const FerryIndexPart *)key->parts->pdata[i])->column;
}

typedef enum { LITERAL_NUMBER, LITERAL_TEXT, LITERAL_BYTES, LITERAL_QUOTED } LiteralKind;

static LiteralKind literal_kind(const FerryColumnDef *column)
{
	if (ferry_mysql_type_is(column->native_type, "inet4") ||
	    ferry_mysql_type_is(column->native_type, "inet6"))
		return LITERAL_QUOTED;
	switch (column->type.id) {
	case FERRY_TYPE_TEXT: return LITERAL_TEXT;
	case FERRY_TYPE_BYTES: return LITERAL_BYTES;
	case FERRY_TYPE_DATE:
	case FERRY_TYPE_TIME:
	case FERRY_TYPE_INTERVAL:
	case FERRY_TYPE_TIMESTAMP:
	case FERRY_TYPE_TIMESTAMPTZ:
	case FERRY_TYPE_UUID: return LITERAL_QUOTED;
	default: return LITERAL_NUMBER;
	}
}

/* An expression that gives the value's literal as text. */
static void append_literal_of(GString *sql, const FerryColumnDef *column)
{
	g_autoptr(GString) name = g_string_new(NULL);
	ferry_mysql_append_identifier(name, column->name);

	switch (literal_kind(column)) {
	case LITERAL_TEXT:
		g_string_append_printf(sql,
				       "IF(LENGTH(%s), CONCAT('_', CHARSET(%s), ' 0x', HEX(%s)), '''''')",
				       name->str, name->str, name->str);
		break;
	case LITERAL_BYTES:
		g_string_append_printf(sql, "IF(LENGTH(%s), CONCAT('0x', HEX(%s)), '''''')", name->str,
				       name->str);
		break;
	case LITERAL_QUOTED: g_string_append_printf(sql, "CONCAT('''', %s, '''')", name->str); break;
	case LITERAL_NUMBER: g_string_append_printf(sql, "CONCAT(%s)", name->str); break;
	}
}

/* a > x OR (a = x AND (b > y …)): op is what the last column gets, strict what the others do. */
static void append_tail(GString *out, const FerryIndex *key, char **literals, guint i, const char *strict,
			const char *op)
{
	g_autoptr(GString) name = g_string_new(NULL);
	ferry_mysql_append_identifier(name, part_column(key, i));

	if (i + 1 == key->parts->len) {
		g_string_append_printf(out, "%s %s %s", name->str, op, literals[i]);
		return;
	}
	g_string_append_printf(out, "(%s %s %s OR (%s = %s AND ", name->str, strict, literals[i], name->str,
			       literals[i]);
	append_tail(out, key, literals, i + 1, strict, op);
	g_string_append(out, "))");
}

static void append_comparison(GString *out, const FerryIndex *key, char **literals, bool is_lower)
{
	if (key->parts->len > 1) {
		ferry_mysql_append_identifier(out, part_column(key, 0));
		g_string_append_printf(out, " %s %s AND ", is_lower ? ">=" : "<=", literals[0]);
	}
	append_tail(out, key, literals, 0, is_lower ? ">" : "<", is_lower ? ">=" : "<");
}

static char *make_predicate(const FerryIndex *key, char **from, char **to)
{
	GString *out = g_string_new(NULL);
	if (from)
		append_comparison(out, key, from, true);
	if (from && to)
		g_string_append(out, " AND ");
	if (to)
		append_comparison(out, key, to, false);
	return g_string_free(out, FALSE);
}

/* The literals of the row n_rows behind from; *ret_boundary is NULL where there is none. */
static bool find_boundary(const Walk *w, char **from, size_t n_rows, FerryMysqlRow **ret_boundary,
			  GError **error)
{
	g_autoptr(GString) sql = g_string_new("SELECT ");
	for (guint i = 0; i < w->key->parts->len; i++) {
		if (i > 0)
			g_string_append(sql, ", ");
		append_literal_of(sql, ferry_table_find_column(w->table, part_column(w->key, i)));
	}
	g_string_append(sql, " FROM ");
	ferry_mysql_append_from(sql, w->table);
	if (!w->table->query)
		ferry_mysql_append_key_hint(sql, w->table);
	if (from) {
		g_autofree char *predicate = make_predicate(w->key, from, NULL);
		g_string_append_printf(sql, " WHERE %s", predicate);
	}
	g_string_append_printf(sql, " ORDER BY %s LIMIT 1 OFFSET %zu", w->order->str, n_rows);
	return ferry_mysql_first(w->connection, sql->str, w->doing, ret_boundary, error);
}

/* Text that is invalid in its own character set cannot be a literal: the chunk that was to end there takes
 * all the rest. */
static void leave_open(const Walk *w, const FerryMysqlRow *before, GPtrArray *chunks)
{
	g_ptr_array_set_size(chunks, (gint)chunks->len - 1);
	if (before)
		g_ptr_array_add(chunks, make_predicate(w->key, (char **)before->values, NULL));
}

static bool walk(const Walk *w, size_t n_rows, GPtrArray *chunks, GError **error)
{
	g_autoptr(FerryMysqlRow) before = NULL, from = NULL;

	for (;;) {
		g_autoptr(FerryMysqlRow) to = NULL;
		g_autoptr(GError) own = NULL;
		if (!find_boundary(w, from ? from->values : NULL, n_rows, &to, &own)) {
			if (!from || w->connection->is_lost || !ferry_error_is(own, FERRY_ERROR_FAILED)) {
				g_propagate_error(error, g_steal_pointer(&own));
				return false;
			}
			leave_open(w, before, chunks);
			return true;
		}
		g_ptr_array_add(chunks,
				make_predicate(w->key, from ? from->values : NULL, to ? to->values : NULL));
		if (!to)
			return true;
		ferry_mysql_row_free(before);
		before = g_steal_pointer(&from);
		from = g_steal_pointer(&to);
	}
}

bool ferry_mysql_walk_key(FerryMysqlConnection *c, const FerryTable *table, const FerryIndex *key,
			  size_t n_rows, GPtrArray *chunks, GError **error)
{
	Walk w = {.connection = c, .table = table, .key = key, .order = g_string_new(NULL)};

	for (guint i = 0; i < key->parts->len; i++) {
		if (i > 0)
			g_string_append(w.order, ", ");
		ferry_mysql_append_identifier(w.order, part_column(key, i));
	}
	w.doing = g_strdup_printf("cannot divide table %s.%s into chunks", table->schema, table->name);
	bool ok = walk(&w, n_rows, chunks, error);
	g_string_free(w.order, TRUE);
	g_free(w.doing);
	return ok;
}
