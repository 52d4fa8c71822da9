/*
 * A lane's writer thread: takes slots from the ring. It claims each chunk in the ledger as the first
 * statement of its transaction, loads its rows (lane_rows.c), records, commits.
 *
 * When the server refuses a row (a constraint that the target has already, a domain, a trigger) the chunk is
 * rolled back and queued again as careful, and so is what comes after it of the table: rows are then loaded
 * behind savepoints, so that those that are refused stand alone (isolate.h).
 */
#include "transfer/lane_internal.h"

#include "transfer/give_up.h"
#include "transfer/moved.h"
#include "transfer/staging.h"

/* ---- what listeners and the result hear ---- */

static void emit_start(FerryRun *run, FerryTableState *table)
{
	g_mutex_lock(&run->mutex);
	bool is_first = !table->has_started;
	if (is_first) {
		table->has_started = true;
		table->started_us = g_get_monotonic_time();
	}
	int64_t loaded = table->result->rows_loaded;
	g_mutex_unlock(&run->mutex);
	if (is_first)
		ferry_run_emit(run, (FerryEvent){.type = FERRY_EVENT_TABLE_START,
						 .table = table->plan->index,
						 .rows = loaded,
						 .total = table->plan->source->est_rows});
}

/* The chunk is in, by us or by somebody before. */
static void chunk_done(FerryRun *run, FerryTableState *table, const FerryChunk *chunk)
{
	FerryTableResult *result = table->result;

	g_mutex_lock(&run->mutex);
	ferry_run_count_chunk(table, &chunk->ledger);
	bool is_last = --table->n_left == 0;
	if (is_last) {
		result->is_loaded = true;
		result->seconds = (g_get_monotonic_time() - table->started_us) / 1e6;
	}
	if (--run->n_chunks_left == 0)
		g_cond_broadcast(&run->chunks_changed);
	int64_t rows = result->rows_loaded;
	g_mutex_unlock(&run->mutex);
	if (is_last)
		ferry_run_emit(run, (FerryEvent){.type = FERRY_EVENT_TABLE_LOADED,
						 .table = table->plan->index,
						 .rows = rows,
						 .seconds = result->seconds});
}

/* ---- the writer ---- */

static void close_writer(FerryLane *lane)
{
	ferry_writer_close(g_steal_pointer(&lane->writer));
	g_clear_pointer(&lane->hasher, ferry_row_hasher_free);
	g_clear_pointer(&lane->transformer, ferry_transformer_free);
	g_clear_pointer(&lane->written, ferry_batch_free);
	g_clear_pointer(&lane->source_name, g_free);
	g_clear_pointer(&lane->target_name, g_free);
	lane->table = NULL;
}

static FerryWriter *make_writer(FerryLane *lane, const FerryTableState *table, const char *wire_format,
				GError **error)
{
	g_autoptr(FerryWriter) writer = ferry_writer_open(lane->target, table->plan->target,
							  table->plan->write_schema, wire_format, error);

	if (!writer || (table->merge_key && !ferry_writer_merge(writer, table->merge_key, error)))
		return NULL;
	return g_steal_pointer(&writer);
}

FerryWriter *ferry_lane_reopen_writer(gpointer data, GError **error)
{
	FerryLane *lane = data;

	return make_writer(lane, lane->table, NULL, error);
}

static bool open_writer(FerryLane *lane, FerryTableState *table, const char *wire_format, GError **error)
{
	if (lane->table == table && lane->wire_format == wire_format)
		return true;
	close_writer(lane);
	lane->writer = make_writer(lane, table, wire_format, error);
	if (!lane->writer)
		return false;
	g_autofree char *target = ferry_table_display_name(table->plan->target);
	lane->table = table;
	lane->wire_format = wire_format;
	lane->rejects.source = lane->source_name = ferry_table_display_name(table->plan->source);
	lane->rejects.target = lane->target_name = ferry_staging_final_name(lane->run, target);
	lane->rejects.schema = table->plan->write_schema;
	if (table->plan->transform) {
		lane->transformer = ferry_transformer_new(table->plan->transform);
		lane->written = ferry_batch_new(table->plan->write_schema, FERRY_LANE_BATCH_ROWS);
	}
	return true;
}

/* ---- begin ---- */

/* Its rows were no progress of ours, or were taken back when the answer to the commit did not come. */
static void tell_loaded_elsewhere(FerryRun *run, const FerryChunk *chunk)
{
	ferry_run_emit(run, (FerryEvent){.type = FERRY_EVENT_PROGRESS,
					 .table = run->tables[chunk->ledger.table].plan->index,
					 .rows = chunk->ledger.rows,
					 .bytes = chunk->ledger.bytes,
					 .rejected = chunk->ledger.rejected});
}

