"""Rows of a reject file go into the target after they were put right; what is still wrong goes to a new file."""
import json

import pytest

from test_types_mysql import key_of


def lines(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def write(path, rows):
    path.write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in rows), encoding="utf-8")


def rejected(make, ferry, kind="postgres", more=()):
    """Three rows of t and one of u stay behind."""
    src, dst = make("mysql"), make(kind)
    src.sql("CREATE TABLE t (id bigint PRIMARY KEY, d date NOT NULL, n decimal(30,5), f double, b varbinary(10), v varchar(20), at datetime(6), ok boolean);"
            "INSERT INTO t VALUES (1, '2024-01-01', 1, 1, 'x', 'y', NULL, 1),"
            " (9007199254740993, '0000-00-00', 12345678901234567890.12345, 0.1, 0x00ff, 'żółć\\t\\n\\\\', '2024-02-29 23:59:59.000001', 1),"
            " (3, '0000-00-00', NULL, NULL, NULL, '', NULL, 0), (4, '0000-00-00', -0.5, -1e300, '', NULL, NULL, NULL);"
            "CREATE TABLE u (id int PRIMARY KEY, d date); INSERT INTO u VALUES (1, '0000-00-00')")
    ferry("copy", src, dst, "--rejects", "r.ndjson", *more, expect=5)
    return src, dst


@pytest.mark.parametrize("kind", ["postgres"])
def test_round_trip(make, ferry, copy, tmp_path, kind):
    """Repaired rows are the source's rows, value by value: verification finds only what was repaired there as well."""
    src, dst = rejected(make, ferry, kind)
    rows = lines(tmp_path / "r.ndjson")
    for r in rows:
        r["row"]["d"] = "2024-03-01"
    write(tmp_path / "r.ndjson", rows)
    result = ferry("load-rejects", "r.ndjson", dst, "--json")
    assert result.json["rows_loaded"] == 4 and result.json["rows_rejected"] == 0 and not (tmp_path / "r.ndjson.again").exists()
    src.sql("UPDATE t SET d = '2024-03-01' WHERE d = 0; UPDATE u SET d = '2024-03-01'")
    ferry("verify", src, dst)
    again = ferry("load-rejects", "r.ndjson", dst, expect=5)
    assert "0 rows loaded, 4 rejected again" in again.out and dst.value("SELECT count(*) FROM t") == "4"
    assert all(r["kind"] == "refused" and "duplicate key" in r["reason"] for r in lines(tmp_path / "r.ndjson.again"))


def test_still_bad(make, ferry, tmp_path):
    src, dst = rejected(make, ferry)
    rows = lines(tmp_path / "r.ndjson")
    for r in rows:
        if key_of(r) == "4":
            r["row"]["d"] = "2024-03-01"
            r["row"]["n"] = "no number"
        elif key_of(r) != "3":
            r["row"]["d"] = "2024-03-01"
    write(tmp_path / "r.ndjson", rows)
    result = ferry("load-rejects", "r.ndjson", dst, "--rejects", "left.ndjson", "--table", "t", expect=5)
    assert "1 rows loaded, 2 rejected again into left.ndjson, 1 lines passed over" in result.out
    left = {key_of(r): r for r in lines(tmp_path / "left.ndjson")}
    assert left["4"]["column"] == "n" and left["4"]["value"] == "no number" and left["3"]["column"] == "d"
    (was,) = [r for r in rows if key_of(r) == "4"]    # lanes write their lines as they come
    assert left["4"]["table"] == was["table"] and left["4"]["target"] == "public.t"
    left["4"]["row"]["n"] = -0.5
    del left["3"]["row"]["d"]
    dst.sql("ALTER TABLE t ALTER d SET DEFAULT '2000-01-01'")
    write(tmp_path / "left.ndjson", left.values())
    ferry("load-rejects", "left.ndjson", dst)
    assert dst.rows("SELECT id, d, n FROM t WHERE id IN (3, 4) ORDER BY 1") == [("3", "2000-01-01", None), ("4", "2024-03-01", "-0.50000")]
    assert dst.value("SELECT count(*) FROM u") == "0"


def test_refused_among_many(make, ferry, tmp_path):
    dst = make("sqlite")
    dst.sql("CREATE TABLE t (id INTEGER PRIMARY KEY, v INTEGER CHECK (v <> 7))")
    write(tmp_path / "r.ndjson", [{"version": 1, "table": "t", "target": "t", "row": {"id": i, "v": i % 100}} for i in range(2500)])
    ferry("load-rejects", "r.ndjson", dst, expect=5)
    assert [int(key_of(r)) for r in lines(tmp_path / "r.ndjson.again")] == list(range(7, 2500, 100))
    assert dst.value("SELECT count(*) FROM t") == 2475


