/*
 * What each step does to a column. A step is one loop over the column's values; where all of them are ASCII,
 * or the bytes are the values and nothing else, it works on bytes and not on characters. Room for what a step
 * writes is made once, before the loop, for the most that it can write.
 */
#include "transform/step.h"

#include "data/value_text.h"

#include <sodium.h>
#include <string.h>

#define HASH_LEN 32

/* What a value has become. */
static inline char *set(FerryText *v, char *from, char *to)
{
	v->data = from;
	v->len = (size_t)(to - from);
	return to;
}

static inline char *append(char *to, const char *data, size_t len)
{
	memcpy(to, data, len);
	return to + len;
}

/* ---- narrowing: values stay where they are ---- */

static inline bool is_trimmed(const FerryStepOp *op, const char *p)
{
	if ((unsigned char)*p < 128)
		return op->is_trimmed[(unsigned char)*p];
	gunichar c = g_utf8_get_char(p);
	return op->text_len ? g_utf8_strchr(op->text, (gssize)op->text_len, c) != NULL : g_unichar_isspace(c);
}

static inline const char *last_character(const char *end)
{
	return (signed char)end[-1] >= 0 ? end - 1 : g_utf8_prev_char(end);
}

static void trim(const FerryStepOp *op, FerryTextColumn *t)
{
	bool left = op->step->kind != FERRY_TRANSFORM_RTRIM, right = op->step->kind != FERRY_TRANSFORM_LTRIM;
	size_t n_cut = 0;

	for (size_t i = 0; i < t->n; i++) {
		FerryText *v = &t->values[i];

		if (!v->data)
			continue;
		const char *from = v->data, *end = from + v->len;
		while (left && from < end && is_trimmed(op, from))
			from = g_utf8_next_char(from);
		for (const char *last; right && end > from && is_trimmed(op, last = last_character(end));)
			end = last;
		n_cut += v->len - (size_t)(end - from);
		*v = (FerryText){from, (size_t)(end - from)};
	}
	t->is_packed &= n_cut == 0;
}

/* Where the step's characters begin and how many they are, of n. */
static inline int64_t bounds(const FerryTransformStep *step, int64_t n, int64_t *ret_from)
{
	int64_t from = step->from > 0 ? step->from - 1 : MAX(n + step->from, 0);
	int64_t left = MAX(n - from, 0);

	*ret_from = MIN(from, n);
	return step->length < 0 ? left : MIN(step->length, left);
}

static void substring(const FerryStepOp *op, FerryTextColumn *t)
{
	bool is_ascii = t->kind == FERRY_TEXT_ASCII;

	for (size_t i = 0; i < t->n; i++) {
		FerryText *v = &t->values[i];
		int64_t from, length;

		if (!v->data)
			continue;
		if (is_ascii) {
			length = bounds(op->step, (int64_t)v->len, &from);
			*v = (FerryText){v->data + from, (size_t)length};
			continue;
		}
		length = bounds(op->step, (int64_t)ferry_utf8_count((const uint8_t *)v->data, v->len), &from);
		const char *start = g_utf8_offset_to_pointer(v->data, (glong)from);
		*v = (FerryText){start, (size_t)(g_utf8_offset_to_pointer(start, (glong)length) - start)};
	}
	t->is_packed = false;
}

/* ---- case ---- */

/* first: of the letters that change, a or A. */
static inline void flip_ascii(char *out, const char *in, size_t len, unsigned char first)
{
	for (size_t i = 0; i < len; i++) { /* the compiler makes it wide */
		unsigned char c = (unsigned char)in[i];
		out[i] = (char)(c ^ ((unsigned char)(c - first) < 26 ? 0x20 : 0));
	}
}

static char *change_characters(char *to, const FerryText *v, bool is_upper)
{
	unsigned char first = is_upper ? 'a' : 'A';

	for (const char *p = v->data, *end = p + v->len; p < end; p = g_utf8_next_char(p)) {
		if ((signed char)*p >= 0) {
			flip_ascii(to++, p, 1, first);
			continue;
		}
		gunichar c = g_utf8_get_char(p);
		to += g_unichar_to_utf8(is_upper ? g_unichar_toupper(c) : g_unichar_tolower(c), to);
	}
	return to;
}

