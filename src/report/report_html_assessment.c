/*
 * What a migration means, from the plan alone: risks (report_html_risks.c), objects by kind, sizes, hours,
 * types. What a plan notes decides: an object with a loss is manual work, one with a warning needs a look,
 * all others are automatic.
 */
#include "report/report_html.h"

#include "report/html_writer.h"
#include "report/human.h"

#include <string.h>

#define MAX_SIZES 15
#define MAX_TYPES 60

static guint count_notes(const FerryPlan *plan, FerrySeverity severity)
{
	guint n = 0;

	for (guint i = 0; i < plan->notes->len; i++)
		n += ((FerryNote *)plan->notes->pdata[i])->severity == severity;
	return n;
}

/* ---- objects by kind ---- */

typedef struct Kind {
	guint total, look, manual;
	guint64 lines; /* of code */
} Kind;

static Kind *kind_of(GHashTable *kinds, GPtrArray *order, const char *name)
{
	Kind *kind = g_hash_table_lookup(kinds, name);

	if (!kind) {
		kind = g_new0(Kind, 1);
		g_hash_table_insert(kinds, g_strdup(name), kind);
		g_ptr_array_add(order, g_strdup(name));
	}
	return kind;
}

static guint64 count_lines(const FerryOther *other)
{
	guint64 n = other->definition && *other->definition;

	for (const char *c = other->definition; c && *c; c++)
		n += *c == '\n' && c[1];
	return n;
}

/* A default belongs to its column. */
static const char *kind_name(const char *kind)
{
	return strcmp(kind, "default") == 0 ? "column" : kind;
}

static void count_catalog(GHashTable *kinds, GPtrArray *order, const FerryPlan *plan)
{
	for (guint i = 0; i < plan->tables->len; i++) {
		const FerryTable *table = ((FerryTablePlan *)plan->tables->pdata[i])->source;
		kind_of(kinds, order, "table")->total++;
		kind_of(kinds, order, "column")->total += table->columns->len;
		if (table->indexes->len || table->primary_key)
			kind_of(kinds, order, "index")->total +=
				table->indexes->len + (table->primary_key != NULL);
		if (table->foreign_keys->len)
			kind_of(kinds, order, "foreign key")->total += table->foreign_keys->len;
		if (table->checks->len)
			kind_of(kinds, order, "check")->total += table->checks->len;
	}
	for (guint i = 0; i < plan->source->sequences->len; i++)
		kind_of(kinds, order, "sequence")->total++;
	for (guint i = 0; i < plan->source->enums->len; i++)
		kind_of(kinds, order, "enum")->total++;
	for (guint i = 0; i < plan->source->types->len; i++)
		kind_of(kinds, order,
			ferry_user_type_kind_name(((FerryUserType *)plan->source->types->pdata[i])->kind))
			->total++;
	for (guint i = 0; i < plan->source->others->len; i++) {
		const FerryOther *other = plan->source->others->pdata[i];
		Kind *kind = kind_of(kinds, order, other->kind);

		kind->total++;
		kind->lines += count_lines(other);
	}
}

/* Each object once, by its worst note; notes come worst first. */
static void count_notes_by_kind(GHashTable *kinds, GPtrArray *order, const FerryPlan *plan)
{
	g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

	for (guint i = 0; i < plan->notes->len; i++) {
		const FerryNote *note = plan->notes->pdata[i];
		const char *name = kind_name(note->kind);
		if (note->severity == FERRY_SEVERITY_INFO ||
		    !g_hash_table_add(seen, g_strdup_printf("%s %s", name, note->object ? note->object : "")))
			continue;
		Kind *kind = kind_of(kinds, order, name);
		if (note->severity == FERRY_SEVERITY_LOSS)
			kind->manual++;
		else
			kind->look++;
		kind->total = MAX(kind->total, kind->manual + kind->look);
	}
}

static void append_share(GString *out, const Kind *kind)
{
	guint automatic = kind->total - kind->look - kind->manual;
	const struct {
		const char *class;
		guint n;
	} parts[] = {{"good", automatic}, {"warn", kind->look}, {"bad", kind->manual}};
	double at = 0;

	g_string_append(
		out,
		"<td class=\"share\"><svg class=\"bar\" viewBox=\"0 0 100 10\" preserveAspectRatio=\"none\" "
		"aria-hidden=\"true\"><rect class=\"track\" width=\"100\" height=\"10\"/>");
	for (size_t i = 0; i < G_N_ELEMENTS(parts); i++) {
		char x[G_ASCII_DTOSTR_BUF_SIZE], width[G_ASCII_DTOSTR_BUF_SIZE];
		double share = kind->total ? 100.0 * parts[i].n / kind->total : 0;
		g_ascii_formatd(x, sizeof(x), "%.2f", at);
		g_ascii_formatd(width, sizeof(width), "%.2f", MAX(0, share - (at + share < 99.9 ? 0.6 : 0)));
		g_string_append_printf(out, "<rect class=\"%s\" x=\"%s\" width=\"%s\" height=\"10\"/>",
				       parts[i].class, x, width);
		at += share;
	}
	g_string_append(out, "</svg></td>");
}

