"""Projects that are for their members only: every route that names one, or an execution of it, for every kind of person; lists, sums
and live events; who may say who its members are; what stays when a project is gone."""
import sqlite3
import threading

import pytest

RANK = ["none", "viewer", "operator", "admin"]
MISSING = "xxx_00000000000000000000"


@pytest.fixture
def world(service, tmp_path):
    """A restricted project with an execution that has ended, an open one, and people of all kinds."""
    return World(service, tmp_path)


class World:
    def __init__(self, service, folder):
        self.service, self.ada = service, service.admin()
        self.ends = []
        for name in ("in", "out", "second"):
            with sqlite3.connect(folder / (name + ".db")) as db:
                if name == "in":
                    db.executescript("CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT); INSERT INTO t VALUES (1, 'one'), (2, 'two')")
            url = "sqlite:///%s/%s.db" % (folder, name)
            self.ends.append(self.ada.post("/connections", {"name": name, "url": url}, expect=201).json["id"])
        self.secret, self.open = self.project("secret", 1), self.project("open", 2)
        # in the service, then in the project; None: no member
        self.people = {}
        for name, own, member in (("owner", "operator", "admin"), ("member", "operator", "operator"), ("reader", "operator", "viewer"),
                                  ("watcher", "viewer", "admin"), ("stranger", "operator", None), ("passer", "viewer", None)):
            self.people[name] = service.user(self.ada, name, own)
        self.members = [{"user": "owner", "role": "admin"}, {"user": "member", "role": "operator"},
                        {"user": "reader", "role": "viewer"}, {"user": "watcher", "role": "admin"}]
        self.put(self.ada)
        self.execution = self.run(self.secret)

    def project(self, name, target):
        body = {"name": name, "source_connection_id": self.ends[0], "target_connection_id": self.ends[target],
                "document": {"version": 1, "options": {"if_exists": "drop"}}}
        return self.ada.post("/projects", body, expect=201).json["id"]

    def put(self, client, members=None, is_restricted=True, **more):
        body = {"is_restricted": is_restricted, "members": self.members if members is None else members}
        return client.put("/projects/%s/members" % self.secret, body, **more)

    def run(self, project, client=None):
        id = (client or self.ada).post("/executions", {"project_id": project}, expect=201).json["id"]
        assert self.service.wait(self.ada, id)["state"] == "COMPLETED"
        return id


# what a person is in the restricted project: at most what he is in the service, but that a project can make an operator its admin
STANDING = {"owner": "admin", "member": "operator", "reader": "viewer", "watcher": "viewer", "stranger": "none", "passer": "none"}


def scoped_routes(document):
    for path, methods in sorted(document["paths"].items()):
        for method, operation in methods.items():
            yield method.upper(), path, operation


def status_of(client, method, path, operation):
    if "text/event-stream" in operation["responses"].get("200", {}).get("content", {}):
        connection = client.connect()
        connection.request(method, path, headers=client.headers(method))
        status = connection.getresponse().status
        connection.close()
        return status
    # a body that is no document is refused only after the rights were looked at, and changes nothing
    body = {"not a member": 1} if "requestBody" in operation else None
    return client.request(method, path, body, expect=range(200, 600)).status


def test_every_route_with_every_standing(world):
    document = world.service.document.document
    checked = 0
    for method, path, operation in scoped_routes(document):
        scope, needed = operation.get("x-scope"), operation["x-role"]
        names_one = "{id}" in path and "/connections/" not in path and path.split("/")[3] in ("projects", "executions") or "{job_id}" in path \
            or path.startswith("/api/executions/{id}")
        assert (scope is not None) == names_one, (method, path, scope)
        if not scope or method == "DELETE":
            continue    # what ends it has a test of its own
        id = world.secret if scope == "project" else world.execution
        real, gone = (path.replace("{version}", "1").replace("{id}", one).replace("{job_id}", one) for one in (id, MISSING))
        for name, client in world.people.items():
            standing = STANDING[name]
            status = status_of(client, method, real, operation)
            own = client.user["role"]
            if RANK.index(own) < RANK.index(needed):
                assert status == 403, (name, method, path, status)
            elif standing == "none":
                assert status == 404, (name, method, path, status)
                answers = [client.request(method, one, None, expect=range(200, 600)).json for one in (real, gone)]
                assert answers[0]["detail"].replace(id, MISSING) == answers[1]["detail"], "as if it were not there"
                assert answers[0].get("field") == answers[1].get("field")
            elif RANK.index(standing) < RANK.index(needed):
                assert status == 403, (name, method, path, status)
            else:
                assert status not in (401, 403, 404) and status < 500, (name, method, path, status)
            checked += 1
    assert checked > 150


