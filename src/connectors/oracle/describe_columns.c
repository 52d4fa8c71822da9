/*
 * The description of a result's columns. Its layout grows with the version of the fields. Most of it is
 * skipped: what becomes of a column is decided by the catalog, what must be known here is how its values lie
 * on the wire.
 */
#include "connectors/oracle/cursor.h"

#define MAX_NAME    1024
#define MAX_COLUMNS 4096
#define FLAG_JSON   0x100
#define MAX_REMARKS 4096

static void clear_field(gpointer data)
{
	FerryOracleField *f = data;

	g_free(f->name);
	g_free(f->type_schema);
	g_free(f->type_name);
}

GArray *ferry_oracle_fields_new(void)
{
	GArray *fields = g_array_new(FALSE, TRUE, sizeof(FerryOracleField));

	g_array_set_clear_func(fields, clear_field);
	return fields;
}

static void skip_annotations(FerryOracleWire *w)
{
	if (ferry_oracle_get_ub4(w) == 0)
		return;
	ferry_oracle_get_u8(w);
	uint32_t n = ferry_oracle_get_ub4(w);
	ferry_oracle_get_u8(w);
	if (n > MAX_REMARKS)
		ferry_oracle_wire_malformed(w, "more annotations than there can be");
	for (uint32_t i = 0; i < n && w->state == FERRY_ORACLE_WIRE_FINE; i++) {
		ferry_oracle_get_ub4(w);
		ferry_oracle_skip_value(w);
		ferry_oracle_skip_counted(w);
		ferry_oracle_get_ub4(w);
	}
	ferry_oracle_get_ub4(w);
}

static void read_column(FerryOracleConnection *c, FerryOracleField *f)
{
	FerryOracleWire *w = c->wire;

	f->type = ferry_oracle_get_u8(w);
	ferry_oracle_get_u8(w);
	f->precision = (int8_t)ferry_oracle_get_u8(w);
	f->scale = (int8_t)ferry_oracle_get_u8(w);
	f->max_bytes = ferry_oracle_get_ub4(w);
	ferry_oracle_get_ub4(w);
	ferry_oracle_get_unsigned(w, 8);
	ferry_oracle_skip_counted(w);
	ferry_oracle_get_ub2(w);
	ferry_oracle_get_ub2(w);
	f->form = ferry_oracle_get_u8(w);
	f->max_chars = ferry_oracle_get_ub4(w);
	if (c->fields >= FERRY_ORACLE_FIELDS_12_2)
		ferry_oracle_get_ub4(w);
	f->is_nullable = ferry_oracle_get_u8(w) != 0;
	ferry_oracle_get_u8(w);
	f->name = ferry_oracle_get_counted_text(w, MAX_NAME);
	f->type_schema = ferry_oracle_get_counted_text(w, MAX_NAME);
	f->type_name = ferry_oracle_get_counted_text(w, MAX_NAME);
	ferry_oracle_get_ub2(w);
	f->is_json = ferry_oracle_get_ub4(w) & FLAG_JSON;
	if (c->fields >= FERRY_ORACLE_FIELDS_23) {
		ferry_oracle_skip_counted(w);
		ferry_oracle_skip_counted(w);
	}
	if (c->fields >= FERRY_ORACLE_FIELDS_23D)
		skip_annotations(w);
	if (c->fields >= FERRY_ORACLE_FIELDS_23_4) {
		ferry_oracle_get_ub4(w);
		ferry_oracle_skip(w, 2);
	}
	bool is_long = f->type == FERRY_ORACLE_TYPE_LONG || f->type == FERRY_ORACLE_TYPE_LONG_RAW;
	f->is_absent = f->max_bytes == 0 && !is_long && f->type != FERRY_ORACLE_TYPE_UROWID;
	f->has_trailer = is_long || f->max_bytes > c->max_string;
}

bool ferry_oracle_read_describe(FerryOracleConnection *c, GArray *fields)
{
	FerryOracleWire *w = c->wire;

	g_array_set_size(fields, 0);
	ferry_oracle_get_ub4(w);
	uint32_t n = ferry_oracle_get_ub4(w);
	if (n > MAX_COLUMNS) {
		ferry_oracle_wire_malformed(w, "more columns than there can be");
		return false;
	}
	if (n > 0)
		ferry_oracle_get_u8(w);
	for (uint32_t i = 0; i < n && w->state == FERRY_ORACLE_WIRE_FINE; i++) {
		FerryOracleField field = {0};
		read_column(c, &field);
		g_array_append_val(fields, field);
	}
	ferry_oracle_skip_counted(w);
	for (int i = 0; i < 4; i++)
		ferry_oracle_get_ub4(w);
	ferry_oracle_skip_counted(w);
	return w->state == FERRY_ORACLE_WIRE_FINE;
}
