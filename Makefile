# Two commands do everything on a machine that has only Python >= 3.10: `make demo` and `make test`.
PYTHON ?= python3
JOBS ?= auto
VENV := .venv
BIN := $(VENV)/bin
TOOLS := $(VENV)/.installed

# Compiled modules are kept: to rewrite the tests' assertions anew takes each process four seconds.
unexport PYTHONDONTWRITEBYTECODE
# The benchmarks measure a plain install: s3mock without extras, and moto beside it.
BENCH_VENV := .venv-bench
BENCH := $(BENCH_VENV)/.installed
# The servers that are measured side by side, each in an environment of its own, all with the Python that localemu needs.
SERVERS := s3mock moto ministack localemu
PACKAGE_s3mock := --editable .
PACKAGE_moto := 'moto[server]'
PACKAGE_ministack := ministack
PACKAGE_localemu := localemu
ARGS ?=
REV ?= HEAD~1

# Older botocores, each in its own environment with another Python, if the machine has that: tests/environments says
# what is in them. The tests there are those of the seam to botocore, and of clients that pin it.
OLDER := floor aioboto3 aiobotocore native tables
PYTHON_floor := 3.10
PYTHON_aioboto3 := 3.12
PYTHON_aiobotocore := 3.13
OLDER_TESTS := tests/clients tests/process tests/transports/test_botocore.py tests/transports/test_http_clients.py \
  tests/wire/test_routes.py tests/test_clock.py tests/test_copying.py tests/test_managed_transfers.py \
  tests/test_mock.py tests/test_objects.py tests/test_versioning.py
# Libraries in C that replace what Python has would do so for all tests: aiohttp resolves by aiodns where that is installed.
TESTS_native := tests/clients/test_native_calls.py
# Native clients, which would be 110 MB more for all tests.
TESTS_tables := tests/clients/test_native_clients.py

.PHONY: demo quick test lint types pytest browser older environments fuzz bench bench-against load torture docs clean
.PRECIOUS: .venv-%/.installed

# Run the tutorial on the mock, and print what each step got.
demo: $(TOOLS)
	$(BIN)/python examples/tutorial.py

# Three quarters of a minute, to run after each change: the first case of each test, and shorter searches.
quick: lint types
	FUZZ=0.1 $(BIN)/python -m pytest -q -n $(JOBS) --quick

# Everything.
test: lint types pytest

lint: $(TOOLS)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(TOOLS)
	$(BIN)/mypy

pytest: $(TOOLS) browser
	$(BIN)/python -m pytest -n $(JOBS)

# A browser for tests/test_control_page.py, where apt can install one. Elsewhere they take Chromium or Chrome by its
# usual names or from the variable CHROMIUM, and without one they are skipped, which fails in CI.
browser: $(TOOLS)
	$(BIN)/python -c 'import sys; from tests.support import chromium; sys.exit(chromium.find() is None)' || \
	  { apt-get update && apt-get install --yes --no-install-recommends chromium-headless-shell; } || true

# The seam to botocore with older ones: make -j2 older, or make older-floor. Old transfers do not send If-Match, and
# s3fs leaves sessions open.
older: $(OLDER:%=older-%)

older-%: .venv-%/.installed
	.venv-$*/bin/python -m pytest -q -p no:cacheprovider $(or $(TESTS_$*),$(OLDER_TESTS)) \
	  -W ignore::ResourceWarning -W ignore::pytest.PytestUnraisableExceptionWarning \
	  --deselect tests/test_managed_transfers.py::test_an_object_that_changes_during_its_download_is_not_mixed

# polars, pyarrow, deltalake and DuckDB against a server in a process of its own, each RUNS times: a hang is a failure.
RUNS ?= 100
.PHONY: native-clients
native-clients: .venv-tables/.installed
	RUNS=$(RUNS) .venv-tables/bin/python -m pytest -q -p no:cacheprovider $(TESTS_tables)

