/*
 * Looking into databases; see browse.h. What is kept is JSON, not catalogs: those belong to their connection.
 */
#include "service/browse.h"

#include "data/value_text.h"
#include "service/audit.h"
#include "service/connections.h"
#include "service/service_internal.h"

#include <string.h>

#define KEEP_US         (30 * G_TIME_SPAN_SECOND)
#define ROW_BATCH_BYTES (4u << 20)

typedef struct Kept {
	json_t *tables; /* array of what table_json() makes, each with the members of a light item */
	gint64 until;
} Kept;

static void free_kept(gpointer data)
{
	Kept *kept = data;

	json_decref(kept->tables);
	g_free(kept);
}

/* ---- JSON of a table ---- */

static bool is_in_key(const FerryTable *table, const char *column)
{
	const FerryIndex *key = ferry_table_row_key(table);

	for (guint i = 0; key && i < key->parts->len; i++)
		if (g_strcmp0(((FerryIndexPart *)key->parts->pdata[i])->column, column) == 0)
			return true;
	return false;
}

static json_t *column_json(const FerryTable *table, const FerryColumnDef *column)
{
	g_autofree char *type = ferry_type_to_string(&column->type);

	return json_pack("{s:o, s:o, s:s, s:b, s:o, s:b, s:b, s:o, s:b}", "name",
			 ferry_json_text(column->name), "native_type",
			 ferry_json_text(column->user_type ? column->user_type : column->native_type), "type",
			 type, "is_nullable", !column->not_null, "default",
			 ferry_json_text(column->default_text), "is_auto_increment",
			 column->identity != FERRY_IDENTITY_NONE, "is_generated",
			 column->generated != FERRY_GENERATED_NONE, "comment",
			 ferry_json_text(column->comment), "in_key", is_in_key(table, column->name));
}

static json_t *index_json(const FerryIndex *index)
{
	json_t *columns = json_array();

	for (guint i = 0; i < index->parts->len; i++) {
		const FerryIndexPart *part = index->parts->pdata[i];
		json_array_append_new(columns,
				      ferry_json_text(part->column ? part->column : part->expression));
	}
	return json_pack("{s:o, s:o, s:b, s:b}", "name", ferry_json_text(index->name), "columns", columns,
			 "is_unique", index->is_unique || index->is_primary, "is_primary", index->is_primary);
}

static json_t *foreign_key_json(gconstpointer item)
{
	const FerryForeignKey *key = item;

	return json_pack("{s:o, s:o, s:{s:o, s:o, s:o}}", "name", ferry_json_text(key->name), "columns",
			 ferry_json_texts(key->columns), "references", "schema",
			 ferry_json_text(key->ref_schema), "name", ferry_json_text(key->ref_table), "columns",
			 ferry_json_texts(key->ref_columns));
}

static json_t *table_json(const FerryTable *table)
{
	json_t *columns = json_array(), *indexes = json_array();

	for (guint i = 0; i < table->columns->len; i++)
		json_array_append_new(columns, column_json(table, table->columns->pdata[i]));
	if (table->primary_key)
		json_array_append_new(indexes, index_json(table->primary_key));
	for (guint i = 0; i < table->indexes->len; i++)
		json_array_append_new(indexes, index_json(table->indexes->pdata[i]));
	return json_pack("{s:o, s:o, s:s, s:I, s:I, s:I, s:b, s:o, s:o, s:o, s:o}", "schema",
			 ferry_json_text(table->schema), "name", ferry_json_text(table->name), "kind",
			 "table", "rows", (json_int_t)table->est_rows, "bytes", (json_int_t)table->est_bytes,
			 "n_columns", (json_int_t)table->columns->len, "has_key",
			 ferry_table_row_key(table) != NULL, "comment", ferry_json_text(table->comment),
			 "columns", columns, "indexes", indexes, "foreign_keys",
			 ferry_json_map(table->foreign_keys, foreign_key_json));
}

static json_t *view_json(const FerryOther *view)
{
	return json_pack("{s:o, s:o, s:s, s:i, s:i, s:i, s:b, s:n, s:[], s:[], s:[], s:o}", "schema",
			 ferry_json_text(view->schema), "name", ferry_json_text(view->name), "kind", "view",
			 "rows", -1, "bytes", -1, "n_columns", 0, "has_key", 0, "comment", "columns",
			 "indexes", "foreign_keys", "ddl", ferry_json_text(view->definition));
}

