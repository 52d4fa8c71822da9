/*
 * What expressions have in Oracle only: NVL, DECODE and their kin, words that are functions (SYSDATE, USER),
 * texts that are NULL when they are empty. Moments and their formats are in expression_oracle_time.c.
 */
#include "mapping/expression_oracle.h"

#include "data/value_text.h"

#include <string.h>

static bool needs_default(Parser *p, const char *name)
{
	if ((p->context->use == FERRY_USE_DEFAULT || p->view) && p->to_postgres)
		return true;
	ferry_expr_refuse(p, "%s, which is not the same for each call", name);
	return false;
}

/* ---- NULL ---- */

static Piece *call_nvl(Parser *p, const char *name, Args *a)
{
	return ferry_expr_call_common(p, "coalesce", a);
}

static Piece *call_nvl2(Parser *p, const char *name, Args *a)
{
	Common common = {.kind = KIND_NULL};

	if (!ferry_expr_make_common(p, a->all[1], &common) || !ferry_expr_make_common(p, a->all[2], &common))
		return NULL;
	return ferry_expr_common_piece(p, &common,
				       g_strdup_printf("CASE WHEN %s IS NOT NULL THEN %s ELSE %s END",
						       ferry_expr_text_at(a->all[0], LEVEL_OTHER),
						       a->all[1]->text, a->all[2]->text));
}

/* One pair of DECODE: NULL equals NULL there. */
static bool append_case(Parser *p, GString *out, Piece *subject, Piece *when, Piece *then, Common *common)
{
	bool is_literal = when->literal || when->is_number;

	if (!ferry_expr_make_comparable(p, subject, when, false) || !ferry_expr_make_common(p, then, common))
		return false;
	g_string_append_printf(out, " WHEN %s ", ferry_expr_text_at(subject, LEVEL_OTHER));
	if (when->kind == KIND_NULL)
		g_string_append(out, "IS NULL");
	else if (is_literal)
		g_string_append_printf(out, "= %s", ferry_expr_text_at(when, LEVEL_OTHER));
	else
		g_string_append_printf(out, "%s %s", p->to_sqlite ? "IS" : "IS NOT DISTINCT FROM",
				       ferry_expr_text_at(when, LEVEL_OTHER));
	g_string_append_printf(out, " THEN %s", then->text);
	return true;
}

/* NULL as soon as one of them is; PostgreSQL's leave NULLs out. */
static Piece *call_greatest(Parser *p, const char *name, Args *a)
{
	g_autoptr(GString) list = g_string_new(NULL), test = g_string_new(NULL);
	Common common = {.kind = KIND_NULL};

	if (!p->view)
		return ferry_expr_refuse(p, "the function %s()", name);
	for (guint i = 0; i < a->n; i++) {
		if (!ferry_expr_make_common(p, a->all[i], &common))
			return NULL;
		g_string_append_printf(list, "%s%s", i ? ", " : "", a->all[i]->text);
		g_string_append_printf(test, "%s%s IS NULL", i ? " OR " : "",
				       ferry_expr_text_at(a->all[i], LEVEL_OTHER));
	}
	if (!ferry_expr_is_kind_numeric(common.kind) && common.kind != KIND_TIMESTAMP &&
	    common.kind != KIND_TIMESTAMPTZ)
		return ferry_expr_refuse(p, "%s of %s", name, ferry_expr_kind_name(common.kind));
	return ferry_expr_common_piece(
		p, &common,
		g_strdup_printf("CASE WHEN %s THEN NULL ELSE %s(%s) END", test->str, name, list->str));
}

static Piece *call_decode(Parser *p, const char *name, Args *a)
{
	g_autoptr(GString) out = g_string_new("CASE");
	Common common = {.kind = KIND_NULL};

	for (guint i = 1; i + 1 < a->n; i += 2)
		if (!append_case(p, out, a->all[0], a->all[i], a->all[i + 1], &common))
			return NULL;
	if (a->n % 2 == 0) {
		if (!ferry_expr_make_common(p, a->all[a->n - 1], &common))
			return NULL;
		g_string_append_printf(out, " ELSE %s", a->all[a->n - 1]->text);
	}
	return ferry_expr_common_piece(p, &common, g_strdup_printf("%s END", out->str));
}

/* ---- texts ---- */

