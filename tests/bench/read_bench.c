/*
 * Reads a table by a connector's reader, into nothing: read_bench URL TABLE. Prints rows, seconds and bytes
 * of what the batches held. Built on demand: ninja -C build tests/bench/read_bench
 */
#include "connectors/connector.h"

#include <stdio.h>
#include <stdlib.h>

#define BATCH_ROWS  2048
#define BATCH_BYTES (256 * 1024)

static FerryTable *find_table(const FerryCatalog *catalog, const char *name)
{
	for (guint i = 0; i < catalog->tables->len; i++) {
		FerryTable *table = catalog->tables->pdata[i];
		if (g_ascii_strcasecmp(table->name, name) == 0)
			return table;
	}
	return NULL;
}

static FerrySchema *schema_of(const FerryTable *table)
{
	FerrySchema *schema = ferry_schema_new(table->columns->len);

	for (guint i = 0; i < table->columns->len; i++) {
		const FerryColumnDef *column = table->columns->pdata[i];
		schema->fields[i] = (FerryField){.name = g_strdup(column->name), .type = column->type};
	}
	return schema;
}

static bool read_table(FerryConnection *c, const FerryTable *table, GError **error)
{
	g_autoptr(FerrySchema) schema = schema_of(table);
	FerryReadSpec spec = {.table = table, .schema = schema, .batch_bytes = BATCH_BYTES};
	g_autoptr(FerryBatch) batch = ferry_batch_new(schema, BATCH_ROWS);
	gint64 started = g_get_monotonic_time();
	g_autoptr(FerryReader) reader = ferry_reader_open(c, &spec, error);
	size_t rows = 0, bytes = 0;
	FerryStep step = FERRY_STEP_FAILED;

	while (reader && (step = ferry_reader_next(reader, batch, error)) == FERRY_STEP_MORE) {
		rows += batch->n_rows;
		bytes += batch->source_bytes;
		ferry_batch_clear(batch);
	}
	printf("{\"rows\": %zu, \"seconds\": %.4f, \"bytes\": %zu}\n", rows,
	       (g_get_monotonic_time() - started) / 1e6, bytes);
	return step == FERRY_STEP_END;
}

static bool run(const char *address, const char *name, GError **error)
{
	g_autoptr(FerryUrl) url = ferry_url_parse(address, error);
	const FerryConnector *connector = url ? ferry_connector_for_url(url, error) : NULL;
	g_autoptr(FerryConnection) c = connector ? ferry_connection_open(connector, url, false, error) : NULL;
	g_autoptr(FerryCatalog) catalog = NULL;

	if (!c || !ferry_source(c)->catalog(c, &catalog, error))
		return false;
	FerryTable *table = find_table(catalog, name);
	if (!table) {
		g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_NOENT, "no table %s", name);
		return false;
	}
	return read_table(c, table, error);
}

int main(int argc, char **argv)
{
	g_autoptr(GError) error = NULL;

	if (argc == 3 && run(argv[1], argv[2], &error))
		return EXIT_SUCCESS;
	fprintf(stderr, "read_bench: %s\n", error ? error->message : "usage: read_bench URL TABLE");
	return EXIT_FAILURE;
}
