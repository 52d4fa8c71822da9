/* One client from CONNECT to its logoff: what was agreed, what is open. Used by the connection's own thread
 * only. */
#pragma once
#include <sqlite3.h>
#include "net.h"
#include "server.h"

typedef struct Lob {
	gboolean is_text, is_national, is_temporary;
	Bytes content;      /* text: UTF-8 */
	gsize units, bytes; /* of text: a place where a character begins, in UTF-16's units and in bytes */
} Lob;

typedef struct Session {
	Server *server;
	Net net;
	sqlite3 *db;
	guint number;

	/* agreed at the start */
	guint8 field_version;
	gboolean end_of_response; /* responses end with message 29 */
	gboolean sends_lengths;   /* user names and SQL texts come as clr */
	gboolean new_layouts;     /* the client's list of data types has 652: see put_call_end */
	gboolean wide_scale; /* its list has type 27 with representation 1: scales of some types are sb2 */
	gboolean has_bit_vectors, has_lob_prefetch, is_logged_in;

	char *user, *current_schema;
	guint8 sequence;
	gboolean is_in_transaction, is_interrupted;
	gboolean has_more_rows; /* of binds: what the socket has is them, and no marker */
	GHashTable *cursors;    /* id to Cursor */
	guint last_cursor;
	GHashTable *lobs; /* id to Lob */
	guint64 last_lob, oldest_lob, lob_bytes;
	Bytes scratch; /* for values being read */
} Session;

/* connect.c: TNS CONNECT up to ACCEPT; false: the client was turned away. */
gboolean session_accept(Session *s);
/* handshake.c */
void session_services(Session *s);
void session_protocol(Session *s);
void session_data_types(Session *s);
void session_fast_auth(Session *s);
/* auth.c */
void session_auth_phase_1(Session *s);
void session_auth_phase_2(Session *s);
/* execute.c */
void session_execute(Session *s);
void session_reexecute(Session *s, gboolean fetch);
void session_fetch(Session *s);
void session_close_cursor(Session *s, guint id);
/* lob.c */
void session_lob_operation(Session *s, gboolean is_piggyback);
/* The locator for a copy of this content, as a clr with its length before. The lob is taken. */
void lob_put_locator(Session *s, Bytes *out, Lob *lob);
/* How many temporary ones there are that nobody has freed. */
guint lob_count_temporary(Session *s);
Lob *lob_of_locator(Session *s, const guint8 *locator, gsize len);
void lob_free(Lob *lob);
/* transaction.c */
void session_begin(Session *s);
void session_commit(Session *s);
void session_rollback(Session *s);
