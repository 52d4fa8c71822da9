/* What Oracle's values, names and descriptors look like, as bytes and texts made by hand. */
#include "connectors/oracle/auth.h"
#include "connectors/oracle/catalog.h"
#include "connectors/oracle/nv.h"
#include "connectors/oracle/number.h"
#include "connectors/oracle/rowid.h"
#include "connectors/oracle/types.h"
#include "connectors/oracle/utf16.h"

#include <string.h>

/* ---- numbers ---- */

static const struct {
	const char *why;
	size_t len;
	uint8_t bytes[24];
	const char *text; /* NULL: it is none */
	int result;
	int64_t value;
} numbers[] = {
	{"nought", 1, {0x80}, "0", FERRY_ORACLE_NUMBER_OK, 0},
	{"as a server sent it", 3, {0x3e, 0x3b, 0x66}, "-42", FERRY_ORACLE_NUMBER_OK, -42},
	{"two digits", 3, {0xc2, 0x10, 0x11}, "1516", FERRY_ORACLE_NUMBER_OK, 1516},
	{"a half", 2, {0xc0, 0x33}, "0.5", FERRY_ORACLE_NUMBER_BEYOND, 0},
	{"one", 2, {0xc1, 2}, "1", FERRY_ORACLE_NUMBER_OK, 1},
	{"trailing noughts are not sent", 2, {0xc4, 2}, "1000000", FERRY_ORACLE_NUMBER_OK, 1000000},
	{"a hundredth", 2, {0xc0, 2}, "0.01", FERRY_ORACLE_NUMBER_BEYOND, 0},
	{"noughts behind the point", 2, {0xbf, 11}, "0.001", FERRY_ORACLE_NUMBER_BEYOND, 0},
	{"whole and fraction", 4, {0xc2, 2, 24, 46}, "123.45", FERRY_ORACLE_NUMBER_BEYOND, 0},
	{"negative fraction", 4, {0x3f, 91, 51, 102}, "-0.105", FERRY_ORACLE_NUMBER_BEYOND, 0},
	{"greatest of 64 bits",
	 11,
	 {0xca, 10, 23, 34, 73, 4, 69, 55, 78, 59, 8},
	 "9223372036854775807",
	 FERRY_ORACLE_NUMBER_OK,
	 G_MAXINT64},
	{"one more",
	 11,
	 {0xca, 10, 23, 34, 73, 4, 69, 55, 78, 59, 9},
	 "9223372036854775808",
	 FERRY_ORACLE_NUMBER_BEYOND,
	 0},
	{"least of 64 bits",
	 12,
	 {0x35, 92, 79, 68, 29, 98, 33, 47, 24, 43, 93, 102},
	 "-9223372036854775808",
	 FERRY_ORACLE_NUMBER_OK,
	 G_MININT64},
	{"infinity", 2, {0xff, 0x65}, "Infinity", FERRY_ORACLE_NUMBER_BEYOND, 0},
	{"negative infinity", 1, {0x00}, "-Infinity", FERRY_ORACLE_NUMBER_BEYOND, 0},
	{"no digits", 1, {0xc1}, NULL, FERRY_ORACLE_NUMBER_BROKEN, 0},
	{"a digit that is none", 2, {0xc1, 0}, NULL, FERRY_ORACLE_NUMBER_BROKEN, 0},
	{"too many digits",
	 23,
	 {0xc1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2},
	 NULL,
	 FERRY_ORACLE_NUMBER_BROKEN,
	 0},
};

static void test_numbers(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(numbers); i++) {
		char text[FERRY_ORACLE_MAX_NUMBER_TEXT];
		int64_t value = 0;
		size_t len = ferry_oracle_number_to_text(numbers[i].bytes, numbers[i].len, text);
		g_autofree char *got = g_strndup(text, len);

		g_test_message("%s: %s", numbers[i].why, got);
		g_assert_cmpstr(got, ==, numbers[i].text ? numbers[i].text : "");
		g_assert_cmpint(ferry_oracle_number_to_int64(numbers[i].bytes, numbers[i].len, &value), ==,
				numbers[i].result);
		if (numbers[i].result == FERRY_ORACLE_NUMBER_OK)
			g_assert_cmpint(value, ==, numbers[i].value);
	}
}

