/* See wire.h. The buffer: [at, end) shown, then [raw, raw_end) as it was received; end <= raw. */
#include "connectors/oracle/wire.h"

#include <stdlib.h>

#define BUFFER_SIZE      ((size_t)256 * 1024)
#define MIN_ROOM         ((size_t)16 * 1024)
#define HEADER_SIZE      8
#define DATA_HEADER      10
#define MAX_PACKET       ((size_t)4 * 1024 * 1024)
#define MAX_CONTROL      ((size_t)64 * 1024) /* what is read as a whole: everything but DATA */
#define DEFAULT_SDU      8192
#define MARKER_BREAK     1
#define MARKER_RESET     2
#define MARKER_INTERRUPT 3
#define GRACE_US         (5 * G_USEC_PER_SEC) /* for a server that was told to break off */

FerryOracleWire *ferry_oracle_wire_new(FerryOracleNet *net)
{
	FerryOracleWire *w = g_new0(FerryOracleWire, 1);

	w->net = net;
	w->sdu = DEFAULT_SDU;
	w->size = BUFFER_SIZE;
	w->buffer = g_malloc(w->size);
	w->at = w->end = w->buffer;
	w->scratch = g_byte_array_new();
	w->packets = g_byte_array_new();
	return w;
}

void ferry_oracle_wire_free(FerryOracleWire *w)
{
	if (!w)
		return;
	ferry_oracle_net_free(w->net);
	g_clear_error(&w->error);
	g_byte_array_free(w->scratch, TRUE);
	/* Logging in goes through here. */
	explicit_bzero(w->packets->data, w->packets->len);
	g_byte_array_free(w->packets, TRUE);
	g_free(w->buffer);
	g_free(w);
}

void ferry_oracle_wire_set_net(FerryOracleWire *w, FerryOracleNet *net)
{
	ferry_oracle_net_free(w->net);
	w->net = net;
	w->at = w->end = w->buffer;
	w->raw = w->raw_end = w->packet_left = 0;
	w->has_long_lengths = w->is_interrupted = w->drops_markers = false;
	w->state = FERRY_ORACLE_WIRE_FINE; /* what went wrong did so at another address */
	w->what = NULL;
	g_clear_error(&w->error);
}

void ferry_oracle_wire_wake(FerryOracleWire *w)
{
	if (w->net)
		ferry_oracle_net_wake(w->net);
}

void ferry_oracle_wire_malformed(FerryOracleWire *w, const char *what)
{
	if (w->state != FERRY_ORACLE_WIRE_FINE)
		return;
	w->state = FERRY_ORACLE_WIRE_MALFORMED;
	w->what = what;
	w->at = w->end;
}

void ferry_oracle_wire_resume(FerryOracleWire *w)
{
	if (w->state == FERRY_ORACLE_WIRE_BROKEN_OFF)
		w->state = FERRY_ORACLE_WIRE_FINE;
}

static void set_lost(FerryOracleWire *w)
{
	w->state = FERRY_ORACLE_WIRE_LOST;
	w->at = w->end;
	if (!w->error)
		ferry_fail_server(&w->error, FERRY_ERROR_LOST, NULL, 0, true, "the connection was lost");
}

/* ---- sending ---- */

static void add_header(FerryOracleWire *w, uint8_t type, uint8_t flags, size_t len)
{
	uint8_t header[HEADER_SIZE] = {0};

	if (w->has_long_lengths) {
		header[0] = (uint8_t)(len >> 24);
		header[1] = (uint8_t)(len >> 16);
		header[2] = (uint8_t)(len >> 8);
		header[3] = (uint8_t)len;
	} else {
		header[0] = (uint8_t)(len >> 8);
		header[1] = (uint8_t)len;
	}
	header[4] = type;
	header[5] = flags;
	g_byte_array_append(w->packets, header, sizeof header);
}

static bool flush(FerryOracleWire *w, GError **error)
{
	bool is_ok =
		w->is_fed || (w->net ? ferry_oracle_net_send(w->net, w->packets->data, w->packets->len, error)
				     : ferry_fail(error, FERRY_ERROR_LOST, "there is no connection"));

	explicit_bzero(w->packets->data, w->packets->len);
	g_byte_array_set_size(w->packets, 0);
	if (!is_ok)
		w->state = FERRY_ORACLE_WIRE_LOST;
	return is_ok;
}

bool ferry_oracle_wire_send_packet(FerryOracleWire *w, uint8_t type, uint8_t flags, const uint8_t *body,
				   size_t len, GError **error)
{
	add_header(w, type, flags, HEADER_SIZE + len);
	if (len > 0)
		g_byte_array_append(w->packets, body, (guint)len);
	return flush(w, error);
}

