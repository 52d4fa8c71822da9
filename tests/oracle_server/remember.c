/* Answers kept whole (see remember.h). */
#include "remember.h"

static GMutex mutex;
static GHashTable *answers; /* text of the query and who asks, to Answer; under the mutex, never emptied */

static char *key_of(const Session *s, const Cursor *c)
{
	return g_strdup_printf("%s %d %s", s->current_schema, s->has_bit_vectors, c->sql);
}

void remember_begin(Session *s, Cursor *c)
{
	g_autofree char *key = NULL;

	remember_forget(c);
	c->playing = NULL;
	if (!s->server->remember || c->n_binds || c->has_locators)
		return;
	key = key_of(s, c);
	g_mutex_lock(&mutex);
	if (answers)
		c->playing = g_hash_table_lookup(answers, key);
	g_mutex_unlock(&mutex);
	c->play_at = 0;
	if (!c->playing)
		c->keeping = g_new0(Answer, 1);
	else
		sqlite3_reset(c->stmt);
}

void remember_forget(Cursor *c)
{
	if (c->keeping)
		bytes_free(&c->keeping->rows);
	g_clear_pointer(&c->keeping, g_free);
}

void remember_row(Cursor *c, const guint8 *vector, gsize vector_len, guint n_sent)
{
	Bytes *rows = &c->keeping->rows;
	guint16 head[2] = {vector_len, n_sent};
	gsize at;
	guint32 len;

	put_raw(rows, head, sizeof head);
	put_raw(rows, vector, vector_len);
	at = rows->len;
	bytes_reserve(rows, sizeof len);
	rows->len += sizeof len;
	cursor_put_values(rows, c, vector_len ? vector : NULL);
	len = rows->len - at - sizeof len;
	memcpy(rows->data + at, &len, sizeof len);
	c->keeping->n++;
}

void remember_end(Session *s, Cursor *c)
{
	if (!c->keeping)
		return;
	g_mutex_lock(&mutex);
	if (!answers)
		answers = g_hash_table_new(g_str_hash, g_str_equal);
	g_hash_table_insert(answers, key_of(s, c), g_steal_pointer(&c->keeping));
	g_mutex_unlock(&mutex);
}

static void play_row(Bytes *out, Cursor *c, gboolean is_first)
{
	const guint8 *at = c->playing->rows.data + c->play_at, *vector;
	guint16 head[2];
	guint32 len;

	memcpy(head, at, sizeof head);
	vector = at + sizeof head;
	memcpy(&len, vector + head[0], sizeof len);
	cursor_put_vector(out, is_first, vector, head[0], head[1]);
	put_u8(out, MSG_ROW);
	put_raw(out, vector + head[0] + sizeof len, len);
	c->play_at += sizeof head + head[0] + sizeof len + len;
}

gboolean remember_play(Session *s, Cursor *c, guint64 n, OraError *e)
{
	for (guint64 i = 0; i < n; i++) {
		c->at_end = c->n_rows == c->playing->n;
		if (c->at_end)
			break;
		play_row(&s->net.out, c, i == 0);
		c->n_rows++;
		if (!rows_flush_some(s, e))
			return FALSE;
	}
	return TRUE;
}