def test_bodies_that_name_a_project(world):
    people = world.people
    for path, body in (("/executions", {"project_id": world.secret}), ("/api/executions/start", {"projectId": world.secret}),
                       ("/api/migrate/start", {"project_id": world.secret})):
        refused = people["stranger"].post(path, body, expect=404).json
        other = {name: MISSING for name in body}
        assert people["stranger"].post(path, other, expect=404).json["detail"] == refused["detail"].replace(world.secret, MISSING)
        people["reader"].post(path, body, expect=403)
        people["passer"].post(path, body, expect=403)
    world.run(world.secret, people["member"])


def without(world, name):
    world.put(world.ada, [m for m in world.members if m["user"] != name])


def test_answers_that_were_kept_are_not_for_former_members(world):
    member, key = world.people["member"], {"Idempotency-Key": "once"}
    for path, body in (("/executions", {"project_id": world.secret}), ("/api/migrate/start", {"project_id": world.secret})):
        first = member.post(path, body, headers=key).json
        world.service.wait(world.ada, first.get("job_id") or first["id"])
        assert member.post(path, body, headers=key).headers["idempotency-replayed"] == "true"
    without(world, "member")
    for path in ("/executions", "/api/migrate/start"):
        member.post(path, {"project_id": world.secret}, headers=key, expect=404)


def test_rights_are_looked_at_again_when_the_body_is_there(world):
    member, body = world.people["member"], b"{}"
    connection = member.connect()
    connection.putrequest("POST", "/api/v1/projects/%s/duplicate" % world.secret)
    for name, value in member.headers("POST", {"Content-Type": "application/json", "Content-Length": str(len(body))}).items():
        connection.putheader(name, value)
    connection.endheaders(body[:1])
    member.get("/projects/" + world.secret)
    without(world, "member")
    connection.send(body[1:])
    assert connection.getresponse().status == 404
    connection.close()


def test_lists_and_sums(world):
    more = world.run(world.open)
    for name, standing in STANDING.items():
        client, sees = world.people[name], standing != "none"
        assert [p["name"] for p in client.get("/projects").items] == (["open", "secret"] if sees else ["open"]), name
        assert [e["id"] for e in client.get("/executions").items] == ([more, world.execution] if sees else [more]), name
        assert [e["id"] for e in client.get("/executions", query={"project_id": world.secret}).items] == ([world.execution] if sees else [])
        assert [j["job_id"] for j in client.get("/api/migrate/jobs").json["jobs"]] == ([more, world.execution] if sees else [more])
        first = client.get("/executions", query={"limit": 1}).json
        assert (first["next_cursor"] is not None) == sees, "a page does not tell that there is more that one may not see"
        assert (client.get("/projects", query={"limit": 1}).json["next_cursor"] is not None) == sees
        summary = client.get("/summary").json
        n = 2 if sees else 1
        assert (summary["totals"]["projects"], summary["totals"]["executions"], summary["totals"]["rows"]) == (n, n, 2 * n), name
        assert summary["executions"]["by_state"]["COMPLETED"] == len(summary["executions"]["recent"]) == n
        if sees:
            project = client.get("/projects/" + world.secret).json
            assert (project["role"], project["is_restricted"]) == (standing, True), name
        project = client.get("/projects/" + world.open).json
        assert (project["role"], project["is_restricted"]) == (client.user["role"], False)


def test_who_may_say_who(world):
    people = world.people
    told = people["reader"].get("/projects/%s/members" % world.secret).json
    assert told["is_restricted"] and [(m["user"], m["role"]) for m in told["items"]] == [
        ("member", "operator"), ("owner", "admin"), ("reader", "viewer"), ("watcher", "admin")]
    for name in ("member", "reader", "watcher"):
        world.put(people[name], expect=403)
    world.put(people["stranger"], expect=404)
    # nobody locks himself out by a slip
    assert world.put(people["owner"], [{"user": "member", "role": "admin"}], expect=422).json["field"] == "members"
    for members, field in (([{"user": "nobody", "role": "viewer"}], "members[0]"), ([{"user": "owner", "role": "king"}], "members[0].role"),
                           ([{"user": "owner", "role": "admin"}, {"user": people["owner"].user["id"], "role": "admin"}], "members[1]")):
        assert world.put(people["owner"], members, expect=422).json["field"] == field
    assert len(people["owner"].get("/projects/%s/members" % world.secret).items) == 4, "what failed has changed nothing"
    kept = [{"user": "owner", "role": "admin"}, {"user": people["stranger"].user["id"], "role": "operator"}]
    world.put(people["owner"], kept)
    people["stranger"].get("/projects/" + world.secret)
    people["member"].get("/projects/" + world.secret, expect=404)
    entry = world.ada.get("/audit", query={"action": "project.members", "limit": 1}).items[0]
    assert (entry["user"], entry["object"]) == ("owner", world.secret) and entry["detail"].startswith("restricted: owner admin, ")
    world.put(people["owner"], kept, is_restricted=False)
    people["member"].get("/projects/" + world.secret)
    # in an open project each operator may begin with it; he stays its admin
    world.put(people["passer"], expect=403)
    world.put(people["stranger"], [{"user": "stranger", "role": "operator"}], expect=422)
    world.put(people["stranger"], [{"user": "stranger", "role": "admin"}])
    people["owner"].get("/projects/" + world.secret, expect=404)
    world.put(world.ada, [], expect=200)    # an admin of the service is one everywhere
    people["stranger"].get("/projects/" + world.secret, expect=404)
    world.ada.get("/projects/" + world.secret)


