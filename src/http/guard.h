/*
 * The guard of the server's connections: how many a client's address may have (an IPv6 one by its /64), and until when each must
 * have sent what it is about to send. A timeout of silence alone does not help against a client that sends a byte now and then;
 * here the whole of a request's head, and then the whole of its body, has a deadline. All functions may be called from any
 * thread.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>

typedef struct FerryGuard FerryGuard;
typedef struct FerryPeer FerryPeer; /* one connection */

FerryGuard *ferry_guard_new(guint max_per_address);
void ferry_guard_free(FerryGuard *guard); /* NULL is fine; without peers */

/* Whether one more connection from there is all right. */
bool ferry_guard_admits(FerryGuard *guard, const char *address);
/* fd must stay open until remove. */
FerryPeer *ferry_guard_add(FerryGuard *guard, const char *address, int fd);
void ferry_guard_remove(FerryGuard *guard, FerryPeer *peer); /* frees it */

/* From now on, in seconds; 0: it need not send anything. */
void ferry_guard_set_deadline(FerryGuard *guard, FerryPeer *peer, guint seconds);
/* Shuts the sockets of those that are late: their owner then finds them closed. Returns how many. */
guint ferry_guard_cut(FerryGuard *guard, gint64 now_us);
