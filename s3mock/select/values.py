"""The values of a query: how they are compared, computed, cast, and written as text.

A value is MISSING, None (NULL), a bool, int, Decimal, float, str, Timestamp, list or dict. The rules are those of
PartiQL, on whose engine S3 Select is built (its error codes are the engine's), as far as AWS documents them.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from decimal import ROUND_DOWN, Context, Decimal, InvalidOperation
from typing import Any, Final

from s3mock.errors import S3Error
from s3mock.select import timestamps
from s3mock.select.timestamps import Timestamp

Value = Any

LEAST, MOST = -(1 << 63), (1 << 63) - 1
"""An integer has 8 bytes (User Guide, Data types)."""

_DECIMALS = Context(prec=38, Emax=999_999, Emin=-999_999)
"""A decimal has 38 significant digits (User Guide, Data types)."""

_MOST_DIGITS = 4000  # Python refuses to convert more than 4,300
_TRUTHS = {"true": True, "false": False}


class Missing:
    """The type of MISSING, the value of a path that does not exist in a record."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "MISSING"


MISSING: Final = Missing()


class Untyped(str):
    """A field of CSV: a string that counts as a number or a boolean when compared or computed with one.

    The User Guide (Data type conversions) says that it must be cast; that S3 converts it implicitly where possible is
    assumed (minio's tests, written after S3's answers, select ``id = 2`` from CSV).
    """

    __slots__ = ()


def unknown(*values: Value) -> Value:
    """MISSING or None if one of the values is, MISSING first; False if all are known. The result of most functions."""
    result: Value = False
    for value in values:
        if value is MISSING:
            return MISSING
        if value is None:
            result = None
    return result


# --- Numbers


def integer(value: int) -> int:
    """An integer of 8 bytes. Raises IntegerOverflow."""
    if not LEAST <= value <= MOST:
        raise S3Error("IntegerOverflow")
    return value


def whole_number(text: str) -> int | Decimal:
    """The number of a text of digits: a decimal beyond 8 bytes. Raises ValueError."""
    whole = int(text)
    return whole if LEAST <= whole <= MOST else Decimal(whole)


def read_number(text: str) -> int | Decimal | None:
    """The number that ``text`` spells, or None."""
    text = text.strip()
    if not text.isascii() or "_" in text or len(text) > _MOST_DIGITS:
        return None
    try:
        return whole_number(text)
    except ValueError:
        pass
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def number(value: Value) -> int | Decimal | float | None:
    """The number that a value is or, as a field of CSV, spells; None for any other value."""
    if isinstance(value, Untyped):
        return read_number(value)
    return value if isinstance(value, (int, Decimal, float)) and not isinstance(value, bool) else None


def _numbers(left: Value, right: Value) -> tuple[Any, Any] | None:
    """Both values as numbers that Python can compute with each other, or None."""
    first, second = number(left), number(right)
    if first is None or second is None:
        return None
    if isinstance(first, float) or isinstance(second, float):
        return float(first), float(second)
    return first, second


# --- Comparisons


def _comparable(left: Value, right: Value) -> tuple[Any, Any] | None:
    """Both values as values of one ordered type, or None."""
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
    return _TRUTHS.get(value.lower()) if isinstance(value, Untyped) else None


def equal(left: Value, right: Value) -> Value:
    """Whether two values are equal: True, False, None or MISSING. Values of different types are not."""
    nothing = unknown(left, right)
    if nothing is not False:
        return nothing
    pair = _comparable(left, right)
    if pair is not None:
        return pair[0] == pair[1]
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(equal(a, b) is True for a, b in zip(left, right, strict=True))
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(equal(left[name], right[name]) is True for name in left)
    return False


def ordered(left: Value, right: Value, holds: Callable[[Any, Any], bool]) -> Value:
    """Whether ``holds`` is true of two values; MISSING for types without an order (assumed: selects nothing)."""
    nothing = unknown(left, right)
    if nothing is not False:
        return nothing
    pair = _comparable(left, right)
    return MISSING if pair is None else holds(*pair)


# --- Arithmetic


