/*
 * Logging in: both sides say what they can (capabilities.c), then two phases of O5LOGON (auth.c). Servers
 * from 23ai on take the first three requests as one. The session's settings go along with the second phase,
 * as a statement that the server runs by itself.
 */
#include "connectors/oracle/auth.h"
#include "connectors/oracle/capabilities.h"
#include "connectors/oracle/private.h"

#include <stdlib.h>
#include <unistd.h>

#define PHASE_ONE   118
#define PHASE_TWO   115
#define LOG_OFF     9
#define FAST_LOGIN  34
#define END_OF_FILE 0x0040 /* of a DATA packet */

#define MODE_LOG_ON   0x001
#define MODE_SYSDBA   0x020
#define MODE_SYSOPER  0x040
#define MODE_PASSWORD 0x100

#define MAX_KEY        128
#define MAX_VALUE      8192
#define CLIENT_VERSION "1048576"

/* Literals, formats and messages mean the same everywhere. */
static const char settings[] =
	"ALTER SESSION SET TIME_ZONE='+00:00' NLS_LANGUAGE='AMERICAN' NLS_TERRITORY='AMERICA' "
	"NLS_NUMERIC_CHARACTERS='.,'"
	" NLS_DATE_FORMAT='SYYYY-MM-DD HH24:MI:SS' NLS_TIMESTAMP_FORMAT='SYYYY-MM-DD HH24:MI:SS.FF9'"
	" NLS_TIMESTAMP_TZ_FORMAT='SYYYY-MM-DD HH24:MI:SS.FF9 TZH:TZM' NLS_SORT='BINARY' NLS_COMP='BINARY'";

typedef struct {
	FerryOracleConnection *c;
	const FerryUrl *url;
	const char *user;
	uint32_t mode;
	uint32_t verifier;
	GHashTable *values; /* what the server's last answer said: char* -> char* */
} Login;

static bool get_mode(Login *l, GError **error)
{
	const char *privilege = ferry_url_param(l->url, "privilege", NULL);

	l->mode = MODE_LOG_ON | MODE_PASSWORD;
	if (!privilege)
		return true;
	if (g_ascii_strcasecmp(privilege, "sysdba") == 0)
		l->mode |= MODE_SYSDBA;
	else if (g_ascii_strcasecmp(privilege, "sysoper") == 0)
		l->mode |= MODE_SYSOPER;
	else
		return ferry_fail(error, FERRY_ERROR_USAGE,
				  "parameter privilege is sysdba or sysoper, not '%s'", privilege);
	return true;
}

/* ---- requests ---- */

static void put_auth_head(Login *l, uint8_t function, unsigned n_pairs, uint8_t second)
{
	GByteArray *out = l->c->out;
	size_t len = strlen(l->user);

	ferry_oracle_put_function(l->c, function);
	ferry_oracle_put_u8(out, len > 0);
	ferry_oracle_put_number(out, len);
	ferry_oracle_put_number(out, l->mode);
	ferry_oracle_put_u8(out, 1);
	ferry_oracle_put_number(out, n_pairs);
	ferry_oracle_put_u8(out, second);
	ferry_oracle_put_u8(out, 1);
	if (len > 0)
		ferry_oracle_put_value(out, l->user, len);
}

static void put_text_pair(Login *l, const char *key, const char *value, uint32_t flags)
{
	ferry_oracle_put_pair(l->c->out, key, value, strlen(value), flags);
}

static void put_phase_one(Login *l)
{
	g_autofree char *pid = g_strdup_printf("%d", (int)getpid());

	put_auth_head(l, PHASE_ONE, 5, 0);
	put_text_pair(l, "AUTH_TERMINAL", "unknown", 0);
	put_text_pair(l, "AUTH_PROGRAM_NM", "ferry", 0);
	put_text_pair(l, "AUTH_MACHINE", g_get_host_name(), 0);
	put_text_pair(l, "AUTH_PID", pid, 0);
	put_text_pair(l, "AUTH_SID", g_get_user_name(), 0);
}

static void put_phase_two(Login *l, const FerryOracleProof *proof)
{
	put_auth_head(l, PHASE_TWO, proof->speedy_key ? 7 : 6, 1);
	put_text_pair(l, "AUTH_SESSKEY", proof->session_key, 1);
	if (proof->speedy_key)
		put_text_pair(l, "AUTH_PBKDF2_SPEEDY_KEY", proof->speedy_key, 0);
	put_text_pair(l, "SESSION_CLIENT_CHARSET", "873", 0);
	put_text_pair(l, "SESSION_CLIENT_DRIVER_NAME", "ferry : " FERRY_VERSION, 0);
	put_text_pair(l, "SESSION_CLIENT_VERSION", CLIENT_VERSION, 0);
	/* With its NUL. */
	ferry_oracle_put_pair(l->c->out, "AUTH_ALTER_SESSION", settings, sizeof settings, 1);
	put_text_pair(l, "AUTH_PASSWORD", proof->password, 0);
}

