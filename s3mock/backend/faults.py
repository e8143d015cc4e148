"""The fault rules in force, what they have counted, and what has fired."""

from __future__ import annotations

from collections import deque
from fnmatch import fnmatchcase
from threading import Lock
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from s3mock.clock import Clock
    from s3mock.models.fault import Rule

MOST_KEPT = 10_000
"""The fired faults that are kept, the latest ones."""

READS = frozenset({"GET", "HEAD"})
"""The methods that count as reads in a rate; the others are writes."""


class Call(NamedTuple):
    """What the rules see of a request.

    ``callers`` are the names of its caller: access key, account, ARN; or "anonymous". ``attempt`` is the number that
    the client gives it among the attempts of one call, None where it gives none.
    """

    operation: str
    method: str
    bucket: str | None
    key: str | None
    region: str | None
    callers: tuple[str, ...]
    headers: Mapping[str, str]
    attempt: int | None


class Fired(NamedTuple):
    """A fault that a request met: the rule, and the request. ``when`` is by the mock's clock, ``latency`` in seconds.

    ``attempt`` is the number of this attempt at the call, as botocore counts them; None for clients that send none.
    """

    rule: Rule
    operation: str
    bucket: str | None
    key: str | None
    when: datetime
    attempt: int | None
    effect: str
    latency: float = 0.0

    def __str__(self) -> str:
        """One line: "2026-11-29 01:30:00  PutObject photos/a.jpg  attempt 1  SlowDown"."""
        name = "/".join(text for text in (self.bucket, self.key) if text is not None)
        attempt = "" if self.attempt is None else f"attempt {self.attempt}"
        late = f"{self.latency:.3g} s late" if self.latency and self.effect != "latency" else ""
        parts = (f"{self.when:%Y-%m-%d %H:%M:%S}", f"{self.operation} {name}".strip(), attempt, self.effect, late)
        return "  ".join(part for part in parts if part)


class Entry:
    """A rule in the table, with what it has counted: the requests ``seen``, how often it fired (``count``).

    ``fired`` are the latest of those.
    """

    __slots__ = ("_draws", "_moments", "_second", "_used", "count", "fired", "rule", "seen")

    def __init__(self, rule: Rule) -> None:
        from random import Random  # noqa: PLC0415 - few tests have faults

        self.rule = rule
        self.seen = self.count = 0
        self.fired: deque[Fired] = deque(maxlen=MOST_KEPT)
        self._moments: deque[float] = deque(maxlen=rule.times or 0)
        self._draws = Random(rule.seed)  # noqa: S311 - the same draws for the same seed are what is wanted
        self._second = 0
        self._used: dict[tuple[str | None, str, str], int] = {}

    def matches(self, call: Call) -> bool:
        """Whether the rule is about this request."""
        rule, headers = self.rule, call.headers
        return (
            (not rule.operation or any(fnmatchcase(call.operation, pattern) for pattern in rule.operation))
            and (rule.bucket is None or fnmatchcase(call.bucket or "", rule.bucket))
            and (rule.key is None or (call.key is not None and fnmatchcase(call.key, rule.key)))
            and (rule.region is None or fnmatchcase(call.region or "", rule.region))
            and (rule.caller is None or any(fnmatchcase(name, rule.caller) for name in call.callers))
            and all(name in headers and fnmatchcase(headers[name], pattern) for name, pattern in rule.headers.items())
        )

    def is_due(self, call: Call, now: float) -> bool:
        """Count a request that matches: whether it is one to fail."""
        rule = self.rule
        if (rule.start is not None and now < rule.start) or (rule.end is not None and now >= rule.end):
            return False
        self.seen += 1
        if rule.rate:
            due = self._exceeds(call, now)
        elif rule.nth:
            due = self.seen in rule.nth
        elif rule.sequence:
            step = self.seen - 1
            is_over = step >= len(rule.sequence) and not rule.repeat
            due = not is_over and rule.sequence[step % len(rule.sequence)] == "fail"
        elif rule.by_key:
            due = _draw_of(rule.seed, call) < rule.probability
        else:
            due = rule.probability >= 1 or self._draws.random() < rule.probability
        if not due or rule.times is None:
            return due
        if self.count < rule.times:
            return True
        return rule.within is not None and self._moments[0] <= now - rule.within

    def add(self, fault: Fired, now: float) -> None:
        """Count a fault."""
        self.count += 1
        self.fired.append(fault)
        self._moments.append(now)

    def _exceeds(self, call: Call, now: float) -> bool:
        """Whether the request is more than its prefix, the key up to its last slash, may have in this second."""
        if int(now) != self._second:
            self._second = int(now)
            self._used.clear()
        kind = "reads" if call.method in READS else "writes"
        limit = self.rule.rate.get(kind)
        prefix = (call.bucket, (call.key or "").rpartition("/")[0], kind)
        used = self._used[prefix] = self._used.get(prefix, 0) + 1
        return limit is not None and used > limit

    def latency(self) -> float:
        """The seconds that the next request is late."""
        from s3mock.models.fault import latency_of  # noqa: PLC0415

        return latency_of(self.rule, self._draws.random, lambda: self._draws.gauss(0, 1))


