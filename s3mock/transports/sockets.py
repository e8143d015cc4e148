"""HTTP/1.1 on a socket: connections that stay open, bodies streamed both ways, everything exactly as received.

Not on WSGI: that loses headers with an underscore (``x-amz-meta-a_b``) and the path as it was sent; and werkzeug's
development server closes the connection after each response and sends 100 Continue twice.
"""

from __future__ import annotations

import contextlib
import socketserver
import sys
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BufferedIOBase
from socket import AF_INET, AF_INET6, SHUT_RDWR, socket
from typing import Any

from s3mock.backend.cloud import Cloud
from s3mock.errors import S3Error
from s3mock.http import CHUNK, Body, Request, Response
from s3mock.transports import remote

_NO_CONTENT = frozenset({204, 304})
_JOIN_SECONDS = 5


class Incoming:
    """The body of a request on a connection, read to its end, but never into the next request.

    ``length`` is None where the request has no Content-Length: then it has no body, unless it comes ``in_chunks`` of
    HTTP (``Transfer-Encoding: chunked``). ``invite`` is called before the first byte is read. Raises ``IncompleteBody``
    if the connection ends too early.
    """

    def __init__(self, connection: BufferedIOBase, length: int | None, *, in_chunks: bool) -> None:
        self.length = length
        self._connection = connection
        self._in_chunks = in_chunks
        self._left = length or 0
        self._ended = not in_chunks and not length
        self.invite: Callable[[], None] | None = None

    def __iter__(self) -> Iterator[bytes]:
        while piece := self.next():
            yield piece

    @property
    def ended(self) -> bool:
        """Whether all of it has been read."""
        return self._ended

    def next(self) -> bytes:
        """The next piece, or ``b""`` at the end."""
        if self.invite is not None:
            self.invite()
            self.invite = None
        if self._in_chunks and not self._left and not self._ended:
            size = self._connection.readline().partition(b";")[0].strip()
            try:
                self._left = int(size, 16)
            except ValueError:
                self._fail()
            if not self._left:
                self._ended = True
                while self._connection.readline().strip():
                    pass  # the trailer, which HTTP allows here
        if self._ended:
            return b""
        piece = self._connection.read(min(self._left, CHUNK))
        if not piece:
            self._fail()
        self._left -= len(piece)
        if self._in_chunks and not self._left:
            self._connection.readline()
        self._ended = not self._in_chunks and not self._left
        return piece

    def _fail(self) -> None:
        self._ended = True
        raise S3Error("IncompleteBody", "The request body terminated unexpectedly")


class Handler(BaseHTTPRequestHandler):
    """One connection, and the requests on it in order."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # otherwise a small body waits for the acknowledgement of the headers: 40 ms
    wbufsize = 1 << 16
    server: Server

    def __getattr__(self, name: str) -> Any:
        # The base class calls do_METHOD; the gateway decides about methods.
        if name.startswith("do_"):
            return self.respond
        raise AttributeError(name)

    def respond(self) -> None:
        """Answer the request that has just been parsed."""
        in_chunks = "chunked" in self.headers.get("Transfer-Encoding", "").lower()
        length = None if in_chunks else self.headers.get("Content-Length")
        if length is not None:
            length = length.strip()
            if not (length.isascii() and length.isdecimal()):
                self.send_error(400)
                return
        incoming = Incoming(self.rfile, None if length is None else int(length), in_chunks=in_chunks)
        host, path, query = remote.split_target(self.requestline.split()[1])
        headers: dict[str, str] = {}
        for name, value in self.headers.items():
            lower, text = name.lower(), value.strip(" \t")
            headers[lower] = f"{headers[lower]},{text}" if lower in headers else text
        request = Request(
            self.command,
            "http",
            host or headers.get("host", ""),
            path,
            query,
            headers,
            Body(incoming, incoming.length),
            self.client_address[0],
        )
        if not incoming.ended and headers.get("expect", "").lower() == "100-continue":
            incoming.invite = self._say_continue
        response = remote.answer(self.server.cloud, request)
        if incoming.invite is not None:
            # The body has not been invited. The client may send it anyway, so the next bytes are ambiguous.
            self.close_connection = True
        self._send(response)
        if not self.close_connection:
            # The next request begins after the rest of this one's body.
            try:
                for _ in incoming:
                    pass
            except S3Error:
                self.close_connection = True

    def handle_expect_100(self) -> bool:
        """Wait for the first read of the body: a client whose request is refused earlier need not send it."""
        return True

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class calls it so
        """Print nothing."""

    def _say_continue(self) -> None:
        # With its reason phrase, which botocore compares. (s3_facts 17)
        self.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        self.wfile.flush()

    def _send(self, response: Response) -> None:
        headers = {name.lower() for name in response.headers}
        body = response.body
        bodiless = self.command == "HEAD" or response.status in _NO_CONTENT
        in_chunks = False
        self.send_response_only(response.status)
        for name, value in response.headers.items():
            self.send_header(name, remote.encode_header(value))
        if "content-length" not in headers and not bodiless:
            size = len(body) if isinstance(body, bytes) else body.size
            if size is not None:
                self.send_header("Content-Length", str(size))
            elif self.request_version >= "HTTP/1.1":
                in_chunks = True
                self.send_header("Transfer-Encoding", "chunked")
            else:
                self.close_connection = True
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        try:
            if not bodiless:
                for piece in [body] if isinstance(body, bytes) else body:
                    if in_chunks and piece:
                        self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
                    else:
                        self.wfile.write(piece)
                if in_chunks:
                    self.wfile.write(b"0\r\n\r\n")
        except BaseException:
            self.close_connection = True  # so that the client notices the missing part
            raise
        finally:
            if isinstance(body, Body):
                body.close()
        self.wfile.flush()


class Server(ThreadingHTTPServer):
    """A server with one thread per connection, which can end all connections."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, host: str, port: int, cloud: Cloud) -> None:
        self.cloud = cloud
        self.address_family = AF_INET6 if ":" in host else AF_INET
        self._connections: dict[threading.Thread, socket] = {}
        super().__init__((host, port), Handler)

    def server_bind(self) -> None:
        """Bind without the base class's DNS lookup of the host's name."""
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = self.server_address[:2]  # type: ignore[assignment]

    def finish_request(self, request: Any, client_address: Any) -> None:
        """Serve one connection until either side closes it."""
        thread = threading.current_thread()
        self._connections[thread] = request
        try:
            super().finish_request(request, client_address)
        finally:
            del self._connections[thread]

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Print the traceback, unless the client has closed the connection."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)

    def close_connections(self) -> None:
        """Close every connection and wait for its thread, at most 5 seconds each."""
        for thread, connection in list(self._connections.items()):
            with contextlib.suppress(OSError):
                connection.shutdown(SHUT_RDWR)
            if thread is not threading.current_thread():
                thread.join(_JOIN_SECONDS)
