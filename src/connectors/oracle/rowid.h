/* Addresses of rows in their text form. Pure. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FERRY_ORACLE_ROWID_TEXT 18

/* Object, file, block, slot: 6 + 3 + 6 + 3 digits of base 64. */
void ferry_oracle_rowid_to_text(uint32_t object, uint16_t file, uint32_t block, uint16_t slot,
				char out[FERRY_ORACLE_ROWID_TEXT]);

typedef struct FerryOracleRowid {
	uint32_t object, block;
	uint16_t file, slot;
} FerryOracleRowid;

/* False: the text (or NULL) is none. */
bool ferry_oracle_rowid_from_text(const char *text, FerryOracleRowid *ret);

#define FERRY_ORACLE_UROWID_ROOM(len) (2 + ((len) + 2) / 3 * 4)
/* The bytes of a UROWID; returns the length of the text, 0 where they are none. */
size_t ferry_oracle_urowid_to_text(const uint8_t *data, size_t len, char *out);
