#!/usr/bin/python3
"""Ferry beside its rivals and the limit, on data and servers of its own, in one run.

usage: bench.py [--only WORKLOAD,…] [--contenders NAME,…] [--scale F] [--runs N] [--rss] [--json FILE] [--list]

Workloads   mysql-wide    MariaDB, 2 M rows of 200 bytes, primary key and one index (sysbench's table)
            mysql-mixed   MariaDB, 500 k rows of 20 types
            sqlite-wide, sqlite-mixed   the same two in SQLite
            postgres      PostgreSQL, 5 M rows (pgbench -s 50)
            transform     mysql-mixed with 1 M rows; "transformed" has a transform on each of five columns
Contenders  ferry         without verification, as all the others
            verified      ferry with verification
            pgloader, pgloader-best, pgcopydb, pipe (client | psql COPY), c-loop (tests/bench/c_loop.c)
            limit         the target's own COPY of ready binary files on two streams, then its own index builds

Every contender gets the same servers, a fresh target database and a checkpoint before it starts; contenders take turns,
each directly after a run of ferry's own. The median of the runs counts, and for a ratio to ferry the median of the
ratios of such neighbours, since a machine that others share does not keep its speed for a whole turn. CPU and memory are the client's: of the processes that the contender starts, not of
the servers. Nobody gathers planner statistics (of the rivals only pgcopydb does, and cannot be told not to), so ferry
runs with --no-analyze. Figures are meant as ratios within one run. Row counts are checked after each run.
"""
import argparse
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, os.path.dirname(HERE))
import servers  # noqa: E402

FERRY = os.environ.get("FERRY_BIN", os.path.join(TOP, "build", "ferry"))
DIGITS = "LPAD(FLOOR(RAND() * 100000000000), 11, '0')"

WIDE_MYSQL = """CREATE TABLE sbtest1 (id int NOT NULL AUTO_INCREMENT, k int NOT NULL, c char(120) NOT NULL, pad char(60) NOT NULL, PRIMARY KEY (id), KEY k_1 (k));
INSERT INTO sbtest1 (k, c, pad) SELECT FLOOR(1 + RAND() * {n}), CONCAT_WS('-', %s), CONCAT_WS('-', %s) FROM seq_1_to_{n};""" % (
    ", ".join([DIGITS] * 10), ", ".join([DIGITS] * 5))
MIXED_MYSQL = """CREATE TABLE mixed (id bigint NOT NULL AUTO_INCREMENT PRIMARY KEY, c1 tinyint, c2 smallint unsigned, c3 int, c4 bigint unsigned, c5 decimal(12,2),
 c6 decimal(30,10), c7 float, c8 double, c9 date, c10 datetime, c11 timestamp(6) NULL, c12 time, c13 year, c14 char(10), c15 varchar(100), c16 text,
 c17 varbinary(32), c18 enum('red','green','blue'), c19 tinyint(1), KEY mixed_c3 (c3));
INSERT INTO mixed (c1, c2, c3, c4, c5, c6, c7, c8, c9, c10, c11, c12, c13, c14, c15, c16, c17, c18, c19)
SELECT CAST(seq % 256 AS SIGNED) - 128, seq % 65536, IF(seq % 10 = 0, NULL, FLOOR((RAND() - 0.5) * 4294967295)), FLOOR(RAND() * 1e18), (RAND() - 0.5) * 2e6, (RAND() - 0.5) * 2e9, RAND(),
 (RAND() - 0.5) * 1e100, DATE('2000-01-01') + INTERVAL seq % 9000 DAY, TIMESTAMP('2000-01-01') + INTERVAL seq SECOND, TIMESTAMP('2010-01-01') + INTERVAL seq * 1000003 MICROSECOND,
 SEC_TO_TIME(seq % 86400), 1970 + seq % 80, CONCAT('code', seq % 1000000), IF(seq % 7 = 0, NULL, CONCAT('name of number ', seq)),
 CONCAT('some longer text, żółć, number ', seq, ', ', REPEAT('x', seq % 80)), UNHEX(MD5(seq)), ELT(1 + seq % 3, 'red', 'green', 'blue'), seq % 2 FROM seq_1_to_{n};"""

