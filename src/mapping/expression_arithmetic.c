/*
 * Arithmetic and the joining of texts in expressions: signs, * / % DIV, + - and ||, whose place among them
 * differs in each dialect. Systems agree on whole numbers; what divides or computes otherwise is refused.
 */
#include "mapping/expression_internal.h"

#include <string.h>

static bool is_numeric_or_open(const Piece *piece)
{
	return ferry_expr_is_kind_numeric(piece->kind) || piece->kind == KIND_UNKNOWN ||
	       piece->kind == KIND_NULL;
}

static Piece *parse_unary(Parser *p)
{
	g_autoptr(Piece) operand = NULL;
	bool is_minus = ferry_expr_at_operator(p, "-");

	if (p->from_mysql && ferry_expr_accept_operator(p, "!")) {
		if (++p->depth > FERRY_EXPR_MAX_DEPTH)
			return ferry_expr_refuse(p, "it is nested too deeply");
		operand = parse_unary(p);
		p->depth--;
		if (!operand || !ferry_expr_make_condition(p, operand))
			return NULL;
		return ferry_expr_piece_new(KIND_BOOL, LEVEL_NOT, "NOT %s",
					    ferry_expr_text_at(operand, LEVEL_ATOM));
	}
	if (!is_minus && !ferry_expr_at_operator(p, "+"))
		return ferry_expr_parse_postfix(p);
	p->at++;
	if (++p->depth > FERRY_EXPR_MAX_DEPTH)
		return ferry_expr_refuse(p, "it is nested too deeply");
	operand = parse_unary(p);
	p->depth--;
	if (!operand)
		return NULL;
	if (!is_numeric_or_open(operand))
		return ferry_expr_refuse(p, "a sign before %s", ferry_expr_kind_name(operand->kind));
	if (is_minus) {
		Piece *piece = ferry_expr_piece_new(operand->kind, LEVEL_UNARY, "-%s",
						    ferry_expr_text_at(operand, LEVEL_ATOM));

		piece->is_number = operand->is_number;
		piece->is_narrow = operand->is_narrow;
		piece->is_wide = operand->is_wide;
		if (operand->seconds) {
			ferry_expr_piece_free(piece);
			piece = ferry_expr_oracle_days_of(operand->kind,
							  g_strdup_printf("-1 * %s", operand->seconds));
		}
		return piece;
	}
	return g_steal_pointer(&operand);
}

static bool check_operands(Parser *p, const Piece *left, const Piece *right, const char *operator)
{
	if (!is_numeric_or_open(left) || !is_numeric_or_open(right)) {
		ferry_expr_refuse(p, "%s between %s and %s", operator, ferry_expr_kind_name(left->kind),
				  ferry_expr_kind_name(right->kind));
		return false;
	}
	if (p->to_sqlite && (left->kind == KIND_DECIMAL || right->kind == KIND_DECIMAL)) {
		if (p->context->use == FERRY_USE_GENERATED) {
			ferry_expr_refuse(
				p, "the target computes with floats where the source computes with decimals");
			return false;
		}
		ferry_expr_add_remark(p, "the target computes with floats");
	}
	return true;
}

static bool is_zero(const Piece *piece)
{
	return strspn(piece->text, "0.") == strlen(piece->text);
}

/* Oracle's numbers have no 64 bits to stay in, whichever function or column they come from. */
static bool widen_numbers(Parser *p, Piece *left, const Piece *right)
{
	if (!p->from_oracle || !p->to_postgres || left->kind != KIND_INT || right->kind != KIND_INT)
		return false;
	if (!left->is_wide && !right->is_wide) {
		g_autofree char *text = g_steal_pointer(&left->text);

		left->text = g_strdup_printf("CAST(%s AS numeric)", text);
		left->level = LEVEL_ATOM;
		left->is_wide = true;
	}
	return true;
}

/* One side is enough for integers: the result has the wider type. */
static void widen_pair(Parser *p, Piece *left, Piece *right)
{
	if (!widen_numbers(p, left, right) && left->kind == right->kind) {
		ferry_expr_widen(p, left);
		if (right->kind == KIND_FLOAT)
			ferry_expr_widen(p, right);
	}
}

