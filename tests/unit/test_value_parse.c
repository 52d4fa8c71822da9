#include "data/value_text.h"

#include <math.h>

/* Texts are copied to the end of a block of just their size, so that a sanitizer sees a read beyond. */
static char *bounded(const char *text, size_t *ret_len)
{
	*ret_len = strlen(text);
	return g_memdup2(text, MAX(*ret_len, 1));
}

static void test_int64(void)
{
	static const struct {
		const char *text;
		bool is_ok;
		int64_t value;
	} cases[] = {
		{"0", true, 0},
		{"-0", true, 0},
		{"+7", true, 7},
		{"007", true, 7},
		{"9223372036854775807", true, INT64_MAX},
		{"-9223372036854775808", true, INT64_MIN},
		{"9223372036854775808", false, 0},
		{"-9223372036854775809", false, 0},
		{"99999999999999999999999", false, 0},
		{"", false, 0},
		{"-", false, 0},
		{"+", false, 0},
		{"--1", false, 0},
		{"+-1", false, 0},
		{" 1", false, 0},
		{"1 ", false, 0},
		{"1.0", false, 0},
		{"1e3", false, 0},
		{"0x1", false, 0},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		int64_t value = 42;
		size_t len;
		g_autofree char *text = bounded(cases[i].text, &len);
		g_test_message("%s", cases[i].text);
		g_assert_true(ferry_parse_int64(text, len, &value) == cases[i].is_ok);
		g_assert_cmpint(value, ==, cases[i].is_ok ? cases[i].value : 42);
	}
}

static void test_float64(void)
{
	static const struct {
		const char *text;
		bool is_ok;
		double value;
	} cases[] = {
		{"0", true, 0},
		{"1.5", true, 1.5},
		{"-1.5e3", true, -1500},
		{"+.5", true, 0.5},
		{"5.", true, 5},
		{"1E+02", true, 100},
		{"0.1", true, 0.1},
		{"1.7976931348623157e308", true, 1.7976931348623157e308},
		{"4.9e-324", true, 4.9e-324},
		{"9007199254740993", true, 9007199254740992.0},
		{"0e999999999999", true, 0},
		{"1e309", false, 0},
		{"-1e999999999", false, 0},
		{"1e-400", false, 0},
		{"inf", true, (double)INFINITY},
		{"-Infinity", true, (double)-INFINITY},
		{"+INF", true, (double)INFINITY},
		{"", false, 0},
		{".", false, 0},
		{"e5", false, 0},
		{"1e", false, 0},
		{"1e+", false, 0},
		{"1,5", false, 0},
		{"1.5 ", false, 0},
		{" 1.5", false, 0},
		{"0x10", false, 0},
		{"1.5f", false, 0},
		{"infinit", false, 0},
		{"-nan", false, 0},
		{"nan(1)", false, 0},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		double value = 42;
		size_t len;
		g_autofree char *text = bounded(cases[i].text, &len);
		g_test_message("%s", cases[i].text);
		g_assert_true(ferry_parse_float64(text, len, &value) == cases[i].is_ok);
		g_assert_true(value == (cases[i].is_ok ? cases[i].value : 42));
	}

	double value = 0;
	g_assert_true(ferry_parse_float64("NaN", 3, &value));
	g_assert_true(isnan(value));
	g_assert_true(ferry_parse_float64("-0", 2, &value));
	g_assert_true(value == 0 && signbit(value));

	g_autofree char *endless = g_strnfill(70000, '1');
	memcpy(endless, "0.", 2);
	g_assert_true(ferry_parse_float64(endless, 1000, &value));
	g_assert_true(value == 1.0 / 9);
	g_assert_false(ferry_parse_float64(endless, 70000, &value));
}

static void test_decimal(void)
{
	static const char *const good[] = {
		"0",         "-0",       "+1",      "1.0", "00.10", "123456789012345678901234567890.1",
		"1e5",       "1E-5",     "1.5e+10", "NaN", "nan",   "Infinity",
		"-infinity", "+Infinity"};
	static const char *const bad[] = {"",     "-",   ".",       ".5",  "5.",    "1.e5",
					  "1e",   "1e+", "1 ",      " 1",  "1.2.3", "--1",
					  "-nan", "inf", "Infinit", "0x1", "1,0",   "1e5.0"};

	for (size_t i = 0; i < G_N_ELEMENTS(good); i++) {
		size_t len;
		g_autofree char *text = bounded(good[i], &len);
		g_test_message("%s", good[i]);
		g_assert_true(ferry_parse_decimal(text, len));
	}
	for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
		size_t len;
		g_autofree char *text = bounded(bad[i], &len);
		g_test_message("%s", bad[i]);
		g_assert_false(ferry_parse_decimal(text, len));
	}
}

