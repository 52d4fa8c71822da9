/*
 * Statements that would mend a difference, in the target's SQL. The target's connector writes them where it
 * can write such an object at all; changes of a column are standard SQL, which targets have that can change a
 * table that is there.
 */
#include "mapping/compare_internal.h"

static const FerryTargetOps *ops_of(const FerryComparer *c)
{
	return c->target ? c->target->target : NULL;
}

static char *qualified(const FerryTargetOps *ops, const FerryTable *table)
{
	g_autofree char *name = ops->quote_identifier(table->name);
	g_autofree char *schema = table->schema ? ops->quote_identifier(table->schema) : NULL;

	return schema ? g_strconcat(schema, ".", name, NULL) : g_steal_pointer(&name);
}

static char *join(const GPtrArray *statements)
{
	g_autoptr(GString) text = g_string_new(NULL);

	for (guint i = 0; i < statements->len; i++)
		g_string_append_printf(text, "%s%s;", i ? "\n" : "",
				       ((FerryStatement *)statements->pdata[i])->sql);
	return text->len ? g_strdup(text->str) : NULL;
}

static GPtrArray *statements_new(void)
{
	return g_ptr_array_new_with_free_func((GDestroyNotify)ferry_statement_free);
}

char *ferry_suggest_table(const FerryComparer *c, const FerryTable *wanted)
{
	const FerryTargetOps *ops = ops_of(c);
	g_autoptr(GPtrArray) statements = statements_new();

	if (!ops)
		return NULL;
	ops->ddl(c->plan->target, wanted, FERRY_DDL_TABLES, statements);
	return join(statements);
}

char *ferry_suggest_column(const FerryComparer *c, const FerryTable *actual, const FerryColumnDef *wanted)
{
	const FerryTargetOps *ops = ops_of(c);
	g_autofree char *table = ops ? qualified(ops, actual) : NULL;
	g_autofree char *column = ops ? ops->quote_identifier(wanted->name) : NULL;

	if (!ops || !wanted->native_type || wanted->generated != FERRY_GENERATED_NONE)
		return NULL;
	return g_strdup_printf("ALTER TABLE %s ADD COLUMN %s %s;", table, column, wanted->native_type);
}

char *ferry_suggest_alter(const FerryComparer *c, const FerryTable *actual, const char *column,
			  const char *what)
{
	const FerryTargetOps *ops = ops_of(c);

	/* Who takes keys in CREATE TABLE only does not change columns either. */
	if (!ops || c->target->caps.keys_in_create)
		return NULL;
	g_autofree char *table = qualified(ops, actual);
	g_autofree char *name = ops->quote_identifier(column);
	return g_strdup_printf("ALTER TABLE %s ALTER COLUMN %s %s;", table, name, what);
}

/* The table with nothing to it but the one part, so that the connector writes that part only. */
static FerryTable *only(const FerryTable *wanted, const FerryIndex *index, const FerryForeignKey *key,
			const FerryCheck *check)
{
	FerryTable *table = ferry_table_copy(wanted);

	g_clear_pointer(&table->primary_key, ferry_index_free);
	g_ptr_array_set_size(table->indexes, 0);
	g_ptr_array_set_size(table->foreign_keys, 0);
	g_ptr_array_set_size(table->checks, 0);
	if (index && index->is_primary)
		table->primary_key = ferry_index_copy(index);
	else if (index)
		g_ptr_array_add(table->indexes, ferry_index_copy(index));
	if (key)
		g_ptr_array_add(table->foreign_keys, ferry_foreign_key_copy(key));
	if (check)
		g_ptr_array_add(table->checks, ferry_check_new(check->name, check->expression));
	return table;
}

char *ferry_suggest_part(const FerryComparer *c, const FerryTable *wanted, const FerryIndex *index,
			 const FerryForeignKey *key, const FerryCheck *check)
{
	static const FerryDdlPhase phases[] = {FERRY_DDL_KEYS, FERRY_DDL_INDEXES, FERRY_DDL_FOREIGN_KEYS,
					       FERRY_DDL_CHECKS};
	const FerryTargetOps *ops = ops_of(c);
	g_autoptr(GPtrArray) statements = statements_new();
	FerryTable *table;

	if (!ops)
		return NULL;
	table = only(wanted, index, key, check);
	for (size_t i = 0; i < G_N_ELEMENTS(phases); i++)
		ops->ddl(c->plan->target, table, phases[i], statements);
	ferry_table_free(table);
	return join(statements);
}
