/* Queries: WITH, set operations, the whole; see view.h. */
#include "mapping/view_internal.h"

#include <string.h>

FerryViewColumn *ferry_view_column_new(const char *name, const char *target, int kind)
{
	FerryViewColumn *column = g_new0(FerryViewColumn, 1);

	column->name = g_strdup(name);
	column->target = g_strdup(target);
	column->kind = kind;
	return column;
}

void ferry_view_column_free(FerryViewColumn *column)
{
	if (!column)
		return;
	g_free(column->name);
	g_free(column->target);
	g_free(column->expression);
	g_free(column);
}

FerryViewColumn *ferry_view_column_copy(const FerryViewColumn *column)
{
	FerryViewColumn *copy = ferry_view_column_new(column->name, column->target, column->kind);

	copy->is_narrow = column->is_narrow;
	copy->is_padded = column->is_padded;
	copy->is_date = column->is_date;
	return copy;
}

static void relation_free(gpointer data)
{
	FerryViewRelation *relation = data;

	g_free(relation->sql);
	g_ptr_array_unref(relation->columns);
	g_free(relation);
}

bool ferry_view_at_query(const Parser *p)
{
	return ferry_expr_at_word(p, "SELECT") || ferry_expr_at_word(p, "WITH");
}

/* ---- WITH ---- */

/* (a, b) behind a name: they are called so. */
static bool rename_columns(Parser *p, GPtrArray *names, GPtrArray *columns)
{
	View *view = p->view;

	if (names->len == 0)
		return true;
	if (names->len != columns->len) {
		ferry_expr_refuse(p, "a WITH with %u names for %u columns", names->len, columns->len);
		return false;
	}
	for (guint i = 0; i < names->len; i++) {
		FerryViewColumn *column = columns->pdata[i];

		g_free(column->name);
		g_free(column->target);
		column->name = g_strdup(names->pdata[i]);
		column->target = view->context->spell(column->name, view->context->data);
	}
	return true;
}

static bool parse_names(Parser *p, GPtrArray *names)
{
	if (!ferry_expr_accept_operator(p, "("))
		return true;
	do {
		g_ptr_array_add(names, ferry_view_fold(ferry_expr_peek(p)));
		p->at++;
	} while (ferry_expr_accept_operator(p, ","));
	return ferry_expr_expect_operator(p, ")");
}

static void append_names(GString *out, const GPtrArray *columns)
{
	for (guint i = 0; i < columns->len; i++) {
		const FerryViewColumn *column = columns->pdata[i];
		g_autofree char *quoted = ferry_view_quote(column->target ? column->target : "?");

		g_string_append_printf(out, "%s%s", i ? ", " : "", quoted);
	}
}

static bool parse_definition(Parser *p, const char *name, GString *body, GPtrArray **ret_columns)
{
	View *view = p->view;
	const char *before = view->defines;
	bool is_ok;

	view->defines = name;
	is_ok = ferry_expr_expect_word(p, "AS") && ferry_expr_expect_operator(p, "(") &&
		ferry_view_parse_query(p, body, ret_columns) && ferry_expr_expect_operator(p, ")");
	view->defines = before;
	return is_ok;
}

/* name [(a, b)] AS (query) */
static bool parse_common(Parser *p, GString *out, GPtrArray *made)
{
	View *view = p->view;
	g_autofree char *name = ferry_view_fold(ferry_expr_peek(p));
	g_autofree char *spelt = view->context->spell(name, view->context->data);
	g_autofree char *quoted = ferry_view_quote(spelt);
	g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free), columns = NULL;
	g_autoptr(GString) body = g_string_new(NULL);

	p->at++;
	if (g_hash_table_contains(view->with, name))
		return ferry_expr_refuse(p, "several WITH of one name, %s", name) != NULL;
	if (!parse_names(p, names) || !parse_definition(p, name, body, &columns) ||
	    !rename_columns(p, names, columns))
		return false;
	g_string_append_printf(out, "%s (", quoted);
	append_names(out, columns);
	g_string_append_printf(out, ") AS (%s)", body->str);
	FerryViewRelation *relation = g_new0(FerryViewRelation, 1);
	relation->sql = g_strdup(quoted);
	relation->columns = g_steal_pointer(&columns);
	g_ptr_array_add(made, g_strdup(name));
	g_hash_table_insert(view->with, g_steal_pointer(&name), relation);
	return true;
}

