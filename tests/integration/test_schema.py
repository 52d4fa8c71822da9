"""What a schema holds beside its columns' types: keys, references, checks, defaults, comments, names."""
import pytest

import compare


def constraints(db, kind):
    return sorted(r[0] for r in db.rows("SELECT pg_get_constraintdef(c.oid) FROM pg_constraint c JOIN pg_class r ON r.oid = c.conrelid"
                                        " JOIN pg_namespace n ON n.oid = r.relnamespace WHERE n.nspname = 'public' AND contype = '%s'" % kind))


def indexes(db, table):
    return sorted(r[0].split(" USING ", 1)[1] for r in db.rows("SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename = '%s'" % table))


def test_reference_cycle_with_actions(make, copy):
    src, dst = make("mysql"), make("postgres")
    src.sql("""CREATE TABLE a (id int PRIMARY KEY, b_id int);
      CREATE TABLE b (id int PRIMARY KEY, a_id int NOT NULL, CONSTRAINT to_a FOREIGN KEY (a_id) REFERENCES a (id) ON DELETE CASCADE ON UPDATE CASCADE);
      INSERT INTO a VALUES (1, NULL), (2, NULL); INSERT INTO b VALUES (10, 1), (20, 2);
      ALTER TABLE a ADD CONSTRAINT to_b FOREIGN KEY (b_id) REFERENCES b (id) ON DELETE SET NULL ON UPDATE NO ACTION;
      UPDATE a SET b_id = id * 10;""")
    copy(src, dst)
    keys = constraints(dst, "f")
    assert any("ON UPDATE CASCADE ON DELETE CASCADE" in k for k in keys) and any("ON DELETE SET NULL" in k for k in keys)
    dst.sql("DELETE FROM b WHERE id = 10")
    assert dst.rows("SELECT id, b_id FROM a ORDER BY id") == [("1", None), ("2", "20")]


@pytest.mark.parametrize("source", ["mysql", "sqlite", "postgres"])
@pytest.mark.parametrize("target", ["postgres", "sqlite"])
def test_self_and_composite_references(make, copy, source, target):
    src, dst = make(source), make(target)
    src.sql("""CREATE TABLE node (tree int NOT NULL, id int NOT NULL, parent int, name varchar(40), PRIMARY KEY (tree, id),
        FOREIGN KEY (tree, parent) REFERENCES node (tree, id));
      CREATE TABLE leaf (id int PRIMARY KEY, tree int, node int, FOREIGN KEY (tree, node) REFERENCES node (tree, id) ON DELETE CASCADE);
      INSERT INTO node VALUES (1, 1, NULL, 'root'), (1, 2, 1, 'child'), (1, 3, 2, 'grandchild'), (2, 1, NULL, 'root');
      INSERT INTO leaf VALUES (1, 1, 3), (2, 2, 1), (3, NULL, NULL);""")
    grant(src)
    copy(src, dst)
    if target == "sqlite":
        assert dst.rows("PRAGMA foreign_key_check") == []


def grant(db):
    if db.kind == "postgres":
        db.sql("GRANT SELECT ON ALL TABLES IN SCHEMA public TO ferry; GRANT SELECT ON ALL SEQUENCES IN SCHEMA public TO ferry;")


def test_orphans_do_not_stop_the_copy(make, ferry):
    """Rows that violate a foreign key are in; the key is made for new rows, and said."""
    src, dst = make("mysql"), make("postgres")
    src.sql("""CREATE TABLE p (id int PRIMARY KEY); CREATE TABLE c (id int PRIMARY KEY, p_id int, FOREIGN KEY (p_id) REFERENCES p (id));
      INSERT INTO p VALUES (1); SET foreign_key_checks = 0; INSERT INTO c VALUES (1, 1), (2, 99);""")
    result = ferry("copy", src, dst, expect=None)
    assert result.code in (0, 3), str(result)
    assert dst.value("SELECT count(*) FROM c") == "2"
    assert "NOT VALID" in constraints(dst, "f")[0]
    assert "p_id" in result.text or "c" in result.text


def test_checks(make, copy):
    src, dst = make("mysql"), make("postgres")
    src.sql("""CREATE TABLE k (id int PRIMARY KEY, age int CHECK (age >= 0 AND age < 150), code varchar(10), kind varchar(5),
        CONSTRAINT code_len CHECK (CHAR_LENGTH(code) > 2), CONSTRAINT known CHECK (kind IN ('a', 'b') OR kind IS NULL));
      INSERT INTO k VALUES (1, 5, 'abc', 'a'), (2, NULL, NULL, NULL);""")
    copy(src, dst)
    assert len(constraints(dst, "c")) == 3
    for bad in ("(3, -1, 'abc', 'a')", "(3, 1, 'a', 'a')", "(3, 1, 'abc', 'z')"):
        with pytest.raises(compare.servers.ServerError):
            dst.sql("INSERT INTO k VALUES " + bad)


