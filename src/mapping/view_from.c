/* FROM and what its names mean; see view.h. */
#include "mapping/view_internal.h"

#include <string.h>

#define MAX_ITEMS 60

char *ferry_view_fold(const Token *token)
{
	return token->kind == TOKEN_QUOTED ? g_strdup(token->text) : g_ascii_strup(token->text, -1);
}

char *ferry_view_quote(const char *name)
{
	g_auto(GStrv) parts = g_strsplit(name, "\"", -1);
	g_autofree char *doubled = g_strjoinv("\"\"", parts);

	return g_strdup_printf("\"%s\"", doubled);
}

/* ---- scopes ---- */

static void item_free(gpointer data)
{
	ViewItem *item = data;

	g_free(item->alias);
	g_free(item->name);
	g_free(item->base);
	g_free(item->sql);
	g_ptr_array_unref(item->columns);
	g_ptr_array_unref(item->on);
	g_free(item);
}

ViewScope *ferry_view_push_scope(Parser *p)
{
	ViewScope *scope = g_new0(ViewScope, 1);

	scope->outer = p->view->scope;
	scope->items = g_ptr_array_new_with_free_func(item_free);
	scope->merged = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	scope->marked = -1;
	p->view->scope = scope;
	return scope;
}

void ferry_view_scope_free(ViewScope *scope)
{
	if (!scope)
		return;
	g_ptr_array_unref(scope->items);
	g_hash_table_unref(scope->merged);
	ferry_view_tree_free(scope->tree);
	g_free(scope);
}

static const FerryViewColumn *find_in(const ViewItem *item, const char *name)
{
	for (guint i = 0; i < item->columns->len; i++) {
		const FerryViewColumn *column = item->columns->pdata[i];

		if (column->name && strcmp(column->name, name) == 0)
			return column;
	}
	return NULL;
}

/* In the scope, or the ones around it. *ret_item: where; -1 with a reason: in several. */
static const FerryViewColumn *find(Parser *p, const char *alias, const char *name, ViewScope **ret_scope,
				   int *ret_item)
{
	for (ViewScope *scope = p->view->scope; scope; scope = scope->outer) {
		const FerryViewColumn *found = NULL;

		for (guint i = 0; i < scope->items->len; i++) {
			const ViewItem *item = scope->items->pdata[i];
			const FerryViewColumn *column =
				!alias || g_strcmp0(item->alias, alias) == 0 ? find_in(item, name) : NULL;

			if (column && found && !g_hash_table_contains(scope->merged, name)) {
				ferry_expr_refuse(p, "%s is a column of several tables", name);
				return NULL;
			}
			if (!column || found)
				continue;
			found = column;
			*ret_scope = scope;
			*ret_item = (int)i;
		}
		if (found)
			return found;
	}
	return NULL;
}

bool ferry_view_has_column(Parser *p, const char *name)
{
	ViewScope *scope;
	int item;

	return find(p, NULL, name, &scope, &item) != NULL;
}

/* a.b behind the parser: the last two parts of a name; how many tokens it takes. */
static guint read_name(Parser *p, char **ret_alias, char **ret_name)
{
	guint at = p->at, n = 1;
	const Token *tokens = &g_array_index(p->tokens, Token, 0);

	*ret_name = ferry_view_fold(&tokens[at]);
	while (at + 2 < p->tokens->len && tokens[at + 1].kind == TOKEN_OPERATOR &&
	       strcmp(tokens[at + 1].text, ".") == 0 &&
	       (tokens[at + 2].kind == TOKEN_WORD || tokens[at + 2].kind == TOKEN_QUOTED)) {
		g_free(*ret_alias);
		*ret_alias = g_steal_pointer(ret_name);
		*ret_name = ferry_view_fold(&tokens[at + 2]);
		at += 2;
		n += 2;
	}
	return n;
}

