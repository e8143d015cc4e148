"""botocore's request becomes ours, and our response has what botocore and its users need of urllib3's."""

from __future__ import annotations

import copy
import io
import pickle
import sys
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.awsrequest import AWSPreparedRequest, HeadersDict
from botocore.httpchecksum import AwsChunkedWrapper, Crc32Checksum
from botocore.response import StreamingBody

from s3mock.http import Body, Response
from s3mock.transports.botocore import Headers, HTTPResponse, request_of, response_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from mypy_boto3_s3 import S3Client


def prepared(
    url: str = "https://b.s3.amazonaws.com/k", body: Any = None, *, stream: bool = False, **headers: Any
) -> AWSPreparedRequest:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return AWSPreparedRequest("PUT", url, HeadersDict(named), body, stream)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("url", "parts"),
    [
        ("https://b.s3.amazonaws.com/a%20b/c?x=1&y=%2F", ("https", "b.s3.amazonaws.com", "/a%20b/c", "x=1&y=%2F")),
        ("https://s3.amazonaws.com", ("https", "s3.amazonaws.com", "/", "")),
        ("https://s3.amazonaws.com?list-type=2", ("https", "s3.amazonaws.com", "/", "list-type=2")),
        ("http://localhost:9000/b//k?versions", ("http", "localhost:9000", "/b//k", "versions")),
        ("http://localhost:80/b", ("http", "localhost", "/b", "")),
        ("https://localhost:443/b", ("https", "localhost", "/b", "")),
        ("http://localhost:443/b?a?b", ("http", "localhost:443", "/b", "a?b")),
        ("http://[::1]:9000/b", ("http", "[::1]:9000", "/b", "")),
        ("http://[::1]/b", ("http", "[::1]", "/b", "")),
    ],
)
def test_a_url_is_split_and_kept_as_it_was_sent(url: str, parts: tuple[str, str, str, str]) -> None:
    request = request_of(prepared(url))
    assert (request.scheme, request.host, request.path, request.query) == parts
    assert request.headers["host"] == parts[1]


def test_header_names_are_lower_case_and_values_have_one_character_for_each_byte() -> None:
    request = request_of(prepared(X_Amz_Meta_Name=b"caf\xc3\xa9", Content_Length="5", Host=b"elsewhere"))
    assert request.headers == {"x-amz-meta-name": "cafÃ©", "content-length": "5", "host": "elsewhere"}
    assert request.host == "elsewhere"


@pytest.mark.parametrize("body", [b"hello", "hello", bytearray(b"hello"), memoryview(b"hello")])
def test_a_body_in_memory_has_its_size(body: Any) -> None:
    request = request_of(prepared(body=body))
    assert (request.body.size, request.body.read()) == (5, b"hello")


def test_a_request_without_a_body_has_an_empty_one() -> None:
    assert request_of(prepared()).body.read() == b""


