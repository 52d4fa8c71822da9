/*
 * The DDL, shared by ddl.c (which phase needs what), ddl_table.c (CREATE TABLE), ddl_keys.c (keys, indexes,
 * foreign keys, checks) and ddl_sequence.c (sequences and identities), ddl_types.c
 * (enums and other types), ddl_partition.c (partitions). All of it is pure text work from a
 * catalog.
 */
#pragma once

#include "connectors/postgres/private.h"

/* Takes sql's text (and frees the GString) as a statement at the end of the list; returned for a fallback to
 * be added. */
FerryStatement *ferry_pg_ddl_add(GPtrArray *statements, const char *kind, const char *object, GString *sql);
/* "a, b, c" of char*. */
void ferry_pg_ddl_names(GString *sql, const GPtrArray *names);
char *ferry_pg_ddl_table_name(const FerryTable *table);

/* True where the type of the column can carry GENERATED … AS IDENTITY. */
bool ferry_pg_ddl_is_identity(const FerryColumnDef *column);
/* True where an auto-increment column needs a sequence and a default instead (numeric, a domain). */
bool ferry_pg_ddl_needs_sequence(const FerryColumnDef *column);
/* Name of that sequence: table_column_seq, cut to what a name may have; in the table's schema. */
char *ferry_pg_ddl_own_sequence(const FerryTable *table, const FerryColumnDef *column);

void ferry_pg_ddl_create_table(const FerryCatalog *target, const FerryTable *table, GPtrArray *statements);
/* Defaults that call functions which may not be in the target: optional. */
void ferry_pg_ddl_late_defaults(const FerryCatalog *target, const FerryTable *table, GPtrArray *statements);
void ferry_pg_ddl_keys(const FerryTable *table, GPtrArray *statements);
void ferry_pg_ddl_indexes(const FerryTable *table, GPtrArray *statements);
void ferry_pg_ddl_foreign_keys(const FerryTable *table, GPtrArray *statements);
void ferry_pg_ddl_checks(const FerryTable *table, GPtrArray *statements);
/* ddl_partition.c: " PARTITION BY …" behind the columns, and the partitions' own statements. */
void ferry_pg_ddl_partition_by(GString *sql, const FerryTable *table, const FerryPartitioning *partitioning);
void ferry_pg_ddl_create_partitions(const FerryTable *table, GPtrArray *statements);
void ferry_pg_ddl_create_types(const FerryCatalog *target, GPtrArray *statements);
void ferry_pg_ddl_create_sequences(const FerryCatalog *target, GPtrArray *statements);
void ferry_pg_ddl_set_sequences(const FerryCatalog *target, GPtrArray *statements);
void ferry_pg_ddl_create_views(const FerryCatalog *target, GPtrArray *statements);
void ferry_pg_ddl_set_identities(const FerryTable *table, GPtrArray *statements);
