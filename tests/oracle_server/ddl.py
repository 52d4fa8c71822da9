"""Oracle's DDL read into plain objects: tables, columns, constraints, indexes, sequences."""
import re

from script import closing, name_of, split_commas, text_of

ENDS = {"DEFAULT", "GENERATED", "CONSTRAINT", "NOT", "NULL", "PRIMARY", "UNIQUE", "CHECK", "REFERENCES", "INVISIBLE", "VISIBLE", "AS", "ENABLE",
        "DISABLE", "COLLATE", "VIRTUAL"}
ALIASES = {"INTEGER": ("NUMBER", None, 0), "INT": ("NUMBER", None, 0), "SMALLINT": ("NUMBER", None, 0)}


class Column:
    def __init__(self, name):
        self.name, self.type, self.native = name, None, None
        self.length = self.precision = self.scale = None
        self.char_length, self.char_used = 0, None
        self.default = self.generation = None
        self.nullable, self.virtual, self.hidden, self.on_null, self.user_generated = True, False, False, False, True
        self.identity_options = {}


class Constraint:
    def __init__(self, kind, columns=(), name=None):
        self.kind, self.columns, self.name = kind, list(columns), name
        self.condition = self.ref_table = self.ref_owner = self.delete_rule = self.index = None
        self.ref_columns = []
        self.enabled, self.validated, self.deferrable, self.deferred = True, True, False, False


class Table:
    def __init__(self, name):
        self.name, self.columns, self.constraints = name, [], []
        self.iot = self.temporary = self.external = False
        self.partitioning = None    # Partitioning
        self.comment, self.column_comments = None, {}

    def column(self, name):
        return next((c for c in self.columns if c.name == name), None)


def numbers(ts):
    return [None if t.text == "*" else int(t.text) * (-1 if i and ts[i - 1].text == "-" else 1) for i, t in enumerate(ts) if t.kind == "number" or t.text == "*"]


def set_type(c, ts):
    """NUMBER(10,2), VARCHAR2(20 CHAR), TIMESTAMP(3) WITH LOCAL TIME ZONE …"""
    words = " ".join(t.word for t in ts if t.word and t.kind == "word" and t.word not in ("CHAR", "BYTE") or t is ts[0] and t.word)
    args = numbers(ts)
    c.native = re.sub(r" ?([(),]) ?", r"\1", " ".join(t.text.upper() if t.kind == "word" else t.text for t in ts)).replace("*", "38")
    first = ts[0].word
    unit = next((t.word for t in ts[1:] if t.word in ("CHAR", "BYTE")), None)
    if first in ALIASES:
        c.type, c.precision, c.scale = ALIASES[first]
        c.length = 22
    elif first in ("NUMBER", "DECIMAL", "NUMERIC", "DEC"):
        c.type, c.length = "NUMBER", 22
        c.precision = args[0] if args else None
        c.scale = args[1] if len(args) > 1 else 0 if args or first != "NUMBER" else None
    elif first in ("FLOAT", "REAL", "DOUBLE"):
        c.type, c.length, c.precision = "FLOAT", 22, args[0] if args else 63 if first == "REAL" else 126
        c.native = "FLOAT(%d)" % c.precision
    elif first in ("VARCHAR2", "VARCHAR", "CHAR", "NVARCHAR2", "NCHAR", "CHARACTER"):
        n = args[0] if args else 1
        c.type = {"VARCHAR": "VARCHAR2", "CHARACTER": "CHAR"}.get(first, first)
        c.char_length, c.char_used = n, "C" if unit == "CHAR" or first[0] == "N" else "B"
        c.length = 2 * n if first[0] == "N" else 4 * n if unit == "CHAR" else n
        c.native = "%s(%d%s)" % (c.type, n, " CHAR" if unit == "CHAR" else "")
    elif first == "TIMESTAMP":
        c.scale = args[0] if args else 6
        c.type = "TIMESTAMP(%d)" % c.scale + (" WITH LOCAL TIME ZONE" if "LOCAL" in words else " WITH TIME ZONE" if "ZONE" in words else "")
        c.length, c.native = 13 if "ZONE" in words and "LOCAL" not in words else 11, c.type
    elif first == "INTERVAL":
        c.precision = args[0] if args else 2
        is_month = "YEAR" in words
        c.scale = None if is_month else args[1] if len(args) > 1 else 6
        c.type = "INTERVAL YEAR(%d) TO MONTH" % c.precision if is_month else "INTERVAL DAY(%d) TO SECOND(%d)" % (c.precision, c.scale)
        c.length, c.native = 5 if is_month else 11, c.type
    else:
        c.type = "LONG RAW" if words.startswith("LONG RAW") else words if first == "LONG" else first
        c.length = {"DATE": 7, "RAW": args[0] if args else 0, "BINARY_FLOAT": 4, "BINARY_DOUBLE": 8, "ROWID": 10, "CLOB": 4000, "BLOB": 4000,
                    "NCLOB": 4000, "LONG": 0, "LONG RAW": 0, "XMLTYPE": 2000, "BOOLEAN": 1}.get(c.type, 4000)


