/*
 * Counting a run's events; see meter.h.
 */
#include "cli/meter.h"

#include <math.h>
#include <string.h>

#define RATE_TAU_S    3.0
#define RATE_SAMPLE_S 0.2

static void rate_sample(FerryRate *rate, double value, gint64 now_us)
{
	double dt = (double)(now_us - rate->at_us) / G_USEC_PER_SEC;

	if (rate->at_us == 0) {
		rate->at_us = now_us;
		rate->seen = value;
		return;
	}
	if (dt < RATE_SAMPLE_S)
		return;
	double now = MAX(0, value - rate->seen) / dt; /* a rolled back chunk takes rows back */
	if (rate->is_warm)
		rate->per_second += (1 - exp(-dt / RATE_TAU_S)) * (now - rate->per_second);
	else if (now > 0) {
		rate->per_second = now;
		rate->is_warm = true;
	}
	rate->at_us = now_us;
	rate->seen = value;
}

static void rate_start(FerryRate *rate, double value, gint64 now_us)
{
	*rate = (FerryRate){.at_us = now_us, .seen = value};
}

void ferry_meter_init(FerryMeter *meter, gint64 now_us)
{
	*meter = (FerryMeter){.stage = -1, .stage_us = now_us, .start_us = now_us};
}

static void clear_tables(FerryMeter *meter)
{
	for (guint i = 0; i < meter->n_tables; i++)
		g_free(meter->tables[i].name);
	g_clear_pointer(&meter->tables, g_free);
	meter->n_tables = 0;
}

void ferry_meter_clear(FerryMeter *meter)
{
	clear_tables(meter);
	g_clear_pointer(&meter->activity, g_free);
	g_clear_pointer(&meter->last_object, g_free);
}

void ferry_meter_set_activity(FerryMeter *meter, const char *text)
{
	g_free(meter->activity);
	meter->activity = g_strdup(text);
}

void ferry_meter_set_tables(FerryMeter *meter, guint n, const char *const *names, const int64_t *totals)
{
	clear_tables(meter);
	meter->tables = g_new0(FerryMeterTable, n);
	meter->n_tables = n;
	for (guint i = 0; i < n; i++) {
		meter->tables[i].name = g_strdup(names[i]);
		meter->tables[i].total = totals[i];
	}
}

static void begin_stage(FerryMeter *meter, FerryStage stage, gint64 now_us)
{
	FerryMeterSum sum = ferry_meter_sum(meter);

	meter->stage = (int)stage;
	meter->stage_us = now_us;
	bool verifies = stage == FERRY_STAGE_VERIFY;
	rate_start(&meter->row_rate,
		   verifies ? (double)sum.verify_rows : (double)(sum.rows - sum.rows_before), now_us);
	rate_start(&meter->byte_rate, (double)sum.bytes, now_us);
}

static void start_table(FerryMeterTable *table, const FerryEvent *event, gint64 now_us)
{
	table->state = FERRY_METER_COPYING;
	table->started_us = now_us;
	if (event->total >= 0)
		table->total = event->total;
	if (event->rows > 0) {
		table->rows_before = event->rows;
		table->rows += event->rows;
	}
	rate_start(&table->row_rate, (double)table->rows, now_us);
	rate_start(&table->byte_rate, (double)table->bytes, now_us);
}

static void finish_loading(FerryMeterTable *table, const FerryEvent *event, gint64 now_us)
{
	if (event->rows > table->rows)
		/* A table that an earlier run loaded whole begins no chunk: its rows come with the end. */
		table->rows_before += table->started_us ? 0 : event->rows - table->rows;
	if (event->rows > 0)
		table->rows = event->rows;
	table->total = table->rows;
	table->state = FERRY_METER_LOADED;
	table->loaded_us = now_us;
	if (!table->started_us)
		table->started_us = now_us;
}

static void add_verified(FerryMeterTable *table, const FerryEvent *event, gint64 now_us)
{
	if (table->state != FERRY_METER_VERIFYING) {
		table->state = FERRY_METER_VERIFYING;
		rate_start(&table->row_rate, (double)table->verify_rows, now_us);
	}
	table->verify_rows += event->rows;
}

static void count_object(FerryMeter *meter, const FerryEvent *event)
{
	meter->n_objects++;
	if (event->severity != FERRY_SEVERITY_INFO)
		meter->n_objects_failed++;
	g_free(meter->last_object);
	meter->last_object = g_strdup(event->text);
}

void ferry_meter_event(FerryMeter *meter, const FerryEvent *event, gint64 now_us)
{
	FerryMeterTable *table = NULL;

	if (event->table >= 0 && (guint)event->table < meter->n_tables)
		table = &meter->tables[event->table];
	switch (event->type) {
	case FERRY_EVENT_STAGE: begin_stage(meter, event->stage, now_us); return;
	case FERRY_EVENT_OBJECT: count_object(meter, event); return;
	default: break;
	}
	if (!table)
		return;
	switch (event->type) {
	case FERRY_EVENT_TABLE_START: start_table(table, event, now_us); break;
	case FERRY_EVENT_PROGRESS:
		table->rows += event->rows;
		table->bytes += event->bytes;
		table->rejected += event->rejected;
		break;
	case FERRY_EVENT_ROLLBACK:
		table->rows = MAX(0, table->rows - event->rows);
		table->bytes = MAX(0, table->bytes - event->bytes);
		table->rejected = MAX(0, table->rejected - event->rejected);
		break;
	case FERRY_EVENT_TABLE_LOADED: finish_loading(table, event, now_us); break;
	case FERRY_EVENT_VERIFY_PROGRESS: add_verified(table, event, now_us); break;
	case FERRY_EVENT_TABLE_VERIFIED:
		table->state = FERRY_METER_VERIFIED;
		table->differences = event->differences;
		break;
	default: break;
	}
}

