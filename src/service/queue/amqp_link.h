/*
 * One connection to RabbitMQ with one channel, the topology declared (queue.h). Used by one thread.
 *
 * Errors: FERRY_ERROR_USAGE (the URL), FERRY_ERROR_AUTH, FERRY_ERROR_NOT_FOUND (the virtual host),
 * FERRY_ERROR_PERMISSION, FERRY_ERROR_CONNECT and FERRY_ERROR_LOST, which heal. After any error the link is
 * closed and a new one made.
 */
#pragma once

#include "base/url.h"

#include <amqp.h>
#include <amqp_framing.h>

#define FERRY_AMQP_QUEUE   "ferry.tasks"
#define FERRY_AMQP_CHANNEL 1

typedef struct FerryAmqpLink FerryAmqpLink;

/* NULL and FERRY_ERROR_USAGE that says what is wrong. */
FerryUrl *ferry_amqp_url_parse(const char *text, GError **error);

/* name: for the broker's list of connections. */
FerryAmqpLink *ferry_amqp_open(const FerryUrl *url, const char *name, GError **error);
void ferry_amqp_close(FerryAmqpLink *link); /* NULL is fine */
amqp_connection_state_t ferry_amqp_state(FerryAmqpLink *link);

/* The answer to what was done last, or to reply. */
bool ferry_amqp_check(FerryAmqpLink *link, amqp_rpc_reply_t reply, const char *doing, GError **error);
/* Of a function that returns a status. */
bool ferry_amqp_check_status(int status, const char *doing, GError **error);

/* The next frame that is not a heartbeat, waiting up to wait_ms or until wake_fd can be read. *ret_has_frame
 * false: none. A close of channel or connection is an error. Keeps up the heartbeats: to be called all the
 * time. */
bool ferry_amqp_next_frame(FerryAmqpLink *link, int wake_fd, guint wait_ms, amqp_frame_t *ret_frame,
			   bool *ret_has_frame, GError **error);
