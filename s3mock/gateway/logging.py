"""The gateway's last step: a record of the exchange, where the bucket that was addressed is logged."""

from __future__ import annotations

from typing import TYPE_CHECKING

from s3mock.exchange import requester
from s3mock.gateway import address
from s3mock.responses import logging
from s3mock.wire import access_log

if TYPE_CHECKING:
    from s3mock.exchange import Exchange


def record(exchange: Exchange) -> None:
    """Keep a record of the exchange, also of a request whose signature could not be read: its requester is "-"."""
    bucket = address.bucket_by_address(exchange)
    if bucket is None:
        return
    now = exchange.cloud.clock.timestamp()
    milliseconds = str(max(0, round((now - (exchange.started or now)) * 1000)))
    key = None if exchange.signer is None else exchange.signer.access_key
    request, response = exchange.request, exchange.response
    logged = access_log.fields(request, response, exchange.target, exchange.query, exchange.signer, exchange.log)
    fields = logged | {
        "requester": requester(exchange.cloud, key, bucket.region),
        "request_id": exchange.request_id,
        "host_id": exchange.host_id,
        "error": exchange.error or response.headers.get("x-amz-error-code") or "-",
        "total_time": milliseconds,
        "turn_around_time": milliseconds,
    }
    logging.keep(exchange.cloud, bucket, fields, exchange.headers.get("x-amz-copy-source"))
