/* Packets and the stream of message bytes (see net.h). */
#include "net.h"
#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#define RECEIVE_SIZE    (128 * 1024)
#define MAX_PACKET      (4 * 1024 * 1024)
#define MAX_VALUE       (1024 * 1024 * 1024)
#define MAX_PIECE       (1024 * 1024)
#define DATA_HEADER     10
#define PACKETS_AT_ONCE 64

enum { DATA_FLAG_EOF = 0x0040, DATA_FLAG_END_OF_RESPONSE = 0x2000 };

void net_init(Net *net, int fd)
{
	*net = (Net){.fd = fd, .sdu = 8192};
	net->received = g_malloc(RECEIVE_SIZE);
}

void net_clear(Net *net)
{
	if (net->ssl) {
		if (net->state == NET_OK)
			SSL_shutdown(net->ssl);
		SSL_free(net->ssl);
	}
	close(net->fd);
	bytes_free(&net->in);
	bytes_free(&net->out);
	bytes_free(&net->packet);
	g_free(net->received);
}

gboolean net_start_tls(Net *net, SSL_CTX *context)
{
	if (net->ssl)
		SSL_free(net->ssl);
	net->ssl = SSL_new(context);
	SSL_set_fd(net->ssl, net->fd);
	return SSL_accept(net->ssl) == 1;
}

/* ---- bytes of the socket ---- */

static gssize receive_some(Net *net, void *to, gsize len)
{
	gssize n;

	if (net->ssl)
		return SSL_read(net->ssl, to, MIN(len, G_MAXINT));
	do {
		n = recv(net->fd, to, len, 0);
	} while (n < 0 && errno == EINTR);
	return n;
}

static gboolean read_bytes(Net *net, guint8 *to, gsize len)
{
	while (len) {
		gsize have = net->received_len - net->received_pos, n = MIN(have, len);

		if (!have) {
			gssize got = receive_some(net, net->received, RECEIVE_SIZE);

			if (got <= 0) {
				net->state = NET_CLOSED;
				return FALSE;
			}
			net->received_pos = 0;
			net->received_len = got;
			continue;
		}
		memcpy(to, net->received + net->received_pos, n);
		net->received_pos += n;
		to += n;
		len -= n;
	}
	return TRUE;
}

static void write_tls(Net *net, struct iovec *iov, int n)
{
	for (int i = 0; i < n && net->state != NET_CLOSED; i++)
		if (iov[i].iov_len && SSL_write(net->ssl, iov[i].iov_base, iov[i].iov_len) <= 0)
			net->state = NET_CLOSED;
}

static void write_all(Net *net, struct iovec *iov, int n)
{
	if (net->ssl) {
		write_tls(net, iov, n);
		return;
	}
	while (n && net->state != NET_CLOSED) {
		struct msghdr message = {.msg_iov = iov, .msg_iovlen = n};
		gssize sent = sendmsg(net->fd, &message, MSG_NOSIGNAL);

		if (sent < 0 && errno == EINTR)
			continue;
		if (sent < 0)
			net->state = NET_CLOSED;
		for (; n && sent >= (gssize)iov->iov_len; iov++, n--)
			sent -= iov->iov_len;
		if (n && sent > 0) {
			iov->iov_base = (guint8 *)iov->iov_base + sent;
			iov->iov_len -= sent;
		}
	}
}

gboolean net_has_input(Net *net)
{
	struct pollfd p = {.fd = net->fd, .events = POLLIN};

	if (net->received_len > net->received_pos || (net->ssl && SSL_pending(net->ssl)))
		return TRUE;
	return poll(&p, 1, 0) > 0;
}

/* ---- packets ---- */

static void make_header(Net *net, guint8 *h, gsize len, guint8 type)
{
	memset(h, 0, 8);
	if (net->large_lengths) {
		h[0] = len >> 24;
		h[1] = len >> 16;
		h[2] = len >> 8;
		h[3] = len;
	} else {
		h[0] = len >> 8;
		h[1] = len;
	}
	h[4] = type;
}

void net_send_flagged(Net *net, guint8 type, guint8 flags, const void *body, gsize len)
{
	guint8 header[8];
	struct iovec iov[2] = {{header, 8}, {(void *)body, len}};

	make_header(net, header, 8 + len, type);
	header[5] = flags;
	write_all(net, iov, 2);
}

void net_send_packet(Net *net, guint8 type, const void *body, gsize len)
{
	net_send_flagged(net, type, 0, body, len);
}

void net_send_marker(Net *net, guint8 marker)
{
	guint8 body[3] = {1, 0, marker};

	net_send_packet(net, TNS_MARKER, body, 3);
}

/* Appends what a DATA packet carries to the request. */
static gboolean take_data(Net *net, gsize len)
{
	guint8 flags[2];

	if (len < 2 || !read_bytes(net, flags, 2))
		return FALSE;
	if (net->in_pos == net->in.len) {
		net->in.len = net->in_pos = 0;
	} else if (net->in_pos > net->in.cap / 2) {
		memmove(net->in.data, net->in.data + net->in_pos, net->in.len - net->in_pos);
		net->in.len -= net->in_pos;
		net->in_pos = 0;
	}
	bytes_reserve(&net->in, len - 2);
	if (!read_bytes(net, net->in.data + net->in.len, len - 2))
		return FALSE;
	net->in.len += len - 2;
	return !((flags[0] << 8 | flags[1]) & DATA_FLAG_EOF);
}

