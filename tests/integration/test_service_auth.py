"""Who may do what with a running service: set-up, sessions, CSRF, roles at every route, API keys, throttling, the audit log, and
that no secret leaves it."""
import glob
import json
import os
import re
import threading
import time

import pytest

import ferry_service

PASSWORD = ferry_service.PASSWORD
ROLES = ["none", "viewer", "operator", "admin"]
SECRET = "pw-that-must-not-show-8271"


@pytest.fixture
def admin(service):
    return service.admin()


# ---- set-up and sessions ----

def test_setup_link_works_once(service):
    stranger = service.client()
    assert stranger.get("/setup").json == {"is_needed": True}
    body = {"token": "x" * 24, "name": "eve", "password": PASSWORD}
    assert stranger.post("/setup", body, expect=403).code == "forbidden"
    weak = stranger.post("/setup", {"token": service.wait_for_link(), "name": "ada", "password": "short"}, expect=422).json
    assert weak["field"] == "password" and "10 characters" in weak["hint"]

    admin = service.admin()
    assert admin.user["role"] == "admin"
    assert admin.get("/session").json["user"]["name"] == "ada"
    assert stranger.get("/setup").json == {"is_needed": False}
    body["token"] = service.wait_for_link()
    assert stranger.post("/setup", body, expect=409).code == "conflict"
    service.stop()
    service.setup_token = None
    service.start()
    assert service.setup_token is None, "no link is printed any more"
    assert stranger.post("/setup", body, expect=409)



@pytest.mark.parametrize("listen", ["0.0.0.0:0", "[::]:0"])
def test_the_link_of_a_service_on_all_addresses_can_be_opened(make_service, listen):
    service = make_service(listen=listen)
    service.wait_for_link()
    base = re.search(r"once, at (\S+)/#/setup", service.log).group(1)
    assert base == "http://localhost:%s" % service.url.rsplit(":", 1)[1]


def test_two_set_up_at_once(service):
    codes = []

    def try_it(name):
        body = {"token": service.wait_for_link(), "name": name, "password": PASSWORD}
        codes.append(service.client().post("/setup", body, expect=(201, 409, 429, 403)).status)
    threads = [threading.Thread(target=try_it, args=("admin%d" % i,)) for i in range(4)]
    [t.start() for t in threads]
    [t.join() for t in threads]
    assert codes.count(201) == 1, codes


def test_sign_in_and_out(service, admin):
    stranger = service.client()
    assert stranger.get("/session", expect=401).code == "unauthorized"
    wrong = stranger.post("/session", {"name": "ada", "password": "wrong password"}, expect=401).json
    unknown = stranger.post("/session", {"name": "nobody", "password": "wrong password"}, expect=401).json
    assert wrong["code"] == "bad_credentials" and wrong == unknown, "an unknown name does not show"
    reply = stranger.post("/session", {"name": "ada", "password": PASSWORD})
    cookie = reply.headers["set-cookie"]
    assert "HttpOnly" in cookie and "SameSite=Strict" in cookie and "Path=/" in cookie and "Secure" not in cookie
    stranger.keep_session(reply)
    old = stranger.cookie
    stranger.delete("/session", expect=204)
    assert stranger.cookie is None
    stranger.get("/session", headers={"Cookie": old}, expect=401)
    # a cookie that is no longer good is not in the way of signing in
    stranger.post("/session", {"name": "ada", "password": PASSWORD}, headers={"Cookie": old})
    admin.get("/session")


def test_session_outlives_a_restart(service, admin):
    service.kill()
    service.start()
    admin.get("/users")
    admin.post("/users", {"name": "bob", "password": PASSWORD, "role": "viewer"}, expect=201)


def test_own_password(service, admin):
    other = service.sign_in("ada")
    change = {"old": "not it", "new": "another password"}
    assert admin.post("/session/password", change, expect=422).json["field"] == "old"
    assert admin.post("/session/password", {"old": PASSWORD, "new": "short"}, expect=422).json["field"] == "new"
    admin.post("/session/password", dict(change, old=PASSWORD), expect=204)
    admin.get("/session")
    other.get("/session", expect=401)
    service.client().post("/session", {"name": "ada", "password": PASSWORD}, expect=401)
    service.sign_in("ada", "another password")


