/*
 * Sealing with libsodium; see secret.h.
 */
#include "service/secret.h"

#include "base/url.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <string.h>
#include <unistd.h>

#define KEY_BYTES   crypto_aead_xchacha20poly1305_ietf_KEYBYTES
#define NONCE_BYTES crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
#define TAG_BYTES   crypto_aead_xchacha20poly1305_ietf_ABYTES
#define VARIABLE    "FERRY_SECRET_KEY"
#define MARK        "v1."

struct FerrySecretKey {
	unsigned char bytes[KEY_BYTES];
};

static bool parse_key(FerrySecretKey *key, const char *hex, const char *where, GError **error)
{
	size_t len = 0;
	const char *end = NULL;

	if (sodium_hex2bin(key->bytes, KEY_BYTES, hex, strlen(hex), "\n ", &len, &end) == 0 &&
	    len == KEY_BYTES && !*end)
		return true;
	return ferry_fail(
		error, FERRY_ERROR_USAGE,
		"%s is no key: it must hold 64 hexadecimal digits (\"openssl rand -hex 32\" makes some)",
		where);
}

static bool create_file(FerrySecretKey *key, const char *path, GError **error)
{
	char hex[KEY_BYTES * 2 + 2];
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	if (fd < 0)
		return ferry_fail(error, FERRY_ERROR_IO, "the key file %s cannot be made: %s", path,
				  g_strerror(errno));
	randombytes_buf(key->bytes, KEY_BYTES);
	sodium_bin2hex(hex, sizeof hex, key->bytes, KEY_BYTES);
	g_strlcat(hex, "\n", sizeof hex);
	bool is_ok = write(fd, hex, strlen(hex)) == (ssize_t)strlen(hex) && fsync(fd) == 0;
	close(fd);
	sodium_memzero(hex, sizeof hex);
	return is_ok || ferry_fail(error, FERRY_ERROR_IO, "the key file %s cannot be written", path);
}

static bool read_file(FerrySecretKey *key, const char *path, GError **error)
{
	char *text = NULL;

	if (!g_file_get_contents(path, &text, NULL, error))
		return false;
	bool is_ok = parse_key(key, text, path, error);
	ferry_secret_free(text);
	return is_ok;
}

/* NAME holds the digits, or "file:PATH"; or NAME_FILE the path. Such a file is never made here. */
static bool read_variable(FerrySecretKey *key, const char *name, GError **error)
{
	g_autofree char *file_name = g_strconcat(name, "_FILE", NULL);
	g_autoptr(GError) local = NULL;
	const char *value = g_getenv(name), *path = value ? NULL : g_getenv(file_name);

	if (value && !g_str_has_prefix(value, "file:"))
		return parse_key(key, value, name, error);
	if (read_file(key, value ? value + strlen("file:") : path, &local))
		return true;
	return ferry_fail(error, FERRY_ERROR_USAGE, "%s: %s", value ? name : file_name, local->message);
}

static bool load(FerrySecretKey *key, const char *path, bool may_create, GError **error)
{
	g_autoptr(GError) local = NULL;

	if (ferry_secret_key_is_set(VARIABLE))
		return read_variable(key, VARIABLE, error);
	if (read_file(key, path, &local))
		return true;
	if (local->domain == FERRY_ERROR) {
		g_propagate_error(error, g_steal_pointer(&local));
		return false;
	}
	if (!g_error_matches(local, G_FILE_ERROR, G_FILE_ERROR_NOENT))
		return ferry_fail(error, FERRY_ERROR_IO, "the key file: %s", local->message);
	if (!may_create)
		return ferry_fail(
			error, FERRY_ERROR_USAGE,
			"the key file %s is missing, and the store holds secrets that were sealed with it: "
			"put it back, or give the key in " VARIABLE,
			path);
	return create_file(key, path, error);
}

/* Locked in memory, never swapped out. */
static FerrySecretKey *new_key(GError **error)
{
	FerrySecretKey *key = sodium_init() >= 0 ? sodium_malloc(sizeof *key) : NULL;

	if (!key)
		ferry_fail(error, FERRY_ERROR_INTERNAL, "libsodium gives no memory for a key");
	return key;
}

/* The key, or NULL where it is not good. */
static FerrySecretKey *keep_if(bool is_ok, FerrySecretKey *key)
{
	if (is_ok)
		return key;
	ferry_secret_key_free(key);
	return NULL;
}

FerrySecretKey *ferry_secret_key_load(const char *path, bool may_create, GError **error)
{
	FerrySecretKey *key = new_key(error);

	return keep_if(key && load(key, path, may_create, error), key);
}

FerrySecretKey *ferry_secret_key_read(const char *path, GError **error)
{
	FerrySecretKey *key = new_key(error);

	return keep_if(key && read_file(key, path, error), key);
}

FerrySecretKey *ferry_secret_key_from_variable(const char *name, GError **error)
{
	FerrySecretKey *key = new_key(error);

	return keep_if(key && read_variable(key, name, error), key);
}

FerrySecretKey *ferry_secret_key_create(const char *path, GError **error)
{
	FerrySecretKey *key = new_key(error);

	return keep_if(key && create_file(key, path, error), key);
}

bool ferry_secret_key_is_in_environment(void)
{
	return ferry_secret_key_is_set(VARIABLE);
}

bool ferry_secret_key_is_set(const char *name)
{
	g_autofree char *file_name = g_strconcat(name, "_FILE", NULL);

	return g_getenv(name) || g_getenv(file_name);
}

void ferry_secret_key_free(FerrySecretKey *key)
{
	sodium_free(key);
}

char *ferry_secret_seal(const FerrySecretKey *key, const char *purpose, const char *text)
{
	size_t len = strlen(text), n = NONCE_BYTES + len + TAG_BYTES;
	g_autofree unsigned char *box = g_malloc(n);

	randombytes_buf(box, NONCE_BYTES);
	crypto_aead_xchacha20poly1305_ietf_encrypt(box + NONCE_BYTES, NULL, (const unsigned char *)text, len,
						   (const unsigned char *)purpose, strlen(purpose), NULL, box,
						   key->bytes);
	g_autofree char *base64 = g_base64_encode(box, n);
	return g_strconcat(MARK, base64, NULL);
}

char *ferry_secret_open(const FerrySecretKey *key, const char *purpose, const char *sealed, GError **error)
{
	gsize n = 0;
	g_autofree guchar *box = NULL;

	if (g_str_has_prefix(sealed, MARK))
		box = g_base64_decode(sealed + strlen(MARK), &n);
	if (box && n >= NONCE_BYTES + TAG_BYTES) {
		char *text = g_malloc0(n - NONCE_BYTES - TAG_BYTES + 1);
		if (crypto_aead_xchacha20poly1305_ietf_decrypt(
			    (unsigned char *)text, NULL, NULL, box + NONCE_BYTES, n - NONCE_BYTES,
			    (const unsigned char *)purpose, strlen(purpose), box, key->bytes) == 0)
			return text;
		ferry_secret_free(text);
	}
	ferry_fail(error, FERRY_ERROR_AUTH,
		   "the secret of %s cannot be opened: it was sealed with another key; enter the password "
		   "again, or put "
		   "the old key back",
		   purpose);
	return NULL;
}
