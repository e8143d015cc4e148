"""The CPU time that s3mock adds to botocore's own, beside moto's: small operations, large bodies, and the import.

``make bench`` runs this in an environment that has s3mock, without extras, and moto. It prints three Markdown tables;
``make bench ARGS=--write`` also puts them into docs/performance.md. ``--json`` prints the numbers, and ``--rounds N``
measures longer.

botocore's floor is a call that gets a constant answer, with S3's headers and body, where s3mock answers: in
``Endpoint._send``. The floor reads the request's body as an HTTP connection would, through the checksums and chunks
that botocore wraps around it; a second floor leaves the body unread. All times are CPU time of the calling thread, as
other work on the machine disturbs it less than the wall clock. Contenders take turns, each in a process of its own. The
time of a turn is the median of its calls, and the best turns are compared. The difference of two calls has the noise of
both, which is large where botocore's own share is large; "in send" is the difference of the answers alone, without that
noise.

Large bodies are measured once, as the best of three calls, and compared with moto by a ratio that includes botocore's
own time, which matters little there.
"""

from __future__ import annotations

import argparse
import contextlib
import datetime as dt
import io
import json
import os
import platform
import subprocess
import sys
import time
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any, NamedTuple

import boto3
from boto3.s3.transfer import TransferConfig
from botocore.awsrequest import AWSResponse
from botocore.endpoint import Endpoint
from urllib3 import HTTPHeaderDict

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PAGE = Path(__file__).parents[1] / "docs" / "performance.md"
KIB = b"s" * 1024
MIB = 1024 * KIB
MOCKS = ("s3mock", "moto")
CONTENDERS = ("floor", "undrained floor", *MOCKS)


class Case(NamedTuple):
    """An operation to measure: the number of calls, the bucket, the timed call, and an untimed one before each."""

    calls: int
    bucket: str
    call: Callable[[Any, str], object]
    before: Callable[[Any, str], object] | None = None


def put(client: Any, bucket: str) -> object:
    """Put 1 KiB."""
    return client.put_object(Bucket=bucket, Key="key-00000", Body=KIB)


def list_objects(client: Any, bucket: str) -> object:
    """List up to 1,000 keys."""
    return client.list_objects_v2(Bucket=bucket)


CASES = {
    "PutObject (1 KiB)": Case(200, "one-key", put),
    "GetObject (1 KiB)": Case(
        200, "one-key", lambda client, bucket: client.get_object(Bucket=bucket, Key="key-00000")["Body"].read()
    ),
    "HeadObject": Case(200, "one-key", lambda client, bucket: client.head_object(Bucket=bucket, Key="key-00000")),
    "DeleteObject": Case(
        200, "one-key", lambda client, bucket: client.delete_object(Bucket=bucket, Key="key-00000"), put
    ),
    "ListObjectsV2 (10 keys)": Case(100, "ten-keys", list_objects),
    "ListObjectsV2 (1,000 keys)": Case(12, "thousand-keys", list_objects),
}
KEYS = {"one-key": 1, "ten-keys": 10, "thousand-keys": 1000}


def upload(client: Any, bucket: str) -> object:
    """Upload 20 MiB in parts of 5 MiB, without naming a checksum algorithm: S3 computes a CRC64NVME."""
    upload_id = client.create_multipart_upload(Bucket=bucket, Key="uploaded")["UploadId"]
    target = {"Bucket": bucket, "Key": "uploaded", "UploadId": upload_id}
    parts = [
        {"PartNumber": number, "ETag": client.upload_part(**target, PartNumber=number, Body=5 * MIB)["ETag"]}
        for number in range(1, 5)
    ]
    return client.complete_multipart_upload(**target, MultipartUpload={"Parts": parts})


def copy(client: Any, bucket: str) -> object:
    """Copy 256 MiB by boto3's managed transfer, in the calling thread."""
    source = {"Bucket": bucket, "Key": "256-mib"}
    return client.copy(source, bucket, "copied", Config=TransferConfig(use_threads=False))


LARGE: dict[str, Callable[[Any, str], object]] = {
    "Multipart upload of 20 MiB, no checksum given": upload,
    "Managed copy of 256 MiB": copy,
}
LARGE_CALLS = 3

