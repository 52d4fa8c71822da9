/*
 * Expressions into Oracle's words: the plain ones that checks, defaults and generated columns are mostly made
 * of. Comparisons, BETWEEN, IN, IS NULL, AND, OR, NOT, + - *, literals and columns; whatever else stands
 * there is refused by name. What is special to Oracle:
 *
 *     booleans are NUMBER(1), so a column that is a condition of its own becomes "C" = 1
 *     an empty text is NULL: no comparison with one is ever true
 *     CLOB, BLOB and what travels as text (times, intervals) can only be asked whether they are NULL
 *     moments are compared with moments: a literal becomes DATE '…' or TIMESTAMP '…'
 *     a check must not look at the clock
 *
 * The parser is a recursive descent over the tokens of expression_lex.h; a part is text in Oracle's dialect
 * and what it gives.
 */
#include "mapping/expression_to_oracle.h"

#include "data/value_text.h"
#include "mapping/expression_lex.h"

#include <string.h>

#define MAX_DEPTH 100

typedef enum {
	SORT_NULL,
	SORT_NUMBER,
	SORT_FLAG, /* a boolean: 0 and 1 */
	SORT_TEXT,
	SORT_DATE,
	SORT_MOMENT,
	SORT_CONDITION,
	SORT_OTHER /* nothing but IS NULL */
} Sort;

typedef struct Part {
	GString *text;
	Sort sort;
	bool is_atom;
	bool is_fraction; /* a number that may have decimals */
	char *literal;    /* of a text literal: its value */
} Part;

typedef struct Parser {
	const FerryExpressionContext *context;
	GArray *tokens;
	guint at, depth;
	char *reason, *remark;
} Parser;

static void part_free(Part *part)
{
	if (!part)
		return;
	g_string_free(part->text, TRUE);
	g_free(part->literal);
	g_free(part);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Part, part_free)

static Part *part_new(Sort sort, bool is_atom, const char *format, ...) G_GNUC_PRINTF(3, 4);

static Part *part_new(Sort sort, bool is_atom, const char *format, ...)
{
	Part *part = g_new0(Part, 1);
	va_list args;

	part->text = g_string_new(NULL);
	va_start(args, format);
	g_string_vprintf(part->text, format, args);
	va_end(args);
	part->sort = sort;
	part->is_atom = is_atom;
	return part;
}

static Part *refuse(Parser *p, const char *format, ...) G_GNUC_PRINTF(2, 3);

static Part *refuse(Parser *p, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	if (!p->reason)
		p->reason = g_strdup_vprintf(format, args);
	va_end(args);
	return NULL;
}

static void add_remark(Parser *p, const char *text)
{
	if (!p->remark)
		p->remark = g_strdup(text);
}

/* In brackets where it is more than one thing. */
static const char *operand(Part *part)
{
	if (!part->is_atom) {
		g_string_prepend_c(part->text, '(');
		g_string_append_c(part->text, ')');
		part->is_atom = true;
	}
	return part->text->str;
}

/* ---- tokens ---- */

static const Token *peek(const Parser *p, guint ahead)
{
	return &g_array_index(p->tokens, Token, MIN(p->at + ahead, p->tokens->len - 1));
}

static bool is_word(const Token *token, const char *word)
{
	return token->kind == TOKEN_WORD && g_ascii_strcasecmp(token->text, word) == 0;
}

static bool is_operator(const Token *token, const char *operator)
{
	return token->kind == TOKEN_OPERATOR && strcmp(token->text, operator) == 0;
}

static bool accept_word(Parser *p, const char *word)
{
	bool is_there = is_word(peek(p, 0), word);

	p->at += is_there;
	return is_there;
}

static bool accept(Parser *p, const char *operator)
{
	bool is_there = is_operator(peek(p, 0), operator);

	p->at += is_there;
	return is_there;
}

static bool expect(Parser *p, const char *operator)
{
	if (accept(p, operator))
		return true;
	refuse(p, "stopped at %s", peek(p, 0)->text);
	return false;
}

static Part *parse_or(Parser *p);
static Part *parse_sum(Parser *p);

/* ---- atoms ---- */

