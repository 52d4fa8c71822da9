/* Native services, Protocol and Data types messages, and the three of fast authentication in one. */
#include "reply.h"

#define SERVICES_MAGIC          0xdeadbeef
#define SERVICES_VERSION        0x13000000
#define RENEGOTIATE             28
#define NATIONAL_CHARSET        2000
#define FAST_AUTH_FIELD_VERSION 13

enum { TYPE_27 = 27, TYPE_BOOLEAN = 252, TYPE_646 = 646, TYPE_652 = 652, LAST_TYPE_OF_19 = 640 };

static void put_service(Bytes *out, guint16 id, guint16 parts)
{
	put_u16(out, id);
	put_u16(out, parts);
	put_u32(out, 0);
	put_u16(out, 4);
	put_u16(out, 5);
	put_u32(out, SERVICES_VERSION);
}

static void put_part(Bytes *out, guint16 kind, guint16 len, guint16 value)
{
	put_u16(out, len);
	put_u16(out, kind);
	if (len == 2)
		put_u16(out, value);
	else
		put_u8(out, value);
}

/* The client offers nothing but algorithm 0; so does this server choose. */
static void put_services(Bytes *out)
{
	Bytes body = {0};

	put_service(&body, 4, 3);
	put_part(&body, 6, 2, 31);
	put_u16(&body, 14);
	put_u16(&body, 1);
	put_u32(&body, SERVICES_MAGIC);
	put_u16(&body, 3);
	put_u32(&body, 2);
	put_u16(&body, 4);
	put_u16(&body, 1);
	put_service(&body, 1, 2);
	put_part(&body, 6, 2, 0xfbff);
	put_service(&body, 2, 2);
	put_part(&body, 2, 1, 0);
	put_service(&body, 3, 2);
	put_part(&body, 2, 1, 0);
	put_u32(out, SERVICES_MAGIC);
	put_u16(out, 13 + body.len);
	put_u32(out, SERVICES_VERSION);
	put_u16(out, 4);
	put_u8(out, 0);
	put_raw(out, body.data, body.len);
	bytes_free(&body);
}

void session_services(Session *s)
{
	guint16 len;

	get_raw(&s->net, 3); /* the magic's first byte told what this is */
	len = get_u16(&s->net);
	get_raw(&s->net, len > 6 ? len - 6 : 0);
	put_services(&s->net.out);
	net_flush(&s->net, TRUE);
}

static void read_protocol(Session *s)
{
	get_raw(&s->net, 2);
	while (get_u8(&s->net) && s->net.state == NET_OK)
		;
}

static void put_compile_capabilities(Bytes *out, const Profile *p)
{
	guint8 caps[64] = {[0] = 6,          [1] = 1,     [2] = 1,     [3] = 1,
			   [4] = p->logon,   [5] = 1,     [6] = 1,     [7] = p->field_version,
			   [8] = 1,          [9] = 1,     [10] = 1,    [11] = 1,
			   [12] = 1,         [13] = 1,    [14] = 0x29, [15] = 0x7f,
			   [16] = 0xff,      [17] = 3,    [18] = 10,   [19] = 3,
			   [20] = 3,         [21] = 1,    [22] = 1,    [23] = p->lob_caps,
			   [24] = 1,         [25] = 1,    [26] = 0xff, [27] = 1,
			   [28] = 0xff,      [29] = 1,    [30] = 6,    [31] = 0x3c,
			   [32] = 1,         [33] = 6,    [34] = 12,   [35] = 0x20,
			   [36] = 3,         [37] = 0x7f, [38] = 1,    [39] = 0xff,
			   [40] = p->inband, [42] = 5,    [44] = 0x3e, [45] = 3,
			   [52] = 3};

	put_clr(out, caps, p->n_compile);
}

