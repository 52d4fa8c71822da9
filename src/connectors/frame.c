/*
 * What every connector shares: structs are allocated here by the sizes a connector states, zeroed, so that
 * its close works on whatever its open left behind; parameters of a URL are checked against the connector's
 * option table.
 */
#include "connectors/connector.h"

#include <string.h>

static bool check_params(const FerryConnector *connector, const FerryUrl *url, GError **error)
{
	GHashTableIter iter;
	gpointer key;

	g_hash_table_iter_init(&iter, url->params);
	while (g_hash_table_iter_next(&iter, &key, NULL)) {
		const FerryOption *option = connector->options;
		while (option && option->name && strcmp(option->name, key))
			option++;
		if (!option || !option->name) {
			ferry_fail(error, FERRY_ERROR_USAGE, "%s URLs take no parameter '%s'",
				   connector->title, (const char *)key);
			ferry_error_hint(error, "see the known ones with: ferry connectors %s",
					 connector->name);
			return false;
		}
	}
	return true;
}

FerryConnection *ferry_connection_open(const FerryConnector *connector, const FerryUrl *url, bool create,
				       GError **error)
{
	if (!check_params(connector, url, error))
		return NULL;

	FerryConnection *c = g_malloc0(connector->connection_size);
	c->connector = connector;
	c->url = url;
	if (!connector->open(c, url, create, error)) {
		ferry_connection_close(c);
		return NULL;
	}
	return c;
}

void ferry_connection_close(FerryConnection *c)
{
	if (!c)
		return;
	c->connector->close(c);
	g_free(c->server_product);
	g_free(c->server_version);
	g_free(c);
}

FerryReader *ferry_reader_open(FerryConnection *c, const FerryReadSpec *spec, GError **error)
{
	FerryReader *r = g_malloc0(ferry_source(c)->reader_size);
	r->connection = c;
	r->spec = spec;
	if (!ferry_source(c)->read(r, spec, error)) {
		ferry_reader_close(r);
		return NULL;
	}
	return r;
}

void ferry_reader_close(FerryReader *r)
{
	if (!r)
		return;
	ferry_source(r->connection)->close(r);
	g_free(r);
}

FerryWriter *ferry_writer_open(FerryConnection *c, const FerryTable *table, const FerrySchema *schema,
			       const char *wire_format, GError **error)
{
	FerryWriter *w = g_malloc0(ferry_target(c)->writer_size);
	w->connection = c;
	w->table = table;
	w->schema = schema;
	if (!ferry_target(c)->open(w, table, schema, wire_format, error)) {
		ferry_writer_close(w);
		return NULL;
	}
	return w;
}

void ferry_writer_close(FerryWriter *w)
{
	if (!w)
		return;
	ferry_target(w->connection)->close(w);
	g_free(w);
}

const char *ferry_ddl_phase_name(FerryDdlPhase phase)
{
	static const char *const names[FERRY_N_DDL_PHASES] = {
		[FERRY_DDL_DROP] = "drop",
		[FERRY_DDL_SCHEMAS] = "schemas",
		[FERRY_DDL_TABLES] = "tables",
		[FERRY_DDL_TRUNCATE] = "truncate",
		[FERRY_DDL_KEYS] = "keys",
		[FERRY_DDL_INDEXES] = "indexes",
		[FERRY_DDL_FOREIGN_KEYS] = "foreign keys",
		[FERRY_DDL_CHECKS] = "checks",
		[FERRY_DDL_SEQUENCES] = "sequences",
		[FERRY_DDL_VIEWS] = "views",
		[FERRY_DDL_COMMENTS] = "comments",
		[FERRY_DDL_ANALYZE] = "analyze",
	};
	return names[phase];
}

FerryStatement *ferry_statement_new(const char *kind, const char *object, const char *sql)
{
	FerryStatement *s = g_new0(FerryStatement, 1);
	s->kind = g_strdup(kind);
	s->object = g_strdup(object);
	s->sql = g_strdup(sql);
	return s;
}

void ferry_statement_free(FerryStatement *s)
{
	if (!s)
		return;
	g_free(s->kind);
	g_free(s->object);
	g_free(s->sql);
	g_free(s->fallback_sql);
	g_free(s->beside_sql);
	g_free(s->fallback_note);
	g_free(s->mark_sql);
	g_free(s->replace_sql);
	g_free(s->refresh_sql);
	g_free(s);
}

void ferry_rows_free(FerryRows *rows)
{
	if (!rows)
		return;
	for (guint i = 0; i < rows->rows->len; i++) {
		char **row = rows->rows->pdata[i];
		for (size_t c = 0; c < rows->n_columns; c++)
			g_free(row[c]);
		g_free(row);
	}
	g_ptr_array_free(rows->rows, TRUE);
	g_free(rows);
}
