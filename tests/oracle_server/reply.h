/* The parts of responses that many calls share, and errors. */
#pragma once
#include "session.h"

enum {
	MSG_PROTOCOL = 1,
	MSG_DATA_TYPES = 2,
	MSG_FUNCTION = 3,
	MSG_ERROR = 4,
	MSG_ROW_HEADER = 6,
	MSG_ROW = 7,
	MSG_PARAMETERS = 8,
	MSG_STATUS = 9,
	MSG_LOB_DATA = 14,
	MSG_WARNING = 15,
	MSG_DESCRIBE = 16,
	MSG_PIGGYBACK = 17,
	MSG_BIT_VECTOR = 21,
	MSG_SERVER_PIGGYBACK = 23,
	MSG_END_OF_RESPONSE = 29,
	MSG_FAST_AUTH = 34,
};

#define SQL_TYPE_QUERY 3

typedef struct BatchError {
	guint row;
	int number;
	char *text;
} BatchError;

/* An ORA- error with where in the statement it is. */
typedef struct OraError {
	int number; /* 0: none */
	int position;
	char *text; /* without "ORA-nnnnn: " */
} OraError;

void ora_error_set(OraError *e, int number, int position, const char *format, ...) G_GNUC_PRINTF(4, 5);
void ora_error_clear(OraError *e);

typedef struct CallEnd {
	guint64 rows;
	guint cursor;
	guint8 sql_type;
	guint8 warning;
	gint64 rowid; /* of the row that was written last, with the table's number; 0: none */
	guint32 object;
	const OraError *error;
	GArray *batch_errors; /* of BatchError, or NULL */
} CallEnd;

/* Appends message 4. */
void reply_call_end(Session *s, const CallEnd *end);
/* Appends message 29 where it was agreed on, and sends. */
void reply_send(Session *s);
/* Message 9: what calls without data answer. */
void reply_status(Session *s);
/* Call end without data. */
void reply_done(Session *s);
/* Drops what was not sent of the response, sends markers, waits for the client's, and sends the error. */
void reply_error(Session *s, guint cursor, const OraError *error);
/* Markers both ways, until the client has reset; false: it is gone. */
gboolean reply_reset(Session *s);
