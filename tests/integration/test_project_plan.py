"""Copies that a project changes: names, rows, columns, queries, several targets of one table, types. Each is read back, and
verified by ferry itself with the same project."""
import json

import pytest

from conftest import as_ferry

PAIRS = [("mysql", "postgres"), ("postgres", "sqlite"), ("sqlite", "postgres"), ("postgres", "postgres"), ("sqlite", "sqlite")]


def quoted(db, *names):
    mark = "`" if db.kind == "mysql" else '"'
    return [mark + n + mark for n in names]


@pytest.fixture(params=PAIRS, ids="-".join)
def shop(request, make):
    src, dst = make(request.param[0]), make(request.param[1])
    (orders, order_id, customer) = quoted(src, "OrderLines", "orderID", "Customer Name")
    src.sql(as_ferry(src) + f"CREATE TABLE {orders} ({order_id} int NOT NULL PRIMARY KEY, {customer} varchar(40), price decimal(10,2), "
            f"quantity int NOT NULL, secret varchar(20)); INSERT INTO {orders} VALUES (1, 'Ann', 2.50, 2, 'a'), (2, 'Bob', 10.00, 1, 'b'), "
            f"(3, NULL, 0.10, 30, NULL), (4, 'Eve', NULL, 7, 'd');"
            f"CREATE INDEX secret_idx ON {orders} (secret);")
    return src, dst


@pytest.fixture
def by_project(shop, ferry, tmp_path):
    """Copies and verifies with the project's members; answers the plan as JSON."""
    def run(**members):
        src, dst = shop
        path = tmp_path / "project.json"
        path.write_text(json.dumps({"version": 1, "source": src.url, "target": dst.url, **members}))
        plan = ferry("plan", "--project", path, "--json").json
        assert ferry("copy", "--project", path, "--json").json["outcome"] == "verified"
        ferry("verify", "--project", path)
        return plan
    return run


def test_snake(shop, by_project):
    src, dst = shop
    by_project(identifiers="snake")
    assert dst.value("SELECT customer_name FROM order_lines WHERE order_id = 2") == "Bob"


def test_renames_where_and_left_out(shop, by_project):
    src, dst = shop
    (key,) = quoted(src, "orderID")
    plan = by_project(tables=[{"source": "OrderLines", "target": "line", "where": f"{key} > 1 OR 1 = 0", "columns": [
        {"source": "orderID", "target": "id"}, {"source": "Customer Name", "target": "customer"}, {"source": "secret", "exclude": True}]}])
    assert int(dst.value("SELECT count(*) FROM line")) == 3
    assert dst.value("SELECT customer FROM line WHERE id = 2") == "Bob"
    assert plan["tables"][0]["excluded"] == ["secret"]
    assert [n["object"].split(".")[-1] for n in plan["notes"] if n["kind"] == "index"] == ["secret_idx"]


def test_several_targets(shop, by_project):
    src, dst = shop
    (key,) = quoted(src, "orderID")
    by_project(tables=[{"source": "OrderLines", "target": "early", "where": f"{key} <= 1"},
                       {"source": "OrderLines", "target": "late", "where": f"{key} > 1"}])
    assert [int(dst.value(f"SELECT count(*) FROM {t}")) for t in ("early", "late")] == [1, 3]


def test_a_name_that_another_table_has_been_given_is_warned_of(make, ferry, tmp_path):
    """Who asks for orders then finds what was orders_new."""
    src, dst = make("sqlite"), make("postgres")
    src.sql("CREATE TABLE orders (id INTEGER PRIMARY KEY); CREATE TABLE orders_new (id INTEGER PRIMARY KEY)")
    path = tmp_path / "p.json"
    path.write_text(json.dumps({"version": 1, "source": src.url, "target": dst.url, "tables": [{"source": "orders_new", "target": "orders"}]}))
    notes = [n for n in ferry("plan", "--project", path, "--json").json["notes"] if n["kind"] == "table" and n["object"].endswith("orders")]
    assert [n["severity"] for n in notes] == ["warning"] and "orders is the name of another table" in notes[0]["text"], notes


