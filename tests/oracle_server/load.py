#!/usr/bin/python3
"""Loads Oracle SQL scripts into a file for oracle_server: tables, rows, and the dictionary.

usage: load.py OWNER FILE SCRIPT…      (scripts may be .gz)
"""
import gzip
import re
import sqlite3
import sys

import catalog
import values
from ddl import Table, column_list, read_column, read_items, read_table, sequence_options, storage_type
from script import closing, name_of, split_commas, statements, text_of, tokens

CREATED = "2024-02-29 12:00:00"
MAX_SEQUENCE = 10**28 - 1
ROWS_A_BLOCK, FIRST_BLOCK, FILE = 256, 128, 12      # as rowid.c has them
PLAIN = {"SYSDATE": "ORA_SYSDATE()", "SYSTIMESTAMP": "ORA_SYSDATE()", "CURRENT_DATE": "ORA_SYSDATE()", "LOCALTIMESTAMP": "ORA_SYSDATE()"}


def quote(name):
    return '"%s"' % name.replace('"', '""')


def literal(token):
    """A string or number as SQLite has it."""
    if token.kind == "qstring":
        return "'" + token.text[token.text.index("'") + 2:-2].replace("'", "''") + "'"
    if token.kind == "string":
        text = token.text.lstrip("nN")
        return "NULL" if text == "''" else text
    if token.kind == "number":
        n = values.number(token.text)
        return "x'%s'" % n.hex() if isinstance(n, bytes) else token.text
    return None


def to_sqlite(ts):
    """An INSERT, UPDATE or query of a script in SQLite's words."""
    out, i = [], 0
    while i < len(ts):
        near = [x.text for x in ts[max(0, i - 1):i + 2:2]]
        t, following = ts[i], ts[i + 1] if i + 1 < len(ts) else None
        if t.word in ("DATE", "TIMESTAMP") and following and following.kind == "string":
            out.append("'%s'" % values.literal_datetime(following.text[1:-1]))
            i += 1
        elif t.kind == "word" and following and following.text == "." and i + 2 < len(ts) and ts[i + 2].word == "NEXTVAL":
            out.append("ORA_NEXTVAL('%s')" % name_of(t))
            i += 2
        elif t.word == "UTL_RAW" and following and following.text == ".":
            i += 1
        elif t.text == "''" and "||" in near:    # NULL, but not in a concatenation
            out.append("''")
        elif t.kind == "word":
            out.append(PLAIN.get(t.word, t.word))
        else:
            out.append(literal(t) or t.text)
        i += 1
    return " ".join(out)


