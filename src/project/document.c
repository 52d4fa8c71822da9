/*
 * The tables of the document's members; see document.h. Their order is that of the documentation and of what
 * is written.
 */
#include "project/document.h"

#include <string.h>

#define AT(struct_, field)      .offset = offsetof(struct_, field), .size = sizeof(((struct_ *)NULL)->field)
#define MAX_ROWS_OF_CHUNK       G_GINT64_CONSTANT(1000000000)
#define WORD_AT(struct_, field) FERRY_MEMBER_WORD, AT(struct_, field)

G_STATIC_ASSERT(sizeof(FerryVerify) == sizeof(guint) && sizeof(FerryIfExists) == sizeof(guint));

/* ---- transforms ---- */

static const FerryMember substring_members[] = {
	{"from", FERRY_MEMBER_INT, AT(FerryTransformStep, from), .min = -G_MAXINT32, .max = G_MAXINT32,
	 .is_required = true},
	{"length", FERRY_MEMBER_INT, AT(FerryTransformStep, length), .min = 0, .max = G_MAXINT32},
	{NULL},
};
static const FerryMember replace_members[] = {
	{"text", FERRY_MEMBER_TEXT, AT(FerryTransformStep, text), .is_required = true},
	{"with", FERRY_MEMBER_TEXT, AT(FerryTransformStep, with), .is_required = true},
	{NULL},
};
static const FerryMember hash_members[] = {
	{"key_env", FERRY_MEMBER_TEXT, AT(FerryTransformStep, text), .is_required = true},
	{NULL},
};
static const FerryMember mask_members[] = {
	{"keep", FERRY_MEMBER_INT, AT(FerryTransformStep, length), .min = 0, .max = G_MAXINT32},
	{"with", FERRY_MEMBER_TEXT, AT(FerryTransformStep, text)},
	{NULL},
};

static const char *check_substring(gconstpointer object, const char **ret_member)
{
	const FerryTransformStep *step = object;

	*ret_member = "from";
	return step->from == 0 ? "characters are counted from 1 (from the end: from -1)" : NULL;
}

static const char *check_replace(gconstpointer object, const char **ret_member)
{
	const FerryTransformStep *step = object;

	*ret_member = "text";
	return *step->text ? NULL : "the text to replace is empty";
}

static const char *check_mask(gconstpointer object, const char **ret_member)
{
	const FerryTransformStep *step = object;

	*ret_member = "with";
	return g_utf8_strlen(step->text, -1) == 1 ? NULL : "expected one character";
}

static const char *check_hash(gconstpointer object, const char **ret_member)
{
	const FerryTransformStep *step = object;

	*ret_member = "key_env";
	return *step->text && !strchr(step->text, '=')
		       ? NULL
		       : "expected the name of an environment variable that holds the key";
}

static const FerryShape substring_shape = {"a substring", substring_members, .place = -1,
					   .check = check_substring};
static const FerryShape replace_shape = {"a replacement", replace_members, .place = -1,
					 .check = check_replace};
static const FerryShape hash_shape = {"a hash", hash_members, .place = -1, .check = check_hash};
static const FerryShape mask_shape = {"a mask", mask_members, .place = -1, .check = check_mask};

const FerryStepShape ferry_step_shapes[FERRY_N_TRANSFORMS] = {
	[FERRY_TRANSFORM_TYPE] = {FERRY_ARGUMENT_TEXT},
	[FERRY_TRANSFORM_DEFAULT] = {FERRY_ARGUMENT_TEXT},
	[FERRY_TRANSFORM_NULL_IF] = {FERRY_ARGUMENT_TEXT},
	[FERRY_TRANSFORM_TRIM] = {FERRY_ARGUMENT_TEXT, true},
	[FERRY_TRANSFORM_LTRIM] = {FERRY_ARGUMENT_TEXT, true},
	[FERRY_TRANSFORM_RTRIM] = {FERRY_ARGUMENT_TEXT, true},
	[FERRY_TRANSFORM_UPPER] = {FERRY_ARGUMENT_NONE, true},
	[FERRY_TRANSFORM_LOWER] = {FERRY_ARGUMENT_NONE, true},
	[FERRY_TRANSFORM_SUBSTRING] = {FERRY_ARGUMENT_SHAPE, false, &substring_shape},
	[FERRY_TRANSFORM_REPLACE] = {FERRY_ARGUMENT_SHAPE, false, &replace_shape},
	[FERRY_TRANSFORM_CONCAT] = {FERRY_ARGUMENT_PARTS},
	[FERRY_TRANSFORM_HASH] = {FERRY_ARGUMENT_SHAPE, false, &hash_shape},
	[FERRY_TRANSFORM_MASK] = {FERRY_ARGUMENT_SHAPE, true, &mask_shape},
	[FERRY_TRANSFORM_CONSTANT] = {FERRY_ARGUMENT_TEXT},
};

FerryTransformStep *ferry_step_new_default(FerryTransformKind kind)
{
	FerryTransformStep *step = ferry_transform_step_new(kind);

	if (kind == FERRY_TRANSFORM_MASK) {
		step->text = g_strdup("*");
		step->length = 0;
	}
	return step;
}

