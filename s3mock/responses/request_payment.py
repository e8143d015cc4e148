"""Who pays for the requests to a bucket: ?requestPayment, and what a bucket whose requesters pay wants of them.

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
    """Return who pays, which is the bucket's owner unless it was said that requesters do.

    S3 API: GetBucketRequestPayment
    """
    return {"Payer": exchange.bucket.configuration.payer or OWNER}


@operation("PutBucketRequestPayment", action="s3:PutBucketRequestPayment", log="REST.PUT.REQUEST_PAYMENT")
def put_bucket_request_payment(exchange: Exchange, request: Parameters) -> Parameters:
    """Set who pays: the owner or the requester.

    S3 API: PutBucketRequestPayment
    """
    payer = request["RequestPaymentConfiguration"]["Payer"]
    exchange.configure(payer=None if payer == OWNER else payer)
    return {}


def check(exchange: Exchange, request: Parameters, source: Bucket | None = None) -> None:
    """Let the requester pay in a bucket where requesters do, unless it is the owner. Raises AccessDenied.

    The requester has to know and says so in a header, in the query of a signed URL, or in the field of a form; nobody
    can be anonymous there. Whoever pays is told so in the answers that the model has RequestCharged for.
    """
    bucket, anonymous = source or exchange.bucket, exchange.access_key is None
    if bucket.configuration.payer != REQUESTER or (exchange.caller == bucket.account and not anonymous):
        return
    said = request.get("RequestPayer"), exchange.headers.get(HEADER), exchange.query.get(HEADER)
    if anonymous or CONSENT not in said:
        raise S3Error("AccessDenied")
    exchange.charged = True
