/*
 * What a lane's writer does to the rows of the chunk in flight: they are transformed, checked against what
 * the target holds, and loaded; those that are rejected are counted, summed and told in the reject file.
 */
#include "transfer/lane_internal.h"

static void progress(FerryLane *lane, int64_t rows, int64_t bytes, int64_t rejected)
{
	FerryRun *run = lane->run;

	if (rows && !lane->has_loaded) {
		lane->has_loaded = true;
		g_mutex_lock(&run->mutex);
		if (!run->first_row_us)
			run->first_row_us = g_get_monotonic_time();
		g_mutex_unlock(&run->mutex);
	}
	lane->chunk->ledger.rows += rows;
	lane->chunk->ledger.bytes += bytes;
	ferry_run_emit(run, (FerryEvent){.type = FERRY_EVENT_PROGRESS,
					 .table = lane->table->plan->index,
					 .rows = rows,
					 .bytes = bytes,
					 .rejected = rejected});
}

/* The check that has rejected the row, or NULL. Verification leaves such rows out on both sides, by the same
 * check. */
static const char *failed_check(const FerryLane *lane, size_t row)
{
	return lane->transformer ? ferry_transformer_row_failure(lane->transformer, row) : NULL;
}

static void tell_failed_checks(FerryLane *lane, const FerryBatch *batch)
{
	for (size_t row = 0; row < batch->n_rows; row++) {
		const char *check = failed_check(lane, row);
		if (!check)
			continue;
		g_autofree char *reason = g_strdup_printf("check %s failed", check);
		ferry_rejects_add_refused(&lane->rejects, batch, row, reason);
	}
}

static bool is_left_out(size_t row, gconstpointer lane)
{
	return failed_check(lane, row) != NULL;
}

/* The table's and the run's rejected rows, with those of the chunk in flight. Where they are too many the
 * chunk goes, but what was wrong with its rows is told. */
static bool check_limits(FerryLane *lane, size_t n_more, bool is_end, GError **error)
{
	FerryRun *run = lane->run;
	const FerryLedgerChunk *chunk = &lane->chunk->ledger;
	int64_t rejected = chunk->rejected, read = chunk->rows + chunk->rejected + (int64_t)n_more;
	int64_t table_rejected = rejected, table_read = read;

	if (run->is_helper)
		return true; /* the chunk goes to the lead, who knows all */
	g_mutex_lock(&run->mutex);
	for (guint i = 0; i < run->result.n_tables; i++) {
		rejected += run->result.tables[i].rows_rejected;
		read += run->result.tables[i].rows_read;
	}
	table_rejected += lane->table->result->rows_rejected;
	table_read += lane->table->result->rows_read;
	bool is_all = is_end && lane->table->chunks->len == 1;
	g_mutex_unlock(&run->mutex);
	if (ferry_reject_limits_check(run, lane->table->plan, table_rejected, table_read, rejected, read,
				      is_all, error))
		return true;
	ferry_rejects_write_lost(run->rejects, &lane->rejects);
	return false;
}

/* Bad values meet their rules; rows that are rejected are counted and told in the reject file. */
static bool settle_bad_values(FerryLane *lane, FerryBatch *batch, size_t n_bad_by_reader, GError **error)
{
	FerryLedgerChunk *chunk = &lane->chunk->ledger;
	FerryBadValues *values = &lane->bad_values;

	if (!lane->hasher)
		lane->hasher = ferry_row_hasher_new(ferry_run_row_schema(lane->table->plan));
	if (!ferry_bad_values_apply(lane->run, lane->table->plan, batch, n_bad_by_reader, lane->hasher,
				    is_left_out, lane, values, error))
		return false;
	if (batch->n_skipped)
		ferry_rejects_add_bad(&lane->rejects, batch, is_left_out, lane);
	ferry_row_sum_merge(&chunk->rejected_sum, &values->sum);
	chunk->rejected += (int64_t)batch->n_skipped;
	chunk->nulled += values->n_nulled;
	chunk->replaced += values->n_replaced;
	for (guint i = 0; i < FERRY_N_BAD_KINDS; i++)
		chunk->bad_values[i] += values->n_by_kind[i];
	return batch->n_skipped == 0 || check_limits(lane, batch->n_rows - batch->n_skipped, false, error);
}

bool ferry_lane_refuse_row(FerryBatch *batch, size_t row, const GError *reason, gpointer data, GError **error)
{
	FerryLane *lane = data;
	if (!lane->hasher)
		lane->hasher = ferry_row_hasher_new(ferry_run_row_schema(lane->table->plan));
	ferry_row_sum_add_hash(&lane->chunk->ledger.rejected_sum,
			       ferry_row_hasher_row(lane->hasher, batch, row));
	lane->chunk->ledger.rejected++;
	lane->chunk->ledger.bad_values[FERRY_BAD_REFUSED]++;
	ferry_rejects_add_refused(&lane->rejects, batch, row, reason->message);
	return check_limits(lane, 0, false, error);
}

/* What is to be written of a batch that was read; NULL: failed. */
static FerryBatch *transform(FerryLane *lane, FerryBatch *batch, GError **error)
{
	if (!lane->transformer)
		return batch;
	if (!ferry_transformer_apply(lane->transformer, batch, lane->written,
				     lane->chunk->ledger.failed_checks, error))
		return NULL;
	if (G_UNLIKELY(lane->written->n_skipped > 0))
		tell_failed_checks(lane, lane->written);
	return lane->written;
}

bool ferry_lane_write_batch(FerryLane *lane, FerryBatch *read, GError **error)
{
	int64_t rejected_before = lane->chunk->ledger.rejected;
	int64_t loaded = 0;
	FerryBatch *batch = transform(lane, read, error);

	if (!batch)
		return false;
	size_t n_bad_by_reader = batch->n_bad;
	ferry_target(lane->target)->check(lane->writer, batch);
	if (G_UNLIKELY(batch->n_bad > 0 || batch->n_skipped > 0) &&
	    !settle_bad_values(lane, batch, n_bad_by_reader, error))
		return false;
	if (lane->chunk->is_careful) {
		if (!ferry_isolate_load(&lane->isolation, batch, &loaded, error))
			return false;
	} else {
		if (!ferry_writer_append(lane->writer, batch, 0, batch->n_rows, error))
			return false;
		loaded = (int64_t)(batch->n_rows - batch->n_skipped);
	}
	progress(lane, loaded, (int64_t)batch->source_bytes, lane->chunk->ledger.rejected - rejected_before);
	if (lane->transformer) /* now, for it may hold what the permit of the other was for */
		ferry_batch_clear(lane->written);
	return true;
}

bool ferry_lane_write_raw(FerryLane *lane, const FerryRaw *raw, GError **error)
{
	if (!ferry_writer_append_raw(lane->writer, raw, error))
		return false;
	progress(lane, (int64_t)raw->n_rows, (int64_t)raw->len, 0);
	return true;
}

/* What was loaded carefully has been flushed, and counted, range by range. */
bool ferry_lane_end_rows(FerryLane *lane, GError **error)
{
	const FerryLedgerChunk *chunk = &lane->chunk->ledger;

	if (!lane->chunk->is_careful && !ferry_isolate_flush(lane->writer, chunk->rows, error))
		return false;
	return chunk->rejected == 0 || check_limits(lane, 0, true, error);
}
