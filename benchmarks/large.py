"""Large objects through a server's process: the memory that each operation takes beside what is stored.

The bytes are in memory or in a folder. Linux only: the peak is the kernel's. SelectObjectContent is left out where the
parser of ``s3mock[select]`` is not installed.
"""

from __future__ import annotations

import base64
import hashlib
import itertools
import re
import subprocess
import sys
import tempfile
import time
import zlib
from collections.abc import Callable, Iterator, Mapping
from http.client import HTTPConnection
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple, TypeAlias

from benchmarks.measure import ROOT, Row, environment, progress
from s3mock import S3MockServer
from s3mock.backend.blobs import BlobStore

TURNS = 1
SIZE = 1024
"""Of an object, in MiB."""

MEBIBYTE = 1 << 20
PART = 5 * MEBIBYTE  # the smallest of all but the last
LINE = b"%015d,%s\n"
# Signed with an unknown key: accepted as it is. The date is that of a presigned URL.
SIGNED = "AWSAccessKeyId=any&Signature=any&Expires=2000000000"
KEY = bytes(32)
CUSTOMER_KEY = {
    "x-amz-server-side-encryption-customer-algorithm": "AES256",
    "x-amz-server-side-encryption-customer-key": base64.b64encode(KEY).decode(),
    "x-amz-server-side-encryption-customer-key-MD5": base64.b64encode(hashlib.md5(KEY).digest()).decode(),
}
ZONAL = "bucket--use1-az4--x-s3"
DIRECTORY = (
    b"<CreateBucketConfiguration><Location><Name>use1-az4</Name><Type>AvailabilityZone</Type></Location><Bucket>"
    b"<DataRedundancy>SingleAvailabilityZone</DataRedundancy><Type>Directory</Type></Bucket></CreateBucketConfiguration>"
)
BOUNDARY = "boundary"


class Answer(NamedTuple):
    """A response: its headers by their names in lower case, the number of its bytes, and the first of them."""

    headers: dict[str, str]
    size: int
    first: bytes


