/*
 * One pass over the text, a hash for each value as it ends; nothing is built.
 *
 * An object must not depend on the order of its keys, so the hashes of its keys and values are kept on a
 * stack until it ends, sorted by the key's hash there (any fixed order will do: it need not be that of the
 * keys' bytes), and duplicates are dropped. Nested objects use the same stack above their parent's entries.
 *
 * The reader takes a little more than RFC 8259: control characters inside of strings stand for themselves, as
 * MariaDB lets them. Both texts then still mean the same.
 */
#include "data/json_canonical.h"
#include "data/hash.h"

#define KEEP_BYTES (1u << 20) /* scratch memory beyond this goes back after the value */

/* Random bits, one word for each kind of value. */
#define SEED_BYTES      UINT64_C(0xd27c0ff1b5e9a64d)
#define SEED_STRING     UINT64_C(0x8e1f35c6d9a40b73)
#define SEED_NUMBER     UINT64_C(0x47b2e8905cf3d16b)
#define SEED_ODD_NUMBER UINT64_C(0x29d64a7be01f85c3)
#define SEED_ARRAY      UINT64_C(0xf5a803d16e7b942d)
#define SEED_OBJECT     UINT64_C(0x63c97e1a84d0f52b)
#define HASH_NULL       UINT64_C(0x1f83d9abfb41bd6b)
#define HASH_TRUE       UINT64_C(0x5be0cd19137e2179)
#define HASH_FALSE      UINT64_C(0xcbbb9d5dc1059ed8)

typedef struct Entry {
	uint64_t key, value;
	size_t order; /* later duplicates win */
} Entry;

struct FerryJsonHasher {
	/* Scratch, kept. */
	uint8_t *buffer; /* an unescaped string, or a number's digits */
	size_t buffer_cap;
	Entry *entries;
	size_t n_entries, entries_cap;

	/* The text being read. */
	const uint8_t *at, *end;
	int depth;
};

FerryJsonHasher *ferry_json_hasher_new(void)
{
	return g_new0(FerryJsonHasher, 1);
}

void ferry_json_hasher_free(FerryJsonHasher *hasher)
{
	if (!hasher)
		return;
	g_free(hasher->buffer);
	g_free(hasher->entries);
	g_free(hasher);
}

static bool read_value(FerryJsonHasher *h, uint64_t *ret_hash);

static void skip_blanks(FerryJsonHasher *h)
{
	while (h->at < h->end && (*h->at == ' ' || *h->at == '\n' || *h->at == '\t' || *h->at == '\r'))
		h->at++;
}

static bool take(FerryJsonHasher *h, uint8_t wanted)
{
	if (h->at == h->end || *h->at != wanted)
		return false;
	h->at++;
	return true;
}

static bool take_word(FerryJsonHasher *h, const char *word, uint64_t hash, uint64_t *ret_hash)
{
	size_t len = strlen(word);
	if ((size_t)(h->end - h->at) < len || memcmp(h->at, word, len) != 0)
		return false;
	h->at += len;
	*ret_hash = hash;
	return true;
}

/* Room for len bytes in the buffer, whose content is lost. */
static bool reserve_buffer(FerryJsonHasher *h, size_t len)
{
	if (len <= h->buffer_cap)
		return true;
	size_t cap = MAX(len, h->buffer_cap * 2);
	cap = MAX(cap, 256);
	uint8_t *buffer = g_try_realloc(h->buffer, cap);
	if (!buffer)
		return false;
	h->buffer = buffer;
	h->buffer_cap = cap;
	return true;
}

/* ---- strings ---- */

/* Four hexadecimal digits, which the text must hold. */
static bool take_hex4(const uint8_t **at, const uint8_t *end, uint32_t *ret_code)
{
	uint32_t code = 0;

	if (end - *at < 4)
		return false;
	for (int i = 0; i < 4; i++) {
		int digit = g_ascii_xdigit_value((char)(*at)[i]);
		if (digit < 0)
			return false;
		code = code << 4 | (uint32_t)digit;
	}
	*at += 4;
	*ret_code = code;
	return true;
}

