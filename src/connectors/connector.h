/*
 * The connector: one const struct of facts and functions a system. The frame (registry.c) allocates a connector's own
 * structs by the sizes it states; each begins with the common one, so that close works on whatever open left behind.
 * Slots are marked MUST or MAY; what NULL means is said. Callers use the inline wrappers or the ferry_connection_
 * functions, never the pointers, and ask for a capability, never for a name.
 *
 * Threads: one connection, its readers and writers are used by one thread at a time; different connections by different
 * threads freely. Only cancel may come from another thread at any time between open and close. No connector keeps
 * mutable globals.
 *
 * Errors follow base/error.h; each connector has one classifier from its server's codes to ours (error.c). An error of
 * a lost connection is FERRY_ERROR_LOST with can_heal set.
 */
#pragma once

#include "base/error.h"
#include "base/url.h"
#include "data/batch.h"
#include "data/catalog.h"

typedef struct FerryConnector FerryConnector;
typedef struct FerryConnection FerryConnection;
typedef struct FerryReader FerryReader;
typedef struct FerryWriter FerryWriter;

typedef enum { FERRY_STEP_FAILED = -1, FERRY_STEP_END, FERRY_STEP_MORE } FerryStep;

/* One parameter that a URL of this connector takes; the table serves help, docs and validation. Ends with a NULL name. */
typedef struct FerryOption {
	const char *name;    /* as in the URL: "ssl", "schema" */
	const char *value;   /* "PATH", "on|off", …: for help */
	const char *help;    /* one line */
	bool is_secret;
} FerryOption;

typedef struct FerryCaps {
	bool has_schemas;         /* tables live in schemas that can be created */
	bool has_transactional_ddl;
	bool has_enum_types;      /* named enum types are objects of their own */
	bool keys_in_create;      /* keys, checks and foreign keys can only be given in CREATE TABLE */
	unsigned max_writers;     /* connections that can write at the same time; 0 = no limit */
	size_t max_identifier;    /* bytes; 0 = no limit */
	bool folds_case;          /* names that differ in case only collide */
	bool ignores_lengths;     /* declared lengths, widths and precisions are not enforced */
	bool has_fixed_schemas;   /* schemas are there or not (users' accounts): Ferry makes none, and keeps its own tables, prefixed, in the
	                             one that the connection is to */
	bool folds_to_capitals;   /* names that nobody has put in quotes are kept in capitals */
	bool empty_is_null;       /* an empty text is NULL: FERRY_BAD_EMPTY_TEXT */
	bool has_no_twin_indexes; /* no two indexes over the same columns */
	bool has_no_on_update;    /* foreign keys */
	bool has_no_stored;       /* generated columns are computed when they are read */
	bool has_bare_tables;     /* a table may be without columns; its rows then are but a number */
} FerryCaps;

struct FerryConnection {
	const FerryConnector *connector;
	const FerryUrl *url;      /* borrowed: lives longer than the connection */
	const char *first_schema; /* or NULL; borrowed, set by who uses it: names in users' SQL are looked for there first, where the
	                             system has schemas and looks names up in them */
	const char *only_table;   /* or NULL; borrowed, set by who looks at one table: catalog may leave out tables that are called
	                             otherwise (in whichever schema), and what belongs to none */
	char *server_product;     /* set by open: "MariaDB" */
	char *server_version;     /* "10.11.6" */
	size_t max_identifier;    /* bytes, set by open where it depends on the server's version; 0: what caps says */
};

/* ---- source ---- */

/* What to read. All borrowed until close. */
typedef struct FerryReadSpec {
	const FerryTable *table;      /* of the connection's own catalog */
	const FerrySchema *schema;    /* names are column names of the table, types are what the batches shall hold; every
	                                 logical type that catalog or profile gave for the column must work, and TEXT always */
	const char *predicate;        /* a chunk as split gave it; NULL: all rows */
	const char *wire_format;      /* NULL: batches by next; else raw bytes by next_raw, as wire_format() answered */
	size_t batch_bytes;           /* soft ceiling of one batch: stop after the row that passes it */
	FerryGiants *giants;          /* or NULL: who counts rows beyond FERRY_GIANT_BYTES; their permit goes with the batch or raw */
} FerryReadSpec;

