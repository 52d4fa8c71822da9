/*
 * What is named but not moved (views, routines, triggers, events), and MariaDB's sequences.
 */
#include "connectors/mysql/catalog.h"

#include <string.h>

/* kind, schema, name, definition */
static bool on_other(char **row, const unsigned long *lengths, gpointer data, GError **error)
{
	FerryMysqlCatalogBuilder *b = data;
	g_autofree char *kind = g_ascii_strdown(row[0], -1);
	FerryOther *other = ferry_other_new(kind, row[1], row[2]);
	other->definition = g_strdup(row[3]);
	g_ptr_array_add(b->catalog->others, other);
	return true;
}

bool ferry_mysql_read_others(FerryMysqlCatalogBuilder *b, GError **error)
{
	static const struct {
		const char *select, *schema, *doing;
	} queries[] = {
		{"SELECT 'view', table_schema, table_name, view_definition FROM information_schema.views",
		 "table_schema", "cannot list the views"},
		{"SELECT routine_type, routine_schema, routine_name, routine_definition FROM "
		 "information_schema.routines",
		 "routine_schema", "cannot list the routines"},
		{"SELECT 'trigger', trigger_schema, trigger_name, concat(action_timing, ' ', "
		 "event_manipulation, ' ON ',"
		 " event_object_table, ' FOR EACH ROW ', action_statement) FROM information_schema.triggers",
		 "trigger_schema", "cannot list the triggers"},
		{"SELECT 'event', event_schema, event_name, event_definition FROM information_schema.events",
		 "event_schema", "cannot list the events"},
	};
	/* SingleStore has neither triggers nor events. */
	size_t n = b->connection->is_singlestore ? 2 : G_N_ELEMENTS(queries);
	for (size_t i = 0; i < n; i++) {
		g_autoptr(GString) sql = g_string_new(queries[i].select);
		ferry_mysql_append_schema_filter(sql, b->connection, queries[i].schema);
		g_string_append(sql, " ORDER BY 2, 3");
		if (!ferry_mysql_each(b->connection, sql->str, queries[i].doing, on_other, b, error))
			return false;
	}
	return true;
}

/* ---- sequences ---- */

#define SEQUENCES_A_QUERY 100

enum { NEXT, MINIMUM, MAXIMUM, START, INCREMENT, CACHE, CYCLE, NUMBER };

static bool on_sequence(char **row, const unsigned long *lengths, gpointer data, GError **error)
{
	FerryMysqlCatalogBuilder *b = data;
	guint i = (guint)g_ascii_strtoull(row[NUMBER], NULL, 10);
	if (i >= b->sequences->len)
		return true;
	FerrySequence *s = b->sequences->pdata[i];
	s->next_value = g_ascii_strtoll(row[NEXT], NULL, 10);
	s->min_value = g_ascii_strtoll(row[MINIMUM], NULL, 10);
	s->max_value = g_ascii_strtoll(row[MAXIMUM], NULL, 10);
	s->start = g_ascii_strtoll(row[START], NULL, 10);
	s->increment = g_ascii_strtoll(row[INCREMENT], NULL, 10);
	s->cache = g_ascii_strtoll(row[CACHE], NULL, 10);
	s->cycles = strcmp(row[CYCLE], "0") != 0;
	s->data_type = g_strdup("bigint");
	return true;
}

/* A sequence is a table of one row that holds its state. */
bool ferry_mysql_read_sequences(FerryMysqlCatalogBuilder *b, GError **error)
{
	for (guint first = 0; first < b->sequences->len; first += SEQUENCES_A_QUERY) {
		guint end = MIN(first + SEQUENCES_A_QUERY, b->sequences->len);
		g_autoptr(GString) sql = g_string_new(NULL);
		for (guint i = first; i < end; i++) {
			const FerrySequence *s = b->sequences->pdata[i];
			g_string_append_printf(
				sql,
				"%sSELECT next_not_cached_value, minimum_value, maximum_value, start_value,"
				" increment, cache_size, cycle_option, %u FROM ",
				i > first ? " UNION ALL " : "", i);
			ferry_mysql_append_identifier(sql, s->schema);
			g_string_append_c(sql, '.');
			ferry_mysql_append_identifier(sql, s->name);
		}
		if (!ferry_mysql_each(b->connection, sql->str, "cannot read the sequences", on_sequence, b,
				      error))
			return false;
	}
	return true;
}
