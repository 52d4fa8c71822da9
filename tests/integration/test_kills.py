"""kill -9 in copies that change tables which are there: --if-exists merge, --incremental, and append with --restart.

FERRY_TEST_SEED repeats a run's moments (they are printed on failure).
"""
import os
import random
import subprocess
import time

import pytest

import compare
import conftest
from conftest import as_ferry

ROWS = 6000
KILLS = 2 if conftest.SANITIZED else 5
SEED = int(os.environ.get("FERRY_TEST_SEED", "0")) or random.SystemRandom().randrange(1, 10 ** 9)
PAIRS = [("mysql", "postgres"), ("postgres", "postgres"), ("postgres", "sqlite")]
TABLES = "CREATE TABLE t (id int NOT NULL PRIMARY KEY, v varchar(60), changed int NOT NULL); CREATE TABLE u (a int NOT NULL, b varchar(20) NOT NULL, changed int NOT NULL, PRIMARY KEY (a, b));"
SERIES = {"mysql": "SELECT seq AS i FROM seq_%d_to_%d", "postgres": "SELECT i FROM generate_series(%d, %d) i"}


def insert(db, first, last, generation):
    series = SERIES[db.kind] % (first, last)
    db.sql("INSERT INTO t SELECT i, concat('row ', i), %d FROM (%s) s; INSERT INTO u SELECT i, concat('b', i %% 7), %d FROM (%s) s;" % (generation, series, generation, series))


def start(src, dst, folder, *args):
    return subprocess.Popen([conftest.FERRY, "copy", src.url, dst.url, "--chunk-rows", "500", *args], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                            stderr=subprocess.STDOUT, cwd=folder, env=conftest.ferry_env(folder))


def run_and_kill(src, dst, folder, dice, seconds, *args):
    """True: it has ended by itself."""
    process = start(src, dst, folder, "--lanes", str(dice.choice((1, 2))), *args)
    try:
        out = process.communicate(timeout=dice.uniform(0, seconds))[0]
        assert process.returncode == 0, "seed %d:\n%s" % (SEED, out.decode())
        return True
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        return False


def measure(src, dst, folder, *args):
    began = time.monotonic()
    process = start(src, dst, folder, *args)
    out = process.communicate(timeout=120)[0]
    assert process.returncode == 0, out.decode()
    return time.monotonic() - began


def ids(db):
    return [int(r[0]) for r in db.rows("SELECT id FROM t")]


@pytest.fixture(params=PAIRS, ids="-".join)
def pair(request, make, tmp_path):
    src, dst = make(request.param[0]), make(request.param[1])
    src.sql(as_ferry(src) + TABLES)
    insert(src, 1, ROWS, 1)
    return src, dst


def test_merge(pair, ferry, tmp_path):
    src, dst = pair
    dice = random.Random("%d merge %s" % (SEED, dst.kind))
    seconds = measure(src, dst, tmp_path)
    for generation in 2, 3:
        src.sql("UPDATE t SET v = concat(v, '!'), changed = %d WHERE id %% 3 = 0; DELETE FROM u WHERE a = -1" % generation)
        insert(src, ROWS * generation, ROWS * generation + 2000, generation)
        for _ in range(KILLS):
            if run_and_kill(src, dst, tmp_path, dice, seconds, "--if-exists", "merge"):
                break
        ferry("copy", src, dst, "--chunk-rows", "500", "--if-exists", "merge")
        try:
            compare.assert_equal(src, dst)
        except AssertionError as e:
            raise AssertionError("seed %d: %s" % (SEED, e))
        assert len(ids(dst)) == len(set(ids(dst)))


def state(dst):
    """(unfinished copies, marks) in one look."""
    prefix, there = ("ferry.", "SELECT to_regclass('ferry.mark')") if dst.kind == "postgres" else ("ferry_", "SELECT name FROM sqlite_schema WHERE name = 'ferry_mark'")
    has_copy = dst.rows(there.replace("mark", "copy"))
    if not any(r[0] and "mark" in r[0] for r in dst.rows(there)):
        return None
    copies = "(SELECT count(*) FROM %scopy)" % prefix if any(r[0] and "copy" in r[0] for r in has_copy) else "0"
    try:
        rows = dst.rows("SELECT %s, max(coalesce(value, '0')), min(coalesce(value, '0')) FROM %smark" % (copies, prefix))
    except Exception:  # noqa: BLE001: the ledger went between the two looks
        return state(dst)
    return tuple(map(str, rows[0]))


