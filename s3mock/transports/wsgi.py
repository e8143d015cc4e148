"""S3 as a WSGI application, for any WSGI server.

Differs: WSGI cannot tell ``x-amz-meta-a_b`` from ``x-amz-meta-a-b``, and a server that offers neither ``REQUEST_URI``
nor ``RAW_URI`` decodes the path, so that ``%2F`` and ``/`` are the same. ``S3MockServer`` has neither flaw.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING
from urllib.parse import quote

from s3mock.backend.cloud import Cloud
from s3mock.errors import S3Error
from s3mock.http import Body, Request, read_file
from s3mock.transports import adapter, failures, http11, remote

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

_PREFIX = "HTTP_"
_UNPREFIXED = {"CONTENT_TYPE": "content-type", "CONTENT_LENGTH": "content-length"}


def respond(
    cloud: Cloud, control: remote.Control, environ: WSGIEnvironment, start_response: StartResponse
) -> Iterable[bytes]:
    """Answer one WSGI request from ``cloud``, or by ``control``: begin the response and return its body."""
    try:
        response = remote.answer(cloud, request_of(environ), control)
    except S3Error as error:
        response = adapter.refuse(cloud, error)
    if response.failure is not None:
        cloud.clock.sleep(response.failure.delay)
        if response.failure.kind:
            raise failures.error_of(
                response.failure.kind
            )  # the connection is the WSGI server's, which decides what becomes of it
        failures.pace(response, cloud.clock.sleep)
    response.headers.pop("Connection", None)  # that header is the server's, too (PEP 3333)
    headers, _ = http11.header_lines(response, environ["REQUEST_METHOD"], chunks=False)
    start_response(f"{response.status} {http11.reason(response)}", headers)
    return [response.body] if isinstance(response.body, bytes) else response.body


def request_of(environ: WSGIEnvironment) -> Request:
    """The request of a WSGI environment: its target as it was sent if the server passes that on, below the mount.

    Raises BadRequest for an invalid Content-Length.
    """
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
    if length:
        size = http11.content_length(length)
        body = Body(read_file(stream, size), size)
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
