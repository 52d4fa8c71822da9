/*
 * From what the server and libpq say to our errors: one classifier by SQLSTATE
 * (https://www.postgresql.org/docs/current/errcodes-appendix.html), the server's words, and a way out.
 *
 * libpq tells the SQLSTATE of a refused connection only inside the text, and only at its verbose setting,
 * which connection.c chooses for that moment: "FATAL:  28P01: password authentication failed …\nLOCATION: …".
 */
#include "connectors/postgres/private.h"

#include <string.h>

typedef struct SqlstateRow {
	const char *prefix; /* a whole SQLSTATE or its class */
	FerryErrorCode code;
	bool can_heal;
} SqlstateRow;

/* The first row that matches decides: whole states stand before their class. */
static const SqlstateRow sqlstates[] = {
	{"57014", FERRY_ERROR_CANCELLED, false}, /* query_canceled: we switched all timeouts off */
	{"57P03", FERRY_ERROR_CONNECT, true},    /* starting up, shutting down */
	{"57P04", FERRY_ERROR_NOT_FOUND, false}, /* database dropped */
	{"57P", FERRY_ERROR_LOST, true},         /* administrator or crash ended the session */
	{"53300", FERRY_ERROR_CONNECT, true},    /* too many connections */
	{"53100", FERRY_ERROR_IO, false},        /* disk full */
	{"08P01", FERRY_ERROR_INTERNAL, false},  /* protocol violation */
	{"08", FERRY_ERROR_LOST, true},           {"25P03", FERRY_ERROR_LOST, true},
	{"25006", FERRY_ERROR_PERMISSION, false}, /* read-only transaction: a standby */
	{"28", FERRY_ERROR_AUTH, false},          {"3D", FERRY_ERROR_NOT_FOUND, false},
	{"3F", FERRY_ERROR_NOT_FOUND, false},     {"42501", FERRY_ERROR_PERMISSION, false},
	{"42P01", FERRY_ERROR_NOT_FOUND, false},  {"42703", FERRY_ERROR_NOT_FOUND, false},
	{"42704", FERRY_ERROR_NOT_FOUND, false},  {"42883", FERRY_ERROR_NOT_FOUND, false},
	{"42P04", FERRY_ERROR_EXISTS, false},     {"42P06", FERRY_ERROR_EXISTS, false},
	{"42P07", FERRY_ERROR_EXISTS, false},     {"42701", FERRY_ERROR_EXISTS, false},
	{"42710", FERRY_ERROR_EXISTS, false},     {"42723", FERRY_ERROR_EXISTS, false},
	{"0A", FERRY_ERROR_UNSUPPORTED, false},   {"22", FERRY_ERROR_DATA, false},
	{"54", FERRY_ERROR_DATA, false}, /* program limit: row or value too big */
	{"23", FERRY_ERROR_INTEGRITY, false},     {"40", FERRY_ERROR_CONFLICT, true},
	{"55P03", FERRY_ERROR_CONFLICT, true},    {"58", FERRY_ERROR_IO, false},
};

FerryErrorCode ferry_pg_classify(const char *sqlstate, bool *ret_can_heal)
{
	*ret_can_heal = false;
	if (sqlstate == NULL)
		return FERRY_ERROR_FAILED;
	for (size_t i = 0; i < G_N_ELEMENTS(sqlstates); i++) {
		if (g_str_has_prefix(sqlstate, sqlstates[i].prefix)) {
			*ret_can_heal = sqlstates[i].can_heal;
			return sqlstates[i].code;
		}
	}
	return FERRY_ERROR_FAILED;
}

static void add_hint(GError **error, FerryErrorCode code, const char *sqlstate, const char *server_hint)
{
	if (server_hint != NULL && *server_hint != '\0')
		ferry_error_hint(error, "%s", server_hint);
	else if (code == FERRY_ERROR_PERMISSION && g_strcmp0(sqlstate, "25006") == 0)
		ferry_error_hint(error, "the server is a read-only standby; use its primary");
	else if (code == FERRY_ERROR_PERMISSION)
		ferry_error_hint(error, "connect as the owner, or have the privilege granted to this user");
	else if (g_strcmp0(sqlstate, "53100") == 0)
		ferry_error_hint(error,
				 "free some space on the server's disk, then run the same command again");
	else if (g_strcmp0(sqlstate, "53300") == 0)
		ferry_error_hint(error, "use fewer lanes (--lanes), or raise max_connections on the server");
}

/* libpq ends its messages with a line feed and breaks them in the middle; ours are one line. */
static char *one_line(const char *text)
{
	g_autofree char *copy = g_strdup(text != NULL ? text : "");
	for (char *p = copy; *p != '\0'; p++)
		if (*p == '\n' || *p == '\t')
			*p = ' ';
	return g_strdup(g_strstrip(copy));
}

/* A write that failed is kept by libpq until it has read to the end; the connection does not look bad before.
 */
static bool tells_of_loss(const char *message)
{
	static const char *const words[] = {"server closed the connection", "could not send data to server",
					    "could not receive data from server",
					    "no connection to the server"};

	for (size_t i = 0; i < G_N_ELEMENTS(words); i++)
		if (strstr(message, words[i]) != NULL)
			return true;
	return false;
}

