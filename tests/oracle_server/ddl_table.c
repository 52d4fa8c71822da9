/* CREATE TABLE and DROP TABLE (see ddl.h). */
#include "ddl.h"
#include <string.h>

typedef struct NewColumn {
	char *name, *native, *type; /* VARCHAR2(20 CHAR), VARCHAR2 */
	char *default_text;
	gint64 length, precision, scale, chars; /* -1: NULL */
	char chars_used;
	const char *generation; /* of an identity */
	SequenceOptions sequence;
	gboolean is_not_null, is_virtual;
} NewColumn;

static void column_free(gpointer data)
{
	NewColumn *c = data;

	g_free(c->name);
	g_free(c->native);
	g_free(c->type);
	g_free(c->default_text);
	g_free(c);
}

static gboolean ends_type(const Tokens *t, guint i)
{
	static const char *const words[] = {"DEFAULT",    "GENERATED", "CONSTRAINT", "NOT",
					    "NULL",       "PRIMARY",   "UNIQUE",     "CHECK",
					    "REFERENCES", "INVISIBLE", "VISIBLE",    "AS"};

	for (guint k = 0; k < G_N_ELEMENTS(words); k++)
		if (tokens_is(t, i, words[k]))
			return TRUE;
	return FALSE;
}

/* The number that stands n-th in the brackets of a type. */
static gint64 argument(const Tokens *t, guint from, guint to, guint n, gint64 otherwise)
{
	for (guint i = from; i < to; i++)
		if (tokens_at(t, i)->kind == TOKEN_NUMBER && n-- == 0)
			return g_ascii_strtoll(tokens_at(t, i)->at, NULL, 10);
	return otherwise;
}

static void set_chars(NewColumn *c, const Tokens *t, guint from, guint to)
{
	gboolean is_national = tokens_at(t, from)->text[0] == 'N', is_char = is_national;

	for (guint i = from + 1; i < to; i++)
		is_char |= tokens_is(t, i, "CHAR");
	c->chars = argument(t, from, to, 0, 1);
	c->chars_used = is_char ? 'C' : 'B';
	c->length = is_national ? 2 * c->chars : is_char ? MIN(4 * c->chars, 4000) : c->chars;
}

static void set_facts(NewColumn *c, const Tokens *t, guint from, guint to)
{
	static const struct {
		const char *name;
		gint64 length;
	} lengths[] = {{"DATE", 7},    {"BINARY_FLOAT", 4}, {"BINARY_DOUBLE", 8},
		       {"CLOB", 4000}, {"NCLOB", 4000},     {"BLOB", 4000}};

	c->length = 22;
	c->precision = c->scale = -1;
	if (tokens_is(t, from, "NUMBER")) {
		c->precision = argument(t, from, to, 0, -1);
		c->scale = c->precision < 0 ? -1 : argument(t, from, to, 1, 0);
	} else if (strstr(c->type, "CHAR")) {
		set_chars(c, t, from, to);
	} else if (tokens_is(t, from, "RAW")) {
		c->length = argument(t, from, to, 0, 1);
	} else if (tokens_is(t, from, "TIMESTAMP")) {
		c->scale = argument(t, from, to, 0, 6);
		c->length = strstr(c->native, "TIME ZONE") ? 13 : 11;
		g_free(c->type);
		c->type = g_strdup(c->native);
	} else if (tokens_is(t, from, "INTERVAL")) {
		c->length = 11;
		g_free(c->type);
		c->type = g_strdup(c->native);
	}
	for (guint i = 0; i < G_N_ELEMENTS(lengths); i++)
		if (!strcmp(c->type, lengths[i].name))
			c->length = lengths[i].length;
}

/* Words with blanks between them, brackets without. */
static void read_type(Ddl *d, NewColumn *c, guint end)
{
	guint from = d->at;
	GString *native = g_string_new(NULL);

	while (d->at < end && !ends_type(d->t, d->at)) {
		const Token *token = tokens_at(d->t, d->at++);
		gboolean is_word = token->kind == TOKEN_WORD || token->kind == TOKEN_NUMBER;

		if (native->len && is_word && !strchr("(,", native->str[native->len - 1]))
			g_string_append_c(native, ' ');
		g_string_append(native, token->text);
	}
	if (!strcmp(native->str, "TIMESTAMP"))
		g_string_append(native, "(6)");
	c->native = g_string_free(native, FALSE);
	c->type = g_strndup(c->native, strcspn(c->native, "("));
	set_facts(c, d->t, from, d->at);
}

