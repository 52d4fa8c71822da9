/*
 * The outcome of a comparison for people, grouped by table with the worst first, and for programs.
 */
#include "mapping/compare.h"

#include "data/json_out.h"

#include <string.h>

/* ---- text ---- */

static void append_issue(GString *out, const FerryIssue *issue)
{
	g_string_append_printf(out, "  %-8s%s", ferry_issue_severity_name(issue->severity), issue->kind);
	if (issue->column)
		g_string_append_printf(out, " %s", issue->column);
	else if (issue->object && g_strcmp0(issue->object, issue->table) != 0)
		g_string_append_printf(out, " %s", issue->object);
	if (issue->verdict != FERRY_ISSUE_DIFFERENT)
		g_string_append_printf(out, " %s", ferry_issue_verdict_name(issue->verdict));
	g_string_append_printf(out, ": %s\n", issue->reason);
	if (issue->suggestion) {
		g_autoptr(GString) sql = g_string_new(issue->suggestion);
		g_string_replace(sql, "\n", "\n            ", 0);
		g_string_append_printf(out, "            %s\n", sql->str);
	}
}

static void append_count(GString *out, guint n, const char *what)
{
	g_string_append_printf(out, "%u %s%s", n, what, n == 1 ? "" : "s");
}

static void append_verdict(GString *out, const FerryCompareResult *result)
{
	g_string_append(out, result->is_compatible ? "Compatible: " : "Not compatible: ");
	append_count(out, result->n_tables, "table");
	g_string_append(out, result->mode == FERRY_COMPARE_NAMES ? " compared by name, " : " compared, ");
	append_count(out, result->counts[FERRY_ISSUE_ERROR], "error");
	g_string_append(out, ", ");
	append_count(out, result->counts[FERRY_ISSUE_WARNING], "warning");
	g_string_append_printf(out, ", %u of interest\n", result->counts[FERRY_ISSUE_INFO]);
}

char *ferry_compare_to_text(const FerryCompareResult *result)
{
	GString *out = g_string_new(NULL);
	const char *last = "";

	for (guint i = 0; i < result->issues->len; i++) {
		const FerryIssue *issue = result->issues->pdata[i];
		const char *title = issue->table ? issue->table : "beside the tables";

		if (strcmp(title, last) != 0)
			g_string_append_printf(out, "%s%s\n", i ? "\n" : "", title);
		last = title;
		append_issue(out, issue);
	}
	if (result->issues->len)
		g_string_append_c(out, '\n');
	append_verdict(out, result);
	return g_string_free(out, FALSE);
}

/* ---- JSON ---- */

static json_t *issue_json(gconstpointer item)
{
	const FerryIssue *issue = item;
	json_t *node = json_object();

	ferry_json_set(node, "severity", ferry_json_text(ferry_issue_severity_name(issue->severity)));
	ferry_json_set(node, "verdict", ferry_json_text(ferry_issue_verdict_name(issue->verdict)));
	ferry_json_set(node, "kind", ferry_json_text(issue->kind));
	ferry_json_set(node, "table", ferry_json_text(issue->table));
	ferry_json_set(node, "object", ferry_json_text(issue->object));
	ferry_json_set(node, "column", ferry_json_text(issue->column));
	ferry_json_set(node, "reason", ferry_json_text(issue->reason));
	ferry_json_set(node, "suggestion", ferry_json_text(issue->suggestion));
	return node;
}

static json_t *database_json(const FerryCatalog *catalog)
{
	json_t *node = json_object();

	ferry_json_set(node, "connector", ferry_json_text(catalog->connector));
	ferry_json_set(node, "product", ferry_json_text(catalog->product));
	ferry_json_set(node, "version", ferry_json_text(catalog->version));
	ferry_json_set(node, "database", ferry_json_text(catalog->database));
	return node;
}

char *ferry_compare_to_json(const FerryCompareResult *result, const FerryPlan *plan,
			    const FerryCatalog *actual)
{
	json_t *node = json_object(), *counts = json_object();

	ferry_json_set_int(counts, "error", result->counts[FERRY_ISSUE_ERROR]);
	ferry_json_set_int(counts, "warning", result->counts[FERRY_ISSUE_WARNING]);
	ferry_json_set_int(counts, "info", result->counts[FERRY_ISSUE_INFO]);
	ferry_json_set(node, "is_compatible", json_boolean(result->is_compatible));
	ferry_json_set(node, "mode", ferry_json_text(ferry_compare_mode_words[result->mode]));
	ferry_json_set(node, "source", database_json(plan->source));
	ferry_json_set(node, "target", database_json(actual));
	ferry_json_set_int(node, "tables", result->n_tables);
	ferry_json_set(node, "counts", counts);
	ferry_json_set(node, "issues", ferry_json_map(result->issues, issue_json));
	return ferry_json_dump(node);
}
