/*
 * Redis beside the bus; see redis.h.
 */
#include "service/bus/redis.h"

#include "base/error.h"
#include "service/bus/redis_link.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define STREAM_ENTRIES "1000"
#define STREAM_SECONDS "3600"
#define READ_ENTRIES   "200"
#define MAX_ENTRY                                                                                            \
	(256 * 1024) /* bytes; of a larger one only the numbers are told, and the reader asks the store */
#define MAX_OUTBOX        1000 /* orders */
#define PING_US           (5 * G_USEC_PER_SEC)
#define NO_SCOPE          "-"
#define MAX_FIRST_WAIT_MS 500

/* A command to send; words owned. */
typedef GPtrArray Order;

typedef struct Part {
	FerryRedis *redis;
	GThread *thread;
	redisContext *first; /* made at the start; then the thread's */
	bool is_up;          /* the presence has it */
} Part;

struct FerryRedis {
	FerryUrl *url;
	FerryRedisOptions options;
	char *origin;
	char *streams, *nudge, *all; /* names in Redis, those of streams without the execution's id */
	FerryPresence presence;
	Part publishing, subscribed;
	int stop_fd;
	gint is_stopping; /* atomic */

	GMutex lock; /* guards what follows */
	GCond wake;
	GQueue outbox;   /* Order */
	bool wants_ping; /* the other part has lost its connection: is ours there? */

	redisContext *reader; /* the relay's thread's; NULL: none, or broken */
};

/* ---- bulletins ---- */

FerryBulletin *ferry_bulletin_new(const char *execution_id, gint64 from, gint64 to)
{
	FerryBulletin *b = g_new0(FerryBulletin, 1);

	b->execution_id = g_strdup(execution_id);
	b->from = from;
	b->to = to;
	b->words = g_ptr_array_new_with_free_func(g_free);
	return b;
}

void ferry_bulletin_free(FerryBulletin *b)
{
	if (!b)
		return;
	g_ptr_array_unref(b->words);
	g_free(b->execution_id);
	g_free(b->cursor);
	g_free(b);
}

void ferry_bulletin_add(FerryBulletin *b, const char *type, gint64 seq, const char *json)
{
	g_ptr_array_add(b->words, g_strdup_printf("%s:%" G_GINT64_FORMAT, type, seq));
	g_ptr_array_add(b->words, g_strdup(json));
}

/* ---- orders ---- */

static Order *new_order(const char *first, ...)
{
	Order *order = g_ptr_array_new_with_free_func(g_free);
	va_list args;

	va_start(args, first);
	for (const char *word = first; word; word = va_arg(args, const char *))
		g_ptr_array_add(order, g_strdup(word));
	va_end(args);
	return order;
}

static void free_order(gpointer order)
{
	g_ptr_array_unref(order);
}

/* Several that belong together. Too many: Redis is slow, and who reads will ask the store. */
static void put(FerryRedis *r, Order *const *orders, guint n)
{
	g_mutex_lock(&r->lock);
	bool has_room = r->outbox.length + n <= MAX_OUTBOX;
	for (guint i = 0; i < n; i++)
		if (has_room)
			g_queue_push_tail(&r->outbox, orders[i]);
		else
			free_order(orders[i]);
	g_cond_signal(&r->wake);
	g_mutex_unlock(&r->lock);
}

static Order *order_of(const FerryRedis *r, FerryBulletin *b, const char *key)
{
	g_autofree char *from = g_strdup_printf("%" G_GINT64_FORMAT, b->from),
			*to = g_strdup_printf("%" G_GINT64_FORMAT, b->to);
	Order *order = new_order("XADD", key, "MAXLEN", "~", STREAM_ENTRIES, "*", "origin", r->origin, "from",
				 from, "to", to, NULL);
	size_t size = 0;

	for (guint i = 0; i < b->words->len; i++)
		size += strlen(b->words->pdata[i]);
	if (size > MAX_ENTRY) {
		g_ptr_array_add(order, g_strdup("left_out"));
		g_ptr_array_add(order, g_strdup("1"));
		return order;
	}
	for (guint i = 0; i < b->words->len; i++)
		g_ptr_array_add(order, g_steal_pointer(&b->words->pdata[i]));
	return order;
}

void ferry_redis_publish(FerryRedis *r, FerryBulletin *b)
{
	if (r && ferry_redis_is_up(r)) {
		g_autofree char *key = g_strconcat(r->streams, b->execution_id, NULL),
				*nudge = g_strdup_printf("%s changed %s", r->origin, b->execution_id);
		Order *orders[] = {order_of(r, b, key), new_order("EXPIRE", key, STREAM_SECONDS, NULL),
				   new_order("PUBLISH", r->nudge, nudge, NULL)};
		put(r, orders, G_N_ELEMENTS(orders));
	}
	ferry_bulletin_free(b);
}

