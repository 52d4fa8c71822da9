/* The login (O5LOGON): a challenge in phase 1, the proof in phase 2.
 *
 * Both sides know a hash of the password. The server sends A encrypted with it, the client B; of both a
 * session key is made, which encrypts the password on its way, and the server's own proof on its way back.
 */
#include "crypto.h"
#include "reply.h"

#define VERIFIER_12C 0x4815
#define VERIFIER_10G 0x939
#define VERIFIER_11G 0xb152
#define VGEN_COUNT   4096
#define SDER_COUNT   3
#define OLD_KEY      48
#define MAX_VALUE    1024
#define SPEEDY       "AUTH_PBKDF2_SPEEDY_KEY"

typedef struct Auth {
	gboolean is_11g;
	int key_len, part_len;
	guint8 hash[64], part_a[OLD_KEY], part_b[OLD_KEY], session_key[32];
} Auth;

/* Kept between the two phases: they are of one connection, thus of one thread. */
static _Thread_local Auth auth;

static gsize salt_len(void)
{
	return auth.is_11g ? 10 : 16;
}

static void make_hash(const Server *server)
{
	const char *password = server->password;
	gsize len = strlen(password);
	guint8 salt[16 + sizeof SPEEDY], key[64];

	memset(auth.hash, 0, sizeof auth.hash);
	if (auth.is_11g) {
		crypto_sha1(password, len, server->salt, salt_len(), auth.hash);
		return;
	}
	memcpy(salt, server->salt, 16);
	memcpy(salt + 16, SPEEDY, strlen(SPEEDY));
	crypto_pbkdf2(password, len, salt, 16 + strlen(SPEEDY), VGEN_COUNT, key, 64);
	crypto_sha512(key, 64, server->salt, 16, auth.hash);
}

static void make_session_key(const Server *server)
{
	guint8 both[64], x[24], sums[32];
	g_autofree char *hex = NULL;
	int k = auth.key_len;

	if (auth.part_len == OLD_KEY) {
		for (int i = 0; i < 24; i++)
			x[i] = auth.part_a[16 + i] ^ auth.part_b[16 + i];
		crypto_md5(x, 16, sums);
		crypto_md5(x + 16, 8, sums + 16);
		memcpy(auth.session_key, sums, 24);
		return;
	}
	memcpy(both, auth.part_b, k);
	memcpy(both + k, auth.part_a, k);
	hex = crypto_hex(both, 2 * k);
	crypto_pbkdf2(hex, 4 * k, server->csk_salt, 16, SDER_COUNT, auth.session_key, k);
}

/* A database of one byte a character announces thrice the length, since that is what UTF-8 may need. */
static void put_pair(Session *s, const char *key, const char *value, guint32 flags)
{
	guint factor = s->server->profile->charset == 873 ? 1 : 3;
	Bytes *out = &s->net.out;

	put_ub(out, strlen(key) * factor);
	put_text(out, key);
	put_ub(out, strlen(value) * factor);
	if (*value)
		put_text(out, value);
	put_ub(out, flags);
}

static void put_hex_pair(Session *s, const char *key, const guint8 *data, gsize len, guint32 flags)
{
	g_autofree char *hex = crypto_hex(data, len);

	put_pair(s, key, hex, flags);
}

typedef struct Request {
	char *user;
	GHashTable *pairs;
} Request;

static void read_request(Session *s, Request *r)
{
	Net *net = &s->net;
	gboolean has_user = get_u8(net);
	guint user_len = get_ub(net), n;

	get_ub(net);
	get_u8(net);
	n = get_ub(net);
	get_u8(net);
	get_u8(net);
	r->pairs = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	r->user = !has_user          ? g_strdup("")
		  : s->sends_lengths ? get_clr_text(net)
				     : get_raw_text(net, user_len);
	for (guint i = 0; i < n && net->state == NET_OK; i++) {
		char *key, *value = NULL;

		get_ub(net);
		key = get_clr_text(net);
		if (get_ub(net))
			value = get_clr_text(net);
		get_ub(net);
		g_hash_table_replace(r->pairs, key, value ? value : g_strdup(""));
	}
}

static void clear_request(Request *r)
{
	g_free(r->user);
	g_hash_table_unref(r->pairs);
}

