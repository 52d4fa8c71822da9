/*
 * SQL expressions from one dialect to another: see expression.h. A recursive descent over the tokens that
 * writes the target's text as it goes; there is no tree. Every function returns a finished piece or NULL with
 * the reason in the parser. Levels of binding, loosest first (|| binds differently in each dialect, so it is
 * always bracketed against its neighbours):
 *
 *   OR | AND | NOT | comparisons, IS, IN, BETWEEN, LIKE | || | + - | * / % DIV | sign | :: COLLATE | atoms
 */
#include "mapping/expression_internal.h"

#include "mapping/expression_to_oracle.h"

#include <string.h>

/* ---- tokens ---- */

/* The end can be passed by whoever skips a token unseen; it is the end all the same. */
const Token *ferry_expr_peek(const Parser *p)
{
	return &g_array_index(p->tokens, Token, MIN(p->at, p->tokens->len - 1));
}

const Token *ferry_expr_peek_next(const Parser *p)
{
	return &g_array_index(p->tokens, Token, MIN(p->at + 1, p->tokens->len - 1));
}

bool ferry_expr_at_word(const Parser *p, const char *word)
{
	return ferry_expr_peek(p)->kind == TOKEN_WORD &&
	       g_ascii_strcasecmp(ferry_expr_peek(p)->text, word) == 0;
}

bool ferry_expr_at_operator(const Parser *p, const char *operator)
{
	return ferry_expr_peek(p)->kind == TOKEN_OPERATOR && strcmp(ferry_expr_peek(p)->text, operator) == 0;
}

bool ferry_expr_accept_word(Parser *p, const char *word)
{
	bool is_there = ferry_expr_at_word(p, word);

	p->at += is_there;
	return is_there;
}

bool ferry_expr_accept_operator(Parser *p, const char *operator)
{
	bool is_there = ferry_expr_at_operator(p, operator);

	p->at += is_there;
	return is_there;
}

bool ferry_expr_expect_operator(Parser *p, const char *operator)
{
	if (ferry_expr_accept_operator(p, operator))
		return true;
	ferry_expr_refuse(p, "stopped at %s, where %s was expected", ferry_expr_peek(p)->text, operator);
	return false;
}

bool ferry_expr_expect_word(Parser *p, const char *word)
{
	if (ferry_expr_accept_word(p, word))
		return true;
	ferry_expr_refuse(p, "stopped at %s, where %s was expected", ferry_expr_peek(p)->text, word);
	return false;
}

/* ---- atoms ---- */

static bool is_source_narrow(const FerryType *type)
{
	return type->id == FERRY_TYPE_INT8 || type->id == FERRY_TYPE_INT16 || type->id == FERRY_TYPE_INT32 ||
	       type->id == FERRY_TYPE_FLOAT32;
}

static bool is_folding(const Parser *p, const FerryExpressionColumn *column)
{
	if (p->from_mysql)
		return !column->collation || !g_str_has_suffix(column->collation, "_bin");
	return column->collation && g_ascii_strcasecmp(column->collation, "NOCASE") == 0;
}

static Piece *column_piece(Parser *p, const FerryExpressionColumn *column)
{
	g_auto(GStrv) parts = g_strsplit(column->name, "\"", -1);
	g_autofree char *quoted = g_strjoinv("\"\"", parts);
	Piece *piece = ferry_expr_piece_new(KIND_UNKNOWN, LEVEL_ATOM, "\"%s\"", quoted);

	if (!column->source || !column->target)
		return piece;
	piece->kind = column->is_enum ? KIND_ENUM : ferry_expr_kind_of_type(p, column->target);
	/* A number that became text (or the like) compares in another way. */
	if (ferry_expr_kind_of_type(p, column->source) != ferry_expr_kind_of_type(p, column->target) &&
	    !(ferry_expr_is_kind_numeric(ferry_expr_kind_of_type(p, column->source)) &&
	      ferry_expr_is_kind_numeric(piece->kind)) &&
	    !(column->source->id == FERRY_TYPE_BOOL && piece->kind == KIND_INT))
		piece->kind = KIND_OTHER;
	piece->is_narrow = !p->from_postgres && is_source_narrow(column->target);
	piece->is_folding = piece->kind == KIND_TEXT && is_folding(p, column);
	piece->is_padded = p->to_postgres && piece->kind == KIND_TEXT && column->target->is_fixed;
	return piece;
}

