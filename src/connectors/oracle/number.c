/* See number.h. */
#include "connectors/oracle/number.h"

#include <glib.h>
#include <string.h>

#define MAX_DIGITS 21 /* of base 100: 20, and the end of a negative one */

typedef struct {
	uint8_t digits[MAX_DIGITS]; /* 0 to 99 */
	unsigned n;
	int exponent; /* of the first digit, base 100 */
	bool is_negative;
} Number;

/* One of more than a byte. */
static inline bool parse(const uint8_t *p, size_t len, Number *number)
{
	bool is_negative = !(p[0] & 0x80);

	if (G_UNLIKELY(len > MAX_DIGITS + 1))
		return false;
	number->is_negative = is_negative;
	number->exponent = (is_negative ? (uint8_t)~p[0] : p[0]) - 193;
	number->n = 0;
	for (size_t i = 1; i < len; i++) {
		if (is_negative && p[i] == 102 && i + 1 == len)
			break;
		unsigned digit = is_negative ? 101u - p[i] : p[i] - 1u;
		if (G_UNLIKELY(digit > 99))
			return false;
		number->digits[number->n++] = (uint8_t)digit;
	}
	return number->n > 0;
}

static bool is_infinity(const uint8_t *p, size_t len)
{
	return (len == 2 && p[0] == 0xff && p[1] == 101) || (len == 1 && p[0] == 0x00);
}

static size_t copy(char *out, const char *text)
{
	size_t len = strlen(text);
	memcpy(out, text, len);
	return len;
}

/* "00" to "99", one after the other. */
static const char pair_text[200] = "0001020304050607080910111213141516171819"
				   "2021222324252627282930313233343536373839"
				   "4041424344454647484950515253545556575859"
				   "6061626364656667686970717273747576777879"
				   "8081828384858687888990919293949596979899";

static inline char *put_pair(char *out, unsigned digit)
{
	memcpy(out, pair_text + 2 * (size_t)digit, 2);
	return out + 2;
}

/* The digits before the point; without leading zeros, at least one. */
static char *put_whole(const Number *number, char *out)
{
	if (number->exponent < 0) {
		*out++ = '0';
		return out;
	}
	for (int i = 0; i <= number->exponent; i++) {
		unsigned digit = i < (int)number->n ? number->digits[i] : 0;
		if (i == 0 && digit < 10)
			*out++ = (char)('0' + digit);
		else
			out = put_pair(out, digit);
	}
	return out;
}

/* Point and digits behind it, without trailing zeros. */
static char *put_fraction(const Number *number, char *out)
{
	int first = number->exponent + 1; /* of the digits */

	if (first >= (int)number->n)
		return out;
	*out++ = '.';
	for (int i = first; i < (int)number->n; i++)
		out = put_pair(out, i < 0 ? 0 : number->digits[i]);
	while (out[-1] == '0')
		out--;
	return out[-1] == '.' ? out - 1 : out;
}

/* A positive one with digits on both sides of the point, or none behind it, straight from its bytes: nearly
 * all prices and amounts. 0: any other, or none. */
static inline size_t put_plain(const uint8_t *p, size_t len, char *out)
{
	size_t n = len - 1, whole = p[0] - 192u; /* pairs that are there, and before the point */
	bool is_fine = true;
	char *at = out;

	if (p[0] < 193 || whole > n || n > MAX_DIGITS)
		return 0;
	for (size_t i = 1; i <= n; i++)
		is_fine &= p[i] - 1u <= 99;
	if (!is_fine)
		return 0;
	if (p[1] <= 10)
		*at++ = (char)('0' + (p[1] - 1));
	else
		at = put_pair(at, p[1] - 1u);
	for (size_t i = 2; i <= whole; i++)
		at = put_pair(at, p[i] - 1u);
	if (n == whole)
		return (size_t)(at - out);
	*at++ = '.';
	for (size_t i = whole + 1; i <= n; i++)
		at = put_pair(at, p[i] - 1u);
	while (at[-1] == '0')
		at--;
	return (size_t)(at - out) - (at[-1] == '.');
}

