"""Ferry's requests, byte for byte beside those of Oracle's own client (npm oracledb, thin) for the same calls to the same server.

Both are recorded on their way (tests/oracle_proxy.py). What must vary is masked: numbers of calls and cursors, keys, passwords, names of
programs. What differs besides is written down here, with its reason; everything else is equal.
"""
import json
import os
import re
import subprocess

import pytest

import conftest
import oracle_proxy
import oracle_stand_in as oracle
from test_oracle_server import CLIENTS, PROFILES, missing

pytestmark = [pytest.mark.skipif(not oracle.is_built(), reason="tests/oracle_server is not built"),
              pytest.mark.skipif(missing("node") is not None, reason=str(missing("node")))]

SDU = "Ferry asks for packets of 64 KiB, so that a bulk read takes fewer; node-oracledb for its default of 8 KiB"
CONNECT_DIFFERS = {14: SDU, 15: SDU, 58: SDU, 59: SDU, 60: SDU, 61: SDU, 24: "length of the text", 25: "length of the text"}
TEXT_DIFFERS = "(CONNECTION_ID=…): a random name for the server's log, which python-oracledb 1.2 does not send either"
RUNTIME_DIFFERS = ("runtime capability 1: node-oracledb tells its time zone where the server can be told; Ferry sets its session's by a statement, and leaves "
                   "it 0, as python-oracledb does")
SETTINGS_DIFFER = "AUTH_ALTER_SESSION: Ferry sets NLS formats besides the time zone"
FREE_VALUES = {"AUTH_PROGRAM_NM", "AUTH_PID", "AUTH_TERMINAL", "SESSION_CLIENT_DRIVER_NAME", "SESSION_CLIENT_VERSION", "AUTH_ALTER_SESSION"}
SECRET_VALUES = {"AUTH_SESSKEY", "AUTH_PBKDF2_SPEEDY_KEY", "AUTH_PASSWORD"}    # as long, but other ones each time

PROTOCOL, DATA_TYPES, FUNCTION, PIGGYBACK, FAST = 1, 2, 3, 17, 34
AUTH_1, AUTH_2, EXECUTE, FETCH, LOB, LOGOFF, COMMIT, ROLLBACK, CLOSE_CURSORS = 118, 115, 94, 5, 96, 9, 14, 15, 105
TABLE = "CREATE TABLE t (id NUMBER(4) PRIMARY KEY, name VARCHAR2(30 CHAR), nat NVARCHAR2(10), c CLOB, nc NCLOB, b BLOB, at DATE, ts TIMESTAMP(6), r RAW(16), f BINARY_DOUBLE, l CHAR(3))"


class Reader:
    def __init__(self, data):
        self.data, self.at = data, 0

    def raw(self, n):
        self.at += n
        assert self.at <= len(self.data)
        return self.data[self.at - n:self.at]

    def u8(self):
        return self.raw(1)[0]

    def ub(self):
        return int.from_bytes(self.raw(self.u8()), "big")

    def clr(self):
        n = self.u8()
        if n != 254:
            return self.raw(n)
        out = b""
        while n := self.ub():
            out += self.raw(n)
        return out

    def text(self):
        """Up to its NUL."""
        end = self.data.index(b"\0", self.at)
        return self.raw(end + 1 - self.at)[:-1]

    def rest(self):
        return self.raw(len(self.data) - self.at)


