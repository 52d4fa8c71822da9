/*
 * Columns of types that Ferry does not read: users' object types and collections, and what has no value of
 * its own (BFILE, REF, ANYDATA). They are left out with a note. Of the schema's own types the note says what
 * is in them, and how a query reads it as JSON by the server's functions of 12.2 and later.
 */
#include "connectors/oracle/catalog.h"

#include <string.h>

#define MAX_DEPTH 5
#define HAS_JSON  120200 /* JSON_OBJECT, JSON_ARRAYAGG */

typedef struct {
	FerryTable *table; /* borrowed */
	char *column, *type_owner, *type;
	GString *json; /* or NULL: how it is read as JSON */
} LeftOut;

typedef struct {
	char *name, *type_owner, *type; /* of a collection's elements: no name */
} Member;

typedef struct {
	bool is_collection;
	GPtrArray *members; /* Member */
} UserType;

static void left_out_free(gpointer data)
{
	LeftOut *l = data;

	g_free(l->column);
	g_free(l->type_owner);
	g_free(l->type);
	if (l->json)
		g_string_free(l->json, TRUE);
	g_free(l);
}

GPtrArray *ferry_oracle_left_out_new(void)
{
	return g_ptr_array_new_with_free_func(left_out_free);
}

void ferry_oracle_leave_out(FerryOracleCatalogBuilder *b, FerryTable *table, const char *column,
			    const char *type_owner, const char *type)
{
	LeftOut *l = g_new0(LeftOut, 1);

	l->table = table;
	l->column = g_strdup(column);
	l->type_owner = g_strdup(type_owner);
	l->type = g_strdup(type);
	g_ptr_array_add(b->left_out, l);
}

/* ---- the types ---- */

static void member_free(gpointer data)
{
	Member *m = data;

	g_free(m->name);
	g_free(m->type_owner);
	g_free(m->type);
	g_free(m);
}

static void user_type_free(gpointer data)
{
	UserType *t = data;

	g_ptr_array_unref(t->members);
	g_free(t);
}

static UserType *find_or_add(GHashTable *types, const char *name)
{
	UserType *type = g_hash_table_lookup(types, name);

	if (!type) {
		type = g_new0(UserType, 1);
		type->members = g_ptr_array_new_with_free_func(member_free);
		g_hash_table_insert(types, g_strdup(name), type);
	}
	return type;
}

static void add_member(UserType *type, const char *name, const char *type_owner, const char *type_name)
{
	Member *m = g_new0(Member, 1);

	m->name = g_strdup(name);
	m->type_owner = g_strdup(type_owner);
	m->type = g_strdup(type_name ? type_name : "?");
	g_ptr_array_add(type->members, m);
}

/* type, attribute, owner and name of its type, REF */
static bool on_attribute(char **row, gpointer data, GError **error)
{
	FerryOracleCatalogBuilder *b = data;

	if (row[0] && row[1])
		add_member(find_or_add(b->user_types, row[0]), row[1], row[2], row[4] ? "REF" : row[3]);
	return true;
}

/* type, owner and name of its elements' */
static bool on_collection(char **row, gpointer data, GError **error)
{
	FerryOracleCatalogBuilder *b = data;

	if (!row[0])
		return true;
	UserType *type = find_or_add(b->user_types, row[0]);
	type->is_collection = true;
	add_member(type, NULL, row[1], row[2]);
	return true;
}

/* What may not be seen is not described. */
static bool read_types(FerryOracleCatalogBuilder *b, GError **error)
{
	g_autoptr(GError) own = NULL;

	if (ferry_oracle_builder_each(b,
				      "SELECT TYPE_NAME, ATTR_NAME, ATTR_TYPE_OWNER, ATTR_TYPE_NAME, "
				      "ATTR_TYPE_MOD FROM ALL_TYPE_ATTRS WHERE OWNER = %s ORDER BY "
				      "TYPE_NAME, ATTR_NO",
				      "cannot list the types' attributes", on_attribute, &own) &&
	    ferry_oracle_builder_each(b,
				      "SELECT TYPE_NAME, ELEM_TYPE_OWNER, ELEM_TYPE_NAME FROM "
				      "ALL_COLL_TYPES WHERE OWNER = %s ORDER BY TYPE_NAME",
				      "cannot list the collections", on_collection, &own))
		return true;
	if (ferry_error_is(own, FERRY_ERROR_NOT_FOUND) || ferry_error_is(own, FERRY_ERROR_PERMISSION))
		return true;
	g_propagate_error(error, g_steal_pointer(&own));
	return false;
}

