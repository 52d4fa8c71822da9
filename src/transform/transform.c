/*
 * Compiling a table's transforms and applying them to batches; see transform.h.
 *
 * A column with steps is worked off as a whole, step by step: its values are taken as texts, go through the
 * steps from one buffer into another (text_column.h), and are read into the output's type. A column that is
 * the same in every row is made once, for the first row, and repeated. A column without steps is handed over
 * by swapping the two batches' buffers, or copied when the input column is wanted more than once.
 */
#include "transform/step.h"

#include <string.h>

typedef struct Column {
	int source;       /* field of the input; -1: a new column */
	bool is_shared;   /* another column of the output swaps the input's buffers: copy */
	bool is_typed;    /* its steps need no text */
	bool is_constant; /* begins with a constant, and nothing behind looks at the row */
	bool has_steps;   /* of the project's; not only one that fits the type */
	bool is_hidden;   /* masked or hashed: what it is made from is nobody's business */
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
	FerryTextColumn values; /* of the column that is worked on */
	uint32_t *failure;      /* a row's failed check that rejects it, + 1; 0: none */
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

static bool add_final(Column *column, const FerryType *type, const FerryField *out, GError **error)
{
	if (!ferry_step_converts(type->id, out->type.id) ||
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

/* The steps up to the last constant do not count. */
static bool is_constant(const GPtrArray *steps)
{
	for (guint i = steps->len; i-- > 0;) {
		FerryTransformKind kind = ((FerryTransformStep *)steps->pdata[i])->kind;

		if (kind == FERRY_TRANSFORM_CONSTANT || kind == FERRY_TRANSFORM_CONCAT)
			return kind == FERRY_TRANSFORM_CONSTANT;
	}
	return false;
}

static bool run_ops(const Column *column, const FerryBatch *in, FerryTextColumn *values);

/* A value that every row shall have, and that the column cannot have. */
static bool check_constant(const FerryTransform *t, const Column *column, const FerryField *out,
			   GError **error)
{
	g_autoptr(FerrySchema) schema = ferry_schema_new(1);
	FerryTextColumn values = {0};

	schema->fields[0].type = out->type;
	g_autoptr(FerryBatch) in = ferry_batch_new(t->in, 1), made = ferry_batch_new(schema, 1);
	bool is_ok = ferry_text_column_load(&values, in, -1, 1, made, 0) && run_ops(column, in, &values) &&
		     ferry_text_column_store(&values) && made->n_bad == 0;
	ferry_text_column_clear(&values);
	if (is_ok)
		return true;
	g_autofree char *type = ferry_type_to_string(&out->type);
	return ferry_fail(error, FERRY_ERROR_USAGE, "column %s: its constant is no value of the type %s",
			  out->name, type);
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
	if (steps->len == 0 && is_same)
		return true;
	if (!add_final(column, &type, out, error))
		return false;
	column->has_steps = steps->len > 0;
	for (guint i = 0; i < steps->len; i++) {
		FerryTransformKind kind = ((const FerryTransformStep *)steps->pdata[i])->kind;
		column->is_hidden |= kind == FERRY_TRANSFORM_MASK || kind == FERRY_TRANSFORM_HASH;
	}
	column->is_typed = column->source >= 0 &&
			   ferry_step_is_typed(column->ops, column->n_ops,
					       t->in->fields[column->source].type.id, out->type.id);
	column->is_constant = is_constant(steps);
	return !column->is_constant || check_constant(t, column, out, error);
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
	return t;
}

void ferry_transformer_free(FerryTransformer *t)
{
	if (!t)
		return;
	ferry_text_column_clear(&t->values);
	g_free(t->failure);
	g_free(t);
}

static bool fail_full(const FerryField *field, GError **error)
{
	return ferry_fail(error, FERRY_ERROR_FAILED, "the values of column %s pass 2 GiB in one batch",
			  field->name);
}

static bool run_ops(const Column *column, const FerryBatch *in, FerryTextColumn *values)
{
	for (size_t i = 0; i < column->n_ops; i++)
		if (!ferry_step_apply(&column->ops[i], in, values))
			return false;
	return true;
}

/* The first row's value for all n. False: the column cannot take so many bytes. */
static bool repeat(FerryColumn *c, size_t n)
{
	size_t width = ferry_type_width(c->type->id);

	if (c->n_nulls > 0) {
		memset(c->validity, 0, (n + 7) / 8);
		c->n_nulls = n;
		memset(c->offsets, 0, width ? 0 : (n + 1) * sizeof(*c->offsets));
		return true;
	}
	size_t len = width ? width : c->bytes_len;
	if (!width && (len > INT32_MAX / n || !ferry_column_reserve(c, len * (n - 1))))
		return false;
	uint8_t *bytes = width ? c->fixed : c->bytes;
	for (size_t done = len; done < len * n; done *= 2) /* what is there doubles */
		memcpy(bytes + done, bytes, MIN(done, len * n - done));
	if (width)
		return true;
	for (size_t i = 1; i <= n; i++)
		c->offsets[i] = (int32_t)(len * i);
	c->bytes_len = len * n;
	return true;
}

/* Its values differ in the rows that are skipped only, which nobody reads. */
static bool apply_constant(FerryTransformer *t, const FerryBatch *in, FerryBatch *out, size_t index)
{
	return in->n_rows == 0 ||
	       (ferry_text_column_load(&t->values, NULL, -1, 1, out, index) &&
		run_ops(&t->transform->columns[index], in, &t->values) &&
		ferry_text_column_store(&t->values) && repeat(&out->columns[index], in->n_rows));
}

static bool apply_steps(FerryTransformer *t, const FerryBatch *in, FerryBatch *out, size_t index,
			GError **error)
{
	const Column *column = &t->transform->columns[index];
	bool is_ok = true;

	t->values.has_steps = column->has_steps;
	t->values.is_hidden = column->is_hidden;
	if (column->is_typed)
		ferry_step_apply_typed(column->ops, column->n_ops, in, (size_t)column->source, out, index);
	else if (column->is_constant)
		is_ok = apply_constant(t, in, out, index);
	else
		is_ok = ferry_text_column_load(&t->values, in, column->source, in->n_rows, out, index) &&
			run_ops(column, in, &t->values) && ferry_text_column_store(&t->values);
	return is_ok || fail_full(&out->schema->fields[index], error);
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
				ferry_transform_mark_bad(out, bad->row, i, bad->kind,
							 in->bad_text + bad->text_at, bad->text_len,
							 bad->is_binary, t->columns[i].has_steps,
							 t->columns[i].is_hidden);
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
