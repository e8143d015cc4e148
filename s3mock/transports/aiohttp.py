"""aiohttp: its own client over a transport in memory, below TLS and above redirects, cookies and traces."""
# ruff: noqa: SLF001 - aiohttp has no public hook above the network; tests/test_upstream.py watches what is used

from __future__ import annotations

import asyncio
import contextvars
import inspect
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from types import ModuleType
from typing import Any

import aiohttp
import yarl

from s3mock.errors import S3Error
from s3mock.process.patches import Function, Patches, past_mocks
from s3mock.transports import failures, http11
from s3mock.transports.router import Router

_FEED = 1 << 16
# aiohttp has these two since 3.10.
_ConnectionTimeoutError = getattr(aiohttp, "ConnectionTimeoutError", aiohttp.ServerTimeoutError)
_SocketTimeoutError = getattr(aiohttp, "SocketTimeoutError", aiohttp.ServerTimeoutError)
_METHODS = ("request", "get", "options", "head", "post", "put", "patch", "delete")


def install(patches: Patches, router: Router, _library: ModuleType) -> None:
    """Answer requests to S3 over a connection in memory, which never enters the connector's pool."""

    def takes(url: yarl.URL) -> bool:
        return router.takes_host(url.scheme, url.raw_host, url.explicit_port, url.raw_query_string)

    async def create_connection(original: Function, connector: Any, request: Any, *args: Any) -> Any:
        url = request.url
        if not takes(url):
            if url.raw_host:
                router.refuse(url.raw_host)
            return await original(connector, request, *args)
        protocol = connector._factory()
        protocol.connection_made(_Transport(asyncio.get_running_loop(), protocol, request, args, router))
        protocol.force_close()
        return protocol

    def get(original: Function, connector: Any, key: Any, *args: Any) -> Any:
        # A connection that was kept from before the mock would reach the real server.
        if not router.takes_host("https" if key.is_ssl else "http", key.host, key.port):
            return original(connector, key, *args)
        return _none() if inspect.iscoroutinefunction(original) else None

    def past_others(original: Function, session: Any, method: str, url: Any, *args: Any, **kwargs: Any) -> Any:
        # aioresponses and vcrpy replace this one.
        built = session._build_url(url) if hasattr(session, "_build_url") else yarl.URL(url)
        return (past(original) if takes(built) else original)(session, method, url, *args, **kwargs)

    past = past_mocks(aiohttp.ClientSession, "_request")
    patches.replace(aiohttp.TCPConnector, "_create_connection", create_connection)
    patches.replace(aiohttp.BaseConnector, "_get", get)
    patches.keep_on_top(aiohttp.ClientSession, "_request", past_others)
    for name in _METHODS:
        patches.look_before(aiohttp.ClientSession, name)


async def _none() -> None:
    return None


