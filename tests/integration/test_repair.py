"""ferry verify --repair: missing and different rows come back, extra ones go when asked for."""
import json

import pytest

import compare
from conftest import as_ferry


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


@pytest.mark.parametrize("kinds", [("mysql", "postgres"), ("postgres", "sqlite")], ids="-".join)
def test_repaired_rows_are_transformed(make, ferry, tmp_path, kinds):
    src, dst = make(kinds[0]), make(kinds[1])
    src.sql(as_ferry(src) + "CREATE TABLE p (id int NOT NULL PRIMARY KEY, mail varchar(40), n int);"
            "INSERT INTO p VALUES (1, '  A@x.org', 1), (2, 'B@x.org ', 2), (3, 'C@x.org', -3), (4, NULL, 4), (5, 'E@x.org', 5)")
    path = tmp_path / "p.json"
    path.write_text(json.dumps({"version": 1, "source": src.url, "target": dst.url, "tables": [
        {"source": "p", "target": "people", "checks": [{"name": "positive", "expression": "n > 0", "action": "reject"}],
         "columns": [{"source": "id", "target": "person"}, {"source": "mail", "transform": ["trim", "lower", {"default": "none"}]},
                     {"source": "n", "target": "amount", "type": "bigint" if dst.kind == "postgres" else "INTEGER"}, {"target": "origin", "type": "text", "transform": [{"constant": "shop"}]}]}]}))
    args = "--project", path
    ferry("copy", *args, expect=5)
    ask = "SELECT person, mail, amount, origin FROM people ORDER BY person"
    before = dst.rows(ask)
    assert len(before) == 4
    dst.sql("DELETE FROM people WHERE person = 1; UPDATE people SET mail = 'wrong' WHERE person = 4; UPDATE people SET origin = '?' WHERE person = 5; INSERT INTO people VALUES (3, 'c@x.org', -3, 'shop'), (9, 'mine', 9, 'shop')")
    ferry("verify", *args, expect=6)
    result = ferry("verify", *args, "--repair-delete", "--json", expect=(0, 5))
    table = result.json["tables"][0]
    assert (table["rows_repaired"], table["rows_removed"]) == (3, 2), str(result)
    assert dst.rows(ask) == before


def test_a_transformed_key_cannot_be_repaired_by(make, ferry, tmp_path):
    src, dst = make("postgres"), make("postgres")
    src.sql(as_ferry(src) + "CREATE TABLE p (id varchar(9) NOT NULL PRIMARY KEY, n int); INSERT INTO p VALUES ('a', 1), ('b', 2)")
    path = tmp_path / "p.json"
    path.write_text(json.dumps({"version": 1, "source": src.url, "target": dst.url, "tables": [{"source": "p", "columns": [{"source": "id", "transform": ["upper"]}]}]}))
    ferry("copy", "--project", path)
    dst.sql("UPDATE p SET n = 7 WHERE id = 'A'")
    result = ferry("verify", "--project", path, "--repair", expect=6)
    assert "not repaired" in result.err and "no key" in result.err
