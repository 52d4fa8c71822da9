"""PostgreSQL: every base type, into PostgreSQL (nothing may change) and into SQLite."""
import pytest

TYPES = {
    "boolean": ["true", "false"],
    "smallint": ["-32768", "32767"],
    "integer": ["-2147483648", "2147483647"],
    "bigint": ["-9223372036854775808", "9223372036854775807"],
    "numeric": ["'NaN'", "'Infinity'", "'-Infinity'", "0", "1.50", "1e-100", "'" + "9" * 500 + ".000000001'"],
    "numeric(20,5)": ["123456789012345.12345", "-0.00001", "'NaN'"],
    "numeric(3,-2)": ["12300"],
    "real": ["'NaN'", "'Infinity'", "'-Infinity'", "0.1", "3.4028235e38", "1.4e-45", "'-0'"],
    "double precision": ["'NaN'", "'Infinity'", "'-Infinity'", "0.1", "1.7976931348623157e308", "5e-324", "'-0'"],
    "money": ["'12.34'", "'-92233720368547758.08'"],
    "text": ["''", "'x'", "'NULL'", "'\\N'", "E'tab\\tline\\nback\\\\'", "'żółć 😀'", "repeat('ab', 100000)"],
    "varchar(20)": ["''", "'żółć'"],
    "char(5)": ["'ab'", "''"],
    "\"char\"": ["'a'"],
    "name": ["'a_name'"],
    "bytea": ["''", "'\\x00'", "'\\xdeadbeef00ff5c'"],
    "date": ["'2024-02-29'", "'infinity'", "'-infinity'", "'0044-03-15 BC'", "'4713-01-01 BC'", "'5874897-12-31'"],
    "time": ["'00:00:00'", "'24:00:00'", "'23:59:59.999999'"],
    "time(2)": ["'12:00:00.12'"],
    "timetz": ["'12:00:00+05:30'", "'23:59:59.999999-15:59'"],
    "timestamp": ["'2024-02-29 12:34:56.789012'", "'infinity'", "'-infinity'", "'4713-01-01 00:00:00 BC'", "'294246-12-31 23:59:59.999999'"],
    "timestamptz": ["'2024-02-29 12:34:56.789012+05:30'", "'infinity'", "'-infinity'", "'0001-01-01 00:00:00 BC'"],
    "interval": ["'1 year 2 mons 3 days 04:05:06.000007'", "'-1 year +3 days'", "'-00:00:00.000001'", "'0'", "'178000000 years'"],
    "uuid": ["'00000000-0000-0000-0000-000000000000'", "'ffffffff-ffff-ffff-ffff-ffffffffffff'"],
    "json": ["'{\"a\":  1, \"a\": 2}'", "'[1.0, null]'", "'\"x\"'"],
    "jsonb": ["'{\"b\": 1, \"a\": [1.50, true, null, \"ż\"]}'", "'1e100'"],
    "xml": ["'<a>x</a>'"],
    "inet": ["'192.168.1.5/24'", "'::1'", "'10.0.0.1'"],
    "cidr": ["'192.168.0.0/16'", "'2001:db8::/32'"],
    "macaddr": ["'08:00:2b:01:02:03'"],
    "macaddr8": ["'08:00:2b:01:02:03:04:05'"],
    "bit(5)": ["B'10101'"],
    "bit varying(10)": ["B''", "B'101'"],
    "bit varying": ["B'" + "10" * 200 + "'"],
    "point": ["'(1.5,-2)'"],
    "line": ["'{1,2,3}'"],
    "lseg": ["'[(0,0),(1,1)]'"],
    "box": ["'(1,1),(0,0)'"],
    "path": ["'((0,0),(1,1))'", "'[(0,0),(1,1)]'"],
    "polygon": ["'((0,0),(1,0),(1,1))'"],
    "circle": ["'<(0,0),2>'"],
    "tsvector": ["'a:1 fat:2A cat:3'"],
    "tsquery": ["'fat & (rat | cat)'"],
    "int4range": ["'[1,10)'", "'empty'", "'(,5)'"],
    "numrange": ["'[1.5,2.5]'"],
    "tstzrange": ["'[2024-01-01 00:00+00,infinity)'"],
    "int4multirange": ["'{[1,3),[5,9)}'"],
    "oid": ["0", "4294967295"],
    "pg_lsn": ["'16/B374D848'"],
    "integer[]": ["'{}'", "'{1,NULL,3}'", "'{{1,2},{3,4}}'", "'[5:7]={1,2,3}'"],
    "text[]": ["'{\"a,b\",\"c\\\"d\",NULL,\"NULL\",\"\"}'"],
    "numeric(10,2)[]": ["'{1.50,NaN}'"],
    "jsonb[]": ["ARRAY['{\"a\": 1}'::jsonb]"],
    "timestamptz[]": ["ARRAY['2024-01-01 00:00+00'::timestamptz]"],
    "mood": ["'sad'", "'ok'", "'very happy'"],
    "mood[]": ["'{sad,ok}'"],
}

