"""http.client and urllib.request of the standard library, and what stands on them."""
# ruff: noqa: SLF001 - the host behind a proxy has no public name; tests/test_upstream.py watches it

from __future__ import annotations

import http.client
import urllib.error
import urllib.request
from types import ModuleType
from typing import Any

from s3mock.process.patches import Function, Patches
from s3mock.transports import failures
from s3mock.transports.router import Router

# While one of its cassettes is in use, vcrpy has replaced the names in http.client.
_HTTPConnection: Any = getattr(http.client.HTTPConnection, "_baseclass", http.client.HTTPConnection)
_HTTPSConnection: Any = getattr(http.client.HTTPSConnection, "_baseclass", http.client.HTTPSConnection)


class _InMemory(_HTTPConnection):  # type: ignore[misc] # not an HTTPSConnection, whose super() breaks under vcrpy
    """A connection to the mock; ``open_socket`` is set on the instance."""

    def __init__(self, host: str, **timeout_and_tls: Any) -> None:
        super().__init__(host)
        timeout = timeout_and_tls.get("timeout")
        self._seconds = timeout if isinstance(timeout, (int, float)) else None

    def connect(self) -> None:
        self.sock = self.open_socket()
        self.sock.connect_timeout = self._seconds
        self.sock.settimeout(self._seconds)


class _SecureInMemory(_InMemory):
    default_port = http.client.HTTPS_PORT


def _error_of(kind: str) -> Exception:
    """The exception of urllib's openers for a failure: they wrap those of the connection and of sending."""
    error = failures.error_of(kind)
    return urllib.error.URLError(error) if kind in ("refused", "connect timeout") else error


def install(patches: Patches, router: Router, _library: ModuleType) -> None:
    """Answer requests to S3 by urllib's openers, and over connections that are opened from now on."""

    def is_open() -> bool:
        return patches.in_force

    def do_open(original: Function, handler: Any, http_class: Any, request: Any, **kwargs: Any) -> Any:
        # The full URL counts: with a proxy, the request's host is the proxy's.
        if router.takes(request.full_url, request.get_header("Authorization", "")):
            scheme = "https" if request.full_url.lower().startswith("https:") else "http"
            kind = _SecureInMemory if scheme == "https" else _InMemory

            def connection(host: str, **settings: Any) -> _InMemory:
                made = kind(host, **settings)
                made.open_socket = lambda: router.open_socket(scheme, host, is_open, _error_of)
                return made

            return original(handler, connection, request, **kwargs)
        if request.has_proxy() and isinstance(http_class, type):  # not the connection of a layer above
            router.refuse(router.host_of(request.full_url))
        return original(handler, http_class, request, **kwargs)

    def connect(original: Function, connection: Any) -> None:
        tunnel = connection._tunnel_host
        host, port = (tunnel, connection._tunnel_port) if tunnel else (connection.host, connection.port)
        scheme = "https" if isinstance(connection, _HTTPSConnection) else "http"
        if router.takes_host(scheme, host, port):
            connection.sock = router.open_socket(scheme, host, is_open)
            timeout = connection.timeout
            if isinstance(timeout, (int, float)):
                connection.sock.connect_timeout = timeout
                connection.sock.settimeout(timeout)
            return
        router.refuse(host)
        original(connection)

    patches.replace(urllib.request.AbstractHTTPHandler, "do_open", do_open)
    patches.replace(_HTTPConnection, "connect", connect)
    patches.replace(_HTTPSConnection, "connect", connect)
