/*
 * Values of a batch as the server's send functions write them. The expected bytes of numeric are the server's
 * own (SELECT encode(numeric_send(v), 'hex')).
 */
#include "connectors/postgres/copy_encode.h"

#include "connectors/postgres/copy_decode.h"
#include "connectors/postgres/private.h"

static char *to_hex(const uint8_t *data, size_t len)
{
	GString *out = g_string_new(NULL);
	for (size_t i = 0; i < len; i++)
		g_string_append_printf(out, "%02x", data[i]);
	return g_string_free(out, FALSE);
}

static void test_numeric(void)
{
	static const struct {
		const char *text, *hex, *why;
	} cases[] = {
		{"0", "0000000000000000", "no groups at all"},
		{"0.00", "0000000000000002", "the scale is kept"},
		{"-0", "0000000000000000", "zero has no sign"},
		{"-0.0", "0000000000000001", "zero has no sign"},
		{"1", "00010000000000000001", "one group"},
		{"001", "00010000000000000001", "leading zeros do not count"},
		{"-1", "00010000400000000001", "sign"},
		{"9999", "0001000000000000270f", "a full group"},
		{"10000", "00010001000000000001", "trailing groups of zeros are left out"},
		{"10000.0000", "00010001000000040001", "also behind the point"},
		{"12345.678", "0003000100000003000109291a7c", "short groups on both ends"},
		{"0.0001", "0001ffff000000040001", "weight -1"},
		{"0.00001234", "0001fffe0000000804d2", "leading groups of zeros are left out"},
		{".5", "0001ffff000000011388", "no digit before the point"},
		{"-0.5", "0001ffff400000011388", "padded to four digits"},
		{"1.", "00010000000000000001", "no digit behind the point"},
		{"1230000", "0001000100000000007b", "a group of zeros at the end"},
		{"100000000", "00010002000000000001", "two of them"},
		{"99990000.0001", "0003000100000004270f00000001", "a group of zeros in the middle"},
		{"1.50", "000200000000000200011388", "a zero at the end of the fraction"},
		{"0.10000000", "0001ffff0000000803e8", "four of them"},
		{"-9223372036854775808", "0005000440000000039a0d2c0170156516b0", "the least int64"},
		{"123456789012345678901234567890.123456789",
		 "000b000700000009000c0d801ed204d2162e23340d801ed204d2162e2328", "more than any integer"},
		{"NaN", "00000000c0000000", "not a number"},
		{"Infinity", "00000000d0000000", "since 14"},
		{"-Infinity", "00000000f0000000", "since 14"},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		uint8_t out[128];
		size_t len = strlen(cases[i].text);
		size_t n = ferry_pg_pack_numeric(out, cases[i].text, len);
		g_autofree char *hex = to_hex(out, n);
		g_test_message("%s: %s", cases[i].text, cases[i].why);
		g_assert_cmpstr(hex, ==, cases[i].hex);
		g_assert_cmpuint(n, <=, len + 16);
	}
}

/* A batch of one row and one column. */
typedef struct Cell {
	FerrySchema *schema;
	FerryBatch *batch;
} Cell;

static Cell make_cell(FerryTypeId id)
{
	Cell cell = {.schema = ferry_schema_new(1)};
	cell.schema->fields[0].name = g_strdup("c");
	cell.schema->fields[0].type = FERRY_TYPE(id);
	cell.batch = ferry_batch_new(cell.schema, 4);
	return cell;
}

static void free_cell(Cell *cell)
{
	ferry_batch_free(cell->batch);
	ferry_schema_free(cell->schema);
}

