"""Redis as the service's bus: live events of other processes' executions; its loss costs delay, and nothing else."""
import signal
import sqlite3
import threading

import compare
import pytest
import servers
from ferry_service import Worker
from test_service_members import Follower
from test_service_executions import FAST, SLOW, fill, make_project, start, wait_for_rows
from test_service_queue import wait_for


def serve(make_service, store, bus, *args):
    return make_service("--workers", "0", *args, env={"FERRY_STORE": store.url, "FERRY_BUS": bus})


class Watcher:
    """Follows a stream until it ends, and again from where it broke off."""

    def __init__(self, client, path):
        self.events, self.client, self.path = [], client, path
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def run(self):
        last = None
        while not (self.events and self.events[-1].type == "end"):
            for event in self.client.events(self.path, last_event_id=last, timeout=120):
                self.events.append(event)
                last = event.id

    def check(self, client, execution):
        """Nothing is missing, nothing came twice."""
        self.thread.join(60)
        assert self.events[0].type == "snapshot" and self.events[-1].type == "end"
        seen = [line["id"] for e in self.events if e.type == "log" for line in e.data["items"]]
        stored = [line["id"] for line in client.get("/executions/%s/logs?limit=5000" % execution).items if line["id"] > int(self.events[0].id)]
        assert seen == stored
        ids = [int(e.id) for e in self.events]
        assert ids == sorted(ids)


def test_events_of_another_process_come_by_redis(make_service, make_postgres, mysql_db, redis, tmp_path):
    store, target = make_postgres(), make_postgres()
    fill(mysql_db)
    service = serve(make_service, store, redis.url(1))
    ada = service.admin()
    assert ada.get("/readyz").json["bus"] == "up" and "ferry_bus_up 1" in ada.get("/metrics").text
    execution = start(ada, make_project(ada, mysql_db, target, SLOW))
    watcher = Watcher(ada, "/executions/%s/events" % execution)
    everything = []
    threading.Thread(target=lambda: everything.extend(ada.events("/events", timeout=60)), daemon=True).start()
    wait_for(lambda: watcher.events, "the stream begins")
    worker = Worker(service, tmp_path / "w")
    wait_for_rows(ada, execution, 2000)
    wait_for(lambda: redis.cli("KEYS", "ferry:*:events:" + execution, db=1), "there is a stream")
    key = redis.cli("KEYS", "ferry:*", db=1)
    wait_for(lambda: int(redis.cli("XLEN", key, db=1)) > 3, "the stream grows")
    assert 0 < int(redis.cli("TTL", key, db=1)) <= 3600
    assert service.wait(ada, execution)["outcome"] == "verified"
    watcher.check(ada, execution)
    compare.assert_equal(mysql_db, target)
    # lines and progress of one flush come in one piece by Redis; the store's way tells each line by itself
    assert any(len(e.data["items"]) > 1 for e in watcher.events if e.type == "log")
    assert sum(e.type == "progress" for e in watcher.events) > 5
    assert worker.end() == 0
    assert servers.PASSWORD not in service.log + worker.log


def test_redis_dies_and_comes_back(make_service, make_postgres, mysql_db, redis, tmp_path):
    store, target = make_postgres(), make_postgres()
    fill(mysql_db)
    service = serve(make_service, store, redis.url(2))
    ada = service.admin()
    worker = Worker(service, tmp_path / "w")
    execution = start(ada, make_project(ada, mysql_db, target, dict(SLOW, options=dict(SLOW["options"], read_limit="3000 rows/s"))))
    watcher = Watcher(ada, "/executions/%s/events" % execution)
    wait_for_rows(ada, execution, 3000)
    redis.halt(signal.SIGKILL)
    try:
        wait_for(lambda: ada.get("/readyz").json["bus"] == "away", "its loss is seen")
        wait_for_rows(ada, execution, 12000)
    finally:
        redis.begin()
    wait_for(lambda: ada.get("/readyz").json["bus"] == "up", "it is found again")
    assert service.wait(ada, execution)["outcome"] == "verified"
    watcher.check(ada, execution)
    compare.assert_equal(mysql_db, target)
    assert worker.end() == 0
    for process in (service, worker):
        assert process.log.count("the bus is away") == 1 and "the bus is there again" in process.log, process.log


