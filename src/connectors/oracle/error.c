/* From ORA- numbers to our errors: one table, searched when something fails. */
#include "connectors/oracle/private.h"

#include <stdarg.h>
#include <stdlib.h>

typedef struct {
	uint32_t number;
	FerryErrorCode code;
	bool can_heal;
	const char *hint;
} Rule;

#define HINT_AUTH                                                                                            \
	"check user and password; the password may stand in the URL or in FERRY_SOURCE_PASSWORD. Names are " \
	"folded to "                                                                                         \
	"capitals by the server, passwords are not"
#define HINT_UNDO                                                                                            \
	"rows are read as of one SCN: enlarge UNDO_RETENTION and the undo tablespace, begin again "          \
	"(--restart) when less is written, or read from a standby"
#define HINT_SCHEMA                                                                                          \
	"a schema is a user: make it (CREATE USER …), or let tables land elsewhere with ?schema=… or "   \
	"--schema"
#define HINT_SPACE    "the tablespace is full: add a data file, or let one grow"
#define HINT_CHANGED  "the table was altered after the copy had begun: begin again"
#define HINT_PASSWORD "log in with another client, and set a new password: ALTER USER … IDENTIFIED BY …"
#define HINT_NATIVE                                                                                          \
	"the server requires native network encryption (SQLNET.ENCRYPTION_SERVER or "                        \
	"SQLNET.CRYPTO_CHECKSUM_SERVER = "                                                                   \
	"REQUIRED), which only Oracle's thick client speaks. Ways out: let the listener offer TCPS and use " \
	"?protocol=tcps, or set it to ACCEPTED or REQUESTED for this host"

#define HINT_HANDLERS                                                                                        \
	"the listener has nobody to hand the connection to: too many are open (PROCESSES, SESSIONS; use "    \
	"fewer --lanes), or the instance is not ready; see lsnrctl services on the server"
#define HINT_STARTING "the instance is starting, or open in restricted mode: try again once it is open"
#define HINT_ARCHIVE                                                                                         \
	"the server cannot archive its redo logs, most often for want of space in the recovery area: free "  \
	"some, or enlarge DB_RECOVERY_FILE_DEST_SIZE"

