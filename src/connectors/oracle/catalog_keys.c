/* Constraints: primary and unique keys, foreign keys, checks. */
#include "connectors/oracle/catalog.h"

#include <string.h>

enum {
	K_NAME,
	K_TYPE,
	K_TABLE,
	K_CONDITION,
	K_REF_OWNER,
	K_REF_NAME,
	K_DELETE_RULE,
	K_STATUS,
	K_VALIDATED,
	K_DEFERRABLE,
	K_DEFERRED,
	K_INDEX,
	K_GENERATED
};

void ferry_oracle_key_free(FerryOracleKey *key)
{
	g_free(key->ref_owner);
	g_free(key->ref_name);
	g_free(key);
}

static FerryOracleKey *add_key(FerryOracleCatalogBuilder *b, FerryTable *table, const char *name)
{
	FerryOracleKey *key = g_new0(FerryOracleKey, 1);

	key->table = table;
	g_hash_table_insert(b->keys, g_strdup(name), key);
	return key;
}

/* A name that the server has made up means nothing elsewhere. */
static const char *own_name(char **row)
{
	return g_strcmp0(row[K_GENERATED], "GENERATED NAME") == 0 ? NULL : row[K_NAME];
}

static void add_unique(FerryOracleCatalogBuilder *b, FerryTable *table, char **row)
{
	FerryIndex *index = ferry_index_new(own_name(row));

	index->is_primary = row[K_TYPE][0] == 'P';
	index->is_unique = index->is_constraint = true;
	index->deferrable = g_strcmp0(row[K_DEFERRABLE], "DEFERRABLE") == 0;
	index->initially_deferred = g_strcmp0(row[K_DEFERRED], "DEFERRED") == 0;
	if (index->is_primary)
		table->primary_key = index;
	else
		g_ptr_array_add(table->indexes, index);
	add_key(b, table, row[K_NAME])->index = index;
	if (row[K_INDEX])
		g_hash_table_add(b->key_indexes, g_strdup(row[K_INDEX]));
}

static void add_foreign_key(FerryOracleCatalogBuilder *b, FerryTable *table, char **row)
{
	bool is_elsewhere = g_strcmp0(row[K_REF_OWNER], b->connection->schema) != 0;
	FerryForeignKey *fk =
		ferry_foreign_key_new(own_name(row), is_elsewhere ? row[K_REF_OWNER] : NULL, "");
	FerryOracleKey *key = add_key(b, table, row[K_NAME]);

	fk->on_delete = g_strcmp0(row[K_DELETE_RULE], "CASCADE") == 0    ? FERRY_FK_CASCADE
			: g_strcmp0(row[K_DELETE_RULE], "SET NULL") == 0 ? FERRY_FK_SET_NULL
									 : FERRY_FK_NO_ACTION;
	fk->deferrable = g_strcmp0(row[K_DEFERRABLE], "DEFERRABLE") == 0;
	fk->initially_deferred = g_strcmp0(row[K_DEFERRED], "DEFERRED") == 0;
	g_ptr_array_add(table->foreign_keys, fk);
	key->foreign_key = fk;
	key->ref_owner = g_strdup(row[K_REF_OWNER]);
	key->ref_name = g_strdup(row[K_REF_NAME]);
}

/* "COLUMN" IS NOT NULL, which the column says itself. */
static bool is_not_null(const FerryTable *table, const char *condition)
{
	if (condition[0] != '"' || !g_str_has_suffix(condition, "\" IS NOT NULL"))
		return false;
	g_autofree char *name = g_strndup(condition + 1, strlen(condition) - 1 - strlen("\" IS NOT NULL"));
	const FerryColumnDef *column = ferry_table_find_column(table, name);
	return !strchr(name, '"') && (!column || column->not_null);
}

static void add_check(FerryTable *table, char **row)
{
	g_autofree char *condition = row[K_CONDITION] ? g_strstrip(g_strdup(row[K_CONDITION])) : NULL;

	if (condition && *condition && !is_not_null(table, condition))
		g_ptr_array_add(table->checks, ferry_check_new(own_name(row), condition));
}

static const char *kind_name(char type)
{
	switch (type) {
	case 'P': return "primary key";
	case 'U': return "unique constraint";
	case 'R': return "foreign key";
	default: return "check";
	}
}

