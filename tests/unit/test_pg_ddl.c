/* DDL from a catalog: phase by phase, as text. */
#include "connectors/postgres/private.h"

static char *ddl(const FerryCatalog *catalog, const FerryTable *table, FerryDdlPhase phase)
{
	g_autoptr(GPtrArray) statements =
		g_ptr_array_new_with_free_func((GDestroyNotify)ferry_statement_free);
	GString *out = g_string_new(NULL);
	ferry_pg_ddl(catalog, table, phase, statements);
	for (guint i = 0; i < statements->len; i++) {
		const FerryStatement *s = statements->pdata[i];
		g_string_append_printf(out, "%s%s", i > 0 ? ";\n" : "", s->sql);
	}
	return g_string_free(out, FALSE);
}

static void expect(const FerryCatalog *catalog, const FerryTable *table, FerryDdlPhase phase,
		   const char *expected)
{
	g_autofree char *text = ddl(catalog, table, phase);
	g_assert_cmpstr(text, ==, expected);
}

static void expect_beside(const FerryCatalog *catalog, const FerryTable *table, const char *expected)
{
	g_autoptr(GPtrArray) statements =
		g_ptr_array_new_with_free_func((GDestroyNotify)ferry_statement_free);

	ferry_postgres_connector.target->ddl(catalog, table, FERRY_DDL_KEYS, statements);
	g_assert_cmpstr(((FerryStatement *)statements->pdata[0])->beside_sql, ==, expected);
	for (guint i = 1; i < statements->len; i++)
		g_assert_null(((FerryStatement *)statements->pdata[i])->beside_sql);
}

static FerryColumnDef *add_column(FerryTable *table, const char *name, const char *native, FerryTypeId id)
{
	FerryColumnDef *column = ferry_column_def_new(name);
	column->native_type = g_strdup(native);
	column->type = FERRY_TYPE(id);
	g_ptr_array_add(table->columns, column);
	return column;
}

static void add_part(FerryIndex *index, const char *column)
{
	g_ptr_array_add(index->parts, ferry_index_part_new(column));
}

static FerryTable *add_table(FerryCatalog *catalog, const char *schema, const char *name)
{
	FerryTable *table = ferry_table_new(schema, name);
	g_ptr_array_add(catalog->tables, table);
	return table;
}

static void test_names(void)
{
	static const struct {
		const char *name, *expected, *why;
	} cases[] = {
		{"album", "album", "plain"},
		{"a1_", "a1_", "digits and _"},
		{"Album", "\"Album\"", "case"},
		{"1a", "\"1a\"", "begins with a digit"},
		{"user", "\"user\"", "reserved"},
		{"a\"b", "\"a\"\"b\"", "a quote"},
		{"", "\"\"", "empty"},
		{"größe", "\"größe\"", "beyond ASCII"},
		{"name", "name", "not reserved"},
		{"_x", "_x", "begins with _"},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *quoted = ferry_pg_quote_identifier(cases[i].name);
		g_test_message("%s", cases[i].why);
		g_assert_cmpstr(quoted, ==, cases[i].expected);
	}
	g_autofree char *plain = ferry_pg_quote_literal("it's"), *slash = ferry_pg_quote_literal("a\\b"),
			*null = ferry_pg_quote_literal(NULL);
	g_assert_cmpstr(plain, ==, "'it''s'");
	g_assert_cmpstr(slash, ==, "E'a\\\\b'");
	g_assert_cmpstr(null, ==, "NULL");
}

