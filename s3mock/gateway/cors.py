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
    from collections.abc import Mapping

    from s3mock.exchange import Exchange
    from s3mock.models.cors import CorsRule

METHOD, HEADERS = "access-control-request-method", "access-control-request-headers"

VARY = "Origin, Access-Control-Request-Headers, Access-Control-Request-Method"
"""What S3 lists wherever a rule matched, whether the response depends on it or not (s3_facts 12)."""


def allow(exchange: Exchange) -> None:
    """Note the headers by which a page of the request's origin may read the response, also an error.

    The bucket as it is before the request counts, since the request may delete it. The method that a preflight would
    name counts as the request's own (as ceph/s3-tests has it in test_cors_origin_response; assumed of S3). So do the
    headers that it would name: a rule has to allow them all (s3_facts 30), and the response then lists them (minio-go,
    testCors; assumed).
    """
    bucket, headers = address.bucket_by_address(exchange), exchange.headers
    rules = None if bucket is None else bucket.configuration.cors
    if rules is not None:
        origin, names = headers["origin"], _request_headers(headers)
        rule = cors.first(rules, origin, headers.get(METHOD, exchange.request.method), names)
        if rule is not None:
            exchange.cors_headers = _headers(rule, origin, names)


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
    fields: dict[str, Any] = {"Method": method or "OPTIONS"}
    bucket = address.bucket_by_address(exchange)
    # Without a bucket or its rules, the type is BUCKET for keys as well (s3_facts 30; aws_recorded
    # test_cors_http_options_no_config, test_cors_http_options_non_existent_bucket), and for the service (assumed).
    if bucket is None:
        raise S3Error("AccessForbidden", "CORSResponse: Bucket not found", **fields, ResourceType="BUCKET")
    rules = bucket.configuration.cors
    if rules is None:
        message = "CORSResponse: CORS is not enabled for this bucket."
        raise S3Error("AccessForbidden", message, **fields, ResourceType="BUCKET")
    if method not in cors.METHODS:  # scality/cloudserver
        raise S3Error("BadRequest", f"Invalid Access-Control-Request-Method: {method or 'null'}")
    names = _request_headers(headers)
    rule = cors.first(rules, origin, method, names)
    if rule is None:
        raise S3Error("AccessForbidden", **fields, ResourceType="BUCKET" if target.key is None else "OBJECT")
    return Response(200, {"Content-Length": "0", **_headers(rule, origin, names)})


def _request_headers(headers: Mapping[str, str]) -> list[str]:
    """The headers that the page wants to send with its request, in lower case."""
    return [name.strip().lower() for name in headers.get(HEADERS, "").split(",") if name.strip()]


def _headers(rule: CorsRule, origin: str, request_headers: list[str]) -> dict[str, str]:
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
