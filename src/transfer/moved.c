/* See moved.h. */
#include "transfer/moved.h"

#include "transfer/give_up.h"
#include "transfer/ledger.h"

#define MARK_STEP "mark " /* of the copy */

#define MAX_LANES 1024

/* Of a table whose load has begun again; no prefix of the copy's. */
static char *table_step(const FerryTableState *table)
{
	return g_strdup_printf("table's mark, %s: ", table->name);
}

#define MIXED_STEP "lane "

static char *mixed_step(guint lane, const FerryTableState *table)
{
	return g_strdup_printf(MIXED_STEP "%u had a later snapshot: %s", lane, table->name);
}

static const FerrySourceOps *ops_of(const FerryRun *run)
{
	return run->source_connector->source;
}

static bool note_step(FerryRun *run, FerryConnection *source, const char *prefix, GError **error)
{
	g_autofree char *mark = ops_of(run)->mark(source, error);
	g_autofree char *step = mark ? g_strconcat(prefix, mark, NULL) : NULL;

	if (!step || !ferry_ledger_note_step(run->ledger, run->targets[0], step, error))
		return false;
	ferry_ledger_step_committed(run->ledger, step);
	return true;
}

/* The first one stays: rows of that time are in. */
bool ferry_moved_note_mark(FerryRun *run, GError **error)
{
	if (!ops_of(run)->mark || !run->ledger)
		return true;
	g_autofree char *known = ferry_ledger_find_own(run->ledger, MARK_STEP);
	return known || note_step(run, run->sources[0], MARK_STEP, error);
}

bool ferry_moved_note_mixed(FerryRun *run, guint lane, const FerryTableState *table, FerryConnection *target,
			    char **ret_step, GError **error)
{
	if (!ops_of(run)->has_moved || table->chunks->len < 2 || !g_atomic_int_get(&run->renewed_lanes[lane]))
		return true;
	g_autofree char *step = mixed_step(lane, table);
	if (ferry_ledger_step_is_done(run->ledger, step))
		return true;
	if (!ferry_ledger_note_step(run->ledger, target, step, error))
		return false;
	*ret_step = g_steal_pointer(&step);
	return true;
}

/* ---- which tables ---- */

typedef struct {
	guint n_done, n_left;
	const char *predicate; /* of any chunk; borrowed */
} Progress;

static Progress *count_chunks(const FerryRun *run, const GPtrArray *chunks)
{
	Progress *progress = g_new0(Progress, run->result.n_tables + 1);

	for (guint i = 0; i < chunks->len; i++) {
		const FerryLedgerChunk *chunk = chunks->pdata[i];
		Progress *of = &progress[chunk->table];
		of->n_done += chunk->is_done;
		of->n_left += !chunk->is_done;
		if (chunk->predicate)
			of->predicate = chunk->predicate;
	}
	return progress;
}

/* Its steps that say so. */
static GPtrArray *find_mixed(const FerryRun *run, const FerryTableState *table, bool has_any)
{
	GPtrArray *steps = g_ptr_array_new_with_free_func(g_free);

	for (guint lane = 0; has_any && lane < MAX_LANES; lane++) {
		g_autofree char *step = mixed_step(lane, table);
		if (ferry_ledger_step_is_done(run->ledger, step))
			g_ptr_array_add(steps, g_steal_pointer(&step));
	}
	return steps;
}

/* Copies begun by a version that noted no mark: all may have moved. */
static bool has_moved(FerryRun *run, FerryConnection *source, const FerryTableState *table,
		      const Progress *of, bool *ret_has_moved, GError **error)
{
	g_autofree char *step = table_step(table);
	g_autofree char *own = ferry_ledger_find_own(run->ledger, step);
	g_autofree char *mark = own ? g_strdup(own) : ferry_ledger_find_own(run->ledger, MARK_STEP);

	return ops_of(run)->has_moved(source, table->plan->source, of->predicate, mark, ret_has_moved, error);
}

/* ---- once more from the start ---- */

