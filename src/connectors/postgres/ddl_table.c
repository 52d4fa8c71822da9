/*
 * CREATE TABLE, and its partitions: columns with type, collation, NOT NULL, default, identity or generating
 * expression. Keys and all other constraints come after the load (ddl_keys.c).
 */
#include "connectors/postgres/ddl.h"
#include "data/value_text.h"

#include <stdlib.h>
#include <string.h>

bool ferry_pg_ddl_is_identity(const FerryColumnDef *column)
{
	static const char *const types[] = {"smallint", "integer", "bigint", NULL};
	return column->identity != FERRY_IDENTITY_NONE && column->native_type != NULL &&
	       g_strv_contains(types, column->native_type);
}

bool ferry_pg_ddl_needs_sequence(const FerryColumnDef *column)
{
	return column->identity != FERRY_IDENTITY_NONE && column->native_type != NULL &&
	       (column->user_type != NULL || g_str_has_prefix(column->native_type, "numeric"));
}

char *ferry_pg_ddl_own_sequence(const FerryTable *table, const FerryColumnDef *column)
{
	enum { MAX_NAME = 63 };
	g_autofree char *whole = g_strdup_printf("%s_%s_seq", table->name, column->name);
	if (strlen(whole) <= MAX_NAME)
		return g_steal_pointer(&whole);
	/* As the mapping does with long names: the beginning, and a hash of it all. */
	g_autofree char *sum = g_compute_checksum_for_string(G_CHECKSUM_SHA256, whole, -1);
	size_t cut = MAX_NAME - 13;
	while (cut > 0 && ((unsigned char)whole[cut] & 0xC0) == 0x80)
		cut--;
	return g_strdup_printf("%.*s_%.8s_seq", (int)cut, whole, sum);
}

static bool is_number(const FerryType *type)
{
	return type->id >= FERRY_TYPE_INT8 && type->id <= FERRY_TYPE_DECIMAL;
}

static void append_literal_default(GString *sql, const FerryColumnDef *column)
{
	const char *text = column->default_text != NULL ? column->default_text : "";
	bool truth;
	if (column->type.id == FERRY_TYPE_BOOL && ferry_parse_bool(text, strlen(text), &truth))
		g_string_append(sql, truth ? "true" : "false");
	else if (is_number(&column->type) && ferry_parse_decimal(text, strlen(text)) &&
		 !g_ascii_isalpha(text[strspn(text, "+-")]))
		g_string_append(sql, text);
	else
		ferry_pg_append_literal(sql, text);
}

/* The clock's words as the column's type takes them; NULL where it does not. Text gets the form that other
 * systems give. */
static const char *clock_default(const FerryColumnDef *column)
{
	FerryDefaultKind kind = column->default_kind;
	switch (column->type.id) {
	case FERRY_TYPE_DATE: return kind == FERRY_DEFAULT_CURRENT_TIME ? NULL : "CURRENT_DATE";
	case FERRY_TYPE_TIME: return kind == FERRY_DEFAULT_CURRENT_DATE ? NULL : "LOCALTIME";
	case FERRY_TYPE_TIMESTAMP:
	case FERRY_TYPE_TIMESTAMPTZ:
		return kind == FERRY_DEFAULT_CURRENT_DATE   ? "CURRENT_DATE"
		       : kind == FERRY_DEFAULT_CURRENT_TIME ? NULL
							    : "CURRENT_TIMESTAMP";
	case FERRY_TYPE_TEXT:
		return kind == FERRY_DEFAULT_CURRENT_DATE ? "to_char(timezone('UTC', now()), 'YYYY-MM-DD')"
		       : kind == FERRY_DEFAULT_CURRENT_TIME
			       ? "to_char(timezone('UTC', now()), 'HH24:MI:SS')"
			       : "to_char(timezone('UTC', now()), 'YYYY-MM-DD HH24:MI:SS')";
	default: return NULL;
	}
}

/* nextval('app.s'::regclass) of a source whose schema has another name here: the sequence as the target has
 * it. */
