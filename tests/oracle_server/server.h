/* What the command line said: the same for all connections, read only after the start. */
#pragma once
#include <glib.h>
#include <openssl/ssl.h>

/* What servers of some versions were seen to do though nobody asked; clients must live with each. */
typedef enum {
	HABIT_END_FLAG = 1,    /* the last packet of a response is flagged though that was not agreed on */
	HABIT_PACKET_FLAG = 2, /* packets have flag 0x20 */
	HABIT_BREAK_ONLY = 4,  /* before an error: MARKER 1, and 2 only when the client has reset */
	HABIT_RESET_ONLY = 8,  /* MARKER 2 only */
	HABIT_PID = 16,        /* piggyback 2 before replies */
	HABIT_LTXID = 32,      /* piggyback 7 before replies */
} Habit;

/* A server version as clients can tell it from the wire. */
typedef struct Profile {
	const char *name;     /* as --profile has it */
	const char *banner;   /* V$VERSION */
	guint version[5];     /* 19, 22, 0, 0, 0 */
	guint16 tns_version;  /* in ACCEPT */
	guint8 field_version; /* compile capability 7 */
	guint16 charset;      /* of the database; 873 is AL32UTF8 */
	guint8 n_compile, logon, lob_caps, inband;
	guint32 flags2; /* in ACCEPT, from 318 on */
	guint n_runtime;
	guint habits; /* of Habit */
} Profile;

/* What a server does that wants native network encryption, which no thin client speaks. */
typedef enum {
	NATIVE_OFF,
	NATIVE_ASK,    /* ACCEPT wants an exchange of native services */
	NATIVE_REFUSE, /* ORA-12660 */
	NATIVE_DROP,   /* it hangs up after the client's first message */
} NativeEncryption;

typedef enum { ACCOUNT_OPEN, ACCOUNT_LOCKED, ACCOUNT_EXPIRED, ACCOUNT_GRACE } AccountState;

typedef struct Schema {
	char *owner, *path;
} Schema;

typedef struct Server {
	const Profile *profile;
	GPtrArray *schemas; /* of Schema; the first is the user's own */
	char *user, *password, *service;
	char **refused; /* or NULL: what the user may not see or call: views, packages, FLASHBACK */
	char *redirect; /* host:port, or NULL: CONNECT is answered by REDIRECT to there */
	NativeEncryption native;
	gboolean verifier_11g, verifier_10g, resend, trace, old_session_key, without_dba, remember,
		temporary_lobs;
	AccountState account;
	guint32 sdu;
	guint cut;    /* DATA packets carry at most so many bytes; 0: as many as the SDU lets */
	SSL_CTX *tls; /* NULL: plain TCP */
	guint8 salt[16], csk_salt[16];
} Server;

/* The number of --refuse WHAT=NUMBER; 0: it was not given. */
int server_refuses(const Server *server, const char *what);

const Profile *profile_find(const char *name);

/* Serves one client until it leaves; closes the socket. */
void session_run(Server *server, int fd, guint number);
