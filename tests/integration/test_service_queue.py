"""RabbitMQ as the service's queue: it wakes workers, and its loss or its lies do no harm."""
import signal
import time

import compare
import servers
from ferry_service import Worker
from test_service_executions import FAST, SLOW, fill, make_project, start, wait_for_rows


AGAIN = {"version": 1, "options": dict(SLOW["options"], if_exists="drop")}


def serve(make_service, store, queue, *args):
    return make_service("--workers", "0", *args, env={"FERRY_STORE": store.url, "FERRY_QUEUE": queue})


def wait_for(condition, what, timeout=60):
    end = time.monotonic() + timeout
    while not condition():
        assert time.monotonic() < end, what() if callable(what) else what
        time.sleep(0.1)


def queue_state(client):
    return client.get("/readyz").json["queue"]


def test_a_message_waits_for_a_worker_and_is_done_when_the_work_is_taken(make_service, make_postgres, mysql_db, rabbitmq, vhost, tmp_path):
    store, target = make_postgres(), make_postgres()
    fill(mysql_db)
    service = serve(make_service, store, rabbitmq.url(vhost))
    ada = service.admin()
    assert queue_state(ada) == "up" and "ferry_queue_up 1" in ada.get("/metrics").text
    execution = start(ada, make_project(ada, mysql_db, target, AGAIN))
    wait_for(lambda: rabbitmq.queues(vhost) == {"ferry.tasks": 1, "ferry.dead": 0}, "the message is not there")
    worker = Worker(service, tmp_path / "w")
    assert service.wait(ada, execution)["outcome"] == "verified"
    compare.assert_equal(mysql_db, target)
    wait_for(lambda: rabbitmq.queues(vhost) == {"ferry.tasks": 0, "ferry.dead": 0}, "an idle worker takes it, and finds nothing")
    ada.post("/executions/%s/retry" % execution, {"mode": "all"})
    wait_for_rows(ada, execution, 1000)
    assert rabbitmq.queues(vhost) == {"ferry.tasks": 0, "ferry.dead": 0}, "the message is done long before the work is"
    assert service.wait(ada, execution)["outcome"] == "verified"
    assert worker.end() == 0
    assert servers.PASSWORD not in worker.log + service.log


def publish(rabbitmq, vhost, body):
    binary = lambda text: '<<"%s">>' % text.replace('"', '\\"')
    rabbitmq.control("eval", "rabbit_basic:publish(rabbit_misc:r(%s, exchange, <<>>), <<\"ferry.tasks\">>, [], %s)." % (binary(vhost), binary(body)))


def test_doubled_false_and_foreign_messages_do_no_harm(make_service, make_postgres, mysql_db, rabbitmq, vhost, tmp_path):
    store, target = make_postgres(), make_postgres()
    fill(mysql_db)
    service = serve(make_service, store, rabbitmq.url(vhost))
    ada = service.admin()
    execution = start(ada, make_project(ada, mysql_db, target, FAST))
    for body in ['{"v":1,"task":"execution","id":"%s"}' % execution] * 2 + ['{"v":1,"task":"execution","id":"exe_none"}', "not ours", '{"v":2,"id":"x"}']:
        publish(rabbitmq, vhost, body)
    workers = [Worker(service, tmp_path / name) for name in ("w1", "w2")]
    one = service.wait(ada, execution)
    assert (one["outcome"], one["attempt"]) == ("verified", 1)
    compare.assert_equal(mysql_db, target)
    wait_for(lambda: rabbitmq.queues(vhost) == {"ferry.tasks": 0, "ferry.dead": 2}, "what is none of ours goes to the dead letters")
    assert [w.end() for w in workers] == [0, 0]


def test_a_busy_process_holds_no_message_back(make_service, make_postgres, make_mysql, rabbitmq, vhost, tmp_path):
    store = make_postgres()
    service = serve(make_service, store, rabbitmq.url(vhost))
    ada = service.admin()
    sources, targets = [make_mysql() for _ in range(2)], [make_postgres() for _ in range(2)]
    projects = []
    for i in range(2):
        fill(sources[i])
        ids = [ada.post("/connections", {"name": "%s %d" % (name, i), "url": db.url}).json["id"] for name, db in (("s", sources[i]), ("t", targets[i]))]
        projects.append(ada.post("/projects", {"name": "P%d" % i, "source_connection_id": ids[0], "target_connection_id": ids[1], "document": SLOW}).json["id"])
    workers = [Worker(service, tmp_path / name) for name in ("w1", "w2")]
    executions = [start(ada, p) for p in projects]
    for e in executions:
        wait_for_rows(ada, e, 1000)
    assert len(store.rows("SELECT DISTINCT owner FROM executions WHERE state = 'RUNNING'")) == 2
    for e in executions:
        assert service.wait(ada, e)["outcome"] == "verified"
    assert [w.end() for w in workers] == [0, 0]