static char *encode_cell(Cell *cell, unsigned oid)
{
	PgEncoder encoder = {.encode = ferry_pg_encoder_for(cell->schema->fields[0].type.id, oid, "", false)};
	uint8_t out[512];
	g_assert_nonnull(encoder.encode);
	ferry_pg_encoders_attach(&encoder, cell->batch);
	size_t bound = ferry_pg_encode_bound(&encoder, 1, 0, cell->batch->n_rows);
	g_assert_cmpuint(bound, <=, sizeof out);
	uint8_t *end = ferry_pg_encode_rows(&encoder, cell->batch, 0, cell->batch->n_rows, out);
	g_assert_cmpuint((size_t)(end - out), <=, bound);
	return to_hex(out, (size_t)(end - out));
}

/* The server's own bytes, or NULL where it refuses the text. */
static void test_addresses(void)
{
	static const struct {
		const char *text, *inet, *cidr, *why;
	} cases[] = {
		{"192.168.1.5/24", "02180004c0a80105", NULL, "an address in its network"},
		{"10.0.0.1", "022000040a000001", "022001040a000001", "all bits"},
		{"10.0.0.0/8", "020800040a000000", "020801040a000000", "a network"},
		{"010.001.0.0/16", "021000040a010000", "021001040a010000", "leading zeros"},
		{"10.1/16", "021000040a010000", "021001040a010000", "numbers left out"},
		{"10.1/24", NULL, "021801040a010000", "more bits than numbers"},
		{"10", NULL, "020801040a000000", "a class A network"},
		{"192.168", NULL, "02180104c0a80000", "a class C network"},
		{"128", NULL, "0210010480000000", "a class B network"},
		{"224", NULL, "02040104e0000000", "a class D network"},
		{"::1", "0380001000000000000000000000000000000001",
		 "0380011000000000000000000000000000000001", "IPv6"},
		{"2001:db8::/32", "0320001020010db8000000000000000000000000",
		 "0320011020010db8000000000000000000000000", "an IPv6 network"},
		{"::ffff:1.2.3.4/128", "0380001000000000000000000000ffff01020304",
		 "0380011000000000000000000000ffff01020304", "IPv4 within"},
		{"256.1.1.1", NULL, NULL, "a number too large"},
		{"1.2.3.4.5", NULL, NULL, "one too many"},
		{"1.2.3.4/33", NULL, NULL, "too many bits"},
		{"1.2.3.4/", NULL, NULL, "no bits"},
		{"1.2.3.", NULL, NULL, "no number after the dot"},
		{"", NULL, NULL, "nothing"},
		{":", NULL, NULL, "hardly anything"},
		{"::1/129", NULL, NULL, "too many bits"},
		{"a.b.c.d", NULL, NULL, "no numbers"},
	};
	for (size_t i = 0; i < 2 * G_N_ELEMENTS(cases); i++) {
		bool is_cidr = i % 2;
		const char *text = cases[i / 2].text, *hex = is_cidr ? cases[i / 2].cidr : cases[i / 2].inet;
		PgAddress address;
		g_test_message("%s: %s", text, cases[i / 2].why);
		g_assert_cmpint(ferry_pg_parse_address(text, strlen(text), is_cidr, &address), ==,
				hex != NULL);
		if (hex == NULL)
			continue;
		Cell cell = make_cell(FERRY_TYPE_TEXT);
		g_assert_true(ferry_column_append_bytes(&cell.batch->columns[0], 0, text, strlen(text)));
		cell.batch->n_rows = 1;
		g_autofree char *encoded = encode_cell(&cell, is_cidr ? PG_CIDR : PG_INET);
		g_assert_cmpstr(encoded + 12, ==, hex);
		free_cell(&cell);
	}
}

