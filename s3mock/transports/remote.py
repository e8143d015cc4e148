"""Requests over a real connection, whether our server or a WSGI server accepts it."""

from __future__ import annotations

import sys
import traceback
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

from s3mock.errors import CATALOGUE, S3Error
from s3mock.http import Response
from s3mock.transports import adapter

if TYPE_CHECKING:
    from s3mock.backend.cloud import Cloud
    from s3mock.http import Request

# Written by hand: the bug may be in the code that writes errors.
_INTERNAL_ERROR = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    f"<Error><Code>InternalError</Code><Message>{CATALOGUE['InternalError'].message}</Message></Error>"
)
RESETS = frozenset({"/_s3mock/reset", "/moto-api/reset"})
"""Paths where a POST empties the S3, for clients in other processes. The second is that of moto's server.

They shadow nothing of S3: no bucket can have the name of the first, and S3 refuses a POST to a key without a
subresource.
"""
_ASCII = "".join(map(chr, range(0x21, 0x7F)))


def answer(cloud: Cloud, request: Request) -> Response:
    """The gateway's response. A bug of ours is printed, and answered as S3 does: 500 ``InternalError``."""
    if request.path in RESETS and request.method == "POST":
        if not _is_ours(request.headers.get("origin"), request.headers.get("sec-fetch-site")):
            return adapter.refuse(cloud, S3Error("AccessDenied"))
        cloud.reset()
        return Response(200, {"Content-Type": "application/json"}, b'{"status": "ok"}')
    try:
        return adapter.answer(cloud, request)
    except Exception:  # noqa: BLE001 - the client must get a response
        traceback.print_exc(file=sys.stderr)
        body = b"" if request.method == "HEAD" else _INTERNAL_ERROR.encode()
        return Response(CATALOGUE["InternalError"].status, {"Content-Type": "application/xml"}, body)


def _is_ours(origin: str | None, site: str | None) -> bool:
    """Whether no page of another site sent the request. Browsers send an Origin with every POST to another site.

    A name that is no loopback address may be any site's, which makes its name resolve to ours.
    """
    if site not in {None, "none", "same-origin"}:
        return False
    host = "localhost" if origin is None else urlsplit(origin).hostname or ""
    return host in {"localhost", "127.0.0.1", "::1"} or host.endswith(".localhost")


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
