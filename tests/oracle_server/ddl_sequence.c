/* Sequences, and those of identities (see ddl.h). What no sequence can be is refused by the server's numbers.
 */
#include "ddl.h"

#define DEFAULT_CACHE 20

SequenceOptions ddl_sequence_options(void)
{
	return (SequenceOptions){
		.min = 1, .max = G_MAXINT64, .increment = 1, .cache = DEFAULT_CACHE, .next = 1};
}

/* [-] number at i. */
static gint64 number_at(const Ddl *d, guint i)
{
	gboolean is_negative = tokens_is(d->t, i, "-");
	g_autofree char *text =
		g_strdup_printf("%s%.*s", is_negative ? "-" : "", (int)tokens_at(d->t, i + is_negative)->len,
				tokens_at(d->t, i + is_negative)->at);

	return g_ascii_strtoll(text, NULL, 10); /* the nearest that 64 bits hold */
}

static gboolean find(const Ddl *d, guint from, guint to, const char *word, const char *second, gint64 *ret)
{
	for (guint i = from; i < to; i++)
		if (tokens_is(d->t, i, word)) {
			guint at = i + 1 + (second && tokens_is(d->t, i + 1, second));

			*ret = number_at(d, at);
			return TRUE;
		}
	return FALSE;
}

static gboolean has(const Ddl *d, guint from, guint to, const char *word)
{
	for (guint i = from; i < to; i++)
		if (tokens_is(d->t, i, word))
			return TRUE;
	return FALSE;
}

static gboolean refuse(Ddl *d, guint number, const char *text)
{
	ora_error_set(d->e, number, 0, "%s", text);
	return FALSE;
}

static gboolean check(Ddl *d, const SequenceOptions *o)
{
	gint64 step = o->increment < 0 ? -o->increment : o->increment;

	if (o->increment == 0)
		return refuse(d, 4002, "INCREMENT must be a non-zero integer");
	if (o->min >= o->max)
		return refuse(d, 4004, "MINVALUE must be less than MAXVALUE");
	if (o->next < o->min)
		return refuse(d, 4006, "START WITH cannot be less than MINVALUE");
	if (o->next > o->max)
		return refuse(d, 4008, "START WITH cannot be more than MAXVALUE");
	if (o->cache == 1 || o->cache < 0)
		return refuse(d, 4010, "the number of values to CACHE must be greater than 1");
	if (o->cycles && (double)o->cache >= ((double)o->max - (double)o->min) / (double)step)
		return refuse(d, 4013, "number to CACHE must be less than one cycle");
	return TRUE;
}

gboolean ddl_read_sequence(Ddl *d, guint from, guint to, gboolean is_new, SequenceOptions *o)
{
	gboolean has_start = FALSE;

	find(d, from, to, "INCREMENT", "BY", &o->increment);
	if (is_new && o->increment < 0) {
		o->min = G_MININT64;
		o->max = -1;
	}
	find(d, from, to, "MINVALUE", NULL, &o->min);
	find(d, from, to, "MAXVALUE", NULL, &o->max);
	find(d, from, to, "CACHE", NULL, &o->cache);
	o->cache = has(d, from, to, "NOCACHE") ? 0 : o->cache;
	o->cycles = has(d, from, to, "CYCLE") || (o->cycles && !has(d, from, to, "NOCYCLE"));
	o->from_limit = has(d, from, to, "LIMIT");
	if (!o->from_limit)
		has_start = find(d, from, to, "START", "WITH", &o->next);
	if (o->from_limit || (is_new && !has_start))
		o->next = o->increment < 0 ? o->max : o->min;
	return check(d, o);
}

gboolean ddl_create_sequence(Ddl *d)
{
	g_autofree char *owner = NULL, *name = NULL;
	SequenceOptions o = ddl_sequence_options();

	ddl_read_name(d, &owner, &name);
	if (ddl_number(d, sqlite3_mprintf("SELECT 1 FROM \"%w\".\"ora$sequences\" WHERE SEQUENCE_NAME = %Q",
					  owner, name)))
		return refuse(d, 955, "name is already used by an existing object");
	return ddl_read_sequence(d, d->at, d->t->list->len, TRUE, &o) &&
	       ddl_list_sequence(d, owner, name, &o);
}

gboolean ddl_list_sequence(Ddl *d, const char *owner, const char *name, const SequenceOptions *o)
{
	return ddl_exec(d, sqlite3_mprintf("INSERT INTO \"%w\".\"ora$sequences\" VALUES (%Q, %Q, %lld, %lld, "
					   "%lld, %Q, 'N', %lld, %lld)",
					   owner, owner, name, o->min, o->max, o->increment,
					   o->cycles ? "Y" : "N", o->cache, o->next));
}

