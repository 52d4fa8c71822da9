/*
 * A hash of a JSON text by its value: equal for texts that mean the same. White space and the order of an
 * object's keys do not count, of duplicate keys the last one does, strings are unescaped, numbers are exact
 * decimals (1.0 = 1 = 1e0, but 0.1 differs from 0.10000000000000001). What is not JSON, or is nested too
 * deeply, is hashed as bytes.
 *
 * A hasher keeps its scratch memory, so that hashing allocates nothing once it is warm. One thread a hasher.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#define FERRY_JSON_MAX_DEPTH 1000

typedef struct FerryJsonHasher FerryJsonHasher;

FerryJsonHasher *ferry_json_hasher_new(void);
void ferry_json_hasher_free(FerryJsonHasher *hasher); /* NULL is fine */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(FerryJsonHasher, ferry_json_hasher_free)

/* ret_is_json may be NULL; false there means that the bytes were hashed. */
uint64_t ferry_json_hasher_hash(FerryJsonHasher *hasher, const uint8_t *text, size_t len, bool *ret_is_json);
