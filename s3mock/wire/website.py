"""Responses of the website endpoint that are not objects: error pages, and redirects."""

from __future__ import annotations

from http import HTTPStatus
from urllib.parse import quote

from s3mock.errors import S3Error
from s3mock.http import Response
from s3mock.wire import xml

CONTENT_TYPE = "text/html; charset=utf-8"
OLD_PHRASES = {302: "Moved Temporarily", 416: "Requested Range Not Satisfiable"}
"""S3's reason phrases where HTTPStatus has others (assumed for 416)."""
PHRASES = {status.value: status.phrase for status in HTTPStatus} | OLD_PHRASES
PRINTABLE = "".join(map(chr, range(0x20, 0x7F)))


def redirect(status: int, location: str) -> Response:
    """Return a redirect to ``location``."""
    return Response(status, {"Location": location, "Content-Length": "0"})


def error_headers(error: S3Error) -> dict[str, str]:
    """Return the headers that describe an error, whether its page is S3's or the bucket's own."""
    details = {f"x-amz-error-detail-{name}": str(value) for name, value in error.fields.items() if value is not None}
    headers = {"x-amz-error-code": error.code, "x-amz-error-message": error.message, **details}
    headers.update({name: str(value) for name, value in error.headers.items()})
    # Characters that a header cannot hold are percent-encoded (assumed).
    return {name: quote(value, safe=PRINTABLE) for name, value in headers.items()}


def error_page(error: S3Error, request_id: str, host_id: str, of_document: S3Error | None = None) -> Response:
    """Return S3's page for ``error``; ``of_document`` is the error in reading the bucket's own page for it.

    The pages are as people have posted them on the web; that a redirect to a folder has one as well is assumed.
    """
    title = f"{error.status} {PHRASES.get(error.status, '')}".rstrip()
    lines = ["<html>", f"<head><title>{title}</title></head>", "<body>", f"<h1>{title}</h1>"]
    lines += _list({"Code": error.code, "Message": error.message, **error.fields}, RequestId=request_id, HostId=host_id)
    if of_document is not None:
        lines += ["<h3>An Error Occurred While Attempting to Retrieve a Custom Error Document</h3>"]
        lines += _list({"Code": of_document.code, "Message": of_document.message, **of_document.fields})
    body = "\n".join([*lines, "<hr/>", "</body>", "</html>", ""]).encode()
    headers = {**error_headers(error), "Content-Type": CONTENT_TYPE, "Content-Length": str(len(body))}
    return Response(error.status, headers, body)


def _list(items: dict[str, object], **more: str) -> list[str]:
    lines = [f"<li>{name}: {xml.escape(str(value))}</li>" for name, value in (items | more).items()]
    return ["<ul>", *lines, "</ul>"]
