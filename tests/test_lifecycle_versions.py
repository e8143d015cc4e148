"""Effects of lifecycle rules in versioned buckets as time passes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from s3mock import mock_s3
from tests.support.lifecycles import BUCKET, LARGE, NOON, Life, midnight, rule

DELETED = ("LifecycleExpiration:Delete", "a")
HIDDEN = ("LifecycleExpiration:DeleteMarkerCreated", "a")
MOVED = ("LifecycleTransition", "a")


@pytest.fixture
def versioned(life: Life) -> Life:
    """A versioned bucket."""
    life.version()
    return life


def noncurrent(days: int, **more: Any) -> Any:
    return rule(NoncurrentVersionExpiration={"NoncurrentDays": days, **more})


def delete(life: Life, key: str = "a", **more: Any) -> str:
    """Delete an object and return the id of its delete marker."""
    return life.s3.delete_object(Bucket=BUCKET, Key=key, **more)["VersionId"]


# The current version


def test_a_current_version_that_expires_is_hidden_by_a_delete_marker(versioned: Life) -> None:
    versioned.rules(rule(Expiration={"Days": 3}))
    version = versioned.put("a")["VersionId"]
    versioned.until(4, seconds=3600)
    assert versioned.keys() == []
    marker, kept = versioned.stack()
    assert (marker[:7], kept) == ("marker ", version)
    assert versioned.events == [HIDDEN]
    (listed,) = versioned.s3.list_object_versions(Bucket=BUCKET)["DeleteMarkers"]
    assert listed["LastModified"] == midnight(4)
    owner = versioned.s3.get_bucket_acl(Bucket=BUCKET)["Owner"]["ID"]
    assert listed["Owner"]["ID"] == owner
    versioned.until(400)
    assert len(versioned.stack()) == 2


def test_with_versioning_suspended_a_marker_replaces_the_null_version(versioned: Life) -> None:
    versioned.rules(rule(Expiration={"Days": 1}))
    version = versioned.put("a")["VersionId"]
    versioned.version("Suspended")
    versioned.put("a")
    versioned.until(2)
    assert versioned.stack() == ["marker null", version]
    assert versioned.events == [HIDDEN]


def test_a_version_moves_before_it_is_hidden(versioned: Life) -> None:
    versioned.rules(rule(Expiration={"Days": 5}), rule(Transitions=[{"Days": 5, "StorageClass": "GLACIER"}]))
    version = versioned.put("a", body=LARGE)["VersionId"]
    versioned.until(6)
    assert versioned.storage(VersionId=version) == "GLACIER"
    assert versioned.stack()[1] == version
    assert versioned.events == [MOVED, HIDDEN]


# Delete markers


@pytest.mark.parametrize("expiration", [{"ExpiredObjectDeleteMarker": True}, {"Days": 1}], ids=["marker", "days"])
def test_a_delete_marker_that_hides_nothing_is_removed(versioned: Life, expiration: Any) -> None:
    versioned.put("a", "b")
    version = versioned.put("b")["VersionId"]
    versioned.rules(rule(Expiration=expiration))
    for key in "ab":
        for version_id in versioned.stack(key):
            versioned.s3.delete_object(Bucket=BUCKET, Key=key, VersionId=version_id)
    delete(versioned)
    versioned.put("b")
    delete(versioned, "b")
    versioned.until(3)
    assert versioned.stack() == []
    assert len(versioned.stack("b")) == 2, version
    assert versioned.events[-1] == DELETED


def test_a_delete_marker_without_a_rule_stays(versioned: Life) -> None:
    delete(versioned, "a")
    for rules in (
        [rule(Expiration={"ExpiredObjectDeleteMarker": False})],
        [rule(Filter={"Tag": {"Key": "k", "Value": "v"}}, Expiration={"Days": 1})],
        [rule(Filter={"Prefix": "b"}, Expiration={"ExpiredObjectDeleteMarker": True})],
        [noncurrent(1)],
        [rule(Transitions=[{"Days": 0, "StorageClass": "GLACIER"}])],
    ):
        versioned.rules(*rules)
        versioned.clock.advance(days=5)
        assert len(versioned.stack()) == 1
    versioned.rules(rule(Filter={"ObjectSizeLessThan": 1}, Expiration={"Days": 1}))
    versioned.clock.advance(days=1)
    assert versioned.stack() == []


def test_a_delete_marker_younger_than_the_days_stays(versioned: Life) -> None:
    versioned.rules(rule(Expiration={"Days": 3}))
    delete(versioned)
    versioned.until(4, seconds=-1)
    assert len(versioned.stack()) == 1
    versioned.until(4)
    assert versioned.stack() == []


# Noncurrent versions


def test_a_noncurrent_version_counts_from_its_successor(versioned: Life) -> None:
    """User Guide, "Lifecycle configuration elements": from 1/15 10:30 and 3 days to 1/19 00:00."""
    versioned.rules(noncurrent(3))
    first = versioned.put("a")["VersionId"]
    versioned.clock.advance(days=5)
    second = versioned.put("a")["VersionId"]
    versioned.until(9, seconds=-1)
    assert versioned.stack() == [second, first]
    versioned.until(9)
    assert versioned.stack() == [second]
    assert versioned.events == [DELETED]
    versioned.until(400)
    assert versioned.stack() == [second]


def test_a_deleted_object_is_noncurrent_and_so_is_an_older_delete_marker(versioned: Life) -> None:
    versioned.rules(noncurrent(1))
    versioned.put("a")
    delete(versioned)
    last = delete(versioned)
    versioned.until(2)
    assert versioned.stack() == [f"marker {last}"]
    assert versioned.events == [DELETED, DELETED]


def test_a_number_of_noncurrent_versions_is_kept_at_any_age(versioned: Life) -> None:
    versioned.rules(noncurrent(1, NewerNoncurrentVersions=2))
    ids = [versioned.put("a")["VersionId"] for _ in range(5)][::-1]
    versioned.until(2)
    assert versioned.stack() == ids[:3]
    newest = versioned.put("a")["VersionId"]
    versioned.until(3)
    assert versioned.stack() == [newest, *ids[:2]]
    versioned.rules(noncurrent(1, NewerNoncurrentVersions=2), rule(NoncurrentVersionExpiration={"NoncurrentDays": 9}))
    versioned.until(11)
    assert versioned.stack() == [newest, ids[0]]
    versioned.until(12)
    assert versioned.stack() == [newest]


def test_a_permanently_deleted_version_is_not_a_successor(versioned: Life) -> None:
    versioned.rules(noncurrent(1))
    first, second, third = (versioned.put("a")["VersionId"] for _ in range(3))
    versioned.s3.delete_object(Bucket=BUCKET, Key="a", VersionId=second)
    versioned.s3.delete_object(Bucket=BUCKET, Key="a", VersionId=third)
    versioned.until(10)
    assert versioned.stack() == [first]


def test_noncurrent_versions_also_move(versioned: Life) -> None:
    moves = [
        {"NoncurrentDays": 0, "StorageClass": "GLACIER_IR", "NewerNoncurrentVersions": 1},
        {"NoncurrentDays": 5, "StorageClass": "DEEP_ARCHIVE"},
    ]
    versioned.rules(rule(NoncurrentVersionTransitions=moves), noncurrent(9))
    ids = [versioned.put("a", body=LARGE)["VersionId"] for _ in range(3)]
    classes = []
    for day in (1, 6):
        versioned.until(day)
        classes.append([versioned.storage(VersionId=version) for version in ids])
    assert classes == [["GLACIER_IR", "STANDARD", "STANDARD"], ["DEEP_ARCHIVE", "DEEP_ARCHIVE", "STANDARD"]]
    versioned.until(10)
    assert versioned.stack() == [ids[2]]
    assert versioned.events == [*[MOVED] * 3, *[DELETED] * 2]


def test_all_versions_of_an_object_are_deleted_in_the_end(versioned: Life) -> None:
    versioned.rules(
        rule(Expiration={"Days": 2}),
        noncurrent(1),
        rule(Filter={"Prefix": ""}, Expiration={"ExpiredObjectDeleteMarker": True}),
    )
    versioned.put("a")
    stacks = []
    for day in range(2, 6):
        versioned.until(day)
        stacks.append(len(versioned.stack()))
    assert stacks == [1, 2, 2, 0]
    assert versioned.events == [HIDDEN, DELETED, DELETED]
    versioned.s3.delete_bucket(Bucket=BUCKET)


# Locks


@pytest.fixture
def locked(life: Life) -> Life:
    """A bucket with Object Lock, and a rule that deletes noncurrent versions after a day."""
    life.s3.delete_bucket(Bucket=BUCKET)
    life.make(ObjectLockEnabledForBucket=True)
    life.rules(noncurrent(1), rule(Expiration={"Days": 5}))
    return life


@pytest.mark.parametrize("mode", ["GOVERNANCE", "COMPLIANCE"])
def test_a_retained_version_is_kept_until_the_midnight_after_its_retention(locked: Life, mode: Any) -> None:
    until = NOON + timedelta(days=7)
    version = locked.put("a", ObjectLockMode=mode, ObjectLockRetainUntilDate=until)["VersionId"]
    locked.until(8, seconds=-1)
    assert [entry for entry in locked.stack() if "marker" not in entry] == [version]
    locked.until(8)
    assert version not in locked.stack()
    assert locked.events[0] == HIDDEN


def test_extending_the_retention_keeps_a_version_for_longer(locked: Life) -> None:
    retention: Any = {"Mode": "GOVERNANCE", "RetainUntilDate": NOON + timedelta(days=2)}
    version = locked.put("a", ObjectLockMode="GOVERNANCE", ObjectLockRetainUntilDate=NOON + timedelta(days=1))[
        "VersionId"
    ]
    locked.put("a")
    locked.s3.put_object_retention(Bucket=BUCKET, Key="a", VersionId=version, Retention=retention)
    locked.until(2)
    assert version in locked.stack()
    locked.until(3)
    assert version not in locked.stack()


def test_a_legal_hold_keeps_a_version_until_it_is_removed(locked: Life) -> None:
    version = locked.put("a", ObjectLockLegalHoldStatus="ON")["VersionId"]
    current = locked.put("a", ObjectLockLegalHoldStatus="ON")["VersionId"]
    locked.until(5)
    assert locked.stack() == [current, version]
    locked.s3.put_object_legal_hold(Bucket=BUCKET, Key="a", VersionId=version, LegalHold={"Status": "OFF"})
    locked.until(6)
    assert locked.stack()[1:] == [current]
    assert locked.events == [DELETED, HIDDEN]


def test_a_locked_version_can_move(locked: Life) -> None:
    locked.rules(rule(Transitions=[{"Days": 0, "StorageClass": "GLACIER"}]))
    locked.put("a", body=LARGE, ObjectLockLegalHoldStatus="ON")
    locked.until(1)
    assert locked.storage() == "GLACIER"


# One year


def life_of_a_year(step: int) -> tuple[list[Any], list[Any]]:
    """The events of a year and the remaining versions, with a request every few days."""
    with mock_s3() as mock:
        life = Life(mock)
        life.version()
        life.rules(
            rule(Expiration={"Days": 40}, Transitions=[{"Days": 30, "StorageClass": "STANDARD_IA"}]),
            rule(NoncurrentVersionTransitions=[{"NoncurrentDays": 10, "StorageClass": "GLACIER"}]),
            noncurrent(20, NewerNoncurrentVersions=1),
            rule(Filter={"Prefix": "b"}, NoncurrentVersionExpiration={"NoncurrentDays": 90}),
            rule(Expiration={"ExpiredObjectDeleteMarker": True}),
            rule(AbortIncompleteMultipartUpload={"DaysAfterInitiation": 3}),
        )
        for key in ("a", "b", "c"):
            for _ in range(3):
                life.put(key, body=LARGE)
        life.put("d")
        life.s3.create_multipart_upload(Bucket=BUCKET, Key="a")
        for day in range(step, 361, step):
            life.until(day, seconds=60)
            life.s3.list_buckets()
        listed = life.s3.list_object_versions(Bucket=BUCKET)
        left: list[Any] = [(entry["Key"], entry["StorageClass"]) for entry in listed["Versions"]]
        left += [(entry["Key"], entry["LastModified"]) for entry in listed["DeleteMarkers"]]
        return life.events, left


def test_a_year_in_one_step_is_like_a_year_day_by_day() -> None:
    at_once = life_of_a_year(360)
    assert at_once == life_of_a_year(1) == life_of_a_year(7 * 5 + 1)
    events, left = at_once
    assert {event for event, _ in events} == {DELETED[0], HIDDEN[0], MOVED[0]}
    assert {key for key, _ in left} == {"a", "c", "d"}
