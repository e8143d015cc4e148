"""httpx and httpx2, sync and async: above their connections, below their clients."""

from __future__ import annotations

import contextvars
from collections.abc import AsyncIterator, Callable, Iterator
from functools import lru_cache, partial
from types import ModuleType
from typing import Any

from s3mock.http import Failure, Request, Response
from s3mock.process.patches import Function, Patches
from s3mock.transports import failures, http11
from s3mock.transports.router import Router


def install(patches: Patches, router: Router, library: ModuleType) -> None:
    """Answer requests to S3 by the transports of ``library``, httpx or httpx2; clients' own transports are theirs."""

    def takes(transport: Any, request: Any) -> bool:
        url = request.url
        query = url.query.decode("latin-1")
        if router.takes_host(url.scheme, url.host, url.port, query, request.headers.get("authorization", "")):
            return True
        if "Proxy" in type(getattr(transport, "_pool", None)).__name__:
            router.refuse(url.host)  # the proxy would resolve the name
        return False

    def handle_request(original: Function, transport: Any, request: Any) -> Any:
        if not takes(transport, request):
            return original(transport, request)
        response = router.answer(_request(request, b"".join(request.stream)))
        if response.failure is not None:
            kind, seconds = _outcome(request, response.failure)
            router.wait(seconds)
            _raise(library, kind)
        return _response(library, request, response)

    async def handle_async_request(original: Function, transport: Any, request: Any) -> Any:
        if not takes(transport, request):
            return await original(transport, request)
        body = b"".join([piece async for piece in request.stream])
        response = await router.answer_async(_request(request, body), _in_thread)
        if response.failure is not None:
            kind, seconds = _outcome(request, response.failure)
            if router.waits:
                await _in_thread(partial(router.wait, seconds))
            else:
                router.wait(seconds)
            _raise(library, kind)
        return _response(library, request, response)

    # pytest-httpx and vcrpy replace the same two.
    patches.keep_on_top(library.HTTPTransport, "handle_request", handle_request)
    patches.keep_on_top(library.AsyncHTTPTransport, "handle_async_request", handle_async_request)
    patches.look_before(library.Client, "send")
    patches.look_before(library.AsyncClient, "send")


_ERRORS = {
    "refused": ("ConnectError", "[Errno 111] Connection refused"),
    "connect timeout": ("ConnectTimeout", "timed out"),
    "reset": ("ReadError", "[Errno 104] Connection reset by peer"),
    "closed": ("RemoteProtocolError", "Server disconnected without sending a response."),
    "read timeout": ("ReadTimeout", "The read operation timed out"),
}
"""The exceptions of httpx for what happens to a connection, and their texts."""


def _outcome(request: Any, failure: Failure) -> tuple[str, float]:
    timeouts = request.extensions.get("timeout", {})
    return failures.outcome(failure, timeouts.get("connect"), timeouts.get("read"))


def _raise(library: ModuleType, kind: str) -> None:
    """Raise the exception of a failure, if there is one."""
    if kind:
        name, text = _ERRORS[kind]
        raise getattr(library, name)(text)


def _until(library: ModuleType, pieces: Iterator[bytes], response: Response) -> Iterator[bytes]:
    """The pieces of a body, and the exception at its end if a fault has cut it."""
    received = 0
    for piece in pieces:
        received += len(piece)
        yield piece
    end = "" if response.failure is None else response.failure.end
    if end == "reset":
        _raise(library, end)
    size = response.headers.get("Content-Length")
    if end == "cut" and size is None:
        raise library.RemoteProtocolError(
            "peer closed connection without sending complete message body (incomplete chunked read)"
        )
    if end == "cut" and received < int(size or 0):
        raise library.RemoteProtocolError(
            f"peer closed connection without sending complete message body (received {received} bytes, expected {size})"
        )


async def _in_thread(call: Callable[[], Any]) -> Any:
    import anyio.to_thread  # noqa: PLC0415 - httpx needs it only for async clients

    return await anyio.to_thread.run_sync(partial(contextvars.copy_context().run, call))


def _request(request: Any, body: bytes) -> Request:
    headers: dict[str, str] = {}
    for name, value in request.headers.raw:
        http11.add_header(headers, name.decode("latin-1"), value.decode("latin-1"))
    # The extension is sent as it is, where httpx removes "." from a URL: aiobotocore puts the keys of objects there.
    target = request.extensions.get("target", request.url.raw_path)
    head = http11.Head(request.method, target.decode("latin-1") if isinstance(target, bytes) else target, headers)
    return http11.request_of(request.url.scheme, request.url.host, head, body)


def _response(library: ModuleType, request: Any, response: Response) -> Any:
    lines, _ = http11.header_lines(response, request.method)
    pieces = iter(()) if http11.has_no_body(response, request.method) else http11.body_pieces(response)
    if response.failure is not None:
        pieces = _until(library, pieces, response)
    return library.Response(
        response.status,
        headers=[(name.encode("latin-1"), value.encode("latin-1")) for name, value in lines],
        stream=_stream_class(library)(pieces),
        extensions={"http_version": b"HTTP/1.1", "reason_phrase": http11.reason(response).encode()},
    )


@lru_cache
def _stream_class(library: ModuleType) -> Any:
    class Stream(library.SyncByteStream, library.AsyncByteStream):  # type: ignore[misc, name-defined]
        """A body for both kinds of clients."""

        def __init__(self, pieces: Iterator[bytes]) -> None:
            self._pieces = pieces

        def __iter__(self) -> Iterator[bytes]:
            return self._pieces

        async def __aiter__(self) -> AsyncIterator[bytes]:
            for piece in self._pieces:
                yield piece

        def close(self) -> None:
            getattr(self._pieces, "close", lambda: None)()

        async def aclose(self) -> None:
            self.close()

    return Stream