static bool on_constraint(char **row, gpointer data, GError **error)
{
	FerryOracleCatalogBuilder *b = data;
	FerryTable *table = ferry_oracle_builder_find(b, row[K_TABLE]);
	char type = row[K_TYPE] ? row[K_TYPE][0] : '?';

	if (!table || !row[K_NAME])
		return true;
	if (g_strcmp0(row[K_STATUS], "DISABLED") == 0) {
		if (type != 'C' || !row[K_CONDITION] || !is_not_null(table, row[K_CONDITION]))
			ferry_table_note(table, FERRY_SEVERITY_WARNING, NULL,
					 "%s %s is disabled, and is left out", kind_name(type), row[K_NAME]);
		return true;
	}
	if (g_strcmp0(row[K_VALIDATED], "NOT VALIDATED") == 0)
		ferry_table_note(table, FERRY_SEVERITY_WARNING, NULL,
				 "%s %s is not validated in the source: rows may violate it", kind_name(type),
				 row[K_NAME]);
	switch (type) {
	case 'P':
	case 'U': add_unique(b, table, row); break;
	case 'R': add_foreign_key(b, table, row); break;
	case 'C': add_check(table, row); break;
	default: break;
	}
	return true;
}

/* ---- their columns ---- */

/* constraint, column; in order */
static bool on_key_column(char **row, gpointer data, GError **error)
{
	FerryOracleCatalogBuilder *b = data;
	FerryOracleKey *key = row[0] ? g_hash_table_lookup(b->keys, row[0]) : NULL;

	if (!key || !row[1])
		return true;
	if (key->index)
		g_ptr_array_add(key->index->parts, ferry_index_part_new(row[1]));
	else
		g_ptr_array_add(key->foreign_key->columns, g_strdup(row[1]));
	return true;
}

static void refer(FerryForeignKey *fk, const FerryOracleKey *to)
{
	g_free(fk->ref_table);
	fk->ref_table = g_strdup(to->table->name);
	for (guint i = 0; i < to->index->parts->len; i++)
		g_ptr_array_add(fk->ref_columns,
				g_strdup(((FerryIndexPart *)to->index->parts->pdata[i])->column));
}

/* owner, constraint, table, column of keys elsewhere */
static bool on_foreign_column(char **row, gpointer data, GError **error)
{
	FerryOracleCatalogBuilder *b = data;
	GHashTableIter iter;
	gpointer value;

	g_hash_table_iter_init(&iter, b->keys);
	while (g_hash_table_iter_next(&iter, NULL, &value)) {
		FerryOracleKey *key = value;
		if (!key->foreign_key || !key->foreign_key->ref_schema || g_strcmp0(key->ref_owner, row[0]) ||
		    g_strcmp0(key->ref_name, row[1]))
			continue;
		g_free(key->foreign_key->ref_table);
		key->foreign_key->ref_table = g_strdup(row[2]);
		g_ptr_array_add(key->foreign_key->ref_columns, g_strdup(row[3]));
	}
	return true;
}

static bool read_elsewhere(FerryOracleCatalogBuilder *b, GHashTable *owners, GError **error)
{
	g_autoptr(GString) sql =
		g_string_new("SELECT OWNER, CONSTRAINT_NAME, TABLE_NAME, COLUMN_NAME FROM ALL_CONS_COLUMNS"
			     " WHERE OWNER IN (");
	GHashTableIter iter;
	gpointer owner;
	bool is_first = true;

	g_hash_table_iter_init(&iter, owners);
	while (g_hash_table_iter_next(&iter, &owner, NULL)) {
		g_string_append(sql, is_first ? "" : ", ");
		ferry_oracle_append_literal(sql, owner);
		is_first = false;
	}
	g_string_append(sql, ") ORDER BY OWNER, CONSTRAINT_NAME, POSITION");
	return ferry_oracle_each(b->connection, sql->str, "cannot list the keys of other schemas",
				 on_foreign_column, b, error);
}

