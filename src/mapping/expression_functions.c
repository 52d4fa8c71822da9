/*
 * Function calls of an expression: a table of those whose meaning is the same on both sides, or can be made
 * so. A function that is not in it is refused. What PostgreSQL would not take in a generated column
 * (functions that are not immutable) must not come out of here but for defaults.
 */
#include "mapping/expression_internal.h"

#include <stdlib.h>
#include <string.h>

#define MAX_ARGS FERRY_EXPR_MAX_ARGS

static void args_clear(Args *args)
{
	for (guint i = 0; i < args->n; i++)
		ferry_expr_piece_free(args->all[i]);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Args, args_clear)

/* Up to the closing bracket. */
static bool parse_args(Parser *p, Args *args)
{
	if (ferry_expr_accept_operator(p, ")"))
		return true;
	do {
		Piece *piece = args->n < MAX_ARGS ? ferry_expr_parse_expression(p)
						  : ferry_expr_refuse(p, "more than %d arguments", MAX_ARGS);

		if (!piece)
			return false;
		args->all[args->n++] = piece;
	} while (ferry_expr_accept_operator(p, ","));
	return ferry_expr_expect_operator(p, ")");
}

static bool want_kind(Parser *p, const char *name, const Piece *piece, Kind kind)
{
	if (piece->kind == kind || piece->kind == KIND_UNKNOWN || piece->kind == KIND_NULL)
		return true;
	ferry_expr_refuse(p, "%s of %s", name, ferry_expr_kind_name(piece->kind));
	return false;
}

/* ---- handlers: name is the source's, in lower case ---- */

/* Unicode in MySQL, ASCII in SQLite, by locale in PostgreSQL. */
static Piece *call_case(Parser *p, const char *name, Args *a)
{
	bool is_lower = name[0] == 'l';

	if (!want_kind(p, name, a->all[0], KIND_TEXT))
		return NULL;
	ferry_expr_add_remark(
		p, "letters beyond ASCII may be changed in another way by the target's upper() and lower()");
	return ferry_expr_piece_new(KIND_TEXT, LEVEL_ATOM, "%s(%s)", is_lower ? "lower" : "upper",
				    a->all[0]->text);
}

static Piece *call_char_length(Parser *p, const char *name, Args *a)
{
	/* MySQL's length() counts bytes, and so does octet_length(). */
	bool is_bytes = strcmp(name, "octet_length") == 0 || (p->from_mysql && strcmp(name, "length") == 0);

	if (!want_kind(p, name, a->all[0], KIND_TEXT))
		return NULL;
	if (!is_bytes)
		return ferry_expr_piece_new(KIND_INT, LEVEL_ATOM, "%s(%s)",
					    p->to_sqlite ? "length" : "char_length", a->all[0]->text);
	if (p->to_sqlite)
		return ferry_expr_piece_new(KIND_INT, LEVEL_ATOM, "length(CAST(%s AS blob))",
					    a->all[0]->text);
	if (p->from_mysql)
		ferry_expr_add_remark(
			p, "counts bytes in UTF-8, where the source counts those of its own character set");
	return ferry_expr_piece_new(KIND_INT, LEVEL_ATOM, "octet_length(%s)", a->all[0]->text);
}

Piece *ferry_expr_call_common(Parser *p, const char *name, Args *a)
{
	g_autoptr(GString) list = g_string_new(NULL);
	Common common = {.kind = KIND_NULL};

	if (strcmp(name, "ifnull") == 0 && a->n != 2)
		return ferry_expr_refuse(p, "ifnull with %u arguments", a->n);
	for (guint i = 0; i < a->n; i++) {
		if (!ferry_expr_make_common(p, a->all[i], &common))
			return NULL;
		g_string_append_printf(list, "%s%s", i ? ", " : "", a->all[i]->text);
	}
	/* SQLite wants two. */
	return ferry_expr_common_piece(p, &common,
				       g_strdup_printf(a->n == 1 ? "(%s)" : "coalesce(%s)", list->str));
}

static Piece *call_nullif(Parser *p, const char *name, Args *a)
{
	if (!ferry_expr_make_comparable(p, a->all[0], a->all[1], false))
		return NULL;
	const Common common = {
		.kind = a->all[0]->kind, .is_padded = a->all[0]->is_padded, .is_date = a->all[0]->is_date};

	return ferry_expr_common_piece(p, &common,
				       g_strdup_printf("nullif(%s, %s)", a->all[0]->text, a->all[1]->text));
}

