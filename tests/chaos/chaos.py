#!/usr/bin/python3
"""Chaos: copies under faults, each run again until it is done, then judged.

usage: chaos.py [--rounds N] [--seed S] [--only FAULT[,FAULT…]] [--seconds N] [--junit FILE]

A round draws source, target, lanes and a fault from its seed, copies through a proxy of its own (proxy.py), lets the fault
happen, and starts ferry again until it exits 0 (at most six times). Then a full verification by ferry itself must find no
difference, and compare.py (check_equal.py), which knows nothing of ferry, must find the databases equal. `--seed S --rounds 1` repeats a
round: seeds are printed. FERRY_BIN names the program.
"""
import argparse
import collections
import os
import pathlib
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
sys.path[:0] = [HERE, os.path.join(TOP, "tests"), os.path.join(TOP, "tests", "integration")]

import compare  # noqa: E402
import servers  # noqa: E402
from proxy import Proxy  # noqa: E402

FERRY = os.environ.get("FERRY_BIN", os.path.join(TOP, "build", "ferry"))
PAIRS = [("mysql", "postgres"), ("postgres", "postgres"), ("sqlite", "postgres"), ("mysql", "sqlite"), ("postgres", "sqlite")]
MAX_TRIES = 6
ROWS = 15000

SCHEMA = """CREATE TABLE parent (id int PRIMARY KEY, name varchar(60) NOT NULL);
CREATE TABLE child (a int NOT NULL, b varchar(20) NOT NULL, parent_id int, v decimal(12,3), note varchar(400), PRIMARY KEY (a, b),
  FOREIGN KEY (parent_id) REFERENCES parent (id));
CREATE TABLE keyless (x int, y varchar(40));
CREATE TABLE spare (id int PRIMARY KEY, t varchar(20));
CREATE INDEX child_parent ON child (parent_id);"""
SERIES = {
    "mysql": ("seq", "seq_1_to_%d", "CONCAT"),
    "postgres": ("i", "generate_series(1, %d) i", "CONCAT"),
    "sqlite": ("value", "s WHERE value <= %d", None),
}


class Failed(Exception):
    pass


