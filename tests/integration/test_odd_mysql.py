"""Odd things of MariaDB, into PostgreSQL: what the column types of test_types_mysql.py do not show."""

import pytest

from test_types_mysql import key_of, reject_lines

CHARSETS = {  # declared, values
    "latin1": ("varchar(80) CHARACTER SET latin1", ["_latin1 x'80858a9fa0ff'", "'Ünïcödé €'", "''"]),
    "latin1_general_cs": ("varchar(80) CHARACTER SET latin1 COLLATE latin1_general_cs", ["'a'", "'A'", "'ä'"]),
    "latin2": ("varchar(80) CHARACTER SET latin2", ["'žluťoučký kůň'"]),
    "cp1250": ("varchar(80) CHARACTER SET cp1250", ["'žluťoučký „kůň“ €'"]),
    "cp1257": ("text CHARACTER SET cp1257", ["'ąčęėį'"]),
    "koi8r": ("varchar(80) CHARACTER SET koi8r", ["'привет'"]),
    "greek": ("varchar(80) CHARACTER SET greek", ["'ελληνικά'"]),
    "utf16": ("varchar(80) CHARACTER SET utf16", ["'😀 żółw'", "''", "'a'"]),
    "utf16le": ("varchar(80) CHARACTER SET utf16le", ["'😀'"]),
    "utf32": ("text CHARACTER SET utf32", ["'😀 日本'"]),
    "ucs2": ("char(10) CHARACTER SET ucs2", ["'日本'", "''"]),
    "ujis": ("varchar(80) CHARACTER SET ujis", ["'日本語'"]),
    "euckr": ("varchar(80) CHARACTER SET euckr", ["'한국어'"]),
    "gbk": ("varchar(80) CHARACTER SET gbk", ["'中文'"]),
    "big5": ("varchar(80) CHARACTER SET big5", ["'中文'"]),
    "ascii": ("varchar(80) CHARACTER SET ascii", ["'plain'"]),
    "tis620": ("varchar(80) CHARACTER SET tis620", ["'ไทย'"]),
    "utf8mb4_bin": ("varchar(80) COLLATE utf8mb4_bin", ["'a'", "'A'", "'ż'"]),
    "binary by charset": ("varchar(20) CHARACTER SET binary", ["x'00ff80'", "''"]),
    "enum in latin1": ("enum('é','ß') CHARACTER SET latin1", ["'é'", "'ß'"]),
    "set in cp1251": ("set('да','нет') CHARACTER SET cp1251", ["'да'", "'да,нет'", "''"]),
}


def test_character_sets(make, copy):
    src, dst = make("mysql"), make("postgres")
    for n, (declared, values) in enumerate(CHARSETS.values()):
        src.sql("CREATE TABLE c%02d (id int PRIMARY KEY AUTO_INCREMENT, v %s, w %s NOT NULL); INSERT INTO c%02d (v, w) VALUES %s, (NULL, %s)"
                % (n, declared, declared, n, ", ".join("(%s, %s)" % (v, v) for v in values), values[0]))
    copy(src, dst)


@pytest.mark.parametrize("width", [1, 2, 7, 8, 9, 15, 16, 17, 31, 32, 33, 48, 63, 64])
def test_bits_of_every_width(make, copy, width):
    src, dst = make("mysql"), make("postgres")
    values = sorted({0, 1, 2 ** (width - 1), 2 ** width - 1})
    src.sql("CREATE TABLE b (id int PRIMARY KEY AUTO_INCREMENT, v bit(%d), w bit(%d) NOT NULL DEFAULT b'1'); INSERT INTO b (v) VALUES %s, (NULL)"
            % (width, width, ", ".join("(%d)" % v for v in values)))
    copy(src, dst)
    assert dst.rows("SELECT v FROM b WHERE v IS NOT NULL ORDER BY id") == [(format(v, "0%db" % width),) for v in values]
    assert dst.value("INSERT INTO b (id) VALUES (100) RETURNING w") == "1".zfill(width)


