"""Views of Oracle, translated and made in PostgreSQL; those that cannot be are named with their reason."""
import json
import os
import re

import pytest

import oracle_stand_in as oracle
from conftest import DATA

pytestmark = pytest.mark.skipif(not oracle.is_built(), reason="tests/oracle_server is not built")

SCHEMA = """
CREATE TABLE dept (dept_id NUMBER(4) PRIMARY KEY, title VARCHAR2(20), boss NUMBER(6));
CREATE TABLE emp (id NUMBER(6) PRIMARY KEY, name VARCHAR2(20), pay NUMBER(8,2), hired DATE, dept_id NUMBER(4), lead NUMBER(6), grade CHAR(3));
INSERT INTO dept VALUES (1, 'Sales', 10);
INSERT INTO dept VALUES (2, 'IT', NULL);
INSERT INTO emp VALUES (10, 'Ann', 100, DATE '2020-01-31', 1, NULL, 'a');
INSERT INTO emp VALUES (11, 'bob', 50.5, DATE '2021-06-30', NULL, 10, 'b');
INSERT INTO emp VALUES (12, NULL, 70, DATE '2022-01-15', 2, 11, NULL);
INSERT INTO emp VALUES (13, 'Zoe', 70, DATE '2022-01-01', 2, 10, 'a');
CREATE VIEW outer_v AS SELECT e.id, d.title FROM emp e, dept d WHERE e.dept_id = d.dept_id(+);
CREATE VIEW const_v AS SELECT e.id, NVL(d.title, 'none') AS title FROM emp e, dept d WHERE d.dept_id(+) = e.dept_id AND d.title(+) = 'IT';
CREATE VIEW top_v AS SELECT name FROM (SELECT name, pay FROM emp ORDER BY pay DESC, id) WHERE ROWNUM <= 2;
CREATE VIEW minus_v AS SELECT dept_id FROM dept MINUS SELECT dept_id FROM emp WHERE id = 10;
CREATE VIEW text_v (id, label, kind) AS SELECT id, name || '-' || id, DECODE(dept_id, 1, 'one', NULL, 'no', 'more') FROM emp;
CREATE VIEW sums_v AS SELECT d.title, COUNT(*) n, SUM(e.pay) total, SUM(e.pay) / COUNT(*) mean FROM emp e JOIN dept d ON d.dept_id = e.dept_id GROUP BY d.title HAVING SUM(e.pay) > 0;
CREATE VIEW over_v AS SELECT title FROM outer_v WHERE id IN (SELECT id FROM sums2_v);
CREATE VIEW sums2_v AS SELECT id, ROW_NUMBER() OVER (ORDER BY name) place FROM emp;
CREATE VIEW dual_v AS SELECT 1 AS x, 'y' AS y FROM dual;
CREATE VIEW dated_v AS SELECT id FROM emp WHERE hired >= TO_DATE('2021-01-01', 'YYYY-MM-DD') AND TRUNC(hired) < SYSDATE;
CREATE VIEW months_v AS SELECT id, ADD_MONTHS(hired, 1) later, LAST_DAY(hired) last FROM emp;
CREATE VIEW tree_v AS SELECT id, LEVEL l, SYS_CONNECT_BY_PATH(name, '/') p, CONNECT_BY_ROOT id r, PRIOR id boss, CONNECT_BY_ISLEAF leaf FROM emp
  START WITH lead IS NULL CONNECT BY PRIOR id = lead ORDER SIBLINGS BY name;
CREATE VIEW branch_v AS SELECT id FROM emp WHERE LEVEL <= 2 CONNECT BY lead = PRIOR id START WITH id = 10;
CREATE VIEW count_v AS SELECT LEVEL n FROM dual CONNECT BY LEVEL <= 3;
CREATE VIEW best_v AS SELECT e.id FROM emp e JOIN (SELECT dept_id, MAX(name) m FROM emp GROUP BY dept_id) x ON e.name = x.m WHERE e.name > 'A' || '';
CREATE VIEW graded_v AS SELECT id, grade FROM emp WHERE grade = 'a';
CREATE VIEW alien_v AS SELECT pkg.price(id) p FROM emp;
CREATE VIEW blank_v AS SELECT grade || 'x' g FROM emp;
CREATE VIEW above_alien_v AS SELECT p FROM alien_v;
CREATE MATERIALIZED VIEW totals AS SELECT dept_id, SUM(pay) s FROM emp GROUP BY dept_id;
CREATE VIEW from_totals_v AS SELECT s FROM totals WHERE dept_id = 2;
"""
ROWS = {
    "SELECT id, title FROM outer_v ORDER BY id": [["10", "Sales"], ["11", None], ["12", "IT"], ["13", "IT"]],
    "SELECT id, title FROM const_v ORDER BY id": [["10", "none"], ["11", "none"], ["12", "IT"], ["13", "IT"]],
    "SELECT name FROM top_v": [["Ann"], [None]],
    "SELECT dept_id FROM minus_v": [["2"]],
    "SELECT id, label, kind FROM text_v ORDER BY id": [["10", "Ann-10", "one"], ["11", "bob-11", "no"], ["12", "-12", "more"], ["13", "Zoe-13", "more"]],
    "SELECT title, n, total, mean = total / n FROM sums_v ORDER BY title": [["IT", "2", "140.00", "t"], ["Sales", "1", "100.00", "t"]],
    "SELECT count(*) FROM over_v": [["4"]],
    "SELECT id, place FROM sums2_v ORDER BY place": [["10", "1"], ["13", "2"], ["11", "3"], ["12", "4"]],
    "SELECT x, y FROM dual_v": [["1", "y"]],
    "SELECT id FROM dated_v ORDER BY id": [["11"], ["12"], ["13"]],
    "SELECT id, later::date, last::date FROM months_v WHERE id < 13 ORDER BY id":
        [["10", "2020-02-29", "2020-01-31"], ["11", "2021-07-31", "2021-06-30"], ["12", "2022-02-15", "2022-01-31"]],
    "SELECT id, l, p, r, boss, leaf FROM tree_v": [["10", "1", "/Ann", "10", None, "0"], ["13", "2", "/Ann/Zoe", "10", "10", "1"],
                                                   ["11", "2", "/Ann/bob", "10", "10", "0"], ["12", "3", "/Ann/bob/", "10", "11", "1"]],
    "SELECT id FROM branch_v ORDER BY id": [["10"], ["11"], ["13"]],
    "SELECT n FROM count_v": [["1"], ["2"], ["3"]],
    "SELECT id FROM best_v ORDER BY id": [["10"], ["11"], ["13"]],
    "SELECT id FROM graded_v ORDER BY id": [["10"], ["13"]],
    "SELECT s FROM from_totals_v": [["140.00"]],
}
COUNT = "SELECT count(*) FROM pg_views WHERE schemaname = 'public'"


