/* LOBs read by locator: answers made by hand, cut into packets of every size, with pieces that end anywhere.
 */
#include "oracle_bytes.h"

#include "connectors/oracle/lob.h"

static FerryOracleConnection *new_connection(void)
{
	FerryOracleConnection *c = g_new0(FerryOracleConnection, 1);

	c->base.connector = &ferry_oracle_connector;
	c->out = g_byte_array_new();
	c->closing = g_array_new(FALSE, FALSE, sizeof(uint32_t));
	c->temporary = g_byte_array_new();
	c->reply.text = g_string_new(NULL);
	c->wire = ferry_oracle_wire_new(NULL);
	c->wire->has_long_lengths = true;
	c->fields = FERRY_ORACLE_FIELDS_12_2B;
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

static void feed(FerryOracleWire *w, const GByteArray *bytes, size_t part)
{
	for (size_t at = 0; at < bytes->len; at += part) {
		size_t n = MIN(part, bytes->len - at), len = n + 10;
		uint8_t head[10] = {0, 0, (uint8_t)(len >> 8), (uint8_t)len, FERRY_ORACLE_PACKET_DATA};
		ferry_oracle_wire_feed(w, head, sizeof head);
		ferry_oracle_wire_feed(w, bytes->data + at, n);
	}
}

#define LOCATOR 12

/* Data of len bytes, in chunks of 3; the locator; how much it was; the call's end. */
static void put_answer(GByteArray *out, const uint8_t *locator, const void *data, size_t len, uint64_t amount,
		       uint32_t number)
{
	const uint8_t *p = data;

	if (len > 0) {
		ferry_oracle_put_u8(out, 14);
		ferry_oracle_put_u8(out, 254);
		for (size_t at = 0; at < len; at += 3) {
			ferry_oracle_put_number(out, MIN(len - at, 3));
			g_byte_array_append(out, p + at, (guint)MIN(len - at, 3));
		}
		ferry_oracle_put_u8(out, 0);
	}
	ferry_oracle_put_u8(out, 8);
	g_byte_array_append(out, locator, LOCATOR);
	ferry_oracle_put_number(out, amount);
	bytes_end(out, FERRY_ORACLE_FIELDS_12_2B, number, 0, "ORA-22924: snapshot too old\n");
}

typedef struct {
	const char *name;
	uint8_t type, form, utf16, temporary;
	uint64_t length;
	struct {
		const char *data;
		size_t len;
		uint64_t amount;
	} answers[3];
	uint32_t number; /* the server's error */
	bool is_hex;
	FerryOracleLobResult result;
	const char *value;
} Case;

#define CLOB    FERRY_ORACLE_TYPE_CLOB
#define BLOB    FERRY_ORACLE_TYPE_BLOB
#define S(text) text, sizeof(text) - 1

static const Case cases[] = {
	{"bytes", BLOB, 0, 0, 0, 4, {{S("abcd"), 4}}, 0, false, FERRY_ORACLE_LOB_DONE, "abcd"},
	{"in two pieces",
	 BLOB,
	 0,
	 0,
	 1,
	 4,
	 {{S("abc"), 3}, {S("d"), 1}},
	 0,
	 false,
	 FERRY_ORACLE_LOB_DONE,
	 "abcd"},
	{"as digits", BLOB, 0, 0, 0, 2, {{S("\x0a\xff"), 2}}, 0, true, FERRY_ORACLE_LOB_DONE, "\\x0aff"},
	{"UTF-8", CLOB, 1, 0, 0, 3, {{S("a\xc3\xa9z"), 3}}, 0, false, FERRY_ORACLE_LOB_DONE, "a\xc3\xa9z"},
	{"UTF-16",
	 CLOB,
	 1,
	 0x80,
	 0,
	 3,
	 {{S("\0a\0\xe9\0z"), 3}},
	 0,
	 false,
	 FERRY_ORACLE_LOB_DONE,
	 "a\xc3\xa9z"},
	{"national", CLOB, 2, 0, 0, 1, {{S("\x20\xac"), 1}}, 0, false, FERRY_ORACLE_LOB_DONE, "\xe2\x82\xac"},
	{"halves of a pair",
	 CLOB,
	 1,
	 0x80,
	 0,
	 3,
	 {{S("\0a\xd8\x3d"), 2}, {S("\xde\x00"), 1}},
	 0,
	 false,
	 FERRY_ORACLE_LOB_DONE,
	 "a\xf0\x9f\x98\x80"},
	{"half a pair",
	 CLOB,
	 1,
	 0x80,
	 0,
	 2,
	 {{S("\xd8\x3d"), 1}, {S("\0a"), 1}},
	 0,
	 false,
	 FERRY_ORACLE_LOB_DONE,
	 "\xed\xa0\xbd"
	 "a"},
	{"two first halves",
	 CLOB,
	 1,
	 0x80,
	 0,
	 3,
	 {{S("\xd8\x3d"), 1}, {S("\xd8\x3d\xde\x00"), 2}},
	 0,
	 false,
	 FERRY_ORACLE_LOB_DONE,
	 "\xed\xa0\xbd\xf0\x9f\x98\x80"},
	{"half at the end",
	 CLOB,
	 1,
	 0x80,
	 0,
	 1,
	 {{S("\xd8\x3d"), 1}},
	 0,
	 false,
	 FERRY_ORACLE_LOB_DONE,
	 "\xed\xa0\xbd"},
	{"too long",
	 BLOB,
	 0,
	 0,
	 0,
	 (uint64_t)1 << 40,
	 {{NULL, 0, 0}},
	 0,
	 false,
	 FERRY_ORACLE_LOB_FAILED,
	 NULL},
	{"ends early",
	 BLOB,
	 0,
	 0,
	 1,
	 9,
	 {{S("abc"), 3}, {NULL, 0, 0}},
	 0,
	 false,
	 FERRY_ORACLE_LOB_FAILED,
	 NULL},
	{"more than asked for", BLOB, 0, 0, 0, 2, {{S("abc"), 3}}, 0, false, FERRY_ORACLE_LOB_FAILED, NULL},
	{"says more than there is",
	 CLOB,
	 1,
	 0,
	 0,
	 2,
	 {{S("ab"), 1000}},
	 0,
	 false,
	 FERRY_ORACLE_LOB_FAILED,
	 NULL},
	{"error", BLOB, 0, 0, 0, 4, {{S("abcd"), 4}}, 22924, false, FERRY_ORACLE_LOB_FAILED, NULL},
};

static void check(const Case *k, size_t part)
{
	FerryOracleConnection *c = new_connection();
	FerryOracleLobs *lobs = ferry_oracle_lobs_new();
	uint8_t locator[LOCATOR] = {[6] = k->utf16, [7] = k->temporary};
	FerryOracleLob lob = {.type = k->type, .form = k->form, .length = k->length, .len = LOCATOR};
	g_autoptr(FerrySchema) schema = ferry_schema_new(1);
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	g_autoptr(GError) error = NULL;

	schema->fields[0].name = g_strdup("c");
	schema->fields[0].type = FERRY_TYPE(FERRY_TYPE_BYTES);
	g_autoptr(FerryBatch) batch = ferry_batch_new(schema, 1);
	g_byte_array_append(lobs->locators, locator, LOCATOR);
	for (size_t i = 0; i < G_N_ELEMENTS(k->answers); i++)
		put_answer(bytes, locator, k->answers[i].data, k->answers[i].len, k->answers[i].amount,
			   k->number);
	feed(c->wire, bytes, part);
	FerryColumn *column = &batch->columns[0];
	FerryOracleLobResult result =
		ferry_oracle_lob_read(c, lobs, &lob, k->is_hex, column, "cannot", &error);
	g_test_message("%s, packets of %zu: %s", k->name, part, error ? error->message : "fine");
	g_assert_cmpint(result, ==, k->result);
	g_assert_true((error != NULL) == (result == FERRY_ORACLE_LOB_FAILED));
	if (k->value)
		g_assert_cmpmem(column->bytes, column->bytes_len, k->value, strlen(k->value));
	g_assert_cmpuint(c->temporary->len, ==, k->temporary ? LOCATOR : 0);
	ferry_oracle_lobs_free(lobs);
	free_connection(c);
}

static void test_reading(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
		for (size_t part = 1; part < 90; part++)
			check(&cases[i], part);
}

/* Its beginning is kept for people, and no memory is taken for the rest. */
static void test_too_long(void)
{
	FerryOracleConnection *c = new_connection();
	FerryOracleLobs *lobs = ferry_oracle_lobs_new();
	uint8_t locator[LOCATOR] = {0}, data[16384] = {0};
	FerryOracleLob lob = {.type = BLOB, .length = G_MAXUINT64, .len = LOCATOR};
	g_autoptr(FerrySchema) schema = ferry_schema_new(1);
	g_autoptr(GByteArray) bytes = g_byte_array_new();

	schema->fields[0].name = g_strdup("c");
	schema->fields[0].type = FERRY_TYPE(FERRY_TYPE_BYTES);
	g_autoptr(FerryBatch) batch = ferry_batch_new(schema, 1);
	g_byte_array_append(lobs->locators, locator, LOCATOR);
	put_answer(bytes, locator, data, sizeof data, sizeof data, 0);
	feed(c->wire, bytes, 1000);
	g_assert_cmpint(ferry_oracle_lob_read(c, lobs, &lob, false, &batch->columns[0], "cannot", NULL), ==,
			FERRY_ORACLE_LOB_TOO_LONG);
	g_assert_cmpuint(batch->columns[0].bytes_len, ==, sizeof data);
	ferry_oracle_lobs_free(lobs);
	free_connection(c);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/oracle/lob/reading", test_reading);
	g_test_add_func("/oracle/lob/too-long", test_too_long);
	return g_test_run();
}
