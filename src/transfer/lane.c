/*
 * Lanes. The reader thread takes a chunk from the run's queue, reads it into slots of the ring, and goes on
 * with the next while the writer still commits: BEGIN, BATCH or RAW…, END for each chunk. The writer claims
 * the chunk in the ledger as the first statement of its transaction, loads, records, commits.
 *
 * When the server refuses a row (a constraint that the target has already, a domain, a trigger) the chunk is
 * rolled back and queued again as careful, and so is what comes after it of the table: rows are then loaded
 * behind savepoints, so that those that are refused stand alone (isolate.h).
 */
#include "transfer/lane.h"

#include "transfer/bad_value.h"
#include "transfer/give_up.h"
#include "transfer/heal.h"
#include "transfer/isolate.h"
#include "transfer/ring.h"
#include "transfer/staging.h"
#include "transfer/watchdog.h"

#define RING_SLOTS 4
#define BATCH_ROWS 2048
#define BATCH_BYTES                                                                                          \
	(128 * 1024) /* small enough that what the reader wrote is still in the cache when the writer        \
			encodes it */
#define RAW_BYTES (128 * 1024)

typedef struct Lane {
	FerryRun *run;
	guint index;
	FerryConnection *source; /* reader thread only */
	FerryConnection *target; /* writer thread only */
	FerryRing *ring;
	FerryHealing reading, writing; /* each its thread's */
	FerryWatch *watch;

	/* writer thread only */
	FerryWriter *writer;
	FerryTableState *table; /* what the writer is open for */
	const char *wire_format;
	FerryRowHasher *hasher;          /* of the table's rejected rows; NULL before the first */
	FerryTransformer *transformer;   /* or NULL: the table's rows are written as they are read */
	FerryBatch *written;             /* what the transformer makes of a batch */
	int64_t *failed_checks;          /* of the chunk in flight */
	FerryBadValues bad_values;       /* its scratch memory */
	FerryRejectLines rejects;        /* of the chunk in flight */
	char *source_name, *target_name; /* of the table, for them */
	FerryIsolation isolation;        /* of careful chunks */
	FerryChunk *chunk;               /* in flight; NULL: none, or given up */
	bool is_claimed, has_loaded;
} Lane;

/* ---- the queue ---- */

static FerryChunk *next_chunk(FerryRun *run)
{
	FerryChunk *chunk = NULL;

	g_mutex_lock(&run->mutex);
	/* A chunk in another lane may come back as careful, so an empty queue is not yet the end. */
	while (!ferry_run_is_stopped(run) && !ferry_run_is_paused(run) &&
	       !(chunk = g_queue_pop_head(&run->chunks)) && run->n_chunks_left > 0)
		g_cond_wait(&run->chunks_changed, &run->mutex);
	g_mutex_unlock(&run->mutex);
	return chunk;
}

/* *ret_is_in: another process has loaded it. */
static FerryChunk *take_chunk(FerryRun *run, bool *ret_is_in)
{
	FerryChunk *chunk;
	guint n_refused = 0;

	*ret_is_in = false;
	while ((chunk = next_chunk(run)) && run->is_shared) {
		FerryShareAnswer answer = ferry_share_ask(run, chunk);
		*ret_is_in = answer == FERRY_SHARE_IN;
		if (answer == FERRY_SHARE_MINE || answer == FERRY_SHARE_IN)
			break;
		ferry_share_put_last(run, chunk, ++n_refused);
		if (answer == FERRY_SHARE_OVER)
			ferry_run_pause(run);
	}
	return chunk;
}

/* A chunk of a table that was given up goes out of the work. */
static void put_back(FerryRun *run, FerryChunk *chunk)
{
	g_mutex_lock(&run->mutex);
	if (ferry_is_given_up(&run->tables[chunk->ledger.table]))
		run->n_chunks_left--;
	else
		g_queue_push_head(&run->chunks, chunk);
	g_cond_broadcast(&run->chunks_changed);
	g_mutex_unlock(&run->mutex);
}

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
	result->rows_loaded += chunk->ledger.rows;
	result->rows_rejected += chunk->ledger.rejected;
	result->rows_read += chunk->ledger.rows + chunk->ledger.rejected;
	result->bytes += chunk->ledger.bytes;
	result->values_nulled += chunk->ledger.nulled;
	result->values_replaced += chunk->ledger.replaced;
	ferry_row_sum_merge(&table->rejected_sum, &chunk->ledger.rejected_sum);
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