size_t ferry_oracle_number_to_text(const uint8_t *p, size_t len, char *out)
{
	Number number;
	char *at = out;
	size_t plain = len > 1 ? put_plain(p, len, out) : 0;

	if (G_LIKELY(plain))
		return plain;
	if (len == 1 && p[0] == 0x80)
		return copy(out, "0");
	if (len >= 1 && is_infinity(p, len))
		return copy(out, p[0] ? "Infinity" : "-Infinity");
	if (len < 2 || !parse(p, len, &number) || number.exponent > 62 || number.exponent < -65)
		return 0;
	if (number.is_negative)
		*at++ = '-';
	at = put_whole(&number, at);
	at = put_fraction(&number, at);
	return (size_t)(at - out);
}

/* Positive, whole, and below 10^18: nearly all integers there are. False: any other, or none. */
static inline bool read_plain_integer(const uint8_t *p, size_t len, int64_t *ret_value)
{
	size_t n = len - 1, pairs = p[0] - 192u; /* digits that are there, and that count */
	int64_t value = 0;
	bool is_fine = true;

	if (p[0] < 193 || pairs > 9 || n > pairs || n == 0)
		return false;
	for (size_t i = 1; i <= n; i++) {
		is_fine &= p[i] - 1u <= 99;
		value = value * 100 + (p[i] - 1);
	}
	for (size_t i = n; i < pairs; i++)
		value *= 100;
	*ret_value = value;
	return is_fine;
}

FerryOracleNumberResult ferry_oracle_number_to_int64(const uint8_t *p, size_t len, int64_t *ret_value)
{
	Number number;
	uint64_t value = 0;

	if (G_LIKELY(len > 1 && read_plain_integer(p, len, ret_value)))
		return FERRY_ORACLE_NUMBER_OK;
	if (len == 1 && p[0] == 0x80) {
		*ret_value = 0;
		return FERRY_ORACLE_NUMBER_OK;
	}
	if (len >= 1 && is_infinity(p, len))
		return FERRY_ORACLE_NUMBER_BEYOND;
	if (G_UNLIKELY(len < 2 || !parse(p, len, &number)))
		return FERRY_ORACLE_NUMBER_BROKEN;
	/* 19 digits are ten of base 100 at most, and their sum is below 2^64 only up to a point that is
	 * looked at. */
	if (number.exponent < 0 || number.exponent > 9 || (int)number.n > number.exponent + 1)
		return FERRY_ORACLE_NUMBER_BEYOND;
	for (int i = 0; i <= number.exponent; i++) {
		unsigned digit = i < (int)number.n ? number.digits[i] : 0;
		if (__builtin_mul_overflow(value, (uint64_t)100, &value) ||
		    __builtin_add_overflow(value, digit, &value))
			return FERRY_ORACLE_NUMBER_BEYOND;
	}
	if (value > (uint64_t)G_MAXINT64 + number.is_negative)
		return FERRY_ORACLE_NUMBER_BEYOND;
	*ret_value = number.is_negative ? (int64_t)(0 - value) : (int64_t)value;
	return FERRY_ORACLE_NUMBER_OK;
}

/* ---- the other way round ---- */

#define MAX_PAIRS    20
#define MAX_EXPONENT 62
#define MIN_EXPONENT (-65)

static size_t put_number(bool is_negative, int exponent, const uint8_t *pairs, unsigned n, uint8_t *out)
{
	uint8_t *at = out;

	while (n > 1 && pairs[n - 1] == 0)
		n--;
	*at++ = is_negative ? (uint8_t) ~(exponent + 193) : (uint8_t)(exponent + 193);
	for (unsigned i = 0; i < n; i++)
		*at++ = is_negative ? (uint8_t)(101 - pairs[i]) : (uint8_t)(pairs[i] + 1);
	if (is_negative && n < MAX_PAIRS)
		*at++ = 102;
	return (size_t)(at - out);
}

