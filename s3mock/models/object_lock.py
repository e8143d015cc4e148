"""Object Lock: the retention and the legal hold of a version, and what a bucket gives its new versions.

A version may not be deleted while its legal hold is on, nor before its retain-until date:

| mode       | deleting, shortening, another mode       | a later date, the same mode |
|------------|------------------------------------------|-----------------------------|
| GOVERNANCE | with x-amz-bypass-governance-retention   | anyone                      |
| COMPLIANCE | nobody                                   | anyone                      |

(User Guide, "Locking objects with Object Lock"; ceph's s3-tests.) Nothing runs when the date is over: every question is
asked with the time that it is.

An event hold (2026) lets the date wait for something to happen: while it is on, the date is now plus a duration, and
when it is released that becomes a date as any other. A date that was reached never comes back, be the duration
shortened (User Guide, "Locking objects with Object Lock", of variable retention).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

from s3mock.errors import S3Error

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
    """So many days or years; a year is 365 days (User Guide, of event holds; of default retentions assumed)."""

    unit: str
    number: int

    @property
    def members(self) -> dict[str, int]:
        """The period as documents have it."""
        return {self.unit: self.number}

    def after(self, moment: datetime) -> datetime:
        """Return the moment that is this period later."""
        try:
            return moment + timedelta(days=self.number if self.unit == "Days" else 365 * self.number)
        except OverflowError:
            return LATEST


@dataclass(frozen=True, slots=True)
class Retention:
    """Until when a version is retained.

    ``date`` is the earliest end; with an ``event_hold`` that is ON, it is ``duration`` from now if that is later.
    ``event_hold`` is None where there never was one.
    """

    mode: str
    date: datetime
    event_hold: str | None = None
    duration: Period | None = None

    def until(self, now: datetime) -> datetime:
        """Return the retain-until date as it is now."""
        if self.event_hold == ON and self.duration is not None:
            return max(self.date, self.duration.after(now))
        return self.date

    def in_force(self, now: datetime) -> bool:
        """Tell whether the date is still to come."""
        return now < self.until(now)


@dataclass(frozen=True, slots=True)
class ObjectLock:
    """What protects a version; ``legal_hold`` is None where there never was one, then ON or OFF."""

    retention: Retention | None = None
    legal_hold: str | None = None


@dataclass(frozen=True, slots=True)
class Default:
    """What new versions of a bucket get that ask for nothing themselves: a period, an event hold, or both."""

    mode: str
    period: Period | None = None
    event_hold: Period | None = None

    def retention(self, created: datetime) -> Retention:
        """Return the retention of a version that was created at this moment."""
        fixed = created if self.period is None else self.period.after(created)
        if self.event_hold is None:
            return Retention(self.mode, fixed)
        return Retention(self.mode, max(fixed, self.event_hold.after(created)), ON, self.event_hold)


@dataclass(frozen=True, slots=True)
class Configuration:
    """A bucket's Object Lock, which is there or not; it cannot be taken away again."""

    default: Default | None = None


def configuration(document: Mapping[str, Any]) -> Configuration:
    """Return what an ``ObjectLockConfiguration`` says.

    Raises MalformedXML (aws_recorded: test_put_object_lock_configuration_exc) and InvalidArgument for a period that is
    too short or too long.
    """
    rule = document.get("Rule")
    if rule is None:
        return Configuration()
    wanted = rule["DefaultRetention"]
    mode, event_hold = wanted.get("Mode"), wanted.get("DefaultEventHold")
    fixed = period(wanted, "Default retention period")
    varying = None if event_hold is None else period(event_hold, "Default event hold duration")
    if mode is None or (fixed is None and varying is None):
        raise S3Error("MalformedXML")
    if event_hold is not None and varying is None:
        raise S3Error("MalformedXML")
    return Configuration(Default(mode, fixed, varying))


def describe_configuration(bucket: Configuration) -> dict[str, Any]:
    """Return the ``ObjectLockConfiguration`` of a bucket."""
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


def period(wanted: Mapping[str, Any], called: str) -> Period | None:
    """Return the period in ``Days`` or ``Years``, None where there is neither.

    Raises MalformedXML for both, InvalidArgument for one out of its range (versity/versitygw issue 1738, storj/edge
    issue 528; of event holds assumed).
    """
    given = [Period(unit, wanted[unit]) for unit in LONGEST if unit in wanted]
    if not given:
        return None
    if len(given) > 1:
        raise S3Error("MalformedXML")
    (only,) = given
    message = None
    if only.number < 1:
        message = f"{called} must be a positive integer value."
    elif only.number > LONGEST[only.unit]:
        message = f"{called} too large."
    if message is not None:
        raise S3Error("InvalidArgument", message, ArgumentName=only.unit, ArgumentValue=str(only.number))
    return only


def check_deletable(lock: ObjectLock, now: datetime, *, bypass: bool) -> None:
    """Refuse to delete a version that is protected. Raises AccessDenied (s3_facts 14)."""
    if lock.legal_hold == ON:
        raise protected()
    retention = lock.retention
    if retention is not None and retention.in_force(now) and not (bypass and retention.mode == GOVERNANCE):
        raise protected()


def check_change(present: Retention | None, wanted: Retention | None, now: datetime, *, bypass: bool) -> None:
    """Refuse to weaken a retention that is in force, None being no retention. Raises AccessDenied."""
    if present is None or not present.in_force(now) or (bypass and present.mode == GOVERNANCE):
        return
    if wanted is None or wanted.mode != present.mode or wanted.until(now) < present.until(now):
        raise protected()


def protected() -> S3Error:
    """Return the error of everything that an object lock forbids."""
    return S3Error("AccessDenied", "Access Denied because object protected by object lock.")


def described(lock: ObjectLock, now: datetime) -> dict[str, Any]:
    """Return what GetObject and HeadObject say of a version's lock, by their names in boto3."""
    told: dict[str, Any] = {}
    retention = lock.retention
    if retention is not None:
        told["ObjectLockMode"] = retention.mode
        told["ObjectLockRetainUntilDate"] = retention.until(now)
        told["ObjectLockEventHold"] = retention.event_hold
        if retention.event_hold == ON and retention.duration is not None:
            told[f"ObjectLockEventHoldDuration{retention.duration.unit}"] = retention.duration.number
    if lock.legal_hold is not None:
        told["ObjectLockLegalHoldStatus"] = lock.legal_hold
    return told


def describe_retention(retention: Retention, now: datetime) -> dict[str, Any]:
    """Return the ``Retention`` of a version."""
    told: dict[str, Any] = {"Mode": retention.mode, "RetainUntilDate": retention.until(now)}
    if retention.event_hold is not None:
        told["EventHold"] = retention.event_hold
        if retention.event_hold == ON and retention.duration is not None:
            told["EventHoldDuration"] = retention.duration.members
    return told
