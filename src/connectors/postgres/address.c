/*
 * Network addresses as the server's inet and cidr take them: IPv4 numbers or IPv6 notation, and after a slash
 * how many bits are the network's. IPv4 may leave numbers out at the end: 10.1/16 is 10.1.0.0/16, and as a
 * cidr 10.1 is that too, by the classes that networks once had.
 */
#include "connectors/postgres/copy_encode.h"

#include <arpa/inet.h>

/* One to three digits at *at, up to max; -1 where there are none such. */
static int read_number(const char **at, const char *end, int max)
{
	int value = 0, n = 0;
	for (; *at < end && g_ascii_isdigit(**at) && n < 4; ++*at, n++)
		value = value * 10 + (**at - '0');
	return n > 0 && n < 4 && value <= max ? value : -1;
}

/* How many of the four numbers are there; 0: something else is. */
static unsigned read_ipv4(const char *at, const char *end, uint8_t *bytes)
{
	for (unsigned n = 0; n < 4;) {
		int value = read_number(&at, end, 255);
		if (value < 0)
			return 0;
		bytes[n++] = (uint8_t)value;
		if (at == end)
			return n;
		if (*at++ != '.')
			return 0;
	}
	return 0;
}

static int class_bits(uint8_t first, unsigned n_numbers)
{
	int bits = first >= 240 ? 32 : first >= 224 ? 8 : first >= 192 ? 24 : first >= 128 ? 16 : 8;
	bits = MAX(bits, (int)n_numbers * 8);
	return bits == 8 && first == 224 ? 4 : bits;
}

static bool has_host_bits(const PgAddress *a)
{
	for (unsigned bit = a->bits; bit < a->n_bytes * 8u; bit++)
		if (a->bytes[bit / 8] & (0x80u >> bit % 8))
			return true;
	return false;
}

static bool read_ipv6(const char *text, size_t len, PgAddress *a)
{
	char address[INET6_ADDRSTRLEN];
	if (len >= sizeof address || memchr(text, 0, len) != NULL)
		return false;
	memcpy(address, text, len);
	address[len] = '\0';
	return inet_pton(AF_INET6, address, a->bytes) == 1;
}

static bool parse(const char *text, size_t len, bool is_cidr, PgAddress *a)
{
	const char *end = text + len, *slash = memchr(text, '/', len);
	const char *stop = slash != NULL ? slash : end;
	unsigned n_numbers = 4;
	a->is_ipv6 = memchr(text, ':', (size_t)(stop - text)) != NULL;
	a->n_bytes = a->is_ipv6 ? 16 : 4;
	if (a->is_ipv6 ? !read_ipv6(text, (size_t)(stop - text), a)
		       : (n_numbers = read_ipv4(text, stop, a->bytes)) == 0)
		return false;
	int bits = a->n_bytes * 8;
	if (slash != NULL) {
		const char *at = slash + 1;
		bits = read_number(&at, end, bits);
		if (bits < 0 || at != end)
			return false;
	} else if (n_numbers < 4) {
		bits = is_cidr ? class_bits(a->bytes[0], n_numbers) : -1;
	}
	if (bits < 0 || (!is_cidr && n_numbers < 4 && (unsigned)bits / 8 > n_numbers))
		return false;
	a->bits = (uint8_t)bits;
	return !is_cidr || !has_host_bits(a);
}

bool ferry_pg_parse_address(const char *text, size_t len, bool is_cidr, PgAddress *ret_address)
{
	*ret_address = (PgAddress){0};
	if (parse(text, len, is_cidr, ret_address))
		return true;
	*ret_address = (PgAddress){0};
	return false;
}