def test_csrf(service, admin):
    body = {"name": "bob", "password": PASSWORD, "role": "viewer"}
    for token in (None, "", "x", "x" * len(admin.csrf), admin.csrf[:-1]):
        assert admin.post("/users", body, headers={"X-CSRF-Token": token}, expect=403).code == "csrf"
    other = service.sign_in("ada")
    assert admin.post("/users", body, headers={"X-CSRF-Token": other.csrf}, expect=403).code == "csrf"
    # a page of another site changes nothing, and signs nobody in
    foreign = {"Sec-Fetch-Site": "cross-site"}
    assert admin.post("/users", body, headers=foreign, expect=403).code == "csrf"
    assert service.client().post("/session", {"name": "ada", "password": PASSWORD}, headers=foreign, expect=403).code == "csrf"
    assert len(admin.get("/users").items) == 1
    admin.get("/users", headers=foreign)    # reading is the browser's to guard: no CORS header lets it through
    admin.post("/users", body, headers={"Sec-Fetch-Site": "same-origin"}, expect=201)


# ---- roles ----

def routes(client):
    document = client.get("/api/openapi.json").json
    for path, methods in sorted(document["paths"].items()):
        for method, operation in methods.items():
            yield method.upper(), path, operation


def fill(path):
    """With ids that nobody has: what is allowed then answers 404 or 422, never 401 or 403."""
    return path.replace("{version}", "1").replace("{id}", "xxx_00000000000000000000").replace("{job_id}", "none")


def allowed_status(client, method, path, operation):
    body = {} if "requestBody" in operation else None
    if path.endswith("/events") or "/stream/" in path:
        connection = client.connect()
        connection.request(method, fill(path), headers=client.headers(method))
        status = connection.getresponse().status
        connection.close()
        return status
    return client.request(method, fill(path), body, expect=range(200, 600)).status


def test_every_route_with_every_role(service, admin):
    clients = {"none": service.client(), "viewer": service.user(admin, "vera", "viewer"),
               "operator": service.user(admin, "otto", "operator"), "admin": service.sign_in("ada")}
    checked = 0
    for method, path, operation in list(routes(admin)):
        needed = operation["x-role"]
        for role, client in clients.items():
            if (method, path) == ("DELETE", "/api/v1/session") and role != "none":
                continue    # the others still need theirs
            status = allowed_status(client, method, path, operation)
            if ROLES.index(role) >= ROLES.index(needed):
                assert status not in (401, 403) or (needed == "none" and status == 401) or path.endswith("/setup"), (role, method, path, status)
                assert status < 500, (role, method, path, status)
            else:
                assert status == (401 if role == "none" else 403), (role, method, path, status)
            checked += 1
    assert checked > 150
    # the roles themselves: whatever is listed later must not be weaker than this
    expected = {("GET", "/api/v1/users"): "admin", ("PUT", "/api/v1/settings"): "admin", ("GET", "/api/v1/audit/export"): "admin",
                ("POST", "/api/v1/api-keys"): "admin", ("POST", "/api/v1/connections"): "operator",
                ("GET", "/api/v1/connections/{id}/rows"): "operator", ("POST", "/api/v1/projects/{id}/preview"): "operator",
                ("POST", "/api/v1/executions"): "operator", ("GET", "/api/v1/executions/{id}/events"): "viewer",
                ("GET", "/api/v1/connections"): "viewer"}
    roles = {(method, path): operation["x-role"] for method, path, operation in routes(admin)}
    for route, role in expected.items():
        assert roles[route] == role, route
    open_ones = {path for (method, path), role in roles.items() if role == "none"}
    assert open_ones <= {"/healthz", "/readyz", "/metrics", "/api/openapi.json", "/api/v1/setup", "/api/v1/session"}, open_ones


def test_disabled_user_is_out_at_once(service, admin):
    bob = service.user(admin, "bob", "operator")
    id = bob.user["id"]
    key = service.client(bob_key(service, admin, bob))
    key.get("/connections")
    admin.patch("/users/" + id, {"is_disabled": True})
    bob.get("/connections", expect=401)
    key.get("/connections", expect=401)
    service.client().post("/session", {"name": "bob", "password": PASSWORD}, expect=401)
    admin.patch("/users/" + id, {"is_disabled": False})
    bob.get("/connections", expect=401)     # the session does not come back
    key.get("/connections")                 # the key does
    admin.patch("/users/" + id, {"password": "a fresh password"})
    service.sign_in("bob", "a fresh password")
    admin.delete("/users/" + id, expect=204)
    key.get("/connections", expect=401)
    admin.get("/users", query={"cursor": ""})
    assert admin.patch("/users/" + id, {"role": "viewer"}, expect=404).code == "not_found"