def test_a_file_is_read_in_pieces_from_its_position_and_left_at_its_end() -> None:
    sizes = []

    class File(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            sizes.append(size)
            return super().read(size)

    file = File(b"-" * 3 + b"x" * (3 << 20))
    file.seek(3)
    request = request_of(prepared(body=file, Content_Length=str(3 << 20)))
    assert file.tell() == 3
    assert request.body.size == 3 << 20
    assert request.body.read() == b"x" * (3 << 20)
    assert file.tell() == 3 + (3 << 20)
    assert set(sizes) == {1 << 20}


def test_a_file_is_read_no_further_than_its_content_length() -> None:
    file = io.BytesIO(b"hello world")
    assert request_of(prepared(body=file, Content_Length="5")).body.read() == b"hello"
    assert file.tell() == 5


def test_a_file_without_content_length_is_read_to_its_end() -> None:
    body = request_of(prepared(body=io.StringIO("hello"))).body
    assert (body.size, body.read()) == (None, b"hello")


def test_an_aws_chunked_body_is_iterated_and_never_read() -> None:
    class Wrapper(AwsChunkedWrapper):
        def read(self, size: int | None = None) -> bytes:
            raise AssertionError(f"read({size}) copies what iterating does not")

    file = io.BytesIO(b"hello")
    wrapper = Wrapper(file, Crc32Checksum, "x-amz-checksum-crc32")
    assert request_of(prepared(body=wrapper)).body.read() == b"5\r\nhello\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n"
    assert file.tell() == 5


def test_an_iterable_body_is_iterated() -> None:
    assert request_of(prepared(body=iter([b"he", b"llo"]))).body.read() == b"hello"


def raw_of(body: bytes | Body) -> HTTPResponse:
    return HTTPResponse(Response(200, {}, body), "GET", "https://b.s3.amazonaws.com/k")


@pytest.fixture(params=["bytes", "stream", "stream of unknown size"])
def raw(request: pytest.FixtureRequest) -> HTTPResponse:
    pieces = [b"hell", b"", b"o", b"\nworld\n"]
    bodies = {"bytes": b"".join(pieces), "stream": Body(pieces, 12), "stream of unknown size": Body(pieces)}
    return raw_of(bodies[request.param])  # type: ignore[arg-type]


def test_a_raw_response_is_read_at_once(raw: Any) -> None:
    assert (raw.read(), raw.read(), raw.tell()) == (b"hello\nworld\n", b"", 12)


def test_a_raw_response_is_read_piece_by_piece(raw: Any) -> None:
    assert [raw.read(5), raw.read(0), raw.read(100), raw.read(5)] == [b"hello", b"", b"\nworld\n", b""]


def test_a_raw_response_is_streamed(raw: Any) -> None:
    assert raw.read(2) == b"he"
    assert b"".join(raw.stream()) == b"llo\nworld\n"
    assert list(raw.stream()) == []


def test_a_raw_response_is_streamed_in_pieces_of_a_given_size(raw: Any) -> None:
    assert b"".join(raw.stream(5)) == b"hello\nworld\n"


def test_a_raw_response_is_a_file(raw: Any) -> None:
    buffer = bytearray(8)
    assert raw.readable()
    assert raw.readline() == b"hello\n"
    assert (raw.readinto(buffer), bytes(buffer[:6])) == (6, b"world\n")
    raw.release_conn()
    raw.close()
    assert raw.closed


def test_a_body_has_the_methods_of_a_streaming_body(raw: Any) -> None:
    body = StreamingBody(raw, "12")  # type: ignore[arg-type]
    body.set_socket_timeout(3)
    assert (body.tell(), body.readable()) == (0, True)
    assert list(body.iter_lines()) == [b"hello", b"world"]
    with body as file:
        assert file is raw
    assert raw.closed


def test_a_streamed_body_is_closed_at_its_end_and_when_it_is_dropped() -> None:
    closed: list[str] = []
    raw_of(Body([b"all"], on_close=lambda: closed.append("read"))).read()
    raw_of(Body([b"some"], on_close=lambda: closed.append("closed"))).close()
    raw_of(Body([b"some"], on_close=lambda: closed.append("dropped")))
    assert closed == ["read", "closed", "dropped"]


def test_a_response_is_read_at_once_unless_it_is_streamed() -> None:
    started: list[int] = []

    def chunks() -> Any:
        started.append(1)
        yield b"hello"

    received = response_of(prepared(stream=True), Response(200, {"ETag": '"x"'}, Body(chunks())))
    assert (started, received.status_code, received.headers["etag"]) == ([], 200, '"x"')
    received = response_of(prepared(), Response(200, {}, Body(chunks())))
    assert (started, received.content) == ([1], b"hello")


USES: dict[str, Callable[[Any], object]] = {
    "in": lambda headers: ("etag" in headers, "ETAG" in headers, "x" in headers),
    "get": lambda headers: (headers["etag"], headers.get("eTag"), headers.get("x"), headers.get("x", 1)),
    "missing": lambda headers: headers["x"],
    "not a text": lambda headers: None in headers,
    "iterate": lambda headers: (list(headers), dict(headers), len(headers), [type(name) for name in headers]),
    "print": repr,
    "set": lambda headers: (headers.update({"ETAG": "2", "New": "3"}), repr(headers)),
    "setdefault": lambda headers: (headers.setdefault("etag", "2"), headers.setdefault("new", "3"), repr(headers)),
    "delete": lambda headers: (headers.pop("etag"), headers.pop("x", 1), repr(headers)),
    "delete missing": lambda headers: headers.pop("x"),
    "equal": lambda headers: (headers == {"ETag": "1", "Date": "now"}, headers == {"etag": "1", "date": "now"}),
    "copy": lambda headers: (repr(headers.copy()), repr(copy.deepcopy(headers)), repr(copy.copy(headers))),
    "pickle": lambda headers: repr(pickle.loads(pickle.dumps(headers))),
}


def outcome(use: Callable[[Any], object], headers: Any) -> object:
    try:
        return use(headers)
    except (KeyError, AttributeError) as error:
        return type(error)


@pytest.mark.parametrize("use", USES)
def test_the_headers_of_a_response_are_botocores_dictionary(use: str) -> None:
    headers = {"ETag": "1", "Date": "now"}
    ours = response_of(prepared(), Response(200, headers)).headers
    assert isinstance(ours, HeadersDict)
    assert outcome(USES[use], ours) == outcome(USES[use], HeadersDict(headers))


def test_a_look_at_a_header_is_one_call_of_a_function() -> None:
    headers = Headers({"ETag": "1"})
    calls: list[str] = []
    sys.setprofile(lambda frame, event, _: calls.append(frame.f_code.co_name) if event == "call" else None)
    try:
        assert "etag" in headers
        assert "x" not in headers
    finally:
        sys.setprofile(None)
    assert calls == ["__contains__", "__contains__"]


@pytest.mark.parametrize("size", [0, 1, 5 << 20])
@pytest.mark.parametrize("endpoint", [None, "http://s3.us-east-1.amazonaws.com"])
def test_bodies_of_every_kind_are_returned_through_boto3(
    s3: S3Client, bucket: str, size: int, endpoint: str | None, tmp_path: Path
) -> None:
    content = b"\r\n0\r\n"[:size] * (size // 5 or 1)
    path = tmp_path / "file"
    path.write_bytes(content)
    client = boto3.client("s3", region_name="us-east-1", endpoint_url=endpoint)
    with path.open("rb") as file:
        bodies: list[Any] = [content, bytearray(content), io.BytesIO(content), file]
        for body in bodies:
            client.put_object(Bucket=bucket, Key="key", Body=body)
            assert s3.get_object(Bucket=bucket, Key="key")["Body"].read() == content
        assert file.tell() == size


def test_a_users_before_send_handler_can_still_respond(s3: S3Client, bucket: str) -> None:
    def answer(request: Any, **_: Any) -> Any:
        return response_of(request, Response(418, {}, b""))

    s3.meta.events.register("before-send.s3.HeadBucket", answer)
    with pytest.raises(s3.exceptions.ClientError, match="418"):
        s3.head_bucket(Bucket=bucket)