/* ---- reader thread ---- */

static FerrySlot *next_slot(Lane *lane, FerrySlotKind kind, FerryChunk *chunk)
{
	ferry_watch_at(&lane->watch->reader, FERRY_AT_RING);
	FerrySlot *slot = ferry_run_is_stopped(lane->run) ? NULL : ferry_ring_acquire(lane->ring);
	ferry_watch_at(&lane->watch->reader, FERRY_AT_SOURCE);
	if (slot) {
		slot->kind = kind;
		slot->chunk = chunk;
	}
	return slot;
}

static void prepare_batch(FerrySlot *slot, const FerrySchema *schema)
{
	if (slot->batch && slot->batch->schema == schema) {
		ferry_batch_clear(slot->batch);
		return;
	}
	ferry_batch_free(slot->batch);
	slot->batch = ferry_batch_new(schema, BATCH_ROWS);
}

static FerryStep fill_slot(FerrySlot *slot, FerryReader *reader, GError **error)
{
	if (slot->kind == FERRY_SLOT_RAW) {
		slot->raw.len = slot->raw.n_rows = 0;
		return ferry_reader_next_raw(reader, &slot->raw, RAW_BYTES, error);
	}
	prepare_batch(slot, reader->spec->schema);
	return ferry_reader_next(reader, slot->batch, error);
}

/* The slot may be with the writer while we wait, so its numbers are taken before. */
static void publish_rows(Lane *lane, const FerrySlot *slot)
{
	bool is_raw = slot->kind == FERRY_SLOT_RAW;
	int64_t rows = (int64_t)(is_raw ? slot->raw.n_rows : slot->batch->n_rows);
	int64_t bytes = (int64_t)(is_raw ? slot->raw.len : slot->batch->source_bytes);

	ferry_ring_publish(lane->ring, (size_t)bytes);
	ferry_run_wait_for_limit(lane->run, rows, bytes);
}

static bool pass_by(Lane *lane, FerryChunk *chunk)
{
	if (!next_slot(lane, FERRY_SLOT_IN, chunk))
		return false;
	ferry_ring_publish(lane->ring, 0);
	return true;
}

/* False: stopped, or *error is set. */
static bool read_chunk(Lane *lane, FerryChunk *chunk, GError **error)
{
	FerryTableState *table = &lane->run->tables[chunk->ledger.table];
	FerryTablePlan *plan = table->plan;

	/* Where one row was refused there will be more: no chunk is to be loaded twice for them. */
	chunk->is_careful |= g_atomic_int_get(&table->has_refusals);
	FerryReadSpec spec = {.table = plan->source,
			      .schema = plan->read_schema,
			      .predicate = chunk->ledger.predicate,
			      .wire_format = chunk->is_careful ? NULL : plan->wire_format,
			      .batch_bytes = BATCH_BYTES};
	FerrySlotKind kind = spec.wire_format ? FERRY_SLOT_RAW : FERRY_SLOT_BATCH;
	FerryStep step = FERRY_STEP_MORE;

	if (!next_slot(lane, FERRY_SLOT_BEGIN, chunk))
		return false;
	ferry_ring_publish(lane->ring, 0);
	g_autoptr(FerryReader) reader = ferry_reader_open(lane->source, &spec, error);
	if (!reader)
		return false;
	while (step == FERRY_STEP_MORE) {
		FerrySlot *slot = next_slot(lane, kind, chunk);
		if (!slot)
			return false;
		step = fill_slot(slot, reader, error);
		ferry_watch_done(lane->watch);
		if (step == FERRY_STEP_MORE)
			publish_rows(lane, slot);
	}
	if (step == FERRY_STEP_FAILED || !next_slot(lane, FERRY_SLOT_END, chunk))
		return false;
	ferry_ring_publish(lane->ring, 0);
	return true;
}

/* What could not be read: the writer gives the chunk back, and this lane goes on with a connection that
 * works. */
