/* Tables, their comments, and the order of reading the catalog: see catalog.h. */
#include "connectors/oracle/catalog.h"

#include "connectors/own_tables.h"

#include <stdlib.h>
#include <string.h>

char *ferry_oracle_view_of(const char *query)
{
	const char *name = strstr(query, " FROM ") + strlen(" FROM ");

	return g_strndup(name, strcspn(name, " "));
}

bool ferry_oracle_builder_each(FerryOracleCatalogBuilder *b, const char *format, const char *doing,
			       FerryOracleRowFunc func, GError **error)
{
	const char *place = strstr(format, "%s");
	g_autoptr(GString) sql = g_string_new_len(format, place - format);
	GError *own = NULL;

	g_string_append(sql, b->owner->str);
	g_string_append(sql, place + 2);
	if (ferry_oracle_each(b->connection, sql->str, doing, func, b, &own))
		return true;
	if (ferry_error_is(own, FERRY_ERROR_NOT_FOUND) || ferry_error_is(own, FERRY_ERROR_PERMISSION)) {
		g_autofree char *view = ferry_oracle_view_of(format);

		ferry_error_hint(&own,
				 "%s is needed to know what is to be copied: GRANT SELECT ON SYS.%s TO %s",
				 view, view, b->connection->user);
	}
	g_propagate_error(error, own);
	return false;
}

/* ---- tables ---- */

enum { T_NAME, T_ROWS, T_ROW_LENGTH, T_PARTITIONED, T_IOT, T_TEMPORARY, T_NESTED, T_SECONDARY };

static bool is_yes(const char *value)
{
	return value && (value[0] == 'Y' || value[0] == 'y');
}

/* What the server keeps for itself: dropped tables, logs of materialized views, indexes' own tables. */
static bool is_internal(char **row)
{
	static const char *const prefixes[] = {"BIN$",  "MLOG$_", "RUPD$_",        "DR$",
					       "MDRT_", "MDXT_",  "SYS_IOT_OVER_", NULL};

	for (size_t i = 0; prefixes[i]; i++)
		if (g_str_has_prefix(row[T_NAME], prefixes[i]))
			return true;
	return is_yes(row[T_NESTED]) || is_yes(row[T_SECONDARY]) || (row[T_IOT] && strcmp(row[T_IOT], "IOT"));
}

static void add_other(FerryOracleCatalogBuilder *b, const char *kind, const char *name, const char *reason)
{
	FerryOther *other = ferry_other_new(kind, b->connection->schema, name);

	other->reason = g_strdup(reason);
	g_ptr_array_add(b->catalog->others, other);
}

static bool on_table(char **row, gpointer data, GError **error)
{
	FerryOracleCatalogBuilder *b = data;

	if (!row[T_NAME] || is_internal(row))
		return true;
	if (is_yes(row[T_TEMPORARY])) {
		add_other(b, "temporary table", row[T_NAME],
			  "a temporary table of the target lives in one session: its applications make it");
		return true;
	}
	FerryTable *table = ferry_table_new(b->connection->schema, row[T_NAME]);
	table->est_rows = row[T_ROWS] ? g_ascii_strtoll(row[T_ROWS], NULL, 10) : -1;
	table->est_bytes = row[T_ROWS] && row[T_ROW_LENGTH]
				   ? table->est_rows * g_ascii_strtoll(row[T_ROW_LENGTH], NULL, 10)
				   : -1;
	table->is_partitioned = is_yes(row[T_PARTITIONED]);
	g_ptr_array_add(b->catalog->tables, table);
	g_hash_table_insert(b->tables, table->name, table);
	return true;
}

/* Their rows are those of a query, or of a file: they are named, not copied. */
static bool leave_out(FerryOracleCatalogBuilder *b, const char *kind, const char *name, const char *reason)
{
	FerryTable *table = ferry_oracle_builder_find(b, name);

	if (!name)
		return true;
	add_other(b, kind, name, reason);
	if (table) {
		g_hash_table_remove(b->tables, name);
		g_ptr_array_remove(b->catalog->tables, table);
	}
	return true;
}

static bool on_external(char **row, gpointer data, GError **error)
{
	return leave_out(data, "external table", row[0],
			 "its rows are in files of the source: file_fdw reads such, or COPY");
}

static bool on_materialized(char **row, gpointer data, GError **error)
{
	FerryOracleCatalogBuilder *b = data;
	bool is_ok = leave_out(b, "materialized view", row[0], NULL);

	if (b->catalog->others->len > 0 && row[1]) {
		FerryOther *other = b->catalog->others->pdata[b->catalog->others->len - 1];
		if (!strcmp(other->name, row[0]) && !other->definition) {
			g_autofree char *name = ferry_oracle_quote_name(other->schema, other->name);

			other->head = g_strdup_printf("CREATE MATERIALIZED VIEW %s AS\n", name);
			other->definition = g_strdup(row[1]);
		}
	}
	return is_ok;
}

static bool read_tables(FerryOracleCatalogBuilder *b, GError **error)
{
	return ferry_oracle_builder_each(
		       b,
		       "SELECT TABLE_NAME, NUM_ROWS, AVG_ROW_LEN, PARTITIONED, IOT_TYPE, TEMPORARY, NESTED,"
		       " SECONDARY FROM ALL_TABLES WHERE OWNER = %s ORDER BY TABLE_NAME",
		       "cannot list the tables", on_table, error) &&
	       ferry_oracle_builder_each(b, "SELECT TABLE_NAME FROM ALL_EXTERNAL_TABLES WHERE OWNER = %s",
					 "cannot list the external tables", on_external, error) &&
	       ferry_oracle_builder_each(b, "SELECT MVIEW_NAME, QUERY FROM ALL_MVIEWS WHERE OWNER = %s",
					 "cannot list the materialized views", on_materialized, error);
}

