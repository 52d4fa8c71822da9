"""The built-in sample database: made once for a new store, a whole migration with it needs nothing else, and it goes for good when
it is deleted."""
import os
import sqlite3

import pytest

SAMPLE = "Sample: music shop"
TARGET = "Sample: target file"
PROJECT = "Sample migration"


@pytest.fixture
def sampled(make_service):
    return make_service(sample=True)


def by_name(client, kind):
    return {item["name"]: item for item in client.get("/" + kind).items}


def migrate(service, client):
    project = by_name(client, "projects")[PROJECT]
    execution = client.post("/executions", {"project_id": project["id"]}, expect=201).json
    return service.wait(client, execution["id"])


def count(path, table):
    file = sqlite3.connect("file:%s?mode=ro" % path, uri=True)
    try:
        return file.execute("SELECT count(*) FROM " + table).fetchone()[0]
    finally:
        file.close()


def test_first_migration_needs_nothing_else(sampled):
    admin = sampled.admin()
    connections = by_name(admin, "connections")
    assert set(connections) == {SAMPLE, TARGET}
    assert admin.get("/summary").json["sample_connection_id"] == connections[SAMPLE]["id"]
    assert admin.post("/connections/%s/test" % connections[SAMPLE]["id"]).json["ok"] is True
    tables = admin.get("/connections/%s/tables" % connections[SAMPLE]["id"]).items
    assert len(tables) == 11 and "Track" in {table["name"] for table in tables}

    first = migrate(sampled, admin)
    assert first["state"] == "COMPLETED" and first["outcome"] == "verified", first
    copy = os.path.join(sampled.data, "sample-target.db")
    assert count(copy, "Track") == 3503
    # once more: it begins anew
    again = migrate(sampled, admin)
    assert again["state"] == "COMPLETED" and again["outcome"] == "verified", again
    assert count(copy, "Track") == 3503


def test_files_are_for_their_owner_only(sampled):
    assert os.stat(os.path.join(sampled.data, "sample.db")).st_mode & 0o077 == 0


def test_it_is_made_once(sampled):
    admin = sampled.admin()
    sampled.kill()
    sampled.start()
    assert len(admin.get("/connections").items) == 2 and len(admin.get("/projects").items) == 1
    admin.delete("/projects/" + by_name(admin, "projects")[PROJECT]["id"], expect=204)
    for connection in admin.get("/connections").items:
        admin.delete("/connections/" + connection["id"], expect=204)
    sampled.stop()
    sampled.start()
    assert admin.get("/connections").items == [] and admin.get("/projects").items == []
    assert admin.get("/summary").json["sample_connection_id"] is None


@pytest.mark.parametrize("how", ["option", "environment", "file"])
def test_left_out(make_service, tmp_path, how):
    config = tmp_path / "ferry.conf"
    config.write_text("[ferry]\nno_sample = true\n")
    args, env = {"option": (["--no-sample"], {}), "environment": ([], {"FERRY_NO_SAMPLE": "1"}),
                 "file": (["--config", str(config)], {})}[how]
    service = make_service(*args, sample=True, env=env)
    admin = service.admin()
    assert admin.get("/connections").items == [] and admin.get("/projects").items == []
    assert not os.path.exists(os.path.join(service.data, "sample.db"))


def test_store_in_use_gets_none(make_service):
    service = make_service()
    admin = service.admin()
    admin.post("/connections", {"name": "mine", "url": "sqlite:////tmp/mine.db"}, expect=201)
    service.stop()
    service.args = ()
    service.start()
    assert [c["name"] for c in admin.get("/connections").items] == ["mine"]


def test_operators_without_files_may_use_it(sampled):
    """What an admin forbids is the server's files; the sample is none of anybody's."""
    admin = sampled.admin()
    admin.put("/settings", {"operators_may_use_files": False})
    bob = sampled.user(admin, "bob", "operator")
    assert bob.post("/connections", {"name": "x", "url": "sqlite:////tmp/x.db"}, expect=403).code == "forbidden"
    own = "sqlite:///%s" % os.path.join(sampled.data, "ferry.db")
    assert bob.post("/connections", {"name": "x", "url": own}, expect=403).code == "forbidden"
    assert migrate(sampled, bob)["outcome"] == "verified"


def test_odd_folder(make_service, tmp_path):
    """A folder's name that a URL must escape."""
    folder = tmp_path / "a b#c?d%41 ü"
    folder.mkdir()
    service = make_service("--data", str(folder), sample=True)
    service.data = str(folder)
    assert migrate(service, service.admin())["outcome"] == "verified"
    assert count(str(folder / "sample-target.db").replace("%", "%25").replace("#", "%23").replace("?", "%3f"), "Track") == 3503
