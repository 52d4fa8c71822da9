/*
 * DDL. SQLite cannot add a key or a constraint to a table that is there, so that CREATE TABLE says
 * everything; only indexes wait until the rows are in. Every name is quoted.
 */
#include "connectors/sqlite/private.h"

#include "data/value_text.h"

#include <string.h>

static void add(GPtrArray *statements, const char *kind, const char *object, char *take_sql)
{
	g_ptr_array_add(statements, ferry_statement_new(kind, object, take_sql));
	g_free(take_sql);
}

static void append_literal(GString *sql, const char *text)
{
	g_autofree char *literal = ferry_sqlite_quote_literal(text);

	g_string_append(sql, literal);
}

/* ---- columns ---- */

static bool is_number(const FerryColumnDef *column)
{
	FerryTypeId id = column->type.id;
	bool is_text = ferry_sqlite_affinity(column->native_type) == SQLITE_AFFINITY_TEXT;

	return !is_text && id >= FERRY_TYPE_INT8 && id <= FERRY_TYPE_DECIMAL;
}

static void append_literal_default(GString *sql, const FerryColumnDef *column)
{
	const char *text = column->default_text ? column->default_text : "";
	size_t len = strlen(text);
	bool flag;

	if (column->type.id == FERRY_TYPE_BOOL && ferry_parse_bool(text, len, &flag))
		g_string_append(sql, flag ? "1" : "0");
	else if (is_number(column) && ferry_parse_decimal(text, len) &&
		 strspn(text, "+-0123456789.eE") == len)
		g_string_append(sql, text);
	else if (g_str_has_prefix(text, "\\x") && strspn(text + 2, "0123456789abcdefABCDEF") == len - 2 &&
		 len % 2 == 0 && column->type.id == FERRY_TYPE_BYTES)
		g_string_append_printf(sql, "x'%s'", text + 2);
	else
		append_literal(sql, text);
}

static void append_default(GString *sql, const FerryColumnDef *column)
{
	switch (column->default_kind) {
	case FERRY_DEFAULT_NONE: return;
	case FERRY_DEFAULT_NULL: g_string_append(sql, " DEFAULT NULL"); return;
	case FERRY_DEFAULT_LITERAL:
		g_string_append(sql, " DEFAULT ");
		if (column->default_sql)
			g_string_append(sql, column->default_sql);
		else
			append_literal_default(sql, column);
		return;
	case FERRY_DEFAULT_CURRENT_TIMESTAMP: g_string_append(sql, " DEFAULT CURRENT_TIMESTAMP"); return;
	case FERRY_DEFAULT_CURRENT_DATE: g_string_append(sql, " DEFAULT CURRENT_DATE"); return;
	case FERRY_DEFAULT_CURRENT_TIME: g_string_append(sql, " DEFAULT CURRENT_TIME"); return;
	case FERRY_DEFAULT_UUID:
		g_string_append(
			sql,
			" DEFAULT (lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || "
			"substr(hex(randomblob(2)), 2) || '-' || substr('89ab', 1 + (random() & 3), 1) || "
			"substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6))))");
		return;
	case FERRY_DEFAULT_EXPRESSION:
		g_string_append_printf(sql, " DEFAULT (%s)",
				       column->default_text ? column->default_text : "NULL");
		return;
	}
}

static void append_labels_check(GString *sql, const FerryColumnDef *column)
{
	if (!column->labels || column->is_set)
		return;
	g_string_append(sql, " CHECK (");
	ferry_sqlite_append_identifier(sql, column->name);
	g_string_append(sql, " IN (");
	for (char **label = column->labels; *label; label++) {
		if (label > column->labels)
			g_string_append(sql, ", ");
		append_literal(sql, *label);
	}
	g_string_append(sql, "))");
}

/* Collations that every SQLite has. */
static bool is_builtin_collation(const char *name)
{
	return name && (g_ascii_strcasecmp(name, "NOCASE") == 0 || g_ascii_strcasecmp(name, "RTRIM") == 0 ||
			g_ascii_strcasecmp(name, "BINARY") == 0);
}

static void append_collation(GString *sql, const char *collation)
{
	if (is_builtin_collation(collation))
		g_string_append_printf(sql, " COLLATE %s", collation);
}

static void append_constraint_name(GString *sql, const char *name)
{
	if (!name)
		return;
	g_string_append(sql, "CONSTRAINT ");
	ferry_sqlite_append_identifier(sql, name);
	g_string_append_c(sql, ' ');
}

/* A key of one INTEGER column is written with the column: as "INTEGER PRIMARY KEY" it is the rowid, and with
 * DESC it is not (in a constraint of the table it would be again). */
