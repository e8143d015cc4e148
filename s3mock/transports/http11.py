"""HTTP/1.1 as bytes: requests that a client library has written into memory, and responses for it to read.

The client libraries keep their own writers and parsers of HTTP, so that what they do with a response (redirects,
retries, decoding, cookies) is what they do with S3's.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from http import HTTPStatus
from typing import Any, NamedTuple

from s3mock.errors import S3Error
from s3mock.http import HEADER_NAME, Body, Request, Response
from s3mock.transports import failures, remote
from s3mock.wire import inputs

NO_CONTENT = frozenset({204, 304})


MOST_HEAD_BYTES = 1 << 16
"""The most bytes of a head that are read: S3 refuses far shorter ones, but their order of errors is the gateway's."""

_REQUEST_LINE = re.compile(rf"({HEADER_NAME.pattern}) ([^\x00-\x20\x7f]+) HTTP/1\.([01])")
_LENGTH = re.compile("[0-9]{1,18}")
_CHUNK = re.compile(rb"([0-9A-Fa-f]{1,15})[ \t]*(?:;[^\r\n]*)?\r\n")
LONGEST_CHUNK_LINE = 1 << 10
_ONCE = frozenset({"content-length", "host", "transfer-encoding"})


REFUSED = b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
"""S3's answer to a request without a Host: it has no document."""


class Head(NamedTuple):
    """The head of a request: ``end`` is the offset of its body in the bytes that it was read from.

    ``size`` is the Content-Length in bytes. Where it is None the request has no body, unless that comes ``in_chunks``
    of HTTP. ``minor`` is the version: 1 of HTTP/1.1.
    """

    method: str
    target: str
    headers: dict[str, str]
    end: int = 0
    size: int | None = None
    in_chunks: bool = False
    minor: int = 1

    @property
    def expects_continue(self) -> bool:
        """Whether the client waits for "100 Continue" before it sends the body."""
        return self.headers.get("expect", "").lower() == "100-continue"


def read_head(sent: bytes | bytearray) -> Head | None:
    """The head of the request at the start of what was sent; None while it is incomplete.

    Raises BadRequest for whatever two readers might take for different requests (RFC 9112 2.2, 5, 6.3), and
    NotImplemented for another Transfer-Encoding than chunked, and for one beside a Content-Length
    (https://github.com/psf/requests/issues/1648). S3 has these errors; that each kind gets them is assumed.
    """
    end = sent.find(b"\r\n\r\n")
    if end < 0:
        return None
    text = bytes(sent[:end]).decode("latin-1")
    line, *rows = text.split("\r\n")
    request = _REQUEST_LINE.fullmatch(line)
    if request is None or "\0" in text or not text.count("\r") == text.count("\n") == len(rows):
        raise inputs.bad_request()
    headers: dict[str, str] = {}
    for row in rows:
        name, colon, value = row.partition(":")
        name = _lower(name) if colon else ""
        if not name:
            raise inputs.bad_request()
        value = value.strip(" \t")
        if name not in headers:
            headers[name] = value
        elif name not in _ONCE:
            headers[name] += f",{value}"
        elif name != "content-length" or value != headers[name]:
            raise inputs.bad_request()
    method, target, minor = request.groups()
    length, coding = headers.get("content-length"), headers.get("transfer-encoding")
    size = None if length is None else content_length(length)
    if coding is not None:
        if minor == "0":
            raise inputs.bad_request()
        if size is not None or coding.lower() != "chunked":
            raise S3Error("NotImplemented", Header="Transfer-Encoding")
    return Head(method, target, headers, end + 4, size, coding is not None, int(minor))


def content_length(text: str) -> int:
    """The number of bytes in a Content-Length. Raises BadRequest for an invalid one, or of more than 18 digits."""
    if not _LENGTH.fullmatch(text):
        raise inputs.bad_request()
    return int(text)


@lru_cache(4096)
def _lower(name: str) -> str:
    """The name of a header in lower case, "" if it is invalid."""
    return name.lower() if HEADER_NAME.fullmatch(name) else ""


def add_header(headers: dict[str, str], name: str, value: str) -> None:
    """Add a header as it was sent, one character per byte. Repeated ones are joined by a comma."""
    name, value = name.lower(), value.strip(" \t")
    headers[name] = f"{headers[name]},{value}" if name in headers else value


