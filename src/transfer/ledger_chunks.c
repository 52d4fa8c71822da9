/*
 * Chunks of the ledger: adding, recalling and claiming them. The column rejected_sum holds what was counted
 * beside rows and bytes: "rows:high:low:nulled:replaced:bad,…:failed,…" (the sum of rejected rows, in
 * hexadecimal; values changed by a rule; bad values by kind; failed rows by check). Copies begun by versions
 * before have less of it.
 */
#include "transfer/ledger_internal.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- adding ---- */

static bool insert_chunks(FerryLedger *ledger, FerryInsertion *into, guint table, const GPtrArray *predicates,
			  GError **error)
{
	for (guint i = 0; i < predicates->len; i++) {
		g_autofree char *predicate =
			predicates->pdata[i] ? ledger->target->target->quote_literal(predicates->pdata[i])
					     : g_strdup("NULL");
		g_autofree char *row = g_strdup_printf("%s, %s, %u, %s, 'pending', 0, 0, 0", ledger->id_sql,
						       ledger->tables_sql[table], i, predicate);
		if (!ferry_insertion_add(into, row, error))
			return false;
	}
	return true;
}

static char *split_step(const FerryLedger *ledger, guint table)
{
	return g_strconcat("split:", ledger->tables[table], NULL);
}

bool ferry_ledger_is_split(FerryLedger *ledger, guint table)
{
	g_autofree char *step = split_step(ledger, table);

	return ferry_ledger_step_is_done(ledger, step);
}

bool ferry_ledger_add_chunks(FerryLedger *ledger, FerryConnection *c, GPtrArray *const *predicates,
			     GError **error)
{
	g_autoptr(GPtrArray) steps = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GString) rows = g_string_new(NULL);
	FerryInsertion into = {
		.c = c,
		.table = ledger->chunk_table,
		.columns = "copy_id, table_name, chunk_no, predicate, state, row_count, rejected, "
			   "byte_count",
		.rows = rows};

	for (guint i = 0; ledger->tables[i]; i++) {
		if (!predicates[i])
			continue;
		g_ptr_array_add(steps, split_step(ledger, i));
		if (!insert_chunks(ledger, &into, i, predicates[i], error))
			return false;
	}
	return ferry_insertion_end(&into, error) && ferry_ledger_note_steps(ledger, c, steps, error);
}

bool ferry_ledger_forget_chunks(FerryLedger *ledger, FerryConnection *c, guint table, const GPtrArray *steps,
				GError **error)
{
	g_autofree char *split = split_step(ledger, table);
	g_autofree char *literal = ledger->target->target->quote_literal(split);
	g_autoptr(GString) list = g_string_new(literal);

	for (guint i = 0; i < steps->len; i++) {
		g_autofree char *step = ledger->target->target->quote_literal(steps->pdata[i]);
		g_string_append_printf(list, ", %s", step);
	}
	return ferry_ledger_run(c, NULL, error, "DELETE FROM %s WHERE copy_id = %s AND table_name = %s",
				ledger->chunk_table, ledger->id_sql, ledger->tables_sql[table]) &&
	       ferry_ledger_run(c, NULL, error, "DELETE FROM %s WHERE copy_id = %s AND step IN (%s)",
				ledger->step_table, ledger->id_sql, list->str);
}

void ferry_ledger_chunks_forgotten(FerryLedger *ledger, guint table, const GPtrArray *steps)
{
	g_autofree char *split = split_step(ledger, table);

	g_mutex_lock(&ledger->mutex);
	g_hash_table_remove(ledger->steps, split);
	for (guint i = 0; i < steps->len; i++)
		g_hash_table_remove(ledger->steps, steps->pdata[i]);
	g_mutex_unlock(&ledger->mutex);
}

/* ---- recalling ---- */

void ferry_ledger_chunk_reset(FerryLedgerChunk *chunk, guint n_checks)
{
	chunk->rows = chunk->rejected = chunk->bytes = chunk->nulled = chunk->replaced = 0;
	chunk->rejected_sum = (FerryRowSum){0};
	memset(chunk->bad_values, 0, sizeof(chunk->bad_values));
	if (chunk->n_checks != n_checks)
		chunk->failed_checks = g_renew(int64_t, chunk->failed_checks, n_checks);
	chunk->n_checks = n_checks;
	for (guint i = 0; i < n_checks; i++)
		chunk->failed_checks[i] = 0;
}

void ferry_ledger_chunk_clear(FerryLedgerChunk *chunk)
{
	g_clear_pointer(&chunk->predicate, g_free);
	g_clear_pointer(&chunk->failed_checks, g_free);
}

