/*
 * ferry verify --repair: the rows of a table that verification found to be missing or different are read from
 * the source again and merged by key; rows that only the target has are removed where that was asked for.
 * What is removed of a table is one transaction, and so is what is copied again: all removals come first,
 * those of children before their parents', then all copies, the other way round. Rows are known by the hash
 * of their key, as narrowing left them.
 */
#include "transfer/verify.h"

#include "data/value_text.h"
#include "transfer/heal.h"
#include "transfer/isolate.h"

#include <stdlib.h>

#define DELETES_AT_ONCE  100
#define MAX_REFUSED_TOLD 10 /* of a table's rows, in the log */

typedef struct Repair {
	FerryRun *run;
	guint table;
	FerryRepairList *list;
	FerryRowHasher *hasher;
	GArray *key_columns; /* uint32_t */
	FerryWriter *writer;
	FerryIsolation isolation; /* where the list is careful */
	int64_t n_refused;
	FerryAsLoaded *as_loaded; /* of the source's rows: what a load rejects stays away */
	GPtrArray *conditions;    /* char*: of rows to be removed */
	int64_t n_restored, n_removed;
	GError *error; /* of the target, within a scan */
} Repair;

static int compare_keys(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

static bool is_in(const GArray *keys, uint64_t key)
{
	return keys->len && bsearch(&key, keys->data, keys->len, sizeof(key), compare_keys);
}

static const uint64_t *hash_keys(Repair *r, const FerryBatch *batch)
{
	return ferry_row_hasher_rows(r->hasher, batch, (const uint32_t *)(void *)r->key_columns->data,
				     r->key_columns->len);
}

/* ---- missing and different rows ---- */

/* The rows come as they are to be written, transformed and with bad values changed where the project says so;
 * those that a check or a rule has rejected are marked as skipped: the verification afterwards names them. */
static void restore_batch(const FerryBatch *given, gpointer data)
{
	Repair *r = data;
	FerryBatch *batch = (FerryBatch *)given;
	const uint64_t *keys = hash_keys(r, batch);

	if (r->error)
		return;
	for (size_t row = 0; row < batch->n_rows; row++)
		if (!is_in(r->list->restore, keys[row]))
			ferry_batch_skip_row(batch, row);
	if (batch->n_skipped == batch->n_rows)
		return;
	if (r->list->is_careful)
		ferry_isolate_load(&r->isolation, batch, &r->n_restored, &r->error);
	else if (ferry_writer_append(r->writer, batch, 0, batch->n_rows, &r->error))
		r->n_restored += (int64_t)(batch->n_rows - batch->n_skipped);
}

static bool scan(Repair *r, FerrySide side, FerryBatchFunc func, GError **error)
{
	FerryRun *run = r->run;
	FerryConnection *c = side == FERRY_SIDE_SOURCE ? run->sources[0] : run->targets[0];
	GPtrArray *predicates = run->comparison->tables[r->table].predicates[side];
	const FerryTablePlan *plan = run->tables[r->table].plan;

	r->hasher = ferry_row_hasher_new(ferry_scan_schema(plan, side));
	bool is_ok = true;
	run->comparison->side_at_work = side;
	for (guint i = 0; is_ok && !r->error && i < predicates->len; i++)
		is_ok = ferry_compare_scan(
			&(FerryScan){.run = run,
				     .side = side,
				     .table = r->table,
				     .predicate = predicates->pdata[i],
				     .as_loaded = side == FERRY_SIDE_SOURCE ? r->as_loaded : NULL,
				     .func = func,
				     .data = r},
			c, error);
	g_clear_pointer(&r->hasher, ferry_row_hasher_free);
	if (is_ok) /* what is wrong then is wrong with the target */
		run->comparison->side_at_work = FERRY_SIDE_TARGET;
	if (!is_ok)
		g_clear_error(&r->error);
	else if (r->error)
		g_propagate_error(error, g_steal_pointer(&r->error));
	else
		return true;
	return false;
}

static FerryWriter *open_writer(gpointer data, GError **error)
{
	const Repair *r = data;
	const FerryTableState *table = &r->run->tables[r->table];
	g_autoptr(FerryWriter) writer = ferry_writer_open(r->run->targets[0], table->plan->target,
							  table->plan->write_schema, NULL, error);

	return writer && ferry_writer_merge(writer, table->merge_key, error) ? g_steal_pointer(&writer)
									     : NULL;
}

static bool refuse(FerryBatch *batch, size_t row, const GError *reason, gpointer data, GError **error)
{
	Repair *r = data;
	g_autofree char *key = ferry_batch_row_key(batch, row);

	if (++r->n_refused <= MAX_REFUSED_TOLD)
		ferry_run_log(r->run, FERRY_SEVERITY_LOSS, "%s: not repaired: the target refused %s: %s",
			      r->run->tables[r->table].name, key ? key : "a row", reason->message);
	return true;
}

static bool restore(Repair *r, GError **error)
{
	r->isolation = (FerryIsolation){.target = r->run->targets[0],
					.writer = &r->writer,
					.reopen = open_writer,
					.refuse = refuse,
					.data = r};
	r->writer = open_writer(r, error);
	r->as_loaded =
		r->writer ? ferry_as_loaded_new(r->run, r->run->targets[0], r->table, true, error) : NULL;
	bool is_ok = r->as_loaded && scan(r, FERRY_SIDE_SOURCE, restore_batch, error) &&
		     (r->list->is_careful || ferry_isolate_flush(r->writer, r->n_restored, error));
	ferry_as_loaded_free(g_steal_pointer(&r->as_loaded));
	ferry_writer_close(g_steal_pointer(&r->writer));
	return is_ok;
}

/* ---- rows too many ---- */

static char *condition_of(Repair *r, const FerryBatch *batch, size_t row)
{
	const FerryTargetOps *ops = r->run->target_connector->target;
	GString *sql = g_string_new("(");

	for (guint i = 0; i < r->key_columns->len; i++) {
		uint32_t column = g_array_index(r->key_columns, uint32_t, i);
		g_autoptr(GString) value = g_string_new(NULL);
		g_autofree char *name = ops->quote_identifier(batch->schema->fields[column].name);
		ferry_value_to_text(&batch->columns[column], row, value);
		g_autofree char *literal =
			ops->value_literal
				? ops->value_literal(batch->columns[column].type, value->str, value->len)
				: ops->quote_literal(value->str);
		g_string_append_printf(sql, "%s%s = %s", i > 0 ? " AND " : "", name, literal);
	}
	g_string_append_c(sql, ')');
	return g_string_free(sql, FALSE);
}

static void find_extra(const FerryBatch *batch, gpointer data)
{
	Repair *r = data;
	const uint64_t *keys = hash_keys(r, batch);

	for (size_t row = 0; row < batch->n_rows; row++)
		if (is_in(r->list->remove, keys[row]))
			g_ptr_array_add(r->conditions, condition_of(r, batch, row));
}

static bool delete_some(Repair *r, guint from, const char *table, GError **error)
{
	guint to = MIN(from + DELETES_AT_ONCE, r->conditions->len);
	g_autoptr(GString) sql = g_string_new("DELETE FROM ");
	int64_t removed = 0;

	g_string_append_printf(sql, "%s WHERE ", table);
	for (guint i = from; i < to; i++)
		g_string_append_printf(sql, "%s%s", i > from ? " OR " : "", (char *)r->conditions->pdata[i]);
	if (!ferry_target(r->run->targets[0])->execute(r->run->targets[0], sql->str, &removed, error))
		return false;
	r->n_removed += removed;
	return removed <= to - from ||
	       ferry_fail(error, FERRY_ERROR_FAILED,
			  "the keys of %u rows hold for %" G_GINT64_FORMAT " in the target", to - from,
			  (gint64)removed);
}

static bool remove_extra(Repair *r, GError **error)
{
	const FerryTargetOps *ops = r->run->target_connector->target;
	const FerryTable *target = r->run->tables[r->table].plan->target;
	g_autofree char *schema = target->schema ? ops->quote_identifier(target->schema) : NULL;
	g_autofree char *name = ops->quote_identifier(target->name);
	g_autofree char *table = schema ? g_strconcat(schema, ".", name, NULL) : g_strdup(name);

	r->conditions = g_ptr_array_new_with_free_func(g_free);
	bool is_ok = scan(r, FERRY_SIDE_TARGET, find_extra, error);
	for (guint i = 0; is_ok && i < r->conditions->len; i += DELETES_AT_ONCE)
		is_ok = delete_some(r, i, table, error);
	if (is_ok && r->n_removed < r->conditions->len)
		ferry_run_log(r->run, FERRY_SEVERITY_LOSS,
			      "%s: not repaired: %" G_GINT64_FORMAT
			      " of %u rows too many are removed; the others are stored otherwise than their "
			      "keys are read",
			      r->run->tables[r->table].name, (gint64)r->n_removed, r->conditions->len);
	g_clear_pointer(&r->conditions, g_ptr_array_unref);
	return is_ok;
}

/* ---- a table ---- */

static void leave(FerryRun *run, guint table, const char *why)
{
	ferry_run_log(run, FERRY_SEVERITY_LOSS, "%s: not repaired: %s", run->tables[table].name, why);
}

static void repair_init(Repair *r, FerryRun *run, guint table)
{
	const FerrySchema *schema = ferry_run_row_schema(run->tables[table].plan);

	*r = (Repair){.run = run, .table = table, .list = &run->comparison->tables[table].repair};
	r->key_columns = g_array_new(FALSE, FALSE, sizeof(uint32_t));
	for (uint32_t i = 0; i < schema->n_fields; i++)
		if (schema->fields[i].is_key)
			g_array_append_val(r->key_columns, i);
}

/* One try of either kind. */
static bool in_transaction(FerryRun *run, guint table, bool (*func)(Repair *, GError **), GError **error)
{
	FerryConnection *c = run->targets[0];
	FerryTableResult *result = run->tables[table].result;
	Repair r;

	run->comparison->side_at_work = FERRY_SIDE_TARGET;
	if (!ferry_target(c)->begin(c, error))
		return false;
	repair_init(&r, run, table);
	bool is_ok = func(&r, error);
	g_array_unref(r.key_columns);
	/* Also where the answer to the commit does not come: then the second look will tell. */
	run->has_repaired |= is_ok && r.n_restored + r.n_removed > 0;
	if (!is_ok || !ferry_target(c)->commit(c, error)) {
		ferry_target(c)->rollback(c);
		return false;
	}
	result->rows_repaired += r.n_restored;
	result->rows_removed += r.n_removed;
	return true;
}

/* What the target refuses for good is no reason to leave the other tables as they are. */
static bool settle(FerryRun *run, guint table, GError *failure, GError **error)
{
	bool is_for_good = run->comparison->side_at_work == FERRY_SIDE_TARGET && !ferry_run_is_stopped(run) &&
			   !ferry_heal_may(run, failure);

	if (!is_for_good) {
		g_propagate_error(error, failure);
		return false;
	}
	leave(run, table, failure->message);
	g_error_free(failure);
	return true;
}

static bool remove_rows(FerryRun *run, guint table, GError **error)
{
	GError *failure = NULL;

	return in_transaction(run, table, remove_extra, &failure) || settle(run, table, failure, error);
}

/* All at once first: rows may refer to each other. */
static bool restore_rows(FerryRun *run, guint table, GError **error)
{
	FerryRepairList *list = &run->comparison->tables[table].repair;
	GError *failure = NULL;

	if (in_transaction(run, table, restore, &failure))
		return true;
	if (list->is_careful || !ferry_isolate_is_about_rows(failure))
		return settle(run, table, failure, error);
	g_clear_error(&failure);
	list->is_careful = true;
	return in_transaction(run, table, restore, &failure) || settle(run, table, failure, error);
}

/* ---- all tables ---- */

static bool can_repair(FerryRun *run, guint table)
{
	const FerryTableSums *sums = &run->comparison->tables[table];
	g_autoptr(GError) reason = NULL;

	if (!sums->repair.restore)
		return false;
	if (sums->repair.is_cut)
		leave(run, table, "there are more differences than are kept in memory; copy it again");
	else if (!run->target_connector->target->merge)
		leave(run, table, "rows cannot be merged into this target");
	else if (!ferry_run_find_merge_key(&run->tables[table], sums->tables[FERRY_SIDE_TARGET], &reason))
		leave(run, table, reason->message);
	else
		return true;
	return false;
}

static bool repair_levels(FerryRun *run, const bool *is_ours, guint highest, GError **error)
{
	guint n = run->result.n_tables;
	const FerryTableSums *sums = run->comparison->tables;

	for (guint level = highest + 1; run->removes_extra && level-- > 0;)
		for (guint i = 0; i < n; i++)
			if (is_ours[i] && run->tables[i].plan->level == level && sums[i].repair.remove->len &&
			    !ferry_compare_patiently(run, i, "repairing", remove_rows, error))
				return false;
	for (guint level = 0; level <= highest; level++)
		for (guint i = 0; i < n; i++)
			if (is_ours[i] && run->tables[i].plan->level == level &&
			    sums[i].repair.restore->len &&
			    !ferry_compare_patiently(run, i, "repairing", restore_rows, error))
				return false;
	return true;
}

bool ferry_compare_repair(FerryRun *run, GError **error)
{
	g_autofree bool *is_ours = g_new0(bool, run->result.n_tables + 1);
	guint highest = 0;

	for (guint i = 0; i < run->result.n_tables; i++) {
		is_ours[i] = can_repair(run, i);
		highest = MAX(highest, run->tables[i].plan->level);
	}
	if (!repair_levels(run, is_ours, highest, error))
		return false;
	for (guint i = 0; i < run->result.n_tables; i++)
		if (is_ours[i])
			ferry_run_log(run, FERRY_SEVERITY_INFO,
				      "%s: %" G_GINT64_FORMAT " rows copied again, %" G_GINT64_FORMAT
				      " removed%s",
				      run->tables[i].name, run->tables[i].result->rows_repaired,
				      run->tables[i].result->rows_removed,
				      run->comparison->tables[i].repair.remove->len && !run->removes_extra
					      ? "; extra ones are left (--repair-delete removes them)"
					      : "");
	return true;
}
