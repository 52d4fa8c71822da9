"""The Oracle server of the tests (tests/oracle_server) as Oracle's own thin clients see it: python-oracledb 1.2 and node-oracledb 26."""
import json
import os
import shutil
import subprocess
import sys

import pytest

import oracle_stand_in as oracle
from conftest import DATA, TOP

CLIENTS = os.path.join(TOP, "tests", "oracle_server", "clients")
PROFILES = ["12.1", "12.2", "19", "21", "23", "26"]
VERSIONS = {"12.1": "12.1.0.2.0", "12.2": "12.2.0.1.0", "19": "19.22.0.0.0", "21": "21.3.0.0.0", "23": "23.4.0.24.5", "26": "23.26.0.0.0"}
SYSTEM_PYTHON = "/usr/bin/python3" if os.path.exists("/usr/bin/python3") else sys.executable

pytestmark = pytest.mark.skipif(not oracle.is_built(), reason="tests/oracle_server is not built")


def missing(client):
    if client == "python":
        ok = subprocess.run([SYSTEM_PYTHON, "-c", "import oracledb"], capture_output=True).returncode == 0
        return None if ok else "python3-oracledb is not installed (scripts/setup.sh test)"
    if not shutil.which("node"):
        return "node is not installed"
    return None if os.path.isdir(os.path.join(CLIENTS, "node_modules", "oracledb")) else "no npm oracledb (cd tests/oracle_server/clients && npm ci)"


@pytest.fixture(params=["python", "node"])
def client(request):
    if missing(request.param):
        pytest.skip(missing(request.param))

    def run(server, *steps, options=None, dsn=None, password=None):
        """Each step is a statement or a dict of client.py's; what came back, without the login's answer."""
        steps = [{"sql": s} if isinstance(s, str) else s for s in steps]
        task = {"dsn": dsn or server.dsn, "user": server.user, "password": password or server.password, "steps": steps, "options": options or {}}
        argv = [SYSTEM_PYTHON, os.path.join(CLIENTS, "client.py")] if request.param == "python" else ["node", os.path.join(CLIENTS, "client.js")]
        p = subprocess.run(argv, input=json.dumps(task), capture_output=True, text=True, timeout=60, env=dict(os.environ, TZ="UTC"))
        assert p.returncode == 0, p.stderr[-3000:]
        run.login, *answers = json.loads(p.stdout)
        return answers
    run.name = request.param
    return run


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """chinook and hr as files, made once."""
    import load
    made = tmp_path_factory.mktemp("oracle")
    for owner, scripts in (("CHINOOK", ["chinook/Chinook_Oracle.sql.gz"]),
                           ("HR", ["oracle/human_resources/hr_%s.sql" % n for n in ("create", "populate", "code")])):
        schema = load.Schema(owner, str(made / owner))
        for script in scripts:
            schema.run(load.read(os.path.join(DATA, script)))
        schema.finish()
    load_types(load.Schema("FERRY", str(made / "FERRY")))
    return made


TYPES = """
CREATE TABLE types (id NUMBER(4) PRIMARY KEY, n NUMBER, d NUMBER(10,2), big NUMBER(38), neg NUMBER(5,-2), v VARCHAR2(20 CHAR), nv NVARCHAR2(20), c CHAR(5), nc NCHAR(3),
  dt DATE, ts TIMESTAMP(9), tz TIMESTAMP(3) WITH TIME ZONE, ltz TIMESTAMP(6) WITH LOCAL TIME ZONE, r RAW(16), bf BINARY_FLOAT, bd BINARY_DOUBLE);
INSERT INTO types VALUES (1, 0.5, -1234.56, 99999999999999999999999999999999999999, 12300, 'größe €😀', 'Ünï😀', 'ab', 'ä', DATE '2024-02-29',
  TIMESTAMP '2024-02-29 23:59:59.123456789', TO_TIMESTAMP_TZ('2024-03-01 01:02:03.5 +02:00', 'YYYY-MM-DD HH24:MI:SS.FF TZH:TZM'), TIMESTAMP '2024-01-01 00:00:00', HEXTORAW('00FF10'), 1.5, -2.25);
INSERT INTO types VALUES (2, -42, 0.01, -0.1, -100, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO types VALUES (3, 1516, 100, 1e30, 0, 'x', 'x', 'abcde', 'abc', TO_DATE('1582-10-15 13:14:15', 'YYYY-MM-DD HH24:MI:SS'),
  TIMESTAMP '1999-12-31 00:00:00', TO_TIMESTAMP_TZ('1999-12-31 23:00:00 -08:00', 'YYYY-MM-DD HH24:MI:SS TZH:TZM'), TIMESTAMP '2000-01-01 12:00:00.25', HEXTORAW('AA'), 0, 1e300);
CREATE TABLE lobs (id NUMBER PRIMARY KEY, c CLOB, nc NCLOB, b BLOB);
INSERT INTO lobs VALUES (1, 'größe €😀', 'Ünï😀', HEXTORAW('00FF'));
INSERT INTO lobs VALUES (2, NULL, NULL, NULL);
INSERT INTO lobs VALUES (3, EMPTY_CLOB(), EMPTY_CLOB(), EMPTY_BLOB());
CREATE TABLE longs (id NUMBER PRIMARY KEY, l LONG);
INSERT INTO longs VALUES (1, '007');
INSERT INTO longs VALUES (2, NULL);
CREATE TABLE keep (id NUMBER(4) PRIMARY KEY, t VARCHAR2(5), x NUMBER(8,2) NOT NULL);
CREATE TABLE repeats (id NUMBER, a VARCHAR2(10), b NUMBER, c DATE);
"""


