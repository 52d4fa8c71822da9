/*
 * Whether any row of a table satisfies a condition that no index answers. A server scans a table with one
 * thread, so a large one is looked at in parts of its key, over several connections; the first row that is
 * found ends it. Connections that cannot be had are done without.
 */
#include "connectors/mysql/private.h"
#include "connectors/mysql/split.h"

#define ROWS_A_PART 100000
#define MAX_THREADS 4

typedef struct Search {
	FerryMysqlConnection *c; /* the caller's; its cancel ends all of it */
	const FerryTable *table;
	const char *condition, *doing;
	const GPtrArray *parts; /* char*, or a single NULL */
	gint next_part;         /* atomic */
	gint is_over;           /* atomic: found, failed, cancelled */
	gint is_found;          /* atomic */
} Search;

typedef struct Helper {
	Search *search;
	GThread *thread;
	GError *error;
} Helper;

static bool look_into(Search *search, FerryMysqlConnection *c, const char *part, GError **error)
{
	g_autoptr(GString) sql = g_string_new("SELECT 1 FROM ");
	g_autoptr(FerryMysqlRow) row = NULL;

	ferry_mysql_append_from(sql, search->table);
	ferry_mysql_append_where(sql, search->table, part);
	g_string_append_printf(sql, " %s (%s) LIMIT 1", part || search->table->filter ? "AND" : "WHERE",
			       search->condition);
	if (!ferry_mysql_first(c, sql->str, search->doing, &row, error))
		return false;
	if (row) {
		g_atomic_int_set(&search->is_found, 1);
		g_atomic_int_set(&search->is_over, 1);
	}
	return true;
}

static bool work(Search *search, FerryMysqlConnection *c, GError **error)
{
	while (!g_atomic_int_get(&search->is_over) && !g_atomic_int_get(&search->c->is_cancelled)) {
		guint part = (guint)g_atomic_int_add(&search->next_part, 1);
		if (part >= search->parts->len)
			return true;
		if (!look_into(search, c, search->parts->pdata[part], error)) {
			g_atomic_int_set(&search->is_over, 1);
			return false;
		}
	}
	return true;
}

static gpointer helper_thread(gpointer data)
{
	Helper *helper = data;
	const FerryConnection *base = &helper->search->c->base;
	g_autoptr(FerryConnection) c = ferry_connection_open(base->connector, base->url, false, NULL);

	if (c)
		work(helper->search, ferry_mysql(c), &helper->error);
	return NULL;
}

static bool search_all(Search *search, GError **error)
{
	guint n = MIN(MIN(g_get_num_processors(), MAX_THREADS), search->parts->len);
	Helper helpers[MAX_THREADS] = {0};

	for (guint i = 1; i < n; i++) {
		helpers[i].search = search;
		helpers[i].thread = g_thread_new("profile", helper_thread, &helpers[i]);
	}
	bool is_ok = work(search, search->c, error);
	for (guint i = 1; i < n; i++) {
		g_thread_join(helpers[i].thread);
		if (!helpers[i].error)
			continue;
		if (is_ok)
			g_propagate_error(error, g_steal_pointer(&helpers[i].error));
		g_clear_error(&helpers[i].error);
		is_ok = false;
	}
	if (is_ok && !search->is_found && g_atomic_int_get(&search->c->is_cancelled))
		return ferry_fail(error, FERRY_ERROR_CANCELLED, "%s: cancelled", search->doing);
	return is_ok;
}

bool ferry_mysql_any_row(FerryMysqlConnection *c, const FerryTable *table, const char *condition,
			 const char *doing, bool *ret_found, GError **error)
{
	g_autoptr(GPtrArray) parts = NULL;
	Search search = {.c = c, .table = table, .condition = condition, .doing = doing};

	if (table->est_rows > ROWS_A_PART && !table->query && ferry_mysql_integer_key(table)) {
		if (!ferry_mysql_split(&c->base, table, ROWS_A_PART, &parts, error))
			return false;
	} else {
		parts = g_ptr_array_new();
		g_ptr_array_add(parts, NULL);
	}
	search.parts = parts;
	if (!search_all(&search, error))
		return false;
	*ret_found = search.is_found;
	return true;
}
