/* The connector's struct, its options, and a connection's life: open, cancel, close. connect.c and login.c
 * get in. */
#include "connectors/oracle/address.h"
#include "connectors/oracle/private.h"

#include <string.h>

static const FerryOption options[] = {
	{"schema", "NAME", "whose tables are meant (the user's own)", false},
	{"sid", "NAME", "a SID in place of a service", false},
	{"descriptor", "TEXT", "a whole connect descriptor: (DESCRIPTION=…)", false},
	{"tns-admin", "FOLDER", "where tnsnames.ora is ($TNS_ADMIN)", false},
	{"protocol", "tcp|tcps", "tcps: over TLS", false},
	{"wallet", "FOLDER", "folder of ewallet.pem, or such a file", false},
	{"wallet-password", "TEXT", "password of the wallet's key", true},
	{"ssl-ca", "FILE", "certificates of the authorities to trust (PEM)", false},
	{"ssl-server-dn", "NAME", "distinguished name of the server's certificate, in place of its host name",
	 false},
	{"ssl-verify", "on|off", "check the server's certificate and name (on)", false},
	{"scn", "NUMBER", "read as of this system change number: several copies of one state", false},
	{"privilege", "sysdba|sysoper", "log in with that privilege", false},
	{"connect-timeout", "SECONDS", "how long connecting and logging in may take (20)", false},
	{"sdu", "BYTES", "size of packets to ask for (65536)", false},
	{"lob-inline", "LENGTH",
	 "up to which length LOBs come inside of the rows; longer ones are read by locator, in pieces "
	 "(65536)",
	 false},
	{NULL},
};

static bool ask_for_schema(FerryOracleConnection *c, const FerryUrl *url, GError **error)
{
	const char *wanted = ferry_url_param(url, "schema", NULL);
	g_autoptr(FerryOracleRow) row = NULL;

	if (!ferry_oracle_first(c, "SELECT USER FROM DUAL", "cannot ask for the user's name", &row, error))
		return false;
	if (!row || !row->values[0])
		return ferry_fail(error, FERRY_ERROR_FAILED, "the server does not say who is logged in");
	c->user = g_strdup(row->values[0]);
	if (!wanted) {
		c->schema = g_strdup(c->user);
		return true;
	}
	/* As the dictionary writes it, unless it is in quotes. */
	size_t len = strlen(wanted);
	if (len > 2 && wanted[0] == '"' && wanted[len - 1] == '"')
		c->schema = g_strndup(wanted + 1, len - 2);
	else
		c->schema = g_utf8_strup(wanted, -1);
	return true;
}

static bool open_connection(FerryConnection *base, const FerryUrl *url, bool create, GError **error)
{
	FerryOracleConnection *c = ferry_oracle(base);

	g_mutex_init(&c->cancel_lock);
	c->out = g_byte_array_new();
	c->closing = g_array_new(FALSE, FALSE, sizeof(uint32_t));
	c->temporary = g_byte_array_new();
	c->reply.text = g_string_new(NULL);
	c->reply.refused_text = g_string_new(NULL);
	if (!ferry_oracle_connect(c, url, error)) {
		c->is_lost = true;
		return false;
	}
	g_mutex_lock(&c->cancel_lock);
	c->is_open = true;
	g_mutex_unlock(&c->cancel_lock);
	base->max_identifier = c->version && c->version < 120200 ? 30 : 0;
	return ask_for_schema(c, url, error);
}

static void close_connection(FerryConnection *base)
{
	FerryOracleConnection *c = ferry_oracle(base);

	g_mutex_lock(&c->cancel_lock);
	c->is_open = false;
	g_mutex_unlock(&c->cancel_lock);
	if (c->wire)
		ferry_oracle_log_off(c);
	ferry_oracle_wire_free(c->wire);
	g_byte_array_free(c->out, TRUE);
	g_array_free(c->closing, TRUE);
	g_byte_array_free(c->temporary, TRUE);
	g_string_free(c->reply.text, TRUE);
	g_string_free(c->reply.refused_text, TRUE);
	g_free(c->user);
	g_free(c->schema);
	g_free(c->scn);
	g_free(c->warning);
	g_mutex_clear(&c->cancel_lock);
}

/* The thread that waits for the server is woken, and tells it to stop. */
static void cancel_connection(FerryConnection *base)
{
	FerryOracleConnection *c = ferry_oracle(base);

	g_atomic_int_set(&c->is_cancelled, 1);
	g_mutex_lock(&c->cancel_lock);
	if (c->is_open)
		ferry_oracle_wire_wake(c->wire);
	g_mutex_unlock(&c->cancel_lock);
}

static const char *const schemes[] = {"oracle", NULL};

const FerryConnector ferry_oracle_connector = {
	.name = "oracle",
	.title = "Oracle",
	.schemes = schemes,
	.url_example = "oracle://user@host:1521/service",
	.versions = "12.1–26ai; beta: checked against a stand-in only",
	.caps = {.has_schemas = true,
		 .max_identifier = 128,
		 .has_fixed_schemas = true,
		 .folds_to_capitals = true,
		 .empty_is_null = true,
		 .has_no_twin_indexes = true,
		 .has_no_on_update = true,
		 .has_no_stored = true},
	.options = options,
	.connection_size = sizeof(FerryOracleConnection),
	.open = open_connection,
	.close = close_connection,
	.cancel = cancel_connection,
	.ping = ferry_oracle_ping,
	.hosts = ferry_oracle_hosts,
	.source = &ferry_oracle_source,
	.target = &ferry_oracle_target,
};
