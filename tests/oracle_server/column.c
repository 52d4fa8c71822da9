/* Types of columns, and their description on the wire (see column.h). */
#include "column.h"
#include "value.h"
#include <stdlib.h>

#define AL32UTF8  873
#define AL16UTF16 2000

typedef struct TypeRule {
	const char *name; /* what the declaration begins with; longer ones first */
	guint8 type, form;
	guint32 max_bytes; /* 0: by the length in parentheses */
	PutValue put;
} TypeRule;

static const TypeRule rules[] = {
	{"NUMBER", TYPE_NUMBER, FORM_NONE, 22, value_put_number},
	{"INTEGER", TYPE_NUMBER, FORM_NONE, 22, value_put_number},
	{"SMALLINT", TYPE_NUMBER, FORM_NONE, 22, value_put_number},
	{"DECIMAL", TYPE_NUMBER, FORM_NONE, 22, value_put_number},
	{"NUMERIC", TYPE_NUMBER, FORM_NONE, 22, value_put_number},
	{"FLOAT", TYPE_NUMBER, FORM_NONE, 22, value_put_number},
	{"REAL", TYPE_NUMBER, FORM_NONE, 22, value_put_number},
	{"DOUBLE PRECISION", TYPE_NUMBER, FORM_NONE, 22, value_put_number},
	{"NVARCHAR2", TYPE_VARCHAR, FORM_NATIONAL, 0, value_put_text},
	{"NCHAR", TYPE_CHAR, FORM_NATIONAL, 0, value_put_char},
	{"VARCHAR", TYPE_VARCHAR, FORM_CHAR, 0, value_put_text},
	{"CHAR", TYPE_CHAR, FORM_CHAR, 0, value_put_char},
	{"DATE", TYPE_DATE, FORM_NONE, 7, value_put_date},
	{"TIMESTAMP", TYPE_TIMESTAMP, FORM_NONE, 11, value_put_timestamp},
	{"INTERVAL YEAR", TYPE_INTERVAL_YM, FORM_NONE, 5, value_put_interval_ym},
	{"INTERVAL DAY", TYPE_INTERVAL_DS, FORM_NONE, 11, value_put_interval_ds},
	{"INT", TYPE_NUMBER, FORM_NONE, 22, value_put_number},
	{"LONG RAW", TYPE_LONG_RAW, FORM_NONE, 0, value_put_long_raw},
	{"LONG", TYPE_LONG, FORM_CHAR, 0, value_put_long},
	{"RAW", TYPE_RAW, FORM_NONE, 0, value_put_raw},
	{"NCLOB", TYPE_CLOB, FORM_NATIONAL, 4000, value_put_lob},
	{"CLOB", TYPE_CLOB, FORM_CHAR, 4000, value_put_lob},
	{"BLOB", TYPE_BLOB, FORM_NONE, 4000, value_put_lob},
	{"BFILE", TYPE_BFILE, FORM_NONE, 530, value_put_bfile},
	{"BINARY_FLOAT", TYPE_BINARY_FLOAT, FORM_NONE, 4, value_put_binary_float},
	{"BINARY_DOUBLE", TYPE_BINARY_DOUBLE, FORM_NONE, 8, value_put_binary_double},
	{"UROWID", TYPE_UROWID, FORM_NONE, 4000, value_put_urowid},
	{"ROWID", TYPE_ROWID, FORM_NONE, 10, value_put_rowid},
	{"XMLTYPE", TYPE_OBJECT, FORM_NONE, 2000, value_put_xml},
	{"SDO_GEOMETRY", TYPE_OBJECT, FORM_NONE, 2000, value_put_xml}, /* is read as WKB only */
	{"BOOLEAN", TYPE_BOOLEAN_23, FORM_NONE, 1, value_put_boolean},
	{"JSON", TYPE_JSON, FORM_NONE, 8200, value_put_json},
	{"VECTOR", TYPE_VECTOR, FORM_NONE, 8200, value_put_vector},
};

