"""Object Lock: the retention and the legal hold of a version, and a bucket's default retention.

A version may not be deleted while its legal hold is on, nor before its retain-until date:

| mode       | deleting, shortening, another mode       | a later date, the same mode |
|------------|------------------------------------------|-----------------------------|
| GOVERNANCE | with x-amz-bypass-governance-retention   | anyone                      |
| COMPLIANCE | nobody                                   | anyone                      |

(User Guide, "Locking objects with Object Lock"; ceph's s3-tests.) Nothing has to run when the date is reached: every
function gets the current time.

An event hold (2026) makes the date wait for an event: while it is on, the date is now plus a duration, and when it is
released the date is fixed. Shortening the duration never makes the date earlier (User Guide, "Locking objects with
Object Lock", of variable retention).
"""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

from s3mock.dataclass import dataclass
from s3mock.errors import S3Error, invalid_argument

if TYPE_CHECKING:
    from collections.abc import Mapping

GOVERNANCE = "GOVERNANCE"
COMPLIANCE = "COMPLIANCE"
MODES = frozenset({GOVERNANCE, COMPLIANCE})
ON, OFF = "ON", "OFF"

LONGEST = {"Days": 36_500, "Years": 100}
LATEST = datetime(9999, 12, 31, tzinfo=timezone.utc)


@dataclass(frozen=True, slots=True)
class Period:
    """A number of days or years; a year is 365 days (User Guide, of event holds; of default retentions assumed)."""

    unit: str
    number: int

    @property
    def members(self) -> dict[str, int]:
        """The period as a member of a document."""
        return {self.unit: self.number}

    def after(self, moment: datetime) -> datetime:
        """The time this period after ``moment``."""
        try:
            return moment + timedelta(days=self.number if self.unit == "Days" else 365 * self.number)
        except OverflowError:
            return LATEST


@dataclass(frozen=True, slots=True)
class Retention:
    """The mode and the end of a version's retention.

    It ends at ``date``, or while ``event_hold`` is ON at ``duration`` from now if that is later. ``event_hold`` is None
    for a version that never had one.
    """

    mode: str
    date: datetime
    event_hold: str | None = None
    duration: Period | None = None

    def until(self, now: datetime) -> datetime:
        """The current retain-until date."""
        if self.event_hold == ON and self.duration is not None:
            return max(self.date, self.duration.after(now))
        return self.date

    def in_force(self, now: datetime) -> bool:
        """Whether the date has not been reached."""
        return now < self.until(now)


@dataclass(frozen=True, slots=True)
class ObjectLock:
    """What protects a version; ``legal_hold`` is ON, OFF, or None for a version that never had one."""

    retention: Retention | None = None
    legal_hold: str | None = None


@dataclass(frozen=True, slots=True)
class DefaultRetention:
    """The default retention of new versions in a bucket: a period, an event hold, or both."""

    mode: str
    period: Period | None = None
    event_hold: Period | None = None

    def retention(self, created: datetime) -> Retention:
        """The retention of a version that was created at this time."""
        date = created if self.period is None else self.period.after(created)
        if self.event_hold is None:
            return Retention(self.mode, date)
        return Retention(self.mode, max(date, self.event_hold.after(created)), ON, self.event_hold)


@dataclass(frozen=True, slots=True)
class Configuration:
    """Object Lock of a bucket that has it enabled, which cannot be undone."""

    default: DefaultRetention | None = None


def configuration(document: Mapping[str, Any]) -> Configuration:
    """The Object Lock of an ``ObjectLockConfiguration``.

    Raises MalformedXML (aws_recorded: test_put_object_lock_configuration_exc) and InvalidArgument for a period that is
    too short or too long.
    """
    rule = document.get("Rule")
    if rule is None:
        return Configuration()
    element = rule["DefaultRetention"]
    retention = period(element, "Default retention period")
    event_hold = period(element.get("DefaultEventHold", {}), "Default event hold duration")
    if "Mode" not in element or ("DefaultEventHold" in element and event_hold is None):
        raise S3Error("MalformedXML")
    if retention is None and event_hold is None:
        raise S3Error("MalformedXML")
    return Configuration(DefaultRetention(element["Mode"], retention, event_hold))


def describe_configuration(bucket: Configuration) -> dict[str, Any]:
    """The ``ObjectLockConfiguration`` of a bucket."""
    described: dict[str, Any] = {"ObjectLockEnabled": "Enabled"}
    default = bucket.default
    if default is not None:
        retention: dict[str, Any] = {"Mode": default.mode}
        if default.period is not None:
            retention |= default.period.members
        if default.event_hold is not None:
            retention["DefaultEventHold"] = default.event_hold.members
        described["Rule"] = {"DefaultRetention": retention}
    return described


def period(element: Mapping[str, Any], name: str) -> Period | None:
    """The period in ``Days`` or ``Years``, None without either; the messages of errors begin with ``name``.

    Raises MalformedXML for both, InvalidArgument for a number out of range (versity/versitygw issue 1738, storj/edge
    issue 528; of event holds, see ``backend.object_lock``).
    """
    units = [unit for unit in LONGEST if unit in element]
    if not units:
        return None
    if len(units) > 1:
        raise S3Error("MalformedXML")
    (unit,) = units
    number = element[unit]
    if number < 1:
        raise invalid_argument(f"{name} must be a positive integer value.", unit, str(number))
    if number > LONGEST[unit]:
        raise invalid_argument(f"{name} too large.", unit, str(number))
    return Period(unit, number)


def check_deletable(lock: ObjectLock, now: datetime, *, bypass: bool) -> None:
    """Refuse to delete a version that is protected. Raises AccessDenied (s3_facts 14)."""
    if lock.legal_hold == ON:
        raise protected()
    retention = lock.retention
    if retention is not None and retention.in_force(now) and not (bypass and retention.mode == GOVERNANCE):
        raise protected()


def check_change(present: Retention | None, new: Retention | None, now: datetime, *, bypass: bool) -> None:
    """Refuse to weaken a retention that is in force; None is no retention. Raises AccessDenied."""
    if present is None or not present.in_force(now) or (bypass and present.mode == GOVERNANCE):
        return
    if new is None or new.mode != present.mode or new.until(now) < present.until(now):
        raise protected()


def protected() -> S3Error:
    """The error for everything that an object lock forbids."""
    return S3Error("AccessDenied", "Access Denied because object protected by object lock.")


def described(lock: ObjectLock, now: datetime) -> dict[str, Any]:
    """The members of GetObject and HeadObject about a version's lock."""
    members: dict[str, Any] = {}
    retention = lock.retention
    if retention is not None:
        members["ObjectLockMode"] = retention.mode
        members["ObjectLockRetainUntilDate"] = retention.until(now)
        members["ObjectLockEventHold"] = retention.event_hold
        if retention.event_hold == ON and retention.duration is not None:
            members[f"ObjectLockEventHoldDuration{retention.duration.unit}"] = retention.duration.number
    if lock.legal_hold is not None:
        members["ObjectLockLegalHoldStatus"] = lock.legal_hold
    return members


def describe_retention(retention: Retention, now: datetime) -> dict[str, Any]:
    """The ``Retention`` element of a version."""
    members: dict[str, Any] = {"Mode": retention.mode, "RetainUntilDate": retention.until(now)}
    if retention.event_hold is not None:
        members["EventHold"] = retention.event_hold
        if retention.event_hold == ON and retention.duration is not None:
            members["EventHoldDuration"] = retention.duration.members
    return members
