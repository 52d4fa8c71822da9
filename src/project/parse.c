/*
 * Documents to projects. The text becomes a tree (node.c); then each object is read by the table of its
 * members (document.c): a member is looked up, its value read by its kind into the struct. The first thing
 * that is wrong ends it.
 */
#include "project/parse_internal.h"

#include "base/nearest.h"
#include "base/url.h"
#include "data/value_text.h"
#include "project/text.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define MAX_SHOWN 40 /* characters of a wrong value in a message */

/* ---- messages ---- */

static void append_path(GString *out, const FerryPath *path)
{
	if (!path)
		return;
	append_path(out, path->up);
	if (path->member)
		g_string_append_printf(out, "%s%s", out->len ? "." : "", path->member);
	else
		g_string_append_printf(out, "[%u]", path->index);
}

bool ferry_parse_fail(FerryParser *p, const FerryNode *node, const FerryPath *path, const char *format, ...)
{
	g_autoptr(GString) where = g_string_new(NULL);
	va_list args;

	append_path(where, path);
	va_start(args, format);
	g_autofree char *what = g_strdup_vprintf(format, args);
	va_end(args);
	return ferry_fail(p->error, FERRY_ERROR_USAGE, "%s:%u:%u: %s%s%s", p->name, node->line, node->column,
			  where->str, where->len ? ": " : "", what);
}

/* A piece of a text for a message; a password in a URL at the wrong place is not shown. */
static char *shorten(const char *text)
{
	g_autofree char *copy = g_strdup(text);

	ferry_url_scrub(copy);
	if (g_utf8_strlen(copy, -1) <= MAX_SHOWN)
		return g_steal_pointer(&copy);
	*g_utf8_offset_to_pointer(copy, MAX_SHOWN) = '\0';
	return g_strconcat(copy, "…", NULL);
}

bool ferry_parse_expected(FerryParser *p, const FerryNode *node, const FerryPath *path, const char *what)
{
	static const char *const kinds[] = {[FERRY_NODE_LIST] = "a list", [FERRY_NODE_MAPPING] = "members"};

	if (node->kind != FERRY_NODE_SCALAR)
		return ferry_parse_fail(p, node, path, "expected %s, not %s", what, kinds[node->kind]);
	if (ferry_node_is_null(node))
		return ferry_parse_fail(p, node, path, "expected %s, but there is no value", what);
	g_autofree char *shown = shorten(node->text);
	return ferry_parse_fail(p, node, path,
				node->is_plain ? "expected %s, not %s" : "expected %s, not \"%s\"", what,
				shown);
}

bool ferry_parse_unknown(FerryParser *p, const FerryNode *node, const FerryPath *path, const char *what,
			 const char *const *words)
{
	const char *nearest = ferry_nearest(node->text, words);
	g_autofree char *shown = shorten(node->text);
	g_autofree char *list = g_strjoinv(", ", (char **)words);

	ferry_parse_fail(p, node, path, "unknown %s \"%s\"; expected one of %s", what, shown, list);
	if (nearest)
		ferry_error_hint(p->error, "did you mean %s?", nearest);
	return false;
}

/* ---- scalars ---- */

bool ferry_parse_text(FerryParser *p, const FerryNode *node, const FerryPath *path, char **ret)
{
	if (node->kind != FERRY_NODE_SCALAR || ferry_node_is_null(node))
		return ferry_parse_expected(p, node, path, "a text");
	g_free(*ret);
	*ret = g_strdup(node->text);
	return true;
}

static bool parse_url(FerryParser *p, const FerryNode *node, const FerryPath *path, char **ret)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(FerryUrl) url = NULL;

	if (node->kind != FERRY_NODE_SCALAR || ferry_node_is_null(node))
		return ferry_parse_expected(p, node, path, "a URL");
	url = ferry_url_parse(node->text, &error); /* its message never repeats a password */
	if (!url)
		return ferry_parse_fail(p, node, path, "%s", error->message);
	g_free(*ret);
	*ret = g_strdup(node->text);
	return true;
}

