"""Very many small tables: all of them arrive, by one run, with output that a person can read. How long it takes is for docs/performance.md."""
import re

import pytest

import many_tables

N = 1500


def fill(db, kind, n):
    for script in many_tables.sql(kind, n):
        db.sql(("SET ROLE ferry; " if kind == "postgres" else "") + script)


def objects(db):
    """How many of each kind stand in a PostgreSQL target."""
    count, ours = "SELECT count(*) FROM pg_%s WHERE %s", "connamespace = 'public'::regnamespace AND "
    return {
        "tables": int(db.value(count % ("tables", "schemaname = 'public'"))),
        "indexes": int(db.value(count % ("indexes", "schemaname = 'public'"))),
        "foreign keys": int(db.value(count % ("constraint", ours + "contype = 'f' AND convalidated"))),
        "unique keys": int(db.value(count % ("constraint", ours + "contype = 'u'"))),
    }


def rows_of(n):
    return sum(0 if i % 12 == 1 else 3 + i % 5 for i in range(n))


@pytest.mark.parametrize("source, n", [("sqlite", N), ("mysql", 150), ("postgres", 150)])
def test_into_postgres(make, ferry, source, n):
    src, dst = make(source), make("postgres")
    fill(src, source, n)
    result = ferry("copy", src, dst, "--report", "report.json")
    assert objects(dst) == {"tables": n, "indexes": 3 * n, "foreign keys": n // 3, "unique keys": n}
    assert int(dst.value("SELECT count(*) FROM pg_namespace WHERE nspname = 'ferry'")) == 0
    union = " UNION ALL ".join("SELECT count(*) AS n FROM t%05d" % i for i in range(0, n, 7))
    assert int(dst.value("SELECT sum(n) FROM (%s) AS u" % union)) == sum(0 if i % 12 == 1 else 3 + i % 5 for i in range(0, n, 7))
    check_output(result, n)


def check_output(result, n):
    """No line for each table: neither while it runs nor at the end."""
    assert len(result.err.splitlines()) < 40, result.err[-2000:]
    assert len(result.out.splitlines()) < 40, result.out[-2000:]
    assert re.search(r"^and %s more .* yes$" % "{:,}".format(n - 20), result.out, re.M), result.out
    assert re.search(r"^total +%s " % "{:,}".format(rows_of(n)), result.out, re.M), result.out


def test_between_files(make_sqlite, ferry):
    src, dst = make_sqlite(), make_sqlite()
    fill(src, "sqlite", 300)
    result = ferry("copy", src, dst)
    check_output(result, 300)
    assert dst.value("SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name LIKE 't%'") == 300


def test_one_that_cannot_be_built(make_sqlite, pg_db, ferry):
    """Keys and indexes of small tables are made together: one that fails leaves the others alone."""
    src = make_sqlite()
    fill(src, "sqlite", 120)
    src.sql("CREATE TABLE parent (id integer PRIMARY KEY); CREATE TABLE child (id integer PRIMARY KEY, p integer REFERENCES parent (id));"
            "PRAGMA foreign_keys = off; INSERT INTO child VALUES (1, 99);")
    result = ferry("copy", src, pg_db, expect=(0, 3))
    assert "NOT VALID" in result.text
    assert pg_db.rows("SELECT conrelid::regclass::text FROM pg_constraint WHERE contype = 'f' AND NOT convalidated") == [("child",)]
    assert objects(pg_db)["foreign keys"] == 40


def test_resumed_after_refused_table(make_sqlite, pg_db, ferry):
    """An index that cannot be made is told by its name, and a second run does what is left."""
    src = make_sqlite()
    fill(src, "sqlite", 120)
    pg_db.sql("CREATE TABLE other (a int); CREATE INDEX t00077_i ON other (a)")
    result = ferry("copy", src, pg_db, expect=3)
    assert "t00077_i" in result.text
    assert objects(pg_db)["foreign keys"] == 40
    pg_db.sql("DROP TABLE other")
    result = ferry("copy", src, pg_db)
    assert objects(pg_db) == {"tables": 120, "indexes": 360, "foreign keys": 40, "unique keys": 120}
