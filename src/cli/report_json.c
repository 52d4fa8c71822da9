/*
 * The report as JSON; see report.h. The keys are an interface: they are added to, never renamed. docs/cli.md
 * lists them.
 */
#include "cli/report.h"

#include "cli/exit_codes.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>

/* Names and messages come from outside and may not be UTF-8, which JSON cannot hold. */
static json_t *text(const char *s)
{
	if (!s)
		return json_null();
	g_autofree char *valid = g_utf8_make_valid(s, -1);
	return json_string(valid);
}

static json_t *take_text(char *s)
{
	g_autofree char *given = s;

	return text(s);
}

/* Milliseconds are fine enough, and 0.1 shall not become 0.10000000000000001. */
static json_t *seconds(double s)
{
	return s < 0 || !isfinite(s) ? json_null() : json_real(round(s * 1000) / 1000);
}

static json_t *moment(GDateTime *t)
{
	g_autoptr(GDateTime) utc = g_date_time_to_utc(t);

	return take_text(g_date_time_format(utc, "%Y-%m-%dT%H:%M:%SZ"));
}

static json_t *tables_json(const FerryReport *report)
{
	json_t *tables = json_array();

	for (guint i = 0; report->result && i < report->result->n_tables; i++) {
		const FerryTableResult *t = &report->result->tables[i];
		const FerryTablePlan *plan = g_ptr_array_index(report->plan->tables, i);
		json_t *table = json_object();
		json_object_set_new(table, "source", take_text(ferry_table_display_name(plan->source)));
		json_object_set_new(table, "target", take_text(ferry_table_display_name(plan->target)));
		json_object_set_new(table, "rows_read", json_integer(t->rows_read));
		json_object_set_new(table, "rows_loaded", json_integer(t->rows_loaded));
		json_object_set_new(table, "rows_rejected", json_integer(t->rows_rejected));
		json_object_set_new(table, "bytes", json_integer(t->bytes));
		json_object_set_new(table, "seconds", seconds(t->seconds));
		json_object_set_new(table, "chunks", json_integer(t->n_chunks));
		json_object_set_new(table, "chunks_resumed", json_integer(t->n_chunks_resumed));
		json_object_set_new(table, "loaded", json_boolean(t->is_loaded));
		json_object_set_new(table, "verified", json_boolean(t->is_verified && t->differences == 0));
		json_object_set_new(table, "verified_by",
				    t->is_verified || t->differences
					    ? text(ferry_verify_words[t->verified_by])
					    : json_null());
		if (t->n_ranges) {
			json_object_set_new(table, "ranges", json_integer(t->n_ranges));
			json_object_set_new(table, "ranges_sampled", json_integer(t->n_sampled));
		}
		json_object_set_new(table, "differences", json_integer(t->differences));
		json_object_set_new(table, "source_rows", json_integer(t->source_rows));
		json_object_set_new(table, "target_rows", json_integer(t->target_rows));
		json_array_append_new(tables, table);
	}
	return tables;
}

static json_t *objects_json(const FerryReport *report)
{
	json_t *objects = json_array();

	for (guint i = 0; report->result && report->result->objects && i < report->result->objects->len;
	     i++) {
		const FerryObjectResult *o = g_ptr_array_index(report->result->objects, i);
		json_t *object = json_object();
		json_object_set_new(object, "kind", text(o->kind));
		json_object_set_new(object, "object", text(o->object));
		json_object_set_new(object, "ok", json_boolean(o->is_ok));
		json_object_set_new(object, "message", text(o->message));
		json_object_set_new(object, "seconds", seconds(o->seconds));
		json_array_append_new(objects, object);
	}
	return objects;
}

static json_t *notes_json(const FerryReport *report)
{
	json_t *notes = json_array();

	for (guint i = 0; report->plan && i < report->plan->notes->len; i++) {
		const FerryNote *n = g_ptr_array_index(report->plan->notes, i);
		json_t *note = json_object();
		json_object_set_new(note, "severity", text(ferry_severity_name(n->severity)));
		json_object_set_new(note, "kind", text(n->kind));
		json_object_set_new(note, "object", text(n->object));
		json_object_set_new(note, "text", text(n->text));
		json_array_append_new(notes, note);
	}
	return notes;
}

static json_t *differences_json(const FerryReport *report)
{
	json_t *differences = json_array();
	const GPtrArray *all = report->result ? report->result->differences : NULL;

	for (guint i = 0; all && i < all->len; i++) {
		const FerryDifference *d = g_ptr_array_index(all, i);
		const FerryTablePlan *plan = g_ptr_array_index(report->plan->tables, d->table);
		json_t *difference = json_object();
		json_object_set_new(difference, "table", take_text(ferry_table_display_name(plan->source)));
		json_object_set_new(difference, "kind", text(d->kind));
		json_object_set_new(difference, "key", text(d->key));
		json_object_set_new(difference, "column", text(d->column));
		json_object_set_new(difference, "source_value", text(d->source_value));
		json_object_set_new(difference, "target_value", text(d->target_value));
		json_array_append_new(differences, difference);
	}
	return differences;
}