# The searches alone, each with EFFORT times as many examples as usual, again and again until it is interrupted or fails.
EFFORT ?= 20
fuzz: $(TOOLS)
	while FUZZ=$(EFFORT) $(BIN)/python -m pytest -q -n $(JOBS) -k "fuzz or malformed or properties or model"; do :; done

# Everything that is measured, beside the numbers that are kept, in one table: ten minutes. ARGS="operations servers" are
# some parts of it, and ARGS=--write keeps the numbers, in benchmarks/results.json and docs/performance.md.
bench: $(BENCH) $(SERVERS:%=.venv-server-%/.installed)
	$(BENCH_VENV)/bin/python -m benchmarks $(ARGS)

# The same of this commit beside another one's, in turns: make bench-against REV=HEAD~10
bench-against: $(BENCH)
	$(BENCH_VENV)/bin/python -m benchmarks.against $(REV) $(ARGS)

# The calls of Python functions that an answer takes, which tests/test_calls.py keeps. ARGS=--write updates calls.json.
.PHONY: bench-calls
bench-calls: $(TOOLS)
	$(BIN)/python -m benchmarks.calls $(ARGS)

# 32 clients at a server's process for a minute: fails if an answer is wrong.
load: $(TOOLS)
	$(BIN)/python benchmarks/load.py $(ARGS)

# Kills a server with a data folder 1,000 times under load.
torture: $(TOOLS)
	KILLS=1000 $(BIN)/python -m pytest -q -n 0 tests/test_torture.py

# Write the generated pages of docs/ again.
docs: $(TOOLS)
	$(BIN)/python docs/generate.py

# All of them, before anything is tested: make -j4 environments.
environments: $(TOOLS) $(OLDER:%=.venv-%/.installed)

# The environment, made once and again whenever pyproject.toml changes.
$(TOOLS): pyproject.toml
	$(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --disable-pip-version-check --editable '.[test]'
	touch $@

.venv-%/.installed: tests/environments/%.txt tests/environments/common.txt pyproject.toml
	for python in python$(PYTHON_$*) $(HOME)/.pyenv/versions/$(PYTHON_$*).*/bin/python $(PYTHON); do \
	  $$python -c '' 2>/dev/null && $$python -m venv .venv-$* && break; done
	.venv-$*/bin/python -m pip install --quiet --disable-pip-version-check --editable . -r $<
	touch $@

$(BENCH): pyproject.toml benchmarks/requirements.txt
	$(BENCH_VENV)/bin/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv $(BENCH_VENV)
	$(BENCH_VENV)/bin/python -m pip install --disable-pip-version-check --editable . -r benchmarks/requirements.txt
	touch $@

# A server that cannot be installed here is left out.
.venv-server-%/.installed:
	for python in python3.13 $(HOME)/.pyenv/versions/3.13.*/bin/python $(PYTHON); do \
	  $$python -c '' 2>/dev/null && $$python -m venv .venv-server-$* && break; done
	.venv-server-$*/bin/python -m pip install --quiet --disable-pip-version-check $(PACKAGE_$*) || \
	  { rm -r .venv-server-$*; exit 0; } && touch $@

.PHONY: clients-over-http
# Clients of other makers against the server, in memory and with a folder: prints a table of them. Not in .ci/run: the
# clients weigh more than a gigabyte.
clients-over-http: .venv-over-http/.installed .venv-over-http/node_modules
	.venv-over-http/bin/python -m pytest -q -p no:randomly -p no:cacheprovider tests/over_http $(ARGS)

.venv-over-http/node_modules: .venv-over-http/.installed
	PATH="$(CURDIR)/.venv-over-http/bin:$$PATH" npm install --silent --no-audit --no-fund --prefix .venv-over-http \
	  @aws-sdk/client-s3 @aws-sdk/lib-storage @aws-sdk/s3-presigned-post @aws-sdk/s3-request-presigner
	touch $@

clean:
	rm -rf $(VENV) $(BENCH_VENV) $(OLDER:%=.venv-%) .venv-over-http $(SERVERS:%=.venv-server-%) .pytest_cache .mypy_cache .ruff_cache .hypothesis build dist
