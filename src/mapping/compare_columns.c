/*
 * One column of both sides: type, nullability, default, what computes it.
 */
#include "mapping/compare_internal.h"

#include "data/value_text.h"

#include <string.h>

bool ferry_compare_in_key(const FerryTable *table, const char *column)
{
	for (guint i = 0; table->primary_key && i < table->primary_key->parts->len; i++)
		if (g_strcmp0(((FerryIndexPart *)table->primary_key->parts->pdata[i])->column, column) == 0)
			return true;
	return false;
}

static FerryIssue *add(FerryComparer *c, const FerryTablePair *pair, const FerryColumnDef *actual,
		       FerryIssueSeverity severity, const char *kind, const char *reason)
{
	return ferry_compare_add(c, severity, FERRY_ISSUE_DIFFERENT, kind, pair->actual, NULL, actual->name,
				 "%s", reason);
}

/* ---- types ---- */

/* The name that stands for the type in the system's own words. */
static const char *native_of(const FerryColumnDef *column)
{
	return column->user_type ? column->user_type : column->native_type ? column->native_type : "";
}

static bool has_label(char *const *labels, const char *label)
{
	return labels && g_strv_contains((const char *const *)labels, label);
}

/* Values of an enum travel as their labels. True: enums decided, nothing is left to be compared. */
static bool compare_labels(FerryComparer *c, const FerryTablePair *pair, const FerryColumnDef *wanted,
			   const FerryColumnDef *actual)
{
	g_autoptr(GString) absent = g_string_new(NULL);

	if (!wanted->labels && !actual->labels)
		return false;
	if (!actual->labels) /* text with a check is how targets without enums hold them */
		return wanted->enum_name == NULL && actual->type.id == wanted->type.id;
	if (!wanted->labels) {
		ferry_compare_add(c, FERRY_ISSUE_ERROR, FERRY_ISSUE_INCOMPATIBLE, "type", pair->actual, NULL,
				  actual->name, "%s → %s holds only its labels", native_of(wanted),
				  native_of(actual));
		return true;
	}
	for (size_t i = 0; wanted->labels[i]; i++)
		if (!has_label(actual->labels, wanted->labels[i]))
			g_string_append_printf(absent, "%s'%s'", absent->len ? ", " : "", wanted->labels[i]);
	if (absent->len)
		ferry_compare_add(c, FERRY_ISSUE_ERROR, FERRY_ISSUE_LOSSY, "type", pair->actual, NULL,
				  actual->name, "%s lacks the labels %s", native_of(actual), absent->str);
	return true;
}

static bool is_text_name(const char *native)
{
	static const char *const names[] = {"char", "text", "clob", "string", "name", "enum", "set", "long"};
	g_autofree char *lower = g_ascii_strdown(native, -1);

	for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
		if (strstr(lower, names[i]) && !strchr(lower, '['))
			return true;
	return *lower == '\0';
}

/* Types without a logical type of their own travel as text, so that two of them look alike here and are not.
 */
static bool judge_unlike(const FerryColumnDef *wanted, const FerryColumnDef *actual,
			 FerryTypesVerdict *verdict, bool *changes_kind, char **reason)
{
	bool is_text = is_text_name(native_of(actual));

	if (*verdict == FERRY_TYPES_INCOMPATIBLE || wanted->type.id != FERRY_TYPE_TEXT ||
	    actual->type.id != FERRY_TYPE_TEXT || (is_text && is_text_name(native_of(wanted))))
		return false;
	g_free(*reason);
	*verdict = is_text ? FERRY_TYPES_EQUIVALENT : FERRY_TYPES_INCOMPATIBLE;
	*changes_kind = true;
	*reason =
		g_strdup(is_text ? "holds the values as text" : "does not hold every text of the other type");
	return true;
}

static void report_type(FerryComparer *c, const FerryTablePair *pair, const FerryColumnDef *wanted,
			const FerryColumnDef *actual, FerryTypesVerdict verdict, bool changes_kind,
			const char *reason)
{
	static const FerryIssueVerdict verdicts[] = {
		[FERRY_TYPES_EQUAL] = FERRY_ISSUE_EQUIVALENT,
		[FERRY_TYPES_EQUIVALENT] = FERRY_ISSUE_EQUIVALENT,
		[FERRY_TYPES_LOSSY] = FERRY_ISSUE_LOSSY,
		[FERRY_TYPES_INCOMPATIBLE] = FERRY_ISSUE_INCOMPATIBLE,
	};
	FerryIssueSeverity severity = verdict >= FERRY_TYPES_LOSSY ? FERRY_ISSUE_ERROR
				      : changes_kind               ? FERRY_ISSUE_WARNING
								   : FERRY_ISSUE_INFO;
	FerryIssue *issue =
		ferry_compare_add(c, severity, verdicts[verdict], "type", pair->actual, NULL, actual->name,
				  "%s → %s %s", native_of(wanted), native_of(actual), reason);
	g_autofree char *what = g_strdup_printf("TYPE %s", native_of(wanted));

	if (severity != FERRY_ISSUE_INFO)
		issue->suggestion = ferry_suggest_alter(c, pair->actual, actual->name, what);
}

