/*
 * Comparing two databases: pairs tables and columns, hands each pair to its part, and puts the issues in
 * order. See compare.h.
 */
#include "mapping/compare_internal.h"

#include <stdarg.h>
#include <string.h>

const char *const ferry_compare_mode_words[] = {"full", "names", NULL};

const char *ferry_issue_severity_name(FerryIssueSeverity severity)
{
	static const char *const names[] = {"info", "warning", "error"};

	return names[severity];
}

const char *ferry_issue_verdict_name(FerryIssueVerdict verdict)
{
	static const char *const names[] = {"missing",    "extra", "different",
					    "equivalent", "lossy", "incompatible"};

	return names[verdict];
}

static void free_issue(gpointer data)
{
	FerryIssue *issue = data;

	g_free(issue->kind);
	g_free(issue->table);
	g_free(issue->object);
	g_free(issue->column);
	g_free(issue->reason);
	g_free(issue->suggestion);
	g_free(issue);
}

void ferry_compare_result_free(FerryCompareResult *result)
{
	if (!result)
		return;
	g_ptr_array_unref(result->issues);
	g_free(result);
}

FerryIssue *ferry_compare_add(FerryComparer *c, FerryIssueSeverity severity, FerryIssueVerdict verdict,
			      const char *kind, const FerryTable *table, const char *object,
			      const char *column, const char *format, ...)
{
	FerryIssue *issue = g_new0(FerryIssue, 1);
	va_list args;

	issue->severity = severity;
	issue->verdict = verdict;
	issue->kind = g_strdup(kind);
	issue->table = table ? ferry_table_display_name(table) : NULL;
	issue->object = object ? g_strdup(object) : g_strdup(issue->table);
	issue->column = g_strdup(column);
	va_start(args, format);
	issue->reason = g_strdup_vprintf(format, args);
	va_end(args);
	g_ptr_array_add(c->result->issues, issue);
	c->result->counts[severity]++;
	return issue;
}

/* ---- columns ---- */

static void report_missing_column(FerryComparer *c, const FerryTablePair *pair, const FerryColumnDef *wanted)
{
	FerryIssue *issue = ferry_compare_add(
		c, FERRY_ISSUE_ERROR, FERRY_ISSUE_MISSING, "column", pair->actual, NULL, wanted->name,
		"the target has no column for it (%s)", wanted->native_type ? wanted->native_type : "?");

	issue->suggestion = ferry_suggest_column(c, pair->actual, wanted);
}

static bool needs_value(const FerryTable *table, const FerryColumnDef *column)
{
	return (column->not_null || ferry_compare_in_key(table, column->name)) &&
	       column->default_kind == FERRY_DEFAULT_NONE && column->identity == FERRY_IDENTITY_NONE &&
	       column->generated == FERRY_GENERATED_NONE;
}

static void report_extra_column(FerryComparer *c, const FerryTablePair *pair, const FerryColumnDef *actual)
{
	FerryIssue *issue;

	if (c->result->mode == FERRY_COMPARE_NAMES || !needs_value(pair->actual, actual)) {
		ferry_compare_add(c, FERRY_ISSUE_INFO, FERRY_ISSUE_EXTRA, "column", pair->actual, NULL,
				  actual->name, "the source has no such column");
		return;
	}
	issue = ferry_compare_add(
		c, FERRY_ISSUE_ERROR, FERRY_ISSUE_EXTRA, "column", pair->actual, NULL, actual->name,
		"the source has no such column, and the target demands a value: it is NOT NULL "
		"without a default");
	if (!ferry_compare_in_key(pair->actual, actual->name))
		issue->suggestion = ferry_suggest_alter(c, pair->actual, actual->name, "DROP NOT NULL");
}

static void compare_order(FerryComparer *c, const FerryTablePair *pair)
{
	int last = -1;

	for (guint i = 0; i < pair->wanted->columns->len; i++) {
		const FerryColumnDef *actual =
			g_hash_table_lookup(pair->columns, pair->wanted->columns->pdata[i]);
		int at = actual ? ferry_table_column_index(pair->actual, actual->name) : last;

		if (at < last) {
			ferry_compare_add(c, FERRY_ISSUE_INFO, FERRY_ISSUE_DIFFERENT, "order", pair->actual,
					  NULL, actual->name, "the columns stand in another order");
			return;
		}
		last = at;
	}
}

static void compare_columns(FerryComparer *c, FerryTablePair *pair)
{
	g_autoptr(GHashTable) used = g_hash_table_new(NULL, NULL);

	for (guint i = 0; i < pair->wanted->columns->len; i++) {
		FerryColumnDef *wanted = pair->wanted->columns->pdata[i];
		FerryColumnDef *actual = ferry_table_find_column_loosely(pair->actual, wanted->name);

		if (!actual || !g_hash_table_add(used, actual))
			report_missing_column(c, pair, wanted);
		else
			g_hash_table_insert(pair->columns, wanted, actual);
	}
	for (guint i = 0; i < pair->actual->columns->len; i++)
		if (!g_hash_table_contains(used, pair->actual->columns->pdata[i]))
			report_extra_column(c, pair, pair->actual->columns->pdata[i]);
}

