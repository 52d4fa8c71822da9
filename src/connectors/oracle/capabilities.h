/* The messages in which client and server tell each other what they can do. No state. */
#pragma once

#include "connectors/oracle/wire.h"

typedef struct FerryOracleServer {
	uint8_t fields; /* version of the messages' fields that it speaks */
	uint16_t national_charset;
	bool has_32k_strings;
} FerryOracleServer;

void ferry_oracle_put_protocol(GByteArray *out);
void ferry_oracle_put_data_types(GByteArray *out, uint8_t fields, bool has_response_end);
/* Bodies of the replies. False: see the wire. */
bool ferry_oracle_read_protocol(FerryOracleWire *w, FerryOracleServer *ret);
bool ferry_oracle_skip_data_types(FerryOracleWire *w);
