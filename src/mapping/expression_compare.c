/*
 * Comparisons of an expression: = < IS IN BETWEEN LIKE and their kin, with what differs between the systems:
 * NULL-safe comparison, booleans and integers, the case of letters, and the form in which PostgreSQL keeps
 * IN.
 */
#include "mapping/expression_internal.h"

#include <string.h>

static Piece *condition(Piece *left, const char *operator, Piece * right)
{
	return ferry_expr_piece_new(KIND_BOOL, LEVEL_COMPARE, "%s %s %s",
				    ferry_expr_text_at(left, LEVEL_OTHER), operator,
				    ferry_expr_text_at(right, LEVEL_OTHER));
}

static Piece *parse_distinct(Parser *p, Piece *left, bool is_not)
{
	g_autoptr(Piece) right = ferry_expr_parse_operand(p);

	if (!right || !ferry_expr_make_comparable(p, left, right, false))
		return NULL;
	if (p->to_sqlite)
		return condition(left, is_not ? "IS" : "IS NOT", right);
	return condition(left, is_not ? "IS NOT DISTINCT FROM" : "IS DISTINCT FROM", right);
}

static Piece *parse_is(Parser *p, Piece *left)
{
	bool is_not = ferry_expr_accept_word(p, "NOT");
	const char *word = ferry_expr_peek(p)->text;

	if (ferry_expr_accept_word(p, "NULL"))
		return ferry_expr_piece_new(KIND_BOOL, LEVEL_COMPARE, "%s IS %sNULL",
					    ferry_expr_text_at(left, LEVEL_OTHER), is_not ? "NOT " : "");
	if (ferry_expr_accept_word(p, "TRUE") || ferry_expr_accept_word(p, "FALSE")) {
		if (!ferry_expr_make_condition(p, left))
			return NULL;
		return ferry_expr_piece_new(KIND_BOOL, LEVEL_COMPARE, "%s IS %s%s",
					    ferry_expr_text_at(left, LEVEL_ATOM), is_not ? "NOT " : "",
					    g_ascii_strcasecmp(word, "TRUE") == 0 ? "TRUE" : "FALSE");
	}
	if (ferry_expr_accept_word(p, "DISTINCT"))
		return ferry_expr_expect_word(p, "FROM") ? parse_distinct(p, left, is_not) : NULL;
	if (p->from_sqlite)
		return parse_distinct(p, left, !is_not);
	return ferry_expr_refuse(p, "stopped at %s", word);
}

/* Elements up to the closing bracket. */
static Piece *parse_list(Parser *p, Piece *left, bool is_not, const char *close)
{
	g_autoptr(GString) list = g_string_new(NULL);

	do {
		g_autoptr(Piece) element = ferry_expr_parse_expression(p);

		if (!element || !ferry_expr_make_comparable(p, left, element, false))
			return NULL;
		g_string_append_printf(list, "%s%s", list->len ? ", " : "", element->text);
	} while (ferry_expr_accept_operator(p, ","));
	if (!ferry_expr_expect_operator(p, close))
		return NULL;
	return ferry_expr_piece_new(KIND_BOOL, LEVEL_COMPARE, "%s %sIN (%s)",
				    ferry_expr_text_at(left, LEVEL_OTHER), is_not ? "NOT " : "", list->str);
}

/* PostgreSQL keeps x IN (1, 2) as x = ANY (ARRAY[1, 2]), with casts around: ANY
 * ((ARRAY['a'::varchar])::text[]). */
static Piece *parse_any(Parser *p, Piece *left, bool is_not)
{
	g_autoptr(Piece) piece = NULL;
	guint n_open = 0;

	while (ferry_expr_accept_operator(p, "("))
		n_open++;
	if (n_open == 0 || !ferry_expr_expect_word(p, "ARRAY") || !ferry_expr_expect_operator(p, "["))
		return NULL;
	piece = parse_list(p, left, is_not, "]");
	while (piece && n_open > 0) {
		if (ferry_expr_accept_operator(p, ")")) {
			n_open--;
		} else if (ferry_expr_accept_operator(p, "::")) {
			g_autoptr(Piece) dropped =
				ferry_expr_parse_cast(p, ferry_expr_piece_new(KIND_NULL, LEVEL_ATOM, "NULL"));

			if (!dropped ||
			    (ferry_expr_accept_operator(p, "[") && !ferry_expr_expect_operator(p, "]")))
				return NULL;
		} else {
			return ferry_expr_refuse(p, "stopped at %s", ferry_expr_peek(p)->text);
		}
	}
	return g_steal_pointer(&piece);
}

