/*
 * See net.h. The socket is non-blocking; all waiting is one poll() over the socket and an eventfd, by which
 * other threads wake the waiting one. TLS is OpenSSL's, over the same socket.
 */
#include "connectors/oracle/net.h"

#include "connectors/oracle/tls.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

struct FerryOracleNet {
	int fd;
	int wake_fd;
	int64_t deadline_us; /* -1: none */
	char *host;
	FerryOracleTls tls;             /* strings borrowed */
	FerryOracleTlsSession *session; /* or NULL: plain */
};

typedef enum { WAIT_READY, WAIT_WOKEN, WAIT_FAILED } Wait;

static int remaining_ms(const FerryOracleNet *net)
{
	if (net->deadline_us < 0)
		return -1;
	int64_t left = net->deadline_us - g_get_monotonic_time();
	return left <= 0 ? 0 : (int)MIN(left / 1000 + 1, G_MAXINT);
}

static Wait wait_for(FerryOracleNet *net, short events, bool may_wake, GError **error)
{
	struct pollfd fds[2] = {{.fd = net->fd, .events = events}, {.fd = net->wake_fd, .events = POLLIN}};

	for (;;) {
		int n = poll(fds, may_wake && net->wake_fd >= 0 ? 2 : 1, remaining_ms(net));
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			ferry_fail(error, FERRY_ERROR_LOST, "%s", g_strerror(errno));
			return WAIT_FAILED;
		}
		if (n == 0) {
			ferry_fail_server(error, FERRY_ERROR_CONNECT, NULL, 0, true,
					  "no answer within the time limit");
			return WAIT_FAILED;
		}
		if (fds[0].revents)
			return WAIT_READY;
		uint64_t count;
		if (read(net->wake_fd, &count, sizeof count) == sizeof count)
			return WAIT_WOKEN;
	}
}

/* ---- connecting ---- */

int64_t ferry_oracle_net_share(int64_t end_us, unsigned n)
{
	int64_t now = g_get_monotonic_time();

	return end_us < 0 ? end_us : now + MAX(end_us - now, 0) / n;
}

static bool finish_connect(FerryOracleNet *net, GError **error)
{
	int code = 0;
	socklen_t len = sizeof code;

	if (wait_for(net, POLLOUT, false, error) != WAIT_READY)
		return false;
	if (getsockopt(net->fd, SOL_SOCKET, SO_ERROR, &code, &len) == 0 && code == 0)
		return true;
	return ferry_fail_server(error, FERRY_ERROR_CONNECT, NULL, 0, true, "%s", g_strerror(code));
}

