"""The requests of the recorded conversations about events: their records, and the events for EventBridge.

The messages were recorded where they arrived. What topics and tables add around a record is taken from the recording.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import boto3
from boto3.dynamodb.types import TypeSerializer
from moto import mock_aws

from tests.support.notifications import QUEUE, to
from tests.support.recorded_forms import post_form
from tests.support.recordings import EXPLAINED, requests_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.recordings import Conversation

SQS = "notifications/notifications_sqs::TestS3NotificationsToSQS"
SNS = "notifications/notifications_sns::TestS3NotificationsToSns"
FUNCTIONS = "notifications/notifications_lambda::TestS3NotificationsToLambda"
BRIDGE = "notifications/notifications_eventbridge::TestS3NotificationsToEventBridge"
_OF_RECORDS = {r"\.eventVersion\b": "records of all events are of version 2.5 since 2026"}
LATER_VERSIONS = {
    SQS: _OF_RECORDS,
    SNS: _OF_RECORDS,
    FUNCTIONS: _OF_RECORDS,
    BRIDGE: {r"\.event-version$": "events for EventBridge say their version, 1.1, since 2026"},
}


def _events_of(topic: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    def add(send: Callable[..., None]) -> Callable[..., None]:
        EXPLAINED[f"{topic}::{send.__name__}"] = LATER_VERSIONS[topic]
        return requests_of(topic)(send)

    return add


def _notify(c: Conversation, *events: str) -> None:
    """Let the bucket send these events to a queue of its region, and all events to EventBridge."""
    queue = QUEUE.replace("us-east-1", c.s3.meta.region_name)
    configuration: Any = {**to(queue, *events, Id="configuration"), "EventBridgeConfiguration": {}}
    parameters: Any = {"NotificationConfiguration": configuration, "SkipDestinationValidation": True}
    c("", "put_bucket_notification_configuration", **parameters)


def _records(c: Conversation) -> list[Any]:
    """The records for the queue so far, by their events' names as they were recorded, and forget them."""
    events = [event for event in c.mock.events if any(":sqs:" in arn for arn in event.destinations)]
    c.mock.events.clear()
    return sorted(_copied([event.record for event in events]), key=lambda record: record["eventName"])


def _bridged(c: Conversation) -> list[Any]:
    """The events for EventBridge so far, by their types as they were recorded, and forget them."""
    events = _copied([event.event_bridge for event in c.mock.events])
    c.mock.events.clear()
    return sorted(events, key=lambda event: event["detail-type"])


def _copied(messages: list[Any]) -> list[Any]:
    copied: list[Any] = json.loads(json.dumps(messages))
    return copied


def _received(c: Conversation, step: str = "receive_messages") -> None:
    c.note(step, {"messages": _records(c)})


def _acl_enabled(c: Conversation) -> None:
    c("", "put_bucket_ownership_controls", OwnershipControls={"Rules": [{"ObjectOwnership": "ObjectWriter"}]})
    c("", "delete_public_access_block")


@_events_of(SNS)
def test_object_created_put(c: Conversation) -> None:
    _notify(c, "s3:ObjectCreated:*")
    for body in (b"first event", b"second event"):
        c("", "put_object", Key="bucket-key", Body=body)
    around = c.recorded["receive_messages"]["messages"]
    messages = [
        {**message, "Message": {"Records": [record]}} for message, record in zip(around, _records(c), strict=True)
    ]
    c.note("receive_messages", {"messages": messages})


@_events_of(FUNCTIONS)
def test_create_object_by_presigned_request_via_dynamodb(c: Conversation) -> None:
    c.body_unknown = True
    _notify(c, "s3:ObjectCreated:*")
    c("", "put_object", Key="key", Body=b"sixteen letters.")
    assert post_form(c, "key", ("name", b"seventeen letter")).status == 204
    items = [
        {"data": TypeSerializer().serialize(record), "uuid": recorded["uuid"]}
        for record, recorded in zip(_records(c), c.recorded["items"], strict=True)
    ]
    c.note("items", items)


@_events_of(SQS)
def test_key_encoding(c: Conversation) -> None:
    _notify(c, "s3:ObjectCreated:*")
    c("", "put_object", Key="a@b", Body=b"something")
    _received(c)


@_events_of(SQS)
def test_xray_header(c: Conversation) -> None:
    (recorded,) = c.recorded["receive_messages"]["messages"]
    with mock_aws():
        sqs = boto3.client("sqs", "us-east-1")
        url = sqs.create_queue(QueueName=QUEUE.rpartition(":")[2])["QueueUrl"]
        _notify(c, "s3:ObjectCreated:*")
        c.send("PUT", f"/{c.bucket}/test-data", b"something", x_amzn_trace_id=recorded["Attributes"]["AWSTraceHeader"])
        received = sqs.receive_message(QueueUrl=url, AttributeNames=["AWSTraceHeader"])["Messages"]
    c.note("receive_messages", {"messages": [{**message, "Body": json.loads(message["Body"])} for message in received]})


@_events_of(SQS)
def test_object_created_and_object_removed(c: Conversation) -> None:
    _notify(c, "s3:ObjectCreated:*", "s3:ObjectRemoved:*")
    c("", "put_object", Key="source", Body=b"something")
    c("", "copy_object", Key="copy", CopySource=f"{c.bucket}/source")
    c("", "delete_object", Key="source")
    _received(c)


