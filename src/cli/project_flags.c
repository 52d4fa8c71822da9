/*
 * The table of flags, and laying them over a project; see project_flags.h.
 */
#include "cli/project_flags.h"

#include "project/text.h"
#include "transfer/run.h"

#include <string.h>

#define LOAD                (FERRY_FLAGS_COPY | FERRY_FLAGS_PLAN)
#define READ                (LOAD | FERRY_FLAGS_VERIFY)
#define ROWS                (READ | FERRY_FLAGS_PREVIEW)
#define ALL                 (ROWS | FERRY_FLAGS_COMPARE)
#define WORD(field, words_) .kind = FLAG_WORD, .offset = offsetof(FerryProject, field), .words = words_
#define YES(field)          .kind = FLAG_BOOL, .offset = offsetof(FerryProject, field)
#define TEXT(field)         .kind = FLAG_TEXT, .offset = offsetof(FerryProject, field)
#define TEXTS(field)        .kind = FLAG_TEXTS, .offset = offsetof(FerryProject, field)
#define NUMBER(field, min_, max_)                                                                            \
	.kind = FLAG_NUMBER, .offset = offsetof(FerryProject, field),                                        \
	.size = sizeof(((FerryProject *)NULL)->field), .min = min_, .max = max_

typedef enum { FLAG_CUSTOM, FLAG_BOOL, FLAG_WORD, FLAG_TEXT, FLAG_TEXTS, FLAG_NUMBER } FlagKind;

typedef struct Flag Flag;

struct Flag {
	const char *group, *name;
	char letter;
	guint use;
	const char *argument; /* or NULL: takes none */
	const char *help;
	const char *feature; /* or NULL: what the engine must have, of ferry_run_supports() */
	FlagKind kind;
	size_t offset, size;
	const char *const *words;
	int64_t min, max;
	/* CUSTOM; is_first: of several of this flag. The error needs no name of the flag. */
	bool (*set)(FerryProject *project, const char *value, bool is_first, GError **error);
};

typedef struct GivenFlag {
	const Flag *flag;
	char *value; /* or NULL */
} GivenFlag;

struct FerryProjectFlags {
	FerryFlagUse use;
	char *document;   /* --project, or NULL */
	GPtrArray *given; /* GivenFlag, in order */
};

/* ---- flags with a shape of their own ---- */

static char **append_text(char **texts, const char *text)
{
	g_autoptr(GStrvBuilder) builder = g_strv_builder_new();

	if (texts)
		g_strv_builder_addv(builder, (const char **)texts);
	g_strv_builder_add(builder, text);
	g_strfreev(texts);
	return g_strv_builder_end(builder);
}

static bool set_glob(char ***globs, const char *value, bool is_first)
{
	if (is_first)
		g_clear_pointer(globs, g_strfreev);
	*globs = append_text(*globs, value);
	return true;
}

static bool set_table(FerryProject *project, const char *value, bool is_first, GError **error)
{
	return set_glob(&project->include, value, is_first);
}

static bool set_exclude(FerryProject *project, const char *value, bool is_first, GError **error)
{
	return set_glob(&project->exclude, value, is_first);
}

/* NAME=VALUE; both are newly allocated, and neither is empty. */
static bool split_pair(const char *text, const char *what, char **ret_name, char **ret_value, GError **error)
{
	const char *equals = strchr(text, '=');

	if (!equals || equals == text || !equals[1])
		return ferry_fail(error, FERRY_ERROR_USAGE, "\"%s\" is not of the form %s", text, what);
	*ret_name = g_strndup(text, (size_t)(equals - text));
	*ret_value = g_strdup(equals + 1);
	return true;
}

static bool is_glob(const char *name)
{
	return strpbrk(name, "*?") != NULL;
}

/* With the schema or without. */
static bool is_same_table(const char *a, const char *b)
{
	const char *a_name = strchr(a, '.'), *b_name = strchr(b, '.');

	return strcmp(a, b) == 0 || (a_name && !b_name && strcmp(a_name + 1, b) == 0) ||
	       (b_name && !a_name && strcmp(b_name + 1, a) == 0);
}

