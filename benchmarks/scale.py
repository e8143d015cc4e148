"""What requests cost where an S3 holds much: 10,000 versions of a key, 10,000 buckets, 10,000 parts, 100,000 keys.

The cost at a large size is compared with that at a small one: microseconds of the thread's CPU time in the gateway, the
least of some calls, without a client. The cost of a request that works on many things is that of one of them.
tests/test_scale.py counts the calls of Python functions in the same requests.
"""

from __future__ import annotations

import base64
import gc
import hashlib
import re
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from benchmarks.measure import Row, progress
from s3mock.backend.bucket import Bucket
from s3mock.backend.cloud import Cloud
from s3mock.backend.persistence.folder import DataFolder
from s3mock.http import Body, Request
from s3mock.settings import Settings
from s3mock.transports import adapter

if TYPE_CHECKING:
    from collections.abc import Callable

CREDENTIAL = "testing/20261120/us-east-1/s3/aws4_request"
AUTHORIZATION = f"AWS4-HMAC-SHA256 Credential={CREDENTIAL}, SignedHeaders=host, Signature={64 * '0'}"
"""The owner's; signatures in headers are not verified by default."""
HOST = "photos.s3.amazonaws.com"
TURNS = 1
CALLS = 50
THREADS = 64
THREADED_REQUESTS = 6_400


class Case(NamedTuple):
    """A row: two sizes, and what makes an S3 of a size and returns the call to measure there.

    The call is made ``calls`` times. With ``each``, it works on as many things as the size says.
    """

    small: int
    large: int
    prepare: Callable[[int], Callable[[], object]]
    calls: int = CALLS
    each: bool = False


class World:
    """A cloud with the bucket ``photos``, and requests of its owner to it."""

    def __init__(self, cloud: Cloud | None = None, **settings: object) -> None:
        self.cloud = cloud or Cloud(Settings(**settings))
        self.cloud.clock.freeze()
        self.ask("PUT")
        self.number = 0

    def ask(
        self, method: str, path: str = "/", query: str = "", body: bytes = b"", host: str = HOST, **headers: str
    ) -> str:
        """The body of the answer to a request, which succeeds."""
        named = {"authorization": AUTHORIZATION} | {name.replace("_", "-"): value for name, value in headers.items()}
        response = adapter.answer(self.cloud, Request(method, "https", host, path, query, named, Body(body)))
        assert response.status < 300, (response.status, response.body)
        return response.body.decode() if isinstance(response.body, bytes) else "".join(map(str, response.body))

    def document(self, method: str, query: str, document: str, path: str = "/") -> str:
        """The answer to a request with an XML document."""
        body = document.encode()
        digest = base64.b64encode(hashlib.md5(body, usedforsecurity=False).digest()).decode()
        return self.ask(method, path, query, body, content_md5=digest)

    def put(self, key: str = "key") -> None:
        """Put an object of ten bytes."""
        self.ask("PUT", f"/{key}", body=b"0123456789")

    def new_key(self, prefix: str = "new") -> str:
        """A key that no object has."""
        self.number += 1
        return f"{prefix}-{self.number:06}"

    @property
    def bucket(self) -> Bucket:
        """The bucket."""
        return self.cloud.namespace.buckets()[-1]

    def versioned(self) -> World:
        """The same with versioning."""
        self.document(
            "PUT", "versioning", "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>"
        )
        return self

    def rules(self, *actions: str) -> None:
        """Give the bucket a lifecycle rule for each action."""
        rules = "".join(
            f"<Rule><ID>{number}</ID><Filter/><Status>Enabled</Status>{action}</Rule>"
            for number, action in enumerate(actions)
        )
        self.document("PUT", "lifecycle", f"<LifecycleConfiguration>{rules}</LifecycleConfiguration>")

    def upload(self, key: str) -> str:
        """The id of a new upload."""
        found = re.search("<UploadId>(.*)</UploadId>", self.ask("POST", f"/{key}", "uploads"))
        assert found is not None
        return found[1]

    def part(self, key: str, upload_id: str, number: int) -> None:
        """Upload a part of ten bytes."""
        self.ask("PUT", f"/{key}", f"partNumber={number}&uploadId={upload_id}", b"0123456789")