/* Each text comes back as it is, in the server's only form; what a NUMBER cannot hold gives nothing. */
static void test_numbers_written(void)
{
	static const struct {
		const char *text, *back; /* back NULL: the same; "": refused */
	} cases[] = {
		{"0", NULL},
		{"-0.00", "0"},
		{"1", NULL},
		{"-1", NULL},
		{"99", NULL},
		{"100", NULL},
		{"-100", NULL},
		{"0.5", NULL},
		{"0.05", NULL},
		{"-0.005", NULL},
		{"10.10", "10.1"},
		{"007.70", "7.7"},
		{"123456789012345678901234567890123456.78", NULL},
		{"-9999999999999999999999999999999999999999", NULL},
		{"12345678901234567890123456789012345678901", ""},
		{"1.2345678901234567890123456789012345678901", ""},
		{"NaN", ""},
		{"-Infinity", ""},
		{"", ""},
		{".", ""},
		{"-", ""},
		{"1.", "1"},
		{"1.5e-07", "0.00000015"},
		{"-2.5e+20", "-250000000000000000000"},
		{"12e3", "12000"},
		{"1e126", ""},
		{"1e", ""},
		{"1e1e1", ""},
		{"0e5", "0"},
	};
	static const int64_t integers[] = {0,    1,     -1,         99,         100,
					   -100, 10000, G_MAXINT64, G_MININT64, -123456789};
	uint8_t bytes[FERRY_ORACLE_MAX_NUMBER];
	char text[FERRY_ORACLE_MAX_NUMBER_TEXT];
	int64_t value;

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		size_t len = ferry_oracle_number_from_text(cases[i].text, strlen(cases[i].text), bytes);
		size_t n = len ? ferry_oracle_number_to_text(bytes, len, text) : 0;
		g_autofree char *got = g_strndup(text, n);
		g_assert_cmpuint(len, <=, FERRY_ORACLE_MAX_NUMBER);
		g_assert_cmpstr(got, ==, cases[i].back ? cases[i].back : cases[i].text);
	}
	for (size_t i = 0; i < G_N_ELEMENTS(integers); i++) {
		size_t len = ferry_oracle_number_from_int64(integers[i], bytes);
		g_assert_cmpint(ferry_oracle_number_to_int64(bytes, len, &value), ==, FERRY_ORACLE_NUMBER_OK);
		g_assert_cmpint(value, ==, integers[i]);
	}
	/* the longest and the shortest exponent */
	g_autofree char *zeros = g_strnfill(125, '0');
	g_autofree char *wide = g_strconcat("1", zeros, NULL), *beyond = g_strconcat("10", zeros, NULL);
	g_assert_cmpuint(ferry_oracle_number_from_text(wide, strlen(wide), bytes), ==, 2);
	g_assert_cmpuint(ferry_oracle_number_from_text(beyond, strlen(beyond), bytes), ==, 0);
}

static void test_number_places(void)
{
	static const struct {
		const char *text;
		int first, last;
	} cases[] = {{"1.239", 0, -3},  {"12345", 4, 0},   {"12300", 4, 2}, {"-12000", 4, 3},
		     {"0.050", -2, -2}, {"100.01", 2, -2}, {"7", 0, 0},     {"1e125", 125, 125}};
	uint8_t bytes[FERRY_ORACLE_MAX_NUMBER];
	int first, last;

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		size_t len = ferry_oracle_number_from_text(cases[i].text, strlen(cases[i].text), bytes);
		g_assert_true(ferry_oracle_number_places(bytes, len, &first, &last));
		g_assert_cmpint(first, ==, cases[i].first);
		g_assert_cmpint(last, ==, cases[i].last);
	}
	g_assert_false(ferry_oracle_number_places((const uint8_t *)"\x80", 1, &first, &last));
}

