"""Partitioned tables of Oracle's in PostgreSQL: their partitions, where each row lies, and what cannot be had."""
import pytest

import oracle_stand_in as oracle

pytestmark = pytest.mark.skipif(not oracle.is_built(), reason="tests/oracle_server is not built")

TABLES = """
CREATE TABLE customer (id NUMBER(9) PRIMARY KEY, name VARCHAR2(40));
INSERT INTO customer VALUES (1, 'one');
INSERT INTO customer VALUES (2, 'two');
CREATE TABLE sales (id NUMBER(9), sold DATE, amount NUMBER(10,2) DEFAULT 0, customer NUMBER(9), CONSTRAINT sales_pk PRIMARY KEY (id, sold),
  CONSTRAINT sales_customer FOREIGN KEY (customer) REFERENCES customer (id), CONSTRAINT sales_amount CHECK (amount >= 0))
  PARTITION BY RANGE (sold) (PARTITION p2023 VALUES LESS THAN (DATE '2024-01-01'), PARTITION p2024 VALUES LESS THAN (TO_DATE('2025-01-01', 'YYYY-MM-DD')),
  PARTITION rest VALUES LESS THAN (MAXVALUE));
CREATE INDEX sales_amount_i ON sales (amount);
INSERT INTO sales VALUES (1, DATE '2023-12-31', 1.5, 1);
INSERT INTO sales VALUES (2, DATE '2024-01-01', 2.5, 2);
INSERT INTO sales VALUES (3, DATE '2030-01-01', 3.5, NULL);
CREATE TABLE nulls (id NUMBER(9), at TIMESTAMP(3)) PARTITION BY RANGE (at) (PARTITION p1 VALUES LESS THAN (TIMESTAMP '2024-01-01 12:00:00'),
  PARTITION p2 VALUES LESS THAN (MAXVALUE));
INSERT INTO nulls VALUES (1, TIMESTAMP '2024-01-01 11:59:59.999');
INSERT INTO nulls VALUES (2, TIMESTAMP '2024-01-01 12:00:00');
INSERT INTO nulls VALUES (3, NULL);
CREATE TABLE people (id NUMBER(9), region VARCHAR2(10)) PARTITION BY LIST (region) SUBPARTITION BY HASH (id) SUBPARTITIONS 2
  (PARTITION eu VALUES ('EU', 'UK'), PARTITION none VALUES (NULL), PARTITION other VALUES (DEFAULT));
INSERT INTO people VALUES (1, 'EU');
INSERT INTO people VALUES (2, NULL);
INSERT INTO people VALUES (3, 'US');
CREATE TABLE hashed (id NUMBER(9) PRIMARY KEY, v VARCHAR2(10)) PARTITION BY HASH (id) PARTITIONS 4;
INSERT INTO hashed VALUES (1, 'a');
INSERT INTO hashed VALUES (2, 'b');
CREATE TABLE monthly (id NUMBER(9), at DATE) PARTITION BY RANGE (at) INTERVAL (NUMTOYMINTERVAL(1, 'MONTH'))
  (PARTITION p1 VALUES LESS THAN (DATE '2024-01-01'), PARTITION sys_p41 VALUES LESS THAN (DATE '2024-02-01'));
INSERT INTO monthly VALUES (1, DATE '2023-05-01');
INSERT INTO monthly VALUES (2, DATE '2024-01-31');
INSERT INTO monthly VALUES (3, DATE '2024-02-01');
CREATE TABLE two (a NUMBER(4) NOT NULL, b NUMBER(4), c VARCHAR2(5)) PARTITION BY RANGE (a, b) SUBPARTITION BY LIST (c)
  (PARTITION p1 VALUES LESS THAN (10, MAXVALUE) (SUBPARTITION p1x VALUES ('x'), SUBPARTITION p1d VALUES (DEFAULT)),
   PARTITION p2 VALUES LESS THAN (20, 5) (SUBPARTITION p2d VALUES (DEFAULT)));
INSERT INTO two VALUES (10, 7, 'x');
INSERT INTO two VALUES (10, NULL, 'y');
INSERT INTO two VALUES (20, 4, 'z');
CREATE TABLE global_key (id NUMBER(9) PRIMARY KEY, at DATE) PARTITION BY RANGE (at) (PARTITION p1 VALUES LESS THAN (MAXVALUE));
INSERT INTO global_key VALUES (1, DATE '2024-01-01');
CREATE TABLE child (id NUMBER(9), sale NUMBER(9) NOT NULL, sold DATE, CONSTRAINT child_fk FOREIGN KEY (sale, sold) REFERENCES sales (id, sold))
  PARTITION BY REFERENCE (child_fk);
INSERT INTO child VALUES (1, 1, DATE '2023-12-31');
CREATE TABLE app (id NUMBER(9)) PARTITION BY SYSTEM (PARTITION p1, PARTITION p2);
INSERT INTO app VALUES (1);
"""


