/*
 * Where a URL leads: the addresses to try, in their order, and what is asked of the listener there. The URL
 * names host, port and service; or a name of tnsnames.ora; or it holds a whole descriptor (?descriptor=). One
 * owner.
 */
#pragma once

#include "base/url.h"

#include <stdbool.h>

typedef struct FerryOracleAddress {
	char *host;
	int port;
	bool is_tls;
	char *connect_data; /* "(CONNECT_DATA=…)", without the client's own particulars, without its last
			       bracket */
	char *server_dn;    /* or NULL */
} FerryOracleAddress;

void ferry_oracle_address_free(FerryOracleAddress *address);

/* FerryOracleAddress; NULL: an error. */
GPtrArray *ferry_oracle_addresses(const FerryUrl *url, GError **error);
/* Their hosts (char*). */
GPtrArray *ferry_oracle_hosts(const FerryUrl *url, GError **error);

/* The whole text for the listener at the address; newly allocated. */
char *ferry_oracle_connect_text(const FerryOracleAddress *address, const char *user);
/* The address that a redirect names; NULL where it names none. connect_data is empty. */
FerryOracleAddress *ferry_oracle_redirect_address(const char *text);