static void append_kinds(GString *out, const FerryPlan *plan)
{
	static const char *const headers[] = {"Objects",       ">All",    ">Lines of code", ">Automatic",
					      ">Needs a look", ">Manual", "Share",          NULL};
	g_autoptr(GHashTable) kinds = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	g_autoptr(GPtrArray) order = g_ptr_array_new_with_free_func(g_free);

	count_catalog(kinds, order, plan);
	count_notes_by_kind(kinds, order, plan);
	ferry_html_section(out, "objects-by-kind", "Objects by kind",
			   "Automatic: converted as it is, or in a way that loses nothing. Needs a look: "
			   "behaves or looks different. "
			   "Manual: not converted, or with a loss.");
	ferry_html_table(out, headers);
	for (guint i = 0; i < order->len; i++) {
		const Kind *kind = g_hash_table_lookup(kinds, order->pdata[i]);
		g_string_append(out, "<tr>");
		ferry_html_element(out, "td", NULL, order->pdata[i]);
		ferry_html_take(out, "td", "num", ferry_human_count(kind->total));
		ferry_html_take(out, "td", "num",
				kind->lines ? ferry_human_count((gint64)kind->lines) : g_strdup(""));
		ferry_html_take(out, "td", "num", ferry_human_count(kind->total - kind->look - kind->manual));
		ferry_html_take(out, "td", "num", ferry_human_count(kind->look));
		ferry_html_take(out, "td", "num", ferry_human_count(kind->manual));
		append_share(out, kind);
		g_string_append(out, "</tr>\n");
	}
	ferry_html_table_end(out);
	ferry_html_section_end(out);
}

/* ---- hours ---- */

/* Hours that a person needs for one object of a kind: to write it anew (a loss), or to look at it (a
 * warning). */
typedef struct Rate {
	const char *kind;
	double loss, warning;
} Rate;

static const Rate rates[] = {
	{"procedure", 2, 0.5},       {"function", 2, 0.5},   {"trigger", 1, 0.5},
	{"event", 1, 0.5},           {"package", 0.5, 0.25}, {"package body", 4, 1},
	{"type body", 2, 0.5},       {"job", 0.5, 0.25},     {"database link", 1, 0.25},
	{"external table", 1, 0.25}, {"synonym", 0.1, 0.1},  {"grant", 0.05, 0.02},
	{"policy", 1, 0.5},          {"view", 0.5, 0.25},    {"materialized view", 1, 0.5},
	{"index", 0.25, 0.1},        {"check", 0.25, 0.1},   {"foreign key", 0.25, 0.1},
	{"default", 0.1, 0.1},       {"column", 0.25, 0.1},  {"table", 0.5, 0.1},
	{"sequence", 0.1, 0.1},
};
static const Rate other_rate = {NULL, 0.5, 0.1};

#define PLAIN_LINES   50   /* of code are in an object's rate */
#define LINES_AN_HOUR 50.0 /* of the lines beyond them */
#define SETUP_HOURS   1.0  /* accounts, network, a first look at this page */
#define TRIAL_HOURS   1.0  /* a trial run, and reading its report */
#define CUTOVER_HOURS 1.0  /* the run that counts, and moving the applications */
#define BYTES_AN_HOUR 50e9 /* what is waited for: about 14 MB/s, keys and verification included */

static const Rate *rate_of(const char *kind)
{
	for (size_t i = 0; i < G_N_ELEMENTS(rates); i++)
		if (strcmp(rates[i].kind, kind) == 0)
			return &rates[i];
	return &other_rate;
}

static double transfer_hours(const FerryPlan *plan)
{
	double bytes = 0;

	for (guint i = 0; i < plan->tables->len; i++) {
		const FerryTable *table = ((FerryTablePlan *)plan->tables->pdata[i])->source;
		bytes += table->est_bytes > 0 ? (double)table->est_bytes
					      : MAX(0, (double)table->est_rows) * 100;
	}
	return bytes / BYTES_AN_HOUR;
}

