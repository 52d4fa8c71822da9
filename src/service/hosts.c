/*
 * Rules for hosts; see hosts.h.
 *
 * Names are resolved with getaddrinfo(), as the client libraries do, so that odd spellings of an address
 * ("0xA9FEA9FE", "2852039166") are seen for what they are. An IPv4 address in IPv6 clothes (::ffff:a.b.c.d,
 * 64:ff9b::a.b.c.d) is judged as the IPv4 address. Between this look-up and that of the client library a name
 * may change its addresses: who must rule that out lists addresses as allowed, and lets a firewall do the
 * rest.
 */
#include "service/hosts.h"

#include "connectors/connector.h"
#include "service/problem.h"

#include <gio/gio.h>
#include <netdb.h>
#include <string.h>
#include <sys/socket.h>

/* ---- entries ---- */

static GInetAddressMask *parse_network(const char *entry)
{
	return g_inet_address_mask_new_from_string(entry, NULL);
}

bool ferry_hosts_is_entry(const char *entry)
{
	g_autoptr(GInetAddressMask) network = parse_network(entry);

	if (network)
		return true;
	const char *name = g_str_has_prefix(entry, "*.") ? entry + 2 : entry;
	for (const char *p = name; *p; p++)
		if (!g_ascii_isalnum(*p) && !strchr("-._", *p))
			return false;
	return *name && strlen(name) <= 253;
}

static bool matches_name(const char *entry, const char *host)
{
	g_autofree char *a = g_ascii_strdown(entry, -1), *b = g_ascii_strdown(host, -1);
	gsize len = strlen(b);

	if (len > 1 && b[len - 1] == '.') /* the root's dot */
		b[len - 1] = '\0';
	return g_str_has_prefix(a, "*.") ? g_str_has_suffix(b, a + 1) : strcmp(a, b) == 0;
}

static bool matches_address(const char *entry, GInetAddress *address)
{
	g_autoptr(GInetAddressMask) network = parse_network(entry);

	return network && g_inet_address_mask_get_family(network) == g_inet_address_get_family(address) &&
	       g_inet_address_mask_matches(network, address);
}

static bool matches(const json_t *list, const char *host, GInetAddress *address_or_null)
{
	size_t i;
	json_t *value;

	json_array_foreach(list, i, value)
	{
		const char *entry = json_string_value(value);
		if (entry && (matches_name(entry, host) ||
			      (address_or_null && matches_address(entry, address_or_null))))
			return true;
	}
	return false;
}

/* ---- addresses ---- */

static GInetAddress *undress(GInetAddress *take_address)
{
	static const guint8 mapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff},
			    nat64[12] = {0, 0x64, 0xff, 0x9b};
	const guint8 *bytes = g_inet_address_to_bytes(take_address);

	if (g_inet_address_get_family(take_address) != G_SOCKET_FAMILY_IPV6 ||
	    (memcmp(bytes, mapped, 12) != 0 && memcmp(bytes, nat64, 12) != 0))
		return take_address;
	GInetAddress *address = g_inet_address_new_from_bytes(bytes + 12, G_SOCKET_FAMILY_IPV4);
	g_object_unref(take_address);
	return address;
}

/* GInetAddress each; empty where the name does not resolve. */
static GPtrArray *resolve(const char *host)
{
	GPtrArray *addresses = g_ptr_array_new_with_free_func(g_object_unref);
	struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *found = NULL;

	if (getaddrinfo(host, NULL, &hints, &found) != 0)
		return addresses;
	for (const struct addrinfo *a = found; a; a = a->ai_next) {
		g_autoptr(GSocketAddress) socket_address =
			g_socket_address_new_from_native(a->ai_addr, a->ai_addrlen);
		if (!G_IS_INET_SOCKET_ADDRESS(socket_address))
			continue;
		GInetAddress *address =
			g_inet_socket_address_get_address(G_INET_SOCKET_ADDRESS(socket_address));
		g_ptr_array_add(addresses, undress(g_object_ref(address)));
	}
	freeaddrinfo(found);
	return addresses;
}