/* DATE '…' and TIMESTAMP '…' are of one form; all else is not looked at. */
static gboolean is_literal(const char *text)
{
	static const char date[] = "^DATE\\s*'-?\\d{4}-\\d\\d-\\d\\d'\\s*$";
	static const char moment[] =
		"^TIMESTAMP\\s*'-?\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d(\\.\\d{1,9})?"
		"( ?[+-]\\d{1,2}:\\d\\d)?'\\s*$";

	if (g_regex_match_simple("^DATE\\s*'", text, G_REGEX_CASELESS, 0))
		return g_regex_match_simple(date, text, G_REGEX_CASELESS, 0);
	return !g_regex_match_simple("^TIMESTAMP\\s*'", text, G_REGEX_CASELESS, 0) ||
	       g_regex_match_simple(moment, text, G_REGEX_CASELESS, 0);
}

static void read_default(Ddl *d, NewColumn *c, guint end)
{
	guint from = ++d->at, depth = 0;

	while (d->at < end && (d->at == from || depth || !ends_type(d->t, d->at))) {
		depth += tokens_is(d->t, d->at, "(") ? 1 : tokens_is(d->t, d->at, ")") ? -1 : 0;
		d->at++;
	}
	c->default_text = ddl_text(d, from, d->at);
	if (!is_literal(c->default_text))
		ora_error_set(d->e, 1861, 0, "literal does not match format string");
}

static void read_generated(Ddl *d, NewColumn *c, guint end)
{
	gboolean is_always = tokens_is(d->t, d->at + 1, "ALWAYS");

	while (d->at < end && !tokens_is(d->t, d->at, "AS"))
		d->at++;
	d->at++;
	if (tokens_is(d->t, d->at, "IDENTITY")) {
		c->generation = is_always ? "ALWAYS" : "BY DEFAULT";
		c->is_not_null = TRUE;
		c->sequence = ddl_sequence_options();
		guint from = ++d->at;
		if (tokens_is(d->t, d->at, "("))
			d->at = tokens_close(d->t, d->at);
		ddl_read_sequence(d, from, d->at, TRUE, &c->sequence);
		return;
	}
	guint close = tokens_close(d->t, d->at);

	c->default_text = ddl_text(d, d->at + 1, close - 1);
	c->is_virtual = TRUE;
	d->at = close + tokens_is(d->t, close, "VIRTUAL");
}

static void read_column(Ddl *d, guint end, GPtrArray *columns, GPtrArray *constraints)
{
	NewColumn *c = g_new0(NewColumn, 1);

	c->name = ddl_name(tokens_at(d->t, d->at++));
	read_type(d, c, end);
	while (d->at < end) {
		if (tokens_is(d->t, d->at, "DEFAULT")) {
			read_default(d, c, end);
		} else if (tokens_is(d->t, d->at, "GENERATED")) {
			read_generated(d, c, end);
		} else if (tokens_is(d->t, d->at, "NOT")) {
			c->is_not_null = TRUE;
			d->at += 2;
		} else if (ddl_is_constraint(d)) {
			g_ptr_array_add(constraints, ddl_read_constraint(d, c->name));
		} else {
			d->at++;
		}
	}
	g_ptr_array_add(columns, c);
}

static void read_items(Ddl *d, GPtrArray *columns, GPtrArray *constraints)
{
	guint close = tokens_close(d->t, d->at) - 1;

	for (d->at++; d->at < close; d->at++) {
		guint end = d->at, depth = 0;

		for (; end < close && (depth || !tokens_is(d->t, end, ",")); end++)
			depth += tokens_is(d->t, end, "(") ? 1 : tokens_is(d->t, end, ")") ? -1 : 0;
		if (ddl_is_constraint(d))
			g_ptr_array_add(constraints, ddl_read_constraint(d, NULL));
		else
			read_column(d, end, columns, constraints);
		d->at = end;
	}
}

/* What was wrong with the options of identities and with defaults has been said. */
static gboolean check_items(Ddl *d, const GPtrArray *columns)
{
	guint n = 0;

	for (guint i = 0; i < columns->len; i++)
		n += ((const NewColumn *)columns->pdata[i])->generation != NULL;
	if (n > 1)
		ora_error_set(d->e, 30669, 0, "table can have only one identity column");
	return !d->e->number;
}

