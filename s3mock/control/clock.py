"""``S3.clock``: the clock of a mock or a server, which users move."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import date, datetime, timedelta

    from s3mock.backend.cloud import Cloud
    from s3mock.clock import Clock


class MovableClock:
    """The clock of a mock or a server. Moving it makes S3 do the work that is due by then, and deliver its events.

    Each move can be for a time only, as in ``with s3.clock.advance(days=31):``. At its end the clock is what it was
    before; what S3 has done meanwhile stays done.

    This is not the cloud's own clock, which cannot make the cloud do its work without keeping it alive.
    """

    __slots__ = ("_cloud",)

    def __init__(self, cloud: Cloud) -> None:
        self._cloud = cloud

    @property
    def offset(self) -> float:
        """The seconds by which it is ahead of the system's clock."""
        return self._cloud.clock.offset

    def now(self) -> datetime:
        """The time as an aware UTC datetime in whole seconds."""
        return self._cloud.clock.now()

    def timestamp(self) -> float:
        """The seconds since 1970, with a fraction."""
        return self._cloud.clock.timestamp()

    @property
    def is_frozen(self) -> bool:
        """Whether it stands still."""
        return self._cloud.clock.frozen_at is not None

    def advance(self, duration: timedelta | None = None, **units: float) -> Moved:
        """Let time pass: ``advance(days=31)``, ``advance(timedelta(hours=2))``.

        Lifecycle rules, replication, restores, reports and log delivery have done their work up to then when this
        returns, and the events have reached their destinations.

        Raises TypeError for a unit that a timedelta does not have, ValueError for a negative duration.
        """
        return self._moved(lambda clock: clock.advance(duration, **units))

    def travel(self, moment: datetime | date | str) -> Moved:
        """Set the clock to a time, in the past or the future. Work that is due by then is done, as by ``advance``.

        A text is ISO 8601 ("2027-01-01", "2027-01-01T12:30:00Z"), a date means its first moment; a time without a time
        zone is UTC. Raises TypeError for anything else, ValueError for another text and for a year beyond 9999.
        """
        return self._moved(lambda clock: clock.travel_to(moment))

    travel_to = travel

    def freeze(self, moment: datetime | date | str | None = None) -> Moved:
        """Stop the clock where it is, or at ``moment``, as ``travel`` takes it; it can still be moved.

        ``unfreeze`` lets it run on.
        """

        def move(clock: Clock) -> None:
            if moment is not None:
                clock.travel_to(moment)
            clock.freeze()

        return self._moved(move)

    def unfreeze(self) -> Moved:
        """Let the clock run on from the time that it has."""
        return self._moved(lambda clock: clock.unfreeze())

    def reset(self) -> Moved:
        """Set the clock back to the system's, and let it run."""
        return self._moved(lambda clock: setattr(clock, "state", (0.0, None)))

    def _moved(self, move: Callable[[Clock], None]) -> Moved:
        before = self._cloud.clock.state
        self._cloud.move_clock(move)
        self._cloud.events.send(self._cloud.catch_up())
        return Moved(self, before)

    def _return_to(self, state: tuple[float, float | None]) -> None:
        self._cloud.move_clock(lambda clock: setattr(clock, "state", state))


class Moved:
    """A move of the clock that has been made; the end of a ``with`` takes it back."""

    __slots__ = ("_before", "_clock")

    def __init__(self, clock: MovableClock, before: tuple[float, float | None]) -> None:
        self._clock = clock
        self._before = before

    def __enter__(self) -> MovableClock:
        return self._clock

    def __exit__(self, *_: object) -> None:
        self._clock._return_to(self._before)  # noqa: SLF001

    def __reduce__(self) -> tuple[Any, ...]:
        # Another process has a clock of its own for it.
        return Moved, (None, self._before)

    def of(self, clock: MovableClock) -> Moved:
        """The same move, of another process's clock."""
        return Moved(clock, self._before)
