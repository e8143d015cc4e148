"""Whether a bucket's policy is public: whether it allows something to everyone.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from s3mock.models.policy.conditions import ARN_PARTS

if TYPE_CHECKING:
    from s3mock.models.policy import Condition, Policy

FIXING = frozenset(
    {
        "aws:principalaccount",
        "aws:principalarn",
        "aws:principalorgid",
        "aws:principalorgpaths",
        "aws:sourceaccount",
        "aws:sourcearn",
        "aws:sourceowner",
        "aws:sourcevpc",
        "aws:sourcevpce",
        "aws:userid",
        "s3:dataaccesspointaccount",
        "s3:dataaccesspointarn",
        "s3:x-amz-server-side-encryption-aws-kms-key-id",
    }
)
"""Condition keys of which a fixed value makes a grant non-public: those of "an AWS principal, user, role, or service
principal", and the others that are listed. (User Guide, "The meaning of 'public'")"""

ANY_ACCESS_POINT = "s3:dataaccesspointarn"
"""The key whose value may have a wildcard for the access point's name: the account is what counts."""

WIDEST = {4: 8, 6: 32}
"""Larger ranges of addresses than these, by version of IP, are public."""


def is_public(policy: Policy) -> bool:
    """Whether a statement allows something to everyone, not limited to a known caller in any way."""
    return any(
        statement.effect == "Allow"
        and (statement.principals is None or statement.principals.everyone or statement.not_principals)
        and not any(_fixes(condition) for condition in statement.conditions)
        for statement in policy.statements
    )


def _fixes(condition: Condition) -> bool:
    """Whether a condition limits a statement to known callers. One that holds without its key does not."""
    operator = condition.operator
    if condition.if_exists or condition.quantifier == "ForAllValues" or operator.negated:
        return False
    if condition.key == "aws:sourceip":
        return operator.kind == "address" and all(
            block.prefixlen >= WIDEST[block.version] for block in condition.parsed
        )
    if condition.key not in FIXING or operator.kind not in ("string", "arn"):
        return False
    if condition.key == ANY_ACCESS_POINT:
        parts = [value.split(":") for value in condition.values]
        return all(len(arn) == ARN_PARTS and not set("*?$") & set(arn[4]) for arn in parts)
    return condition.is_fixed
