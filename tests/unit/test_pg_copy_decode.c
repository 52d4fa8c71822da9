/* The server's bytes as values of a batch, and what is not such bytes. */
#include "connectors/postgres/copy_decode.h"

#include "connectors/postgres/private.h"
#include "data/value_text.h"

typedef struct Bytes {
	uint8_t data[128];
	size_t len;
} Bytes;

static Bytes from_hex(const char *hex)
{
	Bytes bytes = {.len = strlen(hex) / 2};
	g_assert_cmpuint(bytes.len, <=, sizeof bytes.data);
	for (size_t i = 0; i < bytes.len; i++)
		bytes.data[i] = (uint8_t)(g_ascii_xdigit_value(hex[2 * i]) * 16 +
					  g_ascii_xdigit_value(hex[2 * i + 1]));
	return bytes;
}

/* The value as text; "malformed", "bad …" or "null" where there is none. */
static char *decode(unsigned oid, FerryTypeId id, const char *hex)
{
	g_autoptr(FerrySchema) schema = ferry_schema_new(1);
	schema->fields[0].name = g_strdup("c");
	schema->fields[0].type = FERRY_TYPE(id);
	g_autoptr(FerryBatch) batch = ferry_batch_new(schema, 2);
	PgDecoder decoder = {.decode = ferry_pg_decoder_for(oid, "", false, id),
			     .is_variable = ferry_type_width(id) == 0,
			     .oid = oid};
	g_assert_nonnull(decoder.decode);
	Bytes bytes = from_hex(hex);
	const char *problem;
	if (!ferry_pg_decode_row(&decoder, batch, bytes.data, bytes.len, &problem))
		return g_strdup("malformed");
	if (batch->n_bad > 0)
		return g_strdup_printf("bad %s", ferry_bad_kind_name(batch->bad[0].kind));
	GString *text = g_string_new(NULL);
	if (!ferry_value_to_text(&batch->columns[0], 0, text))
		g_string_assign(text, "null");
	return g_string_free(text, FALSE);
}

static void test_values(void)
{
	static const struct {
		unsigned oid;
		FerryTypeId id;
		const char *hex, *expected;
	} cases[] = {
		{PG_INT4, FERRY_TYPE_INT32, "0001ffffffff", "null"},
		{PG_BOOL, FERRY_TYPE_BOOL, "00010000000101", "t"},
		{PG_INT2, FERRY_TYPE_INT16, "000100000002fffe", "-2"},
		{PG_INT2, FERRY_TYPE_INT8, "000100000002ff80", "-128"},
		{PG_INT2, FERRY_TYPE_INT8, "000100000002ff7f", "bad out-of-range"},
		{PG_INT2, FERRY_TYPE_BOOL, "0001000000020001", "t"},
		{PG_INT2, FERRY_TYPE_BOOL, "0001000000020002", "bad out-of-range"},
		{PG_INT8, FERRY_TYPE_DECIMAL, "0001000000088000000000000000", "-9223372036854775808"},
		{PG_INT8, FERRY_TYPE_INT32, "0001000000080000000080000000", "bad out-of-range"},
		{PG_FLOAT8, FERRY_TYPE_FLOAT64, "0001000000083ff8000000000000", "1.5"},
		{PG_FLOAT4, FERRY_TYPE_FLOAT64, "0001000000043fc00000", "1.5"},
		{PG_FLOAT8, FERRY_TYPE_FLOAT32, "0001000000083fb999999999999a", "bad out-of-range"},
		{PG_NUMERIC, FERRY_TYPE_DECIMAL, "00010000000e0003000100000003000109291a7c", "12345.678"},
		{PG_NUMERIC, FERRY_TYPE_DECIMAL, "00010000000a0001ffff400000011388", "-0.5"},
		{PG_NUMERIC, FERRY_TYPE_DECIMAL, "00010000000a0001fffe0000000804d2", "0.00001234"},
		{PG_NUMERIC, FERRY_TYPE_DECIMAL, "00010000000a00010002000000000001", "100000000"},
		{PG_NUMERIC, FERRY_TYPE_DECIMAL, "0001000000080000000000000002", "0.00"},
		{PG_NUMERIC, FERRY_TYPE_DECIMAL, "00010000000800000000c0000000", "NaN"},
		{PG_NUMERIC, FERRY_TYPE_DECIMAL, "00010000000800000000f0000020", "-Infinity"},
		{PG_NUMERIC, FERRY_TYPE_DECIMAL, "00010000000a00010000000000002710",
		 "malformed"}, /* a digit of 10000 */
		{PG_NUMERIC, FERRY_TYPE_DECIMAL, "00010000000a00020000000000000001",
		 "malformed"}, /* one group is missing */
		{PG_NUMERIC, FERRY_TYPE_DECIMAL, "0001000000080000000012340000",
		 "malformed"}, /* no such sign */
		{PG_DATE, FERRY_TYPE_DATE, "000100000004ffffd533", "1970-01-01"},
		{PG_DATE, FERRY_TYPE_DATE, "00010000000480000000", "-infinity"},
		{PG_TIMESTAMP, FERRY_TYPE_TIMESTAMP, "0001000000080000000000000000", "2000-01-01 00:00:00"},
		{PG_TIMESTAMP, FERRY_TYPE_TIMESTAMP, "0001000000087ffffffffffffffe", "bad out-of-range"},
		{PG_INTERVAL, FERRY_TYPE_TIME, "000100000010000000000000000000000000000000000000",
		 "malformed"},
		{PG_INTERVAL, FERRY_TYPE_TIME, "00010000001000000000000f42400000000000000000", "00:00:01"},
		{PG_INTERVAL, FERRY_TYPE_TIME, "00010000001000000000000f42400000000100000000",
		 "bad out-of-range"},
		{PG_JSONB, FERRY_TYPE_JSON, "000100000003017b7d", "{}"},
		{PG_JSONB, FERRY_TYPE_JSON, "000100000003027b7d", "malformed"},
		{PG_BIT, FERRY_TYPE_BITS, "000100000006000000098080", "100000001"},
		{PG_BIT, FERRY_TYPE_BITS, "00010000000600000019808080", "malformed"},
		{PG_BIT, FERRY_TYPE_BITS, "000100000004ffffffff", "malformed"},
		{PG_UUID, FERRY_TYPE_UUID, "00010000001000112233445566778899aabbccddeeff",
		 "00112233-4455-6677-8899-aabbccddeeff"},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *text = decode(cases[i].oid, cases[i].id, cases[i].hex);
		g_test_message("%s", cases[i].hex);
		g_assert_cmpstr(text, ==, cases[i].expected);
	}
}

