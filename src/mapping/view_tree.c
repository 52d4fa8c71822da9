/*
 * CONNECT BY as a recursive query. FROM's one table becomes
 *
 *   (WITH RECURSIVE ferry_tree AS (
 *      SELECT its columns, 1 AS ferry_level, its place among its like … FROM table AS e WHERE start
 *      UNION ALL
 *      SELECT its columns, one more, … FROM ferry_tree AS ferry_prior JOIN table AS e ON condition)
 *    SELECT * FROM ferry_tree ORDER BY ferry_order) AS e
 *
 * in which PRIOR stands for ferry_prior, and what the list asks for beyond that (CONNECT_BY_ROOT,
 * SYS_CONNECT_BY_PATH, PRIOR) is a column of its own. The order is the source's: children behind their
 * parent. WHERE comes after all of it in both systems.
 */
#include "mapping/view_internal.h"

#include <string.h>

#define PRIOR "ferry_prior"
#define CHILD "ferry_child"

/* A column that the recursion carries along. */
typedef struct Extra {
	char *first; /* in the rows that it starts with */
	char *next;  /* in those below */
} Extra;

struct ViewTree {
	ViewItem *item; /* the scope's only one */
	char *start;    /* or NULL: each row is a root */
	char *condition;
	guint condition_at; /* its first token: CONNECT_BY_ISLEAF reads it once more */
	GString *siblings;  /* "", or with ORDER BY before it */
	GPtrArray *extras;
	const char *above; /* within the condition: where PRIOR's columns are; NULL: elsewhere */
	bool is_inner;     /* within START WITH or ORDER SIBLINGS BY, which know no levels */
};

static void extra_free(gpointer data)
{
	Extra *extra = data;

	g_free(extra->first);
	g_free(extra->next);
	g_free(extra);
}

void ferry_view_tree_free(ViewTree *tree)
{
	if (!tree)
		return;
	g_free(tree->start);
	g_free(tree->condition);
	g_string_free(tree->siblings, TRUE);
	g_ptr_array_unref(tree->extras);
	g_free(tree);
}

/* ---- the clauses ---- */

static bool is_word_at(const Parser *p, guint at, const char *word)
{
	const Token *token = &g_array_index(p->tokens, Token, MIN(at, p->tokens->len - 1));

	return token->kind == TOKEN_WORD && g_ascii_strcasecmp(token->text, word) == 0;
}

/* Where they begin in this block, outside of all brackets; 0: nowhere. */
static void find_clauses(const Parser *p, guint *ret_start, guint *ret_connect)
{
	int depth = 0;

	*ret_start = *ret_connect = 0;
	for (guint at = p->at; at < p->tokens->len; at++) {
		const Token *token = &g_array_index(p->tokens, Token, at);

		if (token->kind == TOKEN_OPERATOR && strcmp(token->text, "(") == 0)
			depth++;
		if (token->kind == TOKEN_OPERATOR && strcmp(token->text, ")") == 0 && depth-- == 0)
			return;
		if (depth > 0)
			continue;
		if (is_word_at(p, at, "UNION") || is_word_at(p, at, "MINUS") ||
		    is_word_at(p, at, "INTERSECT") || is_word_at(p, at, "EXCEPT"))
			return;
		if (is_word_at(p, at, "CONNECT") && is_word_at(p, at + 1, "BY"))
			*ret_connect = at;
		if (is_word_at(p, at, "START") && is_word_at(p, at + 1, "WITH"))
			*ret_start = at;
	}
}

static char *parse_text(Parser *p)
{
	g_autoptr(Piece) piece = ferry_expr_parse_expression(p);

	if (!piece || !ferry_expr_make_condition(p, piece))
		return NULL;
	return g_strdup(piece->text);
}

/* The condition between a row, called below, and the one above it. */
static char *parse_condition(Parser *p, char *below, const char *above)
{
	ViewTree *tree = p->view->scope->tree;
	char *name = tree->item->name, *text;

	p->at = tree->condition_at;
	tree->item->name = below;
	tree->above = above;
	text = parse_text(p);
	tree->item->name = name;
	tree->above = NULL;
	return text;
}

static bool parse_start(Parser *p, guint at, guint *end)
{
	ViewTree *tree = p->view->scope->tree;

	p->at = at + 2;
	tree->is_inner = true;
	tree->start = parse_text(p);
	tree->is_inner = false;
	*end = MAX(*end, p->at);
	return tree->start != NULL;
}

