/*
 * See packet.h. A packet is a length of three bytes, a number of one, and as many bytes; one of 0xffffff
 * bytes goes on in the next. The buffer holds [at, end): bytes that were read and not handed out.
 */
#include "connectors/mysql/packet.h"

#include <errmsg.h>
#include <errno.h>
#include <ma_pvio.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>

#define BUFFER_SIZE    (128 * 1024)
#define MAX_PACKET     ((size_t)1 << 31)
#define MAX_KEPT       (1024 * 1024) /* after a huge row the memory is given back */
#define HEADER_SIZE    4
#define MAX_PART       0xffffff
#define LIBRARY_AHEAD  16384
#define MARKER_EOF     0xfe
#define EOF_SIZE       5 /* 0xfe, warnings(2), status(2) */
#define MARKER_ERROR   0xff
#define PROGRESS_ERROR 0xffff /* MariaDB's progress reports come as errors of this number */

struct FerryMysqlPackets {
	MYSQL *mysql;
	bool is_direct; /* from the socket; else by the library */
	int socket;
	uint8_t *buffer;
	size_t size, at, end;
	FerryGiants *giants; /* or NULL */
	FerryPermit *permit; /* or NULL */

	unsigned error_code; /* of ERROR and LOST */
	char error_state[6];
	char error_text[512];
};

FerryMysqlPackets *ferry_mysql_packets_new(MYSQL *mysql)
{
	FerryMysqlPackets *p = g_new0(FerryMysqlPackets, 1);

	p->mysql = mysql;
	p->socket = mysql_get_socket(mysql);
	return p;
}

void ferry_mysql_packets_free(FerryMysqlPackets *p)
{
	if (!p)
		return;
	g_free(p->buffer);
	g_free(p);
}

/* Takes over what the library has read ahead. False where that cannot be told: then the library goes on. */
static bool take_read_ahead(FerryMysqlPackets *p)
{
	MARIADB_PVIO *pvio = p->mysql->net.pvio;

	if (!pvio || !pvio->cache || pvio->cache_size > LIBRARY_AHEAD)
		return false;
	size_t have = 0;
	if (pvio->cache_size > 0) {
		if (pvio->cache_pos < pvio->cache || pvio->cache_pos > pvio->cache + pvio->cache_size)
			return false;
		have = (size_t)(pvio->cache + pvio->cache_size - pvio->cache_pos);
	}
	memcpy(p->buffer, pvio->cache_pos, have);
	pvio->cache_pos = pvio->cache;
	pvio->cache_size = 0;
	p->at = 0;
	p->end = have;
	return true;
}

void ferry_mysql_packets_begin(FerryMysqlPackets *p)
{
	p->at = p->end = 0;
	p->error_code = 0;
	p->is_direct = false;
	if (p->socket < 0 || p->mysql->net.compress || mysql_get_ssl_cipher(p->mysql))
		return;
	if (p->size > MAX_KEPT)
		g_clear_pointer(&p->buffer, g_free);
	if (!p->buffer) {
		p->buffer = g_try_malloc(BUFFER_SIZE);
		p->size = p->buffer ? BUFFER_SIZE : 0;
	}
	p->is_direct = p->buffer && take_read_ahead(p);
}

static void set_lost(FerryMysqlPackets *p, const char *text)
{
	p->error_code = CR_SERVER_LOST;
	g_strlcpy(p->error_state, "HY000", sizeof p->error_state);
	g_strlcpy(p->error_text, text, sizeof p->error_text);
}

/* Moves what is there to the front, and makes the buffer hold need bytes. */
static bool make_room(FerryMysqlPackets *p, size_t need)
{
	if (p->at > 0) {
		memmove(p->buffer, p->buffer + p->at, p->end - p->at);
		p->end -= p->at;
		p->at = 0;
	}
	if (need <= p->size)
		return true;
	size_t size = MAX(need, MIN(p->size * 2, MAX_PACKET));
	uint8_t *buffer = need <= MAX_PACKET ? g_try_realloc(p->buffer, size) : NULL;
	if (!buffer) {
		set_lost(p, "out of memory for a packet");
		return false;
	}
	p->buffer = buffer;
	p->size = size;
	return true;
}