def test_nothing_of_a_broken_file(make, ferry, tmp_path):
    dst = make("sqlite")
    dst.sql("CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT)")
    good = json.dumps({"version": 1, "table": "t", "target": "t", "row": {"id": 1, "v": "x"}}) + "\n"
    for bad, words in ((good[:-3], "line 2"), (good.replace('"t", "row"', '"x", "row"'), "table x"), (good.replace('"v"', '"w"'), "column w"),
                       (good.replace('"x"', '{"cut": "x"}'), "the whole value"), (good.replace('"x"', '["x"]'), "base64"), (good.replace(": 1,", ": 2,", 1), "version 1")):
        (tmp_path / "r.ndjson").write_text(good + bad)
        result = ferry("load-rejects", "r.ndjson", dst, expect=1)
        assert "line 2" in result.err and words in result.err
    assert dst.value("SELECT count(*) FROM t") == 0
    ferry("load-rejects", "none.ndjson", dst, expect=1)
    assert "there is no database" in ferry("load-rejects", "r.ndjson", "sqlite:///%s/none.sqlite" % tmp_path, expect=2).err and not (tmp_path / "none.sqlite").exists()
    (tmp_path / "r.ndjson.again").write_text("")
    assert "is there already" in ferry("load-rejects", "r.ndjson", dst, expect=1).err


def test_rolled_back_lines_are_passed(make, ferry, tmp_path):
    """The limit was passed: the rows of that chunk come again by the next run."""
    src, dst = make("mysql"), make("postgres")
    src.sql("CREATE TABLE t (id int PRIMARY KEY, d date); INSERT INTO t SELECT seq, 0 FROM seq_1_to_20")
    ferry("copy", src, dst, "--max-rejects", "3", "--rejects", "r.ndjson", expect=4)
    assert all(r["rolled_back"] for r in lines(tmp_path / "r.ndjson"))
    assert "0 rows loaded" in ferry("load-rejects", "r.ndjson", dst).out


def test_verify_knows_them(make, ferry, tmp_path):
    """Rows of the file are not missing, nor different after repair; all others still are."""
    src, dst = rejected(make, ferry)
    ferry("verify", src, dst, expect=6)
    ferry("verify", src, dst, "--rejects", "r.ndjson")
    ferry("verify", src, dst, "--rejects", "r.ndjson", "--verify", "counts")
    rows = lines(tmp_path / "r.ndjson")
    for r in rows:
        r["row"]["d"] = "2024-03-01"
    write(tmp_path / "repaired.ndjson", rows)
    ferry("load-rejects", "repaired.ndjson", dst)
    ferry("verify", src, dst, "--rejects", "r.ndjson")
    dst.sql("UPDATE t SET v = 'other' WHERE id = 1")
    result = ferry("verify", src, dst, "--rejects", "r.ndjson", "--json", expect=6).json
    assert result["totals"]["differences"] == 1 and result["differences"][0]["key"] == "id=1"
    assert "none.ndjson" in ferry("verify", src, dst, "--rejects", "none.ndjson", expect=1).err


def test_verify_knows_text_keys(make, ferry, tmp_path):
    src, dst = make("sqlite"), make("postgres")
    src.sql("CREATE TABLE t (a TEXT NOT NULL, b BLOB NOT NULL, v TEXT, PRIMARY KEY (a, b)); INSERT INTO t VALUES ('ż', x'00ff', 'a' || char(0)), ('x', x'01', 'b')")
    ferry("copy", src, dst, "--rejects", "r.ndjson", expect=5)
    ferry("verify", src, dst, expect=6)
    ferry("verify", src, dst, "--rejects", "r.ndjson")


@pytest.mark.parametrize("kind", ["postgres", "sqlite"])
def test_numbers_keep_their_digits(make, ferry, tmp_path, kind):
    """As jq and editors write them: not as strings."""
    dst = make(kind)
    dst.sql(("SET ROLE ferry;" if kind == "postgres" else "") + "CREATE TABLE t (id int NOT NULL PRIMARY KEY, n %s, p numeric(10,2), v text)" % ("numeric" if kind == "postgres" else "text"))
    name = "public.t" if kind == "postgres" else "t"
    numbers = "19.99", "12345678901234567.25", "123456789012345678901234567890", "-0.1"
    (tmp_path / "r.ndjson").write_text("".join('{"version":1,"table":"t","target":"%s","row":{"id":%d,"n":%s,"p":19.99,"v":"a \\" 1.50, 2 {"}}\n' % (name, i, n)
                                               for i, n in enumerate(numbers)))
    ferry("load-rejects", "r.ndjson", dst)
    assert [str(r[0]) for r in dst.rows("SELECT n FROM t ORDER BY id")] == list(numbers)
    assert dst.value("SELECT min(v) FROM t") == 'a " 1.50, 2 {'
    (tmp_path / "r.ndjson").write_text('{"version":1,"table":"t","target":"%s","row":{"id":9,"n":01.5}}\n' % name)
    assert "line 1" in ferry("load-rejects", "r.ndjson", dst, expect=(1, 2, 3)).err
