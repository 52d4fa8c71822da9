/*
 * Tables that are made by SQL of the project: a query instead of a table, expressions in the place of columns
 *or beside them, checks of rows. Expressions and checks become columns of a generated query,
 *
 *	SELECT "id", (total * 2) AS "total", …, CASE WHEN NOT (qty > 0) THEN 0 ELSE 1 END AS "ferry_check_1"
 *	FROM "orders" WHERE filter
 *
 * which the source reads like a table. The filter stands inside, where names mean the table's own columns.
 *Types are the server's answer, so an expression that it does not understand is found out before anything is
 *written.
 */
#include "mapping/planner.h"

#include <string.h>

static bool check_describes(const FerryPlanner *p, const FerryProjectTable *entry, GError **error)
{
	const FerrySourceOps *ops = ferry_source(p->source);

	if (ops->describe && ops->quote_name)
		return true;
	return ferry_planner_fail_at(error, FERRY_ERROR_UNSUPPORTED, entry->place,
				     "%s: queries, expressions and checks do not work with %s as source",
				     entry->source, p->source->connector->title);
}

/* ---- queries ---- */

static bool describe_query(FerryPlanner *p, const FerryProjectTable *entry, GError **error)
{
	FerryTable *table = NULL;

	if (!check_describes(p, entry, error))
		return false;
	if (!ferry_source(p->source)->describe(p->source, entry->source, entry->query, &table, error)) {
		g_prefix_error(error, "query %s: ", entry->source);
		return false;
	}
	if (!table->query)
		table->query = g_strdup(entry->query);
	table->est_rows = table->est_bytes = -1;
	g_ptr_array_add(p->plan->source->tables, table);
	g_hash_table_insert(p->queries, table, (gpointer)entry);
	return true;
}

bool ferry_planner_describe_queries(FerryPlanner *p, GError **error)
{
	const GPtrArray *entries = p->project->tables;

	for (guint i = 0; entries && i < entries->len; i++) {
		const FerryProjectTable *entry = entries->pdata[i];

		if (entry->query && !describe_query(p, entry, error))
			return false;
	}
	return true;
}

/* ---- expressions ---- */

static char *free_name(const FerryTable *table, const char *wish)
{
	char *name = g_strdup(wish);

	for (guint n = 2; ferry_table_find_column(table, name); n++) {
		g_free(name);
		name = g_strdup_printf("%s_%u", wish, n);
	}
	return name;
}

/* Places of the project's columns in the table, whose columns get the names of the computed ones. */
static bool add_computed(const FerryTable *table, const FerryProjectTable *entry, FerryTable *wanted,
			 const char **expressions, GError **error)
{
	for (guint i = 0; i < entry->columns->len; i++) {
		const FerryProjectColumn *column = entry->columns->pdata[i];
		const char *wish = column->source ? column->source : column->target;
		int at = column->source ? ferry_table_column_index(table, column->source) : -1;

		if (!column->expression || column->exclude)
			continue;
		if (!wish)
			return ferry_planner_fail_at(error, FERRY_ERROR_USAGE, column->place,
						     "%s: a new column needs a target name", entry->source);
		if (at < 0 && column->source)
			continue; /* an error that is told with the other columns, or a glob's */
		if (at < 0) {
			g_autofree char *name = free_name(wanted, wish);

			at = (int)wanted->columns->len;
			g_ptr_array_add(wanted->columns, ferry_column_def_new(name));
		}
		expressions[at] = column->expression;
	}
	return true;
}

static void add_checks(const FerryProjectTable *entry, FerryTable *wanted)
{
	for (guint i = 0; i < entry->checks->len; i++) {
		g_autofree char *wish = g_strdup_printf("ferry_check_%u", i + 1);
		g_autofree char *name = free_name(wanted, wish);

		g_ptr_array_add(wanted->columns, ferry_column_def_new(name));
	}
}

