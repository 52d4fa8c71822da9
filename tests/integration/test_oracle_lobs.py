"""Large objects of Oracle's: inside of the rows up to a length, beyond it by locator, in pieces of a million characters or bytes."""
import hashlib

import pytest

import conftest
import oracle_stand_in as oracle
from test_memory import peak_of

pytestmark = pytest.mark.skipif(not oracle.is_built(), reason="tests/oracle_server is not built")

LOBS = """
CREATE TABLE lobs (id NUMBER(4) PRIMARY KEY, c CLOB, name VARCHAR2(20), nc NCLOB, b BLOB, must CLOB NOT NULL);
INSERT INTO lobs VALUES (1, NULL, 'none', NULL, NULL, EMPTY_CLOB());
INSERT INTO lobs VALUES (2, EMPTY_CLOB(), 'empty', EMPTY_CLOB(), EMPTY_BLOB(), 'y');
INSERT INTO lobs VALUES (3, 'größe €😀', 'short', 'Ünï😀', HEXTORAW('00FF'), 'x');
"""
EDGE = 65536    # what comes inside of rows
PAIRS = "a" + "😀" * 600000    # each million of units ends in the middle of a pair
VALUES = {
    4: ("aé😀" * 9999, "n€" * 51200, bytes(range(256)) * 400),
    5: ("x" * EDGE, "ä" * (EDGE + 1), b"\xff" * (EDGE + 1)),
    6: ("x" * (EDGE + 1), "ä" * EDGE, b"\x01" * EDGE),
    7: (PAIRS, "€" * 1100000, bytes(range(251)) * 20000),
    8: ("x" * 10, PAIRS[1:], b""),
}


def rows_of(db, sql):
    return [list(row) for row in db.rows(sql)]


def md5(value):
    return hashlib.md5(value if isinstance(value, bytes) else value.encode()).hexdigest()


def fill(src):
    src.sql(LOBS)
    src.schema.db.executemany("INSERT INTO lobs VALUES (?, ?, 'n' || ?, ?, ?, ?)", [(i, c, i, nc, b, c[:70000]) for i, (c, nc, b) in VALUES.items()])


def check(dst):
    small = rows_of(dst, "SELECT id, c IS NULL, c, name, nc IS NULL, nc, b IS NULL, encode(b, 'hex'), must FROM lobs WHERE id < 4 ORDER BY id")
    assert small == [["1", "t", None, "none", "t", None, "t", None, ""], ["2", "f", "", "empty", "f", "", "f", "", "y"],
                     ["3", "f", "größe €😀", "short", "f", "Ünï😀", "f", "00ff", "x"]]
    large = rows_of(dst, "SELECT id, md5(c), name, md5(nc), md5(b), md5(must) FROM lobs WHERE id > 3 ORDER BY id")
    assert large == [[str(i), md5(c), "n%d" % i, md5(nc), md5(b), md5(c[:70000])] for i, (c, nc, b) in VALUES.items()]


@pytest.mark.parametrize("profile,inline", [("12.1", None), ("19", "0"), ("19", None), ("26", "0"), ("26", None), ("26", "70000"), ("26", "1073741824")])
def test_lobs(make_oracle, make_postgres, ferry, profile, inline):
    """19 has a database of one byte a character: its CLOBs come as UTF-8, those of the others as UTF-16."""
    src, dst = make_oracle("--profile", profile, "--trace"), make_postgres()
    fill(src)
    ferry("copy", src.url + ("?lob-inline=" + inline if inline else ""), dst, "--lanes", "1")
    check(dst)
    out = ferry("verify", src.url + ("?lob-inline=" + inline if inline else ""), dst)
    assert "both sides hold the same rows" in out.text, out.text
    seen = open(src.path + ".log").read()
    assert ("LOB read" in seen) == (inline != "1073741824") and "temporary LOBs left" not in seen


@pytest.mark.parametrize("options", [("--sdu", 512), ("--cut", 1), ("--cut", 251)], ids=lambda o: "".join(map(str, o)))
def test_pieces_of_pieces(make_oracle, make_postgres, ferry, options):
    """Packets that end between the bytes of a character, and between everything else."""
    src, dst = make_oracle("--profile", "26", *options), make_postgres()
    src.sql("CREATE TABLE lobs (id NUMBER(4) PRIMARY KEY, c CLOB, b BLOB);")
    text = "aé😀€" * 500
    src.schema.db.execute("INSERT INTO lobs VALUES (1, ?, ?)", [text, text.encode()])
    ferry("copy", src.url + "?lob-inline=10", dst)
    assert rows_of(dst, "SELECT md5(c), md5(b) FROM lobs") == [[md5(text), md5(text)]]


