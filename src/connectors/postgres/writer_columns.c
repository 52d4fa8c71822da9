/*
 * What the target's columns really are: asked once when a writer opens, by name. A domain counts as its base
 * type, with the typmod that the outermost domain or the column gives.
 */
#include "connectors/postgres/writer.h"

#include <stdlib.h>
#include <string.h>

static const char columns_sql[] =
	"WITH RECURSIVE t(attname, attnum, oid, typmod, depth) AS ("
	" SELECT attname, attnum, atttypid, atttypmod, 0 FROM pg_catalog.pg_attribute"
	" WHERE attrelid = pg_catalog.to_regclass($1) AND attnum > 0 AND NOT attisdropped"
	" UNION ALL SELECT t.attname, t.attnum, y.typbasetype, CASE WHEN t.typmod = -1 THEN y.typtypmod ELSE "
	"t.typmod END,"
	" t.depth + 1 FROM t JOIN pg_catalog.pg_type y ON y.oid = t.oid WHERE y.typtype = 'd') "
	"SELECT DISTINCT ON (t.attnum) t.attname, t.oid, t.typmod, y.typtype, p.proname "
	"FROM t JOIN pg_catalog.pg_type y ON y.oid = t.oid LEFT JOIN pg_catalog.pg_proc p ON p.oid = "
	"y.typreceive "
	"ORDER BY t.attnum, t.depth DESC";

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

static bool fill_column(PgWriter *w, const PGresult *found, const FerryField *field, PgTargetColumn *column,
			GError **error)
{
	int row = 0;
	while (row < PQntuples(found) && strcmp(PQgetvalue(found, row, 0), field->name) != 0)
		row++;
	if (row == PQntuples(found)) {
		return ferry_fail(error, FERRY_ERROR_NOT_FOUND, "table %s of the target has no column \"%s\"",
				  w->name, field->name);
	}
	column->name = g_strdup(field->name);
	column->oid = (unsigned)strtoul(PQgetvalue(found, row, 1), NULL, 10);
	column->typmod = atoi(PQgetvalue(found, row, 2));
	column->is_enum = *PQgetvalue(found, row, 3) == 'e';
	column->receive = g_strdup(PQgetvalue(found, row, 4));
	column->source = field->type;
	column->version = pg_connection(w->base.connection)->version;
	set_limits(column);
	return !column->is_enum || read_labels(pg_connection(w->base.connection), column, error);
}

bool ferry_pg_writer_columns(PgWriter *w, GError **error)
{
	PgConnection *c = pg_connection(w->base.connection);
	const char *params[] = {w->name};
	g_autoptr(PGresult) found = PQexecParams(c->conn, columns_sql, 1, NULL, params, NULL, NULL, 0);
	if (PQresultStatus(found) != PGRES_TUPLES_OK)
		return ferry_pg_fail(c, found, error, "cannot look up table %s", w->name);
	if (PQntuples(found) == 0)
		return ferry_fail(error, FERRY_ERROR_NOT_FOUND, "there is no table %s in the target",
				  w->name);
	for (size_t i = 0; i < w->n_columns; i++)
		if (!fill_column(w, found, &w->base.schema->fields[i], &w->columns[i], error))
			return false;
	return true;
}
