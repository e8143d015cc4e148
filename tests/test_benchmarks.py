"""The benchmarks run. Their numbers are for `make bench`."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any, ClassVar

import pytest

from benchmarks import against, data_folder, faults, large, listings, load, operations, seed, server_start, starting


@pytest.mark.parametrize(
    ("script", "arguments", "cases"),
    [
        (operations, ["--contender", "s3mock"], set(operations.CASES)),
        (listings, ["--pages", "1000"], {*listings.PAGES, listings.SNAPSHOT}),
    ],
)
def test_a_benchmark_measures_all_of_its_cases(script: Any, arguments: list[str], cases: set[str]) -> None:
    assert set(json.loads(operations.child(script.__file__, *arguments))) == cases


def test_two_commits_are_measured_in_turns(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    class Side:
        turns: ClassVar[list[bool]] = []

        def __init__(self, tree: Path) -> None:
            assert (tree / "s3mock" / "mock.py").exists()
            self.is_this_commit = tree == against.ROOT

        def measure(self, _case: str) -> tuple[float, float]:
            self.turns.append(self.is_this_commit)
            return (2000.0, 1000.0) if self.is_this_commit else (1000.0, 4000.0)

        def close(self) -> None:
            pass

    monkeypatch.setattr(against, "Side", Side)
    monkeypatch.setattr(against, "CASES", {"HeadObject": operations.CASES["HeadObject"]})
    against.main(["HEAD", "--rounds", "2"])
    assert Side.turns == [True, False, False, True]
    assert "| HeadObject | 1 | 2 | 2.00 | 4 | 1 | 0.25 |" in capsys.readouterr().out


def test_a_side_measures_the_s3mock_of_its_folder() -> None:
    side = against.Side(against.ROOT)
    try:
        call, in_send = side.measure("HeadObject")
    finally:
        side.close()
    assert call > in_send > 0


def test_a_data_folder_is_measured(capsys: pytest.CaptureFixture[str]) -> None:
    data_folder.main(["--turns", "1", "--puts", "2", "--objects", "3"])
    printed = capsys.readouterr().out
    assert all(f"| {size} |" in printed for size in data_folder.SIZES)
    assert "Start with 3 objects: " in printed


def test_the_first_reply_is_measured_beside_botocore_and_moto(capsys: pytest.CaptureFixture[str]) -> None:
    starting.main(["--turns", "1"])
    heading, _, *rows = capsys.readouterr().out.splitlines()
    assert heading == "| Milliseconds until | botocore alone | s3mock | ratio | moto | ratio |"
    assert [row.split("|")[1].strip() for row in rows] == list(starting.REPLIES)
    assert all(float(number) > 0 for row in rows for number in row.strip("| ").split("|")[1:])


def test_starting_is_measured_beside_the_client_libraries(capsys: pytest.CaptureFixture[str]) -> None:
    starting.main(["--beside-clients", "--turns", "1"])
    _, _, *rows = capsys.readouterr().out.splitlines()
    assert [row.split("|")[1].strip() for row in rows] == list(starting.CASES)
    assert all(float(row.split("|")[2]) > 0 for row in rows)


def test_a_session_with_a_seed_is_measured(capsys: pytest.CaptureFixture[str]) -> None:
    seed.main(["--tests", "3", "--megabytes", "2"])
    _, _, *rows = capsys.readouterr().out.splitlines()
    assert [row.split("|")[1].strip() for row in rows] == [f"3 tests, {case}" for case in seed.CASES]
    assert all(float(row.split("|")[3]) > 0 for row in rows)


def test_faults_are_measured_in_all_modes(capsys: pytest.CaptureFixture[str]) -> None:
    faults.main(["--faults", "60"])
    rows = [row.split("|")[1].strip() for row in capsys.readouterr().out.splitlines()]
    assert rows == ["60 faults, boto3, three modes", "72 calls that are retried"]


def test_the_start_of_a_server_is_measured(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(server_start, "STARTS", 1)
    monkeypatch.setattr("sys.argv", ["server_start.py"])
    server_start.main()
    assert capsys.readouterr().out.splitlines()[2].startswith("| `s3mock` | ")


@pytest.mark.skipif(sys.platform != "linux", reason="the peak of a process's memory is Linux's")
def test_large_objects_are_measured(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(large, "CASES", {"PutObject": large.CASES["PutObject"]})
    large.main(["--size", "1"])
    assert capsys.readouterr().out.splitlines()[2].startswith("| PutObject | ")


def test_32_clients_at_once_get_the_right_answers(capsys: pytest.CaptureFixture[str]) -> None:
    load.main(["--seconds", "2"])
    line, *errors = capsys.readouterr().out.splitlines()
    assert line.startswith("32 clients, ")
    assert not errors
