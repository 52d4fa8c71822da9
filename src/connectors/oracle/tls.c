/*
 * See tls.h; OpenSSL does the work. The wallet is Oracle's ewallet.pem: the client's certificate and key, and
 * the authorities. The server is known by its host name, or by the distinguished name that the URL gives,
 * whose parts may come in either order, as in Oracle's own clients.
 */
#include "connectors/oracle/tls.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <string.h>

struct FerryOracleTlsSession {
	SSL_CTX *context;
	SSL *ssl;
	char *host;
	char *server_dn;
	bool checks_server;
};

static bool fail_tls(GError **error, const char *doing)
{
	unsigned long code = ERR_get_error();
	char text[256] = "unknown error";

	if (code)
		ERR_error_string_n(code, text, sizeof text);
	ERR_clear_error();
	return ferry_fail(error, FERRY_ERROR_CONNECT, "TLS: %s: %s", doing, text);
}

static int give_password(char *out, int size, int writes, void *data)
{
	const char *password = data;
	size_t len = password ? strlen(password) : 0;

	if (writes || len > (size_t)size)
		return 0;
	memcpy(out, password, len);
	return (int)len;
}

static bool load_wallet(SSL_CTX *context, const FerryOracleTls *tls, GError **error)
{
	SSL_CTX_set_default_passwd_cb(context, give_password);
	SSL_CTX_set_default_passwd_cb_userdata(context, (void *)tls->wallet_password);
	bool is_ok = SSL_CTX_load_verify_locations(context, tls->wallet_file, NULL) == 1;
	/* A wallet without a certificate of the client's has the authorities only. */
	if (is_ok && SSL_CTX_use_certificate_chain_file(context, tls->wallet_file) == 1)
		is_ok = SSL_CTX_use_PrivateKey_file(context, tls->wallet_file, SSL_FILETYPE_PEM) == 1;
	SSL_CTX_set_default_passwd_cb_userdata(context, NULL);
	if (!is_ok)
		return fail_tls(error, tls->wallet_file);
	ERR_clear_error();
	return true;
}

static bool set_up_context(SSL_CTX *context, const FerryOracleTls *tls, GError **error)
{
	SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
	SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
	if (tls->wallet_file && !load_wallet(context, tls, error))
		return false;
	if (tls->ca_file && SSL_CTX_load_verify_locations(context, tls->ca_file, NULL) != 1)
		return fail_tls(error, tls->ca_file);
	if (!tls->wallet_file && !tls->ca_file)
		SSL_CTX_set_default_verify_paths(context);
	SSL_CTX_set_verify(context, tls->checks_server ? SSL_VERIFY_PEER : SSL_VERIFY_NONE, NULL);
	return true;
}

FerryOracleTlsSession *ferry_oracle_tls_new(int fd, const char *host, const FerryOracleTls *tls,
					    GError **error)
{
	FerryOracleTlsSession *session = g_new0(FerryOracleTlsSession, 1);

	session->host = g_strdup(host);
	session->server_dn = g_strdup(tls->server_dn);
	session->checks_server = tls->checks_server;
	session->context = SSL_CTX_new(TLS_client_method());
	if (!session->context || !set_up_context(session->context, tls, error)) {
		if (!session->context)
			fail_tls(error, "no context");
		ferry_oracle_tls_free(session);
		return NULL;
	}
	session->ssl = SSL_new(session->context);
	if (!session->ssl || SSL_set_fd(session->ssl, fd) != 1) {
		fail_tls(error, "no session");
		ferry_oracle_tls_free(session);
		return NULL;
	}
	if (!g_hostname_is_ip_address(host))
		SSL_set_tlsext_host_name(session->ssl, host);
	return session;
}

void ferry_oracle_tls_free(FerryOracleTlsSession *session)
{
	if (!session)
		return;
	SSL_free(session->ssl);
	SSL_CTX_free(session->context);
	g_free(session->host);
	g_free(session->server_dn);
	g_free(session);
}

/* ---- who the server is ---- */

static int compare_parts(gconstpointer a, gconstpointer b)
{
	return g_ascii_strcasecmp(*(char *const *)a, *(char *const *)b);
}

/* The parts of "CN=db, O=x" in an order of their own, joined by newlines. */
static char *normal_dn(const char *dn)
{
	g_auto(GStrv) parts = g_strsplit_set(dn, ",/", -1);
	g_autoptr(GPtrArray) kept = g_ptr_array_new();

	for (size_t i = 0; parts[i]; i++) {
		g_strstrip(parts[i]);
		if (*parts[i])
			g_ptr_array_add(kept, parts[i]);
	}
	g_ptr_array_sort(kept, compare_parts);
	g_ptr_array_add(kept, NULL);
	return g_strjoinv("\n", (char **)kept->pdata);
}

