"""--incremental --cursor: several runs in a row, with inserts and updates between them."""
import json

import pytest

import compare
from conftest import as_ferry

PAIRS = [("mysql", "postgres"), ("mysql", "sqlite"), ("postgres", "postgres"), ("postgres", "sqlite"), ("sqlite", "postgres"), ("sqlite", "sqlite")]
TIMESTAMP = {"mysql": "datetime(6)", "postgres": "timestamp", "sqlite": "TIMESTAMP"}


@pytest.fixture(params=PAIRS, ids="-".join)
def pair(request, make):
    src, dst = make(request.param[0]), make(request.param[1])
    src.sql(as_ferry(src) + "CREATE TABLE t (id int NOT NULL PRIMARY KEY, v varchar(20), changed %s NULL);" % TIMESTAMP[src.kind] +
            "INSERT INTO t VALUES (1, 'a', '2024-01-01 10:00:00.5'), (2, 'b', '2024-01-02 00:00:00'), (3, 'c', NULL)")
    return src, dst


def run(pair, ferry, cursor, *more, rows, **kw):
    result = ferry("copy", *pair, "--incremental", "--cursor", cursor, "--json", *more, **kw)
    assert sum(t["rows_loaded"] for t in result.json["tables"]) == rows, str(result)
    return result


def test_by_timestamp(pair, ferry):
    src, dst = pair
    run(pair, ferry, "changed", rows=3)
    compare.assert_equal(src, dst)
    src.sql("UPDATE t SET v = 'B', changed = '2024-02-01 00:00:00.25' WHERE id = 2; INSERT INTO t VALUES (4, 'd', '2024-02-02 00:00:00')")
    result = run(pair, ferry, "changed", rows=2)
    assert "1 row without a value in cursor changed" in result.err
    compare.assert_equal(src, dst)
    src.sql("INSERT INTO t VALUES (5, 'e', '2024-02-02 00:00:00')")    # as late as the mark itself
    run(pair, ferry, "changed", rows=2)
    compare.assert_equal(src, dst)
    run(pair, ferry, "changed", rows=2)
    compare.assert_equal(src, dst)


def test_by_number_and_text(pair, ferry):
    src, dst = pair
    for cursor in "id", "v":
        run(pair, ferry, cursor, rows=3 if cursor == "id" else 4)
        src.sql("INSERT INTO t VALUES (%s)" % ("4, 'd'', \\\\x', NULL" if cursor == "id" and src.kind == "mysql" else "4, 'd'', \\x', NULL" if cursor == "id" else "6, 'zz', NULL"))
        run(pair, ferry, cursor, rows=2)
        compare.assert_equal(src, dst)


def test_rows_of_the_target_stay(pair, ferry):
    src, dst = pair
    run(pair, ferry, "id", rows=3)
    dst.sql("INSERT INTO t VALUES (100, 'mine', NULL)")
    src.sql("INSERT INTO t VALUES (7, 'g', NULL)")
    run(pair, ferry, "id", rows=2)
    assert int(dst.value("SELECT count(*) FROM t")) == 5


@pytest.mark.parametrize("target", ["sqlite", "postgres"])
def test_two_targets_have_marks_of_their_own(make, ferry, tmp_path, target):
    src, dst = make("sqlite"), make(target)
    src.sql("CREATE TABLE t (id int NOT NULL PRIMARY KEY); INSERT INTO t VALUES (1), (2)")

    def copy_to(name):
        path = tmp_path / (name + ".yaml")
        path.write_text(json.dumps({"version": 1, "source": src.url, "target": dst.url, "tables": [{"source": "t", "target": name, "cursor": "id"}],
                                    "options": {"incremental": True}}))
        ferry("copy", "--project", path)
        return [str(row[0]) for row in dst.rows("SELECT id FROM %s ORDER BY id" % name)]

    assert copy_to("a_t") == copy_to("b_t") == ["1", "2"]
    src.sql("INSERT INTO t VALUES (3), (4)")
    assert copy_to("a_t") == ["1", "2", "3", "4"]
    src.sql("INSERT INTO t VALUES (5)")
    assert copy_to("b_t") == copy_to("a_t") == ["1", "2", "3", "4", "5"]


