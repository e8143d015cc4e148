"""The core of every transport, which makes a ``Request`` of its client's request and its response of the ``Response``.

The gateway only computes. Everything that takes time or runs other people's code happens here, around it.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from s3mock import gateway
from s3mock.clock import stopwatch
from s3mock.http import are_header_names, ends_header
from s3mock.process.calling_line import called_by, innermost

if TYPE_CHECKING:
    from s3mock.backend.cloud import Cloud
    from s3mock.errors import S3Error
    from s3mock.http import Request, Response

Call = Callable[[], Any]
"""Something outside of S3: a user's function, another service of AWS, the delivery of messages."""


def answer(cloud: Cloud, request: Request) -> Response:
    """Catch up on work that is due (such as lifecycle rules), answer the request, and deliver the events of both."""
    journal = None if request.by_mock else cloud.journal
    started = 0.0 if journal is None else stopwatch()
    messages = cloud.catch_up()
    exchange = gateway.handle(cloud, request)
    while exchange.outside is not None:
        exchange = gateway.resume(exchange, _by_itself(exchange.outside.call))
    if journal is not None:
        gateway.journal.record(journal, exchange, stopwatch() - started, called_by.get() or innermost())
    if messages or exchange.outbox:
        _by_itself(partial(cloud.events.send, [*messages, *exchange.outbox]))
    return _sendable(exchange.response)


def refuse(cloud: Cloud, error: S3Error) -> Response:
    """The answer to what is no request, or not one that S3 may see."""
    return gateway.refuse(cloud, error).response


async def answer_async(cloud: Cloud, request: Request, in_thread: Callable[[Call], Awaitable[Any]]) -> Response:
    """The same without blocking an event loop by what is outside: each such call is made ``in_thread``."""
    journal = None if request.by_mock else cloud.journal
    started = 0.0 if journal is None else stopwatch()
    messages = cloud.catch_up()
    exchange = gateway.handle(cloud, request)
    while exchange.outside is not None:
        exchange = gateway.resume(exchange, await in_thread(partial(_by_itself, exchange.outside.call)))
    if journal is not None:
        gateway.journal.record(journal, exchange, stopwatch() - started, called_by.get() or innermost())
    if messages or exchange.outbox:
        await in_thread(partial(_by_itself, partial(cloud.events.send, [*messages, *exchange.outbox])))
    return _sendable(exchange.response)


def _by_itself(call: Call) -> Any:
    """What the call returns. Requests that it makes have lines of their own in the journal, not that of this one."""
    token = called_by.set(None)
    try:
        return call()
    finally:
        called_by.reset(token)


_UNSENDABLE = re.compile("[\0\r\n\ud800-\udfff]")
_NOT_OF_NAMES = re.compile("[^!-9;-~]")


def _sendable(response: Response) -> Response:
    """The response, with spaces for what would end a header (RFC 9110 5.5), and without headers of an invalid name.

    What S3 refuses has been refused before: this is for what nobody thought of.
    """
    headers = response.headers
    names, values = "".join(headers), "".join(headers.values())
    if not are_header_names(names) or not values.isascii() or ends_header(values):  # the quickest look at all of them
        response.headers = {
            name: _UNSENDABLE.sub(" ", value) for name, value in headers.items() if not _NOT_OF_NAMES.search(name)
        }
    return response
