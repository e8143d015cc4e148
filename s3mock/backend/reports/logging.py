"""Access logs on their way: the records of requests until they are delivered to the buckets that keep them.

S3 delivers logs "within a few hours" (User Guide, "Logging requests with server access logging"); here it is at every
full hour of the mock's clock, or when somebody asks.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from s3mock.backend import ids, reports
from s3mock.backend.agenda import Due
from s3mock.backend.bucket import Bucket
from s3mock.backend.clock import EPOCH
from s3mock.backend.reports import log_delivery
from s3mock.backend.reports.pending_logs import PendingLogs, PendingRecord
from s3mock.errors import S3Error
from s3mock.models.acl import Acl, private
from s3mock.models.logging import NONE, QUOTED_NONE, LogRecord, key_of, time_of
from s3mock.models.version import NULL

if TYPE_CHECKING:
    from s3mock.backend.bucket_state import BucketState, Change
    from s3mock.backend.cause import Cause
    from s3mock.backend.cloud import Cloud
    from s3mock.backend.commit import Commit
    from s3mock.backend.store import Store
    from s3mock.models.bucket import BucketIdentity
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


def with_record(store: Store, state: BucketState, line: LogRecord, when: float) -> Store:
    """The store with a record of something at ``when``, due at the next full hour, if the bucket is logged."""
    logging = state.configuration.logging
    if logging is None:
        return store
    records, due = store.logs
    hour = (when // HOUR + 1) * HOUR
    # The clock may run backwards: then the delivery that was put down is too late.
    sooner = not records or hour < due
    record = PendingRecord(state.identity, logging, when, line.text)
    logs = PendingLogs(records.set(f"{len(records):012x}", record), hour if sooner else due)
    store = store._replace(logs=logs)
    return store.with_work((Due(hour, "deliver logs"),)) if sooner else store


def keep_records(store: Store, commit: Commit) -> Store:
    """Keep the records of what lifecycle rules do, and note that access logs are kept at all."""
    change, cause = commit.change, commit.cause
    if "logging" in change.configured and not store.keeps_logs:
        store = store._replace(keeps_logs=True)
    if change.state.configuration.logging is None or cause.is_request:
        return store
    operation = _by_itself(change)
    if operation is None:
        return store
    when = commit.now if cause.due is None else cause.due
    return with_record(store, change.state, _line_by_itself(change, operation, when), when)


def run(cloud: Cloud, due: Due, cause: Cause) -> None:
    """Deliver the logs at a full hour."""
    deliver(cloud, due.when, cause)


def deliver(cloud: Cloud, when: float, cause: Cause) -> None:
    """Put all records into their target buckets, as of ``when``: one object for each bucket that was logged.

    Records for a bucket that is not there any more, or does not take them, are lost, as on S3 ("best effort").
    """
    delivered = PendingLogs()

    def take(store: Store) -> Store:
        nonlocal delivered
        delivered = store.logs
        return store._replace(logs=PendingLogs())

    cloud.update(take)
    by_object: dict[tuple[BucketIdentity, Logging, float], list[str]] = {}
    for _, record in delivered.records.scan():
        dated = record.when // DAY * DAY if record.logging.by_event_time else when
        by_object.setdefault((record.source, record.logging, dated), []).append(record.line)
    for (source, logging, dated), lines in by_object.items():
        _deliver(cloud, Bucket(cloud, source), logging, "".join(lines), dated=dated, when=when, cause=cause)


def _by_itself(change: Change) -> str | None:
    """The name in logs of an action of a lifecycle rule; None for any other change."""
    if change.event == "LifecycleTransition" and change.version is not None:
        return TRANSITIONS.get(change.version.storage_class)
    if change.event is None and change.upload is not None:
        return UPLOAD_GIVEN_UP
    return OF_LIFECYCLE.get(change.event or "")


def _line_by_itself(change: Change, operation: str, when: float) -> LogRecord:
    """The record of an action of a lifecycle rule: it has no request, and the requester is AmazonS3.

    So records looked that were published (of S3.TRANSITION.OBJECT, in tests of log readers); whose size and version
    that of a delete marker has is assumed.
    """
    bucket, version = change.state.identity, change.version
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


def _deliver(
    cloud: Cloud, source: Bucket, logging: Logging, text: str, *, dated: float, when: float, cause: Cause
) -> None:
    target = cloud.bucket(source.partition, logging.bucket)
    if target is None or not log_delivery.may_deliver(target.state, source.identity, logging.prefix):
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
            cause=cause,
            content_type="text/plain",
            granted=Acl(owner, (*private(owner).grants, *logging.grants)),
        )
    except S3Error:  # it is deleted just now, or its key has gone
        return
