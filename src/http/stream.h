/*
 * A stream of server-sent events (WHATWG HTML, 9.2) to one client: a bounded queue of finished texts, filled by the bus, emptied
 * by the server. When a client is so slow that its queue is full the stream ends: the client comes again with Last-Event-ID
 * and catches up from the store.
 *
 * Life: new (subscribes at once, so that nothing falls between what a handler then reads from the store and what is published),
 * push what was read, start, and given to a reply; the server then owns it.
 */
#pragma once

#include "service/bus/bus.h"

#include <sys/types.h>

typedef struct FerryStream FerryStream;

/* take_scopes: NULL-ended, of messages that have a scope (bus.h) only those of these come through; NULL: all. */
FerryStream *ferry_stream_new(FerryBus *bus, const char *channel, char **take_scopes);
void ferry_stream_free(FerryStream *stream); /* NULL is fine */

/* What the client gets first. Takes the text. */
void ferry_stream_push(FerryStream *stream, GBytes *text);
/* Messages that the bus has brought meanwhile follow, but those with an id up to after: they are in what was pushed. */
void ferry_stream_start(FerryStream *stream, guint64 after);
/* The stream ends after what is in it. */
void ferry_stream_finish(FerryStream *stream);

/* ---- for the server ---- */

/* wake is called, from any thread, when there is something to read after read had answered 0; at most once for each such answer. */
void ferry_stream_set_wake(FerryStream *stream, void (*wake)(gpointer data), gpointer data);
/* Bytes into the buffer; 0: nothing now, wake will be called (suspend is called before the lock is left, so that it cannot come
 * too early); -1: the end. */
ssize_t ferry_stream_read(FerryStream *stream, char *buffer, size_t max, void (*suspend)(gpointer data));
/* Puts a comment into a stream that is idle, so that a dead connection shows, and proxies keep a living one. */
void ferry_stream_beat(FerryStream *stream);