/* ---- columns ---- */

static const FerryMember column_members[] = {
	{"source", FERRY_MEMBER_TEXT, AT(FerryProjectColumn, source)},
	{"target", FERRY_MEMBER_TEXT, AT(FerryProjectColumn, target)},
	{"type", FERRY_MEMBER_TEXT, AT(FerryProjectColumn, type)},
	{"expression", FERRY_MEMBER_TEXT, AT(FerryProjectColumn, expression)},
	{"exclude", FERRY_MEMBER_BOOL, AT(FerryProjectColumn, exclude)},
	{"transform", FERRY_MEMBER_STEPS, AT(FerryProjectColumn, steps)},
	{NULL},
};

static bool makes_a_value(const GPtrArray *steps)
{
	const FerryTransformStep *first = steps->len ? steps->pdata[0] : NULL;

	return first && (first->kind == FERRY_TRANSFORM_CONSTANT || first->kind == FERRY_TRANSFORM_CONCAT);
}

static const char *check_column(gconstpointer object, const char **ret_member)
{
	const FerryProjectColumn *column = object;

	if (!column->source && !column->target)
		return "a column needs a source, a target or both";
	if (column->exclude &&
	    (!column->source || column->target || column->type || column->expression || column->steps->len)) {
		*ret_member = "exclude";
		return "an excluded column has a source and nothing else";
	}
	if (!column->source && !column->expression && !makes_a_value(column->steps))
		return "a new column needs a source, an expression, or a transform that begins with constant "
		       "or concat";
	return NULL;
}

static gpointer make_column(void)
{
	return ferry_project_column_new(NULL);
}

static void free_column(gpointer column)
{
	ferry_project_column_free(column);
}

static const FerryShape column_shape = {
	"a column",  column_members, make_column, free_column, offsetof(FerryProjectColumn, place),
	check_column};

/* ---- checks ---- */

static const FerryMember check_members[] = {
	{"name", FERRY_MEMBER_TEXT, AT(FerryProjectCheck, name), .is_required = true},
	{"expression", FERRY_MEMBER_TEXT, AT(FerryProjectCheck, expression), .is_required = true},
	{"action", WORD_AT(FerryProjectCheck, action), .words = ferry_check_action_words},
	{NULL},
};

static gpointer make_check(void)
{
	return g_new0(FerryProjectCheck, 1);
}

static void free_check(gpointer data)
{
	FerryProjectCheck *check = data;

	g_free(check->name);
	g_free(check->expression);
	g_free(check);
}

static const FerryShape check_shape = {
	"a check", check_members, make_check, free_check, offsetof(FerryProjectCheck, place), NULL};

/* ---- hooks ---- */

static const FerryMember hooks_members[] = {
	{"source_before", FERRY_MEMBER_TEXTS, AT(FerryHooks, source_before)},
	{"source_after", FERRY_MEMBER_TEXTS, AT(FerryHooks, source_after)},
	{"target_before", FERRY_MEMBER_TEXTS, AT(FerryHooks, target_before)},
	{"target_after", FERRY_MEMBER_TEXTS, AT(FerryHooks, target_after)},
	{NULL},
};

static const FerryShape hooks_shape = {"hooks", hooks_members, .place = -1};

/* ---- tables ---- */

static const FerryMember table_members[] = {
	{"source", FERRY_MEMBER_TEXT, AT(FerryProjectTable, source), .is_required = true},
	{"target", FERRY_MEMBER_TEXT, AT(FerryProjectTable, target)},
	{"where", FERRY_MEMBER_TEXT, AT(FerryProjectTable, where)},
	{"query", FERRY_MEMBER_TEXT, AT(FerryProjectTable, query)},
	{"columns", FERRY_MEMBER_OBJECTS, AT(FerryProjectTable, columns), .shape = &column_shape},
	{"only_listed", FERRY_MEMBER_BOOL, AT(FerryProjectTable, only_listed)},
	{"key", FERRY_MEMBER_TEXTS, AT(FerryProjectTable, key)},
	{"cursor", FERRY_MEMBER_TEXT, AT(FerryProjectTable, cursor)},
	{"hooks", FERRY_MEMBER_OBJECT, AT(FerryProjectTable, hooks), .shape = &hooks_shape},
	{"checks", FERRY_MEMBER_OBJECTS, AT(FerryProjectTable, checks), .shape = &check_shape},
	{"max_rejects", FERRY_MEMBER_LIMIT, AT(FerryProjectTable, max_rejects)},
	{NULL},
};

static const char *check_table(gconstpointer object, const char **ret_member)
{
	const FerryProjectTable *table = object;

	if (table->target && ferry_glob_has_wildcard(table->source)) {
		*ret_member = "target";
		return "a source with * or ? means many tables, which cannot have one target";
	}
	if (table->query && ferry_glob_has_wildcard(table->source)) {
		*ret_member = "query";
		return "the source of a query is the name of its result, without * or ?";
	}
	if (table->query && table->where) {
		*ret_member = "where";
		return "a table has a where or a query; put the condition into the query";
	}
	if (table->only_listed && table->columns->len == 0) {
		*ret_member = "only_listed";
		return "no columns are listed";
	}
	return NULL;
}

