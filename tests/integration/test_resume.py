"""Exactly once: the program is killed at random moments and started again until it is done; then everything is compared.

FERRY_TEST_SEED repeats a run's moments (they are printed on failure).
"""
import os
import random
import shutil
import signal
import subprocess
import time

import pytest

import compare
import conftest
import servers

KILLS = 4 if conftest.SANITIZED else 12
ROWS = 12000 if conftest.SANITIZED else 40000
SEED = int(os.environ.get("FERRY_TEST_SEED", "0")) or random.SystemRandom().randrange(1, 10 ** 9)

SCHEMA = """CREATE TABLE parent (id int PRIMARY KEY, name varchar(60) NOT NULL);
CREATE TABLE child (a int NOT NULL, b varchar(20) NOT NULL, parent_id int, v decimal(12,3), note varchar(200), PRIMARY KEY (a, b),
  FOREIGN KEY (parent_id) REFERENCES parent (id));
CREATE TABLE keyless (x int, y varchar(40));
CREATE INDEX child_parent ON child (parent_id); CREATE INDEX child_v ON child (v, note);"""
FILL = {
    "mysql": """INSERT INTO parent SELECT seq, CONCAT('parent ', seq) FROM seq_1_to_{p};
      INSERT INTO child SELECT seq % 97, CONCAT('k', seq), seq % {p} + 1, seq / 7, REPEAT(CHAR(97 + seq % 26), seq % 150) FROM seq_1_to_{n};
      INSERT INTO keyless SELECT seq % 1000, CONCAT('y', seq % 777) FROM seq_1_to_{p};""",
    "postgres": """INSERT INTO parent SELECT i, 'parent ' || i FROM generate_series(1, {p}) i;
      INSERT INTO child SELECT i % 97, 'k' || i, i % {p} + 1, round(i / 7.0, 3), repeat(chr(97 + i % 26), i % 150) FROM generate_series(1, {n}) i;
      INSERT INTO keyless SELECT i % 1000, 'y' || i % 777 FROM generate_series(1, {p}) i; GRANT SELECT ON ALL TABLES IN SCHEMA public TO ferry;""",
    "sqlite": """WITH RECURSIVE s(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s WHERE i < {p}) INSERT INTO parent SELECT i, 'parent ' || i FROM s;
      WITH RECURSIVE s(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s WHERE i < {n}) INSERT INTO child SELECT i % 97, 'k' || i, i % {p} + 1, i * 0.125, substr('abcdefghijklmnopqrstuvwxyz', i % 26 + 1) FROM s;
      WITH RECURSIVE s(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s WHERE i < {p}) INSERT INTO keyless SELECT i % 1000, 'y' || i % 777 FROM s;""",
}