def bob_key(service, admin, bob):
    """A key of bob's: made while he is an admin."""
    admin.patch("/users/" + bob.user["id"], {"role": "admin"})
    key = bob.post("/api-keys", {"name": "ci", "role": "operator"}, expect=201).json["key"]
    admin.patch("/users/" + bob.user["id"], {"role": "operator"})
    return key


def test_last_admin(service, admin):
    me = "/users/" + admin.user["id"]
    for change in ({"role": "viewer"}, {"is_disabled": True}):
        assert admin.patch(me, change, expect=409).code == "conflict"
    admin.delete(me, expect=409)
    service.user(admin, "grace", "admin")
    admin.patch(me, {"role": "viewer"})
    admin.get("/users", expect=403)         # counts from the next request on


# ---- API keys ----

def test_api_keys(service, admin):
    made = admin.post("/api-keys", {"name": "ci", "role": "viewer", "expires_at": "2099-01-01T00:00:00Z"}, expect=201).json
    key = service.client(made["key"])
    assert key.get("/session").json == {"user": {"id": admin.user["id"], "name": "ada (key ci)", "role": "viewer"}, "csrf_token": None}
    key.get("/connections")
    assert key.post("/connections", {"name": "x", "url": "sqlite:///x"}, expect=403).code == "forbidden"
    key.post("/session/password", {"old": PASSWORD, "new": "another password"}, expect=403)
    listed = admin.get("/api-keys").items
    assert [k["name"] for k in listed] == ["ci"] and "key" not in listed[0] and listed[0]["last_used_at"]

    soon = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 3))
    short = admin.post("/api-keys", {"name": "short", "role": "admin", "expires_at": soon}, expect=201).json
    service.client(short["key"]).get("/users")
    time.sleep(3.2)
    service.client(short["key"]).get("/users", expect=401)

    admin.delete("/api-keys/" + made["id"], expect=204)
    key.get("/connections", expect=401)
    for bad in ("", "ferry_", made["key"] + "x", "x" * 5000, "ferry_" + "é" * 3):
        service.client().get("/connections", headers={"Authorization": b"Bearer " + bad.encode("utf-8")}, expect=(401, 431, 400, 413)) \
            if len(bad) < 4000 else None
    service.client().get("/connections", headers={"Authorization": "Basic YWRhOmFkYQ=="}, expect=401)
    # a bad key is not made good by a good cookie
    admin.get("/users", headers={"Authorization": "Bearer wrong"}, expect=401)
    for body, field in (({"role": "viewer"}, "name"), ({"name": "x", "role": "king"}, "role"), ({"name": "x", "role": "viewer", "expires_at": "soon"}, "expires_at")):
        assert admin.post("/api-keys", body, expect=422).json["field"] == field


# ---- throttling and limits ----

def test_guessing_is_slowed_down(service, admin):
    stranger = service.client()
    for i in range(6):
        stranger.post("/session", {"name": "ada", "password": "guess %d" % i}, expect=401)
    refused = stranger.post("/session", {"name": "ada", "password": PASSWORD}, expect=429)
    assert refused.code == "too_many_requests" and 1 <= int(refused.headers["retry-after"]) <= 2
    time.sleep(int(refused.headers["retry-after"]) + 0.1)
    service.sign_in("ada")
    admin.get("/users")
    for i in range(40):
        if stranger.post("/session", {"name": "user%d" % i, "password": "guess"}, expect=(401, 429)).status == 429:
            break
    else:
        raise AssertionError("forty names from one address")
    refusals = [e for e in admin.get("/audit", query={"action": "session.refuse", "limit": 200}).items]
    assert refusals and all(e["user"] in ("ada", None) for e in refusals)


def test_flood_is_cut(service, admin):
    """One address without a session."""
    statuses = []

    def flood():
        client = service.client()
        connection = client.connect()
        for _ in range(150):
            connection.request("GET", "/api/v1/setup")
            response = connection.getresponse()
            response.read()
            statuses.append((response.status, response.getheader("retry-after")))
    threads = [threading.Thread(target=flood) for _ in range(4)]
    [t.start() for t in threads]
    [t.join() for t in threads]
    assert (429, "1") in statuses
    assert {status for status, _ in statuses} == {200, 429}
    admin.get("/users")    # who is signed in is not in it


# ---- audit ----

