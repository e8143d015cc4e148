"""The same S3 over real HTTP, for clients that are not Python or not in this process."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterable
from os import PathLike
from pathlib import Path
from types import NoneType, TracebackType
from typing import TYPE_CHECKING, Any
from weakref import WeakSet

from s3mock import destinations, from_moto, initial
from s3mock.backend.cloud import Cloud
from s3mock.control import S3
from s3mock.initial import Contents
from s3mock.settings import Settings
from s3mock.transports import wsgi
from s3mock.transports.sockets import Server

if TYPE_CHECKING:
    from ssl import SSLContext

    from _typeshed.wsgi import StartResponse, WSGIEnvironment
    from typing_extensions import Self

    from s3mock.http import Request, Response
    from s3mock.remote_control import ServerProcess
    from s3mock.transports.remote import Control

PemFile = str | PathLike[str]


class Application:
    """A WSGI application that answers S3 requests. ``s3`` is its control object, as that of a server."""

    def __init__(self, cloud: Cloud) -> None:
        self.s3 = S3(cloud, _no_endpoint)
        self._control = _control(self.s3)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        return wsgi.respond(self.s3.cloud, self._control, environ, start_response)


def create_app(cloud: Cloud | None = None, **settings: Any) -> Application:
    """A WSGI application that answers S3 requests from ``cloud``, or from a new one made with ``settings``."""
    return Application(_cloud(cloud, settings))


class S3MockServer:
    """S3 at an address of its own, from ``start()`` to ``stop()`` or inside a ``with``.

    ``s3`` is its control object: ``s3.client()`` is connected to it, ``s3.clock``, ``s3.events`` and the rest are as in
    a mock.

    ``host`` is the loopback address by default: anyone who can connect may do everything, since credentials with
    unknown secrets are accepted. Unlike in the process, the dates of requests are checked (docs/access.md). Port 0
    takes any free port. Requests are answered from ``cloud``, by default a new one made with ``settings``. Buckets
    are found in the path, and at ``BUCKET.localhost``; their websites are at ``BUCKET.s3-website.localhost``.

    With ``tls``, a server's context with a certificate, or the PEM file of a certificate and its key, or a tuple of one
    file for each, it speaks HTTPS; ``s3mock.certificates`` makes one. ``ca`` is the PEM file of the CA that has signed
    it: the clients and options that ``s3`` gives then trust it. ``buckets`` are created at once, in us-east-1:
    names, or a mapping of names to objects by their keys. Raises ValueError where S3 refuses one.

    ``data_dir`` is a folder in which everything is kept, until ``stop()`` leaves it to others: a server that gets the
    same folder later continues from there. Raises ValueError if it is in use, is not writable, or has other things in
    it, or data of a newer s3mock.

    With ``process`` it runs in a process of its own, for clients that do not let another thread of this one answer.
    """

    def __init__(
        self,
        host: str = "127.0.0.1",
        port: int = 0,
        cloud: Cloud | None = None,
        *,
        buckets: Contents = (),
        tls: SSLContext | PemFile | tuple[PemFile, PemFile] | None = None,
        ca: PemFile | None = None,
        data_dir: str | PathLike[str] | None = None,
        process: bool = False,
        **settings: Any,
    ) -> None:
        if not (isinstance(port, int) and 0 <= port < 1 << 16):
            raise ValueError(f"port is a number from 0 to 65535, not {port!r}")
        if ca is not None and tls is None:
            raise ValueError("ca is that of a certificate: give tls, too")
        authority = None if ca is None else str(Path(ca).absolute())
        self._address = (host, port)
        self._scheme = "http" if tls is None else "https"
        self._port: int | None = None
        self._process: ServerProcess | None = None
        self._server: Server | None = None
        self._thread: threading.Thread | None = None
        # Absolute: start() after stop() opens it again, and the current folder may be another one by then.
        self._data_dir = data_dir = None if data_dir is None else Path(data_dir).absolute()
        self._has_folder = False
        if process:
            arguments = {"host": host, "port": port, "buckets": buckets, "tls": tls, "data_dir": data_dir}
            self._process = _process(cloud, {**arguments, **settings})
            self.s3 = self._process.control(lambda: self.endpoint_url, authority)
            return
        cloud = _cloud(cloud, settings)
        self.s3 = S3(cloud, lambda: self.endpoint_url, ca=authority)
        self._tls = None if tls is None else _context(tls)
        self._open_folder()
        try:
            initial.create(cloud, buckets)
        except BaseException:
            self._close_folder()
            raise

    @property
    def cloud(self) -> Cloud:
        """What holds the state. Raises RuntimeError for a server in a process of its own."""
        return self.s3.cloud

    @property
    def endpoint_url(self) -> str:
        """The ``endpoint_url`` of clients. Raises RuntimeError while the server is stopped."""
        host = self._address[0]
        return f"{self._scheme}://{f'[{host}]' if ':' in host else host}:{self.port}"

    @property
    def port(self) -> int:
        """The port in use. Raises RuntimeError while the server is stopped."""
        if self._port is None:
            raise RuntimeError("the server is not running: call start() first, or use it in a with statement")
        return self._port

    def get_host_and_port(self) -> tuple[str, int]:
        """The address and the port in use, as moto's server has them. Raises RuntimeError while it is stopped."""
        return self._address[0], self.port

    def start(self) -> None:
        """Listen and answer requests. Raises OSError if the port is in use, RuntimeError if it is running already."""
        if self._port is not None:
            raise RuntimeError("the server is running already")
        if self._process is not None:
            self._port = self._process.start()
            return
        self._open_folder()
        host, port = self._address
        try:
            self._server = Server(host, port, self.cloud, _control(self.s3, host), self._tls)
        except OSError as error:
            self._close_folder()
            raise OSError(error.errno, f"cannot listen on port {port} of {host}: {error.strerror}") from error
        _servers.add(self)
        # Polled often, since stop() waits for it.
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.01,), name="s3mock-server", daemon=True
        )
        self._thread.start()
        self._port = self._server.server_port

    def _open_folder(self) -> None:
        """Continue from the data folder, if there is one and it is not open."""
        if self._data_dir is not None and not self.cloud.is_kept:
            from s3mock.backend.persistence.folder import DataFolder  # noqa: PLC0415 - it imports sqlite3

            self.cloud.keep_in(DataFolder(self._data_dir))
            self._has_folder = True

    def _close_folder(self) -> None:
        """Leave the data folder to others, unless it is that of another server with the same cloud."""
        if self._has_folder:
            self._has_folder = False
            self.cloud.close()

    def stop(self) -> None:
        """Close every connection, the port and the data folder. Buckets and objects stay, for another ``start()``."""
        self._port = None
        if self._process is not None:
            return self._process.stop()
        server, thread = self._server, self._thread
        self._server = self._thread = None
        if server is not None and thread is not None:
            server.shutdown()
            thread.join()
            server.server_close()
            server.close_connections()
        self._close_folder()
        return None

    def after_fork(self) -> None:
        """Be stopped in a forked child: its parent goes on serving, and the child must not keep the port open."""
        server, self._server, self._thread, self._port = self._server, None, None, None
        if server is not None:
            server.socket.close()

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
        raise TypeError("a cloud has its own settings: give either a cloud or settings")
    destinations.install(cloud)
    from_moto.install(cloud)
    return cloud


