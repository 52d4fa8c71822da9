/*
 * A plan for people, what `ferry plan` prints: a line a column for each table, the statements by phase, then
 * the notes, worst first.
 */
#include "mapping/plan_words.h"

#include <string.h>

/* ---- columns ---- */

static void append_padded(GString *out, const char *text, glong width)
{
	g_string_append(out, text);
	for (glong n = g_utf8_strlen(text, -1); n < width; n++)
		g_string_append_c(out, ' ');
}

static void append_flag(GString *flags, const char *flag)
{
	g_string_append_printf(flags, "%s%s", flags->len ? ", " : "", flag);
}

static bool is_key(const FerryTable *table, const char *column)
{
	for (guint i = 0; table->primary_key && i < table->primary_key->parts->len; i++)
		if (g_strcmp0(((FerryIndexPart *)table->primary_key->parts->pdata[i])->column, column) == 0)
			return true;
	return false;
}

static void append_default(GString *flags, const FerryColumnDef *column)
{
	static const char *const words[] = {
		[FERRY_DEFAULT_CURRENT_TIMESTAMP] = "the current timestamp",
		[FERRY_DEFAULT_CURRENT_DATE] = "the current date",
		[FERRY_DEFAULT_CURRENT_TIME] = "the current time",
		[FERRY_DEFAULT_UUID] = "a random uuid",
	};

	if (column->default_kind == FERRY_DEFAULT_NONE || column->default_kind == FERRY_DEFAULT_NULL)
		return;
	g_string_append_printf(flags, "%sdefault ", flags->len ? ", " : "");
	if (column->default_kind == FERRY_DEFAULT_LITERAL)
		g_string_append_printf(flags, "'%s'", column->default_text ? column->default_text : "");
	else if (column->default_kind == FERRY_DEFAULT_EXPRESSION)
		g_string_append_printf(flags, "(%s)", column->default_text ? column->default_text : "");
	else
		g_string_append(flags, words[column->default_kind]);
}

static char *describe_flags(const FerryTablePlan *table, const FerryColumnPlan *column)
{
	GString *flags = g_string_new(NULL);

	if (is_key(table->target, column->target->name))
		append_flag(flags, "key");
	if (column->target->not_null)
		append_flag(flags, "not null");
	if (column->target->identity != FERRY_IDENTITY_NONE)
		append_flag(flags, "identity");
	if (column->target->generated != FERRY_GENERATED_NONE && column->target->generated_expression)
		g_string_append_printf(flags, "%sgenerated as (%s)", flags->len ? ", " : "",
				       column->target->generated_expression);
	append_default(flags, column->target);
	if (column->project && column->project->expression)
		g_string_append_printf(flags, "%s= %s", flags->len ? ", " : "", column->project->expression);
	if (column->project && column->project->steps->len) {
		g_autofree char *words = ferry_plan_describe_steps(column->project->steps);

		append_flag(flags, words);
	}
	if (column->rule)
		g_string_append_printf(flags, "%sby the rule \"%s\"", flags->len ? ", " : "", column->rule);
	return g_string_free(flags, FALSE);
}

/* A column that steps make has nothing on the left. */
static const char *source_name(const FerryColumnPlan *column)
{
	return column->source ? column->source->name : "(new)";
}

static const char *source_type(const FerryColumnPlan *column)
{
	return column->source && column->source->native_type ? column->source->native_type : "";
}

typedef struct Widths {
	glong source, source_type, target, target_type;
} Widths;

static void widen(glong *width, const char *text)
{
	*width = MAX(*width, MIN(g_utf8_strlen(text, -1), 40));
}

static Widths measure(const FerryTablePlan *table)
{
	Widths w = {0};

	for (guint i = 0; i < table->columns->len; i++) {
		const FerryColumnPlan *column = &g_array_index(table->columns, FerryColumnPlan, i);

		widen(&w.source, source_name(column));
		widen(&w.source_type, source_type(column));
		widen(&w.target, column->target->name);
		widen(&w.target_type, column->target->native_type ? column->target->native_type : "");
	}
	return w;
}

static void append_column(GString *out, const FerryTablePlan *table, const FerryColumnPlan *column,
			  const Widths *w)
{
	g_autofree char *flags = describe_flags(table, column);

	g_string_append(out, "  ");
	append_padded(out, source_name(column), w->source + 2);
	append_padded(out, source_type(column), w->source_type);
	g_string_append(out, " -> ");
	append_padded(out, column->target->name, w->target + 2);
	append_padded(out, column->target->native_type ? column->target->native_type : "",
		      flags[0] ? w->target_type + 2 : 0);
	g_string_append_printf(out, "%s\n", flags);
}

