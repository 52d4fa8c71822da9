"""One suite over every pair of source and target. What a system does differently is declared in DIFFERENCES, nowhere else.

A case is a logical column: its declaration in each system, values as SQL literals that each of them reads alike.
"""
import pytest

import compare
from test_resume import ledger_tables

SOURCES, TARGETS = ("mysql", "postgres", "sqlite"), ("postgres", "sqlite")
PAIRS = [(s, t) for s in SOURCES for t in TARGETS]

CASES = {
    # name: ({system: declaration}, values)
    "int16": (dict(mysql="smallint", postgres="smallint", sqlite="SMALLINT"), ["-32768", "0", "32767"]),
    "int32": (dict(mysql="int", postgres="integer", sqlite="INT"), ["-2147483648", "0", "2147483647"]),
    "int64": (dict(mysql="bigint", postgres="bigint", sqlite="BIGINT"), ["-9223372036854775808", "0", "9223372036854775807"]),
    "bool": (dict(mysql="tinyint(1)", postgres="boolean", sqlite="BOOLEAN"), ["1", "0"]),
    "float64": (dict(mysql="double", postgres="double precision", sqlite="DOUBLE"), ["0.5", "1.5e300", "-2.5e-300", "0.1"]),
    "decimal": (dict(mysql="decimal(30,10)", postgres="numeric(30,10)"), ["12345678901234567890.0123456789", "-0.0000000001", "0"]),
    "text": (dict(mysql="longtext", postgres="text", sqlite="TEXT"), ["''", "'x'", "'żółć 😀'", "'NULL'", "'a''b'", "' lead and trail '"]),
    "varchar": (dict(mysql="varchar(50)", postgres="varchar(50)", sqlite="VARCHAR(50)"), ["''", "'x'", "'日本語'"]),
    "bytes": (dict(mysql="longblob", postgres="bytea", sqlite="BLOB"), ["x'00ff10'", "x''"]),
    "date": (dict(mysql="date", postgres="date", sqlite="DATE"), ["'1000-01-01'", "'2024-02-29'", "'9999-12-31'"]),
    "timestamp": (dict(mysql="datetime(6)", postgres="timestamp", sqlite="DATETIME"), ["'1000-01-01 00:00:00'", "'2024-02-29 12:34:56.789012'"]),
    "json": (dict(mysql="json", postgres="jsonb", sqlite="JSON"), ["'{\"a\": [1, null, \"x\"]}'", "'[]'"]),
    "uuid": (dict(mysql="uuid", postgres="uuid"), ["'123e4567-e89b-12d3-a456-426655440000'"]),
}

# What a system declares to do otherwise; each entry has its reason.
DIFFERENCES = {
    ("sqlite", "no-case"): {"decimal": "SQLite has no exact decimals", "uuid": "SQLite has no UUID type"},
    ("postgres", "literal"): {"bytes": lambda v: "'\\x%s'" % v[2:-1], "bool": lambda v: "true" if v == "1" else "false"},
}


def declare(db, case):
    declarations, values = CASES[case]
    literal = DIFFERENCES.get((db.kind, "literal"), {}).get(case, lambda v: v)
    return declarations.get(db.kind), [literal(v) for v in values]


def grant(db):
    if db.kind == "postgres":
        db.sql("GRANT SELECT ON ALL TABLES IN SCHEMA public TO ferry")


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("source, target", PAIRS)
def test_type(make, copy, source, target, case):
    src, dst = make(source), make(target)
    declared, values = declare(src, case)
    if declared is None:
        assert case in DIFFERENCES[(source, "no-case")]
        return
    src.sql("CREATE TABLE v (id int PRIMARY KEY, a %s, b %s NOT NULL)" % (declared, declared))
    for i, v in enumerate(values):
        src.sql("INSERT INTO v VALUES (%d, %s, %s)" % (i, v, v))
    src.sql("INSERT INTO v VALUES (99, NULL, %s)" % values[0])
    grant(src)
    copy(src, dst)