/* Division by zero gives NULL in MySQL and SQLite, an error in PostgreSQL. */
static char *divisor(Parser *p, Piece *right)
{
	if (p->from_postgres || p->to_sqlite || (right->is_number && !is_zero(right)))
		return g_strdup(ferry_expr_text_at(right, LEVEL_UNARY));
	return g_strdup_printf("NULLIF(%s, 0)", right->text);
}

/* Integers only, where all three systems cut towards zero. */
static Piece *divide_integers(Parser *p, Piece *left, Piece *right, const char *operator)
{
	g_autofree char *by = NULL;

	if (left->kind != KIND_INT || right->kind != KIND_INT)
		return ferry_expr_refuse(p, "%s of %s and %s differs between the systems", operator,
					 ferry_expr_kind_name(left->kind), ferry_expr_kind_name(right->kind));
	ferry_expr_widen(p, left);
	by = divisor(p, right);
	return ferry_expr_piece_new(KIND_INT, LEVEL_MULTIPLY, "%s %s %s",
				    ferry_expr_text_at(left, LEVEL_MULTIPLY), operator, by);
}

static void widen_float(Parser *p, Piece *piece)
{
	if (piece->kind == KIND_FLOAT)
		ferry_expr_widen(p, piece);
}

static Piece *divide(Parser *p, Piece *left, Piece *right)
{
	bool has_float = left->kind == KIND_FLOAT || right->kind == KIND_FLOAT;
	g_autofree char *by = NULL;

	if (p->from_mysql && !has_float)
		return ferry_expr_refuse(
			p, "MySQL's / keeps four more digits, the target's another number of them");
	if (p->view && !has_float) {
		ferry_expr_add_remark(p, "a quotient may have another number of digits");
		return ferry_expr_piece_new(KIND_DECIMAL, LEVEL_MULTIPLY, "CAST(%s AS numeric) / %s",
					    left->text, ferry_expr_text_at(right, LEVEL_UNARY));
	}
	if (p->from_oracle && !has_float)
		return ferry_expr_refuse(
			p, "Oracle's / keeps forty digits, the target's another number of them");
	if (!has_float && left->kind == KIND_INT && right->kind == KIND_INT)
		return divide_integers(p, left, right, "/");
	if (!has_float)
		return ferry_expr_refuse(p, "/ of %s and %s differs between the systems",
					 ferry_expr_kind_name(left->kind), ferry_expr_kind_name(right->kind));
	widen_float(p, left);
	widen_float(p, right);
	/* 1.5 is a double in SQLite but a numeric in PostgreSQL. */
	if (p->to_postgres && (left->is_number || right->is_number))
		return ferry_expr_refuse(p, "/ with a literal fraction differs between the systems");
	by = divisor(p, right);
	return ferry_expr_piece_new(KIND_FLOAT, LEVEL_MULTIPLY, "%s / %s",
				    ferry_expr_text_at(left, LEVEL_MULTIPLY), by);
}

/* + - *, both of whose operands are numbers. */
static Piece *compute(Parser *p, Piece *left, Piece *right, const char *operator, Level level)
{
	Piece *piece;

	widen_pair(p, left, right);
	piece = ferry_expr_piece_new(MAX(left->kind, right->kind), level, "%s %s %s",
				     ferry_expr_text_at(left, level), operator,
				     ferry_expr_text_at(right, level + 1));
	piece->is_wide = piece->kind == KIND_INT && (left->is_wide || right->is_wide);
	return piece;
}

static Piece *multiply(Parser *p, Piece *left, Piece *right, const char *operator)
{
	Piece *days = strcmp(operator, "*") == 0 ? ferry_expr_oracle_times(left, right) : NULL;

	if (days)
		return days;
	if (!check_operands(p, left, right, operator))
		return NULL;
	if (strcmp(operator, "/") == 0)
		return divide(p, left, right);
	if (strcmp(operator, "*") != 0)
		return divide_integers(p, left, right, strcmp(operator, "DIV") == 0 ? "/" : "%");
	return compute(p, left, right, operator, LEVEL_MULTIPLY);
}

