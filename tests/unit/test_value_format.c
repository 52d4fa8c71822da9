#include "data/value_text.h"

#include <float.h>
#include <locale.h>
#include <math.h>
#include <stdlib.h>

/* Runs a formatter into a buffer of just the promised size plus a guard. */
#define FORMAT(max, call)                                                                                    \
	({                                                                                                   \
		static char out[(max) + 1];                                                                  \
		memset(out, '#', sizeof(out));                                                               \
		size_t len = (call);                                                                         \
		g_assert_cmpuint(len, <=, (max));                                                            \
		g_assert_cmpint(out[max], ==, '#');                                                          \
		out[len] = '\0';                                                                             \
		(const char *)out;                                                                           \
	})

static void test_integers(void)
{
	static const int64_t values[] = {0,   1,   -1,   9,     10,        11,        99,       100,
					 101, 999, 1000, -1000, INT32_MIN, INT64_MAX, INT64_MIN};

	for (size_t i = 0; i < G_N_ELEMENTS(values); i++) {
		g_autofree char *expected = g_strdup_printf("%" G_GINT64_FORMAT, values[i]);
		g_assert_cmpstr(FORMAT(20, ferry_format_int64(out, values[i])), ==, expected);
	}
	uint64_t power = 1;
	for (int i = 0; i < 20; i++, power *= 10) {
		for (int d = -1; d <= 1; d++) {
			uint64_t value = power + (uint64_t)(int64_t)d;
			g_autofree char *expected = g_strdup_printf("%" G_GUINT64_FORMAT, value);
			g_assert_cmpstr(FORMAT(20, ferry_format_uint64(out, value)), ==, expected);
		}
	}
	g_assert_cmpstr(FORMAT(20, ferry_format_uint64(out, UINT64_MAX)), ==, "18446744073709551615");
}

static const struct {
	double value;
	const char *text;
} doubles[] = {
	{0, "0"},
	{-0.0, "-0"},
	{1, "1"},
	{-1, "-1"},
	{0.1, "0.1"},
	{0.5, "0.5"},
	{-2.5, "-2.5"},
	{0.1 + 0.2, "0.30000000000000004"},
	{1.0 / 3, "0.3333333333333333"},
	{2.0 / 3, "0.6666666666666666"},
	{100, "100"},
	{123456789012345, "123456789012345"},
	{1e15, "1e+15"},
	{999999999999999, "999999999999999"},
	{1234567890123456789.0, "1.2345678901234568e+18"},
	{1e22, "1e+22"},
	{1e100, "1e+100"},
	{1.5e300, "1.5e+300"},
	{0.0001, "0.0001"},
	{0.00012345, "0.00012345"},
	{0.00001, "1e-05"},
	{1.25e-7, "1.25e-07"},
	{DBL_MAX, "1.7976931348623157e+308"},
	{DBL_MIN, "2.2250738585072014e-308"},
	{123456.789, "123456.789"},
	{9007199254740993.0, "9.007199254740992e+15"},
	{(double)INFINITY, "Infinity"},
	{(double)-INFINITY, "-Infinity"},
	{(double)NAN, "NaN"},
	{-(double)NAN, "NaN"},
};

static void test_float64(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(doubles); i++)
		g_assert_cmpstr(FORMAT(FERRY_MAX_FLOAT_TEXT, ferry_format_float64(out, doubles[i].value)), ==,
				doubles[i].text);
}

static const struct {
	float value;
	const char *text;
} floats[] = {
	{0, "0"},
	{-0.0f, "-0"},
	{1, "1"},
	{0.1f, "0.1"},
	{3.14f, "3.14"},
	{16777216, "1.6777216e+07"},
	{999999, "999999"},
	{1000000, "1e+06"},
	{1234567, "1.234567e+06"},
	{1e-5f, "1e-05"},
	{1.0f / 3, "0.33333334"},
	{FLT_MAX, "3.4028235e+38"},
	{FLT_MIN, "1.1754944e-38"},
	{INFINITY, "Infinity"},
	{-INFINITY, "-Infinity"},
	{NAN, "NaN"},
};

static void test_float32(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(floats); i++)
		g_assert_cmpstr(FORMAT(FERRY_MAX_FLOAT_TEXT, ferry_format_float32(out, floats[i].value)), ==,
				floats[i].text);
}

/* Any bits read back to themselves, and never with more digits than printf needs. */
static void test_float_round_trip(void)
{
	for (int i = 0; i < 60000; i++) {
		uint64_t bits = (uint64_t)g_test_rand_int() << 32 | (uint32_t)g_test_rand_int();
		double value, back;
		if (i % 2) { /* decimals of few digits, where the fast way works */
			value = (double)(int32_t)bits / pow(10, g_test_rand_int_range(0, 12));
		} else {
			memcpy(&value, &bits, 8);
		}
		if (!isfinite(value))
			continue;
		const char *text = FORMAT(FERRY_MAX_FLOAT_TEXT, ferry_format_float64(out, value));
		back = strtod(text, NULL);
		g_assert_cmpmem(&back, 8, &value, 8);
		g_autofree char *plain = g_strdup_printf("%.15g", value);
		if (strtod(plain, NULL) == value)
			g_assert_cmpuint(strlen(text), <=, strlen(plain));

		float single = (float)value, single_back;
		if (!isfinite(single))
			continue;
		text = FORMAT(FERRY_MAX_FLOAT_TEXT, ferry_format_float32(out, single));
		single_back = strtof(text, NULL);
		g_assert_cmpmem(&single_back, 4, &single, 4);
	}
}

