/* TLS over a non-blocking socket, for net.c only. One thread a session. */
#pragma once

#include "connectors/oracle/net.h"

#include <sys/types.h>

typedef struct FerryOracleTlsSession FerryOracleTlsSession;

typedef enum {
	FERRY_ORACLE_TLS_FAILED,
	FERRY_ORACLE_TLS_DONE,
	FERRY_ORACLE_TLS_READ, /* go on when the socket can be read, or written */
	FERRY_ORACLE_TLS_WRITE
} FerryOracleTlsWant;

FerryOracleTlsSession *ferry_oracle_tls_new(int fd, const char *host, const FerryOracleTls *tls,
					    GError **error);
void ferry_oracle_tls_free(FerryOracleTlsSession *session); /* NULL is fine */
FerryOracleTlsWant ferry_oracle_tls_handshake(FerryOracleTlsSession *session, GError **error);

/* Bytes; 0: failed; -1: not now, *want says what to wait for. */
ssize_t ferry_oracle_tls_receive(FerryOracleTlsSession *session, uint8_t *data, size_t room,
				 FerryOracleTlsWant *want, GError **error);
ssize_t ferry_oracle_tls_send(FerryOracleTlsSession *session, const uint8_t *data, size_t len,
			      FerryOracleTlsWant *want, GError **error);