/* name | table.name; a double-quoted name that is no column is a text in SQLite. */
static Piece *parse_name(Parser *p)
{
	const Token *token = ferry_expr_peek(p);
	FerryExpressionColumn column = {0};

	p->at++;
	while (ferry_expr_accept_operator(p, ".")) {
		token = ferry_expr_peek(p);
		if (token->kind != TOKEN_WORD && token->kind != TOKEN_QUOTED)
			return ferry_expr_refuse(p, "stopped at %s", token->text);
		p->at++;
	}
	if (p->context->column(token->text, &column, p->context->data)) {
		if (column.is_generated && p->context->use == FERRY_USE_GENERATED)
			return ferry_expr_refuse(p, "%s is a generated column itself", token->text);
		return column_piece(p, &column);
	}
	if (p->from_sqlite && token->is_double_quoted)
		return ferry_expr_piece_literal(token->text);
	return ferry_expr_refuse(p, "%s is not a column of the table, and no word that can be converted",
				 token->text);
}

static Piece *parse_number(Parser *p)
{
	const char *text = ferry_expr_peek(p)->text;
	bool is_int = strspn(text, "0123456789") == strlen(text);
	bool is_float = strpbrk(text, "eE") != NULL;
	Piece *piece = ferry_expr_piece_new(is_int     ? KIND_INT
					    : is_float ? KIND_FLOAT
						       : KIND_DECIMAL,
					    LEVEL_ATOM, "%s", text);

	/* 1e3 is a double in MySQL and SQLite, a numeric in PostgreSQL; 1.5 is a double in SQLite only. */
	piece->is_number = true;
	piece->is_narrow = is_int && !p->from_postgres;
	if (p->from_sqlite && !is_int)
		piece->kind = KIND_FLOAT;
	p->at++;
	return piece;
}

/* WHEN … THEN …, after the first WHEN was seen. subject: of CASE x WHEN, or NULL. */
static bool parse_when(Parser *p, Piece *subject, GString *out, Common *common)
{
	g_autoptr(Piece) when = ferry_expr_parse_expression(p);
	g_autoptr(Piece) then = NULL;

	if (!when ||
	    !(subject ? ferry_expr_make_comparable(p, subject, when, false)
		      : ferry_expr_make_condition(p, when)) ||
	    !ferry_expr_expect_word(p, "THEN"))
		return false;
	then = ferry_expr_parse_expression(p);
	if (!then || !ferry_expr_make_common(p, then, common))
		return false;
	if (subject)
		g_string_append_printf(out, " WHEN %s = %s THEN %s", ferry_expr_text_at(subject, LEVEL_OTHER),
				       ferry_expr_text_at(when, LEVEL_OTHER), then->text);
	else
		g_string_append_printf(out, " WHEN %s THEN %s", when->text, then->text);
	return true;
}

static Piece *parse_case(Parser *p)
{
	g_autoptr(GString) out = g_string_new("CASE");
	g_autoptr(Piece) subject = NULL;
	Common common = {.kind = KIND_NULL};

	if (!ferry_expr_at_word(p, "WHEN")) {
		subject = ferry_expr_parse_expression(p);
		if (!subject)
			return NULL;
	}
	if (!ferry_expr_at_word(p, "WHEN"))
		return ferry_expr_refuse(p, "stopped at %s, where WHEN was expected",
					 ferry_expr_peek(p)->text);
	while (ferry_expr_accept_word(p, "WHEN"))
		if (!parse_when(p, subject, out, &common))
			return NULL;
	if (ferry_expr_accept_word(p, "ELSE")) {
		g_autoptr(Piece) other = ferry_expr_parse_expression(p);

		if (!other || !ferry_expr_make_common(p, other, &common))
			return NULL;
		g_string_append_printf(out, " ELSE %s", other->text);
	}
	if (!ferry_expr_expect_word(p, "END"))
		return NULL;
	return ferry_expr_common_piece(p, &common, g_strdup_printf("%s END", out->str));
}

static Piece *parse_brackets(Parser *p)
{
	Piece *inner = ferry_expr_parse_expression(p);

	if (inner && !ferry_expr_expect_operator(p, ")")) {
		ferry_expr_piece_free(inner);
		return NULL;
	}
	return inner;
}