void ferry_redis_publish_all(FerryRedis *r, gint64 seq, const char *type, const char *scope, const char *json)
{
	if (!r || !ferry_redis_is_up(r))
		return;
	g_autofree char *text = g_strdup_printf("%s %" G_GINT64_FORMAT " %s %s %s", r->origin, seq, type,
						scope ? scope : NO_SCOPE, json);
	Order *order = new_order("PUBLISH", r->all, text, NULL);
	put(r, &order, 1);
}

void ferry_redis_nudge(FerryRedis *r, const char *word, const char *id)
{
	if (!r || !ferry_redis_is_up(r))
		return;
	g_autofree char *text = g_strdup_printf("%s %s %s", r->origin, word, id);
	Order *order = new_order("PUBLISH", r->nudge, text, NULL);
	put(r, &order, 1);
}

/* ---- publishing ---- */

static GQueue take_orders(FerryRedis *r, gint64 until)
{
	GQueue orders;

	g_mutex_lock(&r->lock);
	while (!g_atomic_int_get(&r->is_stopping) && !r->wants_ping && g_queue_is_empty(&r->outbox) &&
	       g_cond_wait_until(&r->wake, &r->lock, until))
		;
	r->wants_ping = false;
	orders = r->outbox;
	g_queue_init(&r->outbox);
	g_mutex_unlock(&r->lock);
	return orders;
}

/* All in one go, then their answers. */
static bool send_orders(redisContext *c, GQueue *orders, GError **error)
{
	for (GList *link = orders->head; link; link = link->next) {
		const Order *order = link->data;
		redisAppendCommandArgv(c, (int)order->len, (const char **)order->pdata, NULL);
	}
	for (guint i = 0; i < orders->length; i++) {
		void *reply = NULL;
		redisGetReply(c, &reply);
		bool is_ok = ferry_redis_check(c, reply, "publishing", error);
		freeReplyObject(reply);
		if (!is_ok)
			return false;
	}
	return true;
}

static void serve_publishing(FerryRedis *r, redisContext *c, GError **error)
{
	bool is_ok = true;

	while (is_ok && !g_atomic_int_get(&r->is_stopping)) {
		GQueue orders = take_orders(r, g_get_monotonic_time() + PING_US);
		if (g_queue_is_empty(&orders))
			g_queue_push_tail(&orders, new_order("PING", NULL));
		is_ok = send_orders(c, &orders, error);
		g_queue_clear_full(&orders, free_order);
	}
}

/* ---- subscribed ---- */

/* "ORIGIN WORD ID" or "ORIGIN SEQ TYPE SCOPE JSON" */
static void take_message(FerryRedis *r, const char *channel, const char *text)
{
	bool is_nudge = strcmp(channel, r->nudge) == 0;
	g_auto(GStrv) words = g_strsplit(text, " ", is_nudge ? 3 : 5);

	if (g_strv_length(words) != (is_nudge ? 3 : 5))
		return;
	/* the relay has to know how far what is told here goes, too: the execution may go on elsewhere */
	if (strcmp(words[0], r->origin) == 0 && !(is_nudge && strcmp(words[1], "changed") == 0))
		return;
	if (is_nudge)
		r->options.nudged(words[1], words[2], r->options.data);
	else
		r->options.told_all(g_ascii_strtoll(words[1], NULL, 10), words[2],
				    strcmp(words[3], NO_SCOPE) == 0 ? NULL : words[3], words[4],
				    r->options.data);
}

static void take_reply(FerryRedis *r, const redisReply *reply)
{
	if (reply->type == REDIS_REPLY_ARRAY && reply->elements == 3 &&
	    reply->element[2]->type == REDIS_REPLY_STRING && strcmp(reply->element[0]->str, "message") == 0)
		take_message(r, reply->element[1]->str, reply->element[2]->str);
}

static bool take_replies(FerryRedis *r, redisContext *c, GError **error)
{
	void *reply = NULL;

	if (redisBufferRead(c) != REDIS_OK)
		return ferry_redis_check(c, NULL, "listening", error);
	while (redisGetReplyFromReader(c, &reply) == REDIS_OK && reply) {
		bool is_ok = ferry_redis_check(c, reply, "listening", error);
		if (is_ok)
			take_reply(r, reply);
		freeReplyObject(reply);
		if (!is_ok)
			return false;
	}
	return !c->err || ferry_redis_check(c, NULL, "listening", error);
}

static bool write_now(redisContext *c, GError **error)
{
	int is_done = 0;

	while (!is_done)
		if (redisBufferWrite(c, &is_done) != REDIS_OK)
			return ferry_redis_check(c, NULL, "listening", error);
	return true;
}