def test_fractions(make, copy):
    src, dst = make("mysql"), make("postgres")
    for p in range(7):
        digits = "." + "987654"[:p] if p else ""
        src.sql("""SET time_zone = '+00:00'; CREATE TABLE f%d (id int PRIMARY KEY, a datetime(%d), b timestamp(%d) NULL, c time(%d), d time(%d));
          INSERT INTO f%d VALUES (1, '2024-02-29 23:59:59%s', '2024-02-29 23:59:59%s', '23:59:59%s', '-838:00:00%s'), (2, '1000-01-01', '1970-01-01 00:00:01', '00:00:00', '838:59:58%s'),
          (3, NULL, NULL, NULL, NULL);""" % (p, p, p, p, p, p, digits, digits, digits, digits, digits))
    copy(src, dst)
    assert dst.value("SELECT a FROM f6 WHERE id = 1") == "2024-02-29 23:59:59.987654"
    assert dst.value("SELECT extract(epoch FROM d) FROM f6 WHERE id = 1") == "-3016800.987654"


def test_server_in_a_zone_with_summer_time(make, copy, mariadb):
    """The same local hour twice, and the hours around: told apart only in UTC."""
    src, dst = make("mysql"), make("postgres")
    src.sql("SET time_zone = '+00:00'; CREATE TABLE t (id int PRIMARY KEY, v timestamp NULL, w timestamp NOT NULL DEFAULT '2024-10-27 00:30:00')")
    src.sql("SET time_zone = '+00:00'; INSERT INTO t (id, v) VALUES (1, '2024-10-27 00:30:00'), (2, '2024-10-27 01:30:00'), (3, '2024-03-31 00:59:59'), (4, '2024-03-31 01:00:00')")
    src.sql("SET GLOBAL time_zone = '+02:00'")
    try:
        copy(src, dst, env={"TZ": "Europe/Warsaw"})
    finally:
        src.sql("SET GLOBAL time_zone = 'SYSTEM'")
    assert dst.rows("SET timezone = 'UTC'; SELECT id, v FROM t ORDER BY id") == [
        ("1", "2024-10-27 00:30:00+00"), ("2", "2024-10-27 01:30:00+00"), ("3", "2024-03-31 00:59:59+00"), ("4", "2024-03-31 01:00:00+00")]
    assert dst.value("SET timezone = 'UTC'; INSERT INTO t (id) VALUES (9) RETURNING w") == "2024-10-27 00:30:00+00"


def test_spatial_with_srid(make, copy):
    src, dst = make("mysql"), make("postgres")
    src.sql("""CREATE TABLE s (id int PRIMARY KEY, g geometry, p point NOT NULL, SPATIAL KEY (p)) ENGINE=InnoDB;
      INSERT INTO s VALUES (1, ST_GeomFromText('POINT(1 2)', 4326), ST_GeomFromText('POINT(3 4)', 3857)), (2, NULL, ST_GeomFromText('POINT(0 0)', 0)),
      (3, ST_GeomFromText('MULTIPOINT(1 1, 2 2)', 4326), ST_GeomFromText('POINT(-1 1e300)'));""")
    copy(src, dst, structure=False)
    assert dst.value("SELECT encode(g, 'hex') FROM s WHERE id = 1") == "0101000020e6100000000000000000f03f0000000000000040"
    assert dst.value("SELECT encode(p, 'hex') FROM s WHERE id = 2").startswith("0101000000")


def test_json_with_big_numbers(make, copy):
    src, dst = make("mysql"), make("postgres")
    src.sql("""CREATE TABLE j (id int PRIMARY KEY, v json, w json NOT NULL DEFAULT '[]');
      INSERT INTO j (id, v) VALUES (1, '18446744073709551615'), (2, '[123456789012345678901234567890.123456789012345678901234567890, -0.0, 1e-400]'),
      (3, '{"b": 1, "a": 2, "a": 3}'), (4, '"\\\\u017c\\\\ud83d\\\\ude00"'), (5, 'null'), (6, NULL), (7, ' [ 1 , 2 ] ');""")
    copy(src, dst)
    assert dst.value("SELECT v FROM j WHERE id = 1") == "18446744073709551615"
    assert dst.value("SELECT v->>0 FROM j WHERE id = 2") == "123456789012345678901234567890.123456789012345678901234567890"