def test_audit(service, admin, tmp_path):
    bob = service.user(admin, "bob", "viewer")
    admin.patch("/users/" + bob.user["id"], {"role": "operator"})
    url = "sqlite:///%s/some.db" % tmp_path
    connection = bob.post("/connections", {"name": "one", "url": url}, expect=201).json
    admin.put("/settings", {"operators_may_run_sql": False})
    entries = admin.get("/audit", query={"limit": 100}).items
    actions = [(e["user"], e["action"]) for e in reversed(entries)]
    for wanted in (("ada", "user.create"), ("bob", "session.create"), ("ada", "user.update"), ("bob", "connection.create"), ("ada", "settings.update")):
        assert wanted in actions, actions
    assert all(e["address"] == "127.0.0.1" and e["at"].endswith("Z") for e in entries), entries
    assert [e["object"] for e in entries if e["action"] == "connection.create"][0] in (connection["id"], "one")
    assert "role viewer to operator" in [e["detail"] for e in entries]
    assert {e["action"] for e in admin.get("/audit", query={"action": "user."}).items} == {"user.create", "user.update"}
    assert {e["user"] for e in admin.get("/audit", query={"user": "bob"}).items} == {"bob"}
    assert admin.get("/audit", query={"from": "2099-01-01"}).items == []
    first = admin.get("/audit", query={"limit": 2}).json
    rest = admin.get("/audit", query={"limit": 2, "cursor": first["next_cursor"]}).json
    assert [e["id"] for e in first["items"] + rest["items"]] == [e["id"] for e in entries[:4]]
    lines = admin.get("/audit/export").text.splitlines()
    exported = [json.loads(line) for line in lines]
    assert exported[0]["action"] == "audit.export" and exported[1:] == entries
    assert PASSWORD not in "\n".join(lines)
    # nobody changes it
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        admin.request(method, "/audit", {}, expect=405)
        admin.request(method, "/audit/1", {}, expect=(404, 405))


# ---- secrets ----

def files_hold(folder, text):
    found = []
    for path in glob.glob(os.path.join(folder, "**"), recursive=True):
        if os.path.isfile(path) and text.encode() in open(path, "rb").read():
            found.append(path)
    return found


def test_secrets_stay_inside(service, admin, pg_db):
    import servers
    url = pg_db.server.url(pg_db.name, password=servers.PASSWORD)
    plain = url.replace(":" + servers.quote(servers.PASSWORD), "")
    pg_db.sql("CREATE TABLE t (id int PRIMARY KEY, v text); INSERT INTO t VALUES (1, 'row one'); GRANT SELECT ON t TO ferry")
    viewer = service.user(admin, "vera", "viewer")
    in_url = admin.post("/connections", {"name": "in url", "url": url}, expect=201).json
    apart = admin.post("/connections", {"name": "apart", "url": plain, "password": servers.PASSWORD}, expect=201).json
    wrong = admin.post("/connections", {"name": "wrong", "url": plain, "password": SECRET}, expect=201).json
    assert in_url["has_password"] and apart["has_password"]
    for client in (admin, viewer):
        for connection in (in_url, apart, wrong):
            client.get("/connections/" + connection["id"])
            client.get("/connections/%s/tables" % connection["id"], expect=(200, 409, 502))
        client.get("/connections")
    for connection, is_ok in ((in_url, True), (apart, True), (wrong, False)):
        tested = admin.post("/connections/%s/test" % connection["id"], {}).json
        assert tested["ok"] == is_ok, (connection, tested)
    admin.post("/connections/test", {"url": plain, "password": SECRET})
    admin.post("/connections", {"name": "bad", "url": "nonsense://u:%s@h/d" % SECRET}, expect=(409, 422))
    admin.post("/connections", {"name": "bad", "url": plain.replace("@", ":%s@" % SECRET) + "&nope=1"}, expect=(201, 409, 422))
    admin.patch("/connections/" + wrong["id"], {"password": SECRET + "2"})
    target = admin.post("/connections", {"name": "target", "url": "sqlite:///%s/out.db" % service.folder}, expect=201).json
    body = {"name": "p", "source_connection_id": apart["id"], "target_connection_id": target["id"], "document": {"version": 1}}
    project = admin.post("/projects", body, expect=201).json
    execution = admin.post("/executions", {"project_id": project["id"]}, expect=201).json
    assert service.wait(admin, execution["id"])["state"] == "COMPLETED"
    for part in ("", "/logs", "/tables", "/objects", "/report?format=html", "/report?format=json"):
        admin.get("/executions/" + execution["id"] + part)
    admin.get("/projects/%s/export?format=yaml" % project["id"])
    admin.get("/audit/export")
    admin.get("/metrics")

    for secret in (servers.PASSWORD, servers.quote(servers.PASSWORD), SECRET, PASSWORD):
        for client in (admin, viewer):
            for seen in client.seen:
                assert secret.encode() not in seen and json.dumps(secret)[1:-1].encode() not in seen, seen[:2000]
        assert secret not in service.log
        assert not files_hold(service.data, secret), secret
    service.stop()
    for secret in (servers.PASSWORD, servers.quote(servers.PASSWORD), SECRET, PASSWORD, admin.cookie.split("=", 1)[1]):
        assert not files_hold(service.data, secret), secret
    for path in glob.glob(os.path.join(service.data, "*")):
        if os.path.isfile(path):
            assert os.stat(path).st_mode & 0o077 == 0, path


