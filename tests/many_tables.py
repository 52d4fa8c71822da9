"""Schemas of very many small tables, for the tests and figures of width: 20 columns, a key, two indexes, a unique key, few rows, and
a foreign key from every third table to an earlier one."""
import itertools

TYPES = {
    "mysql": ["int NOT NULL", "bigint unsigned", "smallint", "decimal(12,3)", "varchar(40) NOT NULL", "varchar(200)", "text", "char(8)",
              "datetime", "date", "double", "tinyint(1)", "json", "timestamp NULL", "blob", "enum('new','paid','sent')", "int DEFAULT 7",
              "varchar(20) DEFAULT 'x'", "float"],
    "postgres": ["int NOT NULL", "numeric(20)", "smallint", "numeric(12,3)", "varchar(40) NOT NULL", "varchar(200)", "text", "char(8)",
                 "timestamp", "date", "double precision", "boolean", "jsonb", "timestamptz", "bytea", "uuid", "int DEFAULT 7",
                 "varchar(20) DEFAULT 'x'", "real"],
    "sqlite": ["integer NOT NULL", "integer", "integer", "decimal(12,3)", "varchar(40) NOT NULL", "varchar(200)", "text", "char(8)",
               "datetime", "date", "double", "boolean", "text", "datetime", "blob", "text", "integer DEFAULT 7", "varchar(20) DEFAULT 'x'",
               "real"],
}
KEY = {"mysql": "int NOT NULL AUTO_INCREMENT PRIMARY KEY", "postgres": "int PRIMARY KEY", "sqlite": "integer PRIMARY KEY"}
BLOB = {"mysql": "x'00ff%02x'", "postgres": "'\\x00ff%02x'", "sqlite": "x'00ff%02x'"}
LABEL = {"mysql": "'paid'", "postgres": "'6ba7b810-9dad-11d1-80b4-00c04fd430c8'", "sqlite": "'paid'"}
BOOL = {"mysql": "1", "postgres": "true", "sqlite": "1"}


def table(kind, i):
    name = "t%05d" % i
    columns = ["id " + KEY[kind]] + ["c%d %s" % (k + 1, t) for k, t in enumerate(TYPES[kind])]
    constraints = ["CONSTRAINT %s_u UNIQUE (c1, c5)" % name]
    if i % 3 == 2:
        constraints.append("CONSTRAINT %s_f FOREIGN KEY (c1) REFERENCES t%05d (id)" % (name, i - 2))
    yield "CREATE TABLE %s (%s)" % (name, ", ".join(columns + constraints))
    yield "CREATE INDEX %s_i ON %s (c8, c9)" % (name, name)
    rows = ["(%d, %d, %d, %d, 1.5, 'n%d', NULL, 'text %d', 'ab', '2024-02-29 12:00:00', '2024-02-29', 0.1, %s, '{\"a\": 1}', "
            "'2024-02-29 12:00:00', %s, %s, %d, 'y', 0.5)" % (r, 1 + r % 2, i * 1000 + r, r, r, i, BOOL[kind], BLOB[kind] % r, LABEL[kind], r)
            for r in range(1, 1 + (0 if i % 12 == 1 else 3 + i % 5))]
    if rows:
        yield "INSERT INTO %s VALUES %s" % (name, ", ".join(rows))


def sql(kind, n):
    """The statements of n tables, as scripts of some hundred statements."""
    statements = itertools.chain.from_iterable(table(kind, i) for i in range(n))
    while True:
        some = list(itertools.islice(statements, 300))
        if not some:
            return
        yield "".join(["BEGIN;\n" if kind != "mysql" else ""] + [s + ";\n" for s in some] + ["COMMIT;\n" if kind != "mysql" else ""])
