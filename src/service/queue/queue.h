/*
 * The queue: tells idle workers on other machines that there is work, through RabbitMQ, so that they need not
 * ask the store all the time. Within one process workers are woken directly (runner.h), and there is no
 * FerryQueue.
 *
 * A message is a hint and no more: {"v":1,"task":"execution","id":"exe_…"}. What is to be done stands in the
 * store, and the store's lease decides who does it, so that a message that is lost, doubled or late does no
 * harm. A message is held (unacked) only until the worker that got it has looked into the store,
 * milliseconds; the broker's limit for unacked messages is never near.
 *
 * Topology, declared by everybody: `ferry.tasks`, a durable quorum queue whose messages go to `ferry.dead`
 * (exchange and quorum queue) after 20 deliveries, or at once when they are none of ours. Messages are
 * published persistent and mandatory, and count as sent when the broker has confirmed them; until then they
 * are kept here, at most 10,000, and sent again after a reconnect.
 *
 * Two connections, each with a thread of its own which also keeps up the heartbeats: one publishes, one
 * consumes. Each worker is a consumer with a prefetch of one, which exists only while the worker is idle: a
 * busy process holds no messages back from others. While the broker is away both threads try again, with
 * growing waits; workers poll the store meanwhile.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>

typedef struct FerryQueue FerryQueue;

typedef struct FerryQueueOptions {
	guint n_slots; /* workers in this process; 0: it only publishes */
	/* A message has come for the slot, which is to look into the store and then to settle. On the queue's
	 * thread; must be quick. */
	void (*deliver)(guint slot, gpointer data);
	/* The broker is there (again), or away: once each time. reason: NULL, or why. On the queue's threads.
	 */
	void (*changed)(bool is_up, const char *reason, gpointer data);
	gpointer data;
} FerryQueueOptions;

/* amqp://USER:PASSWORD@HOST:PORT/VHOST or amqps://…, with ?cacertfile=, certfile=, keyfile=,
 * verify=verify_none, heartbeat=SECONDS. A URL that is wrong, a password that is refused, a virtual host that
 * is not there: an error. A broker that is away is none. */
FerryQueue *ferry_queue_open(const char *url, const FerryQueueOptions *options, GError **error);
/* What waits to be sent is sent, where that takes no longer than a second. */
void ferry_queue_close(FerryQueue *queue); /* NULL is fine */

/* Whether it can be relied on now. From any thread, as all that follow. */
bool ferry_queue_is_up(FerryQueue *queue);

/* Returns at once. task: "execution", "help". */
void ferry_queue_publish(FerryQueue *queue, const char *task, const char *execution_id);

/* The slot has nothing to do (deliver may be called from now on), or has. has_looked: into the store, so that a message that it was
 * given before is done; one that it has still when it gets busy without having looked goes back to the broker. */
void ferry_queue_set_idle(FerryQueue *queue, guint slot, bool is_idle, bool has_looked);
