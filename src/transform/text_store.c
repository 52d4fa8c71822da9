/*
 * Texts into values: what a column's steps end with. Each type has one function that reads a value; it is
 * chosen once a column. Variable width is handed over as a whole where the bytes lie as the column wants
 * them.
 */
#include "transform/text_column.h"

#include "data/value_text.h"

#include <math.h>

/* Stores a value; false and the kind: it is none of the type. */
typedef bool (*StoreFunc)(FerryColumn *c, size_t row, const FerryText *v, FerryBadKind *ret_kind);

/* ---- numbers ---- */

/* "12", "12.00" (its fraction holds nothing); a number with a fraction is no integer. */
static bool parse_whole(const char *text, size_t len, int64_t *ret_value, FerryBadKind *ret_kind)
{
	const char *point = memchr(text, '.', len);
	size_t whole = point ? (size_t)(point - text) : len;

	for (size_t i = whole + 1; i < len; i++)
		if (text[i] != '0')
			return false;
	if (ferry_parse_int64(text, whole, ret_value))
		return true;
	/* digits only, but too many of them */
	size_t at = whole > 0 && (*text == '-' || *text == '+');
	while (at < whole && g_ascii_isdigit(text[at]))
		at++;
	if (at == whole && whole > 0)
		*ret_kind = FERRY_BAD_OUT_OF_RANGE;
	return false;
}

static bool store_int(FerryColumn *c, size_t row, const FerryText *v, FerryBadKind *ret_kind)
{
	int64_t x;

	if (!parse_whole(v->data, v->len, &x, ret_kind))
		return false;
	*ret_kind = FERRY_BAD_OUT_OF_RANGE;
	switch (c->type->id) {
	case FERRY_TYPE_INT8: ((int8_t *)c->fixed)[row] = (int8_t)x; return x >= INT8_MIN && x <= INT8_MAX;
	case FERRY_TYPE_INT16:
		((int16_t *)c->fixed)[row] = (int16_t)x;
		return x >= INT16_MIN && x <= INT16_MAX;
	case FERRY_TYPE_INT32:
		((int32_t *)c->fixed)[row] = (int32_t)x;
		return x >= INT32_MIN && x <= INT32_MAX;
	default: ((int64_t *)c->fixed)[row] = x; return true;
	}
}

static bool store_float(FerryColumn *c, size_t row, const FerryText *v, FerryBadKind *ret_kind)
{
	double x;

	if (!ferry_parse_float64(v->data, v->len, &x))
		return false;
	if (c->type->id == FERRY_TYPE_FLOAT64) {
		((double *)c->fixed)[row] = x;
		return true;
	}
	((float *)c->fixed)[row] = (float)x;
	*ret_kind = FERRY_BAD_OUT_OF_RANGE;
	return isinf(x) || !isinf((float)x);
}

static bool store_bool(FerryColumn *c, size_t row, const FerryText *v, FerryBadKind *ret_kind)
{
	bool x;

	if (!ferry_parse_bool(v->data, v->len, &x))
		return false;
	((uint8_t *)c->fixed)[row] = x;
	return true;
}

/* ---- moments and others of fixed width ---- */

static bool store_date(FerryColumn *c, size_t row, const FerryText *v, FerryBadKind *ret_kind)
{
	return ferry_parse_date(v->data, v->len, &((int32_t *)c->fixed)[row]);
}

static bool store_time(FerryColumn *c, size_t row, const FerryText *v, FerryBadKind *ret_kind)
{
	return ferry_parse_time(v->data, v->len, &((int64_t *)c->fixed)[row]);
}

static bool store_timestamp(FerryColumn *c, size_t row, const FerryText *v, FerryBadKind *ret_kind)
{
	bool has_zone;

	return ferry_parse_timestamp(v->data, v->len, &((int64_t *)c->fixed)[row], &has_zone);
}

static bool store_uuid(FerryColumn *c, size_t row, const FerryText *v, FerryBadKind *ret_kind)
{
	return ferry_parse_uuid(v->data, v->len, (uint8_t *)c->fixed + 16 * row);
}

/* Never compiled: intervals pass as they are. */
static bool store_nothing(FerryColumn *c, size_t row, const FerryText *v, FerryBadKind *ret_kind)
{
	return false;
}

static StoreFunc choose_store(FerryTypeId id)
{
	switch (id) {
	case FERRY_TYPE_BOOL: return store_bool;
	case FERRY_TYPE_INT8:
	case FERRY_TYPE_INT16:
	case FERRY_TYPE_INT32:
	case FERRY_TYPE_INT64: return store_int;
	case FERRY_TYPE_FLOAT32:
	case FERRY_TYPE_FLOAT64: return store_float;
	case FERRY_TYPE_DATE: return store_date;
	case FERRY_TYPE_TIME: return store_time;
	case FERRY_TYPE_TIMESTAMP:
	case FERRY_TYPE_TIMESTAMPTZ: return store_timestamp;
	case FERRY_TYPE_UUID: return store_uuid;
	default: return store_nothing;
	}
}

static void store_fixed(FerryTextColumn *t, FerryColumn *c)
{
	StoreFunc store = choose_store(c->type->id);

	for (size_t i = 0; i < t->n; i++) {
		FerryBadKind kind = FERRY_BAD_INVALID_VALUE;

		if (t->values[i].data && !store(c, i, &t->values[i], &kind))
			ferry_text_column_mark_bad(t, i, kind);
	}
}

/* ---- checks of what is stored as text ---- */

static bool is_digits(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (text[i] < '0' || text[i] > '9')
			return false;
	return true;
}

/* Whether the digits fit decimal(precision, scale): the first that is not zero stands below 10^(precision -
 * scale), the last not behind 10^-scale. */