/* ---- in SQLite ---- */

static gboolean is_plain_default(const char *text)
{
	return text && (g_ascii_isdigit(*text) || *text == '-' || (*text == '\'' && text[1] != '\''));
}

static void append_column(GString *sql, const Ddl *d, const NewColumn *c)
{
	static const char *const kept_text[] = {"LONG", "XMLTYPE", "JSON", "VECTOR", "UROWID", "ROWID"};
	gboolean is_kept = FALSE;
	char *part;

	for (guint i = 0; i < G_N_ELEMENTS(kept_text); i++)
		is_kept |= !strcmp(c->type, kept_text[i]);
	part = sqlite3_mprintf("\"%w\" \"%w%s\"%s", c->name, c->native, is_kept ? " CHAR" : "",
			       c->is_not_null && !c->generation ? " NOT NULL" : "");
	g_string_append(sql, part);
	sqlite3_free(part);
	if (c->is_virtual)
		g_string_append_printf(sql, " GENERATED ALWAYS AS (%s) VIRTUAL", c->default_text);
	else if (is_plain_default(c->default_text))
		g_string_append_printf(sql, " DEFAULT %s", c->default_text);
	if (c->chars_used) {
		part = sqlite3_mprintf(" CONSTRAINT \"ora$length %w.%w.%w\" CHECK(length(\"%w\") <= %lld)",
				       d->owner, d->table, c->name, c->name, c->chars);
		g_string_append(sql, part);
		sqlite3_free(part);
	}
}

static gboolean make_table(Ddl *d, const GPtrArray *columns)
{
	g_autoptr(GString) sql = g_string_new(NULL);
	char *head = sqlite3_mprintf("CREATE TABLE \"%w\".\"%w\" (", d->owner, d->table);

	/* asked of the file: what this connection knows of it may be old */
	if (ddl_number(d, sqlite3_mprintf("SELECT 1 FROM \"%w\".sqlite_schema WHERE type = 'table' AND name "
					  "= %Q COLLATE NOCASE",
					  d->owner, d->table))) {
		sqlite3_free(head);
		ora_error_set(d->e, 955, 0, "name is already used by an existing object");
		return FALSE;
	}
	g_string_append(sql, head);
	sqlite3_free(head);
	for (guint i = 0; i < columns->len; i++) {
		g_string_append(sql, i ? ", " : "");
		append_column(sql, d, columns->pdata[i]);
	}
	g_string_append_c(sql, ')');
	return ddl_exec(d, sqlite3_mprintf("%s", sql->str));
}

/* ---- in the dictionary ---- */

static void null_or(char *out, gint64 value)
{
	if (value < 0)
		strcpy(out, "NULL");
	else
		sqlite3_snprintf(24, out, "%lld", value);
}

static void list_column(Ddl *d, const NewColumn *c, guint at)
{
	char precision[24], scale[24], used[2] = {c->chars_used, 0};

	null_or(precision, c->precision);
	null_or(scale, c->scale);
	ddl_exec(d, sqlite3_mprintf("INSERT INTO \"%w\".\"ora$tab_cols\" (OWNER, TABLE_NAME, COLUMN_NAME, "
				    "DATA_TYPE, DATA_LENGTH, "
				    "DATA_PRECISION, DATA_SCALE, NULLABLE, COLUMN_ID, DATA_DEFAULT, "
				    "CHAR_LENGTH, CHAR_USED, HIDDEN_COLUMN, "
				    "VIRTUAL_COLUMN, SEGMENT_COLUMN_ID, INTERNAL_COLUMN_ID, "
				    "QUALIFIED_COL_NAME, USER_GENERATED, "
				    "DEFAULT_ON_NULL, IDENTITY_COLUMN) VALUES (%Q, %Q, %Q, %Q, %lld, %s, %s, "
				    "%Q, %u, %Q, %lld, %Q, 'NO', "
				    "%Q, %u, %u, %Q, 'YES', 'NO', %Q)",
				    d->owner, d->owner, d->table, c->name, c->type, c->length, precision,
				    scale, c->is_not_null ? "N" : "Y", at, c->default_text, c->chars,
				    c->chars_used ? used : NULL, c->is_virtual ? "YES" : "NO", at, at,
				    c->name, c->generation ? "YES" : "NO"));
	ddl_exec(d, sqlite3_mprintf("INSERT INTO \"%w\".\"ora$col_comments\" VALUES (%Q, %Q, %Q, NULL)",
				    d->owner, d->owner, d->table, c->name));
}

