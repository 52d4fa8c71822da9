/*
 * Foreign keys and checks. A foreign key is the same when it leads from the same columns to the same ones. A
 * check is an expression: it is looked for by its text, then by its name, then by the columns it speaks of.
 */
#include "mapping/compare_internal.h"

#include <string.h>

/* ---- foreign keys ---- */

static char *describe_key(const FerryForeignKey *key)
{
	g_autofree char *columns = ferry_names_join(key->columns, ", ");

	return key->name ? g_strdup_printf("%s (%s)", key->name, columns) : g_strdup_printf("(%s)", columns);
}

/* Empty: the primary key of the other table. */
static char *ref_columns(const FerryTableNames *names_of_side, const FerryTable *table,
			 const FerryForeignKey *key)
{
	const char *schema = key->ref_schema ? key->ref_schema : table->schema;
	const FerryTable *other = ferry_table_names_find(names_of_side, schema, key->ref_table);
	g_autoptr(GPtrArray) names = g_ptr_array_new();

	if (key->ref_columns->len || !other || !other->primary_key)
		return ferry_names_join(key->ref_columns, ", ");
	for (guint i = 0; i < other->primary_key->parts->len; i++)
		g_ptr_array_add(names, ((FerryIndexPart *)other->primary_key->parts->pdata[i])->column);
	return ferry_names_join(names, ", ");
}

static bool same_way(const FerryComparer *c, const FerryTablePair *pair, const FerryForeignKey *wanted,
		     const FerryForeignKey *actual)
{
	g_autofree char *a = ferry_names_join(wanted->columns, ", "),
			*b = ferry_names_join(actual->columns, ", ");
	g_autofree char *a_to = ref_columns(c->wanted_names, pair->wanted, wanted),
			*b_to = ref_columns(c->actual_names, pair->actual, actual);

	return g_ascii_strcasecmp(a, b) == 0 &&
	       g_ascii_strcasecmp(wanted->ref_table, actual->ref_table) == 0 &&
	       g_ascii_strcasecmp(a_to, b_to) == 0;
}

static void compare_actions(FerryComparer *c, const FerryTablePair *pair, const FerryForeignKey *wanted,
			    const FerryForeignKey *actual)
{
	g_autofree char *what = describe_key(actual);

	/* RESTRICT and NO ACTION differ in the moment of the check only, and MySQL takes them as one. */
	if ((wanted->on_delete != actual->on_delete &&
	     MAX(wanted->on_delete, actual->on_delete) > FERRY_FK_RESTRICT) ||
	    (wanted->on_update != actual->on_update &&
	     MAX(wanted->on_update, actual->on_update) > FERRY_FK_RESTRICT))
		ferry_compare_add(c, FERRY_ISSUE_WARNING, FERRY_ISSUE_DIFFERENT, "foreign key", pair->actual,
				  what, NULL,
				  "does something else when the row it refers to is changed or deleted");
	if (actual->not_valid && !wanted->not_valid)
		ferry_compare_add(c, FERRY_ISSUE_WARNING, FERRY_ISSUE_DIFFERENT, "foreign key", pair->actual,
				  what, NULL, "is not validated: rows in the target may violate it");
}

static FerryForeignKey *find_key(const FerryComparer *c, const FerryTablePair *pair,
				 const FerryForeignKey *wanted, GHashTable *used)
{
	for (guint i = 0; i < pair->actual->foreign_keys->len; i++) {
		FerryForeignKey *key = pair->actual->foreign_keys->pdata[i];

		if (!g_hash_table_contains(used, key) && same_way(c, pair, wanted, key))
			return key;
	}
	return NULL;
}

void ferry_compare_foreign_keys(FerryComparer *c, const FerryTablePair *pair)
{
	g_autoptr(GHashTable) used = g_hash_table_new(NULL, NULL);

	for (guint i = 0; i < pair->wanted->foreign_keys->len; i++) {
		const FerryForeignKey *wanted = pair->wanted->foreign_keys->pdata[i];
		FerryForeignKey *actual = find_key(c, pair, wanted, used);
		g_autofree char *what = describe_key(wanted);

		if (actual) {
			g_hash_table_add(used, actual);
			compare_actions(c, pair, wanted, actual);
			continue;
		}
		FerryIssue *issue = ferry_compare_add(
			c, FERRY_ISSUE_WARNING, FERRY_ISSUE_MISSING, "foreign key", pair->actual, what, NULL,
			"the target does not guard the references to %s", wanted->ref_table);
		issue->suggestion = ferry_suggest_part(c, pair->wanted, NULL, wanted, NULL);
	}
	for (guint i = 0; i < pair->actual->foreign_keys->len; i++) {
		const FerryForeignKey *actual = pair->actual->foreign_keys->pdata[i];
		g_autofree char *what = describe_key(actual);

		if (!g_hash_table_contains(used, actual))
			ferry_compare_add(c, FERRY_ISSUE_WARNING, FERRY_ISSUE_EXTRA, "foreign key",
					  pair->actual, what, NULL,
					  "the source has no such key to %s: the target may refuse its rows",
					  actual->ref_table);
	}
}

