/* What the login needs of cryptography, over OpenSSL. */
#pragma once
#include "bytes.h"

/* AES in CBC mode with a zero IV and no padding; key_len 24 or 32, len a multiple of 16. */
void crypto_encrypt(const guint8 *key, int key_len, const guint8 *from, gsize len, guint8 *to);
void crypto_decrypt(const guint8 *key, int key_len, const guint8 *from, gsize len, guint8 *to);
void crypto_pbkdf2(const void *password, gsize len, const void *salt, gsize salt_len, int rounds, guint8 *to,
		   gsize to_len);
void crypto_sha512(const void *a, gsize a_len, const void *b, gsize b_len, guint8 to[64]);
void crypto_sha1(const void *a, gsize a_len, const void *b, gsize b_len, guint8 to[20]);
void crypto_md5(const void *a, gsize len, guint8 to[16]);
void crypto_random(guint8 *to, gsize len);
char *crypto_hex(const guint8 *data, gsize len); /* upper case */
/* The number of bytes, at most max; -1: no hex text, or longer. */
int crypto_unhex(const char *text, guint8 *to, int max);
