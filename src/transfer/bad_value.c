/* See bad_value.h. */
#include "transfer/bad_value.h"

#include "data/value_text.h"

#include <string.h>

#define REPLACEMENT     "\xef\xbf\xbd" /* U+FFFD */
#define MIN_PERCENT_OF  1000
#define MAX_SHOWN_VALUE 80

/* ---- what becomes of a bad value ---- */

static bool may_be_null(const FerryTablePlan *plan, const FerryBatch *batch, const FerryBadValue *bad)
{
	const FerryField *field = &batch->schema->fields[bad->column];
	const FerryColumnDef *column =
		ferry_table_find_column(plan->target, plan->write_schema->fields[bad->column].name);

	return !field->is_key && column && !column->not_null;
}

/* Values of which a reader has kept only the beginning cannot be put right. */
static bool may_be_replaced(const FerryBatch *batch, const FerryBadValue *bad)
{
	FerryTypeId type = batch->schema->fields[bad->column].type.id;

	if (batch->schema->fields[bad->column].is_key)
		return false; /* two keys could become one */
	if (bad->is_unfinished)
		return false; /* it would arrive without the steps, a masked one in the clear */
	if (bad->kind == FERRY_BAD_ZERO_DATE)
		return type == FERRY_TYPE_DATE || type == FERRY_TYPE_TIMESTAMP ||
		       type == FERRY_TYPE_TIMESTAMPTZ;
	return type == FERRY_TYPE_TEXT && bad->text_len < 65536 &&
	       (bad->kind == FERRY_BAD_NUL_BYTE || bad->kind == FERRY_BAD_INVALID_ENCODING ||
		bad->kind == FERRY_BAD_TOO_LONG);
}

static FerryBadValueRule rule_for(const FerryRun *run, const FerryTablePlan *plan, const FerryBatch *batch,
				  const FerryBadValue *bad)
{
	FerryBadValueRule rule = run->project->bad_values[bad->kind];

	if (rule == FERRY_BAD_VALUE_FAIL && run->project->on_error == FERRY_ON_ERROR_SKIP)
		return FERRY_BAD_VALUE_REJECT;
	if (rule == FERRY_BAD_VALUE_NULL && !may_be_null(plan, batch, bad))
		return FERRY_BAD_VALUE_REJECT;
	if (rule == FERRY_BAD_VALUE_REPLACE && !may_be_replaced(batch, bad))
		return FERRY_BAD_VALUE_REJECT;
	return rule;
}

static bool fail(const FerryBatch *batch, const FerryBadValue *bad, GError **error)
{
	g_autofree char *text = g_utf8_make_valid(batch->bad_text + bad->text_at,
						  (gssize)MIN(bad->text_len, MAX_SHOWN_VALUE));
	g_autofree char *key = ferry_batch_row_key(batch, bad->row);

	ferry_fail(error, FERRY_ERROR_FAILED,
		   "column %s%s%s holds a value that the target cannot hold (%s): %s",
		   batch->schema->fields[bad->column].name, key ? " of the row with " : "", key ? key : "",
		   ferry_bad_kind_name(bad->kind), text);
	ferry_error_hint(
		error,
		"correct it in the source, or choose another rule: --bad-value %s=reject (or null, replace)",
		ferry_bad_kind_name(bad->kind));
	return false;
}

/* ---- replacing ---- */

/* Half of a surrogate pair is one character that is none, of three bytes. */
static size_t broken_len(const char *text, size_t len)
{
	const uint8_t *p = (const uint8_t *)text;
	bool is_half = len >= 3 && p[0] == 0xed && p[1] >= 0xa0 && p[1] < 0xc0 && (p[2] & 0xc0) == 0x80;

	return is_half ? 3 : 1;
}

static void append_clean(GString *out, const char *text, size_t len)
{
	while (len > 0) {
		size_t valid = ferry_utf8_valid_len((const uint8_t *)text, len);
		const char *nul = memchr(text, '\0', valid);
		size_t n = nul ? (size_t)(nul - text) : valid;

		g_string_append_len(out, text, (gssize)n);
		if (n == len)
			return;
		g_string_append(out, REPLACEMENT);
		n += broken_len(text + n, len - n);
		text += n;
		len -= n;
	}
}