static bool heal_source(Lane *lane, FerryChunk *chunk, GError *failure, GError **error)
{
	const char *name = lane->run->tables[chunk->ledger.table].name;
	g_autofree char *doing = g_strdup_printf("reading %s", name);

	bool is_put_back = ferry_heal_may(lane->run, failure) && next_slot(lane, FERRY_SLOT_ABORT, chunk);
	if (is_put_back)
		ferry_ring_publish(lane->ring, 0);
	ferry_watch_at(&lane->watch->reader, FERRY_AT_BACKOFF);
	bool is_healed =
		ferry_heal(lane->run, &lane->reading, FERRY_HEAL_SOURCE, lane->index, doing, failure, error);
	lane->source = lane->run->sources[lane->index];
	if (is_healed || !ferry_give_up_table(lane->run, chunk->ledger.table, *error))
		return is_healed;
	*error = NULL;
	if (!is_put_back && next_slot(lane, FERRY_SLOT_ABORT, chunk))
		ferry_ring_publish(lane->ring, 0);
	return true;
}

static gpointer reader_thread(gpointer data)
{
	Lane *lane = data;
	FerryRun *run = lane->run;
	FerryChunk *chunk;
	bool is_in;

	while ((chunk = take_chunk(run, &is_in))) {
		GError *error = NULL;
		g_atomic_int_set(&lane->watch->table, (gint)chunk->ledger.table);
		if (is_in ? pass_by(lane, chunk) : read_chunk(lane, chunk, &error)) {
			ferry_healing_reset(&lane->reading);
			ferry_watch_at(&lane->watch->reader, FERRY_AT_REST);
			continue;
		}
		if (error && heal_source(lane, chunk, g_steal_pointer(&error), &error)) {
			ferry_watch_at(&lane->watch->reader, FERRY_AT_REST);
			continue;
		}
		if (error)
			ferry_run_take_error(run, error);
		ferry_ring_stop(lane->ring);
		return NULL;
	}
	ferry_ring_finish(lane->ring);
	return NULL;
}

/* ---- writer thread ---- */

static void close_writer(Lane *lane)
{
	ferry_writer_close(g_steal_pointer(&lane->writer));
	g_clear_pointer(&lane->hasher, ferry_row_hasher_free);
	g_clear_pointer(&lane->transformer, ferry_transformer_free);
	g_clear_pointer(&lane->written, ferry_batch_free);
	g_clear_pointer(&lane->failed_checks, g_free);
	g_clear_pointer(&lane->source_name, g_free);
	g_clear_pointer(&lane->target_name, g_free);
	lane->table = NULL;
}

static FerryWriter *make_writer(Lane *lane, const FerryTableState *table, const char *wire_format,
				GError **error)
{
	g_autoptr(FerryWriter) writer = ferry_writer_open(lane->target, table->plan->target,
							  table->plan->write_schema, wire_format, error);

	if (!writer || (table->merge_key && !ferry_writer_merge(writer, table->merge_key, error)))
		return NULL;
	return g_steal_pointer(&writer);
}

static bool open_writer(Lane *lane, FerryTableState *table, const char *wire_format, GError **error)
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
		lane->written = ferry_batch_new(table->plan->write_schema, BATCH_ROWS);
		lane->failed_checks = g_new0(int64_t, ferry_transform_n_checks(table->plan->transform) + 1);
	}
	return true;
}

/* Its rows were no progress of ours. */
static void tell_loaded_elsewhere(FerryRun *run, const FerryChunk *chunk)
{
	if (run->is_shared)
		ferry_run_emit(run, (FerryEvent){.type = FERRY_EVENT_PROGRESS,
						 .table = run->tables[chunk->ledger.table].plan->index,
						 .rows = chunk->ledger.rows,
						 .bytes = chunk->ledger.bytes,
						 .rejected = chunk->ledger.rejected});
}

static bool begin_chunk(Lane *lane, FerryChunk *chunk, GError **error)
{
	FerryTableState *table = &lane->run->tables[chunk->ledger.table];

	if (ferry_is_given_up(table)) {
		put_back(lane->run, chunk);
		return true;
	}
	emit_start(lane->run, table);
	lane->chunk = chunk;
	lane->is_claimed = false;
	lane->isolation.target = lane->target;
	ferry_reject_lines_clear(&lane->rejects);
	chunk->ledger.nulled = chunk->ledger.replaced = 0;
	chunk->ledger.rows = chunk->ledger.rejected = chunk->ledger.bytes = 0;
	chunk->ledger.rejected_sum = (FerryRowSum){0};
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
	return true;
}