def _control(s3: S3, host: str = "") -> Control:
    """The control API of a server that listens on ``host``; it is imported with its first request."""

    def answer(request: Request) -> Response:
        from s3mock import control_api  # noqa: PLC0415

        return control_api.answer(s3, request, host)

    return answer


def _context(tls: SSLContext | PemFile | tuple[PemFile, PemFile]) -> SSLContext:
    from ssl import SSLContext  # noqa: PLC0415 - servers without TLS do not need it

    from s3mock import certificates  # noqa: PLC0415

    if isinstance(tls, SSLContext):
        return tls
    if not isinstance(tls, (str, PathLike, tuple)):
        raise TypeError(
            f"tls is a PEM file, a tuple of two, or an SSLContext, which s3mock.certificates.make makes, not {tls!r}"
        )
    return certificates.load(*(tls if isinstance(tls, tuple) else (tls,)))


def _process(cloud: Cloud | None, arguments: dict[str, Any]) -> ServerProcess:
    """The process of a server. Raises TypeError for what cannot go there."""
    if cloud is not None:
        raise TypeError("a cloud cannot go to another process: give process=True settings instead, or buckets")
    tls = arguments["tls"]
    if not isinstance(tls, (str, PathLike, tuple, NoneType)):
        raise TypeError(
            "an SSLContext cannot go to another process: give process=True the PEM file of a certificate and its key; "
            "s3mock.certificates.make_files makes one"
        )
    from s3mock.remote_control import ServerProcess  # noqa: PLC0415 - most servers need none

    # Absolute, since start() after stop() reads the files again.
    if isinstance(tls, tuple):
        tls = tuple(Path(file).absolute() for file in tls)
    elif tls is not None:
        tls = Path(tls).absolute()
    return ServerProcess({**arguments, "tls": tls})


def _no_endpoint() -> str:
    raise RuntimeError("a WSGI application does not know the address it is served at: give client() an endpoint_url")


_servers: WeakSet[S3MockServer] = WeakSet()


def _after_fork() -> None:
    for server in list(_servers):
        server.after_fork()


if hasattr(os, "register_at_fork"):  # not on Windows
    os.register_at_fork(after_in_child=_after_fork)
