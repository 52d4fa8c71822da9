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


def make_family(make, ferry, n_parents=10, n_children=500):
    """Children, which are more and so come first, refer to parents; the target's constraint is there."""
    src, dst = make("postgres"), make("postgres")
    src.sql(as_ferry(src) + "CREATE TABLE p (id int PRIMARY KEY); CREATE TABLE c (id int PRIMARY KEY, p int NOT NULL REFERENCES p, up int REFERENCES c);"
            "INSERT INTO p SELECT i FROM generate_series(1, {0}) i; INSERT INTO c SELECT i, i % {0} + 1, nullif(i - 1, 0) FROM generate_series(1, {1}) i".format(n_parents, n_children))
    ferry("copy", src, dst)
    return src, dst


@pytest.fixture
def family(make, ferry):
    return make_family(make, ferry)


def test_parents_come_back_before_their_children(family, ferry):
    src, dst = family
    dst.sql("DELETE FROM c; DELETE FROM p WHERE id > 5")
    result = ferry("verify", src, dst, "--repair", "--json")
    assert sorted((t["source"], t["rows_repaired"]) for t in result.json["tables"]) == [("public.c", 500), ("public.p", 5)]
    compare.assert_equal(src, dst)


def test_children_too_many_go_before_their_parents(make, ferry):
    src, dst = make_family(make, ferry, 500, 10)
    dst.sql("INSERT INTO p VALUES (550), (551); INSERT INTO c SELECT i, 550, NULL FROM generate_series(501, 510) i")
    result = ferry("verify", src, dst, "--repair-delete", "--json")
    assert sorted((t["source"], t["rows_removed"]) for t in result.json["tables"]) == [("public.c", 10), ("public.p", 2)]
    compare.assert_equal(src, dst)


def test_rows_that_the_target_refuses_are_named_and_the_others_come_back(family, ferry):
    src, dst = family
    dst.sql("DELETE FROM c; DELETE FROM p WHERE id IN (1, 2, 3); ALTER TABLE p ADD CONSTRAINT not_two CHECK (id <> 2)")
    result = ferry("verify", src, dst, "--repair", "--json", expect=6)
    assert "refused" in result.err and "not_two" in result.err and "id=2" in result.err
    assert dst.rows("SELECT id FROM p ORDER BY id") == [(str(i),) for i in range(1, 11) if i != 2]
    # children of 2, the first of which is 1: all others hang on it
    assert dst.value("SELECT count(*) FROM c") == "0" and "c_p_fkey" in result.err
    assert {t["source"]: t["rows_repaired"] for t in result.json["tables"]} == {"public.p": 2, "public.c": 0}


def test_rows_that_cannot_be_removed_are_told(family, ferry):
    """Another table of the target holds one of them; what is missing comes back all the same."""
    src, dst = family
    dst.sql("INSERT INTO p VALUES (50); CREATE TABLE theirs (p int REFERENCES p); INSERT INTO theirs VALUES (50); DELETE FROM c WHERE id = 500; DELETE FROM c WHERE id = 499")
    result = ferry("verify", src, dst, "--repair-delete", "--json", expect=6)
    assert "theirs_p_fkey" in result.err and [d["key"] for d in result.json["differences"]] == ["id=50"]
    assert dst.value("SELECT count(*) FROM c") == "500"


def test_odd_keys_are_removed(make, ferry):
    """The text of a value is not what SQLite holds of bytes, numbers without a declared type, or texts with a NUL."""
    src, dst = make("sqlite"), make("sqlite")
    tables = {"k_bytes": ("BLOB", "x'0900ff'"), "k_bool": ("BOOLEAN", "1"), "k_real": ("REAL", "0.1"), "k_any": ("", "0.5"), "k_both": ("", "2), ('2'"), "k_text": ("TEXT", "'a' || char(0) || 'b'"), "k_day": ("DATE", "'2024-02-29'"),
              "k_number": ("INTEGER", "-9"), "k_big": ("DECIMAL(20,3)", "12345678901234.125")}
    for name, (kind, value) in tables.items():
        src.sql("CREATE TABLE %s (id %s NOT NULL, v TEXT, PRIMARY KEY (id)); INSERT INTO %s (id) VALUES (%s)" % (name, kind, name, value))
    ferry("copy", src, dst)
    for name in tables:
        src.sql("DELETE FROM %s" % name)
    result = ferry("verify", src, dst, "--repair-delete", "--json")
    assert {t["source"]: t["rows_removed"] for t in result.json["tables"]} == dict(dict.fromkeys(tables, 1), k_both=2)
    assert all(dst.value("SELECT count(*) FROM %s" % name) == 0 for name in tables)


def test_what_was_not_removed_is_not_told_as_removed(make, ferry):
    src, dst = make("postgres"), make("sqlite")
    src.sql(as_ferry(src) + "CREATE TABLE k (id timestamp NOT NULL PRIMARY KEY, v text); INSERT INTO k VALUES ('2020-01-01 00:00:00', 'x')")
    ferry("copy", src, dst)
    dst.sql("INSERT INTO k VALUES ('2021-01-01T10:00:00', 'spelt otherwise'), ('2021-01-01 11:00:00', 'extra')")
    result = ferry("verify", src, dst, "--repair-delete", "--json", expect=6)
    assert result.json["tables"][0]["rows_removed"] == 1 and dst.value("SELECT count(*) FROM k") == 2
    assert "1 of 2" in result.err
