"""The server and whatever is sent to it: one request is one request for every reader, and every answer is S3's."""

from __future__ import annotations

import re
import socket
import struct

import pytest

from s3mock.errors import S3Error
from s3mock.http import Request, Response
from s3mock.server import S3MockServer
from s3mock.transports import sockets
from s3mock.transports.http11 import REFUSED, MemorySocket
from tests.support.raw_requests import ask

START = "GET / HTTP/1.1\r\n"
HOST = "Host: 127.0.0.1\r\n"
CODE = re.compile(rb"<Error><Code>([^<]*)</Code>")
PARSING = b"<Message>An error occurred when parsing the HTTP request.</Message>"
NEXT = b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
SIGNED = "Authorization: AWS AKID:signature\r\n"


def answer(server: S3MockServer, *pieces: bytes) -> bytes:
    """Everything that the server sends until it closes the connection."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as connection:
        for piece in pieces:
            connection.sendall(piece)
        received = b""
        while piece := connection.recv(65536):
            received += piece
        return received


AMBIGUOUS = {
    "a header without a colon": f"{START}{HOST}x-amz-meta-a\r\n",
    "a header without a colon, and a length after it": f"PUT /b/k HTTP/1.1\r\n{HOST}oops\r\nContent-Length: 5\r\n",
    "a header without a name": f"{START}{HOST}: a\r\n",
    "a space before the colon": f"{START}{HOST}Content-Length : 0\r\n",
    "a space in a name": f"{START}{HOST}x amz: 0\r\n",
    "a folded header": f"{START}{HOST}x-amz-meta-a: b\r\n c\r\n",
    "a folded first line": f"{START} {HOST}",
    "two lengths": f"{START}{HOST}Content-Length: 0\r\nContent-Length: 5\r\n",
    "two lengths in one": f"{START}{HOST}Content-Length: 0, 0\r\n",
    "two hosts": f"{START}{HOST}Host: localhost\r\n",
    "the same host twice": f"{START}{HOST}{HOST}",
    "two codings": f"{START}{HOST}Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
    "chunks in HTTP/1.0": f"GET / HTTP/1.0\r\n{HOST}Transfer-Encoding: chunked\r\n",
    "NUL in a value": f"{START}{HOST}x-amz-meta-a: b\0c\r\n",
    "NUL in a name": f"{START}{HOST}x-amz\0: b\r\n",
    "NUL in the path": f"GET /\0 HTTP/1.1\r\n{HOST}",
    "a carriage return in a value": f"{START}{HOST}x-amz-meta-a: b\rc\r\n",
    "a line feed in a value": f"{START}{HOST}x-amz-meta-a: b\nc: d\r\n",
    "line feeds alone": f"{START}{HOST}\n",
    "two words in the first line": f"GET /\r\n{HOST}",
    "four words in the first line": f"GET / b HTTP/1.1\r\n{HOST}",
    "a tab in the first line": f"GET\t/ HTTP/1.1\r\n{HOST}",
    "two spaces in the first line": f"GET  / HTTP/1.1\r\n{HOST}",
    "another version": f"GET / HTTP/2.0\r\n{HOST}",
    "another protocol": f"GET / HTCPCP/1.1\r\n{HOST}",
    "TLS": "\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03\r\n",
    **{
        f"the length {text[:8]}": f"PUT /b/k HTTP/1.1\r\n{HOST}Content-Length: {text}\r\n"
        for text in ("-1", "+5", "0x5", "1_0", "five", "5.0", "", "\xb2", "5 5", "9" * 19, "9" * 5000)
    },
}
"""Heads without the empty line at their end."""


@pytest.mark.parametrize("kind", AMBIGUOUS)
def test_what_two_readers_might_take_for_different_requests_is_refused(
    server: S3MockServer, capfd: pytest.CaptureFixture[str], kind: str
) -> None:
    received = answer(server, AMBIGUOUS[kind].encode("latin-1") + b"\r\n" + NEXT)
    assert received.startswith(b"HTTP/1.1 400 Bad Request\r\n")
    assert received.count(b"HTTP/1.1 ") == 1  # and the connection is closed
    assert CODE.findall(received) == [b"BadRequest"]
    assert PARSING in received
    assert b"\r\nConnection: close\r\n" in received
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize("kind", AMBIGUOUS)
def test_the_reader_of_the_clients_in_the_process_is_the_same(kind: str) -> None:
    answered: list[Request] = []

    def answer_one(request: Request) -> Response:
        answered.append(request)
        return Response(200, {})

    def refuse(error: S3Error) -> Response:
        return Response(400, {}, error.code.encode())

    connection = MemorySocket("http", "s3", answer_one, refuse)
    connection.sendall(AMBIGUOUS[kind].encode("latin-1") + b"\r\n")
    refused = connection.makefile().read()
    assert refused == b"" if kind == "line feeds alone" else refused.endswith(b"\r\n\r\nBadRequest")
    connection.sendall(NEXT)
    assert connection.makefile().read().startswith(b"HTTP/1.1 200 OK\r\n")
    assert len(answered) == 1


def test_the_same_length_twice_is_one(server: S3MockServer) -> None:
    received = answer(server, f"{START}{HOST}Content-Length: 1\r\nContent-Length: 1\r\n\r\na".encode() + NEXT)
    assert received.count(b"HTTP/1.1 200 OK\r\n") == 2


@pytest.mark.parametrize("headers", ["gzip, chunked", "chunked\r\nContent-Length: 5"])
def test_an_unknown_transfer_encoding_and_one_beside_a_length_are_not_implemented(
    server: S3MockServer, headers: str
) -> None:
    received = answer(server, f"{START}{HOST}Transfer-Encoding: {headers}\r\n\r\n".encode() + NEXT)
    assert CODE.findall(received) == [b"NotImplemented"]
    assert b"<Header>Transfer-Encoding</Header>" in received


def test_a_request_of_http_1_1_without_a_host_gets_an_empty_400(server: S3MockServer) -> None:
    assert answer(server, b"GET / HTTP/1.1\r\n\r\n" + NEXT) == REFUSED


def test_a_client_of_http_1_0_needs_no_host_and_gets_no_chunks(server: S3MockServer) -> None:
    received = answer(server, b"\r\n\r\nGET / HTTP/1.0\r\n\r\n")
    assert received.startswith(b"HTTP/1.1 200 OK\r\n")
    assert b"\r\nConnection: close\r\n" in received
    assert received.endswith(b"</ListAllMyBucketsResult>")


TOO_LARGE = {
    "9 KB in one header": f"{START}{HOST}x-a: {'a' * 9000}\r\n\r\n",
    "70 KB in one header": f"{START}{HOST}x-a: {'a' * 70_000}\r\n\r\n",
    "a header without an end": f"{START}{HOST}x-a: {'a' * 400_000}",
    "70 KB in the path": f"GET /{'a' * 70_000} HTTP/1.1\r\n{HOST}\r\n",
    "a thousand headers": f"{START}{HOST}" + "".join(f"x-{number}: a\r\n" for number in range(1000)) + "\r\n",
    "100,000 headers": f"{START}{HOST}" + "".join(f"x-{number}: a\r\n" for number in range(100_000)) + "\r\n",
}


@pytest.mark.parametrize("kind", TOO_LARGE)
def test_too_many_bytes_of_headers_are_refused_in_s3s_words(server: S3MockServer, kind: str) -> None:
    received = answer(server, TOO_LARGE[kind].encode() + NEXT)
    assert CODE.findall(received)[0] == b"RequestHeaderSectionTooLarge"
    assert b"<MaxSizeAllowed>8192</MaxSizeAllowed>" in received


def test_101_headers_are_not_too_many(server: S3MockServer) -> None:
    headers = "".join(f"x-{number}: a\r\n" for number in range(300))
    assert answer(server, f"{START}{HOST}{headers}Connection: close\r\n\r\n".encode()).startswith(
        b"HTTP/1.1 200 OK\r\n"
    )


CHUNKS = {
    **{
        f"the size {size}": f"{size}\r\nbytes\r\n0\r\n\r\n" for size in ("-1", "-2", "+5", "0x5", "1_0", "5 5", "", "g")
    },
    "a size of many digits": f"{'0' * 5000}5\r\nbytes\r\n0\r\n\r\n",
    "a size line without an end": "5" * 500_000,
    "an extension without an end": "5;" + "a" * 500_000,
    "a chunk longer than its size": "4\r\nbytes\r\n0\r\n\r\n",
    "a line feed after the size": "5\nbytes\r\n0\r\n\r\n",
    "a trailer without an end": "5\r\nbytes\r\n0\r\n" + "x-a: b\r\n" * 50_000,
    "a trailer line without an end": "5\r\nbytes\r\n0\r\n" + "a" * 500_000,
}


@pytest.mark.parametrize("kind", CHUNKS)
def test_invalid_chunks_of_http_are_refused_and_end_the_connection(
    server: S3MockServer, capfd: pytest.CaptureFixture[str], kind: str
) -> None:
    document = b"<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>"
    ask(server.cloud, "PUT", "/bucket")
    head = f"PUT /bucket?versioning HTTP/1.1\r\n{HOST}{SIGNED}Transfer-Encoding: chunked\r\n\r\n"
    body = CHUNKS[kind].encode().replace(b"5\r\nbytes", b"%x\r\n%s" % (len(document), document))
    received = answer(server, head.encode() + body + NEXT)
    assert CODE.findall(received) == [b"IncompleteBody"]
    assert received.count(b"HTTP/1.1 ") == 1
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize("size", ["-1", "-2", "+5", "0x5", "1_0", "5 5", "", "g", "5" * 5000])
def test_invalid_sizes_of_aws_chunks_store_nothing(server: S3MockServer, size: str) -> None:
    ask(server.cloud, "PUT", "/bucket")
    body = f"{size}\r\nbytes\r\n0\r\n\r\n".encode()
    received = answer(server, aws_chunked("5", len(body)) + body + NEXT)
    assert CODE.findall(received)[:1] == [b"IncompleteBody"]
    assert ask(server.cloud, "HEAD", "/bucket/key").status == 404


@pytest.mark.parametrize("length", ["-1", "+5", "0x5", "1_0", "9" * 19, "9" * 5000])
def test_an_unusable_decoded_length_is_a_missing_one(
    server: S3MockServer, capfd: pytest.CaptureFixture[str], length: str
) -> None:
    ask(server.cloud, "PUT", "/bucket")
    received = answer(server, aws_chunked(length, 15) + b"5\r\nbytes\r\n0\r\n\r\n" + NEXT)
    assert CODE.findall(received)[:1] == [b"MissingContentLength"]
    assert capfd.readouterr().err == ""


def aws_chunked(decoded: str, size: int) -> bytes:
    return (
        f"PUT /bucket/key HTTP/1.1\r\n{HOST}{SIGNED}Content-Length: {size}\r\n"
        f"x-amz-content-sha256: STREAMING-UNSIGNED-PAYLOAD-TRAILER\r\nx-amz-decoded-content-length: {decoded}\r\n\r\n"
    ).encode()


def test_300_silent_clients_are_forgotten(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sockets.Handler, "timeout", 0.1)
    with S3MockServer() as server:
        silent = [socket.create_connection(("127.0.0.1", server.port), timeout=10) for _ in range(300)]
        for number, connection in enumerate(silent):
            connection.sendall(b"" if number % 2 else b"GET / HT")
        for connection in silent:
            assert connection.recv(1) == b""  # closed by the server
            connection.close()
        assert answer(server, NEXT).startswith(b"HTTP/1.1 200 OK\r\n")
    assert capfd.readouterr().err == ""


def test_a_body_that_stops_is_a_request_timeout(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sockets.Handler, "timeout", 0.1)
    with S3MockServer() as server:
        ask(server.cloud, "PUT", "/bucket")
        received = answer(server, f"PUT /bucket/key HTTP/1.1\r\n{HOST}{SIGNED}Content-Length: 9\r\n\r\nhalf".encode())
        assert CODE.findall(received) == [b"RequestTimeout"]
        assert ask(server.cloud, "HEAD", "/bucket/key").status == 404


VANISHING = {
    "in the head": b"GET / HTTP/1.1\r\nHo",
    "in the body": f"PUT /bucket/key HTTP/1.1\r\n{HOST}{SIGNED}Content-Length: 9000000\r\n\r\nhalf".encode(),
    "in a chunk": f"PUT /bucket?acl HTTP/1.1\r\n{HOST}{SIGNED}Transfer-Encoding: chunked\r\n\r\n9\r\nhalf".encode(),
    "before the answer": f"GET /bucket/large HTTP/1.1\r\n{HOST}{SIGNED}\r\n".encode(),
    "before many answers": NEXT.replace(b"close", b"keep-alive") * 500,
}


@pytest.mark.parametrize("kind", VANISHING)
def test_a_client_that_vanishes_leaves_no_traceback(capfd: pytest.CaptureFixture[str], kind: str) -> None:
    with S3MockServer() as server:
        ask(server.cloud, "PUT", "/bucket")
        ask(server.cloud, "PUT", "/bucket/large", b"a" * 8_000_000)
        for _ in range(5):
            with socket.create_connection(("127.0.0.1", server.port), timeout=10) as connection:
                # Closed by a reset, as of a process that was killed.
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                connection.sendall(VANISHING[kind])
    assert capfd.readouterr().err == ""  # stop() has waited for the connections
