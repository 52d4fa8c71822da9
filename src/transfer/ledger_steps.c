/* Steps of the ledger: what is done once a copy. */
#include "transfer/ledger_internal.h"

#include <string.h>

bool ferry_ledger_load_steps(FerryLedger *ledger, FerryConnection *c, GError **error)
{
	g_autoptr(FerryRows) rows = NULL;

	if (!ferry_ledger_query(c, &rows, error, "SELECT step FROM %s WHERE copy_id = %s", ledger->step_table,
				ledger->id_sql))
		return false;
	g_mutex_lock(&ledger->mutex);
	for (guint i = 0; i < rows->rows->len; i++)
		g_hash_table_add(ledger->steps, g_strdup(((char **)rows->rows->pdata[i])[0]));
	g_mutex_unlock(&ledger->mutex);
	return true;
}

bool ferry_ledger_refresh(FerryLedger *ledger, FerryConnection *c, GError **error)
{
	g_autoptr(GError) local = NULL;

	if (ferry_ledger_load_steps(ledger, c, &local) || ferry_error_is(local, FERRY_ERROR_NOT_FOUND))
		return true; /* not made yet, or gone with the copy's end */
	g_propagate_error(error, g_steal_pointer(&local));
	return false;
}

bool ferry_ledger_step_is_done(FerryLedger *ledger, const char *step)
{
	g_mutex_lock(&ledger->mutex);
	bool is_done = g_hash_table_contains(ledger->steps, step);
	g_mutex_unlock(&ledger->mutex);
	return is_done;
}

GPtrArray *ferry_ledger_own_steps(FerryLedger *ledger, const char *prefix)
{
	GPtrArray *found = g_ptr_array_new_with_free_func(g_free);
	GHashTableIter iter;
	gpointer step;

	g_mutex_lock(&ledger->mutex);
	g_hash_table_iter_init(&iter, ledger->steps);
	while (g_hash_table_iter_next(&iter, &step, NULL))
		if (g_str_has_prefix(step, prefix))
			g_ptr_array_add(found, g_strdup((const char *)step + strlen(prefix)));
	g_mutex_unlock(&ledger->mutex);
	return found;
}

char *ferry_ledger_find_own(FerryLedger *ledger, const char *prefix)
{
	g_autoptr(GPtrArray) steps = ferry_ledger_own_steps(ledger, prefix);

	return steps->len ? g_strdup(steps->pdata[0]) : NULL;
}

bool ferry_ledger_note_steps(FerryLedger *ledger, FerryConnection *c, const GPtrArray *steps, GError **error)
{
	g_autoptr(GString) rows = g_string_new(NULL);
	FerryInsertion into = {.c = c, .table = ledger->step_table, .columns = "copy_id, step", .rows = rows};

	for (guint i = 0; i < steps->len; i++) {
		g_autofree char *literal = ledger->target->target->quote_literal(steps->pdata[i]);
		g_autofree char *row = g_strconcat(ledger->id_sql, ", ", literal, NULL);
		if (!ferry_insertion_add(&into, row, error))
			return false;
	}
	return ferry_insertion_end(&into, error);
}

bool ferry_ledger_note_step(FerryLedger *ledger, FerryConnection *c, const char *step, GError **error)
{
	g_autofree char *literal = ledger->target->target->quote_literal(step);

	return ferry_ledger_run(c, NULL, error, "INSERT INTO %s (copy_id, step) VALUES (%s, %s)",
				ledger->step_table, ledger->id_sql, literal);
}

void ferry_ledger_step_committed(FerryLedger *ledger, const char *step)
{
	g_mutex_lock(&ledger->mutex);
	g_hash_table_add(ledger->steps, g_strdup(step));
	g_mutex_unlock(&ledger->mutex);
}

bool ferry_ledger_find_steps(FerryLedger *ledger, FerryConnection *c, const char *prefix,
			     GPtrArray **ret_steps, GError **error)
{
	g_autoptr(FerryRows) rows = NULL;

	if (!ferry_ledger_query(c, &rows, error, "SELECT step FROM %s WHERE " FERRY_LEDGER_UNFINISHED,
				ledger->step_table, ledger->copy_table, ledger->source_sql))
		return false;
	*ret_steps = ferry_ledger_take_texts(rows, prefix);
	return true;
}
