"""Conditions of a statement: the operators, and what each reads in the values that are written behind it.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
"""

from __future__ import annotations

import base64
import binascii
import ipaddress
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from decimal import Decimal, InvalidOperation
from functools import partial
from typing import Any, Literal, NamedTuple, TypeAlias

from s3mock.errors import S3Error
from s3mock.models.policy.patterns import Pattern

Kind: TypeAlias = Literal["string", "number", "date", "bool", "binary", "address", "arn", "null"]
Quantifier: TypeAlias = Literal["ForAllValues", "ForAnyValue"]


class Operator(NamedTuple):
    """A condition operator: what it compares, how, and whether it is true where nothing of the sort is found.

    ``relation`` is ``=``, ``<``, ``<=``, ``>`` or ``>=``, for strings ``=``, ``like``, or ``fold``: equal but for the
    size of letters.
    """

    name: str
    kind: Kind
    relation: str = "="
    negated: bool = False


def _ordered(prefix: str, kind: Kind) -> list[Operator]:
    return [
        Operator(f"{prefix}Equals", kind),
        Operator(f"{prefix}NotEquals", kind, "=", negated=True),
        Operator(f"{prefix}LessThan", kind, "<"),
        Operator(f"{prefix}LessThanEquals", kind, "<="),
        Operator(f"{prefix}GreaterThan", kind, ">"),
        Operator(f"{prefix}GreaterThanEquals", kind, ">="),
    ]


OPERATORS: Mapping[str, Operator] = {
    operator.name: operator
    for operator in [
        Operator("StringEquals", "string"),
        Operator("StringNotEquals", "string", negated=True),
        Operator("StringEqualsIgnoreCase", "string", "fold"),
        Operator("StringNotEqualsIgnoreCase", "string", "fold", negated=True),
        Operator("StringLike", "string", "like"),
        Operator("StringNotLike", "string", "like", negated=True),
        *_ordered("Numeric", "number"),
        *_ordered("Date", "date"),
        Operator("Bool", "bool"),
        Operator("BinaryEquals", "binary"),
        Operator("IpAddress", "address"),
        Operator("NotIpAddress", "address", negated=True),
        Operator("ArnEquals", "arn"),
        Operator("ArnLike", "arn"),
        Operator("ArnNotEquals", "arn", negated=True),
        Operator("ArnNotLike", "arn", negated=True),
        Operator("Null", "null"),
    ]
}

_TYPE = re.compile(r"(?:(?P<quantifier>ForAllValues|ForAnyValue):)?(?P<name>[A-Za-z]+?)(?P<if_exists>IfExists)?")
_YEAR_OR_MONTH = re.compile(r"\d{4}(-\d\d)?", re.ASCII)
ARN_PARTS = 6


@dataclass(frozen=True, slots=True)
class Condition:
    """One key of a condition: the operator, the key in small letters, and the values, any of which will do.

    ``read`` has the values as the operator's kind understands them: patterns, numbers, timestamps, networks ...
    """

    operator: Operator
    quantifier: Quantifier | None
    if_exists: bool
    key: str
    values: tuple[str, ...]
    read: tuple[Any, ...]

    @property
    def type(self) -> str:
        """The operator as a policy writes it."""
        prefix = f"{self.quantifier}:" if self.quantifier else ""
        return f"{prefix}{self.operator.name}{'IfExists' if self.if_exists else ''}"

    @property
    def is_fixed(self) -> bool:
        """Whether the values have neither wildcards nor variables in them, whatever the operator makes of them."""
        return all(Pattern.parse(value, variables=True).is_fixed for value in self.values)


def parse(condition: Any, *, variables: bool) -> tuple[Condition, ...]:
    """Return what the Condition of a statement says. Raises MalformedPolicy."""
    if not isinstance(condition, dict):
        raise syntax()
    return tuple(
        _one(type_, key, value, variables=variables)
        for type_, keys in condition.items()
        for key, value in _of_type(type_, keys).items()
    )


