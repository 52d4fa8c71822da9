"""Templates: documents saved for everybody, those that come with the program, new projects from both."""
import pytest


@pytest.fixture
def admin(service):
    return service.admin()


@pytest.fixture
def otto(service, admin):
    return service.user(admin, "otto", "operator")


@pytest.fixture
def vera(service, admin):
    return service.user(admin, "vera", "viewer")


DOCUMENT = {"version": 1, "tables": [{"source": "t", "target": "u"}], "options": {"lanes": 3}}


def make(client, project, name, **more):
    return client.post("/templates", {"project_id": project, "name": name, **more}, expect=201).json


def test_built_in_ones_make_projects(admin):
    items = admin.get("/templates").items
    assert len(items) >= 4 and all(t["is_built_in"] and t["description"] and "document" not in t for t in items)
    for template in items:
        document = admin.get("/templates/" + template["id"]).json["document"]
        assert len(document) > 1 and admin.post("/projects/validate", {"document": document}).json["is_valid"], template["name"]
        project = admin.post("/projects", {"name": template["name"], "template_id": template["id"]}, expect=201).json
        assert project["document"] == document and project["source_connection_id"] is None
        for refused in (admin.put("/templates/" + template["id"], {"name": "mine"}, expect=403), admin.delete("/templates/" + template["id"], expect=403)):
            assert refused.code == "forbidden" and template["name"] in refused.json["detail"]
    staged = next(p for p in admin.get("/projects").items if "staging" in p["name"])["document"]
    assert staged["options"]["staging"] is True


def test_saved_used_edited_deleted(admin, otto, vera, tmp_path):
    end = admin.post("/connections", {"name": "in", "url": "sqlite:///%s/in.db" % tmp_path}, expect=201).json["id"]
    project = admin.post("/projects", {"name": "p", "source_connection_id": end, "document": DOCUMENT}, expect=201).json
    made = make(otto, project["id"], "mine", description="of p")
    assert (made["name"], made["description"], made["user"], made["is_built_in"], made["version"]) == ("mine", "of p", "otto", False, 1)
    assert made["document"] == project["document"] and "connection" not in repr(made) and end not in repr(made)
    del made["document"]
    assert made in vera.get("/templates").items
    one = "/templates/" + made["id"]
    fresh = otto.post("/projects", {"name": "q", "template_id": made["id"], "target_connection_id": end}, expect=201).json
    assert fresh["document"] == project["document"]
    assert (fresh["source_connection_id"], fresh["target_connection_id"]) == (None, end)
    admin.delete("/projects/" + project["id"], expect=204)    # it does not hang on its project
    etag = vera.get(one).headers["etag"]
    edited = otto.put(one, {"name": "ours", "description": ""}, headers={"If-Match": etag}).json
    assert (edited["name"], edited["description"], edited["version"], edited["document"]) == ("ours", "", 2, project["document"])
    assert otto.put(one, {"name": "late"}, headers={"If-Match": etag}, expect=412).code == "precondition_failed"
    other = {"version": 1, "identifiers": "snake"}
    assert otto.put(one, {"document": other}).json["document"] == other
    assert otto.post("/projects", {"name": "r", "template_id": made["id"]}, expect=201).json["document"] == other
    # and again as a project is by now
    assert otto.put(one, {"project_id": fresh["id"]}).json["document"] == project["document"]
    otto.delete(one, headers={"If-Match": etag}, expect=412)
    otto.delete(one, expect=204)
    for gone in (otto.get(one, expect=404), otto.put(one, {"name": "x"}, expect=404), otto.delete(one, expect=404)):
        assert made["id"] in gone.json["detail"]
    assert otto.post("/projects", {"name": "s", "template_id": made["id"]}, expect=404).json["field"] == "template_id"
    log = [(e["action"], e["user"], e["detail"]) for e in admin.get("/audit", query={"action": "template."}).items]
    assert log == [("template.delete", "otto", "ours"), ("template.update", "otto", "ours, of " + fresh["id"]), *[("template.update", "otto", "ours")] * 2, ("template.create", "otto", "mine, of " + project["id"])]


