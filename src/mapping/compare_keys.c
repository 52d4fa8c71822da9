/*
 * Primary keys and indexes. What an index is over decides whether two are the same, not what it is called:
 * names of indexes are made up by systems and change on the way. Expressions and predicates are compared as
 * text; where only they differ between two systems, that is said and nothing more.
 */
#include "mapping/compare_internal.h"

#include <string.h>

/* ---- telling indexes apart ---- */

static char *describe(const FerryIndex *index)
{
	GString *text = g_string_new(index->name && !index->is_primary ? index->name : NULL);

	g_string_append_printf(text, "%s(", text->len ? " " : "");
	for (guint i = 0; i < index->parts->len; i++) {
		const FerryIndexPart *part = index->parts->pdata[i];

		g_string_append_printf(text, "%s%s%s", i ? ", " : "",
				       part->column ? part->column : part->expression,
				       part->descending ? " DESC" : "");
	}
	return g_string_free(g_string_append_c(text, ')'), FALSE);
}

static const char *method_of(const FerryIndex *index)
{
	return index->method && g_ascii_strcasecmp(index->method, "btree") != 0 ? index->method : "";
}

typedef enum { UNLIKE, ALIKE_BUT_TEXT, ALIKE } Likeness;

static Likeness compare_part(const FerryIndexPart *a, const FerryIndexPart *b)
{
	if (!a->column != !b->column || a->descending != b->descending || a->prefix_len != b->prefix_len)
		return UNLIKE;
	if (a->column)
		return g_ascii_strcasecmp(a->column, b->column) == 0 ? ALIKE : UNLIKE;
	return ferry_compare_same_text(a->expression, b->expression) ? ALIKE : ALIKE_BUT_TEXT;
}

static Likeness compare_two(const FerryIndex *a, const FerryIndex *b)
{
	Likeness likeness = ALIKE;

	if (a->is_unique != b->is_unique || a->is_exclusion != b->is_exclusion ||
	    a->parts->len != b->parts->len || !a->predicate != !b->predicate ||
	    g_ascii_strcasecmp(method_of(a), method_of(b)) != 0 || a->include->len != b->include->len ||
	    a->nulls_not_distinct != b->nulls_not_distinct)
		return UNLIKE;
	for (guint i = 0; i < a->parts->len; i++)
		likeness = MIN(likeness, compare_part(a->parts->pdata[i], b->parts->pdata[i]));
	if (likeness != UNLIKE && a->predicate && !ferry_compare_same_text(a->predicate, b->predicate))
		likeness = ALIKE_BUT_TEXT;
	return likeness;
}

static bool same_name(const FerryIndex *a, const FerryIndex *b)
{
	return a->name && b->name && g_ascii_strcasecmp(a->name, b->name) == 0;
}

/* The best of those that are not taken; *ret_likeness UNLIKE: only the name is the same. */
static FerryIndex *find(const FerryTable *actual, const FerryIndex *wanted, GHashTable *used,
			Likeness *ret_likeness)
{
	FerryIndex *best = NULL;
	int best_score = 0;

	for (guint i = 0; i < actual->indexes->len; i++) {
		FerryIndex *index = actual->indexes->pdata[i];
		Likeness likeness = g_hash_table_contains(used, index) ? UNLIKE : compare_two(wanted, index);
		bool is_named = !g_hash_table_contains(used, index) && same_name(wanted, index);
		/* the same thing by another name comes before another thing by the same name */
		int score = likeness == ALIKE            ? 4 + is_named
			    : likeness == ALIKE_BUT_TEXT ? 1 + 2 * is_named
							 : is_named;

		if (score > best_score) {
			best_score = score;
			best = index;
			*ret_likeness = likeness;
		}
	}
	return best;
}

/* ---- indexes ---- */

static const char *kind_of(const FerryIndex *index)
{
	return index->is_unique ? "unique key" : index->is_exclusion ? "exclusion constraint" : "index";
}

static void report_missing(FerryComparer *c, const FerryTablePair *pair, const FerryIndex *wanted)
{
	g_autofree char *what = describe(wanted);
	FerryIssue *issue = ferry_compare_add(
		c, wanted->is_unique || wanted->is_exclusion ? FERRY_ISSUE_ERROR : FERRY_ISSUE_WARNING,
		FERRY_ISSUE_MISSING, kind_of(wanted), pair->actual, what, NULL,
		wanted->is_unique ? "the target does not refuse equal values"
				  : "searches by it are slow in the target");

	issue->suggestion = ferry_suggest_part(c, pair->wanted, wanted, NULL, NULL);
}