def storage_type(c):
    """How the column is declared in SQLite: what shall stay text has CHAR in its name."""
    return c.native + " CHAR" if c.type in ("LONG", "XMLTYPE", "JSON", "VECTOR", "UROWID", "ROWID") else c.native


def column_list(ts, i):
    """(a, b) at i: the names, and behind."""
    end = closing(ts, i)
    return [name_of(p[0]) for p in split_commas(ts[i + 1:end - 1])], end


def read_reference(k, ts, i):
    k.kind = "R"
    k.ref_table, i = name_of(ts[i]), i + 1
    if i < len(ts) and ts[i].text == ".":
        k.ref_owner, k.ref_table, i = k.ref_table, name_of(ts[i + 1]), i + 2
    if i < len(ts) and ts[i].text == "(":
        k.ref_columns, i = column_list(ts, i)
    if i + 2 < len(ts) and ts[i].word == "ON" and ts[i + 1].word == "DELETE":
        k.delete_rule, i = ("CASCADE", i + 3) if ts[i + 2].word == "CASCADE" else ("SET NULL", i + 4)
    return i


def read_state(k, ts, i):
    while i < len(ts):
        w = ts[i].word
        if w == "DISABLE":
            k.enabled = k.validated = False
        elif w == "NOVALIDATE":
            k.validated = False
        elif w == "DEFERRABLE":
            k.deferrable = not (i and ts[i - 1].word == "NOT")
        elif w == "INITIALLY":
            k.deferred = ts[i + 1].word == "DEFERRED"
            i += 1
        elif w == "USING" and i + 2 < len(ts) and ts[i + 2].kind in ("word", "quoted") and ts[i + 2].word not in ("TABLESPACE", "ENABLE"):
            k.index = name_of(ts[i + 2])
            i += 2
        elif w not in ("ENABLE", "VALIDATE", "RELY", "NORELY", "USING", "INDEX", "IMMEDIATE", "TABLESPACE", "NOT") or (
                w == "NOT" and ts[i + 1].word == "NULL"):
            break
        i += 1
    return i


def read_constraint(ts, i, source, column=None):
    """At CONSTRAINT, PRIMARY, UNIQUE, FOREIGN, CHECK, NOT NULL or REFERENCES; (None, …) for a mere NULL."""
    k = Constraint(None, [column.name] if column else [])
    if ts[i].word == "CONSTRAINT":
        k.name, i = name_of(ts[i + 1]), i + 2
    w = ts[i].word
    if w == "NOT":
        k.kind, k.condition, i = "C", '"%s" IS NOT NULL' % column.name, i + 2
        column.nullable = False
    elif w == "NULL":
        return None, i + 1
    elif w in ("PRIMARY", "UNIQUE"):
        k.kind, i = w[0], i + (2 if w == "PRIMARY" else 1)
        if not column:
            k.columns, i = column_list(ts, i)
    elif w == "FOREIGN":
        k.columns, i = column_list(ts, i + 2)
        i = read_reference(k, ts, i + 1)
    elif w == "REFERENCES":
        i = read_reference(k, ts, i + 1)
    elif w == "CHECK":
        end = closing(ts, i + 1)
        k.kind, k.condition, i = "C", text_of(ts[i + 2:end - 1], source), end
    else:
        raise ValueError("no constraint at %s" % ts[i:i + 4])
    return k, read_state(k, ts, i)


