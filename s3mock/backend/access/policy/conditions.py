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


def holds(condition: Condition, context: RequestContext) -> bool:
    """Whether the request context ``context`` meets ``condition``.

    A key that is missing from the context meets a negated operator, one with IfExists, and ForAllValues. Of several
    values of a key one has to match; with ForAllValues each.
    """
    values = context.get(condition.key)
    if condition.operator.kind == "null":
        return (values is None) in condition.parsed
    if values is None:
        if condition.quantifier == "ForAnyValue":
            return condition.if_exists
        return condition.if_exists or condition.quantifier == "ForAllValues" or condition.operator.negated
    quantified = all if condition.quantifier == "ForAllValues" else any
    # Negated operators require that the value matches none of the policy's values.
    test, negated = _TESTS.get(condition.operator.kind, _typed), condition.operator.negated
    return quantified(
        any(test(condition, operand, value, context) for operand in condition.parsed) != negated for value in values
    )


def _string(condition: Condition, pattern: Pattern, value: str, context: RequestContext) -> bool:
    filled = pattern.fill(context)
    if filled is None:
        return False
    if condition.operator.relation == "like":
        return match(filled, value)
    text = "".join(str(token) for token in filled)
    return text.casefold() == value.casefold() if condition.operator.relation == "fold" else text == value


def _arn(_condition: Condition, patterns: tuple[Pattern, ...], value: str, context: RequestContext) -> bool:
    parts = value.split(":", ARN_PARTS - 1)
    return len(parts) == len(patterns) and all(
        pattern.matches(part, context) for pattern, part in zip(patterns, parts, strict=True)
    )


def _address(_condition: Condition, network: Any, value: str, _context: RequestContext) -> bool:
    address: Any = conditions.network(value)
    return address is not None and address.version == network.version and address.subnet_of(network)


def _typed(condition: Condition, operand: Any, value: str, _context: RequestContext) -> bool:
    typed = PARSERS[condition.operator.kind](value)
    return typed is not None and RELATIONS[condition.operator.relation](typed, operand)


_TESTS: Mapping[str, Callable[[Condition, Any, str, RequestContext], bool]] = {
    "string": _string,
    "arn": _arn,
    "address": _address,
}
"""How one value of the request is compared with one of the condition's, by the operator's kind."""
