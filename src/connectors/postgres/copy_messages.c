/*
 * See copy_messages.h. By libpq, rows are taken with PQgetlineAsync, which copies a message into our buffer,
 * where PQgetCopyData would allocate each one. The server sends one row a message (the first one with the
 * file header before it), so a message that fits is a whole row; one that fills the buffer to the last byte
 * may go on, and the buffer grows. libpq itself keeps a buffer as large as the largest message.
 */
#include "connectors/postgres/copy_messages.h"

#include "connectors/postgres/copy_decode.h"
#include "connectors/postgres/copy_receive.h"

#include <errno.h>
#include <poll.h>
#include <string.h>

#define FIRST_BUFFER_SIZE ((size_t)64 * 1024)
#define MAX_BUFFER_SIZE   ((size_t)0x7fffffff)

struct PgMessages {
	PgConnection *c;
	const char *name;
	bool is_text;
	FerryGiants *giants;  /* or NULL */
	PgReceiver *receiver; /* or NULL: by libpq */
	bool is_copying;      /* the server is sending */
	bool seen_header;
	uint8_t *buffer; /* by libpq; NULL before the first message */
	size_t cap;
};

PgMessages *ferry_pg_messages_new(PgConnection *c, const char *name, bool is_text, FerryGiants *giants)
{
	PgMessages *m = g_new0(PgMessages, 1);

	m->c = c;
	m->name = name;
	m->is_text = is_text;
	m->giants = giants;
	if (ferry_pg_can_receive(c->conn))
		m->receiver = ferry_pg_receiver_new(c->conn);
	return m;
}

/* ---- the answer around the rows ---- */

static void pass_over_rows(PGconn *conn)
{
	char *row;

	while (PQgetCopyData(conn, &row, 0) > 0)
		PQfreemem(row);
}

/* Reads the answer to its end: its first failure, or its last result. */
static PGresult *read_answer(PGconn *conn)
{
	g_autoptr(PGresult) decisive = NULL;
	PGresult *result;

	while ((result = PQgetResult(conn)) != NULL) {
		bool is_copy = PQresultStatus(result) == PGRES_COPY_OUT;
		if (is_copy)
			pass_over_rows(conn);
		if (is_copy || (decisive != NULL && PQresultStatus(decisive) == PGRES_FATAL_ERROR)) {
			PQclear(result);
		} else {
			PQclear(decisive);
			decisive = result;
		}
	}
	return g_steal_pointer(&decisive);
}

/* The COPY has ended: well, or with an error. */
static FerryStep finish(PgMessages *m, GError **error)
{
	m->is_copying = false;
	g_autoptr(PGresult) result = read_answer(m->c->conn);
	ExecStatusType status = PQresultStatus(result);
	if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK)
		return FERRY_STEP_END;
	ferry_pg_fail(m->c, result, error, "cannot read table %s", m->name);
	ferry_pg_return_to_savepoint(m->c);
	return FERRY_STEP_FAILED;
}

static bool begin_by_library(PgMessages *m, GError **error)
{
	for (;;) {
		g_autoptr(PGresult) result = PQgetResult(m->c->conn);
		ExecStatusType status = PQresultStatus(result);
		if (status == PGRES_COPY_OUT) {
			m->is_copying = true;
			return true;
		}
		if (result != NULL && (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK))
			continue;
		ferry_pg_fail(m->c, result, error, "cannot read table %s", m->name);
		ferry_pg_drain(m->c->conn);
		ferry_pg_return_to_savepoint(m->c);
		return false;
	}
}

bool ferry_pg_messages_begin(PgMessages *m, const char *sql, GError **error)
{
	if (PQsendQuery(m->c->conn, sql) != 1)
		return ferry_pg_fail(m->c, NULL, error, "cannot read table %s", m->name);
	if (m->receiver == NULL)
		return begin_by_library(m, error);
	m->is_copying = ferry_pg_receive_begin(m->receiver) == FERRY_STEP_MORE;
	if (m->is_copying)
		return true;
	if (finish(m, error) == FERRY_STEP_FAILED)
		return false;
	return ferry_fail(error, FERRY_ERROR_INTERNAL, "cannot read table %s: the server sent no rows",
			  m->name);
}

/* ---- bytes by libpq ---- */

/* More bytes from the server. Waits when there are none. */
static bool wait_for_bytes(PgConnection *c)
{
	struct pollfd p = {.fd = PQsocket(c->conn), .events = POLLIN};
	if (poll(&p, 1, -1) < 0 && errno != EINTR)
		return false;
	return PQconsumeInput(c->conn) == 1;
}

