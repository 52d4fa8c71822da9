"""--html FILE: one page that is sound, escaped, and refers to nothing outside."""
from html.parser import HTMLParser

HOSTILE = """<script>alert("x")</script>&'"""
VOID = {"meta", "br"}


class Page(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.open, self.tags, self.text, self.attributes, self.bad = [], set(), "", [], []
        self.feed(text)
        assert self.open == [] and self.bad == []

    def handle_starttag(self, tag, attributes):
        self.tags.add(tag)
        self.attributes += attributes
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.tags.add(tag)
        self.attributes += attributes

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.bad.append(tag)

    def handle_data(self, data):
        self.text += data


def read(path):
    page = Page(path.read_text())
    assert not page.tags & {"script", "img", "link", "iframe", "a", "object"}, page.tags
    assert not [a for a in page.attributes if a[0].startswith("on") or a[0] in ("src", "href")]
    assert "s3cr3t" not in path.read_text()
    return page


def fill(db):
    name = HOSTILE.replace('"', '""')
    db.sql("""CREATE TABLE "%s" (id integer PRIMARY KEY, v text); INSERT INTO "%s" VALUES (1, 'x'), (2, 'y');
        CREATE TABLE plain (id integer PRIMARY KEY, t text); INSERT INTO plain VALUES (1, 'a' || char(0)), (2, 'b');
        CREATE VIEW seen AS SELECT 1""" % (name, name))


def test_pages(make, ferry, tmp_path):
    src, dst = make("sqlite"), make("postgres")
    fill(src)
    ferry("plan", src, dst, "--html", "plan.html")
    page = read(tmp_path / "plan.html")
    assert HOSTILE in page.text and "Migration assessment" in page.text
    for part in ("Risks", "Objects by kind", "Hours", "Types", "does not convert views yet"):
        assert part in page.text
    ferry("copy", src, dst, "--html", "copy.html", expect=5)
    page = read(tmp_path / "copy.html")
    assert HOSTILE in page.text and "1 rows were rejected" in page.text and "Where the time went" in page.text
    dst.sql("UPDATE plain SET t = 'other <b>' WHERE id = 2")
    ferry("verify", src, dst, "--html", "verify.html", expect=6)
    page = read(tmp_path / "verify.html")
    assert "Differences" in page.text and "other <b>" in page.text


def test_a_failure_has_a_page(make, ferry, tmp_path):
    src, dst = make("sqlite"), make("sqlite")
    fill(src)
    ferry("copy", src, dst, expect=0)
    ferry("copy", src, dst, "--html", "failed.html", expect=3)
    assert "What went wrong" in read(tmp_path / "failed.html").text


def test_a_path_that_cannot_be(make, ferry, tmp_path):
    src = make("sqlite")
    fill(src)
    assert "--html" in ferry("copy", src, "sqlite:///t.db", "--html", "none/x.html", expect=1).err
