/*
 * From a URL to a server that has accepted: CONNECT goes to the listener, which accepts, refuses, redirects
 * to another address, or wants to hear it once more. Then login.c. Addresses of a list are tried one after
 * the other, until one has been reached at all.
 *
 * CONNECT, behind the packet's header; not named bytes are 0:
 *
 *   8 version, 10 least version, 12 options, 14 packet size, 16 transport size, 18 characteristics, 22 byte
 * order, 24 length of the text, 26 its place, 32 and 33 flags, 58 packet size and 62 transport size (4 bytes
 * each), 74 text
 */
#include "connectors/oracle/address.h"
#include "connectors/oracle/private.h"

#include <string.h>

#define VERSION           319
#define LEAST_VERSION     300
#define LONG_LENGTHS      315 /* and 12.1, the oldest that is spoken to */
#define HAS_FLAGS2        318
#define CONNECT_SIZE      74
#define CHARACTERISTICS   0x130e /* as node-oracledb has them: breaks come as packets, not out of band */
#define HEADER_SIZE       8
#define MAX_TEXT          230 /* a longer one goes into a packet of its own */
#define MAX_SDU           2097152
#define MIN_SDU           512
#define DEFAULT_TIMEOUT_S 20
#define DEFAULT_LOB_LIMIT 65536
#define MAX_LOB_LIMIT     (1 << 30)
#define MAX_REDIRECTS     3
#define MAX_RESENDS       3

#define FLAG_NO_SERVICES  0x08 /* CONNECT's: no native encryption and the like */
#define FLAG_REDIRECTED   0x04 /* a packet's */
#define FLAG_WITH_DATA    0x02
#define FLAG_TLS_AGAIN    0x08
#define FLAGS2_FAST_LOGIN 0x10000000u
#define FLAGS2_ENDS       0x02000000u

static uint16_t u16_at(const uint8_t *p)
{
	return (uint16_t)(p[0] << 8 | p[1]);
}

static uint32_t u32_at(const uint8_t *p)
{
	return (uint32_t)u16_at(p) << 16 | u16_at(p + 2);
}

static void set_u16(uint8_t *body, size_t place, uint16_t value)
{
	body[place - HEADER_SIZE] = (uint8_t)(value >> 8);
	body[place - HEADER_SIZE + 1] = (uint8_t)value;
}

static bool send_connect(FerryOracleWire *w, const char *text, uint8_t flags, uint32_t sdu, GError **error)
{
	size_t len = strlen(text), here = len <= MAX_TEXT ? len : 0;
	uint8_t body[CONNECT_SIZE - HEADER_SIZE + MAX_TEXT] = {0};

	set_u16(body, 8, VERSION);
	set_u16(body, 10, LEAST_VERSION);
	set_u16(body, 12, 1);
	set_u16(body, 14, (uint16_t)MIN(sdu, 65535));
	set_u16(body, 16, 65535);
	set_u16(body, 18, CHARACTERISTICS);
	set_u16(body, 22, 1);
	set_u16(body, 24, (uint16_t)len);
	set_u16(body, 26, CONNECT_SIZE);
	body[32 - HEADER_SIZE] = body[33 - HEADER_SIZE] = FLAG_NO_SERVICES;
	set_u16(body, 58, (uint16_t)(sdu >> 16));
	set_u16(body, 60, (uint16_t)sdu);
	set_u16(body, 62, MAX_SDU >> 16);
	memcpy(body + CONNECT_SIZE - HEADER_SIZE, text, here);
	return ferry_oracle_wire_send_packet(w, FERRY_ORACLE_PACKET_CONNECT, flags, body,
					     CONNECT_SIZE - HEADER_SIZE + here, error) &&
	       (here == len || ferry_oracle_wire_send(w, (const uint8_t *)text, len, 0, error));
}

/* ---- answers ---- */

typedef struct {
	uint16_t version;
	uint32_t flags2;
} Accepted;

