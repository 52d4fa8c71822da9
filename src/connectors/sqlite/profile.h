/*
 * What one scan of a table tells of a column, and what type follows from it. Gathering and deciding are
 * apart: threads gather over rowid ranges, their findings are merged, then one decision is made.
 */
#pragma once

#include "connectors/sqlite/private.h"

typedef struct SqliteFindings SqliteFindings;

/* Looks into a text where the declared type asks for it; NULL in findings: texts are only counted. */
typedef void (*SqliteTextFunc)(SqliteFindings *f, const char *text, size_t len);

struct SqliteFindings {
	/* set once */
	SqliteDeclared declared;
	bool is_class_only; /* the scan asks for typeof() alone, so that big values are not read */
	SqliteTextFunc look_at_text;

	/* counted */
	int64_t n_nulls, n_ints, n_reals, n_texts, n_blobs;
	int64_t min_int, max_int; /* when n_ints */
	int64_t n_wide_reals;     /* reals that need more than 15 digits */
	int max_whole,
		max_scale; /* decimal digits before and after the point, of ints, reals and decimal texts */
	size_t max_text_bytes, max_text_chars; /* chars: where the declaration has a length */
	int64_t n_as_declared;                 /* texts that read as the declared type */
	int64_t n_timestamps, n_with_zone;     /* texts of a date or timestamp column that read as timestamp;
						  those with a zone */
	int64_t n_utf8_blobs, n_uuid_blobs;
};

/* For one column. */
void ferry_sqlite_findings_init(SqliteFindings *f, const char *declared_type, bool is_class_only);
void ferry_sqlite_findings_add(SqliteFindings *f, sqlite3_value *value);
/* value: what typeof() says. */
void ferry_sqlite_findings_add_class(SqliteFindings *f, sqlite3_value *value);
void ferry_sqlite_findings_merge(SqliteFindings *into, const SqliteFindings *from);
/* The classes alone do not decide: scan the values. */
bool ferry_sqlite_findings_need_values(const SqliteFindings *f);

/* Sets the column's type, and notes on the table where it is not what is declared. */
void ferry_sqlite_decide(const SqliteFindings *f, FerryTable *table, FerryColumnDef *column);

/* One JSON value and nothing else (RFC 8259), nested at most 512 deep; text is not checked for UTF-8. */
bool ferry_sqlite_is_json(const char *text, size_t len);
