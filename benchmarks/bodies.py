"""Calls with a body of 256 MiB, beside its MD5 and moto, and copies of 5 GiB that are made when they are read.

A call and the MD5 of the same bytes follow each other in one process. The least of all turns counts: of the wall clock,
as s3mock may use a second core, and of the CPU time of all threads, botocore's included. moto gets the first turn only:
it takes half a minute for a put. Requests to a server are sent by http.client.
"""

from __future__ import annotations

import hashlib
import io
import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from importlib import import_module
from typing import Any, NamedTuple, TypeAlias

import boto3
from boto3.s3.transfer import TransferConfig

from benchmarks.large import Client
from benchmarks.measure import HERE, Row, child, progress
from s3mock import S3MockServer, mock_s3

TURNS = 5
PACKAGES = {"botocore": HERE, "moto": HERE}
SIZE = 256
SYNTHETIC = 5120
"""In MiB."""

MEBIBYTE = 1 << 20
ALONE = TransferConfig(use_threads=False)
BUCKET = "bodies"

Taken: TypeAlias = dict[str, tuple[float, float]]
"""By a row's name, the milliseconds of the wall clock and of CPU time."""


class Case(NamedTuple):
    """A call to measure, with a client and the bytes; ``source`` puts the object that it reads, if any."""

    call: Callable[[Any, bytes], object]
    source: Callable[[Any, bytes], object] | None = None


def put(client: Any, data: bytes) -> object:
    """PutObject."""
    return client.put_object(Bucket=BUCKET, Key="object", Body=data)


def upload(client: Any, data: bytes, config: TransferConfig | None = ALONE) -> object:
    """boto3's managed upload, in parts of 8 MiB."""
    return client.upload_fileobj(io.BytesIO(data), BUCKET, "object", Config=config)


def copy(client: Any, _data: bytes = b"") -> object:
    """boto3's managed copy, in parts of 8 MiB or more."""
    return client.copy({"Bucket": BUCKET, "Key": "object"}, BUCKET, "copy", Config=ALONE)


def copy_object(client: Any, _data: bytes = b"") -> object:
    """CopyObject."""
    return client.copy_object(CopySource={"Bucket": BUCKET, "Key": "object"}, Bucket=BUCKET, Key="copy")


def get(client: Any, _data: bytes) -> object:
    """GetObject, read at once."""
    return client.get_object(Bucket=BUCKET, Key="object")["Body"].read()


CASES = {
    "PutObject": Case(put),
    "upload without threads": Case(upload),
    "upload": Case(partial(upload, config=None)),
    "GetObject": Case(get, upload),
    "CopyObject of an upload": Case(copy_object, upload),
    "copy without threads": Case(copy, put),
    "copy of an upload, without threads": Case(copy, upload),
}

SERVED: dict[str, Callable[[Client], object]] = {
    "server: PutObject": lambda client: client.call("PUT", f"/{BUCKET}/object", client.body(), client.size),
    "server: GetObject": lambda client: client.call("GET", f"/{BUCKET}/object"),
}

SYNTHETICS: dict[str, Callable[[Any, int], object]] = {
    "put_synthetic": lambda s3, size: s3.put_synthetic(BUCKET, "object", size),
    "put_synthetic: copy without threads": lambda s3, _size: copy(s3.client()),
    "put_synthetic: CopyObject": lambda s3, _size: copy_object(s3.client()),
    "put_synthetic: CopyObject again": lambda s3, _size: copy_object(s3.client()),
}


def timed(call: Callable[[], object]) -> tuple[float, float]:
    """The milliseconds of a call by the wall clock, and of the CPU time of all threads."""
    clock, cpu = time.perf_counter(), time.process_time()
    call()
    return (time.perf_counter() - clock) * 1e3, (time.process_time() - cpu) * 1e3


def measure(mock: str, size: int, synthetic: int) -> tuple[Taken, Taken]:
    """What each row takes under a mock, and what the MD5 beside it does; the sizes are in bytes."""
    data = bytes(range(256)) * (size // 256)
    calls: Taken = {}
    md5s: Taken = {}

    def take(row: str, call: Callable[[], object]) -> None:
        md5s[row] = timed(lambda: hashlib.md5(data, usedforsecurity=False))
        calls[row] = timed(call)

    for row, case in CASES.items():
        with _mocked(mock) as client:
            if case.source is not None:
                case.source(client, data)
            take(row, partial(case.call, client, data))
    if mock == "s3mock":
        with mock_s3(buckets=BUCKET) as s3:
            for row, make in SYNTHETICS.items():
                take(row, partial(make, s3, synthetic))
        with S3MockServer(buckets=BUCKET, process=True) as server:
            sender = Client(int(server.endpoint_url.rpartition(":")[2]), size)
            for row, call in SERVED.items():
                take(row, partial(call, sender))
    return calls, md5s


@contextmanager
def _mocked(mock: str) -> Iterator[Any]:
    """A client of a mock that has answered before, and has nothing but a bucket."""
    module, name = {"s3mock": ("s3mock", "mock_s3"), "moto": ("moto", "mock_aws")}[mock]
    with getattr(import_module(module), name)():
        client: Any = boto3.client("s3", region_name="us-east-1")
        client.create_bucket(Bucket=BUCKET)
        client.put_object(Bucket=BUCKET, Key="warm", Body=b"")
        yield client


def rows(turns: int) -> list[Row]:
    """The rows of the table."""
    sides: dict[str, list[tuple[Taken, Taken]]] = {"s3mock": [], "moto": []}
    for turn in range(turns):
        for mock, taken in sides.items() if turn == 0 else [("s3mock", sides["s3mock"])]:
            progress(f"large bodies, turn {turn + 1} of {turns}: {mock}")
            printed = child("-m", "benchmarks.bodies", mock, str(SIZE * MEBIBYTE), str(SYNTHETIC * MEBIBYTE))
            taken.append(json.loads(printed))
    # All MD5s are of the same bytes: those of one row may all have been disturbed.
    md5 = [min(md5s[row][at] for taken in sides.values() for _, md5s in taken for row in md5s) for at in (0, 1)]

    def least(what: str, at: int, unit: float) -> dict[str, float]:
        taken = {mock: [calls[what][at] for calls, _ in taken if what in calls] for mock, taken in sides.items()}
        return {mock: min(values) / unit for mock, values in taken.items() if values}

    time_of = {what: least(what, 0, md5[0]) for what in (*CASES, *SERVED)}
    cpu = {f"{what}: CPU time": least(what, 1, md5[1]) for what in CASES}
    return [
        Row(f"MD5 of {SIZE} MiB", "ms", {"s3mock": md5[0]}),
        *(Row(f"{what}, {SIZE} MiB", "x MD5", values) for what, values in (time_of | cpu).items()),
        *(Row(f"{what}, {SYNTHETIC} MiB: CPU time", "ms", least(what, 1, 1)) for what in SYNTHETICS),
    ]


if __name__ == "__main__":
    print(json.dumps(measure(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))))
