/*
 * Opening, closing and cancelling a session, what it is set to, and which privileges it lacks.
 *
 * A connection is made step by step with PQconnectPoll, so that cancel works while a host does not answer,
 * and so that libpq's error text carries the SQLSTATE (see error.c). Everything that shapes values is then
 * fixed for the session: UTF-8, UTC, ISO dates, floats with all digits. No timeouts: a chunk may take long.
 * synchronous_commit stays as the server has it: what the ledger says is in must be in.
 */
#include "connectors/postgres/private.h"

#include <poll.h>
#include <string.h>

#define DEFAULT_CONNECT_TIMEOUT_S 15
#define MIN_VERSION               120000

const FerryOption ferry_pg_options[] = {
	{"schema", "NAME", "source: only this schema; target: where tables without a schema land (public)"},
	{"sslmode", "MODE", "disable, allow, prefer (default), require, verify-ca or verify-full"},
	{"sslrootcert", "FILE", "certificates of the authorities to trust, or 'system'"},
	{"sslcert", "FILE", "the client's certificate"},
	{"sslkey", "FILE", "the client certificate's key"},
	{"sslcrl", "FILE", "revoked certificates"},
	{"sslsni", "0|1", "send the host name in the TLS handshake"},
	{"ssl_min_protocol_version", "VERSION", "oldest TLS version to accept, TLSv1.2 by default"},
	{"sslpassword", "TEXT", "password of sslkey", true},
	{"channel_binding", "MODE", "disable, prefer or require"},
	{"gssencmode", "MODE", "disable, prefer or require"},
	{"krbsrvname", "NAME", "Kerberos service name"},
	{"host", "HOST|DIR", "host name, or the directory of the server's unix socket"},
	{"hostaddr", "ADDRESS", "numeric address, spares the name look-up"},
	{"port", "PORT", "port, where the URL's own place for it is empty"},
	{"user", "NAME", "user, where the URL's own place for it is empty"},
	{"password", "TEXT", "password; better left to ~/.pgpass or the environment", true},
	{"dbname", "NAME", "database, where the URL's own place for it is empty"},
	{"passfile", "FILE", "in place of ~/.pgpass"},
	{"service", "NAME", "section of pg_service.conf"},
	{"target_session_attrs", "WORD", "any, read-write, read-only, primary, standby or prefer-standby"},
	{"connect_timeout", "SECONDS", "how long to wait for the connection (15)"},
	{"application_name", "NAME", "as shown in pg_stat_activity (ferry)"},
	{"options", "TEXT", "command-line options for the server's session"},
	{"keepalives", "0|1", "TCP keepalives"},
	{"keepalives_idle", "SECONDS", "idle time before the first keepalive"},
	{"keepalives_interval", "SECONDS", "time between keepalives"},
	{"keepalives_count", "N", "keepalives lost before the connection is"},
	{"tcp_user_timeout", "MS", "time that sent data may stay unacknowledged"},
	{NULL},
};

static void no_notice(void *data, const char *message)
{
}

/* Keywords and values for libpq; both arrays borrow from the URL. A part of the URL itself beats a parameter.
 */
static void collect_params(const FerryUrl *url, GPtrArray *keys, GPtrArray *values, char port[16])
{
	static char fallback_name_key[] = "fallback_application_name", ferry[] = "ferry",
		    encoding_key[] = "client_encoding", utf8[] = "UTF8";
	const struct {
		const char *key, *value;
	} parts[] = {{"host", url->host},
		     {"user", url->user},
		     {"password", url->password},
		     {"dbname", url->database},
		     {"port", url->port >= 0 ? port : NULL}};
	g_snprintf(port, 16, "%d", url->port);

	GHashTableIter iter;
	gpointer key, value;
	g_hash_table_iter_init(&iter, url->params);
	while (g_hash_table_iter_next(&iter, &key, &value)) {
		if (strcmp(key, "schema") == 0)
			continue;
		g_ptr_array_add(keys, key);
		g_ptr_array_add(values, value);
	}
	for (size_t i = 0; i < G_N_ELEMENTS(parts); i++) {
		if (parts[i].value == NULL || *parts[i].value == '\0')
			continue;
		g_ptr_array_add(keys, (gpointer)parts[i].key);
		g_ptr_array_add(values, (gpointer)parts[i].value);
	}
	g_ptr_array_add(keys, fallback_name_key);
	g_ptr_array_add(values, ferry);
	g_ptr_array_add(keys, encoding_key);
	g_ptr_array_add(values, utf8);
	g_ptr_array_add(keys, NULL);
	g_ptr_array_add(values, NULL);
}

static bool is_cancelled(PgConnection *c)
{
	g_mutex_lock(&c->cancel_lock);
	bool answer = c->is_cancelled_connecting;
	g_mutex_unlock(&c->cancel_lock);
	return answer;
}

