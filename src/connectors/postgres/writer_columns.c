/*
 * The target's columns with their limits: lengths, precision, labels, as the checks need them.
 */
#include "connectors/postgres/writer.h"

#include <stdlib.h>
#include <string.h>

void ferry_pg_target_column_clear(PgTargetColumn *column)
{
	g_free(column->name);
	g_free(column->receive);
	g_strfreev(column->labels);
}

static int compare_labels(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool read_labels(PgConnection *c, PgTargetColumn *column, GError **error)
{
	g_autofree char *sql =
		g_strdup_printf("SELECT enumlabel FROM pg_catalog.pg_enum WHERE enumtypid = %u", column->oid);
	g_autoptr(PGresult) result = ferry_pg_run(c, sql, "cannot read the labels of an enum", error);
	if (result == NULL)
		return false;
	column->n_labels = (guint)PQntuples(result);
	column->labels = g_new0(char *, column->n_labels + 1);
	for (guint i = 0; i < column->n_labels; i++)
		column->labels[i] = g_strdup(PQgetvalue(result, (int)i, 0));
	qsort(column->labels, column->n_labels, sizeof(char *), compare_labels);
	return true;
}

/* A typmod counts its own four header bytes where a length is meant. */
static void set_limits(PgTargetColumn *column)
{
	int typmod = column->typmod;
	column->fraction = 6;
	switch (column->oid) {
	case PG_BPCHAR:
	case PG_VARCHAR:
		column->limit = typmod >= 4 ? typmod - 4 : 0;
		column->is_fixed = column->oid == PG_BPCHAR;
		break;
	case PG_BIT:
	case PG_VARBIT:
		column->limit = typmod > 0 ? typmod : 0;
		column->is_fixed = column->oid == PG_BIT;
		break;
	case PG_NUMERIC:
		if (typmod >= 4) {
			column->precision = ((typmod - 4) >> 16) & 0xffff;
			/* Eleven bits with a sign since 15; sixteen without one before, and then small. */
			column->scale = (((typmod - 4) & 0x7ff) ^ 1024) - 1024;
		}
		break;
	case PG_TIME:
	case PG_TIMESTAMP:
	case PG_TIMESTAMPTZ:
		if (typmod >= 0)
			column->fraction = typmod;
		break;
	case PG_INTERVAL:
		if (typmod >= 0 && (typmod & 0xffff) <= 6)
			column->fraction = typmod & 0xffff;
		break;
	default: break;
	}
}

static bool fill_column(PgWriter *w, const GPtrArray *found, const FerryField *field, PgTargetColumn *column,
			GError **error)
{
	PgConnection *c = pg_connection(w->base.connection);
	const PgWireColumn *wire = ferry_pg_find_wire_column(found, w->name, field->name, error);
	if (wire == NULL)
		return false;
	column->name = g_strdup(field->name);
	column->oid = wire->oid;
	column->typmod = wire->typmod;
	column->is_enum = wire->is_enum;
	column->receive = g_strdup(wire->receive);
	column->source = field->type;
	column->version = c->version;
	set_limits(column);
	return !column->is_enum || read_labels(c, column, error);
}

bool ferry_pg_writer_columns(PgWriter *w, GError **error)
{
	g_autoptr(GPtrArray) found = ferry_pg_wire_columns(pg_connection(w->base.connection), w->name, error);
	if (found == NULL)
		return false;
	for (size_t i = 0; i < w->n_columns; i++)
		if (!fill_column(w, found, &w->base.schema->fields[i], &w->columns[i], error))
			return false;
	return true;
}