class Client:
    """Sends requests to a server, with bodies that are made while they are sent and read a piece at a time."""

    def __init__(self, port: int, size: int) -> None:
        self.port = port
        self.size = size
        self.part = -(-size // min(max(1, size // PART), 8))
        self.piece = b"".join(LINE % (number, b"x" * 239) for number in range(MEBIBYTE // 256))

    def body(self, size: int | None = None) -> Iterator[bytes]:
        """Lines of CSV, ``size`` bytes of them."""
        left = self.size if size is None else size
        while left > 0:
            yield self.piece[:left]
            left -= len(self.piece)

    def call(
        self,
        method: str,
        path: str,
        body: Iterator[bytes] | bytes = b"",
        size: int = 0,
        headers: Mapping[str, str] | None = None,
        *,
        signed: bool = True,
    ) -> Answer:
        """The answer to a request with a body of ``size`` bytes. Raises RuntimeError for an error of S3."""
        connection = HTTPConnection("127.0.0.1", self.port)
        length = len(body) if isinstance(body, bytes) and not size else size
        sent = {"Content-Length": str(length), **(headers or {})}
        target = f"{path}{'&' if '?' in path else '?'}{SIGNED}" if signed else path
        try:
            connection.request(method, target, body=body or None, headers=sent)
            response = connection.getresponse()
            first = response.read(MEBIBYTE)
            count = len(first)
            while data := response.read(MEBIBYTE):
                count += len(data)
        finally:
            connection.close()
        if response.status >= 300:
            raise RuntimeError(f"{method} {path}: {response.status} {first[:400]!r}")
        return Answer({name.lower(): value for name, value in response.getheaders()}, count, first)


Case: TypeAlias = "Callable[[Client], object]"


def put(key: str, headers: Mapping[str, str] | None = None) -> Case:
    """PutObject."""
    return lambda client: client.call("PUT", f"/bucket/{key}", client.body(), client.size, headers)


def put_with_digests(client: Client) -> None:
    """PutObject with all digests that its headers can have."""
    md5, sha = hashlib.md5(), hashlib.sha256()
    for piece in client.body():
        md5.update(piece)
        sha.update(piece)
    headers = {
        "Content-MD5": base64.b64encode(md5.digest()).decode(),
        "x-amz-content-sha256": sha.hexdigest(),
        "x-amz-checksum-sha256": base64.b64encode(sha.digest()).decode(),
    }
    put("digests", headers)(client)


def put_in_chunks(key: str, most: int) -> Case:
    """PutObject as SDKs send it: aws-chunked, in chunks of at most this many bytes, with a CRC32 trailer."""

    def call(client: Client) -> None:
        sizes = [min(most, client.size - start) for start in range(0, client.size, most)]

        def framed() -> Iterator[bytes]:
            crc = 0
            for size in sizes:
                yield b"%x\r\n" % size
                for piece in client.body(size):
                    crc = zlib.crc32(piece, crc)
                    yield piece
                yield b"\r\n"
            yield b"0\r\nx-amz-checksum-crc32:%b\r\n\r\n" % base64.b64encode(crc.to_bytes(4, "big"))

        framing = sum(len(b"%x\r\n\r\n" % size) for size in sizes) + len(b"0\r\nx-amz-checksum-crc32:12345678\r\n\r\n")
        headers = {
            "Content-Encoding": "aws-chunked",
            "x-amz-content-sha256": "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
            "x-amz-decoded-content-length": str(client.size),
            "x-amz-trailer": "x-amz-checksum-crc32",
        }
        client.call("PUT", f"/bucket/{key}", framed(), client.size + framing, headers)

    return call


def post_form(client: Client) -> None:
    """PostObject, as a browser's form sends it."""
    policy = b'{"expiration": "2033-01-01T00:00:00Z", "conditions": [{"bucket": "bucket"}, {"key": "form"}]}'
    fields = {"key": "form", "AWSAccessKeyId": "any", "policy": base64.b64encode(policy).decode(), "signature": "any"}
    start = "".join(
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields.items()
    )
    start += f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="f"\r\n\r\n'
    end = f"\r\n--{BOUNDARY}--\r\n"
    client.call(
        "POST",
        "/bucket",
        itertools.chain((start.encode(),), client.body(), (end.encode(),)),
        len(start) + client.size + len(end),
        {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"},
        signed=False,
    )


def get(path: str, headers: Mapping[str, str] | None = None, left_out: int = 0) -> Case:
    """GetObject. All bytes must come but those that are ``left_out``."""

    def call(client: Client) -> None:
        answer = client.call("GET", path, headers=headers)
        expected = client.size - left_out
        if (answer.size, answer.headers["content-length"]) != (expected, str(expected)):
            raise RuntimeError(f"GET {path}: {answer.size} bytes instead of {expected}")

    return call


def get_part(client: Client) -> None:
    """GetObject of one part."""
    get("/bucket/parts?partNumber=1", left_out=client.size - client.part)(client)


def upload(client: Client, key: str, part: Callable[[str, int, int], Answer]) -> None:
    """A multipart upload of up to 8 parts: ``part(path, start, stop)`` sends each."""
    created = client.call("POST", f"/bucket/{key}?uploads")
    upload_id = match(b"<UploadId>([^<]+)", created.first)
    parts = ""
    for number, start in enumerate(range(0, client.size, client.part), 1):
        path = f"/bucket/{key}?partNumber={number}&uploadId={upload_id}"
        answer = part(path, start, min(start + client.part, client.size))
        etag = answer.headers.get("etag") or match(b"<ETag>([^<]+)", answer.first)
        parts += f"<Part><PartNumber>{number}</PartNumber><ETag>{etag}</ETag></Part>"
    document = f"<CompleteMultipartUpload>{parts}</CompleteMultipartUpload>".encode()
    client.call("POST", f"/bucket/{key}?uploadId={upload_id}", document)


def match(pattern: bytes, text: bytes) -> str:
    """The first group of a pattern in an answer."""
    found = re.search(pattern, text)
    if found is None:
        raise RuntimeError(f"{pattern!r} is not in {text[:400]!r}")
    return found[1].decode()


def upload_parts(client: Client) -> None:
    """CreateMultipartUpload, UploadPart, CompleteMultipartUpload."""

    def part(path: str, start: int, stop: int) -> Answer:
        return client.call("PUT", path, client.body(stop - start), stop - start)

    upload(client, "parts", part)


def copy_parts(client: Client) -> None:
    """CreateMultipartUpload, UploadPartCopy, CompleteMultipartUpload."""

    def part(path: str, start: int, stop: int) -> Answer:
        source = {"x-amz-copy-source": "/bucket/object", "x-amz-copy-source-range": f"bytes={start}-{stop - 1}"}
        return client.call("PUT", path, headers=source)

    upload(client, "copied", part)


def copy(client: Client) -> None:
    """CopyObject with another checksum, for which all bytes are read."""
    client.call(
        "PUT",
        "/bucket/copy",
        headers={"x-amz-copy-source": "/bucket/parts", "x-amz-checksum-algorithm": "SHA256"},
    )


def attributes(client: Client) -> None:
    """GetObjectAttributes."""
    client.call(
        "GET", "/bucket/parts?attributes", headers={"x-amz-object-attributes": "ObjectSize,Checksum,ObjectParts"}
    )


def append(client: Client) -> None:
    """PutObject that appends to an object of a directory bucket."""
    half = client.size // 2
    for offset in (0, half):
        headers = {} if offset == 0 else {"x-amz-write-offset-bytes": str(offset)}
        client.call("PUT", f"/{ZONAL}/appended", client.body(half), half, headers)


def query(name: str, expression: str) -> Case:
    """SelectObjectContent over CSV."""

    def call(client: Client) -> None:
        document = (
            f"<SelectObjectContentRequest><Expression>{expression}</Expression><ExpressionType>SQL</ExpressionType>"
            "<InputSerialization><CSV/></InputSerialization><OutputSerialization><CSV/></OutputSerialization>"
            "</SelectObjectContentRequest>"
        )
        answer = client.call("POST", f"/bucket/{name}?select&select-type=2", document.encode())
        if b"Records" not in answer.first:
            raise RuntimeError(f"no records: {answer.first[:400]!r}")

    return call


CASES: dict[str, Case] = {
    "PutObject": put("object"),
    "PutObject with digests": put_with_digests,
    "PutObject in chunks of 64 KiB": put_in_chunks("chunks", 1 << 16),
    "PutObject in one chunk": put_in_chunks("chunk", 1 << 40),
    "PutObject, SSE-C": put("customer", CUSTOMER_KEY),
    "PutObject that appends": append,
    "PostObject": post_form,
    "UploadPart, CompleteMultipartUpload": upload_parts,
    "UploadPartCopy, CompleteMultipartUpload": copy_parts,
    "CopyObject": copy,
    "GetObject": get("/bucket/object"),
    "GetObject of parts": get("/bucket/parts"),
    "GetObject of one part": get_part,
    "GetObject of a range": get("/bucket/object", {"Range": "bytes=5-"}, left_out=5),
    "GetObject, SSE-C": get("/bucket/customer", CUSTOMER_KEY),
    "HeadObject": lambda client: client.call("HEAD", "/bucket/object"),
    "GetObjectAttributes": attributes,
}
if find_spec("sqlglot"):
    CASES["SelectObjectContent"] = query("object", "SELECT COUNT(*) FROM S3Object")
"""The operations that read or write all bytes of an object, in an order in which each finds what it needs."""


def serve(folder: str | None) -> None:
    """Serve S3 until stdin ends: print the port, and the bytes that are stored in memory for each line of it."""
    server = S3MockServer(buckets=["bucket"])
    if folder is not None:
        server.cloud.blobs = BlobStore(folder=Path(folder))
    with server:
        print(server.port, flush=True)
        for _ in sys.stdin:
            for path in server.cloud.blobs.take_dropped():
                path.unlink()
            print(server.cloud.blobs.held, flush=True)


class Used(NamedTuple):
    """What an operation has taken: bytes at the peak beside what is stored in memory, and seconds."""

    extra: int
    seconds: float


def memory(pid: int, name: str) -> int:
    """The resident memory of a process in bytes: ``VmRSS`` now, or ``VmHWM`` at its peak."""
    lines = Path(f"/proc/{pid}/status").read_text("ascii")
    return int(match(rb"%b:\s+(\d+)" % name.encode(), lines.encode())) * 1024


def measure(size: int, folder: str | None) -> dict[str, Used]:
    """What each case takes in a server with objects of ``size`` bytes, after small ones have been through it."""
    command = [sys.executable, "-m", "benchmarks.large", *([] if folder is None else [folder])]
    server = subprocess.Popen(
        command, cwd=ROOT, env=environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    asked, answers = server.stdin, server.stdout
    assert asked is not None
    assert answers is not None

    def held() -> int:
        print(file=asked, flush=True)
        return int(answers.readline())

    try:
        port = int(answers.readline())
        small = Client(port, 1 << 16)
        small.call("PUT", f"/{ZONAL}", DIRECTORY)
        for call in CASES.values():
            call(small)
        idle = memory(server.pid, "VmRSS")
        client = Client(port, size)
        used: dict[str, Used] = {}
        for name, call in CASES.items():
            Path(f"/proc/{server.pid}/clear_refs").write_text("5", "ascii")  # the peak begins anew
            before = held()
            begun = time.perf_counter()
            call(client)
            seconds = time.perf_counter() - begun
            used[name] = Used(memory(server.pid, "VmHWM") - idle - max(before, held()), seconds)
        return used
    finally:
        asked.close()
        server.wait()
        answers.close()


def rows(_turns: int = TURNS) -> list[Row]:
    """The peak of each case beside what is stored, in memory and in a folder."""
    found = []
    with tempfile.TemporaryDirectory(prefix=".s3mock-", dir=ROOT) as folder:
        for place, where in (("in memory", None), ("in a folder", folder)):
            progress(f"peaks {place}")
            for name, used in measure(SIZE * MEBIBYTE, where).items():
                found.append(Row(f"{name}, {SIZE:,} MiB {place}: peak", "MiB", {"s3mock": used.extra / MEBIBYTE}))
    return found


if __name__ == "__main__":
    serve(sys.argv[1] if sys.argv[1:] else None)
