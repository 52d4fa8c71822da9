/*
 * Opening and closing the service, and small things that its files share; see service.h.
 */
#include "service/bus/redis.h"
#include "service/executions.h"
#include "service/queue/queue.h"
#include "service/relay.h"
#include "service/rotation.h"
#include "service/runner.h"
#include "service/sample.h"
#include "service/service_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sodium.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#define SETUP_TOKEN_BYTES 18
#define STORE_ID          "store_id" /* a row of settings */

const char *const ferry_role_words[] = {"none", "viewer", "operator", "admin", NULL};

static bool make_data_dir(const char *path, GError **error)
{
	if (g_mkdir_with_parents(path, 0700) == 0)
		return true;
	return ferry_fail(error, FERRY_ERROR_IO, "the service's folder %s cannot be made: %s", path,
			  g_strerror(errno));
}

/* A store that is a file serves one process: two would run the same executions, and a key be changed under
 * one's feet. The lock goes with the process, however it ends. */
static bool lock_store(FerryService *service, GError **error)
{
	const char *file = ferry_store_get_file(service->store);

	if (!file)
		return true;
	g_autofree char *path = g_strconcat(file, ".lock", NULL);
	service->lock_fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (service->lock_fd < 0)
		return ferry_fail(error, FERRY_ERROR_IO, "%s cannot be opened: %s", path, g_strerror(errno));
	if (flock(service->lock_fd, LOCK_EX | LOCK_NB) == 0)
		return true;
	ferry_fail(error, FERRY_ERROR_CONFLICT, "another ferry has the service of %s open", file);
	ferry_error_hint(error, "stop it first, or give this one a folder of its own with --data");
	return false;
}

/* A key that is missing is made only for a store that holds nothing sealed yet. */
static bool open_key(FerryService *service, GError **error)
{
	FerryStoreTx *tx = ferry_store_begin(service->store, FERRY_STORE_READ, error);
	g_autoptr(FerryRows) rows = NULL;

	if (tx)
		rows = ferry_store_query(tx, error,
					 "SELECT count(*) FROM connections WHERE secret IS NOT NULL", "");
	ferry_store_rollback(tx);
	if (!rows)
		return false;
	g_autofree char *path = g_build_filename(service->data_dir, "secret.key", NULL);
	service->key = ferry_secret_key_load(path, ferry_row_int(rows, 0, 0) == 0, error);
	return service->key && ferry_secrets_finish_rotation(service, error);
}

