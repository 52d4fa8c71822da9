/*
 * Staged loads. A table keeps its indexes, constraints, sequences and identity when ALTER TABLE … SET SCHEMA
 * moves it, with their names, so what was built in the staging schema ends as if it had been built in place;
 * foreign keys and defaults follow by OID.
 *
 * The swap takes all its locks first, and gives up soon where somebody holds one: before a second has passed,
 * after which the server would look for a deadlock and could end the reader's query (deadlock_timeout).
 */
#include "connectors/postgres/private.h"

#include <string.h>

#define LOCK_LIMITS "SET LOCAL lock_timeout = '400ms'; SET LOCAL statement_timeout = '800ms'"

/* ---- what is to be swapped ---- */

static void add_want(GString *sql, const char *schema, const char *name, char kind)
{
	g_string_append(sql, sql->len ? ", (" : "(");
	ferry_pg_append_literal(sql, schema);
	g_string_append(sql, ", ");
	ferry_pg_append_literal(sql, name);
	g_string_append_printf(sql, ", '%c')", kind);
}

static void add_index(GString *sql, const FerryTable *table, const FerryIndex *index)
{
	if (index && index->name)
		add_want(sql, table->schema, index->name, 'i');
}

/* schemas NULL: the catalog's names are the final ones. */
static const char *find_final(const GPtrArray *schemas, const char *staging)
{
	for (guint i = 0; schemas != NULL && i < schemas->len; i++) {
		const FerryStagedSchema *schema = schemas->pdata[i];
		if (strcmp(schema->staging, staging) == 0)
			return schema->schema;
	}
	return staging;
}

typedef struct Wants {
	GString *sql;
	const char *schema;
} Wants;

static void add_partition(const FerryPartition *partition, gpointer data)
{
	Wants *wants = data;
	add_want(wants->sql, wants->schema, partition->name, 'p');
}

/* The rows of a VALUES list, by final names: schema, name, and t (table), s (sequence), i (index) or p
 * (partition, which comes and goes with its table). */
static char *wanted(const FerryCatalog *target, const GPtrArray *schemas)
{
	GString *sql = g_string_new(NULL);

	for (guint i = 0; i < target->tables->len; i++) {
		const FerryTable *table = target->tables->pdata[i];
		add_want(sql, find_final(schemas, table->schema), table->name, 't');
		if (schemas != NULL)
			continue;
		ferry_pg_each_partition(table->partitioning, add_partition, &(Wants){sql, table->schema});
		add_index(sql, table, table->primary_key);
		for (guint k = 0; k < table->indexes->len; k++)
			add_index(sql, table, table->indexes->pdata[k]);
	}
	for (guint i = 0; i < target->sequences->len; i++) {
		const FerrySequence *s = target->sequences->pdata[i];
		add_want(sql, find_final(schemas, s->schema), s->name, 's');
	}
	return g_string_free(sql, FALSE);
}

/* want: what is to be there; rel: what is there by those names; old: the tables that go, own: with what hangs
 * on them. */
/* clang-format off */
#define WITH_OLD \
	"WITH want(s, n, k) AS (VALUES %s), " \
	"rel AS (SELECT c.oid, c.relkind, c.relowner, c.relacl, c.reltype, w.k, w.n, w.s FROM want w " \
	"JOIN pg_namespace ns ON ns.nspname = w.s JOIN pg_class c ON c.relnamespace = ns.oid AND c.relname = w.n), " \
	"old AS (SELECT * FROM rel WHERE k = 't' AND relkind IN ('r', 'p')), " \
	"own AS (SELECT oid FROM old UNION SELECT d.objid FROM pg_depend d JOIN old ON d.refobjid = old.oid " \
	"WHERE d.refclassid = 'pg_class'::regclass AND d.classid = 'pg_class'::regclass AND d.deptype IN ('a', 'i') " \
	"UNION SELECT indexrelid FROM pg_index JOIN old ON indrelid = old.oid " \
	"UNION SELECT (pg_partition_tree(old.oid)).relid FROM old WHERE relkind = 'p' " \
	"UNION SELECT oid FROM rel WHERE k = 's' AND relkind = 'S') "

