/*
 * What expressions hold in queries only: columns with their tables, subqueries, functions over rows, ROWNUM.
 * Asked by the parser of expressions before all else.
 */
#include "mapping/view_internal.h"

#include <string.h>

/* ---- subqueries ---- */

/* Behind the bracket, up to the closing one; a piece like its one column. */
static Piece *parse_subquery(Parser *p)
{
	g_autoptr(GString) sql = g_string_new("(");
	g_autoptr(GPtrArray) columns = NULL;

	if (!ferry_view_parse_query(p, sql, &columns) || !ferry_expr_expect_operator(p, ")"))
		return NULL;
	const FerryViewColumn *column = columns->len == 1 ? columns->pdata[0] : NULL;
	Piece *piece =
		ferry_expr_piece_new(column ? (Kind)column->kind : KIND_UNKNOWN, LEVEL_ATOM, "%s)", sql->str);
	piece->is_date = column && column->is_date;
	piece->is_padded = column && column->is_padded;
	return piece;
}

static Piece *parse_exists(Parser *p)
{
	g_autoptr(Piece) query = parse_subquery(p);

	return query ? ferry_expr_piece_new(KIND_BOOL, LEVEL_ATOM, "EXISTS %s", query->text) : NULL;
}

Piece *ferry_expr_parse_in_query(Parser *p, Piece *left, bool is_not)
{
	g_autoptr(Piece) right = parse_subquery(p);
	g_autofree char *sql = right ? g_strdup(right->text) : NULL;

	if (!right || !ferry_expr_make_comparable(p, left, right, false))
		return NULL;
	return ferry_expr_piece_new(KIND_BOOL, LEVEL_COMPARE, "%s %sIN %s",
				    ferry_expr_text_at(left, LEVEL_OTHER), is_not ? "NOT " : "", sql);
}

/* ---- functions over rows ---- */

typedef struct RowFunction {
	const char *name;
	bool is_window_only;
	int kind; /* -1: the argument's */
} RowFunction;

static const RowFunction row_functions[] = {
	{"avg", false, KIND_DECIMAL},
	{"count", false, KIND_INT},
	{"max", false, -1},
	{"min", false, -1},
	{"sum", false, -1},
	{"stddev_pop", false, KIND_DECIMAL},
	{"stddev_samp", false, KIND_DECIMAL},
	{"var_pop", false, KIND_DECIMAL},
	{"var_samp", false, KIND_DECIMAL},
	{"row_number", true, KIND_INT},
	{"rank", true, KIND_INT},
	{"dense_rank", true, KIND_INT},
	{"ntile", true, KIND_INT},
	{"lag", true, -1},
	{"lead", true, -1},
	{"first_value", true, -1},
	{"last_value", true, -1},
};

static const RowFunction *find_row_function(const char *lower)
{
	for (size_t i = 0; i < G_N_ELEMENTS(row_functions); i++)
		if (strcmp(row_functions[i].name, lower) == 0)
			return &row_functions[i];
	return NULL;
}

/* ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW */
static bool parse_frame(Parser *p, GString *out)
{
	static const char *const words[] = {"rows",      "range",   "between", "unbounded", "preceding",
					    "following", "current", "row",     "and",       NULL};

	while (!ferry_expr_at_operator(p, ")")) {
		const Token *token = ferry_expr_peek(p);
		g_autofree char *lower = g_ascii_strdown(token->text, -1);

		if (token->kind != TOKEN_NUMBER &&
		    !(token->kind == TOKEN_WORD && g_strv_contains(words, lower)))
			return ferry_expr_refuse(p, "stopped at %s", token->text) != NULL;
		g_string_append_printf(out, " %s", token->text);
		p->at++;
	}
	return true;
}

/* Behind OVER. */
static bool parse_window(Parser *p, GString *out)
{
	g_string_append(out, " OVER (");
	if (!ferry_expr_expect_operator(p, "("))
		return false;
	if (ferry_expr_accept_word(p, "PARTITION")) {
		if (!ferry_expr_expect_word(p, "BY"))
			return false;
		g_string_append(out, "PARTITION BY ");
		do {
			g_autoptr(Piece) piece = ferry_expr_parse_expression(p);
			if (!piece)
				return false;
			g_string_append(out, piece->text);
		} while (ferry_expr_accept_operator(p, ",") && g_string_append(out, ", "));
	}
	if (ferry_expr_accept_word(p, "ORDER") &&
	    (!ferry_expr_expect_word(p, "BY") || !ferry_view_parse_order(p, out, NULL, false)))
		return false;
	if (!parse_frame(p, out))
		return false;
	g_string_append_c(out, ')');
	return ferry_expr_expect_operator(p, ")");
}