/* The ledger has the last word, whatever the other process has said. */
static bool adopt_chunk(Lane *lane, FerryChunk *chunk, GError **error)
{
	FerryTableState *table = &lane->run->tables[chunk->ledger.table];
	bool is_in = false;

	if (ferry_is_given_up(table)) {
		put_back(lane->run, chunk);
		return true;
	}
	if (!ferry_ledger_is_in(lane->run->ledger, lane->target, &chunk->ledger, &is_in, error)) {
		put_back(lane->run, chunk);
		return false;
	}
	if (!is_in) {
		ferry_share_end(lane->run, chunk, FERRY_SHARE_FOR_LEAD);
		put_back(lane->run, chunk);
		return true;
	}
	emit_start(lane->run, table);
	tell_loaded_elsewhere(lane->run, chunk);
	chunk_done(lane->run, table, chunk);
	return true;
}

static void progress(Lane *lane, int64_t rows, int64_t bytes, int64_t rejected)
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
static const char *failed_check(const Lane *lane, size_t row)
{
	return lane->transformer ? ferry_transformer_row_failure(lane->transformer, row) : NULL;
}

static void tell_failed_checks(Lane *lane, const FerryBatch *batch)
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
static bool check_limits(Lane *lane, size_t n_more, bool is_end, GError **error)
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
static bool settle_bad_values(Lane *lane, FerryBatch *batch, size_t n_bad_by_reader, GError **error)
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
	return batch->n_skipped == 0 || check_limits(lane, batch->n_rows - batch->n_skipped, false, error);
}

/* One refused row: see isolate.h. */
static bool refuse_row(FerryBatch *batch, size_t row, const GError *reason, gpointer data, GError **error)
{
	Lane *lane = data;
	if (!lane->hasher)
		lane->hasher = ferry_row_hasher_new(ferry_run_row_schema(lane->table->plan));
	ferry_row_sum_add_hash(&lane->chunk->ledger.rejected_sum,
			       ferry_row_hasher_row(lane->hasher, batch, row));
	lane->chunk->ledger.rejected++;
	ferry_rejects_add_refused(&lane->rejects, batch, row, reason->message);
	return check_limits(lane, 0, false, error);
}

static FerryWriter *reopen_writer(gpointer data, GError **error)
{
	Lane *lane = data;

	return make_writer(lane, lane->table, NULL, error);
}

/* What is to be written of a batch that was read; NULL: failed. */
static FerryBatch *transform(Lane *lane, FerryBatch *batch, GError **error)
{
	if (!lane->transformer)
		return batch;
	ferry_batch_clear(lane->written);
	if (!ferry_transformer_apply(lane->transformer, batch, lane->written, lane->failed_checks, error))
		return NULL;
	if (G_UNLIKELY(lane->written->n_skipped > 0))
		tell_failed_checks(lane, lane->written);
	return lane->written;
}

static bool write_batch(Lane *lane, FerryBatch *read, GError **error)
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
	return true;
}

/* What was loaded carefully has been flushed, and counted, range by range. */
static bool end_load(Lane *lane, GError **error)
{
	return lane->chunk->is_careful || ferry_isolate_flush(lane->writer, lane->chunk->ledger.rows, error);
}

static void count_changes(Lane *lane)
{
	const FerryTransform *made_by = lane->table->plan->transform;
	size_t n = made_by ? ferry_transform_n_checks(made_by) : 0;

	g_mutex_lock(&lane->run->mutex);
	for (size_t i = 0; i < n; i++) {
		lane->table->result->failed_checks[i] += lane->failed_checks[i];
		lane->failed_checks[i] = 0;
	}
	g_mutex_unlock(&lane->run->mutex);
}

/* Rows that are rejected or found wanting have to be in the lead's report and reject file, so the lead loads
 * such a chunk itself. */
static bool is_for_lead(const Lane *lane)
{
	const FerryTransform *made_by = lane->table->plan->transform;
	size_t n = made_by ? ferry_transform_n_checks(made_by) : 0;
	bool has_failed = false;

	for (size_t i = 0; i < n; i++)
		has_failed = has_failed || lane->failed_checks[i];
	return lane->run->is_helper &&
	       (has_failed || lane->chunk->ledger.rejected > 0 || lane->chunk->is_careful);
}