def test_what_else_shows_a_project(world):
    people = world.people
    refused = people["stranger"].delete("/connections/" + world.ends[1], expect=409).json
    assert "secret" not in refused["detail"]
    assert "secret" in people["member"].delete("/connections/" + world.ends[1], expect=409).json["detail"]
    # a copy is for whom the project is for; and so is what is left of a project that is gone
    copy = people["member"].post("/projects/%s/duplicate" % world.secret, expect=201).json
    assert copy["is_restricted"] and copy["role"] == "operator"
    people["stranger"].get("/projects/" + copy["id"], expect=404)
    one = "/executions/" + world.execution
    people["stranger"].delete("/projects/" + world.secret, expect=404)
    people["reader"].delete("/projects/" + world.secret, expect=403)
    people["member"].delete("/projects/" + world.secret, expect=204)
    people["stranger"].get(one, expect=404)
    people["reader"].get(one)
    people["stranger"].delete(one, expect=404)
    people["reader"].delete(one, expect=403)
    people["member"].delete(one, expect=204)
    with sqlite3.connect(world.service.data + "/ferry.db") as store:
        assert store.execute("SELECT DISTINCT project_id FROM project_members").fetchall() == [(copy["id"],)]


def test_a_key_has_what_its_user_has(world):
    made = world.ada.post("/api-keys", {"name": "ci", "role": "operator"}, expect=201).json
    key = world.service.client(made["key"])
    key.get("/projects/" + world.secret, expect=404)
    world.put(world.ada, world.members + [{"user": "ada", "role": "operator"}])
    assert key.get("/projects/" + world.secret).json["role"] == "operator"
    assert world.ada.get("/projects/" + world.secret).json["role"] == "admin"


class Follower:
    """Collects the events of a stream, from its first on."""

    def __init__(self, client, path):
        self.events, self.ended, begun = [], threading.Event(), threading.Event()

        def follow():
            for event in client.events(path):
                self.events.append(event)
                begun.set()
            self.ended.set()
        threading.Thread(target=follow, daemon=True).start()
        assert begun.wait(30)

    def projects(self):
        return {e.data["execution"]["project_name"] for e in self.events if e.type == "state"}


def test_live_events_of_everything(world):
    followers = {name: Follower(world.people[name], "/events") for name in ("member", "watcher", "stranger")}
    everything = Follower(world.ada, "/events")
    secret, last = world.run(world.secret), world.run(world.open)
    for follower in (everything, *followers.values()):
        # events of one execution come after another's: with the last one everything is there
        while not any(e.type == "state" and e.data["execution"]["id"] == last and e.data["execution"]["state"] == "COMPLETED"
                      for e in list(follower.events)):
            assert not follower.ended.wait(0.05)
    assert everything.projects() == followers["member"].projects() == followers["watcher"].projects() == {"secret", "open"}
    assert followers["stranger"].projects() == {"open"}
    assert all(secret not in repr(e.data) for e in followers["stranger"].events)


def test_streams_end_with_the_right(world):
    """Who comes again is looked at anew."""
    world.people["passer"].post("/executions", {"project_id": world.secret}, expect=403)
    id = world.ada.post("/executions", {"project_id": world.secret}, expect=201).json["id"]
    world.service.wait(world.ada, id)
    streams = [Follower(world.people[name], "/events") for name in ("member", "stranger")]
    world.put(world.ada, [m for m in world.members if m["user"] != "member"])
    for stream in streams:
        assert stream.ended.wait(30)
    again = Follower(world.people["member"], "/events")
    other = world.run(world.secret)
    world.run(world.open)
    while "open" not in again.projects():
        assert not again.ended.wait(0.05)
    assert all(other not in repr(e.data) for e in again.events)
    # a role of the service that changes is such a change, too
    world.ada.patch("/users/" + world.people["stranger"].user["id"], {"role": "viewer"})
    assert again.ended.wait(30)
