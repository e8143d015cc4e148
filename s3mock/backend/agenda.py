"""Work that S3 will do by itself: an immutable list in the order of the times when it is due."""

from __future__ import annotations

from itertools import islice
from struct import pack
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from s3mock.backend.keys import KeyIndex

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import TypeAlias

    from s3mock.models.bucket import BucketIdentity

    Work: TypeAlias = Literal[
        "lifecycle",
        "replicate",
        "report replication delay",
        "object restored",
        "restored copy expired",
        "deliver inventory",
        "move to archive tiers",
        "deliver logs",
    ]

NEVER = float("inf")
_SIGN = 1 << 63


class Due(NamedTuple):
    """Work that is due at ``when``, in seconds since 1970; ``backend.effects`` has a function for each kind of it.

    ``data`` is whatever the work needs besides the bucket and the key: a value that ``persistence.values`` can write.
    """

    when: float
    work: Work
    bucket: BucketIdentity | None = None
    key: str = ""
    data: Any = None


class Agenda(NamedTuple):
    """All work that is due at some time. ``next_due`` is the time of the first, NEVER where there is none.

    Nothing runs in the background: each request first compares ``next_due`` with the clock. If the clock was advanced
    by a year, all the work of that year is done then.
    """

    entries: KeyIndex[Due] = KeyIndex()
    number: int = 0
    next_due: float = NEVER

    def with_work(self, dues: Iterable[Due]) -> Agenda:
        """The agenda with more work; what is due at the same time is done in the order in which it was added."""
        entries, number, next_due = self
        for due in dues:
            entries = entries.set(f"{_sortable(due.when)}{number:016x}", due)
            number += 1
            next_due = min(next_due, due.when)
        return self if number == self.number else Agenda(entries, number, next_due)

    def with_visit(self, due: Due) -> Agenda:
        """The agenda with work that is done once, however often it is added: for a time, a kind, a bucket and a key.

        It is done before other work that is due at the same time.
        """
        bucket = 0 if due.bucket is None else due.bucket.number
        place = f"{_sortable(due.when)}!{due.work} {bucket:016x} {due.key}"
        if place in self.entries:
            return self
        return Agenda(self.entries.set(place, due), self.number, min(self.next_due, due.when))

    def without(self, is_dropped: Callable[[Due], bool]) -> Agenda:
        """The agenda without some of its work."""
        dropped = [place for place, due in self.entries.scan() if is_dropped(due)]
        entries = self.entries
        for place in dropped:
            entries = entries.remove(place)
        next_due = min((due.when for _, due in islice(entries.scan(), 1)), default=NEVER)
        return Agenda(entries, self.number, next_due) if dropped else self

    def first(self, now: float) -> tuple[Due, Agenda] | None:
        """The first work that is due by ``now``, and the agenda without it; None where nothing is due yet."""
        if not self.entries or self.next_due > now:
            return None
        scan = self.entries.scan()
        place, due = next(scan)
        following = next(scan, None)
        next_due = NEVER if following is None else following[1].when
        return due, Agenda(self.entries.remove(place), self.number, next_due)


def _sortable(when: float) -> str:
    """A time as 16 hexadecimal digits that sort like the number: its bits, inverted for a negative one."""
    bits = int.from_bytes(pack(">d", when + 0.0), "big")
    return f"{bits ^ _SIGN if bits < _SIGN else ~bits & (2 * _SIGN - 1):016x}"