def test_several_targets_are_told_apart(shop, ferry, tmp_path):
    """Lines about two targets of one table name them, wherever tables are named."""
    src, dst = shop
    path = tmp_path / "project.json"
    steps = [{"source": "Customer Name", "transform": [{"type": "int32"}]}]
    path.write_text(json.dumps({"version": 1, "source": src.url, "target": dst.url, "tables": [
        {"source": "OrderLines", "target": t, "columns": steps} for t in ("early", "late")]}))
    result = ferry("copy", "--project", path, "--rejects", tmp_path / "r.ndjson", expect=5)
    rejects = [json.loads(line) for line in (tmp_path / "r.ndjson").read_text().splitlines()]
    assert {r["target"].split(".")[-1] for r in rejects} == {"early", "late"}
    assert all(" -> %s" % r["target"] in result.text for r in rejects)
    preview = [line for line in ferry("preview", "--project", path).out.splitlines() if "OrderLines" in line]
    assert len(set(preview)) == len(preview) == 2


def test_query(shop, by_project):
    src, dst = shop
    (orders,) = quoted(src, "OrderLines")
    orders = "public." + orders if src.kind == "postgres" else orders
    by_project(select={"include": ["busy"]}, tables=[
        {"source": "busy", "query": f"SELECT quantity, count(*) AS n FROM {orders} WHERE quantity > 1 GROUP BY quantity", "key": ["quantity"]}])
    assert [tuple(map(int, r)) for r in dst.rows("SELECT quantity, n FROM busy ORDER BY 1")] == [(2, 1), (7, 1), (30, 1)]


def test_expressions(shop, by_project):
    src, dst = shop
    by_project(tables=[{"source": "OrderLines", "target": "t", "where": "quantity < 10", "columns": [
        {"source": "secret", "expression": "upper(secret)"}, {"target": "total", "expression": "price * quantity"}]}])
    assert [None if r[0] is None else float(r[0]) for r in dst.rows("SELECT total FROM t ORDER BY quantity")] == [10, 5, None]
    assert dst.value("SELECT max(secret) FROM t") == "D"


def test_casts(shop, by_project):
    src, dst = shop
    plan = by_project(casts=["column OrderLines.quantity to text", "decimal to numeric(12,4)" if src.kind != "sqlite" else "decimal to text"])
    (orders,) = quoted(dst, "OrderLines")
    columns = {c["source"]: c for c in plan["tables"][0]["columns"]}
    assert columns["quantity"]["target_type"] == "text" and "quantity to text" in columns["quantity"]["rule"]
    assert dst.value(f"SELECT quantity FROM {orders} WHERE quantity = '30'") in ("30", 30)


@pytest.mark.parametrize("change, said", [
    ({"tables": [{"source": "OrderLine"}]}, ["OrderLines", "line 1"]),
    ({"tables": [{"source": "OrderLines", "columns": [{"source": "prise", "target": "x"}]}]}, ["prise", "price"]),
    ({"tables": [{"source": "OrderLines", "where": "no_such_column = 1"}]}, ["no_such_column"]),
    ({"tables": [{"source": "OrderLines", "columns": [{"target": "x", "expression": "no_such_column"}]}]}, ["no_such_column"]),
    ({"casts": ["int too text"]}, ["int too text", "expected"]),
])
def test_mistakes(make, ferry, tmp_path, change, said):
    src, dst = make("sqlite"), make("sqlite")
    src.sql('CREATE TABLE "OrderLines" (id int PRIMARY KEY, price decimal(10,2)); INSERT INTO "OrderLines" VALUES (1, 2)')
    path = tmp_path / "project.json"
    path.write_text(json.dumps({"version": 1, "source": src.url, "target": dst.url, **change}))
    result = ferry("copy", "--project", path, expect=None)
    assert result.code != 0
    for word in said:
        assert word in result.err, result


def test_steps(make, ferry, tmp_path):
    src, dst = make("sqlite"), make("sqlite")
    src.sql("CREATE TABLE t (id INTEGER PRIMARY KEY, n int, name text); INSERT INTO t VALUES (1, 5, ' ann '), (2, NULL, 'Bob')")
    path = tmp_path / "project.json"
    path.write_text(json.dumps({"version": 1, "source": src.url, "target": dst.url, "casts": ["int to decimal(10,2)"], "tables": [
        {"source": "t", "target": "u", "columns": [{"source": "name", "transform": ["trim", "upper"]},
                                                   {"target": "both", "transform": [{"concat": [{"column": "name"}, {"literal": "-"}, {"column": "n"}]}]}]}]}))
    ferry("copy", "--project", path)
    ferry("verify", "--project", path)
    assert [list(map(str, r)) for r in dst.rows("SELECT name, \"both\" FROM u ORDER BY id")] == [["ANN", " ann -5"], ["BOB", "Bob-"]]
