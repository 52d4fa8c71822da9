"""--if-exists: fail, drop, truncate, append."""
import pytest

import compare

TARGETS = ["postgres", "sqlite"]


@pytest.fixture(params=TARGETS)
def pair(request, make):
    src, dst = make("mysql"), make(request.param)
    src.sql("CREATE TABLE p (id int PRIMARY KEY, v varchar(20), KEY v (v)); CREATE TABLE c (id int PRIMARY KEY, p_id int, FOREIGN KEY (p_id) REFERENCES p (id));"
            "INSERT INTO p VALUES (1, 'a'), (2, 'b'); INSERT INTO c VALUES (1, 1), (2, 2);")
    return src, dst


def test_fail_is_the_default(pair, ferry):
    src, dst = pair
    ferry("copy", src, dst)
    result = ferry("copy", src, dst, expect=3)
    assert "--if-exists" in result.err and ("p" in result.err or "c" in result.err)
    compare.assert_equal(src, dst)


def test_other_tables_do_not_matter(pair, ferry):
    src, dst = pair
    dst.sql("CREATE TABLE unrelated (id int); INSERT INTO unrelated VALUES (1)")
    ferry("copy", src, dst)
    assert int(dst.value("SELECT count(*) FROM unrelated")) == 1


def test_drop(pair, ferry):
    src, dst = pair
    ferry("copy", src, dst)
    src.sql("INSERT INTO p VALUES (3, 'c'); ALTER TABLE p ADD COLUMN more int DEFAULT 5; DELETE FROM c WHERE id = 1")
    ferry("copy", src, dst, "--if-exists", "drop")
    compare.assert_equal(src, dst)


def test_truncate(pair, ferry):
    src, dst = pair
    ferry("copy", src, dst)
    src.sql("INSERT INTO p VALUES (3, 'c'); DELETE FROM c WHERE id = 1")
    ferry("copy", src, dst, "--if-exists", "truncate")
    compare.assert_equal(src, dst)


def test_append(pair, ferry):
    """Appending to empty tables is like loading them; keys and indexes that exist stay."""
    src, dst = pair
    ferry("copy", src, dst, "--schema-only")
    ferry("copy", src, dst, "--if-exists", "append")
    compare.assert_equal(src, dst)


def test_append_keeps_what_is_there(pair, ferry):
    src, dst = pair
    ferry("copy", src, dst)
    src.sql("DELETE FROM c; DELETE FROM p; INSERT INTO p VALUES (7, 'seven'); INSERT INTO c VALUES (9, 7)")
    ferry("copy", src, dst, "--if-exists", "append", "--no-verify")
    assert int(dst.value("SELECT count(*) FROM p")) == 3 and int(dst.value("SELECT count(*) FROM c")) == 3
