"""Attribute-based access control: ?abac, whether authorization takes a bucket's tags into account."""

from __future__ import annotations

from s3mock.errors import S3Error
from s3mock.exchange import Exchange
from s3mock.responses.registry import Parameters, operation

ENABLED, DISABLED = "Enabled", "Disabled"


@operation("GetBucketAbac", action="s3:GetBucketAbac", log="REST.GET.ABAC")
def get_bucket_abac(exchange: Exchange, _request: Parameters) -> Parameters:
    """The status of attribute-based access control, Disabled by default.

    S3 API: GetBucketAbac
    """
    return {"AbacStatus": {"Status": exchange.configuration.abac or DISABLED}}


@operation("PutBucketAbac", action="s3:PutBucketAbac", log="REST.PUT.ABAC")
def put_bucket_abac(exchange: Exchange, request: Parameters) -> Parameters:
    """Enable or disable attribute-based access control.

    S3 API: PutBucketAbac
    """
    status = request["AbacStatus"].get("Status")
    if status is None:  # assumed
        raise S3Error("MalformedXML")
    exchange.configure(abac=status)
    return {}


def check_tagging(exchange: Exchange) -> None:
    """Refuse PutBucketTagging and DeleteBucketTagging while ABAC is enabled: S3 has TagResource and UntagResource then.

    That they "no longer work": User Guide, "Enabling ABAC in general purpose buckets". The code and the message are
    assumed. Raises InvalidRequest.

    Differs: TagResource and UntagResource are operations of S3 Control, which is not mocked: the tags stay as they are
    until ABAC is disabled.
    """
    if exchange.configuration.abac == ENABLED:
        action = "UntagResource" if exchange.operation == "DeleteBucketTagging" else "TagResource"
        raise S3Error(
            "InvalidRequest",
            f"{exchange.operation} is not supported for buckets with ABAC enabled. Use {action} instead.",
        )
