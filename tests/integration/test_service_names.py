"""What a document's rules call things in the target, told before there is a plan: the same names that the plan then gives."""
import pytest

from test_service_executions import make_project


def names(client, project, **more):
    one = client.get("/projects/" + project).json
    request = {key: one[key] for key in ("source_connection_id", "target_connection_id", "document")}
    return {one["source"]: (one["schema"], one["name"]) for one in client.post("/names", dict(request, **more)).json["names"]}


@pytest.mark.parametrize("identifiers", ["keep", "lower", "snake"])
def test_names_are_those_of_the_plan(service, make_sqlite, pg_db, identifiers):
    source = make_sqlite()
    source.sql('CREATE TABLE "OrderItems" ("Order.No" integer PRIMARY KEY, "price ($)" real)')
    source.sql("CREATE VIEW seen AS SELECT 1 AS a")
    ada = service.admin()
    document = {"version": 1, "identifiers": identifiers, "tables": [{"source": "Sums Of", "query": 'SELECT "Order.No" AS "No" FROM "OrderItems"'}]}
    project = make_project(ada, source, pg_db, document)
    plan = ada.post("/projects/%s/plan" % project).json
    assert names(ada, project) == {t["source"]["name"]: (t["target"]["schema"], t["target"]["name"]) for t in plan["tables"]}
    columns = [c for t in plan["tables"] if t["source"]["name"] == "OrderItems" for c in t["columns"]]
    assert {k: v[1] for k, v in names(ada, project, columns=[c["source"] for c in columns]).items()} == {c["source"]: c["target"] for c in columns}


def test_unsaved_rules_count_and_the_target_need_not_be_there(service, make_sqlite):
    source, target = make_sqlite(), make_sqlite()
    source.sql("CREATE TABLE OrderItems (id integer PRIMARY KEY)")
    ada = service.admin()
    project = make_project(ada, source, target, {"version": 1})
    assert names(ada, project) == {"OrderItems": (None, "OrderItems")}
    assert names(ada, project, document={"version": 1, "identifiers": "snake"}) == {"OrderItems": (None, "order_items")}
    away = ada.post("/connections", {"name": "away", "url": "postgres://u@127.0.0.1:1/nothing"}).json["id"]
    assert names(ada, project, target_connection_id=away) == {"OrderItems": (None, "OrderItems")}
    assert names(ada, project, target_connection_id=None) == {"OrderItems": (None, "OrderItems")}
    assert ada.post("/names", {}, expect=422).json["field"] == "source_connection_id"
