/* TNS CONNECT and its answers: ACCEPT, REFUSE, REDIRECT, RESEND. */
#include "session.h"

enum { PACKET_FLAG_HAS_DATA = 0x02, PACKET_FLAG_REDO_TLS = 0x08 };

static guint16 u16_at(const Bytes *b, gsize pos)
{
	return pos + 2 <= b->len ? b->data[pos] << 8 | b->data[pos + 1] : 0;
}

static guint32 u32_at(const Bytes *b, gsize pos)
{
	return (guint32)u16_at(b, pos) << 16 | u16_at(b, pos + 2);
}

/* Offsets below count from behind the packet's header: 8 less than in descriptions of the protocol. */
static char *read_connect_data(Session *s)
{
	Net *net = &s->net;
	gsize len = u16_at(&net->packet, 16), at = u16_at(&net->packet, 18);

	if (at >= 8 && at - 8 + len <= net->packet.len && len)
		return g_strndup((char *)net->packet.data + at - 8, len);
	if (!len)
		return g_strdup("");
	return get_raw_text(net, len);
}

int server_refuses(const Server *server, const char *what)
{
	size_t len = strlen(what);

	for (guint i = 0; server->refused && server->refused[i]; i++)
		if (strncmp(server->refused[i], what, len) == 0 && server->refused[i][len] == '=')
			return atoi(server->refused[i] + len + 1);
	return 0;
}

static void refuse(Session *s, int number)
{
	g_autofree char *text = g_strdup_printf(
		"(DESCRIPTION=(TMP=)(VSNNUM=0)(ERR=%d)(ERROR_STACK=(ERROR=(CODE=%d)(EMFI=4))))", number,
		number);
	Bytes body = {0};

	put_u8(&body, 1);
	put_u8(&body, 0);
	put_u16(&body, strlen(text));
	put_raw(&body, text, strlen(text));
	net_send_packet(&s->net, TNS_REFUSE, body.data, body.len);
	bytes_free(&body);
}

/* The address and the connect data to send there go in a DATA packet of their own, as listeners send them. */
static void redirect(Session *s, const char *data)
{
	g_auto(GStrv) parts = g_strsplit(s->server->redirect, ":", 2);
	g_autofree char *address = g_strdup_printf("(ADDRESS=(PROTOCOL=TCP)(HOST=%s)(PORT=%s))", parts[0],
						   parts[1] ? parts[1] : "1521");
	Bytes body = {0};

	put_u16(&body, strlen(address) + 1 + strlen(data));
	net_send_flagged(&s->net, TNS_REDIRECT, PACKET_FLAG_HAS_DATA, body.data, body.len);
	put_raw(&s->net.out, address, strlen(address) + 1);
	put_raw(&s->net.out, data, strlen(data));
	net_flush(&s->net, TRUE);
	bytes_free(&body);
}

static void accept_client(Session *s, guint32 sdu, guint32 tdu)
{
	const Profile *p = s->server->profile;
	gsize len = p->tns_version >= 319 ? 61 : p->tns_version >= 318 ? 45 : p->tns_version >= 315 ? 41 : 32;
	gboolean asks = s->server->native == NATIVE_ASK;
	Bytes body = {0};

	put_u16(&body, p->tns_version);
	put_u16(&body, 0); /* 10: options */
	put_u16(&body, p->tns_version < 315 ? MIN(sdu, 65535)
					    : 0); /* 12: SDU and TDU; later versions have them below */
	put_u16(&body, p->tns_version < 315 ? MIN(tdu, 65535) : 0);
	put_u16(&body, 0x0100); /* 16: byte order */
	put_u16(&body, 0);      /* 18: no data follows */
	put_u16(&body, len);
	put_u8(&body, asks ? 0 : 0x04); /* 22, 23: no exchange of native services is asked for */
	put_u8(&body, asks ? 0 : 0x08);
	put_u32(&body, 0);
	put_u32(&body, 0);
	if (p->tns_version >= 315) {
		put_u32(&body, sdu); /* 32 */
		put_u32(&body, tdu);
		put_u8(&body, 0); /* 40: no compression */
	}
	if (p->tns_version >= 318)
		put_u32(&body, p->flags2);
	if (p->tns_version >= 319)
		for (int i = 0; i < 16; i++)
			put_u8(&body, g_random_int());
	net_send_packet(&s->net, TNS_ACCEPT, body.data, body.len);
	bytes_free(&body);
	s->net.flag_end_always = p->habits & HABIT_END_FLAG;
	s->net.data_packet_flags = p->habits & HABIT_PACKET_FLAG ? 0x20 : 0;
	s->net.large_lengths = TRUE;
	s->net.sdu = sdu;
}

static gboolean is_known_service(Session *s, const char *data)
{
	g_autofree char *upper = g_ascii_strup(data, -1);
	g_autofree char *want = NULL, *sid = NULL;

	if (!s->server->service)
		return TRUE;
	want = g_strdup_printf("SERVICE_NAME=%s)", s->server->service);
	sid = g_strdup_printf("(SID=%s)", s->server->service);
	for (char *c = want; *c; c++)
		*c = g_ascii_toupper(*c);
	for (char *c = sid; *c; c++)
		*c = g_ascii_toupper(*c);
	return strstr(upper, want) || strstr(upper, sid);
}

static gboolean resend(Session *s)
{
	net_send_flagged(&s->net, TNS_RESEND, s->net.ssl ? PACKET_FLAG_REDO_TLS : 0, NULL, 0);
	if (s->net.ssl && !net_start_tls(&s->net, s->server->tls))
		return FALSE;
	return net_read_packet(&s->net) && s->net.packet_type == TNS_CONNECT;
}

gboolean session_accept(Session *s)
{
	Net *net = &s->net;
	guint32 sdu, tdu;
	g_autofree char *data = NULL;

	if (!net_read_packet(net) || net->packet_type != TNS_CONNECT || net->packet.len < 66)
		return FALSE;
	if (s->server->resend) {
		g_free(read_connect_data(s));
		if (!resend(s))
			return FALSE;
	}
	if (u16_at(&net->packet, 0) < 315) {
		refuse(s, 12618); /* versions are incompatible */
		return FALSE;
	}
	sdu = u32_at(&net->packet, 50);
	tdu = u32_at(&net->packet, 54);
	data = read_connect_data(s);
	if (net->state != NET_OK)
		return FALSE;
	if (server_refuses(s->server, "LISTENER")) {
		refuse(s, server_refuses(s->server, "LISTENER"));
		return FALSE;
	}
	if (s->server->redirect) {
		redirect(s, data);
		return FALSE;
	}
	if (!is_known_service(s, data)) {
		refuse(s, strstr(data, "(SID=") ? 12505 : 12514);
		return FALSE;
	}
	if (s->server->native == NATIVE_REFUSE) {
		refuse(s, 12660);
		return FALSE;
	}
	accept_client(s, CLAMP(MIN(sdu, s->server->sdu), 512, 2097152), tdu);
	if (s->server->native == NATIVE_DROP) {
		net_read_packet(net);
		return FALSE;
	}
	return TRUE;
}
