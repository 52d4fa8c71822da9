/*
 * The connector's struct, its options, and a connection's life: open, cancel, close. session.c makes the
 * session.
 */
#include "connectors/mysql/packet.h"
#include "connectors/mysql/singlestore.h"

#include <mysqld_error.h>
#include <string.h>
#include <sys/socket.h>

const FerryOption ferry_mysql_options[] = {
	{"socket", "PATH", "unix socket of the server", false},
	{"connect-timeout", "SECONDS", "how long to wait for a connection (10)", false},
	{"compress", "on|off", "compress the protocol: for slow networks", false},
	{"ssl", "on|off", "on: only over TLS; off: never", false},
	{"ssl-mode", "MODE", "DISABLED, PREFERRED, REQUIRED, VERIFY_CA or VERIFY_IDENTITY", false},
	{"ssl-ca", "FILE", "certificates of the authorities to trust (PEM)", false},
	{"ssl-capath", "FOLDER", "folder of such certificates", false},
	{"ssl-cert", "FILE", "certificate of the client (PEM)", false},
	{"ssl-key", "FILE", "key of the client's certificate (PEM)", true},
	{"ssl-cipher", "LIST", "ciphers to allow", false},
	{"ssl-crl", "FILE", "revoked certificates (PEM)", false},
	{"ssl-verify-server-cert", "on|off", "check the server's certificate and name", false},
	{"tls-version", "LIST", "TLSv1.2,TLSv1.3", false},
	{"plugin-dir", "FOLDER", "where the client's authentication plugins are", false},
	{"charset", "NAME", "taken for compatibility: text always travels as UTF-8", false},
	{NULL},
};

/* What the user can see, for who mistyped a name or gave none. */
static bool list_databases(MYSQL *mysql, GString *out)
{
	if (mysql_query(mysql, "SHOW DATABASES"))
		return false;
	MYSQL_RES *result = mysql_store_result(mysql);
	MYSQL_ROW row;
	while (result && (row = mysql_fetch_row(result))) {
		if (g_ascii_strcasecmp(row[0], "information_schema") &&
		    g_ascii_strcasecmp(row[0], "performance_schema"))
			g_string_append_printf(out, "%s%s", out->len ? ", " : "", row[0]);
	}
	mysql_free_result(result);
	return out->len > 0;
}

static void hint_at_databases(const FerryUrl *url, GError **error)
{
	int code = ferry_error_get_vendor_code(*error);
	if (code != ER_BAD_DB_ERROR && code != ER_DBACCESS_DENIED_ERROR)
		return;
	MYSQL *mysql = ferry_mysql_connect(url, NULL, 0, NULL);
	if (!mysql)
		return;
	g_autoptr(GString) names = g_string_new(NULL);
	if (list_databases(mysql, names))
		ferry_error_hint(error, "databases that this user can see: %s", names->str);
	mysql_close(mysql);
}

static bool check_version(FerryMysqlConnection *c, GError **error)
{
	const char *info = mysql_get_server_info(c->mysql);

	if (!ferry_singlestore_detect(c, error))
		return false;
	if (c->is_singlestore)
		return true;
	c->is_mariadb = mariadb_connection(c->mysql);
	c->version = mysql_get_server_version(c->mysql);
	c->base.server_product = g_strdup(c->is_mariadb ? "MariaDB" : "MySQL");
	c->base.server_version =
		g_strdup_printf("%lu.%lu.%lu", c->version / 10000, c->version / 100 % 100, c->version % 100);
	if (ferry_mysql_at_least(c, 100300, 50700))
		return true;
	ferry_fail(error, FERRY_ERROR_UNSUPPORTED, "the server is %s %s (%s), which is too old",
		   c->base.server_product, c->base.server_version, info);
	ferry_error_hint(error, "supported are MySQL 5.7 to 9 and MariaDB 10.3 and later");
	return false;
}

/* The name as the server writes it: lower_case_table_names may change its case. */
static bool get_database(FerryMysqlConnection *c, GError **error)
{
	g_autoptr(FerryMysqlRow) row = NULL;
	if (!ferry_mysql_first(c, "SELECT DATABASE()", "cannot ask for the database", &row, error))
		return false;
	c->database = row ? g_strdup(row->values[0]) : NULL;
	return true;
}

static bool open_connection(FerryConnection *base, const FerryUrl *url, bool create, GError **error)
{
	FerryMysqlConnection *c = ferry_mysql(base);
	const char *database = url->database && *url->database ? url->database : NULL;
	GError *own = NULL;

	g_mutex_init(&c->cancel_lock);
	c->mysql = ferry_mysql_connect(url, database, 0, &own);
	if (!c->mysql) {
		hint_at_databases(url, &own);
		g_propagate_error(error, own);
		return false;
	}
	g_mutex_lock(&c->cancel_lock);
	c->thread_id = mysql_thread_id(c->mysql);
	c->socket = mysql_get_socket(c->mysql);
	c->is_open = true;
	g_mutex_unlock(&c->cancel_lock);
	return check_version(c, error) &&
	       (c->is_singlestore ? ferry_singlestore_set_up(c, error) : ferry_mysql_set_up(c, error)) &&
	       get_database(c, error);
}

static void close_connection(FerryConnection *base)
{
	FerryMysqlConnection *c = ferry_mysql(base);

	g_mutex_lock(&c->cancel_lock);
	c->is_open = false;
	g_mutex_unlock(&c->cancel_lock);
	ferry_mysql_packets_free(c->packets);
	if (c->mysql)
		mysql_close(c->mysql);
	g_free(c->database);
	g_mutex_clear(&c->cancel_lock);
}

/* The server is told to stop the query; where it cannot be told, the socket is shut, which wakes the reading
 * thread. The lock keeps close from ending the session, whose socket's number somebody else would get, in the
 * middle of this. */
static void cancel_connection(FerryConnection *base)
{
	FerryMysqlConnection *c = ferry_mysql(base);

	g_atomic_int_set(&c->is_cancelled, 1);
	g_mutex_lock(&c->cancel_lock);
	if (c->is_open && !ferry_mysql_kill_query(base->url, c->thread_id))
		shutdown(c->socket, SHUT_RDWR);
	g_mutex_unlock(&c->cancel_lock);
}

static const char *const schemes[] = {"mysql", "mariadb", NULL};

/* What both connectors are: the code asks the server which of them it is. */
#define SHARED_MEMBERS                                                                                       \
	.caps = {.has_schemas = true, .max_identifier = 64}, .options = ferry_mysql_options,                 \
	.connection_size = sizeof(FerryMysqlConnection), .open = open_connection, .close = close_connection, \
	.cancel = cancel_connection, .ping = ferry_mysql_ping, .session_id = ferry_mysql_session_id,         \
	.explain_wait = ferry_mysql_explain_wait, .source = &ferry_mysql_source

const FerryConnector ferry_mysql_connector = {
	.name = "mysql",
	.title = "MySQL and MariaDB",
	.schemes = schemes,
	.url_example = "mysql://user@host:3306/database",
	.versions = "MySQL 5.7–9, MariaDB 10.3+",
	SHARED_MEMBERS,
};

static const char *const singlestore_schemes[] = {"singlestore", NULL};

const FerryConnector ferry_singlestore_connector = {
	.name = "singlestore",
	.title = "SingleStore",
	.schemes = singlestore_schemes,
	.url_example = "singlestore://user@host:3306/database",
	.versions = "checked against a stand-in only",
	SHARED_MEMBERS,
};