/* (+) */
static void accept_mark(Parser *p, ViewScope *scope, int item)
{
	const Token *t = &g_array_index(p->tokens, Token, 0);

	if (p->at + 2 >= p->tokens->len || strcmp(t[p->at].text, "(") || strcmp(t[p->at + 1].text, "+") ||
	    strcmp(t[p->at + 2].text, ")") || t[p->at].kind != TOKEN_OPERATOR ||
	    t[p->at + 1].kind != TOKEN_OPERATOR) {
		return;
	}
	p->at += 3;
	if (scope != p->view->scope)
		ferry_expr_refuse(p, "(+) on a column of another query");
	else
		scope->marked = scope->marked == -1 || scope->marked == item ? item : -2;
}

Piece *ferry_view_parse_column(Parser *p)
{
	g_autofree char *alias = NULL, *name = NULL;
	guint n = read_name(p, &alias, &name);
	ViewScope *scope = NULL;
	int at = -1;
	const FerryViewColumn *column = find(p, alias, name, &scope, &at);

	if (!column)
		return NULL;
	if (!column->target)
		return ferry_expr_refuse(p, "column %s is left out", name);
	const ViewItem *item = scope->items->pdata[at];
	g_autofree char *quoted = ferry_view_quote(column->target);
	bool is_merged = !alias && g_hash_table_contains(scope->merged, name);
	Piece *piece = ferry_expr_piece_new((Kind)column->kind, LEVEL_ATOM, "%s%s%s",
					    is_merged ? "" : item->name, is_merged ? "" : ".", quoted);

	piece->is_narrow = column->is_narrow;
	piece->is_padded = column->is_padded;
	piece->is_date = column->is_date;
	scope->used |= G_GUINT64_CONSTANT(1) << at;
	p->at += n;
	accept_mark(p, scope, at);
	if (!p->reason)
		return piece;
	ferry_expr_piece_free(piece);
	return NULL;
}

bool ferry_view_expand_star(Parser *p, const char *alias, GString *out, GPtrArray *columns)
{
	const ViewScope *scope = p->view->scope;
	guint n = columns->len;

	if (g_hash_table_size(scope->merged))
		return ferry_expr_refuse(p, "* over JOIN … USING") != NULL;
	for (guint i = 0; i < scope->items->len; i++) {
		const ViewItem *item = scope->items->pdata[i];

		for (guint k = 0; (!alias || g_strcmp0(item->alias, alias) == 0) && k < item->columns->len;
		     k++) {
			const FerryViewColumn *column = item->columns->pdata[k];
			g_autofree char *quoted = column->target ? ferry_view_quote(column->target) : NULL;

			if (!quoted)
				return ferry_expr_refuse(p, "column %s is left out", column->name) != NULL;
			FerryViewColumn *copy = ferry_view_column_copy(column);
			copy->expression = g_strdup_printf("%s.%s", item->name, quoted);
			g_string_append_printf(out, "%s%s", out->len ? ", " : "", copy->expression);
			g_ptr_array_add(columns, copy);
		}
	}
	return columns->len > n || ferry_expr_refuse(p, "* of what is not in FROM") != NULL;
}

/* ---- tables ---- */

static bool is_alias(const Parser *p)
{
	static const char *const words[] = {"where",        "join",    "inner",     "left",
					    "right",        "full",    "cross",     "natural",
					    "on",           "using",   "group",     "having",
					    "connect",      "start",   "order",     "union",
					    "intersect",    "minus",   "except",    "fetch",
					    "offset",       "for",     "with",      "model",
					    "pivot",        "unpivot", "partition", "sample",
					    "as",           "outer",   "versions",  "match_recognize",
					    "subpartition", "lateral", NULL};
	g_autofree char *lower = g_ascii_strdown(ferry_expr_peek(p)->text, -1);

	return ferry_expr_peek(p)->kind == TOKEN_QUOTED ||
	       (ferry_expr_peek(p)->kind == TOKEN_WORD && !g_strv_contains(words, lower));
}

static GPtrArray *copy_columns(const GPtrArray *columns)
{
	GPtrArray *copies = g_ptr_array_new_with_free_func((GDestroyNotify)ferry_view_column_free);

	for (guint i = 0; i < columns->len; i++)
		g_ptr_array_add(copies, ferry_view_column_copy(columns->pdata[i]));
	return copies;
}