FerryMeterSum ferry_meter_sum(const FerryMeter *meter)
{
	FerryMeterSum sum = {0};

	for (guint i = 0; i < meter->n_tables; i++) {
		const FerryMeterTable *t = &meter->tables[i];
		sum.rows += t->rows;
		sum.rows_before += t->rows_before;
		sum.bytes += t->bytes;
		sum.rejected += t->rejected;
		sum.verify_rows += t->verify_rows;
		sum.n_loaded += t->state >= FERRY_METER_LOADED;
		sum.n_verified += t->state == FERRY_METER_VERIFIED;
		sum.n_active += ferry_meter_is_active(meter, t);
	}
	return sum;
}

bool ferry_meter_is_active(const FerryMeter *meter, const FerryMeterTable *table)
{
	return table->state == FERRY_METER_COPYING ||
	       (meter->stage == FERRY_STAGE_VERIFY && table->state == FERRY_METER_VERIFYING);
}

void ferry_meter_tick(FerryMeter *meter, gint64 now_us)
{
	FerryMeterSum sum = ferry_meter_sum(meter);
	bool verifies = meter->stage == FERRY_STAGE_VERIFY;

	if (meter->stage < 0)
		return;
	rate_sample(&meter->row_rate,
		    verifies ? (double)sum.verify_rows : (double)(sum.rows - sum.rows_before), now_us);
	rate_sample(&meter->byte_rate, (double)sum.bytes, now_us);
	for (guint i = 0; i < meter->n_tables; i++) {
		FerryMeterTable *t = &meter->tables[i];
		if (!ferry_meter_is_active(meter, t))
			continue;
		bool is_verifying = t->state == FERRY_METER_VERIFYING;
		rate_sample(&t->row_rate, (double)(is_verifying ? t->verify_rows : t->rows), now_us);
		rate_sample(&t->byte_rate, (double)t->bytes, now_us);
	}
}

/* Rows to go through and rows gone through, in the stage's own count. False: not known. */
static bool table_work(const FerryMeter *meter, const FerryMeterTable *t, double *ret_total, double *ret_done)
{
	if (meter->stage == FERRY_STAGE_VERIFY) {
		double total =
			t->state == FERRY_METER_VERIFIED ? (double)t->verify_rows : 2.0 * (double)t->total;
		*ret_total = total;
		*ret_done = MIN((double)t->verify_rows, total);
		return t->total >= 0 || t->state == FERRY_METER_VERIFIED;
	}
	*ret_total = (double)t->total;
	*ret_done = (double)MIN(t->rows, t->total);
	return t->total >= 0;
}

static bool is_done(const FerryMeter *meter, const FerryMeterTable *t)
{
	return t->state >= (meter->stage == FERRY_STAGE_VERIFY ? FERRY_METER_VERIFIED : FERRY_METER_LOADED);
}

double ferry_meter_table_fraction(const FerryMeter *meter, const FerryMeterTable *table)
{
	double total, done;

	if (is_done(meter, table))
		return 1;
	if (!table_work(meter, table, &total, &done))
		return -1;
	return total > 0 ? MIN(done / total, 0.99) : 0;
}

/* Rows of all tables; false where a table's total is not known. */
static bool stage_work(const FerryMeter *meter, double *ret_total, double *ret_done, guint *ret_n_done)
{
	bool is_known = true;

	*ret_total = *ret_done = 0;
	*ret_n_done = 0;
	for (guint i = 0; i < meter->n_tables; i++) {
		double total, done;
		if (table_work(meter, &meter->tables[i], &total, &done)) {
			*ret_total += total;
			*ret_done += done;
		} else {
			is_known = false;
		}
		*ret_n_done += is_done(meter, &meter->tables[i]);
	}
	return is_known;
}

double ferry_meter_fraction(const FerryMeter *meter)
{
	double total, done;
	guint n_done;

	if (meter->stage == FERRY_STAGE_BUILD)
		return meter->n_objects_expected
			       ? MIN(1, (double)meter->n_objects / meter->n_objects_expected)
			       : -1;
	if (meter->stage != FERRY_STAGE_COPY && meter->stage != FERRY_STAGE_VERIFY)
		return -1;
	bool is_known = stage_work(meter, &total, &done, &n_done);
	if (n_done == meter->n_tables)
		return 1;
	if (is_known && total > 0)
		return MIN(done / total, 0.99);
	/* not every table's rows are known: then each table counts the same */
	done = 0;
	for (guint i = 0; i < meter->n_tables; i++)
		done += MAX(0, ferry_meter_table_fraction(meter, &meter->tables[i]));
	return MIN(done / meter->n_tables, 0.99);
}

static double eta(double left, const FerryRate *rate)
{
	return rate->is_warm && rate->per_second > 0 ? MAX(0, left) / rate->per_second : -1;
}

double ferry_meter_eta(const FerryMeter *meter)
{
	double total, done;
	guint n_done;

	if (meter->stage != FERRY_STAGE_COPY && meter->stage != FERRY_STAGE_VERIFY)
		return -1;
	if (!stage_work(meter, &total, &done, &n_done))
		return -1;
	return eta(total - done, &meter->row_rate);
}

double ferry_meter_table_eta(const FerryMeter *meter, const FerryMeterTable *table)
{
	double total, done;

	if (!table_work(meter, table, &total, &done) || done >= total)
		return -1; /* an estimate that is passed says nothing */
	return eta(total - done, &table->row_rate);
}