static void report_found(FerryComparer *c, const FerryTablePair *pair, const FerryIndex *wanted,
			 const FerryIndex *actual, Likeness likeness)
{
	g_autofree char *wants = describe(wanted), *has = describe(actual);
	bool is_text_only = likeness == ALIKE_BUT_TEXT && !c->is_same_system;

	if (likeness == ALIKE) {
		if (wanted->name && actual->name && !same_name(wanted, actual))
			ferry_compare_add(c, FERRY_ISSUE_INFO, FERRY_ISSUE_DIFFERENT, kind_of(wanted),
					  pair->actual, has, NULL, "is called %s in the target, %s wanted",
					  actual->name, wanted->name);
		return;
	}
	ferry_compare_add(c,
			  is_text_only                             ? FERRY_ISSUE_INFO
			  : wanted->is_unique || actual->is_unique ? FERRY_ISSUE_ERROR
								   : FERRY_ISSUE_WARNING,
			  FERRY_ISSUE_DIFFERENT, kind_of(wanted), pair->actual, has, NULL,
			  is_text_only ? "its expression is spelled differently; %s wanted"
				       : "is over something else, or of another kind; %s wanted",
			  wants);
}

/* A unique key that is the primary key there is there. */
static bool is_served_by_key(const FerryTable *actual, const FerryIndex *wanted)
{
	return wanted->is_unique && actual->primary_key && compare_two(wanted, actual->primary_key) == ALIKE;
}

static void compare_indexes(FerryComparer *c, const FerryTablePair *pair)
{
	g_autoptr(GHashTable) used = g_hash_table_new(NULL, NULL);

	for (guint i = 0; i < pair->wanted->indexes->len; i++) {
		const FerryIndex *wanted = pair->wanted->indexes->pdata[i];
		Likeness likeness = UNLIKE;
		FerryIndex *actual = find(pair->actual, wanted, used, &likeness);

		if (actual) {
			g_hash_table_add(used, actual);
			report_found(c, pair, wanted, actual, likeness);
		} else if (!is_served_by_key(pair->actual, wanted)) {
			report_missing(c, pair, wanted);
		}
	}
	for (guint i = 0; i < pair->actual->indexes->len; i++) {
		const FerryIndex *actual = pair->actual->indexes->pdata[i];
		g_autofree char *what = describe(actual);
		bool restricts = actual->is_unique || actual->is_exclusion;

		if (!g_hash_table_contains(used, actual))
			ferry_compare_add(
				c, restricts ? FERRY_ISSUE_WARNING : FERRY_ISSUE_INFO, FERRY_ISSUE_EXTRA,
				kind_of(actual), pair->actual, what, NULL,
				restricts ? "the source has no such key: the target may refuse its rows"
					  : "the source has no such index");
	}
}

/* ---- the primary key ---- */

void ferry_compare_keys(FerryComparer *c, const FerryTablePair *pair)
{
	const FerryIndex *wanted = pair->wanted->primary_key, *actual = pair->actual->primary_key;
	g_autofree char *wants = wanted ? describe(wanted) : NULL, *has = actual ? describe(actual) : NULL;

	if (wanted && !actual) {
		FerryIssue *issue =
			ferry_compare_add(c, FERRY_ISSUE_ERROR, FERRY_ISSUE_MISSING, "primary key",
					  pair->actual, wants, NULL, "the target's table has no primary key");
		issue->suggestion = ferry_suggest_part(c, pair->wanted, wanted, NULL, NULL);
	} else if (actual && !wanted) {
		ferry_compare_add(c, FERRY_ISSUE_WARNING, FERRY_ISSUE_EXTRA, "primary key", pair->actual, has,
				  NULL, "the source has no primary key: the target may refuse its rows");
	} else if (actual && wanted && compare_two(wanted, actual) != ALIKE) {
		ferry_compare_add(c, FERRY_ISSUE_ERROR, FERRY_ISSUE_DIFFERENT, "primary key", pair->actual,
				  has, NULL, "the primary key is %s in the target, %s wanted", has, wants);
	}
	compare_indexes(c, pair);
}