/* Every float32 whose bits are a multiple of a prime: the double division must not round differently than
 * strtof. */
static void test_float32_sweep(void)
{
	for (uint64_t bits = 0; bits < 0x7f800000; bits += 40009) {
		uint32_t word = (uint32_t)bits;
		float value, back;
		memcpy(&value, &word, 4);
		back = strtof(FORMAT(FERRY_MAX_FLOAT_TEXT, ferry_format_float32(out, value)), NULL);
		g_assert_cmpmem(&back, 4, &value, 4);
	}
}

static void test_locale_does_not_matter(void)
{
	static const char *const locales[] = {"de_DE.UTF-8", "de_DE.utf8", "fr_FR.UTF-8", "C"};
	for (size_t i = 0; i < G_N_ELEMENTS(locales); i++)
		if (setlocale(LC_ALL, locales[i]))
			break;
	test_float64();
	test_float32();
	setlocale(LC_ALL, "C");
}

static const struct {
	int32_t days;
	const char *text;
} dates[] = {
	{0, "1970-01-01"},
	{-1, "1969-12-31"},
	{19782, "2024-02-29"},
	{-719528, "0001-01-01 BC"}, /* the year 0 */
	{-719162, "0001-01-01"},
	{-735160, "0044-03-15 BC"},
	{2932896, "9999-12-31"},
	{2932897, "10000-01-01"},
	{FERRY_DATE_INFINITY - 1, "5881580-07-10"},
	{FERRY_DATE_NEG_INFINITY + 1, "5877642-06-24 BC"},
	{FERRY_DATE_INFINITY, "infinity"},
	{FERRY_DATE_NEG_INFINITY, "-infinity"},
};

static void test_dates(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(dates); i++)
		g_assert_cmpstr(FORMAT(FERRY_MAX_TIMESTAMP_TEXT, ferry_format_date(out, dates[i].days)), ==,
				dates[i].text);
}

#define US  INT64_C(1000000)
#define DAY (86400 * US)

static const struct {
	int64_t us;
	bool with_zone;
	const char *text;
} timestamps[] = {
	{0, false, "1970-01-01 00:00:00"},
	{0, true, "1970-01-01 00:00:00+00"},
	{-1, false, "1969-12-31 23:59:59.999999"},
	{1, true, "1970-01-01 00:00:00.000001+00"},
	{19782 * DAY + 86399 * US + 500000, false, "2024-02-29 23:59:59.5"},
	{-735160 * DAY + 12 * 3600 * US, true, "0044-03-15 12:00:00+00 BC"},
	{INT64_MAX - 1, false, "294247-01-10 04:00:54.775806"},
	{INT64_MIN + 1, true, "290309-12-21 19:59:05.224193+00 BC"},
	{INT64_MAX, true, "infinity"},
	{INT64_MIN, false, "-infinity"},
};

static void test_timestamps(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(timestamps); i++)
		g_assert_cmpstr(
			FORMAT(FERRY_MAX_TIMESTAMP_TEXT,
			       ferry_format_timestamp(out, timestamps[i].us, timestamps[i].with_zone)),
			==, timestamps[i].text);
}

static void test_times(void)
{
	g_assert_cmpstr(FORMAT(FERRY_MAX_TIMESTAMP_TEXT, ferry_format_time(out, 0)), ==, "00:00:00");
	g_assert_cmpstr(FORMAT(FERRY_MAX_TIMESTAMP_TEXT, ferry_format_time(out, DAY)), ==, "24:00:00");
	g_assert_cmpstr(FORMAT(FERRY_MAX_TIMESTAMP_TEXT, ferry_format_time(out, DAY - 1)), ==,
			"23:59:59.999999");
	g_assert_cmpstr(FORMAT(FERRY_MAX_TIMESTAMP_TEXT, ferry_format_time(out, 3723 * US + 40)), ==,
			"01:02:03.00004");
	g_assert_cmpstr(FORMAT(FERRY_MAX_TIMESTAMP_TEXT, ferry_format_time(out, INT64_MIN)), ==,
			"-2562047788:00:54.775808"); /* outside of the type */
}

