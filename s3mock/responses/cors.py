"""Cross-origin resource sharing: ?cors. What the rules do to requests is in ``gateway.cors``."""

from __future__ import annotations

from s3mock.errors import S3Error
from s3mock.exchange import Exchange
from s3mock.models import cors
from s3mock.responses.registry import Parameters, operation


@operation("GetBucketCors", action="s3:GetBucketCORS", log="REST.GET.CORS", access_point=True)
def get_bucket_cors(exchange: Exchange, _request: Parameters) -> Parameters:
    """The bucket's CORS rules.

    S3 API: GetBucketCors
    """
    rules = exchange.configuration.cors
    if rules is None:
        raise S3Error("NoSuchCORSConfiguration", BucketName=exchange.bucket.name)
    return {"CORSRules": [rule.describe() for rule in rules]}


@operation("PutBucketCors", action="s3:PutBucketCORS", log="REST.PUT.CORS", needs_digest=True)
def put_bucket_cors(exchange: Exchange, request: Parameters) -> Parameters:
    """Replace the bucket's CORS rules.

    S3 API: PutBucketCors
    """
    exchange.configure(cors=cors.rules_of(request["CORSConfiguration"]))
    return {}


@operation("DeleteBucketCors", action="s3:PutBucketCORS", log="REST.DELETE.CORS")
def delete_bucket_cors(exchange: Exchange, _request: Parameters) -> Parameters:
    """Delete the bucket's CORS rules; it is no error if there are none.

    S3 API: DeleteBucketCors
    """
    exchange.configure(cors=None)
    return {}
