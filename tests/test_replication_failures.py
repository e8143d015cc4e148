"""Replication to other accounts and under other keys, its failures, and their events."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from s3mock import mock_s3
from tests.support.accounts import client
from tests.support.changes import Committed, recorded
from tests.support.replication import (
    KEY,
    OTHER,
    SOURCE,
    TARGET,
    create_versioned,
    exists,
    head,
    markers,
    replicate,
    rule,
    status,
    versions,
)

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

    from s3mock.control import S3

THEM = "444455556666"
MULTI_REGION = "mrk-" + "0123456789abcdef" * 2
METRICS = {"Metrics": {"Status": "Enabled"}}
TIME_CONTROL = {
    "ReplicationTime": {"Status": "Enabled", "Time": {"Minutes": 15}},
    "Metrics": {"Status": "Enabled", "EventThreshold": {"Minutes": 15}},
}
OVERRIDE = {"Account": THEM, "AccessControlTranslation": {"Owner": "Destination"}}


def owner(s3: S3Client, bucket: str) -> tuple[str, set[str]]:
    """The owner of the object, and the grantees of its ACL."""
    reply: Any = s3.get_object_acl(Bucket=bucket, Key="k")
    return reply["Owner"]["ID"], {grant["Grantee"].get("ID", "a group") for grant in reply["Grants"]}


def shown(committed: list[Committed]) -> list[tuple[str, str]]:
    """The bucket and the name of every event."""
    return [(bucket.name, change.event) for bucket, change, _ in committed if change.event is not None]


# Owners


def test_a_replica_has_the_owner_of_its_source(s3: S3Client) -> None:
    theirs = client(THEM)
    create_versioned(s3, SOURCE)
    create_versioned(theirs, TARGET)
    replicate(s3, rule(Destination={"Account": THEM}))
    s3.put_object(Bucket=SOURCE, Key="k")
    us = s3.list_buckets()["Owner"]["ID"]
    assert owner(theirs, TARGET) == owner(s3, SOURCE) == (us, {us})


def test_a_replica_can_change_to_the_owner_of_its_bucket(s3: S3Client) -> None:
    theirs = client(THEM)
    create_versioned(s3, SOURCE)
    create_versioned(theirs, TARGET)
    replicate(s3, rule(markers="Enabled", Destination=OVERRIDE))
    s3.put_object(Bucket=SOURCE, Key="k", ACL="public-read")
    them = theirs.list_buckets()["Owner"]["ID"]
    assert owner(theirs, TARGET) == (them, {them})
    s3.put_object_acl(Bucket=SOURCE, Key="k", ACL="authenticated-read")
    s3.put_object_tagging(Bucket=SOURCE, Key="k", Tagging={"TagSet": [{"Key": "a", "Value": "1"}]})
    assert owner(theirs, TARGET) == (them, {them})
    assert status(s3) == "COMPLETED"
    s3.delete_object(Bucket=SOURCE, Key="k")
    (marker,) = theirs.list_object_versions(Bucket=TARGET)["DeleteMarkers"]
    assert marker["Owner"]["ID"] == them


def test_the_sources_acl_does_not_follow_a_replica_with_another_owner(s3: S3Client) -> None:
    theirs = client(THEM)
    create_versioned(s3, SOURCE)
    create_versioned(theirs, TARGET)
    replicate(s3, rule(Destination=OVERRIDE))
    sync = {"ReplicaModifications": {"Status": "Enabled"}}
    replicate(theirs, rule(to=SOURCE, SourceSelectionCriteria=sync), bucket=TARGET)
    s3.put_object(Bucket=SOURCE, Key="k")
    theirs.put_object_tagging(Bucket=TARGET, Key="k", Tagging={"TagSet": [{"Key": "a", "Value": "1"}]})
    us = s3.list_buckets()["Owner"]["ID"]
    assert owner(s3, SOURCE) == (us, {us})
    assert len(s3.get_object_tagging(Bucket=SOURCE, Key="k")["TagSet"]) == 1


def test_objects_that_the_bucket_owner_cannot_read_are_not_replicated(s3: S3Client) -> None:
    for bucket in (SOURCE, TARGET):
        create_versioned(s3, bucket)
    replicate(s3, rule())
    theirs = client(THEM)
    us = s3.list_buckets()["Owner"]["ID"]
    theirs.put_object(Bucket=SOURCE, Key="closed")
    theirs.put_object(Bucket=SOURCE, Key="half", GrantRead=f"id={us}")
    theirs.put_object(Bucket=SOURCE, Key="both", GrantRead=f"id={us}", GrantReadACP=f"id={us}")
    theirs.put_object(Bucket=SOURCE, Key="open", ACL="bucket-owner-full-control")
    states = {key: (status(s3, key), exists(s3, key)) for key in ("closed", "half", "both", "open")}
    assert states == {
        "closed": ("FAILED", False),
        "half": ("FAILED", False),
        "both": ("COMPLETED", True),
        "open": ("COMPLETED", True),
    }


# Keys


def by_kms(**encryption: Any) -> Any:
    return rule(
        SourceSelectionCriteria={"SseKmsEncryptedObjects": {"Status": "Enabled"}},
        Destination={"EncryptionConfiguration": encryption},
    )


@pytest.mark.parametrize("method", ["aws:kms", "aws:kms:dsse"])
def test_objects_under_kms_are_replicated_only_where_that_is_enabled(buckets: S3Client, method: Any) -> None:
    replicate(buckets, rule())
    buckets.put_object(Bucket=SOURCE, Key="k", ServerSideEncryption=method)
    assert (status(buckets), exists(buckets)) == (None, False)
    replicate(buckets, by_kms(ReplicaKmsKeyID=KEY))
    buckets.put_object(Bucket=SOURCE, Key="k", ServerSideEncryption=method, Body=b"x")
    replica = buckets.get_object(Bucket=TARGET, Key="k")
    assert (replica["SSEKMSKeyId"], replica["ServerSideEncryption"]) == (KEY, method)
    assert head(buckets, SOURCE)["SSEKMSKeyId"] != KEY
    buckets.put_object(Bucket=SOURCE, Key="plain")
    assert head(buckets, TARGET, "plain")["ServerSideEncryption"] == "AES256"


def test_a_replica_is_encrypted_as_its_source_and_not_by_its_buckets_default(buckets: S3Client) -> None:
    default: Any = {"Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms"}}]}
    buckets.put_bucket_encryption(Bucket=TARGET, ServerSideEncryptionConfiguration=default)
    replicate(buckets, rule())
    buckets.put_object(Bucket=SOURCE, Key="k")
    assert head(buckets, TARGET)["ServerSideEncryption"] == "AES256"


def test_a_replica_uses_a_bucket_key_where_its_bucket_does(buckets: S3Client) -> None:
    default: Any = {
        "Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms"}, "BucketKeyEnabled": True}]
    }
    buckets.put_bucket_encryption(Bucket=TARGET, ServerSideEncryptionConfiguration=default)
    replicate(buckets, by_kms(ReplicaKmsKeyID=KEY))
    buckets.put_object(Bucket=SOURCE, Key="k", ServerSideEncryption="aws:kms")
    assert head(buckets, TARGET)["BucketKeyEnabled"] is True


def test_objects_under_a_customer_key_are_replicated_with_it(buckets: S3Client) -> None:
    replicate(buckets, rule())
    key: Any = {"SSECustomerAlgorithm": "AES256", "SSECustomerKey": b"k" * 32}
    buckets.put_object(Bucket=SOURCE, Key="k", Body=b"secret", **key)
    replica = buckets.get_object(Bucket=TARGET, Key="k", **key)
    assert (replica["Body"].read(), replica["ReplicationStatus"]) == (b"secret", "REPLICA")


def test_an_object_under_a_customers_key_is_not_replicated_where_that_is_blocked(buckets: S3Client) -> None:
    blocked: Any = {
        "Rules": [
            {
                "ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"},
                "BlockedEncryptionTypes": {"EncryptionType": ["SSE-C"]},
            }
        ]
    }
    buckets.put_bucket_encryption(Bucket=TARGET, ServerSideEncryptionConfiguration=blocked)
    replicate(buckets, rule())
    key: Any = {"SSECustomerAlgorithm": "AES256", "SSECustomerKey": b"k" * 32}
    buckets.put_object(Bucket=SOURCE, Key="k", **key)
    buckets.put_object(Bucket=SOURCE, Key="plain")
    assert buckets.head_object(Bucket=SOURCE, Key="k", **key)["ReplicationStatus"] == "FAILED"
    assert (exists(buckets, "plain"), len(versions(buckets))) == (True, 1)


def test_a_missing_kms_key_makes_replication_fail(s3: S3Client) -> None:
    create_versioned(s3, SOURCE)
    create_versioned(s3, TARGET, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    replicate(s3, by_kms(ReplicaKmsKeyID=KEY))  # a key in us-east-1
    s3.put_object(Bucket=SOURCE, Key="k", ServerSideEncryption="aws:kms")
    assert status(s3) == "FAILED"
    assert versions(s3) == []


def test_a_multi_region_key_is_the_same_in_the_other_region(s3: S3Client) -> None:
    create_versioned(s3, SOURCE)
    create_versioned(s3, TARGET, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    replicate(s3, by_kms(UseSourceMultiRegionKey={"Status": "Enabled"}))
    s3.put_object(Bucket=SOURCE, Key="k", ServerSideEncryption="aws:kms", SSEKMSKeyId=MULTI_REGION)
    assert head(s3, TARGET)["SSEKMSKeyId"] == f"arn:aws:kms:eu-west-1:123456789012:key/{MULTI_REGION}"
    s3.put_object(Bucket=SOURCE, Key="single", ServerSideEncryption="aws:kms")
    assert (status(s3, "single"), exists(s3, "single")) == ("FAILED", False)


# Failures


def test_it_fails_where_the_destination_was_deleted(buckets: S3Client) -> None:
    replicate(buckets, rule(), rule(to=OTHER, priority=2))
    buckets.delete_bucket(Bucket=TARGET)
    made = buckets.put_object(Bucket=SOURCE, Key="k")["VersionId"]
    assert status(buckets) == "FAILED"
    assert versions(buckets, OTHER) == [made]
    create_versioned(buckets, TARGET)
    assert (status(buckets), versions(buckets)) == ("FAILED", [])


def test_it_fails_where_the_destination_is_not_versioned(buckets: S3Client) -> None:
    replicate(buckets, rule(markers="Enabled"))
    buckets.put_bucket_versioning(Bucket=TARGET, VersioningConfiguration={"Status": "Suspended"})
    buckets.put_object(Bucket=SOURCE, Key="k")
    assert (status(buckets), exists(buckets)) == ("FAILED", False)
    buckets.delete_object(Bucket=SOURCE, Key="k")
    assert markers(buckets) == []
    buckets.put_bucket_versioning(Bucket=TARGET, VersioningConfiguration={"Status": "Enabled"})
    buckets.put_object(Bucket=SOURCE, Key="k")
    assert (status(buckets), len(versions(buckets))) == ("COMPLETED", 1)


def test_it_fails_where_the_destination_was_recreated_by_another_account(buckets: S3Client) -> None:
    replicate(buckets, rule(Destination={"Account": "123456789012"}))
    buckets.delete_bucket(Bucket=TARGET)
    create_versioned(client(THEM), TARGET)
    buckets.put_object(Bucket=SOURCE, Key="k")
    assert (status(buckets), exists(buckets)) == ("FAILED", False)


def test_it_fails_where_only_the_source_has_an_object_lock(buckets: S3Client) -> None:
    buckets.put_object_lock_configuration(Bucket=SOURCE, ObjectLockConfiguration={"ObjectLockEnabled": "Enabled"})
    replicate(buckets, rule())
    buckets.put_object(Bucket=SOURCE, Key="k")
    assert status(buckets) == "FAILED"
    buckets.put_object_lock_configuration(Bucket=TARGET, ObjectLockConfiguration={"ObjectLockEnabled": "Enabled"})
    buckets.put_object(Bucket=SOURCE, Key="k")
    assert status(buckets) == "COMPLETED"


# Events


def test_a_replica_is_created_in_its_bucket(mock: S3, buckets: S3Client) -> None:
    replicate(buckets, rule(markers="Enabled"))
    changes = recorded(mock.cloud)
    buckets.put_object(Bucket=SOURCE, Key="k")
    buckets.put_object_tagging(Bucket=SOURCE, Key="k", Tagging={"TagSet": [{"Key": "a", "Value": "1"}]})
    buckets.delete_object(Bucket=SOURCE, Key="k")
    mock.cloud.catch_up()
    assert shown(changes) == [
        (SOURCE, "ObjectCreated:Put"),
        (TARGET, "ObjectCreated:Put"),
        (SOURCE, "ObjectTagging:Put"),
        (SOURCE, "ObjectRemoved:DeleteMarkerCreated"),
        (TARGET, "ObjectRemoved:DeleteMarkerCreated"),
    ]


@pytest.mark.parametrize("metrics", [METRICS, {}], ids=["with metrics", "without"])
def test_a_failure_is_an_event_where_metrics_are_enabled(mock: S3, buckets: S3Client, metrics: Any) -> None:
    replicate(buckets, rule(Destination=metrics))
    buckets.delete_bucket(Bucket=TARGET)
    changes = recorded(mock.cloud)
    buckets.put_object(Bucket=SOURCE, Key="k")
    assert status(buckets) == "FAILED"
    failed = [(SOURCE, "Replication:OperationFailedReplication")] if metrics else []
    assert shown(changes) == [(SOURCE, "ObjectCreated:Put"), *failed]


@pytest.mark.parametrize("destination", [TIME_CONTROL, METRICS], ids=["with time control", "without"])
def test_time_control_sends_events_about_replication_over_15_minutes(destination: Any) -> None:
    with mock_s3(replication_time=1000) as mock:
        s3 = mock.client(region_name="us-east-1")
        for bucket in (SOURCE, TARGET):
            create_versioned(s3, bucket)
        replicate(s3, rule(markers="Enabled", Destination=destination))
        changes = recorded(mock.cloud)
        s3.put_object(Bucket=SOURCE, Key="k")
        mock.clock.advance(seconds=950)
        assert status(s3) == "PENDING"
        missed = [(SOURCE, "Replication:OperationMissedThreshold")] if destination is TIME_CONTROL else []
        assert shown(changes)[1:] == missed
        mock.clock.advance(seconds=50)
        assert status(s3) == "COMPLETED"
        late = [(SOURCE, "Replication:OperationReplicatedAfterThreshold")] if destination is TIME_CONTROL else []
        assert shown(changes)[1:] == [*missed, (TARGET, "ObjectCreated:Put"), *late]
        del changes[:]
        s3.delete_object(Bucket=SOURCE, Key="k")
        mock.clock.advance(days=1)
        assert len(markers(s3)) == 1
        assert not [event for _, event in shown(changes) if event.startswith("Replication:")]


def test_replication_within_15_minutes_sends_no_event() -> None:
    with mock_s3(replication_time=900) as mock:
        s3 = mock.client(region_name="us-east-1")
        for bucket in (SOURCE, TARGET):
            create_versioned(s3, bucket)
        replicate(s3, rule(Destination=TIME_CONTROL))
        changes = recorded(mock.cloud)
        s3.put_object(Bucket=SOURCE, Key="k")
        mock.clock.advance(days=1)
        assert status(s3) == "COMPLETED"
        assert shown(changes) == [(SOURCE, "ObjectCreated:Put"), (TARGET, "ObjectCreated:Put")]
