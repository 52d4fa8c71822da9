"""The service with everything that it can have, and everything killed in the middle of a million rows: it ends COMPLETED, and verified."""
import signal

import compare
from ferry_service import Worker
from test_service_executions import make_project, start, wait_for_rows
from test_service_queue import wait_for
from test_service_share import fill, lines, owner_pid

ROWS = 1000000
NARROW = {"version": 1, "options": {"chunk_rows": 1000, "lanes": 1}}


def test_everything_is_killed_in_a_million_rows(make_service, make_postgres, rabbitmq, vhost, redis, tmp_path):
    store, source, target = make_postgres(), make_postgres(), make_postgres()
    fill(source, ROWS)
    service = make_service("--workers", "0", env={"FERRY_STORE": store.url, "FERRY_QUEUE": rabbitmq.url(vhost), "FERRY_BUS": redis.url(6)})
    ada = service.admin()
    workers = [Worker(service, tmp_path / "w1")]
    execution = start(ada, make_project(ada, source, target, NARROW))

    wait_for_rows(ada, execution, 20000)
    redis.halt(signal.SIGKILL)
    rabbitmq.halt(signal.SIGKILL)
    wait_for_rows(ada, execution, 80000)
    service.kill()
    service.start()
    ada = service.sign_in("ada")
    wait_for_rows(ada, execution, 150000)
    assert owner_pid(store, execution) == workers[0].process.pid, "the service's end is nothing to a worker"
    workers[0].end(signal.SIGKILL)
    loaded = int(target.value("SELECT count(*) FROM facts"))
    assert 0 < loaded < ROWS
    redis.begin()
    rabbitmq.begin()
    workers = [Worker(service, tmp_path / name) for name in ("w2", "w3")]

    one = service.wait(ada, execution, timeout=300)
    told = "\n".join(lines(ada, execution))
    assert (one["state"], one["outcome"], one["attempt"], one["progress"]["rows"]) == ("COMPLETED", "verified", 1, ROWS), told
    assert "the process that ran this has died" in told
    compare.assert_equal(source, target)
    wait_for(lambda: ada.get("/readyz").json == {"status": "ready", "queue": "up", "bus": "up"}, "all is there again")
    assert [w.end() for w in workers] == [0, 0]