static void append_literal(GString *out, const char *text)
{
	g_string_append_c(out, '\'');
	for (; *text; text++) {
		if (*text == '\'')
			g_string_append_c(out, '\'');
		g_string_append_c(out, *text);
	}
	g_string_append_c(out, '\'');
}

static Part *text_literal(Parser *p, const char *value)
{
	Part *part;

	if (!*value)
		return refuse(p, "an empty text is NULL in the target");
	part = part_new(SORT_TEXT, true, "%s", "");
	append_literal(part->text, value);
	part->literal = g_strdup(value);
	return part;
}

/* A column of the target's that is a CLOB, BLOB or JSON, or holds another type's values as text. */
static Sort sort_of(const FerryExpressionColumn *column)
{
	const FerryType *type = column->target;

	if (!type || !column->source)
		return SORT_OTHER;
	switch (type->id) {
	case FERRY_TYPE_BOOL: return SORT_FLAG;
	case FERRY_TYPE_INT8:
	case FERRY_TYPE_INT16:
	case FERRY_TYPE_INT32:
	case FERRY_TYPE_INT64:
	case FERRY_TYPE_FLOAT32:
	case FERRY_TYPE_FLOAT64:
	case FERRY_TYPE_DECIMAL: return SORT_NUMBER;
	case FERRY_TYPE_TEXT:
		return column->source->id == FERRY_TYPE_TEXT && type->length > 0 && type->length <= 4000
			       ? SORT_TEXT
			       : SORT_OTHER;
	case FERRY_TYPE_DATE: return SORT_DATE;
	case FERRY_TYPE_TIMESTAMP: return SORT_MOMENT;
	default: return SORT_OTHER;
	}
}

static bool is_fraction(const FerryType *type)
{
	return type && (type->id == FERRY_TYPE_DECIMAL || type->id == FERRY_TYPE_FLOAT32 ||
			type->id == FERRY_TYPE_FLOAT64);
}

static Part *parse_column(Parser *p, const Token *token)
{
	FerryExpressionColumn column = {0};
	Part *part;

	if (!p->context->column(token->text, &column, p->context->data))
		return refuse(p, "%s is no column of the table", token->text);
	if (column.is_generated && p->context->use == FERRY_USE_GENERATED)
		return refuse(p, "it speaks of the generated column %s", token->text);
	part = part_new(sort_of(&column), true, "\"%s\"", column.name);
	part->is_fraction = is_fraction(column.target);
	return part;
}

static Part *parse_clock(Parser *p)
{
	static const char *const words[] = {"current_timestamp",     "now",          "localtimestamp",
					    "transaction_timestamp", "current_date", NULL};
	g_autofree char *word = g_ascii_strdown(peek(p, 0)->text, -1);
	bool has_brackets = is_operator(peek(p, 1), "(") && is_operator(peek(p, 2), ")");

	if (peek(p, 0)->kind != TOKEN_WORD || !g_strv_contains(words, word) ||
	    (strchr(word, '_') == NULL && !has_brackets && strcmp(word, "localtimestamp") != 0))
		return NULL;
	if (p->context->use != FERRY_USE_DEFAULT)
		return refuse(p, "it looks at the clock");
	p->at += has_brackets ? 3 : 1;
	return strcmp(word, "current_date") == 0 ? part_new(SORT_DATE, true, "TRUNC(SYSDATE)")
						 : part_new(SORT_MOMENT, true, "SYSTIMESTAMP");
}

static Part *parse_atom(Parser *p)
{
	const Token *token = peek(p, 0);
	Part *part;

	if (accept(p, "(")) {
		g_autoptr(Part) inner = parse_or(p);
		return inner && expect(p, ")") ? g_steal_pointer(&inner) : NULL;
	}
	if ((part = parse_clock(p)) || p->reason)
		return part;
	if (token->kind == TOKEN_WORD && is_operator(peek(p, 1), "("))
		return refuse(p, "the function %s", token->text);
	p->at++;
	if (token->kind == TOKEN_STRING)
		return text_literal(p, token->text);
	if (token->kind == TOKEN_NUMBER) {
		part = part_new(SORT_NUMBER, true, "%s", token->text);
		part->is_fraction = strpbrk(token->text, ".eE") != NULL;
		return part;
	}
	if (is_word(token, "NULL"))
		return part_new(SORT_NULL, true, "NULL");
	if (is_word(token, "TRUE") || is_word(token, "FALSE"))
		return part_new(SORT_FLAG, true, is_word(token, "TRUE") ? "1" : "0");
	if (is_word(token, "CASE") || is_word(token, "CAST"))
		return refuse(p, "%s", token->text);
	if (token->kind == TOKEN_WORD || token->kind == TOKEN_QUOTED)
		return parse_column(p, token);
	return refuse(p, "stopped at %s", token->text);
}

