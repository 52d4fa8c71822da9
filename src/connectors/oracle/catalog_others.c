/* Sequences, and what is named but not moved: object tables, views, code, triggers, synonyms, links, jobs,
 * grants. */
#include "connectors/oracle/catalog.h"

#include <string.h>

#define IDENTITY_PREFIX "ISEQ$$_"

/* ---- sequences ---- */

enum { S_NAME, S_MIN, S_MAX, S_INCREMENT, S_CYCLES, S_CACHE, S_NEXT };

/* Limits have up to 28 digits; what 64 bits do not hold becomes the last that they do. */
static int64_t clamped(const char *text, int64_t otherwise)
{
	if (!text)
		return otherwise;
	return g_ascii_strtoll(text, NULL, 10);
}

static bool on_sequence(char **row, gpointer data, GError **error)
{
	FerryOracleCatalogBuilder *b = data;
	FerrySequence *s = ferry_sequence_new(b->connection->schema, row[S_NAME]);

	s->min_value = clamped(row[S_MIN], 1);
	s->max_value = clamped(row[S_MAX], G_MAXINT64);
	s->increment = clamped(row[S_INCREMENT], 1);
	s->cycles = row[S_CYCLES] && row[S_CYCLES][0] == 'Y';
	s->cache = MAX(clamped(row[S_CACHE], 1), 1);
	s->next_value = clamped(row[S_NEXT], 1);
	s->start = CLAMP(s->next_value, s->min_value, s->max_value);
	s->data_type = g_strdup("bigint");
	g_hash_table_insert(b->sequences, s->name, s);
	return true;
}

bool ferry_oracle_read_sequences(FerryOracleCatalogBuilder *b, GError **error)
{
	return ferry_oracle_builder_each(
		b,
		"SELECT SEQUENCE_NAME, MIN_VALUE, MAX_VALUE, INCREMENT_BY, CYCLE_FLAG, CACHE_SIZE,"
		" LAST_NUMBER FROM ALL_SEQUENCES WHERE SEQUENCE_OWNER = %s ORDER BY SEQUENCE_NAME",
		"cannot list the sequences", on_sequence, error);
}

static int compare_sequences(gconstpointer a, gconstpointer b)
{
	return strcmp((*(FerrySequence *const *)a)->name, (*(FerrySequence *const *)b)->name);
}

/* Those of identities are their columns' own. */
static void hand_over_sequences(FerryOracleCatalogBuilder *b)
{
	GHashTableIter iter;
	gpointer value;

	g_hash_table_iter_init(&iter, b->sequences);
	while (g_hash_table_iter_next(&iter, NULL, &value)) {
		FerrySequence *s = value;
		if (g_str_has_prefix(s->name, IDENTITY_PREFIX))
			continue;
		g_hash_table_iter_steal(&iter);
		g_ptr_array_add(b->catalog->sequences, s);
	}
	g_ptr_array_sort(b->catalog->sequences, compare_sequences);
}

/* ---- the rest ---- */

static FerryOther *add_other(FerryOracleCatalogBuilder *b, const char *kind, const char *name,
			     const char *definition)
{
	g_autofree char *lower = g_ascii_strdown(kind ? kind : "object", -1);
	FerryOther *other = ferry_other_new(lower, b->connection->schema, name ? name : "?");

	other->definition = g_strdup(definition);
	g_ptr_array_add(b->catalog->others, other);
	return other;
}

static void name_columns(FerryOracleCatalogBuilder *b, FerryOther *other)
{
	const GPtrArray *columns = g_hash_table_lookup(b->view_columns, other->name);

	for (guint i = 0; columns && i < columns->len; i++)
		g_ptr_array_add(other->columns, g_strdup(columns->pdata[i]));
}

static bool on_view(char **row, gpointer data, GError **error)
{
	FerryOracleCatalogBuilder *b = data;
	FerryOther *other = add_other(b, "view", row[0], row[1]);
	g_autofree char *name = ferry_oracle_quote_name(other->schema, other->name);
	GString *head = g_string_new("CREATE OR REPLACE VIEW ");

	name_columns(b, other);
	g_string_append(head, name);
	for (guint i = 0; i < other->columns->len; i++) {
		g_string_append(head, i ? ", " : " (");
		ferry_oracle_append_identifier(head, other->columns->pdata[i]);
	}
	g_string_append(head, other->columns->len ? ") AS\n" : " AS\n");
	other->head = g_string_free(head, FALSE);
	return true;
}

/* name, type. Hidden tables of their own (of nested tables, of indexes, dropped ones) are left out by the
 * query.
 */
