"""Values that the target cannot hold meet the project's rules: reject, fail, null, replace; and limits of rejected rows."""
import pytest

from test_types_mysql import reject_lines


def zero_dates(make):
    src, dst = make("mysql"), make("postgres")
    src.sql("CREATE TABLE t (id int PRIMARY KEY, d date NULL, at datetime NULL, fixed date NOT NULL, v varchar(10))")
    src.sql("INSERT INTO t SELECT seq, IF(seq % 7 = 0, '0000-00-00', '2024-01-01'), IF(seq % 5 = 0, '0000-00-00 00:00:00', '2024-01-01 10:00:00'),"
            " IF(seq = 3, '0000-00-00', '2024-01-01'), CONCAT('v', seq) FROM seq_1_to_2100")
    return src, dst


def table(result):
    return result.json["tables"][0]


def test_null(make, ferry, tmp_path):
    """A NOT NULL column cannot take NULL: its row is rejected all the same. Verification agrees with what was done."""
    src, dst = zero_dates(make)
    result = ferry("copy", src, dst, "--bad-value", "zero-date=null", "--chunk-rows", "500", "--json", expect=5)
    assert dst.rows("SELECT count(*), count(d), count(at) FROM t") == [("2099", "1799", "1679")]
    assert table(result)["values_nulled"] == 300 + 420 and table(result)["verified"] is True
    (line,) = reject_lines(tmp_path, result)
    assert line["column"] == "fixed"


def test_replace(make, ferry):
    src, dst = zero_dates(make)
    result = ferry("copy", src, dst, "--bad-value", "zero-date=replace", "--json")
    assert dst.value("SELECT count(*) FROM t WHERE d = '1970-01-01'") == "300"
    assert dst.value("SELECT count(*) FROM t WHERE at = '1970-01-01 00:00:00'") == "420"
    assert dst.value("SELECT fixed FROM t WHERE id = 3") == "1970-01-01"
    assert table(result)["values_replaced"] == 721 and table(result)["verified"] is True


def test_fail(make, ferry):
    src, dst = zero_dates(make)
    result = ferry("copy", src, dst, "--bad-value", "zero-date=fail", expect=4)
    assert "zero-date" in result.text and "--bad-value" in result.text and "0000-00-00" in result.text
    ferry("copy", src, dst, "--bad-value", "zero-date=replace")
    assert dst.value("SELECT count(*) FROM t") == "2100"


@pytest.mark.parametrize("rule", ["null", "replace"])
def test_verify_knows_the_rules(make, ferry, rule):
    """Values are compared as the rule has loaded them; without it, and where the target was changed since, they differ."""
    src, dst = zero_dates(make)
    src.sql("DELETE FROM t WHERE id = 3")
    how = ("--bad-value", "zero-date=" + rule)
    ferry("copy", src, dst, *how, "--chunk-rows", "500")
    assert ferry("verify", src, dst, *how, "--json").json["tables"][0]["verified"] is True
    if rule == "replace":  # a value that the target cannot hold reads as NULL, so there is nothing to tell with the other rule
        changed = [i for i in range(1, 2101) if i != 3 and (i % 7 == 0 or i % 5 == 0)]
        assert table(ferry("verify", src, dst, "--json", expect=6))["differences"] == len(changed)
    dst.sql("UPDATE t SET v = 'other' WHERE id = 35; UPDATE t SET d = '1999-12-31' WHERE id = 70; DELETE FROM t WHERE id = 71")
    result = ferry("verify", src, dst, *how, "--json", expect=6)
    was = None if rule == "null" else "1970-01-01"
    assert sorted((d["kind"], d["key"], d["column"], d["source_value"], d["target_value"]) for d in result.json["differences"]) == [
        ("different", "id=35", "v", "v35", "other"), ("different", "id=70", "d", was, "1999-12-31"), ("missing", "id=71", None, None, None)]
    ferry("verify", src, dst, *how, "--repair")
    assert dst.rows("SELECT v FROM t WHERE id = 35") == [("v35",)] and dst.rows("SELECT d FROM t WHERE id = 70") == [(was,)]


def test_verify_leaves_rejected_rows_missing(make, ferry, tmp_path):
    src, dst = zero_dates(make)
    how = ("--bad-value", "zero-date=null")
    ferry("copy", src, dst, *how, "--rejects", "bad.ndjson", expect=5)
    (d,) = ferry("verify", src, dst, *how, "--json", expect=6).json["differences"]
    assert (d["kind"], d["key"]) == ("missing", "id=3")
    ferry("verify", src, dst, *how, "--rejects", "bad.ndjson")


