"""Views of Oracle, translated and made in PostgreSQL; those that cannot be are named with their reason."""
import pytest

import oracle_stand_in as oracle

pytestmark = pytest.mark.skipif(not oracle.is_built(), reason="tests/oracle_server is not built")

SCHEMA = """
CREATE TABLE dept (dept_id NUMBER(4) PRIMARY KEY, title VARCHAR2(20), boss NUMBER(6));
CREATE TABLE emp (id NUMBER(6) PRIMARY KEY, name VARCHAR2(20), pay NUMBER(8,2), hired DATE, dept_id NUMBER(4));
INSERT INTO dept VALUES (1, 'Sales', 10);
INSERT INTO dept VALUES (2, 'IT', NULL);
INSERT INTO emp VALUES (10, 'Ann', 100, DATE '2020-01-01', 1);
INSERT INTO emp VALUES (11, 'Bob', 50.5, DATE '2021-06-30', NULL);
INSERT INTO emp VALUES (12, NULL, 70, DATE '2022-01-01', 2);
CREATE VIEW outer_v AS SELECT e.id, d.title FROM emp e, dept d WHERE e.dept_id = d.dept_id(+);
CREATE VIEW const_v AS SELECT e.id, NVL(d.title, 'none') AS title FROM emp e, dept d WHERE d.dept_id(+) = e.dept_id AND d.title(+) = 'IT';
CREATE VIEW top_v AS SELECT name FROM (SELECT name, pay FROM emp ORDER BY pay DESC) WHERE ROWNUM <= 2;
CREATE VIEW minus_v AS SELECT dept_id FROM dept MINUS SELECT dept_id FROM emp WHERE id = 10;
CREATE VIEW text_v (id, label, kind) AS SELECT id, name || '-' || id, DECODE(dept_id, 1, 'one', NULL, 'no', 'more') FROM emp;
CREATE VIEW sums_v AS SELECT d.title, COUNT(*) n, SUM(e.pay) total, SUM(e.pay) / COUNT(*) mean FROM emp e JOIN dept d ON d.dept_id = e.dept_id GROUP BY d.title HAVING SUM(e.pay) > 0;
CREATE VIEW over_v AS SELECT title FROM outer_v WHERE id IN (SELECT id FROM sums2_v);
CREATE VIEW sums2_v AS SELECT id, ROW_NUMBER() OVER (ORDER BY pay DESC) place FROM emp;
CREATE VIEW dual_v AS SELECT 1 AS x, 'y' AS y FROM dual;
CREATE VIEW dated_v AS SELECT id FROM emp WHERE hired >= TO_DATE('2021-01-01', 'YYYY-MM-DD') AND TRUNC(hired) < SYSDATE;
CREATE VIEW tree_v AS SELECT id, LEVEL l FROM emp CONNECT BY PRIOR id = dept_id;
CREATE VIEW alien_v AS SELECT pkg.price(id) p FROM emp;
"""
ROWS = {
    "SELECT id, title FROM outer_v ORDER BY id": [["10", "Sales"], ["11", None], ["12", "IT"]],
    "SELECT id, title FROM const_v ORDER BY id": [["10", "none"], ["11", "none"], ["12", "IT"]],
    "SELECT name FROM top_v": [["Ann"], [None]],
    "SELECT dept_id FROM minus_v": [["2"]],
    "SELECT id, label, kind FROM text_v ORDER BY id": [["10", "Ann-10", "one"], ["11", "Bob-11", "no"], ["12", "-12", "more"]],
    "SELECT title, n, total, mean = total / n FROM sums_v ORDER BY title": [["IT", "1", "70.00", "t"], ["Sales", "1", "100.00", "t"]],
    "SELECT count(*) FROM over_v": [["3"]],
    "SELECT id, place FROM sums2_v ORDER BY place": [["10", "1"], ["12", "2"], ["11", "3"]],
    "SELECT x, y FROM dual_v": [["1", "y"]],
    "SELECT id FROM dated_v ORDER BY id": [["11"], ["12"]],
}


def null(rows):
    return [[None if v == "\x02NULL\x02" else v for v in row] for row in rows]


def test_views(make_oracle, make_postgres, ferry):
    src, dst = make_oracle(), make_postgres()
    src.sql(SCHEMA)
    plan = ferry("plan", src, dst).text
    assert "view FERRY.TREE_V: not converted: CONNECT BY" in plan and "view FERRY.ALIEN_V: not converted: " in plan, plan
    out = ferry("copy", src, dst)
    for sql, rows in ROWS.items():
        assert null(dst.rows(sql)) == rows, (sql, out.text)
    assert dst.value("SELECT count(*) FROM pg_views WHERE schemaname = 'public'") == str(len(ROWS))


def test_view_that_the_target_refuses(make_oracle, make_postgres, ferry):
    """A name is taken: the copy is whole, and says so."""
    src, dst = make_oracle(), make_postgres()
    src.sql("CREATE TABLE t (id NUMBER(4) PRIMARY KEY); INSERT INTO t VALUES (1); CREATE VIEW v AS SELECT id FROM t; CREATE VIEW w AS SELECT id FROM t;")
    dst.sql("CREATE VIEW v AS SELECT 1 AS mine")
    out = ferry("copy", src, dst)
    assert out.code == 0 and "view" in out.text and "exists" in out.text, str(out)
    assert dst.value("SELECT mine FROM v") == "1" and dst.value("SELECT id FROM w") == "1"
