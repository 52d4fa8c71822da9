"""Northwind from each source into each target."""
import pytest

import samples


@pytest.mark.parametrize("target", ["postgres", "sqlite"])
@pytest.mark.parametrize("source", ["mysql", "sqlite", "postgres"])
def test_copy(make, copy, source, target):
    src, dst = make(source), make(target)
    getattr(samples, "northwind_" + source)(src)
    copy(src, dst)


def test_views_are_named(make, ferry):
    """What is not converted is said: Northwind of SQLite has 17 views."""
    src, dst = make("sqlite"), make("postgres")
    samples.northwind_sqlite(src)
    views = [r[0] for r in src.rows("SELECT name FROM sqlite_schema WHERE type = 'view'")]
    text = ferry("plan", src, dst).out
    assert len(views) == 17
    assert [v for v in views if v not in text] == []


def test_pictures_are_bytes(make, copy):
    src, dst = make("sqlite"), make("postgres")
    samples.northwind_sqlite(src)
    copy(src, dst)
    assert dst.value("""SELECT format_type(atttypid, atttypmod) FROM pg_attribute WHERE attrelid = '"Categories"'::regclass AND attname = 'Picture'""") == "bytea"
    assert int(dst.value("""SELECT sum(octet_length("Picture")) FROM "Categories" """)) == src.value("SELECT sum(length(Picture)) FROM Categories")
