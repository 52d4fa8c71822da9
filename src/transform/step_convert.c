/*
 * From type to type: the texts whose forms differ between two types; and the short way for columns of fixed
 * width, which never become text where a default, a null-if or another width of integer is all that is asked.
 */
#include "transform/step.h"

#include "data/value_text.h"

#include <string.h>

/* ---- through text ---- */

static bool is_number(FerryTypeId id)
{
	return id >= FERRY_TYPE_INT8 && id <= FERRY_TYPE_DECIMAL;
}

static void spell_booleans(FerryTextColumn *t, const char *yes, const char *no)
{
	for (size_t i = 0; i < t->n; i++)
		if (t->values[i].data) {
			const char *text = *t->values[i].data == 't' ? yes : no;
			t->values[i] = (FerryText){text, strlen(text)};
		}
	t->is_packed = false;
}

/* Years before 1 end in " BC", and are left to the parser with their time: a bad value, not a wrong one. */
static void take_date(FerryText *v, const char *space)
{
	if (v->len < 3 || memcmp(v->data + v->len - 3, " BC", 3) != 0)
		v->len = (size_t)(space - v->data);
}

static void take_time(FerryText *v, const char *space)
{
	size_t skip = (size_t)(space + 1 - v->data), len = v->len - skip;
	const char *end = memchr(space + 1, '+', len);

	*v = (FerryText){space + 1, end ? (size_t)(end - space - 1) : len};
}

static void cut_moments(FerryTextColumn *t, bool is_date)
{
	for (size_t i = 0; i < t->n; i++) {
		FerryText *v = &t->values[i];
		const char *space = v->data ? memchr(v->data, ' ', v->len) : NULL;

		if (space && is_date)
			take_date(v, space);
		else if (space)
			take_time(v, space);
	}
	t->is_packed = false;
}

/* 1.5e+20 and 1e-07 without the exponent. The room: 24 digits of a float, and up to 330 zeros. */
static char *spell_out(char *to, const FerryText *v, const char *e)
{
	int exponent = (int)g_ascii_strtoll(e + 1, NULL, 10), point = 0; /* digits before the point */
	char digits[32];
	int n = 0;

	if (*v->data == '-')
		*to++ = '-';
	for (const char *p = v->data; p < e && n < (int)sizeof(digits); p++)
		if (g_ascii_isdigit(*p))
			digits[n++] = *p;
	point = 1 + exponent;
	if (point <= 0) {
		memcpy(to, "0.", 2);
		memset(to + 2, '0', (size_t)-point);
		memcpy(to + 2 - point, digits, (size_t)n);
		return to + 2 - point + n;
	}
	for (int i = 0; i < MAX(n, point); i++) {
		if (i == point)
			*to++ = '.';
		*to++ = i < n ? digits[i] : '0';
	}
	return to;
}

#define MAX_SPELT 400

static bool spell_floats(FerryTextColumn *t)
{
	size_t n = 0;
	for (size_t i = 0; i < t->n; i++)
		n += t->values[i].data && memchr(t->values[i].data, 'e', t->values[i].len);
	if (n == 0)
		return true;
	char *to = ferry_text_column_begin(t, ferry_text_column_bytes(t) + n * MAX_SPELT);
	if (!to)
		return false;
	for (size_t i = 0; i < t->n; i++) {
		FerryText *v = &t->values[i];
		const char *e = v->data ? memchr(v->data, 'e', v->len) : NULL;
		char *from = to;

		if (!v->data)
			continue;
		if (e) {
			char text[FERRY_MAX_INTERVAL_TEXT] = ""; /* ends, for the exponent's sake */
			memcpy(text, v->data, MIN(v->len, sizeof(text) - 1));
			FerryText copy = {text, v->len};
			to = spell_out(to, &copy, text + (e - v->data));
		} else {
			memcpy(to, v->data, v->len);
			to += v->len;
		}
		*v = (FerryText){from, (size_t)(to - from)};
	}
	ferry_text_column_end(t, to, FERRY_TEXT_ASCII);
	return true;
}