def test_the_broker_dies_and_comes_back(make_service, make_postgres, mysql_db, vhost, rabbitmq, tmp_path):
    store, target = make_postgres(), make_postgres()
    fill(mysql_db)
    service = serve(make_service, store, rabbitmq.url(vhost))
    ada = service.admin()
    worker = Worker(service, tmp_path / "w")
    project = make_project(ada, mysql_db, target, AGAIN)
    execution = start(ada, project)
    wait_for_rows(ada, execution, 2000)
    rabbitmq.halt(signal.SIGKILL)
    try:
        wait_for(lambda: queue_state(ada) == "away", "its loss is seen")
        assert "ferry_queue_up 0" in ada.get("/metrics").text
        assert service.wait(ada, execution)["outcome"] == "verified"
        compare.assert_equal(mysql_db, target)
        ada.post("/executions/%s/retry" % execution, {"mode": "all"})
        assert service.wait(ada, execution)["outcome"] == "verified", "the store is polled"
        for process in (service, worker):
            assert process.log.count("the queue is away") == 1, "told once: " + process.log
    finally:
        rabbitmq.begin()
    wait_for(lambda: queue_state(ada) == "up", "it is found again")
    ada.post("/executions/%s/retry" % execution, {"mode": "all"})
    assert service.wait(ada, execution)["outcome"] == "verified"
    assert "the queue is there again" in service.log
    assert worker.end() == 0 and "the queue is there again" in worker.log


def test_a_broker_that_is_not_there_at_the_start_is_no_failure(make_service, make_postgres, mysql_db, tmp_path):
    store, target = make_postgres(), make_postgres()
    fill(mysql_db)
    service = serve(make_service, store, "amqp://a:b@127.0.0.1:%d/none" % servers.free_port())
    ada = service.admin()
    worker = Worker(service, tmp_path / "w")
    execution = start(ada, make_project(ada, mysql_db, target, FAST))
    assert service.wait(ada, execution)["outcome"] == "verified"
    assert queue_state(ada) == "away" and service.log.count("the queue is away") == 1
    assert worker.end() == 0


def test_what_is_wrong_with_the_url_is_said(ferry, make_postgres, rabbitmq, vhost, tmp_path):
    store = make_postgres()
    cases = [("http://host", "the queue is amqp://"), ("amqp://h/v?cafile=x", '"cafile" is not known'), ("amqp://h/v?heartbeat=1", "5 to 600"),
             (rabbitmq.url(vhost, password="wrong"), "refused"), (rabbitmq.url("no such"), "not found"),
             (rabbitmq.url(vhost, scheme="amqps"), "certificate"),
             (rabbitmq.url(vhost, scheme="amqps", extra="?cacertfile=/none"), "cacertfile /none")]
    for url, expected in cases:
        result = ferry("serve", "--data", str(tmp_path / "d"), "--store", store.url, "--queue", url, "--listen", "127.0.0.1:0", expect=None)
        assert result.code != 0 and expected in result.err and "wrong" not in result.err, str(result)
    result = ferry("serve", "--data", str(tmp_path / "e"), "--queue", rabbitmq.url(vhost), expect=1)
    assert "the store is a file" in result.err and "--store" in result.err


def test_the_queue_over_tls(make_service, make_postgres, mysql_db, rabbitmq, vhost, certificates, tmp_path):
    store, target = make_postgres(), make_postgres()
    fill(mysql_db)
    service = serve(make_service, store, rabbitmq.url(vhost, scheme="amqps", extra="?heartbeat=5&cacertfile=%s/ca.pem" % certificates))
    ada = service.admin()
    worker = Worker(service, tmp_path / "w")
    assert queue_state(ada) == "up"
    execution = start(ada, make_project(ada, mysql_db, target, FAST))
    assert service.wait(ada, execution)["outcome"] == "verified"
    assert worker.end() == 0 and "away" not in worker.log + service.log
