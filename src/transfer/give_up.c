/* See give_up.h. */
#include "transfer/give_up.h"

#include "transfer/heal.h"

/* What a table cannot be blamed for: the other tables would fail the same way. */
static bool is_of_table(const GError *error)
{
	static const FerryErrorCode others[] = {FERRY_ERROR_LOST,      FERRY_ERROR_CONNECT,
						FERRY_ERROR_AUTH,      FERRY_ERROR_IO,
						FERRY_ERROR_CANCELLED, FERRY_ERROR_INTERNAL};

	for (size_t i = 0; i < G_N_ELEMENTS(others); i++)
		if (ferry_error_is(error, others[i]))
			return false;
	return error->domain == FERRY_ERROR;
}

bool ferry_give_up_table(FerryRun *run, guint index, GError *error)
{
	FerryTableState *table = &run->tables[index];

	if (run->project->on_error == FERRY_ON_ERROR_FAIL || ferry_run_is_stopped(run) ||
	    g_atomic_int_get(&run->is_over_limit) || !is_of_table(error))
		return false;
	g_mutex_lock(&run->mutex);
	bool is_first = !g_atomic_int_exchange(&table->is_given_up, 1);
	for (guint i = 0; is_first && i < table->chunks->len; i++)
		if (g_queue_remove(&run->chunks, table->chunks->pdata[i]))
			run->n_chunks_left--;
	g_cond_broadcast(&run->chunks_changed);
	g_mutex_unlock(&run->mutex);
	if (is_first)
		ferry_run_log(run, FERRY_SEVERITY_LOSS, "%s: given up: %s", table->name, error->message);
	g_error_free(error);
	return true;
}

bool ferry_give_up_unless_healing(FerryRun *run, guint table, GError *error)
{
	return !ferry_heal_may(run, error) && ferry_give_up_table(run, table, error);
}

static bool is_same_table(const FerryTable *table, const char *schema, const char *name)
{
	return g_strcmp0(table->name, name) == 0 && (!schema || g_strcmp0(table->schema, schema) == 0);
}

bool ferry_give_up_is_parent(const FerryRun *run, const FerryTableState *table)
{
	const GPtrArray *keys = table->plan->target->foreign_keys;

	for (guint i = 0; i < run->result.n_tables; i++) {
		const FerryTableState *other = &run->tables[i];
		if (other == table || !ferry_is_given_up(other))
			continue;
		for (guint k = 0; k < keys->len; k++) {
			const FerryForeignKey *key = keys->pdata[k];
			if (is_same_table(other->plan->target, key->ref_schema, key->ref_table))
				return true;
		}
	}
	return false;
}

void ferry_give_up_dependents(FerryRun *run, guint level)
{
	for (guint i = 0; i < run->result.n_tables; i++) {
		FerryTableState *table = &run->tables[i];
		GError *error = NULL;
		if (table->is_created || table->level != level || !table->n_left ||
		    ferry_is_given_up(table) || !ferry_give_up_is_parent(run, table))
			continue;
		ferry_fail(&error, FERRY_ERROR_FAILED, "it refers to a table that was given up");
		if (!ferry_give_up_table(run, i, error))
			ferry_run_take_error(run, error);
	}
}

bool ferry_give_up_check(const FerryRun *run, GError **error)
{
	g_autoptr(GString) names = g_string_new(NULL);
	guint n = 0;

	for (guint i = 0; i < run->result.n_tables; i++)
		if (ferry_is_given_up(&run->tables[i]))
			g_string_append_printf(names, "%s%s", n++ ? ", " : "", run->tables[i].name);
	if (!n)
		return true;
	ferry_fail(error, FERRY_ERROR_FAILED, "%u table%s given up, and %s not finished: %s", n,
		   n == 1 ? " was" : "s were", n == 1 ? "is" : "are", names->str);
	ferry_error_hint(error, "the messages above tell why; the same command goes on with %s",
			 n == 1 ? "it" : "them");
	return false;
}
