/*
 * Passwords (Argon2id) and random tokens (BLAKE2b-256); see accounts_internal.h.
 *
 * Hashing a password costs memory and time on purpose. A gate lets few through at a time and few more wait: a
 * flood of log-ins then costs neither the machine's memory nor all threads of the server.
 */
#include "service/accounts_internal.h"

#include "base/url.h"

#include <string.h>

#define MIN_CHARACTERS 10
#define MAX_BYTES      512
#define MIN_DIFFERENT  4
#define MAX_RUNNING    2
#define MAX_WAITING    6
#define TOKEN_BYTES    32

static struct {
	GMutex lock;
	GCond is_free;
	guint n_running, n_waiting;
} gate;

/* ---- what is accepted ---- */

static bool has_few_different(const char *password)
{
	gunichar seen[MIN_DIFFERENT];
	guint n = 0;

	for (const char *p = password; *p && n < MIN_DIFFERENT; p = g_utf8_next_char(p)) {
		gunichar c = g_utf8_get_char(p);
		guint i = 0;
		while (i < n && seen[i] != c)
			i++;
		if (i == n)
			seen[n++] = c;
	}
	return n < MIN_DIFFERENT;
}

static bool holds_name(const char *name, const char *password)
{
	g_autofree char *a = g_utf8_casefold(name, -1), *b = g_utf8_casefold(password, -1);
	bool is_in = strlen(a) >= 3 && strstr(b, a);

	sodium_memzero(b, strlen(b));
	return is_in;
}

bool ferry_password_check(const char *name, const char *password, const char *field, GError **error)
{
	const char *hint = NULL;

	if (!g_utf8_validate(password, -1, NULL) || strlen(password) > MAX_BYTES)
		hint = "take at most 512 bytes of UTF-8";
	else if (g_utf8_strlen(password, -1) < MIN_CHARACTERS)
		hint = "take at least 10 characters: a few words are easy to keep in mind";
	else if (has_few_different(password))
		hint = "it repeats the same few characters: take at least four different ones";
	else if (holds_name(name, password))
		hint = "it holds the user's name: take one that does not";
	return !hint || ferry_problem(error, FERRY_PROBLEM_INVALID, field, hint,
				      "the password is too easy to guess, or too long");
}

/* ---- Argon2id ---- */

static bool enter_gate(GError **error)
{
	g_mutex_lock(&gate.lock);
	bool is_full = gate.n_running >= MAX_RUNNING && gate.n_waiting >= MAX_WAITING;
	if (!is_full) {
		gate.n_waiting++;
		while (gate.n_running >= MAX_RUNNING)
			g_cond_wait(&gate.is_free, &gate.lock);
		gate.n_waiting--;
		gate.n_running++;
	}
	g_mutex_unlock(&gate.lock);
	return !is_full || ferry_login_must_wait(1, error);
}

static void leave_gate(void)
{
	g_mutex_lock(&gate.lock);
	gate.n_running--;
	g_cond_signal(&gate.is_free);
	g_mutex_unlock(&gate.lock);
}

static bool make_hash(const char *password, char *ret_hash)
{
	return crypto_pwhash_str_alg(ret_hash, password, strlen(password), crypto_pwhash_OPSLIMIT_INTERACTIVE,
				     crypto_pwhash_MEMLIMIT_INTERACTIVE, crypto_pwhash_ALG_ARGON2ID13) == 0;
}

bool ferry_password_hash(const char *password, char ret_hash[static crypto_pwhash_STRBYTES], GError **error)
{
	if (!enter_gate(error))
		return false;
	bool is_ok = make_hash(password, ret_hash);
	leave_gate();
	return is_ok ||
	       ferry_fail(error, FERRY_ERROR_INTERNAL, "there is no memory to hash a password (64 MiB)");
}

/* The hash of a password that nobody knows, so that an unknown name costs what a known one does. */
static gpointer make_nobody(gpointer data)
{
	g_autofree char *random = ferry_token_new();
	char *hash = g_malloc(crypto_pwhash_STRBYTES);

	if (make_hash(random, hash))
		return hash;
	g_free(hash);
	return NULL;
}

bool ferry_password_verify(const char *hash, const char *password, bool *ret_is_right, GError **error)
{
	static GOnce nobody = G_ONCE_INIT;

	if (!enter_gate(error))
		return false;
	g_once(&nobody, make_nobody, NULL); /* also where it is not needed: the first call must not differ */
	const char *tried = hash ? hash : nobody.retval;
	bool is_right = tried && strlen(password) <= MAX_BYTES &&
			crypto_pwhash_str_verify(tried, password, strlen(password)) == 0;
	leave_gate();
	*ret_is_right = is_right && hash;
	return true;
}

/* ---- tokens ---- */

char *ferry_token_new(void)
{
	unsigned char random[TOKEN_BYTES];
	const size_t n = sodium_base64_ENCODED_LEN(TOKEN_BYTES, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
	char *text = g_malloc(n);

	randombytes_buf(random, sizeof random);
	sodium_bin2base64(text, n, random, sizeof random, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
	sodium_memzero(random, sizeof random);
	return text;
}

char *ferry_token_hash(const char *token)
{
	unsigned char hash[crypto_generichash_BYTES];
	const size_t n = sizeof hash * 2 + 1;
	char *hex = g_malloc(n);

	crypto_generichash(hash, sizeof hash, (const unsigned char *)token, strlen(token), NULL, 0);
	return sodium_bin2hex(hex, n, hash, sizeof hash);
}

bool ferry_token_equal(const char *a, const char *b)
{
	g_autofree char *x = ferry_token_hash(a), *y = ferry_token_hash(b); /* of one length */

	return sodium_memcmp(x, y, strlen(x)) == 0;
}