@pytest.mark.parametrize("with_redis", [True, False], ids=["redis", "store"])
def test_who_listens_to_all_hears_of_other_processes(make_service, make_postgres, mysql_db, redis, tmp_path, with_redis):
    store, target = make_postgres(), make_postgres()
    fill(mysql_db)
    service = serve(make_service, store, redis.url(3) if with_redis else "")
    ada = service.admin()
    execution = start(ada, make_project(ada, mysql_db, target, SLOW))
    events = []

    def watch():
        for event in ada.events("/events", timeout=60):
            events.append(event)
    threading.Thread(target=watch, daemon=True).start()
    wait_for(lambda: events, "the stream begins")
    worker = Worker(service, tmp_path / "w")
    assert service.wait(ada, execution)["outcome"] == "verified"

    def states():
        return [e.data["execution"]["state"] for e in events if e.type == "state" and e.data["execution"]["id"] == execution]
    wait_for(lambda: "COMPLETED" in states(), "its end is told")
    assert "RUNNING" in states()
    assert worker.end() == 0


def second(make_service, first, store, bus):
    """Another `ferry serve` over the same store, which runs nothing."""
    with open(first.data + "/secret.key") as key:
        return make_service("--workers", "0", env={"FERRY_STORE": store.url, "FERRY_BUS": bus, "FERRY_SECRET_KEY": key.read().strip()})


def small_project(client, folder, name, **more):
    ends = []
    for end in ("source", "target"):
        path = folder / ("%s-%s.db" % (name, end))
        if end == "source":
            with sqlite3.connect(path) as db:
                db.executescript("CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT); INSERT INTO t VALUES (1, 'one'), (2, 'two')")
        ends.append(client.post("/connections", {"name": "%s: %s" % (name, end), "url": "sqlite:///%s" % path}, expect=201).json["id"])
    return client.post("/projects", dict(more, name=name, source_connection_id=ends[0], target_connection_id=ends[1],
                                         document={"version": 1, "options": {"if_exists": "drop"}}), expect=201).json["id"]


def run(service, client, project):
    execution = start(client, project)
    assert service.wait(client, execution)["state"] == "COMPLETED"
    return execution


@pytest.mark.parametrize("with_redis", [True, False], ids=["redis", "store"])
def test_of_other_processes_too_one_hears_only_what_one_may_see(make_service, make_postgres, redis, tmp_path, with_redis):
    store, bus = make_postgres(), redis.url(5) if with_redis else ""
    worker = make_service("--workers", "1", env={"FERRY_STORE": store.url, "FERRY_BUS": bus})
    ada = worker.admin()
    secret, public = small_project(ada, tmp_path, "secret"), small_project(ada, tmp_path, "open")
    people = {name: worker.user(ada, name, role) for name, role in (("member", "operator"), ("stranger", "operator"), ("passer", "viewer"))}
    members = {"is_restricted": True, "members": [{"user": "member", "role": "viewer"}]}
    ada.put("/projects/%s/members" % secret, members)
    other = second(make_service, worker, store, bus)
    followers = {name: Follower(other.sign_in(name), "/events") for name in ("ada", *people)}
    hidden, last = run(worker, ada, secret), run(worker, ada, public)
    for name, follower in followers.items():
        # without Redis each is told of when the store is looked at: of the earlier one not later than of the last
        wait_for(lambda: any(e.type == "state" and e.data["execution"]["id"] == last and e.data["execution"]["state"] == "COMPLETED"
                             for e in list(follower.events)), "the last end is told to " + name)
        told = repr([e.data for e in follower.events])
        assert (hidden in told) == (name in ("ada", "member")), name
    # who is no member any more, as the other process was told, hears no more of it
    ada.put("/projects/%s/members" % secret, {"is_restricted": True, "members": []})
    for name in ("member", "stranger"):
        assert followers[name].ended.wait(30)
    again = Follower(other.sign_in("member"), "/events")
    hidden, last = run(worker, ada, secret), run(worker, ada, public)
    wait_for(lambda: any(last in repr(e.data) for e in list(again.events)), "the open one is told")
    assert hidden not in repr([e.data for e in again.events])


