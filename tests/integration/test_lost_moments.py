"""Connections that are lost in the moments where it is hard to tell what has been done, and other copies that begin or end beside one."""
import json
import os
import subprocess
import sys
import threading
import time
from types import SimpleNamespace

import pytest

import compare
import conftest
from test_resume import ledger_tables
from test_types_mysql import key_of, reject_lines

sys.path.append(os.path.join(conftest.TOP, "tests", "chaos"))
from proxy import Proxy  # noqa: E402


def start(folder, *args, stdout=subprocess.PIPE):
    argv = [a.url if hasattr(a, "url") else str(a) for a in args]
    return subprocess.Popen([conftest.FERRY] + argv, stdin=subprocess.DEVNULL, stdout=stdout, stderr=subprocess.STDOUT, cwd=folder,
                            env=conftest.ferry_env(folder))


def finish(process, expect=0):
    out = process.communicate(timeout=120)[0].decode()
    assert process.returncode == expect, out
    return out


def wait_for(condition, process=None, seconds=60):
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until and (process is None or process.poll() is None), "it did not come to that"
        time.sleep(0.02)


def test_rejected_rows_of_a_commit_without_an_answer(make_sqlite, pg_db, tmp_path):
    """The rows are in, and the one that was rejected is told once, though the lane has not heard of it."""
    src = make_sqlite()
    src.sql("CREATE TABLE t (id integer PRIMARY KEY, v text); INSERT INTO t VALUES (1, 'a'), (2, 'b'), (3, CAST(x'66ff' AS TEXT))")
    pg_db.sql("CREATE TABLE t (id bigint PRIMARY KEY, v text); ALTER TABLE t OWNER TO ferry;"
              "CREATE FUNCTION late() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(1.5); RETURN NULL; END $$;"
              "CREATE CONSTRAINT TRIGGER late AFTER INSERT ON t DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.id = 1) EXECUTE FUNCTION late()")
    proxy = Proxy(pg_db.server.port)
    try:
        url = pg_db.url.replace(":%d/" % pg_db.server.port, ":%d/" % proxy.port)
        assert url != pg_db.url
        process = start(tmp_path, "copy", src, url, "--data-only", "--lanes", "1")
        wait_for(lambda: pg_db.rows("SELECT 1 FROM pg_stat_activity WHERE datname = '%s' AND wait_event = 'PgSleep' AND application_name = 'ferry'" % pg_db.name), process)
        proxy.reset()
        out = finish(process, 5)
    finally:
        proxy.stop()
    assert "trying again in" in out, out
    assert pg_db.rows("SELECT id, v FROM t ORDER BY id") == [("1", "a"), ("2", "b")]
    lines = reject_lines(tmp_path, SimpleNamespace(text=out))
    assert [key_of(line) for line in lines] == ["3"], lines
    assert not any(line.get("rolled_back") for line in lines)


@pytest.mark.parametrize("is_repaired", [False, True])
def test_connections_lost_while_differences_are_looked_for(make, tmp_path, ferry, postgres, is_repaired):
    """Whichever pass it was: it is made again, and what is found is the same."""
    src, dst = make("postgres"), make("postgres")
    src.sql("CREATE TABLE t (id int PRIMARY KEY, v text); INSERT INTO t SELECT i, repeat('x', 100) || i FROM generate_series(1, 150000) i; GRANT SELECT ON t TO ferry")
    ferry("copy", src, dst, "--no-verify")
    dst.sql("DELETE FROM t WHERE id = 77777; UPDATE t SET v = 'other' WHERE id IN (3, 149000)")
    with open(tmp_path / "out", "wb") as log:
        process = start(tmp_path, "verify", src, dst, "--lanes", "2", "--retries", "40", *(["--repair"] if is_repaired else []), stdout=log)
    # What comes before, the commands' own look at both catalogs, is not a matter of the run.
    wait_for(lambda: b"stage: verify" in (tmp_path / "out").read_bytes(), process)
    for _ in range(10):
        time.sleep(0.25)
        postgres.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname IN ('%s', '%s') AND application_name = 'ferry'" % (src.name, dst.name))
    process.wait(120)
    out = (tmp_path / "out").read_text()
    assert process.returncode == (0 if is_repaired else 6), out
    if is_repaired:
        compare.assert_equal(src, dst)
    else:
        assert "77777" in out and "149000" in out and "id=3" in out, out


