/*
 * Compiling a table's transforms and applying them to batches; see transform.h.
 *
 * A column with steps is worked off row by row: the value is taken as text, goes through the steps, and is
 * read into the output's type; two scratch strings a transformer, which only ever grow, hold what steps make.
 * A column without steps is handed over by swapping the two batches' buffers, or copied when the input column
 * is wanted more than once.
 */
#include "transform/step.h"

#include <string.h>

typedef struct Column {
	int source;     /* field of the input; -1: a new column */
	bool is_shared; /* another column of the output swaps the input's buffers: copy */
	FerryStepOp *ops;
	size_t n_ops;
} Column;

typedef struct Check {
	size_t field;
	char *name;
	FerryCheckAction action;
} Check;

struct FerryTransform {
	const FerrySchema *in, *out;
	Column *columns; /* as many as out has fields */
	Check *checks;
	size_t n_checks;
};

struct FerryTransformer {
	const FerryTransform *transform;
	GString *scratch[3]; /* two for steps in turn, one for pieces of a concatenation */
	uint32_t *failure;   /* a row's failed check that rejects it, + 1; 0: none */
	size_t failure_cap;
};

/* ---- compiling ---- */

/* A value is read as its type once, when it is stored: a step behind would see text that was never converted.
 */
static bool check_place(const GPtrArray *steps, guint i, GError **error)
{
	const FerryTransformStep *step = steps->pdata[i];
	FerryType type;

	if (step->kind != FERRY_TRANSFORM_TYPE || i + 1 == steps->len ||
	    (step->text && ferry_type_from_string(step->text, &type) && type.id == FERRY_TYPE_TEXT))
		return true;
	ferry_fail(error, FERRY_ERROR_USAGE, "step \"type: %s\" must be the last one",
		   step->text ? step->text : "");
	ferry_error_hint(
		error,
		"put steps that come after it before it, or use \"type: text\" to go on with its text");
	return false;
}

bool ferry_transform_result_type(const FerryType *in, const GPtrArray *steps, FerryType *ret_type,
				 GError **error)
{
	FerryType type = in ? *in : FERRY_TYPE(FERRY_TYPE_TEXT), next;

	for (guint i = 0; i < steps->len; i++) {
		if (!check_place(steps, i, error) ||
		    !ferry_step_result_type(steps->pdata[i], &type, &next, error))
			return false;
		type = next;
	}
	*ret_type = type;
	return true;
}

static int find_field(const FerrySchema *schema, const char *name)
{
	for (size_t i = 0; i < schema->n_fields; i++)
		if (strcmp(schema->fields[i].name, name) == 0)
			return (int)i;
	return -1;
}

/* What turns the last step's type into the output's. */
static const FerryTransformStep final_step = {.kind = FERRY_TRANSFORM_TYPE};

static bool is_convertible(const FerryType *from, const FerryType *to)
{
	if (from->id == to->id)
		return true;
	if (from->id == FERRY_TYPE_INTERVAL)
		return to->id == FERRY_TYPE_TEXT;
	return from->id != FERRY_TYPE_BYTES && to->id != FERRY_TYPE_INTERVAL &&
	       (to->id != FERRY_TYPE_BYTES || from->id == FERRY_TYPE_TEXT);
}

static bool add_final(Column *column, const FerryType *type, const FerryField *out, GError **error)
{
	if (!is_convertible(type, &out->type) ||
	    (type->id == FERRY_TYPE_INTERVAL && out->type.id == FERRY_TYPE_INTERVAL)) {
		g_autofree char *from = ferry_type_to_string(type), *to = ferry_type_to_string(&out->type);
		return ferry_fail(error, FERRY_ERROR_USAGE, "column %s: %s cannot become %s", out->name, from,
				  to);
	}
	column->ops[column->n_ops++] = (FerryStepOp){.step = &final_step, .from = *type, .to = out->type};
	return true;
}

static bool begins_anew(const GPtrArray *steps)
{
	const FerryTransformStep *first = steps->len ? steps->pdata[0] : NULL;

	return first && (first->kind == FERRY_TRANSFORM_CONSTANT || first->kind == FERRY_TRANSFORM_CONCAT);
}