def test_unconvertible_check_is_named(make, ferry):
    src, dst = make("mysql"), make("postgres")
    src.sql("CREATE TABLE k (id int PRIMARY KEY, v varchar(20), CONSTRAINT odd CHECK (SOUNDEX(v) <> 'x'))")
    out = ferry("plan", src, dst).out
    assert "odd" in out and "SOUNDEX" in out.upper()
    ferry("copy", src, dst)


def test_defaults(make, copy):
    src, dst = make("mysql"), make("postgres")
    src.sql("""CREATE TABLE d (id int PRIMARY KEY AUTO_INCREMENT, i int DEFAULT 42, n int DEFAULT NULL, s varchar(20) DEFAULT 'it''s', e varchar(20) DEFAULT '',
        dec1 decimal(10,2) DEFAULT 1.50, flag tinyint(1) DEFAULT 1, dt datetime DEFAULT CURRENT_TIMESTAMP, d date DEFAULT '2024-01-01', b bit(3) DEFAULT b'101',
        ex int DEFAULT (1 + 2), u varchar(36) DEFAULT (UUID()), en enum('x','y') DEFAULT 'y');
      INSERT INTO d (id) VALUES (1);""")
    copy(src, dst)
    dst.sql("INSERT INTO d DEFAULT VALUES")
    got = dst.rows("SELECT id, i, n, s, e, dec1, flag::text, d, b::text, ex, length(u), en, dt IS NOT NULL FROM d WHERE id = 2")[0]
    assert got == ("2", "42", None, "it's", "", "1.50", "true", "2024-01-01", "101", "3", "36", "y", "t")


@pytest.mark.parametrize("source", ["mysql", "sqlite", "postgres"])
@pytest.mark.parametrize("target", ["postgres", "sqlite"])
def test_identity_goes_on(make, copy, source, target):
    src, dst = make(source), make(target)
    key = {"mysql": "int PRIMARY KEY AUTO_INCREMENT", "sqlite": "INTEGER PRIMARY KEY AUTOINCREMENT", "postgres": "int PRIMARY KEY GENERATED ALWAYS AS IDENTITY"}[source]
    src.sql("CREATE TABLE i (id %s, v varchar(10)); INSERT INTO i (v) VALUES ('a'), ('b'), ('c'); DELETE FROM i WHERE id = 3;" % key)
    src.sql("CREATE TABLE e (id %s, v varchar(10));" % key)
    grant(src)
    copy(src, dst)
    dst.sql("INSERT INTO i (v) VALUES ('next'); INSERT INTO e (v) VALUES ('first')")
    assert str(dst.value("SELECT id FROM i WHERE v = 'next'")) == "4", "the deleted number is not given again"
    assert str(dst.value("SELECT id FROM e WHERE v = 'first'")) == "1"


def test_auto_increment_at_the_end(make, copy):
    src, dst = make("mysql"), make("postgres")
    src.sql("CREATE TABLE i (id bigint unsigned PRIMARY KEY AUTO_INCREMENT, v int) AUTO_INCREMENT = 5000; INSERT INTO i (v) VALUES (1)")
    copy(src, dst)
    dst.sql("INSERT INTO i (v) VALUES (2)")
    assert dst.value("SELECT max(id) FROM i") == "5001"


