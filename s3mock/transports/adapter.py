"""What a transport is: a client's request becomes our ``Request``, ``answer`` is called, our ``Response`` its response.

The gateway computes; everything that takes time or runs somebody else's code is done here, around it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from s3mock import gateway

if TYPE_CHECKING:
    from s3mock.backend.cloud import Cloud
    from s3mock.http import Request, Response


def answer(cloud: Cloud, request: Request) -> Response:
    """Do what is due, answer the request, and deliver the events that both caused.

    An asynchronous transport does the same, with what is due, each call outside and the deliveries in a thread.
    """
    messages = cloud.catch_up()
    exchange = gateway.handle(cloud, request)
    while exchange.outside is not None:
        exchange = gateway.resume(exchange, exchange.outside.call())
    cloud.events.send([*messages, *exchange.outbox])
    return exchange.response
