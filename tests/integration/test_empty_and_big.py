"""The ends of the scale: nothing at all, and a lot in one place."""
import os
import re
import subprocess
import sys

import pytest

import conftest

PAIRS = [("mysql", "postgres"), ("sqlite", "postgres"), ("postgres", "postgres"), ("mysql", "sqlite"), ("postgres", "sqlite"), ("sqlite", "sqlite")]
MB = 10 if conftest.SANITIZED else 100


def grant(db):
    if db.kind == "postgres":
        db.sql("GRANT SELECT ON ALL TABLES IN SCHEMA public TO ferry")


@pytest.mark.parametrize("source, target", PAIRS)
def test_empty_tables(make, copy, source, target):
    src, dst = make(source), make(target)
    src.sql("CREATE TABLE e (id int PRIMARY KEY, v varchar(10)); CREATE TABLE nokey (v int);")
    grant(src)
    copy(src, dst)


@pytest.mark.parametrize("source, target", PAIRS)
def test_no_key_and_duplicates(make, copy, source, target):
    src, dst = make(source), make(target)
    src.sql("CREATE TABLE n (v int, w varchar(10)); INSERT INTO n VALUES (1, 'a'), (1, 'a'), (NULL, NULL), (NULL, NULL), (2, ''), (2, NULL);")
    for _ in range(10):
        src.sql("INSERT INTO n SELECT * FROM n")
    grant(src)
    copy(src, dst, "--chunk-rows", "500")


@pytest.mark.parametrize("source", ["mysql", "sqlite", "postgres"])
def test_key_beside_indexes(make, copy, source):
    """Of a large table the primary key is built at the same time as the indexes; it is the same key in the end."""
    src, dst = make(source), make("postgres")
    rows = {"mysql": "SELECT seq, seq % 97, CONCAT('v', seq) FROM seq_1_to_120000", "postgres": "SELECT i, i % 97, 'v' || i FROM generate_series(1, 120000) i",
            "sqlite": "WITH RECURSIVE s(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s WHERE i < 120000) SELECT i, i % 97, 'v' || i FROM s"}[source]
    src.sql('CREATE TABLE big (id int NOT NULL, a int NOT NULL, v varchar(20) NOT NULL, PRIMARY KEY (a, id)); CREATE INDEX big_a ON big (a); CREATE UNIQUE INDEX big_v ON big (v);')
    src.sql("INSERT INTO big " + rows)
    grant(src)
    copy(src, dst)
    assert dst.rows("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = 'big'::regclass AND contype = 'p'") == [("PRIMARY KEY (a, id)",)]
    assert dst.value("SELECT count(*) FROM pg_index WHERE indrelid = 'big'::regclass AND indisvalid") == "3"


@pytest.mark.parametrize("where", ["id = 1", "id = 240000", "id = 0"])
def test_misfit_of_a_large_table(make, copy, where):
    """The look at the values takes a large table in parts, over several connections."""
    src, dst = make("mysql"), make("postgres")
    src.sql("CREATE TABLE big (id int PRIMARY KEY, flag tinyint(1)); INSERT INTO big SELECT seq, seq % 2 FROM seq_1_to_240000; UPDATE big SET flag = 2 WHERE " + where)
    src.sql("ANALYZE TABLE big")
    copy(src, dst)
    want = "boolean" if where == "id = 0" else "smallint"
    assert dst.value("SELECT format_type(atttypid, NULL) FROM pg_attribute WHERE attrelid = 'big'::regclass AND attname = 'flag'") == want


@pytest.mark.parametrize("source, target", PAIRS)
def test_all_null(make, copy, source, target):
    src, dst = make(source), make(target)
    src.sql("CREATE TABLE n (id int PRIMARY KEY, a int, b varchar(10), c decimal(5,2), d date, e double precision);")
    src.sql("INSERT INTO n (id) VALUES " + ", ".join("(%d)" % i for i in range(300)))
    grant(src)
    copy(src, dst)


