/*
 * The steps: which types each takes and gives, and what each does to one value.
 */
#include "transform/step.h"

#include "data/value_text.h"

#include <sodium.h>
#include <string.h>

#define MIN_KEY  crypto_generichash_KEYBYTES_MIN
#define HASH_LEN 32

/* ---- types ---- */

static const char *word_of(const FerryTransformStep *step)
{
	return ferry_transform_words[step->kind];
}

static bool refuse(const FerryTransformStep *step, const FerryType *from, const char *why, GError **error)
{
	g_autofree char *type = ferry_type_to_string(from);

	return ferry_fail(error, FERRY_ERROR_USAGE, "step \"%s\" cannot be applied to %s: %s", word_of(step),
			  type, why);
}

/* The text as values of the type are written: true is t, 007 is 7. NULL: it is no value of it. Newly
 * allocated. */
static char *canonical(const FerryType *type, const char *text)
{
	g_autoptr(FerrySchema) schema = ferry_schema_new(1);
	schema->fields[0].type = *type;
	g_autoptr(FerryBatch) batch = ferry_batch_new(schema, 1);
	FerryStepValue value = {.data = text, .len = strlen(text)};
	FerryBadKind kind;
	bool is_full;

	if (!ferry_step_store(&batch->columns[0], 0, &value, &kind, &is_full))
		return NULL;
	g_autoptr(GString) scratch = g_string_new(NULL);
	value = ferry_step_load(&batch->columns[0], 0, scratch);
	return g_strndup(value.data, value.len);
}

static bool convert_type(const FerryTransformStep *step, const FerryType *from, FerryType *ret_to,
			 GError **error)
{
	if (!ferry_type_from_string(step->text ? step->text : "", ret_to))
		return ferry_fail(
			error, FERRY_ERROR_USAGE,
			"step \"type\": \"%s\" is no type; expected bool, int8 to int64, float32, float64, "
			"decimal(P,S), text(N), bytes, date, time, timestamp, timestamptz, uuid, json or "
			"bits",
			step->text ? step->text : "");
	if (ret_to->id == from->id)
		return true;
	if (from->id == FERRY_TYPE_BYTES || from->id == FERRY_TYPE_INTERVAL)
		return ret_to->id == FERRY_TYPE_TEXT && from->id == FERRY_TYPE_INTERVAL
			       ? true
			       : refuse(step, from, "it has no other form", error);
	if (ret_to->id == FERRY_TYPE_INTERVAL)
		return refuse(step, from, "only intervals become intervals", error);
	return true;
}

/* The text that a step about characters gives. */
static bool text_type(const FerryTransformStep *step, const FerryType *from, bool may_grow, FerryType *ret_to,
		      GError **error)
{
	if (from->id == FERRY_TYPE_BYTES)
		return refuse(step, from, "bytes have no characters", error);
	*ret_to = FERRY_TYPE(FERRY_TYPE_TEXT);
	if (from->id == FERRY_TYPE_TEXT && !may_grow)
		ret_to->length = from->length;
	return true;
}

static bool check_value(const FerryTransformStep *step, const FerryType *type, GError **error)
{
	if (!step->text)
		return ferry_fail(error, FERRY_ERROR_USAGE, "step \"%s\" needs a value", word_of(step));
	if (type->id == FERRY_TYPE_INTERVAL)
		return refuse(step, type, "intervals cannot be written here", error);
	g_autofree char *value = canonical(type, step->text);
	if (value)
		return true;
	g_autofree char *name = ferry_type_to_string(type);
	return ferry_fail(error, FERRY_ERROR_USAGE, "step \"%s\": \"%s\" is no %s", word_of(step), step->text,
			  name);
}

static bool check_mask(const FerryTransformStep *step, GError **error)
{
	if (step->text && g_utf8_validate(step->text, -1, NULL) && g_utf8_strlen(step->text, -1) == 1)
		return true;
	return !step->text || ferry_fail(error, FERRY_ERROR_USAGE,
					 "step \"mask\" takes one character, not \"%s\"", step->text);
}

