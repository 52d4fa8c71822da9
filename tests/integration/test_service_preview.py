"""Rows before and after one table is looked at: only that table of the source is read, and what the project says of others is no matter."""
import pytest

from test_service_executions import make_project

# What a look at one table must not stumble over: entries and names of other tables, patterns, views.
OTHERS = [{"source": "other", "columns": [{"source": "id", "exclude": True}]},
          {"source": "th*", "columns": [{"source": "note", "transform": ["upper"]}]}]


def fill(db, first):
    for sql in ("CREATE TABLE things (id int NOT NULL PRIMARY KEY, name varchar(40) NOT NULL, other_id int)",
                "CREATE TABLE other (id int NOT NULL PRIMARY KEY, note varchar(40))",
                "CREATE TABLE third (id int NOT NULL PRIMARY KEY, note varchar(40), thing_id int, FOREIGN KEY (thing_id) REFERENCES things (id))",
                "CREATE VIEW seen AS SELECT id FROM things", "INSERT INTO things VALUES (1, 'one', 1), (2, 'two', NULL)",
                "INSERT INTO other VALUES (1, 'x')", "INSERT INTO third VALUES (1, 'abc', 1)"):
        db.sql(first + sql)


def preview(client, project, table, expect=200, **more):
    return client.post("/projects/%s/preview" % project, dict(more, table=table), expect=expect).json


@pytest.mark.parametrize("kind", ["mysql", "postgres", "sqlite"])
def test_one_table(service, make, make_sqlite, kind):
    source, target = make(kind), make_sqlite()
    fill(source, "SET ROLE ferry; " if kind == "postgres" else "")
    ada = service.admin()
    project = make_project(ada, source, target, {"version": 1, "tables": OTHERS + [
        {"source": "things", "target": "objects", "columns": [{"source": "name", "transform": ["upper"]}]},
        {"source": "things", "target": "few", "where": "id > 1"}, {"source": "asked", "query": "SELECT id, name FROM things WHERE id = 2"}]})
    connection = ada.get("/projects/" + project).json["source_connection_id"]
    schema = next(t["schema"] for t in ada.get("/connections/%s/tables" % connection).items if t["name"] == "things")
    for name in ["things"] + (["%s.things" % schema] if schema else []):
        seen = preview(ada, project, name, target="objects")
        assert [row["after"][:2] for row in seen["rows"]] == [["1", "ONE"], ["2", "TWO"]], seen
        assert [row["before"][0] for row in preview(ada, project, name, target="few")["rows"]] == ["2"]
    assert preview(ada, project, "asked")["rows"][0]["after"] == ["2", "two"]
    third = preview(ada, project, "third")
    assert third["rows"][0]["after"][third["columns_before"].index(next(c for c in third["columns_before"] if c["name"] == "note"))] == "ABC"
    wrong = preview(ada, project, "thinks", expect=(404, 422))
    assert "things" in wrong["hint"], wrong
    rows = ada.get("/connections/%s/rows" % connection, query={"name": "things", **({"schema": schema} if schema else {})}).json
    assert [row[1] for row in rows["rows"]] == ["one", "two"]
    ada.get("/connections/%s/rows" % connection, query={"name": "nothing"}, expect=404)


def test_a_name_with_a_dot(service, make_sqlite):
    source, target = make_sqlite(), make_sqlite()
    source.sql('CREATE TABLE "a.things" (id integer PRIMARY KEY, name text)')
    source.sql("INSERT INTO \"a.things\" VALUES (7, 'dotted')")
    source.sql("CREATE TABLE things (id integer PRIMARY KEY)")
    ada = service.admin()
    project = make_project(ada, source, target, {"version": 1})
    assert preview(ada, project, "a.things")["rows"][0]["after"] == ["7", "dotted"]