/* Numbers of every length around the powers of ten, whole and with each number of places: what takes a short
 * way through the digits and what does not must agree. */
static void test_numbers_around_powers(void)
{
	static const int around[] = {-11, -10, -1, 0, 1, 9, 10, 89, 90};
	uint8_t bytes[FERRY_ORACLE_MAX_NUMBER];
	char text[FERRY_ORACLE_MAX_NUMBER_TEXT];
	uint64_t power = 1; /* after the last round 10^19, beyond a signed one */
	int64_t value;

	for (int zeros = 0; zeros <= 18; zeros++, power *= 10) {
		for (size_t i = 0; i < G_N_ELEMENTS(around); i++) {
			int64_t want = (int64_t)power + around[i];
			size_t len = ferry_oracle_number_from_int64(want, bytes);
			g_assert_cmpint(ferry_oracle_number_to_int64(bytes, len, &value), ==,
					FERRY_ORACLE_NUMBER_OK);
			g_assert_cmpint(value, ==, want);
			for (int places = 0; places <= 8 && want > 0; places++) {
				g_autoptr(GString) written = g_string_new(NULL);
				g_string_printf(written, "%0*" G_GINT64_FORMAT, places + 1, want);
				if (places > 0)
					g_string_insert_c(written, (gssize)written->len - places, '.');
				while (places > 0 && written->str[written->len - 1] == '0')
					g_string_truncate(written, written->len - 1);
				if (written->str[written->len - 1] == '.')
					g_string_truncate(written, written->len - 1);
				len = ferry_oracle_number_from_text(written->str, written->len, bytes);
				size_t n = ferry_oracle_number_to_text(bytes, len, text);
				g_autofree char *got = g_strndup(text, n);
				g_assert_cmpstr(got, ==, written->str);
			}
		}
	}
}

/* Digits that are none, in each place. */
static void test_numbers_broken(void)
{
	static const uint8_t wrong[] = {0, 101, 102, 255};
	char text[FERRY_ORACLE_MAX_NUMBER_TEXT];
	int64_t value;

	for (size_t at = 1; at < 6; at++) {
		for (size_t i = 0; i < G_N_ELEMENTS(wrong); i++) {
			for (int first = 193; first < 199; first++) {
				uint8_t bytes[6] = {(uint8_t)first, 2, 2, 2, 2, 2};
				bytes[at] = wrong[i];
				g_assert_cmpuint(ferry_oracle_number_to_text(bytes, sizeof bytes, text), ==,
						 0);
				g_assert_cmpint(ferry_oracle_number_to_int64(bytes, sizeof bytes, &value), ==,
						FERRY_ORACLE_NUMBER_BROKEN);
			}
		}
	}
}

/* Every exponent, the most digits, both signs: the text fits where it must. */
static void test_number_sizes(void)
{
	uint8_t bytes[22];
	char text[FERRY_ORACLE_MAX_NUMBER_TEXT];

	for (int first = 0; first < 256; first++) {
		for (size_t len = 1; len <= sizeof bytes; len++) {
			memset(bytes, first & 0x80 ? 100 : 2, sizeof bytes);
			bytes[0] = (uint8_t)first;
			g_assert_cmpuint(ferry_oracle_number_to_text(bytes, len, text), <, sizeof text);
		}
	}
}

/* ---- texts ---- */