class Faults:
    """The table of rules of one S3, in the order they were made, and the log of what has fired.

    ``entries`` is empty while nothing fails. ``waits`` is whether a rule asks for real waiting: otherwise time that a
    fault or a retry takes is skipped by the clock.
    """

    def __init__(self, clock: Clock) -> None:
        self.entries: tuple[Entry, ...] = ()
        self.waits = False
        self._log: deque[Fired] = deque(maxlen=MOST_KEPT)
        self._clock = clock
        self._lock = Lock()

    def add(self, *rules: Rule) -> tuple[Entry, ...]:
        """Add rules at the end of the table: their entries."""
        entries = tuple(map(Entry, rules))
        with self._lock:
            self._set(self.entries + entries)
        return entries

    def remove(self, *entries: Entry) -> None:
        """Remove entries from the table, if they are there. What they did stays in the log."""
        with self._lock:
            self._set(tuple(entry for entry in self.entries if entry not in entries))

    def clear(self) -> None:
        """Remove everything, the log too."""
        with self._lock:
            self._set(())
            self._log.clear()

    def _set(self, entries: tuple[Entry, ...]) -> None:
        self.entries, self.waits = entries, any(entry.rule.wait for entry in entries)

    def fire(self, call: Call) -> tuple[Fired, ...]:
        """The faults that a request meets: at most one that fails it, the first in the table, and all that delay it."""
        fired: list[Fired] = []
        fails = False
        with self._lock:
            now = self._clock.timestamp()
            for entry in self.entries:
                rule = entry.rule
                if not entry.matches(call) or not entry.is_due(call, now) or (fails and rule.fails):
                    continue
                fails = fails or rule.fails
                latency = 0.0 if rule.latency is None else entry.latency()
                fault = Fired(
                    *(rule, call.operation, call.bucket, call.key, self._clock.now(), call.attempt),
                    *(rule.effect, latency),
                )
                entry.add(fault, now)
                self._log.append(fault)
                fired.append(fault)
        return tuple(fired)

    def fired(self, entry: Entry | None = None) -> tuple[Fired, ...]:
        """The latest faults that have fired, oldest first: those of an entry, or of all that there ever were."""
        with self._lock:
            return tuple(self._log if entry is None else entry.fired)

    def skips(self) -> bool:
        """Whether waiting is skipped now."""
        return bool(self.entries) and not self.waits

    def skip(self, seconds: float) -> None:
        """Let the mock's clock pass some seconds."""
        with self._lock:
            self._clock.advance(seconds=max(0.0, seconds))

    def after_fork(self) -> None:
        """Make a new lock in a forked child."""
        self._lock = Lock()

    def rows(self) -> list[dict[str, Any]]:
        """The rules as rows of JSON."""
        return [entry.rule.row() for entry in self.entries]


def _draw_of(seed: int, call: Call) -> float:
    """A number from 0 to 1 that is always the same for a seed, an operation, a bucket and a key."""
    from hashlib import sha256  # noqa: PLC0415

    identity = "\0".join((str(seed), call.operation, call.bucket or "", call.key or ""))
    return int.from_bytes(sha256(identity.encode("utf-8", "surrogatepass")).digest()[:7], "big") / (1 << 56)
