"""botocore's requests, answered in place of its endpoint class: clients made before the mock are answered too.

A request is S3's by the service of its client, not by its URL: a local DynamoDB's host looks like any other, and
``s3control`` signs as ``s3``.
"""
# ruff: noqa: SLF001 - botocore has no public hook below its event "before-send"; tests/test_upstream.py watches what we use

from __future__ import annotations

import io
from collections.abc import Iterator
from functools import lru_cache, partial
from typing import Any

import boto3.s3.transfer
from botocore.awsrequest import AWSPreparedRequest, AWSResponse, HeadersDict, _HeaderKey
from botocore.endpoint import Endpoint
from botocore.httpchecksum import AwsChunkedWrapper

from s3mock.http import CHUNK, Body, Request, Response, read_file
from s3mock.process import real_calls
from s3mock.process.patches import Function, Patches
from s3mock.process.real_calls import client_decided
from s3mock.transports.router import Router

_DEFAULT_PORTS = {"http": ":80", "https": ":443"}


def install(patches: Patches, router: Router) -> None:
    """Answer S3 requests, and refuse those to other services of AWS unless a setting allows them."""
    settings = router.settings

    def send(original: Function, endpoint: Any, prepared: AWSPreparedRequest) -> Any:
        request = request_of(prepared)
        if endpoint._endpoint_prefix != "s3" or router.cloud is None:
            router.refuse_service(endpoint._endpoint_prefix, request.host)
        elif not (
            settings.passthrough
            and real_calls.passes(request.host, request.query, request.headers.get("authorization", ""), settings)
        ):
            return response_of(prepared, router.answer(request))
        token = client_decided.set("real")
        try:
            return original(endpoint, prepared)
        finally:
            client_decided.reset(token)

    patches.replace(Endpoint, "_send", send)
    # boto3's classic transfer manager instead of the AWS Common Runtime's, which has an HTTP client of its own, in C.
    patches.replace(boto3.s3.transfer, "_should_use_crt", lambda _original, _config: False)


def request_of(prepared: AWSPreparedRequest) -> Request:
    """Our Request for botocore's. The body is not read yet: it will be, from its current position."""
    scheme, _, rest = prepared.url.partition("://")
    rest, _, query = rest.partition("?")
    host, slash, path = rest.partition("/")
    if ":" in host:
        host = host.removesuffix(_DEFAULT_PORTS[scheme])
    headers: dict[str, str] = {}
    # HeadersDict's own items() costs 1 us a header
    for key, value in prepared.headers._dict.items():  # type: ignore[attr-defined]
        headers[key._lower] = value.decode("latin-1") if isinstance(value, bytes) else value
    host = headers.setdefault("host", host)
    return Request(prepared.method, scheme, host, slash + path or "/", query, headers, _body(prepared.body, headers))


def _body(sent: Any, headers: dict[str, str]) -> Body:
    if sent is None:
        return Body()
    if isinstance(sent, bytes):
        return Body(sent)
    if isinstance(sent, str):
        return Body(sent.encode())
    if isinstance(sent, (bytearray, memoryview)):
        return Body(bytes(sent))
    length = headers.get("content-length")
    size = None if length is None else int(length)
    # AwsChunkedWrapper.read() without a size is quadratic, and with one it copies; iterating it does neither. Other
    # file objects must be read: iterating one gives lines, and iterating s3transfer's ReadFileChunk gives nothing.
    if isinstance(sent, AwsChunkedWrapper) or not hasattr(sent, "read"):
        return Body(sent, size)
    return Body(read_file(sent, size), size)


def response_of(prepared: AWSPreparedRequest, response: Response) -> AWSResponse:
    """The response of botocore for ours."""
    body = response.body
    raw = RawBytes(body) if isinstance(body, bytes) else RawStream(body)
    answer = AWSResponse.__new__(AWSResponse)  # the constructors of it and of HeadersDict take 1 us
    answer.url, answer.status_code, answer.raw = prepared.url, response.status, raw
    answer.headers = headers = HeadersDict.__new__(HeadersDict)
    # The keys of HeadersDict are remembered: making them anew for each response takes 4 us.
    headers._dict = {_header_key(name): value for name, value in response.headers.items()}  # type: ignore[attr-defined]
    # Read at once, as botocore does unless a stream was requested.
    answer._content = None if prepared.stream_output else raw.read()  # type: ignore[attr-defined]
    return answer


_header_key = lru_cache(1024)(_HeaderKey)


class _Timeout:
    """Takes the place of the socket below a response, whose timeout StreamingBody.set_socket_timeout sets."""

    def __init__(self) -> None:
        self.fp = self.raw = self._sock = self

    def settimeout(self, seconds: float) -> None:
        """Do nothing: nothing here waits."""


_TIMEOUT = _Timeout()


class RawBytes(io.BytesIO):
    """A body in memory: a file with the methods of urllib3's response that botocore and its users call."""

    _fp = _TIMEOUT

    def stream(self, amt: int | None = None, decode_content: bool | None = None) -> Iterator[bytes]:  # noqa: ARG002
        """The rest, in one piece or in pieces of ``amt`` bytes."""
        return iter(partial(self.read, amt), b"")

    def release_conn(self) -> None:
        """Do nothing: there is no connection."""


class RawStream(io.RawIOBase):
    """The same over a ``Body`` that is read on demand."""

    _fp = _TIMEOUT

    def __init__(self, body: Body) -> None:
        self._body = body
        self._position = 0

    def readable(self) -> bool:
        """True."""
        return True

    def tell(self) -> int:
        """The number of bytes read so far."""
        return self._position

    def read(self, amt: int | None = None, decode_content: bool | None = None) -> bytes:  # noqa: ARG002
        """The next ``amt`` bytes, or fewer at the end; without ``amt``, the rest."""
        data = self._body.read(-1 if amt is None else amt)
        if amt is None or len(data) < amt:
            self._body.close()
        self._position += len(data)
        return data

    def readinto(self, buffer: Any) -> int:
        """Read into ``buffer`` and return the number of bytes; fewer than its size only at the end."""
        data = self.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def stream(self, amt: int | None = CHUNK, decode_content: bool | None = None) -> Iterator[bytes]:  # noqa: ARG002
        """The rest, in pieces of ``amt`` bytes."""
        return iter(partial(self.read, amt), b"")

    def release_conn(self) -> None:
        """Do nothing: there is no connection."""

    def close(self) -> None:
        """Drop the rest."""
        self._body.close()
        super().close()
