"""What the settings forbid operators holds for what they start, not only for what they look at."""
import json
import sqlite3

import pytest

import oracle_stand_in


@pytest.fixture
def admin(service):
    return service.admin()


@pytest.fixture
def otto(service, admin):
    return service.user(admin, "otto", "operator")


def make(client, tmp_path, name, document):
    """A project from one SQLite file into another."""
    with sqlite3.connect(tmp_path / (name + ".db")) as db:
        db.executescript("CREATE TABLE t (id integer PRIMARY KEY, v text); INSERT INTO t (v) VALUES ('a'), ('b')")
    ends = [client.post("/connections", {"name": end, "url": "sqlite:///%s/%s.db" % (tmp_path, end)}, expect=201).json["id"] for end in (name, name + "_target")]
    return client.post("/projects", {"name": name, "source_connection_id": ends[0], "target_connection_id": ends[1], "document": document}, expect=201).json["id"]


IN_HOOKS, IN_TABLE_HOOKS = "document.hooks.target_before[0]", "document.tables[0].hooks.target_after[0]"
HOOKS = {"version": 1, "hooks": {"target_before": ["CREATE TABLE hooked (id int)"]}}
TABLE_HOOKS = {"version": 1, "tables": [{"source": "t", "hooks": {"target_after": ["CREATE TABLE hooked (id int)"]}}]}


@pytest.mark.parametrize("document, path_in_it", [(HOOKS, IN_HOOKS), (TABLE_HOOKS, IN_TABLE_HOOKS)], ids=["run", "table"])
def test_sql_of_their_own(service, admin, otto, tmp_path, document, path_in_it):
    project = make(otto, tmp_path, "p", document)
    admin.put("/settings", {"operators_may_run_sql": False})
    for path, body in (("/executions", {"project_id": project}), ("/executions", {"project_id": project, "dry_run": True})):
        refused = otto.post(path, body, expect=403)
        assert refused.json["field"] == path_in_it and "operators_may_run_sql" in refused.json["hint"]
    assert admin.get("/executions").items == []
    execution = admin.post("/executions", {"project_id": project}, expect=201).json["id"]
    assert service.wait(admin, execution)["outcome"] == "verified"
    otto.post("/executions/%s/retry" % execution, {"mode": "all"}, expect=403)
    assert otto.get("/executions/" + execution).json["attempt"] == 1
    admin.put("/settings", {"operators_may_run_sql": True})
    otto.post("/executions/%s/retry" % execution, {"mode": "all"})
    service.wait(admin, execution)


def test_files_of_the_server(service, admin, otto, tmp_path):
    project = make(admin, tmp_path, "p", {"version": 1})
    admin.put("/settings", {"operators_may_use_files": False})
    refused = otto.post("/executions", {"project_id": project}, expect=403)
    assert "operators may not use files of the server" in refused.json["detail"]
    execution = admin.post("/executions", {"project_id": project}, expect=201).json["id"]
    assert service.wait(admin, execution)["outcome"] == "verified"
    otto.post("/executions/%s/retry" % execution, expect=403)


def test_templates_hold_no_sql_of_those_who_may_not(admin, otto):
    admin.put("/settings", {"operators_may_run_sql": False})
    made = admin.post("/templates", {"name": "t", "document": HOOKS}, expect=201).json
    assert otto.post("/templates", {"name": "u", "document": HOOKS}, expect=403).json["field"] == IN_HOOKS
    plain = otto.post("/templates", {"name": "u", "document": {"version": 1}}, expect=201).json
    otto.put("/templates/" + plain["id"], {"document": TABLE_HOOKS}, expect=403)
    otto.put("/templates/" + made["id"], {"description": "no other document"})
    otto.put("/templates/" + made["id"], {"document": dict(HOOKS)})
    assert otto.get("/templates/" + made["id"]).json["document"] == HOOKS


def test_who_made_a_project_public(admin, tmp_path):
    project = make(admin, tmp_path, "p", {"version": 1})
    admin.post("/templates", {"name": "t", "project_id": project}, expect=201)
    assert [e["detail"] for e in admin.get("/audit", query={"action": "template.create"}).items] == ["t, of " + project]