static void test_defaults(void)
{
	static const struct {
		FerryTypeId id;
		FerryDefaultKind kind;
		const char *text, *expected;
	} cases[] = {
		{FERRY_TYPE_INT32, FERRY_DEFAULT_LITERAL, "-5", " DEFAULT -5"},
		{FERRY_TYPE_INT32, FERRY_DEFAULT_LITERAL, "x", " DEFAULT 'x'"},
		{FERRY_TYPE_DECIMAL, FERRY_DEFAULT_LITERAL, "NaN", " DEFAULT 'NaN'"},
		{FERRY_TYPE_BOOL, FERRY_DEFAULT_LITERAL, "1", " DEFAULT true"},
		{FERRY_TYPE_TEXT, FERRY_DEFAULT_LITERAL, "1", " DEFAULT '1'"},
		{FERRY_TYPE_TEXT, FERRY_DEFAULT_LITERAL, "", " DEFAULT ''"},
		{FERRY_TYPE_TIMESTAMP, FERRY_DEFAULT_CURRENT_TIMESTAMP, NULL, " DEFAULT CURRENT_TIMESTAMP"},
		{FERRY_TYPE_DATE, FERRY_DEFAULT_CURRENT_TIMESTAMP, NULL, " DEFAULT CURRENT_DATE"},
		{FERRY_TYPE_TEXT, FERRY_DEFAULT_CURRENT_DATE, NULL,
		 " DEFAULT to_char(timezone('UTC', now()), 'YYYY-MM-DD')"},
		{FERRY_TYPE_INT32, FERRY_DEFAULT_CURRENT_TIMESTAMP, NULL, ""},
		{FERRY_TYPE_UUID, FERRY_DEFAULT_UUID, NULL, " DEFAULT gen_random_uuid()"},
		{FERRY_TYPE_INT32, FERRY_DEFAULT_EXPRESSION, "a + 1", " DEFAULT (a + 1)"},
		{FERRY_TYPE_INT32, FERRY_DEFAULT_NULL, NULL, ""},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(FerryCatalog) catalog = ferry_catalog_new("postgres");
		FerryTable *table = add_table(catalog, NULL, "t");
		FerryColumnDef *column = add_column(table, "c", "int", cases[i].id);
		column->default_kind = cases[i].kind;
		column->default_text = g_strdup(cases[i].text);
		g_autofree char *expected =
			g_strdup_printf("CREATE TABLE t (\n    c int%s\n)", cases[i].expected);
		expect(catalog, table, FERRY_DDL_TABLES, expected);
	}
}

static void test_table(void)
{
	g_autoptr(FerryCatalog) catalog = ferry_catalog_new("postgres");
	FerryTable *table = add_table(catalog, "public", "Order");
	FerryColumnDef *id = add_column(table, "id", "bigint", FERRY_TYPE_INT64);
	id->identity = FERRY_IDENTITY_AUTO;
	id->not_null = true;
	id->has_identity_next = true;
	id->identity_next = 43;
	FerryColumnDef *big = add_column(table, "big", "numeric(20,0)", FERRY_TYPE_DECIMAL);
	big->identity = FERRY_IDENTITY_AUTO;
	big->has_identity_next = true;
	big->identity_next = 7;
	FerryColumnDef *sum = add_column(table, "sum", "integer", FERRY_TYPE_INT32);
	sum->generated = FERRY_GENERATED_VIRTUAL;
	sum->generated_expression = g_strdup("id * 2");
	sum->comment = g_strdup("it's");
	expect(catalog, table, FERRY_DDL_TABLES,
	       "CREATE SEQUENCE IF NOT EXISTS public.\"Order_big_seq\";\n"
	       "CREATE TABLE public.\"Order\" (\n"
	       "    id bigint GENERATED BY DEFAULT AS IDENTITY NOT NULL,\n"
	       "    big numeric(20,0) DEFAULT nextval('public.\"Order_big_seq\"'::regclass),\n"
	       "    sum integer GENERATED ALWAYS AS (id * 2) STORED\n)");
	expect(catalog, table, FERRY_DDL_SEQUENCES,
	       "SELECT pg_catalog.setval(pg_catalog.pg_get_serial_sequence('public.\"Order\"', 'id'), 43, "
	       "false);\n"
	       "SELECT pg_catalog.setval('public.\"Order_big_seq\"', 7, false);\n"
	       "ALTER SEQUENCE public.\"Order_big_seq\" OWNED BY public.\"Order\".big");
	expect(catalog, table, FERRY_DDL_COMMENTS, "COMMENT ON COLUMN public.\"Order\".sum IS 'it''s'");
	expect(catalog, table, FERRY_DDL_DROP, "DROP TABLE IF EXISTS public.\"Order\" CASCADE");
	expect(catalog, table, FERRY_DDL_ANALYZE, "ANALYZE public.\"Order\"");
}

/* A used-up identity stands at its end: the next use fails, as it does at the source. */
static void test_identity_at_its_end(void)
{
	g_autoptr(FerryCatalog) catalog = ferry_catalog_new("postgres");
	FerryTable *table = add_table(catalog, NULL, "t");
	FerryColumnDef *id = add_column(table, "id", "smallint", FERRY_TYPE_INT16);
	id->identity = FERRY_IDENTITY_ALWAYS;
	id->has_identity_next = true;
	id->identity_next = 32768;
	expect(catalog, table, FERRY_DDL_SEQUENCES,
	       "SELECT pg_catalog.setval(pg_catalog.pg_get_serial_sequence('t', 'id'), 32767, true)");
}