def test_a_mark_of_an_older_ferry_is_not_trusted(make, ferry):
    """It names the source's table only: all rows are merged once more."""
    src, dst = make("sqlite"), make("sqlite")
    src.sql("CREATE TABLE t (id int NOT NULL PRIMARY KEY); INSERT INTO t VALUES (1), (2)")
    run((src, dst), ferry, "id", rows=2)
    dst.sql("UPDATE ferry_mark SET table_name = 't'")
    run((src, dst), ferry, "id", rows=2)
    run((src, dst), ferry, "id", rows=1)


@pytest.mark.parametrize("target", ["sqlite", "postgres"])
@pytest.mark.parametrize("column", [{"transform": [{"type": "text"}]}, {"type": "text"}, {"transform": [{"null-if": "200"}]}], ids=["step", "type", "null"])
def test_a_cursor_that_is_changed_on_the_way(make, ferry, tmp_path, target, column):
    """What the target holds does not compare as the source's values do."""
    src, dst = make("sqlite"), make(target)
    src.sql("CREATE TABLE t (id int NOT NULL PRIMARY KEY, rev int); INSERT INTO t VALUES (1, 90), (2, 95)")
    path = tmp_path / "project.yaml"
    path.write_text(json.dumps({"version": 1, "source": src.url, "target": dst.url, "options": {"incremental": True},
                                "tables": [{"source": "t", "cursor": "rev", "columns": [dict(column, source="rev")]}]}))
    ferry("copy", "--project", path)
    src.sql("INSERT INTO t VALUES (3, 200)")
    ferry("copy", "--project", path)
    assert int(dst.value("SELECT count(*) FROM t")) == 3
    src.sql("INSERT INTO t VALUES (4, 1000)")
    result = ferry("copy", "--project", path, "--json")
    assert result.json["tables"][0]["rows_loaded"] == 2, "the mark has moved"


@pytest.mark.parametrize("target", ["sqlite", "postgres"])
def test_an_emptied_table_is_copied_whole(make, ferry, target):
    src, dst = make("sqlite"), make(target)
    src.sql("CREATE TABLE t (id int NOT NULL PRIMARY KEY); INSERT INTO t VALUES (1), (2)")
    run((src, dst), ferry, "id", rows=2)
    dst.sql("DELETE FROM t")
    src.sql("INSERT INTO t VALUES (3)")
    assert "it was empty, though it has been copied up to id = 2" in run((src, dst), ferry, "id", rows=3).err
    compare.assert_equal(src, dst)
    run((src, dst), ferry, "id", rows=1)


def test_many_chunks(make, ferry):
    src, dst = make("mysql"), make("postgres")
    src.sql("CREATE TABLE t (id int PRIMARY KEY, v int); INSERT INTO t SELECT seq, 1 FROM seq_1_to_1000; ANALYZE TABLE t")
    run((src, dst), ferry, "id", "--chunk-rows", "100", rows=1000)
    src.sql("INSERT INTO t SELECT seq, 1 FROM seq_1001_to_2000; ANALYZE TABLE t")
    result = run((src, dst), ferry, "id", "--chunk-rows", "100", rows=1001)
    assert result.json["tables"][0]["chunks"] > 5
    compare.assert_equal(src, dst)


def test_tables_without_the_cursor_are_merged_whole(make, ferry):
    src, dst = make("sqlite"), make("postgres")
    src.sql("CREATE TABLE t (id int NOT NULL PRIMARY KEY, n int); CREATE TABLE kind (k int NOT NULL PRIMARY KEY, v text);"
            "INSERT INTO t VALUES (1, 1); INSERT INTO kind VALUES (1, 'a'), (2, 'b')")
    run((src, dst), ferry, "id", rows=3)
    src.sql("UPDATE kind SET v = 'A' WHERE k = 1; INSERT INTO t VALUES (2, 2)")
    result = run((src, dst), ferry, "id", rows=4)
    assert "kind: it has no cursor column id" in result.err
    compare.assert_equal(src, dst)


def test_what_does_not_go_is_said(make, ferry):
    src, dst = make("sqlite"), make("postgres")
    src.sql("CREATE TABLE t (id int NOT NULL PRIMARY KEY, x double); INSERT INTO t VALUES (1, 1.5)")
    assert "cursor" in ferry("copy", src, dst, "--incremental", expect=(1, 3)).err
    assert "cannot be a cursor" in ferry("copy", src, dst, "--incremental", "--cursor", "x", expect=(2, 3)).err
    assert "does not go with it" in ferry("copy", src, dst, "--incremental", "--cursor", "id", "--if-exists", "drop", expect=(1, 3)).err
    assert "for --incremental" in ferry("copy", src, dst, "--cursor", "id", expect=1).err
