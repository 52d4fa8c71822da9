/*
 * What comes after the rows: primary keys and unique constraints, indexes, foreign keys and checks. A foreign
 * key or check that the rows violate is made NOT VALID instead: it then holds for new rows, and the report
 * says so.
 */
#include "connectors/postgres/ddl.h"

#include <string.h>

static GString *alter_table(const FerryTable *table)
{
	GString *sql = g_string_new("ALTER TABLE ");
	ferry_pg_append_qualified(sql, table->schema, table->name);
	g_string_append(sql, " ADD ");
	return sql;
}

static void append_constraint_name(GString *sql, const char *name)
{
	if (name == NULL)
		return;
	g_string_append(sql, "CONSTRAINT ");
	ferry_pg_append_identifier(sql, name);
	g_string_append_c(sql, ' ');
}

static char *object_on(const FerryTable *table, const char *name, const char *fallback)
{
	g_autofree char *display = ferry_table_display_name(table);
	return g_strdup_printf("%s on %s", name != NULL ? name : fallback, display);
}

static void append_deferrable(GString *sql, bool deferrable, bool initially_deferred)
{
	if (deferrable)
		g_string_append(sql, initially_deferred ? " DEFERRABLE INITIALLY DEFERRED" : " DEFERRABLE");
}

/* ---- keys ---- */

static void append_include(GString *sql, const FerryIndex *index)
{
	if (index->include->len == 0)
		return;
	g_string_append(sql, " INCLUDE (");
	ferry_pg_ddl_names(sql, index->include);
	g_string_append_c(sql, ')');
}

static void append_parts(GString *sql, const FerryIndex *index)
{
	g_string_append_c(sql, '(');
	for (guint i = 0; i < index->parts->len; i++) {
		const FerryIndexPart *part = index->parts->pdata[i];
		g_string_append(sql, i > 0 ? ", " : "");
		ferry_pg_append_identifier(sql, part->column);
	}
	g_string_append_c(sql, ')');
	append_include(sql, index);
}

/* ADD PRIMARY KEY keeps everybody else from the table while it builds its index; CREATE INDEX does not. NULL
 * where a column would have to be made NOT NULL first, which reads all rows once more. */
static char *key_beside_others(const FerryTable *table, const FerryIndex *index)
{
	if (!index->is_primary || index->name == NULL || index->deferrable || table->is_partitioned)
		return NULL; /* a partitioned table takes no index as its key */
	for (guint i = 0; i < index->parts->len; i++) {
		const FerryIndexPart *part = index->parts->pdata[i];
		const FerryColumnDef *column = ferry_table_find_column(table, part->column);
		if (column == NULL || !column->not_null)
			return NULL;
	}
	GString *sql = g_string_new("CREATE UNIQUE INDEX ");
	ferry_pg_append_identifier(sql, index->name);
	g_string_append(sql, " ON ");
	ferry_pg_append_qualified(sql, table->schema, table->name);
	g_string_append_c(sql, ' ');
	append_parts(sql, index);
	g_string_append(sql, ";\nALTER TABLE ");
	ferry_pg_append_qualified(sql, table->schema, table->name);
	g_string_append(sql, " ADD CONSTRAINT ");
	ferry_pg_append_identifier(sql, index->name);
	g_string_append(sql, " PRIMARY KEY USING INDEX ");
	ferry_pg_append_identifier(sql, index->name);
	return g_string_free(sql, FALSE);
}

static void add_key(const FerryTable *table, const FerryIndex *index, GPtrArray *statements)
{
	const char *what = index->is_primary ? "PRIMARY KEY" : "UNIQUE";
	g_autofree char *object =
		object_on(table, index->name, index->is_primary ? "primary key" : "unique key");
	GString *sql = alter_table(table);
	append_constraint_name(sql, index->name);
	g_string_append_printf(sql, "%s%s ", what, index->nulls_not_distinct ? " NULLS NOT DISTINCT" : "");
	append_parts(sql, index);
	append_deferrable(sql, index->deferrable, index->initially_deferred);
	FerryStatement *statement =
		ferry_pg_ddl_add(statements, index->is_primary ? "primary key" : "unique key", object, sql);
	statement->beside_sql = key_beside_others(table, index);
}

/* A constraint takes whole columns in their plain order; everything else of a unique key needs an index. */
static bool can_be_constraint(const FerryIndex *index)
{
	if (!index->is_unique || !index->is_constraint || index->predicate != NULL || index->parts->len == 0)
		return false;
	for (guint i = 0; i < index->parts->len; i++) {
		const FerryIndexPart *part = index->parts->pdata[i];
		if (part->column == NULL || part->prefix_len > 0 || part->descending ||
		    part->nulls_order != 0 || part->opclass != NULL || part->collation != NULL)
			return false;
	}
	return true;
}

