/* See known_rejects.h. Keys are read from the lines' texts by a transform, as the engine reads any text. */
#include "transfer/known_rejects.h"

#include "transfer/reject_line.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct KnownTable {
	char *source, *target; /* names as the lines have them */
	GArray *columns;       /* uint32_t: of the key, in the row's schema */
	GHashTable *keys;      /* uint64_t*: hashes */
	/* one row, for reading a key */
	FerrySchema *in, *out;
	FerryTransform *transform;
	FerryTransformer *transformer;
	FerryBatch *text, *key;
	FerryRowHasher *hasher;
} KnownTable;

struct FerryKnownRejects {
	KnownTable *tables;
	guint n_tables;
	GHashTable *by_name; /* source and target -> KnownTable */
};

static char *name_of(const char *source, const char *target)
{
	return g_strconcat(source, "\n", target, NULL);
}

/* ---- a table ---- */

static bool make_key_reader(KnownTable *table, const FerryTablePlan *plan, GError **error)
{
	const FerrySchema *schema = ferry_run_row_schema(plan);
	guint n = table->columns->len;
	g_autofree FerryTransformColumn *columns = g_new0(FerryTransformColumn, n);
	g_autoptr(GPtrArray) no_steps = g_ptr_array_new();

	table->in = ferry_schema_new(n);
	table->out = ferry_schema_new(n);
	for (guint i = 0; i < n; i++) {
		uint32_t at = g_array_index(table->columns, uint32_t, i);
		FerryType type = schema->fields[at].type;
		const char *name = plan->write_schema->fields[at].name;
		bool is_bytes = type.id == FERRY_TYPE_BYTES;
		table->in->fields[i] =
			(FerryField){.name = g_strdup(name),
				     .type = {.id = is_bytes ? FERRY_TYPE_BYTES : FERRY_TYPE_TEXT}};
		table->out->fields[i] = (FerryField){.name = g_strdup(name), .type = type};
		columns[i] = (FerryTransformColumn){.source = name, .steps = no_steps};
	}
	table->transform = ferry_transform_compile(table->in, table->out, columns, NULL, 0, error);
	if (!table->transform)
		return false;
	table->transformer = ferry_transformer_new(table->transform);
	table->text = ferry_batch_new(table->in, 1);
	table->key = ferry_batch_new(table->out, 1);
	table->hasher = ferry_row_hasher_new(table->out);
	return true;
}

static bool table_init(KnownTable *table, const FerryTablePlan *plan)
{
	const FerrySchema *schema = ferry_run_row_schema(plan);

	table->source = ferry_table_display_name(plan->source);
	table->target = ferry_table_display_name(plan->target);
	table->columns = g_array_new(FALSE, FALSE, sizeof(uint32_t));
	table->keys = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
	for (uint32_t i = 0; i < schema->n_fields; i++)
		if (schema->fields[i].is_key)
			g_array_append_val(table->columns, i);
	return table->columns->len > 0;
}

static void table_clear(KnownTable *table)
{
	g_clear_pointer(&table->transformer, ferry_transformer_free);
	g_clear_pointer(&table->transform, ferry_transform_free);
	g_clear_pointer(&table->text, ferry_batch_free);
	g_clear_pointer(&table->key, ferry_batch_free);
	g_clear_pointer(&table->hasher, ferry_row_hasher_free);
	g_clear_pointer(&table->in, ferry_schema_free);
	g_clear_pointer(&table->out, ferry_schema_free);
	g_array_unref(table->columns);
	g_hash_table_unref(table->keys);
	g_free(table->source);
	g_free(table->target);
}

/* ---- lines ---- */

static void put_text(FerryColumn *column, json_t *value)
{
	json_t *base64 = json_object_get(value, "base64");
	gsize len;

	if (base64) {
		g_autofree guchar *bytes = g_base64_decode(json_string_value(base64), &len);
		ferry_column_append_bytes(column, 0, bytes, len);
	} else if (json_is_string(value)) {
		ferry_column_append_bytes(column, 0, json_string_value(value), json_string_length(value));
	} else if (json_is_boolean(value)) {
		ferry_column_append_bytes(column, 0, json_is_true(value) ? "t" : "f", 1);
	} else {
		ferry_column_set_null(column, 0);
	}
}

