"""The project document: a copy by it, the flags over it, a plan that writes it, and its schema and guide."""
import json
import os
import re

import jsonschema
import pytest

import conftest
import servers

DOCS = os.path.join(conftest.TOP, "docs")


def write(tmp_path, name, text):
    path = tmp_path / name
    path.write_text(text)
    return path


def words(result, *expected):
    for word in expected:
        assert word.lower() in result.err.lower(), "%r is not said:\n%s" % (word, result)


@pytest.fixture
def shop(make):
    src = make("sqlite")
    src.sql("CREATE TABLE orders (id INTEGER PRIMARY KEY, total REAL); INSERT INTO orders VALUES (1, 2.5), (2, 3.5);"
            "CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT); INSERT INTO customers VALUES (1, 'ann');"
            "CREATE TABLE old_orders (id INTEGER PRIMARY KEY); INSERT INTO old_orders VALUES (1)")
    return src


def test_copy_by_a_project(shop, make, ferry, tmp_path):
    dst = make("sqlite")
    path = write(tmp_path, "shop.yaml", "version: 1\nsource: %s\ntarget: %s\nselect: {exclude: 'old_*'}\n"
                 "options: {lanes: 1, keep_ledger: true}\n" % (shop.url, dst.url))
    ferry("copy", "--project", path)
    assert dst.value("SELECT count(*) FROM orders") == 2
    assert dst.rows("SELECT 1 FROM sqlite_master WHERE name = 'old_orders'") == []
    assert dst.rows("SELECT 1 FROM sqlite_master WHERE name LIKE 'ferry\\_%' ESCAPE '\\'"), "keep_ledger"
    ferry("verify", "--project", path)
    assert "customers" in ferry("plan", "-p", path, "--if-exists", "drop").out


def test_flags_and_urls_replace_what_the_document_says(shop, make, ferry, tmp_path):
    dst, other = make("sqlite"), make("sqlite")
    path = write(tmp_path, "shop.json", json.dumps({
        "version": 1, "source": shop.url, "target": dst.url, "select": {"include": ["orders"]}, "options": {"lanes": 250}}))
    ferry("copy", "--project", path, "--lanes", "1", "-t", "customers", "-t", "old_orders", shop, other)
    assert not os.path.exists(dst.path)
    assert [r[0] for r in other.rows("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY 1")] == ["customers", "old_orders"]


@pytest.mark.parametrize("text, args, said", [
    ("version: 1\nsource: sqlite:///a.db\n", (), ["p.yaml", "no target"]),
    ("version: 1\nnmae: x\n", (), ["p.yaml:2:1", "nmae", "did you mean name"]),
    ("version: 1\noptions: {lanes: many}\n", (), ["p.yaml:2:18", "options.lanes", "whole number"]),
    ("version: 1\n", ("sqlite:///a.db",), ["source", "target"]),
    ("version: 1\noptions: {schema_only: true}\n", ("sqlite:///a.db", "sqlite:///b.db", "--data-only"), ["exclude"]),
    ("version: 1\n", ("a", "b", "--where", "x"), ["--where", "TABLE=CONDITION"]),
    ("version: 1\n", ("a", "b", "--bad-value", "zero=null"), ["--bad-value", "zero-date"]),
    ("version: 1\n", ("a", "b", "--bad-value", "refused=null"), ["reject or fail"]),
    ("version: 1\n", ("a", "b", "--max-rejects", "1%%"), ["--max-rejects", "0.5%"]),
    ("version: 1\n", ("a", "b", "--read-limit", "fast"), ["--read-limit", "5MB/s"]),
    ("version: 1\n", ("a", "b", "--identifiers", "camel"), ["--identifiers", "snake"]),
    ("version: 1\n", ("a", "b", "--retries", "-1"), ["--retries", "0"]),
    ("version: 1\n", ("a", "b", "--rename-schema", "=b"), ["OLD=NEW"]),
    ("version: 1\n", ("a", "b", "--cursor", "x"), ["--incremental"]),
    (None, (), ["p.yaml", "No such file"]),
])
def test_errors(ferry, tmp_path, text, args, said):
    path = tmp_path / "p.yaml"
    if text is not None:
        path.write_text(text)
    words(ferry("copy", "--project", path, *args, expect=1), *said)


def test_plan_saves_a_project(shop, make, ferry, tmp_path):
    dst = make("sqlite")
    for name in ("p.yaml", "p.json"):
        ferry("plan", shop, dst, "--exclude", "old_*", "--lanes", "1", "--if-exists", "drop", "--save", tmp_path / name)
        text = (tmp_path / name).read_text()
        assert "orders" in text and "customers" in text and shop.url in text
        ferry("copy", "--project", tmp_path / name)
        assert dst.value("SELECT count(*) FROM customers") == 1
        again = tmp_path / ("again-" + name)
        ferry("plan", "--project", tmp_path / name, "--save", again)
        assert again.read_text() == text
    out = ferry("plan", shop, dst, "--save", "-").out
    assert out.startswith("version: 1\n") and "- source: old_orders" in out
    words(ferry("plan", shop, dst, "--save", "/no/such/folder/p.yaml", expect=1), "/no/such/folder")


