"""Whatever a PostgreSQL database has beside its rows is carried over or named in the plan: nothing is absent without a word."""
GRANT = "; GRANT SELECT ON ALL TABLES IN SCHEMA public TO ferry; GRANT SELECT ON ALL SEQUENCES IN SCHEMA public TO ferry"

# what makes the object, and how the plan names it
OBJECTS = [
    ("CREATE STATISTICS st (ndistinct) ON a, b FROM t", "warning  statistics object public.st: not converted: create it in the target, then run ANALYZE"),
    ("CREATE FUNCTION eq(text, int) RETURNS bool LANGUAGE sql IMMUTABLE AS 'SELECT true'; CREATE OPERATOR === (LEFTARG = text, RIGHTARG = int, FUNCTION = eq)",
     "loss     operator public.=== (text, integer): not converted: Ferry does not convert operators yet"),
    ("CREATE OPERATOR CLASS oc FOR TYPE int USING btree AS OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =, OPERATOR 4 >=, OPERATOR 5 >, FUNCTION 1 btint4cmp(int, int)",
     "loss     operator class public.oc of btree: not converted: Ferry does not convert operator classes yet"),
    ("CREATE OPERATOR FAMILY fam USING hash", "loss     operator family public.fam of hash: not converted: Ferry does not convert operator families yet"),
    ("CREATE TYPE ct AS (a int); CREATE FUNCTION to_int(ct) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT ($1).a'; CREATE CAST (ct AS int) WITH FUNCTION to_int(ct)",
     "loss     cast public.ct AS integer: not converted"),
    ("CREATE CONVERSION conv FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8", "loss     conversion public.conv: not converted"),
    ("CREATE TEXT SEARCH CONFIGURATION tsc (COPY = simple)", "loss     text search configuration public.tsc: not converted"),
    ("CREATE TEXT SEARCH DICTIONARY tsd (TEMPLATE = simple)", "loss     text search dictionary public.tsd: not converted: Ferry does not convert text search dictionaries yet"),
    ("CREATE FOREIGN DATA WRAPPER fdw", "loss     foreign data wrapper fdw: not converted"),
    ("CREATE SERVER srv FOREIGN DATA WRAPPER fdw", "loss     foreign server srv: not converted"),
    ("CREATE FOREIGN TABLE far (a int) SERVER srv", "loss     foreign table public.far: not converted"),
    ("CREATE USER MAPPING FOR ferry SERVER srv OPTIONS (password 'hidden')",
     "loss     user mapping ferry for srv: not converted"),
    ("SELECT lo_create(0), lo_create(0)", "loss     large object 2 in all: not converted: their bytes are not copied"),
    ("ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO ferry", "warning  default privileges public.for "),
    ("DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET work_mem = ''8MB''', current_database()); END $$", "warning  setting work_mem: not converted"),
    ("CREATE TYPE mood AS ENUM ('a'); COMMENT ON TYPE mood IS 'moods'", "warning  comment public.on enum mood: not converted: moods"),
    ("CREATE SEQUENCE seq; COMMENT ON SEQUENCE seq IS 'numbers'", "warning  comment public.on sequence seq: not converted: numbers"),
    ("CREATE RULE r AS ON DELETE TO t DO INSTEAD NOTHING", "loss     rule public.r on t: not converted"),
    ("CREATE POLICY y ON t USING (true)", "loss     policy public.y on t: not converted"),
    ("CREATE COLLATION mine FROM \"C\"; CREATE INDEX own ON t (a COLLATE mine)", "warning  table public.t: index own: collation mine is not created in the target"),
    ("CREATE PUBLICATION pub FOR TABLE t", "loss     publication pub: not converted"),
    ("CREATE AGGREGATE agg (int) (sfunc = int4pl, stype = int)", "loss     aggregate public.agg(integer): not converted"),
    ("ALTER TABLE t SET (fillfactor = 70, autovacuum_enabled = off, toast.autovacuum_enabled = off)",
     "info     table public.t: its storage parameters are not set in the target (fillfactor=70, autovacuum_enabled=off, toast.autovacuum_enabled=off)"),
    ("ALTER TABLE t REPLICA IDENTITY FULL", "warning  table public.t: its replica identity is not set in the target (FULL)"),
    ("CREATE TABLE v (id int CONSTRAINT v_key PRIMARY KEY); ALTER TABLE v REPLICA IDENTITY USING INDEX v_key", "warning  table public.v: its replica identity is not set in the target (USING INDEX v_key)"),
    ("ALTER TABLE t CLUSTER ON key", "info     table public.t: the mark to CLUSTER it by index key is not set in the target"),
    ("ALTER TABLE t ALTER a SET STORAGE EXTERNAL", "info     column public.t.a: not set in the target: STORAGE EXTERNAL"),
    ("ALTER TABLE t ALTER b SET STATISTICS 500, ALTER b SET (n_distinct = 5)", "info     column public.t.b: not set in the target: STATISTICS 500, n_distinct=5"),
    ("CREATE TYPE shape AS (x int); CREATE TABLE typed OF shape", "info     table public.typed: a table of type public.shape; the target gets a plain one"),
    ("CREATE UNLOGGED TABLE u (x int)", "info     table public.u: unlogged in the source; a logged table in the target"),
]


