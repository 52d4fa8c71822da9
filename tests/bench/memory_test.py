#!/usr/bin/python3
"""A table of 10 GB with values of 100 MB among its rows, copied and verified by a ferry that may use a twentieth of it.

usage: memory_test.py [--source sqlite|mysql] [--limit MIB] [--huge N] [--rows N] [--lanes N]

The limit is a memory cgroup of its own where one can be made, else RLIMIT_DATA. Needs about 14 GB of disk (PostgreSQL
compresses the huge values), twice that with a MariaDB source, and some minutes; everything is removed at the end. FERRY_BIN names the program.
"""
import argparse
import os
import resource
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(TOP, "tests"))
import servers  # noqa: E402

FERRY = os.environ.get("FERRY_BIN", os.path.join(TOP, "build", "ferry"))
MB = 1000 * 1000
HUGE, SMALL = 100 * MB, 1000


def fill_sqlite(path, args):
    db = sqlite3.connect(path, isolation_level=None)
    db.execute("PRAGMA journal_mode = OFF")
    db.execute("PRAGMA synchronous = OFF")
    db.execute("CREATE TABLE big (id INTEGER PRIMARY KEY, name TEXT, t TEXT)")
    every = args.rows // args.huge
    for block in range(args.huge):
        first = block * (every + 1)
        letter = chr(97 + block % 26)
        db.execute("BEGIN")
        db.execute("INSERT INTO big VALUES (?, 'huge', ?)", (first, letter * HUGE))
        db.executemany("INSERT INTO big VALUES (?, ?, ?)", ((first + i, "row %d" % i, "%012d" % (first + i) + letter * (SMALL - 12)) for i in range(1, every + 1)))
        db.execute("COMMIT")
    db.close()


def fill_mysql(server, args):
    every = args.rows // args.huge
    server.sql("CREATE TABLE big (id int PRIMARY KEY, name varchar(40), t longtext)", "big")
    for block in range(args.huge):
        first, letter = block * (every + 1), "CHAR(%d)" % (97 + block % 26)
        server.sql("INSERT INTO big VALUES (%d, 'huge', REPEAT(%s, %d)); INSERT INTO big SELECT %d + seq, CONCAT('row ', seq), CONCAT(LPAD(%d + seq, 12, '0'), "
                   "REPEAT(%s, %d)) FROM seq_1_to_%d" % (first, letter, HUGE, first, first, letter, SMALL - 12, every), "big")


class Limit:
    """On the child, before it becomes ferry."""

    def __init__(self, n_bytes):
        is_v1 = os.path.isdir("/sys/fs/cgroup/memory")
        self.n_bytes, self.group = n_bytes, "/sys/fs/cgroup/%sferry-memory-test-%d" % ("memory/" if is_v1 else "", os.getpid())
        try:
            os.mkdir(self.group)
            self.write("memory.limit_in_bytes" if is_v1 else "memory.max", n_bytes)
            self.name = "memory cgroup"
        except OSError:
            self.remove()
            self.group, self.name = None, "RLIMIT_DATA"

    def write(self, name, value):
        with open(os.path.join(self.group, name), "w") as f:
            f.write(str(value))

    def __call__(self):
        if self.group:
            self.write("cgroup.procs", os.getpid())
        else:
            resource.setrlimit(resource.RLIMIT_DATA, (self.n_bytes, self.n_bytes))

    def remove(self):
        if self.group and os.path.isdir(self.group):
            os.rmdir(self.group)


def run_limited(argv, limit, folder):
    """Exit code, peak RSS in bytes as the kernel has it, seconds."""
    began, peak = time.monotonic(), 0
    process = subprocess.Popen(argv, stdin=subprocess.DEVNULL, cwd=folder, preexec_fn=limit)
    while process.poll() is None:
        with open("/proc/%d/status" % process.pid) as status:
            peak = max([peak] + [int(line.split()[1]) * 1024 for line in status if line.startswith("VmHWM:")])
        time.sleep(0.05)
    return process.returncode, peak, time.monotonic() - began


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--source", choices=("sqlite", "mysql"), default="sqlite")
    parser.add_argument("--limit", type=int, default=512, help="MiB")
    parser.add_argument("--huge", type=int, default=80, help="values of 100 MB")
    parser.add_argument("--rows", type=int, default=2000000, help="rows of 1 KB")
    parser.add_argument("--lanes", type=int, default=2)
    args = parser.parse_args()
    size = args.huge * HUGE + args.rows * SMALL
    need = size * (2 if args.source == "mysql" else 1.4)
    if shutil.disk_usage(tempfile.gettempdir()).free < need + 5e9:
        sys.exit("memory_test: needs %.0f GB of free disk in %s" % ((need + 5e9) / 1e9, tempfile.gettempdir()))
    folder = tempfile.mkdtemp(prefix="ferry-memory-")
    limit, mariadb, postgres = Limit(args.limit * 1024 * 1024), None, None
    try:
        postgres = servers.PostgreSQL(settings=("max_wal_size=2GB", "shared_buffers=256MB"))
        postgres.create("target")
        began = time.monotonic()
        if args.source == "mysql":
            mariadb = servers.MariaDB()
            mariadb.create("big")
            fill_mysql(mariadb, args)
            source = mariadb.url("big")
        else:
            fill_sqlite(os.path.join(folder, "big.db"), args)
            source = "sqlite:///" + os.path.join(folder, "big.db")
        print("%.1f GB made in %.0f s" % (size / 1e9, time.monotonic() - began), flush=True)
        code, peak, seconds = run_limited([FERRY, "copy", source, postgres.url("target"), "--lanes", str(args.lanes)], limit, folder)
        print("limit %d MiB (%s): exit code %d, peak RSS %.0f MB, %.0f s with the verification, %.0f MB/s" %
              (args.limit, limit.name, code, peak / 1e6, seconds, size / 1e6 / seconds))
        rows = postgres.rows("SELECT count(*), sum(length(t)) FROM big", "target")
        print("the target holds %s rows, %s characters" % tuple(rows[0]))
    finally:
        for server in (mariadb, postgres):
            if server:
                server.stop()
        shutil.rmtree(folder, ignore_errors=True)
        limit.remove()
    sys.exit(0 if code == 0 and peak < args.limit * 1024 * 1024 and [int(v) for v in rows[0]] == [args.huge * (1 + args.rows // args.huge), size] else 1)


if __name__ == "__main__":
    main()