def test_json_that_the_target_refuses(make, ferry, tmp_path):
    src, dst = make("mysql"), make("postgres")
    src.sql("CREATE TABLE j (id int PRIMARY KEY, v json); INSERT INTO j VALUES (1, '1'), (2, '\"a\\\\u0000b\"'), (4, '{}')")
    result = ferry("copy", src, dst, expect=5)
    assert dst.rows("SELECT id FROM j ORDER BY id") == [("1",), ("4",)]
    assert sorted(key_of(r) for r in reject_lines(tmp_path, result)) == ["2"]


def test_enum_and_set_with_odd_labels(make, copy, ferry):
    src, dst = make("mysql"), make("postgres")
    src.sql("""CREATE TABLE e (id int PRIMARY KEY, v enum('it''s','a,b','"q"','back\\\\slash','','ŻÓŁW',' lead','()','NULL') DEFAULT 'it''s', s set('x''y','z w','()') DEFAULT 'x''y,()');
      INSERT INTO e VALUES (1, 'it''s', 'x''y'), (2, 'a,b', 'x''y,z w'), (3, '"q"', ''), (4, 'back\\\\slash', NULL), (5, '', '()'), (6, 'ŻÓŁW', ''), (7, ' lead', ''), (8, '()', ''), (9, 'NULL', ''), (10, NULL, NULL);""")
    copy(src, dst)
    assert dst.rows("INSERT INTO e (id) VALUES (20) RETURNING v, s") == [("it's", "x'y,()")]


def test_enum_error_value(make, ferry, tmp_path):
    """'' with number 0 is what MySQL writes for a value that is no label."""
    src, dst = make("mysql"), make("postgres")
    src.sql("CREATE TABLE e (id int PRIMARY KEY, v enum('a','b')); INSERT INTO e VALUES (1, 'a'), (2, 'nonsense'), (3, NULL), (4, 0)")
    result = ferry("copy", src, dst, expect=5)
    assert dst.rows("SELECT id, v FROM e ORDER BY id") == [("1", "a"), ("3", None)]
    rejects = reject_lines(tmp_path, result)
    assert sorted(key_of(r) for r in rejects) == ["2", "4"] and {r["column"] for r in rejects} <= {"v", None}


def test_year_zero_and_odd_dates(make, ferry, tmp_path):
    src, dst = make("mysql"), make("postgres")
    src.sql("""SET sql_mode = 'ALLOW_INVALID_DATES'; CREATE TABLE d (id int PRIMARY KEY, y year, d date, t datetime(3));
      INSERT INTO d VALUES (1, 0, '2024-01-01', NULL), (2, 2155, '2021-02-31', NULL), (3, NULL, '0000-12-31', NULL), (4, 1901, NULL, '2021-00-10 01:02:03.456'), (5, 2000, '0001-01-01', '0001-01-01 00:00:00'),
      (6, 1999, NULL, '2023-02-29 00:00:00.001');""")
    result = ferry("copy", src, dst, "--json", expect=5)
    rejects = {key_of(r): r for r in reject_lines(tmp_path, result)}
    kept = [r[0] for r in dst.rows("SELECT id FROM d ORDER BY id")]
    assert kept + sorted(rejects) and sorted(kept + list(rejects)) == ["1", "2", "3", "4", "5", "6"]
    assert {"2", "4", "6"} <= set(rejects) and {"1", "5"} <= set(kept)
    assert rejects["2"]["column"] == "d" and rejects["2"]["value"] == "2021-02-31" and rejects["2"]["kind"] == "zero-date"
    assert rejects["4"]["column"] == "t" and rejects["4"]["value"] == "2021-00-10 01:02:03.456000"
    assert dst.rows("SELECT y FROM d WHERE id = 1") == [("0",)]