static void cut(GString *text, int64_t length)
{
	if (length > 0 && g_utf8_strlen(text->str, (gssize)text->len) > length)
		g_string_truncate(text,
				  (gsize)(g_utf8_offset_to_pointer(text->str, (glong)length) - text->str));
}

/* The column's longest text in the target, in characters; 0: no limit. A table that was there may have a
 * limit that the batch's type does not know. */
static int64_t max_length(const FerryTablePlan *plan, size_t column)
{
	const FerryColumnDef *def =
		ferry_table_find_column(plan->target, plan->write_schema->fields[column].name);

	const char *open = def && def->native_type ? strchr(def->native_type, '(') : NULL;

	return !def                   ? 0
	       : def->type.length > 0 ? def->type.length
	       : open                 ? g_ascii_strtoll(open + 1, NULL, 10)
				      : 0;
}

static void set_present(FerryColumn *c, size_t row)
{
	if (ferry_column_is_null(c, row))
		c->n_nulls--;
	c->validity[row >> 3] |= (uint8_t)(1u << (row & 7));
}

static void replace_date(FerryColumn *c, size_t row)
{
	size_t width = ferry_type_width(c->type->id);

	memset((char *)c->fixed + row * width, 0, width);
	set_present(c, row);
}

/* The column's bytes anew, once, with the new values in their places: however many they are, each byte moves
 * once. The buffers change places, so that nothing is allocated in the long run. */
static bool rebuild_column(const FerryTablePlan *plan, FerryBatch *batch, uint32_t column,
			   FerryBadValues *values)
{
	FerryColumn *c = &batch->columns[column];
	int64_t limit = max_length(plan, column);
	size_t len = 0, from = 0, to;

	memset(values->of_row, 0, batch->n_rows * sizeof(uint32_t));
	for (uint32_t i = values->of_column[column]; i; i = values->next[i])
		values->of_row[batch->bad[i - 1].row] = i;
	for (size_t row = 0; row < batch->n_rows; row++, from = to) {
		uint32_t i = values->of_row[row];
		const char *text = (const char *)c->bytes + from;
		size_t n;
		to = (size_t)c->offsets[row + 1];
		n = to - from;
		if (i) {
			g_string_truncate(values->text, 0);
			append_clean(values->text, batch->bad_text + batch->bad[i - 1].text_at,
				     batch->bad[i - 1].text_len);
			cut(values->text, limit);
			text = values->text->str;
			n = values->text->len;
			set_present(c, row);
		}
		if (len + n > INT32_MAX)
			return false;
		if (len + n > values->bytes_cap) {
			values->bytes_cap = MAX(2 * (len + n), c->bytes_cap);
			values->bytes = g_realloc(values->bytes, values->bytes_cap);
		}
		if (n)
			memcpy(values->bytes + len, text, n);
		len += n;
		c->offsets[row + 1] = (int32_t)len;
	}
	uint8_t *bytes = c->bytes;
	size_t cap = c->bytes_cap;
	c->bytes = values->bytes;
	c->bytes_cap = values->bytes_cap;
	c->bytes_len = len;
	values->bytes = bytes;
	values->bytes_cap = cap;
	return true;
}

/* ---- sums ---- */

/* As verification reads the source: what the target's check marked is still there. */
static void set_as_read(FerryBatch *batch, size_t n_bad_by_reader)
{
	for (size_t i = n_bad_by_reader; i < batch->n_bad; i++)
		if (batch->bad[i].column < batch->n_columns)
			set_present(&batch->columns[batch->bad[i].column], batch->bad[i].row);
}

static void add_before(const FerryBatch *batch, const bool *is_changed, FerryRowHasher *hasher,
		       bool (*is_left_out)(size_t, gconstpointer), gconstpointer data, FerryRowSum *sum)
{
	const uint64_t *hashes = ferry_row_hasher_rows(hasher, batch, NULL, 0);

	for (size_t row = 0; row < batch->n_rows; row++)
		if (is_changed[row] || (ferry_batch_is_skipped(batch, row) && !is_left_out(row, data)))
			ferry_row_sum_add_hash(sum, hashes[row]);
}

