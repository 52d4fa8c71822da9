/* Values of a row, from SQLite onto the wire (see value.h). */
#include "value.h"
#include "datetime.h"
#include "number.h"
#include "oson.h"
#include "rowid.h"
#include <math.h>
#include <stdlib.h>

static const char *text_of(sqlite3_stmt *stmt, int at, gsize *len)
{
	sqlite3_value *v = sqlite3_column_value(stmt, at);
	const char *text = (const char *)sqlite3_value_text(v);

	*len = text ? sqlite3_value_bytes(v) : 0;
	return text ? text : "";
}

void value_put_number(Session *s, Bytes *out, sqlite3_stmt *stmt, int at, const Column *c)
{
	sqlite3_value *v = sqlite3_column_value(stmt, at);
	guint8 *to = bytes_reserve(out, NUMBER_MAX + 2);
	int len = 0;

	switch (sqlite3_value_type(v)) {
	case SQLITE_INTEGER: len = number_from_int(to + 1, sqlite3_value_int64(v)); break;
	case SQLITE_FLOAT: len = number_from_double(to + 1, sqlite3_value_double(v)); break;
	case SQLITE_BLOB:
		len = MIN(sqlite3_value_bytes(v), NUMBER_MAX);
		memcpy(to + 1, sqlite3_value_blob(v), len);
		break;
	case SQLITE_TEXT:
		len = number_from_text(to + 1, (const char *)sqlite3_value_text(v), sqlite3_value_bytes(v));
		break;
	default: break;
	}
	to[0] = len;
	out->len += 1 + len;
}

/* How many characters; most texts are of one byte each. */
static gsize count_chars(const char *text, gsize len)
{
	gsize n = 0;

	for (gsize i = 0; i < len; i++)
		n += ((guint8)text[i] & 0xc0) != 0x80;
	return n;
}

static void put_string(Bytes *out, const char *text, gsize len, guint8 form)
{
	if (form == FORM_NATIONAL) {
		Bytes wide = {0};

		utf16_append(&wide, (const guint8 *)text, len);
		put_clr(out, wide.data, wide.len);
		bytes_free(&wide);
		return;
	}
	put_clr(out, text, len);
}

void value_put_text(Session *s, Bytes *out, sqlite3_stmt *stmt, int at, const Column *c)
{
	gsize len;
	const char *text = text_of(stmt, at, &len);

	put_string(out, text, len, c->form);
}

/* Padded with blanks to the column's length. */
void value_put_char(Session *s, Bytes *out, sqlite3_stmt *stmt, int at, const Column *c)
{
	gsize len;
	const char *text = text_of(stmt, at, &len);
	gsize have = count_chars(text, len);

	if (!len || have >= c->chars) {
		put_string(out, text, len, c->form);
		return;
	}
	s->scratch.len = 0;
	put_raw(&s->scratch, text, len);
	memset(bytes_reserve(&s->scratch, c->chars - have), ' ', c->chars - have);
	put_string(out, (char *)s->scratch.data, len + c->chars - have, c->form);
}

static void put_indicator(Bytes *out, gboolean is_null)
{
	put_sb(out, is_null ? -1 : 0);
	put_ub(out, is_null ? 1405 : 0);
}

void value_put_long(Session *s, Bytes *out, sqlite3_stmt *stmt, int at, const Column *c)
{
	gsize len;
	const char *text = text_of(stmt, at, &len);

	put_clr(out, text, len);
	put_indicator(out, !len);
}

void value_put_raw(Session *s, Bytes *out, sqlite3_stmt *stmt, int at, const Column *c)
{
	sqlite3_value *v = sqlite3_column_value(stmt, at);
	const void *data = sqlite3_value_blob(v);

	put_clr(out, data, sqlite3_value_bytes(v));
}

void value_put_long_raw(Session *s, Bytes *out, sqlite3_stmt *stmt, int at, const Column *c)
{
	value_put_raw(s, out, stmt, at, c);
	put_indicator(out, !sqlite3_column_bytes(stmt, at));
}

/* Bytes in the file are those of the wire, also where they are no moment. */
static gboolean put_own_bytes(Bytes *out, sqlite3_stmt *stmt, int at)
{
	gboolean is_blob = sqlite3_column_type(stmt, at) == SQLITE_BLOB;

	if (is_blob)
		put_clr(out, sqlite3_column_blob(stmt, at), sqlite3_column_bytes(stmt, at));
	return is_blob;
}

void value_put_date(Session *s, Bytes *out, sqlite3_stmt *stmt, int at, const Column *c)
{
	gsize len;
	const char *text;

	if (put_own_bytes(out, stmt, at))
		return;
	text = text_of(stmt, at, &len);
	put_date(out, text, len);
}

void value_put_timestamp(Session *s, Bytes *out, sqlite3_stmt *stmt, int at, const Column *c)
{
	gsize len;
	const char *text;

	if (put_own_bytes(out, stmt, at))
		return;
	text = text_of(stmt, at, &len);
	put_timestamp(out, text, len);
}