class Schema:
    def __init__(self, owner, path):
        self.owner = owner
        self.db = sqlite3.connect(path)
        self.db.execute("PRAGMA journal_mode=WAL")
        self.db.execute("PRAGMA synchronous=OFF")
        values.register(self.db)
        self.tables, self.indexes, self.sequences, self.views, self.sources, self.triggers, self.synonyms, self.mviews = {}, [], [], {}, [], [], [], []
        self.grants, self.links, self.jobs, self.object_tables = [], [], [], []
        self.number = 73000

    # ---- statements ----

    def run(self, script):
        for sql in statements(script):
            self.statement(sql)
        return self

    def statement(self, sql):
        ts = tokens(sql)
        words = [t.word for t in ts[:8]]
        if not ts:
            return
        if words[0] in ("BEGIN", "DECLARE"):
            self.block(sql)
        elif words[0] in ("INSERT", "UPDATE", "DELETE"):
            self.db.execute(to_sqlite(ts))
        elif words[0] == "CREATE":
            self.create(sql, ts, words)
        elif words[:2] == ["ALTER", "TABLE"]:
            self.alter_table(sql, ts)
        elif words[:2] == ["ALTER", "TRIGGER"] and words[3] == "DISABLE":
            for t in self.triggers:
                t["STATUS"] = "DISABLED" if t["TRIGGER_NAME"] == name_of(ts[2]) else t["STATUS"]
        elif words[0] == "COMMENT":
            self.comment(ts)
        elif words[0] == "GRANT" and "ON" in words:
            self.grants += [(name_of(ts[words.index("ON") + 1]), p[0].text.upper(), name_of(ts[words.index("TO") + 1]), "OPTION" in words)
                            for p in split_commas(ts[1:words.index("ON")])]
        elif words[0] not in ("GRANT", "REVOKE", "COMMIT", "DROP", "ALTER", "ANALYZE", "CALL", "EXEC", "EXECUTE", "TRUNCATE", "ROLLBACK"):
            raise ValueError("unknown statement: " + sql[:80])

    def block(self, sql):
        """BEGIN … END with INSERTs; variables are replaced by what they were set to."""
        variables = {}
        for one in statements(re.sub(r"^.*?\bbegin\b|\bend\s*;?\s*$", "", sql, flags=re.I | re.S)):
            for name, value in variables.items():
                one = re.sub(r"\b%s\b(?!\s*:=)" % name, lambda m: value, one)
            m = re.match(r"\s*(\w+)\s*:=(.*)", one, re.S)
            if m:
                variables[m.group(1)] = "(%s)" % m.group(2)
            else:
                self.statement(one)

    def create(self, sql, ts, words):
        if "TABLE" in words[:4] and words[3:4] == ["OF"]:
            self.create_object_table(name_of(ts[2]), name_of(ts[4]))
        elif "TABLE" in words[:4]:
            self.create_table(read_table(ts, sql))
        elif "INDEX" in words[:4]:
            self.create_index(sql, ts, words)
        elif words[1] == "SEQUENCE":
            self.add_sequence(name_of(ts[2]), sequence_options(ts[3:]))
        elif "MATERIALIZED" in words[:3]:
            self.create_materialized(sql, ts)
        elif "VIEW" in words[:6]:
            self.create_view(sql, ts)
        elif "SYNONYM" in words[:5]:
            at = words.index("SYNONYM")
            target = [name_of(t) for t in ts[at + 3:at + 6:2]]
            self.synonyms.append((name_of(ts[at + 1]), target[0] if len(target) > 1 else self.owner, target[-1]))
        elif "TRIGGER" in words[:5]:
            self.create_trigger(sql, ts)
        elif "LINK" in words[:6]:
            at = words.index("LINK")
            self.links.append((name_of(ts[at + 1]), name_of(ts[at + 4]) if words[at + 2] == "CONNECT" else None, ts[-1].text.strip("'")))
        else:
            self.create_source(sql, ts)

    def create_table(self, table):
        columns = [c for c in table.columns]
        parts = ["%s %s%s%s" % (quote(c.name), '"%s"' % storage_type(c), "" if c.nullable or c.generation else " NOT NULL", self.generated(c)) for c in columns] + [self.length_check(c) for c in columns if c.char_length]
        self.db.execute("CREATE TABLE %s(%s)" % (quote(table.name), ", ".join(parts).replace("%s", table.name)))
        self.tables[table.name] = table
        for c in columns:
            if c.generation:
                self.db.execute("CREATE TRIGGER {0} AFTER INSERT ON {1} WHEN NEW.{2} IS NULL BEGIN UPDATE {1} SET {2} = (SELECT coalesce(max({2}), 0) + 1 FROM {1}) "
                                "WHERE rowid = NEW.rowid; END".format(quote("ora$identity_" + table.name), quote(table.name), quote(c.name)))

    def create_object_table(self, name, of):
        """Rows of a type's attributes, or of documents; none of the relational tables."""
        table = Table(name)
        if of == "XMLTYPE":
            read_items(table, tokens("OBJECT_VALUE XMLTYPE"), "")
        else:
            text = next(text for n, kind, text in self.sources if kind == "TYPE" and n == of)
            ts = tokens(text)
            at = next(i for i, t in enumerate(ts) if t.text == "(")
            read_items(table, ts[at + 1:closing(ts, at) - 1], text)
        self.db.execute("CREATE TABLE %s(%s)" % (quote(name), ", ".join('%s "%s"' % (quote(c.name), storage_type(c)) for c in table.columns)))
        self.object_tables.append((table, of))

    def length_check(self, c):
        return 'CONSTRAINT "ora$length %s.%s.%s" CHECK(length(%s) <= %d)' % (self.owner, "%s", c.name, quote(c.name), c.char_length)

    def generated(self, c):
        if c.generation:
            return ""
        if c.virtual:
            return " GENERATED ALWAYS AS (%s) VIRTUAL" % to_sqlite(tokens(c.default))
        if c.default and re.fullmatch(r"-?\d+|'[^']+'", c.default.strip()):
            return " DEFAULT " + c.default.strip()
        return " DEFAULT (ORA_SYSDATE())" if c.default and c.default.strip().upper() in PLAIN else ""

    def create_index(self, sql, ts, words):
        at = words.index("INDEX")
        on = next(i for i, t in enumerate(ts) if t.word == "ON")
        table, i = name_of(ts[on + 1]), on + 2
        if ts[i].text == ".":
            table, i = name_of(ts[i + 1]), i + 2
        end = closing(ts, i)
        parts = []
        for p in split_commas(ts[i + 1:end - 1]):
            descends = p[-1].word == "DESC"
            p = p[:-1] if p[-1].word in ("ASC", "DESC") else p
            parts.append((name_of(p[0]) if len(p) == 1 else None, text_of(p, sql), descends))
        rest = [t.word for t in ts[end:]]
        self.indexes.append(dict(name=name_of(ts[at + 1]), table=table, unique="UNIQUE" in words[:at], bitmap="BITMAP" in words[:at], parts=parts,
                                 reverse="REVERSE" in rest, invisible="INVISIBLE" in rest, domain="INDEXTYPE" in rest, constraint=False))

    def alter_table(self, sql, ts):
        table, i = self.tables[name_of(ts[2])], 3
        while i < len(ts):
            w = ts[i].word
            if w in ("ADD", "MODIFY"):
                end = closing(ts, i + 1) if ts[i + 1].text == "(" else len(ts)
                inner = ts[i + 2:end - 1] if ts[i + 1].text == "(" else ts[i + 1:]
                self.add_items(table, inner, sql) if w == "ADD" else None
                i = end
            elif w in ("ENABLE", "DISABLE") and ts[i + 1].word == "CONSTRAINT":
                for k in table.constraints:
                    if k.name == name_of(ts[i + 2]):
                        k.enabled = k.validated = w == "ENABLE"
                i += 3
            else:
                i += 1

    def add_items(self, table, ts, sql):
        before = len(table.columns)
        if ts[0].word in ("CONSTRAINT", "PRIMARY", "UNIQUE", "FOREIGN", "CHECK"):
            read_items(table, ts, sql)
        else:
            read_items(table, ts, sql)
            for c in table.columns[before:]:
                self.db.execute('ALTER TABLE %s ADD COLUMN %s "%s"' % (quote(table.name), quote(c.name), storage_type(c)))

    def comment(self, ts):
        text = literal(ts[-1])[1:-1].replace("''", "'")
        names = [name_of(t) for t in ts[3:-2] if t.text != "."]
        if ts[2].word == "TABLE":
            (self.tables.get(names[-1]) or self.views.get(names[-1])).comment = text
        elif names[-2] in self.tables:
            self.tables[names[-2]].column_comments[names[-1]] = text

    def create_view(self, sql, ts):
        at = next(i for i, t in enumerate(ts) if t.word == "VIEW") + 1
        if ts[at + 1].text == ".":
            at += 2
        view = Table(name_of(ts[at]))
        as_at = at + 1
        names = None
        if ts[as_at].text == "(":
            names, as_at = column_list(ts, as_at)
        body = ts[as_at + 1:]
        view.read_only = [t.word for t in body[-3:]] == ["WITH", "READ", "ONLY"]
        view.text = text_of(body[:-3] if view.read_only else body, sql)
        view.names = names
        self.views[view.name] = view
        try:
            self.db.execute("CREATE VIEW %s%s AS %s" % (quote(view.name), "(%s)" % ",".join(map(quote, names)) if names else "",
                                                        to_sqlite(body[:-3] if view.read_only else body)))
            self.db.execute("SELECT * FROM %s LIMIT 0" % quote(view.name))
            view.runs = True
        except sqlite3.Error:
            self.db.execute("DROP VIEW IF EXISTS %s" % quote(view.name))
            view.runs = False

    def create_materialized(self, sql, ts):
        as_at = next(i for i, t in enumerate(ts) if t.word == "AS")
        self.mviews.append((name_of(ts[3]), text_of(ts[as_at + 1:], sql)))

    def create_source(self, sql, ts):
        at = 1
        while ts[at].word in ("OR", "REPLACE", "EDITIONABLE", "NONEDITIONABLE"):
            at += 1
        kind, at = ts[at].word, at + 1
        if ts[at].word == "BODY":
            kind, at = kind + " BODY", at + 1
        if ts[at + 1].text == ".":
            at += 2
        first = next(t for t in ts if t.word == kind.split()[0])
        self.sources.append((name_of(ts[at]), kind, sql[first.at:]))

    def create_trigger(self, sql, ts):
        self.create_source(sql, ts)
        name, _, text = self.sources[-1]
        words = [t.word for t in ts]
        on = words.index("ON")
        body = next(i for i, w in enumerate(words) if w in ("BEGIN", "DECLARE"))
        timing = next(i for i, w in enumerate(words) if w in ("BEFORE", "AFTER", "INSTEAD"))
        when = next((i for i in range(on, body) if words[i] == "WHEN"), None)
        self.triggers.append({"TRIGGER_NAME": name, "TABLE_NAME": name_of(ts[on + 1]), "TRIGGER_BODY": sql[ts[body].at:], "STATUS": "ENABLED",
                              "TRIGGER_TYPE": words[timing] + (" EACH ROW" if "EACH" in words[on:body] else " STATEMENT"),
                              "TRIGGERING_EVENT": " OR ".join(w for w in words[timing:on] if w in ("INSERT", "UPDATE", "DELETE")),
                              "DESCRIPTION": sql[ts[timing - 1].at:ts[when or body].at],
                              "WHEN_CLAUSE": text_of(ts[when + 2:closing(ts, when + 1) - 1], sql) if when else None})

    # ---- the dictionary ----

    def add(self, table, **row):
        catalog.add(self.db, table, **row)

    def next_number(self):
        self.number += 1
        return self.number

    def add_sequence(self, name, options, last=None):
        by = options.get("INCREMENT", 1)
        self.sequences.append(dict(SEQUENCE_OWNER=self.owner, SEQUENCE_NAME=name, MIN_VALUE=options.get("MINVALUE", 1 if by > 0 else -10**27 + 1),
                                   MAX_VALUE=options.get("MAXVALUE", MAX_SEQUENCE if by > 0 else -1), INCREMENT_BY=by,
                                   CYCLE_FLAG="Y" if "CYCLE" in options else "N", ORDER_FLAG="Y" if "ORDER" in options else "N",
                                   CACHE_SIZE=0 if "NOCACHE" in options else options.get("CACHE", 20), LAST_NUMBER=last or options.get("START", 1)))

    def add_object(self, name, kind, number=None, temporary=False):
        self.add("objects", OWNER=self.owner, OBJECT_NAME=name, OBJECT_ID=number or self.next_number(), DATA_OBJECT_ID=number, OBJECT_TYPE=kind, CREATED=CREATED,
                 LAST_DDL_TIME=CREATED, STATUS="VALID", TEMPORARY="Y" if temporary else "N", GENERATED="N", SECONDARY="N", ORACLE_MAINTAINED="N")

    def add_column(self, table_name, c, position, internal):
        self.add("tab_cols", OWNER=self.owner, TABLE_NAME=table_name, COLUMN_NAME=c.name, DATA_TYPE=c.type, DATA_LENGTH=c.length or 0,
                 DATA_TYPE_OWNER="PUBLIC" if c.type == "XMLTYPE" else self.owner if self.is_type(c.type) else None, DATA_PRECISION=c.precision, DATA_SCALE=c.scale,
                 NULLABLE="Y" if c.nullable else "N", COLUMN_ID=position, DATA_DEFAULT=c.default, DEFAULT_LENGTH=len(c.default) if c.default else None,
                 CHAR_LENGTH=c.char_length, CHAR_USED=c.char_used, HIDDEN_COLUMN="NO" if position else "YES", VIRTUAL_COLUMN="YES" if c.virtual else "NO",
                 SEGMENT_COLUMN_ID=None if c.virtual else internal, INTERNAL_COLUMN_ID=internal, QUALIFIED_COL_NAME=c.name,
                 USER_GENERATED="YES" if c.user_generated else "NO", DEFAULT_ON_NULL="YES" if c.on_null else "NO",
                 IDENTITY_COLUMN="YES" if c.generation else "NO", CHARACTER_SET_NAME="NCHAR_CS" if c.type[0] == "N" and c.char_used else "CHAR_CS" if c.char_used else None)

    def add_identity(self, table, c):
        number = self.next_number()
        name = "ISEQ$$_%d" % number
        top = self.db.execute("SELECT max(%s) FROM %s" % (quote(c.name), quote(table.name))).fetchone()[0]
        o = c.identity_options
        last = max(o.get("START", 1), (top or 0) + 1)
        self.add_sequence(name, o, last)
        c.default = '"%s"."%s".nextval' % (self.owner, name)
        self.add("tab_identity_cols", OWNER=self.owner, TABLE_NAME=table.name, COLUMN_NAME=c.name, GENERATION_TYPE=c.generation, SEQUENCE_NAME=name,
                 IDENTITY_OPTIONS="START WITH: %d, INCREMENT BY: %d, MAX_VALUE: %d, MIN_VALUE: %d, CYCLE_FLAG: N, CACHE_SIZE: 20, ORDER_FLAG: N, SCALE_FLAG: N, "
                                  "EXTEND_FLAG: N, SESSION_FLAG: N, KEEP_VALUE: N" % (o.get("START", 1), o.get("INCREMENT", 1), MAX_SEQUENCE, 1))

    def add_table(self, table):
        number, n = self.next_number(), self.db.execute("SELECT count(*), max(rowid) FROM %s" % quote(table.name)).fetchone()
        blocks = 0 if table.temporary else 8 + (n[1] or 0) // ROWS_A_BLOCK
        self.add_object(table.name, "TABLE", number, table.temporary)
        self.add("tables", OWNER=self.owner, TABLE_NAME=table.name, TABLESPACE_NAME=None if table.partitioning or table.iot else "USERS", STATUS="VALID",
                 NUM_ROWS=n[0], BLOCKS=blocks, AVG_ROW_LEN=64, PARTITIONED="YES" if table.partitioning else "NO", IOT_TYPE="IOT" if table.iot else None,
                 TEMPORARY="Y" if table.temporary else "N", SECONDARY="N", NESTED="NO", DROPPED="NO", EXTERNAL="YES" if table.external else "NO", LAST_ANALYZED=CREATED)
        for c in table.columns:
            if c.generation:
                self.add_identity(table, c)
        position = 0
        for i, c in enumerate(table.columns, 1):
            position += not c.hidden
            self.add_column(table.name, c, None if c.hidden else position, i)
        self.add_comments(table, "TABLE")
        self.add_partitions(table)
        if table.external:
            self.add("external_tables", OWNER=self.owner, TABLE_NAME=table.name, TYPE_NAME="ORACLE_LOADER")
        if not table.iot and not table.temporary:
            self.add_segment(table.name, "TABLE PARTITION" if table.partitioning else "TABLE", blocks)

    def add_object_table(self, table, of):
        """Its attributes are columns; behind them are the object's id and the object, which are hidden."""
        is_xml = of == "XMLTYPE"
        self.add_object(table.name, "TABLE", self.next_number())
        self.add("object_tables", OWNER=self.owner, TABLE_NAME=table.name, TABLE_TYPE_OWNER="SYS" if is_xml else self.owner, TABLE_TYPE=of, STATUS="VALID",
                 NUM_ROWS=None, PARTITIONED="NO", TEMPORARY="N", SECONDARY="N", NESTED="NO", DROPPED="NO", OBJECT_ID_TYPE="SYSTEM GENERATED")
        oid, object_value = Table(table.name), Table(table.name)
        read_items(oid, tokens("SYS_NC_OID$ RAW(16)"), "")
        read_items(object_value, tokens("SYS_NC_ROWINFO$ XMLTYPE" if is_xml else "SYS_NC_ROWINFO$ %s" % of), "")
        for i, c in enumerate(oid.columns + object_value.columns, 1):
            c.user_generated = False
            self.add_column(table.name, c, 1 if is_xml and i == 2 else None, i)
        for i, c in enumerate([] if is_xml else table.columns, 1):
            self.add_column(table.name, c, i, i + 2)

    def add_segment(self, name, kind, blocks):
        """Extents of 8, then 128, then 1024 blocks, as a growing segment has them."""
        at, left, n = FIRST_BLOCK, blocks, 0
        while left > 0:
            size = 8 if n < 16 else 128 if n < 80 else 1024
            self.add("extents", OWNER=self.owner, SEGMENT_NAME=name, SEGMENT_TYPE=kind, EXTENT_ID=n, FILE_ID=FILE, BLOCK_ID=at, BYTES=size * 8192, BLOCKS=size,
                     RELATIVE_FNO=FILE)
            at, left, n = at + size, left - size, n + 1
        self.add("segments", OWNER=self.owner, SEGMENT_NAME=name, SEGMENT_TYPE=kind, TABLESPACE_NAME="USERS", BYTES=(at - FIRST_BLOCK) * 8192,
                 BLOCKS=at - FIRST_BLOCK, EXTENTS=n)

    def add_comments(self, table, kind):
        self.add("tab_comments", OWNER=self.owner, TABLE_NAME=table.name, TABLE_TYPE=kind, COMMENTS=table.comment)
        for c in table.columns:
            self.add("col_comments", OWNER=self.owner, TABLE_NAME=table.name, COLUMN_NAME=c.name, COMMENTS=table.column_comments.get(c.name))

    def add_partitions(self, table):
        p = table.partitioning
        if not p:
            return
        self.add("part_tables", OWNER=self.owner, TABLE_NAME=table.name, PARTITIONING_TYPE=p.kind, SUBPARTITIONING_TYPE=p.sub.kind if p.sub else "NONE",
                 PARTITION_COUNT=1048575 if p.interval else len(p.parts), PARTITIONING_KEY_COUNT=len(p.columns), STATUS="VALID", INTERVAL=p.interval,
                 AUTOLIST="YES" if p.automatic else "NO")
        for view, division in (("part_key_columns", p), ("subpart_key_columns", p.sub)):
            for i, c in enumerate(division.columns if division else [], 1):
                self.add(view, OWNER=self.owner, NAME=table.name, OBJECT_TYPE="TABLE", COLUMN_NAME=c, COLUMN_POSITION=i)
        for i, (name, high, subs) in enumerate(p.parts, 1):
            if p.sub:  # of a template they are called by both names
                subs = subs or [("%s_%s" % (name, n), h, None) for n, h, _ in p.sub.parts]
            self.add("tab_partitions", TABLE_OWNER=self.owner, TABLE_NAME=table.name, COMPOSITE="YES" if p.sub else "NO", PARTITION_NAME=name,
                     SUBPARTITION_COUNT=len(subs or []), HIGH_VALUE=high, HIGH_VALUE_LENGTH=len(high) if high else None, PARTITION_POSITION=i)
            for k, (sub, sub_high, _) in enumerate(subs or [], 1):
                self.add("tab_subpartitions", TABLE_OWNER=self.owner, TABLE_NAME=table.name, PARTITION_NAME=name, SUBPARTITION_NAME=sub, HIGH_VALUE=sub_high,
                         SUBPARTITION_POSITION=k)

    def index_for(self, table, k):
        """A key uses an index over its columns that is there, or makes one of its own name."""
        for x in self.indexes:
            if x["table"] == table.name and (x["name"] == k.index or [p[0] for p in x["parts"]] == k.columns and x["unique"]):
                return x["name"]
        self.indexes.append(dict(name=k.name, table=table.name, unique=True, bitmap=False, parts=[(c, quote(c), False) for c in k.columns], reverse=False,
                                 invisible=False, domain=False, constraint=True, iot=table.iot and k.kind == "P"))
        return k.name

    def key_of(self, k):
        """The constraint that a foreign key refers to."""
        target = self.tables.get(k.ref_table)
        for other in target.constraints if target else ():
            if other.kind in "PU" and (other.columns == k.ref_columns or (not k.ref_columns and other.kind == "P")):
                return other.name
        return None

    def name_constraints(self):
        for table in self.tables.values():
            for k in table.constraints:
                k.generated = not k.name
                k.name = k.name or "SYS_C%07d" % self.next_number()
                if k.kind == "P":
                    for c in k.columns:
                        table.column(c).nullable = False

    def add_constraint(self, table, k):
        index = self.index_for(table, k) if k.kind in "PU" and k.enabled else None
        self.add("constraints", OWNER=self.owner, CONSTRAINT_NAME=k.name, CONSTRAINT_TYPE=k.kind, TABLE_NAME=table.name, SEARCH_CONDITION=k.condition,
                 SEARCH_CONDITION_VC=k.condition, R_OWNER=(k.ref_owner or self.owner) if k.kind == "R" else None, R_CONSTRAINT_NAME=self.key_of(k) if k.kind == "R" else None,
                 DELETE_RULE=(k.delete_rule or "NO ACTION") if k.kind == "R" else None, STATUS="ENABLED" if k.enabled else "DISABLED",
                 DEFERRABLE="DEFERRABLE" if k.deferrable else "NOT DEFERRABLE", DEFERRED="DEFERRED" if k.deferred else "IMMEDIATE",
                 VALIDATED="VALIDATED" if k.validated else "NOT VALIDATED", GENERATED="GENERATED NAME" if k.generated else "USER NAME",
                 INDEX_OWNER=self.owner if index else None, INDEX_NAME=index)
        columns = k.columns or [c.name for c in table.columns if re.search(r"(?i)\b%s\b" % re.escape(c.name), k.condition or "")]
        for i, c in enumerate(columns, 1):
            self.add("cons_columns", OWNER=self.owner, CONSTRAINT_NAME=k.name, TABLE_NAME=table.name, COLUMN_NAME=c, POSITION=i if k.kind != "C" else None)

    def index_type(self, x):
        expressions = any(not p[0] or p[2] for p in x["parts"])
        if x["domain"]:
            return "DOMAIN"
        if x.get("iot"):
            return "IOT - TOP"
        return ("FUNCTION-BASED " if expressions else "") + ("BITMAP" if x["bitmap"] else "NORMAL") + ("/REV" if x["reverse"] else "")

    def add_index(self, x):
        self.add_object(x["name"], "INDEX", self.next_number())
        self.add("indexes", OWNER=self.owner, INDEX_NAME=x["name"], INDEX_TYPE=self.index_type(x), TABLE_OWNER=self.owner, TABLE_NAME=x["table"], TABLE_TYPE="TABLE",
                 UNIQUENESS="UNIQUE" if x["unique"] else "NONUNIQUE", COMPRESSION="DISABLED", TABLESPACE_NAME="USERS", STATUS="VALID", PARTITIONED="NO", TEMPORARY="N",
                 GENERATED="N", SECONDARY="N", VISIBILITY="INVISIBLE" if x["invisible"] else "VISIBLE", CONSTRAINT_INDEX="YES" if x["constraint"] else "NO",
                 FUNCIDX_STATUS="ENABLED" if "FUNCTION" in self.index_type(x) else None)
        for i, (column, text, descends) in enumerate(x["parts"], 1):
            if not column or descends:
                name = self.add_hidden(x["table"], quote(column) if column else text)
                self.add("ind_expressions", INDEX_OWNER=self.owner, INDEX_NAME=x["name"], TABLE_OWNER=self.owner, TABLE_NAME=x["table"],
                         COLUMN_EXPRESSION=quote(column) if column else text, COLUMN_POSITION=i)
            else:
                name = column
            self.add("ind_columns", INDEX_OWNER=self.owner, INDEX_NAME=x["name"], TABLE_OWNER=self.owner, TABLE_NAME=x["table"], COLUMN_NAME=name, COLUMN_POSITION=i,
                     COLUMN_LENGTH=22, CHAR_LENGTH=0, DESCEND="DESC" if descends else "ASC")
        self.make_index(x)

    def make_index(self, x):
        """Unique ones also in SQLite, so that it refuses what Oracle would."""
        if x["unique"] and all(p[0] for p in x["parts"]):
            self.db.execute("CREATE UNIQUE INDEX %s ON %s(%s)" % (quote(x["name"]), quote(x["table"]), ", ".join(quote(p[0]) for p in x["parts"])))

    def add_hidden(self, table_name, expression):
        """The column that an indexed expression is kept in."""
        internal = self.db.execute('SELECT max(INTERNAL_COLUMN_ID) + 1 FROM "ora$tab_cols" WHERE TABLE_NAME = ?', [table_name]).fetchone()[0]
        name = "SYS_NC%05d$" % internal
        self.add("tab_cols", OWNER=self.owner, TABLE_NAME=table_name, COLUMN_NAME=name, DATA_TYPE="VARCHAR2", DATA_LENGTH=4000, NULLABLE="Y", DATA_DEFAULT=expression,
                 DEFAULT_LENGTH=len(expression), CHAR_LENGTH=4000, CHAR_USED="B", HIDDEN_COLUMN="YES", VIRTUAL_COLUMN="YES", INTERNAL_COLUMN_ID=internal,
                 QUALIFIED_COL_NAME=name, USER_GENERATED="NO", DEFAULT_ON_NULL="NO", IDENTITY_COLUMN="NO")
        return name

    def add_view(self, view):
        self.add_object(view.name, "VIEW")
        self.add("views", OWNER=self.owner, VIEW_NAME=view.name, TEXT_LENGTH=len(view.text), TEXT=view.text, TEXT_VC=view.text[:4000], READ_ONLY="Y" if view.read_only else "N")
        self.add("tab_comments", OWNER=self.owner, TABLE_NAME=view.name, TABLE_TYPE="VIEW", COMMENTS=view.comment)
        names = [r[1:3] for r in self.db.execute("PRAGMA table_info(%s)" % quote(view.name))] if view.runs else [(n, None) for n in view.names or []]
        for i, (name, native) in enumerate(names, 1):
            c, _ = read_column(tokens('"%s" %s' % (name, (native or "VARCHAR2(4000)").replace(" CHAR\"", ""))), native or "")
            self.add_column(view.name, c, i, i)

    def is_type(self, name):
        return any(kind == "TYPE" and n == name for n, kind, _ in self.sources)

    def add_type(self, name, text):
        """AS OBJECT (…), AS VARRAY(n) OF …, AS TABLE OF …"""
        ts = tokens(text)
        words = [t.word for t in ts]
        if "OBJECT" in words:
            at = words.index("OBJECT") + 1
            attributes = Table(name)
            read_items(attributes, ts[at + 1:closing(ts, at) - 1], text)
            for i, c in enumerate(attributes.columns, 1):
                self.add("type_attrs", OWNER=self.owner, TYPE_NAME=name, ATTR_NAME=c.name, ATTR_TYPE_OWNER=self.owner if self.is_type(c.type) else None, ATTR_TYPE_NAME=c.type,
                         LENGTH=c.length, PRECISION=c.precision, SCALE=c.scale, ATTR_NO=i)
        elif "OF" in words:
            element = read_column(tokens("element") + ts[words.index("OF") + 1:], text)[0]
            self.add("coll_types", OWNER=self.owner, TYPE_NAME=name, COLL_TYPE="VARYING ARRAY" if "VARRAY" in words else "TABLE",
                     ELEM_TYPE_OWNER=self.owner if self.is_type(element.type) else None, ELEM_TYPE_NAME=element.type)

    def add_code(self):
        for name, kind, text in self.sources:
            if kind == "TYPE":
                self.add_type(name, text)
        for name, kind, text in self.sources:
            self.add_object(name, kind)
            for i, line in enumerate(text.splitlines(True), 1):
                self.add("source", OWNER=self.owner, NAME=name, TYPE=kind, LINE=i, TEXT=line)
        for t in self.triggers:
            self.add("triggers", OWNER=self.owner, TABLE_OWNER=self.owner, BASE_OBJECT_TYPE="TABLE", ACTION_TYPE="PL/SQL     ", **t)
        for name, owner, target in self.synonyms:
            self.add_object(name, "SYNONYM")
            self.add("synonyms", OWNER=self.owner, SYNONYM_NAME=name, TABLE_OWNER=owner, TABLE_NAME=target)
        for name, user, host in self.links:
            self.add("db_links", OWNER=self.owner, DB_LINK=name, USERNAME=user, HOST=host)
        for name, privilege, grantee, passes in self.grants:
            self.add("tab_privs", TABLE_SCHEMA=self.owner, TABLE_NAME=name, GRANTOR=self.owner, GRANTEE=grantee, PRIVILEGE=privilege, GRANTABLE="YES" if passes else "NO")
        for name, action in self.jobs:
            self.add("scheduler_jobs", OWNER=self.owner, JOB_NAME=name, JOB_TYPE="PLSQL_BLOCK", JOB_ACTION=action, ENABLED="TRUE")
        for name, query in self.mviews:
            self.add_object(name, "MATERIALIZED VIEW")
            self.add("mviews", OWNER=self.owner, MVIEW_NAME=name, CONTAINER_NAME=name, QUERY=query, QUERY_LEN=len(query), REFRESH_MODE="DEMAND", REFRESH_METHOD="FORCE")

    def finish(self):
        """Writes the dictionary; the file is then ready for the server."""
        catalog.create(self.db)
        self.name_constraints()
        for table in self.tables.values():
            self.add_table(table)
        for table, of in self.object_tables:
            self.add_object_table(table, of)
        for table in self.tables.values():
            for k in table.constraints:
                self.add_constraint(table, k)
        for x in self.indexes:
            self.add_index(x)
        for view in self.views.values():
            self.add_view(view)
        self.add_code()
        for s in self.sequences:
            self.add_object(s["SEQUENCE_NAME"], "SEQUENCE")
            s = dict(s)
            for key in ("MIN_VALUE", "MAX_VALUE"):
                s[key] = values.number(str(s[key]))
            self.add("sequences", **s)
        self.db.commit()
        self.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self.db.close()


def read(path):
    with (gzip.open if path.endswith(".gz") else open)(path, "rt", encoding="utf-8-sig") as f:
        return f.read()


def main():
    if len(sys.argv) < 4:
        sys.exit(__doc__)
    schema = Schema(sys.argv[1].upper(), sys.argv[2])
    for path in sys.argv[3:]:
        schema.run(read(path))
    schema.finish()


if __name__ == "__main__":
    main()
