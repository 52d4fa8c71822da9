"""The cases of test_conformance.py from and into Oracle (tests/oracle_server). What Oracle does otherwise is declared here."""
import decimal
import json

import pytest

import oracle_stand_in as oracle
from test_conformance import CASES, SOURCES, TARGETS, declare, grant

pytestmark = pytest.mark.skipif(not oracle.is_built(), reason="tests/oracle_server is not built")

# Declaration and literal; a case that is not here has its reason in NO_CASE.
ORACLE = {
    "int16": ("NUMBER(5)", str), "int32": ("NUMBER(10)", str), "int64": ("NUMBER(19)", str), "bool": ("NUMBER(1)", str),
    "float64": ("BINARY_DOUBLE", str), "decimal": ("NUMBER(30,10)", str), "text": ("CLOB", str), "varchar": ("VARCHAR2(50 CHAR)", str),
    "bytes": ("BLOB", lambda v: "HEXTORAW('%s')" % v[2:-1]), "date": ("DATE", lambda v: "DATE " + v), "timestamp": ("TIMESTAMP(6)", lambda v: "TIMESTAMP " + v),
}
NO_CASE = {"json": "JSON is a type from 21 on", "uuid": "Oracle has no UUID type"}
EMPTY = ("''", "x''")  # an empty text is NULL, so it is in no column that must not be NULL

# What comes back as another type of the same value.
AS_ASKED = {
    ("bool", "postgres"): "v.a::int::boolean", ("date", "sqlite"): "date(v.a)", ("float64", "sqlite"): "CAST(v.a AS REAL)",
    ("timestamp", "sqlite"): "rtrim(rtrim(v.a, '0'), '.')",
}
WANTED = {("timestamp", "sqlite"): "rtrim(rtrim(r.a, '0'), '.')"}


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("case", CASES)
def test_from_oracle(make_oracle, make, ferry, case, target):
    if case not in ORACLE:
        assert case in NO_CASE
        return
    src, dst = make_oracle(), make(target)
    declared, literal = ORACLE[case]
    own, values = declare(dst, case)
    if own is None:
        pytest.skip("the target has no such type")
    pairs = [(o, t) for o, t in zip(CASES[case][1], values) if o not in EMPTY]
    src.sql("CREATE TABLE v (id NUMBER(9) PRIMARY KEY, a %s, b %s NOT NULL)" % (declared, declared))
    for i, (o, _) in enumerate(pairs):
        if case == "int64":  # the loader does not negate what SQLite has no integer for
            src.schema.db.execute("INSERT INTO v VALUES (?, ?, ?)", (i, int(o), int(o)))
        else:
            src.sql("INSERT INTO v VALUES (%d, %s, %s)" % (i, literal(o), literal(o)))
    src.sql("INSERT INTO v VALUES (99, NULL, %s)" % literal(pairs[0][0]))
    ferry("copy", src, dst)
    dst.sql("CREATE TABLE r (id int PRIMARY KEY, a %s)" % own)
    for i, (_, t) in enumerate(pairs):
        dst.sql("INSERT INTO r VALUES (%d, %s)" % (i, t))
    got, want = AS_ASKED.get((case, target), "v.a"), WANTED.get((case, target), "r.a")
    assert dst.rows("SELECT v.id, v.a, r.a FROM v JOIN r ON v.id = r.id WHERE v.a IS NULL OR %s <> %s" % (got, want)) == []
    assert int(dst.value("SELECT count(*) FROM v")) == len(pairs) + 1 and int(dst.value("SELECT count(*) FROM v WHERE a IS NULL")) == 1


def number(raw):
    """Oracle's own form, in which the server keeps what SQLite has no number for."""
    is_plus = raw[0] >= 0x80
    digits = [d - 1 if is_plus else 101 - d for d in raw[1:] if is_plus or d != 102]
    exponent = raw[0] - 193 if is_plus else 62 - raw[0]
    with decimal.localcontext(decimal.Context(prec=80)):
        whole = sum(decimal.Decimal(d).scaleb(2 * (exponent - i)) for i, d in enumerate(digits))
        return (whole if is_plus else -whole).normalize()