/* YAML 1.1 has more words for it than JSON. */
static bool parse_bool(FerryParser *p, const FerryNode *node, const FerryPath *path, bool *ret)
{
	static const char *const words[] = {"false", "true", "no", "yes", "off", "on", NULL};
	g_autofree char *lower =
		node->kind == FERRY_NODE_SCALAR && node->is_plain ? g_ascii_strdown(node->text, -1) : NULL;
	int word = lower ? ferry_word_find(words, lower) : -1;

	if (word < 0)
		return ferry_parse_expected(p, node, path, "true or false");
	*ret = word % 2;
	return true;
}

static bool parse_int(FerryParser *p, const FerryNode *node, const FerryPath *path, const FerryMember *m,
		      gpointer at)
{
	int64_t value;

	if (node->kind != FERRY_NODE_SCALAR || !node->is_plain ||
	    !ferry_parse_int64(node->text, strlen(node->text), &value) || value < m->min || value > m->max) {
		g_autofree char *what = g_strdup_printf(
			"a whole number from %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT, m->min, m->max);
		return ferry_parse_expected(p, node, path, what);
	}
	if (m->size == sizeof(guint))
		*(guint *)at = (guint)value;
	else
		*(int64_t *)at = value; /* a size_t too: none is negative */
	return true;
}

/* YAML takes a plain null for no value; where it is a word of an option, it is that word. */
static bool parse_word(FerryParser *p, const FerryNode *node, const FerryPath *path, const char *const *words,
		       guint *ret)
{
	int word;

	if (node->kind != FERRY_NODE_SCALAR) {
		g_autofree char *list = g_strjoinv(", ", (char **)words);
		g_autofree char *what = g_strconcat("one of ", list, NULL);
		return ferry_parse_expected(p, node, path, what);
	}
	word = ferry_word_find(words, node->text);
	if (word < 0)
		return ferry_parse_unknown(p, node, path, "word", words);
	*ret = (guint)word;
	return true;
}

static bool parse_version(FerryParser *p, const FerryNode *node, const FerryPath *path)
{
	int64_t version;

	if (node->kind != FERRY_NODE_SCALAR || !node->is_plain ||
	    !ferry_parse_int64(node->text, strlen(node->text), &version))
		return ferry_parse_expected(p, node, path, "the number " G_STRINGIFY(FERRY_PROJECT_VERSION));
	if (version == FERRY_PROJECT_VERSION)
		return true;
	return ferry_parse_fail(p, node, path,
				"version %" G_GINT64_FORMAT
				" of the document is not known to this ferry, which "
				"reads version %d",
				version, FERRY_PROJECT_VERSION);
}

static bool parse_limit(FerryParser *p, const FerryNode *node, const FerryPath *path, FerryRejectLimit *ret)
{
	g_autoptr(GError) error = NULL;

	if (node->kind != FERRY_NODE_SCALAR || ferry_node_is_null(node))
		return ferry_parse_expected(p, node, path,
					    "a number of rows (100), a share (\"1%\") or both");
	return ferry_reject_limit_parse(node->text, ret, &error) ||
	       ferry_parse_fail(p, node, path, "%s", error->message);
}

static bool parse_rate(FerryParser *p, const FerryNode *node, const FerryPath *path, int64_t *ret)
{
	g_autoptr(GError) error = NULL;

	if (node->kind != FERRY_NODE_SCALAR || ferry_node_is_null(node))
		return ferry_parse_expected(p, node, path, "a rate (10000rows/s, 5MB/s)");
	return ferry_read_limit_parse(node->text, &ret[0], &ret[1], &error) ||
	       ferry_parse_fail(p, node, path, "%s", error->message);
}

/* ---- lists ---- */

typedef bool (*ItemFunc)(FerryParser *p, const FerryNode *node, const FerryPath *path, GPtrArray *out);

/* A list of items, or one item without the brackets. */
static bool parse_items(FerryParser *p, const FerryNode *node, const FerryPath *path, ItemFunc item,
			GPtrArray *out)
{
	g_ptr_array_set_size(out, 0);
	if (node->kind != FERRY_NODE_LIST)
		return item(p, node, path, out);
	for (guint i = 0; i < node->children->len; i++) {
		const FerryPath at = {.up = path, .index = i};
		if (!item(p, ferry_node_child(node, i), &at, out))
			return false;
	}
	return true;
}

static bool parse_text_item(FerryParser *p, const FerryNode *node, const FerryPath *path, GPtrArray *out)
{
	char *text = NULL;

	if (node->kind != FERRY_NODE_SCALAR || ferry_node_is_null(node) || !*node->text)
		return ferry_parse_expected(p, node, path, "a text");
	if (!ferry_parse_text(p, node, path, &text))
		return false;
	g_ptr_array_add(out, text);
	return true;
}

static bool parse_strv(FerryParser *p, const FerryNode *node, const FerryPath *path, char ***ret)
{
	g_autoptr(GPtrArray) texts = g_ptr_array_new_with_free_func(g_free);

	if (!parse_items(p, node, path, parse_text_item, texts))
		return false;
	g_clear_pointer(ret, g_strfreev);
	if (texts->len > 0) {
		g_ptr_array_add(texts, NULL);
		*ret = g_strdupv((char **)texts->pdata);
	}
	return true;
}

static bool parse_cast(FerryParser *p, const FerryNode *node, const FerryPath *path, GPtrArray *out)
{
	FerryCastRule *rule;

	if (node->kind != FERRY_NODE_SCALAR || ferry_node_is_null(node) || !*node->text)
		return ferry_parse_expected(p, node, path,
					    "a rule (\"tinyint when precision = 1 to boolean\")");
	rule = ferry_project_add_cast(out, node->text);
	rule->place = (FerryProjectPlace){node->line, node->column};
	return true;
}

static bool parse_part(FerryParser *p, const FerryNode *node, const FerryPath *path, GPtrArray *out)
{
	static const char *const words[] = {"column", "literal", NULL};
	FerryConcatPart *part = g_new0(FerryConcatPart, 1);

	g_ptr_array_add(out, part);
	if (node->kind == FERRY_NODE_SCALAR)
		return ferry_parse_text(p, node, path, &part->literal);
	if (node->kind != FERRY_NODE_MAPPING || node->children->len != 2)
		return ferry_parse_expected(p, node, path, "a text, {column: name} or {literal: text}");
	const FerryNode *key = ferry_node_child(node, 0);
	const FerryPath at = {.up = path, .member = key->text};
	int word = ferry_word_find(words, key->text);
	if (word < 0)
		return ferry_parse_unknown(p, key, path, "member", words);
	return ferry_parse_text(p, ferry_node_child(node, 1), &at,
				word == 0 ? &part->column : &part->literal);
}

static bool parse_objects(FerryParser *p, const FerryNode *node, const FerryPath *path,
			  const FerryShape *shape, GPtrArray *out)
{
	g_ptr_array_set_size(out, 0);
	if (node->kind != FERRY_NODE_LIST)
		return ferry_parse_expected(p, node, path, "a list");
	for (guint i = 0; i < node->children->len; i++) {
		const FerryPath at = {.up = path, .index = i};
		gpointer object = shape->make();
		g_ptr_array_add(out, object);
		if (!ferry_parse_object(p, ferry_node_child(node, i), &at, shape, object))
			return false;
	}
	return true;
}

/* ---- mappings ---- */

static bool check_mapping(FerryParser *p, const FerryNode *node, const FerryPath *path, const char *what)
{
	return node->kind == FERRY_NODE_MAPPING || ferry_parse_expected(p, node, path, what);
}

static bool parse_renames(FerryParser *p, const FerryNode *node, const FerryPath *path, GPtrArray *out)
{
	g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);

	g_ptr_array_set_size(out, 0);
	if (!check_mapping(p, node, path, "members of the form OLD: NEW"))
		return false;
	for (guint i = 0; i < node->children->len; i += 2) {
		const FerryNode *key = ferry_node_child(node, i), *value = ferry_node_child(node, i + 1);
		const FerryPath at = {.up = path, .member = key->text};
		if (!*key->text || value->kind != FERRY_NODE_SCALAR || ferry_node_is_null(value) ||
		    !*value->text)
			return ferry_parse_expected(p, *key->text ? value : key, &at, "a schema's name");
		if (!g_hash_table_add(seen, key->text))
			return ferry_parse_fail(p, key, &at, "given twice");
		ferry_project_add_rename(out, key->text, value->text);
	}
	return true;
}

