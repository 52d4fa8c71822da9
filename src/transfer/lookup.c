/*
 * An extreme value is read as a row whose value equals it: "k" = (SELECT max("k") FROM …), as TEXT, which
 * every reader gives.
 */
#include "transfer/lookup.h"

#include "data/value_text.h"

#define BATCH_ROWS  1024
#define BATCH_BYTES (64 * 1024)

bool ferry_lookup_can_quote(const FerryConnection *c)
{
	return ferry_source(c)->quote_name || c->connector->target;
}

char *ferry_lookup_quote(FerryConnection *c, const char *schema, const char *name)
{
	const FerryConnector *connector = c->connector;

	if (connector->source->quote_name)
		return connector->source->quote_name(schema, name);
	if (!connector->target)
		return NULL;
	g_autofree char *last = connector->target->quote_identifier(name);
	g_autofree char *first = schema ? connector->target->quote_identifier(schema) : NULL;
	return first ? g_strconcat(first, ".", last, NULL) : g_steal_pointer(&last);
}

char *ferry_lookup_quote_text(FerryConnection *c, const char *text)
{
	const FerryConnector *connector = c->connector;

	if (connector->source->quote_text)
		return connector->source->quote_text(text);
	return connector->target ? connector->target->quote_literal(text) : NULL;
}

static FerrySchema *one_column(const char *column, FerryType type)
{
	FerrySchema *schema = ferry_schema_new(1);

	schema->fields[0].name = g_strdup(column);
	schema->fields[0].type = type;
	return schema;
}

/* The table of one row that holds it, read like a query of the project's; from the snapshot, where a table's
 * name can be followed by one. */
static FerryTable *extreme_of(FerryConnection *c, const FerryTable *table, const char *column,
			      const char *function)
{
	FerryTable *copy = ferry_table_copy(table);
	g_autofree char *name = ferry_lookup_quote(c, table->query ? NULL : table->schema, table->name);
	g_autoptr(GString) sql = g_string_new(NULL);

	g_string_printf(sql, "SELECT %s(%s) AS %s FROM ", function, column, column);
	if (!table->query) {
		g_string_append(sql, name);
		copy->query_name_end = sql->len;
	} else {
		if (table->query_name_end)
			copy->query_name_end = sql->len + 1 + table->query_name_end; /* behind the bracket */
		g_string_append_printf(sql, "(%s\n) %s", table->query, name);
	}
	if (table->filter)
		g_string_append_printf(sql, " WHERE (%s\n)", table->filter);
	g_free(copy->query);
	copy->query = g_string_free(g_steal_pointer(&sql), FALSE);
	g_clear_pointer(&copy->filter, g_free);
	return copy;
}

bool ferry_lookup_extreme(FerryConnection *c, const FerryTable *table, const char *column, bool is_greatest,
			  char **ret_text, GError **error)
{
	g_autoptr(FerrySchema) schema = one_column(column, FERRY_TYPE(FERRY_TYPE_TEXT));
	g_autofree char *name = ferry_lookup_quote(c, NULL, column);
	g_autoptr(FerryTable) extreme = extreme_of(c, table, name, is_greatest ? "max" : "min");
	FerryReadSpec spec = {.table = extreme, .schema = schema, .batch_bytes = BATCH_BYTES};
	g_autoptr(FerryReader) reader = ferry_reader_open(c, &spec, error);
	g_autoptr(FerryBatch) batch = ferry_batch_new(schema, 1);
	FerryStep step = reader ? ferry_reader_next(reader, batch, error) : FERRY_STEP_FAILED;

	if (step == FERRY_STEP_FAILED)
		return false;
	*ret_text = NULL;
	if (step == FERRY_STEP_MORE) {
		g_autoptr(GString) text = g_string_new(NULL);
		if (ferry_value_to_text(&batch->columns[0], 0, text))
			*ret_text = g_strdup(text->str);
	}
	return true;
}

static bool count_by_reading(FerryConnection *c, const FerryTable *table, const FerrySchema *schema,
			     const char *predicate, int64_t *ret_rows, GError **error)
{
	g_autoptr(FerrySchema) one = one_column(schema->fields[0].name, schema->fields[0].type);
	FerryReadSpec spec = {
		.table = table, .schema = one, .predicate = predicate, .batch_bytes = BATCH_BYTES};
	g_autoptr(FerryReader) reader = ferry_reader_open(c, &spec, error);
	g_autoptr(FerryBatch) batch = ferry_batch_new(one, BATCH_ROWS);
	FerryStep step = reader ? FERRY_STEP_MORE : FERRY_STEP_FAILED;
	int64_t rows = 0;

	while (step == FERRY_STEP_MORE &&
	       (step = ferry_reader_next(reader, batch, error)) == FERRY_STEP_MORE) {
		rows += (int64_t)batch->n_rows;
		ferry_batch_clear(batch);
	}
	*ret_rows = rows;
	return step == FERRY_STEP_END;
}

bool ferry_lookup_count(FerryConnection *c, const FerryTable *table, const FerrySchema *schema,
			const char *predicate, int64_t *ret_rows, GError **error)
{
	if (ferry_source(c)->count)
		return ferry_source(c)->count(c, table, predicate, ret_rows, error);
	return count_by_reading(c, table, schema, predicate, ret_rows, error);
}