/* ---- as JSON ---- */

/* What JSON_OBJECT takes as it is in every version that has it. */
static bool is_scalar(const char *type)
{
	static const char *const scalars[] = {"NUMBER",  "INTEGER",  "SMALLINT", "DECIMAL", "FLOAT",
					      "VARCHAR", "VARCHAR2", "CHAR",     "DATE",    "TIMESTAMP"};

	for (size_t i = 0; i < G_N_ELEMENTS(scalars); i++)
		if (strcmp(type, scalars[i]) == 0)
			return true;
	return false;
}

static bool append_json(const FerryOracleCatalogBuilder *b, GString *sql, const char *path,
			const char *type_owner, const char *type, bool is_row, unsigned depth);

static bool append_object(const FerryOracleCatalogBuilder *b, GString *sql, const char *path,
			  const UserType *type, unsigned depth)
{
	g_string_append(sql, "JSON_OBJECT(");
	for (guint i = 0; i < type->members->len; i++) {
		const Member *m = type->members->pdata[i];
		g_autoptr(GString) member = g_string_new(path);

		g_string_append_c(member, '.');
		ferry_oracle_append_identifier(member, m->name);
		g_string_append(sql, i > 0 ? ", " : "");
		ferry_oracle_append_literal(sql, m->name);
		g_string_append(sql, " VALUE ");
		if (!append_json(b, sql, member->str, m->type_owner, m->type, false, depth + 1))
			return false;
		g_string_append(sql, m->type_owner ? " FORMAT JSON" : "");
	}
	g_string_append(sql, " RETURNING CLOB)");
	return type->members->len > 0;
}

/* An aggregate over no elements is NULL: an empty collection is none. */
static bool append_array(const FerryOracleCatalogBuilder *b, GString *sql, const char *path,
			 const UserType *type, unsigned depth)
{
	const Member *m = type->members->pdata[0];
	g_autofree char *alias = g_strdup_printf("e%u", depth);
	const UserType *element = m->type_owner ? g_hash_table_lookup(b->user_types, m->type) : NULL;
	bool is_row = element && !element->is_collection;
	g_autofree char *value = is_row ? g_strdup(alias) : g_strconcat(alias, ".COLUMN_VALUE", NULL);

	g_string_append(sql, "COALESCE((SELECT JSON_ARRAYAGG(");
	if (!append_json(b, sql, value, m->type_owner, m->type, is_row, depth + 1))
		return false;
	g_string_append_printf(sql, "%s NULL ON NULL RETURNING CLOB) FROM TABLE(%s) %s), TO_CLOB('[]'))",
			       m->type_owner ? " FORMAT JSON" : "", path, alias);
	return true;
}

/* is_row: path is the alias of a table of objects. False: something is in it that does not map. */
static bool append_json(const FerryOracleCatalogBuilder *b, GString *sql, const char *path,
			const char *type_owner, const char *type, bool is_row, unsigned depth)
{
	const UserType *found = NULL;

	if (!type_owner) {
		g_string_append(sql, path);
		return is_scalar(type);
	}
	if (strcmp(type_owner, b->connection->schema) == 0)
		found = g_hash_table_lookup(b->user_types, type);
	if (!found || depth > MAX_DEPTH)
		return false;
	g_string_append_printf(
		sql, is_row ? "CASE WHEN VALUE(%s) IS NOT NULL THEN " : "CASE WHEN %s IS NOT NULL THEN ",
		path);
	if (!(found->is_collection ? append_array(b, sql, path, found, depth)
				   : append_object(b, sql, path, found, depth)))
		return false;
	g_string_append(sql, " END");
	return true;
}

