"""Server access logging: where the logs of a bucket go, what they are called, who may read them, what a record is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote

from s3mock.errors import S3Error
from s3mock.models import acl

if TYPE_CHECKING:
    from s3mock.models.account import Account
    from s3mock.models.acl import Grant

DELIVERY_TIME = "DeliveryTime"
NONE = "-"
QUOTED_NONE = '"-"'
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class Line(NamedTuple):
    """A record of a log, its fields in their order; what is unknown or does not apply is ``-``.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/LogFormat.html; the last field, the region, is newer than most
    readers of logs.
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
    """Return a moment as records have it: in English, whatever the locale."""
    return f"[{moment.day:02}/{_MONTHS[moment.month - 1]}/{moment:%Y:%H:%M:%S} +0000]"


def key_of(key: str) -> str:
    """Return a key as records have it, URL-encoded; none is empty."""
    return quote(key, safe="/") or NONE


@dataclass(frozen=True, slots=True, eq=False)
class Logging:
    """A LoggingEnabled; ``document`` is what GetBucketLogging answers, ``grants`` what log objects grant besides.

    Each is equal to itself only: what was put later begins new log objects.
    """

    document: Mapping[str, Any]
    bucket: str
    prefix: str
    grants: tuple[Grant, ...]
    partitioned: bool
    by_event_time: bool

    @classmethod
    def of(cls, document: Mapping[str, Any], owner: Account) -> Logging:
        """Return what a document of the bucket of ``owner`` says.

        Raises MalformedXML for more than one format or none (API page TargetObjectKeyFormat; the error is assumed), and
        what a grantee who cannot be one raises.
        """
        key_format = document.get("TargetObjectKeyFormat")
        if key_format is not None and len(key_format) != 1:
            raise S3Error("MalformedXML")
        partition = (key_format or {}).get("PartitionedPrefix")
        grants = document.get("TargetGrants", ())
        policy = {"Owner": {"ID": owner.canonical_id}, "Grants": grants}
        return cls(
            document=document,
            bucket=document["TargetBucket"],
            prefix=document["TargetPrefix"],
            grants=acl.from_policy(policy, owner).grants if grants else (),
            partitioned=partition is not None,
            # Which is the default: botocore's documentation of PartitionedPrefix.
            by_event_time=partition is not None and partition.get("PartitionDateSource") != DELIVERY_TIME,
        )

    def key(self, source: Mapping[str, str], moment: datetime, unique: str) -> str:
        """Return the key of a log object (API pages SimplePrefix and PartitionedPrefix).

        ``source`` has the ``account``, ``region`` and ``bucket`` that is logged; ``moment`` is the time of the
        delivery, or the beginning of the day of the events.
        """
        name = f"{moment:%Y-%m-%d-%H-%M-%S}-{unique}"
        if not self.partitioned:
            return self.prefix + name
        return f"{self.prefix}{source['account']}/{source['region']}/{source['bucket']}/{moment:%Y/%m/%d}/{name}"