static Piece *call_abs(Parser *p, const char *name, Args *a)
{
	if (!ferry_expr_is_kind_numeric(a->all[0]->kind) && a->all[0]->kind != KIND_UNKNOWN)
		return ferry_expr_refuse(p, "abs of %s", ferry_expr_kind_name(a->all[0]->kind));
	return ferry_expr_piece_new(a->all[0]->kind, LEVEL_ATOM, "abs(%s)", a->all[0]->text);
}

/* Halves go away from zero for decimals in MySQL and PostgreSQL; floats differ everywhere, SQLite has floats
 * only. */
static Piece *call_round(Parser *p, const char *name, Args *a)
{
	if (p->to_sqlite || p->from_sqlite)
		return ferry_expr_refuse(p, "round works on floats in SQLite");
	if (a->all[0]->kind != KIND_DECIMAL || (a->n == 2 && !a->all[1]->is_number))
		return ferry_expr_refuse(p, "round of %s", ferry_expr_kind_name(a->all[0]->kind));
	if (a->n == 2)
		return ferry_expr_piece_new(KIND_DECIMAL, LEVEL_ATOM, "round(%s, %s)", a->all[0]->text,
					    a->all[1]->text);
	return ferry_expr_piece_new(KIND_DECIMAL, LEVEL_ATOM, "round(%s)", a->all[0]->text);
}

static Piece *call_floor(Parser *p, const char *name, Args *a)
{
	const char *to = name[0] == 'f' ? "floor" : "ceil";

	if (p->to_sqlite)
		return ferry_expr_refuse(p, "not every SQLite has %s", to);
	if (a->all[0]->kind != KIND_DECIMAL && a->all[0]->kind != KIND_FLOAT)
		return ferry_expr_refuse(p, "%s of %s", name, ferry_expr_kind_name(a->all[0]->kind));
	return ferry_expr_piece_new(a->all[0]->kind, LEVEL_ATOM, "%s(%s)", to, a->all[0]->text);
}

static Piece *call_trim(Parser *p, const char *name, Args *a)
{
	if (!want_kind(p, name, a->all[0], KIND_TEXT))
		return NULL;
	return ferry_expr_piece_new(KIND_TEXT, LEVEL_ATOM, "%s(%s)",
				    strcmp(name, "btrim") == 0 ? "trim" : name, a->all[0]->text);
}

static bool is_count(const Piece *piece, long least)
{
	return piece->is_number && piece->kind == KIND_INT && strtol(piece->text, NULL, 10) >= least;
}

static Piece *call_substr(Parser *p, const char *name, Args *a)
{
	if (!want_kind(p, name, a->all[0], KIND_TEXT))
		return NULL;
	/* From zero or from behind they differ. */
	if (!is_count(a->all[1], 1) || (a->n == 3 && !is_count(a->all[2], 0)))
		return ferry_expr_refuse(p, "%s with a place that is not a positive literal", name);
	if (a->n == 3)
		return ferry_expr_piece_new(KIND_TEXT, LEVEL_ATOM, "substr(%s, %s, %s)", a->all[0]->text,
					    a->all[1]->text, a->all[2]->text);
	return ferry_expr_piece_new(KIND_TEXT, LEVEL_ATOM, "substr(%s, %s)", a->all[0]->text,
				    a->all[1]->text);
}

static Piece *call_left(Parser *p, const char *name, Args *a)
{
	if (!want_kind(p, name, a->all[0], KIND_TEXT))
		return NULL;
	if (!is_count(a->all[1], 1))
		return ferry_expr_refuse(p, "%s with a number that is not a positive literal", name);
	if (strcmp(name, "left") == 0)
		return ferry_expr_piece_new(KIND_TEXT, LEVEL_ATOM, "substr(%s, 1, %s)", a->all[0]->text,
					    a->all[1]->text);
	if (p->to_sqlite)
		return ferry_expr_piece_new(KIND_TEXT, LEVEL_ATOM, "substr(%s, -%s)", a->all[0]->text,
					    a->all[1]->text);
	return ferry_expr_piece_new(KIND_TEXT, LEVEL_ATOM, "\"right\"(%s, %s)", a->all[0]->text,
				    a->all[1]->text);
}