class _Transport(asyncio.Transport):
    """Takes the bytes of one request, and feeds those of the response to the protocol while that wants them."""

    def __init__(
        self, loop: asyncio.AbstractEventLoop, protocol: Any, request: Any, args: tuple[Any, ...], router: Router
    ) -> None:
        url, self._request = request.url, request
        timeouts = [value for value in args if isinstance(value, aiohttp.ClientTimeout)]
        self._connect_timeout = timeouts[0].sock_connect if timeouts else None
        super().__init__({"peername": ("127.0.0.1", url.port), "sockname": ("127.0.0.1", 0)})
        self._loop, self._protocol, self._url, self._router = loop, protocol, url, router
        self._sent = bytearray()
        self._head: http11.Head | None = None
        self._invited = self._closing = self._paused = self._is_cut = False
        self._task: asyncio.Task[None] | None = None
        self._response: Iterator[bytes] | None = None

    def write(self, data: Any) -> None:
        """Take a part of the request; the last one starts the response."""
        self._sent += data
        try:
            self._head = self._head or http11.read_head(self._sent)
            self._begin()
        except S3Error as error:
            self._sent = bytearray()
            self._response = http11.serialize(self._router.refuse_request(error), "GET", close=True)
            self._loop.call_soon(self._pump)

    def _begin(self) -> None:
        """Answer the request as soon as it is complete. Raises IncompleteBody for invalid chunks."""
        if self._head is None or self._task is not None:
            return
        if self._head.expects_continue and not self._invited:
            self._invited = True
            self._loop.call_soon(self._feed, b"HTTP/1.1 100 Continue\r\n\r\n")
        if "transfer-encoding" in self._head.headers and not self._sent.endswith(b"0\r\n\r\n"):
            return  # the chunks are parsed once, at their end
        body = http11.read_body(self._head, self._sent)
        if body is not None:
            self._task = self._loop.create_task(self._respond(self._head, body))

    def writelines(self, list_of_data: Iterable[Any]) -> None:
        """Take several parts."""
        self.write(b"".join(list_of_data))

    async def _respond(self, head: http11.Head, body: bytes) -> None:
        self._sent = bytearray()
        try:
            request = http11.request_of(self._url.scheme, self._url.raw_host or "", head, body)
            response = await self._router.answer_async(request, _in_thread)
        except Exception as error:  # noqa: BLE001 - the caller of the client gets it
            self._protocol.set_exception(error)
            return
        if response.failure is not None:
            kind, seconds = failures.outcome(response.failure, *self._timeouts())
            if self._router.waits:
                await asyncio.sleep(seconds)
            else:
                self._router.wait(seconds)
            if kind:
                self._fail(kind)
                return
        self._is_cut = response.failure is not None and response.failure.end == "cut"
        self._response = http11.serialize(response, head.method, close=True)
        self._pump()

    def _timeouts(self) -> tuple[float | None, float | None]:
        """The connect and the read timeout of the request."""
        return self._connect_timeout, getattr(self._protocol, "read_timeout", None)

    def _fail(self, kind: str) -> None:
        """Let the client have the exception of a failure, or see that the connection has ended."""
        key, error = self._request.connection_key, failures.error_of(kind)
        if kind == "refused":
            self._protocol.set_exception(aiohttp.ClientConnectorError(key, error))
        elif kind == "connect timeout":
            self._protocol.set_exception(_ConnectionTimeoutError(f"Connection timeout to host {self._url}"))
        elif kind == "read timeout":
            self._protocol.set_exception(_SocketTimeoutError("Timeout on reading data from socket"))
        else:
            self._closing = True
            self._protocol.connection_lost(error if kind == "reset" else None)

    def _feed(self, data: bytes) -> None:
        if not self._closing:
            self._protocol.data_received(data)

    def _pump(self) -> None:
        if self._closing or self._paused or self._response is None:
            return
        try:
            piece = next(self._response, None)
        except ConnectionResetError as error:
            self._closing = True
            self._protocol.connection_lost(error)
            return
        if piece is None:
            if self._is_cut:
                self._closing = True
                self._protocol.connection_lost(None)
            return
        for start in range(0, len(piece), _FEED):
            self._feed(piece[start : start + _FEED])
        self._loop.call_soon(self._pump)

    def pause_reading(self) -> None:
        """Feed no more until ``resume_reading``."""
        self._paused = True

    def resume_reading(self) -> None:
        """Go on."""
        self._paused = False
        self._loop.call_soon(self._pump)

    def is_reading(self) -> bool:
        """Whether the response is being fed."""
        return not self._paused

    def is_closing(self) -> bool:
        """Whether the connection is closed."""
        return self._closing

    def close(self) -> None:
        """Drop the rest of the response."""
        if not self._closing:
            self._closing = True
            getattr(self._response, "close", lambda: None)()
            self._loop.call_soon(self._protocol.connection_lost, None)

    abort = close

    def get_write_buffer_size(self) -> int:
        """0: what is written has been taken."""
        return 0

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
        """Do nothing: the buffer is always empty."""

    def can_write_eof(self) -> bool:
        """False."""
        return False


async def _in_thread(call: Callable[[], Any]) -> Any:
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(None, partial(contextvars.copy_context().run, call))
