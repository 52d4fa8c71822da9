"""What an unfinished copy has decided holds: for the run that resumes it, and for one of another plan that begins again."""
import json

import pytest

from conftest import as_ferry

ROWS = "INSERT INTO a VALUES %s; INSERT INTO b VALUES (1, 'new'), (2, 'new');" % ", ".join("(%d, %d)" % (i, 100000 if i == 15 else i) for i in range(1, 21))
TABLES = "CREATE TABLE a (id integer PRIMARY KEY, v integer); CREATE TABLE b (id integer PRIMARY KEY, v varchar(20));"


@pytest.fixture(params=["sqlite", "postgres"])
def pair(request, make):
    src, dst = make("sqlite"), make(request.param)
    src.sql(TABLES + ROWS)
    return src, dst


def leave_unfinished(pair, ferry, tmp_path, *args):
    """A copy of table a whose second chunk holds a value that does not fit."""
    src, dst = pair
    path = tmp_path / "project.json"
    path.write_text(json.dumps({"version": 1, "source": src.url, "target": dst.url, "select": {"include": "a"},
                                "tables": [{"source": "a", "columns": [{"source": "v", "transform": [{"type": "int16"}]}]}],
                                "options": {"bad_values": {"out-of-range": "fail"}, "chunk_rows": 10, "lanes": 1}}))
    again = ("copy", "--project", path)
    ferry(*again, *args, expect=(4,))
    return again


def rows_of(dst, table):
    return int(dst.value("SELECT count(*) FROM " + table))


def has_table(dst, name):
    if dst.kind == "sqlite":
        return int(dst.value("SELECT count(*) FROM sqlite_master WHERE name = '%s'" % name)) > 0
    return int(dst.value("SELECT count(*) FROM pg_class WHERE relname = '%s'" % name)) > 0


def test_another_plan_drops_no_table_of_the_users(pair, ferry, tmp_path):
    src, dst = pair
    dst.sql(as_ferry(dst) + "CREATE TABLE b (id integer PRIMARY KEY, v varchar(20)); INSERT INTO b VALUES (7, 'mine')")
    leave_unfinished(pair, ferry, tmp_path)
    result = ferry("copy", src, dst, "-t", "b", expect=(3,))
    assert "--restart" in result.err
    result = ferry("copy", src, dst, "-t", "b", "--restart", expect=(3,))
    assert "is in the target already and holds rows" in result.err
    assert dst.value("SELECT v FROM b WHERE id = 7") == "mine"
    assert not has_table(dst, "a"), "what the unfinished copy has made is undone"


def test_another_plan_begins_again_with_the_same_table(pair, ferry, tmp_path):
    src, dst = pair
    leave_unfinished(pair, ferry, tmp_path)
    ferry("copy", src, dst, "-t", "a", "--restart")
    assert rows_of(dst, "a") == 20


def test_another_plan_empties_what_was_empty(make, ferry, tmp_path):
    src, dst = pair = make("sqlite"), make("postgres")
    src.sql(TABLES + ROWS)
    dst.sql(as_ferry(dst) + TABLES.replace("v integer", "v smallint"))
    leave_unfinished(pair, ferry, tmp_path, "--data-only")
    assert rows_of(dst, "a") == 10
    src.sql("UPDATE a SET v = 15 WHERE id = 15")
    ferry("copy", src, dst, "-t", "a", "--data-only", "--restart")
    assert rows_of(dst, "a") == 20


def test_a_resumed_copy_keeps_to_its_policy(pair, ferry, tmp_path):
    src, dst = pair
    dst.sql(as_ferry(dst) + TABLES.replace("v integer", "v smallint") + "INSERT INTO a VALUES (100, 100)")
    again = leave_unfinished(pair, ferry, tmp_path, "--if-exists", "append")
    assert rows_of(dst, "a") == 11
    result = ferry(*again, "--if-exists", "truncate", expect=(3,))
    assert "was begun with --if-exists append" in result.err and "--restart" in result.err
    assert rows_of(dst, "a") == 11
    src.sql("UPDATE a SET v = 15 WHERE id = 15")
    ferry(*again)
    assert rows_of(dst, "a") == 21


def forget_policy(dst):
    """As a ferry has left it that did not note it."""
    steps = "ferry.step" if dst.kind == "postgres" else "ferry_step"
    assert rows_of(dst, steps + " WHERE step LIKE 'if exists:%'") == 1
    dst.sql("DELETE FROM %s WHERE step LIKE 'if exists:%%'" % steps)


@pytest.mark.parametrize("held, begun, wrong", [("INSERT INTO a VALUES (100, 100)", "append", "truncate"), ("INSERT INTO a VALUES (100, 100)", "append", "merge"),
                                                ("INSERT INTO a VALUES (5, 100)", "merge", "append"), ("", "append", "truncate")])
def test_a_policy_that_was_not_noted(pair, ferry, tmp_path, held, begun, wrong):
    """It is known from what was decided by it; where it is not, nothing is emptied that rows were loaded into."""
    src, dst = pair
    dst.sql(as_ferry(dst) + TABLES.replace("v integer", "v smallint") + held)
    again = leave_unfinished(pair, ferry, tmp_path, "--if-exists", begun)
    forget_policy(dst)
    before = rows_of(dst, "a")
    result = ferry(*again, "--if-exists", wrong, expect=(3,))
    assert "was begun with" in result.err and "--restart" in result.err and rows_of(dst, "a") == before
    src.sql("UPDATE a SET v = 15 WHERE id = 15")
    ferry(*again)
    assert rows_of(dst, "a") == before + 10 and dst.value("SELECT v FROM a WHERE id = 5") in (5, "5")


def test_a_truncate_that_was_not_noted_goes_on(pair, ferry, tmp_path):
    src, dst = pair
    dst.sql(as_ferry(dst) + TABLES.replace("v integer", "v smallint") + "INSERT INTO a VALUES (100, 100)")
    again = leave_unfinished(pair, ferry, tmp_path, "--if-exists", "truncate")
    forget_policy(dst)
    src.sql("UPDATE a SET v = 15 WHERE id = 15")
    ferry(*again, "--if-exists", "truncate")
    assert rows_of(dst, "a") == 20


def test_a_refused_copy_sweeps_up_a_lock_without_a_copy(make, ferry):
    """A kill between the lock's table and the copy's leaves the first."""
    src, dst = make("sqlite"), make("postgres")
    src.sql(TABLES + ROWS)
    columns = "source text PRIMARY KEY, id text, host text, pid text, machine text, born text, started text, beat bigint"
    dst.sql(as_ferry(dst) + "CREATE TABLE a (id integer PRIMARY KEY, v integer); INSERT INTO a VALUES (7, 7); CREATE SCHEMA ferry; CREATE TABLE ferry.runner (%s)" % columns)
    result = ferry("copy", src, dst, expect=(3,))
    assert "is in the target already and holds rows" in result.err
    assert int(dst.value("SELECT count(*) FROM pg_namespace WHERE nspname = 'ferry'")) == 0 and rows_of(dst, "a") == 1
