"""ferry compare: a copy is compatible with its source, and every change after it is named."""
import pytest

import samples

PAIRS = [(s, t) for s in ("mysql", "sqlite", "postgres") for t in ("postgres", "sqlite")]


def issues(result):
    return {(i["severity"], i["verdict"], i["kind"], (i["table"] or "").split(".")[-1], i["column"] or "") for i in result.json["issues"]}


def compare(ferry, source, target, *args, expect=0):
    result = ferry("compare", source, target, "--json", *args, expect=expect)
    assert result.json["is_compatible"] == (expect == 0), result.out
    return result


def short(result):
    """What a copy should leave no trace of: all but objects that are not converted, and names that the target made up."""
    return [i for i in result.json["issues"] if i["table"] and i["severity"] != "info"]


@pytest.mark.parametrize("source,target", PAIRS)
def test_a_copy_is_compatible(make, ferry, source, target):
    for sample in ("chinook", "northwind"):
        src, dst = make(source), make(target)
        getattr(samples, "%s_%s" % (sample, source))(src)
        ferry("copy", src, dst, "--no-verify")
        result = compare(ferry, src, dst)
        assert result.json["counts"]["error"] == 0
        assert short(result) == [], sample
        assert compare(ferry, src, dst, "--mode", "names").json["counts"]["error"] == 0


ODD = """
CREATE TABLE p (id int PRIMARY KEY, u varchar(20) NOT NULL UNIQUE);
CREATE TABLE t (id int PRIMARY KEY, name varchar(100) NOT NULL, n int DEFAULT 5, big bigint, at timestamp NULL, price decimal(10,2),
 p_id int, gone int, CONSTRAINT t_p FOREIGN KEY (p_id) REFERENCES p (id), CONSTRAINT t_n CHECK (n > 0));
CREATE INDEX t_name ON t (name);
"""


def test_changes_in_postgres_are_named(make, ferry):
    src, dst = make("mysql"), make("postgres")
    src.sql(ODD)
    ferry("copy", src, dst)
    assert short(compare(ferry, src, dst)) == []
    dst.sql("""ALTER TABLE t ALTER name TYPE varchar(50); ALTER TABLE t ALTER n TYPE bigint; ALTER TABLE t ALTER big TYPE int;
        ALTER TABLE t ALTER at TYPE date; ALTER TABLE t ALTER n SET DEFAULT 7; ALTER TABLE t ALTER n SET NOT NULL;
        ALTER TABLE t ALTER price TYPE text; ALTER TABLE t DROP gone; ALTER TABLE t ADD must int NOT NULL; ALTER TABLE t ADD may int;
        ALTER TABLE t DROP CONSTRAINT t_p; ALTER TABLE t DROP CONSTRAINT t_n; DROP INDEX t_name;
        ALTER TABLE p DROP CONSTRAINT p_pkey; CREATE TABLE more (id int)""")
    found = issues(compare(ferry, src, dst, expect=6))
    for wanted in [("error", "lossy", "type", "t", "name"), ("info", "equivalent", "type", "t", "n"), ("error", "lossy", "type", "t", "big"),
                   ("error", "lossy", "type", "t", "at"), ("warning", "different", "default", "t", "n"), ("error", "different", "nullability", "t", "n"),
                   ("warning", "equivalent", "type", "t", "price"), ("error", "missing", "column", "t", "gone"), ("error", "extra", "column", "t", "must"),
                   ("info", "extra", "column", "t", "may"), ("warning", "missing", "foreign key", "t", ""), ("warning", "missing", "check", "t", ""),
                   ("warning", "missing", "index", "t", ""), ("error", "missing", "primary key", "p", ""), ("info", "extra", "table", "more", "")]:
        assert wanted in found, (wanted, found)
    text = ferry("compare", src, dst, expect=6).out
    assert "varchar(100) → character varying(50) can cut" in text and "loses the time" in text and "widens" in text
    assert text.splitlines()[-1].startswith("Not compatible: ")