/* "  (about 12 rows, 1 chunk, level 0)" */
static void append_size(GString *out, const FerryTablePlan *table, bool has_levels)
{
	g_autoptr(GString) size = g_string_new(NULL);

	if (table->source->est_rows >= 0)
		g_string_append_printf(size, "about %" G_GINT64_FORMAT " row%s", table->source->est_rows,
				       table->source->est_rows == 1 ? "" : "s");
	if (table->n_chunks)
		g_string_append_printf(size, "%s%u chunk%s", size->len ? ", " : "", table->n_chunks,
				       table->n_chunks == 1 ? "" : "s");
	if (has_levels)
		g_string_append_printf(size, "%slevel %u", size->len ? ", " : "", table->level);
	if (size->len)
		g_string_append_printf(out, "  (%s)", size->str);
}

static void append_reading(GString *out, const FerryTablePlan *table)
{
	const FerryProjectTable *project = table->project;
	g_autofree char *excluded = ferry_plan_list_excluded(table);

	if (project && project->query)
		g_string_append_printf(out, "  query: %s\n", project->query);
	if (project && project->where)
		g_string_append_printf(out, "  where: %s\n", project->where);
	for (guint i = 0; project && i < project->checks->len; i++) {
		const FerryProjectCheck *check = project->checks->pdata[i];

		g_string_append_printf(out, "  check %s (%s): %s\n", check->name ? check->name : "",
				       ferry_check_action_words[check->action], check->expression);
	}
	if (excluded[0])
		g_string_append_printf(out, "  left out: %s\n", excluded);
}

static void append_table(GString *out, const FerryTablePlan *table, bool has_levels)
{
	g_autofree char *source = ferry_table_display_name(table->source);
	g_autofree char *target = ferry_table_display_name(table->target);
	Widths w = measure(table);

	g_string_append_printf(out, "\n%s -> %s", source, target);
	append_size(out, table, has_levels);
	g_string_append_c(out, '\n');
	append_reading(out, table);
	for (guint i = 0; i < table->columns->len; i++)
		append_column(out, table, &g_array_index(table->columns, FerryColumnPlan, i), &w);
}

/* ---- the whole ---- */

static void append_database(GString *out, const FerryCatalog *catalog)
{
	g_string_append(out, catalog->database ? catalog->database : catalog->connector);
	if (catalog->product)
		g_string_append_printf(out, " (%s%s%s)", catalog->product, catalog->version ? " " : "",
				       catalog->version ? catalog->version : "");
}

static bool has_levels(const FerryPlan *plan)
{
	for (guint i = 0; i < plan->tables->len; i++)
		if (((FerryTablePlan *)plan->tables->pdata[i])->level)
			return true;
	return false;
}

static void append_staging(GString *out, const FerryPlan *plan)
{
	g_autofree char *staging = ferry_plan_describe_staging(plan);

	if (staging)
		g_string_append_printf(
			out, "Staged: loaded, built and verified in %s, then swapped in by one transaction\n",
			staging);
}

static void append_ddl(GString *out, const FerryPlan *plan)
{
	for (FerryDdlPhase phase = 0; phase < FERRY_N_DDL_PHASES; phase++) {
		g_autoptr(GPtrArray) statements = NULL;

		/* These two are run on demand only (--if-exists). */
		if (phase == FERRY_DDL_DROP || phase == FERRY_DDL_TRUNCATE)
			continue;
		statements = ferry_plan_ddl(plan, phase);
		if (statements->len)
			g_string_append_printf(out, "\n-- %s\n", ferry_ddl_phase_name(phase));
		for (guint i = 0; i < statements->len; i++)
			g_string_append_printf(out, "%s;\n", ((FerryStatement *)statements->pdata[i])->sql);
	}
}

static void append_notes(GString *out, const FerryPlan *plan)
{
	if (plan->notes->len == 0) {
		g_string_append(out, "\nNotes: none. Everything is converted as it is.\n");
		return;
	}
	g_string_append(out, "\nNotes\n");
	for (guint i = 0; i < plan->notes->len; i++) {
		const FerryNote *note = plan->notes->pdata[i];

		g_string_append_printf(out, "  %-8s %s %s: %s\n", ferry_severity_name(note->severity),
				       note->kind, note->object ? note->object : "", note->text);
		if (note->file)
			g_string_append_printf(out, "           its text: %s\n", note->file);
	}
}

char *ferry_plan_to_text(const FerryPlan *plan)
{
	GString *out = g_string_new("Plan: ");
	bool is_layered = has_levels(plan);

	append_database(out, plan->source);
	g_string_append(out, " -> ");
	append_database(out, plan->target);
	g_string_append_printf(out, "\n%u table%s\n", plan->tables->len, plan->tables->len == 1 ? "" : "s");
	append_staging(out, plan);
	for (guint i = 0; i < plan->tables->len; i++)
		append_table(out, plan->tables->pdata[i], is_layered);
	append_ddl(out, plan);
	append_notes(out, plan);
	return g_string_free(out, FALSE);
}
