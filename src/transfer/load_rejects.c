/* See load_rejects.h. Lines that follow each other with the same table and columns make a group, up to
 * GROUP_ROWS. */
#include "transfer/load_rejects.h"

#include "base/error.h"
#include "transfer/isolate.h"
#include "transfer/reject.h"
#include "transfer/reject_line.h"
#include "transform/transform.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define GROUP_ROWS  1000
#define GROUP_BYTES (16 * 1024 * 1024)

typedef struct Load {
	FerryConnection *target;
	const FerryLoadRejects *what;
	FerryLoadRejectsResult *result;
	FerryCatalog *catalog;
	FerryRejects *rejects;
	size_t line_no;

	/* of the group */
	const FerryTable *table; /* NULL: none yet */
	char *source_name, *target_name;
	FerrySchema *in, *out; /* texts (and bytes) as the lines have them; the table's types */
	FerryTransform *transform;
	FerryTransformer *transformer;
	FerryBatch *read, *written;
	FerryWriter *writer;
	FerryIsolation isolation;
	FerryRejectLines lines;
	int64_t n_rejected;
} Load;

/* ---- lines ---- */

G_GNUC_PRINTF(3, 4)
static bool fail_line(const Load *load, GError **error, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	g_autofree char *what = g_strdup_vprintf(format, args);
	va_end(args);
	return ferry_fail(error, FERRY_ERROR_USAGE, "%s, line %zu: %s", load->what->file, load->line_no,
			  what);
}

static const FerryTable *find_table(const Load *load, const char *name)
{
	for (guint i = 0; i < load->catalog->tables->len; i++) {
		const FerryTable *table = load->catalog->tables->pdata[i];
		g_autofree char *shown = ferry_table_display_name(table);
		if (strcmp(shown, name) == 0)
			return table;
	}
	return NULL;
}

static bool is_wanted(const Load *load, const char *name)
{
	const char *dot = strchr(name, '.');

	if (!load->what->tables)
		return true;
	for (const char *const *glob = load->what->tables; *glob; glob++)
		if (g_pattern_match_simple(*glob, name) || (dot && g_pattern_match_simple(*glob, dot + 1)))
			return true;
	return false;
}

static bool check_value(const Load *load, const char *column, const json_t *value, GError **error)
{
	if (!json_is_object(value) && !json_is_array(value))
		return true;
	if (json_object_get(value, "cut"))
		return fail_line(load, error,
				 "only the beginning of column %s is known: put the whole value there, or "
				 "remove the line",
				 column);
	return json_is_string(json_object_get(value, "base64")) ||
	       fail_line(load, error,
			 "column %s: expected null, a number, a string, true, false or {\"base64\": …}",
			 column);
}

static bool check_line(const Load *load, json_t *line, const char *target, GError **error)
{
	const FerryTable *table = find_table(load, target);
	json_t *row = json_object_get(line, "row"), *value;
	const char *column;

	if (!table)
		return fail_line(load, error, "table %s is not in the target", target);
	if (json_integer_value(json_object_get(line, "version")) != FERRY_REJECT_VERSION ||
	    !json_object_size(row))
		return fail_line(load, error, "no line of a reject file of version %d", FERRY_REJECT_VERSION);
	json_object_foreach(row, column, value)
	{
		if (!ferry_table_find_column(table, column))
			return fail_line(load, error, "table %s has no column %s", target, column);
		if (!check_value(load, column, value, error))
			return false;
	}
	return true;
}

/* *ret_line NULL: it is none of ours. */
static bool parse_line(Load *load, const char *text, size_t len, json_t **ret_line, GError **error)
{
	json_error_t why;
	json_t *line = ferry_reject_line_parse(text, len, &why);
	const char *target = json_string_value(json_object_get(line, "target"));
	bool is_ok = true;

	if (!line)
		return fail_line(load, error, "column %d: %s", why.column, why.text);
	if (!target)
		is_ok = fail_line(load, error, "it names no target");
	else if (json_is_true(json_object_get(line, "rolled_back")) || !is_wanted(load, target))
		g_clear_pointer(&line, json_decref);
	else
		is_ok = check_line(load, line, target, error);
	if (is_ok)
		*ret_line = line;
	else
		json_decref(line);
	return is_ok;
}

/* ---- a group ---- */

static void group_clear(Load *load)
{
	ferry_writer_close(g_steal_pointer(&load->writer));
	g_clear_pointer(&load->transformer, ferry_transformer_free);
	g_clear_pointer(&load->transform, ferry_transform_free);
	g_clear_pointer(&load->read, ferry_batch_free);
	g_clear_pointer(&load->written, ferry_batch_free);
	g_clear_pointer(&load->in, ferry_schema_free);
	g_clear_pointer(&load->out, ferry_schema_free);
	g_clear_pointer(&load->source_name, g_free);
	g_clear_pointer(&load->target_name, g_free);
	load->table = NULL;
}

