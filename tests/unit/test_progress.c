/*
 * Progress from synthetic events: the meter's counts, rates and times with a clock of the test's own; the
 * frame at every width; and the writer into a pipe.
 */
#include "cli/frame.h"
#include "report/human.h"
#include "cli/progress.h"

#include <string.h>
#include <unistd.h>

#define SECOND G_USEC_PER_SEC

static const char *const names[] = {"public.orders",
				    "public.a_table_with_a_very_long_name_that_nobody_wants_to_type", "log"};
static const int64_t totals[] = {1000000, 500, -1};

static FerryEvent event_of(FerryEventType type, int table, int64_t rows, int64_t bytes)
{
	return (FerryEvent){.type = type, .table = table, .rows = rows, .bytes = bytes, .total = -1};
}

static void feed(FerryMeter *meter, FerryEventType type, int table, int64_t rows, int64_t bytes, gint64 now)
{
	FerryEvent event = event_of(type, table, rows, bytes);

	ferry_meter_event(meter, &event, now);
}

static void enter(FerryMeter *meter, FerryStage stage, gint64 now)
{
	ferry_meter_event(meter, &(FerryEvent){.type = FERRY_EVENT_STAGE, .stage = stage, .table = -1}, now);
}

static void start(FerryMeter *meter, guint n_tables)
{
	ferry_meter_init(meter, SECOND);
	ferry_meter_set_tables(meter, n_tables, names, totals);
	enter(meter, FERRY_STAGE_COPY, SECOND);
}

/* A steady flow: the rate is the flow, the time left follows from it. */
static void test_rate(void)
{
	FerryMeter meter;
	gint64 now = SECOND;

	start(&meter, 1);
	feed(&meter, FERRY_EVENT_TABLE_START, 0, 0, 0, now);
	for (int i = 0; i < 50; i++) {
		now += SECOND / 10;
		feed(&meter, FERRY_EVENT_PROGRESS, 0, 10000, 1000000, now);
		ferry_meter_tick(&meter, now);
	}
	g_assert_cmpfloat_with_epsilon(meter.row_rate.per_second, 100000, 1);
	g_assert_cmpfloat_with_epsilon(meter.tables[0].byte_rate.per_second, 1e7, 1);
	g_assert_cmpfloat_with_epsilon(ferry_meter_fraction(&meter), 0.5, 1e-9);
	g_assert_cmpfloat_with_epsilon(ferry_meter_eta(&meter), 5, 0.01);
	g_assert_cmpfloat_with_epsilon(ferry_meter_table_eta(&meter, &meter.tables[0]), 5, 0.01);
	ferry_meter_clear(&meter);
}

/* A chunk that is rolled back takes its rows along, and no rate goes below zero. */
static void test_rollback(void)
{
	FerryMeter meter;

	start(&meter, 1);
	feed(&meter, FERRY_EVENT_TABLE_START, 0, 0, 0, SECOND);
	feed(&meter, FERRY_EVENT_PROGRESS, 0, 500, 5000, SECOND);
	ferry_meter_tick(&meter, 2 * SECOND);
	feed(&meter, FERRY_EVENT_ROLLBACK, 0, 300, 3000, 2 * SECOND);
	ferry_meter_tick(&meter, 3 * SECOND);
	g_assert_cmpint(meter.tables[0].rows, ==, 200);
	g_assert_cmpint(meter.tables[0].bytes, ==, 2000);
	g_assert_cmpfloat(meter.row_rate.per_second, >=, 0);
	ferry_meter_clear(&meter);
}

