"""Reading a policy for what it is attached to: which actions, resources and condition keys make sense there.

The messages are S3's: aws_recorded test_bucket_policy_exc; github.com/versity/versitygw/issues/645, 648 and 649;
github.com/humanmade/S3-Uploads/issues/239.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from s3mock.errors import S3Error
from s3mock.models.policy import document, keys
from s3mock.models.policy.actions import BUCKET, KINDS, OBJECT
from s3mock.models.policy.document import Policy, Statement
from s3mock.models.policy.patterns import Pattern, Token, Variable, Wild, match
from s3mock.models.policy.principals import Principals

MOST_BYTES = 20 * 1024
"""The size of a policy without the white space between its parts."""


def of_bucket(text: str, arn: str) -> Policy:
    """Return the policy that ``text`` writes for the bucket ``arn``.

    Raises MalformedPolicy with S3's message for what is wrong with it.
    """
    return _of_resource(text, arn, f"{arn}/")


def of_access_point(text: str, arn: str) -> Policy:
    """Return the policy that ``text`` writes for the access point ``arn``. Raises MalformedPolicy."""
    return _of_resource(text, arn, f"{arn}/object/")


def of_identity(policy: str | Mapping[str, Any]) -> Policy:
    """Return the policy of a user, role or session, which may be about any service and names no principal.

    Raises MalformedPolicy.
    """
    text = policy if isinstance(policy, str) else json.dumps(policy)
    return document.parse(document.loaded(text), text, of_resource=False)


def _of_resource(text: str, arn: str, objects: str) -> Policy:
    written = document.loaded(text)
    if len(json.dumps(written, separators=(",", ":"), ensure_ascii=False).encode()) > MOST_BYTES:
        raise S3Error(
            "MalformedPolicy",
            f"Normalized policy document exceeds the maximum allowed size of {MOST_BYTES} bytes",
        )
    policy = document.parse(written, text, of_resource=True)
    for statement in policy.statements:
        _check(statement, arn, objects)
    return policy


def _check(statement: Statement, arn: str, objects: str) -> None:
    if statement.not_principals and statement.effect == "Allow" and statement.principals == Principals(everyone=True):
        raise S3Error("MalformedPolicy", "Invalid principal in policy", Detail='"NotPrincipal" : "*"')
    meant = [_actions_of(pattern, arn) for pattern in statement.actions]
    kinds: set[str] = set()
    for pattern in statement.resources:
        reached = _reach(pattern, arn, objects)
        if not reached:
            raise S3Error("MalformedPolicy", "Policy has invalid resource")
        kinds |= reached
    if statement.not_resources:
        kinds = {BUCKET, OBJECT}
    if statement.not_actions:
        meant = [frozenset(KINDS)]
    applicable = [frozenset(action for action in actions if KINDS[action] in kinds) for actions in meant]
    if not all(applicable):
        raise S3Error("MalformedPolicy", "Action does not apply to any resource(s) in statement")
    for condition in statement.conditions:
        _check_key(condition.key, applicable)


def _actions_of(pattern: Pattern, arn: str) -> frozenset[str]:
    """Return the actions that a pattern stands for. Raises MalformedPolicy where there is none."""
    service = arn.split(":")[2]
    if pattern.text != "*" and not pattern.text.startswith(f"{service}:"):
        raise S3Error("MalformedPolicy", "Policy has invalid action")
    found = frozenset(action for action in KINDS if action.startswith(f"{service}:") and pattern.matches(action, {}))
    if not found:
        raise S3Error("MalformedPolicy", "Policy has invalid action")
    return found


def _reach(pattern: Pattern, arn: str, objects: str) -> set[str]:
    """Return what a Resource reaches of the bucket ``arn``: itself, objects in it, both, or nothing.

    A wildcard in the bucket's own name is taken where it fits (assumed). A variable may become anything.
    """
    tokens: tuple[Token, ...] = tuple(Wild.ANY if isinstance(part, Variable) else part for part in pattern.parts)
    if not pattern.text.startswith(arn[: arn.rindex(":") + 1]):
        return set()
    reached = set()
    if match(tokens, arn):
        reached.add(BUCKET)
    if _may_begin(tokens, objects):
        reached.add(OBJECT)
    return reached


def _may_begin(tokens: tuple[Token, ...], prefix: str) -> bool:
    """Whether a text that begins with ``prefix`` may match ``tokens``."""
    rest = prefix
    for token in tokens:
        if token is Wild.ANY:
            return True  # the key may end as the rest wants it
        if token is Wild.ONE:
            rest = rest[1:]
        elif isinstance(token, str):
            common = min(len(token), len(rest))
            if token[:common] != rest[:common]:
                return False
            rest = rest[common:]
        if not rest:
            return True
    return False


def _check_key(key: str, applicable: list[frozenset[str]]) -> None:
    """Refuse a condition key that S3 does not have, or that requests for one of the actions do not have."""
    actions = keys.actions_of(key)
    if actions is None:
        raise S3Error("MalformedPolicy", "Policy has an invalid condition key")
    if actions is not keys.ANY_ACTION and any(actions.isdisjoint(each) for each in applicable):
        raise S3Error("MalformedPolicy", "Conditions do not apply to combination of actions and resources in statement")
