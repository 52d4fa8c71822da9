/* The words of the dictionary, read: column types and how they are selected. Pure functions. */
#pragma once

#include "data/catalog.h"

/* What the dictionary says of a column's type; -1: NULL. */
typedef struct FerryOracleTypeFacts {
	const char *name; /* DATA_TYPE: "NUMBER", "TIMESTAMP(6) WITH TIME ZONE" */
	int64_t length;   /* bytes */
	int64_t char_length;
	bool is_in_chars; /* CHAR_USED = 'C' */
	int precision, scale;
} FerryOracleTypeFacts;

/* "NUMBER(10,2)", "VARCHAR2(40 CHAR)", as in CREATE TABLE. Newly allocated. */
char *ferry_oracle_native_type(const FerryOracleTypeFacts *facts);
/* The natural logical type of such a text. False: Ferry does not read columns of this type. */
bool ferry_oracle_parse_type(const char *native_type, FerryType *ret_type);

/* How a column of that type is selected, so that what comes has an easy wire type. */
typedef enum {
	FERRY_ORACLE_SELECT_PLAIN,
	FERRY_ORACLE_SELECT_LOB, /* by its length: inside of the row, or its locator */
	FERRY_ORACLE_SELECT_UTC, /* times with zones */
	FERRY_ORACLE_SELECT_ROWID,
	FERRY_ORACLE_SELECT_XML,
	FERRY_ORACLE_SELECT_JSON,
	FERRY_ORACLE_SELECT_VECTOR,
	FERRY_ORACLE_SELECT_GEOMETRY
} FerryOracleSelectKind;
FerryOracleSelectKind ferry_oracle_select_kind(const char *native_type);
/* Bytes that a value of it may take on the wire, for choosing how many rows to fetch. */
uint32_t ferry_oracle_width(const char *native_type);
