"""The Condition element of a statement: condition operators, condition keys, and the values for them.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
"""

from __future__ import annotations

import base64
import binascii
import ipaddress
import json
import re
from collections.abc import Callable, Mapping
from datetime import datetime, timezone
from decimal import Decimal, InvalidOperation
from typing import Any, Literal, NamedTuple, TypeAlias, cast

from s3mock.dataclass import dataclass
from s3mock.errors import S3Error
from s3mock.models.policy.patterns import Pattern

Kind: TypeAlias = Literal["string", "number", "date", "bool", "binary", "address", "arn", "null"]
Quantifier: TypeAlias = Literal["ForAllValues", "ForAnyValue"]


class Operator(NamedTuple):
    """A condition operator: the kind of values it compares, the relation, and whether that is negated.

    ``relation`` is ``=``, ``<``, ``<=``, ``>`` or ``>=``; for strings it is ``=``, ``like``, or ``fold``, which ignores
    case.
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

_NAME = re.compile(r"(?:(?P<quantifier>ForAllValues|ForAnyValue):)?(?P<operator>[A-Za-z]+?)(?P<if_exists>IfExists)?")
_YEAR_OR_MONTH = re.compile(r"\d{4}(-\d\d)?", re.ASCII)
ARN_PARTS = 6


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition key of a Condition element, with its operator; any of the values may match.

    ``key`` is in lower case. ``parsed`` are the values in the type of the operator's kind: patterns, numbers,
    timestamps, networks ...
    """

    operator: Operator
    quantifier: Quantifier | None
    if_exists: bool
    key: str
    values: tuple[str, ...]
    parsed: tuple[Any, ...]

    @property
    def is_fixed(self) -> bool:
        """Whether the values have neither wildcards nor variables, however the operator interprets them."""
        return all(Pattern.parse(value, variables=True).is_fixed for value in self.values)


def parse(element: Any, *, variables: bool) -> tuple[Condition, ...]:
    """The conditions of a Condition element. Raises MalformedPolicy."""
    if not isinstance(element, dict):
        raise invalid_syntax()
    conditions = []
    for name, keys in element.items():
        found = _NAME.fullmatch(name)
        if found is None or found["operator"] not in OPERATORS or (found["operator"] == "Null" and found["if_exists"]):
            raise S3Error("MalformedPolicy", f"Invalid Condition type : {name}")
        if not isinstance(keys, dict):
            raise invalid_syntax()
        operator, quantifier = OPERATORS[found["operator"]], cast("Quantifier | None", found["quantifier"])
        for key, value in keys.items():
            written = value if isinstance(value, list) else [value]
            if not all(isinstance(each, (str, bool, int, float)) for each in written):
                raise invalid_syntax()
            # JSON numbers and booleans mean the same as their text.
            values = tuple(each if isinstance(each, str) else json.dumps(each) for each in written)
            parsed = tuple(_parsed(operator, each, variables=variables) for each in values)
            conditions.append(Condition(operator, quantifier, bool(found["if_exists"]), key.lower(), values, parsed))
    return tuple(conditions)


def _parsed(operator: Operator, value: str, *, variables: bool) -> Any:
    """A value of a policy in the type of the operator's kind. Raises MalformedPolicy."""
    if operator.kind == "string":
        return Pattern.parse(value, variables=variables, wildcards=operator.relation == "like")
    if operator.kind == "arn":  # each part has its own wildcards, which do not match across a colon
        return tuple(Pattern.parse(part, variables=variables) for part in value.split(":", ARN_PARTS - 1))
    parsed = PARSERS[operator.kind](value)
    if parsed is None:
        if operator.kind == "address":  # scality/Arsenal has seen this message of S3; of the other kinds it is assumed
            raise S3Error("MalformedPolicy", "Invalid IP address in Conditions")
        raise invalid_syntax()
    return parsed


def number(value: str) -> Decimal | None:
    """A number, None for an invalid one."""
    try:
        read = Decimal(value.strip())
    except InvalidOperation:
        return None
    return read if read.is_finite() else None


def date(value: str) -> float | None:
    """The timestamp of a date in the W3C's profile of ISO 8601, or in seconds; None for an invalid one."""
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
    """The bytes that are encoded in Base64, None for an invalid encoding."""
    try:
        return base64.b64decode(value, validate=True)
    except binascii.Error:
        return None


Address: TypeAlias = "ipaddress.IPv4Network | ipaddress.IPv6Network"


def network(value: str) -> Address | None:
    """The network of a CIDR block or of a single address, None for an invalid one."""
    try:
        return ipaddress.ip_network(value.strip(), strict=False)
    except ValueError:
        return None


def boolean(value: str) -> bool | None:
    """The value of true or false, None for any other text."""
    return {"true": True, "false": False}.get(value.lower())


PARSERS: Mapping[str, Callable[[str], Any]] = {
    "number": number,
    "date": date,
    "bool": boolean,
    "null": boolean,
    "binary": binary,
    "address": network,
}
"""By kind of operator, what reads a value of a policy or a request; it returns None for an invalid one."""


def invalid_syntax() -> S3Error:
    """The error for JSON of the wrong shape."""
    return S3Error("MalformedPolicy", "Invalid policy syntax.")
