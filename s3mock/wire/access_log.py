"""What a server access log says of a request: the fields of its record.

Their order is that of ``models.logging.Line``. What is unknown or does not apply is "-".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from s3mock.wire import routes

if TYPE_CHECKING:
    from collections.abc import Mapping

    from s3mock.http import Request, Response, Target

NONE = "-"


def fields(
    request: Request, response: Response, target: Target, query: Mapping[str, str], operation: str
) -> dict[str, str]:
    """Return what request and answer say for a record, by the names of its fields; the ``key`` is as it is."""
    headers = request.headers
    sent = 0 if request.method == "HEAD" else _number(response.headers.get("Content-Length"))
    operation = operation or operation_of(request, target, query)
    uri = request.path + (f"?{request.query}" if request.query else "")
    signature_version, authentication_type = _signed(headers, query)
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
    if resource not in {"OBJECT", "PART"} or response.status >= 300:
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