/* ---- checks ---- */

static bool speaks_of_same(const FerryTablePair *pair, const FerryCheck *wanted, const FerryCheck *actual)
{
	guint n = 0;

	for (guint i = 0; i < pair->wanted->columns->len; i++) {
		const char *column = ((FerryColumnDef *)pair->wanted->columns->pdata[i])->name;
		bool wants = ferry_compare_mentions(wanted->expression, column),
		     has = ferry_compare_mentions(actual->expression, column);

		if (wants != has)
			return false;
		n += wants;
	}
	return n > 0;
}

typedef enum { BY_TEXT, BY_NAME, BY_COLUMNS, N_WAYS } Way;

static bool is_match(const FerryTablePair *pair, const FerryCheck *wanted, const FerryCheck *actual, Way way)
{
	if (way == BY_TEXT)
		return ferry_compare_same_text(wanted->expression, actual->expression);
	if (way == BY_NAME)
		return wanted->name && actual->name && g_ascii_strcasecmp(wanted->name, actual->name) == 0;
	return speaks_of_same(pair, wanted, actual);
}

/* Pairs what can be paired in this way; taken holds wanted and actual ones. */
static void pair_checks(FerryComparer *c, const FerryTablePair *pair, Way way, GHashTable *taken)
{
	for (guint i = 0; i < pair->wanted->checks->len; i++) {
		FerryCheck *wanted = pair->wanted->checks->pdata[i];

		for (guint k = 0; k < pair->actual->checks->len && !g_hash_table_contains(taken, wanted);
		     k++) {
			FerryCheck *actual = pair->actual->checks->pdata[k];

			if (g_hash_table_contains(taken, actual) || !is_match(pair, wanted, actual, way))
				continue;
			g_hash_table_add(taken, wanted);
			g_hash_table_add(taken, actual);
			if (way != BY_TEXT)
				ferry_compare_add(c,
						  c->is_same_system ? FERRY_ISSUE_WARNING : FERRY_ISSUE_INFO,
						  FERRY_ISSUE_DIFFERENT, "check", pair->actual, actual->name,
						  NULL, "reads (%s) in the target, (%s) wanted",
						  actual->expression, wanted->expression);
		}
	}
}

/* A target without enum types keeps the labels in a check. */
static bool is_of_labels(const FerryTablePair *pair, const FerryCheck *actual)
{
	for (guint i = 0; i < pair->wanted->columns->len; i++) {
		const FerryColumnDef *column = pair->wanted->columns->pdata[i];

		if (column->labels && column->labels[0] &&
		    ferry_compare_mentions(actual->expression, column->name) &&
		    strstr(actual->expression, column->labels[0]))
			return true;
	}
	return false;
}

void ferry_compare_checks(FerryComparer *c, const FerryTablePair *pair)
{
	g_autoptr(GHashTable) taken = g_hash_table_new(NULL, NULL);

	for (Way way = BY_TEXT; way < N_WAYS; way++)
		pair_checks(c, pair, way, taken);
	for (guint i = 0; i < pair->wanted->checks->len; i++) {
		const FerryCheck *wanted = pair->wanted->checks->pdata[i];

		if (g_hash_table_contains(taken, wanted))
			continue;
		FerryIssue *issue = ferry_compare_add(c, FERRY_ISSUE_WARNING, FERRY_ISSUE_MISSING, "check",
						      pair->actual, wanted->name, NULL,
						      "the target does not check (%s)", wanted->expression);
		issue->suggestion = ferry_suggest_part(c, pair->wanted, NULL, NULL, wanted);
	}
	for (guint i = 0; i < pair->actual->checks->len; i++) {
		const FerryCheck *actual = pair->actual->checks->pdata[i];

		if (!g_hash_table_contains(taken, actual) && !is_of_labels(pair, actual))
			ferry_compare_add(c, FERRY_ISSUE_WARNING, FERRY_ISSUE_EXTRA, "check", pair->actual,
					  actual->name, NULL,
					  "the source has no check (%s): the target may refuse its rows",
					  actual->expression);
	}
}