/* ---- answers ---- */

/* Keys, values and flags. Only a value's own length is true: others may count another character set's bytes.
 */
static void read_values(Login *l)
{
	FerryOracleWire *w = l->c->wire;
	uint16_t n = ferry_oracle_get_ub2(w);

	for (uint16_t i = 0; i < n && w->state == FERRY_ORACLE_WIRE_FINE; i++) {
		ferry_oracle_get_ub4(w);
		char *key = ferry_oracle_get_text(w, MAX_KEY);
		char *value = ferry_oracle_get_counted_text(w, MAX_VALUE);
		uint32_t flags = ferry_oracle_get_ub4(w);
		if (!strcmp(key, "AUTH_VFR_DATA"))
			l->verifier = flags;
		g_hash_table_insert(l->values, key, value);
	}
}

static const char *value_of(const Login *l, const char *key)
{
	return g_hash_table_lookup(l->values, key);
}

static bool take_server(FerryOracleConnection *c, GError **error)
{
	FerryOracleServer server = {0};

	if (!ferry_oracle_read_protocol(c->wire, &server))
		return false;
	c->fields = MIN(server.fields, FERRY_ORACLE_FIELDS_MAX);
	c->national_charset = server.national_charset;
	c->max_string = server.has_32k_strings ? 32767 : 4000;
	if (c->fields >= FERRY_ORACLE_FIELDS_12_1)
		return true;
	ferry_fail(error, FERRY_ERROR_UNSUPPORTED,
		   "the server is older than Oracle 12.1 (it speaks fields of version %u)", server.fields);
	ferry_error_hint(error, "upgrade it, or restore a copy of it under 12.1 or later, and read that one");
	return false;
}

/* The answer to whatever was sent: each message that may be in it. */
static bool read_answer(Login *l, bool *ret_is_refused, GError **error)
{
	FerryOracleConnection *c = l->c;
	GError *own = NULL;
	int type;

	while ((type = ferry_oracle_next_message(c)) >= 0) {
		switch (type) {
		case FERRY_ORACLE_MESSAGE_PROTOCOL:
			take_server(c, &own);
			if (c->fields < FERRY_ORACLE_FIELDS_23_4)
				c->has_response_end = false;
			break;
		case FERRY_ORACLE_MESSAGE_DATA_TYPES: ferry_oracle_skip_data_types(c->wire); break;
		case FERRY_ORACLE_MESSAGE_PARAMETERS: read_values(l); break;
		case FERRY_ORACLE_MESSAGE_REFUSED:
			*ret_is_refused = true;
			c->reply.is_ended = true;
			break;
		default: ferry_oracle_wire_malformed(c->wire, "a message that has no place here"); break;
		}
		if (own) {
			g_propagate_error(error, own);
			return false;
		}
	}
	if (type == FERRY_ORACLE_MESSAGE_END && c->reply.number == 0)
		return true;
	return ferry_oracle_fail(c, error, "cannot log in as %s", l->user);
}

/* ---- the steps ---- */

/* One message and its reply, which ends with its body. */
static bool exchange(Login *l, int wanted, GError **error)
{
	FerryOracleConnection *c = l->c;

	if (!ferry_oracle_send(c, "cannot log in", error))
		return false;
	int type = ferry_oracle_next_message(c);
	bool is_ok = type == wanted &&
		     (wanted == FERRY_ORACLE_MESSAGE_PROTOCOL ? take_server(c, error)
							      : ferry_oracle_skip_data_types(c->wire));
	if (!is_ok && error && !*error)
		ferry_oracle_fail(c, error, "cannot log in");
	return is_ok;
}

static bool agree(Login *l, GError **error)
{
	FerryOracleConnection *c = l->c;
	bool offers_ends = c->has_response_end;

	c->has_response_end = false;
	c->fields = FERRY_ORACLE_FIELDS_MAX;
	g_byte_array_set_size(c->out, 0);
	ferry_oracle_put_protocol(c->out);
	if (!exchange(l, FERRY_ORACLE_MESSAGE_PROTOCOL, error))
		return false;
	offers_ends = offers_ends && c->fields >= FERRY_ORACLE_FIELDS_23_4;
	g_byte_array_set_size(c->out, 0);
	ferry_oracle_put_data_types(c->out, c->fields, offers_ends);
	if (!exchange(l, FERRY_ORACLE_MESSAGE_DATA_TYPES, error))
		return false;
	c->has_response_end = offers_ends;
	return true;
}

static bool ask(Login *l, GError **error)
{
	bool is_refused = false;

	return ferry_oracle_send(l->c, "cannot log in", error) && read_answer(l, &is_refused, error);
}

