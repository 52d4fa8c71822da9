"""Faults that a run heals by itself, says by name, or refuses: one small case each. tests/chaos/ throws them at random."""
import os
import signal
import subprocess
import time

import pytest

import compare
import conftest
import servers
from test_resume import fill, ledger_tables, start, wait_for_rows


def finish(process, expect=0):
    out = process.communicate(timeout=120)[0].decode()
    assert process.returncode in (expect if isinstance(expect, tuple) else (expect,)), out
    return out


def sessions(postgres, name, application="ferry"):
    return postgres.rows("SELECT pid FROM pg_stat_activity WHERE datname = '%s' AND application_name = '%s'" % (name, application))


@pytest.mark.parametrize("side", ["source", "target"])
def test_lost_connections_are_opened_again(make, tmp_path, postgres, side):
    src, dst = make("postgres"), make("postgres")
    fill(src, 60000)
    process = start(src, dst, tmp_path, "--lanes", "2")
    assert wait_for_rows(dst, process)
    postgres.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '%s' AND application_name = 'ferry'" % (src if side == "source" else dst).name)
    out = finish(process)
    assert "trying again in" in out, out
    assert ("the snapshot was lost; rows read after" in out) == (side == "source"), out
    compare.assert_equal(src, dst)


def test_cancelled_statement_is_tried_again(make, tmp_path, postgres):
    """As a time limit of the server does it."""
    src, dst = make("postgres"), make("postgres")
    fill(src, 60000)
    process = start(src, dst, tmp_path, "--lanes", "2")
    assert wait_for_rows(dst, process)
    for name in (src.name, dst.name):
        postgres.sql("SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE datname = '%s' AND application_name = 'ferry'" % name)
    finish(process)
    compare.assert_equal(src, dst)


def wait_for_lock(db, table):
    end = time.monotonic() + 30
    while not int(db.value("SELECT count(*) FROM pg_locks WHERE granted AND relation = '%s'::regclass AND mode IN ('ShareLock', 'AccessExclusiveLock')" % table)):
        assert time.monotonic() < end
        time.sleep(0.05)