# Types that a database defines: they stay between two PostgreSQL databases, and become their base type or text elsewhere.
OWN_TYPES = {
    "positive": ["1", "2147483647"],
    "email": ["'a@b.c'"],
    "address": ["ROW('Main St', 5, NULL)", "ROW('a \"quoted\", st', NULL, 'sad')"],
    "address[]": ["ARRAY[ROW('x', 1, 'ok')::address]"],
    "floatrange": ["'[1.5,2.5)'"],
}

PRELUDE = """CREATE TYPE mood AS ENUM ('sad', 'ok', 'very happy'); CREATE DOMAIN positive AS integer CHECK (VALUE > 0);
CREATE DOMAIN email AS varchar(100) NOT NULL; CREATE TYPE address AS (street text, no integer, m mood);
CREATE TYPE floatrange AS RANGE (subtype = float8);"""


def type_tables(db, names):
    sql = [PRELUDE]
    for n, name in enumerate(names):
        sql.append("CREATE TABLE t%02d (id serial PRIMARY KEY, v %s);" % (n, name))
        sql.append("COMMENT ON TABLE t%02d IS '%s';" % (n, name.replace("'", "''")))
        sql += ["INSERT INTO t%02d (v) VALUES (%s);" % (n, v) for v in (TYPES.get(name) or OWN_TYPES[name])]
        if name != "email":
            sql.append("INSERT INTO t%02d (v) VALUES (NULL);" % n)
    for name in ("mood", "positive", "email", "address", "floatrange"):
        sql.append("ALTER %s %s OWNER TO ferry;" % ("DOMAIN" if name in ("positive", "email") else "TYPE", name))
    db.sql("SET timezone = 'UTC';\n" + "\n".join(sql))
    db.sql("GRANT SELECT ON ALL TABLES IN SCHEMA public TO ferry; GRANT SELECT ON ALL SEQUENCES IN SCHEMA public TO ferry;")


def test_every_type_stays(make, copy):
    src, dst = make("postgres"), make("postgres")
    type_tables(src, list(TYPES))
    copy(src, dst)


@pytest.mark.parametrize("name", OWN_TYPES)
def test_own_types_stay(make, copy, ferry, name):
    src, dst = make("postgres"), make("postgres")
    type_tables(src, [name])
    assert "not converted" not in ferry("plan", src, dst).out
    copy(src, dst)


PLAIN = [n for n in TYPES if n in ("boolean", "smallint", "integer", "bigint", "numeric", "numeric(20,5)", "real", "double precision", "text", "varchar(20)",
                                   "char(5)", "bytea", "date", "time", "timestamp", "uuid", "json", "jsonb", "mood", "positive")]


def test_into_sqlite(make, copy):
    src, dst = make("postgres"), make("sqlite")
    type_tables(src, PLAIN)
    copy(src, dst)


