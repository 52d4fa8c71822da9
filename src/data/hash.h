/*
 * The 64-bit hash under the row hash: multiply two words to 128 bits, fold the halves. It is fast on short
 * values, which is what databases hold, and mixes well; it is not meant to withstand an attacker. Results are
 * the same on every machine of one byte order and are never stored.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Odd words with as many ones as zeros in no pattern: the fractional bits of square roots of primes, last bit
 * set. */
#define FERRY_HASH_A UINT64_C(0x6a09e667f3bcc909)
#define FERRY_HASH_B UINT64_C(0xbb67ae8584caa73b)
#define FERRY_HASH_C UINT64_C(0x3c6ef372fe94f82b)
#define FERRY_HASH_D UINT64_C(0xa54ff53a5f1d36f1)
#define FERRY_HASH_E UINT64_C(0x510e527fade682d1)
#define FERRY_HASH_F UINT64_C(0x9b05688c2b3e6c1f)

static inline uint64_t ferry_hash_fold(uint64_t a, uint64_t b)
{
	unsigned __int128 product = (unsigned __int128)a * b;
	return (uint64_t)product ^ (uint64_t)(product >> 64);
}

static inline uint64_t ferry_hash_load8(const uint8_t *p)
{
	uint64_t word;
	memcpy(&word, p, sizeof(word));
	return word;
}

static inline uint64_t ferry_hash_load4(const uint8_t *p)
{
	uint32_t word;
	memcpy(&word, p, sizeof(word));
	return word;
}

/* More than 16 bytes: two independent chains of 16 bytes a step keep the multiplier busy. The last 32 bytes
 * (or 16) are read so that they end with the value and may overlap what was read; the length is part of the
 * hash, so this is unambiguous. */
static inline uint64_t ferry_hash_long(const uint8_t *p, size_t len, uint64_t seed)
{
	const uint8_t *end = p + len;
	uint64_t one = seed, two = seed ^ FERRY_HASH_F;

	for (; (size_t)(end - p) > 32; p += 32) {
		one = ferry_hash_fold(ferry_hash_load8(p) ^ FERRY_HASH_A, ferry_hash_load8(p + 8) ^ one);
		two = ferry_hash_fold(ferry_hash_load8(p + 16) ^ FERRY_HASH_B,
				      ferry_hash_load8(p + 24) ^ two);
	}
	if (end - p > 16)
		one = ferry_hash_fold(ferry_hash_load8(p) ^ FERRY_HASH_A, ferry_hash_load8(p + 8) ^ one);
	two = ferry_hash_fold(ferry_hash_load8(end - 16) ^ FERRY_HASH_B, ferry_hash_load8(end - 8) ^ two);
	return ferry_hash_fold(one ^ FERRY_HASH_C ^ len, two ^ FERRY_HASH_D);
}

/* The seed must be a word of random bits: it is combined with the value's bytes, and so is the length, which
 * is therefore spread over all bits first ("aaaaaaaab" and "aaaaaaaaaa" share their first and, but for one
 * byte, their last 8 bytes). */
static inline uint64_t ferry_hash_bytes(const uint8_t *p, size_t len, uint64_t seed)
{
	uint64_t a, b;

	if (len > 16)
		return ferry_hash_long(p, len, seed);
	if (len >= 8) {
		a = ferry_hash_load8(p);
		b = ferry_hash_load8(p + len - 8);
	} else if (len >= 4) {
		a = ferry_hash_load4(p);
		b = ferry_hash_load4(p + len - 4);
	} else if (len > 0) {
		a = (uint64_t)p[0] << 16 | (uint64_t)p[len >> 1] << 8 | p[len - 1];
		b = 0;
	} else {
		a = b = 0;
	}
	return ferry_hash_fold(a ^ seed ^ len * FERRY_HASH_E, b ^ FERRY_HASH_D);
}