/* What depends on them and would have to go, or to be made anew. */
static const char obstacles_sql[] =
	WITH_OLD
	"SELECT pg_describe_object('pg_class'::regclass, oid, 0) || ' is in the way, and is no table' FROM rel "
	"WHERE k = 't' AND relkind NOT IN ('r', 'p') "
	"UNION ALL SELECT pg_describe_object('pg_class'::regclass, oid, 0) || ' has the name of what is to be made' FROM rel "
	"WHERE k <> 't' AND oid NOT IN (SELECT oid FROM own) "
	"UNION ALL SELECT format('table %%I.%%I belongs to %%I', s, n, pg_get_userbyid(relowner)) FROM old "
	"WHERE NOT pg_has_role(relowner, 'USAGE') "
	"UNION ALL SELECT format('table %%I.%%I is a part of %%s', s, n, inhparent::regclass) FROM old JOIN pg_inherits ON inhrelid = old.oid "
	"WHERE inhparent NOT IN (SELECT oid FROM old) "
	"UNION ALL SELECT DISTINCT CASE WHEN r.oid IS NOT NULL THEN pg_describe_object('pg_class'::regclass, r.ev_class, 0) "
	"ELSE pg_describe_object(d.classid, d.objid, 0) END || ' depends on ' || pg_describe_object(d.refclassid, d.refobjid, 0) "
	"FROM pg_depend d LEFT JOIN pg_rewrite r ON d.classid = 'pg_rewrite'::regclass AND r.oid = d.objid "
	"LEFT JOIN pg_constraint k ON d.classid = 'pg_constraint'::regclass AND k.oid = d.objid "
	"LEFT JOIN pg_attrdef a ON d.classid = 'pg_attrdef'::regclass AND a.oid = d.objid "
	"LEFT JOIN pg_policy p ON d.classid = 'pg_policy'::regclass AND p.oid = d.objid "
	"LEFT JOIN pg_trigger t ON d.classid = 'pg_trigger'::regclass AND t.oid = d.objid "
	"WHERE d.deptype = 'n' AND ((d.refclassid = 'pg_class'::regclass AND d.refobjid IN (SELECT oid FROM own EXCEPT "
	"SELECT indexrelid FROM pg_index)) OR (d.refclassid = 'pg_type'::regclass AND d.refobjid IN (SELECT reltype FROM old UNION ALL "
	"SELECT typarray FROM old JOIN pg_type y ON y.oid = old.reltype))) "
	"AND coalesce(r.ev_class, k.conrelid, a.adrelid, p.polrelid, t.tgrelid, "
	"CASE WHEN d.classid = 'pg_class'::regclass THEN d.objid ELSE 0 END) NOT IN (SELECT oid FROM own)";

/* What goes with the tables, and a swap cannot give to the new ones. */
static const char losses_sql[] =
	WITH_OLD
	"SELECT format('trigger %%I on %%I.%%I', tgname, s, n) FROM old JOIN pg_trigger ON tgrelid = old.oid WHERE NOT tgisinternal "
	"UNION ALL SELECT format('policy %%I on %%I.%%I', polname, s, n) FROM old JOIN pg_policy ON polrelid = old.oid "
	"UNION ALL SELECT format('rule %%I on %%I.%%I', rulename, s, n) FROM old JOIN pg_rewrite ON ev_class = old.oid "
	"UNION ALL SELECT format('%%I.%%I in publication %%I', s, n, pubname) FROM old JOIN pg_publication_rel ON prrelid = old.oid "
	"JOIN pg_publication b ON b.oid = prpubid "
	"UNION ALL SELECT format('owner %%I of %%I.%%I', pg_get_userbyid(relowner), s, n) FROM old "
	"WHERE relowner <> current_user::regrole::oid";

#define GRANT_TO \
	"CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(a.grantee)) END || " \
	"CASE WHEN a.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END"

/* Of tables, of columns that the new table has too, and of sequences that stand alone. */
static const char grants_sql[] =
	WITH_OLD
	"SELECT format('GRANT %%s ON %%s %%I.%%I TO ', a.privilege_type, CASE k WHEN 't' THEN 'TABLE' ELSE 'SEQUENCE' END, s, n) || " GRANT_TO
	" FROM rel CROSS JOIN LATERAL aclexplode(relacl) a WHERE a.grantee <> relowner "
	"UNION ALL SELECT format('GRANT %%s (%%I) ON TABLE %%I.%%I TO ', a.privilege_type, t.attname, old.s, old.n) || " GRANT_TO
	" FROM old JOIN (VALUES %s) v(s, staging) ON v.s = old.s JOIN pg_attribute t ON t.attrelid = old.oid AND NOT t.attisdropped "
	"JOIN pg_namespace ns ON ns.nspname = v.staging JOIN pg_class c ON c.relnamespace = ns.oid AND c.relname = old.n "
	"JOIN pg_attribute t2 ON t2.attrelid = c.oid AND t2.attname = t.attname CROSS JOIN LATERAL aclexplode(t.attacl) a";