WIDE_PG = "CREATE TABLE sbtest1 (id integer NOT NULL, k integer NOT NULL, c char(120) NOT NULL, pad char(60) NOT NULL)"
WIDE_INDEXES = ["ALTER TABLE sbtest1 ADD PRIMARY KEY (id)", "CREATE INDEX k_1 ON sbtest1 (k)"]
MIXED_PG = """CREATE TABLE mixed (id bigint NOT NULL, c1 smallint, c2 integer, c3 integer, c4 numeric(20), c5 numeric(12,2), c6 numeric(30,10), c7 real, c8 double precision,
 c9 date, c10 timestamp, c11 timestamptz, c12 time, c13 smallint, c14 char(10), c15 varchar(100), c16 text, c17 bytea, c18 text, c19 boolean)"""
MIXED_INDEXES = ["ALTER TABLE mixed ADD PRIMARY KEY (id)", "CREATE INDEX mixed_c3 ON mixed (c3)"]
PGBENCH_PG = "CREATE TABLE pgbench_accounts (aid integer NOT NULL, bid integer, abalance integer, filler char(84))"
PGBENCH_INDEXES = ["ALTER TABLE pgbench_accounts ADD PRIMARY KEY (aid)"]

WORKLOADS = {
    "mysql-wide": dict(source="mysql", table="sbtest1", rows=2000000, make=WIDE_MYSQL, ddl=WIDE_PG, indexes=WIDE_INDEXES, key="id"),
    "mysql-mixed": dict(source="mysql", table="mixed", rows=500000, make=MIXED_MYSQL, ddl=MIXED_PG, indexes=MIXED_INDEXES, key="id", hexed="c17"),
    "sqlite-wide": dict(source="sqlite", table="sbtest1", rows=2000000, make="wide", ddl=WIDE_PG, indexes=WIDE_INDEXES, key="id"),
    "sqlite-mixed": dict(source="sqlite", table="mixed", rows=500000, make="mixed", ddl=MIXED_PG, indexes=MIXED_INDEXES, key="id", hexed="c17"),
    "transform": dict(source="mysql", table="mixed", rows=1000000, make=MIXED_MYSQL, ddl=MIXED_PG, indexes=MIXED_INDEXES, key="id",
                      contenders=["ferry", "transformed"]),
    "postgres": dict(source="postgres", table="pgbench_accounts", rows=5000000, make=None, ddl=PGBENCH_PG, indexes=PGBENCH_INDEXES, key="aid"),
}
CONTENDERS = {
    "mysql": ["ferry", "verified", "pgloader", "pgloader-best", "pipe", "c-loop", "limit"],
    "sqlite": ["ferry", "verified", "pgloader", "pipe", "limit"],
    "postgres": ["ferry", "verified", "pgcopydb", "pipe", "limit"],
}
STEPS = {"c3": {"default": "0"}, "c14": "trim", "c15": ["upper", {"default": "NOBODY"}], "c16": {"replace": {"text": "number", "with": "no."}},
         "c18": {"mask": {"keep": 1}}}
FERRIES = ("ferry", "verified", "transformed")
PGLOADER_BEST = "WITH include drop, create tables, create indexes, reset sequences, workers = 4, concurrency = 2, prefetch rows = 20000, batch rows = 20000"


def say(text):
    print(text, file=sys.stderr, flush=True)


def sh(argv):
    return " ".join("'" + a.replace("'", "'\\''") + "'" for a in argv)