NONCURRENT = "<NoncurrentVersionExpiration><NoncurrentDays>30</NoncurrentDays></NoncurrentVersionExpiration>"
NEWER = (
    "<NoncurrentVersionExpiration><NoncurrentDays>1</NoncurrentDays>"
    "<NewerNoncurrentVersions>3</NewerNoncurrentVersions></NoncurrentVersionExpiration>"
)
NONCURRENT_SOON = "<NoncurrentVersionExpiration><NoncurrentDays>1</NoncurrentDays></NoncurrentVersionExpiration>"
EXPIRATION = "<Expiration><Days>30</Days></Expiration>"
TAGGING = b"<Tagging><TagSet><Tag><Key>a</Key><Value>b</Value></Tag></TagSet></Tagging>"
ABORT = "<AbortIncompleteMultipartUpload><DaysAfterInitiation>1</DaysAfterInitiation></AbortIncompleteMultipartUpload>"


# Versions of one key


def versions(size: int, world: World | None = None) -> World:
    """A bucket in which one key has many versions."""
    world = (world or World()).versioned()
    for _ in range(size):
        world.put()
    return world


def ids(world: World, key: str = "key") -> list[str]:
    """The version ids of a key, the newest first."""
    return [version.version_id for version in world.bucket.state.keys.get(key) or ()]


def of_versions(request: Callable[[World], object]) -> Callable[[int], Callable[[], object]]:
    """A request in a bucket with many versions of a key."""

    def prepare(size: int) -> Callable[[], object]:
        world = versions(size)
        return lambda: request(world)

    return prepare