static void make_setup_token(FerryService *service)
{
	unsigned char random[SETUP_TOKEN_BYTES];
	char text[sodium_base64_ENCODED_LEN(SETUP_TOKEN_BYTES, sodium_base64_VARIANT_URLSAFE_NO_PADDING)];

	randombytes_buf(random, sizeof random);
	sodium_bin2base64(text, sizeof text, random, sizeof random, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
	service->setup_token = g_strdup(text);
}

/* Another one at each start: what a process of the same number left behind is not ours. */
static void make_owner(FerryService *service)
{
	g_autofree char *random = ferry_store_new_id("");

	service->owner = g_strdup_printf("%s %d %s", g_get_host_name(), (int)getpid(), random);
}

/* ---- the queue ---- */

static void take_delivery(guint slot, gpointer data)
{
	FerryService *service = data;

	ferry_runner_wake(service->runner);
}

static void tell_queue(bool is_up, const char *reason, gpointer data)
{
	FerryService *service = data;

	if (!is_up)
		ferry_service_log(service, "the queue is away, workers poll the store meanwhile: %s", reason);
	else if (service->was_queue_away)
		ferry_service_log(service, "the queue is there again");
	service->was_queue_away = !is_up;
	ferry_runner_wake(service->runner);
}

static bool open_queue(FerryService *service, const FerryServiceOptions *options, GError **error)
{
	const FerryQueueOptions queue = {.n_slots = options->workers,
					 .deliver = take_delivery,
					 .changed = tell_queue,
					 .data = service};

	if (!options->queue)
		return true;
	if (ferry_store_get_file(service->store)) {
		ferry_fail(error, FERRY_ERROR_USAGE,
			   "a queue is for several processes, and the store is a file, which one has open");
		ferry_error_hint(error, "put the store into PostgreSQL with --store, or leave out --queue");
		return false;
	}
	service->queue = ferry_queue_open(options->queue, &queue, error);
	return service->queue != NULL;
}

const char *ferry_service_queue_state(FerryService *service)
{
	return !service->queue ? NULL : ferry_queue_is_up(service->queue) ? "up" : "away";
}

/* ---- Redis ---- */

static void take_nudge(const char *word, const char *id, gpointer data)
{
	FerryService *service = data;

	if (strcmp(word, "changed") == 0)
		ferry_relay_nudge(service->relay, id);
	else /* a wish, or work */
		ferry_runner_wake(service->runner);
}

static void take_told_all(gint64 seq, const char *type, const char *scope, const char *json, gpointer data)
{
	FerryService *service = data;

	if (strcmp(type, "progress") == 0 || strcmp(type, "state") == 0)
		ferry_bus_publish_scoped(service->bus, FERRY_CHANNEL_ALL, scope, (guint64)seq, type, json);
}

static void tell_redis(bool is_up, const char *reason, gpointer data)
{
	FerryService *service = data;

	if (!is_up)
		ferry_service_log(service,
				  "the bus is away, live events come by way of the store meanwhile: %s",
				  reason);
	else if (service->was_redis_away)
		ferry_service_log(service, "the bus is there again");
	service->was_redis_away = !is_up;
	ferry_relay_nudge(service->relay, NULL);
}

static bool make_store_id(FerryStore *store, GError **error)
{
	g_autofree char *id = ferry_store_new_id("");
	g_autoptr(FerryStoreTx) tx = ferry_store_begin(store, FERRY_STORE_WRITE, error);

	return tx &&
	       ferry_store_exec(tx, NULL, error,
				"INSERT INTO settings (name, value) VALUES ('" STORE_ID
				"', ?) ON CONFLICT (name) DO NOTHING",
				"s", id) &&
	       ferry_store_commit(g_steal_pointer(&tx), error);
}

/* One for all processes of the store, made by the first that asks. */
static char *get_store_id(FerryStore *store, GError **error)
{
	for (;;) {
		FerryStoreTx *tx = ferry_store_begin(store, FERRY_STORE_READ, error);
		g_autoptr(FerryRows) rows = NULL;
		if (tx)
			rows = ferry_store_query(
				tx, error, "SELECT value FROM settings WHERE name = '" STORE_ID "'", "");
		ferry_store_rollback(tx);
		if (!rows)
			return NULL;
		if (rows->rows->len > 0)
			return g_strdup(ferry_row_text(rows, 0, 0));
		if (!make_store_id(store, error))
			return NULL;
	}
}

static FerryRedis *connect_redis(FerryService *service, const char *url, GError **error)
{
	g_autofree char *origin = ferry_store_new_id(""), *store = get_store_id(service->store, error);
	const FerryRedisOptions options = {.store = store,
					   .origin = origin,
					   .nudged = take_nudge,
					   .told_all = take_told_all,
					   .changed = tell_redis,
					   .data = service};

	return store ? ferry_redis_open(url, &options, error) : NULL;
}

static bool open_redis(FerryService *service, const char *url, GError **error)
{
	if (!url)
		return true;
	if (ferry_store_get_file(service->store)) {
		ferry_fail(error, FERRY_ERROR_USAGE,
			   "a bus is for several processes, and the store is a file, which one has open");
		ferry_error_hint(error, "put the store into PostgreSQL with --store, or leave out --bus");
		return false;
	}
	service->redis = connect_redis(service, url, error);
	return service->redis != NULL;
}

const char *ferry_service_bus_state(FerryService *service)
{
	return !service->redis ? NULL : ferry_redis_is_up(service->redis) ? "up" : "away";
}

/* ---- life ---- */

FerryService *ferry_service_open(const FerryServiceOptions *options, GError **error)
{
	g_autoptr(FerryService) service = g_new0(FerryService, 1);
	g_autofree char *store = NULL;

	g_mutex_init(&service->login_lock);
	service->lock_fd = -1;
	g_mutex_init(&service->publish_lock);
	ferry_browse_init(service);
	service->data_dir = g_strdup(options->data_dir);
	service->log = options->log;
	service->log_data = options->log_data;
	service->hash_key_prefix =
		g_strdup(options->hash_key_prefix ? options->hash_key_prefix : FERRY_DEFAULT_HASH_KEY_PREFIX);
	service->bus = ferry_bus_new();
	if (!make_data_dir(service->data_dir, error))
		return NULL;
	/* an absolute path: "sqlite:///" and the path without its first slash would be relative */
	g_autofree char *absolute = g_canonicalize_filename(service->data_dir, NULL);
	g_autofree char *escaped = g_uri_escape_string(absolute, "/", TRUE);
	store = options->store ? g_strdup(options->store) : g_strdup_printf("sqlite:///%s/ferry.db", escaped);
	service->store = ferry_store_new(store, error);
	if (!service->store || !lock_store(service, error) || !ferry_store_migrate(service->store, error) ||
	    !open_key(service, error))
		return NULL;
	if (options->with_sample && !ferry_sample_make(service, error))
		return NULL;
	make_setup_token(service);
	make_owner(service);
	service->relay = ferry_relay_start(service);
	if (!open_redis(service, options->bus, error) || !open_queue(service, options, error) ||
	    !ferry_runner_start(service, options->workers, error))
		return NULL;
	return g_steal_pointer(&service);
}

void ferry_service_close(FerryService *service)
{
	if (!service)
		return;
	ferry_relay_stop(service->relay);
	ferry_runner_stop(service->runner);
	/* their threads wake the runner and the relay */
	ferry_queue_close(service->queue);
	ferry_redis_close(service->redis);
	ferry_runner_free(service->runner);
	ferry_relay_free(service->relay);
	ferry_store_close(service->store);
	if (service->lock_fd >= 0)
		close(service->lock_fd);
	ferry_bus_free(service->bus);
	ferry_browse_clear(service);
	ferry_secret_key_free(service->key);
	g_clear_pointer(&service->logins, g_hash_table_unref);
	g_mutex_clear(&service->login_lock);
	g_mutex_clear(&service->publish_lock);
	ferry_secret_free(service->setup_token);
	g_free(service->owner);
	g_free(service->data_dir);
	g_free(service->hash_key_prefix);
	g_free(service);
}

void ferry_service_log(FerryService *service, const char *format, ...)
{
	va_list args;

	if (!service->log)
		return;
	va_start(args, format);
	g_autofree char *message = g_strdup_vprintf(format, args);
	va_end(args);
	service->log(message, service->log_data);
}

FerryStore *ferry_service_get_store(FerryService *service)
{
	return service->store;
}

FerryBus *ferry_service_get_bus(FerryService *service)
{
	return service->bus;
}

const char *ferry_service_get_data_dir(const FerryService *service)
{
	return service->data_dir;
}

bool ferry_service_check_ready(FerryService *service, GError **error)
{
	g_autoptr(FerryStoreTx) tx = ferry_store_begin(service->store, FERRY_STORE_READ, error);
	g_autoptr(FerryRows) rows = tx ? ferry_store_query(tx, error, "SELECT 1", "") : NULL;

	return rows != NULL;
}

/* ---- JSON ---- */

json_t *ferry_page_result(json_t *items, const char *next_cursor)
{
	return json_pack("{s:o, s:s?}", "items", items, "next_cursor", next_cursor);
}

json_t *ferry_json_parse(const char *text)
{
	json_t *json = text ? json_loads(text, JSON_DECODE_ANY, NULL) : NULL;

	return json ? json : json_null();
}

char *ferry_json_line(const json_t *json)
{
	char *text = json_dumps(json, JSON_COMPACT | JSON_ENCODE_ANY | JSON_REAL_PRECISION(15)),
	     *copy = g_strdup(text);

	free(text);
	return copy;
}
