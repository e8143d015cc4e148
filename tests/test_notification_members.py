"""Every member of the records and of EventBridge's events, for each way in which an event is caused.

User Guide, "Event message structure" and "EventBridge event message structure"; aws_recorded notifications.json.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from tests.support.notifications import QUEUE, notify, to
from tests.test_notification_events import ALL

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

    from s3mock.control import S3

COMMON = {
    *("eventVersion", "eventSource", "awsRegion", "eventTime", "eventName", "userIdentity.principalId"),
    *("requestParameters.sourceIPAddress", "responseElements.x-amz-request-id", "responseElements.x-amz-id-2"),
    *("s3.s3SchemaVersion", "s3.configurationId", "s3.bucket.name", "s3.bucket.arn"),
    *("s3.bucket.ownerIdentity.principalId", "s3.object.key"),
}
BRIDGED = {
    *("version", "id", "detail-type", "source", "account", "time", "region", "resources", "detail.version"),
    *("detail.event-version", "detail.bucket.name", "detail.object.key", "detail.request-id", "detail.requester"),
    "detail.source-ip-address",
}
WRITTEN = {"size", "eTag", "sequencer"}
RESTORED = {
    "glacierEventData.restoreEventData.lifecycleRestorationExpiryTime",
    "glacierEventData.restoreEventData.lifecycleRestoreStorageClass",
}


class Case(NamedTuple):
    """The last event of ``calls``: its name, the members of its object, and further ones of record and detail."""

    name: str
    calls: list[tuple[str, dict[str, Any]]]
    object_members: set[str]
    detail: set[str]
    record: frozenset[str] | set[str] = frozenset()
    bridged_object: set[str] | None = None
    versioning: str | None = None


PUT: tuple[str, dict[str, Any]] = ("put_object", {"Body": b"hello"})
COLD: tuple[str, dict[str, Any]] = ("put_object", {"Body": b"hello", "StorageClass": "GLACIER"})
DELETE: tuple[str, dict[str, Any]] = ("delete_object", {})
TAGS: dict[str, Any] = {"Tagging": {"TagSet": [{"Key": "a", "Value": "b"}]}}
DELETED = {"reason", "deletion-type"}

CASES = [
    Case("ObjectCreated:Put", [PUT], WRITTEN, {"reason"}),
    Case("ObjectCreated:Put", [PUT], WRITTEN | {"versionId"}, {"reason"}, versioning="Enabled"),
    Case("ObjectCreated:Put", [PUT], WRITTEN, {"reason"}, versioning="Suspended"),
    Case(
        "ObjectCreated:Copy",
        [PUT, ("copy_object", {"CopySource": "a-bucket/key", "MetadataDirective": "REPLACE"})],
        WRITTEN,
        {"reason"},
    ),
    Case("ObjectRemoved:Delete", [PUT, DELETE], {"sequencer"}, DELETED),
    Case(
        "ObjectRemoved:Delete",
        [PUT, ("delete_objects", {"Delete": {"Objects": [{"Key": "key"}]}})],
        {"sequencer"},
        DELETED,
    ),
    Case(
        "ObjectRemoved:Delete", [("delete_objects", {"Delete": {"Objects": [{"Key": "key"}]}})], {"sequencer"}, DELETED
    ),
    Case(
        "ObjectRemoved:Delete",
        [PUT, ("delete_object", {"VersionId": "null"})],
        {"sequencer"},
        DELETED,
        versioning="Suspended",
    ),
    Case(
        "ObjectRemoved:DeleteMarkerCreated",
        [PUT, DELETE],
        {"eTag", "sequencer", "versionId"},
        DELETED,
        versioning="Enabled",
    ),
    Case("ObjectRemoved:DeleteMarkerCreated", [PUT, DELETE], {"eTag", "sequencer"}, DELETED, versioning="Suspended"),
    Case("ObjectTagging:Put", [PUT, ("put_object_tagging", TAGS)], {"eTag"}, set()),
    Case("ObjectTagging:Put", [PUT, ("put_object_tagging", TAGS)], {"eTag", "versionId"}, set(), versioning="Enabled"),
    Case("ObjectTagging:Delete", [PUT, ("delete_object_tagging", {})], {"eTag"}, set()),
    Case("ObjectAcl:Put", [PUT, ("put_object_acl", {"ACL": "public-read"})], {"eTag"}, set()),
    Case(
        "ObjectRestore:Completed",
        [COLD, ("restore_object", {"RestoreRequest": {"Days": 1}})],
        WRITTEN,
        {"restore-expiry-time", "source-storage-class"},
        RESTORED,
        {"size", "eTag"},
    ),
]


def paths(value: Any, before: str = "") -> set[str]:
    """The paths of the members of a nested mapping."""
    if not isinstance(value, Mapping):
        return {before}
    return {path for name, inner in value.items() for path in paths(inner, f"{before}.{name}" if before else name)}


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.name} {case.versioning or ''}")
def test_an_event_has_exactly_the_documented_members(s3: S3Client, bucket: str, mock: S3, case: Case) -> None:
    if case.versioning is not None:
        s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": case.versioning})  # type: ignore[typeddict-item]
    notify(s3, bucket, {**to(QUEUE, *ALL, Id="all"), "EventBridgeConfiguration": {}})
    for operation, parameters in case.calls:
        key = {} if operation == "delete_objects" else {"Key": "key"}
        getattr(s3, operation)(Bucket=bucket, **key, **parameters)
    event = mock.events[-1]
    assert event.name == case.name
    assert paths(event.record) == COMMON | {f"s3.object.{name}" for name in case.object_members} | case.record
    spelled = {"eTag": "etag", "versionId": "version-id"}
    members = case.object_members if case.bridged_object is None else case.bridged_object
    bridged = {f"detail.object.{spelled.get(name, name)}" for name in members}
    common = BRIDGED - {"detail.source-ip-address"} if case.name == "ObjectRestore:Completed" else BRIDGED
    assert paths(event.event_bridge) == common | bridged | {f"detail.{name}" for name in case.detail}
