"""Reports of S3 Inventory: their rows and their delivery.

Reports are made at 01:00 UTC: daily ones every day, weekly ones on Sundays, and the first of either at the next 01:00
(User Guide, "Configuring Amazon S3 Inventory": within 48 hours, and later on Sundays; the hour is assumed).
"""

from __future__ import annotations

import hashlib
import json
from base64 import b64encode
from datetime import timedelta
from typing import TYPE_CHECKING, Any, cast

from s3mock.backend import ids, schedules
from s3mock.backend.access import ownership_controls
from s3mock.backend.bucket import Bucket
from s3mock.backend.reports import delivery, inventory_files
from s3mock.clock import EPOCH
from s3mock.errors import S3Error
from s3mock.models import intelligent_tiering
from s3mock.models.encryption import DEFAULT, DSSE, KMS, Encryption
from s3mock.models.inventory import DAILY

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from s3mock.backend.agenda import Due
    from s3mock.backend.cause import Cause
    from s3mock.backend.cloud import Cloud
    from s3mock.backend.commit import Commit
    from s3mock.backend.store import Store
    from s3mock.models.inventory import Inventory
    from s3mock.models.version import Version

HOUR = 3600.0
DAY = 86400.0
SUNDAY = 6

ENCRYPTIONS = {KMS: "SSE-KMS", DSSE: "DSSE-KMS"}
GRANTEES = {"ID": "canonicalId", "URI": "uri"}


def plan(store: Store, commit: Commit) -> Store:
    """Put the first report of a new configuration on the agenda."""
    return schedules.scheduled(store, commit, "inventory", "deliver inventory", next_report(commit.now))


def run(cloud: Cloud, due: Due, cause: Cause) -> None:
    """Deliver a report if the bucket still has the configuration, enabled, and put the next one on the agenda."""
    source = Bucket.of(cloud, due)
    if not schedules.is_there(source.state, due, "inventory"):
        return
    configuration = cast("Inventory", due.data)
    if not configuration.enabled:
        return
    deliver(cloud, source, configuration, due.when, cause)
    schedules.again(cloud, due, following)


def following(due: Due, when: float) -> float:
    """The time of the first report after ``when``."""
    configuration = cast("Inventory", due.data)
    return next_report(when) if configuration.frequency == DAILY else next_sunday(when)


def next_report(when: float) -> float:
    """The first 01:00 after ``when``."""
    return schedules.next_midnight(when - HOUR) + HOUR


def next_sunday(when: float) -> float:
    """The first 01:00 of a Sunday after ``when``."""
    sunday = next_report(when)
    while (EPOCH + timedelta(seconds=sunday)).weekday() != SUNDAY:
        sunday += DAY
    return sunday


def deliver(cloud: Cloud, source: Bucket, configuration: Inventory, when: float, cause: Cause) -> None:
    """Put a report into the destination bucket: the list, the manifest, its checksum, and Hive's manifest.

    Nothing is delivered if the destination does not exist, is a directory bucket (which has another ARN), is in another
    region or belongs to another account than configured, or if the KMS key does not exist.
    """
    target = cloud.bucket(source.partition, configuration.bucket)
    if target is None or target.zone is not None or target.region != source.region:
        return
    if configuration.account_id not in (None, target.account.id):
        return
    encrypted = None if configuration.encryption is None else DEFAULT
    if configuration.kms_key_id is not None:
        try:
            encrypted = Encryption(KMS, delivery.keyring(target).arn(configuration.kms_key_id))
        except S3Error:
            return
    moment = EPOCH + timedelta(seconds=when)
    folder = f"{configuration.report_prefix}{source.name}/{configuration.document['Id']}"
    extension = inventory_files.EXTENSIONS[configuration.format]
    list_key = f"{folder}/data/{ids.uuid()}.{extension}"
    rows = list(rows_of(source, configuration, moment))
    content = inventory_files.content(configuration.format, configuration.columns, rows)
    manifest = _manifest(source, target, configuration, moment, list_key, content, len(rows))
    dated = f"{folder}/{moment:%Y-%m-%dT%H-%MZ}"
    for key, data, content_type in (
        (list_key, content, "application/octet-stream"),
        (
            f"{folder}/hive/dt={moment:%Y-%m-%d-%H-%M}/symlink.txt",
            f"s3://{target.name}/{list_key}".encode(),
            "text/plain",
        ),
        (f"{dated}/manifest.json", manifest, "application/json"),
        (f"{dated}/manifest.checksum", _md5(manifest).encode(), "application/octet-stream"),
    ):
        delivery.deliver(
            cloud, target, key, data, when=when, content_type=content_type, encrypted=encrypted, cause=cause
        )