/* ---- casts ---- */

/* "character varying(20)", "text[]"; the words in one, without what is in brackets. */
static char *parse_type(Parser *p)
{
	GString *name = g_string_new(NULL);

	while (peek(p, 0)->kind == TOKEN_WORD && !is_word(peek(p, 0), "AND") && !is_word(peek(p, 0), "OR") &&
	       !is_word(peek(p, 0), "IS") && !is_word(peek(p, 0), "NOT") && !is_word(peek(p, 0), "IN") &&
	       !is_word(peek(p, 0), "BETWEEN") && !is_word(peek(p, 0), "LIKE"))
		g_string_append_printf(name, "%s%s", name->len ? " " : "",
				       g_array_index(p->tokens, Token, p->at++).text);
	if (is_operator(peek(p, 0), "(")) {
		while (peek(p, 0)->kind != TOKEN_END && !is_operator(peek(p, 0), ")"))
			p->at++;
		accept(p, ")");
	}
	if (is_operator(peek(p, 0), "[") && is_operator(peek(p, 1), "]"))
		p->at += 2;
	g_string_ascii_down(name);
	return g_string_free(name, FALSE);
}

/* What changes no value: a text to a text, a number to one of any digits, a literal to what it is compared
 * with. */
static bool is_idle_cast(const Part *part, const char *type)
{
	static const char *const texts[] = {"text",   "character varying", "varchar",
					    "bpchar", "character",         NULL};
	static const char *const numbers[] = {"numeric", "double precision", NULL};
	static const char *const integers[] = {"bigint", "integer", "smallint", NULL};
	static const char *const moments[] = {"date", "timestamp without time zone", "timestamp", NULL};

	if (g_strv_contains(texts, type))
		return part->sort == SORT_TEXT || part->sort == SORT_OTHER;
	if (g_strv_contains(numbers, type))
		return part->sort == SORT_NUMBER;
	if (g_strv_contains(integers, type))
		return part->sort == SORT_NUMBER && !part->is_fraction;
	if (g_strv_contains(moments, type))
		return part->literal != NULL ||
		       part->sort == (strcmp(type, "date") == 0 ? SORT_DATE : SORT_MOMENT);
	return part->sort == SORT_NULL;
}

static Part *parse_postfix(Parser *p)
{
	g_autoptr(Part) part = parse_atom(p);

	while (part && accept(p, "::")) {
		g_autofree char *type = parse_type(p);
		if (!is_idle_cast(part, type))
			return refuse(p, "the cast of %s to %s", part->text->str, type);
	}
	return g_steal_pointer(&part);
}

/* ---- arithmetic ---- */

static Part *parse_signed(Parser *p)
{
	g_autoptr(Part) part = NULL;

	if (!is_operator(peek(p, 0), "-") && !is_operator(peek(p, 0), "+"))
		return parse_postfix(p);
	bool is_minus = accept(p, "-");
	if (!is_minus)
		p->at++;
	if (++p->depth > MAX_DEPTH)
		return refuse(p, "it is nested too deeply");
	part = parse_signed(p);
	p->depth--;
	if (part && part->sort != SORT_NUMBER)
		return refuse(p, "a sign before %s", part->text->str);
	if (!part || !is_minus)
		return g_steal_pointer(&part);
	Part *negative = part_new(SORT_NUMBER, false, "-%s", operand(part));
	negative->is_fraction = part->is_fraction;
	return negative;
}

static Part *join(Parser *p, Part *left, const char *operator, Part * right)
{
	Part *joined;

	if (left->sort != SORT_NUMBER || right->sort != SORT_NUMBER)
		return refuse(p, "%s between %s and %s", operator, left->text->str, right->text->str);
	joined = part_new(SORT_NUMBER, false, "%s %s %s", operand(left), operator, operand(right));
	joined->is_fraction = left->is_fraction || right->is_fraction;
	return joined;
}

