"""Whatever bytes a client sends: nothing but S3's answers, no traceback, no hang, and nothing that stays behind.

A short search with each run of the tests; `make fuzz` searches for as long as wished.
"""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, given

from s3mock.errors import CATALOGUE
from s3mock.http import Request
from s3mock.responses import OPERATIONS
from s3mock.server import S3MockServer
from tests.support.raw_requests import SIGNED, ask
from tests.support.search import search
from tests.test_malformed_requests import (
    BODIES,
    DOCUMENTS,
    HEADERS,
    METHODS,
    QUERIES,
    TEXTS,
    chunked_requests,
    request_of_operation,
)

STATUS = re.compile(rb"HTTP/1\.1 (\d{3}) [^\r\n]*\r\n")
CODE = re.compile(rb"<Error><Code>([^<]*)</Code>")
STATUSES = {100, 200, 204, 206, 301, 304, 307, 400, 403, 404, 405, 409, 411, 412, 416, 500, 501}


@pytest.fixture
def fuzzed(capfd: pytest.CaptureFixture[str]) -> Iterator[Callable[[bytes], bytes]]:
    """A function that sends bytes to a server, checks what comes back and returns it.

    Afterwards the server must have printed nothing, and its connections must be closed and their threads over.
    """
    threads, files = set(threading.enumerate()), descriptors()
    with S3MockServer() as server:

        def send(sent: bytes) -> bytes:
            if len(server.cloud.namespace.buckets()) != 1:  # each search begins with little
                server.s3.reset()
                ask(server.cloud, "PUT", "/a-bucket", x_amz_acl="public-read-write")
                ask(server.cloud, "PUT", "/a-bucket/a-key", b"some bytes")
            received = exchange(server.port, sent)
            assert not received or STATUS.match(received), received[:80]
            assert {int(status) for status in STATUS.findall(received)} <= STATUSES
            assert {code.decode() for code in CODE.findall(received)} <= CATALOGUE.keys()
            assert b"<html" not in received.lower()
            return received

        yield send
        assert exchange(server.port, b"GET / HTTP/1.0\r\n\r\n").startswith(b"HTTP/1.1 200 OK\r\n")
    assert capfd.readouterr().err == ""
    for thread in set(threading.enumerate()) - threads:
        thread.join(10)  # those of connections that have just been closed
    assert set(threading.enumerate()) <= threads
    assert descriptors() <= files


def descriptors() -> int:
    """The number of open files of this process, where that can be known."""
    return len(list(Path("/proc/self/fd").iterdir())) if Path("/proc/self/fd").is_dir() else 0


def exchange(port: int, sent: bytes) -> bytes:
    """All that the server sends until it closes the connection. Raises TimeoutError if it hangs."""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
        pieces = []
        try:
            connection.sendall(sent)
            connection.shutdown(socket.SHUT_WR)
            while piece := connection.recv(1 << 16):
                pieces.append(piece)
        except ConnectionError:
            pass  # it has refused the rest
        return b"".join(pieces)


NUMBERS = st.sampled_from(["0", "5", "-1", "+5", "0x5", "1_0", "9" * 18, "9" * 19, "9" * 5000, "", "five"])
LINES = st.one_of(
    st.tuples(st.sampled_from(HEADERS), TEXTS).map(lambda pair: f"{pair[0]}: {pair[1]}"),
    NUMBERS.map("Content-Length: {}".format),
    NUMBERS.map("x-amz-decoded-content-length: {}".format),
    st.sampled_from(
        [
            *(
                "Host: a-bucket.localhost",
                "Host: 127.0.0.1",
                "Host:",
                "Transfer-Encoding: chunked",
                "Transfer-Encoding: x",
            ),
            *(
                "Expect: 100-continue",
                "Connection: close",
                "Connection: keep-alive",
                " folded",
                "no colon",
                ": no name",
            ),
            *("x-a: " + "a" * 9000, "x-a: " + "a" * 70_000, "x-a: b\0c", "x-a: b\rc", "x-a: b\nc", "x\0: a"),
        ]
    ),
    st.text(max_size=10),
)
CHUNKS = st.tuples(
    st.sampled_from(["5", "0", "-1", "-2", "+5", "0x5", "1_0", "5;a=b", "5" * 20, ""]), st.binary(max_size=8)
)
FIRST = st.tuples(
    METHODS, st.sampled_from(["/", "/a-bucket", "/a-bucket/a-key", "*", "http://a/b"]), st.just("") | QUERIES
).map(lambda parts: f"{parts[0]} {parts[1]}?{quote(parts[2], safe='=&%+')} HTTP/1.1")


