"""Block Public Access of a bucket: ?publicAccessBlock, and the public ACLs and policies that it refuses.

What IgnorePublicAcls and RestrictPublicBuckets do is decided where access is: backend/access/__init__.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from s3mock.backend.access.policy.public import is_public
from s3mock.errors import S3Error
from s3mock.exchange import Exchange
from s3mock.models.public_access_block import PublicAccessBlock
from s3mock.responses.registry import Parameters, operation

if TYPE_CHECKING:
    from s3mock.models.acl import Acl
    from s3mock.models.policy import Policy


@operation("GetPublicAccessBlock", action="s3:GetBucketPublicAccessBlock", log="REST.GET.PUBLIC_ACCESS_BLOCK")
def get_public_access_block(exchange: Exchange, _request: Parameters) -> Parameters:
    """Return what public access the bucket blocks.

    S3 API: GetPublicAccessBlock
    """
    block = exchange.bucket.configuration.public_access_block
    if block is None:
        raise S3Error("NoSuchPublicAccessBlockConfiguration", BucketName=exchange.bucket.name)
    return {"PublicAccessBlockConfiguration": block.describe()}


@operation("PutPublicAccessBlock", action="s3:PutBucketPublicAccessBlock", log="REST.PUT.PUBLIC_ACCESS_BLOCK")
def put_public_access_block(exchange: Exchange, request: Parameters) -> Parameters:
    """Replace what public access the bucket blocks; a setting that is left out is off.

    S3 API: PutPublicAccessBlock
    """
    wanted = request["PublicAccessBlockConfiguration"]
    if not wanted:  # assumed, as moto has it
        raise S3Error("InvalidRequest", "Must specify at least one configuration.")
    exchange.configure(public_access_block=PublicAccessBlock.of(wanted))
    return {}


@operation("DeletePublicAccessBlock", action="s3:PutBucketPublicAccessBlock", log="REST.DELETE.PUBLIC_ACCESS_BLOCK")
def delete_public_access_block(exchange: Exchange, _request: Parameters) -> Parameters:
    """Block no public access any more; it is no error if the bucket blocked none.

    S3 API: DeletePublicAccessBlock
    """
    exchange.configure(public_access_block=None)
    return {}


def check_acl(exchange: Exchange, key: str | None, wanted: Acl) -> None:
    """Refuse a public list where the bucket blocks them. Raises AccessDenied.

    The User Guide has the name of the operation after ``s3:`` ("s3:CopyObject"); a POST is a PutObject (assumed).
    """
    block = exchange.bucket.configuration.public_access_block
    if block is None or not block.block_public_acls or not wanted.is_public:
        return
    action = "PutObject" if exchange.operation == "PostObject" else exchange.operation
    resource = exchange.bucket.arn if key is None else f"{exchange.bucket.arn}/{key}"
    raise _prevented(exchange, action, resource, "ACLs are prevented by the BlockPublicAcls")


def check_policy(exchange: Exchange, wanted: Policy) -> None:
    """Refuse a public policy where the bucket blocks them. Raises AccessDenied."""
    block = exchange.bucket.configuration.public_access_block
    if block is not None and block.block_public_policy and is_public(wanted):
        raise _prevented(
            exchange, exchange.operation, exchange.bucket.arn, "policies are prevented by the BlockPublicPolicy"
        )


def _prevented(exchange: Exchange, action: str, resource: str, what: str) -> S3Error:
    """Return the refusal, which tells why to a caller of the bucket's own account.

    The words: User Guide, "Troubleshoot access denied (403 Forbidden) errors".
    """
    if exchange.caller != exchange.bucket.account:
        return S3Error("AccessDenied")
    return S3Error(
        "AccessDenied",
        f'User: {exchange.caller_arn} is not authorized to perform: s3:{action} on resource: "{resource}" because '
        f"public {what} setting in S3 Block Public Access.",
    )