void ferry_pg_ddl_keys(const FerryTable *table, GPtrArray *statements)
{
	if (table->primary_key != NULL && table->primary_key->parts->len > 0)
		add_key(table, table->primary_key, statements);
	for (guint i = 0; i < table->indexes->len; i++)
		if (can_be_constraint(table->indexes->pdata[i]))
			add_key(table, table->indexes->pdata[i], statements);
}

/* ---- indexes ---- */

static void append_part(GString *sql, const FerryTable *table, const FerryIndexPart *part)
{
	const FerryColumnDef *column =
		part->column != NULL ? ferry_table_find_column(table, part->column) : NULL;
	if (part->column == NULL) {
		g_string_append_printf(sql, "(%s)", part->expression);
	} else if (part->prefix_len > 0) {
		bool is_bytes = column != NULL && column->type.id == FERRY_TYPE_BYTES;
		g_string_append(sql, is_bytes ? "substr(" : "\"left\"(");
		ferry_pg_append_identifier(sql, part->column);
		if (!is_bytes && column != NULL && column->type.id != FERRY_TYPE_TEXT)
			g_string_append(sql, "::text");
		g_string_append_printf(sql, ", %s%" G_GINT64_FORMAT ")", is_bytes ? "1, " : "",
				       part->prefix_len);
	} else {
		ferry_pg_append_identifier(sql, part->column);
	}
	if (part->collation != NULL) {
		g_string_append(sql, " COLLATE ");
		ferry_pg_append_identifier(sql, part->collation);
	}
	if (part->opclass != NULL)
		g_string_append_printf(sql, " %s", part->opclass);
	if (part->descending)
		g_string_append(sql, " DESC");
	if (part->nulls_order != 0)
		g_string_append(sql, part->nulls_order == 1 ? " NULLS FIRST" : " NULLS LAST");
}

/* Hash indexes of PostgreSQL have one column and cannot be unique. */
static const char *method_of(const FerryIndex *index)
{
	if (index->method == NULL || strcmp(index->method, "btree") == 0)
		return NULL;
	if (strcmp(index->method, "hash") == 0 && (index->is_unique || index->parts->len > 1))
		return NULL;
	return index->method;
}

static bool is_foreign_method(const FerryIndex *index)
{
	return index->method != NULL &&
	       (strcmp(index->method, "fulltext") == 0 || strcmp(index->method, "spatial") == 0);
}

static void add_index(const FerryTable *table, const FerryIndex *index, GPtrArray *statements)
{
	g_autofree char *object = object_on(table, index->name, "index");
	GString *sql = g_string_new(index->is_unique ? "CREATE UNIQUE INDEX " : "CREATE INDEX ");
	if (index->name != NULL) {
		ferry_pg_append_identifier(sql, index->name);
		g_string_append_c(sql, ' ');
	}
	g_string_append(sql, "ON ");
	ferry_pg_append_qualified(sql, table->schema, table->name);
	const char *method = method_of(index);
	if (method != NULL)
		g_string_append_printf(sql, " USING %s", method);
	g_string_append(sql, " (");
	for (guint i = 0; i < index->parts->len; i++) {
		g_string_append(sql, i > 0 ? ", " : "");
		append_part(sql, table, index->parts->pdata[i]);
	}
	g_string_append_c(sql, ')');
	append_include(sql, index);
	if (index->nulls_not_distinct)
		g_string_append(sql, " NULLS NOT DISTINCT");
	if (index->predicate != NULL)
		g_string_append_printf(sql, " WHERE (%s)", index->predicate);
	ferry_pg_ddl_add(statements, "index", object, sql);
}

static void add_exclusion(const FerryTable *table, const FerryIndex *index, GPtrArray *statements)
{
	g_autofree char *object = object_on(table, index->name, "exclusion constraint");
	GString *sql = alter_table(table);
	append_constraint_name(sql, index->name);
	g_string_append(sql, index->definition);
	ferry_pg_ddl_add(statements, "exclusion constraint", object, sql);
}

void ferry_pg_ddl_indexes(const FerryTable *table, GPtrArray *statements)
{
	for (guint i = 0; i < table->indexes->len; i++) {
		const FerryIndex *index = table->indexes->pdata[i];
		if (index->is_exclusion)
			add_exclusion(table, index, statements);
		else if (!can_be_constraint(index) && !is_foreign_method(index) && index->parts->len > 0)
			add_index(table, index, statements);
	}
}

/* ---- foreign keys and checks ---- */