def test_plan_saves_only_what_a_document_can_hold(shop, make, ferry, tmp_path):
    """Bytes that are no UTF-8 would become others, and the project would choose other rows than the flags did."""
    dst, saved = make("sqlite"), tmp_path / "p.yaml"
    result = ferry("plan", shop, dst, "--where", b"customers=name <> '\xe9'".decode("utf-8", "surrogateescape"), "--save", saved, expect=1)
    words(result, "--save", "UTF-8")
    assert not saved.exists()
    assert json.loads(ferry("plan", shop, dst, "--save", "-", "--json").out)["version"] == 1


def test_a_saved_project_begins_no_copy_again(shop, make, ferry, tmp_path):
    """--restart is for one run; in a document no copy could ever be resumed."""
    saved = tmp_path / "p.yaml"
    ferry("plan", shop, make("sqlite"), "--restart", "--save", saved)
    assert "restart" not in saved.read_text()
    saved.write_text(saved.read_text() + "options:\n  restart: true\n")
    words(ferry("copy", "--project", saved, expect=1), "options.restart", "for one run", "--restart")


def test_passwords_come_from_the_environment(make, ferry, tmp_path):
    src, dst = make("mysql"), make("postgres")
    src.sql("CREATE TABLE t (id int PRIMARY KEY); INSERT INTO t VALUES (1)")
    saved = tmp_path / "p.yaml"
    ferry("plan", src, dst, "--save", saved)
    text = saved.read_text()
    assert servers.PASSWORD not in text and servers.quote(servers.PASSWORD) not in text
    env = {"FERRY_SOURCE_PASSWORD": servers.PASSWORD, "FERRY_TARGET_PASSWORD": servers.PASSWORD}
    ferry("copy", "--project", saved, env=env)
    assert dst.value("SELECT count(*) FROM t") == "1"


def test_what_is_not_there_yet_is_refused_before_anything_is_opened(ferry, tmp_path):
    path = write(tmp_path, "p.yaml", "version: 1\nsource: sqlite:///no-such.db\ntarget: sqlite:///b.db\noptions: {staging: true}\n")
    result = ferry("copy", "--project", path, expect=(1, 2))
    if result.code == 1:
        words(result, "staging")
        assert "--staging" not in ferry("copy", "--help").out
    else:   # it has come: the source is not there
        assert "--staging" in ferry("copy", "--help").out


def test_where_by_flag(shop, make, ferry):
    dst = make("sqlite")
    ferry("copy", shop, dst, "--where", "orders=id = 2", "-t", "orders")
    assert dst.rows("SELECT id FROM orders") == [(2,)]


@pytest.mark.parametrize("level, said", [("error", False), ("warning", False), ("info", True), ("debug", True)])
def test_log_level(shop, make, ferry, level, said):
    assert ("stage: copy" in ferry("copy", shop, make("sqlite"), "--log-level", level).err) == said


def test_unknown_log_level(shop, make, ferry):
    words(ferry("copy", shop, make("sqlite"), "--log-level", "loud", expect=1), "loud", "debug")


# ---- the guide and the schema ----

def blocks():
    with open(os.path.join(DOCS, "project.md")) as f:
        return re.findall(r"^```(yaml|json)\n(.*?)^```", f.read(), re.M | re.S)


def schema():
    with open(os.path.join(DOCS, "project.schema.json")) as f:
        return json.load(f)


def test_examples_of_the_guide_are_read(ferry, tmp_path):
    assert len(blocks()) >= 5
    for kind, text in blocks():
        if "version" not in text:       # a part: it stands for itself below a version
            text = "version: 1\n" + text
        path = write(tmp_path, "example." + kind, text)
        result = ferry("copy", "--project", path, "sqlite:///no-such-file.db", "sqlite:///b.db", expect=None)
        assert "example.%s:" % kind not in result.err, text + str(result)
        assert result.code == 2 or "does not have" in result.err, text + str(result)


def test_examples_of_the_guide_fit_the_schema():
    yaml = pytest.importorskip("yaml")
    jsonschema.Draft202012Validator.check_schema(schema())
    validator = jsonschema.Draft202012Validator(schema())
    for kind, text in blocks():
        if "version" not in text:
            text = "version: 1\n" + text
        document = json.loads(text) if kind == "json" else yaml.safe_load(text)
        assert [e.message for e in validator.iter_errors(document)] == [], text