static bool read_accept(FerryOracleConnection *c, const uint8_t *body, size_t len, Accepted *ret,
			GError **error)
{
	/* Places in the packet, less its header. */
	if (len < 24 - HEADER_SIZE)
		return ferry_fail(error, FERRY_ERROR_CONNECT, "the server's acceptance is too short");
	ret->version = u16_at(body);
	ret->flags2 = 0;
	if (ret->version < LONG_LENGTHS) {
		ferry_fail(error, FERRY_ERROR_UNSUPPORTED,
			   "the server is older than Oracle 12.1 (it speaks version %u of the protocol)",
			   ret->version);
		ferry_error_hint(
			error, "upgrade it, or restore a copy of it under 12.1 or later, and read that one");
		return false;
	}
	if (len < 36 - HEADER_SIZE)
		return ferry_fail(error, FERRY_ERROR_CONNECT, "the server's acceptance is too short");
	uint32_t sdu = u32_at(body + 32 - HEADER_SIZE);
	if (ret->version >= HAS_FLAGS2 && len >= 45 - HEADER_SIZE)
		ret->flags2 = u32_at(body + 41 - HEADER_SIZE);
	bool needs_services =
		!(body[22 - HEADER_SIZE] & 0x04) && !(body[23 - HEADER_SIZE] & FLAG_NO_SERVICES);
	if (needs_services) {
		ferry_fail(error, FERRY_ERROR_UNSUPPORTED,
			   "the server wants to negotiate native network services (encryption, integrity)");
		ferry_error_hint(error,
				 "let the listener offer TCPS and use ?protocol=tcps, or set "
				 "SQLNET.ENCRYPTION_SERVER and SQLNET.CRYPTO_CHECKSUM_SERVER to ACCEPTED");
		return false;
	}
	if (sdu < MIN_SDU || sdu > MAX_SDU)
		return ferry_fail(error, FERRY_ERROR_CONNECT, "the server wants packets of %u bytes", sdu);
	c->wire->sdu = sdu;
	c->wire->has_long_lengths = true;
	return true;
}

/* The text of a refusal or a redirect: behind its length, in its packet or in DATA packets after it. A
 * redirect's two parts have a NUL between them. */
static GString *read_text(FerryOracleWire *w, const uint8_t *body, size_t len, size_t place, GError **error)
{
	size_t wanted = len >= place ? u16_at(body + place - 2) : 0;
	g_autoptr(GString) text =
		g_string_new_len((const char *)body + MIN(place, len), (gssize)(len - MIN(place, len)));

	while (text->len < wanted) {
		uint8_t type, flags;
		if (!ferry_oracle_wire_read_packet(w, &type, &flags, &body, &len, error))
			return NULL;
		if (type != FERRY_ORACLE_PACKET_DATA || len == 0)
			break;
		g_string_append_len(text, (const char *)body, (gssize)len);
	}
	return g_steal_pointer(&text);
}

typedef struct {
	FerryOracleConnection *c;
	const FerryUrl *url;
	FerryOracleTls tls;
	int64_t deadline_us;
	uint32_t sdu;
	/* Where it goes now, which redirects change. */
	char *host, *text;
	int port;
	bool is_tls;
	uint8_t flags;
	Accepted accepted;
} Attempt;

typedef enum { ANSWER_FAILED, ANSWER_ACCEPTED, ANSWER_AGAIN, ANSWER_ELSEWHERE } Answer;

static bool reach(Attempt *a, GError **error)
{
	FerryOracleTls tls = a->tls;
	tls.is_on = a->is_tls;
	FerryOracleNet *net = ferry_oracle_net_connect(a->host, a->port, &tls, a->deadline_us, error);

	if (!net)
		return false;
	if (a->c->wire)
		ferry_oracle_wire_set_net(a->c->wire, net);
	else
		a->c->wire = ferry_oracle_wire_new(net);
	return true;
}

