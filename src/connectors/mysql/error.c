/*
 * From the server's and the client library's error numbers to ours: one table, searched when something fails.
 * Numbers below 1000 do not occur, 2000–2099 are the client library's, MariaDB's own begin at 1900, MySQL 8's
 * at 3000.
 */
#include "connectors/mysql/private.h"

#include <errmsg.h>
#include <stdarg.h>
#include <string.h>

typedef struct {
	unsigned vendor_code;
	FerryErrorCode code;
	bool can_heal;
	const char *hint;
} Rule;

#define HINT_AUTH                                                                                            \
	"check user and password; the password may stand in the URL, in FERRY_SOURCE_PASSWORD or in "        \
	"~/.my.cnf"

#define HINT_TCP "is the server running there, and do host and port lead to it?"
#define HINT_SOCKET                                                                                          \
	"is the server running, and is this its socket? Give another with ?socket=PATH, or a host and port"

static const Rule rules[] = {
	{1028, FERRY_ERROR_FAILED, false, NULL},
	{1040, FERRY_ERROR_CONNECT, true, "use fewer --lanes, or raise max_connections on the server"},
	{1044, FERRY_ERROR_PERMISSION, false, NULL},
	{1045, FERRY_ERROR_AUTH, false, HINT_AUTH},
	{1049, FERRY_ERROR_NOT_FOUND, false, NULL},
	{1053, FERRY_ERROR_LOST, true, NULL},
	{1054, FERRY_ERROR_NOT_FOUND, false,
	 "the table may have been changed since the catalog was read: begin again"},
	{1129, FERRY_ERROR_CONNECT, false,
	 "the server blocked this host after failed attempts: run FLUSH HOSTS there"},
	{1130, FERRY_ERROR_AUTH, false,
	 "the server has no account for this host: CREATE USER '…'@'<this host>'"},
	{1142, FERRY_ERROR_PERMISSION, false, NULL},
	{1143, FERRY_ERROR_PERMISSION, false, NULL},
	{1146, FERRY_ERROR_NOT_FOUND, false, NULL},
	{1152, FERRY_ERROR_LOST, true, NULL},
	{1153, FERRY_ERROR_DATA, false, "raise max_allowed_packet on the server"},
	{1158, FERRY_ERROR_LOST, true, NULL},
	{1159, FERRY_ERROR_LOST, true, NULL},
	{1160, FERRY_ERROR_LOST, true, NULL},
	{1161, FERRY_ERROR_LOST, true, NULL},
	{1184, FERRY_ERROR_LOST, true, NULL},
	{1203, FERRY_ERROR_CONNECT, true, "use fewer --lanes, or raise the user's MAX_USER_CONNECTIONS"},
	{1205, FERRY_ERROR_CONFLICT, true, NULL},
	{1213, FERRY_ERROR_CONFLICT, true, NULL},
	{1226, FERRY_ERROR_CONNECT, true,
	 "the account's limit of resources is reached: see SHOW CREATE USER"},
	{1227, FERRY_ERROR_PERMISSION, false, NULL},
	{1251, FERRY_ERROR_AUTH, false, HINT_AUTH},
	{1317, FERRY_ERROR_CANCELLED, false, NULL},
	{1356, FERRY_ERROR_FAILED, false, NULL},
	{1370, FERRY_ERROR_PERMISSION, false, NULL},
	{1412, FERRY_ERROR_FAILED, true, "the table was altered while it was read: begin again"},
	{1524, FERRY_ERROR_AUTH, false, "the server lacks the account's authentication plugin"},
	{1698, FERRY_ERROR_AUTH, false, HINT_AUTH},
	{1820, FERRY_ERROR_AUTH, false, "the password must be changed first: ALTER USER … IDENTIFIED BY …"},
	{1862, FERRY_ERROR_AUTH, false, "the password has expired: ALTER USER … IDENTIFIED BY …"},
	{1927, FERRY_ERROR_LOST, true, NULL},
	{1969, FERRY_ERROR_FAILED, true,
	 "a time limit for statements (max_statement_time) is enforced by the server"},
	{2002, FERRY_ERROR_CONNECT, true, HINT_TCP},
	{2003, FERRY_ERROR_CONNECT, true, HINT_TCP},
	{2004, FERRY_ERROR_CONNECT, false, NULL},
	{2005, FERRY_ERROR_CONNECT, false, "check the host's name in the URL"},
	{2006, FERRY_ERROR_LOST, true, NULL},
	{2007, FERRY_ERROR_UNSUPPORTED, false, NULL},
	{2012, FERRY_ERROR_CONNECT, true, NULL},
	{2013, FERRY_ERROR_LOST, true, NULL},
	{2020, FERRY_ERROR_DATA, false, "raise max_allowed_packet on the server"},
	{2026, FERRY_ERROR_CONNECT, false,
	 "see the URL's ssl, ssl-ca, ssl-verify-server-cert and tls-version"},
	{2055, FERRY_ERROR_LOST, true, NULL},
	{2058, FERRY_ERROR_AUTH, false, NULL},
	{2059, FERRY_ERROR_AUTH, false,
	 "install the client plugin (Debian: libmariadb3), give its folder with ?plugin-dir=PATH, or use an "
	 "account with "
	 "mysql_native_password or caching_sha2_password"},
	{2061, FERRY_ERROR_AUTH, false, HINT_AUTH},
	{3024, FERRY_ERROR_FAILED, true,
	 "a time limit for statements (max_execution_time) is enforced by the server"},
	{3118, FERRY_ERROR_AUTH, false, "the account is locked: ALTER USER … ACCOUNT UNLOCK"},
	{4031, FERRY_ERROR_LOST, true, NULL},
	{4151, FERRY_ERROR_AUTH, false, "the account is locked: ALTER USER … ACCOUNT UNLOCK"},
};

