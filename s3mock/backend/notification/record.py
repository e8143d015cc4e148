"""The messages of events: the record for queues, topics and functions, and the event for EventBridge.

User Guide, "Event message structure" (version 2.5, of all events since 2026) and "EventBridge event message structure"
(version 1.1). Keys are URL-encoded in the former and plain in the latter.
"""

from __future__ import annotations

from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote_plus

from s3mock.backend import ids
from s3mock.models.version import NULL

if TYPE_CHECKING:
    from collections.abc import Mapping

    from s3mock.backend.bucket_state import Change
    from s3mock.backend.cause import Cause
    from s3mock.models.account import Account
    from s3mock.models.bucket import BucketIdentity
    from s3mock.models.version import Version

RECORD_VERSION = "2.5"
BRIDGE_VERSION = "1.1"
S3_ITSELF = "s3.amazonaws.com"
"""The requester and the source address of events without a request."""

EMPTY_MD5 = "d41d8cd98f00b204e9800998ecf8427e"
"""The ETag in events of delete markers (User Guide, "EventBridge event message structure")."""

_DELETED = frozenset({"ObjectRemoved:Delete", "LifecycleExpiration:Delete"})
_DELETE_MARKER_CREATED = frozenset({"ObjectRemoved:DeleteMarkerCreated", "LifecycleExpiration:DeleteMarkerCreated"})
_WITHOUT_SIZE = frozenset({"ObjectTagging:Put", "ObjectTagging:Delete", "ObjectAcl:Put"})
"""aws_recorded test_object_tagging_put_event, test_object_tagging_delete_event, test_object_put_acl."""
_IN_SEQUENCE = ("ObjectCreated:", "ObjectRemoved:", "LifecycleExpiration:", "Replication:")
"""Events that have a sequencer: "only used with PUTs and DELETEs"; and with replication, as seen in
https://github.com/aws/aws-lambda-go/pull/612."""
_RESTORES = "ObjectRestore:"
"""Their records have a sequencer as well, their events for EventBridge have none (aws_recorded test_restore_object)."""

_PERMANENT, _MARKER = "Permanently Deleted", "Delete Marker Created"

BRIDGED: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "ObjectCreated:Put": ("Object Created", {"reason": "PutObject"}),
    "ObjectCreated:Post": ("Object Created", {"reason": "POST Object"}),
    "ObjectCreated:Copy": ("Object Created", {"reason": "CopyObject"}),
    "ObjectCreated:CompleteMultipartUpload": ("Object Created", {"reason": "CompleteMultipartUpload"}),
    "ObjectRemoved:Delete": ("Object Deleted", {"reason": "DeleteObject", "deletion-type": _PERMANENT}),
    "ObjectRemoved:DeleteMarkerCreated": ("Object Deleted", {"reason": "DeleteObject", "deletion-type": _MARKER}),
    "LifecycleExpiration:Delete": ("Object Deleted", {"reason": "Lifecycle Expiration", "deletion-type": _PERMANENT}),
    "LifecycleExpiration:DeleteMarkerCreated": (
        "Object Deleted",
        {"reason": "Lifecycle Expiration", "deletion-type": _MARKER},
    ),
    "ObjectRestore:Post": ("Object Restore Initiated", {}),
    "ObjectRestore:Completed": ("Object Restore Completed", {}),
    "ObjectRestore:Delete": ("Object Restore Expired", {}),
    "LifecycleTransition": ("Object Storage Class Changed", {}),
    "IntelligentTiering": ("Object Access Tier Changed", {}),
    "ObjectAcl:Put": ("Object ACL Updated", {}),
    "ObjectTagging:Put": ("Object Tags Added", {}),
    "ObjectTagging:Delete": ("Object Tags Deleted", {}),
}
"""The events for EventBridge (User Guide, "Using EventBridge"): detail-type, and the fixed part of the detail."""


class Occurrence(NamedTuple):
    """One event, for records: the change with its bucket, cause and time, and its place in the sequence of events."""

    event: str
    bucket: BucketIdentity
    change: Change
    cause: Cause
    time: datetime
    sequence: int
    request_id: str
    host_id: str

    @property
    def version(self) -> Version | None:
        """The version that changed; None if it is not known."""
        return self.change.version

    @property
    def key(self) -> str:
        """The key of the object that changed."""
        return self.change.key or ""

    @property
    def version_id(self) -> str | None:
        """The version id; None for the null version (aws_recorded test_object_created_put_versioned)."""
        if self.version is None or self.version.version_id == NULL:
            return None
        return self.version.version_id


def record(occurrence: Occurrence, configuration_id: str | None) -> dict[str, Any]:
    """The record of an event, one of a message's "Records"; ``configuration_id`` is the matching one's."""
    bucket, cause = occurrence.bucket, occurrence.cause
    s3: dict[str, Any] = {"s3SchemaVersion": "1.0"}
    if configuration_id is not None:
        s3["configurationId"] = configuration_id
    s3["bucket"] = {
        "name": bucket.name,
        "ownerIdentity": {"principalId": customer_id(bucket.account)},
        "arn": bucket.arn,
    }
    s3["object"] = _object(occurrence, (*_IN_SEQUENCE, _RESTORES))
    return {
        "eventVersion": RECORD_VERSION,
        "eventSource": "aws:s3",
        "awsRegion": bucket.region,
        "eventTime": iso(occurrence.time),
        "eventName": occurrence.event,
        "userIdentity": {"principalId": _principal_id(occurrence)},
        "requestParameters": {"sourceIPAddress": cause.source if cause.is_request else S3_ITSELF},
        "responseElements": {"x-amz-request-id": occurrence.request_id, "x-amz-id-2": occurrence.host_id},
        "s3": s3,
        **_event_data(occurrence),
    }