gboolean net_read_packet(Net *net)
{
	guint8 h[8];
	gsize len;

	if (!read_bytes(net, h, 8))
		return FALSE;
	len = net->large_lengths ? (gsize)h[0] << 24 | h[1] << 16 | h[2] << 8 | h[3]
				 : (gsize)h[0] << 8 | h[1];
	net->packet_type = h[4];
	if (len >= 8 && len <= MAX_PACKET) {
		if (h[4] == TNS_DATA) {
			if (take_data(net, len - 8))
				return TRUE;
		} else {
			net->packet.len = 0;
			bytes_reserve(&net->packet, len - 8);
			net->packet.len = len - 8;
			if (read_bytes(net, net->packet.data, len - 8))
				return TRUE;
		}
	}
	net->state = NET_CLOSED;
	return FALSE;
}

void net_flush(Net *net, gboolean is_end)
{
	gsize room = net->sdu - DATA_HEADER, pos = 0;
	guint8 headers[PACKETS_AT_ONCE][DATA_HEADER];
	struct iovec iov[2 * PACKETS_AT_ONCE];

	if (net->cut)
		room = MIN(room, net->cut);
	while (net->state != NET_CLOSED && pos < net->out.len && (is_end || net->out.len - pos >= room)) {
		int n = 0;

		for (; n < PACKETS_AT_ONCE && pos < net->out.len; n++) {
			gsize len = MIN(net->out.len - pos, room);
			guint16 flags =
				is_end && (net->flag_end || net->flag_end_always) && pos + len == net->out.len
					? DATA_FLAG_END_OF_RESPONSE
					: 0;

			if (len < room && !is_end)
				break;
			make_header(net, headers[n], DATA_HEADER + len, TNS_DATA);
			headers[n][5] = net->data_packet_flags;
			headers[n][8] = flags >> 8;
			headers[n][9] = flags;
			iov[2 * n] = (struct iovec){headers[n], DATA_HEADER};
			iov[2 * n + 1] = (struct iovec){net->out.data + pos, len};
			pos += len;
		}
		write_all(net, iov, 2 * n);
	}
	memmove(net->out.data, net->out.data + pos, net->out.len - pos);
	net->out.len -= pos;
}

/* ---- the request ---- */

void net_drop_input(Net *net)
{
	net->in.len = net->in_pos = 0;
}

gboolean net_input_is_left(Net *net)
{
	return net->in_pos < net->in.len;
}

const guint8 *get_raw(Net *net, gsize len)
{
	static const guint8 zeros[MAX_PIECE];
	const guint8 *at;

	if (len > MAX_PIECE)
		net->state = NET_CLOSED;
	while (net->state == NET_OK && net->in.len - net->in_pos < len)
		if (net_read_packet(net) && net->packet_type != TNS_DATA)
			net->state = net->packet_type == TNS_MARKER ? NET_BROKEN : NET_CLOSED;
	if (net->state != NET_OK)
		return zeros;
	at = net->in.data + net->in_pos;
	net->in_pos += len;
	return at;
}

guint8 get_u8(Net *net)
{
	return *get_raw(net, 1);
}

guint16 get_u16(Net *net)
{
	const guint8 *p = get_raw(net, 2);

	return p[0] << 8 | p[1];
}

guint32 get_u32(Net *net)
{
	const guint8 *p = get_raw(net, 4);

	return (guint32)p[0] << 24 | p[1] << 16 | p[2] << 8 | p[3];
}

static guint64 get_sized(Net *net, gboolean *ret_negative)
{
	guint8 n = get_u8(net);
	const guint8 *p;
	guint64 v = 0;

	*ret_negative = n & 0x80;
	n &= 0x7f;
	if (n > 8) {
		net->state = NET_CLOSED;
		return 0;
	}
	p = get_raw(net, n);
	for (int i = 0; i < n; i++)
		v = v << 8 | p[i];
	return v;
}

guint64 get_ub(Net *net)
{
	gboolean negative;

	return get_sized(net, &negative);
}

gint64 get_sb(Net *net)
{
	gboolean negative;
	guint64 v = get_sized(net, &negative);

	return negative ? -(gint64)v : (gint64)v;
}

/* In pieces, so that no length is believed before its bytes are there. */
static void get_bytes(Net *net, Bytes *into, guint64 len)
{
	if (into->len + len > MAX_VALUE)
		net->state = NET_CLOSED;
	while (len && net->state == NET_OK) {
		gsize n = MIN(len, 32768);

		put_raw(into, get_raw(net, n), n);
		len -= n;
	}
}

gboolean get_clr(Net *net, Bytes *into)
{
	guint8 n = get_u8(net);
	guint64 piece;

	into->len = 0;
	if (n == 0 || n == 255)
		return FALSE;
	if (n != 254) {
		get_bytes(net, into, n);
		return TRUE;
	}
	while ((piece = get_ub(net)) && net->state == NET_OK)
		get_bytes(net, into, piece);
	return TRUE;
}

char *get_clr_text(Net *net)
{
	Bytes b = {0};
	char *text;

	get_clr(net, &b);
	text = b.len ? g_strndup((char *)b.data, b.len) : g_strdup("");
	bytes_free(&b);
	return text;
}

char *get_raw_text(Net *net, gsize len)
{
	Bytes b = {0};
	char *text;

	get_bytes(net, &b, len);
	text = b.len ? g_strndup((char *)b.data, b.len) : g_strdup("");
	bytes_free(&b);
	return text;
}