bool ferry_step_result_type(const FerryTransformStep *step, const FerryType *from, FerryType *ret_to,
			    GError **error)
{
	*ret_to = *from;
	ret_to->is_exact = false;
	switch (step->kind) {
	case FERRY_TRANSFORM_TYPE: return convert_type(step, from, ret_to, error);
	case FERRY_TRANSFORM_DEFAULT:
	case FERRY_TRANSFORM_NULL_IF: return check_value(step, ret_to, error);
	case FERRY_TRANSFORM_TRIM:
	case FERRY_TRANSFORM_LTRIM:
	case FERRY_TRANSFORM_RTRIM:
	case FERRY_TRANSFORM_UPPER:
	case FERRY_TRANSFORM_LOWER: return text_type(step, from, false, ret_to, error);
	case FERRY_TRANSFORM_SUBSTRING:
		if (step->from == 0)
			return ferry_fail(
				error, FERRY_ERROR_USAGE,
				"step \"substring\": from is 1 for the first character, -1 for the last");
		return text_type(step, from, false, ret_to, error);
	case FERRY_TRANSFORM_REPLACE:
		if (!step->text || !*step->text)
			return ferry_fail(error, FERRY_ERROR_USAGE,
					  "step \"replace\" needs a text to look for");
		return text_type(step, from, step->with && strlen(step->with) > strlen(step->text), ret_to,
				 error);
	case FERRY_TRANSFORM_MASK:
		return check_mask(step, error) && text_type(step, from, false, ret_to, error);
	case FERRY_TRANSFORM_HASH: *ret_to = FERRY_TYPE_SIZED(FERRY_TYPE_TEXT, 2 * HASH_LEN); return true;
	case FERRY_TRANSFORM_CONCAT: *ret_to = FERRY_TYPE(FERRY_TYPE_TEXT); return true;
	case FERRY_TRANSFORM_CONSTANT:
		*ret_to = FERRY_TYPE(FERRY_TYPE_TEXT);
		return step->text || ferry_fail(error, FERRY_ERROR_USAGE, "step \"constant\" needs a value");
	default: return ferry_fail(error, FERRY_ERROR_INTERNAL, "unknown step %d", step->kind);
	}
}

/* ---- compiling ---- */

static bool take_key(FerryStepOp *op, GError **error)
{
	const char *name = op->text, *key = name ? g_getenv(name) : NULL;

	if (!name || !*name)
		return ferry_fail(
			error, FERRY_ERROR_USAGE,
			"step \"hash\" needs the name of an environment variable that holds its key");
	if (!key || strlen(key) < MIN_KEY) {
		ferry_fail(error, FERRY_ERROR_USAGE,
			   key ? "the key of step \"hash\" in %s is too short"
			       : "the key of step \"hash\" is missing: %s is not set",
			   name);
		ferry_error_hint(error, "put at least %u random characters into it, and keep them", MIN_KEY);
		return false;
	}
	if (sodium_init() < 0)
		return ferry_fail(error, FERRY_ERROR_FAILED, "libsodium could not be initialised");
	op->key_len = HASH_LEN;
	op->key = g_malloc(op->key_len);
	/* keys of any length: a long one is hashed down, a short one stays within the function's range */
	crypto_generichash(op->key, op->key_len, (const uint8_t *)key, strlen(key), NULL, 0);
	return true;
}

static bool find_parts(FerryStepOp *op, const FerrySchema *in, GError **error)
{
	const GPtrArray *parts = op->step->parts;

	op->parts = g_new0(FerryStepPart, parts->len + 1);
	for (guint i = 0; i < parts->len; i++) {
		const FerryConcatPart *part = parts->pdata[i];
		FerryStepPart *to = &op->parts[op->n_parts++];
		to->column = -1;
		to->literal = part->literal ? part->literal : "";
		to->len = strlen(to->literal);
		for (size_t f = 0; part->column && f < in->n_fields; f++)
			if (strcmp(in->fields[f].name, part->column) == 0)
				to->column = (int)f;
		if (part->column && to->column < 0)
			return ferry_fail(error, FERRY_ERROR_USAGE,
					  "step \"concat\": there is no column \"%s\"", part->column);
	}
	return op->n_parts > 0 || ferry_fail(error, FERRY_ERROR_USAGE, "step \"concat\" has no parts");
}

bool ferry_step_compile(FerryStepOp *op, const FerryTransformStep *step, const FerryType *from,
			const FerrySchema *in, GError **error)
{
	*op = (FerryStepOp){.step = step, .from = *from, .text = step->text, .with = step->with};
	op->text_len = op->text ? strlen(op->text) : 0;
	op->with_len = op->with ? strlen(op->with) : 0;
	if (!ferry_step_result_type(step, from, &op->to, error))
		return false;
	if (step->kind == FERRY_TRANSFORM_HASH)
		return take_key(op, error);
	if (step->kind == FERRY_TRANSFORM_DEFAULT || step->kind == FERRY_TRANSFORM_NULL_IF) {
		op->text = op->canonical = canonical(&op->to, step->text);
		op->text_len = strlen(op->text);
	}
	return step->kind != FERRY_TRANSFORM_CONCAT || find_parts(op, in, error);
}

void ferry_step_clear(FerryStepOp *op)
{
	if (op->key)
		sodium_memzero(op->key, op->key_len);
	g_clear_pointer(&op->key, g_free);
	g_clear_pointer(&op->canonical, g_free);
	g_clear_pointer(&op->parts, g_free);
}

