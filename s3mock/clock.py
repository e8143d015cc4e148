"""The time of one cloud. Nothing else in s3mock reads the system's clock."""

from __future__ import annotations

import time
from datetime import datetime, timedelta, timezone

# ``now`` adds to this value rather than call datetime.fromtimestamp: freezegun replaces the class, but not this value.
EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)

UNITS = ("weeks", "days", "hours", "minutes", "seconds", "milliseconds", "microseconds")


class Clock:
    """A clock with whole seconds, as S3 has, ``offset`` seconds ahead of ``time.time``.

    The offset belongs to the state of the cloud: snapshots have it, and restoring one sets it.

    ``time.time`` is looked up at each call, so that freezegun and time-machine take effect. The clock may run
    backwards: nothing may conclude from its times which of two events came first.
    """

    __slots__ = ("_latest", "offset")

    def __init__(self, offset: float = 0.0) -> None:
        self.offset = offset
        # In one tuple, so that no thread ever sees a second with the datetime of another.
        self._latest = (0, EPOCH)

    def timestamp(self) -> float:
        """The seconds since 1970, with a fraction."""
        return time.time() + self.offset

    def now(self) -> datetime:
        """The time as an aware UTC datetime in whole seconds; calls within a second share one object."""
        second = int(time.time() + self.offset)
        latest = self._latest
        if latest[0] != second:
            self._latest = latest = (second, EPOCH + timedelta(seconds=second))
        return latest[1]

    def advance(self, duration: timedelta | None = None, **units: float) -> None:
        """Move the clock ahead by a ``timedelta``, or by the units of one, such as ``days=30``.

        Raises TypeError for anything else, ValueError for a negative duration.
        """
        unknown = ", ".join(units.keys() - UNITS)
        if unknown:
            raise TypeError(f"advance has no unit {unknown}: the units are {', '.join(UNITS)}")
        if not (isinstance(duration, timedelta) or (duration is None and units)):
            raise TypeError(f"advance takes a timedelta, or units such as days=31, not {duration!r}")
        ahead = (duration or timedelta()) + timedelta(**units)
        if ahead < timedelta():
            raise ValueError(f"advance moves the clock ahead, not by {ahead!r}; travel_to moves it to any time")
        self.offset += ahead.total_seconds()

    def travel_to(self, moment: datetime) -> None:
        """Move the clock to a time, from which it runs on; one without a time zone is UTC.

        Raises TypeError for anything but a datetime.
        """
        # By its members, since freezegun replaces the class.
        if not hasattr(moment, "tzinfo") or not hasattr(moment, "year"):
            raise TypeError(f"travel_to takes a datetime, not {moment!r}")
        aware = moment if moment.tzinfo is not None else moment.replace(tzinfo=timezone.utc)
        # Half a microsecond more, so that no rounding leaves the clock in the second before.
        self.offset = (aware - EPOCH).total_seconds() - time.time() + 5e-7
