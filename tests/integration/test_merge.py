"""--if-exists merge: rows of the same key are replaced, others added, nothing else touched."""
import json

import pytest

import compare
from conftest import as_ferry

TABLES = "CREATE TABLE t (id int NOT NULL PRIMARY KEY, v varchar(20), n int); CREATE TABLE pair (a int NOT NULL, b varchar(10) NOT NULL, PRIMARY KEY (a, b));"


@pytest.fixture(params=[("mysql", "postgres"), ("postgres", "sqlite"), ("sqlite", "postgres"), ("postgres", "postgres"), ("sqlite", "sqlite")],
                ids="-".join)
def pair(request, make):
    src, dst = make(request.param[0]), make(request.param[1])
    src.sql(as_ferry(src) + TABLES + "INSERT INTO t VALUES (1, 'a', 1), (2, 'b', 2), (3, NULL, 3); INSERT INTO pair VALUES (1, 'x'), (1, 'y');")
    return src, dst


def test_updates_and_adds(pair, ferry):
    src, dst = pair
    ferry("copy", src, dst, "--if-exists", "merge")
    compare.assert_equal(src, dst)
    src.sql("UPDATE t SET v = 'B' WHERE id = 2; UPDATE t SET n = NULL WHERE id = 3; INSERT INTO t VALUES (4, 'd', 4); INSERT INTO pair VALUES (2, 'x')")
    result = ferry("copy", src, dst, "--if-exists", "merge", "--json")
    compare.assert_equal(src, dst)
    assert result.json["outcome"] == "verified"


def test_what_the_source_lacks_stays(pair, ferry):
    src, dst = pair
    ferry("copy", src, dst)
    dst.sql("INSERT INTO t VALUES (100, 'mine', 1); UPDATE t SET v = 'changed' WHERE id = 1")
    src.sql("DELETE FROM t WHERE id = 3")
    result = ferry("copy", src, dst, "--if-exists", "merge")
    assert "others may be there" in result.err
    assert [tuple(map(str, r)) for r in dst.rows("SELECT id, coalesce(v, '-') FROM t ORDER BY id")] == \
        [("1", "a"), ("2", "b"), ("3", "-"), ("100", "mine")]


def test_verification_finds_what_a_trigger_changed(make, ferry):
    src, dst = make("sqlite"), make("postgres")
    src.sql(TABLES + "INSERT INTO t VALUES (1, 'a', 1), (2, 'b', 2)")
    ferry("copy", src, dst)
    dst.sql("CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN IF NEW.id = 2 THEN NEW.n := 77; END IF; RETURN NEW; END';"
            "CREATE TRIGGER x BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION f()")
    src.sql("UPDATE t SET v = 'B' WHERE id = 2")
    result = ferry("copy", src, dst, "--if-exists", "merge", "--json", expect=6)
    found = result.json["differences"]
    assert len(found) == 1 and found[0]["kind"] == "different" and found[0]["column"] == "n" and "77" in json.dumps(found)


@pytest.mark.parametrize("rule, kept", [("replace", "a\ufffdb"), ("null", None)])
def test_values_that_a_rule_changes(make, ferry, rule, kept):
    """They are in the target as they were written; a row that is rejected besides is known as such."""
    src, dst = make("sqlite"), make("postgres")
    src.sql(TABLES + "INSERT INTO t VALUES (1, 'a', 1), (2, 'b', 2)")
    ferry("copy", src, dst)
    src.sql("UPDATE t SET v = 'a' || char(0) || 'b' WHERE id = 2; INSERT INTO t VALUES (3, 'c' || char(0), 3), (4, 'd', 4)")
    rules = ("--if-exists", "merge", "--bad-value", "nul-byte=" + rule)
    result = ferry("copy", src, dst, *rules, "--json")
    assert result.json["outcome"] == "verified"
    assert [r[0] or None for r in dst.rows("SELECT v FROM t WHERE id = 2")] == [kept]
    src.sql("INSERT INTO t VALUES (5, 'e', 5), (6, 'f', 6)")
    dst.sql("ALTER TABLE t ADD CHECK (n <> 5)")
    result = ferry("copy", src, dst, *rules, "--json", "--on-error", "skip", expect=5)
    assert result.json["outcome"] == "rejected" and not result.json.get("differences")
    dst.sql("CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.n := 77; RETURN NEW; END';"
            "CREATE TRIGGER x BEFORE UPDATE ON t FOR EACH ROW WHEN (NEW.id = 4) EXECUTE FUNCTION f()")
    result = ferry("copy", src, dst, *rules, "--json", "--on-error", "skip", expect=6)
    assert {d["key"] for d in result.json["differences"]} == {"id=4", "id=5"}


def test_needs_a_unique_key_in_the_target(make, ferry):
    src, dst = make("mysql"), make("postgres")
    src.sql(as_ferry(src) + TABLES + "INSERT INTO t VALUES (1, 'a', 1)")
    dst.sql(as_ferry(dst) + "CREATE TABLE t (id int NOT NULL, v varchar(20), n int); INSERT INTO t VALUES (1, 'old', 0)")
    result = ferry("copy", src, dst, "--if-exists", "merge", expect=3)
    assert "no primary key or unique constraint over (id)" in result.err
    assert dst.value("SELECT count(*) FROM pg_namespace WHERE nspname = 'ferry'") == "0"
    assert dst.value("SELECT v FROM t") == "old"


def test_needs_a_key_in_the_source(make, ferry):
    src, dst = make("sqlite"), make("postgres")
    src.sql("CREATE TABLE t (id int, v text); INSERT INTO t VALUES (1, 'a')")
    dst.sql(as_ferry(dst) + "CREATE TABLE t (id int PRIMARY KEY, v text)")
    result = ferry("copy", src, dst, "--if-exists", "merge", expect=3)
    assert "no key" in result.err and "--exclude" in result.err


def test_refused_rows_are_isolated(make, ferry):
    src, dst = make("mysql"), make("postgres")
    src.sql("CREATE TABLE t (id int PRIMARY KEY, v int)")
    src.sql("INSERT INTO t SELECT seq, seq FROM seq_1_to_5000")
    dst.sql(as_ferry(dst) + "CREATE TABLE t (id int PRIMARY KEY, v int CHECK (v <> 4000)); INSERT INTO t VALUES (1, 0), (4000, 1)")
    result = ferry("copy", src, dst, "--if-exists", "merge", "--chunk-rows", "1000", "--json", expect=5)
    assert result.json["tables"][0]["rows_rejected"] == 1
    assert dst.rows("SELECT count(*), sum(v) FROM t") == [("5000", str(5000 * 5001 // 2 - 4000 + 1))]