static bool compile_column(const FerryTransform *t, Column *column, const FerryTransformColumn *spec,
			   const FerryField *out, GError **error)
{
	static const GPtrArray none = {0};
	const GPtrArray *steps = spec->steps ? spec->steps : &none;
	FerryType type = FERRY_TYPE(FERRY_TYPE_TEXT);

	column->source = spec->source ? find_field(t->in, spec->source) : -1;
	column->ops = g_new0(FerryStepOp, steps->len + 1);
	if (spec->source && column->source < 0)
		return ferry_fail(error, FERRY_ERROR_USAGE, "there is no column \"%s\" to transform",
				  spec->source);
	if (column->source < 0 && !begins_anew(steps))
		return ferry_fail(
			error, FERRY_ERROR_USAGE,
			"the new column %s has no value: its first step must be \"constant\" or \"concat\"",
			out->name);
	if (column->source >= 0)
		type = t->in->fields[column->source].type;
	for (guint i = 0; i < steps->len; i++) {
		if (!check_place(steps, i, error))
			return false;
		bool is_ok =
			ferry_step_compile(&column->ops[column->n_ops], steps->pdata[i], &type, t->in, error);
		column->n_ops++;
		if (!is_ok) {
			g_prefix_error(error, "column %s: ", out->name);
			return false;
		}
		type = column->ops[column->n_ops - 1].to;
	}
	bool is_same = ferry_type_equal(&type, &out->type) ||
		       (type.id == FERRY_TYPE_INTERVAL && out->type.id == FERRY_TYPE_INTERVAL);
	return (steps->len == 0 && is_same) || add_final(column, &type, out, error);
}

static bool compile_checks(FerryTransform *t, const FerryTransformCheck *checks, size_t n, GError **error)
{
	t->checks = g_new0(Check, n + 1);
	for (size_t i = 0; i < n; i++) {
		int field = find_field(t->in, checks[i].field);
		if (field < 0 || t->in->fields[field].type.id > FERRY_TYPE_INT64)
			return ferry_fail(error, FERRY_ERROR_USAGE, "check %s is neither true nor false",
					  checks[i].name);
		t->checks[t->n_checks++] = (Check){(size_t)field, g_strdup(checks[i].name), checks[i].action};
	}
	return true;
}

/* Buffers can be given away once. Steps read them before. */
static void find_shared(FerryTransform *t)
{
	g_autofree bool *is_given = g_new0(bool, t->in->n_fields + 1);

	for (size_t i = 0; i < t->out->n_fields; i++) {
		Column *column = &t->columns[i];
		if (column->n_ops > 0)
			continue;
		column->is_shared = is_given[column->source];
		is_given[column->source] = true;
	}
}

FerryTransform *ferry_transform_compile(const FerrySchema *in, const FerrySchema *out,
					const FerryTransformColumn *columns,
					const FerryTransformCheck *checks, size_t n_checks, GError **error)
{
	g_autoptr(FerryTransform) t = g_new0(FerryTransform, 1);

	t->in = in;
	t->out = out;
	t->columns = g_new0(Column, out->n_fields + 1);
	for (size_t i = 0; i < out->n_fields; i++)
		if (!compile_column(t, &t->columns[i], &columns[i], &out->fields[i], error))
			return NULL;
	if (!compile_checks(t, checks, n_checks, error))
		return NULL;
	find_shared(t);
	return g_steal_pointer(&t);
}

void ferry_transform_free(FerryTransform *t)
{
	if (!t)
		return;
	for (size_t i = 0; i < t->out->n_fields; i++) {
		for (size_t k = 0; k < t->columns[i].n_ops; k++)
			ferry_step_clear(&t->columns[i].ops[k]);
		g_free(t->columns[i].ops);
	}
	for (size_t i = 0; i < t->n_checks; i++)
		g_free(t->checks[i].name);
	g_free(t->checks);
	g_free(t->columns);
	g_free(t);
}

size_t ferry_transform_n_checks(const FerryTransform *t)
{
	return t->n_checks;
}

