"""urllib3, and with it requests, minio-py and many others: pools, retries and redirects stay urllib3's own."""
# ruff: noqa: SLF001 - urllib3 has no public hook below its pools; tests/test_upstream.py watches what is used

from __future__ import annotations

from types import ModuleType
from typing import Any

import urllib3.connection
import urllib3.connectionpool

from s3mock.process.patches import Function, Patches
from s3mock.process.real_calls import RealCallError
from s3mock.transports import failures
from s3mock.transports.router import Router


def _genuine(kind: type) -> Any:
    # While one of its cassettes is in use, vcrpy has put a subclass in place of the connection.
    return next(base for base in kind.__mro__ if base.__module__ == "urllib3.connection")


_HTTPConnection: Any = _genuine(urllib3.connection.HTTPConnection)
_HTTPSConnection: Any = _genuine(urllib3.connection.HTTPSConnection)
_IS_FUTURE = hasattr(_HTTPConnection, "_upgrade")  # its connections are not http.client's
_DEFAULT_PORTS = {"http": 80, "https": 443}


class _InMemory(_HTTPConnection):  # type: ignore[misc]
    """A connection to the mock; ``open_socket`` is set on the instance."""

    is_verified = True  # urllib3 warns of unverified TLS

    def connect(self) -> None:
        self.sock = self.open_socket()
        timeout = self.timeout
        self.sock.connect_timeout = timeout if isinstance(timeout, (int, float)) else None

    def error_of(self, kind: str) -> Exception:
        """The exception of urllib3 for a connection that is not made, otherwise that of the socket."""
        genuine = (_HTTPSConnection if self.default_port == _DEFAULT_PORTS["https"] else _HTTPConnection)(self.host)
        if kind == "refused":
            return urllib3.exceptions.NewConnectionError(
                genuine, f"Failed to establish a new connection: {failures.error_of(kind)}"
            )
        if kind == "connect timeout":
            return urllib3.exceptions.ConnectTimeoutError(
                genuine, f"Connection to {self.host} timed out. (connect timeout={self.sock.connect_timeout})"
            )
        return failures.error_of(kind)


def install(patches: Patches, router: Router, _library: ModuleType) -> None:
    """Answer what pools send to S3. Their own connections stay closed in the pool, for after the mock."""

    def is_open() -> bool:
        return patches.in_force

    def url_of(pool: Any, url: str) -> str:
        # Behind an HTTP proxy the URL is absolute, and the pool is the proxy's. With a tunnel it is the server's.
        if not url.startswith("/") and "://" in url.partition("?")[0]:
            return url
        host = f"[{pool.host}]" if ":" in pool.host else pool.host
        return f"{pool.scheme}://{host}:{pool.port or _DEFAULT_PORTS.get(pool.scheme, 80)}{url}"

    def make_request(
        original: Function, pool: Any, connection: Any, method: str, url: str, *args: Any, **rest: Any
    ) -> Any:
        absolute = url_of(pool, url)
        headers = rest.get("headers") or {}
        if not router.takes(absolute, str(headers.get("Authorization", ""))):
            if absolute is url and not isinstance(connection, _InMemory):  # which a layer above has made
                router.refuse(router.host_of(url))
            return original(pool, connection, method, url, *args, **rest)
        if _IS_FUTURE:
            raise RealCallError(
                f"A request to {router.host_of(absolute)} would have left the process while {router.why}. s3mock does "
                "not answer urllib3-future, which niquests puts in the place of urllib3: install urllib3 itself, or "
                "give the client the endpoint of an s3mock.S3MockServer."
            )
        scheme = absolute.partition("://")[0]
        in_memory = _InMemory(pool.host, pool.port)
        in_memory.default_port = _DEFAULT_PORTS.get(pool.scheme, 80)  # otherwise the Host header gets ":443"
        in_memory.open_socket = lambda: router.open_socket(scheme, pool.host, is_open, in_memory.error_of)
        return original(pool, in_memory, method, url, *args, **rest)

    def prepare_proxy(original: Function, pool: Any, connection: Any) -> None:
        # urlopen opens a tunnel before _make_request.
        if not router.takes_host(pool.scheme, pool.host, pool.port):
            original(pool, connection)

    def connect(original: Function, connection: Any) -> None:
        # A connection without its pool: requests before 2.30 takes one out to send a body in chunks.
        host = connection._tunnel_host or connection.host
        scheme = "https" if isinstance(connection, _HTTPSConnection) else "http"
        if not _IS_FUTURE and router.takes_host(scheme, host, connection.port):
            connection.sock = router.open_socket(scheme, host, is_open)
            connection.is_verified = True
        else:
            original(connection)

    def new_conn(original: Function, connection: Any) -> Any:
        router.refuse(connection._tunnel_host or connection.host)
        return original(connection)

    patches.replace(urllib3.connectionpool.HTTPConnectionPool, "_make_request", make_request)
    for kind in (urllib3.connectionpool.HTTPConnectionPool, urllib3.connectionpool.HTTPSConnectionPool):
        patches.replace(kind, "_prepare_proxy", prepare_proxy)
    for kind in (_HTTPConnection, _HTTPSConnection):
        patches.replace(kind, "connect", connect)
    patches.replace(_HTTPConnection, "_new_conn", new_conn)