# S3's answers, header for header.
COMMON = {
    "x-amz-id-2": "r3AP32NQk9dvbHSEPIbyYADT769VQENxT2BPM6HCnuCb3ZGhR2SBPGM7IjcxbBN7SQk9Bhbyz0w=",
    "x-amz-request-id": "E1DCFE71EDE7C1EC",
    "Date": "Fri, 20 Nov 2026 12:00:00 GMT",
    "Server": "AmazonS3",
}
STORED = {
    "x-amz-server-side-encryption": "AES256",
    "ETag": '"111cc8acc0801c51f5703b7b1aa2512a"',
    "x-amz-checksum-crc32": "3jM0rg==",
    "x-amz-checksum-type": "FULL_OBJECT",
}
READ = {
    "Last-Modified": "Fri, 20 Nov 2026 12:00:00 GMT",
    "ETag": STORED["ETag"],
    "x-amz-server-side-encryption": "AES256",
    "Accept-Ranges": "bytes",
    "Content-Type": "binary/octet-stream",
    "Content-Length": "1024",
}
LISTED = {"x-amz-bucket-region": "us-east-1", "Content-Type": "application/xml", "Transfer-Encoding": "chunked"}


def listing(bucket: str) -> bytes:
    """Return a page of a listing in S3's XML."""
    contents = "".join(
        f"<Contents><Key>key-{number:05}</Key><LastModified>2026-11-20T12:00:00.000Z</LastModified>"
        "<ETag>&quot;111cc8acc0801c51f5703b7b1aa2512a&quot;</ETag><ChecksumAlgorithm>CRC32</ChecksumAlgorithm>"
        "<ChecksumType>FULL_OBJECT</ChecksumType><Size>1024</Size><StorageClass>STANDARD</StorageClass></Contents>"
        for number in range(KEYS[bucket])
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">'
        f"<Name>{bucket}</Name><Prefix></Prefix><KeyCount>{KEYS[bucket]}</KeyCount><MaxKeys>1000</MaxKeys>"
        f"<EncodingType>url</EncodingType><IsTruncated>false</IsTruncated>{contents}</ListBucketResult>"
    ).encode()


