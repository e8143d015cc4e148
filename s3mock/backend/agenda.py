"""What S3 does by itself when its time has come: a list of work, in order of time."""

from __future__ import annotations

import heapq
from itertools import count
from threading import Lock
from typing import TYPE_CHECKING

from s3mock.backend import cause

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeAlias

    Work: TypeAlias = "Callable[[float], None]"

NEVER = float("inf")


class Agenda:
    """Work that is to be done at a time of the mock's clock.

    Nothing runs by itself: whoever is about to look at S3 compares ``due`` with the clock, and calls ``run`` where it
    has come. So a clock that was advanced by a year finds everything done that would have been done in between.
    """

    __slots__ = ("_entries", "_lock", "_numbers", "_running", "due")

    def __init__(self) -> None:
        self.due = NEVER
        self._entries: list[tuple[float, int, Work]] = []
        self._numbers = count()  # of two that are due at once, the one that was put down first comes first
        self._lock = Lock()
        self._running = Lock()

    def at(self, when: float, work: Work) -> None:
        """Do ``work`` once the clock has come to ``when``, in seconds since 1970; it is called with ``when``."""
        with self._lock:
            heapq.heappush(self._entries, (when, next(self._numbers), work))
            self.due = self._entries[0][0]

    def run(self, now: float) -> None:
        """Do all that is due by ``now``, in order of time, and what it puts down in turn, if that is due as well.

        Does nothing while another thread, or a caller further up, is at it. Whatever a work raises is raised here; it
        is not done again, and what comes after it stays due.
        """
        if not self._running.acquire(blocking=False):
            return
        try:
            while (entry := self._next(now)) is not None:
                when, _, work = entry
                with cause.of(None, when):
                    work(when)
        finally:
            self._running.release()

    def _next(self, now: float) -> tuple[float, int, Work] | None:
        with self._lock:
            if not self._entries or self._entries[0][0] > now:
                return None
            entry = heapq.heappop(self._entries)
            self.due = self._entries[0][0] if self._entries else NEVER
            return entry

    def clear(self) -> None:
        """Forget all work."""
        with self._lock:
            self._entries.clear()
            self.due = NEVER

    def after_fork(self) -> None:
        """Take new locks in a forked child."""
        self._lock, self._running = Lock(), Lock()