static bool parse_bad_values(FerryParser *p, const FerryNode *node, const FerryPath *path,
			     FerryBadValueRule *rules)
{
	const char *kinds[FERRY_N_BAD_KINDS + 1] = {NULL};
	bool is_seen[FERRY_N_BAD_KINDS] = {false};

	for (int kind = 0; kind < FERRY_N_BAD_KINDS; kind++)
		kinds[kind] = ferry_bad_kind_name((FerryBadKind)kind);
	if (!check_mapping(p, node, path, "members of the form KIND: RULE"))
		return false;
	for (guint i = 0; i < node->children->len; i += 2) {
		const FerryNode *key = ferry_node_child(node, i), *value = ferry_node_child(node, i + 1);
		const FerryPath at = {.up = path, .member = key->text};
		int kind = ferry_word_find(kinds, key->text);
		if (kind < 0)
			return ferry_parse_unknown(p, key, path, "kind of value", kinds);
		if (is_seen[kind])
			return ferry_parse_fail(p, key, &at, "given twice");
		is_seen[kind] = true;
		if (!parse_word(p, value, &at, ferry_bad_value_words, &rules[kind]))
			return false;
		if (!ferry_bad_value_rule_fits((FerryBadKind)kind, rules[kind]))
			return ferry_parse_fail(p, value, &at,
						kind == FERRY_BAD_OUT_OF_RANGE || kind == FERRY_BAD_EMPTY_TEXT
							? "expected reject, fail or null"
							: "such a row can only be rejected (reject) or end "
							  "the load (fail)");
	}
	return true;
}