/* made: the names, which the query that follows may use. */
static bool parse_with(Parser *p, GString *out, GPtrArray *made)
{
	bool is_first = true;

	if (!ferry_expr_accept_word(p, "WITH"))
		return true;
	do {
		g_string_append(out, is_first ? "WITH " : ", ");
		is_first = false;
		if (!parse_common(p, out, made))
			return false;
	} while (ferry_expr_accept_operator(p, ","));
	g_string_append_c(out, ' ');
	return true;
}

/* ---- set operations ---- */

static const char *accept_set_operator(Parser *p)
{
	if (ferry_expr_accept_word(p, "UNION"))
		return ferry_expr_accept_word(p, "ALL") ? "UNION ALL" : "UNION";
	if (ferry_expr_accept_word(p, "INTERSECT"))
		return "INTERSECT";
	if (ferry_expr_accept_word(p, "MINUS") || ferry_expr_accept_word(p, "EXCEPT"))
		return "EXCEPT";
	return NULL;
}

static bool at_set_operator(const Parser *p)
{
	return ferry_expr_at_word(p, "UNION") || ferry_expr_at_word(p, "INTERSECT") ||
	       ferry_expr_at_word(p, "MINUS") || ferry_expr_at_word(p, "EXCEPT");
}

static bool is_open(int kind)
{
	return kind == KIND_UNKNOWN || kind == KIND_NULL;
}

static bool is_plain_text(const FerryViewColumn *column)
{
	return column->kind == KIND_TEXT && !column->is_padded && !column->is_literal;
}

static bool combine_kinds(Parser *p, GPtrArray *columns, const GPtrArray *others)
{
	if (columns->len != others->len) {
		ferry_expr_refuse(p, "a set operation of %u and %u columns", columns->len, others->len);
		return false;
	}
	for (guint i = 0; i < columns->len; i++) {
		FerryViewColumn *column = columns->pdata[i];
		const FerryViewColumn *other = others->pdata[i];

		if ((column->is_padded && is_plain_text(other)) ||
		    (other->is_padded && is_plain_text(column)))
			return ferry_expr_refuse(p, "a CHAR meets a VARCHAR2 in one column of a set "
						    "operation, where the source keeps its blanks") != NULL;
		column->is_date = (column->is_date || is_open(column->kind)) &&
				  (other->is_date || is_open(other->kind));
		if (ferry_expr_is_kind_numeric(column->kind) && ferry_expr_is_kind_numeric(other->kind))
			column->kind = MAX(column->kind, other->kind);
		else if (is_open(column->kind))
			column->kind = other->kind;
		else if (column->kind != other->kind && !is_open(other->kind))
			column->kind = KIND_UNKNOWN;
		g_clear_pointer(&column->expression, g_free);
		column->is_narrow |= other->is_narrow;
		column->is_padded |= other->is_padded;
		column->is_literal &= other->is_literal;
	}
	return true;
}

/* A member in brackets, or a block; single: whether ORDER BY may still speak of its tables. */
static bool parse_member(Parser *p, GString *out, GPtrArray **ret_columns)
{
	ViewBlock block = {0};
	bool is_ok;

	if (ferry_expr_accept_operator(p, "(")) {
		g_string_append_c(out, '(');
		is_ok = ferry_view_parse_query(p, out, ret_columns) && ferry_expr_expect_operator(p, ")");
		g_string_append_c(out, ')');
		return is_ok;
	}
	is_ok = ferry_view_parse_block(p, &block);
	if (is_ok) {
		g_string_append_printf(out, block.has_limit ? "(%s)" : "%s", block.text->str);
		*ret_columns = g_steal_pointer(&block.columns);
	}
	ferry_view_block_clear(&block);
	return is_ok;
}

/* From left to right, as Oracle does it; PostgreSQL would do INTERSECT first. */
static bool parse_set(Parser *p, GString *text, GPtrArray *columns)
{
	const char *operator;

	while ((operator= accept_set_operator(p)) != NULL) {
		g_autoptr(GPtrArray) others = NULL;
		g_autoptr(GString) right = g_string_new(NULL);

		if (!parse_member(p, right, &others) || !combine_kinds(p, columns, others))
			return false;
		g_string_append_printf(text, " %s %s", operator, right->str);
		if (at_set_operator(p)) {
			g_string_prepend_c(text, '(');
			g_string_append_c(text, ')');
		}
	}
	return true;
}

/* One block, whose tables ORDER BY may speak of, unless a set operation follows. */
static bool parse_body(Parser *p, GString *out, GPtrArray **ret_columns, ViewBlock *block)
{
	g_autoptr(GString) text = g_string_new(NULL);

	if (ferry_expr_at_operator(p, "(")) {
		if (!parse_member(p, text, ret_columns))
			return false;
	} else {
		if (!ferry_view_parse_block(p, block))
			return false;
		*ret_columns = g_steal_pointer(&block->columns);
		g_string_append_printf(text, block->has_limit && at_set_operator(p) ? "(%s)" : "%s",
				       block->text->str);
	}
	if (at_set_operator(p)) {
		ferry_view_block_clear(block);
		if (!parse_set(p, text, *ret_columns))
			return false;
	}
	g_string_append(out, text->str);
	return true;
}

