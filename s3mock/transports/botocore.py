"""botocore's requests, answered in place of its endpoint class: clients made before the mock are answered too.

A request is S3's by the service of its client, not by its URL: a local DynamoDB's host looks like any other, and
``s3control`` signs as ``s3``.
"""
# ruff: noqa: SLF001 - botocore has no public hook below its event "before-send"; tests/test_upstream.py watches what we use

from __future__ import annotations

import copy
import http.client
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal

import boto3.s3.transfer
import urllib3.response
from botocore.awsrequest import AWSHTTPConnection, AWSPreparedRequest, AWSResponse, HeadersDict
from botocore.endpoint import Endpoint
from botocore.exceptions import HTTPClientError
from botocore.httpchecksum import AwsChunkedWrapper

from s3mock.http import Body, Request, Response, are_header_names, read_file
from s3mock.process import real_calls
from s3mock.process.patches import Function, Patches
from s3mock.process.real_calls import client_decided
from s3mock.transports import http11, remote
from s3mock.transports.router import Router, answered

if TYPE_CHECKING:
    from typing_extensions import Self

_DEFAULT_PORTS = {"http": ":80", "https": ":443"}


def install(patches: Patches, router: Router) -> None:
    """Answer S3 requests, and refuse those to other services of AWS unless a setting allows them."""
    settings = router.settings

    def send(original: Function, endpoint: Any, prepared: AWSPreparedRequest) -> Any:
        request = request_of(prepared)
        sent_by: Literal["real", "ours"] = "real"
        answer = None
        if endpoint._endpoint_prefix != "s3" or router.cloud is None:
            router.refuse_service(endpoint._endpoint_prefix, request.host)
        elif not (
            settings.passthrough
            and real_calls.passes(request.host, request.query, request.headers.get("authorization", ""), settings)
        ):
            _check(prepared, request)
            try:
                response = router.answer(request)
            except UnreadableBodyError as error:
                prepared = _with_body(prepared, _Failing(error.reason))
            else:
                if response.failure is None:
                    return response_of(prepared, response)
                prepared, answer = _with_body(prepared, None), lambda _: response
            sent_by = "ours"
        token, answered_token = client_decided.set(sent_by), answered.set(answer)
        try:
            return original(endpoint, prepared)
        finally:
            answered.reset(answered_token)
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
    body = None if prepared.body is None else _body(prepared.body, headers)
    return Request(prepared.method, scheme, host, slash + path or "/", query, headers, body)


def _body(sent: Any, headers: dict[str, str]) -> Body:
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
    iterated = isinstance(sent, AwsChunkedWrapper) or not hasattr(sent, "read")
    return Body(_readable(sent if iterated else read_file(sent, size)), size)


class UnreadableBodyError(Exception):
    """Reading the client's body raised ``reason``, an exception of the client's own."""

    def __init__(self, reason: Exception) -> None:
        super().__init__(reason)
        self.reason = reason


