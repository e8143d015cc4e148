"""S3 Metadata: the tables about the objects of a bucket, and their names.

A V1 configuration has one table, in a table bucket of the customer. A V2 configuration has a journal table, and may
have an inventory table and an annotation table, in the table bucket that AWS manages for the account. (User Guide,
"Creating metadata table configurations".)

That page, "Error responses" (list "Annotations") and the API pages say what is refused. The code is InvalidRequest, as
the list has it of annotation tables; of the rest it is assumed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import field
from typing import Any

from s3mock import entropy
from s3mock.dataclass import dataclass
from s3mock.errors import S3Error

ENABLED, DISABLED = "ENABLED", "DISABLED"
ACTIVE = "ACTIVE"
LEAST_DAYS, MOST_DAYS = 7, 2147483647

V1_NAMESPACE = "aws_s3_metadata"
_TABLE_NAME = re.compile(r"[a-z0-9][a-z0-9_]{0,254}")
_TABLE_BUCKET = re.compile(r"arn:[-a-z]+:s3tables:([-a-z0-9]+):([0-9]{12}):bucket/[a-z0-9][-a-z0-9]{1,61}[a-z0-9]")
_ROLE = re.compile(r"arn:[-a-z]+:iam::[0-9]{12}:role/.+")
_KEY = re.compile(r"arn:[-a-z]+:kms:([-a-z0-9]+):[0-9]{12}:key/.+")


def _table_id() -> str:
    return entropy.uuid()


@dataclass(frozen=True, slots=True)
class Place:
    """A general purpose bucket and its location, from which the ARNs of its tables are made."""

    partition: str
    region: str
    account_id: str
    bucket: str

    @property
    def table_bucket(self) -> str:
        """The ARN of the table bucket that AWS manages for the account in this region."""
        return f"arn:{self.partition}:s3tables:{self.region}:{self.account_id}:bucket/aws-s3"

    @property
    def namespace(self) -> str:
        """The namespace of the bucket's tables in that table bucket (User Guide, "How metadata tables work")."""
        return "b_" + self.bucket.replace(".", "_")


@dataclass(frozen=True, slots=True)
class Journal:
    """The journal table, whose records of changes expire after ``days``; None for never."""

    days: int | None
    table_id: str = field(default_factory=_table_id)


@dataclass(frozen=True, slots=True)
class Table:
    """An optional table: the inventory table, or the annotation table, which has a ``role``."""

    role: str | None = None
    table_id: str = field(default_factory=_table_id)


@dataclass(frozen=True, slots=True)
class Metadata:
    """A V2 configuration; a disabled table is None.

    ``annotations_configured`` distinguishes a disabled annotation table from one that was never configured.
    """

    place: Place
    journal: Journal
    inventory: Table | None
    annotations: Table | None
    annotations_configured: bool

    def describe(self) -> dict[str, Any]:
        """The answer of GetBucketMetadataConfiguration."""
        place = self.place
        journal = {"TableStatus": ACTIVE, "TableName": "journal", "TableArn": _arn(place, self.journal.table_id)}
        answer = {
            "DestinationResult": {
                "TableBucketType": "aws",
                "TableBucketArn": place.table_bucket,
                "TableNamespace": place.namespace,
            },
            "JournalTableConfigurationResult": {**journal, "RecordExpiration": _expiration(self.journal.days)},
            "InventoryTableConfigurationResult": _optional(place, "inventory", self.inventory),
        }
        if self.annotations_configured:
            answer["AnnotationTableConfigurationResult"] = _optional(place, "annotation", self.annotations)
        return answer


@dataclass(frozen=True, slots=True)
class MetadataTable:
    """A V1 configuration: a table in a table bucket of the customer."""

    table_bucket: str
    name: str
    table_id: str = field(default_factory=_table_id)

    @property
    def arn(self) -> str:
        """The ARN of the table."""
        return f"{self.table_bucket}/table/{self.table_id}"

    def describe(self) -> dict[str, Any]:
        """The answer of GetBucketMetadataTableConfiguration."""
        return {
            "MetadataTableConfigurationResult": {
                "S3TablesDestinationResult": {
                    "TableBucketArn": self.table_bucket,
                    "TableName": self.name,
                    "TableArn": self.arn,
                    "TableNamespace": V1_NAMESPACE,
                }
            },
            "Status": ACTIVE,
        }

    def describe_as_v2(self) -> dict[str, Any]:
        """The answer of GetBucketMetadataConfiguration: a journal table whose records never expire.

        (API page: the operation can be used with V1. User Guide, "Creating metadata table configurations": the table of
        V1 was what is now the journal table; "Metadata table limitations": by default its records don't expire.)
        """
        return {
            "DestinationResult": {
                "TableBucketType": "customer",
                "TableBucketArn": self.table_bucket,
                "TableNamespace": V1_NAMESPACE,
            },
            "JournalTableConfigurationResult": {
                "TableStatus": ACTIVE,
                "TableName": self.name,
                "TableArn": self.arn,
                "RecordExpiration": _expiration(None),
            },
        }


