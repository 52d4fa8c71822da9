"""What the user of an Oracle source may not do: each named by the plan, with what for, what without, and the statement that grants it."""
import re

import pytest

import oracle_stand_in as oracle

pytestmark = pytest.mark.skipif(not oracle.is_built(), reason="tests/oracle_server is not built")

SCHEMA = """CREATE TABLE t (id NUMBER(4) PRIMARY KEY); INSERT INTO t VALUES (1); CREATE VIEW v AS SELECT id FROM t;
CREATE OR REPLACE TRIGGER tr BEFORE UPDATE ON t BEGIN
  NULL;
END;
/
"""
CASES = {
    "nothing": ((), {}),
    "views": (("ALL_VIEWS",), {"ALL_VIEWS": ("warning", r"lists views; without it .* GRANT SELECT ON SYS\.ALL_VIEWS TO FERRY")}),
    "code": (("ALL_TRIGGERS", "ALL_SOURCE"), {"ALL_TRIGGERS": ("warning", r"triggers.*GRANT SELECT ON SYS\.ALL_TRIGGERS TO FERRY"),
                                              "ALL_SOURCE": ("warning", r"routines.*GRANT SELECT ON SYS\.ALL_SOURCE TO FERRY")}),
    "extents": (("DBA_EXTENTS",), {"DBA_EXTENTS": ("info", r"neighbouring.*numeric key.*GRANT SELECT ON SYS\.DBA_EXTENTS TO FERRY")}),
    "no package": (("DBMS_FLASHBACK",), {}),
    "no number": (("DBMS_FLASHBACK", "V$DATABASE", "TIMESTAMP_TO_SCN"),
                  {"DBMS_FLASHBACK": ("warning", r"each query reads as of its own.*GRANT EXECUTE ON SYS\.DBMS_FLASHBACK TO FERRY .*V_\$DATABASE")}),
    "flashback": (("FLASHBACK",), {"FLASHBACK": ("warning", r"on tables of FERRY.*GRANT FLASHBACK ANY TABLE TO FERRY")}),
}


@pytest.mark.parametrize("case", CASES)
def test_plan_names_what_is_missing(make_oracle, make_postgres, ferry, case):
    refused, expected = CASES[case]
    src, dst = make_oracle(*[o for name in refused for o in ("--refuse", name)]), make_postgres()
    src.sql(SCHEMA)
    plan = ferry("plan", src, dst).out
    notes = {object: (severity, text) for severity, object, text in re.findall(r"^  (\w+) +privilege (\S+): (.*)$", plan, re.M)}
    assert set(notes) == set(expected), plan
    for name, (severity, text) in expected.items():
        assert notes[name][0] == severity and re.search(text, notes[name][1]), notes[name]
    out = ferry("copy", src, dst)
    assert out.code == 0 and dst.value("SELECT count(*) FROM t") == "1", str(out)
    assert ("no snapshot: each query reads as of its own beginning" in out.text) == (case in ("no number", "flashback")), out.text


AS_OF = {    # what reading tables as of an SCN ends in: whether there is a snapshot, and what is told
    "external and temporary": ((), True, None),
    "one file is offline": (("A_OFFLINE=376",), True, None),
    "all files are": (("A_OFFLINE=376", "T=376"), False, r"no snapshot: each query reads as of its own beginning; cannot read \"FERRY\"\.\"T\" as of SCN \d+: ORA-00376"),
    "privilege": (("A_OFFLINE=1031",), False, r"GRANT FLASHBACK ANY TABLE TO FERRY"),
    "privilege of 23": (("A_OFFLINE=41900",), False, r"GRANT FLASHBACK ANY TABLE TO FERRY"),
}


@pytest.mark.parametrize("case", AS_OF)
def test_tables_that_are_not_read_as_of_then(make_oracle, make_postgres, ferry, case):
    """Only what the server says of privileges is one that is missing; a table of which there is no past is not asked."""
    refused, has_snapshot, told = AS_OF[case]
    asked = ["A_FILES=30657", "A_SESSION=30657", *refused]
    src, dst = make_oracle("--profile", "23", *[o for name in asked for o in ("--refuse", name)]), make_postgres()
    src.sql("CREATE TABLE a_files (id NUMBER(4)) ORGANIZATION EXTERNAL (TYPE ORACLE_LOADER); CREATE GLOBAL TEMPORARY TABLE a_session (id NUMBER(4));"
            "CREATE TABLE a_offline (id NUMBER(4) PRIMARY KEY);" + SCHEMA)
    plan = ferry("plan", src, dst).text
    assert ("FLASHBACK" in plan) == ("privilege" in case) and ("ORA-00376" in plan) == (case == "all files are"), plan
    out = ferry("copy", src, dst, "--exclude", "A_OFFLINE").text
    assert ("one snapshot for all lanes (SCN" in out) == has_snapshot and (not told or re.search(told, out)), out
    assert dst.value("SELECT count(*) FROM t") == "1"


def test_what_a_copy_cannot_do_without(make_oracle, make_postgres, ferry):
    src, dst = make_oracle("--refuse", "ALL_TAB_COLS"), make_postgres()
    src.sql(SCHEMA)
    out = ferry("plan", src, dst, expect=None)
    assert out.code != 0 and "ORA-00942" in out.err and "GRANT SELECT ON SYS.ALL_TAB_COLS TO FERRY" in out.err, str(out)


def test_anothers_schema(make_oracle, make_postgres, ferry):
    src, dst = make_oracle(), make_postgres()
    src.sql(SCHEMA)
    src.schema.finish()
    with oracle.Server({"FERRY": src.path}, "--refuse", "SELECT ANY TABLE", user="READER") as server:
        out = ferry("plan", server.url("?schema=FERRY"), dst).text
    assert re.search(r"warning  privilege SELECT ANY TABLE: it is missing, and FERRY is another user's schema.*GRANT SELECT ANY TABLE TO READER", out), out
    assert re.search(r"info     privilege EXECUTE ANY PROCEDURE: .*routines, packages.*GRANT EXECUTE ANY PROCEDURE TO READER", out), out


def test_keys_that_are_not_seen(make_oracle, make_postgres, ferry):
    """Foreign keys to another user's table, with a name and with the server's."""
    src, dst = make_oracle(), make_postgres()
    src.sql("CREATE TABLE c (id NUMBER(4) PRIMARY KEY, a NUMBER(4) REFERENCES other.t (id), b NUMBER(4), CONSTRAINT c_b FOREIGN KEY (b, id) REFERENCES other.u (b, id));")
    out = ferry("plan", src, dst).text
    assert "foreign key over A is left out" in out and "foreign key C_B over B, ID is left out" in out and "(null)" not in out, out