static void test_integers(void)
{
	static const struct {
		FerryTypeId id;
		int64_t value;
		unsigned oid;
		const char *hex;
	} cases[] = {
		{FERRY_TYPE_BOOL, 1, PG_BOOL, "00010000000101"},
		{FERRY_TYPE_INT8, -1, PG_INT2, "000100000002ffff"},
		{FERRY_TYPE_BOOL, 1, PG_INT4, "00010000000400000001"},
		{FERRY_TYPE_INT64, -2, PG_INT4, "000100000004fffffffe"},
		{FERRY_TYPE_INT32, INT32_MIN, PG_INT8, "000100000008ffffffff80000000"},
		{FERRY_TYPE_INT64, 0, PG_NUMERIC, "0001000000080000000000000000"},
		{FERRY_TYPE_INT32, 20000, PG_NUMERIC, "00010000000a00010001000000000002"},
		{FERRY_TYPE_INT64, INT64_MIN, PG_NUMERIC, "0001000000120005000440000000039a0d2c0170156516b0"},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		Cell cell = make_cell(cases[i].id);
		size_t width = ferry_type_width(cases[i].id);
		memcpy(cell.batch->columns[0].fixed, &cases[i].value,
		       width); /* little-endian, as the encoders demand */
		cell.batch->n_rows = 1;
		g_autofree char *hex = encode_cell(&cell, cases[i].oid);
		g_assert_cmpstr(hex, ==, cases[i].hex);
		free_cell(&cell);
	}
}

static void test_times(void)
{
	Cell date = make_cell(FERRY_TYPE_DATE);
	int32_t *days = date.batch->columns[0].fixed;
	days[0] = 0; /* 1970-01-01 */
	days[1] = FERRY_DATE_INFINITY;
	days[2] = PG_EPOCH_DAYS;
	date.batch->n_rows = 3;
	g_autofree char *date_hex = encode_cell(&date, PG_DATE);
	g_assert_cmpstr(date_hex, ==,
			"000100000004ffffd533"
			"0001000000047fffffff"
			"00010000000400000000");
	free_cell(&date);

	Cell stamp = make_cell(FERRY_TYPE_TIMESTAMPTZ);
	int64_t *us = stamp.batch->columns[0].fixed;
	us[0] = PG_EPOCH_US + 1;
	us[1] = FERRY_TIMESTAMP_NEG_INFINITY;
	stamp.batch->n_rows = 2;
	g_autofree char *stamp_hex = encode_cell(&stamp, PG_TIMESTAMPTZ);
	g_assert_cmpstr(stamp_hex, ==,
			"0001000000080000000000000001"
			"0001000000088000000000000000");
	free_cell(&stamp);

	Cell interval = make_cell(FERRY_TYPE_INTERVAL);
	*(FerryInterval *)interval.batch->columns[0].fixed =
		(FerryInterval){.months = 1, .days = -2, .us = 3};
	interval.batch->n_rows = 1;
	g_autofree char *interval_hex = encode_cell(&interval, PG_INTERVAL);
	g_assert_cmpstr(interval_hex, ==,
			"000100000010"
			"0000000000000003"
			"fffffffe"
			"00000001");
	free_cell(&interval);
}

static void test_bytes(void)
{
	static const struct {
		FerryTypeId id;
		const char *value;
		unsigned oid;
		const char *hex;
	} cases[] = {
		{FERRY_TYPE_BYTES, "ab", PG_BYTEA, "0001000000026162"},
		{FERRY_TYPE_BYTES, "", PG_BYTEA, "000100000000"},
		{FERRY_TYPE_JSON, "{}", PG_JSON, "0001000000027b7d"},
		{FERRY_TYPE_JSON, "{}", PG_JSONB, "000100000003017b7d"},
		{FERRY_TYPE_BITS, "1", PG_BIT, "0001000000050000000180"},
		{FERRY_TYPE_BITS, "100000001", PG_VARBIT, "000100000006000000098080"},
		{FERRY_TYPE_BITS, "", PG_VARBIT, "00010000000400000000"},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		Cell cell = make_cell(cases[i].id);
		g_assert_true(ferry_column_append_bytes(&cell.batch->columns[0], 0, cases[i].value,
							strlen(cases[i].value)));
		cell.batch->n_rows = 1;
		g_autofree char *hex = encode_cell(&cell, cases[i].oid);
		g_assert_cmpstr(hex, ==, cases[i].hex);
		free_cell(&cell);
	}
}