void session_auth_phase_1(Session *s)
{
	const Server *server = s->server;
	guint8 sealed[OLD_KEY];
	Request r;

	read_request(s, &r);
	if (s->net.state != NET_OK) {
		clear_request(&r);
		return;
	}
	auth = (Auth){.is_11g = server->verifier_11g};
	auth.key_len = auth.is_11g ? 24 : 32;
	auth.part_len = auth.is_11g && server->old_session_key ? OLD_KEY : 32;
	make_hash(server);
	crypto_random(auth.part_a, auth.part_len);
	crypto_encrypt(auth.hash, auth.key_len, auth.part_a, auth.part_len, sealed);
	g_free(s->user);
	s->user = g_ascii_strup(r.user, -1);
	put_u8(&s->net.out, MSG_PARAMETERS);
	put_ub(&s->net.out, auth.is_11g ? 5 : 6);
	put_hex_pair(s, "AUTH_SESSKEY", sealed, auth.part_len, 0);
	put_hex_pair(s, "AUTH_VFR_DATA", server->salt, salt_len(),
		     server->verifier_10g ? VERIFIER_10G
		     : auth.is_11g        ? VERIFIER_11G
					  : VERIFIER_12C);
	put_hex_pair(s, "AUTH_PBKDF2_CSK_SALT", server->csk_salt, 16, 0);
	if (!auth.is_11g)
		put_pair(s, "AUTH_PBKDF2_VGEN_COUNT", G_STRINGIFY(VGEN_COUNT), 0);
	put_pair(s, "AUTH_PBKDF2_SDER_COUNT", G_STRINGIFY(SDER_COUNT), 0);
	put_pair(s, "AUTH_GLOBALLY_UNIQUE_DBID", "5C8A5F0F0A0E4B7DE0530100007F1234", 0);
	reply_done(s);
	clear_request(&r);
}

static gboolean is_right_password(const Server *server, const char *sealed)
{
	guint8 from[MAX_VALUE], to[MAX_VALUE];
	int n = crypto_unhex(sealed, from, sizeof from), pad;

	if (n < 32 || n % 16)
		return FALSE;
	crypto_decrypt(auth.session_key, auth.key_len, from, n, to);
	pad = to[n - 1];
	if (pad < 1 || pad > 16)
		return FALSE;
	return (gsize)(n - 16 - pad) == strlen(server->password) &&
	       !memcmp(to + 16, server->password, n - 16 - pad);
}

static gboolean prove(Session *s, GHashTable *pairs)
{
	const char *key = g_hash_table_lookup(pairs, "AUTH_SESSKEY"),
		   *password = g_hash_table_lookup(pairs, "AUTH_PASSWORD");
	guint8 sealed[OLD_KEY];

	if (!key || !password || !s->user || crypto_unhex(key, sealed, sizeof sealed) != auth.part_len)
		return FALSE;
	crypto_decrypt(auth.hash, auth.key_len, sealed, auth.part_len, auth.part_b);
	make_session_key(s->server);
	return is_right_password(s->server, password) && !g_ascii_strcasecmp(s->user, s->server->user);
}

static guint32 version_number(const Session *s)
{
	const guint *v = s->server->profile->version;

	if (s->server->profile->field_version >= 11)
		return v[0] << 24 | v[1] << 16 | v[2] << 12 | v[3] << 4 | v[4];
	return v[0] << 24 | v[1] << 20 | v[2] << 12 | v[3] << 8 | v[4];
}

