/* One SELECT with its clauses; see view.h. FROM is read first, since the list speaks of it. */
#include "mapping/view_internal.h"

#include <string.h>

void ferry_view_block_clear(ViewBlock *block)
{
	if (block->text)
		g_string_free(block->text, TRUE);
	if (block->columns)
		g_ptr_array_unref(block->columns);
	ferry_view_scope_free(block->scope);
	*block = (ViewBlock){0};
}

/* FROM of the SELECT at the parser, outside of all brackets. False: there is none. */
static bool find_from(const Parser *p, guint *ret_at)
{
	int depth = 0;

	for (guint at = p->at; at < p->tokens->len; at++) {
		const Token *token = &g_array_index(p->tokens, Token, at);

		if (token->kind == TOKEN_OPERATOR && strcmp(token->text, "(") == 0)
			depth++;
		if (token->kind == TOKEN_OPERATOR && strcmp(token->text, ")") == 0 && depth-- == 0)
			return false;
		if (depth == 0 && token->kind == TOKEN_WORD && g_ascii_strcasecmp(token->text, "FROM") == 0) {
			*ret_at = at;
			return true;
		}
	}
	return false;
}

/* ---- the list ---- */

/* The name of what was read from start on, where it is a mere column; else NULL. */
static char *own_name(const Parser *p, guint start)
{
	const Token *last = &g_array_index(p->tokens, Token, p->at - 1);
	guint n = p->at - start;

	if (n % 2 == 0 || n > 5 || (last->kind != TOKEN_WORD && last->kind != TOKEN_QUOTED))
		return NULL;
	for (guint at = start + 1; at < p->at; at += 2)
		if (strcmp(g_array_index(p->tokens, Token, at).text, "."))
			return NULL;
	return ferry_view_fold(last);
}

static char *read_alias(Parser *p)
{
	char *name;

	if (!ferry_expr_accept_word(p, "AS") && ferry_expr_peek(p)->kind != TOKEN_QUOTED &&
	    (ferry_expr_peek(p)->kind != TOKEN_WORD || ferry_expr_at_word(p, "FROM")))
		return NULL;
	name = ferry_view_fold(ferry_expr_peek(p));
	p->at++;
	return name;
}

static bool parse_item(Parser *p, GString *list, GPtrArray *columns)
{
	View *view = p->view;
	guint start = p->at;
	g_autoptr(Piece) piece = ferry_expr_parse_expression(p);

	if (!piece)
		return false;
	g_autofree char *own = own_name(p, start), *alias = read_alias(p);
	const char *name = alias ? alias : own;
	g_autofree char *target = name ? view->context->spell(name, view->context->data) : NULL;
	FerryViewColumn *column = ferry_view_column_new(
		name, target, piece->kind == KIND_NULL ? KIND_UNKNOWN : (int)piece->kind);
	g_autofree char *quoted = target ? ferry_view_quote(target) : NULL;

	column->is_narrow = piece->is_narrow;
	column->is_padded = piece->is_padded;
	column->is_date = piece->is_date;
	column->is_literal = piece->literal != NULL;
	column->expression = g_strdup(piece->text);
	g_ptr_array_add(columns, column);
	g_string_append_printf(list, "%s%s%s%s", list->len ? ", " : "", piece->text, quoted ? " AS " : "",
			       quoted ? quoted : "");
	return true;
}

/* name.* */
static bool accept_star(Parser *p, char **ret_alias)
{
	const Token *t = &g_array_index(p->tokens, Token, 0);

	if (ferry_expr_accept_operator(p, "*"))
		return true;
	if (p->at + 2 >= p->tokens->len || strcmp(t[p->at + 1].text, ".") || strcmp(t[p->at + 2].text, "*"))
		return false;
	*ret_alias = ferry_view_fold(&t[p->at]);
	p->at += 3;
	return true;
}

static bool parse_list(Parser *p, GString *list, GPtrArray *columns)
{
	do {
		g_autofree char *alias = NULL;
		bool is_star = accept_star(p, &alias);

		if (is_star ? !ferry_view_expand_star(p, alias, list, columns)
			    : !parse_item(p, list, columns))
			return false;
	} while (ferry_expr_accept_operator(p, ","));
	return true;
}

