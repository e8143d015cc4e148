"""Access logs: records are kept in the store until they are delivered to their target buckets.

S3 delivers logs "within a few hours" (User Guide, "Logging requests with server access logging"); s3mock does at every
full hour of its clock, or when ``S3.deliver_logs`` is called.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from s3mock.backend import ids
from s3mock.backend.agenda import Due
from s3mock.backend.reports import delivery, log_delivery
from s3mock.backend.reports.pending_logs import PendingLogs, PendingRecord
from s3mock.clock import EPOCH
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

DELETE_MARKER, UPLOAD = "S3.CREATE.DELETEMARKER", "S3.DELETE.UPLOAD"
EXPIRATIONS = {
    "LifecycleExpiration:Delete": "S3.EXPIRE.OBJECT",
    "LifecycleExpiration:DeleteMarkerCreated": DELETE_MARKER,
}
TRANSITIONS = {
    "STANDARD_IA": "S3.TRANSITION_SIA.OBJECT",
    "ONEZONE_IA": "S3.TRANSITION_ZIA.OBJECT",
    "INTELLIGENT_TIERING": "S3.TRANSITION_INT.OBJECT",
    "GLACIER_IR": "S3.TRANSITION_GIR.OBJECT",
    "GLACIER": "S3.TRANSITION.OBJECT",
    "DEEP_ARCHIVE": "S3.TRANSITION_GDA.OBJECT",
}
"""The names of lifecycle actions in logs (User Guide, "Lifecycle and logging")."""


def with_record(store: Store, state: BucketState, line: LogRecord, when: float) -> Store:
    """The store with a record of what happened at ``when``, due at the next full hour, if the bucket is logged."""
    logging = state.configuration.logging
    if logging is None:
        return store
    records, due = store.logs
    hour = (when // HOUR + 1) * HOUR
    # The clock may run backwards: then the delivery on the agenda is too late.
    sooner = not records or hour < due
    record = PendingRecord(state.identity, logging, when, line.text)
    logs = PendingLogs(records.set(f"{len(records):012x}", record), hour if sooner else due)
    store = store._replace(logs=logs)
    return store.with_work((Due(hour, "deliver logs"),)) if sooner else store


def keep_records(store: Store, commit: Commit) -> Store:
    """Keep the records of lifecycle actions; note that a bucket is logged."""
    change, cause = commit.change, commit.cause
    if "logging" in change.configured and not store.keeps_logs:
        store = store._replace(keeps_logs=True)
    if change.state.configuration.logging is None or cause.is_request:
        return store
    if change.event == "LifecycleTransition" and change.version is not None:
        operation = TRANSITIONS.get(change.version.storage_class)
    elif change.event is None and change.upload is not None:
        operation = UPLOAD
    else:
        operation = EXPIRATIONS.get(change.event or "")
    if operation is None:
        return store
    when = commit.now if cause.due is None else cause.due
    return with_record(store, change.state, _lifecycle_record(change, operation, when), when)


def run(cloud: Cloud, due: Due, cause: Cause) -> None:
    """Deliver the logs at a full hour."""
    deliver(cloud, due.when, cause)


def deliver(cloud: Cloud, when: float, cause: Cause) -> None:
    """Put all records into their target buckets, with the Last-Modified ``when``: one object for each logged bucket.

    Records are lost if the target does not exist any more or does not permit them, as on S3 ("best effort").
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
        target = cloud.bucket(source.partition, logging.bucket)
        if target is None or not log_delivery.may_deliver(target.state, source, logging.prefix):
            continue
        names = {"account": source.account.id, "region": source.region, "bucket": source.name}
        owner = target.account
        try:
            delivery.deliver(
                cloud,
                target,
                logging.key(names, EPOCH + timedelta(seconds=dated), ids.request_id()),
                "".join(lines).encode(),
                when=when,
                cause=cause,
                content_type="text/plain",
                granted=Acl(owner, (*private(owner).grants, *logging.grants)),
            )
        except S3Error:
            continue


def _lifecycle_record(change: Change, operation: str, when: float) -> LogRecord:
    """The record of an action of a lifecycle rule: it has no request, and the requester is AmazonS3.

    Published records of S3.TRANSITION.OBJECT look like this (in tests of log readers). That the record of a delete
    marker has the size of the version below and the marker's own version id is assumed.
    """
    bucket, version = change.state.identity, change.version
    sized = change.previous if operation == DELETE_MARKER else version
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
