/*
 * The ledger's SQL is the small common ground of all targets: CREATE TABLE IF NOT EXISTS, INSERT … VALUES,
 * UPDATE, SELECT, DELETE with text and bigint columns. Sums are kept as hexadecimal text.
 */
#include "transfer/ledger.h"

#include "transfer/lock.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct FerryLedger {
	const FerryConnector *target;
	char *id, *source, *fingerprint;
	char *copy_table, *chunk_table, *step_table; /* quoted */
	char *id_sql, *source_sql, *fingerprint_sql; /* literals */
	char **tables, **tables_sql;                 /* names by table number; NULL-ended */
	GHashTable *numbers;                         /* name -> its number */
	GMutex mutex;
	GHashTable *steps; /* char* set, under the mutex */
};

static const int ledger_version = 1;

#define ROWS_PER_INSERT 500

char *ferry_ledger_table(const FerryLedger *ledger, const char *name)
{
	const FerryTargetOps *ops = ledger->target->target;
	const FerryCaps *caps = &ledger->target->caps;

	if (!caps->has_schemas || caps->has_fixed_schemas) {
		g_autofree char *plain = g_strconcat("ferry_", name, NULL);
		g_autofree char *folded =
			caps->folds_to_capitals ? g_ascii_strup(plain, -1) : g_strdup(plain);
		return ops->quote_identifier(folded);
	}
	g_autofree char *schema = ops->quote_identifier("ferry");
	g_autofree char *table = ops->quote_identifier(name);
	return g_strconcat(schema, ".", table, NULL);
}

const char *ferry_ledger_source(const FerryLedger *ledger)
{
	return ledger->source;
}

static void set_tables(FerryLedger *ledger, const char *const *tables, guint n_tables)
{
	ledger->tables = g_new0(char *, n_tables + 1);
	ledger->tables_sql = g_new0(char *, n_tables + 1);
	ledger->numbers = g_hash_table_new(g_str_hash, g_str_equal);
	for (guint i = 0; i < n_tables; i++) {
		ledger->tables[i] = g_strdup(tables[i]);
		ledger->tables_sql[i] = ledger->target->target->quote_literal(tables[i]);
		g_hash_table_insert(ledger->numbers, ledger->tables[i], GUINT_TO_POINTER(i));
	}
}

FerryLedger *ferry_ledger_new(const FerryConnector *target, const char *source, const char *fingerprint,
			      const char *const *tables, guint n_tables)
{
	FerryLedger *ledger = g_new0(FerryLedger, 1);
	g_autofree char *both = g_strconcat(source, "\n", fingerprint, NULL);
	g_autofree char *digest = g_compute_checksum_for_string(G_CHECKSUM_SHA256, both, -1);

	ledger->target = target;
	ledger->id = g_strndup(digest, 32);
	ledger->source = g_strdup(source);
	ledger->fingerprint = g_strdup(fingerprint);
	ledger->copy_table = ferry_ledger_table(ledger, "copy");
	ledger->chunk_table = ferry_ledger_table(ledger, "chunk");
	ledger->step_table = ferry_ledger_table(ledger, "step");
	ledger->id_sql = target->target->quote_literal(ledger->id);
	ledger->source_sql = target->target->quote_literal(source);
	ledger->fingerprint_sql = target->target->quote_literal(fingerprint);
	set_tables(ledger, tables, n_tables);
	g_mutex_init(&ledger->mutex);
	ledger->steps = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	return ledger;
}

void ferry_ledger_free(FerryLedger *ledger)
{
	if (!ledger)
		return;
	g_hash_table_destroy(ledger->steps);
	g_hash_table_destroy(ledger->numbers);
	g_mutex_clear(&ledger->mutex);
	g_free(ledger->id);
	g_free(ledger->source);
	g_free(ledger->fingerprint);
	g_free(ledger->copy_table);
	g_free(ledger->chunk_table);
	g_free(ledger->step_table);
	g_free(ledger->id_sql);
	g_free(ledger->source_sql);
	g_free(ledger->fingerprint_sql);
	g_strfreev(ledger->tables);
	g_strfreev(ledger->tables_sql);
	g_free(ledger);
}

G_GNUC_PRINTF(4, 5)
static bool run_sql(FerryConnection *c, int64_t *ret_affected, GError **error, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	g_autofree char *sql = g_strdup_vprintf(format, args);
	va_end(args);
	if (ferry_target(c)->execute(c, sql, ret_affected, error))
		return true;
	g_prefix_error(error, "ledger: ");
	return false;
}

