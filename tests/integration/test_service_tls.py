"""`ferry serve` over TLS, with curl as the client: what is encrypted, what is checked, and what a browser is told."""
import json
import shutil
import subprocess

import pytest

import ferry_service

pytestmark = pytest.mark.skipif(not shutil.which("curl"), reason="needs curl")


@pytest.fixture
def secure(make_service, certificates):
    return make_service("--tls-cert", str(certificates / "server.pem"), "--tls-key", str(certificates / "server.key"), ca=str(certificates / "ca.pem"))


def curl(service, path, *args, ca=True, url=None, expect=0):
    """Head and body; expect: curl's exit code."""
    trust = ["--cacert", service.ca] if ca else []
    ran = subprocess.run(["curl", "-sS", "-i", "--max-time", "20", *trust, *args, (url or service.url) + path], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert ran.returncode == expect, (ran.returncode, ran.stdout, ran.stderr)
    head, _, body = ran.stdout.partition("\n\n") if "\r\n\r\n" not in ran.stdout else ran.stdout.partition("\r\n\r\n")
    return head, body


def test_curl_signs_in(secure):
    assert secure.url.startswith("https://127.0.0.1:")
    head, body = curl(secure, "/healthz")
    assert head.startswith("HTTP/1.1 200") and json.loads(body)["status"] == "ok"
    assert "strict-transport-security: max-age=31536000" in head.lower()
    setup = {"token": secure.wait_for_link(), "name": "ada", "password": ferry_service.PASSWORD}
    head, body = curl(secure, "/api/v1/setup", "-H", "Content-Type: application/json", "-d", json.dumps(setup))
    assert head.startswith("HTTP/1.1 201"), (head, body)
    cookie = next(line for line in head.splitlines() if line.lower().startswith("set-cookie:"))
    assert "; Secure" in cookie and "; HttpOnly" in cookie and "; SameSite=Strict" in cookie
    head, body = curl(secure, "/api/v1/session", "-b", cookie.split(": ", 1)[1].split(";")[0])
    assert json.loads(body)["user"]["name"] == "ada"


def test_a_stranger_is_not_trusted(secure, certificates):
    curl(secure, "/healthz", ca=False, expect=60)
    curl(secure, "/healthz", "--cacert", str(certificates / "other.pem"), ca=False, expect=60)
    # a certificate for another name
    port = secure.url.rpartition(":")[2]
    curl(secure, "/healthz", "--connect-to", "ferry.example:%s:127.0.0.1:%s" % (port, port), url="https://ferry.example:" + port, expect=60)


@pytest.mark.parametrize("most", ["1.0", "1.1"])
def test_old_versions_are_refused(secure, most):
    curl(secure, "/healthz", "--tls-max", most, "--ciphers", "DEFAULT@SECLEVEL=0", expect=35)


@pytest.mark.parametrize("version", ["1.2", "1.3"])
def test_versions(secure, version):
    assert curl(secure, "/healthz", "--tls-max", version, "--tlsv" + version)[0].startswith("HTTP/1.1 200")


def test_plain_http_gets_no_answer(secure):
    ran = subprocess.run(["curl", "-sS", "--max-time", "20", secure.url.replace("https", "http") + "/healthz"], capture_output=True, text=True)
    assert ran.returncode != 0 and not ran.stdout


def test_events_over_tls(secure):
    admin = secure.admin()
    events = admin.events("/events")
    assert next(events).type == "snapshot"
    events.close()


def test_half_a_configuration_is_refused(ferry, certificates, tmp_path):
    cert, key = str(certificates / "server.pem"), str(certificates / "server.key")
    assert "both" in ferry("serve", "--data", str(tmp_path / "d"), "--tls-cert", cert, expect=1).err
    assert "TLS" in ferry("serve", "--data", str(tmp_path / "d"), "--tls-cert", cert, "--tls-key", str(tmp_path / "none"), expect=1).err
    result = ferry("serve", "--data", str(tmp_path / "d"), "--listen", "127.0.0.1:0", "--tls-cert", cert, "--tls-key", str(certificates / "other.key"), expect=(1, 2))
    assert "certificate" in result.err
