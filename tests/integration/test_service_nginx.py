"""Behind a real nginx, with the very configuration that docs/service.md gives: sign-in, limits, live events as they happen."""
import json
import os
import re
import shutil
import socket
import subprocess
import time

import pytest

import ferry_service
import servers
from conftest import TOP

NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
CREDENTIALS = {"name": "ada", "password": ferry_service.PASSWORD}
pytestmark = pytest.mark.skipif(not NGINX, reason="nginx is not installed")


def documented():
    with open(os.path.join(TOP, "docs", "service.md"), encoding="utf-8") as file:
        return re.search(r"^### Behind nginx\n.*?^```nginx\n(.*?)^```", file.read(), re.M | re.S).group(1)


def configured(folder, service, port, certificates):
    """The documented server, with this machine's port, name, files and service in their places."""
    server = documented()
    for was, now in (("listen 443 ssl http2;", "listen 127.0.0.1:%d ssl http2;" % port), ("server_name ferry.example.com;", "server_name localhost;"),
                     ("/etc/letsencrypt/live/ferry.example.com/fullchain.pem", str(certificates / "server.pem")),
                     ("/etc/letsencrypt/live/ferry.example.com/privkey.pem", str(certificates / "server.key")),
                     ("http://127.0.0.1:8080", service.url)):
        assert was in server, was
        server = server.replace(was, now)
    paths = "".join("\t%s_temp_path %s/%s;\n" % (name, folder, name) for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    return ("daemon off;\nmaster_process off;\npid %s/pid;\nerror_log stderr;\nevents {}\nhttp {\n\taccess_log off;\n%s%s}\n" % (folder, paths, server))


@pytest.fixture
def behind(make_service, certificates, tmp_path):
    """The service as its users see it: its url is nginx's."""
    service = make_service("--trusted-proxy", "127.0.0.1", ca=str(certificates / "ca.pem"))
    port = servers.free_port()
    config = tmp_path / "nginx.conf"
    config.write_text(configured(tmp_path, service, port, certificates))
    log = open(tmp_path / "nginx.log", "wb")
    process = subprocess.Popen([NGINX, "-e", "stderr", "-p", str(tmp_path), "-c", str(config)], stdout=log, stderr=log, preexec_fn=ferry_service.die_with_parent)
    end = time.monotonic() + 30
    while True:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            break
        except OSError:
            assert process.poll() is None and time.monotonic() < end, (tmp_path / "nginx.log").read_text()
            time.sleep(0.05)
    service.url = "https://localhost:%d" % port
    yield service
    process.terminate()
    process.wait(30)


def curl(service, path, *args):
    """The body, and "VERSION STATUS"."""
    p = subprocess.run(["curl", "--silent", "--show-error", "--cacert", service.ca, "--write-out", "\n%{http_version} %{http_code}", *args, service.url + path],
                       capture_output=True, text=True, timeout=60)
    assert p.returncode == 0, p
    body, _, status = p.stdout.rpartition("\n")
    return body, status


def test_signing_in(behind):
    admin = behind.admin()
    reply = behind.client().post("/session", CREDENTIALS)
    assert "Secure" in reply.headers["set-cookie"] and "strict-transport-security" in reply.headers
    # As one whom the service does not take for a proxy, and who writes an address of his own.
    curl(behind, "/api/v1/session", "--interface", "127.0.0.2", "--header", "X-Forwarded-For: 198.51.100.9", "--json", json.dumps(CREDENTIALS))
    assert admin.get("/audit", query={"action": "session.create", "limit": 1}).items[0]["address"] == "127.0.0.2"


def test_the_page_and_what_is_not_for_all(behind):
    body, status = curl(behind, "/", "--http2")
    assert status == "2 200" and "<!doctype html>" in body.lower()
    assert curl(behind, "/metrics")[1].endswith(" 403")


def test_live_events_come_while_it_runs(behind, make):
    """What a proxy holds back comes at the end at once; here an execution is stopped by what its stream has told."""
    admin = behind.admin()
    src, dst = make("sqlite"), make("sqlite")
    src.sql("CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT); WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) INSERT INTO t SELECT i, 'row' FROM n")
    ids = [admin.post("/connections", {"name": name, "url": db.url}, expect=201).json["id"] for name, db in (("from", src), ("to", dst))]
    document = {"version": 1, "options": {"read_limit": "500rows/s"}}
    project = admin.post("/projects", {"name": "slow", "source_connection_id": ids[0], "target_connection_id": ids[1], "document": document}, expect=201).json["id"]
    execution = admin.post("/executions", {"project_id": project}, expect=201).json["id"]
    seen = []
    for event in admin.events("/executions/%s/events" % execution):
        seen.append(event.type)
        if event.type == "progress" and event.data["progress"]["rows"] > 0 and "cancelled" not in seen:
            assert admin.get("/executions/" + execution).json["state"] == "RUNNING"
            admin.post("/executions/%s/cancel" % execution)
            seen.append("cancelled")
    assert "cancelled" in seen and seen[-1] == "end"
    assert behind.wait(admin, execution)["state"] == "CANCELLED"