class Client:
    """What one client has sent over a connection, as comparable parts: name -> list."""

    def __init__(self, connection, has_token):
        self.has_token, self.parts, self.flags, self.piggybacks = has_token, {}, [], []
        first, *turns = connection.turns
        self.connect = first.packets[0][2]
        for turn in turns:
            self.flags.append([flags for flags in turn.data_flags])
            if turn.message:
                self.read(Reader(turn.message))

    def add(self, name, value):
        self.parts.setdefault(name, []).append(value)

    def read(self, r):
        kind = r.u8()
        if kind == PIGGYBACK:
            self.read_closing(r)
            kind = r.u8()
        if kind == FAST:
            self.add("fast login", r.raw(3))
            assert r.u8() == PROTOCOL
            self.read_protocol(r)
            self.add("fast login", r.raw(6))
            assert r.u8() == DATA_TYPES
            self.read_data_types(r)
            assert r.u8() == FUNCTION
            self.read_function(r, False)
        elif kind == PROTOCOL:
            self.read_protocol(r)
        elif kind == DATA_TYPES:
            self.read_data_types(r)
        else:
            assert kind == FUNCTION, kind
            self.read_function(r, self.has_token)

    def read_closing(self, r):
        assert r.u8() == CLOSE_CURSORS
        r.u8()
        token = r.u8() if self.has_token else None
        self.piggybacks.append((token, r.u8()))
        for _ in range(r.ub()):
            r.ub()

    def read_protocol(self, r):
        self.add("protocol", r.raw(2))
        r.text()    # the driver's name

    def read_data_types(self, r):
        self.add("data types", (r.raw(5), r.clr()))
        runtime = r.clr()
        if runtime[1] & 1:
            r.raw(11)
        self.add("data types", runtime[:1] + runtime[2:])
        entries = []
        while (entry := r.raw(2)) != b"\0\0":
            entries.append(entry + r.raw(6))
        self.add("data types", entries)

    def read_function(self, r, has_token):
        function = r.u8()
        r.u8()    # the call's number
        token = r.u8() if has_token else None
        if function in (AUTH_1, AUTH_2):
            self.read_login(function, r)
        elif function == EXECUTE:
            options, cursor = r.ub(), r.ub()
            self.add("execute" if not cursor else "define", (token, options, cursor > 0, r.rest()))
        elif function == FETCH:
            r.ub()    # the cursor
            self.add("fetch", (token, r.rest()))
        else:
            self.add({LOB: "LOB", LOGOFF: "log off", COMMIT: "commit", ROLLBACK: "rollback"}.get(function, "function %d" % function), (token, r.rest()))

    def read_login(self, function, r):
        name = "first phase" if function == AUTH_1 else "second phase"
        head = [r.u8(), r.ub(), r.ub(), r.u8(), r.ub(), r.u8(), r.u8(), r.clr()]
        self.add(name, head)
        for _ in range(head[4]):
            r.ub()
            key = r.clr().decode()
            value = r.clr() if r.ub() else b""
            flags = r.ub()
            self.add(name, (key, flags, len(value) if key in SECRET_VALUES else None if key in FREE_VALUES else value))
        assert r.at == len(r.data)


def connect_parts(packet):
    head, text = packet[:74], packet[74:].decode()
    text = re.sub(r"\(CONNECTION_ID=[^)]*\)", "", text)
    return head, re.sub(r"PROGRAM=[^)]*|PORT=[^)]*", "", text)


def record_ferry(src, tmp_path):
    url = "oracle://%s:%s@127.0.0.1:%d/%s?lob-inline=300"
    with oracle_proxy.Recorder(src.server.port) as recorder:
        argv = [conftest.FERRY, "copy", url % (oracle.OWNER, oracle.servers.quote(oracle.PASSWORD), recorder.port, oracle.SERVICE),
                "sqlite:///%s/out.db" % tmp_path, "--lanes", "1", "--verify", "none"]
        p = subprocess.run(argv, capture_output=True, text=True, cwd=tmp_path, env=conftest.ferry_env(tmp_path), timeout=60)
        assert p.returncode == 0, p.stderr
    return next(c for c in recorder.connections if any(b"GETLENGTH" in t.message for t in c.turns))


def record_node(src, sql, rows):
    with oracle_proxy.Recorder(src.server.port) as recorder:
        task = {"dsn": "127.0.0.1:%d/%s" % (recorder.port, oracle.SERVICE), "user": oracle.OWNER, "password": oracle.PASSWORD,
                "steps": [{"sql": "SELECT USER FROM DUAL", "rows": 500}, {"sql": sql, "rows": rows, "inline": True}]}
        p = subprocess.run(["node", os.path.join(CLIENTS, "calls.js")], input=json.dumps(task), capture_output=True, text=True, timeout=60, env=dict(os.environ, TZ="UTC"))
        assert p.returncode == 0, p.stderr
    return recorder.connections[0]


def hexed(part):
    return [p.hex(" ") if isinstance(p, bytes) else p for p in part]


