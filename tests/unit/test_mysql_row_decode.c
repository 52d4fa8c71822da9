/*
 * Rows of MySQL's binary protocol, made by hand, into a batch: each case is one column's wire type and bytes,
 * the logical type that is asked for, and the text of what must come out (or the text of what must be marked
 * bad).
 */
#include "count_allocations.h"

#include "connectors/mysql/row_decode.h"
#include "data/value_text.h"

#include <mysql.h>

#define MAX_BYTES 40

typedef struct {
	const char *why;
	FerryMysqlField field;
	FerryType type;
	size_t len;
	uint8_t bytes[MAX_BYTES];
	const char *text; /* value, or what is bad */
	int bad;          /* FerryBadKind + 1; 0: none */
} Case;

#define F(type_)                                                                                             \
	{                                                                                                    \
		.wire_type = (type_)                                                                         \
	}
#define FU(type_)                                                                                            \
	{                                                                                                    \
		.wire_type = (type_), .is_unsigned = true                                                    \
	}
#define FB(type_)                                                                                            \
	{                                                                                                    \
		.wire_type = (type_), .is_binary = true                                                      \
	}
#define FBIT(bits_)                                                                                          \
	{                                                                                                    \
		.wire_type = MYSQL_TYPE_BIT, .bits = (bits_)                                                 \
	}
#define T(id_)                                                                                               \
	{                                                                                                    \
		.id = FERRY_TYPE_##id_, .precision = -1                                                      \
	}
#define BAD(kind_) (FERRY_BAD_##kind_ + 1)

