/*
 * The reject files of a copy: each run that takes part in it may write one of its own, and the rows of an
 * earlier one stand in no later one. So the ledger keeps where they are.
 */
#include "transfer/run_internal.h"

#include <string.h>

#define STEP_REJECTS "rejects: " /* and the file's path, from the root */
#define STEP_PIECE                                                                                           \
	"reject piece "    /* and a digest of the whole, the piece's number, and the piece of its URI */
#define MAX_PATH_LEN   900 /* of a text in a key: words->key_text of the narrowest target */
#define PIECE_HEAD_LEN (strlen("0123456789abcdef0123456789abcdef 00 "))

static char *own_path(const FerryRun *run)
{
	const char *path = ferry_rejects_path(run->rejects);

	return path ? g_canonicalize_filename(path, NULL) : NULL;
}

/* The steps that note a path. One that is too long, or no text, is written as a URI, which can be cut
 * anywhere. */
static GPtrArray *steps_of(const char *path)
{
	GPtrArray *steps = g_ptr_array_new_with_free_func(g_free);

	if (strlen(path) <= MAX_PATH_LEN && g_utf8_validate(path, -1, NULL)) {
		g_ptr_array_add(steps, g_strconcat(STEP_REJECTS, path, NULL));
		return steps;
	}
	g_autofree char *uri = g_filename_to_uri(path, NULL, NULL);
	g_autofree char *digest = uri ? g_compute_checksum_for_string(G_CHECKSUM_MD5, uri, -1) : NULL;
	size_t len = uri ? strlen(uri) : 0;
	for (size_t at = 0; at < len; at += MAX_PATH_LEN)
		g_ptr_array_add(steps, g_strdup_printf(STEP_PIECE "%s %02u %.*s", digest,
						       (guint)(at / MAX_PATH_LEN), MAX_PATH_LEN, uri + at));
	return steps;
}

bool ferry_run_note_reject_file(FerryRun *run, GError **error)
{
	FerryConnection *c = run->targets[0];
	g_autofree char *path = own_path(run);

	if (!path)
		return true;
	g_autoptr(GPtrArray) steps = steps_of(path);
	if (!steps->len || ferry_ledger_step_is_done(run->ledger, steps->pdata[0]))
		return true;
	if (!ferry_target(c)->begin(c, error))
		return false;
	if (!ferry_ledger_note_steps(run->ledger, c, steps, error) || !ferry_target(c)->commit(c, error)) {
		ferry_target(c)->rollback(c);
		return false;
	}
	for (guint i = 0; i < steps->len; i++)
		ferry_ledger_step_committed(run->ledger, steps->pdata[i]);
	return true;
}

static gint by_name(gconstpointer a, gconstpointer b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The pieces in their order: those of one path are committed together, so none is missing. */
static void join_pieces(const GPtrArray *pieces, GPtrArray *paths)
{
	for (guint i = 0; i < pieces->len;) {
		const char *first = pieces->pdata[i];
		g_autoptr(GString) uri = g_string_new(NULL);
		for (; i < pieces->len && strncmp(pieces->pdata[i], first, PIECE_HEAD_LEN - 3) == 0; i++)
			g_string_append(uri, (const char *)pieces->pdata[i] + PIECE_HEAD_LEN);
		char *path = g_filename_from_uri(uri->str, NULL, NULL);
		if (path)
			g_ptr_array_add(paths, path);
	}
}

static GPtrArray *noted_paths(FerryLedger *ledger)
{
	GPtrArray *paths = ferry_ledger_own_steps(ledger, STEP_REJECTS);
	g_autoptr(GPtrArray) pieces = ferry_ledger_own_steps(ledger, STEP_PIECE);

	g_ptr_array_sort(pieces, by_name);
	join_pieces(pieces, paths);
	g_ptr_array_sort(paths, by_name);
	return paths;
}

void ferry_run_find_reject_files(FerryRun *run)
{
	const char *given = ferry_rejects_path(run->rejects);
	g_autofree char *own = own_path(run);
	g_autoptr(GPtrArray) noted = run->ledger ? noted_paths(run->ledger) : g_ptr_array_new();

	g_ptr_array_set_size(run->result.reject_files, 0);
	for (guint i = 0; i < noted->len; i++)
		if (g_strcmp0(noted->pdata[i], own) != 0 && g_file_test(noted->pdata[i], G_FILE_TEST_EXISTS))
			g_ptr_array_add(run->result.reject_files, g_strdup(noted->pdata[i]));
	if (given && g_file_test(given, G_FILE_TEST_EXISTS))
		g_ptr_array_add(run->result.reject_files, g_strdup(given));
}