class Bench:
    def __init__(self, options):
        self.options, self.results, self.reports = options, {}, {}
        self.folder = tempfile.mkdtemp(prefix="ferry-bench-")
        os.chmod(self.folder, 0o755)
        self.maria = self.target = None
        self.sources = {}

    def close(self):
        for server in (self.maria, self.target):
            if server:
                server.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    # ---------------------------------------------------------------- servers and data
    def start(self, kinds):
        say("starting servers")
        self.target = servers.PostgreSQL(["shared_buffers=1GB", "max_wal_size=8GB", "checkpoint_timeout=30min", "maintenance_work_mem=256MB", "max_connections=100",
                                          "max_parallel_maintenance_workers=2", "autovacuum=off"], durable=not self.options.no_fsync, trust=True)
        if "mysql" in kinds:
            self.maria = servers.MariaDB(["--innodb-buffer-pool-size=2G", "--innodb-log-file-size=1G"])
            self.maria.sql("CREATE USER bench@'%' IDENTIFIED BY ''; GRANT ALL ON *.* TO bench@'%'; CREATE USER bench@localhost IDENTIFIED BY ''; GRANT ALL ON *.* TO bench@localhost")
            self.build_c_loop()

    def build_c_loop(self):
        flags = servers.run(["pkg-config", "--cflags", "--libs", "libmariadb", "libpq"]).decode().split()
        servers.run(["gcc", "-O2", "-o", os.path.join(self.folder, "c_loop"), os.path.join(HERE, "c_loop.c")] + flags)

    def rows(self, name):
        return max(int(WORKLOADS[name]["rows"] * self.options.scale), 1000)

    def make(self, name):
        w, n = WORKLOADS[name], self.rows(name)
        say("making %s: %d rows" % (name, n))
        if w["source"] == "mysql":
            self.maria.create(w["table"])
            self.maria.sql(w["make"].format(n=n) + "ANALYZE TABLE %s;" % w["table"], w["table"])
            self.maria.sql("SELECT COUNT(*), SUM(LENGTH(%s)) FROM %s" % ("c" if w["table"] == "sbtest1" else "c16", w["table"]), w["table"])
        elif w["source"] == "sqlite":
            path = os.path.join(self.folder, name + ".sqlite")
            servers.run([sys.executable, os.path.join(HERE, "make_sqlite.py"), path, w["make"], str(n)])
            servers.run(["sqlite3", path, "SELECT sum(length(%s)) FROM %s" % ("c" if w["make"] == "wide" else "c16", w["table"])])
        else:
            self.target.create("source")
            pgbench = os.path.join(self.target.bin(), "pgbench")
            servers.run([pgbench, "-i", "-q", "-s", str(max(1, round(n / 100000))), "-h", self.target.folder, "-p", str(self.target.port), "-U", "postgres", "source"])
            self.target.sql("VACUUM ANALYZE pgbench_accounts; SELECT sum(length(filler)) FROM pgbench_accounts", "source")

    def source_url(self, name, rival=False):
        w = WORKLOADS[name]
        if w["source"] == "mysql":
            return "mysql://bench@127.0.0.1:%d/%s" % (self.maria.port, w["table"])
        if w["source"] == "sqlite":
            return "sqlite://%s%s.sqlite" % (self.folder + "/" if rival else "/" + self.folder + "/", name)
        return "postgresql://postgres@127.0.0.1:%d/source" % self.target.port

    def target_url(self):
        return "postgresql://postgres@127.0.0.1:%d/target" % self.target.port

    def psql(self, database, *commands):
        return sh(["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-h", "127.0.0.1", "-p", str(self.target.port), "-U", "postgres", "-d", database]
                  + [x for c in commands for x in ("-c", c)])

    # ---------------------------------------------------------------- contenders: a shell line each
    def line(self, name, contender):
        w = WORKLOADS[name]
        if contender == "transformed":
            project = os.path.join(self.folder, "project.json")
            with open(project, "w") as f:
                json.dump({"version": 1, "source": self.source_url(name), "target": self.target_url(), "tables": [
                    {"source": w["table"], "columns": [{"source": c, "transform": t} for c, t in STEPS.items()]}]}, f)
            return sh([FERRY, "copy", "--project", project, "--json", "--no-analyze", "--no-verify"] + self.options.ferry_args.split()) + " > %s/report.json" % self.folder
        if contender in ("ferry", "verified"):
            extra = ["--no-analyze"] if contender == "verified" else ["--no-analyze", "--no-verify"]
            return sh([FERRY, "copy", self.source_url(name), self.target_url(), "--json"] + extra + self.options.ferry_args.split()) + " > %s/report.json" % self.folder
        if contender == "pgloader":
            return "cd %s && pgloader %s %s" % (self.folder, sh([self.source_url(name, True)]), sh([self.target_url().replace("postgresql:", "pgsql:")]))
        if contender == "pgloader-best":
            load = os.path.join(self.folder, "best.load")
            with open(load, "w") as f:
                f.write("LOAD DATABASE FROM %s INTO %s %s;\n" % (self.source_url(name, True), self.target_url().replace("postgresql:", "pgsql:"), PGLOADER_BEST))
            return "cd %s && pgloader %s" % (self.folder, load)
        if contender == "pgcopydb":
            return "rm -rf {0}/pgcopydb && pgcopydb clone --dir {0}/pgcopydb --source {1} --target {2} --table-jobs 2 --index-jobs 2 --no-owner --no-acl".format(
                self.folder, sh([self.source_url(name)]), sh([self.target_url()]))
        indexes = " && " + self.psql("target", *w["indexes"])
        if contender == "pipe":
            return self.pipe(name) + indexes
        if contender == "c-loop":
            return sh([os.path.join(self.folder, "c_loop"), str(self.maria.port), "bench", w["table"], "SELECT * FROM " + w["table"],
                       "host=127.0.0.1 port=%d user=postgres dbname=target" % self.target.port, "COPY %s FROM STDIN" % w["table"]]) + indexes
        halves = ["COPY %s FROM '%s/%s.%d' (FORMAT binary)" % (w["table"], self.target.folder, name, h) for h in (0, 1)]
        both = lambda commands: " & ".join(self.psql("target", c) for c in commands) + " & wait"
        return both(halves) + "; " + both(w["indexes"])

    def pipe(self, name):
        w = WORKLOADS[name]
        if w["source"] == "mysql":
            columns = "*" if "hexed" not in w else ", ".join("CONCAT('\\\\x', HEX(c17))" if c == "c17" else c for c in ["id"] + ["c%d" % i for i in range(1, 20)])
            return "%s | %s" % (sh(["mariadb", "--no-defaults", "--protocol=tcp", "--host=127.0.0.1", "--port=%d" % self.maria.port, "--user=bench", "--quick", "--batch",
                                    "--skip-column-names", "--default-character-set=utf8mb4", w["table"], "-e", "SELECT %s FROM %s" % (columns, w["table"])]),
                                self.psql("target", "COPY %s FROM STDIN WITH (NULL 'NULL')" % w["table"]))
        if w["source"] == "sqlite":
            columns = "*" if "hexed" not in w else ", ".join("'\\x' || hex(c17)" if c == "c17" else c for c in ["id"] + ["c%d" % i for i in range(1, 20)])
            return "%s | %s" % (sh(["sqlite3", "-csv", "-readonly", os.path.join(self.folder, name + ".sqlite"), "SELECT %s FROM %s" % (columns, w["table"])]),
                                self.psql("target", "COPY %s FROM STDIN WITH (FORMAT csv)" % w["table"]))
        return "%s | %s" % (self.psql("source", "COPY pgbench_accounts TO STDOUT (FORMAT binary)"), self.psql("target", "COPY pgbench_accounts FROM STDIN (FORMAT binary)"))

    def prepare_limit(self, name):
        """Binary files of both halves, made from a copy that has just been loaded."""
        w = WORKLOADS[name]
        self.fresh()
        self.target.sql(w["ddl"], "target")
        self.shell(self.pipe(name))
        middle = self.rows(name) // 2
        for h, where in enumerate(("<= %d" % middle, "> %d" % middle)):
            self.target.sql("COPY (SELECT * FROM %s WHERE %s %s) TO '%s/%s.%d' (FORMAT binary)" % (w["table"], w["key"], where, self.target.folder, name, h), "target")

    # ---------------------------------------------------------------- measuring
    def fresh(self):
        self.target.drop("target")
        self.target.create("target")
        self.target.sql("CHECKPOINT")

    def shell(self, line):
        with open(os.path.join(self.folder, "output"), "wb") as output:
            began = time.monotonic()
            process = subprocess.Popen(["bash", "-o", "pipefail", "-c", line], stdin=subprocess.DEVNULL, stdout=output, stderr=output)
            _, status, usage = os.wait4(process.pid, 0)
            wall = time.monotonic() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            with open(os.path.join(self.folder, "output"), errors="replace") as f:
                raise servers.ServerError("exit %d: %s\n%s" % (process.returncode, line[:300], f.read()[-2000:]))
        return dict(wall=wall, cpu=usage.ru_utime + usage.ru_stime, rss=usage.ru_maxrss / 1024)

    def measure(self, name, contender):
        w = WORKLOADS[name]
        self.fresh()
        if contender not in FERRIES + ("pgloader", "pgloader-best", "pgcopydb"):
            self.target.sql(w["ddl"], "target")
        result = self.shell(self.line(name, contender))
        self.check(name, contender)
        if contender in FERRIES:
            result["first_row"] = self.first_row()
        return result

    def first_row(self):
        try:
            with open(os.path.join(self.folder, "report.json")) as f:
                return json.load(f).get("timings", {}).get("to_first_row")
        except ValueError:
            return None

    def check(self, name, contender):
        w = WORKLOADS[name]
        ((schema, n_indexes),) = self.target.rows("SELECT min(schemaname), count(*) FROM pg_indexes WHERE tablename = '%s' AND schemaname NOT LIKE 'pg\\_%%'" % w["table"], "target")
        n = int(self.target.rows('SELECT count(*) FROM "%s"."%s"' % (schema, w["table"]), "target")[0][0])
        want = self.rows(name) if w["source"] != "postgres" else max(1, round(self.rows(name) / 100000)) * 100000
        if n != want or int(n_indexes) != len(w["indexes"]):
            raise servers.ServerError("%s: %d rows and %s indexes, not %d and %d" % (contender, n, n_indexes, want, len(w["indexes"])))

    def run(self, name):
        w = WORKLOADS[name]
        contenders = [c for c in w.get("contenders", CONTENDERS[w["source"]]) if not self.options.contenders or c in self.options.contenders.split(",")]
        self.make(name)
        if "limit" in contenders:
            self.prepare_limit(name)
        runs = {c: [] for c in contenders}
        failed = {}
        pairs = {c: [] for c in contenders}
        order = [contenders[0]] if contenders[1:] == [] else [x for c in contenders[1:] for x in (contenders[0], c)]
        for turn in range(self.options.runs + 1):    # turn 0 warms up
            for c in order[:1] if turn == 0 else order:
                if c in failed:
                    continue
                try:
                    result = self.measure(name, c)
                except servers.ServerError as e:
                    failed[c] = str(e)
                    say("%s, %s: %s" % (name, c, e))
                    continue
                say("%-13s %-14s %s%7.2f s  cpu %6.2f s  rss %6.1f MiB" % (name, c, "(warm-up) " if turn == 0 else "", result["wall"], result["cpu"], result["rss"]))
                if turn:
                    runs[c].append(result)
                    if c != contenders[0] and runs[contenders[0]]:
                        pairs[c].append(result["wall"] / runs[contenders[0]][-1]["wall"])
        self.results[name] = {c: dict(wall=statistics.median(r["wall"] for r in rs), cpu=statistics.median(r["cpu"] for r in rs), rss=max(r["rss"] for r in rs),
                                      walls=[r["wall"] for r in rs], to_first=statistics.median(pairs[c]) if pairs[c] else 1.0, first=contenders[0], first_row=min((r["first_row"] for r in rs if r.get("first_row") is not None), default=None))
                              for c, rs in runs.items() if rs}
        if w["source"] == "mysql" and not self.options.rss:
            self.maria.drop(w["table"])

    # ---------------------------------------------------------------- telling
    def table(self, name):
        rows, got = self.rows(name), self.results[name]
        print("\n%s: %s rows" % (name, format(rows, ",")))
        print("  %-14s %9s %12s %9s %12s %9s %9s" % ("", "wall s", "rows/s", "CPU s", "CPU s/M rows", "RSS MiB", "x ferry"))
        for c, r in got.items():
            print("  %-14s %9.2f %12s %9.2f %12.3f %9.1f %9s" % (c, r["wall"], format(int(rows / r["wall"]), ","), r["cpu"], r["cpu"] / rows * 1e6, r["rss"],
                                                             "%.2f" % r["to_first"] if r["first"] == "ferry" else ""))

    def floors(self):
        lines = []

        def floor(name, what, numerator, denominator, limit, at_most=True):
            got = self.results.get(name, {})
            if numerator in got and denominator in got:
                value = got[numerator]["to_first"] / got[denominator]["to_first"]
                lines.append((name, what, "%.2f" % value, "%s %.2f" % ("<=" if at_most else ">=", limit), value <= limit if at_most else value >= limit))
        for name, limit in (("mysql-wide", 0.85), ("mysql-mixed", 0.65)):
            floor(name, "pgloader / ferry", "pgloader", "ferry", 6, False)
            floor(name, "ferry / C loop", "ferry", "c-loop", limit)
        for name in WORKLOADS:
            floor(name, "verified / ferry", "verified", "ferry", 1.6)
        for name in ("sqlite-wide", "sqlite-mixed"):
            floor(name, "ferry / pipe", "ferry", "pipe", 0.75)
        floor("transform", "transformed / ferry", "transformed", "ferry", 1.15)
        floor("postgres", "ferry / pipe", "ferry", "pipe", 0.95)
        floor("postgres", "pgcopydb / ferry", "pgcopydb", "ferry", 1.3, False)
        for name in WORKLOADS:
            floor(name, "ferry / limit", "ferry", "limit", 99)
        wide = self.results.get("mysql-wide", {}).get("ferry")
        if wide:
            per_million = wide["cpu"] / self.rows("mysql-wide") * 1e6
            lines.append(("mysql-wide", "client CPU s per million rows", "%.3f" % per_million, "<= 0.30", per_million <= 0.3))
        for name, got in self.results.items():
            if "ferry" in got:
                lines.append((name, "peak RSS MiB", "%.1f" % got["ferry"]["rss"], "<= 64", got["ferry"]["rss"] <= 64))
                if got["ferry"]["first_row"] is not None:
                    lines.append((name, "s to first row in the target", "%.3f" % got["ferry"]["first_row"], "<= 0.150", got["ferry"]["first_row"] <= 0.15))
        print("\nfloors")
        for name, what, value, limit, ok in lines:
            print("  %-13s %-32s %8s  %-9s %s" % (name, what, value, "" if "99" in limit else limit, "" if "99" in limit else "ok" if ok else "MISSED"))
        return all(ok for *_, ok in lines)

    def memory(self):
        """Peak RSS must not grow with the table: the wide table, and ten times as many rows."""
        out = []
        for factor in (1, 10):
            n = int(2000000 * self.options.scale) * factor
            say("making %d rows" % n)
            self.maria.drop("sbtest1")
            self.maria.create("sbtest1")
            self.maria.sql(WIDE_MYSQL.format(n=n), "sbtest1")
            self.fresh()
            out.append((n, self.shell(self.line("mysql-wide", "ferry"))))
        print("\nmemory")
        for n, r in out:
            print("  %12s rows: peak RSS %.1f MiB, %.2f s" % (format(n, ","), r["rss"], r["wall"]))


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--only", help="workloads, comma-separated")
    ap.add_argument("--contenders", help="contenders, comma-separated")
    ap.add_argument("--scale", type=float, default=1.0, help="factor for the number of rows")
    ap.add_argument("--runs", type=int, default=3)
    ap.add_argument("--rss", action="store_true", help="also the peak RSS for 2 M and 20 M rows")
    ap.add_argument("--ferry-args", default="", help="more arguments for ferry copy")
    ap.add_argument("--no-fsync", action="store_true", help="for slow disks: the target server without fsync")
    ap.add_argument("--json", help="write all results to this file")
    ap.add_argument("--list", action="store_true")
    options = ap.parse_args()
    if options.list:
        print("\n".join(WORKLOADS))
        return 0
    names = options.only.split(",") if options.only else list(WORKLOADS)
    bench = Bench(options)
    try:
        bench.start({WORKLOADS[n]["source"] for n in names})
        for name in names:
            bench.run(name)
        for name in names:
            bench.table(name)
        met = bench.floors()
        if options.rss and bench.maria:
            bench.memory()
        if options.json:
            with open(options.json, "w") as f:
                json.dump({"scale": options.scale, "runs": options.runs, "results": bench.results}, f, indent=2)
        say("bench itself: %.0f MiB" % (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024))
        return 0 if met else 1
    finally:
        bench.close()


if __name__ == "__main__":
    sys.exit(main())