void ferry_mysql_packets_count(FerryMysqlPackets *p, FerryGiants *giants, FerryPermit *permit)
{
	p->giants = giants;
	p->permit = permit;
}

void ferry_mysql_packets_trim(FerryMysqlPackets *p)
{
	size_t have = p->end - p->at, size = MAX(have, BUFFER_SIZE);

	if (p->size <= MAX_KEPT || size > p->size / 2)
		return;
	memmove(p->buffer, p->buffer + p->at, have);
	p->at = 0;
	p->end = have;
	uint8_t *buffer = g_try_realloc(p->buffer, size);
	if (!buffer)
		return;
	p->buffer = buffer;
	p->size = size;
}

/* One system call's worth of bytes behind end, where room must be. */
static bool receive(FerryMysqlPackets *p)
{
	for (;;) {
		ssize_t n = recv(p->socket, p->buffer + p->end, p->size - p->end, 0);
		if (n > 0) {
			p->end += (size_t)n;
			return true;
		}
		if (n == 0) {
			set_lost(p, "the server closed the connection");
			return false;
		}
		if (errno == EAGAIN || errno == EWOULDBLOCK) {
			struct pollfd wait = {.fd = p->socket, .events = POLLIN};
			(void)poll(&wait, 1, -1);
		} else if (errno != EINTR) {
			set_lost(p, g_strerror(errno));
			return false;
		}
	}
}

/* Until need bytes lie behind at. Out of line: once a buffer, not once a row. */
static __attribute__((noinline)) bool fill(FerryMysqlPackets *p, size_t need)
{
	if (p->size - p->at < need && !make_room(p, need))
		return false;
	/* An empty or nearly empty buffer is filled from its start, so that the next packets lie in one
	 * piece. */
	if (p->at > p->size / 2 && !make_room(p, need))
		return false;
	while (p->end - p->at < need)
		if (!receive(p))
			return false;
	return true;
}

static inline size_t part_length(const uint8_t *header)
{
	return (size_t)header[0] | (size_t)header[1] << 8 | (size_t)header[2] << 16;
}

/* Joins a packet of several parts: each next one's header is taken out between them. */
static bool join_parts(FerryMysqlPackets *p, size_t *len)
{
	size_t part = MAX_PART;

	while (part == MAX_PART) {
		size_t have = HEADER_SIZE + *len;
		if (!fill(p, have + HEADER_SIZE))
			return false;
		part = part_length(p->buffer + p->at + have);
		if (!fill(p, have + HEADER_SIZE + part))
			return false;
		uint8_t *gap = p->buffer + p->at + have;
		memmove(gap, gap + HEADER_SIZE, p->end - p->at - have - HEADER_SIZE);
		p->end -= HEADER_SIZE;
		*len += part;
	}
	return true;
}

/* How many parts will follow is not known. */
static void count_giant(FerryMysqlPackets *p, size_t len)
{
	if (p->permit)
		ferry_permit_take(p->permit, p->giants, len == MAX_PART ? SIZE_MAX : len);
}

static bool next_direct(FerryMysqlPackets *p, const uint8_t **ret_data, size_t *ret_len)
{
	if (G_UNLIKELY(p->end - p->at < HEADER_SIZE) && !fill(p, HEADER_SIZE))
		return false;
	size_t len = part_length(p->buffer + p->at);
	if (G_UNLIKELY(len > FERRY_GIANT_BYTES))
		count_giant(p, len);
	if (G_UNLIKELY(p->end - p->at < HEADER_SIZE + len) && !fill(p, HEADER_SIZE + len))
		return false;
	if (G_UNLIKELY(len == MAX_PART) && !join_parts(p, &len))
		return false;
	*ret_data = p->buffer + p->at + HEADER_SIZE;
	*ret_len = len;
	p->at += HEADER_SIZE + len;
	return true;
}

