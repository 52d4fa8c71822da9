"""`ferry serve` for tests, and a client of its API that checks every answer against the service's own OpenAPI document.

    service = Service(FERRY, folder)                 # starts; service.url, service.setup_token, service.log
    admin = service.admin()                          # a Client, signed in as the first admin
    admin.post("/users", {"name": …})                # paths without a leading /api are below /api/v1
    bob = service.sign_in("bob", PASSWORD)
    key = service.client(key="ferry_…")
    worker = Worker(service, folder); worker.end()   # `ferry worker` beside it
    admin.get("/users", expect=403).problem          # fails where the status is another
    for event in admin.events("/executions/exe_…/events"): …   # Event(id, type, data)
    service.kill(); service.start()                  # the same folder, the same port
"""
import http.client
import json
import os
import re
import shutil
import signal
import ssl
import subprocess
import threading
import time
import urllib.parse

import openapi

PASSWORD = "correct horse battery"


def die_with_parent():
    import ctypes
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)


class Response:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    @property
    def text(self):
        return self.body.decode("utf-8")

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def items(self):
        return self.json["items"]

    @property
    def code(self):
        """The stable word of a problem."""
        return self.json["code"]

    def __repr__(self):
        return "%s %s" % (self.status, self.body[:2000])


class Event:
    def __init__(self, id, type, data):
        self.id, self.type, self.data = id, type, data

    def __repr__(self):
        return "Event(%r, %r, %r)" % (self.id, self.type, self.data)


def check_problem(response):
    """What every error must be: RFC 9457 with our members, and no more."""
    assert response.headers["content-type"] == "application/problem+json", response
    problem = response.json
    assert problem["status"] == response.status and problem["title"] and problem["detail"], response
    assert re.fullmatch(r"[a-z_]+", problem["code"]), response
    assert set(problem) <= {"type", "title", "status", "code", "detail", "field", "hint"}, response


class Client:
    """One user's view. A session's cookie and CSRF token are kept as a browser keeps them."""

    def __init__(self, service, key=None):
        self.service, self.key = service, key
        self.cookie = self.csrf = self.user = None
        self.seen = []    # every body, for who looks for secrets

    def connect(self, timeout=60):
        parts = urllib.parse.urlsplit(self.service.url)
        if parts.scheme == "https":
            context = ssl.create_default_context(cafile=self.service.ca)
            return http.client.HTTPSConnection(parts.hostname, parts.port, timeout=timeout, context=context)
        return http.client.HTTPConnection(parts.hostname, parts.port, timeout=timeout)

    def headers(self, method, more=None):
        headers = {}
        if self.key:
            headers["Authorization"] = "Bearer " + self.key
        elif self.cookie:
            headers["Cookie"] = self.cookie
            if method not in ("GET", "HEAD") and self.csrf:
                headers["X-CSRF-Token"] = self.csrf
        headers.update(more or {})
        return {name: value for name, value in headers.items() if value is not None}

    def request(self, method, path, body=None, expect=None, headers=None, query=None):
        """expect: a status, several, or None: any success. A dict as the body travels as JSON; headers: None leaves one out."""
        path = path if path.startswith("/api/") or path in ("/", "/healthz", "/readyz", "/metrics") else "/api/v1" + path
        if query:
            path += "?" + urllib.parse.urlencode(query)
        headers = self.headers(method, headers)
        if isinstance(body, (dict, list)):
            body = json.dumps(body)
            headers.setdefault("Content-Type", "application/json")
        connection = self.connect()
        try:
            connection.request(method, path, body, headers)
            raw = connection.getresponse()
            response = Response(raw.status, {k.lower(): v for k, v in raw.getheaders()}, raw.read())
        finally:
            connection.close()
        self.seen.append(response.body)
        expected = (200, 201, 202, 204) if expect is None else expect if hasattr(expect, "__contains__") else (expect,)
        assert response.status in expected, "%s %s: %r" % (method, path, response)
        if response.status >= 400 and method != "HEAD" and path != "/readyz":
            check_problem(response)
        if self.service.document:
            self.service.document.check(method, path, response.status, response.headers, response.body)
        self.keep_cookie(response)
        return response

    def keep_cookie(self, response):
        cookie = response.headers.get("set-cookie")
        if cookie:
            self.cookie = cookie.split(";")[0]
            if self.cookie.endswith("="):
                self.cookie = self.csrf = None

    def keep_session(self, response):
        self.csrf, self.user = response.json["csrf_token"], response.json["user"]
        return self

    def get(self, path, **more):
        return self.request("GET", path, **more)

    def post(self, path, body=None, **more):
        return self.request("POST", path, body, **more)

    def put(self, path, body=None, **more):
        return self.request("PUT", path, body, **more)

    def patch(self, path, body=None, **more):
        return self.request("PATCH", path, body, **more)

    def delete(self, path, **more):
        return self.request("DELETE", path, **more)

    def events(self, path, last_event_id=None, timeout=60):
        """Server-sent events until the server ends the stream; comments are left out."""
        headers = self.headers("GET", {"Last-Event-ID": last_event_id})
        connection = self.connect(timeout)
        try:
            connection.request("GET", "/api/v1" + path, headers=headers)
            response = connection.getresponse()
            assert response.status == 200, (response.status, response.read())
            assert response.getheader("content-type").startswith("text/event-stream")
            fields = {}
            for line in response:
                line = line.decode("utf-8").rstrip("\n")
                if not line and "data" in fields:
                    event = Event(fields.get("id"), fields.get("event", "message"), json.loads(fields["data"]))
                    if self.service.document:
                        self.service.document.check_event(path.split("?")[0], event.type, event.data)
                    yield event
                if not line:
                    fields = {}
                elif not line.startswith(":"):
                    name, _, value = line.partition(": ")
                    fields[name] = value
        finally:
            connection.close()


