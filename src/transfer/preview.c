/* See preview.h. */
#include "transfer/preview.h"

#include "data/value_text.h"

#define BATCH_BYTES (16u << 20)

typedef struct Preview {
	const FerryTablePlan *plan;
	GPtrArray *rows; /* FerryPreviewRow */
} Preview;

static void free_texts(char **texts, size_t n)
{
	for (size_t i = 0; i < n; i++)
		g_free(texts[i]);
	g_free(texts);
}

/* The counts stand in front of what they count, so that a row can be freed without its plan. */
typedef struct Row {
	FerryPreviewRow row;
	size_t n_before, n_after;
} Row;

static void row_free(gpointer data)
{
	Row *row = data;

	free_texts(row->row.before, row->n_before);
	free_texts(row->row.after, row->n_after);
	g_free(row->row.rejected);
	g_free(row);
}

static const FerryBadValue *find_bad(const FerryBatch *batch, size_t row, size_t column)
{
	for (size_t i = 0; i < batch->n_bad; i++)
		if (batch->bad[i].row == row && (column == SIZE_MAX || batch->bad[i].column == column))
			return &batch->bad[i];
	return NULL;
}

/* Between two SQLite files a text travels as a literal of SQL, which keeps its storage class: people want the
 * text itself. */
static void unquote(GString *text)
{
	if (text->len < 2 || text->str[0] != '\'' || text->str[text->len - 1] != '\'')
		return;
	g_string_truncate(text, text->len - 1);
	g_string_erase(text, 0, 1);
	g_string_replace(text, "''", "'", 0);
}

/* A bad value is shown as the source wrote it. */
static char **row_texts(const FerryBatch *batch, size_t row)
{
	char **texts = g_new0(char *, batch->n_columns + 1);

	for (size_t i = 0; i < batch->n_columns; i++) {
		const FerryBadValue *bad = find_bad(batch, row, i);
		g_autoptr(GString) text = g_string_new(NULL);
		if (bad)
			g_string_append_len(text, batch->bad_text + bad->text_at, (gssize)bad->text_len);
		bool has_value = bad || ferry_value_to_text(&batch->columns[i], row, text);
		if (has_value && batch->columns[i].type->is_exact &&
		    batch->columns[i].type->id == FERRY_TYPE_TEXT)
			unquote(text);
		if (has_value)
			texts[i] = g_utf8_make_valid(text->str, (gssize)text->len);
	}
	return texts;
}

static char *reason(const FerryTransformer *t, const FerryBatch *written, size_t row)
{
	const char *check = t ? ferry_transformer_row_failure(t, row) : NULL;
	const FerryBadValue *bad = find_bad(written, row, SIZE_MAX);

	if (check)
		return g_strdup_printf("check %s failed", check);
	return bad ? g_strdup_printf("%s: %s", written->schema->fields[bad->column].name,
				     ferry_bad_kind_name(bad->kind))
		   : NULL;
}

/* The texts before come first: the transform takes the batch's buffers. */
static bool take_rows(Preview *p, FerryBatch *read, GError **error)
{
	const FerryTransform *transform = p->plan->transform;
	g_autoptr(FerryTransformer) t = transform ? ferry_transformer_new(transform) : NULL;
	g_autoptr(FerryBatch) made =
		transform ? ferry_batch_new(p->plan->write_schema, read->max_rows) : NULL;
	g_autofree int64_t *failed =
		transform ? g_new0(int64_t, ferry_transform_n_checks(transform) + 1) : NULL;
	size_t n = read->n_rows;

	for (size_t row = 0; row < n; row++) {
		Row *one = g_new0(Row, 1);
		one->n_before = read->n_columns;
		one->row.before = row_texts(read, row);
		g_ptr_array_add(p->rows, one);
	}
	if (t && !ferry_transformer_apply(t, read, made, failed, error))
		return false;
	const FerryBatch *written = t ? made : read;
	for (size_t row = 0; row < n; row++) {
		Row *one = p->rows->pdata[row];
		one->n_after = written->n_columns;
		one->row.after = row_texts(written, row);
		one->row.rejected = reason(t, written, row);
	}
	return true;
}

GPtrArray *ferry_preview_rows(FerryConnection *source, const FerryTablePlan *plan, size_t n_rows,
			      GError **error)
{
	Preview p = {.plan = plan};
	FerryReadSpec spec = {.table = plan->source, .schema = plan->read_schema, .batch_bytes = BATCH_BYTES};
	g_autoptr(FerryReader) reader = ferry_reader_open(source, &spec, error);

	if (!reader)
		return NULL;
	g_autoptr(FerryBatch) batch = ferry_batch_new(plan->read_schema, n_rows);
	FerryStep step = ferry_reader_next(reader, batch, error);
	if (step == FERRY_STEP_FAILED)
		return NULL;
	p.rows = g_ptr_array_new_with_free_func(row_free);
	if (step == FERRY_STEP_MORE && !take_rows(&p, batch, error))
		g_clear_pointer(&p.rows, g_ptr_array_unref);
	return p.rows;
}
