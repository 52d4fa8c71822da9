"""oracle:// against the tests' own server (tests/oracle_server), which Oracle's thin clients accept too: no real server was to be had."""
import decimal
import hashlib
import os
import re
import signal
import socket
import sqlite3
import subprocess
import threading
import time

import pytest

import conftest
import oracle_stand_in as oracle
from conftest import DATA

pytestmark = pytest.mark.skipif(not oracle.is_built(), reason="tests/oracle_server is not built")
PROFILES = ["12.1", "12.2", "19", "21", "23", "26"]
CHINOOK = os.path.join(DATA, "chinook", "Chinook_Oracle.sql.gz")
HR = [os.path.join(DATA, "oracle", "human_resources", "hr_%s.sql" % n) for n in ("create", "populate", "code")]


# ---- the judge: the server's file and the target, each read past ferry ----

def plain(value, is_number):
    if value is None or value == "\x02NULL\x02":
        return None
    if isinstance(value, bytes):
        return value.hex()
    text = str(value)
    if is_number:
        return str(decimal.Decimal(text).normalize())
    return text.rstrip(" ").removesuffix(".0")


def assert_same(src, dst, tables=None):
    db = sqlite3.connect(src.path)
    names = [r[0] for r in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'ora$%' AND name NOT LIKE 'sqlite%'")]
    assert names
    for name in names:
        if tables and name not in tables:
            continue
        columns = db.execute("SELECT name, type FROM pragma_table_info(?)", [name]).fetchall()
        numbers = [t.upper().startswith(("NUMBER", "INTEGER", "FLOAT")) for _, t in columns]
        ours = sorted(([plain(v, n) for v, n in zip(row, numbers)] for row in db.execute('SELECT * FROM "%s"' % name)), key=str)
        listed = ", ".join('"%s"' % c.lower() for c, _ in columns)
        theirs = sorted(([plain(v, n) for v, n in zip(row, numbers)] for row in dst.rows('SELECT %s FROM "%s"' % (listed, name.lower()))), key=str)
        assert theirs == ours, name
    db.close()


@pytest.fixture
def chinook(make_oracle):
    def make(*options):
        db = make_oracle(*options)
        db.load(CHINOOK)
        return db
    return make


# ---- whole schemas ----

@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("verifier", ["12c", "11g"])
def test_chinook(chinook, make_postgres, ferry, profile, verifier):
    src, dst = chinook("--profile", profile, "--verifier", verifier), make_postgres()
    out = ferry("copy", src, dst).text
    assert "one snapshot for all lanes (SCN" in out
    assert_same(src, dst)
    assert dst.value("SELECT count(*) FROM pg_constraint WHERE contype = 'f' AND convalidated") == "11"
    assert dst.value("SELECT count(*) FROM pg_constraint WHERE contype = 'p' AND connamespace = 'public'::regnamespace") == "11"


@pytest.mark.parametrize("options", [("--sdu", 512), ("--sdu", 65535), ("--cut", 1), ("--cut", 3), ("--cut", 251)], ids=lambda o: "".join(map(str, o)))
def test_packets(chinook, make_postgres, ferry, options):
    src, dst = chinook("--profile", "26", *options), make_postgres()
    ferry("copy", src, dst, *[a for t in ("ARTIST", "EMPLOYEE", "GENRE", "CUSTOMER") for a in ("--table", t)])
    assert_same(src, dst, ["ARTIST", "EMPLOYEE", "GENRE", "CUSTOMER"])


def test_hr(make_oracle, make_postgres, ferry):
    src, dst = make_oracle(), make_postgres()
    src.load(*HR)
    out = ferry("copy", src, dst).text
    assert_same(src, dst)
    assert dst.value("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = 'emp_salary_min'") == "CHECK ((salary > (0)::numeric))"
    assert dst.value("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = 'jhist_date_interval'") == "CHECK ((end_date > start_date))"
    assert dst.value("SELECT nextval('employees_seq')") == "207"
    assert dst.value("SELECT obj_description('employees'::regclass)").startswith("employees table")
    assert dst.value("SELECT count(*) FROM emp_details_view WHERE region_name = 'Europe'") == dst.value(
        "SELECT count(*) FROM employees JOIN departments USING (department_id) JOIN locations USING (location_id) JOIN countries USING (country_id) WHERE region_id = 10")
    for named in ("procedure FERRY.SECURE_DML", "trigger FERRY.UPDATE_JOB_HISTORY"):
        assert named in out, named


def test_names_into_sqlite(make_oracle, ferry, tmp_path):
    """Names of constraints lose their capitals like all others."""
    src = make_oracle()
    src.load(*HR)
    ferry("copy", src, "sqlite:///%s/hr.db" % tmp_path)
    (sql,) = sqlite3.connect(tmp_path / "hr.db").execute("SELECT sql FROM sqlite_schema WHERE name = 'employees'").fetchone()
    assert '"emp_emp_id_pk" PRIMARY KEY' in sql and '"emp_email_uk" UNIQUE' in sql and "EMP" not in sql


@pytest.mark.parametrize("options,pattern", [((), r"ROWID >= DBMS_ROWID.ROWID_CREATE"), (("--without-dba",), r'"ID" >= \d+')], ids=["extents", "keys"])
def test_chunks_and_lanes(make_oracle, make_postgres, ferry, options, pattern):
    src, dst = big(make_oracle, 6000, "--trace", *options), make_postgres()
    ferry("copy", src, dst, "--chunk-rows", "500", "--lanes", "2", "--verify", "none")
    assert_same(src, dst)
    seen = open(src.path + ".log").read()
    assert len(re.findall(r'SELECT "ID".* WHERE .*' + pattern, seen)) >= 10, seen[-3000:]
    if options:
        assert len(re.findall(r'SELECT "A".* WHERE .*ROWID >=', seen)) >= 2, seen[-3000:]


def big(make_oracle, rows=6000, *options):
    src = make_oracle(*options)
    src.sql("CREATE TABLE big (id NUMBER(9) PRIMARY KEY, name VARCHAR2(40), at DATE, amount NUMBER(12,2));"
            "CREATE TABLE nokey (a NUMBER, b VARCHAR2(20))")
    src.schema.db.executemany("INSERT INTO big VALUES (?, ?, ?, ?)", ((i, "name %d" % (i % 91), "2001-01-%02d 12:00:00" % (1 + i % 28), i / 4) for i in range(1, rows + 1)))
    src.schema.db.executemany("INSERT INTO nokey VALUES (?, ?)", ((i % 7, "b%d" % i) for i in range(rows // 4)))
    return src


# ---- types ----

TYPES = """
CREATE TABLE t (id NUMBER(4) PRIMARY KEY, n NUMBER, d NUMBER(10,2), big NUMBER(38), neg NUMBER(5,-2), tiny NUMBER(2,4), v VARCHAR2(20 CHAR), nv NVARCHAR2(20), c CHAR(5),
  nc NCHAR(3), dt DATE, ts TIMESTAMP(9), tz TIMESTAMP(3) WITH TIME ZONE, ltz TIMESTAMP(6) WITH LOCAL TIME ZONE, ym INTERVAL YEAR TO MONTH, ds INTERVAL DAY(3) TO SECOND(6),
  r RAW(16), bf BINARY_FLOAT, bd BINARY_DOUBLE);
INSERT INTO t (id, n, d, big, neg, tiny, v, nv, c, nc, dt, ts, tz, ltz, r, bf, bd) VALUES (1, 0.5, -1234.56, 99999999999999999999999999999999999999, 12300, 0.0012, 'größe €😀', 'Ünï😀', 'ab', 'ä',
  DATE '2024-02-29', TIMESTAMP '2024-02-29 23:59:59.123456789', TO_TIMESTAMP_TZ('2024-03-01 01:02:03.5 +02:00', 'YYYY-MM-DD HH24:MI:SS.FF TZH:TZM'),
  TIMESTAMP '2024-01-01 00:00:00', HEXTORAW('00FF10'), 1.5, -2.25);
INSERT INTO t (id) VALUES (2);
INSERT INTO t (id, n, d, big, dt, bd) VALUES (3, -0.000000000000000000000000000000000000000123, 0.01, -1, TO_DATE('1582-10-15 13:14:15', 'YYYY-MM-DD HH24:MI:SS'), 1e300);
CREATE TABLE lobs (id NUMBER(4) PRIMARY KEY, c CLOB, nc NCLOB, b BLOB, must CLOB NOT NULL);
INSERT INTO lobs VALUES (1, 'größe €😀', 'Ünï😀', HEXTORAW('00FF'), 'x');
INSERT INTO lobs VALUES (2, NULL, NULL, NULL, EMPTY_CLOB());
INSERT INTO lobs VALUES (3, EMPTY_CLOB(), EMPTY_CLOB(), EMPTY_BLOB(), 'y');
CREATE TABLE longs (id NUMBER(4) PRIMARY KEY, l LONG);
INSERT INTO longs VALUES (1, '007');
INSERT INTO longs VALUES (2, NULL);
CREATE TABLE repeats (id NUMBER(6), a VARCHAR2(10), b NUMBER, c DATE);
"""
ROWS = {
    "SELECT n, d, big, neg, tiny FROM t ORDER BY id": [["0.5", "-1234.56", "9" * 38, "12300", "0.0012"], [None] * 5, ["-0." + "0" * 39 + "123", "0.01", "-1", None, None]],
    "SELECT v, nv, c, nc, encode(r, 'hex') FROM t WHERE id = 1": [["größe €😀", "Ünï😀", "ab   ", "ä  ", "00ff10"]],
    "SELECT dt, ts, tz AT TIME ZONE 'UTC', ltz AT TIME ZONE 'UTC' FROM t WHERE id = 1":
        [["2024-02-29 00:00:00", "2024-02-29 23:59:59.123457", "2024-02-29 23:02:03.5", "2024-01-01 00:00:00"]],
    "SELECT bf, bd FROM t ORDER BY id": [["1.5", "-2.25"], [None, None], [None, "1e+300"]],
    "SELECT dt FROM t WHERE id = 3": [["1582-10-15 13:14:15"]],
    "SELECT c, nc, encode(b, 'hex'), must FROM lobs WHERE id < 4 ORDER BY id": [["größe €😀", "Ünï😀", "00ff", "x"], [None, None, None, ""], ["", "", "", "y"]],
    "SELECT l FROM longs ORDER BY id": [["007"], [None]],
}


def null(rows):
    return [[None if v == "\x02NULL\x02" else v for v in row] for row in rows]


@pytest.mark.parametrize("profile", PROFILES)
def test_types(make_oracle, make_postgres, ferry, profile):
    src, dst = make_oracle("--profile", profile), make_postgres()
    src.sql(TYPES)
    long_text, national, raw = "aé😀" * 40000, "n€" * 60001, bytes(range(256)) * 1000
    src.schema.db.execute("INSERT INTO lobs VALUES (4, ?, ?, ?, 'z')", [long_text, national, raw])
    src.schema.db.executemany("INSERT INTO repeats VALUES (?, ?, ?, ?)", [(i, "a%d" % (i // 7), None if i % 11 < 4 else i // 50, "2024-01-%02d 00:00:00" % (1 + i // 100))
                                                                          for i in range(1000)])
    ferry("copy", src, dst)
    for sql, rows in ROWS.items():
        assert null(dst.rows(sql)) == rows, sql
    sums = [hashlib.md5(v).hexdigest() for v in (long_text.encode(), national.encode(), raw)]
    assert list(dst.rows("SELECT md5(c), md5(nc), md5(b) FROM lobs WHERE id = 4")[0]) == sums
    assert_same(src, dst, ["REPEATS"])
    assert dst.value("SELECT format_type(atttypid, atttypmod) FROM pg_attribute WHERE attrelid = 't'::regclass AND attname = 'id'") == "smallint"


# ---- what goes wrong ----

def test_refusals(chinook, ferry):
    src = chinook("--service", oracle.SERVICE)
    url = src.url
    wrong = url.replace(":" + url.split(":")[2].split("@")[0], ":wrong", 1)
    out = ferry("inspect", wrong, expect=None)
    assert out.code != 0 and "ORA-01017" in out.err and "hint" in out.err
    out = ferry("inspect", url.replace(oracle.SERVICE, "elsewhere"), expect=None)
    assert out.code != 0 and "12514" in out.err and "lsnrctl" in out.err
    out = ferry("inspect", url + "?schema=nobody", expect=None)
    assert out.code != 0 and "no schema NOBODY" in out.err
    out = ferry("inspect", url.rsplit("/", 1)[0], expect=None)
    assert out.code != 0 and "names no service" in out.err


@pytest.mark.parametrize("account,word", [("locked", "28000"), ("expired", "28001"), ("grace", None)])
def test_accounts(chinook, ferry, account, word):
    out = ferry("inspect", chinook("--account", account), expect=None)
    assert (out.code == 0) == (word is None), str(out)
    assert (word or "28002") in out.text


@pytest.mark.parametrize("options,words", [
    (("--native-encryption", "ask"), ["native network services", "TCPS", "SQLNET.ENCRYPTION_SERVER"]),
    (("--native-encryption", "refuse"), ["ORA-12660", "native network encryption", "?protocol=tcps", "ACCEPTED or REQUESTED"]),
    (("--native-encryption", "drop"), ["native network encryption", "?protocol=tcps"]),
    (("--verifier", "10g"), ["10G's, and too weak", "ALTER USER", "IDENTIFIED BY"]),
    (("--profile", "11.2"), ["older than Oracle 12.1", "upgrade"])], ids=lambda o: o[-1] if isinstance(o, tuple) else "")
def test_ways_out(chinook, make_postgres, ferry, options, words):
    """What Ferry cannot talk to is named, and what to do about it."""
    out = ferry("copy", chinook(*options), make_postgres(), expect=None)
    text = " ".join(out.err.split())
    assert out.code != 0 and "hint" in text, str(out)
    for word in words:
        assert word in text, str(out)


@pytest.mark.parametrize("where,number,words", [
    ("LISTENER", 12514, "no such service"), ("LISTENER", 12505, "no such SID"), ("LISTENER", 12516, "lsnrctl"), ("LISTENER", 12520, "SERVER=dedicated"), ("LISTENER", 12518, "PROCESSES"),
    ("LISTENER", 12521, "instance"), ("LISTENER", 12526, "restricted"), ("LISTENER", 12528, "starting"), ("LISTENER", 12537, "invited"),
    ("LOGIN", 1017, "FERRY_SOURCE_PASSWORD"), ("LOGIN", 1033, "starting"), ("LOGIN", 1034, "not started"), ("LOGIN", 1090, "shut down"), ("LOGIN", 257, "archive"),
    ("LOGIN", 28009, "privilege=sysdba"), ("LOGIN", 28040, "ALLOWED_LOGON_VERSION"), ("LOGIN", 1045, "CREATE SESSION")])
def test_refusals(chinook, ferry, where, number, words):
    """Each has the server's number, and what can be done."""
    out = ferry("inspect", chinook("--refuse", "%s=%d" % (where, number)), expect=None)
    assert out.code != 0 and "ORA-%05d" % number in out.err and words in " ".join(out.err.partition("hint:")[2].split()), str(out)


def test_password_in_grace(chinook, make_postgres, ferry):
    src, dst = chinook("--account", "grace"), make_postgres()
    assert "ORA-28002" in ferry("plan", src, dst, "--table", "GENRE").text


def test_redirect_and_resend(chinook, make_postgres, ferry, tmp_path):
    src, dst = chinook("--resend"), make_postgres()
    src.url
    with oracle.Server({"FERRY": src.path}, "--redirect", "127.0.0.1:%d" % src.server.port) as listener:
        ferry("copy", listener.url(), dst, "--table", "GENRE")
        assert dst.value("SELECT count(*) FROM genre") == "25"


def test_names(chinook, ferry, tmp_path):
    """tnsnames.ora with a list of addresses of which the first does not answer; a descriptor; a SID."""
    src = chinook()
    src.url
    user = src.url.split("@")[0]
    descriptor = "(DESCRIPTION=(ADDRESS_LIST=(ADDRESS=(PROTOCOL=TCP)(HOST=127.0.0.1)(PORT=1))(ADDRESS=(PROTOCOL=TCP)(HOST=127.0.0.1)(PORT=%d)))(CONNECT_DATA=(SERVICE_NAME=%s)))" \
        % (src.server.port, oracle.SERVICE)
    (tmp_path / "tnsnames.ora").write_text("# names\nSHOP, SHOP.example.com =\n  %s\n" % descriptor)
    for url in (user + "@shop?tns-admin=" + str(tmp_path), user + "@/?descriptor=" + descriptor, user + "@127.0.0.1:%d/?sid=ORCL" % src.server.port):
        assert "11 tables" in ferry("inspect", url).out


def test_addresses_that_do_not_serve(chinook, ferry):
    """One that is silent, and one that hangs up: the next is asked, with its share of the time."""
    src = chinook()
    user = src.url.split("@")[0]
    silent, rude = socket.create_server(("127.0.0.1", 0)), socket.create_server(("127.0.0.1", 0))

    def hang_up():
        while True:
            try:
                rude.accept()[0].close()
            except OSError:
                return
    threading.Thread(target=hang_up, daemon=True).start()
    try:
        for port in (silent.getsockname()[1], rude.getsockname()[1]):
            descriptor = "(DESCRIPTION=(ADDRESS_LIST=(ADDRESS=(PROTOCOL=TCP)(HOST=127.0.0.1)(PORT=%d))(ADDRESS=(PROTOCOL=TCP)(HOST=127.0.0.1)(PORT=%d)))(CONNECT_DATA=(SERVICE_NAME=%s)))" \
                % (port, src.server.port, oracle.SERVICE)
            assert "11 tables" in ferry("inspect", user + "@/?connect-timeout=6&descriptor=" + descriptor).out
    finally:
        silent.close()
        rude.close()


def test_all_reads_are_of_one_state(make_oracle, make_postgres, ferry, tmp_path):
    """Tables with expressions, checks and conditions, and the look for the greatest cursor, too."""
    src, dst = make_oracle("--trace"), make_postgres()
    src.sql("CREATE TABLE t (id NUMBER(9) PRIMARY KEY, v VARCHAR2(20)); CREATE TABLE u (id NUMBER(9) PRIMARY KEY, v VARCHAR2(20));"
            "INSERT INTO t VALUES (1, 'a'); INSERT INTO t VALUES (2, 'b'); INSERT INTO u VALUES (3, 'c')")
    (tmp_path / "p.yaml").write_text("version: 1\ntables:\n  - source: T\n    cursor: ID\n    where: id > 0\n    checks: [{name: positive, expression: id > 0}]\n"
                                     "    columns: [{target: w, expression: v || '!'}]\n"
                                     "  - {source: q, query: 'SELECT id, v FROM u -- all', key: ID, cursor: ID, checks: [{name: big, expression: id > 2}]}\noptions: {incremental: true}\n")
    ferry("copy", src, dst, "--project", str(tmp_path / "p.yaml"))
    assert [tuple(map(str, r)) for r in dst.rows("SELECT id, v, w FROM t ORDER BY id")] == [("1", "a", "a!"), ("2", "b", "b!")]
    assert [tuple(map(str, r)) for r in dst.rows("SELECT id, v FROM q")] == [("3", "c")]
    seen = open(src.path + ".log").read()
    assert " AS ferry_query" not in seen and ") AS \"q\"" not in seen
    reads = [line for line in seen.splitlines() if re.search(r'^\[[^1]\].*(MAX|MIN|"ID", "V").*FROM "FERRY"."T"', line)]
    assert len(reads) >= 3 and all("AS OF SCN" in line for line in reads), reads


def test_tls(chinook, ferry, tmp_path):
    pem, key = str(tmp_path / "cert.pem"), str(tmp_path / "key.pem")
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", pem, "-days", "2", "-subj", "/CN=localhost",
                    "-addext", "subjectAltName=DNS:localhost"], check=True, capture_output=True)
    src = chinook("--tls-cert", pem, "--tls-key", key)
    url = src.url.replace("127.0.0.1", "localhost") + "?protocol=tcps"
    assert "11 tables" in ferry("inspect", url + "&ssl-ca=" + pem).out
    assert "11 tables" in ferry("inspect", url + "&ssl-verify=off").out
    assert "11 tables" in ferry("inspect", url + "&ssl-server-dn=CN=localhost&ssl-ca=" + pem).out
    assert "not accepted" in ferry("inspect", url, expect=None).err
    assert "not for CN=other" in ferry("inspect", url + "&ssl-server-dn=CN=other&ssl-ca=" + pem, expect=None).err


SLOW = "(WITH c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 1000000000) SELECT COUNT(*) FROM c) > 0"


@pytest.mark.parametrize("profile", ["12.1", "26"])
def test_cancel(chinook, make_postgres, tmp_path, profile):
    """The server is at work on a query when the user stops the copy."""
    src, dst = chinook("--profile", profile), make_postgres()
    argv = [conftest.FERRY, "copy", src.url, dst.url, "--table", "GENRE", "--where", "GENRE=" + SLOW]
    process = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd=tmp_path, env=conftest.ferry_env(tmp_path))
    time.sleep(1.5)
    process.send_signal(signal.SIGINT)
    out = process.communicate(timeout=60)[0].decode()    # the query alone takes minutes
    assert process.returncode not in (0, -signal.SIGINT), out


def test_kill_and_resume(make_oracle, make_postgres, ferry, tmp_path):
    src, dst = big(make_oracle, 40000), make_postgres()
    argv = [conftest.FERRY, "copy", src.url, dst.url, "--chunk-rows", "400", "--lanes", "2"]
    for moment in (0.15, 0.4, 0.5, 0.6, None):
        process = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd=tmp_path, env=conftest.ferry_env(tmp_path))
        try:
            out = process.communicate(timeout=moment)[0].decode()
            break
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
    assert process.returncode == 0, out
    assert_same(src, dst)
    if "Resumed:" in out:
        assert "that of the run before (SCN" in out and "come from an earlier state" not in out, out


def test_query(chinook, make_postgres, ferry, tmp_path):
    src, dst = chinook(), make_postgres()
    (tmp_path / "p.yaml").write_text("version: 1\ntables:\n  - source: counts\n    query: SELECT GenreId, COUNT(*) AS n, MAX(Name) AS last FROM Track GROUP BY GenreId\n    target: per_genre\n")
    ferry("copy", src, dst, "--project", str(tmp_path / "p.yaml"))
    assert dst.value("SELECT sum(n::int) FROM per_genre") == "3503"


NEW_TYPES = """
CREATE TABLE modern (id NUMBER(4) PRIMARY KEY, doc JSON, yes BOOLEAN, x XMLTYPE, u UROWID, v VECTOR);
INSERT INTO modern VALUES (1, '{"a": [1, "é"]}', TRUE, '<a>ü</a>', NULL, NULL);
INSERT INTO modern VALUES (2, NULL, FALSE, NULL, NULL, NULL);
INSERT INTO modern VALUES (3, NULL, NULL, NULL, NULL, NULL);
"""


@pytest.mark.parametrize("profile", ["23", "26"])
def test_new_types(make_oracle, make_postgres, ferry, profile):
    src, dst = make_oracle("--profile", profile), make_postgres()
    src.sql(NEW_TYPES)
    ferry("copy", src, dst)
    assert null(dst.rows("SELECT doc, yes, x FROM modern ORDER BY id")) == [['{"a": [1, "é"]}', "t", "<a>ü</a>"], [None, "f", None], [None, None, None]]
    assert dst.value("SELECT format_type(atttypid, atttypmod) FROM pg_attribute WHERE attrelid = 'modern'::regclass AND attname = 'doc'") == "jsonb"


OBJECTS = """
CREATE SEQUENCE order_seq START WITH 500 INCREMENT BY 5;
CREATE TABLE customers (id NUMBER GENERATED ALWAYS AS IDENTITY, email VARCHAR2(60) NOT NULL, "Mixed" NUMBER(3), CONSTRAINT customers_pk PRIMARY KEY (id), CONSTRAINT customers_u UNIQUE (email));
CREATE TABLE orders (id NUMBER(9) DEFAULT order_seq.NEXTVAL PRIMARY KEY, customer_id NUMBER NOT NULL, placed DATE DEFAULT SYSDATE NOT NULL, state VARCHAR2(10) DEFAULT 'new' NOT NULL,
  amount NUMBER(10,2) DEFAULT 0, vat NUMBER(12,2) GENERATED ALWAYS AS (amount * 2) VIRTUAL, code RAW(16) DEFAULT SYS_GUID(),
  CONSTRAINT orders_fk FOREIGN KEY (customer_id) REFERENCES customers (id) ON DELETE CASCADE, CONSTRAINT orders_ck CHECK (state IN ('new', 'paid') AND amount >= 0));
CREATE INDEX orders_state ON orders (UPPER(state), placed DESC);
CREATE BITMAP INDEX orders_bits ON orders (customer_id);
COMMENT ON TABLE orders IS 'What was bought';
COMMENT ON COLUMN orders.state IS 'new or paid';
INSERT INTO customers (id, email) VALUES (1, 'a@example.com');
INSERT INTO orders (id, customer_id, placed, state, amount) VALUES (1, 1, DATE '2020-01-01', 'paid', 9.5);
"""


def test_objects(make_oracle, make_postgres, ferry):
    src, dst = make_oracle(), make_postgres()
    src.sql(OBJECTS)
    out = ferry("copy", src, dst)
    assert dst.value("SELECT attidentity FROM pg_attribute WHERE attrelid = 'customers'::regclass AND attname = 'id'") == "a"
    assert dst.value("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = 'orders_fk'") == "FOREIGN KEY (customer_id) REFERENCES customers(id) ON DELETE CASCADE"
    dst.sql("INSERT INTO orders (customer_id) VALUES (1)")
    assert dst.rows("SELECT id, state, amount, vat, length(code), placed > now() - interval '1 day' FROM orders ORDER BY id DESC LIMIT 1") == \
        dst.rows("SELECT 500, 'new', 0.00, 0.00, 16, true")
    assert dst.value("SELECT pg_get_indexdef('orders_state'::regclass)").endswith("(upper((state)::text), placed DESC)")
    assert dst.value("SELECT col_description('orders'::regclass, 4)") == "new or paid" and dst.value("SELECT obj_description('orders'::regclass)") == "What was bought"
    assert dst.value("""SELECT count("Mixed") FROM customers""") == "0"
    assert "bitmap index ORDERS_BITS becomes a btree index" in ferry("plan", src, dst, "--if-exists", "drop").text, str(out)
