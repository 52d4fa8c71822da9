/* Oracle's functions in SQLite: the ones that clients and sample schemas use. */
#include "datetime.h"
#include "number.h"
#include "rowid.h"
#include "store.h"
#include "timeformat.h"
#include "value.h"
#include <math.h>
#include <stdlib.h>
#include <time.h>

typedef void (*Function)(sqlite3_context *ctx, int n, sqlite3_value **v);

static const char *text(sqlite3_value *v)
{
	const char *t = (const char *)sqlite3_value_text(v);

	return t ? t : "";
}

static gboolean is_null(sqlite3_value *v)
{
	return sqlite3_value_type(v) == SQLITE_NULL;
}

static void result_take(sqlite3_context *ctx, char *take)
{
	if (take)
		sqlite3_result_text(ctx, take, -1, g_free);
}

static void nvl(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	sqlite3_result_value(ctx, is_null(v[0]) ? v[1] : v[0]);
}

static void nvl2(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	sqlite3_result_value(ctx, is_null(v[0]) ? v[2] : v[1]);
}

static gboolean same(sqlite3_value *a, sqlite3_value *b)
{
	if (is_null(a) || is_null(b))
		return is_null(a) && is_null(b);
	return !strcmp(text(a), text(b));
}

static void concat(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	GString *s = g_string_new(NULL);

	for (int i = 0; i < n; i++)
		g_string_append(s, text(v[i]));
	result_take(ctx, g_string_free(s, !s->len));
}

static void decode(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	int i = 1;

	for (; i + 1 < n; i += 2)
		if (same(v[0], v[i])) {
			sqlite3_result_value(ctx, v[i + 1]);
			return;
		}
	if (i < n)
		sqlite3_result_value(ctx, v[i]);
}

static void sysdate(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	DateTime t;

	datetime_now(&t);
	t.nanos = 0;
	result_take(ctx, datetime_format(&t, FALSE));
}

static void systimestamp(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	DateTime t;

	datetime_now(&t);
	result_take(ctx, datetime_format(&t, TRUE));
}

static void localtimestamp(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	DateTime t;

	datetime_now(&t);
	result_take(ctx, datetime_format(&t, FALSE));
}

static void user(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	Session *s = sqlite3_user_data(ctx);

	sqlite3_result_text(ctx, s->user, -1, SQLITE_TRANSIENT);
}

static void scn(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	sqlite3_result_int64(ctx, 2000000 + time(NULL) % 100000000);
}

static void sys_context(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	Session *s = sqlite3_user_data(ctx);
	const char *name = text(v[n - 1]);
	const char *const known[][2] = {
		{"CURRENT_SCHEMA", s->current_schema},
		{"SESSION_USER", s->user},
		{"CURRENT_USER", s->user},
		{"DB_NAME", "FREE"},
		{"CON_NAME", "FREEPDB1"},
		{"CON_ID", "3"},
		{"INSTANCE_NAME", "FREE"},
		{"SERVICE_NAME", "freepdb1"},
		{"SERVER_HOST", "localhost"},
		{"HOST", "client"},
		{"LANGUAGE", "AMERICAN_AMERICA.AL32UTF8"},
		{"SID", "42"},
		{"SESSIONID", "42"},
		{"DATABASE_ROLE", "PRIMARY"},
		{"ISDBA", "FALSE"},
		{"DB_UNIQUE_NAME", "FREE"},
	};

	for (guint i = 0; i < G_N_ELEMENTS(known); i++)
		if (!g_ascii_strcasecmp(name, known[i][0]))
			sqlite3_result_text(ctx, known[i][1], -1, SQLITE_TRANSIENT);
}

static void to_char(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	DateTime t;
	const char *value = text(v[0]);

	if (is_null(v[0]))
		return;
	if (sqlite3_value_type(v[0]) == SQLITE_BLOB) {
		result_take(ctx, number_to_text(sqlite3_value_blob(v[0]), sqlite3_value_bytes(v[0])));
	} else if (sqlite3_value_type(v[0]) == SQLITE_TEXT && datetime_parse(value, strlen(value), &t)) {
		result_take(ctx, timeformat_write(&t, n > 1 ? text(v[1]) : "DD-MON-RR"));
	} else if (sqlite3_value_type(v[0]) == SQLITE_FLOAT) {
		guint8 number[NUMBER_MAX + 2];
		int len = number_from_double(number, sqlite3_value_double(v[0]));

		result_take(ctx, number_to_text(number, len));
	} else {
		sqlite3_result_text(ctx, value, -1, SQLITE_TRANSIENT);
	}
}