static void take_after(const FerryBatch *batch, const bool *is_changed, FerryRowHasher *hasher,
		       FerryRowSum *sum)
{
	const uint64_t *hashes = ferry_row_hasher_rows(hasher, batch, NULL, 0);
	FerryRowSum after = {0};

	for (size_t row = 0; row < batch->n_rows; row++)
		if (is_changed[row])
			ferry_row_sum_add_hash(&after, hashes[row]);
	sum->n_rows -= after.n_rows;
	sum->high -= after.high + (sum->low < after.low);
	sum->low -= after.low;
}

/* Where a value of the batch is to be replaced, notes it in its column's chain; the others are done at once.
 */
static void change_cell(FerryBatch *batch, uint32_t i, FerryBadValueRule rule, FerryBadValues *values)
{
	const FerryBadValue *bad = &batch->bad[i - 1];
	FerryColumn *c = &batch->columns[bad->column];

	values->n_nulled += rule == FERRY_BAD_VALUE_NULL;
	values->n_replaced += rule == FERRY_BAD_VALUE_REPLACE;
	if (rule == FERRY_BAD_VALUE_NULL && !ferry_column_is_null(c, bad->row))
		ferry_column_set_null_fixed(c, bad->row);
	if (rule != FERRY_BAD_VALUE_REPLACE)
		return;
	if (bad->kind == FERRY_BAD_ZERO_DATE) {
		replace_date(c, bad->row);
		return;
	}
	values->next[i] = values->of_column[bad->column];
	values->of_column[bad->column] = i;
}

static bool change_cells(const FerryRun *run, const FerryTablePlan *plan, FerryBatch *batch,
			 FerryBadValues *values, GError **error)
{
	memset(values->of_column, 0, batch->n_columns * sizeof(uint32_t));
	for (uint32_t i = 1; i <= batch->n_bad; i++)
		if (values->is_changed[batch->bad[i - 1].row])
			change_cell(batch, i, rule_for(run, plan, batch, &batch->bad[i - 1]), values);
	for (uint32_t k = 0; k < batch->n_columns; k++)
		if (values->of_column[k] && !rebuild_column(plan, batch, k, values))
			return ferry_fail(error, FERRY_ERROR_FAILED,
					  "the values of column %s pass 2 GiB in one batch",
					  batch->schema->fields[k].name);
	return true;
}

/* ---- a batch ---- */

static void reserve(FerryBadValues *values, const FerryBatch *batch)
{
	if (batch->max_rows > values->rows_cap) {
		values->rows_cap = batch->max_rows;
		values->is_changed = g_renew(bool, values->is_changed, values->rows_cap);
		values->of_row = g_renew(uint32_t, values->of_row, values->rows_cap);
	}
	if (batch->n_columns > values->columns_cap) {
		values->columns_cap = batch->n_columns;
		values->of_column = g_renew(uint32_t, values->of_column, values->columns_cap);
	}
	if (batch->n_bad >= values->bad_cap) {
		values->bad_cap = 2 * batch->n_bad + 1;
		values->next = g_renew(uint32_t, values->next, values->bad_cap);
	}
	if (!values->text)
		values->text = g_string_new(NULL);
	memset(values->is_changed, 0, batch->n_rows * sizeof(bool));
}

void ferry_bad_values_clear(FerryBadValues *values)
{
	g_free(values->is_changed);
	g_free(values->of_row);
	g_free(values->of_column);
	g_free(values->next);
	g_free(values->bytes);
	if (values->text)
		g_string_free(values->text, TRUE);
	*values = (FerryBadValues){0};
}

/* Of rows that a check has rejected no value is asked for. */
static void count_kinds(const FerryBatch *batch, bool (*is_left_out)(size_t row, gconstpointer data),
			gconstpointer data, FerryBadValues *values)
{
	memset(values->n_by_kind, 0, sizeof(values->n_by_kind));
	for (size_t i = 0; i < batch->n_bad; i++)
		if (!ferry_batch_is_skipped(batch, batch->bad[i].row) ||
		    !is_left_out(batch->bad[i].row, data))
			values->n_by_kind[batch->bad[i].kind]++;
}

