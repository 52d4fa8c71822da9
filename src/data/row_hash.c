/*
 * The row hash, column by column: each column mixes its values into one 64-bit word a row. The type is
 * dispatched once a column, and a column without NULLs runs a loop that does not look at validity.
 *
 * A value becomes a word (integers of all widths and booleans: the value itself in 64 bits), which is folded
 * into the row's word by a multiplication; NULL is folded by another multiplier, so that no value equals it.
 * The fold depends on what came before it, so columns cannot change places unnoticed.
 */
#include "data/row_hash.h"
#include "data/hash.h"
#include "data/json_canonical.h"

/* Random bits. */
#define SEED_TEXT     UINT64_C(0xb16e94d2f83a07c5)
#define SEED_POSITIVE UINT64_C(0x70d5c13e9ab8462f)
#define SEED_NEGATIVE UINT64_C(0x9c3f2ae6154d8b71)

struct FerryRowHasher {
	const FerrySchema *schema;
	uint64_t *hashes;
	size_t hashes_cap;
	FerryJsonHasher *json;
};

FerryRowHasher *ferry_row_hasher_new(const FerrySchema *schema)
{
	FerryRowHasher *hasher = g_new0(FerryRowHasher, 1);
	hasher->schema = schema;
	hasher->json = ferry_json_hasher_new();
	return hasher;
}

void ferry_row_hasher_free(FerryRowHasher *hasher)
{
	if (!hasher)
		return;
	g_free(hasher->hashes);
	ferry_json_hasher_free(hasher->json);
	g_free(hasher);
}

static inline uint64_t mix_word(uint64_t hash, uint64_t word)
{
	return ferry_hash_fold(hash ^ word, FERRY_HASH_A);
}

static inline uint64_t mix_null(uint64_t hash)
{
	return ferry_hash_fold(hash ^ FERRY_HASH_E, FERRY_HASH_B);
}

/* ---- words of fixed-width values ---- */

static inline uint64_t word_of_bool(uint8_t value)
{
	return value != 0;
}

static inline uint64_t word_of_int(int64_t value)
{
	return (uint64_t)value;
}

static inline uint64_t word_of_float32(uint32_t bits)
{
	if ((bits & 0x7fffffff) == 0)
		return 0;
	return (bits & 0x7fffffff) > 0x7f800000 ? 0x7fc00000 : bits;
}

static inline uint64_t word_of_float64(uint64_t bits)
{
	uint64_t magnitude = bits & INT64_MAX;
	if (magnitude == 0)
		return 0;
	return magnitude > UINT64_C(0x7ff0000000000000) ? UINT64_C(0x7ff8000000000000) : bits;
}

static inline uint64_t word_of_interval(FerryInterval value)
{
	uint64_t fields = (uint64_t)(uint32_t)value.months << 32 | (uint32_t)value.days;
	return ferry_hash_fold(fields ^ FERRY_HASH_C, (uint64_t)value.us ^ FERRY_HASH_D);
}

typedef struct Uuid {
	uint64_t words[2];
} Uuid;

static inline uint64_t word_of_uuid(Uuid value)
{
	return ferry_hash_fold(value.words[0] ^ FERRY_HASH_C, value.words[1] ^ FERRY_HASH_D);
}

/* A loop over a column of one C type. */
#define DEFINE_MIX_FIXED(name, ctype, word_of)                                                               \
	static void mix_##name(const FerryColumn *c, uint64_t *restrict hashes, size_t n)                    \
	{                                                                                                    \
		const ctype *restrict values = c->fixed;                                                     \
		if (c->n_nulls == 0) {                                                                       \
			for (size_t i = 0; i < n; i++)                                                       \
				hashes[i] = mix_word(hashes[i], word_of(values[i]));                         \
			return;                                                                              \
		}                                                                                            \
		for (size_t i = 0; i < n; i++) {                                                             \
			bool is_null = ferry_column_is_null(c, i);                                           \
			hashes[i] = is_null ? mix_null(hashes[i]) : mix_word(hashes[i], word_of(values[i])); \
		}                                                                                            \
	}

