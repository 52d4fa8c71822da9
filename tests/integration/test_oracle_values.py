"""Values of Oracle's types, from the tests' own server into PostgreSQL: judged by what the test wrote, and verified."""
import struct

import pytest

import oracle_stand_in as oracle

pytestmark = pytest.mark.skipif(not oracle.is_built(), reason="tests/oracle_server is not built")
SHOW = "SET TIME ZONE 'UTC'; SET DateStyle = 'ISO'; SET IntervalStyle = 'postgres'; SET extra_float_digits = 1; SET bytea_output = 'hex'; "


@pytest.fixture
def through(make_oracle, make_postgres, ferry):
    """through(type, [(value in the server's file, text in PostgreSQL), …], "--profile", …): copies a column of that type."""
    def run(native, cases, *options, key="NUMBER(4)", text=True):
        src, dst = make_oracle(*options), make_postgres()
        src.sql("CREATE TABLE t (id %s PRIMARY KEY, v %s)" % (key, native))
        src.schema.db.executemany("INSERT INTO t VALUES (?, ?)", [(i, value) for i, (value, _) in enumerate(cases)])
        out = ferry("copy", src, dst)
        assert "Loaded and verified" in out.text, out.text
        got = [row[-1] for row in dst.rows(SHOW + "SELECT v%s FROM t ORDER BY id" % ("::text" if text else ""))]
        assert got == [wanted for _, wanted in cases]
        return dst.value("SELECT format_type(atttypid, atttypmod) FROM pg_attribute WHERE attrelid = 't'::regclass AND attname = 'v'")
    return run


def test_interval_year_to_month(through):
    assert through("INTERVAL YEAR(4) TO MONTH", [("+02-03", "2 years 3 mons"), ("-02-03", "-2 years -3 mons"), ("+00-00", "00:00:00"), ("-00-11", "-11 mons"),
                                                 ("+9999-11", "9999 years 11 mons"), ("-9999-11", "-9999 years -11 mons"), (None, None)]) == "interval"


def test_interval_day_to_second(through):
    assert through("INTERVAL DAY(9) TO SECOND(9)", [
        ("+05 04:03:02.123456", "5 days 04:03:02.123456"), ("-05 04:03:02.123456", "-5 days -04:03:02.123456"), ("+00 00:00:00", "00:00:00"), ("-00 00:00:00.000001", "-00:00:00.000001"),
        ("+00 23:59:59.999999", "23:59:59.999999"), ("+999999999 23:59:59", "999999999 days 23:59:59"), ("-999999999 23:59:59", "-999999999 days -23:59:59"), (None, None)]) == "interval"


@pytest.mark.parametrize("profile", ["12.1", "26"])
def test_zones_of_regions(through, profile):
    assert through("TIMESTAMP(6) WITH TIME ZONE", [
        ("2024-07-01 12:00:00.5 Europe/Berlin", "2024-07-01 10:00:00.5+00"), ("2024-01-01 12:00:00 Europe/Berlin", "2024-01-01 11:00:00+00"),
        ("2024-07-01 12:00:00 America/St_Johns", "2024-07-01 14:30:00+00"), ("2024-01-01 00:00:00.123456 Asia/Kathmandu", "2023-12-31 18:15:00.123456+00"),
        ("2024-03-01 01:02:03.5 +02:00", "2024-02-29 23:02:03.5+00"), ("1999-12-31 23:00:00 -08:00", "2000-01-01 07:00:00+00"), ("9999-12-31 23:59:59.999999 +00:00", "9999-12-31 23:59:59.999999+00"),
        (None, None)], "--profile", profile) == "timestamp with time zone"


def test_local_time_zone(through):
    assert through("TIMESTAMP(3) WITH LOCAL TIME ZONE", [("2024-07-01 12:00:00.5", "2024-07-01 12:00:00.5+00"), ("0001-01-01 00:00:00", "0001-01-01 00:00:00+00"), (None, None)]) == \
        "timestamp(3) with time zone"


def test_dates(through):
    assert through("DATE", [("2024-02-29 23:59:59", "2024-02-29 23:59:59"), ("-4712-01-01 00:00:00", "4712-01-01 00:00:00 BC"), ("-0001-12-31 12:00:00", "0001-12-31 12:00:00 BC"),
                            ("9999-12-31 23:59:59", "9999-12-31 23:59:59"), (None, None)]) == "timestamp(0) without time zone"


@pytest.mark.parametrize("profile", ["12.1", "21", "26"])
def test_long(through, profile):
    long = "größe €😀" * 30000
    assert through("LONG", [("007", "007"), ("x" * 252, "x" * 252), ("y" * 253, "y" * 253), (long, long), (None, None)], "--profile", profile) == "text"