def configuration(document: Mapping[str, Any], place: Place) -> Metadata:
    """The configuration in a MetadataConfiguration. Raises InvalidRequest."""
    journal = document["JournalTableConfiguration"]
    inventory = document.get("InventoryTableConfiguration")
    annotations = document.get("AnnotationTableConfiguration")
    _check_encryption(journal, place)
    return Metadata(
        place,
        Journal(expiration_days(journal)),
        None if inventory is None else table(inventory, place),
        None if annotations is None else annotation_table(annotations, place),
        annotations is not None,
    )


def table(document: Mapping[str, Any], place: Place, present: Table | None = None) -> Table | None:
    """The table of an InventoryTableConfiguration or AnnotationTableConfiguration; None for a disabled one.

    ``present`` is the existing table. It stays the same one, and an encryption is refused because it cannot be changed
    (User Guide: it is set "only during table creation").

    Raises InvalidRequest.
    """
    _check_encryption(document, place)
    role = document.get("Role")
    if role is not None and _ROLE.fullmatch(role) is None:
        raise S3Error("InvalidRequest", "The role is not a valid IAM role ARN.")
    if document["ConfigurationState"] == DISABLED:
        return None
    if present is None:
        return Table(role)
    if "EncryptionConfiguration" in document:
        raise S3Error("InvalidRequest", "The encryption of a metadata table cannot be changed.")
    return Table(role or present.role, present.table_id)


def annotation_table(document: Mapping[str, Any], place: Place, present: Table | None = None) -> Table | None:
    """The table of an AnnotationTableConfiguration, as ``table`` has it; None for a disabled one.

    Raises InvalidRequest, also for an encryption of a disabled table, and for enabling the ``present`` table again
    other than with a role.
    """
    enabled = document["ConfigurationState"] == ENABLED
    if not enabled and "EncryptionConfiguration" in document:
        raise S3Error("InvalidRequest", "An encryption cannot be specified when the annotation table is disabled.")
    if enabled and present is not None and "Role" not in document:
        raise S3Error("InvalidRequest", "The annotation table is already enabled.")
    return table(document, place, present)


def v1_table(document: Mapping[str, Any], place: Place) -> MetadataTable:
    """The configuration in a MetadataTableConfiguration.

    The table bucket must be in the same region and account (API page S3TablesDestination).

    Raises InvalidRequest.
    """
    destination = document["S3TablesDestination"]
    arn, name = destination["TableBucketArn"], destination["TableName"]
    match = _TABLE_BUCKET.fullmatch(arn)
    if match is None:
        raise S3Error("InvalidRequest", "The table bucket ARN is not valid.")
    if match.groups() != (place.region, place.account_id):
        raise S3Error("InvalidRequest", "The table bucket must be in the Region and account of the bucket.")
    if _TABLE_NAME.fullmatch(name) is None:
        raise S3Error("InvalidRequest", "The table name is not valid.")
    return MetadataTable(arn, name)


def expiration_days(journal: Mapping[str, Any]) -> int | None:
    """The days after which records of a journal table expire; None for never.

    The limits: API page RecordExpiration. Raises InvalidRequest.
    """
    expiration = journal["RecordExpiration"]
    days: int | None = expiration.get("Days")
    if expiration["Expiration"] == DISABLED:
        if days is not None:
            raise S3Error("InvalidRequest", "Days cannot be specified when record expiration is disabled.")
        return None
    if days is None or not LEAST_DAYS <= days <= MOST_DAYS:
        raise S3Error("InvalidRequest", f"Days must be between {LEAST_DAYS} and {MOST_DAYS}.")
    return days


def _check_encryption(document: Mapping[str, Any], place: Place) -> None:
    """Refuse aws:kms without a key of the bucket's region, and a key without aws:kms.

    API page MetadataTableEncryptionConfiguration. Raises InvalidRequest.
    """
    encryption = document.get("EncryptionConfiguration")
    if encryption is None:
        return
    key = encryption.get("KmsKeyArn")
    if (encryption["SseAlgorithm"] == "aws:kms") != (key is not None):
        raise S3Error("InvalidRequest", "A KMS key ARN goes with aws:kms, and with nothing else.")
    if key is not None:
        match = _KEY.fullmatch(key)
        if match is None or match[1] != place.region:
            raise S3Error("InvalidRequest", "The KMS key must be given by its ARN, and lie in the bucket's Region.")


def _arn(place: Place, table_id: str) -> str:
    return f"{place.table_bucket}/table/{table_id}"


def _expiration(days: int | None) -> dict[str, Any]:
    return {"Expiration": DISABLED} if days is None else {"Expiration": ENABLED, "Days": days}


def _optional(place: Place, name: str, present: Table | None) -> dict[str, Any]:
    if present is None:
        return {"ConfigurationState": DISABLED}
    return {
        "ConfigurationState": ENABLED,
        "TableStatus": ACTIVE,
        "TableName": name,
        "TableArn": _arn(place, present.table_id),
        "Role": present.role,
    }
