"""A row that the target refuses is isolated, counted and written down; all others arrive."""
import base64
import json
import os
import subprocess

import pytest

from test_types_mysql import key_of, reject_lines


@pytest.mark.parametrize("at", [1, 500, 999, 1000, 1001, 2500])
def test_one_bad_row_among_many(make, ferry, tmp_path, at):
    src, dst = make("sqlite"), make("postgres")
    src.sql("CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT); WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2500) INSERT INTO t SELECT i, 'v' || i FROM n;"
            " UPDATE t SET v = CAST(x'66ff' AS TEXT) WHERE id = %d" % at)
    result = ferry("copy", src, dst, "--chunk-rows", "1000", "--json", expect=5)
    assert dst.rows("SELECT count(*), sum(id) FROM t") == [("2499", str(2500 * 2501 // 2 - at))]
    (line,) = reject_lines(tmp_path, result)
    assert key_of(line) == str(at) and line["column"] == "v" and line["kind"] == "invalid-encoding" and line["reason"]
    assert base64.b64decode(line["value"]) == b"f\xff" if line["encoding"] == "base64" else "f" in line["value"]


def test_many_bad_rows(make, ferry, tmp_path):
    src, dst = make("mysql"), make("postgres")
    src.sql("CREATE TABLE t (id int PRIMARY KEY, d date NULL)")
    src.sql("INSERT INTO t SELECT seq, IF(seq % 7 = 0, '0000-00-00', '2024-01-01') FROM seq_1_to_7000")
    result = ferry("copy", src, dst, "--chunk-rows", "500", expect=5)
    assert dst.value("SELECT count(*) FROM t") == "6000"
    assert len(reject_lines(tmp_path, result)) == 1000
    assert "1000" in result.text or "1,000" in result.text


def test_server_refuses_rows(make, ferry, tmp_path):
    """Only the server knows that these are wrong: a check in the target's table."""
    src, dst = make("mysql"), make("postgres")
    src.sql("CREATE TABLE t (id int PRIMARY KEY, v int); INSERT INTO t SELECT seq, seq FROM seq_1_to_3000")
    dst.sql("CREATE TABLE t (id int PRIMARY KEY, v int CHECK (v NOT IN (5, 1500, 2999))); ALTER TABLE t OWNER TO ferry")
    result = ferry("copy", src, dst, "--data-only", "--if-exists", "append", "--chunk-rows", "1000", expect=5)
    assert dst.value("SELECT count(*) FROM t") == "2997"
    rejects = reject_lines(tmp_path, result)
    assert sorted(key_of(r) for r in rejects) == ["1500", "2999", "5"]
    assert all(r["kind"] == "refused" and "check" in r["reason"] for r in rejects)


def test_pass_through_lane_isolates_too(make, ferry, tmp_path):
    """PostgreSQL to PostgreSQL moves buffers untouched; a refused row must not take its neighbours along."""
    src, dst = make("postgres"), make("postgres")
    src.sql("CREATE TABLE t (id int PRIMARY KEY, v int); INSERT INTO t SELECT i, i FROM generate_series(1, 3000) i; GRANT SELECT ON t TO ferry")
    dst.sql("CREATE TABLE t (id int PRIMARY KEY, v int CHECK (v <> 1234)); ALTER TABLE t OWNER TO ferry")
    ferry("copy", src, dst, "--data-only", "--if-exists", "append", expect=5)
    assert dst.value("SELECT count(*) FROM t") == "2999"


def test_duplicate_key_is_refused_row(make, ferry, tmp_path):
    src, dst = make("sqlite"), make("postgres")
    src.sql("CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT); INSERT INTO t VALUES (1, 'a'), (2, 'b'), (3, 'c')")
    dst.sql("CREATE TABLE t (id bigint PRIMARY KEY, v text); INSERT INTO t VALUES (2, 'already here'); ALTER TABLE t OWNER TO ferry")
    ferry("copy", src, dst, "--data-only", "--if-exists", "append", "--no-verify", expect=5)
    assert dst.rows("SELECT id, v FROM t ORDER BY id") == [("1", "a"), ("2", "already here"), ("3", "c")]


def test_too_long(make, ferry, tmp_path):
    """SQLite does not keep to VARCHAR(n); data beats declaration, and with a given table the server's limit counts."""
    src, dst = make("sqlite"), make("postgres")
    src.sql("CREATE TABLE t (id INTEGER PRIMARY KEY, v VARCHAR(3)); INSERT INTO t VALUES (1, 'abc'), (2, 'abcdef')")
    dst.sql("CREATE TABLE t (id bigint PRIMARY KEY, v varchar(3)); ALTER TABLE t OWNER TO ferry")
    ferry("copy", src, dst, "--data-only", "--if-exists", "append", expect=5)
    assert dst.rows("SELECT id FROM t") == [("1",)]


def test_exit_code_stays_after_resume(make, ferry):
    """Rejected rows are not forgotten: verification accounts for them, and a second look still says 5 or 6."""
    src, dst = make("mysql"), make("postgres")
    src.sql("CREATE TABLE t (id int PRIMARY KEY, d date); INSERT INTO t VALUES (1, '2024-01-01'), (2, '0000-00-00')")
    ferry("copy", src, dst, "--json", expect=5)
    ferry("verify", src, dst, expect=6)


@pytest.mark.parametrize("kind", ["postgres", "sqlite"])
def test_scattered_refusals(make, ferry, tmp_path, kind):
    """Alone, side by side, at the ends of batches and chunks, of several sorts: exactly those are left out. Of two rows that
    exclude each other the one that comes second goes, and chunks have no order among themselves."""
    src, dst = make("mysql"), make(kind)
    bad = {1, 2, 3, 17, 18, 2047, 2048, 2049, 4096, 9999, 10000, 10001, 15000, 20000} | set(range(12000, 12100)) | set(range(5, 20001, 997))
    src.sql("CREATE TABLE t (id int PRIMARY KEY, v int NULL, u int NOT NULL); INSERT INTO t SELECT seq, seq, seq FROM seq_1_to_20000")
    src.sql("UPDATE t SET v = CASE WHEN id %% 2 = 0 THEN NULL ELSE -1 END WHERE id IN (%s)" % ",".join(map(str, bad)))
    src.sql("UPDATE t SET u = 9 WHERE id = 15001")
    dst.sql("CREATE TABLE t (id bigint PRIMARY KEY, v bigint NOT NULL CHECK (v >= 0), u bigint NOT NULL UNIQUE)" +
            ("; ALTER TABLE t OWNER TO ferry" if kind == "postgres" else ""))
    result = ferry("copy", src, dst, "--data-only", "--if-exists", "append", "--chunk-rows", "10000", "--lanes", "1", expect=5)
    left_out = {int(key_of(r)) for r in reject_lines(tmp_path, result)}
    assert left_out - bad in ({9}, {15001}) and bad <= left_out
    assert int(dst.value("SELECT count(*) FROM t")) == 20000 - len(bad) - 1


def test_refused_by_trigger(make, ferry, tmp_path):
    """BEFORE triggers stand in the context above the COPY's line; of AFTER triggers the server names no line. A line break in
    the row's value must not be taken for one."""
    src, dst = make("mysql"), make("postgres")
    src.sql("CREATE TABLE a (id int PRIMARY KEY, v varchar(40)); INSERT INTO a SELECT seq, CONCAT('x\\nCOPY a, line 7', seq) FROM seq_1_to_300;"
            "CREATE TABLE b LIKE a; INSERT INTO b SELECT * FROM a")
    for name, when in (("a", "BEFORE"), ("b", "AFTER")):
        dst.sql("CREATE TABLE %s (id int PRIMARY KEY, v text); ALTER TABLE %s OWNER TO ferry" % (name, name))
        dst.sql("CREATE FUNCTION no_%s() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.id %% 100 = 42 THEN RAISE EXCEPTION 'no %%', NEW.v USING ERRCODE = '23514'; END IF; RETURN NEW; END $$;"
                "CREATE TRIGGER no %s INSERT ON %s FOR EACH ROW EXECUTE FUNCTION no_%s()" % (name, when, name, name))
    result = ferry("copy", src, dst, "--data-only", "--if-exists", "append", expect=5)
    assert sorted((r["table"][-1], int(key_of(r))) for r in reject_lines(tmp_path, result)) == [(t, i) for t in "ab" for i in (42, 142, 242)]
    assert dst.rows("SELECT (SELECT count(*) FROM a), (SELECT count(*) FROM b)") == [("297", "297")]


def test_lines_hold_the_row(make, ferry, tmp_path):
    """One line a row, however much of it is bad; every value in a form of its own."""
    src, dst = make("mysql"), make("postgres")
    src.sql("CREATE TABLE t (id bigint PRIMARY KEY, d date NULL, at datetime NULL, n decimal(30,5), f double, b varbinary(10), v varchar(20), j json, ok boolean);"
            "INSERT INTO t VALUES (9007199254740993, '0000-00-00', '0000-00-00 00:00:00', 12345678901234567890.12345, 0.1, 0x00ff, 'żółć', '{\"a\": 1}', 1),"
            " (2, '0000-00-00', NULL, -0.5, NULL, NULL, '', NULL, 0), (3, '2024-01-01', NULL, 1, 1, 1, '1', '1', 1)")
    result = ferry("copy", src, dst, expect=5)
    two, big = sorted(reject_lines(tmp_path, result), key=lambda r: len(key_of(r)))
    assert (big["version"], big["table"].split(".")[-1], big["target"], big["column"], big["value"], big["kind"]) == (1, "t", "public.t", "d", "0000-00-00", "zero-date")
    assert [m["column"] for m in big["more"]] == ["at"] and "more" not in two
    assert two["row"]["id"] == 2 and two["row"]["n"] == "-0.50000" and two["row"]["v"] == "" and two["row"]["b"] is None
    row = big["row"]
    assert (row["id"], row["d"], row["at"]) == ("9007199254740993", "0000-00-00", "0000-00-00 00:00:00")
    assert (row["n"], row["f"], row["b"], row["v"]) == ("12345678901234567890.12345", "0.1", {"base64": "AP8="}, "żółć")
    assert json.loads(row["j"]) == {"a": 1}


def test_no_line_twice(make, ferry, tmp_path):
    """The second chunk fails after rows of it were rejected; the next run tells them, and the counts of the first are kept."""
    src, dst = make("mysql"), make("postgres")
    src.sql("CREATE TABLE t (id int PRIMARY KEY, d date NULL, at date NOT NULL); INSERT INTO t SELECT seq, IF(seq % 100 = 7, 0, '2024-01-01'), IF(seq % 100 = 9, 0, '2024-01-01') FROM seq_1_to_2000")
    dst.sql("CREATE TABLE t (id int PRIMARY KEY, d date, at date NOT NULL); ALTER TABLE t OWNER TO ferry;"
            "CREATE FUNCTION no() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.id = 1990 THEN RAISE EXCEPTION 'not now'; END IF; RETURN NEW; END $$;"
            "CREATE TRIGGER no BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION no()")
    args = ("copy", src, dst, "--data-only", "--chunk-rows", "1000", "--lanes", "1", "--bad-value", "zero-date=null", "--rejects", "r.ndjson", "--json")
    assert "not now" in ferry(*args, expect=4).text
    assert len((tmp_path / "r.ndjson").read_text().splitlines()) == 10
    dst.sql("DROP TRIGGER no ON t")
    result = ferry(*args, expect=5)
    keys = [json.loads(line)["key"] for line in (tmp_path / "r.ndjson").read_text().splitlines()]
    assert len(keys) == len(set(keys)) == 20
    assert result.json["tables"][0]["values_nulled"] == 20 and result.json["tables"][0]["verified"] is True


def failing(make):
    src, dst = make("mysql"), make("postgres")
    for name in "abc":
        src.sql("CREATE TABLE %s (id int PRIMARY KEY, d date NULL); INSERT INTO %s SELECT seq, IF(seq <= 20, 0, '2024-01-01') FROM seq_1_to_3000" % (name, name))
        dst.sql("CREATE TABLE %s (id int PRIMARY KEY, d date); ALTER TABLE %s OWNER TO ferry" % (name, name))
    dst.sql("CREATE FUNCTION no() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.id = 1990 THEN RAISE EXCEPTION 'not now'; END IF; RETURN NEW; END $$;"
            "CREATE TRIGGER no BEFORE INSERT ON b FOR EACH ROW EXECUTE FUNCTION no()")
    return src, dst


@pytest.mark.parametrize("lanes", ["1", "3"])
def test_go_on_with_the_others(make, ferry, lanes):
    src, dst = failing(make)
    dst.sql("CREATE TABLE d (id int PRIMARY KEY REFERENCES b); ALTER TABLE d OWNER TO ferry")
    src.sql("CREATE TABLE d (id int PRIMARY KEY, FOREIGN KEY (id) REFERENCES b (id)); INSERT INTO d VALUES (25)")
    args = ("copy", src, dst, "--data-only", "--chunk-rows", "1000", "--lanes", lanes, "--bad-value", "zero-date=null", "--on-error", "continue")
    result = ferry(*args, expect=4)
    assert "2 tables were given up" in result.err and ".b, " in result.err and ".d\n" in result.err and "not now" in result.text and "resume with" in result.err
    assert dst.rows("SELECT (SELECT count(*) FROM a), (SELECT count(*) FROM c), (SELECT count(*) FROM d)") == [("3000", "3000", "0")]
    assert int(dst.value("SELECT count(*) FROM b")) < 3000
    dst.sql("DROP TRIGGER no ON b")
    ferry(*args)
    assert dst.rows("SELECT (SELECT count(*) FROM a), (SELECT count(*) FROM b), (SELECT count(*) FROM d)") == [("3000", "3000", "1")]


def test_given_up_by_its_limit(make, ferry):
    src, dst = failing(make)
    dst.sql("DROP TRIGGER no ON b")
    src.sql("UPDATE c SET d = '2024-01-01' WHERE id > 5")
    result = ferry("copy", src, dst, "--data-only", "--max-table-rejects", "10", "--on-error", "continue", expect=4)
    assert "2 tables were given up" in result.err and dst.value("SELECT count(*) FROM c") == "2995"


def test_skip_whatever_their_number(make, ferry, tmp_path):
    src, dst = failing(make)
    dst.sql("DROP TRIGGER no ON b; ALTER TABLE a ADD CHECK (id % 3 <> 0)")
    result = ferry("copy", src, dst, "--data-only", "--on-error", "skip", "--max-rejects", "1", "--max-table-rejects", "1%", "--bad-value", "refused=fail",
                   "--bad-value", "zero-date=fail", expect=5)
    assert len(reject_lines(tmp_path, result)) == 20 * 3 + 1000 - 6
    assert dst.rows("SELECT (SELECT count(*) FROM a), (SELECT count(*) FROM b)") == [("1986", "2980")]


@pytest.mark.parametrize("n", [1, 2])
def test_reader_of_one_table_fails(make, ferry, n):
    """A table that cannot be read is given up; the lane reads the others with the same connection."""
    src, dst = make("postgres"), make("sqlite")
    for name in "abc":
        src.sql("CREATE TABLE %s (id int PRIMARY KEY, v int); INSERT INTO %s SELECT i, i FROM generate_series(1, 500) i; GRANT SELECT ON %s TO ferry" % (name, name, name))
    src.sql("CREATE FUNCTION bad(i int) RETURNS int LANGUAGE plpgsql AS $$ BEGIN IF i = 400 THEN RAISE EXCEPTION 'broken'; END IF; RETURN i; END $$")
    result = ferry("copy", src, dst, "--where", "b=public.bad(v) = v", "--on-error", "continue", "--lanes", str(n), expect=4)
    assert "broken" in result.text and "1 table was given up" in result.err
    assert dst.rows("SELECT (SELECT count(*) FROM a), (SELECT count(*) FROM b), (SELECT count(*) FROM c)") == [(500, 0, 500)]
    src.sql("CREATE OR REPLACE FUNCTION bad(i int) RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETURN i; END $$")
    ferry("copy", src, dst, "--where", "b=public.bad(v) = v", "--on-error", "continue")
    assert dst.value("SELECT count(*) FROM b") == 500


def test_a_reject_file_that_cannot_be_is_told_before(make, ferry, tmp_path):
    src, dst = make("sqlite"), make("sqlite")
    src.sql("CREATE TABLE t (id INTEGER PRIMARY KEY); INSERT INTO t VALUES (1)")
    result = ferry("copy", src, dst, "--rejects", tmp_path / "none" / "r.ndjson", expect=1)
    assert "r.ndjson cannot be written" in result.err
    assert not os.path.exists(dst.path)


def test_a_full_disk_loses_no_rejected_row(make, ferry, tmp_path):
    """There is no room for the lines: the chunk is not committed without them, and comes again when there is."""
    src, dst = make("sqlite"), make("postgres")
    src.sql("CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT); WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20) "
            "INSERT INTO t SELECT i, hex(zeroblob(20000)) || char(0) || i FROM n")
    small = tmp_path / "small"
    small.mkdir()
    if os.getuid() != 0 or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "none", str(small)], capture_output=True).returncode:
        pytest.skip("no file system can be mounted here")
    command = ("copy", src, dst, "--rejects", small / "r.ndjson", "--bad-value", "nul-byte=reject", "--on-error", "skip", "--lanes", "1")
    try:
        result = ferry(*command, expect=4)
        assert "cannot write the reject file" in result.err and "No space left" in result.err
        subprocess.run(["mount", "-o", "remount,size=8m", str(small)], check=True)
        ferry(*command, expect=5)
        lines = [json.loads(line) for line in (small / "r.ndjson").read_text().splitlines()]
        assert sorted(int(key_of(line)) for line in lines) == list(range(1, 21))
    finally:
        subprocess.run(["umount", str(small)], capture_output=True)


def given_up_and_mended(make):
    """Rows of both tables are refused; of the first run only a's, for b cannot be read until its function is mended."""
    src, dst = make("postgres"), make("postgres")
    for name in "ab":
        src.sql("CREATE TABLE {0} (id int PRIMARY KEY, v int); INSERT INTO {0} SELECT i, i FROM generate_series(1, 50) i; GRANT SELECT ON {0} TO ferry".format(name))
        dst.sql("CREATE TABLE {0} (id int PRIMARY KEY, v int CHECK (v <> 5)); ALTER TABLE {0} OWNER TO ferry".format(name))
    function = "CREATE OR REPLACE FUNCTION bad(i int) RETURNS int LANGUAGE plpgsql AS $$ BEGIN %s RETURN i; END $$"
    src.sql(function % "RAISE EXCEPTION 'broken';")
    command = ("copy", src, dst, "--data-only", "--if-exists", "append", "--where", "b=public.bad(v) = v", "--on-error", "continue", "--json")
    return dst, command, lambda: src.sql(function % "")


def test_a_resumed_copy_names_the_reject_files_of_both_runs(make, ferry, tmp_path):
    dst, command, mend = given_up_and_mended(make)
    first = ferry(*command, "--rejects", "first.ndjson", expect=4).json
    assert first["reject_file"] == "first.ndjson" and first["reject_files"] == ["first.ndjson"]
    mend()
    second = ferry(*command, "--rejects", "second.ndjson", "--report", "r.md", "--html", "r.html", expect=5).json
    both = [str(tmp_path / "first.ndjson"), "second.ndjson"]
    assert second["resumed"] and second["reject_files"] == both and second["reject_file"] == "second.ndjson"
    for report in ("r.md", "r.html"):
        assert all(name in (tmp_path / report).read_text() for name in both)


@pytest.mark.parametrize("folder", ["/".join(["d" * 200] * 6), "/".join(["ż%'" * 50] * 8), b"\xff\xfe".decode("utf-8", "surrogateescape")], ids=["long", "longer", "bytes"])
def test_a_resumed_copy_names_a_reject_file_that_lies_deep(make, ferry, tmp_path, folder):
    """Or whose path is not UTF-8: a step of the ledger holds neither."""
    dst, command, mend = given_up_and_mended(make)
    (tmp_path / folder).mkdir(parents=True)
    ferry(*command, "--rejects", os.path.join(folder, "first.ndjson"), expect=4)
    mend()
    ferry(*command, "--rejects", os.path.join(folder, "second.ndjson"), "--report", "r.txt", expect=5)
    assert os.fsencode(str(tmp_path / folder / "first.ndjson")) in (tmp_path / "r.txt").read_bytes()


def test_the_line_that_resumes_can_be_pasted(make, ferry):
    """The name of a key's file is no secret, and needed; the password comes from elsewhere."""
    dst, command, mend = given_up_and_mended(make)
    url = command[1].url + ("&" if "?" in command[1].url else "?") + "sslkey=/etc/ferry/client.key"
    result = ferry("copy", url, *command[2:], "--rejects", "r.ndjson", expect=4)
    assert "sslkey=/etc/ferry/client.key" in result.json["resume"] and "***" not in result.json["resume"]


def test_a_resumed_copy_names_no_reject_file_that_is_not_there(make, ferry, tmp_path):
    """The second run rejects nothing, so its own file is not made; the first run's is named, by whatever run."""
    dst, command, mend = given_up_and_mended(make)
    ferry(*command, "--rejects", "first.ndjson", expect=4)
    dst.sql("ALTER TABLE b DROP CONSTRAINT b_v_check")
    assert ferry(*command, expect=4).json["reject_files"] == [str(tmp_path / "first.ndjson")]
    mend()
    result = ferry(*command, "--rejects", "second.ndjson", expect=5)
    first = str(tmp_path / "first.ndjson")
    assert result.json["reject_file"] == first and result.json["reject_files"] == [first]
    assert not (tmp_path / "second.ndjson").exists() and "second.ndjson" not in result.text