def fill(db, rows=ROWS):
    db.sql(SCHEMA + FILL[db.kind].format(p=rows // 4, n=rows))


def start(src, dst, folder, *args):
    return subprocess.Popen([conftest.FERRY, "copy", src.url, dst.url, "--chunk-rows", "1000", *args], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                            stderr=subprocess.STDOUT, cwd=folder, env=conftest.ferry_env(folder))


def ledger_tables(db):
    if db.kind == "postgres":
        return db.rows("SELECT 1 FROM pg_tables WHERE schemaname = 'ferry'") + db.rows("SELECT 1 FROM pg_namespace WHERE nspname = 'ferry'")
    return db.rows("SELECT name FROM sqlite_schema WHERE name LIKE 'ferry\\_%' ESCAPE '\\'")


def has_ended(db):
    """The ledger goes with the last commit of a verified copy; a kill in the instant behind it finds nothing left to do."""
    tables = db.rows("SELECT 1 FROM pg_tables WHERE tablename = 'child'") if db.kind == "postgres" else db.rows("SELECT 1 FROM sqlite_schema WHERE name = 'child'")
    return bool(tables) and not ledger_tables(db) and bool(db.rows("SELECT 1 FROM child LIMIT 1"))


def assert_good_end(process, out, db, about):
    """The server may carry out that last commit after the one who sent it is dead: then the next copy finds a target that is done."""
    was_done = process.returncode == 3 and b"holds rows" in out and has_ended(db)
    assert process.returncode == 0 or was_done, "%s, exit code %d:\n%s" % (about, process.returncode, out.decode())


@pytest.mark.parametrize("source, target", [("mysql", "postgres"), ("sqlite", "postgres"), ("postgres", "postgres"), ("mysql", "sqlite"), ("postgres", "sqlite"), ("sqlite", "sqlite")])
def test_kill_at_any_moment(make, tmp_path, source, target):
    dice = random.Random("%d %s %s" % (SEED, source, target))
    src, dst, whole = make(source), make(target), make(target)
    fill(src)
    began = time.monotonic()
    process = start(src, whole, tmp_path)
    out = process.communicate(timeout=300)[0]
    assert process.returncode == 0, out.decode()
    seconds = time.monotonic() - began

    killed, moments = 0, []
    for _ in range(KILLS * 4):
        moment = dice.uniform(0, seconds)
        moments.append("%.3f" % moment)
        process = start(src, dst, tmp_path, *(["--lanes", str(dice.choice((1, 2, 3)))]))
        try:
            out = process.communicate(timeout=moment)[0]
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            killed += 1
        else:
            assert_good_end(process, out, dst, "seed %d, moments %s" % (SEED, moments))
            break
        if killed >= KILLS or has_ended(dst):
            break
    if process.returncode != 0 and not has_ended(dst):
        process = start(src, dst, tmp_path)
        out = process.communicate(timeout=300)[0]
        assert_good_end(process, out, dst, "seed %d, moments %s" % (SEED, moments))
    try:
        compare.assert_equal(src, dst)
    except AssertionError as e:
        raise AssertionError("seed %d, moments %s: %s" % (SEED, moments, e))
    assert ledger_tables(dst) == [], "the ledger is gone after a verified copy"


@pytest.mark.parametrize("source, target", [("mysql", "postgres"), ("sqlite", "postgres"), ("postgres", "postgres"), ("postgres", "sqlite")])
def test_kill_in_quick_succession(make, tmp_path, source, target):
    """Hardly any time each: dying in the preparation must not spoil the next try."""
    dice = random.Random("%d quick %s %s" % (SEED, source, target))
    src, dst = make(source), make(target)
    fill(src, ROWS // 4)
    for _ in range(KILLS * 2):
        process = start(src, dst, tmp_path)
        try:
            out = process.communicate(timeout=dice.uniform(0.005, 0.12) * (5 if conftest.SANITIZED else 1))[0]
            assert_good_end(process, out, dst, "seed %d" % SEED)
            break
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
    if process.returncode != 0:
        process = start(src, dst, tmp_path)
        out = process.communicate(timeout=300)[0]
        assert_good_end(process, out, dst, "seed %d" % SEED)
    compare.assert_equal(src, dst)


def wait_for_rows(dst, process, table="child"):
    """Until some chunks of the table are in."""
    while process.poll() is None:
        try:
            if int(dst.value("SELECT count(*) FROM %s" % table)) > 0:
                return True
        except (servers.ServerError, conftest.sqlite3.Error):
            pass
        time.sleep(0.002)
    return False


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM], ids=["Ctrl-C", "SIGTERM"])
@pytest.mark.parametrize("target", ["postgres", "sqlite"])
def test_interrupt(make, tmp_path, target, how):
    src, dst = make("mysql"), make(target)
    fill(src, 200000)
    process = start(src, dst, tmp_path, "--lanes", "1", "--no-verify")
    assert wait_for_rows(dst, process), process.communicate()[0].decode()
    process.send_signal(how)
    out = process.communicate(timeout=60)[0].decode()
    assert process.returncode == 130, out
    assert "again" in out or "resume" in out, "how to go on is said: " + out
    n = int(dst.value("SELECT count(*) FROM child"))
    assert 0 < n < 200000 and n % 1 == 0
    assert ledger_tables(dst) != []
    process = start(src, dst, tmp_path)
    out = process.communicate(timeout=300)[0].decode()
    assert process.returncode == 0, out
    assert "resum" in out.lower(), out
    compare.assert_equal(src, dst)
    assert ledger_tables(dst) == []


def test_interrupt_twice(make, tmp_path):
    """A second Ctrl-C ends it at once."""
    src, dst = make("mysql"), make("postgres")
    fill(src, 100000)
    process = start(src, dst, tmp_path, "--lanes", "1")
    wait_for_rows(dst, process)
    process.send_signal(signal.SIGINT)
    time.sleep(0.01)
    if process.poll() is None:
        process.send_signal(signal.SIGINT)
    process.communicate(timeout=20)
    assert process.returncode in (130, -signal.SIGINT)
    assert start(src, dst, tmp_path).wait(300) == 0
    compare.assert_equal(src, dst)


def test_keep_ledger(make, copy):
    src, dst = make("sqlite"), make("postgres")
    fill(src, 2000)
    copy(src, dst, "--keep-ledger")
    assert ledger_tables(dst) != []


def test_restart_begins_again(make, ferry, tmp_path):
    src, dst = make("sqlite"), make("postgres")
    fill(src, 100000)
    process = start(src, dst, tmp_path, "--lanes", "1")
    wait_for_rows(dst, process)
    process.kill()
    process.communicate()
    src.sql("DELETE FROM child WHERE a % 2 = 0; UPDATE child SET note = 'changed'")
    ferry("copy", src, dst, "--restart")
    compare.assert_equal(src, dst)


def test_another_copy_does_not_resume_this_one(make, ferry, tmp_path):
    """Other tables, other arguments: not the unfinished copy, and not silently beside it."""
    src, dst = make("sqlite"), make("postgres")
    fill(src, 100000)
    process = start(src, dst, tmp_path, "--lanes", "1")
    wait_for_rows(dst, process)
    process.kill()
    process.communicate()
    result = ferry("copy", src, dst, "--table", "parent", expect=None)
    assert result.code != 0
    assert "--restart" in result.err or "--if-exists" in result.err, str(result)
    ferry("copy", src, dst)
    compare.assert_equal(src, dst)


def test_target_server_dies_and_comes_back(make_sqlite, tmp_path):
    """Exit 4 or healed by a retry; never a wrong copy."""
    server = servers.PostgreSQL()
    try:
        src = make_sqlite()
        fill(src, 100000)
        server.create("d")
        dst = conftest.Database(server, "d")
        process = start(src, dst, tmp_path, "--lanes", "2")
        wait_for_rows(dst, process)
        server.halt(signal.SIGQUIT)
        time.sleep(0.2)
        server.launch(server.argv)
        out = process.communicate(timeout=300)[0].decode()
        assert process.returncode in (0, 4), out
        if process.returncode:
            assert start(src, dst, tmp_path).wait(300) == 0
        compare.assert_equal(src, dst)
    finally:
        server.stop()


@pytest.mark.parametrize("source", ["mysql", "postgres"])
def test_source_connections_cut(make, tmp_path, source, mariadb, postgres):
    src, dst = make(source), make("postgres")
    fill(src, 100000)
    process = start(src, dst, tmp_path)
    wait_for_rows(dst, process)
    if source == "mysql":
        for (one,) in mariadb.rows("SELECT id FROM information_schema.processlist WHERE user = 'ferry' AND db = '%s'" % src.name):
            subprocess.call(mariadb.client() + ["-e", "KILL " + one], stderr=subprocess.DEVNULL)
    else:
        postgres.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '%s'" % src.name)
    out = process.communicate(timeout=300)[0].decode()
    assert process.returncode in (0, 4), out
    if process.returncode:
        process = start(src, dst, tmp_path)
        out = process.communicate(timeout=300)[0].decode()
        assert process.returncode == 0, out
    compare.assert_equal(src, dst)


def test_two_at_once(make, tmp_path):
    """Two programs with the same copy: nothing is doubled, whatever each of them says."""
    src, dst = make("mysql"), make("postgres")
    fill(src)
    both = [start(src, dst, tmp_path) for _ in range(2)]
    codes = [p.wait(300) for p in both]
    [p.communicate() for p in both]
    if 0 not in codes:
        process = start(src, dst, tmp_path)
        out = process.communicate(timeout=300)[0].decode()
        assert process.returncode == 0, (codes, out)
    compare.assert_equal(src, dst)


def test_full_disk(make, ferry, tmp_path):
    """A target file that cannot grow: a clear end, the same command goes on when there is room."""
    src, dst = make("mysql"), make("sqlite")
    fill(src, 50000)
    limited = "ulimit -f 2000; trap '' XFSZ; exec %s copy '%s' '%s' --chunk-rows 1000" % (conftest.FERRY, src.url, dst.url)
    p = subprocess.run(["bash", "-c", limited], stdin=subprocess.DEVNULL, capture_output=True, cwd=tmp_path, env=conftest.ferry_env(tmp_path), timeout=120)
    assert p.returncode in (3, 4), p.stdout + p.stderr
    assert p.stderr.strip()
    ferry("copy", src, dst, "--chunk-rows", "1000")
    compare.assert_equal(src, dst)