/* Rows that an earlier run brought in count for the percentage, not for the speed. */
static void test_resume(void)
{
	FerryMeter meter;

	start(&meter, 2);
	feed(&meter, FERRY_EVENT_TABLE_START, 0, 900000, 0, SECOND);
	feed(&meter, FERRY_EVENT_TABLE_LOADED, 1, 500, 0, SECOND);
	ferry_meter_tick(&meter, 2 * SECOND);
	g_assert_false(meter.row_rate.is_warm);
	g_assert_cmpfloat_with_epsilon(ferry_meter_fraction(&meter), 900500 / 1000500.0, 1e-9);
	feed(&meter, FERRY_EVENT_PROGRESS, 0, 1000, 0, 2 * SECOND);
	ferry_meter_tick(&meter, 3 * SECOND);
	g_assert_cmpfloat_with_epsilon(meter.row_rate.per_second, 1000, 1);
	ferry_meter_clear(&meter);
}

/* Estimates are wrong at times: never 100 % before the end, always 100 % after it. */
static void test_wrong_estimate(void)
{
	FerryMeter meter;

	start(&meter, 2);
	feed(&meter, FERRY_EVENT_TABLE_START, 1, 0, 0, SECOND);
	feed(&meter, FERRY_EVENT_PROGRESS, 1, 5000, 0, SECOND);
	g_assert_cmpfloat_with_epsilon(ferry_meter_table_fraction(&meter, &meter.tables[1]), 0.99, 1e-9);
	feed(&meter, FERRY_EVENT_TABLE_LOADED, 1, 5000, 0, SECOND);
	feed(&meter, FERRY_EVENT_TABLE_START, 0, 0, 0, SECOND);
	feed(&meter, FERRY_EVENT_TABLE_LOADED, 0, 7, 0, SECOND);
	g_assert_cmpfloat(ferry_meter_fraction(&meter), ==, 1);
	ferry_meter_clear(&meter);
}

/* Without a count of rows, tables are counted; without tables, all is done. */
static void test_unknown_totals(void)
{
	FerryMeter meter;

	start(&meter, 3);
	g_assert_cmpfloat(ferry_meter_fraction(&meter), ==, 0);
	g_assert_cmpfloat(ferry_meter_eta(&meter), ==, -1);
	feed(&meter, FERRY_EVENT_TABLE_LOADED, 1, 500, 0, SECOND);
	g_assert_cmpfloat_with_epsilon(ferry_meter_fraction(&meter), 1 / 3.0, 1e-9);
	ferry_meter_clear(&meter);
	start(&meter, 0);
	g_assert_cmpfloat(ferry_meter_fraction(&meter), ==, 1);
	feed(&meter, FERRY_EVENT_PROGRESS, 7, 1, 1, SECOND); /* a table that is not there */
	ferry_meter_clear(&meter);
}

static void test_verify(void)
{
	FerryMeter meter;

	start(&meter, 1);
	feed(&meter, FERRY_EVENT_TABLE_LOADED, 0, 1000, 0, SECOND);
	enter(&meter, FERRY_STAGE_VERIFY, 2 * SECOND);
	feed(&meter, FERRY_EVENT_VERIFY_PROGRESS, 0, 500, 0, 2 * SECOND);
	g_assert_cmpfloat_with_epsilon(ferry_meter_fraction(&meter), 0.25, 1e-9);
	g_assert_true(ferry_meter_is_active(&meter, &meter.tables[0]));
	feed(&meter, FERRY_EVENT_TABLE_VERIFIED, 0, 1000, 0, 3 * SECOND);
	g_assert_cmpfloat(ferry_meter_fraction(&meter), ==, 1);
	ferry_meter_clear(&meter);
}

/* ---- frame ---- */

static void fill_busy(FerryMeter *meter)
{
	gint64 now = SECOND;

	start(meter, 3);
	for (int t = 0; t < 3; t++)
		feed(meter, FERRY_EVENT_TABLE_START, t, 0, 0, now);
	for (int i = 0; i < 20; i++) {
		now += SECOND / 4;
		for (int t = 0; t < 3; t++)
			feed(meter, FERRY_EVENT_PROGRESS, t, 12345, 2345678, now);
		ferry_meter_tick(meter, now);
	}
}

