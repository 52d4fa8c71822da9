"""singlestore:// against a stand-in (tests/singlestore_stand_in.py): no real server was to be had."""
import pytest

import compare
from singlestore_stand_in import VERSION, StandIn

SHOP = """
CREATE TABLE customer (id bigint NOT NULL AUTO_INCREMENT PRIMARY KEY, name varchar(40) NOT NULL, vip tinyint(1), born date,
                       seen timestamp(6) NULL, moment datetime(6), d decimal(20,6), f double, raw varbinary(20), doc json);
INSERT INTO customer SELECT seq * 7, CONCAT('n', seq), seq % 2, '2001-02-03' + INTERVAL seq DAY, '2020-01-01 12:00:00' + INTERVAL seq SECOND,
                       '1999-12-31 23:59:59.123456', seq / 3, seq / 7, UNHEX(MD5(seq)), CONCAT('{"a": ', seq, '}') FROM seq_1_to_3000;
CREATE TABLE item (a bigint NOT NULL, b varchar(10) NOT NULL, PRIMARY KEY (a, b), UNIQUE KEY item_b_a (b, a), KEY item_b (b),
                   KEY item_shard (a), KEY item_sort (b, a));
INSERT INTO item SELECT seq % 50, CONCAT('k', seq) FROM seq_1_to_2000;
CREATE VIEW customers AS SELECT name FROM customer;
"""


@pytest.fixture
def shop(make_mysql, mariadb):
    db = make_mysql()
    db.sql(SHOP)
    with StandIn(mariadb) as server:
        server.db = db
        yield server


def beyond_settings(refused):
    """Settings may be refused: each is tried by itself."""
    return [sql for sql in refused if not sql.startswith("SET ")]


def test_copy_and_verify(shop, make_postgres, ferry):
    dst = make_postgres()
    url = shop.url(shop.db.name)
    out = ferry("copy", url, dst, "--lanes", "3", "--chunk-rows", "500").text
    assert "no snapshot: SingleStore has none" in out
    compare.assert_equal(shop.db, dst, structure=False)
    ferry("verify", url, dst)
    assert beyond_settings(shop.refused) == []


def test_chunks_are_ranges_of_an_integer_key(shop, make_postgres, ferry):
    """The values lie far apart: elsewhere the key's index would be walked."""
    ferry("copy", shop.url(shop.db.name), make_postgres(), "--chunk-rows", "500")
    reads = [sql for sql in shop.seen if sql.startswith("SELECT `id`") and "FROM `%s`.`customer`" % shop.db.name in sql]
    assert len(reads) > 2 and not any("OFFSET" in sql or "FORCE INDEX" in sql for sql in shop.seen)


def test_catalog(shop, ferry):
    catalog = ferry("inspect", shop.url(shop.db.name), "--json").json
    item = next(t for t in catalog["tables"] if t["name"] == "item")
    customer = next(t for t in catalog["tables"] if t["name"] == "customer")
    assert [i["name"] for i in item["indexes"]] == ["item_b", "item_b_a"]
    assert all(i.get("method") in (None, "btree") for i in item["indexes"] + [item["primary_key"]])
    said = "\n".join(n["text"] for n in item["notes"])
    assert "shard key item_shard" in said and "sort key item_sort" in said
    assert customer["columns"][0]["identity"]["next"] == 21001
    assert catalog["product"] == "SingleStore" and catalog["version"] == VERSION
    assert any("no snapshot" in n["text"] for n in catalog["notes"])


def test_mysql_urls_know_it_too(shop, make_sqlite, ferry):
    out = ferry("copy", shop.url(shop.db.name, scheme="mysql"), make_sqlite(), "--lanes", "2").text
    assert "no snapshot: SingleStore has none" in out and beyond_settings(shop.refused) == []


def test_another_system_is_refused_by_name(mysql_db, make_sqlite, ferry):
    result = ferry("copy", mysql_db.server.url(mysql_db.name, scheme="singlestore"), make_sqlite(), expect=None)
    assert result.code != 0 and "not SingleStore" in result.text and "mysql://" in result.text
