"""Verification finds what differs, and says key and column."""
import pytest


def filled(make, source, target):
    src, dst = make(source), make(target)
    values = ", ".join("(%d, 'name %d', %d.25)" % (i, i, i) for i in range(1, 3001))
    src.sql("CREATE TABLE t (id int PRIMARY KEY, name varchar(30), price decimal(10,2)); INSERT INTO t VALUES %s;" % values)
    src.sql("CREATE TABLE u (a int, b varchar(20), c int, PRIMARY KEY (a, b)); INSERT INTO u VALUES (1, 'x', 1), (1, 'y', 2), (2, 'x', 3);")
    src.sql("CREATE TABLE nokey (v varchar(20)); INSERT INTO nokey VALUES ('a'), ('a'), ('b'), (NULL);")
    if source == "postgres":
        src.sql("GRANT SELECT ON ALL TABLES IN SCHEMA public TO ferry")
    return src, dst


PAIRS = [("mysql", "postgres"), ("sqlite", "postgres"), ("postgres", "postgres"), ("mysql", "sqlite"), ("postgres", "sqlite"), ("sqlite", "sqlite")]


@pytest.mark.parametrize("source, target", PAIRS)
def test_differences_are_found(make, ferry, source, target):
    src, dst = filled(make, source, target)
    ferry("copy", src, dst)
    ferry("verify", src, dst)
    for change, expected in [
        ("UPDATE t SET name = 'changed' WHERE id = 1234", ["1234", "name", "changed"]),
        ("UPDATE t SET price = 0.01 WHERE id = 7", ["7", "price", "0.01"]),
        ("UPDATE t SET price = NULL WHERE id = 8", ["8", "price"]),
        ("DELETE FROM t WHERE id = 2999", ["2999"]),
        ("INSERT INTO t VALUES (555555, 'new', 1)", ["555555"]),
        ("UPDATE u SET c = 99 WHERE a = 1 AND b = 'y'", ["y", "99"]),
        ("UPDATE t SET name = NULL WHERE id = 5", ["5", "name"]),
        ("UPDATE t SET name = '' WHERE id = 6", ["6", "name"]),
        ("DELETE FROM nokey WHERE v = 'b'", ["nokey"]),
        ("INSERT INTO nokey VALUES ('a')", ["nokey"]),
    ]:
        dst.sql(change)
        result = ferry("verify", src, dst, expect=6)
        for word in expected:
            assert word in result.out + result.err, "%s: %r is not said:\n%s" % (change, word, result)
        repair(src, dst)


def repair(src, dst):
    dst.sql("DELETE FROM t; DELETE FROM u; DELETE FROM nokey;")
    for table in ("t", "u", "nokey"):
        rows = src.rows("SELECT * FROM %s" % table)
        text = ", ".join("(%s)" % ", ".join("NULL" if v is None or v == "NULL" else "'%s'" % v for v in r) for r in rows)
        dst.sql("INSERT INTO %s VALUES %s" % (table, text))


def test_equal_again_after_repair(make, ferry):
    src, dst = filled(make, "mysql", "postgres")
    ferry("copy", src, dst)
    repair(src, dst)
    ferry("verify", src, dst)


def test_many_differences_are_counted_all(make, ferry):
    src, dst = filled(make, "sqlite", "postgres")
    ferry("copy", src, dst)
    dst.sql("UPDATE t SET name = name || '!' WHERE id > 1000")
    result = ferry("verify", src, dst, "--json", expect=6)
    text = result.out
    assert "2000" in text, text[:3000]


def test_copy_that_ends_different(make, ferry):
    """A trigger in the target that changes values is found out by the copy itself."""
    src, dst = make("sqlite"), make("postgres")
    src.sql("CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT); INSERT INTO t VALUES (1, 'a'), (2, 'b')")
    dst.sql("""CREATE TABLE t (id bigint PRIMARY KEY, v text); ALTER TABLE t OWNER TO ferry;
      CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.id = 2 THEN NEW.v := 'evil'; END IF; RETURN NEW; END $$;
      CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f();""")
    result = ferry("copy", src, dst, "--data-only", "--if-exists", "append", expect=6)
    assert "evil" in result.text and "2" in result.text


def test_missing_target_table(make, ferry):
    src, dst = filled(make, "mysql", "postgres")
    ferry("copy", src, dst, "--table", "t")
    result = ferry("verify", src, dst, expect=None)
    assert result.code != 0
    assert "nokey" in result.text or "u" in result.text


def test_target_without_the_column(make, ferry):
    src, dst = filled(make, "mysql", "postgres")
    ferry("copy", src, dst)
    dst.sql("ALTER TABLE t DROP COLUMN price")
    result = ferry("verify", src, dst, expect=None)
    assert result.code in (3, 6) and "price" in result.text