static const TypeRule *rule_of(const char *declared)
{
	for (guint i = 0; i < G_N_ELEMENTS(rules); i++)
		if (!g_ascii_strncasecmp(declared, rules[i].name, strlen(rules[i].name)))
			return &rules[i];
	return NULL;
}

static void set_number(Column *c, const char *declared, int first, int second, gboolean has_first,
		       gboolean has_second)
{
	c->precision = 0;
	c->scale = -127;
	if (!g_ascii_strncasecmp(declared, "FLOAT", 5) || !g_ascii_strncasecmp(declared, "DOUBLE", 6)) {
		c->precision = has_first ? first : 126;
	} else if (!g_ascii_strncasecmp(declared, "REAL", 4)) {
		c->precision = 63;
	} else if (has_first) {
		c->precision = first;
		c->scale = has_second ? second : 0;
	} else if (g_ascii_strncasecmp(declared, "NUMBER", 6)) { /* INTEGER and the other standard names */
		c->precision = 38;
		c->scale = 0;
	}
}

/* How many bytes a character may need in the database's own character set. */
static guint bytes_a_char(const Session *s)
{
	return s->server->profile->charset == AL32UTF8 ? 4 : 1;
}

static void set_length(Session *s, Column *c, int length, gboolean in_chars)
{
	c->chars = length;
	if (c->form == FORM_NATIONAL)
		c->max_bytes = 2 * length;
	else if (c->type == TYPE_RAW)
		c->max_bytes = length;
	else
		c->max_bytes = length * (in_chars ? bytes_a_char(s) : 1);
}

static void set_timestamp(Column *c, const char *declared, gboolean has_first, int first)
{
	g_autofree char *upper = g_ascii_strup(declared, -1);

	c->scale = has_first ? first : 6;
	if (strstr(upper, "LOCAL TIME ZONE")) {
		c->type = TYPE_TIMESTAMP_LTZ;
	} else if (strstr(upper, "TIME ZONE")) {
		c->type = TYPE_TIMESTAMP_TZ;
		c->max_bytes = 13;
		c->put = value_put_timestamp_tz;
	}
}

static void set_interval(Column *c, const char *declared)
{
	const char *to = strstr(declared, "TO");
	const char *second = to ? strchr(to, '(') : NULL, *first = strchr(declared, '(');

	c->precision = first && (!to || first < to) ? atoi(first + 1) : 2;
	c->scale = c->type == TYPE_INTERVAL_YM ? 0 : second ? atoi(second + 1) : 6;
}

static void set_vector(Column *c, const char *declared, int dimensions)
{
	c->dimensions = dimensions;
	c->vector_format = strstr(declared, "FLOAT64")  ? 3
			   : strstr(declared, "INT8")   ? 4
			   : strstr(declared, "BINARY") ? 5
							: 2;
}

gboolean column_set_type(Session *s, Column *c, const char *declared)
{
	const TypeRule *rule = rule_of(declared);
	const char *paren = strchr(declared, '('), *comma;
	int first = 0, second = 0;
	gboolean has_first, has_second;

	if (!rule)
		return FALSE;
	has_first = paren && (g_ascii_isdigit(paren[1]) || paren[1] == '*');
	first = !has_first ? 0 : paren[1] == '*' ? 38 : atoi(paren + 1);
	comma = has_first ? strchr(paren, ',') : NULL;
	has_second = comma != NULL;
	second = comma ? atoi(comma + 1) : 0;
	c->type = rule->type;
	c->form = rule->form;
	c->max_bytes = rule->max_bytes;
	c->put = rule->put;
	if (c->type == TYPE_NUMBER)
		set_number(c, declared, first, second, has_first, has_second);
	else if (c->type == TYPE_TIMESTAMP)
		set_timestamp(c, declared, has_first, first);
	else if (c->type == TYPE_INTERVAL_YM || c->type == TYPE_INTERVAL_DS)
		set_interval(c, declared);
	else if (c->type == TYPE_VECTOR)
		set_vector(c, declared, first);
	else if (!c->max_bytes && c->type != TYPE_LONG && c->type != TYPE_LONG_RAW)
		set_length(s, c, has_first ? first : 1,
			   paren && g_ascii_strcasecmp(paren, "(") && strstr(declared, " CHAR)"));
	c->has_indicator = c->type == TYPE_LONG || c->type == TYPE_LONG_RAW;
	c->is_locator = c->type == TYPE_CLOB || c->type == TYPE_BLOB || c->type == TYPE_JSON ||
			c->type == TYPE_VECTOR;
	return TRUE;
}