bool ferry_pg_fail(PgConnection *c, const PGresult *result, GError **error, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	g_autofree char *doing = g_strdup_vprintf(format, args);
	va_end(args);

	const char *state = result != NULL ? PQresultErrorField(result, PG_DIAG_SQLSTATE) : NULL;
	const char *primary = result != NULL ? PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY) : NULL;
	const char *detail = result != NULL ? PQresultErrorField(result, PG_DIAG_MESSAGE_DETAIL) : NULL;
	const char *context = result != NULL ? PQresultErrorField(result, PG_DIAG_CONTEXT) : NULL;
	const char *hint = result != NULL ? PQresultErrorField(result, PG_DIAG_MESSAGE_HINT) : NULL;
	bool can_heal;
	FerryErrorCode code = ferry_pg_classify(state, &can_heal);
	const char *message = primary != NULL ? primary : PQerrorMessage(c->conn);
	bool is_dead = PQstatus(c->conn) == CONNECTION_BAD || (state == NULL && tells_of_loss(message));
	if (is_dead &&
	    strstr(message, "invalid socket") != NULL) /* libpq's word for one that had failed before */
		message = "the connection is lost";
	g_autofree char *said = one_line(message);
	if (is_dead && code != FERRY_ERROR_CANCELLED && code != FERRY_ERROR_AUTH) {
		code = FERRY_ERROR_LOST;
		can_heal = true;
	}
	g_autofree char *more = detail != NULL ? one_line(detail) : NULL;
	/* Where a COPY stopped: line and column; nothing of it in a message about something else. */
	g_autofree char *where =
		context != NULL && g_str_has_prefix(context, "COPY ") ? one_line(context) : NULL;
	ferry_fail_server(error, code, state, 0, can_heal, "%s: %s%s%s%s%s%s", doing,
			  *said != '\0' ? said : "the server gave no reason", more != NULL ? " (" : "",
			  more != NULL ? more : "", more != NULL ? ")" : "", where != NULL ? "; at " : "",
			  where != NULL ? where : "");
	add_hint(error, code, state, hint);
	return false;
}

/* Finds ":  XXXXX: " in libpq's verbose text; ret_state gets the five characters. Points behind it, or NULL.
 */
static const char *find_sqlstate(const char *text, char ret_state[6])
{
	for (const char *p = strstr(text, ":  "); p != NULL; p = strstr(p + 3, ":  ")) {
		size_t n = strspn(p + 3, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ");
		if (n == 5 && p[8] == ':' && p[9] == ' ') {
			memcpy(ret_state, p + 3, 5);
			ret_state[5] = '\0';
			return p + 10;
		}
	}
	return NULL;
}

static void connect_hint(GError **error, PGconn *conn, FerryErrorCode code, const char *state,
			 const char *text)
{
	if (code == FERRY_ERROR_AUTH && g_str_has_prefix(state, "28P01"))
		ferry_error_hint(error, "check user and password; the password may stand in the URL, in "
					"FERRY_SOURCE_PASSWORD / FERRY_TARGET_PASSWORD or in ~/.pgpass");
	else if (code == FERRY_ERROR_AUTH && PQconnectionNeedsPassword(conn))
		ferry_error_hint(error, "the server asks for a password: give it in FERRY_SOURCE_PASSWORD / "
					"FERRY_TARGET_PASSWORD, in ~/.pgpass or in the URL");
	else if (code == FERRY_ERROR_AUTH)
		ferry_error_hint(error, "check the user name and the server's pg_hba.conf");
	else if (g_strcmp0(state, "3D000") == 0)
		ferry_error_hint(error, "create it with: createdb %s",
				 PQdb(conn) != NULL ? PQdb(conn) : "NAME");
	else if (g_strcmp0(state, "53300") == 0)
		ferry_error_hint(error, "use fewer lanes (--lanes), or raise max_connections on the server");
	else if (strstr(text, "translate host name") != NULL)
		ferry_error_hint(error, "check the spelling of the host in the URL");
	else if (strstr(text, "SSL") != NULL || strstr(text, "certificate") != NULL)
		ferry_error_hint(error, "see the options sslmode and sslrootcert");
	else if (code == FERRY_ERROR_USAGE)
		ferry_error_hint(error, "see the options with: ferry connectors postgres");
	else if (code == FERRY_ERROR_CONNECT)
		ferry_error_hint(error,
				 "check host and port, and that the server is running and listens there");
}

bool ferry_pg_fail_connect(PGconn *conn, const FerryUrl *url, GError **error)
{
	char state[6] = "";
	const char *text = PQerrorMessage(conn);
	const char *rest = find_sqlstate(text, state);
	bool can_heal = false;
	FerryErrorCode code = rest != NULL ? ferry_pg_classify(state, &can_heal) : FERRY_ERROR_CONNECT;
	if (code == FERRY_ERROR_FAILED || code == FERRY_ERROR_LOST)
		code = FERRY_ERROR_CONNECT;
	if (rest == NULL && PQconnectionNeedsPassword(conn))
		code = FERRY_ERROR_AUTH;
	else if (rest == NULL && g_str_has_prefix(text, "invalid ") && strstr(text, "value") != NULL)
		code = FERRY_ERROR_USAGE; /* libpq refuses an option's value before it connects */
	if (rest == NULL && code == FERRY_ERROR_CONNECT && strstr(text, "SSL") == NULL)
		can_heal = true; /* refused or unreachable: a server that restarts comes back */

	g_autofree char *raw = g_strdup(rest != NULL ? rest : text);
	char *location = strstr(raw, "\nLOCATION:");
	if (location != NULL)
		*location = '\0';
	g_autofree char *said = one_line(raw);
	g_autofree char *name = ferry_url_to_string(url);
	ferry_fail_server(error, code, rest != NULL ? state : NULL, 0, can_heal, "cannot connect to %s: %s",
			  name, *said != '\0' ? said : "no reason given");
	connect_hint(error, conn, code, state, text);
	return false;
}
