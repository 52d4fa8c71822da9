"""SQLite: any storage class in any column, and what its files may hold beside."""
import json

import pytest

import compare
from test_types_mysql import column_type, key_of, reject_lines

VALUES = {"integer": ["0", "1", "-1", "9223372036854775807", "-9223372036854775808"], "real": ["0.5", "-1.5e300", "1.25e-300", "3.0", "123456789.125"],
          "text": ["''", "'x'", "'żółć 😀'", "'12'", "'1e5'", "'NULL'", "'tab\tand\nline'"], "blob": ["x''", "x'00'", "x'00ff80'", "x'c3a9'"]}
DECLARED = ["INTEGER", "INT", "BIGINT", "TEXT", "VARCHAR(10)", "REAL", "DOUBLE", "NUMERIC", "DECIMAL(10,2)", "BLOB", "", "DATE", "DATETIME", "BOOLEAN", "JSON"]


def filled(db, declared, classes, strict=""):
    db.sql("CREATE TABLE t (id INTEGER PRIMARY KEY, v %s)%s" % (declared, strict))
    for c in classes:
        for v in VALUES[c]:
            db.sql("INSERT INTO t (v) VALUES (%s)" % v)
    db.sql("INSERT INTO t (v) VALUES (NULL)")


@pytest.mark.parametrize("declared", DECLARED, ids=lambda d: d or "none")
@pytest.mark.parametrize("target", ["postgres", "sqlite"])
def test_one_class_in_any_column(make, copy, target, declared):
    src = make("sqlite")
    for n, c in enumerate(VALUES):
        src.sql("CREATE TABLE t%d (id INTEGER PRIMARY KEY, v %s)" % (n, declared))
        for v in VALUES[c]:
            src.sql("INSERT INTO t%d (v) VALUES (%s)" % (n, v))
        src.sql("INSERT INTO t%d (v) VALUES (NULL)" % n)
    copy(src, make(target))


@pytest.mark.parametrize("declared", DECLARED, ids=lambda d: d or "none")
def test_all_classes_in_one_column_stay(make, copy, declared):
    """SQLite to SQLite keeps every storage class."""
    src = make("sqlite")
    filled(src, declared, VALUES)
    copy(src, make("sqlite"))


@pytest.mark.parametrize("classes", [("integer", "real"), ("integer", "text"), ("integer", "real", "text"), ("text", "blob"), ("integer", "real", "text", "blob")],
                         ids="+".join)
@pytest.mark.parametrize("declared", ["INTEGER", "TEXT", "NUMERIC", ""], ids=lambda d: d or "none")
def test_mixed_classes_into_postgres(make, ferry, declared, classes):
    """What the data holds beats the DDL. Nothing may be lost without being said: every row is in or rejected."""
    src, dst = make("sqlite"), make("postgres")
    filled(src, declared, classes)
    result = ferry("copy", src, dst, "--json", expect=(0, 5))
    n, m = src.value("SELECT count(*) FROM t"), int(dst.value("SELECT count(*) FROM t"))
    if result.code == 0:
        assert n == m
        if "blob" not in classes:
            compare.assert_equal(src, dst)
    else:
        assert n > m
        assert "blob" in classes, "only bytes can be something that a text column cannot hold"


def test_dates_as_text_and_numbers(make, copy):
    src, dst = make("sqlite"), make("postgres")
    src.sql("""CREATE TABLE d (id INTEGER PRIMARY KEY, a DATE, b DATETIME, c DATETIME, e TIMESTAMP, f DATE);
      INSERT INTO d VALUES (1, '2024-02-29', '2024-02-29 12:34:56', '2024-02-29T12:34:56.789', 1709210096, 'not a date'),
      (2, '0001-01-01', '9999-12-31 23:59:59', NULL, 0, '2024-01-01');""")
    copy(src, dst)
    assert column_type(dst, "d", "a") == "date" and column_type(dst, "d", "b").startswith("timestamp")
    assert column_type(dst, "d", "f") == "text"


def test_booleans(make, copy):
    src, dst = make("sqlite"), make("postgres")
    src.sql("CREATE TABLE b (id INTEGER PRIMARY KEY, yes BOOLEAN, no BOOLEAN); INSERT INTO b VALUES (1, 1, 1), (2, 0, 2), (3, NULL, NULL)")
    copy(src, dst)
    assert column_type(dst, "b", "yes") == "boolean" and column_type(dst, "b", "no") in ("smallint", "integer", "bigint")


