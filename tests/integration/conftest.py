"""Fixtures: one MariaDB and one PostgreSQL server for the whole run, a fresh database for each test, and the program.

FERRY_BIN names the program (default build/ferry); FERRY_TEST_SANITIZED=1 shortens the repeated rounds.
"""
import itertools
import json
import os
import re
import sqlite3
import subprocess
import sys

import pytest

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
sys.path[:0] = [HERE, os.path.dirname(HERE)]

import compare  # noqa: E402
import ferry_service  # noqa: E402
import oracle_stand_in  # noqa: E402
import servers  # noqa: E402

FERRY = os.environ.get("FERRY_BIN", os.path.join(TOP, "build", "ferry"))
servers.heed_signals()
SANITIZED = os.environ.get("FERRY_TEST_SANITIZED") == "1"
DATA = os.path.join(TOP, "tests", "data")
counter = itertools.count(1)


def pytest_collection_modifyitems(config, items):
    """A sanitized program is slow: of tests with many variants it runs every third, the others all."""
    if not SANITIZED:
        return
    seen, keep, left = {}, [], []
    for item in items:
        n = seen[item.function] = seen.get(item.function, -1) + 1
        few = sum(other.function is item.function for other in items) <= 3
        (keep if few or n % 3 == 0 else left).append(item)
    config.hook.pytest_deselected(items=left)
    items[:] = keep


def as_ferry(db):
    """Before statements that make tables: ferry's own user owns them then."""
    return "SET ROLE ferry;" if db.kind == "postgres" else ""


class Database:
    """A database that lives as long as its test: .url for ferry, .sql() and .rows() past it."""

    def __init__(self, server, name):
        self.server, self.name, self.kind = server, name, server.kind
        self.url = server.url(name)

    def sql(self, sql):
        return self.server.sql(sql, self.name)

    def rows(self, sql):
        return self.server.rows(sql, self.name)

    def value(self, sql):
        return self.rows(sql)[0][0]


class SqliteFile:
    kind = "sqlite"

    def __init__(self, path):
        self.path = self.name = str(path)
        self.url = "sqlite:///" + self.path    # absolute paths bring the fourth slash

    def connect(self):
        db = sqlite3.connect(self.path)
        db.text_factory = lambda b: b.decode("utf-8", "surrogateescape")
        return db

    def sql(self, sql):
        db = self.connect()
        db.executescript(sql)
        db.commit()
        db.close()

    def rows(self, sql, *args):
        db = self.connect()
        try:
            return db.execute(sql, args).fetchall()
        finally:
            db.close()

    def value(self, sql):
        return self.rows(sql)[0][0]


class Result:
    def __init__(self, argv, process):
        self.argv, self.code = argv, process.returncode
        self.out = process.stdout.decode("utf-8", "surrogateescape")
        self.err = process.stderr.decode("utf-8", "surrogateescape")
        self.text = self.out + self.err

    @property
    def json(self):
        return json.loads(self.out)

    def __str__(self):
        progress = re.compile(r"^ +\d+:\d\d  (stage|copy|verify|build|plan): .*\n|^.* yes *\n", re.M)
        return "$ ferry %s\nexit %s\n%s\n%s" % (" ".join(self.argv), self.code, progress.sub("", self.out)[-5000:], progress.sub("", self.err)[-5000:])


def ferry_env(home, more=None):
    env = {k: v for k, v in os.environ.items() if not k.startswith(("PG", "MYSQL", "FERRY_"))}
    return dict(env, HOME=str(home), **(more or {}))


@pytest.fixture
def ferry(tmp_path):
    """ferry("copy", SOURCE, TARGET, …, expect=0): runs the program; databases stand for their URLs."""
    def run(*args, expect=0, env=None, timeout=300, input=None):
        argv = [a.url if hasattr(a, "url") else str(a) for a in args]
        stdin = {"input": input} if input is not None else {"stdin": subprocess.DEVNULL}
        process = subprocess.run([FERRY] + argv, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=ferry_env(tmp_path, env),
                                 timeout=timeout, cwd=tmp_path, **stdin)
        result = Result(argv, process)
        assert servers.PASSWORD not in result.text and servers.quote(servers.PASSWORD) not in result.text, "the password is in the output"
        assert "Sanitizer" not in result.err and "runtime error" not in result.err, str(result)
        if expect is not None:
            expected = expect if isinstance(expect, (tuple, list, set)) else (expect,)
            assert result.code in expected, str(result)
        return result
    return run


