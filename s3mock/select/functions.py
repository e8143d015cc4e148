"""The functions of S3 Select (User Guide, SQL functions), except those with NULL or MISSING rules of their own.

A function of single values returns MISSING or NULL where an argument is that. ``IncorrectSqlFunctionArgumentType`` is
the error for an argument of the wrong type. Aggregates skip both (User Guide, Aggregate functions).
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from s3mock.errors import S3Error
from s3mock.select import timestamps
from s3mock.select.paths import Evaluate
from s3mock.select.timestamps import PRECISION, Timestamp
from s3mock.select.values import MISSING, Untyped, Value, compute, number, ordered, truncated, unknown


def applied(function: Callable[..., Value], arguments: list[Evaluate]) -> Evaluate:
    """The call of a function, which is only made where all arguments are known."""

    def evaluate(record: Any) -> Value:
        values = [argument(record) for argument in arguments]
        nothing = unknown(*values)
        return function(*values) if nothing is False else nothing

    return evaluate


# --- Arguments


def _string(value: Value) -> str:
    if not isinstance(value, str):
        raise S3Error("IncorrectSqlFunctionArgumentType")
    return str(value)


def _whole(value: Value) -> int:
    whole = number(value)
    if isinstance(whole, Decimal) and whole == whole.to_integral_value():
        whole = truncated(whole)
    if not isinstance(whole, int):
        raise S3Error("IncorrectSqlFunctionArgumentType")
    return whole


def _timestamp(value: Value) -> Timestamp:
    """A timestamp, or the one that a string spells (assumed: minio's tests compare strings by DATE_DIFF)."""
    if isinstance(value, str):
        return to_timestamp(value)
    if not isinstance(value, Timestamp):
        raise S3Error("IncorrectSqlFunctionArgumentType")
    return value


# --- Strings


def substring(value: Value, start: Value, length: Value = None) -> str:
    """SUBSTRING: a start before 1 is 1 (page "String functions"). Raises IllegalSqlFunctionArgument for length < 0."""
    begin = max(_whole(start), 1) - 1
    if length is None:
        return _string(value)[begin:]
    if _whole(length) < 0:
        raise S3Error("IllegalSqlFunctionArgument")
    return _string(value)[begin : begin + _whole(length)]


def trim(value: Value, side: str, characters: Value = " ") -> str:
    """TRIM, which removes ``characters`` from the LEADING side, the TRAILING side, or BOTH."""
    strip = {"LEADING": str.lstrip, "TRAILING": str.rstrip}.get(side, str.strip)
    return strip(_string(value), _string(characters))


def concatenate(left: Value, right: Value) -> str:
    """``left || right``. Raises InvalidDataType for anything but strings."""
    if not isinstance(left, str) or not isinstance(right, str):
        raise S3Error("InvalidDataType")
    return left + right


def like(value: Value, pattern: Value, escape: Value = None) -> bool:
    """LIKE: whether a string matches a pattern.

    Raises LikeInvalidInputs for anything but strings, and EvaluatorLikePatternInvalidEscapeSequence for an escape that
    is not one character, or that stands before anything but ``%``, ``_`` and itself.
    """
    if not isinstance(value, str) or not isinstance(pattern, str):
        raise S3Error("LikeInvalidInputs")
    if escape is not None and (not isinstance(escape, str) or len(escape) != 1):
        raise S3Error("EvaluatorLikePatternInvalidEscapeSequence")
    first, *others = _like_parts(str(pattern), escape)
    begin, end = len(first), len(value)
    if not others:
        return begin == end and first.starts(value, 0)
    *middle, last = others
    end -= len(last)
    if end < begin or not first.starts(value, 0) or not last.starts(value, end):
        return False
    # Each part in between at its first place: where the rest matches after a later one, it also matches after this.
    for part in middle:
        begin = part.after(value, begin, end)
        if begin < 0:
            return False
    return True


class _LikePart:
    """What a pattern of LIKE has before, between or after its ``%``: characters, None for any one (``_``)."""

    def __init__(self, characters: list[str | None]) -> None:
        self._length = len(characters)
        self._pattern = re.compile(
            "".join(["." if each is None else re.escape(each) for each in characters]), re.DOTALL
        )

    def __len__(self) -> int:
        return self._length

    def starts(self, value: str, at: int) -> bool:
        """Whether ``value`` has this part at the position."""
        return self._pattern.match(value, at) is not None

    def after(self, value: str, begin: int, end: int) -> int:
        """The position after the first such part between the two; -1 if there is none."""
        found = self._pattern.search(value, begin, end)
        return -1 if found is None else found.end()


@lru_cache(maxsize=256)
def _like_parts(pattern: str, escape: str | None) -> tuple[_LikePart, ...]:
    """The parts of a pattern, at least one. One regular expression for all of it would take exponential time."""
    parts: list[list[str | None]] = [[]]
    characters = iter(pattern)
    for character in characters:
        if character == escape:
            escaped = next(characters, "")
            if not escaped or escaped not in {"%", "_", escape}:
                raise S3Error("EvaluatorLikePatternInvalidEscapeSequence")
            parts[-1].append(escaped)
        elif character == "%":
            parts.append([])
        else:
            parts[-1].append(None if character == "_" else character)
    return tuple(map(_LikePart, parts))


# --- Dates


def utc_now(moment: datetime) -> Timestamp:
    """UTCNOW at ``moment``, in milliseconds (page "Date functions")."""
    return timestamps.of(moment, 3)


def to_timestamp(value: Value, pattern: Value = None) -> Timestamp:
    """TO_TIMESTAMP. Raises ValueParseFailure."""
    if isinstance(value, Timestamp):
        return value
    if pattern is not None:
        return timestamps.read(_string(value), _string(pattern))
    try:
        return timestamps.parse(_string(value))
    except ValueError:
        raise S3Error("ValueParseFailure") from None


def date_add(part: str, quantity: Value, at: Value) -> Timestamp:
    """DATE_ADD. Raises IllegalSqlFunctionArgument beyond the calendar."""
    try:
        return _timestamp(at).add(part, _whole(quantity))
    except ValueError:
        raise S3Error("IllegalSqlFunctionArgument") from None


def date_diff(part: str, first: Value, second: Value) -> int:
    """DATE_DIFF: the whole years, months ... from ``first`` to ``second``."""
    return _timestamp(first).until(_timestamp(second), part)


def extract(part: str, at: Value) -> int | Decimal:
    """EXTRACT."""
    return _timestamp(at).extract(part)


DATE_PARTS = frozenset(PRECISION)
EXTRACTED_PARTS = DATE_PARTS | {"timezone_hour", "timezone_minute"}

# --- The functions that are only a name with arguments

FUNCTIONS: Mapping[str, tuple[int, int, Callable[..., Value]]] = {
    "char_length": (1, 1, lambda value: len(_string(value))),
    "character_length": (1, 1, lambda value: len(_string(value))),
    "lower": (1, 1, lambda value: _string(value).lower()),
    "to_string": (2, 2, lambda at, pattern: timestamps.write(_timestamp(at), _string(pattern))),
    "to_timestamp": (1, 2, to_timestamp),
    "upper": (1, 1, lambda value: _string(value).upper()),
}
"""The least and the largest number of arguments, and the function of arguments that are known."""

FUNCTIONS_OF_PARTS: Mapping[str, Callable[[str, Value, Value], Value]] = {"date_add": date_add, "date_diff": date_diff}
"""The functions whose first argument is a part of a date."""


# --- Aggregates


class Aggregate:
    """An aggregate of a query, to which its records are added one by one."""

    __slots__ = ("_argument", "_combine", "_count", "_name", "_value")

    def __init__(self, name: str, argument: Evaluate) -> None:
        self._name = name
        self._argument = argument
        self._combine = AGGREGATES[name]
        self._count = 0
        self._value: Value = None

    def add(self, record: Any) -> None:
        """Add a record. Raises InvalidDataType for a sum of anything but numbers."""
        value = self._argument(record)
        if value is None or value is MISSING:
            return
        self._count += 1
        if isinstance(value, Untyped):
            spelled = number(value)
            value = str(value) if spelled is None else spelled
        self._value = self._combine(self._value, value)

    @property
    def result(self) -> Value:
        """The value of the aggregate: NULL of no values, except for COUNT. The average of integers is a decimal."""
        if self._name == "count":
            return self._count
        if self._name == "avg" and self._count:
            total = Decimal(self._value) if isinstance(self._value, int) else self._value
            return compute(total, self._count, "/")
        return self._value


def _sum(total: Value, value: Value) -> Value:
    return compute(0 if total is None else total, value, "+")


def _best(holds: Callable[[Any, Any], bool]) -> Callable[[Value, Value], Value]:
    def choose(best: Value, value: Value) -> Value:
        if best is None:
            return value
        better = ordered(value, best, holds)
        if better is MISSING:
            raise S3Error("UnsupportedTypeForQuerying")
        return value if better else best

    return choose


AGGREGATES: Mapping[str, Callable[[Value, Value], Value]] = {
    "avg": _sum,
    "count": lambda _total, _value: None,
    "max": _best(operator.gt),
    "min": _best(operator.lt),
    "sum": _sum,
}
"""How an aggregate combines its value so far, None at first, with the next one."""