REPLIES: dict[str, tuple[int, dict[str, str], bytes]] = {
    "PutObject (1 KiB)": (200, COMMON | STORED | {"Content-Length": "0"}, b""),
    "GetObject (1 KiB)": (200, COMMON | READ | STORED, KIB),
    "HeadObject": (200, COMMON | READ, b""),
    "DeleteObject": (204, COMMON, b""),
    "ListObjectsV2 (10 keys)": (200, COMMON | LISTED, listing("ten-keys")),
    "ListObjectsV2 (1,000 keys)": (200, COMMON | LISTED, listing("thousand-keys")),
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
def floor(*, drain: bool) -> Iterator[None]:
    """Answer every call with the reply of the running case."""
    real = Endpoint._send  # type: ignore[attr-defined]  # noqa: SLF001

    def send(_endpoint: Endpoint, request: Any) -> AWSResponse:
        body = request.body
        if drain and body is not None and not isinstance(body, bytes):
            for _chunk in body:
                pass
        status, headers, content = REPLIES[running]
        arrived: Any = HTTPHeaderDict(headers)
        return AWSResponse(request.url, status, arrived, Raw(content))

    Endpoint._send = send  # type: ignore[attr-defined]  # noqa: SLF001
    try:
        yield
    finally:
        Endpoint._send = real  # type: ignore[attr-defined]  # noqa: SLF001


PUT = "PutObject (1 KiB)"
running = PUT
"""The case whose reply the floor returns."""


def contender(name: str) -> Any:
    """Return the context manager under which a contender answers S3's requests."""
    # Imported here, so that each process loads the contender it measures and no other.
    if name == "s3mock":
        from s3mock import mock_s3  # noqa: PLC0415

        return mock_s3()
    if name == "moto":
        from moto import mock_aws  # noqa: PLC0415

        return mock_aws()
    return floor(drain=name == "floor")


@contextlib.contextmanager
def timed_send() -> Iterator[list[int]]:
    """Collect the nanoseconds of each ``Endpoint._send``: the answer alone, before botocore parses it."""
    answering = Endpoint._send  # type: ignore[attr-defined]  # noqa: SLF001
    taken: list[int] = []

    def send(endpoint: Endpoint, request: Any) -> Any:
        start = time.thread_time_ns()
        answer = answering(endpoint, request)
        taken.append(time.thread_time_ns() - start)
        return answer

    Endpoint._send = send  # type: ignore[attr-defined]  # noqa: SLF001
    try:
        yield taken
    finally:
        Endpoint._send = answering  # type: ignore[attr-defined]  # noqa: SLF001


@contextlib.contextmanager
def ready(name: str) -> Iterator[Callable[[str, int], tuple[float, float]]]:
    """What measures a case by a number of calls, with the contender's buckets in place.

    It returns the median nanoseconds of the case's call, and of the ``Endpoint._send`` in it.
    """
    with contender(name), timed_send() as sent:
        client = boto3.client("s3")
        for bucket, keys in KEYS.items():
            client.create_bucket(Bucket=bucket)
            for number in range(keys if name in MOCKS else 0):
                client.put_object(Bucket=bucket, Key=f"key-{number:05}", Body=KIB)

        def timed(case: str, calls: int) -> tuple[float, float]:
            global running  # noqa: PLW0603 - it selects the floor's reply without taking time in it
            _, bucket, call, before = CASES[case]
            taken = []
            answered = []
            for warm in range(-calls // 4, calls):
                running = PUT
                if before is not None:
                    before(client, bucket)
                running = case
                sent.clear()
                start = time.thread_time_ns()
                call(client, bucket)
                if warm >= 0:
                    taken.append(time.thread_time_ns() - start)
                    answered += sent
            # moto answers before `send`, in an event handler.
            return median(taken), median(answered or [0])

        yield timed


def measure(name: str) -> dict[str, tuple[float, float]]:
    """Return the median nanoseconds of each case's call, and of the ``Endpoint._send`` in it."""
    with ready(name) as timed:
        return {case: timed(case, CASES[case].calls) for case in CASES}


def measure_turns(name: str) -> None:
    """Measure the case that each line of the input names, by a tenth of its calls, and print its two numbers."""
    with ready(name) as timed:
        for line in sys.stdin:
            case = line.strip()
            print(*timed(case, CASES[case].calls // 10 or 1), flush=True)


def measure_large(name: str) -> dict[str, float]:
    """Return the least nanoseconds of each large case."""
    times: dict[str, float] = {}
    with contender(name):
        client = boto3.client("s3")
        client.create_bucket(Bucket="large")
        client.upload_fileobj(io.BytesIO(256 * MIB), "large", "256-mib", Config=TransferConfig(use_threads=False))
        for case, call in LARGE.items():
            taken = []
            for _ in range(LARGE_CALLS):
                start = time.thread_time_ns()
                call(client, "large")
                taken.append(time.thread_time_ns() - start)
                client.delete_objects(Bucket="large", Delete={"Objects": [{"Key": "uploaded"}, {"Key": "copied"}]})
            times[case] = min(taken)
    return times


def environment(**variables: str) -> dict[str, str]:
    """Variables with dummy credentials and without the user's AWS configuration."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "S3MOCK", "MOTO"))}
    dummies = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing", "AWS_REGION": "us-east-1"}
    dummies |= {
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    }
    return inherited | dummies | variables


def child(*arguments: str) -> str:
    """Run Python in the environment above; return its output."""
    return subprocess.run(
        [sys.executable, *arguments], env=environment(), check=True, stdout=subprocess.PIPE, text=True
    ).stdout


def imports(rounds: int) -> dict[str, float]:
    """Return the median milliseconds of ``import boto3`` and of ``import s3mock`` after it."""
    code = (
        "import time; a = time.process_time_ns(); import boto3; b = time.process_time_ns(); import s3mock; "
        "c = time.process_time_ns(); print(b - a, c - b)"
    )
    pairs = [tuple(map(int, child("-c", code).split())) for _ in range(rounds)]
    return {"boto3": median(a for a, _ in pairs) / 1e6, "s3mock": median(b for _, b in pairs) / 1e6}


def run(rounds: int) -> dict[str, Any]:
    """Measure everything; the contenders take turns."""
    turns: dict[str, list[dict[str, list[float]]]] = {name: [] for name in CONTENDERS}
    for turn in range(rounds):
        for name in CONTENDERS:
            print(f"round {turn + 1} of {rounds}: {name}", file=sys.stderr)
            turns[name].append(json.loads(child(__file__, "--contender", name)))
    large: dict[str, dict[str, float]] = {}
    for name in MOCKS:
        print(f"large bodies: {name}", file=sys.stderr)
        large[name] = json.loads(child(__file__, "--contender", name, "--large"))
    return {
        "date": dt.datetime.now(dt.timezone.utc).date().isoformat(),
        "machine": machine(),
        "versions": {"python": platform.python_version()}
        | {name: version(name) for name in ("botocore", "s3mock", "moto")},
        "microseconds": {
            case: {name: min(turn[case][0] for turn in turns[name]) / 1e3 for name in CONTENDERS}
            | {f"{name} in send": min(turn[case][1] for turn in turns[name]) / 1e3 for name in ("floor", "s3mock")}
            for case in CASES
        },
        "large milliseconds": {case: {name: large[name][case] / 1e6 for name in MOCKS} for case in LARGE},
        "import milliseconds": imports(3 * rounds),
    }


def machine() -> str:
    """Return the processor's name and number of cores."""
    cpus = Path("/proc/cpuinfo")
    names = cpus.read_text(encoding="utf-8").splitlines() if cpus.exists() else []
    models = [line.partition(":")[2].strip() for line in names if line.startswith("model name")]
    return f"{models[0] if models else platform.processor() or platform.machine()}, {os.cpu_count()} cores"


def markdown(results: dict[str, Any]) -> str:
    """Return the results as three tables."""
    versions = ", ".join(f"{name} {number}" for name, number in results["versions"].items())
    lines = [
        f"{results['date']}, {results['machine']}; {versions}. Microseconds of the thread's CPU time:\n",
        "| Operation | botocore alone | (body not read) | s3mock adds | (in `send`) | moto adds |",
        "| --- | ---: | ---: | ---: | ---: | ---: |",
    ]
    for case, row in results["microseconds"].items():
        least = row["floor"]
        lines.append(
            f"| {case} | {least:,.0f} | {row['undrained floor']:,.0f} | {row['s3mock'] - least:,.0f} "
            f"| {row['s3mock in send'] - row['floor in send']:,.0f} | {row['moto'] - least:,.0f} |"
        )
    lines += [
        "\nMilliseconds of the thread's CPU time for large bodies, botocore's included:\n",
        "| Operation | s3mock | moto | s3mock / moto |",
        "| --- | ---: | ---: | ---: |",
        *(
            f"| {case} | {row['s3mock']:,.0f} | {row['moto']:,.0f} | {row['s3mock'] / row['moto']:.2f} |"
            for case, row in results["large milliseconds"].items()
        ),
    ]
    cost = results["import milliseconds"]
    lines += [
        "\nMilliseconds of CPU time for an import:\n",
        "| `import boto3` | `import s3mock` adds |",
        "| ---: | ---: |",
        f"| {cost['boto3']:.1f} | {cost['s3mock']:.1f} |",
    ]
    return "\n".join(lines)


def write(tables: str) -> None:
    """Put the tables at the end of docs/performance.md."""
    before, mark, _ = PAGE.read_text(encoding="utf-8").partition("<!-- printed by `make bench` -->\n")
    PAGE.write_text(f"{before}{mark}\n{tables}\n", encoding="utf-8")


def main() -> None:
    """Measure, and print the results."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="print the numbers as JSON")
    parser.add_argument("--rounds", type=int, default=5, help="turns of each contender (default: 5)")
    parser.add_argument("--write", action="store_true", help="put the tables into docs/performance.md")
    parser.add_argument("--contender", choices=CONTENDERS, help=argparse.SUPPRESS)
    parser.add_argument("--large", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--turns", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.turns:
        measure_turns(arguments.contender)
        return
    if arguments.contender:
        print(json.dumps((measure_large if arguments.large else measure)(arguments.contender)))
        return
    if arguments.write and find_spec("awscrt"):
        parser.error("docs/performance.md is about a plain install, without awscrt: use `make bench ARGS=--write`")
    results = run(arguments.rounds)
    print(json.dumps(results, indent=2) if arguments.json else markdown(results))
    if arguments.write:
        write(markdown(results))


if __name__ == "__main__":
    main()