def test_changed_by_the_target(make, ferry):
    """What differs right after a load is told by row; rows that a rule has changed or rejected are none of it."""
    src, dst = zero_dates(make)
    dst.sql("CREATE TABLE t (id int PRIMARY KEY, d date, at timestamp, fixed date NOT NULL, v varchar(10)); ALTER TABLE t OWNER TO ferry;"
            "CREATE FUNCTION other() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.v := 'other'; RETURN NEW; END $$;"
            "CREATE TRIGGER other BEFORE INSERT ON t FOR EACH ROW WHEN (NEW.id IN (4, 35)) EXECUTE FUNCTION other()")
    result = ferry("copy", src, dst, "--data-only", "--if-exists", "append", "--bad-value", "zero-date=null", "--json", expect=6)
    assert sorted((d["kind"], d["key"], d["column"]) for d in result.json["differences"]) == [("different", "id=35", "v"), ("different", "id=4", "v")]
    assert table(result)["differences"] == 2


@pytest.mark.parametrize("rule", ["null", "replace"])
def test_text(make, ferry, rule):
    src, dst = make("sqlite"), make("postgres")
    src.sql("CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b TEXT, c TEXT)")
    src.sql("INSERT INTO t VALUES (1, 'x' || char(0) || 'y', 'b1', CAST(x'61ff62' AS TEXT)), (2, 'a2', CAST(x'fe' AS TEXT), 'c2'), (3, 'a3', 'b3', 'żółć'),"
            " (4, '', NULL, 'ż' || char(0))")
    ferry("copy", src, dst, "--bad-value", "nul-byte=" + rule, "--bad-value", "invalid-encoding=" + rule)
    bad = None if rule == "null" else "�"
    want = [("1", "x�y" if bad else None, "b1", "a�b" if bad else None), ("2", "a2", bad, "c2"), ("3", "a3", "b3", "żółć"), ("4", "", None, "ż�" if bad else None)]
    assert dst.rows("SELECT id, a, b, c FROM t ORDER BY id") == want


def test_too_long_is_cut(make, ferry):
    src, dst = make("sqlite"), make("postgres")
    src.sql("CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT); INSERT INTO t VALUES (1, 'żółć and more'), (2, 'short')")
    dst.sql("CREATE TABLE t (id bigint PRIMARY KEY, a varchar(6)); ALTER TABLE t OWNER TO ferry")
    ferry("copy", src, dst, "--data-only", "--if-exists", "append", "--bad-value", "too-long=replace")
    assert dst.rows("SELECT a FROM t ORDER BY id") == [("żółć a",), ("short",)]


def test_limit_ends_the_run(make, ferry):
    src, dst = zero_dates(make)
    result = ferry("copy", src, dst, "--max-rejects", "10", "--chunk-rows", "500", "--lanes", "1", expect=4)
    assert "limit of 10 rows" in result.text
    ferry("copy", src, dst, "--max-rejects", "5000", "--max-table-rejects", "60%", expect=5)
    assert dst.value("SELECT count(*) FROM t") == src.value("SELECT count(*) FROM t WHERE NOT (d = 0 OR at = 0 OR fixed = 0)")


def test_percent_of_a_table(make, ferry):
    src, dst = zero_dates(make)
    result = ferry("copy", src, dst, "--max-table-rejects", "1%", expect=4)
    assert "table" in result.text and "limit of 1 %" in result.text


def test_rule_that_cannot_be(make, ferry):
    src, dst = make("sqlite"), make("postgres")
    src.sql("CREATE TABLE t (id INTEGER PRIMARY KEY)")
    for rule in ("refused=null", "zero-dates=null", "zero-date=nul", "out-of-range=replace"):
        assert "--bad-value" in ferry("copy", src, dst, "--bad-value", rule, expect=1).text


def test_percent_of_a_small_table(make, ferry):
    src, dst = make("mysql"), make("postgres")
    src.sql("CREATE TABLE t (id int PRIMARY KEY, d date); INSERT INTO t VALUES (1, '0000-00-00'), (2, '2024-01-01')")
    assert "limit of 10 %" in ferry("copy", src, dst, "--max-table-rejects", "10%", expect=4).text
    ferry("copy", src, dst, "--max-table-rejects", "50%", expect=5)


def test_limit_tells_why(make, ferry, tmp_path):
    src, dst = zero_dates(make)
    ferry("copy", src, dst, "--max-rejects", "3", "--rejects", "why.ndjson", expect=4)
    assert "zero-date" in (tmp_path / "why.ndjson").read_text()


def test_refused_row_ends_the_run(make, ferry):
    src, dst = make("sqlite"), make("postgres")
    src.sql("CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT); INSERT INTO t VALUES (1, 'a'), (2, 'b')")
    dst.sql("CREATE TABLE t (id bigint PRIMARY KEY, v text CHECK (v <> 'b')); ALTER TABLE t OWNER TO ferry")
    ferry("copy", src, dst, "--data-only", "--if-exists", "append", "--bad-value", "refused=fail", expect=4)
    assert dst.value("SELECT count(*) FROM t") == "0"
