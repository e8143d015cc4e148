"""The request and the response that all of s3mock works with, whatever the client's HTTP library.

A transport turns its client's request into a ``Request``, and a ``Response`` into what its client expects. Header names
are lower case; the path and the query stay percent-encoded as they were sent, because signatures and keys need that.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import Any, NamedTuple
from urllib.parse import unquote_plus

CHUNK = 1 << 20


class Body:
    """Bytes on their way in or out: read once, in order.

    ``size`` is the total number of bytes, None if the sender did not give it. The source is bytes or an iterable of
    bytes, which is not touched before the first read. ``on_close`` is called once, when the body is closed.
    """

    __slots__ = ("_chunk", "_chunks", "_offset", "_on_close", "size")

    def __init__(
        self,
        source: bytes | Iterable[bytes] = b"",
        size: int | None = None,
        on_close: Callable[[], None] | None = None,
    ) -> None:
        self._on_close = on_close
        # The current chunk is kept whole, with the offset of its unread part: cutting off what was read would copy the
        # rest at each read.
        self._chunk, self._offset = b"", 0
        self._chunks: Iterator[bytes] | None = None
        self.size = size
        if isinstance(source, bytes):
            self._chunk = source
            self.size = len(source)
        else:
            self._chunks = iter(source)

    def __iter__(self) -> Iterator[bytes]:
        unread = self._chunk[self._offset :]
        self._chunk, self._offset = b"", 0
        if unread:
            yield unread
        if self._chunks is not None:
            yield from self._chunks
            self._chunks = None

    def read(self, amount: int = -1) -> bytes:
        """Return up to ``amount`` bytes, or all that is left; ``b""`` at the end. Returns fewer only at the end."""
        if amount is None or amount < 0:
            if self._chunks is None:
                unread = self._chunk[self._offset :]
                self._chunk, self._offset = b"", 0
                return unread
            return b"".join(self)
        taken = self._chunk[self._offset : self._offset + amount]
        self._offset += len(taken)
        if self._offset == len(self._chunk):
            self._chunk, self._offset = b"", 0
        missing = amount - len(taken)
        if not missing or self._chunks is None:
            return taken
        pieces = [taken] if taken else []
        for chunk in self._chunks:
            piece = chunk[:missing]
            pieces.append(piece)
            missing -= len(piece)
            if not missing:
                if len(piece) < len(chunk):
                    self._chunk, self._offset = chunk, len(piece)
                break
        else:
            self._chunks = None
        return b"".join(pieces)

    def close(self) -> None:
        """Drop what is left."""
        self._chunk, self._offset, self._chunks = b"", 0, None
        if self._on_close is not None:
            on_close, self._on_close = self._on_close, None
            on_close()


NO_BODY = Body()
"""That of every request without one: reading and closing it change nothing."""


def utf8(value: str) -> str:
    """The text of a header's value, which has one character for each byte; a value that is not UTF-8, as it is."""
    if value.isascii():
        return value
    try:
        return value.encode("latin-1").decode()
    except UnicodeError:
        return value


HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
"""A valid name, a token of RFC 9110."""


@lru_cache(1024)  # the requests of an operation have the same names, and so have its responses
def are_header_names(names: str) -> bool:
    """Whether names of headers, one behind the other, have only the characters of valid ones."""
    return HEADER_NAME.fullmatch(names) is not None


def ends_header(text: str) -> bool:
    """Whether a header would end within the text, or be cut off by its reader."""
    return "\r" in text or "\n" in text or "\0" in text  # a regular expression takes 3 us for a request's headers


def fits_header(name: str, value: str) -> bool:
    """Whether a name and value of a query, form or document, which may have any characters, can be a header."""
    return not ends_header(value) and HEADER_NAME.fullmatch(name) is not None