G_GNUC_PRINTF(4, 5)
static bool query(FerryConnection *c, FerryRows **ret_rows, GError **error, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	g_autofree char *sql = g_strdup_vprintf(format, args);
	va_end(args);
	if (ferry_target(c)->query(c, sql, ret_rows, error))
		return true;
	g_prefix_error(error, "ledger: ");
	return false;
}

static bool load_steps(FerryLedger *ledger, FerryConnection *c, GError **error)
{
	g_autoptr(FerryRows) rows = NULL;

	if (!query(c, &rows, error, "SELECT step FROM %s WHERE copy_id = %s", ledger->step_table,
		   ledger->id_sql))
		return false;
	g_mutex_lock(&ledger->mutex);
	for (guint i = 0; i < rows->rows->len; i++)
		g_hash_table_add(ledger->steps, g_strdup(((char **)rows->rows->pdata[i])[0]));
	g_mutex_unlock(&ledger->mutex);
	return true;
}

bool ferry_ledger_refresh(FerryLedger *ledger, FerryConnection *c, GError **error)
{
	g_autoptr(GError) local = NULL;

	if (load_steps(ledger, c, &local) || ferry_error_is(local, FERRY_ERROR_NOT_FOUND))
		return true; /* not made yet, or gone with the copy's end */
	g_propagate_error(error, g_steal_pointer(&local));
	return false;
}

bool ferry_ledger_find(FerryLedger *ledger, FerryConnection *c, FerryLedgerState *ret_state, GError **error)
{
	g_autoptr(FerryRows) rows = NULL;
	g_autoptr(GError) local = NULL;

	*ret_state = FERRY_LEDGER_NONE;
	if (!query(c, &rows, &local, "SELECT id FROM %s WHERE source = %s AND state = 'loading'",
		   ledger->copy_table, ledger->source_sql)) {
		if (ferry_error_is(local, FERRY_ERROR_NOT_FOUND))
			return true;
		g_propagate_error(error, g_steal_pointer(&local));
		return false;
	}
	for (guint i = 0; i < rows->rows->len; i++) {
		if (!strcmp(((char **)rows->rows->pdata[i])[0], ledger->id)) {
			*ret_state = FERRY_LEDGER_SAME;
			return load_steps(ledger, c, error);
		}
		*ret_state = FERRY_LEDGER_DIFFERENT;
	}
	return true;
}

static char *in_words(const FerryWords *words, const char *columns)
{
	GString *sql = g_string_new(columns);

	g_string_replace(sql, "%T", words->text, 0);
	g_string_replace(sql, "%K", words->key_text, 0);
	g_string_replace(sql, "%I", words->integer, 0);
	return g_string_free(sql, FALSE);
}

bool ferry_ledger_make_table(FerryConnection *c, const char *table, const char *columns, GError **error)
{
	const FerryWords *words = ferry_target_words(c->connector);
	g_autofree char *list = in_words(words, columns);
	g_autoptr(GError) local = NULL;

	if (run_sql(c, NULL, &local, "CREATE TABLE %s%s (%s)",
		    words->has_if_not_exists ? "IF NOT EXISTS " : "", table, list) ||
	    (!words->has_if_not_exists && ferry_error_is(local, FERRY_ERROR_EXISTS)))
		return true;
	g_propagate_error(error, g_steal_pointer(&local));
	return false;
}

static bool has_own_schema(const FerryConnector *target)
{
	return target->caps.has_schemas && !target->caps.has_fixed_schemas;
}

bool ferry_ledger_make_schema(FerryConnection *c, GError **error)
{
	if (!has_own_schema(c->connector))
		return true;
	g_autofree char *schema = ferry_target(c)->quote_identifier("ferry");
	return run_sql(c, NULL, error, "CREATE SCHEMA IF NOT EXISTS %s", schema);
}

static bool create_tables(FerryLedger *ledger, FerryConnection *c, GError **error)
{
	return ferry_ledger_make_schema(c, error) &&
	       ferry_ledger_make_table(c, ledger->copy_table,
				       "id %K NOT NULL PRIMARY KEY, version %I NOT NULL, source %K NOT NULL, "
				       "fingerprint %K NOT NULL, state %K NOT NULL, started %K NOT NULL",
				       error) &&
	       ferry_ledger_make_table(c, ledger->chunk_table,
				       "copy_id %K NOT NULL, table_name %K NOT NULL, chunk_no %I NOT NULL, "
				       "predicate %T, state %K NOT NULL, row_count %I NOT NULL, "
				       "rejected %I NOT NULL, byte_count %I NOT NULL, rejected_sum %K, "
				       "PRIMARY KEY (copy_id, table_name, chunk_no)",
				       error) &&
	       ferry_ledger_make_table(c, ledger->step_table,
				       "copy_id %K NOT NULL, step %K NOT NULL, PRIMARY KEY (copy_id, step)",
				       error);
}

