/*
 * Changing the key; see rotation.h.
 */
#include "service/rotation.h"

#include "base/url.h"
#include "service/audit.h"
#include "service/service_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <unistd.h>

#define KEY_FILE     "secret.key"
#define OLD_SUFFIX   ".old"
#define NEW_SUFFIX   ".new"
#define OLD_VARIABLE "FERRY_SECRET_KEY_OLD"

/* ---- sealing again ---- */

/* What the key opens already stays: an interrupted rotation, or one that is repeated. */
static bool seal_one(FerryService *service, FerryStoreTx *tx, const FerrySecretKey *old,
		     const FerryRows *rows, guint i, guint *n_sealed, GError **error)
{
	const char *id = ferry_row_text(rows, i, 0), *sealed = ferry_row_text(rows, i, 1);
	g_autofree char *purpose = g_strconcat("connection ", id, NULL);
	char *text = ferry_secret_open(service->key, purpose, sealed, NULL);

	if (text) {
		ferry_secret_free(text);
		return true;
	}
	text = ferry_secret_open(old, purpose, sealed, error);
	if (!text)
		return false;
	g_autofree char *fresh = ferry_secret_seal(service->key, purpose, text);
	ferry_secret_free(text);
	(*n_sealed)++;
	return ferry_store_exec(tx, NULL, error, "UPDATE connections SET secret = ? WHERE id = ?", "ss",
				fresh, id);
}

static bool seal_all(FerryService *service, const FerrySecretKey *old, guint *ret_n, GError **error)
{
	static const FerryActor nobody = {0};
	g_autoptr(FerryStoreTx) tx = ferry_store_begin(service->store, FERRY_STORE_WRITE, error);
	g_autoptr(FerryRows) rows = NULL;
	guint n = 0;

	if (!tx)
		return false;
	g_autofree char *sql =
		g_strconcat("SELECT id, secret FROM connections WHERE secret IS NOT NULL ORDER BY id",
			    ferry_store_lock_suffix(tx), NULL);
	rows = ferry_store_query(tx, error, sql, "");
	if (!rows)
		return false;
	for (guint i = 0; i < rows->rows->len; i++)
		if (!seal_one(service, tx, old, rows, i, &n, error))
			return false;
	g_autofree char *detail = g_strdup_printf("%u secrets are sealed with a new key", n);
	if (n > 0 && !ferry_audit_add(tx, &nobody, "secrets.rotate", NULL, detail, error))
		return false;
	*ret_n = n;
	return ferry_store_commit(g_steal_pointer(&tx), error);
}

/* ---- files ---- */

static char *key_path(const FerryService *service, const char *suffix)
{
	g_autofree char *name = g_strconcat(KEY_FILE, suffix, NULL);

	return g_build_filename(service->data_dir, name, NULL);
}

static bool fail_file(const char *what, const char *path, GError **error)
{
	return ferry_fail(error, FERRY_ERROR_IO, "the key file %s cannot be %s: %s", path, what,
			  g_strerror(errno));
}

/* A name in a folder is on the disk only when the folder is. */
static bool sync_folder(const FerryService *service, GError **error)
{
	int fd = open(service->data_dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool is_ok = fd >= 0 && fsync(fd) == 0;

	if (!is_ok)
		fail_file("written", service->data_dir, error);
	if (fd >= 0)
		close(fd);
	return is_ok;
}

static bool remove_file(const char *path, GError **error)
{
	return g_unlink(path) == 0 || errno == ENOENT || fail_file("removed", path, error);
}

/* The new key into the old one's place, which stays at hand under another name. */
static FerrySecretKey *put_new_key(FerryService *service, GError **error)
{
	g_autofree char *path = key_path(service, ""), *old = key_path(service, OLD_SUFFIX),
			*new = key_path(service, NEW_SUFFIX);
	FerrySecretKey *key = remove_file(new, error) ? ferry_secret_key_create(new, error) : NULL;
	bool is_ok = key != NULL;

	if (is_ok && link(path, old) != 0)
		is_ok = fail_file("kept beside the new one", path, error);
	if (is_ok && g_rename(new, path) != 0)
		is_ok = fail_file("replaced", path, error);
	if (is_ok && sync_folder(service, error))
		return key;
	ferry_secret_key_free(key);
	return NULL;
}

/* ---- the whole ---- */

static bool finish_files(FerryService *service, guint *ret_n, GError **error)
{
	g_autofree char *path = key_path(service, OLD_SUFFIX);

	if (!g_file_test(path, G_FILE_TEST_EXISTS))
		return true;
	g_autoptr(FerrySecretKey) old = ferry_secret_key_read(path, error);
	return old && seal_all(service, old, ret_n, error) && remove_file(path, error) &&
	       sync_folder(service, error);
}

static bool finish_variables(FerryService *service, guint *ret_n, GError **error)
{
	if (!ferry_secret_key_is_set(OLD_VARIABLE))
		return true;
	g_autoptr(FerrySecretKey) old = ferry_secret_key_from_variable(OLD_VARIABLE, error);
	return old && seal_all(service, old, ret_n, error);
}

bool ferry_secrets_finish_rotation(FerryService *service, GError **error)
{
	guint n = 0;
	bool is_ok = ferry_secret_key_is_in_environment() ? finish_variables(service, &n, error)
							  : finish_files(service, &n, error);

	if (!is_ok)
		g_prefix_error(error, "finishing a change of the key: ");
	return is_ok;
}

bool ferry_secrets_rotate(FerryService *service, guint *ret_n_sealed, GError **error)
{
	guint n = 0;

	if (ferry_secret_key_is_in_environment())
		return ferry_fail(error, FERRY_ERROR_USAGE,
				  "the key comes from FERRY_SECRET_KEY: set a new one there and the old one "
				  "in " OLD_VARIABLE ", then start the service");
	FerrySecretKey *key = put_new_key(service, error);
	if (!key)
		return false;
	ferry_secret_key_free(service->key);
	service->key = key;
	if (!finish_files(service, &n, error)) {
		g_prefix_error(
			error,
			"the new key is in place, but not every secret is sealed with it yet; the next "
			"start finishes that: ");
		return false;
	}
	*ret_n_sealed = n;
	return true;
}
