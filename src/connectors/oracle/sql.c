/* SQL text of Oracle's. */
#include "connectors/oracle/private.h"

/* A name cannot hold a double quote. */
void ferry_oracle_append_identifier(GString *out, const char *name)
{
	g_string_append_c(out, '"');
	for (const char *p = name; *p; p++)
		if (*p != '"')
			g_string_append_c(out, *p);
	g_string_append_c(out, '"');
}

void ferry_oracle_append_literal(GString *out, const char *text)
{
	g_string_append_c(out, '\'');
	for (const char *p = text; *p; p++) {
		if (*p == '\'')
			g_string_append_c(out, *p);
		g_string_append_c(out, *p);
	}
	g_string_append_c(out, '\'');
}

char *ferry_oracle_quote_name(const char *schema, const char *name)
{
	GString *out = g_string_new(NULL);

	if (schema) {
		ferry_oracle_append_identifier(out, schema);
		g_string_append_c(out, '.');
	}
	ferry_oracle_append_identifier(out, name);
	return g_string_free(out, FALSE);
}

char *ferry_oracle_quote_text(const char *text)
{
	GString *out = g_string_new(NULL);

	ferry_oracle_append_literal(out, text);
	return g_string_free(out, FALSE);
}

static void append_as_of(FerryOracleConnection *c, GString *out)
{
	if (c->scn)
		g_string_append_printf(out, " AS OF SCN %s", c->scn);
}

/* The user's SQL may end in a comment: what follows it stands on a line of its own. Either is called
 * ferry_table. */
void ferry_oracle_append_from(FerryOracleConnection *c, GString *out, const FerryTable *table)
{
	if (table->query) {
		g_string_append_c(out, '(');
		g_string_append_len(out, table->query, (gssize)table->query_name_end);
		if (table->query_name_end)
			append_as_of(c, out);
		g_string_append_printf(out, "%s\n)", table->query + table->query_name_end);
	} else {
		g_autofree char *name = ferry_oracle_quote_name(table->schema, table->name);
		g_string_append(out, name);
		append_as_of(c, out);
	}
	g_string_append(out, " ferry_table");
}

void ferry_oracle_append_where(GString *out, const FerryTable *table, const char *predicate)
{
	if (table->filter)
		g_string_append_printf(out, " WHERE (%s\n)", table->filter);
	if (predicate)
		g_string_append_printf(out, table->filter ? " AND (%s)" : " WHERE %s", predicate);
}