static void test_keys(void)
{
	g_autoptr(FerryCatalog) catalog = ferry_catalog_new("postgres");
	FerryTable *table = add_table(catalog, NULL, "t");
	FerryColumnDef *a = add_column(table, "a", "integer", FERRY_TYPE_INT32);
	add_column(table, "b", "text", FERRY_TYPE_TEXT);
	table->primary_key = ferry_index_new("t_pkey");
	table->primary_key->is_primary = true;
	add_part(table->primary_key, "a");
	FerryIndex *unique = ferry_index_new("t_b_key");
	unique->is_unique = unique->is_constraint = true;
	add_part(unique, "b");
	g_ptr_array_add(table->indexes, unique);
	FerryIndex *prefix = ferry_index_new("t_b_idx");
	prefix->is_unique = prefix->is_constraint = true;
	add_part(prefix, "b");
	((FerryIndexPart *)prefix->parts->pdata[0])->prefix_len = 10;
	g_ptr_array_add(table->indexes, prefix);
	FerryIndex *partial = ferry_index_new("t_e_idx");
	FerryIndexPart *part = ferry_index_part_new(NULL);
	part->expression = g_strdup("lower(b)");
	part->descending = true;
	part->nulls_order = 2;
	g_ptr_array_add(partial->parts, part);
	g_ptr_array_add(partial->include, g_strdup("a"));
	partial->predicate = g_strdup("a > 0");
	partial->method = g_strdup("btree");
	g_ptr_array_add(table->indexes, partial);
	FerryIndex *text = ferry_index_new("t_ft");
	text->method = g_strdup("fulltext");
	add_part(text, "b");
	g_ptr_array_add(table->indexes, text);
	expect(catalog, table, FERRY_DDL_KEYS,
	       "ALTER TABLE t ADD CONSTRAINT t_pkey PRIMARY KEY (a);\nALTER TABLE t ADD CONSTRAINT t_b_key "
	       "UNIQUE (b)");
	expect_beside(catalog, table, NULL); /* a may be NULL yet */
	a->not_null = true;
	expect_beside(catalog, table,
		      "CREATE UNIQUE INDEX t_pkey ON t (a);\n"
		      "ALTER TABLE t ADD CONSTRAINT t_pkey PRIMARY KEY USING INDEX t_pkey");
	expect(catalog, table, FERRY_DDL_INDEXES,
	       "CREATE UNIQUE INDEX t_b_idx ON t (\"left\"(b, 10));\n"
	       "CREATE INDEX t_e_idx ON t ((lower(b)) DESC NULLS LAST) INCLUDE (a) WHERE (a > 0)");
}

static void test_foreign_keys_and_checks(void)
{
	g_autoptr(FerryCatalog) catalog = ferry_catalog_new("postgres");
	FerryTable *parent = add_table(catalog, "app", "parent"), *child = add_table(catalog, "app", "child");
	FerryForeignKey *key = ferry_foreign_key_new("child_fk", NULL, "parent");
	g_ptr_array_add(key->columns, g_strdup("p"));
	g_ptr_array_add(key->ref_columns, g_strdup("id"));
	key->on_delete = FERRY_FK_CASCADE;
	key->deferrable = true;
	g_ptr_array_add(child->foreign_keys, key);
	g_ptr_array_add(child->checks, ferry_check_new(NULL, "p > 0"));
	expect(catalog, child, FERRY_DDL_FOREIGN_KEYS,
	       "ALTER TABLE app.child ADD CONSTRAINT child_fk FOREIGN KEY (p) REFERENCES app.parent (id) ON "
	       "DELETE CASCADE "
	       "DEFERRABLE");
	expect(catalog, child, FERRY_DDL_CHECKS, "ALTER TABLE app.child ADD CHECK (p > 0)");
	expect(catalog, parent, FERRY_DDL_TRUNCATE, "DELETE FROM app.parent");
	expect(catalog, child, FERRY_DDL_TRUNCATE, "TRUNCATE TABLE app.child");
	expect(catalog, NULL, FERRY_DDL_TRUNCATE, "TRUNCATE TABLE app.parent, app.child");
	expect(catalog, NULL, FERRY_DDL_SCHEMAS, "CREATE SCHEMA IF NOT EXISTS app");

	g_autoptr(GPtrArray) statements =
		g_ptr_array_new_with_free_func((GDestroyNotify)ferry_statement_free);
	ferry_pg_ddl(catalog, child, FERRY_DDL_FOREIGN_KEYS, statements);
	const FerryStatement *statement = statements->pdata[0];
	g_assert_true(g_str_has_suffix(statement->fallback_sql, " DEFERRABLE NOT VALID"));
	g_assert_nonnull(statement->fallback_note);
}