@pytest.fixture
def copy(ferry):
    """copy(source, target, …): copies, expects success, and lets the independent comparer judge."""
    def run(source, target, *args, expect=0, judge=True, structure=True, options=(), **more):
        result = ferry("copy", source, target, *args, expect=expect, **more)
        if judge:
            compare.assert_equal(source, target, structure=structure, options=options)
        return result
    return run


@pytest.fixture
def make_service(tmp_path):
    """make_service("--workers", "1", env={…}): a running `ferry serve` with a folder of its own (ferry_service.py)."""
    made = []

    def make(*args, **more):
        folder = tmp_path / ("service%d" % next(counter))
        folder.mkdir()
        made.append(ferry_service.Service(FERRY, folder, *args, **more))
        return made[-1]
    yield make
    for service in made:
        service.stop()
        assert "Sanitizer" not in service.log and "runtime error" not in service.log, service.log


@pytest.fixture
def service(make_service):
    return make_service()


@pytest.fixture(scope="session")
def mariadb():
    server = servers.MariaDB(["--innodb-buffer-pool-size=256M", "--innodb-doublewrite=0"])
    yield server
    server.stop()


@pytest.fixture(scope="session")
def postgres():
    server = servers.PostgreSQL(["shared_buffers=128MB", "max_wal_size=4GB", "max_connections=200"])
    yield server
    server.stop()


def openssl(folder, *args):
    subprocess.run(["openssl", *args], cwd=folder, check=True, capture_output=True, stdin=subprocess.DEVNULL)


@pytest.fixture(scope="session")
def certificates(tmp_path_factory):
    """An authority, a certificate for 127.0.0.1 and localhost, and an authority nobody knows."""
    folder = tmp_path_factory.mktemp("certificates")
    for p in (folder, *folder.parents):   # the servers run as users of their own; pytest's folders are private
        if os.stat(p).st_uid == os.getuid() and not os.stat(p).st_mode & 0o005 == 0o005:
            os.chmod(p, 0o755)
    for ca in ("ca", "other"):
        openssl(folder, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30", "-subj", "/CN=%s of the test" % ca, "-keyout", ca + ".key", "-out", ca + ".pem")
    openssl(folder, "req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=127.0.0.1", "-keyout", "server.key", "-out", "server.csr")
    (folder / "names").write_text("subjectAltName = IP:127.0.0.1, DNS:localhost\n")
    openssl(folder, "x509", "-req", "-in", "server.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "30", "-extfile", "names", "-out", "server.pem")
    os.chmod(folder / "server.key", 0o644)
    return folder


@pytest.fixture(scope="session")
def rabbitmq(certificates):
    server = servers.RabbitMQ([str(certificates / name) for name in ("ca.pem", "server.pem", "server.key")])
    yield server
    server.stop()


@pytest.fixture
def vhost(rabbitmq):
    """A virtual host that no other test of this session has used."""
    return rabbitmq.vhosts.pop()


@pytest.fixture(scope="session")
def redis():
    server = servers.Redis()
    yield server
    server.stop()


def fresh(server):
    made = []

    def make(name=None, **more):
        name = name or "t%d_%d" % (os.getpid(), next(counter))
        server.create(name, **more)
        made.append(name)
        return Database(server, name)
    return made, make


@pytest.fixture
def make_mysql(mariadb):
    made, make = fresh(mariadb)
    yield make
    for name in made:
        mariadb.drop(name)


@pytest.fixture
def make_postgres(postgres):
    made, make = fresh(postgres)
    yield make
    for name in made:
        postgres.drop(name)


@pytest.fixture
def make_sqlite(tmp_path):
    return lambda name=None: SqliteFile(tmp_path / (name or "db%d.sqlite" % next(counter)))


@pytest.fixture
def mysql_db(make_mysql):
    return make_mysql()


@pytest.fixture
def pg_db(make_postgres):
    return make_postgres()


@pytest.fixture
def pg_db2(make_postgres):
    return make_postgres()


@pytest.fixture
def sqlite_db(make_sqlite):
    return make_sqlite()


@pytest.fixture
def sqlite_target(make_sqlite):
    return make_sqlite()


@pytest.fixture
def make_oracle(tmp_path):
    """A schema of the tests' own Oracle server, as a source: all its SQL comes before its url is used."""
    made = []

    def make(*options):
        made.append(oracle_stand_in.Database(tmp_path / ("oracle%d.sqlite" % next(counter)), *options))
        return made[-1]
    yield make
    for database in made:
        database.stop()


@pytest.fixture
def make(make_mysql, make_postgres, make_sqlite, make_oracle):
    """make("mysql" | "postgres" | "sqlite" | "oracle")"""
    return lambda kind: {"mysql": make_mysql, "postgres": make_postgres, "sqlite": make_sqlite, "oracle": make_oracle}[kind]()