static const char default_grants_sql[] =
	"SELECT format('ALTER DEFAULT PRIVILEGES IN SCHEMA %%I GRANT %%s ON %%s TO ', %s::text, a.privilege_type, "
	"CASE d.defaclobjtype WHEN 'r' THEN 'TABLES' ELSE 'SEQUENCES' END) || " GRANT_TO
	" FROM pg_default_acl d JOIN pg_namespace n ON n.oid = d.defaclnamespace CROSS JOIN LATERAL aclexplode(d.defaclacl) a "
	"WHERE n.nspname = %s AND d.defaclrole = current_user::regrole::oid AND d.defaclobjtype IN ('r', 'S') AND a.grantee <> d.defaclrole";
/* clang-format on */

/* ---- before the load ---- */

static GPtrArray *take_texts(PgConnection *c, const char *sql, const char *doing, GError **error)
{
	g_autoptr(PGresult) result = ferry_pg_run(c, sql, doing, error);
	GPtrArray *texts = result != NULL ? g_ptr_array_new_with_free_func(g_free) : NULL;

	for (int i = 0; texts != NULL && i < PQntuples(result); i++)
		g_ptr_array_add(texts, g_strdup(PQgetvalue(result, i, 0)));
	return texts;
}

static void refuse_sequences(GPtrArray *obstacles, const GPtrArray *found)
{
	for (guint i = 0; i < found->len; i++)
		g_ptr_array_add(obstacles,
				g_strdup_printf("%s is in the target already", (char *)found->pdata[i]));
}

static bool look(FerryConnection *base, const FerryCatalog *target, bool replaces, GPtrArray **ret_obstacles,
		 GPtrArray **ret_losses, GError **error)
{
	static const char doing[] = "cannot look at the tables that are to be replaced";
	PgConnection *c = pg_connection(base);
	g_autofree char *want = wanted(target, NULL);
	g_autofree char *obstacles = g_strdup_printf(obstacles_sql, want);
	g_autofree char *losses = g_strdup_printf(losses_sql, want);
	g_autofree char *sequences = g_strdup_printf(
		WITH_OLD "SELECT pg_describe_object('pg_class'::regclass, oid, 0) FROM rel WHERE k = 's' AND "
			 "relkind = 'S'",
		want);
	g_autoptr(GPtrArray) found = NULL, lost = NULL, taken = NULL;

	if (target->tables->len == 0)
		found = g_ptr_array_new(), lost = g_ptr_array_new();
	else if ((found = take_texts(c, obstacles, doing, error)) == NULL ||
		 (lost = take_texts(c, losses, doing, error)) == NULL ||
		 (!replaces && (taken = take_texts(c, sequences, doing, error)) == NULL))
		return false;
	if (taken != NULL)
		refuse_sequences(found, taken);
	*ret_obstacles = g_steal_pointer(&found);
	*ret_losses = g_steal_pointer(&lost);
	return true;
}

static bool run_all(PgConnection *c, const GPtrArray *statements, const char *doing, GError **error)
{
	for (guint i = 0; i < statements->len; i++) {
		g_autoptr(PGresult) result = ferry_pg_run(c, statements->pdata[i], doing, error);
		if (result == NULL)
			return false;
	}
	return true;
}

static bool make(FerryConnection *base, const FerryStagedSchema *schema, const char *mark, GError **error)
{
	static const char doing[] = "cannot make the staging schema";
	PgConnection *c = pg_connection(base);
	g_autofree char *name = ferry_pg_quote_identifier(schema->staging);
	g_autofree char *comment = ferry_pg_quote_literal(mark);
	g_autofree char *staging = ferry_pg_quote_literal(schema->staging);
	g_autofree char *final = ferry_pg_quote_literal(schema->schema);
	g_autofree char *create =
		g_strdup_printf("CREATE SCHEMA %s; COMMENT ON SCHEMA %s IS %s", name, name, comment);
	g_autofree char *grants = g_strdup_printf(default_grants_sql, staging, final);
	g_autoptr(PGresult) created = ferry_pg_run(c, create, doing, error);
	g_autoptr(GPtrArray) statements = created != NULL ? take_texts(c, grants, doing, error) : NULL;

	return statements != NULL && run_all(c, statements, doing, error);
}