@st.composite
def requests(draw: st.DrawFn) -> bytes:
    """The bytes of something like a request."""
    lines = [draw(FIRST), "Host: 127.0.0.1", "Authorization: AWS ANY:signature", *draw(st.lists(LINES, max_size=2))]
    body = draw(BODIES | st.lists(CHUNKS, max_size=3).map(lambda chunks: b"".join(map(chunk, chunks))))
    if draw(st.booleans()):
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*lines, "", ""]).encode("utf-8", "replace") + body


def chunk(pair: tuple[str, bytes]) -> bytes:
    return pair[0].encode() + b"\r\n" + pair[1] + b"\r\n"


def test_any_bytes_get_an_answer_of_s3_or_none(fuzzed: Callable[[bytes], bytes]) -> None:
    @search(300)
    @given(st.lists(requests(), min_size=1, max_size=3).map(b"".join), st.integers(0, 500), st.binary(max_size=4))
    def searched(sent: bytes, place: int, wrong: bytes) -> None:
        fuzzed(sent[:place] + wrong + sent[place + len(wrong) :])

    searched()


def test_any_chunks_of_aws_get_an_answer_of_s3(fuzzed: Callable[[bytes], bytes]) -> None:
    @search(150)
    @given(chunked_requests())
    def searched(request: tuple[dict[str, str], bytes, bytes]) -> None:
        headers, body, _ = request
        fuzzed(on_the_wire("PUT", "/a-bucket/a-key", SIGNED | headers, body))

    searched()


def test_any_form_gets_an_answer_of_s3(fuzzed: Callable[[bytes], bytes]) -> None:
    @search(100)
    @given(st.lists(st.tuples(TEXTS, TEXTS | DOCUMENTS), max_size=4), st.integers(0, 300), st.binary(max_size=4))
    def searched(fields: list[tuple[str, str]], place: int, wrong: bytes) -> None:
        parts = [*fields, ("key", "posted"), ('file"; filename="f', "bytes")]
        rows = [f'--b\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{text}\r\n' for name, text in parts]
        form = "".join([*rows, "--b--\r\n"]).encode()
        form = form[:place] + wrong + form[place + len(wrong) :]
        fuzzed(on_the_wire("POST", "/a-bucket", {"content-type": "multipart/form-data; boundary=b"}, form))

    searched()


def test_any_operation_with_any_values_gets_an_answer_of_s3(fuzzed: Callable[[bytes], bytes]) -> None:
    @search(300, suppress_health_check=list(HealthCheck))
    @given(st.sampled_from(sorted(OPERATIONS.keys() - {"PostObject"})), st.data())
    def searched(operation: str, data: st.DataObject) -> None:
        assert fuzzed(sent_as(request_of_operation(data, operation, "an-upload")))

    searched()


def sent_as(request: Request) -> bytes:
    target = request.path + (f"?{request.query}" if request.query else "")
    return on_the_wire(request.method, quote(target, safe="/?&=%+~"), SIGNED | request.headers, request.body.read())


def on_the_wire(method: str, target: str, headers: dict[str, str], body: bytes) -> bytes:
    headers = {"host": "127.0.0.1", "content-length": str(len(body))} | headers
    rows = "".join([f"{name}: {value}\r\n" for name, value in headers.items()])
    return f"{method} {target} HTTP/1.1\r\n{rows}\r\n".encode("utf-8", "replace") + body
