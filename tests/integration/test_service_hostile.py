"""Clients that mean no good: what a running service does with requests that are too large, too slow, too many or none at all. Written
on bare sockets: an HTTP library would not send them."""
import json
import re
import socket
import sqlite3
import threading
import time

import pytest

import conftest
import ferry_service

PASSWORD = ferry_service.PASSWORD


def address(service):
    host, _, port = service.listen.rpartition(":")
    return host, int(port)


def dial(service, timeout=20):
    return socket.create_connection(address(service), timeout=timeout)


def read_all(connection):
    """Everything until the other side closes, however it does that."""
    data = b""
    try:
        while True:
            piece = connection.recv(65536)
            if not piece:
                return data
            data += piece
    except (ConnectionError, TimeoutError):
        return data


def assert_is_cut(connection):
    connection.settimeout(60)
    try:
        while connection.recv(65536):
            pass
    except ConnectionError:
        pass


def say(service, text, timeout=20):
    """The whole answer to a request that ends the connection."""
    with dial(service, timeout) as connection:
        try:
            connection.sendall(text if isinstance(text, bytes) else text.encode())
        except ConnectionError:
            pass    # refused before all of it was sent
        return read_all(connection)


def status(answer):
    return int(answer.split(b" ", 2)[1]) if answer.startswith(b"HTTP/1.") else None


def problem(answer):
    return json.loads(answer.partition(b"\r\n\r\n")[2])


def request(line, *headers, body=""):
    return "\r\n".join([line + " HTTP/1.1", "Host: ferry", "Connection: close", *headers, "", body])


def credentials(client):
    return ("Cookie: " + client.cookie, "X-CSRF-Token: " + client.csrf, "Content-Type: application/json")


def is_alive(service):
    assert service.client().get("/healthz").json["status"] == "ok"
    assert service.process.poll() is None, service.log


# ---- bodies ----

@pytest.mark.parametrize("length", [4097, 8 << 20, 1 << 40])
def test_a_stranger_sends_no_body(service, length):
    """Refused by its head, before a byte of it is read."""
    for path in ("/api/v1/session", "/api/v1/setup"):
        answer = say(service, request("POST " + path, "Content-Length: %d" % length))
        assert status(answer) == 413 and problem(answer)["code"] == "too_large", answer
        assert b"4096" in answer and b"\nConnection: close" in answer.replace(b"\r", b"")
    for path in ("/api/v1/projects", "/api/v1/projects/import", "/api/migrate/start"):
        answer = say(service, request("POST " + path, "Content-Length: %d" % length))
        assert status(answer) == 401 and problem(answer)["code"] == "unauthorized", answer
    is_alive(service)


def test_expectation_is_met_by_the_refusal(service):
    """curl and others ask first whether a large body is welcome."""
    answer = say(service, request("POST /api/v1/projects", "Expect: 100-continue", "Content-Length: 5000000"))
    assert answer.startswith(b"HTTP/1.1 401"), answer
    admin = service.admin()
    body = json.dumps({"name": "p"})
    with dial(service) as connection:
        connection.sendall(request("POST /api/v1/projects", *credentials(admin), "Expect: 100-continue", "Content-Length: %d" % len(body)).encode())
        assert connection.recv(100).startswith(b"HTTP/1.1 100")
        connection.sendall(body.encode())
        assert status(read_all(connection)) == 201


def test_limit_of_each_route(service):
    admin = service.admin()
    head = credentials(admin)
    for path, most in (("POST /api/v1/executions", 256 << 10), ("PUT /api/v1/settings", 256 << 10), ("POST /api/v1/projects", 8 << 20),
                       ("POST /api/v1/projects/import", 8 << 20), ("POST /api/v1/session", 4096), ("DELETE /api/v1/projects/x", 256 << 10)):
        answer = say(service, request(path, *head, "Content-Length: %d" % (most + 1)))
        assert status(answer) == 413 and str(most) in problem(answer)["detail"], (path, answer)
    # as large as it may be
    document = {"version": 1, "tables": [{"source": "t", "where": "x" * (7 << 20)}]}
    assert admin.post("/projects", {"name": "large", "document": document}, expect=201)


