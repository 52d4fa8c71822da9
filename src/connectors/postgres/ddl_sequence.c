/*
 * Sequences: made before the tables whose defaults use them, and set to their next value after the load, like
 * the sequences inside of identity columns. A next value beyond the sequence's end means that it is used up;
 * it then stands at its end, and the next use fails as it would at the source.
 */
#include "connectors/postgres/ddl.h"

#include <string.h>

static void append_option(GString *sql, const char *word, int64_t value)
{
	g_string_append_printf(sql, " %s %" G_GINT64_FORMAT, word, value);
}

static bool has_range(const FerrySequence *s)
{
	return s->min_value < s->max_value;
}

static void create_sequence(const FerrySequence *s, GPtrArray *statements)
{
	GString *sql = g_string_new("CREATE SEQUENCE IF NOT EXISTS ");
	ferry_pg_append_qualified(sql, s->schema, s->name);
	if (s->data_type != NULL &&
	    (strcmp(s->data_type, "integer") == 0 || strcmp(s->data_type, "smallint") == 0))
		g_string_append_printf(sql, " AS %s", s->data_type);
	if (s->increment != 0 && s->increment != 1)
		append_option(sql, "INCREMENT BY", s->increment);
	if (has_range(s)) {
		append_option(sql, "MINVALUE", s->min_value);
		append_option(sql, "MAXVALUE", s->max_value);
		append_option(sql, "START WITH", CLAMP(s->start, s->min_value, s->max_value));
	}
	if (s->cache > 1)
		append_option(sql, "CACHE", s->cache);
	if (s->cycles)
		g_string_append(sql, " CYCLE");
	ferry_pg_ddl_add(statements, "sequence", s->name, sql);
}

void ferry_pg_ddl_create_sequences(const FerryCatalog *target, GPtrArray *statements)
{
	for (guint i = 0; i < target->sequences->len; i++)
		create_sequence(target->sequences->pdata[i], statements);
}

/* is_called false: value is the next one; true: it was the last one. */
static GString *setval(const char *sequence_sql, int64_t next, int64_t min, int64_t max)
{
	GString *sql = g_string_new(NULL);
	bool is_used_up = next > max || next < min;
	g_string_append_printf(sql, "SELECT pg_catalog.setval(%s, %" G_GINT64_FORMAT ", %s)", sequence_sql,
			       CLAMP(next, min, max), is_used_up ? "true" : "false");
	return sql;
}

static void own_sequence(const FerrySequence *s, GPtrArray *statements)
{
	if (s->owner_table == NULL || s->owner_column == NULL)
		return;
	GString *sql = g_string_new("ALTER SEQUENCE ");
	ferry_pg_append_qualified(sql, s->schema, s->name);
	g_string_append(sql, " OWNED BY ");
	ferry_pg_append_qualified(sql, s->owner_schema, s->owner_table);
	g_string_append_c(sql, '.');
	ferry_pg_append_identifier(sql, s->owner_column);
	ferry_pg_ddl_add(statements, "sequence", s->name, sql);
}

static char *regclass(const char *schema, const char *name)
{
	g_autofree char *qualified = ferry_pg_qualified(schema, name);
	return ferry_pg_quote_literal(qualified);
}

void ferry_pg_ddl_set_sequences(const FerryCatalog *target, GPtrArray *statements)
{
	for (guint i = 0; i < target->sequences->len; i++) {
		const FerrySequence *s = target->sequences->pdata[i];
		g_autofree char *name = regclass(s->schema, s->name);
		int64_t min = has_range(s) ? s->min_value : s->increment < 0 ? INT64_MIN : 1;
		int64_t max = has_range(s) ? s->max_value : s->increment < 0 ? -1 : INT64_MAX;
		ferry_pg_ddl_add(statements, "sequence", s->name, setval(name, s->next_value, min, max));
		own_sequence(s, statements);
	}
}

static int64_t identity_max(const FerryColumnDef *column)
{
	if (strcmp(column->native_type, "smallint") == 0)
		return INT16_MAX;
	return strcmp(column->native_type, "integer") == 0 ? INT32_MAX : INT64_MAX;
}

static void set_own_sequence(const FerryTable *table, const FerryColumnDef *column, GPtrArray *statements)
{
	g_autofree char *name = ferry_pg_ddl_own_sequence(table, column);
	g_autofree char *literal = regclass(table->schema, name);
	if (column->has_identity_next)
		ferry_pg_ddl_add(statements, "sequence", name,
				 setval(literal, column->identity_next, 1, INT64_MAX));
	const FerrySequence owned = {.schema = table->schema,
				     .name = name,
				     .owner_schema = table->schema,
				     .owner_table = table->name,
				     .owner_column = column->name};
	own_sequence(&owned, statements);
}

void ferry_pg_ddl_set_identities(const FerryTable *table, GPtrArray *statements)
{
	for (guint i = 0; i < table->columns->len; i++) {
		const FerryColumnDef *column = table->columns->pdata[i];
		if (ferry_pg_ddl_needs_sequence(column))
			set_own_sequence(table, column, statements);
		if (!ferry_pg_ddl_is_identity(column) || !column->has_identity_next)
			continue;
		g_autofree char *qualified = ferry_pg_ddl_table_name(table);
		g_autofree char *literal = ferry_pg_quote_literal(qualified);
		g_autofree char *column_literal = ferry_pg_quote_literal(column->name);
		g_autofree char *sequence =
			g_strdup_printf("pg_catalog.pg_get_serial_sequence(%s, %s)", literal, column_literal);
		g_autofree char *object = g_strdup_printf("%s.%s", table->name, column->name);
		bool is_descending = column->identity_increment < 0;
		int64_t min = is_descending ? -identity_max(column) - 1 : 1;
		int64_t max = is_descending ? -1 : identity_max(column);
		if (column->identity_options != NULL) {
			min = column->identity_min;
			max = column->identity_max;
		}
		ferry_pg_ddl_add(statements, "sequence", object,
				 setval(sequence, column->identity_next, min, max));
	}
}