static bool fits_glob(const char *glob, const char *name)
{
	const char *bare = strchr(name, '.');

	return is_glob(glob) &&
	       (g_pattern_match_simple(glob, name) || (bare && g_pattern_match_simple(glob, bare + 1)));
}

/* An entry of its own would take the table out of the glob's, with its steps and all. */
static bool refuse_glob(const char *name, const char *glob, GError **error)
{
	ferry_fail(error, FERRY_ERROR_USAGE,
		   "--where: the project's entry '%s' holds for the table %s and may hold for others", glob,
		   name);
	ferry_error_hint(error, "give that entry a where, or the table an entry of its own, in the project");
	return false;
}

static bool add_where(FerryProjectTable *table, guint n_entries, const char *condition, GError **error)
{
	if (table->query)
		return ferry_fail(error, FERRY_ERROR_USAGE,
				  "the table %s of the project is a query, which holds its own condition",
				  table->source);
	if (table->is_where_given) {
		ferry_fail(error, FERRY_ERROR_USAGE, "--where is given twice for the table %s",
			   table->source);
		ferry_error_hint(error, "write one condition: --where \"%s=(…) AND (…)\"", table->source);
		return false;
	}
	/* Several targets share the rows by their conditions: each keeps its own. */
	char *where = n_entries > 1 && table->where
			      ? g_strdup_printf("(%s) AND (%s)", table->where, condition)
			      : g_strdup(condition);
	g_free(table->where);
	table->where = where;
	table->is_where_given = true;
	return true;
}

static bool set_where(FerryProject *project, const char *value, bool is_first, GError **error)
{
	g_autofree char *name = NULL, *condition = NULL;
	g_autoptr(GPtrArray) entries = g_ptr_array_new();
	const char *glob = NULL;

	if (!split_pair(value, "TABLE=CONDITION", &name, &condition, error))
		return false;
	for (guint i = 0; i < project->tables->len; i++) {
		FerryProjectTable *entry = project->tables->pdata[i];
		if (is_same_table(entry->source, name))
			g_ptr_array_add(entries, entry);
		else if (!glob && fits_glob(entry->source, name))
			glob = entry->source;
	}
	if (entries->len == 0 && glob)
		return refuse_glob(name, glob, error);
	for (guint i = 0; i < entries->len; i++)
		if (!add_where(entries->pdata[i], entries->len, condition, error))
			return false;
	if (entries->len == 0) {
		FerryProjectTable *table = ferry_project_table_new(name);
		table->where = g_steal_pointer(&condition);
		table->is_where_given = true;
		g_ptr_array_add(project->tables, table);
	}
	return true;
}

static bool set_rename(FerryProject *project, const char *value, bool is_first, GError **error)
{
	g_autofree char *from = NULL, *to = NULL;

	if (!split_pair(value, "OLD=NEW", &from, &to, error))
		return false;
	for (guint i = 0; i < project->schemas->len; i++) {
		FerryRename *rename = project->schemas->pdata[i];
		if (strcmp(rename->from, from) == 0) {
			g_free(rename->to);
			rename->to = g_steal_pointer(&to);
			return true;
		}
	}
	ferry_project_add_rename(project->schemas, from, to);
	return true;
}

static bool set_bad_value(FerryProject *project, const char *value, bool is_first, GError **error)
{
	g_autofree char *kind = NULL, *rule = NULL;
	int word;

	if (!split_pair(value, "KIND=RULE", &kind, &rule, error))
		return false;
	word = ferry_word_find(ferry_bad_value_words, rule);
	if (word < 0)
		return ferry_fail(error, FERRY_ERROR_USAGE,
				  "unknown rule \"%s\"; expected one of reject, fail, null, replace", rule);
	for (int i = 0; i < FERRY_N_BAD_KINDS; i++) {
		if (strcmp(kind, ferry_bad_kind_name((FerryBadKind)i)) != 0)
			continue;
		if (!ferry_bad_value_rule_fits((FerryBadKind)i, (FerryBadValueRule)word))
			return ferry_fail(error, FERRY_ERROR_USAGE, "%s takes %s, not %s", kind,
					  i == FERRY_BAD_OUT_OF_RANGE || i == FERRY_BAD_EMPTY_TEXT
						  ? "reject, fail or null"
						  : "reject or fail",
					  rule);
		project->bad_values[i] = (FerryBadValueRule)word;
		return true;
	}
	return ferry_fail(
		error, FERRY_ERROR_USAGE,
		"unknown kind of value \"%s\"; expected one of zero-date, nul-byte, invalid-encoding, "
		"out-of-range, too-long, empty-text, invalid-value, refused",
		kind);
}