static bool key_is_in_column(const FerryTable *table, const FerryColumnDef *column)
{
	const FerryIndex *key = table->primary_key;

	return key && !table->without_rowid && key->parts->len == 1 &&
	       g_ascii_strcasecmp(column->native_type, "INTEGER") == 0 &&
	       g_strcmp0(((FerryIndexPart *)key->parts->pdata[0])->column, column->name) == 0;
}

static void append_column_key(GString *sql, const FerryTable *table, const FerryColumnDef *column)
{
	g_string_append_c(sql, ' ');
	append_constraint_name(sql, table->primary_key->name);
	g_string_append(sql, "PRIMARY KEY");
	/* AUTOINCREMENT wants the rowid, which has no order to choose (DESC with it comes from other
	 * systems). */
	if (column->identity == FERRY_IDENTITY_AUTO)
		g_string_append(sql, " AUTOINCREMENT");
	else if (((FerryIndexPart *)table->primary_key->parts->pdata[0])->descending)
		g_string_append(sql, " DESC");
}

static void append_column(GString *sql, const FerryTable *table, const FerryColumnDef *column)
{
	bool has_key = key_is_in_column(table, column);

	ferry_sqlite_append_identifier(sql, column->name);
	if (column->native_type && *column->native_type)
		g_string_append_printf(sql, " %s", column->native_type);
	if (has_key)
		append_column_key(sql, table, column);
	if (column->not_null && !(has_key && column->identity != FERRY_IDENTITY_NONE))
		g_string_append(sql, " NOT NULL");
	append_collation(sql, column->collation);
	if (column->generated != FERRY_GENERATED_NONE && column->generated_expression)
		g_string_append_printf(sql, " GENERATED ALWAYS AS (%s) %s", column->generated_expression,
				       column->generated == FERRY_GENERATED_STORED ? "STORED" : "VIRTUAL");
	else if (!(has_key && column->identity != FERRY_IDENTITY_NONE))
		append_default(sql, column);
	append_labels_check(sql, column);
}

/* ---- constraints ---- */

static void append_parts(GString *sql, const FerryIndex *index)
{
	g_string_append_c(sql, '(');
	for (guint i = 0; i < index->parts->len; i++) {
		const FerryIndexPart *part = index->parts->pdata[i];
		if (i > 0)
			g_string_append(sql, ", ");
		if (part->column)
			ferry_sqlite_append_identifier(sql, part->column);
		else
			g_string_append(sql, part->expression ? part->expression : "NULL");
		append_collation(sql, part->collation);
		if (part->descending)
			g_string_append(sql, " DESC");
	}
	g_string_append_c(sql, ')');
}

static void append_names(GString *sql, const GPtrArray *names)
{
	g_string_append_c(sql, '(');
	for (guint i = 0; i < names->len; i++) {
		if (i > 0)
			g_string_append(sql, ", ");
		ferry_sqlite_append_identifier(sql, names->pdata[i]);
	}
	g_string_append_c(sql, ')');
}

static const char *fk_action(FerryFkAction action)
{
	static const char *const words[] = {
		[FERRY_FK_NO_ACTION] = NULL,
		[FERRY_FK_RESTRICT] = "RESTRICT",
		[FERRY_FK_CASCADE] = "CASCADE",
		[FERRY_FK_SET_NULL] = "SET NULL",
		[FERRY_FK_SET_DEFAULT] = "SET DEFAULT",
	};
	return words[action];
}

static void append_foreign_key(GString *sql, const FerryForeignKey *key)
{
	g_string_append(sql, ",\n  ");
	append_constraint_name(sql, key->name);
	g_string_append(sql, "FOREIGN KEY ");
	append_names(sql, key->columns);
	g_string_append(sql, " REFERENCES ");
	ferry_sqlite_append_identifier(sql, key->ref_table);
	if (key->ref_columns->len > 0) {
		g_string_append_c(sql, ' ');
		append_names(sql, key->ref_columns);
	}
	if (fk_action(key->on_update))
		g_string_append_printf(sql, " ON UPDATE %s", fk_action(key->on_update));
	if (fk_action(key->on_delete))
		g_string_append_printf(sql, " ON DELETE %s", fk_action(key->on_delete));
	if (key->deferrable)
		g_string_append_printf(sql, " DEFERRABLE INITIALLY %s",
				       key->initially_deferred ? "DEFERRED" : "IMMEDIATE");
}

/* A unique constraint that only an index can say (an expression, a predicate) is made as an index. */
static bool is_inline(const FerryIndex *index)
{
	if (!index->is_constraint || !index->is_unique || index->predicate)
		return false;
	for (guint i = 0; i < index->parts->len; i++)
		if (!((FerryIndexPart *)index->parts->pdata[i])->column)
			return false;
	return index->parts->len > 0;
}

static void append_key(GString *sql, const FerryIndex *key, const char *words)
{
	g_string_append(sql, ",\n  ");
	append_constraint_name(sql, key->name);
	g_string_append_printf(sql, "%s ", words);
	append_parts(sql, key);
}

