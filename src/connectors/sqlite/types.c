/*
 * What a declared type means. To SQLite it is a hint for storage (the affinity); to people it is a type with
 * a name they know from elsewhere. The table has the names people use; a name that is not in it is read by
 * SQLite's own rules. Whether the data agrees is for profile.c.
 */
#include "connectors/sqlite/private.h"

#include <stdlib.h>
#include <string.h>

SqliteAffinity ferry_sqlite_affinity(const char *declared)
{
	g_autofree char *upper = g_ascii_strup(declared ? declared : "", -1);

	if (strstr(upper, "INT"))
		return SQLITE_AFFINITY_INTEGER;
	if (strstr(upper, "CHAR") || strstr(upper, "CLOB") || strstr(upper, "TEXT"))
		return SQLITE_AFFINITY_TEXT;
	if (strstr(upper, "BLOB") || !*upper)
		return SQLITE_AFFINITY_BLOB;
	if (strstr(upper, "REAL") || strstr(upper, "FLOA") || strstr(upper, "DOUB"))
		return SQLITE_AFFINITY_REAL;
	return SQLITE_AFFINITY_NUMERIC;
}

typedef struct NamedType {
	const char *name;
	FerryTypeId id;
	int int_bits;
} NamedType;

static const NamedType named_types[] = {
	{"INTEGER", FERRY_TYPE_INT64, 0},
	{"BIGINT", FERRY_TYPE_INT64, 0},
	{"INT8", FERRY_TYPE_INT64, 0},
	{"INT", FERRY_TYPE_INT64, 32},
	{"INT4", FERRY_TYPE_INT64, 32},
	{"INT32", FERRY_TYPE_INT64, 32},
	{"MEDIUMINT", FERRY_TYPE_INT64, 32},
	{"SMALLINT", FERRY_TYPE_INT64, 16},
	{"INT2", FERRY_TYPE_INT64, 16},
	{"INT16", FERRY_TYPE_INT64, 16},
	{"TINYINT", FERRY_TYPE_INT64, 16},
	{"BOOLEAN", FERRY_TYPE_BOOL, 0},
	{"BOOL", FERRY_TYPE_BOOL, 0},
	{"BIT", FERRY_TYPE_BOOL, 0},
	{"LOGICAL", FERRY_TYPE_BOOL, 0},
	{"REAL", FERRY_TYPE_FLOAT64, 0},
	{"DOUBLE", FERRY_TYPE_FLOAT64, 0},
	{"DOUBLE PRECISION", FERRY_TYPE_FLOAT64, 0},
	{"FLOAT", FERRY_TYPE_FLOAT64, 0},
	{"DECIMAL", FERRY_TYPE_DECIMAL, 0},
	{"DEC", FERRY_TYPE_DECIMAL, 0},
	{"NUMERIC", FERRY_TYPE_DECIMAL, 0},
	{"NUMBER", FERRY_TYPE_DECIMAL, 0},
	{"MONEY", FERRY_TYPE_DECIMAL, 0},
	{"CURRENCY", FERRY_TYPE_DECIMAL, 0},
	{"DECIMAL_TEXT", FERRY_TYPE_DECIMAL, 0},
	{"TEXT", FERRY_TYPE_TEXT, 0},
	{"CLOB", FERRY_TYPE_TEXT, 0},
	{"STRING", FERRY_TYPE_TEXT, 0},
	{"VARCHAR", FERRY_TYPE_TEXT, 0},
	{"VARCHAR2", FERRY_TYPE_TEXT, 0},
	{"VARYING CHARACTER", FERRY_TYPE_TEXT, 0},
	{"NVARCHAR", FERRY_TYPE_TEXT, 0},
	{"CHAR", FERRY_TYPE_TEXT, 0},
	{"CHARACTER", FERRY_TYPE_TEXT, 0},
	{"NCHAR", FERRY_TYPE_TEXT, 0},
	{"NATIVE CHARACTER", FERRY_TYPE_TEXT, 0},
	{"BLOB", FERRY_TYPE_BYTES, 0},
	{"BYTEA", FERRY_TYPE_BYTES, 0},
	{"BINARY", FERRY_TYPE_BYTES, 0},
	{"VARBINARY", FERRY_TYPE_BYTES, 0},
	{"IMAGE", FERRY_TYPE_BYTES, 0},
	{"DATE", FERRY_TYPE_DATE, 0},
	{"DATETIME", FERRY_TYPE_TIMESTAMP, 0},
	{"TIMESTAMP", FERRY_TYPE_TIMESTAMP, 0},
	{"TIMESTAMP WITHOUT TIME ZONE", FERRY_TYPE_TIMESTAMP, 0},
	{"TIMESTAMPTZ", FERRY_TYPE_TIMESTAMPTZ, 0},
	{"TIMESTAMP WITH TIME ZONE", FERRY_TYPE_TIMESTAMPTZ, 0},
	{"TIME", FERRY_TYPE_TIME, 0},
	{"INTERVAL", FERRY_TYPE_INTERVAL, 0},
	{"UUID", FERRY_TYPE_UUID, 0},
	{"GUID", FERRY_TYPE_UUID, 0},
	{"UNIQUEIDENTIFIER", FERRY_TYPE_UUID, 0},
	{"JSON", FERRY_TYPE_JSON, 0},
	{"JSON_TEXT", FERRY_TYPE_JSON, 0},
	{"BIT_TEXT", FERRY_TYPE_BITS, 0},
	{"BIT VARYING", FERRY_TYPE_BITS, 0},
};

