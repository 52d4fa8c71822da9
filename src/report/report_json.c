/*
 * The report as JSON; see report.h. The keys are an interface: they are added to, never renamed. docs/cli.md
 * lists them.
 */
#include "report/report.h"

#include "report/exit_codes.h"

#include <math.h>

/* Milliseconds are fine enough, and 0.1 shall not become 0.10000000000000001. */
static json_t *seconds(double s)
{
	return s < 0 || !isfinite(s) ? json_null() : json_real(round(s * 1000) / 1000);
}

static json_t *moment(GDateTime *t)
{
	g_autoptr(GDateTime) utc = g_date_time_to_utc(t);

	return ferry_json_take_text(g_date_time_format(utc, "%Y-%m-%dT%H:%M:%SZ"));
}

static json_t *checks_json(const FerryTransform *transform, const FerryTableResult *t)
{
	json_t *checks = json_array();

	for (size_t i = 0; i < ferry_transform_n_checks(transform); i++) {
		FerryCheckAction action = ferry_transform_check_action(transform, i);
		json_t *check = json_object();
		ferry_json_set(check, "name", ferry_json_text(ferry_transform_check_name(transform, i)));
		ferry_json_set(check, "action", ferry_json_text(ferry_check_action_words[action]));
		ferry_json_set_int(check, "failed", t->failed_checks[i]);
		json_array_append_new(checks, check);
	}
	return checks;
}

json_t *ferry_report_bad_values_json(const FerryTableResult *table)
{
	json_t *counts = json_object();

	for (int kind = 0; kind < FERRY_N_BAD_KINDS; kind++)
		if (table->bad_values[kind])
			ferry_json_set_int(counts, ferry_bad_kind_name((FerryBadKind)kind),
					   table->bad_values[kind]);
	return counts;
}