/* A lone surrogate is written in three bytes like any other code of its size: it then equals itself only. */
static size_t put_utf8(uint8_t *out, uint32_t code)
{
	if (code < 0x80) {
		out[0] = (uint8_t)code;
		return 1;
	}
	if (code < 0x800) {
		out[0] = (uint8_t)(0xc0 | code >> 6);
		out[1] = (uint8_t)(0x80 | (code & 0x3f));
		return 2;
	}
	if (code < 0x10000) {
		out[0] = (uint8_t)(0xe0 | code >> 12);
		out[1] = (uint8_t)(0x80 | (code >> 6 & 0x3f));
		out[2] = (uint8_t)(0x80 | (code & 0x3f));
		return 3;
	}
	out[0] = (uint8_t)(0xf0 | code >> 18);
	out[1] = (uint8_t)(0x80 | (code >> 12 & 0x3f));
	out[2] = (uint8_t)(0x80 | (code >> 6 & 0x3f));
	out[3] = (uint8_t)(0x80 | (code & 0x3f));
	return 4;
}

/* What follows "\u", a second surrogate included. */
static bool unescape_unicode(const uint8_t **at, const uint8_t *end, uint8_t *out, size_t *ret_len)
{
	uint32_t code, low;

	if (!take_hex4(at, end, &code))
		return false;
	if (code >= 0xd800 && code < 0xdc00 && end - *at >= 6 && (*at)[0] == '\\' && (*at)[1] == 'u') {
		const uint8_t *next = *at + 2;
		if (!take_hex4(&next, end, &low))
			return false;
		if (low >= 0xdc00 && low < 0xe000) {
			code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
			*at = next;
		}
	}
	*ret_len = put_utf8(out, code);
	return true;
}

/* The string from at to end (without quotes) into the buffer; an escape is never shorter than what it stands
 * for. */
static bool unescape(FerryJsonHasher *h, const uint8_t *at, const uint8_t *end, size_t *ret_len)
{
	static const char escapes[] = "\"\\/bfnrt", meanings[] = "\"\\/\b\f\n\r\t";

	if (!reserve_buffer(h, (size_t)(end - at)))
		return false;
	uint8_t *out = h->buffer;
	while (at < end) {
		if (*at != '\\') {
			*out++ = *at++;
			continue;
		}
		at++; /* a character follows: the string's end was found by skipping it */
		uint8_t c = *at++;
		const char *simple = c ? strchr(escapes, c) : NULL;
		size_t n = 1;
		if (simple)
			*out = (uint8_t)meanings[simple - escapes];
		else if (c != 'u' || !unescape_unicode(&at, end, out, &n))
			return false;
		out += n;
	}
	*ret_len = (size_t)(out - h->buffer);
	return true;
}

static bool read_string(FerryJsonHasher *h, uint64_t *ret_hash)
{
	bool has_escapes = false;

	if (!take(h, '"'))
		return false;
	const uint8_t *start = h->at;
	for (; h->at < h->end && *h->at != '"'; h->at++) {
		if (*h->at == '\\') {
			has_escapes = true;
			h->at++;
			if (h->at == h->end)
				return false;
		}
	}
	if (h->at == h->end)
		return false;
	size_t len = (size_t)(h->at - start);
	h->at++;
	if (has_escapes) {
		if (!unescape(h, start, start + len, &len))
			return false;
		start = h->buffer;
	}
	*ret_hash = ferry_hash_bytes(start, len, SEED_STRING);
	return true;
}

/* ---- numbers ---- */

static size_t skip_digits(FerryJsonHasher *h)
{
	const uint8_t *start = h->at;
	while (h->at < h->end && *h->at >= '0' && *h->at <= '9')
		h->at++;
	return (size_t)(h->at - start);
}

/* [eE][+-]digits, if it is there. Not OK where the text is malformed; overflow is told apart. */
static bool read_exponent(FerryJsonHasher *h, int64_t *ret_exponent, bool *ret_is_huge)
{
	int64_t exponent = 0;
	bool is_huge = false;

	if (take(h, 'e') || take(h, 'E')) {
		bool is_negative = take(h, '-');
		if (!is_negative)
			take(h, '+');
		const uint8_t *start = h->at;
		if (skip_digits(h) == 0)
			return false;
		for (; start < h->at; start++) {
			exponent = exponent * 10 + (*start - '0');
			if (exponent > INT64_MAX / 100) {
				is_huge = true;
				break;
			}
		}
		if (is_negative)
			exponent = -exponent;
	}
	*ret_exponent = exponent;
	*ret_is_huge = is_huge;
	return true;
}

