"""Event notifications: which buckets send them, their records, and the events of EventBridge."""

from __future__ import annotations

import json
import re
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from freezegun import freeze_time

from s3mock import mock_s3
from s3mock.backend.bucket_state import Change
from s3mock.backend.cause import Cause
from s3mock.backend.versions import latest
from tests.support.notifications import BUS, QUEUE, TOPIC, both, notify, to

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

    from s3mock.backend.notification.message import Event
    from s3mock.control import S3

EMPTY_MD5 = "d41d8cd98f00b204e9800998ecf8427e"
HELLO_MD5 = "5d41402abc4b2a76b9719d911017c592"
ALL = (
    *("s3:ObjectCreated:*", "s3:ObjectRemoved:*", "s3:ObjectRestore:*", "s3:ObjectTagging:*", "s3:ObjectAcl:Put"),
    *("s3:LifecycleExpiration:*", "s3:LifecycleTransition", "s3:IntelligentTiering", "s3:Replication:*"),
    *("s3:ObjectAnnotation:*", "s3:ObjectRetention:Put", "s3:ReducedRedundancyLostObject"),
)


@pytest.fixture
def notifying(s3: S3Client, bucket: str) -> str:
    """The name of a bucket that sends all its events to a queue and to EventBridge."""
    notify(s3, bucket, {**to(QUEUE, *ALL, Id="all"), "EventBridgeConfiguration": {}})
    return bucket


def names(mock: S3) -> list[str]:
    return [event.name for event in mock.events]


def last(mock: S3) -> Event:
    return mock.events[-1]


def about(event: Event) -> dict[str, Any]:
    """The object in the record, without its sequencer."""
    return {name: value for name, value in event.record["s3"]["object"].items() if name != "sequencer"}


def detail(event: Event) -> Any:
    assert event.event_bridge is not None
    return event.event_bridge["detail"]


def test_a_bucket_without_a_configuration_sends_no_events(s3: S3Client, bucket: str, mock: S3) -> None:
    s3.put_object(Bucket=bucket, Key="key")
    s3.create_bucket(Bucket="another")
    notify(s3, "another", to(QUEUE))
    s3.put_object(Bucket=bucket, Key="key")
    assert mock.events == ()


@freeze_time("2026-11-20 10:11:12.345678")
def test_the_record_of_a_put_has_the_caller_the_action_and_the_object(s3: S3Client, notifying: str, mock: S3) -> None:
    headers = s3.put_object(Bucket=notifying, Key="a b/é", Body=b"hello")["ResponseMetadata"]["HTTPHeaders"]
    (event,) = mock.events
    assert (event.name, event.bucket, event.key, event.version_id) == ("ObjectCreated:Put", notifying, "a b/é", None)
    assert event.destinations == (QUEUE, BUS)
    record = json.loads(json.dumps(event.record))
    user, owner = record["userIdentity"].pop("principalId"), record["s3"]["bucket"]["ownerIdentity"].pop("principalId")
    assert re.fullmatch(r"A[A-Z2-7]{13}", owner)
    assert user == owner  # the root of the bucket's account
    assert re.fullmatch(r"00[0-9A-F]{16}", record["s3"]["object"].pop("sequencer"))
    assert record == {
        "eventVersion": "2.5",
        "eventSource": "aws:s3",
        "awsRegion": "us-east-1",
        "eventTime": "2026-11-20T10:11:12.345Z",
        "eventName": "ObjectCreated:Put",
        "userIdentity": {},
        "requestParameters": {"sourceIPAddress": "127.0.0.1"},
        "responseElements": {
            "x-amz-request-id": headers["x-amz-request-id"],
            "x-amz-id-2": headers["x-amz-id-2"],
        },
        "s3": {
            "s3SchemaVersion": "1.0",
            "configurationId": "all",
            "bucket": {"name": notifying, "ownerIdentity": {}, "arn": f"arn:aws:s3:::{notifying}"},
            "object": {"key": "a+b/%C3%A9", "size": 5, "eTag": HELLO_MD5},
        },
    }


