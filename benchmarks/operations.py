"""Calls of boto3, beside botocore alone and moto: CPU time of the calling thread.

botocore alone is a call that gets a constant reply, with S3's headers and body, where s3mock answers: in
``Endpoint._send``. It reads the request's body as an HTTP connection would, through the checksums and chunks that
botocore wraps around it.

A turn measures some calls without a mock, with those replies, and as many under the mock, one after the other in one
process and by the same client. s3mock and moto have a process each, since a moto that has been imported leaves a
handler in botocore, and take turns. The ratio is the median of the turns' ratios. "In the hook" is the time in
``Endpoint._send``; moto answers elsewhere.
"""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from statistics import median
from typing import Any, NamedTuple, TypeAlias

import boto3
from botocore.awsrequest import AWSResponse
from botocore.endpoint import Endpoint
from urllib3 import HTTPHeaderDict

from benchmarks.measure import HERE, Asked, Row, asked, progress, ratio

TURNS = 60
PACKAGES = {"botocore": HERE, "moto": HERE}
KIB = b"s" * 1024


class Case(NamedTuple):
    """An operation to measure: the call with its number in the turn, and the keys that the bucket has at first.

    In a turn, each side makes so many timed ``calls``. An expensive case is measured in one of ``every`` turns.
    """

    call: Callable[[Any, int], object]
    keys: int = 1
    calls: int = 20
    every: int = 1


def key(number: int = 0) -> str:
    """One of the keys."""
    return f"key-{number:05}"


def list_objects(client: Any, _number: int) -> object:
    """List up to 1,000 keys."""
    return client.list_objects_v2(Bucket="bucket")


CASES = {
    "PutObject, 1 KiB": Case(lambda client, _: client.put_object(Bucket="bucket", Key=key(), Body=KIB)),
    "GetObject, 1 KiB": Case(lambda client, _: client.get_object(Bucket="bucket", Key=key())["Body"].read()),
    "HeadObject": Case(lambda client, _: client.head_object(Bucket="bucket", Key=key())),
    # Another key each time: a put before each call would fill the processor's caches with its own code.
    "DeleteObject": Case(lambda client, number: client.delete_object(Bucket="bucket", Key=key(number)), keys=25),
    "ListObjectsV2, 10 keys": Case(list_objects, keys=10),
    "ListObjectsV2, 1,000 keys": Case(list_objects, keys=1000, calls=4, every=5),
}

# S3's answers, header for header. tests/test_benchmarks.py compares them with those of s3mock.
COMMON = {
    "x-amz-id-2": "r3AP32NQk9dvbHSEPIbyYADT769VQENxT2BPM6HCnuCb3ZGhR2SBPGM7IjcxbBN7SQk9Bhbyz0w=",
    "x-amz-request-id": "E1DCFE71EDE7C1EC",
    "Date": "Fri, 20 Nov 2026 12:00:00 GMT",
    "Server": "AmazonS3",
}
ENCRYPTED = {"ETag": '"111cc8acc0801c51f5703b7b1aa2512a"', "x-amz-server-side-encryption": "AES256"}
SUMMED = {"x-amz-checksum-crc32": "3jM0rg==", "x-amz-checksum-type": "FULL_OBJECT"}
READ = {
    "Last-Modified": "Fri, 20 Nov 2026 12:00:00 GMT",
    "Accept-Ranges": "bytes",
    "Content-Type": "binary/octet-stream",
    "Content-Length": "1024",
}
LISTED = {"x-amz-bucket-region": "us-east-1", "Content-Type": "application/xml", "Transfer-Encoding": "chunked"}


def listing(keys: int) -> bytes:
    """A page of a listing in S3's XML."""
    contents = "".join(
        f"<Contents><Key>key-{number:05}</Key><LastModified>2026-11-20T12:00:00.000Z</LastModified>"
        "<ETag>&quot;111cc8acc0801c51f5703b7b1aa2512a&quot;</ETag><ChecksumAlgorithm>CRC32</ChecksumAlgorithm>"
        "<ChecksumType>FULL_OBJECT</ChecksumType><Size>1024</Size><StorageClass>STANDARD</StorageClass></Contents>"
        for number in range(keys)
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">'
        f"<Name>bucket</Name><Prefix></Prefix><KeyCount>{keys}</KeyCount><MaxKeys>1000</MaxKeys>"
        f"<EncodingType>url</EncodingType><IsTruncated>false</IsTruncated>{contents}</ListBucketResult>"
    ).encode()


class Reply(NamedTuple):
    """What botocore gets when it is alone."""

    status: int
    headers: dict[str, str]
    body: bytes = b""


REPLIES = {
    "PutObject, 1 KiB": Reply(200, COMMON | ENCRYPTED | SUMMED | {"Content-Length": "0"}),
    "GetObject, 1 KiB": Reply(200, COMMON | READ | ENCRYPTED | SUMMED, KIB),
    "HeadObject": Reply(200, COMMON | READ | ENCRYPTED),
    "DeleteObject": Reply(204, COMMON),
    "ListObjectsV2, 10 keys": Reply(200, COMMON | LISTED, listing(10)),
    "ListObjectsV2, 1,000 keys": Reply(200, COMMON | LISTED, listing(1000)),
}


class Raw:
    """The body of a response, as urllib3 hands it to botocore."""

    def __init__(self, body: bytes) -> None:
        self.body = body

    def stream(self) -> Iterator[bytes]:
        """Yield all of it."""
        yield self.body

    def read(self, amount: int | None = None) -> bytes:
        """Return the next bytes."""
        taken = self.body[:amount]
        self.body = self.body[len(taken) :]
        return taken