def _of_type(type_: str, keys: Any) -> dict[str, Any]:
    found = _TYPE.fullmatch(type_)
    if found is None or found["name"] not in OPERATORS or (found["name"] == "Null" and found["if_exists"]):
        raise S3Error("MalformedPolicy", f"Invalid Condition type : {type_}")
    if not isinstance(keys, dict):
        raise syntax()
    return keys


def _one(type_: str, key: str, value: Any, *, variables: bool) -> Condition:
    found = _TYPE.fullmatch(type_)
    assert found is not None, type_  # _of_type has looked  # noqa: S101
    operator = OPERATORS[found["name"]]
    values = tuple(_text(each) for each in (value if isinstance(value, list) else [value]))
    read = partial(_pattern, operator, variables) if operator.kind in ("string", "arn") else READERS[operator.kind]
    quantifier: Any = found["quantifier"]
    read_values = tuple(read(each) for each in values)
    return Condition(operator, quantifier, bool(found["if_exists"]), key.lower(), values, read_values)


def _text(value: Any) -> str:
    """Return a value as it is compared: JSON's numbers and booleans are as good as their texts."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return str(value)
    raise syntax()


def _pattern(operator: Operator, variables: bool, value: str) -> Any:
    if operator.kind == "string":
        return Pattern.parse(value, variables=variables, wildcards=operator.relation == "like")
    return split_arn_pattern(value, variables=variables)


def split_arn_pattern(value: str, *, variables: bool) -> tuple[Pattern, ...]:
    """Return the six parts of an ARN, each of which has its own wildcards: none of them goes beyond a colon."""
    return tuple(Pattern.parse(part, variables=variables) for part in value.split(":", ARN_PARTS - 1))


def number(value: str) -> Decimal | None:
    """Return the number that is written; None for none."""
    try:
        read = Decimal(value.strip())
    except InvalidOperation:
        return None
    return read if read.is_finite() else None


def date(value: str) -> float | None:
    """Return the timestamp of a date as the W3C's profile of ISO 8601 writes it, or as seconds; None for no date."""
    seconds = number(value)
    if seconds is not None and not _YEAR_OR_MONTH.fullmatch(value):  # four digits are a year
        return float(seconds)
    text = value.strip().replace("Z", "+00:00")
    if _YEAR_OR_MONTH.fullmatch(text):
        text += "-01" if "-" in text else "-01-01"
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        return None
    return (read if read.tzinfo else read.replace(tzinfo=timezone.utc)).timestamp()


def binary(value: str) -> bytes | None:
    """Return the bytes that Base64 writes; None where it does not."""
    try:
        return base64.b64decode(value, validate=True)
    except binascii.Error:
        return None


Address: TypeAlias = "ipaddress.IPv4Network | ipaddress.IPv6Network"


def network(value: str) -> Address | None:
    """Return the addresses that a CIDR block or a single address stands for; None where it is none."""
    try:
        return ipaddress.ip_network(value.strip(), strict=False)
    except ValueError:
        return None


def boolean(value: str) -> bool | None:
    """Return the truth value that is written; None for none."""
    return {"true": True, "false": False}.get(value.lower())


def _checked(read: Callable[[str], Any], message: str, value: str) -> Any:
    found = read(value)
    if found is None:
        raise S3Error("MalformedPolicy", message)
    return found


# The words for addresses are S3's (scality/Arsenal has tried them); those of the other kinds are assumed.
_BAD_VALUE = "Invalid policy syntax."
READERS: Mapping[str, Callable[[str], Any]] = {
    "number": partial(_checked, number, _BAD_VALUE),
    "date": partial(_checked, date, _BAD_VALUE),
    "bool": partial(_checked, boolean, _BAD_VALUE),
    "null": partial(_checked, boolean, _BAD_VALUE),
    "binary": partial(_checked, binary, _BAD_VALUE),
    "address": partial(_checked, network, "Invalid IP address in Conditions"),
}


def syntax() -> S3Error:
    """Return the error of a policy whose JSON has the wrong shape."""
    return S3Error("MalformedPolicy", "Invalid policy syntax.")