def test_deadlock_heals(make, tmp_path, ferry):
    src, dst = make("sqlite"), make("postgres")
    fill(src, 20000)
    ferry("copy", src, dst, "--schema-only")
    locker = subprocess.Popen(dst.server.client(dst.name), stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
    locker.stdin.write(b"BEGIN; LOCK TABLE parent IN ACCESS EXCLUSIVE MODE; SELECT pg_sleep(2); COMMIT;\n")
    locker.stdin.flush()
    wait_for_lock(dst, "parent")
    process = start(src, dst, tmp_path, "--data-only")
    finish(process)
    locker.communicate()
    compare.assert_equal(src, dst)


def test_wrong_password_is_not_tried_again(make, ferry):
    src, dst = make("sqlite"), make("postgres")
    fill(src, 10)
    began = time.monotonic()
    result = ferry("copy", src, dst.server.url(dst.name, password="wrong"), expect=2)
    assert "trying again" not in result.text


def test_cancel_during_backoff(make, tmp_path):
    server = servers.PostgreSQL()
    try:
        server.create("d")
        src, dst = make("sqlite"), conftest.Database(server, "d")
        fill(src, 100000)
        process = start(src, dst, tmp_path, "--lanes", "1")
        assert wait_for_rows(dst, process)
        server.halt(signal.SIGQUIT)
        time.sleep(1.5)
        process.send_signal(signal.SIGINT)
        finish(process, 130)
    finally:
        server.stop()


def test_second_ferry_is_refused_by_name(make, tmp_path, ferry):
    src, dst = make("sqlite"), make("postgres")
    fill(src, 100000)
    first = start(src, dst, tmp_path, "--lanes", "1")
    assert wait_for_rows(dst, first)
    first.send_signal(signal.SIGSTOP)
    result = ferry("copy", src, dst, expect=3)
    assert "another ferry is at this copy: process %d on " % first.pid in result.err, str(result)
    restarted = ferry("copy", src, dst, "--restart", expect=3)
    assert "another ferry" in restarted.err
    first.send_signal(signal.SIGCONT)
    finish(first)
    compare.assert_equal(src, dst)
    assert ledger_tables(dst) == []


@pytest.mark.parametrize("target", ["postgres", "sqlite"])
def test_a_dead_one_does_not_block(make, tmp_path, target):
    src, dst = make("sqlite"), make(target)
    fill(src, 100000)
    first = start(src, dst, tmp_path, "--lanes", "1")
    assert wait_for_rows(dst, first)
    first.kill()
    first.communicate()
    finish(start(src, dst, tmp_path))
    compare.assert_equal(src, dst)
    assert ledger_tables(dst) == []


def test_one_elsewhere_is_watched(make, tmp_path):
    """A row of another machine whose counter stands still is a dead one's."""
    src, dst = make("sqlite"), make("postgres")
    fill(src, 100000)
    first = start(src, dst, tmp_path, "--lanes", "1")
    assert wait_for_rows(dst, first)
    first.kill()
    first.communicate()
    dst.sql("UPDATE ferry.runner SET machine = 'elsewhere', host = 'db9'")
    began = time.monotonic()
    out = finish(start(src, dst, tmp_path))
    assert "on db9 is noted to be at this copy" in out, out
    compare.assert_equal(src, dst)


def test_resuming_names_the_other_snapshot(make, tmp_path):
    src, dst = make("postgres"), make("postgres")
    fill(src, 60000)
    first = start(src, dst, tmp_path, "--lanes", "1")
    assert wait_for_rows(dst, first)
    first.kill()
    first.communicate()
    out = finish(start(src, dst, tmp_path))
    assert "come from an earlier state of the source" in out, out


def test_watchdog_names_the_lane(make, tmp_path):
    """A target table that somebody has locked."""
    if b"--stall-seconds" not in subprocess.run([conftest.FERRY, "copy", "--help"], capture_output=True).stdout:
        pytest.skip("the command line has no --stall-seconds yet")
    src, dst = make("sqlite"), make("postgres")
    fill(src, 5000)
    finish(start(src, dst, tmp_path, "--schema-only"))
    locker = subprocess.Popen(dst.server.client(dst.name), stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
    locker.stdin.write(b"SET application_name = 'nosy'; BEGIN; LOCK TABLE child IN SHARE MODE;\n")
    locker.stdin.flush()
    wait_for_lock(dst, "child")

    process = start(src, dst, tmp_path, "--data-only", "--lanes", "1", "--stall-seconds", "1")
    told = process.stdout.readline()
    while told and b"no progress" not in told.splitlines()[-1]:
        told += process.stdout.readline() or pytest.fail(told.decode())
    locker.communicate(b"COMMIT;\n")
    out = told.decode() + finish(process)
    assert "has made no progress with child for 1 s" in out, out
    assert "the server says: Lock relation, held by session" in out and "nosy" in out, out


def test_target_table_dropped_in_the_middle(make, tmp_path):
    src, dst = make("postgres"), make("postgres")
    fill(src, 100000)
    process = start(src, dst, tmp_path, "--lanes", "1")
    assert wait_for_rows(dst, process)
    dst.sql("DROP TABLE child CASCADE")
    out = finish(process, (3, 4))
    assert "child" in out and "does not exist" in out, out
    finish(start(src, dst, tmp_path, "--restart"))
    compare.assert_equal(src, dst)


def test_source_table_dropped_in_the_middle(make, tmp_path, mariadb):
    src, dst = make("mysql"), make("postgres")
    fill(src, 100000)
    process = start(src, dst, tmp_path, "--lanes", "1")
    assert wait_for_rows(dst, process)
    dropper = subprocess.Popen(mariadb.client(src.name) + ["-e", "DROP TABLE keyless"], stdin=subprocess.DEVNULL)
    out = process.communicate(timeout=120)[0].decode()
    dropper.wait(60)
    assert process.returncode in (0, 3, 4), out
    if process.returncode:
        assert "keyless" in out, out
