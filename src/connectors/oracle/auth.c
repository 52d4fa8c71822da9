/*
 * See auth.h. The steps, with H the hash of password and verifier data:
 *
 *   12C: P = PBKDF2-SHA512(password, data + "AUTH_PBKDF2_SPEEDY_KEY"), H = first 32 bytes of SHA512(P + data)
 *   11G: H = SHA1(password + data), and four zero bytes
 *
 *   A = decrypted with H what the server sent; B = as many random bytes, sent encrypted with H
 *   session key = PBKDF2-SHA512(hexadecimal of B + A, salt), or, with the old form of 48 bytes, MD5 of A xor
 * B sent under the session key: 16 random bytes + password, and (12C) 16 random bytes + P
 *
 * All ciphers are AES in CBC mode from a vector of zeros. OpenSSL computes.
 */
#include "connectors/oracle/auth.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <stdlib.h>
#include <string.h>

#define MAX_ROUNDS  100000 /* a server that asks for more wants to keep us busy */
#define MAX_BYTES   512
#define BLOCK       16
#define OLD_PART    48
#define SPEEDY_SIZE 80
#define SPEEDY_SALT "AUTH_PBKDF2_SPEEDY_KEY"

typedef struct {
	uint8_t data[MAX_BYTES];
	size_t len;
} Bytes;

static bool fail_server(GError **error, const char *what)
{
	return ferry_fail(error, FERRY_ERROR_FAILED,
			  "the server's part in logging in cannot be understood: %s", what);
}

static bool from_hex(const char *hex, Bytes *out)
{
	size_t n = hex ? strlen(hex) : 0;

	if (n == 0 || n % 2 || n / 2 > MAX_BYTES)
		return false;
	for (size_t i = 0; i < n / 2; i++) {
		int high = g_ascii_xdigit_value(hex[2 * i]), low = g_ascii_xdigit_value(hex[2 * i + 1]);
		if (high < 0 || low < 0)
			return false;
		out->data[i] = (uint8_t)(high << 4 | low);
	}
	out->len = n / 2;
	return true;
}

static char *to_hex(const uint8_t *data, size_t len)
{
	static const char digits[] = "0123456789ABCDEF";
	char *hex = g_malloc(2 * len + 1);

	for (size_t i = 0; i < len; i++) {
		hex[2 * i] = digits[data[i] >> 4];
		hex[2 * i + 1] = digits[data[i] & 15];
	}
	hex[2 * len] = '\0';
	return hex;
}

/* data is filled up to whole blocks, by the rule that says with how many bytes. Encrypts or decrypts. */
static bool aes(const uint8_t *key, size_t key_len, bool encrypts, bool pads, const uint8_t *data, size_t len,
		Bytes *out)
{
	static const uint8_t zeros[BLOCK];
	const EVP_CIPHER *cipher = key_len == 32 ? EVP_aes_256_cbc() : EVP_aes_192_cbc();
	EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
	int n = 0, rest = 0;

	bool is_ok = context && len + BLOCK <= MAX_BYTES &&
		     EVP_CipherInit_ex(context, cipher, NULL, key, zeros, encrypts) == 1;
	if (is_ok)
		EVP_CIPHER_CTX_set_padding(context, pads);
	is_ok = is_ok && EVP_CipherUpdate(context, out->data, &n, data, (int)len) == 1 &&
		EVP_CipherFinal_ex(context, out->data + n, &rest) == 1;
	EVP_CIPHER_CTX_free(context);
	out->len = (size_t)(n + rest);
	return is_ok;
}

static bool digest(const EVP_MD *kind, const void *a, size_t a_len, const void *b, size_t b_len, uint8_t *out)
{
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	bool is_ok = context && EVP_DigestInit_ex(context, kind, NULL) == 1 &&
		     EVP_DigestUpdate(context, a, a_len) == 1 && EVP_DigestUpdate(context, b, b_len) == 1 &&
		     EVP_DigestFinal_ex(context, out, NULL) == 1;

	EVP_MD_CTX_free(context);
	return is_ok;
}

