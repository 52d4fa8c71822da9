/*
 * Reports from synthetic results: text, Markdown, JSON; complete, failed early, and without secrets.
 */
#include "report/exit_codes.h"
#include "report/report.h"

#include <glib/gstdio.h>
#include <jansson.h>
#include <string.h>

typedef struct Fixture {
	FerryUrl *source, *target;
	GDateTime *started, *ended;
	FerryTable *tables[2];
	FerryTablePlan plans[2];
	char *names[2];
	FerryPlan plan;
	FerryTableResult results[2];
	FerryRunResult result;
	FerryObjectResult object;
	FerryDifference difference;
	FerryReport report;
} Fixture;

static void set_up(Fixture *f, gconstpointer data)
{
	f->source = ferry_url_parse("mysql://me:s3cret@h/shop", NULL);
	f->target = ferry_url_parse("postgresql://you:s3cret@h/shop", NULL);
	f->started = g_date_time_new_utc(2024, 2, 29, 23, 59, 58);
	f->ended = g_date_time_new_utc(2024, 3, 1, 0, 0, 1);
	f->plan.tables = g_ptr_array_new();
	f->plan.notes = g_ptr_array_new_with_free_func((GDestroyNotify)ferry_note_free);
	for (int i = 0; i < 2; i++) {
		f->tables[i] = ferry_table_new(i ? NULL : "shop",
					       i ? "b\xe4r" : "orders"); /* latin1, as no JSON can hold */
		f->names[i] = ferry_table_display_name(f->tables[i]);
		f->plans[i] = (FerryTablePlan){.index = (guint)i,
					       .name = f->names[i],
					       .source = f->tables[i],
					       .target = f->tables[i]};
		g_ptr_array_add(f->plan.tables, &f->plans[i]);
	}
	for (int i = 0; i < 12; i++)
		g_ptr_array_add(f->plan.notes,
				ferry_note_new(FERRY_SEVERITY_LOSS, "view", "v", "views are not converted"));
	g_ptr_array_add(f->plan.notes, ferry_note_new(FERRY_SEVERITY_INFO, "column", "orders.x", "just so"));
	f->results[0] = (FerryTableResult){.rows_read = 1234567,
					   .rows_loaded = 1234565,
					   .rows_rejected = 2,
					   .bytes = 64000000,
					   .source_rows = 1234567,
					   .target_rows = 1234565,
					   .seconds = 3.2,
					   .n_chunks = 13,
					   .is_loaded = true,
					   .is_verified = true};
	f->results[1] = (FerryTableResult){
		.rows_read = 3, .rows_loaded = 3, .n_chunks = 1, .is_loaded = true, .is_verified = true};
	f->object = (FerryObjectResult){
		.kind = (char *)"index", .object = (char *)"i on orders", .message = (char *)"too big"};
	f->difference = (FerryDifference){.kind = (char *)"different",
					  .key = (char *)"id=7",
					  .column = (char *)"v",
					  .source_value = (char *)"a",
					  .target_value = NULL};
	f->result = (FerryRunResult){.outcome = FERRY_OUTCOME_REJECTED,
				     .snapshot = (char *)"one snapshot for all lanes",
				     .lanes = 2,
				     .tables = f->results,
				     .n_tables = 2,
				     .objects = g_ptr_array_new(),
				     .reject_files = g_ptr_array_new(),
				     .differences = g_ptr_array_new(),
				     .seconds_copy = 3.2,
				     .seconds_total = 4,
				     .seconds_to_first_row = -1};
	g_ptr_array_add(f->result.objects, &f->object);
	g_ptr_array_add(f->result.reject_files, (char *)"/old/r.ndjson");
	g_ptr_array_add(f->result.reject_files, (char *)"r.ndjson");
	f->report = (FerryReport){.command = "copy",
				  .source = f->source,
				  .target = f->target,
				  .started = f->started,
				  .ended = f->ended,
				  .plan = &f->plan,
				  .result = &f->result,
				  .exit_code = FERRY_EXIT_REJECTED};
}

static void tear_down(Fixture *f, gconstpointer data)
{
	ferry_url_free(f->source);
	ferry_url_free(f->target);
	g_date_time_unref(f->started);
	g_date_time_unref(f->ended);
	g_ptr_array_unref(f->plan.tables);
	g_ptr_array_unref(f->plan.notes);
	g_ptr_array_unref(f->result.objects);
	g_ptr_array_unref(f->result.reject_files);
	g_ptr_array_unref(f->result.differences);
	ferry_table_free(f->tables[0]);
	ferry_table_free(f->tables[1]);
	g_free(f->names[0]);
	g_free(f->names[1]);
}

static void assert_has(const char *text, const char *part)
{
	if (!strstr(text, part))
		g_error("\"%s\" is missing in:\n%s", part, text);
}

static void test_text(Fixture *f, gconstpointer data)
{
	g_autofree char *text = ferry_report_to_text(&f->report, false);

	assert_has(text, "table             read     loaded  rejected    bytes    time  verified");
	assert_has(text, "shop.orders  1,234,567  1,234,565         2  64.0 MB  3.20 s  yes");
	assert_has(text, "total        1,234,570  1,234,568         2  64.0 MB  3.20 s");
	assert_has(text, "index i on orders: too big");
	assert_has(text, "Not converted, or with a loss (12):");
	assert_has(text, "and 4 more: \"ferry plan\" and --report FILE show all");
	assert_has(text, "Rejected: 2 rows, with their reasons in /old/r.ndjson, r.ndjson");
	assert_has(text, "by 2 lanes: 385,802 rows/s, 20.0 MB/s");
	assert_has(text, "Consistency: one snapshot for all lanes");
	assert_has(text, "Loaded, but 2 rows were rejected");
	g_assert_true(g_utf8_validate(text, -1, NULL));
	g_assert_null(strstr(text, "s3cret"));
	g_assert_null(strstr(text, "just so"));
}

