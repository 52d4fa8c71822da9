/*
 * The catalog, from sqlite_schema and the pragmas as table-valued functions: one query each for the columns,
 * the indexes and the foreign keys of all tables, so that thousands of tables take no longer than they must.
 * What pragmas do not tell comes from the text of the statements (ddl_parse.h, joined on in catalog_text.c).
 *
 * Left out: SQLite's own tables, shadow tables of virtual ones, and those that Ferry keeps in targets.
 * Virtual tables, views and triggers are named as other objects.
 */
#include "connectors/sqlite/catalog.h"

#include "connectors/own_tables.h"

#include <string.h>

/* The tables that we list; t is the table, ?1 the name of the only one that is asked for, or NULL. */
#define OUR_TABLES                                                                                           \
	"FROM pragma_table_list t WHERE t.schema = 'main' AND t.type = 'table' AND t.name NOT LIKE "         \
	"'sqlite\\_%' ESCAPE '\\' AND (?1 IS NULL OR t.name = ?1)"

static const char tables_sql[] =
	"SELECT l.name, l.wr, l.strict, s.sql FROM (SELECT t.name, t.wr, t.strict " OUR_TABLES
	") l JOIN sqlite_schema s ON s.name = l.name AND s.type = 'table' ORDER BY l.name";

static const char columns_sql[] =
	"SELECT l.name, x.name, x.type, x.\"notnull\", x.dflt_value, x.pk, x.hidden "
	"FROM (SELECT t.name " OUR_TABLES ") l, pragma_table_xinfo(l.name, 'main') x "
	"WHERE x.hidden <> 1";

static const char indexes_sql[] =
	"SELECT l.name, i.name, i.\"unique\", i.origin, x.cid, x.name, x.\"desc\", x.coll, s.sql "
	"FROM (SELECT t.name " OUR_TABLES
	") l, pragma_index_list(l.name, 'main') i, pragma_index_xinfo(i.name, 'main') x "
	"LEFT JOIN sqlite_schema s ON s.type = 'index' AND s.name = i.name "
	"WHERE x.key ORDER BY l.name, i.seq DESC, x.seqno";

static const char foreign_keys_sql[] =
	"SELECT l.name, f.id, f.\"table\", f.\"from\", f.\"to\", f.on_update, f.on_delete, f.\"match\" "
	"FROM (SELECT t.name " OUR_TABLES
	") l, pragma_foreign_key_list(l.name, 'main') f ORDER BY l.name, f.id DESC, f.seq";

static const char others_sql[] = "SELECT CASE WHEN t.type = 'virtual' THEN 'virtual table' ELSE s.type END, "
				 "s.name, s.sql FROM sqlite_schema s "
				 "LEFT JOIN (SELECT * FROM pragma_table_list WHERE schema = 'main') t ON "
				 "t.name = s.name AND s.type <> 'trigger' "
				 "WHERE s.type IN ('view', 'trigger') OR t.type = 'virtual' ORDER BY s.name";

const char *ferry_sqlite_column_text(sqlite3_stmt *statement, int i)
{
	return (const char *)sqlite3_column_text(statement, i);
}

/* ---- tables and columns ---- */

static void add_table(SqliteCatalogBuilder *b, sqlite3_stmt *row)
{
	FerryTable *table = ferry_table_new(NULL, ferry_sqlite_column_text(row, 0));
	const char *sql = ferry_sqlite_column_text(row, 3);

	table->without_rowid = sqlite3_column_int(row, 1) != 0;
	table->is_strict = sqlite3_column_int(row, 2) != 0;
	table->connector_data = g_new0(SqliteTable, 1);
	table->connector_data_free = g_free;
	g_ptr_array_add(b->catalog->tables, table);
	g_hash_table_insert(b->tables, table->name, table);
	g_hash_table_insert(b->ddl, table, ferry_sqlite_parse_table(sql ? sql : ""));
}

static FerryIndex *primary_key(FerryTable *table)
{
	if (!table->primary_key) {
		table->primary_key = ferry_index_new(NULL);
		table->primary_key->is_primary = table->primary_key->is_unique =
			table->primary_key->is_constraint = true;
	}
	return table->primary_key;
}

/* Columns come in the order of the table; pk says the place in the key, from 1. */
static void add_key_column(FerryTable *table, const char *column, int place)
{
	GPtrArray *parts = primary_key(table)->parts;

	while (parts->len < (guint)place)
		g_ptr_array_add(parts, ferry_index_part_new(NULL));
	FerryIndexPart *part = parts->pdata[place - 1];
	g_free(part->column);
	part->column = g_strdup(column);
}

