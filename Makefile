# The front door: each target does one thing a person wants, meson does the building.

BUILD = build
PYTHON = /usr/bin/python3
FUZZ_SECONDS = 60
ROUNDS = 20

.PHONY: help build web api-types screenshots demo e2e test bench bench-api bench-sse bench-web bench-oracle memory-test fuzz chaos lint install clean

help:
	@echo "make build    the program with its web pages, at build/ferry"
	@echo "make web      the web pages only, at web/dist"
	@echo "make api-types    the web pages' types of the API, after a change of src/http"
	@echo "make screenshots  the pictures of docs/web.md"
	@echo "make demo     migrates a sample database, verifies it and shows the report"
	@echo "make test     unit, integration and browser tests, again with ASan and UBSan, a short fuzz run"
	@echo "make e2e      the web pages in Chromium, against real databases; pictures in tests/e2e/screenshots"
	@echo "make bench    ferry, its rivals and the limit, side by side (BENCH_ARGS='--help' for options)"
	@echo "make bench-api  requests of the API while a migration runs (BENCH_ARGS='--rate N')"
	@echo "make bench-sse  2,000 clients that follow one execution (BENCH_ARGS='--clients N')"
	@echo "make bench-oracle  ferry's reader of Oracle beside Oracle's own thin clients"
	@echo "make bench-web  how long the pages keep a browser busy at a time (BENCH_ARGS='select monitor')"
	@echo "make fuzz     the fuzz targets, FUZZ_SECONDS=$(FUZZ_SECONDS) each"
	@echo "make memory-test  10 GB with values of 100 MB by a ferry that may use 512 MiB (14 GB of disk)"
	@echo "make chaos    copies under faults, ROUNDS=$(ROUNDS) of them (CHAOS_ARGS='--seed N' repeats)"
	@echo "make lint     format and layering"
	@echo "make install  into the system (DESTDIR and meson's prefix are respected)"

build: $(BUILD)/build.ninja
	@scripts/build_web.sh $(BUILD)
	@ninja -C $(BUILD) --quiet

$(BUILD)/build.ninja:
	@scripts/setup.sh build web
	@meson setup $(BUILD) >/dev/null

web:
	@scripts/setup.sh web
	@scripts/build_web.sh $(BUILD)

api-types:
	@scripts/setup.sh web test
	@scripts/api_types.sh

screenshots: build
	@scripts/setup.sh web e2e
	@cd tests/e2e && npm ci --no-audit --no-fund --loglevel=error && node tour.mjs

demo: build
	@$(PYTHON) scripts/demo.py

test: build
	@scripts/setup.sh test web e2e fuzz
	@cd tests/oracle_server/clients && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@$(PYTHON) scripts/run_tests.py

e2e: build
	@scripts/setup.sh test web e2e
	@cd tests/e2e && npm ci --no-audit --no-fund --loglevel=error && npm test

bench: build
	@scripts/setup.sh bench
	@$(PYTHON) tests/bench/bench.py $(BENCH_ARGS)

bench-api: build
	@$(PYTHON) tests/bench/bench_api.py $(BENCH_ARGS)

memory-test: build
	@scripts/setup.sh test
	@$(PYTHON) tests/bench/memory_test.py $(BENCH_ARGS)

bench-sse: build
	@$(PYTHON) tests/bench/bench_sse.py $(BENCH_ARGS)

bench-oracle: build
	@scripts/setup.sh test bench
	@ninja -C $(BUILD) tests/bench/read_bench tests/oracle_server/oracle_server
	@cd tests/oracle_server/clients && npm ci --no-audit --no-fund --loglevel=error
	@$(PYTHON) tests/bench/bench_oracle.py $(BENCH_ARGS)

bench-web: build
	@scripts/setup.sh web e2e
	@cd tests/e2e && npm ci --no-audit --no-fund --loglevel=error
	@node tests/bench/bench_web.mjs $(BENCH_ARGS)

fuzz:
	@scripts/setup.sh build fuzz
	@$(PYTHON) scripts/run_tests.py --only fuzz --fuzz-seconds $(FUZZ_SECONDS)

chaos: build
	@scripts/setup.sh test
	@$(PYTHON) tests/chaos/chaos.py --rounds $(ROUNDS) $(CHAOS_ARGS)

lint:
	@scripts/setup.sh lint
	@scripts/lint.sh

install: build
	@meson install -C $(BUILD)

clean:
	rm -rf $(BUILD) build-asan build-fuzz demo-out bench-out web/dist