@pytest.fixture(params=PAIRS, ids=lambda p: "%s-%s" % p)
def pair(request, make):
    source, target = request.param
    src, dst = make(source), make(target)
    src.sql("""CREATE TABLE parent (id int NOT NULL, name varchar(40) NOT NULL, PRIMARY KEY (id));
      CREATE TABLE child (id int NOT NULL, parent_id int, amount double precision, PRIMARY KEY (id), FOREIGN KEY (parent_id) REFERENCES parent (id) ON DELETE CASCADE);
      CREATE UNIQUE INDEX parent_name ON parent (name); CREATE INDEX child_parent ON child (parent_id, amount);""")
    src.sql("INSERT INTO parent VALUES " + ", ".join("(%d, 'name %d')" % (i, i) for i in range(500)))
    src.sql("INSERT INTO child VALUES " + ", ".join("(%d, %d, %d.5)" % (i, i % 500, i) for i in range(4000)))
    grant(src)
    return src, dst


def test_whole_database(pair, copy):
    src, dst = pair
    copy(src, dst)
    assert ledger_tables(dst) == []


@pytest.mark.parametrize("lanes", [1, 2, 5])
def test_chunks_and_lanes(pair, copy, lanes):
    copy(*pair, "--chunk-rows", "100", "--lanes", str(lanes))


def test_verify(pair, ferry):
    src, dst = pair
    ferry("copy", src, dst)
    ferry("verify", src, dst)
    dst.sql("UPDATE child SET amount = 0 WHERE id = 17")
    result = ferry("verify", src, dst, expect=6)
    assert "17" in result.text and "amount" in result.text


def test_selection(pair, ferry):
    src, dst = pair
    ferry("copy", src, dst, "--table", "par*")
    assert int(dst.value("SELECT count(*) FROM parent")) == 500
    with pytest.raises(Exception):
        dst.value("SELECT count(*) FROM child")


def test_if_exists(pair, ferry):
    src, dst = pair
    ferry("copy", src, dst)
    ferry("copy", src, dst, expect=3)
    ferry("copy", src, dst, "--if-exists", "drop")
    ferry("copy", src, dst, "--if-exists", "truncate")
    compare.assert_equal(src, dst)


def test_schema_then_data(pair, ferry):
    src, dst = pair
    ferry("copy", src, dst, "--schema-only")
    assert int(dst.value("SELECT count(*) FROM child")) == 0
    ferry("copy", src, dst, "--data-only", "--if-exists", "append")
    compare.assert_equal(src, dst)


def test_plan_writes_nothing(pair, ferry):
    src, dst = pair
    assert "parent" in ferry("plan", src, dst).out
    with pytest.raises(Exception):
        dst.value("SELECT count(*) FROM parent")


def test_inspect(pair, ferry):
    src, _ = pair
    tables = {t["name"]: t for t in ferry("inspect", src, "--json").json["tables"]}
    assert set(tables) == {"parent", "child"}
    assert [c["name"] for c in tables["child"]["columns"]] == ["id", "parent_id", "amount"]


def test_references_hold(pair, ferry):
    src, dst = pair
    ferry("copy", src, dst)
    prefix = "PRAGMA foreign_keys = ON; " if dst.kind == "sqlite" else ""
    dst.sql(prefix + "DELETE FROM parent WHERE id = 3")
    assert int(dst.value("SELECT count(*) FROM child WHERE parent_id = 3")) == 0
    with pytest.raises(Exception):
        dst.sql("INSERT INTO parent VALUES (1, 'other')")
    with pytest.raises(Exception):
        dst.sql("INSERT INTO parent VALUES (1001, 'name 1')")
    with pytest.raises(Exception):
        dst.sql(prefix + "INSERT INTO child VALUES (9999, 777777, 1)")
