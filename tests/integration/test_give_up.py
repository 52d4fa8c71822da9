"""--on-error continue: a table that cannot be made or cut, or whose hooks fail, is given up and named; the others go on, and the same
command does what is left."""
import json

import pytest


def test_create_table(make_sqlite, pg_db, ferry):
    src = make_sqlite()
    src.sql("CREATE TABLE a (id integer PRIMARY KEY); CREATE TABLE b (id integer PRIMARY KEY); CREATE TABLE c (id integer PRIMARY KEY, b_id int REFERENCES b (id));"
            "INSERT INTO a VALUES (1), (2); INSERT INTO b VALUES (1); INSERT INTO c VALUES (1, 1)")
    pg_db.sql("CREATE FUNCTION public.no() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT FROM pg_event_trigger_ddl_commands() WHERE "
              "object_identity = 'public.b') THEN RAISE EXCEPTION 'not now'; END IF; END $$; CREATE EVENT TRIGGER no ON ddl_command_end WHEN TAG IN ('CREATE TABLE') "
              "EXECUTE FUNCTION public.no()")
    result = ferry("copy", src, pg_db, "--on-error", "continue", expect=4)
    assert "1 table was given up" in result.err and ": b\n" in result.err and "not now" in result.text
    assert pg_db.rows("SELECT (SELECT count(*) FROM a), (SELECT count(*) FROM c), to_regclass('b')") == [("2", "1", None)]
    assert pg_db.value("SELECT count(*) FROM pg_constraint WHERE contype = 'p' AND conrelid IN ('a'::regclass, 'c'::regclass)") == "2"
    pg_db.sql("DROP EVENT TRIGGER no")
    ferry("copy", src, pg_db, "--on-error", "continue")
    assert pg_db.rows("SELECT (SELECT count(*) FROM b), (SELECT count(*) FROM pg_constraint WHERE contype = 'f')") == [("1", "1")]


def test_schema_only(make_sqlite, pg_db, ferry):
    src = make_sqlite()
    src.sql("CREATE TABLE a (id integer PRIMARY KEY); CREATE TABLE b (id integer PRIMARY KEY)")
    pg_db.sql("CREATE DOMAIN public.b AS int")
    result = ferry("copy", src, pg_db, "--schema-only", "--on-error", "continue", expect=4)
    assert "1 table was given up" in result.err and pg_db.value("SELECT to_regclass('a')") == "a"


@pytest.mark.parametrize("lanes", ["1", "2"])
def test_split(make, ferry, lanes):
    """What the look at one table does to the lane's snapshot must not cost the lane its other tables."""
    src, dst = make("postgres"), make("sqlite")
    for name in "abcd":
        src.sql("CREATE TABLE %s (id int PRIMARY KEY, v int); INSERT INTO %s SELECT i, i FROM generate_series(1, 500) i" % (name, name))
    src.sql("GRANT SELECT ON a, b, c, d TO ferry; ALTER TABLE b ENABLE ROW LEVEL SECURITY")
    args = ("copy", src, dst, "--chunk-rows", "100", "--lanes", lanes, "--on-error", "continue")
    result = ferry(*args, expect=4)
    assert "row-level security" in result.text and "1 table was given up" in result.err
    assert dst.rows("SELECT (SELECT count(*) FROM a), (SELECT count(*) FROM b), (SELECT count(*) FROM c), (SELECT count(*) FROM d)") == [(500, 0, 500, 500)]
    src.sql("ALTER TABLE b DISABLE ROW LEVEL SECURITY")
    ferry(*args)
    assert dst.value("SELECT count(*) FROM b") == 500