static bool resolve(FerryOracleCatalogBuilder *b, GError **error)
{
	g_autoptr(GHashTable) owners = g_hash_table_new(g_str_hash, g_str_equal);
	GHashTableIter iter;
	gpointer value;

	g_hash_table_iter_init(&iter, b->keys);
	while (g_hash_table_iter_next(&iter, NULL, &value)) {
		FerryOracleKey *key = value;
		if (!key->foreign_key)
			continue;
		const FerryOracleKey *to = key->ref_name ? g_hash_table_lookup(b->keys, key->ref_name) : NULL;
		if (key->foreign_key->ref_schema)
			g_hash_table_add(owners, key->foreign_key->ref_schema);
		else if (to && to->index)
			refer(key->foreign_key, to);
	}
	return g_hash_table_size(owners) == 0 || read_elsewhere(b, owners, error);
}

/* Those whose table is not known (a disabled key, one that may not be seen) cannot be made. */
static void drop_unresolved(FerryOracleCatalogBuilder *b)
{
	for (guint t = 0; t < b->catalog->tables->len; t++) {
		FerryTable *table = b->catalog->tables->pdata[t];
		for (guint i = table->foreign_keys->len; i-- > 0;) {
			FerryForeignKey *fk = table->foreign_keys->pdata[i];
			if (*fk->ref_table)
				continue;
			g_autofree char *columns = ferry_names_join(fk->columns, ", ");
			ferry_table_note(table, FERRY_SEVERITY_LOSS, NULL,
					 "foreign key %s%sover %s is left out: the key that it refers to is "
					 "not to be seen",
					 fk->name ? fk->name : "", fk->name ? " " : "", columns);
			g_ptr_array_remove_index(table->foreign_keys, i);
		}
	}
}

/* ---- types of both ends ---- */

static bool is_integer(FerryTypeId id)
{
	return id >= FERRY_TYPE_INT8 && id <= FERRY_TYPE_INT64;
}

/* A NUMBER that refers to an integer holds nothing else, and targets want one type on both ends. */
static bool align_key(const FerryCatalog *catalog, FerryTable *table, const FerryForeignKey *fk)
{
	const FerryTable *to =
		fk->ref_schema ? NULL : ferry_catalog_find_table(catalog, table->schema, fk->ref_table);
	bool has_changed = false;

	for (guint i = 0; to && i < fk->columns->len && i < fk->ref_columns->len; i++) {
		FerryColumnDef *column = ferry_table_find_column(table, fk->columns->pdata[i]);
		const FerryColumnDef *other = ferry_table_find_column(to, fk->ref_columns->pdata[i]);
		if (!column || !other || column->type.id != FERRY_TYPE_DECIMAL || column->type.scale != 0 ||
		    !is_integer(other->type.id))
			continue;
		column->type = other->type;
		has_changed = true;
	}
	return has_changed;
}

void ferry_oracle_align_keys(const FerryCatalog *catalog)
{
	bool has_changed;

	/* Each round settles what refers to the round's before. */
	do {
		has_changed = false;
		for (guint t = 0; t < catalog->tables->len; t++) {
			FerryTable *table = catalog->tables->pdata[t];
			for (guint i = 0; i < table->foreign_keys->len; i++)
				has_changed |= align_key(catalog, table, table->foreign_keys->pdata[i]);
		}
	} while (has_changed);
}

bool ferry_oracle_read_constraints(FerryOracleCatalogBuilder *b, GError **error)
{
	if (!ferry_oracle_builder_each(
		    b,
		    "SELECT CONSTRAINT_NAME, CONSTRAINT_TYPE, TABLE_NAME, SEARCH_CONDITION, R_OWNER, "
		    "R_CONSTRAINT_NAME,"
		    " DELETE_RULE, STATUS, VALIDATED, DEFERRABLE, DEFERRED, INDEX_NAME, GENERATED FROM "
		    "ALL_CONSTRAINTS"
		    " WHERE OWNER = %s AND CONSTRAINT_TYPE IN ('P', 'U', 'R', 'C') ORDER BY TABLE_NAME, "
		    "CONSTRAINT_NAME",
		    "cannot list the constraints", on_constraint, error) ||
	    !ferry_oracle_builder_each(
		    b,
		    "SELECT CONSTRAINT_NAME, COLUMN_NAME FROM ALL_CONS_COLUMNS WHERE OWNER = %s"
		    " AND POSITION IS NOT NULL ORDER BY CONSTRAINT_NAME, POSITION",
		    "cannot list the keys' columns", on_key_column, error) ||
	    !resolve(b, error))
		return false;
	drop_unresolved(b);
	ferry_oracle_align_keys(b->catalog);
	return true;
}
