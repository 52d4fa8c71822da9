/*
 * Views that were translated from another system. Each bears a comment by which a later copy knows it as
 * Ferry's own, made in the transaction that makes the view: what bears none, or another one, is somebody's
 * work and stays.
 */
#include "connectors/postgres/ddl.h"

#define MARK "Translated by Ferry from "

static char *make_statement(const FerryView *view, const char *create, const char *name)
{
	GString *sql = g_string_new(create);

	g_string_append_printf(sql, " %s (", name);
	ferry_pg_ddl_names(sql, view->columns);
	g_string_append_printf(sql, ") AS %s", view->query);
	return g_string_free(sql, FALSE);
}

static char *make_mark(const FerryView *view, const char *kind, const char *name)
{
	GString *sql = g_string_new(NULL);
	g_autofree char *mark = g_strconcat(MARK, view->origin, NULL);

	g_string_append_printf(sql, "COMMENT ON %s %s IS ", kind, name);
	ferry_pg_append_literal(sql, mark);
	return g_string_free(sql, FALSE);
}

/* CREATE OR REPLACE keeps the privileges on a view; of a materialized one there is none. */
static void create_view(const FerryView *view, GPtrArray *statements)
{
	const char *kind = view->is_materialized ? "MATERIALIZED VIEW" : "VIEW";
	g_autofree char *object =
		view->schema ? g_strdup_printf("%s.%s", view->schema, view->name) : g_strdup(view->name);
	g_autofree char *name = ferry_pg_qualified(view->schema, view->name);
	g_autofree char *create = g_strconcat("CREATE ", kind, NULL);
	g_autofree char *sql = make_statement(view, create, name);
	FerryStatement *statement =
		ferry_statement_new(view->is_materialized ? "materialized view" : "view", object, sql);

	statement->is_optional = true;
	statement->mark_sql = make_mark(view, kind, name);
	if (view->is_materialized) {
		statement->replace_sql = g_strdup_printf("DROP %s %s;\n%s", kind, name, sql);
		statement->refresh_sql = g_strdup_printf("REFRESH %s %s", kind, name);
	} else {
		statement->replace_sql = make_statement(view, "CREATE OR REPLACE VIEW", name);
	}
	g_ptr_array_add(statements, statement);
}

void ferry_pg_ddl_create_views(const FerryCatalog *target, GPtrArray *statements)
{
	for (guint i = 0; i < target->views->len; i++)
		create_view(target->views->pdata[i], statements);
}

bool ferry_pg_look_at_views(FerryConnection *base, const GPtrArray *views, FerryViewState *ret_states,
			    GError **error)
{
	g_autoptr(GString) sql = g_string_new(
		"SELECT v.n, c.relkind = v.kind AND coalesce(pg_catalog.obj_description(c.oid, 'pg_class'), "
		"'') LIKE '" MARK "%' FROM (VALUES ");
	g_autoptr(FerryRows) rows = NULL;

	if (views->len == 0)
		return true;
	for (guint i = 0; i < views->len; i++) {
		const FerryView *view = views->pdata[i];
		g_autofree char *name = ferry_pg_qualified(view->schema, view->name);

		ret_states[i] = FERRY_VIEW_ABSENT;
		g_string_append_printf(sql, "%s(%u, '%c'::\"char\", ", i > 0 ? ", " : "", i,
				       view->is_materialized ? 'm' : 'v');
		ferry_pg_append_literal(sql, name);
		g_string_append_c(sql, ')');
	}
	g_string_append(sql, ") AS v(n, kind, name) JOIN pg_catalog.pg_class c ON c.oid = "
			     "pg_catalog.to_regclass(v.name)");
	if (!ferry_pg_query(base, sql->str, &rows, error))
		return false;
	for (guint i = 0; i < rows->rows->len; i++) {
		char **row = rows->rows->pdata[i];

		ret_states[g_ascii_strtoull(row[0], NULL, 10)] =
			*row[1] == 't' ? FERRY_VIEW_OURS : FERRY_VIEW_FOREIGN;
	}
	return true;
}