static bool is_key_column(const FerryTable *table, const char *name)
{
	const FerryIndex *key = ferry_table_row_key(table);

	for (guint i = 0; key && i < key->parts->len; i++) {
		const FerryIndexPart *part = key->parts->pdata[i];
		if (part->column && strcmp(part->column, name) == 0)
			return true;
	}
	return false;
}

static void make_schemas(Load *load, json_t *row)
{
	const char *column;
	json_t *value;
	size_t i = 0;

	load->in = ferry_schema_new(json_object_size(row));
	load->out = ferry_schema_new(json_object_size(row));
	json_object_foreach(row, column, value)
	{
		const FerryColumnDef *def = ferry_table_find_column(load->table, column);
		bool is_bytes = def->type.id == FERRY_TYPE_BYTES;
		bool is_key = is_key_column(load->table, column);
		load->in->fields[i] =
			(FerryField){.name = g_strdup(column),
				     .type = {.id = is_bytes ? FERRY_TYPE_BYTES : FERRY_TYPE_TEXT},
				     .is_key = is_key};
		load->out->fields[i] =
			(FerryField){.name = g_strdup(column), .type = def->type, .is_key = is_key};
		i++;
	}
}

static FerryWriter *open_writer(gpointer data, GError **error)
{
	Load *load = data;

	return ferry_writer_open(load->target, load->table, load->out, NULL, error);
}

static bool group_begin(Load *load, json_t *line, const char *target, GError **error)
{
	load->table = find_table(load, target);
	load->target_name = g_strdup(target);
	load->source_name = g_strdup(json_string_value(json_object_get(line, "table")));
	make_schemas(load, json_object_get(line, "row"));
	g_autofree FerryTransformColumn *columns = g_new0(FerryTransformColumn, load->in->n_fields);
	g_autoptr(GPtrArray) no_steps = g_ptr_array_new();
	for (size_t i = 0; i < load->in->n_fields; i++)
		columns[i] = (FerryTransformColumn){.source = load->in->fields[i].name, .steps = no_steps};
	load->transform = ferry_transform_compile(load->in, load->out, columns, NULL, 0, error);
	if (!load->transform)
		return false;
	load->transformer = ferry_transformer_new(load->transform);
	load->read = ferry_batch_new(load->in, GROUP_ROWS);
	load->written = ferry_batch_new(load->out, GROUP_ROWS);
	load->lines.source = load->source_name;
	load->lines.target = load->target_name;
	load->lines.schema = load->out;
	load->writer = open_writer(load, error);
	return load->writer != NULL;
}

static bool has_same_columns(const Load *load, json_t *row)
{
	if (json_object_size(row) != load->in->n_fields)
		return false;
	for (size_t i = 0; i < load->in->n_fields; i++)
		if (!json_object_get(row, load->in->fields[i].name))
			return false;
	return true;
}

static bool is_of_group(const Load *load, json_t *line, const char *target)
{
	const char *source = json_string_value(json_object_get(line, "table"));

	return load->table && strcmp(load->target_name, target) == 0 &&
	       g_strcmp0(load->source_name, source) == 0 && load->read->n_rows < GROUP_ROWS &&
	       ferry_batch_bytes(load->read) < GROUP_BYTES &&
	       has_same_columns(load, json_object_get(line, "row"));
}

static bool put_value(FerryColumn *column, size_t row, json_t *value)
{
	json_t *base64 = json_object_get(value, "base64");

	if (json_is_null(value)) {
		ferry_column_set_null(column, row);
		return true;
	}
	if (json_is_boolean(value))
		return ferry_column_append_bytes(column, row, json_is_true(value) ? "t" : "f", 1);
	if (json_is_string(value))
		return ferry_column_append_bytes(column, row, json_string_value(value),
						 json_string_length(value));
	gsize len;
	g_autofree guchar *bytes = g_base64_decode(json_string_value(base64), &len);
	return ferry_column_append_bytes(column, row, bytes, len);
}

static bool group_add(Load *load, json_t *line, GError **error)
{
	json_t *row = json_object_get(line, "row");

	for (size_t i = 0; i < load->in->n_fields; i++)
		if (!put_value(&load->read->columns[i], load->read->n_rows,
			       json_object_get(row, load->in->fields[i].name)))
			return fail_line(load, error, "the values of a group pass 2 GiB");
	load->read->n_rows++;
	return true;
}

