"""The same S3 over real HTTP, for clients that are not Python or not in this process."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from s3mock import destinations
from s3mock.backend.cloud import Cloud
from s3mock.settings import Settings
from s3mock.transports import wsgi
from s3mock.transports.sockets import Server

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from types import TracebackType

    from _typeshed.wsgi import StartResponse, WSGIEnvironment
    from typing_extensions import Self


def create_app(
    cloud: Cloud | None = None, **settings: Any
) -> Callable[[WSGIEnvironment, StartResponse], Iterable[bytes]]:
    """Return a WSGI application that answers S3 requests from ``cloud``, or from a new one made with ``settings``."""
    return wsgi.application(_cloud(cloud, settings))


class S3MockServer:
    """S3 at an address of its own, from ``start()`` to ``stop()`` or inside a ``with``.

    ``host`` is the loopback by default: whoever can connect may do everything, since credentials whose secret is not
    known are accepted. Unlike in the process, the dates of requests are looked at (docs/access.md).
    Port 0 is a free one. ``cloud`` is what it answers from: a new one made with ``settings`` if not given. Buckets are
    found in the path, and at ``BUCKET.localhost``; their websites are at ``BUCKET.s3-website.localhost``.
    """

    def __init__(self, host: str = "127.0.0.1", port: int = 0, cloud: Cloud | None = None, **settings: Any) -> None:
        self.cloud = _cloud(cloud, settings)
        self._address = (host, port)
        self._server: Server | None = None
        self._thread: threading.Thread | None = None

    @property
    def endpoint_url(self) -> str:
        """What a client takes for its ``endpoint_url``. Raises RuntimeError while the server is stopped."""
        host = self._address[0]
        return f"http://{f'[{host}]' if ':' in host else host}:{self.port}"

    @property
    def port(self) -> int:
        """The port in use. Raises RuntimeError while the server is stopped."""
        if self._server is None:
            raise RuntimeError("The server has not been started")
        return self._server.server_port

    def start(self) -> None:
        """Listen; requests are answered from now on. Raises OSError if the port is in use."""
        if self._server is not None:
            raise RuntimeError("The server has been started already")
        self._server = Server(*self._address, self.cloud)
        # Polled often, since stop() waits for it.
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.01,), name="s3mock-server", daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        """Close every connection and the port. What is stored stays, for another ``start()``."""
        server, thread = self._server, self._thread
        self._server = self._thread = None
        if server is not None and thread is not None:
            server.shutdown()
            thread.join()
            server.server_close()
            server.close_connections()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def _cloud(cloud: Cloud | None, settings: dict[str, Any]) -> Cloud:
    if cloud is None:
        cloud = Cloud(Settings(**settings))
        cloud.checks_headers = cloud.settings.verify_signatures != "off"
    elif settings:
        raise TypeError("A cloud has its settings already")
    destinations.install(cloud)
    return cloud
