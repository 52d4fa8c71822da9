/* Open statements: parsing, columns, errors (see cursor.h). */
#include "remember.h"
#include "datetime.h"
#include "store.h"
#include "value.h"
#include <stdlib.h>

void cursor_free(Cursor *c)
{
	sqlite3_finalize(c->stmt);
	g_free(c->sql);
	g_free(c->from);
	for (guint i = 0; i < c->columns->len; i++)
		column_clear(cursor_column(c, i));
	g_array_unref(c->columns);
	g_array_unref(c->binds);
	item_hints_free(c->items);
	remember_forget(c);
	bytes_free(&c->current);
	bytes_free(&c->previous);
	g_free(c->current_ends);
	g_free(c->previous_ends);
	g_free(c);
}

void cursor_reset(Cursor *c)
{
	if (c->stmt)
		sqlite3_reset(c->stmt);
	remember_forget(c);
	c->on_row = c->at_end = c->has_previous = FALSE;
	c->n_rows = 0;
}

/* Where a name stands in the statement, in characters. */
static int position_of(const char *sql, const char *name, gsize len)
{
	for (const char *at = sql; *at; at++)
		if (!g_ascii_strncasecmp(at, name, len))
			return g_utf8_pointer_to_offset(sql, at);
	return 0;
}

typedef struct MessageRule {
	const char *begins;
	int number;
	const char *format; /* with the name, in upper case */
} MessageRule;

static const MessageRule message_rules[] = {
	{"no such table: ", 942, "table or view does not exist"},
	{"no such column: ", 904, "\"%s\": invalid identifier"},
	{"no such function: ", 904, "\"%s\": invalid identifier"},
	{"ambiguous column name: ", 918, "column ambiguously defined"},
	{"near \"", 933, "SQL command not properly ended"},
	{"incomplete input", 936, "missing expression"},
	{"unrecognized token", 911, "invalid character"},
	{"table ", 913, "too many values"},
	{"NOT NULL constraint failed: ", 1400, "cannot insert NULL into (\"%s\")"},
	{"UNIQUE constraint failed: ", 1, "unique constraint (%s) violated"},
	{"CHECK constraint failed: ora$length ", 12899, "value too large for column %s"},
	{"CHECK constraint failed: ", 2290, "check constraint (%s) violated"},
	{"FOREIGN KEY constraint failed", 2291, "integrity constraint violated - parent key not found"},
	{"wrong number of arguments to function ", 909, "invalid number of arguments"},
	{"interrupted", 1013, "user requested cancel of current operation"},
	{"database is locked", 54, "resource busy and acquire with NOWAIT specified or timeout expired"},
	{"misuse of aggregate", 934, "group function is not allowed here"},
};

/* Functions of this server report errors as "ORA-nnnnn: text". */
static gboolean own_error(const char *message, OraError *e)
{
	if (!g_str_has_prefix(message, "ORA-"))
		return FALSE;
	ora_error_set(e, atoi(message + 4), 0, "%s", message + 11);
	return TRUE;
}

void cursor_error(Session *s, const char *sql, OraError *e)
{
	const char *message = sqlite3_errmsg(s->db);

	if (own_error(message, e))
		return;
	for (guint i = 0; i < G_N_ELEMENTS(message_rules); i++)
		if (g_str_has_prefix(message, message_rules[i].begins)) {
			const char *name = message + strlen(message_rules[i].begins);
			gsize len = strcspn(name, "\"");
			g_autofree char *upper = g_ascii_strup(name, len);
			g_autofree char *text = NULL;

			if (strstr(message_rules[i].format, "%s")) {
				g_auto(GStrv) parts = g_strsplit(message_rules[i].format, "%s", 2);

				text = g_strconcat(parts[0], upper, parts[1], NULL);
			}
			ora_error_set(e, message_rules[i].number, position_of(sql, name, len), "%s",
				      text ? text : message_rules[i].format);
			return;
		}
	ora_error_set(e, 600, 0, "internal error code, arguments: [%s]", message);
}

/* An expression that no rule knows: as its first value looks. */
static const char *sniff(sqlite3_stmt *stmt, int at, gboolean has_row)
{
	DateTime t;
	const char *text;

	switch (has_row ? sqlite3_column_type(stmt, at) : SQLITE_NULL) {
	case SQLITE_INTEGER:
	case SQLITE_FLOAT: return "NUMBER";
	case SQLITE_BLOB: return "RAW(2000)";
	case SQLITE_TEXT:
		text = (const char *)sqlite3_column_text(stmt, at);
		if (strlen(text) < 19 || !datetime_parse(text, strlen(text), &t))
			return "VARCHAR2(4000)";
		return strlen(text) == 19 ? "DATE"
		       : t.has_zone       ? "TIMESTAMP(9) WITH TIME ZONE"
					  : "TIMESTAMP(9)";
	default: return "VARCHAR2(4000)";
	}
}