static char *find_nextval(const FerryCatalog *target, const char *expression)
{
	static const char start[] = "nextval('", stop[] = "'::regclass)";
	if (!g_str_has_prefix(expression, start) || !g_str_has_suffix(expression, stop))
		return NULL;
	g_autofree char *name =
		g_strndup(expression + strlen(start), strlen(expression) - strlen(start) - strlen(stop));
	const FerrySequence *found = NULL;
	for (guint i = 0; i < target->sequences->len; i++) {
		const FerrySequence *s = target->sequences->pdata[i];
		g_autofree char *quoted = ferry_pg_quote_identifier(s->name);
		g_autofree char *tail = g_strconcat(".", quoted, NULL);
		g_autofree char *qualified = ferry_pg_qualified(s->schema, s->name);
		if (strcmp(name, qualified) == 0)
			return NULL;
		if (strcmp(name, quoted) == 0 || g_str_has_suffix(name, tail)) {
			if (found != NULL)
				return NULL; /* two of that name: no way to tell which */
			found = s;
		}
	}
	return found != NULL ? ferry_pg_qualified(found->schema, found->name) : NULL;
}

static void append_expression_default(GString *sql, const FerryCatalog *target, const char *expression)
{
	g_autofree char *sequence = find_nextval(target, expression);
	if (sequence != NULL) {
		g_string_append(sql, "nextval(");
		ferry_pg_append_literal(sql, sequence);
		g_string_append(sql, "::regclass)");
	} else if (g_str_has_prefix(expression, "nextval(")) {
		g_string_append(sql, expression);
	} else {
		g_string_append_printf(sql, "(%s)", expression);
	}
}

/* gen_random_uuid() is built in from 13 on. */
static const char *uuid_default(const FerryCatalog *target)
{
	bool has_function = target->version == NULL || g_ascii_strtoll(target->version, NULL, 10) >= 13;
	return has_function ? "gen_random_uuid()" : "(md5(random()::text || clock_timestamp()::text)::uuid)";
}

static void append_default(GString *sql, const FerryCatalog *target, const FerryColumnDef *column)
{
	const char *clock = clock_default(column);
	switch (column->default_kind) {
	case FERRY_DEFAULT_NONE:
	case FERRY_DEFAULT_NULL: break;
	case FERRY_DEFAULT_LITERAL:
		g_string_append(sql, " DEFAULT ");
		append_literal_default(sql, column);
		break;
	case FERRY_DEFAULT_CURRENT_TIMESTAMP:
	case FERRY_DEFAULT_CURRENT_DATE:
	case FERRY_DEFAULT_CURRENT_TIME:
		if (clock != NULL)
			g_string_append_printf(sql, " DEFAULT %s", clock);
		break;
	case FERRY_DEFAULT_UUID: g_string_append_printf(sql, " DEFAULT %s", uuid_default(target)); break;
	case FERRY_DEFAULT_EXPRESSION:
		if (column->default_text == NULL || column->own_functions != NULL)
			break; /* such a default is set at the end, where the target knows what it calls */
		g_string_append(sql, " DEFAULT ");
		append_expression_default(sql, target, column->default_text);
		break;
	}
}

static void append_identity(GString *sql, const FerryColumnDef *column)
{
	g_string_append_printf(sql, " GENERATED %s AS IDENTITY",
			       column->identity == FERRY_IDENTITY_ALWAYS ? "ALWAYS" : "BY DEFAULT");
	bool has_increment = column->identity_increment != 0 && column->identity_increment != 1;
	if (!has_increment && column->identity_options == NULL)
		return;
	g_string_append(sql, " (");
	if (has_increment)
		g_string_append_printf(sql, "INCREMENT BY %" G_GINT64_FORMAT "%s", column->identity_increment,
				       column->identity_options != NULL ? " " : "");
	g_string_append_printf(sql, "%s)", column->identity_options != NULL ? column->identity_options : "");
}

static void append_generated(GString *sql, const FerryCatalog *target, const FerryColumnDef *column)
{
	bool has_virtual = target->version != NULL && g_ascii_strtoll(target->version, NULL, 10) >= 18;
	bool is_virtual = column->generated == FERRY_GENERATED_VIRTUAL && has_virtual &&
			  column->enum_name == NULL && column->user_type == NULL;
	g_string_append_printf(sql, " GENERATED ALWAYS AS (%s) %s", column->generated_expression,
			       is_virtual ? "VIRTUAL" : "STORED");
}