static bool drop(FerryConnection *base, const char *staging, const char *mark, GError **error)
{
	PgConnection *c = pg_connection(base);
	g_autofree char *name = ferry_pg_quote_identifier(staging);
	g_autofree char *literal = ferry_pg_quote_literal(staging);
	g_autofree char *ask = g_strdup_printf("SELECT pg_catalog.obj_description(oid, 'pg_namespace') FROM "
					       "pg_catalog.pg_namespace WHERE nspname = %s",
					       literal);
	g_autofree char *sql = g_strdup_printf("DROP SCHEMA %s CASCADE", name);
	g_autoptr(PGresult) found = ferry_pg_run(c, ask, "cannot look for the staging schema", error);

	if (found == NULL)
		return false;
	if (PQntuples(found) == 0)
		return true;
	if (strcmp(PQgetvalue(found, 0, 0), mark) != 0) {
		ferry_fail(error, FERRY_ERROR_EXISTS,
			   "schema %s is in the target already, and is not that of this copy%s%s%s", staging,
			   PQgetisnull(found, 0, 0) ? "" : " (its comment: \"", PQgetvalue(found, 0, 0),
			   PQgetisnull(found, 0, 0) ? "" : "\")");
		ferry_error_hint(error,
				 "choose another staging schema with --staging-schema, or drop that one");
		return false;
	}
	g_autoptr(PGresult) dropped = ferry_pg_run(c, sql, "cannot drop the staging schema", error);
	return dropped != NULL;
}

static bool read_catalog(FerryConnection *base, FerryCatalog **ret_catalog, GError **error)
{
	PgConnection *c = pg_connection(base);
	char *schema = g_steal_pointer(&c->schema);
	bool is_ok = ferry_pg_catalog(base, ret_catalog, error);

	c->schema = schema;
	return is_ok;
}

/* ---- the swap ---- */

static char *pairs(const GPtrArray *schemas)
{
	GString *sql = g_string_new(NULL);

	for (guint i = 0; i < schemas->len; i++) {
		const FerryStagedSchema *schema = schemas->pdata[i];
		g_string_append(sql, i > 0 ? ", (" : "(");
		ferry_pg_append_literal(sql, schema->schema);
		g_string_append(sql, ", ");
		ferry_pg_append_literal(sql, schema->staging);
		g_string_append_c(sql, ')');
	}
	return g_string_free(sql, FALSE);
}

/* Both generations, so that nobody comes between; the old ones' names in *ret_old. */
static bool lock_tables(PgConnection *c, const char *want, char **ret_old, GError **error)
{
	g_autofree char *ask = g_strdup_printf(
		WITH_OLD "SELECT coalesce(string_agg(format('%%I.%%I', s, n), ', '), '') FROM old", want);
	g_autoptr(GPtrArray) old =
		take_texts(c, ask, "cannot look for the tables that are to be replaced", error);

	if (old == NULL)
		return false;
	*ret_old = g_strdup(old->pdata[0]);
	g_autofree char *lock = g_strdup_printf(
		**ret_old != '\0' ? LOCK_LIMITS "; LOCK TABLE %s IN ACCESS EXCLUSIVE MODE" : LOCK_LIMITS "%s",
		*ret_old);
	g_autoptr(PGresult) locked =
		ferry_pg_run(c, lock, "somebody holds a table that is to be replaced", error);
	return locked != NULL;
}

static bool drop_old(PgConnection *c, const FerryCatalog *target, const GPtrArray *schemas, const char *old,
		     GError **error)
{
	g_autoptr(GPtrArray) statements = g_ptr_array_new_with_free_func(g_free);

	g_ptr_array_add(statements, g_strdup("SET LOCAL statement_timeout = 0"));
	if (*old != '\0') /* without CASCADE: nothing goes that was not looked at */
		g_ptr_array_add(statements, g_strconcat("DROP TABLE ", old, NULL));
	for (guint i = 0; i < target->sequences->len; i++) {
		const FerrySequence *s = target->sequences->pdata[i];
		g_autofree char *name = ferry_pg_qualified(find_final(schemas, s->schema), s->name);
		g_ptr_array_add(statements, g_strconcat("DROP SEQUENCE IF EXISTS ", name, NULL));
	}
	return run_all(c, statements, "cannot replace the tables", error);
}

