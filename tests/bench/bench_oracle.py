#!/usr/bin/python3
"""Reading Oracle: ferry's reader beside Oracle's own thin clients, and ferry's CPU beside that for MariaDB.

usage: bench_oracle.py [--rows N] [--runs N] [--json FILE]

One table of ten columns (numbers, texts, dates), served by tests/oracle_server, which keeps its answers: after the run
that warms it up a client hardly waits for it. Contenders read all rows on one connection, into nothing, each directly after
ferry's reader; the median of the ratios counts. Then the table goes to PostgreSQL by `ferry copy`, and so does one of the same
shape from MariaDB.
"""
import argparse
import json
import os
import resource
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, os.path.dirname(HERE))
import oracle_stand_in  # noqa: E402
import servers  # noqa: E402

FERRY = os.environ.get("FERRY_BIN", os.path.join(TOP, "build", "ferry"))
READER = os.environ.get("READ_BENCH_BIN", os.path.join(TOP, "build", "tests", "bench", "read_bench"))
CLIENTS = os.path.join(TOP, "tests", "oracle_server", "clients")
ARRAY_ROWS = 1000
ORACLE = """CREATE TABLE events (id NUMBER(10) NOT NULL, kind NUMBER(5) NOT NULL, price NUMBER(12,2), amount NUMBER(18,4), active NUMBER(1) NOT NULL,
 name VARCHAR2(40), code CHAR(10), note VARCHAR2(100), day DATE, at TIMESTAMP(6), CONSTRAINT events_pk PRIMARY KEY (id));"""
MARIADB = """CREATE TABLE events (id int NOT NULL PRIMARY KEY, kind smallint NOT NULL, price decimal(12,2), amount decimal(18,4), active smallint NOT NULL,
 name varchar(40), code char(10), note varchar(100), day datetime, at datetime(6));
INSERT INTO events SELECT seq, seq %% 1000, seq %% 100000 / 100, IF(seq %% 9 = 0, NULL, (seq * 7919) %% 1000000007 / 10000), seq %% 2, CONCAT('name of ', seq),
 CONCAT('code', seq %% 1000000), IF(seq %% 5 = 0, NULL, CONCAT('a note on number ', seq, ', ', REPEAT('x', seq %% 40))),
 TIMESTAMP('2000-01-01') + INTERVAL seq MINUTE, TIMESTAMP('2010-01-01') + INTERVAL seq * 1000003 MICROSECOND FROM seq_1_to_%d;"""
FILL = """INSERT INTO events WITH RECURSIVE s(seq) AS (SELECT 1 UNION ALL SELECT seq + 1 FROM s WHERE seq < %d)
SELECT seq, seq %% 1000, seq %% 100000 / 100.0, CASE WHEN seq %% 9 = 0 THEN NULL ELSE (seq * 7919) %% 1000000007 / 10000.0 END, seq %% 2, 'name of ' || seq,
 substr('code' || seq %% 1000000 || '          ', 1, 10), CASE WHEN seq %% 5 = 0 THEN NULL ELSE 'a note on number ' || seq || ', ' || substr('%s', 1, seq %% 40) END,
 datetime('2000-01-01', seq || ' minutes'), datetime(1262304000 + seq, 'unixepoch') || CASE WHEN seq %% 10 THEN '.' || rtrim(substr('000000' || (seq * 3 %% 1000000), -6), '0') ELSE '' END FROM s;"""
PYTHON = """import json, sys, time, oracledb
user, password, dsn, n = sys.argv[1:]
cursor = oracledb.connect(user=user, password=password, dsn=dsn).cursor()
cursor.arraysize = cursor.prefetchrows = int(n)
started, rows = time.monotonic(), 0
cursor.execute("SELECT * FROM events")
while True:
    got = cursor.fetchmany()
    if not got:
        break
    rows += len(got)
print(json.dumps({"rows": rows, "seconds": time.monotonic() - started}))"""
NODE = """const oracledb = require('oracledb');
(async () => {
  const [user, password, connectString, n] = process.argv.slice(1);
  const connection = await oracledb.getConnection({ user, password, connectString });
  const started = process.hrtime.bigint();
  let rows = 0;
  const { resultSet } = await connection.execute('SELECT * FROM events', [], { resultSet: true, fetchArraySize: +n, prefetchRows: +n });
  for (let got; (got = await resultSet.getRows(+n)).length;) rows += got.length;
  console.log(JSON.stringify({ rows, seconds: Number(process.hrtime.bigint() - started) / 1e9 }));
  process.exit(0);
})();"""


def say(text):
    print(text, flush=True)


def run(argv, **how):
    """What the program printed as JSON, with its CPU seconds and peak RSS in MiB."""
    process = subprocess.Popen(argv, stdout=subprocess.PIPE, **how)
    out = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = status
    if status:
        raise SystemExit("%s failed: %s" % (argv[0], out.decode()[-500:]))
    return dict(json.loads(out), cpu=usage.ru_utime + usage.ru_stime, rss=usage.ru_maxrss / 1024)


