/* The server versions that this server can be taken for. What was recorded from 19.22 and 23.26 is as
 * recorded; the others are between. */
#include "server.h"

/* ACCEPT's flags2: fast authentication, end of response, and a third bit that 23.26 sets. */
#define FLAGS2_23 0x1a000000

static const Profile profiles[] = {
	{"12.1",
	 "Oracle Database 12c Enterprise Edition Release 12.1.0.2.0 - 64bit Production",
	 {12, 1, 0, 2, 0},
	 315,
	 7,
	 873,
	 38,
	 0x6f,
	 0xff,
	 0x0f,
	 0,
	 7},
	{"12.2",
	 "Oracle Database 12c Enterprise Edition Release 12.2.0.1.0 - 64bit Production",
	 {12, 2, 0, 1, 0},
	 316,
	 9,
	 873,
	 41,
	 0x6f,
	 0xff,
	 0x0f,
	 0,
	 7},
	{"19",
	 "Oracle Database 19c Enterprise Edition Release 19.0.0.0.0 - Production",
	 {19, 22, 0, 0, 0},
	 318,
	 12,
	 46,
	 42,
	 0x6f,
	 0xff,
	 0x0f,
	 0,
	 7},
	{"21",
	 "Oracle Database 21c Enterprise Edition Release 21.0.0.0.0 - Production",
	 {21, 3, 0, 0, 0},
	 318,
	 16,
	 873,
	 51,
	 0x6f,
	 0xff,
	 0x0f,
	 0,
	 11},
	{"23",
	 "Oracle Database 23ai Free Release 23.0.0.0.0 - Develop, Learn, and Run for Free",
	 {23, 4, 0, 24, 5},
	 319,
	 24,
	 873,
	 53,
	 0xef,
	 0xff,
	 0x2f,
	 FLAGS2_23,
	 13},
	{"26",
	 "Oracle AI Database 26ai Free Release 23.26.0.0.0 - Develop, Learn, and Run for Free",
	 {23, 26, 0, 0, 0},
	 319,
	 27,
	 873,
	 54,
	 0xef,
	 0xff,
	 0x2f,
	 FLAGS2_23,
	 13},
};

const Profile *profile_find(const char *name)
{
	for (guint i = 0; i < G_N_ELEMENTS(profiles); i++)
		if (!strcmp(profiles[i].name, name))
			return &profiles[i];
	return NULL;
}