ODD = """
CREATE TABLE odd (id NUMBER PRIMARY KEY, ym INTERVAL YEAR(3) TO MONTH, ds INTERVAL DAY(2) TO SECOND(6), bf BINARY_FLOAT, bd BINARY_DOUBLE, j JSON, u UROWID, lr LONG RAW,
  bo BOOLEAN, v VECTOR(3, FLOAT32), tz TIMESTAMP(6) WITH TIME ZONE, f FLOAT(126), i INTEGER);
CREATE SEQUENCE numbers START WITH 5 INCREMENT BY 10;
CREATE TABLE vectors (id NUMBER PRIMARY KEY, f32 VECTOR(3, FLOAT32), f64 VECTOR(2, FLOAT64), i8 VECTOR(3, INT8), bits VECTOR(16, BINARY));
"""
ODD_ROWS = [
    [1, "+02-03", "-05 04:03:02.123456", 1.5, float("inf"), '{"a":[1,2.5,"%s",null,true,{"b":"ü"}],"name":"Ann"}' % ("x" * 300), "AAAR0oAAMAAAACAAAB", b"\1\2", 1, "[1.5,-2,3]",
     "2024-07-01 12:00:00.5 Europe/Berlin", 0.1, 5],
    [2, None, None, "Nan", "Nan"] + [None] * 8,
    [3, "-00-11", "+00 00:00:00.000001", 0, float("-inf"), "[1,2,3]", "*BAMAAB8CwQL+", None, 0, "[0,0,0]", "2024-01-01 00:00:00 -03:30", 1e-100, -7],
]


