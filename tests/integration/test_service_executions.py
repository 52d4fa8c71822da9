"""Executions of `ferry serve` on real databases: start, watch, pause, resume, cancel, retry, and kills of the server in between."""
import threading
import time

import compare

ROWS = 30000
SLOW = {"version": 1, "options": {"chunk_rows": 1000, "lanes": 2, "read_limit": "6000 rows/s"}}
FAST = {"version": 1}


def fill(db):
    db.sql("CREATE TABLE customers (id int NOT NULL PRIMARY KEY, name varchar(60) NOT NULL);"
           "CREATE TABLE orders (id int NOT NULL PRIMARY KEY, customer_id int NOT NULL, note varchar(80), total decimal(12,2),"
           " FOREIGN KEY (customer_id) REFERENCES customers (id));"
           "INSERT INTO customers SELECT seq, concat('customer ', seq) FROM seq_1_to_500;"
           "INSERT INTO orders SELECT seq, 1 + seq %% 500, repeat('x', seq %% 70), seq / 7 FROM seq_1_to_%d;" % ROWS)


def make_project(client, source, target, document):
    ids = [client.post("/connections", {"name": name, "url": db.url}).json["id"] for name, db in (("source", source), ("target", target))]
    return client.post("/projects", {"name": "Shop", "source_connection_id": ids[0], "target_connection_id": ids[1], "document": document}).json["id"]


def start(client, project, **more):
    return client.post("/executions", dict(more, project_id=project), expect=201).json["id"]


def wait_for_rows(client, execution, n, timeout=60):
    end = time.monotonic() + timeout
    while time.monotonic() < end:
        one = client.get("/executions/" + execution).json
        if one["progress"] and one["progress"]["rows"] >= n:
            return one
        assert one["state"] in ("QUEUED", "RUNNING"), one
        time.sleep(0.05)
    raise AssertionError("no %d rows in %d s: %r" % (n, timeout, one))


def test_an_execution_runs_to_its_report(service, mysql_db, pg_db):
    fill(mysql_db)
    ada = service.admin()
    execution = start(ada, make_project(ada, mysql_db, pg_db, FAST))
    one = service.wait(ada, execution)
    assert (one["state"], one["outcome"], one["error"]) == ("COMPLETED", "verified", None), (one, ada.get("/executions/%s/logs" % execution).text)
    assert one["progress"]["percent"] == 100 and one["progress"]["rows"] == ROWS + 500
    compare.assert_equal(mysql_db, pg_db)
    stages = {s["name"]: s["state"] for s in ada.get("/executions/%s/stages" % execution).items}
    assert stages == {"prepare": "done", "extract": "done", "transform": "skipped", "load_dimensions": "done", "load_facts": "done",
                      "build": "done", "validate": "done", "report": "done"}
    tables = {t["name"].split(".")[-1]: t for t in ada.get("/executions/%s/tables" % execution).items}
    assert {n: (t["state"], t["rows"]) for n, t in tables.items()} == {"customers": ("verified", 500), "orders": ("verified", ROWS)}
    assert {o["kind"] for o in ada.get("/executions/%s/objects" % execution).items} >= {"foreign key"}
    assert ada.get("/executions/%s/report?format=json" % execution).json["tables"]
    assert "<html" in ada.get("/executions/%s/report?format=html" % execution).text
    assert ada.get("/executions/%s/report?format=csv" % execution).text.startswith("name,target,state")
    assert ada.get("/executions/%s/metrics" % execution).json["points"]
    assert ada.get("/summary").json["totals"]["rows"] == ROWS + 500


def test_bad_values_are_counted_by_kind(service, mysql_db, pg_db):
    mysql_db.sql("SET sql_mode = ''; CREATE TABLE t (id int NOT NULL PRIMARY KEY, d date, v varchar(20)); CREATE TABLE u (id int NOT NULL PRIMARY KEY);"
                 "INSERT INTO t SELECT seq, IF(seq % 7 = 0, '0000-00-00', '2024-01-01'), IF(seq = 3, concat('a', char(0)), 'v') FROM seq_1_to_70;"
                 "INSERT INTO u VALUES (1)")
    ada = service.admin()
    document = {"version": 1, "options": {"bad_values": {"zero-date": "null"}}}
    execution = start(ada, make_project(ada, mysql_db, pg_db, document))
    assert service.wait(ada, execution)["outcome"] == "rejected"
    tables = {t["name"].split(".")[-1]: t["bad_values"] for t in ada.get("/executions/%s/tables" % execution).items}
    assert tables == {"t": {"zero-date": 10, "nul-byte": 1}, "u": {}}
    lines = ada.get("/executions/%s/report?format=csv" % execution).text.split("\r\n")
    assert lines[0].endswith(",differences,bad_values")
    cells = {line.split(",")[0].split(".")[-1]: line.split(",")[-1] for line in lines[1:-1]}
    assert sorted(cells["t"].split("; ")) == ["nul-byte: 1", "zero-date: 10"] and cells["u"] == ""
    assert "zero-date" in ada.get("/executions/%s/report?format=html" % execution).text


