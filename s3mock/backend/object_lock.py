"""Changes of a version's retention and legal hold, and of a bucket's Object Lock.

| a request has                | the new retention                                                            |
|------------------------------|------------------------------------------------------------------------------|
| nothing (empty parameters)   | none                                                                         |
| a date                       | ends on that date; an event hold that is on stays on (assumed)               |
| an event hold, a duration    | always ends one duration from now, while the hold is on                      |
| the event hold's release     | ends one duration from then                                                  |
| a date with either           | ends at the later of the two                                                 |

A hold that is set needs a duration, its release must not have one, and where there is nothing to release there has to
be a date: the rest is a 400 (User Guide, "Troubleshooting variable retention"). That its code is MalformedXML, and
InvalidArgument with messages like those of default retentions in headers and for a duration out of range, is assumed.

Only callers who may bypass a retention in force can weaken it (``models.object_lock.check_change``). They set the date
as if there had been no retention.
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
    """Set the default retention, and turn Object Lock on for good. Raises InvalidBucketState."""
    if state.configuration.versioning != "Enabled":
        # aws_recorded (test_put_object_lock_configuration_on_existing_bucket).
        message = "Versioning must be 'Enabled' on the bucket to apply a Object Lock configuration"
        raise S3Error("InvalidBucketState", message)
    return configured(state, object_lock=configuration)


def check_versioning(state: BucketState, status: str) -> None:
    """Refuse to suspend the versioning of a locked bucket. Raises InvalidBucketState."""
    if state.configuration.object_lock is not None and status != "Enabled":
        # aws_recorded (test_disable_versioning_on_locked_bucket).
        raise S3Error(
            "InvalidBucketState",
            "An Object Lock configuration is present on this bucket, so the versioning state cannot be changed.",
        )


def retain(
    state: BucketState, version: Version, request: RetentionRequest | None, now: datetime, *, bypass: bool
) -> Change:
    """Set the retention of a version; None removes it.

    Raises AccessDenied where that would weaken it, MalformedXML for an event hold without a duration, NoSuchKey if the
    version has been deleted meanwhile.
    """

    def change(lock: ObjectLock) -> ObjectLock:
        present = lock.retention
        free = present is None or not present.in_force(now) or (bypass and present.mode == GOVERNANCE)
        made = None if request is None else retention(request, present, now, floor=not free)
        object_lock.check_change(present, made, now, bypass=bypass)
        return replace(lock, retention=made)

    return _changed(state, version, change, "ObjectRetention:Put")


def retention(request: RetentionRequest, present: Retention | None, now: datetime, *, floor: bool) -> Retention:
    """The retention after a request; with ``floor`` it ends no earlier than the present one.

    A fixed date is set as it is: ``check_change`` decides whether it may be earlier.
    """
    if request.event_hold is not None and (request.event_hold == ON) != (request.duration is not None):
        raise S3Error("MalformedXML")
    held = request.event_hold or (present.event_hold if present else None)
    duration = request.duration or (present.duration if present else None)
    was_held = present is not None and present.event_hold == ON
    if held != ON and not was_held:
        if request.date is None:  # aws_recorded: test_s3_object_retention_exc, of a mode or a date alone
            raise S3Error("MalformedXML")
        return Retention(request.mode, request.date, held)
    dates = [] if request.date is None else [request.date]
    if present is not None and floor:
        dates.append(present.until(now))
    if duration is not None and (held == ON or not dates):
        dates.append(duration.after(now))
    return Retention(request.mode, max(dates), held, duration if held == ON else None)


def hold(state: BucketState, version: Version, status: str) -> Change:
    """Turn the legal hold of a version ON or OFF. Raises NoSuchKey if it has been deleted meanwhile."""
    return _changed(state, version, lambda lock: replace(lock, legal_hold=status), None)


def _changed(
    state: BucketState, version: Version, change: Callable[[ObjectLock], ObjectLock], event: str | None
) -> Change:
    present = versions.find(state, version.key, version.version_id)
    if present is None:
        raise S3Error("NoSuchKey", Key=version.key)
    return versions.replace(state, replace(present, lock=change(present.lock or ObjectLock())), event)
