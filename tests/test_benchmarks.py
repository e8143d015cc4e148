"""The benchmarks run. Their numbers are for `make bench`."""

from __future__ import annotations

import contextlib
import json
import sys
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.endpoint import Endpoint

from benchmarks import (
    __main__,
    against,
    bodies,
    data_folder,
    faults,
    large,
    listings,
    load,
    operations,
    results,
    seed,
    server_start,
    servers,
    starting,
)
from benchmarks.measure import Row, child
from s3mock import mock_s3

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="the time and memory of a process are those of /proc")


def numbers(rows: list[Row]) -> dict[tuple[str, str], dict[str, float]]:
    """Rows by what they are of and their unit. All numbers are more than 0."""
    assert all(value > 0 for row in rows for value in row.values.values())
    return {(row.what, row.unit): dict(row.values) for row in rows}


def test_operations_are_measured_beside_botocore_alone_and_moto() -> None:
    cases = [name for name, case in operations.CASES.items() if case.keys < 1000]
    found = numbers(operations.rows(1, cases))
    assert set(found) == {
        key for case in cases for key in ((case, "x botocore"), (case, "us"), (f"{case}: in the hook", "us"))
    }
    for case in cases:
        assert set(found[case, "us"]) == {"botocore", "s3mock", "moto"}
        assert found[f"{case}: in the hook", "us"]["s3mock"] < found[case, "us"]["s3mock"]


@pytest.mark.parametrize("case", operations.CASES)
def test_botocore_alone_gets_what_s3mock_would_answer(case: str) -> None:
    """Otherwise one of them would parse more than the other."""
    seen: list[Any] = []

    def see(endpoint: Endpoint, request: Any) -> Any:
        seen.append(mock_answers(endpoint, request))
        return seen[-1]

    with mock_s3():
        mock_answers = Endpoint._send  # type: ignore[attr-defined]
        s3: Any = boto3.client("s3", region_name="us-east-1")
        s3.create_bucket(Bucket="bucket")
        for number in range(operations.CASES[case].keys):
            s3.put_object(Bucket="bucket", Key=f"key-{number:05}", Body=operations.KIB)
        with operations.sending(see):
            operations.CASES[case].call(s3, 0)
    answer, reply = seen[0], operations.REPLIES[case]
    told, replied = ({name.lower(): each[name] for name in each} for each in (answer.headers, reply.headers))
    if replied.pop("transfer-encoding", None):  # as S3 frames a listing
        assert int(told.pop("content-length")) == len(reply.body)
    assert (answer.status_code, set(told)) == (reply.status, set(replied))
    varying = {"date", "last-modified", "etag", "x-amz-request-id", "x-amz-id-2", "x-amz-checksum-crc32"}
    assert {name: told[name] for name in set(told) - varying} == {name: replied[name] for name in set(told) - varying}


def test_pages_are_measured() -> None:
    assert set(json.loads(child(listings.__file__, "--pages", "1000"))) == {*listings.PAGES, listings.SNAPSHOT}


def test_a_small_object_takes_at_most_600_bytes() -> None:
    assert 300 < listings.memory(objects=2_000)["traced"] <= 600


def test_many_objects_are_put_and_listed() -> None:
    said = listings.many(2_000)
    assert said.startswith("2,000 objects: ")
    assert all(page in said for page in listings.PAGES)


def test_two_commits_are_measured_in_turns(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    turns = []

    class Side:
        def __init__(self, tree: str) -> None:
            self.is_other = bool(tree)
            assert not tree or Path(tree, "s3mock", "mock.py").exists()

        def ask(self, _case: str) -> list[float]:
            turns.append(self.is_other)
            return [0, 0, 1, 4] if self.is_other else [0, 0, 2, 1]

    monkeypatch.setattr(against, "worker", lambda _mock, tree="": contextlib.nullcontext(Side(tree)))
    monkeypatch.setattr(against, "CASES", {"HeadObject": operations.CASES["HeadObject"]})
    against.main(["HEAD", "--rounds", "2"])
    assert turns == [True, False, False, True]
    assert "| HeadObject | 1 | 2 | 2.00 | 4 | 1 | 0.25 |" in capsys.readouterr().out


def test_a_worker_measures_the_s3mock_of_another_tree(tmp_path: Path) -> None:
    (tmp_path / "s3mock").mkdir()
    (tmp_path / "s3mock" / "__init__.py").write_text("raise SystemExit('the other tree')")
    with operations.worker("s3mock", str(tmp_path)) as side, pytest.raises((RuntimeError, BrokenPipeError)):
        side.ask("HeadObject")


def test_a_data_folder_is_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(data_folder, "PUTS", 2)
    monkeypatch.setattr(data_folder, "OBJECTS", 3)
    found = numbers(data_folder.rows(1))
    assert set(found) == {
        *((f"data folder: put of {size}", unit) for size in data_folder.SIZES for unit in ("x memory", "us")),
        ("data folder: start with 3 objects", "s"),
    }


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


def test_a_session_with_a_seed_is_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seed, "TESTS", 3)
    monkeypatch.setattr(seed, "MEGABYTES", 2)
    assert set(numbers(seed.rows(1))) == {(f"3 tests, {case}", "s") for case in seed.CASES}


