"""Copying while others write: with one snapshot for all lanes no money is lost or made between two tables."""
import subprocess
import time

import pytest

ROWS = 5000
MOVE = """DELIMITER //
CREATE PROCEDURE move() BEGIN DECLARE i int; LOOP SET i = FLOOR(RAND() * %d) + 1; START TRANSACTION;
UPDATE a SET v = v - 7 WHERE id = i; UPDATE b SET v = v + 7 WHERE id = %d - i; COMMIT; END LOOP; END//
""" % (ROWS, ROWS + 1)


@pytest.fixture
def busy(make_mysql, mariadb):
    """Two tables with two clients that move money from one to the other, until the test ends."""
    db = make_mysql()
    db.sql("CREATE TABLE a (id int PRIMARY KEY, v bigint NOT NULL); CREATE TABLE b LIKE a; INSERT INTO a SELECT seq, 1000 FROM seq_1_to_%d; INSERT INTO b SELECT * FROM a" % ROWS)
    db.sql(MOVE)
    movers = [subprocess.Popen(mariadb.client(db.name) + ["-e", "CALL move()"], stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL) for _ in range(2)]
    time.sleep(0.3)
    yield db
    for (number,) in db.rows("SELECT id FROM information_schema.processlist WHERE db = '%s' AND info LIKE 'CALL move%%' OR info LIKE 'UPDATE a SET v%%' OR info LIKE 'UPDATE b SET v%%'" % db.name):
        try:
            db.sql("KILL %s" % number)
        except Exception:
            pass    # it went in between
    for mover in movers:
        mover.kill()
        mover.wait()


def user_of(db, name, grants):
    db.sql("CREATE OR REPLACE USER %s IDENTIFIED BY 'x'; " % name + "; ".join("GRANT %s TO %s" % (g.replace("DB", "`%s`" % db.name), name) for g in grants))
    return db.server.url(db.name, user=name, password="x")


@pytest.mark.parametrize("name,grants,says", [
    ("snap_reload", ["SELECT ON DB.*", "RELOAD ON *.*"], "one snapshot for all lanes (all tables"),
    ("snap_lock", ["SELECT, LOCK TABLES ON DB.*"], "one snapshot for all lanes (the database's tables"),
])
def test_one_snapshot_for_all_lanes(busy, make_postgres, ferry, name, grants, says):
    url = user_of(busy, name, grants)
    for _ in range(3):
        dst = make_postgres()
        result = ferry("copy", url, dst, "--lanes", "4", "--chunk-rows", "100")
        assert says in result.text
        assert dst.value("SELECT (SELECT sum(v) FROM a) + (SELECT sum(v) FROM b)") == str(2000 * ROWS)


def test_without_privileges_the_report_says_so(make_mysql, make_postgres, ferry):
    src, dst = make_mysql(), make_postgres()
    src.sql("CREATE TABLE a (id int PRIMARY KEY); INSERT INTO a SELECT seq FROM seq_1_to_1000")
    result = ferry("copy", user_of(src, "snap_none", ["SELECT ON DB.*"]), dst, "--lanes", "3", "--chunk-rows", "100")
    assert "each lane has a snapshot of its own" in result.text and "GRANT RELOAD" in result.text


def test_a_lock_that_is_not_to_be_had(make_mysql, make_postgres, mariadb, ferry):
    """Somebody sits on a table for longer than the wait: the copy goes on without the lock."""
    src, dst = make_mysql(), make_postgres()
    src.sql("CREATE TABLE a (id int PRIMARY KEY); INSERT INTO a SELECT seq FROM seq_1_to_1000")
    sitter = subprocess.Popen(mariadb.client(src.name) + ["-e", "BEGIN; UPDATE a SET id = 5000 WHERE id = 1; DO SLEEP(600)"], stdin=subprocess.DEVNULL)
    end = time.monotonic() + 30
    while not (sleepers := src.rows("SELECT id FROM information_schema.processlist WHERE db = '%s' AND info LIKE 'DO SLEEP%%'" % src.name)):
        assert time.monotonic() < end
        time.sleep(0.05)
    result = ferry("copy", user_of(src, "snap_wait", ["SELECT, LOCK TABLES ON DB.*"]), dst, "--lanes", "2", "--chunk-rows", "100")
    assert "a lock on the tables was not to be had" in result.text
    assert dst.value("SELECT count(*) FROM a") == "1000"
    src.sql("KILL %s" % sleepers[0][0])
    sitter.wait()