static void test_null_and_skip(void)
{
	Cell cell = make_cell(FERRY_TYPE_INT16);
	int16_t *v = cell.batch->columns[0].fixed;
	v[0] = 1;
	ferry_column_set_null(&cell.batch->columns[0], 1);
	v[2] = 3;
	cell.batch->n_rows = 3;
	g_autofree char *with_null = encode_cell(&cell, PG_INT2);
	g_assert_cmpstr(with_null, ==,
			"0001000000020001"
			"0001ffffffff"
			"0001000000020003");
	ferry_batch_skip_row(cell.batch, 0);
	g_autofree char *skipped = encode_cell(&cell, PG_INT2);
	g_assert_cmpstr(skipped, ==,
			"0001ffffffff"
			"0001000000020003");
	free_cell(&cell);
}

/* What is packed reads back as what it was, but for zeros that do not count. */
static void test_numeric_round_trip(void)
{
	g_autoptr(GRand) random = g_rand_new_with_seed(42);
	PgDecodeFunc decode = ferry_pg_decoder_for(PG_NUMERIC, "numeric_recv", false, FERRY_TYPE_DECIMAL);
	for (int i = 0; i < 20000; i++) {
		g_autoptr(GString) text = g_string_new(g_rand_boolean(random) ? "-" : "");
		int n_integer = g_rand_int_range(random, 1, 30), n_fraction = g_rand_int_range(random, 0, 30);
		g_string_append_c(text, n_integer == 1 ? '0' : (char)g_rand_int_range(random, '1', '9' + 1));
		for (int k = 1; k < n_integer; k++)
			g_string_append_c(text, (char)(g_rand_int_range(random, 0, 3)
							       ? '0'
							       : '0' + g_rand_int_range(random, 0, 10)));
		if (n_fraction > 0)
			g_string_append_c(text, '.');
		for (int k = 0; k < n_fraction; k++)
			g_string_append_c(text, (char)(g_rand_int_range(random, 0, 3)
							       ? '0'
							       : '0' + g_rand_int_range(random, 0, 10)));
		bool is_zero = strpbrk(text->str, "123456789") == NULL;
		Cell cell = make_cell(FERRY_TYPE_DECIMAL);
		uint8_t packed[128];
		size_t n = ferry_pg_pack_numeric(packed, text->str, text->len), len;
		g_assert_cmpint(decode(&cell.batch->columns[0], 0, packed, n), ==, PG_DECODED);
		const uint8_t *back = ferry_column_get_bytes(&cell.batch->columns[0], 0, &len);
		g_autofree char *read = g_strndup((const char *)back, len);
		g_assert_cmpstr(read, ==, is_zero && text->str[0] == '-' ? text->str + 1 : text->str);
		free_cell(&cell);
	}
}

static void test_no_encoder(void)
{
	g_assert_null(ferry_pg_encoder_for(FERRY_TYPE_DECIMAL, PG_INT8, "int8recv", false));
	g_assert_null(ferry_pg_encoder_for(FERRY_TYPE_TEXT, 829, "macaddr_recv", false));
	g_assert_nonnull(ferry_pg_encoder_for(FERRY_TYPE_TEXT, 99999, "citextrecv", false));
	g_assert_nonnull(ferry_pg_encoder_for(FERRY_TYPE_TEXT, 99999, "enum_recv", true));
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/postgres/copy_encode/numeric", test_numeric);
	g_test_add_func("/postgres/copy_encode/numeric_round_trip", test_numeric_round_trip);
	g_test_add_func("/postgres/copy_encode/integers", test_integers);
	g_test_add_func("/postgres/copy_encode/addresses", test_addresses);
	g_test_add_func("/postgres/copy_encode/times", test_times);
	g_test_add_func("/postgres/copy_encode/bytes", test_bytes);
	g_test_add_func("/postgres/copy_encode/null_and_skip", test_null_and_skip);
	g_test_add_func("/postgres/copy_encode/no_encoder", test_no_encoder);
	return g_test_run();
}