static void list_identity(Ddl *d, const NewColumn *c)
{
	gint64 number = ddl_number(
		d, sqlite3_mprintf("SELECT max(OBJECT_ID) + 1 FROM \"%w\".\"ora$objects\"", d->owner));
	g_autofree char *sequence = g_strdup_printf("ISEQ$$_%" G_GINT64_FORMAT, number);

	ddl_exec(d, sqlite3_mprintf("INSERT INTO \"%w\".\"ora$objects\" (OWNER, OBJECT_NAME, OBJECT_ID, "
				    "OBJECT_TYPE, STATUS) "
				    "VALUES (%Q, %Q, %lld, 'SEQUENCE', 'VALID')",
				    d->owner, d->owner, sequence, number));
	ddl_list_sequence(d, d->owner, sequence, &c->sequence);
	ddl_exec(d,
		 sqlite3_mprintf("INSERT INTO \"%w\".\"ora$tab_identity_cols\" VALUES (%Q, %Q, %Q, %Q, "
				 "%Q, 'START WITH: %lld, INCREMENT BY: %lld, MAX_VALUE: %lld, MIN_VALUE: "
				 "%lld')",
				 d->owner, d->owner, d->table, c->name, c->generation, sequence,
				 c->sequence.next, c->sequence.increment, c->sequence.max, c->sequence.min));
	ddl_exec(d, sqlite3_mprintf(
			    "CREATE TRIGGER \"%w\".\"ora$identity_%w\" AFTER INSERT ON \"%w\" WHEN "
			    "NEW.\"%w\" IS NULL BEGIN "
			    "UPDATE \"%w\" SET \"%w\" = (SELECT max(LAST_NUMBER, (SELECT "
			    "coalesce(max(\"%w\"), 0) + 1 FROM \"%w\")) "
			    "FROM \"ora$sequences\" WHERE SEQUENCE_NAME = %Q) WHERE rowid = NEW.rowid; END",
			    d->owner, d->table, d->table, c->name, d->table, c->name, c->name, d->table,
			    sequence));
}

static void list_table(Ddl *d, const GPtrArray *columns)
{
	gint64 number = ddl_number(
		d, sqlite3_mprintf("SELECT coalesce(max(OBJECT_ID), 73000) + 1 FROM \"%w\".\"ora$objects\"",
				   d->owner));

	ddl_exec(d, sqlite3_mprintf("INSERT INTO \"%w\".\"ora$objects\" (OWNER, OBJECT_NAME, OBJECT_ID, "
				    "DATA_OBJECT_ID, OBJECT_TYPE, "
				    "STATUS) VALUES (%Q, %Q, %lld, %lld, 'TABLE', 'VALID')",
				    d->owner, d->owner, d->table, number, number));
	ddl_exec(d, sqlite3_mprintf("INSERT INTO \"%w\".\"ora$tables\" (OWNER, TABLE_NAME, TABLESPACE_NAME, "
				    "STATUS, PARTITIONED, "
				    "TEMPORARY, SECONDARY, NESTED, DROPPED, EXTERNAL) VALUES (%Q, %Q, "
				    "'USERS', 'VALID', 'NO', 'N', "
				    "'N', 'NO', 'NO', 'NO')",
				    d->owner, d->owner, d->table));
	ddl_exec(d, sqlite3_mprintf("INSERT INTO \"%w\".\"ora$tab_comments\" VALUES (%Q, %Q, 'TABLE', NULL)",
				    d->owner, d->owner, d->table));
	for (guint i = 0; i < columns->len; i++) {
		const NewColumn *c = columns->pdata[i];

		list_column(d, c, i + 1);
		if (c->generation)
			list_identity(d, c);
	}
}

static gboolean has_dictionary(const Ddl *d)
{
	return sqlite3_table_column_metadata(d->s->db, d->owner, "ora$tables", NULL, NULL, NULL, NULL, NULL,
					     NULL) == SQLITE_OK;
}