static double notes_hours(const FerryPlan *plan, FerrySeverity severity)
{
	double hours = 0;

	for (guint i = 0; i < plan->notes->len; i++) {
		const FerryNote *note = plan->notes->pdata[i];
		if (note->severity == severity)
			hours += severity == FERRY_SEVERITY_LOSS ? rate_of(note->kind)->loss
								 : rate_of(note->kind)->warning;
	}
	return hours;
}

/* Of long code that is to be written anew, beyond its rate. */
static double lines_hours(const FerryPlan *plan)
{
	double hours = 0;

	for (guint i = 0; i < plan->source->others->len; i++) {
		const FerryOther *other = plan->source->others->pdata[i];
		guint64 lines = other->is_converted ? 0 : count_lines(other);

		if (lines > PLAIN_LINES)
			hours += (double)(lines - PLAIN_LINES) / LINES_AN_HOUR;
	}
	return hours;
}

double ferry_report_estimate_hours(const FerryPlan *plan)
{
	return SETUP_HOURS + TRIAL_HOURS + CUTOVER_HOURS + lines_hours(plan) +
	       notes_hours(plan, FERRY_SEVERITY_LOSS) + notes_hours(plan, FERRY_SEVERITY_WARNING) +
	       2 * transfer_hours(plan);
}

static void append_hours(GString *out, const char *what, const char *why, double hours)
{
	g_string_append(out, "<tr>");
	ferry_html_element(out, "td", NULL, what);
	ferry_html_element(out, "td", NULL, why);
	ferry_html_take(out, "td", "num",
			hours > 0 && hours < 0.05 ? g_strdup("< 0.1") : g_strdup_printf("%.1f", hours));
	g_string_append(out, "</tr>\n");
}

static void append_estimate(GString *out, const FerryPlan *plan)
{
	static const char *const headers[] = {"Work", "Why", ">Hours", NULL};
	guint n_losses = count_notes(plan, FERRY_SEVERITY_LOSS),
	      n_looks = count_notes(plan, FERRY_SEVERITY_WARNING);
	double total = ferry_report_estimate_hours(plan);
	g_autofree char *losses =
		g_strdup_printf("%u to be written anew: a package body 4 h, a routine 2 h, a "
				"trigger 1 h, a view 30 min, a key, check or column 15 min each",
				n_losses);
	g_autofree char *looks = g_strdup_printf("%u to be looked at, 6 to 30 min each", n_looks);

	ferry_html_section(out, "estimate", "Hours",
			   "A simple model for planning, not a promise: what people do, and what they wait "
			   "for. Changes of applications "
			   "are not in it.");
	ferry_html_table(out, headers);
	append_hours(out, "Set-up", "accounts, network, reading this page", SETUP_HOURS);
	if (n_losses)
		append_hours(out, "Manual objects", losses, notes_hours(plan, FERRY_SEVERITY_LOSS));
	if (lines_hours(plan) > 0)
		append_hours(out, "Long code", "an hour for 50 lines beyond the first 50 of an object",
			     lines_hours(plan));
	if (n_looks)
		append_hours(out, "A look", looks, notes_hours(plan, FERRY_SEVERITY_WARNING));
	append_hours(out, "Trial run", "a copy, and reading its report", TRIAL_HOURS);
	append_hours(out, "Cut-over", "the copy that counts, and moving the applications to it",
		     CUTOVER_HOURS);
	append_hours(out, "Transfer", "two copies at 50 GB an hour, keys and verification included",
		     2 * transfer_hours(plan));
	g_string_append(out, "<tr class=\"total\">");
	ferry_html_element(out, "td", NULL, "Total");
	ferry_html_take(out, "td", NULL,
			g_strdup_printf("likely between %.0f and %.0f hours", total * 0.7, total * 1.6));
	ferry_html_take(out, "td", "num", g_strdup_printf("%.1f", total));
	g_string_append(out, "</tr>\n");
	ferry_html_table_end(out);
	ferry_html_section_end(out);
}

/* ---- sizes ---- */

static double size_of(const FerryTable *table, bool by_bytes)
{
	return (double)MAX(0, by_bytes ? table->est_bytes : table->est_rows);
}