def test_postgres_objects_stay(make, copy):
    src, dst = make("postgres"), make("postgres")
    src.sql("""CREATE SEQUENCE numbers START 100 INCREMENT 5; SELECT nextval('numbers'); SELECT nextval('numbers');
      CREATE TABLE a (id int GENERATED BY DEFAULT AS IDENTITY (START 10 INCREMENT 10) PRIMARY KEY, s serial, v text NOT NULL DEFAULT 'x' || 'y',
        n int DEFAULT nextval('numbers'), lower_v text GENERATED ALWAYS AS (lower(v)) STORED, tags text[] DEFAULT '{}', during int4range,
        CONSTRAINT positive CHECK (s > 0), CONSTRAINT uq UNIQUE (v, n) DEFERRABLE INITIALLY DEFERRED);
      CREATE INDEX a_lower ON a (lower(v) DESC NULLS LAST) WHERE n IS NOT NULL; CREATE INDEX a_gin ON a USING gin (tags);
      CREATE INDEX a_incl ON a (s) INCLUDE (v); CREATE UNIQUE INDEX a_pattern ON a (v text_pattern_ops, s); CREATE INDEX a_hash ON a USING hash (s);
      CREATE TABLE b (id int PRIMARY KEY, a_id int REFERENCES a ON DELETE SET NULL DEFERRABLE, x int REFERENCES b);
      COMMENT ON TABLE a IS 'it''s a table'; COMMENT ON COLUMN a.v IS 'the ''v''';
      INSERT INTO a (v) SELECT 'V' || i FROM generate_series(1, 500) i; INSERT INTO b SELECT i, i * 10, 1 FROM generate_series(1, 50) i;""")
    src.sql("ALTER SEQUENCE numbers OWNER TO ferry; ALTER TABLE a OWNER TO ferry; ALTER TABLE b OWNER TO ferry;")
    copy(src, dst)
    want = src.value("INSERT INTO a (v) VALUES ('n') RETURNING id || ',' || s || ',' || n")
    assert dst.value("INSERT INTO a (v) VALUES ('n') RETURNING id || ',' || s || ',' || n") == want
    assert dst.value("SELECT obj_description('a'::regclass)") == "it's a table"


def test_comments(make, copy):
    src, dst = make("mysql"), make("postgres")
    src.sql("CREATE TABLE c (id int PRIMARY KEY COMMENT 'the key', v int COMMENT 'it''s \"quoted\" żółć') COMMENT 'a table''s comment'")
    copy(src, dst)
    assert dst.value("SELECT obj_description('c'::regclass)") == "a table's comment"
    assert dst.rows("SELECT col_description('c'::regclass, n) FROM generate_series(1, 2) n") == [("the key",), ("it's \"quoted\" żółć",)]


def test_indexes(make, copy):
    src, dst = make("mysql"), make("postgres")
    src.sql("""CREATE TABLE x (id int PRIMARY KEY, a int, b varchar(50), c text, d datetime, UNIQUE KEY ab (a, b), KEY descending (a DESC, d), KEY prefixed (c(10)),
      FULLTEXT KEY words (c), KEY same (d)); CREATE TABLE y (id int PRIMARY KEY, d int, KEY same (d), UNIQUE KEY ab (d, id));""")
    copy(src, dst)
    assert len(indexes(dst, "x")) >= 4 and len(indexes(dst, "y")) == 3
    assert "btree (a, b)" in indexes(dst, "x") and "btree (a DESC, d)" in indexes(dst, "x")


def test_index_names_are_deterministic(make, copy):
    src, one, two = make("mysql"), make("postgres"), make("postgres")
    for t in "abc":
        src.sql("CREATE TABLE %s (id int PRIMARY KEY, v int, KEY v (v), KEY idx (v, id))" % t)
    copy(src, one)
    copy(src, two)
    names = "SELECT tablename, indexname FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1, 2"
    assert one.rows(names) == two.rows(names) and len(one.rows(names)) == 9


LONG = "a_name_that_goes_on_and_on_until_it_has_more_than_sixty_three_x"


def test_long_names(make, copy, tmp_path):
    """SQLite names may be longer than PostgreSQL's 63 bytes, and alike in those."""
    src, one, two = make("sqlite"), make("postgres"), make("postgres")
    assert len(LONG) == 63
    for end in ("one", "two"):
        src.sql('CREATE TABLE "%s_%s" (id INTEGER PRIMARY KEY, "%s_c1" INT, "%s_c2" TEXT); INSERT INTO "%s_%s" VALUES (1, 2, \'%s\')' % (
            LONG, end, LONG, LONG, LONG, end, end))
        src.sql('CREATE INDEX "%s_i_%s" ON "%s_%s" ("%s_c1")' % (LONG, end, LONG, end, LONG))
    copy(src, one, judge=False)
    copy(src, two, judge=False)
    names = "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace ORDER BY 1"
    tables = [r[0] for r in one.rows("SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' ORDER BY 1")]
    assert one.rows(names) == two.rows(names)
    assert len(tables) == 2 and all(len(t.encode()) <= 63 for t in tables)
    values = set()
    for t in tables:
        columns = [r[0] for r in one.rows("SELECT attname FROM pg_attribute WHERE attrelid = '\"%s\"'::regclass AND attnum > 0" % t)]
        assert len(set(columns)) == 3
        values.add(one.value('SELECT "%s" FROM "%s"' % (columns[2], t)))
    assert values == {"one", "two"}


