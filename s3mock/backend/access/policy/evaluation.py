"""Which statement of a policy applies to a request, and its effect.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from s3mock.backend.access.policy.conditions import holds
from s3mock.dataclass import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable

    from s3mock.models.policy import Policy, Principals, RequestContext, Statement
    from s3mock.models.principal import Principal


@dataclass(frozen=True, slots=True)
class PolicyRequest:
    """The request that policies are evaluated for.

    ``principal`` is None for an unsigned request; ``action`` is in S3's spelling ("s3:GetObject"), ``resource`` is an
    ARN, and ``context`` has the values of the condition keys.
    """

    principal: Principal | None
    action: str
    resource: str
    context: RequestContext


class Evaluation(NamedTuple):
    """The effect of some policies on a request and the first statement that has it; None where no statement applies.

    ``direct``: an Allow names the caller itself, or everyone, and not only the caller's account.
    """

    effect: Literal["Allow", "Deny"] | None
    statement: Statement | None = None
    direct: bool = False


IMPLICIT_DENY = Evaluation(None)


def evaluate(policies: Iterable[Policy], request: PolicyRequest) -> Evaluation:
    """The effect of the policies together: an explicit Deny wins over every Allow."""
    allow = IMPLICIT_DENY
    for policy in policies:
        for statement in policy.statements:
            if not applies(statement, request):
                continue
            if statement.effect == "Deny":
                return Evaluation("Deny", statement)
            if not allow.direct:
                named = statement.principals is not None and not statement.not_principals
                direct = not named or names(statement.principals, request.principal, by_account=False)
                if allow.effect is None or direct:
                    allow = Evaluation("Allow", statement, direct)
    return allow


def applies(statement: Statement, request: PolicyRequest) -> bool:
    """Whether every element of the statement matches the request."""
    action = request.action.lower()
    if any(pattern.matches(action, {}) for pattern in statement.actions) == statement.not_actions:
        return False
    # "The resource that includes a policy variable with no value will not match any resource", in a NotResource as well
    # (IAM User Guide, "Policy variables with no value").
    if (
        any(pattern.matches(request.resource, request.context) for pattern in statement.resources)
        == statement.not_resources
    ):
        return False
    if statement.principals is not None:
        # A NotPrincipal with an account exempts its root user alone: hence "you must also specify the account ARN" of a
        # user.
        by_account = not statement.not_principals
        if names(statement.principals, request.principal, by_account=by_account) == statement.not_principals:
            return False
    return all(holds(condition, request.context) for condition in statement.conditions)


def names(principals: Principals | None, principal: Principal | None, *, by_account: bool) -> bool:
    """Whether a Principal element names the caller: as everyone, by an ARN, by a canonical id, or ``by_account``."""
    if principals is None or principals.everyone:
        return True
    if principal is None:
        return False
    if not principals.arns.isdisjoint(principal.names):
        return True
    by_root = principal.account.id in principals.accounts or principal.account.canonical_id in principals.canonical_ids
    return by_root and (by_account or principal.is_root)
