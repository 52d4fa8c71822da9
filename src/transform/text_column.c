/*
 * Columns of texts: taking them from a batch, room for new ones, and what is known of their characters; see
 * text_column.h. text_store.c writes them into the output.
 */
#include "transform/text_column.h"

#include "data/value_text.h"

#define MIN_BYTES  256u
#define KEEP_BYTES (8u << 20) /* of a buffer that one batch with huge values has made big */

void ferry_text_column_clear(FerryTextColumn *t)
{
	g_free(t->values);
	for (int i = 0; i < 2; i++)
		g_free(t->buffers[i].bytes);
	g_clear_pointer(&t->json, ferry_json_hasher_free);
}

/* ---- room ---- */

char *ferry_text_column_begin(FerryTextColumn *t, size_t n_bytes)
{
	FerryTextBuffer *buffer = &t->buffers[1 - t->in_use];
	bool is_too_big = buffer->cap > KEEP_BYTES && n_bytes < buffer->cap / 4;

	if (n_bytes > buffer->cap || !buffer->bytes || is_too_big) {
		g_free(buffer->bytes); /* nothing lies there that is still wanted */
		buffer->cap = MAX(n_bytes, MIN_BYTES);
		buffer->bytes = g_try_malloc(buffer->cap);
		if (!buffer->bytes)
			buffer->cap = 0;
	}
	return buffer->bytes;
}

void ferry_text_column_end(FerryTextColumn *t, const char *end, FerryTextKind kind)
{
	t->in_use = 1 - t->in_use;
	t->span = t->buffers[t->in_use].bytes;
	t->span_len = (size_t)(end - t->span);
	t->is_packed = true;
	t->kind = kind;
}

/* ---- loading ---- */

static bool grow(FerryTextColumn *t, size_t n)
{
	if (n <= t->cap)
		return true;
	g_free(t->values);
	t->values = g_try_malloc_n(n, sizeof(*t->values));
	t->cap = t->values ? n : 0;
	return t->values != NULL;
}

/* Variable width: views of the column's own bytes. */
static void borrow(FerryTextColumn *t, const FerryColumn *c)
{
	const char *bytes = (const char *)c->bytes;
	size_t total = 0;

	for (size_t i = 0; i < t->n; i++) {
		size_t at = (size_t)c->offsets[i], len = (size_t)c->offsets[i + 1] - at;
		bool is_null = ferry_column_is_null(c, i);

		t->values[i] = (FerryText){is_null ? NULL : bytes + at, is_null ? 0 : len};
		total += t->values[i].len;
	}
	t->span = bytes;
	t->span_len = (size_t)c->offsets[t->n];
	t->is_packed = total == t->span_len;
	t->kind = FERRY_TEXT_ANY;
}

static bool write_down(FerryTextColumn *t, const FerryColumn *c)
{
	char *p = ferry_text_column_begin(t, t->n * ferry_format_max(c->type->id));

	if (!p)
		return false;
	for (size_t i = 0; i < t->n; i++) {
		if (ferry_column_is_null(c, i)) {
			t->values[i] = (FerryText){0};
			continue;
		}
		t->values[i] = (FerryText){p, ferry_format_fixed(p, c, i)};
		p += t->values[i].len;
	}
	ferry_text_column_end(t, p, FERRY_TEXT_ASCII);
	return true;
}

static void leave_out(FerryTextColumn *t, const FerryBatch *in)
{
	for (size_t i = 0; i < t->n; i++)
		if (in->skip[i])
			t->values[i] = (FerryText){NULL, 1};
	t->is_packed = false;
}

bool ferry_text_column_load(FerryTextColumn *t, const FerryBatch *in, int source, size_t n, FerryBatch *out,
			    size_t out_column)
{
	if (!grow(t, MAX(n, 1)))
		return false;
	t->n = n;
	t->out = out;
	t->out_column = out_column;
	t->span = "";
	t->span_len = 0;
	t->is_packed = true;
	t->kind = FERRY_TEXT_ASCII;
	if (source < 0)
		memset(t->values, 0, n * sizeof(*t->values));
	else if (ferry_type_width(in->columns[source].type->id) == 0)
		borrow(t, &in->columns[source]);
	else if (!write_down(t, &in->columns[source]))
		return false;
	if (in && in->n_skipped > 0)
		leave_out(t, in);
	return true;
}

/* ---- characters ---- */

bool ferry_text_is_ascii(const char *data, size_t len)
{
	unsigned char all = 0;

	for (size_t i = 0; i < len; i++) /* the compiler makes it wide */
		all |= (unsigned char)data[i];
	return all < 128;
}

#define HIDDEN "***"

void ferry_transform_mark_bad(FerryBatch *out, size_t row, size_t column, FerryBadKind kind, const char *text,
			      size_t len, bool is_binary, bool has_steps, bool is_hidden)
{
	if (is_hidden)
		ferry_batch_mark_bad(out, row, column, kind, HIDDEN, strlen(HIDDEN), false);
	else
		ferry_batch_mark_bad(out, row, column, kind, text, len, is_binary);
	out->bad[out->n_bad - 1].is_unfinished = has_steps;
}

void ferry_text_column_mark_bad(FerryTextColumn *t, size_t row, FerryBadKind kind)
{
	FerryText *value = &t->values[row];

	ferry_transform_mark_bad(t->out, row, t->out_column, kind, value->data, value->len,
				 kind == FERRY_BAD_INVALID_ENCODING, t->has_steps, t->is_hidden);
	*value = (FerryText){NULL, 1};
	t->is_packed = false;
}

void ferry_text_column_need_characters(FerryTextColumn *t)
{
	if (t->kind != FERRY_TEXT_ANY)
		return;
	if (ferry_text_is_ascii(t->span, t->span_len)) {
		t->kind = FERRY_TEXT_ASCII;
		return;
	}
	for (size_t i = 0; i < t->n; i++) {
		const FerryText *v = &t->values[i];

		if (v->data && ferry_utf8_valid_len((const uint8_t *)v->data, v->len) != v->len)
			ferry_text_column_mark_bad(t, i, FERRY_BAD_INVALID_ENCODING);
	}
	t->kind = FERRY_TEXT_UTF8;
}