/* Sums and products differ in their operators only. */
static Part *parse_chain(Parser *p, const char *const *operators, Part *(*parse_operand)(Parser *))
{
	g_autoptr(Part) left = parse_operand(p);

	while (left) {
		g_autoptr(Part) right = NULL, before = NULL;
		const char *operator= NULL;

		for (size_t i = 0; !operator&& operators[i]; i++)
			if (accept(p, operators[i]))
				operator= operators[i];
		if (!operator)
			break;
		right = parse_operand(p);
		before = g_steal_pointer(&left);
		left = right ? join(p, before, operator, right) : NULL;
	}
	return g_steal_pointer(&left);
}

static Part *parse_product(Parser *p)
{
	static const char *const operators[] = {"*", NULL};

	return parse_chain(p, operators, parse_signed);
}

static Part *parse_sum(Parser *p)
{
	static const char *const operators[] = {"+", "-", NULL};

	return parse_chain(p, operators, parse_product);
}

/* ---- comparisons ---- */

/* A text literal beside something else becomes one of that sort. */
static bool adapt(Parser *p, Part *literal, Sort sort)
{
	const char *value = literal->literal;
	size_t len = strlen(value);
	int64_t moment;
	int32_t day;
	bool has_zone = false;

	if (sort == SORT_NUMBER && ferry_parse_decimal(value, len) && g_ascii_isdigit(value[len - 1])) {
		g_string_assign(literal->text, value);
	} else if ((sort == SORT_DATE || sort == SORT_MOMENT) && len == 10 &&
		   ferry_parse_date(value, len, &day)) {
		g_string_prepend(literal->text, "DATE ");
	} else if (sort == SORT_MOMENT && ferry_parse_timestamp(value, len, &moment, &has_zone) &&
		   !has_zone) {
		g_string_prepend(literal->text, "TIMESTAMP ");
	} else {
		refuse(p, "%s beside another type", literal->text->str);
		return false;
	}
	literal->sort = sort;
	g_clear_pointer(&literal->literal, g_free);
	return true;
}

static bool is_flag_number(const Part *part)
{
	return part->sort == SORT_NUMBER && (!strcmp(part->text->str, "0") || !strcmp(part->text->str, "1"));
}

static bool make_comparable(Parser *p, Part *left, Part *right, bool is_order)
{
	if (left->literal && right->sort != SORT_TEXT && !adapt(p, left, right->sort))
		return false;
	if (right->literal && left->sort != SORT_TEXT && !adapt(p, right, left->sort))
		return false;
	bool is_flag = (left->sort == SORT_FLAG || is_flag_number(left)) &&
		       (right->sort == SORT_FLAG || is_flag_number(right));
	bool is_moment = (left->sort == SORT_DATE || left->sort == SORT_MOMENT) &&
			 (right->sort == SORT_DATE || right->sort == SORT_MOMENT);
	bool is_same = left->sort == right->sort && left->sort != SORT_OTHER && left->sort != SORT_CONDITION;
	if (!(is_same || is_moment || (is_flag && !is_order)) || left->sort == SORT_NULL) {
		refuse(p, "%s is compared with %s", left->text->str, right->text->str);
		return false;
	}
	if (left->sort == SORT_TEXT && is_order)
		add_remark(p, "texts are ordered by bytes in the target");
	if (left->sort == SORT_TEXT && !is_order && strcmp(p->context->from, "mysql") == 0)
		add_remark(p, "texts are compared with regard to case in the target");
	return true;
}

static bool append_list(Parser *p, Part *left, const char *close, GString *list)
{
	do {
		g_autoptr(Part) element = parse_sum(p);

		if (!element || !make_comparable(p, left, element, false))
			return false;
		g_string_append_printf(list, "%s%s", list->len ? ", " : "", element->text->str);
	} while (accept(p, ","));
	return expect(p, close);
}

static Part *parse_in(Parser *p, Part *left, bool is_not, const char *close)
{
	g_autoptr(GString) list = g_string_new(NULL);

	if (!append_list(p, left, close, list))
		return NULL;
	return part_new(SORT_CONDITION, false, "%s%s IN (%s)", operand(left), is_not ? " NOT" : "",
			list->str);
}

