/*
 * connectors/postgres/parse_type.c: the logical types of native ones as people write them.
 */
#include "connectors/postgres/private.h"

int main(int argc, char **argv)
{
	static const struct {
		const char *native, *type; /* NULL: not known */
	} cases[] = {
		{"integer", "int32"},
		{"INT8", "int64"},
		{"numeric(12, 2)", "decimal(12,2)"},
		{"decimal", "decimal"},
		{"varchar(20)", "text(20)"},
		{"character varying (20)", "text(20)"},
		{"char", "text(1) fixed"},
		{"Timestamp (3)  with time zone", "timestamptz(3)"},
		{"timestamptz", "timestamptz"},
		{"double precision", "float64"},
		{"jsonb", "json binary"},
		{"bit varying(8)", "bits(8)"},
		{"citext", NULL},
		{"integer[]", NULL},
		{"sales.mood", NULL},
		{"", NULL},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		FerryType type;
		g_autofree char *text = NULL;

		g_assert_true(ferry_pg_parse_type(cases[i].native, &type) == (cases[i].type != NULL));
		if (!cases[i].type)
			continue;
		text = ferry_type_to_string(&type);
		g_assert_cmpstr(text, ==, cases[i].type);
	}
	g_print("1..1\nok 1 /pg-parse-type\n");
	return 0;
}
