"""Into oracle://: checks, defaults and generated columns, and the database's character set."""
import pytest

import oracle_stand_in as oracle

pytestmark = pytest.mark.skipif(not oracle.is_built(), reason="tests/oracle_server is not built")

SOURCES = {
    "postgres": """CREATE TABLE t (id int PRIMARY KEY, price numeric(10,2) NOT NULL CHECK (price >= 0), n int CHECK (n BETWEEN 1 AND 10), state varchar(10) CHECK (state IN ('new', 'old')),
      ok boolean DEFAULT true, made timestamp DEFAULT now(), code varchar(10) DEFAULT 'x', twice int GENERATED ALWAYS AS (n * 2) STORED, CONSTRAINT both_or CHECK (ok OR n IS NULL OR price > n),
      CONSTRAINT odd CHECK (length(code) > 0));
      INSERT INTO t (id, price, n, state) VALUES (1, 1.5, 2, 'new'), (2, 0, NULL, NULL); GRANT SELECT ON t TO ferry""",
    "mysql": """CREATE TABLE t (id int PRIMARY KEY, price decimal(10,2) NOT NULL CHECK (price >= 0), n int CHECK (n BETWEEN 1 AND 10), state varchar(10) CHECK (state IN ('new', 'old')),
      ok tinyint(1) DEFAULT 1, made datetime DEFAULT CURRENT_TIMESTAMP, code varchar(10) DEFAULT 'x', twice int GENERATED ALWAYS AS (n * 2) VIRTUAL, CONSTRAINT both_or CHECK (ok OR n IS NULL OR price > n),
      CONSTRAINT odd CHECK (length(code) > 0));
      INSERT INTO t (id, price, n, state) VALUES (1, 1.5, 2, 'new'), (2, 0, NULL, NULL)""",
    "sqlite": """CREATE TABLE t (id INTEGER PRIMARY KEY, price NUMERIC(10,2) NOT NULL CHECK (price >= 0), n INT CHECK (n BETWEEN 1 AND 10), state VARCHAR(10) CHECK (state IN ('new', 'old')),
      ok BOOLEAN DEFAULT 1, made TIMESTAMP DEFAULT CURRENT_TIMESTAMP, code VARCHAR(10) DEFAULT 'x', twice INT GENERATED ALWAYS AS (n * 2) STORED, CONSTRAINT both_or CHECK (ok OR n IS NULL OR price > n),
      CONSTRAINT odd CHECK (length(code) > 0));
      INSERT INTO t (id, price, n, state) VALUES (1, 1.5, 2, 'new'), (2, 0, NULL, NULL)""",
}


@pytest.mark.parametrize("source", SOURCES)
def test_rules(make, make_oracle, ferry, source):
    src, dst = make(source), make_oracle("--profile", "23")
    src.sql(SOURCES[source])
    planned = ferry("plan", src, dst).text
    ferry("copy", src, dst)
    checks = sorted(r[0] for r in dst.rows("SELECT SEARCH_CONDITION FROM \"ora$constraints\" WHERE CONSTRAINT_TYPE = 'C' AND SEARCH_CONDITION NOT LIKE '%IS NOT NULL'"))
    assert sorted(c.replace("<> 0", "= 1") for c in checks) == sorted([
        '("N" >= 1) AND ("N" <= 10)' if source == "postgres" else '"N" BETWEEN 1 AND 10', '"PRICE" >= 0', '"STATE" IN (\'new\', \'old\')',
        '(("OK" = 1) OR ("N" IS NULL)) OR ("PRICE" > "N")'])
    assert "not converted: (" in planned and "the function " in planned and "length" in planned
    assert dst.rows("SELECT ID, N, TWICE, OK, CODE FROM T ORDER BY ID") == [(1, 2, 4, 1, "x"), (2, None, None, 1, "x")]
    assert dst.rows("SELECT VIRTUAL_COLUMN, DATA_DEFAULT FROM \"ora$tab_cols\" WHERE COLUMN_NAME = 'TWICE'") == [("YES", '"N" * 2')]
    defaults = dict(dst.rows("SELECT COLUMN_NAME, trim(DATA_DEFAULT) FROM \"ora$tab_cols\" WHERE DATA_DEFAULT IS NOT NULL"))
    assert (defaults["OK"], defaults["MADE"], defaults["CODE"]) == ("1", "SYSTIMESTAMP", "'x'")
    ferry("verify", src, dst)


def test_character_set(make, make_oracle, ferry):
    src = make("sqlite")
    src.sql("CREATE TABLE t (id INTEGER PRIMARY KEY, v VARCHAR(10)); INSERT INTO t VALUES (1, 'a')")
    assert "its character set is WE8ISO8859P15: the server replaces characters" in ferry("plan", src, make_oracle("--profile", "19")).text
    assert "character set" not in ferry("plan", src, make_oracle("--profile", "23")).text