static void append_sequence_default(GString *sql, const FerryTable *table, const FerryColumnDef *column)
{
	g_autofree char *name = ferry_pg_ddl_own_sequence(table, column);
	g_autofree char *qualified = ferry_pg_qualified(table->schema, name);
	g_string_append(sql, " DEFAULT nextval(");
	ferry_pg_append_literal(sql, qualified);
	g_string_append(sql, "::regclass)");
}

static void append_column(GString *sql, const FerryCatalog *target, const FerryTable *table,
			  const FerryColumnDef *column)
{
	ferry_pg_append_identifier(sql, column->name);
	g_string_append_printf(sql, " %s", column->native_type != NULL ? column->native_type : "text");
	if (column->collation != NULL) {
		g_string_append(sql, " COLLATE ");
		ferry_pg_append_identifier(sql, column->collation);
	}
	if (column->generated != FERRY_GENERATED_NONE && column->generated_expression != NULL)
		append_generated(sql, target, column);
	else if (ferry_pg_ddl_is_identity(column))
		append_identity(sql, column);
	else if (ferry_pg_ddl_needs_sequence(column))
		append_sequence_default(sql, table, column);
	else
		append_default(sql, target, column);
	if (column->not_null)
		g_string_append(sql, " NOT NULL");
}

static void create_own_sequences(const FerryTable *table, GPtrArray *statements)
{
	for (guint i = 0; i < table->columns->len; i++) {
		const FerryColumnDef *column = table->columns->pdata[i];
		if (!ferry_pg_ddl_needs_sequence(column))
			continue;
		g_autofree char *name = ferry_pg_ddl_own_sequence(table, column);
		GString *sql = g_string_new("CREATE SEQUENCE IF NOT EXISTS ");
		ferry_pg_append_qualified(sql, table->schema, name);
		if (column->identity_increment != 0 && column->identity_increment != 1)
			g_string_append_printf(sql, " INCREMENT BY %" G_GINT64_FORMAT,
					       column->identity_increment);
		ferry_pg_ddl_add(statements, "sequence", name, sql);
	}
}

void ferry_pg_ddl_create_table(const FerryCatalog *target, const FerryTable *table, GPtrArray *statements)
{
	create_own_sequences(table, statements);
	g_autofree char *object = ferry_table_display_name(table);
	GString *sql = g_string_new("CREATE TABLE ");
	ferry_pg_append_qualified(sql, table->schema, table->name);
	g_string_append(sql, " (");
	for (guint i = 0; i < table->columns->len; i++) {
		g_string_append(sql, i > 0 ? ",\n    " : "\n    ");
		append_column(sql, target, table, table->columns->pdata[i]);
	}
	g_string_append(sql, table->columns->len > 0 ? "\n)" : ")");
	if (table->partitioning != NULL)
		ferry_pg_ddl_partition_by(sql, table, table->partitioning);
	ferry_pg_ddl_add(statements, "table", object, sql);
	ferry_pg_ddl_create_partitions(table, statements);
}

/* A table without them is whole but for the rows to come. */
void ferry_pg_ddl_late_defaults(const FerryCatalog *target, const FerryTable *table, GPtrArray *statements)
{
	for (guint i = 0; i < table->columns->len; i++) {
		const FerryColumnDef *column = table->columns->pdata[i];
		if (column->own_functions == NULL || column->default_text == NULL ||
		    column->default_kind != FERRY_DEFAULT_EXPRESSION)
			continue;
		g_autofree char *object = g_strdup_printf("%s.%s", table->name, column->name);
		GString *sql = g_string_new("ALTER TABLE ");
		ferry_pg_append_qualified(sql, table->schema, table->name);
		g_string_append(sql, " ALTER COLUMN ");
		ferry_pg_append_identifier(sql, column->name);
		g_string_append(sql, " SET DEFAULT ");
		append_expression_default(sql, target, column->default_text);
		ferry_pg_ddl_add(statements, "default", object, sql)->is_optional = true;
	}
}
