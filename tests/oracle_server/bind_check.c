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

/* INSERT INTO [owner.]table (columns) VALUES (:1, …): how the column that the bind is for is declared; NULL:
 * not of this form, which is that of a load. */
static const char *declared_for(Session *s, const Tokens *t, guint bind)
{
	guint at = tokens_is(t, 3, ".") ? 4 : 2, names = at + 1, end = tokens_close(t, names);
	g_autofree char *owner = at == 4 ? plain_name(tokens_at(t, 2)) : NULL;
	g_autofree char *table = plain_name(tokens_at(t, at)), *column = NULL;
	const char *declared = NULL;

	if (!tokens_is(t, 0, "INSERT") || !tokens_is(t, names, "(") || names + 1 + 2 * bind >= end)
		return NULL;
	column = plain_name(tokens_at(t, names + 1 + 2 * bind));
	sqlite3_table_column_metadata(s->db, owner, table, column, &declared, NULL, NULL, NULL, NULL);
	return declared;
}

static void check(Session *s, const Tokens *t, const BindInfo *b, guint at, OraError *e)
{
	const char *declared = declared_for(s, t, at);

	if (b->max_size > MAX_STRING && (tokens_is(t, 0, "MERGE") || (declared && !takes_long(declared))))
		ora_error_set(e, 1461, 0, "can bind a LONG value only for insert into a LONG column");
	else if (declared && g_str_has_prefix(declared, "SDO_GEOMETRY"))
		ora_error_set(e, 932, 0, "inconsistent datatypes: expected MDSYS.SDO_GEOMETRY got BINARY");
}

gboolean binds_check(Session *s, const Cursor *c, OraError *e)
{
	Tokens t = {0};

	tokens_read(&t, c->sql);
	for (guint i = 0; i < c->binds->len && !e->number; i++)
		check(s, &t, &g_array_index(c->binds, BindInfo, i), i, e);
	tokens_clear(&t);
	return !e->number;
}
