/*
 * The steps: which types each takes and gives, and what it needs to run. step_apply.c does it.
 */
#include "transform/step.h"

#include "data/json_canonical.h"
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

/* A batch with the text as its only value, read as the type. NULL: it is no value of it. */
static FerryBatch *read_value(const FerrySchema *schema, const char *text)
{
	g_autoptr(FerryBatch) batch = ferry_batch_new(schema, 1);
	FerryText value = {text, strlen(text)};
	FerryTextColumn column = {.values = &value, .n = 1, .span = text, .out = batch};

	return ferry_text_column_store(&column) && batch->n_bad == 0 ? g_steal_pointer(&batch) : NULL;
}

static bool is_json(const char *text)
{
	g_autoptr(FerryJsonHasher) hasher = ferry_json_hasher_new();
	bool result;

	ferry_json_hasher_hash(hasher, (const uint8_t *)text, strlen(text), &result);
	return result;
}

/* The text as values of the type are written: true is t, 007 is 7. NULL: it is no value of it. Newly
 * allocated. ret_fixed: how it lies in a column of fixed width; or NULL. */
static char *canonical(const FerryType *type, const char *text, uint8_t *ret_fixed)
{
	g_autoptr(FerrySchema) schema = ferry_schema_new(1);
	size_t width = ferry_type_width(type->id), len;

	schema->fields[0].type = *type;
	g_autoptr(FerryBatch) batch = read_value(schema, text);
	if (!batch || (type->id == FERRY_TYPE_JSON && !is_json(text)))
		return NULL;
	if (width == 0) {
		const uint8_t *bytes = ferry_column_get_bytes(&batch->columns[0], 0, &len);
		return g_strndup((const char *)bytes, len);
	}
	char *out = g_malloc0(FERRY_MAX_INTERVAL_TEXT + 1);
	ferry_format_fixed(out, &batch->columns[0], 0);
	if (ret_fixed)
		memcpy(ret_fixed, batch->columns[0].fixed, width);
	return out;
}

#define BIT(type) (1u << FERRY_TYPE_##type)
#define NUMBERS                                                                                              \
	(BIT(INT8) | BIT(INT16) | BIT(INT32) | BIT(INT64) | BIT(FLOAT32) | BIT(FLOAT64) | BIT(DECIMAL))
#define OF_NUMBER (NUMBERS | BIT(BOOL) | BIT(TEXT) | BIT(JSON))

/* What values of a type can be read as, besides the type itself. */
static const uint32_t conversions[FERRY_N_TYPES] = {
	[FERRY_TYPE_BOOL] = NUMBERS | BIT(TEXT) | BIT(JSON) | BIT(BITS),
	[FERRY_TYPE_INT8] = OF_NUMBER,
	[FERRY_TYPE_INT16] = OF_NUMBER,
	[FERRY_TYPE_INT32] = OF_NUMBER,
	[FERRY_TYPE_INT64] = OF_NUMBER,
	[FERRY_TYPE_FLOAT32] = OF_NUMBER,
	[FERRY_TYPE_FLOAT64] = OF_NUMBER,
	[FERRY_TYPE_DECIMAL] = OF_NUMBER,
	[FERRY_TYPE_TEXT] = ~BIT(INTERVAL),
	[FERRY_TYPE_BYTES] = 0,
	[FERRY_TYPE_DATE] = BIT(TEXT) | BIT(TIMESTAMP) | BIT(TIMESTAMPTZ),
	[FERRY_TYPE_TIME] = BIT(TEXT),
	[FERRY_TYPE_TIMESTAMP] = BIT(TEXT) | BIT(DATE) | BIT(TIME) | BIT(TIMESTAMPTZ),
	[FERRY_TYPE_TIMESTAMPTZ] = BIT(TEXT) | BIT(DATE) | BIT(TIME) | BIT(TIMESTAMP),
	[FERRY_TYPE_INTERVAL] = BIT(TEXT),
	[FERRY_TYPE_UUID] = BIT(TEXT),
	[FERRY_TYPE_JSON] = NUMBERS | BIT(BOOL) | BIT(TEXT),
	[FERRY_TYPE_BITS] = BIT(TEXT) | BIT(BOOL),
};

bool ferry_step_converts(FerryTypeId from, FerryTypeId to)
{
	return from == to || (conversions[from] >> to & 1);
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
	if (ferry_step_converts(from->id, ret_to->id))
		return true;
	if (from->id == FERRY_TYPE_BYTES)
		return refuse(step, from, "bytes have no other form", error);
	g_autofree char *why =
		g_strdup_printf("its values cannot be read as %s", ferry_type_id_name(ret_to->id));
	return refuse(step, from, why, error);
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
	if (type->id == FERRY_TYPE_JSON && step->kind == FERRY_TRANSFORM_NULL_IF)
		return refuse(step, type, "one value has many spellings; put \"type: text\" before it",
			      error);
	g_autofree char *value = canonical(type, step->text, NULL);
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
		return text_type(step, from,
				 step->with && g_utf8_strlen(step->with, -1) > g_utf8_strlen(step->text, -1),
				 ret_to, error);
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
		if (part->column && in->fields[to->column].type.id == FERRY_TYPE_BYTES)
			return ferry_fail(error, FERRY_ERROR_USAGE,
					  "step \"concat\": column \"%s\" is bytes, which have no characters",
					  part->column);
	}
	return op->n_parts > 0 || ferry_fail(error, FERRY_ERROR_USAGE, "step \"concat\" has no parts");
}

bool ferry_step_compile(FerryStepOp *op, const FerryTransformStep *step, const FerryType *from,
			const FerrySchema *in, GError **error)
{
	*op = (FerryStepOp){
		.step = step, .from = *from, .text = step->text, .with = step->with ? step->with : ""};
	op->text_len = op->text ? strlen(op->text) : 0;
	op->with_len = op->with ? strlen(op->with) : 0;
	if (!ferry_step_result_type(step, from, &op->to, error))
		return false;
	if (step->kind == FERRY_TRANSFORM_HASH)
		return take_key(op, error);
	if (step->kind == FERRY_TRANSFORM_DEFAULT || step->kind == FERRY_TRANSFORM_NULL_IF) {
		op->text = op->canonical = canonical(&op->to, step->text, op->fixed);
		op->text_len = strlen(op->text);
	}
	if (step->kind == FERRY_TRANSFORM_TRIM || step->kind == FERRY_TRANSFORM_LTRIM ||
	    step->kind == FERRY_TRANSFORM_RTRIM)
		for (int c = 0; c < 128; c++)
			op->is_trimmed[c] = op->text_len ? memchr(op->text, c, op->text_len) != NULL
							 : g_unichar_isspace((gunichar)c);
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
