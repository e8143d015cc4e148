"""S3 as a WSGI application, for any WSGI server.

Differs: WSGI cannot tell ``x-amz-meta-a_b`` from ``x-amz-meta-a-b``, and a server that offers neither ``REQUEST_URI``
nor ``RAW_URI`` decodes the path, so that ``%2F`` and ``/`` are the same. ``S3MockServer`` has neither flaw.
"""

from __future__ import annotations

from collections.abc import Iterable
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import quote

from s3mock.backend.cloud import Cloud
from s3mock.http import Body, Request, read_file
from s3mock.transports import remote

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

_PREFIX = "HTTP_"
_UNPREFIXED = {"CONTENT_TYPE": "content-type", "CONTENT_LENGTH": "content-length"}
_NO_CONTENT = frozenset({204, 304})


def respond(cloud: Cloud, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """Answer one WSGI request from ``cloud``: begin the response and return its body."""
    response = remote.answer(cloud, request_of(environ))
    try:
        phrase = HTTPStatus(response.status).phrase
    except ValueError:
        phrase = "Unknown"
    headers = [(name, remote.encode_header(value)) for name, value in response.headers.items()]
    size = len(response.body) if isinstance(response.body, bytes) else response.body.size
    bodiless = environ["REQUEST_METHOD"] == "HEAD" or response.status in _NO_CONTENT
    if size is not None and not bodiless and not any(name.lower() == "content-length" for name, _ in headers):
        headers.append(("Content-Length", str(size)))
    start_response(f"{response.status} {phrase}", headers)
    return [response.body] if isinstance(response.body, bytes) else response.body


def request_of(environ: WSGIEnvironment) -> Request:
    """The request of a WSGI environment: its target as it was sent if the server passes that on, below the mount."""
    headers = {name: environ[key].strip(" \t") for key, name in _UNPREFIXED.items() if environ.get(key)}
    for key, value in environ.items():
        if key.startswith(_PREFIX):
            headers[key[len(_PREFIX) :].replace("_", "-").lower()] = value.strip(" \t")

    mount = environ.get("SCRIPT_NAME", "")
    target: str = environ.get("REQUEST_URI") or environ.get("RAW_URI") or ""
    if target:
        target = target.removeprefix(quote(mount.encode("latin-1")))
    else:
        target = quote(environ.get("PATH_INFO", "").encode("latin-1"), safe="/~!$&'()*+,;=:@") or "/"
        if environ.get("QUERY_STRING"):
            target += f"?{environ['QUERY_STRING']}"
    host, path, query = remote.split_target(target)

    stream = environ["wsgi.input"]
    length: str = environ.get("CONTENT_LENGTH") or ""
    if length.isdecimal():
        body = Body(read_file(stream, int(length)), int(length))
    elif environ.get("wsgi.input_terminated"):
        # Transfer-Encoding: chunked. Without a length, only a server that promises an end may be read to the end.
        body = Body(read_file(stream))
    else:
        body = Body(())

    return Request(
        environ["REQUEST_METHOD"],
        environ["wsgi.url_scheme"],
        host or headers.get("host") or f"{environ['SERVER_NAME']}:{environ['SERVER_PORT']}",
        path,
        query,
        headers,
        body,
        environ.get("REMOTE_ADDR", "127.0.0.1"),
    )