@_events_of(SQS)
def test_object_created_complete_multipart_upload(c: Conversation) -> None:
    _notify(c, "s3:ObjectCreated:*")
    upload = {"Key": "test-key", "UploadId": c("", "create_multipart_upload", Key="test-key")["UploadId"]}
    etag = c("", "upload_part", **upload, PartNumber=1, Body=b"1" * 6144)["ETag"]
    c("", "complete_multipart_upload", **upload, MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": etag}]})
    _received(c)


@_events_of(SQS)
def test_object_created_put_with_presigned_url_upload(c: Conversation) -> None:
    for step, region in (("receive_messages", "us-east-1"), ("receive_messages_region_2", "us-west-1")):
        c.connect(region, signature_version="s3v4")
        c.bucket = f"bucket-{region}"
        place: Any = {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}
        c("", "create_bucket", Bucket=c.bucket, **place)
        _notify(c, "s3:ObjectCreated:*")
        object_: Any = {"Bucket": c.bucket, "Key": "key-by-hostname"}
        url = urlsplit(c.s3.generate_presigned_url("put_object", object_))
        headers: Any = {"authorization": "", "host": url.netloc}
        response = c.send("PUT", f"{url.path}?{url.query}", b"something", endpoint=url.netloc, **headers)
        assert response.status == 200, response.body
        _received(c, step)


def _change_acls(c: Conversation, key: str) -> None:
    _acl_enabled(c)
    _notify(c, "s3:ObjectAcl:Put")
    c("", "put_object", Key=key, Body=b"something")
    for acl in ("public-read", "private", "public-read", "public-read"):  # the last one changes nothing
        c("", "put_object_acl", Key=key, ACL=acl)


@_events_of(SQS)
def test_object_put_acl(c: Conversation) -> None:
    _change_acls(c, "my_key_acl")
    _received(c)


@_events_of(SQS)
def test_object_tagging_put_event(c: Conversation) -> None:
    _notify(c, "s3:ObjectTagging:Put")
    c("", "put_object", Key="key", Body=b"FooBarBlitz")
    c("", "put_object_tagging", Key="key", Tagging={"TagSet": [{"Key": "a", "Value": "b"}]})
    _received(c)


@_events_of(SQS)
def test_object_tagging_delete_event(c: Conversation) -> None:
    _notify(c, "s3:ObjectTagging:Delete")
    c("", "put_object", Key="key", Body=b"FooBarBlitz", Tagging="a=b")
    c("", "delete_object_tagging", Key="key")
    _received(c)


def _restore(c: Conversation, key: str) -> None:
    c("", "put_object", Key=key, Body=b"something", StorageClass="GLACIER")
    _notify(c, "s3:ObjectRestore:*")
    c("", "restore_object", Key=key, RestoreRequest={"Days": 1, "GlacierJobParameters": {"Tier": "Expedited"}})
    c.mock.clock.advance(hours=1)


@_events_of(SQS)
def test_restore_object(c: Conversation) -> None:
    _restore(c, "my_key_restore")
    c.note("receive_messages", {"messages": _records(c)[::-1]})


def _versions(c: Conversation, messages: Callable[[Conversation], list[Any]]) -> list[Any]:
    """Put and delete versions, before and after their suspension; both lists of messages."""
    key: Any = {"Key": "test-key"}
    c.versioned()
    _notify(c, "s3:ObjectCreated:*", "s3:ObjectRemoved:*")
    first = c("obj-ver1", "put_object", **key, Body=b"data")["VersionId"]
    c("obj-ver2", "put_object", **key, Body=b"data-version2")
    marker = c("delete-marker", "delete_object", **key)["VersionId"]
    c("delete-version", "delete_object", **key, VersionId=first)
    active = messages(c)
    c.versioned("Suspended")
    c("add-null-version", "put_object", **key, Body=b"data-version3")
    c("del-delete-marker", "delete_object", **key, VersionId=marker)
    return [active, messages(c)]


@_events_of(SQS)
def test_object_created_put_versioned(c: Conversation) -> None:
    active, suspended = _versions(c, _records)
    active[:2] = active[1::-1]  # the latter of the two puts was recorded first
    c.note("message-versioning-active", active)
    c.note("message-versioning-suspended", suspended)


def _bridge(function: Callable[..., None]) -> Callable[..., None]:
    """Add a conversation of EventBridge, whose name another service's has as well, without the last underscore."""
    function.__name__ = function.__name__.rstrip("_")
    return _events_of(BRIDGE)(function)


@_bridge
def test_object_created_put_(c: Conversation) -> None:
    _notify(c)
    c("", "put_object", Key="key", Body=b"data")
    (created,) = _bridged(c)
    c("", "delete_object", Key="key")
    (deleted,) = _bridged(c)
    c.note("object_created", created)
    c.note("object_deleted", deleted)


@_bridge
def test_object_created_put_in_different_region(c: Conversation) -> None:
    _notify(c)
    for _ in range(2):
        c("", "put_object", Key="key", Body=b"data")
    c.note("object-created-different-regions", {"messages": _bridged(c)})


@_bridge
def test_object_created_put_versioned_(c: Conversation) -> None:
    _, suspended = _versions(c, _bridged)
    c.note("message-versioning-active", suspended)  # recorded twice: the receiver had not been emptied
    c.note("message-versioning-suspended", suspended)


@_bridge
def test_object_put_acl_(c: Conversation) -> None:
    _change_acls(c, "key")
    c.note("messages", {"messages": _bridged(c)})


@_bridge
def test_restore_object_(c: Conversation) -> None:
    _restore(c, "key")
    c.note("messages", {"messages": _bridged(c)[::-1]})