def chunks(size, piece=4096):
    return b"%x\r\n%s\r\n" % (piece, b"x" * piece) * (size // piece)


def test_chunks_count_too(service):
    admin = service.admin()
    head = request("POST /api/v1/executions", *credentials(admin), "Transfer-Encoding: chunked").encode()
    answer = say(service, head + chunks(300 << 10) + b"0\r\n\r\n")
    assert status(answer) == 413, answer[:500]
    answer = say(service, head + chunks(4 << 20))    # far too much: cut off, with or without an answer
    assert status(answer) in (413, None)
    for bad in (b"zz\r\nx\r\n", b"-1\r\nx\r\n", b"fffffffffffffffff\r\n", b"5\r\nab"):
        answer = say(service, head + bad + b"0\r\n\r\n", timeout=3) if bad != b"5\r\nab" else b""
        assert status(answer) in (400, 413, None), (bad, answer)
    is_alive(service)


def test_limit_of_documents_is_an_option(make_service, tmp_path):
    config = tmp_path / "limits.conf"
    config.write_text("[ferry]\nmax_body = 32\n")
    for args, env in ((("--max-body", "32"), {}), ((), {"FERRY_MAX_BODY": "32"}), (("--config", str(config)), {})):
        service = make_service(*args, env=env)
        admin = service.admin()
        answer = say(service, request("POST /api/v1/projects", *credentials(admin), "Content-Length: 32769"))
        assert status(answer) == 413 and "32768" in problem(answer)["detail"], answer


def test_wrong_limits_are_named(ferry):
    for args in (("--max-body", "1"), ("--head-timeout", "0"), ("--max-connections", "many"), ("--hash-key-prefix", "")):
        assert args[0] in ferry("serve", *args, expect=1).err


@pytest.mark.parametrize("body", ["", "{", "[]", "7", "null", "\"x\"", "{\"name\": \"a\", \"name\": \"b\"}", "{\"name\": \"\\u0000\"}",
                                  "{\"name\": 1e999}", "{\"name\": \"x\", \"nmae\": 1}", "[" * 100000, "{\"a\":" * 5000])
def test_bodies_that_are_no_request(service, body):
    admin = service.admin()
    for path in ("/projects", "/connections", "/executions"):
        reply = admin.post(path, body, headers={"Content-Type": "application/json"}, expect=422)
        assert reply.code == "bad_request" and reply.json["detail"]
    is_alive(service)


def test_bodies_that_are_no_text(service):
    admin = service.admin()
    for body in (b"\xff\xfe{\x00}\x00", b"\xef\xbb\xbf{", b"{\"name\": \"\xc3\x28\"}", b"\x00" * 1000, b"{\"name\": \"\xed\xa0\x80\"}"):
        assert admin.post("/projects", body, headers={"Content-Type": "application/json"}, expect=422).code == "bad_request"
        assert admin.post("/projects/import", body, headers={"Content-Type": "text/plain"}, expect=422).code == "bad_request"
    is_alive(service)


def test_a_misspelt_member_starts_nothing(service):
    admin = service.admin()
    reply = admin.post("/executions", {"project_id": "prj_1", "dryrun": True}, expect=422).json
    assert reply["field"] == "dryrun" and "dry_run" in reply["hint"]


# ---- heads ----

def test_large_heads(service):
    for text in (request("GET /" + "a" * 20000), request("GET /?" + "a" * 20000), request("GET /healthz", "X-Large: " + "a" * 20000),
                 request("GET /healthz", *("X-%d: %s" % (i, "a" * 50) for i in range(500)))):
        assert status(say(service, text)) in (413, 414, 431), text[:80]
    is_alive(service)


def test_limit_of_heads_is_an_option(make_service):
    service = make_service("--max-head", "64")
    assert status(say(service, request("GET /healthz", "X-Large: " + "a" * 40000))) == 200


@pytest.fixture(scope="module")
def patient_service(tmp_path_factory):
    service = ferry_service.Service(conftest.FERRY, tmp_path_factory.mktemp("patient"), "--head-timeout", "2")
    yield service
    service.stop()
    assert "Sanitizer" not in service.log, service.log


@pytest.mark.parametrize("text", [
    "GET\r\n\r\n", "\r\n\r\n\r\n", "\x00\x01\x02\r\n\r\n", "GET /healthz HTTP/9.9\r\n\r\n", "GET /healthz\r\n\r\n", "GET /healthz HTTP/1.1\r\n\r\n",
    "GET /health z HTTP/1.1\r\nHost: x\r\n\r\n", "GET * HTTP/1.1\r\nHost: x\r\n\r\n", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
    "POST /api/v1/session HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n", "POST /api/v1/session HTTP/1.1\r\nHost: x\r\nContent-Length: x\r\n\r\n",
    "POST /api/v1/session HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
    "POST /api/v1/session HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "POST /api/v1/session HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\nhello",
    "POST /api/v1/session HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked, identity\r\n\r\nhello",
    "GET /healthz HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n", "GET /healthz HTTP/1.1\r\nHost x\r\n\r\n",
    "GET /?a=%zz HTTP/1.1\r\nHost: x\r\n\r\n", "GET /%00 HTTP/1.1\r\nHost: x\r\n\r\n", "GET /healthz%00x HTTP/1.1\r\nHost: x\r\n\r\n",
], ids=repr)
def test_malformed_requests(patient_service, text):
    """An answer that says so, or none; never a success that somebody else might read otherwise."""
    service = patient_service
    with dial(service, 10) as connection:
        connection.sendall(text.encode("latin-1"))
        connection.shutdown(socket.SHUT_WR)
        answer = read_all(connection)
    if text.startswith("GET /healthz\r"):
        return    # HTTP/0.9: old, not malformed
    assert status(answer) in (None, 400, 404, 405, 413, 501, 505), answer
    # the library doubles the head of an answer of its own to a bad Content-Length; the connection ends all the same
    assert len(set(re.findall(rb"HTTP/1\.[01] (\d+)", answer))) <= 1, "one answer, and the connection's end"
    is_alive(service)


def test_a_request_is_not_hidden_in_another(service):
    """Whatever follows a refused body is not read as a request."""
    inner = request("GET /healthz")
    for head in ("Content-Length: %d\r\nTransfer-Encoding: chunked" % len(inner), "Content-Length: 0\r\nContent-Length: %d" % len(inner),
                 "Transfer-Encoding: xchunked"):
        answer = say(service, "POST /api/v1/session HTTP/1.1\r\nHost: x\r\n%s\r\n\r\n%s" % (head, inner))
        assert answer.count(b"HTTP/1.1") == 1 and status(answer) == 400, answer
    answer = say(service, "POST /api/v1/projects HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n%s" % (len(inner), inner))
    assert answer.count(b"HTTP/1.1") == 1 and status(answer) == 401, answer


@pytest.mark.parametrize("path", ["/../../../../etc/passwd", "/..%2f..%2fetc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/assets/../../etc/passwd",
                                  "/assets/..%5c..%5cetc", "/./index.html", "//etc/passwd", "/etc/passwd", "/assets//../x", "/index.html%00.js",
                                  "/api/v1/executions/..%2f..%2fsecret.key/report", "/api/v1/../v1/users", "/api/v1/projects/../users",
                                  "/api/v1/executions/%2e%2e/logs"])
def test_paths_that_climb(service, path):
    admin = service.admin()
    for headers in ((), credentials(admin)):
        answer = say(service, request("GET " + path, *headers))
        assert b"root:" not in answer and b"secret" not in answer.partition(b"\r\n\r\n")[2]
        if ".." in path or "%" in path or "/./" in path:
            assert status(answer) == 400 and problem(answer)["code"] == "malformed", answer
        else:
            assert status(answer) == 200 and b"<html" in answer, answer    # the application, whatever the path


# ---- time ----

def test_slow_heads_are_cut(make_service):
    """A byte now and then is not silence, and is not enough either."""
    service = make_service("--head-timeout", "2")
    ended = []

    def drip(text):
        with dial(service) as connection:
            try:
                for byte in text.encode():
                    connection.send(bytes([byte]))
                    time.sleep(0.3)
            except OSError:
                pass
            read_all(connection)
            ended.append(text)
    threads = [threading.Thread(target=drip, args=(text,)) for text in
               ["GET /healthz HTTP/1.1\r\nHost: x\r\n" + "X-Y: z\r\n" * 60, "GET /" + "a" * 500, "\r\n" * 250] * 4]
    [t.start() for t in threads]
    [t.join(60) for t in threads]
    assert len(ended) == 12, "to send it all would take more than two minutes"
    # an idle connection between two requests, and one that never says anything
    for first in (b"", b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"):
        with dial(service) as connection:
            connection.sendall(first)
            assert_is_cut(connection)
    is_alive(service)


def test_slow_bodies_are_cut(make_service):
    service = make_service("--body-timeout", "2")
    admin = service.admin()
    for framing, piece in (("Content-Length: 1000", b"x"), ("Transfer-Encoding: chunked", b"1\r\nx\r\n")):
        with dial(service) as connection:
            connection.sendall(request("POST /api/v1/projects", *credentials(admin), framing).encode())
            with pytest.raises(OSError):
                for _ in range(300):
                    connection.send(piece)
                    time.sleep(0.2)
    # who sends in time, in pieces, is served
    body = json.dumps({"name": "p", "document": {"version": 1}})
    with dial(service) as connection:
        connection.sendall(request("POST /api/v1/projects", *credentials(admin), "Content-Length: %d" % len(body)).encode())
        for i in range(0, len(body), 10):
            connection.sendall(body[i:i + 10].encode())
            time.sleep(0.05)
        assert status(read_all(connection)) == 201
    is_alive(service)


def test_a_connection_serves_many_requests(service):
    admin = service.admin()
    connection = admin.connect()
    connection.connect()
    held = connection.sock
    for method, path, body in [("GET", "/healthz", None), ("GET", "/api/v1/session", None), ("POST", "/api/v1/projects", '{"name": "p"}'),
                               ("GET", "/api/v1/nothing", None), ("POST", "/api/v1/projects", "{}"), ("HEAD", "/", None), ("GET", "/api/v1/projects", None)]:
        connection.request(method, path, body, admin.headers(method))
        response = connection.getresponse()
        response.read()
        assert connection.sock is held, (method, path, response.status)
    connection.close()


# ---- numbers ----

def wait_for_place(service):
    end = time.monotonic() + 30
    while b" 200 " not in say(service, request("GET /healthz"))[:20]:
        assert time.monotonic() < end, "no place is free again"
        time.sleep(0.2)


def test_connections_of_one_address(make_service):
    service = make_service("--max-address-connections", "8")
    held = [dial(service) for _ in range(8)]
    time.sleep(0.3)
    assert say(service, request("GET /healthz")) == b"", "the ninth is closed without a word"
    for connection in held:
        connection.sendall(request("GET /healthz").encode())
        assert status(read_all(connection)) == 200
        connection.close()
    wait_for_place(service)


def test_connections_in_all(make_service):
    service = make_service(env={"FERRY_MAX_CONNECTIONS": "16"})
    held = [dial(service) for _ in range(40)]
    time.sleep(0.5)
    [connection.close() for connection in held]
    wait_for_place(service)


def open_stream(service, client, path="/api/v1/events"):
    connection = dial(service)
    connection.sendall(("GET %s HTTP/1.1\r\nHost: x\r\nCookie: %s\r\n\r\n" % (path, client.cookie)).encode())
    return connection, connection.recv(4096)


def test_streams_of_one_user_and_of_all(make_service):
    service = make_service("--max-user-streams", "3", "--max-streams", "5")
    ada = service.admin()
    bob = service.user(ada, "bob", "viewer")
    held = [open_stream(service, ada) for _ in range(3)]
    assert all(status(answer) == 200 for _, answer in held)
    _, refused = open_stream(service, ada)
    assert status(refused) == 429 and b"3 streams" in refused and b"Retry-After: 30" in refused
    held += [open_stream(service, bob) for _ in range(2)]
    assert all(status(answer) == 200 for _, answer in held)
    _, refused = open_stream(service, bob)
    assert status(refused) == 429 and b"takes no more" in refused
    ada.get("/connections")    # all else goes on
    [connection.close() for connection, _ in held]


def test_requests_of_one_user(make_service):
    service = make_service("--max-requests", "5")
    ada = service.admin()
    statuses = [ada.get("/connections", expect=(200, 429)).status for _ in range(30)]
    assert 429 in statuses and statuses[:5] == [200] * 5


def test_more_bodies_than_memory(make_service):
    """Thirty-two of the largest may be under way at a time."""
    service = make_service("--max-body", "64")
    ada = service.admin()
    held = []
    for _ in range(32):
        connection = dial(service)
        connection.sendall(request("POST /api/v1/projects", *credentials(ada), "Content-Length: 65536").encode())
        held.append(connection)
    time.sleep(1)
    answer = say(service, request("POST /api/v1/projects", *credentials(ada), "Content-Length: 65536"))
    assert status(answer) == 429 and problem(answer)["code"] == "too_many_requests"
    [connection.close() for connection in held]
    time.sleep(1)
    assert ada.post("/projects", {"name": "p"}, expect=201)


def test_slow_handlers_keep_nobody_waiting(service):
    """Databases that do not answer take the slow workers, not those of everybody."""
    ada = service.admin()
    listener = socket.create_server(("127.0.0.1", 0), backlog=64)
    url = "postgresql://x@127.0.0.1:%d/x" % listener.getsockname()[1]
    threads = [threading.Thread(target=lambda: ada.post("/connections/test", {"url": url}, expect=range(200, 600)), daemon=True) for _ in range(30)]
    [t.start() for t in threads]
    time.sleep(0.5)
    for _ in range(20):
        ada.get("/connections")
    assert all(t.is_alive() for t in threads), "those who ask for databases wait, and nobody has waited for them"
    held = []
    listener.settimeout(1)
    try:
        while True:
            held.append(listener.accept()[0])
            held[-1].close()
    except OSError:
        pass
    listener.close()
    [t.join(60) for t in threads]


# ---- keys of hashes ----

def hashing(name):
    return {"version": 1, "tables": [{"source": "t", "columns": [{"source": "v", "transform": [{"hash": {"key_env": name}}]}]}]}


@pytest.mark.parametrize("name", ["FERRY_SECRET_KEY", "FERRY_STORE", "HOME", "FERRY_HASH_KE", "PATH", ""])
def test_only_variables_that_are_meant(make_service, tmp_path, name):
    service = make_service(env={"FERRY_HASH_KEY_SHOP": "k" * 40})
    ada = service.admin()
    refused = ada.post("/projects", {"name": "p", "document": hashing(name)}, expect=(403, 422)).json
    if name:
        assert refused["code"] == "forbidden" and "FERRY_HASH_KEY" in refused["detail"] and "tables[0].columns[0]" in refused["field"]
    text = json.dumps(hashing(name))
    ada.post("/projects/import", text, headers={"Content-Type": "text/plain"}, query={"name": "q"}, expect=(403, 422))
    project = ada.post("/projects", {"name": "p", "document": hashing("FERRY_HASH_KEY_SHOP")}, expect=201).json
    ada.put("/projects/" + project["id"], {"document": hashing(name)}, expect=(403, 422))
    ada.post("/api/migrate/start", {"source": "sqlite:///%s/a.db" % tmp_path, "target": "sqlite:///%s/b.db" % tmp_path, "document": hashing(name)},
             expect=(403, 422))


def test_a_project_of_before_is_refused_when_it_runs(make_service, tmp_path):
    """Also where the document was stored while another prefix was allowed, and for a document that is only previewed."""
    db = sqlite3.connect(tmp_path / "in.db")
    db.executescript("CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT); INSERT INTO t VALUES (1, 'x')")
    db.close()
    service = make_service("--hash-key-prefix", "SHOP_", env={"SHOP_KEY": "k" * 40, "FERRY_HASH_KEY_2": "j" * 40})
    ada = service.admin()
    ids = [ada.post("/connections", {"name": name, "url": "sqlite:///%s/%s.db" % (tmp_path, name)}, expect=201).json["id"] for name in ("in", "out")]
    project = ada.post("/projects", {"name": "p", "source_connection_id": ids[0], "target_connection_id": ids[1], "document": hashing("SHOP_KEY")},
                       expect=201).json
    one = "/projects/" + project["id"]
    assert ada.post(one + "/preview", {"table": "t"}).json["rows"][0]["after"][1] != "x"
    assert ada.post(one + "/preview", {"table": "t", "document": hashing("FERRY_HASH_KEY_2")}, expect=403).code == "forbidden"
    service.stop()
    service.args = ("--no-sample",)
    service.start()
    assert ada.post(one + "/plan", expect=403).code == "forbidden"
    ended = service.wait(ada, ada.post("/executions", {"project_id": project["id"]}, expect=201).json["id"])
    assert ended["state"] == "FAILED" and ended["error"]["code"] == "forbidden", ended
    db = sqlite3.connect(tmp_path / "out.db")
    assert db.execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,)
    db.close()
