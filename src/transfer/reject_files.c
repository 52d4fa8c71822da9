/*
 * The reject files of a copy: each run that takes part in it may write one of its own, and the rows of an
 * earlier one stand in no later one. So the ledger keeps where they are.
 */
#include "transfer/run_internal.h"

#include <string.h>

#define STEP_REJECTS "rejects: " /* and the file's path, from the root */
#define MAX_PATH_LEN 900         /* of a text in a key: words->key_text of the narrowest target */

static char *own_path(const FerryRun *run)
{
	const char *path = ferry_rejects_path(run->rejects);

	return path ? g_canonicalize_filename(path, NULL) : NULL;
}

bool ferry_run_note_reject_file(FerryRun *run, GError **error)
{
	FerryConnection *c = run->targets[0];
	g_autofree char *path = own_path(run), *step = path ? g_strconcat(STEP_REJECTS, path, NULL) : NULL;

	if (!path || strlen(path) > MAX_PATH_LEN || !g_utf8_validate(path, -1, NULL) ||
	    ferry_ledger_step_is_done(run->ledger, step))
		return true;
	if (!ferry_target(c)->begin(c, error))
		return false;
	if (!ferry_ledger_note_step(run->ledger, c, step, error) || !ferry_target(c)->commit(c, error)) {
		ferry_target(c)->rollback(c);
		return false;
	}
	ferry_ledger_step_committed(run->ledger, step);
	return true;
}

static gint by_name(gconstpointer a, gconstpointer b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

void ferry_run_find_reject_files(FerryRun *run)
{
	const char *given = ferry_rejects_path(run->rejects);
	g_autofree char *own = own_path(run);
	g_autoptr(GPtrArray) noted =
		run->ledger ? ferry_ledger_own_steps(run->ledger, STEP_REJECTS) : g_ptr_array_new();

	g_ptr_array_sort(noted, by_name);
	g_ptr_array_set_size(run->result.reject_files, 0);
	for (guint i = 0; i < noted->len; i++)
		if (g_strcmp0(noted->pdata[i], own) != 0 && g_file_test(noted->pdata[i], G_FILE_TEST_EXISTS))
			g_ptr_array_add(run->result.reject_files, g_strdup(noted->pdata[i]));
	if (given && g_file_test(given, G_FILE_TEST_EXISTS))
		g_ptr_array_add(run->result.reject_files, g_strdup(given));
}
