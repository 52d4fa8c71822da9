/*
 * DDL, but for columns (target_columns.c). Tables are made without keys, which follow when the rows are in,
 * like indexes, foreign keys and checks. Every name is in quotes: the mapping has given them their capitals.
 * Constraints have names of their own in the whole schema.
 */
#include "connectors/oracle/target.h"

#include <string.h>

static char *table_name(const FerryTable *table)
{
	return ferry_oracle_quote_name(table->schema, table->name);
}

static FerryStatement *add(GPtrArray *statements, const char *kind, const char *object, GString *sql_taken)
{
	FerryStatement *statement = ferry_statement_new(kind, object, sql_taken->str);

	g_string_free(sql_taken, TRUE);
	g_ptr_array_add(statements, statement);
	return statement;
}

static void add_for(GPtrArray *statements, const FerryTable *table, const char *name, const char *kind,
		    GString *sql_taken)
{
	g_autofree char *shown = ferry_table_display_name(table);
	g_autofree char *object = name ? g_strdup_printf("%s on %s", name, shown) : g_strdup(shown);

	add(statements, kind, object, sql_taken);
}

static GString *begin_table(const char *words, const FerryTable *table)
{
	g_autofree char *name = table_name(table);
	GString *sql = g_string_new(words);

	g_string_append_printf(sql, " %s", name);
	return sql;
}

static void append_names(GString *sql, const GPtrArray *names)
{
	for (guint i = 0; i < names->len; i++) {
		g_string_append(sql, i > 0 ? ", " : " (");
		ferry_oracle_append_identifier(sql, names->pdata[i]);
	}
	g_string_append_c(sql, ')');
}

static void append_parts(GString *sql, const FerryIndex *index)
{
	for (guint i = 0; i < index->parts->len; i++) {
		const FerryIndexPart *part = index->parts->pdata[i];
		g_string_append(sql, i > 0 ? ", " : " (");
		if (part->column)
			ferry_oracle_append_identifier(sql, part->column);
		else
			g_string_append(sql, part->expression);
		if (part->descending && !index->is_primary && !index->is_constraint)
			g_string_append(sql, " DESC");
	}
	g_string_append_c(sql, ')');
}

/* ---- tables ---- */

static void create_table(const FerryTable *table, GPtrArray *statements)
{
	GString *sql = begin_table("CREATE TABLE", table);

	for (guint i = 0; i < table->columns->len; i++) {
		g_string_append(sql, i > 0 ? ",\n  " : " (\n  ");
		ferry_oracle_append_column(sql, table->columns->pdata[i]);
	}
	g_string_append(sql, "\n)");
	add_for(statements, table, NULL, "table", sql);
}

/* ---- keys and indexes ---- */

static bool is_constraint(const FerryIndex *index)
{
	bool is_plain = index->is_constraint && index->is_unique;

	for (guint i = 0; i < index->parts->len; i++)
		is_plain &= ((FerryIndexPart *)index->parts->pdata[i])->column != NULL;
	return is_plain;
}

static void append_deferrable(GString *sql, bool deferrable, bool deferred)
{
	if (deferrable)
		g_string_append_printf(sql, " DEFERRABLE INITIALLY %s", deferred ? "DEFERRED" : "IMMEDIATE");
}

static GString *begin_constraint(const FerryTable *table, const char *name)
{
	GString *sql = begin_table("ALTER TABLE", table);

	g_string_append(sql, " ADD");
	if (name) {
		g_string_append(sql, " CONSTRAINT ");
		ferry_oracle_append_identifier(sql, name);
	}
	return sql;
}

static void add_key(const FerryTable *table, const FerryIndex *key, GPtrArray *statements)
{
	GString *sql = begin_constraint(table, key->name);

	g_string_append(sql, key->is_primary ? " PRIMARY KEY" : " UNIQUE");
	append_parts(sql, key);
	append_deferrable(sql, key->deferrable, key->initially_deferred);
	add_for(statements, table, key->name, key->is_primary ? "primary key" : "unique constraint", sql);
}

static void add_keys(const FerryTable *table, GPtrArray *statements)
{
	if (table->primary_key)
		add_key(table, table->primary_key, statements);
	for (guint i = 0; i < table->indexes->len; i++)
		if (is_constraint(table->indexes->pdata[i]))
			add_key(table, table->indexes->pdata[i], statements);
}

static void add_indexes(const FerryTable *table, GPtrArray *statements)
{
	for (guint i = 0; i < table->indexes->len; i++) {
		const FerryIndex *index = table->indexes->pdata[i];
		if (is_constraint(index) || index->parts->len == 0)
			continue;
		GString *sql = g_string_new(index->is_unique ? "CREATE UNIQUE INDEX " : "CREATE INDEX ");
		g_autofree char *name = ferry_oracle_quote_name(table->schema, index->name);
		g_autofree char *on = table_name(table);
		g_string_append_printf(sql, "%s ON %s", name, on);
		append_parts(sql, index);
		add_for(statements, table, index->name, "index", sql);
	}
}

