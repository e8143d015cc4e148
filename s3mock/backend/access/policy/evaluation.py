"""Which statement of a policy applies to a request, and what it decides.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

from s3mock.backend.access.policy.conditions import holds

if TYPE_CHECKING:
    from collections.abc import Iterable

    from s3mock.models.policy import Policy, Principals, RequestContext, Statement
    from s3mock.models.principal import Principal


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of a policy: whether ``principal`` may do ``action`` to ``resource``.

    ``principal`` is None for someone who has not signed; ``action`` is written as S3 writes it ("s3:GetObject"), and
    ``resource`` is an ARN.
    """

    principal: Principal | None
    action: str
    resource: str
    keys: RequestContext


class Outcome(NamedTuple):
    """What a policy says: "Deny" or "Allow" and the first statement that does; None where no statement applies.

    ``direct`` tells of an Allow that it names the caller itself, or everyone, and not only the caller's account.
    """

    effect: Literal["Allow", "Deny"] | None
    statement: Statement | None = None
    direct: bool = False


NOTHING_SAID = Outcome(None)


def evaluate(policies: Iterable[Policy], question: Question) -> Outcome:
    """Return what some policies say together: a Deny wins over every Allow."""
    found = NOTHING_SAID
    for policy in policies:
        for statement in policy.statements:
            if not applies(statement, question):
                continue
            if statement.effect == "Deny":
                return Outcome("Deny", statement)
            if not found.direct:
                direct = _is_direct(statement, question.principal)
                if found.effect is None or direct:
                    found = Outcome("Allow", statement, direct)
    return found


def applies(statement: Statement, question: Question) -> bool:
    """Whether the statement is about the request: all of its elements are."""
    return (
        _about_action(statement, question)
        and _about_resource(statement, question)
        and _about_principal(statement, question.principal)
        and all(holds(condition, question.keys) for condition in statement.conditions)
    )


def _about_action(statement: Statement, question: Question) -> bool:
    action = question.action.lower()
    return any(pattern.matches(action, {}) for pattern in statement.actions) != statement.not_actions


def _about_resource(statement: Statement, question: Question) -> bool:
    # With a variable that has no value it stands for nothing, also where it is in a NotResource (assumed).
    found = any(pattern.matches(question.resource, question.keys) for pattern in statement.resources)
    return found != statement.not_resources


def _about_principal(statement: Statement, principal: Principal | None) -> bool:
    if statement.principals is None:
        return True
    # A NotPrincipal with an account lets off its root alone: hence "you must also specify the account ARN" of a user.
    by_account = not statement.not_principals
    return named(statement.principals, principal, by_account=by_account) != statement.not_principals


def named(principals: Principals, principal: Principal | None, *, by_account: bool) -> bool:
    """Whether a Principal names the caller: as everyone, by an ARN, by a canonical id, or ``by_account``."""
    if principals.everyone:
        return True
    if principal is None:
        return False
    if not principals.arns.isdisjoint(principal.names):
        return True
    by_root = principal.account.id in principals.accounts or principal.account.canonical_id in principals.canonical_ids
    return by_root and (by_account or principal.is_root)


def _is_direct(statement: Statement, principal: Principal | None) -> bool:
    if statement.principals is None or statement.not_principals:
        return True
    return named(statement.principals, principal, by_account=False)