def test_two_installations_share_one_redis(make_service, make_postgres, redis, tmp_path):
    """Also those in different databases of it: pub/sub knows none."""
    bus = {"one": redis.url(6), "same": redis.url(6), "other": redis.url(7)}
    ferries = {name: make_service("--workers", "1", env={"FERRY_STORE": make_postgres().url, "FERRY_BUS": url}) for name, url in bus.items()}
    admins = {name: service.admin() for name, service in ferries.items()}
    followers = {name: Follower(client, "/events") for name, client in admins.items()}
    projects = {name: small_project(client, tmp_path, name) for name, client in admins.items()}
    ran = {name: run(ferries[name], admins[name], project) for name, project in projects.items()}
    ran = {name: [ran[name], run(ferries[name], admins[name], project)] for name, project in projects.items()}
    for name, follower in followers.items():
        wait_for(lambda: any(e.type == "state" and e.data["execution"]["id"] == ran[name][1] and e.data["execution"]["state"] == "COMPLETED"
                             for e in list(follower.events)), "its own end is told to " + name)
        told = repr([e.data for e in follower.events])
        assert all(execution in told for execution in ran[name])
        assert not any(execution in told for other in ran if other != name for execution in ran[other]), name
    assert len({key.split(":")[1] for key in redis.cli("KEYS", "ferry:*", db=6).split()}) == 2
    names = redis.cli("PUBSUB", "CHANNELS", "ferry:*:all").split()
    assert len(names) >= 3 and not redis.cli("PUBSUB", "CHANNELS", "ferry:all")


def test_a_store_keeps_its_identity(make_service, make_postgres, redis):
    store = make_postgres()
    service = serve(make_service, store, redis.url(8))
    before = store.value("SELECT value FROM settings WHERE name = 'store_id'")
    service.stop()
    service.start()
    assert store.value("SELECT value FROM settings WHERE name = 'store_id'") == before
    assert "ferry:%s:all" % before in redis.cli("PUBSUB", "CHANNELS", "ferry:*:all").split()


def test_a_wish_reaches_a_worker_elsewhere(make_service, make_postgres, mysql_db, redis, tmp_path):
    store, target = make_postgres(), make_postgres()
    fill(mysql_db)
    service = serve(make_service, store, redis.url(4))
    ada = service.admin()
    worker = Worker(service, tmp_path / "w")
    execution = start(ada, make_project(ada, mysql_db, target, SLOW))
    wait_for_rows(ada, execution, 1000)
    ada.post("/executions/%s/pause" % execution)
    service.wait(ada, execution, "PAUSED")
    ada.post("/executions/%s/resume" % execution)
    assert service.wait(ada, execution)["outcome"] == "verified"
    assert worker.end() == 0


def test_a_redis_that_is_not_there_at_the_start_is_no_failure(make_service, make_postgres, mysql_db, tmp_path):
    store, target = make_postgres(), make_postgres()
    fill(mysql_db)
    service = serve(make_service, store, "redis://127.0.0.1:%d/0" % servers.free_port(), "--workers", "1")
    ada = service.admin()
    execution = start(ada, make_project(ada, mysql_db, target, FAST))
    assert service.wait(ada, execution)["outcome"] == "verified"
    assert ada.get("/readyz").json["bus"] == "away" and service.log.count("the bus is away") == 1


def test_what_is_wrong_with_the_url_is_said(ferry, make_postgres, redis, tmp_path):
    store = make_postgres()
    cases = [("http://host", "the bus is redis://"), ("redis://h/x", "number of a database"), ("redis://h/0?a=b", "no parameters"),
             ("rediss://h/0", "stunnel"), (redis.url(0, password="wrong"), "WRONGPASS"), ("redis://127.0.0.1:%d/0" % redis.port, "NOAUTH"),
             (redis.url(9999), "out of range")]
    for url, expected in cases:
        result = ferry("serve", "--data", str(tmp_path / "d"), "--store", store.url, "--bus", url, "--listen", "127.0.0.1:0", expect=None)
        assert result.code != 0 and expected in result.err and ":wrong" not in result.err, str(result)
    assert "the store is a file" in ferry("serve", "--data", str(tmp_path / "e"), "--bus", redis.url(), expect=1).err