/* ---- GROUP BY ---- */

static bool parse_group_items(Parser *p, GString *out);

/* (a, b) and (), which are one item; (a + b) * c is an expression. */
static bool at_group_list(const Parser *p)
{
	int depth = 0;

	for (guint at = p->at; ferry_expr_at_operator(p, "(") && at < p->tokens->len; at++) {
		const Token *token = &g_array_index(p->tokens, Token, at);
		bool is_operator = token->kind == TOKEN_OPERATOR;

		depth += is_operator && strcmp(token->text, "(") == 0;
		if (!is_operator || strcmp(token->text, ")") != 0 || --depth > 0)
			continue;
		token = &g_array_index(p->tokens, Token, at + 1);
		return token->kind == TOKEN_OPERATOR &&
		       (strcmp(token->text, ",") == 0 || strcmp(token->text, ")") == 0);
	}
	return false;
}

static bool parse_group_list(Parser *p, GString *out)
{
	g_string_append_c(out, '(');
	if (!ferry_expr_expect_operator(p, "("))
		return false;
	if (!ferry_expr_at_operator(p, ")") && !parse_group_items(p, out))
		return false;
	g_string_append_c(out, ')');
	return ferry_expr_expect_operator(p, ")");
}

/* ROLLUP (…), CUBE (…), GROUPING SETS (…) */
static bool accept_group_set(Parser *p, GString *out)
{
	const Token *next = ferry_expr_peek_next(p);
	bool is_open = next->kind == TOKEN_OPERATOR && strcmp(next->text, "(") == 0;

	if (is_open && ferry_expr_accept_word(p, "ROLLUP"))
		g_string_append(out, "ROLLUP ");
	else if (is_open && ferry_expr_accept_word(p, "CUBE"))
		g_string_append(out, "CUBE ");
	else if (ferry_expr_at_word(p, "GROUPING") && next->kind == TOKEN_WORD &&
		 g_ascii_strcasecmp(next->text, "SETS") == 0)
		g_string_append(out, "GROUPING SETS ");
	else
		return false;
	p->at += next->kind == TOKEN_WORD ? 2 : 0;
	return true;
}

static bool parse_group_item(Parser *p, GString *out)
{
	if (accept_group_set(p, out) || at_group_list(p))
		return parse_group_list(p, out);
	g_autoptr(Piece) piece = ferry_expr_parse_expression(p);
	if (!piece)
		return false;
	/* A number is a place of the list in the target. */
	if (piece->is_number)
		return ferry_expr_refuse(p, "GROUP BY %s", piece->text) != NULL;
	g_string_append(out, piece->text);
	return true;
}

static bool parse_group_items(Parser *p, GString *out)
{
	if (++p->depth > 50)
		return ferry_expr_refuse(p, "it is nested too deeply") != NULL;
	do {
		if (!parse_group_item(p, out))
			return false;
	} while (ferry_expr_accept_operator(p, ",") && g_string_append(out, ", "));
	p->depth--;
	return true;
}

static bool parse_group(Parser *p, GString *out)
{
	g_string_append(out, " GROUP BY ");
	return ferry_expr_expect_word(p, "BY") && parse_group_items(p, out);
}

static bool parse_having(Parser *p, GString *out)
{
	g_autoptr(Piece) piece = ferry_expr_parse_expression(p);

	if (!piece || !ferry_expr_make_condition(p, piece))
		return false;
	g_string_append_printf(out, " HAVING %s", piece->text);
	return true;
}

/* ---- the block ---- */

typedef struct Clauses {
	GString *from, *where, *group;
	int64_t limit;
	bool is_grouped;
} Clauses;

static void clauses_clear(Clauses *c)
{
	g_string_free(c->from, TRUE);
	g_string_free(c->where, TRUE);
	g_string_free(c->group, TRUE);
}