static json_t *tables_json(const FerryReport *report)
{
	json_t *tables = json_array();

	for (guint i = 0; report->result && i < report->result->n_tables; i++) {
		const FerryTableResult *t = &report->result->tables[i];
		const FerryTablePlan *plan = g_ptr_array_index(report->plan->tables, i);
		json_t *table = json_object();
		ferry_json_set(table, "source", ferry_json_take_text(ferry_table_display_name(plan->source)));
		ferry_json_set(table, "target", ferry_json_take_text(ferry_table_display_name(plan->target)));
		ferry_json_set_int(table, "rows_read", t->rows_read);
		ferry_json_set_int(table, "rows_loaded", t->rows_loaded);
		ferry_json_set_int(table, "rows_rejected", t->rows_rejected);
		ferry_json_set(table, "bad_values", ferry_report_bad_values_json(t));
		ferry_json_set_int(table, "values_nulled", t->values_nulled);
		ferry_json_set_int(table, "values_replaced", t->values_replaced);
		if (plan->transform)
			ferry_json_set(table, "checks", checks_json(plan->transform, t));
		ferry_json_set_int(table, "bytes", t->bytes);
		ferry_json_set(table, "seconds", seconds(t->seconds));
		ferry_json_set_int(table, "chunks", t->n_chunks);
		ferry_json_set_int(table, "chunks_resumed", t->n_chunks_resumed);
		ferry_json_set(table, "loaded", json_boolean(t->is_loaded));
		ferry_json_set(table, "verified", json_boolean(t->is_verified && t->differences == 0));
		ferry_json_set(table, "verified_by",
			       t->is_verified || t->differences
				       ? ferry_json_text(ferry_verify_words[t->verified_by])
				       : json_null());
		if (t->n_ranges) {
			ferry_json_set_int(table, "ranges", t->n_ranges);
			ferry_json_set_int(table, "ranges_sampled", t->n_sampled);
		}
		if (report->is_verification) {
			ferry_json_set_int(table, "rows_repaired", t->rows_repaired);
			ferry_json_set_int(table, "rows_removed", t->rows_removed);
		}
		ferry_json_set_int(table, "differences", t->differences);
		ferry_json_set_int(table, "source_rows", t->source_rows);
		ferry_json_set_int(table, "target_rows", t->target_rows);
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
		ferry_json_set(object, "kind", ferry_json_text(o->kind));
		ferry_json_set(object, "object", ferry_json_text(o->object));
		ferry_json_set(object, "ok", json_boolean(o->is_ok));
		if (o->is_optional)
			ferry_json_set(object, "optional", json_true());
		ferry_json_set(object, "message", ferry_json_text(o->message));
		ferry_json_set(object, "seconds", seconds(o->seconds));
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
		ferry_json_set(note, "severity", ferry_json_text(ferry_severity_name(n->severity)));
		ferry_json_set(note, "kind", ferry_json_text(n->kind));
		ferry_json_set(note, "object", ferry_json_text(n->object));
		ferry_json_set(note, "text", ferry_json_text(n->text));
		if (n->file)
			ferry_json_set(note, "source_file", ferry_json_text(n->file));
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
		ferry_json_set(difference, "table", ferry_json_text(plan->name));
		ferry_json_set(difference, "kind", ferry_json_text(d->kind));
		ferry_json_set(difference, "key", ferry_json_text(d->key));
		ferry_json_set(difference, "column", ferry_json_text(d->column));
		ferry_json_set(difference, "source_value", ferry_json_text(d->source_value));
		ferry_json_set(difference, "target_value", ferry_json_text(d->target_value));
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
	ferry_json_set(
		object, "code",
		ferry_json_text(is_ours ? ferry_error_code_name((FerryErrorCode)error->code) : "failed"));
	ferry_json_set(object, "message", ferry_json_text(error->message));
	ferry_json_set(object, "hint", ferry_json_text(ferry_error_get_hint(error)));
	ferry_json_set(object, "sqlstate", ferry_json_text(ferry_error_get_sqlstate(error)));
	return object;
}

static json_t *timings_json(const FerryRunResult *result)
{
	json_t *timings = json_object();

	ferry_json_set(timings, "prepare", seconds(result->seconds_prepare));
	ferry_json_set(timings, "copy", seconds(result->seconds_copy));
	ferry_json_set(timings, "build", seconds(result->seconds_build));
	ferry_json_set(timings, "verify", seconds(result->seconds_verify));
	ferry_json_set(timings, "total", seconds(result->seconds_total));
	ferry_json_set(timings, "to_first_row", seconds(result->seconds_to_first_row));
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

	ferry_json_set_int(totals, "rows_read", total.rows_read);
	ferry_json_set_int(totals, "rows_loaded", total.rows_loaded);
	ferry_json_set_int(totals, "rows_rejected", total.rows_rejected);
	ferry_json_set(totals, "bad_values", ferry_report_bad_values_json(&total));
	ferry_json_set_int(totals, "bytes", total.bytes);
	ferry_json_set_int(totals, "differences", total.differences);
	return totals;
}

static json_t *staging_json(const FerryReport *report)
{
	const GPtrArray *schemas = report->plan ? report->plan->staging : NULL;
	json_t *json = schemas ? json_object() : json_null(), *list = json_array();

	for (guint i = 0; schemas && i < schemas->len; i++)
		json_array_append_new(list,
				      ferry_json_text(((FerryStagedSchema *)schemas->pdata[i])->staging));
	if (schemas) {
		ferry_json_set(json, "is_swapped",
			       json_boolean(report->result && report->result->is_swapped));
		ferry_json_set(json, "schemas", json_incref(list));
	}
	json_decref(list);
	return json;
}

static void set_reject_files(json_t *root, const GPtrArray *files)
{
	json_t *all = json_array();

	for (guint i = 0; files && i < files->len; i++)
		json_array_append_new(all, ferry_json_text(files->pdata[i]));
	ferry_json_set(root, "reject_file",
		       ferry_json_text(files && files->len ? files->pdata[files->len - 1] : NULL));
	ferry_json_set(root, "reject_files", all);
}

char *ferry_report_to_json(const FerryReport *report)
{
	json_t *root = json_object();
	const FerryRunResult *result = report->result;
	bool has_rejects = ferry_report_total(report).rows_rejected > 0;

	ferry_json_set(root, "command", ferry_json_text(report->command));
	ferry_json_set(root, "version", ferry_json_text(FERRY_VERSION));
	ferry_json_set(root, "source",
		       report->source ? ferry_json_take_text(ferry_url_to_string(report->source))
				      : json_null());
	ferry_json_set(root, "target",
		       report->target ? ferry_json_take_text(ferry_url_to_string(report->target))
				      : json_null());
	ferry_json_set(root, "started", moment(report->started));
	ferry_json_set(root, "ended", moment(report->ended));
	ferry_json_set(root, "outcome", ferry_json_text(outcome_of(report)));
	ferry_json_set_int(root, "exit_code", report->exit_code);
	ferry_json_set(root, "resumed", json_boolean(result && result->is_resumed));
	ferry_json_set(root, "snapshot", ferry_json_text(result ? result->snapshot : NULL));
	ferry_json_set(root, "snapshot_lost", ferry_json_text(result ? result->snapshot_lost : NULL));
	ferry_json_set(root, "staging", staging_json(report));
	ferry_json_set_int(root, "retries", result ? result->n_retries : 0);
	ferry_json_set(root, "lanes", result ? json_integer(result->lanes) : json_null());
	ferry_json_set(root, "totals", totals_json(report));
	ferry_json_set(root, "tables", tables_json(report));
	ferry_json_set(root, "objects", objects_json(report));
	ferry_json_set(root, "notes", notes_json(report));
	ferry_json_set(root, "differences", differences_json(report));
	set_reject_files(root, has_rejects ? result->reject_files : NULL);
	ferry_json_set(root, "error", error_json(report->error));
	ferry_json_set(root, "resume", ferry_json_text(report->resume_command));
	ferry_json_set(root, "timings", result ? timings_json(result) : json_null());

	g_autofree char *json = ferry_json_dump(root);
	return g_strconcat(json, "\n", NULL);
}