static void test_bool(void)
{
	static const char *const yes[] = {"t", "T", "true", "TRUE", "yes", "On", "1"};
	static const char *const no[] = {"f", "F", "false", "no", "OFF", "0"};
	static const char *const bad[] = {"", "2", "y", "tr", "true ", "01", "of"};
	bool value;

	for (size_t i = 0; i < G_N_ELEMENTS(yes); i++)
		g_assert_true(ferry_parse_bool(yes[i], strlen(yes[i]), &value) && value);
	for (size_t i = 0; i < G_N_ELEMENTS(no); i++)
		g_assert_true(ferry_parse_bool(no[i], strlen(no[i]), &value) && !value);
	for (size_t i = 0; i < G_N_ELEMENTS(bad); i++)
		g_assert_false(ferry_parse_bool(bad[i], strlen(bad[i]), &value));
}

static void test_dates(void)
{
	static const struct {
		const char *text;
		bool is_ok;
		int32_t days;
	} cases[] = {
		{"1970-01-01", true, 0},
		{"2024-02-29", true, 19782},
		{"0001-01-01", true, -719162},
		{"0000-01-01", true, -719528}, /* astronomical: 1 BC */
		{"0001-01-01 BC", true, -719528},
		{"-0043-03-15", true, -735160},
		{"0044-03-15 BC", true, -735160},
		{"0005-02-29 BC", true, -720930}, /* the year -4 is a leap year */
		{"5881580-07-10", true, FERRY_DATE_INFINITY - 1},
		{"5881580-07-11", false, 0}, /* would be infinity */
		{"5881581-01-01", false, 0},
		{"5877642-06-24 BC", true, FERRY_DATE_NEG_INFINITY + 1},
		{"5877642-06-23 BC", false, 0},
		{"9999999-12-31", false, 0},
		{"99999999-01-01", false, 0},
		{"infinity", true, FERRY_DATE_INFINITY},
		{"-infinity", true, FERRY_DATE_NEG_INFINITY},
		{"Infinity", true, FERRY_DATE_INFINITY},
		{"2023-02-29", false, 0},
		{"1900-02-29", false, 0},
		{"2000-02-29", true, 11016},
		{"2021-00-10", false, 0},
		{"2021-13-01", false, 0},
		{"2021-01-00", false, 0},
		{"2021-04-31", false, 0},
		{"0000-00-00", false, 0},
		{"0000-01-01 BC", false, 0},
		{"-0044-03-15 BC", false, 0},
		{"24-01-01", false, 0},
		{"2024-1-01", false, 0},
		{"2024-01-1", false, 0},
		{"2024-01-011", false, 0},
		{"2024-01-01 ", false, 0},
		{" 2024-01-01", false, 0},
		{"2024-01-01 00:00:00", false, 0},
		{"2024/01/01", false, 0},
		{"+2024-01-01", false, 0},
		{"2024-01-01BC", false, 0},
		{"", false, 0},
		{" BC", false, 0},
		{"-", false, 0},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		int32_t days = 42;
		size_t len;
		g_autofree char *text = bounded(cases[i].text, &len);
		g_test_message("%s", cases[i].text);
		g_assert_true(ferry_parse_date(text, len, &days) == cases[i].is_ok);
		g_assert_cmpint(days, ==, cases[i].is_ok ? cases[i].days : 42);
	}
}

#define US  INT64_C(1000000)
#define DAY (86400 * US)