Piece *ferry_expr_oracle_emptiness(Piece *piece, const char *function)
{
	static const char *const names[] = {"trim", "ltrim", "rtrim", "substr", "replace", NULL};
	char *text;

	if (!g_strv_contains(names, function))
		return piece;
	text = g_strdup_printf("nullif(%s, '')", piece->text);
	g_free(piece->text);
	piece->text = text;
	piece->level = LEVEL_ATOM;
	return piece;
}

/* A part of a concatenation, as a text that is not NULL. */
static char *concat_part(Parser *p, Piece *piece)
{
	if (p->view && piece->is_padded) {
		ferry_expr_refuse(p, "a CHAR loses its blanks when it is joined to another text");
		return NULL;
	}
	if (piece->literal || piece->kind == KIND_NULL)
		return g_strdup(piece->kind == KIND_NULL ? "''" : piece->text);
	if (piece->kind == KIND_INT)
		return g_strdup_printf("coalesce(CAST(%s AS text), '')", piece->text);
	if (piece->kind == KIND_TEXT || piece->kind == KIND_UNKNOWN)
		return g_strdup_printf("coalesce(%s, '')", piece->text);
	ferry_expr_refuse(p, "%s as text is written differently in the two systems",
			  ferry_expr_kind_name(piece->kind));
	return NULL;
}

Piece *ferry_expr_oracle_concat(Parser *p, Piece *left, Piece *right)
{
	g_autofree char *first = concat_part(p, left), *second = first ? concat_part(p, right) : NULL;

	if (!second)
		return NULL;
	/* With a literal in it, it is never empty. */
	if (left->literal || right->literal)
		return ferry_expr_piece_new(KIND_TEXT, LEVEL_ATOM, "(%s || %s)", first, second);
	return ferry_expr_piece_new(KIND_TEXT, LEVEL_ATOM, "nullif(%s || %s, '')", first, second);
}

static Piece *call_concat(Parser *p, const char *name, Args *a)
{
	return ferry_expr_oracle_concat(p, a->all[0], a->all[1]);
}

/* An empty text is NULL there, but means nothing to replace, or nothing in its place. */
static char *replace_part(const Piece *piece)
{
	if (piece->kind == KIND_NULL)
		return g_strdup("''");
	return piece->literal ? g_strdup(piece->text) : g_strdup_printf("coalesce(%s, '')", piece->text);
}

static Piece *call_replace(Parser *p, const char *name, Args *a)
{
	for (guint i = 0; i < a->n; i++)
		if (a->all[i]->kind != KIND_TEXT && a->all[i]->kind != KIND_NULL &&
		    a->all[i]->kind != KIND_UNKNOWN)
			return ferry_expr_refuse(p, "%s of %s", name, ferry_expr_kind_name(a->all[i]->kind));
	g_autofree char *what = replace_part(a->all[1]);
	g_autofree char *by = a->n == 3 ? replace_part(a->all[2]) : g_strdup("''");
	return ferry_expr_piece_new(KIND_TEXT, LEVEL_ATOM, "replace(%s, %s, %s)", a->all[0]->text, what, by);
}

static Piece *call_instr(Parser *p, const char *name, Args *a)
{
	if (a->all[0]->kind != KIND_TEXT || a->all[1]->kind != KIND_TEXT)
		return ferry_expr_refuse(p, "instr of %s", ferry_expr_kind_name(a->all[0]->kind));
	return ferry_expr_piece_new(KIND_INT, LEVEL_ATOM, p->to_sqlite ? "instr(%s, %s)" : "strpos(%s, %s)",
				    a->all[0]->text, a->all[1]->text);
}

static Piece *call_length_bytes(Parser *p, const char *name, Args *a)
{
	Piece *piece = a->all[0];

	if (piece->kind != KIND_TEXT)
		return ferry_expr_refuse(p, "%s of %s", name, ferry_expr_kind_name(piece->kind));
	ferry_expr_add_remark(
		p, "counts bytes in UTF-8, where the source counts those of its own character set");
	return ferry_expr_piece_new(KIND_INT, LEVEL_ATOM,
				    p->to_sqlite ? "length(CAST(%s AS blob))" : "octet_length(%s)",
				    piece->text);
}