/* Waits until the socket is ready as libpq wishes; looks up five times a second whether it was cancelled. */
static bool wait_ready(PgConnection *c, PostgresPollingStatusType wish, gint64 deadline_us, GError **error)
{
	struct pollfd p = {.fd = PQsocket(c->conn),
			   .events = wish == PGRES_POLLING_READING ? POLLIN : POLLOUT};
	for (;;) {
		if (is_cancelled(c))
			return ferry_fail(error, FERRY_ERROR_CANCELLED, "cancelled while connecting");
		int ready = poll(&p, 1, 200);
		if (ready > 0)
			return true;
		if (g_get_monotonic_time() > deadline_us) {
			g_autofree char *name = ferry_url_to_string(c->base.url);
			ferry_fail_server(error, FERRY_ERROR_CONNECT, NULL, 0, true,
					  "cannot connect to %s: no answer in time", name);
			ferry_error_hint(
				error,
				"check host, port and firewalls; wait longer with connect_timeout=SECONDS");
			return false;
		}
	}
}

static bool connect_and_wait(PgConnection *c, const FerryUrl *url, GError **error)
{
	int64_t seconds = 0;
	const char *given = ferry_url_param(url, "connect_timeout", NULL);
	if (given != NULL && (!g_ascii_string_to_signed(given, 10, 0, 86400, &seconds, NULL)))
		return ferry_fail(error, FERRY_ERROR_USAGE, "connect_timeout=%s is not a number of seconds",
				  given);
	if (given == NULL)
		seconds = DEFAULT_CONNECT_TIMEOUT_S;
	else if (seconds == 0)
		seconds = 86400;
	gint64 deadline_us = g_get_monotonic_time() + seconds * G_USEC_PER_SEC;

	PQsetErrorVerbosity(c->conn, PQERRORS_VERBOSE);
	PostgresPollingStatusType wish = PGRES_POLLING_WRITING;
	while (wish != PGRES_POLLING_OK) {
		if (wish == PGRES_POLLING_FAILED || PQstatus(c->conn) == CONNECTION_BAD)
			return ferry_pg_fail_connect(c->conn, url, error);
		if (!wait_ready(c, wish, deadline_us, error))
			return false;
		wish = PQconnectPoll(c->conn);
	}
	PQsetErrorVerbosity(c->conn, PQERRORS_DEFAULT);
	return true;
}

/* clang-format off */
static const char settings[] =
	"SELECT pg_catalog.set_config('" FERRY_PG_SESSION_PATH "', pg_catalog.current_setting('search_path'), false);"
	"SET TimeZone = 'UTC';"
	"SET DateStyle = 'ISO, YMD';"
	"SET IntervalStyle = 'postgres';"
	"SET extra_float_digits = 1;"
	"SET bytea_output = 'hex';"
	"SET xmloption = 'content';"
	"SET lc_monetary = 'C';"
	"SET standard_conforming_strings = on;"
	"SET quote_all_identifiers = off;" /* definitions are compared with known words */
	"SET array_nulls = on;"
	"SET search_path = pg_catalog;"
	"SET row_security = off;" /* an error rather than missing rows */
	"SET default_transaction_isolation = 'read committed';"
	"SET default_transaction_read_only = off;" /* rows are read in transactions that say READ ONLY themselves */
	"SET statement_timeout = 0;"
	"SET lock_timeout = 0;"
	"SET idle_in_transaction_session_timeout = 0;"
	"SET synchronize_seqscans = off;"
	"SET jit = off;";
/* clang-format on */

static bool set_session(PgConnection *c, GError **error)
{
	g_autofree char *sql =
		g_strconcat(settings, c->version >= 140000 ? "SET idle_session_timeout = 0;" : "",
			    c->version >= 170000 ? "SET transaction_timeout = 0;" : "", NULL);
	g_autoptr(PGresult) set = ferry_pg_run(c, sql, "cannot prepare the session", error);
	return set != NULL;
}

/* Some servers that speak the protocol are something else; version() begins with the product's name. */
static void set_product(PgConnection *c)
{
	const char *text = PQparameterStatus(c->conn, "server_version");
	const char *end = text != NULL ? strchr(text, ' ') : NULL;
	g_free(c->base.server_product);
	g_free(c->base.server_version);
	c->base.server_product = g_strdup("PostgreSQL");
	c->base.server_version =
		end != NULL ? g_strndup(text, (gsize)(end - text)) : g_strdup(text != NULL ? text : "?");
}

