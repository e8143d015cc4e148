"""What pages of other origins are told: by a preflight's answer, and by every other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from s3mock.gateway import address
from s3mock.http import Response
from s3mock.responses import cors

if TYPE_CHECKING:
    from s3mock.exchange import Exchange


def prepare(exchange: Exchange) -> None:
    """Note what the answer says to a page of another origin; a preflight is answered with that alone.

    It is said of the bucket as it is before the request: it may delete it.
    """
    if exchange.request.method != "OPTIONS":
        bucket = address.bucket_by_address(exchange, exchange.target)
        exchange.to_page = cors.headers_for(bucket, exchange.request.method, exchange.headers)


def preflight(exchange: Exchange) -> Response:
    """Answer a browser that asks what a page may do. Raises BadRequest, AccessForbidden."""
    target = exchange.target
    resource = "SERVICE" if target.bucket is None else "BUCKET" if target.key is None else "OBJECT"
    headers = cors.preflight(address.bucket_by_address(exchange, target), exchange.headers, resource)
    return Response(200, {"Content-Length": "0", **headers})
