"""Whether the conditions of a statement hold for a request.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from s3mock.models.policy import conditions
from s3mock.models.policy.conditions import ARN_PARTS, PARSERS
from s3mock.models.policy.patterns import match

if TYPE_CHECKING:
    from s3mock.models.policy import Condition, Pattern, RequestContext

RELATIONS: Mapping[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def holds(condition: Condition, keys: RequestContext) -> bool:
    """Whether ``condition`` is true of a request that says ``keys``.

    A key that the request does not have makes an operator true that has Not in it, one that ends in IfExists, and
    ForAllValues; of several values one must do, with ForAllValues each.
    """
    values = keys.get(condition.key)
    if condition.operator.kind == "null":
        return (values is None) in condition.parsed
    if values is None:
        if condition.quantifier == "ForAnyValue":
            return condition.if_exists
        return condition.if_exists or condition.quantifier == "ForAllValues" or condition.operator.negated
    among = all if condition.quantifier == "ForAllValues" else any
    return among(_compares(condition, value, keys) for value in values)


def _compares(condition: Condition, value: str, keys: RequestContext) -> bool:
    """Whether one value of the request is any of the policy's values, or none of them if the operator is negated."""
    test = _TESTS.get(condition.operator.kind, _typed)
    return any(test(condition, written, value, keys) for written in condition.parsed) != condition.operator.negated


def _string(condition: Condition, pattern: Pattern, value: str, keys: RequestContext) -> bool:
    filled = pattern.fill(keys)
    if filled is None:
        return False
    if condition.operator.relation == "like":
        return match(filled, value)
    text = "".join(str(token) for token in filled)
    return text.casefold() == value.casefold() if condition.operator.relation == "fold" else text == value


def _arn(_condition: Condition, patterns: tuple[Pattern, ...], value: str, keys: RequestContext) -> bool:
    parts = value.split(":", ARN_PARTS - 1)
    return len(parts) == len(patterns) and all(
        pattern.matches(part, keys) for pattern, part in zip(patterns, parts, strict=True)
    )


def _address(_condition: Condition, written: Any, value: str, _keys: RequestContext) -> bool:
    read: Any = conditions.network(value)
    return read is not None and read.version == written.version and read.subnet_of(written)


def _typed(condition: Condition, written: Any, value: str, _keys: RequestContext) -> bool:
    read = PARSERS[condition.operator.kind](value)
    return read is not None and RELATIONS[condition.operator.relation](read, written)


_TESTS: Mapping[str, Callable[[Condition, Any, str, RequestContext], bool]] = {
    "string": _string,
    "arn": _arn,
    "address": _address,
}
