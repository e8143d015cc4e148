"""Whose a URL is: what the patches of all HTTP clients ask before they answer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any
from urllib.parse import SplitResult, urlsplit

from s3mock.process import real_calls
from s3mock.process.real_calls import client_decided
from s3mock.transports import adapter, failures, forwarding
from s3mock.transports.http11 import MemorySocket
from s3mock.wire import hosts

if TYPE_CHECKING:
    from s3mock.backend.cloud import Cloud
    from s3mock.errors import S3Error
    from s3mock.http import Request, Response
    from s3mock.settings import Settings

_DEFAULT_PORTS = {"http": 80, "https": 443}

split = lru_cache(maxsize=256)(urlsplit)

answered: ContextVar[Callable[[Request], Response] | None] = ContextVar("answered", default=None)
"""What answers instead of S3, where the client's library must see for itself what happens to a response."""


class Router:
    """Answers the requests to S3's hosts: AWS's in all partitions, websites and access points too, and custom ones.

    Without a ``cloud`` it answers none, and only refuses. ``why`` it refuses is part of the error. ``serve`` returns
    the URL of a server on the same store, for clients whose requests do not pass through Python. ``parent`` is the URL
    of the server that answers everything in a forked child of a shared mock; otherwise None.
    """

    parent: str | None = None

    def __init__(
        self,
        cloud: Cloud | None,
        settings: Settings,
        why: str = "mock_s3 is active",
        serve: Callable[[], str] | None = None,
    ) -> None:
        self.cloud, self.settings, self.why, self.serve = cloud, settings, why, serve

    def takes(self, url: str, authorization: str = "") -> bool:
        """Whether the mock answers a request to ``url``; otherwise the client goes on as without it.

        ``authorization`` is the header of that name. Raises RealCallError for a request to an endpoint in
        ``passthrough`` that is signed with the mock's own credentials.
        """
        parts = split(url)
        return self.takes_host(parts.scheme, parts.hostname, _port(parts), parts.query, authorization)

    def takes_host(
        self, scheme: str, host: str | None, port: int | None, query: str = "", authorization: str = ""
    ) -> bool:
        """The same for a URL in parts. ``port`` is None for the scheme's default."""
        decided = client_decided.get()
        if decided is not None or self.cloud is None:
            return decided == "ours" and self.cloud is not None
        if not host:
            return False
        name = host.strip("[]").lower().rstrip(".")
        full = name if port in (None, _DEFAULT_PORTS.get(scheme)) else f"{name}:{port}"
        settings = self.settings
        if settings.passthrough and real_calls.passes(full, query, authorization, settings):
            return False
        if hosts.parse(name, "/").domain is not None:
            return True
        return any(full == endpoint or full.endswith("." + endpoint) for endpoint in self.cloud.custom_endpoints)

    def host_of(self, url: str) -> str:
        """The host that a URL names, "" without one."""
        return split(url).hostname or ""

    def refuse(self, host: str, client: str = "") -> None:
        """Raise RealCallError if a host that nobody answers is AWS's, and no setting allows it.

        ``client`` is the library to name where it is not on the stack.
        """
        real_calls.check_host(host, self.settings, self.why, client)

    def refuse_service(self, service: str, host: str) -> None:
        """Raise RealCallError for a call of an AWS SDK, if the host is AWS's and no setting allows the service."""
        real_calls.check_service(service, host, self.settings, self.why)

    def answer(self, request: Request) -> Response:
        """S3's response."""
        if self.parent is not None:
            return forwarding.answer(self.parent, request)
        assert self.cloud is not None  # noqa: S101 - only asked for what it takes
        response = adapter.answer(self.cloud, request)
        if response.failure is not None:
            failures.pace(response, self.wait)
        return response

    def wait(self, seconds: float) -> None:
        """Let the seconds pass that a fault takes, by the mock's clock unless its rule says otherwise."""
        assert self.cloud is not None  # noqa: S101
        failures.wait(self.cloud, seconds)

    @property
    def waits(self) -> bool:
        """Whether ``wait`` really waits."""
        return self.cloud is not None and self.cloud.faults.waits

    def refuse_request(self, error: S3Error) -> Response:
        """S3's response to what a client has written, and is no request."""
        assert self.cloud is not None  # noqa: S101
        return adapter.refuse(self.cloud, error)

    def open_socket(
        self,
        scheme: str,
        host: str,
        is_open: Callable[[], bool],
        error_of: Callable[[str], Exception] = failures.error_of,
    ) -> MemorySocket:
        """A connection to the mock, for clients that write to a socket. ``error_of`` is the exception of a failure."""
        answer = answered.get() or self.answer
        return MemorySocket(scheme, host, answer, self.refuse_request, is_open, self.wait, error_of)

    async def answer_async(self, request: Request, in_thread: Callable[[adapter.Call], Awaitable[Any]]) -> Response:
        """The same for an event loop: the functions of users, and deliveries, run ``in_thread``."""
        if self.parent is not None:
            response: Response = await in_thread(partial(forwarding.answer, self.parent, request))
            return response
        assert self.cloud is not None  # noqa: S101
        token = client_decided.set(
            None
        )  # what aiobotocore has decided about its request does not hold for those of users' functions
        try:
            response = await adapter.answer_async(self.cloud, request, in_thread)
        finally:
            client_decided.reset(token)
        if response.failure is not None:
            failures.pace(response, self.wait)
        return response


def _port(parts: SplitResult) -> int | None:
    try:
        return parts.port
    except ValueError:  # the client will complain
        return None