static Piece *call_regexp_like(Parser *p, const char *name, Args *a)
{
	bool ignores_case = a->n == 3 && a->all[2]->literal && strcmp(a->all[2]->literal, "i") == 0;

	if (!p->to_postgres || p->context->use == FERRY_USE_GENERATED)
		return ferry_expr_refuse(p, "regular expressions are not the same in the target");
	if (!a->all[1]->literal || (a->n == 3 && !ignores_case && g_strcmp0(a->all[2]->literal, "c") != 0) ||
	    a->all[0]->kind != KIND_TEXT)
		return ferry_expr_refuse(p, "%s with what is no literal", name);
	ferry_expr_add_remark(p, "the regular expression may be read a little differently by the target");
	return ferry_expr_piece_new(KIND_BOOL, LEVEL_COMPARE, "%s %s %s",
				    ferry_expr_text_at(a->all[0], LEVEL_OTHER), ignores_case ? "~*" : "~",
				    a->all[1]->text);
}

static Piece *call_empty_lob(Parser *p, const char *name, Args *a)
{
	Piece *piece;

	if (strcmp(name, "empty_clob") == 0)
		return ferry_expr_piece_literal("");
	piece = ferry_expr_piece_new(KIND_OTHER, LEVEL_ATOM, "%s", p->to_sqlite ? "x''" : "'\\x'");
	piece->is_result = true;
	return piece;
}

/* ---- numbers ---- */

static Piece *call_to_number(Parser *p, const char *name, Args *a)
{
	const char *literal = a->all[0]->literal;
	Piece *piece;

	if (ferry_expr_is_kind_numeric(a->all[0]->kind)) {
		piece = ferry_expr_piece_new(a->all[0]->kind, LEVEL_ATOM, "(%s)", a->all[0]->text);
		return piece;
	}
	if (p->view && !literal && a->all[0]->kind == KIND_TEXT)
		return ferry_expr_piece_new(KIND_DECIMAL, LEVEL_ATOM, "CAST(%s AS numeric)", a->all[0]->text);
	if (!literal || !ferry_parse_decimal(literal, strlen(literal)))
		return ferry_expr_refuse(p, "%s of %s", name, a->all[0]->text);
	piece = ferry_expr_piece_new(strchr(literal, '.') ? KIND_DECIMAL : KIND_INT, LEVEL_ATOM, "%s",
				     literal);
	piece->is_number = true;
	return piece;
}

/* ---- who and what ---- */

/* RAW(16) gets the sixteen bytes, a text their digits. */
static Piece *call_sys_guid(Parser *p, const char *name, Args *a)
{
	const FerryType *type = p->context->result;
	Piece *piece;

	if (p->view)
		return ferry_expr_refuse(p, "SYS_GUID");
	if (!needs_default(p, name))
		return NULL;
	if (type && type->id == FERRY_TYPE_UUID)
		return ferry_expr_piece_new(KIND_UUID, LEVEL_ATOM, "gen_random_uuid()");
	piece = ferry_expr_piece_new(
		KIND_OTHER, LEVEL_ATOM,
		type && type->id == FERRY_TYPE_BYTES
			? "decode(replace(CAST(gen_random_uuid() AS text), '-', ''), 'hex')"
			: "upper(replace(CAST(gen_random_uuid() AS text), '-', ''))");
	piece->is_result = type && (type->id == FERRY_TYPE_BYTES || type->id == FERRY_TYPE_TEXT);
	return piece;
}

static Piece *user_name(Parser *p, const char *name)
{
	if (!needs_default(p, name))
		return NULL;
	ferry_expr_add_remark(p, "gives the name of the target's user");
	return ferry_expr_piece_new(KIND_TEXT, LEVEL_ATOM, "upper(CAST(session_user AS text))");
}

static Piece *call_sys_context(Parser *p, const char *name, Args *a)
{
	static const char *const names[] = {"SESSION_USER", "CURRENT_USER", "AUTHENTICATED_IDENTITY", NULL};
	const char *space = a->all[0]->literal, *what = a->all[1]->literal;
	g_autofree char *upper = what ? g_ascii_strup(what, -1) : NULL;

	if (!space || g_ascii_strcasecmp(space, "USERENV") != 0 || !upper || !g_strv_contains(names, upper))
		return ferry_expr_refuse(p, "SYS_CONTEXT(%s, %s)", a->all[0]->text, a->all[1]->text);
	return user_name(p, "SYS_CONTEXT()");
}

/* A fixed number of characters; in Oracle an empty text is NULL here, too. */
static Piece *call_pad(Parser *p, const char *name, Args *a)
{
	const char *fill = a->n == 3 ? a->all[2]->text : "' '";

	if (!p->view || a->all[0]->kind != KIND_TEXT || !a->all[1]->is_number || a->all[0]->is_padded)
		return ferry_expr_refuse(p, "%s of %s", name, ferry_expr_kind_name(a->all[0]->kind));
	return ferry_expr_piece_new(KIND_TEXT, LEVEL_ATOM, "%s(%s, %s, %s)", name, a->all[0]->text,
				    a->all[1]->text, fill);
}