@pytest.mark.parametrize("source, target", [("mysql", "postgres"), ("sqlite", "postgres"), ("postgres", "postgres"), ("sqlite", "sqlite")])
def test_huge_values(make, ferry, source, target):
    src, dst = make(source), make(target)
    n = MB * 1000 * 1000
    if source == "mysql":
        src.sql("CREATE TABLE h (id int PRIMARY KEY, t longtext, b longblob); INSERT INTO h VALUES (1, REPEAT('x', %d), NULL), (2, 'small', x'00'), (3, NULL, REPEAT(x'00ff', %d))" % (n, n // 2))
    elif source == "sqlite":
        src.sql("CREATE TABLE h (id INTEGER PRIMARY KEY, t TEXT, b BLOB); INSERT INTO h VALUES (1, replace(hex(zeroblob(%d)), '00', 'xy'), NULL), (2, 'small', x'00'), (3, NULL, zeroblob(%d))" % (n // 2, n))
    else:
        src.sql("CREATE TABLE h (id int PRIMARY KEY, t text, b bytea); INSERT INTO h VALUES (1, repeat('x', %d), NULL), (2, 'small', '\\x00'), (3, NULL, decode(repeat('00ff', %d), 'hex'))" % (n, n // 2))
    grant(src)
    ferry("copy", src, dst)
    length = "length(t), length(b)" if target == "sqlite" else "octet_length(t), octet_length(b)"
    got = [tuple(None if v is None else int(v) for v in r) for r in dst.rows("SELECT id, %s FROM h ORDER BY id" % length)]
    assert got == [(1, n, None), (2, 5, 1), (3, None, n)]


def test_many_big_rows_need_little_memory(make, tmp_path):
    """Batches are bounded in bytes, not only in rows: 400 rows of 1 MB each."""
    src, dst = make("mysql"), make("postgres")
    src.sql("CREATE TABLE h (id int PRIMARY KEY, t longtext)")
    src.sql("INSERT INTO h SELECT seq, REPEAT(CHAR(97 + seq %% 26), 1000000) FROM seq_1_to_%d" % (100 if conftest.SANITIZED else 400))
    argv = [conftest.FERRY, "copy", src.url, dst.url, "--quiet"]
    # A process takes over the peak of the one that it was forked from, so a small one starts ferry and asks for its peak.
    code = "import resource, subprocess, sys; subprocess.run(sys.argv[1:], check=True); print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    peak = int(subprocess.check_output([sys.executable, "-c", code] + argv, stdin=subprocess.DEVNULL, cwd=tmp_path, env=conftest.ferry_env(tmp_path)))
    if not conftest.SANITIZED:
        assert peak < 64 * 1024, "%d KiB" % peak
    assert dst.value("SELECT count(*) FROM h WHERE length(t) = 1000000") == ("100" if conftest.SANITIZED else "400")


@pytest.mark.parametrize("source, target", PAIRS)
def test_a_thousand_columns(make, copy, source, target):
    src, dst = make(source), make(target)
    n = 1000
    columns = ", ".join("c%d int" % i for i in range(n))
    src.sql("CREATE TABLE w (id int PRIMARY KEY, %s)" % columns)
    for r in range(5):
        src.sql("INSERT INTO w VALUES (%d, %s)" % (r, ", ".join("NULL" if (i + r) % 7 == 0 else str(i * r) for i in range(n))))
    grant(src)
    copy(src, dst)


def test_more_columns_than_the_target_takes(make, ferry):
    """PostgreSQL ends at 1600 columns: said before anything is loaded."""
    src, dst = make("sqlite"), make("postgres")
    src.sql("CREATE TABLE w (id INTEGER PRIMARY KEY, %s)" % ", ".join("c%d INT" % i for i in range(1700)))
    result = ferry("copy", src, dst, expect=3)
    assert "1600" in result.err and "w" in result.err


def test_many_tables(make, copy):
    src, dst = make("sqlite"), make("postgres")
    src.sql("".join("CREATE TABLE t%d (id INTEGER PRIMARY KEY, v TEXT); INSERT INTO t%d VALUES (1, 'x');" % (i, i) for i in range(300)))
    copy(src, dst)


def test_postgres_table_without_columns(make, ferry):
    src, dst = make("postgres"), make("postgres")
    src.sql("CREATE TABLE z (); INSERT INTO z DEFAULT VALUES; INSERT INTO z DEFAULT VALUES; CREATE TABLE t (id int PRIMARY KEY); GRANT SELECT ON z, t TO ferry")
    result = ferry("copy", src, dst, expect=None)
    assert result.code == 0, str(result)
    assert dst.value("SELECT count(*) FROM z") == "2"


def test_only_generated_and_key(make, copy):
    src, dst = make("mysql"), make("postgres")
    src.sql("CREATE TABLE g (id int PRIMARY KEY AUTO_INCREMENT, d int AS (7 * 6) STORED); INSERT INTO g () VALUES (), (), ();")
    copy(src, dst)


@pytest.mark.parametrize("key", ["a varchar(30) PRIMARY KEY", "a varchar(30), b int, PRIMARY KEY (a, b)", "a int, b int, c varchar(30), PRIMARY KEY (a, b, c)",
                                 "a varchar(30) NOT NULL UNIQUE", "a decimal(20,5) PRIMARY KEY", "a date, b int, PRIMARY KEY (a, b)", "a bigint PRIMARY KEY"])
@pytest.mark.parametrize("source", ["mysql", "postgres", "sqlite"])
def test_chunks_by_any_key(make, copy, source, key):
    """Chunks must cover every row once, whatever the key is made of."""
    src, dst = make(source), make("postgres")
    src.sql("CREATE TABLE k (n int, %s)" % key)
    kinds = dict(re.findall(r"\b([abc]) (\w+)", key))
    names = list(kinds)
    rows = []
    for i in range(3000):
        row = [str(i)]
        for n in names:
            unique = n == names[-1]
            number = i if unique else i % 13
            if "varchar" in kinds[n]:
                row.append("'%s'" % ("k%d's %s" % (number, ["", "ż", "A", "_%"][number % 4])).replace("'", "''"))
            elif "date" in kinds[n]:
                row.append("'20%02d-01-01'" % (number % 100))
            elif "decimal" in kinds[n]:
                row.append("%d.%05d" % (number - 1500, number % 100000))
            else:
                row.append(str(number - 1000 if "bigint" not in kinds[n] else number * 3000000001 - 4000000000000))
        rows.append("(%s)" % ", ".join(row))
    src.sql("INSERT INTO k (n, %s) VALUES %s" % (", ".join(names), ", ".join(rows)))
    grant(src)
    copy(src, dst, "--chunk-rows", "100", "--lanes", "3")


def test_case_insensitive_text_key(make, copy):
    """MariaDB orders text by its collation; chunk borders must be drawn by the same order."""
    src, dst = make("mysql"), make("postgres")
    src.sql("CREATE TABLE k (a varchar(20) COLLATE utf8mb4_general_ci PRIMARY KEY, n int)")
    src.sql("INSERT IGNORE INTO k SELECT CONCAT(CHAR(65 + seq % 26 + IF(seq % 2, 32, 0)), IF(seq % 3, 'é', 'E'), seq), seq FROM seq_1_to_5000")
    copy(src, dst, "--chunk-rows", "50", "--lanes", "4")
