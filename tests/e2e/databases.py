#!/usr/bin/python3
"""Starts MariaDB and PostgreSQL for the browser tests, with a shop of many rows and an empty warehouse, prints their addresses as
one line of JSON, and stops them when its standard input ends.

usage: databases.py [ROWS]
"""
import json
import os
import sys

TESTS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, TESTS)
sys.path.insert(0, os.path.join(TESTS, "integration"))
import samples  # noqa: E402
import servers  # noqa: E402

ROWS = int(sys.argv[1]) if len(sys.argv) > 1 else 100000

ORDERS = """
CREATE TABLE big_order (id INT NOT NULL AUTO_INCREMENT PRIMARY KEY, customer VARCHAR(80) NOT NULL, note TEXT, total DECIMAL(12,2), made DATETIME);
INSERT INTO big_order (customer, note, total, made)
  SELECT CONCAT(' Customer ', seq), REPEAT('n', seq %% 90), seq / 7, '2024-01-01' + INTERVAL seq SECOND FROM seq_1_to_%d;
"""


class Database:
    """As the samples want it: knows its name."""

    def __init__(self, server, name):
        self.server, self.name = server, name
        server.create(name)

    def sql(self, sql):
        return self.server.sql(sql, self.name)


def address(server, database):
    return {"host": "127.0.0.1", "port": server.port, "database": database, "user": servers.USER, "password": servers.PASSWORD}


mysql = servers.MariaDB()
postgres = servers.PostgreSQL()
shop = Database(mysql, "shop")
samples.chinook_mysql(shop)
shop.sql(ORDERS % ROWS)
Database(postgres, "warehouse")
print(json.dumps({"mysql": address(mysql, "shop"), "postgres": address(postgres, "warehouse")}), flush=True)
sys.stdin.read()
