"""The service's store in PostgreSQL: the same service, its objects in a database that several machines can share; and as a file."""
import concurrent.futures
import contextlib
import signal
import sqlite3
import threading
import time

import pytest

import compare
import servers
from ferry_service import Worker
from test_service_executions import FAST, ROWS, SLOW, fill, make_project, start, wait_for_rows


def serve(make_service, store, *args):
    return make_service(*args, env={"FERRY_STORE": store.url})


def test_everything_is_in_the_database(make_service, make_postgres, mysql_db):
    store, target = make_postgres(), make_postgres()
    fill(mysql_db)
    service = serve(make_service, store)
    ada = service.admin()
    execution = start(ada, make_project(ada, mysql_db, target, FAST))
    one = service.wait(ada, execution)
    assert one["outcome"] == "verified", ada.get("/executions/%s/logs" % execution).text
    compare.assert_equal(mysql_db, target)
    assert store.value("SELECT state FROM executions") == "COMPLETED"
    assert int(store.value("SELECT count(*) FROM audit")) > 3
    assert not store.rows("SELECT 1 FROM connections WHERE position('%s' IN url || secret) > 0" % servers.PASSWORD.replace("'", "''"))
    events = list(ada.events("/executions/%s/events" % execution, last_event_id="1"))
    assert events[-1].type == "end"
    assert ada.get("/summary").json["totals"]["rows"] == ROWS + 500
    ada.post("/users", {"name": "ada", "password": "another long password", "role": "viewer"}, expect=409)
    ada.delete("/executions/" + execution, expect=204)
    assert store.value("SELECT count(*) FROM execution_logs") == "0"


def test_kills_and_a_pause(make_service, make_postgres, mysql_db):
    store, target = make_postgres(), make_postgres()
    fill(mysql_db)
    service = serve(make_service, store)
    ada = service.admin()
    execution = start(ada, make_project(ada, mysql_db, target, SLOW))
    wait_for_rows(ada, execution, 3000)
    service.kill()
    service.start()
    wait_for_rows(ada, execution, 6000)
    ada.post("/executions/%s/pause" % execution)
    service.wait(ada, execution, "PAUSED")
    ada.post("/executions/%s/resume" % execution)
    assert service.wait(ada, execution)["outcome"] == "verified"
    compare.assert_equal(mysql_db, target)


def test_what_is_told_while_the_store_is_away_is_kept(make_service, make_postgres, make_sqlite):
    store, source, target = make_postgres(), make_sqlite(), make_sqlite()
    source.sql("CREATE TABLE t (id integer PRIMARY KEY, v text); CREATE INDEX t_v ON t (v);"
               "INSERT INTO t WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 6000) SELECT i, 'x' FROM n")
    service = serve(make_service, store)
    ada = service.admin()
    execution = start(ada, make_project(ada, source, target, SLOW))
    wait_for_rows(ada, execution, 1)
    store.server.sql("ALTER DATABASE \"%s\" ALLOW_CONNECTIONS false; SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '%s'"
                     % (store.name, store.name))
    time.sleep(5)
    assert target.value("SELECT count(*) FROM sqlite_master WHERE name = 't_v'") == 1, "the run has not waited"
    store.server.sql("ALTER DATABASE \"%s\" ALLOW_CONNECTIONS true" % store.name)
    assert service.wait(ada, execution, timeout=40)["outcome"] == "verified"
    lines = [line["message"] for line in ada.get("/executions/%s/logs" % execution, query={"limit": 500}).items]
    assert [lines.count(line) for line in ("stage: copy", "stage: build", "stage: verify", "COMPLETED: verified")] == [1, 1, 1, 1], lines
    assert [o["status"] for o in ada.get("/executions/%s/objects" % execution).items if o["name"] == "t_v on t"] == ["success"]
    assert [(t["state"], t["rows"]) for t in ada.get("/executions/%s/tables" % execution).items] == [("verified", 6000)]


def test_a_store_that_is_not_there_is_named(ferry, tmp_path):
    result = ferry("serve", "--data", str(tmp_path / "d"), "--store", "postgresql://nobody@127.0.0.1:1/none", expect=2)
    assert "the service's store" in result.err
    result = ferry("serve", "--data", str(tmp_path / "d"), "--store", "mysql://nobody@127.0.0.1:1/none", expect=1)
    assert "sqlite:///FILE or postgresql://" in result.err


