"""Cross-origin resource sharing: ?cors, a browser's preflight, and what the answers to pages of other origins say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from s3mock.errors import S3Error
from s3mock.exchange import Exchange
from s3mock.models import cors
from s3mock.responses.registry import Parameters, operation

if TYPE_CHECKING:
    from s3mock.backend.bucket import Bucket
    from s3mock.models.cors import CorsRule

METHOD, HEADERS = "access-control-request-method", "access-control-request-headers"

VARY = "Origin, Access-Control-Request-Headers, Access-Control-Request-Method"
"""On what an answer with such headers depends, whether it does or not (s3_facts 12)."""


@operation("GetBucketCors", action="s3:GetBucketCORS", log="REST.GET.CORS", access_point=True)
def get_bucket_cors(exchange: Exchange, _request: Parameters) -> Parameters:
    """Return the bucket's rules.

    S3 API: GetBucketCors
    """
    rules = exchange.bucket.configuration.cors
    if rules is None:
        raise S3Error("NoSuchCORSConfiguration", BucketName=exchange.bucket.name)
    return {"CORSRules": [rule.describe() for rule in rules]}


@operation("PutBucketCors", action="s3:PutBucketCORS", log="REST.PUT.CORS")
def put_bucket_cors(exchange: Exchange, request: Parameters) -> Parameters:
    """Replace the bucket's rules.

    S3 API: PutBucketCors
    """
    exchange.bucket.configure(cors=cors.rules_of(request["CORSConfiguration"]))
    return {}


@operation("DeleteBucketCors", action="s3:PutBucketCORS", log="REST.DELETE.CORS")
def delete_bucket_cors(exchange: Exchange, _request: Parameters) -> Parameters:
    """Take the bucket's rules away, if it has any.

    S3 API: DeleteBucketCors
    """
    exchange.bucket.configure(cors=None)
    return {}


def preflight(bucket: Bucket | None, headers: Mapping[str, str], resource: str) -> dict[str, str]:
    """Return the headers that tell a browser that a page of another origin may do what it asks for in an OPTIONS.

    Nobody signs it, and whether its request would be allowed is not looked at. ``resource`` is SERVICE, BUCKET or
    OBJECT.

    Raises BadRequest without an origin or with a method that there is not, and AccessForbidden.
    """
    origin, method = headers.get("origin"), headers.get(METHOD)
    if not origin:
        raise S3Error("BadRequest")
    # The order, and OPTIONS where no method is asked for: an answer of S3 in versity/versitygw issue 2083.
    fields: dict[str, Any] = {"Method": method or "OPTIONS", "ResourceType": resource}
    if bucket is None:  # seen of S3 Control; that a key or no bucket makes no difference is assumed
        raise S3Error("AccessForbidden", "CORSResponse: Bucket not found", **fields)
    rules = bucket.configuration.cors
    if rules is None:
        raise S3Error("AccessForbidden", "CORSResponse: CORS is not enabled for this bucket.", **fields)
    if method not in cors.METHODS:  # scality/cloudserver
        raise S3Error("BadRequest", f"Invalid Access-Control-Request-Method: {method or 'null'}")
    asked = [name.strip().lower() for name in headers.get(HEADERS, "").split(",") if name.strip()]
    rule = cors.first(rules, origin, method, asked)
    if rule is None:
        raise S3Error("AccessForbidden", **fields)
    return _headers(rule, origin, asked)


def headers_for(bucket: Bucket | None, method: str, headers: Mapping[str, str]) -> dict[str, str]:
    """Return what every answer to a page of another origin says, an error as well; nothing where no rule matches.

    A method that a browser would ask for in a preflight counts for the request's own (as ceph/s3-tests has it in
    test_cors_origin_response; assumed of S3).
    """
    rules: tuple[CorsRule, ...] = () if bucket is None else bucket.configuration.cors or ()
    origin = headers["origin"]
    rule = cors.first(rules, origin, headers.get(METHOD, method))
    return {} if rule is None else _headers(rule, origin)


def _headers(rule: CorsRule, origin: str, asked: list[str] | None = None) -> dict[str, str]:
    """Return the headers of a rule that matched; whichever its origins are, ``*`` among them is answered (assumed)."""
    anywhere = cors.ANYWHERE in rule.allowed_origins
    headers = {
        "Access-Control-Allow-Origin": cors.ANYWHERE if anywhere else origin,
        "Access-Control-Allow-Methods": ", ".join(rule.allowed_methods),
    }
    if asked:
        headers["Access-Control-Allow-Headers"] = ", ".join(asked)
    if rule.expose_headers:
        headers["Access-Control-Expose-Headers"] = ", ".join(rule.expose_headers)
    if rule.max_age_seconds is not None:
        headers["Access-Control-Max-Age"] = str(rule.max_age_seconds)
    if not anywhere:
        headers["Access-Control-Allow-Credentials"] = "true"
    return headers | {"Vary": VARY}