@freeze_time("2026-11-20 10:11:12.345678")
def test_the_event_of_event_bridge_has_the_same_facts(s3: S3Client, notifying: str, mock: S3) -> None:
    headers = s3.put_object(Bucket=notifying, Key="a b/é", Body=b"hello")["ResponseMetadata"]["HTTPHeaders"]
    bridged = json.loads(json.dumps(last(mock).event_bridge))
    sequencer = bridged["detail"]["object"].pop("sequencer")
    assert sequencer == last(mock).record["s3"]["object"]["sequencer"][2:].lower()
    assert re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", bridged.pop("id"))
    assert bridged == {
        "version": "0",
        "detail-type": "Object Created",
        "source": "aws.s3",
        "account": "123456789012",
        "time": "2026-11-20T10:11:12Z",
        "region": "us-east-1",
        "resources": [f"arn:aws:s3:::{notifying}"],
        "detail": {
            "version": "0",
            "event-version": "1.1",
            "bucket": {"name": notifying},
            "object": {"key": "a b/é", "size": 5, "etag": HELLO_MD5},
            "request-id": headers["x-amz-request-id"],
            "requester": "123456789012",
            "source-ip-address": "127.0.0.1",
            "reason": "PutObject",
        },
    }


def test_an_event_that_only_event_bridge_gets_names_no_configuration(s3: S3Client, bucket: str, mock: S3) -> None:
    notify(s3, bucket, {**to(QUEUE, "s3:ObjectRemoved:*"), "EventBridgeConfiguration": {}})
    s3.put_object(Bucket=bucket, Key="key")
    assert last(mock).destinations == (BUS,)
    assert "configurationId" not in last(mock).record["s3"]


def test_events_are_sent_by_their_name_and_key(s3: S3Client, bucket: str, mock: S3) -> None:
    configuration = both(
        to(QUEUE, "s3:ObjectCreated:Put", prefix="in/", suffix=".txt", Id="q"), to(TOPIC, "s3:ObjectRemoved:*", Id="t")
    )
    notify(s3, bucket, configuration)
    for key in ("in/1.txt", "in/1.jpg", "out/1.txt"):
        s3.put_object(Bucket=bucket, Key=key)
    s3.copy_object(Bucket=bucket, Key="in/2.txt", CopySource={"Bucket": bucket, "Key": "in/1.txt"})
    s3.delete_object(Bucket=bucket, Key="out/1.txt")
    assert [(event.name, event.key, event.destinations) for event in mock.events] == [
        ("ObjectCreated:Put", "in/1.txt", (QUEUE,)),
        ("ObjectRemoved:Delete", "out/1.txt", (TOPIC,)),
    ]
    assert [event.record["s3"]["configurationId"] for event in mock.events] == ["q", "t"]


def test_a_filters_special_characters_are_encoded(s3: S3Client, bucket: str, mock: S3) -> None:
    notify(s3, bucket, to(QUEUE, prefix="a%2Bb+c/"))
    for key in ("a+b c/1", "a%2Bb+c/1"):
        s3.put_object(Bucket=bucket, Key=key)
    assert [event.key for event in mock.events] == ["a+b c/1"]


def test_every_way_to_create_an_object_has_its_event(s3: S3Client, notifying: str, mock: S3) -> None:
    s3.put_object(Bucket=notifying, Key="put", Body=b"hello")
    s3.copy_object(Bucket=notifying, Key="copy", CopySource={"Bucket": notifying, "Key": "put"})
    upload = s3.create_multipart_upload(Bucket=notifying, Key="parts")["UploadId"]
    tag = s3.upload_part(Bucket=notifying, Key="parts", UploadId=upload, PartNumber=1, Body=b"hello")["ETag"]
    made = s3.complete_multipart_upload(
        Bucket=notifying, Key="parts", UploadId=upload, MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": tag}]}
    )
    assert names(mock) == ["ObjectCreated:Put", "ObjectCreated:Copy", "ObjectCreated:CompleteMultipartUpload"]
    assert about(last(mock)) == {"key": "parts", "size": 5, "eTag": made["ETag"].strip('"')}
    assert [detail(event)["reason"] for event in mock.events] == ["PutObject", "CopyObject", "CompleteMultipartUpload"]


def test_the_event_of_a_removal_has_only_the_key(s3: S3Client, notifying: str, mock: S3) -> None:
    s3.put_object(Bucket=notifying, Key="key", Body=b"hello")
    s3.delete_object(Bucket=notifying, Key="key")
    s3.delete_object(Bucket=notifying, Key="key")  # it does not exist any more
    assert names(mock) == ["ObjectCreated:Put", "ObjectRemoved:Delete"]
    assert about(last(mock)) == {"key": "key"}
    assert (detail(last(mock))["reason"], detail(last(mock))["deletion-type"]) == (
        "DeleteObject",
        "Permanently Deleted",
    )