static bool delete_copies(FerryLedger *ledger, FerryConnection *c, const char *which, GError **error)
{
	return run_sql(c, NULL, error, "DELETE FROM %s WHERE copy_id IN (SELECT id FROM %s WHERE %s)",
		       ledger->chunk_table, ledger->copy_table, which) &&
	       run_sql(c, NULL, error, "DELETE FROM %s WHERE copy_id IN (SELECT id FROM %s WHERE %s)",
		       ledger->step_table, ledger->copy_table, which) &&
	       run_sql(c, NULL, error, "DELETE FROM %s WHERE %s", ledger->copy_table, which);
}

static bool finish_transaction(FerryConnection *c, bool is_ok, GError **error)
{
	if (is_ok && ferry_target(c)->commit(c, error))
		return true;
	ferry_target(c)->rollback(c);
	return false;
}

bool ferry_ledger_create(FerryLedger *ledger, FerryConnection *c, GError **error)
{
	g_autoptr(GDateTime) now = g_date_time_new_now_utc();
	g_autofree char *started = g_date_time_format(now, "%Y-%m-%dT%H:%M:%SZ");
	g_autofree char *ours = g_strdup_printf("id = %s", ledger->id_sql);

	if (!ferry_target(c)->begin(c, error))
		return false;
	bool is_ok = create_tables(ledger, c, error) && delete_copies(ledger, c, ours, error) &&
		     run_sql(c, NULL, error,
			     "INSERT INTO %s (id, version, source, fingerprint, state, started) VALUES (%s, "
			     "%d, %s, %s, 'loading', '%s')",
			     ledger->copy_table, ledger->id_sql, ledger_version, ledger->source_sql,
			     ledger->fingerprint_sql, started);
	return finish_transaction(c, is_ok, error);
}

bool ferry_ledger_forget(FerryLedger *ledger, FerryConnection *c, GError **error)
{
	g_autofree char *which = g_strdup_printf("source = %s", ledger->source_sql);
	g_autoptr(GError) local = NULL;

	if (!ferry_target(c)->begin(c, error))
		return false;
	if (!finish_transaction(c, delete_copies(ledger, c, which, &local), &local)) {
		if (ferry_error_is(local, FERRY_ERROR_NOT_FOUND))
			return true;
		g_propagate_error(error, g_steal_pointer(&local));
		return false;
	}
	g_mutex_lock(&ledger->mutex);
	g_hash_table_remove_all(ledger->steps);
	g_mutex_unlock(&ledger->mutex);
	return true;
}

/* In the same transaction, so that no kill leaves it behind. Where it holds what others have put there, or is
 * not ours to drop, it stays. */
static bool drop_schema(FerryLedger *ledger, FerryConnection *c, GError **error)
{
	g_autofree char *schema = ledger->target->target->quote_identifier("ferry");
	g_autofree char *sql = g_strdup_printf("DROP SCHEMA %s", schema);
	g_autoptr(GError) local = NULL;

	if (!has_own_schema(ledger->target))
		return true;
	if (!run_sql(c, NULL, error, "SAVEPOINT ferry_schema"))
		return false;
	if (ferry_target(c)->execute(c, sql, NULL, &local))
		return true;
	g_debug("the ledger's schema stays: %s", local->message);
	return run_sql(c, NULL, error, "ROLLBACK TO SAVEPOINT ferry_schema");
}

static bool drop_if_empty(FerryLedger *ledger, FerryConnection *c, GError **error)
{
	g_autoptr(FerryRows) rows = NULL;

	g_autofree char *runner_table = ferry_ledger_table(ledger, "runner");
	bool is_last_runner = false;

	if (!query(c, &rows, error, "SELECT id FROM %s %s", ledger->copy_table,
		   ferry_target_words(ledger->target)->one_row) ||
	    !ferry_lock_remove(ledger, c, &is_last_runner, error))
		return false;
	if (rows->rows->len || !is_last_runner)
		return true;
	if (!run_sql(c, NULL, error, "DROP TABLE %s", ledger->chunk_table) ||
	    !run_sql(c, NULL, error, "DROP TABLE %s", runner_table) ||
	    !run_sql(c, NULL, error, "DROP TABLE %s", ledger->step_table) ||
	    !run_sql(c, NULL, error, "DROP TABLE %s", ledger->copy_table))
		return false;
	return drop_schema(ledger, c, error);
}