/* Digits without the point and without zeros at both ends, and where the point stands from their start: one
 * form for every spelling of a number. Zero has no digits, no sign and no exponent. */
static uint64_t hash_digits(const uint8_t *digits, size_t n, int64_t point, bool is_negative)
{
	while (n > 0 && *digits == '0') {
		digits++;
		n--;
		point--;
	}
	while (n > 0 && digits[n - 1] == '0')
		n--;
	if (n == 0)
		return ferry_hash_bytes(digits, 0, SEED_NUMBER);
	uint64_t hash = ferry_hash_bytes(digits, n, SEED_NUMBER);
	return ferry_hash_fold(hash ^ (is_negative ? FERRY_HASH_E : FERRY_HASH_F),
			       FERRY_HASH_A ^ (uint64_t)point);
}

static bool read_number(FerryJsonHasher *h, uint64_t *ret_hash)
{
	const uint8_t *start = h->at;
	bool is_negative = take(h, '-');
	const uint8_t *whole = h->at;
	size_t n_whole = skip_digits(h), n_fraction = 0;
	int64_t exponent;
	bool is_huge;

	if (n_whole == 0 || (n_whole > 1 && whole[0] == '0'))
		return false;
	if (take(h, '.')) {
		n_fraction = skip_digits(h);
		if (n_fraction == 0)
			return false;
	}
	if (!read_exponent(h, &exponent, &is_huge))
		return false;
	if (is_huge) { /* no database has such a number; it equals itself, as it is written */
		*ret_hash = ferry_hash_bytes(start, (size_t)(h->at - start), SEED_ODD_NUMBER);
		return true;
	}
	const uint8_t *digits = whole;
	if (n_fraction > 0) {
		if (!reserve_buffer(h, n_whole + n_fraction))
			return false;
		memcpy(h->buffer, whole, n_whole);
		memcpy(h->buffer + n_whole, whole + n_whole + 1, n_fraction);
		digits = h->buffer;
	}
	*ret_hash = hash_digits(digits, n_whole + n_fraction, (int64_t)n_whole + exponent, is_negative);
	return true;
}

/* ---- arrays and objects ---- */

static bool read_array(FerryJsonHasher *h, uint64_t *ret_hash)
{
	uint64_t hash = SEED_ARRAY, item, n = 0;

	h->at++;
	skip_blanks(h);
	if (!take(h, ']')) {
		do {
			if (!read_value(h, &item))
				return false;
			hash = ferry_hash_fold(hash ^ item, FERRY_HASH_B);
			n++;
		} while (take(h, ','));
		if (!take(h, ']'))
			return false;
	}
	*ret_hash = ferry_hash_fold(hash ^ n, FERRY_HASH_C);
	return true;
}

static bool is_before(const Entry *a, const Entry *b)
{
	return a->key != b->key ? a->key < b->key : a->order < b->order;
}

static void sift_down(Entry *entries, size_t root, size_t n)
{
	Entry moved = entries[root];

	for (size_t child; (child = root * 2 + 1) < n; root = child) {
		if (child + 1 < n && is_before(&entries[child], &entries[child + 1]))
			child++;
		if (!is_before(&moved, &entries[child]))
			break;
		entries[root] = entries[child];
	}
	entries[root] = moved;
}

/* qsort() may allocate, and most objects are small: insertion for these, a heap for the others. */
static void sort_entries(Entry *entries, size_t n)
{
	if (n <= 24) {
		for (size_t i = 1; i < n; i++) {
			Entry moved = entries[i];
			size_t k = i;
			for (; k > 0 && is_before(&moved, &entries[k - 1]); k--)
				entries[k] = entries[k - 1];
			entries[k] = moved;
		}
		return;
	}
	for (size_t i = n / 2; i-- > 0;)
		sift_down(entries, i, n);
	for (size_t i = n; i-- > 1;) {
		Entry last = entries[i];
		entries[i] = entries[0];
		entries[0] = last;
		sift_down(entries, 0, i);
	}
}

