/*
 * The meter: what a run has done so far, counted from its events, with rates and times left. It neither
 * prints nor locks nor asks for the time: the caller gives it (microseconds of a monotonic clock), so tests
 * need no waiting. frame.h draws it on a terminal, progress.c prints it as lines.
 */
#pragma once

#include "transfer/event.h"

typedef enum {
	FERRY_METER_WAITING,
	FERRY_METER_COPYING,
	FERRY_METER_LOADED,
	FERRY_METER_VERIFYING,
	FERRY_METER_VERIFIED
} FerryMeterState;

/* A smoothed speed: an exponential mean over about three seconds. */
typedef struct FerryRate {
	gint64 at_us; /* of the last sample; 0: none yet */
	double seen;  /* the value then */
	double per_second;
	bool is_warm; /* per_second holds something */
} FerryRate;

typedef struct FerryMeterTable {
	char *name;
	FerryMeterState state;
	int64_t total; /* rows: an estimate until loaded; -1: not known */
	int64_t rows, bytes, rejected;
	int64_t rows_before; /* of rows: in before this run began (resume); no part of the rate */
	int64_t verify_rows; /* both sides together */
	int64_t differences;
	gint64 started_us, loaded_us;
	FerryRate row_rate, byte_rate;
} FerryMeterTable;

typedef struct FerryMeter {
	int stage;       /* FerryStage; -1: before the run */
	char *activity;  /* what happens before the run, or NULL */
	gint64 stage_us; /* when the stage began */
	gint64 start_us;
	FerryMeterTable *tables;
	guint n_tables;
	guint n_objects, n_objects_failed, n_objects_expected; /* expected 0: not known */
	char *last_object;                                     /* or NULL */
	FerryRate row_rate, byte_rate;                         /* over all tables, of the stage */
} FerryMeter;

void ferry_meter_init(FerryMeter *meter, gint64 now_us);
void ferry_meter_clear(FerryMeter *meter);

/* What is going on before the run. */
void ferry_meter_set_activity(FerryMeter *meter, const char *text);
/* names and totals are copied; totals in rows, -1 where not known. */
void ferry_meter_set_tables(FerryMeter *meter, guint n, const char *const *names, const int64_t *totals);

void ferry_meter_event(FerryMeter *meter, const FerryEvent *event, gint64 now_us);
/* Takes a sample for the rates; call it a few times a second. */
void ferry_meter_tick(FerryMeter *meter, gint64 now_us);

/* 0…1 of the stage (copy: rows, build: objects, verify: rows of both sides); -1 where it cannot be said.
 * Below 1 until all is really done. */
double ferry_meter_fraction(const FerryMeter *meter);
/* Seconds until the stage ends; -1: not known. */
double ferry_meter_eta(const FerryMeter *meter);
double ferry_meter_table_fraction(const FerryMeter *meter, const FerryMeterTable *table);
double ferry_meter_table_eta(const FerryMeter *meter, const FerryMeterTable *table);

typedef struct FerryMeterSum {
	int64_t rows, rows_before, bytes, rejected, verify_rows;
	guint n_loaded, n_verified, n_active; /* active: being copied or verified */
} FerryMeterSum;

FerryMeterSum ferry_meter_sum(const FerryMeter *meter);
/* Being copied, or in the stage of verification being verified. */
bool ferry_meter_is_active(const FerryMeter *meter, const FerryMeterTable *table);
