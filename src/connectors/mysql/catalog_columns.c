/*
 * Columns: one query over all of them, in the order of the tables.
 */
#include "connectors/mysql/catalog.h"
#include "connectors/mysql/types.h"

#include <string.h>

/* Positions in the query below. */
enum { SCHEMA, TABLE, NAME, DEFAULT, NULLABLE, TYPE, COLLATION, EXTRA, COMMENT, EXPRESSION };

static bool has_word(const char *text, const char *word)
{
	g_autofree char *lower = g_ascii_strdown(text, -1);
	return strstr(lower, word) != NULL;
}

static void read_generated(FerryTable *table, FerryColumnDef *column, const char *extra,
			   const char *expression)
{
	if (!expression || !*expression)
		return;
	if (!strcmp(expression, "ROW START") || !strcmp(expression, "ROW END")) {
		ferry_table_note(table, FERRY_SEVERITY_WARNING, column->name,
				 "the system sets this column (%s); in the target it is an ordinary one",
				 expression);
		return;
	}
	column->generated = has_word(extra, "virtual") ? FERRY_GENERATED_VIRTUAL : FERRY_GENERATED_STORED;
	column->generated_expression = ferry_mysql_clean_expression(expression);
}

static void read_type(FerryTable *table, FerryColumnDef *column, const char *column_type, bool is_singlestore)
{
	bool is_known;
	column->native_type = g_strdup(column_type);
	column->type = ferry_mysql_parse_type(column_type, &is_known);
	column->labels = ferry_mysql_parse_labels(column_type);
	column->is_set = ferry_mysql_type_is(column_type, "set");
	if (!is_known)
		ferry_table_note(table, FERRY_SEVERITY_WARNING, column->name,
				 "type %s is not known: its values travel as text", column_type);
	if (ferry_mysql_is_geometry(column_type))
		ferry_table_note(table, FERRY_SEVERITY_WARNING, column->name,
				 "%s travels as WKB bytes (EWKB where the SRID is not 0)", column_type);
	if (ferry_mysql_type_is(column_type, "vector") && !is_singlestore)
		ferry_table_note(table, FERRY_SEVERITY_WARNING, column->name,
				 "%s travels as bytes: 32-bit floats, little-endian", column_type);
}

/* Vectors come as JSON text, and what a column is computed from is not told. */
static void adjust_to_singlestore(FerryTable *table, FerryColumnDef *column, const char *extra)
{
	if (ferry_mysql_type_is(column->native_type, "vector"))
		column->type = FERRY_TYPE(FERRY_TYPE_TEXT);
	if (has_word(extra, "computed"))
		ferry_table_note(
			table, FERRY_SEVERITY_WARNING, column->name,
			"a computed column: its values are copied, in the target it is an ordinary one");
}

static void read_default(FerryMysqlCatalogBuilder *b, FerryTable *table, FerryColumnDef *column, char **row)
{
	const char *extra = row[EXTRA] ? row[EXTRA] : "";
	if (column->generated != FERRY_GENERATED_NONE)
		return;
	if (b->connection->is_mariadb &&
	    (column->type.id == FERRY_TYPE_BYTES || column->type.id == FERRY_TYPE_TEXT) && row[DEFAULT] &&
	    *row[DEFAULT] == '\'' && strchr(row[DEFAULT], '?'))
		g_ptr_array_add(b->doubtful, column);
	if (!ferry_mysql_parse_default(column, row[DEFAULT], extra, b->connection->is_mariadb))
		ferry_table_note(table, FERRY_SEVERITY_LOSS, column->name,
				 "default %s is not a value that the type can hold: left out", row[DEFAULT]);
}

static void read_collation(FerryMysqlCatalogBuilder *b, FerryTable *table, FerryColumnDef *column,
			   const char *collation)
{
	if (!collation)
		return;
	const char *usual = g_hash_table_lookup(b->collations, table);
	if (!usual || strcmp(collation, usual))
		column->collation = g_strdup(collation);
	if (g_str_has_suffix(collation, "_ci"))
		b->has_case_insensitive = true;
}

static bool on_column(char **row, const unsigned long *lengths, gpointer data, GError **error)
{
	FerryMysqlCatalogBuilder *b = data;
	FerryTable *table = ferry_mysql_builder_find(b, row[SCHEMA], row[TABLE]);
	if (!table || !row[TYPE])
		return true;

	const char *extra = row[EXTRA] ? row[EXTRA] : "";
	FerryColumnDef *column = ferry_column_def_new(row[NAME]);
	read_type(table, column, row[TYPE], b->connection->is_singlestore);
	if (b->connection->is_singlestore)
		adjust_to_singlestore(table, column, extra);
	column->not_null = row[NULLABLE] && !strcmp(row[NULLABLE], "NO");
	read_generated(table, column, extra, row[EXPRESSION]);
	read_default(b, table, column, row);
	column->on_update_now = has_word(extra, "on update current_timestamp");
	column->is_invisible = has_word(extra, "invisible");
	if (has_word(extra, "auto_increment"))
		column->identity = FERRY_IDENTITY_AUTO;
	read_collation(b, table, column, row[COLLATION]);
	if (row[COMMENT] && *row[COMMENT])
		column->comment = g_strdup(row[COMMENT]);
	g_ptr_array_add(table->columns, column);
	return true;
}

