/*
 * Which tables take part: see select.h. A glob without a match is a mistake of the user's, so the error lists
 * the tables whose names are nearest to it.
 */
#include "mapping/select.h"

#include "base/error.h"

#include <string.h>

#define MAX_NEAR 5

bool ferry_select_matches(const FerryTable *table, const char *glob)
{
	g_autofree char *full = table->schema ? g_strconcat(table->schema, ".", table->name, NULL) : NULL;
	g_autoptr(GPatternSpec) spec = NULL;

	/* A name that holds a '*' itself can still be given as it is. */
	if (strcmp(table->name, glob) == 0 || g_strcmp0(full, glob) == 0)
		return true;
	spec = g_pattern_spec_new(glob);
	return g_pattern_spec_match_string(spec, table->name) ||
	       (full && g_pattern_spec_match_string(spec, full));
}

static bool matches_any(const FerryTable *table, const char *const *globs)
{
	for (size_t i = 0; globs && globs[i]; i++)
		if (ferry_select_matches(table, globs[i]))
			return true;
	return false;
}

static int compare_tables(gconstpointer a, gconstpointer b)
{
	const FerryTable *x = *(FerryTable *const *)a, *y = *(FerryTable *const *)b;
	int order = g_strcmp0(x->schema, y->schema);

	return order ? order : strcmp(x->name, y->name);
}

/* Edit distance without regard to case; bytes, since it only ranks suggestions. */
static unsigned distance(const char *a, const char *b)
{
	size_t n = MIN(strlen(b), 127);
	unsigned row[128];

	for (size_t j = 0; j <= n; j++)
		row[j] = (unsigned)j;
	for (size_t i = 1; a[i - 1]; i++) {
		unsigned diagonal = row[0];

		row[0] = (unsigned)i;
		for (size_t j = 1; j <= n; j++) {
			unsigned change = diagonal + (g_ascii_tolower(a[i - 1]) != g_ascii_tolower(b[j - 1]));

			diagonal = row[j];
			row[j] = MIN(change, MIN(row[j], row[j - 1]) + 1);
		}
	}
	return row[n];
}

typedef struct Near {
	char *name;
	unsigned distance;
} Near;

static int compare_near(gconstpointer a, gconstpointer b)
{
	const Near *x = a, *y = b;

	if (x->distance != y->distance)
		return x->distance < y->distance ? -1 : 1;
	return strcmp(x->name, y->name);
}

static void clear_near(gpointer data)
{
	g_free(((Near *)data)->name);
}

/* "album, artist, track": the nearest few; all of them where there are few. */
char *ferry_select_near(const FerryCatalog *catalog, const char *glob)
{
	g_autoptr(GArray) near = g_array_new(FALSE, FALSE, sizeof(Near));
	GString *text = g_string_new(NULL);

	g_array_set_clear_func(near, clear_near);
	for (guint i = 0; i < catalog->tables->len; i++) {
		const FerryTable *table = catalog->tables->pdata[i];
		Near entry = {.name = ferry_table_display_name(table),
			      .distance = distance(glob, table->name)};

		entry.distance = MIN(entry.distance, distance(glob, entry.name));
		g_array_append_val(near, entry);
	}
	g_array_sort(near, compare_near);
	for (guint i = 0; i < MIN(near->len, MAX_NEAR); i++)
		g_string_append_printf(text, "%s%s", i ? ", " : "", g_array_index(near, Near, i).name);
	return g_string_free(text, FALSE);
}

static bool check_globs(const FerryCatalog *catalog, const char *const *include, GError **error)
{
	for (size_t i = 0; include && include[i]; i++) {
		bool is_found = false;

		for (guint t = 0; t < catalog->tables->len && !is_found; t++)
			is_found = ferry_select_matches(catalog->tables->pdata[t], include[i]);
		if (!is_found) {
			g_autofree char *near = ferry_select_near(catalog, include[i]);

			ferry_fail(error, FERRY_ERROR_USAGE, "no table of the source matches --table '%s'",
				   include[i]);
			ferry_error_hint(error, "names are case-sensitive; the nearest of %u table%s: %s",
					 catalog->tables->len, catalog->tables->len == 1 ? "" : "s", near);
			return false;
		}
	}
	return true;
}

GPtrArray *ferry_select_tables(const FerryCatalog *catalog, const char *const *include,
			       const char *const *exclude, GError **error)
{
	g_autoptr(GPtrArray) selected = g_ptr_array_new();

	if (catalog->tables->len == 0) {
		ferry_fail(error, FERRY_ERROR_NOT_FOUND, "the source database %s has no tables",
			   catalog->database ? catalog->database : "(unnamed)");
		ferry_error_hint(error, "check the database name (and schema) in the source URL, and whether "
					"the user may see its tables");
		return NULL;
	}
	if (!check_globs(catalog, include, error))
		return NULL;
	for (guint i = 0; i < catalog->tables->len; i++) {
		FerryTable *table = catalog->tables->pdata[i];

		if ((!include || !include[0] || matches_any(table, include)) && !matches_any(table, exclude))
			g_ptr_array_add(selected, table);
	}
	if (selected->len == 0) {
		ferry_fail(error, FERRY_ERROR_USAGE,
			   "no table is left to copy: --exclude leaves out every table that was chosen");
		return NULL;
	}
	g_ptr_array_sort(selected, compare_tables);
	return g_steal_pointer(&selected);
}