static Answer on_redirect(Attempt *a, uint8_t flags, const uint8_t *body, size_t len, GError **error)
{
	g_autoptr(GString) text = read_text(a->c->wire, body, len, 2, error);

	if (!text)
		return ANSWER_FAILED;
	FerryOracleAddress *address = ferry_oracle_redirect_address(text->str);
	if (!address) {
		g_autofree char *valid = g_utf8_make_valid(text->str, -1);
		ferry_fail(error, FERRY_ERROR_CONNECT,
			   "the listener redirects to an address that cannot be read: %s", valid);
		return ANSWER_FAILED;
	}
	const FerryHostRule *rule = a->url->host_rule;
	if (rule && !rule->may_reach(rule, address->host, error)) {
		g_prefix_error(error, "the listener redirects to %s: ", address->host);
		ferry_oracle_address_free(address);
		return ANSWER_FAILED;
	}
	g_free(a->host);
	a->host = g_steal_pointer(&address->host);
	a->port = address->port;
	a->is_tls = address->is_tls;
	a->flags = FLAG_REDIRECTED;
	size_t first = strlen(text->str);
	if (flags & FLAG_WITH_DATA && first + 1 < text->len) {
		g_free(a->text);
		a->text = g_strndup(text->str + first + 1, text->len - first - 1);
	}
	ferry_oracle_address_free(address);
	return ANSWER_ELSEWHERE;
}

static Answer ask(Attempt *a, GError **error)
{
	FerryOracleWire *w = a->c->wire;
	uint8_t type, flags;
	const uint8_t *body;
	size_t len;

	if (!send_connect(w, a->text, a->flags, a->sdu, error) ||
	    !ferry_oracle_wire_read_packet(w, &type, &flags, &body, &len, error))
		return ANSWER_FAILED;
	switch (type) {
	case FERRY_ORACLE_PACKET_ACCEPT:
		return read_accept(a->c, body, len, &a->accepted, error) ? ANSWER_ACCEPTED : ANSWER_FAILED;
	case FERRY_ORACLE_PACKET_RESEND:
		if (flags & FLAG_TLS_AGAIN && a->is_tls && !ferry_oracle_net_redo_tls(w->net, error))
			return ANSWER_FAILED;
		return ANSWER_AGAIN;
	case FERRY_ORACLE_PACKET_REDIRECT: return on_redirect(a, flags, body, len, error);
	case FERRY_ORACLE_PACKET_REFUSE: {
		g_autoptr(GString) text = read_text(w, body, len, 4, error);
		if (text)
			ferry_oracle_fail_refused(a->url, text->str, error);
		return ANSWER_FAILED;
	}
	default:
		ferry_fail(error, FERRY_ERROR_CONNECT,
			   "the server answers with a packet of type %u, which has no place here", type);
		return ANSWER_FAILED;
	}
}

/* From one address, wherever that leads. */
static bool try_address(Attempt *a, const FerryOracleAddress *address, GError **error)
{
	unsigned n_redirects = 0, n_resends = 0;

	a->host = g_strdup(address->host);
	a->port = address->port;
	a->is_tls = address->is_tls;
	a->text = ferry_oracle_connect_text(address, g_get_user_name());
	a->tls.server_dn = ferry_url_param(a->url, "ssl-server-dn", address->server_dn);
	a->flags = 0;
	Answer answer = reach(a, error) ? ANSWER_AGAIN : ANSWER_FAILED;
	while (answer == ANSWER_AGAIN || answer == ANSWER_ELSEWHERE) {
		if (answer == ANSWER_ELSEWHERE && (++n_redirects > MAX_REDIRECTS || !reach(a, error)))
			break;
		if (answer == ANSWER_AGAIN && ++n_resends > MAX_RESENDS + 1)
			break;
		answer = ask(a, error);
	}
	if (answer != ANSWER_ACCEPTED && error && !*error)
		ferry_fail(error, FERRY_ERROR_CONNECT, "the listener at %s port %d sends us round and round",
			   a->host, a->port);
	g_clear_pointer(&a->host, g_free);
	g_clear_pointer(&a->text, g_free);
	return answer == ANSWER_ACCEPTED;
}

/* ---- options ---- */

