"""The core of every transport, which makes a ``Request`` of its client's request and its response of the ``Response``.

The gateway only computes. Everything that takes time or runs other people's code happens here, around it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from s3mock import gateway

if TYPE_CHECKING:
    from s3mock.backend.cloud import Cloud
    from s3mock.http import Request, Response

Call = Callable[[], Any]
"""Something outside of S3: a user's function, another service of AWS, the delivery of messages."""


def answer(cloud: Cloud, request: Request) -> Response:
    """Catch up on work that is due (such as lifecycle rules), answer the request, and deliver the events of both."""
    messages = cloud.catch_up()
    exchange = gateway.handle(cloud, request)
    while exchange.outside is not None:
        exchange = gateway.resume(exchange, exchange.outside.call())
    if messages or exchange.outbox:
        cloud.events.send([*messages, *exchange.outbox])
    return exchange.response


async def answer_async(cloud: Cloud, request: Request, in_thread: Callable[[Call], Awaitable[Any]]) -> Response:
    """The same without blocking an event loop by what is outside: each such call is made ``in_thread``."""
    messages = cloud.catch_up()
    exchange = gateway.handle(cloud, request)
    while exchange.outside is not None:
        exchange = gateway.resume(exchange, await in_thread(exchange.outside.call))
    if messages or exchange.outbox:
        await in_thread(partial(cloud.events.send, [*messages, *exchange.outbox]))
    return exchange.response
