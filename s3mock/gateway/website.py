"""The gateway's step for visitors of websites: a browser's request to a bucket's website endpoint, and its page.

Nobody signs there, and nothing in the query counts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from s3mock.errors import S3Error
from s3mock.responses import OPERATIONS, website
from s3mock.wire import codec
from s3mock.wire.website import error_headers, error_page, redirect

if TYPE_CHECKING:
    from s3mock.exchange import Exchange
    from s3mock.http import Response

READS = {"GET": "GetObject", "HEAD": "HeadObject"}
COUNTS = frozenset({"IfMatch", "IfModifiedSince", "IfNoneMatch", "IfRange", "IfUnmodifiedSince", "Range"})
"""What of the headers counts; what else GetObject would be told is not looked at (assumed)."""


def answer(exchange: Exchange) -> Response:
    """Return the page, or the redirect, that a visitor of a website is answered with."""
    try:
        found = _visit(exchange)
    except S3Error as error:
        found = website.Failure(error)
    if isinstance(found, website.Moved):
        return redirect(found.status, found.location)
    if isinstance(found, website.Failure):
        return error_page(found.error, exchange.request_id, exchange.host_id, found.of_document)
    return found


def _visit(exchange: Exchange) -> Response | website.Moved | website.Failure:
    request, target = exchange.request, exchange.target
    operation = READS.get(request.method)
    if operation is None:
        # The resource is the key, whatever the path (assumed).
        raise S3Error("MethodNotAllowed", headers={"Allow": "HEAD, GET"}, Method=request.method, ResourceType="OBJECT")
    name = target.bucket if target.style == "virtual" else None
    bucket = website.bucket_at(exchange.cloud, name, request.host, target.region, target.domain)
    exchange.declare(OPERATIONS[operation])
    exchange.log = ""  # logs have another name for a visit than for a GetObject
    exchange.region = bucket.region
    exchange.enter(bucket)
    asked = {name: value for name, value in codec.parse(operation, request, target, {}).items() if name in COUNTS}
    found = website.visit(exchange, target.key or "", asked, request.query)
    if not isinstance(found, website.Page):
        return found
    response = codec.serialize(operation, found.reply, exchange.status)
    if found.error is not None:
        response.headers.update(error_headers(found.error))
    return response
