/*
 * A lane's reader thread: takes a chunk from the run's queue, reads it into slots of the ring, and goes on
 * with the next while the writer still commits: BEGIN, BATCH or RAW…, END for each chunk.
 */
#include "transfer/lane_internal.h"

#include "transfer/give_up.h"

#define BATCH_BYTES                                                                                          \
	(128 * 1024) /* small enough that what the reader wrote is still in the cache when the writer        \
			encodes it */
#define RAW_BYTES (128 * 1024)

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

/* ---- one chunk ---- */

static FerrySlot *next_slot(FerryLane *lane, FerrySlotKind kind, FerryChunk *chunk)
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
	slot->batch = ferry_batch_new(schema, FERRY_LANE_BATCH_ROWS);
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
static void publish_rows(FerryLane *lane, const FerrySlot *slot)
{
	bool is_raw = slot->kind == FERRY_SLOT_RAW;
	int64_t rows = (int64_t)(is_raw ? slot->raw.n_rows : slot->batch->n_rows);
	int64_t bytes = (int64_t)(is_raw ? slot->raw.len : slot->batch->source_bytes);

	ferry_ring_publish(lane->ring, (size_t)bytes);
	ferry_run_wait_for_limit(lane->run, rows, bytes);
}

static bool pass_by(FerryLane *lane, FerryChunk *chunk)
{
	if (!next_slot(lane, FERRY_SLOT_IN, chunk))
		return false;
	ferry_ring_publish(lane->ring, 0);
	return true;
}

/* False: stopped, or *error is set. */
static bool read_chunk(FerryLane *lane, FerryChunk *chunk, GError **error)
{
	FerryTableState *table = &lane->run->tables[chunk->ledger.table];
	FerryTablePlan *plan = table->plan;

	/* Where one row was refused there will be more: no chunk is to be loaded twice for them. */
	chunk->is_careful |= g_atomic_int_get(&table->has_refusals);
	FerryReadSpec spec = {.table = plan->source,
			      .schema = plan->read_schema,
			      .predicate = chunk->ledger.predicate,
			      .wire_format = chunk->is_careful ? NULL : plan->wire_format,
			      .batch_bytes = BATCH_BYTES,
			      .giants = lane->run->giants};
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
static bool heal_source(FerryLane *lane, FerryChunk *chunk, GError *failure, GError **error)
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

/* ---- the thread ---- */

gpointer ferry_lane_read(gpointer data)
{
	FerryLane *lane = data;
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
