"""Bucket ownership controls: ?ownershipControls.

What they do is in ``backend.access.ownership_controls`` and in ``acl``.
"""

from __future__ import annotations

from s3mock.backend.access import ownership_controls
from s3mock.errors import S3Error
from s3mock.exchange import Exchange
from s3mock.responses.registry import Parameters, operation

WRITE_UNAUTHENTICATED = "s3:PutBucketOwnershipControls does not support Anonymous requests!"


@operation(
    "GetBucketOwnershipControls",
    action="s3:GetBucketOwnershipControls",
    log="REST.GET.OWNERSHIP_CONTROLS",
    unsigned="s3:GetBucketOwnershipControls does not support Anonymous requests!",
)
def get_bucket_ownership_controls(exchange: Exchange, _request: Parameters) -> Parameters:
    """The Object Ownership setting of the bucket.

    S3 API: GetBucketOwnershipControls
    """
    ownership = exchange.configuration.ownership
    if ownership is None:
        raise S3Error("OwnershipControlsNotFoundError", BucketName=exchange.bucket.name)
    return {"OwnershipControls": {"Rules": [{"ObjectOwnership": ownership}]}}


@operation(
    "PutBucketOwnershipControls",
    action="s3:PutBucketOwnershipControls",
    log="REST.PUT.OWNERSHIP_CONTROLS",
    unsigned=WRITE_UNAUTHENTICATED,
)
def put_bucket_ownership_controls(exchange: Exchange, request: Parameters) -> Parameters:
    """Set the Object Ownership of the bucket, in a single rule.

    S3 API: PutBucketOwnershipControls
    """
    rules = request["OwnershipControls"]["Rules"]
    if len(rules) != 1:  # aws_recorded: test_bucket_ownership_controls_exc
        raise S3Error("MalformedXML")
    ownership = rules[0]["ObjectOwnership"]
    exchange.commit(lambda state: ownership_controls.control(state, ownership))
    return {}


@operation(
    "DeleteBucketOwnershipControls",
    action="s3:PutBucketOwnershipControls",
    log="REST.DELETE.OWNERSHIP_CONTROLS",
    unsigned=WRITE_UNAUTHENTICATED,
)
def delete_bucket_ownership_controls(exchange: Exchange, _request: Parameters) -> Parameters:
    """Delete the ownership controls, if there are any: the writer of an object owns it then.

    S3 API: DeleteBucketOwnershipControls
    """
    exchange.configure(ownership=None)
    return {}
