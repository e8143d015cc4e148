# Two commands do everything on a machine that has only Python >= 3.10: `make demo` and `make test`.
PYTHON ?= python3
JOBS ?= auto
VENV := .venv
BIN := $(VENV)/bin
TOOLS := $(VENV)/.installed

.PHONY: demo test lint types pytest bench bench-listings docs clean

# Run the tutorial on the mock, and print what each step got.
demo: $(TOOLS)
	$(BIN)/python examples/tutorial.py

test: lint types pytest

lint: $(TOOLS)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(TOOLS)
	$(BIN)/mypy

pytest: $(TOOLS)
	$(BIN)/python -m pytest -n $(JOBS)

# CPU time that s3mock adds to botocore, beside moto's.
bench: $(TOOLS)
	$(BIN)/python benchmarks/operations.py

# What a page of a listing costs in a bucket of a million keys, and what memory a small object takes.
bench-listings: $(TOOLS)
	$(BIN)/python benchmarks/listings.py

# Write the generated pages of docs/ again.
docs: $(TOOLS)
	$(BIN)/python docs/generate.py

# The environment, made once and again whenever pyproject.toml changes.
$(TOOLS): pyproject.toml
	$(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --disable-pip-version-check --editable '.[test]'
	touch $@

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis build dist
