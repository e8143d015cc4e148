"""Events of S3's own actions: lifecycle rules, Intelligent-Tiering and replication."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from freezegun import freeze_time

from s3mock import mock_s3
from tests.support.notifications import QUEUE, notify, to
from tests.support.replication import SOURCE, TARGET, create_versioned, replicate, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_s3 import S3Client

    from s3mock.backend.notification.message import Event
    from s3mock.control import S3

S3_ITSELF = "s3.amazonaws.com"


@pytest.fixture
def mock() -> Iterator[S3]:
    """An S3 at noon, whose replication takes twenty minutes."""
    with freeze_time("2026-11-20 12:00:00"), mock_s3(replication_time=1200) as s3:
        yield s3


@pytest.fixture
def s3(mock: S3) -> Any:
    """A client of the mock."""
    return mock.client(region_name="us-east-1")


def events_named(mock: S3, name: str) -> list[Event]:
    """The events of this name, all of which are S3's own actions."""
    events = [event for event in mock.events if event.name == name]
    for event in events:
        assert event.record["userIdentity"] == {"principalId": S3_ITSELF}
        assert event.record["requestParameters"] == {"sourceIPAddress": S3_ITSELF}
    return events


def test_lifecycle_events_have_the_times_at_which_they_were_due(mock: S3, s3: S3Client) -> None:
    s3.create_bucket(Bucket="bucket")
    notify(s3, "bucket", {"EventBridgeConfiguration": {}, **to(QUEUE, "s3:LifecycleTransition", Id="queue")})
    s3.put_bucket_lifecycle_configuration(
        Bucket="bucket",
        LifecycleConfiguration={
            "Rules": [
                {
                    "Status": "Enabled",
                    "Filter": {"Prefix": ""},
                    "Transitions": [{"Days": 30, "StorageClass": "GLACIER"}],
                    "Expiration": {"Days": 60},
                }
            ]
        },
    )
    s3.put_object(Bucket="bucket", Key="key", Body=b"h" * 200_000)
    mock.clock.advance(days=100)
    (moved,) = events_named(mock, "LifecycleTransition")
    assert moved.record["lifecycleEventData"] == {"transitionEventData": {"destinationStorageClass": "GLACIER"}}
    assert moved.record["eventTime"] == "2026-12-21T00:00:00.000Z"
    (expired,) = events_named(mock, "LifecycleExpiration:Delete")
    assert expired.record["eventTime"] == "2027-01-20T00:00:00.000Z"
    assert expired.event_bridge is not None
    assert expired.event_bridge["detail"]["reason"] == "Lifecycle Expiration"


def test_intelligent_tiering_events_have_the_tier(mock: S3, s3: S3Client) -> None:
    s3.create_bucket(Bucket="bucket")
    notify(s3, "bucket", to(QUEUE, "s3:IntelligentTiering"))
    s3.put_bucket_intelligent_tiering_configuration(
        Bucket="bucket",
        Id="all",
        IntelligentTieringConfiguration={
            "Id": "all",
            "Status": "Enabled",
            "Tierings": [{"Days": 90, "AccessTier": "ARCHIVE_ACCESS"}],
        },
    )
    s3.put_object(Bucket="bucket", Key="key", Body=b"h" * 200_000, StorageClass="INTELLIGENT_TIERING")
    mock.clock.advance(days=100)
    (moved,) = events_named(mock, "IntelligentTiering")
    assert moved.record["intelligentTieringEventData"] == {"destinationAccessTier": "ARCHIVE_ACCESS"}


def test_the_event_of_a_failed_replication_has_its_rule_and_reason(mock: S3, s3: S3Client) -> None:
    for bucket in (SOURCE, TARGET):
        create_versioned(s3, bucket)
    replicate(s3, rule(ID="rule", Destination={"Metrics": {"Status": "Enabled"}}))
    notify(s3, SOURCE, to(QUEUE, "s3:Replication:*"))
    s3.delete_bucket(Bucket=TARGET)
    version_id = s3.put_object(Bucket=SOURCE, Key="key", Body=b"hello")["VersionId"]
    mock.clock.advance(hours=1)
    (failed,) = events_named(mock, "Replication:OperationFailedReplication")
    assert failed.version_id == version_id
    assert failed.record["eventTime"] == "2026-11-20T12:20:00.000Z"
    assert failed.record["s3"]["object"]["size"] == 5
    assert failed.record["replicationEventData"] == {
        "replicationRuleId": "rule",
        "destinationBucket": f"arn:aws:s3:::{TARGET}",
        "s3Operation": "OBJECT_PUT",
        "requestTime": "2026-11-20T12:00:00.000Z",
        "failureReason": "DstBucketNotFound",
    }


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        ({"Status": "Suspended"}, "DstBucketUnversioned"),
        ({"Status": "Enabled"}, None),
    ],
)
def test_the_event_of_a_failed_replication_has_the_failure_reason(
    mock: S3, s3: S3Client, spoil: Any, reason: str | None
) -> None:
    for bucket in (SOURCE, TARGET):
        create_versioned(s3, bucket)
    replicate(s3, rule(Destination={"Metrics": {"Status": "Enabled"}}))
    notify(s3, SOURCE, to(QUEUE, "s3:Replication:OperationFailedReplication"))
    s3.put_bucket_versioning(Bucket=TARGET, VersioningConfiguration=spoil)
    s3.put_object(Bucket=SOURCE, Key="key")
    mock.clock.advance(hours=1)
    reasons = [event.record["replicationEventData"]["failureReason"] for event in mock.events]
    assert reasons == ([] if reason is None else [reason])


def test_a_late_replication_sends_events_at_its_threshold_and_at_its_end(mock: S3, s3: S3Client) -> None:
    for bucket in (SOURCE, TARGET):
        create_versioned(s3, bucket)
    timed = {
        "ReplicationTime": {"Status": "Enabled", "Time": {"Minutes": 15}},
        "Metrics": {"Status": "Enabled", "EventThreshold": {"Minutes": 15}},
    }
    replicate(s3, rule(ID="rule", Destination=timed))
    notify(s3, SOURCE, to(QUEUE, "s3:Replication:*"))
    notify(s3, TARGET, to(QUEUE))
    s3.put_object(Bucket=SOURCE, Key="key")
    mock.clock.advance(hours=1)
    assert [(event.bucket, event.name, event.record["eventTime"][11:16]) for event in mock.events] == [
        (SOURCE, "Replication:OperationMissedThreshold", "12:15"),
        (TARGET, "ObjectCreated:Put", "12:20"),
        (SOURCE, "Replication:OperationReplicatedAfterThreshold", "12:20"),
    ]
    assert mock.events[0].record["replicationEventData"]["replicationRuleId"] == "rule"


def test_an_immediate_replica_has_the_date_of_its_source() -> None:
    with freeze_time("2026-11-20 12:00:00"), mock_s3() as mock:
        s3 = mock.client(region_name="us-east-1")
        for bucket in (SOURCE, TARGET):
            create_versioned(s3, bucket)
        replicate(s3, rule())
        notify(s3, TARGET, to(QUEUE))
        s3.put_object(Bucket=SOURCE, Key="key")
        (event,) = events_named(mock, "ObjectCreated:Put")
        assert event.record["eventTime"] == "2026-11-20T12:00:00.000Z"