static void test_utf16(void)
{
	static const struct {
		size_t len;
		uint8_t bytes[8];
		const char *text;
	} cases[] = {
		{2, {0, 'a'}, "a"},
		{4, {0, 0xe4, 0x20, 0xac}, "ä€"},
		{4, {0xd8, 0x3d, 0xde, 0x00}, "😀"},
		{2, {0xd8, 0x3d}, "\xed\xa0\xbd"},
		{4,
		 {0xde, 0x00, 0, 'b'},
		 "\xed\xb8\x80"
		 "b"},
		{3, {0, 'a', 0}, "a\xff"},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		uint8_t out[32];
		size_t len = ferry_oracle_utf16_to_utf8(cases[i].bytes, cases[i].len, out);
		g_assert_cmpuint(len, <=, FERRY_ORACLE_UTF8_ROOM(cases[i].len));
		g_assert_cmpmem(out, len, cases[i].text, strlen(cases[i].text));
	}
}

static void test_rowids(void)
{
	static const uint8_t physical[] = {1, 0, 1, 0x1d, 0x2c, 0, 6, 0, 0, 0, 0x87, 0, 3};
	static const uint8_t logical[] = {2, 0, 0, 4, 0};
	char text[64];

	ferry_oracle_rowid_to_text(0x00011d2c, 6, 0x87, 3, text);
	g_assert_cmpmem(text, 18, "AAAR0sAAGAAAACHAAD", 18);
	g_assert_cmpuint(ferry_oracle_urowid_to_text(physical, sizeof physical, text), ==, 18);
	g_assert_cmpmem(text, 18, "AAAR0sAAGAAAACHAAD", 18);
	size_t len = ferry_oracle_urowid_to_text(logical, sizeof logical, text);
	g_assert_cmpmem(text, len, "*AAAEAA", 7);
	g_assert_cmpuint(ferry_oracle_urowid_to_text(logical, 1, text), ==, 0);
}

/* ---- types ---- */

static void test_types(void)
{
	static const struct {
		FerryOracleTypeFacts facts;
		const char *native, *logical; /* logical NULL: not read */
	} cases[] = {
		{{"NUMBER", 22, 0, false, 4, 0}, "NUMBER(4)", "int16"},
		{{"NUMBER", 22, 0, false, 9, 0}, "NUMBER(9)", "int32"},
		{{"NUMBER", 22, 0, false, 18, 0}, "NUMBER(18)", "int64"},
		{{"NUMBER", 22, 0, false, 19, 0}, "NUMBER(19)", "decimal(19,0)"},
		{{"NUMBER", 22, 0, false, 10, 2}, "NUMBER(10,2)", "decimal(10,2)"},
		{{"NUMBER", 22, 0, false, 2, 5}, "NUMBER(2,5)", "decimal(5,5)"},
		{{"NUMBER", 22, 0, false, 5, -3}, "NUMBER(5,-3)", "decimal(8,0)"},
		{{"NUMBER", 22, 0, false, -1, -1000}, "NUMBER", "decimal"},
		{{"NUMBER", 22, 0, false, -1, 0}, "NUMBER(*,0)", "decimal(38,0)"},
		{{"FLOAT", 22, 0, false, 126, -1000}, "FLOAT(126)", "decimal"},
		{{"VARCHAR2", 160, 40, true, -1, -1000}, "VARCHAR2(40 CHAR)", "text(40)"},
		{{"VARCHAR2", 40, 40, false, -1, -1000}, "VARCHAR2(40)", "text(40)"},
		{{"NVARCHAR2", 80, 40, true, -1, -1000}, "NVARCHAR2(40)", "text(40)"},
		{{"CHAR", 1, 1, false, -1, -1000}, "CHAR(1)", "text(1) fixed"},
		{{"RAW", 16, 0, false, -1, -1000}, "RAW(16)", "bytes(16)"},
		{{"DATE", 7, 0, false, -1, -1000}, "DATE", "timestamp(0)"},
		{{"TIMESTAMP(9)", 11, 0, false, -1, 9}, "TIMESTAMP(9)", "timestamp(6)"},
		{{"TIMESTAMP(3) WITH TIME ZONE", 13, 0, false, -1, 3},
		 "TIMESTAMP(3) WITH TIME ZONE",
		 "timestamptz(3)"},
		{{"INTERVAL DAY(2) TO SECOND(6)", 11, 0, false, 2, 6},
		 "INTERVAL DAY(2) TO SECOND(6)",
		 "interval"},
		{{"BLOB", 4000, 0, false, -1, -1000}, "BLOB", "bytes"},
		{{"XMLTYPE", 2000, 0, false, -1, -1000}, "XMLTYPE", "text"},
		{{"BFILE", 530, 0, false, -1, -1000}, "BFILE", NULL},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *native = ferry_oracle_native_type(&cases[i].facts);
		FerryType type;
		bool is_known = ferry_oracle_parse_type(native, &type);
		g_autofree char *logical = is_known ? ferry_type_to_string(&type) : NULL;

		g_test_message("%s: %s", native, logical ? logical : "-");
		g_assert_cmpstr(native, ==, cases[i].native);
		g_assert_cmpstr(logical, ==, cases[i].logical);
	}
}