static bool check_dn(X509 *certificate, const char *wanted, GError **error)
{
	char *line = X509_NAME_oneline(X509_get_subject_name(certificate), NULL, 0);
	g_autofree char *have = normal_dn(line ? line : ""), *want = normal_dn(wanted);
	bool is_same = g_ascii_strcasecmp(have, want) == 0;

	if (!is_same)
		ferry_fail(error, FERRY_ERROR_CONNECT, "TLS: the server's certificate is for %s, not for %s",
			   line ? line : "nobody", wanted);
	OPENSSL_free(line);
	return is_same;
}

static bool check_server(FerryOracleTlsSession *session, GError **error)
{
	if (!session->checks_server)
		return true;
	X509 *certificate = SSL_get1_peer_certificate(session->ssl);
	bool is_ok = certificate != NULL;
	if (!is_ok)
		ferry_fail(error, FERRY_ERROR_CONNECT, "TLS: the server has no certificate");
	else if (session->server_dn)
		is_ok = check_dn(certificate, session->server_dn, error);
	else if (X509_check_host(certificate, session->host, 0, 0, NULL) != 1 &&
		 X509_check_ip_asc(certificate, session->host, 0) != 1)
		is_ok = ferry_fail(error, FERRY_ERROR_CONNECT, "TLS: the server's certificate is not for %s",
				   session->host);
	X509_free(certificate);
	if (!is_ok)
		ferry_error_hint(
			error,
			"give the name with ?ssl-server-dn=…, or do without the check: ?ssl-verify=off");
	return is_ok;
}

/* ---- bytes ---- */

static FerryOracleTlsWant wish(FerryOracleTlsSession *session, int result, GError **error)
{
	switch (SSL_get_error(session->ssl, result)) {
	case SSL_ERROR_WANT_READ: return FERRY_ORACLE_TLS_READ;
	case SSL_ERROR_WANT_WRITE: return FERRY_ORACLE_TLS_WRITE;
	case SSL_ERROR_ZERO_RETURN:
		ferry_fail_server(error, FERRY_ERROR_LOST, NULL, 0, true, "the server closed the connection");
		return FERRY_ORACLE_TLS_FAILED;
	case SSL_ERROR_SYSCALL:
		ERR_clear_error();
		ferry_fail_server(error, FERRY_ERROR_LOST, NULL, 0, true, "the connection broke");
		return FERRY_ORACLE_TLS_FAILED;
	default: fail_tls(error, "the connection failed"); return FERRY_ORACLE_TLS_FAILED;
	}
}

FerryOracleTlsWant ferry_oracle_tls_handshake(FerryOracleTlsSession *session, GError **error)
{
	ERR_clear_error();
	int result = SSL_connect(session->ssl);

	if (result == 1)
		return check_server(session, error) ? FERRY_ORACLE_TLS_DONE : FERRY_ORACLE_TLS_FAILED;
	long verdict = SSL_get_verify_result(session->ssl);
	if (session->checks_server && verdict != X509_V_OK) {
		ERR_clear_error();
		ferry_fail(error, FERRY_ERROR_CONNECT, "TLS: the server's certificate is not accepted: %s",
			   X509_verify_cert_error_string(verdict));
		ferry_error_hint(error, "name the authority with ?ssl-ca=FILE or ?wallet=FOLDER");
		return FERRY_ORACLE_TLS_FAILED;
	}
	return wish(session, result, error);
}

ssize_t ferry_oracle_tls_receive(FerryOracleTlsSession *session, uint8_t *data, size_t room,
				 FerryOracleTlsWant *want, GError **error)
{
	ERR_clear_error();
	int n = SSL_read(session->ssl, data, (int)MIN(room, (size_t)G_MAXINT));

	if (n > 0)
		return n;
	*want = wish(session, n, error);
	return *want == FERRY_ORACLE_TLS_FAILED ? 0 : -1;
}

ssize_t ferry_oracle_tls_send(FerryOracleTlsSession *session, const uint8_t *data, size_t len,
			      FerryOracleTlsWant *want, GError **error)
{
	ERR_clear_error();
	int n = SSL_write(session->ssl, data, (int)MIN(len, (size_t)G_MAXINT));

	if (n > 0)
		return n;
	*want = wish(session, n, error);
	return *want == FERRY_ORACLE_TLS_FAILED ? 0 : -1;
}