static bool try_address(FerryOracleNet *net, const struct addrinfo *address, GError **error)
{
	int on = 1;

	net->fd = socket(address->ai_family, address->ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC,
			 address->ai_protocol);
	if (net->fd < 0)
		return ferry_fail(error, FERRY_ERROR_CONNECT, "%s", g_strerror(errno));
	setsockopt(net->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
	setsockopt(net->fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
	bool is_ok = connect(net->fd, address->ai_addr, address->ai_addrlen) == 0;
	if (!is_ok && errno == EINPROGRESS)
		is_ok = finish_connect(net, error);
	else if (!is_ok)
		ferry_fail_server(error, FERRY_ERROR_CONNECT, NULL, 0, true, "%s", g_strerror(errno));
	if (!is_ok) {
		close(net->fd);
		net->fd = -1;
	}
	return is_ok;
}

static bool connect_tcp(FerryOracleNet *net, int port, GError **error)
{
	struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_ADDRCONFIG}, *all = NULL;
	g_autofree char *service = g_strdup_printf("%d", port);
	int code = getaddrinfo(net->host, service, &hints, &all);

	if (code != 0) {
		ferry_fail_server(error, FERRY_ERROR_CONNECT, NULL, 0, code == EAI_AGAIN, "%s",
				  gai_strerror(code));
		ferry_error_hint(error, "check the host's name");
		return false;
	}
	const int64_t end_us = net->deadline_us;
	bool is_ok = false;
	unsigned n_left = 0;
	for (struct addrinfo *one = all; one; one = one->ai_next)
		n_left++;
	for (struct addrinfo *one = all; one && !is_ok; one = one->ai_next, n_left--) {
		if (error)
			g_clear_error(error);
		net->deadline_us = ferry_oracle_net_share(end_us, n_left);
		is_ok = try_address(net, one, error);
	}
	net->deadline_us = end_us;
	freeaddrinfo(all);
	return is_ok;
}

FerryOracleNet *ferry_oracle_net_connect(const char *host, int port, const FerryOracleTls *tls,
					 int64_t deadline_us, GError **error)
{
	FerryOracleNet *net = g_new0(FerryOracleNet, 1);
	GError *own = NULL;

	net->fd = -1;
	net->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	net->deadline_us = deadline_us;
	net->host = g_strdup(host);
	net->tls = *tls;
	if (connect_tcp(net, port, &own) && (!tls->is_on || ferry_oracle_net_redo_tls(net, &own)))
		return net;
	g_prefix_error(&own, "cannot connect to %s port %d: ", host, port);
	g_propagate_error(error, own);
	ferry_oracle_net_free(net);
	return NULL;
}

void ferry_oracle_net_free(FerryOracleNet *net)
{
	if (!net)
		return;
	ferry_oracle_tls_free(net->session);
	if (net->fd >= 0)
		close(net->fd);
	if (net->wake_fd >= 0)
		close(net->wake_fd);
	g_free(net->host);
	g_free(net);
}

void ferry_oracle_net_set_deadline(FerryOracleNet *net, int64_t deadline_us)
{
	net->deadline_us = deadline_us;
}

/* ---- TLS ---- */

static bool wait_for_tls(FerryOracleNet *net, FerryOracleTlsWant want, GError **error)
{
	short events = want == FERRY_ORACLE_TLS_WRITE ? POLLOUT : POLLIN;
	return wait_for(net, events, false, error) == WAIT_READY;
}

bool ferry_oracle_net_redo_tls(FerryOracleNet *net, GError **error)
{
	FerryOracleTlsWant want;

	ferry_oracle_tls_free(net->session);
	net->session = ferry_oracle_tls_new(net->fd, net->host, &net->tls, error);
	if (!net->session)
		return false;
	while ((want = ferry_oracle_tls_handshake(net->session, error)) != FERRY_ORACLE_TLS_DONE)
		if (want == FERRY_ORACLE_TLS_FAILED || !wait_for_tls(net, want, error))
			return false;
	return true;
}

/* ---- bytes ---- */

/* -1: would block; want says on what. 0: the other side is gone, or an error is set. */
static ssize_t receive_once(FerryOracleNet *net, uint8_t *data, size_t room, FerryOracleTlsWant *want,
			    GError **error)
{
	*want = FERRY_ORACLE_TLS_READ;
	if (net->session)
		return ferry_oracle_tls_receive(net->session, data, room, want, error);
	for (;;) {
		ssize_t n = recv(net->fd, data, room, 0);
		if (n > 0 || (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)))
			return n;
		if (n < 0 && errno == EINTR)
			continue;
		ferry_fail_server(error, FERRY_ERROR_LOST, NULL, 0, true, "%s",
				  n == 0 ? "the server closed the connection" : g_strerror(errno));
		return 0;
	}
}

ssize_t ferry_oracle_net_receive(FerryOracleNet *net, uint8_t *data, size_t room, GError **error)
{
	for (;;) {
		FerryOracleTlsWant want;
		ssize_t n = receive_once(net, data, room, &want, error);
		if (n > 0)
			return n;
		if (n == 0)
			return FERRY_ORACLE_NET_FAILED;
		switch (wait_for(net, want == FERRY_ORACLE_TLS_WRITE ? POLLOUT : POLLIN, true, error)) {
		case WAIT_READY: break;
		case WAIT_WOKEN: return FERRY_ORACLE_NET_WOKEN;
		case WAIT_FAILED: return FERRY_ORACLE_NET_FAILED;
		}
	}
}

static ssize_t send_once(FerryOracleNet *net, const uint8_t *data, size_t len, FerryOracleTlsWant *want,
			 GError **error)
{
	*want = FERRY_ORACLE_TLS_WRITE;
	if (net->session)
		return ferry_oracle_tls_send(net->session, data, len, want, error);
	for (;;) {
		ssize_t n = send(net->fd, data, len, MSG_NOSIGNAL);
		if (n > 0 || (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)))
			return n;
		if (n < 0 && errno == EINTR)
			continue;
		ferry_fail_server(error, FERRY_ERROR_LOST, NULL, 0, true, "%s", g_strerror(errno));
		return 0;
	}
}

bool ferry_oracle_net_send(FerryOracleNet *net, const uint8_t *data, size_t len, GError **error)
{
	while (len > 0) {
		FerryOracleTlsWant want;
		ssize_t n = send_once(net, data, len, &want, error);
		if (n > 0) {
			data += n;
			len -= (size_t)n;
		} else if (n == 0 || !wait_for_tls(net, want, error)) {
			return false;
		}
	}
	return true;
}

void ferry_oracle_net_wake(FerryOracleNet *net)
{
	uint64_t one = 1;
	ssize_t ignored = write(net->wake_fd, &one, sizeof one);
	(void)ignored;
}