/* PostgreSQL keeps x IN (1, 2) as x = ANY (ARRAY[1, 2]), with brackets and casts around. */
static Part *parse_any(Parser *p, Part *left, bool is_not)
{
	g_autoptr(Part) part = NULL;
	guint n_open = 0;

	while (accept(p, "("))
		n_open++;
	if (n_open == 0 || !accept_word(p, "ARRAY") || !accept(p, "["))
		return refuse(p, "stopped at %s", peek(p, 0)->text);
	part = parse_in(p, left, is_not, "]");
	while (part && n_open > 0) {
		if (accept(p, ")"))
			n_open--;
		else if (accept(p, "::"))
			g_free(parse_type(p));
		else
			return refuse(p, "stopped at %s", peek(p, 0)->text);
	}
	return g_steal_pointer(&part);
}

static Part *parse_between(Parser *p, Part *left, bool is_not)
{
	g_autoptr(Part) low = parse_sum(p);
	g_autoptr(Part) high = NULL;

	if (!low || !make_comparable(p, left, low, true))
		return NULL;
	if (!accept_word(p, "AND"))
		return refuse(p, "stopped at %s", peek(p, 0)->text);
	high = parse_sum(p);
	if (!high || !make_comparable(p, left, high, true))
		return NULL;
	return part_new(SORT_CONDITION, false, "%s%s BETWEEN %s AND %s", operand(left), is_not ? " NOT" : "",
			operand(low), operand(high));
}

static Part *parse_is(Parser *p, Part *left)
{
	bool is_not = accept_word(p, "NOT");

	if (!accept_word(p, "NULL"))
		return refuse(p, "stopped at %s", peek(p, 0)->text);
	if (left->sort == SORT_CONDITION)
		return refuse(p, "it asks whether a condition is NULL");
	if (left->sort == SORT_TEXT || left->sort == SORT_OTHER)
		add_remark(p, "an empty text is NULL in the target");
	return part_new(SORT_CONDITION, false, "%s IS%s NULL", operand(left), is_not ? " NOT" : "");
}

static Part *parse_comparison(Parser *p, Part *left, const char *operator)
{
	g_autoptr(Part) right = NULL;
	bool is_equal = strcmp(operator, "=") == 0, is_unequal = strcmp(operator, "<>") == 0;

	if (is_equal && accept_word(p, "ANY"))
		return parse_any(p, left, false);
	if (is_unequal && accept_word(p, "ALL"))
		return parse_any(p, left, true);
	right = parse_sum(p);
	if (!right || !make_comparable(p, left, right, !is_equal && !is_unequal))
		return NULL;
	return part_new(SORT_CONDITION, false, "%s %s %s", operand(left), operator, operand(right));
}

static Part *parse_predicate(Parser *p)
{
	static const struct {
		const char *from, *to;
	} operators[] = {{"=", "="},   {"==", "="},  {"<>", "<>"}, {"!=", "<>"},
			 {"<=", "<="}, {">=", ">="}, {"<", "<"},   {">", ">"}};
	g_autoptr(Part) left = parse_sum(p);

	if (!left)
		return NULL;
	for (size_t i = 0; i < G_N_ELEMENTS(operators); i++)
		if (accept(p, operators[i].from))
			return parse_comparison(p, left, operators[i].to);
	if (accept_word(p, "IS"))
		return parse_is(p, left);
	bool is_not =
		is_word(peek(p, 0), "NOT") && (is_word(peek(p, 1), "IN") || is_word(peek(p, 1), "BETWEEN"));
	p->at += is_not;
	if (accept_word(p, "IN"))
		return expect(p, "(") ? parse_in(p, left, is_not, ")") : NULL;
	if (accept_word(p, "BETWEEN"))
		return parse_between(p, left, is_not);
	return g_steal_pointer(&left);
}

/* ---- conditions ---- */

static bool make_condition(Parser *p, Part *part)
{
	if (part->sort == SORT_CONDITION)
		return true;
	if (part->sort != SORT_FLAG && part->sort != SORT_NUMBER) {
		refuse(p, "%s stands where a condition is needed", part->text->str);
		return false;
	}
	operand(part);
	g_string_append(part->text, part->sort == SORT_FLAG ? " = 1" : " <> 0");
	part->sort = SORT_CONDITION;
	part->is_atom = false;
	return true;
}

