/*
 * ORDER BY and FETCH FIRST; see view.h. Oracle sorts texts by their bytes where nobody has said otherwise
 * (NLS_SORT=BINARY), which is the collation "C" in PostgreSQL; the target's own would give another order. It
 * can be said of an expression only: a name of the select list is replaced by what it stands for where that
 * is known.
 */
#include "mapping/view_internal.h"

#include <stdlib.h>
#include <string.h>

/* A name alone, or a place in the list. */
static const FerryViewColumn *find_output(const Parser *p, const GPtrArray *outputs)
{
	const Token *token = ferry_expr_peek(p), *next = ferry_expr_peek_next(p);
	g_autofree char *name = NULL;
	bool is_alone = next->kind == TOKEN_END || next->kind == TOKEN_WORD ||
			(next->kind == TOKEN_OPERATOR &&
			 (strcmp(next->text, ",") == 0 || strcmp(next->text, ")") == 0));

	if (!outputs || !is_alone)
		return NULL;
	if (token->kind == TOKEN_NUMBER) {
		long place = strtol(token->text, NULL, 10);

		return place > 0 && place <= (long)outputs->len ? outputs->pdata[place - 1] : NULL;
	}
	if (token->kind != TOKEN_WORD && token->kind != TOKEN_QUOTED)
		return NULL;
	name = ferry_view_fold(token);
	for (guint i = 0; i < outputs->len; i++) {
		const FerryViewColumn *column = outputs->pdata[i];

		if (column->name && strcmp(column->name, name) == 0)
			return column;
	}
	return NULL;
}

static void append_collated(GString *out, const char *text)
{
	g_string_append_printf(out, "(%s) COLLATE \"C\"", text);
}

static void append_output(Parser *p, GString *out, const FerryViewColumn *output, bool is_single)
{
	g_autofree char *quoted = output->target ? ferry_view_quote(output->target) : NULL;

	if (output->kind == KIND_TEXT && is_single && output->expression) {
		append_collated(out, output->expression);
	} else {
		if (output->kind == KIND_TEXT || output->kind == KIND_UNKNOWN)
			ferry_expr_add_remark(p, "texts are ordered by the target's collation");
		g_string_append(out, quoted ? quoted : ferry_expr_peek(p)->text);
	}
	p->at++;
}

static bool append_expression(Parser *p, GString *out)
{
	g_autoptr(Piece) piece = ferry_expr_parse_expression(p);

	if (!piece)
		return false;
	if (piece->kind == KIND_TEXT)
		append_collated(out, piece->text);
	else
		g_string_append(out, piece->text);
	return true;
}

/* A name of the select list goes before one of FROM. */
static bool parse_sort_key(Parser *p, GString *out, const GPtrArray *outputs, bool is_single)
{
	const FerryViewColumn *output = find_output(p, outputs);

	if (output)
		append_output(p, out, output, is_single);
	else if (!append_expression(p, out))
		return false;
	if (ferry_expr_accept_word(p, "DESC"))
		g_string_append(out, " DESC");
	else
		ferry_expr_accept_word(p, "ASC");
	if (!ferry_expr_accept_word(p, "NULLS"))
		return true;
	if (ferry_expr_accept_word(p, "FIRST"))
		g_string_append(out, " NULLS FIRST");
	else if (ferry_expr_expect_word(p, "LAST"))
		g_string_append(out, " NULLS LAST");
	return !p->reason;
}

/* NULLs come last in both systems, first with DESC. */
bool ferry_view_parse_order(Parser *p, GString *out, const GPtrArray *outputs, bool is_single)
{
	g_string_append(out, " ORDER BY ");
	do {
		if (!parse_sort_key(p, out, outputs, is_single))
			return false;
	} while (ferry_expr_accept_operator(p, ",") && g_string_append(out, ", "));
	return true;
}

/* ---- FETCH ---- */

static bool accept_rows(Parser *p)
{
	if (ferry_expr_accept_word(p, "ROWS") || ferry_expr_accept_word(p, "ROW"))
		return true;
	ferry_expr_refuse(p, "stopped at %s, where ROWS was expected", ferry_expr_peek(p)->text);
	return false;
}

static bool parse_offset(Parser *p, GString *out)
{
	const char *n = ferry_expr_peek(p)->text;

	if (ferry_expr_peek(p)->kind != TOKEN_NUMBER)
		return ferry_expr_refuse(p, "OFFSET %s", n) != NULL;
	g_string_append_printf(out, " OFFSET %s", n);
	p->at++;
	return accept_rows(p);
}

bool ferry_view_parse_fetch(Parser *p, GString *out)
{
	if (ferry_expr_accept_word(p, "OFFSET") && !parse_offset(p, out))
		return false;
	if (!ferry_expr_accept_word(p, "FETCH"))
		return true;
	if (!ferry_expr_accept_word(p, "FIRST") && !ferry_expr_expect_word(p, "NEXT"))
		return false;
	const char *n = ferry_expr_peek(p)->kind == TOKEN_NUMBER ? ferry_expr_peek(p)->text : "1";
	p->at += ferry_expr_peek(p)->kind == TOKEN_NUMBER;
	if (!accept_rows(p))
		return false;
	g_string_append_printf(out, " FETCH FIRST %s ROWS ", n);
	if (ferry_expr_accept_word(p, "WITH")) {
		g_string_append(out, "WITH TIES");
		return ferry_expr_expect_word(p, "TIES");
	}
	g_string_append(out, "ONLY");
	return ferry_expr_expect_word(p, "ONLY");
}
