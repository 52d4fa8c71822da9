/*
 * Types before the tables that use them: enums, then the types that users make of others, in the catalog's
 * order. There is no CREATE TYPE IF NOT EXISTS, so each is a block that first tries: a type of that name that
 * an earlier copy left behind is used if it is the same, and made anew if not, which fails where something
 * still uses it.
 */
#include "connectors/postgres/ddl.h"

#include <string.h>

static char *display(const char *schema, const char *name)
{
	return schema != NULL ? g_strdup_printf("%s.%s", schema, name) : g_strdup(name);
}

/* Quotes for a block that its text does not hold. */
static char *dollar_tag(const char *text)
{
	g_autoptr(GString) tag = g_string_new("$do$");
	while (strstr(text, tag->str) != NULL)
		g_string_insert_c(tag, 1, 'x');
	return g_strdup(tag->str);
}

/* ---- enums ---- */

static void append_labels(GString *sql, const FerryEnum *e)
{
	for (char **label = e->labels; label != NULL && *label != NULL; label++) {
		g_string_append(sql, label > e->labels ? ", " : "");
		ferry_pg_append_literal(sql, *label);
	}
}

static char *create_type_sql(const FerryEnum *e)
{
	GString *sql = g_string_new("CREATE TYPE ");
	ferry_pg_append_qualified(sql, e->schema, e->name);
	g_string_append(sql, " AS ENUM (");
	append_labels(sql, e);
	g_string_append(sql, ")");
	return g_string_free(sql, FALSE);
}

static void create_enum(const FerryEnum *e, GPtrArray *statements)
{
	g_autofree char *object = display(e->schema, e->name);
	g_autofree char *create = create_type_sql(e);
	g_autofree char *type = ferry_pg_qualified(e->schema, e->name);
	g_autofree char *literal = ferry_pg_quote_literal(type);
	g_autofree char *tag = dollar_tag(create);
	GString *sql = g_string_new(NULL);
	g_string_append_printf(
		sql,
		"DO %s BEGIN\n    %s;\nEXCEPTION WHEN duplicate_object THEN\n"
		"    IF ARRAY(SELECT enumlabel::text FROM pg_catalog.pg_enum WHERE enumtypid = %s::regtype "
		"ORDER BY enumsortorder) <> ARRAY[",
		tag, create, literal);
	append_labels(sql, e);
	g_string_append_printf(sql, "]::text[] THEN\n        DROP TYPE %s;\n        %s;\n    END IF;\nEND %s",
			       type, create, tag);
	ferry_pg_ddl_add(statements, "type", object, sql);
}

/* ---- domains, composite types, ranges ---- */

/* All that makes up a type, as one text, by its OID: two types are the same where this is. */
#define TYPE_SHAPE                                                                                           \
	"SELECT concat_ws('|', t.typtype, format_type(t.typbasetype, t.typtypmod), t.typnotnull, "           \
	"t.typcollation, pg_get_expr(t.typdefaultbin, 'pg_type'::regclass), (SELECT string_agg(k.conname "   \
	"|| "                                                                                                \
	"' ' || pg_get_constraintdef(k.oid), ',' ORDER BY k.conname) FROM pg_constraint k WHERE k.contypid " \
	"= "                                                                                                 \
	"t.oid AND k.contype = 'c'), (SELECT string_agg(a.attname || ' ' || format_type(a.atttypid, "        \
	"a.atttypmod) || a.attcollation, ',' ORDER BY a.attnum) FROM pg_attribute a WHERE a.attrelid = "     \
	"t.typrelid AND NOT a.attisdropped), (SELECT concat_ws(' ', r.rngsubtype, r.rngsubopc, "             \
	"r.rngcollation, r.rngsubdiff) FROM pg_range r WHERE r.rngtypid = t.oid)) FROM pg_type t "           \
	"WHERE t.oid = %s::regtype"

static const char *type_word(const FerryUserType *type)
{
	return type->kind == FERRY_USER_TYPE_DOMAIN ? "DOMAIN" : "TYPE";
}

/* Whether the one that is there is the same is told by making ours beside it, among the session's temporary
 * things. */
static void create_type(const FerryUserType *t, GPtrArray *statements)
{
	g_autofree char *object = display(t->schema, t->name);
	g_autofree char *name = ferry_pg_qualified(t->schema, t->name);
	g_autofree char *literal = ferry_pg_quote_literal(name);
	g_autofree char *tag = dollar_tag(t->definition);
	const char *word = type_word(t);

	GString *sql = g_string_new(NULL);
	g_string_append_printf(sql,
			       "DO %s BEGIN\n    CREATE %s %s %s;\nEXCEPTION WHEN duplicate_object THEN\n",
			       tag, word, name, t->definition);
	if (strstr(t->definition, "MULTIRANGE_TYPE_NAME") !=
	    NULL) /* that name is taken: no second one beside it */
		g_string_append_printf(sql, "    NULL;\nEND %s", tag);
	else
		g_string_append_printf(sql,
				       "    CREATE %s pg_temp.ferry_type %s;\n"
				       "    IF (" TYPE_SHAPE ") IS DISTINCT FROM (" TYPE_SHAPE ") THEN\n"
				       "        DROP %s %s;\n        CREATE %s %s %s;\n    END IF;\n"
				       "    DROP %s pg_temp.ferry_type;\nEND %s",
				       word, t->definition, literal, "'pg_temp.ferry_type'", word, name, word,
				       name, t->definition, word, tag);
	ferry_pg_ddl_add(statements, "type", object, sql);
}

void ferry_pg_ddl_create_types(const FerryCatalog *target, GPtrArray *statements)
{
	for (guint i = 0; i < target->enums->len; i++)
		create_enum(target->enums->pdata[i], statements);
	for (guint i = 0; i < target->types->len; i++)
		create_type(target->types->pdata[i], statements);
}
