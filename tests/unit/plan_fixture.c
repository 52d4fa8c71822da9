/*
 * A source whose catalog the test makes up, and a target that has the capabilities the test asks for: what
 * the tests of the plan share. One test program is one thread, so that the state may be global.
 */
#include "plan_fixture.h"

#include <string.h>

/* ---- a source and a target of our own ---- */

static FerryCatalog *prepared; /* what the next catalog() gives away */
FerryCatalog *existing;        /* the same of the target */
guint n_profiled;

static bool source_catalog(FerryConnection *c, FerryCatalog **ret_catalog, GError **error)
{
	*ret_catalog = g_steal_pointer(&prepared);
	return *ret_catalog != NULL || ferry_fail(error, FERRY_ERROR_INTERNAL, "no catalog was prepared");
}

static bool source_profile(FerryConnection *c, FerryTable *table, GError **error)
{
	n_profiled++;
	return true;
}

static bool target_catalog(FerryConnection *c, FerryCatalog **ret_catalog, GError **error)
{
	*ret_catalog = g_steal_pointer(&existing);
	return *ret_catalog != NULL;
}

static void map_type(const FerryCatalog *source, FerryTable *table, FerryColumnDef *column)
{
	if (strcmp(source->connector, "postgres") == 0)
		return;
	g_free(column->native_type);
	column->native_type =
		column->enum_name ? g_strdup(column->enum_name) : ferry_type_to_string(&column->type);
	if (column->type.id == FERRY_TYPE_JSON)
		ferry_table_note(table, FERRY_SEVERITY_INFO, column->name, "json it is");
}

/* Native types are called like logical ones. */
static bool parse_type(const char *native_type, FerryType *ret_type)
{
	for (FerryTypeId id = 0; id < FERRY_N_TYPES; id++) {
		if (strcmp(ferry_type_id_name(id), native_type) != 0)
			continue;
		*ret_type = FERRY_TYPE(id);
		return true;
	}
	return false;
}

/* Reads "SELECT …, <name>, …" and "SELECT name, …" up to FROM: all columns are of the type int64. */
static bool describe(FerryConnection *c, const char *name, const char *query, FerryTable **ret_table,
		     GError **error)
{
	g_autofree char *list = g_strndup(query + strlen("SELECT "), strcspn(query, "F") - strlen("SELECT "));
	g_auto(GStrv) parts = g_strsplit(list, ", ", -1);
	FerryTable *table;

	if (strstr(query, "nonsense"))
		return ferry_fail(error, FERRY_ERROR_FAILED, "nonsense is not understood");
	table = ferry_table_new(NULL, name);
	for (guint i = 0; parts[i]; i++) {
		const char *open = strrchr(parts[i], '<'), *start = open ? open + 1 : parts[i];
		g_autofree char *column = g_strndup(start, strcspn(start, "> "));

		add_column(table, column, FERRY_TYPE_INT64);
	}
	*ret_table = table;
	return true;
}

static char *quote_name(const char *schema, const char *name)
{
	return schema ? g_strdup_printf("<%s>.<%s>", schema, name) : g_strdup_printf("<%s>", name);
}

static void ddl(const FerryCatalog *target, const FerryTable *table, FerryDdlPhase phase,
		GPtrArray *statements)
{
	if (phase == FERRY_DDL_TABLES && table)
		g_ptr_array_add(statements, ferry_statement_new("table", table->name, table->name));
	if (phase == FERRY_DDL_SCHEMAS && !table)
		g_ptr_array_add(statements, ferry_statement_new("schema", "x", "x"));
}

static char *quote(const char *text)
{
	return g_strdup_printf("<%s>", text);
}

static char *default_schema(FerryConnection *c)
{
	return c->connector->caps.has_schemas ? g_strdup("public") : NULL;
}

static const FerrySourceOps source_ops = {
	.catalog = source_catalog, .profile = source_profile, .describe = describe, .quote_name = quote_name};
static const FerrySourceOps target_source_ops = {.catalog = target_catalog};
static const FerryTargetOps target_ops = {.map_type = map_type,
					  .parse_type = parse_type,
					  .ddl = ddl,
					  .quote_identifier = quote,
					  .quote_literal = quote,
					  .default_schema = default_schema};
const FerryConnector mysql = {.name = "mysql", .title = "MySQL", .source = &source_ops};
const FerryConnector own = {.name = "postgres", .title = "PostgreSQL", .source = &source_ops};
const FerryConnector postgres = {.name = "postgres",
				 .title = "PostgreSQL",
				 .caps = {.has_schemas = true, .has_enum_types = true, .max_identifier = 63},
				 .source = &target_source_ops,
				 .target = &target_ops};