def load_types(schema):
    schema.run(TYPES + ODD)
    schema.db.executemany("INSERT INTO odd VALUES(%s)" % ",".join("?" * 13), ODD_ROWS)
    schema.db.executemany("INSERT INTO vectors VALUES (?, ?, ?, ?, ?)", [(1, "[1.5,-2,3]", "[0.1,-1e+100]", "[-128,0,127]", "[1,255]"), (2, None, None, None, None)])
    schema.db.execute("INSERT INTO lobs VALUES(4, ?, ?, ?)", ["aé😀" * 40000, "n" * 100001, bytes(range(256)) * 1000])
    schema.db.executemany("INSERT INTO repeats VALUES(?, ?, ?, ?)", [(i, "a%d" % (i // 7), None if i % 11 < 4 else i // 50, "2024-01-%02d 00:00:00" % (1 + i // 100))
                                                                     for i in range(1000)])
    schema.finish()


@pytest.fixture
def serve(folder, tmp_path):
    """serve("--profile", "19"): a server of all schemas; changes do not outlive the test."""
    running = []

    def start(*options, **more):
        files = {}
        for owner in ("FERRY", "HR", "CHINOOK"):
            files[owner] = str(tmp_path / owner)
            shutil.copy(str(folder / owner), files[owner])
        running.append(oracle.Server(files, *options, log=str(tmp_path / "server.log"), **more))
        return running[-1]
    yield start
    for server in running:
        assert server.process.poll() is None, (tmp_path / "server.log").read_text()[-3000:]
        server.stop()
    log = (tmp_path / "server.log").read_text() if running else ""
    assert "Sanitizer" not in log and "runtime error" not in log and "odd:" not in log, log


@pytest.mark.parametrize("verifier", ["12c", "11g", "11g-old"])
@pytest.mark.parametrize("profile", PROFILES)
def test_login_and_fetch(client, serve, profile, verifier):
    if client.name == "python" and verifier == "11g-old":
        pytest.skip("python-oracledb 1.2 has not the session keys of 48 bytes")
    counts, tracks, nothing = client(serve("--profile", profile, "--verifier", verifier),
                                     "SELECT COUNT(*), SUM(milliseconds) FROM chinook.track", {"sql": "SELECT trackid, name FROM chinook.track ORDER BY trackid", "arraysize": 1000},
                                     "SELECT trackid FROM chinook.track WHERE trackid < 0")
    assert client.login["version"] == VERSIONS[profile]
    assert counts["rows"] == [["3503", "1378778040"]] and counts["names"] == ["COUNT(*)", "SUM(MILLISECONDS)"]
    assert len(tracks["rows"]) == 3503 and tracks["rows"][3411] == ["3412", '"Eine Kleine Nachtmusik" Serenade In G, K. 525: I. Allegro']
    assert nothing == {"names": ["TRACKID"], "rows": []}


TYPE_ROWS = [
    ["1", "0.5", "-1234.56", "9" * 38, "12300", "größe €😀", "Ünï😀", "ab   ", "ä  ", "2024-02-29 00:00:00.000", "2024-02-29 23:59:59.123",
     "2024-02-29 23:02:03.500", "2024-01-01 00:00:00.000", "00ff10", "1.5", "-2.25"],
    ["2", "-42", "0.01", "-0.1", "-100"] + [None] * 11,
    ["3", "1516", "100", "1" + "0" * 30, "0", "x", "x", "abcde", "abc", "1582-10-15 13:14:15.000", "1999-12-31 00:00:00.000", "2000-01-01 07:00:00.000",
     "2000-01-01 12:00:00.250", "aa", "0", None],
]


@pytest.mark.parametrize("profile", PROFILES)
def test_types(client, serve, profile):
    answer, = client(serve("--profile", profile), "SELECT * FROM types ORDER BY id")
    rows = answer["rows"]
    assert float(rows[2].pop()) == 1e300
    if client.name == "python":     # it shows the time at its own zone
        assert rows[0][11] == "2024-03-01 01:02:03.500" and rows[2][11] == "1999-12-31 23:00:00.000"
        rows[0][11], rows[2][11] = TYPE_ROWS[0][11], TYPE_ROWS[2][11]
    assert rows == [TYPE_ROWS[0], TYPE_ROWS[1], TYPE_ROWS[2][:-1]]


@pytest.mark.parametrize("profile", PROFILES)
def test_odd_types(client, serve, profile):
    """One query a column, as python-oracledb 1.2 has not all the types."""
    columns = "ym ds bf bd j u lr bo v tz f i".split()
    answers = dict(zip(columns, client(serve("--profile", profile), *["SELECT %s FROM odd ORDER BY id" % c for c in columns])))
    got = {c: [row[0] for row in a["rows"]] for c, a in answers.items() if "rows" in a}
    assert got["ds"] == ["-446582.123456 s", None, "0.000001 s"] and got["bf"] == ["1.5", "nan", "0"] and got["bd"] == ["inf", "nan", "-inf"]
    assert got["u"] == ["AAAR0oAAMAAAACAAAB", None, "*BAMAAB8CwQL+"] and got["lr"] == ["0102", None, None] and got["bo"] == [True, None, False]
    assert got["f"] == ["0.1", None, "0." + "0" * 99 + "1"] and got["i"] == ["5", None, "-7"]
    if client.name == "node":
        assert got["ym"] == ["27 months", None, "-11 months"] and got["v"] == ["[1.5,-2,3]", None, "[0,0,0]"]
        assert json.loads(got["j"][0]) == json.loads(ODD_ROWS[0][5]) and got["j"][1:] == [None, "[1,2,3]"]
        assert got["tz"] == ["2024-07-01 10:00:00.500", None, "2024-01-01 03:30:00.000"]
    else:
        assert [answers[c]["error"] for c in ("ym", "j", "v")] == ["DPY-3007", "DPY-3007", "DPY-3006"]


@pytest.mark.parametrize("profile", ["23", "26"])
def test_vectors(client, serve, profile):
    if client.name == "python":
        pytest.skip("python-oracledb 1.2 has no vectors")
    answers = client(serve("--profile", profile), *["SELECT %s FROM vectors ORDER BY id" % c for c in ("f32", "f64", "i8", "bits")])
    assert [[row[0] for row in a["rows"]] for a in answers] == [["[1.5,-2,3]", None], ["[0.1,-1e+100]", None], ["[-128,0,127]", None], ["[1,255]", None]]


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("inline", [False, True])
def test_lobs(client, serve, profile, inline):
    answer, longs = client(serve("--profile", profile), {"sql": "SELECT id, c, nc, b FROM lobs ORDER BY id", "inline_lobs": inline}, "SELECT * FROM longs ORDER BY id")
    empty = None if inline else ""
    got = [[v or empty if i and k == 2 else v for i, v in enumerate(row)] for k, row in enumerate(answer["rows"])]
    assert got[:3] == [["1", "größe €😀", "Ünï😀", "00ff"], ["2", None, None, None], ["3", empty, empty, empty]]
    assert got[3] == ["4", "aé😀" * 40000, "n" * 100001, (bytes(range(256)) * 1000).hex()]
    assert longs["rows"] == [["1", "007"], ["2", None]]


@pytest.mark.parametrize("profile", ["12.1", "19", "26"])
def test_temporary_lobs(client, serve, profile):
    text, raw = "é😀z" * 30000, bytes(range(256)).hex() * 300
    *_, clob, blob = client(serve("--profile", profile), {"sql": "INSERT INTO lobs (id, c) VALUES (5, :1)", "lob": "CLOB", "data": text},
                            {"sql": "INSERT INTO lobs (id, b) VALUES (6, :1)", "lob": "BLOB", "data": raw}, "SELECT c FROM lobs WHERE id = 5", "SELECT b FROM lobs WHERE id = 6")
    assert clob["rows"] == [[text]] and blob["rows"] == [[raw]]


@pytest.mark.parametrize("arraysize", [1, 7, 100, 2000])
@pytest.mark.parametrize("profile", ["12.1", "26"])
def test_repeated_values(client, serve, profile, arraysize):
    answer, = client(serve("--profile", profile), {"sql": "SELECT id, a, b, c FROM repeats ORDER BY id", "arraysize": arraysize})
    assert answer["rows"] == [[str(i), "a%d" % (i // 7), None if i % 11 < 4 else str(i // 50), "2024-01-%02d 00:00:00.000" % (1 + i // 100)] for i in range(1000)]


def test_remembered_answers(client, serve):
    query = "SELECT id, a, b, c FROM repeats ORDER BY id"
    first, *others = client(serve("--remember"), *[{"sql": query, "arraysize": n} for n in (100, 7, 1000, 1)])
    assert len(first["rows"]) == 1000 and all(other == first for other in others)


@pytest.mark.parametrize("options", [("--cut", 1), ("--cut", 2), ("--cut", 3), ("--cut", 250), ("--sdu", 512), ("--sdu", 1021), ("--sdu", 65535)])
@pytest.mark.parametrize("profile", ["19", "26"])
def test_packets(client, serve, profile, options):
    """Every message part across packets. python-oracledb 1.2 wants its first messages in whole packets."""
    if client.name == "python" and options in (("--cut", 1), ("--cut", 2), ("--cut", 3), ("--sdu", 512), ("--sdu", 1021)):
        pytest.skip("python-oracledb 1.2 does not read native services and data types that straddle packets")
    types, lobs, error = client(serve("--profile", profile, *options), "SELECT * FROM types ORDER BY id", "SELECT id, c FROM lobs ORDER BY id", "SELECT * FROM nowhere")
    assert types["rows"][0][:11] == TYPE_ROWS[0][:11] and lobs["rows"][3][1] == "aé😀" * 40000 and "00942" in error["error"]


@pytest.mark.parametrize("profile", PROFILES)
def test_errors_leave_the_connection_usable(client, serve, profile):
    steps = [("SELECT * FROM nowhere", 942), ("SELECT nope FROM types", 904), ("SELECT nope(1) FROM types", 904), ("SELEC 1 FROM dual", 900),
             ("SELECT 1 FROM dual WHERE", 936), ("SELECT id FROM types ORDER BY id ASC nonsense", 933), ("SELECT TO_NUMBER('x') FROM dual", 1722),
             ("SELECT TO_DATE('x', 'YYYY') FROM dual", 1861), ("INSERT INTO types (id) VALUES (1)", 1), ("INSERT INTO keep (id) VALUES (1)", 1400),
             ("INSERT INTO keep VALUES (1, 'too long', 1)", 12899), ("SELECT nothing.NEXTVAL FROM dual", 2289), ("ALTER SESSION SET CURRENT_SCHEMA = nobody", 1435)]
    answers = client(serve("--profile", profile), *[x for sql, _ in steps for x in (sql, "SELECT 'fine' FROM dual")])
    for (sql, number), answer, after in zip(steps, answers[::2], answers[1::2]):
        assert answer.get("error") == "ORA-%05d" % number, (sql, answer)
        assert after["rows"] == [["fine"]]


def test_binds_and_changes(client, serve):
    answers = client(serve(), {"sql": "SELECT v, n FROM types WHERE id = :1 OR n = :2 ORDER BY id", "binds": [1, 1516]},
                     {"sql": "INSERT INTO keep VALUES (:1, :2, :3)", "binds": [7, "grün", 12.25]}, "rollback", "SELECT COUNT(*) FROM keep",
                     {"sql": "INSERT INTO keep VALUES (:1, :2, :3)", "many": [[i, "t%d" % i if i % 2 else None, i * 1.25] for i in range(500)]}, "commit",
                     "SELECT COUNT(*), SUM(x), COUNT(t) FROM keep", {"sql": "UPDATE keep SET t = 'z' WHERE id < :1", "binds": [10]}, {"sql": "DELETE FROM keep WHERE id >= 100", "binds": []},
                     "SELECT COUNT(*) FROM keep", "ping")
    assert answers[0]["rows"] == [["größe €😀", "0.5"], ["x", "1516"]]
    assert answers[1] == {"count": 1} and answers[3]["rows"] == [["0"]]
    assert answers[4]["count"] == 500 and answers[6]["rows"] == [["500", "155937.5", "250"]]
    assert answers[7] == {"count": 10} and answers[8] == {"count": 400} and answers[9]["rows"] == [["100"]] and answers[10] == {}


@pytest.mark.parametrize("profile", PROFILES)
def test_batch_errors(client, serve, profile):
    rows = [[1, "a", 1], [2, "b", 2], [1, "again", 3], [3, "c", None], [4, "d", 4]]
    answers = client(serve("--profile", profile), {"sql": "INSERT INTO keep VALUES (:1, :2, :3)", "many": rows, "batch_errors": True}, "SELECT id FROM keep ORDER BY id")
    assert answers[0]["errors"] == [[2, 1], [3, 1400]] and answers[0]["count"] == 3
    assert answers[1]["rows"] == [["1"], ["2"], ["4"]]


SLOW = "WITH c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 1000000000) SELECT COUNT(*) FROM c"


@pytest.mark.parametrize("sql", [SLOW, "BEGIN DBMS_SESSION.SLEEP(30); END;"])
@pytest.mark.parametrize("profile", ["12.1", "19", "26"])
def test_cancel(client, serve, profile, sql):
    answers = client(serve("--profile", profile), {"sql": sql, "cancel_after": 0.3}, "SELECT 'fine' FROM dual")
    assert answers[0]["error"] == "ORA-01013" and answers[1]["rows"] == [["fine"]]


@pytest.mark.parametrize("account,error", [("locked", "ORA-28000"), ("expired", "ORA-28001"), ("grace", None)])
def test_accounts(client, serve, account, error):
    client(serve("--account", account), "SELECT 1 FROM dual")
    assert client.login.get("error") == error
    if client.name == "node" and account == "grace":
        assert client.login["warning"] == 28002


def test_login_refused(client, serve):
    server = serve("--service", oracle.SERVICE)
    assert client(server, "SELECT 1 FROM dual")[0]["rows"] == [["1"]]
    client(server, password="wrong")
    assert client.login["error"] == "ORA-01017"
    client(server, dsn="127.0.0.1:%d/elsewhere" % server.port)
    assert "12514" in client.login["text"] or "is not registered" in client.login["text"]


@pytest.mark.parametrize("options,codes", [(("--verifier", "10g"), ("DPY-3015", "NJS-116")), (("--profile", "11.2"), ("DPY-3010", "NJS-138"))])
def test_refused_by_clients(client, serve, options, codes):
    client(serve(*options), "SELECT 1 FROM dual")
    assert client.login["error"] in codes or client.login["text"].startswith(codes), client.login


def test_redirect_and_resend(client, serve):
    server = serve("--resend")
    listener = serve("--redirect", "127.0.0.1:%d" % server.port)
    assert client(listener, "SELECT 1 FROM dual")[0]["rows"] == [["1"]]


def test_tls(client, serve, tmp_path):
    pem, key = str(tmp_path / "cert.pem"), str(tmp_path / "key.pem")
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", pem, "-days", "2", "-subj", "/CN=localhost",
                    "-addext", "subjectAltName=DNS:localhost"], check=True, capture_output=True)
    (tmp_path / "ewallet.pem").write_text(open(key).read() + open(pem).read())
    server = serve("--tls-cert", pem, "--tls-key", key)
    option = "wallet_location" if client.name == "python" else "walletLocation"
    dsn = "(DESCRIPTION=(ADDRESS=(PROTOCOL=TCPS)(HOST=localhost)(PORT=%d))(CONNECT_DATA=(SERVICE_NAME=%s)))" % (server.port, oracle.SERVICE)
    answer, = client(server, "SELECT COUNT(*) FROM chinook.track", options={option: str(tmp_path)}, dsn=dsn)
    assert answer["rows"] == [["3503"]]


def test_dictionary(client, serve):
    tables, columns, keys, code = client(
        serve(), "SELECT table_name, num_rows, iot_type FROM all_tables WHERE owner = 'HR' ORDER BY table_name",
        "SELECT column_name, data_type, data_precision, data_scale, nullable FROM all_tab_columns WHERE owner = 'HR' AND table_name = 'EMPLOYEES' AND column_id > 6 ORDER BY column_id",
        "SELECT constraint_name, constraint_type, search_condition, r_constraint_name FROM all_constraints WHERE owner = 'HR' AND table_name = 'DEPARTMENTS' ORDER BY 1",
        "SELECT text FROM all_source WHERE owner = 'HR' AND name = 'SECURE_DML' ORDER BY line FETCH FIRST 2 ROWS ONLY")
    assert tables["rows"][0] == ["COUNTRIES", "25", "IOT"] and len(tables["rows"]) == 7
    assert columns["rows"] == [["JOB_ID", "VARCHAR2", None, None, "N"], ["SALARY", "NUMBER", "8", "2", "Y"], ["COMMISSION_PCT", "NUMBER", "2", "2", "Y"],
                               ["MANAGER_ID", "NUMBER", "6", "0", "Y"], ["DEPARTMENT_ID", "NUMBER", "4", "0", "Y"]]
    assert keys["rows"] == [["DEPT_ID_PK", "P", None, None], ["DEPT_LOC_FK", "R", None, "LOC_ID_PK"], ["DEPT_MGR_FK", "R", None, "EMP_EMP_ID_PK"],
                            ["DEPT_NAME_NN", "C", '"DEPARTMENT_NAME" IS NOT NULL', None]]
    assert code["rows"] == [["PROCEDURE secure_dml\n"], ["IS\n"]]


def test_session(client, serve):
    answers = client(serve(), "SELECT numbers.NEXTVAL FROM dual", "SELECT numbers.NEXTVAL FROM dual", "SELECT last_number FROM user_sequences", "SELECT COUNT(*) FROM employees",
                     "ALTER SESSION SET CURRENT_SCHEMA = HR", "SELECT COUNT(*), SYS_CONTEXT('USERENV', 'CURRENT_SCHEMA') FROM employees")
    assert [a.get("rows") for a in answers[:3]] == [[["5"]], [["15"]], [["25"]]]
    assert answers[5]["rows"] == [["107", "HR"]]


def test_rowid_ranges(client, serve):
    first, parts, text = client(serve(), "SELECT MIN(rowid), MAX(rowid) FROM chinook.track",
                                "SELECT COUNT(*) FROM chinook.track WHERE rowid BETWEEN DBMS_ROWID.ROWID_CREATE(1, 1, 12, 128, 0) AND DBMS_ROWID.ROWID_CREATE(1, 1, 12, 135, 32767)",
                                "SELECT relative_fno, block_id, blocks FROM dba_extents WHERE owner = 'CHINOOK' AND segment_name = 'TRACK' ORDER BY block_id")
    low, high = first["rows"][0]
    assert len(low) == 18 and low < high and parts["rows"] == [["2047"]] and text["rows"][0] == ["12", "128", "8"]
