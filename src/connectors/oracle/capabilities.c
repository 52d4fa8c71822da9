/*
 * What the client can do, told in two messages: the protocol message and the data types message. The list of
 * types also chooses how later messages are laid out, so it is that of one of Oracle's own clients
 * (node-oracledb), whole and in its order, and message.c and describe.c read the layouts that belong to it.
 */
#include "connectors/oracle/capabilities.h"

#include "connectors/oracle/put.h"

#define CHARSET_UTF8     873
#define MULTI_BYTE       0x01
#define LENGTHS_ARE_SENT 0x02
#define N_COMPILE        53
#define N_RUNTIME        7
#define ENDS_OF_RESPONSE 0x20

/* first to last, each converted to itself (to: 0) or to another type; 1: in universal form, 10: in Oracle's.
 */
static const struct {
	uint16_t first, last, to, form;
} data_types[] = {
	{1, 1, 0, 1},       {2, 2, 0, 10},      {8, 8, 0, 1},       {12, 12, 0, 10},  {23, 26, 0, 1},
	{27, 27, 0, 10},    {28, 33, 0, 1},     {10, 11, 0, 1},     {40, 41, 0, 1},   {117, 117, 0, 1},
	{120, 120, 0, 1},   {290, 294, 0, 1},   {298, 313, 0, 1},   {315, 323, 0, 1}, {327, 329, 0, 1},
	{331, 331, 0, 1},   {333, 346, 0, 1},   {348, 349, 0, 1},   {354, 355, 0, 1}, {359, 359, 0, 1},
	{363, 363, 0, 1},   {380, 391, 0, 1},   {393, 401, 0, 1},   {404, 407, 0, 1}, {413, 427, 0, 1},
	{429, 433, 0, 1},   {449, 450, 0, 1},   {454, 463, 0, 1},   {466, 486, 0, 1}, {490, 496, 0, 1},
	{498, 502, 0, 1},   {509, 510, 0, 1},   {513, 514, 0, 1},   {516, 543, 0, 1}, {560, 560, 0, 1},
	{565, 565, 0, 1},   {572, 576, 0, 1},   {578, 578, 0, 1},   {563, 564, 0, 1}, {579, 585, 0, 1},
	{3, 3, 2, 10},      {4, 4, 2, 10},      {5, 5, 1, 1},       {6, 6, 2, 10},    {7, 7, 2, 10},
	{9, 9, 1, 1},       {15, 15, 1, 1},     {39, 39, 0, 1},     {68, 68, 2, 10},  {91, 91, 2, 10},
	{94, 94, 1, 1},     {95, 95, 23, 1},    {96, 96, 0, 1},     {97, 97, 96, 1},  {100, 102, 0, 1},
	{104, 104, 11, 1},  {106, 106, 0, 1},   {108, 108, 109, 1}, {109, 109, 0, 1}, {110, 110, 111, 1},
	{111, 115, 0, 1},   {116, 116, 102, 1}, {119, 119, 0, 1},   {198, 198, 0, 1}, {146, 146, 0, 1},
	{152, 152, 2, 10},  {153, 153, 2, 10},  {154, 154, 2, 10},  {155, 155, 1, 1}, {156, 156, 12, 10},
	{172, 172, 2, 10},  {178, 183, 0, 1},   {184, 184, 12, 10}, {185, 190, 0, 1}, {195, 195, 112, 1},
	{196, 196, 113, 1}, {197, 197, 114, 1}, {208, 208, 0, 1},   {231, 231, 0, 1}, {232, 232, 231, 1},
	{233, 233, 0, 1},   {241, 241, 109, 1}, {252, 252, 0, 1},   {590, 592, 0, 1}, {613, 616, 0, 1},
	{611, 612, 0, 1},   {593, 605, 0, 1},   {622, 632, 0, 1},   {637, 638, 0, 1}, {636, 636, 0, 1},
	{639, 639, 0, 1},   {663, 663, 0, 1},   {640, 640, 0, 1},   {652, 652, 0, 1}, {646, 647, 0, 1},
	{127, 127, 0, 1},   {660, 661, 0, 1},   {665, 665, 0, 1},   {668, 670, 0, 1},
};

/* Capabilities that are not 0. 7, the version of the fields, and 40, ends of responses, depend on the server.
 */
