"""The meaning of public: whether a bucket's policy gives something to everyone.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from s3mock.models.policy import Condition, Policy, Statement

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
"""Keys of which a fixed value makes a grant non-public; PrincipalAccount and PrincipalArn are assumed to be such."""

ANY_ACCESS_POINT = "s3:dataaccesspointarn"
"""The key whose value may have a wildcard for the access point's name: the account is what counts."""

WIDEST = {4: 8, 6: 32}
"""Larger ranges of addresses than these, by version of IP, are public."""


def is_public(policy: Policy) -> bool:
    """Whether a statement of the policy allows everyone something, in no way limited to somebody known."""
    return any(statement.effect == "Allow" and _is_open(statement) for statement in policy.statements)


def _is_open(statement: Statement) -> bool:
    principals = statement.principals
    named = principals is not None and not principals.everyone and not statement.not_principals
    return not named and not any(_fixes(condition) for condition in statement.conditions)


def _fixes(condition: Condition) -> bool:
    """Whether a condition leaves only somebody known; one that is true without its key leaves everyone."""
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
        return all(_account_is_fixed(value) for value in condition.values)
    return condition.is_fixed


def _account_is_fixed(arn: str) -> bool:
    parts = arn.split(":")
    return len(parts) == _ARN_PARTS and not set("*?$") & set(parts[4])


_ARN_PARTS = 6