static Piece *call_replace(Parser *p, const char *name, Args *a)
{
	for (guint i = 0; i < 3; i++)
		if (!want_kind(p, name, a->all[i], KIND_TEXT))
			return NULL;
	return ferry_expr_piece_new(KIND_TEXT, LEVEL_ATOM, "replace(%s, %s, %s)", a->all[0]->text,
				    a->all[1]->text, a->all[2]->text);
}

/* MySQL's concat() of a NULL is NULL, as with ||. PostgreSQL's concat() is not, and is not immutable. */
static Piece *call_concat(Parser *p, const char *name, Args *a)
{
	g_autoptr(GString) list = g_string_new(NULL);

	if (!p->from_mysql)
		return ferry_expr_refuse(p, "concat skips NULLs in the source");
	for (guint i = 0; i < a->n; i++) {
		Piece *piece = a->all[i];

		if (piece->kind != KIND_TEXT && piece->kind != KIND_INT && piece->kind != KIND_UNKNOWN)
			return ferry_expr_refuse(
				p, "concat of %s, which is written differently in the two systems",
				ferry_expr_kind_name(piece->kind));
		g_string_append(list, i ? " || " : "");
		if (piece->kind == KIND_INT)
			g_string_append_printf(list, "CAST(%s AS text)", piece->text);
		else
			g_string_append(list, ferry_expr_text_at(piece, LEVEL_ATOM));
	}
	return ferry_expr_piece_new(KIND_TEXT, a->n > 1 ? LEVEL_OTHER : LEVEL_ATOM, "%s", list->str);
}

static Piece *call_if(Parser *p, const char *name, Args *a)
{
	Common common = {.kind = KIND_NULL};

	if (!ferry_expr_make_condition(p, a->all[0]) || !ferry_expr_make_common(p, a->all[1], &common) ||
	    !ferry_expr_make_common(p, a->all[2], &common))
		return NULL;
	return ferry_expr_piece_new(common.kind, LEVEL_ATOM, "CASE WHEN %s THEN %s ELSE %s END",
				    a->all[0]->text, a->all[1]->text, a->all[2]->text);
}

static Piece *call_isnull(Parser *p, const char *name, Args *a)
{
	return ferry_expr_piece_new(KIND_BOOL, LEVEL_COMPARE, "%s IS NULL",
				    ferry_expr_text_at(a->all[0], LEVEL_OTHER));
}

static Piece *call_mod(Parser *p, const char *name, Args *a)
{
	if (a->all[0]->kind != KIND_INT || !is_count(a->all[1], 1))
		return ferry_expr_refuse(p, "mod of %s", ferry_expr_kind_name(a->all[0]->kind));
	return ferry_expr_piece_new(KIND_INT, LEVEL_MULTIPLY, "%s %% %s",
				    ferry_expr_text_at(a->all[0], LEVEL_UNARY), a->all[1]->text);
}

/* year(d) and EXTRACT(year FROM d). A timestamp with time zone has no year of its own. */
static Piece *date_part(Parser *p, const char *part, const Piece *piece)
{
	static const struct {
		const char *part, *format;
		bool is_time;
	} parts[] = {
		{"year", "%Y", false}, {"month", "%m", false}, {"day", "%d", false},
		{"hour", "%H", true},  {"minute", "%M", true},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(parts); i++) {
		if (g_ascii_strcasecmp(parts[i].part, part) != 0)
			continue;
		if (piece->literal ||
		    !(piece->kind == KIND_TIMESTAMP || (piece->kind == KIND_DATE && !parts[i].is_time)))
			return ferry_expr_refuse(p, "the %s of %s", parts[i].part,
						 ferry_expr_kind_name(piece->kind));
		if (p->to_sqlite)
			return ferry_expr_piece_new(KIND_INT, LEVEL_ATOM,
						    "CAST(strftime('%s', %s) AS integer)", parts[i].format,
						    piece->text);
		return ferry_expr_piece_new(KIND_INT, LEVEL_ATOM, "CAST(EXTRACT(%s FROM %s) AS integer)",
					    parts[i].part, piece->text);
	}
	return ferry_expr_refuse(p, "the date part %s", part);
}

static Piece *call_date_part(Parser *p, const char *name, Args *a)
{
	return date_part(p, strcmp(name, "dayofmonth") == 0 ? "day" : name, a->all[0]);
}

