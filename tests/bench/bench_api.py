#!/usr/bin/python3
"""Reads of the API while a migration runs: how long does a request take, and what does it cost the migration?

usage: bench_api.py [--rate N] [--rows N] [--clients N] [--rounds N]

A copy from SQLite to SQLite runs alone and then, from the beginning again, under a steady number of requests a second: lists and single objects,
an execution's tables, log, metrics and stages, the dashboard, a project. Requests are sent when they are due, whether those before
are answered or not, so that a service that stands still shows in the times of all that wait. Rounds alternate; the best rate of each kind
counts, the times are those of all rounds.
"""
import argparse
import asyncio
import os
import sqlite3
import sys
import tempfile
import time

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(TOP, "tests"))
import ferry_service  # noqa: E402

MAX_P99_MS, MIN_SHARE = 20, 0.95


def make_source(path, rows):
    db = sqlite3.connect(path)
    db.executescript("CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT NOT NULL, n INTEGER, d REAL); WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL "
                     "SELECT i + 1 FROM n WHERE i < %d) INSERT INTO t SELECT i, 'row number ' || i, i * 7, i / 3.0 FROM n" % rows)
    db.commit()
    db.close()


class Requests:
    """A few connections that are kept, each with its own queue of requests that are due."""

    def __init__(self, service, client, paths, n_clients):
        self.host, self.port = service.listen.split(":")
        self.head = " HTTP/1.1\r\nHost: bench\r\nCookie: %s\r\n\r\n" % client.cookie
        self.paths, self.n_clients = paths, n_clients
        self.times, self.bad, self.is_over = [], [], False

    async def answer(self, reader):
        head = await reader.readuntil(b"\r\n\r\n")
        at = head.lower().find(b"content-length:")
        if at >= 0:
            await reader.readexactly(int(head[at + 15:head.find(b"\r\n", at)]))
        return int(head[9:12])

    async def work(self, queue):
        reader, writer = await asyncio.open_connection(self.host, self.port, limit=1 << 24)
        while True:
            item = await queue.get()
            if item is None:
                break
            due, path = item
            writer.write(("GET " + path + self.head).encode())
            status = await self.answer(reader)
            self.times.append(time.monotonic() - due)
            if status != 200:
                self.bad.append((status, path))
        writer.close()

    async def send(self, rate):
        queue = asyncio.Queue()
        workers = [asyncio.create_task(self.work(queue)) for _ in range(self.n_clients)]
        began, n = time.monotonic(), 0
        while not self.is_over:
            due = began + n / rate
            await asyncio.sleep(max(0, due - time.monotonic()))
            queue.put_nowait((due, self.paths[n % len(self.paths)]))
            n += 1
        for _ in workers:
            queue.put_nowait(None)
        await asyncio.gather(*workers)
        return n / (time.monotonic() - began)


def run(service, ada, project, load, rate):
    """One execution; the rows a second that its copying came to, and the requests a second that were sent."""
    execution = ada.post("/executions", {"project_id": project}).json["id"]
    sent = 0
    if load:
        one = "/api/v1/executions/" + execution
        load.paths = [one, one + "/tables", one + "/logs?limit=200", one + "/metrics", one + "/stages", one + "/objects", "/api/v1/summary",
                      "/api/v1/executions?limit=20", "/api/v1/projects", "/api/v1/projects/" + project, "/api/v1/connections", "/api/v1/session"]
        load.is_over = False

        async def both():
            task = asyncio.create_task(load.send(rate))
            loop = asyncio.get_running_loop()
            while (await loop.run_in_executor(None, lambda: ada.get("/executions/" + execution).json))["state"] not in ("COMPLETED", "FAILED"):
                await asyncio.sleep(0.5)
            load.is_over = True
            return await task
        sent = asyncio.run(both())
    ended = service.wait(ada, execution, timeout=600)
    assert ended["outcome"] == "verified", ended
    report = ada.get("/executions/%s/report" % execution).json
    ada.delete("/executions/" + execution, expect=204)
    return report["totals"]["rows_loaded"] / report["timings"]["total"], sent


def percentile(times, share):
    return 1000 * sorted(times)[min(len(times) - 1, int(len(times) * share))]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rate", type=int, default=200, help="requests a second")
    parser.add_argument("--rows", type=int, default=3000000)
    parser.add_argument("--clients", type=int, default=16, help="connections")
    parser.add_argument("--rounds", type=int, default=2)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="ferry-api-") as folder:
        make_source(os.path.join(folder, "source.db"), options.rows)
        service = ferry_service.Service(os.environ.get("FERRY_BIN", os.path.join(TOP, "build", "ferry")), folder, "--workers", "1")
        ada = service.admin()
        ids = [ada.post("/connections", {"name": name, "url": "sqlite:///%s/%s.db" % (folder, name)}).json["id"] for name in ("source", "target")]
        document = {"version": 1, "options": {"lanes": 1, "if_exists": "drop"}}
        project = ada.post("/projects", {"name": "p", "source_connection_id": ids[0], "target_connection_id": ids[1], "document": document}).json["id"]
        load = Requests(service, ada, [], options.clients)
        alone, under, sent = [], [], []
        run(service, ada, project, None, 0)    # warms up
        for _ in range(options.rounds):
            alone.append(run(service, ada, project, None, 0)[0])
            rate, rate_sent = run(service, ada, project, load, options.rate)
            under.append(rate)
            sent.append(rate_sent)
        service.stop()
    share, p99 = max(under) / max(alone), percentile(load.times, 0.99)
    print("requests: %d at %.0f a second, %d not answered with 200" % (len(load.times), sum(sent) / len(sent), len(load.bad)))
    print("time of a request: median %.1f ms, p99 %.1f ms, worst %.0f ms (p99 floor %d ms)" % (percentile(load.times, 0.5), p99, 1000 * max(load.times), MAX_P99_MS))
    print("the migration's rate: %.0f %% of that alone (floor %.0f %%)" % (100 * share, 100 * MIN_SHARE))
    return 0 if not load.bad and p99 < MAX_P99_MS and share >= MIN_SHARE else 1


if __name__ == "__main__":
    sys.exit(main())
