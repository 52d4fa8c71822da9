/*
 * The queue of one client's events; see stream.h.
 */
#include "http/stream.h"

#include <string.h>

#define MAX_QUEUE 512          /* messages */
#define MAX_BYTES (256 * 1024) /* of all that wait; shared with other clients */

typedef struct Item {
	guint64 id;
	const char *type; /* interned; NULL: pushed */
	GBytes *text;
} Item;

struct FerryStream {
	FerryBus *bus;
	char **scopes; /* or NULL */
	FerrySubscription *subscription;
	GMutex lock;
	GQueue items; /* Item */
	size_t offset, bytes;
	guint64 after; /* messages up to this id are known */
	bool is_started, is_finished, is_asleep;
	void (*wake)(gpointer data);
	gpointer wake_data;
};

static void free_item(gpointer data)
{
	Item *item = data;

	g_bytes_unref(item->text);
	g_free(item);
}

static void append(FerryStream *s, guint64 id, const char *type, GBytes *take_text)
{
	Item *item = g_new(Item, 1);

	*item = (Item){.id = id, .type = type, .text = take_text};
	s->bytes += g_bytes_get_size(take_text);
	g_queue_push_tail(&s->items, item);
}

static void remove_link(FerryStream *s, GList *link)
{
	Item *item = link->data;

	s->bytes -= g_bytes_get_size(item->text);
	free_item(item);
	g_queue_delete_link(&s->items, link);
}

/* Called with the lock. */
static void wake_up(FerryStream *s)
{
	if (!s->is_asleep)
		return;
	s->is_asleep = false;
	if (s->wake)
		s->wake(s->wake_data);
}

static void take_message(const FerryMessage *message, gpointer data)
{
	FerryStream *s = data;

	if (message->scope && s->scopes && !g_strv_contains((const char *const *)s->scopes, message->scope))
		return;
	g_mutex_lock(&s->lock);
	if (!s->is_finished && (!s->is_started || message->id > s->after)) {
		if (s->items.length >= MAX_QUEUE || s->bytes >= MAX_BYTES)
			s->is_finished = true; /* the client catches up by Last-Event-ID */
		else
			append(s, message->id, message->type, g_bytes_ref(message->text));
		if (message->type == g_intern_static_string("end"))
			s->is_finished = true;
		if (s->is_started)
			wake_up(s);
	}
	g_mutex_unlock(&s->lock);
}

FerryStream *ferry_stream_new(FerryBus *bus, const char *channel, char **take_scopes)
{
	FerryStream *s = g_new0(FerryStream, 1);

	g_mutex_init(&s->lock);
	g_queue_init(&s->items);
	s->bus = bus;
	s->scopes = take_scopes;
	s->subscription = ferry_bus_subscribe(bus, channel, take_message, s);
	return s;
}

void ferry_stream_free(FerryStream *s)
{
	if (!s)
		return;
	ferry_bus_unsubscribe(s->bus, s->subscription);
	g_queue_clear_full(&s->items, free_item);
	g_strfreev(s->scopes);
	g_mutex_clear(&s->lock);
	g_free(s);
}

void ferry_stream_push(FerryStream *s, GBytes *text)
{
	g_mutex_lock(&s->lock);
	/* before everything that the bus brings: the pushed ones are the older */
	GList *link = s->items.head;
	while (link && !((Item *)link->data)->type)
		link = link->next;
	Item *item = g_new0(Item, 1);
	item->text = text;
	s->bytes += g_bytes_get_size(text);
	g_queue_insert_before(&s->items, link, item);
	g_mutex_unlock(&s->lock);
}

void ferry_stream_start(FerryStream *s, guint64 after)
{
	g_mutex_lock(&s->lock);
	for (GList *link = s->items.head, *next; link; link = next) {
		const Item *item = link->data;
		next = link->next;
		if (item->type && item->id <= after)
			remove_link(s, link);
	}
	s->after = after;
	s->is_started = true;
	g_mutex_unlock(&s->lock);
}

void ferry_stream_finish(FerryStream *s)
{
	g_mutex_lock(&s->lock);
	s->is_finished = true;
	wake_up(s);
	g_mutex_unlock(&s->lock);
}

void ferry_stream_set_wake(FerryStream *s, void (*wake)(gpointer data), gpointer data)
{
	s->wake = wake;
	s->wake_data = data;
}

ssize_t ferry_stream_read(FerryStream *s, char *buffer, size_t max, void (*suspend)(gpointer data))
{
	size_t n = 0;

	g_mutex_lock(&s->lock);
	while (n < max && s->items.head) {
		Item *item = s->items.head->data;
		size_t size;
		const char *text = g_bytes_get_data(item->text, &size);
		size_t part = MIN(max - n, size - s->offset);
		memcpy(buffer + n, text + s->offset, part);
		n += part;
		s->offset += part;
		if (s->offset == size) {
			s->offset = 0;
			remove_link(s, s->items.head);
		}
	}
	bool has_ended = n == 0 && s->is_finished;
	if (n == 0 && !has_ended) {
		s->is_asleep = true;
		suspend(s->wake_data);
	}
	g_mutex_unlock(&s->lock);
	return has_ended ? -1 : (ssize_t)n;
}

void ferry_stream_beat(FerryStream *s)
{
	g_mutex_lock(&s->lock);
	if (s->is_started && s->is_asleep) {
		append(s, 0, NULL, g_bytes_new_static(": beat\n\n", 8));
		wake_up(s);
	}
	g_mutex_unlock(&s->lock);
}
