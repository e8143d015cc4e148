"""The fields of a record in a server access log that a request and its response determine.

Their order is that of ``models.logging.LogRecord``. A field that is unknown or does not apply is "-".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from s3mock.http import utf8
from s3mock.wire import routes, scalars
from s3mock.wire.signing.credential import V2

if TYPE_CHECKING:
    from collections.abc import Mapping

    from s3mock.http import Credential, Request, Response, Target

NONE = "-"


def fields(
    request: Request,
    response: Response,
    target: Target,
    query: Mapping[str, str],
    signer: Credential | None,
    operation: str,
) -> dict[str, str]:
    """Return the fields by their names; the ``key`` is not encoded yet.

    ``operation`` is the operation's name in logs (``REST.GET.OBJECT``, ``REST.COPY.PART`` ...), empty for requests of
    the website endpoint and for those that were refused before their operation was known.
    """
    headers = request.headers
    if not operation:
        operation = f"WEBSITE.{request.method}.OBJECT"
        if target.endpoint != "website":
            resource = routes.resource_type(request.method, target, query)
            copy = request.method == "PUT" and "x-amz-copy-source" in headers and resource in {"OBJECT", "PART"}
            operation = f"REST.{'COPY' if copy else request.method}.{resource}"
    sent = 0 if request.method == "HEAD" else _number(response.headers.get("Content-Length"))
    uri = request.path + (f"?{request.query}" if request.query else "")
    signature_version = authentication_type = NONE  # of an unauthenticated request (User Guide, LogFormat.html)
    if signer is not None:
        signature_version = "SigV2" if signer.algorithm == V2 else "SigV4"
        authentication_type = "QueryString" if signer.in_query else "AuthHeader"
    bucket = target.bucket or ""
    return {
        "remote_ip": request.remote_address,
        "operation": operation,
        "key": target.key or "",
        "request_uri": _quoted(f"{request.method} {uri} HTTP/1.1"),
        "status": str(response.status),
        "bytes_sent": str(sent or NONE),
        "object_size": _object_size(operation, request, response),
        "referer": _quoted(headers.get("referer", NONE)),
        "user_agent": _quoted(headers.get("user-agent", NONE)),
        "version_id": query.get("versionId") or NONE,
        "signature_version": signature_version,
        "authentication_type": authentication_type,
        "host_header": request.host,
        "access_point": bucket if bucket.startswith("arn:") else NONE,
    }


def _object_size(operation: str, request: Request, response: Response) -> str:
    """Return the size of the whole object in bytes, "-" for a request that did not read or write one."""
    verb, _, resource = operation.partition(".")[2].partition(".")
    if resource not in {"OBJECT", "PART"} or response.status >= 300:
        return NONE
    if verb == "PUT":
        sent = request.headers.get("x-amz-decoded-content-length") or request.headers.get("content-length")
        return str(_number(sent))
    if verb not in {"GET", "HEAD"}:
        return NONE
    whole = response.headers.get("Content-Range", "").rpartition("/")[2]
    return whole or str(_number(response.headers.get("Content-Length")))


def _quoted(text: str) -> str:
    return '"' + utf8(text).replace('"', "%22") + '"'


def _number(text: str | None) -> int:
    try:
        return max(0, scalars.long(text or ""))
    except ValueError:
        return 0