def _manifest(
    source: Bucket,
    target: Bucket,
    configuration: Inventory,
    moment: datetime,
    list_key: str,
    content: bytes,
    count: int,
) -> bytes:
    """The content of manifest.json; ``content`` is that of the list, with ``count`` records."""
    return json.dumps(
        {
            "sourceBucket": source.name,
            "destinationBucket": target.arn,
            "version": "2016-11-30",
            "creationTimestamp": str(int((moment - EPOCH).total_seconds() * 1000)),
            "fileFormat": configuration.format,
            "fileSchema": inventory_files.schema(configuration.format, configuration.columns),
            "files": [
                {
                    "key": list_key,
                    "size": len(content),
                    "MD5checksum": _md5(content),
                    "inventoryRecordCount": count,
                }
            ],
        },
        indent=2,
    ).encode()


def _md5(data: bytes) -> str:
    return hashlib.md5(data, usedforsecurity=False).hexdigest()


def rows_of(source: Bucket, configuration: Inventory, now: datetime) -> Iterator[dict[str, Any]]:
    """Yield the row of each version in a report: the values by the names of its columns."""
    lifecycle = source.configuration.lifecycle
    names = {column.name for column in configuration.columns}
    for key, stack in source.state.keys.scan(configuration.prefix):
        if not key.startswith(configuration.prefix):
            break
        for version in stack if configuration.all_versions else stack[:1]:
            if version.blob is None and not configuration.all_versions:
                continue
            row: dict[str, Any] = {
                "Bucket": source.name,
                "Key": key,
                "VersionId": version.version_id,
                "IsLatest": version is stack[0],
                "IsDeleteMarker": version.delete_marker,
                "LastModifiedDate": version.last_modified,
                "ObjectOwner": (ownership_controls.sole_owner(source.state) or version.owner).canonical_id,
            }
            if version.blob is not None:
                row |= _of_object(version, now)
            if lifecycle is not None and version.blob is not None and version is stack[0]:
                expiration = lifecycle.expiration(version)
                row["LifecycleExpirationDate"] = expiration and expiration[0]
            yield {name: value for name, value in row.items() if name in names}


def _of_object(version: Version, now: datetime) -> dict[str, Any]:
    """The columns of a version that is not a delete marker."""
    stored, lock = version.encryption, version.lock
    retention = None if lock is None else lock.retention
    row: dict[str, Any] = {
        "Size": version.size,
        "ETag": version.etag,
        "StorageClass": version.storage_class,
        "IsMultipartUploaded": bool(version.parts),
        "EncryptionStatus": "SSE-C" if stored.customer_key_md5 else ENCRYPTIONS.get(stored.algorithm, "SSE-S3"),
        "BucketKeyStatus": "ENABLED" if stored.bucket_key else "DISABLED",
        "ChecksumAlgorithm": version.checksum and version.checksum.algorithm,
        "ReplicationStatus": version.replication and version.replication.status,
        "ObjectLockLegalHoldStatus": lock and lock.legal_hold,
    }
    if version.acl is not None:
        # Base64 of JSON (User Guide, "Working with the Object ACL field").
        grants = []
        for grant in version.acl.describe()["Grants"]:
            grantee = grant["Grantee"]
            named = {GRANTEES[member]: value for member, value in grantee.items() if member in GRANTEES}
            grants.append({**named, "type": grantee["Type"], "permission": grant["Permission"]})
        document = {"version": "2022-11-10", "status": "AVAILABLE", "grants": grants}
        row["ObjectAccessControlList"] = b64encode(json.dumps(document, separators=(",", ":")).encode()).decode()
    if retention is not None:
        row["ObjectLockRetainUntilDate"] = retention.until(now)
        row["ObjectLockMode"] = retention.mode
        row["ObjectLockEventHoldStatus"] = retention.event_hold
        row["ObjectLockEventHoldDuration"] = (
            retention.duration and f"{retention.duration.number} {retention.duration.unit}"
        )
    if version.storage_class == intelligent_tiering.STORAGE_CLASS:
        row["IntelligentTieringAccessTier"] = intelligent_tiering.access_tier(version, now)
        row["IntelligentTieringReferenceDate"] = intelligent_tiering.last_access(version, now)
    return row
