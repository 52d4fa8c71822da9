"""Oracle for tests: databases are files that tests/oracle_server/load.py makes of Oracle SQL, served by oracle_server.

    db = Database(path); db.sql("CREATE TABLE …; INSERT …"); db.url       owner FERRY, one server a database
    with Server({"HR": path}, "--profile", "23") as server: server.url("HR"), server.dsn
"""
import os
import sqlite3
import subprocess
import sys

import servers

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.append(os.path.join(HERE, "oracle_server"))
OWNER, PASSWORD, SERVICE = "FERRY", servers.PASSWORD, "FREEPDB1"


def program():
    build = os.path.dirname(os.path.abspath(os.environ.get("FERRY_BIN", os.path.join(os.path.dirname(HERE), "build", "ferry"))))
    return os.environ.get("ORACLE_SERVER_BIN", os.path.join(build, "tests", "oracle_server", "oracle_server"))


def is_built():
    return os.access(program(), os.X_OK)


class Server:
    """files: owner to path; options as oracle_server has them."""

    def __init__(self, files, *options, user=OWNER, password=PASSWORD, log=None):
        self.user, self.password = user, password
        argv = [program(), "--user", user, "--password", password, "--port", "0", *[str(o) for o in options]]
        for owner, path in files.items():
            argv += ["--db", "%s=%s" % (owner, path)]
        self.log_path = log
        with open(log or os.devnull, "ab") as err:
            self.process = subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=err, stdin=subprocess.DEVNULL, preexec_fn=servers.die_with_parent)
        line = self.process.stdout.readline()
        if not line:
            raise servers.ServerError("oracle_server did not start: exit %s" % self.process.wait())
        self.port = int(line)
        self.dsn = "127.0.0.1:%d/%s" % (self.port, SERVICE)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def stop(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.process.stdout.close()

    def url(self, extra="", scheme="oracle"):
        return "%s://%s:%s@127.0.0.1:%d/%s%s" % (scheme, servers.quote(self.user), servers.quote(self.password), self.port, SERVICE, extra)


class Database:
    """A schema FERRY; .sql() takes Oracle's SQL, and is all before .url starts the server."""

    kind = "oracle"

    def __init__(self, path, *options):
        import load
        self.path, self.name, self.options, self.server = str(path), OWNER, options, None
        self.schema = load.Schema(OWNER, self.path)

    def sql(self, script):
        self.schema.run(script)

    def load(self, *paths):
        import load
        for path in paths:
            self.schema.run(load.read(str(path)))

    @property
    def url(self):
        if not self.server:
            self.schema.finish()
            self.server = Server({OWNER: self.path}, *self.options, log=self.path + ".log")
        return self.server.url()

    def rows(self, sql):
        """By SQLite's SQL, past the server."""
        db = sqlite3.connect(self.path)
        try:
            return db.execute(sql).fetchall()
        finally:
            db.close()

    def value(self, sql):
        return self.rows(sql)[0][0]

    def stop(self):
        if self.server:
            self.server.stop()
            with open(self.path + ".log", errors="replace") as log:
                odd = [line for line in log if "odd:" in line or "Sanitizer" in line or "runtime error" in line]
            assert not odd, odd[:5]