@pytest.mark.parametrize("when", ["source_before", "source_after", "target_before", "target_after"])
def test_table_hooks(make, ferry, tmp_path, when):
    src, dst = make("mysql"), make("postgres")
    src.sql("CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE b (id int PRIMARY KEY); INSERT INTO a VALUES (1), (2); INSERT INTO b VALUES (1), (2), (3)")
    dst.sql("SET ROLE ferry; CREATE TABLE log (what text)")
    nowhere = "nowhere" if when.startswith("source") else "public.nowhere"
    path = tmp_path / "p.json"
    path.write_text(json.dumps({
        "version": 1, "source": src.url, "target": dst.url, "select": {"include": ["a", "b"]}, "options": {"on_error": "continue"},
        "hooks": {"target_after": "INSERT INTO log VALUES ('all')"}, "tables": [{"source": "b", "hooks": {when: "INSERT INTO %s VALUES (1)" % nowhere}}]}))
    result = ferry("copy", "--project", path, expect=4)
    assert "1 table was given up" in result.err and "nowhere" in result.text and "hook 1" in result.text
    assert dst.rows("SELECT (SELECT count(*) FROM a), (SELECT count(*) FROM b), (SELECT count(*) FROM log)") == [("2", "3" if "after" in when else "0", "0")]
    (src if when.startswith("source") else dst).sql(("" if when.startswith("source") else "SET ROLE ferry; ") + "CREATE TABLE %s (n int)" % nowhere)
    ferry("copy", "--project", path)
    assert dst.rows("SELECT (SELECT count(*) FROM b), (SELECT count(*) FROM log)") == [("3", "1")]


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_no_usage(make, ferry, tmp_path, kind):
    """The look at a table that fails in the snapshot's transaction, before the first savepoint of the lane and after it."""
    src, dst = make("postgres"), make(kind)
    src.sql("CREATE SCHEMA hidden AUTHORIZATION ferry; GRANT CREATE ON SCHEMA public TO ferry; SET ROLE ferry")
    for i, name in enumerate(("hidden.b", "public.a", "hidden.d", "public.c")):
        src.sql("SET ROLE ferry; CREATE TABLE %s (id int PRIMARY KEY, v text); INSERT INTO %s SELECT i, i FROM generate_series(1, %d) i" % (name, name, 500 - 100 * i))
    path = tmp_path / "p.json"
    path.write_text(json.dumps({
        "version": 1, "source": src.url, "target": dst.url, "options": {"on_error": "continue", "lanes": 1},
        "hooks": {"source_before": "REVOKE USAGE ON SCHEMA hidden FROM ferry"}}))
    result = ferry("copy", "--project", path, expect=4)
    assert "2 tables were given up" in result.err and "permission denied for schema hidden" in result.text, result.text
    counts = lambda names: [int(dst.value("SELECT count(*) FROM %s" % name.replace(".", "." if kind == "postgres" else "_"))) for name in names]
    assert counts(["public.a", "public.c"]) == [400, 200]
    src.sql("GRANT USAGE ON SCHEMA hidden TO ferry")
    ferry("copy", "--project", path)
    assert counts(["hidden.b", "public.a", "hidden.d", "public.c"]) == [500, 400, 300, 200]


def test_drop(make_sqlite, pg_db, ferry):
    """A table that cannot be dropped is left as it is, also by a restart; once it can be, the same command goes on with it."""
    src = make_sqlite()
    for name in "abc":
        src.sql("CREATE TABLE %s (id integer PRIMARY KEY); INSERT INTO %s VALUES (1), (2)" % (name, name))
        pg_db.sql("SET ROLE ferry; CREATE TABLE %s (other text); INSERT INTO %s VALUES ('old')" % (name, name))
    pg_db.sql("CREATE FUNCTION public.no() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT FROM pg_event_trigger_dropped_objects() WHERE "
              "object_identity = 'public.b') THEN RAISE EXCEPTION 'not this one'; END IF; END $$; CREATE EVENT TRIGGER no ON sql_drop WHEN TAG IN ('DROP TABLE') "
              "EXECUTE FUNCTION public.no()")
    args = ("copy", src, pg_db, "--if-exists", "drop", "--on-error", "continue")
    for more in ((), (), ("--restart",), ()):
        result = ferry(*args, *more, expect=4)
        assert "1 table was given up" in result.err and ": b\n" in result.err and "not this one" in result.text
        assert pg_db.rows("SELECT (SELECT sum(id) FROM a), (SELECT max(other) FROM b), (SELECT sum(id) FROM c)") == [("3", "old", "3")]
    pg_db.sql("DROP EVENT TRIGGER no")
    ferry(*args)
    assert pg_db.rows("SELECT sum(id), count(*) FROM b") == [("3", "2")]
    assert pg_db.value("SELECT count(*) FROM pg_constraint WHERE contype = 'p' AND conrelid IN ('a'::regclass, 'b'::regclass, 'c'::regclass)") == "3"
