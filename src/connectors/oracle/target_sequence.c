/*
 * Sequences, and what identities count by. The server refuses a sequence that begins outside of its limits,
 * or whose cache holds a whole cycle.
 */
#include "connectors/oracle/target.h"

static void append_option(GString *sql, const char *word, int64_t value)
{
	g_string_append_printf(sql, " %s %" G_GINT64_FORMAT, word, value);
}

/* How many values a cycle surely has. */
static int64_t cycle_of(const FerrySequence *s)
{
	double step = s->increment ? ABS((double)s->increment) : 1;
	double cycle = ((double)s->max_value - (double)s->min_value) / step;

	return cycle >= (double)G_MAXINT32 ? G_MAXINT32 : (int64_t)cycle;
}

static void append_cache(GString *sql, const FerrySequence *s)
{
	int64_t cache = s->cycles ? MIN(s->cache, cycle_of(s) - 1) : s->cache;

	if (cache > 1)
		append_option(sql, "CACHE", cache);
	else
		g_string_append(sql, " NOCACHE");
}

/* At their next value at once: nothing draws from them while rows are loaded. */
GString *ferry_oracle_create_sequence(const FerrySequence *s)
{
	g_autofree char *name = ferry_oracle_quote_name(s->schema, s->name);
	GString *sql = g_string_new("CREATE SEQUENCE ");
	int64_t next = s->next_value ? s->next_value : s->start;

	g_string_append(sql, name);
	if (s->increment != 0 && s->increment != 1)
		append_option(sql, "INCREMENT BY", s->increment);
	if (s->min_value < s->max_value) {
		append_option(sql, "MINVALUE", s->min_value);
		append_option(sql, "MAXVALUE", s->max_value);
		next = CLAMP(next, s->min_value, s->max_value);
	}
	append_option(sql, "START WITH", next);
	append_cache(sql, s);
	if (s->cycles)
		g_string_append(sql, " CYCLE");
	return sql;
}

/* ---- identities ---- */

static void append_range(GString *sql, const FerryColumnDef *column)
{
	int64_t next = column->has_identity_next ? column->identity_next : 1;

	if (column->identity_increment < 0) {
		append_option(sql, "INCREMENT BY", column->identity_increment);
		append_option(sql, "MINVALUE", G_MININT64);
		append_option(sql, "MAXVALUE", column->has_identity_next ? MAX(next, -1) : -1);
		return;
	}
	if (column->identity_increment > 1)
		append_option(sql, "INCREMENT BY", column->identity_increment);
	if (next < 1)
		append_option(sql, "MINVALUE", next);
}

void ferry_oracle_append_identity_range(GString *sql, const FerryColumnDef *column)
{
	g_autoptr(GString) range = g_string_new(NULL);

	append_range(range, column);
	if (range->len > 0)
		g_string_append_printf(sql, " (%s)", range->str + 1);
}

void ferry_oracle_append_identity_next(GString *sql, const FerryColumnDef *column)
{
	if (column->has_identity_next)
		g_string_append_printf(sql, "START WITH %" G_GINT64_FORMAT, (gint64)column->identity_next);
	else
		g_string_append(sql, "START WITH LIMIT VALUE");
	append_range(sql, column);
}