/* As PostgreSQL prints them with IntervalStyle postgres. */
static const struct {
	FerryInterval value;
	const char *text;
} intervals[] = {
	{{0, 0, 0}, "00:00:00"},
	{{14, 3, (4 * 3600 + 5 * 60 + 6) * US + 7}, "1 year 2 mons 3 days 04:05:06.000007"},
	{{24, 1, 0}, "2 years 1 day"},
	{{1, 0, 0}, "1 mon"},
	{{-1, 0, 0}, "-1 mons"},
	{{-14, 3, 0}, "-1 years -2 mons +3 days"},
	{{0, -1, 3600 * US}, "-1 days +01:00:00"},
	{{0, 1, -3600 * US}, "1 day -01:00:00"},
	{{0, 0, -1}, "-00:00:00.000001"},
	{{0, 0, 100 * 3600 * US}, "100:00:00"},
	{{INT32_MIN, INT32_MIN, INT64_MIN + 1},
	 "-178956970 years -8 mons -2147483648 days -2562047788:00:54.775807"},
	{{INT32_MAX, INT32_MAX, INT64_MAX}, "infinity"},
	{{INT32_MIN, INT32_MIN, INT64_MIN}, "-infinity"},
};

static void test_intervals(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(intervals); i++)
		g_assert_cmpstr(
			FORMAT(FERRY_MAX_INTERVAL_TEXT, ferry_format_interval(out, intervals[i].value)), ==,
			intervals[i].text);
}

/* One column of each type with one value, through ferry_value_to_text(). */
static void test_any_value(void)
{
	static const struct {
		FerryTypeId id;
		const char *fixed; /* the value's bytes, little endian; or the value */
		size_t len;
		const char *text;
	} cases[] = {
		{FERRY_TYPE_BOOL, "\1", 1, "t"},
		{FERRY_TYPE_BOOL, "\0", 1, "f"},
		{FERRY_TYPE_INT8, "\xff", 1, "-1"},
		{FERRY_TYPE_INT16, "\0\x80", 2, "-32768"},
		{FERRY_TYPE_INT32, "\1\0\1\0", 4, "65537"},
		{FERRY_TYPE_INT64, "\xff\xff\xff\xff\xff\xff\xff\x7f", 8, "9223372036854775807"},
		{FERRY_TYPE_FLOAT32, "\0\0\0\x3f", 4, "0.5"},
		{FERRY_TYPE_FLOAT64, "\0\0\0\0\0\0\xe0\xbf", 8, "-0.5"},
		{FERRY_TYPE_DECIMAL, "12.50", 5, "12.50"},
		{FERRY_TYPE_TEXT, "", 0, ""},
		{FERRY_TYPE_TEXT, "ab", 2, "ab"},
		{FERRY_TYPE_BYTES, "\0\xff\x1f", 3, "\\x00ff1f"},
		{FERRY_TYPE_BYTES, "", 0, "\\x"},
		{FERRY_TYPE_DATE, "\0\0\0\0", 4, "1970-01-01"},
		{FERRY_TYPE_TIME, "\0\0\0\0\0\0\0\0", 8, "00:00:00"},
		{FERRY_TYPE_TIMESTAMP, "\0\0\0\0\0\0\0\0", 8, "1970-01-01 00:00:00"},
		{FERRY_TYPE_TIMESTAMPTZ, "\0\0\0\0\0\0\0\0", 8, "1970-01-01 00:00:00+00"},
		{FERRY_TYPE_INTERVAL, "\1\0\0\0\2\0\0\0\0\0\0\0\0\0\0\0", 16, "1 mon 2 days"},
		{FERRY_TYPE_UUID, "\x01\x23\x45\x67\x89\xab\xcd\xef\x01\x23\x45\x67\x89\xab\xcd\xef", 16,
		 "01234567-89ab-cdef-0123-456789abcdef"},
		{FERRY_TYPE_JSON, "{}", 2, "{}"},
		{FERRY_TYPE_BITS, "101", 3, "101"},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(FerrySchema) schema = ferry_schema_new(1);
		schema->fields[0] = (FerryField){g_strdup("c"), FERRY_TYPE(cases[i].id), false};
		g_autoptr(FerryBatch) batch = ferry_batch_new(schema, 2);
		g_autoptr(GString) out = g_string_new("> ");
		FerryColumn *c = &batch->columns[0];
		if (ferry_type_width(cases[i].id) > 0)
			memcpy(c->fixed, cases[i].fixed, cases[i].len);
		else
			g_assert_true(ferry_column_append_bytes(c, 0, cases[i].fixed, cases[i].len));
		ferry_column_set_null(c, 1);
		batch->n_rows = 2;

		g_assert_true(ferry_value_to_text(c, 0, out));
		g_autofree char *expected = g_strconcat("> ", cases[i].text, NULL);
		g_assert_cmpstr(out->str, ==, expected);
		g_assert_false(ferry_value_to_text(c, 1, out));
		g_assert_cmpstr(out->str, ==, expected);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/value-format/integers", test_integers);
	g_test_add_func("/value-format/float64", test_float64);
	g_test_add_func("/value-format/float32", test_float32);
	g_test_add_func("/value-format/float-round-trip", test_float_round_trip);
	g_test_add_func("/value-format/float32-sweep", test_float32_sweep);
	g_test_add_func("/value-format/locale", test_locale_does_not_matter);
	g_test_add_func("/value-format/dates", test_dates);
	g_test_add_func("/value-format/timestamps", test_timestamps);
	g_test_add_func("/value-format/times", test_times);
	g_test_add_func("/value-format/intervals", test_intervals);
	g_test_add_func("/value-format/any", test_any_value);
	return g_test_run();
}