bool ferry_pg_open(FerryConnection *base, const FerryUrl *url, bool create, GError **error)
{
	PgConnection *c = pg_connection(base);
	g_mutex_init(&c->cancel_lock);
	c->schema = g_strdup(ferry_url_param(url, "schema", NULL));
	g_autoptr(GPtrArray) keys = g_ptr_array_new(), values = g_ptr_array_new();
	char port[16];
	collect_params(url, keys, values, port);
	c->conn =
		PQconnectStartParams((const char *const *)keys->pdata, (const char *const *)values->pdata, 0);
	if (c->conn == NULL)
		return ferry_fail(error, FERRY_ERROR_CONNECT, "cannot connect: out of memory");
	PQsetNoticeProcessor(c->conn, no_notice, NULL);
	if (!connect_and_wait(c, url, error))
		return false;
	PQsetnonblocking(c->conn, 0);
	c->version = PQserverVersion(c->conn);
	set_product(c);
	if (c->version < MIN_VERSION) {
		ferry_fail(error, FERRY_ERROR_UNSUPPORTED, "the server is PostgreSQL %s, older than 12",
			   base->server_version);
		ferry_error_hint(error, "upgrade it, or restore a dump into a newer server first");
		return false;
	}
	g_mutex_lock(&c->cancel_lock);
	c->cancel = PQgetCancel(c->conn);
	g_mutex_unlock(&c->cancel_lock);
	return set_session(c, error);
}

void ferry_pg_close(FerryConnection *base)
{
	PgConnection *c = pg_connection(base);
	g_mutex_lock(&c->cancel_lock);
	PQfreeCancel(c->cancel);
	c->cancel = NULL;
	g_mutex_unlock(&c->cancel_lock);
	PQfinish(c->conn);
	c->conn = NULL;
	g_clear_pointer(&c->schema, g_free);
	g_clear_pointer(&c->user_path, g_free);
	g_mutex_clear(&c->cancel_lock);
}

/* libpq asks the server over a second connection; the answer comes as SQLSTATE 57014 on the first one. */
void ferry_pg_cancel(FerryConnection *base)
{
	PgConnection *c = pg_connection(base);
	char message[256];
	g_mutex_lock(&c->cancel_lock);
	if (c->cancel != NULL)
		PQcancel(c->cancel, message, sizeof message);
	else
		c->is_cancelled_connecting = true;
	g_mutex_unlock(&c->cancel_lock);
}

/* Each row: a sentence and the statements that mend it. One a schema, however many its tables are. */
/* clang-format off */
static const char source_privileges[] =
	"SELECT format('may not read %s in schema %I: %sGRANT SELECT ON %s TO %I',"
	" CASE WHEN count(*) > 3 THEN count(*) || ' tables' ELSE 'table ' || string_agg(quote_ident(c.relname), ', ') END,"
	" n.nspname, CASE WHEN has_schema_privilege(n.oid, 'USAGE') THEN ''"
	" ELSE format('GRANT USAGE ON SCHEMA %I TO %I; ', n.nspname, current_user) END,"
	" CASE WHEN count(*) > 3 THEN format('ALL TABLES IN SCHEMA %I', n.nspname)"
	" ELSE string_agg(format('%I.%I', n.nspname, c.relname), ', ') END, current_user) "
	"FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace "
	"WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relpersistence <> 't' AND n.nspname NOT LIKE 'pg\\_%' "
	"AND n.nspname <> 'information_schema' AND ($1::text IS NULL OR n.nspname = $1) "
	"AND NOT (n.nspname = 'ferry' AND c.relname IN ('copy', 'chunk', 'mark', 'step', 'runner')) "
	"AND NOT (has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'SELECT')) "
	"AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_class'::regclass "
	"AND d.objid = c.oid AND d.deptype = 'e') GROUP BY n.oid, n.nspname ORDER BY n.nspname";
/* clang-format on */

static const char target_privileges[] =
	"SELECT format('may not create schemas in database %I: GRANT CREATE ON DATABASE %I TO %I', "
	"current_database(), "
	"current_database(), current_user) WHERE NOT has_database_privilege(current_database(), 'CREATE') "
	"AND pg_catalog.to_regnamespace('ferry') IS NULL "
	"UNION ALL SELECT format('may not create tables in schema %I: GRANT USAGE, CREATE ON SCHEMA %I TO "
	"%I', nspname, "
	"nspname, current_user) FROM pg_catalog.pg_namespace WHERE nspname = coalesce($1, 'public') "
	"AND NOT (has_schema_privilege(oid, 'USAGE') AND has_schema_privilege(oid, 'CREATE')) "
	"UNION ALL SELECT 'the server is a read-only standby: use its primary' WHERE "
	"pg_catalog.pg_is_in_recovery()";

bool ferry_pg_ping(FerryConnection *base, bool as_target, GPtrArray **ret_missing, GError **error)
{
	PgConnection *c = pg_connection(base);
	const char *params[] = {c->schema};
	g_autoptr(PGresult) result = PQexecParams(c->conn, as_target ? target_privileges : source_privileges,
						  1, NULL, params, NULL, NULL, 0);
	if (PQresultStatus(result) != PGRES_TUPLES_OK)
		return ferry_pg_fail(c, result, error, "cannot ask for privileges");
	GPtrArray *missing = g_ptr_array_new_with_free_func(g_free);
	for (int i = 0; i < PQntuples(result); i++)
		g_ptr_array_add(missing, g_strdup(PQgetvalue(result, i, 0)));
	*ret_missing = missing;
	return true;
}
