"""Policies of buckets, access points and identities, refused where S3 refuses them.

A resource's policy may only have the actions, resources and condition keys that make sense there. The messages are
S3's: aws_recorded test_bucket_policy_exc; github.com/versity/versitygw/issues/645, 648 and 649;
github.com/humanmade/S3-Uploads/issues/239.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from s3mock.errors import S3Error
from s3mock.models.account import Account
from s3mock.models.policy import condition_keys, document
from s3mock.models.policy.actions import BUCKET, KINDS, OBJECT
from s3mock.models.policy.document import Policy, Statement
from s3mock.models.policy.normalized import normalized
from s3mock.models.policy.patterns import Variable, Wildcard, can_match_prefix, match
from s3mock.models.policy.principals import Principals

MOST_BYTES = 20 * 1024
"""The largest policy, as it is stored."""


def of_bucket(text: str, arn: str, accounts: Iterable[Account] = ()) -> Policy:
    """The policy of the bucket ``arn``, where ``accounts`` are known. Raises MalformedPolicy with S3's message."""
    return _of_resource(text, arn, f"{arn}/", accounts)


def of_access_point(text: str, arn: str) -> Policy:
    """The policy of the access point ``arn``. Raises MalformedPolicy with S3's message."""
    return _of_resource(text, arn, f"{arn}/object/", ())


def of_identity(policy: str | Mapping[str, Any]) -> Policy:
    """The policy of a user, role or session, which has statements for any service and no Principal.

    Raises MalformedPolicy.
    """
    text = policy if isinstance(policy, str) else json.dumps(policy)
    return document.parse(document.load(text.strip()), text, of_resource=False)


def _of_resource(text: str, arn: str, objects: str, accounts: Iterable[Account]) -> Policy:
    loaded = document.load(text)
    policy = document.parse(loaded, text, of_resource=True)
    stored = normalized(loaded, arn.split(":")[1], {each.canonical_id: each.id for each in accounts})
    if len(stored.encode()) > MOST_BYTES:
        message = f"Normalized policy document exceeds the maximum allowed size of {MOST_BYTES} bytes"
        raise S3Error("MalformedPolicy", message)
    policy = replace(policy, text=stored)
    for statement in policy.statements:
        _check_statement(statement, arn, objects)
    return policy


def _check_statement(statement: Statement, arn: str, objects: str) -> None:
    """Refuse a statement that is wrong for the resource ``arn``, the ARNs of whose objects begin with ``objects``."""
    if statement.not_principals and statement.effect == "Allow" and statement.principals == Principals(everyone=True):
        raise S3Error("MalformedPolicy", "Invalid principal in policy", Detail='"NotPrincipal" : "*"')

    service = arn.split(":")[2]
    named: list[frozenset[str]] = []  # of each Action, the actions that it matches
    for pattern in statement.actions:
        actions = (action for action in KINDS if action.startswith(f"{service}:") and pattern.matches(action, {}))
        found = frozenset(actions if pattern.text == "*" or pattern.text.startswith(f"{service}:") else ())
        if not found:
            raise S3Error("MalformedPolicy", "Policy has invalid action")
        named.append(found)

    kinds: set[str] = set()
    for pattern in statement.resources:
        # A wildcard in the bucket's own name is accepted where it fits (assumed). A variable may become anything.
        tokens = tuple(Wildcard.ANY if isinstance(part, Variable) else part for part in pattern.parts)
        bucket, some_objects = match(tokens, arn), can_match_prefix(tokens, objects)
        if not pattern.text.startswith(arn[: arn.rindex(":") + 1]) or not (bucket or some_objects):
            raise S3Error("MalformedPolicy", "Policy has invalid resource")
        kinds |= {BUCKET} if bucket else set()
        kinds |= {OBJECT} if some_objects else set()

    if statement.not_resources:
        kinds = {BUCKET, OBJECT}
    if statement.not_actions:
        named = [frozenset(KINDS)]
    applicable = [frozenset(action for action in actions if KINDS[action] in kinds) for actions in named]
    if not all(applicable):
        raise S3Error("MalformedPolicy", "Action does not apply to any resource(s) in statement")

    for condition in statement.conditions:
        having = condition_keys.actions_of(condition.key)
        if having is None:
            raise S3Error("MalformedPolicy", "Policy has an invalid condition key")
        if having is not condition_keys.ANY_ACTION and any(having.isdisjoint(actions) for actions in applicable):
            message = "Conditions do not apply to combination of actions and resources in statement"
            raise S3Error("MalformedPolicy", message)
