"""The benchmarks run. Their numbers are for `make bench`."""

from __future__ import annotations

import json
from typing import Any

import pytest

from benchmarks import listings, operations


@pytest.mark.parametrize(
    ("script", "arguments", "cases"),
    [
        (operations, ["--contender", "s3mock"], set(operations.CASES)),
        (listings, ["--pages", "1000"], set(listings.PAGES)),
    ],
)
def test_a_benchmark_measures_all_of_its_cases(script: Any, arguments: list[str], cases: set[str]) -> None:
    assert set(json.loads(operations.child(script.__file__, *arguments))) == cases