/* A server that answers nothing, not even a ping, for two periods is gone. */
static void serve_subscribed(FerryRedis *r, redisContext *c, GError **error)
{
	gint64 heard_us = g_get_monotonic_time(), pinged_us = heard_us;

	redisAppendCommand(c, "SUBSCRIBE %s %s", r->nudge, r->all);
	if (!write_now(c, error))
		return;
	while (!g_atomic_int_get(&r->is_stopping)) {
		struct pollfd fds[] = {{.fd = c->fd, .events = POLLIN}, {.fd = r->stop_fd, .events = POLLIN}};
		poll(fds, G_N_ELEMENTS(fds), 1000);
		gint64 now = g_get_monotonic_time();
		if (fds[0].revents) {
			heard_us = now;
			if (!take_replies(r, c, error))
				return;
		} else if (now - heard_us > 3 * PING_US) {
			ferry_fail_server(error, FERRY_ERROR_LOST, NULL, 0, true,
					  "Redis, listening: it does not answer");
			return;
		}
		if (now - pinged_us > PING_US) {
			pinged_us = now;
			redisAppendCommand(c, "PING");
			if (!write_now(c, error))
				return;
		}
	}
}

/* ---- threads ---- */

/* The publishing part sees a loss only when it sends: it is told of the other's, so that both are told as
 * one. */
static void ask_for_ping(FerryRedis *r)
{
	g_mutex_lock(&r->lock);
	r->wants_ping = true;
	g_cond_broadcast(&r->wake);
	g_mutex_unlock(&r->lock);
}

static gpointer run_part(gpointer data)
{
	Part *part = data;
	FerryRedis *r = part->redis;
	guint wait_ms = FERRY_PRESENCE_FIRST_WAIT_MS;

	while (!g_atomic_int_get(&r->is_stopping)) {
		g_autoptr(GError) error = NULL;
		redisContext *c =
			part->first ? g_steal_pointer(&part->first) : ferry_redis_connect(r->url, &error);
		if (c) {
			ferry_presence_set(&r->presence, &part->is_up, true, NULL);
			wait_ms = FERRY_PRESENCE_FIRST_WAIT_MS;
			if (part == &r->publishing)
				serve_publishing(r, c, &error);
			else
				serve_subscribed(r, c, &error);
			redisFree(c);
			if (part == &r->subscribed)
				ask_for_ping(r);
		}
		if (g_atomic_int_get(&r->is_stopping))
			break;
		ferry_presence_set(&r->presence, &part->is_up, false,
				   error ? error->message : "the connection has ended");
		ferry_presence_wait(&wait_ms, &r->lock, &r->wake, &r->is_stopping);
	}
	return NULL;
}

static void start_part(FerryRedis *r, Part *part, const char *name)
{
	part->redis = r;
	part->thread = g_thread_new(name, run_part, part);
}

static void free_redis(FerryRedis *r)
{
	if (r->publishing.first)
		redisFree(r->publishing.first);
	if (r->reader)
		redisFree(r->reader);
	if (r->stop_fd >= 0)
		close(r->stop_fd);
	g_queue_clear_full(&r->outbox, free_order);
	ferry_presence_clear(&r->presence);
	g_mutex_clear(&r->lock);
	g_cond_clear(&r->wake);
	ferry_url_free(r->url);
	g_free(r->origin);
	g_free(r->streams);
	g_free(r->nudge);
	g_free(r->all);
	g_free(r);
}

/* What can heal is left to the threads. */
static bool try_first(FerryRedis *r, GError **error)
{
	g_autoptr(GError) local = NULL;

	r->publishing.first = ferry_redis_connect(r->url, &local);
	if (r->publishing.first || ferry_error_can_heal(local))
		return true;
	g_propagate_prefixed_error(error, g_steal_pointer(&local), "the bus: ");
	return false;
}

/* So that what a worker tells of its first execution is not thought to be for nobody. */
static void wait_until_up(FerryRedis *r)
{
	for (guint ms = 0; ms < MAX_FIRST_WAIT_MS && !ferry_presence_is_up(&r->presence); ms += 2)
		g_usleep(2000);
}

FerryRedis *ferry_redis_open(const char *text, const FerryRedisOptions *options, GError **error)
{
	g_autoptr(FerryUrl) url = ferry_redis_url_parse(text, error);

	if (!url)
		return NULL;
	FerryRedis *r = g_new0(FerryRedis, 1);
	r->url = g_steal_pointer(&url);
	r->options = *options;
	r->origin = g_strdup(options->origin);
	r->streams = g_strdup_printf("ferry:%s:events:", options->store);
	r->nudge = g_strdup_printf("ferry:%s:nudge", options->store);
	r->all = g_strdup_printf("ferry:%s:all", options->store);
	r->stop_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	g_mutex_init(&r->lock);
	g_cond_init(&r->wake);
	g_queue_init(&r->outbox);
	ferry_presence_init(&r->presence, 2, options->changed, options->data);
	if (!try_first(r, error)) {
		free_redis(r);
		return NULL;
	}
	bool is_there = r->publishing.first != NULL;
	start_part(r, &r->publishing, "ferry-tell");
	start_part(r, &r->subscribed, "ferry-listen");
	if (is_there)
		wait_until_up(r);
	return r;
}

