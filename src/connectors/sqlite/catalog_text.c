/*
 * The part of the catalog that comes from the text of the statements, and what only makes sense once all
 * tables are there.
 */
#include "connectors/sqlite/catalog.h"

#include <string.h>

/* ---- columns ---- */

static bool is_known_collation(const char *name)
{
	return g_ascii_strcasecmp(name, "BINARY") == 0 || g_ascii_strcasecmp(name, "NOCASE") == 0 ||
	       g_ascii_strcasecmp(name, "RTRIM") == 0;
}

static void add_collation(SqliteCatalogBuilder *b, FerryTable *table, FerryColumnDef *column)
{
	const char *collation = NULL;

	if (sqlite3_table_column_metadata(b->connection->db, "main", table->name, column->name, NULL,
					  &collation, NULL, NULL, NULL) != SQLITE_OK)
		return;
	if (!collation || g_ascii_strcasecmp(collation, "BINARY") == 0)
		return;
	column->collation = g_strdup(collation);
	if (!is_known_collation(collation))
		ferry_table_note(
			table, FERRY_SEVERITY_WARNING, column->name,
			"its collation %s is made by a program and not in the file: sorting may differ",
			collation);
}

static void add_column_texts(SqliteCatalogBuilder *b, FerryTable *table, const SqliteDdl *ddl)
{
	for (guint i = 0; i < table->columns->len; i++)
		add_collation(b, table, table->columns->pdata[i]);
	for (guint i = 0; i < ddl->columns->len; i++) {
		const SqliteDdlColumn *text = ddl->columns->pdata[i];
		FerryColumnDef *column = text->generated ? ferry_table_find_column(table, text->name) : NULL;
		if (column && column->generated != FERRY_GENERATED_NONE)
			column->generated_expression = g_strdup(text->generated);
	}
}

void ferry_sqlite_add_column_texts(SqliteCatalogBuilder *b)
{
	for (guint i = 0; i < b->catalog->tables->len; i++) {
		FerryTable *table = b->catalog->tables->pdata[i];
		add_column_texts(b, table, g_hash_table_lookup(b->ddl, table));
	}
}

/* ---- identities ---- */

/* INTEGER PRIMARY KEY is the rowid under another name (and "INTEGER PRIMARY KEY DESC" is not, for a slip of
 * 2005 that was kept: https://www.sqlite.org/lang_createtable.html#rowids_and_the_integer_primary_key). It
 * has no index of its own. Both kinds number new rows; AUTO is AUTOINCREMENT, which never reuses a number. */
static void add_identity(SqliteCatalogBuilder *b, FerryTable *table, const SqliteDdl *ddl)
{
	const FerryIndex *key = table->primary_key;

	if (!key || table->without_rowid || key->parts->len != 1 ||
	    g_hash_table_contains(b->has_key_index, table))
		return;
	FerryColumnDef *column =
		ferry_table_find_column(table, ((FerryIndexPart *)key->parts->pdata[0])->column);
	if (!column || g_ascii_strcasecmp(column->native_type, "INTEGER") != 0)
		return;
	column->identity = ddl->is_autoincrement ? FERRY_IDENTITY_AUTO : FERRY_IDENTITY_BY_DEFAULT;
	column->not_null = true;
	column->default_kind = FERRY_DEFAULT_NONE; /* SQLite never uses one here */
	g_clear_pointer(&column->default_text, g_free);
}

void ferry_sqlite_add_identities(SqliteCatalogBuilder *b)
{
	for (guint i = 0; i < b->catalog->tables->len; i++) {
		FerryTable *table = b->catalog->tables->pdata[i];
		add_identity(b, table, g_hash_table_lookup(b->ddl, table));
	}
}

/* ---- constraints ---- */

static bool same_columns(const SqliteDdlKey *key, const FerryIndex *index)
{
	if (key->columns->len != index->parts->len)
		return false;
	for (guint i = 0; i < index->parts->len; i++) {
		const FerryIndexPart *part = index->parts->pdata[i];
		if (!part->column || g_ascii_strcasecmp(part->column, key->columns->pdata[i]) != 0)
			return false;
	}
	return true;
}

static void add_key_name(FerryTable *table, const SqliteDdlKey *key)
{
	if (key->is_primary && table->primary_key && !table->primary_key->name)
		table->primary_key->name = g_strdup(key->name);
	for (guint i = 0; !key->is_primary && i < table->indexes->len; i++) {
		FerryIndex *index = table->indexes->pdata[i];
		if (index->is_constraint && !index->name && same_columns(key, index)) {
			index->name = g_strdup(key->name);
			return;
		}
	}
}

