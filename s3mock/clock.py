"""The time of one cloud. Nothing else in s3mock reads the system's clock."""

from __future__ import annotations

import time
from datetime import date, datetime, timedelta, timezone
from typing import cast

# ``now`` adds to this value rather than call datetime.fromtimestamp: freezegun replaces the class, but not this value.
EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)

_LAST = (datetime(9999, 12, 31, tzinfo=timezone.utc) - EPOCH).total_seconds()

UNITS = ("weeks", "days", "hours", "minutes", "seconds", "milliseconds", "microseconds")


stopwatch = time.perf_counter
"""The seconds of the system's most precise clock, of which only differences mean anything."""


class Clock:
    """A clock with whole seconds, as S3 has, ``offset`` seconds ahead of ``time.time``.

    While it is frozen, it stands at ``frozen_at`` (seconds since 1970). Both belong to the state of the cloud:
    snapshots have them, and restoring one sets them.

    ``time.time`` is looked up at each call, so that freezegun and time-machine take effect. The clock may run
    backwards: nothing may conclude from its times which of two events came first.
    """

    __slots__ = ("_latest", "_offset", "frozen_at")

    def __init__(self, offset: float = 0.0) -> None:
        self._offset = offset
        self.frozen_at: float | None = None
        # In one tuple, so that no thread ever sees a second with the datetime of another.
        self._latest = (0, EPOCH)

    @property
    def offset(self) -> float:
        """The seconds by which it is ahead of the system's clock; of a frozen clock, at this moment."""
        return self._offset if self.frozen_at is None else self.frozen_at - time.time()

    @offset.setter
    def offset(self, seconds: float) -> None:
        if self.frozen_at is None:
            self._offset = seconds
        else:
            self.frozen_at = time.time() + seconds

    @property
    def state(self) -> tuple[float, float | None]:
        """The offset that it has when it runs, and where it stands while it is frozen."""
        return self._offset, self.frozen_at

    @state.setter
    def state(self, state: tuple[float, float | None]) -> None:
        self._offset, self.frozen_at = state

    def freeze(self) -> None:
        """Let it stand at the time that it has."""
        self.frozen_at = self.timestamp()

    def unfreeze(self) -> None:
        """Let it run on from the time that it has."""
        self._offset, self.frozen_at = self.offset, None

    def timestamp(self) -> float:
        """The seconds since 1970, with a fraction."""
        return time.time() + self._offset if self.frozen_at is None else self.frozen_at

    def now(self) -> datetime:
        """The time as an aware UTC datetime in whole seconds; calls within a second share one object."""
        second = int(time.time() + self._offset if self.frozen_at is None else self.frozen_at)
        latest = self._latest
        if latest[0] != second:
            self._latest = latest = (second, EPOCH + timedelta(seconds=second))
        return latest[1]

    def advance(self, duration: timedelta | None = None, **units: float) -> None:
        """Move the clock ahead by a ``timedelta``, or by the units of one, such as ``days=30``.

        Raises TypeError for anything else, ValueError for a negative duration and beyond the year 9999.
        """
        for unit in units:
            if unit not in UNITS:
                from s3mock import near_misses  # noqa: PLC0415 - for errors only

                raise TypeError(near_misses.message("advance has no unit", unit, UNITS))
        if not (isinstance(duration, timedelta) or (duration is None and units)):
            raise TypeError(f"advance takes a timedelta, or units such as days=31, not {duration!r}")
        try:
            ahead = (duration or timedelta()) + timedelta(**units)
        except OverflowError:
            ahead = timedelta.max
        if ahead < timedelta():
            raise ValueError(f"advance moves the clock ahead, not by {ahead!r}; travel moves it to any time")
        if self.timestamp() + ahead.total_seconds() > _LAST:
            raise ValueError("advance reaches no further than the year 9999")
        self.offset += ahead.total_seconds()

    @staticmethod
    def sleep(seconds: float) -> None:
        """Really wait."""
        time.sleep(seconds)

    def travel_to(self, moment: datetime | date | str) -> None:
        """Move the clock to a time, from which it runs on unless it is frozen; one without a time zone is UTC.

        A text is ISO 8601 ("2027-01-01", "2027-01-01T12:30:00Z"), a date means its first moment. Raises TypeError for
        anything else, ValueError for another text, and for a time that is in no year from 1 to 9999 in UTC.
        """
        if isinstance(moment, str):
            try:
                moment = datetime.fromisoformat(moment.replace("Z", "+00:00"))
            except ValueError:
                raise ValueError(f"{moment!r} is not a time in ISO 8601, like 2027-01-01T12:30:00Z") from None
        # By its members, since freezegun replaces the classes.
        if not hasattr(moment, "year"):
            raise TypeError(f"the clock travels to a datetime, a date or a text in ISO 8601, not to {moment!r}")
        time_of_day = cast("datetime", moment if hasattr(moment, "tzinfo") else EPOCH)
        zone = time_of_day.tzinfo or timezone.utc
        try:
            aware = datetime.combine(moment, time_of_day.time(), zone).astimezone(timezone.utc)
        except OverflowError:
            raise ValueError(f"{moment} is in no year from 1 to 9999 in UTC") from None
        # Half a microsecond more, so that no rounding leaves the clock in the second before.
        self.offset = (aware - EPOCH).total_seconds() - time.time() + 5e-7
