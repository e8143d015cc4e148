"""Inside botocore, nothing is easier than outside: what its own HTTP session does with a server, the mock does.

Each case runs twice with the same URL: against a server over a real connection, and in the process.
"""

from __future__ import annotations

import copy
import http.client
import io
import pickle
import socket
import ssl
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
import urllib3
from botocore.config import Config

from s3mock import S3MockServer, mock_s3

Client = Any


@pytest.fixture(scope="module")
def server() -> Iterator[S3MockServer]:
    with S3MockServer() as server:
        server.s3.client().create_bucket(Bucket="bucket")
        yield server


class Both:
    """The same act, outside of the process and in it."""

    def __init__(self, server: S3MockServer) -> None:
        self.server = server

    def client(self, key: str = "key", token: str | None = None, attempts: int = 1, **config: Any) -> Client:
        return boto3.client(
            "s3",
            endpoint_url=self.server.endpoint_url,
            region_name="us-east-1",
            aws_access_key_id=key,
            aws_secret_access_key="secret",
            aws_session_token=token,
            # With payloads unsigned and without a checksum, the body is read by nobody before it is sent.
            config=Config(
                retries={"total_max_attempts": attempts},
                read_timeout=5,
                request_checksum_calculation="when_required",
                s3={"payload_signing_enabled": False},
                **config,
            ),
        )

    def outcomes(self, act: Callable[[Client], Any], **client: Any) -> list[Any]:
        """What ``act`` returned or raised, outside and inside."""
        outside = _outcome(act, self.client(**client))
        with mock_s3(custom_endpoints=[self.server.endpoint_url.partition("://")[2]]) as s3:
            s3.client().create_bucket(Bucket="bucket")
            return [outside, _outcome(act, self.client(**client))]


def _outcome(act: Callable[[Client], Any], client: Client) -> Any:
    try:
        return act(client)
    except Exception as error:  # noqa: BLE001 - it is the outcome
        return type(error).__name__, str(error)


@pytest.fixture
def both(server: S3MockServer) -> Both:
    return Both(server)


def put(client: Client, **parameters: Any) -> str:
    client.put_object(Bucket="bucket", Key="key", **parameters)
    return "sent"


REFUSED_PARAMETERS: list[dict[str, Any]] = [
    {"Metadata": {"a": "b\nc"}},
    {"Metadata": {"a": "b\rc"}},
    {"Metadata": {"a": "b\r\nx-amz-acl: public-read"}},
    {"Metadata": {"a:b": "c"}},
    {"Metadata": {"a\nb": "c"}},
    {"ContentDisposition": "a\nb"},
    {"ContentType": "text/plain\n"},
    {"CacheControl": "\n"},
]


@pytest.mark.parametrize("parameters", REFUSED_PARAMETERS, ids=repr)
def test_what_http_client_refuses_is_refused(both: Both, parameters: dict[str, Any]) -> None:
    outside, inside = both.outcomes(lambda client: put(client, **parameters))
    assert inside == outside
    assert outside[0] == "HTTPClientError"
    assert "Invalid header" in outside[1]


@pytest.mark.parametrize("value", ["b\n c", "b\r\n c", "b\0c"])
def test_what_http_client_sends_although_it_is_no_header_is_refused_by_s3(both: Both, value: str) -> None:
    outside, inside = both.outcomes(lambda client: put(client, Metadata={"a": value}))
    assert inside == outside
    assert "(BadRequest)" in outside[1]


@pytest.mark.parametrize("value", ["b\tc", "b\x01c", "b\x7fc"])
def test_what_http_client_sends_is_answered(both: Both, value: str) -> None:
    assert both.outcomes(lambda client: put(client, Metadata={"a": value})) == ["sent", "sent"]


@pytest.mark.parametrize("settings", [{"key": "key\n"}, {"token": "token\n"}, {"user_agent_extra": "a\nb"}], ids=repr)
def test_settings_of_a_client_with_a_newline_are_refused(both: Both, settings: dict[str, str]) -> None:
    outcomes = both.outcomes(lambda client: client.list_buckets()["Buckets"], **settings)
    # The texts differ in the time of the signature.
    assert [(kind, "Invalid header value b'" in text) for kind, text in outcomes] == [("HTTPClientError", True)] * 2


HEADERS_OF_HANDLERS: list[tuple[str, Any]] = [
    ("X-A", "a\nb"),
    ("X-A", "€"),
    ("X-A", "é"),
    ("X-A", "caf\u00e9\n"),
    ("X-A", 5),
    ("X-A", None),
    ("X-A", ["a"]),
    ("X-é", "a"),
    ("X\nA", "a"),
    ("a b", "a"),
    ("a:b", "a"),
    (" a", "a"),
    ("", "a"),
]