static bool set_limit(FerryProject *project, const char *value, bool is_first, GError **error)
{
	return ferry_reject_limit_parse(value, &project->max_rejects, error);
}

static bool set_table_limit(FerryProject *project, const char *value, bool is_first, GError **error)
{
	return ferry_reject_limit_parse(value, &project->max_rejects_table, error);
}

static bool set_read_limit(FerryProject *project, const char *value, bool is_first, GError **error)
{
	return ferry_read_limit_parse(value, &project->read_limit_rows, &project->read_limit_bytes, error);
}

static bool set_no_verify(FerryProject *project, const char *value, bool is_first, GError **error)
{
	project->verify = FERRY_VERIFY_NONE;
	return true;
}

/* Before the document's rules, for the first that fits decides: applied last one first. */
static bool set_cast(FerryProject *project, const char *value, bool is_first, GError **error)
{
	FerryCastRule *rule = ferry_project_add_cast(project->casts, value);

	g_ptr_array_steal_index(project->casts, project->casts->len - 1);
	g_ptr_array_insert(project->casts, 0, rule);
	return true;
}

/* ---- the table ---- */

#define TABLES  "Tables and columns:"
#define WHAT    "What:"
#define HOW     "How:"
#define REJECTS "Errors and rejected rows:"
#define HOOKS   "Hooks (SQL; may be repeated):"