def test_generated_and_defaults(make, copy):
    src, dst = make("mysql"), make("postgres")
    src.sql("""CREATE TABLE g (id int PRIMARY KEY, a varchar(20), n decimal(10,3), u char(36) DEFAULT (UUID()), d date DEFAULT (CURDATE()), t datetime(6) DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6),
        e int DEFAULT (1 + 2 * 3), s varchar(20) DEFAULT (CONCAT('a', 'b')), neg int DEFAULT -5, f double DEFAULT 1.5e10, b varbinary(4) DEFAULT x'00ff', b2 varbinary(9) NOT NULL DEFAULT 'a?' COMMENT 'x DEFAULT ''y''', b3 varbinary(9) DEFAULT '0x41', b4 binary(3) DEFAULT x'27805c', q varchar(30) DEFAULT 'it''s \\\\ "x"',
        up varchar(20) AS (UPPER(a)) STORED, len int AS (CHAR_LENGTH(a)) VIRTUAL, half decimal(12,4) AS (n / 2) VIRTUAL, j varchar(50) AS (JSON_VALUE(a, '$.x')) VIRTUAL,
        cs varchar(10) AS (CASE WHEN n > 0 THEN 'pos' WHEN n < 0 THEN 'neg' ELSE NULL END) STORED, KEY (len), UNIQUE KEY (up, id));
      INSERT INTO g (id, a, n) VALUES (1, 'abc', 1.001), (2, 'żółw', -2), (3, NULL, NULL), (4, '{"x": 5}', 0);""")
    copy(src, dst, structure=False)
    dst.sql("INSERT INTO g (id, a, n) VALUES (10, 'new', 3)")
    assert dst.rows("SELECT e, s, neg, f, encode(b, 'hex'), encode(b2, 'hex'), encode(b3, 'hex'), encode(b4, 'hex'), q, len, length(u) FROM g WHERE id = 10") == [("7", "ab", "-5", "15000000000",  "00ff", "613f", "30783431", "27805c", 'it\'s \\ "x"', "3", "36")]


def test_blanks_and_zero_bytes(make, copy, ferry, tmp_path):
    src, dst = make("mysql"), make("postgres")
    src.sql("""CREATE TABLE c (id int PRIMARY KEY, c char(5), v varchar(10), b binary(3), vb varbinary(10));
      INSERT INTO c VALUES (1, 'a  ', 'a  ', 'a', 'a'), (2, '', ' ', '', ''), (3, '  a', '  a', x'0000', x'000000'), (4, ' ', '', x'ff', x'0041');""")
    copy(src, dst)
    assert dst.value("SELECT length(v) FROM c WHERE id = 1") == "3"
    assert dst.rows("SELECT encode(b, 'hex'), encode(vb, 'hex') FROM c WHERE id = 3") == [("000000", "000000")]


@pytest.mark.parametrize("declared", ["char(10)", "varchar(10)", "text", "longtext", "varchar(10) CHARACTER SET latin1", "varchar(10) CHARACTER SET utf16", "enum('a','b\\0c')"])
def test_nul_in_text(make, ferry, tmp_path, declared):
    src, dst = make("mysql"), make("postgres")
    src.sql("CREATE TABLE n (id int PRIMARY KEY, v %s); INSERT INTO n VALUES (1, 'a'), (2, 'b\\0c'), (3, 'a')" % declared)
    if declared.startswith("enum"):
        ferry("copy", src, dst, expect=(0, 3, 5))
        return
    result = ferry("copy", src, dst, expect=5)
    assert dst.rows("SELECT id FROM n ORDER BY id") == [("1",), ("3",)]
    (line,) = reject_lines(tmp_path, result)
    assert key_of(line) == "2" and line["column"] == "v" and line["kind"] == "nul-byte"


def test_a_value_of_100_mb(make, copy):
    src, dst = make("mysql"), make("postgres")
    src.sql("CREATE TABLE l (id int PRIMARY KEY, v longtext, b longblob); INSERT INTO l VALUES (1, 'x', NULL), (2, REPEAT('0123456789', 10000000), NULL), (3, 'y', REPEAT(x'00ff', 20000000)), (4, 'z', '')")
    copy(src, dst, judge=False)
    assert dst.rows("SELECT id, length(v), octet_length(b) FROM l ORDER BY id") == [("1", "1", None), ("2", "100000000", None), ("3", "1", "40000000"), ("4", "1", "0")]
    assert dst.value("SELECT md5(v) FROM l WHERE id = 2") == src.value("SELECT md5(v) FROM l WHERE id = 2")


