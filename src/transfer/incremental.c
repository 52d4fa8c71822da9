/*
 * See incremental.h. Conditions are SQL of the source with values as its server wrote them, so that no
 * text form of ours can differ from its own.
 */
#include "transfer/incremental.h"

#include "transfer/give_up.h"
#include "transfer/lookup.h"

#include <stdio.h>
#include <string.h>

struct FerryTableMark {
	const FerryColumnDef *cursor; /* of the source */
	const FerryColumnPlan *column;
	char *low, *high;       /* or NULL: from the beginning; no row */
	char *condition;        /* or NULL: all rows */
	char *target_condition; /* or NULL: all rows */
	bool is_known;          /* the chunks of an unfinished copy have these bounds */
};

void ferry_table_mark_free(FerryTableMark *mark)
{
	if (!mark)
		return;
	g_free(mark->low);
	g_free(mark->high);
	g_free(mark->condition);
	g_free(mark->target_condition);
	g_free(mark);
}

/* ---- the cursor ---- */

static bool is_number(const FerryColumnDef *column)
{
	return (column->type.id >= FERRY_TYPE_INT8 && column->type.id <= FERRY_TYPE_INT64) ||
	       column->type.id == FERRY_TYPE_DECIMAL;
}

static bool is_date(const FerryColumnDef *column)
{
	return column->type.id == FERRY_TYPE_DATE || column->type.id == FERRY_TYPE_TIMESTAMP ||
	       column->type.id == FERRY_TYPE_TIMESTAMPTZ;
}

static const FerryColumnPlan *find_column(const FerryTablePlan *plan, const char *name)
{
	for (guint i = 0; i < plan->columns->len; i++) {
		const FerryColumnPlan *column = &g_array_index(plan->columns, FerryColumnPlan, i);
		if (column->source && column->is_copied && !strcmp(column->source->name, name))
			return column;
	}
	return NULL;
}

static bool choose_cursor(FerryRun *run, FerryTableState *table, GError **error)
{
	const FerryProjectTable *project = table->plan->project;
	const char *own = project ? project->cursor : NULL;
	const char *name = own ? own : run->project->cursor;
	const FerryColumnPlan *column = name ? find_column(table->plan, name) : NULL;

	if (!column && own) {
		ferry_fail(error, FERRY_ERROR_NOT_FOUND, "table %s has no column %s, or it is not copied",
			   table->name, own);
		ferry_error_hint(error, "its entry in the project names it as cursor");
		return false;
	}
	if (!column) {
		ferry_run_log(run, FERRY_SEVERITY_WARNING,
			      "%s: it has no cursor column%s%s, so all its rows are merged", table->name,
			      name ? " " : "", name ? name : "");
		return true;
	}
	if (!is_number(column->source) && !is_date(column->source) &&
	    column->source->type.id != FERRY_TYPE_TEXT) {
		ferry_fail(error, FERRY_ERROR_UNSUPPORTED,
			   "column %s of %s cannot be a cursor: its type is %s", name, table->name,
			   column->source->native_type);
		ferry_error_hint(error, "choose one of an integer, decimal, date, timestamp or text type");
		return false;
	}
	table->mark = g_new0(FerryTableMark, 1);
	table->mark->cursor = column->source;
	table->mark->column = column;
	return true;
}

bool ferry_incremental_check(FerryRun *run, GError **error)
{
	FerryIfExists policy = run->project->if_exists;
	guint n = 0;

	if (policy != FERRY_IF_EXISTS_FAIL && policy != FERRY_IF_EXISTS_MERGE)
		return ferry_fail(error, FERRY_ERROR_USAGE,
				  "an incremental copy merges: --if-exists %s does not go with it",
				  ferry_if_exists_words[policy]);
	run->if_exists = FERRY_IF_EXISTS_MERGE;
	for (guint i = 0; i < run->result.n_tables; i++) {
		g_clear_pointer(&run->tables[i].mark, ferry_table_mark_free);
		if (!choose_cursor(run, &run->tables[i], error))
			return false;
		n += run->tables[i].mark != NULL;
	}
	if (n)
		return true;
	ferry_fail(error, FERRY_ERROR_USAGE,
		   "no table has a cursor, by which an incremental copy would know what is new");
	ferry_error_hint(error, "name a column that only grows: --cursor COLUMN, or cursor: in the project");
	return false;
}

/* ---- the ledger's table ---- */

static bool execute(FerryRun *run, GError **error, const char *format, ...) G_GNUC_PRINTF(3, 4);
static bool execute(FerryRun *run, GError **error, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	g_autofree char *sql = g_strdup_vprintf(format, args);
	va_end(args);
	if (ferry_target(run->targets[0])->execute(run->targets[0], sql, NULL, error))
		return true;
	g_prefix_error(error, "marks: ");
	return false;
}

static char *literal(FerryRun *run, const char *text)
{
	return text ? run->target_connector->target->quote_literal(text) : g_strdup("NULL");
}