static bool derive(const void *secret, size_t secret_len, const uint8_t *salt, size_t salt_len, int rounds,
		   uint8_t *out, size_t out_len)
{
	return PKCS5_PBKDF2_HMAC(secret, (int)secret_len, salt, (int)salt_len, rounds, EVP_sha512(),
				 (int)out_len, out) == 1;
}

static bool get_rounds(const char *text, int *ret_rounds)
{
	guint64 value;

	if (!text || !g_ascii_string_to_unsigned(text, 10, 1, MAX_ROUNDS, &value, NULL))
		return false;
	*ret_rounds = (int)value;
	return true;
}

typedef struct {
	const FerryOracleChallenge *challenge;
	const char *password;
	const uint8_t *random;
	bool is_12c;
	size_t key_len;
	Bytes data;               /* verifier data */
	uint8_t hash[64];         /* H: key_len bytes of it */
	uint8_t password_key[64]; /* P */
	Bytes a;
} Proving;

static bool hash_password(Proving *p, GError **error)
{
	size_t len = strlen(p->password);

	if (!p->is_12c)
		return digest(EVP_sha1(), p->password, len, p->data.data, p->data.len, p->hash) ||
		       fail_server(error, "its hash");
	Bytes salt = p->data;
	int rounds;
	if (salt.len + strlen(SPEEDY_SALT) > MAX_BYTES || !get_rounds(p->challenge->n_verifier, &rounds))
		return fail_server(error, "AUTH_PBKDF2_VGEN_COUNT");
	memcpy(salt.data + salt.len, SPEEDY_SALT, strlen(SPEEDY_SALT));
	salt.len += strlen(SPEEDY_SALT);
	if (!derive(p->password, len, salt.data, salt.len, rounds, p->password_key, sizeof p->password_key) ||
	    !digest(EVP_sha512(), p->password_key, sizeof p->password_key, p->data.data, p->data.len,
		    p->hash))
		return fail_server(error, "its hash");
	return true;
}

static bool make_old_key(const Proving *p, FerryOracleProof *proof)
{
	uint8_t mixed[24], sums[32];

	for (size_t i = 0; i < sizeof mixed; i++)
		mixed[i] = p->a.data[16 + i] ^ p->random[16 + i];
	bool is_ok = digest(EVP_md5(), mixed, 16, "", 0, sums) &&
		     digest(EVP_md5(), mixed + 16, 8, "", 0, sums + 16);
	memcpy(proof->key, sums, 24);
	return is_ok;
}

static bool make_key(const Proving *p, FerryOracleProof *proof, GError **error)
{
	uint8_t both[64];
	Bytes salt;
	int rounds;

	proof->key_len = p->key_len;
	if (p->a.len == OLD_PART)
		return make_old_key(p, proof) || fail_server(error, "its key");
	if (!from_hex(p->challenge->mixing_salt, &salt) || !get_rounds(p->challenge->n_derived, &rounds))
		return fail_server(error, "AUTH_PBKDF2_CSK_SALT or AUTH_PBKDF2_SDER_COUNT");
	memcpy(both, p->random, p->key_len);
	memcpy(both + p->key_len, p->a.data, p->key_len);
	char *hex = to_hex(both, 2 * p->key_len);
	bool is_ok = derive(hex, strlen(hex), salt.data, salt.len, rounds, proof->key, p->key_len);
	OPENSSL_cleanse(hex, strlen(hex));
	g_free(hex);
	OPENSSL_cleanse(both, sizeof both);
	return is_ok || fail_server(error, "its key");
}

/* 16 random bytes and the secret, under the session key. */
static char *seal(const FerryOracleProof *proof, const uint8_t *random, const void *secret, size_t len,
		  size_t max)
{
	Bytes plain, sealed;
	char *hex = NULL;

	if (len + 2 * BLOCK > MAX_BYTES)
		return NULL;
	memcpy(plain.data, random, BLOCK);
	memcpy(plain.data + BLOCK, secret, len);
	if (aes(proof->key, proof->key_len, true, true, plain.data, BLOCK + len, &sealed))
		hex = to_hex(sealed.data, MIN(sealed.len, max));
	OPENSSL_cleanse(&plain, sizeof plain);
	return hex;
}