static void check_frame(const FerryMeter *meter, FerryFrameStyle style)
{
	g_autoptr(GPtrArray) lines = ferry_frame_render(meter, &style, 60 * SECOND);

	g_assert_cmpuint(lines->len, >=, 1);
	g_assert_cmpuint(lines->len, <=, 1 + MAX(style.max_tables, 0));
	for (guint i = 0; i < lines->len; i++) {
		const char *line = g_ptr_array_index(lines, i);
		g_assert_true(g_utf8_validate(line, -1, NULL));
		g_assert_null(strchr(line, '\n'));
		if (!style.has_color)
			g_assert_cmpuint(ferry_human_width(line), <=, MAX(style.width, 2) - 1);
		if (!style.is_utf8)
			g_assert_true(g_str_is_ascii(line));
	}
}

static void test_every_width(void)
{
	FerryMeter meter;

	fill_busy(&meter);
	for (int stage = -1; stage < FERRY_N_STAGES; stage++) {
		meter.stage = stage;
		for (size_t width = 1; width < 240; width++)
			for (size_t max_tables = 0; max_tables < 5; max_tables++) {
				check_frame(&meter, (FerryFrameStyle){.width = width,
								      .max_tables = max_tables,
								      .is_utf8 = true});
				check_frame(&meter,
					    (FerryFrameStyle){.width = width, .max_tables = max_tables});
			}
	}
	ferry_meter_clear(&meter);
}

static void test_frame_content(void)
{
	FerryMeter meter;
	FerryFrameStyle style = {.width = 160, .max_tables = 8};

	fill_busy(&meter);
	g_autoptr(GPtrArray) lines = ferry_frame_render(&meter, &style, 6 * SECOND);
	g_assert_cmpuint(lines->len, ==, 4);
	g_assert_nonnull(strstr(lines->pdata[0], "copy 0/3 tables"));
	g_assert_nonnull(strstr(lines->pdata[1], "public.orders"));
	g_assert_nonnull(strstr(lines->pdata[1], "24 %"));
	g_assert_nonnull(strstr(lines->pdata[1], "246,900 rows"));
	g_assert_nonnull(strstr(lines->pdata[1], "49,380 rows/s"));
	g_assert_nonnull(strstr(lines->pdata[1], "9.38 MB/s"));
	g_assert_nonnull(strstr(lines->pdata[1], "ETA 0:16"));
	g_assert_null(strchr(lines->pdata[3], '%')); /* its total is not known */
	for (guint i = 0; i < lines->len; i++)
		g_test_message("%s", (char *)lines->pdata[i]);

	style.width = 80;
	g_autoptr(GPtrArray) narrow = ferry_frame_render(&meter, &style, 6 * SECOND);
	for (guint i = 0; i < narrow->len; i++)
		g_test_message("%s", (char *)narrow->pdata[i]);
	g_assert_nonnull(strstr(narrow->pdata[1], "49.4 k/s"));
	g_assert_nonnull(strstr(narrow->pdata[1], "9.38 MB/s"));
	g_assert_nonnull(strchr(narrow->pdata[1], '['));

	style.max_tables = 2;
	g_autoptr(GPtrArray) few = ferry_frame_render(&meter, &style, 6 * SECOND);
	g_assert_cmpuint(few->len, ==, 3);
	g_assert_cmpstr(few->pdata[2], ==, "  and 2 more");
	ferry_meter_clear(&meter);
}

/* ---- the writer ---- */

static FerryPlan *small_plan(FerryTablePlan *table)
{
	FerryPlan *plan = g_new0(FerryPlan, 1);

	*table = (FerryTablePlan){.name = (char *)"public.or\033ders",
				  .source = ferry_table_new("public", "or\033ders")};
	table->source->est_rows = 100;
	plan->tables = g_ptr_array_new();
	g_ptr_array_add(plan->tables, table);
	return plan;
}