@pytest.mark.parametrize("profile", ["12.1", "26"])
def test_long_raw(through, profile):
    long = bytes(range(256)) * 2000
    assert through("LONG RAW", [(b"\0\xff", "\\x00ff"), (long, "\\x" + long.hex()), (None, None)], "--profile", profile) == "bytea"


@pytest.mark.parametrize("native,cases", [
    ("VECTOR(3, FLOAT32)", [("[1.5,-2,3]", "[1.5,-2,3]"), (None, None)]),
    ("VECTOR(2, FLOAT64)", [("[1.0E-001,-1.0E+300]", "[1.0E-001,-1.0E+300]")]),
    ("VECTOR(3, INT8)", [("[-128,0,127]", "[-128,0,127]")]),
    ("VECTOR(16, BINARY)", [("[1,255]", "[1,255]")]),
    ("VECTOR(*, *)", [("[%s]" % ",".join("0.5" for _ in range(30000)), "[%s]" % ",".join("0.5" for _ in range(30000)))]),
], ids=["float32", "float64", "int8", "binary", "long"])
def test_vector(through, native, cases):
    """As the server's VECTOR_SERIALIZE writes them."""
    assert through(native, cases, "--profile", "26") == "text"


@pytest.mark.parametrize("profile", ["21", "26"])
def test_json(through, profile):
    long = '{"a": "%s"}' % ("ü" * 70000)
    assert through("JSON", [('{"b": [1, 2.5, null, true], "a": "é😀"}', '{"a": "é😀", "b": [1, 2.5, null, true]}'), ("null", "null"), ('"x"', '"x"'), (long, long), (None, None)],
                   "--profile", profile) == "jsonb"


@pytest.mark.parametrize("profile", ["23", "26"])
def test_boolean(through, profile):
    assert through("BOOLEAN", [(1, "true"), (0, "false"), (None, None)], "--profile", profile) == "boolean"


def test_geometry(through):
    point = struct.pack("<BIdd", 1, 1, 13.4, -52.5)
    assert through("SDO_GEOMETRY", [(point, "\\x" + point.hex()), (None, None)]) == "bytea"


def test_xml(through):
    long = "<a>%s</a>" % ("é" * 100000)
    assert through("XMLTYPE", [("<a>ü</a>", "<a>ü</a>"), (long, long), (None, None)]) == "text"


@pytest.mark.parametrize("native,wanted", [("ROWID", "character varying(18)"), ("UROWID", "text")])
def test_rowids(through, native, wanted):
    cases = [("AAAR0oAAMAAAACAAAB", "AAAR0oAAMAAAACAAAB"), (None, None)] + ([("*BAMAAB8CwQL+", "*BAMAAB8CwQL+")] if native == "UROWID" else [])
    assert through(native, cases) == wanted


def test_binary_floats(through):
    assert through("BINARY_FLOAT", [(1.5, "1.5"), (-0.1, "-0.1"), ("Nan", "NaN"), (float("inf"), "Infinity"), (float("-inf"), "-Infinity"), (3.4028234e38, "3.4028235e+38"), (1e-45, "1e-45"), (0.0, "0"),
                                    (None, None)]) == "real"
    assert through("BINARY_DOUBLE", [(1.5, "1.5"), (-0.1, "-0.1"), ("Nan", "NaN"), (float("inf"), "Infinity"), (float("-inf"), "-Infinity"), (1.7976931348623157e308, "1.7976931348623157e+308"),
                                     (5e-324, "5e-324"), (None, None)]) == "double precision"


def test_numbers(through):
    from values import number_bytes as own
    long = "1234567890123456789012345678901234567.8"
    assert through("NUMBER", [(b"\xff\x65", "Infinity"), (b"\x00", "-Infinity"), (own("9" * 38), "9" * 38), (own("-" + "9" * 38), "-" + "9" * 38), (own(long), long), (own("-0." + "0" * 129 + "1"), "-0." + "0" * 129 + "1"),
                              (own("9" * 38 + "e87"), "9" * 38 + "0" * 87), (0.1, "0.1"), (-7, "-7"), (0, "0"), (None, None)]) == "numeric"
    assert through("NUMBER(38)", [(own("9" * 38), "9" * 38), (own("-" + "9" * 38), "-" + "9" * 38), (own("1" + "0" * 37), "1" + "0" * 37), (1, "1")]) == "numeric(38,0)"
    assert through("NUMBER(38,20)", [(own("9" * 18 + "." + "9" * 20), "9" * 18 + "." + "9" * 20), (own("-0." + "0" * 19 + "1"), "-0." + "0" * 19 + "1")]) == "numeric(38,20)"
    assert through("FLOAT(126)", [(own("1." + "3" * 37), "1." + "3" * 37), (1e-100, "0." + "0" * 99 + "1")]) == "numeric"