def test_tables_without_a_key(make, copy):
    src, dst = make("mysql"), make("postgres")
    src.sql("""CREATE TABLE k0 (v int, w varchar(5)); INSERT INTO k0 SELECT seq % 7, 'x' FROM seq_1_to_3000; INSERT INTO k0 VALUES (NULL, NULL), (NULL, NULL);
      CREATE TABLE k1 (v int, UNIQUE (v)); INSERT INTO k1 SELECT seq FROM seq_1_to_100; INSERT INTO k1 VALUES (NULL), (NULL);
      CREATE TABLE k2 (v text, UNIQUE (v(3))); INSERT INTO k2 VALUES ('abcd'), ('xyz');
      CREATE TABLE k3 (v enum('b','a') NOT NULL PRIMARY KEY); INSERT INTO k3 VALUES ('a'), ('b');
      CREATE TABLE empty_one (id int PRIMARY KEY); CREATE TABLE empty_two (v int);""")
    copy(src, dst, "--chunk-rows", "10", structure=False)


KEYS = {
    "two columns, the second first": "a int, b varchar(10), PRIMARY KEY (b, a)",
    "three, mixed order": "a int, b varchar(10), c date, PRIMARY KEY (c, a, b)",
    "text, any case": "b varchar(10) PRIMARY KEY, a int, c date",
    "text of latin1": "b varchar(10) CHARACTER SET latin1 PRIMARY KEY, a int, c date",
    "text of utf16": "b varchar(10) CHARACTER SET utf16 PRIMARY KEY, a int, c date",
    "text, swedish, blanks": "b char(10) COLLATE utf8mb4_swedish_ci PRIMARY KEY, a int, c date",
    "text, nopad": "b varchar(10) COLLATE utf8mb4_nopad_bin PRIMARY KEY, a int, c date",
    "descending": "a int, b varchar(10), c date, PRIMARY KEY (a DESC, b)",
    "bytes": "b varbinary(10) PRIMARY KEY, a int, c date",
    "decimal": "d decimal(20,10), b varchar(10), a int, c date, PRIMARY KEY (d, b)",
    "unique only": "b varchar(10) NOT NULL, a int NOT NULL, c date, UNIQUE (b, a)",
    "datetime": "t datetime(6), a int, b varchar(10), c date, PRIMARY KEY (t, a)",
    "bigint unsigned": "u bigint unsigned, a int, b varchar(10), c date, PRIMARY KEY (u, a)",
    "time": "i time(3), a int, b varchar(10), c date, PRIMARY KEY (i, a)",
}


@pytest.mark.parametrize("rows", ["10", "1"])
def test_chunks_by_odd_keys(make, copy, rows):
    src, dst = make("mysql"), make("postgres")
    for n, declared in enumerate(KEYS.values()):
        src.sql("CREATE TABLE k%02d (%s)" % (n, declared))
        names = [r[0] for r in src.rows("SELECT column_name FROM information_schema.columns WHERE table_schema = '%s' AND table_name = 'k%02d'" % (src.name, n))]
        values = {"a": "seq % 5 - 2", "b": "CONCAT(CHAR(65 + seq % 2 * 32 + seq % 26), seq, IF(seq % 3, '', ' '), IF(seq % 11, '', 'é'))", "c": "'2024-01-01' + INTERVAL seq % 9 DAY", "d": "seq / 7 - 5",
                  "t": "'2024-01-01 00:00:00.000001' + INTERVAL seq MINUTE", "u": "18446744073709551615 - seq % 40", "i": "SEC_TO_TIME((seq - 50) * 50000.123)"}
        src.sql("INSERT IGNORE INTO k%02d (%s) SELECT %s FROM (SELECT CAST(seq AS SIGNED) AS seq FROM seq_1_to_%s) AS s" % (n, ", ".join(names), ", ".join(values[c] for c in names), "120" if rows == "10" else "12"))
    copy(src, dst, "--chunk-rows", rows, structure=False)


