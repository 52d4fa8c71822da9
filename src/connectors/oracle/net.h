/*
 * The socket under a connection: TCP, or TLS over it. It never blocks beyond its deadline, and while it waits
 * for bytes another thread can wake it (cancel). One thread uses it, but for ferry_oracle_net_wake().
 */
#pragma once

#include "base/error.h"

#include <stddef.h>
#include <stdint.h>

/* How TLS is to be made; all borrowed, all but is_on may be NULL or false. */
typedef struct FerryOracleTls {
	bool is_on;
	const char *ca_file;     /* PEM; NULL: the system's authorities */
	const char *wallet_file; /* PEM with the client's certificate and key, and authorities */
	const char *wallet_password;
	bool checks_server; /* certificate, and host name or dn */
	const char *server_dn;
} FerryOracleTls;

typedef struct FerryOracleNet FerryOracleNet;

/* Connects, with TLS where it is asked for. NULL and FERRY_ERROR_CONNECT. deadline_us: monotonic time, for
 * this and everything until another one is set. */
FerryOracleNet *ferry_oracle_net_connect(const char *host, int port, const FerryOracleTls *tls,
					 int64_t deadline_us, GError **error);
void ferry_oracle_net_free(FerryOracleNet *net); /* NULL is fine */

/* The deadline of the next of n addresses that are left until end_us (-1: none): each gets its share of the time, so that one
 * that does not answer leaves some to the others. */
int64_t ferry_oracle_net_share(int64_t end_us, unsigned n);
/* -1: none. */
void ferry_oracle_net_set_deadline(FerryOracleNet *net, int64_t deadline_us);
/* The TLS handshake once more on the same socket: some listeners want that after they have handed it over. */
bool ferry_oracle_net_redo_tls(FerryOracleNet *net, GError **error);

#define FERRY_ORACLE_NET_FAILED (-1)
#define FERRY_ORACLE_NET_WOKEN  (-2) /* once a wake */
/* Bytes received (1 … room), FAILED with an error, or WOKEN. */
ssize_t ferry_oracle_net_receive(FerryOracleNet *net, uint8_t *data, size_t room, GError **error);
bool ferry_oracle_net_send(FerryOracleNet *net, const uint8_t *data, size_t len, GError **error);

/* From any thread. */
void ferry_oracle_net_wake(FerryOracleNet *net);
