"""What a project masks, hashes or leaves out stays so, whatever else is asked for."""
import json

import pytest

ROWS = "CREATE TABLE customer (id int PRIMARY KEY, email text, note text); INSERT INTO customer VALUES (1, 'ann@x.org', 'n1'), (2, 'bob@x.org', 'n2')"


def project(tmp_path, src, dst, **more):
    path = tmp_path / "p.json"
    path.write_text(json.dumps({"version": 1, "source": src.url, "target": dst.url, **more}))
    return path


HIDES = [{"source": "email", "transform": "mask"}, {"source": "note", "exclude": True}]


def test_where_beside_a_glob_is_refused(make_sqlite, ferry, tmp_path):
    """An entry of its own for the table would displace the glob's, with its mask."""
    src, dst = make_sqlite(), make_sqlite()
    src.sql(ROWS)
    p = project(tmp_path, src, dst, tables=[{"source": "cust*", "columns": HIDES}])
    result = ferry("copy", "--project", p, "--where", "customer=id=1", expect=1)
    assert "the project's entry 'cust*' holds for the table customer" in result.text and "an entry of its own" in result.text
    ferry("copy", "--project", p)
    assert dst.value("SELECT group_concat(email) FROM customer") == "*********,*********"


def test_where_goes_to_the_entry_of_the_table(make_postgres, make_sqlite, ferry, tmp_path):
    src, dst = make_postgres(), make_sqlite()
    src.sql(ROWS + "; GRANT SELECT ON customer TO ferry")
    p = project(tmp_path, src, dst, tables=[{"source": "customer", "target": "x", "columns": HIDES}])
    ferry("copy", "--project", p, "--where", "public.customer=id=1")
    assert dst.rows("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'") == [("x",)]
    assert dst.value("SELECT email FROM x") == "*********"


def test_where_and_several_targets(make_sqlite, ferry, tmp_path):
    src, dst = make_sqlite(), make_sqlite()
    src.sql(ROWS)
    tables = [{"source": "customer", "target": "c%d" % i, "where": "id = %d" % i} for i in (1, 2)]
    ferry("copy", "--project", project(tmp_path, src, dst, tables=tables), "--where", "customer=id > 0")
    assert [dst.value("SELECT group_concat(id) FROM c%d" % i) for i in (1, 2)] == ["1", "2"]


def test_where_twice(make_sqlite, ferry):
    src, dst = make_sqlite(), make_sqlite()
    src.sql(ROWS)
    result = ferry("copy", src, dst, "--where", "customer=id=1", "--where", "customer=id=2", expect=1)
    assert "--where is given twice for the table customer" in result.text, result.text


@pytest.mark.parametrize("step", ["mask", {"hash": {"key_env": "HASH_KEY"}}])
@pytest.mark.parametrize("rule", ["replace", "reject"])
def test_bad_values_of_hidden_columns(make_sqlite, ferry, tmp_path, step, rule):
    """Invalid text in a masked column: neither the target nor the reject file tells it."""
    src, dst = make_sqlite(), make_sqlite()
    src.sql("CREATE TABLE t (id int PRIMARY KEY, p text); INSERT INTO t VALUES (1, 'fine'), (2, CAST(X'534543524554ff' AS TEXT))")
    p = project(tmp_path, src, dst, tables=[{"source": "t", "columns": [{"source": "p", "transform": step}]}])
    rejects = tmp_path / "r.ndjson"
    result = ferry("copy", "--project", p, "--bad-value", "invalid-encoding=" + rule, "--rejects", rejects, expect=(0, 5), env={"HASH_KEY": "k" * 32})
    everything = result.text + (rejects.read_text() if rejects.exists() else "") + str(dst.rows("SELECT * FROM t"))
    assert "SECRET" not in everything and "U0VDUkVU" not in everything, everything


@pytest.mark.parametrize("step", ["mask", {"hash": {"key_env": "HASH_KEY"}}])
@pytest.mark.parametrize("kinds", ["sqlite-sqlite", "sqlite-postgres", "mysql-postgres", "postgres-postgres"])
def test_defaults_of_hidden_columns(make, ferry, tmp_path, kinds, step):
    """A default is a value, too: left out, with a note that does not tell it."""
    src, dst = (make(kind) for kind in kinds.split("-"))
    src.sql("CREATE TABLE t (id int PRIMARY KEY, p varchar(20) DEFAULT 'topsecret', q varchar(20) DEFAULT 'open'); INSERT INTO t (id) VALUES (1)")
    if src.kind == "postgres":
        src.sql("GRANT SELECT ON t TO ferry")
    p = project(tmp_path, src, dst, tables=[{"source": "*", "columns": [{"source": "p", "transform": step}]}])
    env = {"HASH_KEY": "k" * 32}
    plan = ferry("plan", "--project", p, env=env)
    assert "topsecret" not in plan.text and "left out: the project masks or hashes the column" in plan.text
    ferry("copy", "--project", p, "--report", tmp_path / "r.json", env=env)
    assert "topsecret" not in (tmp_path / "r.json").read_text()
    dst.sql("INSERT INTO t (id) VALUES (2)")
    assert [tuple(map(str, row)) for row in dst.rows("SELECT p IS NULL, q FROM t WHERE id = 2")] in ([("1", "open")], [("t", "open")])


def test_replace_and_other_steps(make_sqlite, ferry, tmp_path):
    """A value that cannot take its steps is rejected: replaced it would arrive without them."""
    src, dst = make_sqlite(), make_sqlite()
    src.sql("CREATE TABLE t (id int PRIMARY KEY, p text); INSERT INTO t VALUES (1, 'a'), (2, CAST(X'62ff' AS TEXT)), (3, 'd')")
    p = project(tmp_path, src, dst, tables=[{"source": "t", "columns": [{"source": "p", "transform": "upper"}]}])
    ferry("copy", "--project", p, "--bad-value", "invalid-encoding=replace", "--rejects", tmp_path / "r", expect=5)
    assert dst.rows("SELECT id, p FROM t ORDER BY id") == [(1, "A"), (3, "D")]


def test_lower_names_in_every_language(make_sqlite, ferry):
    src, dst = make_sqlite(), make_sqlite()
    src.sql("CREATE TABLE ITEMS (ID int, TITLE text)")
    ferry("copy", src, dst, "--identifiers", "lower", env={"LC_ALL": "tr_TR.UTF-8"})
    assert dst.rows("SELECT name FROM pragma_table_info('items')") == [("id",), ("title",)]


def test_replace_by_more_characters_widens(make_sqlite, make_postgres, ferry, tmp_path):
    src, dst = make_sqlite(), make_postgres()
    src.sql("CREATE TABLE t (id int PRIMARY KEY, p varchar(4)); INSERT INTO t VALUES (1, 'ääää')")
    p = project(tmp_path, src, dst, tables=[{"source": "t", "columns": [{"source": "p", "transform": {"replace": {"text": "ä", "with": "ae"}}}]}])
    ferry("copy", "--project", p)
    assert dst.value("SELECT p FROM t") == "aeaeaeae"
