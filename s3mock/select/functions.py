"""S3 Select's functions of single values (User Guide, SQL functions), but for CAST and those that choose a value.

A function gives MISSING or NULL where an argument is that. ``IncorrectSqlFunctionArgumentType`` is answered for an
argument of the wrong type, and ``EvaluatorInvalidArguments`` for a wrong number of them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple

from s3mock.errors import S3Error
from s3mock.select import patterns, timestamps
from s3mock.select.timestamps import PRECISION, Timestamp
from s3mock.select.values import MISSING, Value, number, unknown


class Function(NamedTuple):
    """A function: how many arguments it has at least and at most, and what it computes of those that are known."""

    least: int
    most: int
    compute: Callable[..., Value]


def _string(value: Value) -> str:
    if not isinstance(value, str):
        raise S3Error("IncorrectSqlFunctionArgumentType")
    return str(value)


def _whole(value: Value) -> int:
    whole = number(value)
    if isinstance(whole, Decimal) and whole == whole.to_integral_value():
        whole = int(whole)
    if not isinstance(whole, int):
        raise S3Error("IncorrectSqlFunctionArgumentType")
    return whole


def _timestamp(value: Value) -> Timestamp:
    """Return a timestamp; a string that is one counts (assumed: minio's tests compare strings by DATE_DIFF)."""
    if isinstance(value, str):
        return to_timestamp(value)
    if not isinstance(value, Timestamp):
        raise S3Error("IncorrectSqlFunctionArgumentType")
    return value


def to_timestamp(value: Value, pattern: Value = None) -> Timestamp:
    """Return the timestamp that a string is. Raises ValueParseFailure."""
    if isinstance(value, Timestamp):
        return value
    if pattern is not None:
        return patterns.to_timestamp(_string(value), _string(pattern))
    try:
        return timestamps.parse(_string(value))
    except ValueError:
        raise S3Error("ValueParseFailure") from None


def _to_string(value: Value, pattern: Value) -> str:
    return patterns.to_string(_timestamp(value), _string(pattern))


def substring(value: Value, start: Value, length: Value = None) -> str:
    """Return part of a string: a start before 1 is 1 (page "String functions"). A negative length is refused."""
    begin = max(_whole(start), 1) - 1
    if length is None:
        return _string(value)[begin:]
    if _whole(length) < 0:
        raise S3Error("IllegalSqlFunctionArgument")
    return _string(value)[begin : begin + _whole(length)]


def trim(value: Value, side: str, characters: Value = " ") -> str:
    """Return a string without any of ``characters`` at its LEADING or TRAILING side, or BOTH."""
    strip = {"LEADING": str.lstrip, "TRAILING": str.rstrip}.get(side, str.strip)
    return strip(_string(value), _string(characters))


def date_add(part: str, quantity: Value, at: Value) -> Timestamp:
    """Return a timestamp with ``quantity`` of ``part`` added."""
    try:
        return _timestamp(at).add(part, _whole(quantity))
    except ValueError:
        raise S3Error("IllegalSqlFunctionArgument") from None


def date_diff(part: str, first: Value, second: Value) -> int:
    """Return how many whole ``part`` lie between two timestamps."""
    return _timestamp(first).until(_timestamp(second), part)


def extract(part: str, at: Value) -> int | Decimal:
    """Return the value of a part of a timestamp."""
    return _timestamp(at).extract(part)


FUNCTIONS: Mapping[str, Function] = {
    "char_length": Function(1, 1, lambda value: len(_string(value))),
    "character_length": Function(1, 1, lambda value: len(_string(value))),
    "lower": Function(1, 1, lambda value: _string(value).lower()),
    "to_string": Function(2, 2, _to_string),
    "to_timestamp": Function(1, 2, to_timestamp),
    "upper": Function(1, 1, lambda value: _string(value).upper()),
}
"""The functions that are nothing but a name with arguments."""

OF_PARTS: Mapping[str, Callable[[str, Value, Value], Value]] = {"date_add": date_add, "date_diff": date_diff}
"""The functions whose first argument is a part of a date."""

PARTS = frozenset(PRECISION)
EXTRACTED = PARTS | {"timezone_hour", "timezone_minute"}


def applied(compute: Callable[..., Value], arguments: list[Callable[[Any], Value]]) -> Callable[[Any], Value]:
    """Return the function that computes a record's value of its arguments', where these are known."""

    def evaluate(record: Any) -> Value:
        values = [argument(record) for argument in arguments]
        nothing = unknown(*values)
        return compute(*values) if nothing is False else nothing

    return evaluate


def like(value: Value, pattern: Value, escape: Value = None) -> bool:
    """Return whether a string matches a pattern.

    Raises LikeInvalidInputs for what is no string, and EvaluatorLikePatternInvalidEscapeSequence for an escape that is
    not one character, or that stands before anything but ``%``, ``_`` and itself.
    """
    if not isinstance(value, str) or not isinstance(pattern, str):
        raise S3Error("LikeInvalidInputs")
    if escape is not None and (not isinstance(escape, str) or len(escape) != 1):
        raise S3Error("EvaluatorLikePatternInvalidEscapeSequence")
    return _pattern(str(pattern), escape).fullmatch(value) is not None


@lru_cache(maxsize=256)
def _pattern(pattern: str, escape: str | None) -> re.Pattern[str]:
    parts: list[str] = []
    characters = iter(pattern)
    for character in characters:
        if character == escape:
            escaped = next(characters, "")
            if not escaped or escaped not in {"%", "_", escape}:
                raise S3Error("EvaluatorLikePatternInvalidEscapeSequence")
            parts.append(re.escape(escaped))
        elif character == "%":
            if parts[-1:] != [".*?"]:
                parts.append(".*?")
        else:
            parts.append("." if character == "_" else re.escape(character))
    return re.compile("".join(parts), re.DOTALL)


def now(moment: datetime) -> Timestamp:
    """Return what UTCNOW gives: milliseconds (page "Date functions")."""
    return timestamps.of(moment, 3)


def coalesce(arguments: list[Callable[[Any], Value]]) -> Callable[[Any], Value]:
    """Return the function that gives the first value that is neither NULL nor MISSING, else NULL."""

    def evaluate(record: Any) -> Value:
        for argument in arguments:
            value = argument(record)
            if value is not None and value is not MISSING:
                return value
        return None

    return evaluate
