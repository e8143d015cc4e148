"""S3 as a WSGI application, for whoever has a server already.

Differs: WSGI cannot tell ``x-amz-meta-a_b`` from ``x-amz-meta-a-b``, and a server that offers neither ``REQUEST_URI``
nor ``RAW_URI`` decodes the path, so that ``%2F`` and ``/`` are the same. ``S3MockServer`` has neither flaw.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from s3mock.http import CHUNK, Body, Request
from s3mock.transports import remote

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from _typeshed.wsgi import StartResponse, WSGIEnvironment

    from s3mock.backend.cloud import Cloud
    from s3mock.http import Response

_PREFIX = "HTTP_"
_UNPREFIXED = {"CONTENT_TYPE": "content-type", "CONTENT_LENGTH": "content-length"}
_NO_CONTENT = frozenset({204, 304})


def application(cloud: Cloud) -> Callable[[WSGIEnvironment, StartResponse], Iterable[bytes]]:
    """Return the WSGI application that answers from ``cloud``."""

    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        response = remote.answer(cloud, to_request(environ))
        start_response(*_head(response, environ["REQUEST_METHOD"]))
        return [response.body] if isinstance(response.body, bytes) else response.body

    return app


def to_request(environ: WSGIEnvironment) -> Request:
    """Return the request that the environment is of."""
    headers = {name: remote.decode_header(environ[key]) for key, name in _UNPREFIXED.items() if environ.get(key)}
    for key, value in environ.items():
        if key.startswith(_PREFIX):
            headers[key[len(_PREFIX) :].replace("_", "-").lower()] = remote.decode_header(value)
    host, path, query = remote.split_target(_target(environ))
    return Request(
        environ["REQUEST_METHOD"],
        environ["wsgi.url_scheme"],
        host or headers.get("host") or f"{environ['SERVER_NAME']}:{environ['SERVER_PORT']}",
        path,
        query,
        headers,
        _body(environ),
        environ.get("REMOTE_ADDR", "127.0.0.1"),
    )


def _target(environ: WSGIEnvironment) -> str:
    """Return the request's target as it was sent where the server tells, below the path that we are mounted at."""
    mount = environ.get("SCRIPT_NAME", "")
    sent: str | None = environ.get("REQUEST_URI") or environ.get("RAW_URI")
    if sent:
        return sent.removeprefix(quote(mount.encode("latin-1"))) if mount else sent
    path = quote(environ.get("PATH_INFO", "").encode("latin-1"), safe="/~!$&'()*+,;=:@")
    query = environ.get("QUERY_STRING", "")
    return f"{path or '/'}?{query}" if query else path or "/"


def _body(environ: WSGIEnvironment) -> Body:
    stream = environ["wsgi.input"]
    length: str = environ.get("CONTENT_LENGTH") or ""
    if length.isdecimal():
        return Body(_limited(stream, int(length)), int(length))
    # Without a length, only a server that promises an end may be asked for all: Transfer-Encoding: chunked.
    return Body(_all(stream) if environ.get("wsgi.input_terminated") else ())


def _limited(stream: Any, left: int) -> Iterator[bytes]:
    while left and (piece := stream.read(min(left, CHUNK))):
        left -= len(piece)
        yield piece


def _all(stream: Any) -> Iterator[bytes]:
    while piece := stream.read(CHUNK):
        yield piece


def _head(response: Response, method: str) -> tuple[str, list[tuple[str, str]]]:
    headers = [(name, remote.encode_header(value)) for name, value in response.headers.items()]
    size = len(response.body) if isinstance(response.body, bytes) else response.body.size
    if (
        size is not None
        and method != "HEAD"
        and response.status not in _NO_CONTENT
        and not any(name.lower() == "content-length" for name, _ in headers)
    ):
        headers.append(("Content-Length", str(size)))
    return f"{response.status} {_phrase(response.status)}", headers


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown"
