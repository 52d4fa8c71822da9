/*
 * The queue in RabbitMQ; see queue.h. The consuming half is in consumer.c, the publishing half in
 * publisher.c; here is what both need: the URL, the wish to stop, a way to wake a thread that waits for
 * frames, and whether the broker is there.
 */
#include "service/queue/rabbit.h"

#include "base/error.h"

#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define LAST_WORDS_US G_USEC_PER_SEC

/* ---- threads ---- */

void ferry_rabbit_wake(FerryRabbitThread *t)
{
	const guint64 one = 1;

	if (write(t->wake_fd, &one, sizeof one) != sizeof one)
		g_debug("a queue's thread is woken already");
}

void ferry_rabbit_clear_wake(FerryRabbitThread *t)
{
	guint64 ignored;

	if (read(t->wake_fd, &ignored, sizeof ignored) != sizeof ignored)
		g_debug("nobody has woken the queue's thread");
}

static gpointer run_thread(gpointer data)
{
	FerryRabbitThread *t = data;
	guint wait_ms = FERRY_PRESENCE_FIRST_WAIT_MS;

	while (!g_atomic_int_get(&t->is_stopping)) {
		g_autoptr(GError) error = NULL;
		FerryAmqpLink *link =
			t->link ? g_steal_pointer(&t->link) : ferry_amqp_open(t->queue->url, t->name, &error);
		if (link) {
			ferry_presence_set(&t->queue->presence, &t->is_up, true, NULL);
			wait_ms = FERRY_PRESENCE_FIRST_WAIT_MS;
			t->serve(t, link, &error);
			ferry_amqp_close(link);
		}
		if (g_atomic_int_get(&t->is_stopping))
			break;
		ferry_presence_set(&t->queue->presence, &t->is_up, false,
				   error ? error->message : "the connection has ended");
		ferry_presence_wait(&wait_ms, &t->lock, &t->stop, &t->is_stopping);
	}
	return NULL;
}

static void init_thread(FerryQueue *q, FerryRabbitThread *t, const char *what,
			void (*serve)(FerryRabbitThread *, FerryAmqpLink *, GError **))
{
	t->queue = q;
	t->name = g_strdup_printf("ferry %s, %s, process %d", what, g_get_host_name(), (int)getpid());
	t->serve = serve;
	t->wake_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	g_mutex_init(&t->lock);
	g_cond_init(&t->stop);
}

static void stop_thread(FerryRabbitThread *t)
{
	g_mutex_lock(&t->lock);
	g_atomic_int_set(&t->is_stopping, 1);
	g_cond_signal(&t->stop);
	g_mutex_unlock(&t->lock);
	ferry_rabbit_wake(t);
	if (t->thread)
		g_thread_join(t->thread);
	t->thread = NULL;
}

static void clear_thread(FerryRabbitThread *t)
{
	if (!t->queue)
		return;
	ferry_amqp_close(t->link);
	if (t->wake_fd >= 0)
		close(t->wake_fd);
	g_mutex_clear(&t->lock);
	g_cond_clear(&t->stop);
	g_free(t->name);
}

/* ---- life ---- */

/* What can heal is left to the threads. */
static bool try_first(FerryRabbitThread *t, GError **error)
{
	g_autoptr(GError) local = NULL;

	t->link = ferry_amqp_open(t->queue->url, t->name, &local);
	if (t->link || ferry_error_can_heal(local))
		return true;
	g_propagate_prefixed_error(error, g_steal_pointer(&local), "the queue: ");
	return false;
}

static void free_queue(FerryQueue *q)
{
	clear_thread(&q->publishing);
	clear_thread(&q->consuming);
	g_queue_clear_full(&q->outbox, g_free);
	ferry_presence_clear(&q->presence);
	g_free(q->slots);
	ferry_url_free(q->url);
	g_free(q);
}

FerryQueue *ferry_queue_open(const char *text, const FerryQueueOptions *options, GError **error)
{
	g_autoptr(FerryUrl) url = ferry_amqp_url_parse(text, error);

	if (!url)
		return NULL;
	FerryQueue *q = g_new0(FerryQueue, 1);
	q->url = g_steal_pointer(&url);
	q->options = *options;
	q->slots = g_new0(FerryRabbitSlot, options->n_slots + 1);
	ferry_presence_init(&q->presence, options->n_slots ? 2 : 1, options->changed, options->data);
	g_queue_init(&q->outbox);
	init_thread(q, &q->publishing, "publishes", ferry_rabbit_publish_all);
	if (options->n_slots)
		init_thread(q, &q->consuming, "works", ferry_rabbit_consume);
	if (!try_first(&q->publishing, error)) {
		free_queue(q);
		return NULL;
	}
	q->publishing.thread = g_thread_new("ferry-publish", run_thread, &q->publishing);
	if (options->n_slots)
		q->consuming.thread = g_thread_new("ferry-consume", run_thread, &q->consuming);
	return q;
}

void ferry_queue_close(FerryQueue *q)
{
	if (!q)
		return;
	gint64 until = g_get_monotonic_time() + LAST_WORDS_US;
	while (ferry_rabbit_has_outbox(q) && ferry_queue_is_up(q) && g_get_monotonic_time() < until)
		g_usleep(10000);
	if (q->consuming.queue)
		stop_thread(&q->consuming);
	stop_thread(&q->publishing);
	free_queue(q);
}

bool ferry_queue_is_up(FerryQueue *q)
{
	return ferry_presence_is_up(&q->presence);
}
