"""Behind a reverse proxy, whose word on its client counts only where it was named as one; and scripts of another site (CORS)."""
import pytest

import ferry_service

PASSWORD = ferry_service.PASSWORD
CREDENTIALS = {"name": "ada", "password": PASSWORD}


def through(client="203.0.113.7", proto="https"):
    return {"X-Forwarded-For": client, "X-Forwarded-Proto": proto}


def last_address(admin):
    return admin.get("/audit", query={"action": "session.create", "limit": 1}).items[0]["address"]


@pytest.mark.parametrize("given", ["flag", "environment"])
def test_trusted_proxy(make_service, given):
    service = make_service("--trusted-proxy", "10.0.0.0/8", "--trusted-proxy", "127.0.0.1") if given == "flag" \
        else make_service(env={"FERRY_TRUSTED_PROXY": "10.0.0.0/8, 127.0.0.1"})
    admin, stranger = service.admin(), service.client()
    reply = stranger.post("/session", CREDENTIALS, headers=through("198.51.100.1, 203.0.113.7, 10.0.0.3"))
    assert "Secure" in reply.headers["set-cookie"] and "strict-transport-security" in reply.headers
    assert last_address(admin) == "203.0.113.7", "what the client wrote itself does not count, nor does a proxy"
    reply = stranger.post("/session", CREDENTIALS, headers=through("2001:db8::7", "http"))
    assert "Secure" not in reply.headers["set-cookie"] and "strict-transport-security" not in reply.headers
    assert last_address(admin) == "2001:db8::7"
    stranger.post("/session", CREDENTIALS, headers=through("made up"))
    assert last_address(admin) == "127.0.0.1"


@pytest.mark.parametrize("args", [(), ("--trusted-proxy", "192.0.2.0/24")])
def test_others_are_not_believed(make_service, args):
    service = make_service(*args)
    admin = service.admin()
    reply = service.client().post("/session", CREDENTIALS, headers=through())
    assert "Secure" not in reply.headers["set-cookie"] and "strict-transport-security" not in reply.headers
    assert last_address(admin) == "127.0.0.1"


def test_one_client_does_not_lock_out_the_others(make_service):
    service = make_service("--trusted-proxy", "127.0.0.1")
    service.admin()
    stranger = service.client()

    def guess(i, address):
        body = {"name": "user%d" % i, "password": "guess"}
        return stranger.post("/session", body, headers=through(address), expect=(401, 429)).status
    assert any(guess(i, "203.0.113.7") == 429 for i in range(40)), "forty names from one address"
    assert guess(100, "203.0.113.8") == 401
    stranger.post("/session", CREDENTIALS, headers=through("203.0.113.8"))


def test_a_wrong_network_is_named(ferry, tmp_path):
    for wrong in ("proxy.example.com", "10.0.0.0/33"):
        assert wrong in ferry("serve", "--data", str(tmp_path / "d"), "--trusted-proxy", wrong, expect=1).err


# ---- CORS ----

def preflight(service, origin, path="/api/v1/connections"):
    connection = service.client().connect()
    connection.request("OPTIONS", path, headers={"Origin": origin, "Access-Control-Request-Method": "POST",
                                                 "Access-Control-Request-Headers": "authorization, content-type"})
    response = connection.getresponse()
    response.read()
    connection.close()
    return response.status, {name.lower(): value for name, value in response.getheaders()}


def cors_headers(headers):
    return [name for name in headers if name.startswith("access-control-")]


def test_preflight_of_the_allowed_origin(make_service):
    service = make_service("--allowed-origin", "https://app.example")
    status, headers = preflight(service, "https://app.example")
    assert status == 204 and headers["access-control-allow-origin"] == "https://app.example"
    assert {"GET", "POST", "PUT", "PATCH", "DELETE"} <= set(headers["access-control-allow-methods"].split(", "))
    assert {"Authorization", "Content-Type", "If-Match", "Idempotency-Key", "Last-Event-ID"} <= set(headers["access-control-allow-headers"].split(", "))
    assert headers["vary"] == "Origin"
    # it lets the browser ask, and nobody in
    assert service.client().get("/connections", headers={"Origin": "https://app.example"}, expect=401).headers["access-control-allow-origin"]


def test_preflight_of_another_origin(make_service):
    service = make_service("--allowed-origin", "https://app.example")
    for origin in ("https://evil.example", "https://app.example.evil", "http://app.example", "null", "https://app.example:8443"):
        status, headers = preflight(service, origin)
        assert status == 405 and not cors_headers(headers), (origin, headers)
        assert not cors_headers(service.client().get("/setup", headers={"Origin": origin}).headers)


def test_cors_is_off(service):
    status, headers = preflight(service, "https://app.example")
    assert status == 405 and not cors_headers(headers)
    assert not cors_headers(service.client().get("/setup", headers={"Origin": "https://app.example"}).headers)