static bool has_order(const RowFunction *function)
{
	return strcmp(function->name, "max") == 0 || strcmp(function->name, "min") == 0;
}

/* Arguments up to the closing bracket; *kind becomes the first one's where it is open, *is_date whether all
 * are. */
static bool parse_arguments(Parser *p, const RowFunction *function, GString *out, int *kind, bool *is_date)
{
	bool is_first = true;

	if (ferry_expr_accept_operator(p, "*")) {
		g_string_append_c(out, '*');
		return ferry_expr_expect_operator(p, ")");
	}
	if (ferry_expr_accept_operator(p, ")"))
		return true;
	if (ferry_expr_accept_word(p, "DISTINCT") || ferry_expr_accept_word(p, "UNIQUE"))
		g_string_append(out, "DISTINCT ");
	do {
		g_autoptr(Piece) piece = ferry_expr_parse_expression(p);

		if (!piece)
			return false;
		if (piece->kind == KIND_TEXT && has_order(function))
			g_string_append_printf(out, "%s COLLATE \"C\"",
					       ferry_expr_text_at(piece, LEVEL_ATOM));
		else
			g_string_append_printf(out, "%s%s", is_first ? "" : ", ", piece->text);
		if (piece->is_padded && function->kind < 0)
			return ferry_expr_refuse(p, "%s of a CHAR, whose blanks the target leaves out",
						 function->name) != NULL;
		if (is_first || piece->kind == KIND_TIMESTAMP)
			*is_date = piece->is_date && (is_first || *is_date);
		if (is_first && *kind < 0)
			*kind = piece->kind;
		if (is_first && piece->kind == KIND_FLOAT && *kind == KIND_DECIMAL)
			*kind = KIND_FLOAT;
		is_first = false;
	} while (ferry_expr_accept_operator(p, ","));
	return ferry_expr_expect_operator(p, ")");
}

static Piece *parse_row_function(Parser *p, const RowFunction *function)
{
	ViewScope *scope = p->view->scope;
	g_autoptr(GString) out = g_string_new(function->name);
	int kind = function->kind;
	bool is_date = false;

	p->at += 2;
	g_string_append_c(out, '(');
	if (!parse_arguments(p, function, out, &kind, &is_date))
		return NULL;
	g_string_append_c(out, ')');
	if (ferry_expr_at_word(p, "KEEP") || ferry_expr_at_word(p, "IGNORE") ||
	    ferry_expr_at_word(p, "RESPECT"))
		return ferry_expr_refuse(p, "%s with %s", function->name, ferry_expr_peek(p)->text);
	if (strcmp(function->name, "avg") == 0 && kind != KIND_FLOAT)
		ferry_expr_add_remark(p, "a mean may have another number of digits");
	if (ferry_expr_accept_word(p, "OVER")) {
		scope->has_window = true;
		if (!parse_window(p, out))
			return NULL;
	} else if (function->is_window_only) {
		return ferry_expr_refuse(p, "%s without OVER", function->name);
	} else {
		scope->has_aggregate = true;
	}
	/* What comes out of it must go with other columns again. */
	if (kind == KIND_TEXT && has_order(function))
		return ferry_expr_piece_new(KIND_TEXT, LEVEL_UNARY, "%s COLLATE \"default\"", out->str);
	Piece *piece = ferry_expr_piece_new(kind < 0 ? KIND_UNKNOWN : (Kind)kind, LEVEL_ATOM, "%s", out->str);
	piece->is_date = is_date && kind == KIND_TIMESTAMP;
	return piece;
}

/* ON OVERFLOW ERROR, or TRUNCATE ['…'] [WITH[OUT] COUNT]: the target's lists are as long as they are. */
static bool parse_overflow(Parser *p)
{
	if (!ferry_expr_accept_word(p, "ON"))
		return true;
	if (!ferry_expr_expect_word(p, "OVERFLOW"))
		return false;
	if (ferry_expr_accept_word(p, "ERROR"))
		return true;
	if (!ferry_expr_expect_word(p, "TRUNCATE"))
		return false;
	p->at += ferry_expr_peek(p)->kind == TOKEN_STRING;
	ferry_expr_add_remark(p, "LISTAGG cuts long lists in the source, the target does not");
	if (!ferry_expr_accept_word(p, "WITH") && !ferry_expr_accept_word(p, "WITHOUT"))
		return true;
	return ferry_expr_expect_word(p, "COUNT");
}

