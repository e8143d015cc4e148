"""The gateway's last step: a record of the request, where the bucket that it was for is logged."""

from __future__ import annotations

from typing import TYPE_CHECKING

from s3mock.exchange import NO_QUERY, requester
from s3mock.gateway import address
from s3mock.http import parse_query
from s3mock.responses import logging
from s3mock.wire import access_log

if TYPE_CHECKING:
    from s3mock.exchange import Exchange
    from s3mock.http import Response


def keep(exchange: Exchange, response: Response) -> None:
    """Keep a record of the request; one that says neither where it goes nor who signed it has none."""
    target = getattr(exchange, "target", None)
    bucket = None if target is None else address.bucket_by_address(exchange, target)
    if target is None or bucket is None:
        return
    query = parse_query(exchange.request.query) if target.endpoint == "website" else exchange.query
    if query is NO_QUERY:
        return
    now = exchange.cloud.clock.timestamp()
    milliseconds = str(max(0, round((now - (exchange.started or now)) * 1000)))
    key = None if exchange.signer is None else exchange.signer.access_key
    told = access_log.fields(exchange.request, response, target, query) | {
        "requester": requester(exchange.cloud, key, bucket.region),
        "request_id": exchange.request_id,
        "host_id": exchange.host_id,
        "error": exchange.failed or response.headers.get("x-amz-error-code") or "-",
        "total_time": milliseconds,
        "turn_around_time": milliseconds,
    }
    logging.keep(exchange.cloud, bucket, told, exchange.headers.get("x-amz-copy-source"))
