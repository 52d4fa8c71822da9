/* UTF-16, big-endian, as national character types have it, to UTF-8. Pure. */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* The most bytes that len bytes can become. */
#define FERRY_ORACLE_UTF8_ROOM(len) ((len) / 2 * 3 + 3)

/* Returns the number of bytes. A half of a pair, or a byte that is left over, becomes bytes that are not
 * UTF-8, so that it is judged like any other text that is none: a half its own three (ED A0 80 to ED BF BF),
 * a byte FF.
 */
size_t ferry_oracle_utf16_to_utf8(const uint8_t *data, size_t len, uint8_t *out);
