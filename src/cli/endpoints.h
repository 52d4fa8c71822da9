/*
 * The two ends of a command: URL, connector, connection. The password comes from the URL, else from
 * FERRY_SOURCE_PASSWORD or FERRY_TARGET_PASSWORD, else from where the client library looks (~/.pgpass,
 * ~/.my.cnf); and when the server refuses, a person at a terminal is asked, three times at most.
 */
#pragma once

#include "cli/progress.h"
#include "connectors/connector.h"

/* COMPARED: a target that is only read. */
typedef enum { FERRY_END_SOURCE, FERRY_END_TARGET, FERRY_END_COMPARED } FerryEnd;

typedef struct FerryEndpoint {
	FerryEnd end;
	FerryUrl *url;
	const FerryConnector *connector;
	FerryConnection *connection; /* NULL while closed */
	FerryProgress *progress;     /* borrowed, or NULL: what leaves the terminal to the prompt for a password */
	bool is_new_file;            /* the URL names a file that did not exist before open */
} FerryEndpoint;

/* Parses the URL, finds the connector, checks that it can be that end, fills in the password from the
 * environment. */
bool ferry_endpoint_init(FerryEndpoint *endpoint, FerryEnd end, const char *text,
			 GError **error) G_GNUC_WARN_UNUSED_RESULT;
void ferry_endpoint_clear(FerryEndpoint *endpoint); /* zeroed is fine */

/* create: a target that is a file may be made. */
bool ferry_endpoint_open(FerryEndpoint *endpoint, bool create, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void ferry_endpoint_close(FerryEndpoint *endpoint);
/* Removes the file that open has made, if nothing was put into it: for commands that only look. Call it after
 * close. */
void ferry_endpoint_discard_new_file(const FerryEndpoint *endpoint);

/* Fails when privileges are missing, with the statements that grant them as the hint. */
bool ferry_endpoint_check_privileges(const FerryEndpoint *endpoint, bool as_target,
				     GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Fails when both are plainly the same database. */
bool ferry_endpoints_check_distinct(const FerryEndpoint *source, const FerryEndpoint *target,
				    GError **error) G_GNUC_WARN_UNUSED_RESULT;
