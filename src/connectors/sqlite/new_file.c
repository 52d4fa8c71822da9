/*
 * A file that a copy makes is written without waiting for the disk (synchronous=OFF) until the connection is
 * closed; then it is synced once. Three waits a transaction are most of the time that a database of many
 * small tables takes. Whatever ends our process loses nothing by that: what was written is with the kernel.
 * Only a machine that goes down (power, kernel) in the meantime can leave a file behind that is damaged.
 *
 * So that nobody goes on with such a file, a mark lies beside it, FILE-ferry, from before the first write
 * until after the sync. It holds the id of the kernel's boot. Of the same boot: the file is whole, and goes
 * on as it was begun. Of another: the file is refused. A file that held something before is never written in
 * this way.
 */
#include "connectors/sqlite/private.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

static const char boot_id_path[] = "/proc/sys/kernel/random/boot_id";

/* NULL where the system has none: then files are synced as usual. */
static char *boot_id(void)
{
	char *id = NULL;

	if (!g_file_get_contents(boot_id_path, &id, NULL, NULL))
		return NULL;
	return g_strstrip(id);
}

static char *mark_path(const SqliteConnection *c)
{
	return g_strconcat(c->path, "-ferry", NULL);
}

static void sync_dir(const SqliteConnection *c)
{
	g_autofree char *dir = g_path_get_dirname(c->path);
	int fd = g_open(dir, O_RDONLY | O_CLOEXEC, 0);

	if (fd < 0)
		return;
	fsync(fd);
	g_close(fd, NULL);
}

bool ferry_sqlite_look_at_mark(SqliteConnection *c, bool is_empty, GError **error)
{
	g_autofree char *path = mark_path(c), *now = boot_id(), *then = NULL;

	if (!g_file_get_contents(path, &then, NULL, NULL) || is_empty) {
		c->is_ours = is_empty && now;
		return true;
	}
	c->is_ours = now && strcmp(g_strstrip(then), now) == 0;
	if (c->is_ours)
		return true;
	ferry_fail(error, FERRY_ERROR_IO,
		   "%s may be damaged: the machine went down while a copy was making it", c->path);
	ferry_error_hint(error, "delete it and its mark, and copy again: rm '%s' '%s'", c->path, path);
	return false;
}

static bool write_mark(SqliteConnection *c, GError **error)
{
	g_autofree char *path = mark_path(c), *id = boot_id();
	g_autoptr(GError) local = NULL;

	if (id && g_file_set_contents_full(path, id, -1, G_FILE_SET_CONTENTS_DURABLE, 0644, &local)) {
		sync_dir(c);
		return true;
	}
	return ferry_fail(error, FERRY_ERROR_IO, "cannot write %s: %s", path,
			  local ? local->message : "no boot id");
}

bool ferry_sqlite_hurry(SqliteConnection *c, GError **error)
{
	if (!c->is_ours || c->is_hurried)
		return true;
	if (!write_mark(c, error) || !ferry_sqlite_exec(c, "PRAGMA synchronous=OFF", error))
		return false;
	c->is_hurried = true;
	return true;
}

/* SQLite's own handle, since closing another one would drop SQLite's locks. */
static bool sync_file(SqliteConnection *c)
{
	sqlite3_file *file = NULL;

	return sqlite3_file_control(c->db, "main", SQLITE_FCNTL_FILE_POINTER, &file) == SQLITE_OK && file &&
	       file->pMethods && file->pMethods->xSync(file, SQLITE_SYNC_NORMAL) == SQLITE_OK;
}

void ferry_sqlite_settle(SqliteConnection *c)
{
	g_autofree char *path = NULL;

	if (!c->is_hurried)
		return;
	ferry_sqlite_rollback(&c->base);
	if (!sync_file(c))
		return; /* the mark stays and tells */
	sync_dir(c);
	path = mark_path(c);
	g_unlink(path);
	c->is_hurried = false;
}
