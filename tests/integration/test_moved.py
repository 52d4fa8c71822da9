"""A copy from PostgreSQL that goes on with another snapshot: rows that were changed meanwhile have moved between its chunks."""
import signal

import pytest

import compare
from test_faults import finish
from test_resume import start, wait_for_rows

ROWS = 60000
SCHEMA = """CREATE TABLE child (id int PRIMARY KEY, v int NOT NULL, note text);
INSERT INTO child SELECT i, 0, repeat(chr(97 + i % 26), i % 90) FROM generate_series(1, {n}) i;
CREATE TABLE still AS SELECT i AS id, repeat('y', i % 50) AS note FROM generate_series(1, 3000) i;
GRANT ALL ON ALL TABLES IN SCHEMA public TO ferry; VACUUM ANALYZE;""".format(n=ROWS)
# rows of the first chunks go behind the last ones, and rows of the last ones to the place that is free at the front
MOVES = {
    "updated": ["UPDATE child SET v = 1 WHERE id <= 1000", "DELETE FROM child WHERE id BETWEEN 2000 AND 3000", "VACUUM child",
                "UPDATE child SET v = 2 WHERE id > %d" % (ROWS - 500)],
    "rewritten": ["DELETE FROM child WHERE id BETWEEN 2000 AND 9000", "VACUUM FULL child"],
    "clustered": ["CREATE INDEX by_note ON child (note)", "CLUSTER child USING by_note"],
}


@pytest.fixture
def halfway(make, tmp_path):
    """A copy that was killed when some of child's chunks were in."""
    src, dst = make("postgres"), make("postgres")
    for statement in SCHEMA.split(";\n"):
        src.sql(statement)
    process = start(src, dst, tmp_path, "--lanes", "2", "--read-limit", "20000")
    assert wait_for_rows(dst, process)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    states = dict(dst.rows("SELECT state, count(*) FROM ferry.chunk WHERE table_name LIKE '%child%' GROUP BY 1"))
    assert int(states["pending"]) > 0 and len(states) > 1, states
    return src, dst


@pytest.mark.parametrize("how", sorted(MOVES))
def test_rows_that_moved_between_two_runs(halfway, tmp_path, how):
    src, dst = halfway
    for statement in MOVES[how]:
        src.sql(statement)
    out = finish(start(src, dst, tmp_path))
    assert "child: rows were changed in the source since this copy began" in out and "still: rows were" not in out, out
    compare.assert_equal(src, dst)


def test_nothing_moved(halfway, tmp_path):
    """What was not changed is not loaded again, whatever was done to it otherwise."""
    src, dst = halfway
    src.sql("ANALYZE child")
    src.sql("VACUUM child")
    out = finish(start(src, dst, tmp_path))
    assert "rows were changed" not in out and "resumes another one" in out, out
    compare.assert_equal(src, dst)


def test_moved_twice(halfway, tmp_path):
    """The second time counts from where the table has begun again."""
    src, dst = halfway
    src.sql("UPDATE child SET v = 1 WHERE id <= 1000")
    process = start(src, dst, tmp_path, "--read-limit", "20000")
    assert wait_for_rows(dst, process)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    src.sql("UPDATE child SET v = 2 WHERE id > %d" % (ROWS - 500))
    finish(start(src, dst, tmp_path))
    compare.assert_equal(src, dst)


def test_rows_that_moved_while_it_ran(make, tmp_path, postgres):
    """All connections to the source are lost at once: what moved is found before the keys are made, and the next run mends it."""
    src, dst = make("postgres"), make("postgres")
    for statement in SCHEMA.split(";\n"):
        src.sql(statement)
    process = start(src, dst, tmp_path, "--lanes", "2", "--read-limit", "20000")
    assert wait_for_rows(dst, process)
    postgres.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '%s' AND application_name = 'ferry'" % src.name)
    for statement in MOVES["updated"]:
        src.sql(statement)
    out = finish(process, (0, 4))
    if process.returncode == 4:   # the new snapshot may have come after the changes, or before them
        assert "rows of 1 table were changed meanwhile" in out and "run the same command again" in out, out
        finish(start(src, dst, tmp_path))
    compare.assert_equal(src, dst)


def test_one_lost_lane_comes_back_to_the_snapshot(make, tmp_path, postgres):
    src, dst = make("postgres"), make("postgres")
    for statement in SCHEMA.split(";\n"):
        src.sql(statement)
    process = start(src, dst, tmp_path, "--lanes", "3", "--read-limit", "20000")
    assert wait_for_rows(dst, process)
    postgres.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '%s' AND application_name = 'ferry' AND query LIKE 'COPY%%' LIMIT 1" % src.name)
    src.sql("UPDATE child SET v = 1 WHERE id <= 1000")
    out = finish(process, (0, 6))
    assert "the snapshot was lost" not in out, out
    assert dst.value("SELECT count(DISTINCT id) || ' ' || count(*) || ' ' || sum(v) FROM child") == "%d %d 0" % (ROWS, ROWS)