@pytest.fixture
def source(make_oracle):
    def make(sql=TABLES, *options):
        db = make_oracle(*options)
        db.sql(sql)
        return db
    return make


def lies(dst, table, column="id"):
    return dict((int(a), b) for a, b in dst.rows('SELECT %s, tableoid::regclass FROM "%s"' % (column, table)))


def partitions(dst, table):
    return dict(dst.rows("SELECT relid::regclass::text, coalesce(pg_get_expr(c.relpartbound, c.oid), '') FROM pg_partition_tree('%s') JOIN pg_class c ON c.oid = relid" % table))


def assert_kept(dst, schema=""):
    assert lies(dst, "sales") == {1: schema + "sales_p2023", 2: schema + "sales_p2024", 3: schema + "sales_rest"}
    assert lies(dst, "nulls") == {1: "nulls_p1", 2: "nulls_p2", 3: "nulls_p2"}
    where = lies(dst, "people")
    assert where[1].startswith("people_eu_") and where[2].startswith("people_none_") and where[3].startswith("people_other_")
    assert set(lies(dst, "hashed").values()) <= {"hashed_sys_p%d" % i for i in range(1, 5)}
    assert lies(dst, "monthly") == {1: "monthly_p1", 2: "monthly_sys_p41", 3: "monthly_default"}
    assert dst.rows("SELECT a, b, tableoid::regclass::text FROM two ORDER BY a, b NULLS LAST") == [("10", "7", "two_p1x"), ("10", None, "two_default"), ("20", "4", "two_p2d")]


@pytest.mark.parametrize("profile", ["12.1", "26"])
def test_partitions(source, make_postgres, ferry, profile):
    src, dst = source(TABLES, "--profile", profile), make_postgres()
    out = ferry("plan", src, dst).text
    ferry("copy", src, dst)
    assert_kept(dst)
    assert partitions(dst, "sales") == {
        "sales": "", "sales_p2023": "FOR VALUES FROM (MINVALUE) TO ('2024-01-01 00:00:00')",
        "sales_p2024": "FOR VALUES FROM ('2024-01-01 00:00:00') TO ('2025-01-01 00:00:00')", "sales_rest": "DEFAULT"}
    assert len(partitions(dst, "people")) == 10 and len(partitions(dst, "hashed")) == 5
    assert partitions(dst, "two")["two_p1"] == "FOR VALUES FROM (MINVALUE, MINVALUE) TO ('10', MAXVALUE)"
    assert dst.rows("SELECT conname FROM pg_constraint WHERE conrelid = 'sales'::regclass ORDER BY 1") == [("sales_amount",), ("sales_customer",), ("sales_pk",)]
    assert dst.value("SELECT count(*) FROM pg_constraint WHERE conrelid = 'child'::regclass AND contype = 'f' AND convalidated AND conparentid = 0") == "1"
    assert dst.value("SELECT count(*) FROM pg_inherits WHERE inhparent = 'sales_amount_i'::regclass") == "3"
    assert dst.value("SELECT relkind FROM pg_class WHERE oid = 'global_key'::regclass") == "r"
    assert dst.value("SELECT count(*) FROM pg_constraint WHERE conrelid = 'global_key'::regclass AND contype = 'p'") == "1"
    assert "FERRY.GLOBAL_KEY: its partitions are not converted: all rows land in one plain table: PostgreSQL wants the partitions' key (at)" in out
    assert "FERRY.CHILD: its partitions are not converted: all rows land in one plain table: its rows lie where those lie that their foreign key refers to" in out
    assert "FERRY.APP: its partitions are not converted" in out and "PARTITION BY SYSTEM" in out
    assert "FERRY.MONTHLY: the target makes no partitions by itself" in out
    ferry("verify", src, dst)


def test_flat(source, make_postgres, ferry):
    src, dst = source(), make_postgres()
    out = ferry("plan", src, dst, "--partitions", "flat").text
    ferry("copy", src, dst, "--partitions", "flat")
    assert dst.value("SELECT count(*) FROM pg_class WHERE relkind = 'p' OR relispartition") == "0"
    assert set(lies(dst, "sales").values()) == {"sales"}
    assert "FERRY.SALES: partitioned in the source, a plain table in the target, as the project says" in out