static const FerryTypeId types_by_affinity[] = {
	[SQLITE_AFFINITY_INTEGER] = FERRY_TYPE_INT64,   [SQLITE_AFFINITY_TEXT] = FERRY_TYPE_TEXT,
	[SQLITE_AFFINITY_BLOB] = FERRY_TYPE_BYTES,      [SQLITE_AFFINITY_REAL] = FERRY_TYPE_FLOAT64,
	[SQLITE_AFFINITY_NUMERIC] = FERRY_TYPE_DECIMAL,
};

/* "double  precision (10, 2) unsigned" -> DOUBLE PRECISION, the numbers; words behind the parentheses do not
 * count. Answers how many numbers there are. */
static int take_apart(const char *declared, char **ret_name, int64_t numbers[2])
{
	const char *open = strchr(declared, '(');
	g_autofree char *head = open ? g_strndup(declared, (gsize)(open - declared)) : g_strdup(declared);
	g_auto(GStrv) words = g_strsplit_set(g_strstrip(head), " \t\r\n", -1);
	GString *name = g_string_new(NULL);
	int n = 0;

	for (char **word = words; *word; word++)
		if (**word)
			g_string_append_printf(name, "%s%s", name->len ? " " : "", *word);
	g_string_ascii_up(name);
	*ret_name = g_string_free(name, false);
	for (const char *p = open; p && n < 2; n++) {
		char *end;
		numbers[n] = g_ascii_strtoll(p + 1, &end, 10);
		if (end == p + 1)
			break;
		p = strchr(end, ',');
	}
	return n;
}

static const NamedType *find_named(const char *name)
{
	for (size_t i = 0; i < G_N_ELEMENTS(named_types); i++)
		if (strcmp(named_types[i].name, name) == 0)
			return &named_types[i];
	return NULL;
}

/* Sizes that mean something: decimal(p[,s]), varchar(n), binary(n), bit(n), timestamp(n). */
static void apply_numbers(FerryType *type, const int64_t numbers[2], int n)
{
	switch (type->id) {
	case FERRY_TYPE_DECIMAL:
		type->precision = n > 0 && numbers[0] > 0 && numbers[0] <= 1000 ? (int)numbers[0] : 0;
		type->scale = n > 1 && type->precision && ABS(numbers[1]) <= 1000 ? (int)numbers[1] : 0;
		break;
	case FERRY_TYPE_TEXT:
	case FERRY_TYPE_BYTES:
	case FERRY_TYPE_BITS: type->length = n > 0 && numbers[0] > 0 ? numbers[0] : 0; break;
	case FERRY_TYPE_TIME:
	case FERRY_TYPE_TIMESTAMP:
	case FERRY_TYPE_TIMESTAMPTZ:
	case FERRY_TYPE_INTERVAL:
		type->precision = n > 0 && numbers[0] >= 0 && numbers[0] <= 6 ? (int)numbers[0] : -1;
		break;
	default: break;
	}
}

SqliteDeclared ferry_sqlite_declared(const char *declared)
{
	SqliteDeclared result = {.type = FERRY_TYPE(FERRY_TYPE_TEXT)};
	g_autofree char *name = NULL;
	int64_t numbers[2] = {0};

	if (!declared || !*declared || g_ascii_strcasecmp(declared, "ANY") == 0) {
		result.is_unnamed = true;
		return result;
	}
	int n = take_apart(declared, &name, numbers);
	const NamedType *named = find_named(name);
	result.type.id = named ? named->id : types_by_affinity[ferry_sqlite_affinity(declared)];
	result.int_bits = named ? named->int_bits : 0;
	if (!named && ferry_sqlite_affinity(declared) == SQLITE_AFFINITY_NUMERIC) {
		/* SQLite's rule for names it does not know ("GEOMETRY") says number, which is hardly meant.
		 */
		result.type.id = FERRY_TYPE_TEXT;
		result.is_unnamed = true;
		return result;
	}
	/* BIT(8) is eight bits, but only as text: SQLite has no bit type that holds them. */
	if (result.type.id == FERRY_TYPE_BOOL && strcmp(name, "BIT") == 0 && n > 0 && numbers[0] > 1)
		result.type.id = FERRY_TYPE_BITS;
	apply_numbers(&result.type, numbers, n);
	return result;
}

bool ferry_sqlite_parse_type(const char *native_type, FerryType *ret_type)
{
	*ret_type = ferry_sqlite_declared(native_type).type;
	return true;
}
