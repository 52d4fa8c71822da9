"""One execution on several workers: chunks are shared, each is in once, whoever dies."""
import re
import signal
import time

import compare
import pytest
from ferry_service import Worker
from test_service_executions import make_project, start, wait_for_rows
from test_service_queue import wait_for

ROWS = 200000
SHARED = {"version": 1, "options": {"chunk_rows": 100, "lanes": 1}}


def fill(db, rows=ROWS):
    series = "generate_series(1, %d) AS s(seq)" % rows if db.kind == "postgres" else "seq_1_to_%d" % rows
    role = "SET ROLE ferry;" if db.kind == "postgres" else ""
    db.sql(role + "CREATE TABLE facts (id int NOT NULL PRIMARY KEY, a int NOT NULL, note varchar(20));"
           "INSERT INTO facts SELECT seq, seq %% 7, concat('n', seq %% 1000) FROM %s;" % series + ("ANALYZE facts" if db.kind == "postgres" else ""))


def serve(make_service, store, **env):
    return make_service("--workers", "0", env=dict({"FERRY_STORE": store.url}, **env))


def lines(client, execution):
    return [line["message"] for line in client.get("/executions/%s/logs?limit=5000" % execution).items]


def helped(client, execution):
    """Rows that helpers have loaded."""
    return sum(int(n) for text in lines(client, execution) for n in re.findall(r"has loaded (\d+) rows", text))


def owner_pid(store, execution):
    return int(store.value("SELECT owner FROM executions WHERE id = '%s'" % execution).split(" ")[1])


def has_helper(client, execution):
    return any("helps with the copy" in text for text in lines(client, execution))


def wait_for_helper(client, execution):
    wait_for(lambda: has_helper(client, execution), lambda: "nobody helps:\n" + "\n".join(lines(client, execution)), timeout=30)


def test_two_workers_load_one_table(make_service, make_postgres, tmp_path, rabbitmq, vhost, redis):
    store, source, target = make_postgres(), make_postgres(), make_postgres()
    fill(source)
    service = serve(make_service, store, FERRY_QUEUE=rabbitmq.url(vhost), FERRY_BUS=redis.url(5))
    ada = service.admin()
    workers = [Worker(service, tmp_path / name) for name in ("w1", "w2")]
    execution = start(ada, make_project(ada, source, target, SHARED))
    one = service.wait(ada, execution)
    told = "\n".join(lines(ada, execution))
    assert one["outcome"] == "verified" and one["progress"]["rows"] == ROWS, told
    assert 0 < helped(ada, execution) < ROWS, told
    compare.assert_equal(source, target)
    assert store.value("SELECT count(*) FROM execution_chunks") == store.value("SELECT count(*) FROM execution_helpers") == "0"
    assert [w.end() for w in workers] == [0, 0]


class Helped:
    """A copy at which one of two workers helps the other."""

    def __init__(self, make_service, make_postgres, redis, folder):
        self.store, self.source, self.target = make_postgres(), make_postgres(), make_postgres()
        fill(self.source)
        self.service = serve(make_service, self.store, FERRY_BUS=redis.url(5))    # idle workers hear of it at once
        self.ada = self.service.admin()
        self.workers = [Worker(self.service, folder / name) for name in ("w1", "w2")]
        self.execution = start(self.ada, make_project(self.ada, self.source, self.target, SHARED))
        wait_for_helper(self.ada, self.execution)
        lead = owner_pid(self.store, self.execution)
        self.lead, self.helper = sorted(self.workers, key=lambda w: w.process.pid != lead)

    def end(self):
        one = self.service.wait(self.ada, self.execution)
        assert one["outcome"] == "verified", "\n".join(lines(self.ada, self.execution))
        compare.assert_equal(self.source, self.target)
        return one


@pytest.fixture
def copy(make_service, make_postgres, redis, tmp_path):
    return Helped(make_service, make_postgres, redis, tmp_path)


def test_a_dead_helpers_chunks_are_taken_again(copy):
    copy.helper.end(signal.SIGKILL)
    assert copy.end()["progress"]["rows"] == ROWS


def test_a_dead_leads_work_goes_on(copy):
    copy.lead.end(signal.SIGKILL)
    assert copy.end()["attempt"] == 1


def test_a_pause_holds_for_helpers_too(copy):
    copy.ada.post("/executions/%s/pause" % copy.execution)
    copy.service.wait(copy.ada, copy.execution, "PAUSED")
    count = copy.target.value("SELECT count(*) FROM facts")
    time.sleep(1)
    assert copy.target.value("SELECT count(*) FROM facts") == count
    copy.ada.post("/executions/%s/resume" % copy.execution)
    copy.end()
    assert [w.end() for w in copy.workers] == [0, 0]


def test_a_source_without_a_shared_snapshot_is_helped_with_only_when_the_project_says_so(make_service, make_postgres, mysql_db, redis, tmp_path):
    store, target = make_postgres(), make_postgres()
    fill(mysql_db, 60000)
    mysql_db.sql("UPDATE facts SET note = concat('a', char(0), 'b') WHERE id % 10000 = 7")
    service = serve(make_service, store, FERRY_BUS=redis.url(5))    # idle workers hear of it at once
    ada = service.admin()
    workers = [Worker(service, tmp_path / name) for name in ("w1", "w2")]
    project = make_project(ada, mysql_db, target, SHARED)
    execution = start(ada, project)
    one = service.wait(ada, execution)
    told = "\n".join(lines(ada, execution))
    assert one["outcome"] == "rejected" and "no other worker may help" in told and not has_helper(ada, execution), told

    other = make_postgres()
    connection = ada.post("/connections", {"name": "other", "url": other.url}).json["id"]
    ids = ada.get("/projects/" + project).json
    shared = {"version": 1, "options": dict(SHARED["options"], helpers="any")}
    second = ada.post("/projects", {"name": "Again", "source_connection_id": ids["source_connection_id"], "target_connection_id": connection,
                                    "document": shared}).json["id"]
    execution = start(ada, second)
    one = service.wait(ada, execution)
    told = "\n".join(lines(ada, execution))
    assert one["outcome"] == "rejected" and has_helper(ada, execution), told
    assert one["progress"]["rejected"] == 6 and int(other.value("SELECT count(*) FROM facts")) == 60000 - 6, "those that are refused are the lead's"
    assert [w.end() for w in workers] == [0, 0]
