/*
 * Rows of MySQL's binary protocol: the first bytes choose up to eight columns (wire type, flags, logical
 * type), the rest is one row packet, decoded twice. Whatever comes in, the batch keeps its invariants, and a
 * refused row leaves no trace.
 */
#include "connectors/mysql/row_decode.h"

#include <mysql.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const int wire_types[] = {
	MYSQL_TYPE_TINY,       MYSQL_TYPE_SHORT,  MYSQL_TYPE_YEAR,       MYSQL_TYPE_LONG, MYSQL_TYPE_INT24,
	MYSQL_TYPE_LONGLONG,   MYSQL_TYPE_FLOAT,  MYSQL_TYPE_DOUBLE,     MYSQL_TYPE_DATE, MYSQL_TYPE_DATETIME,
	MYSQL_TYPE_TIMESTAMP,  MYSQL_TYPE_TIME,   MYSQL_TYPE_NEWDECIMAL, MYSQL_TYPE_BIT,  MYSQL_TYPE_GEOMETRY,
	MYSQL_TYPE_VAR_STRING, MYSQL_TYPE_STRING, MYSQL_TYPE_BLOB,       MYSQL_TYPE_JSON,
};

static void check_column(const FerryBatch *batch, const FerryColumn *c)
{
	size_t n_nulls = 0;
	for (size_t row = 0; row < batch->n_rows; row++)
		n_nulls += ferry_column_is_null(c, row);
	g_assert_cmpuint(n_nulls, ==, c->n_nulls);
	if (ferry_type_width(c->type->id))
		return;
	for (size_t row = 0; row < batch->n_rows; row++)
		g_assert_cmpint(c->offsets[row], <=, c->offsets[row + 1]);
	g_assert_cmpuint((size_t)c->offsets[batch->n_rows], ==, c->bytes_len);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t n = size > 0 ? 1 + data[0] % 8 : 0, head = 1 + 3 * n, bad;
	if (size < head || n == 0)
		return 0;

	FerryMysqlField fields[8];
	g_autoptr(FerrySchema) schema = ferry_schema_new(n);
	for (size_t i = 0; i < n; i++) {
		const uint8_t *choice = data + 1 + 3 * i;
		fields[i] = (FerryMysqlField){
			.wire_type = wire_types[choice[0] % G_N_ELEMENTS(wire_types)],
			.is_unsigned = choice[1] & 1,
			.is_binary = choice[1] & 2,
			.bits = choice[1] >> 2,
		};
		schema->fields[i].name = g_strdup("c");
		schema->fields[i].type = FERRY_TYPE(choice[2] % FERRY_N_TYPES);
	}
	g_autoptr(FerryMysqlDecoder) decoder = ferry_mysql_decoder_new(fields, schema, &bad);
	if (!decoder)
		return 0;

	/* A copy of exactly its size, so that the sanitizer sees a read beyond. */
	g_autofree uint8_t *row = g_malloc(MAX(size - head, 1));
	memcpy(row, data + head, size - head);
	g_autoptr(FerryBatch) batch = ferry_batch_new(schema, 2);
	for (int i = 0; i < 2; i++) {
		size_t before = batch->n_rows;
		FerryMysqlRowResult result = ferry_mysql_decode_row(decoder, row, size - head, batch);
		g_assert_cmpuint(batch->n_rows, ==, before + (result == FERRY_MYSQL_ROW_OK));
		for (size_t k = 0; k < n; k++)
			check_column(batch, &batch->columns[k]);
	}
	return 0;
}
