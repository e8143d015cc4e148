"""The time of one cloud. Nothing else in s3mock asks the system for it."""

from __future__ import annotations

import time
from datetime import datetime, timedelta, timezone

# Not datetime.fromtimestamp: freezegun replaces the class in this module while it freezes; this value stays as it was.
EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


class Clock:
    """Tells the time to the second, as S3 does.

    It follows ``time.time``, looked up at each call, so that freezegun and time-machine reach it; ``offset`` is how
    many seconds it is ahead of that. It may run backwards: nothing may take a later time for a later event.
    """

    __slots__ = ("_latest", "offset")

    def __init__(self, offset: float = 0.0) -> None:
        self.offset = offset
        # Second and datetime in one tuple, so that a thread never sees the one without the other.
        self._latest = (0, EPOCH)

    def timestamp(self) -> float:
        """Return the seconds since 1970, with their fraction."""
        return time.time() + self.offset

    def now(self) -> datetime:
        """Return the time as an aware UTC datetime in whole seconds; calls within a second share one object."""
        second = int(time.time() + self.offset)
        latest = self._latest
        if latest[0] != second:
            self._latest = latest = (second, EPOCH + timedelta(seconds=second))
        return latest[1]

    def advance(self, **duration: float) -> None:
        """Move the clock ahead by ``timedelta(**duration)``, such as ``days=30``."""
        self.offset += timedelta(**duration).total_seconds()
