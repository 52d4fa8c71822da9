/*
 * Making a session: options from the URL and from the client's option files, the connection, and the settings
 * that reading needs.
 *
 * The client library reads option files (my.cnf) at the beginning of a connect, and what they say replaces
 * what was set before; a URL shall win over them. So the files are read by a first connect that cannot
 * succeed (to a socket that is not there, which costs a failed system call), then the URL's options are set,
 * then the true connect is made.
 */
#include "connectors/mysql/private.h"

#include <errmsg.h>
#include <string.h>

#define DEFAULT_CONNECT_TIMEOUT_S 10

static bool is_on(const char *value)
{
	return !g_ascii_strcasecmp(value, "1") || !g_ascii_strcasecmp(value, "on") ||
	       !g_ascii_strcasecmp(value, "true") || !g_ascii_strcasecmp(value, "yes") || !*value;
}

static bool is_off(const char *value)
{
	return !g_ascii_strcasecmp(value, "0") || !g_ascii_strcasecmp(value, "off") ||
	       !g_ascii_strcasecmp(value, "false") || !g_ascii_strcasecmp(value, "no");
}

static bool get_switch(const FerryUrl *url, const char *key, int *ret_value, GError **error)
{
	const char *value = ferry_url_param(url, key, NULL);
	if (!value)
		return true;
	if (!is_on(value) && !is_off(value))
		return ferry_fail(error, FERRY_ERROR_USAGE, "parameter %s is on or off, not '%s'", key,
				  value);
	*ret_value = is_on(value);
	return true;
}

/* ssl-mode as MySQL's clients name it. PREFERRED stays with what the library does by itself. */
static bool get_ssl_mode(const FerryUrl *url, int *ret_enforce, int *ret_verify, GError **error)
{
	const char *mode = ferry_url_param(url, "ssl-mode", NULL);
	if (!mode || !g_ascii_strcasecmp(mode, "PREFERRED"))
		return true;
	if (!g_ascii_strcasecmp(mode, "DISABLED")) {
		*ret_enforce = 0;
		*ret_verify = 0;
		return true;
	}
	*ret_enforce = 1;
	if (!g_ascii_strcasecmp(mode, "REQUIRED"))
		return true;
	*ret_verify = 1;
	if (!g_ascii_strcasecmp(mode, "VERIFY_CA") || !g_ascii_strcasecmp(mode, "VERIFY_IDENTITY"))
		return true;
	return ferry_fail(
		error, FERRY_ERROR_USAGE,
		"parameter ssl-mode is DISABLED, PREFERRED, REQUIRED, VERIFY_CA or VERIFY_IDENTITY, not '%s'",
		mode);
}

static bool set_tls(MYSQL *mysql, const FerryUrl *url, GError **error)
{
	static const struct {
		const char *key;
		enum mysql_option option;
	} paths[] = {
		{"ssl-ca", MYSQL_OPT_SSL_CA},
		{"ssl-capath", MYSQL_OPT_SSL_CAPATH},
		{"ssl-cert", MYSQL_OPT_SSL_CERT},
		{"ssl-key", MYSQL_OPT_SSL_KEY},
		{"ssl-cipher", MYSQL_OPT_SSL_CIPHER},
		{"ssl-crl", MYSQL_OPT_SSL_CRL},
		{"tls-version", MARIADB_OPT_TLS_VERSION},
	};
	int enforce = -1, verify = -1;

	if (!get_ssl_mode(url, &enforce, &verify, error) || !get_switch(url, "ssl", &enforce, error) ||
	    !get_switch(url, "ssl-verify-server-cert", &verify, error))
		return false;
	for (size_t i = 0; i < G_N_ELEMENTS(paths); i++) {
		const char *value = ferry_url_param(url, paths[i].key, NULL);
		if (value && mysql_optionsv(mysql, paths[i].option, value))
			return ferry_fail(error, FERRY_ERROR_USAGE, "the client library refuses %s=%s",
					  paths[i].key, value);
	}
	if (verify == 1 && enforce < 0)
		enforce = 1;
	if (enforce >= 0) {
		my_bool on = enforce == 1;
		mysql_optionsv(mysql, MYSQL_OPT_SSL_ENFORCE, &on);
	}
	if (verify >= 0) {
		my_bool on = verify == 1;
		mysql_optionsv(mysql, MYSQL_OPT_SSL_VERIFY_SERVER_CERT, &on);
	}
	return true;
}