@pytest.mark.parametrize("verifier", ["12c", "11g"])
@pytest.mark.parametrize("profile", PROFILES)
def test_same_bytes(make_oracle, tmp_path, profile, verifier):
    src = make_oracle("--profile", profile, "--verifier", verifier)
    src.sql(TABLE)
    src.schema.db.executemany("INSERT INTO t (id, name, c, nc, b) VALUES (?, ?, ?, ?, ?)", [(i, "n%d" % i, "x" * 100 * i, "é" * 100 * i, b"b" * 100 * i) for i in range(5)])
    assert src.url
    has_token = profile in ("23", "26")
    ours = Client(record_ferry(src, tmp_path), has_token)

    # The statement of the bulk read, and how many rows it asks for at a time.
    read = next(e for e in ours.parts["execute"] if b"GETLENGTH" in e[3])
    text = re.search(rb'SELECT "ID".* ferry_table', read[3])
    rows = Reader(ours.parts["fetch"][-1][1]).ub()
    theirs = Client(record_node(src, text.group().decode(), rows), has_token)

    (head, text), (their_head, their_text) = connect_parts(ours.connect), connect_parts(theirs.connect)
    assert [i for i in range(2, 74) if head[i] != their_head[i] and i not in CONNECT_DIFFERS] == []    # the first 2 bytes are its length
    assert text == their_text
    for part in ("protocol", "data types", "first phase", "second phase") + (("fast login",) if has_token else ()):
        assert ours.parts[part] == theirs.parts[part], part
    for name in ("SELECT USER", "GETLENGTH"):
        mine, other = ([e for e in c.parts["execute"] if name.encode() in e[3]] for c in (ours, theirs))
        assert len(mine) >= 1 and mine[0] == other[0], name
    assert hexed(ours.parts["define"][-1]) == hexed(theirs.parts["define"][-1])
    assert ours.parts["fetch"][-1] == theirs.parts["fetch"][-1]
    # Locators hold numbers of the session's LOBs: as many had been made before.
    assert len(ours.parts["LOB"]) == 3 and ours.parts["LOB"] == theirs.parts["LOB"]
    assert ours.parts["log off"] == theirs.parts["log off"]
    assert ours.piggybacks[0] == theirs.piggybacks[0]
    assert {tuple(f) for f in ours.flags} == {tuple(f) for f in theirs.flags} == {(0x0800,), (0x0040,)}


# ---- loading ----

LOADED = "CREATE TABLE t (id int PRIMARY KEY, n numeric(12,2), name varchar(30), f double precision, g real, at timestamp, z timestamptz, d date, u uuid, x text)"
LONG = b"y" * 40000
# Long values go in pieces of 32767 bytes, as python-oracledb sends them; node-oracledb's are as long as its buffer.
WHOLE, PIECES = (b"\xfe" + b"".join(b"\x02" + len(p).to_bytes(2, "big") + p for p in parts) + b"\0" for parts in ([LONG], [LONG[:32767], LONG[32767:]]))
ROWS = [[1, 12.25, "Ærø", 0.1, 1.5, "2024-02-29T23:59:59.123Z", "1999-12-31T00:00:00Z", "2024-02-29T00:00:00Z", "00ff" * 8, "short"],
        [2, -0.5, "n", -2.5, None, "1970-01-01T00:00:00Z", None, None, None, LONG.decode()],
        [300, None, None, 0, -0.25, None, "2024-06-01T12:30:00.500Z", "0999-01-01T00:00:00Z", "0a" * 16, None]]
BINDS = [["DB_TYPE_NUMBER"], ["DB_TYPE_NUMBER"], ["DB_TYPE_VARCHAR", 32], ["DB_TYPE_BINARY_DOUBLE"], ["DB_TYPE_BINARY_FLOAT"], ["DB_TYPE_TIMESTAMP"],
         ["DB_TYPE_TIMESTAMP_TZ"], ["DB_TYPE_DATE"], ["DB_TYPE_RAW", 16], ["DB_TYPE_VARCHAR", 0x7fffffff]]
N_NARROW = 30000    # more than one array of rows


def literal(value):
    return "NULL" if value is None else "'%s'" % value if isinstance(value, str) else str(value)


def in_pieces(part):
    return part[:3] + (part[3].replace(WHOLE, PIECES),)


def n_rows(body, fields):
    """How many rows an execution's array holds."""
    r = Reader(body)
    has_text = r.u8()
    r.ub(), r.u8(), r.ub(), r.raw(3), r.ub(), r.ub(), r.u8(), r.ub(), r.raw(5), r.u8(), r.ub(), r.raw(2), r.u8(), r.raw(8)
    r.raw({"12.1": 0}.get(fields, 7))
    if has_text:
        r.clr()
    r.ub()
    return r.ub()


def executions(client, mark):
    """Those of one statement, by its text, and those of its cursor behind it."""
    found, is_it = [], False
    for name, part in client.order:
        if name == "execute":
            is_it = mark in part[3]
        if is_it and name in ("execute", "define"):
            found.append(part)
    return found