bool ferry_ledger_remove(FerryLedger *ledger, FerryConnection *c, GError **error)
{
	g_autofree char *ours = g_strdup_printf("id = %s", ledger->id_sql);

	return delete_copies(ledger, c, ours, error) && drop_if_empty(ledger, c, error);
}

bool ferry_ledger_close(FerryLedger *ledger, FerryConnection *c, GError **error)
{
	return run_sql(c, NULL, error, "UPDATE %s SET state = 'complete' WHERE id = %s", ledger->copy_table,
		       ledger->id_sql);
}

/* Rows for one INSERT, which goes out when there are enough of them. */
typedef struct Insertion {
	FerryConnection *c;
	const char *table, *columns;
	GString *rows;
	guint n_rows;
} Insertion;

static bool insert_now(Insertion *insertion, GError **error)
{
	bool is_ok =
		insertion->n_rows == 0 || run_sql(insertion->c, NULL, error, "INSERT INTO %s (%s) VALUES %s",
						  insertion->table, insertion->columns, insertion->rows->str);

	g_string_truncate(insertion->rows, 0);
	insertion->n_rows = 0;
	return is_ok;
}

/* row: without parentheses. */
static bool insert_row(Insertion *insertion, const char *row, GError **error)
{
	g_string_append_printf(insertion->rows, "%s(%s)", insertion->n_rows ? ", " : "", row);
	bool is_full = !ferry_target_words(insertion->c->connector)->has_row_lists;

	return (++insertion->n_rows < ROWS_PER_INSERT && !is_full) || insert_now(insertion, error);
}

