"""The command line: exit codes, messages that name thing, reason and way out, and secrets that stay secret."""
import json
import os
import shutil
import signal
import stat
import subprocess
import time

import pytest

import conftest
import servers


def words(result, *expected):
    for word in expected:
        assert word.lower() in result.err.lower(), "%r is not said:\n%s" % (word, result)


def test_version_and_help(ferry):
    assert ferry("--version").out.startswith("ferry ")
    out = ferry("help").out
    for command in ("copy", "inspect", "plan", "verify", "connectors"):
        assert command in out
        assert "--" in ferry("help", command).out or command == "connectors"
    assert "copy" in ferry("--help").out
    assert "--lanes" in ferry("copy", "--help").out


def test_connectors(ferry):
    out = ferry("connectors").out
    for name in ("mysql", "postgres", "sqlite", "mariadb://", "postgresql://"):
        assert name in out


@pytest.mark.parametrize("args, said", [
    ((), ["copy"]),
    (("frobnicate",), ["frobnicate", "help"]),
    (("copy",), ["source"]),
    (("copy", "sqlite:///x.db"), ["target"]),
    (("copy", "sqlite:///a.db", "sqlite:///b.db", "sqlite:///c.db"), []),
    (("copy", "--frobnicate", "sqlite:///a.db", "sqlite:///b.db"), ["frobnicate"]),
    (("copy", "sqlite:///a.db", "sqlite:///b.db", "--if-exists", "perhaps"), ["perhaps", "truncate"]),
    (("copy", "sqlite:///a.db", "sqlite:///b.db", "--lanes", "many"), ["many"]),
    (("copy", "sqlite:///a.db", "sqlite:///b.db", "--lanes", "-3"), ["lanes"]),
    (("copy", "sqlite:///a.db", "sqlite:///b.db", "--schema-only", "--data-only"), ["schema-only", "data-only"]),
    (("copy", "oracular://x/y", "sqlite:///b.db"), ["oracular", "mysql", "postgresql", "sqlite"]),
    (("copy", "no url at all", "sqlite:///b.db"), ["no url at all"]),
    (("copy", "postgresql://h:port/x", "sqlite:///b.db"), ["port"]),
    (("copy", "postgresql://h:99999/x", "sqlite:///b.db"), ["port"]),
    (("copy", "mysql://u:p%zz@h/x", "sqlite:///b.db"), []),
    (("copy", "mysql://[::1/x", "sqlite:///b.db"), []),
    (("help", "frobnicate"), ["frobnicate"]),
    (("verify", "sqlite:///a.db", "sqlite:///b.db", "--verify", "none"), ["--verify none", "nothing"]),
], ids=lambda v: " ".join(v)[:40] if isinstance(v, tuple) else "")
def test_usage_errors(ferry, args, said):
    words(ferry(*args, expect=1), *said)


def test_unknown_url_parameter(make, ferry):
    src = make("sqlite")
    src.sql("CREATE TABLE t (id INTEGER)")
    words(ferry("inspect", src.url + "?colour=red", expect=1), "colour")


@pytest.mark.parametrize("url, said", [
    ("mysql://u@127.0.0.1:1/x", ["127.0.0.1", "1"]),
    ("postgresql://u@127.0.0.1:1/x", ["127.0.0.1", "1"]),
    ("mysql://u@no-such-host.invalid/x", ["no-such-host.invalid"]),
    ("postgresql://u@no-such-host.invalid/x", ["no-such-host.invalid"]),
    ("sqlite:///no/such/file.db", ["no/such/file.db"]),
])
def test_unreachable(ferry, url, said):
    words(ferry("inspect", url, expect=2), *said)


def test_not_a_database(ferry, tmp_path):
    (tmp_path / "notes.txt").write_text("this is no database" * 100)
    words(ferry("inspect", "sqlite:///%s/notes.txt" % tmp_path, expect=2), "notes.txt")


def test_missing_source_file_is_not_made(make, ferry, tmp_path):
    ferry("copy", "sqlite:///%s/none.db" % tmp_path, make("sqlite"), expect=2)
    assert not os.path.exists(tmp_path / "none.db")


@pytest.mark.parametrize("kind", ["mysql", "postgres"])
def test_wrong_password(make, ferry, kind):
    db = make(kind)
    result = ferry("inspect", db.server.url(db.name, password="wr0ngpw/x"), expect=2)
    words(result, "ferry", "password")
    assert "wr0ngpw" not in result.text


@pytest.mark.parametrize("kind", ["mysql", "postgres"])
def test_missing_database(make, ferry, kind):
    db = make(kind)
    words(ferry("inspect", db.server.url("no_such_db"), expect=2), "no_such_db")


