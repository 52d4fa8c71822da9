/*
 * Oracle's responses, made by hand, cut into packets at every place: a query's description, its rows, an
 * error with its markers. Whatever the cut, the same rows come out; whatever is broken, nothing worse happens
 * than a failure.
 */
#include "oracle_bytes.h"

#include "connectors/oracle/cursor.h"
#include "connectors/oracle/row_decode.h"
#include "data/value_text.h"

static const int versions[] = {7, 8, 9, 12, 16, 18, 24};

static FerryOracleConnection *new_connection(int fields)
{
	FerryOracleConnection *c = g_new0(FerryOracleConnection, 1);

	c->base.connector = &ferry_oracle_connector;
	c->out = g_byte_array_new();
	c->closing = g_array_new(FALSE, FALSE, sizeof(uint32_t));
	c->temporary = g_byte_array_new();
	c->reply.text = g_string_new(NULL);
	c->reply.refused_text = g_string_new(NULL);
	c->wire = ferry_oracle_wire_new(NULL);
	c->wire->has_long_lengths = true;
	c->fields = (uint8_t)fields;
	c->has_response_end = fields >= FERRY_ORACLE_FIELDS_23_4;
	c->max_string = 4000;
	c->national_charset = 2000;
	return c;
}

static void free_connection(FerryOracleConnection *c)
{
	ferry_oracle_wire_free(c->wire);
	g_byte_array_free(c->out, TRUE);
	g_array_free(c->closing, TRUE);
	g_byte_array_free(c->temporary, TRUE);
	g_string_free(c->reply.text, TRUE);
	g_free(c->warning);
	g_free(c);
}

/* ---- what a server sends for one query ---- */

static void end_call(GByteArray *out, int fields, uint32_t number, const char *text)
{
	bytes_end(out, fields, number, 7, text);
	if (fields >= 24)
		ferry_oracle_put_u8(out, 29);
}

static void describe(GByteArray *out, int fields)
{
	bytes_notices(out);
	ferry_oracle_put_u8(out, 16);
	ferry_oracle_put_value(out, "12345678901234567890123", 23);
	ferry_oracle_put_number(out, 100);
	ferry_oracle_put_number(out, 6);
	ferry_oracle_put_u8(out, 1);
	bytes_column(out, fields, "ID", FERRY_ORACLE_TYPE_NUMBER, 22, 0);
	bytes_column(out, fields, "NAME", FERRY_ORACLE_TYPE_VARCHAR, 4000, 1);
	bytes_column(out, fields, "AT", FERRY_ORACLE_TYPE_TIMESTAMP, 11, 0);
	bytes_column(out, fields, "TEXT", FERRY_ORACLE_TYPE_LONG, 0, 1);
	bytes_column(out, fields, "NOTHING", FERRY_ORACLE_TYPE_VARCHAR, 0, 1);
	bytes_column(out, fields, "NATIONAL", FERRY_ORACLE_TYPE_CHAR, 8, 2);
	ferry_oracle_put_zeros(out, 6);
	bytes_parameters(out);
	end_call(out, fields, 0, NULL);
}

static void put_long(GByteArray *out, const char *text)
{
	ferry_oracle_put_u8(out, 254);
	for (; *text; text += MIN(strlen(text), 100)) {
		size_t n = MIN(strlen(text), 100);
		ferry_oracle_put_number(out, n);
		g_byte_array_append(out, (const uint8_t *)text, (guint)n);
	}
	ferry_oracle_put_number(out, 0);
}

static void put_trailer(GByteArray *out, bool is_null)
{
	if (is_null) {
		ferry_oracle_put_u8(out, 0x81); /* -1 */
		ferry_oracle_put_u8(out, 1);
		ferry_oracle_put_number(out, 1405);
	} else {
		ferry_oracle_put_zeros(out, 2);
	}
}

static char *long_text(void)
{
	GString *text = g_string_new(NULL);

	for (int i = 0; i < 60; i++)
		g_string_append_printf(text, "%d bottles ", i);
	return g_string_free(text, FALSE);
}

static void fetches(GByteArray *out, int fields, const char *text)
{
	static const uint8_t one[] = {2, 0xc1, 2}, two[] = {2, 0xc1, 3}, three[] = {2, 0xc1, 4};
	static const uint8_t at[] = {7, 120, 124, 2, 29, 24, 60, 60},
			     later[] = {11, 120, 124, 2, 29, 1, 1, 1, 0, 0, 3, 0xe8};
	static const uint8_t national[] = {4, 0, 'x', 0x20, 0xac}, bits[] = {0x21}, last_bits[] = {0x01};

	bytes_row_header(out, NULL, 0);
	ferry_oracle_put_u8(out, 7);
	g_byte_array_append(out, one, sizeof one);
	ferry_oracle_put_value(out, "Anna", 4);
	g_byte_array_append(out, at, sizeof at);
	put_long(out, text);
	put_trailer(out, false);
	g_byte_array_append(out, national, sizeof national);
	/* The second has a new ID and another national text only. */
	ferry_oracle_put_u8(out, 21);
	ferry_oracle_put_number(out, 2);
	g_byte_array_append(out, bits, 1);
	ferry_oracle_put_u8(out, 7);
	g_byte_array_append(out, two, sizeof two);
	ferry_oracle_put_u8(out, 0);
	end_call(out, fields, 0, NULL);
	/* The first of the next response has its vector in the header, and repeats the last of this one. */
	bytes_row_header(out, last_bits, 1);
	ferry_oracle_put_u8(out, 7);
	g_byte_array_append(out, three, sizeof three);
	ferry_oracle_put_u8(out, 7);
	g_byte_array_append(out, two, sizeof two);
	put_long(out, text);
	g_byte_array_append(out, later, sizeof later);
	ferry_oracle_put_u8(out, 0);
	put_trailer(out, true);
	ferry_oracle_put_u8(out, 255);
	end_call(out, fields, 1403, "ORA-01403: no data found\n");
}

