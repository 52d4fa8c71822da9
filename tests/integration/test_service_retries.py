"""What an execution tells after a retry is of its last attempt, and of what that one has not done again."""
import pytest

from test_service_executions import FAST, make_project, start


def objects(client, execution):
    return {(o["kind"], o["name"].split(" on ")[0]): o["status"] for o in client.get("/executions/%s/objects" % execution).items}


def n_failed(client, job):
    """As the list, the job and the stream have it."""
    listed = [j["failed_objects"] for j in client.get("/api/migrate/jobs").json["jobs"] if j["job_id"] == job]
    return listed + [client.get("/api/migrate/progress/" + job).json["failed_objects"]]


@pytest.mark.parametrize("mode", ["failed", "all"])
def test_objects_of_an_earlier_attempt(service, make_sqlite, pg_db, mode):
    source = make_sqlite()
    source.sql("CREATE TABLE a (id integer PRIMARY KEY); INSERT INTO a VALUES (1), (2);"
               "CREATE TABLE b (id integer PRIMARY KEY, v text); CREATE INDEX b_v ON b (v); CREATE INDEX b_w ON b (v, id);"
               "INSERT INTO b VALUES (1, 'x'), (2, 'y')")
    pg_db.sql("CREATE TABLE b_w (in_the_way int)")
    ada = service.admin()
    execution = start(ada, make_project(ada, source, pg_db, FAST))
    assert service.wait(ada, execution)["outcome"] == "objects"
    first = objects(ada, execution)
    assert (first["index", "b_w"], first["index", "b_v"]) == ("error", "success")
    assert n_failed(ada, execution) == [1, 1]
    pg_db.sql("DROP TABLE b_w")
    ada.post("/executions/%s/retry" % execution, {"mode": mode})
    assert service.wait(ada, execution)["outcome"] == "verified"
    assert objects(ada, execution) == {**first, ("index", "b_w"): "success"} and len(ada.get("/executions/%s/objects" % execution).items) == len(first)
    assert n_failed(ada, execution) == [0, 0]


def test_tables_of_an_earlier_attempt(service, make_sqlite):
    source, target = make_sqlite(), make_sqlite()
    source.sql("CREATE TABLE a (id integer PRIMARY KEY); INSERT INTO a VALUES (1); CREATE TABLE b (id integer PRIMARY KEY)")
    ada = service.admin()
    execution = start(ada, make_project(ada, source, target, {"version": 1, "options": {"if_exists": "drop"}}))
    assert service.wait(ada, execution)["outcome"] == "verified"
    source.sql("DROP TABLE b; INSERT INTO a VALUES (2)")
    ada.post("/executions/%s/retry" % execution, {"mode": "all"})
    one = service.wait(ada, execution)
    assert (one["outcome"], one["progress"]["tables_total"]) == ("verified", 1), one["error"]
    assert [(t["name"], t["rows"]) for t in ada.get("/executions/%s/tables" % execution).items] == [("a", 2)]
    assert [line.split(",")[0] for line in ada.get("/executions/%s/report?format=csv" % execution).text.split("\r\n")] == ["name", "a", ""]


@pytest.mark.parametrize("what, body", [("retry", {"mode": "failed"}), ("retry", {"mode": "all"}), ("cancel", {"clean_up": True})])
def test_an_old_one_is_not_queued_beside_a_newer_one(make_service, make_sqlite, what, body):
    """It would go on, or drop, what the newer one has half made; which is named, and once it has ended the old one may."""
    service = make_service("--workers", "0")
    ada = service.admin()
    source, target = make_sqlite(), make_sqlite()
    source.sql("CREATE TABLE a (id integer PRIMARY KEY)")
    project = make_project(ada, source, target, FAST)
    old = start(ada, project)
    ada.post("/executions/%s/cancel" % old)
    newer = start(ada, project)
    for step, state in ((None, "QUEUED"), ("pause", "PAUSED")):
        if step:
            ada.post("/executions/%s/%s" % (newer, step))
        refused = ada.post("/executions/%s/%s" % (old, what), body, expect=409).json
        assert newer in refused["detail"] and state in refused["detail"] and refused["hint"] == "wait for it, or cancel it", refused
        assert ada.get("/executions/" + old).json["state"] == "CANCELLED"
    ada.post("/executions/%s/cancel" % newer)
    assert ada.post("/executions/%s/%s" % (old, what), body).json["state"] == "QUEUED"
    refused = ada.post("/executions/%s/retry" % newer, {"mode": "failed"}, expect=409).json
    assert old in refused["detail"]
