/*
 * The chunks: the source's snapshot, how tables are cut, what the ledger says is in already, and the order in
 * which the rest is handed to the lanes. Tables that others refer to come first. Those that this copy made
 * have no foreign keys yet, so that is an order only, and no lane waits; tables that were there before may
 * have some, so they are loaded level by level.
 */
#include "transfer/give_up.h"
#include "transfer/incremental.h"
#include "transfer/lane.h"
#include "transfer/moved.h"
#include "transfer/run_internal.h"
#include "transfer/snapshot.h"

#include <string.h>

#define MAX_EVEN_ROUNDS 8 /* of more, the last one does not matter */

/* ---- cutting ---- */

/* The fast lane: both sides know a format in which the table's rows pass through untouched. */
static void agree_on_format(FerryRun *run, guint lane, FerryTablePlan *plan)
{
	const FerrySourceOps *source = run->source_connector->source;
	const FerryTargetOps *target = run->target_connector->target;

	if (!source->wire_format || !target->accepts || plan->transform)
		return;
	const char *format = source->wire_format(run->sources[lane], plan->source, plan->read_schema);
	if (format &&
	    target->accepts(run->targets[lane], plan->target, plan->write_schema, plan->source, format))
		plan->wire_format = format;
}

/* Few chunks are as many as all lanes take alike: a last one that is left over has one lane at work, and the
 * others idle. Not where the user has said how large they are. */
static size_t choose_chunk_rows(const FerryRun *run, const FerryTable *table)
{
	int64_t rows = table->est_rows, at_most = (int64_t)run->chunk_rows, lanes = run->n_lanes;

	if (run->project->chunk_rows || rows <= at_most)
		return run->chunk_rows;
	int64_t n = (rows + at_most - 1) / at_most;
	if (n > MAX_EVEN_ROUNDS * lanes)
		return run->chunk_rows;
	n = (n + lanes - 1) / lanes * lanes;
	return (size_t)((rows + n - 1) / n);
}

bool ferry_run_cut(FerryRun *run, FerryConnection *c, const FerryTable *table, GPtrArray **ret_predicates,
		   GError **error)
{
	if (ferry_source(c)->split)
		return ferry_source(c)->split(c, table, choose_chunk_rows(run, table), ret_predicates, error);
	*ret_predicates = g_ptr_array_new_with_free_func(g_free);
	g_ptr_array_add(*ret_predicates, NULL);
	return true;
}

static void split_table(FerryRun *run, guint lane, guint index)
{
	FerryTableState *table = &run->tables[index];
	GError *error = NULL;

	if (ferry_is_given_up(table))
		return;
	agree_on_format(run, lane, table->plan);
	if (ferry_ledger_is_split(run->ledger, index) ||
	    (ferry_run_cut(run, run->sources[lane], table->plan->source, &table->predicates, &error) &&
	     ferry_incremental_narrow(run, lane, index, &table->predicates, &error)))
		return;
	g_clear_pointer(&table->predicates, g_ptr_array_unref);
	g_prefix_error(&error, "splitting %s into chunks: ", table->name);
	if (!ferry_give_up_unless_healing(run, index, error))
		ferry_run_take_error(run, error);
}

/* In one transaction, so that no commit per table holds up the first row of the first. */
static bool record_chunks(FerryRun *run, GError **error)
{
	FerryConnection *c = run->targets[0];
	guint n = run->result.n_tables;
	g_autofree GPtrArray **predicates = g_new0(GPtrArray *, n + 1);

	for (guint i = 0; i < n; i++)
		predicates[i] = run->tables[i].predicates;
	if (!ferry_target(c)->begin(c, error))
		return false;
	bool is_ok = ferry_ledger_add_chunks(run->ledger, c, predicates, error);
	for (guint i = 0; i < n; i++) {
		is_ok = is_ok && (!predicates[i] || ferry_incremental_note(run, i, error));
		g_clear_pointer(&run->tables[i].predicates, g_ptr_array_unref);
	}
	if (is_ok && ferry_target(c)->commit(c, error))
		return true;
	ferry_target(c)->rollback(c);
	return false;
}

void ferry_run_count_chunk(FerryTableState *table, const FerryLedgerChunk *chunk)
{
	FerryTableResult *result = table->result;

	result->rows_loaded += chunk->rows;
	result->rows_rejected += chunk->rejected;
	result->rows_read += chunk->rows + chunk->rejected;
	result->bytes += chunk->bytes;
	result->values_nulled += chunk->nulled;
	result->values_replaced += chunk->replaced;
	for (guint i = 0; i < FERRY_N_BAD_KINDS; i++)
		result->bad_values[i] += chunk->bad_values[i];
	for (guint i = 0; i < MIN(chunk->n_checks, ferry_run_n_checks(table->plan)); i++)
		result->failed_checks[i] += chunk->failed_checks[i];
	ferry_row_sum_merge(&table->rejected_sum, &chunk->rejected_sum);
}

/* Takes what it holds. */
static void adopt_chunk(FerryRun *run, FerryLedgerChunk *from)
{
	FerryTableState *table = &run->tables[from->table];
	FerryChunk *chunk = g_new0(FerryChunk, 1);

	chunk->ledger = *from;
	from->predicate = NULL;
	from->failed_checks = NULL;
	g_ptr_array_add(table->chunks, chunk);
	table->result->n_chunks++;
	if (!from->is_done) {
		table->n_left++;
		return;
	}
	table->result->n_chunks_resumed++;
	ferry_run_count_chunk(table, &chunk->ledger);
}