static bool get_number(const FerryUrl *url, const char *key, guint64 least, guint64 most, guint64 *value,
		       GError **error)
{
	const char *text = ferry_url_param(url, key, NULL);

	if (!text || g_ascii_string_to_unsigned(text, 10, least, most, value, NULL))
		return true;
	return ferry_fail(error, FERRY_ERROR_USAGE,
			  "parameter %s is a number from %" G_GUINT64_FORMAT " to %" G_GUINT64_FORMAT
			  ", not '%s'",
			  key, least, most, text);
}

static char *wallet_file(const FerryUrl *url)
{
	const char *wallet = ferry_url_param(url, "wallet", NULL);

	if (wallet && g_file_test(wallet, G_FILE_TEST_IS_DIR))
		return g_build_filename(wallet, "ewallet.pem", NULL);
	return g_strdup(wallet);
}

static bool get_options(Attempt *a, GError **error)
{
	guint64 timeout_s = DEFAULT_TIMEOUT_S, sdu = 65536, lob_limit = DEFAULT_LOB_LIMIT;
	const char *verify = ferry_url_param(a->url, "ssl-verify", "on");

	if (!get_number(a->url, "connect-timeout", 1, 3600, &timeout_s, error) ||
	    !get_number(a->url, "sdu", MIN_SDU, MAX_SDU, &sdu, error) ||
	    !get_number(a->url, "lob-inline", 0, MAX_LOB_LIMIT, &lob_limit, error))
		return false;
	if (strcmp(verify, "on") && strcmp(verify, "off"))
		return ferry_fail(error, FERRY_ERROR_USAGE, "parameter ssl-verify is on or off, not '%s'",
				  verify);
	a->deadline_us = g_get_monotonic_time() + (int64_t)timeout_s * G_USEC_PER_SEC;
	a->sdu = (uint32_t)sdu;
	a->c->lob_limit = lob_limit;
	a->tls.ca_file = ferry_url_param(a->url, "ssl-ca", NULL);
	a->tls.wallet_password = ferry_url_param(a->url, "wallet-password", NULL);
	a->tls.checks_server = !strcmp(verify, "on");
	return true;
}

/* Only what may be better elsewhere is tried elsewhere. */
static bool may_try_next(const GError *error)
{
	return ferry_error_is(error, FERRY_ERROR_CONNECT) || ferry_error_is(error, FERRY_ERROR_NOT_FOUND) ||
	       ferry_error_is(error, FERRY_ERROR_LOST);
}

bool ferry_oracle_connect(FerryOracleConnection *c, const FerryUrl *url, GError **error)
{
	g_autoptr(GPtrArray) addresses = ferry_oracle_addresses(url, error);
	g_autofree char *wallet = wallet_file(url);
	Attempt a = {.c = c, .url = url, .tls.wallet_file = wallet};
	GError *own = NULL;
	bool is_ok = false;

	if (!addresses || !get_options(&a, error))
		return false;
	const int64_t end_us = a.deadline_us;
	for (guint i = 0; i < addresses->len && !is_ok; i++) {
		if (i > 0 && !may_try_next(own))
			break;
		g_clear_error(&own);
		a.deadline_us = ferry_oracle_net_share(end_us, addresses->len - i);
		is_ok = try_address(&a, addresses->pdata[i], &own);
	}
	if (is_ok) {
		ferry_oracle_net_set_deadline(c->wire->net, end_us);
		c->has_response_end = a.accepted.version >= VERSION && a.accepted.flags2 & FLAGS2_ENDS;
		is_ok = ferry_oracle_log_in(c, url, a.accepted.flags2 & FLAGS2_FAST_LOGIN, &own);
	}
	if (is_ok) {
		ferry_oracle_net_set_deadline(c->wire->net, -1);
		return true;
	}
	/* What broke while we were being let in is no open connection that was lost. */
	if (ferry_error_is(own, FERRY_ERROR_LOST)) {
		ferry_fail_server(error, FERRY_ERROR_CONNECT, NULL, 0, true, "%s", own->message);
		ferry_error_hint(
			error,
			"is an Oracle listener there? A server that requires native network encryption "
			"(SQLNET.ENCRYPTION_SERVER) drops connections, too: use TCPS (?protocol=tcps)");
		g_error_free(own);
		return false;
	}
	g_propagate_error(error, own);
	return false;
}
