"""TLS: what is encrypted, what is checked, and what is said when a certificate is not trusted."""
import os
import shutil

import pytest

import conftest
import servers


@pytest.fixture(scope="module")
def secure_mariadb(certificates):
    server = servers.MariaDB(["--ssl-ca=%s/ca.pem" % certificates, "--ssl-cert=%s/server.pem" % certificates, "--ssl-key=%s/server.key" % certificates])
    server.create("d")
    server.sql("CREATE TABLE t (id int PRIMARY KEY); INSERT INTO t VALUES (1); ALTER USER ferry@'%' REQUIRE SSL;", "d")
    yield server
    server.stop()


@pytest.fixture(scope="module")
def secure_postgres(certificates):
    server = servers.PostgreSQL()
    server.halt()
    key = os.path.join(server.folder, "server.key")
    shutil.copy(certificates / "server.key", key)
    if server.as_user:
        os.chown(key, os.stat(server.data).st_uid, server.as_user["group"])
    os.chmod(key, 0o600)
    with open(server.data + "/pg_hba.conf", "w") as f:
        f.write("local all all trust\nhostssl all all 127.0.0.1/32 scram-sha-256\n")
    server.launch(server.argv + ["-c", "ssl=on", "-c", "ssl_cert_file=%s/server.pem" % certificates, "-c", "ssl_key_file=" + key])
    server.create("d")
    server.sql("CREATE TABLE t (id int PRIMARY KEY); INSERT INTO t VALUES (1); GRANT SELECT ON t TO ferry;", "d")
    yield server
    server.stop()


def test_mariadb_over_tls(secure_mariadb, certificates, ferry):
    assert "t" in ferry("inspect", secure_mariadb.url("d", extra="?ssl=on")).out
    assert "t" in ferry("inspect", secure_mariadb.url("d", extra="?ssl-ca=%s/ca.pem&ssl-verify-server-cert=on" % certificates)).out
    assert "t" in ferry("inspect", secure_mariadb.url("d", extra="?ssl-ca=%s/ca.pem&ssl-mode=VERIFY_IDENTITY" % certificates)).out


def test_mariadb_without_tls_is_refused(secure_mariadb, ferry):
    ferry("inspect", secure_mariadb.url("d", extra="?ssl=off"), expect=2)


def test_mariadb_unknown_authority(secure_mariadb, certificates, ferry):
    result = ferry("inspect", secure_mariadb.url("d", extra="?ssl-ca=%s/other.pem&ssl-verify-server-cert=on" % certificates), expect=2)
    assert "certificate" in result.err.lower() or "tls" in result.err.lower() or "ssl" in result.err.lower()


def test_tls_wanted_where_there_is_none(mysql_db, pg_db, ferry):
    ferry("inspect", mysql_db.server.url(mysql_db.name, extra="?ssl=on"), expect=2)
    ferry("inspect", pg_db.server.url(pg_db.name, extra="?sslmode=require"), expect=2)


def test_postgres_over_tls(secure_postgres, certificates, ferry):
    for mode in ("prefer", "require", "verify-ca", "verify-full"):
        assert "t" in ferry("inspect", secure_postgres.url("d", extra="?sslmode=%s&sslrootcert=%s/ca.pem" % (mode, certificates))).out


def test_postgres_unknown_authority(secure_postgres, certificates, ferry):
    result = ferry("inspect", secure_postgres.url("d", extra="?sslmode=verify-full&sslrootcert=%s/other.pem" % certificates), expect=2)
    assert "certificate" in result.err.lower()


def test_copy_over_tls(secure_mariadb, secure_postgres, certificates, ferry):
    secure_postgres.create("copied")
    ferry("copy", secure_mariadb.url("d", extra="?ssl=on"), secure_postgres.url("copied", extra="?sslmode=verify-full&sslrootcert=%s/ca.pem" % certificates))
    assert conftest.Database(secure_postgres, "copied").value("SELECT count(*) FROM t") == "1"
