"""What of an Oracle schema is not converted: named with its reason, its text saved beside the report."""
import os
import re

import pytest

import oracle_stand_in as oracle

pytestmark = pytest.mark.skipif(not oracle.is_built(), reason="tests/oracle_server is not built")

CODE = """
CREATE TABLE emp (id NUMBER(6) PRIMARY KEY, name VARCHAR2(20), pay NUMBER(8,2));
CREATE GLOBAL TEMPORARY TABLE scratch (x NUMBER) ON COMMIT DELETE ROWS;
CREATE SYNONYM staff FOR emp;
CREATE DATABASE LINK archive CONNECT TO old IDENTIFIED BY secret USING 'olddb';
GRANT SELECT, UPDATE ON emp TO clerk;
CREATE MATERIALIZED VIEW totals AS SELECT SUM(pay) s FROM emp;
CREATE OR REPLACE TRIGGER emp_t BEFORE UPDATE ON emp FOR EACH ROW WHEN (NEW.pay > 10) BEGIN
  NULL;
END;
/
CREATE OR REPLACE PROCEDURE raise_pay(p NUMBER) IS
BEGIN
  UPDATE emp SET pay = pay + p; -- all
END;
/
CREATE OR REPLACE FUNCTION hidden_fn RETURN NUMBER wrapped
a000000
b2
/
CREATE OR REPLACE PACKAGE pay_pkg AS
  PROCEDURE x;
END;
/
CREATE OR REPLACE PACKAGE BODY pay_pkg AS
  PROCEDURE x IS BEGIN NULL; END;
END;
/
"""


def read(path):
    with open(path) as f:
        return f.read()


def test_sources(make_oracle, make_postgres, ferry, tmp_path):
    src, dst, folder = make_oracle(), make_postgres(), str(tmp_path / "sources")
    src.sql(CODE)
    src.sql("CREATE OR REPLACE PROCEDURE long_one IS BEGIN\n" + "  NULL;\n" * 149 + "END;\n/\n")
    out = ferry("plan", src, dst, "--save-sources", folder, "--html", tmp_path / "plan.html").text
    files = sorted(os.path.relpath(os.path.join(d, f), folder) for d, _, names in os.walk(folder) for f in names)
    assert files == ["database_link/FERRY.ARCHIVE.sql", "function/FERRY.HIDDEN_FN.sql", "grant/FERRY.SELECT on EMP to CLERK.sql", "grant/FERRY.UPDATE on EMP to CLERK.sql",
                     "materialized_view/FERRY.TOTALS.sql", "package/FERRY.PAY_PKG.sql", "package_body/FERRY.PAY_PKG.sql", "procedure/FERRY.LONG_ONE.sql", "procedure/FERRY.RAISE_PAY.sql",
                     "synonym/FERRY.STAFF.sql", "trigger/FERRY.EMP_T.sql"]
    text = read(folder + "/procedure/FERRY.RAISE_PAY.sql")
    assert text.startswith("-- Ferry: source text of procedure FERRY.RAISE_PAY (not converted")
    assert text.endswith("CREATE OR REPLACE PROCEDURE raise_pay(p NUMBER) IS\nBEGIN\n  UPDATE emp SET pay = pay + p; -- all\nEND;\n/\n"), text
    trigger = read(folder + "/trigger/FERRY.EMP_T.sql")
    assert "CREATE OR REPLACE TRIGGER emp_t BEFORE UPDATE ON emp FOR EACH ROW" in trigger and "WHEN (NEW.pay > 10)\nBEGIN" in trigger
    assert 'CREATE MATERIALIZED VIEW "FERRY"."TOTALS" AS\nSELECT SUM(pay) s FROM emp' in read(folder + "/materialized_view/FERRY.TOTALS.sql")
    assert "secret" not in read(folder + "/database_link/FERRY.ARCHIVE.sql")
    page = re.sub(r"(\s*<[^>]*>\s*)+", "|", (tmp_path / "plan.html").read_text())
    assert re.search(r"\|procedure\|2\|\d+\|", page) and re.search(r"\|Long code\|[^|]+\|2\.0\|", page), page[-6000:]
    for named in (folder + "/procedure/FERRY.RAISE_PAY.sql", "its text is wrapped", "the target has no synonyms", "postgres_fdw", "roles of the target are its own",
                  "temporary table FERRY.SCRATCH"):
        assert named in out, named


def test_written_anew_but_not_over_others(make_oracle, make_postgres, ferry, tmp_path):
    src, dst, folder = make_oracle(), make_postgres(), tmp_path / "sources"
    src.sql(CODE)
    (tmp_path / "p.yaml").write_text("version: 1\noptions:\n  save_sources: %s\n" % folder)
    ferry("plan", src, dst, "--project", tmp_path / "p.yaml")
    ferry("plan", src, dst, "--project", tmp_path / "p.yaml")
    os.remove(folder / "procedure" / "FERRY.RAISE_PAY.sql")
    (folder / "trigger" / "FERRY.EMP_T.sql").write_text("mine")
    out = ferry("copy", src, dst, "--save-sources", folder, expect=None)
    assert out.code == 1 and "Ferry has not written it" in out.err and "--save-sources" in out.err, str(out)
    assert (folder / "trigger" / "FERRY.EMP_T.sql").read_text() == "mine" and not (folder / "procedure" / "FERRY.RAISE_PAY.sql").exists()
    os.remove(folder / "trigger" / "FERRY.EMP_T.sql")
    report = tmp_path / "r.json"
    ferry("copy", src, dst, "--save-sources", folder, "--report", report, "--html", tmp_path / "r.html")
    for path in (report, tmp_path / "r.html"):
        assert "procedure/FERRY.RAISE_PAY.sql" in path.read_text(), path