/* ---- doubtful defaults ----
 *
 * information_schema is text of at most three bytes a character: MariaDB puts ? there for what is none. SHOW
 * CREATE TABLE has bytes as they are; texts it spoils as well, but the server tells them by DEFAULT().
 */

/* From "  `name` varbinary(4) NOT NULL DEFAULT 'a\0' COMMENT '…'," the literal with its quotes, or NULL. */
static char *find_default(const char *create, const char *column)
{
	g_autoptr(GString) start = g_string_new("\n  ");
	ferry_mysql_append_identifier(start, column);
	g_string_append_c(start, ' ');
	const char *line = strstr(create, start->str);
	const char *literal = line ? strstr(line + start->len, " DEFAULT '") : NULL;
	if (!literal || memchr(line + 1, '\n', (size_t)(literal - line - 1)))
		return NULL;
	literal += strlen(" DEFAULT ");
	const char *end;
	g_autoptr(GString) content = ferry_mysql_unquote(literal, &end);
	return content ? g_strndup(literal, (gsize)(end - literal)) : NULL;
}

/* Of any row, or of none where the table is empty: there the server has none for a column that is not null.
 */
static bool reread_text(FerryMysqlCatalogBuilder *b, FerryTable *table, FerryColumnDef *column,
			GError **error)
{
	g_autoptr(GString) name = g_string_new(NULL), from = g_string_new(NULL);
	g_autoptr(FerryMysqlRow) row = NULL;

	ferry_mysql_append_identifier(name, column->name);
	ferry_mysql_append_table(from, table);
	g_autofree char *of_a_row =
		g_strdup_printf("SELECT DEFAULT(t.%s) FROM %s t LIMIT 1", name->str, from->str);
	g_autofree char *of_none = g_strdup_printf(
		"SELECT DEFAULT(t.%s) FROM (SELECT 1) one LEFT JOIN %s t ON FALSE", name->str, from->str);
	if (!ferry_mysql_first(b->connection, of_a_row, "cannot read a default", &row, error) ||
	    (!row && !ferry_mysql_first(b->connection, of_none, "cannot read a default", &row, error)))
		return false;
	if (row && row->n > 0 && row->values[0]) {
		g_free(column->default_text);
		column->default_text = g_strdup(row->values[0]);
	} else {
		ferry_table_note(table, FERRY_SEVERITY_WARNING, column->name,
				 "the server tells ? in its default, and may mean a character of four bytes: "
				 "look at it");
	}
	return true;
}

static bool reread_default(FerryMysqlCatalogBuilder *b, FerryTable *table, FerryColumnDef *column,
			   GError **error)
{
	g_autoptr(GString) sql = g_string_new("SHOW CREATE TABLE ");
	g_autoptr(FerryMysqlRow) row = NULL;

	if (column->type.id == FERRY_TYPE_TEXT)
		return reread_text(b, table, column, error);
	ferry_mysql_append_table(sql, table);
	if (!ferry_mysql_first(b->connection, sql->str, "cannot read a default", &row, error))
		return false;
	g_autofree char *literal =
		row && row->n > 1 && row->values[1] ? find_default(row->values[1], column->name) : NULL;
	g_clear_pointer(&column->default_text, g_free);
	if (literal && ferry_mysql_parse_default(column, literal, "", true))
		return true;
	column->default_kind = FERRY_DEFAULT_NONE;
	ferry_table_note(table, FERRY_SEVERITY_LOSS, column->name,
			 "the server does not tell the bytes of its default: left out");
	return true;
}

static bool reread_defaults(FerryMysqlCatalogBuilder *b, GError **error)
{
	for (guint i = 0; b->doubtful->len > 0 && i < b->catalog->tables->len; i++) {
		FerryTable *table = b->catalog->tables->pdata[i];
		for (guint k = 0; k < table->columns->len; k++)
			if (g_ptr_array_remove(b->doubtful, table->columns->pdata[k]) &&
			    !reread_default(b, table, table->columns->pdata[k], error))
				return false;
	}
	return true;
}

bool ferry_mysql_read_columns(FerryMysqlCatalogBuilder *b, GError **error)
{
	g_autoptr(GString) sql =
		g_string_new("SELECT table_schema, table_name, column_name, column_default, is_nullable, "
			     "column_type, collation_name, extra,"
			     " column_comment");
	g_string_append_printf(sql, ", %s FROM information_schema.columns",
			       b->connection->is_singlestore ? "NULL" : "generation_expression");
	ferry_mysql_builder_filter(b, sql, "table_schema");
	g_string_append(sql, " ORDER BY table_schema, table_name, ordinal_position");
	return ferry_mysql_each(b->connection, sql->str, "cannot list the columns", on_column, b, error) &&
	       reread_defaults(b, error);
}
