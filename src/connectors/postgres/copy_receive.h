/*
 * CopyData messages straight from the socket, the counterpart of copy_send.c. libpq would gather each message
 * in a buffer of its own first, which grows to the largest one and stays so until the connection is closed,
 * and copy it from there. What else the server says meanwhile is kept, and handed to libpq in the end: to it
 * all looks as if it had received an answer without rows. Where the connection is encrypted the bytes belong
 * to libpq, and this cannot be used.
 *
 * For each message: head, then body or body_to. Between begin and what head answers with END or FAILED nobody
 * else may use the connection, but for cancelling.
 */
#pragma once

#include "connectors/postgres/private.h"

typedef struct PgReceiver PgReceiver;

bool ferry_pg_can_receive(PGconn *conn);

PgReceiver *ferry_pg_receiver_new(PGconn *conn);
void ferry_pg_receiver_free(PgReceiver *r); /* NULL is fine */

/* After PQsendQuery(): reads on until rows may come. MORE: head is next. END, FAILED: as for head. */
FerryStep ferry_pg_receive_begin(PgReceiver *r);

/* MORE: *ret_len bytes of a message follow. END: the whole answer has come, FAILED: the connection is lost;
 * either way what the server has said is libpq's now, to be asked for with PQgetResult(). */
FerryStep ferry_pg_receive_head(PgReceiver *r, size_t *ret_len);

/* The message's bytes, where they lie until the next call. FAILED: lost, as above. END: memory cannot hold
 * them; they can be skipped. */
FerryStep ferry_pg_receive_body(PgReceiver *r, const uint8_t **ret_data);
/* The same into a buffer of the caller's; END never. */
FerryStep ferry_pg_receive_body_to(PgReceiver *r, void *out);
/* Passes over what was not taken of it; END never. */
FerryStep ferry_pg_receive_skip(PgReceiver *r);

/* Gives back what a giant message has needed. */
void ferry_pg_receiver_trim(PgReceiver *r);