def test_a_pause_finishes_what_is_in_flight_and_resume_goes_on(service, mysql_db, pg_db):
    fill(mysql_db)
    ada = service.admin()
    execution = start(ada, make_project(ada, mysql_db, pg_db, SLOW))
    wait_for_rows(ada, execution, 2000)
    ada.post("/executions/%s/pause" % execution)
    paused = service.wait(ada, execution, "PAUSED")
    assert 0 < int(pg_db.value("SELECT count(*) FROM orders")) < ROWS
    assert int(pg_db.value("SELECT count(*) FROM orders")) % 1000 == 0, "a chunk is in or out"
    assert paused["ended_at"] is None
    time.sleep(1)
    assert ada.get("/executions/" + execution).json["progress"]["rows"] == paused["progress"]["rows"]
    ada.post("/executions/%s/retry" % execution, expect=409)
    ada.post("/executions/%s/resume" % execution)
    assert service.wait(ada, execution)["outcome"] == "verified"
    compare.assert_equal(mysql_db, pg_db)


def test_a_killed_server_goes_on_at_its_next_start(service, mysql_db, pg_db):
    fill(mysql_db)
    ada = service.admin()
    execution = start(ada, make_project(ada, mysql_db, pg_db, SLOW))
    for rows in (3000, 9000):
        wait_for_rows(ada, execution, rows)
        service.kill()
        service.start()
    one = service.wait(ada, execution)
    assert (one["state"], one["outcome"], one["attempt"]) == ("COMPLETED", "verified", 1), ada.get("/executions/%s/logs" % execution).text
    compare.assert_equal(mysql_db, pg_db)


def test_a_server_that_is_stopped_leaves_its_work_for_the_next_start(service, mysql_db, pg_db):
    fill(mysql_db)
    ada = service.admin()
    execution = start(ada, make_project(ada, mysql_db, pg_db, SLOW))
    wait_for_rows(ada, execution, 2000)
    assert service.stop() == 0
    service.start()
    assert service.wait(ada, execution)["outcome"] == "verified"
    compare.assert_equal(mysql_db, pg_db)


def test_cancel_cleans_up_when_it_is_asked_to(service, mysql_db, pg_db):
    fill(mysql_db)
    pg_db.sql("SET ROLE ferry; CREATE TABLE other (id int)")
    ada = service.admin()
    execution = start(ada, make_project(ada, mysql_db, pg_db, SLOW))
    wait_for_rows(ada, execution, 2000)
    ada.post("/executions/%s/cancel" % execution, {"clean_up": True})
    assert service.wait(ada, execution)["outcome"] == "cancelled"
    assert [r[0] for r in pg_db.rows("SELECT relname FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace WHERE relkind = 'r' AND"
                                     " nspname NOT LIKE 'pg%' AND nspname <> 'information_schema'")] == ["other"]
    ada.post("/executions/%s/retry" % execution, {"mode": "all"})
    assert service.wait(ada, execution)["outcome"] == "verified"


def test_cleaning_up_leaves_what_others_have_made(service, mysql_db, pg_db):
    """The same source and target, another plan: it made nothing, and the paused one goes on."""
    fill(mysql_db)
    mysql_db.sql("CREATE TABLE other (id int PRIMARY KEY)")
    ada = service.admin()
    first = make_project(ada, mysql_db, pg_db, dict(SLOW))
    paused = start(ada, first)
    wait_for_rows(ada, paused, 2000)
    ada.post("/executions/%s/pause" % paused)
    service.wait(ada, paused, "PAUSED")
    before = pg_db.value("SELECT count(*) FROM orders")
    one = ada.get("/projects/" + first).json
    second = ada.post("/projects", {"name": "second", "source_connection_id": one["source_connection_id"], "target_connection_id": one["target_connection_id"],
                                    "document": {"version": 1, "select": {"include": "other"}}}).json["id"]
    failed = start(ada, second)
    assert service.wait(ada, failed)["state"] == "FAILED"
    ada.post("/executions/%s/cancel" % failed, {"clean_up": True})
    assert service.wait(ada, failed)["state"] == "CANCELLED"
    assert "had made nothing" in ada.get("/executions/%s/logs" % failed).text
    assert pg_db.value("SELECT count(*) FROM orders") == before
    ada.post("/executions/%s/resume" % paused)
    assert service.wait(ada, paused)["outcome"] == "verified"


def test_rejected_rows_with_nul_characters_are_listed(service, mysql_db, pg_db):
    mysql_db.sql("CREATE TABLE t (id int PRIMARY KEY, v varchar(20)); INSERT INTO t VALUES (1, 'fine'), (2, CONCAT('a', CHAR(0), 'b'))")
    ada = service.admin()
    execution = start(ada, make_project(ada, mysql_db, pg_db, {"version": 1, "options": {"on_error": "skip", "bad_values": {"nul-byte": "reject"}}}))
    assert service.wait(ada, execution)["outcome"] == "rejected"
    (line,) = ada.get("/executions/%s/rejects" % execution).json["items"]
    assert line["kind"] == "nul-byte" and line["row"]["v"] == "a\0b"