/* Names that the source keeps apart by their case must not become one: the inner would hide the outer. */
static bool is_hidden(const View *view, const ViewItem *item)
{
	for (const ViewScope *scope = view->scope; scope && item->alias; scope = scope->outer)
		for (guint i = 0; i < scope->items->len; i++) {
			const ViewItem *other = scope->items->pdata[i];

			if (other != item && strcmp(other->name, item->name) == 0 &&
			    g_strcmp0(other->alias, item->alias) != 0)
				return true;
		}
	return false;
}

/* Takes columns. */
static bool add_item(Parser *p, const char *sql, GPtrArray *columns, const char *own_name, GString *out)
{
	View *view = p->view;
	ViewItem *item = g_new0(ViewItem, 1);
	g_autofree char *spelt = NULL;

	item->columns = columns;
	item->on = g_ptr_array_new_with_free_func(g_free);
	if (is_alias(p)) {
		item->alias = ferry_view_fold(ferry_expr_peek(p));
		p->at++;
	} else {
		item->alias = g_strdup(own_name);
	}
	spelt = item->alias ? view->context->spell(item->alias, view->context->data)
			    : g_strdup_printf("ferry_%u", ++view->n_made);
	item->name = ferry_view_quote(spelt);
	item->base = g_strdup(sql);
	item->sql = g_strdup_printf("%s AS %s", sql, item->name);
	g_ptr_array_add(view->scope->items, item);
	g_string_append(out, item->sql);
	if (is_hidden(view, item))
		return ferry_expr_refuse(p, "two tables of it are called %s in the target", item->name) !=
		       NULL;
	return view->scope->items->len <= MAX_ITEMS ||
	       ferry_expr_refuse(p, "more than %d tables", MAX_ITEMS) != NULL;
}

static bool parse_derived(Parser *p, GString *out)
{
	g_autoptr(GString) sql = g_string_new("(");
	GPtrArray *columns = NULL;

	if (!ferry_view_parse_query(p, sql, &columns))
		return false;
	g_string_append_c(sql, ')');
	if (ferry_expr_expect_operator(p, ")"))
		return add_item(p, sql->str, columns, NULL, out);
	g_ptr_array_unref(columns);
	return false;
}

static bool parse_table(Parser *p, GString *out)
{
	View *view = p->view;
	g_autofree char *schema = NULL, *name = NULL;

	if (ferry_expr_accept_operator(p, "(")) {
		if (ferry_view_at_query(p))
			return parse_derived(p, out);
		return ferry_expr_refuse(p, "brackets around a join") != NULL;
	}
	if (ferry_expr_peek(p)->kind != TOKEN_QUOTED && !is_alias(p))
		return ferry_expr_refuse(p, "stopped at %s, where a table was expected",
					 ferry_expr_peek(p)->text) != NULL;
	p->at += read_name(p, &schema, &name);
	if (ferry_expr_at_operator(p, "@") || ferry_expr_at_operator(p, "("))
		return ferry_expr_refuse(p, "%s%s is no table of the schema", name,
					 ferry_expr_peek(p)->text) != NULL;
	if (!schema && g_strcmp0(view->defines, name) == 0)
		return ferry_expr_refuse(p, "a WITH that speaks of itself: write it as WITH RECURSIVE") !=
		       NULL;
	const FerryViewRelation *relation = schema ? NULL : g_hash_table_lookup(view->with, name);
	if (!relation && strcmp(name, "DUAL") == 0) {
		GPtrArray *columns = g_ptr_array_new_with_free_func((GDestroyNotify)ferry_view_column_free);

		g_ptr_array_add(columns, ferry_view_column_new("DUMMY", "dummy", KIND_TEXT));
		return add_item(p, "(SELECT CAST('X' AS text) AS dummy)", columns, name, out);
	}
	if (!relation)
		relation = view->context->relation(schema, name, view->context->data);
	if (!relation)
		return ferry_expr_refuse(p, "it reads %s%s%s, which is not in the copy", schema ? schema : "",
					 schema ? "." : "", name) != NULL;
	return add_item(p, relation->sql, copy_columns(relation->columns), name, out);
}