DEFINE_MIX_FIXED(bool, uint8_t, word_of_bool)
DEFINE_MIX_FIXED(int8, int8_t, word_of_int)
DEFINE_MIX_FIXED(int16, int16_t, word_of_int)
DEFINE_MIX_FIXED(int32, int32_t, word_of_int)
DEFINE_MIX_FIXED(int64, int64_t, word_of_int)
DEFINE_MIX_FIXED(float32, uint32_t, word_of_float32)
DEFINE_MIX_FIXED(float64, uint64_t, word_of_float64)
DEFINE_MIX_FIXED(interval, FerryInterval, word_of_interval)
DEFINE_MIX_FIXED(uuid, Uuid, word_of_uuid)

/* ---- words of variable-width values ---- */

static inline uint64_t word_of_bytes(const uint8_t *p, size_t len)
{
	return ferry_hash_bytes(p, len, SEED_TEXT);
}

static inline uint64_t word_of_padded(const uint8_t *p, size_t len)
{
	while (len > 0 && p[len - 1] == ' ')
		len--;
	return ferry_hash_bytes(p, len, SEED_TEXT);
}

/* Without the zeros at the end of a fraction, and without the point if nothing is left behind it. */
static size_t trim_fraction(const uint8_t *p, size_t len)
{
	const uint8_t *point = memchr(p, '.', len);
	if (!point)
		return len;
	while (p[len - 1] == '0')
		len--;
	return p + len - 1 == point ? len - 1 : len;
}

/* The canonical decimal is a part of the text as it stands: zeros go at both ends, the sign becomes the seed.
 * "-0.00" has nothing left and no sign. A fraction that does not end in 0 needs no look for the point. */
static inline uint64_t word_of_decimal(const uint8_t *p, size_t len)
{
	uint64_t seed = SEED_POSITIVE;

	if (len > 0 && (*p == '-' || *p == '+')) {
		seed = *p == '-' ? SEED_NEGATIVE : SEED_POSITIVE;
		p++;
		len--;
	}
	if (len > 0 && (p[len - 1] == '0' || p[len - 1] == '.'))
		len = trim_fraction(p, len);
	while (len > 0 && *p == '0') {
		p++;
		len--;
	}
	return ferry_hash_bytes(p, len, len > 0 ? seed : SEED_POSITIVE);
}

/* A loop over a column of offsets and bytes. */
#define DEFINE_MIX_BYTES(name, word_of)                                                                      \
	static void mix_##name(const FerryColumn *c, uint64_t *restrict hashes, size_t n)                    \
	{                                                                                                    \
		const int32_t *restrict offsets = c->offsets;                                                \
		const uint8_t *restrict bytes = c->bytes;                                                    \
		if (c->n_nulls == 0) {                                                                       \
			for (size_t i = 0; i < n; i++) {                                                     \
				size_t len = (size_t)(offsets[i + 1] - offsets[i]);                          \
				hashes[i] = mix_word(hashes[i], word_of(bytes + offsets[i], len));           \
			}                                                                                    \
			return;                                                                              \
		}                                                                                            \
		for (size_t i = 0; i < n; i++) {                                                             \
			size_t len = (size_t)(offsets[i + 1] - offsets[i]);                                  \
			hashes[i] = ferry_column_is_null(c, i)                                               \
					    ? mix_null(hashes[i])                                            \
					    : mix_word(hashes[i], word_of(bytes + offsets[i], len));         \
		}                                                                                            \
	}

DEFINE_MIX_BYTES(bytes, word_of_bytes)
DEFINE_MIX_BYTES(padded, word_of_padded)
DEFINE_MIX_BYTES(decimal, word_of_decimal)

static void mix_json(FerryJsonHasher *json, const FerryColumn *c, uint64_t *hashes, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		size_t len;
		const uint8_t *text = ferry_column_get_bytes(c, i, &len);
		hashes[i] = ferry_column_is_null(c, i)
				    ? mix_null(hashes[i])
				    : mix_word(hashes[i], ferry_json_hasher_hash(json, text, len, NULL));
	}
}

