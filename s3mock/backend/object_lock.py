"""What requests do to a version's retention and legal hold, and to a bucket's Object Lock.

| a request has                | the retention is then                                                        |
|------------------------------|------------------------------------------------------------------------------|
| nothing (empty parameters)   | none                                                                         |
| a date                       | until that date; an event hold that is on stays on (assumed)                 |
| an event hold, a duration    | until now plus the duration, for as long as it is on; the duration may be    |
|                              | left out where there was one (assumed)                                       |
| the event hold's release     | until now plus its duration                                                  |
| a date with either           | until the later of the two                                                   |

A retention in force is weakened only by callers who may bypass it (``models.object_lock.check_change``). They set the
date as if there had been none before.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from s3mock.backend import versions
from s3mock.backend.bucket_state import configured
from s3mock.errors import S3Error
from s3mock.models import object_lock
from s3mock.models.object_lock import GOVERNANCE, ON, ObjectLock, Period, Retention

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from s3mock.backend.bucket_state import BucketState, Change
    from s3mock.models.object_lock import Configuration
    from s3mock.models.version import Version


class RetentionRequest(NamedTuple):
    """The retention that a request sets: a date, or an event hold with its duration."""

    mode: str
    date: datetime | None = None
    event_hold: str | None = None
    duration: Period | None = None


def configure(state: BucketState, configuration: Configuration) -> Change:
    """Set what new versions get, and lock the bucket for good if it is not. Raises InvalidBucketState."""
    if state.configuration.versioning != "Enabled":
        # As recorded (test_put_object_lock_configuration_on_existing_bucket).
        message = "Versioning must be 'Enabled' on the bucket to apply a Object Lock configuration"
        raise S3Error("InvalidBucketState", message)
    return configured(state, object_lock=configuration)


def check_versioning(state: BucketState, status: str) -> None:
    """Refuse to suspend the versioning of a locked bucket. Raises InvalidBucketState."""
    if state.configuration.object_lock is not None and status != "Enabled":
        # As recorded (test_disable_versioning_on_locked_bucket).
        raise S3Error(
            "InvalidBucketState",
            "An Object Lock configuration is present on this bucket, so the versioning state cannot be changed.",
        )


def retain(
    state: BucketState, version: Version, request: RetentionRequest | None, now: datetime, *, bypass: bool
) -> Change:
    """Set the retention of a version; None takes it away.

    Raises AccessDenied where that would weaken it, MalformedXML for an event hold without a duration, NoSuchKey where
    the version has gone in the meantime.
    """

    def change(lock: ObjectLock) -> ObjectLock:
        present = lock.retention
        free = present is None or not present.in_force(now) or (bypass and present.mode == GOVERNANCE)
        made = None if request is None else retention(request, present, now, floor=not free)
        object_lock.check_change(present, made, now, bypass=bypass)
        return replace(lock, retention=made)

    return _changed(state, version, change, "ObjectRetention:Put")


def retention(request: RetentionRequest, present: Retention | None, now: datetime, *, floor: bool) -> Retention:
    """The retention that a request makes of the present one; with ``floor`` it ends no earlier than that.

    A fixed date is taken as it is: ``check_change`` decides whether it may be earlier.
    """
    held = request.event_hold or (present.event_hold if present else None)
    duration = request.duration or (present.duration if present else None)
    was_held = present is not None and present.event_hold == ON
    if request.event_hold is None and not was_held:
        if request.date is None:
            raise S3Error("MalformedXML")  # a mode alone: assumed, as it is of a DefaultRetention
        return Retention(request.mode, request.date, held)
    if duration is None:
        raise S3Error("MalformedXML")  # assumed
    dates = [] if request.date is None else [request.date]
    if present is not None and floor:
        dates.append(present.until(now))
    if held == ON or (was_held and not dates):
        dates.append(duration.after(now))
    if not dates:
        raise S3Error("MalformedXML")  # the release of what is not held: assumed
    return Retention(request.mode, max(dates), held, duration if held == ON else None)


def hold(state: BucketState, version: Version, status: str) -> Change:
    """Turn the legal hold of a version ON or OFF. Raises NoSuchKey where it has gone in the meantime."""
    return _changed(state, version, lambda lock: replace(lock, legal_hold=status), None)


def _changed(
    state: BucketState, version: Version, change: Callable[[ObjectLock], ObjectLock], event: str | None
) -> Change:
    present = versions.find(state, version.key, version.version_id)
    if present is None:
        raise S3Error("NoSuchKey", Key=version.key)
    return versions.replace(state, replace(present, lock=change(present.lock or ObjectLock())), event)
