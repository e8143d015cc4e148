"""An answer does not get slower unnoticed: the calls of functions that it takes are those of benchmarks/calls.json."""

from __future__ import annotations

import pytest

from benchmarks import calls

WHAT_TO_DO = """
If it has to be more, say why in the commit, and if it is less, keep it: `make bench-calls ARGS=--write` writes the new
numbers. `make bench-calls ARGS='--of head'` prints the calls of an operation in their order."""


def test_an_answer_takes_the_calls_that_the_file_says() -> None:
    now = {case: len(made) for case, made in calls.counted().items()}
    differences = calls.differences(calls.kept(), now)
    assert not differences, "\n".join(differences) + WHAT_TO_DO


@pytest.mark.parametrize("number", [97, 103])
def test_a_count_that_rises_or_falls_by_more_than_2_percent_is_reported(number: int) -> None:
    assert calls.differences({"head": 100}, {"head": number}) == [f"head: {number} calls, 100 in benchmarks/calls.json"]


@pytest.mark.parametrize("number", [98, 100, 102])
def test_a_count_may_differ_by_2_percent(number: int) -> None:
    assert not calls.differences({"head": 100}, {"head": number})


def test_the_calls_are_printed_in_their_order(capsys: pytest.CaptureFixture[str]) -> None:
    calls.main(["--of", "head"])
    first, second, *_ = capsys.readouterr().out.splitlines()
    assert "process/patches.py" in first
    assert second.startswith("  ")
    assert "transports/botocore.py" in second