/* ---- applying: characters ---- */

static bool is_valid(const FerryStepValue *v)
{
	return ferry_utf8_valid_len((const uint8_t *)v->data, v->len) == v->len;
}

static void take(FerryStepValue *v, const GString *out)
{
	v->data = out->str;
	v->len = out->len;
}

/* True for a character that is trimmed off: white space, or one of the step's. */
static bool is_trimmed(const FerryStepOp *op, gunichar c)
{
	return op->text_len ? g_utf8_strchr(op->text, (gssize)op->text_len, c) != NULL : g_unichar_isspace(c);
}

static void trim(const FerryStepOp *op, FerryStepValue *v)
{
	const char *from = v->data, *end = v->data + v->len;
	bool left = op->step->kind != FERRY_TRANSFORM_RTRIM, right = op->step->kind != FERRY_TRANSFORM_LTRIM;

	while (left && from < end && is_trimmed(op, g_utf8_get_char(from)))
		from = g_utf8_next_char(from);
	while (right && end > from) {
		const char *last = g_utf8_prev_char(end);
		if (!is_trimmed(op, g_utf8_get_char(last)))
			break;
		end = last;
	}
	v->data = from;
	v->len = (size_t)(end - from);
}

static void change_case(const FerryStepOp *op, FerryStepValue *v, GString *out)
{
	bool is_upper = op->step->kind == FERRY_TRANSFORM_UPPER;

	g_string_set_size(out, v->len);
	size_t n = 0;
	for (; n < v->len && (signed char)v->data[n] >= 0; n++)
		out->str[n] = is_upper ? g_ascii_toupper(v->data[n]) : g_ascii_tolower(v->data[n]);
	g_string_truncate(out, n);
	for (const char *p = v->data + n, *end = v->data + v->len; p < end;) {
		if ((signed char)*p >= 0) {
			g_string_append_c(out, is_upper ? g_ascii_toupper(*p) : g_ascii_tolower(*p));
			p++;
			continue;
		}
		gunichar c = g_utf8_get_char(p);
		g_string_append_unichar(out, is_upper ? g_unichar_toupper(c) : g_unichar_tolower(c));
		p = g_utf8_next_char(p);
	}
	take(v, out);
}

static void substring(const FerryStepOp *op, FerryStepValue *v)
{
	int64_t n = (int64_t)ferry_utf8_count((const uint8_t *)v->data, v->len);
	int64_t from = op->step->from > 0 ? op->step->from - 1 : MAX(n + op->step->from, 0);
	int64_t left = MAX(n - from, 0);
	int64_t length = op->step->length < 0 ? left : MIN(op->step->length, left);

	if (length == 0) {
		v->len = 0;
		return;
	}
	const char *start = g_utf8_offset_to_pointer(v->data, (glong)from);
	v->len = (size_t)(g_utf8_offset_to_pointer(start, (glong)length) - start);
	v->data = start;
}

static void mask(const FerryStepOp *op, FerryStepValue *v, GString *out)
{
	int64_t n = (int64_t)ferry_utf8_count((const uint8_t *)v->data, v->len);
	int64_t hidden = MAX(n - MAX(op->step->length, 0), 0);
	const char *shown = g_utf8_offset_to_pointer(v->data, (glong)hidden);

	for (int64_t i = 0; i < hidden; i++)
		g_string_append_len(out, op->text ? op->text : "*", op->text ? (gssize)op->text_len : 1);
	g_string_append_len(out, shown, v->data + v->len - shown);
	take(v, out);
}

static void replace(const FerryStepOp *op, FerryStepValue *v, GString *out)
{
	const char *p = v->data, *end = p + v->len, *found;

	while ((found = memmem(p, (size_t)(end - p), op->text, op->text_len))) {
		g_string_append_len(out, p, found - p);
		g_string_append_len(out, op->with ? op->with : "", (gssize)op->with_len);
		p = found + op->text_len;
	}
	if (p == v->data)
		return; /* nothing to do: the value stays where it is */
	g_string_append_len(out, p, end - p);
	take(v, out);
}

/* ---- applying: the others ---- */

static void concat(const FerryStepOp *op, const FerryBatch *in, size_t row, FerryStepValue *v, GString *out,
		   GString *scratch)
{
	for (size_t i = 0; i < op->n_parts; i++) {
		const FerryStepPart *part = &op->parts[i];
		FerryStepValue piece = {.data = part->literal, .len = part->len};
		if (part->column >= 0)
			piece = ferry_step_load(&in->columns[part->column], row, scratch);
		g_string_append_len(out, piece.data, piece.is_null ? 0 : (gssize)piece.len);
	}
	v->is_null = false;
	take(v, out);
}

