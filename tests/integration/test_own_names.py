"""Users' tables that bear the names of Ferry's own: copied like any other, and told where the target needs the name itself."""
import pytest

COPY = "CREATE TABLE %s (id INTEGER PRIMARY KEY, v VARCHAR(20)); INSERT INTO %s VALUES (1, 'x'), (2, 'y')"


def fill(db, *names):
    for name in names:
        db.sql(COPY % (name, name))


@pytest.mark.parametrize("names", [("ferry_copy", "ferry_chunk", "FERRY_STEP"), ("ferry_mark", "ferry_runner", "plain")])
def test_from_a_file_into_schemas(make, ferry, names):
    src, dst = make("sqlite"), make("postgres")
    fill(src, *names)
    result = ferry("copy", src, dst)
    assert "verified" in result.out
    for name in names:
        assert dst.rows("SELECT id, v FROM public.\"%s\" ORDER BY 1" % name) == [("1", "x"), ("2", "y")]


def test_a_schema_of_that_name(make, ferry):
    src, dst = make("postgres"), make("postgres")
    src.sql("CREATE TABLE public.z (id int); CREATE SCHEMA ferry; CREATE TABLE ferry.boats (id int PRIMARY KEY, v text); INSERT INTO ferry.boats VALUES (1, 'x');"
            "CREATE TABLE ferry.copy (id int PRIMARY KEY, v text); INSERT INTO ferry.copy VALUES (3, 'mine');"
            "GRANT SELECT ON public.z TO ferry; GRANT USAGE ON SCHEMA ferry TO ferry; GRANT SELECT ON ALL TABLES IN SCHEMA ferry TO ferry")
    plan = ferry("plan", src, dst).out
    assert "boats" in plan and "Ferry's own" in plan
    ferry("copy", src, dst)
    assert dst.rows("SELECT id, v FROM ferry.boats") == [("1", "x")]
    renamed = dst.rows("SELECT relname FROM pg_class c WHERE relnamespace = 'ferry'::regnamespace AND relkind = 'r' AND relname LIKE 'copy%'")
    assert len(renamed) == 1 and renamed[0][0].startswith("copy_"), renamed
    assert dst.rows("SELECT id, v FROM ferry.%s" % renamed[0][0]) == [("3", "mine")]
    ferry("verify", src, dst)


def test_in_a_file_the_name_is_taken(make, ferry, tmp_path):
    src, dst = make("sqlite"), make("sqlite")
    fill(src, "ferry_copy", "b")
    plan = ferry("plan", src, dst).out
    assert "ferry_copy_" in plan and "Ferry's own" in plan
    ferry("copy", src, dst)
    names = [name for name, in dst.rows("SELECT name FROM sqlite_schema WHERE type = 'table' AND name LIKE 'ferry%'")]
    assert len(names) == 1 and dst.rows("SELECT id, v FROM %s ORDER BY 1" % names[0]) == [(1, "x"), (2, "y")]
    project = tmp_path / "p.yaml"
    project.write_text("version: 1\ntables:\n  - {source: b, target: ferry_step}\n")
    assert "Ferry's own" in ferry("plan", src, make("sqlite"), "--project", project, expect=1).err


def test_what_ferry_keeps_is_no_data(make, ferry):
    """A target that an incremental copy has left its marks in, as a source."""
    src, middle, dst = make("sqlite"), make("sqlite"), make("sqlite")
    src.sql("CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT); INSERT INTO t VALUES (1, 'x')")
    ferry("copy", src, middle, "--incremental", "--cursor", "id")
    assert middle.rows("SELECT count(*) FROM sqlite_schema WHERE name = 'ferry_mark'") == [(1,)]
    ferry("copy", middle, dst)
    assert [name for name, in dst.rows("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'")] == ["t"]


def test_verify_finds_a_table_that_gave_its_name_up(make, ferry):
    src, dst = make("postgres"), make("sqlite")
    src.sql("CREATE TABLE orders (id int PRIMARY KEY); CREATE TABLE \"Orders\" (id int PRIMARY KEY); INSERT INTO orders VALUES (1), (2); INSERT INTO \"Orders\" VALUES (7);"
            "GRANT SELECT ON ALL TABLES IN SCHEMA public TO ferry")
    ferry("copy", src, dst)
    ferry("verify", src, dst)
    ferry("copy", src, dst, "--data-only", "--if-exists", "truncate")
    ferry("verify", src, dst)
    dst.sql("DROP TABLE %s" % next(name for name, in dst.rows("SELECT name FROM sqlite_schema WHERE name LIKE 'orders\\_%' ESCAPE '\\'")))
    assert "has no table" in ferry("copy", src, dst, "--data-only", "--if-exists", "append", expect=3).err, "not into the one that has its name"


def test_verify_finds_a_table_whose_name_was_cut(make, ferry):
    src, dst = make("sqlite"), make("postgres")
    name = "n" * 100
    src.sql("CREATE TABLE %s (id INTEGER PRIMARY KEY); INSERT INTO %s VALUES (1)" % (name, name))
    ferry("copy", src, dst)
    ferry("verify", src, dst)
    ferry("copy", src, dst, "--data-only", "--if-exists", "truncate")