static FerryChunk *give_up_chunk(Lane *lane);

static void hand_to_lead(Lane *lane)
{
	FerryRun *run = lane->run;
	FerryChunk *chunk = give_up_chunk(lane);

	ferry_share_end(run, chunk, FERRY_SHARE_FOR_LEAD);
	g_mutex_lock(&run->mutex);
	if (--run->n_chunks_left == 0)
		g_cond_broadcast(&run->chunks_changed);
	g_mutex_unlock(&run->mutex);
}

static bool end_chunk(Lane *lane, GError **error)
{
	FerryChunk *chunk = lane->chunk;

	if (is_for_lead(lane)) {
		hand_to_lead(lane);
		return true;
	}
	ferry_watch_at(&lane->watch->writer, FERRY_AT_COMMIT);
	if (!end_load(lane, error) || (chunk->ledger.rejected > 0 && !check_limits(lane, 0, true, error)) ||
	    !ferry_ledger_record(lane->run->ledger, lane->target, &chunk->ledger, error) ||
	    !ferry_target(lane->target)->commit(lane->target, error))
		return false;
	lane->chunk = NULL;
	count_changes(lane);
	ferry_healing_reset(&lane->writing);
	chunk_done(lane->run, lane->table, chunk);
	ferry_share_end(lane->run, chunk, FERRY_SHARE_LOADED);
	return ferry_rejects_write(lane->run->rejects, &lane->rejects, error);
}

/* Rolls the chunk in flight back, and tells listeners to take its rows back. */
static FerryChunk *give_up_chunk(Lane *lane)
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

static bool write_slot(Lane *lane, FerrySlot *slot, GError **error)
{
	if (slot->kind == FERRY_SLOT_BEGIN)
		return begin_chunk(lane, slot->chunk, error);
	if (slot->kind == FERRY_SLOT_IN)
		return adopt_chunk(lane, slot->chunk, error);
	if (!lane->chunk)
		return true; /* it was in already, or was given up: what is left of it passes by */
	switch (slot->kind) {
	case FERRY_SLOT_BATCH: return write_batch(lane, slot->batch, error);
	case FERRY_SLOT_RAW:
		if (!ferry_writer_append_raw(lane->writer, &slot->raw, error))
			return false;
		progress(lane, (int64_t)slot->raw.n_rows, (int64_t)slot->raw.len, 0);
		return true;
	case FERRY_SLOT_ABORT: put_back(lane->run, give_up_chunk(lane)); return true;
	default: return end_chunk(lane, error);
	}
}

/* What may heal goes back to the queue. True when the lane goes on. */
static bool heal_target(Lane *lane, FerryChunk *chunk, const char *name, GError *failure)
{
	g_autofree char *doing = g_strdup_printf("loading %s", name);
	bool is_put_back = chunk && ferry_heal_may(lane->run, failure);
	GError *error = NULL;

	if (is_put_back)
		put_back(lane->run, chunk);
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
		put_back(lane->run, chunk);
	return true;
}

/* True when the lane goes on. */
static bool handle_failure(Lane *lane, GError *error)
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
	put_back(lane->run, chunk);
	return true;
}

static void writer_loop(Lane *lane)
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

void ferry_lane_work(FerryRun *run, guint index)
{
	Lane lane = {.run = run,
		     .index = index,
		     .watch = &run->watches[index],
		     .source = run->sources[index],
		     .target = run->targets[index],
		     .ring = ferry_ring_new(RING_SLOTS),
		     .rejects = {.text = g_string_new(NULL)}};
	g_autofree char *name = g_strdup_printf("ferry-read-%u", index);

	lane.isolation = (FerryIsolation){
		.writer = &lane.writer, .reopen = reopen_writer, .refuse = refuse_row, .data = &lane};
	GThread *reader = g_thread_new(name, reader_thread, &lane);

	writer_loop(&lane);
	ferry_ring_stop(lane.ring);
	g_thread_join(reader);
	ferry_ring_free(lane.ring);
	ferry_reject_lines_free(&lane.rejects);
	ferry_bad_values_clear(&lane.bad_values);
}