static Piece *parse_between(Parser *p, Piece *left, bool is_not)
{
	g_autoptr(Piece) low = ferry_expr_parse_operand(p);
	g_autoptr(Piece) high = NULL;

	if (!low || !ferry_expr_make_comparable(p, left, low, true) || !ferry_expr_expect_word(p, "AND"))
		return NULL;
	high = ferry_expr_parse_operand(p);
	if (!high)
		return NULL;
	/* left has its collation by now, if it needs one. */
	if (!((p->from_sqlite || p->from_oracle) && left->kind == KIND_TEXT) &&
	    !ferry_expr_make_comparable(p, left, high, true))
		return NULL;
	return ferry_expr_piece_new(KIND_BOOL, LEVEL_COMPARE, "%s %sBETWEEN %s AND %s",
				    ferry_expr_text_at(left, LEVEL_OTHER), is_not ? "NOT " : "",
				    ferry_expr_text_at(low, LEVEL_OTHER),
				    ferry_expr_text_at(high, LEVEL_OTHER));
}

static bool is_caseless(const char *text)
{
	for (; *text; text++)
		if (g_ascii_isalpha(*text) || (unsigned char)*text >= 0x80)
			return false;
	return true;
}

/* In a view of Oracle's: nothing escapes unless it is said, and a CHAR has its blanks, as in PostgreSQL. */
static Piece *parse_like_of_query(Parser *p, Piece *left, bool is_not)
{
	g_autoptr(Piece) pattern = ferry_expr_parse_operand(p), escape = ferry_expr_piece_literal("");

	if (!pattern)
		return NULL;
	if (left->kind != KIND_TEXT || pattern->kind != KIND_TEXT)
		return ferry_expr_refuse(p, "%s LIKE %s", ferry_expr_kind_name(left->kind),
					 ferry_expr_kind_name(pattern->kind));
	if (ferry_expr_accept_word(p, "ESCAPE")) {
		const Token *token = ferry_expr_peek(p);

		if (token->kind != TOKEN_STRING || g_utf8_strlen(token->text, -1) != 1)
			return ferry_expr_refuse(p, "LIKE with ESCAPE %s", token->text);
		ferry_expr_piece_free(escape);
		escape = ferry_expr_piece_literal(token->text);
		p->at++;
	}
	return ferry_expr_piece_new(KIND_BOOL, LEVEL_COMPARE, "%s %sLIKE %s ESCAPE %s",
				    ferry_expr_text_at(left, LEVEL_OTHER), is_not ? "NOT " : "",
				    ferry_expr_text_at(pattern, LEVEL_OTHER), escape->text);
}

/*
 * LIKE. Case: MySQL's follows the collation, SQLite's never looks at ASCII case, PostgreSQL's always does. A
 * pattern without letters is the same to all of them. The backslash escapes in MySQL and PostgreSQL, in
 * SQLite nothing does.
 */
static Piece *parse_like(Parser *p, Piece *left, bool is_not, bool is_ilike)
{
	if (p->view)
		return parse_like_of_query(p, left, is_not);
	g_autoptr(Piece) pattern = ferry_expr_parse_operand(p);
	bool ignores_case, target_ignores_case = p->to_sqlite;
	const char *escape = "", *operator= "LIKE";

	if (!pattern)
		return NULL;
	if (ferry_expr_at_word(p, "ESCAPE"))
		return ferry_expr_refuse(p, "stopped at ESCAPE");
	if (!pattern->literal)
		return ferry_expr_refuse(p, "LIKE with a pattern that is not a literal");
	if (left->kind != KIND_TEXT && left->kind != KIND_UNKNOWN)
		return ferry_expr_refuse(p, "LIKE on %s", ferry_expr_kind_name(left->kind));
	if (left->is_padded) {
		g_autofree char *padded = g_steal_pointer(&left->text);

		left->text = g_strdup_printf("CAST(%s AS text)", padded);
	}
	ignores_case = is_ilike || p->from_sqlite || (p->from_mysql && left->is_folding);
	if (strchr(pattern->literal, '\\')) {
		if (p->to_sqlite)
			return ferry_expr_refuse(p, "LIKE with a backslash");
		escape = p->from_sqlite || p->from_oracle ? " ESCAPE ''" : "";
	}
	if (ignores_case != target_ignores_case && !is_caseless(pattern->literal)) {
		if (p->to_sqlite)
			return ferry_expr_refuse(p,
						 "LIKE looks at case in the source, but not in the target");
		operator= "ILIKE";
	}
	if (ignores_case && !is_caseless(pattern->literal)) {
		if (p->context->use == FERRY_USE_GENERATED)
			return ferry_expr_refuse(p, "LIKE without regard to case follows the collation");
		ferry_expr_add_remark(
			p, "LIKE without regard to case may treat letters beyond ASCII differently");
	}
	return ferry_expr_piece_new(KIND_BOOL, LEVEL_COMPARE, "%s %s%s %s%s",
				    ferry_expr_text_at(left, LEVEL_OTHER), is_not ? "NOT " : "", operator,
				    ferry_expr_text_at(pattern, LEVEL_OTHER), escape);
}