/* Up to cap bytes of the message at hand. MORE with *ret_len, END after the last one. */
static FerryStep get_bytes(PgMessages *m, uint8_t *out, size_t cap, size_t *ret_len, GError **error)
{
	for (;;) {
		int n = PQgetlineAsync(m->c->conn, (char *)out, (int)MIN(cap, MAX_BUFFER_SIZE));
		if (G_LIKELY(n > 0)) {
			*ret_len = (size_t)n;
			return FERRY_STEP_MORE;
		}
		if (n < 0)
			return finish(m, error);
		if (!wait_for_bytes(m->c)) {
			m->is_copying = false;
			ferry_pg_fail(m->c, NULL, error, "cannot read table %s", m->name);
			return FERRY_STEP_FAILED;
		}
	}
}

static bool fail_memory(const PgMessages *m, size_t bytes, GError **error)
{
	return ferry_fail(error, FERRY_ERROR_FAILED,
			  "cannot read table %s: out of memory for a row of %zu bytes", m->name, bytes);
}

static bool grow_buffer(PgMessages *m, FerryPermit *permit, GError **error)
{
	size_t cap = m->cap == 0 ? FIRST_BUFFER_SIZE : MIN(m->cap * 2, MAX_BUFFER_SIZE);
	if (cap > FERRY_GIANT_BYTES)
		ferry_permit_take(permit, m->giants, SIZE_MAX);
	uint8_t *bigger = cap > m->cap ? g_try_realloc(m->buffer, cap) : NULL;
	if (bigger == NULL)
		return fail_memory(m, m->cap, error);
	m->buffer = bigger;
	m->cap = cap;
	return true;
}

/* Whether the bytes are whole rows: asked only where a message may go on. */
static bool ends_row(const PgMessages *m, const uint8_t *data, size_t len)
{
	return m->is_text ? len > 0 && data[len - 1] == '\n' : ferry_pg_row_len(data, len) == len;
}

/* ---- the file's header ---- */

/* *ret_skip: bytes of it before the message's row. */
static bool check_header(PgMessages *m, const uint8_t *data, size_t len, size_t *ret_skip, GError **error)
{
	*ret_skip = 0;
	if (m->seen_header || m->is_text)
		return true;
	m->seen_header = true;
	*ret_skip = PG_COPY_HEADER_LEN;
	if (len >= PG_COPY_HEADER_LEN && memcmp(data, ferry_pg_copy_header, PG_COPY_HEADER_LEN) == 0)
		return true;
	return ferry_fail(error, FERRY_ERROR_INTERNAL,
			  "cannot read table %s: the server sent no binary COPY header", m->name);
}

/* ---- whole messages ---- */

static FerryStep next_by_library(PgMessages *m, FerryPermit *permit, const uint8_t **ret_data,
				 size_t *ret_len, GError **error)
{
	size_t len = 0, got = 0;
	do {
		if (len == m->cap && !grow_buffer(m, permit, error))
			return FERRY_STEP_FAILED;
		FerryStep step = get_bytes(m, m->buffer + len, m->cap - len, &got, error);
		if (step != FERRY_STEP_MORE)
			return step;
		len += got;
		size_t skip = m->seen_header || len < PG_COPY_HEADER_LEN ? 0 : PG_COPY_HEADER_LEN;
		if (len == m->cap && ends_row(m, m->buffer + skip, len - skip))
			break;
	} while (len == m->cap);
	*ret_data = m->buffer;
	*ret_len = len;
	return FERRY_STEP_MORE;
}

static inline FerryStep next_direct(PgMessages *m, FerryPermit *permit, const uint8_t **ret_data,
				    size_t *ret_len, GError **error)
{
	FerryStep step = ferry_pg_receive_head(m->receiver, ret_len);
	if (G_UNLIKELY(step != FERRY_STEP_MORE))
		return finish(m, error);
	if (G_UNLIKELY(*ret_len > FERRY_GIANT_BYTES))
		ferry_permit_take(permit, m->giants, *ret_len);
	step = ferry_pg_receive_body(m->receiver, ret_data);
	if (G_LIKELY(step == FERRY_STEP_MORE))
		return step;
	if (step == FERRY_STEP_FAILED)
		return finish(m, error);
	fail_memory(m, *ret_len, error);
	return FERRY_STEP_FAILED;
}

FerryStep ferry_pg_messages_next(PgMessages *m, FerryPermit *permit, const uint8_t **ret_data,
				 size_t *ret_len, GError **error)
{
	size_t skip;
	if (G_UNLIKELY(!m->is_copying))
		return FERRY_STEP_END;
	FerryStep step = m->receiver != NULL ? next_direct(m, permit, ret_data, ret_len, error)
					     : next_by_library(m, permit, ret_data, ret_len, error);
	if (G_UNLIKELY(step != FERRY_STEP_MORE))
		return step;
	if (G_LIKELY(m->seen_header))
		return step;
	if (!check_header(m, *ret_data, *ret_len, &skip, error))
		return FERRY_STEP_FAILED;
	*ret_data += skip;
	*ret_len -= skip;
	return step;
}

