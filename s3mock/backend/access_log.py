"""Access logs on their way: the records of requests until they are delivered to the buckets that keep them.

S3 delivers logs "within a few hours" (User Guide, "Logging requests with server access logging"); here it is at every
full hour of the mock's clock, or when somebody asks.
"""

from __future__ import annotations

from datetime import timedelta
from threading import Lock
from typing import TYPE_CHECKING, NamedTuple

from s3mock.backend import deliveries, ids
from s3mock.backend.clock import EPOCH
from s3mock.errors import S3Error
from s3mock.models.acl import Acl, private

if TYPE_CHECKING:
    from s3mock.backend.bucket import Bucket
    from s3mock.backend.cloud import Cloud
    from s3mock.models.logging import Logging

TOPIC = "logging"
HOUR = 3600.0
DAY = 86400.0


class Record(NamedTuple):
    """A line of a log: the bucket that was asked, its logging then, when that was, and the line."""

    source: Bucket
    logging: Logging
    when: float
    line: str


class AccessLog:
    """What a cloud has still to deliver. ``on`` is False as long as no bucket was ever logged: nobody looks further."""

    __slots__ = ("_due", "_lock", "_records", "on")

    def __init__(self) -> None:
        self.on = False
        self._records: list[Record] = []
        self._due = 0.0
        self._lock = Lock()

    def add(self, cloud: Cloud, record: Record) -> None:
        """Keep a record until the next full hour."""
        hour = (record.when // HOUR + 1) * HOUR
        with self._lock:
            # The clock may run backwards: then the delivery that was put down is too late.
            sooner = not self._records or hour < self._due
            self._records.append(record)
            if sooner:
                self._due = hour
        if sooner:
            cloud.agenda.at(hour, lambda when: self.deliver(cloud, when))

    def deliver(self, cloud: Cloud, when: float) -> None:
        """Put all records into their target buckets, as of ``when``: one object for each bucket that was logged.

        Records for a bucket that is not there any more are lost, as on S3 (User Guide: "best effort").
        """
        with self._lock:
            records, self._records = self._records, []
        by_object: dict[tuple[Bucket, Logging, float], list[str]] = {}
        for record in records:
            dated = record.when // DAY * DAY if record.logging.by_event_time else when
            by_object.setdefault((record.source, record.logging, dated), []).append(record.line)
        for (source, logging, dated), lines in by_object.items():
            _deliver(cloud, source, logging, "".join(lines), dated=dated, when=when)

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._records = []
            self.on = False

    def after_fork(self) -> None:
        """Take a new lock in a forked child."""
        self._lock = Lock()


def _deliver(cloud: Cloud, source: Bucket, logging: Logging, text: str, *, dated: float, when: float) -> None:
    target = cloud.partition(source.partition).get(logging.bucket)
    if target is None:
        return
    named = {"account": source.account.id, "region": source.region, "bucket": source.name}
    key = logging.key(named, EPOCH + timedelta(seconds=dated), ids.request_id())
    owner = target.account
    try:
        deliveries.deliver(
            cloud,
            target,
            key,
            text.encode(),
            when=when,
            content_type="text/plain",
            granted=Acl(owner, (*private(owner).grants, *logging.grants)),
        )
    except S3Error:  # it is deleted just now, or its key has gone
        return
