#!/usr/bin/python3
"""Runs every kind of test, adds up the results, and ends with the line "N passed, N failed".

usage: run_tests.py [--only STEP[,STEP…]] [--fuzz-seconds N]
steps: unit, integration, chaos (20 rounds of faults), browser (the web pages in Chromium),
       sanitized (unit and integration again in an ASan/UBSan build), fuzz

`make build` must have run. Meson's and pytest's own machine-readable logs are what is counted; a step that cannot run or
runs nothing counts as one failure, so that silence is never a success.
"""
import argparse
import glob
import json
import os
import re
import shutil
import subprocess
import sys
import time
import xml.etree.ElementTree as ElementTree

TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
SANITIZERS = {
    "ASAN_OPTIONS": "detect_leaks=1:abort_on_error=0:exitcode=99",
    "UBSAN_OPTIONS": "halt_on_error=1:print_stacktrace=1:exitcode=99",
    "LSAN_OPTIONS": "suppressions=" + os.path.join(TOP, "tests/lsan.supp") + ":print_suppressions=0",
}
CLANG = {"CC": "clang"}


class Tally:
    def __init__(self):
        self.passed, self.failed, self.lines = 0, 0, []

    def add(self, step, passed, failed, seconds):
        if passed + failed == 0:
            failed = 1
        self.passed += passed
        self.failed += failed
        self.lines.append("%-24s %4d passed, %d failed  (%d s)" % (step, passed, failed, seconds))


def call(argv, env=None, **more):
    print("+ " + " ".join(argv), flush=True)
    return subprocess.call(argv, cwd=TOP, stdin=subprocess.DEVNULL, env=dict(os.environ, **(env or {})), **more)


def build(folder, options, env=None):
    path = os.path.join(TOP, folder)
    if not os.path.exists(os.path.join(path, "build.ninja")) and call(["meson", "setup", folder] + options, env):
        shutil.rmtree(path, ignore_errors=True)
        return False
    return call(["ninja", "-C", folder, "--quiet"], env) == 0


def run_unit(folder, env=None):
    log = os.path.join(TOP, folder, "meson-logs", "testlog.json")
    if os.path.exists(log):
        os.unlink(log)
    call(["meson", "test", "-C", folder, "--print-errorlogs", "--timeout-multiplier", "4"], env)
    if not os.path.exists(log):
        return 0, 1
    with open(log, encoding="utf-8") as f:
        results = [json.loads(line)["result"] for line in f if line.strip()]
    passed = sum(r in ("OK", "EXPECTEDFAIL") for r in results)
    return passed, sum(r not in ("OK", "EXPECTEDFAIL", "SKIP") for r in results)


