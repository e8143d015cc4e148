"""The numbers of the last run that was kept, and the goals: a table of them beside those of a new run."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from benchmarks.measure import Row

FILE = Path(__file__).with_suffix(".json")

GOALS = {
    ("PutObject, 1 KiB", "x botocore"): 1.2,
    ("GetObject, 1 KiB", "x botocore"): 1.12,
    ("HeadObject", "x botocore"): 1.1,
    ("DeleteObject", "x botocore"): 1.12,
    ("ListObjectsV2, 1,000 keys", "x botocore"): 1.03,
    ("PutObject, 1 KiB: in the hook", "us"): 75,
    ("GetObject, 1 KiB: in the hook", "us"): 42,
    ("HeadObject: in the hook", "us"): 40,
    ("DeleteObject: in the hook", "us"): 34,
    ("PutObject, 256 MiB", "x MD5"): 1.05,
    ("upload without threads, 256 MiB", "x MD5"): 1.4,
    ("start: mock, client and first reply", "x botocore"): 1.4,
    ("start: from s3mock import mock_s3, after boto3", "ms"): 20,
    ("start: each further mock, alone", "ms"): 1,
    ("server: start to the first answer", "ms"): 160,
    ("server: GetObject, 1 KiB, CPU time", "us"): 100,
    ("server: HeadObject, CPU time", "us"): 100,
    ("GetObject, 1,024 MiB in memory: peak", "MiB"): 64,
    ("memory of a small object, by tracemalloc", "B"): 600,
    ("data folder: put of 1 KiB", "x memory"): 2,
    ("data folder: start with 100,000 objects", "s"): 2,
    ("10,000 tests, with a seed of 1 GB", "s"): 60,
}
"""The most that a row's number may be, by what is measured and the unit."""

COLUMNS = {
    "s3mock": "s3mock",
    "botocore": "botocore alone",
    "moto": "moto",
    "ministack": "ministack",
    "localemu": "localemu",
}
"""The columns of the table: the contenders, and what they are called."""


UNITS = {"us": "\N{MICRO SIGN}s", "calls": "functions"}
MULTIPLE = "\N{MULTIPLICATION SIGN} "


class Part(NamedTuple):
    """A part's rows, with the date, machine and versions."""

    stamp: str
    rows: list[Row]


def kept() -> dict[str, Part]:
    """The parts in the file."""
    parts = json.loads(FILE.read_text(encoding="utf-8")) if FILE.exists() else {}
    return {name: Part(part["stamp"], [Row(**row) for row in part["rows"]]) for name, part in parts.items()}


def rounded(row: Row) -> Row:
    """The row with numbers of five digits, as they are kept and shown."""
    return row._replace(values={name: float(f"{value:.5g}") for name, value in row.values.items()})


def as_json(parts: Mapping[str, Part]) -> str:
    """The text of the file."""
    plain = {name: {"stamp": stamp, "rows": [row._asdict() for row in rows]} for name, (stamp, rows) in parts.items()}
    return json.dumps(plain, indent=1) + "\n"


def write(files: Mapping[Path, str]) -> None:
    """Write all files or, if this is interrupted before the last is made, none."""
    made = {}
    try:
        for path, text in files.items():
            path.parent.mkdir(exist_ok=True)
            made[path] = path.with_name(f".{path.name}.new")
            made[path].write_text(text, encoding="utf-8")
        for path, new in made.items():
            os.replace(new, path)  # noqa: PTH105
    finally:
        for new in made.values():
            new.unlink(missing_ok=True)


def number(value: float | None) -> str:
    """A number with about three digits, or those before its point; "-" for none."""
    if value is None:
        return "-"
    digits = 4 if abs(value) < 0.1 else 2 if abs(value) < 10 else 1 if abs(value) < 100 else 0
    text = f"{value:,.{digits}f}"
    return text.partition(".")[0] if value == int(value) else text


def label(what: str, unit: str) -> str:
    """What is measured, with its unit."""
    return f"{what}, {unit.replace('x ', MULTIPLE) if unit.startswith('x ') else UNITS.get(unit, unit)}"


def markdown(head: Iterable[str], lines: Iterable[Iterable[str]]) -> str:
    """A table in Markdown; all columns but the first are aligned to the right."""
    names = list(head)
    cells = [names, ["---", *["---:"] * (len(names) - 1)], *lines]
    return "\n".join(f"| {' | '.join(line)} |" for line in cells)


def side_by_side(now: Mapping[str, Part], before: Mapping[str, Part]) -> str:
    """The table of a run: goals, the numbers that are kept and the new ones, and what they differ by."""
    lines = []
    for name, part in now.items():
        old = {(row.what, row.unit): row.values for row in before[name].rows} if name in before else {}
        for row in part.rows:
            earlier, value = old.get(row[:2], {}).get("s3mock"), row.values.get("s3mock")
            change = f"{value / earlier - 1:+.0%}" if value and earlier else ""
            goal = GOALS.get(row[:2])
            lines.append(
                [
                    label(row.what, row.unit),
                    "" if goal is None else number(goal),
                    "" if earlier is None else number(earlier),
                    number(value),
                    change,
                    *(number(row.values[column]) if column in row.values else "" for column in list(COLUMNS)[1:]),
                ]
            )
    return markdown(["What", "Goal", "Before", "Now", "Change", *list(COLUMNS.values())[1:]], lines)