/* What its rejected rows were is told if it is in, and forgotten if it is loaded again. */
static bool settle_unsure(FerryRun *run, FerryChunk *chunk, bool is_in, GError **error)
{
	FerryRejectLines *lines = g_steal_pointer(&chunk->unsure);

	if (!lines)
		return true;
	bool is_ok = !is_in || ferry_rejects_write(run->rejects, lines, error);
	ferry_reject_lines_free(lines);
	g_free(lines);
	return is_ok;
}

static bool begin_chunk(FerryLane *lane, FerryChunk *chunk, GError **error)
{
	FerryTableState *table = &lane->run->tables[chunk->ledger.table];

	if (ferry_is_given_up(table)) {
		ferry_lane_put_back(lane->run, chunk);
		return true;
	}
	emit_start(lane->run, table);
	lane->chunk = chunk;
	lane->is_claimed = false;
	lane->isolation.target = lane->target;
	ferry_reject_lines_clear(&lane->rejects);
	ferry_ledger_chunk_reset(&chunk->ledger, ferry_run_n_checks(table->plan));
	if (!open_writer(lane, table, chunk->is_careful ? NULL : table->plan->wire_format, error))
		return false;
	ferry_watch_at(&lane->watch->writer, FERRY_AT_CLAIM);
	if (!ferry_target(lane->target)->begin(lane->target, error) ||
	    !ferry_ledger_claim(lane->run->ledger, lane->target, &chunk->ledger, &lane->is_claimed, error))
		return false;
	ferry_watch_at(&lane->watch->writer, FERRY_AT_TARGET);
	if (!lane->is_claimed) {
		ferry_target(lane->target)->rollback(lane->target);
		lane->chunk = NULL;
		tell_loaded_elsewhere(lane->run, chunk);
		chunk_done(lane->run, table, chunk);
		ferry_share_end(lane->run, chunk, FERRY_SHARE_LOADED);
	}
	return settle_unsure(lane->run, chunk, !lane->is_claimed, error);
}

/* The ledger has the last word, whatever the other process has said. */
static bool adopt_chunk(FerryLane *lane, FerryChunk *chunk, GError **error)
{
	FerryTableState *table = &lane->run->tables[chunk->ledger.table];
	bool is_in = false;

	if (ferry_is_given_up(table)) {
		ferry_lane_put_back(lane->run, chunk);
		return true;
	}
	if (!ferry_ledger_is_in(lane->run->ledger, lane->target, &chunk->ledger, &is_in, error)) {
		ferry_lane_put_back(lane->run, chunk);
		return false;
	}
	if (!is_in) {
		ferry_share_end(lane->run, chunk, FERRY_SHARE_FOR_LEAD);
		ferry_lane_put_back(lane->run, chunk);
		return true;
	}
	emit_start(lane->run, table);
	tell_loaded_elsewhere(lane->run, chunk);
	chunk_done(lane->run, table, chunk);
	return true;
}

/* ---- end ---- */

/* Rows that are rejected or found wanting have to be in the lead's report and reject file, so the lead loads
 * such a chunk itself. */
static bool is_for_lead(const FerryLane *lane)
{
	const FerryLedgerChunk *chunk = &lane->chunk->ledger;
	bool has_failed = false;

	for (guint i = 0; i < chunk->n_checks; i++)
		has_failed = has_failed || chunk->failed_checks[i];
	return lane->run->is_helper && (has_failed || chunk->rejected > 0 || lane->chunk->is_careful);
}

/* Rolls the chunk in flight back, and tells listeners to take its rows back. */
static FerryChunk *give_up_chunk(FerryLane *lane)
{
	FerryChunk *chunk = g_steal_pointer(&lane->chunk);
	guint index = chunk ? chunk->ledger.table : 0;

	close_writer(lane);
	ferry_target(lane->target)->rollback(lane->target);
	if (chunk)
		ferry_run_emit(lane->run, (FerryEvent){.type = FERRY_EVENT_ROLLBACK,
						       .table = index,
						       .rows = chunk->ledger.rows,
						       .bytes = chunk->ledger.bytes,
						       .rejected = chunk->ledger.rejected});
	return chunk;
}

static void hand_to_lead(FerryLane *lane)
{
	FerryRun *run = lane->run;
	FerryChunk *chunk = give_up_chunk(lane);

	ferry_share_end(run, chunk, FERRY_SHARE_FOR_LEAD);
	g_mutex_lock(&run->mutex);
	if (--run->n_chunks_left == 0)
		g_cond_broadcast(&run->chunks_changed);
	g_mutex_unlock(&run->mutex);
}