static bool parse_connect(Parser *p, guint at, guint *end)
{
	ViewTree *tree = p->view->scope->tree;

	tree->condition_at = at + 2;
	if (is_word_at(p, at + 2, "NOCYCLE"))
		return ferry_expr_refuse(p, "CONNECT BY NOCYCLE: write it as WITH RECURSIVE … CYCLE") != NULL;
	tree->condition = parse_condition(p, tree->item->name, PRIOR);
	*end = MAX(*end, p->at);
	ferry_expr_add_remark(p, "CONNECT BY becomes a recursive query: a loop among the rows, where the "
				 "source fails, has no end in the target");
	return tree->condition != NULL;
}

bool ferry_view_parse_tree(Parser *p, guint *ret_begin, guint *ret_end)
{
	ViewScope *scope = p->view->scope;
	guint at = p->at, start, connect, end = 0;

	*ret_begin = *ret_end = 0;
	find_clauses(p, &start, &connect);
	if (!connect)
		return !start || ferry_expr_refuse(p, "START WITH without CONNECT BY") != NULL;
	if (scope->items->len != 1)
		return ferry_expr_refuse(p, "CONNECT BY over several tables") != NULL;
	scope->tree = g_new0(ViewTree, 1);
	scope->tree->item = scope->items->pdata[0];
	scope->tree->siblings = g_string_new(NULL);
	scope->tree->extras = g_ptr_array_new_with_free_func(extra_free);
	if ((start && !parse_start(p, start, &end)) || !parse_connect(p, connect, &end))
		return false;
	p->at = at;
	*ret_begin = start && start < connect ? start : connect;
	*ret_end = end;
	return true;
}

bool ferry_view_parse_siblings(Parser *p)
{
	ViewTree *tree = p->view->scope->tree;
	bool is_ok;

	if (!tree)
		return ferry_expr_refuse(p, "ORDER SIBLINGS BY without CONNECT BY") != NULL;
	tree->is_inner = true;
	is_ok = ferry_view_parse_order(p, tree->siblings, NULL, false);
	tree->is_inner = false;
	return is_ok;
}

/* ---- what the list may ask for ---- */

/* A column of the tree's table as of the row above. */
static Piece *parse_column_of(Parser *p, char *row, const char *word)
{
	ViewItem *item = p->view->scope->tree->item;
	char *name = item->name;
	Piece *piece;

	item->name = row;
	piece = ferry_view_parse_column(p);
	item->name = name;
	if (!piece && !p->reason)
		ferry_expr_refuse(p, "%s before %s, which is no column", word, ferry_expr_peek(p)->text);
	return piece;
}

/* Takes the texts. As what the list calls it, of piece's kind. */
static Piece *carry(Parser *p, char *first, char *next, const Piece *piece)
{
	ViewTree *tree = p->view->scope->tree;
	Extra *extra = g_new0(Extra, 1);
	Piece *carried = ferry_expr_piece_new(piece->kind, LEVEL_ATOM, "%s.ferry_%u", tree->item->name,
					      tree->extras->len + 1);

	extra->first = first;
	extra->next = next;
	g_ptr_array_add(tree->extras, extra);
	carried->is_narrow = piece->is_narrow;
	carried->is_padded = piece->is_padded;
	carried->is_date = piece->is_date;
	return carried;
}

/* In the list the roots have none. Both branches are a CASE, so that both are of one type. */
static Piece *parse_prior(Parser *p)
{
	ViewTree *tree = p->view->scope->tree;
	guint at = ++p->at;
	g_autoptr(Piece) above = parse_column_of(p, (char *)(tree->above ? tree->above : PRIOR), "PRIOR");

	if (!above || tree->above)
		return g_steal_pointer(&above);
	p->at = at;
	g_autoptr(Piece) own = parse_column_of(p, tree->item->name, "PRIOR");
	return own ? carry(p, g_strdup_printf("CASE WHEN FALSE THEN %s END", own->text),
			   g_strdup_printf("CASE WHEN TRUE THEN %s END", above->text), own)
		   : NULL;
}

static Piece *parse_root(Parser *p)
{
	ViewTree *tree = p->view->scope->tree;
	guint number = tree->extras->len + 1;

	p->at++;
	g_autoptr(Piece) own = parse_column_of(p, tree->item->name, "CONNECT_BY_ROOT");
	return own ? carry(p, g_strdup(own->text), g_strdup_printf(PRIOR ".ferry_%u", number), own) : NULL;
}