struct FerryReader {
	FerryConnection *connection;
	const FerryReadSpec *spec;
};

/* Bytes of a wire format that a reader and a writer share, passed through untouched. Recycled like batches. */
typedef struct FerryRaw {
	uint8_t *data;
	size_t len, cap;
	size_t n_rows;
	FerryPermit permit; /* of a giant row that it holds */
} FerryRaw;

typedef struct FerrySourceOps {
	size_t reader_size; /* a struct that begins with FerryReader */

	/* MUST. Everything of the connection's database (or of the schema that the URL names). Logical types are the
	 * natural ones by declaration; what needs a look at the data is left to profile. */
	bool (*catalog)(FerryConnection *c, FerryCatalog **ret_catalog, GError **error);
	/* MAY. Looks at the data of one table where declared types do not decide (tinyint(1), SQLite's storage classes), and
	 * settles columns' types, with notes. Called once for each table that takes part, before plan and split. NULL: nothing to do. */
	bool (*profile)(FerryConnection *c, FerryTable *table, GError **error);
	/* MAY. The same where it takes a pass over the table, and so only when the project asks (number_scan): columns that are
	 * declared as numbers of any size get the type of what they hold, with notes. The table takes part, the catalog is the
	 * source's: columns of other tables that refer to its keys may change with them. NULL: there are no such columns. */
	bool (*scan_numbers)(FerryConnection *c, const FerryCatalog *catalog, FerryTable *table, GError **error);
	/* MAY. Brings all connections to one consistent point, which holds until they are closed; says in one clause what was
	 * obtained ("one snapshot for all lanes (exported snapshot 00000003-1)", "each lane has a snapshot of its own: …").
	 * Not a failure: less than wished for. NULL: none. */
	bool (*snapshot)(FerryConnection **connections, size_t n, char **ret_description, GError **error);
	/* MAY, both or none. A name by which connections of other processes reach the point that snapshot() has given the connection, for
	 * as long as it is open; and connections that reach it. */
	bool (*share_snapshot)(FerryConnection *c, char **ret_name, GError **error);
	bool (*join_snapshot)(FerryConnection **connections, size_t n, const char *name, GError **error);
	/* The name is good for longer than that: a later run can join, too, until the server has the rows no more. */
	bool snapshot_lasts;
	/* MAY, both or none: where chunks are places that a row leaves when it is changed. A mark of the point that snapshot() has given the
	 * connection, of one line; and whether, since a mark (NULL: not known), a row of the table may have come to another place, where
	 * predicate is one of its chunks'. */
	char *(*mark)(FerryConnection *c, GError **error);
	bool (*has_moved)(FerryConnection *c, const FerryTable *table, const char *predicate, const char *mark, bool *ret_has_moved, GError **error);
	/* MAY. Chunks of about n_rows each: predicates in the system's SQL over the table, that together cover every row once,
	 * also rows that come later (the first and last are open-ended). A single NULL element: not split. NULL slot: never split.
	 * The array owns its strings. */
	bool (*split)(FerryConnection *c, const FerryTable *table, size_t n_rows, GPtrArray **ret_chunks, GError **error);
	/* MUST. Starts the query. After failure, close is still called. */
	bool (*read)(FerryReader *r, const FerryReadSpec *spec, GError **error);
	/* MUST. Fills a cleared batch until its max_rows or spec->batch_bytes. MORE: batch holds at least one row. END: none. */
	FerryStep (*next)(FerryReader *r, FerryBatch *batch, GError **error);
	/* MUST. Ends the query, also in its middle; the connection can be used again (or is known to be lost). */
	void (*close)(FerryReader *r);

	/* MAY. An interned name of a wire format in which the schema's columns of the table can be read, or NULL. */
	const char *(*wire_format)(FerryConnection *c, const FerryTable *table, const FerrySchema *schema);
	/* MUST where wire_format is there. Appends to raw (cleared) some bytes, whole rows. */
	FerryStep (*next_raw)(FerryReader *r, FerryRaw *raw, size_t bytes, GError **error);
	/* MAY. The columns of a SELECT, asked of the server without fetching rows: names, native types, logical types, nothing else.
	 * schema NULL, keys empty; query is set. NULL slot: projects with queries or expressions cannot use this source. */
	bool (*describe)(FerryConnection *c, const char *name, const char *query, FerryTable **ret_table, GError **error);
	/* MUST where describe is there. Appends to a SELECT's list or FROM: quoted as the system's SQL wants it. */
	char *(*quote_name)(const char *schema_or_null, const char *name);
	/* MAY. A text literal of the system's SQL, which compares with a column of any type as the column's own values do. NULL slot: no
	 * incremental copies from this source, unless it is a target too. */
	char *(*quote_text)(const char *text);
	/* MUST where describe is there. One statement, result discarded: hooks. */
	bool (*run_sql)(FerryConnection *c, const char *sql, GError **error);
	/* MAY. An exact row count of the chunk. NULL: rows are counted by reading. */
	bool (*count)(FerryConnection *c, const FerryTable *table, const char *predicate, int64_t *ret_rows, GError **error);
} FerrySourceOps;