def run_integration(folder, name, env=None):
    xml = os.path.join(TOP, folder, "junit-%s.xml" % name)
    if os.path.exists(xml):
        os.unlink(xml)
    env = dict({"FERRY_BIN": os.path.join(TOP, folder, "ferry"), "PYTHONDONTWRITEBYTECODE": "1"}, **(env or {}))
    status = call([sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-n", "2", "--junitxml=" + xml, "tests/integration"], env)
    if not os.path.exists(xml):
        return 0, 1
    suite = ElementTree.parse(xml).getroot().find("testsuite")
    total, bad, skipped = int(suite.get("tests")), int(suite.get("failures")) + int(suite.get("errors")), int(suite.get("skipped"))
    if status not in (0, 1) and bad == 0:
        bad = 1
    return max(total - bad - skipped, 0), bad


def run_chaos(rounds):
    """The same seeds every time, so that a test does not fail by chance; make chaos explores."""
    results = os.path.join(TOP, "build", "chaos.xml")
    if os.path.exists(results):
        os.unlink(results)
    status = call([sys.executable, "tests/chaos/chaos.py", "--rounds", str(rounds), "--seed", "1", "--junit", results])
    if not os.path.exists(results):
        return 0, 1
    suite = ElementTree.parse(results).getroot()
    bad = int(suite.get("failures"))
    return int(suite.get("tests")) - bad, bad or (1 if status else 0)


def run_browser():
    """Node's own test runner counts; pictures of every page are left in tests/e2e/screenshots."""
    folder = os.path.join(TOP, "tests", "e2e")
    if call(["npm", "--prefix", folder, "ci", "--no-audit", "--no-fund", "--loglevel=error"]):
        return 0, 1
    argv = ["node", "--test", "--test-concurrency=1", "--test-reporter=tap"]
    print("+ " + " ".join(argv), flush=True)
    out = subprocess.run(argv, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True, errors="replace").stdout
    counts = {name: int(n) for name, n in re.findall(r"^# (pass|fail|cancelled) (\d+)$", out, re.M)}
    bad = counts.get("fail", 1) + counts.get("cancelled", 0)
    if bad:
        print(out[-20000:])
    return counts.get("pass", 0), bad


def run_fuzz(seconds, seed):
    """With a seed the inputs are the same every time: a test must not fail by chance. make fuzz explores."""
    seed = ["-seed=%d" % seed] if seed else []
    if not shutil.which("clang"):
        print("clang is not there: no fuzz run")
        return None
    if not build("build-fuzz", ["-Dfuzz=true", "-Db_lundef=false", "-Db_sanitize=address,undefined"], CLANG):
        return 0, 1
    targets = sorted(p for p in glob.glob(os.path.join(TOP, "build-fuzz/tests/fuzz/fuzz_*")) if os.path.isfile(p) and os.access(p, os.X_OK))
    passed = failed = 0
    for target in targets:
        name = os.path.basename(target)
        work = os.path.join(TOP, "build-fuzz", "corpus", name)
        os.makedirs(work, exist_ok=True)
        seeds = [d for d in (os.path.join(TOP, "tests/fuzz/corpus", n) for n in (name, name[len("fuzz_"):])) if os.path.isdir(d)]
        quiet = {"stderr": subprocess.STDOUT}
        with open(os.path.join(TOP, "build-fuzz", name + ".log"), "wb") as log:
            status = call([target, "-max_total_time=%d" % seconds, "-rss_limit_mb=2048", "-timeout=20"] + seed +
                          ["-artifact_prefix=" + os.path.join(TOP, "build-fuzz", name + "-"), work] + seeds,
                          SANITIZERS, stdout=log, **quiet)
        if status:
            failed += 1
            with open(log.name, "rb") as f:
                print(f.read()[-6000:].decode("utf-8", "replace"))
        else:
            passed += 1
    return passed, failed


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--only", default="unit,integration,chaos,browser,sanitized,fuzz")
    parser.add_argument("--fuzz-seconds", type=int, help="explore that long for each target (default: 10 s of the same inputs every time)")
    options = parser.parse_args()
    steps, tally = options.only.split(","), Tally()

    def step(name, function):
        began = time.monotonic()
        result = function()
        if result is not None:
            tally.add(name, *result, time.monotonic() - began)

    if "unit" in steps:
        step("unit", lambda: run_unit("build"))
    if "integration" in steps:
        step("integration", lambda: run_integration("build", "integration"))
    if "chaos" in steps:
        step("chaos", lambda: run_chaos(20))
    if "browser" in steps:
        step("browser", run_browser)
    if "sanitized" in steps:
        asan = ["-Db_sanitize=address,undefined", "-Db_lundef=false", "-Doptimization=1"]
        if build("build-asan", asan):
            step("unit, sanitized", lambda: run_unit("build-asan", SANITIZERS))
            step("integration, sanitized", lambda: run_integration("build-asan", "sanitized", dict(SANITIZERS, FERRY_TEST_SANITIZED="1")))
        else:
            tally.add("sanitized build", 0, 1, 0)
    if "fuzz" in steps:
        step("fuzz", lambda: run_fuzz(options.fuzz_seconds or 10, 0 if options.fuzz_seconds else 1))
    print("\n" + "\n".join(tally.lines))
    print("%d passed, %d failed" % (tally.passed, tally.failed))
    return 1 if tally.failed else 0


if __name__ == "__main__":
    sys.exit(main())
