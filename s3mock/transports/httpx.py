"""httpx and httpx2, sync and async: above their connections, below their clients."""

from __future__ import annotations

import contextvars
from collections.abc import AsyncIterator, Callable, Iterator
from functools import lru_cache, partial
from types import ModuleType
from typing import Any

from s3mock.http import Request, Response
from s3mock.process.patches import Function, Patches
from s3mock.transports import http11
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
        return _response(library, request, router.answer(_request(request, b"".join(request.stream))))

    async def handle_async_request(original: Function, transport: Any, request: Any) -> Any:
        if not takes(transport, request):
            return await original(transport, request)
        body = b"".join([piece async for piece in request.stream])
        response = await router.answer_async(_request(request, body), _in_thread)
        return _response(library, request, response)

    # pytest-httpx and vcrpy replace the same two.
    patches.keep_on_top(library.HTTPTransport, "handle_request", handle_request)
    patches.keep_on_top(library.AsyncHTTPTransport, "handle_async_request", handle_async_request)
    patches.look_before(library.Client, "send")
    patches.look_before(library.AsyncClient, "send")


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
    return library.Response(
        response.status,
        headers=[(name.encode("latin-1"), value.encode("latin-1")) for name, value in lines],
        stream=_stream_class(library)(pieces),
        extensions={"http_version": b"HTTP/1.1", "reason_phrase": http11.phrase(response.status).encode()},
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
