/*
 * The ledger's SQL is the small common ground of all targets: CREATE TABLE IF NOT EXISTS, INSERT … VALUES,
 * UPDATE, SELECT, DELETE with text and bigint columns. Here are the copies, and what chunks and steps share.
 */
#include "transfer/ledger_internal.h"

#include "connectors/own_tables.h"
#include "transfer/lock.h"

#include <string.h>

static const int ledger_version = 1;

char *ferry_ledger_table(const FerryLedger *ledger, const char *name)
{
	const FerryTargetOps *ops = ledger->target->target;
	const char *own_schema;
	g_autofree char *own = NULL;

	ferry_own_table_name(&ledger->target->caps, name, &own_schema, &own);
	g_autofree char *table = ops->quote_identifier(own);
	if (!own_schema)
		return g_steal_pointer(&table);
	g_autofree char *schema = ops->quote_identifier(own_schema);
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

bool ferry_ledger_run(FerryConnection *c, int64_t *ret_affected, GError **error, const char *format, ...)
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

bool ferry_ledger_query(FerryConnection *c, FerryRows **ret_rows, GError **error, const char *format, ...)
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

bool ferry_ledger_find(FerryLedger *ledger, FerryConnection *c, FerryLedgerState *ret_state, GError **error)
{
	g_autoptr(FerryRows) rows = NULL;
	g_autoptr(GError) local = NULL;

	*ret_state = FERRY_LEDGER_NONE;
	if (!ferry_ledger_query(c, &rows, &local, "SELECT id FROM %s WHERE source = %s AND state = 'loading'",
				ledger->copy_table, ledger->source_sql)) {
		if (ferry_error_is(local, FERRY_ERROR_NOT_FOUND))
			return true;
		g_propagate_error(error, g_steal_pointer(&local));
		return false;
	}
	for (guint i = 0; i < rows->rows->len; i++) {
		if (!strcmp(((char **)rows->rows->pdata[i])[0], ledger->id)) {
			*ret_state = FERRY_LEDGER_SAME;
			return ferry_ledger_load_steps(ledger, c, error);
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

	if (ferry_ledger_run(c, NULL, &local, "CREATE TABLE %s%s (%s)",
			     words->has_if_not_exists ? "IF NOT EXISTS " : "", table, list) ||
	    (!words->has_if_not_exists && ferry_error_is(local, FERRY_ERROR_EXISTS)))
		return true;
	g_propagate_error(error, g_steal_pointer(&local));
	return false;
}

bool ferry_ledger_make_schema(FerryConnection *c, GError **error)
{
	if (!ferry_own_tables_have_schema(&c->connector->caps))
		return true;
	g_autofree char *schema = ferry_target(c)->quote_identifier(FERRY_OWN_SCHEMA);
	return ferry_ledger_run(c, NULL, error, "CREATE SCHEMA IF NOT EXISTS %s", schema);
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
	return ferry_ledger_run(c, NULL, error,
				"DELETE FROM %s WHERE copy_id IN (SELECT id FROM %s WHERE %s)",
				ledger->chunk_table, ledger->copy_table, which) &&
	       ferry_ledger_run(c, NULL, error,
				"DELETE FROM %s WHERE copy_id IN (SELECT id FROM %s WHERE %s)",
				ledger->step_table, ledger->copy_table, which) &&
	       ferry_ledger_run(c, NULL, error, "DELETE FROM %s WHERE %s", ledger->copy_table, which);
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
	bool is_ok = ferry_lock_others_out(ledger, c, error) && create_tables(ledger, c, error) &&
		     delete_copies(ledger, c, ours, error) &&
		     ferry_ledger_run(
			     c, NULL, error,
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
	g_autofree char *schema = ledger->target->target->quote_identifier(FERRY_OWN_SCHEMA);
	g_autofree char *sql = g_strdup_printf("DROP SCHEMA %s", schema);
	g_autoptr(GError) local = NULL;

	if (!ferry_own_tables_have_schema(&ledger->target->caps))
		return true;
	if (!ferry_ledger_run(c, NULL, error, "SAVEPOINT ferry_schema"))
		return false;
	if (ferry_target(c)->execute(c, sql, NULL, &local))
		return true;
	g_debug("the ledger's schema stays: %s", local->message);
	return ferry_ledger_run(c, NULL, error, "ROLLBACK TO SAVEPOINT ferry_schema");
}

static bool drop_if_empty(FerryLedger *ledger, FerryConnection *c, GError **error)
{
	g_autoptr(FerryRows) rows = NULL;

	g_autofree char *runner_table = ferry_ledger_table(ledger, "runner");
	bool is_last_runner = false;

	if (!ferry_lock_remove(ledger, c, &is_last_runner, error) ||
	    !ferry_ledger_query(c, &rows, error, "SELECT id FROM %s %s", ledger->copy_table,
				ferry_target_words(ledger->target)->one_row))
		return false;
	if (rows->rows->len || !is_last_runner)
		return true;
	if (!ferry_ledger_run(c, NULL, error, "DROP TABLE %s", ledger->chunk_table) ||
	    !ferry_ledger_run(c, NULL, error, "DROP TABLE %s", runner_table) ||
	    !ferry_ledger_run(c, NULL, error, "DROP TABLE %s", ledger->step_table) ||
	    !ferry_ledger_run(c, NULL, error, "DROP TABLE %s", ledger->copy_table))
		return false;
	return drop_schema(ledger, c, error);
}

bool ferry_ledger_remove(FerryLedger *ledger, FerryConnection *c, GError **error)
{
	g_autofree char *ours = g_strdup_printf("id = %s", ledger->id_sql);

	return delete_copies(ledger, c, ours, error) && drop_if_empty(ledger, c, error);
}

static bool has_table(const FerryLedger *ledger, FerryConnection *c, const char *table)
{
	g_autoptr(FerryRows) rows = NULL;

	return ferry_ledger_query(c, &rows, NULL, "SELECT 1 FROM %s %s", table,
				  ferry_target_words(ledger->target)->one_row);
}

bool ferry_ledger_has_tables(const FerryLedger *ledger, FerryConnection *c)
{
	g_autofree char *runner_table = ferry_ledger_table(ledger, "runner");

	return has_table(ledger, c, ledger->copy_table) || has_table(ledger, c, runner_table);
}

bool ferry_ledger_sweep(FerryLedger *ledger, FerryConnection *c, GError **error)
{
	if (!ferry_target(c)->begin(c, error))
		return false;
	bool is_ok = ferry_lock_others_out(ledger, c, error) && create_tables(ledger, c, error) &&
		     drop_if_empty(ledger, c, error);
	return finish_transaction(c, is_ok, error);
}

bool ferry_ledger_close(FerryLedger *ledger, FerryConnection *c, GError **error)
{
	return ferry_ledger_run(c, NULL, error, "UPDATE %s SET state = 'complete' WHERE id = %s",
				ledger->copy_table, ledger->id_sql);
}

/* ---- many rows at once ---- */

#define ROWS_PER_INSERT 500

bool ferry_insertion_end(FerryInsertion *insertion, GError **error)
{
	bool is_ok = insertion->n_rows == 0 ||
		     ferry_ledger_run(insertion->c, NULL, error, "INSERT INTO %s (%s) VALUES %s",
				      insertion->table, insertion->columns, insertion->rows->str);

	g_string_truncate(insertion->rows, 0);
	insertion->n_rows = 0;
	return is_ok;
}

bool ferry_insertion_add(FerryInsertion *insertion, const char *row, GError **error)
{
	g_string_append_printf(insertion->rows, "%s(%s)", insertion->n_rows ? ", " : "", row);
	bool is_full = !ferry_target_words(insertion->c->connector)->has_row_lists;

	return (++insertion->n_rows < ROWS_PER_INSERT && !is_full) || ferry_insertion_end(insertion, error);
}

GPtrArray *ferry_ledger_take_texts(const FerryRows *rows, const char *prefix)
{
	GPtrArray *texts = g_ptr_array_new_with_free_func(g_free);

	for (guint i = 0; i < rows->rows->len; i++) {
		const char *text = ((char **)rows->rows->pdata[i])[0];
		if (g_str_has_prefix(text, prefix))
			g_ptr_array_add(texts, g_strdup(text));
	}
	return texts;
}