static void test_times(void)
{
	static const struct {
		const char *text;
		bool is_ok;
		int64_t us;
	} cases[] = {
		{"00:00", true, 0},
		{"23:59:59", true, 86399 * US},
		{"23:59:59.999999", true, DAY - 1},
		{"24:00:00", true, DAY},
		{"24:00", true, DAY},
		{"01:02:03.5", true, 3723 * US + 500000},
		{"01:02:03.000001000", true, 3723 * US + 1},
		{"01:02:03.0000001", false, 0}, /* finer than a microsecond */
		{"24:00:00.000001", false, 0},
		{"24:00:01", false, 0},
		{"25:00:00", false, 0},
		{"23:60:00", false, 0},
		{"23:59:60", false, 0},
		{"1:02:03", false, 0},
		{"01:02:03.", false, 0},
		{"01:02:", false, 0},
		{"01", false, 0},
		{"-01:00:00", false, 0},
		{"01:02:03+00", false, 0},
		{"", false, 0},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		int64_t us = 42;
		size_t len;
		g_autofree char *text = bounded(cases[i].text, &len);
		g_test_message("%s", cases[i].text);
		g_assert_true(ferry_parse_time(text, len, &us) == cases[i].is_ok);
		g_assert_cmpint(us, ==, cases[i].is_ok ? cases[i].us : 42);
	}
}

static void test_timestamps(void)
{
	static const struct {
		const char *text;
		bool is_ok;
		int64_t us;
		bool has_zone;
	} cases[] = {
		{"1970-01-01", true, 0, false},
		{"1970-01-01 00:00", true, 0, false},
		{"1970-01-01T00:00:01", true, US, false},
		{"1970-01-01T00:00:01Z", true, US, true},
		{"1970-01-01 00:00:00+00", true, 0, true},
		{"1970-01-01 01:00:00+01", true, 0, true},
		{"1970-01-01 00:00:00-05:30", true, (5 * 60 + 30) * 60 * US, true},
		{"1900-01-01 00:19:32+00:19:32", true, -25567 * DAY, true}, /* Amsterdam's local mean time */
		{"1969-12-31 23:59:59.999999", true, -1, false},
		{"2024-02-29 23:59:59.5+00", true, 19782 * DAY + 86399 * US + 500000, true},
		{"0044-03-15 12:00:00+00 BC", true, -735160 * DAY + DAY / 2, true},
		{"0044-03-15 BC", true, -735160 * DAY, false},
		{"1970-01-01 00:00:00.1234567", false, 0, false},
		{"1970-01-01 00:00:00.1234560", true, 123456, false},
		{"294247-01-10 04:00:54.775806", true, INT64_MAX - 1, false},
		{"294247-01-10 04:00:54.775807", false, 0, false},
		{"294247-01-10 04:00:54.775808", false, 0, false},
		{"294247-01-10 04:00:54.775807-00:00:01", false, 0, false},
		{"294247-01-10 04:00:55+00:00:01", true, INT64_MAX - 775807, true},
		{"290309-12-21 19:59:05.224193 BC", true, INT64_MIN + 1, false},
		{"290309-12-21 19:59:05.224192 BC", false, 0, false},
		{"290309-12-21 19:59:05.224191 BC", false, 0, false},
		{"5881580-07-10 00:00:00", false, 0, false},
		{"infinity", true, INT64_MAX, false},
		{"-infinity", true, INT64_MIN, false},
		{"1970-01-01 24:00:00", false, 0, false},
		{"1970-01-01 00", false, 0, false},
		{"1970-01-01 ", false, 0, false},
		{"1970-01-01  00:00", false, 0, false},
		{"1970-01-01 00:00:00 +00", false, 0, false},
		{"1970-01-01 00:00:00+16", false, 0, false},
		{"1970-01-01 00:00:00+01:60", false, 0, false},
		{"1970-01-01 00:00:00+1", false, 0, false},
		{"1970-01-01 00:00:00+", false, 0, false},
		{"1970-01-01 00:00:00ZZ", false, 0, false},
		{"1970-01-01 00:00:00 CET", false, 0, false},
		{"0000-00-00 00:00:00", false, 0, false},
		{"", false, 0, false},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		int64_t us = 42;
		bool has_zone = true;
		size_t len;
		g_autofree char *text = bounded(cases[i].text, &len);
		g_test_message("%s", cases[i].text);
		g_assert_true(ferry_parse_timestamp(text, len, &us, &has_zone) == cases[i].is_ok);
		g_assert_cmpint(us, ==, cases[i].is_ok ? cases[i].us : 42);
		g_assert_true(has_zone == (cases[i].is_ok ? cases[i].has_zone : true));
	}
}