def test_suggestions_mend_it(make, ferry):
    src, dst = make("mysql"), make("postgres")
    src.sql(ODD)
    ferry("copy", src, dst, "--schema-only")
    dst.sql("""ALTER TABLE t ALTER name TYPE varchar(50); ALTER TABLE t ALTER n SET NOT NULL; ALTER TABLE t DROP gone;
        ALTER TABLE t ADD must int NOT NULL; ALTER TABLE t DROP CONSTRAINT t_p; DROP INDEX t_name; ALTER TABLE p DROP COLUMN u""")
    result = compare(ferry, src, dst, expect=6)
    for issue in sorted(result.json["issues"], key=lambda i: i["kind"] != "column"):
        if issue["suggestion"]:
            dst.sql(issue["suggestion"])
    after = issues(compare(ferry, src, dst))
    assert {i for i in after if i[0] != "info"} <= {("warning", "different", "nullability", "p", "u")}


def test_a_missing_table(make, ferry):
    src, dst = make("sqlite"), make("sqlite")
    src.sql("CREATE TABLE a (id integer PRIMARY KEY, v text); CREATE TABLE b (id integer PRIMARY KEY)")
    dst.sql("CREATE TABLE b (ID integer PRIMARY KEY)")
    result = compare(ferry, src, dst, "--mode", "names", expect=6)
    assert issues(result) == {("error", "missing", "table", "a", "")}
    assert "CREATE TABLE" in result.json["issues"][0]["suggestion"]
    compare(ferry, src, dst, "--table", "b")


def test_as_a_project_maps(make, ferry, tmp_path):
    src, dst = make("sqlite"), make("sqlite")
    src.sql("CREATE TABLE a (id integer PRIMARY KEY, v text)")
    dst.sql("CREATE TABLE b (id integer PRIMARY KEY, v text)")
    (tmp_path / "p.yaml").write_text("version: 1\nsource: %s\ntarget: %s\ntables:\n  - source: a\n    target: b\n" % (src.url, dst.url))
    compare(ferry, src, dst, expect=6)
    assert ferry("compare", "--project", tmp_path / "p.yaml", "--json").json["issues"] == []
    assert "missing" in ferry("compare", expect=1).err and "missing" in ferry("compare", src, expect=1).err


def test_two_of_mysql(make, ferry):
    """MySQL cannot be copied to yet; it can be compared with."""
    one, two = make("mysql"), make("mysql")
    for db in one, two:
        db.sql(ODD + "CREATE TABLE e (id int PRIMARY KEY, k enum('a','b'))")
    assert compare(ferry, one, two).json["issues"] == []
    two.sql("ALTER TABLE t MODIFY name varchar(50) NOT NULL; ALTER TABLE e MODIFY k enum('a'); DROP INDEX t_name ON t")
    found = issues(compare(ferry, one, two, expect=6))
    assert found == {("error", "lossy", "type", "t", "name"), ("error", "lossy", "type", "e", "k"), ("warning", "missing", "index", "t", "")}


def test_postgres_against_mysql(make, ferry):
    src, dst = make("postgres"), make("mysql")
    src.sql("CREATE TABLE t (id int PRIMARY KEY, name varchar(100) NOT NULL, big bigint, extra text)")
    samples.own(src)
    dst.sql("CREATE TABLE t (id int PRIMARY KEY, name varchar(50) NOT NULL, big bigint)")
    found = issues(compare(ferry, src, dst, expect=6))
    assert found == {("error", "lossy", "type", "t", "name"), ("error", "missing", "column", "t", "extra")}


def test_errors(make, ferry, tmp_path):
    src = make("sqlite")
    src.sql("CREATE TABLE a (id integer PRIMARY KEY)")
    assert "full or names" in ferry("compare", src, src, "--mode", "all", expect=1).err
    ferry("compare", src, "sqlite:///" + str(tmp_path / "none.db"), expect=2)
    assert not (tmp_path / "none.db").exists()