static void compare_table(FerryComparer *c, const FerryTablePlan *plan, const FerryTable *actual)
{
	FerryTablePair pair = {.plan = plan, .wanted = plan->target, .actual = actual};

	pair.columns = g_hash_table_new(NULL, NULL);
	compare_columns(c, &pair);
	if (c->result->mode == FERRY_COMPARE_FULL) {
		for (guint i = 0; i < pair.wanted->columns->len; i++) {
			const FerryColumnDef *wanted = pair.wanted->columns->pdata[i];
			const FerryColumnDef *found = g_hash_table_lookup(pair.columns, wanted);

			if (found)
				ferry_compare_column(c, &pair, wanted, found);
		}
		compare_order(c, &pair);
		ferry_compare_keys(c, &pair);
		ferry_compare_foreign_keys(c, &pair);
		ferry_compare_checks(c, &pair);
	}
	g_hash_table_unref(pair.columns);
}

/* ---- tables ---- */

static void pair_tables(FerryComparer *c, GHashTable *used)
{
	for (guint i = 0; i < c->plan->tables->len; i++) {
		const FerryTablePlan *plan = c->plan->tables->pdata[i];
		FerryTable *actual = ferry_table_names_find_loosely(c->actual_names, plan->target->schema,
								    plan->target->name, true);
		FerryIssue *issue;

		if (actual && g_hash_table_add(used, actual)) {
			g_hash_table_insert(c->pairs, plan->target, actual);
			continue;
		}
		issue = ferry_compare_add(c, FERRY_ISSUE_ERROR, FERRY_ISSUE_MISSING, "table", plan->target,
					  NULL, NULL, "the target has no such table");
		issue->suggestion = ferry_suggest_table(c, plan->target);
	}
}

bool ferry_compare_is_whole(const FerryProject *project)
{
	return !project ||
	       ((!project->include || !project->include[0]) && (!project->exclude || !project->exclude[0]));
}

static void report_extra_tables(FerryComparer *c, GHashTable *used)
{
	for (guint i = 0; ferry_compare_is_whole(c->plan->project) && i < c->actual->tables->len; i++)
		if (!g_hash_table_contains(used, c->actual->tables->pdata[i]))
			ferry_compare_add(c, FERRY_ISSUE_INFO, FERRY_ISSUE_EXTRA, "table",
					  c->actual->tables->pdata[i], NULL, NULL,
					  "the source has no such table");
}

/* ---- order ---- */

/* Worst issue of each table, so that whole tables can be ordered. */
static GHashTable *rank_tables(const GPtrArray *issues)
{
	GHashTable *worst = g_hash_table_new(g_str_hash, g_str_equal);

	for (guint i = 0; i < issues->len; i++) {
		const FerryIssue *issue = issues->pdata[i];
		const char *key = issue->table ? issue->table : "";
		int rank = MAX(GPOINTER_TO_INT(g_hash_table_lookup(worst, key)), (int)issue->severity);

		g_hash_table_insert(worst, (gpointer)key, GINT_TO_POINTER(rank));
	}
	return worst;
}

static int compare_issues(gconstpointer a, gconstpointer b, gpointer data)
{
	const FerryIssue *x = *(FerryIssue *const *)a, *y = *(FerryIssue *const *)b;
	const char *x_table = x->table ? x->table : "", *y_table = y->table ? y->table : "";
	int x_rank = GPOINTER_TO_INT(g_hash_table_lookup(data, x_table)),
	    y_rank = GPOINTER_TO_INT(g_hash_table_lookup(data, y_table));

	if (x_rank != y_rank)
		return y_rank - x_rank;
	if (strcmp(x_table, y_table) != 0)
		return strcmp(x_table, y_table);
	return (int)y->severity - (int)x->severity;
}

FerryCompareResult *ferry_compare_catalogs(const FerryPlan *plan, const FerryCatalog *actual,
					   FerryCompareMode mode)
{
	FerryCompareResult *result = g_new0(FerryCompareResult, 1);
	FerryComparer c = {
		.plan = plan, .actual = actual, .target = plan->target_connector, .result = result};
	g_autoptr(GHashTable) used = g_hash_table_new(NULL, NULL);
	g_autoptr(GHashTable) worst = NULL;
	g_autoptr(FerryTableNames) wanted_names = ferry_table_names_new(plan->target),
				   actual_names = ferry_table_names_new(actual);

	c.wanted_names = wanted_names;
	c.actual_names = actual_names;
	result->mode = mode;
	result->issues = g_ptr_array_new_with_free_func(free_issue);
	result->n_tables = plan->tables->len;
	c.is_same_system = g_strcmp0(plan->source->connector, actual->connector) == 0;
	c.is_lax = c.target && c.target->caps.ignores_lengths;
	c.pairs = g_hash_table_new(NULL, NULL);
	pair_tables(&c, used);
	for (guint i = 0; i < plan->tables->len; i++) {
		const FerryTablePlan *table = plan->tables->pdata[i];
		const FerryTable *found = g_hash_table_lookup(c.pairs, table->target);

		if (found)
			compare_table(&c, table, found);
	}
	report_extra_tables(&c, used);
	ferry_compare_objects(&c);
	g_hash_table_unref(c.pairs);
	worst = rank_tables(result->issues);
	g_ptr_array_sort_with_data(result->issues, compare_issues, worst); /* stable */
	result->is_compatible = result->counts[FERRY_ISSUE_ERROR] == 0;
	return result;
}