/* 0xff, number(2), '#', SQLSTATE(5), text. */
static void keep_error(FerryMysqlPackets *p, const uint8_t *data, size_t len)
{
	p->error_code = len >= 3 ? (unsigned)data[1] | (unsigned)data[2] << 8 : CR_UNKNOWN_ERROR;
	size_t at = MIN(len, 3);
	g_strlcpy(p->error_state, "HY000", sizeof p->error_state);
	if (len >= 9 && data[3] == '#') {
		memcpy(p->error_state, data + 4, 5);
		p->error_state[5] = '\0';
		at = 9;
	}
	size_t n = MIN(len - at, sizeof p->error_text - 1);
	memcpy(p->error_text, data + at, n);
	p->error_text[n] = '\0';
}

static FerryMysqlPacketKind end_direct(FerryMysqlPackets *p, const uint8_t *data, size_t len)
{
	if (len == EOF_SIZE)
		p->mysql->server_status = (unsigned)data[3] | (unsigned)data[4] << 8;
	if (p->at == p->end)
		return FERRY_MYSQL_PACKET_END;
	set_lost(p, "the server sent more than the result");
	return FERRY_MYSQL_PACKET_LOST;
}

static FerryMysqlPacketKind next_of_library(FerryMysqlPackets *p, const uint8_t **ret_data, size_t *ret_len)
{
	unsigned long len = mysql_net_read_packet(p->mysql);

	/* Whether the library's mark for failures has 32 or 64 bits depends on its version. */
	if (G_UNLIKELY(len == packet_error || len == ~0UL || len == 0)) {
		p->error_code = mysql_errno(p->mysql);
		g_strlcpy(p->error_state, mysql_sqlstate(p->mysql), sizeof p->error_state);
		g_strlcpy(p->error_text, mysql_error(p->mysql), sizeof p->error_text);
		return p->error_code >= 2000 && p->error_code < 2100 ? FERRY_MYSQL_PACKET_LOST
								     : FERRY_MYSQL_PACKET_ERROR;
	}
	*ret_data = p->mysql->net.read_pos;
	*ret_len = len;
	if (G_UNLIKELY(len > FERRY_GIANT_BYTES))
		count_giant(p, len); /* it is in memory once; twice it shall be alone */
	if (G_LIKELY((*ret_data)[0] == 0))
		return FERRY_MYSQL_PACKET_ROW;
	if ((*ret_data)[0] == MARKER_EOF)
		return FERRY_MYSQL_PACKET_END;
	set_lost(p, "the server sent what is no row");
	return FERRY_MYSQL_PACKET_LOST;
}

FerryMysqlPacketKind ferry_mysql_packets_next(FerryMysqlPackets *p, const uint8_t **ret_data, size_t *ret_len)
{
	if (G_UNLIKELY(!p->is_direct))
		return next_of_library(p, ret_data, ret_len);
	for (;;) {
		if (G_UNLIKELY(!next_direct(p, ret_data, ret_len)))
			return FERRY_MYSQL_PACKET_LOST;
		/* A row begins with 0x00. */
		if (G_LIKELY(*ret_len > 0 && **ret_data == 0))
			return FERRY_MYSQL_PACKET_ROW;
		if (*ret_len > 0 && **ret_data == MARKER_EOF)
			return end_direct(p, *ret_data, *ret_len);
		if (*ret_len == 0 || **ret_data != MARKER_ERROR) {
			set_lost(p, "the server sent what is no row");
			return FERRY_MYSQL_PACKET_LOST;
		}
		keep_error(p, *ret_data, *ret_len);
		if (p->error_code != PROGRESS_ERROR)
			return FERRY_MYSQL_PACKET_ERROR;
	}
}

bool ferry_mysql_packets_fail(FerryMysqlPackets *p, FerryMysqlConnection *c, GError **error,
			      const char *doing)
{
	return ferry_mysql_fail_with(c, p->error_code, p->error_state, p->error_text, error, doing);
}