@pytest.mark.parametrize("target", ["postgres", "sqlite"])
def test_without_rowid(make, copy, target):
    src = make("sqlite")
    src.sql("""CREATE TABLE w (a TEXT, b INTEGER, c TEXT, PRIMARY KEY (a, b)) WITHOUT ROWID;
      WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000)
      INSERT INTO w SELECT 'key' || (i % 37), i, 'value ' || i FROM n;""")
    copy(src, make(target), "--chunk-rows", "300")


@pytest.mark.parametrize("target", ["postgres", "sqlite"])
def test_rowid_with_holes_and_negatives(make, copy, target):
    src = make("sqlite")
    src.sql("CREATE TABLE r (v TEXT); INSERT INTO r (rowid, v) VALUES (-9223372036854775808, 'first'), (-5, 'a'), (0, 'b'), (1000000000000, 'c'), (9223372036854775807, 'last')")
    copy(src, make(target), "--chunk-rows", "1")


def test_strict_table(make, copy):
    src, dst = make("sqlite"), make("postgres")
    src.sql("CREATE TABLE s (id INTEGER PRIMARY KEY, i INT, r REAL, t TEXT, b BLOB, a ANY) STRICT; INSERT INTO s VALUES (1, 1, 1.5, 'x', x'00', 'any'), (2, NULL, NULL, NULL, NULL, NULL)")
    copy(src, dst)


def test_broken_utf8_is_rejected(make, ferry, tmp_path):
    src, dst = make("sqlite"), make("postgres")
    src.sql("CREATE TABLE u (id INTEGER PRIMARY KEY, v TEXT); INSERT INTO u VALUES (1, 'good'), (2, CAST(x'61ff62' AS TEXT)), (3, CAST(x'eda080' AS TEXT)), (4, 'fine')")
    result = ferry("copy", src, dst, expect=5)
    assert dst.rows("SELECT id FROM u ORDER BY id") == [("1",), ("4",)]
    rejects = reject_lines(tmp_path, result)
    assert sorted(key_of(r) for r in rejects) == ["2", "3"]
    assert all("invalid-encoding" in json.dumps(r) for r in rejects)


def test_nul_in_text_is_rejected(make, ferry, tmp_path):
    src, dst = make("sqlite"), make("postgres")
    src.sql("CREATE TABLE u (id INTEGER PRIMARY KEY, v TEXT); INSERT INTO u VALUES (1, 'good'), (2, CAST(x'610062' AS TEXT)), (3, 'x')")
    result = ferry("copy", src, dst, expect=5)
    assert dst.rows("SELECT id FROM u ORDER BY id") == [("1",), ("3",)]
    assert all("nul-byte" in json.dumps(r) for r in reject_lines(tmp_path, result))


def test_broken_text_stays_in_sqlite(make, copy):
    src, dst = make("sqlite"), make("sqlite")
    src.sql("CREATE TABLE u (id INTEGER PRIMARY KEY, v TEXT); INSERT INTO u VALUES (1, 'good'), (2, CAST(x'61ff62' AS TEXT)), (3, CAST(x'610062' AS TEXT))")
    copy(src, dst)


@pytest.mark.parametrize("target", ["postgres", "sqlite"])
def test_generated_columns(make, copy, target):
    src = make("sqlite")
    src.sql("CREATE TABLE g (id INTEGER PRIMARY KEY, a INT, b INT AS (a * 2) STORED, c INT AS (a + 1) VIRTUAL); INSERT INTO g (a) VALUES (1), (2), (NULL)")
    copy(src, make(target))


@pytest.mark.parametrize("target", ["postgres", "sqlite"])
def test_json_functions_in_the_schema(make, ferry, target):
    src, dst = make("sqlite"), make(target)
    src.sql("CREATE TABLE t (id INTEGER PRIMARY KEY, j TEXT CHECK (json_valid(j)), g TEXT AS (json_extract(j, '$.a')))")
    src.sql("CREATE INDEX i ON t (json_extract(j, '$.b'))")
    src.sql("CREATE INDEX k ON t (j ->> '$.c')")
    src.sql("""INSERT INTO t (id, j) VALUES (1, '{"a":"x","b":2,"c":3}'), (2, '{}')""")
    ferry("copy", src, dst)
    assert int(dst.value("SELECT count(*) FROM t")) == 2
    assert dst.value("SELECT g FROM t WHERE id = 1") == "x"


