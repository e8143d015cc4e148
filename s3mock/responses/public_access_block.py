"""Block Public Access of a bucket: ?publicAccessBlock, and the public ACLs and policies that it refuses.

IgnorePublicAcls and RestrictPublicBuckets are applied by authorization, in ``backend.access``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from s3mock.errors import S3Error
from s3mock.exchange import Exchange
from s3mock.models.public_access_block import PublicAccessBlock
from s3mock.responses.registry import Parameters, operation

if TYPE_CHECKING:
    from s3mock.models.acl import Acl
    from s3mock.models.policy import Policy


@operation("GetPublicAccessBlock", action="s3:GetBucketPublicAccessBlock", log="REST.GET.PUBLIC_ACCESS_BLOCK")
def get_public_access_block(exchange: Exchange, _request: Parameters) -> Parameters:
    """The bucket's Block Public Access settings.

    S3 API: GetPublicAccessBlock
    """
    block = exchange.configuration.public_access_block
    if block is None:
        raise S3Error("NoSuchPublicAccessBlockConfiguration", BucketName=exchange.bucket.name)
    return {"PublicAccessBlockConfiguration": block.describe()}


@operation("PutPublicAccessBlock", action="s3:PutBucketPublicAccessBlock", log="REST.PUT.PUBLIC_ACCESS_BLOCK")
def put_public_access_block(exchange: Exchange, request: Parameters) -> Parameters:
    """Replace the bucket's Block Public Access settings; a setting that is left out is off.

    S3 API: PutPublicAccessBlock
    """
    settings = request["PublicAccessBlockConfiguration"]
    if not settings:  # assumed, as moto has it
        raise S3Error("InvalidRequest", "Must specify at least one configuration.")
    exchange.configure(public_access_block=PublicAccessBlock.of(settings))
    return {}


@operation("DeletePublicAccessBlock", action="s3:PutBucketPublicAccessBlock", log="REST.DELETE.PUBLIC_ACCESS_BLOCK")
def delete_public_access_block(exchange: Exchange, _request: Parameters) -> Parameters:
    """Delete the bucket's Block Public Access settings; it is no error if there are none.

    S3 API: DeletePublicAccessBlock
    """
    exchange.configure(public_access_block=None)
    return {}


def check_acl(exchange: Exchange, key: str | None, acl: Acl) -> None:
    """Refuse a public ACL where the bucket blocks these. Raises AccessDenied.

    The message has the name of the operation after ``s3:``, as in the User Guide ("s3:CopyObject"); PostObject is
    PutObject there (assumed).
    """
    block = exchange.configuration.public_access_block
    if block is None or not block.block_public_acls or not acl.is_public:
        return
    action = "PutObject" if exchange.operation == "PostObject" else exchange.operation
    resource = exchange.bucket.arn if key is None else f"{exchange.bucket.arn}/{key}"
    raise _prevented(exchange, action, resource, "ACLs are prevented by the BlockPublicAcls")


def check_policy(exchange: Exchange, policy: Policy) -> None:
    """Refuse a public policy where the bucket blocks these. Raises AccessDenied."""
    from s3mock.backend.access.policy.public import is_public  # noqa: PLC0415 - every ACL imports this module

    block = exchange.configuration.public_access_block
    if block is not None and block.block_public_policy and is_public(policy):
        raise _prevented(
            exchange, exchange.operation, exchange.bucket.arn, "policies are prevented by the BlockPublicPolicy"
        )


def _prevented(exchange: Exchange, action: str, resource: str, what: str) -> S3Error:
    """The refusal; callers of the bucket's own account read the reason.

    The message: User Guide, "Troubleshoot access denied (403 Forbidden) errors".
    """
    if exchange.caller != exchange.bucket.account:
        return S3Error("AccessDenied")
    return S3Error(
        "AccessDenied",
        f'User: {exchange.caller_arn} is not authorized to perform: s3:{action} on resource: "{resource}" because '
        f"public {what} setting in S3 Block Public Access.",
    )
