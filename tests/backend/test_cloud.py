from __future__ import annotations

import gc
import os
import threading
import weakref

import pytest

from s3mock.backend import versions
from s3mock.backend.blobs import EMPTY
from s3mock.backend.bucket import Bucket
from s3mock.backend.bucket_state import BucketState, Change
from s3mock.backend.cloud import Cloud
from s3mock.control import S3
from s3mock.models.account import ANONYMOUS, Account
from s3mock.models.configuration import Configuration
from s3mock.models.version import Version
from s3mock.settings import Settings
from tests.support.changes import recorded

ALICE, BOB = Account("111111111111"), Account("222222222222")


@pytest.fixture
def cloud() -> Cloud:
    return Cloud(Settings(account_id="123456789012", accounts={"AKIAALICE": ALICE.id, "333333333333": BOB.id}))


def create(
    cloud: Cloud, name: str, account: Account = ALICE, region: str = "us-east-1", partition: str = "aws"
) -> Bucket:
    return cloud.partition(partition).create(name, account, region, cloud.clock.now(), Configuration())[0]


@pytest.mark.parametrize(
    ("access_key", "account_id"),
    [
        (None, ANONYMOUS.id),
        ("AKIAALICE", ALICE.id),
        ("AKIABOB", "123456789012"),
        ("444444444444", "444444444444"),
        ("333333333333", BOB.id),
        ("44444444444", "123456789012"),
        ("٤٤٤٤٤٤٤٤٤٤٤٤", "123456789012"),
        ("", "123456789012"),
    ],
)
def test_the_caller_is_the_account_of_the_access_key(cloud: Cloud, access_key: str | None, account_id: str) -> None:
    assert cloud.holder(access_key).account == Account(account_id)


def test_each_account_has_its_own_canonical_id() -> None:
    assert ALICE.canonical_id == Account(ALICE.id).canonical_id != BOB.canonical_id
    assert len(ALICE.canonical_id) == 64
    assert int(ALICE.canonical_id, 16)


def test_an_account_lists_its_buckets_in_a_region(cloud: Cloud) -> None:
    create(cloud, "b")
    create(cloud, "a")
    create(cloud, "west", region="eu-west-1")
    create(cloud, "bobs", BOB)
    assert [bucket.name for bucket in cloud.account(ALICE.id).region("us-east-1").buckets] == ["a", "b"]
    assert [bucket.name for bucket in cloud.account(ALICE.id).region("eu-west-1").buckets] == ["west"]
    assert cloud.account(BOB.id).region("eu-west-1").buckets == []


def test_a_bucket_name_is_unique_within_its_partition_only(cloud: Cloud) -> None:
    here = create(cloud, "b")
    there = create(cloud, "b", BOB, "cn-north-1", "aws-cn")
    assert here != there
    assert (cloud.namespace.get("b"), cloud.partition("aws-cn").get("b")) == (here, there)
    assert cloud.account(BOB.id).region("cn-north-1").buckets == [there]
    assert there.arn == "arn:aws-cn:s3:::b"


def test_a_bucket_is_found_in_any_partition(cloud: Cloud) -> None:
    bucket = create(cloud, "b", region="us-gov-west-1", partition="aws-us-gov")
    assert cloud.find_bucket("b") == bucket
    assert cloud.find_bucket("a") is None


def test_a_reset_cloud_is_empty_and_usable(cloud: Cloud) -> None:
    create(cloud, "b")
    create(cloud, "b", BOB, "cn-north-1", "aws-cn")
    cloud.clock.advance(days=30)
    cloud.reset()
    assert cloud.find_bucket("b") is None
    assert cloud.clock.offset == 0
    assert create(cloud, "b", BOB).account == BOB


def test_every_change_of_a_bucket_goes_through_its_cloud(cloud: Cloud) -> None:
    first = create(cloud, "a")
    committed = recorded(cloud)
    second = create(cloud, "b", region="cn-north-1", partition="aws-cn")
    first.configure(versioning="Enabled")
    second.configure(abac="Enabled")
    assert [(bucket.arn, change.configured) for bucket, change, _ in committed] == [
        ("arn:aws:s3:::a", ("versioning",)),
        ("arn:aws-cn:s3:::b", ("abac",)),
    ]


def test_two_clouds_share_nothing(cloud: Cloud) -> None:
    create(cloud, "b")
    assert Cloud(Settings()).namespace.get("b") is None


def test_a_dropped_cloud_is_garbage_collected() -> None:
    cloud = Cloud(Settings())
    create(cloud, "b")
    reference = weakref.ref(cloud)
    gc.disable()
    try:
        del cloud
        assert reference() is None
    finally:
        gc.enable()


def test_the_control_objects_clock_does_not_keep_a_dropped_cloud_alive() -> None:
    cloud = Cloud(Settings())
    mock = S3(cloud)
    mock.clock.advance(days=1)
    reference = weakref.ref(cloud)
    gc.disable()
    try:
        del cloud, mock
        assert reference() is None
    finally:
        gc.enable()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="only POSIX forks")
@pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork.*:DeprecationWarning")
def test_a_forked_child_has_its_own_copy_and_free_locks(cloud: Cloud) -> None:
    bucket, other = create(cloud, "b"), create(cloud, "other")
    held, release = threading.Event(), threading.Event()

    def hold(state: BucketState) -> Change:
        held.set()
        release.wait(60)
        return Change(state)

    holder = threading.Thread(target=bucket.commit, args=(hold,))
    holder.start()
    held.wait(60)
    child = os.fork()
    if child == 0:
        status = 1
        try:
            # Would wait forever on a lock that no thread here can release, and so would the parent without the alarm.
            signal_after(10)
            version = Version(key="k", last_modified=cloud.clock.now(), owner=ALICE, etag="e", blob=EMPTY)
            other.commit(lambda state: versions.put(state, version))
            create(cloud, "of-the-child")
            status = 0 if versions.latest(other.state, "k") is version else 2
        finally:
            os._exit(status)
    release.set()
    holder.join()
    assert os.waitpid(child, 0)[1] == 0
    assert versions.latest(other.state, "k") is None
    assert cloud.namespace.get("of-the-child") is None


def signal_after(seconds: int) -> None:
    import signal  # noqa: PLC0415  where there is fork, there is SIGALRM

    signal.alarm(seconds)
