"""May this caller do this? Decided once for every request, before its handler runs.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/how-s3-evaluates-access-control.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple

from s3mock.backend.access import grants
from s3mock.backend.access.policy.evaluation import NOTHING_SAID, Outcome, Question, evaluate
from s3mock.backend.access.policy.public import is_public
from s3mock.models import acl

if TYPE_CHECKING:
    from s3mock.backend.bucket import Bucket
    from s3mock.models.account import Account
    from s3mock.models.acl import Acl
    from s3mock.models.policy import Policy, RequestContext, Statement
    from s3mock.models.principal import Principal
    from s3mock.models.public_access_block import PublicAccessBlock

ALWAYS_THE_ROOTS = frozenset({"s3:GetBucketPolicy", "s3:PutBucketPolicy", "s3:DeleteBucketPolicy"})
"""What no policy of a bucket can deny to the root of its account (API page PutBucketPolicy)."""

RESOURCE, IDENTITY, SESSION, POINT = (
    "resource-based policy",
    "identity-based policy",
    "session policy",
    "access point policy",
)
KINDS = (RESOURCE, POINT, IDENTITY, SESSION)


@dataclass(frozen=True, slots=True)
class Asked:
    """One thing that a request wants to do.

    ``resource`` is the ARN that the bucket's policy knows, ``called`` the one by which the request calls it: the same,
    or one below an access point, whose policy is ``point_policy``. ``owner`` is whose the object is, or the bucket.
    ``acl`` grants the action by ``permission``; None where no list can.
    """

    principal: Principal | None
    action: str
    resource: str
    called: str
    keys: RequestContext
    owner: Account
    bucket: Bucket | None = None
    acl: Acl | None = None
    permission: str | None = None
    point_policy: Policy | None = None

    @property
    def is_inside(self) -> bool:
        """Whether the caller is of the bucket's account, and what it asks for is a bucket's at all."""
        return self.principal is not None and (self.bucket is None or self.principal.account == self.bucket.account)

    def configuration(self, topic: str) -> Any:
        """Return what the bucket has configured."""
        return None if self.bucket is None else self.bucket.configuration(topic)


class Verdict(NamedTuple):
    """Whether a request may, and why: in the words that S3's message ends with, and by which statement.

    ``direct`` tells of a grant that it names the caller, and not only its account; ``told``, of a refusal, that S3 says
    why: it does so within an account.
    """

    allowed: bool
    because: str
    statement: Statement | None = None
    direct: bool = False
    told: bool = False

    @property
    def is_denial(self) -> bool:
        """Whether a statement denies it."""
        return not self.allowed and self.statement is not None


class _Said(NamedTuple):
    """What each policy says that has a say."""

    bucket: Outcome
    point: Outcome
    identity: Outcome
    session: Outcome


def decide(asked: Asked, *, lenient: bool) -> Verdict:
    """Return whether ``asked`` is allowed.

    A Deny in any policy wins. Within an account it takes an Allow of either side; between accounts, of both. What other
    accounts own in a bucket, its policy cannot allow. ``lenient`` allows other accounts all that no policy is about.
    """
    said = _ask(asked)
    denied = _denied(asked, said)
    if denied is not None:
        return denied
    granted = _granted(asked, said, lenient=lenient)
    if asked.principal is None:
        return granted or _refused(asked, RESOURCE)
    return _between(asked, asked.principal, granted, said)


def _between(asked: Asked, principal: Principal, granted: Verdict | None, said: _Said) -> Verdict:
    """Return what the two sides say together: the resource's, and the one of a caller who has signed."""
    if principal.session_policies is not None and said.session.effect is None and not _named_itself(granted, principal):
        return _refused(asked, SESSION)
    able = principal.is_root or said.identity.effect == "Allow"
    within = principal.account == asked.owner
    if able and within:
        because = "because it is the root of the account" if principal.is_root else _allowed_by(asked, IDENTITY)
        return Verdict(True, because, said.identity.statement)
    if granted is not None and (able or (granted.direct and within)):
        return granted
    return _refused(asked, RESOURCE if able else IDENTITY)


def _ask(asked: Asked) -> _Said:
    policy: Policy | None = asked.configuration("policy")
    of_bucket = Question(asked.principal, asked.action, asked.resource, asked.keys)
    of_point = replace(of_bucket, resource=asked.called)
    principal = asked.principal
    return _Said(
        NOTHING_SAID if policy is None else evaluate((policy,), of_bucket),
        NOTHING_SAID if asked.point_policy is None else evaluate((asked.point_policy,), of_point),
        NOTHING_SAID if principal is None else evaluate(principal.policies, of_point),
        NOTHING_SAID if principal is None else evaluate(principal.session_policies or (), of_point),
    )


def _denied(asked: Asked, said: _Said) -> Verdict | None:
    of_owner = asked.is_inside and asked.principal is not None and asked.principal.is_root
    for kind, outcome in zip(KINDS, said, strict=True):
        exempt = kind == RESOURCE and of_owner and asked.action in ALWAYS_THE_ROOTS
        if outcome.effect == "Deny" and not exempt:
            article = "an" if kind[0] in "ai" else "a"
            return Verdict(False, f"with an explicit deny in {article} {kind}", outcome.statement, told=asked.is_inside)
    return None


def _granted(asked: Asked, said: _Said, *, lenient: bool) -> Verdict | None:
    """Return what the resource's side grants: by a policy, by a list, or as nothing speaks against other accounts."""
    policy: Policy | None = asked.configuration("policy")
    if said.bucket.effect == "Allow" and policy is not None and _counts(asked, policy, said.point):
        return Verdict(True, _allowed_by(asked, RESOURCE), said.bucket.statement, direct=said.bucket.direct)
    grantee = None
    if asked.acl is not None and asked.permission is not None and asked.bucket is not None:
        grantee = grants.grantee(asked.bucket, asked.acl, asked.permission, asked.principal)
    if grantee is not None:
        because = f"because the ACL grants {asked.permission} to {grantee}"
        return Verdict(True, because, direct=grantee in acl.GROUPS)
    if lenient and asked.principal is not None and policy is None and asked.principal.account != asked.owner:
        return Verdict(True, "because no policy is about other accounts, and allow_crossaccount_access is on")
    return None


def _counts(asked: Asked, policy: Policy, at_point: Outcome) -> bool:
    """Whether an Allow of the bucket's policy is good.

    It is not for what another account owns; from outside, not where an access point does not say so too, and not where
    public policies are restricted to the account.
    """
    bucket = asked.bucket
    if bucket is None or asked.owner != bucket.account:
        return False
    if asked.is_inside:
        return True
    if asked.called != asked.resource and at_point.effect is None:
        return False
    block: PublicAccessBlock | None = bucket.configuration("public_access_block")
    return block is None or not block.restrict_public_buckets or not is_public(policy)


def _named_itself(granted: Verdict | None, principal: Principal) -> bool:
    """Whether a bucket's policy names the very session: its own policies do not limit what is granted so."""
    statement = None if granted is None else granted.statement
    return statement is not None and statement.principals is not None and principal.arn in statement.principals.arns


def _refused(asked: Asked, kind: str) -> Verdict:
    told = asked.is_inside and asked.principal is not None and asked.principal.account == asked.owner
    return Verdict(False, f"because no {kind} allows the {asked.action} action", told=told)


def _allowed_by(asked: Asked, kind: str) -> str:
    return f"because {'an' if kind[0] in 'ai' else 'a'} {kind} allows the {asked.action} action"
