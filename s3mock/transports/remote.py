"""Requests over a real connection, whether our server or a WSGI server accepts it."""

from __future__ import annotations

import logging
import re
import sys
import traceback
from collections.abc import Callable
from typing import TYPE_CHECKING
from urllib.parse import quote

from s3mock.errors import CATALOGUE, S3Error
from s3mock.http import Response
from s3mock.transports import adapter
from s3mock.wire import hosts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from s3mock.backend.cloud import Cloud
    from s3mock.http import Request

# Written by hand: the bug may be in the code that writes errors.
_INTERNAL_ERROR = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    f"<Error><Code>InternalError</Code><Message>{CATALOGUE['InternalError'].message}</Message></Error>"
)
CONTROL = "/_s3mock"
"""Where the control API is. It shadows nothing of S3: no bucket can have this name."""
RESET = "/moto-api/reset"
"""The path of moto's server where a POST empties it. S3 refuses a POST to a key without a subresource."""
Control = Callable[["Request"], Response]
"""Answers the requests of the control API."""
HEALTH: Mapping[str, tuple[str, bytes]] = {
    "/minio/health/live": ("text/plain", b""),
    "/minio/health/ready": ("text/plain", b""),
    "/minio/health/cluster": ("text/plain", b""),
    "/_localstack/health": ("application/json", b'{"services": {"s3": "running"}, "edition": "s3mock"}'),
    "/moto-api/": ("text/html", b"s3mock"),
}
"""Paths that tell whether another server is ready: content type, body.

They shadow nothing that S3 has: only an unsigned request without a query is answered, and only while there is no bucket
that the path names, as "minio" and "moto-api" may be.
"""
_REQUESTS = logging.getLogger("s3mock.requests")
_OURS = re.compile(r"https?://(?:(?:[a-z0-9-]+\.)*localhost|127\.0\.0\.1|\[::1\])(?::\d+)?", re.IGNORECASE)
_ASCII = "".join(map(chr, range(0x21, 0x7F)))


def answer(cloud: Cloud, request: Request, control: Control) -> Response:
    """The response to a request, which is logged where ``s3mock.requests`` has the level INFO.

    ``control`` answers what is below ``/_s3mock``; its GETs are not logged, since the web page sends them all the time.
    """
    if not _REQUESTS.isEnabledFor(logging.INFO) or (request.method == "GET" and request.path.startswith(CONTROL)):
        return _answer(cloud, request, control)
    response = _answer(cloud, request, control)
    _REQUESTS.info("%s %s %s %s", request.remote_address, request.method, request.url, response.status)
    return response


def _answer(cloud: Cloud, request: Request, control: Control) -> Response:
    """The gateway's response. A bug of ours is printed, and answered as S3 does: 500 ``InternalError``."""
    if request.path.startswith(CONTROL) and _is_control(cloud, request):
        return control(request)
    if request.path == RESET and request.method == "POST":
        if not is_ours(request):
            return adapter.refuse(cloud, S3Error("AccessDenied"))
        cloud.reset()
        return Response(200, {"Content-Type": "application/json"}, b'{"status": "ok"}')
    if request.path in HEALTH and _asks_for_health(cloud, request):
        content_type, body = HEALTH[request.path]
        return Response(200, {"Content-Type": content_type}, body if request.method == "GET" else b"")
    try:
        return adapter.answer(cloud, request)
    except Exception:  # noqa: BLE001 - the client must get a response
        traceback.print_exc(file=sys.stderr)
        body = b"" if request.method == "HEAD" else _INTERNAL_ERROR.encode()
        return Response(CATALOGUE["InternalError"].status, {"Content-Type": "application/xml"}, body)


def is_ours(request: Request) -> bool:
    """Whether no page of another site sent the request. Browsers send an Origin with every POST to another site.

    A name that is no loopback address may be any site's, which makes its name resolve to ours.
    """
    origin = request.headers.get("origin")
    if origin is None:
        return request.headers.get("sec-fetch-site") != "cross-site"
    return _OURS.fullmatch(origin) is not None


def _is_control(cloud: Cloud, request: Request) -> bool:
    """Whether the path is the control API's, and not a key's at the host of a bucket."""
    if request.path != CONTROL and not request.path.startswith(f"{CONTROL}/"):
        return False
    return hosts.parse(request.host, "/", cloud.custom_endpoints).style == "path"


def _asks_for_health(cloud: Cloud, request: Request) -> bool:
    """Whether nobody but a health check can mean a request for one of the paths of ``HEALTH``."""
    if request.method not in ("GET", "HEAD") or request.query or "authorization" in request.headers:
        return False
    target = hosts.parse(request.host, request.path, cloud.custom_endpoints)
    return target.style == "path" and target.bucket is not None and cloud.namespace.get(target.bucket) is None


def split_target(target: str) -> tuple[str | None, str, str]:
    """The host, path and query of a request line's target, still encoded. Only the absolute form has a host.

    ``target`` has one character per byte. Bytes that should have been percent-encoded are encoded.
    """
    if not target.isascii():
        target = quote(target.encode("latin-1"), safe=_ASCII)
    host = None
    if not target.startswith("/"):
        _, absolute, rest = target.partition("://")
        host, slash, path = rest.partition("/") if absolute else ("", "/", "")
        target = slash + path
    path, _, query = target.partition("?")
    return host or None, path or "/", query


def encode_header(value: str) -> str:
    """The text with one character per byte: Latin-1 where that suffices, otherwise UTF-8."""
    if value.isascii():
        return value
    try:
        value.encode("latin-1")
    except UnicodeEncodeError:
        return value.encode().decode("latin-1")
    return value