static void put_protocol(Session *s)
{
	static const guint8 fdo[] = {
		2, 0, 0, 0, 0, 1, 1, 0x80, 1, 0, 0, NATIONAL_CHARSET >> 8, NATIONAL_CHARSET & 255, 0, 0};
	static const guint8 runtime[13] = {2, 1, 0, 1, 0x18, 0, 0x77};
	const Profile *p = s->server->profile;
	Bytes *out = &s->net.out;

	put_u8(out, MSG_PROTOCOL);
	put_u8(out, 6);
	put_u8(out, 0);
	put_raw(out, "x86_64/Linux 2.4.xx", sizeof "x86_64/Linux 2.4.xx");
	put_u16le(out, p->charset);
	put_u8(out, 1);
	put_u16le(out, 0);
	put_u16(out, sizeof fdo);
	put_raw(out, fdo, sizeof fdo);
	put_compile_capabilities(out, p);
	put_clr(out, runtime, p->n_runtime);
}

void session_protocol(Session *s)
{
	read_protocol(s);
	put_protocol(s);
	net_flush(&s->net, TRUE);
}

static gboolean has_type(const Profile *p, guint16 type)
{
	if (type == TYPE_652)
		return p->field_version >= 14;
	if (type == TYPE_BOOLEAN)
		return p->field_version >= 17;
	return type <= LAST_TYPE_OF_19 || p->field_version >= 16;
}

/* What is asked for is agreed to, unless the version has no such type. The list also says which message
 * layouts the client reads. */
static void answer_types(Session *s, Bytes *out)
{
	guint16 type;

	s->new_layouts = FALSE;
	s->wide_scale = FALSE;
	while ((type = get_u16(&s->net)) && s->net.state == NET_OK) {
		guint16 converted = get_u16(&s->net), representation = 0;

		if (converted) {
			representation = get_u16(&s->net);
			get_u16(&s->net);
		}
		if (type == TYPE_652)
			s->new_layouts = TRUE;
		if (type == TYPE_27)
			s->wide_scale = representation == 1;
		put_u16(out, type);
		put_u16(out, has_type(s->server->profile, type) ? converted : 0);
		if (converted && has_type(s->server->profile, type)) {
			put_u16(out, representation);
			put_u16(out, 0);
		}
	}
	put_u16(out, 0);
}

/* [n] of capabilities, 0 behind their end */
static guint8 cap(const guint8 *caps, guint8 n, guint8 i)
{
	return i < n ? caps[i] : 0;
}

static void use_compile_capabilities(Session *s)
{
	guint8 n = get_u8(&s->net);
	const guint8 *caps = get_raw(&s->net, n);

	s->field_version = MIN(cap(caps, n, 7), s->server->profile->field_version);
	s->has_bit_vectors = cap(caps, n, 15) & 1;
	s->has_lob_prefetch = cap(caps, n, 23) & 0x40;
	s->end_of_response =
		s->server->profile->flags2 & 0x02000000 && cap(caps, n, 40) & 0x20 && s->field_version >= 24;
}

static void put_data_types(Session *s)
{
	Bytes *out = &s->net.out;
	gboolean has_zone;
	guint8 n;

	get_raw(&s->net, 4);
	s->sends_lengths = get_u8(&s->net) & 0x02;
	use_compile_capabilities(s);
	n = get_u8(&s->net);
	has_zone = cap(get_raw(&s->net, n), n, 1) & 1;
	put_u8(out, MSG_DATA_TYPES);
	if (has_zone) {
		get_raw(&s->net, 11);
		put_raw(out, "\x80\0\0\0\x3c\x3c\x3c\x80\0\0\0", 11);
	}
	answer_types(s, out);
}

void session_data_types(Session *s)
{
	put_data_types(s);
	/* python-oracledb 1.2, which is known by its list, takes the first packet for the whole reply */
	if (s->wide_scale)
		s->net.cut = 0;
	net_flush(&s->net, TRUE);
	s->net.cut = s->server->cut;
	s->net.flag_end = s->end_of_response;
}

/* Protocol, data types and the first part of the login in one message, and their answers in one. */
void session_fast_auth(Session *s)
{
	get_raw(&s->net, 3);
	get_u8(&s->net);
	read_protocol(s);
	put_protocol(s);
	get_raw(&s->net, 5);
	get_u8(&s->net);
	get_u8(&s->net); /* the Data types message's number */
	put_data_types(s);
	s->net.flag_end = s->end_of_response;
	get_raw(&s->net,
		2); /* function and its number; its header has no token, as it is that of field version 13 */
	s->sequence = get_u8(&s->net);
	session_auth_phase_1(s);
}
