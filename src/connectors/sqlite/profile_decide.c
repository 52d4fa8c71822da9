/*
 * From what was found in a column to the type that its values travel as: the declared one where every value
 * fits it, else the narrowest that holds every value exactly. Whoever planned with the declaration gets a
 * note.
 */
#include "connectors/sqlite/profile.h"

#include <stdlib.h>

#define EXACT_IN_DOUBLE (INT64_C(1) << 53)

static int64_t n_values(const SqliteFindings *f)
{
	return f->n_ints + f->n_reals + f->n_texts + f->n_blobs;
}

static bool ints_between(const SqliteFindings *f, int64_t min, int64_t max)
{
	return f->n_ints == 0 || (f->min_int >= min && f->max_int <= max);
}

static bool ints_are_exact_doubles(const SqliteFindings *f)
{
	return ints_between(f, -EXACT_IN_DOUBLE, EXACT_IN_DOUBLE);
}

/* ---- the declared type ---- */

/* But for lengths and digits, which are settled apart. */
static bool fits_declared(const SqliteFindings *f)
{
	int64_t n = n_values(f);

	switch (f->declared.type.id) {
	case FERRY_TYPE_INT64: return f->n_ints == n;
	case FERRY_TYPE_BOOL: return f->n_ints + f->n_as_declared == n && ints_between(f, 0, 1);
	case FERRY_TYPE_FLOAT64:
		return f->n_reals + f->n_ints + f->n_as_declared == n && ints_are_exact_doubles(f);
	case FERRY_TYPE_DECIMAL:
		return f->n_ints + f->n_reals + f->n_as_declared == n && f->n_wide_reals == 0;
	case FERRY_TYPE_TEXT: return f->n_texts == n;
	case FERRY_TYPE_BYTES: return f->n_blobs == n;
	case FERRY_TYPE_UUID: return f->n_as_declared + f->n_uuid_blobs == n;
	case FERRY_TYPE_JSON: return f->n_as_declared + f->n_ints + f->n_reals == n;
	default: return f->n_as_declared == n;
	}
}

static void settle_int(const SqliteFindings *f, FerryTable *table, FerryColumnDef *column)
{
	int bits = f->declared.int_bits;

	if (bits == 0)
		return;
	int64_t max = (INT64_C(1) << (bits - 1)) - 1;
	if (ints_between(f, -max - 1, max))
		column->type.id = bits == 16 ? FERRY_TYPE_INT16 : FERRY_TYPE_INT32;
	else
		ferry_table_note(table, FERRY_SEVERITY_INFO, column->name,
				 "declared %s, but holds values beyond %d bits (%" G_GINT64_FORMAT
				 " to %" G_GINT64_FORMAT "): travels as int64",
				 column->native_type, bits, (gint64)f->min_int, (gint64)f->max_int);
}

static void settle_length(const SqliteFindings *f, FerryTable *table, FerryColumnDef *column)
{
	if (column->type.length == 0 || (int64_t)f->max_text_chars <= column->type.length)
		return;
	ferry_table_note(table, FERRY_SEVERITY_WARNING, column->name,
			 "declared %s, but holds up to %zu characters (SQLite does not check lengths): "
			 "travels as text without a limit",
			 column->native_type, f->max_text_chars);
	column->type.length = 0;
}

static int int_digits(const SqliteFindings *f)
{
	uint64_t low = f->min_int < 0 ? 0 - (uint64_t)f->min_int : 0,
		 high = f->max_int > 0 ? (uint64_t)f->max_int : 0;
	int digits = 0;

	for (uint64_t rest = MAX(low, high); f->n_ints > 0 && rest > 0; rest /= 10)
		digits++;
	return digits;
}