bool ferry_oracle_wire_send(FerryOracleWire *w, const uint8_t *message, size_t len, uint16_t data_flags,
			    GError **error)
{
	size_t room = w->sdu - DATA_HEADER;

	do {
		size_t n = MIN(len, room);
		uint16_t flags = n == len ? data_flags : 0;
		uint8_t flag_bytes[2] = {(uint8_t)(flags >> 8), (uint8_t)flags};
		add_header(w, FERRY_ORACLE_PACKET_DATA, 0, DATA_HEADER + n);
		g_byte_array_append(w->packets, flag_bytes, sizeof flag_bytes);
		if (n > 0) {
			g_byte_array_append(w->packets, message, (guint)n);
			message += n;
		}
		len -= n;
	} while (len > 0);
	return flush(w, error);
}

static bool send_marker(FerryOracleWire *w, uint8_t marker)
{
	uint8_t body[3] = {1, 0, marker};
	GError *error = NULL;

	if (ferry_oracle_wire_send_packet(w, FERRY_ORACLE_PACKET_MARKER, 0, body, sizeof body, &error))
		return true;
	g_clear_error(&w->error);
	w->error = error;
	set_lost(w);
	return false;
}

/* ---- receiving ---- */

static size_t index_of(const FerryOracleWire *w, const uint8_t *p)
{
	return (size_t)(p - w->buffer);
}

/* Moves everything to the buffer's start, so that room is behind raw_end. */
static void compact(FerryOracleWire *w)
{
	size_t shown = (size_t)(w->end - w->at), raw = w->raw_end - w->raw;

	memmove(w->buffer, w->at, shown);
	memmove(w->buffer + shown, w->buffer + w->raw, raw);
	w->at = w->buffer;
	w->end = w->buffer + shown;
	w->raw = shown;
	w->raw_end = shown + raw;
}

/* The server is asked to stop, once; then it has a moment to do so. */
static void interrupt(FerryOracleWire *w)
{
	if (w->is_interrupted)
		return;
	w->is_interrupted = true;
	ferry_oracle_net_set_deadline(w->net, g_get_monotonic_time() + GRACE_US);
	send_marker(w, MARKER_INTERRUPT);
}

static bool receive(FerryOracleWire *w)
{
	if (!w->net) {
		set_lost(w);
		return false;
	}
	if (w->raw == w->raw_end || w->size - w->raw_end < MIN_ROOM)
		compact(w);
	for (;;) {
		ssize_t n = ferry_oracle_net_receive(w->net, w->buffer + w->raw_end, w->size - w->raw_end,
						     &w->error);
		if (n > 0) {
			w->raw_end += (size_t)n;
			return true;
		}
		if (n == FERRY_ORACLE_NET_FAILED) {
			set_lost(w);
			return false;
		}
		interrupt(w);
		if (w->state != FERRY_ORACLE_WIRE_FINE)
			return false;
	}
}

void ferry_oracle_wire_feed(FerryOracleWire *w, const uint8_t *data, size_t len)
{
	compact(w);
	if (len > w->size - w->raw_end) {
		size_t at = index_of(w, w->at), end = index_of(w, w->end);
		w->size = w->raw_end + len + MIN_ROOM;
		w->buffer = g_realloc(w->buffer, w->size);
		w->at = w->buffer + at;
		w->end = w->buffer + end;
	}
	memcpy(w->buffer + w->raw_end, data, len);
	w->raw_end += len;
	w->is_fed = true;
}

static bool fill_raw(FerryOracleWire *w, size_t n)
{
	while (w->raw_end - w->raw < n)
		if (!receive(w))
			return false;
	return true;
}

/* The next packet's header, at raw. */
static bool read_header(FerryOracleWire *w, size_t *ret_len, uint8_t *ret_type)
{
	if (!fill_raw(w, HEADER_SIZE))
		return false;
	const uint8_t *p = w->buffer + w->raw;
	size_t len = (size_t)p[0] << 8 | p[1];
	if (w->has_long_lengths)
		len = len << 16 | (size_t)p[2] << 8 | p[3];
	uint8_t type = p[4];
	bool is_data = type == FERRY_ORACLE_PACKET_DATA;
	if (len < (is_data ? DATA_HEADER : HEADER_SIZE) || len > (is_data ? MAX_PACKET : MAX_CONTROL)) {
		ferry_oracle_wire_malformed(w, "a packet of an impossible length");
		return false;
	}
	*ret_len = len;
	*ret_type = type;
	return true;
}

