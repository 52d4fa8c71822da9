/*
 * Names that the target can hold and tell apart: see names.h. A scope is a set of names in the form in which
 * the target compares them.
 */
#include "mapping/names.h"

#include <stdint.h>
#include <string.h>

#define SUFFIX_LEN 9 /* '_' and eight hex digits */

struct FerryNameScope {
	size_t max_bytes;
	bool folds_case;
	GHashTable *taken; /* set of char* */
};

FerryNameScope *ferry_name_scope_new(size_t max_bytes, bool folds_case)
{
	FerryNameScope *scope = g_new0(FerryNameScope, 1);

	scope->max_bytes = max_bytes;
	scope->folds_case = folds_case;
	scope->taken = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	return scope;
}

void ferry_name_scope_free(FerryNameScope *scope)
{
	if (!scope)
		return;
	g_hash_table_unref(scope->taken);
	g_free(scope);
}

static char *compared_form(const FerryNameScope *scope, const char *name)
{
	return scope->folds_case ? g_ascii_strdown(name, -1) : g_strdup(name);
}

bool ferry_name_scope_has(const FerryNameScope *scope, const char *name)
{
	g_autofree char *form = compared_form(scope, name);

	return g_hash_table_contains(scope->taken, form);
}

/* Bytes of the longest prefix of whole characters that fits into max. A broken sequence is cut like a
 * character. */
static size_t fitting_prefix(const char *name, size_t max)
{
	size_t len = strlen(name);

	if (len <= max)
		return len;
	len = max;
	while (len > 0 && ((unsigned char)name[len] & 0xC0) == 0x80)
		len--;
	return len;
}

/* SHA-256 rather than a shorter hash, since GLib brings it on every platform and names must not change
 * between releases. */
static char *with_suffix(const char *name, const char *full, unsigned round, size_t max_bytes)
{
	g_autofree char *text = round ? g_strdup_printf("%s#%u", full, round) : g_strdup(full);
	g_autofree char *hash = g_compute_checksum_for_string(G_CHECKSUM_SHA256, text, -1);
	size_t room = max_bytes == 0 ? SIZE_MAX : max_bytes > SUFFIX_LEN ? max_bytes - SUFFIX_LEN : 0;

	return g_strdup_printf("%.*s_%.8s", (int)fitting_prefix(name, room), name, hash);
}

char *ferry_name_cut(const char *name, const char *full, size_t max_bytes)
{
	if (max_bytes == 0 || strlen(name) <= max_bytes)
		return g_strdup(name);
	return with_suffix(name, full ? full : name, 0, max_bytes);
}

static bool take(FerryNameScope *scope, const char *name)
{
	if (scope->max_bytes && strlen(name) > scope->max_bytes)
		return false;
	if (ferry_name_scope_has(scope, name))
		return false;
	g_hash_table_add(scope->taken, compared_form(scope, name));
	return true;
}

char *ferry_name_scope_claim_either(FerryNameScope *scope, const char *wish, const char *second,
				    const char *full)
{
	if (take(scope, wish))
		return g_strdup(wish);
	if (second && take(scope, second))
		return g_strdup(second);
	/* A suffix can be taken too: by an object that has this very name. Then the next round's hash is as
	 * good. */
	for (unsigned round = 0;; round++) {
		char *name = with_suffix(second ? second : wish, full ? full : wish, round, scope->max_bytes);

		if (take(scope, name))
			return name;
		g_free(name);
	}
}

char *ferry_name_scope_claim(FerryNameScope *scope, const char *wish, const char *full)
{
	return ferry_name_scope_claim_either(scope, wish, NULL, full);
}