/* Sends a small run's events and gives what came out of the pipe. */
static char *output_of(FerryProgressMode mode, guint wait_ms)
{
	int fds[2];
	char buffer[65536];
	FerryTablePlan table;
	FerryPlan *plan = small_plan(&table);

	g_assert_cmpint(pipe(fds), ==, 0);
	FerryProgress *progress = ferry_progress_new(mode, fds[1]);
	ferry_progress_activity(progress, "plan: %s", "looking");
	ferry_progress_set_plan(progress, plan, 1);
	g_assert_cmpint(ferry_progress_stage(progress), ==, -1);
	FerryEvent stage = {.type = FERRY_EVENT_STAGE, .stage = FERRY_STAGE_COPY, .table = -1};
	FerryEvent begin = event_of(FERRY_EVENT_TABLE_START, 0, 0, 0),
		   more = event_of(FERRY_EVENT_PROGRESS, 0, 60, 600);
	FerryEvent log = {.type = FERRY_EVENT_LOG,
			  .table = -1,
			  .severity = FERRY_SEVERITY_WARNING,
			  .text = "mind the gap"};
	FerryEvent end = event_of(FERRY_EVENT_TABLE_LOADED, 0, 60, 600);
	ferry_progress_event(&stage, progress);
	g_assert_cmpint(ferry_progress_stage(progress), ==, FERRY_STAGE_COPY);
	ferry_progress_event(&begin, progress);
	ferry_progress_event(&more, progress);
	g_usleep(wait_ms * 1000);
	ferry_progress_event(&log, progress);
	ferry_progress_event(&end, progress);
	ferry_progress_free(progress);
	close(fds[1]);
	ssize_t n = read(fds[0], buffer, sizeof(buffer));
	close(fds[0]);
	g_ptr_array_unref(plan->tables);
	g_free(plan);
	ferry_table_free(table.source);
	return g_strndup(buffer, (gsize)MAX(n, 0));
}

static void test_quiet(void)
{
	g_autofree char *text = output_of(FERRY_PROGRESS_QUIET, 0);

	g_assert_cmpstr(text, ==, "");
}

static void test_lines(void)
{
	g_autofree char *text = output_of(FERRY_PROGRESS_LINES, 0);

	g_assert_nonnull(strstr(text, "stage: copy\n"));
	g_assert_nonnull(strstr(text, "copy: public.or?ders: begins, about 100 rows\n"));
	g_assert_nonnull(strstr(text, "warning: mind the gap\n"));
	g_assert_nonnull(strstr(text, "copy: public.or?ders: 60 rows in "));
	g_assert_null(strpbrk(text, "\033\r"));
}

static void test_bars(void)
{
	g_autofree char *text = output_of(FERRY_PROGRESS_BARS, 250);

	g_assert_nonnull(strstr(text, "public.or?ders"));
	g_assert_nonnull(strstr(text, "60 %"));
	g_assert_nonnull(strstr(text, "mind the gap\033[K\n"));
	g_assert_nonnull(strstr(text, "\033[1A"));       /* back to where the frame began */
	g_assert_true(g_str_has_suffix(text, "\033[J")); /* and away with it */
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/progress/rate", test_rate);
	g_test_add_func("/progress/rollback", test_rollback);
	g_test_add_func("/progress/resume", test_resume);
	g_test_add_func("/progress/wrong_estimate", test_wrong_estimate);
	g_test_add_func("/progress/unknown_totals", test_unknown_totals);
	g_test_add_func("/progress/verify", test_verify);
	g_test_add_func("/progress/every_width", test_every_width);
	g_test_add_func("/progress/frame_content", test_frame_content);
	g_test_add_func("/progress/quiet", test_quiet);
	g_test_add_func("/progress/lines", test_lines);
	g_test_add_func("/progress/bars", test_bars);
	return g_test_run();
}