static const char *accept_multiply(Parser *p)
{
	if (ferry_expr_accept_operator(p, "*"))
		return "*";
	if (ferry_expr_accept_operator(p, "/"))
		return "/";
	if (ferry_expr_accept_operator(p, "%") || (p->from_mysql && ferry_expr_accept_word(p, "MOD")))
		return "%";
	if (p->from_mysql && ferry_expr_accept_word(p, "DIV"))
		return "DIV";
	return NULL;
}

/* ---- || ---- */

/* Texts, and integers made to texts. */
static bool make_text(Parser *p, Piece *piece)
{
	if (piece->kind == KIND_TEXT || piece->kind == KIND_NULL || (piece->kind == KIND_UNKNOWN))
		return true;
	if (piece->kind != KIND_INT) {
		ferry_expr_refuse(p, "%s as text is written differently in the two systems",
				  ferry_expr_kind_name(piece->kind));
		return false;
	}
	{
		char *text = g_strdup_printf("CAST(%s AS text)", piece->text);

		g_free(piece->text);
		piece->text = text;
		piece->level = LEVEL_ATOM;
		piece->kind = KIND_TEXT;
	}
	return true;
}

static Piece *concat(Parser *p, Piece *left, Piece *right)
{
	Piece *piece;

	if (!make_text(p, left) || !make_text(p, right))
		return NULL;
	piece = ferry_expr_piece_new(
		KIND_TEXT, LEVEL_OTHER, "%s || %s",
		ferry_expr_text_at(left, left->level == LEVEL_OTHER ? LEVEL_OTHER : LEVEL_ATOM),
		ferry_expr_text_at(right, LEVEL_ATOM));
	piece->is_folding = left->is_folding || right->is_folding;
	return piece;
}

/* ---- the levels of binding ---- */

static Piece *parse_tight(Parser *p)
{
	g_autoptr(Piece) left = parse_unary(p);

	/* SQLite's || binds tighter than *. */
	while (left && p->from_sqlite && ferry_expr_accept_operator(p, "||")) {
		g_autoptr(Piece) right = parse_unary(p);
		g_autoptr(Piece) old = g_steal_pointer(&left);

		left = right ? concat(p, old, right) : NULL;
	}
	return g_steal_pointer(&left);
}

static Piece *parse_multiply(Parser *p)
{
	g_autoptr(Piece) left = parse_tight(p);
	const char *operator;

	while (left && (operator= accept_multiply(p)) != NULL) {
		g_autoptr(Piece) right = parse_tight(p);
		g_autoptr(Piece) old = g_steal_pointer(&left);

		left = right ? multiply(p, old, right, operator) : NULL;
	}
	return g_steal_pointer(&left);
}

static Piece *parse_add(Parser *p)
{
	g_autoptr(Piece) left = parse_multiply(p);

	while (left && (ferry_expr_at_operator(p, "+") || ferry_expr_at_operator(p, "-") ||
			(p->from_oracle && ferry_expr_at_operator(p, "||")))) {
		const char *operator= ferry_expr_peek(p)->text;
		g_autoptr(Piece) right = NULL;
		g_autoptr(Piece) old = g_steal_pointer(&left);

		p->at++;
		right = parse_multiply(p);
		if (!right)
			return NULL;
		if (p->from_oracle) {
			left = strcmp(operator, "||") == 0 ? ferry_expr_oracle_concat(p, old, right)
							   : ferry_expr_oracle_days(p, old, operator, right);
			if (p->reason)
				return NULL;
			if (left)
				continue;
		}
		if (!check_operands(p, old, right, operator))
			return NULL;
		left = compute(p, old, right, operator, LEVEL_ADD);
	}
	return g_steal_pointer(&left);
}

/* PostgreSQL's || binds looser than +; MySQL's is OR in most of its modes, so it is refused where it stands.
 */
Piece *ferry_expr_parse_operand(Parser *p)
{
	g_autoptr(Piece) left = parse_add(p);

	while (left && p->from_postgres && ferry_expr_accept_operator(p, "||")) {
		g_autoptr(Piece) right = parse_add(p);
		g_autoptr(Piece) old = g_steal_pointer(&left);

		left = right ? concat(p, old, right) : NULL;
	}
	return g_steal_pointer(&left);
}
