"""The core of every transport, which makes a ``Request`` of its client's request and its response of the ``Response``.

The gateway only computes. Everything that takes time or runs other people's code happens here, around it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from s3mock import gateway

if TYPE_CHECKING:
    from s3mock.backend.cloud import Cloud
    from s3mock.http import Request, Response


def answer(cloud: Cloud, request: Request) -> Response:
    """Catch up on work that is due (such as lifecycle rules), answer the request, and deliver the events of both.

    An asynchronous transport does the same, with the due work, each outside call and the deliveries in a thread.
    """
    messages = cloud.catch_up()
    exchange = gateway.handle(cloud, request)
    while exchange.outside is not None:
        exchange = gateway.resume(exchange, exchange.outside.call())
    if messages or exchange.outbox:
        cloud.events.send([*messages, *exchange.outbox])
    return exchange.response
