"""Secrets of `ferry serve` and `ferry worker` from files, and the first admin without a person at the link."""
import os

import servers
from ferry_service import PASSWORD, Worker
from test_service_executions import FAST, fill, make_project, start


def write(folder, name, text):
    path = folder / name
    path.write_text(text + "\n")
    os.chmod(path, 0o600)
    return str(path)


def test_urls_key_and_admin_from_files(make_service, make_postgres, mysql_db, redis, tmp_path):
    store, target = make_postgres(), make_postgres()
    fill(mysql_db)
    env = {"FERRY_STORE_FILE": write(tmp_path, "store", store.url), "FERRY_BUS": "file:" + write(tmp_path, "bus", redis.url(7)),
           "FERRY_SECRET_KEY_FILE": write(tmp_path, "key", "0f" * 32), "FERRY_ADMIN_NAME": "ada",
           "FERRY_ADMIN_PASSWORD_FILE": write(tmp_path, "admin", PASSWORD)}
    service = make_service("--workers", "0", env=env)
    assert service.setup_token is None, "there is nothing to set up"
    ada = service.sign_in("ada")
    assert ada.get("/readyz").json["bus"] == "up" and not os.path.exists(os.path.join(service.data, "secret.key"))
    execution = start(ada, make_project(ada, mysql_db, target, FAST))
    worker = Worker(service, tmp_path / "w")
    assert service.wait(ada, execution)["outcome"] == "verified"
    assert worker.end() == 0
    service.stop()
    service.start()
    assert service.sign_in("ada"), "an account that is there is left alone"
    with open("/proc/%d/environ" % service.process.pid, "rb") as f:
        assert servers.quote(servers.PASSWORD).encode() not in f.read()
    assert "by the set-up link" not in store.value("SELECT string_agg(detail, ' ') FROM audit WHERE action = 'user.create'")


def test_what_is_wrong_is_said(ferry, make_postgres, tmp_path):
    store, empty, odd = make_postgres(), write(tmp_path, "empty", ""), write(tmp_path, "odd", "no key")
    cases = [({"FERRY_STORE_FILE": "/none/x"}, "FERRY_STORE_FILE"), ({"FERRY_STORE": "file:/none/x"}, "/none/x"), ({"FERRY_STORE_FILE": empty}, "is empty"),
             ({"FERRY_STORE": store.url, "FERRY_STORE_FILE": empty}, "both set"), ({"FERRY_SECRET_KEY_FILE": "/none/k"}, "FERRY_SECRET_KEY_FILE"),
             ({"FERRY_SECRET_KEY_FILE": odd}, "64 hexadecimal"), ({"FERRY_SECRET_KEY": "file:" + odd}, "64 hexadecimal"),
             ({"FERRY_ADMIN_PASSWORD": "short"}, "FERRY_ADMIN_PASSWORD")]
    for i, (env, expected) in enumerate(cases):
        result = ferry("serve", "--listen", "127.0.0.1:0", "--data", str(tmp_path / str(i)), env=env, expect=None)
        assert result.code != 0 and expected in result.err, (env, str(result))


def test_metrics_for_who_has_the_token(make_service, ferry, tmp_path):
    token = "0123456789abcdef-metrics"
    path = write(tmp_path, "token", token)
    for service in (make_service("--metrics-token-file", path), make_service(env={"FERRY_METRICS_TOKEN": token}),
                    make_service(env={"FERRY_METRICS_TOKEN_FILE": path})):
        stranger, prometheus = service.client(), service.client(key=token)
        assert "ferry_queue_depth" in prometheus.get("/metrics").text
        for headers in ({}, {"Authorization": "Bearer " + token[:-1]}, {"Authorization": "Bearer " + token + "x"}, {"Authorization": "Basic " + token}):
            refused = stranger.get("/metrics", headers=headers, expect=401)
            assert refused.code == "unauthorized" and token not in refused.text
        for path_of_all in ("/healthz", "/readyz"):
            stranger.get(path_of_all)
        prometheus.get("/projects", expect=401)    # it opens nothing else
        assert token not in service.log
    for env, expected in (({"FERRY_METRICS_TOKEN": "short"}, "16 characters"), ({"FERRY_METRICS_TOKEN_FILE": "/none/t"}, "FERRY_METRICS_TOKEN_FILE")):
        told = ferry("serve", "--listen", "127.0.0.1:0", "--data", str(tmp_path / "d"), env=env, expect=None)
        assert told.code != 0 and expected in told.err, str(told)
