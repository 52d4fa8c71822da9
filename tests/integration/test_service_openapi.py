"""The document at /api/openapi.json: well-formed, whole, and true. What other tests see of the API is held against it too
(tests/openapi.py); here every route that reads is called once, with something to show."""
import copy
import json
import re

import jsonschema
import pytest

import openapi

# of OpenAPI 3.1, the part that the service uses: anything else is a mistake
TEXT = {"type": "string", "minLength": 1}
CONTENT = {"type": "object", "minProperties": 1, "propertyNames": {"pattern": "^[a-z]+/[a-z.+-]+$"},
           "additionalProperties": {"type": "object", "required": ["schema"], "properties": {"schema": {"type": "object"}},
                                    "additionalProperties": False}}
RESPONSE = {"type": "object", "required": ["description"], "properties": {"description": TEXT, "content": CONTENT},
            "additionalProperties": False}
PARAMETER = {"type": "object", "required": ["name", "in", "required", "schema"], "additionalProperties": False, "properties": {
    "name": TEXT, "in": {"enum": ["path", "query", "header"]}, "required": {"type": "boolean"}, "schema": {"type": "object"}}}
OPERATION = {"type": "object", "required": ["operationId", "summary", "x-role", "parameters", "responses"], "properties": {
    "operationId": {"type": "string", "pattern": "^[a-z0-9_]+$"}, "summary": TEXT,
    "x-role": {"enum": ["none", "viewer", "operator", "admin"]}, "x-scope": {"enum": ["project", "execution"]}, "parameters": {"type": "array", "items": PARAMETER},
    "security": {"const": []},
    "requestBody": {"type": "object", "required": ["required", "content"], "additionalProperties": False,
                    "properties": {"required": {"type": "boolean"}, "content": CONTENT}},
    "responses": {"type": "object", "minProperties": 2, "required": ["default"],
                  "propertyNames": {"pattern": "^([1-5][0-9][0-9]|default)$"}, "additionalProperties": RESPONSE}},
    "additionalProperties": False}
DOCUMENT = {"type": "object", "required": ["openapi", "info", "paths", "components", "security"], "additionalProperties": False,
            "properties": {
                "openapi": {"const": "3.1.0"},
                "info": {"type": "object", "required": ["title", "version"]},
                "paths": {"type": "object", "propertyNames": {"pattern": "^/"}, "additionalProperties": {
                    "type": "object", "minProperties": 1, "propertyNames": {"enum": ["get", "put", "post", "patch", "delete"]},
                    "additionalProperties": OPERATION}},
                "components": {"type": "object", "required": ["schemas", "securitySchemes"]},
                "security": {"type": "array", "minItems": 1}}}


@pytest.fixture(scope="module")
def document(tmp_path_factory):
    import conftest
    import ferry_service
    service = ferry_service.Service(conftest.FERRY, tmp_path_factory.mktemp("openapi"))
    yield service.document.document
    service.stop()


def operations(document):
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield method, path, operation


def references(node):
    if isinstance(node, dict):
        for name, value in node.items():
            if name == "$ref":
                yield value
            else:
                yield from references(value)
    elif isinstance(node, list):
        for value in node:
            yield from references(value)


def test_structure(document):
    jsonschema.Draft202012Validator(DOCUMENT).validate(document)
    ids = [operation["operationId"] for _, _, operation in operations(document)]
    assert len(ids) == len(set(ids))
    for method, path, operation in operations(document):
        declared = [p["name"] for p in operation["parameters"] if p["in"] == "path"]
        assert declared == re.findall(r"\{(\w+)\}", path), path
        names = [(p["in"], p["name"]) for p in operation["parameters"]]
        assert len(names) == len(set(names)), path
        assert all(p["required"] == (p["in"] == "path") for p in operation["parameters"])
        assert method in ("post", "put", "patch") or "requestBody" not in operation, path
        assert (operation["x-role"] == "none") == ("security" in operation), path
    schemes = document["components"]["securitySchemes"]
    assert all(set(one) <= set(schemes) for one in document["security"])


def test_schemas(document):
    schemas = document["components"]["schemas"]
    for name, schema in schemas.items():
        jsonschema.Draft202012Validator.check_schema(schema)
        assert set(schema.get("required", [])) <= set(schema.get("properties", {})), name
    used = set(references(document))
    assert used == {"#/components/schemas/" + name for name in schemas}, "each is used, and each that is used is there"


def test_every_success_says_what_it_is(document):
    for method, path, operation in operations(document):
        for status, response in operation["responses"].items():
            assert (status == "204") != ("content" in response), (method, path, status)


def test_checker_finds_what_is_off(document):
    """The checker itself: a document changed by a word no longer fits the reply."""
    body = json.dumps({"status": "ok", "version": "1"}).encode()
    kind = {"content-type": "application/json"}
    openapi.Document(document).check("GET", "/healthz", 200, kind, body)
    for change in (lambda h: h["required"].append("since"), lambda h: h["properties"].pop("version"),
                   lambda h: h["properties"].update(status={"type": "integer"})):
        changed = copy.deepcopy(document)
        change(changed["components"]["schemas"]["Health"])
        with pytest.raises(AssertionError):
            openapi.Document(changed).check("GET", "/healthz", 200, kind, body)
    for wrong in ((201, kind, body), (200, {"content-type": "text/html"}, body), (200, kind, b"{}")):
        with pytest.raises(AssertionError):
            openapi.Document(document).check("GET", "/healthz", *wrong)
    with pytest.raises(AssertionError):
        openapi.Document(document).check("GET", "/api/v1/nothing", 200, kind, body)


