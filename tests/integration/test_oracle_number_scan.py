"""--number-scan: NUMBERs without precision get the types of what they hold."""
import pytest

import oracle_stand_in as oracle
from values import number_bytes as own

pytestmark = pytest.mark.skipif(not oracle.is_built(), reason="tests/oracle_server is not built")

TABLES = """
CREATE TABLE parents (id NUMBER PRIMARY KEY, name VARCHAR2(10));
CREATE TABLE t (id NUMBER PRIMARY KEY, small NUMBER, medium NUMBER, big NUMBER, huge NUMBER, money NUMBER, tiny NUMBER, mixed NUMBER, endless NUMBER, nothing NUMBER, whole INTEGER,
  fixed NUMBER(10,2), fl FLOAT, parent NUMBER REFERENCES parents (id));
"""
NOUGHTS = "0" * 129
ROWS = [
    (1, -32768, 32768, 2147483648, own("9" * 19), 1234.56, 0.001, 5, own("0." + "0" * 80 + "1"), None, 7, 1, 1, 70000),
    (2, 32767, -40000, -9223372036854775807, own("9" * 38), -0.5, 0.25, 99.125, 1, None, -7, 2.25, 0.5, None),
    (3, None, None, None, 1, 10, -0.75, None, b"\xff\x65", None, None, None, None, None),
]
TYPES = {"id": "smallint", "small": "smallint", "medium": "integer", "big": "bigint", "huge": "numeric(38,0)", "money": "numeric(6,2)", "tiny": "numeric(3,3)", "mixed": "numeric(5,3)",
         "endless": "numeric", "nothing": "numeric", "whole": "smallint", "fixed": "numeric(10,2)", "fl": "numeric", "parent": "integer"}


def types_of(dst, table):
    return dict(dst.rows("SELECT attname, format_type(atttypid, atttypmod) FROM pg_attribute WHERE attrelid = '%s'::regclass AND attnum > 0" % table))


@pytest.fixture
def src(make_oracle):
    db = make_oracle()
    db.sql(TABLES)
    db.schema.db.executemany("INSERT INTO parents VALUES (?, 'p')", [(1,), (70000,)])
    db.schema.db.executemany("INSERT INTO t VALUES (%s)" % ", ".join("?" * 14), ROWS)
    return db


def test_types(src, make_postgres, ferry):
    dst = make_postgres()
    out = ferry("plan", src, dst, "--number-scan").text
    assert "column FERRY.T.MEDIUM: a NUMBER without precision: its type is that of its 2 values, from -40000 to 32768 with up to 0 decimals" in out, out
    assert "column FERRY.T.NOTHING: a NUMBER without precision, and no value" in out
    assert "column FERRY.T.ENDLESS: a NUMBER without precision, with values that no narrower type holds" in out
    assert "FERRY.T.FIXED: a NUMBER" not in out
    out = ferry("copy", src, dst, "--number-scan")
    assert "Loaded and verified" in out.text
    assert types_of(dst, "t") == TYPES
    assert types_of(dst, "parents")["id"] == "integer"
    assert dst.rows("SELECT small, medium, big, huge, money, tiny, mixed, endless, whole, parent FROM t ORDER BY id") == [
        ("-32768", "32768", "2147483648", "9" * 19, "1234.56", "0.001", "5.000", "0." + "0" * 80 + "1", "7", "70000"),
        ("32767", "-40000", "-9223372036854775807", "9" * 38, "-0.50", "0.250", "99.125", "1", "-7", None),
        (None, None, None, "1", "10.00", "-0.750", None, "Infinity", None, None)]
    assert dst.value("SELECT count(*) FROM pg_constraint WHERE contype = 'f' AND convalidated") == "1"
    assert "same rows" in ferry("verify", src, dst, "--number-scan").text
    assert "same rows" in ferry("verify", src, dst).text


def test_without_and_by_document(src, make_postgres, ferry, tmp_path):
    dst = make_postgres()
    ferry("copy", src, dst)
    assert types_of(dst, "t")["small"] == "numeric" and types_of(dst, "t")["parent"] == "numeric"
    (tmp_path / "p.yaml").write_text("version: 1\ntables:\n  - source: T\n    where: id < 3\n    target: some\noptions:\n  number_scan: true\n")
    ferry("copy", src, dst, "--project", str(tmp_path / "p.yaml"), "--table", "T", "--if-exists", "drop")
    assert types_of(dst, "some")["small"] == "smallint" and types_of(dst, "some")["mixed"] == "numeric(5,3)"
