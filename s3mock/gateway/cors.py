"""Cross-origin requests: the response to a preflight, and the headers that let a page of another origin read responses.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/cors.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from s3mock.errors import S3Error
from s3mock.gateway import address
from s3mock.http import Response
from s3mock.models import cors

if TYPE_CHECKING:
    from s3mock.exchange import Exchange
    from s3mock.models.cors import CorsRule

METHOD, HEADERS = "access-control-request-method", "access-control-request-headers"

VARY = "Origin, Access-Control-Request-Headers, Access-Control-Request-Method"
"""What S3 lists wherever a rule matched, whether the response depends on it or not (s3_facts 12)."""


def allow(exchange: Exchange) -> None:
    """Note the headers by which a page of the request's origin may read the response, also an error.

    The bucket as it is before the request counts, since the request may delete it. The method that a preflight would
    name counts as the request's own (as ceph/s3-tests has it in test_cors_origin_response; assumed of S3).
    """
    bucket, headers = address.bucket_by_address(exchange), exchange.headers
    rules = None if bucket is None else bucket.configuration.cors
    if rules is not None:
        rule = cors.first(rules, headers["origin"], headers.get(METHOD, exchange.request.method))
        if rule is not None:
            exchange.cors_headers = _headers(rule, headers["origin"])


def preflight(exchange: Exchange) -> Response:
    """The response to an OPTIONS, by which a browser learns what a page of another origin may do.

    It is unsigned, and whether the request after it would be authorized does not count.

    Raises BadRequest without an origin or with an unknown method, and AccessForbidden.
    """
    target, headers = exchange.target, exchange.headers
    origin, method = headers.get("origin"), headers.get(METHOD)
    if not origin:
        raise S3Error("BadRequest")
    # The order, and OPTIONS where the header is missing: an answer of S3 in versity/versitygw issue 2083.
    resource = "SERVICE" if target.bucket is None else "BUCKET" if target.key is None else "OBJECT"
    fields: dict[str, Any] = {"Method": method or "OPTIONS", "ResourceType": resource}
    bucket = address.bucket_by_address(exchange)
    if bucket is None:  # seen of S3 Control; that a key or no bucket makes no difference is assumed
        raise S3Error("AccessForbidden", "CORSResponse: Bucket not found", **fields)
    rules = bucket.configuration.cors
    if rules is None:
        raise S3Error("AccessForbidden", "CORSResponse: CORS is not enabled for this bucket.", **fields)
    if method not in cors.METHODS:  # scality/cloudserver
        raise S3Error("BadRequest", f"Invalid Access-Control-Request-Method: {method or 'null'}")
    names = [name.strip().lower() for name in headers.get(HEADERS, "").split(",") if name.strip()]
    rule = cors.first(rules, origin, method, names)
    if rule is None:
        raise S3Error("AccessForbidden", **fields)
    return Response(200, {"Content-Length": "0", **_headers(rule, origin, names)})


def _headers(rule: CorsRule, origin: str, request_headers: list[str] | None = None) -> dict[str, str]:
    """The headers of a rule that matched: with ``*`` among its origins it is answered (assumed), else the origin."""
    anywhere = cors.ANYWHERE in rule.allowed_origins
    headers = {
        "Access-Control-Allow-Origin": cors.ANYWHERE if anywhere else origin,
        "Access-Control-Allow-Methods": ", ".join(rule.allowed_methods),
    }
    if request_headers:
        headers["Access-Control-Allow-Headers"] = ", ".join(request_headers)
    if rule.expose_headers:
        headers["Access-Control-Expose-Headers"] = ", ".join(rule.expose_headers)
    if rule.max_age_seconds is not None:
        headers["Access-Control-Max-Age"] = str(rule.max_age_seconds)
    if not anywhere:
        headers["Access-Control-Allow-Credentials"] = "true"
    headers["Vary"] = VARY
    return headers
