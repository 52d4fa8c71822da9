"""Chinook, the music shop, from each source into each target."""
import pytest

import samples
from conftest import Database


def load(db, variant):
    getattr(samples, "chinook_" + db.kind)(db, variant)


@pytest.mark.parametrize("variant", [False, True], ids=["plain", "auto-increment"])
@pytest.mark.parametrize("target", ["postgres", "sqlite"])
@pytest.mark.parametrize("source", ["mysql", "sqlite", "postgres"])
def test_copy(make, copy, source, target, variant):
    src, dst = make(source), make(target)
    load(src, variant)
    copy(src, dst)
    counts = row_counts(dst)
    assert {k.replace("_", ""): v for k, v in counts.items()} == samples.CHINOOK_ROWS


def row_counts(db):
    if isinstance(db, Database):
        names = [r[0] for r in db.rows("SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'")]
    else:
        names = [r[0] for r in db.rows("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'")]
    return {n.lower(): int(db.value('SELECT count(*) FROM "%s"' % n)) for n in names}


def test_foreign_keys_arrive(make, copy):
    src, dst = make("mysql"), make("postgres")
    samples.chinook_mysql(src)
    copy(src, dst)
    assert int(dst.value("SELECT count(*) FROM pg_constraint WHERE contype = 'f' AND convalidated")) == 11
    assert dst.value("""SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE contype = 'f' AND conrelid = '"Employee"'::regclass""") \
        == 'FOREIGN KEY ("ReportsTo") REFERENCES "Employee"("EmployeeId")'


def test_next_row_gets_the_next_value(make, copy):
    src, dst = make("mysql"), make("postgres")
    samples.chinook_mysql(src, True)
    copy(src, dst)
    assert dst.value("""INSERT INTO "Artist" ("Name") VALUES ('x') RETURNING "ArtistId" """) == "276"


def test_second_copy_is_refused_and_harmless(make, copy, ferry):
    src, dst = make("sqlite"), make("postgres")
    samples.chinook_sqlite(src)
    copy(src, dst)
    before = row_counts(dst)
    result = ferry("copy", src, dst, expect=None)
    assert result.code not in (0, 5, 6), str(result)
    assert "--if-exists" in result.err
    assert row_counts(dst) == before


def test_there_and_back(make, copy):
    """SQLite -> PostgreSQL -> SQLite: the same rows as at the beginning."""
    one, two, three = make("sqlite"), make("postgres"), make("sqlite")
    samples.chinook_sqlite(one)
    copy(one, two)
    copy(two, three)
    assert row_counts(one) == row_counts(three)


def test_sqlite_references_are_sound(make, copy):
    src, dst = make("postgres"), make("sqlite")
    samples.chinook_postgres(src)
    copy(src, dst)
    assert dst.rows("PRAGMA foreign_key_check") == []
    assert dst.value("PRAGMA integrity_check") == "ok"
    assert sum(len(dst.rows('PRAGMA foreign_key_list("%s")' % t)) for t in row_counts(dst)) == 11
