/* Value parsers: what reads as a value is printed so that it reads back to the same; UTF-8 agrees with
 * GLib's. */
#include "data/value_text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_numbers(const char *text, size_t len)
{
	char out[FERRY_MAX_FLOAT_TEXT];
	int64_t number, number_back;
	double real, real_back;
	bool flag;

	if (ferry_parse_int64(text, len, &number)) {
		g_assert_true(ferry_parse_int64(out, ferry_format_int64(out, number), &number_back));
		g_assert_cmpint(number, ==, number_back);
		g_assert_true(ferry_parse_decimal(text, len));
	}
	if (ferry_parse_float64(text, len, &real)) {
		g_assert_true(ferry_parse_float64(out, ferry_format_float64(out, real), &real_back));
		g_assert_true(real == real_back || (real != real && real_back != real_back));
	}
	ferry_format_float32(out, (float)len);
	(void)ferry_parse_bool(text, len, &flag);
}

static void check_times(const char *text, size_t len)
{
	char out[FERRY_MAX_TIMESTAMP_TEXT];
	int32_t days, days_back;
	int64_t us, us_back;
	bool has_zone;

	if (ferry_parse_date(text, len, &days)) {
		g_assert_true(ferry_parse_date(out, ferry_format_date(out, days), &days_back));
		g_assert_cmpint(days, ==, days_back);
	}
	if (ferry_parse_time(text, len, &us)) {
		g_assert_true(ferry_parse_time(out, ferry_format_time(out, us), &us_back));
		g_assert_cmpint(us, ==, us_back);
	}
	if (ferry_parse_timestamp(text, len, &us, &has_zone)) {
		size_t n = ferry_format_timestamp(out, us, has_zone);
		g_assert_true(ferry_parse_timestamp(out, n, &us_back, &has_zone));
		g_assert_cmpint(us, ==, us_back);
	}
}

static void check_bytes(const uint8_t *data, size_t len)
{
	uint8_t uuid[16], uuid_back[16];
	char out[36];
	const char *end;

	if (ferry_parse_uuid((const char *)data, len, uuid)) {
		g_assert_true(ferry_parse_uuid(out, ferry_format_uuid(out, uuid), uuid_back));
		g_assert_cmpmem(uuid, 16, uuid_back, 16);
	}
	const uint8_t *nul = memchr(data, 0, len); /* where GLib's validator ends */
	size_t until_nul = nul ? (size_t)(nul - data) : len;
	size_t valid = ferry_utf8_valid_len(data, len);
	bool is_valid = g_utf8_validate_len((const char *)data, until_nul, &end);
	g_assert_cmpuint(MIN(valid, until_nul), ==, (size_t)(end - (const char *)data));
	if (is_valid)
		g_assert_cmpuint(ferry_utf8_count(data, until_nul), ==,
				 g_utf8_strlen((const char *)data, (gssize)until_nul));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	check_numbers((const char *)data, size);
	check_times((const char *)data, size);
	check_bytes(data, size);
	return 0;
}