def plain(case, value):
    if value in (None, "NULL") and case not in ("text", "varchar"):
        return None
    is_number = case in ("int16", "int32", "int64", "decimal", "float64")
    if isinstance(value, bytes):
        return number(value) if is_number else value.hex()
    text = str(value)
    if case == "bool":
        return text in ("t", "true", "1", "True")
    if case in ("date", "timestamp"):
        return text[:10] if case == "date" else text.rstrip("0").rstrip(".") if "." in text else text
    if case == "json":
        return json.dumps(json.loads(text))
    if case == "uuid":
        return text.replace("-", "").lower()
    return decimal.Decimal(text).normalize(decimal.Context(prec=80)) if is_number else text


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("case", CASES)
def test_into_oracle(make_oracle, make, ferry, case, source):
    src, dst = make(source), make_oracle()
    declared, values = declare(src, case)
    if declared is None:
        pytest.skip("the source has no such type")
    values = [v for v, asked in zip(values, CASES[case][1]) if asked not in EMPTY]
    src.sql("CREATE TABLE v (id int PRIMARY KEY, a %s, b %s NOT NULL)" % (declared, declared))
    for i, v in enumerate(values):
        src.sql("INSERT INTO v VALUES (%d, %s, %s)" % (i, v, v))
    src.sql("INSERT INTO v VALUES (99, NULL, %s)" % values[0])
    grant(src)
    ferry("copy", src, dst)
    ferry("verify", src, dst)
    column = "hex(a)" if case == "bytes" and source == "mysql" else "encode(a, 'hex')" if case == "bytes" and source == "postgres" else "a"
    theirs = [(int(i), plain(case, a)) for i, a in src.rows("SELECT id, %s FROM v WHERE id < 99 ORDER BY id" % column)]
    ours = [(int(i), plain(case, a)) for i, a in dst.rows("SELECT ID, A FROM V WHERE ID < 99 ORDER BY ID")]
    if case == "bytes":
        theirs, ours = [(i, a.lower()) for i, a in theirs], [(i, a.lower()) for i, a in ours]
    assert ours == theirs
    assert dst.rows("SELECT A FROM V WHERE ID = 99") == [(None,)]


@pytest.mark.parametrize("source", SOURCES)
def test_whole_database(make_oracle, make, ferry, source):
    """Keys, foreign keys and indexes there, and all rows back again."""
    one, two, three = make(source), make_oracle(), make("postgres")
    one.sql("""CREATE TABLE parent (id int NOT NULL, name varchar(40) NOT NULL, PRIMARY KEY (id));
      CREATE TABLE child (id int NOT NULL, parent_id int, amount double precision, PRIMARY KEY (id), FOREIGN KEY (parent_id) REFERENCES parent (id) ON DELETE CASCADE);
      CREATE UNIQUE INDEX parent_name ON parent (name); CREATE INDEX child_parent ON child (parent_id, amount);""")
    one.sql("INSERT INTO parent VALUES " + ", ".join("(%d, 'name %d')" % (i, i) for i in range(200)))
    one.sql("INSERT INTO child VALUES " + ", ".join("(%d, %d, %d.5)" % (i, i % 200, i) for i in range(1000)))
    grant(one)
    ferry("copy", one, two, "--chunk-rows", "100", "--lanes", "2")
    ferry("copy", one, two, expect=3)
    ferry("copy", one, two, "--if-exists", "truncate")
    ferry("copy", two, three, "--chunk-rows", "100", "--lanes", "2")
    for table, columns in (("parent", "id, name"), ("child", "id, parent_id, amount")):
        query = "SELECT %s FROM %s ORDER BY id" % (columns, table)
        assert [[str(v) for v in row] for row in three.rows(query)] == [[str(v) for v in row] for row in one.rows(query)]
    assert three.value("SELECT count(*) FROM pg_constraint WHERE contype = 'f' AND confdeltype = 'c'") == "1"
    assert three.value("SELECT count(*) FROM pg_indexes WHERE indexname IN ('parent_name', 'child_parent')") == "2"
