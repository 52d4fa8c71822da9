/*
 * WHERE: one condition after the other, as far as AND joins them. Those with (+) become the ON of a LEFT
 * JOIN, ROWNUM below a number becomes LIMIT; beneath an OR neither is known.
 */
#include "mapping/view_internal.h"

#include <string.h>

/* ROWNUM <= 5, < 6, = 1: the number of rows; -1: it is nothing of the kind. Moves behind it. */
static int64_t accept_rownum(Parser *p)
{
	const Token *t = &g_array_index(p->tokens, Token, 0);
	guint at = p->at;
	int64_t n;

	if (!ferry_expr_at_word(p, "ROWNUM") || at + 3 >= p->tokens->len ||
	    t[at + 1].kind != TOKEN_OPERATOR || t[at + 2].kind != TOKEN_NUMBER ||
	    strspn(t[at + 2].text, "0123456789") != strlen(t[at + 2].text))
		return -1;
	n = g_ascii_strtoll(t[at + 2].text, NULL, 10);
	if (strcmp(t[at + 1].text, "<") == 0)
		n--;
	else if (strcmp(t[at + 1].text, "<=") && (strcmp(t[at + 1].text, "=") || n != 1))
		return -1;
	/* ROWNUM < 5 + x is another thing. */
	if (t[at + 3].kind != TOKEN_END && t[at + 3].kind != TOKEN_WORD && strcmp(t[at + 3].text, ")"))
		return -1;
	p->at += 3;
	return MAX(n, 0);
}

static void append_condition(GString *where, Piece *piece)
{
	g_string_append_printf(where, "%s%s", where->len ? " AND " : "",
			       ferry_expr_text_at(piece, LEVEL_NOT));
}

/* A condition with (+) belongs to the table that it is for. */
static bool take_outer(Parser *p, Piece *piece)
{
	ViewScope *scope = p->view->scope;
	ViewItem *item;

	if (scope->marked == -2)
		return ferry_expr_refuse(p, "(+) on two tables in one condition") != NULL;
	item = scope->items->pdata[scope->marked];
	item->depends |= scope->used & ~(G_GUINT64_CONSTANT(1) << scope->marked);
	g_ptr_array_add(item->on, g_strdup(ferry_expr_text_at(piece, LEVEL_NOT)));
	return true;
}

static bool parse_conjunct(Parser *p, GString *where, int64_t *limit)
{
	ViewScope *scope = p->view->scope;
	int64_t n = accept_rownum(p);

	if (n >= 0) {
		*limit = *limit < 0 ? n : MIN(*limit, n);
		return true;
	}
	scope->used = 0;
	scope->marked = -1;
	g_autoptr(Piece) piece = ferry_expr_parse_term(p);
	if (!piece || !ferry_expr_make_condition(p, piece))
		return false;
	if (scope->marked != -1)
		return take_outer(p, piece);
	append_condition(where, piece);
	return true;
}

/* The whole as one, where an OR is in it. */
static bool parse_whole(Parser *p, GString *where)
{
	ViewScope *scope = p->view->scope;

	scope->marked = -1;
	g_autoptr(Piece) piece = ferry_expr_parse_expression(p);
	if (!piece || !ferry_expr_make_condition(p, piece))
		return false;
	if (scope->marked != -1)
		return ferry_expr_refuse(p, "(+) beneath an OR") != NULL;
	append_condition(where, piece);
	return true;
}

/* ---- (+) ---- */

static bool is_outer(const ViewItem *item)
{
	return item->on->len > 0;
}

static void append_item(GString *from, ViewItem *item)
{
	if (!is_outer(item)) {
		g_string_append_printf(from, "%s%s", from->len ? " CROSS JOIN " : "", item->sql);
		return;
	}
	g_string_append_printf(from, " LEFT JOIN %s ON ", item->sql);
	for (guint i = 0; i < item->on->len; i++)
		g_string_append_printf(from, "%s%s", i ? " AND " : "", (char *)item->on->pdata[i]);
}

/* First the tables that keep their rows, then each that is joined to some of those that stand there. */
static bool join_outer(Parser *p, GString *from)
{
	const GPtrArray *items = p->view->scope->items;
	guint64 placed = 0;
	guint n_placed = 0, before;

	if (p->view->scope->has_joins)
		return ferry_expr_refuse(p, "(+) beside JOIN") != NULL;
	g_string_truncate(from, 0);
	for (guint i = 0; i < items->len; i++) {
		ViewItem *item = items->pdata[i];

		if (is_outer(item) && !item->depends)
			return ferry_expr_refuse(p, "(+) without a condition that joins two tables") != NULL;
		if (is_outer(item))
			continue;
		append_item(from, item);
		placed |= G_GUINT64_CONSTANT(1) << i;
		n_placed++;
	}
	do {
		before = n_placed;
		for (guint i = 0; n_placed && i < items->len; i++) {
			ViewItem *item = items->pdata[i];
			if ((placed & G_GUINT64_CONSTANT(1) << i) || (item->depends & ~placed))
				continue;
			append_item(from, item);
			placed |= G_GUINT64_CONSTANT(1) << i;
			n_placed++;
		}
	} while (n_placed > before);
	return n_placed == items->len ||
	       ferry_expr_refuse(p, "tables that are each outer to the other") != NULL;
}

static bool has_outer(const ViewScope *scope)
{
	for (guint i = 0; i < scope->items->len; i++)
		if (is_outer(scope->items->pdata[i]))
			return true;
	return false;
}

bool ferry_view_parse_where(Parser *p, GString *from, GString *where, int64_t *ret_limit)
{
	guint start = p->at;
	char *remark = g_strdup(p->remark);

	*ret_limit = -1;
	do {
		if (!parse_conjunct(p, where, ret_limit)) {
			g_free(remark);
			return false;
		}
	} while (ferry_expr_accept_word(p, "AND"));
	if (!ferry_expr_at_word(p, "OR")) {
		g_free(remark);
		return !has_outer(p->view->scope) || join_outer(p, from);
	}
	for (guint i = 0; i < p->view->scope->items->len; i++)
		g_ptr_array_set_size(((ViewItem *)p->view->scope->items->pdata[i])->on, 0);
	g_free(p->remark);
	p->remark = remark;
	p->at = start;
	g_string_truncate(where, 0);
	*ret_limit = -1;
	return parse_whole(p, where);
}