static void to_datetime(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	DateTime t;
	const char *value = text(v[0]), *format = n > 1 ? text(v[1]) : NULL;

	if (is_null(v[0]))
		return;
	if (format && timeformat_read(value, format, &t))
		result_take(ctx, datetime_format(&t, t.has_zone));
	else if (!format &&
		 (datetime_parse(value, strlen(value), &t) || timeformat_read(value, "DD-MON-RR", &t)))
		result_take(ctx, datetime_format(&t, t.has_zone));
	else
		sqlite3_result_error(ctx, "ORA-01861: literal does not match format string", -1);
}

static void extract_utc(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	DateTime t;
	const char *value = text(v[0]);

	if (is_null(v[0]) || !datetime_parse(value, strlen(value), &t))
		return;
	datetime_shift(&t, -t.offset);
	result_take(ctx, datetime_format(&t, FALSE));
}

static void to_number(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	guint8 number[NUMBER_MAX + 2];
	const char *value = text(v[0]);
	int len;

	if (is_null(v[0]))
		return;
	if (sqlite3_value_type(v[0]) != SQLITE_TEXT) {
		sqlite3_result_value(ctx, v[0]);
		return;
	}
	len = number_from_text(number, value, strlen(value));
	if (!len)
		sqlite3_result_error(ctx, "ORA-01722: invalid number", -1);
	else if (strspn(value, "+-0123456789") == strlen(value) && len <= 10)
		sqlite3_result_int64(ctx, g_ascii_strtoll(value, NULL, 10));
	else
		sqlite3_result_blob(ctx, number, len, SQLITE_TRANSIENT);
}

static void pad(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	gboolean is_left = sqlite3_user_data(ctx) != NULL;
	const char *value = text(v[0]), *fill = n > 2 ? text(v[2]) : " ";
	gint64 want = sqlite3_value_int64(v[1]), have = g_utf8_strlen(value, -1);
	g_autoptr(GString) filling = g_string_new(NULL);

	if (is_null(v[0]) || want > 32767 || !*fill)
		return;
	if (have >= want) {
		result_take(ctx, g_utf8_substring(value, 0, want));
		return;
	}
	for (const char *c = fill; have < want; have++, c = *g_utf8_next_char(c) ? g_utf8_next_char(c) : fill)
		g_string_append_len(filling, c, g_utf8_next_char(c) - c);
	result_take(ctx, is_left ? g_strconcat(filling->str, value, NULL)
				 : g_strconcat(value, filling->str, NULL));
}

static void upper(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	if (!is_null(v[0]))
		result_take(ctx, sqlite3_user_data(ctx) ? g_utf8_strup(text(v[0]), -1)
							: g_utf8_strdown(text(v[0]), -1));
}

static void chr(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	char out[8];
	int len = g_unichar_to_utf8(sqlite3_value_int(v[0]), out);

	sqlite3_result_text(ctx, out, len, SQLITE_TRANSIENT);
}

/* \0041 in UTF-16 units */
static void unistr(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	Bytes wide = {0}, out = {0};

	for (const char *c = text(v[0]); *c;) {
		char hex[5] = {0};

		if (c[0] == '\\' && c[1] == '\\') {
			put_u16(&wide, '\\');
			c += 2;
		} else if (*c == '\\' && strlen(c) >= 5) {
			memcpy(hex, c + 1, 4);
			put_u16(&wide, strtoul(hex, NULL, 16));
			c += 5;
		} else {
			utf16_append(&wide, (const guint8 *)c, g_utf8_next_char(c) - c);
			c = g_utf8_next_char(c);
		}
	}
	utf16_to_utf8(&out, wide.data, wide.len);
	sqlite3_result_text(ctx, (char *)out.data, out.len, SQLITE_TRANSIENT);
	bytes_free(&wide);
	bytes_free(&out);
}

static void hextoraw(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	const char *hex = text(v[0]);
	GByteArray *bytes;

	if (is_null(v[0]))
		return;
	bytes = g_byte_array_new();
	for (; hex[0] && hex[1]; hex += 2) {
		guint8 byte = g_ascii_xdigit_value(hex[0]) << 4 | (g_ascii_xdigit_value(hex[1]) & 15);

		g_byte_array_append(bytes, &byte, 1);
	}
	sqlite3_result_blob(ctx, bytes->data, bytes->len, SQLITE_TRANSIENT);
	g_byte_array_unref(bytes);
}

