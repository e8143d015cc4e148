from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timezone
from threading import Barrier, Event, Lock, Thread
from typing import TYPE_CHECKING

import pytest

from s3mock.backend import multipart, versions
from s3mock.backend.access_points import adding
from s3mock.backend.blobs import EMPTY
from s3mock.backend.bucket import Bucket
from s3mock.backend.bucket_state import BucketState, Change
from s3mock.backend.cloud import Cloud
from s3mock.backend.namespace import Namespace
from s3mock.errors import S3Error
from s3mock.models.access_points import AccessPoint
from s3mock.models.account import Account
from s3mock.models.configuration import Configuration
from s3mock.models.multipart import Upload
from s3mock.models.version import Version
from s3mock.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

NOW = datetime(2026, 2, 21, 12, tzinfo=timezone.utc)
ALICE, BOB = Account("111111111111"), Account("222222222222")
OBJECT = Version(key="k", last_modified=NOW, owner=ALICE, etag="e", blob=EMPTY)


@pytest.fixture
def switching() -> Iterator[None]:
    """Switch between threads as often as possible, so that they really compete."""
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(interval)


@pytest.fixture
def namespace() -> Namespace:
    return Cloud(Settings()).namespace


def create(namespace: Namespace, name: str, account: Account = ALICE, region: str = "us-east-1") -> Bucket:
    bucket, created = namespace.create(name, account, region, NOW, Configuration())
    assert created
    return bucket


def put(bucket: Bucket) -> None:
    bucket.commit(lambda state: versions.put(state, OBJECT))


def delete(bucket: Bucket, version_id: str | None = None) -> None:
    bucket.commit(lambda state: versions.delete(state, "k", version_id, owner=ALICE, now=NOW))


def test_a_bucket_has_its_name_account_region_and_configuration(namespace: Namespace) -> None:
    bucket, created = namespace.create("b", ALICE, "eu-west-1", NOW, Configuration(payer="Requester"))
    assert created
    assert namespace.get("b") == bucket
    assert (bucket.name, bucket.account, bucket.region, bucket.creation_date) == ("b", ALICE, "eu-west-1", NOW)
    assert bucket.configuration.payer == "Requester"
    assert namespace.get("B") is None


@pytest.mark.parametrize("account", [ALICE, BOB])
def test_a_bucket_name_is_taken_for_every_account_and_region(namespace: Namespace, account: Account) -> None:
    bucket = create(namespace, "b")
    assert namespace.create("b", account, "eu-west-1", NOW, Configuration(payer="Requester")) == (bucket, False)
    assert (bucket.region, bucket.configuration.payer) == ("us-east-1", None)


def test_an_account_lists_its_own_buckets_by_name(namespace: Namespace) -> None:
    for name in ("c", "a", "b.x", "b-x"):
        create(namespace, name)
    create(namespace, "a2", BOB)
    assert [bucket.name for bucket in namespace.owned_by(ALICE)] == ["a", "b-x", "b.x", "c"]
    assert [bucket.name for bucket in namespace.owned_by(BOB)] == ["a2"]
    assert [bucket.name for bucket in namespace.buckets()] == ["a", "a2", "b-x", "b.x", "c"]


def test_a_bucket_with_an_object_is_not_deleted(namespace: Namespace) -> None:
    # aws_recorded: test_delete_bucket_with_objects.
    bucket = create(namespace, "b")
    put(bucket)
    with pytest.raises(S3Error) as caught:
        namespace.remove(bucket)
    error = caught.value
    assert (error.code, error.status, error.fields) == ("BucketNotEmpty", 409, {"BucketName": "b"})
    assert error.message == "The bucket you tried to delete is not empty"
    assert namespace.get("b") == bucket
    delete(bucket)
    namespace.remove(bucket)
    assert namespace.get("b") is None
    assert namespace.owned_by(ALICE) == []


def test_a_bucket_with_a_delete_marker_only_is_not_deleted(namespace: Namespace) -> None:
    # aws_recorded: test_delete_versioned_bucket_with_objects.
    bucket = create(namespace, "b")
    bucket.configure(versioning="Enabled")
    delete(bucket)
    with pytest.raises(S3Error) as caught:
        namespace.remove(bucket)
    assert caught.value.message.endswith("not empty. You must delete all versions in the bucket.")
    marker = versions.latest(bucket.state, "k")
    assert marker is not None
    delete(bucket, marker.version_id)
    namespace.remove(bucket)
    assert namespace.get("b") is None