def test_incremental(pair, ferry, tmp_path):
    src, dst = pair
    dice = random.Random("%d incremental %s" % (SEED, dst.kind))
    args = "--incremental", "--cursor", "changed"
    seconds = measure(src, dst, tmp_path, *args)
    assert state(dst) == ("0", "1", "1")
    for generation in range(2, 4):
        src.sql("UPDATE t SET v = concat(v, '!'), changed = %d WHERE id %% 3 = 0; UPDATE u SET changed = %d WHERE a %% 5 = 0" % (generation, generation))
        insert(src, ROWS * generation, ROWS * generation + 2000, generation)
        for _ in range(KILLS):
            has_ended = run_and_kill(src, dst, tmp_path, dice, seconds, *args)
            copies, high, low = state(dst)
            assert high == low, "seed %d: the marks of all tables move together" % SEED
            assert high in ((str(generation), str(generation - 1)) if copies == "0" else (str(generation - 1),)), "seed %d: the mark moves as the ledger goes" % SEED
            if has_ended:
                break
        ferry("copy", src, dst, "--chunk-rows", "500", *args)
        try:
            compare.assert_equal(src, dst)
        except AssertionError as e:
            raise AssertionError("seed %d: %s" % (SEED, e))
        assert state(dst) == ("0", str(generation), str(generation))
        assert len(ids(dst)) == len(set(ids(dst)))


KEYLESS = "CREATE TABLE held (x int NOT NULL, y varchar(20)); CREATE TABLE free (x int NOT NULL, y varchar(20));"


def unfinished(make, ferry, tmp_path, target):
    """Both tables are in, and held had rows before; a copy that finds its objects wanting keeps its ledger."""
    src, dst = make("postgres"), make(target)
    src.sql(as_ferry(src) + KEYLESS + "INSERT INTO held SELECT i, 'new' FROM generate_series(1, 2000) i; INSERT INTO free SELECT i, 'new' FROM generate_series(1, 2000) i;")
    dst.sql(as_ferry(dst) + KEYLESS + "INSERT INTO held VALUES (0, 'old')")
    process = start(src, dst, tmp_path, "--if-exists", "append", "--lanes", "1", "--read-limit", "1500rows/s")
    until = time.monotonic() + 60
    while not (int(dst.value("SELECT count(*) FROM held")) > 1 and int(dst.value("SELECT count(*) FROM free")) > 0):
        assert process.poll() is None and time.monotonic() < until, process.communicate()[0].decode()
        time.sleep(0.02)
    process.kill()
    process.communicate()
    return src, dst


@pytest.mark.parametrize("target", ["postgres", "sqlite"])
def test_append_and_restart(make, ferry, tmp_path, target):
    src, dst = unfinished(make, ferry, tmp_path, target)
    before = dst.value("SELECT count(*) FROM held"), dst.value("SELECT count(*) FROM free")
    result = ferry("copy", src, dst, "--if-exists", "append", "--restart", expect=(1, 2, 3, 4, 5))
    assert "there twice" in result.err and "held" in result.err and "free" not in result.err.split("cannot be told apart")[1]
    result = ferry("copy", src, dst, "--if-exists", "append", "--restart", "-t", "held", expect=(1, 2, 3, 4, 5))
    assert "there twice" in result.err, "another plan does not double them either"
    assert (dst.value("SELECT count(*) FROM held"), dst.value("SELECT count(*) FROM free")) == before
    ferry("copy", src, dst, "--if-exists", "append", "--chunk-rows", "500")
    assert str(dst.value("SELECT count(*) FROM held")) == "2001" and str(dst.value("SELECT count(*) FROM free")) == "2000"


def test_restart_empties_what_was_empty(make, ferry, tmp_path):
    src, dst = make("postgres"), make("postgres")
    src.sql(as_ferry(src) + KEYLESS + "INSERT INTO free SELECT i, 'new' FROM generate_series(1, 3000) i")
    dst.sql(as_ferry(dst) + KEYLESS)
    process = start(src, dst, tmp_path, "--data-only", "--lanes", "1", "--read-limit", "1500rows/s")
    until = time.monotonic() + 60
    while int(dst.value("SELECT count(*) FROM free")) == 0:
        assert process.poll() is None and time.monotonic() < until
        time.sleep(0.02)
    process.kill()
    process.communicate()
    ferry("copy", src, dst, "--data-only", "--restart")
    assert dst.value("SELECT count(*) FROM free") == "3000"