void ferry_ledger_chunk_free(FerryLedgerChunk *chunk)
{
	if (!chunk)
		return;
	ferry_ledger_chunk_clear(chunk);
	g_free(chunk);
}

static guint count_numbers(const char *text)
{
	guint n = *text == ':' && g_ascii_isdigit(text[1]);

	for (text += n; n && *text && *text != ':'; text++)
		n += *text == ',';
	return n;
}

/* ":1,2,3" -> as many of them as there is room for; returns what stands behind. */
static const char *parse_numbers(const char *text, int64_t *values, guint room)
{
	for (guint i = 0, n = count_numbers(text); i < n; i++) {
		char *end;
		int64_t value = g_ascii_strtoll(text + 1, &end, 10);
		if (i < room)
			values[i] = value;
		text = end;
	}
	return text;
}

static void parse_sum(const char *text, FerryLedgerChunk *chunk)
{
	FerryRowSum *sum = &chunk->rejected_sum;
	int at = 0;

	if (!text)
		return;
	sscanf(text, "%" SCNu64 ":%" SCNx64 ":%" SCNx64 ":%" SCNd64 ":%" SCNd64 "%n", &sum->n_rows,
	       &sum->high, &sum->low, &chunk->nulled, &chunk->replaced, &at);
	if (at == 0)
		return;
	text = parse_numbers(text + at, chunk->bad_values, FERRY_N_BAD_KINDS);
	chunk->n_checks = count_numbers(text);
	chunk->failed_checks = g_new0(int64_t, chunk->n_checks);
	parse_numbers(text, chunk->failed_checks, chunk->n_checks);
}

static void append_numbers(GString *text, const int64_t *values, guint n)
{
	for (guint i = 0; i < n; i++)
		g_string_append_printf(text, "%c%" PRId64, i ? ',' : ':', values[i]);
}

static char *format_sum(const FerryLedgerChunk *chunk)
{
	const FerryRowSum *sum = &chunk->rejected_sum;
	GString *text = g_string_new(NULL);

	g_string_append_printf(text, "%" PRIu64 ":%" PRIx64 ":%" PRIx64 ":%" PRId64 ":%" PRId64, sum->n_rows,
			       sum->high, sum->low, chunk->nulled, chunk->replaced);
	append_numbers(text, chunk->bad_values, FERRY_N_BAD_KINDS);
	append_numbers(text, chunk->failed_checks, chunk->n_checks);
	return g_string_free(text, FALSE);
}

static bool find_table(const FerryLedger *ledger, const char *name, guint *ret_table, GError **error)
{
	gpointer number;

	if (g_hash_table_lookup_extended(ledger->numbers, name, NULL, &number)) {
		*ret_table = GPOINTER_TO_UINT(number);
		return true;
	}
	return ferry_fail(error, FERRY_ERROR_INTERNAL, "the ledger names table %s, which is not in the plan",
			  name);
}

static FerryLedgerChunk *parse_chunk(guint table, char **row)
{
	FerryLedgerChunk *chunk = g_new0(FerryLedgerChunk, 1);

	chunk->table = table;
	chunk->chunk = (guint)strtoul(row[1], NULL, 10);
	chunk->predicate = g_strdup(row[2]);
	chunk->is_done = !strcmp(row[3], "done");
	chunk->rows = g_ascii_strtoll(row[4], NULL, 10);
	chunk->rejected = g_ascii_strtoll(row[5], NULL, 10);
	chunk->bytes = g_ascii_strtoll(row[6], NULL, 10);
	parse_sum(row[7], chunk);
	return chunk;
}

static int compare_chunks(gconstpointer a, gconstpointer b)
{
	const FerryLedgerChunk *x = *(FerryLedgerChunk *const *)a, *y = *(FerryLedgerChunk *const *)b;

	if (x->table != y->table)
		return x->table < y->table ? -1 : 1;
	return x->chunk < y->chunk ? -1 : x->chunk > y->chunk;
}

bool ferry_ledger_load_chunks(FerryLedger *ledger, FerryConnection *c, GPtrArray **ret_chunks, GError **error)
{
	g_autoptr(FerryRows) rows = NULL;
	g_autoptr(GPtrArray) chunks = g_ptr_array_new_with_free_func((GDestroyNotify)ferry_ledger_chunk_free);
	guint table = 0;

	if (!ferry_ledger_query(
		    c, &rows, error,
		    "SELECT table_name, chunk_no, predicate, state, row_count, rejected, byte_count, "
		    "rejected_sum FROM %s WHERE copy_id = %s ORDER BY table_name, chunk_no",
		    ledger->chunk_table, ledger->id_sql))
		return false;
	for (guint i = 0; i < rows->rows->len; i++) {
		char **row = rows->rows->pdata[i];
		bool is_same = chunks->len && !strcmp(ledger->tables[table], row[0]);
		if (!is_same && !find_table(ledger, row[0], &table, error))
			return false;
		g_ptr_array_add(chunks, parse_chunk(table, row));
	}
	g_ptr_array_sort(chunks, compare_chunks);
	*ret_chunks = g_steal_pointer(&chunks);
	return true;
}

