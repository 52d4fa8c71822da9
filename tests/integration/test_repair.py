"""ferry verify --repair: missing and different rows come back, extra ones go when asked for."""
import pytest

import compare


def as_ferry(db):
    return "SET ROLE ferry;" if db.kind == "postgres" else ""


@pytest.fixture(params=[("mysql", "postgres"), ("postgres", "sqlite")], ids="-".join)
def pair(request, make, ferry):
    src, dst = make(request.param[0]), make(request.param[1])
    src.sql(as_ferry(src) + "CREATE TABLE t (a int NOT NULL, b varchar(10) NOT NULL, v varchar(20), PRIMARY KEY (a, b));"
            "CREATE TABLE loose (v varchar(20));"
            "INSERT INTO t VALUES (1, 'x', 'one'), (1, 'y''', 'two'), (2, 'x', NULL), (3, 'x', 'three'); INSERT INTO loose VALUES ('a'), ('b');")
    ferry("copy", src, dst)
    return src, dst


def test_missing_and_different(pair, ferry):
    src, dst = pair
    dst.sql("DELETE FROM t WHERE a = 3; UPDATE t SET v = 'wrong' WHERE a = 1; UPDATE t SET v = 'wrong' WHERE a = 2")
    ferry("verify", src, dst, expect=6)
    assert int(dst.value("SELECT count(*) FROM t")) == 3
    result = ferry("verify", src, dst, "--repair", "--json")
    assert [t["rows_repaired"] for t in result.json["tables"] if t["source"].endswith("t")] == [4]
    compare.assert_equal(src, dst)


def test_extra_rows_stay_unless_told(pair, ferry):
    src, dst = pair
    dst.sql("INSERT INTO t VALUES (9, 'mine''s', NULL), (1, 'z', 'q'); DELETE FROM t WHERE a = 3")
    result = ferry("verify", src, dst, "--repair", "--json", expect=6)
    assert [(d["kind"], d["key"]) for d in sorted(result.json["differences"], key=lambda d: d["key"])] == \
        [("extra", "a=1, b=z"), ("extra", "a=9, b=mine's")]
    assert "--repair-delete" in result.err
    result = ferry("verify", src, dst, "--repair-delete", "--json")
    assert [t["rows_removed"] for t in result.json["tables"] if t["source"].endswith("t")] == [2]
    compare.assert_equal(src, dst)


def test_without_a_key(pair, ferry):
    src, dst = pair
    dst.sql("DELETE FROM loose WHERE v = 'b'; DELETE FROM t WHERE a = 3")
    result = ferry("verify", src, dst, "--repair", expect=6)
    assert "not repaired" in result.err and "no key" in result.err
    assert int(dst.value("SELECT count(*) FROM t")) == 4    # the others are


def test_nothing_to_do(pair, ferry):
    ferry("verify", *pair, "--repair")
