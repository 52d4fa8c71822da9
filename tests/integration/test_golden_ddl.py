"""The DDL and the notes of `ferry plan` for the sample databases, against tests/golden/*.sql.

FERRY_ACCEPT_GOLDEN=1 writes the files instead of comparing. Tables come in the order of estimated sizes, which differ a
little from run to run, so the statements of a phase are sorted.
"""
import difflib
import os

import pytest

import samples

GOLDEN = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "golden")

CASES = [
    ("chinook", "sqlite", "postgres", samples.chinook_sqlite),
    ("chinook", "sqlite", "sqlite", samples.chinook_sqlite),
    ("northwind", "sqlite", "postgres", samples.northwind_sqlite),
    ("northwind", "sqlite", "sqlite", samples.northwind_sqlite),
    ("chinook", "mysql", "postgres", samples.chinook_mysql),
    ("chinook", "mysql", "sqlite", samples.chinook_mysql),
    ("northwind", "mysql", "postgres", samples.northwind_mysql),
    ("northwind", "mysql", "sqlite", samples.northwind_mysql),
    ("chinook", "postgres", "postgres", samples.chinook_postgres),
    ("chinook", "postgres", "sqlite", samples.chinook_postgres),
    ("northwind", "postgres", "postgres", samples.northwind_postgres),
    ("northwind", "postgres", "sqlite", samples.northwind_postgres),
]


def make_source(kind, name, make, make_mysql):
    # MySQL's database is its schema, and stands in the notes.
    return make_mysql("golden_" + name) if kind == "mysql" else make(kind)


def render(plan, title):
    lines = ["-- " + title]
    for phase, statements in plan["ddl"].items():
        if statements:
            lines += ["", "-- " + phase]
            lines += [s["sql"] + ";" for s in sorted(statements, key=lambda s: (s["object"], s["sql"]))]
    if plan["notes"]:
        lines += ["", "-- notes"]
        lines += sorted("-- %s %s %s: %s" % (n["severity"], n["kind"], n["object"], n["text"]) for n in plan["notes"])
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("name,kind,target_kind,load", CASES, ids=["%s-%s-to-%s" % c[:3] for c in CASES])
def test_golden(ferry, make, make_mysql, name, kind, target_kind, load):
    source = make_source(kind, name, make, make_mysql)
    load(source)
    title = "%s: %s to %s" % (name, kind, target_kind)
    text = render(ferry("plan", source, make(target_kind), "--json").json, title)
    path = os.path.join(GOLDEN, "%s-%s-to-%s.sql" % (name, kind, target_kind))
    if os.environ.get("FERRY_ACCEPT_GOLDEN") == "1":
        os.makedirs(GOLDEN, exist_ok=True)
        with open(path, "w") as f:
            f.write(text)
        return
    with open(path) as f:
        expected = f.read()
    assert text == expected, "\n".join(difflib.unified_diff(expected.split("\n"), text.split("\n"), path, "now", lineterm=""))


def test_plan_is_repeatable(ferry, make, make_mysql):
    """The same source gives the same plan, to the letter, and so the same fingerprint: a copy can be resumed."""
    source = make("sqlite")
    samples.northwind_sqlite(source)
    target = make("postgres")
    first, second = (ferry("plan", source, target, "--json").json for _ in range(2))
    assert first == second