def test_a_failure_says_why_and_a_retry_helps(service, mysql_db, pg_db):
    fill(mysql_db)
    pg_db.sql("SET ROLE ferry; CREATE TABLE orders (id int)")
    ada = service.admin()
    execution = start(ada, make_project(ada, mysql_db, pg_db, FAST))
    one = service.wait(ada, execution)
    assert one["state"] == "FAILED" and one["error"]["code"] == "exists" and "orders" in one["error"]["message"] and one["error"]["hint"]
    pg_db.sql("SET ROLE ferry; DROP TABLE orders")
    ada.post("/executions/%s/retry" % execution)
    again = service.wait(ada, execution)
    assert (again["outcome"], again["attempt"]) == ("verified", 2)
    ada.delete("/executions/" + execution, expect=204)
    ada.get("/executions/" + execution, expect=404)


def test_live_events_leave_no_gap_across_a_reconnect(service, mysql_db, pg_db):
    fill(mysql_db)
    ada = service.admin()
    execution = start(ada, make_project(ada, mysql_db, pg_db, SLOW))
    path = "/executions/%s/events" % execution
    first = []
    for event in ada.events(path):
        first.append(event)
        if len(first) >= 6:
            break
    assert first[0].type == "snapshot"
    rest = list(ada.events(path, last_event_id=first[-1].id))
    assert rest[-1].type == "end" and rest[-1].data["execution"]["state"] == "COMPLETED"
    ids = [int(e.id) for e in first + rest]
    assert ids == sorted(ids)
    seen = [line["id"] for e in first + rest if e.type == "log" for line in e.data["items"]]
    stored = [line["id"] for line in ada.get("/executions/%s/logs?limit=5000" % execution).items]
    assert len(set(seen)) == len(seen)
    assert set(stored) - set(seen) == {i for i in stored if i <= ids[0]}, "what the snapshot did not stand for was told"
    objects = [o for e in first + rest if e.type == "object" for o in e.data["items"]]
    assert len(objects) == len(ada.get("/executions/%s/objects?limit=500" % execution).items)
    assert rest[-1].data["execution"]["progress"]["percent"] == 100


def test_many_watch_one_execution(service, mysql_db, pg_db):
    fill(mysql_db)
    ada = service.admin()
    execution = start(ada, make_project(ada, mysql_db, pg_db, SLOW))
    ends = []

    def watch():
        ends.append(list(ada.events("/executions/%s/events" % execution))[-1].data["execution"]["state"])
    threads = [threading.Thread(target=watch) for _ in range(20)]
    [t.start() for t in threads]
    [t.join() for t in threads]
    assert ends == ["COMPLETED"] * 20


def test_a_dry_run_writes_nothing(service, mysql_db, pg_db):
    fill(mysql_db)
    ada = service.admin()
    execution = start(ada, make_project(ada, mysql_db, pg_db, FAST), dry_run=True)
    assert service.wait(ada, execution)["state"] == "COMPLETED"
    assert pg_db.value("SELECT count(*) FROM pg_class WHERE relname IN ('orders', 'customers')") == "0"
    assert ada.get("/executions/%s/report" % execution).json["ddl"]


def test_a_job_by_one_call(service, mysql_db, pg_db):
    fill(mysql_db)
    ada = service.admin()
    request = {"source": mysql_db.url, "target": pg_db.url, "tables": ["customers"]}
    job = ada.post("/api/migrate/start", request, headers={"Idempotency-Key": "once"}, expect=201).json
    again = ada.post("/api/migrate/start", request, headers={"Idempotency-Key": "once"}, expect=201)
    assert again.json["job_id"] == job["job_id"] and again.headers["idempotency-replayed"] == "true"
    service.wait(ada, job["job_id"])
    done = ada.get("/api/migrate/progress/" + job["job_id"]).json
    assert (done["status"], done["progress_percentage"], done["completed_objects"], done["failed_objects"]) == ("completed", 100, 1, 0)
    assert any(r["object_type"] == "TABLE" and r["status"] == "success" for r in done["object_results"]) and done["logs"]
    assert pg_db.value("SELECT count(*) FROM customers") == "500"
    assert ada.get("/api/migrate/jobs").json["jobs"][0]["job_id"] == job["job_id"]
    assert ada.get("/api/executions/%s/status" % job["job_id"]).json["state"] == "COMPLETED"
    ada.delete("/api/migrate/jobs/" + job["job_id"], expect=204)


def test_a_preview_shows_texts_as_they_are(service, make_sqlite):
    source, target = make_sqlite(), make_sqlite()
    source.sql("CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT, n NUMERIC); INSERT INTO t VALUES (1, 'it''s', 1.5), (2, NULL, 'x')")
    ada = service.admin()
    project = make_project(ada, source, target, FAST)
    rows = ada.post("/projects/%s/preview" % project, {"table": "t"}).json["rows"]
    assert [row["before"] for row in rows] == [["1", "it's", "1.5"], ["2", None, "x"]] == [row["after"] for row in rows]
