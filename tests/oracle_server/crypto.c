/* What the login needs of cryptography (see crypto.h). */
#include "crypto.h"
#include <openssl/evp.h>
#include <openssl/rand.h>

static void cipher(gboolean encrypt, const guint8 *key, int key_len, const guint8 *from, gsize len,
		   guint8 *to)
{
	static const guint8 iv[16];
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	int n = 0;

	EVP_CipherInit_ex(ctx, key_len == 32 ? EVP_aes_256_cbc() : EVP_aes_192_cbc(), NULL, key, iv, encrypt);
	EVP_CIPHER_CTX_set_padding(ctx, 0);
	EVP_CipherUpdate(ctx, to, &n, from, len);
	EVP_CIPHER_CTX_free(ctx);
}

void crypto_encrypt(const guint8 *key, int key_len, const guint8 *from, gsize len, guint8 *to)
{
	cipher(TRUE, key, key_len, from, len, to);
}

void crypto_decrypt(const guint8 *key, int key_len, const guint8 *from, gsize len, guint8 *to)
{
	cipher(FALSE, key, key_len, from, len, to);
}

void crypto_pbkdf2(const void *password, gsize len, const void *salt, gsize salt_len, int rounds, guint8 *to,
		   gsize to_len)
{
	PKCS5_PBKDF2_HMAC(password, len, salt, salt_len, rounds, EVP_sha512(), to_len, to);
}

static void digest(const EVP_MD *md, const void *a, gsize a_len, const void *b, gsize b_len, guint8 *to)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();

	EVP_DigestInit_ex(ctx, md, NULL);
	EVP_DigestUpdate(ctx, a, a_len);
	EVP_DigestUpdate(ctx, b, b_len);
	EVP_DigestFinal_ex(ctx, to, NULL);
	EVP_MD_CTX_free(ctx);
}

void crypto_sha512(const void *a, gsize a_len, const void *b, gsize b_len, guint8 to[64])
{
	digest(EVP_sha512(), a, a_len, b, b_len, to);
}

void crypto_sha1(const void *a, gsize a_len, const void *b, gsize b_len, guint8 to[20])
{
	digest(EVP_sha1(), a, a_len, b, b_len, to);
}

void crypto_md5(const void *a, gsize len, guint8 to[16])
{
	digest(EVP_md5(), a, len, "", 0, to);
}

void crypto_random(guint8 *to, gsize len)
{
	RAND_bytes(to, len);
}

char *crypto_hex(const guint8 *data, gsize len)
{
	char *text = g_malloc(2 * len + 1);

	for (gsize i = 0; i < len; i++)
		g_snprintf(text + 2 * i, 3, "%02X", data[i]);
	text[2 * len] = 0;
	return text;
}

int crypto_unhex(const char *text, guint8 *to, int max)
{
	int n = 0;

	for (; text[0]; text += 2) {
		int high = g_ascii_xdigit_value(text[0]), low = high < 0 ? -1 : g_ascii_xdigit_value(text[1]);

		if (low < 0 || n == max)
			return -1;
		to[n++] = high << 4 | low;
	}
	return n;
}