@contextlib.contextmanager
def sending(send: Callable[[Endpoint, Any], Any]) -> Iterator[None]:
    """With another ``Endpoint._send``."""
    real = Endpoint._send  # type: ignore[attr-defined]  # noqa: SLF001
    Endpoint._send = send  # type: ignore[attr-defined]  # noqa: SLF001
    try:
        yield
    finally:
        Endpoint._send = real  # type: ignore[attr-defined]  # noqa: SLF001


def alone(case: str) -> contextlib.AbstractContextManager[None]:
    """Answer the case's call with its constant reply."""
    reply = REPLIES[case]

    def send(_endpoint: Endpoint, request: Any) -> AWSResponse:
        body = request.body
        if body is not None and not isinstance(body, bytes):
            for _chunk in body:
                pass
        arrived: Any = HTTPHeaderDict(reply.headers)
        return AWSResponse(request.url, reply.status, arrived, Raw(reply.body))

    return sending(send)


def mocked(name: str) -> contextlib.AbstractContextManager[object]:
    """The mock of a name. Only its process imports it."""
    if name == "s3mock":
        from s3mock import mock_s3  # noqa: PLC0415

        return mock_s3()
    from moto import mock_aws  # noqa: PLC0415

    mock: contextlib.AbstractContextManager[object] = mock_aws()
    return mock


@contextlib.contextmanager
def timed_hook() -> Iterator[list[int]]:
    """The nanoseconds of each ``Endpoint._send``: the answer alone, before botocore parses it."""
    answering = Endpoint._send  # type: ignore[attr-defined]  # noqa: SLF001
    taken: list[int] = []

    def send(endpoint: Endpoint, request: Any) -> Any:
        start = time.thread_time_ns()
        answer = answering(endpoint, request)
        taken.append(time.thread_time_ns() - start)
        return answer

    with sending(send):
        yield taken


class Taken(NamedTuple):
    """The median microseconds of a case's call, and of the hook in it. The hook of a mock that has none is nan."""

    call: float
    hook: float


Pair: TypeAlias = tuple[Taken, Taken]
"""What a call takes with botocore alone, and under a mock."""


def timed(case: Case, client: Any) -> Taken:
    """What the calls of a turn take, after some that are not timed."""
    calls, hooks = [], []
    with timed_hook() as hook:
        warm = case.calls // 4
        for number in range(warm + case.calls):
            hook.clear()
            start = time.thread_time_ns()
            case.call(client, number)
            if number >= warm:
                calls.append(time.thread_time_ns() - start)
                hooks += hook
    return Taken(median(calls) / 1e3, median(hooks) / 1e3 if hooks else float("nan"))


def turn(side: str, name: str, client: Any) -> Taken:
    """A turn of a side, botocore alone or a mock, in a case."""
    case = CASES[name]
    if side == "botocore":
        with alone(name):
            return timed(case, client)
    with mocked(side):
        client.create_bucket(Bucket="bucket")
        for number in range(case.keys):
            client.put_object(Bucket="bucket", Key=key(number), Body=KIB)
        return timed(case, client)


def serve(mock: str) -> None:
    """For each line of the input, the name of a case: a turn of botocore alone and one of the mock."""
    with mocked(mock):
        pass  # it is imported, and has left in botocore what it leaves there
    client = boto3.client("s3")
    for number, line in enumerate(sys.stdin):
        order = ("botocore", mock) if number % 2 == 0 else (mock, "botocore")
        taken = {side: turn(side, line.strip(), client) for side in order}
        print(*taken["botocore"], *taken[mock], flush=True)


def worker(mock: str, tree: str = "") -> contextlib.AbstractContextManager[Asked]:
    """A process that measures a mock: s3mock's code comes from another tree, if one is given."""
    return asked("-m", "benchmarks.operations", mock, tree)


def rows(turns: int = TURNS, cases: Iterable[str] = tuple(CASES)) -> list[Row]:
    """Three rows for each case: the ratio to botocore alone, the call, and the hook."""
    found: list[Row] = []
    with worker("s3mock") as s3mock, worker("moto") as moto:
        sides = {"s3mock": s3mock, "moto": moto}
        for name in cases:
            progress(name)
            pairs: dict[str, list[Pair]] = {mock: [] for mock in sides}
            for _ in range(max(1, turns // CASES[name].every)):
                for mock, side in sides.items():
                    numbers = side.ask(name)
                    pairs[mock].append((Taken(*numbers[:2]), Taken(*numbers[2:])))
            found += of_case(name, pairs)
    return found


def of_case(name: str, pairs: dict[str, list[Pair]]) -> list[Row]:
    """The rows of a case from what botocore alone and a mock took in each of its turns."""
    alone = [before for before, _ in pairs["s3mock"]]
    return [
        Row(
            name,
            "x botocore",
            {mock: ratio((before.call, after.call) for before, after in both) for mock, both in pairs.items()},
        ),
        Row(
            name,
            "us",
            {"botocore": median(taken.call for taken in alone)}
            | {mock: median(after.call for _, after in both) for mock, both in pairs.items()},
        ),
        Row(
            f"{name}: in the hook",
            "us",
            {
                "botocore": median(taken.hook for taken in alone),
                "s3mock": median(after.hook for _, after in pairs["s3mock"]),
            },
        ),
    ]


if __name__ == "__main__":
    sys.path[:0] = filter(None, sys.argv[2:])
    serve(sys.argv[1])
