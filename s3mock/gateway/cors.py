"""Cross-origin requests: the answer to a preflight, and what every other answer lets a page of another origin read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from s3mock.gateway import address
from s3mock.http import Response
from s3mock.responses import cors

if TYPE_CHECKING:
    from s3mock.exchange import Exchange


def allow(exchange: Exchange) -> None:
    """Note the headers by which the answer may be read from the request's origin.

    The bucket as it is before the request counts, since the request may delete it.
    """
    bucket = address.bucket_by_address(exchange)
    exchange.cors_headers = cors.headers_for(bucket, exchange.request.method, exchange.headers)


def preflight(exchange: Exchange) -> Response:
    """Answer a browser that asks what a page may do. Raises BadRequest, AccessForbidden."""
    target = exchange.target
    resource = "SERVICE" if target.bucket is None else "BUCKET" if target.key is None else "OBJECT"
    headers = cors.preflight(address.bucket_by_address(exchange), exchange.headers, resource)
    return Response(200, {"Content-Length": "0", **headers})
