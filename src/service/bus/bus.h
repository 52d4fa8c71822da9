/*
 * The bus: who publishes an event does not know who listens. A channel is a name ("execution exe_…", "all"); a message is
 * the finished text of a server-sent event, made once and shared by every subscriber. Subscribers are called on the
 * publisher's thread, must be quick, and must neither subscribe nor publish from there.
 *
 * Nothing is kept: who comes later, or has missed something, reads the store, where everything but momentary progress is.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>

typedef struct FerryBus FerryBus;
typedef struct FerrySubscription FerrySubscription;

typedef struct FerryMessage {
	guint64 id;      /* grows within a channel; several messages may share one */
	const char *type; /* "progress", "log", …; interned */
	const char *scope; /* the project whose members alone may see it; NULL: whoever may see the channel */
	GBytes *text;    /* "id: 7\nevent: log\ndata: {…}\n\n" */
} FerryMessage;

typedef void (*FerryBusFunc)(const FerryMessage *message, gpointer data);

FerryBus *ferry_bus_new(void);
void ferry_bus_free(FerryBus *bus); /* NULL is fine; without subscribers */

FerrySubscription *ferry_bus_subscribe(FerryBus *bus, const char *channel, FerryBusFunc func, gpointer data);
/* When it returns, func is not running and will not be called again. */
void ferry_bus_unsubscribe(FerryBus *bus, FerrySubscription *subscription);

/* json is the event's data, one line. */
void ferry_bus_publish(FerryBus *bus, const char *channel, guint64 id, const char *type, const char *json);
/* scope may be NULL. */
void ferry_bus_publish_scoped(FerryBus *bus, const char *channel, const char *scope, guint64 id, const char *type,
			      const char *json);
/* Whether it is worth making a message. */
bool ferry_bus_has_subscribers(FerryBus *bus, const char *channel);
guint ferry_bus_count(FerryBus *bus); /* subscribers */

/* The text of an event. */
GBytes *ferry_message_text(guint64 id, const char *type, const char *json);
