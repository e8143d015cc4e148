"""The CPU time of a page of a listing, in buckets of a thousand and of a million keys, and the memory of an object.

The time of a page is the thread's CPU time in ``gateway.handle``, from the request to the bytes of the answer: the
least of 20 calls. The keys lie in a thousand folders of one key each, or of a thousand keys each, so both buckets have
a page of a thousand keys and one of a thousand common prefixes, and a snapshot is taken and restored in both. Each
bucket lives in a process of its own. The memory of an object is counted by tracemalloc over 20,000 PutObjects as boto3
sends them.

``python -m benchmarks.listings objects 10000000`` puts that many objects instead, and prints what the process takes.
"""

from __future__ import annotations

import gc
import json
import resource
import sys
import time
import tracemalloc
from base64 import b64encode
from hashlib import md5
from typing import TYPE_CHECKING, Any
from zlib import crc32

from benchmarks.measure import Row, child, progress
from s3mock.backend import versions
from s3mock.backend.blobs import Blob
from s3mock.backend.bucket_state import Change
from s3mock.backend.cloud import Cloud
from s3mock.backend.keys import KeyIndex
from s3mock.http import Body, Request
from s3mock.models import checksums
from s3mock.models.checksums import ALGORITHMS
from s3mock.models.version import Version
from s3mock.settings import Settings
from s3mock.transports import adapter

if TYPE_CHECKING:
    from collections.abc import Sequence

    from s3mock.backend.bucket import Bucket

TURNS = 1
HOST = "photos.s3.amazonaws.com"
FOLDERS = 1000
PAGES = {
    "ListObjectsV2, 1,000 keys": "list-type=2&start-after={start}",
    "ListObjectsV2, 1,000 common prefixes": "list-type=2&delimiter=%2F",
    "ListObjects, 1,000 common prefixes": "delimiter=%2F",
    "ListObjectVersions, 1,000 keys": "versions&key-marker={start}",
}
START = {1_000: "0", 1_000_000: "0499/999"}
"""The key before a page of keys, by the size of the bucket: the middle of the large one."""
CREDENTIAL = "testing/20261120/us-east-1/s3/aws4_request"
AUTHORIZATION = f"AWS4-HMAC-SHA256 Credential={CREDENTIAL}, SignedHeaders=host, Signature={64 * '0'}"
"""The owner's; signatures in headers are not verified by default."""
OBJECTS = 20_000
RESET = 3_000
SNAPSHOT = "a snapshot, taken and restored"
BODY = b"0123456789"


def ask(cloud: Cloud, method: str, path: str = "/", query: str = "", body: bytes = b"", **headers: str) -> bytes:
    """Return the body of the answer to a request of the bucket's owner."""
    named = {"authorization": AUTHORIZATION} | {name.replace("_", "-"): value for name, value in headers.items()}
    response = adapter.answer(cloud, Request(method, "https", HOST, path, query, named, Body(body)))
    assert response.status == 200, response.body
    assert isinstance(response.body, bytes)
    return response.body


def put(cloud: Cloud, key: str) -> None:
    """Put an object of ten bytes, with its checksum in a trailer."""
    body = b"a\r\n%s\r\n0\r\nx-amz-checksum-crc32:%s\r\n\r\n" % (BODY, b64encode(crc32(BODY).to_bytes(4, "big")))
    ask(
        cloud,
        "PUT",
        f"/{key}",
        body=body,
        content_encoding="aws-chunked",
        content_length=str(len(body)),
        x_amz_content_sha256="STREAMING-UNSIGNED-PAYLOAD-TRAILER",
        x_amz_decoded_content_length="10",
        x_amz_sdk_checksum_algorithm="CRC32",
        x_amz_trailer="x-amz-checksum-crc32",
    )


def bucket_with_template() -> tuple[Bucket, dict[str, Any]]:
    """Return a bucket whose only object is the template of others, and the fields of that."""
    cloud = Cloud(Settings(journal=0))
    ask(cloud, "PUT")
    put(cloud, "template")
    bucket = cloud.namespace.buckets()[0]
    stack = bucket.state.keys.get("template")
    assert stack is not None
    return bucket, {name: getattr(stack[0], name) for name in stack[0].__slots__}


