/*
 * The store over a backend: a pool of connections, transactions, parameters; see store.h.
 *
 * Writers of SQLite take turns by a lock of our own, so that none waits in the busy handler with a half-done
 * transaction; readers go beside them (WAL).
 */
#include "service/store/backend.h"

#include "store_resources.h"

#include <sodium.h>
#include <stdarg.h>
#include <string.h>

struct FerryStore {
	const FerryStoreBackend *backend;
	FerryUrl *url;
	GMutex lock; /* guards what follows */
	GCond is_free;
	GQueue idle; /* connections */
	guint n_connections;
	GMutex writer; /* held by a transaction that writes, where the backend has one writer */
};

struct FerryStoreTx {
	FerryStore *store;
	gpointer connection;
	FerryStoreMode mode;
	bool is_broken; /* the connection is not to be used again */
};

/* ---- connections ---- */

static gpointer take_connection(FerryStore *store, GError **error)
{
	g_mutex_lock(&store->lock);
	while (g_queue_is_empty(&store->idle) && store->n_connections >= store->backend->max_connections)
		g_cond_wait(&store->is_free, &store->lock);
	gpointer connection = g_queue_pop_head(&store->idle);
	if (!connection)
		store->n_connections++;
	g_mutex_unlock(&store->lock);
	if (connection)
		return connection;

	connection = store->backend->connect(store->url, error);
	if (!connection) {
		g_mutex_lock(&store->lock);
		store->n_connections--;
		g_cond_signal(&store->is_free);
		g_mutex_unlock(&store->lock);
	}
	return connection;
}

static void give_connection(FerryStore *store, gpointer connection, bool is_broken)
{
	if (is_broken)
		store->backend->disconnect(connection);
	g_mutex_lock(&store->lock);
	if (is_broken)
		store->n_connections--;
	else
		g_queue_push_head(&store->idle, connection);
	g_cond_signal(&store->is_free);
	g_mutex_unlock(&store->lock);
}

/* ---- transactions ---- */

static bool run_plain(FerryStoreTx *tx, const char *sql, GError **error)
{
	return tx->store->backend->run(tx->connection, sql, "", NULL, NULL, NULL, error);
}

static void end(FerryStoreTx *tx)
{
	FerryStore *store = tx->store;

	give_connection(store, tx->connection, tx->is_broken);
	if (tx->mode == FERRY_STORE_WRITE && store->backend->has_one_writer)
		g_mutex_unlock(&store->writer);
	g_free(tx);
}

static FerryStoreTx *begin_once(FerryStore *store, FerryStoreMode mode, GError **error)
{
	FerryStoreTx *tx = g_new0(FerryStoreTx, 1);

	tx->store = store;
	tx->mode = mode;
	/* first the turn, then a connection: those who wait for their turn hold nothing that readers need */
	bool takes_turns = mode == FERRY_STORE_WRITE && store->backend->has_one_writer;
	if (takes_turns)
		g_mutex_lock(&store->writer);
	tx->connection = take_connection(store, error);
	if (!tx->connection) {
		if (takes_turns)
			g_mutex_unlock(&store->writer);
		g_free(tx);
		return NULL;
	}
	if (run_plain(tx,
		      mode == FERRY_STORE_WRITE ? store->backend->begin_write : store->backend->begin_read,
		      error))
		return tx;
	tx->is_broken = true;
	end(tx);
	return NULL;
}

FerryStoreTx *ferry_store_begin(FerryStore *store, FerryStoreMode mode, GError **error)
{
	/* a pooled connection may have died while it was idle: those are used up first, then a new one is
	 * made */
	for (;;) {
		g_autoptr(GError) local = NULL;
		FerryStoreTx *tx = begin_once(store, mode, &local);
		if (tx)
			return tx;
		g_mutex_lock(&store->lock);
		bool has_more = !g_queue_is_empty(&store->idle);
		g_mutex_unlock(&store->lock);
		if (!has_more || !ferry_error_is(local, FERRY_ERROR_LOST)) {
			g_propagate_prefixed_error(error, g_steal_pointer(&local), "the service's store: ");
			return NULL;
		}
	}
}

bool ferry_store_commit(FerryStoreTx *tx, GError **error)
{
	bool is_ok = run_plain(tx, "COMMIT", error);

	if (!is_ok)
		tx->is_broken = !run_plain(tx, "ROLLBACK", NULL);
	end(tx);
	return is_ok;
}

void ferry_store_rollback(FerryStoreTx *tx)
{
	if (!tx)
		return;
	tx->is_broken = !run_plain(tx, "ROLLBACK", NULL);
	end(tx);
}