static void rawtohex(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	const guint8 *raw = sqlite3_value_blob(v[0]);
	GString *hex = g_string_new(NULL);

	for (int i = 0; i < sqlite3_value_bytes(v[0]); i++)
		g_string_append_printf(hex, "%02X", raw[i]);
	result_take(ctx, g_string_free(hex, is_null(v[0])));
}

static void sys_guid(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	guint32 raw[4];

	for (int i = 0; i < 4; i++)
		raw[i] = g_random_int();
	sqlite3_result_blob(ctx, raw, 16, SQLITE_TRANSIENT);
}

static void empty_clob(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	sqlite3_result_text(ctx, "", 0, SQLITE_STATIC);
}

static void empty_blob(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	sqlite3_result_zeroblob(ctx, 0);
}

static void identity(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	sqlite3_result_value(ctx, v[0]);
}

static void lob_length(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	if (sqlite3_value_type(v[0]) == SQLITE_TEXT)
		sqlite3_result_int64(ctx, utf16_units(sqlite3_value_text(v[0]), sqlite3_value_bytes(v[0])));
	else if (!is_null(v[0]))
		sqlite3_result_int64(ctx, sqlite3_value_bytes(v[0]));
}

static void length_bytes(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	if (!is_null(v[0]))
		sqlite3_result_int64(ctx, sqlite3_value_bytes(v[0]));
}

/* (type, object, file, block, slot): rows here are numbers, so that ranges of ROWIDs are ranges of numbers.
 */
static void rowid_create(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	sqlite3_result_int64(ctx, rowid_join(sqlite3_value_int64(v[3]), sqlite3_value_int64(v[4])));
}

static void chartorowid(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	guint32 object;
	gint64 rowid;
	const char *value = text(v[0]);

	if (rowid_parse(value, strlen(value), &object, &rowid))
		sqlite3_result_int64(ctx, rowid);
	else if (!is_null(v[0]))
		sqlite3_result_error(ctx, "ORA-01410: invalid ROWID", -1);
}

/* Which table the row is of is not known here. */
static void rowidtochar(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	char digits[19];

	if (sqlite3_value_type(v[0]) != SQLITE_INTEGER) {
		sqlite3_result_value(ctx, v[0]);
		return;
	}
	rowid_format(digits, ROWID_ANY_OBJECT, sqlite3_value_int64(v[0]));
	sqlite3_result_text(ctx, digits, -1, SQLITE_TRANSIENT);
}

static void ora_hash(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	guint32 hash = g_str_hash(text(v[0])), max = n > 1 ? sqlite3_value_int64(v[1]) : G_MAXUINT32;

	sqlite3_result_int64(ctx, max == G_MAXUINT32 ? hash : hash % (max + 1));
}

static void trunc_value(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	DateTime t;
	const char *value = text(v[0]);

	if (is_null(v[0]))
		return;
	if (sqlite3_value_type(v[0]) == SQLITE_TEXT && datetime_parse(value, strlen(value), &t)) {
		t.hour = t.minute = t.second = t.nanos = 0;
		result_take(ctx, datetime_format(&t, FALSE));
		return;
	}
	sqlite3_result_double(ctx, trunc(sqlite3_value_double(v[0])));
}

/* What stands behind the point, as text: REAL has rounding errors, and a NUMBER's own bytes are none to
 * SQLite. */
static void fraction(sqlite3_context *ctx, sqlite3_value *v)
{
	guint8 number[NUMBER_MAX + 2];
	gboolean is_own = sqlite3_value_type(v) == SQLITE_BLOB;
	int len = is_own ? 0 : number_from_double(number, sqlite3_value_double(v));
	g_autofree char *text = is_own ? number_to_text(sqlite3_value_blob(v), sqlite3_value_bytes(v))
				       : number_to_text(number, len);
	const char *point = strchr(text, '.');

	sqlite3_result_text(ctx, point ? point : "0", -1, SQLITE_TRANSIENT);
}

/* Of a NUMBER's own bytes only its size matters here, as MOD(ABS(x), 1) is all that is asked of it. */
static void abs_value(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	if (sqlite3_value_type(v[0]) == SQLITE_INTEGER)
		sqlite3_result_int64(ctx, ABS(sqlite3_value_int64(v[0])));
	else if (sqlite3_value_type(v[0]) == SQLITE_FLOAT)
		sqlite3_result_double(ctx, fabs(sqlite3_value_double(v[0])));
	else
		sqlite3_result_value(ctx, v[0]);
}