static const Flag flags_table[] = {
	{TABLES, "table", 't', ALL, "GLOB",
	 "Only tables that match: * and ? over \"table\" or \"schema.table\"; may be repeated",
	 .set = set_table},
	{TABLES, "exclude", 'x', ALL, "GLOB", "Not these; may be repeated", .set = set_exclude},
	{TABLES, "where", 0, ALL, "TABLE=CONDITION",
	 "Only rows that fit, in the source's SQL; may be repeated", "where", .set = set_where},
	{TABLES, "rename-schema", 0, ALL, "OLD=NEW", "The target's schema is called NEW; may be repeated",
	 "schemas", .set = set_rename},
	{TABLES, "identifiers", 0, ALL, "keep|lower|snake",
	 "How names are written in the target (default: keep)", "identifiers",
	 WORD(identifiers, ferry_identifiers_words)},
	{TABLES, "cast", 0, ALL, "RULE",
	 "\"tinyint when precision = 1 to boolean\": a type of the target; may be repeated", "casts",
	 .set = set_cast},

	{WHAT, "schema-only", 0, LOAD, NULL, "Make the tables with keys and indexes, copy no rows",
	 YES(schema_only)},
	{WHAT, "data-only", 0, LOAD, NULL, "Copy rows into tables that are there", YES(data_only)},
	{WHAT, "if-exists", 0, LOAD, "fail|drop|truncate|append|merge",
	 "A table is there already (default: fail); merge: rows replace those of the same key",
	 WORD(if_exists, ferry_if_exists_words)},
	{WHAT, "save-sources", 0, LOAD, "DIR",
	 "Write the source's texts of what is not converted into DIR, one file an object",
	 TEXT(save_sources)},
	{WHAT, "partitions", 0, LOAD, "keep|flat",
	 "Partitioned tables are so in the target, too (default), or plain ones",
	 WORD(partitions, ferry_partitions_words)},
	{WHAT, "incremental", 0, LOAD, NULL, "Rows past the last copy's mark of the cursor, merged by key",
	 "incremental", YES(incremental)},
	{WHAT, "cursor", 0, LOAD, "COLUMN", "The column that grows with each change, for --incremental",
	 "incremental", TEXT(cursor)},
	{WHAT, "staging", 0, LOAD, NULL, "Load into a staging schema, swap all tables in at the end",
	 "staging", YES(staging)},
	{WHAT, "staging-schema", 0, LOAD, "NAME",
	 "What the staging schema is called (default: SCHEMA__ferry_staging)", "staging",
	 TEXT(staging_schema)},

	{WHAT, "number-scan", 0, READ, NULL,
	 "Give Oracle's NUMBERs without precision types by what they hold", YES(number_scan)},

	{HOW, "lanes", 'j', READ, "N", "Work with N lanes side by side (default: one a processor, at most 8)",
	 NUMBER(lanes, 1, 256)},
	{HOW, "chunk-rows", 0, READ, "N", "Rows of one transaction or comparison, about (default: 100,000)",
	 NUMBER(chunk_rows, 1, G_GINT64_CONSTANT(1000000000))},
	{HOW, "read-limit", 0, READ, "RATE", "Read no faster than 10000rows/s, 5MB/s, or both with a comma",
	 "read_limit", .set = set_read_limit},
	{HOW, "verify", 0, READ, "full|sample|counts|none", "What is compared (default: full)", "verify",
	 WORD(verify, ferry_verify_words)},
	{HOW, "no-verify", 0, LOAD, NULL, "Do not compare both sides after the load", .set = set_no_verify},
	{HOW, "retries", 0, READ, "N", "Try again N times what can heal (default: 8)", "retries",
	 NUMBER(retries, 0, 1000)},
	{HOW, "stall-seconds", 0, READ, "N",
	 "Name a lane without progress after N seconds (default: 30; 0: never)", "stall_seconds",
	 NUMBER(stall_seconds, 0, 86400)},
	{HOW, "snapshot-lost", 0, LOAD, "continue|restart|fail",
	 "The source's snapshot is gone in the middle or before a resumption (default: continue)",
	 "snapshot_lost", WORD(snapshot_lost, ferry_snapshot_lost_words)},
	{HOW, "restart", 0, LOAD, NULL, "Forget an unfinished copy and begin again", YES(restart)},
	{HOW, "no-analyze", 0, LOAD, NULL, "Do not gather the target's planner statistics at the end",
	 YES(no_analyze)},
	{HOW, "keep-ledger", 0, LOAD, NULL, "Leave the ledger in the target after a verified copy",
	 YES(keep_ledger)},

	{REJECTS, "on-error", 0, LOAD, "fail|continue|skip",
	 "A table cannot be loaded: end the run (default), go on with the others, or also skip rows that "
	 "break "
	 "constraints",
	 "on_error", WORD(on_error, ferry_on_error_words)},
	{REJECTS, "max-rejects", 0, LOAD, "N|N%", "More rejected rows than this end the run", "max_rejects",
	 .set = set_limit},
	{REJECTS, "max-table-rejects", 0, LOAD, "N|N%", "The same for each table", "max_rejects",
	 .set = set_table_limit},
	{REJECTS, "bad-value", 0, READ | FERRY_FLAGS_PREVIEW, "KIND=RULE",
	 "A value that the target cannot hold: zero-date, nul-byte, invalid-encoding, out-of-range, "
	 "too-long or empty-text = "
	 "reject, fail, null or replace; may be repeated",
	 "bad_values", .set = set_bad_value},
	{REJECTS, "rejects", 0, LOAD, "FILE",
	 "Rejected rows go to FILE (default: ferry-rejects-DATABASE-TIME.ndjson)", TEXT(reject_file)},

	{HOOKS, "source-before", 0, LOAD, "SQL", "On the source before the copy", "hooks",
	 TEXTS(hooks.source_before)},
	{HOOKS, "source-after", 0, LOAD, "SQL", "On the source after it", "hooks", TEXTS(hooks.source_after)},
	{HOOKS, "target-before", 0, LOAD, "SQL", "On the target before the copy", "hooks",
	 TEXTS(hooks.target_before)},
	{HOOKS, "target-after", 0, LOAD, "SQL", "On the target after it", "hooks", TEXTS(hooks.target_after)},
};

/* ---- taking flags ---- */

static void given_free(gpointer data)
{
	GivenFlag *given = data;

	g_free(given->value);
	g_free(given);
}

FerryProjectFlags *ferry_project_flags_new(FerryFlagUse use)
{
	FerryProjectFlags *flags = g_new0(FerryProjectFlags, 1);

	flags->use = use;
	flags->given = g_ptr_array_new_with_free_func(given_free);
	return flags;
}