static bool end_chunk(FerryLane *lane, GError **error)
{
	FerryChunk *chunk = lane->chunk;
	g_autofree char *mixed = NULL;

	if (is_for_lead(lane)) {
		hand_to_lead(lane);
		return true;
	}
	ferry_watch_at(&lane->watch->writer, FERRY_AT_COMMIT);
	if (!ferry_lane_end_rows(lane, error) ||
	    !ferry_ledger_record(lane->run->ledger, lane->target, &chunk->ledger, error) ||
	    !ferry_moved_note_mixed(lane->run, lane->index, lane->table, lane->target, &mixed, error) ||
	    !ferry_rejects_reserve(lane->run->rejects, &lane->rejects, error))
		return false;
	if (!ferry_target(lane->target)->commit(lane->target, error)) {
		chunk->unsure = ferry_reject_lines_steal(&lane->rejects);
		return false;
	}
	if (mixed)
		ferry_ledger_step_committed(lane->run->ledger, mixed);
	lane->chunk = NULL;
	ferry_healing_reset(&lane->writing);
	chunk_done(lane->run, lane->table, chunk);
	ferry_share_end(lane->run, chunk, FERRY_SHARE_LOADED);
	return ferry_rejects_write(lane->run->rejects, &lane->rejects, error);
}

/* ---- the thread ---- */

static bool write_slot(FerryLane *lane, FerrySlot *slot, GError **error)
{
	if (slot->kind == FERRY_SLOT_BEGIN)
		return begin_chunk(lane, slot->chunk, error);
	if (slot->kind == FERRY_SLOT_IN)
		return adopt_chunk(lane, slot->chunk, error);
	if (!lane->chunk)
		return true; /* it was in already, or was given up: what is left of it passes by */
	switch (slot->kind) {
	case FERRY_SLOT_BATCH: return ferry_lane_write_batch(lane, slot->batch, error);
	case FERRY_SLOT_RAW: return ferry_lane_write_raw(lane, &slot->raw, error);
	case FERRY_SLOT_ABORT: ferry_lane_put_back(lane->run, give_up_chunk(lane)); return true;
	default: return end_chunk(lane, error);
	}
}

/* What may heal goes back to the queue. True when the lane goes on. */
static bool heal_target(FerryLane *lane, FerryChunk *chunk, const char *name, GError *failure)
{
	g_autofree char *doing = g_strdup_printf("loading %s", name);
	bool is_put_back = chunk && ferry_heal_may(lane->run, failure);
	GError *error = NULL;

	if (is_put_back)
		ferry_lane_put_back(lane->run, chunk);
	ferry_watch_at(&lane->watch->writer, FERRY_AT_BACKOFF);
	bool is_healed =
		ferry_heal(lane->run, &lane->writing, FERRY_HEAL_TARGET, lane->index, doing, failure, &error);
	lane->target = lane->run->targets[lane->index];
	if (is_healed)
		return true;
	if (!chunk || !ferry_give_up_table(lane->run, chunk->ledger.table, error)) {
		ferry_run_take_error(lane->run, error);
		return false;
	}
	if (!is_put_back)
		ferry_lane_put_back(lane->run, chunk);
	return true;
}

/* True when the lane goes on. */
static bool handle_failure(FerryLane *lane, GError *error)
{
	g_autofree char *name =
		lane->chunk
			? ferry_table_display_name(lane->run->tables[lane->chunk->ledger.table].plan->target)
			: g_strdup("the target");
	bool can_isolate = lane->chunk && !lane->chunk->is_careful && lane->is_claimed &&
			   ferry_isolate_is_about_rows(error) &&
			   (lane->run->project->bad_values[FERRY_BAD_REFUSED] != FERRY_BAD_VALUE_FAIL ||
			    lane->run->project->on_error == FERRY_ON_ERROR_SKIP);
	if (can_isolate && lane->run->is_helper) {
		g_error_free(error);
		hand_to_lead(lane);
		return true;
	}
	FerryChunk *chunk = give_up_chunk(lane);

	if (!can_isolate)
		return heal_target(lane, chunk, name, error);
	ferry_run_log(lane->run, FERRY_SEVERITY_WARNING,
		      "%s: the server refused a row (%s); such rows are left out from here on", name,
		      error->message);
	g_error_free(error);
	chunk->is_careful = true;
	g_atomic_int_set(&lane->run->tables[chunk->ledger.table].has_refusals, 1);
	ferry_lane_put_back(lane->run, chunk);
	return true;
}

void ferry_lane_write(FerryLane *lane)
{
	FerrySlot *slot;

	ferry_watch_at(&lane->watch->writer, FERRY_AT_RING);
	while (!ferry_run_is_stopped(lane->run) && (slot = ferry_ring_take(lane->ring))) {
		GError *error = NULL;
		ferry_watch_at(&lane->watch->writer, FERRY_AT_TARGET);
		bool is_ok = write_slot(lane, slot, &error);
		ferry_ring_release(lane->ring);
		ferry_watch_done(lane->watch);
		if (!is_ok && !handle_failure(lane, error))
			break;
		ferry_watch_at(&lane->watch->writer, FERRY_AT_RING);
	}
	ferry_watch_at(&lane->watch->writer, FERRY_AT_REST);
	if (lane->chunk || lane->writer)
		give_up_chunk(lane);
}