def test_faults_are_measured_in_all_modes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(faults, "FAULTS", 60)
    assert set(numbers(faults.rows(1))) == {
        ("60 faults in three modes of retries, CPU time", "s"),
        ("72 calls that are retried", "s"),
    }


@LINUX
def test_servers_are_measured() -> None:
    found = numbers(servers.rows(1, names=("s3mock",), seconds=0.05))
    kinds = set(servers.WORDS.values())
    assert {what for what, unit in found if unit == "requests/s"} == {
        f"server: {kind}, {way}" for kind in kinds for way in ("1 connection", "8 connections", "by boto3")
    }
    assert {what for what, unit in found if unit == "us"} == {f"server: {kind}, CPU time" for kind in kinds}
    assert {unit for _, unit in found} == {"requests/s", "us", "ms", "MB"}


def test_the_start_of_a_server_is_measured(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(server_start, "STARTS", 1)
    monkeypatch.setattr("sys.argv", ["server_start.py"])
    server_start.main()
    assert capsys.readouterr().out.splitlines()[2].startswith("| `s3mock` | ")


@LINUX
def test_large_objects_are_measured(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(large, "CASES", {"PutObject": large.CASES["PutObject"]})
    large.main(["--size", "1"])
    assert capsys.readouterr().out.splitlines()[2].startswith("| PutObject | ")


def test_large_bodies_are_measured_beside_their_md5_and_moto(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "SIZE", 8)
    monkeypatch.setattr(bodies, "SYNTHETIC", 16)
    found = numbers(bodies.rows(1))
    assert set(found["PutObject, 8 MiB", "x MD5"]) == {"s3mock", "moto"}
    assert {what for what, unit in found if unit == "x MD5"} == {
        *(f"{what}, 8 MiB" for what in (*bodies.CASES, *bodies.SERVED)),
        *(f"{what}: CPU time, 8 MiB" for what in bodies.CASES),
    }


def test_32_clients_at_once_get_the_right_answers(capsys: pytest.CaptureFixture[str]) -> None:
    load.main(["--seconds", "2"])
    line, *errors = capsys.readouterr().out.splitlines()
    assert line.startswith("32 clients, ")
    assert not errors


PART = """
{
 "faults": {
  "stamp": "2026-11-20, a machine",
  "rows": [{"what": "a put", "unit": "us", "values": {"s3mock": 100.0, "moto": 1200.0}}]
 }
}
"""


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file of numbers in the place of the real one. What is measured now is a put of 90 microseconds."""
    file = tmp_path / "results.json"
    file.write_text(PART)
    monkeypatch.setattr(results, "FILE", file)
    monkeypatch.setattr(results, "GOALS", {("a put", "us"): 80})
    monkeypatch.setattr(__main__, "find_spec", lambda _package: None)
    monkeypatch.setattr(faults, "rows", lambda _turns: [Row("a put", "us", {"s3mock": 90.123456, "moto": 1300})])
    return file


def test_old_and_new_numbers_are_side_by_side(kept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    __main__.main(["faults"])
    assert "| a put, us | 80 | 100 | 90.1 | -10% |  | 1,300 |  |  |" in capsys.readouterr().out
    assert kept.read_text() == PART


def test_the_numbers_of_a_part_are_kept_beside_the_others(kept: Path) -> None:
    calls_before = Row("calls", "calls", {"s3mock": 1.0})
    kept.write_text(results.as_json(results.kept() | {"calls": results.Part("then", [calls_before])}))
    __main__.main(["faults", "--write"])
    now = results.kept()
    assert list(now) == ["calls", "faults"]
    assert now["calls"] == ("then", [calls_before])
    assert now["faults"].rows == [Row("a put", "us", {"s3mock": 90.123, "moto": 1300.0})]


def test_an_interrupted_run_writes_nothing(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_turns: int) -> list[Row]:
        raise KeyboardInterrupt

    monkeypatch.setattr(seed, "rows", interrupted)
    with pytest.raises(KeyboardInterrupt):
        __main__.main(["faults", "seed", "--write"])
    assert kept.read_text() == PART
    assert list(kept.parent.iterdir()) == [kept]


def test_files_are_written_together_or_not_at_all(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "missing" / "second"
    first.write_text("old")
    with pytest.raises(OSError, match="second"):
        results.write({first: "new", second: "new"})
    assert first.read_text() == "old"
    assert list(tmp_path.iterdir()) == [first]


def test_a_part_that_does_not_exist_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        __main__.main(["operation"])
    assert "no such part: operation" in capsys.readouterr().err
