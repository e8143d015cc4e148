"""Requests of a forked child to the server of its parent, which has the store."""

from __future__ import annotations

import contextlib
from http.client import HTTPConnection, HTTPResponse
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from s3mock.http import CHUNK, Body, Response, read_file
from s3mock.process.real_calls import client_decided
from s3mock.transports.http11 import NO_CONTENT

if TYPE_CHECKING:
    from s3mock.http import Request

_OF_THE_CONNECTION = frozenset({"connection", "transfer-encoding"})


def answer(server: str, request: Request) -> Response:
    """The response of the server at the URL ``server``. Raises RuntimeError where it has stopped."""
    token = client_decided.set("real")  # it is http.client that sends
    try:
        connection = HTTPConnection(urlsplit(server).netloc)
        try:
            connection.connect()
        except ConnectionRefusedError:
            raise RuntimeError(
                f"the mock_s3(share=True) at {server} has ended: this process is a fork of one that held it"
            ) from None
        # The server may refuse what it has not read, and close the connection.
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            _send(connection, request)
        return _response(connection.getresponse(), connection, request.method)
    finally:
        client_decided.reset(token)


def _send(connection: HTTPConnection, request: Request) -> None:
    headers, body = request.headers, request.body
    # The whole URL says which scheme and host the client meant (RFC 9112 3.2.2).
    connection.putrequest(request.method, request.url, skip_host=True, skip_accept_encoding=True)
    for name, value in headers.items():
        if name not in ("expect", "connection"):
            connection.putheader(name, value.encode("latin-1"))
    if "host" not in headers:
        connection.putheader("host", request.host)
    chunks = "transfer-encoding" in headers
    if "content-length" not in headers and not chunks and body.size is not None and request.method in ("PUT", "POST"):
        connection.putheader("content-length", str(body.size))
    connection.endheaders(body, encode_chunked=chunks)


def _response(received: HTTPResponse, connection: HTTPConnection, method: str) -> Response:
    headers = {name: value for name, value in received.getheaders() if name.lower() not in _OF_THE_CONNECTION}
    if method == "HEAD" or received.status in NO_CONTENT or (received.length is not None and received.length <= CHUNK):
        with contextlib.closing(connection):
            return Response(received.status, headers, received.read())
    return Response(received.status, headers, Body(read_file(received), received.length, connection.close))