static const Case cases[] = {
	{"least tinyint", F(MYSQL_TYPE_TINY), T(INT8), 1, {0x80}, "-128"},
	{"greatest unsigned tinyint", FU(MYSQL_TYPE_TINY), T(INT16), 1, {0xff}, "255"},
	{"tinyint(1) as boolean", F(MYSQL_TYPE_TINY), T(BOOL), 1, {1}, "t"},
	{"a boolean that is none", F(MYSQL_TYPE_TINY), T(BOOL), 1, {2}, "2", BAD(OUT_OF_RANGE)},
	{"a negative one", F(MYSQL_TYPE_TINY), T(BOOL), 1, {0xff}, "-1", BAD(OUT_OF_RANGE)},
	{"tinyint, wider", F(MYSQL_TYPE_TINY), T(INT64), 1, {0xfe}, "-2"},
	{"smallint", F(MYSQL_TYPE_SHORT), T(INT16), 2, {0x00, 0x80}, "-32768"},
	{"unsigned smallint", FU(MYSQL_TYPE_SHORT), T(INT32), 2, {0xff, 0xff}, "65535"},
	{"smallint, too narrow a type",
	 F(MYSQL_TYPE_SHORT),
	 T(INT8),
	 2,
	 {0x00, 0x01},
	 "256",
	 BAD(OUT_OF_RANGE)},
	{"mediumint comes in four bytes",
	 F(MYSQL_TYPE_INT24),
	 T(INT32),
	 4,
	 {0x00, 0x00, 0x80, 0xff},
	 "-8388608"},
	{"unsigned mediumint", FU(MYSQL_TYPE_INT24), T(INT32), 4, {0xff, 0xff, 0xff, 0}, "16777215"},
	{"int", F(MYSQL_TYPE_LONG), T(INT32), 4, {0, 0, 0, 0x80}, "-2147483648"},
	{"unsigned int", FU(MYSQL_TYPE_LONG), T(INT64), 4, {0xff, 0xff, 0xff, 0xff}, "4294967295"},
	{"bigint", F(MYSQL_TYPE_LONGLONG), T(INT64), 8, {0, 0, 0, 0, 0, 0, 0, 0x80}, "-9223372036854775808"},
	{"unsigned bigint as decimal",
	 FU(MYSQL_TYPE_LONGLONG),
	 T(DECIMAL),
	 8,
	 {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff},
	 "18446744073709551615"},
	{"unsigned bigint beyond int64",
	 FU(MYSQL_TYPE_LONGLONG),
	 T(INT64),
	 8,
	 {0, 0, 0, 0, 0, 0, 0, 0x80},
	 "9223372036854775808",
	 BAD(OUT_OF_RANGE)},
	{"bigint as text",
	 F(MYSQL_TYPE_LONGLONG),
	 T(TEXT),
	 8,
	 {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff},
	 "-1"},
	{"year", FU(MYSQL_TYPE_YEAR), T(INT16), 2, {0x6b, 0x08}, "2155"},
	{"float keeps its bits", F(MYSQL_TYPE_FLOAT), T(FLOAT32), 4, {0xcd, 0xcc, 0xcc, 0x3d}, "0.1"},
	{"float as text", F(MYSQL_TYPE_FLOAT), T(TEXT), 4, {0xcd, 0xcc, 0xcc, 0x3d}, "0.1"},
	{"double",
	 F(MYSQL_TYPE_DOUBLE),
	 T(FLOAT64),
	 8,
	 {0x9a, 0x99, 0x99, 0x99, 0x99, 0x99, 0xb9, 0x3f},
	 "0.1"},
	{"decimal", F(MYSQL_TYPE_NEWDECIMAL), T(DECIMAL), 6, "\5-1.50", "-1.50"},
	{"zerofill", F(MYSQL_TYPE_NEWDECIMAL), T(DECIMAL), 8,
	 "\7"
	 "0012.50",
	 "12.50"},
	{"zerofill of nought", F(MYSQL_TYPE_NEWDECIMAL), T(DECIMAL), 7,
	 "\6"
	 "000.50",
	 "0.50"},
	{"date", F(MYSQL_TYPE_DATE), T(DATE), 5, {4, 0xe8, 0x07, 2, 29}, "2024-02-29"},
	{"greatest date", F(MYSQL_TYPE_DATE), T(DATE), 5, {4, 0x0f, 0x27, 12, 31}, "9999-12-31"},
	{"zero date, short", F(MYSQL_TYPE_DATE), T(DATE), 1, {0}, "0000-00-00", BAD(ZERO_DATE)},
	{"month zero", F(MYSQL_TYPE_DATE), T(DATE), 5, {4, 0xe5, 0x07, 0, 10}, "2021-00-10", BAD(ZERO_DATE)},
	{"no such day", F(MYSQL_TYPE_DATE), T(DATE), 5, {4, 0xe5, 0x07, 2, 30}, "2021-02-30", BAD(ZERO_DATE)},
	{"zero date as text", F(MYSQL_TYPE_DATE), T(TEXT), 1, {0}, "0000-00-00"},
	{"datetime of a whole day",
	 F(MYSQL_TYPE_DATETIME),
	 T(TIMESTAMP),
	 5,
	 {4, 0xb2, 0x07, 1, 1},
	 "1970-01-01 00:00:00"},
	{"datetime",
	 F(MYSQL_TYPE_DATETIME),
	 T(TIMESTAMP),
	 8,
	 {7, 0xb2, 0x07, 1, 1, 23, 59, 58},
	 "1970-01-01 23:59:58"},
	{"datetime(6)",
	 F(MYSQL_TYPE_DATETIME),
	 T(TIMESTAMP),
	 12,
	 {11, 0xe8, 0x03, 1, 1, 0, 0, 0, 1, 0, 0, 0},
	 "1000-01-01 00:00:00.000001"},
	{"timestamp is UTC",
	 F(MYSQL_TYPE_TIMESTAMP),
	 T(TIMESTAMPTZ),
	 8,
	 {7, 0xb2, 0x07, 1, 1, 0, 0, 1},
	 "1970-01-01 00:00:01+00"},
	{"zero timestamp",
	 F(MYSQL_TYPE_TIMESTAMP),
	 T(TIMESTAMPTZ),
	 1,
	 {0},
	 "0000-00-00 00:00:00",
	 BAD(ZERO_DATE)},
	{"no such hour",
	 F(MYSQL_TYPE_DATETIME),
	 T(TIMESTAMP),
	 8,
	 {7, 0xb2, 0x07, 1, 1, 24, 0, 0},
	 "1970-01-01 24:00:00",
	 BAD(ZERO_DATE)},
	{"midnight", F(MYSQL_TYPE_TIME), T(TIME), 1, {0}, "00:00:00"},
	{"time", F(MYSQL_TYPE_TIME), T(TIME), 9, {8, 0, 0, 0, 0, 0, 23, 59, 59}, "23:59:59"},
	{"time beyond a day",
	 F(MYSQL_TYPE_TIME),
	 T(TIME),
	 9,
	 {8, 0, 1, 0, 0, 0, 0, 0, 0},
	 "24:00:00",
	 BAD(OUT_OF_RANGE)},
	{"negative time",
	 F(MYSQL_TYPE_TIME),
	 T(TIME),
	 9,
	 {8, 1, 0, 0, 0, 0, 0, 0, 1},
	 "-00:00:01",
	 BAD(OUT_OF_RANGE)},
	{"span", F(MYSQL_TYPE_TIME), T(INTERVAL), 9, {8, 1, 34, 0, 0, 0, 22, 59, 59}, "-838:59:59"},
	{"span as text",
	 F(MYSQL_TYPE_TIME),
	 T(TEXT),
	 13,
	 {12, 1, 34, 0, 0, 0, 22, 59, 59, 1, 0, 0, 0},
	 "-838:59:59.000001"},
	{"text", F(MYSQL_TYPE_VAR_STRING), T(TEXT), 4, "\3abc", "abc"},
	{"empty text", F(MYSQL_TYPE_VAR_STRING), T(TEXT), 1, {0}, ""},
	{"a length of three bytes", F(MYSQL_TYPE_BLOB), T(TEXT), 5, {252, 2, 0, 'o', 'k'}, "ok"},
	{"a length of four bytes", F(MYSQL_TYPE_BLOB), T(TEXT), 6, {253, 2, 0, 0, 'o', 'k'}, "ok"},
	{"a length of nine bytes",
	 F(MYSQL_TYPE_BLOB),
	 T(TEXT),
	 11,
	 {254, 2, 0, 0, 0, 0, 0, 0, 0, 'o', 'k'},
	 "ok"},
	{"bytes", FB(MYSQL_TYPE_BLOB), T(BYTES), 3, {2, 0, 0xff}, "\\x00ff"},
	{"bytes as text", FB(MYSQL_TYPE_BLOB), T(TEXT), 3, {2, 0, 0xff}, "\\x00ff"},
	{"json is text whatever its character set", FB(MYSQL_TYPE_JSON), T(TEXT), 3, "\2{}", "{}"},
	{"bit(1)", FBIT(1), T(BITS), 2, {1, 1}, "1"},
	{"bit(9)", FBIT(9), T(BITS), 3, {2, 1, 1}, "100000001"},
	{"bit(1) as boolean", FBIT(1), T(BOOL), 2, {1, 0}, "f"},
	{"uuid", F(MYSQL_TYPE_STRING), T(UUID), 37,
	 "\44"
	 "123e4567-e89b-12d3-a456-426655440000",
	 "123e4567-e89b-12d3-a456-426655440000"},
	{"not a uuid", F(MYSQL_TYPE_STRING), T(UUID), 4, "\3abc", "abc", BAD(INVALID_VALUE)},
	{"geometry without SRID is WKB",
	 FB(MYSQL_TYPE_GEOMETRY),
	 T(BYTES),
	 11,
	 {10, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0x42},
	 "\\x010100000042"},
	{"geometry with SRID 4326 is EWKB",
	 FB(MYSQL_TYPE_GEOMETRY),
	 T(BYTES),
	 11,
	 {10, 0xe6, 0x10, 0, 0, 1, 1, 0, 0, 0, 0x42},
	 "\\x0101000020e610000042"},
	{"big-endian WKB",
	 FB(MYSQL_TYPE_GEOMETRY),
	 T(BYTES),
	 11,
	 {10, 0xe6, 0x10, 0, 0, 0, 0, 0, 0, 1, 0x42},
	 "\\x0020000001000010e642"},
	{"geometry as text",
	 FB(MYSQL_TYPE_GEOMETRY),
	 T(TEXT),
	 11,
	 {10, 0xe6, 0x10, 0, 0, 1, 1, 0, 0, 0, 0x42},
	 "\\x0101000020e610000042"},
};

