/*
 * Consuming; see queue.h. Each idle slot is a consumer of its own, "slot-3", with a prefetch of one. A slot
 * that has found work is cancelled before its message is acknowledged, so that the broker has no moment to
 * give it another.
 */
#include "service/queue/rabbit.h"

#include "base/error.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

#define IDLE_MS 60000

void ferry_queue_set_idle(FerryQueue *q, guint slot, bool is_idle, bool has_looked)
{
	FerryRabbitSlot *s = &q->slots[slot];

	g_mutex_lock(&q->consuming.lock);
	bool is_news = s->is_idle != is_idle || (has_looked && !s->is_settled);
	s->is_idle = is_idle;
	s->is_settled = s->is_settled || has_looked;
	g_mutex_unlock(&q->consuming.lock);
	if (is_news)
		ferry_rabbit_wake(&q->consuming);
}

/* ---- consumers ---- */

static bool begin(FerryAmqpLink *link, guint slot, GError **error)
{
	g_autofree char *tag = g_strdup_printf("slot-%u", slot);

	amqp_basic_consume(ferry_amqp_state(link), FERRY_AMQP_CHANNEL, amqp_cstring_bytes(FERRY_AMQP_QUEUE),
			   amqp_cstring_bytes(tag), 0, 0, 0, amqp_empty_table);
	return ferry_amqp_check(link, amqp_get_rpc_reply(ferry_amqp_state(link)), "consuming", error);
}

static bool cancel(FerryAmqpLink *link, guint slot, GError **error)
{
	g_autofree char *tag = g_strdup_printf("slot-%u", slot);

	amqp_basic_cancel(ferry_amqp_state(link), FERRY_AMQP_CHANNEL, amqp_cstring_bytes(tag));
	return ferry_amqp_check(link, amqp_get_rpc_reply(ferry_amqp_state(link)), "consuming no more", error);
}

static bool update_slot(FerryRabbitThread *t, FerryAmqpLink *link, guint i, GError **error)
{
	FerryRabbitSlot *slot = &t->queue->slots[i];
	amqp_connection_state_t state = ferry_amqp_state(link);

	g_mutex_lock(&t->lock);
	bool is_idle = slot->is_idle, is_settled = slot->is_settled;
	g_mutex_unlock(&t->lock);
	if (!is_idle && slot->is_consuming) {
		if (!cancel(link, i, error))
			return false;
		slot->is_consuming = false;
	}
	if (slot->delivery && (is_settled || !is_idle)) {
		int status = is_settled ? amqp_basic_ack(state, FERRY_AMQP_CHANNEL, slot->delivery, 0)
					: amqp_basic_nack(state, FERRY_AMQP_CHANNEL, slot->delivery, 0, 1);
		slot->delivery = 0;
		if (!ferry_amqp_check_status(status, "acknowledging", error))
			return false;
	}
	if (is_idle && !slot->is_consuming && !slot->delivery) {
		if (!begin(link, i, error))
			return false;
		slot->is_consuming = true;
	}
	return true;
}

static bool update_slots(FerryRabbitThread *t, FerryAmqpLink *link, GError **error)
{
	for (guint i = 0; i < t->queue->options.n_slots; i++)
		if (!update_slot(t, link, i, error))
			return false;
	return true;
}

/* ---- messages ---- */

/* Ours, of a version that we know. */
static bool is_ours(const amqp_message_t *message)
{
	json_t *json = json_loadb(message->body.bytes, message->body.len, 0, NULL);
	bool is_ok = json_integer_value(json_object_get(json, "v")) == 1 &&
		     json_string_value(json_object_get(json, "id"));

	json_decref(json);
	return is_ok;
}

static guint slot_of(const FerryQueue *q, amqp_bytes_t tag)
{
	g_autofree char *text = g_strndup(tag.bytes, tag.len);
	guint slot = 0;

	return sscanf(text, "slot-%u", &slot) == 1 && slot < q->options.n_slots ? slot : G_MAXUINT;
}

static bool take_delivery(FerryRabbitThread *t, FerryAmqpLink *link, const amqp_basic_deliver_t *deliver,
			  GError **error)
{
	FerryQueue *q = t->queue;
	amqp_connection_state_t state = ferry_amqp_state(link);
	guint i = slot_of(q, deliver->consumer_tag);
	guint64 tag = deliver->delivery_tag;
	amqp_message_t message;

	if (!ferry_amqp_check(link, amqp_read_message(state, FERRY_AMQP_CHANNEL, &message, 0),
			      "reading a message", error))
		return false;
	bool is_good = is_ours(&message);
	amqp_destroy_message(&message);
	if (!is_good) /* goes to ferry.dead */
		return ferry_amqp_check_status(amqp_basic_reject(state, FERRY_AMQP_CHANNEL, tag, 0),
					       "rejecting", error);
	/* a worker that has found something to do by itself meanwhile: let another have it */
	if (i == G_MAXUINT || !q->slots[i].is_consuming || q->slots[i].delivery)
		return ferry_amqp_check_status(amqp_basic_nack(state, FERRY_AMQP_CHANNEL, tag, 0, 1),
					       "giving back", error);
	q->slots[i].delivery = tag;
	g_mutex_lock(&t->lock);
	q->slots[i].is_settled = false;
	g_mutex_unlock(&t->lock);
	q->options.deliver(i, q->options.data);
	return true;
}

static bool take_frame(FerryRabbitThread *t, FerryAmqpLink *link, const amqp_frame_t *frame, GError **error)
{
	if (frame->frame_type != AMQP_FRAME_METHOD)
		return true;
	if (frame->payload.method.id == AMQP_BASIC_DELIVER_METHOD)
		return take_delivery(t, link, frame->payload.method.decoded, error);
	if (frame->payload.method.id == AMQP_BASIC_CANCEL_METHOD)
		return ferry_fail_server(error, FERRY_ERROR_LOST, NULL, 0, true,
					 "RabbitMQ, consuming: the queue " FERRY_AMQP_QUEUE
					 " has gone or moved");
	return true;
}

/* A message that was held when the connection broke goes to somebody else, or comes again. */
static void forget_slots(FerryQueue *q)
{
	for (guint i = 0; i < q->options.n_slots; i++) {
		q->slots[i].is_consuming = false;
		q->slots[i].delivery = 0;
	}
}

void ferry_rabbit_consume(FerryRabbitThread *t, FerryAmqpLink *link, GError **error)
{
	amqp_connection_state_t state = ferry_amqp_state(link);

	forget_slots(t->queue);
	amqp_basic_qos(state, FERRY_AMQP_CHANNEL, 0, 1, 0); /* of each consumer that follows */
	if (!ferry_amqp_check(link, amqp_get_rpc_reply(state), "setting the prefetch", error))
		return;
	while (!g_atomic_int_get(&t->is_stopping)) {
		amqp_frame_t frame;
		bool has_frame;
		ferry_rabbit_clear_wake(t);
		if (!update_slots(t, link, error) ||
		    !ferry_amqp_next_frame(link, t->wake_fd, IDLE_MS, &frame, &has_frame, error) ||
		    (has_frame && !take_frame(t, link, &frame, error)))
			return;
	}
}
