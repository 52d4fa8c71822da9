"""A row that the target refuses is isolated, counted and written down; all others arrive."""
import base64
import json

import pytest

from test_types_mysql import key_of, reject_lines


@pytest.mark.parametrize("at", [1, 500, 999, 1000, 1001, 2500])
def test_one_bad_row_among_many(make, ferry, tmp_path, at):
    src, dst = make("sqlite"), make("postgres")
    src.sql("CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT); WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2500) INSERT INTO t SELECT i, 'v' || i FROM n;"
            " UPDATE t SET v = CAST(x'66ff' AS TEXT) WHERE id = %d" % at)
    result = ferry("copy", src, dst, "--chunk-rows", "1000", "--json", expect=5)
    assert dst.rows("SELECT count(*), sum(id) FROM t") == [("2499", str(2500 * 2501 // 2 - at))]
    (line,) = reject_lines(tmp_path, result)
    assert key_of(line) == str(at) and line["column"] == "v" and line["kind"] == "invalid-encoding" and line["reason"]
    assert base64.b64decode(line["value"]) == b"f\xff" if line["encoding"] == "base64" else "f" in line["value"]


def test_many_bad_rows(make, ferry, tmp_path):
    src, dst = make("mysql"), make("postgres")
    src.sql("CREATE TABLE t (id int PRIMARY KEY, d date NULL)")
    src.sql("INSERT INTO t SELECT seq, IF(seq % 7 = 0, '0000-00-00', '2024-01-01') FROM seq_1_to_7000")
    result = ferry("copy", src, dst, "--chunk-rows", "500", expect=5)
    assert dst.value("SELECT count(*) FROM t") == "6000"
    assert len(reject_lines(tmp_path, result)) == 1000
    assert "1000" in result.text or "1,000" in result.text


def test_server_refuses_rows(make, ferry, tmp_path):
    """Only the server knows that these are wrong: a check in the target's table."""
    src, dst = make("mysql"), make("postgres")
    src.sql("CREATE TABLE t (id int PRIMARY KEY, v int); INSERT INTO t SELECT seq, seq FROM seq_1_to_3000")
    dst.sql("CREATE TABLE t (id int PRIMARY KEY, v int CHECK (v NOT IN (5, 1500, 2999))); ALTER TABLE t OWNER TO ferry")
    result = ferry("copy", src, dst, "--data-only", "--if-exists", "append", "--chunk-rows", "1000", expect=5)
    assert dst.value("SELECT count(*) FROM t") == "2997"
    rejects = reject_lines(tmp_path, result)
    assert sorted(key_of(r) for r in rejects) == ["1500", "2999", "5"]
    assert all(r["kind"] == "refused" and "check" in r["reason"] for r in rejects)


def test_pass_through_lane_isolates_too(make, ferry, tmp_path):
    """PostgreSQL to PostgreSQL moves buffers untouched; a refused row must not take its neighbours along."""
    src, dst = make("postgres"), make("postgres")
    src.sql("CREATE TABLE t (id int PRIMARY KEY, v int); INSERT INTO t SELECT i, i FROM generate_series(1, 3000) i; GRANT SELECT ON t TO ferry")
    dst.sql("CREATE TABLE t (id int PRIMARY KEY, v int CHECK (v <> 1234)); ALTER TABLE t OWNER TO ferry")
    ferry("copy", src, dst, "--data-only", "--if-exists", "append", expect=5)
    assert dst.value("SELECT count(*) FROM t") == "2999"


def test_duplicate_key_is_refused_row(make, ferry, tmp_path):
    src, dst = make("sqlite"), make("postgres")
    src.sql("CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT); INSERT INTO t VALUES (1, 'a'), (2, 'b'), (3, 'c')")
    dst.sql("CREATE TABLE t (id bigint PRIMARY KEY, v text); INSERT INTO t VALUES (2, 'already here'); ALTER TABLE t OWNER TO ferry")
    ferry("copy", src, dst, "--data-only", "--if-exists", "append", "--no-verify", expect=5)
    assert dst.rows("SELECT id, v FROM t ORDER BY id") == [("1", "a"), ("2", "already here"), ("3", "c")]


def test_too_long(make, ferry, tmp_path):
    """SQLite does not keep to VARCHAR(n); data beats declaration, and with a given table the server's limit counts."""
    src, dst = make("sqlite"), make("postgres")
    src.sql("CREATE TABLE t (id INTEGER PRIMARY KEY, v VARCHAR(3)); INSERT INTO t VALUES (1, 'abc'), (2, 'abcdef')")
    dst.sql("CREATE TABLE t (id bigint PRIMARY KEY, v varchar(3)); ALTER TABLE t OWNER TO ferry")
    ferry("copy", src, dst, "--data-only", "--if-exists", "append", expect=5)
    assert dst.rows("SELECT id FROM t") == [("1",)]


def test_exit_code_stays_after_resume(make, ferry):
    """Rejected rows are not forgotten: verification accounts for them, and a second look still says 5 or 6."""
    src, dst = make("mysql"), make("postgres")
    src.sql("CREATE TABLE t (id int PRIMARY KEY, d date); INSERT INTO t VALUES (1, '2024-01-01'), (2, '0000-00-00')")
    ferry("copy", src, dst, "--json", expect=5)
    ferry("verify", src, dst, expect=6)


@pytest.mark.parametrize("kind", ["postgres", "sqlite"])
def test_scattered_refusals(make, ferry, tmp_path, kind):
    """Alone, side by side, at the ends of batches and chunks, of several sorts: exactly those are left out."""
    src, dst = make("mysql"), make(kind)
    bad = {1, 2, 3, 17, 18, 2047, 2048, 2049, 4096, 9999, 10000, 10001, 15000, 20000} | set(range(12000, 12100)) | set(range(5, 20001, 997))
    src.sql("CREATE TABLE t (id int PRIMARY KEY, v int NULL, u int NOT NULL); INSERT INTO t SELECT seq, seq, seq FROM seq_1_to_20000")
    src.sql("UPDATE t SET v = CASE WHEN id %% 2 = 0 THEN NULL ELSE -1 END WHERE id IN (%s)" % ",".join(map(str, bad)))
    src.sql("UPDATE t SET u = 9 WHERE id = 15001")
    dst.sql("CREATE TABLE t (id bigint PRIMARY KEY, v bigint NOT NULL CHECK (v >= 0), u bigint NOT NULL UNIQUE)" +
            ("; ALTER TABLE t OWNER TO ferry" if kind == "postgres" else ""))
    result = ferry("copy", src, dst, "--data-only", "--if-exists", "append", "--chunk-rows", "10000", "--lanes", "1", expect=5)
    assert sorted(int(key_of(r)) for r in reject_lines(tmp_path, result)) == sorted(bad | {15001})
    assert int(dst.value("SELECT count(*) FROM t")) == 20000 - len(bad) - 1


def test_refused_by_trigger(make, ferry, tmp_path):
    """BEFORE triggers stand in the context above the COPY's line; of AFTER triggers the server names no line. A line break in
    the row's value must not be taken for one."""
    src, dst = make("mysql"), make("postgres")
    src.sql("CREATE TABLE a (id int PRIMARY KEY, v varchar(40)); INSERT INTO a SELECT seq, CONCAT('x\\nCOPY a, line 7', seq) FROM seq_1_to_300;"
            "CREATE TABLE b LIKE a; INSERT INTO b SELECT * FROM a")
    for name, when in (("a", "BEFORE"), ("b", "AFTER")):
        dst.sql("CREATE TABLE %s (id int PRIMARY KEY, v text); ALTER TABLE %s OWNER TO ferry" % (name, name))
        dst.sql("CREATE FUNCTION no_%s() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.id %% 100 = 42 THEN RAISE EXCEPTION 'no %%', NEW.v USING ERRCODE = '23514'; END IF; RETURN NEW; END $$;"
                "CREATE TRIGGER no %s INSERT ON %s FOR EACH ROW EXECUTE FUNCTION no_%s()" % (name, when, name, name))
    result = ferry("copy", src, dst, "--data-only", "--if-exists", "append", expect=5)
    assert sorted((r["table"][-1], int(key_of(r))) for r in reject_lines(tmp_path, result)) == [(t, i) for t in "ab" for i in (42, 142, 242)]
    assert dst.rows("SELECT (SELECT count(*) FROM a), (SELECT count(*) FROM b)") == [("297", "297")]