static json_t *catalog_json(const FerryCatalog *catalog)
{
	json_t *tables = json_array();

	for (guint i = 0; i < catalog->tables->len; i++)
		json_array_append_new(tables, table_json(catalog->tables->pdata[i]));
	for (guint i = 0; i < catalog->others->len; i++) {
		const FerryOther *other = catalog->others->pdata[i];
		if (g_str_has_suffix(other->kind, "view"))
			json_array_append_new(tables, view_json(other));
	}
	return tables;
}

/* ---- catalogs ---- */

FerryConnection *ferry_connections_open(FerryService *service, const FerryActor *actor, const char *id,
					bool create, FerryUrl **ret_url, GError **error)
{
	g_autoptr(FerryUrl) url = ferry_connections_load_url(service, actor, id, error);
	const FerryConnector *connector = url ? ferry_connector_for_url(url, error) : NULL;
	FerryConnection *c = connector ? ferry_connection_open(connector, url, create, error) : NULL;

	if (c)
		*ret_url = g_steal_pointer(&url); /* lives longer than the connection */
	return c;
}

static json_t *read_tables(FerryService *service, const FerryActor *actor, const char *id, GError **error)
{
	g_autoptr(FerryUrl) url = NULL;
	g_autoptr(FerryConnection) c = ferry_connections_open(service, actor, id, false, &url, error);
	FerryCatalog *catalog = NULL;

	if (!c || !ferry_source(c)->catalog(c, &catalog, error))
		return NULL;
	json_t *tables = catalog_json(catalog);
	ferry_catalog_free(catalog);
	return tables;
}

/* Two that ask at once read it twice; that costs nothing but time. What is kept is for those who may connect.
 */
static json_t *get_tables(FerryService *service, const FerryActor *actor, const char *id, GError **error)
{
	g_autoptr(FerryUrl) url = ferry_connections_load_url(service, actor, id, error);
	gint64 now = g_get_monotonic_time();
	json_t *tables = NULL;

	if (!url)
		return NULL;
	g_mutex_lock(&service->browse_lock);
	const Kept *kept = g_hash_table_lookup(service->browsed, id);
	if (kept && kept->until > now)
		tables = json_incref(kept->tables);
	g_mutex_unlock(&service->browse_lock);
	if (tables)
		return tables;
	tables = read_tables(service, actor, id, error);
	if (!tables)
		return NULL;
	Kept *fresh = g_new(Kept, 1);
	*fresh = (Kept){.tables = json_incref(tables), .until = g_get_monotonic_time() + KEEP_US};
	g_mutex_lock(&service->browse_lock);
	g_hash_table_replace(service->browsed, g_strdup(id), fresh);
	g_mutex_unlock(&service->browse_lock);
	return tables;
}

void ferry_browse_init(FerryService *service)
{
	g_mutex_init(&service->browse_lock);
	service->browsed = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, free_kept);
}

void ferry_browse_clear(FerryService *service)
{
	g_hash_table_unref(service->browsed);
	g_mutex_clear(&service->browse_lock);
}

void ferry_browse_forget(FerryService *service, const char *id)
{
	g_mutex_lock(&service->browse_lock);
	g_hash_table_remove(service->browsed, id);
	g_mutex_unlock(&service->browse_lock);
}

json_t *ferry_browse_catalog(FerryService *service, const FerryActor *actor, const char *id, GError **error)
{
	return get_tables(service, actor, id, error);
}

/* ---- tables ---- */

static bool name_contains(const json_t *table, const char *folded_search)
{
	const char *name = json_string_value(json_object_get(table, "name"));
	g_autofree char *folded = g_utf8_casefold(name ? name : "", -1);

	return strstr(folded, folded_search) != NULL;
}

static json_t *light(const json_t *table)
{
	static const char *const members[] = {"schema", "name",      "kind",   "rows",
					      "bytes",  "n_columns", "has_key"};
	json_t *item = json_object();

	for (size_t i = 0; i < G_N_ELEMENTS(members); i++)
		json_object_set(item, members[i], json_object_get(table, members[i]));
	return item;
}

/* The cursor is a position: a catalog does not change while it is kept, and a list of tables seldom. */
json_t *ferry_browse_tables(FerryService *service, const FerryActor *actor, const char *id,
			    const char *search, const FerryPage *page, GError **error)
{
	json_t *tables = get_tables(service, actor, id, error), *items = json_array(), *table;
	guint64 first = page->cursor ? g_ascii_strtoull(page->cursor, NULL, 10) : 0;
	g_autofree char *folded = g_utf8_casefold(search ? search : "", -1), *next = NULL;
	guint64 n = 0;
	size_t i;

	json_array_foreach(tables, i, table)
	{
		if (!name_contains(table, folded) || n++ < first)
			continue;
		if (json_array_size(items) == page->limit) {
			next = g_strdup_printf("%" G_GUINT64_FORMAT, first + page->limit);
			break;
		}
		json_array_append_new(items, light(table));
	}
	bool is_ok = tables != NULL;
	json_decref(tables);
	if (is_ok)
		return ferry_page_result(items, next);
	json_decref(items);
	return NULL;
}

