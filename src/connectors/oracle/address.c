/* See address.h. Lists of addresses are tried in order, or, where they say LOAD_BALANCE, in any. */
#include "connectors/oracle/address.h"

#include "base/error.h"
#include "connectors/oracle/nv.h"

#include <string.h>
#include <unistd.h>

#define DEFAULT_PORT 1521

void ferry_oracle_address_free(FerryOracleAddress *a)
{
	if (!a)
		return;
	g_free(a->host);
	g_free(a->connect_data);
	g_free(a->server_dn);
	g_free(a);
}

static bool is_tcps(const char *protocol)
{
	return protocol && g_ascii_strcasecmp(protocol, "tcps") == 0;
}

static bool is_yes(const char *value)
{
	return value && (g_ascii_strcasecmp(value, "on") == 0 || g_ascii_strcasecmp(value, "yes") == 0 ||
			 g_ascii_strcasecmp(value, "true") == 0);
}

/* ---- descriptors ---- */

static FerryOracleAddress *read_address(const FerryOracleNv *nv)
{
	const char *host = ferry_oracle_nv_value(nv, "HOST"), *port = ferry_oracle_nv_value(nv, "PORT");
	guint64 number = DEFAULT_PORT;

	if (!host || (port && !g_ascii_string_to_unsigned(port, 10, 1, 65535, &number, NULL)))
		return NULL;
	FerryOracleAddress *address = g_new0(FerryOracleAddress, 1);
	address->host = g_strdup(host);
	address->port = (int)number;
	address->is_tls = is_tcps(ferry_oracle_nv_value(nv, "PROTOCOL"));
	return address;
}

FerryOracleAddress *ferry_oracle_redirect_address(const char *text)
{
	g_autoptr(FerryOracleNv) nv = ferry_oracle_nv_parse(&text);
	const FerryOracleNv *found = nv ? ferry_oracle_nv_find(nv, "ADDRESS") : NULL;
	FerryOracleAddress *address = found ? read_address(found) : NULL;

	if (address)
		address->connect_data = g_strdup("");
	return address;
}

/* CONNECT_DATA as it stands, but for the client's particulars, which are ours. */
static char *connect_data_of(const FerryOracleNv *description)
{
	GString *out = g_string_new("(CONNECT_DATA=");
	const FerryOracleNv *data = ferry_oracle_nv_find(description, "CONNECT_DATA");

	for (guint i = 0; data && data->children && i < data->children->len; i++) {
		const FerryOracleNv *child = data->children->pdata[i];
		if (!ferry_oracle_nv_is(child, "CID"))
			ferry_oracle_nv_append(child, out);
	}
	return g_string_free(out, FALSE);
}

static void shuffle(GPtrArray *array, guint first)
{
	for (guint i = array->len; i > first + 1; i--) {
		guint k = first + (guint)g_random_int_range(0, (gint32)(i - first));
		gpointer kept = array->pdata[i - 1];
		array->pdata[i - 1] = array->pdata[k];
		array->pdata[k] = kept;
	}
}

/* The addresses in a list, or in lists of it. */
static void add_addresses(const FerryOracleNv *nv, GPtrArray *out)
{
	guint first = out->len;
	bool is_balanced = false;

	for (guint i = 0; nv->children && i < nv->children->len; i++) {
		const FerryOracleNv *child = nv->children->pdata[i];
		if (ferry_oracle_nv_is(child, "ADDRESS")) {
			FerryOracleAddress *address = read_address(child);
			if (address)
				g_ptr_array_add(out, address);
		} else if (ferry_oracle_nv_is(child, "ADDRESS_LIST")) {
			add_addresses(child, out);
		} else if (ferry_oracle_nv_is(child, "LOAD_BALANCE")) {
			is_balanced = is_yes(child->value);
		}
	}
	if (is_balanced)
		shuffle(out, first);
}

static void add_description(const FerryOracleNv *description, GPtrArray *out)
{
	g_autofree char *connect_data = connect_data_of(description);
	const char *dn = ferry_oracle_nv_value(description, "SSL_SERVER_CERT_DN");
	guint first = out->len;

	add_addresses(description, out);
	for (guint i = first; i < out->len; i++) {
		FerryOracleAddress *address = out->pdata[i];
		address->connect_data = g_strdup(connect_data);
		address->server_dn = g_strdup(dn);
	}
}

static GPtrArray *read_descriptor(const FerryOracleNv *nv, GError **error)
{
	g_autoptr(GPtrArray) out = g_ptr_array_new_with_free_func((GDestroyNotify)ferry_oracle_address_free);

	if (ferry_oracle_nv_is(nv, "DESCRIPTION_LIST")) {
		for (guint i = 0; nv->children && i < nv->children->len; i++)
			if (ferry_oracle_nv_is(nv->children->pdata[i], "DESCRIPTION"))
				add_description(nv->children->pdata[i], out);
	} else {
		add_description(nv, out);
	}
	if (out->len > 0)
		return g_steal_pointer(&out);
	ferry_fail(error, FERRY_ERROR_USAGE, "the connect descriptor names no address with a HOST");
	return NULL;
}

/* ---- tnsnames.ora ---- */