def test_each_key_of_delete_objects_has_its_event(s3: S3Client, notifying: str, mock: S3) -> None:
    for key in "ab":
        s3.put_object(Bucket=notifying, Key=key)
    s3.delete_objects(Bucket=notifying, Delete={"Objects": [{"Key": "a"}, {"Key": "none"}, {"Key": "b"}]})
    # Also the key that never was: s3_facts 29.
    assert [(event.name, event.key) for event in mock.events[2:]] == [
        ("ObjectRemoved:Delete", "a"),
        ("ObjectRemoved:Delete", "none"),
        ("ObjectRemoved:Delete", "b"),
    ]
    assert about(mock.events[3]) == {"key": "none"}
    assert detail(mock.events[3])["object"].keys() == {"key", "sequencer"}


def test_with_versions_the_events_have_version_ids(s3: S3Client, versioned: str, mock: S3) -> None:
    notify(s3, versioned, {**to(QUEUE, *ALL), "EventBridgeConfiguration": {}})
    put = s3.put_object(Bucket=versioned, Key="key", Body=b"hello")["VersionId"]
    marker = s3.delete_object(Bucket=versioned, Key="key")["VersionId"]
    s3.delete_object(Bucket=versioned, Key="key", VersionId=put)
    assert [(event.name, event.version_id) for event in mock.events] == [
        ("ObjectCreated:Put", put),
        ("ObjectRemoved:DeleteMarkerCreated", marker),
        ("ObjectRemoved:Delete", put),
    ]
    assert [about(event) for event in mock.events] == [
        {"key": "key", "size": 5, "eTag": HELLO_MD5, "versionId": put},
        {"key": "key", "eTag": EMPTY_MD5, "versionId": marker},
        {"key": "key", "versionId": put},
    ]
    assert detail(mock.events[1])["deletion-type"] == "Delete Marker Created"
    assert detail(mock.events[1])["object"]["version-id"] == marker


def test_events_of_tags_acls_and_annotations_have_no_sequencer(s3: S3Client, notifying: str, mock: S3) -> None:
    s3.put_object(Bucket=notifying, Key="key", Body=b"hello")
    s3.put_object_tagging(Bucket=notifying, Key="key", Tagging={"TagSet": [{"Key": "a", "Value": "b"}]})
    s3.delete_object_tagging(Bucket=notifying, Key="key")
    s3.put_object_acl(Bucket=notifying, Key="key", ACL="public-read")
    s3.put_object_acl(Bucket=notifying, Key="key", ACL="public-read")  # changes nothing: s3_facts 29
    assert names(mock)[1:] == ["ObjectTagging:Put", "ObjectTagging:Delete", "ObjectAcl:Put"]
    assert [event.record["s3"]["object"] for event in mock.events[1:]] == [{"key": "key", "eTag": HELLO_MD5}] * 3
    types = [event.event_bridge["detail-type"] for event in mock.events[1:] if event.event_bridge]
    assert types == ["Object Tags Added", "Object Tags Deleted", "Object ACL Updated"]


def test_the_sequencer_grows_even_if_the_clock_runs_backwards(s3: S3Client, notifying: str, mock: S3) -> None:
    s3.put_object(Bucket=notifying, Key="key")
    mock.clock.travel_to(mock.clock.now() - timedelta(days=30))
    s3.put_object(Bucket=notifying, Key="key")
    mock.clock.advance(days=60)
    s3.put_object(Bucket=notifying, Key="key")
    sequencers = [event.record["s3"]["object"]["sequencer"] for event in mock.events]
    assert len(set(sequencers)) == 3
    assert sequencers == sorted(sequencers)
    times = [event.record["eventTime"] for event in mock.events]
    assert times[1] < times[0] < times[2]