/* "orders -> sales.orders": the same table can be copied to several of one database, each with what it has.
 * Older marks have the source's name alone, so it is not known whose they are; they are left unread. */
static char *key_literal(FerryRun *run, const FerryTableState *table)
{
	g_autofree char *source = ferry_table_display_name(table->plan->source);
	g_autofree char *target = ferry_table_display_name(table->plan->target);
	g_autofree char *key = g_strdup_printf("%s -> %s", source, target);

	return literal(run, key);
}

/* "source = '…' AND table_name = '…'" */
static char *which(FerryRun *run, const FerryTableState *table)
{
	g_autofree char *url = ferry_url_to_string(run->source_url);
	g_autofree char *source = literal(run, url);
	g_autofree char *name = key_literal(run, table);

	return g_strdup_printf("source = %s AND table_name = %s", source, name);
}

static bool read_mark(FerryRun *run, FerryTableState *table, GError **error)
{
	g_autofree char *marks = ferry_ledger_table(run->ledger, "mark");
	g_autofree char *where = which(run, table);
	g_autofree char *sql =
		g_strdup_printf("SELECT column_name, value, pending FROM %s WHERE %s", marks, where);
	g_autoptr(FerryRows) rows = NULL;

	if (!ferry_target(run->targets[0])->query(run->targets[0], sql, &rows, error))
		return false;
	if (!rows->rows->len)
		return true;
	char **row = rows->rows->pdata[0];
	if (strcmp(row[0], table->mark->cursor->name)) {
		ferry_run_log(run, FERRY_SEVERITY_WARNING,
			      "%s: its cursor was %s and is %s now: all rows are merged", table->name, row[0],
			      table->mark->cursor->name);
		return true;
	}
	if (table->was_empty && row[1])
		ferry_run_log(
			run, FERRY_SEVERITY_WARNING,
			"%s: it was empty, though it has been copied up to %s = %s: all its rows are copied "
			"again",
			table->name, table->mark->cursor->name, row[1]);
	if (!table->is_created && !table->was_empty)
		table->mark->low = g_strdup(row[1]);
	if (table->mark->is_known)
		table->mark->high = g_strdup(row[2]);
	return true;
}

bool ferry_incremental_note(FerryRun *run, guint index, GError **error)
{
	FerryTableState *table = &run->tables[index];

	if (!table->mark)
		return true;
	g_autofree char *marks = ferry_ledger_table(run->ledger, "mark");
	g_autofree char *where = which(run, table);
	g_autofree char *url = ferry_url_to_string(run->source_url);
	g_autofree char *source = literal(run, url);
	g_autofree char *name = key_literal(run, table);
	g_autofree char *column = literal(run, table->mark->cursor->name);
	g_autofree char *low = literal(run, table->mark->low);
	g_autofree char *high = literal(run, table->mark->high);

	return execute(run, error, "DELETE FROM %s WHERE %s", marks, where) &&
	       execute(run, error,
		       "INSERT INTO %s (source, table_name, column_name, value, pending) VALUES (%s, %s, %s, "
		       "%s, %s)",
		       marks, source, name, column, low, high);
}

/* An empty table has no mark yet; one that has lost its rows keeps its own. */
bool ferry_incremental_finish(FerryRun *run, GError **error)
{
	g_autofree char *marks = ferry_ledger_table(run->ledger, "mark");

	for (guint i = 0; i < run->result.n_tables; i++) {
		g_autofree char *where = which(run, &run->tables[i]);
		if (run->tables[i].mark &&
		    !execute(run, error,
			     "UPDATE %s SET value = pending, pending = NULL WHERE %s AND pending IS NOT NULL",
			     marks, where))
			return false;
	}
	return true;
}

/* ---- bounds ---- */

static char *source_literal(FerryConnection *c, const FerryColumnDef *cursor, const char *text)
{
	return is_number(cursor) ? g_strdup(text) : ferry_lookup_quote_text(c, text);
}

static char *make_condition(FerryConnection *c, const FerryTableMark *mark)
{
	g_autofree char *name = ferry_lookup_quote(c, NULL, mark->cursor->name);
	g_autofree char *low = source_literal(c, mark->cursor, mark->low);
	g_autofree char *high = mark->high ? source_literal(c, mark->cursor, mark->high) : NULL;

	return high ? g_strdup_printf("%s >= %s AND %s <= %s", name, low, name, high)
		    : g_strdup_printf("%s >= %s", name, low);
}

/* Two days before, for zones and for the ways in which targets write the rest of a timestamp. NULL: not so
 * simple a date. */
static char *day_before(const char *text)
{
	guint year, month, day;

	if (strlen(text) < 10 || sscanf(text, "%4u-%2u-%2u", &year, &month, &day) != 3 ||
	    !g_date_valid_dmy((GDateDay)day, (GDateMonth)month, (GDateYear)year))
		return NULL;
	g_autoptr(GDate) date = g_date_new_dmy((GDateDay)day, (GDateMonth)month, (GDateYear)year);
	g_date_subtract_days(date, 2);
	return g_strdup_printf("%04u-%02u-%02u", g_date_get_year(date), g_date_get_month(date),
			       g_date_get_day(date));
}

