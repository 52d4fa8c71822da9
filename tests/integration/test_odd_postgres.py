"""PostgreSQL databases with odd settings and odd tables: no encoding, read-only by default, tables without columns, trees of tables."""
import pytest

NO_ENCODING = "ENCODING 'SQL_ASCII' LC_COLLATE 'C' LC_CTYPE 'C'"
GRANT = "; GRANT SELECT ON ALL TABLES IN SCHEMA public TO ferry; GRANT SELECT ON ALL SEQUENCES IN SCHEMA public TO ferry"


def make_bytes(make_postgres):
    """Rows 1 and 2 are UTF-8; in each other one something is not."""
    src = make_postgres(extra=NO_ENCODING)
    src.sql("""CREATE FUNCTION raw(bytea) RETURNS text LANGUAGE sql AS $$ SELECT convert_from($1, 'SQL_ASCII') $$;
      CREATE TABLE t (id int PRIMARY KEY, v text, w varchar(4), c char(4), a text[], j json);
      INSERT INTO t VALUES (1, 'plain', 'abc', 'x', '{a}', '{}'), (2, raw('\\xc3a4'), raw('\\xe282ac'), raw('\\xc3b6'), ARRAY[raw('\\xc3a4')], ('"' || raw('\\xc3a4') || '"')::json),
        (3, raw('\\xe4f6'), 'ok', 'd', NULL, NULL), (4, 'x', raw('\\xe4'), 'e', NULL, NULL), (5, 'x', 'y', 'e', ARRAY[raw('\\xe4')], NULL),
        (6, 'x', 'y', 'e', NULL, ('"' || raw('\\xe4') || '"')::json)""" + GRANT)
    return src


def test_bytes_in_no_encoding(make_postgres, ferry):
    """What is UTF-8 goes over, whatever is not is a bad value of its own kind."""
    src, dst = make_bytes(make_postgres), make_postgres()
    assert "its encoding is SQL_ASCII" in ferry("plan", src, dst).text
    result = ferry("copy", src, dst, expect=5)
    assert "4 invalid-encoding" in result.text, str(result)
    assert dst.rows("SELECT id, v, w, rtrim(c), a, j FROM t ORDER BY id") == [("1", "plain", "abc", "x", "{a}", "{}"), ("2", "ä", "€", "ö", "{ä}", '"ä"')]
    # json has no values to replace bytes by: such a row is rejected
    for rule, code, values in (("null", 0, [None, None, None, None]), ("replace", 5, ["\ufffd\ufffd", "\ufffd", "{\ufffd}"])):
        other = make_postgres()
        ferry("copy", src, other, "--bad-value", "invalid-encoding=" + rule, expect=code)
        assert [r[0] for r in other.rows("SELECT v FROM t WHERE id = 3 UNION ALL SELECT w FROM t WHERE id = 4 UNION ALL SELECT a::text FROM t WHERE id = 5 "
                                         "UNION ALL SELECT j::text FROM t WHERE id = 6")] == values
    result = ferry("copy", src, make_postgres(), "--bad-value", "invalid-encoding=fail", expect=None)
    assert result.code not in (0, 5) and "column v of the row with id=3" in result.text, str(result)


def test_into_a_database_in_no_encoding(make_postgres, ferry):
    src, dst = make_postgres(), make_postgres(extra=NO_ENCODING)
    src.sql("CREATE TABLE t (id int PRIMARY KEY, v text); INSERT INTO t VALUES (1, 'ä€')" + GRANT)
    ferry("copy", src, dst)
    ferry("verify", src, dst)
    assert dst.value("SELECT encode(v::bytea, 'hex') FROM t") == "c3a4e282ac"


def test_latin1(make_postgres, ferry):
    src, dst = make_postgres(extra="ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C'"), make_postgres()
    src.sql("""CREATE TABLE "tä" ("ö" int PRIMARY KEY, v varchar(3)); INSERT INTO "tä" VALUES (1, 'äöü')""" + GRANT)
    ferry("copy", src, dst)
    assert dst.rows('SELECT "ö", v FROM "tä"') == [("1", "äöü")]


def test_read_only_by_default(make_postgres, ferry):
    src, dst = make_postgres(), make_postgres()
    src.sql("CREATE TABLE t (id int PRIMARY KEY); INSERT INTO t VALUES (1)" + GRANT)
    for db in (src, dst):
        db.sql('ALTER DATABASE "%s" SET default_transaction_read_only = on' % db.name)
    ferry("copy", src, dst)
    ferry("verify", src, dst)
    assert dst.rows("TABLE t") == [("1",)]


