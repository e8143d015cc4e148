"""What requests over a real connection have in common, whichever server accepts them."""

from __future__ import annotations

import sys
import traceback
from typing import TYPE_CHECKING
from urllib.parse import quote

from s3mock.errors import CATALOGUE
from s3mock.http import Response
from s3mock.transports import adapter

if TYPE_CHECKING:
    from s3mock.backend.cloud import Cloud
    from s3mock.http import Request

# Written by hand: what writes the other errors may be what is broken.
_INTERNAL_ERROR = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    f"<Error><Code>InternalError</Code><Message>{CATALOGUE['InternalError'].message}</Message></Error>"
)
RESETS = frozenset({"/_s3mock/reset", "/moto-api/reset"})
"""Where a POST empties the S3, since a client in another process has no ``s3.reset()``. The second is moto's server's.

No bucket has the first one's name, and S3 takes no POST to a key that selects no subresource.
"""
_ASCII = "".join(map(chr, range(0x21, 0x7F)))


def answer(cloud: Cloud, request: Request) -> Response:
    """Return the gateway's response. A bug of ours is printed, and answered as S3 does: 500 ``InternalError``."""
    if request.path in RESETS and request.method == "POST":
        cloud.reset()
        return Response(200, {"Content-Type": "application/json"}, b'{"status": "ok"}')
    try:
        return adapter.answer(cloud, request)
    except Exception:  # noqa: BLE001 - whoever waits at the other end must hear something
        traceback.print_exc(file=sys.stderr)
        body = b"" if request.method == "HEAD" else _INTERNAL_ERROR.encode()
        return Response(CATALOGUE["InternalError"].status, {"Content-Type": "application/xml"}, body)


def split_target(target: str) -> tuple[str | None, str, str]:
    """Return the host (where the request line has one: the absolute form), the path and the query, still encoded.

    ``target`` has a character a byte. Bytes that should have been percent-encoded become so.
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


def decode_header(value: str) -> str:
    """Return a header's value, which has a character a byte, as the text that it most likely is: UTF-8 or Latin-1."""
    value = value.strip()
    if value.isascii():
        return value
    try:
        return value.encode("latin-1").decode()
    except UnicodeDecodeError:
        return value


def encode_header(value: str) -> str:
    """Return the text with a character a byte: Latin-1 where that is enough, else UTF-8."""
    if value.isascii():
        return value
    try:
        value.encode("latin-1")
    except UnicodeEncodeError:
        return value.encode().decode("latin-1")
    return value
