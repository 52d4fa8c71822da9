"""Tables that are read through the user's own SQL: filters and queries, on each source."""
import json

import pytest

ROWS = 3000
TABLE = "CREATE TABLE t (id integer NOT NULL PRIMARY KEY, grp integer, name varchar(40), d decimal(12,3));"
SEQ = {"mysql": "seq_1_to_%d" % ROWS, "postgres": "generate_series(1, %d) AS seq" % ROWS,
       "sqlite": "(WITH RECURSIVE s(seq) AS (SELECT 1 UNION ALL SELECT seq + 1 FROM s WHERE seq < %d) SELECT seq FROM s)" % ROWS}


@pytest.fixture(params=["mysql", "postgres", "sqlite"])
def source(request):
    db = request.getfixturevalue({"mysql": "mysql_db", "postgres": "pg_db", "sqlite": "sqlite_db"}[request.param])
    name = "CONCAT('n', seq)" if request.param == "mysql" else "'n' || seq"
    db.sql(TABLE + "INSERT INTO t SELECT seq, seq %% 10, %s, seq / 4.0 FROM %s;" % (name, SEQ[request.param]))
    if request.param == "postgres":
        db.sql("GRANT SELECT ON t TO ferry")
    return db


@pytest.fixture
def project(ferry, tmp_path, source, pg_db2):
    def run(table, command="copy", **more):
        path = tmp_path / "p.json"
        path.write_text(json.dumps({"version": 1, "source": source.url, "target": pg_db2.url, "select": {"include": table["source"]}, "tables": [table]}))
        args = ["--lanes", "2", "--chunk-rows", "400"] if command == "copy" else []
        return ferry(command, "--project", str(path), *args, **more)
    return run


def landed(db, table):
    return db.rows("SELECT n.nspname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relname = '%s' AND c.relkind = 'r'" % table)[0][0]


@pytest.mark.parametrize("where", ["grp = 3 OR grp = 4", "grp IN (3, 4) -- two of ten"])
def test_a_filter_holds_in_every_chunk(project, pg_db2, where):
    project({"source": "t", "where": where})
    schema = landed(pg_db2, "t")
    assert pg_db2.rows('SELECT count(*), min(grp), max(grp) FROM "%s".t' % schema) == [(str(ROWS // 5), "3", "4")]
    project({"source": "t", "where": where}, command="verify")


def test_a_query_becomes_a_table(project, pg_db2):
    query = {"source": "sums", "query": "SELECT grp, count(*) AS n, max(d) AS top FROM t GROUP BY grp -- by group", "target": "public.sums"}
    project(query)
    assert pg_db2.rows("SELECT count(*), sum(n), max(top) FROM public.sums") == [("10", str(ROWS), pg_db2.rows("SELECT max(top) FROM public.sums")[0][0])]
    assert float(pg_db2.rows("SELECT max(top) FROM public.sums")[0][0]) == ROWS / 4
    project(query, command="verify")


def test_a_query_with_a_key_is_split(project, pg_db2):
    project({"source": "some", "query": "SELECT id, name FROM t WHERE grp < 5", "key": "id", "target": "public.some"})
    assert pg_db2.rows("SELECT count(*), count(DISTINCT id) FROM public.some") == [(str(ROWS // 2), str(ROWS // 2))]


@pytest.mark.parametrize("table, said", [
    ({"source": "q", "query": "SELEC id FROM t"}, "SELEC id FROM"),
    ({"source": "q", "query": "SELECT id, id FROM t"}, "id"),
    ({"source": "q", "query": "DELETE FROM t"}, "q"),
    ({"source": "q", "query": "SELECT id FROM t; DELETE FROM t"}, "q"),
    ({"source": "q", "query": "SELECT id FROM t) AS x; DELETE FROM t; --"}, "q"),
])
def test_what_does_not_work_is_said_and_changes_nothing(project, source, table, said):
    result = project(table, expect=None)
    assert result.code not in (0, 5, 6) and said in result.text, str(result)
    assert int(source.value("SELECT count(*) FROM t")) == ROWS