def null(rows):
    return [[None if v == "\x02NULL\x02" else v for v in row] for row in rows]


def check(dst, out=""):
    for sql, rows in ROWS.items():
        assert null(dst.rows(sql)) == rows, (sql, null(dst.rows(sql)), out)
    assert dst.value(COUNT) == str(len(ROWS))


def test_views(make_oracle, make_postgres, ferry, tmp_path):
    src, dst = make_oracle(), make_postgres()
    src.sql(SCHEMA)
    plan = ferry("plan", src, dst, "--html", tmp_path / "plan.html").text
    for named in ("loss     view FERRY.ALIEN_V: not converted: price", "loss     view FERRY.BLANK_V: not converted: a CHAR loses its blanks",
                  "loss     view FERRY.ABOVE_ALIEN_V: not converted: it reads ALIEN_V, which is not in the copy", "info     view FERRY.OUTER_V: translated\n",
                  "warning  view FERRY.TREE_V: translated; look at it: ", "warning  materialized view FERRY.TOTALS: translated; look at it: ", "CREATE VIEW public.outer_v (id, title) AS SELECT"):
        assert named in plan, (named, plan)
    page = re.sub(r"(\s*<[^>]*>\s*)+", "|", (tmp_path / "plan.html").read_text())
    assert re.search(r"\|view\|20\|\d+\|12\|5\|3\|", page), page[-6000:]
    out = ferry("copy", src, dst, "--report", "report.json", "--save-sources", "sources")
    check(dst, out.text)
    assert dst.value("SELECT count(*) FROM pg_matviews WHERE schemaname = 'public' AND ispopulated") == "1"
    report = json.loads((tmp_path / "report.json").read_text())
    assert {o["object"] for o in report["objects"] if o["kind"] == "view" and o["ok"]} == {"public." + sql.split(" FROM ")[1].split()[0] for sql in ROWS}
    assert all(o.get("optional") for o in report["objects"] if "view" in o["kind"])
    with open(tmp_path / "sources" / "view" / "FERRY.ALIEN_V.sql") as f:
        assert "not converted: price" in f.readline() and "SELECT pkg.price(id) p FROM emp" in f.read()


