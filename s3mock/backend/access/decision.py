"""The access decision: whether a principal may perform an action on a resource, and why.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/how-s3-evaluates-access-control.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from s3mock.backend.access import grants
from s3mock.backend.access.policy.evaluation import IMPLICIT_DENY, Evaluation, PolicyRequest, evaluate
from s3mock.backend.access.policy.public import is_public
from s3mock.dataclass import dataclass
from s3mock.models import acl

if TYPE_CHECKING:
    from s3mock.backend.bucket import Bucket
    from s3mock.models.account import Account
    from s3mock.models.acl import Acl
    from s3mock.models.policy import Policy, RequestContext, Statement
    from s3mock.models.principal import Principal

UNDENIABLE_TO_ROOT = frozenset({"s3:GetBucketPolicy", "s3:PutBucketPolicy", "s3:DeleteBucketPolicy"})
"""Actions that no bucket policy can deny to the root user of the bucket's account (API page PutBucketPolicy)."""

RESOURCE, POINT, IDENTITY, SESSION = (
    "resource-based policy",
    "access point policy",
    "identity-based policy",
    "session policy",
)


@dataclass(frozen=True, slots=True)
class AccessRequest:
    """A request of a principal to perform one action.

    ``principal`` is None for an unsigned request. ``resource`` is the ARN that the bucket's policy knows, ``named``
    the ARN by which the request names it: the same, or one below an access point, whose policy is ``point_policy``.
    ``vpc_id`` is the only VPC from which that access point accepts requests, None if it accepts all.
    ``owner`` owns the object, or the bucket. ``acl`` grants the action by ``permission``, which is None for an action
    that no ACL grants. ``keys`` are the condition keys of the request context.
    """

    principal: Principal | None
    action: str
    resource: str
    named: str
    keys: RequestContext
    owner: Account
    bucket: Bucket | None = None
    acl: Acl | None = None
    permission: str | None = None
    point_policy: Policy | None = None
    vpc_id: str | None = None

    @property
    def within_account(self) -> bool:
        """Whether the principal belongs to the bucket's account; without a bucket, any principal does."""
        return self.principal is not None and (self.bucket is None or self.principal.account == self.bucket.account)

    @property
    def bucket_policy(self) -> Policy | None:
        """The bucket's policy, None where it has none."""
        return None if self.bucket is None else self.bucket.configuration.policy


class Decision(NamedTuple):
    """Whether a request is allowed, the ``reason`` in the words that end S3's message, and the deciding statement.

    ``direct``: a grant names the caller, not only its account. ``disclosed``: S3 gives the reason of this refusal,
    as it does within an account.
    """

    allowed: bool
    reason: str
    statement: Statement | None = None
    direct: bool = False
    disclosed: bool = False

    @property
    def is_explicit_deny(self) -> bool:
        """Whether a statement denies the request."""
        return not self.allowed and self.statement is not None


def decide(request: AccessRequest, *, allow_crossaccount_access: bool) -> Decision:
    """The decision on ``request``, in IAM's order.

    An access point of a VPC refuses requests from elsewhere. An explicit Deny in any policy wins. Within an account an
    Allow of either side suffices, between accounts both are needed. A bucket's policy cannot allow access to objects
    that other accounts own. ``allow_crossaccount_access`` allows other accounts everything in buckets without a policy.
    """
    principal, action = request.principal, request.action
    if request.vpc_id is not None and request.keys.get("aws:sourcevpc") != (request.vpc_id,):
        # Before any policy, and in these words: https://repost.aws/articles/ARIOhwOHPMSOupacb7AbcdAQ
        return Decision(False, f"with an explicit deny in a {RESOURCE}", disclosed=request.within_account)
    on_bucket = PolicyRequest(principal, action, request.resource, request.keys)
    as_named = replace(on_bucket, resource=request.named)
    by_bucket = IMPLICIT_DENY if request.bucket_policy is None else evaluate((request.bucket_policy,), on_bucket)
    by_point = IMPLICIT_DENY if request.point_policy is None else evaluate((request.point_policy,), as_named)
    by_identity = IMPLICIT_DENY if principal is None else evaluate(principal.policies, as_named)
    by_session = IMPLICIT_DENY if principal is None else evaluate(principal.session_policies or (), as_named)

    root_of_bucket = request.within_account and principal is not None and principal.is_root
    for kind, evaluation in ((RESOURCE, by_bucket), (POINT, by_point), (IDENTITY, by_identity), (SESSION, by_session)):
        exempt = kind == RESOURCE and root_of_bucket and action in UNDENIABLE_TO_ROOT
        if evaluation.effect == "Deny" and not exempt:
            reason = f"with an explicit deny in {_article(kind)} {kind}"
            return Decision(False, reason, evaluation.statement, disclosed=request.within_account)

    granted = _resource_grant(request, by_bucket, by_point, allow_crossaccount_access=allow_crossaccount_access)
    if principal is None:
        return granted or _implicit_deny(request, RESOURCE)
    if principal.session_policies is not None and by_session.effect is None:
        # Session policies do not limit what a bucket policy grants to the session itself.
        statement = None if granted is None else granted.statement
        named = None if statement is None else statement.principals
        if named is None or principal.arn not in named.arns:
            return _implicit_deny(request, SESSION)
    able = principal.is_root or by_identity.effect == "Allow"
    own = principal.account == request.owner
    if able and own:
        reason = "because it is the root of the account" if principal.is_root else _allowed(request, IDENTITY)
        return Decision(True, reason, by_identity.statement)
    if granted is not None and (able or (granted.direct and own)):
        return granted
    return _implicit_deny(request, RESOURCE if able else IDENTITY)


def _resource_grant(
    request: AccessRequest, by_bucket: Evaluation, by_point: Evaluation, *, allow_crossaccount_access: bool
) -> Decision | None:
    """The resource's own grant: by the bucket's policy, by an ACL, or by the setting for other accounts; None without.

    An Allow of the bucket's policy has no effect on another account's object. For callers of other accounts it needs
    the same Allow of the access point, if there is one, and has no effect if the bucket restricts public policies.
    """
    policy, principal, bucket = request.bucket_policy, request.principal, request.bucket
    if by_bucket.effect == "Allow" and policy is not None and bucket is not None and request.owner == bucket.account:
        block = bucket.configuration.public_access_block
        if request.within_account or (
            (request.named == request.resource or by_point.effect is not None)
            and (block is None or not block.restrict_public_buckets or not is_public(policy))
        ):
            return Decision(True, _allowed(request, RESOURCE), by_bucket.statement, direct=by_bucket.direct)
    if request.acl is not None and request.permission is not None and bucket is not None:
        grantee = grants.grantee(bucket, request.acl, request.permission, principal)
        if grantee is not None:
            reason = f"because the ACL grants {request.permission} to {grantee}"
            return Decision(True, reason, direct=grantee in acl.GROUPS)
    if allow_crossaccount_access and principal is not None and policy is None and principal.account != request.owner:
        return Decision(True, "because no policy is about other accounts, and allow_crossaccount_access is on")
    return None


def _implicit_deny(request: AccessRequest, kind: str) -> Decision:
    own = request.principal is not None and request.principal.account == request.owner
    reason = f"because no {kind} allows the {request.action} action"
    return Decision(False, reason, disclosed=request.within_account and own)


def _allowed(request: AccessRequest, kind: str) -> str:
    return f"because {_article(kind)} {kind} allows the {request.action} action"


def _article(kind: str) -> str:
    return "an" if kind[0] in "ai" else "a"