static json_t *error_json(const GError *error)
{
	json_t *object = json_object();

	if (!error) {
		json_decref(object);
		return json_null();
	}
	bool is_ours = error->domain == FERRY_ERROR;
	json_object_set_new(object, "code",
			    text(is_ours ? ferry_error_code_name((FerryErrorCode)error->code) : "failed"));
	json_object_set_new(object, "message", text(error->message));
	json_object_set_new(object, "hint", text(ferry_error_get_hint(error)));
	json_object_set_new(object, "sqlstate", text(ferry_error_get_sqlstate(error)));
	return object;
}

static json_t *timings_json(const FerryRunResult *result)
{
	json_t *timings = json_object();

	json_object_set_new(timings, "prepare", seconds(result->seconds_prepare));
	json_object_set_new(timings, "copy", seconds(result->seconds_copy));
	json_object_set_new(timings, "build", seconds(result->seconds_build));
	json_object_set_new(timings, "verify", seconds(result->seconds_verify));
	json_object_set_new(timings, "total", seconds(result->seconds_total));
	json_object_set_new(timings, "to_first_row", seconds(result->seconds_to_first_row));
	return timings;
}

/* Before a run there is no outcome of its own: it failed, or was stopped. */
static const char *outcome_of(const FerryReport *report)
{
	if (report->exit_code == FERRY_EXIT_INTERRUPTED)
		return ferry_outcome_name(FERRY_OUTCOME_CANCELLED);
	if (report->error || !report->result)
		return ferry_outcome_name(FERRY_OUTCOME_FAILED);
	return ferry_outcome_name(report->result->outcome);
}

static json_t *totals_json(const FerryReport *report)
{
	FerryTableResult total = ferry_report_total(report);
	json_t *totals = json_object();

	json_object_set_new(totals, "rows_read", json_integer(total.rows_read));
	json_object_set_new(totals, "rows_loaded", json_integer(total.rows_loaded));
	json_object_set_new(totals, "rows_rejected", json_integer(total.rows_rejected));
	json_object_set_new(totals, "bytes", json_integer(total.bytes));
	json_object_set_new(totals, "differences", json_integer(total.differences));
	return totals;
}

char *ferry_report_to_json(const FerryReport *report)
{
	json_t *root = json_object();
	const FerryRunResult *result = report->result;
	bool has_rejects = ferry_report_total(report).rows_rejected > 0;

	json_object_set_new(root, "command", text(report->command));
	json_object_set_new(root, "version", text(FERRY_VERSION));
	json_object_set_new(root, "source",
			    report->source ? take_text(ferry_url_to_string(report->source)) : json_null());
	json_object_set_new(root, "target",
			    report->target ? take_text(ferry_url_to_string(report->target)) : json_null());
	json_object_set_new(root, "started", moment(report->started));
	json_object_set_new(root, "ended", moment(report->ended));
	json_object_set_new(root, "outcome", text(outcome_of(report)));
	json_object_set_new(root, "exit_code", json_integer(report->exit_code));
	json_object_set_new(root, "resumed", json_boolean(result && result->is_resumed));
	json_object_set_new(root, "snapshot", text(result ? result->snapshot : NULL));
	json_object_set_new(root, "snapshot_lost", text(result ? result->snapshot_lost : NULL));
	json_object_set_new(root, "retries", json_integer(result ? result->n_retries : 0));
	json_object_set_new(root, "lanes", result ? json_integer(result->lanes) : json_null());
	json_object_set_new(root, "totals", totals_json(report));
	json_object_set_new(root, "tables", tables_json(report));
	json_object_set_new(root, "objects", objects_json(report));
	json_object_set_new(root, "notes", notes_json(report));
	json_object_set_new(root, "differences", differences_json(report));
	json_object_set_new(root, "reject_file", text(has_rejects ? report->reject_file : NULL));
	json_object_set_new(root, "error", error_json(report->error));
	json_object_set_new(root, "resume", text(report->resume_command));
	json_object_set_new(root, "timings", result ? timings_json(result) : json_null());

	char *dumped = json_dumps(root, JSON_INDENT(2) | JSON_REAL_PRECISION(15));
	char *json = g_strconcat(dumped ? dumped : "{}", "\n", NULL);
	free(dumped);
	json_decref(root);
	return json;
}
