"""What is counted of rows: bad values by kind and table, and failed checks, also of what a killed run had loaded."""
import json
import signal
import subprocess
import time

import conftest

N = 6000


def test_bad_values_by_kind(make, ferry, tmp_path):
    src, dst = make("sqlite"), make("postgres")
    src.sql("CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b TEXT); CREATE TABLE u (id INTEGER PRIMARY KEY); INSERT INTO u VALUES (1);"
            "INSERT INTO t VALUES (1, 'x' || char(0), 'b'), (2, CAST(x'ff' AS TEXT), 'y' || char(0)), (3, 'far too long', 'b'), (4, 'no', 'b'), (5, 'ok', 'b')")
    dst.sql("SET ROLE ferry; CREATE TABLE t (id bigint PRIMARY KEY, a varchar(6) CHECK (a <> 'no'), b text); CREATE TABLE u (id bigint PRIMARY KEY)")
    result = ferry("copy", src, dst, "--data-only", "--if-exists", "append", "--bad-value", "too-long=replace", "--html", "r.html", "--json", expect=5)
    want = {"nul-byte": 2, "invalid-encoding": 1, "too-long": 1, "refused": 1}
    tables = {t["source"]: t for t in result.json["tables"]}
    assert tables["t"]["bad_values"] == want and tables["u"]["bad_values"] == {} and result.json["totals"]["bad_values"] == want
    html = (tmp_path / "r.html").read_text()
    assert "Values that the target cannot hold" in html and "<td>invalid-encoding</td>" in html
    dst.sql("TRUNCATE t, u")
    text = ferry("copy", src, dst, "--data-only", "--if-exists", "append", expect=5).out
    assert "t: 2 nul-byte, 1 invalid-encoding, 1 too-long, 1 refused" in text


def done_chunks(dst):
    if dst.value("SELECT to_regclass('ferry.chunk')") is None:
        return 0
    return int(dst.value("SELECT count(*) FROM ferry.chunk WHERE state = 'done'"))


def test_counts_survive_a_kill(make, ferry, tmp_path):
    src, dst = make("mysql"), make("postgres")
    src.sql("CREATE TABLE t (id int PRIMARY KEY, n int NOT NULL, d date NOT NULL); INSERT INTO t SELECT seq, seq %% 10, IF(seq %% 100 = 0, '0000-00-00', '2024-01-01') "
            "FROM seq_1_to_%d" % N)
    path = tmp_path / "p.json"
    path.write_text(json.dumps({
        "version": 1, "source": src.url, "target": dst.url, "options": {"chunk_rows": 300, "lanes": 1},
        "tables": [{"source": "t", "checks": [{"name": "told", "expression": "n <> 3", "action": "report"}, {"name": "kept", "expression": "n <> 4", "action": "count"},
                                              {"name": "out", "expression": "n <> 5", "action": "reject"}]}]}))
    process = subprocess.Popen([conftest.FERRY, "copy", "--project", str(path), "--read-limit", "3000rows/s"], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL, cwd=tmp_path, env=conftest.ferry_env(tmp_path))
    until = time.monotonic() + 120
    while done_chunks(dst) < 3 and process.poll() is None and time.monotonic() < until:
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.wait()
    result = ferry("copy", "--project", path, "--json", "--report", "r.md", expect=5)
    (table,) = result.json["tables"]
    assert result.json["resumed"] is True and table["chunks_resumed"] >= 3
    assert [(c["name"], c["action"], c["failed"]) for c in table["checks"]] == [("told", "report", N // 10), ("kept", "count", N // 10), ("out", "reject", N // 10)]
    assert table["bad_values"] == {"zero-date": N // 100} and table["rows_rejected"] == N // 10 + N // 100 and table["verified"] is True
    assert "t: told failed for 600 rows" in (tmp_path / "r.md").read_text()
