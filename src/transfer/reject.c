/* Writing reject files: see reject.h. */
#include "transfer/reject.h"

#include "base/error.h"
#include "data/value_text.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdio.h>
#include <unistd.h>

struct FerryRejects {
	char *path;
	GMutex mutex;
	FILE *file; /* under the mutex */
};

FerryRejects *ferry_rejects_new(const char *path)
{
	FerryRejects *rejects = g_new0(FerryRejects, 1);
	rejects->path = g_strdup(path);
	g_mutex_init(&rejects->mutex);
	return rejects;
}

void ferry_rejects_free(FerryRejects *rejects)
{
	if (!rejects)
		return;
	if (rejects->file)
		fclose(rejects->file);
	g_mutex_clear(&rejects->mutex);
	g_free(rejects->path);
	g_free(rejects);
}

static const char *kind_reason(FerryBadKind kind)
{
	static const char *const reasons[FERRY_N_BAD_KINDS] = {
		[FERRY_BAD_ZERO_DATE] = "no such day in the calendar",
		[FERRY_BAD_NUL_BYTE] = "the target's text cannot hold a NUL character",
		[FERRY_BAD_INVALID_ENCODING] = "the bytes are not valid UTF-8",
		[FERRY_BAD_OUT_OF_RANGE] = "the value is outside of what the target's column can hold",
		[FERRY_BAD_TOO_LONG] = "the value is longer than the target's column",
		[FERRY_BAD_INVALID_VALUE] = "the value does not read as the column's type",
		[FERRY_BAD_REFUSED] = "the target's server refused the row",
	};
	return reasons[kind];
}

char *ferry_batch_row_key(const FerryBatch *batch, size_t row)
{
	g_autoptr(GString) key = g_string_new(NULL);

	for (size_t i = 0; i < batch->n_columns; i++) {
		if (!batch->schema->fields[i].is_key)
			continue;
		g_string_append_printf(key, "%s%s=", key->len ? ", " : "", batch->schema->fields[i].name);
		if (!ferry_value_to_text(&batch->columns[i], row, key))
			g_string_append(key, "NULL");
	}
	return key->len ? g_string_free(g_steal_pointer(&key), FALSE) : NULL;
}

/* Text that jansson takes as it is, else base64. */
static void set_value(json_t *line, const char *text, size_t len, bool is_binary)
{
	json_t *value = is_binary ? NULL : json_stringn(text, len);

	if (!value) {
		g_autofree char *encoded = g_base64_encode((const guchar *)text, len);
		value = json_string(encoded);
		is_binary = true;
	}
	json_object_set_new(line, "value", value);
	json_object_set_new(line, "encoding", json_string(is_binary ? "base64" : "text"));
}

static void set_text(json_t *line, const char *name, const char *text)
{
	g_autofree char *valid = text ? g_utf8_make_valid(text, -1) : NULL;
	json_object_set_new(line, name, valid ? json_string(valid) : json_null());
}

static json_t *start_line(const char *table, const FerryBatch *batch, size_t row, const char *column,
			  FerryBadKind kind, const char *reason)
{
	g_autofree char *key = ferry_batch_row_key(batch, row);
	json_t *line = json_object();

	set_text(line, "table", table);
	set_text(line, "key", key);
	set_text(line, "column", column);
	set_text(line, "kind", ferry_bad_kind_name(kind));
	set_text(line, "reason", reason);
	return line;
}

static void end_line(GString *lines, json_t *line)
{
	char *text = json_dumps(line, JSON_COMPACT);

	json_decref(line);
	g_string_append(lines, text);
	g_string_append_c(lines, '\n');
	free(text);
}

void ferry_rejects_format(GString *lines, const char *table, const FerryBatch *batch, size_t bad)
{
	const FerryBadValue *value = &batch->bad[bad];
	json_t *line = start_line(table, batch, value->row, batch->schema->fields[value->column].name,
				  value->kind, kind_reason(value->kind));

	set_value(line, batch->bad_text + value->text_at, value->text_len, value->is_binary);
	end_line(lines, line);
}

void ferry_rejects_format_refused(GString *lines, const char *table, const FerryBatch *batch, size_t row,
				  const char *reason)
{
	end_line(lines, start_line(table, batch, row, NULL, FERRY_BAD_REFUSED, reason));
}

bool ferry_rejects_write(FerryRejects *rejects, const GString *lines, GError **error)
{
	if (!rejects->path || lines->len == 0)
		return true;
	g_mutex_lock(&rejects->mutex);
	if (!rejects->file) {
		/* Rows can hold anything, so only their owner may read the file. */
		int fd = open(rejects->path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
		rejects->file = fd >= 0 ? fdopen(fd, "a") : NULL;
	}
	bool is_ok = rejects->file && fwrite(lines->str, 1, lines->len, rejects->file) == lines->len &&
		     fflush(rejects->file) == 0;
	int saved = errno;
	g_mutex_unlock(&rejects->mutex);
	return is_ok || ferry_fail(error, FERRY_ERROR_IO, "cannot write the reject file %s: %s",
				   rejects->path, g_strerror(saved));
}
