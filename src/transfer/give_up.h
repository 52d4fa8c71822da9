/*
 * --on-error continue (and skip): a table that cannot be made or cut into chunks, whose hooks fail, or whose
 * rows cannot be read or written is given up, the other tables go on. What is in of it stays, with its
 * ledger; its keys and indexes are not built, and it is not compared. Tables that were there before and refer
 * to it are given up too, for the server would refuse their rows one by one. The run ends with an error that
 * names them all, and the same command goes on with them.
 */
#pragma once

#include "transfer/run_internal.h"

/* Takes the error when the table is given up for it; false: the error is not the table's, or the project
 * wants none given up. */
bool ferry_give_up_table(FerryRun *run, guint table, GError *error);

/* The same where the stage begins again for what can heal: such an error is not the table's yet. */
bool ferry_give_up_unless_healing(FerryRun *run, guint table, GError *error);

/* Before a table is begun: whether it has to be given up because another was. */
void ferry_give_up_dependents(FerryRun *run, guint level);

/* Whether the table's foreign keys refer to one that was given up. */
bool ferry_give_up_is_parent(const FerryRun *run, const FerryTableState *table);

/* False, and an error that names the tables, when some were given up. */
bool ferry_give_up_check(const FerryRun *run, GError **error);

static inline bool ferry_is_given_up(const FerryTableState *table)
{
	return g_atomic_int_get(&table->is_given_up);
}