static void settle_digits(const SqliteFindings *f, FerryTable *table, FerryColumnDef *column)
{
	FerryType *type = &column->type;
	int whole = MAX(f->max_whole, int_digits(f));

	if (type->precision == 0 || (whole <= type->precision - type->scale && f->max_scale <= type->scale))
		return;
	ferry_table_note(table, FERRY_SEVERITY_WARNING, column->name,
			 "declared %s, but holds numbers with up to %d digits before the point and %d behind "
			 "it: travels as "
			 "decimal without a limit",
			 column->native_type, whole, f->max_scale);
	*type = FERRY_TYPE_NUMERIC(0, 0);
}

static void settle_bytes(const SqliteFindings *f, FerryColumnDef *column)
{
	column->type.length = 0; /* BINARY(16) promises nothing that SQLite would check */
}

static void settle_declared(const SqliteFindings *f, FerryTable *table, FerryColumnDef *column)
{
	column->type = f->declared.type;
	switch (column->type.id) {
	case FERRY_TYPE_INT64: settle_int(f, table, column); break;
	case FERRY_TYPE_TEXT: settle_length(f, table, column); break;
	case FERRY_TYPE_DECIMAL: settle_digits(f, table, column); break;
	case FERRY_TYPE_BYTES: settle_bytes(f, column); break;
	default: break;
	}
}

/* ---- another type ---- */

static bool is_temporal(const SqliteFindings *f)
{
	FerryTypeId id = f->declared.type.id;

	return id == FERRY_TYPE_DATE || id == FERRY_TYPE_TIMESTAMP || id == FERRY_TYPE_TIMESTAMPTZ;
}

static FerryType type_of_ints(const SqliteFindings *f)
{
	if (f->declared.type.id == FERRY_TYPE_DECIMAL)
		return FERRY_TYPE_NUMERIC(0, 0);
	if (f->declared.type.id != FERRY_TYPE_BOOL)
		return FERRY_TYPE(FERRY_TYPE_INT64);
	if (ints_between(f, INT16_MIN, INT16_MAX))
		return FERRY_TYPE(FERRY_TYPE_INT16);
	return FERRY_TYPE(ints_between(f, INT32_MIN, INT32_MAX) ? FERRY_TYPE_INT32 : FERRY_TYPE_INT64);
}

static FerryType type_of_numbers(const SqliteFindings *f)
{
	if (f->n_reals == 0)
		return type_of_ints(f);
	return ints_are_exact_doubles(f) ? FERRY_TYPE(FERRY_TYPE_FLOAT64) : FERRY_TYPE_NUMERIC(0, 0);
}

static FerryType type_of_values(const SqliteFindings *f)
{
	int64_t n = n_values(f);

	if (is_temporal(f) && f->n_timestamps == n && f->n_with_zone == 0)
		return FERRY_TYPE(FERRY_TYPE_TIMESTAMP);
	if (is_temporal(f) && f->n_timestamps == n && f->n_with_zone == n)
		return FERRY_TYPE(FERRY_TYPE_TIMESTAMPTZ);
	if (f->n_texts == 0 && f->n_blobs == 0)
		return type_of_numbers(f);
	if (f->n_blobs == 0)
		return FERRY_TYPE(FERRY_TYPE_TEXT);
	/* Of a BLOB column that holds blobs and numbers, or an untyped one that holds blobs only, nobody said
	 * text. */
	if (f->n_blobs == n && f->declared.type.id != FERRY_TYPE_TEXT)
		return FERRY_TYPE(FERRY_TYPE_BYTES);
	if (f->n_blobs == n && f->declared.is_unnamed)
		return FERRY_TYPE(FERRY_TYPE_BYTES);
	return FERRY_TYPE(f->n_utf8_blobs == f->n_blobs ? FERRY_TYPE_TEXT : FERRY_TYPE_BYTES);
}

/* ---- what to say ---- */