def test_a_restore_has_events_at_its_beginning_its_end_and_its_expiry() -> None:
    with freeze_time("2026-10-15 10:30:00"), mock_s3(restore_duration="documented") as mock:
        s3 = boto3.client("s3", region_name="us-east-1")
        s3.create_bucket(Bucket="archive")
        notify(s3, "archive", {**to(QUEUE, "s3:ObjectRestore:*"), "EventBridgeConfiguration": {}})
        s3.put_object(Bucket="archive", Key="key", Body=b"hello", StorageClass="GLACIER")
        s3.restore_object(Bucket="archive", Key="key", RestoreRequest={"Days": 3})
        assert names(mock) == ["ObjectCreated:Put", "ObjectRestore:Post"]
        mock.clock.advance(days=10)
        assert names(mock)[2:] == ["ObjectRestore:Completed", "ObjectRestore:Delete"]
        _, begun, completed, expired = mock.events
        assert "glacierEventData" not in begun.record
        assert completed.record["glacierEventData"] == {
            "restoreEventData": {
                "lifecycleRestorationExpiryTime": "2026-10-19T00:00:00.000Z",
                "lifecycleRestoreStorageClass": "GLACIER",
            }
        }
        assert [event.record["eventTime"] for event in (completed, expired)] == [
            "2026-10-15T15:30:00.000Z",
            "2026-10-19T00:00:00.000Z",
        ]
        owner = completed.record["s3"]["bucket"]["ownerIdentity"]["principalId"]
        assert completed.record["userIdentity"] == {"principalId": f"AmazonCustomer:{owner}"}
        assert expired.record["userIdentity"] == {"principalId": "s3.amazonaws.com"}
        assert completed.record["requestParameters"] == {"sourceIPAddress": "s3.amazonaws.com"}
        assert about(completed) == {"key": "key", "size": 5, "eTag": HELLO_MD5}
        sequencers = [event.record["s3"]["object"]["sequencer"] for event in (begun, completed, expired)]
        assert sequencers == sorted(set(sequencers))
        assert [detail(event)["object"].keys() for event in (begun, completed)] == [{"key", "size", "etag"}] * 2
        assert detail(begun)["source-storage-class"] == "GLACIER"
        assert (detail(completed)["restore-expiry-time"], detail(completed)["requester"]) == (
            "2026-10-19T00:00:00Z",
            "s3.amazonaws.com",
        )
        assert "source-ip-address" not in detail(completed)
        assert expired.event_bridge is not None
        assert expired.event_bridge["detail-type"] == "Object Restore Expired"


def test_an_instant_restore_completes_with_its_request(s3: S3Client, notifying: str, mock: S3) -> None:
    s3.put_object(Bucket=notifying, Key="key", StorageClass="GLACIER")
    s3.restore_object(Bucket=notifying, Key="key", RestoreRequest={"Days": 1})
    s3.restore_object(Bucket=notifying, Key="key", RestoreRequest={"Days": 9})  # only the expiry changes
    assert names(mock)[1:] == ["ObjectRestore:Post", "ObjectRestore:Completed", "ObjectRestore:Post"]
    mock.clock.advance(days=5)
    assert "ObjectRestore:Delete" not in names(mock)
    mock.clock.advance(days=6)
    assert names(mock)[-1] == "ObjectRestore:Delete"


def test_a_deleted_restored_object_expires_without_an_event(s3: S3Client, notifying: str, mock: S3) -> None:
    s3.put_object(Bucket=notifying, Key="key", StorageClass="GLACIER")
    s3.restore_object(Bucket=notifying, Key="key", RestoreRequest={"Days": 1})
    s3.delete_object(Bucket=notifying, Key="key")
    mock.clock.advance(days=5)
    assert names(mock)[-1] == "ObjectRemoved:Delete"