static const struct {
	uint8_t place, value;
} compile_capabilities[] = {
	{0, 6},     {4, 0xea},  {5, 0x18}, {8, 1},     {9, 1},  {15, 0x29}, {16, 0x90}, {17, 3},
	{18, 7},    {19, 3},    {21, 1},   {23, 0xcf}, {26, 4}, {27, 1},    {31, 0x10}, {34, 12},
	{35, 0x20}, {37, 0xb8}, {39, 8},   {40, 0x04}, {42, 5}, {44, 0x3e}, {45, 3},    {52, 3},
};

void ferry_oracle_put_protocol(GByteArray *out)
{
	static const char driver[] = "ferry";

	ferry_oracle_put_u8(out, 1);
	ferry_oracle_put_u8(out, 6);
	ferry_oracle_put_u8(out, 0);
	g_byte_array_append(out, (const uint8_t *)driver, sizeof driver);
}

static void put_capabilities(GByteArray *out, uint8_t fields, bool has_response_end)
{
	uint8_t compile[N_COMPILE] = {0}, runtime[N_RUNTIME] = {2, 0, 0, 0, 0, 0, 5};

	for (size_t i = 0; i < G_N_ELEMENTS(compile_capabilities); i++)
		compile[compile_capabilities[i].place] = compile_capabilities[i].value;
	compile[7] = fields;
	if (has_response_end)
		compile[40] |= ENDS_OF_RESPONSE;
	ferry_oracle_put_value(out, compile, sizeof compile);
	ferry_oracle_put_value(out, runtime, sizeof runtime);
}

void ferry_oracle_put_data_types(GByteArray *out, uint8_t fields, bool has_response_end)
{
	ferry_oracle_put_u8(out, 2);
	ferry_oracle_put_u16le(out, CHARSET_UTF8);
	ferry_oracle_put_u16le(out, CHARSET_UTF8);
	ferry_oracle_put_u8(out, MULTI_BYTE | LENGTHS_ARE_SENT);
	put_capabilities(out, fields, has_response_end);
	for (size_t i = 0; i < G_N_ELEMENTS(data_types); i++) {
		for (uint16_t type = data_types[i].first; type <= data_types[i].last; type++) {
			ferry_oracle_put_u16(out, type);
			ferry_oracle_put_u16(out, data_types[i].to ? data_types[i].to : type);
			ferry_oracle_put_u16(out, data_types[i].form);
			ferry_oracle_put_u16(out, 0);
		}
	}
	ferry_oracle_put_u16(out, 0);
}

bool ferry_oracle_read_protocol(FerryOracleWire *w, FerryOracleServer *ret)
{
	size_t len, n_skip;
	uint8_t fdo[512];

	ferry_oracle_get_u8(w); /* version */
	ferry_oracle_get_u8(w);
	for (unsigned i = 0; i < 256 && ferry_oracle_get_u8(w); i++)
		;                  /* the banner, up to its NUL */
	ferry_oracle_get_u16le(w); /* character set: all is sent as UTF-8 */
	ferry_oracle_get_u8(w);    /* flags */
	n_skip = ferry_oracle_get_u16le(w);
	ferry_oracle_skip(w, n_skip * 5);
	len = ferry_oracle_get_u16(w);
	if (len > sizeof fdo) {
		ferry_oracle_wire_malformed(w, "a protocol message that is too long");
		return false;
	}
	ferry_oracle_copy(w, fdo, len);
	if (w->state == FERRY_ORACLE_WIRE_FINE && len > 6) {
		size_t place = (size_t)6 + fdo[5] + fdo[6];
		if (place + 4 < len)
			ret->national_charset = (uint16_t)(fdo[place + 3] << 8 | fdo[place + 4]);
	}
	const uint8_t *caps = ferry_oracle_get_value(w, 4096, &len);
	ret->fields = caps && len > 7 ? caps[7] : 0;
	caps = ferry_oracle_get_value(w, 4096, &len);
	ret->has_32k_strings = caps && len > 6 && caps[6] & 4;
	return w->state == FERRY_ORACLE_WIRE_FINE;
}

bool ferry_oracle_skip_data_types(FerryOracleWire *w)
{
	uint16_t type;

	while (w->state == FERRY_ORACLE_WIRE_FINE && (type = ferry_oracle_get_u16(w)) != 0)
		if (ferry_oracle_get_u16(w) != 0)
			ferry_oracle_get_u32(w);
	return w->state == FERRY_ORACLE_WIRE_FINE;
}