class Loader(Client):
    def __init__(self, connection, has_token):
        self.order = []
        super().__init__(connection, has_token)

    def add(self, name, value):
        super().add(name, value)
        self.order.append((name, value))


@pytest.mark.parametrize("profile", PROFILES)
def test_same_bytes_of_loading(make, make_oracle, tmp_path, profile):
    src, dst = make("postgres"), make_oracle("--profile", profile)
    src.sql(LOADED + "; CREATE TABLE u (id int NOT NULL); INSERT INTO u SELECT generate_series(1, %d); GRANT SELECT ON t, u TO ferry" % N_NARROW)
    for row in ROWS:
        src.sql("INSERT INTO t VALUES (%s)" % ", ".join(map(literal, row)))
    assert dst.url
    account = dict(user=oracle.OWNER, password=oracle.PASSWORD)
    url = "oracle://%s:%s@127.0.0.1:%d/%s"
    with oracle_proxy.Recorder(dst.server.port) as recorder:
        argv = [conftest.FERRY, "copy", src.url, url % (oracle.OWNER, oracle.servers.quote(oracle.PASSWORD), recorder.port, oracle.SERVICE),
                "--lanes", "1", "--verify", "none"]
        p = subprocess.run(argv, capture_output=True, text=True, cwd=tmp_path, env=conftest.ferry_env(tmp_path), timeout=60)
        assert p.returncode == 0, p.stderr
    has_token = profile in ("23", "26")
    ours = Loader(next(c for c in recorder.connections if any(b'INSERT INTO "FERRY"."U"' in t.message for t in c.turns)), has_token)
    sent = {name: executions(ours, b'INSERT INTO "FERRY"."%s"' % name.encode()) for name in "TU"}
    sizes = [n_rows(body, profile) for _, _, _, body in sent["U"]]
    assert sum(sizes) == N_NARROW and len(sizes) > 1
    texts = {name: re.search(rb'INSERT INTO "FERRY"."%s".*?VALUES \([^)]*\)' % name.encode(), parts[0][3]).group().decode() for name, parts in sent.items()}
    block = re.search(rb"BEGIN DBMS_STATS.*?END;", next(e[3] for e in ours.parts["execute"] if b"DBMS_STATS" in e[3])).group().decode()
    made = re.search(rb'CREATE TABLE "FERRY_STEP" .*?\)\)', next(e[3] for e in ours.parts["execute"] if b'TABLE "FERRY_STEP"' in e[3])).group().decode()
    noted = re.search(rb"INSERT INTO \"FERRY_STEP\" .*?'decided'\)", next(e[3] for e in ours.parts["execute"] if b"'decided'" in e[3])).group().decode()

    steps = [{"do": "DELETE FROM T"}, {"do": "DELETE FROM U"}, {"load": texts["T"], "binds": BINDS, "values": ROWS}]
    first = 1
    for size in sizes:
        steps.append({"load": texts["U"], "binds": BINDS[:1], "values": [[i] for i in range(first, first + size)]})
        first += size
    steps += [{"do": made}, {"do": noted}, {"do": block}, {"call": "commit"}, {"do": noted.replace("decided", "again")}, {"call": "rollback"}]
    with oracle_proxy.Recorder(dst.server.port) as recorder:
        task = dict(account, dsn="127.0.0.1:%d/%s" % (recorder.port, oracle.SERVICE), statements=5, steps=steps)
        p = subprocess.run(["node", os.path.join(CLIENTS, "calls.js")], input=json.dumps(task), capture_output=True, text=True, timeout=60, env=dict(os.environ, TZ="UTC"))
        assert p.returncode == 0, p.stderr
    theirs = Loader(recorder.connections[0], has_token)
    for name in "TU":
        other = executions(theirs, b'INSERT INTO "FERRY"."%s"' % name.encode())
        for mine, their in zip(sent[name], other, strict=True):
            assert hexed(mine) == hexed(in_pieces(their)), name
    for mark in (b'CREATE TABLE "FERRY_STEP"', b"'decided'", b"DBMS_STATS"):
        assert hexed(executions(ours, mark)[0]) == hexed(executions(theirs, mark)[0]), mark
    assert ours.parts["commit"][0] == theirs.parts["commit"][0] and ours.parts["rollback"][0] == theirs.parts["rollback"][0]
