"""Transforms and checks from a project, between every pair of systems: what arrives is what the steps make, and verification,
which sends the source's rows through the same steps, agrees."""
import json

import pytest

from test_project_plan import PAIRS, as_ferry
from test_types_mysql import reject_lines

N = 2500


@pytest.fixture(params=PAIRS, ids="-".join)
def people(request, make):
    src, dst = make(request.param[0]), make(request.param[1])
    numbers = {"mysql": "SELECT seq AS i FROM seq_1_to_%d" % N, "postgres": "SELECT i FROM generate_series(1, %d) i" % N,
               "sqlite": "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d) SELECT i FROM n" % N}[src.kind]
    text = "CONCAT('  Name ', i, ' ')" if src.kind == "mysql" else "'  Name ' || i || ' '"
    src.sql(as_ferry(src) + "CREATE TABLE people (id int NOT NULL PRIMARY KEY, name varchar(40), code varchar(10), n int, born date);"
            "INSERT INTO people SELECT i, CASE WHEN i % 10 = 0 THEN NULL ELSE " + text + " END, CASE WHEN i % 4 = 0 THEN 'n/a' ELSE '00' || '1' END,"
            " i * 3, '2001-02-03' FROM (" + numbers + ") AS numbers")
    if src.kind == "mysql":
        src.sql("UPDATE people SET code = '001' WHERE code <> 'n/a'")    # || is OR there
    return src, dst


def run(people, ferry, tmp_path, table, *args, expect=0, env=None, **members):
    src, dst = people
    path = tmp_path / "project.json"
    path.write_text(json.dumps({"version": 1, "source": src.url, "target": dst.url, "tables": [{"source": "people", **table}], **members}))
    result = ferry("copy", "--project", path, "--chunk-rows", "700", "--json", *args, expect=expect, env=env)
    return path, result


def rows(db, sql):
    return [tuple(None if v is None else str(v) for v in row) for row in db.rows(sql)]


def test_steps(people, ferry, tmp_path):
    path, result = run(people, ferry, tmp_path, {"columns": [
        {"source": "name", "transform": ["trim", "upper", {"default": "NOBODY"}]},
        {"source": "code", "transform": [{"null-if": "n/a"}, {"type": "int32"}]},
        {"source": "n", "target": "number"},
        {"target": "label", "transform": [{"concat": [{"column": "id"}, "/", {"column": "born"}]}]},
        {"target": "origin", "transform": [{"constant": "old"}]}]})
    assert result.json["outcome"] == "verified"
    dst = people[1]
    assert rows(dst, "SELECT id, name, code, number, label, origin FROM people WHERE id IN (1, 4, 10) ORDER BY id") == [
        ("1", "NAME 1", "1", "3", "1/2001-02-03", "old"), ("4", "NAME 4", None, "12", "4/2001-02-03", "old"), ("10", "NOBODY", "1", "30", "10/2001-02-03", "old")]
    assert int(dst.value("SELECT count(*) FROM people")) == N
    ferry("verify", "--project", path)
    dst.sql("UPDATE people SET name = 'OTHER' WHERE id = 77")
    found = ferry("verify", "--project", path, "--json", expect=6).json
    assert [d["key"] for d in found["differences"]] == ["id=77"]


def test_bad_values(people, ferry, tmp_path):
    """What a step cannot convert is a rejected row, with the value that it had."""
    path, result = run(people, ferry, tmp_path, {"columns": [{"source": "code", "transform": [{"type": "int32"}]}]}, expect=5)
    table = result.json["tables"][0]
    assert (table["rows_loaded"], table["rows_rejected"], table["verified"]) == (N - N // 4, N // 4, True)
    lines = reject_lines(tmp_path, result)
    assert len(lines) == N // 4 and {(line["column"], line["kind"], line["value"]) for line in lines} == {("code", "invalid-value", "n/a")}


def test_hash(people, ferry, tmp_path):
    table = {"columns": [{"source": "code", "transform": [{"hash": {"key_env": "FERRY_TEST_KEY"}}]}]}
    _, result = run(people, ferry, tmp_path, table, expect=1)
    assert "FERRY_TEST_KEY" in result.text
    run(people, ferry, tmp_path, table, env={"FERRY_TEST_KEY": "0123456789abcdef-secret"})
    values = rows(people[1], "SELECT DISTINCT code FROM people ORDER BY code")
    assert len(values) == 2 and all(len(v) == 64 for (v,) in values)


def test_checks(people, ferry, tmp_path):
    table = {"checks": [{"name": "small", "expression": "n < 6000", "action": "reject"}, {"name": "named", "expression": "name IS NOT NULL", "action": "count"}]}
    path, result = run(people, ferry, tmp_path, table, expect=5)
    dst = people[1]
    assert int(dst.value("SELECT count(*) FROM people")) == 1999
    table = result.json["tables"][0]
    assert table["rows_rejected"] == N - 1999 and table["verified"] is True
    assert table["checks"] == [{"name": "small", "action": "reject", "failed": N - 1999}, {"name": "named", "action": "count", "failed": N // 10}]
    lines = reject_lines(tmp_path, result)
    assert len(lines) == N - 1999 and all("check small failed" in line["reason"] for line in lines)
    ferry("verify", "--project", path)


def test_preview(people, ferry, tmp_path):
    src, dst = people
    path = tmp_path / "project.json"
    path.write_text(json.dumps({"version": 1, "source": src.url, "target": dst.url, "tables": [{"source": "people", "where": "id <= 4", "columns": [
        {"source": "name", "transform": ["trim"]}, {"source": "code", "transform": [{"type": "int32"}]}, {"target": "origin", "transform": [{"constant": "old"}]}]}]}))
    (table,) = ferry("preview", "--project", path, "--rows", "4", "--json").json["tables"]
    row = [r for r in table["rows"] if r["before"]["id"] == "4"][0]
    assert row["before"]["name"] == "  Name 4 " and row["after"]["name"] == "Name 4" and row["after"]["origin"] == "old"
    assert row["rejected"] == "code: invalid-value" and row["after"]["code"] == "n/a"
    text = ferry("preview", "--project", path, "--rows", "4").out
    assert '"  Name 4 " → "Name 4"' in text and '(new) → "old"' in text
    assert ferry("preview", "--project", path, "--rows", "0", expect=1)
    if dst.kind == "postgres":
        assert not dst.rows("SELECT 1 FROM pg_tables WHERE tablename = 'people'"), "a preview makes nothing"