/* ---- members ---- */

static bool parse_member(FerryParser *p, const FerryNode *node, const FerryPath *path, const FerryMember *m,
			 gpointer object)
{
	gpointer at = (char *)object + m->offset;

	switch (m->kind) {
	case FERRY_MEMBER_VERSION: return true; /* looked at before all others */
	case FERRY_MEMBER_BOOL: return parse_bool(p, node, path, at);
	case FERRY_MEMBER_TEXT: return ferry_parse_text(p, node, path, at);
	case FERRY_MEMBER_URL: return parse_url(p, node, path, at);
	case FERRY_MEMBER_WORD: return parse_word(p, node, path, m->words, at);
	case FERRY_MEMBER_INT: return parse_int(p, node, path, m, at);
	case FERRY_MEMBER_TEXTS: return parse_items(p, node, path, parse_text_item, *(GPtrArray **)at);
	case FERRY_MEMBER_STRV: return parse_strv(p, node, path, at);
	case FERRY_MEMBER_LIMIT: return parse_limit(p, node, path, at);
	case FERRY_MEMBER_RATE: return parse_rate(p, node, path, at);
	case FERRY_MEMBER_BAD_VALUES: return parse_bad_values(p, node, path, at);
	case FERRY_MEMBER_RENAMES: return parse_renames(p, node, path, *(GPtrArray **)at);
	case FERRY_MEMBER_CASTS: return parse_items(p, node, path, parse_cast, *(GPtrArray **)at);
	case FERRY_MEMBER_STEPS: return ferry_parse_steps(p, node, path, *(GPtrArray **)at);
	case FERRY_MEMBER_PARTS: return parse_items(p, node, path, parse_part, *(GPtrArray **)at);
	case FERRY_MEMBER_OBJECT: return ferry_parse_object(p, node, path, m->shape, at);
	case FERRY_MEMBER_OBJECTS: return parse_objects(p, node, path, m->shape, *(GPtrArray **)at);
	}
	return true;
}

static const FerryMember *find_member(FerryParser *p, const FerryNode *key, const FerryPath *path,
				      const FerryShape *shape)
{
	g_autoptr(GPtrArray) names = NULL;

	for (const FerryMember *m = shape->members; m->name; m++)
		if (strcmp(m->name, key->text) == 0)
			return m;
	for (const FerryMisplaced *m = shape->misplaced; m && m->name; m++)
		if (strcmp(m->name, key->text) == 0) {
			const FerryPath at = {.up = path, .member = m->name};
			ferry_parse_fail(p, key, &at, "%s", m->reason);
			return NULL;
		}
	names = g_ptr_array_new();
	for (const FerryMember *m = shape->members; m->name; m++)
		g_ptr_array_add(names, (gpointer)m->name);
	g_ptr_array_add(names, NULL);
	ferry_parse_unknown(p, key, path, "member", (const char *const *)names->pdata);
	return NULL;
}