static bool fits_decimal(const FerryType *type, const char *whole, size_t n_whole, const char *fraction,
			 size_t n_fraction)
{
	while (n_whole > 0 && *whole == '0') {
		whole++;
		n_whole--;
	}
	while (n_fraction > 0 && fraction[n_fraction - 1] == '0')
		n_fraction--;
	if (n_whole == 0 && n_fraction == 0)
		return true;
	int64_t highest = (int64_t)n_whole,
		lowest = -(int64_t)n_fraction; /* powers of ten: below, and from */
	for (size_t i = 0; n_whole == 0 && fraction[i] == '0'; i++)
		highest--;
	for (size_t i = n_whole; n_fraction == 0 && whole[i - 1] == '0'; i--)
		lowest++;
	return highest <= (int64_t)type->precision - type->scale && lowest >= -(int64_t)type->scale;
}

/* DECIMAL columns hold plain digits: no exponent, no plus sign. */
static bool is_decimal(const FerryType *type, const FerryText *v, FerryBadKind *ret_kind)
{
	bool has_sign = v->len > 0 && *v->data == '-';
	const char *whole = v->data + has_sign, *end = v->data + v->len;
	const char *point = memchr(whole, '.', (size_t)(end - whole));
	size_t n_whole = (size_t)((point ? point : end) - whole);
	size_t n_fraction = point ? (size_t)(end - point - 1) : 0;
	const char *fraction = point ? point + 1 : end;

	if (n_whole > 0 && (!point || n_fraction > 0) && is_digits(whole, n_whole) &&
	    is_digits(fraction, n_fraction)) {
		*ret_kind = FERRY_BAD_OUT_OF_RANGE;
		return type->precision <= 0 || fits_decimal(type, whole, n_whole, fraction, n_fraction);
	}
	if (!ferry_parse_decimal(v->data, v->len) || !g_ascii_isalpha(*whole))
		return false;
	*ret_kind = FERRY_BAD_OUT_OF_RANGE; /* infinities have no precision, what is no number has */
	return type->precision <= 0 || g_ascii_tolower(*whole) == 'n';
}

static bool is_bits(const FerryType *type, const FerryText *v, FerryBadKind *ret_kind)
{
	for (size_t i = 0; i < v->len; i++)
		if (v->data[i] != '0' && v->data[i] != '1')
			return false;
	if (type->length <= 0)
		return true;
	if ((int64_t)v->len > type->length)
		*ret_kind = FERRY_BAD_TOO_LONG;
	return (int64_t)v->len == type->length || ((int64_t)v->len < type->length && !type->is_fixed);
}

static void check(FerryTextColumn *t, const FerryType *type)
{
	bool (*is_one)(const FerryType *, const FerryText *, FerryBadKind *) =
		type->id == FERRY_TYPE_DECIMAL ? is_decimal : is_bits;

	if (type->id != FERRY_TYPE_DECIMAL && type->id != FERRY_TYPE_BITS)
		return;
	for (size_t i = 0; i < t->n; i++) {
		FerryBadKind kind = FERRY_BAD_INVALID_VALUE;

		if (t->values[i].data && !is_one(type, &t->values[i], &kind))
			ferry_text_column_mark_bad(t, i, kind);
	}
}

/* ---- variable width ---- */

/* The bytes are all in the buffer, in order: the column takes it, and gives its own. */
static void hand_over(FerryTextColumn *t, FerryColumn *c)
{
	FerryTextBuffer *buffer = &t->buffers[t->in_use];
	FerryTextBuffer was = {(char *)c->bytes, c->bytes_cap};

	c->bytes = (uint8_t *)buffer->bytes;
	c->bytes_cap = buffer->cap;
	*buffer = was;
}

static void copy_values(const FerryTextColumn *t, FerryColumn *c)
{
	uint8_t *to = c->bytes;

	if (t->is_packed) {
		memcpy(to, t->span, t->span_len);
		return;
	}
	for (size_t i = 0; i < t->n; i++) {
		const FerryText *v = &t->values[i];

		if (!v->data)
			continue;
		memcpy(to, v->data, v->len);
		to += v->len;
	}
}

static bool store_bytes(FerryTextColumn *t, FerryColumn *c)
{
	size_t total = 0;

	for (size_t i = 0; i < t->n; i++) {
		total += t->values[i].data ? t->values[i].len : 0;
		if (total > INT32_MAX)
			return false;
		c->offsets[i + 1] = (int32_t)total;
	}
	if (t->is_packed && t->span == t->buffers[t->in_use].bytes) {
		hand_over(t, c);
	} else {
		if (!ferry_column_reserve(c, total))
			return false;
		copy_values(t, c);
	}
	c->bytes_len = total;
	return true;
}

/* All at once: the values that were found bad are NULL in both. */
static void store_nulls(const FerryTextColumn *t, FerryColumn *c)
{
	size_t n_nulls = 0;

	for (size_t i = 0; i < t->n; i++) {
		if (t->values[i].data)
			continue;
		c->validity[i >> 3] &= (uint8_t) ~(1u << (i & 7));
		n_nulls++;
	}
	c->n_nulls = n_nulls;
}

bool ferry_text_column_store(FerryTextColumn *t)
{
	FerryColumn *c = &t->out->columns[t->out_column];

	t->has_steps = t->is_hidden = false; /* they are done: what is bad now is what was to be written */
	if (ferry_type_width(c->type->id) > 0)
		store_fixed(t, c);
	else
		check(t, c->type);
	if (ferry_type_width(c->type->id) == 0 && !store_bytes(t, c))
		return false;
	store_nulls(t, c);
	return true;
}
