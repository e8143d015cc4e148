"""Assertions about requests: that some were made, how often, and that a block makes no others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from s3mock.journal import Requests, check_operation
from s3mock.journal.printing import MOST_PRINTED, plural, rows

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import TracebackType

    from typing_extensions import Self

    from s3mock.backend.journal import Entry, Journal

Times = int | range
"""A number of requests, or the numbers that are right: ``range(1, 4)`` is 1 to 3."""

OTHERS = "others"
"""The keyword for all operations that have no expectation of their own."""


def assert_called(requests: Requests, operation: str, times: Times | None, filters: Mapping[str, Any]) -> None:
    """Raise AssertionError unless the operation was called as often as ``times``, or at least once without it."""
    fitting = requests.of(operation, **filters)
    if len(fitting) in _numbers(times) if times is not None else fitting:
        return
    given = ", ".join(f"{name}={value!r}" for name, value in filters.items())
    call = f"{operation}({given})"
    expected = "at least once" if times is None else _words(times)
    lines = [f"{call} was called {_often(len(fitting))}, expected {expected}"]
    same = requests.of(operation)
    if fitting:
        lines += ["", f"Called {_often(len(fitting))}:", *rows(fitting)]
    elif same:
        lines += ["", f"{operation} was called otherwise:", *_last(same)]
    elif requests:
        lines += ["", "What was called instead:", *_last(requests)]
    raise AssertionError("\n".join(lines))


class Expectation:
    """The numbers of requests that a block should make, by operation: ``with s3.expect(GetObject=1):``.

    The block's end raises AssertionError if it has made more or fewer. ``requests`` are those of the block.
    """

    def __init__(self, journal: Journal, counts: Mapping[str, Times]) -> None:
        for operation, times in counts.items():
            if operation != OTHERS:
                check_operation(operation)
            _numbers(times)
        if not counts:
            raise TypeError("expect needs the number of at least one operation: expect(GetObject=1), expect(others=0)")
        self._journal, self._counts = journal, dict(counts)
        self._after = 0
        self._made: Requests | None = None

    @property
    def requests(self) -> Requests:
        """The requests of the block, oldest first."""
        if self._made is not None:
            return self._made
        return Requests.all_of(self._journal, after=self._after)

    def __enter__(self) -> Self:
        self._after = self._journal.number()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._made = requests = self.requests
        if kind is None and (difference := differences(requests, self._counts)):
            raise AssertionError(difference)


def differences(requests: Sequence[Entry], counts: Mapping[str, Times]) -> str:
    """How the requests differ from the numbers expected of each operation; "" if they do not.

    In the list of requests "+" marks what is too much, and "-" what is missing.
    """
    expected_by = [_expectation_of(entry.operation, counts) for entry in requests]
    made = Counter(expected_by)
    lines = [
        f"{'all operations' if name == '*' else name}: expected {_words(times)}, was {_often(made[name])}"
        for name, times in counts.items()
        if made[name] not in _numbers(times)
    ]
    if not lines:
        return ""
    left = {name: max(_numbers(times), default=0) for name, times in counts.items()}
    marks = []
    for name in expected_by:
        if name is not None:
            left[name] -= 1
        marks.append("+" if name is not None and left[name] < 0 else " ")
    table = [f"{mark} {row}" for mark, row in zip(marks, rows(requests), strict=True)]
    if len(table) > MOST_PRINTED:
        table = [f"  ... {plural(len(table) - MOST_PRINTED, 'earlier request')}", *table[-MOST_PRINTED:]]
    missing = [
        f"-   {name}" + (f"  ({lacking} times)" if lacking > 1 else "")
        for name, times in counts.items()
        if (lacking := min(_numbers(times), default=0) - made[name]) > 0
    ]
    return "\n".join([*lines, "", f"{plural(len(requests), 'request')}:", *table, *missing])


def over_budget(requests: Sequence[Entry], budget: Times | Mapping[str, Times]) -> str:
    """How the requests exceed a budget: a number of all, or of each operation; "" if they do not.

    Raises ValueError for an operation that S3 does not have, TypeError for anything but numbers.
    """
    limits = budget if isinstance(budget, Mapping) else {"*": budget}
    for operation in limits:
        if operation != OTHERS:
            check_operation(operation)
    return differences(requests, {name: range(max(_numbers(times)) + 1) for name, times in limits.items()})


def _expectation_of(operation: str, counts: Mapping[str, Times]) -> str | None:
    """The name under which a request counts: its own, that of the first pattern it fits, or that of the others."""
    if operation in counts:
        return operation
    fitting = (name for name in counts if name != OTHERS and fnmatchcase(operation, name))
    return next(fitting, OTHERS if OTHERS in counts else None)


def _numbers(times: Times) -> range:
    """The numbers that are right. Raises TypeError for anything but a number or a range of them."""
    if isinstance(times, range) and times:
        return times
    if isinstance(times, int) and not isinstance(times, bool) and times >= 0:
        return range(times, times + 1)
    raise TypeError(f"a number of requests is a number like 1, or a range like range(1, 4), not {times!r}")


def _words(times: Times) -> str:
    numbers = _numbers(times)
    if len(numbers) == 1:
        return _often(numbers[0])
    if numbers.step != 1:
        return f"a number in {times}"
    return f"at most {_often(numbers[-1])}" if not numbers[0] else f"{numbers[0]} to {numbers[-1]} times"


def _often(number: int) -> str:
    return {0: "never", 1: "once", 2: "twice"}.get(number) or f"{number:,} times"


def _last(requests: Sequence[Entry]) -> list[str]:
    return rows(requests[-MOST_PRINTED:])
