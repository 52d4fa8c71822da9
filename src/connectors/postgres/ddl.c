/*
 * Which statements a phase has, for a table or for the catalog as a whole, and the small ones themselves.
 */
#include "connectors/postgres/ddl.h"

#include <string.h>

FerryStatement *ferry_pg_ddl_add(GPtrArray *statements, const char *kind, const char *object, GString *sql)
{
	FerryStatement *statement = ferry_statement_new(kind, object, sql->str);
	g_string_free(sql, TRUE);
	g_ptr_array_add(statements, statement);
	return statement;
}

void ferry_pg_ddl_names(GString *sql, const GPtrArray *names)
{
	for (guint i = 0; i < names->len; i++) {
		g_string_append(sql, i > 0 ? ", " : "");
		ferry_pg_append_identifier(sql, names->pdata[i]);
	}
}

char *ferry_pg_ddl_table_name(const FerryTable *table)
{
	return ferry_pg_qualified(table->schema, table->name);
}

static char *display(const char *schema, const char *name)
{
	return schema != NULL ? g_strdup_printf("%s.%s", schema, name) : g_strdup(name);
}

/* ---- drop, truncate ---- */

static void drop_table(const FerryTable *table, GPtrArray *statements)
{
	g_autofree char *object = ferry_table_display_name(table);
	GString *sql = g_string_new("DROP TABLE IF EXISTS ");
	ferry_pg_append_qualified(sql, table->schema, table->name);
	g_string_append(sql, " CASCADE");
	ferry_pg_ddl_add(statements, "table", object, sql);
}

static void drop_named(const char *what, const char *kind, const char *schema, const char *name,
		       GPtrArray *statements)
{
	g_autofree char *object = display(schema, name);
	GString *sql = g_string_new(what);
	ferry_pg_append_qualified(sql, schema, name);
	ferry_pg_ddl_add(statements, kind, object, sql);
}

/* Comes after the tables; whatever else uses them keeps them alive, and the statement fails: no CASCADE here.
 */
static void drop_types(const FerryCatalog *target, GPtrArray *statements)
{
	for (guint i = 0; i < target->sequences->len; i++) {
		const FerrySequence *s = target->sequences->pdata[i];
		drop_named("DROP SEQUENCE IF EXISTS ", "sequence", s->schema, s->name, statements);
	}
	for (guint i = target->types->len; i-- > 0;) {
		const FerryUserType *t = target->types->pdata[i];
		drop_named("DROP TYPE IF EXISTS ", "type", t->schema, t->name, statements);
	}
	for (guint i = 0; i < target->enums->len; i++) {
		const FerryEnum *e = target->enums->pdata[i];
		drop_named("DROP TYPE IF EXISTS ", "type", e->schema, e->name, statements);
	}
}

static bool refers_to(const FerryTable *from, const FerryTable *to)
{
	for (guint i = 0; i < from->foreign_keys->len; i++) {
		const FerryForeignKey *key = from->foreign_keys->pdata[i];
		const char *schema = key->ref_schema != NULL ? key->ref_schema : from->schema;
		if (strcmp(key->ref_table, to->name) == 0 && g_strcmp0(schema, to->schema) == 0)
			return true;
	}
	return false;
}

/* TRUNCATE of a table that another one refers to fails even when both are empty; DELETE then does the same,
 * slower. All tables of a catalog at once have no such trouble: that is the statement for the whole. */
static void truncate_table(const FerryCatalog *target, const FerryTable *table, GPtrArray *statements)
{
	bool is_referred_to = false;
	for (guint i = 0; i < target->tables->len; i++)
		if (target->tables->pdata[i] != table)
			is_referred_to |= refers_to(target->tables->pdata[i], table);
	g_autofree char *object = ferry_table_display_name(table);
	GString *sql = g_string_new(is_referred_to ? "DELETE FROM " : "TRUNCATE TABLE ");
	ferry_pg_append_qualified(sql, table->schema, table->name);
	ferry_pg_ddl_add(statements, "table", object, sql);
}

static void truncate_all(const FerryCatalog *target, GPtrArray *statements)
{
	if (target->tables->len == 0)
		return;
	GString *sql = g_string_new("TRUNCATE TABLE ");
	for (guint i = 0; i < target->tables->len; i++) {
		const FerryTable *table = target->tables->pdata[i];
		g_string_append(sql, i > 0 ? ", " : "");
		ferry_pg_append_qualified(sql, table->schema, table->name);
	}
	ferry_pg_ddl_add(statements, "table", "all tables", sql);
}

/* ---- schemas and types ---- */

static void add_schema(GHashTable *seen, const char *schema, GPtrArray *statements)
{
	/* public is there; asking for it would need the right to create schemas. */
	if (schema == NULL || strcmp(schema, "public") == 0 || !g_hash_table_add(seen, (gpointer)schema))
		return;
	GString *sql = g_string_new("CREATE SCHEMA IF NOT EXISTS ");
	ferry_pg_append_identifier(sql, schema);
	ferry_pg_ddl_add(statements, "schema", schema, sql);
}