def test_object_tables(make_oracle, make_postgres, ferry, tmp_path):
    """They are no relational tables: named, and copied by the query that the plan gives."""
    src, dst = make_oracle(), make_postgres()
    src.sql("CREATE TYPE person_t AS OBJECT (id NUMBER(4), name VARCHAR2(20));\n/\n"
            "CREATE TABLE people OF person_t; INSERT INTO people VALUES (1, 'Ada'); CREATE TABLE docs OF XMLTYPE; INSERT INTO docs VALUES ('<a/>');"
            "CREATE TABLE plain (id NUMBER(4) PRIMARY KEY);")
    out = ferry("plan", src, dst).text
    queries = {}
    for kind, name in (("object table", "PEOPLE"), ("xmltype table", "DOCS")):
        found = re.search(r'%s FERRY\.%s.*?not converted: .*?(SELECT .*? FROM "FERRY"\."%s" t)' % (kind, name, name), out, re.S)
        assert found, out
        queries[name] = re.sub(r"\s+", " ", found.group(1))
    (tmp_path / "p.yaml").write_text("version: 1\ntables:\n" + "".join("  - source: %s\n    query: '%s'\n" % q for q in queries.items()) + "  - source: PLAIN\n")
    ferry("copy", src, dst, "--project", tmp_path / "p.yaml")
    assert dst.rows("SELECT id, name FROM people") == [("1", "Ada")] and dst.rows("SELECT doc FROM docs") == [("<a/>",)]


OBJECTS = """CREATE TYPE place_t AS OBJECT (lat NUMBER(9,6), lon NUMBER(9,6));
/
CREATE TYPE tags_t AS VARRAY(10) OF VARCHAR2(20);
/
CREATE TYPE address_t AS OBJECT (street VARCHAR2(30), place place_t, tags tags_t);
/
CREATE TYPE places_t AS TABLE OF place_t;
/
CREATE TYPE photo_t AS OBJECT (taken DATE, image BLOB);
/
CREATE TABLE o (id NUMBER(4) PRIMARY KEY, home address_t, seen places_t, photo photo_t, file_ BFILE, name VARCHAR2(10));
INSERT INTO o (id, name) VALUES (1, 'x');
"""
PLACE = "CASE WHEN {0} IS NOT NULL THEN JSON_OBJECT('LAT' VALUE {1}.\"LAT\", 'LON' VALUE {1}.\"LON\" RETURNING CLOB) END"


@pytest.mark.parametrize("profile", ["12.1", "19"])
def test_objects_and_collections(make_oracle, make_postgres, ferry, profile):
    """Left out, with what is in them; and, where the server has the functions, the query that has them as JSON."""
    src, dst = make_oracle("--profile", profile), make_postgres()
    src.sql(OBJECTS)
    plan = ferry("plan", src, dst).text
    notes = dict(re.findall(r"^  \w+ +column FERRY\.O\.(\w+): the column is left out: Ferry does not read the type (.*)$", plan, re.M))
    by_name, as_json = "as its attributes", "as JSON: see the note of the table"
    assert notes.keys() == {"HOME", "SEEN", "PHOTO", "FILE_"} and notes["FILE_"] == "BFILE", plan
    assert notes["HOME"].startswith("FERRY.ADDRESS_T (STREET VARCHAR2, PLACE PLACE_T, TAGS TAGS_T)") and notes["SEEN"].startswith("FERRY.PLACES_T (of PLACE_T)"), notes
    assert by_name in notes["PHOTO"] and (as_json if profile == "19" else by_name) in notes["HOME"], notes
    tags = "CASE WHEN t.\"HOME\".\"TAGS\" IS NOT NULL THEN COALESCE((SELECT JSON_ARRAYAGG(e2.COLUMN_VALUE NULL ON NULL RETURNING CLOB) FROM TABLE(t.\"HOME\".\"TAGS\") e2), TO_CLOB('[]')) END"
    home = "CASE WHEN t.\"HOME\" IS NOT NULL THEN JSON_OBJECT('STREET' VALUE t.\"HOME\".\"STREET\", 'PLACE' VALUE %s FORMAT JSON, 'TAGS' VALUE %s FORMAT JSON RETURNING CLOB) END" % (
        PLACE.format('t."HOME"."PLACE"', 't."HOME"."PLACE"'), tags)
    seen = "CASE WHEN t.\"SEEN\" IS NOT NULL THEN COALESCE((SELECT JSON_ARRAYAGG(%s FORMAT JSON NULL ON NULL RETURNING CLOB) FROM TABLE(t.\"SEEN\") e1), TO_CLOB('[]')) END" % PLACE.format("VALUE(e1)", "e1")
    assert ('SELECT t."ID", t."NAME", %s "HOME", %s "SEEN" FROM "FERRY"."O" t' % (home, seen) in plan) == (profile == "19"), plan
    ferry("copy", src, dst)
    assert dst.rows("SELECT id, name FROM o") == [("1", "x")]


def test_a_type_of_a_users_with_a_name_of_the_servers(make_oracle, make_postgres, ferry):
    """Before 23ai a VECTOR is whatever somebody has made."""
    src, dst = make_oracle("--profile", "19"), make_postgres()
    src.sql("CREATE TYPE vector AS VARRAY(10) OF NUMBER;\n/\nCREATE TABLE t (id NUMBER(4) PRIMARY KEY, v vector, x XMLTYPE); INSERT INTO t (id, x) VALUES (1, '<a/>');")
    assert "Ferry does not read the type FERRY.VECTOR (of NUMBER)" in ferry("plan", src, dst).text
    ferry("copy", src, dst)
    assert dst.rows("SELECT * FROM t") == [("1", "<a/>")]
