"""The judge: do two databases hold the same rows (and keys)? Reads both by a path that shares nothing with the program.

Into PostgreSQL from MariaDB or SQLite check_equal.py decides; between two PostgreSQL databases COPY text on both sides;
into SQLite each value is read with its storage class and brought to the canonical forms of check_equal.py.
"""
import collections
import os
import subprocess
import sys

import check_equal as ce
import servers

HERE = os.path.dirname(os.path.abspath(__file__))


def assert_equal(source, target, structure=True, options=()):
    if target.kind == "postgres" and source.kind in ("mysql", "sqlite"):
        says = check_equal(source, target, structure, options)
    elif target.kind == "postgres":
        says = postgres_to_postgres(source, target, structure)
    else:
        says = to_sqlite(source, target, structure)
    assert not says, "\n".join(says[:60])


def dsn(db):
    if db.kind == "sqlite":
        return "sqlite:" + db.path
    if db.kind == "mysql":
        return "mariadb://root@127.0.0.1/%s?socket=%s" % (db.name, db.server.socket)
    return "host=%s port=%d user=postgres dbname=%s" % (db.server.folder, db.server.port, db.name)


def check_equal(source, target, structure, options):
    argv = [sys.executable, os.path.join(HERE, "check_equal.py"), dsn(source), dsn(target), "--show", "8"]
    if structure:
        argv.append("--structure")
    p = subprocess.run(argv + list(options), capture_output=True, stdin=subprocess.DEVNULL)
    return [] if p.returncode == 0 else (p.stdout + p.stderr).decode("utf-8", "replace").splitlines()


# ---------------------------------------------------------------- PostgreSQL -> PostgreSQL
NOT_OURS = "n.nspname NOT IN ('pg_catalog','information_schema','ferry') AND n.nspname !~ '^pg_'"

# A serial column may become an identity: both are 'd' here.
SERIAL = "pg_get_expr(d.adbin, d.adrelid) ~ '^nextval' AND pg_get_serial_sequence(r.oid::regclass::text, a.attname) IS NOT NULL"
COLUMNS = """SELECT n.nspname, r.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,
 CASE WHEN """ + SERIAL + """ THEN 'd' ELSE a.attidentity::text END, a.attgenerated,
 CASE WHEN """ + SERIAL + """ THEN '' ELSE coalesce(pg_get_expr(d.adbin, d.adrelid), '') END, coalesce(col_description(r.oid, a.attnum), '')
 FROM pg_class r JOIN pg_namespace n ON n.oid = r.relnamespace JOIN pg_attribute a ON a.attrelid = r.oid AND a.attnum > 0
 AND NOT a.attisdropped LEFT JOIN pg_attrdef d ON d.adrelid = r.oid AND d.adnum = a.attnum
 WHERE r.relkind IN ('r', 'p') AND NOT r.relispartition AND """ + NOT_OURS + " ORDER BY 1, 2, 3"
CONSTRAINTS = """SELECT n.nspname, r.relname, c.contype, pg_get_constraintdef(c.oid) FROM pg_constraint c JOIN pg_class r ON r.oid = c.conrelid
 JOIN pg_namespace n ON n.oid = r.relnamespace WHERE c.contype IN ('p', 'u', 'f', 'c', 'x') AND NOT r.relispartition AND c.conparentid = 0 AND """ \
    + NOT_OURS + " ORDER BY 1, 2, 3, 4"
INDEXES = """SELECT schemaname, tablename, indexdef FROM pg_indexes i JOIN pg_namespace n ON n.nspname = i.schemaname JOIN pg_class r
 ON r.relnamespace = n.oid AND r.relname = i.tablename AND NOT r.relispartition WHERE """ + NOT_OURS + " ORDER BY 1, 2, 3"


def postgres_to_postgres(source, target, structure):
    says = []
    a, b = (reader(db) for db in (source, target))
    ta, tb = a.tables(), b.tables()
    if sorted(ta) != sorted(tb):
        says.append("tables: %s in the source, %s in the target" % (sorted(ta), sorted(tb)))
    for key in sorted(set(ta) & set(tb)):
        columns = [c.name for c in ta[key].columns]
        if sorted(columns) != sorted(c.name for c in tb[key].columns):
            says.append("%s: columns %s and %s" % (key, columns, [c.name for c in tb[key].columns]))
            continue
        one, two = (copy_out(db, key, columns) for db in (source, target))
        if one != two:
            says += ["%s: %d rows differ (%d and %d in all)" % (".".join(key), sum((one - two).values()), sum(one.values()), sum(two.values()))]
            says += ["  only in the source: " + r[:300] for r in list(one - two)[:3]]
            says += ["  only in the target: " + r[:300] for r in list(two - one)[:3]]
    if structure:
        for what, sql in (("column", COLUMNS), ("constraint", CONSTRAINTS), ("index", INDEXES)):
            x, y = (collections.Counter(db.rows("SET search_path = pg_catalog; " + sql)) for db in (source, target))
            says += ["%s only in the source: %s" % (what, " ".join(map(str, r))) for r in (x - y)]
            says += ["%s only in the target: %s" % (what, " ".join(map(str, r))) for r in (y - x)]
    return says


def reader(db):
    return {"postgres": lambda: ce.PostgreSQL(dsn(db), None), "mysql": lambda: ce.MariaDB(dsn(db)), "sqlite": lambda: ce.SQLite(dsn(db))}[db.kind]()


def copy_out(db, key, columns):
    if not columns:
        return collections.Counter({"": int(db.value("SELECT count(*) FROM %s.%s" % tuple(map(ce.PostgreSQL.quote, key))))})
    sql = "SET timezone = 'UTC'; SET extra_float_digits = 1; COPY (SELECT %s FROM %s.%s) TO STDOUT" % (
        ", ".join(map(ce.PostgreSQL.quote, columns)), *map(ce.PostgreSQL.quote, key))
    return collections.Counter(servers.run(db.server.client(db.name), sql).decode("utf-8").split("\n")[:-1])


