"""The time of one cloud. Nothing else in s3mock reads the system's clock."""

from __future__ import annotations

import time
from datetime import datetime, timedelta, timezone

# ``now`` adds to this value rather than call datetime.fromtimestamp: freezegun replaces the class, but not this value.
EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


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

    def advance(self, **duration: float) -> None:
        """Move the clock ahead by ``timedelta(**duration)``, such as ``days=30``."""
        self.offset += timedelta(**duration).total_seconds()