@pytest.mark.parametrize(
    ("name", "data", "detail_type", "bridge_detail"),
    [
        (
            "LifecycleTransition",
            {"lifecycleEventData": {"transitionEventData": {"destinationStorageClass": "STANDARD_IA"}}},
            "Object Storage Class Changed",
            {"destination-storage-class": "STANDARD_IA"},
        ),
        (
            "IntelligentTiering",
            {"intelligentTieringEventData": {"destinationAccessTier": None}},
            "Object Access Tier Changed",
            {"destination-access-tier": None},
        ),
        (
            "LifecycleExpiration:Delete",
            {},
            "Object Deleted",
            {"reason": "Lifecycle Expiration", "deletion-type": "Permanently Deleted"},
        ),
        (
            "LifecycleExpiration:DeleteMarkerCreated",
            {},
            "Object Deleted",
            {"reason": "Lifecycle Expiration", "deletion-type": "Delete Marker Created"},
        ),
        ("Replication:OperationMissedThreshold", {"replicationEventData": {"threshold": "15"}}, None, {}),
    ],
)
def test_events_of_s3s_own_actions_have_their_own_data(
    s3: S3Client,
    notifying: str,
    mock: S3,
    name: str,
    data: dict[str, Any],
    detail_type: str | None,
    bridge_detail: dict[str, Any],
) -> None:
    s3.put_object(Bucket=notifying, Key="key", Body=b"hello", StorageClass="STANDARD_IA")
    bucket = mock.cloud.find_bucket(notifying)
    assert bucket is not None
    version = latest(bucket.state, "key")
    due = datetime(2030, 1, 1, tzinfo=timezone.utc)
    change = Change(bucket.state, name, "key", version, event_data=data if "Replication" in name else {})
    bucket.commit(lambda _: change, Cause(outbox=[], due=due.timestamp()))
    event = last(mock)
    assert event.name == name
    assert {key: value for key, value in event.record.items() if key.endswith("EventData")} == data
    assert event.record["eventTime"] == "2030-01-01T00:00:00.000Z"
    assert event.record["userIdentity"] == {"principalId": "s3.amazonaws.com"}
    assert "size" not in about(event) if name.startswith("LifecycleExpiration") else about(event)["size"] == 5
    if detail_type is None:
        assert event.event_bridge is None
    else:
        assert event.event_bridge is not None
        assert event.event_bridge["detail-type"] == detail_type
        assert bridge_detail.items() <= detail(event).items()


def test_a_calling_account_has_its_own_principal_id(s3: S3Client, notifying: str, mock: S3) -> None:
    other = mock.client(region_name="us-east-1", aws_access_key_id="210987654321", aws_secret_access_key="any")
    other.put_object(Bucket=notifying, Key="theirs")
    s3.put_object(Bucket=notifying, Key="ours")
    theirs, ours = (event.record["userIdentity"]["principalId"] for event in mock.events)
    assert theirs != ours
    assert detail(mock.events[0])["requester"] == "210987654321"


def test_annotations_and_retentions_have_events(s3: S3Client, mock: S3) -> None:
    s3.create_bucket(Bucket="locked", ObjectLockEnabledForBucket=True)
    notify(s3, "locked", to(QUEUE, *ALL))
    s3.put_object(Bucket="locked", Key="key")
    s3.put_object_annotation(Bucket="locked", Key="key", AnnotationName="label", AnnotationPayload=b"text")
    s3.delete_object_annotation(Bucket="locked", Key="key", AnnotationName="label")
    until = datetime(2100, 1, 1, tzinfo=timezone.utc)
    s3.put_object_retention(Bucket="locked", Key="key", Retention={"Mode": "GOVERNANCE", "RetainUntilDate": until})
    assert names(mock)[1:] == ["ObjectAnnotation:Put", "ObjectAnnotation:Delete", "ObjectRetention:Put"]


def test_a_reset_discards_the_events(s3: S3Client, notifying: str, mock: S3) -> None:
    s3.put_object(Bucket=notifying, Key="key")
    mock.reset()
    assert mock.events == ()
    s3.create_bucket(Bucket=notifying)
    notify(s3, notifying, to(QUEUE))
    s3.put_object(Bucket=notifying, Key="key")
    assert names(mock) == ["ObjectCreated:Put"]


def test_the_kept_events_can_be_filtered_and_cleared(s3: S3Client, notifying: str, mock: S3) -> None:
    mock.events.clear()
    assert list(mock.events) == []
    for key in ("a", "b"):
        s3.put_object(Bucket=notifying, Key=key)
    s3.copy_object(Bucket=notifying, Key="b", CopySource=f"{notifying}/a")
    s3.delete_object(Bucket=notifying, Key="a")
    put_a, put_b, copied, deleted = mock.events
    assert mock.events.of(name="ObjectCreated:Put") == (put_a, put_b)
    assert mock.events.of(name="s3:ObjectCreated:*", key="b") == (put_b, copied)
    assert mock.events.of(bucket=notifying, key="a") == (put_a, deleted)
    assert mock.events.of(bucket="another") == ()
    assert mock.events.of() == mock.events
    with pytest.raises(ValueError, match="S3 has no event 'ObjectCreated:Putt'; did you mean ObjectCreated:Put"):
        mock.events.of(name="ObjectCreated:Putt")
    mock.events.clear()
    s3.put_object(Bucket=notifying, Key="c")
    (later,) = mock.events
    assert later.record["s3"]["object"]["sequencer"] > deleted.record["s3"]["object"]["sequencer"]
