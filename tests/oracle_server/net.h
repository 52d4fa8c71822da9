/* One client's connection: TNS packets below, one stream of message bytes above.
 *
 * Reading: get_* take bytes of the request and fetch the next DATA packet when they run out, so that a
 * message part may lie across packets at any place. Once the state is not NET_OK they return zeros and do
 * nothing more: who parses checks the state at the end, not at each step. Writing: put_* (bytes.h) append to
 * `out`; net_flush cuts that into DATA packets of the negotiated size.
 */
#pragma once
#include "bytes.h"
#include <openssl/ssl.h>

enum {
	TNS_CONNECT = 1,
	TNS_ACCEPT = 2,
	TNS_REFUSE = 4,
	TNS_REDIRECT = 5,
	TNS_DATA = 6,
	TNS_RESEND = 11,
	TNS_MARKER = 12,
};
enum { MARKER_BREAK = 1, MARKER_RESET = 2, MARKER_INTERRUPT = 3 };

typedef enum {
	NET_OK,
	NET_BROKEN, /* the client sent a break in the middle of a request */
	NET_CLOSED, /* it is gone, or sent what cannot be */
} NetState;

typedef struct Net {
	int fd;
	SSL *ssl;
	NetState state;
	gboolean large_lengths; /* packet lengths are u32: from ACCEPT on */
	gboolean flag_end;      /* the last packet of a response says that it is the last */
	gboolean flag_end_always;
	guint8 data_packet_flags;
	guint32 sdu, cut;
	Bytes in, out;
	gsize in_pos;
	guint8 packet_type;
	Bytes packet;     /* the last packet that was no DATA, without its header */
	guint8 *received; /* bytes from the socket that belong to later packets */
	gsize received_pos, received_len;
} Net;

void net_init(Net *net, int fd);
void net_clear(Net *net);
gboolean net_start_tls(Net *net, SSL_CTX *context);

/* Reads one packet. DATA is appended to `in`, the body of others is in `packet`. */
gboolean net_read_packet(Net *net);
void net_send_packet(Net *net, guint8 type, const void *body, gsize len);
void net_send_flagged(Net *net, guint8 type, guint8 flags, const void *body, gsize len);
void net_send_marker(Net *net, guint8 marker);

/* Sends `out`: all of it at the end of a response, else the full packets. */
void net_flush(Net *net, gboolean is_end);
/* Without waiting: has the client sent something (only a marker can be, while it waits for its answer) or
 * left? */
gboolean net_has_input(Net *net);
void net_drop_input(Net *net); /* what is left of the request */
gboolean net_input_is_left(Net *net);

const guint8 *get_raw(Net *net, gsize len); /* valid until the next get */
guint8 get_u8(Net *net);
guint16 get_u16(Net *net);
guint32 get_u32(Net *net);
guint64 get_ub(Net *net);
gint64 get_sb(Net *net);
gboolean get_clr(Net *net, Bytes *into); /* replaces what is in it; false: NULL */
char *get_clr_text(Net *net);            /* never NULL */
char *get_raw_text(Net *net, gsize len);