/* ---- joins ---- */

static const char *accept_join(Parser *p)
{
	static const struct {
		const char *word, *join;
	} joins[] = {{"INNER", " JOIN "},
		     {"LEFT", " LEFT JOIN "},
		     {"RIGHT", " RIGHT JOIN "},
		     {"FULL", " FULL JOIN "},
		     {"CROSS", " CROSS JOIN "}};

	if (ferry_expr_accept_word(p, "JOIN"))
		return " JOIN ";
	for (size_t i = 0; i < G_N_ELEMENTS(joins); i++) {
		if (!ferry_expr_accept_word(p, joins[i].word))
			continue;
		if (i > 0 && i < 4)
			ferry_expr_accept_word(p, "OUTER");
		return ferry_expr_expect_word(p, "JOIN") ? joins[i].join : NULL;
	}
	if (ferry_expr_at_word(p, "NATURAL"))
		ferry_expr_refuse(p, "NATURAL JOIN");
	return NULL;
}

/* They are compared, as with =. */
static bool check_blanks(Parser *p, const char *name, const FerryViewColumn *column)
{
	const GPtrArray *items = p->view->scope->items;

	for (guint i = 0; i + 1 < items->len; i++) {
		const FerryViewColumn *other = find_in(items->pdata[i], name);

		if (other && other->is_padded != column->is_padded)
			return ferry_expr_refuse(p,
						 "USING (%s): a CHAR is compared with a VARCHAR2, where the "
						 "source sees its blanks",
						 name) != NULL;
	}
	return true;
}

static bool parse_using(Parser *p, GString *out)
{
	View *view = p->view;

	if (!ferry_expr_expect_operator(p, "("))
		return false;
	g_string_append(out, " USING (");
	do {
		g_autofree char *name = ferry_view_fold(ferry_expr_peek(p));
		const ViewItem *last = view->scope->items->pdata[view->scope->items->len - 1];
		const FerryViewColumn *column = find_in(last, name);

		if (!column || !column->target)
			return ferry_expr_refuse(p, "%s is no column of both tables", name) != NULL;
		if (!check_blanks(p, name, column))
			return false;
		g_autofree char *quoted = ferry_view_quote(column->target);
		g_string_append(out, quoted);
		g_hash_table_add(view->scope->merged, g_steal_pointer(&name));
		p->at++;
	} while (ferry_expr_accept_operator(p, ",") && g_string_append(out, ", "));
	g_string_append_c(out, ')');
	return ferry_expr_expect_operator(p, ")");
}

static bool parse_join_condition(Parser *p, GString *out)
{
	ViewScope *scope = p->view->scope;

	if (ferry_expr_accept_word(p, "USING"))
		return parse_using(p, out);
	if (!ferry_expr_expect_word(p, "ON"))
		return false;
	scope->marked = -1;
	g_autoptr(Piece) piece = ferry_expr_parse_expression(p);
	if (!piece || !ferry_expr_make_condition(p, piece))
		return false;
	if (scope->marked != -1)
		return ferry_expr_refuse(p, "(+) in ON") != NULL;
	g_string_append_printf(out, " ON %s", piece->text);
	return true;
}

static bool parse_joined(Parser *p, GString *out)
{
	const char *join;

	if (!parse_table(p, out))
		return false;
	while ((join = accept_join(p)) != NULL) {
		p->view->scope->has_joins = true;
		g_string_append(out, join);
		if (!parse_table(p, out) || (strcmp(join, " CROSS JOIN ") && !parse_join_condition(p, out)))
			return false;
	}
	return !p->reason;
}

/* Behind FROM. */
bool ferry_view_parse_from(Parser *p, GString *out)
{
	do {
		g_string_append(out, out->len ? ", " : "");
		if (!parse_joined(p, out))
			return false;
	} while (ferry_expr_accept_operator(p, ","));
	return true;
}
