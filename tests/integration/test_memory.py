"""Memory does not grow with the table: a table twenty times as large as what ferry may use, with huge values among its rows.

The peak holds ferry itself (some 20 MB; SQLite keeps pages of its file
as well) and, where a value is huge, a copy of it in each place that handles it as a whole: on every lane the packet or message
and the batch, while it is loaded and while it is read back. docs/reliability.md has figures for values of 100 MB.
"""
import subprocess
import time

import pytest

import conftest

MB = 1000 * 1000
VALUE = 2 * MB
N_HUGE, N_SMALL, SMALL = 590, 110000, 1000    # 1.3 GB
LIMIT = 64 * MB

SQL = {
    "mysql": """
        CREATE TABLE big (id int PRIMARY KEY, name varchar(40), t longtext);
        INSERT INTO big SELECT seq, CONCAT('row ', seq), REPEAT(CHAR(97 + seq %% 26), %(small)d) FROM seq_1_to_%(n_small)d;
        INSERT INTO big SELECT %(n_small)d + seq, 'huge', REPEAT(CHAR(97 + seq %% 26), %(value)d) FROM seq_1_to_%(n_huge)d;""",
    "postgres": """
        CREATE TABLE big (id int PRIMARY KEY, name varchar(40), t text);
        INSERT INTO big SELECT i, 'row ' || i, repeat(chr(97 + i %% 26), %(small)d) FROM generate_series(1, %(n_small)d) i;
        INSERT INTO big SELECT %(n_small)d + i, 'huge', repeat(chr(97 + i %% 26), %(value)d) FROM generate_series(1, %(n_huge)d) i;
        GRANT SELECT ON big TO ferry;""",
    "sqlite": """
        CREATE TABLE big (id INTEGER PRIMARY KEY, name TEXT, t TEXT);
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %(n_small)d)
            INSERT INTO big SELECT i, 'row ' || i, replace(hex(zeroblob(%(small)d / 2)), '00', 'ab') FROM n;
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %(n_huge)d)
            INSERT INTO big SELECT %(n_small)d + i, 'huge', replace(hex(zeroblob(%(value)d / 2)), '00', 'cd') FROM n;""",
}


def peak_of(argv, home):
    """Exit code, output and peak RSS in bytes: the kernel's own mark, asked for again and again. (ru_maxrss would hold the memory of
    this process as well, from between fork and exec.)"""
    peak = 0
    with open(home / "out", "w+b") as out:
        process = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT, env=conftest.ferry_env(home))
        while process.poll() is None:
            with open("/proc/%d/status" % process.pid) as status:
                marks = [line for line in status if line.startswith("VmHWM:")]
            peak = max([peak] + [int(mark.split()[1]) * 1024 for mark in marks])
            time.sleep(0.02)
        out.seek(0)
        return process.returncode, out.read().decode(), peak


@pytest.mark.skipif(conftest.SANITIZED, reason="a sanitizer's own memory is many times ours")
@pytest.mark.parametrize("source", ["mysql", "postgres", "sqlite"])
def test_table_larger_than_memory(make, tmp_path, source):
    src, dst = make(source), make("postgres")
    src.sql(SQL[source] % {"small": SMALL, "n_small": N_SMALL, "value": VALUE, "n_huge": N_HUGE})
    assert N_HUGE * VALUE + N_SMALL * SMALL > 20 * LIMIT
    code, out, peak = peak_of([conftest.FERRY, "copy", src.url, dst.url, "--lanes", "2"], tmp_path)
    assert code == 0, out
    print("peak RSS %.1f MB" % (peak / 1e6))
    assert peak < LIMIT, "peak RSS of %.1f MB\n%s" % (peak / 1e6, out[-2000:])
    assert dst.rows("SELECT count(*), sum(length(t)) FROM big") == [(str(N_SMALL + N_HUGE), str(N_SMALL * SMALL + N_HUGE * VALUE))]


GIANT, N_GIANTS, BETWEEN = 24 * MB, 6, 300
BUDGET = 64 * 1024 * 1024     # of giant rows under way, in transfer/run.c; while one is read it is in memory twice

GIANTS_SQL = {
    "mysql": """
        CREATE TABLE big (id int PRIMARY KEY, t longtext);
        INSERT INTO big SELECT seq, IF(seq %% %(between)d = 0, REPEAT('g', %(giant)d), REPEAT('s', 1000)) FROM seq_1_to_%(n)d;""",
    "postgres": """
        CREATE TABLE big (id int PRIMARY KEY, t text);
        INSERT INTO big SELECT i, CASE WHEN i %% %(between)d = 0 THEN repeat('g', %(giant)d) ELSE repeat('s', 1000) END FROM generate_series(1, %(n)d) i;
        GRANT SELECT ON big TO ferry; ANALYZE big;""",
    "sqlite": """
        CREATE TABLE big (id INTEGER PRIMARY KEY, t TEXT);
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %(n)d)
            INSERT INTO big SELECT i, CASE WHEN i %% %(between)d = 0 THEN replace(hex(zeroblob(%(giant)d / 2)), '00', 'gg') ELSE replace(hex(zeroblob(500)), '00', 'ss') END FROM n;""",
}


@pytest.mark.skipif(conftest.SANITIZED, reason="a sanitizer's own memory is many times ours")
@pytest.mark.parametrize("source, target", [("mysql", "postgres"), ("postgres", "postgres"), ("sqlite", "postgres")])
def test_giants_of_many_lanes(make, tmp_path, source, target):
    """Four lanes that all meet giant values, load them and read both sides back: memory is bounded for all of them together."""
    src, dst = make(source), make(target)
    src.sql(GIANTS_SQL[source] % {"giant": GIANT, "between": BETWEEN, "n": N_GIANTS * BETWEEN})
    code, out, peak = peak_of([conftest.FERRY, "copy", src.url, dst.url, "--lanes", "4", "--chunk-rows", "250"], tmp_path)
    assert code == 0, out
    print("peak RSS %.1f MB" % (peak / 1e6))
    assert peak < 2 * BUDGET + 50 * MB, "peak RSS of %.1f MB\n%s" % (peak / 1e6, out[-2000:])
    assert [int(v) for v in dst.rows("SELECT count(*), sum(length(t)) FROM big")[0]] == [N_GIANTS * BETWEEN, N_GIANTS * GIANT + N_GIANTS * (BETWEEN - 1) * 1000]