static void append_sizes(GString *out, const FerryPlan *plan)
{
	guint n = MIN(plan->tables->len, MAX_SIZES);
	bool by_bytes = false;
	double most = 0;

	for (guint i = 0; i < plan->tables->len; i++)
		by_bytes |= ((FerryTablePlan *)plan->tables->pdata[i])->source->est_bytes > 0;
	for (guint i = 0; i < plan->tables->len; i++)
		most = MAX(most, size_of(((FerryTablePlan *)plan->tables->pdata[i])->source, by_bytes));
	if (most <= 0)
		return;
	ferry_html_section(out, "sizes", "Sizes", "As the source estimates them.");
	for (guint i = 0; i < n; i++) {
		const FerryTablePlan *table_plan = plan->tables->pdata[i];
		const FerryTable *table = table_plan->source;
		g_autofree char *rows = ferry_human_count_short((double)MAX(0, table->est_rows));
		g_autofree char *bytes =
			by_bytes ? ferry_human_bytes((double)MAX(0, table->est_bytes)) : NULL;
		g_autofree char *value = bytes ? g_strdup_printf("%s · %s rows", bytes, rows)
					       : g_strdup_printf("%s rows", rows);
		ferry_html_bar(out, table_plan->name, size_of(table, by_bytes) / most, NULL, value);
	}
	if (plan->tables->len > n)
		ferry_html_take(out, "p", "more",
				g_strdup_printf("and %u smaller ones", plan->tables->len - n));
	ferry_html_section_end(out);
}

/* ---- types ---- */

typedef struct Decision {
	char *source, *target, *rule, *example;
	guint n;
} Decision;

static void free_decision(gpointer data)
{
	Decision *d = data;

	g_free(d->source);
	g_free(d->target);
	g_free(d->rule);
	g_free(d->example);
	g_free(d);
}

static void count_decision(GHashTable *known, GPtrArray *decisions, const FerryTablePlan *table,
			   const FerryColumnPlan *column)
{
	const char *source = column->source ? column->source->native_type : "(new)";
	g_autofree char *key = g_strdup_printf("%s\n%s\n%s", source ? source : "",
					       column->target->native_type, column->rule ? column->rule : "");
	Decision *d = g_hash_table_lookup(known, key);

	if (!d) {
		d = g_new0(Decision, 1);
		d->source = g_strdup(source);
		d->target = g_strdup(column->target->native_type);
		d->rule = g_strdup(column->rule);
		d->example = g_strconcat(table->name, ".",
					 column->source ? column->source->name : column->target->name, NULL);
		g_ptr_array_add(decisions, d);
		g_hash_table_insert(known, g_steal_pointer(&key), d);
	}
	d->n++;
}

static int compare_decisions(gconstpointer a, gconstpointer b)
{
	const Decision *x = *(Decision *const *)a, *y = *(Decision *const *)b;

	return x->n < y->n ? 1 : x->n > y->n ? -1 : g_strcmp0(x->source, y->source);
}

static void append_types(GString *out, const FerryPlan *plan)
{
	static const char *const headers[] = {"Source type", "Target type", ">Columns",
					      "For example", "Rule",        NULL};
	g_autoptr(GHashTable) known = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	g_autoptr(GPtrArray) decisions = g_ptr_array_new_with_free_func(free_decision);

	for (guint i = 0; i < plan->tables->len; i++) {
		const FerryTablePlan *table = plan->tables->pdata[i];
		for (guint c = 0; c < table->columns->len; c++)
			count_decision(known, decisions, table,
				       &g_array_index(table->columns, FerryColumnPlan, c));
	}
	g_ptr_array_sort(decisions, compare_decisions);
	ferry_html_section(out, "types", "Types", "What becomes of each type of the source.");
	ferry_html_table(out, headers);
	for (guint i = 0; i < MIN(decisions->len, MAX_TYPES); i++) {
		const Decision *d = decisions->pdata[i];
		g_string_append(out, "<tr>");
		ferry_html_element(out, "td", "name", d->source);
		ferry_html_element(out, "td", "name", d->target);
		ferry_html_take(out, "td", "num", ferry_human_count(d->n));
		ferry_html_element(out, "td", "name", d->example);
		ferry_html_element(out, "td", NULL, d->rule ? d->rule : "standard");
		g_string_append(out, "</tr>\n");
	}
	ferry_html_table_end(out);
	if (decisions->len > MAX_TYPES)
		ferry_html_take(out, "p", "more",
				g_strdup_printf("and %u rarer ones", decisions->len - MAX_TYPES));
	ferry_html_section_end(out);
}

void ferry_report_html_assessment(GString *out, const FerryReport *report)
{
	ferry_report_html_risks(out, report->plan);
	append_kinds(out, report->plan);
	append_estimate(out, report->plan);
	append_sizes(out, report->plan);
	append_types(out, report->plan);
}
