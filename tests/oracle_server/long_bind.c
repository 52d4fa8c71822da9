/* Binds of more than a string are LONGs, by the size that is announced, whatever their values are: only a
 * LONG's or LOB's column of an INSERT or UPDATE takes them. */
#include "cursor.h"
#include <string.h>

static char *plain_name(const Token *token)
{
	return token->kind == TOKEN_QUOTED ? g_strndup(token->at + 1, token->len - 2)
					   : g_ascii_strup(token->at, token->len);
}

static gboolean takes_long(const char *declared)
{
	return declared && (strstr(declared, "LOB") || g_str_has_prefix(declared, "LONG"));
}

/* INSERT INTO [owner.]table (columns) VALUES (:1, …): of the column that the bind is for. */
static gboolean column_takes_long(Session *s, const Tokens *t, guint bind)
{
	guint at = tokens_is(t, 3, ".") ? 4 : 2, names = at + 1, end = tokens_close(t, names);
	g_autofree char *owner = at == 4 ? plain_name(tokens_at(t, 2)) : NULL;
	g_autofree char *table = plain_name(tokens_at(t, at)), *column = NULL;
	const char *declared = NULL;

	if (!tokens_is(t, names, "(") || names + 1 + 2 * bind >= end)
		return TRUE; /* not of the form of a load */
	column = plain_name(tokens_at(t, names + 1 + 2 * bind));
	sqlite3_table_column_metadata(s->db, owner, table, column, &declared, NULL, NULL, NULL, NULL);
	return takes_long(declared);
}

gboolean binds_refuse_long(Session *s, const Cursor *c, OraError *e)
{
	Tokens t = {0};
	gboolean is_refused = FALSE;

	for (guint i = 0; i < c->binds->len && !is_refused; i++) {
		if (g_array_index(c->binds, BindInfo, i).max_size <= MAX_STRING)
			continue;
		if (!t.list)
			tokens_read(&t, c->sql);
		is_refused = tokens_is(&t, 0, "MERGE") ||
			     (tokens_is(&t, 0, "INSERT") && !column_takes_long(s, &t, i));
	}
	if (t.list)
		tokens_clear(&t);
	if (is_refused)
		ora_error_set(e, 1461, 0, "can bind a LONG value only for insert into a LONG column");
	return is_refused;
}