static bool on_object_table(char **row, gpointer data, GError **error)
{
	bool is_xml = g_strcmp0(row[1], "XMLTYPE") == 0;
	FerryOther *other = add_other(data, is_xml ? "XMLType table" : "object table", row[0], NULL);
	g_autofree char *name = ferry_oracle_quote_name(other->schema, other->name);

	other->head = g_strdup_printf("CREATE TABLE %s OF %s", name, row[1] ? row[1] : "?");
	other->reason =
		is_xml ? g_strdup_printf("its rows stay behind; a query of the project copies them: SELECT "
					 "XMLSERIALIZE(CONTENT t.OBJECT_VALUE AS CLOB) AS DOC FROM %s t",
					 name)
		       : g_strdup_printf(
				 "its rows stay behind; a query of the project copies them: SELECT t.* "
				 "FROM %s t (attributes that are objects themselves by name: "
				 "t.ADDRESS.CITY)",
				 name);
	return true;
}

/* Materialized views are known since the tables, among which their columns are listed. */
static void name_materialized_columns(FerryOracleCatalogBuilder *b)
{
	for (guint i = 0; i < b->catalog->others->len; i++) {
		FerryOther *other = b->catalog->others->pdata[i];

		if (strcmp(other->kind, "materialized view") == 0)
			name_columns(b, other);
	}
}

/* name, description, condition, body, status */
static bool on_trigger(char **row, gpointer data, GError **error)
{
	FerryOther *other = add_other(data, "trigger", row[0], row[3]);

	other->head = g_strdup_printf("CREATE OR REPLACE TRIGGER %s\n%s%s%s", row[1] ? row[1] : row[0],
				      row[2] ? "WHEN (" : "", row[2] ? row[2] : "", row[2] ? ")\n" : "");
	if (g_strcmp0(row[4], "DISABLED") == 0)
		other->reason = g_strdup("Ferry does not convert triggers yet; it is disabled in the source");
	return true;
}

/* Code that its author has hidden. */
static void check_wrapped(FerryOther *other)
{
	g_autofree char *begin = g_ascii_strdown(other->definition, 400);
	const char *line = strchr(begin, '\n');

	if (strstr(begin, " wrapped") && (!line || strstr(begin, " wrapped") < line))
		other->reason = g_strdup("its text is wrapped, so nobody can read it: ask its author for the "
					 "original");
}

static void flush_source(FerryOracleCatalogBuilder *b)
{
	if (!b->source_kind)
		return;
	FerryOther *other = add_other(b, b->source_kind, b->source_name, b->source->str);
	other->head = g_strdup("CREATE OR REPLACE ");
	check_wrapped(other);
	g_clear_pointer(&b->source_kind, g_free);
	g_clear_pointer(&b->source_name, g_free);
	g_string_truncate(b->source, 0);
}

/* kind, name, a line of the text; in order */
static bool on_source(char **row, gpointer data, GError **error)
{
	FerryOracleCatalogBuilder *b = data;

	if (!row[0] || !row[1])
		return true;
	if (g_strcmp0(b->source_kind, row[0]) || g_strcmp0(b->source_name, row[1])) {
		flush_source(b);
		b->source_kind = g_strdup(row[0]);
		b->source_name = g_strdup(row[1]);
	}
	g_string_append(b->source, row[2] ? row[2] : "");
	return true;
}

/* name, owner and name of what it stands for, database link */
static bool on_synonym(char **row, gpointer data, GError **error)
{
	FerryOracleCatalogBuilder *b = data;
	FerryOther *other = add_other(b, "synonym", row[0], NULL);
	g_autofree char *name = ferry_oracle_quote_name(other->schema, other->name);
	g_autofree char *to = ferry_oracle_quote_name(row[1], row[2] ? row[2] : "?");

	other->head = g_strdup_printf("CREATE OR REPLACE SYNONYM %s FOR %s%s%s", name, to, row[3] ? "@" : "",
				      row[3] ? row[3] : "");
	other->reason = g_strdup_printf("the target has no synonyms; it stands for %s%s%s: use that name, a "
					"view, or search_path",
					to, row[3] ? "@" : "", row[3] ? row[3] : "");
	return true;
}

/* ---- what belongs to the database around the schema ---- */

/* name, user, host */
static bool on_link(char **row, gpointer data, GError **error)
{
	FerryOther *other = add_other(data, "database link", row[0], NULL);

	other->head =
		g_strdup_printf("CREATE DATABASE LINK %s%s%s USING '%s'", other->name,
				row[1] ? " CONNECT TO " : "", row[1] ? row[1] : "", row[2] ? row[2] : "");
	other->reason = g_strdup("a foreign server (postgres_fdw, oracle_fdw) takes its place");
	return true;
}

/* name, type, action, enabled */
static bool on_job(char **row, gpointer data, GError **error)
{
	FerryOther *other = add_other(data, "job", row[0], row[2]);

	other->head = g_strdup_printf("-- %s, %s\n", row[1] ? row[1] : "a job",
				      g_strcmp0(row[3], "TRUE") == 0 ? "enabled" : "disabled");
	other->reason = g_strdup("the target has no scheduler of its own: pg_cron, or the system's cron");
	return true;
}