@pytest.mark.parametrize("target", ["postgres", "sqlite"])
@pytest.mark.parametrize("source", ["mysql", "sqlite", "postgres"])
def test_odd_names(make, copy, source, target):
    src, dst = make(source), make(target)
    q = (lambda n: "`%s`" % n.replace("`", "``")) if source == "mysql" else (lambda n: '"%s"' % n.replace('"', '""'))
    names = ["select", "user", "Order Details", "a.b", "per%cent", "quote\"d", "back`tick", "apos'trophe", "żółć", "日本", "semi;colon", "back\\slash", "Mixed", "-- dash", "$1", "new\nline"]
    for n, name in enumerate(names):
        src.sql("CREATE TABLE %s (%s int PRIMARY KEY, %s varchar(20) DEFAULT 'x', %s int); CREATE INDEX %s ON %s (%s);" % (
            q(name), q("group"), q(name), q("Mixed Case"), q("i " + name), q(name), q(name)))
        src.sql("INSERT INTO %s VALUES (1, 'one', %d), (2, NULL, NULL);" % (q(name), n))
    grant(src)
    copy(src, dst, judge="new\nline" not in names)
    count = "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'" if target == "postgres" else \
        "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
    assert int(dst.value(count)) == len(names)
    for n, name in enumerate(names):
        assert str(dst.value('SELECT "Mixed Case" FROM "%s" WHERE "group" = 1' % name.replace('"', '""'))) == str(n)


def test_names_that_differ_in_case_only(make, copy):
    src, dst = make("postgres"), make("sqlite")
    src.sql('CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE "A" (id int PRIMARY KEY); INSERT INTO a VALUES (1); INSERT INTO "A" VALUES (2), (3)')
    grant(src)
    copy(src, dst, judge=False)
    names = [r[0] for r in dst.rows("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'")]
    assert len(names) == 2
    assert sorted(dst.value('SELECT count(*) FROM "%s"' % n) for n in names) == [1, 2]


def test_enums(make, copy):
    src, dst = make("mysql"), make("postgres")
    src.sql("CREATE TABLE a (id int PRIMARY KEY, e enum('b','a','it''s') NOT NULL DEFAULT 'a'); CREATE TABLE b (id int PRIMARY KEY, e enum('x','b')); "
            "INSERT INTO a VALUES (1, 'b'), (2, 'it''s'); INSERT INTO b VALUES (1, 'x');")
    copy(src, dst)
    assert [r[0] for r in dst.rows("SELECT e FROM a ORDER BY e")] in (["b", "it's"],)
    with pytest.raises(compare.servers.ServerError):
        dst.sql("INSERT INTO a VALUES (9, 'none of these')")


def test_not_null_and_unique_hold(make, copy):
    src, dst = make("sqlite"), make("postgres")
    src.sql("CREATE TABLE u (id INTEGER PRIMARY KEY, v TEXT NOT NULL UNIQUE, w TEXT, UNIQUE (v, w)); INSERT INTO u VALUES (1, 'a', NULL), (2, 'b', NULL)")
    copy(src, dst)
    for bad in ("(3, NULL, 'x')", "(3, 'a', 'x')"):
        with pytest.raises(compare.servers.ServerError):
            dst.sql("INSERT INTO u VALUES " + bad)


def test_what_is_left_behind_is_named(make, ferry):
    src, dst = make("mysql"), make("postgres")
    src.sql("""CREATE TABLE t (id int PRIMARY KEY, v int); CREATE VIEW a_view AS SELECT id FROM t;
      CREATE TRIGGER a_trigger BEFORE INSERT ON t FOR EACH ROW SET NEW.v = 1; CREATE PROCEDURE a_procedure() SELECT 1;
      CREATE FUNCTION a_function() RETURNS int DETERMINISTIC RETURN 1; CREATE EVENT an_event ON SCHEDULE EVERY 1 DAY DO SELECT 1;""")
    plan, report = ferry("plan", src, dst).out, ferry("copy", src, dst, "--json").out
    for name in ("a_view", "a_trigger", "a_procedure", "a_function", "an_event"):
        assert name in plan, name
        assert name in report, name


def test_plan_is_the_same_each_time(make, ferry):
    src, dst = make("mysql"), make("postgres")
    src.sql("CREATE TABLE t (id int PRIMARY KEY, v int, KEY v (v)); CREATE TABLE s (id int PRIMARY KEY, t_id int, FOREIGN KEY (t_id) REFERENCES t (id))")
    first = ferry("plan", src, dst)
    assert first.out == ferry("plan", src, dst).out
    assert ferry("plan", src, dst, "--json").json == ferry("plan", src, dst, "--json").json
    assert dst.value("SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace") == "0", "a plan writes nothing"
    assert "CREATE TABLE" in first.out