/* The bytes as a whole; values keep their places in them. */
static void change_packed(FerryTextColumn *t, char *to, bool is_upper)
{
	flip_ascii(to, t->span, t->span_len, is_upper ? 'a' : 'A');
	for (size_t i = 0; i < t->n; i++)
		if (t->values[i].data)
			t->values[i].data = to + (t->values[i].data - t->span);
	ferry_text_column_end(t, to + t->span_len, FERRY_TEXT_ASCII);
}

static bool change_case(const FerryStepOp *op, FerryTextColumn *t)
{
	bool is_upper = op->step->kind == FERRY_TRANSFORM_UPPER, is_ascii = t->kind == FERRY_TEXT_ASCII;
	/* of no character is the other case longer than three bytes, or twice its length */
	char *to = ferry_text_column_begin(t, ferry_text_column_bytes(t) * (is_ascii ? 1 : 2) + 8);

	if (!to)
		return false;
	if (is_ascii && t->is_packed) {
		change_packed(t, to, is_upper);
		return true;
	}
	for (size_t i = 0; i < t->n; i++) {
		FerryText *v = &t->values[i];

		if (!v->data)
			continue;
		if (is_ascii)
			flip_ascii(to, v->data, v->len, is_upper ? 'a' : 'A');
		to = set(v, to, is_ascii ? to + v->len : change_characters(to, v, is_upper));
	}
	ferry_text_column_end(t, to, t->kind);
	return true;
}

/* ---- mask ---- */

static bool mask(const FerryStepOp *op, FerryTextColumn *t)
{
	const char *with = op->text ? op->text : "*";
	size_t with_len = op->text ? op->text_len : 1, keep = (size_t)MAX(op->step->length, 0);
	bool is_ascii = t->kind == FERRY_TEXT_ASCII;
	char *to = ferry_text_column_begin(t, ferry_text_column_bytes(t) * with_len);

	if (!to)
		return false;
	for (size_t i = 0; i < t->n; i++) {
		FerryText *v = &t->values[i];
		char *from = to;

		if (!v->data)
			continue;
		size_t n = is_ascii ? v->len : ferry_utf8_count((const uint8_t *)v->data, v->len);
		size_t hidden = n > keep ? n - keep : 0;
		const char *shown =
			is_ascii ? v->data + hidden : g_utf8_offset_to_pointer(v->data, (glong)hidden);
		if (with_len == 1)
			memset(to, *with, hidden);
		for (size_t k = 0; with_len > 1 && k < hidden; k++)
			memcpy(to + k * with_len, with, with_len);
		to = append(to + hidden * with_len, shown, (size_t)(v->data + v->len - shown));
		set(v, from, to);
	}
	ferry_text_column_end(t, to, with_len == 1 ? t->kind : FERRY_TEXT_UTF8);
	return true;
}

/* ---- replace ---- */

static inline const char *find(const FerryStepOp *op, const char *from, const char *end)
{
	size_t len = (size_t)(end - from);

	return op->text_len == 1 ? memchr(from, *op->text, len) : memmem(from, len, op->text, op->text_len);
}

/* The bytes after the step. What grows must be counted. */
static size_t count_replaced(const FerryStepOp *op, const FerryTextColumn *t)
{
	size_t total = ferry_text_column_bytes(t), n = 0;

	if (op->with_len <= op->text_len)
		return total;
	for (size_t i = 0; i < t->n; i++) {
		const FerryText *v = &t->values[i];

		if (!v->data)
			continue;
		const char *end = v->data + v->len;
		for (const char *p = v->data; (p = find(op, p, end)); p += op->text_len)
			n++;
	}
	return total + n * (op->with_len - op->text_len);
}