/* ---- loading it ---- */

static bool refuse(FerryBatch *batch, size_t row, const GError *reason, gpointer data, GError **error)
{
	Load *load = data;

	load->n_rejected++;
	ferry_rejects_add_refused(&load->lines, batch, row, reason->message);
	return true;
}

static bool is_told(size_t row, gconstpointer data)
{
	return false;
}

static bool convert(Load *load, GError **error)
{
	FerryBatch *batch = load->written;

	if (!ferry_transformer_apply(load->transformer, load->read, batch, NULL, error))
		return false;
	ferry_target(load->target)->check(load->writer, batch);
	for (size_t i = 0; i < batch->n_bad; i++)
		ferry_batch_skip_row(batch, batch->bad[i].row);
	load->n_rejected = (int64_t)batch->n_skipped;
	if (batch->n_skipped)
		ferry_rejects_add_bad(&load->lines, batch, is_told, NULL);
	return true;
}

static bool group_load(Load *load, GError **error)
{
	const FerryTargetOps *ops = ferry_target(load->target);
	int64_t loaded = 0;

	if (!load->table || !load->read->n_rows)
		return true;
	if (!convert(load, error) || !ops->begin(load->target, error))
		return false;
	if (!ferry_isolate_load(&load->isolation, load->written, &loaded, error) ||
	    !ops->commit(load->target, error)) {
		ferry_writer_close(g_steal_pointer(&load->writer));
		ops->rollback(load->target);
		return false;
	}
	load->result->rows_loaded += loaded;
	load->result->rows_rejected += load->n_rejected;
	ferry_batch_clear(load->read);
	ferry_batch_clear(load->written);
	return ferry_rejects_write(load->rejects, &load->lines, error);
}

/* ---- the file ---- */

static bool take_line(Load *load, json_t *line, GError **error)
{
	const char *target = json_string_value(json_object_get(line, "target"));

	if (!is_of_group(load, line, target)) {
		if (!group_load(load, error))
			return false;
		group_clear(load);
		if (!group_begin(load, line, target, error))
			return false;
	}
	return group_add(load, line, error);
}

static bool is_blank(const char *text, size_t len)
{
	while (len > 0 && g_ascii_isspace(text[len - 1]))
		len--;
	return len == 0;
}

/* Calls func, where there is one, for each line that is to be loaded. */
static bool walk(Load *load, FILE *file, bool (*func)(Load *, json_t *, GError **), int64_t *ret_passed,
		 GError **error)
{
	char *text = NULL;
	size_t cap = 0;
	ssize_t len;
	bool is_ok = true;

	load->line_no = 0;
	rewind(file);
	while (is_ok && (len = getline(&text, &cap, file)) >= 0) {
		json_t *line = NULL;
		load->line_no++;
		if (is_blank(text, (size_t)len))
			continue;
		is_ok = parse_line(load, text, (size_t)len, &line, error);
		*ret_passed += is_ok && !line;
		if (line && func)
			is_ok = func(load, line, error);
		json_decref(line);
	}
	free(text);
	if (is_ok && ferror(file))
		is_ok = ferry_fail(error, FERRY_ERROR_IO, "cannot read %s: %s", load->what->file,
				   g_strerror(errno));
	return is_ok;
}

static bool load_file(Load *load, FILE *file, GError **error)
{
	int64_t ignored = 0;

	return ferry_source(load->target)->catalog(load->target, &load->catalog, error) &&
	       walk(load, file, NULL, &ignored, error) &&
	       walk(load, file, take_line, &load->result->lines_passed, error) && group_load(load, error);
}

bool ferry_load_rejects(FerryConnection *target, const FerryLoadRejects *what, FerryLoadRejectsResult *result,
			GError **error)
{
	FILE *file = fopen(what->file, "re");
	Load load = {.target = target, .what = what, .result = result, .lines = {.text = g_string_new(NULL)}};

	load.isolation = (FerryIsolation){.target = target,
					  .writer = &load.writer,
					  .reopen = open_writer,
					  .refuse = refuse,
					  .data = &load};
	load.rejects = ferry_rejects_new(what->reject_file);
	bool is_ok = file ? load_file(&load, file, error)
			  : ferry_fail(error, FERRY_ERROR_USAGE, "cannot open %s: %s", what->file,
				       g_strerror(errno));
	group_clear(&load);
	ferry_reject_lines_free(&load.lines);
	ferry_rejects_free(load.rejects);
	g_clear_pointer(&load.catalog, ferry_catalog_free);
	if (file)
		fclose(file);
	return is_ok;
}
