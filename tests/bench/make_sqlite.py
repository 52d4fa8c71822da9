#!/usr/bin/python3
"""Makes the two tables of the benchmark in an SQLite file (a process of its own, so that its memory is not the bench's).

usage: make_sqlite.py FILE wide|mixed ROWS
"""
import datetime
import random
import sqlite3
import sys

path, kind, rows = sys.argv[1], sys.argv[2], int(sys.argv[3])
dice = random.Random(42)
db = sqlite3.connect(path, isolation_level=None)
db.execute("PRAGMA journal_mode = OFF")
db.execute("PRAGMA synchronous = OFF")


def digits(groups):
    return "-".join("%011d" % dice.randrange(10 ** 11) for _ in range(groups))


def wide():
    for i in range(1, rows + 1):
        yield i, dice.randrange(1, rows + 1), digits(10), digits(5)


def mixed():
    day = datetime.date(2000, 1, 1)
    for i in range(1, rows + 1):
        d = day + datetime.timedelta(i % 9000)
        yield (i, i % 256 - 128, i % 65536, None if i % 10 == 0 else dice.randrange(-2 ** 31, 2 ** 31), dice.randrange(2 ** 62), round(dice.uniform(-1e6, 1e6), 2),
               round(dice.uniform(-1e9, 1e9), 4), dice.random(), dice.uniform(-1e100, 1e100), d.isoformat(), d.isoformat() + " %02d:%02d:%02d" % (i % 24, i % 60, i % 59),
               d.isoformat() + " 12:00:00.%06d" % (i % 1000000), "%02d:%02d:%02d" % (i % 24, i % 60, i % 60), 1970 + i % 80, "code%06d" % (i % 1000000),
               None if i % 7 == 0 else "name of number %d" % i, "some longer text, żółć, number %d, " % i + "x" * (i % 80), dice.randbytes(16), ("red", "green", "blue")[i % 3], i % 2)


if kind == "wide":
    db.execute("CREATE TABLE sbtest1 (id INTEGER PRIMARY KEY, k INTEGER NOT NULL, c CHAR(120) NOT NULL, pad CHAR(60) NOT NULL)")
    insert, source = "INSERT INTO sbtest1 VALUES (?,?,?,?)", wide()
else:
    db.execute("""CREATE TABLE mixed (id INTEGER PRIMARY KEY, c1 TINYINT, c2 INT, c3 INT, c4 BIGINT, c5 DECIMAL(12,2), c6 DECIMAL(30,10), c7 REAL, c8 DOUBLE, c9 DATE,
      c10 DATETIME, c11 TIMESTAMP, c12 TEXT, c13 SMALLINT, c14 CHAR(10), c15 VARCHAR(100), c16 TEXT, c17 BLOB, c18 TEXT, c19 BOOLEAN)""")
    insert, source = "INSERT INTO mixed VALUES (" + ",".join("?" * 20) + ")", mixed()
db.execute("BEGIN")
db.executemany(insert, source)
db.execute("COMMIT")
db.execute("CREATE INDEX k_1 ON sbtest1 (k)" if kind == "wide" else "CREATE INDEX mixed_c3 ON mixed (c3)")
