/*
 * See select.h. The server makes hard types easy: XML, JSON and vectors become CLOBs, times with zones are
 * taken in UTC, geometry as WKB. A LOB becomes three columns: its length,
 * which tells an empty one from NULL; itself, where it is short enough to come inside of the row; and, where
 * it is not, its locator.
 */
#include "connectors/oracle/select.h"

#include "connectors/oracle/types.h"

#include <string.h>

/* In place of %s: the column's name in quotes. */
static const char *expression_of(FerryOracleSelectKind kind, FerryTypeId wanted)
{
	switch (kind) {
	case FERRY_ORACLE_SELECT_UTC:
		return wanted == FERRY_TYPE_TEXT ? "TO_CHAR(%s, 'SYYYY-MM-DD HH24:MI:SS.FF9 TZH:TZM')"
						 : "SYS_EXTRACT_UTC(%s)";
	case FERRY_ORACLE_SELECT_ROWID: return "ROWIDTOCHAR(%s)";
	case FERRY_ORACLE_SELECT_XML: return "XMLSERIALIZE(CONTENT %s AS CLOB)";
	case FERRY_ORACLE_SELECT_JSON: return "JSON_SERIALIZE(%s RETURNING CLOB)";
	case FERRY_ORACLE_SELECT_VECTOR: return "VECTOR_SERIALIZE(%s RETURNING CLOB)";
	default: return NULL;
	}
}

static void append_replaced(GString *sql, const char *format, const char *name)
{
	const char *place = strstr(format, "%s");

	g_string_append_len(sql, format, place - format);
	g_string_append(sql, name);
	g_string_append(sql, place + 2);
}

static void append_expression(GString *sql, FerryOracleSelectKind kind, FerryTypeId wanted, const char *name)
{
	const char *format = expression_of(kind, wanted);

	if (kind == FERRY_ORACLE_SELECT_GEOMETRY)
		g_string_append_printf(sql, "ferry_table.%s.GET_WKB()", name);
	else if (format)
		append_replaced(sql, format, name);
	else
		g_string_append(sql, name);
}

static void append_lob(FerryOracleSelect *s, const char *name, uint64_t limit)
{
	FerryOracleOutput outputs[] = {{.is_flag = true}, {0}, {.is_locator = true, .limit = limit}};

	g_string_append_printf(
		s->sql,
		"DBMS_LOB.GETLENGTH(%s), CASE WHEN DBMS_LOB.GETLENGTH(%s) <= %" G_GUINT64_FORMAT
		" THEN %s END, CASE WHEN DBMS_LOB.GETLENGTH(%s) > %" G_GUINT64_FORMAT " THEN %s END",
		name, name, limit, name, name, limit, name);
	g_array_append_vals(s->outputs, outputs, G_N_ELEMENTS(outputs));
	s->n_locators++;
}

static void append_column(FerryOracleSelect *s, FerryOracleConnection *c, const FerryReadSpec *spec,
			  const FerryField *field)
{
	const FerryColumnDef *column = ferry_table_find_column(spec->table, field->name);
	FerryOracleSelectKind kind = ferry_oracle_select_kind(column ? column->native_type : NULL);
	g_autofree char *name = ferry_oracle_quote_name(NULL, field->name);

	if (s->outputs->len > 0)
		g_string_append(s->sql, ", ");
	if (kind == FERRY_ORACLE_SELECT_LOB) {
		append_lob(s, name, c->lob_limit);
	} else {
		FerryOracleOutput output = {0};
		append_expression(s->sql, kind, field->type.id, name);
		g_array_append_val(s->outputs, output);
	}
	s->width += ferry_oracle_width(column ? column->native_type : NULL);
}

FerryOracleSelect *ferry_oracle_select_new(FerryOracleConnection *c, const FerryReadSpec *spec)
{
	FerryOracleSelect *s = g_new0(FerryOracleSelect, 1);

	s->sql = g_string_new("SELECT ");
	s->outputs = g_array_new(FALSE, TRUE, sizeof(FerryOracleOutput));
	for (size_t i = 0; i < spec->schema->n_fields; i++)
		append_column(s, c, spec, &spec->schema->fields[i]);
	/* A row without columns still counts. */
	if (spec->schema->n_fields == 0) {
		FerryOracleOutput flag = {.is_flag = true};
		g_string_append(s->sql, "1");
		g_array_append_val(s->outputs, flag);
	}
	g_string_append(s->sql, " FROM ");
	ferry_oracle_append_from(c, s->sql, spec->table);
	ferry_oracle_append_where(s->sql, spec->table, spec->predicate);
	return s;
}

void ferry_oracle_select_free(FerryOracleSelect *s)
{
	if (!s)
		return;
	g_string_free(s->sql, TRUE);
	g_array_free(s->outputs, TRUE);
	g_free(s);
}