/* Rows and the ledger in one transaction. Merged rows stay: they are merged once more. */
static bool begin_again(FerryRun *run, FerryConnection *source, guint index, GPtrArray *steps, GError **error)
{
	FerryTableState *table = &run->tables[index];
	FerryConnection *c = run->targets[0];
	g_autofree char *prefix = table_step(table);
	g_autofree char *mark = ferry_ledger_find_own(run->ledger, prefix);

	if (mark)
		g_ptr_array_add(steps, g_strconcat(prefix, mark, NULL));
	if (!ferry_target(c)->begin(c, error))
		return false;
	if ((table->is_merged ||
	     ferry_run_execute_phase(run, table->plan->target, FERRY_DDL_TRUNCATE, error)) &&
	    ferry_ledger_forget_chunks(run->ledger, c, index, steps, error) &&
	    ferry_target(c)->commit(c, error)) {
		ferry_ledger_chunks_forgotten(run->ledger, index, steps);
		return note_step(run, source, prefix, error);
	}
	ferry_target(c)->rollback(c);
	g_prefix_error(error, "beginning %s again, whose rows have moved in the source: ", table->name);
	return false;
}

static bool may_begin_again(const FerryRun *run, const FerryTableState *table)
{
	return (table->is_created || table->is_merged) && !run->project->incremental;
}

static bool look_at(FerryRun *run, FerryConnection *source, guint index, const Progress *of, GPtrArray *steps,
		    bool *ret_is_again, GError **error)
{
	const FerryTableState *table = &run->tables[index];
	bool is_moved = false;

	*ret_is_again = false;
	if (!has_moved(run, source, table, of, &is_moved, error))
		return false;
	if (!is_moved)
		return true;
	*ret_is_again = may_begin_again(run, table);
	ferry_run_log(run, FERRY_SEVERITY_WARNING,
		      "%s: rows were changed in the source since this copy began, and have moved between its "
		      "chunks: %s",
		      table->name,
		      *ret_is_again ? "the table is loaded again from its start"
				    : "some may be there twice, others not at all, which verification tells");
	return !*ret_is_again || begin_again(run, source, index, steps, error);
}

static bool look_at_all(FerryRun *run, FerryConnection *source, bool is_copied, guint *ret_again,
			GError **error)
{
	g_autoptr(GPtrArray) chunks = NULL;

	*ret_again = 0;
	if (!ferry_ledger_load_chunks(run->ledger, run->targets[0], &chunks, error))
		return false;
	g_autofree Progress *progress = count_chunks(run, chunks);
	g_autofree char *any_mixed = ferry_ledger_find_own(run->ledger, MIXED_STEP);
	for (guint i = 0; i < run->result.n_tables; i++) {
		const Progress *of = &progress[i];
		bool is_again = false;
		if (of->n_done == 0 || !of->predicate || ferry_is_given_up(&run->tables[i]))
			continue;
		g_autoptr(GPtrArray) mixed = find_mixed(run, &run->tables[i], any_mixed != NULL);
		if (mixed->len == 0 && (is_copied || of->n_left == 0))
			continue;
		if (!look_at(run, source, i, of, mixed, &is_again, error))
			return false;
		*ret_again += is_again;
	}
	return true;
}

bool ferry_moved_begin_again(FerryRun *run, GError **error)
{
	guint n_again;

	return !ops_of(run)->has_moved || !run->result.is_resumed || run->is_same_snapshot ||
	       run->project->snapshot_lost == FERRY_SNAPSHOT_LOST_FAIL ||
	       look_at_all(run, run->sources[0], false, &n_again, error);
}

static bool has_renewed(const FerryRun *run)
{
	for (guint i = 0; i < run->n_lanes; i++)
		if (g_atomic_int_get(&run->renewed_lanes[i]))
			return true;
	return false;
}

/* Through a connection of its own: a lane's would see no more than the lane's snapshot. */
bool ferry_moved_check(FerryRun *run, GError **error)
{
	guint n_again = 0;

	if (!ops_of(run)->has_moved || run->joined_snapshot || !has_renewed(run))
		return true;
	FerryConnection *source = ferry_connection_open(run->source_connector, run->source_url, false, error);
	bool is_ok = source && look_at_all(run, source, true, &n_again, error);
	if (source)
		ferry_connection_close(source);
	if (!is_ok || n_again == 0)
		return is_ok;
	ferry_fail(error, FERRY_ERROR_FAILED,
		   "the source's snapshot was lost, and rows of %u table%s were changed meanwhile", n_again,
		   n_again == 1 ? "" : "s");
	ferry_error_hint(error,
			 "run the same command again: it loads %s again from the start, and nothing else",
			 n_again == 1 ? "that table" : "those tables");
	return false;
}