/* What of the staging schema fits the condition over pg_class c. */
static bool move_relations(PgConnection *c, const FerryStagedSchema *schema, const char *kind,
			   const char *condition, const char *doing, GError **error)
{
	g_autofree char *final = ferry_pg_quote_literal(schema->schema);
	g_autofree char *staging = ferry_pg_quote_literal(schema->staging);
	g_autofree char *sql = g_strdup_printf(
		"SELECT format('ALTER %s %%I.%%I SET SCHEMA %%I', n.nspname, c.relname, %s::text) FROM "
		"pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = %s AND %s",
		kind, final, staging, condition);
	g_autoptr(GPtrArray) statements = take_texts(c, sql, doing, error);

	return statements != NULL && run_all(c, statements, doing, error);
}

/* Sequences that a column owns have come along with their tables. */
static bool move_sequences(PgConnection *c, const FerryStagedSchema *schema, GError **error)
{
	return move_relations(c, schema, "SEQUENCE", "c.relkind = 'S'",
			      "cannot move the sequences to their schema", error);
}

/* They stay behind when their table moves. Whose tables have gone before: what is left are ours, or what a
 * hook of the user's has made of its own. */
static bool move_partitions(PgConnection *c, const FerryStagedSchema *schema, GError **error)
{
	return move_relations(c, schema, "TABLE", "c.relispartition AND c.relkind IN ('r', 'p')",
			      "cannot move the partitions to their schema", error);
}

static bool move_new(PgConnection *c, const FerryCatalog *target, const GPtrArray *schemas, GError **error)
{
	for (guint i = 0; i < target->tables->len; i++) {
		const FerryTable *table = target->tables->pdata[i];
		g_autofree char *name = ferry_pg_qualified(table->schema, table->name);
		g_autofree char *final = ferry_pg_quote_identifier(find_final(schemas, table->schema));
		g_autofree char *sql = g_strdup_printf("ALTER TABLE %s SET SCHEMA %s", name, final);
		g_autofree char *doing = g_strdup_printf("cannot move table %s to its schema", name);
		g_autoptr(PGresult) moved = ferry_pg_run(c, sql, doing, error);
		if (moved == NULL)
			return false;
	}
	for (guint i = 0; i < schemas->len; i++)
		if (!move_partitions(c, schemas->pdata[i], error) ||
		    !move_sequences(c, schemas->pdata[i], error))
			return false;
	return true;
}

/* A hook of the user's may have made something of its own there. */
static bool drop_empty(PgConnection *c, const FerryStagedSchema *schema, char **ret_left, GError **error)
{
	g_autofree char *staging = ferry_pg_quote_literal(schema->staging);
	g_autofree char *name = ferry_pg_quote_identifier(schema->staging);
	g_autofree char *sql = g_strdup_printf("SELECT FROM pg_depend WHERE refclassid = "
					       "'pg_namespace'::regclass AND deptype = 'n' AND refobjid = "
					       "(SELECT oid FROM pg_namespace WHERE nspname = %s) LIMIT 1",
					       staging);
	g_autofree char *drop_sql = g_strconcat("DROP SCHEMA IF EXISTS ", name, NULL);
	g_autoptr(PGresult) found = ferry_pg_run(c, sql, "cannot look into the staging schema", error);

	if (found == NULL)
		return false;
	if (PQntuples(found) > 0) {
		g_free(*ret_left);
		*ret_left = g_strdup(schema->staging);
		return true;
	}
	g_autoptr(PGresult) dropped = ferry_pg_run(c, drop_sql, "cannot drop the staging schema", error);
	return dropped != NULL;
}

static bool swap(FerryConnection *base, const FerryCatalog *target, const GPtrArray *schemas, char **ret_left,
		 GError **error)
{
	PgConnection *c = pg_connection(base);
	g_autofree char *want = wanted(target, schemas);
	g_autofree char *names = pairs(schemas);
	g_autofree char *ask = g_strdup_printf(grants_sql, want, names);
	g_autofree char *old = NULL;

	*ret_left = NULL;
	if (!lock_tables(c, want, &old, error))
		return false;
	g_autoptr(GPtrArray) grants = take_texts(c, ask, "cannot read the privileges of the tables", error);
	if (grants == NULL || !drop_old(c, target, schemas, old, error) ||
	    !move_new(c, target, schemas, error) ||
	    !run_all(c, grants, "cannot grant what the tables before it granted", error))
		return false;
	for (guint i = 0; i < schemas->len; i++)
		if (!drop_empty(c, schemas->pdata[i], ret_left, error))
			return false;
	return true;
}

const FerryStagingOps ferry_pg_staging = {
	.look = look,
	.make = make,
	.drop = drop,
	.catalog = read_catalog,
	.swap = swap,
};