class Request:
    """One HTTP request as it was sent. ``headers`` has lower-case names; repeated headers are joined with a comma.

    A header's value has one character for each byte, as S3 takes it (s3_facts 24); ``utf8`` decodes it. ``by_mock`` is
    whether the mock itself makes the request: then no signature is verified, no fault fires, and no journal has it.
    """

    __slots__ = ("body", "by_mock", "headers", "host", "method", "path", "query", "remote_address", "scheme")

    def __init__(
        self,
        method: str,
        scheme: str,
        host: str,
        path: str,
        query: str = "",
        headers: dict[str, str] | None = None,
        body: Body | None = None,
        remote_address: str = "127.0.0.1",
        *,
        by_mock: bool = False,
    ) -> None:
        self.method = method
        self.scheme = scheme
        self.host = host
        self.path = path
        self.query = query
        self.headers = headers if headers is not None else {}
        self.body = NO_BODY if body is None else body
        self.remote_address = remote_address
        self.by_mock = by_mock

    @property
    def url(self) -> str:
        """The request's URL."""
        return f"{self.scheme}://{self.host}{self.path}" + (f"?{self.query}" if self.query else "")


class Failure(NamedTuple):
    """What a transport does to a connection instead of answering, or while it does.

    ``kind`` is "refused", "connect timeout", "reset", "closed" or "read timeout", or "" where the response is sent.
    ``end`` is how its body ends: "" as it should, "cut" by the end of the connection, or by its "reset"; what is left
    of the body is the response's body then. ``delay`` is the number of seconds before the response, ``pace`` the bytes
    of the body in a second, None for no limit.
    """

    kind: str = ""
    end: str = ""
    delay: float = 0.0
    pace: float | None = None


class Response:
    """One HTTP response: status, headers in order, and bytes or a ``Body`` to stream.

    ``failure`` is what happens to it on its way, None for an ordinary response. ``reason`` is the reason phrase where
    it is not that of the status.
    """

    __slots__ = ("body", "headers", "status")
    failure: Failure | None = None
    reason: str | None = None

    def __init__(self, status: int, headers: dict[str, str], body: bytes | Body = b"") -> None:
        self.status = status
        self.headers = headers
        self.body = body


class FailingResponse(Response):
    """A response that a fault concerns."""

    __slots__ = ("failure", "reason")

    def __init__(self, response: Response, failure: Failure | None, reason: str | None) -> None:
        super().__init__(response.status, response.headers, response.body)
        self.failure = failure
        self.reason = reason


class Target(NamedTuple):
    """The bucket, key and endpoint that a request is addressed to.

    ``style`` is ``path`` or ``virtual``: whether the bucket's name was in the path or in the host. ``endpoint`` is one
    of ``s3``, ``website``, ``s3express``, ``s3express-control``, ``accesspoint``, ``object-lambda``, ``mrap`` and
    ``outposts``. ``bucket`` is what a boto3 caller would write for ``Bucket``: at the hosts of access points, their
    ARN. ``key`` is percent-decoded and otherwise as it was sent; None where the request names no key. ``region`` is
    None where the host does not name one. ``domain`` is AWS's domain that the host is in, None at any other host.
    ``zone`` is the id of the zone at the zonal endpoints of directory buckets.
    """

    style: str = "path"
    endpoint: str = "s3"
    bucket: str | None = None
    key: str | None = None
    region: str | None = None
    partition: str = "aws"
    accelerate: bool = False
    dualstack: bool = False
    fips: bool = False
    domain: str | None = None
    zone: str | None = None


class Credential(NamedTuple):
    """The access key that signed a request, and the scope it signed for; version 2 has no date, region or service.

    ``region`` is None where the signature is valid in several. ``in_query`` is whether the signature is in the URL.
    """

    algorithm: str
    access_key: str
    date: str | None = None
    region: str | None = None
    service: str | None = None
    in_query: bool = False


def read_file(file: Any, size: int | None = None) -> Iterator[bytes]:
    """Yield what is left of a file in pieces, up to ``size`` bytes; to its end if that is None.

    The text of a file opened in text mode is encoded as ``http.client`` sends it: Latin-1.
    """
    while size is None or size > 0:
        piece = file.read(CHUNK if size is None else min(CHUNK, size))
        if not piece:
            return
        if isinstance(piece, str):
            piece = piece.encode("iso-8859-1")
        if size is not None:
            size -= len(piece)
        yield piece


def parse_query(query: str) -> dict[str, str]:
    """Return the decoded query parameters; one without ``=`` is empty; of several, the first counts (assumed)."""
    parameters: dict[str, str] = {}
    if query:
        for field in query.split("&"):
            name, _, value = field.partition("=")
            if "%" in field or "+" in field:
                name, value = unquote_plus(name), unquote_plus(value)
            parameters.setdefault(name, value)
        parameters.pop("", None)
    return parameters