void ferry_project_flags_free(FerryProjectFlags *flags)
{
	if (!flags)
		return;
	g_free(flags->document);
	g_ptr_array_unref(flags->given);
	g_free(flags);
}

/* A GOptionArgFunc: option is "--lanes" or "-j". */
static gboolean take_flag(const char *option, const char *value, gpointer data, GError **error)
{
	FerryProjectFlags *flags = data;
	GivenFlag *given = g_new0(GivenFlag, 1);

	for (size_t i = 0; i < G_N_ELEMENTS(flags_table); i++) {
		const Flag *flag = &flags_table[i];
		bool is_it = g_str_has_prefix(option, "--") ? strcmp(option + 2, flag->name) == 0
							    : option[1] == flag->letter;
		if (is_it)
			given->flag = flag;
	}
	given->value = g_strdup(value);
	g_ptr_array_add(flags->given, given);
	return TRUE;
}

static GOptionEntry make_entry(const Flag *flag)
{
	bool is_hidden = flag->feature && !ferry_run_supports(flag->feature);
	int style = flag->argument ? G_OPTION_FLAG_FILENAME
				   : G_OPTION_FLAG_NO_ARG; /* bytes, whatever the locale */

	return (GOptionEntry){flag->name,
			      flag->letter,
			      style | (is_hidden ? G_OPTION_FLAG_HIDDEN : 0),
			      G_OPTION_ARG_CALLBACK,
			      (gpointer)(GOptionArgFunc)take_flag,
			      flag->help,
			      flag->argument};
}

void ferry_project_flags_add(FerryProjectFlags *flags, FerryOptions *options)
{
	const GOptionEntry document[] = {
		{"project", 'p', 0, G_OPTION_ARG_FILENAME, &flags->document,
		 "Do what FILE says (YAML or JSON); flags and URLs given here replace what it says", "FILE"},
		{NULL},
	};

	ferry_options_add(options, "Project:", document);
	for (size_t i = 0; i < G_N_ELEMENTS(flags_table);) {
		GOptionEntry entries[G_N_ELEMENTS(flags_table) + 1] = {{NULL}};
		const char *group = flags_table[i].group;
		size_t n = 0;
		for (; i < G_N_ELEMENTS(flags_table) && flags_table[i].group == group; i++)
			if (flags_table[i].use & flags->use)
				entries[n++] = make_entry(&flags_table[i]);
		if (n > 0)
			ferry_options_add_with(options, group, entries, flags);
	}
}

/* ---- laying them over a project ---- */

static bool set_word(const Flag *flag, guint *at, const char *value, GError **error)
{
	int word = ferry_word_find(flag->words, value);

	if (word < 0) {
		g_autofree char *list = g_strjoinv(", ", (char **)flag->words);
		return ferry_fail(error, FERRY_ERROR_USAGE, "takes one of %s, not \"%s\"", list, value);
	}
	*at = (guint)word;
	return true;
}

static bool set_number(const Flag *flag, gpointer at, const char *value, GError **error)
{
	g_autofree char *name = g_strconcat("--", flag->name, NULL);
	int64_t number;

	if (!ferry_options_parse_number(name, value, flag->min, flag->max, &number, error))
		return false;
	if (flag->size == sizeof(guint))
		*(guint *)at = (guint)number;
	else
		*(int64_t *)at = number;
	return true;
}

static bool apply_flag(FerryProject *project, const GivenFlag *given, bool is_first, GError **error)
{
	const Flag *flag = given->flag;
	gpointer at = (char *)project + flag->offset;
	bool is_ok = true;

	switch (flag->kind) {
	case FLAG_BOOL: *(bool *)at = true; return true;
	case FLAG_NUMBER: return set_number(flag, at, given->value, error);
	case FLAG_TEXT:
		g_free(*(char **)at);
		*(char **)at = g_strdup(given->value);
		return true;
	case FLAG_TEXTS:
		if (is_first)
			g_ptr_array_set_size(*(GPtrArray **)at, 0);
		g_ptr_array_add(*(GPtrArray **)at, g_strdup(given->value));
		return true;
	case FLAG_WORD: is_ok = set_word(flag, at, given->value, error); break;
	case FLAG_CUSTOM: is_ok = flag->set(project, given->value, is_first, error); break;
	}
	if (!is_ok)
		g_prefix_error(error, "--%s: ", flag->name);
	return is_ok;
}