const char *ferry_transform_check_name(const FerryTransform *t, size_t i)
{
	return t->checks[i].name;
}

FerryCheckAction ferry_transform_check_action(const FerryTransform *t, size_t i)
{
	return t->checks[i].action;
}

/* ---- applying ---- */

FerryTransformer *ferry_transformer_new(const FerryTransform *transform)
{
	FerryTransformer *t = g_new0(FerryTransformer, 1);

	t->transform = transform;
	for (size_t i = 0; i < G_N_ELEMENTS(t->scratch); i++)
		t->scratch[i] = g_string_sized_new(256);
	return t;
}

void ferry_transformer_free(FerryTransformer *t)
{
	if (!t)
		return;
	for (size_t i = 0; i < G_N_ELEMENTS(t->scratch); i++)
		g_string_free(t->scratch[i], TRUE);
	g_free(t->failure);
	g_free(t);
}

static bool fail_full(const FerryField *field, GError **error)
{
	return ferry_fail(error, FERRY_ERROR_FAILED, "the values of column %s pass 2 GiB in one batch",
			  field->name);
}

/* A scratch string that the value does not lie in. */
static GString *free_scratch(const FerryTransformer *t, const FerryStepValue *value)
{
	const GString *first = t->scratch[0];
	bool is_taken = value->data >= first->str && value->data <= first->str + first->len;

	g_string_truncate(t->scratch[is_taken], 0);
	return t->scratch[is_taken];
}

static bool apply_cell(FerryTransformer *t, const Column *column, const FerryBatch *in, size_t row,
		       FerryBatch *out, size_t index, GError **error)
{
	FerryColumn *to = &out->columns[index];
	FerryStepValue value = {.data = "", .is_null = true};
	FerryBadKind kind = FERRY_BAD_INVALID_VALUE;
	bool is_full = false, is_ok = true;

	if (column->source >= 0)
		value = ferry_step_load(&in->columns[column->source], row, t->scratch[0]);
	for (size_t i = 0; is_ok && i < column->n_ops; i++)
		is_ok = ferry_step_apply(&column->ops[i], in, row, &value, free_scratch(t, &value),
					 t->scratch[2], &kind);
	if (is_ok && ferry_step_store(to, row, &value, &kind, &is_full))
		return true;
	if (is_full)
		return fail_full(&out->schema->fields[index], error);
	ferry_column_set_null(to, row);
	ferry_batch_mark_bad(out, row, index, kind, value.data, value.len, false);
	return true;
}

static bool apply_steps(FerryTransformer *t, const FerryBatch *in, FerryBatch *out, size_t index,
			GError **error)
{
	const Column *column = &t->transform->columns[index];

	for (size_t row = 0; row < in->n_rows; row++) {
		if (ferry_batch_is_skipped(in, row))
			ferry_column_set_null(&out->columns[index], row);
		else if (!apply_cell(t, column, in, row, out, index, error))
			return false;
	}
	return true;
}

static bool copy_column(const FerryColumn *from, FerryColumn *to, size_t n_rows)
{
	size_t width = ferry_type_width(from->type->id);

	memcpy(to->validity, from->validity, (n_rows + 7) / 8);
	to->n_nulls = from->n_nulls;
	if (width) {
		memcpy(to->fixed, from->fixed, n_rows * width);
		return true;
	}
	if (!ferry_column_reserve(to, from->bytes_len))
		return false;
	memcpy(to->bytes, from->bytes, from->bytes_len);
	memcpy(to->offsets, from->offsets, (n_rows + 1) * sizeof(*from->offsets));
	to->bytes_len = from->bytes_len;
	return true;
}

static void swap_columns(FerryColumn *from, FerryColumn *to)
{
	FerryColumn was = *to;
	const FerryType *type = to->type;

	*to = *from;
	to->type = type;
	type = from->type;
	*from = was;
	from->type = type;
}