def test_every_reading_route(make_service, tmp_path):
    """With a sample that was migrated, its rejects included, so that lists have items."""
    service = make_service(sample=True)
    admin = service.admin()
    project = admin.get("/projects").items[0]
    checks = [{"name": "short", "expression": "\"Milliseconds\" < 500000", "action": "reject"}]
    project = admin.put("/projects/" + project["id"], {"document": dict(project["document"], tables=[
        {"source": "Track", "checks": checks}])}).json
    execution = service.wait(admin, admin.post("/executions", {"project_id": project["id"]}, expect=201).json["id"])
    assert execution["state"] == "COMPLETED" and execution["outcome"] == "rejected", execution
    key = admin.post("/api-keys", {"name": "k", "role": "viewer"}, expect=201).json
    service.user(admin, "vic", "viewer")
    connection = project["source_connection_id"]
    job = admin.post("/api/migrate/start", {"source": "sqlite:///" + service.data + "/sample.db",
                                            "target": "sqlite:///%s/job.db" % tmp_path}, expect=201).json["job_id"]
    service.wait(admin, job)
    values = {"/api/v1/connections/": connection, "/api/v1/projects/": project["id"], "/api/v1/executions/": execution["id"],
              "/api/executions/": execution["id"], "/api/v1/templates/": admin.get("/templates").items[0]["id"]}
    queries = {"/table": {"name": "Track"}, "/rows": {"name": "Track", "limit": 3}}
    seen = 0
    for path, methods in service.document.document["paths"].items():
        if "get" not in methods or "text/event-stream" in methods["get"]["responses"]["200"]["content"]:
            continue
        for start, value in values.items():
            if path.startswith(start):
                path = path.replace("{id}", value)
        path = path.replace("{version}", "1").replace("{job_id}", job)
        query = next((query for end, query in queries.items() if path.endswith(end)), None)
        reply = admin.get(path.removeprefix("/api/v1"), query=query)
        listed = methods["get"]["responses"]["200"]["content"].get("application/json", {}).get("schema", {})
        if "items" in listed.get("properties", {}):
            assert reply.items, path + " has nothing to show"
        seen += 1
    assert seen > 25 and key["key"]
    for format in ("json", "html", "csv"):
        admin.get("/executions/%s/report" % execution["id"], query={"format": format})
    for format in ("json", "yaml"):
        admin.get("/projects/%s/export" % project["id"], query={"format": format})


def test_design_routes(make_service):
    service = make_service(sample=True)
    admin = service.admin()
    project = admin.get("/projects").items[0]
    one = "/projects/" + project["id"]
    plan = admin.post(one + "/plan").json
    assert plan["tables"] and plan["ddl"]["tables"][0]["sql"], "held against a schema that says more than \"object\""
    assert set(service.document.document["components"]["schemas"]["Plan"]["properties"]) == set(plan)
    dry = service.wait(admin, admin.post("/executions", {"project_id": project["id"], "dry_run": True}, expect=201).json["id"])
    assert admin.get("/executions/%s/report" % dry["id"]).json["fingerprint"] == plan["fingerprint"]
    assert admin.post(one + "/suggest").json["tables"]
    assert admin.post(one + "/preview", {"table": "Track", "rows": 3}).json["rows"]
    assert admin.post("/projects/validate", {"document": {"version": 1, "tabels": []}}).json["problems"]
    admin.post(one + "/duplicate", expect=201)
    admin.post("/connections/test", {"url": "sqlite:////nowhere/x.db"})
    ends = {"source_connection_id": project["source_connection_id"], "target_connection_id": project["source_connection_id"]}
    admin.post("/compare", dict(ends, mode="full"), expect=(200, 422))
    assert admin.post("/names", ends).json["names"] and admin.post("/names", dict(ends, columns=["AlbumId"])).json["names"]


def test_events(make_service):
    """Both streams; the client holds each event against what docs/api.md says."""
    service = make_service(sample=True)
    admin = service.admin()
    stream = admin.events("/events")
    kinds = [next(stream).type]
    execution = admin.post("/executions", {"project_id": admin.get("/projects").items[0]["id"]}, expect=201).json["id"]
    for event in stream:
        kinds.append(event.type)
        if event.type == "state" and event.data["execution"]["state"] == "COMPLETED":
            break
    stream.close()
    assert kinds[0] == "snapshot" and {"state", "progress"} == set(kinds[1:]), kinds
    whole = [event.type for event in admin.events("/executions/%s/events" % execution)]
    assert whole[0] == "snapshot" and whole[-1] == "end", whole
    rest = [event.type for event in admin.events("/executions/%s/events" % execution, last_event_id="1")]
    assert {"log", "object", "progress", "state", "end"} <= set(rest), rest