def test_rotated_key(service, admin, ferry, pg_db):
    made = admin.post("/connections", {"name": "one", "url": pg_db.url}, expect=201).json
    assert "another ferry" in ferry("rotate-key", "--data", service.data, expect=(1, 2, 3, 4)).err
    service.stop()
    before = open(service.data + "/secret.key").read()
    assert "1 secrets" in ferry("rotate-key", "--data", service.data).out
    assert open(service.data + "/secret.key").read() != before
    service.start()
    assert admin.post("/connections/%s/test" % made["id"], {}).json["ok"]
    service.stop()
    os.rename(service.data + "/secret.key", service.data + "/elsewhere")
    with pytest.raises(AssertionError, match="key file"):
        service.start()
    os.rename(service.data + "/elsewhere", service.data + "/secret.key")
    service.start()


# ---- rules ----

def test_rules_for_operators(service, admin, tmp_path):
    bob = service.user(admin, "bob", "operator")
    own = {"name": "own", "url": "sqlite:///%s/ferry.db" % service.data}
    for client in (admin, bob):
        assert client.post("/connections", own, expect=403).code == "forbidden"
        assert client.post("/connections/test", {"url": own["url"]}, expect=(200, 403)).json.get("ok") is not True
    for url in ("postgresql://169.254.169.254/d", "mysql://2852039166/d", "postgresql:///d?hostaddr=169.254.169.254"):
        refused = bob.post("/connections", {"name": "meta", "url": url}, expect=403).json
        assert refused["field"] == "url" and refused["hint"]
    descriptor = "oracle://u@db.example.com/?descriptor=(DESCRIPTION=(ADDRESS=(PROTOCOL=TCP)(HOST=169.254.169.254)(PORT=1521))(CONNECT_DATA=(SERVICE_NAME=x)))"
    assert "169.254.169.254" in bob.post("/connections", {"name": "meta", "url": descriptor}, expect=403).json["detail"]
    other = {"name": "file", "url": "sqlite:///%s/some.db" % tmp_path}
    stored = bob.post("/connections", other, expect=201).json
    admin.put("/settings", {"operators_may_use_files": False, "denied_hosts": ["10.0.0.0/8"]})
    assert bob.post("/connections", dict(other, name="second"), expect=403).code == "forbidden"
    bob.get("/connections/%s/tables" % stored["id"], expect=403)      # what is stored already is judged again
    bob.post("/connections", {"name": "ten", "url": "postgresql://10.1.2.3/d"}, expect=403)
    admin.post("/connections", {"name": "ten", "url": "postgresql://10.1.2.3/d"}, expect=403)
    assert admin.put("/settings", {"denied_hosts": ["no such thing!"]}, expect=422).json["field"] == "denied_hosts[0]"
    assert admin.get("/settings").json["denied_hosts"] == ["10.0.0.0/8"]


def test_stored_password_goes_nowhere_else(service, admin, pg_db):
    made = admin.post("/connections", {"name": "one", "url": pg_db.url}, expect=201).json
    path, shown = "/connections/" + made["id"], made["url"]
    for url in (shown.replace("127.0.0.1", "192.0.2.1"), shown.replace("postgresql:", "mysql:"), shown + "?sslmode=disable",
                shown + "?hostaddr=192.0.2.1", shown.replace("ferry@", "other@")):
        assert url != shown
        assert admin.patch(path, {"url": url}, expect=422).json["field"] == "password", url
    assert admin.post(path + "/test", {}).json["ok"]
    admin.patch(path, {"url": shown.replace("/" + pg_db.name, "/postgres")})     # the same server
    assert admin.get(path).json["has_password"]
    admin.patch(path, {"url": shown.replace("127.0.0.1", "192.0.2.1"), "password": None})
    assert not admin.get(path).json["has_password"]
    # an option that is a secret is not shown, and outlives a new name
    import servers
    hidden = shown.replace("/" + pg_db.name, "/%s?password=%s" % (pg_db.name, servers.quote(servers.PASSWORD)))
    other = admin.post("/connections", {"name": "hidden", "url": hidden}, expect=201).json
    renamed = admin.patch("/connections/" + other["id"], {"name": "renamed"}).json
    assert "password" not in renamed["url"] and admin.post("/connections/%s/test" % other["id"], {}).json["ok"]
    assert admin.patch(path, {"name": "two"}, headers={"If-Match": '"1"'}, expect=412).code == "precondition_failed"