static char *what_it_holds(const SqliteFindings *f)
{
	const struct {
		int64_t n;
		const char *one, *many;
	} classes[] = {
		{f->n_ints, "integer", "integers"},
		{f->n_reals, "real number", "real numbers"},
		{f->n_texts, "text", "texts"},
		{f->n_blobs, "blob", "blobs"},
	};
	GString *out = g_string_new(NULL);

	for (size_t i = 0; i < G_N_ELEMENTS(classes); i++)
		if (classes[i].n > 0)
			g_string_append_printf(out, "%s%" G_GINT64_FORMAT " %s", out->len ? ", " : "",
					       (gint64)classes[i].n,
					       classes[i].n == 1 ? classes[i].one : classes[i].many);
	return g_string_free(out, false);
}

/* Why the values of the expected class do not do. */
static const char *what_is_wrong(const SqliteFindings *f)
{
	FerryTypeId id = f->declared.type.id;

	if (is_temporal(f) && f->n_texts == 0 && f->n_blobs == 0)
		return " (seconds since 1970, or Julian days, to whoever wrote them)";
	if (f->n_texts > 0 && f->n_texts == n_values(f) && id != FERRY_TYPE_INT64 && id != FERRY_TYPE_BYTES)
		return " (not all of them read as the declared type)";
	if (id == FERRY_TYPE_DECIMAL && f->n_wide_reals > 0)
		return " (some have more digits than a decimal of 15)";
	if (id == FERRY_TYPE_BOOL && f->n_ints == n_values(f))
		return " (not only 0 and 1)";
	return "";
}

static int n_classes(const SqliteFindings *f)
{
	return (f->n_ints > 0) + (f->n_reals > 0) + (f->n_texts > 0) + (f->n_blobs > 0);
}

static void note_other(const SqliteFindings *f, FerryTable *table, const FerryColumnDef *column)
{
	g_autofree char *holds = what_it_holds(f);
	g_autofree char *type = ferry_type_to_string(&column->type);
	g_autofree char *declared = *column->native_type ? g_strdup_printf("declared %s", column->native_type)
							 : g_strdup("declared without a type");

	if (f->declared.is_unnamed)
		ferry_table_note(table, n_classes(f) == 1 ? FERRY_SEVERITY_INFO : FERRY_SEVERITY_WARNING,
				 column->name, "%s, and holds %s: travels as %s", declared, holds, type);
	else
		ferry_table_note(table, FERRY_SEVERITY_WARNING, column->name,
				 "%s, but holds %s%s: travels as %s", declared, holds, what_is_wrong(f),
				 type);
}

/* All values are of the storage class that the type is of. */
static bool has_one_class(const SqliteFindings *f, FerryTypeId id)
{
	int64_t n = n_values(f);

	switch (id) {
	case FERRY_TYPE_INT16:
	case FERRY_TYPE_INT32:
	case FERRY_TYPE_INT64: return f->n_ints == n;
	case FERRY_TYPE_FLOAT64: return f->n_reals == n;
	case FERRY_TYPE_BYTES: return f->n_blobs == n;
	case FERRY_TYPE_TEXT: return f->n_texts == n;
	default: return false;
	}
}

static void decide_type(const SqliteFindings *f, FerryTable *table, FerryColumnDef *column)
{
	if (n_values(f) == 0 && f->declared.is_unnamed)
		return; /* as the catalog guessed */
	if (n_values(f) == 0 || (fits_declared(f) && !f->declared.is_unnamed)) {
		settle_declared(f, table, column);
		return;
	}
	column->type = type_of_values(f);
	note_other(f, table, column);
}

/* What is said here of types is of no concern to a target that is SQLite too. */
void ferry_sqlite_decide(const SqliteFindings *f, FerryTable *table, FerryColumnDef *column)
{
	guint first = table->notes->len;

	decide_type(f, table, column);
	for (guint i = first; i < table->notes->len; i++)
		((FerryNote *)table->notes->pdata[i])->is_about_type = true;
	column->is_one_class = has_one_class(f, column->type.id);
}
