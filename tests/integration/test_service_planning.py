"""A source that restarts while an execution plans: the plan is made anew, and what is wished for meanwhile is heeded."""
import contextlib
import signal
import threading
import time

import pytest

import compare
import conftest
import servers
from test_service_executions import make_project, start


@pytest.fixture
def server():
    one = servers.PostgreSQL()
    yield one
    one.stop()


@pytest.fixture
def source(server):
    server.create("d")
    db = conftest.Database(server, "d")
    db.sql("CREATE TABLE t (id int PRIMARY KEY, v text); INSERT INTO t SELECT i, 'x' FROM generate_series(1, 100) i; GRANT SELECT ON t TO ferry")
    return db


def wait_for(condition, what):
    until = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < until, what
        time.sleep(0.02)


def ask_in_lock(source):
    with contextlib.suppress(servers.ServerError):    # the server goes
        source.sql("BEGIN; LOCK TABLE t; SELECT pg_sleep(300); COMMIT")


def halt_in_plan(source):
    """Once the plan waits for the table that is locked."""
    wait_for(lambda: source.rows("SELECT 1 FROM pg_stat_activity WHERE application_name = 'ferry' AND wait_event_type = 'Lock'"), "it plans")
    source.server.halt(signal.SIGQUIT)


def start_and_lose(client, project, source, **more):
    locker = threading.Thread(target=ask_in_lock, args=(source,))
    locker.start()
    wait_for(lambda: source.rows("SELECT 1 FROM pg_locks WHERE mode = 'AccessExclusiveLock' AND granted AND relation = 't'::regclass"), "it is locked")
    execution = start(client, project, **more)
    halt_in_plan(source)
    locker.join()
    wait_for(lambda: n_tries(client, execution) >= 2, "it waits for the server, and tells so")
    return execution


def n_tries(client, execution):
    lines = [line for line in client.get("/executions/%s/logs" % execution).items if line["message"].startswith("planning: ")]
    assert all(line["level"] == "warning" and "trying again in" in line["message"] and "of 1000)" in line["message"] for line in lines), lines
    return len(lines)


def patient(client, source, target):
    return make_project(client, source, target, {"version": 1, "options": {"retries": 1000}})


def test_a_source_that_restarts_while_the_plan_is_made(service, source, make_sqlite):
    ada, target = service.admin(), make_sqlite()
    execution = start_and_lose(ada, patient(ada, source, target), source)
    source.server.launch(source.server.argv)
    one = service.wait(ada, execution)
    assert (one["state"], one["outcome"], one["attempt"]) == ("COMPLETED", "verified", 1), one["error"]
    compare.assert_equal(source, target)


def test_tries_come_to_an_end(service, source, make_sqlite):
    ada = service.admin()
    project = make_project(ada, source, make_sqlite(), {"version": 1, "options": {"retries": 1}})
    locker = threading.Thread(target=ask_in_lock, args=(source,))
    locker.start()
    wait_for(lambda: source.rows("SELECT 1 FROM pg_locks WHERE mode = 'AccessExclusiveLock' AND granted AND relation = 't'::regclass"), "it is locked")
    execution = start(ada, project)
    halt_in_plan(source)
    locker.join()
    one = service.wait(ada, execution)
    assert one["state"] == "FAILED" and one["error"]["message"].startswith("source: "), one
    assert sum("(1 of 1)" in line["message"] for line in ada.get("/executions/%s/logs" % execution).items) == 1


@pytest.mark.parametrize("wanted", ["pause", "cancel", "clean_up"])
def test_a_wish_while_the_server_is_away(service, source, make_sqlite, wanted):
    ada, target = service.admin(), make_sqlite()
    execution = start_and_lose(ada, patient(ada, source, target), source)
    if wanted == "clean_up":
        ada.post("/executions/%s/cancel" % execution, {"clean_up": True})
        wait_for(lambda: ada.get("/executions/" + execution).json["wanted"] == "clean_up", "it is to be cleaned up")
    else:
        ada.post("/executions/%s/%s" % (execution, wanted))
        assert service.wait(ada, execution, "PAUSED", "CANCELLED")["state"] == {"pause": "PAUSED", "cancel": "CANCELLED"}[wanted]
    source.server.launch(source.server.argv)
    if wanted == "pause":
        ada.post("/executions/%s/resume" % execution)
        assert service.wait(ada, execution)["outcome"] == "verified"
        compare.assert_equal(source, target)
    elif wanted == "clean_up":
        one = service.wait(ada, execution)
        assert (one["state"], one["error"]) == ("CANCELLED", None)


def test_the_service_stops_while_the_server_is_away(service, source, make_sqlite):
    ada, target = service.admin(), make_sqlite()
    execution = start_and_lose(ada, patient(ada, source, target), source)
    service.stop()
    source.server.launch(source.server.argv)
    service.start()
    ada = service.sign_in("ada")
    one = service.wait(ada, execution)
    assert (one["state"], one["outcome"], one["attempt"]) == ("COMPLETED", "verified", 1), one["error"]
    compare.assert_equal(source, target)
    assert not any("has died" in line["message"] for line in ada.get("/executions/%s/logs" % execution).items)