def test_what_was_begun_is_judged_when_it_goes_on(make_service, tmp_path):
    service = make_service("--workers", "0")
    admin = service.admin()
    otto = service.user(admin, "otto", "operator")
    execution = "/executions/" + otto.post("/executions", {"project_id": make(otto, tmp_path, "p", HOOKS)}, expect=201).json["id"]
    otto.post(execution + "/pause")
    admin.put("/settings", {"operators_may_run_sql": False})
    assert "operators_may_run_sql" in otto.post(execution + "/resume", expect=403).json["hint"]
    assert otto.get(execution).json["state"] == "PAUSED"
    otto.post(execution + "/cancel")
    otto.post(execution + "/retry", expect=403)
    otto.post(execution + "/cancel", {"clean_up": True})    # runs no SQL of the document
    otto.post(execution + "/cancel")
    admin.put("/settings", {"operators_may_run_sql": True, "operators_may_use_files": False})
    assert "operators_may_use_files" in otto.post(execution + "/cancel", {"clean_up": True}, expect=403).json["hint"]
    otto.post(execution + "/retry", expect=403)
    one = otto.get(execution).json
    assert (one["state"], one["wanted"], one["attempt"]) == ("CANCELLED", None, 1)
    admin.post(execution + "/retry")
    otto.post(execution + "/pause")
    otto.post(execution + "/resume", expect=403)
    admin.post(execution + "/resume")


def test_what_an_admin_has_looked_at_is_not_shown_from_memory(admin, otto, tmp_path):
    make(admin, tmp_path, "p", {"version": 1})
    connection = "/connections/" + [c["id"] for c in admin.get("/connections").items if c["name"] == "p"][0]
    paths = connection + "/tables", connection + "/table?name=t"
    for path in paths:
        otto.get(path)
    admin.put("/settings", {"operators_may_use_files": False})
    for path in paths:
        admin.get(path)
        otto.get(path, expect=403)


def test_a_plan_of_what_they_may_not_start(service, admin, otto, tmp_path):
    vera = service.user(admin, "vera", "viewer")
    project = make(admin, tmp_path, "p", HOOKS)
    admin.put("/settings", {"operators_may_run_sql": False})
    for client in (otto, vera):
        assert client.post("/projects/%s/plan" % project).json["tables"]
    assert otto.post("/projects/%s/preview" % project, {"table": "t"}).json["rows"]
    with sqlite3.connect(tmp_path / "p_target.db") as db:
        assert db.execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,), "a look runs none of it"


def refuse(client, method, path, body, field, setting):
    refused = client.request(method, path, body, expect=403).json
    assert refused["field"] == field and setting in refused["hint"], refused


def test_sql_of_their_own_is_not_written_into_a_project(admin, otto, tmp_path):
    """Where somebody else would start it."""
    project = admin.get("/projects/" + make(admin, tmp_path, "p", HOOKS)).json
    template = admin.post("/templates", {"name": "t", "document": TABLE_HOOKS}, expect=201).json["id"]
    admin.put("/settings", {"operators_may_run_sql": False})
    names = [p["name"] for p in admin.get("/projects").items]

    def refuse_sql(method, path, body, field):
        refuse(otto, method, path, body, field, "operators_may_run_sql")
    refuse_sql("POST", "/projects", {"name": "q", "document": HOOKS}, IN_HOOKS)
    refuse_sql("POST", "/projects", {"name": "q", "template_id": template}, IN_TABLE_HOOKS)
    refuse_sql("POST", "/projects/import?name=q", json.dumps(TABLE_HOOKS), IN_TABLE_HOOKS)
    refuse_sql("POST", "/projects/%s/duplicate" % project["id"], None, IN_HOOKS)
    path = "/projects/" + project["id"]
    more = dict(HOOKS, hooks={"target_before": HOOKS["hooks"]["target_before"] + ["DROP TABLE t"]})
    refuse_sql("PUT", path, {"document": more}, "document.hooks.target_before[1]")
    refuse_sql("PUT", path, {"document": dict(HOOKS, hooks={"target_after": HOOKS["hooks"]["target_before"]})}, "document.hooks.target_after[0]")
    refuse_sql("PUT", path, {"document": TABLE_HOOKS}, IN_TABLE_HOOKS)
    assert admin.get(path).json["document"] == project["document"] and [p["name"] for p in admin.get("/projects").items] == names
    # what an admin has written stays, wherever else the document is changed
    otto.put(path, {"name": "r", "document": dict(HOOKS, tables=[{"source": "t", "where": "id > 0"}])})
    admin.put(path, {"document": dict(TABLE_HOOKS, options={"lanes": 1})})
    otto.put(path, {"document": {"version": 1, "tables": [{"source": "u", "where": "1 = 1"}] + TABLE_HOOKS["tables"]}})
    refuse_sql("PUT", path, {"document": {"version": 1, "tables": [dict(TABLE_HOOKS["tables"][0], source="u")]}}, IN_TABLE_HOOKS)
    otto.put(path, {"document": {"version": 1}})
    refuse_sql("PUT", path, {"document": TABLE_HOOKS}, IN_TABLE_HOOKS)
    admin.put("/settings", {"operators_may_run_sql": True})
    otto.put(path, {"document": TABLE_HOOKS})


