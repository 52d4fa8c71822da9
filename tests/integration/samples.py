"""Loads the sample databases of tests/data into a database of a test."""
import gzip
import os
import re
import subprocess

DATA = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "data")

CHINOOK_ROWS = {"album": 347, "artist": 275, "customer": 59, "employee": 8, "genre": 25, "invoice": 412, "invoiceline": 2240,
                "mediatype": 5, "playlist": 18, "playlisttrack": 8715, "track": 3503}
NORTHWIND_MYSQL_ROWS = 511
NORTHWIND_SQLITE_ROWS = 3310


def read(path):
    with gzip.open(os.path.join(DATA, path)) as f:
        return f.read()


def text(path):
    return read(path).decode("utf-8-sig")


def chinook_mysql(db, auto_increment=False):
    sql = text("chinook/Chinook_MySql%s.sql.gz" % ("_AutoIncrementPKs" if auto_increment else ""))
    db.sql(re.sub(r"^(DROP DATABASE|CREATE DATABASE|USE) .*$", "", sql, flags=re.M))


def chinook_sqlite(db, auto_increment=False):
    with open(db.path, "wb") as f:
        f.write(read("chinook/Chinook_Sqlite%s.sqlite.gz" % ("_AutoIncrementPKs" if auto_increment else "")))


def chinook_postgres(db, serial=False):
    sql = text("chinook/Chinook_PostgreSql%s.sql.gz" % ("_SerialPKs" if serial else ""))
    db.sql(re.sub(r"^(DROP DATABASE|CREATE DATABASE|\\c) .*$", "", sql, flags=re.M))
    own(db)


def northwind_mysql(db):
    for name in ("northwind", "northwind-data"):
        sql = text("northwind/mysql/%s.sql.gz" % name)
        sql = re.sub(r"^(DROP SCHEMA|CREATE SCHEMA|USE) .*$", "", sql, flags=re.M)
        db.sql(sql.replace("`northwind`.", ""))


def northwind_sqlite(db):
    for script in (read("northwind/sqlite/create.sql.gz"), open(os.path.join(DATA, "northwind/sqlite/update.sql"), "rb").read()):
        subprocess.run(["sqlite3", db.path], input=script, stdout=subprocess.DEVNULL, check=True)


def northwind_postgres(db):
    db.sql(text("northwind/postgresql/northwind.sql.gz"))
    own(db)


def own(db):
    """Makes the tables the test user's."""
    db.sql("DO $$ DECLARE r record; BEGIN FOR r IN SELECT c.oid::regclass AS o, c.relkind FROM pg_class c WHERE relnamespace = 'public'::regnamespace"
           " AND relkind IN ('r', 'p', 'v', 'm') LOOP EXECUTE format('ALTER TABLE %s OWNER TO ferry', r.o); END LOOP; END $$;")