static void mix_column(FerryRowHasher *hasher, const FerryColumn *c, size_t n)
{
	uint64_t *hashes = hasher->hashes;

	switch (c->type->id) {
	case FERRY_TYPE_BOOL: mix_bool(c, hashes, n); break;
	case FERRY_TYPE_INT8: mix_int8(c, hashes, n); break;
	case FERRY_TYPE_INT16: mix_int16(c, hashes, n); break;
	case FERRY_TYPE_INT32:
	case FERRY_TYPE_DATE: mix_int32(c, hashes, n); break;
	case FERRY_TYPE_INT64:
	case FERRY_TYPE_TIME:
	case FERRY_TYPE_TIMESTAMP:
	case FERRY_TYPE_TIMESTAMPTZ: mix_int64(c, hashes, n); break;
	case FERRY_TYPE_FLOAT32: mix_float32(c, hashes, n); break;
	case FERRY_TYPE_FLOAT64: mix_float64(c, hashes, n); break;
	case FERRY_TYPE_INTERVAL: mix_interval(c, hashes, n); break;
	case FERRY_TYPE_UUID: mix_uuid(c, hashes, n); break;
	case FERRY_TYPE_DECIMAL: mix_decimal(c, hashes, n); break;
	case FERRY_TYPE_TEXT: (c->type->is_fixed ? mix_padded : mix_bytes)(c, hashes, n); break;
	case FERRY_TYPE_JSON:
		if (c->type->is_binary_json)
			mix_json(hasher->json, c, hashes, n);
		else
			mix_bytes(c, hashes, n);
		break;
	case FERRY_TYPE_BYTES:
	case FERRY_TYPE_BITS:
	case FERRY_N_TYPES: mix_bytes(c, hashes, n); break;
	}
}

const uint64_t *ferry_row_hasher_rows(FerryRowHasher *hasher, const FerryBatch *batch,
				      const uint32_t *columns, size_t n_columns)
{
	size_t n = batch->n_rows;

	if (n > hasher->hashes_cap) {
		hasher->hashes_cap = MAX(n, batch->max_rows);
		hasher->hashes = g_renew(uint64_t, hasher->hashes, hasher->hashes_cap);
	}
	for (size_t i = 0; i < n; i++)
		hasher->hashes[i] = FERRY_HASH_F;
	if (!columns)
		n_columns = batch->n_columns;
	for (size_t k = 0; k < n_columns; k++)
		mix_column(hasher, &batch->columns[columns ? columns[k] : k], n);
	return hasher->hashes;
}

/* The column from a row on at which a byte of the validity bitmap begins. */
static FerryColumn column_from(const FerryColumn *c, size_t row)
{
	FerryColumn view = *c;
	size_t width = ferry_type_width(c->type->id);

	view.validity += row >> 3;
	if (width)
		view.fixed = (char *)view.fixed + row * width;
	else
		view.offsets += row;
	return view;
}

uint64_t ferry_row_hasher_row(FerryRowHasher *hasher, const FerryBatch *batch, size_t row)
{
	size_t from = row & ~(size_t)7, n = row - from + 1;

	if (!hasher->hashes_cap) {
		hasher->hashes_cap = MAX(batch->max_rows, 8);
		hasher->hashes = g_new(uint64_t, hasher->hashes_cap);
	}
	for (size_t i = 0; i < n; i++)
		hasher->hashes[i] = FERRY_HASH_F;
	for (size_t k = 0; k < batch->n_columns; k++) {
		FerryColumn view = column_from(&batch->columns[k], from);
		mix_column(hasher, &view, n);
	}
	return hasher->hashes[n - 1];
}

/* ---- sums ---- */

/* Two independent words of one hash; both halves of the sum would fail together only where the hashes are
 * equal. */
void ferry_row_sum_add_hash(FerryRowSum *sum, uint64_t row_hash)
{
	uint64_t low = ferry_hash_fold(row_hash ^ FERRY_HASH_B, FERRY_HASH_C);
	uint64_t high = ferry_hash_fold(row_hash ^ FERRY_HASH_D, FERRY_HASH_E);

	sum->n_rows++;
	sum->high += high + __builtin_add_overflow(sum->low, low, &sum->low);
}

void ferry_row_hasher_add(FerryRowHasher *hasher, const FerryBatch *batch, FerryRowSum *sum)
{
	const uint64_t *hashes = ferry_row_hasher_rows(hasher, batch, NULL, 0);

	for (size_t i = 0; i < batch->n_rows; i++)
		if (!ferry_batch_is_skipped(batch, i))
			ferry_row_sum_add_hash(sum, hashes[i]);
}

void ferry_row_sum_merge(FerryRowSum *into, const FerryRowSum *from)
{
	into->n_rows += from->n_rows;
	into->high += from->high + __builtin_add_overflow(into->low, from->low, &into->low);
}

bool ferry_row_sum_equal(const FerryRowSum *a, const FerryRowSum *b)
{
	return a->n_rows == b->n_rows && a->low == b->low && a->high == b->high;
}