/* SYS_CONNECT_BY_PATH(column, '/') */
static Piece *parse_path(Parser *p)
{
	guint number = p->view->scope->tree->extras->len + 1;
	g_autoptr(Piece) piece = NULL, separator = NULL;

	p->at += 2;
	piece = ferry_expr_parse_expression(p);
	if (!piece || !ferry_expr_expect_operator(p, ","))
		return NULL;
	separator = ferry_expr_parse_expression(p);
	if (!separator || !ferry_expr_expect_operator(p, ")"))
		return NULL;
	if (!separator->literal || piece->is_padded || (piece->kind != KIND_TEXT && piece->kind != KIND_INT))
		return ferry_expr_refuse(p, "SYS_CONNECT_BY_PATH of %s", ferry_expr_kind_name(piece->kind));
	g_autofree char *part =
		g_strdup_printf("%s || coalesce(CAST(%s AS text), '')", separator->text, piece->text);
	const Piece text = {.kind = KIND_TEXT};
	return carry(p, g_strdup_printf("CAST(%s AS text)", part),
		     g_strdup_printf(PRIOR ".ferry_%u || %s", number, part), &text);
}

static Piece *parse_is_leaf(Parser *p)
{
	ViewTree *tree = p->view->scope->tree;
	guint behind = p->at + 1;
	g_autofree char *own = g_strdup(tree->item->name), *child = g_strdup(CHILD);
	g_autofree char *condition = parse_condition(p, child, own);

	p->at = behind;
	if (!condition)
		return NULL;
	return ferry_expr_piece_new(KIND_INT, LEVEL_ATOM,
				    "CASE WHEN EXISTS (SELECT 1 FROM %s AS " CHILD
				    " WHERE %s) THEN 0 ELSE 1 END",
				    tree->item->base, condition);
}

static Piece *parse_level(Parser *p)
{
	const ViewTree *tree = p->view->scope->tree;
	Piece *piece =
		tree->above ? ferry_expr_piece_new(KIND_INT, LEVEL_ADD, "%s.ferry_level + 1", tree->above)
			    : ferry_expr_piece_new(KIND_INT, LEVEL_ATOM, "%s.ferry_level", tree->item->name);

	p->at++;
	piece->is_narrow = true;
	return piece;
}

Piece *ferry_view_parse_tree_atom(Parser *p, const char *lower)
{
	const ViewTree *tree = p->view->scope->tree;
	static const struct {
		const char *word;
		Piece *(*parse)(Parser *p);
		bool in_condition;
	} words[] = {
		{"level", parse_level, true},
		{"prior", parse_prior, true},
		{"connect_by_root", parse_root, false},
		{"sys_connect_by_path", parse_path, false},
		{"connect_by_isleaf", parse_is_leaf, false},
	};

	for (size_t i = 0; tree && i < G_N_ELEMENTS(words); i++) {
		if (strcmp(words[i].word, lower) != 0)
			continue;
		if (tree->is_inner || (tree->above && !words[i].in_condition))
			return ferry_expr_refuse(p, "%s within a clause of CONNECT BY", words[i].word);
		return words[i].parse(p);
	}
	return NULL;
}

/* ---- FROM ---- */

static void append_columns(GString *out, const ViewItem *item)
{
	for (guint i = 0; i < item->columns->len; i++) {
		const FerryViewColumn *column = item->columns->pdata[i];
		g_autofree char *quoted = column->target ? ferry_view_quote(column->target) : NULL;

		if (quoted)
			g_string_append_printf(out, "%s.%s, ", item->name, quoted);
	}
}

static void append_extras(GString *out, const ViewTree *tree, bool is_first)
{
	for (guint i = 0; i < tree->extras->len; i++) {
		const Extra *extra = tree->extras->pdata[i];

		g_string_append_printf(out, ", %s AS ferry_%u", is_first ? extra->first : extra->next, i + 1);
	}
}

void ferry_view_write_tree(const ViewTree *tree, GString *from)
{
	const char *order = tree->siblings->str;

	g_string_assign(from, "(WITH RECURSIVE ferry_tree AS (SELECT ");
	append_columns(from, tree->item);
	g_string_append_printf(from, "1 AS ferry_level, ARRAY[row_number() OVER (%s)] AS ferry_order", order);
	append_extras(from, tree, true);
	g_string_append_printf(from, " FROM %s%s%s UNION ALL SELECT ", tree->item->sql,
			       tree->start ? " WHERE " : "", tree->start ? tree->start : "");
	append_columns(from, tree->item);
	g_string_append_printf(
		from, PRIOR ".ferry_level + 1, " PRIOR ".ferry_order || row_number() OVER (%s)", order);
	append_extras(from, tree, false);
	g_string_append_printf(from,
			       " FROM ferry_tree AS " PRIOR " JOIN %s ON %s) SELECT * FROM ferry_tree "
			       "ORDER BY ferry_order) AS %s",
			       tree->item->sql, tree->condition, tree->item->name);
}