static Piece *parse_keyword(Parser *p)
{
	if (ferry_expr_accept_word(p, "NULL"))
		return ferry_expr_piece_new(KIND_NULL, LEVEL_ATOM, "NULL");
	if (ferry_expr_accept_word(p, "TRUE"))
		return ferry_expr_piece_new(KIND_BOOL, LEVEL_ATOM, "TRUE");
	if (ferry_expr_accept_word(p, "FALSE"))
		return ferry_expr_piece_new(KIND_BOOL, LEVEL_ATOM, "FALSE");
	if (ferry_expr_accept_word(p, "CASE"))
		return parse_case(p);
	return ferry_expr_parse_bare_function(p, ferry_expr_peek(p)->text);
}

static bool is_call(const Parser *p)
{
	const Token *token = ferry_expr_peek(p), *next = ferry_expr_peek_next(p);

	return (token->kind == TOKEN_WORD || (token->kind == TOKEN_QUOTED && p->from_postgres)) &&
	       next->kind == TOKEN_OPERATOR && strcmp(next->text, "(") == 0;
}

static Piece *parse_atom(Parser *p)
{
	const Token *token = ferry_expr_peek(p);
	Piece *piece;

	if (p->view) {
		piece = ferry_view_parse_atom(p);
		if (piece || p->reason)
			return piece;
	}
	if (token->kind == TOKEN_STRING) {
		p->at++;
		if (p->from_oracle && !token->text[0])
			return ferry_expr_piece_new(KIND_NULL, LEVEL_ATOM, "NULL");
		return ferry_expr_piece_literal(token->text);
	}
	if (token->kind == TOKEN_NUMBER)
		return parse_number(p);
	if (ferry_expr_accept_operator(p, "("))
		return parse_brackets(p);
	if (p->from_oracle && token->kind == TOKEN_WORD) {
		piece = ferry_expr_parse_oracle_word(p);
		if (piece || p->reason)
			return piece;
	}
	if (is_call(p)) {
		p->at += 2;
		return ferry_expr_parse_call(p, token->text);
	}
	if (token->kind == TOKEN_WORD) {
		piece = parse_keyword(p);
		if (piece || p->reason)
			return piece;
	}
	if (token->kind == TOKEN_WORD || token->kind == TOKEN_QUOTED)
		return parse_name(p);
	return ferry_expr_refuse(p, "stopped at %s", token->text);
}

/* COLLATE: what compares bytes goes, since that is the target's way too; others are refused. */
static bool parse_collate(Parser *p, Piece *piece)
{
	const char *name = ferry_expr_peek(p)->text;
	bool is_bytes = g_ascii_strcasecmp(name, "BINARY") == 0 || strcmp(name, "C") == 0 ||
			g_str_has_suffix(name, "_bin");

	p->at++;
	if (!is_bytes)
		ferry_expr_refuse(p, "the collation %s", name);
	else
		piece->is_folding = false;
	return is_bytes;
}

Piece *ferry_expr_parse_postfix(Parser *p)
{
	g_autoptr(Piece) piece = parse_atom(p);

	while (piece && (ferry_expr_at_operator(p, "::") || ferry_expr_at_word(p, "COLLATE"))) {
		if (ferry_expr_accept_word(p, "COLLATE")) {
			if (!parse_collate(p, piece))
				return NULL;
		} else {
			p->at++;
			piece = ferry_expr_parse_cast(p, g_steal_pointer(&piece));
		}
	}
	return g_steal_pointer(&piece);
}

/* ---- NOT, AND, OR ---- */

static Piece *parse_not(Parser *p)
{
	g_autoptr(Piece) operand = NULL;

	if (!ferry_expr_accept_word(p, "NOT"))
		return ferry_expr_parse_predicate(p);
	if (++p->depth > FERRY_EXPR_MAX_DEPTH)
		return ferry_expr_refuse(p, "it is nested too deeply");
	operand = parse_not(p);
	p->depth--;
	if (!operand || !ferry_expr_make_condition(p, operand))
		return NULL;
	return ferry_expr_piece_new(KIND_BOOL, LEVEL_NOT, "NOT %s", ferry_expr_text_at(operand, LEVEL_ATOM));
}

static bool accept_and(Parser *p)
{
	return ferry_expr_accept_word(p, "AND") || (p->from_mysql && ferry_expr_accept_operator(p, "&&"));
}

