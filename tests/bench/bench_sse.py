#!/usr/bin/python3
"""Many clients follow one execution: is an event lost, how late does it come, what does a client cost?

usage: bench_sse.py [--clients N] [--seconds N]

A copy from SQLite to SQLite is slowed down to the given time. Every client must get the same events as the first, to the end. How
late an event comes is the time between its arrival at the first client and at the last. Memory is the server's, before the
clients came and while they are there.
"""
import argparse
import asyncio
import os
import resource
import sqlite3
import sys
import tempfile
import time

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(TOP, "tests"))
import ferry_service  # noqa: E402

ROWS = 60000


def rss_kib(pid):
    with open("/proc/%d/status" % pid) as f:
        return next(int(line.split()[1]) for line in f if line.startswith("VmRSS"))


class Client:
    def __init__(self):
        self.events = []      # (when, id and type)
        self.has_ended = False

    async def follow(self, host, port, path, cookie):
        reader, writer = await asyncio.open_connection(host, port)
        writer.write(("GET %s HTTP/1.1\r\nHost: x\r\nCookie: %s\r\n\r\n" % (path, cookie)).encode())
        identity = None
        while True:
            line = await reader.readline()
            if not line:
                break
            if line.startswith(b"id: "):
                identity = line[4:].strip()
            elif line.startswith(b"event: "):
                self.events.append((time.monotonic(), (identity, line[7:].strip())))
                self.has_ended = line.startswith(b"event: end")
            if self.has_ended and line == b"0\r\n":
                break
        writer.close()


async def watch(service, path, cookie, n):
    host, port = service.listen.split(":")
    clients = [Client() for _ in range(n)]
    tasks = []
    for client in clients:
        tasks.append(asyncio.create_task(client.follow(host, port, path, cookie)))
        if len(tasks) % 100 == 0:
            await asyncio.sleep(0.05)
    await asyncio.sleep(2)
    peak = rss_kib(service.process.pid)
    await asyncio.gather(*tasks)
    return clients, peak


def report(clients, before, peak):
    silent = sum(not c.events for c in clients)
    if silent:
        raise SystemExit("%d of %d clients got no event at all" % (silent, len(clients)))
    full = [c for c in clients if c.has_ended]
    arrivals = {}
    for client in clients:
        for when, event in client.events:
            arrivals.setdefault(event, []).append(when)
    common = [times for event, times in arrivals.items() if event[1] not in (b"snapshot",) and len(times) == len(clients)]
    lost = sum(len(clients) - len(times) for event, times in arrivals.items()
               if event[1] != b"snapshot" and int(event[0]) > max(int(c.events[0][1][0]) for c in clients) and len(times) < len(clients))
    spread = sorted(max(times) - min(times) for times in common)
    print("clients %d, followed to the end %d, events seen by all %d, lost %d" % (len(clients), len(full), len(common), lost))
    print("last client after the first: median %.0f ms, worst %.0f ms" % (1000 * spread[len(spread) // 2], 1000 * spread[-1]))
    print("memory a client: %.1f KiB (server %.1f MiB before, %.1f MiB with them)" % ((peak - before) / len(clients), before / 1024, peak / 1024))
    return len(full) == len(clients) and not lost


def raise_open_files(n):
    """Each client is an open file of ours. The server raises its own limit."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY and soft < n:
        resource.setrlimit(resource.RLIMIT_NOFILE, (n, hard if hard == resource.RLIM_INFINITY else max(hard, n)))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--clients", type=int, default=2000)
    parser.add_argument("--seconds", type=int, default=15)
    options = parser.parse_args()
    raise_open_files(options.clients + 200)
    with tempfile.TemporaryDirectory(prefix="ferry-sse-") as folder:
        source = os.path.join(folder, "source.db")
        db = sqlite3.connect(source)
        db.executescript("CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT); WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n "
                         "WHERE i < %d) INSERT INTO t SELECT i, 'row ' || i FROM n" % ROWS)
        db.commit()
        service = ferry_service.Service(os.environ.get("FERRY_BIN", os.path.join(TOP, "build", "ferry")), folder,
                                        "--no-sample", "--max-address-connections", str(options.clients + 100), "--max-user-streams",
                                        str(options.clients), "--max-streams", str(options.clients), "--max-connections",
                                        str(options.clients * 5 // 4 + 1000), "--max-requests", str(options.clients + 1000))
        ada = service.admin()
        ids = [ada.post("/connections", {"name": name, "url": "sqlite:///%s/%s.db" % (folder, name)}).json["id"] for name in ("source", "target")]
        document = {"version": 1, "options": {"chunk_rows": 1000, "read_limit": "%d rows/s" % (ROWS // options.seconds)}}
        project = ada.post("/projects", {"name": "p", "source_connection_id": ids[0], "target_connection_id": ids[1], "document": document}).json["id"]
        before = rss_kib(service.process.pid)
        execution = ada.post("/executions", {"project_id": project}).json["id"]
        clients, peak = asyncio.run(watch(service, "/api/v1/executions/%s/events" % execution, ada.cookie, options.clients))
        is_ok = report(clients, before, peak)
        service.stop()
    return 0 if is_ok else 1


if __name__ == "__main__":
    sys.exit(main())