def test_a_dead_workers_task_goes_to_another(make_service, make_postgres, mysql_db, tmp_path):
    store, target = make_postgres(), make_postgres()
    fill(mysql_db)
    service = serve(make_service, store, "--workers", "0")
    ada = service.admin()
    execution = start(ada, make_project(ada, mysql_db, target, SLOW))
    first = Worker(service, tmp_path / "w1")
    events = []
    watcher = threading.Thread(target=lambda: events.extend(ada.events("/executions/%s/events" % execution)), daemon=True)
    watcher.start()
    wait_for_rows(ada, execution, 3000)
    first.end(signal.SIGKILL)
    second = Worker(service, tmp_path / "w2")
    one = service.wait(ada, execution)
    assert (one["outcome"], one["attempt"]) == ("verified", 1), ada.get("/executions/%s/logs" % execution).text
    compare.assert_equal(mysql_db, target)
    watcher.join(30)
    assert events[0].type == "snapshot" and events[-1].type == "end"
    seen = [line["id"] for e in events if e.type == "log" for line in e.data["items"]]
    stored = [line["id"] for line in ada.get("/executions/%s/logs?limit=5000" % execution).items if line["id"] > int(events[0].id)]
    assert seen == stored, "each line once, told by another process"
    assert second.end(signal.SIGTERM) == 0


def test_a_stopped_worker_gives_its_work_back_at_once(make_service, make_postgres, mysql_db, tmp_path):
    store, target = make_postgres(), make_postgres()
    fill(mysql_db)
    service = serve(make_service, store, "--workers", "0")
    ada = service.admin()
    execution = start(ada, make_project(ada, mysql_db, target, SLOW))
    worker = Worker(service, tmp_path / "w1")
    wait_for_rows(ada, execution, 2000)
    assert worker.end(signal.SIGTERM) == 0
    assert ada.get("/executions/" + execution).json["state"] == "QUEUED"
    worker = Worker(service, tmp_path / "w2")
    assert service.wait(ada, execution)["outcome"] == "verified"
    assert worker.end(signal.SIGTERM) == 0
    compare.assert_equal(mysql_db, target)


def test_a_worker_without_the_key_says_so(ferry, make_service, make_postgres, mysql_db, tmp_path):
    store = make_postgres()
    service = serve(make_service, store, "--workers", "0")
    service.admin().post("/connections", {"name": "shop", "url": mysql_db.url})
    result = ferry("worker", "--data", str(tmp_path / "w"), env={"FERRY_STORE": store.url}, expect=1)
    assert "the key file" in result.err and "FERRY_SECRET_KEY" in result.err
    assert "needs the store" in ferry("worker", expect=1).err


def test_the_audit_log_is_only_added_to(make_service, make_postgres):
    """By triggers, whoever asks: the one exception is what is older than the settings say."""
    store = make_postgres()
    service = serve(make_service, store)
    service.admin()
    n = store.value("SELECT count(*) FROM audit")
    assert int(n) > 0
    for sql in ("UPDATE audit SET user_name = 'nobody'", "DELETE FROM audit", "TRUNCATE audit",
                "DELETE FROM audit WHERE id = (SELECT min(id) FROM audit)"):
        with pytest.raises(servers.ServerError, match="append-only"):
            store.sql(sql)
    assert store.value("SELECT count(*) FROM audit") == n
    assert store.value("SELECT count(*) FROM audit WHERE user_name = 'nobody'") == "0"
    # as the service itself forgets old entries, in one transaction
    store.sql("INSERT INTO audit (at, action) VALUES ('2001-01-01T00:00:00.000Z', 'old')")
    store.sql("BEGIN; INSERT INTO audit_expiry VALUES ('2002-01-01T00:00:00.000Z'); DELETE FROM audit WHERE at < '2002-01-01'; "
              "DELETE FROM audit_expiry; COMMIT")
    assert store.value("SELECT count(*) FROM audit") == n


@pytest.mark.parametrize("kind", ["file", "postgres"])
def test_searches_know_letters_and_no_wildcards(make_service, make_postgres, make_sqlite, kind):
    source, target = make_sqlite(), make_sqlite()
    source.sql('CREATE TABLE "Ärzte" (id integer PRIMARY KEY); CREATE TABLE order_items (id integer PRIMARY KEY); CREATE TABLE orderXitems (id integer PRIMARY KEY);'
               'CREATE TABLE "50%!" (id integer PRIMARY KEY)')
    service = make_service() if kind == "file" else serve(make_service, make_postgres())
    ada = service.admin()
    execution = start(ada, make_project(ada, source, target, FAST))
    service.wait(ada, execution)
    for search, names in (("Ärzte", ["Ärzte"]), ("ärzte", ["Ärzte"]), ("ÄRZ", ["Ärzte"]), ("order_items", ["order_items"]), ("ORDERX", ["orderXitems"]),
                          ("%", ["50%!"]), ("%!", ["50%!"]), ("_", ["order_items"]), ("items", ["orderXitems", "order_items"]), ("zz", [])):
        assert sorted(t["name"] for t in ada.get("/executions/%s/tables" % execution, query={"search": search}).items) == names, search
        lines = [line["message"] for line in ada.get("/executions/%s/logs" % execution, query={"search": "data of " + search}).items]
        assert bool(lines) == (search in ("Ärzte", "ärzte", "ÄRZ", "order_items", "ORDERX")), (search, lines)
    assert len(ada.get("/executions/%s/tables" % execution).items) == 4