def test_what_is_refused(admin, otto, vera):
    project = admin.post("/projects", {"name": "p"}, expect=201).json["id"]
    made = make(otto, project, "mine")
    one, other = "/templates/" + made["id"], make(otto, project, "other")
    for body, status, field in (
            ({"project_id": project, "name": "mine"}, 409, "name"), ({"project_id": project, "name": "Structure only"}, 409, "name"), ({"project_id": project, "name": ""}, 422, "name"),
            ({"project_id": project, "name": "x" * 201}, 422, "name"), ({"project_id": project}, 422, "name"),
            ({"project_id": project, "name": "x", "description": "x" * 2001}, 422, "description"),
            ({"name": "x"}, 422, "document"), ({"name": "x", "project_id": project, "document": {"version": 1}}, 422, "project_id"),
            ({"name": "x", "document": {"version": 1, "tabels": []}}, 422, "document"), ({"name": "x", "project_id": "prj_0"}, 404, "project_id"),
            ({"name": "x", "project_id": project, "is_built_in": True}, 422, "is_built_in")):
        assert otto.post("/templates", body, expect=status).json["field"] == field, body
    for body, status, field in (({"name": other["name"]}, 409, "name"), ({"name": ""}, 422, "name"),
                                ({"document": {"version": 2}}, 422, "document"), ({"project_id": "prj_0"}, 404, "project_id")):
        assert otto.put(one, body, expect=status).json["field"] == field, body
    both = {"name": "q", "template_id": made["id"], "document": {"version": 1}}
    assert otto.post("/projects", both, expect=422).json["field"] == "template_id"
    vera.post("/templates", {"project_id": project, "name": "hers"}, expect=403)
    vera.put(one, {"name": "hers"}, expect=403)
    vera.delete(one, expect=403)
    assert otto.get(one).json == made, "what was refused has changed nothing"


def test_no_url_gets_into_one(otto):
    document = {"version": 1, "source": "mysql://root:hunter22@db/shop", "target": "postgresql://me:hunter22@db/shop"}
    made = otto.post("/templates", {"name": "t", "document": document}, expect=201).json
    assert made["document"] == {"version": 1}
    # keys of hashes are named by variables, and only by those that projects may name
    hashed = {"version": 1, "tables": [{"source": "t", "columns": [{"source": "c", "transform": {"hash": {"key_env": "PATH"}}}]}]}
    assert "PATH" in otto.post("/templates", {"name": "u", "document": hashed}, expect=(403, 422)).json["detail"]


def test_pages(admin):
    project = admin.post("/projects", {"name": "p"}, expect=201).json["id"]
    for name in ("b", "a", "c"):
        make(admin, project, name)
    whole = [t["name"] for t in admin.get("/templates").items]
    assert whole[-3:] == ["a", "b", "c"]
    for limit in range(1, len(whole) + 1):
        seen, cursor = [], ""
        while cursor is not None:
            page = admin.get("/templates", query={"limit": limit, **({"cursor": cursor} if cursor else {})}).json
            assert 0 < len(page["items"]) <= limit
            seen += [t["name"] for t in page["items"]]
            cursor = page["next_cursor"]
        assert seen == whole, limit
    assert admin.get("/templates", query={"cursor": "nonsense"}).status == 200


def test_only_who_may_in_the_project(service, admin):
    project = admin.post("/projects", {"name": "secret"}, expect=201).json["id"]
    people = {name: service.user(admin, name, "operator") for name in ("owner", "member", "reader", "stranger")}
    members = [{"user": "owner", "role": "admin"}, {"user": "member", "role": "operator"}, {"user": "reader", "role": "viewer"}]
    make(people["stranger"], project, "while it was open")
    admin.put("/projects/%s/members" % project, {"is_restricted": True, "members": members})
    body = {"project_id": project, "name": "x"}
    # what is saved is for everybody: that is for those to say who say who its members are
    for name in ("member", "reader"):
        people[name].post("/templates", body, expect=403)
    told, gone = (people["stranger"].post("/templates", {**body, "project_id": id}, expect=404).json for id in (project, "prj_0"))
    assert told["detail"].replace(project, "prj_0") == gone["detail"] and told["field"] == gone["field"]
    made = people["owner"].post("/templates", body, expect=201).json
    people["stranger"].put("/templates/" + made["id"], {"project_id": project}, expect=404)
    assert people["stranger"].get("/templates/" + made["id"]).json["document"] == {"version": 1}