static void add_column(SqliteCatalogBuilder *b, sqlite3_stmt *row)
{
	FerryTable *table = g_hash_table_lookup(b->tables, ferry_sqlite_column_text(row, 0));
	const char *declared = ferry_sqlite_column_text(row, 2);
	int place = sqlite3_column_int(row, 5), hidden = sqlite3_column_int(row, 6);

	if (!table)
		return;
	FerryColumnDef *column = ferry_column_def_new(ferry_sqlite_column_text(row, 1));
	column->native_type = g_strdup(declared ? declared : "");
	column->type = ferry_sqlite_declared(declared).type;
	column->not_null = sqlite3_column_int(row, 3) != 0;
	column->generated = hidden == 2   ? FERRY_GENERATED_VIRTUAL
			    : hidden == 3 ? FERRY_GENERATED_STORED
					  : FERRY_GENERATED_NONE;
	if (column->generated == FERRY_GENERATED_NONE)
		ferry_sqlite_parse_default(ferry_sqlite_column_text(row, 4), column);
	if (place > 0)
		add_key_column(table, column->name, place);
	g_ptr_array_add(table->columns, column);
}

/* ---- indexes ---- */

/* What the index's own collation adds to that of its column. */
static void set_collation(const FerryTable *table, FerryIndexPart *part, const char *collation)
{
	const FerryColumnDef *column = part->column ? ferry_table_find_column(table, part->column) : NULL;
	const char *usual = column && column->collation ? column->collation : "BINARY";

	if (collation && g_ascii_strcasecmp(collation, usual) != 0)
		part->collation = g_strdup(collation);
}

static void add_index_part(FerryTable *table, FerryIndex *index, sqlite3_stmt *row)
{
	const char *column = sqlite3_column_int(row, 4) >= 0 ? ferry_sqlite_column_text(row, 5) : NULL;
	FerryIndexPart *part = ferry_index_part_new(column);

	part->descending = sqlite3_column_int(row, 6) != 0;
	set_collation(table, part, ferry_sqlite_column_text(row, 7));
	g_ptr_array_add(index->parts, part);
}

/* The key's columns are known from table_xinfo; its index says how they are sorted. */
static void refine_primary_key(FerryTable *table, sqlite3_stmt *row)
{
	const char *name = ferry_sqlite_column_text(row, 5);

	for (guint i = 0; name && table->primary_key && i < table->primary_key->parts->len; i++) {
		FerryIndexPart *part = table->primary_key->parts->pdata[i];
		if (part->column && strcmp(part->column, name) == 0) {
			part->descending = sqlite3_column_int(row, 6) != 0;
			set_collation(table, part, ferry_sqlite_column_text(row, 7));
		}
	}
}

static FerryIndex *index_for_row(SqliteCatalogBuilder *b, FerryTable *table, sqlite3_stmt *row)
{
	const char *name = ferry_sqlite_column_text(row, 1);

	if (b->index && b->index_table == table && strcmp(b->index_name, name) == 0)
		return b->index;
	const char *origin = ferry_sqlite_column_text(row, 3);
	bool is_constraint = origin && *origin == 'u';
	b->index = ferry_index_new(is_constraint ? NULL : name);
	b->index->is_unique = sqlite3_column_int(row, 2) != 0;
	b->index->is_constraint = is_constraint;
	b->index->definition = g_strdup(ferry_sqlite_column_text(row, 8));
	b->index_table = table;
	g_free(b->index_name);
	b->index_name = g_strdup(name);
	g_ptr_array_add(table->indexes, b->index);
	return b->index;
}

static void add_index_row(SqliteCatalogBuilder *b, sqlite3_stmt *row)
{
	FerryTable *table = g_hash_table_lookup(b->tables, ferry_sqlite_column_text(row, 0));
	const char *origin = ferry_sqlite_column_text(row, 3);

	if (!table)
		return;
	if (origin && strcmp(origin, "pk") == 0) {
		refine_primary_key(table, row);
		g_hash_table_add(b->has_key_index, table);
	} else {
		add_index_part(table, index_for_row(b, table, row), row);
	}
}

/* ---- foreign keys ---- */

static FerryFkAction fk_action(const char *text)
{
	static const char *const actions[] = {
		[FERRY_FK_NO_ACTION] = "NO ACTION",     [FERRY_FK_RESTRICT] = "RESTRICT",
		[FERRY_FK_CASCADE] = "CASCADE",         [FERRY_FK_SET_NULL] = "SET NULL",
		[FERRY_FK_SET_DEFAULT] = "SET DEFAULT",
	};
	for (size_t i = 0; text && i < G_N_ELEMENTS(actions); i++)
		if (g_ascii_strcasecmp(text, actions[i]) == 0)
			return (FerryFkAction)i;
	return FERRY_FK_NO_ACTION;
}