static bool add_key(KnownTable *table, json_t *row, GError **error)
{
	ferry_batch_clear(table->text);
	ferry_batch_clear(table->key);
	for (size_t i = 0; i < table->in->n_fields; i++)
		put_text(&table->text->columns[i], json_object_get(row, table->in->fields[i].name));
	table->text->n_rows = 1;
	if (!ferry_transformer_apply(table->transformer, table->text, table->key, NULL, error))
		return false;
	uint64_t hash = *ferry_row_hasher_rows(table->hasher, table->key, NULL, 0);
	g_hash_table_add(table->keys, g_memdup2(&hash, sizeof(hash)));
	return true;
}

static bool add_line(FerryKnownRejects *known, const FerryRun *run, json_t *line, GError **error)
{
	const char *source = json_string_value(json_object_get(line, "table")),
		   *target = json_string_value(json_object_get(line, "target"));
	g_autofree char *name = source && target ? name_of(source, target) : NULL;
	KnownTable *table = name ? g_hash_table_lookup(known->by_name, name) : NULL;

	if (!table || json_is_true(json_object_get(line, "rolled_back")))
		return true;
	if (!table->transform && !make_key_reader(table, run->tables[table - known->tables].plan, error))
		return false;
	return add_key(table, json_object_get(line, "row"), error);
}

static bool read_lines(FerryKnownRejects *known, const FerryRun *run, const char *path, FILE *file,
		       GError **error)
{
	char *text = NULL;
	size_t cap = 0, n = 0;
	ssize_t len;
	bool is_ok = true;

	while (is_ok && (len = getline(&text, &cap, file)) >= 0) {
		json_error_t why;
		n++;
		if (len <= 1)
			continue;
		json_t *line = ferry_reject_line_parse(text, (size_t)len, &why);
		is_ok = line ? add_line(known, run, line, error)
			     : ferry_fail(error, FERRY_ERROR_USAGE, "%s, line %zu: %s", path, n, why.text);
		json_decref(line);
	}
	free(text);
	if (is_ok && ferror(file))
		is_ok = ferry_fail(error, FERRY_ERROR_IO, "cannot read %s: %s", path, g_strerror(errno));
	return is_ok;
}

FerryKnownRejects *ferry_known_rejects_new(const FerryRun *run, const char *path, GError **error)
{
	FILE *file = fopen(path, "re");

	if (!file) {
		ferry_fail(error, FERRY_ERROR_USAGE, "cannot open %s: %s", path, g_strerror(errno));
		return NULL;
	}
	FerryKnownRejects *known = g_new0(FerryKnownRejects, 1);
	known->n_tables = run->result.n_tables;
	known->tables = g_new0(KnownTable, known->n_tables);
	known->by_name = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	for (guint i = 0; i < known->n_tables; i++)
		if (table_init(&known->tables[i], run->tables[i].plan))
			g_hash_table_insert(known->by_name,
					    name_of(known->tables[i].source, known->tables[i].target),
					    &known->tables[i]);
	bool is_ok = read_lines(known, run, path, file, error);
	fclose(file);
	if (is_ok)
		return known;
	ferry_known_rejects_free(known);
	return NULL;
}

void ferry_known_rejects_free(FerryKnownRejects *known)
{
	if (!known)
		return;
	g_hash_table_unref(known->by_name);
	for (guint i = 0; i < known->n_tables; i++)
		table_clear(&known->tables[i]);
	g_free(known->tables);
	g_free(known);
}

guint ferry_known_rejects_count(const FerryKnownRejects *known, guint table)
{
	return known ? g_hash_table_size(known->tables[table].keys) : 0;
}

void ferry_known_rejects_skip(const FerryKnownRejects *known, guint index, FerryRowHasher *hasher,
			      FerryBatch *batch)
{
	const KnownTable *table = &known->tables[index];
	const uint64_t *keys = ferry_row_hasher_rows(
		hasher, batch, (const uint32_t *)(void *)table->columns->data, table->columns->len);

	for (size_t row = 0; row < batch->n_rows; row++)
		if (g_hash_table_contains(table->keys, &keys[row]))
			ferry_batch_skip_row(batch, row);
}