static void set_name(Column *c, sqlite3_stmt *stmt, int at, const ItemHint *hint)
{
	c->name = g_strdup(hint && hint->name ? hint->name : sqlite3_column_name(stmt, at));
}

static void set_rowid(Session *s, Column *c, sqlite3_stmt *stmt, int at)
{
	const char *origin = sqlite3_column_origin_name(stmt, at);

	if (!origin || g_ascii_strcasecmp(origin, "rowid"))
		return;
	column_set_type(s, c, "ROWID");
	c->object = store_object_number(s, sqlite3_column_database_name(stmt, at),
					sqlite3_column_table_name(stmt, at));
}

static void set_not_null(Session *s, Column *c, sqlite3_stmt *stmt, int at)
{
	const char *table = sqlite3_column_table_name(stmt, at);
	int not_null = 0;

	if (table && !sqlite3_table_column_metadata(s->db, sqlite3_column_database_name(stmt, at), table,
						    sqlite3_column_origin_name(stmt, at), NULL, NULL,
						    &not_null, NULL, NULL))
		c->not_null = not_null;
}

/* SQLite knows types of columns, not of expressions; NULL: not even that. */
static char *type_like(Session *s, const Cursor *cursor, const ItemHint *hint)
{
	g_autofree char *sql = NULL;
	char *declared = NULL;
	sqlite3_stmt *stmt;

	if (!hint->like || !cursor->from)
		return NULL;
	sql = g_strdup_printf("SELECT %s %s", hint->like, cursor->from);
	if (sqlite3_prepare_v2(s->db, sql, -1, &stmt, NULL) != SQLITE_OK)
		return NULL;
	declared = g_strdup(sqlite3_column_decltype(stmt, 0));
	sqlite3_finalize(stmt);
	return declared;
}

static void add_column(Session *s, Cursor *cursor, int at, const ItemHint *hint, gboolean has_row)
{
	Column c = {0};
	const char *declared = sqlite3_column_decltype(cursor->stmt, at);
	g_autofree char *like = hint ? type_like(s, cursor, hint) : NULL;

	set_name(&c, cursor->stmt, at, hint);
	if (hint && hint->declared)
		declared = hint->declared;
	if (like)
		declared = like;
	if (!declared || !column_set_type(s, &c, declared))
		column_set_type(s, &c, sniff(cursor->stmt, at, has_row));
	if (hint && hint->is_null)
		c.max_bytes = c.chars = 0;
	set_rowid(s, &c, cursor->stmt, at);
	set_not_null(s, &c, cursor->stmt, at);
	cursor->has_locators |= c.is_locator;
	g_array_append_val(cursor->columns, c);
}

/* Descriptions come before rows, but what an expression is, only a row may tell: so a step is taken ahead. */
void cursor_find_columns(Session *s, Cursor *c)
{
	int n = sqlite3_column_count(c->stmt);
	gboolean has_hints = c->items->len == (guint)n;

	if (c->columns->len)
		return;
	for (int i = 0; i < n; i++)
		add_column(s, c, i, has_hints ? &g_array_index(c->items, ItemHint, i) : NULL, c->on_row);
	c->current_ends = g_new0(gsize, n + 1);
	c->previous_ends = g_new0(gsize, n + 1);
}

int cursor_step(Session *s, Cursor *c, OraError *e)
{
	int rc = sqlite3_step(c->stmt);

	c->on_row = rc == SQLITE_ROW;
	c->at_end = rc == SQLITE_DONE;
	if (rc != SQLITE_ROW && rc != SQLITE_DONE) {
		if (s->is_interrupted)
			ora_error_set(e, 1013, 0, "user requested cancel of current operation");
		else
			cursor_error(s, c->sql, e);
	}
	return rc;
}

static gboolean is_known_statement(const Translation *t, OraError *e)
{
	if (t->kind == STATEMENT_UNKNOWN || t->tokens.list->len == 1)
		ora_error_set(e, 900, 0, "invalid SQL statement");
	return !e->number;
}

static gboolean prepare(Session *s, Cursor *c, const Translation *t, OraError *e)
{
	const char *tail;

	if (s->server->trace) /* what is lost in translation is told, too */
		g_printerr("[%u] %s%s\n", s->number, t->sql,
			   c->sql && strstr(c->sql, "AS OF SCN") ? " -- AS OF SCN" : "");
	if (sqlite3_prepare_v2(s->db, t->sql, -1, &c->stmt, &tail) == SQLITE_OK)
		return TRUE;
	cursor_error(s, c->sql, e);
	return FALSE;
}