/* A whole packet that is not DATA; *ret_body is valid until more is received. */
static bool take_packet(FerryOracleWire *w, size_t len, const uint8_t **ret_body)
{
	if (!fill_raw(w, len))
		return false;
	*ret_body = w->buffer + w->raw + HEADER_SIZE;
	w->raw += len;
	return true;
}

/* After the first marker: the server gets our reset, and all that comes before its own is dropped. */
static bool reset(FerryOracleWire *w, bool is_reset)
{
	if (!send_marker(w, MARKER_RESET))
		return false;
	while (!is_reset) {
		size_t len;
		uint8_t type;
		const uint8_t *body;
		if (!read_header(w, &len, &type))
			return false;
		if (type != FERRY_ORACLE_PACKET_MARKER) {
			/* Bytes of the response that was broken off. */
			for (size_t left = len; left > 0;) {
				if (w->raw == w->raw_end && !receive(w))
					return false;
				size_t n = MIN(left, w->raw_end - w->raw);
				w->raw += n;
				left -= n;
			}
			continue;
		}
		if (!take_packet(w, len, &body))
			return false;
		is_reset = len >= HEADER_SIZE + 3 && body[2] == MARKER_RESET;
	}
	return true;
}

static bool on_marker(FerryOracleWire *w, size_t len)
{
	const uint8_t *body;

	if (!take_packet(w, len, &body))
		return false;
	if (w->drops_markers)
		return true;
	bool is_reset = len >= HEADER_SIZE + 3 && body[2] == MARKER_RESET;
	w->at = w->end; /* of the response so far nothing counts */
	if (!reset(w, is_reset))
		return false;
	if (w->is_interrupted)
		ferry_oracle_net_set_deadline(w->net, -1);
	w->drops_markers = true;
	w->state = FERRY_ORACLE_WIRE_BROKEN_OFF;
	return false;
}

/* Takes the next packet's header; DATA leaves packet_left. */
static bool next_packet(FerryOracleWire *w)
{
	size_t len;
	uint8_t type;
	const uint8_t *body;

	if (!read_header(w, &len, &type))
		return false;
	switch (type) {
	case FERRY_ORACLE_PACKET_DATA:
		if (!fill_raw(w, DATA_HEADER))
			return false;
		w->raw += DATA_HEADER;
		w->packet_left = len - DATA_HEADER;
		w->drops_markers = false;
		return true;
	case FERRY_ORACLE_PACKET_MARKER: return on_marker(w, len);
	case FERRY_ORACLE_PACKET_CONTROL: return take_packet(w, len, &body);
	default: ferry_oracle_wire_malformed(w, "a packet of a type that has no place here"); return false;
	}
}

/* Shows what is there of the DATA packet, behind what is shown already. */
static void show(FerryOracleWire *w)
{
	size_t n = MIN(w->packet_left, w->raw_end - w->raw), left = (size_t)(w->end - w->at);

	if (left > 0 && index_of(w, w->end) != w->raw)
		memmove(w->buffer + w->raw - left, w->at, left);
	w->at = w->buffer + w->raw - left;
	w->end = w->buffer + w->raw + n;
	w->raw += n;
	w->packet_left -= n;
	w->n_shown += n;
}

bool ferry_oracle_wire_fill(FerryOracleWire *w, size_t n)
{
	if (w->state != FERRY_ORACLE_WIRE_FINE)
		return false;
	g_assert(n <= FERRY_ORACLE_WIRE_PIECE);
	while ((size_t)(w->end - w->at) < n) {
		if (w->packet_left > 0) {
			if (w->raw == w->raw_end && !receive(w))
				return false;
			show(w);
		} else if (!next_packet(w)) {
			return false;
		}
	}
	return true;
}

bool ferry_oracle_wire_read_packet(FerryOracleWire *w, uint8_t *ret_type, uint8_t *ret_flags,
				   const uint8_t **ret_body, size_t *ret_len, GError **error)
{
	size_t len;
	uint8_t type;

	if (read_header(w, &len, &type) && fill_raw(w, len)) {
		size_t skip = type == FERRY_ORACLE_PACKET_DATA ? DATA_HEADER : HEADER_SIZE;
		const uint8_t *p = w->buffer + w->raw;
		*ret_type = type;
		*ret_flags = p[5];
		*ret_body = p + skip;
		*ret_len = len - skip;
		w->raw += len;
		return true;
	}
	if (w->error)
		g_propagate_error(error, g_steal_pointer(&w->error));
	else
		ferry_fail(error, FERRY_ERROR_CONNECT, "the server does not speak Oracle's protocol: %s",
			   w->what ? w->what : "nothing was understood");
	return false;
}