/* Files that were not made by the loader have none: the table alone then. */
static gboolean create(Ddl *d, const GPtrArray *columns, GPtrArray *constraints)
{
	if (!make_table(d, columns))
		return FALSE;
	if (!has_dictionary(d))
		return TRUE;
	list_table(d, columns);
	for (guint i = 0; i < constraints->len && !d->e->number; i++)
		ddl_add_constraint(d, constraints->pdata[i]);
	return !d->e->number;
}

gboolean ddl_create_table(Ddl *d)
{
	g_autoptr(GPtrArray) columns = g_ptr_array_new_with_free_func(column_free);
	g_autoptr(GPtrArray) constraints =
		g_ptr_array_new_with_free_func((GDestroyNotify)ddl_constraint_free);

	ddl_read_name(d, &d->owner, &d->table);
	if (!tokens_is(d->t, d->at, "(")) {
		g_autofree char *sql = tokens_join(d->t, 0, d->t->list->len);

		return ddl_exec(d, sqlite3_mprintf("%s", sql));
	}
	read_items(d, columns, constraints);
	if (!check_items(d, columns))
		return FALSE;
	return create(d, columns, constraints);
}

/* ---- DROP TABLE ---- */

static gboolean drop_references(Ddl *d, gboolean cascades)
{
	sqlite3_stmt *stmt = NULL;
	g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
	char *sql = sqlite3_mprintf("SELECT r.CONSTRAINT_NAME FROM \"%w\".\"ora$constraints\" r JOIN "
				    "\"%w\".\"ora$constraints\" k ON "
				    "r.R_CONSTRAINT_NAME = k.CONSTRAINT_NAME WHERE k.TABLE_NAME = %Q AND "
				    "r.CONSTRAINT_TYPE = 'R' AND r.TABLE_NAME <> %Q",
				    d->owner, d->owner, d->table, d->table);

	if (sqlite3_prepare_v2(d->s->db, sql, -1, &stmt, NULL) == SQLITE_OK)
		while (sqlite3_step(stmt) == SQLITE_ROW)
			g_ptr_array_add(names, g_strdup((const char *)sqlite3_column_text(stmt, 0)));
	sqlite3_finalize(stmt);
	sqlite3_free(sql);
	if (names->len && !cascades) {
		ora_error_set(d->e, 2449, 0, "unique/primary keys in table referenced by foreign keys");
		return FALSE;
	}
	for (guint i = 0; i < names->len; i++)
		ddl_drop_constraint(d, d->owner, names->pdata[i]);
	return TRUE;
}

static void unlist_table(Ddl *d)
{
	static const char *const tables[] = {
		"tables",      "tab_cols",     "constraints",  "cons_columns",    "indexes",
		"ind_columns", "tab_comments", "col_comments", "ind_expressions", "tab_identity_cols"};

	ddl_exec(d, sqlite3_mprintf("DELETE FROM \"%w\".\"ora$sequences\" WHERE SEQUENCE_NAME IN (SELECT "
				    "SEQUENCE_NAME FROM "
				    "\"%w\".\"ora$tab_identity_cols\" WHERE TABLE_NAME = %Q)",
				    d->owner, d->owner, d->table));
	for (guint i = 0; i < G_N_ELEMENTS(tables); i++)
		ddl_exec(d, sqlite3_mprintf("DELETE FROM \"%w\".\"ora$%w\" WHERE TABLE_NAME = %Q", d->owner,
					    tables[i], d->table));
	ddl_exec(
		d,
		sqlite3_mprintf(
			"DELETE FROM \"%w\".\"ora$objects\" WHERE OBJECT_NAME = %Q AND OBJECT_TYPE = 'TABLE'",
			d->owner, d->table));
	ddl_exec(d, sqlite3_mprintf("DELETE FROM \"%w\".\"ora$extents\" WHERE SEGMENT_NAME = %Q", d->owner,
				    d->table));
}

gboolean ddl_drop_table(Ddl *d)
{
	gboolean cascades;

	ddl_read_name(d, &d->owner, &d->table);
	cascades = tokens_is(d->t, d->at, "CASCADE");
	if (has_dictionary(d) && !drop_references(d, cascades))
		return FALSE;
	if (!ddl_exec(d, sqlite3_mprintf("DROP TABLE \"%w\".\"%w\"", d->owner, d->table)))
		return FALSE;
	if (has_dictionary(d))
		unlist_table(d);
	return TRUE;
}
