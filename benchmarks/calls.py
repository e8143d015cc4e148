"""The calls of Python functions that an answer of s3mock takes: ``make bench-calls``.

Times differ with the machine, and with what else it does; the number of calls does not. It shows what a change adds,
not what that costs: for that there is ``make bench-against``. Counted is what runs in
``Endpoint._send``, where s3mock answers boto3, in s3mock and in Python's library. Other packages are not counted, whose
calls are not ours to save, and neither are comprehensions, which are calls only before Python 3.12.

``calls.json`` has the numbers that tests/test_calls.py keeps. ``--write`` updates it, and ``--of NAME`` prints the
calls of one operation in their order.
"""

from __future__ import annotations

import argparse
import contextlib
import gc
import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import boto3
from botocore.endpoint import Endpoint

from benchmarks.measure import Row
from s3mock import mock_s3

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import CodeType, FrameType

TURNS = 1
FILE = Path(__file__).with_suffix(".json")
TOLERANCE = 0.02
"""The part of a number by which a count may differ from it."""

KIB = b"s" * 1024
COMPREHENSIONS = frozenset({"<listcomp>", "<dictcomp>", "<setcomp>"})
WARM = 3
"""The number of requests before the one that is counted."""

CASES: dict[str, Callable[[Any], object]] = {
    "put 1 KiB": lambda s3: s3.put_object(Bucket="one-key", Key="key", Body=KIB),
    "get 1 KiB": lambda s3: s3.get_object(Bucket="one-key", Key="key")["Body"].read(),
    "head": lambda s3: s3.head_object(Bucket="one-key", Key="key"),
    "delete": lambda s3: s3.delete_object(Bucket="one-key", Key="key"),
    "list 1,000 keys": lambda s3: s3.list_objects_v2(Bucket="thousand-keys"),
}


class Call(NamedTuple):
    """A call of a function: its code, and the number of the calls around it."""

    code: CodeType
    depth: int

    def __str__(self) -> str:
        name = getattr(self.code, "co_qualname", self.code.co_name)  # Python 3.11
        file = self.code.co_filename.rpartition(f"{os.sep}s3mock{os.sep}")[2]
        return f"{'  ' * self.depth}{name}  {file}:{self.code.co_firstlineno}"


@contextlib.contextmanager
def collected() -> Iterator[list[Call]]:
    """The calls in ``Endpoint._send``, in their order, of all requests that this thread makes."""
    answering = Endpoint._send  # type: ignore[attr-defined]  # noqa: SLF001
    calls: list[Call] = []
    depth = 0

    def see(frame: FrameType, event: str, _argument: object) -> None:
        nonlocal depth
        code = frame.f_code
        if code.co_name in COMPREHENSIONS or f"{os.sep}site-packages{os.sep}" in code.co_filename:
            return
        if event == "call":
            calls.append(Call(code, depth))
            depth += 1
        elif event == "return":
            depth -= 1

    def send(endpoint: Endpoint, request: Any) -> Any:
        nonlocal depth
        depth, profiling = 0, sys.getprofile()
        sys.setprofile(see)
        try:
            return answering(endpoint, request)
        finally:
            sys.setprofile(profiling)

    Endpoint._send = send  # type: ignore[attr-defined]  # noqa: SLF001
    gc.disable()  # it calls the finalizers of whatever it collects
    try:
        yield calls
    finally:
        gc.enable()
        Endpoint._send = answering  # type: ignore[attr-defined]  # noqa: SLF001


def counted() -> dict[str, list[Call]]:
    """The calls of one warm request of each case."""
    found = {}
    with mock_s3() as mock:
        mock.clock.freeze()  # a new second has another Date, which is written once
        s3 = boto3.client("s3", region_name="us-east-1")
        for bucket, keys in {"one-key": 1, "thousand-keys": 1000}.items():
            s3.create_bucket(Bucket=bucket)
            for number in range(keys):
                s3.put_object(Bucket=bucket, Key=f"key-{number:05}", Body=KIB)
        for case, request in CASES.items():
            for _ in range(WARM):
                request(s3)
                CASES["put 1 KiB"](s3)
            with collected() as found[case]:
                request(s3)
    return found


def kept() -> dict[str, int]:
    """The numbers in the file."""
    numbers: dict[str, int] = json.loads(FILE.read_text(encoding="utf-8"))
    return numbers


def differences(before: dict[str, int], now: dict[str, int]) -> list[str]:
    """What to say about the cases whose number is not that of ``before``, give or take the tolerance."""
    return [
        f"{case}: {number:,} calls, {before.get(case, 0):,} in benchmarks/{FILE.name}"
        for case, number in now.items()
        if abs(number - before.get(case, 0)) > before.get(case, 0) * TOLERANCE
    ]


def rows(_turns: int = TURNS) -> list[Row]:
    """The count of each case, which is the same in each turn."""
    return [Row(f"{case}: calls in the hook", "calls", {"s3mock": len(calls)}) for case, calls in counted().items()]


def main(options: list[str] | None = None) -> None:
    """Count, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--of", choices=CASES, help="print the calls of this one")
    parser.add_argument("--write", action="store_true", help=f"write the numbers to {FILE.name}")
    arguments = parser.parse_args(options)
    if arguments.of:
        print(*counted()[arguments.of], sep="\n")
        return
    before, now = kept(), {case: len(calls) for case, calls in counted().items()}
    print("| Operation | before | now |\n| --- | ---: | ---: |")
    for case, number in now.items():
        print(f"| {case} | {before.get(case, 0):,} | {number:,} |")
    if arguments.write:
        FILE.write_text(json.dumps(now, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