@pytest.mark.parametrize(("name", "value"), HEADERS_OF_HANDLERS)
def test_headers_set_by_a_handler_are_refused_or_sent_alike(both: Both, name: str, value: Any) -> None:
    def act(client: Client) -> list[str]:
        client.meta.events.register("before-send.s3", lambda request, **_: request.headers.__setitem__(name, value))
        return [bucket["Name"] for bucket in client.list_buckets()["Buckets"]]

    outside, inside = both.outcomes(act)
    assert inside == outside


@pytest.mark.parametrize("method", ["GET", "get", "GE\nT", "GE T", "GÉT", None, "BREW"])
def test_methods_set_by_a_handler_are_refused_or_sent_alike(both: Both, method: Any) -> None:
    def act(client: Client) -> list[str]:
        client.meta.events.register("before-send.s3", lambda request, **_: setattr(request, "method", method))
        return [bucket["Name"] for bucket in client.list_buckets()["Buckets"]]

    outside, inside = both.outcomes(act)
    assert inside == outside


class FailsOnce(io.BytesIO):
    """A file whose reading raises ``errors``, one at a time, before its content."""

    def __init__(self, *errors: Exception) -> None:
        super().__init__(b"content")
        self._errors = list(errors)

    def read(self, size: int | None = -1, /) -> bytes:
        if self._errors:
            raise self._errors.pop(0)
        return super().read(size)


class OwnError(Exception):
    """A user's own."""


@pytest.mark.parametrize(
    ("error", "wrapped"),
    [
        (RuntimeError("broken"), "HTTPClientError"),
        (ValueError("broken"), "HTTPClientError"),
        (TypeError("broken"), "HTTPClientError"),
        (KeyError("broken"), "HTTPClientError"),
        (EOFError("broken"), "HTTPClientError"),
        (OwnError("broken"), "HTTPClientError"),
        (OSError("broken"), "ConnectionClosedError"),
        (TimeoutError("broken"), "ConnectionClosedError"),
        (ConnectionResetError("broken"), "ConnectionClosedError"),
        (socket.gaierror("broken"), "ConnectionClosedError"),
        (http.client.HTTPException("broken"), "ConnectionClosedError"),
        (ssl.SSLError("broken"), "SSLError"),
    ],
    ids=repr,
)
def test_errors_of_a_body_are_wrapped(both: Both, error: Exception, wrapped: str) -> None:
    outside, inside = both.outcomes(lambda client: put(client, Body=FailsOnce(error)))
    assert inside == outside
    assert outside[0] == wrapped