static Part *parse_not(Parser *p)
{
	g_autoptr(Part) part = NULL;

	if (!accept_word(p, "NOT"))
		return parse_predicate(p);
	if (++p->depth > MAX_DEPTH)
		return refuse(p, "it is nested too deeply");
	part = parse_not(p);
	p->depth--;
	if (!part || !make_condition(p, part))
		return NULL;
	return part_new(SORT_CONDITION, false, "NOT %s", operand(part));
}

static Part *parse_logic(Parser *p, const char *word, Part *(*parse_operand)(Parser *))
{
	g_autoptr(Part) left = parse_operand(p);

	while (left && accept_word(p, word)) {
		g_autoptr(Part) right = parse_operand(p), before = g_steal_pointer(&left);

		if (!right || !make_condition(p, before) || !make_condition(p, right))
			return NULL;
		left = part_new(SORT_CONDITION, false, "%s %s %s", operand(before), word, operand(right));
	}
	return g_steal_pointer(&left);
}

static Part *parse_and(Parser *p)
{
	return parse_logic(p, "AND", parse_not);
}

static Part *parse_or(Parser *p)
{
	Part *part;

	if (++p->depth > MAX_DEPTH)
		return refuse(p, "it is nested too deeply");
	part = parse_logic(p, "OR", parse_and);
	p->depth--;
	return part;
}

/* ---- the whole ---- */

static bool is_clock_type(FerryTypeId id)
{
	return id == FERRY_TYPE_DATE || id == FERRY_TYPE_TIMESTAMP || id == FERRY_TYPE_TIMESTAMPTZ;
}

/* A value for a column: numbers into numbers, rounded as the column's declaration says. */
static bool make_result(Parser *p, Part *part, const FerryType *type)
{
	bool is_number = type->id >= FERRY_TYPE_INT8 && type->id <= FERRY_TYPE_DECIMAL;

	if (part->literal && type->id == FERRY_TYPE_TEXT)
		return true;
	if (part->literal && is_number && !adapt(p, part, SORT_NUMBER))
		return false;
	if (part->sort == SORT_FLAG && type->id == FERRY_TYPE_BOOL)
		return true;
	if (p->context->use == FERRY_USE_DEFAULT && is_clock_type(type->id) &&
	    (part->sort == SORT_MOMENT || part->sort == SORT_DATE) && !part->literal)
		return true;
	if (part->sort != SORT_NUMBER || !is_number || (part->is_fraction && type->id < FERRY_TYPE_FLOAT32)) {
		refuse(p, "it gives another type than the column's");
		return false;
	}
	if (part->is_fraction && type->id == FERRY_TYPE_DECIMAL && type->precision > 0) {
		g_string_prepend(part->text, "ROUND(");
		g_string_append_printf(part->text, ", %d)", type->scale);
	}
	return true;
}

static bool finish(Parser *p, Part *part)
{
	const FerryExpressionContext *context = p->context;

	if (peek(p, 0)->kind != TOKEN_END) {
		refuse(p, "stopped at %s", peek(p, 0)->text);
		return false;
	}
	if (context->use == FERRY_USE_CHECK)
		return make_condition(p, part);
	if ((context->use == FERRY_USE_GENERATED || context->use == FERRY_USE_DEFAULT) && context->result)
		return make_result(p, part, context->result);
	refuse(p, "indexed expressions and conditions of indexes are not converted into Oracle's words");
	return false;
}

char *ferry_expression_to_oracle(const char *expression, const FerryExpressionContext *context,
				 char **ret_remark, char **ret_reason)
{
	Parser p = {.context = context};
	g_autoptr(Part) part = NULL;

	p.tokens = ferry_expression_lex(expression, context->from, ret_reason);
	if (!p.tokens)
		return NULL;
	part = parse_or(&p);
	if (part && !finish(&p, part))
		g_clear_pointer(&part, part_free);
	g_array_unref(p.tokens);
	if (!part) {
		g_free(p.remark);
		*ret_reason = p.reason ? p.reason : g_strdup("it cannot be read");
		return NULL;
	}
	g_free(p.reason);
	if (ret_remark)
		*ret_remark = p.remark;
	else
		g_free(p.remark);
	return g_strdup(part->text->str);
}
