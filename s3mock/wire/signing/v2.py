"""Version 2 of the signature: what of a request is signed.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/RESTAuthentication.html
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import unquote

from s3mock.errors import S3Error
from s3mock.wire.signing import claim
from s3mock.wire.signing.claim import Claim
from s3mock.wire.signing.credential import hoisted

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from s3mock.http import Request, Target

SUBRESOURCES = frozenset(
    {
        *("accelerate", "acl", "analytics", "cors", "delete", "inventory", "lifecycle", "location", "logging"),
        *("metrics", "notification", "object-lock", "partNumber", "policy", "replication", "requestPayment"),
        *("response-cache-control", "response-content-disposition", "response-content-encoding"),
        *("response-content-language", "response-content-type", "response-expires", "restore", "select"),
        *("select-type", "tagging", "torrent", "uploadId", "uploads", "versionId", "versioning", "versions", "website"),
    }
)
"""The parameters that are signed: those of the page, and the later ones that botocore signs."""

_BROUGHT = ("content-md5", "content-type", "x-amz-security-token")
_MOST_DIGITS = 10
"""More are milliseconds (https://github.com/transloadit/uppy/issues/1130); where S3 draws the line is assumed."""


def check_query(query: Mapping[str, str], now: datetime) -> None:
    """Refuse a presigned URL whose time is none, or over. Raises AccessDenied."""
    text = query["Expires"]
    if len(text) > _MOST_DIGITS or not (text.isascii() and text.isdigit()):
        # That the value follows is assumed.
        raise S3Error("AccessDenied", f"Invalid date (should be seconds since epoch): {text}")
    end = claim.EPOCH + timedelta(seconds=int(text))
    if now >= end:
        raise claim.expired(end, now)


def check_header(request: Request, clocks: Iterable[datetime], *, required: bool) -> None:
    """Refuse a request whose date is none, or far from all ``clocks``. Raises AccessDenied, RequestTimeTooSkewed."""
    claim.check_header_date(request.headers, clocks, required=required)


def query_claim(request: Request, query: Mapping[str, str], target: Target) -> Claim:
    """Return what a presigned URL says was signed.

    Headers may stand in the query, as botocore puts them there; those that are sent go before them (assumed).
    """
    brought = {name: query[name] for name in _BROUGHT if name in query}
    headers = brought | hoisted(query) | request.headers
    return Claim(_text(request, headers, query["Expires"], target), query["Signature"])


def header_claim(request: Request, target: Target) -> Claim:
    """Return what an Authorization header says was signed."""
    headers = request.headers
    date = "" if "x-amz-date" in headers else headers.get("date", "")
    _, _, signature = headers["authorization"].partition(":")
    return Claim(_text(request, headers, date, target), signature.strip())


def _text(request: Request, headers: Mapping[str, str], date: str, target: Target) -> str:
    """Return the string to sign."""
    lines = [request.method, *(headers.get(name, "").strip() for name in ("content-md5", "content-type")), date]
    lines += [f"{name}:{headers[name].strip()}" for name in sorted(headers) if name.startswith("x-amz-")]
    if target.style == "virtual":
        path = f"/{target.bucket}{request.path}"
    else:  # botocore signs /bucket/ and sends /bucket; that nobody signs the other is assumed
        path = f"{request.path}/" if request.path == f"/{target.bucket}" else request.path
    lines.append(path + _subresources(request.query))
    return "\n".join(lines)


def _subresources(query: str) -> str:
    found = []
    for field in query.split("&"):
        name, equals, value = field.partition("=")
        if name in SUBRESOURCES:
            found.append((name, f"{equals}{unquote(value)}"))
    found.sort(key=lambda pair: pair[0])
    return "?" + "&".join([name + value for name, value in found]) if found else ""