/* LISTAGG(x, ', ') WITHIN GROUP (ORDER BY y) */
static Piece *parse_listagg(Parser *p)
{
	g_autoptr(GString) order = g_string_new(NULL);
	g_autoptr(Piece) piece = NULL;
	g_autofree char *between = g_strdup("''");

	p->at += 2;
	piece = ferry_expr_parse_expression(p);
	if (!piece)
		return NULL;
	if ((piece->kind != KIND_TEXT && piece->kind != KIND_INT) || piece->is_padded)
		return ferry_expr_refuse(p, "LISTAGG of %s", ferry_expr_kind_name(piece->kind));
	if (ferry_expr_accept_operator(p, ",")) {
		g_autoptr(Piece) separator = ferry_expr_parse_expression(p);
		if (!separator)
			return NULL;
		if (!separator->literal)
			return ferry_expr_refuse(p, "LISTAGG with %s between", separator->text);
		g_free(between);
		between = g_strdup(separator->text);
	}
	if (!parse_overflow(p) || !ferry_expr_expect_operator(p, ")"))
		return NULL;
	if (ferry_expr_accept_word(p, "WITHIN") &&
	    (!ferry_expr_expect_word(p, "GROUP") || !ferry_expr_expect_operator(p, "(") ||
	     !ferry_expr_expect_word(p, "ORDER") || !ferry_expr_expect_word(p, "BY") ||
	     !ferry_view_parse_order(p, order, NULL, false) || !ferry_expr_expect_operator(p, ")")))
		return NULL;
	if (ferry_expr_at_word(p, "OVER"))
		return ferry_expr_refuse(p, "LISTAGG with OVER");
	p->view->scope->has_aggregate = true;
	return ferry_expr_piece_new(KIND_TEXT, LEVEL_ATOM, "string_agg(CAST(%s AS text), %s%s)", piece->text,
				    between, order->str);
}

/* ---- names ---- */

/* Counted in the order in which rows come, as in the source. */
static Piece *parse_rownum(Parser *p)
{
	if (!p->view->takes_rownum)
		return ferry_expr_refuse(p, "ROWNUM that is no limit of rows");
	p->at++;
	p->view->scope->has_rownum = true;
	ferry_expr_add_remark(p, "ROWNUM becomes row_number()");
	return ferry_expr_piece_new(KIND_INT, LEVEL_ATOM, "row_number() OVER ()");
}

/* Words that the parser of expressions knows itself, though a column cannot be called so. */
static bool is_reserved(const char *lower)
{
	static const char *const words[] = {"null", "case", "not", "date", "sysdate", "user", "exists", NULL};

	return g_strv_contains(words, lower);
}

static Piece *parse_call(Parser *p, const char *lower)
{
	const RowFunction *function = find_row_function(lower);
	static const char *const one_row[] = {"stddev", "variance", NULL};
	static const RowFunction grouping = {"grouping", false, KIND_INT};

	if (function)
		return parse_row_function(p, function);
	if (strcmp(lower, "grouping") == 0 || strcmp(lower, "grouping_id") == 0)
		return parse_row_function(p, &grouping);
	if (g_strv_contains(one_row, lower))
		return ferry_expr_refuse(
			p, "%s(), which is 0 for one row in the source, and NULL in the target", lower);
	if (strcmp(lower, "listagg") == 0)
		return parse_listagg(p);
	if (strcmp(lower, "exists") == 0) {
		p->at += 2;
		return parse_exists(p);
	}
	return NULL;
}

Piece *ferry_view_parse_atom(Parser *p)
{
	const Token *token = ferry_expr_peek(p), *next = ferry_expr_peek_next(p);
	bool is_open = next->kind == TOKEN_OPERATOR && strcmp(next->text, "(") == 0;
	g_autofree char *lower = g_ascii_strdown(token->text, -1);

	if (token->kind == TOKEN_OPERATOR && strcmp(token->text, "(") == 0 && next->kind == TOKEN_WORD &&
	    (g_ascii_strcasecmp(next->text, "SELECT") == 0 || g_ascii_strcasecmp(next->text, "WITH") == 0)) {
		p->at++;
		return parse_subquery(p);
	}
	if (token->kind == TOKEN_QUOTED)
		return ferry_view_parse_column(p);
	if (token->kind == TOKEN_WORD && p->view->scope && p->view->scope->tree) {
		Piece *piece = ferry_view_parse_tree_atom(p, lower);
		if (piece || p->reason)
			return piece;
	}
	if (token->kind != TOKEN_WORD || next->kind == TOKEN_STRING)
		return NULL;
	if (is_open &&
	    (p->at + 2 >= p->tokens->len || strcmp(g_array_index(p->tokens, Token, p->at + 2).text, "+")))
		return parse_call(p, lower);
	if (strcmp(lower, "rownum") == 0)
		return parse_rownum(p);
	return is_reserved(lower) ? NULL : ferry_view_parse_column(p);
}