static void test_markdown(Fixture *f, gconstpointer data)
{
	g_autofree char *text = ferry_report_to_text(&f->report, true);

	assert_has(text, "# ferry copy\n");
	assert_has(text, "- source: mysql://me@h/shop\n");
	assert_has(text, "| table       |      read |");
	assert_has(text, "- column orders.x: just so");
	assert_has(text, "**Loaded, but 2 rows were rejected**\n");
	g_assert_null(strstr(text, "more:"));
	g_assert_null(strstr(text, "s3cret"));
}

static void test_json(Fixture *f, gconstpointer data)
{
	g_ptr_array_add(f->result.differences, &f->difference);
	g_autofree char *text = ferry_report_to_json(&f->report);
	json_error_t error;
	json_t *root = json_loads(text, 0, &error);

	g_assert_nonnull(root);
	g_assert_null(strstr(text, "s3cret"));
	g_assert_cmpstr(json_string_value(json_object_get(root, "outcome")), ==, "rejected");
	g_assert_cmpint(json_integer_value(json_object_get(root, "exit_code")), ==, 5);
	g_assert_cmpstr(json_string_value(json_object_get(root, "started")), ==, "2024-02-29T23:59:58Z");
	g_assert_cmpstr(json_string_value(json_object_get(root, "reject_file")), ==, "r.ndjson");
	json_t *files = json_object_get(root, "reject_files");
	g_assert_cmpuint(json_array_size(files), ==, 2);
	g_assert_cmpstr(json_string_value(json_array_get(files, 0)), ==, "/old/r.ndjson");
	g_assert_true(json_is_null(json_object_get(root, "error")));
	g_assert_cmpuint(json_array_size(json_object_get(root, "notes")), ==, 13);
	json_t *table = json_array_get(json_object_get(root, "tables"), 0);
	g_assert_cmpint(json_integer_value(json_object_get(table, "rows_read")), ==, 1234567);
	g_assert_true(json_is_true(json_object_get(table, "verified")));
	json_t *difference = json_array_get(json_object_get(root, "differences"), 0);
	g_assert_cmpstr(json_string_value(json_object_get(difference, "key")), ==, "id=7");
	g_assert_true(json_is_null(json_object_get(difference, "target_value")));
	g_assert_true(json_is_null(json_object_get(json_object_get(root, "timings"), "to_first_row")));
	assert_has(text, "\"seconds\": 3.2,"); /* not 3.2000000000000002 */
	json_decref(root);
}

/* Failed before there was a plan: still a whole document. */
static void test_early_failure(Fixture *f, gconstpointer data)
{
	g_autoptr(GError) error = NULL;

	ferry_fail_server(&error, FERRY_ERROR_AUTH, "28P01", 0, false, "refused");
	ferry_error_hint(&error, "try harder");
	FerryReport report = {.command = "copy",
			      .source = f->source,
			      .started = f->started,
			      .ended = f->ended,
			      .error = error,
			      .exit_code = FERRY_EXIT_CONNECT};
	g_autofree char *text = ferry_report_to_json(&report);
	g_autofree char *markdown = ferry_report_to_text(&report, true);
	json_t *root = json_loads(text, 0, NULL);
	json_t *told = json_object_get(root, "error");

	g_assert_cmpstr(json_string_value(json_object_get(root, "outcome")), ==, "failed");
	g_assert_cmpstr(json_string_value(json_object_get(told, "code")), ==, "auth");
	g_assert_cmpstr(json_string_value(json_object_get(told, "sqlstate")), ==, "28P01");
	g_assert_cmpstr(json_string_value(json_object_get(told, "hint")), ==, "try harder");
	g_assert_cmpuint(json_array_size(json_object_get(root, "tables")), ==, 0);
	assert_has(markdown, "refused");
	json_decref(root);
}

static void test_write(Fixture *f, gconstpointer data)
{
	g_autofree char *folder = g_dir_make_tmp("ferry-report-XXXXXX", NULL);
	g_autofree char *json = g_build_filename(folder, "r.json", NULL),
			*markdown = g_build_filename(folder, "r.md", NULL);
	g_autofree char *nowhere = g_build_filename(folder, "none", "r.md", NULL), *content = NULL;
	g_autoptr(GError) error = NULL;

	g_assert_true(ferry_report_write(&f->report, json, NULL));
	g_assert_true(g_file_get_contents(json, &content, NULL, NULL) && content[0] == '{');
	g_clear_pointer(&content, g_free);
	g_assert_true(ferry_report_write(&f->report, markdown, NULL));
	g_assert_true(g_file_get_contents(markdown, &content, NULL, NULL) && content[0] == '#');
	g_assert_false(ferry_report_write(&f->report, nowhere, &error));
	g_assert_error(error, FERRY_ERROR, FERRY_ERROR_IO);
	g_unlink(json);
	g_unlink(markdown);
	g_rmdir(folder);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add("/report/text", Fixture, NULL, set_up, test_text, tear_down);
	g_test_add("/report/markdown", Fixture, NULL, set_up, test_markdown, tear_down);
	g_test_add("/report/json", Fixture, NULL, set_up, test_json, tear_down);
	g_test_add("/report/early_failure", Fixture, NULL, set_up, test_early_failure, tear_down);
	g_test_add("/report/write", Fixture, NULL, set_up, test_write, tear_down);
	return g_test_run();
}