static bool set_options(MYSQL *mysql, const FerryUrl *url, unsigned timeout_s, GError **error)
{
	const char *timeout = ferry_url_param(url, "connect-timeout", NULL);
	const char *plugin_dir = ferry_url_param(url, "plugin-dir", NULL);
	unsigned long max_packet = 1024UL * 1024 * 1024;
	int compress = 0;

	if (timeout && !timeout_s) {
		guint64 value;
		if (!g_ascii_string_to_unsigned(timeout, 10, 1, 3600, &value, NULL))
			return ferry_fail(error, FERRY_ERROR_USAGE,
					  "parameter connect-timeout is a number of seconds, not '%s'",
					  timeout);
		timeout_s = (unsigned)value;
	}
	timeout_s = timeout_s ? timeout_s : DEFAULT_CONNECT_TIMEOUT_S;
	mysql_optionsv(mysql, MYSQL_OPT_CONNECT_TIMEOUT, &timeout_s);
	mysql_optionsv(mysql, MYSQL_SET_CHARSET_NAME, "utf8mb4");
	mysql_optionsv(mysql, MYSQL_OPT_MAX_ALLOWED_PACKET, &max_packet);
	mysql_optionsv(mysql, MYSQL_OPT_CONNECT_ATTR_ADD, "program_name", "ferry");
	if (plugin_dir)
		mysql_optionsv(mysql, MYSQL_PLUGIN_DIR, plugin_dir);
	if (!get_switch(url, "compress", &compress, error))
		return false;
	if (compress)
		mysql_optionsv(mysql, MYSQL_OPT_COMPRESS);
	return set_tls(mysql, url, error);
}

/* See the head of the file. */
static void read_option_files(MYSQL *mysql)
{
	mysql_optionsv(mysql, MYSQL_READ_DEFAULT_GROUP, "ferry");
	(void)mysql_real_connect(mysql, "localhost", "", "", NULL, 0, "/nonexistent/ferry-reads-option-files",
				 CLIENT_REMEMBER_OPTIONS);
}

static MYSQL *new_handle(const FerryUrl *url, unsigned timeout_s, GError **error)
{
	static gsize is_initialised;
	if (g_once_init_enter(&is_initialised)) {
		mysql_library_init(0, NULL, NULL);
		g_once_init_leave(&is_initialised, 1);
	}
	MYSQL *mysql = mysql_init(NULL);
	if (!mysql) {
		ferry_fail(error, FERRY_ERROR_FAILED, "out of memory for a connection");
		return NULL;
	}
	read_option_files(mysql);
	if (!set_options(mysql, url, timeout_s, error)) {
		mysql_close(mysql);
		return NULL;
	}
	return mysql;
}

static bool try_connect(MYSQL *mysql, const FerryUrl *url, const char *host, const char *database)
{
	const char *socket = ferry_url_param(url, "socket", NULL);
	unsigned port = url->port > 0 ? (unsigned)url->port : 0;

	/* The library takes the socket for "localhost" whatever the port; who writes a port means TCP. */
	if (host && port && !socket) {
		unsigned protocol = MYSQL_PROTOCOL_TCP;
		mysql_optionsv(mysql, MYSQL_OPT_PROTOCOL, &protocol);
	}
	return mysql_real_connect(mysql, socket && !host ? "localhost" : host, url->user, url->password,
				  database, port, socket, CLIENT_REMEMBER_OPTIONS) != NULL;
}