def _principal_id(occurrence: Occurrence) -> str:
    """The id of the caller. A restore is completed by the bucket's owner (aws_recorded test_restore_object)."""
    if occurrence.event == "ObjectRestore:Completed":
        return f"AmazonCustomer:{customer_id(occurrence.bucket.account)}"
    return principal_id(occurrence.cause) if occurrence.cause.is_request else S3_ITSELF


def _object(occurrence: Occurrence, in_sequence: tuple[str, ...]) -> dict[str, Any]:
    """The object; events whose names begin as one of ``in_sequence`` have a sequencer."""
    event, version = occurrence.event, occurrence.version
    members: dict[str, Any] = {"key": encoded(occurrence.key)}
    if event in _DELETE_MARKER_CREATED:
        members["eTag"] = EMPTY_MD5
    elif event not in _DELETED and version is not None:
        if event not in _WITHOUT_SIZE:
            members["size"] = version.size
        members["eTag"] = version.etag
    if occurrence.version_id is not None:
        members["versionId"] = occurrence.version_id
    if event.startswith(in_sequence):
        members["sequencer"] = f"{occurrence.sequence:018X}"
    return members


def _event_data(occurrence: Occurrence) -> Mapping[str, Any]:
    """The members that only records of some events have (User Guide, "Event message structure")."""
    event, version = occurrence.event, occurrence.version
    if version is None:
        return occurrence.change.event_data
    if event == "ObjectRestore:Completed":
        restored = {"lifecycleRestoreStorageClass": version.storage_class}
        if version.restore is not None and version.restore.expiry is not None:
            restored = {"lifecycleRestorationExpiryTime": iso(version.restore.expiry), **restored}
        return {"glacierEventData": {"restoreEventData": restored}}
    if event == "LifecycleTransition":
        return {"lifecycleEventData": {"transitionEventData": {"destinationStorageClass": version.storage_class}}}
    if event == "IntelligentTiering":
        return {"intelligentTieringEventData": {"destinationAccessTier": version.archive_status}}
    return occurrence.change.event_data


def bridged(occurrence: Occurrence) -> dict[str, Any]:
    """The event for EventBridge, which must be one of BRIDGED."""
    bucket, cause = occurrence.bucket, occurrence.cause
    detail_type, fixed = BRIDGED[occurrence.event]
    object_members = _object(occurrence, _IN_SEQUENCE) | {"key": occurrence.key}
    if "sequencer" in object_members:
        object_members["sequencer"] = f"{occurrence.sequence:016x}"
    renamed = {"eTag": "etag", "versionId": "version-id"}
    detail: dict[str, Any] = {
        "version": "0",
        "event-version": BRIDGE_VERSION,
        "bucket": {"name": bucket.name},
        "object": {renamed.get(name, name): value for name, value in object_members.items()},
        "request-id": occurrence.request_id,
        "requester": cause.caller.id if cause.is_request else S3_ITSELF,
    }
    if cause.is_request:
        detail["source-ip-address"] = cause.source
    return {
        "version": "0",
        "id": ids.uuid(),
        "detail-type": detail_type,
        "source": "aws.s3",
        "account": bucket.account.id,
        "time": occurrence.time.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "region": bucket.region,
        "resources": [bucket.arn],
        "detail": {**detail, **fixed, **_bridged_data(occurrence)},
    }


def _bridged_data(occurrence: Occurrence) -> dict[str, Any]:
    """The members of the detail that only some events have."""
    event, version = occurrence.event, occurrence.version
    if version is None:
        return {}
    if event in ("ObjectRestore:Post", "ObjectRestore:Completed"):
        expiry = version.restore.expiry if version.restore is not None and event.endswith("Completed") else None
        expires = {} if expiry is None else {"restore-expiry-time": expiry.strftime("%Y-%m-%dT%H:%M:%SZ")}
        return {**expires, "source-storage-class": version.storage_class}
    if event == "LifecycleTransition":
        return {"destination-storage-class": version.storage_class}
    if event == "IntelligentTiering":
        return {"destination-access-tier": version.archive_status}
    return {}


def test_message(bucket: BucketIdentity, time: datetime, cause: Cause) -> dict[str, str]:
    """The test message to a queue or topic when it is configured (User Guide, "Event message structure")."""
    return {
        "Service": "Amazon S3",
        "Event": "s3:TestEvent",
        "Time": iso(time),
        "Bucket": bucket.name,
        "RequestId": cause.request_id,
        "HostId": cause.host_id,
    }


def encoded(key: str) -> str:
    """A key as in records: as application/x-www-form-urlencoded (User Guide), but without encoding slashes.

    The slash: https://github.com/minio/minio/issues/11665.
    """
    return quote_plus(key, safe="/*", errors="surrogatepass").replace("~", "%7E")


def customer_id(account: Account) -> str:
    """The "Amazon customer ID" of an account, always the same; S3's cannot be derived from the account."""
    return ids.iam_id(account.canonical_id, "A")[:14]


def principal_id(cause: Cause) -> str:
    """The unique id of the caller: of the IAM user, of the role with its session, or else of the account."""
    is_account = cause.user_id in {"", cause.caller.id}
    return customer_id(cause.caller) if is_account else f"AWS:{cause.user_id}"


def iso(time: datetime) -> str:
    """A time as in records: 1970-01-01T00:00:00.000Z."""
    return f"{time.astimezone(timezone.utc):%Y-%m-%dT%H:%M:%S}.{time.microsecond // 1000:03}Z"
