"""The one request and the one response that everything inside s3mock speaks.

A transport turns its client's request into a ``Request`` and a ``Response`` back into what its client expects. Header
names are lower case; the path and the query are kept exactly as they were sent (percent-encoded), because signatures
and keys need them so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple
from urllib.parse import unquote_plus

CHUNK = 1 << 20


class Body:
    """Bytes on their way in or out: read once, in order.

    ``size`` is the number of bytes in all, or None where the sender did not say. The source is bytes or an iterable of
    bytes; it is never read before somebody asks. ``on_close`` is called once, when the body is closed.
    """

    __slots__ = ("_chunks", "_on_close", "_pending", "size")

    def __init__(
        self,
        source: bytes | Iterable[bytes] = b"",
        size: int | None = None,
        on_close: Callable[[], None] | None = None,
    ) -> None:
        self._on_close = on_close
        self._pending = b""
        self._chunks: Iterator[bytes] | None = None
        self.size = size
        if isinstance(source, bytes):
            self._pending = source
            self.size = len(source)
        else:
            self._chunks = iter(source)

    def __iter__(self) -> Iterator[bytes]:
        pending, self._pending = self._pending, b""
        if pending:
            yield pending
        if self._chunks is not None:
            yield from self._chunks
            self._chunks = None

    def read(self, amount: int = -1) -> bytes:
        """Return up to ``amount`` bytes, or all that is left; ``b""`` at the end."""
        if amount is None or amount < 0:
            if self._chunks is None:
                pending, self._pending = self._pending, b""
                return pending
            return b"".join(self)
        while len(self._pending) < amount and self._chunks is not None:
            chunk = next(self._chunks, None)
            if chunk is None:
                self._chunks = None
            else:
                self._pending += chunk
        taken, self._pending = self._pending[:amount], self._pending[amount:]
        return taken

    def close(self) -> None:
        """Drop what is left."""
        self._pending, self._chunks = b"", None
        if self._on_close is not None:
            on_close, self._on_close = self._on_close, None
            on_close()


class Request:
    """One HTTP request as it came. ``headers`` has lower-case names; repeated headers are joined with a comma."""

    __slots__ = ("body", "headers", "host", "method", "path", "query", "remote_address", "scheme")

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
    ) -> None:
        self.method = method
        self.scheme = scheme
        self.host = host
        self.path = path
        self.query = query
        self.headers = headers if headers is not None else {}
        self.body = body if body is not None else Body()
        self.remote_address = remote_address

    @property
    def url(self) -> str:
        """The request's URL, put together again."""
        return f"{self.scheme}://{self.host}{self.path}" + (f"?{self.query}" if self.query else "")


class Response:
    """One HTTP response: status, headers in order, and bytes or a ``Body`` to stream."""

    __slots__ = ("body", "headers", "status")

    def __init__(self, status: int, headers: dict[str, str], body: bytes | Body = b"") -> None:
        self.status = status
        self.headers = headers
        self.body = body


class Target(NamedTuple):
    """What a request is about.

    ``style`` tells where the bucket's name stood: ``path`` or ``virtual`` (the host). ``endpoint`` is one of ``s3``,
    ``website``, ``s3express``, ``s3express-control``, ``accesspoint``, ``object-lambda``, ``mrap`` and ``outposts``.
    ``bucket`` is what a boto3 caller would write for ``Bucket``: at the hosts of access points it is their ARN.
    ``key`` is decoded and otherwise as it came; None where the request names no key. ``region`` is None where the host
    does not say. ``domain`` is AWS's domain that the host is in, None at any other host.
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


class Credential(NamedTuple):
    """A key and what it was used for; version 2 knows neither date, nor region, nor service.

    ``region`` is None where the signature is good in several. ``in_query`` is whether the signature is in the URL.
    """

    algorithm: str
    access_key: str
    date: str | None = None
    region: str | None = None
    service: str | None = None
    in_query: bool = False


def parse_query(query: str) -> dict[str, str]:
    """Return the decoded query parameters; one without ``=`` is empty, the first of several wins (assumed)."""
    parameters: dict[str, str] = {}
    if query:
        for field in query.split("&"):
            name, _, value = field.partition("=")
            if "%" in field or "+" in field:
                name, value = unquote_plus(name), unquote_plus(value)
            parameters.setdefault(name, value)
        parameters.pop("", None)
    return parameters