void value_put_timestamp_tz(Session *s, Bytes *out, sqlite3_stmt *stmt, int at, const Column *c)
{
	gsize len;
	const char *text = text_of(stmt, at, &len);

	put_timestamp_tz(out, text, len);
}

void value_put_interval_ym(Session *s, Bytes *out, sqlite3_stmt *stmt, int at, const Column *c)
{
	gsize len;
	const char *text = text_of(stmt, at, &len);

	put_interval_ym(out, text, len);
}

void value_put_interval_ds(Session *s, Bytes *out, sqlite3_stmt *stmt, int at, const Column *c)
{
	gsize len;
	const char *text = text_of(stmt, at, &len);

	put_interval_ds(out, text, len);
}

/* SQLite has no NaN: text says it. */
static double double_of(sqlite3_value *v)
{
	if (sqlite3_value_type(v) == SQLITE_TEXT)
		return g_ascii_strtod((const char *)sqlite3_value_text(v), NULL);
	return sqlite3_value_double(v);
}

/* Positive values get their sign bit set, of negative ones all bits are turned: so they compare as bytes. */
static void put_binary(Bytes *out, guint64 bits, int len)
{
	guint64 sign = 1ULL << (8 * len - 1);
	guint8 raw[8];

	bits = bits & sign ? ~bits : bits | sign;
	for (int i = 0; i < len; i++)
		raw[i] = bits >> (8 * (len - 1 - i));
	put_clr(out, raw, len);
}

void value_put_binary_float(Session *s, Bytes *out, sqlite3_stmt *stmt, int at, const Column *c)
{
	sqlite3_value *v = sqlite3_column_value(stmt, at);
	float value = double_of(v);
	guint32 bits;

	if (sqlite3_value_type(v) == SQLITE_NULL) {
		put_u8(out, 0);
		return;
	}
	memcpy(&bits, &value, 4);
	put_binary(out, isnan(value) ? 0x7fc00000 : bits, 4);
}

void value_put_binary_double(Session *s, Bytes *out, sqlite3_stmt *stmt, int at, const Column *c)
{
	sqlite3_value *v = sqlite3_column_value(stmt, at);
	double value = double_of(v);
	guint64 bits;

	if (sqlite3_value_type(v) == SQLITE_NULL) {
		put_u8(out, 0);
		return;
	}
	memcpy(&bits, &value, 8);
	put_binary(out, isnan(value) ? 0x7ff8000000000000 : bits, 8);
}

/* A row's number, or text that says a ROWID. */
static gboolean rowid_at(sqlite3_stmt *stmt, int at, const Column *c, guint32 *object, gint64 *rowid)
{
	if (sqlite3_column_type(stmt, at) == SQLITE_INTEGER) {
		*object = c->object ? c->object : ROWID_ANY_OBJECT;
		*rowid = sqlite3_column_int64(stmt, at);
		return TRUE;
	} else {
		gsize len;
		const char *text = text_of(stmt, at, &len);

		return rowid_parse(text, len, object, rowid);
	}
}

void value_put_rowid(Session *s, Bytes *out, sqlite3_stmt *stmt, int at, const Column *c)
{
	guint32 object;
	gint64 rowid;
	RowidParts parts;

	if (!rowid_at(stmt, at, c, &object, &rowid)) {
		put_u8(out, 0);
		return;
	}
	parts = rowid_split(rowid);
	put_u8(out, 13);
	put_ub(out, object);
	put_ub(out, parts.file);
	put_u8(out, 0);
	put_ub(out, parts.block);
	put_ub(out, parts.slot);
}

void value_put_rowid_text(Session *s, Bytes *out, sqlite3_stmt *stmt, int at, const Column *c)
{
	char text[19];

	if (sqlite3_column_type(stmt, at) != SQLITE_INTEGER) {
		value_put_text(s, out, stmt, at, c);
		return;
	}
	rowid_format(text, c->object ? c->object : ROWID_ANY_OBJECT, sqlite3_column_int64(stmt, at));
	put_text(out, text);
}

/* Physical: object, file, block, slot behind a 1; logical: as kept, behind a 2. */
void value_put_urowid(Session *s, Bytes *out, sqlite3_stmt *stmt, int at, const Column *c)
{
	Bytes raw = {0};
	guint32 object;
	gint64 rowid;
	gsize len;
	const char *text = text_of(stmt, at, &len);

	if (rowid_at(stmt, at, c, &object, &rowid)) {
		RowidParts parts = rowid_split(rowid);

		put_u8(&raw, 1);
		put_u32(&raw, object);
		put_u16(&raw, parts.file);
		put_u32(&raw, parts.block);
		put_u16(&raw, parts.slot);
	} else if (len > 1) {
		gsize n;
		g_autofree char *padded = g_strconcat(text + 1, "===", NULL);
		g_autofree guchar *bytes = g_base64_decode(padded, &n);

		put_u8(&raw, 2);
		put_raw(&raw, bytes, n);
	} else {
		put_u8(out, 0);
		return;
	}
	put_ub(out, raw.len);
	put_clr(out, raw.data, raw.len);
	bytes_free(&raw);
}

