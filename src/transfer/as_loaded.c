/* See as_loaded.h. */
#include "transfer/as_loaded.h"

#include "transfer/bad_value.h"

struct FerryAsLoaded {
	const FerryRun *run;
	const FerryTablePlan *plan;
	FerryWriter *checker; /* knows what the target holds; nothing is written */
	FerryBadValues values;
	bool leaves_out;
};

bool ferry_as_loaded_has_rules(const FerryRun *run)
{
	for (int kind = 0; kind < FERRY_N_BAD_KINDS; kind++)
		if (kind == FERRY_BAD_EMPTY_TEXT && !run->target_connector->caps.empty_is_null)
			continue;
		else if (run->project->bad_values[kind] == FERRY_BAD_VALUE_NULL ||
			 run->project->bad_values[kind] == FERRY_BAD_VALUE_REPLACE)
			return true;
	return false;
}

FerryAsLoaded *ferry_as_loaded_new(FerryRun *run, FerryConnection *target, guint table, bool leaves_out,
				   GError **error)
{
	const FerryTablePlan *plan = run->tables[table].plan;
	FerryWriter *checker = ferry_writer_open(target, plan->target, plan->write_schema, NULL, error);

	if (!checker)
		return NULL;
	FerryAsLoaded *rows = g_new0(FerryAsLoaded, 1);
	rows->run = run;
	rows->plan = plan;
	rows->checker = checker;
	rows->leaves_out = leaves_out;
	return rows;
}

void ferry_as_loaded_free(FerryAsLoaded *rows)
{
	if (!rows)
		return;
	ferry_writer_close(rows->checker);
	ferry_bad_values_clear(&rows->values);
	g_free(rows);
}

bool ferry_as_loaded_apply(FerryAsLoaded *rows, FerryBatch *batch, GError **error)
{
	size_t n_bad_by_reader = batch->n_bad;

	ferry_target(rows->checker->connection)->check(rows->checker, batch);
	return batch->n_bad == 0 || ferry_bad_values_as_loaded(rows->run, rows->plan, batch, n_bad_by_reader,
							       rows->leaves_out, &rows->values, error);
}