def read_generated(c, ts, i, source):
    """GENERATED ALWAYS | BY DEFAULT [ON NULL] AS IDENTITY [(…)], GENERATED ALWAYS AS (…)"""
    start = i
    while i < len(ts) and ts[i].word != "AS":
        i += 1
    if ts[i + 1].word == "IDENTITY":
        words = [t.word for t in ts[start:i]]
        c.generation = "BY DEFAULT" if "DEFAULT" in words else "ALWAYS"
        c.on_null, c.nullable, i = "NULL" in words, False, i + 2
        if i < len(ts) and ts[i].text == "(":
            end = closing(ts, i)
            c.identity_options, i = sequence_options(ts[i + 1:end - 1]), end
        return i
    end = closing(ts, i + 1)
    c.virtual, c.default = True, text_of(ts[i + 2:end - 1], source)
    return end + (end < len(ts) and ts[end].word == "VIRTUAL")


def read_default(c, ts, i, source):
    if ts[i].word == "ON":
        c.on_null, c.nullable, i = True, False, i + 2
    start = i
    while i < len(ts) and not (ts[i].word in ENDS and i > start):
        i = closing(ts, i) if ts[i].text == "(" else i + 1
    c.default = text_of(ts[start:i], source)
    return i


def read_column(ts, source):
    c, found = Column(name_of(ts[0])), []
    i = 1
    while i < len(ts) and not (ts[i].word in ENDS):
        i = closing(ts, i) if ts[i].text == "(" else i + 1
    if i > 1:
        set_type(c, ts[1:i])
    while i < len(ts):
        w = ts[i].word
        if w == "DEFAULT":
            i = read_default(c, ts, i + 1, source)
        elif w == "GENERATED":
            i = read_generated(c, ts, i, source)
        elif w in ("INVISIBLE", "VISIBLE", "ENABLE"):
            c.hidden, i = w == "INVISIBLE", i + 1
        else:
            k, i = read_constraint(ts, i, source, c)
            found += [k] if k else []
    return c, found


def read_items(table, ts, source):
    for part in split_commas(ts):
        if part[0].word in ("CONSTRAINT", "PRIMARY", "UNIQUE", "FOREIGN", "CHECK"):
            table.constraints.append(read_constraint(part, 0, source)[0])
        elif part[0].word != "SUPPLEMENTAL":
            column, found = read_column(part, source)
            table.columns.append(column)
            table.constraints += found


class Partitioning:
    """PARTITION BY or SUBPARTITION BY; parts: (name, high value, list of subpartitions, the same)."""

    def __init__(self, kind, columns):
        self.kind, self.columns, self.interval, self.automatic, self.parts, self.sub = kind, columns, None, False, [], None


def high_value(text):
    """As the dictionary shows it: dates by TO_DATE, moments with a blank before them."""
    date = "TO_DATE(' \\1 00:00:00', 'SYYYY-MM-DD HH24:MI:SS', 'NLS_CALENDAR=GREGORIAN')"
    text = re.sub(r"TO_DATE\(\s*'(\d[\d-]+)'\s*,\s*'YYYY-MM-DD'\s*\)", date, text, flags=re.I)
    text = re.sub(r"\bDATE\s*'(\d[\d-]+)'", date, text, flags=re.I)
    return re.sub(r"\bTIMESTAMP\s*'(\d)", r"TIMESTAMP' \1", text, flags=re.I)