void value_put_boolean(Session *s, Bytes *out, sqlite3_stmt *stmt, int at, const Column *c)
{
	if (sqlite3_column_type(stmt, at) == SQLITE_NULL) {
		put_u8(out, 0);
		return;
	}
	put_u8(out, 1);
	put_u8(out, sqlite3_column_int(stmt, at) != 0);
}

void value_put_lob(Session *s, Bytes *out, sqlite3_stmt *stmt, int at, const Column *c)
{
	gsize len;
	Lob *lob;
	const void *data;

	if (sqlite3_column_type(stmt, at) == SQLITE_NULL) {
		put_ub(out, 0);
		return;
	}
	lob = g_new0(Lob, 1);
	lob->is_text = c->type != TYPE_BLOB;
	lob->is_national = c->form == FORM_NATIONAL;
	lob->is_temporary = s->server->temporary_lobs;
	if (lob->is_text) {
		data = text_of(stmt, at, &len);
	} else {
		data = sqlite3_column_blob(stmt, at);
		len = sqlite3_column_bytes(stmt, at);
	}
	put_raw(&lob->content, data, len);
	lob_put_locator(s, out, lob);
}

/* There are no files here. */
void value_put_bfile(Session *s, Bytes *out, sqlite3_stmt *stmt, int at, const Column *c)
{
	put_ub(out, 0);
}

/* An empty LOB comes as NULL this way. */
void value_put_lob_as_long(Session *s, Bytes *out, sqlite3_stmt *stmt, int at, const Column *c)
{
	gsize len;
	const char *text = text_of(stmt, at, &len);

	put_string(out, text, len, c->form);
	put_indicator(out, !len);
}

/* An image with the text itself: header without prefix, version of XML data, flags "it is a string". */
void value_put_xml(Session *s, Bytes *out, sqlite3_stmt *stmt, int at, const Column *c)
{
	static const guint8 type_id[] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 1, 0};
	gsize len;
	const char *text = text_of(stmt, at, &len);
	gboolean is_null = sqlite3_column_type(stmt, at) == SQLITE_NULL;
	Bytes image = {0};

	if (!is_null) {
		put_u8(&image, 0x84);
		put_u8(&image, 1);
		put_u8(&image, 254);
		put_u32(&image, 7 + 5 + len);
		put_u8(&image, 1);
		put_u32(&image, 4);
		put_raw(&image, text, len);
	}
	put_dalc(out, type_id, is_null ? 0 : sizeof type_id);
	put_ub(out, 0);
	put_ub(out, 0);
	put_ub(out, is_null ? 0 : 1);
	put_ub(out, image.len);
	put_ub(out, 1);
	if (image.len)
		put_clr(out, image.data, image.len);
	bytes_free(&image);
}

static void put_image(Session *s, Bytes *out, const Bytes *image)
{
	static const guint8 locator[40] = {0, 38, 0, 1};

	put_ub(out, sizeof locator);
	put_ub(out, image->len);
	put_ub(out, 0);
	put_clr(out, image->data, image->len);
	put_clr(out, locator, sizeof locator);
}

void value_put_json(Session *s, Bytes *out, sqlite3_stmt *stmt, int at, const Column *c)
{
	gsize len;
	const char *text = text_of(stmt, at, &len);
	Bytes image = {0};

	if (oson_encode(&image, text, len))
		put_image(s, out, &image);
	else
		put_ub(out, 0);
	bytes_free(&image);
}

/* One element, in the vector's format: floats in the form in which they sort as bytes. */
static void put_element(Bytes *out, guint8 format, double value)
{
	float narrow = value;
	guint64 bits;
	guint32 narrow_bits;

	switch (format) {
	case 2:
		memcpy(&narrow_bits, &narrow, 4);
		put_u32(out, narrow_bits & 0x80000000u ? ~narrow_bits : narrow_bits | 0x80000000u);
		return;
	case 3:
		memcpy(&bits, &value, 8);
		bits = bits >> 63 ? ~bits : bits | 1ULL << 63;
		put_u32(out, bits >> 32);
		put_u32(out, bits);
		return;
	default: put_u8(out, (guint8)(int)value); return;
	}
}

/* Text [1.5,2,…] as an image; of bits the text has one number for eight. */
void value_put_vector(Session *s, Bytes *out, sqlite3_stmt *stmt, int at, const Column *c)
{
	gsize len;
	const char *text = text_of(stmt, at, &len);
	Bytes image = {0}, values = {0};
	guint n = 0;

	for (char *end; len && *text && *text != ']'; text = end, n++) {
		double value = g_ascii_strtod(text + 1, &end);

		if (end == text + 1)
			break;
		put_element(&values, c->vector_format, value);
	}
	if (!len) {
		put_ub(out, 0);
		return;
	}
	put_u8(&image, 0xdb);
	put_u8(&image, 0);
	put_u16(&image, 0x12);
	put_u8(&image, c->vector_format);
	put_u32(&image, c->vector_format == 5 ? 8 * n : n);
	put_raw(&image, "\0\0\0\0\0\0\0\0", 8);
	put_raw(&image, values.data, values.len);
	put_image(s, out, &image);
	bytes_free(&image);
	bytes_free(&values);
}
