"""What the settings forbid operators holds for what they start, not only for what they look at."""
import sqlite3

import pytest


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


HOOKS = {"version": 1, "hooks": {"target_before": ["CREATE TABLE hooked (id int)"]}}
TABLE_HOOKS = {"version": 1, "tables": [{"source": "t", "hooks": {"target_after": ["CREATE TABLE hooked (id int)"]}}]}


@pytest.mark.parametrize("document", [HOOKS, TABLE_HOOKS], ids=["run", "table"])
def test_sql_of_their_own(service, admin, otto, tmp_path, document):
    project = make(otto, tmp_path, "p", document)
    admin.put("/settings", {"operators_may_run_sql": False})
    for path, body in (("/executions", {"project_id": project}), ("/executions", {"project_id": project, "dry_run": True})):
        refused = otto.post(path, body, expect=403)
        assert refused.json["field"] == "document.hooks" and "operators_may_run_sql" in refused.json["hint"]
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
    assert otto.post("/templates", {"name": "u", "document": HOOKS}, expect=403).json["field"] == "document.hooks"
    plain = otto.post("/templates", {"name": "u", "document": {"version": 1}}, expect=201).json
    otto.put("/templates/" + plain["id"], {"document": TABLE_HOOKS}, expect=403)
    otto.put("/templates/" + made["id"], {"description": "no other document"})
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
