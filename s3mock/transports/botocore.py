"""botocore's requests, caught on the class of its endpoints: clients made before the mock are caught too.

What makes a request S3's is the client's service, not the URL: a local DynamoDB has a host like any, and ``s3control``
signs as ``s3``.
"""
# ruff: noqa: SLF001 - botocore has no public hook below its event "before-send"; tests/test_upstream.py watches what we use

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

import boto3.s3.transfer
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.endpoint import Endpoint
from botocore.httpchecksum import AwsChunkedWrapper

from s3mock.http import CHUNK, Body, Request, Response
from s3mock.process import real_calls

if TYPE_CHECKING:
    from s3mock.process.patches import Function, Patches
    from s3mock.settings import Settings

_DEFAULT_PORTS = {"http": ":80", "https": ":443"}


def install(patches: Patches, settings: Settings, handle: Callable[[Request], Response]) -> None:
    """Answer S3 requests by ``handle``, and let no request to another service of AWS out unless a setting allows it."""
    patches.replace(Endpoint, "_do_get_response", lambda original: _looking(original, patches))
    patches.replace(Endpoint, "_send", lambda original: _sending(original, patches, settings, handle))
    patches.replace(boto3.s3.transfer, "_should_use_crt", lambda original: _without_crt(original, patches))


def _looking(original: Function, patches: Patches) -> Function:
    """Before the events around a request are emitted, see who else has come to answer it."""

    def _do_get_response(endpoint: Any, request: Any, operation_model: Any, context: Any) -> Any:
        patches.look()
        return original(endpoint, request, operation_model, context)

    return _do_get_response


def _sending(
    original: Function, patches: Patches, settings: Settings, handle: Callable[[Request], Response]
) -> Function:
    def _send(endpoint: Any, prepared: AWSPreparedRequest) -> Any:
        if not patches.in_force:
            return original(endpoint, prepared)
        request = request_of(prepared)
        if endpoint._endpoint_prefix != "s3":
            real_calls.check_service(endpoint._endpoint_prefix, request.host, settings)
            return original(endpoint, prepared)
        if settings.passthrough and real_calls.passes(request, settings):
            return original(endpoint, prepared)
        return response_of(prepared, handle(request))

    return _send


def _without_crt(original: Function, patches: Patches) -> Function:
    """Transfer with boto3's classic manager: the one of the AWS Common Runtime has an HTTP client of its own, in C."""

    def _should_use_crt(config: Any) -> bool:
        return False if patches.in_force else bool(original(config))

    return _should_use_crt


def request_of(prepared: AWSPreparedRequest) -> Request:
    """Return our Request for botocore's. The body is not read: it is left to be read from where it stands."""
    scheme, _, rest = prepared.url.partition("://")
    rest, _, query = rest.partition("?")
    host, slash, path = rest.partition("/")
    if ":" in host:
        host = host.removesuffix(_DEFAULT_PORTS[scheme])
    headers: dict[str, str] = {}
    # HeadersDict's own items() costs 1 us a header
    for key, value in prepared.headers._dict.items():  # type: ignore[attr-defined]
        headers[key._lower] = value.decode() if isinstance(value, bytes) else value
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
    return Body(_read(sent, size), size)


def _read(file: Any, size: int | None) -> Iterator[bytes]:
    """Yield what is left of a file object, as far as its Content-Length goes."""
    while size is None or size > 0:
        chunk = file.read(CHUNK if size is None else min(CHUNK, size))
        if not chunk:
            return
        if isinstance(chunk, str):  # a file opened in text mode: http.client sends it so
            chunk = chunk.encode("iso-8859-1")
        if size is not None:
            size -= len(chunk)
        yield chunk


def response_of(prepared: AWSPreparedRequest, response: Response) -> AWSResponse:
    """Return botocore's response for ours."""
    body = response.body
    raw = RawBytes(body) if isinstance(body, bytes) else RawStream(body)
    answer = AWSResponse(prepared.url, response.status, response.headers, raw)  # type: ignore[arg-type]
    if not prepared.stream_output:
        answer.content  # noqa: B018 - read at once, as botocore does where nobody asked for a stream
    return answer


class _Timeout:
    """Stands for the socket below a response, whose timeout StreamingBody.set_socket_timeout sets."""

    def __init__(self) -> None:
        self.fp = self.raw = self._sock = self

    def settimeout(self, seconds: float) -> None:
        """Do nothing: nothing here waits."""


_TIMEOUT = _Timeout()


class RawBytes(io.BytesIO):
    """A body in memory, with what botocore and its users take from urllib3's response besides a file's methods."""

    _fp = _TIMEOUT

    def stream(self, amt: int | None = None, decode_content: bool | None = None) -> Iterator[bytes]:  # noqa: ARG002
        """Return what is left, in one piece or in pieces of ``amt`` bytes."""
        return iter(partial(self.read, amt), b"")

    def release_conn(self) -> None:
        """Do nothing: there is no connection."""


class RawStream(io.RawIOBase):
    """The same over a ``Body`` that is read as it is asked for."""

    _fp = _TIMEOUT

    def __init__(self, body: Body) -> None:
        self._body = body
        self._chunks = iter(body)
        self._chunk = io.BytesIO()
        self._position = 0

    def readable(self) -> bool:
        """Return True."""
        return True

    def tell(self) -> int:
        """Return how many bytes have been read."""
        return self._position

    def read(self, amt: int | None = None, decode_content: bool | None = None) -> bytes:  # noqa: ARG002
        """Return ``amt`` bytes, or fewer at the end; without ``amt``, all that is left."""
        wanted = -1 if amt is None else amt
        pieces = [self._chunk.read(wanted)]
        missing = wanted - len(pieces[0])
        while wanted < 0 or missing > 0:
            chunk = next(self._chunks, None)
            if chunk is None:
                self._body.close()
                break
            self._chunk = io.BytesIO(chunk)
            pieces.append(self._chunk.read(missing if wanted >= 0 else -1))
            missing -= len(pieces[-1])
        data = b"".join(pieces)
        self._position += len(data)
        return data

    def readinto(self, buffer: Any) -> int:
        """Fill ``buffer`` as far as the body goes; return how many bytes that were."""
        data = self.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def stream(self, amt: int | None = CHUNK, decode_content: bool | None = None) -> Iterator[bytes]:  # noqa: ARG002
        """Yield what is left in pieces of ``amt`` bytes."""
        return iter(partial(self.read, amt), b"")

    def release_conn(self) -> None:
        """Do nothing: there is no connection."""

    def close(self) -> None:
        """Drop what is left."""
        self._body.close()
        super().close()