/* A row of one column; at least as many bytes as the value has, no more, so that the sanitizer sees a read
 * beyond. */
static uint8_t *make_row(const Case *c, size_t len)
{
	uint8_t *row = g_malloc(2 + len);
	row[0] = 0;
	row[1] = 0;
	memcpy(row + 2, c->bytes, len);
	return row;
}

static FerrySchema *make_schema(FerryType type)
{
	FerrySchema *schema = ferry_schema_new(1);
	schema->fields[0].name = g_strdup("c");
	schema->fields[0].type = type;
	return schema;
}

static void check_value(const Case *c, const FerryBatch *batch)
{
	if (c->bad) {
		g_assert_cmpuint(batch->n_bad, ==, 1);
		g_assert_cmpint(batch->bad[0].kind, ==, c->bad - 1);
		g_assert_cmpmem(batch->bad_text, batch->bad[0].text_len, c->text, strlen(c->text));
		g_assert_true(ferry_column_is_null(&batch->columns[0], 0));
		return;
	}
	g_autoptr(GString) text = g_string_new(NULL);
	g_assert_cmpuint(batch->n_bad, ==, 0);
	g_assert_true(ferry_value_to_text(&batch->columns[0], 0, text));
	g_assert_cmpstr(text->str, ==, c->text);
}