static void mod_value(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	gint64 by = sqlite3_value_int64(v[1]);

	if (is_null(v[0]))
		return;
	if (by == 1 && sqlite3_value_type(v[0]) != SQLITE_INTEGER)
		fraction(ctx, v[0]);
	else if (sqlite3_value_type(v[0]) == SQLITE_INTEGER && by)
		sqlite3_result_int64(ctx, sqlite3_value_int64(v[0]) % by);
	else
		sqlite3_result_double(ctx, fmod(sqlite3_value_double(v[0]), sqlite3_value_double(v[1])));
}

static void nextval(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	gint64 value;

	if (store_next_value(sqlite3_user_data(ctx), text(v[0]), &value))
		sqlite3_result_int64(ctx, value);
	else
		sqlite3_result_error(ctx, "ORA-02289: sequence does not exist", -1);
}

static void json_check(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	sqlite3_result_int(ctx, 1);
}

typedef struct Entry {
	const char *name;
	int n; /* -1: any */
	Function call;
} Entry;

static const Entry entries[] = {
	{"ORA_CONCAT", -1, concat},
	{"CONCAT", 2, concat},
	{"ROWIDTOCHAR", 1, rowidtochar},
	{"NVL", 2, nvl},
	{"NVL2", 3, nvl2},
	{"DECODE", -1, decode},
	{"ORA_SYSDATE", 0, sysdate},
	{"ORA_SYSTIMESTAMP", 0, systimestamp},
	{"ORA_LOCALTIMESTAMP", 0, localtimestamp},
	{"ORA_USER", 0, user},
	{"ORA_SCN", 0, scn},
	{"TIMESTAMP_TO_SCN", 1, scn},
	{"DBMS_FLASHBACK_GET_SYSTEM_CHANGE_NUMBER", 0, scn},
	{"SYS_CONTEXT", -1, sys_context},
	{"USERENV", 1, sys_context},
	{"TO_CHAR", -1, to_char},
	{"TO_DATE", -1, to_datetime},
	{"TO_TIMESTAMP", -1, to_datetime},
	{"TO_TIMESTAMP_TZ", -1, to_datetime},
	{"SYS_EXTRACT_UTC", 1, extract_utc},
	{"TO_NUMBER", -1, to_number},
	{"CHR", 1, chr},
	{"UNISTR", 1, unistr},
	{"HEXTORAW", 1, hextoraw},
	{"RAWTOHEX", 1, rawtohex},
	{"SYS_GUID", 0, sys_guid},
	{"EMPTY_CLOB", 0, empty_clob},
	{"EMPTY_BLOB", 0, empty_blob},
	{"TO_CLOB", 1, identity},
	{"TO_NCLOB", 1, identity},
	{"TO_BLOB", 1, identity},
	{"TO_NCHAR", 1, identity},
	{"TO_BINARY_DOUBLE", 1, identity},
	{"TO_BINARY_FLOAT", 1, identity},
	{"XMLTYPE", 1, identity},
	{"XMLSERIALIZE", 1, identity},
	{"JSON_SERIALIZE", 1, identity},
	{"VECTOR_SERIALIZE", 1, identity},
	{"FROM_VECTOR", 1, identity},
	{"TO_VECTOR", 1, identity},
	{"UTL_RAW_CAST_TO_RAW", 1, identity},
	{"DBMS_LOB_GETLENGTH", 1, lob_length},
	{"LENGTHB", 1, length_bytes},
	{"DBMS_ROWID_ROWID_CREATE", 5, rowid_create},
	{"CHARTOROWID", 1, chartorowid},
	{"ORA_HASH", -1, ora_hash},
	{"TRUNC", -1, trunc_value},
	{"MOD", 2, mod_value},
	{"ABS", 1, abs_value},
	{"ORA_NEXTVAL", 1, nextval},
	{"ORA_IS_JSON", 1, json_check},
};

void functions_register(Session *s)
{
	const int flags = SQLITE_UTF8;

	for (guint i = 0; i < G_N_ELEMENTS(entries); i++)
		sqlite3_create_function(s->db, entries[i].name, entries[i].n, flags, s, entries[i].call, NULL,
					NULL);
	sqlite3_create_function(s->db, "LPAD", -1, flags, s, pad, NULL, NULL);
	sqlite3_create_function(s->db, "RPAD", -1, flags, NULL, pad, NULL, NULL);
	sqlite3_create_function(s->db, "UPPER", 1, flags, s, upper, NULL, NULL);
	sqlite3_create_function(s->db, "LOWER", 1, flags, NULL, upper, NULL, NULL);
}