static void append_constraints(GString *sql, const FerryTable *table)
{
	const FerryIndex *key = table->primary_key;
	bool is_in_column = false;

	for (guint i = 0; i < table->columns->len; i++)
		is_in_column |= key_is_in_column(table, table->columns->pdata[i]);
	if (key && key->parts->len > 0 && !is_in_column)
		append_key(sql, key, "PRIMARY KEY");
	for (guint i = 0; i < table->indexes->len; i++)
		if (is_inline(table->indexes->pdata[i]))
			append_key(sql, table->indexes->pdata[i], "UNIQUE");
	for (guint i = 0; i < table->checks->len; i++) {
		const FerryCheck *check = table->checks->pdata[i];
		g_string_append(sql, ",\n  ");
		append_constraint_name(sql, check->name);
		g_string_append_printf(sql, "CHECK (%s)", check->expression);
	}
	for (guint i = 0; i < table->foreign_keys->len; i++)
		append_foreign_key(sql, table->foreign_keys->pdata[i]);
}

static char *create_table(const FerryTable *table)
{
	GString *sql = g_string_new("CREATE TABLE ");

	ferry_sqlite_append_identifier(sql, table->name);
	g_string_append(sql, " (");
	for (guint i = 0; i < table->columns->len; i++) {
		g_string_append(sql, i > 0 ? ",\n  " : "\n  ");
		append_column(sql, table, table->columns->pdata[i]);
	}
	append_constraints(sql, table);
	g_string_append(sql, "\n)");
	if (table->without_rowid && table->primary_key)
		g_string_append(sql, " WITHOUT ROWID");
	if (table->is_strict)
		g_string_append(sql, table->without_rowid ? ", STRICT" : " STRICT");
	return g_string_free(sql, false);
}

/* ---- after the load ---- */

static void add_indexes(const FerryTable *table, GPtrArray *statements)
{
	for (guint i = 0; i < table->indexes->len; i++) {
		const FerryIndex *index = table->indexes->pdata[i];
		GString *sql;

		if (is_inline(index) || index->parts->len == 0)
			continue;
		g_autofree char *name =
			index->name ? g_strdup(index->name) : g_strdup_printf("%s_idx%u", table->name, i + 1);
		g_autofree char *object = g_strdup_printf("%s on %s", name, table->name);
		sql = g_string_new(index->is_unique ? "CREATE UNIQUE INDEX " : "CREATE INDEX ");
		ferry_sqlite_append_identifier(sql, name);
		g_string_append(sql, " ON ");
		ferry_sqlite_append_identifier(sql, table->name);
		g_string_append_c(sql, ' ');
		append_parts(sql, index);
		if (index->predicate)
			g_string_append_printf(sql, " WHERE %s", index->predicate);
		add(statements, "index", object, g_string_free(sql, false));
	}
}

/* AUTOINCREMENT's counter, which is a row of a table that SQLite keeps for it. */
static void add_sequences(const FerryTable *table, GPtrArray *statements)
{
	g_autofree char *literal = ferry_sqlite_quote_literal(table->name);

	for (guint i = 0; i < table->columns->len; i++) {
		const FerryColumnDef *column = table->columns->pdata[i];
		if (column->identity != FERRY_IDENTITY_AUTO || !column->has_identity_next ||
		    !key_is_in_column(table, column))
			continue;
		g_autofree char *object = g_strdup_printf("%s.%s", table->name, column->name);
		add(statements, "sequence", object,
		    g_strdup_printf("DELETE FROM sqlite_sequence WHERE name = %s", literal));
		add(statements, "sequence", object,
		    g_strdup_printf("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %" G_GINT64_FORMAT
				    ")",
				    literal, (gint64)column->identity_next - 1));
	}
}

static char *on_table(const char *words, const FerryTable *table)
{
	g_autofree char *name = ferry_sqlite_quote_identifier(table->name);

	return g_strconcat(words, " ", name, NULL);
}

void ferry_sqlite_ddl(const FerryCatalog *target, const FerryTable *table, FerryDdlPhase phase,
		      GPtrArray *statements)
{
	if (!table)
		return;
	switch (phase) {
	case FERRY_DDL_DROP:
		add(statements, "table", table->name, on_table("DROP TABLE IF EXISTS", table));
		break;
	case FERRY_DDL_TABLES: add(statements, "table", table->name, create_table(table)); break;
	case FERRY_DDL_TRUNCATE: add(statements, "table", table->name, on_table("DELETE FROM", table)); break;
	case FERRY_DDL_INDEXES: add_indexes(table, statements); break;
	case FERRY_DDL_SEQUENCES: add_sequences(table, statements); break;
	case FERRY_DDL_ANALYZE: add(statements, "table", table->name, on_table("ANALYZE", table)); break;
	default: break; /* everything else is in CREATE TABLE, or unknown to SQLite */
	}
}