static void test_defaults(void)
{
	static const FerryType number = {.id = FERRY_TYPE_DECIMAL}, text = {.id = FERRY_TYPE_TEXT},
			       moment = {.id = FERRY_TYPE_TIMESTAMP};
	static const struct {
		const FerryType *type;
		const char *words;
		FerryDefaultKind kind;
		const char *value;
	} cases[] = {
		{&number, "0", FERRY_DEFAULT_LITERAL, "0"},
		{&number, "(-1.5)", FERRY_DEFAULT_LITERAL, "-1.5"},
		{&text, "'it''s'", FERRY_DEFAULT_LITERAL, "it's"},
		{&text, "''", FERRY_DEFAULT_NULL, NULL},
		{&text, "NULL", FERRY_DEFAULT_NULL, NULL},
		{&text, "'a' || 'b'", FERRY_DEFAULT_EXPRESSION, "'a' || 'b'"},
		{&text, "USER", FERRY_DEFAULT_EXPRESSION, "USER"},
		{&moment, "SYSDATE", FERRY_DEFAULT_CURRENT_TIMESTAMP, NULL},
		{&moment, "sysdate + 1", FERRY_DEFAULT_EXPRESSION, "sysdate + 1"},
		{&moment, "DATE '2020-01-31'", FERRY_DEFAULT_LITERAL, "2020-01-31"},
		{&number, "\"S\".\"SEQ\".\"NEXTVAL\"", FERRY_DEFAULT_EXPRESSION, "\"S\".\"SEQ\".\"NEXTVAL\""},
		{&number, "(1) + (2)", FERRY_DEFAULT_EXPRESSION, "(1) + (2)"},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		FerryColumnDef *column = ferry_column_def_new("C");
		column->type = *cases[i].type;
		ferry_oracle_parse_default(column, cases[i].words);
		g_test_message("%s", cases[i].words);
		g_assert_cmpint(column->default_kind, ==, cases[i].kind);
		g_assert_cmpstr(column->default_text, ==, cases[i].value);
		ferry_column_def_free(column);
	}
}

/* ---- descriptors ---- */

static void test_descriptors(void)
{
	static const char file[] = "# names\nother = (DESCRIPTION=(ADDRESS=(HOST=x)(PORT=1)))\n"
				   "sales, SALES.example.com =\n (DESCRIPTION =\n  (ADDRESS = (PROTOCOL = "
				   "TCP)(HOST = db1)(PORT = 1522))\n"
				   "  (CONNECT_DATA = (SERVICE_NAME = s1))\n )\nbroken = (A=(B=\n";
	g_autoptr(FerryOracleNv) nv = ferry_oracle_nv_in_tnsnames(file, "Sales");
	const char *bad[] = {"", "(", "(A", "(A=", "(A=(B=c)", "A=b", "(=b)"};

	g_assert_nonnull(nv);
	g_assert_cmpstr(ferry_oracle_nv_value(nv, "host"), ==, "db1");
	g_assert_cmpstr(ferry_oracle_nv_value(nv, "SERVICE_NAME"), ==, "s1");
	g_assert_null(ferry_oracle_nv_in_tnsnames(file, "nobody"));
	for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
		const char *text = bad[i];
		g_assert_null(ferry_oracle_nv_parse(&text));
	}
}

