"""--verify full, sample, counts, none: what each finds, and that the report says which it was."""
import pytest

N = 5000
SOURCES = ["mysql", "postgres", "sqlite"]


def fill(db):
    numbers = {"mysql": "SELECT seq AS i FROM seq_1_to_%d" % N, "postgres": "SELECT i FROM generate_series(1, %d) i" % N,
               "sqlite": "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d) SELECT i FROM n" % N}[db.kind]
    db.sql(("SET ROLE ferry;" if db.kind == "postgres" else "") +
           "CREATE TABLE t (id int NOT NULL PRIMARY KEY, v varchar(20)); CREATE TABLE loose (v varchar(20));"
           "INSERT INTO t SELECT i, 'row' FROM (%s) q; INSERT INTO loose VALUES ('a'), ('b');" % numbers +
           {"mysql": "ANALYZE TABLE t", "postgres": "ANALYZE t", "sqlite": ""}[db.kind])


@pytest.fixture(params=SOURCES)
def pair(request, make, ferry):
    src, dst = make(request.param), make("postgres" if request.param != "postgres" else "sqlite")
    fill(src)
    ferry("copy", src, dst)
    return src, dst


def verify(ferry, pair, mode, expect=0):
    result = ferry("verify", *pair, "--verify", mode, "--chunk-rows", "100", "--json", expect=expect)
    return {t["source"].split(".")[-1]: t for t in result.json["tables"]}


def test_same(pair, ferry):
    for mode in "full", "sample", "counts":
        tables = verify(ferry, pair, mode)
        assert all(t["verified"] and t["source_rows"] == t["target_rows"] for t in tables.values())
        assert tables["t"]["source_rows"] == N and tables["t"]["verified_by"] == mode
    assert verify(ferry, pair, "sample")["loose"]["verified_by"] == "full"
    assert 0 < verify(ferry, pair, "sample")["t"]["ranges_sampled"] < 10


def test_counts_see_only_counts(pair, ferry):
    pair[1].sql("UPDATE t SET v = 'other' WHERE id = 1")
    verify(ferry, pair, "counts")
    pair[1].sql("DELETE FROM t WHERE id > %d - 3" % N)
    assert verify(ferry, pair, "counts", 6)["t"]["differences"] == 3


def test_sample_sees_its_ranges_and_all_counts(pair, ferry):
    pair[1].sql("UPDATE t SET v = 'other' WHERE id = 250")    # in a range that is left out
    verify(ferry, pair, "sample")
    pair[1].sql("UPDATE t SET v = 'other' WHERE id = 1")
    result = ferry("verify", *pair, "--verify", "sample", "--chunk-rows", "100", "--json", expect=6)
    assert [d["key"] for d in result.json["differences"]] == ["id=1"]
    pair[1].sql("UPDATE t SET v = 'row' WHERE id = 1; DELETE FROM t WHERE id = 250")
    assert verify(ferry, pair, "sample", 6)["t"]["differences"] == 1


def test_the_report_says_which(make, ferry):
    src, dst = make("sqlite"), make("postgres")
    fill(src)
    result = ferry("copy", src, dst, "--verify", "counts")
    assert "count only" in result.out and "by counts only" in result.out
    result = ferry("verify", src, dst, "--verify", "sample", "--chunk-rows", "500")
    assert "2 of 11 ranges" in result.out and "by counts and a sample" in result.out
    assert "not verified" in ferry("copy", src, dst, "--verify", "none", "--if-exists", "drop").out
    assert "full, sample, counts" in ferry("copy", src, dst, "--verify", "some", expect=1).err


def test_rejected_rows_are_accounted_for(make, ferry):
    src, dst = make("mysql"), make("postgres")
    src.sql("SET sql_mode = ''; CREATE TABLE t (id int PRIMARY KEY, d date); INSERT INTO t VALUES (1, '2024-01-01'), (2, '0000-00-00')")
    for mode in "counts", "sample":
        result = ferry("copy", src, dst, "--if-exists", "drop", "--verify", mode, "--json", expect=5)
        assert result.json["tables"][0]["verified"] is True


def test_read_limit(make, ferry):
    src, dst = make("sqlite"), make("postgres")
    fill(src)
    result = ferry("copy", src, dst, "--read-limit", "4000rows/s", "--json")
    assert result.json["timings"]["copy"] >= 0.5
    assert "is no rate" in ferry("copy", src, dst, "--read-limit", "many", expect=1).err
