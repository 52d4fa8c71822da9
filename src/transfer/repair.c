/*
 * ferry verify --repair: the rows of a table that verification found to be missing or different are read from
 * the source again and merged by key; rows that only the target has are removed where that was asked for. All
 * of a table's repair is one transaction. Rows are known by the hash of their key, as narrowing left them.
 */
#include "transfer/verify.h"

#include "data/value_text.h"

#include <stdlib.h>

#define DELETES_AT_ONCE 100

typedef struct Repair {
	FerryRun *run;
	guint table;
	const FerryRepairList *list;
	FerryRowHasher *hasher;
	GArray *key_columns; /* uint32_t */
	FerryWriter *writer;
	FerryAsLoaded *as_loaded; /* of the source's rows: what a load rejects stays away */
	GPtrArray *conditions;    /* char*: of rows to be removed */
	int64_t n_restored;
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
	if (ferry_writer_append(r->writer, batch, 0, batch->n_rows, &r->error))
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

static bool restore(Repair *r, GError **error)
{
	const FerryTableState *table = &r->run->tables[r->table];
	int64_t taken = 0;

	if (!r->list->restore->len)
		return true;
	r->writer = ferry_writer_open(r->run->targets[0], table->plan->target, table->plan->write_schema,
				      NULL, error);
	r->as_loaded =
		r->writer ? ferry_as_loaded_new(r->run, r->run->targets[0], r->table, true, error) : NULL;
	bool is_ok = r->as_loaded && ferry_writer_merge(r->writer, table->merge_key, error) &&
		     scan(r, FERRY_SIDE_SOURCE, restore_batch, error) &&
		     ferry_writer_flush(r->writer, &taken, error);
	ferry_as_loaded_free(g_steal_pointer(&r->as_loaded));
	ferry_writer_close(g_steal_pointer(&r->writer));
	if (!is_ok || taken == r->n_restored)
		return is_ok;
	return ferry_fail(error, FERRY_ERROR_FAILED,
			  "the target took %" G_GINT64_FORMAT " rows of the %" G_GINT64_FORMAT
			  " that were sent",
			  taken, r->n_restored);
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
		g_autofree char *literal = ops->quote_literal(value->str);
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
	g_autoptr(GString) sql = g_string_new("DELETE FROM ");

	g_string_append_printf(sql, "%s WHERE ", table);
	for (guint i = from; i < r->conditions->len && i < from + DELETES_AT_ONCE; i++)
		g_string_append_printf(sql, "%s%s", i > from ? " OR " : "", (char *)r->conditions->pdata[i]);
	return ferry_target(r->run->targets[0])->execute(r->run->targets[0], sql->str, NULL, error);
}

static bool remove_extra(Repair *r, GError **error)
{
	const FerryTargetOps *ops = r->run->target_connector->target;
	const FerryTable *target = r->run->tables[r->table].plan->target;
	g_autofree char *schema = target->schema ? ops->quote_identifier(target->schema) : NULL;
	g_autofree char *name = ops->quote_identifier(target->name);
	g_autofree char *table = schema ? g_strconcat(schema, ".", name, NULL) : g_strdup(name);

	if (!r->run->removes_extra || !r->list->remove->len)
		return true;
	r->conditions = g_ptr_array_new_with_free_func(g_free);
	bool is_ok = scan(r, FERRY_SIDE_TARGET, find_extra, error);
	for (guint i = 0; is_ok && i < r->conditions->len; i += DELETES_AT_ONCE)
		is_ok = delete_some(r, i, table, error);
	r->run->tables[r->table].result->rows_removed = is_ok ? r->conditions->len : 0;
	g_ptr_array_unref(r->conditions);
	return is_ok;
}

/* ---- a table ---- */

static bool work(Repair *r, GError **error)
{
	FerryConnection *c = r->run->targets[0];
	FerryTableResult *result = r->run->tables[r->table].result;

	if (!ferry_target(c)->begin(c, error))
		return false;
	if (remove_extra(r, error) && restore(r, error)) {
		/* Also where the answer to the commit does not come: then the second look will tell. */
		r->run->has_repaired |= r->n_restored + result->rows_removed > 0;
		result->rows_repaired = r->n_restored;
		if (ferry_target(c)->commit(c, error))
			return true;
	}
	ferry_target(c)->rollback(c);
	result->rows_removed = result->rows_repaired = 0;
	return false;
}

static void leave(FerryRun *run, guint table, const char *why)
{
	ferry_run_log(run, FERRY_SEVERITY_LOSS, "%s: not repaired: %s", run->tables[table].name, why);
}

bool ferry_compare_repair(FerryRun *run, guint table, const FerryRepairList *list, GError **error)
{
	FerryTableState *state = &run->tables[table];
	Repair r = {.run = run, .table = table, .list = list};
	g_autoptr(GError) reason = NULL;

	if (list->is_cut) {
		leave(run, table, "there are more differences than are kept in memory; copy it again");
		return true;
	}
	if (!run->target_connector->target->merge) {
		leave(run, table, "rows cannot be merged into this target");
		return true;
	}
	if (!ferry_run_find_merge_key(state, run->comparison->tables[table].tables[FERRY_SIDE_TARGET],
				      &reason)) {
		leave(run, table, reason->message);
		return true;
	}
	r.key_columns = g_array_new(FALSE, FALSE, sizeof(uint32_t));
	for (uint32_t i = 0; i < ferry_run_row_schema(state->plan)->n_fields; i++)
		if (ferry_run_row_schema(state->plan)->fields[i].is_key)
			g_array_append_val(r.key_columns, i);
	bool is_ok = work(&r, error);
	g_array_unref(r.key_columns);
	if (!is_ok)
		g_prefix_error(error, "repairing %s: ", state->name);
	else
		ferry_run_log(run, FERRY_SEVERITY_INFO,
			      "%s: %" G_GINT64_FORMAT " rows copied again, %" G_GINT64_FORMAT " removed%s",
			      state->name, state->result->rows_repaired, state->result->rows_removed,
			      list->remove->len && !run->removes_extra
				      ? "; extra ones are left (--repair-delete removes them)"
				      : "");
	return is_ok;
}