void column_define(Session *s, Column *c, guint8 type)
{
	if (type == TYPE_LONG && c->type != TYPE_LONG && c->is_locator) {
		c->put = value_put_lob_as_long;
		c->has_indicator = TRUE;
	} else if (type == TYPE_LONG_RAW && c->type == TYPE_BLOB) {
		c->put = value_put_long_raw;
		c->has_indicator = TRUE;
	} else if ((type == TYPE_CLOB || type == TYPE_BLOB) && c->is_locator) {
		c->put = value_put_lob;
		c->has_indicator = FALSE;
	} else if (type == TYPE_VARCHAR && (c->type == TYPE_ROWID || c->type == TYPE_UROWID)) {
		c->put = value_put_rowid_text;
	}
}

void column_clear(Column *c)
{
	g_free(c->name);
}

static void put_scale(Session *s, Bytes *out, const Column *c)
{
	gboolean is_wide = s->wide_scale && (c->type == TYPE_NUMBER || c->type == TYPE_INTERVAL_DS ||
					     c->type == TYPE_TIMESTAMP || c->type == TYPE_TIMESTAMP_LTZ ||
					     c->type == TYPE_TIMESTAMP_TZ);

	if (is_wide)
		put_sb(out, c->scale);
	else
		put_u8(out, c->scale);
}

static guint charset_of(const Session *s, const Column *c)
{
	return c->form == FORM_NATIONAL ? AL16UTF16 : c->form == FORM_CHAR ? s->server->profile->charset : 0;
}

static void put_newer_fields(Session *s, Bytes *out, const Column *c)
{
	if (s->field_version >= 17) {
		put_ub(out, 0); /* domain's schema and name */
		put_ub(out, 0);
	}
	if (s->field_version >= 20)
		put_ub(out, 0); /* annotations */
	if (s->field_version >= 24) {
		put_ub(out, c->dimensions);
		put_u8(out, c->vector_format);
		put_u8(out, 0);
	}
}

void column_describe(Session *s, Bytes *out, const Column *c, guint position)
{
	static const guint8 xml_oid[16] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 1, 0};
	gboolean is_xml = c->type == TYPE_OBJECT;

	put_u8(out, c->type);
	put_u8(out, c->is_locator ? 0x80 : 0);
	put_u8(out, c->precision);
	put_scale(s, out, c);
	put_ub(out, c->max_bytes);
	put_ub(out, 0);
	put_ub(out, 0);
	put_dalc(out, xml_oid, is_xml ? 16 : 0);
	put_ub(out, is_xml ? 1 : 0);
	put_ub(out, charset_of(s, c));
	put_u8(out, c->form);
	put_ub(out, c->chars);
	if (s->field_version >= 8)
		put_ub(out, 0);
	put_u8(out, !c->not_null);
	put_u8(out, MIN(strlen(c->name), 255));
	put_dalc_text(out, c->name);
	put_dalc_text(out, is_xml ? "SYS" : NULL);
	put_dalc_text(out, is_xml ? "XMLTYPE" : NULL);
	put_ub(out, position);
	put_ub(out, c->type == TYPE_JSON ? 0x900 : 0);
	put_newer_fields(s, out, c);
}