def chunk_size(line: bytes) -> int:
    """The size in bytes that the first line of a chunk announces. Raises ValueError."""
    match = _CHUNK.fullmatch(line)
    if match is None:
        raise ValueError(line)
    return int(match[1], 16)


def incomplete_body() -> S3Error:
    """The error for a body that ends too early, or whose chunks are invalid."""
    return S3Error("IncompleteBody", "The request body terminated unexpectedly")


def read_body(head: Head, sent: bytes | bytearray) -> bytes | None:
    """The body of a request of which everything in ``sent`` has been sent; None while it is incomplete.

    Raises IncompleteBody for invalid chunks.
    """
    at = head.end
    with memoryview(sent) as view:
        if not head.in_chunks:
            end = at + (head.size or 0)
            return bytes(view[at:end]) if len(sent) >= end else None
        pieces: list[bytes] = []
        while (line_end := sent.find(b"\r\n", at)) >= 0:
            try:
                size = chunk_size(bytes(view[at : line_end + 2]))
            except ValueError:
                raise incomplete_body() from None
            at = line_end + 2
            if len(sent) < at + size + 2:
                return None
            if not size:
                return b"".join(pieces)
            pieces.append(bytes(view[at : at + size]))
            at += size + 2
        return None


def request_of(scheme: str, host: str, head: Head, body: bytes | Body, remote_address: str = "127.0.0.1") -> Request:
    """Our Request. ``host`` is that of the connection, for requests without a Host header.

    A target that is a whole URL has the scheme and host that the client means (RFC 9112 3.2.2).
    """
    absolute, path, query = remote.split_target(head.target)
    if absolute:
        named = head.target.partition("://")[0].lower()
        scheme = named if named in ("http", "https") else scheme
    if isinstance(body, bytes):
        # S3 wants a Content-Length: a body that came in chunks has no size.
        body = Body(iter((body,))) if "transfer-encoding" in head.headers else Body(body)
    host = absolute or head.headers.get("host") or host
    return Request(head.method, scheme, host, path, query, head.headers, body, remote_address)


def header_lines(response: Response, method: str, *, chunks: bool = True) -> tuple[list[tuple[str, str]], bool]:
    """The headers of a response as they are sent, one character per byte, and whether its body is sent in chunks.

    A body without headers about its size gets one: ``Content-Length``, or ``Transfer-Encoding: chunked``, unless the
    client does not know ``chunks``.
    """
    lines = [(name, remote.encode_header(value)) for name, value in response.headers.items()]
    if has_no_body(response, method) or any(name.lower() == "content-length" for name, _ in lines):
        return lines, False
    body = response.body
    size = len(body) if isinstance(body, bytes) else body.size
    if size is None and not chunks:
        return lines, False
    if size is None:
        return [*lines, ("Transfer-Encoding", "chunked")], True
    return [*lines, ("Content-Length", str(size))], False


def has_no_body(response: Response, method: str) -> bool:
    """Whether HTTP forbids a body here."""
    return method == "HEAD" or response.status in NO_CONTENT


def reason(response: Response) -> str:
    """The reason phrase of a response."""
    return phrase(response.status) if response.reason is None else response.reason


@lru_cache(256)
def phrase(status: int) -> str:
    """The reason phrase of a status."""
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown"


def body_pieces(response: Response) -> Iterator[bytes]:
    """The body in pieces, none of them empty; it is closed at the end, or with the iterator."""
    body = response.body
    if isinstance(body, bytes):
        if body:
            yield body
        return
    try:
        for piece in body:
            if piece:
                yield piece
    finally:
        body.close()


def serialize(response: Response, method: str, *, close: bool = False, chunks: bool = True) -> Iterator[bytes]:
    """The bytes of a response, as they are asked for. ``close`` announces the end of the connection.

    HTTP/1.0 knows no ``chunks``: a body of unknown size ends with the connection. Raises ConnectionResetError at the
    end of a body that a fault ends so.
    """
    lines, in_chunks = header_lines(response, method, chunks=chunks)
    if close and "Connection" not in response.headers:
        lines.append(("Connection", "close"))
    head = "".join(f"{name}: {value}\r\n" for name, value in lines)
    yield f"HTTP/1.1 {response.status} {reason(response)}\r\n{head}\r\n".encode("latin-1")
    if has_no_body(response, method):
        return
    for piece in body_pieces(response):
        yield b"%x\r\n%b\r\n" % (len(piece), piece) if in_chunks else piece
    end = "" if response.failure is None else response.failure.end
    if end == "reset":
        raise failures.error_of(end)
    if in_chunks and not end:
        yield b"0\r\n\r\n"


