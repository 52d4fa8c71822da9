/* An Oracle server for tests: TNS and TTC over tables in SQLite files. See README.md. */
#include "crypto.h"
#include "server.h"
#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/socket.h>
#include <unistd.h>

typedef struct Client {
	Server *server;
	int fd;
	guint number;
} Client;

static gpointer serve(gpointer data)
{
	Client *client = data;

	session_run(client->server, client->fd, client->number);
	g_free(client);
	return NULL;
}

static int listen_at(int port, int *ret_port)
{
	struct sockaddr_in address = {
		.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof address;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), on = 1;

	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
	if (bind(fd, (struct sockaddr *)&address, len) || listen(fd, 128) ||
	    getsockname(fd, (struct sockaddr *)&address, &len))
		return -1;
	*ret_port = ntohs(address.sin_port);
	return fd;
}

static gboolean add_schema(Server *server, const char *arg)
{
	const char *equals = strchr(arg, '=');
	Schema *schema = g_new0(Schema, 1);

	schema->owner = equals ? g_strndup(arg, equals - arg) : g_ascii_strup(server->user, -1);
	schema->path = g_strdup(equals ? equals + 1 : arg);
	g_ptr_array_add(server->schemas, schema);
	return TRUE;
}

static gboolean load_tls(Server *server, const char *cert, const char *key)
{
	if (!cert)
		return TRUE;
	server->tls = SSL_CTX_new(TLS_server_method());
	return SSL_CTX_use_certificate_chain_file(server->tls, cert) == 1 &&
	       SSL_CTX_use_PrivateKey_file(server->tls, key ? key : cert, SSL_FILETYPE_PEM) == 1;
}

static gboolean set_account(Server *server, const char *state)
{
	static const char *const states[] = {"open", "locked", "expired", "grace"};

	for (guint i = 0; i < G_N_ELEMENTS(states); i++)
		if (!g_strcmp0(state, states[i])) {
			server->account = i;
			return TRUE;
		}
	return !state;
}

static gboolean set_native(Server *server, const char *how)
{
	static const char *const hows[] = {"off", "ask", "refuse", "drop"};

	for (guint i = 0; i < G_N_ELEMENTS(hows); i++)
		if (!g_strcmp0(how, hows[i])) {
			server->native = i;
			return TRUE;
		}
	return !how;
}

static int run(Server *server, int port)
{
	int fd = listen_at(port, &port);

	if (fd < 0) {
		g_printerr("cannot listen at port %d\n", port);
		return 1;
	}
	g_print("%d\n", port);
	fflush(stdout);
	for (guint number = 1;; number++) {
		int client_fd = accept(fd, NULL, NULL);
		Client *client;

		if (client_fd < 0)
			continue;
		client = g_new0(Client, 1);
		*client = (Client){server, client_fd, number};
		g_thread_unref(g_thread_new("client", serve, client));
	}
}

int main(int argc, char **argv)
{
	Server server = {.sdu = 8192, .schemas = g_ptr_array_new()};
	g_auto(GStrv) files = NULL;
	g_autofree char *profile = NULL, *verifier = NULL, *cert = NULL, *key = NULL, *account = NULL,
			*native = NULL;
	int port = 0, sdu = 8192, cut = 0;
	const GOptionEntry entries[] = {
		{"db", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &files,
		 "A schema's tables; without OWNER= the user's own", "[OWNER=]FILE"},
		{"user", 0, 0, G_OPTION_ARG_STRING, &server.user, "Who may log in", "NAME"},
		{"password", 0, 0, G_OPTION_ARG_STRING, &server.password, "The user's password", "TEXT"},
		{"port", 0, 0, G_OPTION_ARG_INT, &port, "0 takes a free one; the port is printed", "N"},
		{"profile", 0, 0, G_OPTION_ARG_STRING, &profile,
		 "11.2 (which thin clients refuse), 12.1, 12.2, 19, 21, 23 or 26", "VERSION"},
		{"verifier", 0, 0, G_OPTION_ARG_STRING, &verifier,
		 "10g (which thin clients refuse), 11g, 11g-old (session keys of 48 bytes) or 12c", "KIND"},
		{"native-encryption", 0, 0, G_OPTION_ARG_STRING, &native,
		 "What is done for the want of it: off, ask, refuse or drop", "HOW"},
		{"service", 0, 0, G_OPTION_ARG_STRING, &server.service, "The only service or SID there is",
		 "NAME"},
		{"account", 0, 0, G_OPTION_ARG_STRING, &account, "open, locked, expired or grace", "STATE"},
		{"sdu", 0, 0, G_OPTION_ARG_INT, &sdu, "The largest packet", "BYTES"},
		{"cut", 0, 0, G_OPTION_ARG_INT, &cut, "Bytes that a DATA packet carries at most", "N"},
		{"redirect", 0, 0, G_OPTION_ARG_STRING, &server.redirect, "Send clients there", "HOST:PORT"},
		{"resend", 0, 0, G_OPTION_ARG_NONE, &server.resend, "Ask for each CONNECT twice", NULL},
		{"temporary-lobs", 0, 0, G_OPTION_ARG_NONE, &server.temporary_lobs,
		 "locators are those of temporary LOBs, as of ones that queries make", NULL},
		{"without-dba", 0, 0, G_OPTION_ARG_NONE, &server.without_dba,
		 "The user may not see DBA_ views", NULL},
		{"refuse", 0, 0, G_OPTION_ARG_STRING_ARRAY, &server.refused,
		 "What the user may not see or call: a view, a package, a privilege; FLASHBACK; "
		 "TABLE=NUMBER: "
		 "the table is not read as of an SCN, with that error; LISTENER=NUMBER, LOGIN=NUMBER",
		 "NAME"},
		{"remember", 0, 0, G_OPTION_ARG_NONE, &server.remember,
		 "Keep answers: for benchmarks of clients", NULL},
		{"tls-cert", 0, 0, G_OPTION_ARG_FILENAME, &cert, "TCPS with this certificate", "FILE"},
		{"tls-key", 0, 0, G_OPTION_ARG_FILENAME, &key, "and this key", "FILE"},
		{"trace", 0, 0, G_OPTION_ARG_NONE, &server.trace, "Tell statements and oddities on stderr",
		 NULL},
		{NULL},
	};
	g_autoptr(GOptionContext) context = g_option_context_new(NULL);
	g_autoptr(GError) error = NULL;

	signal(SIGPIPE, SIG_IGN);
	sqlite3_config(SQLITE_CONFIG_MULTITHREAD); /* a connection is its thread's own: no mutexes */
	sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
	g_option_context_add_main_entries(context, entries, NULL);
	if (!g_option_context_parse(context, &argc, &argv, &error)) {
		g_printerr("%s\n", error->message);
		return 2;
	}
	server.profile = profile_find(profile ? profile : "19");
	if (!server.profile || !server.user || !server.password || !set_account(&server, account) ||
	    !set_native(&server, native) || !load_tls(&server, cert, key)) {
		g_printerr("--user, --password, and known values for --profile, --account and --tls-cert are "
			   "needed\n");
		return 2;
	}
	server.verifier_10g = !g_strcmp0(verifier, "10g");
	server.verifier_11g = verifier && (server.verifier_10g || g_str_has_prefix(verifier, "11g"));
	server.old_session_key = !g_strcmp0(verifier, "11g-old");
	server.sdu = sdu;
	server.cut = cut;
	for (guint i = 0; files && files[i]; i++)
		add_schema(&server, files[i]);
	crypto_random(server.salt, sizeof server.salt);
	crypto_random(server.csk_salt, sizeof server.csk_salt);
	return run(&server, port);
}