static GByteArray *whole_query(int fields)
{
	GByteArray *out = g_byte_array_new();
	g_autofree char *text = long_text();

	describe(out, fields);
	fetches(out, fields, text);
	return out;
}

/* ---- reading it ---- */

static FerrySchema *make_schema(void)
{
	static const FerryTypeId types[] = {FERRY_TYPE_INT32, FERRY_TYPE_TEXT, FERRY_TYPE_TIMESTAMP,
					    FERRY_TYPE_TEXT,  FERRY_TYPE_TEXT, FERRY_TYPE_TEXT};
	FerrySchema *schema = ferry_schema_new(G_N_ELEMENTS(types));

	for (size_t i = 0; i < schema->n_fields; i++) {
		schema->fields[i].name = g_strdup_printf("c%zu", i);
		schema->fields[i].type = FERRY_TYPE(types[i]);
	}
	return schema;
}

static void append_row(GString *out, const FerryBatch *batch, size_t row)
{
	for (size_t i = 0; i < batch->n_columns; i++) {
		if (i > 0)
			g_string_append_c(out, '|');
		if (!ferry_value_to_text(&batch->columns[i], row, out))
			g_string_append(out, "NULL");
	}
	g_string_append_c(out, '\n');
}

/* Rows as text, in batches of so many; NULL: it failed. */
static char *read_all(FerryOracleConnection *c, size_t max_rows)
{
	g_autoptr(FerrySchema) schema = make_schema();
	g_autoptr(FerryBatch) batch = ferry_batch_new(schema, max_rows);
	g_autoptr(FerryOracleCursor) cursor = ferry_oracle_cursor_open(c, "SELECT", "cannot", NULL);
	size_t bad;
	g_autoptr(FerryOracleDecoder) decoder =
		cursor && cursor->fields->len == schema->n_fields
			? ferry_oracle_decoder_new(cursor->fields, NULL, schema, &bad)
			: NULL;
	g_autoptr(GString) out = g_string_new(NULL);
	FerryStep step = decoder ? FERRY_STEP_MORE : FERRY_STEP_FAILED;

	while (step == FERRY_STEP_MORE &&
	       (step = ferry_oracle_cursor_next(cursor, NULL)) == FERRY_STEP_MORE) {
		FerryOracleRowResult result = ferry_oracle_decode_row(decoder, cursor, batch);
		if (result == FERRY_ORACLE_ROW_FULL)
			return NULL;
		if (result != FERRY_ORACLE_ROW_OK)
			continue;
		append_row(out, batch, batch->n_rows - 1);
		if (batch->n_rows == max_rows) {
			ferry_oracle_decoder_keep_last(decoder, batch);
			ferry_batch_clear(batch);
		}
	}
	return step == FERRY_STEP_END ? g_string_free(g_steal_pointer(&out), FALSE) : NULL;
}

static char *expected(void)
{
	g_autofree char *text = long_text();

	return g_strdup_printf("1|Anna|2024-02-29 23:59:59|%s|NULL|x€\n"
			       "2|Anna|2024-02-29 23:59:59|%s|NULL|NULL\n"
			       "3|Anna|2024-02-29 23:59:59|%s|NULL|NULL\n"
			       "2|%s|2024-02-29 00:00:00.000001|NULL|NULL|NULL\n",
			       text, text, text, text);
}

static void test_every_cut(void)
{
	g_autofree char *want = expected();

	for (size_t v = 0; v < G_N_ELEMENTS(versions); v++) {
		g_autoptr(GByteArray) bytes = whole_query(versions[v]);
		for (guint cut = 0; cut <= bytes->len; cut++) {
			FerryOracleConnection *c = new_connection(versions[v]);
			bytes_packet(c->wire, bytes, 0, cut);
			bytes_packet(c->wire, bytes, cut, bytes->len);
			g_autofree char *got = read_all(c, 1 + cut % 3);
			g_assert_cmpstr(got, ==, want);
			free_connection(c);
		}
	}
}