def hold(store, sql):
    """A transaction of another process that has done this and goes on for a while; to be joined."""
    holder = threading.Thread(target=store.sql, args=("BEGIN; %s; SELECT pg_sleep(3); COMMIT" % sql,))
    holder.start()
    while store.value("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE '%pg_sleep(3)%' AND pid <> pg_backend_pid() "
                      "AND wait_event = 'PgSleep'") == "0":
        time.sleep(0.05)
    return holder


def test_what_another_service_does_at_the_same_moment_is_waited_for(make_service, make_postgres, make_sqlite):
    store, source, target = make_postgres(), make_sqlite(), make_sqlite()
    source.sql("CREATE TABLE t (id integer PRIMARY KEY)")
    service = serve(make_service, store)
    ada = service.admin()
    project = make_project(ada, source, target, FAST)
    execution = start(ada, project)
    service.wait(ada, execution)
    service.stop()
    service.args += ("--workers", "0")
    service.start()
    queued = "UPDATE executions SET state = 'QUEUED'"       # a retry
    holder = hold(store, queued)
    ada.delete("/executions/" + execution, expect=409)
    holder.join()
    store.sql("UPDATE executions SET state = 'FAILED'")
    holder = hold(store, "SELECT 1 FROM projects FOR UPDATE; " + queued)     # a start
    ada.post("/executions", {"project_id": project}, expect=409)
    holder.join()
    otto = service.user(ada, "otto", "operator")
    holder = hold(store, "SELECT 1 FROM projects FOR UPDATE; INSERT INTO restricted_projects (project_id) VALUES ('%s')" % project)
    otto.post("/templates", {"name": "t", "project_id": project}, expect=(403, 404))
    holder.join()
    assert [t for t in ada.get("/templates").items if not t["is_built_in"]] == []


def test_a_second_process_leaves_the_store_as_it_is(service, ferry):
    """Also where it would bring it to a layout that the first does not know."""
    with contextlib.closing(sqlite3.connect(service.data + "/ferry.db", timeout=30)) as db:
        versions = db.execute("SELECT max(version) FROM ferry_store").fetchone()[0]
        db.execute("DELETE FROM ferry_store WHERE version = ?", (versions,))
        db.execute("DROP TABLE templates")
        db.commit()
        result = ferry("serve", "--data", service.data, "--listen", "127.0.0.1:0", expect=2)
        assert "another ferry has the service of" in result.err
        assert db.execute("SELECT max(version) FROM ferry_store").fetchone()[0] == versions - 1
        assert db.execute("SELECT count(*) FROM sqlite_master WHERE name = 'templates'").fetchone() == (0,)


def test_a_look_into_the_file_of_a_running_service_loses_nothing(service):
    ada = service.admin()
    with concurrent.futures.ThreadPoolExecutor(8) as pool:      # as many connections to the store as it keeps
        list(pool.map(lambda _: ada.get("/users"), range(200)))
    path = service.data + "/ferry.db"
    for reader in (sqlite3.connect(path), sqlite3.connect("file:%s?mode=ro" % path, uri=True)):
        with contextlib.closing(reader), contextlib.closing(sqlite3.connect(":memory:")) as copy:
            reader.backup(copy)
            assert copy.execute("SELECT name FROM users").fetchall() == [("ada",)]
    service.user(ada, "bob", "viewer")
    service.kill()
    service.start()
    assert [user["name"] for user in service.admin().get("/users").items] == ["ada", "bob"]


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_text_that_is_not_utf8_costs_nothing_else(make_service, make_sqlite, make_postgres, kind):
    """As messages of servers can be, which hold bytes of values: the line is stored with a mark in their place, the others as they are."""
    service = serve(make_service, make_postgres()) if kind == "postgres" else make_service()
    source, target = make_sqlite(), make_sqlite()
    source.sql("CREATE TABLE t (id integer PRIMARY KEY); INSERT INTO t VALUES (1)")
    ada = service.admin()
    hooks = {"source_before": ["SELECT json_extract('{}', CAST(x'ff' AS TEXT))"]}
    execution = start(ada, make_project(ada, source, target, {"version": 1, "hooks": hooks}))
    one = service.wait(ada, execution)
    assert one["state"] == "FAILED" and "near '\N{REPLACEMENT CHARACTER}'" in one["error"]["message"], one
    told = [line["message"] for line in ada.get("/executions/%s/logs" % execution).items]
    assert any("near '\N{REPLACEMENT CHARACTER}'" in line for line in told) and {"planning", "stage: prepare", "FAILED: failed"} <= set(told), told
    assert [t["name"] for t in ada.get("/executions/%s/tables" % execution).items] == ["t"]


def test_a_database_that_cannot_hold_every_text_is_refused(make_service, make_postgres):
    """Before anything is in it: a message that it cannot hold would come at the worst moment."""
    store = make_postgres(extra="ENCODING 'LATIN1' LOCALE 'C'")
    with pytest.raises(AssertionError, match="LATIN1.*ENCODING 'UTF8'"):
        serve(make_service, store)
    assert store.value("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == "0"