def by_id(method: str, query: str = "", body: bytes = b"") -> Callable[[int], Callable[[], object]]:
    """A request about a version in the middle of many."""

    def prepare(size: int) -> Callable[[], object]:
        world = versions(size)
        every = ids(world)
        version_id = every[len(every) // 2]
        return lambda: world.ask(method, "/key", f"{query}versionId={version_id}", body)

    return prepare


def delete_by_id(size: int) -> Callable[[], object]:
    """Delete versions from the middle of many."""
    world = versions(size + CALLS)
    every = ids(world)
    middle = iter(every[(size + CALLS) // 2 - CALLS // 2 :])
    return lambda: world.ask("DELETE", "/key", f"versionId={next(middle)}")


def list_versions(size: int) -> Callable[[], object]:
    """List a page from the middle of many versions."""
    world = versions(size)
    every = ids(world)
    query = f"versions&max-keys=100&key-marker=key&version-id-marker={every[size // 2 - 1]}"
    return lambda: world.ask("GET", query=query)


# Lifecycle


def put_with_rules(*actions: str) -> Callable[[int], Callable[[], object]]:
    """A put to a key with many versions in a bucket with rules."""

    def prepare(size: int) -> Callable[[], object]:
        world = World()
        world.rules(*actions)
        versions(size, world)
        return world.put

    return prepare


def keys(size: int, world: World) -> World:
    """A bucket with many keys."""
    for number in range(size):
        world.put(f"key-{number:06}")
    return world


def of_ruled_keys(request: Callable[[World], object]) -> Callable[[int], Callable[[], object]]:
    """A request in a bucket with rules and many keys."""

    def prepare(size: int) -> Callable[[], object]:
        world = World()
        world.rules(EXPIRATION, ABORT)
        keys(size, world)
        return lambda: request(world)

    return prepare


def set_rules(size: int) -> Callable[[], object]:
    """Set the rules of a bucket with many keys."""
    world = keys(size, World())
    return lambda: world.rules(EXPIRATION, ABORT)


def night(prepare: Callable[[int], World], days: int = 2) -> Callable[[int], Callable[[], object]]:
    """The work that is due after some days."""

    def prepared(size: int) -> Callable[[], object]:
        world = prepare(size)

        def advance() -> None:
            world.cloud.clock.advance(days=days)
            world.cloud.catch_up()

        return advance

    return prepared


def old_versions(size: int) -> World:
    """A key whose versions will be deleted."""
    world = World()
    world.rules(NONCURRENT_SOON)
    return versions(size, world)


def surplus_versions(size: int) -> World:
    """A key whose versions will be deleted, but for three."""
    world = World()
    world.rules(NEWER)
    return versions(size, world)


def old_versions_of_keys(size: int) -> World:
    """Keys that have a version each that will be deleted."""
    world = World().versioned()
    world.rules(NONCURRENT_SOON)
    return keys(size, keys(size, world))


def old_keys(size: int) -> World:
    """Keys that will be deleted."""
    world = World()
    world.rules("<Expiration><Days>1</Days></Expiration>")
    return keys(size, world)


def old_uploads(size: int) -> World:
    """Uploads that will be aborted."""
    world = World()
    world.rules(ABORT)
    return uploads(size, world)


def quiet_keys(size: int) -> World:
    """Keys about which nothing is due."""
    world = World()
    world.rules(EXPIRATION)
    return keys(size, world)


# Buckets


def buckets(size: int) -> World:
    """A cloud with many buckets."""
    world = World(account_max_buckets=100_000)
    for number in range(size - 1):
        world.ask("PUT", host=f"bucket-{number:05}.s3.amazonaws.com")
    world.put()
    return world


def of_buckets(request: Callable[[World], object]) -> Callable[[int], Callable[[], object]]:
    """A request to one bucket of many."""

    def prepare(size: int) -> Callable[[], object]:
        world = buckets(size)
        return lambda: request(world)

    return prepare


def create_bucket(world: World) -> None:
    """Create another bucket."""
    world.ask("PUT", host=f"{world.new_key()}.s3.amazonaws.com")


def create_and_delete_bucket(world: World) -> None:
    """Create another bucket, and delete it."""
    host = f"{world.new_key()}.s3.amazonaws.com"
    world.ask("PUT", host=host)
    world.ask("DELETE", host=host)


def snapshot(world: World) -> None:
    """Take a snapshot, and restore it."""
    world.cloud.restore(world.cloud.snapshot())


def reset(size: int) -> Callable[[], object]:
    """Drop many buckets."""
    return buckets(size).cloud.reset


# Multipart uploads


def parts(size: int, world: World | None = None) -> tuple[World, str]:
    """An upload with many parts."""
    world = world or World()
    upload_id = world.upload("key")
    for number in range(1, size + 1):
        world.part("key", upload_id, number)
    return world, upload_id


def upload_part(size: int) -> Callable[[], object]:
    """Upload the last part."""
    world, upload_id = parts(size)
    return lambda: world.part("key", upload_id, size)


def list_parts(size: int) -> Callable[[], object]:
    """List a page of parts from the middle."""
    world, upload_id = parts(size)
    query = f"max-parts=50&part-number-marker={size // 2}&uploadId={upload_id}"
    return lambda: world.ask("GET", "/key", query)


def complete(size: int) -> Callable[[], object]:
    """Complete an upload of many parts."""
    world = World(upload_part_min_size=1)
    _, upload_id = parts(size, world)
    etag = hashlib.md5(b"0123456789", usedforsecurity=False).hexdigest()
    listed = "".join(f"<Part><PartNumber>{n}</PartNumber><ETag>{etag}</ETag></Part>" for n in range(1, size + 1))
    document = f"<CompleteMultipartUpload>{listed}</CompleteMultipartUpload>"
    return lambda: world.document("POST", f"uploadId={upload_id}", document, "/key")


def uploads(size: int, world: World, *, one_key: bool = False) -> World:
    """A bucket with many uploads."""
    for number in range(size):
        world.upload("key" if one_key else f"key-{number:06}")
    return world


def of_uploads(request: Callable[[World], object], *, one_key: bool = False) -> Callable[[int], Callable[[], object]]:
    """A request in a bucket with many uploads."""

    def prepare(size: int) -> Callable[[], object]:
        world = uploads(size, World(), one_key=one_key)
        world.put()
        return lambda: request(world)

    return prepare


def of_last_upload(request: Callable[[World, str], object]) -> Callable[[int], Callable[[], object]]:
    """A request about the latest of many uploads of one key."""

    def prepare(size: int) -> Callable[[], object]:
        world = uploads(size, World(), one_key=True)
        upload_id = (world.bucket.state.uploads.get("key") or ())[-1].upload_id
        return lambda: request(world, upload_id)

    return prepare


def create_and_abort(world: World) -> None:
    """Begin an upload, and abort it."""
    upload_id = world.upload("key")
    world.ask("DELETE", "/key", f"uploadId={upload_id}")


# Deletions


def delete_objects(size: int) -> Callable[[], object]:
    """Delete many keys in one request."""
    world = World()

    def prepare_again() -> str:
        names = [world.new_key() for _ in range(size)]
        for name in names:
            world.put(name)
        return f"<Delete>{''.join(f'<Object><Key>{name}</Key></Object>' for name in names)}</Delete>"

    documents = iter([prepare_again() for _ in range(5)])
    return lambda: world.document("POST", "delete", next(documents))


# A data folder

_folders: list[tempfile.TemporaryDirectory[str]] = []


def kept(**settings: object) -> World:
    """A world with a data folder."""
    folder = tempfile.TemporaryDirectory()
    _folders.append(folder)
    cloud = Cloud(Settings(**settings))
    cloud.keep_in(DataFolder(Path(folder.name) / "data"))
    return World(cloud)


def kept_versions(size: int) -> Callable[[], object]:
    """Put to a key with many versions, with a data folder."""
    return versions(size, kept()).put


def kept_deletions(size: int) -> Callable[[], object]:
    """Delete versions from the middle of many, with a data folder."""
    world = versions(size + CALLS, kept())
    middle = iter(ids(world)[(size + CALLS) // 2 - CALLS // 2 :])
    return lambda: world.ask("DELETE", "/key", f"versionId={next(middle)}")


def kept_keys(size: int) -> Callable[[], object]:
    """Put to a bucket with many keys, with a data folder."""
    return keys(size, kept()).put


def kept_buckets(size: int) -> Callable[[], object]:
    """Put to one bucket of many, with a data folder."""
    world = kept(account_max_buckets=100_000)
    for number in range(size - 1):
        world.ask("PUT", host=f"bucket-{number:05}.s3.amazonaws.com")
    return world.put


def kept_parts(size: int) -> Callable[[], object]:
    """Upload the last of many parts, with a data folder."""
    world, upload_id = parts(size, kept())
    return lambda: world.part("key", upload_id, size)


CASES: dict[str, Case] = {
    "Versions of one key: PutObject": Case(1, 10_000, of_versions(World.put)),
    "Versions of one key: GetObject": Case(1, 10_000, of_versions(lambda world: world.ask("GET", "/key"))),
    "Versions of one key: GetObject by id": Case(1, 10_000, by_id("GET")),
    "Versions of one key: PutObjectTagging by id": Case(
        1,
        10_000,
        by_id("PUT", "tagging&", b"<Tagging><TagSet><Tag><Key>a</Key><Value>b</Value></Tag></TagSet></Tagging>"),
    ),
    "Versions of one key: DeleteObject": Case(1, 10_000, of_versions(lambda world: world.ask("DELETE", "/key"))),
    "Versions of one key: DeleteObject by id": Case(1, 10_000, delete_by_id, CALLS // 2),
    "Versions of one key: ListObjectVersions, a page of 100 in the middle": Case(300, 10_000, list_versions),
    "Versions of one key, with rules: PutObject": Case(1, 1_000, put_with_rules(NONCURRENT, EXPIRATION, ABORT)),
    "Versions of one key, NewerNoncurrentVersions: PutObject": Case(1, 1_000, put_with_rules(NEWER)),
    "Keys, with rules: PutObject": Case(1, 100_000, of_ruled_keys(lambda world: world.put(world.new_key()))),
    "Keys, with rules: GetObject with x-amz-expiration": Case(
        1, 100_000, of_ruled_keys(lambda world: world.ask("GET", "/key-000000"))
    ),
    "Keys: PutBucketLifecycleConfiguration": Case(1, 100_000, set_rules, 3),
    "Keys, with rules: a night in which nothing is due": Case(1, 100_000, night(quiet_keys), 1),
    "Keys, with rules: a night that expires each": Case(1_000, 100_000, night(old_keys), 1, each=True),
    "Keys, with rules: a night that deletes a version of each": Case(
        1_000, 50_000, night(old_versions_of_keys), 1, each=True
    ),
    "Versions of one key, with rules: a night that deletes them, each": Case(
        100, 2_000, night(old_versions), 1, each=True
    ),
    "Versions of one key, NewerNoncurrentVersions: a night that deletes them, each": Case(
        100, 2_000, night(surplus_versions), 1, each=True
    ),
    "Uploads, with rules: a night that aborts them, each": Case(100, 10_000, night(old_uploads), 1, each=True),
    "Buckets: PutObject": Case(1, 10_000, of_buckets(World.put)),
    "Buckets: GetObject": Case(1, 10_000, of_buckets(lambda world: world.ask("GET", "/key"))),
    "Buckets: CreateBucket": Case(1, 10_000, of_buckets(create_bucket)),
    "Buckets: CreateBucket and DeleteBucket": Case(1, 10_000, of_buckets(create_and_delete_bucket)),
    "Buckets: ListBuckets, a page of 100": Case(
        150,
        10_000,
        of_buckets(lambda world: world.ask("GET", query="max-buckets=100", host="s3.amazonaws.com")),
    ),
    "Buckets: a snapshot, taken and restored": Case(1, 10_000, of_buckets(snapshot)),
    "Buckets: a reset, each": Case(100, 10_000, reset, 1, each=True),
    "Parts: UploadPart": Case(1, 10_000, upload_part),
    "Parts: ListParts, a page of 50 in the middle": Case(100, 10_000, list_parts),
    "Parts: CompleteMultipartUpload, each": Case(100, 10_000, complete, 1, each=True),
    "Uploads: PutObject": Case(1, 10_000, of_uploads(World.put)),
    "Uploads: CreateMultipartUpload and AbortMultipartUpload": Case(1, 10_000, of_uploads(create_and_abort)),
    "Uploads: ListMultipartUploads, a page of 50": Case(
        100, 10_000, of_uploads(lambda world: world.ask("GET", query="uploads&max-uploads=50&key-marker=key-000040"))
    ),
    "Uploads of one key: PutObject": Case(1, 10_000, of_uploads(World.put, one_key=True)),
    "Uploads of one key: CreateMultipartUpload and AbortMultipartUpload": Case(
        1, 10_000, of_uploads(create_and_abort, one_key=True)
    ),
    "Uploads of one key: UploadPart": Case(
        1, 10_000, of_last_upload(lambda world, upload_id: world.part("key", upload_id, 1))
    ),
    "DeleteObjects, each key": Case(1, 1_000, delete_objects, 5, each=True),
    "Data folder, versions of one key: PutObject": Case(1, 5_000, kept_versions),
    "Data folder, versions of one key: DeleteObject by id": Case(1, 5_000, kept_deletions, CALLS // 2),
    "Data folder, keys: PutObject": Case(1, 20_000, kept_keys),
    "Data folder, buckets: PutObject": Case(1, 1_000, kept_buckets),
    "Data folder, parts: UploadPart": Case(1, 2_000, kept_parts),
}


def measured(case: Case, size: int) -> float:
    """The microseconds of a request at a size."""
    call = case.prepare(size)
    gc.collect()
    gc.freeze()
    taken = []
    for _ in range(case.calls):
        start = time.thread_time_ns()
        call()
        taken.append(time.thread_time_ns() - start)
    gc.unfreeze()
    while _folders:
        _folders.pop().cleanup()
    return min(taken) / 1e3 / (size if case.each else 1)


def throughput(threads: int) -> float:
    """Requests per second of some threads: each puts 64 KiB and gets it, again and again."""
    world, body = World(), bytes(1 << 16)

    def work(thread: int) -> int:
        for _ in range(THREADED_REQUESTS // threads // 2):
            world.ask("PUT", f"/{thread}", body=body)
            world.ask("GET", f"/{thread}")
        return thread

    begun = time.perf_counter()
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(work, range(threads)))
    return THREADED_REQUESTS / (time.perf_counter() - begun)


def rows(_turns: int = TURNS) -> list[Row]:
    """For each case the cost at the large size as a multiple of that at the small one."""
    found = []
    for name, case in CASES.items():
        progress(name)
        small, large = measured(case, case.small), measured(case, case.large)
        found.append(Row(f"{name}, of {case.large:,}", f"x of {case.small:,}", {"s3mock": large / small}))
    one, many = (max(throughput(threads) for _ in range(3)) for threads in (1, THREADS))
    found.append(Row(f"requests per second of {THREADS} threads", "x of 1", {"s3mock": many / one}))
    return found
