"""Access logs on their way: the records of requests until they are delivered to the buckets that keep them.

S3 delivers logs "within a few hours" (User Guide, "Logging requests with server access logging"); here it is at every
full hour of the mock's clock, or when somebody asks.
"""

from __future__ import annotations

from datetime import timedelta
from threading import Lock
from typing import TYPE_CHECKING, NamedTuple

from s3mock.backend import cause, ids, reports
from s3mock.backend.clock import EPOCH
from s3mock.backend.reports import log_delivery
from s3mock.errors import S3Error
from s3mock.models.acl import Acl, private
from s3mock.models.logging import NONE, QUOTED_NONE, LogRecord, key_of, time_of
from s3mock.models.version import NULL

if TYPE_CHECKING:
    from s3mock.backend.bucket import Bucket, Change
    from s3mock.backend.cloud import Cloud
    from s3mock.models.logging import Logging

HOUR = 3600.0
DAY = 86400.0

MARKED, UPLOAD_GIVEN_UP = "S3.CREATE.DELETEMARKER", "S3.DELETE.UPLOAD"
OF_LIFECYCLE = {"LifecycleExpiration:Delete": "S3.EXPIRE.OBJECT", "LifecycleExpiration:DeleteMarkerCreated": MARKED}
TRANSITIONS = {
    "STANDARD_IA": "S3.TRANSITION_SIA.OBJECT",
    "ONEZONE_IA": "S3.TRANSITION_ZIA.OBJECT",
    "INTELLIGENT_TIERING": "S3.TRANSITION_INT.OBJECT",
    "GLACIER_IR": "S3.TRANSITION_GIR.OBJECT",
    "GLACIER": "S3.TRANSITION.OBJECT",
    "DEEP_ARCHIVE": "S3.TRANSITION_GDA.OBJECT",
}
"""What logs call what S3 does by a lifecycle rule (User Guide, "Lifecycle and logging")."""


class Record(NamedTuple):
    """A record of a log: the bucket that was asked, its logging then, when that was, and the line."""

    source: Bucket
    logging: Logging
    when: float
    line: str


class AccessLog:
    """What a cloud has still to deliver. ``on`` is False as long as no bucket was ever logged: nobody looks further."""

    __slots__ = ("_due", "_listening", "_lock", "_records", "_removed", "on")

    def __init__(self) -> None:
        self.on = False
        self._listening = False
        self._records: list[Record] = []
        self._removed: dict[str, list[Change]] = {}
        self._due = 0.0
        self._lock = Lock()

    def begin(self, cloud: Cloud) -> None:
        """Keep records from now on, also of what S3 does by itself."""
        self.on = True
        if not self._listening:
            self._listening = True
            cloud.listeners.append(lambda bucket, change: self._hear(cloud, bucket, change))

    def add(self, cloud: Cloud, source: Bucket, line: LogRecord, when: float) -> None:
        """Keep the record of something at ``when`` until the next full hour, if its bucket is logged."""
        logging = source.configuration.logging
        if logging is None:
            return
        hour = (when // HOUR + 1) * HOUR
        with self._lock:
            # The clock may run backwards: then the delivery that was put down is too late.
            sooner = not self._records or hour < self._due
            self._records.append(Record(source, logging, when, line.text))
            if sooner:
                self._due = hour
        if sooner:
            cloud.agenda.at(hour, lambda when: self.deliver(cloud, when))

    def removed_by(self, request_id: str) -> list[Change]:
        """Return what a request has deleted in buckets that are logged; it is told once."""
        return self._removed.pop(request_id, [])

    def _hear(self, cloud: Cloud, bucket: Bucket, change: Change) -> None:
        """Note what a request deletes, for its record, and keep the records of what lifecycle rules do."""
        if change.state.configuration.logging is None or not self.on:
            return
        why, event = cause.current(), change.event or ""
        if why is not None:
            if event.startswith("ObjectRemoved:"):
                self._removed.setdefault(why.request_id, []).append(change)
            return
        operation, due = _by_itself(change), cause.due()
        if operation is not None:
            when = cloud.clock.timestamp() if due is None else due
            self.add(cloud, bucket, _line_by_itself(bucket, change, operation, when), when)

    def deliver(self, cloud: Cloud, when: float) -> None:
        """Put all records into their target buckets, as of ``when``: one object for each bucket that was logged.

        Records for a bucket that is not there any more, or does not take them, are lost, as on S3 ("best effort").
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
            self._removed = {}
            self.on = False

    def after_fork(self) -> None:
        """Take a new lock in a forked child."""
        self._lock = Lock()


def _by_itself(change: Change) -> str | None:
    """Return what logs call something that S3 has done by itself, if it is a lifecycle rule's doing."""
    if change.event == "LifecycleTransition" and change.version is not None:
        return TRANSITIONS.get(change.version.storage_class)
    if change.event is None and change.upload is not None:
        return UPLOAD_GIVEN_UP
    return OF_LIFECYCLE.get(change.event or "")


def _line_by_itself(bucket: Bucket, change: Change, operation: str, when: float) -> LogRecord:
    """Return the record of what a lifecycle rule did: it has no request, and AmazonS3 is who asked.

    So records looked that were published (of S3.TRANSITION.OBJECT, in tests of log readers); whose size and version
    that of a delete marker has is assumed.
    """
    version = change.version
    sized = change.previous if operation == MARKED else version
    return LogRecord(
        owner=bucket.account.canonical_id,
        bucket=bucket.name,
        time=time_of(EPOCH + timedelta(seconds=when)),
        requester="AmazonS3",
        request_id=ids.request_id(),
        operation=operation,
        key=key_of(change.key or ("" if change.upload is None else change.upload.key)),
        request_uri=QUOTED_NONE,
        object_size=NONE if sized is None or sized.blob is None else str(sized.size),
        referer=QUOTED_NONE,
        user_agent=QUOTED_NONE,
        version_id=NONE if version is None or version.version_id == NULL else version.version_id,
        region=bucket.region,
    )


def _deliver(cloud: Cloud, source: Bucket, logging: Logging, text: str, *, dated: float, when: float) -> None:
    target = cloud.partition(source.partition).get(logging.bucket)
    if target is None or not log_delivery.may_deliver(target, source, logging.prefix):
        return
    named = {"account": source.account.id, "region": source.region, "bucket": source.name}
    key = logging.key(named, EPOCH + timedelta(seconds=dated), ids.request_id())
    owner = target.account
    try:
        reports.deliver(
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