static bool parse_tail(Parser *p, GString *out, const GPtrArray *columns, const ViewBlock *block)
{
	View *view = p->view;
	bool is_ok = true;

	if (ferry_expr_accept_word(p, "ORDER")) {
		if (block->has_limit)
			return ferry_expr_refuse(p, "ROWNUM beside ORDER BY: the source counts rows before "
						    "it sorts them") != NULL;
		if (!ferry_expr_expect_word(p, "BY"))
			return false;
		ViewScope *before = view->scope;
		view->scope = block->scope ? block->scope : before;
		is_ok = ferry_view_parse_order(p, out, columns, block->scope && !block->is_distinct);
		view->scope = before;
	}
	if (is_ok && block->has_limit && (ferry_expr_at_word(p, "FETCH") || ferry_expr_at_word(p, "OFFSET")))
		return ferry_expr_refuse(p, "ROWNUM beside FETCH") != NULL;
	return is_ok && ferry_view_parse_fetch(p, out);
}

bool ferry_view_parse_query(Parser *p, GString *out, GPtrArray **ret_columns)
{
	ViewBlock block = {0};
	g_autoptr(GPtrArray) columns = NULL, made = g_ptr_array_new_with_free_func(g_free);
	bool is_ok;

	if (++p->depth > 50)
		return ferry_expr_refuse(p, "it is nested too deeply") != NULL;
	is_ok = parse_with(p, out, made) && parse_body(p, out, &columns, &block) &&
		parse_tail(p, out, columns, &block);
	ferry_view_block_clear(&block);
	for (guint i = 0; i < made->len; i++)
		g_hash_table_remove(p->view->with, made->pdata[i]);
	p->depth--;
	if (is_ok)
		*ret_columns = g_steal_pointer(&columns);
	return is_ok;
}

/* ---- the whole ---- */

/* WITH READ ONLY, WITH CHECK OPTION [CONSTRAINT name] */
static void parse_restriction(Parser *p)
{
	if (!ferry_expr_accept_word(p, "WITH"))
		return;
	if (ferry_expr_accept_word(p, "READ") && ferry_expr_accept_word(p, "ONLY")) {
		ferry_expr_add_remark(p, "WITH READ ONLY is left out: grant no more than SELECT on it");
	} else if (ferry_expr_accept_word(p, "CHECK") && ferry_expr_accept_word(p, "OPTION")) {
		if (ferry_expr_accept_word(p, "CONSTRAINT"))
			p->at++;
		ferry_expr_add_remark(
			p, "WITH CHECK OPTION is left out: rows beyond the view can be written through it");
	}
}

/* Names of columns are read by ferry_view_parse_atom(), before all else. */
static bool find_column(const char *name, FerryExpressionColumn *ret_column, gpointer data)
{
	return false;
}

char *ferry_view_translate(const char *query, const FerryViewContext *context, GPtrArray **ret_columns,
			   char **ret_remark, char **ret_reason)
{
	View view = {.context = context,
		     .with = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, relation_free)};
	FerryExpressionContext expressions = {
		.from = "oracle", .to = "postgres", .use = FERRY_USE_VIEW, .column = find_column};
	Parser p = {.context = &expressions, .from_oracle = true, .to_postgres = true, .view = &view};
	g_autoptr(GString) out = g_string_new(NULL);
	g_autoptr(GPtrArray) columns = NULL;
	bool is_ok = false;

	p.tokens = ferry_expression_lex(query, "oracle", ret_reason);
	if (p.tokens) {
		is_ok = ferry_view_parse_query(&p, out, &columns);
		if (is_ok)
			parse_restriction(&p);
		if (is_ok && ferry_expr_peek(&p)->kind != TOKEN_END)
			is_ok = ferry_expr_refuse(&p, "stopped at %s", ferry_expr_peek(&p)->text) != NULL;
		g_array_unref(p.tokens);
		if (!is_ok)
			*ret_reason = p.reason ? p.reason : g_strdup("it cannot be read");
	}
	g_hash_table_unref(view.with);
	if (!is_ok) {
		g_free(p.remark);
		return NULL;
	}
	*ret_remark = p.remark;
	*ret_columns = g_steal_pointer(&columns);
	return g_strdup(out->str);
}