static void test_uuid(void)
{
	static const uint8_t expected[16] = {0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef,
					     0xfe, 0xdc, 0xba, 0x98, 0x76, 0x54, 0x32, 0x10};
	static const char *const good[] = {
		"01234567-89ab-cdef-fedc-ba9876543210",
		"0123456789abcdeffedcba9876543210",
		"{01234567-89AB-CDEF-FEDC-BA9876543210}",
		"{0123456789ABCDEFFEDCBA9876543210}",
	};
	static const char *const bad[] = {
		"",
		"{}",
		"01234567-89ab-cdef-fedc-ba987654321",
		"01234567-89ab-cdef-fedc-ba98765432100",
		"01234567-89ab-cdef-fedc-ba987654321g",
		"0123456789ab-cdef-fedc-ba9876543210-",
		"{01234567-89ab-cdef-fedc-ba9876543210",
		"01234567-89ab-cdef-fedc-ba9876543210}",
	};
	uint8_t uuid[16] = {0};

	for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
		size_t len;
		g_autofree char *text = bounded(bad[i], &len);
		g_test_message("%s", bad[i]);
		g_assert_false(ferry_parse_uuid(text, len, uuid));
		g_assert_cmpint(uuid[0] | uuid[15], ==, 0);
	}
	for (size_t i = 0; i < G_N_ELEMENTS(good); i++) {
		size_t len;
		g_autofree char *text = bounded(good[i], &len);
		g_assert_true(ferry_parse_uuid(text, len, uuid));
		g_assert_cmpmem(uuid, 16, expected, 16);
	}
}

/* ---- the calendar ---- */

/* Day by day over 5,000 years on both sides of the year 0, against a calendar that only adds one. */
static void test_calendar_by_steps(void)
{
	int64_t year = -2500;
	unsigned month = 1, day = 1;
	int32_t days = ferry_days_from_civil(year, month, day);

	g_assert_cmpint(days, ==, -1632634);
	while (year < 2500) {
		int64_t y;
		unsigned m, d;
		ferry_civil_from_days(days, &y, &m, &d);
		g_assert_true(y == year && m == month && d == day);
		g_assert_cmpint(ferry_days_from_civil(year, month, day), ==, days);
		g_assert_true(ferry_is_valid_date(year, month, day));

		days++;
		day++;
		if (!ferry_is_valid_date(year, month, day)) {
			g_assert_cmpuint(day, >=, 29);
			day = 1;
			month++;
		}
		if (month == 13) {
			month = 1;
			year++;
		}
	}
	g_assert_cmpint(days, ==, ferry_days_from_civil(2500, 1, 1));
}

/* The whole range of int32 in prime steps: days → civil → days, → text → days. */
static void test_calendar_whole_range(void)
{
	for (int64_t days = INT32_MIN; days <= INT32_MAX; days += 7919) {
		int64_t year;
		unsigned month, day;
		char text[FERRY_MAX_TIMESTAMP_TEXT];
		int32_t back;

		ferry_civil_from_days((int32_t)days, &year, &month, &day);
		g_assert_true(ferry_is_valid_date(year, month, day));
		g_assert_cmpint(ferry_days_from_civil(year, month, day), ==, days);
		size_t len = ferry_format_date(text, (int32_t)days);
		g_assert_true(ferry_parse_date(text, len, &back));
		g_assert_cmpint(back, ==, days);
	}
}

static void test_timestamp_round_trip(void)
{
	for (int i = 0; i < 300000; i++) {
		int64_t us = (int64_t)((uint64_t)g_test_rand_int() << 32 | (uint32_t)g_test_rand_int());
		us >>= g_test_rand_int_range(0, 40);
		char text[FERRY_MAX_TIMESTAMP_TEXT];
		bool has_zone;
		int64_t back;
		size_t len = ferry_format_timestamp(text, us, i & 1);
		g_assert_true(ferry_parse_timestamp(text, len, &back, &has_zone));
		g_assert_cmpint(back, ==, us);
		g_assert_true(has_zone == (i & 1));

		int64_t time = (int64_t)((uint64_t)us % (DAY + 1));
		len = ferry_format_time(text, time);
		g_assert_true(ferry_parse_time(text, len, &back));
		g_assert_cmpint(back, ==, time);
	}
}

/* ---- UTF-8 ---- */

/* GLib's validator is the oracle; it ends at a NUL, which is fine for us. */
static size_t oracle_valid_len(const uint8_t *data, size_t len)
{
	size_t at = 0;
	for (;;) {
		const char *end;
		if (g_utf8_validate_len((const char *)data + at, len - at, &end))
			return len;
		at = (size_t)((const uint8_t *)end - data);
		if (at == len || data[at] != 0)
			return at;
		at++;
	}
}