def fill_sql(kind, rows):
    i, series, concat = SERIES[kind]
    glue = (lambda a, b: "%s || %s" % (a, b)) if concat is None else (lambda a, b: "%s(%s, %s)" % (concat, a, b))
    repeat = "REPEAT('xyz', %s %% 120)" % i if kind != "sqlite" else "substr(hex(zeroblob(200)), 1, %s %% 400)" % i
    third = {"mysql": "%s / 8" % i, "postgres": "round(%s / 8.0, 3)" % i, "sqlite": "%s * 0.125" % i}[kind]
    parts = [
        ("parent", "%s, %s" % (i, glue("'parent '", i)), rows // 4),
        ("child", "%s %% 97, %s, %s %% %d + 1, %s, %s" % (i, glue("'k'", i), i, rows // 4, third, repeat), rows),
        ("keyless", "%s %% 1000, %s" % (i, glue("'y'", "%s %% 777" % i)), rows // 4),
        ("spare", "%s, %s" % (i, glue("'t'", i)), 100),
    ]
    begin = "WITH RECURSIVE s(value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM s WHERE value < %d) " % rows if kind == "sqlite" else ""
    statements = []
    for table, columns, n in parts:
        statements.append("%sINSERT INTO %s SELECT %s FROM %s;" % (begin, table, columns, series % n))
    if kind == "postgres":
        statements.append("GRANT SELECT ON ALL TABLES IN SCHEMA public TO ferry;")
    return SCHEMA + "\n".join(statements)


class File:
    """An SQLite file where others have a server."""
    kind, proxy, server = "sqlite", None, None

    def __init__(self, path):
        self.path = str(path)
        self.url = self.direct_url = "sqlite:///" + self.path

    def sql(self, sql):
        db = sqlite3.connect(self.path, timeout=20)
        db.executescript(sql)
        db.commit()
        db.close()

    def rows(self, sql, *args):
        db = sqlite3.connect(self.path, timeout=20)
        db.text_factory = lambda b: b.decode("utf-8", "surrogateescape")
        try:
            return db.execute(sql, args).fetchall()
        finally:
            db.close()

    def value(self, sql):
        return self.rows(sql)[0][0]


class Base:
    """A database of a server behind a proxy."""

    def __init__(self, server, proxy, name):
        self.server, self.proxy, self.name, self.kind = server, proxy, name, server.kind
        self.direct_url = server.url(name)
        self.url = self.direct_url.replace(":%d/" % server.port, ":%d/" % proxy.port)

    def sql(self, sql):
        return self.server.sql(sql, self.name)

    def rows(self, sql):
        return self.server.rows(sql, self.name)

    def value(self, sql):
        return self.rows(sql)[0][0]


# ---- the faults: each gets a Round, waits for its moment, does its harm ----

def nothing(r):
    pass


def ferry_killed(r):
    r.process.kill()


def source_restarted(r):
    restart(r, r.source, signal.SIGTERM if r.source.kind == "mysql" else signal.SIGINT)


def source_killed(r):
    restart(r, r.source, signal.SIGKILL if r.source.kind == "mysql" else signal.SIGQUIT)


def target_restarted(r):
    restart(r, r.target, signal.SIGINT)


def target_killed(r):
    restart(r, r.target, signal.SIGQUIT)


def restart(r, side, how):
    if not side.server:
        return ferry_killed(r)
    side.server.halt(how)
    time.sleep(r.dice.uniform(0, 1.0))
    side.server.launch(side.server.argv)


def proxy_of(r):
    proxies = [p for p in (r.source.proxy, r.target.proxy) if p]
    return r.dice.choice(proxies)


def network_reset(r):
    for _ in range(r.dice.randint(1, 4)):
        proxy_of(r).reset()
        time.sleep(r.dice.uniform(0, 0.3))


def network_cut_in_a_packet(r):
    for _ in range(r.dice.randint(1, 3)):
        proxy_of(r).cut()
        time.sleep(r.dice.uniform(0, 0.3))


def network_stalled(r):
    proxy_of(r).stall(r.dice.uniform(0.3, 2))


def network_slow(r):
    proxy_of(r).slow(r.dice.choice((20000, 200000)), r.dice.uniform(0.5, 2))


def network_refused(r):
    proxy_of(r).refuse(r.dice.uniform(0.1, 1.5))


def deadlock(r):
    """A session that takes locks in the target in turn, and the ledger's too."""
    if r.target.kind != "postgres":
        return network_reset(r)
    sql = ("SET deadlock_timeout = '50ms'; SET statement_timeout = '3s'; BEGIN; LOCK TABLE child IN SHARE MODE; SELECT pg_sleep(%.2f); "
           "SELECT * FROM ferry.chunk FOR UPDATE; LOCK TABLE parent, keyless IN ACCESS EXCLUSIVE MODE; SELECT pg_sleep(0.2); ROLLBACK;" % r.dice.uniform(0, 0.4))
    subprocess.run(r.target.server.client(r.target.name), input=sql.encode(), capture_output=True, timeout=30)


def statement_cancelled(r):
    """As statement_timeout and administrators do it."""
    for _ in range(r.dice.randint(1, 5)):
        for side in (r.source, r.target):
            if side.kind == "postgres":
                side.server.sql("SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE datname = '%s' AND usename = 'ferry'" % side.name)
            elif side.kind == "mysql":
                kill_mysql(side, "KILL QUERY")
        time.sleep(r.dice.uniform(0, 0.2))


def sessions_killed(r):
    for side in (r.source, r.target):
        if side.kind == "postgres":
            side.server.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '%s' AND usename = 'ferry'" % side.name)
        elif side.kind == "mysql":
            kill_mysql(side, "KILL")


def kill_mysql(side, how):
    for (one,) in side.server.rows("SELECT id FROM information_schema.processlist WHERE user = 'ferry'"):
        subprocess.run(side.server.client() + ["-e", "%s %s" % (how, one)], stdin=subprocess.DEVNULL, capture_output=True)


def snapshot_lost_between_runs(r):
    """Killed, and the source changes before the next run: rows that are not in yet come from the later state."""
    r.process.kill()
    r.process.wait()
    r.source.sql("UPDATE spare SET t = 'later'")
    r.expect_difference = True    # of what was loaded before, which verification must find, or nothing was


def second_ferry(r):
    other = subprocess.run(r.argv(), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd=r.folder, env=r.env, timeout=120)
    text = other.stdout.decode("utf-8", "replace")
    if other.returncode not in (0, 3) or other.returncode == 3 and "another ferry" not in text and "in the target already" not in text:
        raise Failed("a second ferry ended with %d:\n%s" % (other.returncode, text[-3000:]))


def target_table_dropped(r):
    sql_patiently(r.target, "DROP TABLE IF EXISTS spare%s" % (" CASCADE" if r.target.kind == "postgres" else ""))
    r.needs_restart = True


def target_table_changed(r):
    sql_patiently(r.target, "ALTER TABLE keyless RENAME COLUMN y TO z")
    r.needs_restart = True


def sql_patiently(side, sql):
    try:
        side.sql(sql)
    except Exception:
        pass    # not there yet, or no longer


def disk_full(r):
    """The target's tables are on a small file system, most of which is taken away and given back."""
    if not r.stage.small_disk or r.target.kind != "postgres":
        return target_killed(r)
    ballast = os.path.join(r.stage.small_disk, "ballast")
    with open(ballast, "wb") as f:
        try:
            while f.write(b"x" * 65536):
                f.flush()
        except OSError:
            pass
    time.sleep(r.dice.uniform(0.2, 1.5))
    os.unlink(ballast)


FAULTS = [ferry_killed, source_restarted, source_killed, target_restarted, target_killed, network_reset, network_cut_in_a_packet, network_stalled,
          network_slow, network_refused, deadlock, statement_cancelled, sessions_killed, snapshot_lost_between_runs, second_ferry,
          target_table_dropped, target_table_changed, disk_full]


# ---- a round ----

class Stage:
    """The servers of all rounds."""

    def __init__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="ferry-chaos-"))
        self.servers = {"mysql": servers.MariaDB(["--innodb-flush-log-at-trx-commit=1",    # a source that is killed must not lose rows by itself
                                                   "--innodb-buffer-pool-size=64M", "--innodb-doublewrite=0", "--innodb-log-file-size=16M"]),
                        "postgres": servers.PostgreSQL(["shared_buffers=32MB"], durable=True),
                        "target": servers.PostgreSQL(["shared_buffers=32MB", "deadlock_timeout=100ms"], durable=True)}
        self.proxies = {name: Proxy(server.port) for name, server in self.servers.items()}
        self.small_disk = self.mount_small_disk()
        self.typical = {}

    def mount_small_disk(self):
        """A tablespace on a tmpfs, where root may mount."""
        place = str(self.folder / "small")
        os.mkdir(place)
        if os.getuid() != 0 or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=24m,mode=0777", "none", place], capture_output=True).returncode:
            print("disk_full: no file system can be mounted here; that fault is left out", flush=True)
            return None
        os.chmod(self.folder, 0o755)
        os.mkdir(place + "/space")
        import pwd
        os.chown(place + "/space", pwd.getpwnam("postgres").pw_uid, -1)
        self.servers["target"].sql("CREATE TABLESPACE small LOCATION '%s/space'" % place)
        return place

    def database(self, kind, is_target, name):
        if kind == "sqlite":
            return File(self.folder / (name + ".db"))
        key = "target" if is_target else kind
        self.servers[key].create(name)
        return Base(self.servers[key], self.proxies[key], name)

    def drop(self, side):
        if side.kind == "sqlite":
            for suffix in ("", "-journal", "-wal", "-shm"):
                if os.path.exists(side.path + suffix):
                    os.unlink(side.path + suffix)
        else:
            side.server.drop(side.name)

    def calm(self):
        for proxy in self.proxies.values():
            proxy.calm()

    def typical_seconds(self, kinds):
        """How long a copy takes when nothing happens: faults come within that time."""
        if kinds not in self.typical:
            one = Round(self, 0, ())
            one.kinds, one.fault = kinds, nothing
            one.prepare("warm_up_%s_%s" % kinds)
            try:
                began = time.monotonic()
                one.begin()
                if one.end():
                    raise Failed("a copy without any fault failed:\n" + one.log[-1])
                self.typical[kinds] = time.monotonic() - began
            finally:
                one.clean_up()
        return self.typical[kinds]

    def close(self, is_kept):
        for proxy in self.proxies.values():
            proxy.stop()
        for server in self.servers.values():
            server.stop()
        if self.small_disk:
            subprocess.run(["umount", self.small_disk], capture_output=True)
        if is_kept:
            print("what was left is in %s" % self.folder, flush=True)
        else:
            shutil.rmtree(self.folder, ignore_errors=True)


class Round:
    def __init__(self, stage, seed, only):
        self.stage, self.seed, self.dice = stage, seed, random.Random(seed)
        self.fault = self.dice.choice([f for f in FAULTS if not only or f.__name__ in only])
        pairs = PAIRS
        if self.fault in (target_restarted, target_killed, disk_full, deadlock):
            pairs = [p for p in PAIRS if p[1] == "postgres"]
        if self.fault in (source_restarted, source_killed, snapshot_lost_between_runs):
            pairs = [p for p in PAIRS if p[0] != "sqlite"]
        if self.fault is second_ferry:
            pairs = [p for p in PAIRS if p[1] == "postgres"]
        self.kinds = self.dice.choice(pairs)
        self.lanes, self.chunk = self.dice.choice((1, 2, 3)), self.dice.choice((300, 1000, 5000))
        self.folder = stage.folder
        self.env = {k: v for k, v in os.environ.items() if not k.startswith(("PG", "MYSQL", "FERRY_"))}
        self.expect_difference = self.needs_restart = False
        self.log = []

    def argv(self, *more):
        return [FERRY, "copy", self.source.url, self.target.url, "--lanes", str(self.lanes), "--chunk-rows", str(self.chunk), *more]

    def begin(self, *more):
        self.process = subprocess.Popen(self.argv(*more), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd=self.folder, env=self.env)

    def end(self, timeout=150):
        try:
            out = self.process.communicate(timeout=timeout)[0]
        except subprocess.TimeoutExpired:
            self.process.kill()
            out = self.process.communicate()[0]
            raise Failed("ferry did not end in %d s:\n%s" % (timeout, out.decode("utf-8", "replace")[-6000:]))
        self.log.append("exit %d\n%s" % (self.process.returncode, out.decode("utf-8", "replace")))
        return self.process.returncode

    def prepare(self, name):
        self.source, self.target = self.stage.database(self.kinds[0], False, name), self.stage.database(self.kinds[1], True, name)
        self.source.sql(fill_sql(self.kinds[0], ROWS))
        if self.fault is disk_full and self.stage.small_disk:
            self.target.server.sql('ALTER DATABASE "%s" SET TABLESPACE small' % name)

    def clean_up(self):
        if getattr(self, "process", None) and self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self.stage.calm()
        self.stage.drop(self.source)
        self.stage.drop(self.target)

    def run(self):
        self.stage.typical_seconds(self.kinds)
        self.prepare("c%d_%d" % (os.getpid(), self.seed % 10 ** 9))
        try:
            self.harm()
            self.judge()
        finally:
            self.clean_up()

    def harm(self):
        self.begin()
        time.sleep(self.dice.uniform(0, self.stage.typical_seconds(self.kinds)))
        self.fault(self)
        code = self.end()
        self.first_code = code
        self.stage.calm()
        for _ in range(MAX_TRIES):
            if code == 0 or code == 6 and self.expect_difference or code == 3 and self.was_done_before():
                return
            if code not in (-signal.SIGKILL, 2, 3, 4, 6) or code in (3, 6) and not (self.needs_restart or self.fault is second_ferry):
                raise Failed("exit %d is not one that can be resumed" % code)
            self.begin(*(["--restart"] if self.needs_restart else []))
            code = self.end()
        if code:
            raise Failed("still exit %d after %d tries" % (code, MAX_TRIES))

    def was_done_before(self):
        """Killed after the ledger was gone, or done by the second ferry: the same command then finds tables that are not its own.
        That they are whole is left to judge(); here, that no row is missing."""
        if "is in the target already and holds rows" not in self.log[-1]:
            return False
        counts = [[str(side.value("SELECT count(*) FROM " + table)) for table in ("parent", "child", "keyless", "spare")] for side in (self.source, self.target)]
        return counts[0] == counts[1]

    def judge(self):
        if self.expect_difference:
            self.begin("--restart", "--if-exists", "drop")
            if self.end():
                raise Failed("a new copy after a lost snapshot ended with %d" % self.process.returncode)
        if self.needs_restart and self.first_code == 0:
            self.begin("--restart", "--if-exists", "drop")    # changed when ferry had done its part
            if self.end():
                raise Failed("a new copy ended with %d" % self.process.returncode)
        verify = subprocess.run([FERRY, "verify", self.source.url, self.target.url], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                stderr=subprocess.STDOUT, cwd=self.folder, env=self.env, timeout=120)
        if verify.returncode:
            raise Failed("ferry verify ended with %d:\n%s" % (verify.returncode, verify.stdout.decode("utf-8", "replace")[-3000:]))
        try:
            compare.assert_equal(self.source, self.target)
        except AssertionError as e:
            raise Failed("the independent comparison found differences:\n%s" % e)


def write_junit(path, results):
    import xml.sax.saxutils as sax
    failed = [r for r in results if r[3]]
    with open(path, "w") as f:
        f.write('<testsuite name="chaos" tests="%d" failures="%d" errors="0" skipped="0">\n' % (len(results), len(failed)))
        for seed, fault, seconds, problem in results:
            f.write('<testcase name="%s seed %d" time="%.2f">%s</testcase>\n' % (fault, seed, seconds, "<failure>%s</failure>" % sax.escape(problem) if problem else ""))
        f.write("</testsuite>\n")


def main():
    servers.heed_signals()
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--seed", type=int, default=None, help="of the first round; the next have the numbers that follow")
    parser.add_argument("--only", default="", help="faults, by name")
    parser.add_argument("--seconds", type=float, default=0, help="begin no round after so long")
    parser.add_argument("--junit")
    options = parser.parse_args()
    seed = options.seed if options.seed is not None else random.SystemRandom().randrange(1, 10 ** 8)
    only = set(filter(None, options.only.split(",")))
    unknown = only - {f.__name__ for f in FAULTS}
    if unknown:
        parser.error("no such fault: %s; there are %s" % (", ".join(unknown), ", ".join(f.__name__ for f in FAULTS)))
    began, results, stage, has_ended = time.monotonic(), [], Stage(), False
    try:
        for i in range(options.rounds):
            if options.seconds and time.monotonic() - began > options.seconds:
                break
            one, start = Round(stage, seed + i, only), time.monotonic()
            problem = None
            try:
                one.run()
            except (Failed, servers.ServerError, subprocess.SubprocessError, OSError) as e:
                problem = str(e)
            results.append((one.seed, one.fault.__name__, time.monotonic() - start, problem))
            retries = sum(text.count("trying again in") for text in one.log)
            print("%4d  seed %-9d %-28s %-8s -> %-8s %5.1f s, %d run%s, %d retries  %s" % (
                i + 1, one.seed, one.fault.__name__, *one.kinds, results[-1][2], len(one.log), "" if len(one.log) == 1 else "s", retries,
                "FAILED" if problem else "ok"), flush=True)
            if problem:
                print("\n".join(one.log)[-8000:] + "\n" + problem, flush=True)
        has_ended = True
    finally:
        stage.close(is_kept=not has_ended or any(r[3] for r in results))
    by_fault = collections.Counter(r[1] for r in results)
    failed = [r for r in results if r[3]]
    print("\n" + "\n".join("%-30s %4d rounds, %d failed" % (name, n, sum(r[1] == name for r in failed)) for name, n in sorted(by_fault.items())))
    print("%d rounds in %d s, %d failed%s" % (len(results), time.monotonic() - began, len(failed),
                                             ": seeds %s" % ", ".join(str(r[0]) for r in failed) if failed else ""))
    if options.junit:
        write_junit(options.junit, results)
    return 1 if failed or not results else 0


if __name__ == "__main__":
    sys.exit(main())