def test_what_is_named_but_not_moved(make, ferry, copy):
    src, dst = make("mysql"), make("postgres")
    src.sql("""CREATE TABLE t (id int PRIMARY KEY, v int); CREATE VIEW w AS SELECT id FROM t; CREATE TRIGGER tr BEFORE INSERT ON t FOR EACH ROW SET NEW.v = 1; CREATE PROCEDURE pr() SELECT 1;
      CREATE FUNCTION fn() RETURNS int DETERMINISTIC RETURN 1; CREATE EVENT ev ON SCHEDULE EVERY 1 YEAR DO SELECT 1; CREATE SEQUENCE sq START WITH 5 INCREMENT BY 3;
      CREATE VIEW broken AS SELECT id FROM t; """)
    src.sql("CREATE TABLE gone (x int); CREATE VIEW of_gone AS SELECT x FROM gone; DROP TABLE gone")
    result = copy(src, dst, structure=False)
    plan = ferry("plan", src, make("postgres"), "--json").json
    named = {(n["kind"], n["object"].split(".")[-1]) for n in plan["notes"]}
    assert {("view", "w"), ("view", "of_gone"), ("trigger", "tr"), ("procedure", "pr"), ("function", "fn"), ("event", "ev")} <= named, named
    for name in ("w", "tr", "pr", "fn", "ev"):
        assert name in result.text
    assert dst.value("SELECT nextval('sq')") in ("5", "3002")


def test_names(make, copy):
    src, dst = make("mysql"), make("postgres")
    src.sql("""CREATE TABLE `select` (`order` int PRIMARY KEY, `a b` int, `quote"d` int, `back``tick` int, `żółć` int, `%s%%d` int, KEY `weird ``key"` (`a b`)); INSERT INTO `select` VALUES (1, 2, 3, 4, 5, 6);
      CREATE TABLE `we.ird` (id int PRIMARY KEY); INSERT INTO `we.ird` VALUES (1); CREATE TABLE `a/b\\\\c` (id int PRIMARY KEY); CREATE TABLE `MixedCase` (`Id` int PRIMARY KEY); INSERT INTO `MixedCase` VALUES (1);""")
    copy(src, dst, structure=False)


@pytest.mark.parametrize("kind", ["postgres", "sqlite"])
@pytest.mark.parametrize("rows", [0, 2])
def test_default_beyond_three_bytes(make, ferry, kind, rows):
    """information_schema and SHOW CREATE TABLE have ? for each; a ? that is one stays."""
    src, dst = make("mysql"), make(kind)
    src.sql("CREATE TABLE t (id int PRIMARY KEY, v varchar(30) %s DEFAULT 'é😀''\\\\x', `w``?` text DEFAULT 'why?', n varchar(5) DEFAULT NULL)" % ("NOT NULL" if rows else "NULL"))
    for i in range(rows):
        src.sql("INSERT INTO t (id, v) VALUES (%d, 'x')" % i)
    ferry("copy", src, dst)
    for db in (src, dst):
        db.sql("INSERT INTO t (id) VALUES (9)")
    columns = "v, %s, coalesce(n, 'none')"
    given = src.rows("SELECT %s FROM t WHERE id = 9" % (columns % "`w``?`"))
    assert dst.rows("SELECT %s FROM t WHERE id = 9" % (columns % '"w`?"')) == [("é😀'\\x", "why?", "none")]
    assert given[0][0].startswith("é😀'")


def test_default_that_the_server_does_not_tell(make, ferry):
    src, dst = make("mysql"), make("sqlite")
    src.sql("CREATE TABLE t (id int PRIMARY KEY, v varchar(30) NOT NULL DEFAULT '😀')")
    assert "t.v: the server tells ? in its default" in ferry("plan", src, dst).out


@pytest.mark.parametrize("args", [[], ["--table", "t"], ["--identifiers", "snake"]])
def test_defaults_from_sequences(make, ferry, args):
    src, dst = make("mysql"), make("postgres")
    src.sql("CREATE SEQUENCE `s``q` START WITH 100 INCREMENT BY -7 MINVALUE -1000 MAXVALUE 100 CACHE 1; CREATE SEQUENCE Plain; SELECT NEXTVAL(`s``q`);"
            "CREATE TABLE t (id bigint NOT NULL DEFAULT (NEXT VALUE FOR `s``q`) PRIMARY KEY, n int DEFAULT (nextval(Plain)), v int); INSERT INTO t (v) VALUES (1), (2)")
    result = ferry("copy", src, dst, *args)
    assert "not converted" not in result.text, result.text
    for db in (src, dst):
        db.sql("INSERT INTO t (v) VALUES (9)")
    assert dst.rows("SELECT id FROM t ORDER BY 1") == src.rows("SELECT id FROM t ORDER BY 1") == [("79",), ("86",), ("93",)]
    assert int(dst.value("SELECT n FROM t WHERE v = 9")) >= 3
