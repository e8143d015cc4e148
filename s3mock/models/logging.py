"""Server access logging: where the logs of a bucket go, what they are called, and who may read them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from s3mock.errors import S3Error
from s3mock.models import acl

if TYPE_CHECKING:
    from s3mock.models.account import Account
    from s3mock.models.acl import Grant

EVENT_TIME = "EventTime"


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
            by_event_time=partition is not None and partition.get("PartitionDateSource") == EVENT_TIME,
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
