/* See rowid.h. */
#include "connectors/oracle/rowid.h"

#include <string.h>

#define PHYSICAL      1
#define PHYSICAL_SIZE 13

static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

static void put_digits(char *out, uint64_t value, int n)
{
	for (int i = n - 1; i >= 0; i--, value >>= 6)
		out[i] = digits[value & 63];
}

void ferry_oracle_rowid_to_text(uint32_t object, uint16_t file, uint32_t block, uint16_t slot,
				char out[FERRY_ORACLE_ROWID_TEXT])
{
	put_digits(out, object, 6);
	put_digits(out + 6, file, 3);
	put_digits(out + 9, block, 6);
	put_digits(out + 15, slot, 3);
}

static bool get_digits(const char *text, int n, uint64_t max, uint64_t *ret)
{
	*ret = 0;
	for (int i = 0; i < n; i++) {
		const char *found = text[i] ? strchr(digits, text[i]) : NULL;
		if (!found)
			return false;
		*ret = *ret << 6 | (uint64_t)(found - digits);
	}
	return *ret <= max;
}

bool ferry_oracle_rowid_from_text(const char *text, FerryOracleRowid *ret)
{
	uint64_t object, file, block, slot;

	if (!text || strlen(text) != FERRY_ORACLE_ROWID_TEXT || !get_digits(text, 6, UINT32_MAX, &object) ||
	    !get_digits(text + 6, 3, UINT16_MAX, &file) || !get_digits(text + 9, 6, UINT32_MAX, &block) ||
	    !get_digits(text + 15, 3, UINT16_MAX, &slot))
		return false;
	*ret = (FerryOracleRowid){(uint32_t)object, (uint32_t)block, (uint16_t)file, (uint16_t)slot};
	return true;
}

static uint32_t read_u32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

size_t ferry_oracle_urowid_to_text(const uint8_t *p, size_t len, char *out)
{
	if (len == PHYSICAL_SIZE && p[0] == PHYSICAL) {
		ferry_oracle_rowid_to_text(read_u32(p + 1), (uint16_t)(p[5] << 8 | p[6]), read_u32(p + 7),
					   (uint16_t)(p[11] << 8 | p[12]), out);
		return FERRY_ORACLE_ROWID_TEXT;
	}
	if (len < 2)
		return 0;
	char *at = out;
	*at++ = '*';
	for (size_t i = 1; i < len; i += 3) {
		size_t n = len - i < 3 ? len - i : 3;
		uint32_t value =
			(uint32_t)p[i] << 16 | (n > 1 ? (uint32_t)p[i + 1] << 8 : 0) | (n > 2 ? p[i + 2] : 0);
		char four[4];
		put_digits(four, value, 4);
		for (size_t k = 0; k <= n; k++)
			*at++ = four[k];
	}
	return (size_t)(at - out);
}