def pages(size: int) -> dict[str, float]:
    """Return the milliseconds of each page in a bucket of ``size`` keys."""
    bucket, fields = bucket_with_template()
    keys = (f"{folder:04}/{file:03}" for folder in range(FOLDERS) for file in range(size // FOLDERS))
    index: KeyIndex[Sequence[Version]] = KeyIndex.of(
        (key, (Version(**{**fields, "key": key, "etag": md5(key.encode(), usedforsecurity=False).hexdigest()}),))
        for key in keys
    )
    bucket.commit(lambda state: Change(state.with_keys(index)))
    gc.collect()
    gc.freeze()
    times = measured_pages(bucket.cloud, START[size])
    times[SNAPSHOT] = min(snapshot(bucket.cloud) for _ in range(20)) / 1e6
    return times


def measured_pages(cloud: Cloud, start_after: str) -> dict[str, float]:
    """Return the milliseconds of each page in a bucket of a thousand folders."""
    times = {}
    for page, query in PAGES.items():
        taken = []
        for _ in range(20):
            start = time.thread_time_ns()
            answer = ask(cloud, "GET", query=query.format(start=start_after))
            taken.append(time.thread_time_ns() - start)
        assert answer.count(b"<Key>") + answer.count(b"<CommonPrefixes>") == FOLDERS, page
        times[page] = min(taken) / 1e6
    return times


def many(objects: int) -> str:
    """Put ``objects`` objects into a thousand folders, and return a sentence about what they cost.

    Each is what a PutObject of ten bytes makes, with an ETag, a checksum and a key of 32 characters of its own. They
    are put by ``versions.put``, as by PutObject, but without requests, which would take three times as long.
    """
    bucket, fields = bucket_with_template()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.process_time()
    for number in range(objects):
        body = b"%010d" % number
        own = {
            "key": f"{number * FOLDERS // objects:04}/{number:027}",
            "blob": Blob.of(body),
            "etag": md5(body, usedforsecurity=False).hexdigest(),
            "checksum": checksums.of(ALGORITHMS["CRC32"], [body]),
        }
        version = Version(**{**fields, **own})
        bucket.commit(lambda state, version=version: versions.put(state, version))  # type: ignore[misc]
    taken = time.process_time() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    unit = 1 if sys.platform == "darwin" else 1024
    start = time.process_time()
    gc.collect()
    collection = time.process_time() - start
    times = measured_pages(bucket.cloud, f"0499/{0:027}")
    return (
        f"{objects:,} objects: {peak * unit / 1e9:.1f} GB, {(peak - before) * unit / objects:.0f} bytes for each; "
        f"put in {taken:.0f} seconds of CPU time, {taken / objects * 1e6:.0f} microseconds for each; a full garbage "
        f"collection takes {collection:.1f} seconds. Milliseconds of a page: "
        + "; ".join(f"{page}: {milliseconds:.2f}" for page, milliseconds in times.items())
    )


def snapshot(cloud: Cloud) -> int:
    """Take a snapshot and restore it; return the nanoseconds."""
    start = time.thread_time_ns()
    cloud.restore(cloud.snapshot())
    return time.thread_time_ns() - start


def reset() -> float:
    """Return the milliseconds of a reset with 3,000 objects; most of them free the objects' memory."""
    taken = []
    for _ in range(5):
        cloud = Cloud(Settings())
        ask(cloud, "PUT")
        for number in range(RESET):
            put(cloud, f"{number}")
        start = time.thread_time_ns()
        cloud.reset()
        taken.append(time.thread_time_ns() - start)
    return min(taken) / 1e6


def memory(objects: int = OBJECTS) -> float:
    """Return the bytes of memory that a small object takes.

    Nothing is kept in the journal, whose requests would be counted as objects.
    """
    cloud = Cloud(Settings(journal=0))
    ask(cloud, "PUT")
    put(cloud, "warm")
    gc.collect()
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    for number in range(objects):
        put(cloud, f"traced/{number:025}")
    gc.collect()
    traced = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    return traced / objects


def rows(_turns: int = TURNS) -> list[Row]:
    """The pages in both buckets, a snapshot, a reset, and the memory of an object."""
    sizes = {}
    for size in START:
        progress(f"listings: {size:,} keys")
        sizes[size] = json.loads(child("-m", "benchmarks.listings", "pages", str(size)))
    found = [
        Row(f"{page}, of {size:,}", "ms", {"s3mock": times[page]})
        for page in (*PAGES, SNAPSHOT)
        for size, times in sizes.items()
    ]
    freed = json.loads(child("-m", "benchmarks.listings", "reset"))
    found.append(Row(f"a reset with {RESET:,} objects", "ms", {"s3mock": freed}))
    taken = json.loads(child("-m", "benchmarks.listings", "memory"))
    return [*found, Row("memory of a small object, by tracemalloc", "B", {"s3mock": taken})]


if __name__ == "__main__":
    measure, *numbers = sys.argv[1:]
    if measure == "objects":
        print(many(int(numbers[0])))
    else:
        print(json.dumps(pages(int(numbers[0])) if numbers else memory() if measure == "memory" else reset()))
