/*
 * The bus within one process; see bus.h.
 */
#include "service/bus/bus.h"

struct FerrySubscription {
	char *channel;
	FerryBusFunc func;
	gpointer data;
};

struct FerryBus {
	GMutex lock;
	GHashTable *channels; /* name -> GPtrArray of FerrySubscription, borrowed */
	guint n_subscribers;
};

FerryBus *ferry_bus_new(void)
{
	FerryBus *bus = g_new0(FerryBus, 1);

	g_mutex_init(&bus->lock);
	bus->channels =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_ptr_array_unref);
	return bus;
}

void ferry_bus_free(FerryBus *bus)
{
	if (!bus)
		return;
	g_hash_table_unref(bus->channels);
	g_mutex_clear(&bus->lock);
	g_free(bus);
}

FerrySubscription *ferry_bus_subscribe(FerryBus *bus, const char *channel, FerryBusFunc func, gpointer data)
{
	FerrySubscription *s = g_new0(FerrySubscription, 1);

	s->channel = g_strdup(channel);
	s->func = func;
	s->data = data;
	g_mutex_lock(&bus->lock);
	GPtrArray *list = g_hash_table_lookup(bus->channels, channel);
	if (!list)
		g_hash_table_insert(bus->channels, g_strdup(channel), list = g_ptr_array_new());
	g_ptr_array_add(list, s);
	bus->n_subscribers++;
	g_mutex_unlock(&bus->lock);
	return s;
}

void ferry_bus_unsubscribe(FerryBus *bus, FerrySubscription *s)
{
	g_mutex_lock(&bus->lock);
	GPtrArray *list = g_hash_table_lookup(bus->channels, s->channel);
	g_ptr_array_remove_fast(list, s);
	if (list->len == 0)
		g_hash_table_remove(bus->channels, s->channel);
	bus->n_subscribers--;
	g_mutex_unlock(&bus->lock);
	g_free(s->channel);
	g_free(s);
}

GBytes *ferry_message_text(guint64 id, const char *type, const char *json)
{
	char *text = g_strdup_printf("id: %" G_GUINT64_FORMAT "\nevent: %s\ndata: %s\n\n", id, type, json);

	return g_bytes_new_take(text, strlen(text));
}

void ferry_bus_publish(FerryBus *bus, const char *channel, guint64 id, const char *type, const char *json)
{
	ferry_bus_publish_scoped(bus, channel, NULL, id, type, json);
}

void ferry_bus_publish_scoped(FerryBus *bus, const char *channel, const char *scope, guint64 id,
			      const char *type, const char *json)
{
	FerryMessage message = {.id = id, .type = g_intern_string(type), .scope = scope};

	g_mutex_lock(&bus->lock);
	GPtrArray *list = g_hash_table_lookup(bus->channels, channel);
	if (list) {
		message.text = ferry_message_text(id, type, json);
		for (guint i = 0; i < list->len; i++) {
			const FerrySubscription *s = g_ptr_array_index(list, i);
			s->func(&message, s->data);
		}
		g_bytes_unref(message.text);
	}
	g_mutex_unlock(&bus->lock);
}

guint ferry_bus_count(FerryBus *bus)
{
	g_mutex_lock(&bus->lock);
	guint n = bus->n_subscribers;
	g_mutex_unlock(&bus->lock);
	return n;
}

bool ferry_bus_has_subscribers(FerryBus *bus, const char *channel)
{
	g_mutex_lock(&bus->lock);
	bool has = g_hash_table_contains(bus->channels, channel);
	g_mutex_unlock(&bus->lock);
	return has;
}