static Piece *parse_logic(Parser *p, Level level)
{
	g_autoptr(Piece) left = level == LEVEL_OR ? parse_logic(p, LEVEL_AND) : parse_not(p);

	while (left && (level == LEVEL_OR ? ferry_expr_accept_word(p, "OR") : accept_and(p))) {
		g_autoptr(Piece) right = level == LEVEL_OR ? parse_logic(p, LEVEL_AND) : parse_not(p);
		g_autoptr(Piece) old = g_steal_pointer(&left);

		if (!right || !ferry_expr_make_condition(p, old) || !ferry_expr_make_condition(p, right))
			return NULL;
		left = ferry_expr_piece_new(KIND_BOOL, level, "%s %s %s", ferry_expr_text_at(old, level),
					    level == LEVEL_OR ? "OR" : "AND",
					    ferry_expr_text_at(right, level + 1));
	}
	return g_steal_pointer(&left);
}

Piece *ferry_expr_parse_term(Parser *p)
{
	return parse_not(p);
}

Piece *ferry_expr_parse_expression(Parser *p)
{
	Piece *piece;

	if (++p->depth > FERRY_EXPR_MAX_DEPTH)
		return ferry_expr_refuse(p, "it is nested too deeply");
	piece = parse_logic(p, LEVEL_OR);
	p->depth--;
	return piece;
}

/* ---- the whole ---- */

static bool finish(Parser *p, Piece *piece)
{
	const FerryExpressionContext *context = p->context;

	if (ferry_expr_peek(p)->kind != TOKEN_END) {
		ferry_expr_refuse(p, "stopped at %s", ferry_expr_peek(p)->text);
		return false;
	}
	if (context->use == FERRY_USE_CHECK || context->use == FERRY_USE_PREDICATE)
		return ferry_expr_make_condition(p, piece);
	if ((context->use == FERRY_USE_GENERATED || context->use == FERRY_USE_DEFAULT) && context->result)
		return ferry_expr_make_result(p, piece, context->result);
	return true;
}

char *ferry_expression_translate(const char *expression, const FerryExpressionContext *context,
				 char **ret_remark, char **ret_reason)
{
	g_autoptr(Piece) piece = NULL;
	Parser p = {.context = context};

	if (strcmp(context->to, "oracle") == 0)
		return ferry_expression_to_oracle(expression, context, ret_remark, ret_reason);
	p.from_mysql = strcmp(context->from, "mysql") == 0;
	p.from_postgres = strcmp(context->from, "postgres") == 0;
	p.from_sqlite = strcmp(context->from, "sqlite") == 0;
	p.from_oracle = strcmp(context->from, "oracle") == 0;
	p.to_postgres = strcmp(context->to, "postgres") == 0;
	p.to_sqlite = strcmp(context->to, "sqlite") == 0;
	if (!(p.from_mysql || p.from_postgres || p.from_sqlite || p.from_oracle) ||
	    !(p.to_postgres || p.to_sqlite)) {
		*ret_reason = g_strdup_printf("expressions are not converted from %s to %s", context->from,
					      context->to);
		return NULL;
	}
	p.tokens = ferry_expression_lex(expression, context->from, ret_reason);
	if (!p.tokens)
		return NULL;
	piece = ferry_expr_parse_expression(&p);
	if (piece && !finish(&p, piece))
		g_clear_pointer(&piece, ferry_expr_piece_free);
	g_array_unref(p.tokens);
	if (!piece) {
		g_free(p.remark);
		*ret_reason = p.reason ? p.reason : g_strdup("it cannot be read");
		return NULL;
	}
	if (ret_remark)
		*ret_remark = p.remark;
	else
		g_free(p.remark);
	return g_steal_pointer(&piece->text);
}

typedef struct Rename {
	char *(*rename)(const char *column, gpointer data);
	gpointer data;
	char *last; /* lives until the next look-up: the parser copies it at once */
} Rename;

static bool rename_column(const char *name, FerryExpressionColumn *ret_column, gpointer data)
{
	Rename *rename = data;

	g_free(rename->last);
	rename->last = rename->rename(name, rename->data);
	*ret_column = (FerryExpressionColumn){.name = rename->last};
	return rename->last != NULL;
}

char *ferry_expression_convert(const char *expression, const char *from, const char *to,
			       char *(*rename)(const char *column, gpointer data), gpointer data,
			       char **ret_reason)
{
	Rename state = {.rename = rename, .data = data};
	FerryExpressionContext context = {
		.from = from, .to = to, .use = FERRY_USE_INDEX, .column = rename_column, .data = &state};
	char *text = ferry_expression_translate(expression, &context, NULL, ret_reason);

	g_free(state.last);
	return text;
}
