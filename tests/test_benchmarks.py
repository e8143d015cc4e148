"""The benchmarks run. Their numbers are for `make bench`."""

from __future__ import annotations

import contextlib
import json
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import boto3
import pytest
from botocore.endpoint import Endpoint

from benchmarks import (
    __main__,
    against,
    bodies,
    charts,
    data_folder,
    faults,
    large,
    listings,
    load,
    operations,
    page,
    results,
    scale,
    seed,
    servers,
    starting,
)
from benchmarks.measure import HERE, Row, child
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
    assert set(json.loads(child("-m", "benchmarks.listings", "pages", "1000"))) == {*listings.PAGES, listings.SNAPSHOT}


def test_a_small_object_takes_at_most_600_bytes() -> None:
    assert 300 < listings.memory(objects=2_000) <= 600


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


def test_the_first_reply_is_measured_beside_botocore_and_moto() -> None:
    found = numbers(starting.rows(1))
    assert set(found) == {
        *((case, unit) for case in starting.REPLIES for unit in ("x botocore", "ms")),
        *((case, "ms") for case in starting.CASES),
    }
    assert all(set(found[case, "ms"]) == {"botocore", "s3mock", "moto"} for case in starting.REPLIES)


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
def test_servers_are_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(servers, "SECONDS", 0.05)
    monkeypatch.setattr(servers, "SERVERS", {"s3mock": servers.SERVERS["s3mock"]._replace(home=HERE)})
    found = numbers(servers.rows(1))
    kinds = set(servers.WORDS.values())
    assert {what for what, unit in found if unit == "requests/s"} == {
        f"server: {kind}, {way}" for kind in kinds for way in ("1 connection", "8 connections", "by boto3")
    }
    assert {what for what, unit in found if unit == "us"} == {f"server: {kind}, CPU time" for kind in kinds}
    assert {unit for _, unit in found} == {"requests/s", "us", "ms", "MB"}


@LINUX
def test_large_objects_are_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(large, "CASES", {"PutObject": large.CASES["PutObject"]})
    monkeypatch.setattr(large, "SIZE", 1)
    assert [row[:2] for row in large.rows(1)] == [
        ("PutObject, 1 MiB in memory: peak", "MiB"),
        ("PutObject, 1 MiB in a folder: peak", "MiB"),
    ]


def test_a_scale_is_measured_at_two_sizes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scale, "CASES", {"Buckets: PutObject": scale.CASES["Buckets: PutObject"]._replace(large=3)})
    monkeypatch.setattr(scale, "THREADED_REQUESTS", 128)
    assert set(numbers(scale.rows(1))) == {
        ("Buckets: PutObject, of 3", "x of 1"),
        ("requests per second of 64 threads", "x of 1"),
    }


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
    monkeypatch.setattr(page, "files", lambda parts: {file: results.as_json(parts)})
    monkeypatch.setattr(faults, "rows", lambda _turns: [Row("a put", "us", {"s3mock": 90.123456, "moto": 1300})])
    return file


def test_old_and_new_numbers_are_side_by_side(kept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    __main__.main(["faults"])
    assert "| a put, \N{MICRO SIGN}s | 80 | 100 | 90.1 | -10% |  | 1,300 |  |  |" in capsys.readouterr().out
    assert kept.read_text() == PART


def test_the_numbers_of_a_part_are_kept_beside_the_others(kept: Path) -> None:
    calls_before = Row("calls", "calls", {"s3mock": 1.0})
    kept.write_text(results.as_json(results.kept() | {"calls": results.Part("then", [calls_before])}))
    __main__.main(["faults", "--write"])
    now = results.kept()
    assert list(now) == ["calls", "faults"]
    assert now["calls"] == ("then", [calls_before])
    assert now["faults"].rows == [Row("a put", "us", {"s3mock": 90.123, "moto": 1300.0})]


def test_the_pages_are_made_from_the_numbers_that_are_kept(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        page, "files", lambda parts: {kept: results.as_json(parts), kept.with_suffix(".md"): repr(parts)}
    )
    __main__.main(["faults", "--write"])
    assert kept.with_suffix(".md").read_text() == repr(results.kept())


def test_an_interrupted_run_writes_nothing(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_turns: int) -> list[Row]:
        raise KeyboardInterrupt

    monkeypatch.setattr(seed, "rows", interrupted)
    with pytest.raises(KeyboardInterrupt):
        __main__.main(["faults", "seed", "--write"])
    assert kept.read_text() == PART
    assert list(kept.parent.iterdir()) == [kept]


def test_files_are_written_together_or_not_at_all(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "missing" / "folder" / "second"
    first.write_text("old")
    with pytest.raises(OSError, match="folder"):
        results.write({first: "new", second: "new"})
    assert first.read_text() == "old"
    assert list(tmp_path.iterdir()) == [first]


def test_all_parts_are_kept_and_each_goal_is_of_one_of_their_rows() -> None:
    parts = results.kept()
    assert list(parts) == list(__main__.PARTS)
    assert set(results.GOALS) <= {row[:2] for part in parts.values() for row in part.rows}


def test_a_part_that_does_not_exist_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        __main__.main(["operation"])
    assert "no such part: operation" in capsys.readouterr().err


def test_a_chart_is_a_document_that_says_its_numbers() -> None:
    chart = charts.Chart("Calls & more", "less is better", {"a put": {"s3mock": 1.5, "moto": 3.0}}, floor=1)
    document = ET.fromstring(charts.svg(chart))
    svg = "{http://www.w3.org/2000/svg}"
    title, description = document.find(f"{svg}title"), document.find(f"{svg}desc")
    assert title is not None
    assert description is not None
    assert title.text == "Calls & more"
    assert description.text == "less is better. a put: s3mock 1.50, moto 3."
    widths = [float(bar.get("width", "")) for bar in document.iter(f"{svg}rect")]
    assert widths == pytest.approx([133.3, 66.7, 133.3, 266.7], abs=0.1)  # botocore's own part, and the mock's
    assert max(float(bar.get("x", "")) for bar in document.iter(f"{svg}rect")) < charts.WIDTH


def test_the_tables_of_the_page_are_replaced_between_their_marks() -> None:
    marks = {name: f"<!-- {name}: made from benchmarks/results.json -->\n" for name in page.TABLES}
    text = "".join(f"before {name}\n{mark}old\n<!-- end of {name} -->\n" for name, mark in marks.items()) + "after\n"
    parts = {
        "operations": results.Part(
            "a day, a machine",
            [
                Row("HeadObject", "x botocore", {"s3mock": 1.08, "moto": 3.0}),
                Row("HeadObject", "us", {"botocore": 100, "s3mock": 108, "moto": 300}),
            ],
        )
    }
    written = page.page(text, parts)
    assert "old" not in written
    assert "| HeadObject | 100 | 8.00 | 200 |" in written
    assert "| HeadObject, \N{MULTIPLICATION SIGN} botocore | 1.10 | 1.08 | yes |" in written
    assert "a day, a machine:" in written
    assert page.page(written, parts) == written
    assert [line for line in written.splitlines() if line.startswith(("before", "after"))] == [
        *(f"before {name}" for name in page.TABLES),
        "after",
    ]
