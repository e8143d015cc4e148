from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timezone
from threading import Barrier
from typing import TYPE_CHECKING

import pytest

from s3mock.backend import versions
from s3mock.backend.blobs import Blob
from s3mock.backend.bucket import Bucket
from s3mock.backend.bucket_state import BucketState, Change
from s3mock.backend.cloud import Cloud
from s3mock.errors import S3Error
from s3mock.models.account import Account
from s3mock.models.bucket import BucketIdentity
from s3mock.models.conditions import Condition
from s3mock.models.configuration import Configuration
from s3mock.models.version import Version
from s3mock.settings import Settings
from tests.support.changes import recorded

if TYPE_CHECKING:
    from collections.abc import Callable

    from typing_extensions import Unpack

    from s3mock.models.configuration import Topics

NOW = datetime(2026, 2, 21, 12, tzinfo=timezone.utc)
OWNER = Account("123456789012")
THREADS = 8


def make_cloud_bucket(cloud: Cloud, **topics: Unpack[Topics]) -> Bucket:
    return cloud.namespace.create("b", OWNER, "us-east-1", NOW, Configuration(**topics))[0]


def make_bucket(**topics: Unpack[Topics]) -> Bucket:
    return make_cloud_bucket(Cloud(Settings()), **topics)


def an_object(key: str, etag: str = "e") -> Version:
    return Version(key=key, last_modified=NOW, owner=OWNER, etag=etag, blob=Blob.of(etag.encode()))


def put(bucket: Bucket, version: Version, condition: Condition | None = None) -> Change:
    return bucket.commit(lambda state: versions.put(state, version, condition))


def in_threads(work: Callable[[int], object]) -> list[object]:
    """The results or error codes of ``work(number)``, called in many threads that switch often."""
    barrier = Barrier(THREADS)

    def run(number: int) -> object:
        barrier.wait()
        try:
            return work(number)
        except S3Error as error:
            return error.code

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(THREADS) as pool:
            return list(pool.map(run, range(THREADS)))
    finally:
        sys.setswitchinterval(interval)


def test_a_commit_replaces_the_state_and_returns_the_change() -> None:
    bucket = make_bucket()
    change = put(bucket, an_object("k"))
    assert bucket.state is change.state
    assert versions.latest(bucket.state, "k") is change.version


def test_a_refused_commit_leaves_the_state_and_the_lock_as_they_were() -> None:
    bucket = make_bucket()
    before = bucket.state
    with pytest.raises(S3Error, match="NoSuchKey"):
        put(bucket, an_object("k"), Condition("e"))
    assert bucket.state is before
    assert put(bucket, an_object("k")).version is not None


def test_a_deleted_bucket_accepts_no_commit() -> None:
    bucket = make_bucket()
    bucket.cloud.namespace.remove(bucket)
    with pytest.raises(S3Error) as caught:
        put(bucket, an_object("k"))
    assert (caught.value.code, caught.value.fields) == ("NoSuchBucket", {"BucketName": "b"})


def test_a_reader_keeps_its_snapshot_of_the_state() -> None:
    bucket = make_bucket()
    put(bucket, an_object("k"))
    state = bucket.state
    put(bucket, an_object("k", "new"))
    put(bucket, an_object("l"))
    assert list(state.keys) == ["k"]
    latest = versions.latest(state, "k")
    assert latest is not None
    assert latest.etag == "e"


def test_a_topic_is_configured_and_removed() -> None:
    bucket = make_bucket(ownership="ObjectWriter")
    assert bucket.configuration.versioning is None
    change = bucket.configure(versioning="Enabled", payer="Requester")
    assert change.configured == ("versioning", "payer")
    assert change.state.configuration == Configuration(
        ownership="ObjectWriter", versioning="Enabled", payer="Requester"
    )
    bucket.configure(payer=None)
    assert bucket.configuration == Configuration(ownership="ObjectWriter", versioning="Enabled")