/* ret_at: where the table's own name ends in it; 0: it has none. */
static char *write_query(const FerryPlanner *p, const FerryTable *table, const FerryTable *wanted,
			 const char **expressions, const FerryProjectTable *entry, size_t *ret_at)
{
	char *(*quote)(const char *, const char *) = ferry_source(p->source)->quote_name;
	guint first_check = wanted->columns->len - entry->checks->len;
	GString *sql = g_string_new("SELECT ");
	g_autofree char *from = table->query ? g_strdup_printf("(%s\n) ferry_query", table->query)
					     : quote(table->schema, table->name);

	for (guint i = 0; i < wanted->columns->len; i++) {
		g_autofree char *name = quote(NULL, ((FerryColumnDef *)wanted->columns->pdata[i])->name);

		g_string_append(sql, i ? ", " : "");
		if (i >= first_check) {
			const FerryProjectCheck *check = entry->checks->pdata[i - first_check];

			g_string_append_printf(sql, "CASE WHEN NOT (%s) THEN 0 ELSE 1 END AS %s",
					       check->expression, name);
		} else if (expressions[i]) {
			g_string_append_printf(sql, "(%s) AS %s", expressions[i], name);
		} else {
			g_string_append(sql, name);
		}
	}
	g_string_append_printf(sql, " FROM %s", from);
	*ret_at = table->query ? 0 : sql->len;
	if (table->filter)
		g_string_append_printf(sql, " WHERE %s", table->filter);
	return g_string_free(sql, FALSE);
}

/* A computed column is like the described one, but keeps the name and comment that it has. */
static void take_described(FerryTable *table, const FerryTable *described, const char **expressions,
			   guint first_check)
{
	for (guint i = 0; i < described->columns->len; i++) {
		FerryColumnDef *column = ferry_column_def_copy(described->columns->pdata[i]);
		FerryColumnDef *old = i < table->columns->len ? table->columns->pdata[i] : NULL;

		if (i >= first_check && column->type.id > FERRY_TYPE_INT64)
			column->type = FERRY_TYPE(FERRY_TYPE_INT64);
		if (!old) {
			g_ptr_array_add(table->columns, column);
		} else if (expressions[i]) {
			g_free(column->comment);
			column->comment = g_strdup(old->comment);
			table->columns->pdata[i] = column;
			ferry_column_def_free(old);
		} else {
			ferry_column_def_free(column);
		}
	}
}

bool ferry_planner_compute_columns(FerryPlanner *p, FerryPlanItem *item, GError **error)
{
	FerryTable *table = item->source;
	const FerryProjectTable *entry = item->project;
	FerryTable *wanted = ferry_table_copy(table), *described = NULL;
	g_autofree const char **expressions =
		g_new0(const char *, table->columns->len + entry->columns->len + entry->checks->len + 1);
	g_autofree char *sql = NULL;
	size_t name_end = 0;
	bool is_ok =
		check_describes(p, entry, error) && add_computed(table, entry, wanted, expressions, error);

	if (is_ok) {
		add_checks(entry, wanted);
		sql = write_query(p, table, wanted, expressions, entry, &name_end);
		is_ok = ferry_source(p->source)->describe(p->source, table->name, sql, &described, error);
		if (!is_ok)
			g_prefix_error(error, "the expressions of table %s: ", table->name);
	}
	if (is_ok && described->columns->len != wanted->columns->len)
		is_ok = ferry_fail(error, FERRY_ERROR_INTERNAL,
				   "%s: the source gives %u columns instead of %u", table->name,
				   described->columns->len, wanted->columns->len);
	if (is_ok) {
		item->n_checks = entry->checks->len;
		take_described(table, described, expressions, wanted->columns->len - item->n_checks);
		g_free(table->query);
		table->query = g_steal_pointer(&sql);
		table->query_name_end = name_end;
		g_clear_pointer(&table->filter, g_free);
	}
	ferry_table_free(wanted);
	ferry_table_free(described);
	return is_ok;
}