static char *replace_value(const FerryStepOp *op, char *to, const FerryText *v)
{
	const char *p = v->data, *end = p + v->len;

	for (const char *found; (found = find(op, p, end)); p = found + op->text_len) {
		to = append(to, p, (size_t)(found - p));
		to = append(to, op->with, op->with_len);
	}
	return append(to, p, (size_t)(end - p));
}

static bool replace(const FerryStepOp *op, FerryTextColumn *t)
{
	/* one search through all bytes tells most often that there is nothing to do */
	if (t->is_packed && !find(op, t->span, t->span + t->span_len))
		return true;
	char *to = ferry_text_column_begin(t, count_replaced(op, t));
	if (!to)
		return false;
	for (size_t i = 0; i < t->n; i++)
		if (t->values[i].data)
			to = set(&t->values[i], to, replace_value(op, to, &t->values[i]));
	bool is_ascii = t->kind == FERRY_TEXT_ASCII && ferry_text_is_ascii(op->with, op->with_len);
	ferry_text_column_end(t, to, t->kind == FERRY_TEXT_ASCII && !is_ascii ? FERRY_TEXT_UTF8 : t->kind);
	return true;
}

/* ---- hash ---- */

static bool hash(const FerryStepOp *op, FerryTextColumn *t)
{
	static const char digits[] = "0123456789abcdef";
	char *to = ferry_text_column_begin(t, t->n * 2 * HASH_LEN);
	uint8_t sum[HASH_LEN];

	if (!to)
		return false;
	for (size_t i = 0; i < t->n; i++) {
		FerryText *v = &t->values[i];

		if (!v->data)
			continue;
		crypto_generichash(sum, sizeof sum, (const uint8_t *)v->data, v->len, op->key, op->key_len);
		for (size_t k = 0; k < sizeof sum; k++) {
			to[2 * k] = digits[sum[k] >> 4];
			to[2 * k + 1] = digits[sum[k] & 15];
		}
		to = set(v, to, to + 2 * HASH_LEN);
	}
	ferry_text_column_end(t, to, FERRY_TEXT_ASCII);
	return true;
}

/* ---- texts of the project ---- */

static FerryTextKind kind_of(const char *text, size_t len)
{
	return ferry_text_is_ascii(text, len) ? FERRY_TEXT_ASCII : FERRY_TEXT_UTF8;
}

static void constant(const FerryStepOp *op, FerryTextColumn *t)
{
	for (size_t i = 0; i < t->n; i++)
		if (t->values[i].data || t->values[i].len == 0)
			t->values[i] = (FerryText){op->text, op->text_len};
	t->span = op->text;
	t->span_len = op->text_len;
	t->is_packed = false;
	t->kind = kind_of(op->text, op->text_len);
}

static void fill_nulls(const FerryStepOp *op, FerryTextColumn *t)
{
	size_t n = 0;

	for (size_t i = 0; i < t->n; i++) {
		if (t->values[i].data || t->values[i].len)
			continue;
		t->values[i] = (FerryText){op->text, op->text_len};
		n++;
	}
	if (n == 0)
		return;
	t->is_packed &= op->text_len == 0;
	/* the text does not lie in the bytes by which a column's kind is found out */
	if (kind_of(op->text, op->text_len) == FERRY_TEXT_ASCII)
		return;
	ferry_text_column_need_characters(t);
	t->kind = FERRY_TEXT_UTF8;
}

/* Length without the zeros that a decimal does not need: 0.50 is 0.5, 7.00 is 7. */
static size_t significant(const char *text, size_t len)
{
	if (!memchr(text, '.', len))
		return len;
	while (text[len - 1] == '0')
		len--;
	return len - (text[len - 1] == '.');
}

static FerryText without_sign_of_zero(FerryText v)
{
	return v.len == 2 && v.data[0] == '-' && v.data[1] == '0' ? (FerryText){v.data + 1, 1} : v;
}

/* As it is compared: numbers by what they mean. */
static FerryText comparable(FerryTypeId type, FerryText v)
{
	if (type == FERRY_TYPE_DECIMAL) {
		v.len = significant(v.data, v.len);
		while (v.len > 1 && v.data[0] == '0' && v.data[1] != '.')
			v = (FerryText){v.data + 1, v.len - 1};
	}
	return type >= FERRY_TYPE_FLOAT32 && type <= FERRY_TYPE_DECIMAL ? without_sign_of_zero(v) : v;
}