class Pieces(io.RawIOBase):
    """A file that reads what an iterator of bytes yields, no sooner than it is asked for.

    Below a response, ``sock`` is its socket, whose timeout botocore and others set there.
    """

    def __init__(self, pieces: Iterator[bytes], sock: MemorySocket | None = None) -> None:
        self._pieces, self._sock = pieces, sock
        self._unread = memoryview(b"")

    def readable(self) -> bool:
        """True."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Read into ``buffer`` and return the number of bytes; 0 at the end."""
        while not self._unread:
            piece = next(self._pieces, None)
            if piece is None:
                return 0
            self._unread = memoryview(piece)
        size = min(len(buffer), len(self._unread))
        buffer[:size] = self._unread[:size]
        self._unread = self._unread[size:]
        return size

    def close(self) -> None:
        """Drop the rest."""
        getattr(self._pieces, "close", lambda: None)()
        super().close()


def _failing(error: Exception) -> Iterator[bytes]:
    yield b""
    raise error


class MemorySocket:
    """A socket as http.client and urllib3 use one. What they send is answered when they ask for the response.

    ``refuse`` returns the response to what is no request; without it the error is raised. ``is_open`` returns False
    once the mock has ended: then a connection that the client has kept is closed, as by a server. ``wait`` lets the
    seconds pass that a fault takes, and ``error_of`` is the exception of a failure. The timeouts are the client's, None
    for no limit.
    """

    connect_timeout: float | None = None

    def __init__(
        self,
        scheme: str,
        host: str,
        answer: Callable[[Request], Response],
        refuse: Callable[[S3Error], Response] | None = None,
        is_open: Callable[[], bool] = lambda: True,
        wait: failures.Wait = lambda _: None,
        error_of: Callable[[str], Exception] = failures.error_of,
    ) -> None:
        self._wait, self._error_of = wait, error_of
        self._timeout: float | None = None
        self._scheme, self._host, self._answer, self._refuse, self._is_open = scheme, host, answer, refuse, is_open
        self._sent = bytearray()

    def sendall(self, data: Any, *_: Any) -> None:
        """Take a part of a request. Raises BrokenPipeError once the mock has ended."""
        if not self._is_open():
            raise BrokenPipeError("mock_s3 has ended, and its connections with it")
        self._sent += data

    def send(self, data: Any, *_: Any) -> int:
        """Take a part of a request."""
        self.sendall(data)
        return len(data)

    def makefile(self, *_: Any, **__: Any) -> io.BufferedReader:
        """The response to what has been sent, as a file."""
        try:
            head = read_head(self._sent)
            body = None if head is None else read_body(head, self._sent)
        except S3Error as error:
            if self._refuse is None:
                raise
            return io.BufferedReader(Pieces(serialize(self._refuse(error), "GET", close=True), self))
        finally:
            self._sent = bytearray()
        if head is None or body is None:
            return io.BufferedReader(Pieces(iter(())))  # as if the server had closed the connection
        response = self._answer(request_of(self._scheme, self._host, head, body))
        if response.failure is not None:
            kind, seconds = failures.outcome(response.failure, self.connect_timeout, self._timeout)
            self._wait(seconds)
            if kind == "closed":
                return io.BufferedReader(Pieces(iter(())))
            if kind:
                # At the first read: http.client's response would not be complete if this raised it.
                return io.BufferedReader(Pieces(_failing(self._error_of(kind)), self))
        return io.BufferedReader(Pieces(serialize(response, head.method), self))

    def settimeout(self, timeout: float | None) -> None:
        """Set the read timeout: nothing here waits, but a fault may be a response that is later."""
        self._timeout = timeout

    def gettimeout(self) -> float | None:
        """The read timeout in seconds."""
        return self._timeout

    def setsockopt(self, *_: Any) -> None:
        """Do nothing."""

    shutdown = close = setsockopt

    def getpeername(self) -> tuple[str, int]:
        """An address."""
        return "127.0.0.1", {"https": 443}.get(self._scheme, 80)

    getsockname = getpeername

    def fileno(self) -> int:
        """-1, as of a closed socket."""
        return -1