def test_infinities(make, copy):
    src, dst = make("sqlite"), make("postgres")
    src.sql("CREATE TABLE i (id INTEGER PRIMARY KEY, v REAL); INSERT INTO i VALUES (1, 9e999), (2, -9e999), (3, 1.5)")
    copy(src, dst, judge=False)
    assert dst.rows("SELECT v FROM i ORDER BY id") == [("Infinity",), ("-Infinity",), ("1.5",)]


def test_read_only_file_and_wal(make, copy):
    src, dst = make("sqlite"), make("postgres")
    src.sql("PRAGMA journal_mode = WAL; CREATE TABLE t (id INTEGER PRIMARY KEY, v); INSERT INTO t VALUES (1, 'in the log')")
    db = src.connect()
    db.execute("INSERT INTO t VALUES (2, 'not checkpointed')")
    db.commit()
    copy(src, dst)
    db.close()
    assert dst.value("SELECT count(*) FROM t") == "2"


def test_virtual_tables_are_named(make, ferry):
    src, dst = make("sqlite"), make("postgres")
    src.sql("CREATE TABLE t (id INTEGER PRIMARY KEY); CREATE VIRTUAL TABLE search USING fts5(body); INSERT INTO search VALUES ('x')")
    assert "search" in ferry("plan", src, dst).out


def test_immutable_beside_changes_that_are_not_in_the_file(make, ferry, tmp_path):
    """SQLite would read the file without them, and rows would be missing."""
    src, dst = make("sqlite"), make("sqlite")
    db = src.connect()
    db.executescript("PRAGMA journal_mode = WAL; CREATE TABLE t (id INTEGER PRIMARY KEY); INSERT INTO t VALUES (1)")
    result = ferry("copy", src.url + "?immutable=on", dst, expect=2)
    assert "-wal beside it holds changes" in result.err and "wal_checkpoint" in result.err
    db.close()    # the last one out puts them into the file
    ferry("copy", src.url + "?immutable=on", dst)
    assert dst.rows("SELECT id FROM t") == [(1,)]


def test_immutable_beside_a_hot_journal(make, ferry, tmp_path):
    src, dst = make("sqlite"), make("sqlite")
    src.sql("CREATE TABLE t (id INTEGER PRIMARY KEY); INSERT INTO t VALUES (1)")
    with open(src.path + "-journal", "wb") as f:
        f.write(b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7" + bytes(504))
    result = ferry("copy", src.url + "?immutable=on", dst, expect=2)
    assert "-journal beside it holds changes" in result.err
    with open(src.path + "-journal", "wb") as f:    # as journal_mode = PERSIST leaves it
        f.write(bytes(512))
    ferry("copy", src.url + "?immutable=on", dst)


def test_a_file_that_cannot_be_read_says_what_helps(make, ferry, tmp_path):
    src, dst = make("sqlite"), make("sqlite")
    with open(src.path, "wb") as f:
        f.write(bytes(range(256)) * 16)
    assert "write a plain copy" in ferry("copy", src, dst, expect=2).err
    damaged = make("sqlite")
    damaged.sql("CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT); WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500) INSERT INTO t SELECT i, hex(zeroblob(100)) FROM n")
    with open(damaged.path, "r+b") as f:
        f.seek(4096 * 10)
        f.write(b"\xa5" * 4096 * 4)
    result = ferry("copy", damaged, dst, expect=3)
    assert "table t" in result.err and ".recover" in result.err


@pytest.mark.parametrize("table", ["v TEXT COLLATE mine PRIMARY KEY) WITHOUT ROWID", "v INTEGER PRIMARY KEY, g GENERATED ALWAYS AS (mine(v)))"])
def test_what_a_program_adds_is_told(make, ferry, table):
    src, dst = make("sqlite"), make("sqlite")
    db = src.connect()
    db.create_collation("mine", lambda a, b: (a > b) - (a < b))
    db.create_function("mine", 1, lambda x: x, deterministic=True)
    db.executescript("CREATE TABLE t (%s; INSERT INTO t (v) VALUES (1); CREATE TABLE u (id INTEGER PRIMARY KEY)" % table)
    db.close()
    assert "a function or a collation that a program adds" in ferry("copy", src, dst, expect=3).err
    ferry("copy", src, dst, "--exclude", "t")