def test_objects_are_named(make_postgres, ferry):
    src, dst = make_postgres(), make_postgres()
    src.sql("CREATE TABLE t (a text, b int, id int CONSTRAINT key PRIMARY KEY); INSERT INTO t VALUES ('a', 1, 1); %s%s" % ("; ".join(sql for sql, _ in OBJECTS), GRANT))
    plan = ferry("plan", src, dst).text
    missing = [words for _, words in OBJECTS if words not in plan]
    assert not missing and "hidden" not in plan, "%s\n%s" % (missing, plan)
    ferry("copy", src, dst)
    assert dst.rows("TABLE t") == [("a", "1", "1")]


def test_what_only_a_partition_has_is_named(make_postgres, ferry):
    src, dst = make_postgres(), make_postgres()
    src.sql("""CREATE TABLE p (id int, k int, t text DEFAULT 'root') PARTITION BY RANGE (k); CREATE INDEX ON p (id); ALTER TABLE p ADD CONSTRAINT positive CHECK (id > 0);
      CREATE TABLE plain PARTITION OF p FOR VALUES FROM (0) TO (10);
      CREATE TABLE own (t text DEFAULT 'mine', k int NOT NULL, id int, CONSTRAINT big CHECK (k > 5), CONSTRAINT positive CHECK (id > 0)) WITH (fillfactor = 50);
      CREATE INDEX i ON own (t); ALTER TABLE p ATTACH PARTITION own FOR VALUES FROM (10) TO (20); COMMENT ON TABLE own IS 'a part';
      INSERT INTO p VALUES (1, 1), (2, 11)""" + GRANT)
    text = ferry("plan", src, dst).text
    for words in ("loss     table public.p: partition own: its own constraint big is not made in the target: CHECK ((k > 5))",
                  "loss     table public.p: partition own: its own index i is not made in the target: CREATE INDEX i ON public.own USING btree (t)",
                  "warning  column public.p.t: partition own: has a default of its own, which is not set in the target: 'mine'::text",
                  "warning  column public.p.k: partition own: NOT NULL holds in the source for it only",
                  "warning  table public.p: partition own: its comment is not converted: a part",
                  "info     table public.p: partition own: its storage parameters are not set in the target (fillfactor=50)"):
        assert words in text, text
    assert text.count("partition own:") == 6 and "partition plain:" not in text, text
    ferry("copy", src, dst)
    assert dst.rows("SELECT * FROM p ORDER BY 1") == [("1", "1", "root"), ("2", "11", "root")]


def test_partition_of_a_table_in_another_schema(make_postgres, ferry):
    src, dst = make_postgres(), make_postgres()
    src.sql("""CREATE TABLE p (id int) PARTITION BY LIST (id); CREATE SCHEMA other; CREATE TABLE other.t (id int); CREATE TABLE other.p1 PARTITION OF p FOR VALUES IN (1);
      GRANT USAGE ON SCHEMA other TO ferry; GRANT SELECT ON ALL TABLES IN SCHEMA other TO ferry""" + GRANT)
    text = ferry("plan", src.url + "?schema=other", dst).text
    assert "loss     partition other.p1: not converted: its table public.p is in another schema than schema= names" in text, text