def test_files_of_the_server_are_not_written_into_a_project(admin, otto, tmp_path):
    project = admin.get("/projects/" + make(admin, tmp_path, "p", {"version": 1})).json
    admin.put("/settings", {"operators_may_use_files": False})
    path, ends = "/projects/" + project["id"], {m: project[m] for m in ("source_connection_id", "target_connection_id")}
    for end, connection in ends.items():
        refuse(otto, "POST", "/projects", {"name": "q", end: connection}, end, "operators_may_use_files")
    refuse(otto, "POST", path + "/duplicate", None, "source_connection_id", "operators_may_use_files")
    other = admin.post("/connections", {"name": "o", "url": "sqlite:///%s/o.db" % tmp_path}, expect=201).json["id"]
    refuse(otto, "PUT", path, {"target_connection_id": other}, "target_connection_id", "operators_may_use_files")
    otto.put(path, dict(ends, name="r"))
    otto.put(path, {"target_connection_id": None})
    refuse(otto, "PUT", path, ends, "target_connection_id", "operators_may_use_files")


def test_a_job_that_is_refused_leaves_nothing(admin, otto, tmp_path):
    make(admin, tmp_path, "p", {"version": 1})
    server, file = "postgresql://u@127.0.0.1:1/d", "sqlite:///%s/p.db" % tmp_path

    def what_is_there():
        return [[item["id"] for item in admin.get(path).items] for path in ("/connections", "/projects", "/executions")]
    before = what_is_there()
    admin.put("/settings", {"operators_may_run_sql": False, "operators_may_use_files": False})
    for body, field, setting in (({"source": server, "target": server, "document": HOOKS}, IN_HOOKS, "run_sql"),
                                 ({"source": server, "target": file}, "target", "use_files"),
                                 ({"source": server, "target": "p"}, "target", "use_files"),
                                 ({"source": "p_target", "target": server}, "source", "use_files")):
        refuse(otto, "POST", "/api/migrate/start", body, field, "operators_may_" + setting)
    assert otto.post("/api/migrate/start", {"source": server, "target": server, "document": {"version": 1, "tabels": []}}, expect=422).json["field"] == "document"
    assert otto.post("/api/migrate/start", {"source": server, "target": "nobody"}, expect=404).json["field"] == "target"
    assert what_is_there() == before


# ---- hosts that a server sends on to ----

@pytest.mark.skipif(not oracle_stand_in.is_built(), reason="tests/oracle_server is not built")
def test_a_redirect_is_judged_like_the_url(service, admin, make_oracle, make_sqlite):
    src, dst = make_oracle(), make_sqlite()
    src.sql("CREATE TABLE t (id NUMBER(4) PRIMARY KEY); INSERT INTO t VALUES (1)")
    assert src.url
    with oracle_stand_in.Server({"FERRY": src.path}, "--redirect", "127.0.0.1:%d" % src.server.port) as near, \
            oracle_stand_in.Server({"FERRY": src.path}, "--redirect", "127.0.0.9:%d" % src.server.port) as far:
        def ask(listener, is_stored):
            body = {"url": listener.url()}
            if is_stored:
                made = admin.post("/connections", dict(body, name="o%d" % listener.port), expect=201).json["id"]
                return made, admin.post("/connections/%s/test" % made).json
            return None, admin.post("/connections/test", body).json
        assert ask(near, False)[1]["ok"]
        admin.put("/settings", {"denied_hosts": ["127.0.0.9"]})
        assert ask(near, True)[1]["ok"]
        for is_stored in (False, True):
            connection, result = ask(far, is_stored)
            assert not result["ok"] and "redirects to 127.0.0.9" in result["error"]["message"] and "denied" in result["error"]["message"], result
        target = admin.post("/connections", {"name": "to", "url": dst.url}, expect=201).json["id"]
        project = admin.post("/projects", {"name": "p", "source_connection_id": connection, "target_connection_id": target, "document": {"version": 1}}, expect=201).json["id"]
        execution = service.wait(admin, admin.post("/executions", {"project_id": project}, expect=201).json["id"])
        assert execution["state"] == "FAILED" and "redirects to 127.0.0.9" in json.dumps(execution["error"]), execution