static const Rule rules[] = {
	{1, FERRY_ERROR_INTEGRITY, false, NULL},
	{1400, FERRY_ERROR_INTEGRITY, false, NULL},
	{1401, FERRY_ERROR_DATA, false, NULL},
	{1407, FERRY_ERROR_INTEGRITY, false, NULL},
	{1426, FERRY_ERROR_DATA, false, NULL},
	{1438, FERRY_ERROR_DATA, false, NULL},
	{1452, FERRY_ERROR_INTEGRITY, false, NULL},
	{1461, FERRY_ERROR_DATA, false, NULL},
	{1536, FERRY_ERROR_FAILED, false,
	 "the user's quota on the tablespace is used up: ALTER USER … QUOTA …"},
	{1652, FERRY_ERROR_FAILED, false,
	 "the temporary tablespace is full: add a temporary file, or let one grow"},
	{1653, FERRY_ERROR_FAILED, false, HINT_SPACE},
	{1654, FERRY_ERROR_FAILED, false, HINT_SPACE},
	{1688, FERRY_ERROR_FAILED, false, HINT_SPACE},
	{1691, FERRY_ERROR_FAILED, false, HINT_SPACE},
	{1692, FERRY_ERROR_FAILED, false, HINT_SPACE},
	{1722, FERRY_ERROR_DATA, false, NULL},
	{1841, FERRY_ERROR_DATA, false, NULL},
	{1435, FERRY_ERROR_NOT_FOUND, false, HINT_SCHEMA},
	{1918, FERRY_ERROR_NOT_FOUND, false, HINT_SCHEMA},
	{1950, FERRY_ERROR_PERMISSION, false, "ALTER USER … QUOTA UNLIMITED ON …"},
	{2260, FERRY_ERROR_EXISTS, false, NULL},
	{2261, FERRY_ERROR_EXISTS, false, NULL},
	{2264, FERRY_ERROR_EXISTS, false, NULL},
	{2266, FERRY_ERROR_INTEGRITY, false, NULL},
	{2275, FERRY_ERROR_EXISTS, false, NULL},
	{2289, FERRY_ERROR_NOT_FOUND, false, NULL},
	{2290, FERRY_ERROR_INTEGRITY, false, NULL},
	{2291, FERRY_ERROR_INTEGRITY, false, NULL},
	{2292, FERRY_ERROR_INTEGRITY, false, NULL},
	{2293, FERRY_ERROR_INTEGRITY, false, NULL},
	{2298, FERRY_ERROR_INTEGRITY, false, NULL},
	{2299, FERRY_ERROR_INTEGRITY, false, NULL},
	{2437, FERRY_ERROR_INTEGRITY, false, NULL},
	{955, FERRY_ERROR_EXISTS, false, NULL},
	{8177, FERRY_ERROR_CONFLICT, true, NULL},
	{12899, FERRY_ERROR_DATA, false, NULL},
	{18, FERRY_ERROR_CONNECT, true, "the server has no session left: use fewer --lanes"},
	{20, FERRY_ERROR_CONNECT, true, "the server has no process left: use fewer --lanes"},
	{28, FERRY_ERROR_LOST, true, NULL},
	{31, FERRY_ERROR_LOST, true, NULL},
	{54, FERRY_ERROR_CONFLICT, true, NULL},
	{60, FERRY_ERROR_CONFLICT, true, NULL},
	{600, FERRY_ERROR_LOST, true, NULL},
	{603, FERRY_ERROR_LOST, true, NULL},
	{904, FERRY_ERROR_NOT_FOUND, false, NULL},
	{942, FERRY_ERROR_NOT_FOUND, false,
	 "it is not there, or the user may not read it: GRANT SELECT ON … TO …"},
	{1012, FERRY_ERROR_LOST, true, NULL},
	{1013, FERRY_ERROR_CANCELLED, false, NULL},
	{1017, FERRY_ERROR_AUTH, false, HINT_AUTH},
	{1031, FERRY_ERROR_PERMISSION, false, NULL},
	{257, FERRY_ERROR_CONNECT, true, HINT_ARCHIVE},
	{1005, FERRY_ERROR_AUTH, false, HINT_AUTH},
	{1033, FERRY_ERROR_CONNECT, true, HINT_STARTING},
	{1034, FERRY_ERROR_CONNECT, true, "the instance is not started: STARTUP, or wait until it is"},
	{1045, FERRY_ERROR_AUTH, false, "GRANT CREATE SESSION TO …"},
	{1089, FERRY_ERROR_LOST, true, NULL},
	{1090, FERRY_ERROR_CONNECT, true, "the instance is being shut down"},
	{1092, FERRY_ERROR_LOST, true, NULL},
	{1410, FERRY_ERROR_FAILED, false, HINT_CHANGED},
	{1466, FERRY_ERROR_FAILED, false, HINT_CHANGED},
	{1555, FERRY_ERROR_FAILED, false, HINT_UNDO},
	{2391, FERRY_ERROR_CONNECT, true, "the user's profile allows no more sessions: use fewer --lanes"},
	{2396, FERRY_ERROR_LOST, true, NULL},
	{2399, FERRY_ERROR_LOST, true, NULL},
	{3113, FERRY_ERROR_LOST, true, NULL},
	{3114, FERRY_ERROR_LOST, true, NULL},
	{3135, FERRY_ERROR_LOST, true, NULL},
	{4021, FERRY_ERROR_CONFLICT, true, NULL},
	{4031, FERRY_ERROR_FAILED, true, "the server's shared pool is full"},
	{8103, FERRY_ERROR_FAILED, false, HINT_CHANGED},
	{8180, FERRY_ERROR_FAILED, false, HINT_UNDO},
	{8181, FERRY_ERROR_FAILED, false, HINT_UNDO},
	/* An instance that has just started has not told the listener yet: who was connected before waits. */
	{12505, FERRY_ERROR_NOT_FOUND, true,
	 "the listener knows no such SID: see lsnrctl status on the server"},
	{12514, FERRY_ERROR_NOT_FOUND, true,
	 "the listener knows no such service: see lsnrctl status on the server"},
	{12516, FERRY_ERROR_CONNECT, true, HINT_HANDLERS},
	{12518, FERRY_ERROR_CONNECT, true, HINT_HANDLERS},
	{12519, FERRY_ERROR_CONNECT, true, HINT_HANDLERS},
	{12520, FERRY_ERROR_CONNECT, true,
	 "the listener has no handler of the kind that was asked for, or too many connections are open: "
	 "/service:dedicated in the URL (SERVER=dedicated) asks for one of its own; see lsnrctl services on "
	 "the server"},
	{12521, FERRY_ERROR_NOT_FOUND, true,
	 "the listener knows no such instance: see lsnrctl status on the server"},
	{12526, FERRY_ERROR_CONNECT, true, HINT_STARTING},
	{12527, FERRY_ERROR_CONNECT, true, HINT_STARTING},
	{12528, FERRY_ERROR_CONNECT, true, HINT_STARTING},
	{12537, FERRY_ERROR_CONNECT, true,
	 "the listener ended the connection: is this host invited (TCP.INVITED_NODES, "
	 "TCP.VALIDNODE_CHECKING), "
	 "and is there room for another process?"},
	{12564, FERRY_ERROR_CONNECT, false, NULL},
	{12660, FERRY_ERROR_UNSUPPORTED, false, HINT_NATIVE},
	{22924, FERRY_ERROR_FAILED, false, HINT_UNDO},
	{28000, FERRY_ERROR_AUTH, false, "the account is locked: ALTER USER … ACCOUNT UNLOCK"},
	{28001, FERRY_ERROR_AUTH, false, HINT_PASSWORD},
	{28009, FERRY_ERROR_AUTH, false, "SYS logs in with ?privilege=sysdba; better take a user of less"},
	{28040, FERRY_ERROR_AUTH, false,
	 "no way of proving the password is common to both: see SQLNET.ALLOWED_LOGON_VERSION_SERVER, and set "
	 "the password once more, so that the server has a verifier of today's kind"},
	{41900, FERRY_ERROR_PERMISSION, false, NULL}, /* from 23ai on in the place of some 942 and 1031 */
};