const FerryConnector sqlite = {.name = "sqlite",
			       .title = "SQLite",
			       .caps = {.keys_in_create = true, .folds_case = true},
			       .source = &target_source_ops,
			       .target = &target_ops};

FerryPlan *plan_with(const FerryConnector *from, const FerryConnector *to, FerryCatalog *catalog,
		     const FerryProject *options, GError **error)
{
	FerryConnection source = {.connector = from}, target = {.connector = to};

	prepared = catalog;
	n_profiled = 0;
	return ferry_plan_new(&source, &target, options, NULL, NULL, error);
}

FerryPlan *plan(const FerryConnector *from, const FerryConnector *to, FerryCatalog *catalog)
{
	static const FerryProject options = {0}; /* the plan keeps it */
	g_autoptr(GError) error = NULL;
	FerryPlan *result = plan_with(from, to, catalog, &options, &error);

	g_assert_no_error(error);
	return result;
}

/* ---- making catalogs ---- */

FerryTable *add_table(FerryCatalog *catalog, const char *schema, const char *name)
{
	FerryTable *table = ferry_table_new(schema, name);

	table->est_rows = table->est_bytes = -1;
	g_ptr_array_add(catalog->tables, table);
	return table;
}

FerryColumnDef *add_column(FerryTable *table, const char *name, FerryTypeId type)
{
	FerryColumnDef *column = ferry_column_def_new(name);

	column->type = FERRY_TYPE(type);
	column->native_type = g_strdup(ferry_type_id_name(type));
	g_ptr_array_add(table->columns, column);
	return column;
}

static FerryIndex *make_index(const char *name, const char *column)
{
	FerryIndex *index = ferry_index_new(name);

	g_ptr_array_add(index->parts, ferry_index_part_new(column));
	return index;
}

FerryIndex *add_index(FerryTable *table, const char *name, const char *column)
{
	FerryIndex *index = make_index(name, column);

	g_ptr_array_add(table->indexes, index);
	return index;
}

void set_key(FerryTable *table, const char *column)
{
	table->primary_key = make_index("PRIMARY", column);
	table->primary_key->is_primary = table->primary_key->is_unique = true;
}

FerryForeignKey *add_key(FerryTable *table, const char *name, const char *column, const char *ref)
{
	FerryForeignKey *key = ferry_foreign_key_new(name, NULL, ref);

	g_ptr_array_add(key->columns, g_strdup(column));
	g_ptr_array_add(table->foreign_keys, key);
	return key;
}

/* album(id, title, artist_id) and artist(id, name), in schema shop. */
FerryCatalog *shop(void)
{
	FerryCatalog *catalog = ferry_catalog_new("mysql");
	FerryTable *album = add_table(catalog, "shop", "album");
	FerryTable *artist = add_table(catalog, "shop", "artist");

	catalog->database = g_strdup("shop");
	add_column(album, "id", FERRY_TYPE_INT32)->not_null = true;
	add_column(album, "title", FERRY_TYPE_TEXT);
	add_column(album, "artist_id", FERRY_TYPE_INT32);
	add_column(artist, "id", FERRY_TYPE_INT32)->not_null = true;
	add_column(artist, "name", FERRY_TYPE_TEXT);
	set_key(album, "id");
	set_key(artist, "id");
	album->est_rows = 10;
	artist->est_rows = 1000000;
	return catalog;
}

const FerryTablePlan *find(const FerryPlan *p, const char *source)
{
	for (guint i = 0; i < p->tables->len; i++) {
		const FerryTablePlan *table = p->tables->pdata[i];

		if (strcmp(table->source->name, source) == 0)
			return table;
	}
	g_assert_not_reached();
}

const FerryColumnPlan *column_at(const FerryTablePlan *table, guint i)
{
	return &g_array_index(table->columns, FerryColumnPlan, i);
}

void assert_note(const FerryPlan *p, FerrySeverity severity, const char *kind, const char *object,
		 const char *part)
{
	for (guint i = 0; i < p->notes->len; i++) {
		const FerryNote *note = p->notes->pdata[i];

		if (note->severity == severity && strcmp(note->kind, kind) == 0 &&
		    g_strcmp0(note->object, object) == 0 && strstr(note->text, part))
			return;
	}
	for (guint i = 0; i < p->notes->len; i++) {
		const FerryNote *note = p->notes->pdata[i];

		g_test_message("%s %s %s: %s", ferry_severity_name(note->severity), note->kind, note->object,
			       note->text);
	}
	g_test_message("missing: %s %s %s: …%s…", ferry_severity_name(severity), kind, object, part);
	g_assert_not_reached();
}