@pytest.mark.parametrize("policy", ["drop", "truncate", "append", "merge"])
def test_a_second_run(make_oracle, make_postgres, ferry, policy):
    """Views are made anew with their tables, and stay with those that stay; what is refreshed are materialized ones."""
    src, dst = make_oracle(), make_postgres()
    src.sql(SCHEMA)
    ferry("copy", src, dst)
    dst.sql("GRANT SELECT ON dual_v, outer_v TO PUBLIC; DROP VIEW top_v")
    if policy == "append":
        dst.sql("TRUNCATE dept, emp")
    out = ferry("copy", src, dst, "--if-exists", policy)
    check(dst, out.text)
    assert "Not made as planned" not in out.text, out.text
    assert dst.value("SELECT has_table_privilege('public', 'dual_v', 'SELECT')") == "t"
    assert dst.value("SELECT has_table_privilege('public', 'outer_v', 'SELECT')") == ("f" if policy == "drop" else "t")


def test_others_work_stays(make_oracle, make_postgres, ferry):
    """A name is taken: the copy is whole, and says so. A view that was ours once, and is described otherwise, is somebody's."""
    src, dst = make_oracle(), make_postgres()
    src.sql("CREATE TABLE t (id NUMBER(4) PRIMARY KEY); INSERT INTO t VALUES (1); CREATE VIEW v AS SELECT id FROM t; CREATE VIEW w AS SELECT 1 AS id FROM dual;"
            " CREATE VIEW u AS SELECT id FROM v;")
    dst.sql("CREATE VIEW v AS SELECT 'mine'::text AS id")
    out = ferry("copy", src, dst)
    assert out.code == 0 and "view public.v: something that Ferry has not made is there by that name" in out.text, str(out)
    assert dst.value("SELECT id FROM v") == "mine" and dst.value("SELECT id FROM w") == "1"
    dst.sql("CREATE OR REPLACE VIEW w AS SELECT 2 AS id; COMMENT ON VIEW w IS 'mended'")
    out = ferry("copy", src, dst, "--if-exists", "drop")
    assert "view public.w: something" in out.text and dst.value("SELECT id FROM w") == "2"


def test_what_the_target_refuses(make_oracle, make_postgres, ferry, tmp_path):
    """The target has the last word, by its own message; views of the copy's other tables are not made beside it."""
    src, dst = make_oracle(), make_postgres()
    src.sql("CREATE TABLE t (id NUMBER(4) PRIMARY KEY, x NUMBER(4)); CREATE TABLE s (id NUMBER(4) PRIMARY KEY); INSERT INTO t VALUES (1, 1);"
            " CREATE VIEW bad AS SELECT x FROM t UNION ALL SELECT 'none' FROM dual; CREATE VIEW good AS SELECT id FROM t; CREATE VIEW of_s AS SELECT id FROM s; CREATE VIEW of_none AS SELECT 1 a FROM dual;")
    out = ferry("copy", src, dst, "--table", "T", "--report", "r.json")
    refused = [o for o in json.loads((tmp_path / "r.json").read_text())["objects"] if not o["ok"]]
    assert out.code == 0 and [o["object"] for o in refused] == ["public.bad"] and "smallint" in refused[0]["message"], (refused, str(out))
    assert dst.rows("SELECT viewname FROM pg_views WHERE schemaname = 'public'") == [("good",)]
    assert "reads S, which is not in the copy" in out.text and "view FERRY.OF_NONE: not converted: it reads no table of the copy" in out.text, out.text


def test_object_results_of_the_service(service, make_oracle, make_postgres):
    src, dst = make_oracle(), make_postgres()
    src.sql("CREATE TABLE t (id NUMBER(4) PRIMARY KEY); INSERT INTO t VALUES (1); CREATE VIEW v AS SELECT id FROM t; CREATE VIEW w AS SELECT id FROM t;")
    dst.sql("CREATE VIEW w AS SELECT 1 AS mine")
    ada = service.admin()
    job = ada.post("/api/migrate/start", {"source": src.url, "target": dst.url}, expect=201).json["job_id"]
    assert service.wait(ada, job)["state"] == "COMPLETED"
    views = {r["object_name"]: r for r in ada.get("/api/migrate/progress/" + job).json["object_results"] if r["object_type"] == "VIEW"}
    assert views["public.v"]["status"] == "success" and views["public.w"]["status"] == "error" and "has not made" in views["public.w"]["error"], views


def test_views_of_customer_orders(make_oracle, make_postgres, ferry):
    """Oracle's own sample: LISTAGG with ON OVERFLOW, GROUPING SETS; JSON_TABLE is not translated."""
    src, dst = make_oracle(), make_postgres()
    src.load(os.path.join(DATA, "oracle", "customer_orders", "co_create.sql"))
    out = ferry("copy", src, dst, "--schema-only").text
    assert "view FERRY.PRODUCT_REVIEWS: not converted: JSON_TABLE(" in out, out
    assert dst.rows("SELECT viewname FROM pg_views WHERE schemaname = 'public' ORDER BY 1") == [("customer_order_products",), ("product_orders",), ("store_orders",)]
    assert dst.rows("SELECT total, order_count FROM store_orders") == [("GRAND TOTAL", "0")]