static void add_foreign_key_row(SqliteCatalogBuilder *b, sqlite3_stmt *row)
{
	FerryTable *table = g_hash_table_lookup(b->tables, ferry_sqlite_column_text(row, 0));
	int id = sqlite3_column_int(row, 1);
	const char *to = ferry_sqlite_column_text(row, 4);

	if (!table)
		return;
	if (!b->foreign_key || b->foreign_key_table != table || b->foreign_key_id != id) {
		b->foreign_key = ferry_foreign_key_new(NULL, NULL, ferry_sqlite_column_text(row, 2));
		b->foreign_key->on_update = fk_action(ferry_sqlite_column_text(row, 5));
		b->foreign_key->on_delete = fk_action(ferry_sqlite_column_text(row, 6));
		b->foreign_key_table = table;
		b->foreign_key_id = id;
		g_ptr_array_add(table->foreign_keys, b->foreign_key);
	}
	g_ptr_array_add(b->foreign_key->columns, g_strdup(ferry_sqlite_column_text(row, 3)));
	if (to)
		g_ptr_array_add(b->foreign_key->ref_columns, g_strdup(to));
}

static void add_other(SqliteCatalogBuilder *b, sqlite3_stmt *row)
{
	FerryOther *other =
		ferry_other_new(ferry_sqlite_column_text(row, 0), NULL, ferry_sqlite_column_text(row, 1));

	other->definition = g_strdup(ferry_sqlite_column_text(row, 2));
	g_ptr_array_add(b->catalog->others, other);
}

/* ---- counts ---- */

const FerryColumnDef *ferry_sqlite_rowid_alias(const FerryTable *table)
{
	const FerryIndex *key = table->primary_key;

	if (table->without_rowid || table->query || !key || key->parts->len != 1)
		return NULL;
	const FerryColumnDef *column =
		ferry_table_find_column(table, ((FerryIndexPart *)key->parts->pdata[0])->column);
	return column && column->identity != FERRY_IDENTITY_NONE ? column : NULL;
}

const char *ferry_sqlite_rowid_name(const FerryTable *table)
{
	static const char *const names[] = {"rowid", "_rowid_", "oid"};

	for (size_t i = 0; !table->without_rowid && !table->query && i < G_N_ELEMENTS(names); i++) {
		bool is_hidden = false;
		for (guint j = 0; j < table->columns->len; j++) {
			const FerryColumnDef *column = table->columns->pdata[j];
			is_hidden |= g_ascii_strcasecmp(column->name, names[i]) == 0 &&
				     column != ferry_sqlite_rowid_alias(table);
		}
		if (!is_hidden)
			return names[i];
	}
	return NULL;
}

/* The range of rowids bounds the number of rows, and says where the next one goes. */
static bool look_at_rowids(SqliteCatalogBuilder *b, FerryTable *table, GError **error)
{
	const char *rowid = ferry_sqlite_rowid_name(table);
	FerryColumnDef *alias = (FerryColumnDef *)ferry_sqlite_rowid_alias(table);

	table->est_rows = -1;
	if (!rowid)
		return true;
	g_autofree char *name = ferry_sqlite_quote_identifier(table->name);
	g_autofree char *sql = g_strdup_printf("SELECT (SELECT min(%s) FROM %s), (SELECT max(%s) FROM %s)",
					       rowid, name, rowid, name);
	g_autoptr(sqlite3_stmt) statement = ferry_sqlite_prepare(b->connection, sql, table->name, error);
	if (!statement ||
	    ferry_sqlite_step(b->connection, statement, table->name, error) == FERRY_STEP_FAILED)
		return false;
	bool is_empty = sqlite3_column_type(statement, 0) == SQLITE_NULL;
	int64_t min = sqlite3_column_int64(statement, 0), max = sqlite3_column_int64(statement, 1);
	table->est_rows =
		is_empty ? 0 : (int64_t)MIN((uint64_t)max - (uint64_t)min, (uint64_t)INT64_MAX - 1) + 1;
	if (alias && !alias->has_identity_next && max < INT64_MAX) {
		alias->has_identity_next = true;
		alias->identity_next = MAX(max, 0) + 1;
	}
	return true;
}

