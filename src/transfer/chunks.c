/*
 * The chunks: the source's snapshot, how tables are cut, what the ledger says is in already, and the order in
 * which the rest is handed to the lanes. Tables that this copy made have no foreign keys yet, so the biggest
 * go first; tables that were there before may have some, so those that others refer to are loaded before
 * them, level by level.
 */
#include "transfer/incremental.h"
#include "transfer/lane.h"
#include "transfer/run_internal.h"
#include "transfer/snapshot.h"

#include <string.h>

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

bool ferry_run_cut(FerryRun *run, FerryConnection *c, const FerryTable *table, GPtrArray **ret_predicates,
		   GError **error)
{
	if (ferry_source(c)->split)
		return ferry_source(c)->split(c, table, run->chunk_rows, ret_predicates, error);
	*ret_predicates = g_ptr_array_new_with_free_func(g_free);
	g_ptr_array_add(*ret_predicates, NULL);
	return true;
}

static void split_table(FerryRun *run, guint lane, guint index)
{
	FerryTableState *table = &run->tables[index];
	GError *error = NULL;

	agree_on_format(run, lane, table->plan);
	if (ferry_ledger_is_split(run->ledger, index) ||
	    (ferry_run_cut(run, run->sources[lane], table->plan->source, &table->predicates, &error) &&
	     ferry_incremental_narrow(run, lane, index, &table->predicates, &error)))
		return;
	g_prefix_error(&error, "splitting %s into chunks: ", table->name);
	ferry_run_take_error(run, error);
}

/* In one transaction, so that no commit per table holds up the first row of the first. */
static bool record_chunks(FerryRun *run, GError **error)
{
	FerryConnection *c = run->targets[0];
	bool is_ok = true;

	if (!ferry_target(c)->begin(c, error))
		return false;
	for (guint i = 0; is_ok && i < run->result.n_tables; i++) {
		FerryTableState *table = &run->tables[i];
		is_ok = !table->predicates ||
			(ferry_ledger_add_chunks(run->ledger, c, i, table->predicates, error) &&
			 ferry_incremental_note(run, i, error));
		g_clear_pointer(&table->predicates, g_ptr_array_unref);
	}
	if (is_ok && ferry_target(c)->commit(c, error))
		return true;
	ferry_target(c)->rollback(c);
	return false;
}

static void adopt_chunk(FerryRun *run, const FerryLedgerChunk *from)
{
	FerryTableState *table = &run->tables[from->table];
	FerryChunk *chunk = g_new0(FerryChunk, 1);

	chunk->ledger = *from;
	chunk->ledger.predicate = g_strdup(from->predicate);
	g_ptr_array_add(table->chunks, chunk);
	table->result->n_chunks++;
	if (!from->is_done) {
		table->n_left++;
		return;
	}
	table->result->n_chunks_resumed++;
	table->result->rows_loaded += from->rows;
	table->result->rows_rejected += from->rejected;
	table->result->rows_read += from->rows + from->rejected;
	table->result->bytes += from->bytes;
	ferry_row_sum_merge(&table->rejected_sum, &from->rejected_sum);
}

static guint count_done(const GPtrArray *chunks)
{
	guint n = 0;

	for (guint i = 0; i < chunks->len; i++)
		n += ((const FerryLedgerChunk *)chunks->pdata[i])->is_done;
	return n;
}

bool ferry_run_split(FerryRun *run, GError **error)
{
	g_autoptr(GPtrArray) chunks = NULL;

	if (!ferry_run_snapshot(run, error) ||
	    (run->project->incremental && !ferry_incremental_find(run, error)) ||
	    !ferry_run_parallel(run, run->n_lanes, run->result.n_tables, split_table) ||
	    !record_chunks(run, error))
		return false;
	if (!ferry_ledger_load_chunks(run->ledger, run->targets[0], &chunks, error))
		return false;
	for (guint i = 0; i < chunks->len; i++)
		adopt_chunk(run, chunks->pdata[i]);
	for (guint i = 0; i < run->result.n_tables; i++)
		run->tables[i].result->is_loaded = run->tables[i].n_left == 0;
	return ferry_snapshot_resumed(run, count_done(chunks), error);
}

/* ---- order ---- */

/* One more than the deepest table it refers to; true when that has changed. */
static bool raise_level(FerryRun *run, GHashTable *by_name, FerryTableState *table)
{
	guint level = 0;

	for (guint i = 0; i < table->plan->target->foreign_keys->len; i++) {
		const FerryForeignKey *key = table->plan->target->foreign_keys->pdata[i];
		const char *schema = key->ref_schema ? key->ref_schema : table->plan->target->schema;
		g_autofree char *name = g_strconcat(schema ? schema : "", "\n", key->ref_table, NULL);
		FerryTableState *parent = g_hash_table_lookup(by_name, name);
		if (parent && parent != table)
			level = MAX(level, parent->level + 1);
	}
	bool is_raised = level > table->level;
	table->level = MAX(level, table->level);
	return is_raised;
}

/* Tables that refer to each other in a circle end at the cap: no order can serve them. */
guint ferry_run_find_levels(FerryRun *run)
{
	g_autoptr(GHashTable) by_name = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	const guint cap = 64;
	guint highest = 0;

	for (guint i = 0; i < run->result.n_tables; i++) {
		const FerryTable *target = run->tables[i].plan->target;
		if (!run->tables[i].is_created)
			g_hash_table_insert(
				by_name,
				g_strconcat(target->schema ? target->schema : "", "\n", target->name, NULL),
				&run->tables[i]);
	}
	bool is_raised = g_hash_table_size(by_name) > 0;
	for (guint round = 0; is_raised && round < cap; round++) {
		is_raised = false;
		for (guint i = 0; i < run->result.n_tables; i++)
			if (!run->tables[i].is_created)
				is_raised |= raise_level(run, by_name, &run->tables[i]);
	}
	for (guint i = 0; i < run->result.n_tables; i++)
		highest = MAX(highest, run->tables[i].level);
	return highest;
}

static void queue_level(FerryRun *run, guint level)
{
	for (guint i = 0; i < run->result.n_tables; i++) {
		FerryTableState *table = &run->tables[i];
		for (guint k = 0; table->level == level && k < table->chunks->len; k++) {
			FerryChunk *chunk = table->chunks->pdata[k];
			if (chunk->ledger.is_done)
				continue;
			g_queue_push_tail(&run->chunks, chunk);
			run->n_chunks_left++;
		}
	}
}

static void lane_item(FerryRun *run, guint thread, guint item)
{
	ferry_lane_work(run, item);
}

bool ferry_run_copy(FerryRun *run, GError **error)
{
	guint highest = ferry_run_find_levels(run);

	for (guint level = 0; level <= highest; level++) {
		queue_level(run, level);
		if (run->n_chunks_left && !ferry_run_parallel(run, run->n_lanes, run->n_lanes, lane_item))
			return false;
	}
	return ferry_run_table_hooks(run, FERRY_HOOKS_AFTER, error);
}