/* ---- raw bytes ---- */

static bool reserve_raw(PgMessages *m, FerryRaw *raw, size_t room, GError **error)
{
	if (raw->cap - raw->len >= room)
		return true;
	size_t cap = MAX(MIN(raw->cap * 2, raw->cap + FERRY_GIANT_BYTES), raw->len + room);
	uint8_t *bigger = g_try_realloc(raw->data, cap);
	if (bigger == NULL)
		return fail_memory(m, cap, error);
	raw->data = bigger;
	raw->cap = cap;
	return true;
}

static FerryStep append_by_library(PgMessages *m, FerryRaw *raw, size_t start, GError **error)
{
	size_t got = 0, room = 8192;
	do {
		if (raw->len + room > FERRY_GIANT_BYTES)
			ferry_permit_take(&raw->permit, m->giants, SIZE_MAX);
		if (!reserve_raw(m, raw, room, error))
			return FERRY_STEP_FAILED;
		FerryStep step = get_bytes(m, raw->data + raw->len, raw->cap - raw->len, &got, error);
		if (step != FERRY_STEP_MORE)
			return step;
		raw->len += got;
		room = MAX(room, MIN(raw->len, FERRY_GIANT_BYTES));
		size_t at = start + (m->seen_header || m->is_text ? 0 : PG_COPY_HEADER_LEN);
		if (raw->len == raw->cap && at <= raw->len && ends_row(m, raw->data + at, raw->len - at))
			break;
	} while (raw->len == raw->cap);
	return FERRY_STEP_MORE;
}

static FerryStep append_direct(PgMessages *m, FerryRaw *raw, GError **error)
{
	size_t len;
	FerryStep step = ferry_pg_receive_head(m->receiver, &len);
	if (G_UNLIKELY(step != FERRY_STEP_MORE))
		return finish(m, error);
	if (G_UNLIKELY(len > FERRY_GIANT_BYTES))
		ferry_permit_take(&raw->permit, m->giants, len);
	if (!reserve_raw(m, raw, len, error))
		return FERRY_STEP_FAILED;
	if (G_UNLIKELY(ferry_pg_receive_body_to(m->receiver, raw->data + raw->len) != FERRY_STEP_MORE))
		return finish(m, error);
	raw->len += len;
	return FERRY_STEP_MORE;
}

FerryStep ferry_pg_messages_next_raw(PgMessages *m, FerryRaw *raw, GError **error)
{
	size_t start = raw->len, skip;
	if (!m->is_copying)
		return FERRY_STEP_END;
	FerryStep step =
		m->receiver != NULL ? append_direct(m, raw, error) : append_by_library(m, raw, start, error);
	if (G_UNLIKELY(step != FERRY_STEP_MORE))
		return step;
	if (!check_header(m, raw->data + start, raw->len - start, &skip, error))
		return FERRY_STEP_FAILED;
	if (G_UNLIKELY(skip > 0)) {
		raw->len -= skip;
		memmove(raw->data + start, raw->data + start + skip, raw->len - start);
	}
	if (G_UNLIKELY(!m->is_text && ferry_pg_is_trailer(raw->data + start, raw->len - start)))
		raw->len = start;
	raw->n_rows += raw->len > start;
	return FERRY_STEP_MORE;
}

/* ---- memory, the end ---- */

void ferry_pg_messages_trim(PgMessages *m)
{
	if (m->receiver != NULL)
		ferry_pg_receiver_trim(m->receiver);
	if (m->cap <= FERRY_GIANT_BYTES)
		return;
	uint8_t *smaller = g_try_realloc(m->buffer, FIRST_BUFFER_SIZE);
	if (smaller == NULL)
		return;
	m->buffer = smaller;
	m->cap = FIRST_BUFFER_SIZE;
}

static void abandon(PgMessages *m)
{
	FerryStep step = FERRY_STEP_MORE;
	size_t len;

	ferry_pg_cancel(&m->c->base);
	if (m->receiver != NULL)
		do
			step = ferry_pg_receive_skip(m->receiver);
		while (step == FERRY_STEP_MORE &&
		       (step = ferry_pg_receive_head(m->receiver, &len)) == FERRY_STEP_MORE);
	PQclear(read_answer(m->c->conn));
	ferry_pg_return_to_savepoint(m->c);
}

void ferry_pg_messages_free(PgMessages *m)
{
	if (m == NULL)
		return;
	if (m->is_copying && PQstatus(m->c->conn) != CONNECTION_BAD)
		abandon(m);
	ferry_pg_receiver_free(m->receiver);
	g_free(m->buffer);
	g_free(m);
}
