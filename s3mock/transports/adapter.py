"""The core of every transport, which makes a ``Request`` of its client's request and its response of the ``Response``.

The gateway only computes. Everything that takes time or runs other people's code happens here, around it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Generator
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
    steps = _steps(cloud, request)
    try:
        call = next(steps)
        while True:
            call = steps.send(call())
    except StopIteration as end:
        return end.value  # type: ignore[no-any-return]


async def answer_async(cloud: Cloud, request: Request, in_thread: Callable[[Call], Awaitable[Any]]) -> Response:
    """The same without blocking an event loop by what is outside: each such call is made ``in_thread``."""
    steps = _steps(cloud, request)
    try:
        call = next(steps)
        while True:
            call = steps.send(await in_thread(call))
    except StopIteration as end:
        return end.value  # type: ignore[no-any-return]


def _steps(cloud: Cloud, request: Request) -> Generator[Call, Any, Response]:
    """Yield each call to make outside and take its result; return the response."""
    messages = cloud.catch_up()
    exchange = gateway.handle(cloud, request)
    while exchange.outside is not None:
        exchange = gateway.resume(exchange, (yield exchange.outside.call))
    if messages or exchange.outbox:
        yield partial(cloud.events.send, [*messages, *exchange.outbox])
    return exchange.response