/* CONNECT BY is read before WHERE, which may speak of levels. */
static bool parse_rows(Parser *p, Clauses *c)
{
	guint begin, end;

	if (!ferry_view_parse_from(p, c->from) || !ferry_view_parse_tree(p, &begin, &end))
		return false;
	if (ferry_expr_accept_word(p, "WHERE") && !ferry_view_parse_where(p, c->from, c->where, &c->limit))
		return false;
	if (!begin)
		return true;
	if (p->at != begin)
		return ferry_expr_refuse(p, "stopped at %s", ferry_expr_peek(p)->text) != NULL;
	p->at = end;
	return true;
}

static bool accept_siblings(Parser *p)
{
	const Token *next = ferry_expr_peek_next(p);

	if (!ferry_expr_at_word(p, "ORDER") || next->kind != TOKEN_WORD ||
	    g_ascii_strcasecmp(next->text, "SIBLINGS") != 0)
		return false;
	p->at += 2;
	return true;
}

static bool parse_clauses(Parser *p, Clauses *c)
{
	if (!parse_rows(p, c))
		return false;
	if (ferry_expr_accept_word(p, "GROUP")) {
		c->is_grouped = true;
		if (!parse_group(p, c->group))
			return false;
	}
	if (ferry_expr_accept_word(p, "HAVING")) {
		c->is_grouped = true;
		if (!parse_having(p, c->group))
			return false;
	}
	return !accept_siblings(p) || (ferry_expr_expect_word(p, "BY") && ferry_view_parse_siblings(p));
}

/* LIMIT comes after all else, ROWNUM before it: they are one only where nothing changes the rows between. */
static bool check_limit(Parser *p, const Clauses *c, bool is_distinct)
{
	const ViewScope *scope = p->view->scope;
	bool counts = c->limit >= 0 || scope->has_rownum;

	if (counts && (c->is_grouped || is_distinct || scope->has_aggregate || scope->has_window))
		return ferry_expr_refuse(p, "ROWNUM beside DISTINCT, GROUP BY or functions over rows") !=
		       NULL;
	return true;
}

static bool parse_parts(Parser *p, ViewBlock *block, Clauses *c)
{
	g_autoptr(GString) list = g_string_new(NULL);
	guint start, from, end;

	block->is_distinct = ferry_expr_accept_word(p, "DISTINCT") || ferry_expr_accept_word(p, "UNIQUE");
	if (!block->is_distinct)
		ferry_expr_accept_word(p, "ALL");
	start = p->at;
	if (!find_from(p, &from))
		return ferry_expr_refuse(p, "a SELECT without FROM") != NULL;
	p->at = from + 1;
	if (!parse_clauses(p, c))
		return false;
	end = p->at;
	p->at = start;
	p->view->takes_rownum = true;
	bool is_ok = parse_list(p, list, block->columns);
	p->view->takes_rownum = false;
	if (!is_ok || !check_limit(p, c, block->is_distinct))
		return false;
	if (p->at != from)
		return ferry_expr_refuse(p, "stopped at %s", ferry_expr_peek(p)->text) != NULL;
	p->at = end;
	if (p->view->scope->tree)
		ferry_view_write_tree(p->view->scope->tree, c->from);
	g_string_append_printf(block->text, "SELECT %s%s FROM %s%s%s%s",
			       block->is_distinct ? "DISTINCT " : "", list->str, c->from->str,
			       c->where->len ? " WHERE " : "", c->where->str, c->group->str);
	block->has_limit = c->limit >= 0;
	if (block->has_limit)
		g_string_append_printf(block->text, " LIMIT %" G_GINT64_FORMAT, c->limit);
	return true;
}

bool ferry_view_parse_block(Parser *p, ViewBlock *block)
{
	Clauses c = {g_string_new(NULL), g_string_new(NULL), g_string_new(NULL), -1, false};
	bool takes_rownum = p->view->takes_rownum;
	bool is_ok;

	if (!ferry_expr_expect_word(p, "SELECT")) {
		clauses_clear(&c);
		return false;
	}
	p->view->takes_rownum = false;
	block->text = g_string_new(NULL);
	block->columns = g_ptr_array_new_with_free_func((GDestroyNotify)ferry_view_column_free);
	block->scope = ferry_view_push_scope(p);
	is_ok = parse_parts(p, block, &c);
	p->view->scope = block->scope->outer;
	p->view->takes_rownum = takes_rownum;
	clauses_clear(&c);
	return is_ok;
}
