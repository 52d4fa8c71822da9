#!/usr/bin/python3
"""make demo: migrates the bundled sample database and shows what ferry tells.

SQLite into SQLite always; into PostgreSQL, and from MariaDB, where their servers are installed: those are started for the
demo in a temporary folder, and stopped and removed at the end. What is made stays in demo-out/.
"""
import gzip
import os
import re
import shutil
import subprocess
import sys

TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(TOP, "tests"))
sys.dont_write_bytecode = True
import servers  # noqa: E402

FERRY = os.environ.get("FERRY_BIN", os.path.join(TOP, "build", "ferry"))
DATA = os.path.join(TOP, "tests", "data", "chinook")
OUT = os.path.join(TOP, "demo-out")


def title(text):
    print("\n" + text + "\n" + "=" * len(text), flush=True)


def ferry(*args, shown=None):
    print("$ ferry " + " ".join(shown or args), flush=True)
    return subprocess.call([FERRY, *args], cwd=OUT)


def copy(source, target, shown_source, shown_target):
    args = ("--report", os.path.join(OUT, "report-%s.md" % re.sub(r"\W+", "-", shown_target)))
    return ferry("copy", source, target, *args, shown=("copy", shown_source, shown_target))


def main():
    shutil.rmtree(OUT, ignore_errors=True)
    os.makedirs(OUT)
    with gzip.open(os.path.join(DATA, "Chinook_Sqlite.sqlite.gz")) as f, open(os.path.join(OUT, "chinook.sqlite"), "wb") as out:
        shutil.copyfileobj(f, out)

    title("Chinook, a music shop: SQLite into SQLite")
    status = copy("sqlite:///chinook.sqlite", "sqlite:///copy.sqlite", "sqlite:///chinook.sqlite", "sqlite:///copy.sqlite")

    if not servers.PostgreSQL.is_installed():
        print("\nPostgreSQL's server is not installed: the second half is left out (scripts/setup.sh test installs it).")
        return status
    target = servers.PostgreSQL()
    try:
        target.create("music")
        title("The same into a PostgreSQL server of its own")
        status = copy("sqlite:///chinook.sqlite", target.url("music"), "sqlite:///chinook.sqlite", "postgresql://…/music") or status
        print("\n$ psql -c 'the three artists with most tracks'")
        print(servers.run(target.client("music") + ["-c", """SELECT "Artist"."Name", count(*) AS tracks FROM "Artist" JOIN "Album" USING ("ArtistId")
          JOIN "Track" USING ("AlbumId") GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 3"""]).decode().rstrip())
        if servers.MariaDB.is_installed():
            status = from_mariadb(target) or status
    finally:
        target.stop()
    print("\nThe copies and the reports are in demo-out/.")
    return status


def from_mariadb(target):
    source = servers.MariaDB()
    try:
        with gzip.open(os.path.join(DATA, "Chinook_MySql_AutoIncrementPKs.sql.gz"), "rt", encoding="utf-8-sig") as f:
            sql = re.sub(r"^(DROP DATABASE|CREATE DATABASE|USE) .*$", "", f.read(), flags=re.M)
        source.create("shop")
        source.sql(sql, "shop")
        target.create("shop")
        title("And from MariaDB into PostgreSQL")
        return copy(source.url("shop"), target.url("shop"), "mysql://…/shop", "postgresql://…/shop")
    finally:
        source.stop()


if __name__ == "__main__":
    sys.exit(main())
