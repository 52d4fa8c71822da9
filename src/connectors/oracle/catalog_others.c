/* Sequences, and what is named but not moved: views, code, triggers, synonyms, types. */
#include "connectors/oracle/catalog.h"

#include <string.h>

#define IDENTITY_PREFIX "ISEQ$$_"

/* ---- sequences ---- */

enum { S_NAME, S_MIN, S_MAX, S_INCREMENT, S_CYCLES, S_CACHE, S_NEXT };

/* Limits have up to 28 digits; what 64 bits do not hold becomes the last that they do. */
static int64_t clamped(const char *text, int64_t otherwise)
{
	if (!text)
		return otherwise;
	return g_ascii_strtoll(text, NULL, 10);
}

static bool on_sequence(char **row, gpointer data, GError **error)
{
	FerryOracleCatalogBuilder *b = data;
	FerrySequence *s = ferry_sequence_new(b->connection->schema, row[S_NAME]);

	s->min_value = clamped(row[S_MIN], 1);
	s->max_value = clamped(row[S_MAX], G_MAXINT64);
	s->increment = clamped(row[S_INCREMENT], 1);
	s->cycles = row[S_CYCLES] && row[S_CYCLES][0] == 'Y';
	s->cache = MAX(clamped(row[S_CACHE], 1), 1);
	s->next_value = clamped(row[S_NEXT], 1);
	s->start = CLAMP(s->next_value, s->min_value, s->max_value);
	s->data_type = g_strdup("bigint");
	g_hash_table_insert(b->sequences, s->name, s);
	return true;
}

bool ferry_oracle_read_sequences(FerryOracleCatalogBuilder *b, GError **error)
{
	return ferry_oracle_builder_each(
		b,
		"SELECT SEQUENCE_NAME, MIN_VALUE, MAX_VALUE, INCREMENT_BY, CYCLE_FLAG, CACHE_SIZE,"
		" LAST_NUMBER FROM ALL_SEQUENCES WHERE SEQUENCE_OWNER = %s ORDER BY SEQUENCE_NAME",
		"cannot list the sequences", on_sequence, error);
}

static int compare_sequences(gconstpointer a, gconstpointer b)
{
	return strcmp((*(FerrySequence *const *)a)->name, (*(FerrySequence *const *)b)->name);
}

/* Those of identities are their columns' own. */
static void hand_over_sequences(FerryOracleCatalogBuilder *b)
{
	GHashTableIter iter;
	gpointer value;

	g_hash_table_iter_init(&iter, b->sequences);
	while (g_hash_table_iter_next(&iter, NULL, &value)) {
		FerrySequence *s = value;
		if (g_str_has_prefix(s->name, IDENTITY_PREFIX))
			continue;
		g_hash_table_iter_steal(&iter);
		g_ptr_array_add(b->catalog->sequences, s);
	}
	g_ptr_array_sort(b->catalog->sequences, compare_sequences);
}

/* ---- the rest ---- */

/* kind, name, definition */
static bool on_other(char **row, gpointer data, GError **error)
{
	FerryOracleCatalogBuilder *b = data;
	g_autofree char *kind = row[0] ? g_ascii_strdown(row[0], -1) : g_strdup("object");
	FerryOther *other = ferry_other_new(kind, b->connection->schema, row[1]);

	other->definition = g_strdup(row[2]);
	g_ptr_array_add(b->catalog->others, other);
	return true;
}

/* kind, name, a line of the text; in order */
static bool on_source(char **row, gpointer data, GError **error)
{
	FerryOracleCatalogBuilder *b = data;
	GPtrArray *others = b->catalog->others;
	FerryOther *last = others->len ? others->pdata[others->len - 1] : NULL;
	g_autofree char *kind = row[0] ? g_ascii_strdown(row[0], -1) : g_strdup("object");

	if (!last || strcmp(last->kind, kind) || strcmp(last->name, row[1]) || !last->definition)
		return on_other(row, data, error);
	g_autofree char *before = last->definition;
	last->definition = g_strconcat(before, row[2] ? row[2] : "", NULL);
	return true;
}

/* What may not be asked for is left out: it is named only anyway. */
static bool read_kind(FerryOracleCatalogBuilder *b, const char *format, FerryOracleRowFunc func,
		      GError **error)
{
	g_autoptr(GError) own = NULL;

	if (ferry_oracle_builder_each(b, format, "cannot list what else there is", func, &own))
		return true;
	if (!b->connection->is_lost && !g_atomic_int_get(&b->connection->is_cancelled) &&
	    (ferry_error_is(own, FERRY_ERROR_NOT_FOUND) || ferry_error_is(own, FERRY_ERROR_PERMISSION))) {
		g_ptr_array_add(b->catalog->notes, ferry_note_new(FERRY_SEVERITY_INFO, "database",
								  b->connection->schema, own->message));
		return true;
	}
	g_propagate_error(error, g_steal_pointer(&own));
	return false;
}

bool ferry_oracle_read_others(FerryOracleCatalogBuilder *b, GError **error)
{
	hand_over_sequences(b);
	return read_kind(b,
			 "SELECT 'VIEW', VIEW_NAME, TEXT FROM ALL_VIEWS WHERE OWNER = %s ORDER BY VIEW_NAME",
			 on_other, error) &&
	       read_kind(b,
			 "SELECT 'TRIGGER', TRIGGER_NAME, TRIGGER_BODY FROM ALL_TRIGGERS WHERE OWNER = %s"
			 " ORDER BY TRIGGER_NAME",
			 on_other, error) &&
	       read_kind(b,
			 "SELECT TYPE, NAME, TEXT FROM ALL_SOURCE WHERE OWNER = %s AND TYPE <> 'TRIGGER'"
			 " ORDER BY NAME, TYPE, LINE",
			 on_source, error) &&
	       read_kind(b,
			 "SELECT 'SYNONYM', SYNONYM_NAME, TABLE_NAME FROM ALL_SYNONYMS WHERE OWNER = %s"
			 " ORDER BY SYNONYM_NAME",
			 on_other, error);
}
