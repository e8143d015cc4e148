"""Who pays for the requests to a bucket: ?requestPayment, and the consent that Requester Pays buckets require.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/RequesterPaysBuckets.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from s3mock.errors import S3Error
from s3mock.exchange import Exchange
from s3mock.responses.registry import Parameters, operation

if TYPE_CHECKING:
    from s3mock.backend.bucket import Bucket

OWNER, REQUESTER = "BucketOwner", "Requester"
CONSENT = "requester"
HEADER = "x-amz-request-payer"


@operation("GetBucketRequestPayment", action="s3:GetBucketRequestPayment", log="REST.GET.REQUEST_PAYMENT")
def get_bucket_request_payment(exchange: Exchange, _request: Parameters) -> Parameters:
    """The payer of requests to the bucket: its owner by default.

    S3 API: GetBucketRequestPayment
    """
    return {"Payer": exchange.configuration.payer or OWNER}


@operation("PutBucketRequestPayment", action="s3:PutBucketRequestPayment", log="REST.PUT.REQUEST_PAYMENT")
def put_bucket_request_payment(exchange: Exchange, request: Parameters) -> Parameters:
    """Set the payer of requests to the bucket: its owner or the requester.

    S3 API: PutBucketRequestPayment
    """
    payer = request["RequestPaymentConfiguration"]["Payer"]
    exchange.configure(payer=None if payer == OWNER else payer)
    return {}


def check(exchange: Exchange, request: Parameters, source: Bucket | None = None) -> None:
    """Charge the requester in a Requester Pays bucket, unless it is the owner. Raises AccessDenied.

    The requester consents in a header, in the query of a presigned URL or in the field of a form, and cannot be
    anonymous. Responses that have a RequestCharged in the model then have it. ``source`` is the bucket of the source of
    a copy, None for the request's own.
    """
    bucket, anonymous = source or exchange.bucket, exchange.access_key is None
    if bucket.configuration.payer != REQUESTER or (exchange.caller == bucket.account and not anonymous):
        return
    consents = request.get("RequestPayer"), exchange.headers.get(HEADER), exchange.query.get(HEADER)
    if anonymous or CONSENT not in consents:
        raise S3Error("AccessDenied")
    exchange.charged = True