static void find_json(const FerryOracleCatalogBuilder *b, LeftOut *l)
{
	g_autoptr(GString) sql = g_string_new(NULL);
	g_autofree char *column = ferry_oracle_quote_name(NULL, l->column);
	g_autofree char *path = g_strconcat("t.", column, NULL);

	if (b->connection->version >= HAS_JSON && l->type_owner &&
	    append_json(b, sql, path, l->type_owner, l->type, false, 1))
		l->json = g_steal_pointer(&sql);
}

/* ---- the notes ---- */

/* " (STREET VARCHAR2, NO NUMBER)", " (of NUMBER)"; "": not known. */
static char *describe(const FerryOracleCatalogBuilder *b, const LeftOut *l)
{
	bool is_ours = g_strcmp0(l->type_owner, b->connection->schema) == 0;
	const UserType *type = is_ours ? g_hash_table_lookup(b->user_types, l->type) : NULL;
	GString *out = g_string_new(NULL);

	for (guint i = 0; type && i < type->members->len; i++) {
		const Member *m = type->members->pdata[i];
		g_string_append_printf(out, "%s%s %s", i > 0 ? ", " : " (", m->name ? m->name : "of",
				       m->type);
	}
	g_string_append(out, out->len ? ")" : "");
	return g_string_free(out, FALSE);
}

static void note_column(const FerryOracleCatalogBuilder *b, const LeftOut *l)
{
	g_autofree char *members = describe(b, l);
	const char *way_out =
		!l->type_owner ? ""
		: l->json      ? "; a query of the project can, as JSON: see the note of the table"
			       : "; a query of the project can, as its attributes (t.col.attribute) or by "
				 "XMLSERIALIZE(CONTENT XMLTYPE(t.col) AS CLOB)";

	ferry_table_note(l->table, FERRY_SEVERITY_LOSS, l->column,
			 "the column is left out: Ferry does not read the type %s%s%s%s%s",
			 l->type_owner ? l->type_owner : "", l->type_owner ? "." : "", l->type, members,
			 way_out);
}

static void begin_list(GString *sql)
{
	g_string_append(sql, sql->len ? ", " : "");
}

/* One query for all columns of the table that map. The columns of a table stand together. */
static void note_query(const FerryOracleCatalogBuilder *b, guint first, guint end)
{
	const LeftOut *l = b->left_out->pdata[first];
	g_autoptr(GString) list = g_string_new(NULL);
	g_autofree char *name = ferry_oracle_quote_name(l->table->schema, l->table->name);
	bool has_json = false;

	for (guint i = 0; i < l->table->columns->len; i++) {
		begin_list(list);
		g_string_append(list, "t.");
		ferry_oracle_append_identifier(list, ((FerryColumnDef *)l->table->columns->pdata[i])->name);
	}
	for (guint i = first; i < end; i++) {
		l = b->left_out->pdata[i];
		if (!l->json)
			continue;
		has_json = true;
		begin_list(list);
		g_string_append_printf(list, "%s ", l->json->str);
		ferry_oracle_append_identifier(list, l->column);
	}
	if (has_json)
		ferry_table_note(
			l->table, FERRY_SEVERITY_INFO, NULL,
			"as a query of the project, with its objects and collections as JSON: SELECT %s "
			"FROM %s t",
			list->str, name);
}

bool ferry_oracle_note_left_out(FerryOracleCatalogBuilder *b, GError **error)
{
	if (b->left_out->len == 0)
		return true;
	b->user_types = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, user_type_free);
	bool is_ok = read_types(b, error);
	for (guint i = 0; is_ok && i < b->left_out->len; i++) {
		find_json(b, b->left_out->pdata[i]);
		note_column(b, b->left_out->pdata[i]);
	}
	for (guint first = 0, end; is_ok && first < b->left_out->len; first = end) {
		const FerryTable *table = ((LeftOut *)b->left_out->pdata[first])->table;
		for (end = first;
		     end < b->left_out->len && ((LeftOut *)b->left_out->pdata[end])->table == table;)
			end++;
		note_query(b, first, end);
	}
	g_clear_pointer(&b->user_types, g_hash_table_unref);
	return is_ok;
}