static bool insert_chunks(FerryLedger *ledger, Insertion *into, guint table, const GPtrArray *predicates,
			  GError **error)
{
	for (guint i = 0; i < predicates->len; i++) {
		g_autofree char *predicate =
			predicates->pdata[i] ? ledger->target->target->quote_literal(predicates->pdata[i])
					     : g_strdup("NULL");
		g_autofree char *row = g_strdup_printf("%s, %s, %u, %s, 'pending', 0, 0, 0", ledger->id_sql,
						       ledger->tables_sql[table], i, predicate);
		if (!insert_row(into, row, error))
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
	Insertion into = {.c = c,
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
	return insert_now(&into, error) && ferry_ledger_note_steps(ledger, c, steps, error);
}

void ferry_ledger_chunk_free(FerryLedgerChunk *chunk)
{
	if (!chunk)
		return;
	g_free(chunk->predicate);
	g_free(chunk);
}

/* Copies begun by versions before have no counts behind the sum. */
static void parse_sum(const char *text, FerryLedgerChunk *chunk)
{
	FerryRowSum *sum = &chunk->rejected_sum;

	if (text)
		sscanf(text, "%" SCNu64 ":%" SCNx64 ":%" SCNx64 ":%" SCNd64 ":%" SCNd64, &sum->n_rows,
		       &sum->high, &sum->low, &chunk->nulled, &chunk->replaced);
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

	if (!query(c, &rows, error,
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
}

bool ferry_ledger_is_in(FerryLedger *ledger, FerryConnection *c, FerryLedgerChunk *chunk, bool *ret_is_in,
			GError **error)
{
	g_autoptr(FerryRows) rows = NULL;

	if (!query(c, &rows, error,
		   "SELECT table_name, chunk_no, predicate, state, row_count, rejected, byte_count, "
		   "rejected_sum FROM %s WHERE copy_id = %s AND table_name = %s AND chunk_no = %u",
		   ledger->chunk_table, ledger->id_sql, ledger->tables_sql[chunk->table], chunk->chunk))
		return false;
	*ret_is_in = rows->rows->len == 1 && !g_strcmp0(((char **)rows->rows->pdata[0])[3], "done");
	if (*ret_is_in)
		adopt_counts(chunk, rows->rows->pdata[0]);
	return true;
}

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

	if (!run_sql(c, &affected, error,
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
	return run_sql(c, NULL, error,
		       "UPDATE %s SET row_count = %" G_GINT64_FORMAT ", rejected = %" G_GINT64_FORMAT
		       ", byte_count = %" G_GINT64_FORMAT ", rejected_sum = '%" PRIu64 ":%" PRIx64 ":%" PRIx64
		       ":%" PRId64 ":%" PRId64 "' WHERE copy_id = %s AND table_name = %s AND chunk_no = %u",
		       ledger->chunk_table, chunk->rows, chunk->rejected, chunk->bytes,
		       chunk->rejected_sum.n_rows, chunk->rejected_sum.high, chunk->rejected_sum.low,
		       chunk->nulled, chunk->replaced, ledger->id_sql, ledger->tables_sql[chunk->table],
		       chunk->chunk);
}

bool ferry_ledger_step_is_done(FerryLedger *ledger, const char *step)
{
	g_mutex_lock(&ledger->mutex);
	bool is_done = g_hash_table_contains(ledger->steps, step);
	g_mutex_unlock(&ledger->mutex);
	return is_done;
}

char *ferry_ledger_find_own(FerryLedger *ledger, const char *prefix)
{
	GHashTableIter iter;
	gpointer step;
	char *found = NULL;

	g_mutex_lock(&ledger->mutex);
	g_hash_table_iter_init(&iter, ledger->steps);
	while (!found && g_hash_table_iter_next(&iter, &step, NULL))
		if (g_str_has_prefix(step, prefix))
			found = g_strdup((const char *)step + strlen(prefix));
	g_mutex_unlock(&ledger->mutex);
	return found;
}

bool ferry_ledger_note_steps(FerryLedger *ledger, FerryConnection *c, const GPtrArray *steps, GError **error)
{
	g_autoptr(GString) rows = g_string_new(NULL);
	Insertion into = {.c = c, .table = ledger->step_table, .columns = "copy_id, step", .rows = rows};

	for (guint i = 0; i < steps->len; i++) {
		g_autofree char *literal = ledger->target->target->quote_literal(steps->pdata[i]);
		g_autofree char *row = g_strconcat(ledger->id_sql, ", ", literal, NULL);
		if (!insert_row(&into, row, error))
			return false;
	}
	return insert_now(&into, error);
}

bool ferry_ledger_note_step(FerryLedger *ledger, FerryConnection *c, const char *step, GError **error)
{
	g_autofree char *literal = ledger->target->target->quote_literal(step);

	return run_sql(c, NULL, error, "INSERT INTO %s (copy_id, step) VALUES (%s, %s)", ledger->step_table,
		       ledger->id_sql, literal);
}

void ferry_ledger_step_committed(FerryLedger *ledger, const char *step)
{
	g_mutex_lock(&ledger->mutex);
	g_hash_table_add(ledger->steps, g_strdup(step));
	g_mutex_unlock(&ledger->mutex);
}

#define UNFINISHED "copy_id IN (SELECT id FROM %s WHERE source = %s AND state = 'loading')"

/* The first column of those rows in which it begins so. */
static GPtrArray *take_texts(const FerryRows *rows, const char *prefix)
{
	GPtrArray *texts = g_ptr_array_new_with_free_func(g_free);

	for (guint i = 0; i < rows->rows->len; i++) {
		const char *text = ((char **)rows->rows->pdata[i])[0];
		if (g_str_has_prefix(text, prefix))
			g_ptr_array_add(texts, g_strdup(text));
	}
	return texts;
}

bool ferry_ledger_find_loaded(FerryLedger *ledger, FerryConnection *c, GPtrArray **ret_tables, GError **error)
{
	g_autoptr(FerryRows) rows = NULL;

	if (!query(c, &rows, error,
		   "SELECT DISTINCT table_name FROM %s WHERE state = 'done' AND row_count > 0 "
		   "AND " UNFINISHED,
		   ledger->chunk_table, ledger->copy_table, ledger->source_sql))
		return false;
	*ret_tables = take_texts(rows, "");
	return true;
}

bool ferry_ledger_find_steps(FerryLedger *ledger, FerryConnection *c, const char *prefix,
			     GPtrArray **ret_steps, GError **error)
{
	g_autoptr(FerryRows) rows = NULL;

	if (!query(c, &rows, error, "SELECT step FROM %s WHERE " UNFINISHED, ledger->step_table,
		   ledger->copy_table, ledger->source_sql))
		return false;
	*ret_steps = take_texts(rows, prefix);
	return true;
}