static void null_if(const FerryStepOp *op, FerryTextColumn *t)
{
	FerryText wanted = comparable(op->from.id, (FerryText){op->text, op->text_len});

	for (size_t i = 0; i < t->n; i++) {
		FerryText *v = &t->values[i];

		if (!v->data)
			continue;
		FerryText is = comparable(op->from.id, *v);
		if (is.len != wanted.len || memcmp(is.data, wanted.data, is.len) != 0)
			continue;
		t->is_packed &= v->len == 0;
		*v = (FerryText){0};
	}
}

/* ---- concatenation ---- */

static size_t part_bytes(const FerryStepPart *part, const FerryBatch *in, size_t n)
{
	if (part->column < 0)
		return part->len * n;
	const FerryColumn *c = &in->columns[part->column];
	return ferry_type_width(c->type->id) ? n * ferry_format_max(c->type->id) : (size_t)c->offsets[n];
}

static inline char *append_part(char *to, const FerryStepPart *part, const FerryBatch *in, size_t row)
{
	if (part->column < 0)
		return append(to, part->literal, part->len);
	const FerryColumn *c = &in->columns[part->column];
	if (ferry_column_is_null(c, row))
		return to;
	if (ferry_type_width(c->type->id))
		return to + ferry_format_fixed(to, c, row);
	size_t len;
	const uint8_t *data = ferry_column_get_bytes(c, row, &len);
	return append(to, (const char *)data, len);
}

static bool concat(const FerryStepOp *op, const FerryBatch *in, FerryTextColumn *t)
{
	size_t most = 0;

	for (size_t k = 0; k < op->n_parts; k++)
		most += part_bytes(&op->parts[k], in, t->n);
	char *to = ferry_text_column_begin(t, most);
	if (!to)
		return false;
	for (size_t i = 0; i < t->n; i++) {
		char *from = to;

		if (!t->values[i].data && t->values[i].len)
			continue;
		for (size_t k = 0; k < op->n_parts; k++)
			to = append_part(to, &op->parts[k], in, i);
		set(&t->values[i], from, to);
	}
	ferry_text_column_end(t, to, FERRY_TEXT_ANY);
	return true;
}

/* ---- all ---- */

static bool needs_characters(FerryTransformKind kind)
{
	return (kind >= FERRY_TRANSFORM_TRIM && kind <= FERRY_TRANSFORM_SUBSTRING) ||
	       kind == FERRY_TRANSFORM_MASK;
}

bool ferry_step_apply(const FerryStepOp *op, const FerryBatch *in, FerryTextColumn *t)
{
	if (needs_characters(op->step->kind))
		ferry_text_column_need_characters(t);
	switch (op->step->kind) {
	case FERRY_TRANSFORM_TYPE: return ferry_step_convert(op, t);
	case FERRY_TRANSFORM_DEFAULT: fill_nulls(op, t); return true;
	case FERRY_TRANSFORM_NULL_IF: null_if(op, t); return true;
	case FERRY_TRANSFORM_TRIM:
	case FERRY_TRANSFORM_LTRIM:
	case FERRY_TRANSFORM_RTRIM: trim(op, t); return true;
	case FERRY_TRANSFORM_UPPER:
	case FERRY_TRANSFORM_LOWER: return change_case(op, t);
	case FERRY_TRANSFORM_SUBSTRING: substring(op, t); return true;
	case FERRY_TRANSFORM_REPLACE: return replace(op, t);
	case FERRY_TRANSFORM_CONCAT: return concat(op, in, t);
	case FERRY_TRANSFORM_HASH: return hash(op, t);
	case FERRY_TRANSFORM_MASK: return mask(op, t);
	case FERRY_TRANSFORM_CONSTANT: constant(op, t); return true;
	default: return true;
	}
}