def _readable(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The same pieces. Raises UnreadableBodyError, so that errors of the client's body are not taken for ours."""
    try:
        yield from pieces
    except Exception as error:
        raise UnreadableBodyError(error) from error


class _Failing:
    """A body that raises an error when it is read."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    def read(self, _size: int = -1) -> bytes:
        raise self._error


def _with_body(prepared: AWSPreparedRequest, body: Any) -> AWSPreparedRequest:
    """The request with another body, for botocore's own session, which decides what becomes of an exception."""
    other: Any = copy.copy(prepared)
    other.body = body
    # Without Expect: no server is there to invite the body. Without a size: there is no body if that has been read.
    left_out = {"expect"} if body is not None else {"expect", "content-length", "transfer-encoding"}
    other.headers = HeadersDict(item for item in prepared.headers.items() if item[0].lower() not in left_out)
    return other  # type: ignore[no-any-return]


def _check(prepared: AWSPreparedRequest, request: Request) -> None:
    """Raise HTTPClientError, as botocore's session does, if urllib3 or http.client would not write the request."""
    headers = request.headers
    try:
        names, values = "".join(headers), "".join(headers.values())
    except TypeError:
        names, values = "", "\n"
    if (  # the usual request, in less than 1 us
        values.isascii()
        and "\n" not in values
        and "\r" not in values
        and are_header_names(names)
        and "" not in headers
        and prepared.method in _METHODS
    ):
        return
    connection = AWSHTTPConnection("localhost")
    try:
        connection.putrequest(prepared.method, "/")
        for name, value in prepared.headers.items():
            connection.putheader(name, value)
    except Exception as error:
        raise HTTPClientError(error=error) from error
    headers.update((name, str(value)) for name, value in headers.items())  # http.client also takes numbers


_METHODS = frozenset({"GET", "PUT", "POST", "DELETE", "HEAD"})


def response_of(prepared: AWSPreparedRequest, response: Response) -> AWSResponse:
    """The response of botocore for ours."""
    raw = HTTPResponse(response, prepared.method, prepared.url)
    answer = AWSResponse.__new__(AWSResponse)  # whose constructor would copy the headers
    answer.url, answer.status_code, answer.raw = prepared.url, response.status, raw
    sent = response.headers
    lines = "\n".join(sent.values())
    if not lines.isascii() or "\n " in lines or "\n\t" in lines:
        sent = {name: remote.encode_header(value).lstrip(" \t") for name, value in sent.items()}  # as http.client reads
    answer.headers = Headers(sent)
    # Read at once, as botocore does unless a stream was requested.
    answer._content = None if prepared.stream_output else raw.read()  # type: ignore[attr-defined]
    return answer


class Headers(HeadersDict):
    """botocore's dictionary of headers, which is looked at quickly.

    botocore looks for each header that the answer of an operation may have: 40 in that of HeadObject. A look at its own
    dictionary makes a key, hashes it in Python, and raises a KeyError where the header is missing: 40 microseconds.
    """

    _dict: dict[Any, Any]

    def __init__(self, sent: dict[str, str]) -> None:
        self._dict = {_name_of(name): value for name, value in sent.items()}

    def __getitem__(self, name: str) -> Any:
        return self._dict[name.lower()]

    def __contains__(self, name: Any) -> bool:
        return name.lower() in self._dict

    def get(self, name: str, default: Any = None) -> Any:
        """The value of a header, ``default`` without it."""
        return self._dict.get(name.lower(), default)

    def __setitem__(self, name: str, value: Any) -> None:
        self._dict[_Name(name)] = value

    def __delitem__(self, name: str) -> None:
        del self._dict[name.lower()]

    def __iter__(self) -> Iterator[str]:
        return (name.sent for name in self._dict)


class _Name(str):
    """The name of a header in lower case, and as it was ``sent``."""

    __slots__ = ("sent",)
    sent: str

    def __new__(cls, sent: str) -> Self:
        name = str.__new__(cls, sent.lower())
        name.sent = sent
        return name

    def __repr__(self) -> str:
        return repr(self.sent)


_name_of = lru_cache(1024)(_Name)  # making them anew for each response would take 6 us


class HTTPResponse(urllib3.response.HTTPResponse):
    """urllib3's response, as botocore's session returns it.

    It is made without its attributes: most responses are only read, which needs none. At the first look at any of
    them it becomes the real thing with http.client's response below, from the bytes that S3 would have sent. Making
    each one real at once would take 50 us.
    """

    _taken = 0
    _ended = _dropped = False

    def __init__(self, response: Response, method: str, url: str) -> None:
        self._response, self._method, self._url = response, method, url
        self._size = len(response.body) if isinstance(response.body, bytes) else response.body.size

    def __getattr__(self, name: str) -> Any:
        if "_fp" in self.__dict__:
            raise AttributeError(f"'HTTPResponse' object has no attribute {name!r}")
        self._become_real()
        return getattr(self, name)

    def _become_real(self) -> None:
        body = self._response.body
        left = (body[self._taken :],) if isinstance(body, bytes) else read_file(body)
        sent = Response(self._response.status, self._response.headers, Body(left, self._size))
        socket = http11.MemorySocket("https", "", lambda _: sent)
        socket.sendall(f"{self._method} / HTTP/1.1\r\n\r\n".encode())
        original = http.client.HTTPResponse(socket, method=self._method)  # type: ignore[arg-type]
        original.begin()
        path, _, query = self._url.partition("://")[2].partition("/")[2].partition("?")
        super().__init__(
            body=original,
            headers=urllib3.HTTPHeaderDict(original.msg.items()),
            status=original.status,
            version=original.version,
            reason=original.reason,
            preload_content=False,
            decode_content=False,
            original_response=original,
            retries=urllib3.Retry(False),
            enforce_content_length=False,
            request_method=self._method,
            request_url=f"/{path}?{query}" if query else f"/{path}",
        )
        self.version_string = "HTTP/1.1"
        # What has been taken from it already.
        self._fp_bytes_read, self._uncached_read_occurred = self._taken, self._taken > 0
        if original.length is not None:
            original.length -= self._taken
        if self.length_remaining is not None:
            self.length_remaining -= self._taken
        if self._dropped:
            original.close()
        elif self._ended:
            original.read()

    def read(self, amt: int | None = None, decode_content: bool | None = None, cache_content: bool = False) -> bytes:
        """The next ``amt`` bytes, or fewer at the end; without ``amt``, the rest."""
        if decode_content or cache_content or "_fp" in self.__dict__:
            return super().read(amt, decode_content, cache_content)
        if amt is not None and amt < 0:
            amt = None
        if self._ended:
            return b""
        body, taken = self._response.body, self._taken
        if isinstance(body, bytes):
            data = body[taken : None if amt is None else taken + amt]
        else:
            data = body.read(-1 if amt is None else amt)
        self._taken = taken = taken + len(data)
        if amt is None or len(data) < amt or taken == self._size:  # when http.client closes its response
            self._end()
        return data

    def _end(self) -> None:
        self._ended = True
        if isinstance(self._response.body, Body):
            self._response.body.close()

    def tell(self) -> int:
        """The number of bytes read so far."""
        return super().tell() if "_fp" in self.__dict__ else self._taken

    @property
    def closed(self) -> bool:
        """Whether it has been closed, or read to its end."""
        return super().closed if "_fp" in self.__dict__ else self._ended

    def close(self) -> None:
        """Drop the rest."""
        if "_fp" in self.__dict__:
            super().close()
        elif not self._ended:
            self._dropped = True
            self._end()

    def __reduce_ex__(self, protocol: Any) -> Any:
        """Raise TypeError, as the real one does for its socket."""
        raise TypeError("cannot pickle '_io.BufferedReader' object")