bool ferry_bad_values_apply(const FerryRun *run, const FerryTablePlan *plan, FerryBatch *batch,
			    size_t n_bad_by_reader, FerryRowHasher *hasher,
			    bool (*is_left_out)(size_t row, gconstpointer data), gconstpointer data,
			    FerryBadValues *values, GError **error)
{
	values->n_nulled = values->n_replaced = 0;
	values->sum = (FerryRowSum){0};
	reserve(values, batch);
	count_kinds(batch, is_left_out, data, values);
	for (size_t i = 0; i < batch->n_bad; i++) {
		FerryBadValueRule rule = rule_for(run, plan, batch, &batch->bad[i]);
		if (rule == FERRY_BAD_VALUE_FAIL)
			return fail(batch, &batch->bad[i], error);
		if (rule == FERRY_BAD_VALUE_REJECT)
			ferry_batch_skip_row(batch, batch->bad[i].row);
	}
	bool any = false;
	for (size_t i = 0; i < batch->n_bad; i++)
		any |= values->is_changed[batch->bad[i].row] =
			!ferry_batch_is_skipped(batch, batch->bad[i].row);
	set_as_read(batch, n_bad_by_reader);
	add_before(batch, values->is_changed, hasher, is_left_out, data, &values->sum);
	if (!any)
		return true;
	if (!change_cells(run, plan, batch, values, error))
		return false;
	take_after(batch, values->is_changed, hasher, &values->sum);
	return true;
}

bool ferry_bad_values_as_loaded(const FerryRun *run, const FerryTablePlan *plan, FerryBatch *batch,
				size_t n_bad_by_reader, bool leaves_out, FerryBadValues *values,
				GError **error)
{
	reserve(values, batch);
	for (size_t i = 0; i < batch->n_bad; i++)
		values->is_changed[batch->bad[i].row] = true;
	for (size_t i = 0; i < batch->n_bad; i++) {
		FerryBadValueRule rule = rule_for(run, plan, batch, &batch->bad[i]);
		if (rule != FERRY_BAD_VALUE_FAIL && rule != FERRY_BAD_VALUE_REJECT)
			continue;
		values->is_changed[batch->bad[i].row] = false;
		if (leaves_out)
			ferry_batch_skip_row(batch, batch->bad[i].row);
	}
	set_as_read(batch, n_bad_by_reader);
	return change_cells(run, plan, batch, values, error);
}

/* ---- limits ---- */

static bool is_within(FerryRejectLimit limit, int64_t rejected, int64_t read, bool is_all)
{
	if (limit.rows >= 0 && rejected > limit.rows)
		return false;
	return limit.percent < 0 || (read < MIN_PERCENT_OF && !is_all) ||
	       (double)rejected * 100 <= limit.percent * (double)read;
}

static char *limit_text(FerryRejectLimit limit)
{
	if (limit.rows >= 0 && limit.percent >= 0)
		return g_strdup_printf("%" G_GINT64_FORMAT " rows or %g %%", limit.rows, limit.percent);
	return limit.rows >= 0 ? g_strdup_printf("%" G_GINT64_FORMAT " rows", limit.rows)
			       : g_strdup_printf("%g %%", limit.percent);
}

static bool exceed(const char *whose, FerryRejectLimit limit, int64_t rejected, GError **error)
{
	g_autofree char *text = limit_text(limit);

	ferry_fail(error, FERRY_ERROR_FAILED,
		   "%" G_GINT64_FORMAT " rows %s were rejected, more than the limit of %s allows", rejected,
		   whose, text);
	ferry_error_hint(error,
			 "the reject file tells why; correct the rows, or raise max_rejects, and go on");
	return false;
}

bool ferry_reject_limits_check(FerryRun *run, const FerryTablePlan *plan, int64_t table_rejected,
			       int64_t table_read, int64_t run_rejected, int64_t run_read, bool is_all,
			       GError **error)
{
	FerryRejectLimit of_table = run->project->max_rejects_table, of_run = run->project->max_rejects;
	g_autofree char *whose = g_strdup_printf("of table %s", plan->name);

	if (run->project->on_error == FERRY_ON_ERROR_SKIP)
		return true;
	if (plan->project &&
	    (plan->project->max_rejects.rows >= 0 || plan->project->max_rejects.percent >= 0))
		of_table = plan->project->max_rejects;
	if (!is_within(of_table, table_rejected, table_read, is_all))
		return exceed(whose, of_table, table_rejected, error);
	if (is_within(of_run, run_rejected, run_read, false))
		return true;
	g_atomic_int_set(&run->is_over_limit, 1);
	return exceed("of this run", of_run, run_rejected, error);
}
