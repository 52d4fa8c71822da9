/*
 * See copy_receive.h. A message is a type (1 byte), a length (4, which counts itself) and a body
 * (https://www.postgresql.org/docs/current/protocol-message-formats.html). The buffer holds [at, end): bytes
 * that were read and not handed out.
 *
 * libpq is given the rest of the answer through a pair of sockets, one end of which takes the place of its
 * own socket for as long as that takes.
 */
#include "connectors/postgres/copy_receive.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#define BUFFER_SIZE ((size_t)128 * 1024)
#define KEPT_SIZE   ((size_t)1 << 20)
#define HEAD_SIZE   5
#define MAX_MESSAGE ((size_t)0x7fffffff)
#define MAX_SAID    ((guint)64 << 20) /* errors and notices, of which a wrong server could send any number */
#define COPY_DATA   'd'
#define COPY_OUT    'H'
#define READY       'Z'

struct PgReceiver {
	PGconn *conn;
	uint8_t *buffer;
	size_t size, at, end;
	size_t body;      /* bytes of the message at hand that were not handed out */
	GByteArray *said; /* messages that are libpq's */
};

bool ferry_pg_can_receive(PGconn *conn)
{
	return !PQsslInUse(conn) && !PQgssEncInUse(conn);
}

PgReceiver *ferry_pg_receiver_new(PGconn *conn)
{
	PgReceiver *r = g_new0(PgReceiver, 1);

	r->conn = conn;
	r->size = BUFFER_SIZE;
	r->buffer = g_malloc(r->size);
	r->said = g_byte_array_new();
	return r;
}

void ferry_pg_receiver_free(PgReceiver *r)
{
	if (!r)
		return;
	g_free(r->buffer);
	g_byte_array_unref(r->said);
	g_free(r);
}

void ferry_pg_receiver_trim(PgReceiver *r)
{
	size_t have = r->end - r->at;

	if (r->size <= KEPT_SIZE || have > BUFFER_SIZE)
		return;
	memmove(r->buffer, r->buffer + r->at, have);
	r->at = 0;
	r->end = have;
	uint8_t *smaller = g_try_realloc(r->buffer, BUFFER_SIZE);
	if (smaller == NULL)
		return;
	r->buffer = smaller;
	r->size = BUFFER_SIZE;
}

/* ---- handing over to libpq ---- */

/* What libpq has not read yet. */
static bool has_unread(int fd)
{
	int n = 0;
	return ioctl(fd, FIONREAD, &n) == 0 && n > 0;
}

static bool let_read(PGconn *conn, int fd)
{
	while (has_unread(fd))
		if (PQconsumeInput(conn) != 1)
			return false;
	return true;
}

static bool feed(PGconn *conn, int fd, int from, const GByteArray *said)
{
	for (guint at = 0; at < said->len;) {
		ssize_t n = send(from, said->data + at, said->len - at, MSG_NOSIGNAL | MSG_DONTWAIT);
		if (n > 0)
			at += (guint)n;
		else if (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR)
			return false;
		if (!let_read(conn, fd))
			return false;
	}
	return true;
}

/* libpq finds its connection closed. */
static void cut(PGconn *conn)
{
	shutdown(PQsocket(conn), SHUT_RDWR);
	while (PQconsumeInput(conn) == 1)
		;
}

static void hand_over(PgReceiver *r, bool is_lost)
{
	int fd = PQsocket(r->conn), ends[2] = {-1, -1}, own = fcntl(fd, F_DUPFD_CLOEXEC, 0);
	bool is_ok =
		own >= 0 && socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends) == 0;

	is_ok = is_ok && dup3(ends[0], fd, O_CLOEXEC) == fd;
	is_ok = is_ok && feed(r->conn, fd, ends[1], r->said) && !is_lost;
	if (!is_ok)
		cut(r->conn);
	else
		is_ok = dup3(own, fd, O_CLOEXEC) == fd;
	for (int i = 0; i < 2; i++)
		if (ends[i] >= 0)
			close(ends[i]);
	if (own >= 0)
		close(own);
	g_byte_array_set_size(r->said, 0);
}

static FerryStep lose(PgReceiver *r)
{
	hand_over(r, true);
	return FERRY_STEP_FAILED;
}

/* ---- the socket ---- */

/* One system call's worth of bytes. */
static bool receive(PgReceiver *r, uint8_t *out, size_t room, size_t *ret_got)
{
	int fd = PQsocket(r->conn);

	for (;;) {
		ssize_t n = recv(fd, out, room, MSG_DONTWAIT);
		if (n > 0) {
			*ret_got = (size_t)n;
			return true;
		}
		if (n == 0)
			return false;
		if (errno == EAGAIN || errno == EWOULDBLOCK) {
			struct pollfd wait = {.fd = fd, .events = POLLIN};
			(void)poll(&wait, 1, -1);
		} else if (errno != EINTR) {
			return false;
		}
	}
}