static char *tnsnames_path(const FerryUrl *url)
{
	const char *folder = ferry_url_param(url, "tns-admin", NULL);
	const char *home = g_getenv("ORACLE_HOME");

	if (!folder)
		folder = ferry_url_param(url, "wallet", g_getenv("TNS_ADMIN"));
	if (folder)
		return g_build_filename(folder, "tnsnames.ora", NULL);
	return home ? g_build_filename(home, "network", "admin", "tnsnames.ora", NULL) : NULL;
}

static GPtrArray *look_up(const FerryUrl *url, GError **error)
{
	g_autofree char *path = tnsnames_path(url), *text = NULL;
	g_autoptr(FerryOracleNv) nv = NULL;

	if (path && g_file_get_contents(path, &text, NULL, NULL))
		nv = ferry_oracle_nv_in_tnsnames(text, url->host);
	if (nv)
		return read_descriptor(nv, error);
	ferry_fail(error, FERRY_ERROR_USAGE, "the URL names no service, and %s is no name of %s", url->host,
		   text ? path : "a tnsnames.ora");
	ferry_error_hint(
		error,
		"write oracle://user@host:port/service, or say where tnsnames.ora is: ?tns-admin=FOLDER");
	return NULL;
}

/* ---- URLs ---- */

/* "service", "service:dedicated/instance" as in EZConnect. */
static void append_service(GString *out, const char *database)
{
	size_t name_len = strcspn(database, ":/");
	const char *p = database + name_len;

	g_string_append_printf(out, "(SERVICE_NAME=%.*s)", (int)name_len, database);
	if (*p == ':') {
		size_t len = strcspn(++p, "/");
		if (len > 0)
			g_string_append_printf(out, "(SERVER=%.*s)", (int)len, p);
		p += len;
	}
	if (*p == '/' && p[1])
		g_string_append_printf(out, "(INSTANCE_NAME=%s)", p + 1);
}

static GPtrArray *from_parts(const FerryUrl *url, const char *sid, GError **error)
{
	GPtrArray *out = g_ptr_array_new_with_free_func((GDestroyNotify)ferry_oracle_address_free);
	FerryOracleAddress *address = g_new0(FerryOracleAddress, 1);
	GString *data = g_string_new("(CONNECT_DATA=");

	address->host = g_strdup(url->host && *url->host ? url->host : "localhost");
	address->port = url->port > 0 ? url->port : DEFAULT_PORT;
	address->is_tls = is_tcps(ferry_url_param(url, "protocol", "tcp"));
	if (sid)
		g_string_append_printf(data, "(SID=%s)", sid);
	else
		append_service(data, url->database);
	address->connect_data = g_string_free(data, FALSE);
	g_ptr_array_add(out, address);
	return out;
}

static bool has_brackets(const char *text)
{
	return text && strpbrk(text, "()") != NULL;
}

GPtrArray *ferry_oracle_addresses(const FerryUrl *url, GError **error)
{
	const char *descriptor = ferry_url_param(url, "descriptor", NULL),
		   *sid = ferry_url_param(url, "sid", NULL);
	bool has_service = url->database && *url->database;

	if (descriptor) {
		g_autoptr(FerryOracleNv) nv = ferry_oracle_nv_parse(&descriptor);
		if (nv)
			return read_descriptor(nv, error);
		ferry_fail(error, FERRY_ERROR_USAGE,
			   "parameter descriptor cannot be read: it is (DESCRIPTION=…)");
		return NULL;
	}
	if (has_brackets(url->database) || has_brackets(sid) || has_brackets(url->host)) {
		ferry_fail(error, FERRY_ERROR_USAGE,
			   "a name in the URL has brackets; descriptors go into ?descriptor=");
		return NULL;
	}
	if (has_service || sid)
		return from_parts(url, sid, error);
	if (url->host && *url->host && url->port < 0)
		return look_up(url, error);
	ferry_fail(error, FERRY_ERROR_USAGE, "the URL names no service");
	ferry_error_hint(error, "write oracle://user@host:port/service, or ?sid=NAME");
	return NULL;
}

GPtrArray *ferry_oracle_hosts(const FerryUrl *url, GError **error)
{
	g_autoptr(GPtrArray) addresses = ferry_oracle_addresses(url, error);
	GPtrArray *hosts = addresses ? g_ptr_array_new_with_free_func(g_free) : NULL;

	for (guint i = 0; hosts && i < addresses->len; i++)
		g_ptr_array_add(hosts, g_strdup(((FerryOracleAddress *)addresses->pdata[i])->host));
	return hosts;
}

/* What would end a value is left out of the client's particulars. */
static void append_plain(GString *out, const char *key, const char *value)
{
	g_string_append_printf(out, "(%s=", key);
	for (const char *p = value; *p; p++)
		if (!strchr("()='\"\\", *p) && g_ascii_isgraph(*p))
			g_string_append_c(out, *p);
	g_string_append_c(out, ')');
}

char *ferry_oracle_connect_text(const FerryOracleAddress *address, const char *user)
{
	GString *out = g_string_new(NULL);

	g_string_append_printf(out, "(DESCRIPTION=(ADDRESS=(PROTOCOL=%s)(HOST=%s)(PORT=%d))%s(CID=",
			       address->is_tls ? "TCPS" : "TCP", address->host, address->port,
			       address->connect_data);
	append_plain(out, "PROGRAM", "ferry");
	append_plain(out, "HOST", g_get_host_name());
	append_plain(out, "USER", user);
	g_string_append(out, ")))");
	return g_string_free(out, FALSE);
}
