/*
 * Publishing; see queue.h. One message at a time, each confirmed before the next: there are few, and their
 * order is then that in which executions were queued.
 */
#include "service/queue/rabbit.h"

#include "base/error.h"

#include <string.h>

#define MAX_OUTBOX       10000 /* more are dropped, the oldest first: workers find them in the store */
#define CONFIRM_PATIENCE (10 * G_USEC_PER_SEC)
#define IDLE_MS          60000

void ferry_queue_publish(FerryQueue *q, const char *task, const char *execution_id)
{
	char *body = g_strdup_printf("{\"v\":1,\"task\":\"%s\",\"id\":\"%s\"}", task, execution_id);

	g_mutex_lock(&q->publishing.lock);
	if (q->outbox.length >= MAX_OUTBOX)
		g_free(g_queue_pop_head(&q->outbox));
	g_queue_push_tail(&q->outbox, body);
	g_mutex_unlock(&q->publishing.lock);
	ferry_rabbit_wake(&q->publishing);
}

bool ferry_rabbit_has_outbox(FerryQueue *q)
{
	g_mutex_lock(&q->publishing.lock);
	bool has = q->outbox.length > 0;
	g_mutex_unlock(&q->publishing.lock);
	return has;
}

/* The content of a message that came back: read, and forgotten. */
static bool skip_content(FerryAmqpLink *link, GError **error)
{
	amqp_message_t message;

	if (!ferry_amqp_check(link,
			      amqp_read_message(ferry_amqp_state(link), FERRY_AMQP_CHANNEL, &message, 0),
			      "reading", error))
		return false;
	amqp_destroy_message(&message);
	return true;
}

typedef enum { WAITING, CONFIRMED, REFUSED } Verdict;

static bool take_frame(FerryAmqpLink *link, const amqp_frame_t *frame, Verdict *verdict, GError **error)
{
	if (frame->frame_type != AMQP_FRAME_METHOD)
		return true;
	switch (frame->payload.method.id) {
	case AMQP_BASIC_ACK_METHOD: *verdict = *verdict == WAITING ? CONFIRMED : *verdict; return true;
	case AMQP_BASIC_NACK_METHOD: *verdict = REFUSED; return true;
	case AMQP_BASIC_RETURN_METHOD:
		*verdict = REFUSED;
		return skip_content(link, error); /* its ack follows */
	default: return true;                     /* blocked, unblocked */
	}
}

static bool wait_for_confirm(FerryRabbitThread *t, FerryAmqpLink *link, GError **error)
{
	gint64 until = g_get_monotonic_time() + CONFIRM_PATIENCE;
	Verdict verdict = WAITING;

	while (verdict == WAITING && g_get_monotonic_time() < until && !g_atomic_int_get(&t->is_stopping)) {
		amqp_frame_t frame;
		bool has_frame;
		if (!ferry_amqp_next_frame(link, -1, 500, &frame, &has_frame, error) ||
		    (has_frame && !take_frame(link, &frame, &verdict, error)))
			return false;
	}
	return verdict == CONFIRMED ||
	       ferry_fail_server(error, FERRY_ERROR_LOST, NULL, 0, true,
				 verdict == REFUSED ? "RabbitMQ, publishing: the queue " FERRY_AMQP_QUEUE
						      " takes no messages"
						    : "RabbitMQ, publishing: it does not confirm");
}

static bool publish(FerryRabbitThread *t, FerryAmqpLink *link, const char *body, GError **error)
{
	amqp_basic_properties_t properties = {._flags = AMQP_BASIC_DELIVERY_MODE_FLAG |
							AMQP_BASIC_CONTENT_TYPE_FLAG |
							AMQP_BASIC_TIMESTAMP_FLAG | AMQP_BASIC_APP_ID_FLAG,
					      .delivery_mode = 2,
					      .content_type = amqp_cstring_bytes("application/json"),
					      .timestamp = (uint64_t)(g_get_real_time() / G_USEC_PER_SEC),
					      .app_id = amqp_cstring_bytes("ferry")};
	int status = amqp_basic_publish(ferry_amqp_state(link), FERRY_AMQP_CHANNEL, amqp_empty_bytes,
					amqp_cstring_bytes(FERRY_AMQP_QUEUE), 1, 0, &properties,
					amqp_cstring_bytes(body));

	return ferry_amqp_check_status(status, "publishing", error) && wait_for_confirm(t, link, error);
}

/* The first stays in the outbox until it is confirmed: a broken connection sends it again. */
static bool publish_outbox(FerryRabbitThread *t, FerryAmqpLink *link, GError **error)
{
	FerryQueue *q = t->queue;

	for (;;) {
		g_mutex_lock(&t->lock);
		g_autofree char *body = g_strdup(g_queue_peek_head(&q->outbox));
		g_mutex_unlock(&t->lock);
		if (!body || g_atomic_int_get(&t->is_stopping))
			return true;
		if (!publish(t, link, body, error))
			return false;
		g_mutex_lock(&t->lock);
		if (g_strcmp0(g_queue_peek_head(&q->outbox), body) == 0) /* or it was dropped meanwhile */
			g_free(g_queue_pop_head(&q->outbox));
		g_mutex_unlock(&t->lock);
	}
}

void ferry_rabbit_publish_all(FerryRabbitThread *t, FerryAmqpLink *link, GError **error)
{
	amqp_confirm_select(ferry_amqp_state(link), FERRY_AMQP_CHANNEL);
	if (!ferry_amqp_check(link, amqp_get_rpc_reply(ferry_amqp_state(link)), "asking for confirms", error))
		return;
	while (!g_atomic_int_get(&t->is_stopping)) {
		amqp_frame_t frame;
		bool has_frame;
		ferry_rabbit_clear_wake(t);
		if (!publish_outbox(t, link, error) ||
		    !ferry_amqp_next_frame(link, t->wake_fd, IDLE_MS, &frame, &has_frame, error))
			return;
	}
}
