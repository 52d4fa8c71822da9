/*
 * NUMBERs without precision, by the rows: how many values there are, the least and the largest, how many
 * decimals, in one pass over the table. Decimals are counted in the shortest text of what stands behind the
 * point; TM9 changes to an exponent where that would be longer than 64 characters, and such a column stays as
 * it is.
 */
#include "connectors/oracle/catalog.h"

#include <string.h>

/* A SELECT's list has at most 1000 columns. */
#define COLUMNS_A_PASS 150

enum { F_COUNT, F_LEAST, F_LARGEST, F_FRACTION, F_EXPONENT, N_FACTS };

static bool is_open(const FerryColumnDef *column)
{
	return column->type.id == FERRY_TYPE_DECIMAL && column->native_type &&
	       (!strcmp(column->native_type, "NUMBER") || !strcmp(column->native_type, "NUMBER(*,0)"));
}

static void append_facts(GString *sql, const char *column)
{
	g_autofree char *name = ferry_oracle_quote_name(NULL, column);
	g_autofree char *fraction = g_strdup_printf("TO_CHAR(MOD(ABS(%s), 1), 'TM9')", name);

	g_string_append_printf(sql, "%sCOUNT(%s), MIN(%s), MAX(%s), MAX(LENGTH(%s)), MAX(INSTR(%s, 'E'))",
			       strcmp(sql->str, "SELECT ") ? ", " : "", name, name, name, fraction, fraction);
}

/* Digits before the point. */
static int whole_digits(const char *number)
{
	number += *number == '-';
	int n = (int)strspn(number, "0123456789");
	return *number == '0' ? n - 1 : n;
}

static bool is_infinite(const char *number)
{
	return !g_ascii_isdigit(number[*number == '-']) && number[*number == '-'] != '.';
}

static FerryType integer_type(gint64 least, gint64 largest)
{
	if (least >= G_MININT16 && largest <= G_MAXINT16)
		return FERRY_TYPE(FERRY_TYPE_INT16);
	if (least >= G_MININT32 && largest <= G_MAXINT32)
		return FERRY_TYPE(FERRY_TYPE_INT32);
	return FERRY_TYPE(FERRY_TYPE_INT64);
}

static FerryType type_of(const char *least, const char *largest, int scale)
{
	gint64 low, high;
	int digits = MAX(whole_digits(least), whole_digits(largest));

	if (scale == 0 && g_ascii_string_to_signed(least, 10, G_MININT64, G_MAXINT64, &low, NULL) &&
	    g_ascii_string_to_signed(largest, 10, G_MININT64, G_MAXINT64, &high, NULL))
		return integer_type(low, high);
	return FERRY_TYPE_NUMERIC(MAX(digits + scale, 1), scale);
}

static void settle(FerryTable *table, FerryColumnDef *column, char **facts)
{
	const char *count = facts[F_COUNT], *least = facts[F_LEAST], *largest = facts[F_LARGEST];

	if (!least || !largest || !facts[F_FRACTION]) {
		ferry_table_note(table, FERRY_SEVERITY_INFO, column->name,
				 "a NUMBER without precision, and no value that says what it holds");
		return;
	}
	if (is_infinite(least) || is_infinite(largest) || g_strcmp0(facts[F_EXPONENT], "0") != 0) {
		ferry_table_note(table, FERRY_SEVERITY_INFO, column->name,
				 "a NUMBER without precision, with values that no narrower type holds");
		return;
	}
	int scale = (int)CLAMP(g_ascii_strtoll(facts[F_FRACTION], NULL, 10) - 1, 0, 127);
	column->type = type_of(least, largest, scale);
	ferry_table_note(
		table, FERRY_SEVERITY_INFO, column->name,
		"a NUMBER without precision: its type is that of its %s values, from %s to %s with up to %d "
		"decimals",
		count, least, largest, scale);
}

/* The columns from first on, as many as one pass takes. */
static bool scan_columns(FerryOracleConnection *c, FerryTable *table, GPtrArray *columns, guint first,
			 GError **error)
{
	guint n = MIN(columns->len - first, COLUMNS_A_PASS);
	g_autoptr(GString) sql = g_string_new("SELECT ");
	g_autoptr(FerryOracleRow) row = NULL;

	for (guint i = 0; i < n; i++)
		append_facts(sql, ((FerryColumnDef *)columns->pdata[first + i])->name);
	g_string_append(sql, " FROM ");
	ferry_oracle_append_from(c, sql, table);
	ferry_oracle_append_where(sql, table, NULL);
	if (!ferry_oracle_first(c, sql->str, "cannot scan its NUMBERs", &row, error))
		return false;
	if (!row || row->n != n * N_FACTS)
		return ferry_fail(error, FERRY_ERROR_FAILED,
				  "cannot scan its NUMBERs: the server gives no answer");
	for (guint i = 0; i < n; i++)
		settle(table, columns->pdata[first + i], row->values + i * N_FACTS);
	return true;
}

bool ferry_oracle_scan_numbers(FerryConnection *base, const FerryCatalog *catalog, FerryTable *table,
			       GError **error)
{
	g_autoptr(GPtrArray) columns = g_ptr_array_new();

	for (guint i = 0; i < table->columns->len; i++)
		if (is_open(table->columns->pdata[i]))
			g_ptr_array_add(columns, table->columns->pdata[i]);
	for (guint i = 0; i < columns->len; i += COLUMNS_A_PASS)
		if (!scan_columns(ferry_oracle(base), table, columns, i, error))
			return false;
	ferry_oracle_align_keys(catalog);
	return true;
}