static void create_schemas(const FerryCatalog *target, GPtrArray *statements)
{
	g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
	for (guint i = 0; i < target->tables->len; i++)
		add_schema(seen, ((FerryTable *)target->tables->pdata[i])->schema, statements);
	for (guint i = 0; i < target->enums->len; i++)
		add_schema(seen, ((FerryEnum *)target->enums->pdata[i])->schema, statements);
	for (guint i = 0; i < target->types->len; i++)
		add_schema(seen, ((FerryUserType *)target->types->pdata[i])->schema, statements);
	for (guint i = 0; i < target->sequences->len; i++)
		add_schema(seen, ((FerrySequence *)target->sequences->pdata[i])->schema, statements);
	ferry_pg_ddl_create_types(target, statements);
}

/* ---- comments, analyze ---- */

static void add_comment(const char *on, const char *name, const char *object, const char *comment,
			GPtrArray *statements)
{
	if (comment == NULL || *comment == '\0')
		return;
	GString *sql = g_string_new("COMMENT ON ");
	g_string_append_printf(sql, "%s %s IS ", on, name);
	ferry_pg_append_literal(sql, comment);
	ferry_pg_ddl_add(statements, "comment", object, sql);
}

static void add_index_comment(const FerryTable *table, const FerryIndex *index, GPtrArray *statements)
{
	if (index == NULL || index->name == NULL)
		return;
	g_autofree char *name = ferry_pg_qualified(table->schema, index->name);
	add_comment("INDEX", name, index->name, index->comment, statements);
}

static void add_comments(const FerryTable *table, GPtrArray *statements)
{
	g_autofree char *name = ferry_pg_ddl_table_name(table);
	g_autofree char *object = ferry_table_display_name(table);
	add_comment("TABLE", name, object, table->comment, statements);
	for (guint i = 0; i < table->columns->len; i++) {
		const FerryColumnDef *column = table->columns->pdata[i];
		g_autofree char *quoted = ferry_pg_quote_identifier(column->name);
		g_autofree char *full = g_strdup_printf("%s.%s", name, quoted);
		g_autofree char *shown = g_strdup_printf("%s.%s", object, column->name);
		add_comment("COLUMN", full, shown, column->comment, statements);
	}
	add_index_comment(table, table->primary_key, statements);
	for (guint i = 0; i < table->indexes->len; i++)
		add_index_comment(table, table->indexes->pdata[i], statements);
}

static void add_type_comments(const FerryCatalog *target, GPtrArray *statements)
{
	for (guint i = 0; i < target->types->len; i++) {
		const FerryUserType *t = target->types->pdata[i];
		g_autofree char *name = ferry_pg_qualified(t->schema, t->name);
		add_comment("TYPE", name, name, t->comment, statements);
	}
}

static void analyze(const FerryTable *table, GPtrArray *statements)
{
	g_autofree char *object = ferry_table_display_name(table);
	GString *sql = g_string_new("ANALYZE ");
	ferry_pg_append_qualified(sql, table->schema, table->name);
	ferry_pg_ddl_add(statements, "statistics", object, sql);
}

/* ---- dispatch ---- */

static void ddl_of_catalog(const FerryCatalog *target, FerryDdlPhase phase, GPtrArray *statements)
{
	switch (phase) {
	case FERRY_DDL_DROP: drop_types(target, statements); break;
	case FERRY_DDL_SCHEMAS: create_schemas(target, statements); break;
	case FERRY_DDL_TABLES: ferry_pg_ddl_create_sequences(target, statements); break;
	case FERRY_DDL_TRUNCATE: truncate_all(target, statements); break;
	case FERRY_DDL_SEQUENCES: ferry_pg_ddl_set_sequences(target, statements); break;
	case FERRY_DDL_VIEWS: ferry_pg_ddl_create_views(target, statements); break;
	case FERRY_DDL_COMMENTS: add_type_comments(target, statements); break;
	default: break;
	}
}

static void ddl_of_table(const FerryCatalog *target, const FerryTable *table, FerryDdlPhase phase,
			 GPtrArray *statements)
{
	switch (phase) {
	case FERRY_DDL_DROP: drop_table(table, statements); break;
	case FERRY_DDL_TABLES: ferry_pg_ddl_create_table(target, table, statements); break;
	case FERRY_DDL_TRUNCATE: truncate_table(target, table, statements); break;
	case FERRY_DDL_KEYS: ferry_pg_ddl_keys(table, statements); break;
	case FERRY_DDL_INDEXES: ferry_pg_ddl_indexes(table, statements); break;
	case FERRY_DDL_FOREIGN_KEYS: ferry_pg_ddl_foreign_keys(table, statements); break;
	case FERRY_DDL_CHECKS:
		ferry_pg_ddl_checks(table, statements);
		ferry_pg_ddl_late_defaults(target, table, statements);
		break;
	case FERRY_DDL_SEQUENCES: ferry_pg_ddl_set_identities(table, statements); break;
	case FERRY_DDL_COMMENTS: add_comments(table, statements); break;
	case FERRY_DDL_ANALYZE: analyze(table, statements); break;
	default: break;
	}
}

void ferry_pg_ddl(const FerryCatalog *target, const FerryTable *table, FerryDdlPhase phase,
		  GPtrArray *statements)
{
	if (table == NULL)
		ddl_of_catalog(target, phase, statements);
	else
		ddl_of_table(target, table, phase, statements);
}
