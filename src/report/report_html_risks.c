/*
 * Risks: what a plan notes as lost or in need of a look. Notes that say the same of many objects are one line
 * with all of their names, so that a page about hundreds of tables can be read by people.
 */
#include "report/report_html.h"

#include "report/html_writer.h"

#define MAX_RISKS 200
#define MAX_NAMES 200 /* of one line; the others are counted */

/* Notes of the same severity, kind and text. */
typedef struct Risk {
	const FerryNote *first;
	GPtrArray *others; /* FerryNote, borrowed */
} Risk;

static void risk_free(gpointer data)
{
	Risk *risk = data;

	g_ptr_array_unref(risk->others);
	g_free(risk);
}

static GPtrArray *group(const FerryPlan *plan, FerrySeverity severity)
{
	GPtrArray *risks = g_ptr_array_new_with_free_func(risk_free);
	g_autoptr(GHashTable) known = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

	for (guint i = 0; i < plan->notes->len; i++) {
		const FerryNote *note = plan->notes->pdata[i];
		g_autofree char *key = g_strdup_printf("%s\n%s", note->kind, note->text);
		Risk *risk = g_hash_table_lookup(known, key);

		if (note->severity != severity)
			continue;
		if (risk) {
			g_ptr_array_add(risk->others, (gpointer)note);
			continue;
		}
		risk = g_new0(Risk, 1);
		risk->first = note;
		risk->others = g_ptr_array_new();
		g_ptr_array_add(risks, risk);
		g_hash_table_insert(known, g_steal_pointer(&key), risk);
	}
	return risks;
}

/* With the file that holds its text, where it was saved. */
static void append_name(GString *out, const FerryNote *note)
{
	ferry_html_text(out, note->object);
	if (!note->file)
		return;
	g_string_append(out, "<br><small>");
	ferry_html_text(out, note->file);
	g_string_append(out, "</small>");
}

static void append_names(GString *out, const Risk *risk)
{
	g_string_append(out, "<td class=\"name\">");
	append_name(out, risk->first);
	if (risk->others->len > 0) {
		g_string_append_printf(out, "<details><summary>and %u more</summary>", risk->others->len);
		for (guint i = 0; i < MIN(risk->others->len, MAX_NAMES); i++) {
			append_name(out, risk->others->pdata[i]);
			g_string_append(out, "<br>\n");
		}
		if (risk->others->len > MAX_NAMES)
			g_string_append_printf(out, "and %u more; \"ferry plan\" lists all",
					       risk->others->len - MAX_NAMES);
		g_string_append(out, "</details>");
	}
	g_string_append(out, "</td>");
}

static void append_severity(GString *out, const GPtrArray *risks, const char *level, const char *word,
			    guint *n_left)
{
	for (guint i = 0; i<risks->len && * n_left> 0; i++, (*n_left)--) {
		const Risk *risk = risks->pdata[i];

		g_string_append(out, "<tr><td>");
		ferry_html_badge(out, level, word);
		g_string_append(out, "</td>");
		ferry_html_element(out, "td", NULL, risk->first->kind);
		append_names(out, risk);
		ferry_html_element(out, "td", NULL, risk->first->text);
		g_string_append(out, "</tr>\n");
	}
}

void ferry_report_html_risks(GString *out, const FerryPlan *plan)
{
	static const char *const headers[] = {"Severity", "Kind", "Object", "What happens to it", NULL};
	g_autoptr(GPtrArray) losses = group(plan, FERRY_SEVERITY_LOSS),
			     looks = group(plan, FERRY_SEVERITY_WARNING);
	guint n = losses->len + looks->len, n_left = MAX_RISKS;

	ferry_html_section(
		out, "risks", "Risks",
		n ? "What is not converted, or behaves differently in the target. The worst come first."
		  : "None: everything is converted as it is.");
	if (n) {
		ferry_html_table(out, headers);
		append_severity(out, losses, "error", "loss", &n_left);
		append_severity(out, looks, "warning", "a look", &n_left);
		ferry_html_table_end(out);
	}
	if (n > MAX_RISKS)
		ferry_html_take(out, "p", "more",
				g_strdup_printf("and %u more; \"ferry plan\" lists all", n - MAX_RISKS));
	ferry_html_section_end(out);
}
