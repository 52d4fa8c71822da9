/* Writing reject files: see reject.h. */
#include "transfer/reject.h"

#include "base/error.h"
#include "data/value_text.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAX_ORIGINAL    65536 /* where a batch cuts an original value */
#define MAX_LINES_BYTES (4 * 1024 * 1024)

struct FerryRejects {
	char *path;
	GMutex mutex;
	FILE *file;      /* under the mutex */
	size_t reserved; /* likewise: bytes behind its end that are kept for lines not yet written */
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

const char *ferry_rejects_path(const FerryRejects *rejects)
{
	return rejects->path;
}

static const char *kind_reason(FerryBadKind kind)
{
	static const char *const reasons[FERRY_N_BAD_KINDS] = {
		[FERRY_BAD_ZERO_DATE] = "no such day in the calendar",
		[FERRY_BAD_NUL_BYTE] = "the target's text cannot hold a NUL character",
		[FERRY_BAD_INVALID_ENCODING] = "the bytes are not valid UTF-8",
		[FERRY_BAD_OUT_OF_RANGE] = "the value is outside of what the target's column can hold",
		[FERRY_BAD_TOO_LONG] = "the value is longer than the target's column",
		[FERRY_BAD_EMPTY_TEXT] =
			"the value is empty, which is NULL in the target, and must not be NULL",
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

/* ---- values ---- */

/* Text that jansson takes as it is, else an object with its bytes. */
static json_t *text_json(const char *text, size_t len, bool is_binary)
{
	json_t *value = is_binary ? NULL : json_stringn(text, len);

	if (value)
		return value;
	g_autofree char *encoded = g_base64_encode((const guchar *)text, len);
	return json_pack("{s:s}", "base64", encoded);
}

/* Whole numbers that every reader of JSON keeps; larger ones are strings. */
static json_t *integer_json(int64_t value)
{
	const int64_t exact = G_GINT64_CONSTANT(1) << 53;
	char text[24];

	if (value >= -exact && value <= exact)
		return json_integer(value);
	return json_stringn(text, ferry_format_int64(text, value));
}

static json_t *cell_json(const FerryColumn *c, size_t row)
{
	switch (c->type->id) {
	case FERRY_TYPE_BOOL: return json_boolean(((const uint8_t *)c->fixed)[row]);
	case FERRY_TYPE_INT8: return integer_json(((const int8_t *)c->fixed)[row]);
	case FERRY_TYPE_INT16: return integer_json(((const int16_t *)c->fixed)[row]);
	case FERRY_TYPE_INT32: return integer_json(((const int32_t *)c->fixed)[row]);
	case FERRY_TYPE_INT64: return integer_json(((const int64_t *)c->fixed)[row]);
	case FERRY_TYPE_BYTES: {
		size_t len;
		const uint8_t *bytes = ferry_column_get_bytes(c, row, &len);
		return text_json((const char *)bytes, len, true);
	}
	default: {
		g_autoptr(GString) text = g_string_new(NULL);
		ferry_value_to_text(c, row, text);
		return text_json(text->str, text->len, false);
	}
	}
}

/* As the source has it; an object {"cut": …} where only the beginning is known. */
static json_t *original_json(const FerryBatch *batch, const FerryBadValue *bad)
{
	json_t *value = text_json(batch->bad_text + bad->text_at, bad->text_len, bad->is_binary);

	return bad->text_len < MAX_ORIGINAL ? value : json_pack("{s:o}", "cut", value);
}

static json_t *row_json(const FerryRejectLines *lines, const FerryBatch *batch, size_t row)
{
	json_t *object = json_object();

	for (size_t i = 0; i < batch->n_columns; i++)
		json_object_set_new(object, lines->schema->fields[i].name,
				    ferry_column_is_null(&batch->columns[i], row)
					    ? json_null()
					    : cell_json(&batch->columns[i], row));
	return object;
}

/* ---- lines ---- */

static void set_text(json_t *line, const char *name, const char *text)
{
	g_autofree char *valid = text ? g_utf8_make_valid(text, -1) : NULL;
	json_object_set_new(line, name, valid ? json_string(valid) : json_null());
}

static json_t *start_line(const FerryRejectLines *lines, const FerryBatch *batch, size_t row)
{
	g_autofree char *key = ferry_batch_row_key(batch, row);
	json_t *line = json_pack("{s:i}", "version", FERRY_REJECT_VERSION);

	set_text(line, "table", lines->source);
	set_text(line, "target", lines->target);
	set_text(line, "key", key);
	return line;
}

static void set_reason(json_t *object, const char *column, FerryBadKind kind, const char *reason)
{
	set_text(object, "column", column);
	set_text(object, "kind", ferry_bad_kind_name(kind));
	set_text(object, "reason", reason);
}

static void set_bad(json_t *object, const FerryBatch *batch, const FerryBadValue *bad)
{
	json_t *value = text_json(batch->bad_text + bad->text_at, bad->text_len, bad->is_binary);
	bool is_text = json_is_string(value);

	set_reason(object, batch->schema->fields[bad->column].name, bad->kind, kind_reason(bad->kind));
	json_object_set(object, "value", is_text ? value : json_object_get(value, "base64"));
	set_text(object, "encoding", is_text ? "text" : "base64");
	json_decref(value);
}

static void end_line(FerryRejectLines *lines, json_t *line)
{
	char *text = json_dumps(line, JSON_COMPACT);

	json_decref(line);
	g_string_append(lines->text, text);
	g_string_append_c(lines->text, '\n');
	free(text);
	if (lines->text->len < MAX_LINES_BYTES)
		return;
	if (!lines->spill)
		lines->spill = tmpfile();
	/* Without room for it memory has to serve. */
	if (lines->spill && fwrite(lines->text->str, 1, lines->text->len, lines->spill) == lines->text->len)
		g_string_truncate(lines->text, 0);
}

/* All bad values of a row; the first one stands in the line itself. next: the chain of the row, from 1. */
static void add_row(FerryRejectLines *lines, const FerryBatch *batch, size_t row, guint first,
		    const guint *next)
{
	json_t *line = start_line(lines, batch, row), *values = row_json(lines, batch, row), *more = NULL;

	for (guint i = first; i; i = next[i]) {
		const FerryBadValue *bad = &batch->bad[i - 1];
		json_t *one = i == first ? line : json_object();
		set_bad(one, batch, bad);
		json_object_set_new(values, lines->schema->fields[bad->column].name,
				    original_json(batch, bad));
		if (one == line)
			continue;
		if (!more)
			json_object_set_new(line, "more", more = json_array());
		json_array_append_new(more, one);
	}
	json_object_set_new(line, "row", values);
	end_line(lines, line);
}

void ferry_rejects_add_bad(FerryRejectLines *lines, const FerryBatch *batch,
			   bool (*is_told)(size_t row, gconstpointer data), gconstpointer data)
{
	g_autofree guint *first = g_new0(guint, batch->n_rows + 1), *next = g_new0(guint, batch->n_bad + 1);

	for (guint i = (guint)batch->n_bad; i > 0; i--) {
		next[i] = first[batch->bad[i - 1].row];
		first[batch->bad[i - 1].row] = i;
	}
	for (size_t row = 0; row < batch->n_rows; row++)
		if (first[row] && ferry_batch_is_skipped(batch, row) && !is_told(row, data))
			add_row(lines, batch, row, first[row], next);
}

void ferry_rejects_add_refused(FerryRejectLines *lines, const FerryBatch *batch, size_t row,
			       const char *reason)
{
	json_t *line = start_line(lines, batch, row);

	set_reason(line, NULL, FERRY_BAD_REFUSED, reason);
	json_object_set_new(line, "row", row_json(lines, batch, row));
	end_line(lines, line);
}

void ferry_reject_lines_clear(FerryRejectLines *lines)
{
	g_string_truncate(lines->text, 0);
	lines->reserved = 0;
	if (lines->spill)
		fclose(g_steal_pointer(&lines->spill));
}

void ferry_reject_lines_free(FerryRejectLines *lines)
{
	ferry_reject_lines_clear(lines);
	g_string_free(lines->text, TRUE);
}

FerryRejectLines *ferry_reject_lines_steal(FerryRejectLines *lines)
{
	FerryRejectLines *stolen = g_memdup2(lines, sizeof(*lines));

	lines->text = g_string_new(NULL);
	lines->spill = NULL;
	lines->reserved = 0;
	return stolen;
}

/* ---- the file ---- */

/* Rows can hold anything, so only their owner may read the file. */
static bool open_file(FerryRejects *rejects)
{
	if (rejects->file)
		return true;
	int fd = open(rejects->path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	rejects->file = fd >= 0 ? fdopen(fd, "a") : NULL;
	return rejects->file != NULL;
}

static bool fail_to_write(const FerryRejects *rejects, GError **error)
{
	return ferry_fail(error, FERRY_ERROR_IO, "cannot write the reject file %s: %s", rejects->path,
			  g_strerror(errno));
}

static bool has_lines(const FerryRejects *rejects, const FerryRejectLines *lines)
{
	return rejects->path && (lines->text->len || lines->spill);
}

/* A file system that cannot keep room is no failure: then the write will tell. */
static bool keep_room(FerryRejects *rejects, size_t len)
{
	struct stat info;

	if (fstat(fileno(rejects->file), &info) != 0 || !S_ISREG(info.st_mode))
		return true;
	return fallocate(fileno(rejects->file), FALLOC_FL_KEEP_SIZE, info.st_size, (off_t)len) == 0 ||
	       (errno != ENOSPC && errno != EDQUOT && errno != EFBIG && errno != EIO);
}

bool ferry_rejects_reserve(FerryRejects *rejects, FerryRejectLines *lines, GError **error)
{
	if (!has_lines(rejects, lines))
		return true;
	size_t len = lines->text->len + (lines->spill ? (size_t)ftello(lines->spill) : 0);
	g_mutex_lock(&rejects->mutex);
	bool is_ok = open_file(rejects) && keep_room(rejects, rejects->reserved + len);
	if (!is_ok)
		fail_to_write(rejects, error);
	else {
		rejects->reserved += len;
		lines->reserved = len;
	}
	g_mutex_unlock(&rejects->mutex);
	return is_ok;
}

static bool append_spill(FILE *to, FILE *spill)
{
	char buffer[65536];
	size_t n;

	if (!spill)
		return true;
	rewind(spill);
	while ((n = fread(buffer, 1, sizeof(buffer), spill)) > 0)
		if (fwrite(buffer, 1, n, to) != n)
			return false;
	return !ferror(spill);
}

bool ferry_rejects_write(FerryRejects *rejects, FerryRejectLines *lines, GError **error)
{
	bool is_ok = true;

	if (has_lines(rejects, lines)) {
		g_mutex_lock(&rejects->mutex);
		is_ok = open_file(rejects) && append_spill(rejects->file, lines->spill) &&
			fwrite(lines->text->str, 1, lines->text->len, rejects->file) == lines->text->len &&
			fflush(rejects->file) == 0;
		if (!is_ok)
			fail_to_write(rejects, error);
		rejects->reserved -= MIN(rejects->reserved, lines->reserved);
		g_mutex_unlock(&rejects->mutex);
	}
	ferry_reject_lines_clear(lines);
	return is_ok;
}

void ferry_rejects_write_lost(FerryRejects *rejects, FerryRejectLines *lines)
{
	g_autoptr(GString) all = g_steal_pointer(&lines->text);
	g_auto(GStrv) each = g_strsplit(all->str, "\n", -1);

	lines->text = g_string_new(NULL);
	for (char **line = each; *line && **line; line++)
		g_string_append_printf(lines->text, "{\"rolled_back\":true,%s\n", *line + 1);
	if (lines->spill)
		fclose(g_steal_pointer(&lines->spill));
	ferry_rejects_write(rejects, lines, NULL);
}