def test_again(source, make_postgres, ferry):
    """What stands in the target already: dropped with its partitions, emptied, added to, merged."""
    src, dst = source(), make_postgres()
    ferry("copy", src, dst)
    ferry("copy", src, dst, expect=3)
    for how in ("drop", "truncate"):
        ferry("copy", src, dst, "--if-exists", how)
        assert_kept(dst)
    ferry("copy", src, dst, "--if-exists", "merge", "--table", "SALES", "--table", "CUSTOMER")
    assert dst.value("SELECT count(*) FROM sales") == "3"
    ferry("copy", src, dst, "--if-exists", "append", "--table", "NULLS")
    assert dst.value("SELECT count(*) FROM nulls") == "6"


def test_staged(source, make_postgres, ferry):
    src, dst = source(), make_postgres()
    dst.sql("GRANT CREATE ON DATABASE \"%s\" TO ferry" % dst.name)
    for options in ([], ["--if-exists", "drop"]):
        ferry("copy", src, dst, "--staging", *options)
        assert_kept(dst)
        assert dst.value("SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace WHERE nspname = 'public' AND relispartition AND relkind IN ('r', 'p')") == \
            dst.value("SELECT count(*) FROM pg_class WHERE relispartition AND relkind IN ('r', 'p')")
        assert dst.value("SELECT count(*) FROM pg_namespace WHERE nspname LIKE '%staging%'") == "0"


def test_staged_name_is_taken(source, make_postgres, ferry):
    """A partition's name that something else has is told before the load."""
    src, dst = source(), make_postgres()
    dst.sql('GRANT CREATE ON DATABASE "%s" TO ferry; CREATE TABLE sales_p2023 (x int)' % dst.name)
    out = ferry("copy", src, dst, "--staging", "--table", "SALES", expect=3)
    assert "sales_p2023" in out.text and dst.value("SELECT count(*) FROM pg_class WHERE relname = 'sales'") == "0"


def test_foreign_key_that_rows_violate(make_oracle, make_postgres, ferry):
    src, dst = make_oracle(), make_postgres()
    src.sql("""CREATE TABLE p (id NUMBER(9) PRIMARY KEY);
      CREATE TABLE c (id NUMBER(9), p NUMBER(9), CONSTRAINT c_p FOREIGN KEY (p) REFERENCES p (id) ENABLE NOVALIDATE) PARTITION BY HASH (id) PARTITIONS 2;
      INSERT INTO p VALUES (1); INSERT INTO c VALUES (1, 1); INSERT INTO c VALUES (2, 99);""")
    out = ferry("copy", src, dst)
    assert dst.value("SELECT count(*) FROM pg_constraint WHERE contype = 'f' AND NOT convalidated AND conname = 'c_p'") == "2", out.text
    assert "made NOT VALID, on each partition" in out.text


def test_project_changes_the_key(make_oracle, make_postgres, ferry, tmp_path):
    src, dst = make_oracle(), make_postgres()
    src.sql("""CREATE TABLE t (id NUMBER(9), d DATE) PARTITION BY RANGE (d) (PARTITION p1 VALUES LESS THAN (DATE '2024-01-01'), PARTITION p2 VALUES LESS THAN (MAXVALUE));
      CREATE TABLE u (id NUMBER(9), d DATE) PARTITION BY RANGE (d) (PARTITION p1 VALUES LESS THAN (DATE '2024-01-01'), PARTITION p2 VALUES LESS THAN (MAXVALUE));
      INSERT INTO t VALUES (1, DATE '2023-12-31'); INSERT INTO u VALUES (1, DATE '2023-12-31');""")
    project = tmp_path / "p.yaml"
    project.write_text("""version: 1
tables:
  - source: T
    target: renamed
    columns: [{source: D, target: day, type: date}]
  - source: U
    columns: [{source: D, type: text}]
""")
    out = ferry("plan", src, dst, "--project", project).text
    ferry("copy", src, dst, "--project", project)
    assert lies(dst, "renamed") == {1: "renamed_p1"}
    assert partitions(dst, "renamed")["renamed_p1"] == "FOR VALUES FROM (MINVALUE) TO ('2024-01-01')"
    assert lies(dst, "u") == {1: "u"} and "its key's column D becomes of another type" in out


def test_resumed_and_lanes(make_oracle, make_postgres, ferry):
    """Several lanes load one partitioned table; a row that no partition takes is rejected, not lost."""
    src, dst = make_oracle(), make_postgres()
    src.sql("CREATE TABLE big (id NUMBER(9) PRIMARY KEY, v VARCHAR2(20)) PARTITION BY RANGE (id) (PARTITION p1 VALUES LESS THAN (1000), PARTITION p2 VALUES LESS THAN (3000))")
    src.schema.db.executemany("INSERT INTO big VALUES (?, ?)", ((i, "v%d" % i) for i in range(3001)))
    out = ferry("copy", src, dst, "--chunk-rows", "500", "--lanes", "2", expect=5)
    assert dst.value("SELECT count(*) FROM big") == "3000" and "1 rejected" in out.text or "1 row" in out.text, out.text