size_t ferry_oracle_number_from_int64(int64_t value, uint8_t *out)
{
	uint8_t reversed[MAX_PAIRS], pairs[MAX_PAIRS];
	uint64_t rest = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
	unsigned n = 0;

	if (value == 0) {
		out[0] = 0x80;
		return 1;
	}
	for (; rest; rest /= 100)
		reversed[n++] = (uint8_t)(rest % 100);
	for (unsigned i = 0; i < n; i++)
		pairs[i] = reversed[n - 1 - i];
	return put_number(value < 0, (int)n - 1, pairs, n, out);
}

/* A decimal text's digits: those at [first, end), of which `point` stand before the point. */
typedef struct {
	const char *digits;
	size_t len, point; /* of the point's place in digits, or len */
	int64_t shift;     /* 10^shift times what they say */
} Decimal;

/* The digit that counts 10^exponent. */
static unsigned digit_at(const Decimal *d, int64_t exponent)
{
	int64_t at = (int64_t)d->point - 1 - exponent + d->shift;

	at += at >= (int64_t)d->point && d->point < d->len; /* over the point */
	return at >= 0 && at < (int64_t)d->len ? (unsigned)(d->digits[at] - '0') : 0;
}

static int64_t exponent_of(const Decimal *d, size_t at)
{
	return (int64_t)d->point - 1 - (int64_t)at + (at > d->point) + d->shift;
}

static int64_t half(int64_t exponent)
{
	return exponent >= 0 ? exponent / 2 : -((-exponent + 1) / 2);
}

/* Takes the exponent off the end; false: what stands there is none. */
static bool split_exponent(Decimal *d)
{
	const char *mark = d->len ? memchr(d->digits, 'e', d->len) : NULL;
	size_t n = mark ? (size_t)(d->digits + d->len - mark - 1) : 0;
	char text[8], *end;

	if (!mark)
		return true;
	if (n == 0 || n >= sizeof text || g_ascii_isspace(mark[1]))
		return false;
	memcpy(text, mark + 1, n);
	text[n] = '\0';
	d->shift = g_ascii_strtoll(text, &end, 10);
	d->len = (size_t)(mark - d->digits);
	return *end == '\0';
}

size_t ferry_oracle_number_from_text(const char *text, size_t len, uint8_t *out)
{
	bool is_negative = len > 0 && *text == '-';
	Decimal d = {.digits = text + is_negative, .len = len - is_negative};
	uint8_t pairs[MAX_PAIRS];

	if (!split_exponent(&d))
		return 0;
	const char *point = d.len ? memchr(d.digits, '.', d.len) : NULL;
	size_t first = d.len, last = 0, n_digits = 0;
	d.point = point ? (size_t)(point - d.digits) : d.len;
	for (size_t i = 0; i < d.len; i++) {
		if (i == d.point)
			continue;
		if (!g_ascii_isdigit(d.digits[i]))
			return 0;
		n_digits++;
		if (d.digits[i] == '0')
			continue;
		first = MIN(first, i);
		last = i;
	}
	if (n_digits == 0)
		return 0;
	if (first == d.len) {
		out[0] = 0x80;
		return 1;
	}
	int64_t high = half(exponent_of(&d, first)), low = half(exponent_of(&d, last));
	if (high - low >= MAX_PAIRS || high > MAX_EXPONENT || high < MIN_EXPONENT)
		return 0;
	for (int64_t e = high; e >= low; e--)
		pairs[high - e] = (uint8_t)(digit_at(&d, 2 * e + 1) * 10 + digit_at(&d, 2 * e));
	return put_number(is_negative, (int)high, pairs, (unsigned)(high - low + 1), out);
}

static int lowest_of(unsigned pair, int exponent)
{
	return 2 * exponent + (pair % 10 == 0);
}

bool ferry_oracle_number_places(const uint8_t *p, size_t len, int *ret_first, int *ret_last)
{
	Number number;

	if (len < 2 || is_infinity(p, len) || !parse(p, len, &number))
		return false;
	*ret_first = 2 * number.exponent + (number.digits[0] >= 10);
	*ret_last = lowest_of(number.digits[number.n - 1], number.exponent - (int)number.n + 1);
	return true;
}
