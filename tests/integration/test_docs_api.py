"""docs/api.md does what it says: its sh blocks are run, one after the other in one shell, against a service with SQLite files."""
import gzip
import os
import re
import shutil
import sqlite3
import subprocess

import pytest

import ferry_service
from conftest import DATA, TOP

pytestmark = pytest.mark.skipif(not (shutil.which("curl") and shutil.which("jq")), reason="needs curl and jq")


def blocks(name):
    with open(os.path.join(TOP, "docs", name), encoding="utf-8") as file:
        return re.findall(r"^```sh\n(.*?)^```$", file.read(), re.M | re.S)


def rows(path, sql):
    file = sqlite3.connect(path)
    try:
        return file.execute(sql).fetchall()
    finally:
        file.close()


def test_guide(service, tmp_path):
    service.admin("ada")
    shop, copy = tmp_path / "shop.db", tmp_path / "copy.db"
    shop.write_bytes(gzip.open(os.path.join(DATA, "chinook", "Chinook_Sqlite.sqlite.gz")).read())
    script = "set -eu -o pipefail\n" + "".join("echo '--- block %d'\n%s" % (i + 1, text) for i, text in enumerate(blocks("api.md")))
    env = dict(os.environ, FERRY=service.url, PASSWORD=ferry_service.PASSWORD, SHOP=str(shop), COPY=str(copy), HOME=str(tmp_path))
    ran = subprocess.run(["bash"], input=script, env=env, cwd=tmp_path, timeout=120, text=True,
                         stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    assert ran.returncode == 0, ran.stdout + service.log
    for told in ("Invoice: 412 rows", "event: snapshot", "event: end", "Customer: 59 rows, verified", "precondition_failed",
                 "Shop: as for the first shop", "\ncompleted\n", "\nTABLE Artist: success"):
        assert told in ran.stdout, (told, ran.stdout)

    tables = {name for name, in rows(copy, "SELECT name FROM sqlite_master WHERE type = 'table'")}
    assert {"Customer", "Track"} <= tables and not {"Playlist", "PlaylistTrack"} & tables
    assert all(email.startswith("****") for email, in rows(copy, "SELECT Email FROM Customer"))
    assert len(rows(str(copy) + ".2", "SELECT * FROM Album")) == 347
    assert "<html" in (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "version: 1" in (tmp_path / "shop.yaml").read_text()
    assert not (tmp_path / "cookies").exists()
