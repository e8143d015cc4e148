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
ARGS ?=
REV ?= HEAD~1

.PHONY: demo quick test lint types pytest fuzz bench bench-against bench-listings docs clean

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

pytest: $(TOOLS)
	$(BIN)/python -m pytest -n $(JOBS)

# The CPU time that s3mock adds to botocore, beside moto's. ARGS=--write updates docs/performance.md.
bench: $(BENCH)
	$(BENCH_VENV)/bin/python benchmarks/operations.py $(ARGS)

# The same of this commit beside another one's, in turns: make bench-against REV=HEAD~10
bench-against: $(BENCH)
	$(BENCH_VENV)/bin/python -m benchmarks.against $(REV) $(ARGS)

# The CPU time of a page of a listing in a bucket of a million keys, and the memory of a small object.
bench-listings: $(BENCH)
	$(BENCH_VENV)/bin/python benchmarks/listings.py $(ARGS)

# Write the generated pages of docs/ again.
docs: $(TOOLS)
	$(BIN)/python docs/generate.py

# The environment, made once and again whenever pyproject.toml changes.
$(TOOLS): pyproject.toml
	$(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --disable-pip-version-check --editable '.[test]'
	touch $@

$(BENCH): pyproject.toml
	$(BENCH_VENV)/bin/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv $(BENCH_VENV)
	$(BENCH_VENV)/bin/python -m pip install --disable-pip-version-check --editable . 'moto[s3]>=5.1'
	touch $@

clean:
	rm -rf $(VENV) $(BENCH_VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis build dist