static Piece *call_date(Parser *p, const char *name, Args *a)
{
	const Piece *piece = a->all[0];

	if (!p->from_mysql && !(piece->literal && strcmp(piece->literal, "now") == 0))
		return ferry_expr_refuse(p, "%s of %s", name, piece->text);
	if (piece->literal && p->from_sqlite && p->context->use == FERRY_USE_DEFAULT)
		return strcmp(name, "date") == 0
			       ? ferry_expr_piece_new(KIND_DATE, LEVEL_ATOM, "CURRENT_DATE")
			       : ferry_expr_piece_new(KIND_TIMESTAMPTZ, LEVEL_ATOM, "CURRENT_TIMESTAMP");
	if (strcmp(name, "date") != 0 || piece->literal ||
	    (piece->kind != KIND_TIMESTAMP && piece->kind != KIND_DATE))
		return ferry_expr_refuse(p, "%s of %s", name, ferry_expr_kind_name(piece->kind));
	if (p->to_sqlite)
		return ferry_expr_piece_new(KIND_DATE, LEVEL_ATOM, "date(%s)", piece->text);
	return ferry_expr_piece_new(KIND_DATE, LEVEL_ATOM, "CAST(%s AS date)", piece->text);
}

/* A check that the target's type makes by itself is TRUE. */
static Piece *call_json_valid(Parser *p, const char *name, Args *a)
{
	if (a->all[0]->kind == KIND_JSON && p->to_postgres)
		return ferry_expr_piece_new(KIND_BOOL, LEVEL_ATOM, "TRUE");
	if (p->to_sqlite)
		return ferry_expr_piece_new(KIND_BOOL, LEVEL_ATOM, "json_valid(%s)", a->all[0]->text);
	return ferry_expr_refuse(p, "the target has no function json_valid");
}

static Piece *call_now(Parser *p, const char *name, Args *a)
{
	if (p->context->use != FERRY_USE_DEFAULT)
		return ferry_expr_refuse(p, "%s changes from call to call", name);
	if (strcmp(name, "curdate") == 0 || strcmp(name, "current_date") == 0)
		return ferry_expr_piece_new(KIND_DATE, LEVEL_ATOM, "CURRENT_DATE");
	return ferry_expr_piece_new(KIND_TIMESTAMPTZ, LEVEL_ATOM, "CURRENT_TIMESTAMP");
}

static Piece *call_uuid(Parser *p, const char *name, Args *a)
{
	if (p->context->use != FERRY_USE_DEFAULT || !p->to_postgres)
		return ferry_expr_refuse(p, "the target has no function for a uuid here");
	return ferry_expr_piece_new(KIND_UUID, LEVEL_ATOM, "gen_random_uuid()");
}

static Piece *call_json_new(Parser *p, const char *name, Args *a)
{
	return ferry_expr_piece_literal(strcmp(name, "json_array") == 0 ? "[]" : "{}");
}

static const ExprFunction functions[] = {
	{"abs", 1, 1, call_abs},
	{"btrim", 1, 1, call_trim},
	{"ceil", 1, 1, call_floor},
	{"ceiling", 1, 1, call_floor},
	{"char_length", 1, 1, call_char_length},
	{"character_length", 1, 1, call_char_length},
	{"coalesce", 1, MAX_ARGS, ferry_expr_call_common},
	{"concat", 1, MAX_ARGS, call_concat},
	{"curdate", 0, 0, call_now},
	{"current_date", 0, 0, call_now},
	{"current_timestamp", 0, 1, call_now},
	{"date", 1, 1, call_date},
	{"datetime", 1, 1, call_date},
	{"day", 1, 1, call_date_part},
	{"dayofmonth", 1, 1, call_date_part},
	{"floor", 1, 1, call_floor},
	{"gen_random_uuid", 0, 0, call_uuid},
	{"hour", 1, 1, call_date_part},
	{"if", 3, 3, call_if},
	{"ifnull", 2, 2, ferry_expr_call_common},
	{"iif", 3, 3, call_if},
	{"isnull", 1, 1, call_isnull},
	{"json_array", 0, 0, call_json_new},
	{"json_object", 0, 0, call_json_new},
	{"json_valid", 1, 1, call_json_valid},
	{"lcase", 1, 1, call_case},
	{"left", 2, 2, call_left},
	{"length", 1, 1, call_char_length},
	{"lower", 1, 1, call_case},
	{"ltrim", 1, 1, call_trim},
	{"minute", 1, 1, call_date_part},
	{"mod", 2, 2, call_mod},
	{"month", 1, 1, call_date_part},
	{"now", 0, 1, call_now},
	{"nullif", 2, 2, call_nullif},
	{"octet_length", 1, 1, call_char_length},
	{"replace", 3, 3, call_replace},
	{"right", 2, 2, call_left},
	{"round", 1, 2, call_round},
	{"rtrim", 1, 1, call_trim},
	{"substr", 2, 3, call_substr},
	{"substring", 2, 3, call_substr},
	{"trim", 1, 1, call_trim},
	{"ucase", 1, 1, call_case},
	{"upper", 1, 1, call_case},
	{"uuid", 0, 0, call_uuid},
	{"year", 1, 1, call_date_part},
};