static const Rule *find_rule(uint32_t number)
{
	for (size_t i = 0; i < G_N_ELEMENTS(rules); i++)
		if (rules[i].number == number)
			return &rules[i];
	return NULL;
}

FerryErrorCode ferry_oracle_classify(uint32_t number, bool *ret_can_heal, const char **ret_hint)
{
	const Rule *rule = find_rule(number);

	*ret_can_heal = rule && rule->can_heal;
	*ret_hint = rule ? rule->hint : NULL;
	return rule ? rule->code : FERRY_ERROR_FAILED;
}

/* unknown: what an error is that no rule knows. */
static bool fail_as(FerryOracleConnection *c, FerryErrorCode unknown, uint32_t number, const char *text,
		    GError **error, const char *doing)
{
	bool can_heal;
	const char *hint;
	FerryErrorCode code = ferry_oracle_classify(number, &can_heal, &hint);

	if (!find_rule(number))
		code = unknown;
	if (code == FERRY_ERROR_LOST)
		c->is_lost = true;
	if (g_atomic_int_get(&c->is_cancelled) && (code == FERRY_ERROR_LOST || code == FERRY_ERROR_CANCELLED))
		return ferry_fail(error, FERRY_ERROR_CANCELLED, "%s: cancelled", doing);
	/* Somebody else broke the call off: it can be tried again. */
	if (code == FERRY_ERROR_CANCELLED) {
		code = FERRY_ERROR_FAILED;
		can_heal = true;
	}
	g_autofree char *valid =
		text && *text ? g_utf8_make_valid(text, -1) : g_strdup_printf("ORA-%05u", number);
	ferry_fail_server(error, code, NULL, (int)number, can_heal, "%s: %s", doing, valid);
	if (hint)
		ferry_error_hint(error, "%s", hint);
	return false;
}

bool ferry_oracle_fail_with(FerryOracleConnection *c, uint32_t number, const char *text, GError **error,
			    const char *doing)
{
	return fail_as(c, FERRY_ERROR_FAILED, number, text, error, doing);
}

bool ferry_oracle_fail_row(FerryOracleConnection *c, uint32_t number, const char *text, GError **error,
			   const char *doing)
{
	return fail_as(c, FERRY_ERROR_DATA, number, text, error, doing);
}

/* The wire's own failure. */
static bool fail_wire(FerryOracleConnection *c, GError **error, const char *doing)
{
	FerryOracleWire *w = c->wire;

	c->is_lost = true;
	if (g_atomic_int_get(&c->is_cancelled))
		return ferry_fail(error, FERRY_ERROR_CANCELLED, "%s: cancelled", doing);
	if (w->state == FERRY_ORACLE_WIRE_MALFORMED)
		return ferry_fail(error, FERRY_ERROR_FAILED,
				  "%s: the server's answer cannot be understood (%s)", doing,
				  w->what ? w->what : "?");
	return ferry_fail_server(error, FERRY_ERROR_LOST, NULL, 0, true, "%s: %s", doing,
				 w->error ? w->error->message : "the connection was lost");
}

bool ferry_oracle_fail(FerryOracleConnection *c, GError **error, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	g_autofree char *doing = g_strdup_vprintf(format, args);
	va_end(args);

	if (c->wire->state != FERRY_ORACLE_WIRE_FINE)
		return fail_wire(c, error, doing);
	if (c->reply.number == 0)
		return ferry_fail(error, FERRY_ERROR_FAILED, "%s: the server's answer cannot be understood",
				  doing);
	return ferry_oracle_fail_with(c, c->reply.number, c->reply.text->str, error, doing);
}

bool ferry_oracle_fail_refused(const FerryUrl *url, const char *text, GError **error)
{
	const char *found = strstr(text, "(ERR=");
	uint32_t number = found ? (uint32_t)strtoul(found + 5, NULL, 10) : 0;
	bool can_heal;
	const char *hint;
	FerryErrorCode code = ferry_oracle_classify(number, &can_heal, &hint);
	g_autofree char *shown = ferry_url_to_string(url);
	g_autofree char *valid = g_utf8_make_valid(text, -1);

	if (code == FERRY_ERROR_FAILED)
		code = FERRY_ERROR_CONNECT;
	if (number)
		ferry_fail_server(error, code, NULL, (int)number, can_heal,
				  "cannot connect to %s: the listener refused with ORA-%05u", shown, number);
	else
		ferry_fail(error, code, "cannot connect to %s: the listener refused: %s", shown, valid);
	if (hint)
		ferry_error_hint(error, "%s", hint);
	return false;
}