static void add_foreign_key(const FerryTable *table, const FerryForeignKey *key, GPtrArray *statements)
{
	g_autofree char *to =
		ferry_oracle_quote_name(key->ref_schema ? key->ref_schema : table->schema, key->ref_table);
	g_autofree char *shown = ferry_table_display_name(table);
	g_autofree char *object = g_strdup_printf("%s on %s", key->name, shown);
	GString *sql = begin_constraint(table, key->name);

	g_string_append(sql, " FOREIGN KEY");
	append_names(sql, key->columns);
	g_string_append_printf(sql, " REFERENCES %s", to);
	if (key->ref_columns->len > 0)
		append_names(sql, key->ref_columns);
	if (key->on_delete == FERRY_FK_CASCADE)
		g_string_append(sql, " ON DELETE CASCADE");
	else if (key->on_delete == FERRY_FK_SET_NULL)
		g_string_append(sql, " ON DELETE SET NULL");
	append_deferrable(sql, key->deferrable, key->initially_deferred);
	g_autofree char *fallback = g_strconcat(sql->str, " ENABLE NOVALIDATE", NULL);
	FerryStatement *statement = add(statements, "foreign key", object, sql);
	statement->fallback_sql = g_steal_pointer(&fallback);
	statement->fallback_note =
		g_strdup("rows violate it: it was made NOVALIDATE and holds for new rows only");
}

static void add_checks(const FerryTable *table, GPtrArray *statements)
{
	for (guint i = 0; i < table->checks->len; i++) {
		const FerryCheck *check = table->checks->pdata[i];
		GString *sql = begin_constraint(table, check->name);
		g_string_append_printf(sql, " CHECK (%s)", check->expression);
		add_for(statements, table, check->name, "check", sql);
	}
}

/* ---- identities ---- */

/* Never ALWAYS: rows that a later copy adds or merges bring their numbers with them (ORA-32795). */
static void set_identities(const FerryTable *table, GPtrArray *statements)
{
	for (guint i = 0; i < table->columns->len; i++) {
		const FerryColumnDef *column = table->columns->pdata[i];
		if (column->identity == FERRY_IDENTITY_NONE)
			continue;
		GString *sql = begin_table("ALTER TABLE", table);
		g_string_append(sql, " MODIFY (");
		ferry_oracle_append_identifier(sql, column->name);
		g_string_append(sql, " GENERATED BY DEFAULT AS IDENTITY (");
		ferry_oracle_append_identity_next(sql, column);
		g_string_append(sql, "))");
		add_for(statements, table, column->name, "sequence", sql);
	}
}

/* ---- the rest ---- */

static void add_comments(const FerryTable *table, GPtrArray *statements)
{
	if (table->comment && *table->comment) {
		GString *sql = begin_table("COMMENT ON TABLE", table);
		g_string_append(sql, " IS ");
		ferry_oracle_append_literal(sql, table->comment);
		add_for(statements, table, NULL, "comment", sql);
	}
	for (guint i = 0; i < table->columns->len; i++) {
		const FerryColumnDef *column = table->columns->pdata[i];
		if (!column->comment || !*column->comment)
			continue;
		GString *sql = begin_table("COMMENT ON COLUMN", table);
		g_string_append_c(sql, '.');
		ferry_oracle_append_identifier(sql, column->name);
		g_string_append(sql, " IS ");
		ferry_oracle_append_literal(sql, column->comment);
		add_for(statements, table, column->name, "comment", sql);
	}
}

static void add_statistics(const FerryTable *table, GPtrArray *statements)
{
	GString *sql = g_string_new("BEGIN DBMS_STATS.GATHER_TABLE_STATS(ownname => ");
	g_autofree char *quoted_schema = table->schema ? ferry_oracle_quote_name(NULL, table->schema) : NULL;
	g_autofree char *quoted = ferry_oracle_quote_name(NULL, table->name);

	if (quoted_schema)
		ferry_oracle_append_literal(sql, quoted_schema);
	else
		g_string_append(sql, "USER");
	g_string_append(sql, ", tabname => ");
	ferry_oracle_append_literal(sql, quoted);
	g_string_append(sql, "); END;");
	add_for(statements, table, NULL, "statistics", sql);
}

static void drop_table(const FerryTable *table, GPtrArray *statements)
{
	GString *sql = begin_table("DROP TABLE", table);

	g_string_append(sql, " CASCADE CONSTRAINTS PURGE");
	add_for(statements, table, NULL, "table", sql);
}

static void catalog_ddl(const FerryCatalog *target, FerryDdlPhase phase, GPtrArray *statements)
{
	for (guint i = 0; phase == FERRY_DDL_TABLES && i < target->sequences->len; i++) {
		const FerrySequence *sequence = target->sequences->pdata[i];

		add(statements, "sequence", sequence->name, ferry_oracle_create_sequence(sequence));
	}
}

/* Emptied row by row: TRUNCATE would want that no foreign key refers to the table. */
void ferry_oracle_ddl(const FerryCatalog *target, const FerryTable *table, FerryDdlPhase phase,
		      GPtrArray *statements)
{
	if (!table) {
		catalog_ddl(target, phase, statements);
		return;
	}
	switch (phase) {
	case FERRY_DDL_DROP: drop_table(table, statements); break;
	case FERRY_DDL_TABLES: create_table(table, statements); break;
	case FERRY_DDL_TRUNCATE:
		add_for(statements, table, NULL, "table", begin_table("DELETE FROM", table));
		break;
	case FERRY_DDL_KEYS: add_keys(table, statements); break;
	case FERRY_DDL_INDEXES: add_indexes(table, statements); break;
	case FERRY_DDL_FOREIGN_KEYS:
		for (guint i = 0; i < table->foreign_keys->len; i++)
			add_foreign_key(table, table->foreign_keys->pdata[i], statements);
		break;
	case FERRY_DDL_CHECKS: add_checks(table, statements); break;
	case FERRY_DDL_SEQUENCES: set_identities(table, statements); break;
	case FERRY_DDL_COMMENTS: add_comments(table, statements); break;
	case FERRY_DDL_ANALYZE: add_statistics(table, statements); break;
	default: break;
	}
}
