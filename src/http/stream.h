/*
 * A stream of server-sent events (WHATWG HTML, 9.2) to one client: a bounded queue of finished texts, filled by the bus, emptied
 * by the server. When a client is so slow that its queue is full, momentary events (progress) are left out, and where that does
 * not help the stream ends: the client comes again with Last-Event-ID and catches up from the store.
 */
#pragma once

#include "service/bus/bus.h"

typedef struct FerryStream FerryStream;

/* Subscribes at once, so that nothing falls between what is read from the store afterwards (ferry_stream_push) and what is
 * published. after: messages with an id up to this one are already known. */
FerryStream *ferry_stream_new(FerryBus *bus, const char *channel);
void ferry_stream_free(FerryStream *stream); /* NULL is fine */

/* What the client gets first; called before the stream is given to a reply. Takes the text. */
void ferry_stream_push(FerryStream *stream, GBytes *text);
/* Messages up to this id that the bus has brought meanwhile are in what was pushed: they are left out. */
void ferry_stream_start(FerryStream *stream, guint64 after);
/* The stream ends after what is in it. */
void ferry_stream_finish(FerryStream *stream);
