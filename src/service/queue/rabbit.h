/*
 * What the files of queue/ share: rabbit.c, consumer.c, publisher.c.
 */
#pragma once

#include "service/queue/amqp_link.h"
#include "service/presence.h"
#include "service/queue/queue.h"

/* A thread with a connection of its own, which is made again whenever it breaks. */
typedef struct FerryRabbitThread {
	/* set once */
	FerryQueue *queue; /* NULL: there is no such thread */
	char *name;
	/* Works on the link until it breaks (*error is set) or is_stopping. */
	void (*serve)(struct FerryRabbitThread *t, FerryAmqpLink *link, GError **error);
	int wake_fd;
	GThread *thread;
	FerryAmqpLink *link; /* made before the thread began; then the thread's */

	GMutex lock; /* guards what its half of the queue shares with others: slots, or the outbox */
	GCond stop;
	gint is_stopping; /* atomic */
	bool is_up;       /* the queue's presence has it */
} FerryRabbitThread;

/* A worker, as the broker knows it. Under consuming.lock, but for what is the thread's. */
typedef struct FerryRabbitSlot {
	bool is_idle;
	bool is_settled; /* it has looked into the store since the delivery */
	/* the thread's */
	bool is_consuming;
	guint64 delivery; /* tag of the message that it has; 0: none */
} FerryRabbitSlot;

struct FerryQueue {
	FerryUrl *url;
	FerryQueueOptions options;
	FerryRabbitThread publishing, consuming;
	FerryRabbitSlot *slots;
	GQueue outbox; /* char*: bodies that the broker has not confirmed yet; under publishing.lock */
	FerryPresence presence;
};

void ferry_rabbit_publish_all(FerryRabbitThread *t, FerryAmqpLink *link, GError **error);
void ferry_rabbit_consume(FerryRabbitThread *t, FerryAmqpLink *link, GError **error);
bool ferry_rabbit_has_outbox(FerryQueue *queue);

void ferry_rabbit_wake(FerryRabbitThread *t);
void ferry_rabbit_clear_wake(FerryRabbitThread *t);