def test_sql_reaches_no_other_file(service, admin, tmp_path):
    """Not even an admin's: the accounts are in such a file."""
    import sqlite3
    db = sqlite3.connect(tmp_path / "in.db")
    db.executescript("CREATE TABLE t (id INTEGER PRIMARY KEY); INSERT INTO t VALUES (1)")
    db.close()
    ids = [admin.post("/connections", {"name": name, "url": "sqlite:///%s/%s.db" % (tmp_path, name)}, expect=201).json["id"] for name in ("in", "out")]
    for i, hook in enumerate(("ATTACH '%s/ferry.db' AS own" % service.data, "VACUUM INTO '%s/stolen.db'" % tmp_path)):
        document = {"version": 1, "hooks": {"target_before": hook}}
        body = {"name": "p%d" % i, "source_connection_id": ids[0], "target_connection_id": ids[1], "document": document}
        project = admin.post("/projects", body, expect=201).json
        execution = admin.post("/executions", {"project_id": project["id"]}, expect=201).json
        ended = service.wait(admin, execution["id"])
        assert ended["state"] == "FAILED" and ("attached" in ended["error"]["message"] or "VACUUM" in ended["error"]["message"]), ended
    assert not (tmp_path / "stolen.db").exists()


def test_many_at_once(service, admin, pg_db):
    """More requests that need the store, and the rules in it, than the store has connections."""
    made = admin.post("/connections", {"name": "one", "url": pg_db.url}, expect=201).json
    failed = []

    def work(i):
        try:
            for n in range(5):
                admin.patch("/connections/" + made["id"], {"name": "one %d %d" % (i, n)}, expect=(200, 412))
                admin.get("/connections/%s/tables" % made["id"])
        except Exception as e:
            failed.append(e)
    threads = [threading.Thread(target=work, args=(i,)) for i in range(24)]
    [t.start() for t in threads]
    [t.join(60) for t in threads]
    assert not failed and not any(t.is_alive() for t in threads), failed


# ---- headers ----

def test_security_headers(service, admin):
    for path in ("/", "/api/v1/session", "/api/v1/nothing", "/healthz", "/api/openapi.json"):
        headers = admin.get(path, expect=(200, 404)).headers
        policy = headers["content-security-policy"]
        assert "default-src 'self'" in policy and "frame-ancestors 'none'" in policy and "unsafe-eval" not in policy
        script = [part for part in policy.split(";") if "script-src" in part]
        assert not any("unsafe-inline" in part for part in script)
        assert headers["x-content-type-options"] == "nosniff" and headers["x-frame-options"] == "DENY"
        assert headers["referrer-policy"] == "no-referrer"
        assert "access-control-allow-origin" not in admin.get(path, headers={"Origin": "https://evil.example"}, expect=(200, 404)).headers
        assert "server" not in headers
    assert admin.get("/session").headers["cache-control"] == "no-store"


def test_cors_only_where_configured(make_service):
    service = make_service("--allowed-origin", "https://app.example")
    client = service.client()
    assert client.get("/setup", headers={"Origin": "https://app.example"}).headers["access-control-allow-origin"] == "https://app.example"
    assert "access-control-allow-origin" not in client.get("/setup", headers={"Origin": "https://app.example.evil"}).headers


# ---- streams ----

def test_stream_ends_with_its_right(service, admin):
    """Slow on purpose: the check is done with the beat, every 15 seconds."""
    made = admin.post("/api-keys", {"name": "watch", "role": "viewer"}, expect=201).json
    ended = threading.Event()

    def follow():
        for _ in service.client(made["key"]).events("/events"):
            pass
        ended.set()
    threading.Thread(target=follow, daemon=True).start()
    time.sleep(0.5)
    admin.delete("/api-keys/" + made["id"], expect=204)
    assert ended.wait(40), "the stream goes on without a key"
