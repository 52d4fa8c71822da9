/* JSON text as OSON (see oson.h): a header, a dictionary of names, then a tree of nodes with 4-byte offsets.
 */
#include "oson.h"
#include "number.h"
#include <jansson.h>

static guint8 hash_of(const char *name)
{
	guint32 hash = 0x811c9dc5;

	for (; *name; name++)
		hash = (hash ^ (guint8)*name) * 16777619;
	return hash;
}

/* By hash, then length, then text: so readers search them. */
static int compare_names(gconstpointer a, gconstpointer b)
{
	const char *x = *(const char *const *)a, *y = *(const char *const *)b;

	if (hash_of(x) != hash_of(y))
		return hash_of(x) < hash_of(y) ? -1 : 1;
	if (strlen(x) != strlen(y))
		return strlen(x) < strlen(y) ? -1 : 1;
	return strcmp(x, y);
}

static void collect_names(json_t *value, GHashTable *names)
{
	const char *key;
	json_t *item;
	size_t i;

	json_object_foreach(value, key, item)
	{
		g_hash_table_add(names, (char *)key);
		collect_names(item, names);
	}
	json_array_foreach(value, i, item) collect_names(item, names);
}

static guint name_number(const GPtrArray *names, const char *name)
{
	for (guint i = 0; i < names->len; i++)
		if (!strcmp(g_ptr_array_index(names, i), name))
			return i + 1;
	return 0;
}

static void set_u32(Bytes *b, gsize at, guint32 v)
{
	guint8 raw[4] = {v >> 24, v >> 16, v >> 8, v};

	memcpy(b->data + at, raw, 4);
}

static void put_number(Bytes *tree, json_t *value)
{
	guint8 number[NUMBER_MAX + 2];
	int len;

	if (json_is_integer(value))
		len = number_from_int(number, json_integer_value(value));
	else
		len = number_from_double(number, json_real_value(value));
	put_u8(tree, 0x34);
	put_u8(tree, len);
	put_raw(tree, number, len);
}

static void put_string(Bytes *tree, json_t *value)
{
	gsize len = json_string_length(value);

	if (len < 32) {
		put_u8(tree, len);
	} else if (len < 256) {
		put_u8(tree, 0x33);
		put_u8(tree, len);
	} else {
		put_u8(tree, 0x38);
		put_u32(tree, len);
	}
	put_raw(tree, json_string_value(value), len);
}

static void put_node(Bytes *tree, json_t *value, const GPtrArray *names);

/* Container nodes: type with the widths of its counts (4 bytes) and offsets (4 bytes), then names and
 * offsets. */
static void put_container(Bytes *tree, json_t *value, const GPtrArray *names)
{
	gboolean is_object = json_is_object(value);
	gsize n = is_object ? json_object_size(value) : json_array_size(value), offsets, i = 0;
	const char *key;
	json_t *item;

	put_u8(tree, (is_object ? 0x80 : 0xc0) | 0x10 | 0x20);
	put_u32(tree, n);
	if (is_object)
		json_object_foreach(value, key, item) put_u8(tree, name_number(names, key));
	offsets = tree->len;
	for (gsize k = 0; k < n; k++)
		put_u32(tree, 0);
	if (is_object) {
		json_object_foreach(value, key, item)
		{
			set_u32(tree, offsets + 4 * i++, tree->len);
			put_node(tree, item, names);
		}
	} else {
		json_array_foreach(value, i, item)
		{
			set_u32(tree, offsets + 4 * i, tree->len);
			put_node(tree, item, names);
		}
	}
}

static void put_node(Bytes *tree, json_t *value, const GPtrArray *names)
{
	switch (json_typeof(value)) {
	case JSON_OBJECT:
	case JSON_ARRAY: put_container(tree, value, names); break;
	case JSON_STRING: put_string(tree, value); break;
	case JSON_INTEGER:
	case JSON_REAL: put_number(tree, value); break;
	case JSON_TRUE: put_u8(tree, 0x31); break;
	case JSON_FALSE: put_u8(tree, 0x32); break;
	default: put_u8(tree, 0x30); break;
	}
}

/* What the header's flags say of what follows. */
enum {
	FLAG_INLINE_LEAVES = 0x0002 | 0x0004,
	FLAG_SCALAR = 0x0010,
	FLAG_HASHES_U8 = 0x0100,
	FLAG_NAMES_U32 = 0x0800,
	FLAG_TREE_U32 = 0x1000,
	FLAG_HAS_COUNTS = 0x2000,
};
#define MAX_NAMES 255

/* Hashes, offsets and texts of the names; a scalar has none. */
static void put_header(Bytes *out, const GPtrArray *names, const Bytes *tree, gboolean is_scalar)
{
	Bytes texts = {0}, offsets = {0};

	put_raw(out, "\xff\x4a\x5a\x01", 4);
	if (is_scalar) {
		put_u16(out, FLAG_SCALAR | FLAG_TREE_U32);
		put_u32(out, tree->len);
		return;
	}
	for (guint i = 0; i < names->len; i++) {
		const char *name = g_ptr_array_index(names, i);

		put_u32(&offsets, texts.len);
		put_u8(&texts, strlen(name));
		put_raw(&texts, name, strlen(name));
	}
	put_u16(out, FLAG_INLINE_LEAVES | FLAG_HASHES_U8 | FLAG_NAMES_U32 | FLAG_TREE_U32 | FLAG_HAS_COUNTS);
	put_u8(out, names->len);
	put_u32(out, texts.len);
	put_u32(out, tree->len);
	put_u16(out, 0);
	for (guint i = 0; i < names->len; i++)
		put_u8(out, hash_of(g_ptr_array_index(names, i)));
	put_raw(out, offsets.data, offsets.len);
	put_raw(out, texts.data, texts.len);
	bytes_free(&texts);
	bytes_free(&offsets);
}

gboolean oson_encode(Bytes *out, const char *text, gsize len)
{
	json_t *value = len ? json_loadb(text, len, JSON_DECODE_ANY, NULL) : NULL;
	g_autoptr(GHashTable) set = g_hash_table_new(g_str_hash, g_str_equal);
	g_autoptr(GPtrArray) names = g_ptr_array_new();
	Bytes tree = {0};
	GHashTableIter iter;
	gpointer name;

	if (!value)
		return FALSE;
	collect_names(value, set);
	g_hash_table_iter_init(&iter, set);
	while (g_hash_table_iter_next(&iter, &name, NULL))
		g_ptr_array_add(names, name);
	g_ptr_array_sort(names, compare_names);
	if (names->len > MAX_NAMES) {
		json_decref(value);
		return FALSE;
	}
	put_node(&tree, value, names);
	put_header(out, names, &tree, !json_is_object(value) && !json_is_array(value));
	put_raw(out, tree.data, tree.len);
	bytes_free(&tree);
	json_decref(value);
	return TRUE;
}