@pytest.mark.parametrize("error", [OSError("broken"), RuntimeError("broken")], ids=repr)
def test_a_body_that_can_be_rewound_is_sent_again(
    both: Both, error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("botocore.endpoint.time.sleep", lambda _: None)

    def act(client: Client) -> Any:
        put(client, Body=FailsOnce(error))
        return client.get_object(Bucket="bucket", Key="key")["Body"].read()

    outside, inside = both.outcomes(act, attempts=2)
    assert inside == outside


def test_our_own_errors_are_not_wrapped(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any) -> None:
        raise RuntimeError("a bug of ours")

    with mock_s3() as s3:
        client = s3.client()
        client.create_bucket(Bucket="bucket")
        monkeypatch.setattr("s3mock.transports.adapter.gateway.handle", fail)
        with pytest.raises(RuntimeError, match="a bug of ours"):
            client.put_object(Bucket="bucket", Key="key", Body=io.BytesIO(b"content"), Metadata={"a": "b\tc"})


CONTENT = b"first\nsecond\n\nlast"
LOOKS: dict[str, Callable[[Any], Any]] = {
    "status": lambda raw: raw.status,
    "reason": lambda raw: raw.reason,
    "version": lambda raw: raw.version,
    "getheader": lambda raw: [raw.headers.get("Content-Length"), raw.headers.get("content-type"), raw.headers["ETAG"]],
    "headers": lambda raw: (type(raw.headers).__name__, sorted(name for name, _ in raw.headers.items())),
    "data": lambda raw: raw.data,
    "data and data": lambda raw: (raw.data, raw.data, raw.read()),
    "read and data": lambda raw: (raw.read(3), raw.data, raw.data),
    "read": lambda raw: (raw.closed, raw.read(), raw.closed, raw.read(), raw.tell()),
    "read all sizes": lambda raw: [(raw.read(size), raw.tell(), raw.closed) for size in (0, 5, -1, 3, None)],
    "read to the end": lambda raw: [(raw.read(len(CONTENT)), raw.closed), raw.read(1), raw.closed],
    "read beyond the end": lambda raw: [raw.read(100), raw.closed],
    "read by name": lambda raw: raw.read(amt=5, decode_content=True) + raw.read(decode_content=False),
    "read decoded": lambda raw: [raw.read(5), raw.read(decode_content=True)],
    "read1": lambda raw: [raw.read1(5), raw.tell(), raw.closed],
    "read then read1": lambda raw: [raw.read(5), raw.read1(5), raw.tell()],
    "readinto": lambda raw: [(raw.readinto(buffer := bytearray(8)), bytes(buffer)) for _ in range(4)],
    "stream": lambda raw: [list(raw.stream()), raw.closed, list(raw.stream())],
    "stream in pieces": lambda raw: list(raw.stream(5)),
    "stream the rest": lambda raw: [raw.read(3), list(raw.stream(5, decode_content=True))],
    "iterate": list,
    "iterate the rest": lambda raw: [raw.read(2), list(raw)],
    "next": next,
    "readline": lambda raw: [raw.readline(), raw.readline(), raw.tell()],
    "readlines": lambda raw: raw.readlines(),
    "text": lambda raw: io.TextIOWrapper(raw).read(),
    "buffered": lambda raw: io.BufferedReader(raw).read(7),
    "readable": lambda raw: (raw.readable(), raw.writable(), raw.seekable(), raw.isatty()),
    "seek": lambda raw: raw.seek(0),
    "seek after read": lambda raw: [raw.read(), raw.seek(0)],
    "write": lambda raw: raw.write(b""),
    "truncate": lambda raw: raw.truncate(),
    "detach": lambda raw: raw.detach(),
    "getvalue": lambda raw: raw.getvalue(),
    "flush": lambda raw: raw.flush(),
    "close": lambda raw: [raw.close(), raw.closed, raw.read(), raw.read(5), raw.tell(), raw.data],
    "close twice": lambda raw: [raw.read(3), raw.close(), raw.close(), raw.read(), raw.tell(), raw.closed],
    "readline after close": lambda raw: [raw.close(), raw.readline()],
    "stream after close": lambda raw: [raw.close(), list(raw.stream())],
    "iterate after close": lambda raw: [raw.close(), list(raw)],
    "with": lambda raw: [raw.__enter__() is raw, raw.__exit__(None, None, None), raw.closed, raw.read()],
    "with after the end": lambda raw: [raw.read(), raw.__enter__()],
    "isclosed": lambda raw: [raw.isclosed(), raw.read(), raw.isclosed()],
    "drain_conn": lambda raw: [raw.drain_conn(), raw.closed, raw.tell()],
    "drain_conn after read": lambda raw: [raw.read(4), raw.drain_conn(), raw.closed, raw.tell()],
    "length_remaining": lambda raw: [raw.length_remaining, raw.read(5), raw.length_remaining, raw.tell()],
    "length_remaining after read": lambda raw: [raw.read(5), raw.length_remaining],
    "length_remaining at the end": lambda raw: [raw.read(), raw.length_remaining, raw.closed, raw.data],
    "_fp": lambda raw: [type(raw._fp).__module__, raw._fp.isclosed(), raw._fp.status, raw._fp.length],
    "_fp at the end": lambda raw: [raw.read(), raw._fp.isclosed(), raw._fp.fp],
    "_fp.read": lambda raw: [raw.read(2), raw._fp.read(3), raw.read(2)],
    "_original_response": lambda raw: raw._original_response is raw._fp,
    "chunked": lambda raw: (raw.chunked, raw.supports_chunked_reads()),
    "read_chunked": lambda raw: list(raw.read_chunked()),
    "geturl": lambda raw: (raw.geturl(), raw.url),
    "retries": lambda raw: (raw.retries.total, raw.retries.history),
    "get_redirect_location": lambda raw: raw.get_redirect_location(),
    "decode_content": lambda raw: raw.decode_content,
    "enforce_content_length": lambda raw: raw.enforce_content_length,
    "msg": lambda raw: raw.msg["etag"] if raw.msg else raw.msg,
    "release_conn": lambda raw: raw.release_conn(),
    "kind": lambda raw: isinstance(raw, urllib3.HTTPResponse) and isinstance(raw, io.IOBase),
    "unknown": lambda raw: raw.nothing,
    "deepcopy": copy.deepcopy,
    "json": lambda raw: raw.json(),
    "length": len,
    "truth": bool,
    "fileno after close": lambda raw: [raw.close(), raw.fileno()],
}


@pytest.mark.parametrize("parameters", [{}, {"Range": "bytes=6-11"}, {"Range": "bytes=0-0"}], ids=repr)
def test_the_raw_stream_is_urllib3s_response(both: Both, parameters: dict[str, str]) -> None:
    def look_at_all(client: Client) -> dict[str, Any]:
        put(client, Body=CONTENT, ContentType="text/plain")
        looks = {}
        for name, look in LOOKS.items():
            raw = client.get_object(Bucket="bucket", Key="key", **parameters)["Body"]._raw_stream
            looks[name] = _outcome(look, raw)
            raw.close()
        return looks

    outside, inside = both.outcomes(look_at_all)
    assert inside == outside


@pytest.mark.parametrize("read", [False, True])
def test_a_raw_stream_cannot_be_pickled(both: Both, read: bool) -> None:
    def pickle_it(client: Client) -> Any:
        put(client, Body=CONTENT)
        raw = client.get_object(Bucket="bucket", Key="key")["Body"]._raw_stream
        if read:
            raw.read()
        return _outcome(pickle.dumps, raw)[0]

    assert both.outcomes(pickle_it) == ["TypeError", "TypeError"]


STREAMING_BODY: dict[str, Callable[[Any], Any]] = {
    "read": lambda body: [body.read(5), body.tell(), body.read(), body.read()],
    "iter_lines": lambda body: [list(body.iter_lines()), body.read()],
    "iter_chunks": lambda body: list(body.iter_chunks(4)),
    "readlines": lambda body: body.readlines(),
    "set_socket_timeout": lambda body: [body.set_socket_timeout(3), body.read()],
    "set_socket_timeout at the end": lambda body: [body.read(), body.set_socket_timeout(3)],
    "with": lambda body: [type(body.__enter__().read(2)), body.__exit__(None, None, None), body.read()],
    "read some after close": lambda body: [body.read(3), body.close(), body.read(3)],
    "closed": lambda body: [body.closed, body.close(), body.closed],
    "seekable": lambda body: [body.readable(), body.seekable()],
}


def test_a_streaming_body_is_as_over_http(both: Both) -> None:
    def look_at_all(client: Client) -> dict[str, Any]:
        put(client, Body=CONTENT)
        return {
            name: _outcome(look, client.get_object(Bucket="bucket", Key="key")["Body"])
            for name, look in STREAMING_BODY.items()
        }

    outside, inside = both.outcomes(look_at_all)
    assert inside == outside


RESPONSE_HEADERS: list[dict[str, str]] = [
    {"ResponseContentDisposition": "attachment; filename=caf\u00e9.txt"},
    {"ResponseContentDisposition": "attachment; filename=\u20ac.txt"},
    {"ResponseContentDisposition": "caf\u00e9 \u20ac \U0001f600"},
    {"ResponseContentType": " text/plain "},
    {"ResponseCacheControl": "\x85\xa0"},
]


@pytest.mark.parametrize("parameters", RESPONSE_HEADERS, ids=ascii)
def test_headers_chosen_by_the_reader_have_one_character_for_each_byte(both: Both, parameters: dict[str, str]) -> None:
    def act(client: Client) -> Any:
        put(client, Body=CONTENT)
        response = client.get_object(Bucket="bucket", Key="key", **parameters)
        (name,) = (name.removeprefix("Response") for name in parameters)
        return response[name], response["Body"]._raw_stream.headers.get(name)

    outside, inside = both.outcomes(act)
    assert inside == outside


STORED_HEADERS: list[dict[str, str]] = [
    {"ContentDisposition": "attachment; filename=caf\u00e9.txt"},
    {"ContentDisposition": "attachment; filename=\u20ac.txt"},
    {"ContentLanguage": "\U0001f600"},
    {"CacheControl": "  no-store  "},
    {"ContentType": "text/plain; charset=\u00fc"},
    {"WebsiteRedirectLocation": "/caf\u00e9"},
]


@pytest.mark.parametrize("parameters", STORED_HEADERS, ids=ascii)
def test_stored_headers_come_back_as_http_client_reads_them(both: Both, parameters: dict[str, str]) -> None:
    def act(client: Client) -> Any:
        put(client, Body=CONTENT, **parameters)
        response = client.get_object(Bucket="bucket", Key="key")
        (name,) = parameters
        return response[name], client.head_object(Bucket="bucket", Key="key")[name]

    outside, inside = both.outcomes(act)
    assert inside == outside
