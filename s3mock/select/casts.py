"""CAST, and literals: text that becomes a value."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal

from s3mock.errors import S3Error
from s3mock.select import timestamps
from s3mock.select.timestamps import Timestamp
from s3mock.select.values import MISSING, Value, integer, read_number, text

_SYMBOL = re.compile(r"[A-Za-z_$][A-Za-z0-9_$]*|'(?:[^'\\]|\\.)*'", re.ASCII)
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"')


def _to_bool(value: Value) -> bool:
    if isinstance(value, str):
        return {"true": True, "false": False}[value.strip().lower()]
    if isinstance(value, Timestamp):
        raise TypeError
    return bool(value)


def _to_int(value: Value) -> int:
    if not isinstance(value, str):
        return integer(int(value))
    number = read_number(value)
    if number is None or number != int(number):
        raise ValueError(value)
    return integer(int(number))


def _to_float(value: Value) -> float:
    if isinstance(value, str):
        number = read_number(value)
        if number is None:
            raise ValueError(value)
        return float(number)
    return float(value)


def _to_decimal(value: Value) -> Decimal:
    if isinstance(value, str):
        number = read_number(value)
        if number is None:
            raise ValueError(value)
        return Decimal(number)
    return Decimal(repr(value)) if isinstance(value, float) else Decimal(value)


def _to_timestamp(value: Value) -> Timestamp:
    if isinstance(value, Timestamp):
        return value
    if not isinstance(value, str):
        raise TypeError
    return timestamps.parse(value)


def _to_string(value: Value) -> str:
    return text(value)


CASTS: Mapping[str, Callable[[Value], Value]] = {
    "BOOLEAN": _to_bool,
    "CHAR": _to_string,
    "DECIMAL": _to_decimal,
    "DOUBLE": _to_float,
    "FLOAT": _to_float,
    "INT": _to_int,
    "TEXT": _to_string,
    "TIMESTAMP": _to_timestamp,
    "VARCHAR": _to_string,
}
"""How a value is cast to a type, by sqlglot's name of the type. Precision and scale change nothing (Data types)."""


def cast(value: Value, kind: str) -> Value:
    """Return ``value`` as the type ``kind``.

    Raises CastFailed, IntegerOverflow, and InvalidCast for a nested value (assumed).
    """
    if value is None or value is MISSING:
        return value
    if isinstance(value, (list, dict)):
        raise S3Error("InvalidCast")
    try:
        return CASTS[kind](value)
    except (ValueError, TypeError, KeyError, ArithmeticError):
        raise S3Error("CastFailed") from None


def number_literal(written: str) -> int | Decimal:
    """Return the number that a literal is."""
    number = read_number(written)
    if number is None:
        raise S3Error("NumberFormatError")
    return number


def ion(written: str) -> Value:
    """Return the value of an Ion literal, what stands in backticks. Raises LexerInvalidIONLiteral.

    A symbol is its text (seen: apache/hadoop's ITestS3Select finds "TRUE" by the literal TRUE).
    """
    literal = written.strip()
    if literal in {"true", "false", "null"}:
        return {"true": True, "false": False, "null": None}[literal]
    number = read_number(literal.replace("d", "e"))
    if number is not None:
        return float(number) if "e" in literal.lower() else number
    if _STRING.fullmatch(literal) or _SYMBOL.fullmatch(literal):
        return literal[1:-1] if literal[0] in "\"'" else literal
    try:
        return timestamps.parse(literal)
    except ValueError:
        raise S3Error("LexerInvalidIONLiteral") from None