static void put_session_pairs(Session *s)
{
	static const char *const fixed[][2] = {
		{"AUTH_VERSION_STRING", "- Production"},
		{"AUTH_VERSION_SQL", "26"},
		{"AUTH_XACTION_TRAITS", "3"},
		{"AUTH_VERSION_STATUS", "0"},
		{"AUTH_CAPABILITY_TABLE", ""},
		{"AUTH_LAST_LOGIN", "787C0A0B0C0D0E000000001F3C"},
		{"AUTH_DBNAME", "FREEPDB1"},
		{"AUTH_DB_MOUNT_ID", "1437561834"},
		{"AUTH_DB_ID", "1437561834"},
		{"AUTH_USER_ID", "107"},
		{"AUTH_INSTANCE_NO", "1"},
		{"AUTH_FAILOVER_ID", ""},
		{"AUTH_SERVER_PID", "4711"},
		{"AUTH_SC_SERVER_HOST", "localhost"},
		{"AUTH_SC_DBUNIQUE_NAME", "FREE"},
		{"AUTH_SC_INSTANCE_NAME", "FREE"},
		{"AUTH_SC_SERVICE_NAME", "freepdb1"},
		{"AUTH_SC_INSTANCE_ID", "1"},
		{"AUTH_SC_INSTANCE_START_TIME", "2024-01-01 00:00:00"},
		{"AUTH_SC_DB_DOMAIN", ""},
		{"AUTH_SC_SVC_FLAGS", "0"},
		{"AUTH_INSTANCENAME", "FREE"},
		{"AUTH_NLS_LXLAN", "AMERICAN"},
		{"AUTH_NLS_LXCTERRITORY", "AMERICA"},
		{"AUTH_NLS_LXCCURRENCY", "$"},
		{"AUTH_NLS_LXCISOCURR", "AMERICA"},
		{"AUTH_NLS_LXCNUMERICS", ".,"},
		{"AUTH_NLS_LXCDATEFM", "DD-MON-RR"},
		{"AUTH_NLS_LXCDATELANG", "AMERICAN"},
		{"AUTH_NLS_LXCSORT", "BINARY"},
		{"AUTH_NLS_LXCCALENDAR", "GREGORIAN"},
		{"AUTH_NLS_LXCUNIONCUR", "$"},
		{"AUTH_NLS_LXCTIMEFM", "HH.MI.SSXFF AM"},
		{"AUTH_NLS_LXCSTMPFM", "DD-MON-RR HH.MI.SSXFF AM"},
		{"AUTH_NLS_LXCTTZNFM", "HH.MI.SSXFF AM TZR"},
		{"AUTH_NLS_LXCSTZNFM", "DD-MON-RR HH.MI.SSXFF AM TZR"},
		{"AUTH_MAX_OPEN_CURSORS", "300"},
		{"AUTH_MAX_IDEN_LENGTH", "128"},
		{"AUTH_PDB_UID", "0"},
	};
	g_autofree char *version = g_strdup_printf("%u", version_number(s)),
			*number = g_strdup_printf("%u", s->number);
	static const char response[] = "SERVER_TO_CLIENT";
	guint8 plain[48], sealed[48];

	put_ub(&s->net.out, G_N_ELEMENTS(fixed) + 4);
	for (guint i = 0; i < G_N_ELEMENTS(fixed); i++)
		put_pair(s, fixed[i][0], fixed[i][1], 0);
	put_pair(s, "AUTH_VERSION_NO", version, 0);
	put_pair(s, "AUTH_SESSION_ID", number, 0);
	put_pair(s, "AUTH_SERIAL_NUM", "4242", 0);
	crypto_random(plain, 16);
	memcpy(plain + 16, response, 16);
	memset(plain + 32, 16, 16);
	crypto_encrypt(auth.session_key, auth.key_len, plain, 48, sealed);
	put_hex_pair(s, "AUTH_SVR_RESPONSE", sealed, 48, 0);
}

/* As recorded after a login: opcode 5, with the session's settings. */
static void put_sync_piggyback(Session *s)
{
	Bytes *out = &s->net.out;

	put_u8(out, MSG_SERVER_PIGGYBACK);
	put_u8(out, 5);
	put_ub(out, 0);
	put_u8(out, 0);
	put_ub(out, 1);
	put_u8(out, 1);
	put_ub(out, 0);
	put_ub(out, strlen("AL32UTF8"));
	put_text(out, "AL32UTF8");
	put_ub(out, 184);
	put_ub(out, 0);
}

static void put_warning(Session *s, int number, const char *text)
{
	g_autofree char *line = g_strdup_printf("ORA-%05d: %s\n", number, text);

	put_u8(&s->net.out, MSG_WARNING);
	put_ub(&s->net.out, number);
	put_ub(&s->net.out, strlen(line));
	put_ub(&s->net.out, 0);
	if (s->sends_lengths)
		put_text(&s->net.out, line);
	else
		put_raw(&s->net.out, line, strlen(line));
}

static int login_error(Session *s, gboolean is_proved)
{
	if (server_refuses(s->server, "LOGIN"))
		return server_refuses(s->server, "LOGIN");
	if (s->server->account == ACCOUNT_LOCKED)
		return 28000;
	if (!is_proved)
		return 1017;
	return s->server->account == ACCOUNT_EXPIRED ? 28001 : 0;
}

static void refuse_login(Session *s, int number)
{
	OraError e = {number, 0,
		      (char *)(number == 28000   ? "The account is locked."
			       : number == 28001 ? "the password has expired"
			       : number == 1017  ? "invalid username/password; logon denied"
						 : "refused")};

	reply_error(s, 0, &e);
}

void session_auth_phase_2(Session *s)
{
	Request r;
	int number;

	read_request(s, &r);
	number = s->net.state == NET_OK ? login_error(s, prove(s, r.pairs)) : 0;
	clear_request(&r);
	if (s->net.state != NET_OK)
		return;
	if (number) {
		refuse_login(s, number);
		s->net.state = NET_CLOSED;
		return;
	}
	s->is_logged_in = TRUE;
	g_free(s->current_schema);
	s->current_schema = g_strdup(s->user);
	if (s->server->account == ACCOUNT_GRACE)
		put_warning(s, 28002, "the password will expire within 7 days");
	put_u8(&s->net.out, MSG_PARAMETERS);
	put_session_pairs(s);
	put_sync_piggyback(s);
	reply_done(s);
}
