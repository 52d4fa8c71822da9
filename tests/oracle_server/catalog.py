"""The dictionary's tables: ora$x holds the rows of ALL_X, with its owner first."""

V, N = "VARCHAR2(128)", "NUMBER"
LONG, TEXT = '"LONG CHAR"', "VARCHAR2(4000)"

TABLES = {
    "tables": [("OWNER", V), ("TABLE_NAME", V), ("TABLESPACE_NAME", V), ("CLUSTER_NAME", V), ("IOT_NAME", V), ("STATUS", V), ("NUM_ROWS", N), ("BLOCKS", N),
               ("AVG_ROW_LEN", N), ("PARTITIONED", V), ("IOT_TYPE", V), ("TEMPORARY", V), ("SECONDARY", V), ("NESTED", V), ("DURATION", V), ("DROPPED", V),
               ("EXTERNAL", V), ("LAST_ANALYZED", "DATE")],
    "tab_cols": [("OWNER", V), ("TABLE_NAME", V), ("COLUMN_NAME", V), ("DATA_TYPE", V), ("DATA_TYPE_MOD", V), ("DATA_TYPE_OWNER", V), ("DATA_LENGTH", N),
                 ("DATA_PRECISION", N), ("DATA_SCALE", N), ("NULLABLE", "VARCHAR2(1)"), ("COLUMN_ID", N), ("DEFAULT_LENGTH", N), ("DATA_DEFAULT", LONG),
                 ("NUM_DISTINCT", N), ("NUM_NULLS", N), ("CHARACTER_SET_NAME", V), ("CHAR_LENGTH", N), ("CHAR_USED", "VARCHAR2(1)"), ("HIDDEN_COLUMN", V),
                 ("VIRTUAL_COLUMN", V), ("SEGMENT_COLUMN_ID", N), ("INTERNAL_COLUMN_ID", N), ("QUALIFIED_COL_NAME", TEXT), ("USER_GENERATED", V),
                 ("DEFAULT_ON_NULL", V), ("IDENTITY_COLUMN", V), ("COLLATION", V)],
    "tab_identity_cols": [("OWNER", V), ("TABLE_NAME", V), ("COLUMN_NAME", V), ("GENERATION_TYPE", V), ("SEQUENCE_NAME", V), ("IDENTITY_OPTIONS", "VARCHAR2(298)")],
    "constraints": [("OWNER", V), ("CONSTRAINT_NAME", V), ("CONSTRAINT_TYPE", "VARCHAR2(1)"), ("TABLE_NAME", V), ("SEARCH_CONDITION", LONG),
                    ("SEARCH_CONDITION_VC", TEXT), ("R_OWNER", V), ("R_CONSTRAINT_NAME", V), ("DELETE_RULE", V), ("STATUS", V), ("DEFERRABLE", V), ("DEFERRED", V),
                    ("VALIDATED", V), ("GENERATED", V), ("RELY", V), ("INDEX_OWNER", V), ("INDEX_NAME", V), ("INVALID", V), ("VIEW_RELATED", V)],
    "cons_columns": [("OWNER", V), ("CONSTRAINT_NAME", V), ("TABLE_NAME", V), ("COLUMN_NAME", TEXT), ("POSITION", N)],
    "indexes": [("OWNER", V), ("INDEX_NAME", V), ("INDEX_TYPE", V), ("TABLE_OWNER", V), ("TABLE_NAME", V), ("TABLE_TYPE", V), ("UNIQUENESS", V), ("COMPRESSION", V),
                ("TABLESPACE_NAME", V), ("STATUS", V), ("PARTITIONED", V), ("TEMPORARY", V), ("GENERATED", V), ("SECONDARY", V), ("VISIBILITY", V),
                ("FUNCIDX_STATUS", V), ("ITYP_NAME", V), ("CONSTRAINT_INDEX", V)],
    "ind_columns": [("INDEX_OWNER", V), ("INDEX_NAME", V), ("TABLE_OWNER", V), ("TABLE_NAME", V), ("COLUMN_NAME", TEXT), ("COLUMN_POSITION", N), ("COLUMN_LENGTH", N),
                    ("CHAR_LENGTH", N), ("DESCEND", V)],
    "ind_expressions": [("INDEX_OWNER", V), ("INDEX_NAME", V), ("TABLE_OWNER", V), ("TABLE_NAME", V), ("COLUMN_EXPRESSION", LONG), ("COLUMN_POSITION", N)],
    "sequences": [("SEQUENCE_OWNER", V), ("SEQUENCE_NAME", V), ("MIN_VALUE", N), ("MAX_VALUE", N), ("INCREMENT_BY", N), ("CYCLE_FLAG", V), ("ORDER_FLAG", V),
                  ("CACHE_SIZE", N), ("LAST_NUMBER", N)],
    "tab_comments": [("OWNER", V), ("TABLE_NAME", V), ("TABLE_TYPE", V), ("COMMENTS", TEXT)],
    "col_comments": [("OWNER", V), ("TABLE_NAME", V), ("COLUMN_NAME", V), ("COMMENTS", TEXT)],
    "views": [("OWNER", V), ("VIEW_NAME", V), ("TEXT_LENGTH", N), ("TEXT", LONG), ("TEXT_VC", TEXT), ("READ_ONLY", V)],
    "mviews": [("OWNER", V), ("MVIEW_NAME", V), ("CONTAINER_NAME", V), ("QUERY", LONG), ("QUERY_LEN", N), ("REFRESH_MODE", V), ("REFRESH_METHOD", V)],
    "triggers": [("OWNER", V), ("TRIGGER_NAME", V), ("TRIGGER_TYPE", V), ("TRIGGERING_EVENT", "VARCHAR2(246)"), ("TABLE_OWNER", V), ("BASE_OBJECT_TYPE", V),
                 ("TABLE_NAME", V), ("WHEN_CLAUSE", TEXT), ("STATUS", V), ("DESCRIPTION", TEXT), ("ACTION_TYPE", V), ("TRIGGER_BODY", LONG)],
    "source": [("OWNER", V), ("NAME", V), ("TYPE", V), ("LINE", N), ("TEXT", TEXT)],
    "objects": [("OWNER", V), ("OBJECT_NAME", V), ("SUBOBJECT_NAME", V), ("OBJECT_ID", N), ("DATA_OBJECT_ID", N), ("OBJECT_TYPE", V), ("CREATED", "DATE"),
                ("LAST_DDL_TIME", "DATE"), ("STATUS", V), ("TEMPORARY", V), ("GENERATED", V), ("SECONDARY", V), ("ORACLE_MAINTAINED", V)],
    "synonyms": [("OWNER", V), ("SYNONYM_NAME", V), ("TABLE_OWNER", V), ("TABLE_NAME", V), ("DB_LINK", V)],
    "part_tables": [("OWNER", V), ("TABLE_NAME", V), ("PARTITIONING_TYPE", V), ("SUBPARTITIONING_TYPE", V), ("PARTITION_COUNT", N), ("PARTITIONING_KEY_COUNT", N),
                    ("STATUS", V), ("INTERVAL", "VARCHAR2(1000)"), ("AUTOLIST", V)],
    "tab_partitions": [("TABLE_OWNER", V), ("TABLE_NAME", V), ("COMPOSITE", V), ("PARTITION_NAME", V), ("SUBPARTITION_COUNT", N), ("HIGH_VALUE", LONG),
                       ("HIGH_VALUE_LENGTH", N), ("PARTITION_POSITION", N), ("NUM_ROWS", N)],
    "tab_subpartitions": [("TABLE_OWNER", V), ("TABLE_NAME", V), ("PARTITION_NAME", V), ("SUBPARTITION_NAME", V), ("HIGH_VALUE", LONG), ("SUBPARTITION_POSITION", N)],
    "part_key_columns": [("OWNER", V), ("NAME", V), ("OBJECT_TYPE", V), ("COLUMN_NAME", TEXT), ("COLUMN_POSITION", N)],
    "subpart_key_columns": [("OWNER", V), ("NAME", V), ("OBJECT_TYPE", V), ("COLUMN_NAME", TEXT), ("COLUMN_POSITION", N)],
    "external_tables": [("OWNER", V), ("TABLE_NAME", V), ("TYPE_NAME", V), ("DEFAULT_DIRECTORY_NAME", V)],
    "object_tables": [("OWNER", V), ("TABLE_NAME", V), ("STATUS", V), ("NUM_ROWS", N), ("PARTITIONED", V), ("OBJECT_ID_TYPE", V), ("TABLE_TYPE_OWNER", V),
                      ("TABLE_TYPE", V), ("TEMPORARY", V), ("SECONDARY", V), ("NESTED", V), ("DROPPED", V)],
    "lobs": [("OWNER", V), ("TABLE_NAME", V), ("COLUMN_NAME", TEXT), ("SEGMENT_NAME", V), ("SECUREFILE", V)],
    "types": [("OWNER", V), ("TYPE_NAME", V), ("TYPECODE", V), ("ATTRIBUTES", N), ("PREDEFINED", V)],
    "type_attrs": [("OWNER", V), ("TYPE_NAME", V), ("ATTR_NAME", V), ("ATTR_TYPE_MOD", V), ("ATTR_TYPE_OWNER", V), ("ATTR_TYPE_NAME", V), ("LENGTH", N), ("PRECISION", N),
                   ("SCALE", N), ("ATTR_NO", N)],
    "coll_types": [("OWNER", V), ("TYPE_NAME", V), ("COLL_TYPE", V), ("UPPER_BOUND", N), ("ELEM_TYPE_MOD", V), ("ELEM_TYPE_OWNER", V), ("ELEM_TYPE_NAME", V)],
    "tab_privs": [("TABLE_SCHEMA", V), ("TABLE_NAME", V), ("GRANTOR", V), ("GRANTEE", V), ("PRIVILEGE", V), ("GRANTABLE", V)],
    "db_links": [("OWNER", V), ("DB_LINK", V), ("USERNAME", V), ("HOST", "VARCHAR2(2000)")],
    "dependencies": [("OWNER", V), ("NAME", V), ("TYPE", V), ("REFERENCED_OWNER", V), ("REFERENCED_NAME", V), ("REFERENCED_TYPE", V)],
    "scheduler_jobs": [("OWNER", V), ("JOB_NAME", V), ("JOB_TYPE", V), ("JOB_ACTION", TEXT), ("ENABLED", V)],
    "encrypted_columns": [("OWNER", V), ("TABLE_NAME", V), ("COLUMN_NAME", V)],
    "segments": [("OWNER", V), ("SEGMENT_NAME", V), ("PARTITION_NAME", V), ("SEGMENT_TYPE", V), ("TABLESPACE_NAME", V), ("BYTES", N), ("BLOCKS", N), ("EXTENTS", N)],
    "extents": [("OWNER", V), ("SEGMENT_NAME", V), ("PARTITION_NAME", V), ("SEGMENT_TYPE", V), ("EXTENT_ID", N), ("FILE_ID", N), ("BLOCK_ID", N), ("BYTES", N),
                ("BLOCKS", N), ("RELATIVE_FNO", N)],
}


def create(db):
    for name, columns in TABLES.items():
        db.execute('DROP TABLE IF EXISTS "ora$%s"' % name)
        db.execute('CREATE TABLE "ora$%s"(%s)' % (name, ", ".join('"%s" %s' % c for c in columns)))


def add(db, name, **values):
    unknown = set(values) - {c for c, _ in TABLES[name]}
    assert not unknown, unknown
    db.execute('INSERT INTO "ora$%s"(%s) VALUES(%s)' % (name, ", ".join('"%s"' % c for c in values), ",".join("?" * len(values))), list(values.values()))