@pytest.mark.parametrize("kind", ["postgres", "sqlite"])
def test_tables_without_columns(make, ferry, kind):
    src, dst = make("postgres"), make(kind)
    src.sql("""CREATE TABLE t (id int PRIMARY KEY); INSERT INTO t VALUES (1); CREATE TABLE bare (); INSERT INTO bare SELECT FROM generate_series(1, 7);
      CREATE TABLE lost (a int); INSERT INTO lost VALUES (1), (2); ALTER TABLE lost DROP COLUMN a""" + GRANT)
    text = ferry("plan", src, dst).text
    ferry("copy", src, dst)
    ferry("verify", src, dst)
    assert [int(v) for v in dst.rows("SELECT count(*) FROM t")[0]] == [1]
    if kind == "postgres":
        assert dst.rows("SELECT (SELECT count(*) FROM bare), (SELECT count(*) FROM lost)") == [("7", "2")]
    else:
        for table in ("bare", "lost"):
            assert "table public.%s: not converted: it has no columns" % table in text, text


TREES = """
CREATE TABLE p (id int NOT NULL, k int NOT NULL, t text DEFAULT 'root', x int GENERATED ALWAYS AS (id * 2) STORED, PRIMARY KEY (id, k)) PARTITION BY RANGE (k);
CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (10);
CREATE TABLE p2 (t text DEFAULT 'own', k int NOT NULL, gone int, id int NOT NULL, x int GENERATED ALWAYS AS (id * 2) STORED);
ALTER TABLE p2 DROP COLUMN gone; CREATE INDEX p2_own ON p2 (t); ALTER TABLE p2 ADD CONSTRAINT p2_check CHECK (k > 5);
ALTER TABLE p ATTACH PARTITION p2 FOR VALUES FROM (10) TO (20);
CREATE TABLE p3 PARTITION OF p FOR VALUES FROM (20) TO (30) PARTITION BY LIST (k);
CREATE TABLE p3a PARTITION OF p3 FOR VALUES IN (20, 21);
CREATE TABLE p3d PARTITION OF p3 DEFAULT PARTITION BY HASH (id);
CREATE TABLE p3d0 PARTITION OF p3d FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE p3d1 PARTITION OF p3d FOR VALUES WITH (MODULUS 2, REMAINDER 1);
CREATE TABLE pd PARTITION OF p DEFAULT;
INSERT INTO p (id, k, t) SELECT i, i % 50, 't' || i FROM generate_series(1, 5000) i;
CREATE TABLE inh (id int PRIMARY KEY, v text); CREATE TABLE inh_c (w int) INHERITS (inh); CREATE TABLE inh_g () INHERITS (inh_c);
INSERT INTO inh SELECT i, 'p' FROM generate_series(1, 1000) i; INSERT INTO inh_c SELECT i, 'c', i FROM generate_series(1, 1500) i;
INSERT INTO inh_g SELECT i, 'g', i FROM generate_series(1, 700) i;
"""


@pytest.mark.parametrize("kind, more", [("postgres", []), ("postgres", ["--partitions", "flat"]), ("sqlite", [])])
def test_rows_of_trees_are_neither_lost_nor_doubled(make, ferry, kind, more):
    src, dst = make("postgres"), make(kind)
    src.sql(TREES + GRANT)
    ferry("copy", src, dst, "--chunk-rows", "400", *more)
    ferry("verify", src, dst)
    for table in ("p", "inh", "inh_c", "inh_g"):
        only = "ONLY " if table != "p" else ""
        want = src.rows("SELECT count(*), sum(id) FROM %s%s" % (only, table))
        assert [tuple(str(v) for v in row) for row in dst.rows("SELECT count(*), sum(id) FROM " + table)] == want, table


def test_a_sequence_with_quotes_goes_with_its_table(make, ferry):
    src, dst = make("postgres"), make("postgres")
    src.sql("""CREATE SEQUENCE "it's ""one"" "; CREATE TABLE t (id int PRIMARY KEY, n int DEFAULT nextval('"it''s ""one"" "')); CREATE TABLE u (id int); INSERT INTO t VALUES (1)""" + GRANT)
    ferry("copy", src, dst, "--table", "t")
    dst.sql("INSERT INTO t VALUES (2)")
    assert dst.rows("SELECT n FROM t ORDER BY id") == [("1",), ("2",)]