static void test_values(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		const Case *c = &cases[i];
		g_test_message("%s", c->why);
		g_autoptr(FerrySchema) schema = make_schema(c->type);
		g_autoptr(FerryBatch) batch = ferry_batch_new(schema, 4);
		size_t field;
		g_autoptr(FerryMysqlDecoder) decoder = ferry_mysql_decoder_new(&c->field, schema, &field);
		g_assert_nonnull(decoder);

		g_autofree uint8_t *row = make_row(c, c->len);
		g_assert_cmpint(ferry_mysql_decode_row(decoder, row, 2 + c->len, batch), ==,
				FERRY_MYSQL_ROW_OK);
		g_assert_cmpuint(batch->n_rows, ==, 1);
		check_value(c, batch);
	}
}

/* Every value cut short, and with a byte too many: malformed, and the batch is as before. */
static void test_cut(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		const Case *c = &cases[i];
		g_autoptr(FerrySchema) schema = make_schema(c->type);
		g_autoptr(FerryBatch) batch = ferry_batch_new(schema, 4);
		size_t field;
		g_autoptr(FerryMysqlDecoder) decoder = ferry_mysql_decoder_new(&c->field, schema, &field);

		for (size_t len = 0; len <= c->len + 1; len++) {
			if (len == c->len)
				continue;
			g_autofree uint8_t *row = make_row(c, len);
			g_assert_cmpint(ferry_mysql_decode_row(decoder, row, 2 + len, batch), ==,
					FERRY_MYSQL_ROW_MALFORMED);
			g_assert_cmpuint(batch->n_rows, ==, 0);
			g_assert_cmpuint(batch->n_bad, ==, 0);
			g_assert_cmpuint(batch->columns[0].n_nulls, ==, 0);
			g_assert_false(ferry_column_is_null(&batch->columns[0], 0));
		}
	}
}

/* Nine columns: the bitmap's second byte begins with the seventh. */
static void test_nulls(void)
{
	FerryMysqlField fields[9];
	g_autoptr(FerrySchema) schema = ferry_schema_new(9);
	for (int i = 0; i < 9; i++) {
		fields[i] = (FerryMysqlField){.wire_type = i % 2 ? MYSQL_TYPE_VAR_STRING : MYSQL_TYPE_TINY};
		schema->fields[i].name = g_strdup_printf("c%d", i);
		schema->fields[i].type = FERRY_TYPE(i % 2 ? FERRY_TYPE_TEXT : FERRY_TYPE_INT8);
	}
	size_t field;
	g_autoptr(FerryMysqlDecoder) decoder = ferry_mysql_decoder_new(fields, schema, &field);
	g_autoptr(FerryBatch) batch = ferry_batch_new(schema, 4);

	/* NULL: columns 0, 5, 6 and 8. */
	static const uint8_t row[] = {0, 0x84, 0x05, 1, 'a', 7, 1, 'b', 8, 1, 'c'};
	g_assert_cmpint(ferry_mysql_decode_row(decoder, row, sizeof row, batch), ==, FERRY_MYSQL_ROW_OK);
	static const char *const expected[] = {NULL, "a", "7", "b", "8", NULL, NULL, "c", NULL};
	for (size_t i = 0; i < 9; i++) {
		g_autoptr(GString) text = g_string_new(NULL);
		bool is_there = ferry_value_to_text(&batch->columns[i], 0, text);
		g_assert_cmpint(is_there, ==, expected[i] != NULL);
		if (is_there)
			g_assert_cmpstr(text->str, ==, expected[i]);
	}
}