def test_temporary_lobs(make_oracle, make_postgres, ferry):
    """LOBs that a query has made are freed when they have been read."""
    src, dst = make_oracle("--profile", "23", "--trace", "--temporary-lobs"), make_postgres()
    src.sql("CREATE TABLE notes (id NUMBER(4) PRIMARY KEY, note CLOB, x XMLTYPE, l CLOB)")
    rows = [(i, "note %d " % i * 9, "<a>%d</a>" % i, None if i % 3 else "l" * i) for i in range(450)]
    src.schema.db.executemany("INSERT INTO notes VALUES (?, ?, ?, ?)", rows)
    ferry("copy", src.url + "?lob-inline=20", dst)
    assert dst.rows("SELECT id, note, x, l FROM notes ORDER BY id") == [(str(i), *more) for i, *more in rows]
    seen = open(src.path + ".log").read()
    assert "LOB read" in seen and "temporary LOBs left" not in seen


def test_bytes_as_text(make_oracle, make_postgres, ferry, tmp_path):
    src, dst = make_oracle(), make_postgres()
    src.sql("CREATE TABLE t (id NUMBER(4) PRIMARY KEY, b BLOB); INSERT INTO t VALUES (1, HEXTORAW('00FF'));")
    src.schema.db.execute("INSERT INTO t VALUES (2, ?)", [b"\x01\xab" * 5000])
    (tmp_path / "p.yaml").write_text("version: 1\ntables:\n  - source: T\n    columns:\n      - source: B\n        type: text\n")
    ferry("copy", src.url + "?lob-inline=100", dst, "--project", str(tmp_path / "p.yaml"))
    assert rows_of(dst, "SELECT b FROM t ORDER BY id") == [["\\x00ff"], ["\\x" + "01ab" * 5000]]


def test_bfile_is_refused(make_oracle, make_postgres, ferry, tmp_path):
    src, dst = make_oracle(), make_postgres()
    src.sql("CREATE TABLE t (id NUMBER(4) PRIMARY KEY, f BFILE); INSERT INTO t (id) VALUES (1);")
    out = ferry("copy", src, dst)
    assert "F: the column is left out: Ferry does not read the type BFILE" in out.text.replace("\n", " "), out.text
    (tmp_path / "p.yaml").write_text("version: 1\ntables:\n  - source: q\n    query: SELECT id, f FROM t\n    target: q\n")
    out = ferry("copy", src, dst, "--project", str(tmp_path / "p.yaml"), expect=None)
    assert out.code != 0 and "column F (BFILE" in out.err and "DBMS_LOB.LOADBLOBFROMFILE" in out.err, str(out)


@pytest.mark.skipif(conftest.SANITIZED, reason="a sanitizer's own memory is many times ours")
@pytest.mark.parametrize("kind", ["BLOB", "CLOB"])
def test_memory_is_bounded_by_the_value(make_oracle, make_postgres, tmp_path, kind):
    """100 MB: ferry's memory holds some of the value, not some of the rows."""
    size, rows = 100_000_000, 3 if kind == "BLOB" else 1
    src, dst = make_oracle("--profile", "26"), make_postgres()
    src.sql("CREATE TABLE big (id NUMBER(4) PRIMARY KEY, v %s)" % kind)
    for i in range(rows):
        value = bytes([65 + i]) * size
        src.schema.db.execute("INSERT INTO big VALUES (?, ?)", [i, value if kind == "BLOB" else value.decode()])
    code, out, peak = peak_of([conftest.FERRY, "copy", src.url, dst.url, "--lanes", "1"], tmp_path)
    assert code == 0, out
    length = "octet_length(v), md5(v)" if kind == "BLOB" else "length(v), md5(v)"
    assert rows_of(dst, "SELECT id, %s FROM big ORDER BY id" % length) == [[str(i), str(size), md5(bytes([65 + i]) * size)] for i in range(rows)]
    print("peak %.0f MB" % (peak / 1e6))
    assert peak < 10 * size