/* AUTOINCREMENT never gives a number twice, so that its counter may be ahead of the rows. */
static void take_sequence(SqliteCatalogBuilder *b, sqlite3_stmt *row)
{
	FerryTable *table = g_hash_table_lookup(b->tables, ferry_sqlite_column_text(row, 0));
	FerryColumnDef *alias = table ? (FerryColumnDef *)ferry_sqlite_rowid_alias(table) : NULL;
	int64_t last = sqlite3_column_int64(row, 1);

	if (alias && alias->identity == FERRY_IDENTITY_AUTO && last < INT64_MAX) {
		alias->has_identity_next = true;
		alias->identity_next = last + 1;
	}
}

/* ---- all of it ---- */

static bool each_row(SqliteCatalogBuilder *b, const char *sql,
		     void (*take)(SqliteCatalogBuilder *, sqlite3_stmt *), GError **error)
{
	static const char what[] = "reading the catalog";
	FerryStep step;

	g_autoptr(sqlite3_stmt) statement = ferry_sqlite_prepare(b->connection, sql, what, error);
	if (!statement)
		return false;
	if (sqlite3_bind_parameter_count(statement) > 0)
		sqlite3_bind_text(statement, 1, b->connection->base.only_table, -1, SQLITE_STATIC);
	while ((step = ferry_sqlite_step(b->connection, statement, what, error)) == FERRY_STEP_MORE)
		take(b, statement);
	return step == FERRY_STEP_END;
}

static bool has_sequences(SqliteConnection *c)
{
	return sqlite3_table_column_metadata(c->db, "main", "sqlite_sequence", "seq", NULL, NULL, NULL, NULL,
					     NULL) == SQLITE_OK;
}

static bool fill(SqliteCatalogBuilder *b, GError **error)
{
	if (!each_row(b, tables_sql, add_table, error) || !each_row(b, columns_sql, add_column, error))
		return false;
	ferry_sqlite_add_column_texts(b);
	if (!each_row(b, indexes_sql, add_index_row, error))
		return false;
	ferry_sqlite_add_identities(b);
	if (!each_row(b, foreign_keys_sql, add_foreign_key_row, error) ||
	    !each_row(b, others_sql, add_other, error))
		return false;
	ferry_sqlite_add_constraint_texts(b);
	if (has_sequences(b->connection) &&
	    !each_row(b, "SELECT name, seq FROM sqlite_sequence", take_sequence, error))
		return false;
	for (guint i = 0; i < b->catalog->tables->len; i++)
		if (!look_at_rowids(b, b->catalog->tables->pdata[i], error))
			return false;
	return true;
}

/* Others may make and drop tables meanwhile. */
static bool fill_in_one_state(SqliteCatalogBuilder *b, GError **error)
{
	if (!ferry_sqlite_exec(b->connection, "SAVEPOINT ferry_catalog", error))
		return false;
	bool ok = fill(b, error);
	sqlite3_exec(b->connection->db, "RELEASE ferry_catalog", NULL, NULL, NULL);
	return ok;
}

bool ferry_sqlite_catalog(FerryConnection *base, FerryCatalog **ret_catalog, GError **error)
{
	g_autoptr(FerryCatalog) catalog = ferry_catalog_new("sqlite");
	SqliteCatalogBuilder b = {.connection = ferry_sqlite(base), .catalog = catalog};

	catalog->product = g_strdup(base->server_product);
	catalog->version = g_strdup(base->server_version);
	catalog->database = g_path_get_basename(b.connection->path);
	b.tables = g_hash_table_new(g_str_hash, g_str_equal);
	b.ddl = g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify)ferry_sqlite_ddl_free);
	b.has_key_index = g_hash_table_new(NULL, NULL);
	bool ok = fill_in_one_state(&b, error);
	g_hash_table_destroy(b.tables);
	g_hash_table_destroy(b.ddl);
	g_hash_table_destroy(b.has_key_index);
	g_free(b.index_name);
	if (!ok)
		return false;
	ferry_own_tables_leave_out(base->connector, catalog);
	*ret_catalog = g_steal_pointer(&catalog);
	return true;
}

bool ferry_sqlite_count(FerryConnection *base, const FerryTable *table, const char *predicate,
			int64_t *ret_rows, GError **error)
{
	SqliteConnection *c = ferry_sqlite(base);
	g_autoptr(GString) sql = g_string_new("SELECT count(*) FROM ");
	g_autofree char *what = g_strdup_printf("counting the rows of %s", table->name);

	ferry_sqlite_append_from(sql, table, predicate);
	g_autoptr(sqlite3_stmt) statement = ferry_sqlite_prepare(c, sql->str, what, error);
	if (!statement || ferry_sqlite_step(c, statement, what, error) == FERRY_STEP_FAILED)
		return false;
	*ret_rows = sqlite3_column_int64(statement, 0);
	return true;
}
