"""Who comes back to an execution's events misses nothing, wherever the stream broke and however much was told meanwhile."""
import json
import sqlite3

import pytest

from test_service_executions import FAST, make_project, start

N_LINES = 12000     # of which every tenth is an object; more than two answers hold


@pytest.fixture
def ada(service):
    return service.admin()


@pytest.fixture
def execution(service, ada, make_sqlite):
    """One that has ended, told much of, and then of one table."""
    source, target = make_sqlite(), make_sqlite()
    source.sql("CREATE TABLE t (id integer PRIMARY KEY); INSERT INTO t VALUES (1)")
    execution = start(ada, make_project(ada, source, target, FAST))
    service.wait(ada, execution)
    with sqlite3.connect(service.data + "/ferry.db", timeout=30) as db:
        first = db.execute("SELECT seq FROM executions").fetchone()[0] + 1
        for i in range(N_LINES):
            if i % 10:
                db.execute("INSERT INTO execution_logs VALUES (?, ?, '2026-01-01T00:00:00.000Z', 'info', ?)", (execution, first + i, "line %d" % i))
            else:
                detail = {"kind": "index", "name": "object %d" % i, "status": "success", "message": None, "seconds": 0, "at": "2026-01-01T00:00:00.000Z"}
                db.execute("INSERT INTO execution_objects VALUES (?, ?, ?)", (execution, first + i, json.dumps(detail)))
        db.execute("UPDATE execution_tables SET seq = ?", (first + 5,))
        db.execute("UPDATE executions SET seq = ?", (first + N_LINES,))
    db.close()
    return execution, first - 1


def follow(client, execution, since, cut=None):
    """The events of one stream, or the first of them, and the id to come back with."""
    events = []
    for event in client.events("/executions/%s/events" % execution, last_event_id=str(since)):
        events.append(event)
        if len(events) == cut:
            break
    return events, int(events[-1].id)


def told(events):
    return [item.get("message") or item["name"] for event in events if event.type in ("log", "object") for item in event.data["items"]]


EVERYTHING = [("line %d" if i % 10 else "object %d") % i for i in range(N_LINES)]


def test_more_than_one_answer_holds(ada, execution):
    execution, since = execution
    events, n = [], 0
    while not events or events[-1].type != "end":
        more, since = follow(ada, execution, since)
        events += more
        n += 1
    assert n == 3 and told(events) == EVERYTHING
    ids = [int(event.id) for event in events]
    assert ids == sorted(ids)
    assert [event.type for event in events if event.type in ("state", "end")] == ["state", "end"]


@pytest.mark.parametrize("cut", [1, 2, 3, 900])
def test_wherever_it_breaks(ada, execution, cut):
    execution, since = execution
    events, since = follow(ada, execution, since, cut)
    while events[-1].type != "end":
        more, since = follow(ada, execution, since)
        events += more
    assert told(events) == EVERYTHING
    assert any(table["name"] == "t" for event in events if event.type == "progress" for table in event.data["tables"])