@pytest.mark.parametrize("kind", ["mysql", "postgres"])
def test_password_from_environment(make, ferry, kind):
    db = make(kind)
    db.sql("CREATE TABLE t (id int PRIMARY KEY)")
    url = db.server.url(db.name, password=None)
    assert "t" in ferry("inspect", url, env={"FERRY_SOURCE_PASSWORD": servers.PASSWORD}).out
    ferry("inspect", url, expect=2)


def test_passwords_from_files(make, ferry, tmp_path, mariadb, postgres):
    src, dst = make("mysql"), make("postgres")
    src.sql("CREATE TABLE t (id int PRIMARY KEY); INSERT INTO t VALUES (1)")
    (tmp_path / ".my.cnf").write_text("[client]\npassword = \"%s\"\n" % servers.PASSWORD)
    escaped = servers.PASSWORD.replace("\\", "\\\\").replace(":", "\\:")
    (tmp_path / ".pgpass").write_text("127.0.0.1:%d:*:ferry:%s\n" % (postgres.port, escaped))
    os.chmod(tmp_path / ".pgpass", 0o600)
    os.chmod(tmp_path / ".my.cnf", 0o600)
    ferry("copy", mariadb.url(src.name, password=None), postgres.url(dst.name, password=None))
    assert dst.value("SELECT count(*) FROM t") == "1"


def test_unix_sockets(make, ferry, mariadb, postgres):
    src, dst = make("mysql"), make("postgres")
    src.sql("CREATE TABLE t (id int PRIMARY KEY); INSERT INTO t VALUES (1)")
    ferry("copy", "mariadb://root@localhost/%s?socket=%s" % (src.name, mariadb.socket),
          "postgresql://postgres@/%s?host=%s&port=%d" % (dst.name, servers.quote(postgres.folder), postgres.port))
    assert dst.value("SELECT count(*) FROM t") == "1"


def test_missing_privilege_mysql(make, ferry, mariadb):
    src, dst = make("mysql"), make("postgres")
    src.sql("CREATE TABLE seen (id int PRIMARY KEY); CREATE TABLE hidden (id int PRIMARY KEY, v int);")
    mariadb.sql("CREATE OR REPLACE USER poor@'%%' IDENTIFIED BY 'p'; GRANT SELECT (id) ON `%s`.hidden TO poor@'%%'; GRANT SELECT ON `%s`.seen TO poor@'%%';"
                % (src.name, src.name))
    result = ferry("copy", mariadb.url(src.name, "poor", "p"), dst, expect=None)
    if result.code == 0:
        # A column without a privilege is invisible to its user: then the copy holds what can be seen.
        assert dst.value("SELECT count(*) FROM pg_attribute WHERE attrelid = 'hidden'::regclass AND attnum > 0") == "1"
    else:
        assert result.code == 2, str(result)
        words(result, "GRANT", "SELECT")


def test_missing_privilege_postgres(make, ferry, postgres):
    src, dst = make("postgres"), make("postgres")
    src.sql("CREATE TABLE t (id int PRIMARY KEY); INSERT INTO t VALUES (1)")
    words(ferry("copy", src, dst, expect=2), "t", "GRANT SELECT")
    src.sql("GRANT SELECT ON t TO ferry")
    dst.sql("ALTER SCHEMA public OWNER TO postgres; REVOKE ALL ON SCHEMA public FROM PUBLIC, ferry; GRANT USAGE ON SCHEMA public TO ferry")
    words(ferry("copy", src, dst, expect=2), "GRANT USAGE, CREATE ON SCHEMA public")


def test_globs(make, ferry):
    src, dst = make("sqlite"), make("postgres")
    src.sql("CREATE TABLE apple (id INTEGER); CREATE TABLE apricot (id INTEGER); CREATE TABLE banana (id INTEGER); CREATE TABLE cherry (id INTEGER)")
    words(ferry("copy", src, dst, "--table", "zebra*", expect=1), "zebra*")
    ferry("copy", src, dst, "--table", "a*", "--table", "cherry", "--exclude", "apricot")
    assert [r[0] for r in dst.rows("SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace ORDER BY 1")] == ["apple", "cherry"]


def test_missing_table_is_named(make, ferry):
    src, dst = make("mysql"), make("postgres")
    src.sql("CREATE TABLE t (id int PRIMARY KEY)")
    words(ferry("copy", src, dst, "--table", "missing", expect=1), "missing")


def test_empty_source(make, ferry):
    result = ferry("copy", make("mysql"), make("postgres"), expect=None)
    assert result.code in (0, 1, 3) and "table" in result.text.lower()


