"""The time of replication, and the replication of later changes."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

import pytest

from s3mock import mock_s3
from tests.support.replication import (
    OTHER,
    SOURCE,
    TARGET,
    create_versioned,
    exists,
    head,
    replicate,
    rule,
    status,
    versions,
)

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

    from s3mock.backend.commit import Commit
    from s3mock.backend.store import Store
    from s3mock.control import S3

# The time of replication


def test_replication_can_take_time(slow_replication: S3) -> None:
    s3 = slow_replication.client(region_name="us-east-1")
    replicate(s3, rule())
    s3.put_object(Bucket=SOURCE, Key="k", Body=b"1")
    slow_replication.clock.advance(seconds=30)
    s3.put_object_tagging(Bucket=SOURCE, Key="k", Tagging={"TagSet": [{"Key": "a", "Value": "1"}]})
    assert status(s3) == "PENDING"
    assert not exists(s3)
    slow_replication.clock.advance(seconds=30)
    assert status(s3) == "COMPLETED"
    assert head(s3, TARGET) == head(s3, SOURCE)
    assert s3.get_object_tagging(Bucket=TARGET, Key="k")["TagSet"] == [{"Key": "a", "Value": "1"}]
    slow_replication.clock.advance(seconds=30)
    assert status(s3) == "COMPLETED"


def test_a_replica_has_the_date_of_its_source(slow_replication: S3) -> None:
    s3 = slow_replication.client(region_name="us-east-1")
    replicate(s3, rule())
    first = s3.put_object(Bucket=SOURCE, Key="k")["VersionId"]
    slow_replication.clock.advance(seconds=30)
    second = s3.put_object(Bucket=TARGET, Key="k")["VersionId"]
    slow_replication.clock.advance(seconds=40)
    assert versions(s3) == [second, first]
    older, newer = (s3.head_object(Bucket=TARGET, Key="k", VersionId=each)["LastModified"] for each in (first, second))
    assert (newer - older).total_seconds() >= 29
    assert s3.head_object(Bucket=TARGET, Key="k")["VersionId"] == second


def test_an_object_deleted_before_its_replication_is_not_replicated(slow_replication: S3) -> None:
    s3 = slow_replication.client(region_name="us-east-1")
    replicate(s3, rule(), rule(to=OTHER, priority=2))
    made = s3.put_object(Bucket=SOURCE, Key="k")["VersionId"]
    s3.put_object(Bucket=SOURCE, Key="l")
    s3.delete_object(Bucket=SOURCE, Key="k", VersionId=made)
    slow_replication.clock.advance(seconds=60)
    assert (exists(s3), exists(s3, "l")) == (False, True)


def test_an_object_is_replicated_by_the_configuration_at_its_put(slow_replication: S3) -> None:
    s3 = slow_replication.client(region_name="us-east-1")
    replicate(s3, rule())
    s3.put_object(Bucket=SOURCE, Key="k")
    replicate(s3, rule(to=OTHER))
    slow_replication.clock.advance(seconds=60)
    assert (exists(s3), exists(s3, bucket=OTHER)) == (True, False)


def test_a_source_bucket_can_be_deleted_before_replication(slow_replication: S3) -> None:
    s3 = slow_replication.client(region_name="us-east-1")
    replicate(s3, rule())
    made = s3.put_object(Bucket=SOURCE, Key="k")["VersionId"]
    s3.delete_object(Bucket=SOURCE, Key="k", VersionId=made)
    s3.delete_bucket(Bucket=SOURCE)
    slow_replication.clock.advance(days=1)
    assert versions(s3) == []


def test_a_reset_discards_pending_replication(slow_replication: S3) -> None:
    s3 = slow_replication.client(region_name="us-east-1")
    replicate(s3, rule())
    s3.put_object(Bucket=SOURCE, Key="k")
    slow_replication.reset()
    for bucket in (SOURCE, TARGET):
        create_versioned(s3, bucket)
    replicate(s3, rule())
    slow_replication.clock.advance(seconds=60)
    assert versions(s3) == []
    s3.put_object(Bucket=SOURCE, Key="k")
    slow_replication.clock.advance(seconds=60)
    assert len(versions(s3)) == 1


def test_immediate_replication_works_on_a_clock_that_runs_backwards(mock: S3, buckets: S3Client) -> None:
    replicate(buckets, rule())
    mock.clock.advance(days=1)
    buckets.put_object(Bucket=SOURCE, Key="k")
    mock.clock.travel_to(mock.clock.now() - timedelta(days=2))
    assert (status(buckets), exists(buckets)) == ("COMPLETED", True)


def test_replicating_a_change_also_replicates_its_version(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("S3MOCK_REPLICATION_TIME", "60")
    with mock_s3() as mock:
        s3 = mock.client(region_name="us-east-1")
        for bucket in (SOURCE, TARGET):
            create_versioned(s3, bucket)
        replicate(s3, rule())
        made = s3.put_object(Bucket=SOURCE, Key="k")["VersionId"]
        monkeypatch.setenv("S3MOCK_REPLICATION_TIME", "0")
        s3.put_object_tagging(Bucket=SOURCE, Key="k", Tagging={"TagSet": [{"Key": "a", "Value": "1"}]})
        assert status(s3) == "COMPLETED"
        mock.clock.advance(seconds=60)
        assert (status(s3), versions(s3)) == ("COMPLETED", [made])
        assert len(s3.get_object_tagging(Bucket=TARGET, Key="k")["TagSet"]) == 1


def test_effects_are_only_computed_for_buckets_with_a_configuration(
    mock: S3, buckets: S3Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    followed: list[str] = []

    def follow(store: Store, commit: Commit) -> Store:
        followed.append(commit.change.state.identity.name)
        return store

    monkeypatch.setattr("s3mock.backend.effects.EFFECTS", (follow,))
    buckets.put_object(Bucket=SOURCE, Key="k")
    assert followed == []
    replicate(buckets, rule())
    buckets.put_object(Bucket=SOURCE, Key="k")
    buckets.put_object(Bucket=OTHER, Key="k")
    assert followed == [SOURCE, SOURCE]


# Changes


def test_changes_of_tags_acls_and_annotations_are_replicated(buckets: S3Client) -> None:
    replicate(buckets, rule())
    buckets.put_object(Bucket=SOURCE, Key="k", Tagging="a=1")
    assert exists(buckets)
    buckets.put_object_tagging(Bucket=SOURCE, Key="k", Tagging={"TagSet": [{"Key": "b", "Value": "2"}]})
    buckets.put_object_acl(Bucket=SOURCE, Key="k", ACL="public-read")
    buckets.put_object_annotation(Bucket=SOURCE, Key="k", AnnotationName="note", AnnotationPayload=b"text")
    assert status(buckets) == "COMPLETED"
    assert buckets.get_object_tagging(Bucket=TARGET, Key="k")["TagSet"] == [{"Key": "b", "Value": "2"}]
    assert len(buckets.get_object_acl(Bucket=TARGET, Key="k")["Grants"]) == 2
    note = buckets.get_object_annotation(Bucket=TARGET, Key="k", AnnotationName="note")
    assert (note["AnnotationPayload"].read(), note["ReplicationStatus"]) == (b"text", "REPLICA")
    (listed,) = buckets.list_object_annotations(Bucket=TARGET, Key="k")["Annotations"]
    assert listed["ReplicationStatus"] == "REPLICA"
    buckets.delete_object_tagging(Bucket=SOURCE, Key="k")
    assert buckets.get_object_tagging(Bucket=TARGET, Key="k")["TagSet"] == []
    assert len(versions(buckets)) == 1


def test_a_change_is_pending_until_it_is_replicated(slow_replication: S3) -> None:
    s3 = slow_replication.client(region_name="us-east-1")
    replicate(s3, rule())
    s3.put_object(Bucket=SOURCE, Key="k")
    slow_replication.clock.advance(seconds=60)
    assert status(s3) == "COMPLETED"
    s3.put_object_tagging(Bucket=SOURCE, Key="k", Tagging={"TagSet": [{"Key": "a", "Value": "1"}]})
    assert (status(s3), status(s3, bucket=TARGET)) == ("PENDING", "REPLICA")
    assert s3.get_object_tagging(Bucket=TARGET, Key="k")["TagSet"] == []
    slow_replication.clock.advance(seconds=60)
    assert (status(s3), status(s3, bucket=TARGET)) == ("COMPLETED", "REPLICA")
    assert len(s3.get_object_tagging(Bucket=TARGET, Key="k")["TagSet"]) == 1


def test_a_change_fails_if_the_replica_was_deleted(buckets: S3Client) -> None:
    replicate(buckets, rule())
    made = buckets.put_object(Bucket=SOURCE, Key="k")["VersionId"]
    buckets.delete_object(Bucket=TARGET, Key="k", VersionId=made)
    buckets.put_object_tagging(Bucket=SOURCE, Key="k", Tagging={"TagSet": []})
    assert status(buckets) == "COMPLETED"  # nothing has changed
    buckets.put_object_tagging(Bucket=SOURCE, Key="k", Tagging={"TagSet": [{"Key": "a", "Value": "1"}]})
    assert status(buckets) == "FAILED"
    assert versions(buckets) == []


def test_changes_of_replicas_are_not_replicated_back(buckets: S3Client) -> None:
    replicate(buckets, rule())
    replicate(buckets, rule(to=SOURCE), bucket=TARGET)
    buckets.put_object(Bucket=SOURCE, Key="k")
    buckets.put_object_tagging(Bucket=TARGET, Key="k", Tagging={"TagSet": [{"Key": "a", "Value": "1"}]})
    assert (status(buckets), status(buckets, bucket=TARGET)) == ("COMPLETED", "REPLICA")
    assert buckets.get_object_tagging(Bucket=SOURCE, Key="k")["TagSet"] == []


def test_changes_of_replicas_are_replicated_back_where_that_is_enabled(slow_replication: S3) -> None:
    s3 = slow_replication.client(region_name="us-east-1")
    sync = {"ReplicaModifications": {"Status": "Enabled"}}
    replicate(s3, rule(SourceSelectionCriteria=sync))
    replicate(s3, rule(to=SOURCE, SourceSelectionCriteria=sync), bucket=TARGET)
    s3.put_object(Bucket=SOURCE, Key="k")
    slow_replication.clock.advance(seconds=60)
    for value in ("1", "2"):
        s3.put_object_tagging(Bucket=TARGET, Key="k", Tagging={"TagSet": [{"Key": "a", "Value": value}]})
        slow_replication.clock.advance(seconds=10)
    assert (status(s3), status(s3, bucket=TARGET)) == ("COMPLETED", "PENDING")
    slow_replication.clock.advance(seconds=60)
    assert (status(s3), status(s3, bucket=TARGET)) == ("COMPLETED", "REPLICA")
    assert s3.get_object_tagging(Bucket=SOURCE, Key="k")["TagSet"] == [{"Key": "a", "Value": "2"}]
    s3.put_object_tagging(Bucket=SOURCE, Key="k", Tagging={"TagSet": []})
    slow_replication.clock.advance(seconds=60)
    assert s3.get_object_tagging(Bucket=TARGET, Key="k")["TagSet"] == []
    assert status(s3) == "COMPLETED"


def test_a_change_of_a_replica_that_cannot_go_back_fails(buckets: S3Client) -> None:
    replicate(buckets, rule())
    replicate(
        buckets, rule(to=SOURCE, SourceSelectionCriteria={"ReplicaModifications": {"Status": "Enabled"}}), bucket=TARGET
    )
    made = buckets.put_object(Bucket=SOURCE, Key="k")["VersionId"]
    buckets.delete_object(Bucket=SOURCE, Key="k", VersionId=made)
    buckets.put_object_tagging(Bucket=TARGET, Key="k", Tagging={"TagSet": [{"Key": "a", "Value": "1"}]})
    assert status(buckets, bucket=TARGET) == "FAILED"


# Locks


def test_a_lock_is_replicated_and_so_are_its_changes(s3: S3Client) -> None:
    for bucket in (SOURCE, TARGET):
        s3.create_bucket(Bucket=bucket, ObjectLockEnabledForBucket=True)
    default: Any = {"ObjectLockEnabled": "Enabled", "Rule": {"DefaultRetention": {"Mode": "COMPLIANCE", "Days": 1}}}
    s3.put_object_lock_configuration(Bucket=TARGET, ObjectLockConfiguration=default)
    replicate(s3, rule())
    until = datetime(2099, 1, 1, tzinfo=timezone.utc)
    lock: Any = {"ObjectLockMode": "GOVERNANCE", "ObjectLockRetainUntilDate": until}
    s3.put_object(Bucket=SOURCE, Key="k", **lock)
    s3.put_object(Bucket=SOURCE, Key="default")
    assert head(s3, TARGET) == head(s3, SOURCE)
    assert head(s3, TARGET)["ObjectLockMode"] == "GOVERNANCE"
    assert head(s3, TARGET, "default")["ObjectLockMode"] == "COMPLIANCE"
    later: Any = {"Mode": "GOVERNANCE", "RetainUntilDate": until.replace(year=2100)}
    s3.put_object_retention(Bucket=SOURCE, Key="k", Retention=later)
    s3.put_object_legal_hold(Bucket=SOURCE, Key="k", LegalHold={"Status": "ON"})
    assert head(s3, TARGET) == head(s3, SOURCE)
    assert head(s3, TARGET)["ObjectLockLegalHoldStatus"] == "ON"
    assert head(s3, TARGET)["ObjectLockRetainUntilDate"].year == 2100
    s3.put_object_tagging(Bucket=SOURCE, Key="default", Tagging={"TagSet": [{"Key": "a", "Value": "1"}]})
    assert head(s3, TARGET, "default")["ObjectLockMode"] == "COMPLIANCE"
