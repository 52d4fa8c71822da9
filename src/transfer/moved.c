/* See moved.h. */
#include "transfer/moved.h"

#include "transfer/give_up.h"
#include "transfer/ledger.h"

#define MARK_STEP "mark " /* of the copy */

/* Of a table whose load has begun again. */
static char *table_step(const FerryTableState *table)
{
	return g_strdup_printf("mark of %s: ", table->name);
}

static const FerrySourceOps *ops_of(const FerryRun *run)
{
	return run->source_connector->source;
}

static bool note_step(FerryRun *run, const char *prefix, GError **error)
{
	g_autofree char *mark = ops_of(run)->mark(run->sources[0], error);
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
	return known || note_step(run, MARK_STEP, error);
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

/* Copies begun by a version that noted no mark: all may have moved. */
static bool has_moved(FerryRun *run, const FerryTableState *table, const Progress *of, bool *ret_has_moved,
		      GError **error)
{
	g_autofree char *step = table_step(table);
	g_autofree char *own = ferry_ledger_find_own(run->ledger, step);
	g_autofree char *mark = own ? g_strdup(own) : ferry_ledger_find_own(run->ledger, MARK_STEP);

	return ops_of(run)->has_moved(run->sources[0], table->plan->source, of->predicate, mark,
				      ret_has_moved, error);
}

/* ---- once more from the start ---- */

static bool empty(FerryRun *run, const FerryTableState *table, GError **error)
{
	g_autoptr(GPtrArray) statements =
		g_ptr_array_new_with_free_func((GDestroyNotify)ferry_statement_free);
	FerryConnection *c = run->targets[0];

	run->target_connector->target->ddl(run->plan->target, table->plan->target, FERRY_DDL_TRUNCATE,
					   statements);
	for (guint i = 0; i < statements->len; i++)
		if (!ferry_target(c)->execute(c, ((FerryStatement *)statements->pdata[i])->sql, NULL, error))
			return false;
	return true;
}

/* Rows and the ledger in one transaction. Merged rows stay: they are merged once more. */
static bool begin_again(FerryRun *run, guint index, GError **error)
{
	FerryTableState *table = &run->tables[index];
	FerryConnection *c = run->targets[0];
	g_autofree char *step = table_step(table);

	if (!ferry_target(c)->begin(c, error))
		return false;
	if ((table->is_merged || empty(run, table, error)) &&
	    ferry_ledger_forget_chunks(run->ledger, c, index, step, error) &&
	    ferry_target(c)->commit(c, error)) {
		ferry_ledger_chunks_forgotten(run->ledger, index, step);
		return note_step(run, step, error);
	}
	ferry_target(c)->rollback(c);
	g_prefix_error(error, "beginning %s again, whose rows have moved in the source: ", table->name);
	return false;
}

static bool look_at(FerryRun *run, guint index, const Progress *of, bool *ret_is_again, GError **error)
{
	const FerryTableState *table = &run->tables[index];
	bool is_moved = false;

	*ret_is_again = false;
	if (!has_moved(run, table, of, &is_moved, error))
		return false;
	if (!is_moved)
		return true;
	if (table->is_appended || run->project->incremental) {
		ferry_run_log(
			run, FERRY_SEVERITY_WARNING,
			"%s: rows were changed in the source since this copy began, and have moved between "
			"its chunks: some may be there twice, others not at all, which verification tells",
			table->name);
		return true;
	}
	ferry_run_log(run, FERRY_SEVERITY_WARNING,
		      "%s: rows were changed in the source since this copy began, and have moved between its "
		      "chunks: the table is loaded again from its start",
		      table->name);
	*ret_is_again = true;
	return begin_again(run, index, error);
}

static bool look_at_all(FerryRun *run, bool is_copied, guint *ret_again, GError **error)
{
	g_autoptr(GPtrArray) chunks = NULL;

	*ret_again = 0;
	if (!ferry_ledger_load_chunks(run->ledger, run->targets[0], &chunks, error))
		return false;
	g_autofree Progress *progress = count_chunks(run, chunks);
	for (guint i = 0; i < run->result.n_tables; i++) {
		const Progress *of = &progress[i];
		bool is_again = false;
		if (of->n_done == 0 || (!is_copied && of->n_left == 0) || !of->predicate ||
		    ferry_is_given_up(&run->tables[i]))
			continue;
		if (!look_at(run, i, of, &is_again, error))
			return false;
		*ret_again += is_again;
	}
	return true;
}

bool ferry_moved_begin_again(FerryRun *run, GError **error)
{
	guint n_again;

	return !ops_of(run)->has_moved || !run->result.is_resumed || run->is_same_snapshot ||
	       run->project->snapshot_lost != FERRY_SNAPSHOT_LOST_CONTINUE ||
	       look_at_all(run, false, &n_again, error);
}

bool ferry_moved_check(FerryRun *run, GError **error)
{
	guint n_again;

	if (!ops_of(run)->has_moved || !run->is_snapshot_renewed || run->joined_snapshot)
		return true;
	if (!look_at_all(run, true, &n_again, error))
		return false;
	if (n_again == 0)
		return true;
	ferry_fail(error, FERRY_ERROR_FAILED,
		   "the source's snapshot was lost, and rows of %u table%s were changed meanwhile", n_again,
		   n_again == 1 ? "" : "s");
	ferry_error_hint(error,
			 "run the same command again: it loads %s again from the start, and nothing else",
			 n_again == 1 ? "that table" : "those tables");
	return false;
}