def test_schema_only_then_data_only(make, copy, ferry):
    src, dst = make("mysql"), make("postgres")
    src.sql("CREATE TABLE t (id int PRIMARY KEY, v varchar(9), KEY v (v)); INSERT INTO t VALUES (1, 'a'), (2, 'b')")
    ferry("copy", src, dst, "--schema-only")
    assert dst.value("SELECT count(*) FROM t") == "0"
    assert dst.value("SELECT count(*) FROM pg_indexes WHERE tablename = 't'") == "2"
    copy(src, dst, "--data-only", "--if-exists", "append")


def test_json_and_quiet(make, ferry, tmp_path):
    src, dst = make("sqlite"), make("postgres")
    src.sql("CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT); INSERT INTO t VALUES (1, 'a'), (2, 'b')")
    report = tmp_path / "report.json"
    result = ferry("copy", src, dst, "--json", "--report", report)
    got = result.json
    assert got["outcome"] == "verified"
    assert json.dumps(got).count('"t"') >= 1
    assert os.path.getsize(report) > 100
    again = ferry("copy", src, dst, "--quiet", "--if-exists", "drop")
    assert again.out == ""
    assert ferry("inspect", src, "--json").json["tables"][0]["name"] == "t"
    assert ferry("plan", src, dst, "--json").json
    assert ferry("connectors").out


def test_summary_table(make, ferry):
    src, dst = make("sqlite"), make("postgres")
    src.sql("CREATE TABLE fruit (id INTEGER PRIMARY KEY); INSERT INTO fruit VALUES (1), (2), (3)")
    out = ferry("copy", src, dst).out
    row = [line for line in out.splitlines() if "fruit" in line and "3" in line]
    assert row, out
    for heading in ("read", "loaded", "rejected", "verified"):
        assert heading in out.lower()


@pytest.mark.parametrize("kind", ["mysql", "postgres"])
def test_secrets_stay_secret(make, kind, tmp_path):
    """Neither ps nor output nor report nor the ledger shows the password."""
    src, dst = make(kind), make("postgres")
    src.sql("CREATE TABLE t (id int PRIMARY KEY, v varchar(200))")
    for i in range(4):
        src.sql("INSERT INTO t (id, v) VALUES " + ", ".join("(%d, '%s')" % (n, "x" * 200) for n in range(i * 5000, i * 5000 + 5000)))
    if kind == "postgres":
        src.sql("GRANT SELECT ON t TO ferry")
    process = subprocess.Popen([conftest.FERRY, "copy", src.url, dst.url, "--report", "r.json", "--keep-ledger", "--chunk-rows", "500", "--lanes", "1"],
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, cwd=tmp_path, env=conftest.ferry_env(tmp_path))
    secrets = [servers.PASSWORD, servers.quote(servers.PASSWORD)]
    clean = 0   # looks that saw no secret; before the first, the program may not have come to its main function
    while process.poll() is None:
        try:
            with open("/proc/%d/cmdline" % process.pid, "rb") as f:
                line = f.read().decode("utf-8", "replace")
        except OSError:
            break
        is_shown = any(s in line for s in secrets)
        assert not (is_shown and clean), line
        clean += bool(line) and not is_shown
        time.sleep(0.01)
    out, err = process.communicate()
    assert process.returncode == 0, err
    assert clean > 3, "the copy was too short to look at it, or its arguments stayed as they were"
    everything = out.decode() + err.decode() + (tmp_path / "r.json").read_text()
    tables = [r[0] for r in dst.rows("SELECT tablename FROM pg_tables WHERE schemaname = 'ferry'")]
    assert tables, "--keep-ledger keeps it"
    everything += str([dst.rows('SELECT * FROM ferry."%s"' % t) for t in tables])
    assert not any(s in everything for s in secrets)


def test_progress_on_a_terminal(make, tmp_path):
    """On a terminal the bars are redrawn in place; SIGWINCH and a narrow window do no harm."""
    import pty
    src, dst = make("sqlite"), make("postgres")
    src.sql("CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT); WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300000) INSERT INTO t SELECT i, 'value ' || i FROM n")
    master, slave = pty.openpty()
    process = subprocess.Popen([conftest.FERRY, "copy", src.url, dst.url], stdin=slave, stdout=slave, stderr=slave, cwd=tmp_path,
                               env=dict(conftest.ferry_env(tmp_path), TERM="xterm"))
    os.close(slave)
    process.send_signal(signal.SIGWINCH)
    out = b""
    while True:
        try:
            data = os.read(master, 65536)
        except OSError:
            break
        if not data:
            break
        out += data
    assert process.wait() == 0, out.decode()
    assert b"\x1b[" in out or b"\r" in out
    assert b"300" in out