@pytest.mark.parametrize("native,name", [("ADDRESS_T", "ADDRESS_T"), ("TAG_LIST", "TAG_LIST"), ("ANYDATA", "ANYDATA"), ("REF PERSON_T", "REF"), ("BFILE", "BFILE")])
def test_refused_by_name(make_oracle, make_postgres, ferry, native, name):
    """Object types, collections and the like: the column is left out, and said to be; the others come."""
    src, dst = make_oracle(), make_postgres()
    src.sql("CREATE TABLE t (id NUMBER(4) PRIMARY KEY, v %s, other VARCHAR2(5)); INSERT INTO t (id, other) VALUES (1, 'x');" % native)
    planned = ferry("plan", src, dst).text
    out = ferry("copy", src, dst)
    for text in (planned, out.text):
        assert "the column is left out: Ferry does not read the type" in text and name in text, text
    assert dst.rows("SELECT * FROM t") == [("1", "x")]


def test_halves_of_pairs(make_oracle, make_postgres, ferry):
    """SUBSTR over AL16UTF16 cuts pairs in two: what is left is no character, in columns and in LOBs that are read in pieces."""
    src = make_oracle()
    src.sql("CREATE TABLE t (id NUMBER(4) PRIMARY KEY, n NVARCHAR2(6), c NCLOB)")
    half, other = b"\xed\xa0\xbd", b"\xed\xb8\x80"
    rows = [(1, b"ab\xf0\x9f\x98\x80", b"fine"), (2, b"abcde" + half, b"x"), (3, b"x", b"long" * 20 + half), (4, other + b"bcdef", b"x"), (5, b"x", half + b"long" * 20)]
    src.schema.db.executemany("INSERT INTO t VALUES (?, CAST(? AS TEXT), CAST(? AS TEXT))", rows)
    url, first = src.url + "?lob-inline=20", make_postgres()
    out = ferry("copy", url, first, expect=5).text
    assert "invalid-encoding" in out and first.rows("SELECT id, n, c FROM t") == [("1", "ab\U0001f600", "fine")], out
    dst = make_postgres()
    ferry("copy", url, dst, "--bad-value", "invalid-encoding=replace")
    assert dst.rows("SELECT id, n, c FROM t WHERE id > 1 ORDER BY id") == [
        ("2", "abcde\ufffd", "x"), ("3", "x", "long" * 20 + "\ufffd"), ("4", "\ufffdbcdef", "x"), ("5", "x", "\ufffd" + "long" * 20)]


def test_dates_that_are_none(make_oracle, make_postgres, ferry, tmp_path):
    """Old programs have written bytes that are no moment: bad values, and the table is read on."""
    src = make_oracle()
    src.sql("CREATE TABLE t (id NUMBER(4) PRIMARY KEY, d DATE, ts TIMESTAMP(6))")
    good = "2024-02-29 10:20:30"
    src.schema.db.executemany("INSERT INTO t VALUES (?, ?, ?)", [
        (1, good, good), (2, bytes([100, 100, 0, 0, 0, 0, 0]), good), (3, good, bytes([100, 100, 0, 0, 0, 0, 0, 0, 0, 0, 0])), (4, good, good),
        (5, bytes([120, 124, 2, 29, 30, 1, 1]), good)])
    first, dst, third = make_postgres(), make_postgres(), make_postgres()
    out = ferry("copy", src, first, "--rejects", tmp_path / "r", expect=5).text
    assert "zero-date" in out and first.rows("SELECT id FROM t ORDER BY id") == [("1",), ("4",)], out
    assert "0000-00-00 00:00:00" in (tmp_path / "r").read_text()
    ferry("copy", src, dst, "--bad-value", "zero-date=null")
    assert dst.rows("SELECT id, d IS NULL, ts IS NULL FROM t ORDER BY id") == [("1", "f", "f"), ("2", "t", "f"), ("3", "f", "t"), ("4", "f", "f"), ("5", "t", "f")]
    (tmp_path / "p.yaml").write_text("version: 1\ntables:\n  - source: T\n    columns:\n      - source: D\n        type: text\n      - source: TS\n        type: text\n")
    ferry("copy", src, third, "--project", tmp_path / "p.yaml")
    assert third.rows("SELECT d, ts FROM t WHERE id IN (2, 3) ORDER BY id") == [("0000-00-00 00:00:00", "2024-02-29 10:20:30"), ("2024-02-29 10:20:30", "0000-00-00 00:00:00")]