/* ---- target ---- */

typedef enum {
	FERRY_DDL_DROP,         /* the tables of the plan, if they exist */
	FERRY_DDL_SCHEMAS,      /* schemas and types that tables need */
	FERRY_DDL_TABLES,       /* sequences that defaults need, then tables */
	FERRY_DDL_TRUNCATE,     /* --if-exists truncate, and a table whose load starts again */
	FERRY_DDL_KEYS,         /* after the load: primary keys and unique constraints */
	FERRY_DDL_INDEXES,
	FERRY_DDL_FOREIGN_KEYS, /* after all keys of all tables */
	FERRY_DDL_CHECKS,
	FERRY_DDL_SEQUENCES,    /* next values of identities and sequences, owners */
	FERRY_DDL_VIEWS,        /* of the catalog as a whole: one statement a view, in their order */
	FERRY_DDL_COMMENTS,
	FERRY_DDL_ANALYZE,
	FERRY_N_DDL_PHASES
} FerryDdlPhase;

const char *ferry_ddl_phase_name(FerryDdlPhase phase); /* "drop", "schemas", …; static */

typedef struct FerryStatement {
	char *kind;   /* "table", "index", "foreign key", … */
	char *object; /* what it makes, for people: "public.album", "album_artist_idx on public.album" */
	char *sql;    /* one statement, without a final semicolon */
	char *fallback_sql; /* or NULL: tried when sql fails with FERRY_ERROR_INTEGRITY (a foreign key NOT VALID) */
	char *fallback_note; /* what the fallback means, one clause */
	bool is_optional;   /* where the target refuses it, the report says so, and the copy is whole without it: a view */
	char *mark_sql;     /* or NULL: a second statement of the same transaction, by which look_at_views knows the object as ours */
	char *replace_sql;  /* or NULL: a script that takes sql's place where an earlier copy's object is there */
	char *refresh_sql;  /* or NULL: brings the rows of an object that is there up to date */
	char *beside_sql;   /* or NULL: a script of the same effect, while which other indexes of the table can be built; for large tables */
} FerryStatement;

/* What is there by a view's name. */
typedef enum {
	FERRY_VIEW_ABSENT,
	FERRY_VIEW_OURS,    /* a view of that kind that bears Ferry's mark */
	FERRY_VIEW_FOREIGN, /* anything else: it stays as it is */
} FerryViewState;

FerryStatement *ferry_statement_new(const char *kind, const char *object, const char *sql);
void ferry_statement_free(FerryStatement *statement);

/* Rows of text from a small query (ledger, catalog look-ups). */
typedef struct FerryRows {
	GPtrArray *rows; /* char**: n_columns strings, NULL = SQL NULL */
	size_t n_columns;
} FerryRows;
void ferry_rows_free(FerryRows *rows);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(FerryRows, ferry_rows_free)

/* A schema of the target and the one in which what goes there is loaded first. */
typedef struct FerryStagedSchema {
	char *schema, *staging;
} FerryStagedSchema;

/* Staged loads: tables are loaded and built in a schema of their own, then take the places of others in one transaction. A mark is
 * a text by which a staging schema is known to be that of one copy. All MUST. */