static void test_sequences(void)
{
	g_autoptr(FerryCatalog) catalog = ferry_catalog_new("postgres");
	FerrySequence *s = ferry_sequence_new("app", "sq");
	s->start = 20;
	s->increment = 3;
	s->min_value = 10;
	s->max_value = 1000;
	s->cache = 1;
	s->cycles = true;
	s->next_value = 77;
	g_ptr_array_add(catalog->sequences, s);
	FerryTable *table = add_table(catalog, "app", "t");
	FerryColumnDef *column = add_column(table, "c", "bigint", FERRY_TYPE_INT64);
	column->default_kind = FERRY_DEFAULT_EXPRESSION;
	column->default_text = g_strdup("nextval('old.sq'::regclass)");
	expect(catalog, NULL, FERRY_DDL_TABLES,
	       "CREATE SEQUENCE IF NOT EXISTS app.sq INCREMENT BY 3 MINVALUE 10 MAXVALUE 1000 START WITH 20 "
	       "CYCLE");
	expect(catalog, NULL, FERRY_DDL_SEQUENCES, "SELECT pg_catalog.setval('app.sq', 77, false)");
	expect(catalog, table, FERRY_DDL_TABLES,
	       "CREATE TABLE app.t (\n    c bigint DEFAULT nextval('app.sq'::regclass)\n)");
}

static void test_map_type(void)
{
	static const struct {
		FerryType type;
		const char *expected;
	} cases[] = {
		{{.id = FERRY_TYPE_BOOL}, "boolean"},
		{{.id = FERRY_TYPE_INT8}, "smallint"},
		{{.id = FERRY_TYPE_INT64}, "bigint"},
		{{.id = FERRY_TYPE_DECIMAL, .precision = 65, .scale = 30}, "numeric(65,30)"},
		{{.id = FERRY_TYPE_DECIMAL, .precision = 1001}, "numeric"},
		{{.id = FERRY_TYPE_DECIMAL}, "numeric"},
		{{.id = FERRY_TYPE_TEXT, .length = 40}, "varchar(40)"},
		{{.id = FERRY_TYPE_TEXT, .length = 40, .is_fixed = true}, "char(40)"},
		{{.id = FERRY_TYPE_TEXT, .length = 10485761}, "text"},
		{{.id = FERRY_TYPE_TIMESTAMP, .precision = 3}, "timestamp(3)"},
		{{.id = FERRY_TYPE_TIMESTAMPTZ, .precision = 6}, "timestamptz"},
		{{.id = FERRY_TYPE_TIME, .precision = 0}, "time(0)"},
		{{.id = FERRY_TYPE_INTERVAL, .precision = -1}, "interval"},
		{{.id = FERRY_TYPE_JSON}, "json"},
		{{.id = FERRY_TYPE_JSON, .is_binary_json = true}, "jsonb"},
		{{.id = FERRY_TYPE_BITS, .length = 8, .is_fixed = true}, "bit(8)"},
		{{.id = FERRY_TYPE_BITS, .length = 8}, "varbit(8)"},
		{{.id = FERRY_TYPE_BYTES, .length = 16, .is_fixed = true}, "bytea"},
	};
	g_autoptr(FerryCatalog) source = ferry_catalog_new("mysql");
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		FerryTable *table = ferry_table_new(NULL, "t");
		FerryColumnDef *column = add_column(table, "c", "whatever", FERRY_TYPE_TEXT);
		column->type = cases[i].type;
		ferry_pg_map_type(source, table, column);
		g_assert_cmpstr(column->native_type, ==, cases[i].expected);
		ferry_table_free(table);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/postgres/ddl/names", test_names);
	g_test_add_func("/postgres/ddl/defaults", test_defaults);
	g_test_add_func("/postgres/ddl/table", test_table);
	g_test_add_func("/postgres/ddl/identity_at_its_end", test_identity_at_its_end);
	g_test_add_func("/postgres/ddl/keys", test_keys);
	g_test_add_func("/postgres/ddl/foreign_keys_and_checks", test_foreign_keys_and_checks);
	g_test_add_func("/postgres/ddl/sequences", test_sequences);
	g_test_add_func("/postgres/ddl/map_type", test_map_type);
	return g_test_run();
}
