"""COUNT, SUM, AVG, MIN and MAX (User Guide, Aggregate functions): all skip NULL and MISSING."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from s3mock.errors import S3Error
from s3mock.select.paths import Evaluate
from s3mock.select.values import MISSING, Untyped, Value, compute, number, ordered


class Aggregate:
    """One aggregate of a query while its records go by."""

    __slots__ = ("_argument", "_combine", "_count", "_name", "_value")

    def __init__(self, name: str, argument: Evaluate) -> None:
        self._name = name
        self._argument = argument
        self._combine = _COMBINE[name]
        self._count = 0
        self._value: Value = None

    def add(self, record: Any) -> None:
        """Take in a record. Raises InvalidDataType where a sum's value is no number (assumed)."""
        value = self._argument(record)
        if value is None or value is MISSING:
            return
        self._count += 1
        if isinstance(value, Untyped):
            read = number(value)
            value = str(value) if read is None else read
        self._value = self._combine(self._value, value)

    @property
    def result(self) -> Value:
        """What came out: NULL of no value, but for COUNT. The average of integers is a decimal."""
        if self._name == "count":
            return self._count
        if self._name == "avg" and self._count:
            total = Decimal(self._value) if isinstance(self._value, int) else self._value
            return compute(total, self._count, "/")
        return self._value


def _add(total: Value, value: Value) -> Value:
    return compute(0 if total is None else total, value, "+")


def _count(_total: Value, _value: Value) -> Value:
    return None


def _better(holds: Callable[[Any, Any], bool]) -> Callable[[Value, Value], Value]:
    def choose(best: Value, value: Value) -> Value:
        if best is None:
            return value
        chosen = ordered(value, best, holds)
        if chosen is MISSING:
            raise S3Error("UnsupportedTypeForQuerying")
        return value if chosen else best

    return choose


_COMBINE: Mapping[str, Callable[[Value, Value], Value]] = {
    "avg": _add,
    "count": _count,
    "max": _better(operator.gt),
    "min": _better(operator.lt),
    "sum": _add,
}

NAMES = frozenset(_COMBINE)
"""The names of the aggregate functions."""
