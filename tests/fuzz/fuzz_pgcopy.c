/*
 * Rows of binary COPY: whatever a server sends, decoding stays inside of the message and the batch. The first
 * bytes choose the columns: a type of the wire and a logical type each, three of them; the rest is the row.
 */
#include "connectors/postgres/copy_decode.h"
#include "connectors/postgres/private.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { N_COLUMNS = 3 };

static const unsigned oids[] = {PG_BOOL,     PG_INT2,  PG_INT4, PG_INT8,  PG_FLOAT4,    PG_FLOAT8,
				PG_NUMERIC,  PG_BYTEA, PG_DATE, PG_TIME,  PG_TIMESTAMP, PG_TIMESTAMPTZ,
				PG_INTERVAL, PG_UUID,  PG_JSON, PG_JSONB, PG_VARBIT,    PG_TEXT};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size < 2 * N_COLUMNS)
		return 0;
	g_autoptr(FerrySchema) schema = ferry_schema_new(N_COLUMNS);
	PgDecoder decoders[N_COLUMNS];
	for (size_t i = 0; i < N_COLUMNS; i++) {
		unsigned oid = oids[data[2 * i] % G_N_ELEMENTS(oids)];
		FerryTypeId id = (FerryTypeId)(data[2 * i + 1] % FERRY_N_TYPES);
		PgDecodeFunc decode = ferry_pg_decoder_for(oid, oid == PG_TEXT ? "textrecv" : "", false, id);
		schema->fields[i].name = g_strdup("c");
		schema->fields[i].type = FERRY_TYPE(id);
		decoders[i] = (PgDecoder){.decode = decode != NULL ? decode : ferry_pg_text_decoder_for(id),
					  .is_variable = ferry_type_width(id) == 0,
					  .is_text = decode == NULL,
					  .oid = oid};
	}
	g_autoptr(FerryBatch) batch = ferry_batch_new(schema, 2);
	const char *problem;
	data += 2 * N_COLUMNS;
	size -= 2 * N_COLUMNS;
	bool is_row = ferry_pg_decode_row(decoders, batch, data, size, &problem);
	g_assert_true(!is_row || ferry_pg_row_len(data, size) == size);
	return 0;
}