class Bench:
    def __init__(self, options):
        self.options, self.folder = options, tempfile.mkdtemp(prefix="ferry-bench-")
        self.server = None

    def close(self):
        if self.server:
            self.server.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def make_oracle(self):
        say("making %d rows" % self.options.rows)
        path = os.path.join(self.folder, "oracle.sqlite")
        database = oracle_stand_in.Database(path)
        database.sql(ORACLE)
        database.schema.finish()
        db = sqlite3.connect(path)
        db.execute("PRAGMA journal_mode=WAL")
        db.execute(FILL % (self.options.rows, "x" * 40))
        db.commit()
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        db.close()
        self.server = oracle_stand_in.Server({oracle_stand_in.OWNER: path}, "--remember")

    def contenders(self):
        account = [self.server.user, self.server.password, self.server.dsn, str(ARRAY_ROWS)]
        yield "python-oracledb", ["/usr/bin/python3", "-c", PYTHON] + account, {}
        if os.path.isdir(os.path.join(CLIENTS, "node_modules", "oracledb")):
            yield "node-oracledb", ["node", "-e", NODE] + account, {"cwd": CLIENTS}
        else:
            say("no npm oracledb: cd tests/oracle_server/clients && npm ci")

    def read(self, name, argv, how):
        got = run(argv, **how)
        if got["rows"] != self.options.rows:
            raise SystemExit("%s has read %d rows" % (name, got["rows"]))
        say("%-18s %7.2f s  %9s rows/s  cpu %6.2f s  rss %6.1f MiB" % (name, got["seconds"], format(int(got["rows"] / got["seconds"]), ","), got["cpu"], got["rss"]))
        return got

    def read_all(self):
        ferry = ["ferry's reader", [READER, self.server.url(), "events"], {}]
        self.read(*ferry)
        out = {"ferry": [], "rss": 0}
        for _ in range(self.options.runs):
            for name, argv, how in self.contenders():
                mine, theirs = self.read(*ferry), self.read(name, argv, how)
                out["ferry"].append(mine["seconds"])
                out["rss"] = max(out["rss"], mine["rss"])
                out.setdefault(name, []).append(theirs["seconds"] / mine["seconds"])
        return out

    def copy(self, url):
        target = servers.PostgreSQL(["shared_buffers=512MB", "max_wal_size=4GB", "autovacuum=off"], trust=True)
        try:
            target.create("target")
            got = run([FERRY, "copy", url, "postgresql://postgres@127.0.0.1:%d/target" % target.port, "--no-verify", "--no-analyze", "--json"], stderr=subprocess.DEVNULL)
        finally:
            target.stop()
        say("%-18s %7.2f s  cpu %6.2f s  rss %6.1f MiB" % (url.split(":")[0] + " to PostgreSQL", got["timings"]["total"], got["cpu"], got["rss"]))
        return got

    def copies(self):
        oracle = [self.copy(self.server.url()) for _ in range(self.options.runs)]
        self.server.stop()
        maria = servers.MariaDB(["--innodb-buffer-pool-size=1G"])
        try:
            maria.create("bench")
            maria.sql("CREATE USER bench@'%' IDENTIFIED BY ''; GRANT ALL ON *.* TO bench@'%';" + MARIADB % self.options.rows, "bench")
            mysql = [self.copy("mysql://bench@127.0.0.1:%d/bench" % maria.port) for _ in range(self.options.runs)]
        finally:
            maria.stop()
        return {"cpu": statistics.median(r["cpu"] for r in oracle) / statistics.median(r["cpu"] for r in mysql), "rss": max(r["rss"] for r in oracle)}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=2000000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--json", help="write the results to this file")
    options = parser.parse_args()
    bench = Bench(options)
    try:
        bench.make_oracle()
        read = bench.read_all()
        copy = bench.copies()
    finally:
        bench.close()
    lines = [(name + " / ferry, time", statistics.median(read[name]), floor, False) for name, floor in (("node-oracledb", 5), ("python-oracledb", 3)) if name in read]
    lines += [("ferry's CPU, Oracle / MariaDB", copy["cpu"], 1.5, True), ("peak RSS MiB, reading", read["rss"], 64, True), ("peak RSS MiB, copying", copy["rss"], 64, True)]
    say("\nfloors")
    for what, value, limit, at_most in lines:
        say("  %-32s %8.2f  %s %-6g %s" % (what, value, "<=" if at_most else ">=", limit, "ok" if (value <= limit if at_most else value >= limit) else "MISSED"))
    say("bench itself: %d MiB" % (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024))
    if options.json:
        with open(options.json, "w") as f:
            json.dump({"read": read, "copy": copy}, f, indent=1)


if __name__ == "__main__":
    main()
