/* ROWIDs: SQLite's number of a row, as file, block and slot of an Oracle ROWID. 256 rows are a block. */
#pragma once
#include <glib.h>

#define ROWID_ROWS_A_BLOCK 256
#define ROWID_FIRST_BLOCK  128
#define ROWID_FILE         12
#define ROWID_ANY_OBJECT   73000

typedef struct RowidParts {
	guint16 file;
	guint32 block;
	guint16 slot;
} RowidParts;

/* Does the text look like a ROWID of this server? */
gboolean rowid_is_text(const char *text, gsize len);
RowidParts rowid_split(gint64 rowid);
gint64 rowid_join(guint32 block, guint32 slot);
/* The 18 digits, and back: false where they are none. */
void rowid_format(char text[19], guint32 object, gint64 rowid);
gboolean rowid_parse(const char *text, gsize len, guint32 *ret_object, gint64 *ret_rowid);