/* What the batches hold; an exact one (SQLite on both sides) says nothing about declarations. */
static FerryType type_of(const FerryTablePair *pair, const FerryColumnDef *wanted)
{
	if (wanted->type.is_exact)
		for (guint i = 0; i < pair->plan->columns->len; i++) {
			const FerryColumnPlan *column =
				&g_array_index(pair->plan->columns, FerryColumnPlan, i);

			if (column->target == wanted && column->source)
				return column->source->type;
		}
	return wanted->type;
}

static void compare_type(FerryComparer *c, const FerryTablePair *pair, const FerryColumnDef *wanted,
			 const FerryColumnDef *actual)
{
	g_autofree char *reason = NULL;
	FerryType from = type_of(pair, wanted);
	FerryTypesVerdict verdict;
	bool changes_kind;

	if (compare_labels(c, pair, wanted, actual) ||
	    ferry_compare_native_equal(native_of(wanted), native_of(actual)))
		return;
	verdict = ferry_compare_types(&from, &actual->type, c->is_lax, &changes_kind, &reason);
	if (c->is_same_system || wanted->user_type || actual->user_type)
		judge_unlike(wanted, actual, &verdict, &changes_kind, &reason);
	if (verdict == FERRY_TYPES_EQUAL && g_strcmp0(wanted->user_type, actual->user_type) != 0)
		report_type(c, pair, wanted, actual, verdict, true,
			    "holds the same values under other rules");
	else if (verdict != FERRY_TYPES_EQUAL)
		report_type(c, pair, wanted, actual, verdict, changes_kind, reason);
}

/* ---- nullability ---- */

static bool is_not_null(const FerryTable *table, const FerryColumnDef *column)
{
	return column->not_null || column->has_domain_not_null || ferry_compare_in_key(table, column->name);
}

static void compare_null(FerryComparer *c, const FerryTablePair *pair, const FerryColumnDef *wanted,
			 const FerryColumnDef *actual)
{
	bool wants = is_not_null(pair->wanted, wanted), has = is_not_null(pair->actual, actual);
	FerryIssue *issue;

	if (wants == has)
		return;
	issue = has ? add(c, pair, actual, FERRY_ISSUE_ERROR, "nullability",
			  "NOT NULL in the target, but not in the source")
		    : add(c, pair, actual, FERRY_ISSUE_WARNING, "nullability",
			  "NOT NULL in the source, but not in the target");
	if (!ferry_compare_in_key(pair->actual, actual->name))
		issue->suggestion = ferry_suggest_alter(c, pair->actual, actual->name,
							has ? "DROP NOT NULL" : "SET NOT NULL");
}

/* ---- defaults ---- */

static bool is_none(const FerryColumnDef *column)
{
	return column->default_kind == FERRY_DEFAULT_NONE || column->default_kind == FERRY_DEFAULT_NULL;
}

static bool same_number(const char *a, const char *b)
{
	double x, y;

	return ferry_parse_float64(a, strlen(a), &x) && ferry_parse_float64(b, strlen(b), &y) && x == y;
}

static bool same_bool(const char *a, const char *b)
{
	bool x, y;

	return ferry_parse_bool(a, strlen(a), &x) && ferry_parse_bool(b, strlen(b), &y) && x == y;
}

static bool same_moment(const char *a, const char *b)
{
	int64_t x, y;
	bool x_zone, y_zone;

	return ferry_parse_timestamp(a, strlen(a), &x, &x_zone) &&
	       ferry_parse_timestamp(b, strlen(b), &y, &y_zone) && x == y;
}

static bool same_literal(const FerryColumnDef *wanted, const char *a, const char *b)
{
	FerryTypeId id = wanted->type.id;

	if (strcmp(a, b) == 0)
		return true;
	if (id == FERRY_TYPE_BOOL)
		return same_bool(a, b);
	if (id >= FERRY_TYPE_INT8 && id <= FERRY_TYPE_DECIMAL)
		return same_number(a, b);
	if (id == FERRY_TYPE_TIMESTAMP || id == FERRY_TYPE_TIMESTAMPTZ)
		return same_moment(a, b);
	return ferry_compare_same_text(a, b);
}