/* ---- calls with a grammar of their own ---- */

static Piece *parse_extract(Parser *p)
{
	const char *part = ferry_expr_peek(p)->text;
	g_autoptr(Piece) piece = NULL;

	p->at++;
	if (!ferry_expr_expect_word(p, "FROM"))
		return NULL;
	piece = ferry_expr_parse_expression(p);
	if (!piece || !ferry_expr_expect_operator(p, ")"))
		return NULL;
	return date_part(p, part, piece);
}

/* TRIM([BOTH|LEADING|TRAILING] [' '] [FROM] x) and TRIM(x): blanks only. */
static Piece *parse_trim(Parser *p)
{
	const char *to = ferry_expr_accept_word(p, "LEADING")    ? "ltrim"
			 : ferry_expr_accept_word(p, "TRAILING") ? "rtrim"
								 : "trim";
	Args args = {0};
	Piece *result;

	ferry_expr_accept_word(p, "BOTH");
	if (ferry_expr_peek(p)->kind == TOKEN_STRING && strcmp(ferry_expr_peek(p)->text, " ") == 0 &&
	    ferry_expr_peek_next(p)->kind != TOKEN_OPERATOR)
		p->at++;
	ferry_expr_accept_word(p, "FROM");
	args.all[0] = ferry_expr_parse_expression(p);
	args.n = args.all[0] != NULL;
	result = args.n && ferry_expr_expect_operator(p, ")") ? call_trim(p, to, &args) : NULL;
	args_clear(&args);
	return result;
}

static Piece *parse_cast_call(Parser *p)
{
	Piece *piece = ferry_expr_parse_expression(p);

	if (!piece || !ferry_expr_expect_word(p, "AS")) {
		ferry_expr_piece_free(piece);
		return NULL;
	}
	piece = ferry_expr_parse_cast(p, piece);
	if (piece && !ferry_expr_expect_operator(p, ")")) {
		ferry_expr_piece_free(piece);
		return NULL;
	}
	return piece;
}

/* Of the table: a function of the user's may have the name of another system's. */
static bool is_known_to_oracle(const char *name)
{
	static const char *const names[] = {"abs", "ceil",   "coalesce", "floor",  "length", "lower", "ltrim",
					    "mod", "nullif", "rtrim",    "substr", "upper",  NULL};

	return g_strv_contains(names, name);
}

static const ExprFunction *find_function(const Parser *p, const char *name)
{
	const ExprFunction *found = p->from_oracle ? ferry_expr_find_oracle_function(name) : NULL;

	if (p->from_oracle && !is_known_to_oracle(name))
		return found;
	for (size_t i = 0; !found && i < G_N_ELEMENTS(functions); i++)
		if (strcmp(functions[i].name, name) == 0)
			found = &functions[i];
	return found;
}

/* A CHAR keeps its blanks as it is, in PostgreSQL, and loses them where it becomes a text. */
static bool keeps_blanks(const char *name)
{
	static const char *const names[] = {"coalesce", "decode", "nullif", "nvl", "nvl2", NULL};

	return g_strv_contains(names, name);
}

static bool has_padded(const Args *args)
{
	for (guint i = 0; i < args->n; i++)
		if (args->all[i]->is_padded)
			return true;
	return false;
}

static Piece *parse_known_call(Parser *p, const char *name, const ExprFunction *function)
{
	g_auto(Args) args = {0};

	if (!parse_args(p, &args))
		return NULL;
	if (args.n < function->min_args || args.n > function->max_args)
		return ferry_expr_refuse(p, "%s() with %u arguments", name, args.n);
	bool is_padded = p->view && has_padded(&args);
	if (is_padded && !keeps_blanks(name) && strcmp(name, "rtrim") != 0)
		return ferry_expr_refuse(p, "%s of a CHAR, whose blanks the target leaves out", name);
	return function->call(p, name, &args);
}