@pytest.mark.parametrize("target", ["postgres", "sqlite"])
def test_ledgers_that_come_and_go(make, make_sqlite, tmp_path, target):
    """Copies from several sources into one target: whose is the last one takes the ledger's tables away, while others begin."""
    dst, failures = make(target), []

    def copy_again(i):
        folder = tmp_path / str(i)
        folder.mkdir()
        src = conftest.SqliteFile(folder / "source.db")
        src.sql("CREATE TABLE t%d (id integer PRIMARY KEY); INSERT INTO t%d VALUES (1), (2)" % (i, i))
        for _ in range(6):
            process = start(folder, "copy", src, dst, "--if-exists", "drop", "--lanes", "1", "--no-analyze")
            out = process.communicate(timeout=120)[0].decode()
            if process.returncode != 0:
                failures.append(out)

    threads = [threading.Thread(target=copy_again, args=(i,)) for i in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures, "%d of 18\n%s" % (len(failures), failures[0])
    assert ledger_tables(dst) == []
    assert [dst.value("SELECT count(*) FROM t%d" % i) for i in range(3)] in ([2, 2, 2], ["2", "2", "2"])


def terminate_in_hook(db, process, what):
    """The server ends the session in which the hook sleeps."""
    asked = "FROM pg_stat_activity WHERE datname = '%s' AND wait_event = 'PgSleep' AND query LIKE '%%%s%%'" % (db.name, what)
    wait_for(lambda: db.rows("SELECT 1 " + asked), process)
    db.server.sql("SELECT pg_terminate_backend(pid) " + asked)


def with_hooks(tmp_path, src, dst, **hooks):
    path = tmp_path / "p.json"
    path.write_text(json.dumps({"version": 1, "source": src.url, "target": dst.url, "select": {"include": "t"}, "hooks": hooks}))
    return "copy", "--project", path, "--no-analyze"


LATE = "CREATE TABLE log (n serial PRIMARY KEY, at timestamptz); CREATE SEQUENCE calls; GRANT ALL ON log, log_n_seq, calls TO ferry;" \
    "CREATE FUNCTION late() RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN IF nextval('public.calls') = 1 THEN PERFORM pg_sleep(20); END IF; RETURN 1; END $$;"


@pytest.mark.parametrize("when", ["target_before", "target_after"])
def test_a_hook_whose_connection_is_lost_is_tried_again(make, tmp_path, when):
    """It was rolled back with its step, so it runs once."""
    src, dst = make("sqlite"), make("postgres")
    src.sql("CREATE TABLE t (id integer PRIMARY KEY); INSERT INTO t VALUES (1)"), dst.sql(LATE)
    process = start(tmp_path, *with_hooks(tmp_path, src, dst, **{when: "INSERT INTO public.log (at) SELECT now() WHERE public.late() = 1"}))
    terminate_in_hook(dst, process, "INSERT INTO public.log")
    out = finish(process)
    assert "trying again" in out and dst.value("SELECT count(*) FROM log") == "1" and dst.value("SELECT count(*) FROM t") == "1"


@pytest.mark.parametrize("when", ["source_before", "source_after"])
def test_a_hook_that_may_have_run_is_named(make, tmp_path, when):
    """In the source nothing tells whether it has; so it is not run twice by itself."""
    src, dst = make("postgres"), make("sqlite")
    src.sql(LATE + "CREATE TABLE t (id integer PRIMARY KEY); INSERT INTO t VALUES (1); GRANT SELECT ON t TO ferry")
    command = with_hooks(tmp_path, src, dst, **{when: "INSERT INTO public.log (at) SELECT now() WHERE public.late() = 1"})
    process = start(tmp_path, *command)
    terminate_in_hook(src, process, "INSERT INTO public.log")
    out = finish(process, 4 if when == "source_after" else 3)
    assert "hook 1 of" in out and "it may have run" in out and src.value("SELECT last_value FROM calls") == "1"
    finish(start(tmp_path, *command))
    assert src.value("SELECT count(*) FROM log") == "1" and src.value("SELECT last_value FROM calls") == "2"


def test_an_idle_connection_of_hooks_is_opened_again(make, tmp_path):
    src, dst = make("postgres"), make("postgres")
    src.sql("CREATE TABLE log (what text); GRANT ALL ON log TO ferry; CREATE TABLE t (id integer PRIMARY KEY); INSERT INTO t SELECT generate_series(1, 2000); GRANT SELECT ON t TO ferry")
    process = start(tmp_path, *with_hooks(tmp_path, src, dst, source_before="INSERT INTO public.log VALUES ('before')", source_after="INSERT INTO public.log VALUES ('after')"),
                    "--read-limit", "1000rows/s", "--no-verify")
    wait_for(lambda: src.rows("SELECT 1 FROM log"), process)
    wait_for(lambda: src.rows("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '%s' AND state = 'idle' AND application_name = 'ferry'" % src.name), process)
    finish(process)
    assert [r[0] for r in src.rows("SELECT what FROM log")] == ["before", "after"]


@pytest.mark.parametrize("command, code", [("plan", 0), ("copy", 0), ("compare", 6)])
def test_a_connection_lost_while_planning_is_opened_again(make, tmp_path, command, code):
    """The plan only reads, so it is made anew; the new file of a target stays known as one."""
    src, dst = make("postgres"), make("sqlite")
    src.sql("CREATE TABLE t (id integer PRIMARY KEY); INSERT INTO t VALUES (1); GRANT SELECT ON t TO ferry")
    if command == "compare":
        dst.sql("CREATE TABLE other (id integer PRIMARY KEY)")
    locker = threading.Thread(target=src.sql, args=("BEGIN; LOCK TABLE t; SELECT pg_sleep(4); COMMIT",))
    locker.start()
    wait_for(lambda: src.rows("SELECT 1 FROM pg_locks WHERE mode = 'AccessExclusiveLock' AND granted AND relation = 't'::regclass"))
    process = start(tmp_path, command, src, dst)
    waiting = "FROM pg_stat_activity WHERE datname = '%s' AND application_name = 'ferry' AND wait_event_type = 'Lock'" % src.name
    wait_for(lambda: src.rows("SELECT 1 " + waiting), process)
    src.server.sql("SELECT pg_terminate_backend(pid) " + waiting)
    out = finish(process, code)
    locker.join()
    assert "planning: " in out and "trying again in" in out, out
    assert os.path.exists(dst.path) == (command != "plan")