/* ---- comments ---- */

static bool on_table_comment(char **row, gpointer data, GError **error)
{
	FerryTable *table = ferry_oracle_builder_find(data, row[0]);

	if (table && row[1])
		table->comment = g_strdup(row[1]);
	return true;
}

static bool on_column_comment(char **row, gpointer data, GError **error)
{
	FerryTable *table = ferry_oracle_builder_find(data, row[0]);
	FerryColumnDef *column = table && row[1] ? ferry_table_find_column(table, row[1]) : NULL;

	if (column && row[2])
		column->comment = g_strdup(row[2]);
	return true;
}

static bool read_comments(FerryOracleCatalogBuilder *b, GError **error)
{
	return ferry_oracle_builder_each(b,
					 "SELECT TABLE_NAME, COMMENTS FROM ALL_TAB_COMMENTS WHERE OWNER = %s"
					 " AND COMMENTS IS NOT NULL",
					 "cannot read the comments", on_table_comment, error) &&
	       ferry_oracle_builder_each(
		       b,
		       "SELECT TABLE_NAME, COLUMN_NAME, COMMENTS FROM ALL_COL_COMMENTS WHERE OWNER = %s"
		       " AND COMMENTS IS NOT NULL",
		       "cannot read the comments", on_column_comment, error);
}

/* ---- the whole ---- */

static int compare_tables(gconstpointer a, gconstpointer b)
{
	const FerryTable *x = *(FerryTable *const *)a, *y = *(FerryTable *const *)b;
	return strcmp(x->name, y->name);
}

static bool fill(FerryOracleCatalogBuilder *b, GError **error)
{
	if (!read_tables(b, error) || !ferry_oracle_read_sequences(b, error) ||
	    !ferry_oracle_read_columns(b, error) || !ferry_oracle_note_left_out(b, error) ||
	    !read_comments(b, error) || !ferry_oracle_read_partitions(b, error) ||
	    !ferry_oracle_read_constraints(b, error) || !ferry_oracle_read_indexes(b, error) ||
	    !ferry_oracle_read_others(b, error) || !ferry_oracle_note_privileges(b, error))
		return false;
	g_ptr_array_sort(b->catalog->tables, compare_tables);
	return true;
}

/* A schema that does not exist looks like an empty one. */
static bool check_schema(FerryOracleConnection *c, GError **error)
{
	g_autoptr(GString) sql = g_string_new("SELECT COUNT(*) FROM ALL_USERS WHERE USERNAME = ");
	g_autoptr(FerryOracleRow) row = NULL;

	ferry_oracle_append_literal(sql, c->schema);
	if (!ferry_oracle_first(c, sql->str, "cannot look for the schema", &row, error))
		return false;
	if (row && g_strcmp0(row->values[0], "0"))
		return true;
	ferry_fail(error, FERRY_ERROR_NOT_FOUND, "there is no schema %s", c->schema);
	ferry_error_hint(error, "names are folded to capitals; write another one as ?schema=\"Name\"");
	return false;
}

bool ferry_oracle_catalog(FerryConnection *base, FerryCatalog **ret_catalog, GError **error)
{
	FerryOracleConnection *c = ferry_oracle(base);
	g_autoptr(FerryCatalog) catalog = ferry_catalog_new("oracle");
	FerryOracleCatalogBuilder b = {
		.connection = c,
		.catalog = catalog,
		.owner = g_string_new(NULL),
		.tables = g_hash_table_new(g_str_hash, g_str_equal),
		.view_columns = g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
						      (GDestroyNotify)g_ptr_array_unref),
		.hidden = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free),
		.keys = g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
					      (GDestroyNotify)ferry_oracle_key_free),
		.key_indexes = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL),
		.indexes = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL),
		.sequences = g_hash_table_new_full(g_str_hash, g_str_equal, NULL,
						   (GDestroyNotify)ferry_sequence_free),
		.left_out = ferry_oracle_left_out_new(),
	};

	catalog->folds_to_capitals = true;
	catalog->product = g_strdup(base->server_product);
	catalog->version = g_strdup(base->server_version);
	catalog->database = g_strdup(c->schema);
	if (c->warning)
		g_ptr_array_add(catalog->notes,
				ferry_note_new(FERRY_SEVERITY_WARNING, "database", c->schema, c->warning));
	ferry_oracle_append_literal(b.owner, c->schema);
	bool is_ok = check_schema(c, error) && fill(&b, error);
	g_string_free(b.owner, TRUE);
	g_hash_table_unref(b.tables);
	g_hash_table_unref(b.view_columns);
	g_hash_table_unref(b.hidden);
	g_hash_table_unref(b.keys);
	g_hash_table_unref(b.key_indexes);
	g_hash_table_unref(b.indexes);
	g_hash_table_unref(b.sequences);
	g_ptr_array_unref(b.left_out);
	if (!is_ok)
		return false;
	ferry_own_tables_leave_out(base->connector, catalog);
	*ret_catalog = g_steal_pointer(&catalog);
	return true;
}