/* Columns that are handed over: copies first, while the input still has its buffers. */
static bool hand_over(const FerryTransform *t, FerryBatch *in, FerryBatch *out, GError **error)
{
	bool can_swap = in->max_rows == out->max_rows;

	for (size_t i = 0; i < t->out->n_fields; i++) {
		const Column *column = &t->columns[i];
		if (column->n_ops == 0 && (column->is_shared || !can_swap) &&
		    !copy_column(&in->columns[column->source], &out->columns[i], in->n_rows))
			return fail_full(&t->out->fields[i], error);
	}
	for (size_t i = 0; i < t->out->n_fields; i++) {
		const Column *column = &t->columns[i];
		if (column->n_ops == 0 && !column->is_shared && can_swap)
			swap_columns(&in->columns[column->source], &out->columns[i]);
	}
	return true;
}

/* ---- bad values and checks ---- */

static bool uses(const Column *column, uint32_t field)
{
	if (column->source == (int)field)
		return true;
	for (size_t i = 0; i < column->n_ops; i++)
		for (size_t k = 0; k < column->ops[i].n_parts; k++)
			if (column->ops[i].parts[k].column == (int)field)
				return true;
	return false;
}

/* A value that the reader could not read spoils every column that is made from it. */
static void carry_bad(const FerryTransform *t, const FerryBatch *in, FerryBatch *out)
{
	for (size_t b = 0; b < in->n_bad; b++) {
		const FerryBadValue *bad = &in->bad[b];
		for (size_t i = 0; i < t->out->n_fields; i++)
			if (uses(&t->columns[i], bad->column))
				ferry_batch_mark_bad(out, bad->row, i, bad->kind, in->bad_text + bad->text_at,
						     bad->text_len, bad->is_binary);
	}
}

static bool fails(const FerryColumn *c, size_t row)
{
	if (ferry_column_is_null(c, row))
		return false;
	switch (ferry_type_width(c->type->id)) {
	case 1: return ((const uint8_t *)c->fixed)[row] == 0;
	case 2: return ((const int16_t *)c->fixed)[row] == 0;
	case 4: return ((const int32_t *)c->fixed)[row] == 0;
	default: return ((const int64_t *)c->fixed)[row] == 0;
	}
}

static void apply_checks(FerryTransformer *t, const FerryBatch *in, FerryBatch *out, int64_t *failed)
{
	const FerryTransform *tr = t->transform;

	if (tr->n_checks == 0)
		return;
	if (t->failure_cap < in->n_rows) {
		t->failure_cap = in->max_rows;
		t->failure = g_renew(uint32_t, t->failure, t->failure_cap);
	}
	memset(t->failure, 0, in->n_rows * sizeof(*t->failure));
	for (size_t i = 0; i < tr->n_checks; i++) {
		const FerryColumn *c = &in->columns[tr->checks[i].field];
		for (size_t row = 0; row < in->n_rows; row++) {
			if (ferry_batch_is_skipped(in, row) || !fails(c, row))
				continue;
			failed[i]++;
			if (tr->checks[i].action != FERRY_CHECK_REJECT || t->failure[row])
				continue;
			t->failure[row] = (uint32_t)i + 1;
			ferry_batch_skip_row(out, row);
		}
	}
}

const char *ferry_transformer_row_failure(const FerryTransformer *t, size_t row)
{
	bool is_failed = t->transform->n_checks > 0 && row < t->failure_cap && t->failure[row];

	return is_failed ? t->transform->checks[t->failure[row] - 1].name : NULL;
}

bool ferry_transformer_apply(FerryTransformer *t, FerryBatch *in, FerryBatch *out, int64_t *failed,
			     GError **error)
{
	const FerryTransform *tr = t->transform;

	g_return_val_if_fail(in->n_rows <= out->max_rows, false);
	for (size_t i = 0; i < tr->out->n_fields; i++)
		if (tr->columns[i].n_ops > 0 && !apply_steps(t, in, out, i, error))
			return false;
	out->n_rows = in->n_rows;
	out->source_bytes = in->source_bytes;
	for (size_t row = 0; in->n_skipped > 0 && row < in->n_rows; row++)
		if (in->skip[row])
			ferry_batch_skip_row(out, row);
	apply_checks(t, in, out, failed);
	if (!hand_over(tr, in, out, error))
		return false;
	carry_bad(tr, in, out);
	return true;
}