void ferry_redis_close(FerryRedis *r)
{
	const guint64 one = 1;

	if (!r)
		return;
	g_mutex_lock(&r->lock);
	g_atomic_int_set(&r->is_stopping, 1);
	g_cond_broadcast(&r->wake);
	g_mutex_unlock(&r->lock);
	if (write(r->stop_fd, &one, sizeof one) != sizeof one)
		g_debug("the listening thread sees the end a second later");
	g_thread_join(r->publishing.thread);
	g_thread_join(r->subscribed.thread);
	free_redis(r);
}

bool ferry_redis_is_up(FerryRedis *r)
{
	return ferry_presence_is_up(&r->presence);
}

/* ---- reading ---- */

static bool is_text(const redisReply *reply)
{
	return reply->type == REDIS_REPLY_STRING || reply->type == REDIS_REPLY_STATUS;
}

/* [id, [word, text, word, text, …]]; NULL: not written by us, or left out for its size. */
static FerryBulletin *parse_entry(const FerryRedis *r, const char *execution_id, const redisReply *entry)
{
	if (entry->type != REDIS_REPLY_ARRAY || entry->elements != 2 ||
	    entry->element[1]->type != REDIS_REPLY_ARRAY)
		return NULL;
	const redisReply *fields = entry->element[1];
	FerryBulletin *b = ferry_bulletin_new(execution_id, -1, -1);
	b->cursor = g_strdup(is_text(entry->element[0]) ? entry->element[0]->str : "0");
	for (size_t i = 0; i + 1 < fields->elements; i += 2) {
		const redisReply *name = fields->element[i], *value = fields->element[i + 1];
		if (!is_text(name) || !is_text(value))
			continue;
		if (strcmp(name->str, "origin") == 0)
			b->is_own = strcmp(value->str, r->origin) == 0;
		else if (strcmp(name->str, "from") == 0)
			b->from = g_ascii_strtoll(value->str, NULL, 10);
		else if (strcmp(name->str, "to") == 0)
			b->to = g_ascii_strtoll(value->str, NULL, 10);
		else if (strcmp(name->str, "left_out") == 0)
			b->from = G_MAXINT64; /* as if one were missing */
		else {
			g_ptr_array_add(b->words, g_strdup(name->str));
			g_ptr_array_add(b->words, g_strdup(value->str));
		}
	}
	return b;
}

static GPtrArray *parse_entries(const FerryRedis *r, const char *execution_id, const redisReply *entries)
{
	GPtrArray *bulletins = g_ptr_array_new_with_free_func((GDestroyNotify)ferry_bulletin_free);

	for (size_t i = 0; entries && entries->type == REDIS_REPLY_ARRAY && i < entries->elements; i++) {
		FerryBulletin *b = parse_entry(r, execution_id, entries->element[i]);
		if (b)
			g_ptr_array_add(bulletins, b);
	}
	return bulletins;
}

/* XREAD answers nil, or [[key, entries]]; XREVRANGE the entries. */
static const redisReply *entries_of(const redisReply *reply, bool is_xread)
{
	if (!is_xread)
		return reply;
	if (reply->type != REDIS_REPLY_ARRAY || reply->elements != 1 ||
	    reply->element[0]->type != REDIS_REPLY_ARRAY || reply->element[0]->elements != 2)
		return NULL;
	return reply->element[0]->element[1];
}

GPtrArray *ferry_redis_read(FerryRedis *r, const char *execution_id, const char *cursor)
{
	g_autofree char *key = g_strconcat(r->streams, execution_id, NULL);
	const char *behind[] = {"XREAD", "COUNT", READ_ENTRIES, "STREAMS", key, cursor},
		   *newest[] = {"XREVRANGE", key, "+", "-", "COUNT", "1"};
	GPtrArray *bulletins = NULL;

	if (!r->reader)
		r->reader = ferry_redis_connect(r->url, NULL);
	if (!r->reader)
		return NULL;
	redisReply *reply = redisCommandArgv(r->reader, 6, cursor ? behind : newest, NULL);
	if (ferry_redis_check(r->reader, reply, "reading", NULL))
		bulletins = parse_entries(r, execution_id, entries_of(reply, cursor != NULL));
	else
		g_clear_pointer(&r->reader, redisFree);
	freeReplyObject(reply);
	return bulletins;
}