/* The library goes on without TLS where the server has none, unless it must check a certificate. */
static bool is_as_safe_as_asked(MYSQL *mysql, const FerryUrl *url, GError **error)
{
	my_bool is_enforced = 0;
	mysql_get_optionv(mysql, MYSQL_OPT_SSL_ENFORCE, &is_enforced);
	if (!is_enforced || mysql_get_ssl_cipher(mysql))
		return true;
	g_autofree char *shown = ferry_url_to_string(url);
	ferry_fail(error, FERRY_ERROR_CONNECT,
		   "cannot connect to %s: TLS was asked for, but the server does not offer it", shown);
	ferry_error_hint(error, "set ssl_cert and ssl_key on the server, or leave ssl out of the URL");
	return false;
}

static MYSQL *check_safety(MYSQL *mysql, const FerryUrl *url, GError **error)
{
	if (is_as_safe_as_asked(mysql, url, error))
		return mysql;
	mysql_close(mysql);
	return NULL;
}

MYSQL *ferry_mysql_connect(const FerryUrl *url, const char *database, unsigned timeout_s, GError **error)
{
	const char *host = url->host && *url->host ? url->host : NULL;
	MYSQL *mysql = new_handle(url, timeout_s, error);
	if (!mysql)
		return NULL;
	if (try_connect(mysql, url, host, database))
		return check_safety(mysql, url, error);

	/* "localhost" means the socket to the library, but the server may run in a container with only its
	 * port open. */
	bool is_localhost =
		host && !strcmp(host, "localhost") && url->port < 0 && !ferry_url_param(url, "socket", NULL);
	if (is_localhost && mysql_errno(mysql) == CR_CONNECTION_ERROR &&
	    try_connect(mysql, url, "127.0.0.1", database))
		return mysql;
	ferry_mysql_fail_connect(mysql, url, error);
	mysql_close(mysql);
	return NULL;
}

/* Settings that one of the two systems, or an old version, does not know. */
static bool set_optional(FerryMysqlConnection *c, GError **error)
{
	static const char *const mariadb[] = {
		"SET SESSION max_statement_time = 0",
		"SET SESSION idle_transaction_timeout = 0, idle_readonly_transaction_timeout = 0",
		NULL,
	};
	static const char *const mysql[] = {
		"SET SESSION max_execution_time = 0",
		"SET SESSION information_schema_stats_expiry = 0", /* 8.0: AUTO_INCREMENT would be up to a day
								      old */
		NULL,
	};
	for (const char *const *sql = c->is_mariadb ? mariadb : mysql; *sql; sql++) {
		if (mysql_query(c->mysql, *sql) && mysql_errno(c->mysql) >= 2000 &&
		    mysql_errno(c->mysql) < 2100)
			return ferry_mysql_fail(c, NULL, error, "cannot set up the session");
	}
	return true;
}

bool ferry_mysql_set_up(FerryMysqlConnection *c, GError **error)
{
	/* sql_mode: literals and quotes must mean the same on every server; CHAR comes without padding; zero
	 * dates are readable. Timeouts: a lane may wait for its target, or for other lanes, for hours. */
	static const char settings[] = "SET SESSION sql_mode = '', time_zone = '+00:00', net_write_timeout = "
				       "86400, net_read_timeout = 86400,"
				       " wait_timeout = 604800, sql_select_limit = DEFAULT, "
				       "group_concat_max_len = 1048576, sql_auto_is_null = 0";

	return ferry_mysql_execute(c, "SET NAMES utf8mb4", "cannot set up the session", error) &&
	       ferry_mysql_execute(c, settings, "cannot set up the session", error) &&
	       ferry_mysql_execute(c, "SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ",
				   "cannot set up the session", error) &&
	       set_optional(c, error);
}

bool ferry_mysql_kill_query(const FerryUrl *url, unsigned long thread_id)
{
	MYSQL *mysql = ferry_mysql_connect(url, NULL, 3, NULL);
	if (!mysql)
		return false;
	char sql[64];
	g_snprintf(sql, sizeof sql, "KILL QUERY %lu", thread_id);
	bool ok = !mysql_query(mysql, sql) ||
		  mysql_errno(mysql) == 1094; /* no such thread: it is gone already */
	mysql_close(mysql);
	return ok;
}