/* table, privilege, grantee, whether it may be passed on; one note a table and grantee would hide which */
static bool on_grant(char **row, gpointer data, GError **error)
{
	FerryOracleCatalogBuilder *b = data;

	if (!row[0] || !row[1] || !row[2])
		return true;
	g_autofree char *name = g_strdup_printf("%s on %s to %s", row[1], row[0], row[2]);
	g_autofree char *table = ferry_oracle_quote_name(b->connection->schema, row[0]);
	FerryOther *other = add_other(b, "grant", name, NULL);

	other->head = g_strdup_printf("GRANT %s ON %s TO %s%s", row[1], table, row[2],
				      g_strcmp0(row[3], "YES") == 0 ? " WITH GRANT OPTION" : "");
	other->reason = g_strdup("users and roles of the target are its own: grant it there");
	other->is_harmless = true;
	return true;
}

/* What may not be asked for is left out: it is named only anyway. */
static bool read_kind(FerryOracleCatalogBuilder *b, const char *what, const char *format,
		      FerryOracleRowFunc func, GError **error)
{
	g_autoptr(GError) own = NULL;

	if (ferry_oracle_builder_each(b, format, "cannot list what else there is", func, &own))
		return true;
	if (!b->connection->is_lost && !g_atomic_int_get(&b->connection->is_cancelled) &&
	    (ferry_error_is(own, FERRY_ERROR_NOT_FOUND) || ferry_error_is(own, FERRY_ERROR_PERMISSION))) {
		g_autofree char *view = ferry_oracle_view_of(format);

		ferry_oracle_note_unlisted(b, view, what);
		return true;
	}
	g_propagate_error(error, g_steal_pointer(&own));
	return false;
}

static bool read_code(FerryOracleCatalogBuilder *b, GError **error)
{
	b->source = g_string_new(NULL);
	bool is_ok =
		read_kind(b, "routines, packages and types",
			  "SELECT TYPE, NAME, TEXT FROM ALL_SOURCE WHERE OWNER = %s AND TYPE <> 'TRIGGER'"
			  " ORDER BY NAME, TYPE, LINE",
			  on_source, error);
	flush_source(b);
	g_string_free(b->source, TRUE);
	return is_ok;
}

static bool read_surroundings(FerryOracleCatalogBuilder *b, GError **error)
{
	return read_kind(b, "synonyms",
			 "SELECT SYNONYM_NAME, TABLE_OWNER, TABLE_NAME, DB_LINK FROM ALL_SYNONYMS"
			 " WHERE OWNER = %s ORDER BY SYNONYM_NAME",
			 on_synonym, error) &&
	       read_kind(b, "database links",
			 "SELECT DB_LINK, USERNAME, HOST FROM ALL_DB_LINKS WHERE OWNER = %s ORDER BY DB_LINK",
			 on_link, error) &&
	       read_kind(b, "scheduler jobs",
			 "SELECT JOB_NAME, JOB_TYPE, JOB_ACTION, ENABLED FROM ALL_SCHEDULER_JOBS"
			 " WHERE OWNER = %s ORDER BY JOB_NAME",
			 on_job, error) &&
	       read_kind(b, "grants",
			 "SELECT TABLE_NAME, PRIVILEGE, GRANTEE, GRANTABLE FROM ALL_TAB_PRIVS"
			 " WHERE TABLE_SCHEMA = %s ORDER BY TABLE_NAME, GRANTEE, PRIVILEGE",
			 on_grant, error);
}

bool ferry_oracle_read_others(FerryOracleCatalogBuilder *b, GError **error)
{
	hand_over_sequences(b);
	name_materialized_columns(b);
	return read_kind(b, "object tables",
			 "SELECT TABLE_NAME, TABLE_TYPE FROM ALL_OBJECT_TABLES WHERE OWNER = %s AND NESTED = "
			 "'NO'"
			 " AND SECONDARY = 'N' AND DROPPED = 'NO' ORDER BY TABLE_NAME",
			 on_object_table, error) &&
	       read_kind(b, "views",
			 "SELECT VIEW_NAME, TEXT FROM ALL_VIEWS WHERE OWNER = %s ORDER BY VIEW_NAME", on_view,
			 error) &&
	       read_kind(
		       b, "triggers",
		       "SELECT TRIGGER_NAME, DESCRIPTION, WHEN_CLAUSE, TRIGGER_BODY, STATUS FROM ALL_TRIGGERS"
		       " WHERE OWNER = %s ORDER BY TRIGGER_NAME",
		       on_trigger, error) &&
	       read_code(b, error) && read_surroundings(b, error);
}