const char *ferry_store_lock_suffix(const FerryStoreTx *tx)
{
	return tx->mode == FERRY_STORE_WRITE ? tx->store->backend->lock_suffix : "";
}

bool ferry_store_serialize(FerryStoreTx *tx, GError **error)
{
	const char *sql = tx->store->backend->serialize_sql;

	return !sql || run_plain(tx, sql, error);
}

/* ---- statements ---- */

/* Messages of servers can hold bytes of values. One refused statement would take its transaction with it. */
static const char *clean_text(const char *text, GPtrArray *made)
{
	if (!text || g_utf8_validate(text, -1, NULL))
		return text;
	char *valid = g_utf8_make_valid(text, -1);
	g_ptr_array_add(made, valid);
	return valid;
}

static bool run(FerryStoreTx *tx, FerryRows **ret_rows, int64_t *ret_changed, GError **error, const char *sql,
		const char *types, va_list args)
{
	size_t n = strlen(types);
	g_autofree const char **params = g_new0(const char *, n + 1);
	g_autoptr(GPtrArray) made = g_ptr_array_new_with_free_func(g_free);

	for (size_t i = 0; i < n; i++) {
		char number[G_ASCII_DTOSTR_BUF_SIZE];
		switch (types[i]) {
		case 's': params[i] = clean_text(va_arg(args, const char *), made); continue;
		case 'i':
			g_snprintf(number, sizeof number, "%" G_GINT64_FORMAT, (gint64)va_arg(args, int64_t));
			break;
		default: g_ascii_dtostr(number, sizeof number, va_arg(args, double)); break;
		}
		g_ptr_array_add(made, g_strdup(number));
		params[i] = g_ptr_array_index(made, made->len - 1);
	}
	bool is_ok =
		tx->store->backend->run(tx->connection, sql, types, params, ret_rows, ret_changed, error);
	if (!is_ok)
		g_prefix_error(error, "the service's store: ");
	return is_ok;
}

FerryRows *ferry_store_query(FerryStoreTx *tx, GError **error, const char *sql, const char *types, ...)
{
	FerryRows *rows = NULL;
	va_list args;

	va_start(args, types);
	run(tx, &rows, NULL, error, sql, types, args);
	va_end(args);
	return rows;
}

bool ferry_store_exec(FerryStoreTx *tx, int64_t *ret_changed, GError **error, const char *sql,
		      const char *types, ...)
{
	va_list args;

	va_start(args, types);
	bool is_ok = run(tx, NULL, ret_changed, error, sql, types, args);
	va_end(args);
	return is_ok;
}

/* ---- opening ---- */

/* migrations/N.sql brings the store from version N - 1 to N, then N.sqlite.sql or N.postgres.sql, where one
 * system needs words of its own. What a release has shipped is never changed. */
#define N_MIGRATIONS 6

/* Statements, each ended by a semicolon at the end of a line (in the body of a function a "--" comes after
 * it); "{serial}" stands for a key that counts by itself. Empty where there is no such file. */