static void append_action(GString *sql, const char *event, FerryFkAction action)
{
	static const char *const words[] = {
		[FERRY_FK_RESTRICT] = "RESTRICT",
		[FERRY_FK_CASCADE] = "CASCADE",
		[FERRY_FK_SET_NULL] = "SET NULL",
		[FERRY_FK_SET_DEFAULT] = "SET DEFAULT",
	};
	if (action != FERRY_FK_NO_ACTION)
		g_string_append_printf(sql, " ON %s %s", event, words[action]);
}

static void add_not_valid(FerryStatement *statement, const char *note)
{
	statement->fallback_sql = g_strconcat(statement->sql, " NOT VALID", NULL);
	statement->fallback_note = g_strdup(note);
}

typedef struct PerPartition {
	GString *sql;
	const FerryTable *table;
	const char *constraint; /* what stands behind the table's name */
} PerPartition;

static void add_to_partition(const FerryPartition *partition, gpointer data)
{
	PerPartition *per = data;
	if (partition->parts != NULL)
		return;
	g_string_append(per->sql, per->sql->len > 0 ? ";\nALTER TABLE " : "ALTER TABLE ");
	ferry_pg_append_qualified(per->sql, per->table->schema, partition->name);
	g_string_append_printf(per->sql, "%s NOT VALID", per->constraint);
}

/* A partitioned table has no foreign keys that are NOT VALID before version 18, but its partitions have. */
static void add_not_valid_partitions(const FerryTable *table, FerryStatement *statement)
{
	g_autofree char *name = ferry_pg_ddl_table_name(table);
	PerPartition per = {g_string_new(NULL), table,
			    statement->sql + strlen("ALTER TABLE ") + strlen(name)};
	ferry_pg_each_partition(table->partitioning, add_to_partition, &per);
	if (per.sql->len > 0) {
		statement->fallback_sql = g_string_free(per.sql, FALSE);
		statement->fallback_note = g_strdup(
			"made NOT VALID, on each partition: loaded rows violate it, it holds for new "
			"rows of those partitions only");
	} else {
		g_string_free(per.sql, TRUE);
	}
}

static void add_foreign_key(const FerryTable *table, const FerryForeignKey *key, GPtrArray *statements)
{
	g_autofree char *object = object_on(table, key->name, "foreign key");
	GString *sql = alter_table(table);
	append_constraint_name(sql, key->name);
	g_string_append(sql, "FOREIGN KEY (");
	ferry_pg_ddl_names(sql, key->columns);
	g_string_append(sql, ") REFERENCES ");
	ferry_pg_append_qualified(sql, key->ref_schema != NULL ? key->ref_schema : table->schema,
				  key->ref_table);
	if (key->ref_columns->len > 0) {
		g_string_append(sql, " (");
		ferry_pg_ddl_names(sql, key->ref_columns);
		g_string_append_c(sql, ')');
	}
	if (key->match_full)
		g_string_append(sql, " MATCH FULL");
	append_action(sql, "UPDATE", key->on_update);
	append_action(sql, "DELETE", key->on_delete);
	if (key->set_columns->len > 0) {
		g_string_append(sql, " (");
		ferry_pg_ddl_names(sql, key->set_columns);
		g_string_append_c(sql, ')');
	}
	append_deferrable(sql, key->deferrable, key->initially_deferred);
	if (key->not_valid && !table->is_partitioned)
		g_string_append(sql, " NOT VALID");
	FerryStatement *statement = ferry_pg_ddl_add(statements, "foreign key", object, sql);
	if (table->is_partitioned)
		add_not_valid_partitions(table, statement);
	else if (!key->not_valid)
		add_not_valid(statement,
			      "made NOT VALID: loaded rows violate it, it holds for new rows only");
}

void ferry_pg_ddl_foreign_keys(const FerryTable *table, GPtrArray *statements)
{
	for (guint i = 0; i < table->foreign_keys->len; i++)
		add_foreign_key(table, table->foreign_keys->pdata[i], statements);
}

void ferry_pg_ddl_checks(const FerryTable *table, GPtrArray *statements)
{
	for (guint i = 0; i < table->checks->len; i++) {
		const FerryCheck *check = table->checks->pdata[i];
		g_autofree char *object = object_on(table, check->name, "check");
		GString *sql = alter_table(table);
		append_constraint_name(sql, check->name);
		g_string_append_printf(sql, "CHECK (%s)", check->expression);
		FerryStatement *statement = ferry_pg_ddl_add(statements, "check", object, sql);
		add_not_valid(statement,
			      "made NOT VALID: loaded rows violate it, it holds for new rows only");
	}
}
