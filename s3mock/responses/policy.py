"""The policy of a bucket: ?policy and ?policyStatus."""

from __future__ import annotations

from typing import TYPE_CHECKING

from s3mock.backend.access.policy.evaluation import PolicyRequest, evaluate
from s3mock.backend.access.policy.public import is_public
from s3mock.errors import S3Error
from s3mock.exchange import Exchange
from s3mock.models import policy
from s3mock.responses import public_access_block
from s3mock.responses.registry import Parameters, operation

if TYPE_CHECKING:
    from s3mock.models.policy import Policy


@operation("PutBucketPolicy", action="s3:PutBucketPolicy", log="REST.PUT.BUCKETPOLICY", directory="regional")
def put_bucket_policy(exchange: Exchange, request: Parameters) -> Parameters:
    """Replace the bucket's policy.

    S3 API: PutBucketPolicy
    """
    _check_account(exchange, "PUT")
    new = policy.of_bucket(request["Policy"], exchange.bucket.arn, (exchange.bucket.account, exchange.caller))
    _check_principals(exchange, new)
    public_access_block.check_policy(exchange, new)
    principal = exchange.principal
    if principal is not None and not principal.is_root and not request.get("ConfirmRemoveSelfBucketAccess"):
        # A policy that would keep its writer from writing the next one has to be confirmed, except by a root user (the
        # documentation of the header; that the error is AccessDenied is assumed).
        next_put = PolicyRequest(principal, "s3:PutBucketPolicy", exchange.bucket.arn, {})
        if evaluate((new,), next_put).effect == "Deny":
            raise S3Error("AccessDenied")
    exchange.configure(policy=new)
    return {}


@operation(
    "GetBucketPolicy", action="s3:GetBucketPolicy", log="REST.GET.BUCKETPOLICY", directory="regional", access_point=True
)
def get_bucket_policy(exchange: Exchange, _request: Parameters) -> Parameters:
    """The text of the bucket's policy, as S3 wrote it anew.

    S3 API: GetBucketPolicy
    """
    _check_account(exchange, "GET")
    return {"Policy": _policy(exchange).text}


@operation("GetBucketPolicyStatus", action="s3:GetBucketPolicyStatus", log="REST.GET.POLICY_STATUS")
def get_bucket_policy_status(exchange: Exchange, _request: Parameters) -> Parameters:
    """Whether the bucket's policy makes it public.

    S3 API: GetBucketPolicyStatus
    """
    return {"PolicyStatus": {"IsPublic": is_public(_policy(exchange))}}


@operation("DeleteBucketPolicy", action="s3:DeleteBucketPolicy", log="REST.DELETE.BUCKETPOLICY", directory="regional")
def delete_bucket_policy(exchange: Exchange, _request: Parameters) -> Parameters:
    """Delete the bucket's policy; it is no error if there is none.

    S3 API: DeleteBucketPolicy
    """
    _check_account(exchange, "DELETE")
    exchange.configure(policy=None)
    return {}


def _check_principals(exchange: Exchange, new: Policy) -> None:
    """Refuse a policy that names a user or role, or a session of a role, that does not exist.

    Differs: without another mock to ask, every user and role exists; the policies of access points are not checked.

    Raises MalformedPolicy (User Guide, "Troubleshoot policies": "Invalid principal in policy").
    """
    cloud = exchange.cloud
    if not cloud.elsewhere.is_active():
        return
    for statement in new.statements:
        for arn in sorted(statement.principals.arns if statement.principals else ()):
            if cloud.principals.named(arn) is None and not cloud.elsewhere.has_principal(arn):
                raise S3Error("MalformedPolicy", "Invalid principal in policy", Detail=f'"AWS" : "{arn}"')


def _policy(exchange: Exchange) -> Policy:
    stored = exchange.configuration.policy
    if stored is None:
        raise S3Error("NoSuchBucketPolicy", BucketName=exchange.bucket.name)
    return stored


def _check_account(exchange: Exchange, method: str) -> None:
    """Refuse callers of other accounts, whatever their permissions.

    "If you have the correct permissions, but you're not using an identity that belongs to the bucket owner's account,
    Amazon S3 returns a 405 Method Not Allowed error." Raises MethodNotAllowed.
    """
    if exchange.caller.id != exchange.bucket.account.id:
        raise S3Error("MethodNotAllowed", Method=method, ResourceType="BUCKETPOLICY")