@pytest.mark.parametrize("name", [n for n in list(TYPES) + list(OWN_TYPES) if n not in PLAIN])
def test_other_types_into_sqlite_as_text(make, copy, name):
    src, dst = make("postgres"), make("sqlite")
    type_tables(src, [name])
    copy(src, dst, judge=False)
    assert dst.value("SELECT count(*) FROM t00") == int(src.value("SELECT count(*) FROM t00"))
    assert dst.value("SELECT count(v) FROM t00") == int(src.value("SELECT count(v) FROM t00"))


def test_partitioned_and_inherited(make, copy):
    src, dst = make("postgres"), make("postgres")
    src.sql("""CREATE TABLE p (id int, y int, v text, PRIMARY KEY (id, y)) PARTITION BY RANGE (y);
      CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (2000); CREATE TABLE p2 PARTITION OF p DEFAULT;
      INSERT INTO p SELECT i, 1990 + i % 20, 'v' || i FROM generate_series(1, 1000) i;
      GRANT SELECT ON ALL TABLES IN SCHEMA public TO ferry;""")
    copy(src, dst, judge=False)
    assert dst.rows("SELECT count(*), sum(id), sum(y) FROM p") == src.rows("SELECT count(*), sum(id), sum(y) FROM p")
    assert dst.rows("SELECT tableoid::regclass, count(*) FROM p GROUP BY 1 ORDER BY 1") == src.rows("SELECT tableoid::regclass, count(*) FROM p GROUP BY 1 ORDER BY 1")


def test_partitions_in_the_servers_words(make, ferry, copy):
    """Expressions, collations and operator classes of keys, several levels, other schemas; names that are changed."""
    src, dst, flat, file = make("postgres"), make("postgres"), make("postgres"), make("sqlite")
    src.sql("""CREATE TABLE p (id int GENERATED BY DEFAULT AS IDENTITY, "Day" date NOT NULL, v text COLLATE "C", n numeric DEFAULT 7) PARTITION BY RANGE ("Day");
      CREATE TABLE p_2023 PARTITION OF p FOR VALUES FROM ('2023-01-01') TO ('2024-01-01') PARTITION BY LIST (lower(v));
      CREATE TABLE p_2023_a PARTITION OF p_2023 FOR VALUES IN ('a', NULL); CREATE TABLE p_2023_d PARTITION OF p_2023 DEFAULT;
      CREATE TABLE p_2024 PARTITION OF p FOR VALUES FROM ('2024-01-01') TO (MAXVALUE) PARTITION BY HASH (v text_ops, n);
      CREATE SCHEMA other; CREATE TABLE other.h0 PARTITION OF p_2024 FOR VALUES WITH (MODULUS 2, REMAINDER 0); CREATE TABLE h1 PARTITION OF p_2024 FOR VALUES WITH (MODULUS 2, REMAINDER 1);
      CREATE INDEX p_v ON p (v); CREATE TABLE p_none (a int) PARTITION BY LIST (a);
      INSERT INTO p ("Day", v) SELECT '2023-01-01'::date + i * 3, CASE WHEN i % 3 > 0 THEN chr(64 + i % 3) END FROM generate_series(1, 200) i;
      GRANT SELECT ON ALL TABLES IN SCHEMA public TO ferry; GRANT SELECT ON ALL SEQUENCES IN SCHEMA public TO ferry; GRANT USAGE ON SCHEMA other TO ferry;""")
    tree = "SELECT relid::regclass::text, pg_get_partkeydef(relid), pg_get_expr(c.relpartbound, c.oid) FROM pg_partition_tree('p') JOIN pg_class c ON c.oid = relid ORDER BY 1"
    rows = "SELECT tableoid::regclass::text, id, \"Day\", v, n FROM p ORDER BY id"
    copy(src, dst, "--table", "public.*", judge=False)
    strip = [(name.replace("other.", ""), *rest) for name, *rest in src.rows(tree)]
    assert sorted(dst.rows(tree)) == sorted(strip)
    assert [(r[0].replace("other.", ""), *r[1:]) for r in src.rows(rows)] == dst.rows(rows)
    dst.sql("INSERT INTO p (\"Day\", v) VALUES ('2023-05-05', 'new')")
    assert dst.rows("SELECT id, n, tableoid::regclass::text FROM p WHERE v = 'new'") == [("201", "7", "p_2023_d")]
    assert dst.rows("SELECT pg_get_partkeydef('p_none'::regclass)") == [("LIST (a)",)]
    ferry("copy", src, flat, "--partitions", "flat")
    assert flat.value("SELECT count(*) FROM pg_class WHERE relispartition") == "0" and flat.value("SELECT count(*) FROM p") == "200"
    ferry("copy", src, dst, "--if-exists", "drop", "--identifiers", "snake")
    assert dst.value("SELECT pg_get_partkeydef('p'::regclass)") == "RANGE (day)"
    assert "all rows land in one plain table" in ferry("plan", src, file).text


