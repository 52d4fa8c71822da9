/*
 * Oracle's NUMBER: a byte of sign and exponent (base 100), then digits of base 100, least ones left out. Pure
 * functions.
 *
 *   positive   exponent + 193, digits + 1
 *   negative   complement of that, 101 - digit, and 102 behind fewer than 20 digits
 *   zero       0x80; infinities 0xff 0x65 and 0x00
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The longest text: a sign, 126 digits, or a point and 130 places with digits. */
#define FERRY_ORACLE_MAX_NUMBER_TEXT 192

/* [-]digits[.digits], or ±Infinity; returns the length, 0 where the bytes are no number. */
size_t ferry_oracle_number_to_text(const uint8_t *data, size_t len, char *out);

/* The other way round, also of "1.5e-07": at most FERRY_ORACLE_MAX_NUMBER bytes; 0 where the text has more
 * digits than a NUMBER (20 of base 100), lies beyond it, or is none. */
#define FERRY_ORACLE_MAX_NUMBER 22
size_t ferry_oracle_number_from_text(const char *text, size_t len, uint8_t *out);
size_t ferry_oracle_number_from_int64(int64_t value, uint8_t *out);
/* Where its digits stand, those that are no zeros at an end: 10^first to 10^last. False: it has none. */
bool ferry_oracle_number_places(const uint8_t *data, size_t len, int *ret_first, int *ret_last);

typedef enum {
	FERRY_ORACLE_NUMBER_OK,
	FERRY_ORACLE_NUMBER_BEYOND,
	FERRY_ORACLE_NUMBER_BROKEN
} FerryOracleNumberResult;

/* BEYOND: it is none of 64 bits, or no whole one. */
FerryOracleNumberResult ferry_oracle_number_to_int64(const uint8_t *data, size_t len, int64_t *ret_value);