static void test_malformed_rows(void)
{
	static const struct {
		const char *hex, *why;
	} cases[] = {
		{"", "nothing"},
		{"00", "half a count"},
		{"0002", "another count than the columns"},
		{"0001", "no field"},
		{"0001000000", "half a length"},
		{"000100000004000000", "a field that is cut off"},
		{"0001000000040000000100", "a byte too many"},
		{"0001fffffffe", "a length below NULL's"},
		{"00017fffffff00", "a length beyond the row"},
		{"000100000003000000", "three bytes are no integer"},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *text = decode(PG_INT4, FERRY_TYPE_INT32, cases[i].hex);
		g_test_message("%s: %s", cases[i].hex, cases[i].why);
		g_assert_cmpstr(text, ==, "malformed");
	}
}

static void test_text_forms(void)
{
	static const struct {
		FerryTypeId id;
		const char *wire, *expected; /* NULL: not a value of the type */
	} cases[] = {
		{FERRY_TYPE_INT8, "127", "127"},
		{FERRY_TYPE_INT8, "128", NULL},
		{FERRY_TYPE_INT64, "x", NULL},
		{FERRY_TYPE_BOOL, "true", "t"},
		{FERRY_TYPE_DECIMAL, "-1.50", "-1.50"},
		{FERRY_TYPE_DECIMAL, "1e5", NULL},
		{FERRY_TYPE_BYTES, "\\x00ff", "\\x00ff"},
		{FERRY_TYPE_BYTES, "\\x0", NULL},
		{FERRY_TYPE_BYTES, "\\xzz", NULL},
		{FERRY_TYPE_BITS, "0101", "0101"},
		{FERRY_TYPE_BITS, "012", NULL},
		{FERRY_TYPE_DATE, "2024-02-29", "2024-02-29"},
		{FERRY_TYPE_DATE, "2023-02-29", NULL},
		{FERRY_TYPE_TEXT, "", ""},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(FerrySchema) schema = ferry_schema_new(1);
		schema->fields[0].name = g_strdup("c");
		schema->fields[0].type = FERRY_TYPE(cases[i].id);
		g_autoptr(FerryBatch) batch = ferry_batch_new(schema, 1);
		int result = ferry_pg_text_decoder_for(cases[i].id)(
			&batch->columns[0], 0, (const uint8_t *)cases[i].wire, strlen(cases[i].wire));
		g_autoptr(GString) text = g_string_new(NULL);
		g_test_message("%s", cases[i].wire);
		if (cases[i].expected == NULL) {
			g_assert_cmpint(result, >=, PG_DECODE_BAD);
			continue;
		}
		g_assert_cmpint(result, ==, PG_DECODED);
		ferry_value_to_text(&batch->columns[0], 0, text);
		g_assert_cmpstr(text->str, ==, cases[i].expected);
	}
}

static void test_row_len(void)
{
	static const struct {
		const char *hex;
		size_t expected;
	} cases[] = {
		{"0001000000020001", 8},
		{"0001ffffffff", 6},
		{"00010000000200", 0},
		{"0000", 2},
		{"ffff", 2},
		{"00", 0},
		{"000100", 0},
		{"0001ffffffff0001", 6},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		Bytes bytes = from_hex(cases[i].hex);
		g_assert_cmpuint(ferry_pg_row_len(bytes.data, bytes.len), ==, cases[i].expected);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/postgres/copy_decode/values", test_values);
	g_test_add_func("/postgres/copy_decode/malformed_rows", test_malformed_rows);
	g_test_add_func("/postgres/copy_decode/text_forms", test_text_forms);
	g_test_add_func("/postgres/copy_decode/row_len", test_row_len);
	return g_test_run();
}
