/*
 * Enums and sequences.
 */
#include "connectors/postgres/catalog.h"

#include <string.h>

/* ---- enums ---- */

static const char enums_sql[] =
	"SELECT t.oid, n.nspname, t.typname, e.enumlabel FROM pg_catalog.pg_type t "
	"JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace AND " PG_USER_SCHEMAS
	" LEFT JOIN pg_catalog.pg_enum e ON e.enumtypid = t.oid WHERE t.typtype = 'e' "
	"AND " PG_NOT_OF_EXTENSION(
		"pg_type",
		"t.oid") " ORDER BY n.nspname COLLATE \"C\", t.typname COLLATE \"C\", e.enumsortorder";

static void set_labels(PgCatalogReader *r)
{
	for (guint t = 0; t < r->catalog->tables->len; t++) {
		const FerryTable *table = r->catalog->tables->pdata[t];
		for (guint i = 0; i < table->columns->len; i++) {
			FerryColumnDef *column = table->columns->pdata[i];
			bool is_array =
				column->enum_name != NULL && g_str_has_suffix(column->native_type, "[]");
			const FerryEnum *e =
				column->enum_name != NULL && !is_array
					? ferry_catalog_find_enum(r->catalog, column->enum_schema,
								  column->enum_name)
					: NULL;
			if (e != NULL)
				column->labels = g_strdupv(e->labels);
		}
	}
}

bool ferry_pg_catalog_enums(PgCatalogReader *r, GError **error)
{
	g_autoptr(PGresult) result = ferry_pg_catalog_query(r, enums_sql, "enums", error);
	if (result == NULL)
		return false;
	int n = PQntuples(result);
	for (int row = 0, end; row < n; row = end) {
		for (end = row + 1;
		     end < n && strcmp(PQgetvalue(result, row, 0), PQgetvalue(result, end, 0)) == 0;)
			end++;
		FerryEnum *e = ferry_enum_new(PQgetvalue(result, row, 1), PQgetvalue(result, row, 2));
		g_strfreev(e->labels);
		e->labels = g_new0(char *, (size_t)(end - row) + 1);
		for (int i = row; i < end && pg_cell(result, i, 3) != NULL; i++)
			e->labels[i - row] = g_strdup(pg_cell(result, i, 3));
		g_ptr_array_add(r->catalog->enums, e);
	}
	set_labels(r);
	return true;
}

/* ---- sequences ---- */

static const char sequences_sql[] =
	"SELECT c.oid, n.nspname, c.relname, s.seqstart, s.seqincrement, s.seqmin, s.seqmax, s.seqcache, "
	"s.seqcycle, "
	"pg_catalog.format_type(s.seqtypid, NULL), on_.nspname, oc.relname, oa.attname, "
	"pg_catalog.has_sequence_privilege(c.oid, 'SELECT') "
	"FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace "
	"AND " PG_USER_SCHEMAS " JOIN pg_catalog.pg_sequence s ON s.seqrelid = c.oid "
	"LEFT JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid "
	"AND d.refclassid = 'pg_catalog.pg_class'::regclass AND d.deptype IN ('a', 'i') AND d.refobjsubid > "
	"0 "
	"LEFT JOIN pg_catalog.pg_class oc ON oc.oid = d.refobjid LEFT JOIN pg_catalog.pg_namespace on_ ON "
	"on_.oid = oc.relnamespace "
	"LEFT JOIN pg_catalog.pg_attribute oa ON oa.attrelid = d.refobjid AND oa.attnum = d.refobjsubid "
	"WHERE c.relkind = 'S' AND c.relpersistence <> 't' AND " PG_NOT_OF_EXTENSION(
		"pg_class", "c.oid") " ORDER BY n.nspname COLLATE \"C\", c.relname COLLATE \"C\"";

enum { SEQUENCES_A_QUERY = 200 };