/* fd00:ec2::254 is where one cloud serves credentials over IPv6. */
static bool is_special(GInetAddress *address)
{
	return g_inet_address_get_is_link_local(address) || g_inet_address_get_is_any(address) ||
	       g_inet_address_get_is_multicast(address) || matches_address("0.0.0.0/8", address) ||
	       matches_address("fd00:ec2::254", address);
}

/* ---- checking ---- */

static bool forbid(const char *host, const char *why, GError **error)
{
	return ferry_problem(error, FERRY_PROBLEM_FORBIDDEN, "url",
			     "an admin can change the rules in the settings",
			     "connections to %s are not allowed: %s", host, why);
}

static bool check_address(const char *host, GInetAddress *address, const json_t *denied,
			  const json_t *allowed, GError **error)
{
	bool is_allowed = matches(allowed, host, address);

	if (matches(denied, host, address))
		return forbid(host, "it is on the list of denied hosts", error);
	if (is_allowed)
		return true;
	if (address && is_special(address)) {
		g_autofree char *text = g_inet_address_to_string(address);
		g_autofree char *why = g_strdup_printf("%s is a link-local or special address", text);
		return forbid(host, why, error);
	}
	return json_array_size(allowed) == 0 || forbid(host, "it is not on the list of allowed hosts", error);
}

static bool check_host(const char *host, const json_t *denied, const json_t *allowed, GError **error)
{
	if (!*host || *host == '/' || *host == '@') /* the client library's own default, or a unix socket */
		host = "localhost";
	g_autoptr(GPtrArray) addresses = resolve(host);
	if (addresses->len == 0)
		return check_address(host, NULL, denied, allowed, error);
	for (guint i = 0; i < addresses->len; i++)
		if (!check_address(host, g_ptr_array_index(addresses, i), denied, allowed, error))
			return false;
	return true;
}

/* A client library may take several, with commas. None at all is its default. */
static bool check_hosts(const char *hosts, const json_t *denied, const json_t *allowed, GError **error)
{
	g_auto(GStrv) each = g_strsplit(*hosts ? hosts : "localhost", ",", -1);

	for (guint i = 0; each[i]; i++)
		if (!check_host(each[i], denied, allowed, error))
			return false;
	return true;
}

/* Of a connector that finds its addresses elsewhere, in a descriptor or a file of names. */
static bool check_connector(const FerryUrl *url, const json_t *denied, const json_t *allowed, GError **error)
{
	const FerryConnector *connector = ferry_connector_for_url(url, NULL);

	if (!connector || !connector->hosts)
		return true;
	g_autoptr(GPtrArray) hosts = connector->hosts(url, error);
	for (guint i = 0; hosts && i < hosts->len; i++)
		if (!check_host(hosts->pdata[i], denied, allowed, error))
			return false;
	return hosts != NULL;
}

/* Where both are given either may count: both are judged. */
bool ferry_hosts_check(const FerryUrl *url, const json_t *denied, const json_t *allowed, GError **error)
{
	if (!check_connector(url, denied, allowed, error))
		return false;
	const char *param = ferry_url_param(url, "host", NULL),
		   *address = ferry_url_param(url, "hostaddr", NULL);

	if (param && !check_hosts(param, denied, allowed, error))
		return false;
	if (address && !check_hosts(address, denied, allowed, error))
		return false;
	return url->host || !(param || address)
		       ? check_hosts(url->host ? url->host : "", denied, allowed, error)
		       : true;
}

/* ---- redirects ---- */

typedef struct Rule {
	FerryHostRule base;
	json_t *denied, *allowed;
} Rule;

static bool may_reach(const FerryHostRule *base, const char *host, GError **error)
{
	const Rule *rule = (const Rule *)base;

	return check_host(host, rule->denied, rule->allowed, error);
}

static void rule_clear(FerryHostRule *base)
{
	Rule *rule = (Rule *)base;

	json_decref(rule->denied);
	json_decref(rule->allowed);
}

FerryHostRule *ferry_hosts_rule_new(const json_t *denied, const json_t *allowed)
{
	Rule *rule = g_atomic_rc_box_alloc0(sizeof(Rule));

	rule->base = (FerryHostRule){may_reach, rule_clear};
	rule->denied = json_deep_copy(denied);
	rule->allowed = json_deep_copy(allowed);
	return &rule->base;
}
