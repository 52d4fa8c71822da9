/*
 * ferry preview SOURCE TARGET: the first rows of each table before and after what the project does to them.
 */
#include "cli/session_command.h"
#include "data/json_out.h"
#include "report/human.h"
#include "transfer/preview.h"

#define DEFAULT_ROWS 10
#define MAX_ROWS     1000
#define MAX_SHOWN    60 /* characters of a value, where people read */

typedef struct PreviewOptions {
	FerryOutputOptions output; /* of which json is offered */
	char *rows;                /* or NULL */
	bool is_lost;              /* the result could not be written, which has been told */
} PreviewOptions;

static void add_options(FerryOptions *options, gpointer own)
{
	PreviewOptions *o = own;
	const GOptionEntry entries[] = {
		{"rows", 0, 0, G_OPTION_ARG_STRING, &o->rows,
		 "Rows of each table (default: 10, at most 1000)", "N"},
		{"json", 0, 0, G_OPTION_ARG_NONE, &o->output.json, "One JSON document on stdout", NULL},
		{NULL},
	};

	ferry_options_add(options, "Output:", entries);
}

/* ---- for people ---- */

static char *shown(const char *value)
{
	if (!value)
		return g_strdup("NULL");
	g_autofree char *line = g_strdup(value);
	g_strdelimit(line, "\n\r\t", ' ');
	if (g_utf8_strlen(line, -1) <= MAX_SHOWN)
		return g_strdup_printf("\"%s\"", line);
	g_autofree char *cut = g_utf8_substring(line, 0, MAX_SHOWN);
	return g_strdup_printf("\"%s…\"", cut);
}

/* The field of what was read by which a written one is told "the same"; -1: none. */
static int source_of(const FerryTablePlan *plan, size_t written)
{
	for (guint i = 0; i < plan->columns->len; i++) {
		const FerryColumnPlan *column = &g_array_index(plan->columns, FerryColumnPlan, i);
		if (!column->source ||
		    g_strcmp0(column->target->name, plan->write_schema->fields[written].name))
			continue;
		for (size_t k = 0; k < plan->read_schema->n_fields; k++)
			if (!g_strcmp0(plan->read_schema->fields[k].name, column->source->name))
				return (int)k;
	}
	return -1;
}

static void append_row(GString *out, const FerryTablePlan *plan, const FerryPreviewRow *row, guint number)
{
	g_string_append_printf(out, "  row %u%s%s\n", number, row->rejected ? ", rejected: " : "",
			       row->rejected ? row->rejected : "");
	for (size_t i = 0; i < plan->write_schema->n_fields; i++) {
		int from = source_of(plan, i);
		g_autofree char *after = shown(row->after[i]),
				*before = from >= 0 ? shown(row->before[from]) : NULL;
		const char *name = plan->write_schema->fields[i].name;

		if (before && g_strcmp0(before, after) == 0)
			g_string_append_printf(out, "    %-24s %s\n", name, after);
		else
			g_string_append_printf(out, "    %-24s %s → %s\n", name, before ? before : "(new)",
					       after);
	}
}

static void append_table(GString *out, const FerryTablePlan *plan, const GPtrArray *rows)
{
	g_autofree char *source = ferry_table_display_name(plan->source),
			*target = ferry_table_display_name(plan->target);

	g_string_append_printf(out, "%s%s → %s\n", out->len ? "\n" : "", source, target);
	for (guint i = 0; i < rows->len; i++)
		append_row(out, plan, rows->pdata[i], i + 1);
	if (rows->len == 0)
		g_string_append(out, "  no rows\n");
}

/* ---- for programs ---- */

static json_t *values_json(const FerrySchema *schema, char **texts)
{
	json_t *object = json_object();

	for (size_t i = 0; i < schema->n_fields; i++)
		json_object_set_new(object, schema->fields[i].name, ferry_json_text(texts[i]));
	return object;
}