typedef struct FerryStagingOps {
	/* What would make a swap fail or take something along, of tables and sequences by their final names. Obstacles, sentences: the
	 * swap cannot be. Losses, names: what goes with the tables that are replaced. replaces false: none may be there. */
	bool (*look)(FerryConnection *c, const FerryCatalog *target, bool replaces, GPtrArray **ret_obstacles,
	             GPtrArray **ret_losses, GError **error);
	/* Makes the staging schema; new tables in it get the privileges that they would get in the final one. */
	bool (*make)(FerryConnection *c, const FerryStagedSchema *schema, const char *mark, GError **error);
	/* Drops the staging schema with all that is in it. One that is not there is fine; FERRY_ERROR_EXISTS: it bears another mark. */
	bool (*drop)(FerryConnection *c, const char *staging, const char *mark, GError **error);
	/* The source's catalog(), of all schemas, whichever the URL names. */
	bool (*catalog)(FerryConnection *c, FerryCatalog **ret_catalog, GError **error);
	/* Within a transaction: the catalog's tables and sequences, which are in their staging schemas, take the places of those of the
	 * same names, with their privileges. The staging schemas go, but for those that hold something else: *ret_left, a name or NULL.
	 * An error that can_heal, or FERRY_ERROR_CANCELLED: somebody holds the tables; roll back and try again. */
	bool (*swap)(FerryConnection *c, const FerryCatalog *target, const GPtrArray *schemas, char **ret_left, GError **error);
} FerryStagingOps;

/* The words of the statements that the engine itself makes (its ledger, looks at tables), where a system does not have the common
 * ones. */
typedef struct FerryWords {
	const char *text, *key_text, *integer; /* types: of any text, of one that is in a key, of 64 bits */
	const char *one_row;                   /* behind a SELECT */
	bool has_if_not_exists;                /* CREATE TABLE IF NOT EXISTS */
	bool has_row_lists;                    /* VALUES (…), (…) */
	bool has_release;                      /* RELEASE SAVEPOINT */
	const char *lock_table;                /* before a table's name: until the transaction ends nobody else gets at it; NULL: none
	                                          is needed, or there is none */
} FerryWords;