/* The target's values compare as the source's: no step has changed them, nor another kind of type. */
static bool is_as_read(const FerryColumnPlan *column)
{
	const FerryProjectColumn *project = column->project;

	if (project && project->steps && project->steps->len)
		return false;
	return (is_number(column->source) && is_number(column->target)) ||
	       (is_date(column->source) && is_date(column->target));
}

/* Texts may be ordered otherwise by the target, so with them all rows are looked at. */
static char *make_target_condition(FerryConnection *c, const FerryTableMark *mark)
{
	g_autofree char *name = ferry_lookup_quote(c, NULL, mark->column->target->name);

	if (!is_as_read(mark->column))
		return NULL;
	if (is_number(mark->cursor))
		return g_strdup_printf("%s >= %s", name, mark->low);
	g_autofree char *day = is_date(mark->cursor) ? day_before(mark->low) : NULL;
	return day ? g_strdup_printf("%s >= '%s'", name, day) : NULL;
}

static bool name_nulls(FerryRun *run, const FerryTableState *table, GError **error)
{
	FerryConnection *c = run->sources[0];
	g_autofree char *name = ferry_lookup_quote(c, NULL, table->mark->cursor->name);
	g_autofree char *predicate = g_strdup_printf("%s IS NULL", name);
	int64_t rows = 0;

	if (table->mark->cursor->not_null || !table->mark->low)
		return true;
	if (!ferry_lookup_count(c, table->plan->source, table->plan->read_schema, predicate, &rows, error))
		return false;
	if (rows)
		ferry_run_log(run, FERRY_SEVERITY_WARNING,
			      "%s: %" G_GINT64_FORMAT
			      " row%s without a value in cursor %s: what is new of them is not seen",
			      table->name, rows, rows == 1 ? "" : "s", table->mark->cursor->name);
	return true;
}

static bool find_bounds(FerryRun *run, guint index, GError **error)
{
	FerryTableState *table = &run->tables[index];
	FerryTableMark *mark = table->mark;
	FerryConnection *c = run->sources[0];

	mark->is_known = ferry_ledger_is_split(run->ledger, index);
	if (!read_mark(run, table, error))
		return false;
	if (!mark->is_known &&
	    !ferry_lookup_extreme(c, table->plan->source, mark->cursor->name, true, &mark->high, error))
		return false;
	if (mark->low) {
		mark->condition = make_condition(c, mark);
		mark->target_condition = make_target_condition(run->targets[0], mark);
	}
	return name_nulls(run, table, error);
}

bool ferry_incremental_find(FerryRun *run, GError **error)
{
	g_autofree char *marks = ferry_ledger_table(run->ledger, "mark");

	if (!ferry_lookup_can_quote(run->sources[0]))
		return ferry_fail(error, FERRY_ERROR_UNSUPPORTED, "%s cannot be copied incrementally",
				  run->source_connector->title);
	if (!ferry_ledger_make_table(run->targets[0], marks,
				     "source %K NOT NULL, table_name %K NOT NULL, column_name %K NOT NULL, "
				     "value %T, pending %T, PRIMARY KEY (source, table_name)",
				     error))
		return false;
	for (guint i = 0; i < run->result.n_tables; i++) {
		GError *own = NULL;
		if (!run->tables[i].mark || ferry_is_given_up(&run->tables[i]) || find_bounds(run, i, &own))
			continue;
		g_prefix_error(&own, "looking for what is new in %s: ", run->tables[i].name);
		if (ferry_give_up_unless_healing(run, i, own))
			continue;
		g_propagate_error(error, own);
		return false;
	}
	return true;
}

/* ---- chunks ---- */

/* Few rows are one chunk, for which the source can use an index over the cursor; many are as the table is
 * cut. */
bool ferry_incremental_narrow(FerryRun *run, guint lane, guint index, GPtrArray **predicates, GError **error)
{
	const FerryTableState *table = &run->tables[index];
	const char *condition = table->mark ? table->mark->condition : NULL;
	int64_t rows = 0;

	if (!condition)
		return true;
	if ((*predicates)->len > 1 && !ferry_lookup_count(run->sources[lane], table->plan->source,
							  table->plan->read_schema, condition, &rows, error))
		return false;
	GPtrArray *narrowed = g_ptr_array_new_with_free_func(g_free);
	for (guint i = 0; rows > (int64_t)run->chunk_rows && i < (*predicates)->len; i++)
		g_ptr_array_add(narrowed,
				g_strdup_printf("(%s) AND (%s)", (char *)(*predicates)->pdata[i], condition));
	if (!narrowed->len)
		g_ptr_array_add(narrowed, g_strdup(condition));
	g_ptr_array_unref(*predicates);
	*predicates = narrowed;
	return true;
}

const char *ferry_incremental_target_predicate(const FerryRun *run, guint table)
{
	return run->tables[table].mark ? run->tables[table].mark->target_condition : NULL;
}