static guint count_done(const GPtrArray *chunks)
{
	guint n = 0;

	for (guint i = 0; i < chunks->len; i++)
		n += ((const FerryLedgerChunk *)chunks->pdata[i])->is_done;
	return n;
}

bool ferry_run_recall_chunks(FerryRun *run, guint *ret_done, GError **error)
{
	g_autoptr(GPtrArray) chunks = NULL;

	if (!ferry_ledger_load_chunks(run->ledger, run->targets[0], &chunks, error))
		return false;
	for (guint i = 0; i < chunks->len; i++)
		adopt_chunk(run, chunks->pdata[i]);
	for (guint i = 0; i < run->result.n_tables; i++)
		run->tables[i].result->is_loaded =
			run->tables[i].n_left == 0 && !ferry_is_given_up(&run->tables[i]);
	if (ret_done)
		*ret_done = count_done(chunks);
	return true;
}

bool ferry_run_split(FerryRun *run, GError **error)
{
	guint n_done = 0;

	if (!ferry_run_snapshot(run, error) || !ferry_moved_begin_again(run, error) ||
	    !ferry_moved_note_mark(run, error) ||
	    (run->project->incremental && !ferry_incremental_find(run, error)) ||
	    !ferry_run_parallel(run, run->n_lanes, run->result.n_tables, split_table) ||
	    !record_chunks(run, error) || !ferry_run_recall_chunks(run, &n_done, error))
		return false;
	return ferry_snapshot_resumed(run, n_done, error);
}

/* ---- order ---- */

/* Tables that were there have their foreign keys, so each level waits for the one before. */
guint ferry_run_find_levels(FerryRun *run)
{
	guint highest = 0;

	for (guint i = 0; i < run->result.n_tables; i++) {
		FerryTableState *table = &run->tables[i];
		table->level = table->is_created ? 0 : table->plan->level;
		highest = MAX(highest, table->level);
	}
	return highest;
}

/* One chunk that would keep a lane at work long after all the others: it cannot wait for its level. */
static bool is_long(const FerryRun *run, const FerryTableState *table, int64_t total_bytes)
{
	return table->chunks->len == 1 && run->n_lanes > 1 &&
	       table->plan->source->est_bytes > total_bytes / (4 * run->n_lanes);
}

typedef struct Place {
	FerryTableState *table;
	bool is_long;
} Place;

/* By the plan's levels, for who waits for dimensions; the biggest first in each, as everywhere. */
static int compare_places(gconstpointer a, gconstpointer b)
{
	const Place *x = a, *y = b;

	if (x->is_long != y->is_long)
		return x->is_long ? -1 : 1;
	if (!x->is_long && x->table->plan->level != y->table->plan->level)
		return x->table->plan->level < y->table->plan->level ? -1 : 1;
	return x->table->plan->index < y->table->plan->index ? -1 : 1;
}

static GArray *order_tables(FerryRun *run, guint level)
{
	GArray *places = g_array_new(FALSE, FALSE, sizeof(Place));
	int64_t total = 0;

	for (guint i = 0; i < run->result.n_tables; i++)
		total += MAX(run->tables[i].plan->source->est_bytes, 0);
	for (guint i = 0; i < run->result.n_tables; i++) {
		const Place place = {&run->tables[i], is_long(run, &run->tables[i], total)};
		if (place.table->level == level)
			g_array_append_val(places, place);
	}
	g_array_sort(places, compare_places);
	return places;
}

static void queue_level(FerryRun *run, guint level)
{
	g_autoptr(GArray) places = order_tables(run, level);

	for (guint i = 0; i < places->len; i++) {
		const FerryTableState *table = g_array_index(places, Place, i).table;
		for (guint k = 0; k < table->chunks->len; k++) {
			FerryChunk *chunk = table->chunks->pdata[k];
			if (chunk->ledger.is_done || ferry_is_given_up(table))
				continue;
			g_queue_push_tail(&run->chunks, chunk);
			run->n_chunks_left++;
		}
	}
}

void ferry_run_lane_item(FerryRun *run, guint thread, guint item)
{
	ferry_lane_work(run, item);
}

/* The lead begins at the front. */
bool ferry_run_recall_shared(FerryRun *run, GError **error)
{
	for (guint i = 0; i < run->result.n_tables; i++)
		agree_on_format(run, 0, run->tables[i].plan);
	if (!ferry_run_recall_chunks(run, NULL, error))
		return false;
	if (ferry_run_find_levels(run) > 0)
		return ferry_fail(error, FERRY_ERROR_UNSUPPORTED,
				  "tables have to be loaded one after another");
	queue_level(run, 0);
	g_queue_reverse(&run->chunks);
	return true;
}

bool ferry_run_copy(FerryRun *run, GError **error)
{
	guint highest = ferry_run_find_levels(run);

	for (guint level = 0; level <= highest; level++) {
		ferry_give_up_dependents(run, level);
		queue_level(run, level);
		if (highest == 0)
			ferry_share_open(run);
		bool is_ok = !run->n_chunks_left ||
			     ferry_run_parallel(run, run->n_lanes, run->n_lanes, ferry_run_lane_item);
		ferry_share_close(run);
		if (!is_ok)
			return false;
	}
	return ferry_moved_check(run, error) && ferry_run_table_hooks(run, FERRY_HOOKS_AFTER, error);
}