/* Moves what is there to the front, and makes the buffer hold need bytes. */
static bool make_room(PgReceiver *r, size_t need)
{
	memmove(r->buffer, r->buffer + r->at, r->end - r->at);
	r->end -= r->at;
	r->at = 0;
	if (need <= r->size)
		return true;
	uint8_t *bigger = g_try_realloc(r->buffer, need);
	if (bigger == NULL)
		return false;
	r->buffer = bigger;
	r->size = need;
	return true;
}

/* Until need bytes lie behind at. Out of line: once a buffer, not once a row. */
static G_NO_INLINE bool fill(PgReceiver *r, size_t need)
{
	size_t got;

	if (r->at == r->end)
		r->at = r->end = 0;
	if (r->size - r->at < need && !make_room(r, need))
		return false;
	while (r->end - r->at < need) {
		if (!receive(r, r->buffer + r->end, r->size - r->end, &got))
			return false;
		r->end += got;
	}
	return true;
}

/* ---- messages ---- */

/* The message at at is libpq's. */
static bool keep(PgReceiver *r, size_t len)
{
	if (len > MAX_SAID - MIN(r->said->len, MAX_SAID) || !fill(r, HEAD_SIZE + len))
		return false;
	g_byte_array_append(r->said, r->buffer + r->at, (guint)(HEAD_SIZE + len));
	r->at += HEAD_SIZE + len;
	return true;
}

/* What came behind the answer's end belongs to it as well. */
static FerryStep end(PgReceiver *r)
{
	g_byte_array_append(r->said, r->buffer + r->at, (guint)(r->end - r->at));
	r->at = r->end = 0;
	hand_over(r, false);
	return FERRY_STEP_END;
}

/* Messages that are not CopyData, until one of the type has come; MORE: it has, and is kept. */
static FerryStep read_on(PgReceiver *r, char wanted, size_t *ret_len)
{
	for (;;) {
		if (G_UNLIKELY(r->end - r->at < HEAD_SIZE) && !fill(r, HEAD_SIZE))
			return lose(r);
		uint32_t size;
		char type = (char)r->buffer[r->at];
		memcpy(&size, r->buffer + r->at + 1, sizeof size);
		size_t len = (size_t)GUINT32_FROM_BE(size);
		if (G_UNLIKELY(len < sizeof size || len > MAX_MESSAGE))
			return lose(r);
		*ret_len = len - sizeof size;
		if (G_LIKELY(type == wanted && type == COPY_DATA))
			return FERRY_STEP_MORE;
		if (!keep(r, *ret_len))
			return lose(r);
		if (type == READY)
			return end(r);
		if (type == wanted)
			return FERRY_STEP_MORE;
	}
}

FerryStep ferry_pg_receive_begin(PgReceiver *r)
{
	size_t len;

	r->at = r->end = 0;
	return read_on(r, COPY_OUT, &len);
}

FerryStep ferry_pg_receive_head(PgReceiver *r, size_t *ret_len)
{
	FerryStep step = read_on(r, COPY_DATA, ret_len);

	if (G_LIKELY(step == FERRY_STEP_MORE)) {
		r->at += HEAD_SIZE;
		r->body = *ret_len;
	}
	return step;
}

FerryStep ferry_pg_receive_body(PgReceiver *r, const uint8_t **ret_data)
{
	if (G_UNLIKELY(r->body > r->size) && !make_room(r, r->body))
		return FERRY_STEP_END;
	if (G_UNLIKELY(r->end - r->at < r->body) && !fill(r, r->body))
		return lose(r);
	*ret_data = r->buffer + r->at;
	r->at += r->body;
	r->body = 0;
	return FERRY_STEP_MORE;
}

FerryStep ferry_pg_receive_body_to(PgReceiver *r, void *out)
{
	size_t have = MIN(r->end - r->at, r->body), got;
	uint8_t *to = out;

	memcpy(to, r->buffer + r->at, have);
	r->at += have;
	for (size_t at = have; at < r->body; at += got)
		if (!receive(r, to + at, r->body - at, &got))
			return lose(r);
	r->body = 0;
	return FERRY_STEP_MORE;
}

FerryStep ferry_pg_receive_skip(PgReceiver *r)
{
	while (r->body > 0) {
		if (r->at == r->end && !fill(r, 1))
			return lose(r);
		size_t n = MIN(r->end - r->at, r->body);
		r->at += n;
		r->body -= n;
	}
	return FERRY_STEP_MORE;
}