static void test_small_packets(void)
{
	g_autofree char *want = expected();
	g_autoptr(GByteArray) bytes = whole_query(12);

	for (guint size = 1; size < 40; size++) {
		FerryOracleConnection *c = new_connection(12);
		for (guint at = 0; at < bytes->len; at += size)
			bytes_packet(c->wire, bytes, at, MIN(at + size, bytes->len));
		g_autofree char *got = read_all(c, 2);
		g_assert_cmpstr(got, ==, want);
		free_connection(c);
	}
}

/* What ends too early, and every byte turned into another one: no crash, no endless loop. */
static void test_broken(void)
{
	for (size_t v = 0; v < G_N_ELEMENTS(versions); v += 3) {
		g_autoptr(GByteArray) bytes = whole_query(versions[v]);
		for (guint at = 0; at < bytes->len; at++) {
			FerryOracleConnection *c = new_connection(versions[v]);
			bytes_packet(c->wire, bytes, 0, at);
			g_assert_null(read_all(c, 2));
			g_assert_true(c->is_lost);
			free_connection(c);
			for (int change = 1; change < 256; change += 101) {
				g_autofree char *got = NULL;
				uint8_t kept = bytes->data[at];
				c = new_connection(versions[v]);
				bytes->data[at] = (uint8_t)(kept ^ change);
				bytes_packet(c->wire, bytes, 0, bytes->len);
				got = read_all(c, 2);
				bytes->data[at] = kept;
				free_connection(c);
			}
		}
	}
}

/* An error in the middle of rows: markers in every order that servers were seen to send, then the true
 * response. */
static void test_markers(void)
{
	static const uint8_t orders[][4] = {{1, 2, 0}, {2, 0}, {1, 2, 1, 0}, {1, 2, 2, 0}};

	for (size_t i = 0; i < G_N_ELEMENTS(orders); i++) {
		FerryOracleConnection *c = new_connection(12);
		g_autoptr(GByteArray) bytes = g_byte_array_new();
		g_autoptr(GByteArray) end = g_byte_array_new();
		describe(bytes, 12);
		bytes_row_header(bytes, NULL, 0);
		ferry_oracle_put_u8(bytes, 7);
		ferry_oracle_put_u8(bytes, 2);
		bytes_packet(c->wire, bytes, 0, bytes->len);
		for (const uint8_t *marker = orders[i]; *marker; marker++)
			bytes_marker(c->wire, *marker);
		end_call(end, 12, 1555, "ORA-01555: snapshot too old\n");
		bytes_packet(c->wire, end, 0, end->len);

		g_autoptr(GError) error = NULL;
		FerryOracleCursor *cursor = ferry_oracle_cursor_open(c, "SELECT", "cannot read", &error);
		g_assert_no_error(error);
		g_autoptr(FerrySchema) schema = make_schema();
		g_autoptr(FerryBatch) batch = ferry_batch_new(schema, 4);
		size_t bad;
		g_autoptr(FerryOracleDecoder) decoder =
			ferry_oracle_decoder_new(cursor->fields, NULL, schema, &bad);
		g_assert_cmpint(ferry_oracle_cursor_next(cursor, &error), ==, FERRY_STEP_MORE);
		g_assert_cmpint(ferry_oracle_decode_row(decoder, cursor, batch), ==, FERRY_ORACLE_ROW_FAILED);
		g_assert_cmpint(ferry_oracle_cursor_next(cursor, &error), ==, FERRY_STEP_FAILED);
		g_assert_cmpint(ferry_error_get_vendor_code(error), ==, 1555);
		g_assert_nonnull(strstr(ferry_error_get_hint(error), "UNDO_RETENTION"));
		g_assert_false(c->is_lost);
		ferry_oracle_cursor_free(cursor);
		free_connection(c);
	}
}

/* Lengths that nobody means: refused before memory is taken. */
static void test_huge_lengths(void)
{
	static const uint8_t packets[][16] = {
		{0xff, 0xff, 0xff, 0xff, 6, 0, 0, 0, 0, 0}, /* DATA of 4 GiB */
		{0, 0, 0, 4, 6, 0, 0, 0},                   /* shorter than its header */
		{0x00, 0x20, 0, 0, 12, 0, 0, 0, 1, 0, 1},   /* a marker of 2 MiB */
		{0, 0, 0, 12, 99, 0, 0, 0, 0, 0, 0, 0},     /* no such type */
	};

	for (size_t i = 0; i < G_N_ELEMENTS(packets); i++) {
		FerryOracleConnection *c = new_connection(12);
		ferry_oracle_wire_feed(c->wire, packets[i], 16);
		g_assert_null(read_all(c, 1));
		g_assert_cmpint(c->wire->state, ==, FERRY_ORACLE_WIRE_MALFORMED);
		free_connection(c);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/oracle/wire/every-cut", test_every_cut);
	g_test_add_func("/oracle/wire/small-packets", test_small_packets);
	g_test_add_func("/oracle/wire/broken", test_broken);
	g_test_add_func("/oracle/wire/markers", test_markers);
	g_test_add_func("/oracle/wire/huge-lengths", test_huge_lengths);
	return g_test_run();
}