/* The value of a member of a mapping, or NULL. */
static const FerryNode *find_value(const FerryNode *node, const char *name)
{
	for (guint i = 0; i < node->children->len; i += 2)
		if (strcmp(ferry_node_child(node, i)->text, name) == 0)
			return ferry_node_child(node, i + 1);
	return NULL;
}

static bool check_object(FerryParser *p, const FerryNode *node, const FerryPath *path,
			 const FerryShape *shape, gconstpointer object, guint64 seen)
{
	const char *member = NULL, *problem;

	for (guint i = 0; shape->members[i].name; i++)
		if (shape->members[i].is_required && !(seen & (G_GUINT64_CONSTANT(1) << i)))
			return ferry_parse_fail(p, node, path, "%s needs a member \"%s\"", shape->what,
						shape->members[i].name);
	problem = shape->check ? shape->check(object, &member) : NULL;
	if (!problem)
		return true;
	const FerryNode *value = member ? find_value(node, member) : NULL;
	const FerryPath at = {.up = path, .member = member};
	return ferry_parse_fail(p, value ? value : node, value ? &at : path, "%s", problem);
}

bool ferry_parse_object(FerryParser *p, const FerryNode *node, const FerryPath *path, const FerryShape *shape,
			gpointer object)
{
	guint64 seen = 0; /* by index of the member: none of the tables has more than 64 */

	if (!check_mapping(p, node, path, "members"))
		return false;
	if (shape->place >= 0)
		*(FerryProjectPlace *)((char *)object + shape->place) =
			(FerryProjectPlace){node->line, node->column};
	for (guint i = 0; i < node->children->len; i += 2) {
		const FerryNode *key = ferry_node_child(node, i);
		const FerryMember *m = find_member(p, key, path, shape);
		if (!m)
			return false;
		const FerryPath at = {.up = path, .member = m->name};
		guint64 bit = G_GUINT64_CONSTANT(1) << (m - shape->members);
		if (seen & bit)
			return ferry_parse_fail(p, key, &at, "given twice");
		seen |= bit;
		if (!parse_member(p, ferry_node_child(node, i + 1), &at, m, object))
			return false;
	}
	return check_object(p, node, path, shape, object, seen);
}

/* ---- documents ---- */

/* Before all others: a later version may have members that this one does not know. */
static bool check_version(FerryParser *p, const FerryNode *node)
{
	const FerryPath at = {.member = "version"};
	const FerryNode *version;

	if (!check_mapping(p, node, NULL, "the members of a project (version: 1, source: …, target: …)"))
		return false;
	version = find_value(node, "version");
	return !version || parse_version(p, version, &at);
}

FerryProject *ferry_project_parse(const char *text, size_t len, const char *name, GError **error)
{
	FerryParser p = {.name = name, .error = error};
	g_autoptr(FerryNode) node = ferry_node_parse(text, len, name, error);
	g_autoptr(FerryProject) project = ferry_project_new();

	if (!node || !check_version(&p, node) ||
	    !ferry_parse_object(&p, node, NULL, &ferry_project_shape, project))
		return NULL;
	return g_steal_pointer(&project);
}

FerryProject *ferry_project_load(const char *path, GError **error)
{
	size_t cap = FERRY_DOCUMENT_MAX_BYTES + 1, len;
	g_autofree char *text = NULL;
	FerryProject *project;
	FILE *file = fopen(path, "re");
	int saved = errno;

	if (file) {
		text = g_malloc(cap);
		errno = 0;
		len = fread(text, 1, cap, file);
		saved = ferror(file) ? errno : 0;
		fclose(file);
	}
	if (!file || saved) {
		ferry_fail(error, FERRY_ERROR_USAGE, "cannot read the project %s: %s", path,
			   g_strerror(saved));
		return NULL;
	}
	project = ferry_project_parse(text, len, path, error);
	return project;
}