Piece *ferry_expr_parse_call(Parser *p, const char *name)
{
	g_autofree char *lower = g_ascii_strdown(name, -1);
	const ExprFunction *function;
	Piece *piece;

	if (strcmp(lower, "extract") == 0)
		return parse_extract(p);
	if (strcmp(lower, "cast") == 0)
		return parse_cast_call(p);
	function = find_function(p, lower);
	if (strcmp(lower, "trim") == 0)
		piece = parse_trim(p);
	else if (function)
		piece = parse_known_call(p, lower, function);
	else
		return ferry_expr_refuse(p, "the function %s()", name);
	return p->from_oracle && piece ? ferry_expr_oracle_emptiness(piece, lower) : piece;
}

Piece *ferry_expr_parse_bare_function(Parser *p, const char *name)
{
	static const char *const names[] = {"current_timestamp", "current_date", NULL};
	g_autofree char *lower = g_ascii_strdown(name, -1);
	Args none = {0};

	if (!g_strv_contains(names, lower))
		return NULL;
	p->at++;
	return call_now(p, lower, &none);
}

/* ---- casts ---- */

/* The type's name in lower case ("double precision"), its length or precision, and what follows in MySQL. */
static char *parse_type(Parser *p, char **ret_args)
{
	g_autoptr(GString) name = g_string_new(NULL), args = g_string_new(NULL);

	while (ferry_expr_peek(p)->kind == TOKEN_WORD || ferry_expr_peek(p)->kind == TOKEN_QUOTED ||
	       (name->len && ferry_expr_at_operator(p, "."))) {
		if (ferry_expr_at_word(p, "CHARSET") || ferry_expr_at_word(p, "COLLATE"))
			break;
		if (name->len && !ferry_expr_at_operator(p, ".") && name->str[name->len - 1] != '.')
			g_string_append_c(name, ' ');
		g_string_append(name, ferry_expr_peek(p)->text);
		p->at++;
		if (g_str_has_suffix(name->str, "."))
			continue;
		/* x::text AND y: only these types have a second word. */
		if (!ferry_expr_at_operator(p, ".") && !ferry_expr_at_word(p, "PRECISION") &&
		    !ferry_expr_at_word(p, "VARYING") && !ferry_expr_at_word(p, "INTEGER") &&
		    !ferry_expr_at_word(p, "WITHOUT") && !ferry_expr_at_word(p, "WITH") &&
		    !ferry_expr_at_word(p, "TIME") && !ferry_expr_at_word(p, "ZONE"))
			break;
	}
	if (name->len && ferry_expr_accept_operator(p, "(")) {
		while (ferry_expr_peek(p)->kind == TOKEN_NUMBER || ferry_expr_at_operator(p, ",")) {
			g_string_append(args, ferry_expr_peek(p)->text);
			p->at++;
		}
		if (!ferry_expr_expect_operator(p, ")"))
			return NULL;
	}
	if (p->from_mysql && ferry_expr_accept_word(p, "CHARSET"))
		p->at++;
	if (name->len == 0) {
		ferry_expr_refuse(p, "stopped at %s, where a type was expected", ferry_expr_peek(p)->text);
		return NULL;
	}
	*ret_args = g_string_free(g_steal_pointer(&args), FALSE);
	return g_ascii_strdown(name->str, -1);
}

static Kind kind_of_cast(const char *type)
{
	static const struct {
		const char *name;
		Kind kind;
	} types[] = {
		{"signed", KIND_INT},
		{"signed integer", KIND_INT},
		{"integer", KIND_INT},
		{"int", KIND_INT},
		{"bigint", KIND_INT},
		{"smallint", KIND_INT},
		{"text", KIND_TEXT},
		{"char", KIND_TEXT},
		{"varchar", KIND_TEXT},
		{"bpchar", KIND_TEXT},
		{"character varying", KIND_TEXT},
		{"character", KIND_TEXT},
		{"decimal", KIND_DECIMAL},
		{"numeric", KIND_DECIMAL},
		{"number", KIND_DECIMAL},
		{"real", KIND_FLOAT},
		{"double", KIND_FLOAT},
		{"double precision", KIND_FLOAT},
		{"date", KIND_DATE},
		{"boolean", KIND_BOOL},
		{"timestamp without time zone", KIND_TIMESTAMP},
		{"uuid", KIND_UUID},
		{"timestamp with time zone", KIND_TIMESTAMPTZ},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(types); i++)
		if (strcmp(types[i].name, type) == 0)
			return types[i].kind;
	return KIND_OTHER;
}