def test_a_change_with_the_same_state_and_no_event_is_not_recorded() -> None:
    bucket = make_bucket()
    committed = recorded(bucket.cloud)
    put(bucket, an_object("k"))
    bucket.commit(lambda state: versions.delete(state, "missing", owner=OWNER, now=NOW))
    bucket.commit(lambda state: versions.delete(state, "k", owner=OWNER, now=NOW))
    with pytest.raises(S3Error):
        put(bucket, an_object("k"), Condition("e"))
    bucket.configure(versioning="Enabled")
    assert [each.change.event for each in committed] == ["ObjectCreated:Put", "ObjectRemoved:Delete", None]


def test_a_handle_of_a_deleted_bucket_does_not_lead_to_a_new_one_of_its_name() -> None:
    first = make_bucket()
    first.cloud.namespace.remove(first)
    second = make_cloud_bucket(first.cloud)
    put(second, an_object("k"))
    with pytest.raises(S3Error, match="NoSuchBucket"):
        _ = first.state
    assert first != second
    assert first.cloud.namespace.get("b") == second


def test_the_arn_names_the_partition() -> None:
    assert make_bucket().arn == "arn:aws:s3:::b"
    assert BucketIdentity("b", OWNER, "cn-north-1", NOW, "aws-cn").arn == "arn:aws-cn:s3:::b"


def test_exactly_one_of_many_concurrent_puts_with_if_none_match_wins() -> None:
    bucket = make_bucket()
    nothing = Condition.for_write(None, "*")
    for round_ in range(50):
        key = f"k{round_}"
        versions_put = [an_object(key, str(number)) for number in range(THREADS)]

        def work(number: int, candidates: list[Version] = versions_put) -> object:
            return put(bucket, candidates[number], nothing).version

        outcomes = in_threads(work)
        assert outcomes.count("PreconditionFailed") == THREADS - 1
        winner = versions.latest(bucket.state, key)
        assert [outcome for outcome in outcomes if outcome != "PreconditionFailed"] == [winner]


def test_no_write_is_lost_among_threads() -> None:
    bucket = make_bucket(versioning="Enabled")

    def work(number: int) -> None:
        for count in range(100):
            put(bucket, an_object(f"{number}/{count}"))
            put(bucket, an_object("shared"))

    in_threads(work)
    assert len(bucket.state.keys) == THREADS * 100 + 1
    shared = bucket.state.keys.get("shared") or ()
    assert len({version.version_id for version in shared}) == THREADS * 100


def test_compare_and_swap_with_if_match_counts_every_success() -> None:
    bucket = make_bucket()
    put(bucket, an_object("k", "0"))

    def work(_number: int) -> int:
        wins = 0
        for _ in range(100):
            latest = versions.latest(bucket.state, "k")
            assert latest is not None
            try:
                put(bucket, an_object("k", str(int(latest.etag) + 1)), Condition(latest.etag))
            except S3Error:
                continue
            wins += 1
        return wins

    wins = in_threads(work)
    latest = versions.latest(bucket.state, "k")
    assert latest is not None
    assert int(latest.etag) == sum(win for win in wins if isinstance(win, int))


def test_a_reader_sees_each_commit_whole() -> None:
    bucket = make_bucket()

    def both(state: BucketState) -> Change:
        latest = versions.latest(state, "a")
        etag = "0" if latest is None else str(int(latest.etag) + 1)
        return versions.put(versions.put(state, an_object("a", etag)).state, an_object("b", etag))

    bucket.commit(both)

    def work(number: int) -> bool:
        for _ in range(200):
            if number % 2:
                bucket.commit(both)
            else:
                state = bucket.state
                first, second = versions.latest(state, "a"), versions.latest(state, "b")
                assert first is not None
                assert second is not None
                if first.etag != second.etag:
                    return False
        return True

    assert all(in_threads(work))