def read_parts(ts, source, word):
    """PARTITION p VALUES LESS THAN (…) (SUBPARTITION …), …: what is in the brackets."""
    parts = []
    for part in split_commas(ts):
        groups, i = [], 2
        while i < len(part):
            if part[i].text == "(":
                end = closing(part, i)
                groups.append(part[i + 1:end - 1])
                i = end
            else:
                i += 1
        high = high_value(text_of(groups.pop(0), source)) if any(t.word == "VALUES" for t in part) else None
        subs = next((read_parts(g, source, "SUBPARTITION") for g in groups if g[0].word == "SUBPARTITION"), None)
        parts.append((name_of(part[1]), high, subs))
        assert part[0].word == word, part[0].text
    return parts


def read_division(ts, i, source):
    """At PARTITION BY or SUBPARTITION BY: what is said before the partitions, and behind."""
    kind, i = ts[i + 2].word, i + 3
    columns, i = column_list(ts, i) if kind != "SYSTEM" else ([], i)
    division = Partitioning(kind, [] if kind == "REFERENCE" else columns)
    if i < len(ts) and ts[i].word == "INTERVAL":
        end = closing(ts, i + 1)
        division.interval, i = text_of(ts[i + 2:end - 1], source), end
    if i < len(ts) and ts[i].word == "AUTOMATIC":
        division.automatic, i = True, i + 1
    if i + 1 < len(ts) and ts[i].word in ("PARTITIONS", "SUBPARTITIONS"):
        division.parts, i = [("P%d" % (n + 1), None, None) for n in range(int(ts[i + 1].text))], i + 2
    if i + 2 < len(ts) and ts[i].word == "SUBPARTITION" and ts[i + 1].word == "TEMPLATE":
        end = closing(ts, i + 2)
        division.parts, i = read_parts(ts[i + 3:end - 1], source, "SUBPARTITION"), end
    return division, i


def read_partitions(ts, i, source):
    division, i = read_division(ts, i, source)
    if i + 1 < len(ts) and ts[i].word == "SUBPARTITION" and ts[i + 1].word == "BY":
        division.sub, i = read_division(ts, i, source)
    if i < len(ts) and ts[i].text == "(":
        division.parts = read_parts(ts[i + 1:closing(ts, i) - 1], source, "PARTITION")
    elif division.parts:
        division.parts = [("SYS_" + n, h, s) for n, h, s in division.parts]
    return division


def read_table(ts, source):
    i = 1
    temporary = external = False
    while ts[i].word != "TABLE":
        temporary |= ts[i].word == "TEMPORARY"
        i += 1
    i += 1
    if ts[i + 1].text == ".":
        i += 2
    table = Table(name_of(ts[i]))
    end = closing(ts, i + 1)
    read_items(table, ts[i + 2:end - 1], source)
    table.temporary = temporary
    for i in range(end, len(ts) - 1):
        if ts[i].word == "ORGANIZATION":
            table.iot, external = ts[i + 1].word == "INDEX", ts[i + 1].word == "EXTERNAL"
        if ts[i].word == "PARTITION" and ts[i + 1].word == "BY" and not table.partitioning:
            table.partitioning = read_partitions(ts, i, source)
    table.external = external
    return table


def sequence_options(ts):
    o, words = {}, [t.text.upper() for t in ts]
    for i, w in enumerate(words):
        value = "".join(words[i + 2:i + 4]) if words[i + 2:i + 3] == ["-"] else words[i + 2] if i + 2 < len(words) else None
        if w in ("START", "INCREMENT"):
            o[w] = int(value)
        elif w in ("MAXVALUE", "MINVALUE", "CACHE"):
            o[w] = int("".join(words[i + 1:i + 3]) if words[i + 1] == "-" else words[i + 1])
        elif w in ("CYCLE", "NOCYCLE", "ORDER", "NOORDER", "NOCACHE"):
            o[w] = True
    return o