static json_t *table_json(const FerryTablePlan *plan, const GPtrArray *rows)
{
	json_t *table = json_object(), *list = json_array();

	ferry_json_set(table, "source", ferry_json_take_text(ferry_table_display_name(plan->source)));
	ferry_json_set(table, "target", ferry_json_take_text(ferry_table_display_name(plan->target)));
	for (guint i = 0; i < rows->len; i++) {
		const FerryPreviewRow *row = rows->pdata[i];
		json_t *one = json_object();
		ferry_json_set(one, "before", values_json(plan->read_schema, row->before));
		ferry_json_set(one, "after", values_json(plan->write_schema, row->after));
		ferry_json_set_text(one, "rejected", row->rejected);
		json_array_append_new(list, one);
	}
	ferry_json_set(table, "rows", list);
	return table;
}

/* ---- the command ---- */

static bool show(FerrySession *s, size_t n_rows, bool as_json, GString *text, json_t *tables)
{
	for (guint i = 0; i < s->plan->tables->len; i++) {
		const FerryTablePlan *plan = s->plan->tables->pdata[i];
		g_autoptr(GPtrArray) rows = ferry_preview_rows(s->source.connection, plan, n_rows, &s->error);
		if (!rows) {
			g_prefix_error(&s->error, "preview of %s: ", plan->name);
			return false;
		}
		if (as_json)
			json_array_append_new(tables, table_json(plan, rows));
		else
			append_table(text, plan, rows);
	}
	return true;
}

static bool preview(FerrySession *s, gpointer own)
{
	PreviewOptions *o = own;
	int64_t n_rows = DEFAULT_ROWS;

	if (o->rows && !ferry_options_parse_number("--rows", o->rows, 1, MAX_ROWS, &n_rows, &s->error))
		return false;
	if (!ferry_session_plan(s))
		return false;
	g_autoptr(GString) text = g_string_new(NULL);
	json_t *tables = json_array();
	bool is_ok = show(s, (size_t)n_rows, o->output.json, text, tables);
	ferry_progress_stop(s->progress);
	if (is_ok && o->output.json) {
		g_autofree char *dump = ferry_json_dump(json_pack("{s:O}", "tables", tables));
		g_string_assign(text, dump);
		g_string_append_c(text, '\n');
	}
	json_decref(tables);
	g_autofree char *result = o->output.json ? g_strdup(text->str) : ferry_human_clean_lines(text->str);
	o->is_lost = is_ok && !ferry_cli_print(s->command, result);
	return is_ok && !o->is_lost;
}

static int finish(FerrySession *s, gpointer own)
{
	const PreviewOptions *o = own;
	int code = o->is_lost ? FERRY_EXIT_USAGE : FERRY_EXIT_OK;

	ferry_progress_stop(s->progress);
	if (s->error) {
		ferry_cli_print_error(s->command, s->error);
		code = ferry_exit_from_error(s->error, s->phase);
	}
	ferry_endpoint_close(&s->target);
	ferry_endpoint_discard_new_file(&s->target);
	return code;
}

static int run_preview(const FerryCommand *command, char **args)
{
	static const FerrySessionCommand what = {
		.flags = FERRY_FLAGS_PREVIEW,
		.target = FERRY_TARGET_LOOK,
		.add_options = add_options,
		.work = preview,
		.finish = finish,
	};
	PreviewOptions o = {0};
	int code = ferry_session_command_run(&what, command, args, &o.output, &o);

	g_free(o.rows);
	return code;
}

const FerryCommand ferry_preview_command = {
	.name = "preview",
	.arguments = "[SOURCE TARGET]",
	.summary = "Show the first rows of each table before and after what a project does to them. Changes "
		   "nothing",
	.description = "Values are shown as text, bad ones as the source has them. What only the target's "
		       "server would refuse is not "
		       "known here.\n"
		       "\n"
		       "Examples:\n"
		       "  ferry preview --project shop.yaml --table customer\n"
		       "  ferry preview --project shop.yaml --rows 3 --json",
	.run = run_preview,
};