/* What is called just so comes before what has a domain behind it, wherever it stands; of two domains none is
 * meant. */
static void test_names_with_domains(void)
{
	static const char file[] =
		"sales.test = (A=(HOST=test))\nhr.test = (A=(HOST=x))\n"
		"sales = (A=(HOST=plain))\nhr.prod = (A=(HOST=y))\nlone.prod = (A=(HOST=lone))\n";
	static const struct {
		const char *name, *host;
	} cases[] = {{"SALES", "plain"}, {"sales.test", "test"}, {"hr", NULL},      {"hr.prod", "y"},
		     {"lone", "lone"},   {"lone.test", NULL},    {"sales.t", NULL}, {"sal", NULL}};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(FerryOracleNv) nv = ferry_oracle_nv_in_tnsnames(file, cases[i].name);
		g_test_message("%s", cases[i].name);
		g_assert_cmpstr(nv ? ferry_oracle_nv_value(nv, "HOST") : NULL, ==, cases[i].host);
	}
}

/* ---- logging in ---- */

static void test_refused_verifier(void)
{
	FerryOracleChallenge challenge = {
		.verifier = FERRY_ORACLE_VERIFIER_10G, .verifier_data = "00", .session_key = "00"};
	FerryOracleProof proof;
	g_autoptr(GError) error = NULL;

	g_assert_false(ferry_oracle_prove(&challenge, "tiger", &proof, &error));
	g_assert_true(ferry_error_is(error, FERRY_ERROR_UNSUPPORTED));
	g_assert_nonnull(strstr(error->message, "10G"));
}

static void test_broken_challenges(void)
{
	static const FerryOracleChallenge challenges[] = {
		{FERRY_ORACLE_VERIFIER_12C, NULL, NULL, NULL, NULL, NULL},
		{FERRY_ORACLE_VERIFIER_12C, "0011", "00112233", "00", "1", "1"},
		{FERRY_ORACLE_VERIFIER_12C, "0011",
		 "0000000000000000000000000000000000000000000000000000000000000000", "00", "100001", "3"},
		{FERRY_ORACLE_VERIFIER_12C, "0011",
		 "0000000000000000000000000000000000000000000000000000000000000000", NULL, "4", "3"},
		{FERRY_ORACLE_VERIFIER_11G, "xx", "00", NULL, NULL, NULL},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(challenges); i++) {
		FerryOracleProof proof;
		g_autoptr(GError) error = NULL;
		g_assert_false(ferry_oracle_prove(&challenges[i], "tiger", &proof, &error));
		g_assert_true(ferry_error_is(error, FERRY_ERROR_FAILED));
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/oracle/numbers", test_numbers);
	g_test_add_func("/oracle/numbers-written", test_numbers_written);
	g_test_add_func("/oracle/numbers-around-powers", test_numbers_around_powers);
	g_test_add_func("/oracle/values/number-places", test_number_places);
	g_test_add_func("/oracle/numbers-broken", test_numbers_broken);
	g_test_add_func("/oracle/number-sizes", test_number_sizes);
	g_test_add_func("/oracle/utf16", test_utf16);
	g_test_add_func("/oracle/rowids", test_rowids);
	g_test_add_func("/oracle/types", test_types);
	g_test_add_func("/oracle/defaults", test_defaults);
	g_test_add_func("/oracle/descriptors", test_descriptors);
	g_test_add_func("/oracle/names_with_domains", test_names_with_domains);
	g_test_add_func("/oracle/auth/10g", test_refused_verifier);
	g_test_add_func("/oracle/auth/broken", test_broken_challenges);
	return g_test_run();
}
