"""HTTP/1.1 on a socket: connections that stay open, bodies streamed both ways, everything exactly as received.

Not on WSGI: that loses headers with an underscore (``x-amz-meta-a_b``) and the path as it was sent; and werkzeug's
development server closes the connection after each response and sends 100 Continue twice.
"""

from __future__ import annotations

import contextlib
import socketserver
import struct
import sys
import threading
from collections.abc import Callable, Iterator
from io import BufferedIOBase
from socket import AF_INET, AF_INET6, SHUT_RDWR, SHUT_WR, SO_LINGER, SOL_SOCKET, close, socket
from typing import TYPE_CHECKING, Any, NoReturn

from s3mock.backend.cloud import Cloud
from s3mock.errors import S3Error
from s3mock.http import CHUNK, Body, Failure, Response
from s3mock.transports import adapter, failures, http11, remote
from s3mock.wire import inputs

if TYPE_CHECKING:
    from ssl import SSLContext

IDLE_SECONDS = 60
"""How long a client may neither send nor receive anything. S3's is shorter, but here a debugger may hold the client."""

_JOIN_SECONDS = 5
_LINGER_SECONDS = 1
_MOST_UNREAD_PIECES = 1024


class Incoming:
    """The body of a request on a connection, read to its end, but never into the next request.

    ``size`` is None where the request has no Content-Length: then it has no body, unless it comes ``in_chunks`` of
    HTTP (``Transfer-Encoding: chunked``). ``invite`` is called before the first byte is read. Raises ``IncompleteBody``
    if the connection ends too early or the chunks are invalid, ``RequestTimeout`` if nothing comes; then it is
    ``broken``, and so is the connection.
    """

    def __init__(self, connection: BufferedIOBase, size: int | None, *, in_chunks: bool) -> None:
        self.broken = False
        self._connection = connection
        self._in_chunks = in_chunks
        self._left = size or 0
        self._ended = not in_chunks and not size
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
        try:
            return self._next()
        except TimeoutError:
            self._break(S3Error("RequestTimeout"))
        except (OSError, ValueError):
            self._break(http11.incomplete_body())

    def _next(self) -> bytes:
        if self.invite is not None:
            self.invite()
            self.invite = None
        if self._in_chunks and not self._left and not self._ended:
            self._left = http11.chunk_size(self._connection.readline(http11.LONGEST_CHUNK_LINE))
            if not self._left:
                self._skip_trailer()
                self._ended = True
        if self._ended:
            return b""
        piece = self._connection.read(min(self._left, CHUNK))
        if not piece:
            raise ConnectionAbortedError
        self._left -= len(piece)
        if self._in_chunks and not self._left and self._connection.read(2) != b"\r\n":
            raise ValueError("a chunk is longer than it says")
        self._ended = not self._in_chunks and not self._left
        return piece

    def _skip_trailer(self) -> None:
        left = http11.MOST_HEAD_BYTES
        while (line := self._connection.readline(left)) != b"\r\n":
            left -= len(line)
            if not line.endswith(b"\r\n") or left <= 0:
                raise ValueError("an invalid trailer")

    def _break(self, error: S3Error) -> NoReturn:
        self._ended = self.broken = True
        raise error from None


