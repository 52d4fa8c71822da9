/*
 * ferry plan SOURCE TARGET: what a copy would do, without doing it; --save writes it down as a project.
 */
#include "cli/session_command.h"

#include "base/output_file.h"

#include <string.h>

typedef struct PlanOptions {
	FerryOutputOptions output; /* of which json and html are offered */
	char *save;                /* or NULL */
} PlanOptions;

static void add_options(FerryOptions *options, gpointer own)
{
	PlanOptions *o = own;
	const GOptionEntry output[] = {
		{"json", 0, 0, G_OPTION_ARG_NONE, &o->output.json, "The plan as one JSON document on stdout",
		 NULL},
		{"html", 0, 0, G_OPTION_ARG_FILENAME, &o->output.html,
		 "Write an assessment to FILE that a browser shows: risks, objects by kind, hours, types",
		 "FILE"},
		{"save", 0, 0, G_OPTION_ARG_FILENAME, &o->save,
		 "Write the project to FILE: JSON if it ends in .json, else YAML (-: standard output)",
		 "FILE"},
		{NULL},
	};

	ferry_options_add(options, "Output:", output);
}

/* ---- the project as a document ---- */

static bool is_listed(const FerryProject *project, const FerryTable *table)
{
	g_autofree char *full = table->schema ? g_strdup_printf("%s.%s", table->schema, table->name) : NULL;

	for (guint i = 0; i < project->tables->len; i++) {
		const FerryProjectTable *entry = project->tables->pdata[i];
		if (g_pattern_match_simple(entry->source, table->name) ||
		    (full && g_pattern_match_simple(entry->source, full)))
			return true;
	}
	return false;
}

static gint compare_tables(gconstpointer a, gconstpointer b)
{
	const FerryProjectTable *const *x = a, *const *y = b;

	return strcmp((*x)->source, (*y)->source);
}

static bool has_several_schemas(const FerryPlan *plan)
{
	const FerryTablePlan *first = plan->tables->len ? plan->tables->pdata[0] : NULL;

	for (guint i = 1; i < plan->tables->len; i++) {
		const FerryTablePlan *other = plan->tables->pdata[i];
		if (g_strcmp0(other->source->schema, first->source->schema) != 0)
			return true;
	}
	return false;
}

/* An entry for each table of the plan that has none, so that there is something to edit; schemas are named
 * where there are several. By name: the plan's order is by size. */
static void list_tables(FerryProject *project, const FerryPlan *plan)
{
	g_autoptr(GPtrArray) added = g_ptr_array_new();
	bool has_schemas = has_several_schemas(plan);

	for (guint i = 0; i < plan->tables->len; i++) {
		const FerryTable *table = ((const FerryTablePlan *)plan->tables->pdata[i])->source;
		if (is_listed(project, table))
			continue;
		g_autofree char *full = ferry_table_display_name(table);
		g_ptr_array_add(added, ferry_project_table_new(has_schemas ? full : table->name));
	}
	g_ptr_array_sort(added, compare_tables);
	for (guint i = 0; i < added->len; i++)
		g_ptr_array_add(project->tables, added->pdata[i]);
}

/* "-" is standard output, where the project then stands in the plan's place: finish() prints it. */
static bool is_to_stdout(const PlanOptions *o)
{
	return o->save && strcmp(o->save, "-") == 0;
}

static bool save(FerrySession *s, const PlanOptions *o)
{
	bool is_json = g_str_has_suffix(o->save, ".json");
	g_autoptr(GError) error = NULL;

	list_tables(s->project, s->plan);
	if (is_to_stdout(o))
		return true;
	g_autofree char *text =
		ferry_project_to_text(s->project, is_json ? FERRY_PROJECT_JSON : FERRY_PROJECT_YAML);
	if (ferry_output_file_write(o->save, text, &error))
		return true;
	return ferry_fail(&s->error, FERRY_ERROR_USAGE, "--save: %s", error->message);
}

static char *make_output(const FerrySession *s, const PlanOptions *o)
{
	if (is_to_stdout(o))
		return ferry_project_to_text(s->project,
					     o->output.json ? FERRY_PROJECT_JSON : FERRY_PROJECT_YAML);
	return o->output.json ? ferry_plan_to_json(s->plan) : ferry_plan_to_text(s->plan);
}

/* ---- the command ---- */

/* "FILE" behind "--save", or "--save=FILE". */
static bool is_file_of(const char *arg, const char *option, const char *file)
{
	size_t n = strlen(option);

	return file && (strcmp(arg, file) == 0 || (strncmp(arg, option, n) == 0 && arg[n] == '='));
}

/* Other bytes would stand in the document as other characters, and choose other rows than the flags do. */
static bool check(FerrySession *s, gpointer own)
{
	const PlanOptions *o = own;

	for (char **arg = s->args; o->save && *arg; arg++) {
		if (g_utf8_validate(*arg, -1, NULL) || is_file_of(*arg, "--save", o->save) ||
		    is_file_of(*arg, "--html", o->output.html))
			continue;
		g_autofree char *shown = g_utf8_make_valid(*arg, -1);
		return ferry_fail(&s->error, FERRY_ERROR_USAGE,
				  "--save: a project is UTF-8 text, which \"%s\" is not", shown);
	}
	return true;
}

static bool plan(FerrySession *s, gpointer own)
{
	const PlanOptions *o = own;
	size_t n_rows = s->project->chunk_rows ? s->project->chunk_rows : FERRY_DEFAULT_CHUNK_ROWS;

	s->saves_sources = true;
	return ferry_session_plan(s) &&
	       (s->project->schema_only ||
		ferry_plan_count_chunks(s->plan, s->source.connection, n_rows, &s->error)) &&
	       (!o->save || save(s, o));
}

static int finish(FerrySession *s, gpointer own)
{
	const PlanOptions *o = own;
	int code;

	ferry_progress_stop(s->progress);
	if (s->error) {
		ferry_cli_print_error(s->command, s->error);
		code = ferry_exit_from_error(s->error, s->phase);
	} else {
		g_autofree char *text = make_output(s, o);
		code = ferry_cli_print(s->command, text) ? FERRY_EXIT_OK : FERRY_EXIT_USAGE;
	}
	if (!ferry_session_write_html(s, code) && code == FERRY_EXIT_OK)
		code = FERRY_EXIT_USAGE;
	ferry_endpoint_close(&s->target);
	ferry_endpoint_discard_new_file(&s->target);
	return code;
}

static int run_plan(const FerryCommand *command, char **args)
{
	static const FerrySessionCommand what = {
		.flags = FERRY_FLAGS_PLAN,
		.target = FERRY_TARGET_LOOK,
		.add_options = add_options,
		.check = check,
		.work = plan,
		.finish = finish,
	};
	PlanOptions o = {0};
	int code = ferry_session_command_run(&what, command, args, &o.output, &o);

	ferry_output_options_clear(&o.output);
	g_free(o.save);
	return code;
}

const FerryCommand ferry_plan_command = {
	.name = "plan",
	.arguments = "[SOURCE TARGET]",
	.summary = "Show what a copy would do: DDL, types of every column, losses. Changes nothing",
	.description = "Examples:\n"
		       "  ferry plan mysql://me@db1/shop postgresql://me@db2/shop\n"
		       "  ferry plan sqlite:///app.db postgresql://me@db2/app --table 'order*' --json\n"
		       "  ferry plan mysql://me@db1/shop postgresql://me@db2/shop --save shop.yaml",
	.run = run_plan,
};