/* It may have been ours: committed, and the connection lost before the answer came. */
static void adopt_counts(FerryLedgerChunk *chunk, char **row)
{
	g_autoptr(FerryLedgerChunk) loaded = parse_chunk(chunk->table, row);

	chunk->rows = loaded->rows;
	chunk->rejected = loaded->rejected;
	chunk->bytes = loaded->bytes;
	chunk->rejected_sum = loaded->rejected_sum;
	chunk->nulled = loaded->nulled;
	chunk->replaced = loaded->replaced;
	memcpy(chunk->bad_values, loaded->bad_values, sizeof(chunk->bad_values));
	g_free(chunk->failed_checks);
	chunk->failed_checks = g_steal_pointer(&loaded->failed_checks);
	chunk->n_checks = loaded->n_checks;
}

bool ferry_ledger_is_in(FerryLedger *ledger, FerryConnection *c, FerryLedgerChunk *chunk, bool *ret_is_in,
			GError **error)
{
	g_autoptr(FerryRows) rows = NULL;

	if (!ferry_ledger_query(
		    c, &rows, error,
		    "SELECT table_name, chunk_no, predicate, state, row_count, rejected, byte_count, "
		    "rejected_sum FROM %s WHERE copy_id = %s AND table_name = %s AND chunk_no = %u",
		    ledger->chunk_table, ledger->id_sql, ledger->tables_sql[chunk->table], chunk->chunk))
		return false;
	*ret_is_in = rows->rows->len == 1 && !g_strcmp0(((char **)rows->rows->pdata[0])[3], "done");
	if (*ret_is_in)
		adopt_counts(chunk, rows->rows->pdata[0]);
	return true;
}

/* ---- claiming ---- */

static bool check_is_done(FerryLedger *ledger, FerryConnection *c, FerryLedgerChunk *chunk, GError **error)
{
	bool is_in;

	if (!ferry_ledger_is_in(ledger, c, chunk, &is_in, error))
		return false;
	if (is_in)
		return true;
	ferry_fail(error, FERRY_ERROR_FAILED, "the ledger row of chunk %u is gone from the target",
		   chunk->chunk);
	ferry_error_hint(error,
			 "did another ferry run with --restart meanwhile? run one at a time, with --restart");
	return false;
}

bool ferry_ledger_claim(FerryLedger *ledger, FerryConnection *c, FerryLedgerChunk *chunk, bool *ret_claimed,
			GError **error)
{
	int64_t affected = 0;

	if (!ferry_ledger_run(
		    c, &affected, error,
		    "UPDATE %s SET state = 'done' WHERE copy_id = %s AND table_name = %s AND chunk_no = %u "
		    "AND state = 'pending'",
		    ledger->chunk_table, ledger->id_sql, ledger->tables_sql[chunk->table], chunk->chunk))
		return false;
	*ret_claimed = affected == 1;
	return *ret_claimed || check_is_done(ledger, c, chunk, error);
}

bool ferry_ledger_record(FerryLedger *ledger, FerryConnection *c, const FerryLedgerChunk *chunk,
			 GError **error)
{
	g_autofree char *sum = format_sum(chunk);

	return ferry_ledger_run(c, NULL, error,
				"UPDATE %s SET row_count = %" G_GINT64_FORMAT ", rejected = %" G_GINT64_FORMAT
				", byte_count = %" G_GINT64_FORMAT ", rejected_sum = '%s' "
				"WHERE copy_id = %s AND table_name = %s AND chunk_no = %u",
				ledger->chunk_table, chunk->rows, chunk->rejected, chunk->bytes, sum,
				ledger->id_sql, ledger->tables_sql[chunk->table], chunk->chunk);
}

bool ferry_ledger_find_loaded(FerryLedger *ledger, FerryConnection *c, GPtrArray **ret_tables, GError **error)
{
	g_autoptr(FerryRows) rows = NULL;

	if (!ferry_ledger_query(c, &rows, error,
				"SELECT DISTINCT table_name FROM %s WHERE state = 'done' AND row_count > 0 "
				"AND " FERRY_LEDGER_UNFINISHED,
				ledger->chunk_table, ledger->copy_table, ledger->source_sql))
		return false;
	*ret_tables = ferry_ledger_take_texts(rows, "");
	return true;
}