static char *describe_default(const FerryColumnDef *column)
{
	static const char *const words[] = {
		[FERRY_DEFAULT_NONE] = "none",
		[FERRY_DEFAULT_NULL] = "NULL",
		[FERRY_DEFAULT_CURRENT_TIMESTAMP] = "the current timestamp",
		[FERRY_DEFAULT_CURRENT_DATE] = "the current date",
		[FERRY_DEFAULT_CURRENT_TIME] = "the current time",
		[FERRY_DEFAULT_UUID] = "a random uuid",
	};

	if (column->default_kind == FERRY_DEFAULT_LITERAL)
		return g_strdup_printf("'%s'", column->default_text ? column->default_text : "");
	if (column->default_kind == FERRY_DEFAULT_EXPRESSION)
		return g_strdup_printf("(%s)", column->default_text ? column->default_text : "");
	return g_strdup(words[column->default_kind]);
}

static bool same_default(const FerryColumnDef *wanted, const FerryColumnDef *actual)
{
	if (is_none(wanted) || is_none(actual))
		return is_none(wanted) && is_none(actual);
	if (wanted->default_kind == actual->default_kind && wanted->default_kind != FERRY_DEFAULT_LITERAL &&
	    wanted->default_kind != FERRY_DEFAULT_EXPRESSION)
		return true;
	if (!wanted->default_text || !actual->default_text)
		return false;
	return wanted->default_kind == FERRY_DEFAULT_EXPRESSION
		       ? ferry_compare_same_text(wanted->default_text, actual->default_text)
		       : same_literal(wanted, wanted->default_text, actual->default_text);
}

static void compare_default(FerryComparer *c, const FerryTablePair *pair, const FerryColumnDef *wanted,
			    const FerryColumnDef *actual)
{
	g_autofree char *wants = describe_default(wanted), *has = describe_default(actual);
	g_autofree char *reason = NULL;
	/* Words of two systems may mean the same; a default that is there on one side only never does. */
	bool may_be_same = !c->is_same_system && !is_none(wanted) && !is_none(actual) &&
			   wanted->default_kind != FERRY_DEFAULT_LITERAL;

	if (wanted->identity != FERRY_IDENTITY_NONE || actual->identity != FERRY_IDENTITY_NONE ||
	    same_default(wanted, actual))
		return;
	reason = g_strdup_printf("the default is %s in the target, %s wanted", has, wants);
	add(c, pair, actual, may_be_same ? FERRY_ISSUE_INFO : FERRY_ISSUE_WARNING, "default", reason);
}

/* ---- what computes the value ---- */

static void compare_generated(FerryComparer *c, const FerryTablePair *pair, const FerryColumnDef *wanted,
			      const FerryColumnDef *actual)
{
	bool wants = wanted->generated != FERRY_GENERATED_NONE,
	     has = actual->generated != FERRY_GENERATED_NONE;

	if (!wants && !has)
		return;
	if (wants != has)
		add(c, pair, actual, has ? FERRY_ISSUE_ERROR : FERRY_ISSUE_WARNING, "generated",
		    has ? "generated in the target: the source's values cannot be written"
			: "generated in the source, a plain column in the target");
	else if (!ferry_compare_same_text(wanted->generated_expression, actual->generated_expression))
		add(c, pair, actual, c->is_same_system ? FERRY_ISSUE_WARNING : FERRY_ISSUE_INFO, "generated",
		    c->is_same_system ? "generated by another expression"
				      : "the expression is spelled differently");
}

static void compare_identity(FerryComparer *c, const FerryTablePair *pair, const FerryColumnDef *wanted,
			     const FerryColumnDef *actual)
{
	bool wants = wanted->identity != FERRY_IDENTITY_NONE, has = actual->identity != FERRY_IDENTITY_NONE;

	if (wants && !has)
		add(c, pair, actual, FERRY_ISSUE_WARNING, "identity",
		    "new rows get no number by themselves in the target");
	else if (has && !wants)
		add(c, pair, actual, FERRY_ISSUE_INFO, "identity",
		    "new rows get a number by themselves in the target");
	else if (wants && wanted->has_identity_next && actual->has_identity_next &&
		 actual->identity_next < wanted->identity_next)
		ferry_compare_add(c, FERRY_ISSUE_INFO, FERRY_ISSUE_DIFFERENT, "identity", pair->actual, NULL,
				  actual->name,
				  "the next value is %" G_GINT64_FORMAT " in the target, %" G_GINT64_FORMAT
				  " in the source",
				  (gint64)actual->identity_next, (gint64)wanted->identity_next);
}

void ferry_compare_column(FerryComparer *c, const FerryTablePair *pair, const FerryColumnDef *wanted,
			  const FerryColumnDef *actual)
{
	compare_type(c, pair, wanted, actual);
	compare_null(c, pair, wanted, actual);
	compare_generated(c, pair, wanted, actual);
	if (wanted->generated == FERRY_GENERATED_NONE && actual->generated == FERRY_GENERATED_NONE)
		compare_default(c, pair, wanted, actual);
	compare_identity(c, pair, wanted, actual);
}
