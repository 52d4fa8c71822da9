/*
 * Files of the web application; see web.h.
 */
#include "http/web.h"

#include <gio/gio.h>
#include <string.h>

#define PREFIX "/ferry/web"

static const char missing[] =
	"<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Ferry</title>"
	"<body><h1>Ferry</h1><p>This program was built without its web application. The API is at "
	"<a href=\"/api/openapi.json\">/api/openapi.json</a>; <code>make build</code> on a machine with Node "
	"builds both.";

static const struct {
	const char *suffix, *type;
} types[] = {
	{".html", "text/html; charset=utf-8"},
	{".js", "text/javascript; charset=utf-8"},
	{".css", "text/css; charset=utf-8"},
	{".svg", "image/svg+xml"},
	{".json", "application/json"},
	{".woff2", "font/woff2"},
	{".png", "image/png"},
	{".ico", "image/x-icon"},
	{".map", "application/json"},
	{".txt", "text/plain; charset=utf-8"},
	{".webmanifest", "application/manifest+json"},
};

static const char *type_of(const char *path)
{
	for (size_t i = 0; i < G_N_ELEMENTS(types); i++)
		if (g_str_has_suffix(path, types[i].suffix))
			return types[i].type;
	return "application/octet-stream";
}

/* Names in a resource are looked up as they are, so "..", which has none, finds nothing. */
static GBytes *look_up(const char *path)
{
	g_autofree char *name = g_strconcat(PREFIX, path, NULL);

	return g_resources_lookup_data(name, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
}

bool ferry_web_reply(const char *path, GHashTable *headers, FerryReply *reply)
{
	GBytes *file = strcmp(path, "/") == 0 ? NULL : look_up(path);

	if (file) {
		ferry_reply_header(reply, "Cache-Control",
				   g_str_has_prefix(path, "/assets/") ? "public, max-age=31536000, immutable"
								      : "no-cache");
		return ferry_reply_bytes(reply, type_of(path), file);
	}
	ferry_reply_header(reply, "Cache-Control", "no-cache");
	file = look_up("/index.html");
	return ferry_reply_bytes(reply, "text/html; charset=utf-8",
				 file ? file : g_bytes_new_static(missing, sizeof missing - 1));
}
