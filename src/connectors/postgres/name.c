/*
 * Names and text literals in PostgreSQL's SQL. A name is quoted only where it must be, so that DDL reads
 * well: anything but lower-case letters, digits and _ needs quotes, and so do the keywords that cannot be
 * names.
 */
#include "connectors/postgres/private.h"

#include <stdlib.h>
#include <string.h>

/* pg_get_keywords() of 12 to 18 where catcode is not U; sorted. */
static const char *const keywords[] = {
	"all",
	"analyse",
	"analyze",
	"and",
	"any",
	"array",
	"as",
	"asc",
	"asymmetric",
	"authorization",
	"between",
	"bigint",
	"binary",
	"bit",
	"boolean",
	"both",
	"case",
	"cast",
	"char",
	"character",
	"check",
	"coalesce",
	"collate",
	"collation",
	"column",
	"concurrently",
	"constraint",
	"create",
	"cross",
	"current_catalog",
	"current_date",
	"current_role",
	"current_schema",
	"current_time",
	"current_timestamp",
	"current_user",
	"dec",
	"decimal",
	"default",
	"deferrable",
	"desc",
	"distinct",
	"do",
	"else",
	"end",
	"except",
	"exists",
	"extract",
	"false",
	"fetch",
	"float",
	"for",
	"foreign",
	"freeze",
	"from",
	"full",
	"grant",
	"greatest",
	"group",
	"grouping",
	"having",
	"ilike",
	"in",
	"initially",
	"inner",
	"inout",
	"int",
	"integer",
	"intersect",
	"interval",
	"into",
	"is",
	"isnull",
	"join",
	"json",
	"json_array",
	"json_arrayagg",
	"json_exists",
	"json_object",
	"json_objectagg",
	"json_query",
	"json_scalar",
	"json_serialize",
	"json_table",
	"json_value",
	"lateral",
	"leading",
	"least",
	"left",
	"like",
	"limit",
	"localtime",
	"localtimestamp",
	"merge_action",
	"national",
	"natural",
	"nchar",
	"none",
	"normalize",
	"not",
	"notnull",
	"null",
	"nullif",
	"numeric",
	"offset",
	"on",
	"only",
	"or",
	"order",
	"out",
	"outer",
	"overlaps",
	"overlay",
	"placing",
	"position",
	"precision",
	"primary",
	"real",
	"references",
	"returning",
	"right",
	"row",
	"select",
	"session_user",
	"setof",
	"similar",
	"smallint",
	"some",
	"substring",
	"symmetric",
	"system_user",
	"table",
	"tablesample",
	"then",
	"time",
	"timestamp",
	"to",
	"trailing",
	"treat",
	"trim",
	"true",
	"union",
	"unique",
	"user",
	"using",
	"values",
	"varchar",
	"variadic",
	"verbose",
	"when",
	"where",
	"window",
	"with",
	"xmlattributes",
	"xmlconcat",
	"xmlelement",
	"xmlexists",
	"xmlforest",
	"xmlnamespaces",
	"xmlparse",
	"xmlpi",
	"xmlroot",
	"xmlserialize",
	"xmltable",
};

static int compare_keyword(const void *name, const void *keyword)
{
	return strcmp(name, *(const char *const *)keyword);
}

static bool needs_quotes(const char *name)
{
	if (!g_ascii_islower(name[0]) && name[0] != '_')
		return true;
	for (const char *p = name; *p != '\0'; p++)
		if (!g_ascii_islower(*p) && !g_ascii_isdigit(*p) && *p != '_')
			return true;
	return bsearch(name, keywords, G_N_ELEMENTS(keywords), sizeof(*keywords), compare_keyword) != NULL;
}

void ferry_pg_append_identifier(GString *out, const char *name)
{
	if (!needs_quotes(name)) {
		g_string_append(out, name);
		return;
	}
	g_string_append_c(out, '"');
	for (const char *p = name; *p != '\0'; p++) {
		if (*p == '"')
			g_string_append_c(out, '"');
		g_string_append_c(out, *p);
	}
	g_string_append_c(out, '"');
}

/* E'' where there is a backslash, so that it reads the same under every standard_conforming_strings. */
void ferry_pg_append_literal(GString *out, const char *text)
{
	if (text == NULL) {
		g_string_append(out, "NULL");
		return;
	}
	g_string_append(out, strchr(text, '\\') != NULL ? "E'" : "'");
	for (const char *p = text; *p != '\0'; p++) {
		if (*p == '\'' || *p == '\\')
			g_string_append_c(out, *p);
		g_string_append_c(out, *p);
	}
	g_string_append_c(out, '\'');
}

void ferry_pg_append_qualified(GString *out, const char *schema, const char *name)
{
	if (schema != NULL) {
		ferry_pg_append_identifier(out, schema);
		g_string_append_c(out, '.');
	}
	ferry_pg_append_identifier(out, name);
}

char *ferry_pg_qualified(const char *schema, const char *name)
{
	GString *out = g_string_new(NULL);
	ferry_pg_append_qualified(out, schema, name);
	return g_string_free(out, FALSE);
}

char *ferry_pg_quote_identifier(const char *name)
{
	GString *out = g_string_new(NULL);
	ferry_pg_append_identifier(out, name);
	return g_string_free(out, FALSE);
}

char *ferry_pg_quote_literal(const char *text)
{
	GString *out = g_string_new(NULL);
	ferry_pg_append_literal(out, text);
	return g_string_free(out, FALSE);
}

char *ferry_pg_default_schema(FerryConnection *c)
{
	PgConnection *pg = pg_connection(c);
	return g_strdup(pg->schema != NULL ? pg->schema : "public");
}

char *ferry_pg_table_sql(FerryConnection *c, const FerryTable *table)
{
	g_autofree char *schema =
		table->schema != NULL ? g_strdup(table->schema) : ferry_pg_default_schema(c);
	return ferry_pg_qualified(schema, table->name);
}

char *ferry_pg_from_sql(FerryConnection *c, const FerryTable *table)
{
	/* the user's SQL may end in a comment */
	if (table->query != NULL)
		return g_strconcat("(", table->query, "\n) AS ferry_query", NULL);
	g_autofree char *name = ferry_pg_table_sql(c, table);
	return table->is_partitioned ? g_steal_pointer(&name) : g_strconcat("ONLY ", name, NULL);
}

char *ferry_pg_where_sql(const FerryTable *table, const char *predicate)
{
	if (table->filter != NULL && predicate != NULL)
		return g_strconcat(" WHERE (", table->filter, "\n) AND (", predicate, ")", NULL);
	if (table->filter != NULL)
		return g_strconcat(" WHERE (", table->filter, "\n)", NULL);
	return g_strconcat(predicate != NULL ? " WHERE " : "", predicate, NULL);
}
