/* ROWIDs (see rowid.h): 6 digits object, 3 file, 6 block, 3 slot, each digit 6 bits. */
#include "rowid.h"
#include <string.h>

static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

RowidParts rowid_split(gint64 rowid)
{
	guint64 n = rowid > 0 ? rowid : 0;

	return (RowidParts){.file = ROWID_FILE,
			    .block = n / ROWID_ROWS_A_BLOCK + ROWID_FIRST_BLOCK,
			    .slot = n % ROWID_ROWS_A_BLOCK};
}

gint64 rowid_join(guint32 block, guint32 slot)
{
	if (block < ROWID_FIRST_BLOCK)
		return -1;
	return (gint64)(block - ROWID_FIRST_BLOCK) * ROWID_ROWS_A_BLOCK + MIN(slot, ROWID_ROWS_A_BLOCK - 1);
}

static void format_part(char *to, guint64 value, int n)
{
	for (int i = n - 1; i >= 0; i--, value >>= 6)
		to[i] = digits[value & 63];
}

void rowid_format(char text[19], guint32 object, gint64 rowid)
{
	RowidParts parts = rowid_split(rowid);

	format_part(text, object, 6);
	format_part(text + 6, parts.file, 3);
	format_part(text + 9, parts.block, 6);
	format_part(text + 15, parts.slot, 3);
	text[18] = 0;
}

static gboolean parse_part(const char *from, int n, guint64 *ret)
{
	guint64 v = 0;

	for (int i = 0; i < n; i++) {
		const char *at = from[i] ? strchr(digits, from[i]) : NULL;

		if (!at)
			return FALSE;
		v = v << 6 | (at - digits);
	}
	*ret = v;
	return TRUE;
}

gboolean rowid_parse(const char *text, gsize len, guint32 *ret_object, gint64 *ret_rowid)
{
	guint64 object, file, block, slot;

	if (len != 18 || !parse_part(text, 6, &object) || !parse_part(text + 6, 3, &file) ||
	    !parse_part(text + 9, 6, &block) || !parse_part(text + 15, 3, &slot))
		return FALSE;
	*ret_object = object;
	*ret_rowid = rowid_join(block, slot);
	return TRUE;
}

gboolean rowid_is_text(const char *text, gsize len)
{
	guint32 object;
	gint64 rowid;

	return len == 18 && !memcmp(text, "AAA", 3) && !memcmp(text + 6, "AAM", 3) &&
	       rowid_parse(text, len, &object, &rowid);
}
