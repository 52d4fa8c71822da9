"""PostgreSQL databases with odd settings and odd tables: no encoding, read-only by default, tables without columns, trees of tables."""
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