def test_plain_lines_elsewhere(make, ferry):
    src, dst = make("sqlite"), make("postgres")
    src.sql("CREATE TABLE t (id INTEGER PRIMARY KEY); INSERT INTO t VALUES (1)")
    result = ferry("copy", src, dst)
    assert "\x1b" not in result.text and "\r" not in result.text


def test_output_into_a_closed_pipe(make, tmp_path):
    src, dst = make("sqlite"), make("sqlite")
    src.sql("CREATE TABLE t (id INTEGER PRIMARY KEY); INSERT INTO t VALUES (1)")
    code = subprocess.call("%s plan %s %s | true" % (conftest.FERRY, src.url, dst.url), shell=True, cwd=tmp_path, env=conftest.ferry_env(tmp_path))
    assert code == 0


def test_unwritable_report(make, ferry):
    src, dst = make("sqlite"), make("sqlite")
    src.sql("CREATE TABLE t (id INTEGER PRIMARY KEY); INSERT INTO t VALUES (1)")
    result = ferry("copy", src, dst, "--report", "/no/such/folder/report.json", expect=None)
    assert result.code != 0
    words(result, "/no/such/folder/report.json")
    assert result.err.count("report.json") == 1


def test_reports_leave_what_is_no_plain_file(make, ferry, tmp_path):
    """Devices and pipes are written to; a link's file is replaced, not the link; a file keeps its mode."""
    src, dst = make("sqlite"), make("sqlite")
    src.sql("CREATE TABLE t (id INTEGER PRIMARY KEY); INSERT INTO t VALUES (1)")
    pipe, link, there = tmp_path / "pipe", tmp_path / "link.md", tmp_path / "there.html"
    os.mkfifo(pipe)
    link.symlink_to(tmp_path / "real.md")    # not there yet
    there.touch(0o600)
    reader = subprocess.Popen(["cat", str(pipe)], stdout=subprocess.PIPE)
    ferry("copy", src, dst, "--report", pipe, "--html", there)
    assert b"Loaded and verified" in reader.communicate(timeout=30)[0] and stat.S_ISFIFO(os.stat(pipe).st_mode)
    assert stat.S_IMODE(os.stat(there).st_mode) == 0o600 and "<html" in there.read_text()
    for _ in range(2):
        ferry("verify", src, dst, "--report", link)
        assert link.is_symlink() and (tmp_path / "real.md").read_text().count("# ") >= 1
    text = (tmp_path / "real.md").read_text()
    out = ferry("verify", src, dst, "--quiet", "--report", "/dev/stdout").out
    assert out.split("\n")[0] == text.split("\n")[0]
    ferry("plan", src, dst, "--save", link, "--html", "/dev/null")
    assert link.is_symlink() and "version: 1" in (tmp_path / "real.md").read_text() and stat.S_ISCHR(os.stat("/dev/null").st_mode)


def test_a_result_that_cannot_be_written_is_a_failure(make, tmp_path):
    src, dst = make("sqlite"), make("sqlite")
    src.sql("CREATE TABLE t (id INTEGER PRIMARY KEY); INSERT INTO t VALUES (1)")
    for command in ("preview", "plan", "inspect"):
        with open("/dev/full", "wb") as full:
            argv = [conftest.FERRY, command, src.url] + ([] if command == "inspect" else [dst.url])
            assert subprocess.call(argv, stdout=full, stderr=subprocess.DEVNULL, cwd=tmp_path, env=conftest.ferry_env(tmp_path)) == 1, command


def test_what_changes_nothing_saves_no_sources(make, ferry, tmp_path):
    src, dst = make("sqlite"), make("sqlite")
    src.sql("CREATE TABLE t (id INTEGER PRIMARY KEY); INSERT INTO t VALUES (1); CREATE VIEW v AS SELECT id FROM t")
    (tmp_path / "p.json").write_text(json.dumps({"version": 1, "source": src.url, "target": dst.url, "options": {"save_sources": "texts"}}))
    ferry("preview", "-p", "p.json")
    assert not (tmp_path / "texts").exists()
    ferry("copy", "-p", "p.json", expect=None)
    assert (tmp_path / "texts").exists()
    shutil.rmtree(tmp_path / "texts")
    for command in ("verify", "compare"):
        ferry(command, "-p", "p.json", expect=None)
        assert not (tmp_path / "texts").exists(), command


def test_source_and_target_are_one(make, ferry):
    src = make("sqlite")
    src.sql("CREATE TABLE t (id INTEGER PRIMARY KEY); INSERT INTO t VALUES (1)")
    assert ferry("copy", src, src, expect=None).code != 0
    assert ferry("copy", src, src, "--if-exists", "drop", expect=None).code != 0
    assert src.value("SELECT count(*) FROM t") == 1, "the source is never touched"
