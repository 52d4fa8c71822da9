/*
 * The JSON hash against jansson: what jansson takes is JSON for us too, and the text that it prints again
 * (keys sorted, blanks gone, escapes chosen anew) has the same hash, but for numbers with a fraction, which
 * it keeps as doubles.
 */
#include "data/json_canonical.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool has_real(json_t *node)
{
	const char *key;
	json_t *value;
	size_t i;

	if (json_is_real(node))
		return true;
	json_array_foreach(node, i, value) if (has_real(value)) return true;
	json_object_foreach(node, key, value) if (has_real(value)) return true;
	return false;
}

static size_t count_brackets(const uint8_t *data, size_t size)
{
	size_t n = 0;
	for (size_t i = 0; i < size; i++)
		n += data[i] == '[' || data[i] == '{';
	return n;
}

static void check_against_jansson(FerryJsonHasher *hasher, json_t *node, uint64_t hash)
{
	if (has_real(node))
		return;
	char *text = json_dumps(node, JSON_COMPACT | JSON_SORT_KEYS | JSON_ENCODE_ANY | JSON_ENSURE_ASCII);
	bool is_json;
	g_assert_nonnull(text);
	g_assert_cmpuint(ferry_json_hasher_hash(hasher, (const uint8_t *)text, strlen(text), &is_json), ==,
			 hash);
	g_assert_true(is_json);
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autoptr(FerryJsonHasher) hasher = ferry_json_hasher_new();
	bool is_json, is_json_again;
	uint64_t hash = ferry_json_hasher_hash(hasher, data, size, &is_json);

	g_autofree uint8_t *padded = g_malloc(size + 2);
	padded[0] = ' ';
	if (size > 0)
		memcpy(padded + 1, data, size);
	padded[size + 1] = '\n';
	uint64_t hash_padded = ferry_json_hasher_hash(hasher, padded, size + 2, &is_json_again);
	g_assert_true(is_json == is_json_again);
	g_assert_true(!is_json || hash == hash_padded);

	/* jansson takes a NUL for the end of the text. */
	if (count_brackets(data, size) >= FERRY_JSON_MAX_DEPTH || (size > 0 && memchr(data, 0, size)))
		return 0;
	json_t *node = json_loadb((const char *)data, size, JSON_DECODE_ANY, NULL);
	if (node) {
		g_assert_true(is_json);
		check_against_jansson(hasher, node, hash);
		json_decref(node);
	}
	return 0;
}
