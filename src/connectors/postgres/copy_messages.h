/*
 * The messages of a COPY … TO STDOUT, a row each, of a reader: from the socket (copy_receive.h) where that can
 * be, else by libpq. Inside of a snapshot's transaction a COPY that has failed is taken back to the savepoint
 * that the reader has set before it.
 */
#pragma once

#include "connectors/postgres/private.h"

typedef struct PgMessages PgMessages;

/* name: of the table, for messages to people; is_text: the format; all borrowed. */
PgMessages *ferry_pg_messages_new(PgConnection *c, const char *name, bool is_text, FerryGiants *giants);
/* In the middle of a COPY the server is told to stop; what it has sent already is read away. NULL is fine. */
void ferry_pg_messages_free(PgMessages *m);

/* Sends the statements, one of which is the COPY, and waits for it to begin. */
bool ferry_pg_messages_begin(PgMessages *m, const char *sql, GError **error);

/* The next message as a whole without the file's header, valid until the next call; one that was only the
 * header is empty. permit: of the batch that it will be in. END also after the last one. */
FerryStep ferry_pg_messages_next(PgMessages *m, FerryPermit *permit, const uint8_t **ret_data, size_t *ret_len,
				 GError **error);
/* Appends one message as it is, without header and trailer, and counts its row. */
FerryStep ferry_pg_messages_next_raw(PgMessages *m, FerryRaw *raw, GError **error);

/* The mark behind the last row. */
static inline bool ferry_pg_is_trailer(const uint8_t *data, size_t len)
{
	return len == PG_COPY_TRAILER_LEN && data[0] == 0xff && data[1] == 0xff;
}

/* Gives back what a giant message has needed: its row is in the batch, and once is enough. */
void ferry_pg_messages_trim(PgMessages *m);
