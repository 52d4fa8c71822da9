"""The user's own SQL on PostgreSQL finds names as psql does, and what is wrong in it is shown."""
import json

import pytest

SHOP = """CREATE SCHEMA shop; CREATE SCHEMA other; GRANT USAGE ON SCHEMA shop, other TO ferry; SET ROLE ferry; CREATE TABLE public.seen (x int); RESET ROLE;
CREATE TABLE shop.t (id int PRIMARY KEY, k text); INSERT INTO shop.t SELECT i, 'k' || i % 5 FROM generate_series(1, 5000) i; CREATE TABLE shop.wanted (k text); INSERT INTO shop.wanted VALUES ('k1');
CREATE FUNCTION shop.twice(int) RETURNS int LANGUAGE sql AS 'SELECT $1 * 2'; GRANT SELECT ON ALL TABLES IN SCHEMA shop TO ferry; CREATE TABLE other.wanted (k text); GRANT SELECT ON other.wanted TO ferry;"""


@pytest.fixture
def pair(make):
    src, dst = make("postgres"), make("postgres")
    src.sql(SHOP)
    return src, dst


def project(tmp_path, src, dst, more, schema="shop"):
    path = tmp_path / "p.json"
    url = src.url + ("&" if "?" in src.url else "?") + "schema=" + schema if schema else src.url
    path.write_text(json.dumps(dict({"version": 1, "source": url, "target": dst.url}, **more)))
    return "--project", path


def test_names_are_found_in_the_urls_schema(pair, ferry, tmp_path):
    src, dst = pair
    tables = [{"source": "t", "where": "k IN (SELECT k FROM wanted)"}, {"source": "doubled", "query": "SELECT id, twice(id) AS two FROM t WHERE id <= 10"}]
    args = project(tmp_path, src, dst, {"tables": tables, "select": {"include": ["t", "doubled"]}})
    ferry("copy", *args, "--chunk-rows", 500)
    assert dst.rows("SELECT count(*), min(k), max(k) FROM t") == [("1000", "k1", "k1")]
    assert dst.value("SELECT sum(two) FROM doubled") == "110"
    ferry("verify", *args)
    ferry("verify", *args, "--verify", "counts")
    assert "twice(id)" in ferry("plan", *args).out


def test_names_are_found_by_the_databases_path(pair, ferry, tmp_path):
    src, dst = pair
    src.sql('ALTER DATABASE "%s" SET search_path = shop, public' % src.name)
    ferry("copy", *project(tmp_path, src, dst, {"tables": [{"source": "shop.t", "where": "k IN (SELECT k FROM wanted)"}], "select": {"include": ["shop.t"]}}, schema=None))
    assert dst.value("SELECT count(*) FROM t") == "1000"


def test_definitions_stay_qualified(pair, ferry, tmp_path):
    """The path of the user's SQL must not leak into what the server tells of the catalog."""
    src, dst = pair
    src.sql("CREATE TABLE shop.d (id int PRIMARY KEY, CHECK (shop.twice(id) > 0))")
    src.sql('ALTER DATABASE "%s" SET search_path = shop, public; GRANT SELECT ON shop.d TO ferry' % src.name)
    args = project(tmp_path, src, dst, {"tables": [{"source": "q", "query": "SELECT * FROM t"}]})
    assert "shop.twice" in ferry("inspect", src, "--json").out
    plan = ferry("plan", *args, "--json").out
    assert "twice(id)" not in plan.replace(".twice(id)", "")


def test_hooks_on_both_sides(pair, ferry, tmp_path):
    src, dst = pair
    dst.sql("SET ROLE ferry; CREATE TABLE log (what text)")
    hooks = {"source_before": "INSERT INTO seen VALUES (1)", "target_before": ["INSERT INTO log VALUES ('a')", "CREATE SCHEMA mine", "SET search_path = mine, public", "CREATE TABLE here (x int)"],
             "target_after": ["INSERT INTO log SELECT 'rows ' || count(*) FROM t", "INSERT INTO here VALUES (1)"]}
    ferry("copy", *project(tmp_path, src, dst, {"hooks": hooks, "select": {"include": ["t"]}}))
    assert dst.rows("SELECT what FROM log ORDER BY 1") == [("a",), ("rows 5000",)]
    assert dst.value("SELECT count(*) FROM mine.here") == "1" and src.value("SELECT count(*) FROM seen") == "1"


def test_hooks_of_a_staged_table_see_the_table_that_is_loaded(pair, ferry, tmp_path):
    src, dst = pair
    dst.sql("SET ROLE ferry; CREATE TABLE t (id int); INSERT INTO t VALUES (1); CREATE TABLE log (n int)")
    tables = [{"source": "t", "hooks": {"target_after": "INSERT INTO log SELECT count(*) FROM t"}}]
    ferry("copy", *project(tmp_path, src, dst, {"tables": tables, "select": {"include": ["t"]}, "options": {"staging": True, "if_exists": "drop"}}))
    assert dst.value("SELECT n FROM log") == "5000" and dst.value("SELECT count(*) FROM t") == "5000"


@pytest.mark.parametrize("kind", ["postgres", "mysql", "sqlite"])
@pytest.mark.parametrize("more, words", [
    ({"tables": [{"source": "t", "where": "id = = 3"}]}, ["table t", "where", "id = = 3"]),
    ({"tables": [{"source": "t", "where": "nosuch > 3"}]}, ["table t", "nosuch > 3"]),
    ({"tables": [{"source": "q", "query": "SELEC 1"}]}, ["query", "q", "SELEC 1"]),
    ({"tables": [{"source": "t", "columns": [{"source": "id", "expression": "id + + * 2"}]}]}, ["expression", "t", "id + + * 2"]),
    ({"hooks": {"target_before": "INSERT IN log"}}, ["target", "before", "INSERT IN log"]),
    ({"tables": [{"source": "t", "hooks": {"source_before": "UPDAT t"}}]}, ["source", "before", "of table", "UPDAT t"]),
])
def test_what_is_wrong_is_shown(make, ferry, tmp_path, kind, more, words):
    src, dst = make(kind), make("postgres")
    src.sql(("SET ROLE ferry;" if kind == "postgres" else "") + "CREATE TABLE t (id int PRIMARY KEY)")
    result = ferry("copy", *project(tmp_path, src, dst, more, schema=None), expect=(1, 2, 3, 4, 5))
    for word in words:
        assert word in result.err.splitlines()[-1] + result.err, str(result)
    assert dst.rows("SELECT 1 FROM pg_tables WHERE schemaname = 'ferry' AND tablename = 'chunk'") == [] or "hooks" in str(more)
    flag = ferry("copy", src, dst, "--where", "t=id = = 3", expect=(1, 2, 3, 4, 5))
    assert "id = = 3" in flag.err and "--where" in flag.err
