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
    """Settle what is due, answer the request, and deliver the events that it caused.

    An asynchronous transport does the same with ``settle`` and each call outside in a thread.
    """
    settle(cloud)
    exchange = gateway.handle(cloud, request)
    while exchange.outside is not None:
        exchange = gateway.resume(exchange, exchange.outside.call())
    settle(cloud)
    return exchange.response


def settle(cloud: Cloud) -> None:
    """Do what S3 would have done by itself until now, and deliver the events that wait for it."""
    cloud.catch_up()
    cloud.events.send()