static Piece *call_initcap(Parser *p, const char *name, Args *a)
{
	if (!p->view || a->all[0]->kind != KIND_TEXT)
		return ferry_expr_refuse(p, "%s of %s", name, ferry_expr_kind_name(a->all[0]->kind));
	return ferry_expr_piece_new(KIND_TEXT, LEVEL_ATOM, "initcap(%s)", a->all[0]->text);
}

static Piece *call_round(Parser *p, const char *name, Args *a)
{
	Piece *piece = a->all[0];

	if ((piece->kind != KIND_INT && piece->kind != KIND_DECIMAL) || !p->to_postgres ||
	    (a->n == 2 && !a->all[1]->is_number))
		return ferry_expr_refuse(p, "round of %s", ferry_expr_kind_name(piece->kind));
	if (a->n == 2)
		return ferry_expr_piece_new(KIND_DECIMAL, LEVEL_ATOM, "round(CAST(%s AS numeric), %s)",
					    piece->text, a->all[1]->text);
	if (piece->kind == KIND_INT)
		return ferry_expr_piece_new(KIND_INT, LEVEL_ATOM, "(%s)", piece->text);
	return ferry_expr_piece_new(KIND_DECIMAL, LEVEL_ATOM, "round(%s)", piece->text);
}

static const ExprFunction functions[] = {
	{"add_months", 2, 2, ferry_expr_oracle_add_months},
	{"concat", 2, 2, call_concat},
	{"decode", 3, FERRY_EXPR_MAX_ARGS, call_decode},
	{"empty_blob", 0, 0, call_empty_lob},
	{"empty_clob", 0, 0, call_empty_lob},
	{"greatest", 2, FERRY_EXPR_MAX_ARGS, call_greatest},
	{"initcap", 1, 1, call_initcap},
	{"instr", 2, 2, call_instr},
	{"last_day", 1, 1, ferry_expr_oracle_last_day},
	{"least", 2, FERRY_EXPR_MAX_ARGS, call_greatest},
	{"lengthb", 1, 1, call_length_bytes},
	{"lpad", 2, 3, call_pad},
	{"nvl", 2, 2, call_nvl},
	{"nvl2", 3, 3, call_nvl2},
	{"regexp_like", 2, 3, call_regexp_like},
	{"replace", 2, 3, call_replace},
	{"round", 1, 2, call_round},
	{"rpad", 2, 3, call_pad},
	{"sys_context", 2, 2, call_sys_context},
	{"sys_guid", 0, 0, call_sys_guid},
	{"to_char", 1, 2, ferry_expr_oracle_to_char},
	{"to_date", 1, 2, ferry_expr_oracle_to_date},
	{"to_number", 1, 1, call_to_number},
	{"to_timestamp", 1, 2, ferry_expr_oracle_to_date},
	{"trunc", 1, 2, ferry_expr_oracle_trunc},
};

const ExprFunction *ferry_expr_find_oracle_function(const char *name)
{
	for (size_t i = 0; i < G_N_ELEMENTS(functions); i++)
		if (strcmp(functions[i].name, name) == 0)
			return &functions[i];
	return NULL;
}

Piece *ferry_expr_parse_oracle_word(Parser *p)
{
	static const char *const clocks[] = {"sysdate",           "systimestamp", "localtimestamp",
					     "current_timestamp", "current_date", NULL};
	g_autofree char *lower = g_ascii_strdown(ferry_expr_peek(p)->text, -1);
	FerryExpressionColumn column;

	if (ferry_expr_peek_next(p)->kind == TOKEN_STRING)
		return ferry_expr_oracle_typed_literal(p, lower);
	/* Columns may have such names, where they are quoted in the source. */
	if (p->context->column(ferry_expr_peek(p)->text, &column, p->context->data))
		return NULL;
	if (g_strv_contains(clocks, lower)) {
		p->at++;
		if (p->view && !strstr(lower, "systimestamp") && !strstr(lower, "current_timestamp"))
			return ferry_expr_oracle_local_clock(p, lower);
		return needs_default(p, lower) ? ferry_expr_oracle_clock(p) : NULL;
	}
	if (strcmp(lower, "user") == 0) {
		p->at++;
		return user_name(p, "USER");
	}
	return NULL;
}
