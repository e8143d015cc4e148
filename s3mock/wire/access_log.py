"""A record of a server access log: one line for a request.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/LogFormat.html, which has the fields and their order; the last
one, the region, is newer than most readers of logs. What is unknown or does not apply is "-".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote

from s3mock.wire import routes

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from s3mock.wire.hosts import Target
    from s3mock.wire.http import Request, Response

NONE = "-"
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class Logged(NamedTuple):
    """What a record says besides what request and response say.

    ``owner`` is the canonical id of the bucket's owner, ``requester`` who signed, None for nobody, ``error`` the code
    of the error, if any, ``milliseconds`` how long the answer took.
    """

    owner: str
    bucket: str
    region: str
    when: datetime
    requester: str | None
    request_id: str
    host_id: str
    error: str | None
    milliseconds: int


def line(logged: Logged, request: Request, response: Response, target: Target, query: Mapping[str, str]) -> str:
    """Return the record of a request that was answered, with its line feed."""
    headers, when = request.headers, logged.when
    sent = 0 if request.method == "HEAD" else _number(response.headers.get("Content-Length"))
    operation = operation_of(request, target, query)
    uri = request.path + (f"?{request.query}" if request.query else "")
    signed = _signed(headers, query)
    fields = (
        logged.owner,
        logged.bucket,
        f"[{when.day:02}/{_MONTHS[when.month - 1]}/{when:%Y:%H:%M:%S} +0000]",
        request.remote_address,
        logged.requester or NONE,
        logged.request_id,
        operation,
        NONE if target.key is None else quote(target.key, safe="/"),
        _quoted(f"{request.method} {uri} HTTP/1.1"),
        str(response.status),
        logged.error or NONE,
        str(sent or NONE),
        _object_size(operation, request, response),
        str(logged.milliseconds),
        str(logged.milliseconds),
        _quoted(headers.get("referer", NONE)),
        _quoted(headers.get("user-agent", NONE)),
        query.get("versionId") or NONE,
        logged.host_id,
        signed[0],
        NONE,
        signed[1],
        request.host,
        NONE,
        target.bucket if target.bucket is not None and target.bucket.startswith("arn:") else NONE,
        NONE,
        logged.region,
    )
    return " ".join(fields) + "\n"


def operation_of(request: Request, target: Target, query: Mapping[str, str]) -> str:
    """Return what a log calls the operation: ``REST.GET.OBJECT``, ``WEBSITE.GET.OBJECT``, ``REST.COPY.PART`` ..."""
    if target.endpoint == "website":
        return f"WEBSITE.{request.method}.OBJECT"
    resource = routes.resource_type(request.method, target, query)
    copies = request.method == "PUT" and "x-amz-copy-source" in request.headers and resource in {"OBJECT", "PART"}
    return f"REST.{'COPY' if copies else request.method}.{resource}"


def _object_size(operation: str, request: Request, response: Response) -> str:
    """Return the size of the whole object, where the request was about the bytes of one."""
    verb, _, resource = operation.partition(".")[2].partition(".")
    if resource not in {"OBJECT", "PART"} or response.status >= 300:  # noqa: PLR2004 - no object was sent or taken
        return NONE
    if verb == "PUT":
        sent = request.headers.get("x-amz-decoded-content-length") or request.headers.get("content-length")
        return str(_number(sent))
    if verb not in {"GET", "HEAD"}:
        return NONE
    whole = response.headers.get("Content-Range", "").rpartition("/")[2]
    return whole or str(_number(response.headers.get("Content-Length")))


def _signed(headers: Mapping[str, str], query: Mapping[str, str]) -> tuple[str, str]:
    """Return the version of the signature and where it was."""
    authorization = headers.get("authorization", "")
    if authorization:
        return "SigV4" if authorization.startswith("AWS4") else "SigV2", "AuthHeader"
    if "X-Amz-Signature" in query:
        return "SigV4", "QueryString"
    return ("SigV2", "QueryString") if "Signature" in query else (NONE, NONE)


def _quoted(text: str) -> str:
    return '"' + text.replace('"', "%22") + '"'


def _number(text: str | None) -> int:
    return int(text) if text is not None and text.isdecimal() else 0