static bool begin_classic(Login *l, GError **error)
{
	if (!agree(l, error))
		return false;
	g_byte_array_set_size(l->c->out, 0);
	put_phase_one(l);
	return ask(l, error);
}

/* All that comes before the second phase, in one. */
static bool begin_fast(Login *l, GError **error)
{
	FerryOracleConnection *c = l->c;
	GByteArray *out = c->out;
	bool is_refused = false, offers_ends = c->has_response_end;

	g_byte_array_set_size(out, 0);
	ferry_oracle_put_u8(out, FAST_LOGIN);
	ferry_oracle_put_u8(out, 1);
	ferry_oracle_put_u8(out, 1);
	ferry_oracle_put_u8(out, 0);
	ferry_oracle_put_protocol(out);
	ferry_oracle_put_zeros(out, 5); /* character sets */
	ferry_oracle_put_u8(out, FERRY_ORACLE_FIELDS_19B);
	ferry_oracle_put_data_types(out, FERRY_ORACLE_FIELDS_MAX, offers_ends);
	c->fields = FERRY_ORACLE_FIELDS_19B;
	put_phase_one(l);
	c->fields = FERRY_ORACLE_FIELDS_MAX;
	if (!ferry_oracle_send(c, "cannot log in", error) || !read_answer(l, &is_refused, error))
		return false;
	if (!is_refused)
		return true;
	c->has_response_end = offers_ends;
	return begin_classic(l, error);
}

static bool prove(Login *l, GError **error)
{
	FerryOracleConnection *c = l->c;
	FerryOracleChallenge challenge = {
		.verifier = l->verifier,
		.verifier_data = value_of(l, "AUTH_VFR_DATA"),
		.session_key = value_of(l, "AUTH_SESSKEY"),
		.mixing_salt = value_of(l, "AUTH_PBKDF2_CSK_SALT"),
		.n_verifier = value_of(l, "AUTH_PBKDF2_VGEN_COUNT"),
		.n_derived = value_of(l, "AUTH_PBKDF2_SDER_COUNT"),
	};
	FerryOracleProof proof;

	if (!ferry_oracle_prove(&challenge, l->url->password ? l->url->password : "", &proof, error)) {
		g_prefix_error(error, "cannot log in as %s: ", l->user);
		return false;
	}
	g_byte_array_set_size(c->out, 0);
	put_phase_two(l, &proof);
	bool is_ok = ask(l, error);
	if (is_ok && !ferry_oracle_check_server(&proof, value_of(l, "AUTH_SVR_RESPONSE"))) {
		is_ok = false;
		ferry_fail(error, FERRY_ERROR_AUTH,
			   "the server could not show that it knows the password of %s: it may be another "
			   "one than it says",
			   l->user);
	}
	ferry_oracle_proof_clear(&proof);
	return is_ok;
}

static void take_version(Login *l)
{
	FerryOracleConnection *c = l->c;
	const char *text = value_of(l, "AUTH_VERSION_NO");
	unsigned v = text ? (unsigned)strtoul(text, NULL, 10) : 0, major = v >> 24, minor, third;

	if (c->fields >= FERRY_ORACLE_FIELDS_18B) {
		minor = v >> 16 & 255;
		third = v >> 12 & 15;
	} else {
		minor = v >> 20 & 15;
		third = v >> 12 & 255;
	}
	c->version = major * 10000 + minor * 100 + third;
	c->base.server_product = g_strdup("Oracle");
	c->base.server_version = g_strdup_printf("%u.%u.%u", major, minor, third);
}

bool ferry_oracle_log_in(FerryOracleConnection *c, const FerryUrl *url, bool may_be_fast, GError **error)
{
	Login l = {.c = c, .url = url, .user = url->user ? url->user : ""};

	if (!get_mode(&l, error))
		return false;
	if (!*l.user) {
		ferry_fail(error, FERRY_ERROR_USAGE, "the URL names no user");
		ferry_error_hint(error, "write oracle://user:password@host:port/service");
		return false;
	}
	l.values = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	bool is_ok = (may_be_fast ? begin_fast(&l, error) : begin_classic(&l, error)) && prove(&l, error);
	if (is_ok)
		take_version(&l);
	g_hash_table_unref(l.values);
	return is_ok;
}

void ferry_oracle_log_off(FerryOracleConnection *c)
{
	if (c->is_lost || !ferry_oracle_begin(c, "cannot log off", NULL))
		return;
	/* Whether it hears is no matter to us, as long as we do not wait for long. */
	ferry_oracle_net_set_deadline(c->wire->net, g_get_monotonic_time() + 2 * G_USEC_PER_SEC);
	ferry_oracle_put_function(c, LOG_OFF);
	if (ferry_oracle_send(c, "cannot log off", NULL) && ferry_oracle_finish(c, "cannot log off", NULL))
		ferry_oracle_wire_send(c->wire, NULL, 0, END_OF_FILE, NULL);
}