static uint64_t hash_entries(Entry *entries, size_t n)
{
	uint64_t hash = SEED_OBJECT, n_keys = 0;

	sort_entries(entries, n);
	for (size_t i = 0; i < n; i++) {
		if (i + 1 < n && entries[i + 1].key == entries[i].key)
			continue;
		hash = ferry_hash_fold(hash ^ entries[i].key, FERRY_HASH_D);
		hash = ferry_hash_fold(hash ^ entries[i].value, FERRY_HASH_B);
		n_keys++;
	}
	return ferry_hash_fold(hash ^ n_keys, FERRY_HASH_E);
}

static bool push_entry(FerryJsonHasher *h, Entry entry)
{
	if (h->n_entries == h->entries_cap) {
		size_t cap = MAX(h->entries_cap * 2, 32);
		Entry *entries = g_try_realloc_n(h->entries, cap, sizeof(Entry));
		if (!entries)
			return false;
		h->entries = entries;
		h->entries_cap = cap;
	}
	h->entries[h->n_entries++] = entry;
	return true;
}

static bool read_member(FerryJsonHasher *h, size_t order)
{
	Entry entry = {.order = order};

	skip_blanks(h);
	if (!read_string(h, &entry.key))
		return false;
	skip_blanks(h);
	return take(h, ':') && read_value(h, &entry.value) && push_entry(h, entry);
}

static bool read_object(FerryJsonHasher *h, uint64_t *ret_hash)
{
	size_t base = h->n_entries, n = 0;

	h->at++;
	skip_blanks(h);
	if (!take(h, '}')) {
		do {
			if (!read_member(h, n++))
				return false;
		} while (take(h, ','));
		if (!take(h, '}'))
			return false;
	}
	/* There may be no stack yet when all objects so far were empty. */
	*ret_hash = hash_entries(n > 0 ? h->entries + base : NULL, n);
	h->n_entries = base;
	return true;
}

/* ---- values ---- */

/* One value with the blanks around it. */
static bool read_value(FerryJsonHasher *h, uint64_t *ret_hash)
{
	bool is_ok;

	skip_blanks(h);
	if (h->at == h->end || ++h->depth > FERRY_JSON_MAX_DEPTH)
		return false;
	switch (*h->at) {
	case '{': is_ok = read_object(h, ret_hash); break;
	case '[': is_ok = read_array(h, ret_hash); break;
	case '"': is_ok = read_string(h, ret_hash); break;
	case 't': is_ok = take_word(h, "true", HASH_TRUE, ret_hash); break;
	case 'f': is_ok = take_word(h, "false", HASH_FALSE, ret_hash); break;
	case 'n': is_ok = take_word(h, "null", HASH_NULL, ret_hash); break;
	default: is_ok = read_number(h, ret_hash); break;
	}
	h->depth--;
	skip_blanks(h);
	return is_ok;
}

static void give_back_excess(FerryJsonHasher *h)
{
	if (h->buffer_cap > KEEP_BYTES) {
		g_clear_pointer(&h->buffer, g_free);
		h->buffer_cap = 0;
	}
	if (h->entries_cap * sizeof(Entry) > KEEP_BYTES) {
		g_clear_pointer(&h->entries, g_free);
		h->entries_cap = 0;
	}
}

uint64_t ferry_json_hasher_hash(FerryJsonHasher *hasher, const uint8_t *text, size_t len, bool *ret_is_json)
{
	uint64_t hash;

	hasher->at = text;
	hasher->end = text + len;
	hasher->depth = 0;
	hasher->n_entries = 0;
	bool is_json = read_value(hasher, &hash) && hasher->at == hasher->end;
	if (!is_json)
		hash = ferry_hash_bytes(text, len, SEED_BYTES);
	give_back_excess(hasher);
	if (ret_is_json)
		*ret_is_json = is_json;
	return hash;
}