/* A value that has the kind already needs no cast, as long as the cast cannot cut it. */
static bool is_idle(const Piece *piece, Kind kind, const char *args)
{
	return piece->kind == KIND_NULL ||
	       (piece->kind == kind && (kind != KIND_TEXT || !args[0] || piece->literal) &&
		(kind != KIND_DECIMAL || !args[0]));
}

/* What Oracle's types mean otherwise than the target's; NULL without a reason: nothing. */
static Piece *cast_of_oracle(Parser *p, const Piece *value, Kind kind, const char *type, const char *args)
{
	static const char *const padded[] = {"char", "character", "nchar", NULL};
	static const char *const whole[] = {"decimal", "numeric", "dec", NULL};

	if (value->kind == KIND_NULL)
		return NULL;
	if (g_strv_contains(padded, type))
		return ferry_expr_refuse(p, "a cast to CHAR, whose blanks the target leaves out");
	if (kind == KIND_OTHER || (value->literal && args[0]))
		return ferry_expr_refuse(p, "a cast of %s to %s", ferry_expr_kind_name(value->kind), type);
	/* Without digits they have no fraction. */
	if (!g_strv_contains(whole, type) || args[0])
		return NULL;
	if (!p->to_postgres || (value->kind != KIND_INT && value->kind != KIND_DECIMAL))
		return ferry_expr_refuse(p, "a cast of %s to %s", ferry_expr_kind_name(value->kind), type);
	return ferry_expr_piece_new(KIND_DECIMAL, LEVEL_ATOM, "round(CAST(%s AS numeric))", value->text);
}

static Piece *emit_cast(Parser *p, Piece *value, Kind kind, const char *type, const char *args)
{
	static const char *const names[N_KINDS] = {[KIND_INT] = "bigint",
						   [KIND_DECIMAL] = "numeric",
						   [KIND_FLOAT] = "double precision",
						   [KIND_TEXT] = "text"};

	/* Only what neither rounds nor can fail, nor is written in different ways. */
	if ((kind == KIND_TEXT && value->kind == KIND_INT && !args[0]) ||
	    (kind == KIND_INT && value->kind == KIND_INT) ||
	    (kind == KIND_FLOAT && ferry_expr_is_kind_numeric(value->kind)))
		return ferry_expr_piece_new(kind, LEVEL_ATOM, "CAST(%s AS %s)", value->text,
					    p->to_sqlite && kind == KIND_FLOAT ? "real" : names[kind]);
	if (kind == KIND_DECIMAL && p->to_postgres &&
	    (value->kind == KIND_INT || value->kind == KIND_DECIMAL))
		return ferry_expr_piece_new(kind, LEVEL_ATOM,
					    args[0] ? "CAST(%s AS numeric(%s))" : "CAST(%s AS numeric)",
					    value->text, args);
	return ferry_expr_refuse(p, "a cast of %s to %s", ferry_expr_kind_name(value->kind), type);
}

Piece *ferry_expr_parse_cast(Parser *p, Piece *value)
{
	g_autoptr(Piece) piece = value;
	g_autofree char *args = NULL;
	g_autofree char *type = parse_type(p, &args);
	Kind kind;

	if (!type)
		return NULL;
	kind = kind_of_cast(type);
	if (p->from_oracle) {
		Piece *own = cast_of_oracle(p, piece, kind, type, args);

		if (own || p->reason)
			return own;
	}
	/* PostgreSQL writes types to literals where none is needed: 'new'::text, 'happy'::mood, 5::numeric.
	 */
	if (is_idle(piece, kind, args) ||
	    (p->from_postgres && piece->literal && kind != KIND_INT && kind != KIND_BOOL) ||
	    (p->from_postgres && piece->is_number && ferry_expr_is_kind_numeric(kind))) {
		if (piece->is_number)
			piece->kind = kind;
		return g_steal_pointer(&piece);
	}
	return emit_cast(p, piece, kind, type, args);
}