/* Only the sequence itself tells where it stands without having been used (setval with is_called false). */
static bool read_positions(PgCatalogReader *r, const PGresult *list, int first, int n, GHashTable *next,
			   GError **error)
{
	g_autoptr(GString) sql = g_string_new(NULL);
	for (int row = first; row < first + n; row++) {
		if (!pg_cell_bool(list, row, 13))
			continue;
		g_string_append_printf(sql, "%sSELECT %u, last_value, is_called FROM ",
				       sql->len > 0 ? " UNION ALL " : "", pg_cell_oid(list, row, 0));
		ferry_pg_append_qualified(sql, PQgetvalue(list, row, 1), PQgetvalue(list, row, 2));
	}
	if (sql->len == 0)
		return true;
	g_autoptr(PGresult) result = ferry_pg_run(r->c, sql->str, "cannot read the sequences", error);
	if (result == NULL)
		return false;
	for (int row = 0; row < PQntuples(result); row++) {
		int64_t *value = g_new(int64_t, 2);
		value[0] = pg_cell_int(result, row, 1);
		value[1] = pg_cell_bool(result, row, 2);
		g_hash_table_insert(next, GUINT_TO_POINTER(pg_cell_oid(result, row, 0)), value);
	}
	return true;
}

/* The value that the next call gives. At the end of the range it lies beyond it (or is the other end, in a
 * cycle). */
static int64_t next_value(const PGresult *list, int row, const int64_t *position)
{
	int64_t start = pg_cell_int(list, row, 3), increment = pg_cell_int(list, row, 4), next;
	if (position == NULL)
		return start;
	if (!position[1])
		return position[0];
	if (__builtin_add_overflow(position[0], increment, &next))
		return position[0];
	bool is_past = next > pg_cell_int(list, row, 6) || next < pg_cell_int(list, row, 5);
	if (is_past && pg_cell_bool(list, row, 8))
		return pg_cell_int(list, row, increment > 0 ? 5 : 6);
	return next;
}

static void add_sequence(PgCatalogReader *r, const PGresult *list, int row, int64_t next)
{
	FerrySequence *s = ferry_sequence_new(PQgetvalue(list, row, 1), PQgetvalue(list, row, 2));
	s->start = pg_cell_int(list, row, 3);
	s->increment = pg_cell_int(list, row, 4);
	s->min_value = pg_cell_int(list, row, 5);
	s->max_value = pg_cell_int(list, row, 6);
	s->cache = pg_cell_int(list, row, 7);
	s->cycles = pg_cell_bool(list, row, 8);
	s->data_type = g_strdup(pg_cell(list, row, 9));
	s->owner_schema = g_strdup(pg_cell(list, row, 10));
	s->owner_table = g_strdup(pg_cell(list, row, 11));
	s->owner_column = g_strdup(pg_cell(list, row, 12));
	s->next_value = next;
	g_ptr_array_add(r->catalog->sequences, s);
}

static void take_sequence(PgCatalogReader *r, const PGresult *list, int row, GHashTable *positions)
{
	gpointer oid = GUINT_TO_POINTER(pg_cell_oid(list, row, 0));
	int64_t next = next_value(list, row, g_hash_table_lookup(positions, oid));
	FerryColumnDef *column = g_hash_table_lookup(r->serials, oid);
	bool is_known = pg_cell_bool(list, row, 13);
	if (!is_known) {
		g_autofree char *object =
			g_strdup_printf("%s.%s", PQgetvalue(list, row, 1), PQgetvalue(list, row, 2));
		g_ptr_array_add(
			r->catalog->notes,
			ferry_note_new(FERRY_SEVERITY_LOSS, "sequence", object,
				       "may not be read, so its next value is not known and it starts "
				       "at its beginning: grant SELECT on it"));
	}
	if (column == NULL) {
		add_sequence(r, list, row, next);
		return;
	}
	column->has_identity_next = is_known;
	column->identity_next = next;
}

bool ferry_pg_catalog_sequences(PgCatalogReader *r, GError **error)
{
	g_autoptr(PGresult) list = ferry_pg_catalog_query(r, sequences_sql, "sequences", error);
	if (list == NULL)
		return false;
	g_autoptr(GHashTable) positions = g_hash_table_new_full(NULL, NULL, NULL, g_free);
	int n = PQntuples(list);
	for (int row = 0; row < n; row += SEQUENCES_A_QUERY)
		if (!read_positions(r, list, row, MIN(n - row, SEQUENCES_A_QUERY), positions, error))
			return false;
	for (int row = 0; row < n; row++)
		take_sequence(r, list, row, positions);
	return true;
}
