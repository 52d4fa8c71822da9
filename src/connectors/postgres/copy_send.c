/*
 * CopyData messages straight to the socket. libpq's PQputCopyData() copies every byte into a buffer of its
 * own first, which is a quarter of the client's work in a load; a message needs nothing but its type and
 * length in front (https://www.postgresql.org/docs/current/protocol-message-formats.html, CopyData). Where
 * the connection is encrypted, the bytes belong to libpq, and it gets them.
 */
#include "connectors/postgres/writer.h"

#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/uio.h>

static bool is_encrypted(PGconn *conn)
{
	return PQsslInUse(conn) || PQgssEncInUse(conn);
}

/* The socket is full. What the server has to say meanwhile (notices, an error) is taken, or both would wait
 * for ever. */
static bool wait_for_room(PGconn *conn)
{
	struct pollfd fd = {.fd = PQsocket(conn), .events = POLLIN | POLLOUT};

	if (poll(&fd, 1, -1) < 0)
		return errno == EINTR;
	return !(fd.revents & (POLLIN | POLLERR | POLLHUP)) || PQconsumeInput(conn);
}

/* Leaves the words to libpq: it reads what the server has said last, or finds the connection closed. */
static bool give_up(PGconn *conn)
{
	shutdown(PQsocket(conn), SHUT_RDWR); /* a message was cut: nothing after it would be understood */
	while (PQconsumeInput(conn))
		;
	return false;
}

static void skip(struct msghdr *message, size_t n)
{
	while (n > 0) {
		size_t part = MIN(n, message->msg_iov->iov_len);
		message->msg_iov->iov_base = (char *)message->msg_iov->iov_base + part;
		message->msg_iov->iov_len -= part;
		n -= part;
		if (message->msg_iov->iov_len == 0 && message->msg_iovlen > 1) {
			message->msg_iov++;
			message->msg_iovlen--;
		}
	}
}

static bool send_message(PGconn *conn, const void *data, size_t len)
{
	uint8_t head[5] = {'d'};
	struct iovec parts[2] = {{head, sizeof head}, {(void *)data, len}};
	struct msghdr message = {.msg_iov = parts, .msg_iovlen = 2};
	size_t left = sizeof head + len;
	uint32_t size = __builtin_bswap32((uint32_t)len + 4);

	memcpy(head + 1, &size, sizeof size);
	while (left > 0) {
		ssize_t n = sendmsg(PQsocket(conn), &message, MSG_NOSIGNAL);
		if (n > 0) {
			left -= (size_t)n;
			skip(&message, (size_t)n);
		} else if (errno == EAGAIN || errno == EWOULDBLOCK) {
			if (!wait_for_room(conn))
				return give_up(conn);
		} else if (errno != EINTR) {
			return give_up(conn);
		}
	}
	return true;
}

bool ferry_pg_copy_send(PGconn *conn, const void *data, size_t len)
{
	if (is_encrypted(conn))
		return PQputCopyData(conn, data, (int)len) == 1;
	/* what libpq still holds (the query of the COPY itself) goes first */
	for (int status; (status = PQflush(conn)) != 0;)
		if (status < 0 || !wait_for_room(conn))
			return false;
	return send_message(conn, data, len);
}