static void check_json(FerryTextColumn *t)
{
	if (!t->json)
		t->json = ferry_json_hasher_new();
	for (size_t i = 0; i < t->n; i++) {
		const FerryText *v = &t->values[i];
		bool is_json = true;

		if (v->data)
			ferry_json_hasher_hash(t->json, (const uint8_t *)v->data, v->len, &is_json);
		if (!is_json)
			ferry_text_column_mark_bad(t, i, FERRY_BAD_INVALID_VALUE);
	}
}

/* Between kinds of values whose text forms differ: a boolean is 1 or 0 as a number; of a timestamp the date
 * or the time is taken. Everything else reads as it is written. */
bool ferry_step_convert(const FerryStepOp *op, FerryTextColumn *t)
{
	FerryTypeId from = op->from.id, to = op->to.id;
	bool is_moment = from == FERRY_TYPE_TIMESTAMP || from == FERRY_TYPE_TIMESTAMPTZ;
	bool is_float = from == FERRY_TYPE_FLOAT32 || from == FERRY_TYPE_FLOAT64;

	if (from == to)
		return true;
	if (from == FERRY_TYPE_BOOL && (is_number(to) || to == FERRY_TYPE_BITS))
		spell_booleans(t, "1", "0");
	else if (from == FERRY_TYPE_BOOL && to == FERRY_TYPE_JSON)
		spell_booleans(t, "true", "false");
	else if (is_moment && (to == FERRY_TYPE_DATE || to == FERRY_TYPE_TIME))
		cut_moments(t, to == FERRY_TYPE_DATE);
	else if (is_float && to != FERRY_TYPE_TEXT && to != FERRY_TYPE_JSON && !spell_floats(t))
		return false;
	if (to == FERRY_TYPE_JSON)
		check_json(t);
	return true;
}

/* ---- without text ---- */

static bool is_integer(FerryTypeId id)
{
	return id >= FERRY_TYPE_INT8 && id <= FERRY_TYPE_INT64;
}

bool ferry_step_is_typed(const FerryStepOp *ops, size_t n_ops, FerryTypeId from, FerryTypeId to)
{
	if (n_ops > FERRY_STEP_MAX_TYPED || ferry_type_width(from) == 0 || from == FERRY_TYPE_INTERVAL ||
	    (from != to && !(is_integer(from) && is_integer(to))))
		return false;
	for (size_t i = 0; i < n_ops; i++) {
		FerryTransformKind kind = ops[i].step->kind;

		if (ops[i].from.id != from ||
		    (kind != FERRY_TRANSFORM_DEFAULT && kind != FERRY_TRANSFORM_NULL_IF &&
		     kind != FERRY_TRANSFORM_TYPE))
			return false;
	}
	return true;
}

static inline bool is_same(const uint8_t *a, const uint8_t *b, FerryTypeId type, size_t width)
{
	if (type == FERRY_TYPE_FLOAT32) {
		float x, y;
		memcpy(&x, a, sizeof x);
		memcpy(&y, b, sizeof y);
		return x == y || (x != x && y != y);
	}
	if (type == FERRY_TYPE_FLOAT64) {
		double x, y;
		memcpy(&x, a, sizeof x);
		memcpy(&y, b, sizeof y);
		return x == y || (x != x && y != y);
	}
	return memcmp(a, b, width) == 0;
}

/* The width is one of few, so that copies and comparisons of a value need no call. */
static inline void settle(const FerryStepOp *op, uint8_t *values, FerryColumn *c, const uint8_t *skip,
			  size_t n, size_t width)
{
	for (size_t i = 0; i < n; i++) {
		bool is_null = ferry_column_is_null(c, i);

		if (op->step->kind == FERRY_TRANSFORM_NULL_IF) {
			if (!is_null && is_same(values + i * width, op->fixed, op->from.id, width))
				ferry_column_set_null_fixed(c, i);
		} else if (is_null && !(skip && skip[i])) {
			memcpy(values + i * width, op->fixed, width);
			c->validity[i >> 3] |= (uint8_t)(1u << (i & 7));
			c->n_nulls--;
		}
	}
}