def test_a_bucket_with_an_access_point_is_not_deleted(namespace: Namespace) -> None:
    bucket = create(namespace, "b")
    point = adding.add_access_point(namespace.cloud, "the-point", "b")
    with pytest.raises(S3Error, match="BucketHasAccessPointsAttached"):
        namespace.remove(bucket)
    adding.remove(namespace.cloud, point)
    namespace.remove(bucket)
    assert namespace.get("b") is None


def test_a_deleted_bucket_gets_no_access_point(namespace: Namespace) -> None:
    bucket = create(namespace, "b")
    point = AccessPoint("the-point", "b", ALICE, bucket.region, bucket.partition)
    namespace.remove(bucket)
    with pytest.raises(S3Error, match="NoSuchBucket"):
        adding.add(namespace.cloud, point)
    assert namespace.cloud.access_points.by_name == {}


def test_uploads_in_progress_are_deleted_with_the_bucket(namespace: Namespace) -> None:
    bucket = create(namespace, "b")
    upload = Upload(key="k", upload_id="u", initiated=NOW, owner=ALICE, initiator=ALICE)
    bucket.commit(lambda state: multipart.create(state, upload))
    namespace.remove(bucket)
    assert len(create(namespace, "b").state.uploads) == 0


def test_a_deleted_bucket_cannot_be_deleted_again_or_written_to(namespace: Namespace) -> None:
    bucket = create(namespace, "b")
    namespace.remove(bucket)
    with pytest.raises(S3Error, match="NoSuchBucket"):
        namespace.remove(bucket)
    with pytest.raises(S3Error, match="NoSuchBucket"):
        put(bucket)


def test_the_name_of_a_deleted_bucket_is_free_for_every_account(namespace: Namespace) -> None:
    first = create(namespace, "b")
    namespace.remove(first)
    second = create(namespace, "b", BOB, "eu-west-1")
    put(second)
    with pytest.raises(S3Error, match="NoSuchBucket"):
        namespace.remove(first)
    assert namespace.get("b") == second


@pytest.mark.usefixtures("switching")
def test_exactly_one_of_many_concurrent_create_buckets_succeeds(namespace: Namespace) -> None:
    threads = 8
    barrier = Barrier(threads)

    def run(_number: int) -> list[tuple[Bucket, bool]]:
        barrier.wait()
        return [namespace.create(f"b{count}", ALICE, "us-east-1", NOW, Configuration()) for count in range(100)]

    with ThreadPoolExecutor(threads) as pool:
        outcomes = list(pool.map(run, range(threads)))
    for per_name in zip(*outcomes, strict=True):
        assert sum(created for _, created in per_name) == 1
        assert len({bucket for bucket, _ in per_name}) == 1


def test_a_bucket_is_not_deleted_while_an_object_is_being_put(
    namespace: Namespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    bucket, lock = create(namespace, "b"), WatchedLock()
    monkeypatch.setattr(namespace.cloud, "_lock", lock)
    outcome: list[str] = []

    def remove() -> None:
        try:
            namespace.remove(bucket)
        except S3Error as error:
            outcome.append(error.code)

    removal = Thread(target=remove)

    def put_meanwhile(state: BucketState) -> Change:
        change = versions.put(state, OBJECT)
        removal.start()
        assert lock.contended.wait(60)  # the removal now waits for the lock, which this put holds
        return change

    bucket.commit(put_meanwhile)
    removal.join()
    assert outcome == ["BucketNotEmpty"]
    assert versions.latest(bucket.state, "k") is OBJECT


class WatchedLock:
    """A lock that sets ``contended`` when a thread waits for it."""

    def __init__(self) -> None:
        self.lock, self.contended = Lock(), Event()

    def __enter__(self) -> None:
        if self.lock.locked():
            self.contended.set()
        self.lock.acquire()

    def __exit__(self, *_exception: object) -> None:
        self.lock.release()
