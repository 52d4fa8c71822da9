/*
 * --if-exists drop: tables of the plan that are in the target go before theirs are made. One that cannot be
 * dropped is given up where the project goes on with the others; that it is still in the way is noted in the
 * ledger, for a resumed copy to try again. Tables that were not there must not be dropped then: by now they
 * may be the copy's own, with rows.
 */
#include "transfer/give_up.h"

static bool drop(FerryRun *run, guint index, GError **error)
{
	FerryTableState *table = &run->tables[index];
	GError *own = NULL;

	table->is_in_the_way = !ferry_run_phase(run, table->plan->target, FERRY_DDL_DROP, &own);
	if (!table->is_in_the_way || ferry_give_up_unless_healing(run, index, own))
		return true;
	g_propagate_error(error, own);
	return false;
}

bool ferry_run_drop_tables(FerryRun *run, const bool *is_there, GError **error)
{
	for (guint i = 0; i < run->result.n_tables; i++)
		if (is_there[i] && !drop(run, i, error))
			return false;
	return true;
}

bool ferry_run_drop_again(FerryRun *run, GError **error)
{
	for (guint i = 0; i < run->result.n_tables; i++)
		if (run->tables[i].is_in_the_way && !drop(run, i, error))
			return false;
	return true;
}

bool ferry_run_is_dropped(FerryRun *run, guint index)
{
	g_autoptr(GPtrArray) statements =
		g_ptr_array_new_with_free_func((GDestroyNotify)ferry_statement_free);

	run->target_connector->target->ddl(run->plan->target, run->tables[index].plan->target, FERRY_DDL_DROP,
					   statements);
	for (guint i = 0; i < statements->len; i++)
		if (!ferry_run_step_is_done(run, FERRY_DDL_DROP, statements->pdata[i]))
			return false;
	return true;
}
