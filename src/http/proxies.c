/*
 * Trusted proxies; see proxies.h.
 */
#include "http/proxies.h"

#include "base/error.h"

#include <gio/gio.h>
#include <string.h>

#define MAPPED "::ffff:" /* an IPv4 address as an IPv6 socket has it */

struct FerryProxies {
	GPtrArray *networks; /* GInetAddressMask */
};

FerryProxies *ferry_proxies_new(const char *const *networks, GError **error)
{
	FerryProxies *proxies = g_new0(FerryProxies, 1);

	proxies->networks = g_ptr_array_new_with_free_func(g_object_unref);
	for (; networks && *networks; networks++) {
		GInetAddressMask *network = g_inet_address_mask_new_from_string(*networks, NULL);
		if (!network) {
			ferry_fail(error, FERRY_ERROR_USAGE,
				   "--trusted-proxy takes an address or a network (10.0.0.0/8), not \"%s\"",
				   *networks);
			ferry_proxies_free(proxies);
			return NULL;
		}
		g_ptr_array_add(proxies->networks, network);
	}
	return proxies;
}

void ferry_proxies_free(FerryProxies *proxies)
{
	if (!proxies)
		return;
	g_ptr_array_unref(proxies->networks);
	g_free(proxies);
}

static GInetAddress *parse(const char *text)
{
	bool is_mapped = g_ascii_strncasecmp(text, MAPPED, strlen(MAPPED)) == 0 && strchr(text, '.');

	return g_inet_address_new_from_string(is_mapped ? text + strlen(MAPPED) : text);
}

static bool is_trusted(const FerryProxies *proxies, GInetAddress *address)
{
	for (guint i = 0; i < proxies->networks->len; i++) {
		GInetAddressMask *network = g_ptr_array_index(proxies->networks, i);
		if (g_inet_address_mask_get_family(network) == g_inet_address_get_family(address) &&
		    g_inet_address_mask_matches(network, address))
			return true;
	}
	return false;
}

bool ferry_proxies_trust(const FerryProxies *proxies, const char *address)
{
	if (!address || proxies->networks->len == 0)
		return false;
	g_autoptr(GInetAddress) parsed = parse(address);
	return parsed && is_trusted(proxies, parsed);
}

/* "192.0.2.7", "192.0.2.7:4711", "2001:db8::7", "[2001:db8::7]:4711"; NULL: no address. */
static GInetAddress *parse_hop(char *hop)
{
	char *colon, *bracket;

	g_strstrip(hop);
	if (*hop == '[' && (bracket = strchr(hop, ']')) != NULL) {
		*bracket = '\0';
		return parse(hop + 1);
	}
	if ((colon = strchr(hop, ':')) != NULL && !strchr(colon + 1, ':'))
		*colon = '\0';
	return parse(hop);
}

char *ferry_proxies_client(const FerryProxies *proxies, const char *peer, const char *forwarded_for)
{
	g_auto(GStrv) hops = g_strsplit(forwarded_for ? forwarded_for : "", ",", -1);
	char *client = g_strdup(peer);

	for (guint i = g_strv_length(hops); i-- > 0;) {
		g_autoptr(GInetAddress) hop = parse_hop(hops[i]);
		if (!hop) /* nobody whom we trust has written that */
			break;
		g_free(client);
		client = g_inet_address_to_string(hop);
		if (!is_trusted(proxies, hop))
			break;
	}
	return client;
}

bool ferry_proxies_is_https(const char *forwarded_proto)
{
	const char *comma = forwarded_proto ? strrchr(forwarded_proto, ',') : NULL;
	g_autofree char *last = g_strdup(comma ? comma + 1 : forwarded_proto ? forwarded_proto : "");

	return g_ascii_strcasecmp(g_strstrip(last), "https") == 0;
}