static gpointer make_table(void)
{
	return ferry_project_table_new(NULL);
}

static void free_table(gpointer table)
{
	ferry_project_table_free(table);
}

static const FerryShape table_shape = {
	"a table", table_members, make_table, free_table, offsetof(FerryProjectTable, place), check_table};

/* ---- the project ---- */

static const FerryMember select_members[] = {
	{"include", FERRY_MEMBER_STRV, AT(FerryProject, include)},
	{"exclude", FERRY_MEMBER_STRV, AT(FerryProject, exclude)},
	{NULL},
};

static const FerryShape select_shape = {"a selection", select_members, .place = -1};

static const FerryMember option_members[] = {
	{"schema_only", FERRY_MEMBER_BOOL, AT(FerryProject, schema_only)},
	{"data_only", FERRY_MEMBER_BOOL, AT(FerryProject, data_only)},
	{"if_exists", WORD_AT(FerryProject, if_exists), .words = ferry_if_exists_words},
	{"lanes", FERRY_MEMBER_INT, AT(FerryProject, lanes), .min = 0, .max = 256},
	{"chunk_rows", FERRY_MEMBER_INT, AT(FerryProject, chunk_rows), .min = 0, .max = MAX_ROWS_OF_CHUNK},
	{"read_limit", FERRY_MEMBER_RATE, AT(FerryProject, read_limit_rows)},
	{"keep_ledger", FERRY_MEMBER_BOOL, AT(FerryProject, keep_ledger)},
	{"no_analyze", FERRY_MEMBER_BOOL, AT(FerryProject, no_analyze)},
	{"number_scan", FERRY_MEMBER_BOOL, AT(FerryProject, number_scan)},
	{"verify", WORD_AT(FerryProject, verify), .words = ferry_verify_words},
	{"on_error", WORD_AT(FerryProject, on_error), .words = ferry_on_error_words},
	{"max_rejects", FERRY_MEMBER_LIMIT, AT(FerryProject, max_rejects)},
	{"max_table_rejects", FERRY_MEMBER_LIMIT, AT(FerryProject, max_rejects_table)},
	{"bad_values", FERRY_MEMBER_BAD_VALUES, AT(FerryProject, bad_values)},
	{"reject_file", FERRY_MEMBER_TEXT, AT(FerryProject, reject_file)},
	{"save_sources", FERRY_MEMBER_TEXT, AT(FerryProject, save_sources)},
	{"incremental", FERRY_MEMBER_BOOL, AT(FerryProject, incremental)},
	{"cursor", FERRY_MEMBER_TEXT, AT(FerryProject, cursor)},
	{"partitions", WORD_AT(FerryProject, partitions), .words = ferry_partitions_words},
	{"staging", FERRY_MEMBER_BOOL, AT(FerryProject, staging)},
	{"staging_schema", FERRY_MEMBER_TEXT, AT(FerryProject, staging_schema)},
	{"retries", FERRY_MEMBER_INT, AT(FerryProject, retries), .min = 0, .max = 1000},
	{"snapshot_lost", WORD_AT(FerryProject, snapshot_lost), .words = ferry_snapshot_lost_words},
	{"helpers", WORD_AT(FerryProject, helpers), .words = ferry_helpers_words},
	{"stall_seconds", FERRY_MEMBER_INT, AT(FerryProject, stall_seconds), .min = 0, .max = 86400},
	{NULL},
};

G_STATIC_ASSERT(offsetof(FerryProject, read_limit_bytes) ==
		offsetof(FerryProject, read_limit_rows) + sizeof(int64_t));

/* In a document it would hold for every run: no copy of the project could be resumed. */
static const FerryMisplaced misplaced_options[] = {
	{"restart", "beginning again is for one run, not for a project: give --restart to \"ferry copy\""},
	{NULL},
};

static const FerryShape options_shape = {"options", option_members, .place = -1,
					 .misplaced = misplaced_options};

static const FerryMember project_members[] = {
	{"version", FERRY_MEMBER_VERSION, .is_required = true},
	{"name", FERRY_MEMBER_TEXT, AT(FerryProject, name)},
	{"source", FERRY_MEMBER_URL, AT(FerryProject, source)},
	{"target", FERRY_MEMBER_URL, AT(FerryProject, target)},
	{"select", FERRY_MEMBER_OBJECT, .shape = &select_shape},
	{"schemas", FERRY_MEMBER_RENAMES, AT(FerryProject, schemas)},
	{"identifiers", WORD_AT(FerryProject, identifiers), .words = ferry_identifiers_words},
	{"casts", FERRY_MEMBER_CASTS, AT(FerryProject, casts)},
	{"tables", FERRY_MEMBER_OBJECTS, AT(FerryProject, tables), .shape = &table_shape},
	{"hooks", FERRY_MEMBER_OBJECT, AT(FerryProject, hooks), .shape = &hooks_shape},
	{"options", FERRY_MEMBER_OBJECT, .shape = &options_shape},
	{NULL},
};

const FerryShape ferry_project_shape = {"a project", project_members, .place = -1};