static void test_impossible_pairs(void)
{
	static const struct {
		FerryMysqlField field;
		FerryTypeId id;
	} pairs[] = {
		{F(MYSQL_TYPE_DATETIME), FERRY_TYPE_DATE},
		{F(MYSQL_TYPE_DOUBLE), FERRY_TYPE_FLOAT32},
		{F(MYSQL_TYPE_VAR_STRING), FERRY_TYPE_INT32},
		{FBIT(2), FERRY_TYPE_BOOL},
		{F(199), FERRY_TYPE_TEXT},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(pairs); i++) {
		g_autoptr(FerrySchema) schema = make_schema(FERRY_TYPE(pairs[i].id));
		size_t field = 99;
		g_assert_null(ferry_mysql_decoder_new(&pairs[i].field, schema, &field));
		g_assert_cmpuint(field, ==, 0);
	}
}

static void test_not_a_row(void)
{
	static const uint8_t eof[] = {0xfe, 0, 0, 2, 0};
	g_autoptr(FerrySchema) schema = make_schema(FERRY_TYPE(FERRY_TYPE_INT8));
	FerryMysqlField field = F(MYSQL_TYPE_TINY);
	size_t bad;
	g_autoptr(FerryMysqlDecoder) decoder = ferry_mysql_decoder_new(&field, schema, &bad);
	g_autoptr(FerryBatch) batch = ferry_batch_new(schema, 4);
	g_assert_cmpint(ferry_mysql_decode_row(decoder, eof, sizeof eof, batch), ==,
			FERRY_MYSQL_ROW_MALFORMED);
	g_assert_cmpint(ferry_mysql_decode_row(decoder, eof, 0, batch), ==, FERRY_MYSQL_ROW_MALFORMED);
}

/* A batch's second round: nothing is allocated for a row or a value. */
static void test_steady(void)
{
	FerryMysqlField fields[] = {F(MYSQL_TYPE_LONG), F(MYSQL_TYPE_VAR_STRING), F(MYSQL_TYPE_DATETIME),
				    F(MYSQL_TYPE_NEWDECIMAL)};
	static const FerryType types[] = {T(INT32), T(TEXT), T(TIMESTAMP), T(DECIMAL)};
	static const uint8_t row[] = {0, 0,    1,    0, 0,  0, 3,   'a', 'b', 'c',
				      4, 0xe8, 0x07, 2, 29, 4, '1', '.', '5', '0'};
	g_autoptr(FerrySchema) schema = ferry_schema_new(4);
	for (size_t i = 0; i < 4; i++) {
		schema->fields[i].name = g_strdup("c");
		schema->fields[i].type = types[i];
	}
	size_t field, before = 0;
	g_autoptr(FerryMysqlDecoder) decoder = ferry_mysql_decoder_new(fields, schema, &field);
	g_autoptr(FerryBatch) batch = ferry_batch_new(schema, 1000);

	for (int round = 0; round < 2; round++) {
		ferry_batch_clear(batch);
		before = n_allocations;
		for (int i = 0; i < 1000; i++)
			g_assert_cmpint(ferry_mysql_decode_row(decoder, row, sizeof row, batch), ==,
					FERRY_MYSQL_ROW_OK);
	}
	g_assert_cmpuint(n_allocations, ==, before);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/mysql/row-decode/values", test_values);
	g_test_add_func("/mysql/row-decode/cut", test_cut);
	g_test_add_func("/mysql/row-decode/nulls", test_nulls);
	g_test_add_func("/mysql/row-decode/impossible-pairs", test_impossible_pairs);
	g_test_add_func("/mysql/row-decode/not-a-row", test_not_a_row);
	g_test_add_func("/mysql/row-decode/steady", test_steady);
	return g_test_run();
}