typedef struct FerryTargetOps {
	size_t writer_size; /* a struct that begins with FerryWriter */

	/* MUST. From a source's column (its logical type, labels, lengths) makes the target's: sets column->native_type and
	 * column->type (the logical type that the target gives back when read: the type of the batches) of the copy
	 * passed in, and may add notes to the table. The source's connector name is in catalog->connector: where it is our own,
	 * native types are kept. MUST NOT fail: what fits nowhere becomes text. */
	void (*map_type)(const FerryCatalog *source, FerryTable *target_table, FerryColumnDef *column);
	/* MUST. Statements of a phase for one table of the target's catalog; table NULL: for the catalog as a whole (schemas, enums,
	 * sequences, …). Appends FerryStatements. Pure: needs no connection. */
	void (*ddl)(const FerryCatalog *target, const FerryTable *table, FerryDdlPhase phase, GPtrArray *statements);
	/* MUST. Quoted as needed for the system's SQL; newly allocated. A literal is a text literal; NULL gives NULL. */
	char *(*quote_identifier)(const char *name);
	char *(*quote_literal)(const char *text);
	/* MAY. A literal that equals what a column holds of the value, which is given as its text (data/value_text.h), of any bytes.
	 * Newly allocated. NULL: that of the text does. */
	char *(*value_literal)(const FerryType *type, const char *text, size_t len);
	/* MUST. The schema where a table without one lands ("public", the URL's ?schema=); newly allocated, NULL where there are none. */
	char *(*default_schema)(FerryConnection *c);

	/* MUST. ret_affected may be NULL. */
	bool (*execute)(FerryConnection *c, const char *sql, int64_t *ret_affected, GError **error);
	bool (*query)(FerryConnection *c, const char *sql, FerryRows **ret_rows, GError **error);
	/* MAY. Several statements, separated by semicolons, in one round trip, inside the caller's transaction; which of them has failed
	 * is not told. NULL: they go one by one. */
	bool (*execute_script)(FerryConnection *c, const char *sql, GError **error);
	/* MAY. Which of the tables (FerryTable; by schema and name) are there, in one round trip. NULL: each is asked for. */
	bool (*find_tables)(FerryConnection *c, const GPtrArray *tables, bool *ret_is_there, GError **error);
	/* MUST where there are statements of FERRY_DDL_VIEWS. views: FerryView. */
	bool (*look_at_views)(FerryConnection *c, const GPtrArray *views, FerryViewState *ret_states, GError **error);
	bool (*begin)(FerryConnection *c, GError **error);
	bool (*commit)(FerryConnection *c, GError **error);
	void (*rollback)(FerryConnection *c); /* also when nothing was begun, or the connection is lost */

	/* MUST. Opens a writer for the schema's columns of an existing table: schema's names are target columns, types those of
	 * the batches. Between begin and commit: append…, flush; several rounds. */
	bool (*open)(FerryWriter *w, const FerryTable *table, const FerrySchema *schema, const char *wire_format, GError **error);
	/* MUST. Marks (ferry_batch_mark_bad) cells that the target cannot hold. Sends nothing. */
	void (*check)(FerryWriter *w, FerryBatch *batch);
	/* MUST. Rows [first, first + n) that are not skipped. The batch was checked. What the server refuses may show up only in flush. */
	bool (*append)(FerryWriter *w, const FerryBatch *batch, size_t first, size_t n, GError **error);
	/* MUST. Ends the load so far; on success every appended row is in the open transaction. */
	bool (*flush)(FerryWriter *w, int64_t *ret_rows, GError **error);
	/* MAY. After append or flush has failed for a row (DATA, INTEGRITY): which one was refused, counted from 0 over the rows that
	 * were appended since the last flush; -1 where the server did not tell. A writer with this slot can be used again once the
	 * caller has rolled back to its savepoint. NULL: it is opened anew, and the row is found by halving. */
	int64_t (*refused_row)(FerryWriter *w);
	/* MUST. Also after a failure; aborts a load that was not flushed. */
	void (*close)(FerryWriter *w);
	/* MAY. Whether the target table's columns can be loaded from this wire format as they are. */
	bool (*accepts)(FerryConnection *c, const FerryTable *table, const FerrySchema *schema, const FerryTable *source_table,
	                const char *wire_format);
	/* MUST where accepts is there. */
	bool (*append_raw)(FerryWriter *w, const FerryRaw *raw, GError **error);
	/* MAY. Right after open: rows replace those of the table that have the same key, the others are added. key: names (char*) of
	 * schema columns over which the table has a primary key or unique constraint; no key may come twice between two flushes.
	 * flush counts the rows appended. NULL slot: the target cannot merge. */
	bool (*merge)(FerryWriter *w, const GPtrArray *key, GError **error);
	/* MAY. The logical type that a column of this native type gives back; pure. False: the name is not known. NULL: none is. */
	bool (*parse_type)(const char *native_type, FerryType *ret_type);
	/* MAY. Why nothing can be loaded into columns of this native type, a clause; NULL: it can. Pure. NULL slot: into all. */
	const char *(*refuse_type)(const char *native_type);
	/* MAY. Adds to the catalog's notes what the author of a plan must know of this database as a whole. NULL: nothing. */
	bool (*note_limits)(FerryConnection *c, FerryCatalog *target, GError **error);
	/* MAY. Why the table cannot be divided as its partitioning says, a clause, newly allocated; NULL: it can be. Its keys are settled.
	 * Pure. NULL slot: the target has no partitions. */
	char *(*refuse_partitions)(const FerryCatalog *target, const FerryTable *table);
	/* MAY. Whether an extension has brought a type of that name. NULL: never. */
	bool (*has_extension_type)(FerryConnection *c, const char *schema, const char *name);
	const FerryStagingOps *staging; /* NULL: the target cannot be loaded in stages */
	const FerryWords *words;        /* NULL: the common ones */
} FerryTargetOps;

struct FerryWriter {
	FerryConnection *connection;
	const FerryTable *table;   /* borrowed */
	const FerrySchema *schema; /* borrowed */
};

/* ---- the struct ---- */

