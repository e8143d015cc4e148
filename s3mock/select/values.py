"""The values of a query: how they compare, compute, and are written as text.

A value is MISSING, None (NULL), a bool, int, Decimal, float, str, Timestamp, list or dict. The rules are those of
PartiQL, whose engine S3 Select is (its error codes are the engine's), as far as AWS documents them.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import Context, Decimal, InvalidOperation
from typing import Any, Final

from s3mock.errors import S3Error
from s3mock.select.timestamps import Timestamp

Value = Any

LEAST, MOST = -(1 << 63), (1 << 63) - 1
"""An integer has 8 bytes (User Guide, Data types)."""

_DECIMALS = Context(prec=38, Emax=999_999, Emin=-999_999)
"""A decimal has 38 significant digits (User Guide, Data types)."""

_MOST_DIGITS = 4000  # Python refuses to convert more than 4,300


class Missing:
    """The type of MISSING: what a path leads to that the record does not have."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "MISSING"


MISSING: Final = Missing()


class Untyped(str):
    """A field of CSV: a string that stands for a number or a boolean where it is compared or computed with one.

    The User Guide (Data type conversions) says that it must be cast; that S3 converts it by itself where it can is
    assumed (minio's tests, written after S3's answers, select ``id = 2`` from CSV).
    """

    __slots__ = ()


def unknown(*values: Value) -> Value:
    """Return MISSING or None where one of the values is, and else False: what comes of them is not known then."""
    for value in values:
        if value is MISSING:
            return MISSING
    return None if None in [value if value is None else 0 for value in values] else False


def integer(value: int) -> int:
    """Return an integer that fits into 8 bytes. Raises IntegerOverflow."""
    if not LEAST <= value <= MOST:
        raise S3Error("IntegerOverflow")
    return value


def read_number(text: str) -> int | Decimal | None:
    """Return the number that ``text`` is, or None where it is none."""
    text = text.strip()
    if not text.isascii() or "_" in text or len(text) > _MOST_DIGITS:
        return None
    try:
        whole = int(text)
    except ValueError:
        pass
    else:
        return whole if LEAST <= whole <= MOST else Decimal(whole)
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def number(value: Value) -> int | Decimal | float | None:
    """Return the number that a value is or, of CSV, stands for."""
    if isinstance(value, Untyped):
        return read_number(value)
    return value if isinstance(value, (int, Decimal, float)) and not isinstance(value, bool) else None


def _numbers(left: Value, right: Value) -> tuple[Any, Any] | None:
    """Return both as numbers of kinds that Python computes with, or None where one is no number."""
    first, second = number(left), number(right)
    if first is None or second is None:
        return None
    if isinstance(first, float) or isinstance(second, float):
        return float(first), float(second)
    return first, second


def _alike(left: Value, right: Value) -> tuple[Any, Any] | None:
    """Return both as values of one type that has an order, or None where there is none."""
    if isinstance(left, str) and isinstance(right, str):
        return str(left), str(right)
    pair: tuple[Any, Any] | None = _numbers(left, right)
    if pair is None and isinstance(left, Timestamp) and isinstance(right, Timestamp):
        pair = left.key, right.key
    if pair is None and (isinstance(left, bool) or isinstance(right, bool)):
        first, second = _boolean(left), _boolean(right)
        pair = None if first is None or second is None else (first, second)
    return pair


def _boolean(value: Value) -> bool | None:
    if isinstance(value, bool):
        return value
    return {"true": True, "false": False}.get(value.lower()) if isinstance(value, Untyped) else None


def equal(left: Value, right: Value) -> Value:
    """Return whether two values are equal: True, False, None or MISSING. Values of two types are not."""
    nothing = unknown(left, right)
    if nothing is not False:
        return nothing
    pair = _alike(left, right)
    if pair is not None:
        return pair[0] == pair[1]
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(equal(a, b) is True for a, b in zip(left, right, strict=True))
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(equal(left[name], right[name]) is True for name in left)
    return False


def ordered(left: Value, right: Value, holds: Callable[[Any, Any], bool]) -> Value:
    """Return whether ``holds`` is true of two values; MISSING where they have no order (assumed: selects nothing)."""
    nothing = unknown(left, right)
    if nothing is not False:
        return nothing
    pair = _alike(left, right)
    return MISSING if pair is None else holds(*pair)


def compute(left: Value, right: Value, operator: str) -> Value:
    """Return ``left`` and ``right`` added, subtracted, multiplied, divided or reduced (``+ - * / %``).

    Integers stay integers. Raises InvalidDataType where one is no number, IntegerOverflow, and ExternalEvalException
    for a division by zero (both codes assumed).
    """
    nothing = unknown(left, right)
    if nothing is not False:
        return nothing
    pair = _numbers(left, right)
    if pair is None:
        raise S3Error("InvalidDataType")
    first, second = pair
    try:
        if isinstance(first, int) and isinstance(second, int):
            return integer(_INTEGERS[operator](first, second))
        if isinstance(first, float):
            return _FLOATS[operator](first, second)
        return _DECIMAL[operator](_DECIMALS, Decimal(first), Decimal(second))
    except (ArithmeticError, ValueError):
        raise S3Error("ExternalEvalException") from None


def _divide(left: int, right: int) -> int:
    """Return the quotient without its fraction, as Java has it."""
    quotient = abs(left) // abs(right)
    return quotient if (left < 0) == (right < 0) else -quotient


_INTEGERS: dict[str, Callable[[int, int], int]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": _divide,
    "%": lambda a, b: a - b * _divide(a, b),
}
_FLOATS: dict[str, Callable[[float, float], float]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
    "%": math.fmod,
}
_DECIMAL: dict[str, Callable[[Context, Decimal, Decimal], Decimal]] = {
    "+": Context.add,
    "-": Context.subtract,
    "*": Context.multiply,
    "/": Context.divide,
    "%": Context.remainder,
}


def text(value: Value) -> str:
    """Return how a value that is neither MISSING, NULL nor nested is written."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