static void add_index_texts(FerryIndex *index)
{
	g_autoptr(GPtrArray) terms = NULL;

	if (!index->definition)
		return;
	ferry_sqlite_parse_index(index->definition, &terms, &index->predicate);
	for (guint i = 0; i < index->parts->len && i < terms->len; i++) {
		FerryIndexPart *part = index->parts->pdata[i];
		if (!part->column)
			part->expression = g_strdup(terms->pdata[i]);
	}
}

static void add_foreign_key_texts(FerryTable *table, const SqliteDdl *ddl)
{
	if (ddl->foreign_keys->len != table->foreign_keys->len)
		return;
	for (guint i = 0; i < ddl->foreign_keys->len; i++) {
		const SqliteDdlForeignKey *text = ddl->foreign_keys->pdata[i];
		FerryForeignKey *key = table->foreign_keys->pdata[i];
		key->name = g_strdup(text->name);
		key->deferrable = text->deferrable;
		key->initially_deferred = text->initially_deferred;
	}
}

static void replace(char **text, const char *with)
{
	g_free(*text);
	*text = g_strdup(with);
}

static const char *column_spelling(const FerryTable *table, const char *name)
{
	for (guint i = 0; i < table->columns->len; i++) {
		const FerryColumnDef *column = table->columns->pdata[i];
		if (g_ascii_strcasecmp(column->name, name) == 0)
			return column->name;
	}
	return name;
}

/* A column without a type that refers to another one is of its type, as far as a declaration can tell. */
static void guess_types(FerryTable *table, const FerryForeignKey *key, const FerryTable *ref)
{
	for (guint i = 0; i < key->columns->len; i++) {
		FerryColumnDef *column = ferry_table_find_column(table, key->columns->pdata[i]);
		const char *name = NULL;

		if (i < key->ref_columns->len)
			name = column_spelling(ref, key->ref_columns->pdata[i]);
		else if (ref->primary_key && i < ref->primary_key->parts->len)
			name = ((FerryIndexPart *)ref->primary_key->parts->pdata[i])->column;
		const FerryColumnDef *ref_column = name ? ferry_table_find_column(ref, name) : NULL;
		if (column && ref_column && !*column->native_type)
			column->type = ref_column->type;
	}
}

/* References are written in any case; the catalog has one spelling of each name. */
static void respell_references(GHashTable *by_lower, FerryTable *table)
{
	for (guint i = 0; i < table->foreign_keys->len; i++) {
		FerryForeignKey *key = table->foreign_keys->pdata[i];
		g_autofree char *lower = g_ascii_strdown(key->ref_table, -1);
		const FerryTable *ref = g_hash_table_lookup(by_lower, lower);

		if (!ref)
			continue;
		replace(&key->ref_table, ref->name);
		guess_types(table, key, ref);
		for (guint j = 0; j < key->ref_columns->len; j++)
			replace((char **)&key->ref_columns->pdata[j],
				column_spelling(ref, key->ref_columns->pdata[j]));
	}
}

static void add_texts(FerryTable *table, SqliteDdl *ddl)
{
	for (guint i = 0; i < ddl->keys->len; i++)
		add_key_name(table, ddl->keys->pdata[i]);
	for (guint i = 0; i < table->indexes->len; i++)
		add_index_texts(table->indexes->pdata[i]);
	add_foreign_key_texts(table, ddl);
	while (ddl->checks->len > 0)
		g_ptr_array_add(table->checks, g_ptr_array_steal_index(ddl->checks, 0));
	if (ddl->has_conflict_clause)
		ferry_table_note(table, FERRY_SEVERITY_WARNING, NULL,
				 "ON CONFLICT clauses of its constraints are not converted: a violation is "
				 "an error in the target");
}

void ferry_sqlite_add_constraint_texts(SqliteCatalogBuilder *b)
{
	g_autoptr(GHashTable) by_lower = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	GPtrArray *tables = b->catalog->tables;

	for (guint i = 0; i < tables->len; i++) {
		FerryTable *table = tables->pdata[i];
		g_hash_table_insert(by_lower, g_ascii_strdown(table->name, -1), table);
		add_texts(table, g_hash_table_lookup(b->ddl, table));
	}
	for (guint i = 0; i < tables->len; i++)
		respell_references(by_lower, tables->pdata[i]);
}
