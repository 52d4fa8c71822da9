"""A person at a terminal: the question for a password, programs that outlive it, and arguments that others can see."""
import os
import pty
import re
import select
import signal
import subprocess
import termios
import time

import pytest

import conftest
import servers


def read_until(fd, pattern, seconds=30):
    out, until = b"", time.monotonic() + seconds
    while not re.search(pattern, out):
        assert time.monotonic() < until, out
        if not select.select([fd], [], [], 1)[0]:
            continue
        try:
            data = os.read(fd, 65536)
        except OSError:
            data = b""
        if not data:
            return out
        out += data
    return out


def test_the_question_for_a_password_stays(make, tmp_path):
    """The bars leave the terminal alone while it is asked."""
    src, dst = make("postgres"), make("sqlite")
    src.sql("SET ROLE ferry; CREATE TABLE t (id int PRIMARY KEY); INSERT INTO t VALUES (1)")
    url = src.url.replace(":" + servers.quote(servers.PASSWORD) + "@", "@")
    assert url != src.url
    pid, fd = pty.fork()
    if pid == 0:
        os.chdir(tmp_path)
        os.execve(conftest.FERRY, [conftest.FERRY, "copy", url, dst.url], dict(conftest.ferry_env(tmp_path), TERM="xterm", LC_ALL="C.UTF-8"))
    out = read_until(fd, rb"Password for the source [^\r\n]*: ")
    time.sleep(0.7)   # some frames
    os.write(fd, b"wrong\n")
    out += read_until(fd, rb"(?s)ferry: .*Password for the source [^\r\n]*: ")
    os.write(fd, servers.PASSWORD.encode() + b"\n")
    out += read_until(fd, rb"there is no such line: to the end")
    os.close(fd)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0 and b"Loaded and verified" in out, out
    asked = out.split(b"Password for the source ")[1]
    assert b"connecting" not in asked.split(b"\n")[0], "the question was drawn over"
    assert servers.PASSWORD.encode() not in out


def test_the_echo_is_off_before_the_question_is_asked(make, tmp_path):
    """Else what is typed or pasted at once is shown, or thrown away."""
    src, dst = make("postgres"), make("sqlite")
    url = src.url.replace(":" + servers.quote(servers.PASSWORD) + "@", "@")
    for _ in range(20):
        pid, fd = pty.fork()
        if pid == 0:
            os.chdir(tmp_path)
            os.execve(conftest.FERRY, [conftest.FERRY, "inspect", url], dict(conftest.ferry_env(tmp_path), TERM="xterm", LC_ALL="C.UTF-8"))
        out = read_until(fd, rb"Password for [^\r\n]*: ")
        flags = termios.tcgetattr(fd)[3]
        os.write(fd, servers.PASSWORD.encode() + b"\n")
        out += read_until(fd, rb"there is no such line: to the end")
        os.close(fd)
        assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0, out
        assert not flags & termios.ECHO
        assert servers.PASSWORD.encode() not in out


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGINT])
def test_an_ignored_signal_stays_ignored(make, tmp_path, number):
    """As under nohup, and in the background of a script."""
    src, dst = make("sqlite"), make("sqlite")
    src.sql("CREATE TABLE t (id INTEGER PRIMARY KEY); WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000) INSERT INTO t SELECT i FROM n")
    process = subprocess.Popen([conftest.FERRY, "copy", src.url, dst.url, "--chunk-rows", "100", "--read-limit", "1000rows/s"], stdin=subprocess.DEVNULL,
                               stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd=tmp_path, env=conftest.ferry_env(tmp_path),
                               preexec_fn=lambda: signal.signal(number, signal.SIG_IGN))
    until = time.monotonic() + 60
    while not (os.path.exists(dst.path) and int(dst.value("SELECT count(*) FROM sqlite_master WHERE name = 't'"))):
        assert process.poll() is None and time.monotonic() < until
        time.sleep(0.05)
    process.send_signal(number)
    out = process.communicate()[0].decode()
    assert process.returncode == 0, out


@pytest.mark.parametrize("args", [
    ["mysql://root:s3cret@db/x", "postgresql://h/y"],
    ["copy", "--source=mysql://root:s3cret@db/x"],
    ["copy", "-p", "mysql://root:s3cret@db/x"],
    ["load-rejects", "mysql://root:s3cret@h/x", "sqlite:///t.db"],
    ["connectors", "mysql://root:s3cret@h/x"],
    ["help", "mysql://root:s3cret@h/x"],
    ["serve", "--config", "mysql://root:s3cret@h/x"],
])
def test_a_url_in_the_wrong_place_keeps_its_password(ferry, args):
    result = ferry(*args, expect=None)
    assert result.code not in (0, None) and "s3cret" not in result.text, str(result)


def test_a_url_behind_an_equals_sign_is_wiped_from_ps(tmp_path, postgres):
    postgres.create("store_of_ps")
    store = postgres.url("store_of_ps")
    process = subprocess.Popen([conftest.FERRY, "serve", "--data", str(tmp_path / "data"), "--listen", "127.0.0.1:0", "--store=" + store],
                               stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd=tmp_path, env=conftest.ferry_env(tmp_path))
    try:
        time.sleep(1)
        with open("/proc/%d/cmdline" % process.pid, "rb") as f:
            line = f.read().decode()
        assert "--store=postgresql://ferry:x" in line and servers.quote(servers.PASSWORD) not in line
    finally:
        process.terminate()
        process.communicate(timeout=60)


def on_a_terminal(folder, *args):
    pid, fd = pty.fork()
    if pid == 0:
        os.chdir(folder)
        os.execve(conftest.FERRY, [conftest.FERRY, *args], dict(conftest.ferry_env(folder), TERM="xterm", LC_ALL="C.UTF-8"))
    out = read_until(fd, rb"there is no such line: to the end")
    os.close(fd)
    os.waitpid(pid, 0)
    return out


def test_what_databases_hold_does_not_steer_the_terminal(make, ferry, tmp_path):
    """Values, names and defaults are written by others than who reads the plan; what goes to a file is exact."""
    src, dst = make("sqlite"), make("sqlite")
    evil = "\x1b[2J\x1b]52;c;ZXZpbA==\x07"
    src.sql("CREATE TABLE t (id INTEGER PRIMARY KEY, \"c%s\" TEXT DEFAULT '%s'); INSERT INTO t VALUES (1, '%s')" % (evil, evil, evil))
    for command in ("plan", "compare", "preview", "inspect"):
        ends = [src.url] if command == "inspect" else [src.url, dst.url]
        if command == "compare":
            dst.sql("CREATE TABLE t (id INTEGER PRIMARY KEY, x TEXT)")
        out = on_a_terminal(tmp_path, command, *ends)
        assert b"?[2J" in out and b"\x1b[2J" not in out and b"\x1b]52" not in out, (command, out)
    os.unlink(dst.path)
    assert evil in ferry("plan", src, dst).out and evil not in ferry("preview", src, dst).out
