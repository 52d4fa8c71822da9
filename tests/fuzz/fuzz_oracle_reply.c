/*
 * What an Oracle server sends: the first byte chooses the version of the messages' fields and whether a
 * query's answer or the log-in's is read, the second how the rest is cut into packets (0: it has packets'
 * headers itself). Whatever comes in, it is read to an end, the batch keeps its invariants, and nothing is
 * believed that is not there.
 */
#include "connectors/oracle/cursor.h"
#include "connectors/oracle/row_decode.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const uint8_t versions[] = {7, 8, 9, 12, 16, 18, 20, 24};

static void feed(FerryOracleWire *w, const uint8_t *data, size_t size, size_t part)
{
	if (part == 0) {
		ferry_oracle_wire_feed(w, data, size);
		return;
	}
	for (size_t at = 0; at < size; at += part) {
		size_t n = MIN(part, size - at), len = n + 10;
		uint8_t head[10] = {0, 0, (uint8_t)(len >> 8), (uint8_t)len, FERRY_ORACLE_PACKET_DATA};
		ferry_oracle_wire_feed(w, head, sizeof head);
		ferry_oracle_wire_feed(w, data + at, n);
	}
}

static void check_batch(const FerryBatch *batch)
{
	for (size_t i = 0; i < batch->n_columns; i++) {
		const FerryColumn *c = &batch->columns[i];
		for (size_t row = 0; row < batch->n_rows; row++)
			g_assert_cmpint(c->offsets[row], <=, c->offsets[row + 1]);
	}
}

/* Rows as texts, and as what else their first column may be. */
static void read_rows(FerryOracleCursor *cursor, FerryTypeId first)
{
	guint n = cursor->fields->len;
	g_autoptr(FerrySchema) schema = ferry_schema_new(n);
	size_t bad;

	for (guint i = 0; i < n; i++) {
		schema->fields[i].name = g_strdup("c");
		schema->fields[i].type =
			FERRY_TYPE(i == 0 && ferry_type_width(first) == 0 ? first : FERRY_TYPE_TEXT);
	}
	g_autoptr(FerryBatch) batch = ferry_batch_new(schema, 3);
	g_autoptr(FerryOracleDecoder) decoder = ferry_oracle_decoder_new(cursor->fields, NULL, schema, &bad);
	for (int i = 0; decoder && i < 1000 && ferry_oracle_cursor_next(cursor, NULL) == FERRY_STEP_MORE;
	     i++) {
		FerryOracleRowResult result = ferry_oracle_decode_row(decoder, cursor, batch);
		if (result == FERRY_ORACLE_ROW_FULL)
			return;
		if (result != FERRY_ORACLE_ROW_OK)
			continue;
		check_batch(batch);
		if (batch->n_rows == batch->max_rows) {
			ferry_oracle_decoder_keep_last(decoder, batch);
			ferry_batch_clear(batch);
		}
	}
}

static void run_query(FerryOracleConnection *c, FerryTypeId first)
{
	g_autoptr(FerryOracleCursor) cursor = ferry_oracle_cursor_open(c, "SELECT", "cannot", NULL);

	if (cursor && ferry_oracle_cursor_define_lobs(cursor, NULL, NULL) && cursor->fields->len < 100)
		read_rows(cursor, first);
}

static void run_login(FerryOracleConnection *c, bool is_fast)
{
	g_autoptr(FerryUrl) url = ferry_url_parse("oracle://scott:tiger@db/x", NULL);

	(void)!ferry_oracle_log_in(c, url, is_fast, NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size < 2)
		return 0;
	FerryOracleConnection *c = g_new0(FerryOracleConnection, 1);
	c->out = g_byte_array_new();
	c->closing = g_array_new(FALSE, FALSE, sizeof(uint32_t));
	c->temporary = g_byte_array_new();
	c->reply.text = g_string_new(NULL);
	c->wire = ferry_oracle_wire_new(NULL);
	c->wire->has_long_lengths = true;
	c->fields = versions[data[0] % 8];
	c->has_response_end = c->fields >= FERRY_ORACLE_FIELDS_23_4;
	c->max_string = 4000;
	feed(c->wire, data + 2, size - 2, data[1]);
	if (data[0] & 0x40)
		run_login(c, data[0] & 0x80);
	else
		run_query(c, data[0] >> 3 & 7 ? FERRY_TYPE_DECIMAL : FERRY_TYPE_BYTES);
	ferry_oracle_wire_free(c->wire);
	g_byte_array_free(c->out, TRUE);
	g_array_free(c->closing, TRUE);
	g_byte_array_free(c->temporary, TRUE);
	g_string_free(c->reply.text, TRUE);
	g_free(c->warning);
	g_free(c->base.server_product);
	g_free(c->base.server_version);
	g_free(c);
	return 0;
}
