"""A bucket's policy: writing it, reading it, and whether it is public."""

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
    wanted = policy.of_bucket(request["Policy"], exchange.bucket.arn)
    public_access_block.check_policy(exchange, wanted)
    if not request.get("ConfirmRemoveSelfBucketAccess"):
        _check_keeps_access(exchange, wanted)
    exchange.configure(policy=wanted)
    return {}


@operation(
    "GetBucketPolicy", action="s3:GetBucketPolicy", log="REST.GET.BUCKETPOLICY", directory="regional", access_point=True
)
def get_bucket_policy(exchange: Exchange, _request: Parameters) -> Parameters:
    """Return the bucket's policy as it was written.

    S3 API: GetBucketPolicy
    """
    _check_account(exchange, "GET")
    return {"Policy": _policy(exchange).text}


@operation("GetBucketPolicyStatus", action="s3:GetBucketPolicyStatus", log="REST.GET.POLICY_STATUS")
def get_bucket_policy_status(exchange: Exchange, _request: Parameters) -> Parameters:
    """Tell whether the bucket's policy makes it public.

    S3 API: GetBucketPolicyStatus
    """
    return {"PolicyStatus": {"IsPublic": is_public(_policy(exchange))}}


@operation("DeleteBucketPolicy", action="s3:DeleteBucketPolicy", log="REST.DELETE.BUCKETPOLICY", directory="regional")
def delete_bucket_policy(exchange: Exchange, _request: Parameters) -> Parameters:
    """Take the bucket's policy away; it is no error if there is none.

    S3 API: DeleteBucketPolicy
    """
    _check_account(exchange, "DELETE")
    exchange.configure(policy=None)
    return {}


def _policy(exchange: Exchange) -> Policy:
    found = exchange.bucket.configuration.policy
    if found is None:
        raise S3Error("NoSuchBucketPolicy", BucketName=exchange.bucket.name)
    return found


def _check_keeps_access(exchange: Exchange, wanted: Policy) -> None:
    """Refuse a policy by which its writer could write no further one, unless that is confirmed; a root always can.

    The header's documentation; that the answer is AccessDenied is assumed. Raises AccessDenied.
    """
    principal = exchange.principal
    if principal is None or principal.is_root:
        return
    question = PolicyRequest(principal, "s3:PutBucketPolicy", exchange.bucket.arn, {})
    if evaluate((wanted,), question).effect == "Deny":
        raise S3Error("AccessDenied")


def _check_account(exchange: Exchange, method: str) -> None:
    """Refuse callers of other accounts, whatever they are allowed.

    "If you have the correct permissions, but you're not using an identity that belongs to the bucket owner's account,
    Amazon S3 returns a 405 Method Not Allowed error." Raises MethodNotAllowed.
    """
    if exchange.caller.id != exchange.bucket.account.id:
        raise S3Error("MethodNotAllowed", Method=method, ResourceType="BUCKETPOLICY")
