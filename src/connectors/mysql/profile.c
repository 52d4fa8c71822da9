/*
 * A look at the data where the declared type does not decide: tinyint(1) is a boolean by custom only, TIME
 * holds spans of up to 838 hours too, and BIGINT UNSIGNED is what frameworks make every id of, though hardly
 * one is beyond what a signed 64-bit integer holds.
 *
 * Columns that an index begins with are asked for their least and greatest value, two look-ups. All others
 * share one scan (profile_scan.c), which ends at the first value that does not fit, and only then are asked
 * for their ranges: asking for misfits is cheaper, and the answer is mostly no.
 */
#include "connectors/mysql/catalog.h"
#include "connectors/mysql/types.h"

#include <string.h>

typedef enum { KIND_BOOL, KIND_SPAN, KIND_BIG } Kind;

typedef struct {
	FerryColumnDef *column;
	Kind kind;
	bool is_indexed;
	char *name;            /* quoted */
	const char *min, *max; /* borrowed from a row; NULL: no value, or all fit */
} Candidate;

static void clear_candidate(gpointer data)
{
	g_free(((Candidate *)data)->name);
}

static bool find_kind(const FerryColumnDef *column, Kind *ret_kind)
{
	const char *type = column->native_type;
	if (!type)
		return false;
	if (!g_ascii_strcasecmp(type, "tinyint(1)"))
		*ret_kind = KIND_BOOL;
	else if (ferry_mysql_type_is(type, "time"))
		*ret_kind = KIND_SPAN;
	else if (ferry_mysql_type_is(type, "bigint") && column->type.id == FERRY_TYPE_DECIMAL)
		*ret_kind = KIND_BIG;
	else
		return false;
	return true;
}

static bool begins_with(const FerryIndex *index, const char *column)
{
	const FerryIndexPart *part = index && index->parts->len > 0 ? index->parts->pdata[0] : NULL;
	bool is_ordered = index && (!index->method || !strcmp(index->method, "btree"));
	return part && is_ordered && !part->prefix_len && !g_strcmp0(part->column, column);
}

static bool has_index(const FerryTable *table, const char *column)
{
	if (begins_with(table->primary_key, column))
		return true;
	for (guint i = 0; i < table->indexes->len; i++)
		if (begins_with(table->indexes->pdata[i], column))
			return true;
	return false;
}

static GArray *find_candidates(const FerryTable *table)
{
	GArray *found = g_array_new(FALSE, TRUE, sizeof(Candidate));
	g_array_set_clear_func(found, clear_candidate);
	for (guint i = 0; i < table->columns->len; i++) {
		Candidate it = {.column = table->columns->pdata[i]};
		if (!find_kind(it.column, &it.kind))
			continue;
		it.is_indexed = has_index(table, it.column->name);
		GString *name = g_string_new(NULL);
		ferry_mysql_append_identifier(name, it.column->name);
		it.name = g_string_free(name, FALSE);
		g_array_append_val(found, it);
	}
	return found;
}

/* True for a value that the narrow type cannot hold. */
static void append_misfit(GString *sql, const Candidate *it)
{
	switch (it->kind) {
	case KIND_BOOL: g_string_append_printf(sql, "%s NOT BETWEEN 0 AND 1", it->name); break;
	case KIND_SPAN:
		g_string_append_printf(sql, "%s < '00:00:00' OR %s >= '24:00:00'", it->name, it->name);
		break;
	case KIND_BIG: g_string_append_printf(sql, "%s > 9223372036854775807", it->name); break;
	}
}

/* The ranges of indexed columns in one query, and what is true for a row in which one of the others has a
 * misfit. Either may be empty. */
static void make_questions(const GArray *candidates, const char *table, GString *ranges, GString *misfits)
{
	for (guint i = 0; i < candidates->len; i++) {
		const Candidate *it = &g_array_index(candidates, Candidate, i);
		if (it->is_indexed) {
			g_string_append_printf(ranges, "%s(SELECT MIN(%s) FROM %s), (SELECT MAX(%s) FROM %s)",
					       ranges->len ? ", " : "SELECT ", it->name, table, it->name,
					       table);
			continue;
		}
		g_string_append(misfits, misfits->len ? " OR " : "");
		append_misfit(misfits, it);
	}
}

static GString *make_range_query(const GArray *candidates, const char *table)
{
	GString *sql = g_string_new("SELECT ");
	for (guint i = 0, n = 0; i < candidates->len; i++) {
		const Candidate *it = &g_array_index(candidates, Candidate, i);
		if (!it->is_indexed)
			g_string_append_printf(sql, "%sMIN(%s), MAX(%s)", n++ ? ", " : "", it->name,
					       it->name);
	}
	g_string_append_printf(sql, " FROM %s", table);
	return sql;
}

/* Hands the row's values, two each, to the candidates that were asked for. */
static void take_ranges(GArray *candidates, bool is_indexed, const FerryMysqlRow *row)
{
	size_t at = 0;
	for (guint i = 0; i < candidates->len; i++) {
		Candidate *it = &g_array_index(candidates, Candidate, i);
		if (it->is_indexed != is_indexed || at + 1 >= row->n)
			continue;
		it->min = row->values[at];
		it->max = row->values[at + 1];
		at += 2;
	}
}

