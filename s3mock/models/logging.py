"""Server access logging: the target bucket, the keys and the grants of log objects, and the records in them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple
from urllib.parse import quote

from s3mock.dataclass import dataclass
from s3mock.errors import S3Error
from s3mock.models import acl
from s3mock.models.account import Account
from s3mock.models.acl import Grant

DELIVERY_TIME = "DeliveryTime"
NONE = "-"
QUOTED_NONE = '"-"'
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class LogRecord(NamedTuple):
    """A record of a log, with its fields in order; a field that is unknown or does not apply is ``-``.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/LogFormat.html; the last field, the region, is newer than most
    log parsers.
    """

    owner: str
    bucket: str
    time: str
    remote_ip: str = NONE
    requester: str = NONE
    request_id: str = NONE
    operation: str = NONE
    key: str = NONE
    request_uri: str = NONE
    status: str = NONE
    error: str = NONE
    bytes_sent: str = NONE
    object_size: str = NONE
    total_time: str = NONE
    turn_around_time: str = NONE
    referer: str = NONE
    user_agent: str = NONE
    version_id: str = NONE
    host_id: str = NONE
    signature_version: str = NONE
    cipher_suite: str = NONE
    authentication_type: str = NONE
    host_header: str = NONE
    tls_version: str = NONE
    access_point: str = NONE
    acl_required: str = NONE
    region: str = NONE

    @property
    def text(self) -> str:
        """The record with its line feed."""
        return " ".join(self) + "\n"


def time_of(moment: datetime) -> str:
    """A moment in the format of log records, in English whatever the locale."""
    return f"[{moment.day:02}/{_MONTHS[moment.month - 1]}/{moment:%Y:%H:%M:%S} +0000]"


def key_of(key: str) -> str:
    """A key as log records have it, URL-encoded; ``-`` for an empty one."""
    return quote(key, safe="/") or NONE


@dataclass(frozen=True, slots=True, eq=False)
class Logging:
    """A LoggingEnabled; ``document`` is what GetBucketLogging returns, ``grants`` are the TargetGrants.

    Compared by identity: a configuration put later starts new log objects, even if it has the same content.
    """

    document: Mapping[str, Any]
    bucket: str
    prefix: str
    grants: tuple[Grant, ...]
    partitioned: bool
    by_event_time: bool

    @classmethod
    def of(cls, document: Mapping[str, Any], owner: Account) -> Logging:
        """The configuration in a document, for a bucket of ``owner``.

        Raises MalformedXML for more than one format or none (API page TargetObjectKeyFormat; the error is assumed), and
        what ``acl.from_policy`` raises for an invalid grantee.
        """
        key_format = document.get("TargetObjectKeyFormat")
        if key_format is not None and len(key_format) != 1:
            raise S3Error("MalformedXML")
        partition = (key_format or {}).get("PartitionedPrefix")
        grants = document.get("TargetGrants", ())
        if any(grant.get("Permission") not in acl.PERMISSIONS for grant in grants):
            raise S3Error("MalformedXML")
        policy = {"Owner": {"ID": owner.canonical_id}, "Grants": grants}
        return cls(
            document=document,
            bucket=document["TargetBucket"],
            prefix=document["TargetPrefix"],
            grants=acl.from_policy(policy, owner).grants if grants else (),
            partitioned=partition is not None,
            # The default: botocore's documentation of PartitionedPrefix.
            by_event_time=partition is not None and partition.get("PartitionDateSource") != DELIVERY_TIME,
        )

    def key(self, source: Mapping[str, str], moment: datetime, unique: str) -> str:
        """The key of a log object (API pages SimplePrefix and PartitionedPrefix).

        ``source`` has the ``account``, the ``region`` and the name (``bucket``) of the source bucket; ``moment`` is the
        time of the delivery, or the beginning of the day of the events.
        """
        name = f"{moment:%Y-%m-%d-%H-%M-%S}-{unique}"
        if not self.partitioned:
            return self.prefix + name
        return f"{self.prefix}{source['account']}/{source['region']}/{source['bucket']}/{moment:%Y/%m/%d}/{name}"