class Worker:
    """`ferry worker` with the store, queue, bus and key of a service."""

    def __init__(self, service, folder, *args, env=None):
        folder.mkdir()
        if os.path.exists(os.path.join(service.data, "secret.key")):    # else the key is in the environment
            shutil.copy(os.path.join(service.data, "secret.key"), folder / "secret.key")
        self.lines, ready = [], threading.Event()
        self.process = subprocess.Popen([service.program, "worker", "--data", str(folder), "--workers", "1", *args], stdin=subprocess.DEVNULL,
                                        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace",
                                        env=dict(service.env, HOME=str(folder), **(env or {})), preexec_fn=die_with_parent)
        self.reader = threading.Thread(target=self.read_output, args=(ready,), daemon=True)
        self.reader.start()
        if not ready.wait(30) or "ferry: working" not in self.log:
            self.process.kill()
            raise AssertionError("ferry worker does not get ready:\n" + self.log)

    def read_output(self, ready):
        for line in self.process.stdout:
            self.lines.append(line)
            if "working" in line:
                ready.set()
        ready.set()

    @property
    def log(self):
        return "".join(self.lines)

    def end(self, how=signal.SIGTERM):
        """Its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(how)
        self.process.wait(60)
        self.reader.join(10)
        assert "Sanitizer" not in self.log and "runtime error" not in self.log, self.log
        return self.process.returncode


class Service:
    def __init__(self, program, folder, *args, env=None, ca=None, sample=False, listen="127.0.0.1:0"):
        """sample: with the built-in sample database, which most tests would have to look past."""
        self.program, self.folder, self.ca = program, str(folder), ca
        self.args = args if sample else ("--no-sample", *args)
        self.data = os.path.join(self.folder, "data")
        clean = {k: v for k, v in os.environ.items() if not k.startswith(("PG", "MYSQL", "FERRY_"))}
        self.env = dict(clean, HOME=self.folder, **(env or {}))
        self.listen = listen
        self.lines = []
        self.process = self.url = self.setup_token = self.document = None
        self.start()
        self.document = openapi.of(program, lambda: self.client().get("/api/openapi.json").json)

    def start(self, timeout=30):
        """Returns when it says that it is ready. Again after stop() or kill(): on the same port."""
        self.process = subprocess.Popen([self.program, "serve", "--listen", self.listen, "--data", self.data, *self.args],
                                        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                                        errors="replace", env=self.env, cwd=self.folder, preexec_fn=die_with_parent)
        ready, self.url = threading.Event(), None
        threading.Thread(target=self.read_output, args=(self.process, ready), daemon=True).start()
        if not ready.wait(timeout) or not self.url:
            self.kill()
            raise AssertionError("ferry serve does not get ready:\n" + self.log)
        self.listen = urllib.parse.urlsplit(self.url).netloc
        return self

    def read_output(self, process, ready):
        for line in process.stdout:
            self.lines.append(line)
            found = re.search(r"serving at (\S+)", line)
            if found:
                self.url = found.group(1)
            found = re.search(r"/#/setup\?token=(\S+)", line)
            if found:
                self.setup_token = found.group(1)
            if "serving at" in line:
                # the link comes in the next line, where there is one
                threading.Timer(0.05, ready.set).start()
        ready.set()

    @property
    def log(self):
        return "".join(self.lines)

    def wait_for_link(self):
        """The token of the set-up link, where one is to come."""
        until = time.monotonic() + 30
        while not self.setup_token:
            assert time.monotonic() < until, "no link is printed:\n" + self.log
            time.sleep(0.01)
        return self.setup_token

    def stop(self, how=signal.SIGTERM, timeout=60):
        if self.process and self.process.poll() is None:
            self.process.send_signal(how)
            try:
                self.process.wait(timeout)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
                raise AssertionError("ferry serve does not stop:\n" + self.log)
        return self.process.returncode if self.process else None

    def kill(self):
        return self.stop(signal.SIGKILL)

    def client(self, key=None):
        return Client(self, key)

    def admin(self, name="ada", password=PASSWORD):
        """The first time: makes the admin; later: signs in."""
        client = self.client()
        if client.get("/setup").json["is_needed"]:
            body = {"token": self.wait_for_link(), "name": name, "password": password}
            return client.keep_session(client.post("/setup", body, expect=201))
        return self.sign_in(name, password)

    def sign_in(self, name, password=PASSWORD):
        client = self.client()
        return client.keep_session(client.post("/session", {"name": name, "password": password}))

    def user(self, admin, name, role, password=PASSWORD):
        """A new user, signed in."""
        admin.post("/users", {"name": name, "password": password, "role": role}, expect=201)
        return self.sign_in(name, password)

    def wait(self, client, execution_id, *states, timeout=120):
        """The execution, once it is in one of the states (or has ended, where none is given)."""
        states = states or ("COMPLETED", "FAILED", "CANCELLED")
        end = time.monotonic() + timeout
        while True:
            execution = client.get("/executions/" + execution_id).json
            if execution["state"] in states:
                return execution
            assert time.monotonic() < end, "the execution stays %s: %r" % (execution["state"], execution)
            time.sleep(0.1)