static void hash(const FerryStepOp *op, FerryStepValue *v, GString *out)
{
	static const char digits[] = "0123456789abcdef";
	uint8_t sum[HASH_LEN];

	crypto_generichash(sum, sizeof sum, (const uint8_t *)v->data, v->len, op->key, op->key_len);
	for (size_t i = 0; i < sizeof sum; i++) {
		g_string_append_c(out, digits[sum[i] >> 4]);
		g_string_append_c(out, digits[sum[i] & 15]);
	}
	take(v, out);
}

/* Between kinds of values whose text forms differ: a boolean is 1 or 0 as a number; of a timestamp the date
 * or the time is taken. Everything else reads as it is written. */
static void convert(const FerryStepOp *op, FerryStepValue *v)
{
	bool to_number = op->to.id >= FERRY_TYPE_INT8 && op->to.id <= FERRY_TYPE_DECIMAL;
	bool from_moment = op->from.id == FERRY_TYPE_TIMESTAMP || op->from.id == FERRY_TYPE_TIMESTAMPTZ;
	const char *space = from_moment ? memchr(v->data, ' ', v->len) : NULL;

	if (op->from.id == FERRY_TYPE_BOOL && to_number) {
		v->data = *v->data == 't' ? "1" : "0";
		v->len = 1;
	} else if (space && op->to.id == FERRY_TYPE_DATE) {
		/* years before 1 end in " BC", and are left to the parser with their time: a bad value, not a
		 * wrong one */
		if (v->len < 3 || memcmp(v->data + v->len - 3, " BC", 3) != 0)
			v->len = (size_t)(space - v->data);
	} else if (space && op->to.id == FERRY_TYPE_TIME) {
		size_t skip = (size_t)(space + 1 - v->data), len = v->len - skip;
		const char *end = memchr(space + 1, '+', len);
		v->data += skip;
		v->len = end ? (size_t)(end - v->data) : len;
	}
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

static bool is_equal(const FerryStepOp *op, const FerryStepValue *v)
{
	size_t a = v->len, b = op->text_len;

	if (op->from.id == FERRY_TYPE_DECIMAL) {
		a = significant(v->data, a);
		b = significant(op->text, b);
	}
	return a == b && memcmp(v->data, op->text, a) == 0;
}

static bool needs_characters(FerryTransformKind kind)
{
	return kind == FERRY_TRANSFORM_TRIM || kind == FERRY_TRANSFORM_LTRIM ||
	       kind == FERRY_TRANSFORM_RTRIM || kind == FERRY_TRANSFORM_UPPER ||
	       kind == FERRY_TRANSFORM_LOWER || kind == FERRY_TRANSFORM_SUBSTRING ||
	       kind == FERRY_TRANSFORM_MASK;
}

static void apply_to_value(const FerryStepOp *op, FerryStepValue *v, GString *out)
{
	switch (op->step->kind) {
	case FERRY_TRANSFORM_TYPE: convert(op, v); break;
	case FERRY_TRANSFORM_NULL_IF: v->is_null = is_equal(op, v); break;
	case FERRY_TRANSFORM_TRIM:
	case FERRY_TRANSFORM_LTRIM:
	case FERRY_TRANSFORM_RTRIM: trim(op, v); break;
	case FERRY_TRANSFORM_UPPER:
	case FERRY_TRANSFORM_LOWER: change_case(op, v, out); break;
	case FERRY_TRANSFORM_SUBSTRING: substring(op, v); break;
	case FERRY_TRANSFORM_REPLACE: replace(op, v, out); break;
	case FERRY_TRANSFORM_MASK: mask(op, v, out); break;
	case FERRY_TRANSFORM_HASH: hash(op, v, out); break;
	default: break;
	}
}

bool ferry_step_apply(const FerryStepOp *op, const FerryBatch *in, size_t row, FerryStepValue *v,
		      GString *out, GString *scratch, FerryBadKind *ret_kind)
{
	switch (op->step->kind) {
	case FERRY_TRANSFORM_CONCAT: concat(op, in, row, v, out, scratch); return true;
	case FERRY_TRANSFORM_CONSTANT:
		*v = (FerryStepValue){.data = op->text, .len = op->text_len};
		return true;
	case FERRY_TRANSFORM_DEFAULT:
		if (v->is_null)
			*v = (FerryStepValue){.data = op->text, .len = op->text_len};
		return true;
	default: break;
	}
	if (v->is_null)
		return true;
	if (needs_characters(op->step->kind) && !is_valid(v)) {
		*ret_kind = FERRY_BAD_INVALID_ENCODING;
		return false;
	}
	apply_to_value(op, v, out);
	return true;
}
