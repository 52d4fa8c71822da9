/* What the files of the target's side share: target.c has the operations, target_types.c, target_columns.c
 * and target_ddl.c say how tables look, target_sequence.c what numbers rows, target_writer.c loads rows,
 * target_encode.c and target_check.c deal with one column's values. */
#pragma once

#include "connectors/oracle/cursor.h"

typedef struct FerryOracleTargetColumn FerryOracleTargetColumn;

/* Appends row's value, which is not NULL, as the wire has it. */
typedef void (*FerryOracleEncodeFunc)(const FerryOracleTargetColumn *t, const FerryColumn *column, size_t row,
				      GByteArray *out);
/* Marks what the column cannot hold. */
typedef void (*FerryOracleCheckFunc)(const FerryOracleTargetColumn *t, FerryBatch *batch, size_t column);

struct FerryOracleTargetColumn {
	FerryTypeId id; /* of the batches */
	uint8_t type;   /* of the bind */
	uint32_t width; /* bytes at most; 0: as long as its values are */
	int64_t length; /* characters or bytes that the column takes; 0: no limit */
	int scale; /* digits behind the point that a NUMBER keeps; G_MAXINT: all; below 0: none of the last */
	int digits;   /* that a FLOAT(b) keeps */
	int64_t unit; /* microseconds that a DATE or TIMESTAMP counts; 1: all */
	bool is_in_bytes;
	FerryOracleEncodeFunc encode;
	FerryOracleCheckFunc check; /* or NULL */
};

/* From the column's type in the target and the type of the batches. */
void ferry_oracle_target_column_init(FerryOracleTargetColumn *t, const FerryColumnDef *column,
				     FerryTypeId id);
/* The value, which is not NULL, as a NUMBER: at most FERRY_ORACLE_MAX_NUMBER bytes; 0: it is none. */
size_t ferry_oracle_target_number(const FerryOracleTargetColumn *t, const FerryColumn *column, size_t row,
				  uint8_t *out);
FerryOracleCheckFunc ferry_oracle_check_for(const FerryOracleTargetColumn *t);

/* A default of a date or timestamp that Oracle has not. */
bool ferry_oracle_is_infinite_moment(const FerryColumnDef *column);
const char *ferry_oracle_refuse_type(const char *native_type);
void ferry_oracle_map_type(const FerryCatalog *source, FerryTable *target_table, FerryColumnDef *column);
void ferry_oracle_ddl(const FerryCatalog *target, const FerryTable *table, FerryDdlPhase phase,
		      GPtrArray *statements);

/* target_columns.c. A literal of the moment, which is given as its text. False: it is none. */
bool ferry_oracle_append_moment(GString *sql, FerryTypeId id, const char *text, size_t len);
/* BY DEFAULT while rows are loaded, which bring their values. */
void ferry_oracle_append_column(GString *sql, const FerryColumnDef *column);

/* target_sequence.c: CREATE SEQUENCE …; newly allocated. */
GString *ferry_oracle_create_sequence(const FerrySequence *sequence);
/* " (…)" of an identity that is made: what differs from counting from 1 up by one; often nothing. */
void ferry_oracle_append_identity_range(GString *sql, const FerryColumnDef *column);
/* What stands in the brackets once the rows are in. Without a next value that is known the rows say it. */
void ferry_oracle_append_identity_next(GString *sql, const FerryColumnDef *column);

bool ferry_oracle_note_limits(FerryConnection *c, FerryCatalog *target, GError **error);

typedef struct FerryOracleWriter {
	FerryWriter base;
	char *doing; /* "cannot load table X" */
	GString *sql;
	FerryOracleTargetColumn *columns;
	GArray *binds;   /* FerryOracleField, in the columns' order */
	uint32_t cursor; /* 0: not parsed yet */
	int64_t n_rows, refused;
	bool is_merge; /* rows that are as they were are not counted by the server */
	bool *is_last; /* by column: stands behind the others */
} FerryOracleWriter;

bool ferry_oracle_writer_open(FerryWriter *w, const FerryTable *table, const FerrySchema *schema,
			      const char *wire_format, GError **error);
void ferry_oracle_writer_check(FerryWriter *w, FerryBatch *batch);
bool ferry_oracle_writer_append(FerryWriter *w, const FerryBatch *batch, size_t first, size_t n,
				GError **error);
bool ferry_oracle_writer_flush(FerryWriter *w, int64_t *ret_rows, GError **error);
int64_t ferry_oracle_writer_refused_row(FerryWriter *w);
void ferry_oracle_writer_close(FerryWriter *w);
bool ferry_oracle_writer_merge(FerryWriter *w, const GPtrArray *key, GError **error);
