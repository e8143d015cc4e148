"""S3 Inventory: the contents of a report, its schedule and its destination."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from s3mock.dataclass import dataclass
from s3mock.errors import S3Error
from s3mock.models.listed_configuration import destination_bucket

CSV, ORC, PARQUET = "CSV", "ORC", "Parquet"
DAILY, WEEKLY = "Daily", "Weekly"
ALL = "All"

STRING, BOOLEAN, INTEGER, TIMESTAMP = "string", "boolean", "bigint", "timestamp"
"""The types of columns, as the schema of an ORC report names them."""


class Column(NamedTuple):
    """A column of a report: its name in the schema of CSV, its name in those of ORC and Parquet, and its type there."""

    name: str
    snake: str
    type: str = STRING


BUCKET, KEY = Column("Bucket", "bucket"), Column("Key", "key")

OF_VERSIONS = (
    Column("VersionId", "version_id"),
    Column("IsLatest", "is_latest", BOOLEAN),
    Column("IsDeleteMarker", "is_delete_marker", BOOLEAN),
)
"""The further columns of reports of all versions."""

OPTIONAL = {
    column.name: column
    for column in (
        Column("Size", "size", INTEGER),
        Column("LastModifiedDate", "last_modified_date", TIMESTAMP),
        Column("ETag", "e_tag"),
        Column("StorageClass", "storage_class"),
        Column("IsMultipartUploaded", "is_multipart_uploaded", BOOLEAN),
        Column("ReplicationStatus", "replication_status"),
        Column("EncryptionStatus", "encryption_status"),
        Column("ObjectLockRetainUntilDate", "object_lock_retain_until_date", TIMESTAMP),
        Column("ObjectLockMode", "object_lock_mode"),
        Column("ObjectLockLegalHoldStatus", "object_lock_legal_hold_status"),
        Column("ObjectLockEventHoldStatus", "object_lock_event_hold_status"),
        Column("ObjectLockEventHoldDuration", "object_lock_event_hold_duration"),
        Column("IntelligentTieringAccessTier", "intelligent_tiering_access_tier"),
        Column("IntelligentTieringReferenceDate", "intelligent_tiering_reference_date", TIMESTAMP),
        Column("BucketKeyStatus", "bucket_key_status"),
        Column("ChecksumAlgorithm", "checksum_algorithm"),
        Column("ObjectAccessControlList", "object_access_control_list"),
        Column("ObjectOwner", "object_owner"),
        Column("LifecycleExpirationDate", "lifecycle_expiration_date", TIMESTAMP),
    )
}
"""The columns of the OptionalFields, in the order of a report (User Guide, "What is an S3 Inventory manifest?"). The
places of the event hold, the reference date and the expiration date are assumed."""

OF_DIRECTORY_BUCKETS = frozenset(
    {
        *("Size", "LastModifiedDate", "StorageClass", "ETag", "IsMultipartUploaded", "EncryptionStatus"),
        *("BucketKeyStatus", "ChecksumAlgorithm", "LifecycleExpirationDate"),
    }
)
"""The OptionalFields of directory buckets; any other is MalformedXML (API page InventoryConfiguration)."""


@dataclass(frozen=True, slots=True)
class Inventory:
    """An InventoryConfiguration; ``document`` is what reads return.

    ``bucket`` is the name of the destination bucket, ``account_id`` its owner (None where it is not configured),
    ``kms_key_id`` the key that encrypts reports, None for S3's own.
    """

    document: Mapping[str, Any]
    enabled: bool
    prefix: str
    all_versions: bool
    columns: tuple[Column, ...]
    frequency: str
    bucket: str
    account_id: str | None
    report_prefix: str
    format: str
    encryption: str | None
    kms_key_id: str | None

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> Inventory:
        """The configuration in a document.

        Raises InvalidS3DestinationBucket, and MalformedXML for a repeated field and for more than one encryption
        (assumed).
        """
        destination = document["Destination"]["S3BucketDestination"]
        fields = document.get("OptionalFields", [])
        encryption = destination.get("Encryption")
        if len(set(fields)) < len(fields) or (encryption is not None and len(encryption) != 1):
            raise S3Error("MalformedXML")
        all_versions = document["IncludedObjectVersions"] == ALL
        optional = (column for name, column in OPTIONAL.items() if name in fields)
        prefix = destination.get("Prefix", "")
        return cls(
            document=document,
            enabled=document["IsEnabled"],
            prefix=document.get("Filter", {}).get("Prefix", ""),
            all_versions=all_versions,
            columns=(BUCKET, KEY, *(OF_VERSIONS if all_versions else ()), *optional),
            frequency=document["Schedule"]["Frequency"],
            bucket=destination_bucket(destination),
            account_id=destination.get("AccountId"),
            report_prefix=f"{prefix}/" if prefix and not prefix.endswith("/") else prefix,
            format=destination["Format"],
            encryption=None if encryption is None else next(iter(encryption)),
            kms_key_id=(encryption or {}).get("SSEKMS", {}).get("KeyId"),
        )

    def check_directory(self) -> None:
        """Refuse fields that directory buckets do not have. Raises MalformedXML (API page InventoryConfiguration)."""
        if not OF_DIRECTORY_BUCKETS.issuperset(self.document.get("OptionalFields", ())):
            raise S3Error("MalformedXML")