def test_dropped_columns(make, copy):
    src, dst = make("postgres"), make("postgres")
    src.sql("""CREATE TABLE d (id int PRIMARY KEY, gone text, v int, gone2 int); INSERT INTO d SELECT i, 'x', i, i FROM generate_series(1, 100) i;
      ALTER TABLE d DROP COLUMN gone; ALTER TABLE d DROP COLUMN gone2; ALTER TABLE d ADD COLUMN late text DEFAULT 'l'; GRANT SELECT ON d TO ferry;""")
    copy(src, dst)


def test_several_schemas_keep_their_names(make, copy):
    src, dst = make("postgres"), make("postgres")
    src.sql("""CREATE SCHEMA one; CREATE SCHEMA two; CREATE TABLE one.t (id int PRIMARY KEY); CREATE TABLE two.t (id int PRIMARY KEY REFERENCES one.t);
      INSERT INTO one.t VALUES (1), (2); INSERT INTO two.t VALUES (1); GRANT USAGE ON SCHEMA one, two TO ferry;
      GRANT SELECT ON ALL TABLES IN SCHEMA one, two TO ferry; ALTER DATABASE "%s" SET search_path = one;""" % src.name)
    dst.sql("GRANT CREATE ON DATABASE \"%s\" TO ferry" % dst.name)
    copy(src, dst)


def test_other_encoding(make_postgres, copy):
    src, dst = make_postgres(extra="ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C'"), make_postgres()
    src.sql("CREATE TABLE l (id int PRIMARY KEY, v text); INSERT INTO l VALUES (1, 'café'), (2, 'ÿ'); GRANT SELECT ON l TO ferry;")
    copy(src, dst, judge=False)
    assert dst.rows("SELECT v FROM l ORDER BY id") == [("café",), ("ÿ",)]


def test_into_other_encoding_rejects_what_does_not_fit(make_postgres, ferry):
    src, dst = make_postgres(), make_postgres(extra="ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C'")
    src.sql("CREATE TABLE l (id int PRIMARY KEY, v text); INSERT INTO l VALUES (1, 'café'), (2, 'żółć'), (3, 'x'); GRANT SELECT ON l TO ferry;")
    ferry("copy", src, dst, expect=5)
    assert dst.rows("SELECT id, v FROM l ORDER BY id") == [("1", "café"), ("3", "x")]


def test_end_of_time(make, ferry):
    """PostgreSQL's last 30 years lie beyond what a batch can hold: such a row arrives whole or is rejected, never changed."""
    src, dst = make("postgres"), make("postgres")
    src.sql("CREATE TABLE e (id int PRIMARY KEY, t timestamp); INSERT INTO e VALUES (1, '294276-12-31 23:59:59.999999'), (2, '2024-01-01'); GRANT SELECT ON e TO ferry")
    result = ferry("copy", src, dst, expect=(0, 5))
    rows = dst.rows("SELECT id, t FROM e ORDER BY id")
    assert rows == ([("1", "294276-12-31 23:59:59.999999")] if result.code == 0 else []) + [("2", "2024-01-01 00:00:00")]