static void settle_bool(FerryTable *table, const Candidate *it)
{
	bool is_bool = !it->min ||
		       (g_ascii_strtoll(it->min, NULL, 10) >= 0 && g_ascii_strtoll(it->max, NULL, 10) <= 1);
	if (is_bool)
		it->column->type = FERRY_TYPE(FERRY_TYPE_BOOL);
	else
		ferry_table_note(table, FERRY_SEVERITY_INFO, it->column->name,
				 "tinyint(1) is no boolean here: its values go from %s to %s", it->min,
				 it->max);
}

static void settle_span(FerryTable *table, const Candidate *it)
{
	/* Texts of the server: times of a day have eight characters before the fraction, and no sign. */
	bool is_time =
		!it->min || (*it->min != '-' && strcspn(it->max, ":") == 2 && strncmp(it->max, "24", 2) < 0);
	if (is_time)
		return;
	it->column->type = FERRY_TYPE_FRACTION(FERRY_TYPE_INTERVAL, it->column->type.precision);
	ferry_table_note(table, FERRY_SEVERITY_WARNING, it->column->name,
			 "time holds spans here (%s to %s), and becomes an interval", it->min, it->max);
}

static bool is_beyond_int64(const char *text)
{
	return text && g_ascii_strtoull(text, NULL, 10) > (guint64)G_MAXINT64;
}

/* The values that count are those of the rows, the next one, and what a row gets by default. Columns that
 * become bigint are listed, for the one note about them. */
static void settle_big(FerryTable *table, const Candidate *it, GString *narrowed)
{
	const FerryColumnDef *column = it->column;
	const FerryMysqlSpentCounter *spent = table->connector_data;
	bool is_default_big =
		column->default_kind == FERRY_DEFAULT_LITERAL && is_beyond_int64(column->default_text);

	if (is_beyond_int64(it->max))
		ferry_table_note(table, FERRY_SEVERITY_WARNING, column->name,
				 "bigint unsigned has values beyond bigint here (up to %s): decimal(20,0)",
				 it->max);
	else if (spent && spent->column == column)
		ferry_table_note(table, FERRY_SEVERITY_WARNING, column->name,
				 "the next value of AUTO_INCREMENT is beyond bigint (%" G_GUINT64_FORMAT
				 "): decimal(20,0)",
				 spent->next);
	else if (is_default_big)
		ferry_table_note(table, FERRY_SEVERITY_WARNING, column->name,
				 "the default of bigint unsigned is beyond bigint (%s): decimal(20,0)",
				 column->default_text);
	else {
		it->column->type = FERRY_TYPE(FERRY_TYPE_INT64);
		g_string_append_printf(narrowed, "%s%s", narrowed->len ? ", " : "", column->name);
	}
}

static void settle_all(FerryTable *table, const GArray *candidates)
{
	g_autoptr(GString) narrowed = g_string_new(NULL);

	for (guint i = 0; i < candidates->len; i++) {
		const Candidate *it = &g_array_index(candidates, Candidate, i);
		switch (it->kind) {
		case KIND_BOOL: settle_bool(table, it); break;
		case KIND_SPAN: settle_span(table, it); break;
		case KIND_BIG: settle_big(table, it, narrowed); break;
		}
	}
	/* One note a table: ids and references to ids are in each. */
	if (narrowed->len)
		ferry_table_note(table, FERRY_SEVERITY_INFO, NULL,
				 "bigint unsigned is bigint where no value is beyond that: %s",
				 narrowed->str);
}

/* The rows to look at, as something that can stand behind FROM. The columns are named, for * leaves invisible
 * ones out. */
static GString *rows_of(const FerryTable *table, const GArray *candidates)
{
	GString *rows = g_string_new(table->filter ? "(SELECT " : NULL);

	for (guint i = 0; table->filter && i < candidates->len; i++)
		g_string_append_printf(rows, "%s%s", i ? ", " : "",
				       g_array_index(candidates, Candidate, i).name);
	if (table->filter)
		g_string_append(rows, " FROM ");
	ferry_mysql_append_from(rows, table);
	if (table->filter) {
		ferry_mysql_append_where(rows, table, NULL);
		g_string_append(rows, ") AS ferry_rows");
	}
	return rows;
}

bool ferry_mysql_profile(FerryConnection *base, FerryTable *table, GError **error)
{
	g_autoptr(GArray) candidates = find_candidates(table);
	if (candidates->len == 0)
		return true;
	g_autofree char *doing =
		g_strdup_printf("cannot look at the values of table %s.%s", table->schema, table->name);
	g_autoptr(GString) name = rows_of(table, candidates);
	g_autoptr(GString) indexed = g_string_new(NULL), misfits = g_string_new(NULL);
	g_autoptr(FerryMysqlRow) row = NULL, ranges = NULL;
	bool is_misfit = false;

	make_questions(candidates, name->str, indexed, misfits);
	if (indexed->len && !ferry_mysql_first(ferry_mysql(base), indexed->str, doing, &row, error))
		return false;
	if (row)
		take_ranges(candidates, true, row);
	if (misfits->len &&
	    !ferry_mysql_any_row(ferry_mysql(base), table, misfits->str, doing, &is_misfit, error))
		return false;
	if (is_misfit) {
		g_autoptr(GString) more = make_range_query(candidates, name->str);
		if (!ferry_mysql_first(ferry_mysql(base), more->str, doing, &ranges, error))
			return false;
		if (ranges)
			take_ranges(candidates, false, ranges);
	}
	settle_all(table, candidates);
	return true;
}