static bool prove(Proving *p, FerryOracleProof *proof, GError **error)
{
	Bytes sent, sealed;

	if (!from_hex(p->challenge->verifier_data, &p->data) || !from_hex(p->challenge->session_key, &sent))
		return fail_server(error, "AUTH_VFR_DATA or AUTH_SESSKEY");
	if (!hash_password(p, error))
		return false;
	bool is_size = sent.len == 32 || sent.len == OLD_PART;
	if (!is_size || !aes(p->hash, p->key_len, false, false, sent.data, sent.len, &p->a) ||
	    !aes(p->hash, p->key_len, true, false, p->random, p->a.len, &sealed))
		return fail_server(error, "AUTH_SESSKEY");
	proof->session_key = to_hex(sealed.data, p->a.len);
	if (!make_key(p, proof, error))
		return false;
	proof->password = seal(proof, p->random + OLD_PART, p->password, strlen(p->password), MAX_BYTES);
	if (p->is_12c)
		proof->speedy_key = seal(proof, p->random + OLD_PART + BLOCK, p->password_key,
					 sizeof p->password_key, SPEEDY_SIZE);
	if (!proof->password || (p->is_12c && !proof->speedy_key))
		return ferry_fail(error, FERRY_ERROR_USAGE, "the password is too long");
	return true;
}

bool ferry_oracle_prove_with(const FerryOracleChallenge *challenge, const char *password,
			     const uint8_t random[80], FerryOracleProof *ret_proof, GError **error)
{
	bool is_12c = challenge->verifier == FERRY_ORACLE_VERIFIER_12C;
	Proving p = {.challenge = challenge, .password = password, .random = random, .is_12c = is_12c};

	if (!is_12c && challenge->verifier != FERRY_ORACLE_VERIFIER_11G &&
	    challenge->verifier != FERRY_ORACLE_VERIFIER_11G_OLD) {
		ferry_fail(error, FERRY_ERROR_UNSUPPORTED,
			   "the account's password is stored in a form (0x%x) that is %s",
			   challenge->verifier,
			   challenge->verifier == FERRY_ORACLE_VERIFIER_10G ? "10G's, and too weak"
									    : "not known");
		ferry_error_hint(error, "set the password once more, with "
					"SQLNET.ALLOWED_LOGON_VERSION_SERVER at least 11 on the "
					"server: ALTER USER … IDENTIFIED BY …");
		return false;
	}
	p.key_len = is_12c ? 32 : 24;
	*ret_proof = (FerryOracleProof){0};
	bool is_ok = prove(&p, ret_proof, error);
	OPENSSL_cleanse(&p, sizeof p);
	if (!is_ok)
		ferry_oracle_proof_clear(ret_proof);
	return is_ok;
}

bool ferry_oracle_prove(const FerryOracleChallenge *challenge, const char *password,
			FerryOracleProof *ret_proof, GError **error)
{
	uint8_t random[80];

	if (RAND_bytes(random, sizeof random) != 1)
		return ferry_fail(error, FERRY_ERROR_INTERNAL, "there are no random bytes");
	bool is_ok = ferry_oracle_prove_with(challenge, password, random, ret_proof, error);
	OPENSSL_cleanse(random, sizeof random);
	return is_ok;
}

bool ferry_oracle_check_server(const FerryOracleProof *proof, const char *response)
{
	static const char word[] = "SERVER_TO_CLIENT";
	Bytes sealed, plain;

	return from_hex(response, &sealed) && sealed.len % BLOCK == 0 && sealed.len >= 2 * BLOCK &&
	       sealed.len + BLOCK <= MAX_BYTES &&
	       aes(proof->key, proof->key_len, false, false, sealed.data, sealed.len, &plain) &&
	       CRYPTO_memcmp(plain.data + BLOCK, word, BLOCK) == 0;
}

static void wipe(char **text)
{
	if (*text)
		OPENSSL_cleanse(*text, strlen(*text));
	g_clear_pointer(text, g_free);
}

void ferry_oracle_proof_clear(FerryOracleProof *proof)
{
	wipe(&proof->session_key);
	wipe(&proof->speedy_key);
	wipe(&proof->password);
	OPENSSL_cleanse(proof->key, sizeof proof->key);
}
