"""What was asked of an execution and answered with 200 is done: also where it comes while the run ends, or while it waits."""
import contextlib
import sqlite3
import time

import pytest

SLOW = {"version": 1, "options": {"chunk_rows": 1000, "lanes": 1, "read_limit": "4000 rows/s"}}


def make_project(client, make_sqlite, document, rows=40000):
    source, target = make_sqlite("source"), make_sqlite("target")
    source.sql("CREATE TABLE t (id integer PRIMARY KEY, v text);"
               "INSERT INTO t WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < %d) SELECT i, 'x' FROM n" % rows)
    ids = [client.post("/connections", {"name": db.name, "url": db.url}, expect=201).json["id"] for db in (source, target)]
    project = client.post("/projects", {"name": "p", "source_connection_id": ids[0], "target_connection_id": ids[1], "document": document}, expect=201).json["id"]
    return project, target


@contextlib.contextmanager
def alone_in_the_store(service):
    """Nobody else writes into the store meanwhile."""
    db = sqlite3.connect(service.data + "/ferry.db", isolation_level=None, timeout=30)
    db.execute("BEGIN IMMEDIATE")
    yield db
    db.execute("COMMIT")
    db.close()


def wait_for_rows(client, execution):
    end = time.monotonic() + 60
    while not (client.get("/executions/" + execution).json["progress"] or {"rows": 0})["rows"]:
        assert time.monotonic() < end
        time.sleep(0.05)


def has_table(target):
    return target.value("SELECT count(*) FROM sqlite_master WHERE name = 't'") == 1


@pytest.mark.parametrize("wanted", ["cancel", "clean_up"])
def test_what_comes_while_a_pause_ends(service, make_sqlite, wanted):
    ada = service.admin()
    project, target = make_project(ada, make_sqlite, SLOW)
    execution = ada.post("/executions", {"project_id": project}, expect=201).json["id"]
    wait_for_rows(ada, execution)
    with alone_in_the_store(service) as db:
        db.execute("UPDATE executions SET wanted = 'pause' WHERE id = ?", (execution,))
    with alone_in_the_store(service) as db:     # the run ends as paused; its end cannot be written yet
        time.sleep(4)
        assert db.execute("SELECT state, wanted FROM executions").fetchall() == [("RUNNING", "pause")]
        db.execute("UPDATE executions SET wanted = ? WHERE id = ?", (wanted, execution))
    one = service.wait(ada, execution, "CANCELLED", timeout=40)
    assert (one["outcome"], one["wanted"]) == ("cancelled", None) and one["ended_at"]
    assert has_table(target) == (wanted == "cancel")
    ada.delete("/executions/" + execution)


def test_a_clean_up_that_comes_while_a_run_fails(service, make_sqlite):
    ada = service.admin()
    project, target = make_project(ada, make_sqlite, dict(SLOW, hooks={"target_after": ["SELECT no_such_column"]}), rows=8000)
    execution = ada.post("/executions", {"project_id": project}, expect=201).json["id"]
    wait_for_rows(ada, execution)
    with alone_in_the_store(service) as db:
        time.sleep(4)
        db.execute("UPDATE executions SET wanted = 'clean_up' WHERE id = ?", (execution,))
    one = service.wait(ada, execution, "CANCELLED", timeout=40)
    assert (one["outcome"], one["wanted"], one["error"]) == ("cancelled", None, None)
    lines = [line["message"] for line in ada.get("/executions/%s/logs" % execution).items]
    assert "what this execution had made in the target was removed" in lines


def test_a_clean_up_that_waits_is_not_made_a_copy(make_service, make_sqlite):
    service = make_service("--workers", "0")
    ada = service.admin()
    project, target = make_project(ada, make_sqlite, {"version": 1})
    execution = ada.post("/executions", {"project_id": project}, expect=201).json["id"]
    ada.post("/executions/%s/pause" % execution)
    asked = ada.post("/executions/%s/cancel" % execution, {"clean_up": True}).json
    assert (asked["state"], asked["wanted"]) == ("QUEUED", "clean_up")
    refused = ada.post("/executions/%s/pause" % execution, expect=409)
    assert "waits to be cancelled or cleaned up" in refused.json["detail"]
    ada.post("/executions/%s/resume" % execution, expect=409)
    with alone_in_the_store(service) as db:     # as an earlier version has left it
        db.execute("UPDATE executions SET state = 'PAUSED'")
    asked = ada.post("/executions/%s/resume" % execution).json
    assert (asked["state"], asked["wanted"]) == ("QUEUED", "clean_up")
    asked = ada.post("/executions/%s/cancel" % execution).json
    assert (asked["state"], asked["wanted"]) == ("CANCELLED", None), "called off"


def test_a_cancel_does_not_call_off_a_clean_up_of_one_that_runs(service, make_sqlite):
    ada = service.admin()
    project, target = make_project(ada, make_sqlite, SLOW)
    execution = ada.post("/executions", {"project_id": project}, expect=201).json["id"]
    wait_for_rows(ada, execution)
    assert ada.post("/executions/%s/cancel" % execution, {"clean_up": True}).json["wanted"] in ("clean_up", None)
    ada.post("/executions/%s/cancel" % execution, expect=(200, 409))
    assert service.wait(ada, execution)["state"] == "CANCELLED"
    assert not has_table(target)
