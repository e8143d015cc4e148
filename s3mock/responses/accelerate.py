"""S3 Transfer Acceleration: ?accelerate, and requests to the s3-accelerate endpoints.

The errors are those under InvalidRequest in "Error responses"; on the wire they have no "Amazon" and no full stop
(aws_recorded: test_bucket_acceleration_configuration_exc; https://github.com/aws/aws-sdk-js/issues/1971).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from s3mock.errors import S3Error
from s3mock.exchange import Exchange
from s3mock.responses.registry import Parameters, operation

if TYPE_CHECKING:
    from s3mock.backend.bucket import Bucket


@operation("GetBucketAccelerateConfiguration", action="s3:GetAccelerateConfiguration", log="REST.GET.ACCELERATE")
def get_bucket_accelerate_configuration(exchange: Exchange, _request: Parameters) -> Parameters:
    """The status of Transfer Acceleration; none where it was never set.

    S3 API: GetBucketAccelerateConfiguration
    """
    return {"Status": exchange.configuration.accelerate}


@operation("PutBucketAccelerateConfiguration", action="s3:PutAccelerateConfiguration", log="REST.PUT.ACCELERATE")
def put_bucket_accelerate_configuration(exchange: Exchange, request: Parameters) -> Parameters:
    """Enable or suspend Transfer Acceleration, with immediate effect: S3 may take half an hour.

    S3 API: PutBucketAccelerateConfiguration
    """
    _check_name(exchange.bucket.name)
    status = request["AccelerateConfiguration"].get("Status")
    if status is None:  # assumed
        raise S3Error("MalformedXML")
    exchange.configure(accelerate=status)
    return {}


def check(exchange: Exchange) -> None:
    """Refuse what an s3-accelerate endpoint does not support. Raises InvalidRequest, and MethodNotAllowed (assumed).

    It does not create or delete buckets (User Guide, "Getting started with Amazon S3 Transfer Acceleration"), though
    boto3 sends such requests there. The order of the checks is that of docs/errors.md.
    """
    if exchange.target.style != "virtual":
        raise _invalid_request("endpoint supports only virtual style requests")
    if not exchange.declared.accelerated:
        raise S3Error("MethodNotAllowed", Method=exchange.request.method, ResourceType="BUCKET")
    if not exchange.has_bucket:
        return
    bucket = exchange.bucket
    _check_name(bucket.name)
    status = bucket.configuration.accelerate
    if status is None:
        raise _invalid_request("is not configured on this bucket")
    if status != "Enabled":
        raise _invalid_request("is disabled on this bucket")


def check_copy(exchange: Exchange, source: Bucket) -> None:
    """Refuse a copy from another region at an s3-accelerate endpoint.

    It is a 400 (CopyObject), and all 400s of Transfer Acceleration are InvalidRequest (Error responses). The message is
    the User Guide's. Raises InvalidRequest.
    """
    if exchange.target.accelerate and source.region != exchange.bucket.region:
        raise _invalid_request("does not support cross-Region copies")


def _check_name(bucket: str) -> None:
    if "." in bucket:
        raise _invalid_request("is not supported for buckets with periods (.) in their names")


def _invalid_request(reason: str) -> S3Error:
    return S3Error("InvalidRequest", f"S3 Transfer Acceleration {reason}")