static bool no_table(const char *schema, const char *name, GError **error)
{
	return ferry_problem(error, FERRY_PROBLEM_NOT_FOUND, "name", NULL, "there is no table %s%s%s",
			     schema ? schema : "", schema ? "." : "", name);
}

json_t *ferry_browse_table(FerryService *service, const FerryActor *actor, const char *id, const char *schema,
			   const char *name, GError **error)
{
	json_t *tables = get_tables(service, actor, id, error), *table, *found = NULL;
	size_t i;

	json_array_foreach(
		tables, i,
		table) if (!found &&
			   g_strcmp0(json_string_value(json_object_get(table, "name")), name) == 0 &&
			   (!schema || g_strcmp0(json_string_value(json_object_get(table, "schema")),
						 schema) == 0)) found = json_incref(table);
	if (tables && !found)
		no_table(schema, name, error);
	json_decref(tables);
	return found;
}

/* ---- rows ---- */

static FerryTable *find_table(const FerryCatalog *catalog, const char *schema, const char *name)
{
	for (guint i = 0; i < catalog->tables->len; i++) {
		FerryTable *table = catalog->tables->pdata[i];
		if (g_strcmp0(table->name, name) == 0 && (!schema || g_strcmp0(table->schema, schema) == 0))
			return table;
	}
	return NULL;
}

/* Every type can be read as text. */
static FerrySchema *text_schema(const FerryTable *table)
{
	FerrySchema *schema = ferry_schema_new(table->columns->len);

	for (guint i = 0; i < table->columns->len; i++) {
		schema->fields[i].name = g_strdup(((FerryColumnDef *)table->columns->pdata[i])->name);
		schema->fields[i].type = ((FerryColumnDef *)table->columns->pdata[i])->type;
	}
	return schema;
}

static json_t *row_json(const FerryBatch *batch, size_t row)
{
	json_t *values = json_array();

	for (size_t i = 0; i < batch->n_columns; i++) {
		g_autoptr(GString) text = g_string_new(NULL);
		bool has_value = ferry_value_to_text(&batch->columns[i], row, text);
		json_array_append_new(values, has_value ? ferry_json_text(text->str) : json_null());
	}
	return values;
}

static json_t *read_rows(FerryConnection *c, const FerryTable *table, guint n_rows, GError **error)
{
	g_autoptr(FerrySchema) schema = text_schema(table);
	FerryReadSpec spec = {.table = table, .schema = schema, .batch_bytes = ROW_BATCH_BYTES};
	g_autoptr(FerryReader) reader = ferry_reader_open(c, &spec, error);
	g_autoptr(FerryBatch) batch = ferry_batch_new(schema, n_rows);
	FerryStep step = reader ? ferry_reader_next(reader, batch, error) : FERRY_STEP_FAILED;

	if (step == FERRY_STEP_FAILED)
		return NULL;
	json_t *columns = json_array(), *rows = json_array();
	for (size_t i = 0; i < schema->n_fields; i++)
		json_array_append_new(columns, ferry_json_text(schema->fields[i].name));
	for (size_t i = 0; step == FERRY_STEP_MORE && i < batch->n_rows; i++)
		json_array_append_new(rows, row_json(batch, i));
	return json_pack("{s:o, s:o}", "columns", columns, "rows", rows);
}

json_t *ferry_browse_rows(FerryService *service, const FerryActor *actor, const char *id, const char *schema,
			  const char *name, guint n_rows, GError **error)
{
	g_autoptr(FerryUrl) url = NULL;
	g_autoptr(FerryConnection) c = ferry_connections_open(service, actor, id, false, &url, error);
	FerryCatalog *catalog = NULL;
	json_t *rows = NULL;

	if (!c || !ferry_audit_add_now(service, actor, "rows.read", id, name, error))
		return NULL;
	c->only_table = name;
	if (!ferry_source(c)->catalog(c, &catalog, error))
		return NULL;
	const FerryTable *table = find_table(catalog, schema, name);
	if (table)
		rows = read_rows(c, table, n_rows, error);
	else
		no_table(schema, name, error);
	ferry_catalog_free(catalog);
	return rows;
}