# ---------------------------------------------------------------- anything -> SQLite
def quoted(name):
    return '"' + name.replace('"', '""') + '"'


def sqlite_tables(db):
    names = [r[0] for r in db.rows("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
                                   " AND name NOT LIKE 'ferry\\_%' ESCAPE '\\'")]
    return {n: db.rows("SELECT name, type, \"notnull\", pk FROM pragma_table_xinfo(?) WHERE hidden <> 1 ORDER BY cid", n) for n in names}


def to_sqlite(source, target, structure):
    says = []
    have = sqlite_tables(target)
    want = {t if isinstance(t, str) else t[1]: table for t, table in reader(source).tables().items()}
    if sorted(want) != sorted(have):
        says.append("tables: %s in the source, %s in the target" % (sorted(want), sorted(have)))
    for name in sorted(set(want) & set(have)):
        table = want[name]
        columns = [c.name for c in table.columns]
        if sorted(columns) != sorted(c[0] for c in have[name]):
            says.append("%s: columns %s and %s" % (name, columns, [c[0] for c in have[name]]))
            continue
        if structure and table.pk != [c[0] for c in sorted(have[name], key=lambda c: c[3]) if c[3]]:
            says.append("%s: primary key %s is %s" % (name, table.pk, [c for c in have[name] if c[3]]))
        kinds = [kind_of(source.kind, c) for c in table.columns]
        one = collections.Counter(source_rows(source, table, kinds))
        two = collections.Counter(target_rows(target, name, columns, kinds))
        if one != two:
            says.append("%s: %d rows differ (%d and %d in all)" % (name, sum((one - two).values()), sum(one.values()), sum(two.values())))
            says += ["  only in the source: " + str(r)[:400] for r in sorted(one - two)[:3]]
            says += ["  only in the target: " + str(r)[:400] for r in sorted(two - one)[:3]]
    return says


def kind_of(source, column):
    if source == "sqlite":
        return "exact"
    b = column.base
    for kind, names in (("num", "int2 int4 int8 oid tinyint smallint mediumint int bigint year bool"), ("dec", "numeric decimal"), ("f32", "float4 float"),
                        ("f64", "float8 double real"), ("stamp", "date timestamp timestamptz datetime"), ("json", "json jsonb"), ("char", "bpchar char"),
                        ("bytes", "bytea binary varbinary tinyblob blob mediumblob longblob"), ("clock", "time"), ("bits", "bit varbit")):
        if b in names.split():
            return kind
    return "geo" if b in ce.GEOMETRY else "text"


def source_rows(db, table, kinds):
    if db.kind == "sqlite":
        yield from exact_rows(db, table.name, [c.name for c in table.columns])
        return
    side = reader(db)
    for r in side.export(table, table.columns):
        yield tuple(canonical(k, source_value(db.kind, c, v)) for k, c, v in zip(kinds, table.columns, r))


def source_value(system, column, v):
    """check_equal's export has text in hex; everything else is as the server prints it."""
    if v == ce.NULL:
        return None
    b = column.base
    if system == "mysql":
        hexed = b in "char varchar tinytext text mediumtext longtext enum set json".split()
        raw = b in "binary varbinary tinyblob blob mediumblob longblob".split() or b in ce.GEOMETRY
        return ce.unhex(v) if hexed else bytes.fromhex(v) if raw else v
    if b == "bytea":
        return bytes.fromhex(v)
    return ce.unhex(v) if ce.HEXED_PG(b) else v


def exact_rows(db, name, columns):
    """Storage class and bytes of each value; wide tables in slices, which one file gives in one order."""
    slices = []
    for at in range(0, len(columns), 400):
        cols = ", ".join("typeof(%s), CAST(%s AS BLOB)" % (quoted(c), quoted(c)) for c in columns[at:at + 400])
        slices.append(db.rows("SELECT %s FROM %s NOT INDEXED" % (cols, quoted(name))))
    for parts in zip(*slices):
        row = [v for part in parts for v in part]
        yield tuple("%s:%s" % (t, as_bytes(v).hex()) for t, v in zip(row[::2], row[1::2]))


def as_bytes(v):
    return v if isinstance(v, bytes) else b"" if v is None else str(v).encode("utf-8", "surrogateescape")


def target_rows(db, name, columns, kinds):
    if kinds and kinds[0] == "exact":
        yield from exact_rows(db, name, columns)
        return
    for r in db.rows("SELECT %s FROM %s" % (", ".join(map(quoted, columns)), quoted(name))):
        yield tuple(canonical(k, v) for k, v in zip(kinds, r))


def canonical(kind, v):
    if v is None:
        return "NULL"
    if kind == "bytes":
        return v.hex() if isinstance(v, bytes) else "text:" + v
    if kind == "geo":
        return v.hex() if isinstance(v, bytes) else str(v)
    if isinstance(v, bytes):
        return "bytes:" + v.hex()
    if kind in ("num", "dec"):
        return ce.num(repr(v) if isinstance(v, float) else str(v)).replace("infinity", "inf")
    if kind in ("f32", "f64"):
        return getattr(ce, kind)(str(v))
    if kind == "stamp":
        return ce.stamp(str(v), True)
    if kind == "clock":
        return ce.clock(str(v))
    if kind == "json":
        return ce.jsn(str(v).encode().hex())
    if kind == "char":
        return str(v).rstrip(" ")
    if kind == "bits":
        return str(int(str(v), 10)) if str(v).isdigit() else str(v)
    return str(v)