def compute(left: Value, right: Value, operator: str) -> Value:
    """The result of ``+``, ``-``, ``*``, ``/`` or ``%``; integers stay integers.

    Raises InvalidDataType for a value that is not a number, IntegerOverflow, and ExternalEvalException for a division
    by zero.
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
    """The quotient rounded towards zero, as in Java."""
    quotient = abs(left) // abs(right)
    return quotient if (left < 0) == (right < 0) else -quotient


_INTEGERS: Mapping[str, Callable[[int, int], int]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": _divide,
    "%": lambda a, b: a - b * _divide(a, b),
}
_FLOATS: Mapping[str, Callable[[float, float], float]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
    "%": math.fmod,
}
_DECIMAL: Mapping[str, Callable[[Context, Decimal, Decimal], Decimal]] = {
    "+": Context.add,
    "-": Context.subtract,
    "*": Context.multiply,
    "/": Context.divide,
    "%": Context.remainder,
}


# --- Text, CAST and literals


def text(value: Value) -> str:
    """A value as text. It must not be MISSING, NULL or nested."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


_INTEGER_DIGITS = 19

CASTS: Mapping[str, type] = {
    "BOOLEAN": bool,
    "CHAR": str,
    "DECIMAL": Decimal,
    "DOUBLE": float,
    "FLOAT": float,
    "INT": int,
    "TEXT": str,
    "TIMESTAMP": Timestamp,
    "VARCHAR": str,
}
"""The type of a CAST by sqlglot's name of it. Precision and scale change nothing (Data types)."""


def cast(value: Value, kind: type) -> Value:
    """``value`` as a ``kind`` of CASTS. Raises CastFailed, IntegerOverflow, and InvalidCast if nested."""
    if value is None or value is MISSING:
        return value
    if isinstance(value, (list, dict)):
        raise S3Error("InvalidCast")
    try:
        return _converted(value, kind)
    except (ValueError, TypeError, KeyError, ArithmeticError):
        raise S3Error("CastFailed") from None


def _converted(value: Value, kind: type) -> Value:
    """A plain value as a ``kind``. Raises ValueError, TypeError, KeyError or ArithmeticError if that is impossible."""
    if kind is str:
        return text(value)
    if kind is Timestamp or isinstance(value, Timestamp):
        return value if isinstance(value, kind) else timestamps.parse(value)
    if kind is bool:
        return _TRUTHS[value.strip().lower()] if isinstance(value, str) else bool(value)
    source: Any = read_number(value) if isinstance(value, str) else value
    if kind is int:
        whole = truncated(source)
        if isinstance(value, str) and source != whole:
            raise ValueError(value)
        return integer(whole)
    return Decimal(repr(source)) if kind is Decimal and isinstance(source, float) else kind(source)


def truncated(value: Any) -> int:
    """A number without its decimals. Raises IntegerOverflow, and what int() does.

    A decimal may have an exponent of nine digits, and int() would write out its zeros.
    """
    if isinstance(value, Decimal):
        if value and value.adjusted() > _INTEGER_DIGITS:
            raise S3Error("IntegerOverflow")
        value = value.to_integral_value(ROUND_DOWN) if value else 0
    return int(value)


def number_literal(written: str) -> int | Decimal:
    """The value of a literal. Raises NumberFormatError."""
    value = read_number(written)
    if value is None:
        raise S3Error("NumberFormatError")
    return value


_ION_WORDS = {**_TRUTHS, "null": None}
_ION_SYMBOL = re.compile(r"[A-Za-z_$][A-Za-z0-9_$]*|'(?:[^'\\]|\\.)*'", re.ASCII)
_ION_STRING = re.compile(r'"(?:[^"\\]|\\.)*"')


def ion_literal(written: str) -> Value:
    """The value of an Ion literal, the text between backticks. Raises LexerInvalidIONLiteral.

    A symbol is its text (seen: apache/hadoop's ITestS3Select finds "TRUE" by the literal TRUE).
    """
    literal = written.strip()
    if literal in _ION_WORDS:
        return _ION_WORDS[literal]
    value = read_number(literal.replace("d", "e"))
    if value is not None:
        return float(value) if "e" in literal.lower() else value
    if _ION_STRING.fullmatch(literal) or _ION_SYMBOL.fullmatch(literal):
        return literal[1:-1] if literal[0] in "\"'" else literal
    try:
        return timestamps.parse(literal)
    except ValueError:
        raise S3Error("LexerInvalidIONLiteral") from None