/* A whole word of the statement. */
static gboolean mentions(const char *upper, const char *name)
{
	size_t len = strlen(name);

	for (const char *at = upper; (at = strstr(at, name)) != NULL; at += len) {
		char before = at > upper ? at[-1] : ' ';

		if (!g_ascii_isalnum(before) && before != '_' && before != '$' && !g_ascii_isalnum(at[len]) &&
		    at[len] != '_' && at[len] != '$')
			return TRUE;
	}
	return FALSE;
}

static gboolean is_function(const char *name)
{
	return g_str_has_prefix(name, "DBMS_") || strcmp(name, "TIMESTAMP_TO_SCN") == 0;
}

/* TABLE=NUMBER: the error that reading the table as of an SCN ends in. */
static gboolean fails_as_of(const char *refused, const char *upper, OraError *e)
{
	g_autofree char *table = g_strndup(refused, strcspn(refused, "="));

	if (!strstr(upper, " AS OF SCN") || !mentions(upper, table))
		return FALSE;
	ora_error_set(e, atoi(strchr(refused, '=') + 1), 0, "%s cannot be read as of then", table);
	return TRUE;
}

/* --refuse: a view that may not be seen is not there, a package is no name that the server knows. */
static gboolean is_refused(const Session *s, const char *sql, OraError *e)
{
	char **names = s->server->refused;
	g_autofree char *upper = names ? g_ascii_strup(sql, -1) : NULL;

	for (guint i = 0; names && names[i]; i++) {
		if (strchr(names[i], ' ')) /* SESSION_PRIVS leaves it out */
			continue;
		if (strchr(names[i], '=')) {
			if (fails_as_of(names[i], upper, e))
				return TRUE;
			continue;
		}
		if (strcmp(names[i], "FLASHBACK") == 0 ? !strstr(upper, " AS OF SCN")
						       : !mentions(upper, names[i]))
			continue;
		if (strcmp(names[i], "FLASHBACK") == 0)
			ora_error_set(e, 1031, 0, "insufficient privileges");
		else if (is_function(names[i]))
			ora_error_set(e, 904, 0, "\"%s\": invalid identifier", names[i]);
		else
			ora_error_set(e, 942, 0, "table or view does not exist");
		return TRUE;
	}
	return FALSE;
}

Cursor *cursor_open(Session *s, const char *sql, OraError *e)
{
	Translation t;
	Cursor *c;
	gboolean ok;

	if (is_refused(s, sql, e))
		return NULL;
	c = g_new0(Cursor, 1);
	translation_make(&t, sql);
	c->kind = t.kind;
	c->sql = g_strdup(sql);
	c->n_binds = t.n_binds;
	c->columns = g_array_new(FALSE, TRUE, sizeof(Column));
	c->binds = g_array_new(FALSE, TRUE, sizeof(BindInfo));
	ok = is_known_statement(&t, e);
	if (ok && t.kind <= STATEMENT_DELETE)
		ok = prepare(s, c, &t, e);
	else if (ok)
		ok = store_special(s, c, &t, e);
	c->items = g_steal_pointer(&t.items);
	c->from = g_steal_pointer(&t.from);
	translation_clear(&t);
	if (!ok) {
		cursor_free(c);
		return NULL;
	}
	c->id = ++s->last_cursor;
	g_hash_table_insert(s->cursors, GUINT_TO_POINTER(c->id), c);
	return c;
}

void cursor_describe(Session *s, const Cursor *c)
{
	Bytes *out = &s->net.out;
	guint32 row_size = 0;
	static const guint8 opaque[23] = {0x17};

	for (guint i = 0; i < c->columns->len; i++)
		row_size += cursor_column(c, i)->max_bytes;
	put_u8(out, MSG_DESCRIBE);
	put_clr(out, opaque, sizeof opaque);
	put_ub(out, row_size);
	put_ub(out, c->columns->len);
	if (c->columns->len)
		put_u8(out, 0x2c);
	for (guint i = 0; i < c->columns->len; i++)
		column_describe(s, out, cursor_column(c, i), i + 1);
	put_dalc(out, "\x78\x7c\x01\x01\x01\x01\x01", 7);
	put_ub(out, 0);
	put_ub(out, 0);
	put_ub(out, 0);
	put_ub(out, 0);
	put_ub(out, 0);
}