static char **load_migration(const FerryStore *store, const char *name)
{
	g_autofree char *path = g_strdup_printf("/ferry/store/migrations/%s.sql", name);
	g_autoptr(GBytes) bytes =
		g_resource_lookup_data(ferry_store_get_resource(), path, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
	g_autoptr(GString) text = g_string_new(NULL);

	if (bytes)
		g_string_append_len(text, g_bytes_get_data(bytes, NULL), (gssize)g_bytes_get_size(bytes));
	g_string_replace(text, "{serial}", store->backend->serial_key, 0);
	return g_strsplit(text->str, ";\n", -1);
}

static bool run_file(FerryStoreTx *tx, const char *name, GError **error)
{
	g_auto(GStrv) statements = load_migration(tx->store, name);

	for (char **statement = statements; *statement; statement++)
		if (*g_strstrip(*statement) && !run_plain(tx, *statement, error))
			return false;
	return true;
}

static bool apply_migration(FerryStoreTx *tx, guint version, GError **error)
{
	g_autofree char *common = g_strdup_printf("%u", version),
			*own = g_strdup_printf("%u.%s", version, tx->store->backend->name),
			*now = ferry_store_now();

	if (!run_file(tx, common, error) || !run_file(tx, own, error)) {
		g_prefix_error(error, "bringing its tables to version %u: ", version);
		return false;
	}
	return ferry_store_exec(tx, NULL, error,
				"INSERT INTO ferry_store (version, applied_at) VALUES (?, ?)", "is",
				(int64_t)version, now);
}

bool ferry_store_migrate(FerryStore *store, GError **error)
{
	g_autoptr(FerryStoreTx) tx = ferry_store_begin(store, FERRY_STORE_WRITE, error);

	if (!tx || !ferry_store_serialize(tx, error) ||
	    !run_plain(
		    tx,
		    "CREATE TABLE IF NOT EXISTS ferry_store (version INTEGER PRIMARY KEY, applied_at TEXT)",
		    error))
		return false;
	g_autoptr(FerryRows) rows =
		ferry_store_query(tx, error, "SELECT coalesce(max(version), 0) FROM ferry_store", "");
	if (!rows)
		return false;
	guint64 version = g_ascii_strtoull(((char **)g_ptr_array_index(rows->rows, 0))[0], NULL, 10);
	if (version > N_MIGRATIONS)
		return ferry_fail(error, FERRY_ERROR_UNSUPPORTED,
				  "the service's store is of version %" G_GUINT64_FORMAT
				  ", this ferry knows up to %u: run the newer ferry",
				  version, N_MIGRATIONS);
	for (guint64 i = version + 1; i <= N_MIGRATIONS; i++)
		if (!apply_migration(tx, (guint)i, error))
			return false;
	return ferry_store_commit(g_steal_pointer(&tx), error);
}

FerryStore *ferry_store_new(const char *text, GError **error)
{
	g_autoptr(FerryUrl) url = ferry_url_parse(text, error);
	const FerryConnector *connector = url ? ferry_connector_for_url(url, error) : NULL;
	const FerryStoreBackend *backend = NULL;

	if (!connector) {
		g_prefix_error(error, "the service's store: ");
		return NULL;
	}
	if (strcmp(connector->name, "sqlite") == 0)
		backend = &ferry_store_sqlite;
	else if (strcmp(connector->name, "postgres") == 0)
		backend = &ferry_store_postgres;
	if (!backend) {
		ferry_fail(error, FERRY_ERROR_USAGE,
			   "the service's store is sqlite:///FILE or postgresql://…, not %s",
			   connector->title);
		return NULL;
	}
	if (sodium_init() < 0) {
		ferry_fail(error, FERRY_ERROR_INTERNAL, "libsodium cannot be initialised");
		return NULL;
	}
	FerryStore *store = g_new0(FerryStore, 1);
	store->backend = backend;
	store->url = g_steal_pointer(&url);
	g_mutex_init(&store->lock);
	g_mutex_init(&store->writer);
	g_cond_init(&store->is_free);
	g_queue_init(&store->idle);
	return store;
}

void ferry_store_close(FerryStore *store)
{
	gpointer connection;

	if (!store)
		return;
	while ((connection = g_queue_pop_head(&store->idle)))
		store->backend->disconnect(connection);
	g_mutex_clear(&store->lock);
	g_mutex_clear(&store->writer);
	g_cond_clear(&store->is_free);
	ferry_url_free(store->url);
	g_free(store);
}

/* ---- small things ---- */

const char *ferry_store_get_file(const FerryStore *store)
{
	return store->backend == &ferry_store_sqlite ? store->url->database : NULL;
}

char *ferry_store_like(const char *part)
{
	GString *pattern = g_string_new("%");

	for (const char *p = part ? part : ""; *p; p++) {
		if (strchr("%_!", *p))
			g_string_append_c(pattern, '!');
		g_string_append_c(pattern, *p);
	}
	g_string_append_c(pattern, '%');
	return g_string_free(pattern, FALSE);
}

char *ferry_store_time(gint64 unix_us)
{
	g_autoptr(GDateTime) second = g_date_time_new_from_unix_utc(unix_us / G_USEC_PER_SEC);
	g_autofree char *text = g_date_time_format(second, "%Y-%m-%dT%H:%M:%S");

	return g_strdup_printf("%s.%03dZ", text, (int)(unix_us % G_USEC_PER_SEC / 1000));
}

char *ferry_store_now(void)
{
	return ferry_store_time(g_get_real_time());
}

char *ferry_store_new_id(const char *prefix)
{
	static const char digits[] = "0123456789abcdefghijklmnopqrstuv";
	guint64 ms = (guint64)(g_get_real_time() / 1000);
	unsigned char random[11];
	char text[21] = {0};

	for (int i = 8; i >= 0; i--, ms >>= 5)
		text[i] = digits[ms & 31];
	randombytes_buf(random, sizeof random);
	for (int i = 0; i < 11; i++)
		text[9 + i] = digits[random[i] & 31];
	return g_strconcat(prefix, text, NULL);
}