static const char *accept_comparison(Parser *p)
{
	static const char *const pairs[][2] = {{"=", "="},   {"==", "="},  {"<>", "<>"},
					       {"!=", "<>"}, {"^=", "<>"}, {"<", "<"},
					       {"<=", "<="}, {">", ">"},   {">=", ">="}};

	for (size_t i = 0; i < G_N_ELEMENTS(pairs); i++)
		if (ferry_expr_accept_operator(p, pairs[i][0]))
			return pairs[i][1];
	return NULL;
}

static Piece *parse_comparison(Parser *p, Piece *left, const char *operator)
{
	g_autoptr(Piece) right = NULL;
	bool is_equal = strcmp(operator, "=") == 0, is_different = strcmp(operator, "<>") == 0;

	if (p->from_postgres && is_equal && ferry_expr_accept_word(p, "ANY"))
		return parse_any(p, left, false);
	if (p->from_postgres && is_different && ferry_expr_accept_word(p, "ALL"))
		return parse_any(p, left, true);
	right = ferry_expr_parse_operand(p);
	if (!right || !ferry_expr_make_comparable(p, left, right, !is_equal && !is_different))
		return NULL;
	return condition(left, operator, right);
}

static Piece *parse_word_comparison(Parser *p, Piece *left, bool is_not)
{
	if (ferry_expr_accept_word(p, "IN")) {
		if (!ferry_expr_expect_operator(p, "("))
			return NULL;
		if (p->view && (ferry_expr_at_word(p, "SELECT") || ferry_expr_at_word(p, "WITH")))
			return ferry_expr_parse_in_query(p, left, is_not);
		return parse_list(p, left, is_not, ")");
	}
	if (ferry_expr_accept_word(p, "BETWEEN"))
		return parse_between(p, left, is_not);
	if (ferry_expr_accept_word(p, "LIKE"))
		return parse_like(p, left, is_not, false);
	if (p->from_postgres && ferry_expr_accept_word(p, "ILIKE"))
		return parse_like(p, left, is_not, true);
	return ferry_expr_refuse(p, "stopped at %s", ferry_expr_peek(p)->text);
}

static bool at_word_comparison(const Parser *p)
{
	return ferry_expr_at_word(p, "IN") || ferry_expr_at_word(p, "BETWEEN") ||
	       ferry_expr_at_word(p, "LIKE") || ferry_expr_at_word(p, "ILIKE");
}

/* One comparison after left; NULL without a reason: none follows. */
static Piece *parse_one_comparison(Parser *p, Piece *left)
{
	const char *operator= accept_comparison(p);

	if (operator)
		return parse_comparison(p, left, operator);
	if (p->from_mysql && ferry_expr_accept_operator(p, "<=>"))
		return parse_distinct(p, left, true);
	if (ferry_expr_accept_word(p, "IS"))
		return parse_is(p, left);
	if (p->from_sqlite && ferry_expr_accept_word(p, "ISNULL"))
		return ferry_expr_piece_new(KIND_BOOL, LEVEL_COMPARE, "%s IS NULL",
					    ferry_expr_text_at(left, LEVEL_OTHER));
	if (p->from_sqlite && ferry_expr_accept_word(p, "NOTNULL"))
		return ferry_expr_piece_new(KIND_BOOL, LEVEL_COMPARE, "%s IS NOT NULL",
					    ferry_expr_text_at(left, LEVEL_OTHER));
	if (ferry_expr_accept_word(p, "NOT"))
		return parse_word_comparison(p, left, true);
	if (at_word_comparison(p))
		return parse_word_comparison(p, left, false);
	if (p->from_postgres && (ferry_expr_at_operator(p, "~~") || ferry_expr_at_operator(p, "!~~") ||
				 ferry_expr_at_operator(p, "~~*") || ferry_expr_at_operator(p, "!~~*"))) {
		const char *like = ferry_expr_peek(p)->text;

		p->at++;
		return parse_like(p, left, like[0] == '!', g_str_has_suffix(like, "*"));
	}
	return NULL;
}

Piece *ferry_expr_parse_predicate(Parser *p)
{
	g_autoptr(Piece) left = ferry_expr_parse_operand(p);

	while (left) {
		Piece *next = parse_one_comparison(p, left);

		if (!next)
			break;
		ferry_expr_piece_free(left);
		left = next;
	}
	return p->reason ? NULL : g_steal_pointer(&left);
}