static void test_utf8_table(void)
{
	static const struct {
		const char *text;
		size_t valid;
		const char *why;
	} cases[] = {
		{"", 0, "empty"},
		{"a", 1, "ASCII"},
		{"\xc3\xa9", 2, "two bytes"},
		{"\xe2\x82\xac", 3, "three bytes"},
		{"\xf0\x9f\x98\x80", 4, "four bytes"},
		{"\xf4\x8f\xbf\xbf", 4, "U+10FFFF"},
		{"\xf4\x90\x80\x80", 0, "above U+10FFFF"},
		{"\xf5\x80\x80\x80", 0, "never a lead byte"},
		{"\xc0\x80", 0, "overlong NUL"},
		{"\xc1\xbf", 0, "overlong"},
		{"\xe0\x9f\xbf", 0, "overlong, three bytes"},
		{"\xf0\x8f\xbf\xbf", 0, "overlong, four bytes"},
		{"\xed\xa0\x80", 0, "surrogate"},
		{"\xed\x9f\xbf", 3, "just below the surrogates"},
		{"\xee\x80\x80", 3, "just above the surrogates"},
		{"\x80", 0, "lone continuation"},
		{"ab\xc3", 2, "cut"},
		{"ab\xe2\x82", 2, "cut, three bytes"},
		{"ab\xf0\x9f\x98", 2, "cut, four bytes"},
		{"0123456789abcdef0123456789abcde\xff", 31, "at a block's end"},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		size_t len;
		g_autofree char *text = bounded(cases[i].text, &len);
		g_test_message("%s", cases[i].why);
		g_assert_cmpuint(ferry_utf8_valid_len((const uint8_t *)text, len), ==, cases[i].valid);
	}
	g_assert_cmpuint(ferry_utf8_valid_len((const uint8_t *)"a\0b", 3), ==, 3);
	g_assert_cmpuint(ferry_utf8_count((const uint8_t *)"a\xc3\xa9\xf0\x9f\x98\x80", 7), ==, 3);
}

/* Random mixes of good and bad pieces in all lengths and alignments. */
static void test_utf8_random(void)
{
	static const char *const pieces[] = {"a",
					     "bcdefghijklmnopqrstuvwxyz",
					     "\xc3\xa9",
					     "\xe2\x82\xac",
					     "\xf0\x9f\x98\x80",
					     "0123456789",
					     "\xed\x9f\xbf",
					     "ASCII only here"};

	for (int i = 0; i < 50000; i++) {
		uint8_t data[128];
		size_t len = 0;
		for (;;) {
			const char *piece = pieces[g_test_rand_int_range(0, G_N_ELEMENTS(pieces))];
			size_t n = strlen(piece);
			if (len + n > 100 || g_test_rand_int_range(0, 12) == 0)
				break;
			memcpy(data + len, piece, n);
			len += n;
		}
		if (len > 0 && i % 2)
			data[g_test_rand_int_range(0, (int)len)] = (uint8_t)g_test_rand_int_range(0, 256);
		g_autofree uint8_t *exact = g_memdup2(data, MAX(len, 1));
		g_assert_cmpuint(ferry_utf8_valid_len(exact, len), ==, oracle_valid_len(exact, len));
		if (oracle_valid_len(exact, len) == len && !memchr(exact, 0, len))
			g_assert_cmpuint(ferry_utf8_count(exact, len), ==,
					 g_utf8_strlen((const char *)exact, (gssize)len));
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/value-parse/int64", test_int64);
	g_test_add_func("/value-parse/float64", test_float64);
	g_test_add_func("/value-parse/decimal", test_decimal);
	g_test_add_func("/value-parse/bool", test_bool);
	g_test_add_func("/value-parse/dates", test_dates);
	g_test_add_func("/value-parse/times", test_times);
	g_test_add_func("/value-parse/timestamps", test_timestamps);
	g_test_add_func("/value-parse/uuid", test_uuid);
	g_test_add_func("/value-parse/calendar-steps", test_calendar_by_steps);
	g_test_add_func("/value-parse/calendar-range", test_calendar_whole_range);
	g_test_add_func("/value-parse/timestamp-round-trip", test_timestamp_round_trip);
	g_test_add_func("/value-parse/utf8-table", test_utf8_table);
	g_test_add_func("/value-parse/utf8-random", test_utf8_random);
	return g_test_run();
}