static void settle_column(const FerryStepOp *op, uint8_t *values, FerryColumn *c, const uint8_t *skip,
			  size_t n)
{
	if (op->step->kind == FERRY_TRANSFORM_TYPE ||
	    (op->step->kind == FERRY_TRANSFORM_DEFAULT && c->n_nulls == 0))
		return;
	switch (ferry_type_width(op->from.id)) {
	case 1: settle(op, values, c, skip, n, 1); break;
	case 2: settle(op, values, c, skip, n, 2); break;
	case 4: settle(op, values, c, skip, n, 4); break;
	case 8: settle(op, values, c, skip, n, 8); break;
	default: settle(op, values, c, skip, n, 16); break;
	}
}

static inline int64_t get_int(const void *values, FerryTypeId type, size_t i)
{
	switch (type) {
	case FERRY_TYPE_INT8: return ((const int8_t *)values)[i];
	case FERRY_TYPE_INT16: return ((const int16_t *)values)[i];
	case FERRY_TYPE_INT32: return ((const int32_t *)values)[i];
	default: return ((const int64_t *)values)[i];
	}
}

static inline bool put_int(void *values, FerryTypeId type, size_t i, int64_t x)
{
	switch (type) {
	case FERRY_TYPE_INT8: ((int8_t *)values)[i] = (int8_t)x; return x == (int8_t)x;
	case FERRY_TYPE_INT16: ((int16_t *)values)[i] = (int16_t)x; return x == (int16_t)x;
	case FERRY_TYPE_INT32: ((int32_t *)values)[i] = (int32_t)x; return x == (int32_t)x;
	default: ((int64_t *)values)[i] = x; return true;
	}
}

typedef struct Number {
	int64_t value;
	bool is_null;
} Number;

static inline Number settle_number(Number x, const FerryStepOp *ops, const int64_t *constants, size_t n_ops)
{
	for (size_t k = 0; k < n_ops; k++) {
		FerryTransformKind kind = ops[k].step->kind;

		if (kind == FERRY_TRANSFORM_DEFAULT && x.is_null)
			x = (Number){constants[k], false};
		else if (kind == FERRY_TRANSFORM_NULL_IF && !x.is_null)
			x.is_null = x.value == constants[k];
	}
	return x;
}

static void change_width(const FerryStepOp *ops, size_t n_ops, const FerryBatch *in, size_t from,
			 FerryBatch *out, size_t to)
{
	const FerryColumn *source = &in->columns[from];
	FerryColumn *c = &out->columns[to];
	FerryTypeId type = source->type->id;
	int64_t constants[FERRY_STEP_MAX_TYPED];
	char text[24];

	for (size_t k = 0; k < n_ops; k++)
		constants[k] = get_int(ops[k].fixed, type, 0);
	for (size_t i = 0; i < in->n_rows; i++) {
		Number x = {get_int(source->fixed, type, i), ferry_column_is_null(source, i)};
		bool is_skipped = ferry_batch_is_skipped(in, i);

		if (!is_skipped)
			x = settle_number(x, ops, constants, n_ops);
		if (x.is_null || is_skipped)
			ferry_column_set_null_fixed(c, i);
		else if (!put_int(c->fixed, c->type->id, i, x.value))
			ferry_batch_mark_bad(out, i, to, FERRY_BAD_OUT_OF_RANGE, text,
					     ferry_format_int64(text, x.value), false);
	}
}

void ferry_step_apply_typed(const FerryStepOp *ops, size_t n_ops, const FerryBatch *in, size_t from,
			    FerryBatch *out, size_t to)
{
	const FerryColumn *source = &in->columns[from];
	FerryColumn *c = &out->columns[to];
	const uint8_t *skip = in->n_skipped > 0 ? in->skip : NULL;

	if (source->type->id != c->type->id) {
		change_width(ops, n_ops, in, from, out, to);
		return;
	}
	memcpy(c->fixed, source->fixed, in->n_rows * ferry_type_width(c->type->id));
	memcpy(c->validity, source->validity, (in->n_rows + 7) / 8);
	c->n_nulls = source->n_nulls;
	for (size_t i = 0; skip && i < in->n_rows; i++)
		if (skip[i] && !ferry_column_is_null(c, i))
			ferry_column_set_null_fixed(c, i);
	for (size_t k = 0; k < n_ops; k++)
		settle_column(&ops[k], c->fixed, c, skip, in->n_rows);
}
