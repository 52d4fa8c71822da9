/* A column of CREATE TABLE: its type, where its values come from (a default as a literal of Oracle's, an
 * identity, an expression), and what an enum's labels allow. */
#include "connectors/oracle/target.h"
#include "data/value_text.h"

#include <string.h>

#define US_PER_DAY (G_GINT64_CONSTANT(86400) * 1000000)

static bool is_number(FerryTypeId id)
{
	return id >= FERRY_TYPE_INT8 && id <= FERRY_TYPE_DECIMAL;
}

static void append_quoted(GString *sql, const char *before, const char *text, const char *behind)
{
	g_string_append_printf(sql, " DEFAULT %s", before);
	ferry_oracle_append_literal(sql, text);
	g_string_append(sql, behind);
}

static void append_uuid_default(GString *sql, const char *text)
{
	uint8_t uuid[16];
	g_autoptr(GString) hex = g_string_new(NULL);

	if (!ferry_parse_uuid(text, strlen(text), uuid))
		return;
	for (size_t i = 0; i < sizeof uuid; i++)
		g_string_append_printf(hex, "%02X", uuid[i]);
	append_quoted(sql, "HEXTORAW(", hex->str, ")");
}

static bool parse_moment(FerryTypeId id, const char *text, size_t len, int32_t *ret_days, int64_t *ret_us)
{
	int64_t us;
	bool has_zone;

	*ret_us = 0;
	if (id == FERRY_TYPE_DATE)
		return ferry_parse_date(text, len, ret_days);
	if (!ferry_parse_timestamp(text, len, &us, &has_zone))
		return false;
	*ret_us = (us % US_PER_DAY + US_PER_DAY) % US_PER_DAY;
	*ret_days = (int32_t)((us - *ret_us) / US_PER_DAY);
	return true;
}

/* Years before Christ without a year 0, and a zone with its minutes. */
bool ferry_oracle_append_moment(GString *sql, FerryTypeId id, const char *text, size_t len)
{
	int32_t days;
	int64_t us, year;
	unsigned month, day;

	if (!parse_moment(id, text, len, &days, &us))
		return false;
	ferry_civil_from_days(days, &year, &month, &day);
	year -= year <= 0;
	g_string_append_printf(sql, "%s'%s%04d-%02u-%02u", id == FERRY_TYPE_DATE ? "DATE " : "TIMESTAMP ",
			       year < 0 ? "-" : "", (int)ABS(year), month, day);
	if (id != FERRY_TYPE_DATE) {
		int seconds = (int)(us / 1000000), fraction = (int)(us % 1000000);

		g_string_append_printf(sql, " %02d:%02d:%02d", seconds / 3600, seconds / 60 % 60,
				       seconds % 60);
		if (fraction) {
			g_string_append_printf(sql, ".%06d", fraction);
			while (sql->str[sql->len - 1] == '0')
				g_string_truncate(sql, sql->len - 1);
		}
	}
	g_string_append(sql, id == FERRY_TYPE_TIMESTAMPTZ ? " +00:00'" : "'");
	return true;
}

static void append_moment_default(GString *sql, FerryTypeId id, const char *text)
{
	g_autoptr(GString) literal = g_string_new(NULL);

	if (ferry_oracle_append_moment(literal, id, text, strlen(text)))
		g_string_append_printf(sql, " DEFAULT %s", literal->str);
}

static void append_literal_default(GString *sql, const FerryColumnDef *column)
{
	const char *text = column->default_text ? column->default_text : "";
	bool flag;

	if (ferry_oracle_is_infinite_moment(column))
		return; /* the plan has said so */
	switch (column->type.id) {
	case FERRY_TYPE_BOOL:
		if (ferry_parse_bool(text, strlen(text), &flag))
			g_string_append(sql, flag ? " DEFAULT 1" : " DEFAULT 0");
		return;
	case FERRY_TYPE_DATE:
	case FERRY_TYPE_TIMESTAMP:
	case FERRY_TYPE_TIMESTAMPTZ: append_moment_default(sql, column->type.id, text); return;
	case FERRY_TYPE_UUID: append_uuid_default(sql, text); return;
	case FERRY_TYPE_BYTES:
		if (g_str_has_prefix(text, "\\x") && strlen(text) > 2)
			append_quoted(sql, "HEXTORAW(", text + 2, ")");
		return;
	default: break;
	}
	if (is_number(column->type.id) && ferry_parse_decimal(text, strlen(text)) && !strpbrk(text, "nNfF"))
		g_string_append_printf(sql, " DEFAULT %s", text);
	else if (*text) /* an empty one is NULL */
		append_quoted(sql, "", text, "");
}

static void append_default(GString *sql, const FerryColumnDef *column)
{
	bool is_day = strcmp(column->native_type, "DATE") == 0;
	bool is_moment = is_day || g_str_has_prefix(column->native_type, "TIMESTAMP");

	switch (column->default_kind) {
	case FERRY_DEFAULT_LITERAL: append_literal_default(sql, column); return;
	case FERRY_DEFAULT_CURRENT_TIMESTAMP:
	case FERRY_DEFAULT_CURRENT_DATE:
		if (is_moment)
			g_string_append(sql, column->type.id == FERRY_TYPE_DATE ? " DEFAULT TRUNC(SYSDATE)"
					     : is_day                           ? " DEFAULT SYSDATE"
										: " DEFAULT SYSTIMESTAMP");
		return;
	case FERRY_DEFAULT_UUID:
		if (g_str_has_prefix(column->native_type, "RAW"))
			g_string_append(sql, " DEFAULT SYS_GUID()");
		return;
	case FERRY_DEFAULT_EXPRESSION:
		if (column->default_text)
			g_string_append_printf(sql, " DEFAULT %s", column->default_text);
		return;
	default: return;
	}
}

static void append_labels_check(GString *sql, const FerryColumnDef *column)
{
	if (!column->labels || column->is_set)
		return;
	g_string_append(sql, " CHECK (");
	ferry_oracle_append_identifier(sql, column->name);
	g_string_append(sql, " IN (");
	for (char **label = column->labels; *label; label++) {
		g_string_append(sql, label > column->labels ? ", " : "");
		ferry_oracle_append_literal(sql, *label);
	}
	g_string_append(sql, "))");
}

void ferry_oracle_append_column(GString *sql, const FerryColumnDef *column)
{
	ferry_oracle_append_identifier(sql, column->name);
	g_string_append_printf(sql, " %s", column->native_type);
	if (column->generated != FERRY_GENERATED_NONE && column->generated_expression) {
		g_string_append_printf(sql, " GENERATED ALWAYS AS (%s) VIRTUAL",
				       column->generated_expression);
		return;
	}
	if (column->identity != FERRY_IDENTITY_NONE) {
		g_string_append(sql, " GENERATED BY DEFAULT AS IDENTITY");
		ferry_oracle_append_identity_range(sql, column);
	} else {
		append_default(sql, column);
	}
	if (column->not_null && column->identity == FERRY_IDENTITY_NONE)
		g_string_append(sql, " NOT NULL");
	append_labels_check(sql, column);
}