static const Rule *find_rule(unsigned vendor_code)
{
	for (size_t i = 0; i < G_N_ELEMENTS(rules); i++)
		if (rules[i].vendor_code == vendor_code)
			return &rules[i];
	return NULL;
}

FerryErrorCode ferry_mysql_classify(unsigned vendor_code, bool *ret_can_heal)
{
	const Rule *rule = find_rule(vendor_code);
	*ret_can_heal = rule && rule->can_heal;
	return rule ? rule->code : FERRY_ERROR_FAILED;
}

/* "SELECT command denied to user 'u'@'h' for table …" names all that a GRANT needs, but for the privilege. */
static void hint_at_grant(GError **error, FerryErrorCode code, const FerryMysqlConnection *c)
{
	if (code == FERRY_ERROR_PERMISSION)
		ferry_error_hint(error, "grant it with: GRANT SELECT, SHOW VIEW ON %s%s%s.* TO <user>",
				 c->database ? "`" : "", c->database ? c->database : "*",
				 c->database ? "`" : "");
}

bool ferry_mysql_fail_with(FerryMysqlConnection *c, unsigned vendor_code, const char *state, const char *said,
			   GError **error, const char *doing)
{
	bool can_heal;
	FerryErrorCode code = ferry_mysql_classify(vendor_code, &can_heal);

	/* What would be a failure to connect (TLS errors, say) is a loss once the connection was there. */
	if (code == FERRY_ERROR_CONNECT && vendor_code >= CR_MIN_ERROR && vendor_code <= CR_MAX_ERROR) {
		code = FERRY_ERROR_LOST;
		can_heal = true;
	}
	if (code == FERRY_ERROR_LOST || vendor_code == CR_MALFORMED_PACKET)
		c->is_lost = true;
	if (g_atomic_int_get(&c->is_cancelled) && (code == FERRY_ERROR_LOST || code == FERRY_ERROR_CANCELLED))
		return ferry_fail(error, FERRY_ERROR_CANCELLED, "%s: cancelled", doing);
	/* Somebody else's KILL QUERY: it can be tried again. */
	if (code == FERRY_ERROR_CANCELLED) {
		code = FERRY_ERROR_FAILED;
		can_heal = true;
	}
	ferry_fail_server(error, code, state, (int)vendor_code, can_heal, "%s: %s", doing,
			  *said ? said : "unknown error");
	const Rule *rule = find_rule(vendor_code);
	if (rule && rule->hint && code != FERRY_ERROR_LOST)
		ferry_error_hint(error, "%s", rule->hint);
	hint_at_grant(error, code, c);
	return false;
}

bool ferry_mysql_fail(FerryMysqlConnection *c, MYSQL_STMT *stmt, GError **error, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	g_autofree char *doing = g_strdup_vprintf(format, args);
	va_end(args);

	if (stmt && mysql_stmt_errno(stmt))
		return ferry_mysql_fail_with(c, mysql_stmt_errno(stmt), mysql_stmt_sqlstate(stmt),
					     mysql_stmt_error(stmt), error, doing);
	return ferry_mysql_fail_with(c, mysql_errno(c->mysql), mysql_sqlstate(c->mysql),
				     mysql_error(c->mysql), error, doing);
}

bool ferry_mysql_fail_connect(MYSQL *mysql, const FerryUrl *url, GError **error)
{
	unsigned vendor_code = mysql_errno(mysql);
	bool can_heal;
	FerryErrorCode code = ferry_mysql_classify(vendor_code, &can_heal);
	const Rule *rule = find_rule(vendor_code);
	g_autofree char *shown = ferry_url_to_string(url);
	const char *hint = rule ? rule->hint : NULL;

	if (vendor_code == CR_CONNECTION_ERROR && strstr(mysql_error(mysql), "socket"))
		hint = HINT_SOCKET;
	/* The handshake broke: not an open connection that was lost. */
	if (code == FERRY_ERROR_LOST || code == FERRY_ERROR_FAILED) {
		code = FERRY_ERROR_CONNECT;
		hint = hint ? hint
			    : "is a MySQL or MariaDB server listening there? Some servers also want TLS: "
			      "?ssl=on";
	}
	ferry_fail_server(error, code, mysql_sqlstate(mysql), (int)vendor_code, can_heal,
			  "cannot connect to %s: %s", shown, mysql_error(mysql));
	if (hint)
		ferry_error_hint(error, "%s", hint);
	return false;
}
