"""Hooks of a project: SQL before and after the run and its tables, once a copy, also when it is resumed."""
import json

import pytest

LOG = {"mysql": "CREATE TABLE log (n int PRIMARY KEY AUTO_INCREMENT, what varchar(40))", "sqlite": "CREATE TABLE log (n INTEGER PRIMARY KEY, what text)",
       "postgres": "SET ROLE ferry; CREATE TABLE log (n serial PRIMARY KEY, what text)"}


def say(db, what):
    return "INSERT INTO log (what) VALUES ('%s')" % what


def logged(db):
    return [r[0] for r in db.rows("SELECT what FROM log ORDER BY n")]


@pytest.fixture(params=[("mysql", "postgres"), ("postgres", "sqlite"), ("sqlite", "postgres")], ids="-".join)
def pair(request, make):
    src, dst = make(request.param[0]), make(request.param[1])
    src.sql(LOG[src.kind]), dst.sql(LOG[dst.kind])
    src.sql(("SET ROLE ferry;" if src.kind == "postgres" else "") +
            "CREATE TABLE t (id int NOT NULL PRIMARY KEY, v varchar(20)); INSERT INTO t VALUES (1, 'a'), (2, 'b')")
    return src, dst


def project(tmp_path, src, dst, hooks, table_hooks=None, **options):
    path = tmp_path / "p.json"
    document = {"version": 1, "source": src.url, "target": dst.url, "select": {"exclude": ["log"]}, "hooks": hooks, "options": options}
    if table_hooks:
        document["tables"] = [{"source": "t", "hooks": table_hooks}]
    path.write_text(json.dumps(document))
    return "--project", path


def test_order(pair, ferry, tmp_path):
    src, dst = pair
    hooks = {"source_before": [say(src, "run before"), say(src, "run before 2")], "source_after": say(src, "run after"),
             "target_before": say(dst, "run before"), "target_after": say(dst, "run after")}
    table = {"source_before": "UPDATE t SET v = 'B' WHERE id = 2", "source_after": say(src, "table after"),
             "target_before": say(dst, "table before"), "target_after": "INSERT INTO log (what) SELECT v FROM t WHERE id = 2"}
    ferry("copy", *project(tmp_path, src, dst, hooks, table))
    assert logged(src) == ["run before", "run before 2", "table after", "run after"]
    assert logged(dst) == ["run before", "table before", "B", "run after"]    # what the source's hook did is copied


def test_once_a_copy(pair, ferry, tmp_path):
    src, dst = pair
    hooks = {"source_before": say(src, "before"), "target_before": say(dst, "before"), "target_after": "INSERT INTO nowhere VALUES (1)"}
    result = ferry("copy", *project(tmp_path, src, dst, hooks), expect=None)
    assert result.code != 0
    assert "hook 1 of \"after\" on the target (INSERT INTO nowhere VALUES (1))" in result.err and "nowhere" in result.err.split("): ", 1)[1]
    dst.sql(("SET ROLE ferry;" if dst.kind == "postgres" else "") + "CREATE TABLE %s (n int)" % ("public.nowhere" if dst.kind == "postgres" else "nowhere"))
    result = ferry("copy", *project(tmp_path, src, dst, hooks))
    assert logged(src) == ["before"] and logged(dst) == ["before"]
    assert int(dst.value("SELECT count(*) FROM nowhere")) == 1


def test_a_refused_copy_leaves_no_ledger(make, ferry, tmp_path):
    src, dst = make("sqlite"), make("postgres")
    src.sql("CREATE TABLE t (id int NOT NULL PRIMARY KEY)"), dst.sql("SET ROLE ferry; CREATE TABLE t (id int)")
    ferry("copy", *project(tmp_path, src, dst, {"target_before": "SELECT 1"}), expect=3)
    assert dst.value("SELECT count(*) FROM pg_namespace WHERE nspname = 'ferry'") == "0"


def test_what_wants_no_transaction(make, ferry, tmp_path):
    src, dst = make("sqlite"), make("postgres")
    src.sql("CREATE TABLE t (id int NOT NULL PRIMARY KEY); INSERT INTO t VALUES (1)")
    ferry("copy", *project(tmp_path, src, dst, {"target_after": "VACUUM public.t"}))