gboolean ddl_drop_sequence(Ddl *d)
{
	g_autofree char *owner = NULL, *name = NULL;

	ddl_read_name(d, &owner, &name);
	if (!ddl_exec(d, sqlite3_mprintf("DELETE FROM \"%w\".\"ora$sequences\" WHERE SEQUENCE_NAME = %Q",
					 owner, name)))
		return FALSE;
	return sqlite3_changes(d->s->db) || refuse(d, 2289, "sequence does not exist");
}

/* ---- MODIFY (c GENERATED … AS IDENTITY (START WITH n …)) ---- */

static gboolean read_identity(Ddl *d, const char *sequence, SequenceOptions *o)
{
	sqlite3_stmt *stmt = NULL;
	char *sql =
		sqlite3_mprintf("SELECT MIN_VALUE, MAX_VALUE, INCREMENT_BY, CYCLE_FLAG = 'Y', CACHE_SIZE, "
				"LAST_NUMBER FROM \"%w\".\"ora$sequences\" WHERE SEQUENCE_NAME = %Q",
				d->owner, sequence);
	gboolean is_there = sqlite3_prepare_v2(d->s->db, sql, -1, &stmt, NULL) == SQLITE_OK &&
			    sqlite3_step(stmt) == SQLITE_ROW;

	/* limits beyond 64 bits are kept as a NUMBER's bytes */
	for (int i = 0; is_there && i < 2; i++)
		if (sqlite3_column_type(stmt, i) == SQLITE_INTEGER)
			*(i ? &o->max : &o->min) = sqlite3_column_int64(stmt, i);
	if (is_there) {
		o->increment = sqlite3_column_int64(stmt, 2);
		o->cycles = sqlite3_column_int64(stmt, 3) != 0;
		o->cache = sqlite3_column_int64(stmt, 4);
		o->next = sqlite3_column_int64(stmt, 5);
	}
	sqlite3_finalize(stmt);
	sqlite3_free(sql);
	return is_there;
}

static char *sequence_of(Ddl *d, const char *column)
{
	sqlite3_stmt *stmt = NULL;
	char *name = NULL;
	char *sql = sqlite3_mprintf("SELECT SEQUENCE_NAME FROM \"%w\".\"ora$tab_identity_cols\" WHERE "
				    "TABLE_NAME = %Q AND COLUMN_NAME = %Q",
				    d->owner, d->table, column);

	if (sqlite3_prepare_v2(d->s->db, sql, -1, &stmt, NULL) == SQLITE_OK &&
	    sqlite3_step(stmt) == SQLITE_ROW)
		name = g_strdup((const char *)sqlite3_column_text(stmt, 0));
	sqlite3_finalize(stmt);
	sqlite3_free(sql);
	return name;
}

/* START WITH LIMIT VALUE: behind the last value of the table. */
static void find_limit(Ddl *d, const char *column, SequenceOptions *o)
{
	const char *function = o->increment < 0 ? "min" : "max";

	if (ddl_number(d, sqlite3_mprintf("SELECT count(\"%w\") FROM \"%w\".\"%w\"", column, d->owner,
					  d->table)))
		o->next = ddl_number(d, sqlite3_mprintf("SELECT %s(\"%w\") FROM \"%w\".\"%w\"", function,
							column, d->owner, d->table)) +
			  o->increment;
}

gboolean ddl_modify_identity(Ddl *d)
{
	guint at = d->at + 1 + tokens_is(d->t, d->at + 1, "(");
	gboolean is_always = tokens_is(d->t, at + 2, "ALWAYS");
	g_autofree char *column = ddl_name(tokens_at(d->t, at)), *sequence = NULL;
	SequenceOptions o = ddl_sequence_options();

	if (!tokens_is(d->t, at + 1, "GENERATED"))
		return TRUE;
	sequence = sequence_of(d, column);
	if (!sequence || !read_identity(d, sequence, &o))
		return refuse(d, 30673, "column to be modified is not an identity column");
	if (!ddl_read_sequence(d, at, d->t->list->len, FALSE, &o))
		return FALSE;
	if (o.from_limit)
		find_limit(d, column, &o);
	return check(d, &o) &&
	       ddl_exec(d,
			sqlite3_mprintf("UPDATE \"%w\".\"ora$tab_identity_cols\" SET GENERATION_TYPE = %Q "
					"WHERE TABLE_NAME = %Q AND COLUMN_NAME = %Q",
					d->owner, is_always ? "ALWAYS" : "BY DEFAULT", d->table, column)) &&
	       ddl_exec(d, sqlite3_mprintf("DELETE FROM \"%w\".\"ora$sequences\" WHERE SEQUENCE_NAME = %Q",
					   d->owner, sequence)) &&
	       ddl_list_sequence(d, d->owner, sequence, &o);
}