struct FerryConnector {
	const char *name;              /* "mysql": in the registry, the docs, the log, the catalogs */
	const char *title;             /* "MySQL and MariaDB" */
	const char *const *schemes;    /* NULL-ended: "mysql", "mariadb" */
	const char *url_example;       /* "mysql://user@host:3306/database" */
	const char *versions;          /* "MySQL 5.7–9, MariaDB 10.3+" */
	FerryCaps caps;
	const FerryOption *options;
	size_t connection_size;        /* a struct that begins with FerryConnection */
	/* MUST. create: a target that is a file may be made; a source must exist. */
	bool (*open)(FerryConnection *c, const FerryUrl *url, bool create, GError **error);
	/* MUST. Works on whatever open left behind. */
	void (*close)(FerryConnection *c);
	/* MUST. From any thread: what the connection is doing now fails soon with FERRY_ERROR_CANCELLED. */
	void (*cancel)(FerryConnection *c);
	/* MAY. Missing privileges for the role, each with the statement that grants it; an empty array when all is well. */
	bool (*ping)(FerryConnection *c, bool as_target, GPtrArray **ret_missing, GError **error);
	/* MAY. The hosts (char*) that a connection may go to, where others than the URL's host can be; NULL: the error. Those that a server
	 * names only then are asked for by the URL's host_rule. */
	GPtrArray *(*hosts)(const FerryUrl *url, GError **error);
	/* MAY, both or none. A number by which the server knows the connection's session; and, over another connection, what the server
	 * says that such a session waits for, one clause ("a lock (transactionid) that session 12 holds (psql, idle in transaction)"),
	 * newly allocated; NULL: nothing to tell, or an error. session_id may be called while the connection is at work. */
	int64_t (*session_id)(FerryConnection *c);
	char *(*explain_wait)(FerryConnection *side, int64_t session);
	const FerrySourceOps *source;  /* NULL: not a source */
	const FerryTargetOps *target;  /* NULL: not a target. A target is a source too: verification reads it back. */
};

/* ---- the frame: registry.c ---- */

/* All connectors, NULL-ended. */
const FerryConnector *const *ferry_connectors(void);

/* By a URL's scheme. NULL and FERRY_ERROR_USAGE that lists the known ones. */
const FerryConnector *ferry_connector_for_url(const FerryUrl *url, GError **error);

/* The URL must live longer than the connection. Checks the URL's parameters against the option table. */
FerryConnection *ferry_connection_open(const FerryConnector *connector, const FerryUrl *url, bool create, GError **error);
void ferry_connection_close(FerryConnection *c); /* NULL is fine */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(FerryConnection, ferry_connection_close)

FerryReader *ferry_reader_open(FerryConnection *c, const FerryReadSpec *spec, GError **error);
void ferry_reader_close(FerryReader *r); /* NULL is fine */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(FerryReader, ferry_reader_close)

FerryWriter *ferry_writer_open(FerryConnection *c, const FerryTable *table, const FerrySchema *schema, const char *wire_format,
                               GError **error);
void ferry_writer_close(FerryWriter *w); /* NULL is fine */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(FerryWriter, ferry_writer_close)

static inline const FerrySourceOps *ferry_source(const FerryConnection *c)
{
	return c->connector->source;
}

static inline const FerryTargetOps *ferry_target(const FerryConnection *c)
{
	return c->connector->target;
}

/* Never NULL. */
const FerryWords *ferry_target_words(const FerryConnector *connector);

static inline FerryStep ferry_reader_next(FerryReader *r, FerryBatch *batch, GError **error)
{
	return r->connection->connector->source->next(r, batch, error);
}

static inline FerryStep ferry_reader_next_raw(FerryReader *r, FerryRaw *raw, size_t bytes, GError **error)
{
	return r->connection->connector->source->next_raw(r, raw, bytes, error);
}

static inline bool ferry_writer_append(FerryWriter *w, const FerryBatch *batch, size_t first, size_t n, GError **error)
{
	return w->connection->connector->target->append(w, batch, first, n, error);
}

static inline bool ferry_writer_merge(FerryWriter *w, const GPtrArray *key, GError **error)
{
	return w->connection->connector->target->merge(w, key, error);
}

static inline bool ferry_writer_append_raw(FerryWriter *w, const FerryRaw *raw, GError **error)
{
	return w->connection->connector->target->append_raw(w, raw, error);
}

static inline bool ferry_writer_flush(FerryWriter *w, int64_t *ret_rows, GError **error)
{
	return w->connection->connector->target->flush(w, ret_rows, error);
}