static bool is_first_of_its_kind(const GPtrArray *given, guint index)
{
	const Flag *flag = ((const GivenFlag *)given->pdata[index])->flag;

	for (guint i = 0; i < index; i++)
		if (((const GivenFlag *)given->pdata[i])->flag == flag)
			return false;
	return true;
}

/* In order, but casts, which each go to the front, afterwards and last one first. */
static bool apply_flags(const GPtrArray *given, FerryProject *project, GError **error)
{
	for (guint i = 0; i < given->len; i++) {
		const GivenFlag *one = given->pdata[i];
		if (one->flag->set != set_cast &&
		    !apply_flag(project, one, is_first_of_its_kind(given, i), error))
			return false;
	}
	for (guint i = given->len; i > 0; i--) {
		const GivenFlag *one = given->pdata[i - 1];
		if (one->flag->set == set_cast && !apply_flag(project, one, false, error))
			return false;
	}
	return true;
}

static bool is_given(const FerryProjectFlags *flags, const char *name)
{
	for (guint i = 0; i < flags->given->len; i++)
		if (strcmp(((const GivenFlag *)flags->given->pdata[i])->flag->name, name) == 0)
			return true;
	return false;
}

static bool check_whole(const FerryProjectFlags *flags, const FerryProject *project, GError **error)
{
	if (is_given(flags, "cursor") && !project->incremental)
		return ferry_fail(error, FERRY_ERROR_USAGE, "--cursor is for --incremental");
	if (flags->use == FERRY_FLAGS_VERIFY && is_given(flags, "verify") &&
	    project->verify == FERRY_VERIFY_NONE)
		return ferry_fail(error, FERRY_ERROR_USAGE,
				  "--verify none leaves nothing to do for \"ferry verify\"");
	if (project->schema_only && project->data_only)
		return ferry_fail(error, FERRY_ERROR_USAGE,
				  "--schema-only and --data-only exclude each other");
	if (project->data_only && project->if_exists == FERRY_IF_EXISTS_DROP)
		return ferry_fail(error, FERRY_ERROR_USAGE,
				  "--data-only keeps the tables, --if-exists drop drops them");
	return true;
}

static bool fail_missing(const FerryCommand *command, const char *what, GError **error)
{
	ferry_fail(error, FERRY_ERROR_USAGE, "%s", what);
	ferry_error_hint(error, "usage: ferry %s [options] %s", command->name, command->arguments);
	return false;
}

/* SOURCE and TARGET: of the command line, else of the document. */
static bool set_ends(const FerryProjectFlags *flags, const FerryCommand *command, char **args,
		     FerryProject *project, GError **error)
{
	guint n = g_strv_length(args) - 1;

	if (n == 0 && !flags->document)
		return fail_missing(command, "arguments are missing: SOURCE TARGET, or --project FILE",
				    error);
	if (n == 1)
		return fail_missing(command, "an argument is missing: SOURCE TARGET", error);
	if (n == 2) {
		g_free(project->source);
		g_free(project->target);
		project->source = g_strdup(args[1]);
		project->target = g_strdup(args[2]);
	}
	if (project->source && project->target)
		return true;
	ferry_fail(error, FERRY_ERROR_USAGE, "%s names no %s", flags->document,
		   project->source ? "target" : "source");
	ferry_error_hint(error, "add it there, or give SOURCE and TARGET on the command line");
	return false;
}

FerryProject *ferry_project_flags_make(const FerryProjectFlags *flags, const FerryCommand *command,
				       char **args, GError **error)
{
	g_autoptr(FerryProject) project =
		flags->document ? ferry_project_load(flags->document, error) : ferry_project_new();

	if (!project || !set_ends(flags, command, args, project, error) ||
	    !apply_flags(flags->given, project, error) || !check_whole(flags, project, error) ||
	    !ferry_run_check_supported(project, error))
		return NULL;
	return g_steal_pointer(&project);
}
