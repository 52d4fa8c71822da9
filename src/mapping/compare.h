/*
 * Comparing two databases: what a plan would make of the source against what the target holds. Pure: it looks
 * at two catalogs and a plan, never at a server, so everything that a user would see is found by unit tests.
 *
 * Names are compared as the mapping maps them (renames, identifier rules, cut names), then without regard to
 * case. Types are compared by what their values can hold: a difference is equivalent (everything fits), lossy
 * (values may be cut, rounded or refused) or incompatible. Expressions that another system writes in its own
 * words cannot be compared as text; they are paired by name or by the columns they speak of, and said so.
 *
 * An error is what keeps rows of the source from arriving as they are, or leaves them without their key; a
 * warning is what behaves differently; an info is worth knowing. Databases without an error are compatible.
 * docs/compare.md has the whole table.
 */
#pragma once

#include "mapping/plan.h"

typedef enum { FERRY_COMPARE_FULL, FERRY_COMPARE_NAMES, FERRY_N_COMPARE_MODES } FerryCompareMode;
extern const char *const ferry_compare_mode_words[]; /* "full", "names"; NULL-ended */

typedef enum {
	FERRY_ISSUE_INFO,
	FERRY_ISSUE_WARNING,
	FERRY_ISSUE_ERROR,
	FERRY_N_ISSUE_SEVERITIES
} FerryIssueSeverity;

typedef enum {
	FERRY_ISSUE_MISSING, /* the source has it, the target has not */
	FERRY_ISSUE_EXTRA,   /* the other way round */
	FERRY_ISSUE_DIFFERENT,
	FERRY_ISSUE_EQUIVALENT,   /* of types: everything fits */
	FERRY_ISSUE_LOSSY,        /* of types: values may be cut, rounded or refused */
	FERRY_ISSUE_INCOMPATIBLE, /* of types */
	FERRY_N_ISSUE_VERDICTS
} FerryIssueVerdict;

const char *ferry_issue_severity_name(FerryIssueSeverity severity); /* "error", …; static */
const char *ferry_issue_verdict_name(FerryIssueVerdict verdict);    /* "missing", …; static */

typedef struct FerryIssue {
	FerryIssueSeverity severity;
	FerryIssueVerdict verdict;
	char *kind; /* "table", "column", "type", "nullability", "default", "index", "foreign key", "view", …
		     */
	char *table; /* or NULL: display name in the target; of the source where the target has no name for it
		      */
	char *object;     /* the index, key, view, …; for tables and columns the same as table */
	char *column;     /* or NULL */
	char *reason;     /* one sentence */
	char *suggestion; /* or NULL: statements that would mend it, in the target's SQL, each ended by a
			     semicolon */
} FerryIssue;

typedef struct FerryCompareResult {
	FerryCompareMode mode;
	bool is_compatible; /* no error */
	GPtrArray *issues;  /* FerryIssue: tables with the worst first, within a table the worst first */
	guint counts[FERRY_N_ISSUE_SEVERITIES];
	guint n_tables; /* of the plan */
} FerryCompareResult;

/* actual: the target's catalog, as its connector reads it. */
FerryCompareResult *ferry_compare_catalogs(const FerryPlan *plan, const FerryCatalog *actual,
					   FerryCompareMode mode);
void ferry_compare_result_free(FerryCompareResult *result); /* NULL is fine */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(FerryCompareResult, ferry_compare_result_free)

/* For people, and for programs. Newly allocated. */
char *ferry_compare_to_text(const FerryCompareResult *result);
char *ferry_compare_to_json(const FerryCompareResult *result, const FerryPlan *plan,
			    const FerryCatalog *actual);

/* The plan for a target that cannot be written yet: everything as it is in the source, a single schema in
 * that of the target. profile as in ferry_plan_new(). */
FerryPlan *ferry_plan_as_is(FerryConnection *source, FerryConnection *target, const FerryCatalog *actual,
			    const FerryProject *project, void (*progress)(const char *table, gpointer data),
			    gpointer data, GError **error);

/* ---- types ---- */

typedef enum {
	FERRY_TYPES_EQUAL,
	FERRY_TYPES_EQUIVALENT,
	FERRY_TYPES_LOSSY,
	FERRY_TYPES_INCOMPATIBLE
} FerryTypesVerdict;

/* Whether every value of from can be a value of to. is_lax: the system does not enforce lengths, widths and
 * precisions. *ret_reason: a clause ("can cut", "widens"), newly allocated; NULL where they are equal.
 * *ret_changes_kind (may be NULL): equivalent, but a value of another kind (a number as text). */
FerryTypesVerdict ferry_compare_types(const FerryType *from, const FerryType *to, bool is_lax,
				      bool *ret_changes_kind, char **ret_reason);
/* Whether two systems' words are the same type: "varchar(10)" and "character varying(10)". */
bool ferry_compare_native_equal(const char *a, const char *b);