class Handler(socketserver.StreamRequestHandler):
    """One connection, and the requests on it in order."""

    disable_nagle_algorithm = True  # otherwise a small body waits for the acknowledgement of the headers: 40 ms
    wbufsize = 1 << 16
    timeout = IDLE_SECONDS
    server: Server

    def handle(self) -> None:
        """Answer requests until the client ends the connection, or it cannot be known where the next one begins."""
        while True:
            try:
                received = self._receive_head()
                head = http11.read_head(received)
            except TimeoutError:
                return None
            except S3Error as error:
                self._send(adapter.refuse(self.server.cloud, error))
                return self._linger()
            if head is None:
                return None
            if head.minor and "host" not in head.headers:
                self.wfile.write(http11.REFUSED)
                return self._linger()
            if not self._respond(head):
                return None

    def finish(self) -> None:
        """Close both files of the connection, also when the client is gone: the base class would leave one open."""
        for file in (self.wfile, self.rfile):
            with contextlib.suppress(OSError):
                file.close()

    def _receive_head(self) -> bytes:
        """The bytes of the next head; none at the end of the connection.

        Raises BadRequest for a line without its line break, RequestHeaderSectionTooLarge, TimeoutError.
        """
        lines: list[bytes] = []
        left = http11.MOST_HEAD_BYTES
        while left > 0:
            line = self.rfile.readline(left)
            if not line:
                return b""
            left -= len(line)
            if line == b"\r\n":
                if not lines:
                    continue  # before a request, empty lines are ignored (RFC 9112 2.2)
                lines.append(line)
                return b"".join(lines)
            if left and not line.endswith(b"\r\n"):
                raise inputs.bad_request()
            lines.append(line)
        raise inputs.too_large()

    def _respond(self, head: http11.Head) -> bool:
        """Answer the request; whether another one can follow."""
        incoming = Incoming(self.rfile, head.size, in_chunks=head.in_chunks)
        body = Body(incoming, head.size)
        request = http11.request_of(self.server.scheme, "", head, body, self.client_address[0])
        if head.expects_continue and not incoming.ended:
            # A client whose request is refused before its body is read need not send it.
            incoming.invite = self._say_continue
        response = remote.answer(self.server.cloud, request, self.server.control)
        if response.failure is not None and not self._go_on(response, response.failure):
            return False
        # A body that has not been invited may be sent anyway: then the next bytes are ambiguous.
        last = head.minor == 0 or _says_close(head) or incoming.broken or incoming.invite is not None
        last = last or response.headers.get("Connection") == "close"
        try:
            self._send(response, head, close=last)
        except ConnectionResetError:  # the client's, or that of a fault
            self._reset()
            return False
        if response.failure is not None and response.failure.end:
            self._linger()
            return False
        if not last:
            # The next request begins after the rest of this one's body.
            try:
                for _ in incoming:
                    pass
            except S3Error:
                last = True
        if last and not incoming.ended:
            self._linger()
        return not last

    def _go_on(self, response: Response, failure: Failure) -> bool:
        """Let a fault happen to the connection: whether the response is still to be sent."""
        clock = self.server.cloud.clock
        kind, seconds = failures.outcome(failure, None, None)
        if kind in ("connect timeout", "read timeout"):
            # The client has connected: silence is all that there is. It lasts until the client gives up.
            with contextlib.suppress(OSError):
                while self.connection.recv(1 << 16):
                    pass
            return False
        clock.sleep(seconds)
        if kind == "closed":
            self._linger()
        elif kind:
            self._reset()
        failures.pace(response, clock.sleep)
        return not kind

    def _reset(self) -> None:
        """End the connection by a reset, after what has been written."""
        with contextlib.suppress(OSError):
            self.wfile.flush()
            self.connection.setsockopt(SOL_SOCKET, SO_LINGER, struct.pack("ii", 1, 0))
            close(self.connection.detach())  # the files on it would keep it open

    def _say_continue(self) -> None:
        # With its reason phrase, which botocore compares. (s3_facts 17)
        self.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        self.wfile.flush()

    def _send(self, response: Response, head: http11.Head | None = None, *, close: bool = True) -> None:
        method, minor = ("GET", 1) if head is None else (head.method, head.minor)
        for piece in http11.serialize(response, method, close=close, chunks=minor > 0):
            self.wfile.write(piece)
        self.wfile.flush()

    def _linger(self) -> None:
        """Read what the client still sends, for a second: otherwise it might lose the answer to a connection reset."""
        with contextlib.suppress(OSError):
            self.wfile.flush()
            self.connection.settimeout(_LINGER_SECONDS)
            self.connection.shutdown(SHUT_WR)
            for _ in range(_MOST_UNREAD_PIECES):
                if not self.connection.recv(1 << 16):
                    return


def _says_close(head: http11.Head) -> bool:
    connection = head.headers.get("connection")
    return connection is not None and "close" in connection.lower()


class Server(socketserver.ThreadingTCPServer):
    """A server with one thread per connection, which can end all connections. ``control`` answers the control API."""

    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 128

    def __init__(
        self, host: str, port: int, cloud: Cloud, control: remote.Control, tls: SSLContext | None = None
    ) -> None:
        self.cloud = cloud
        self.control = control
        self.scheme = "http" if tls is None else "https"
        self.address_family = AF_INET6 if ":" in host else AF_INET
        self._connections: dict[threading.Thread, socket] = {}
        super().__init__((host, port), Handler)
        if tls is not None:  # a connection's handshake is part of its first read, in its own thread
            self.socket = tls.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)

    @property
    def server_port(self) -> int:
        """The port in use."""
        port: int = self.server_address[1]
        return port

    def process_request(self, request: Any, client_address: Any) -> None:
        """Serve a connection in a thread of its own.

        It is known before the thread runs, so that ``close_connections`` misses none that was accepted before.
        """
        thread = threading.Thread(target=self.process_request_thread, args=(request, client_address), daemon=True)
        self._connections[thread] = request
        try:
            thread.start()
        except RuntimeError:  # the system has no more of them
            del self._connections[thread]
            raise

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Serve one connection until either side closes it."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            del self._connections[threading.current_thread()]

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Print the traceback, unless the client has closed the connection or takes nothing."""
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)

    def close_connections(self) -> None:
        """Close every connection and wait for its thread, at most 5 seconds each."""
        for thread, connection in list(self._connections.items()):
            with contextlib.suppress(OSError):
                socket.shutdown(connection, SHUT_RDWR)  # that of TLS would take the connection's keys away
            if thread is not threading.current_thread():
                thread.join(_JOIN_SECONDS)
