"""S3's error document."""

from __future__ import annotations

from datetime import datetime

from s3mock.errors import S3Error
from s3mock.http import Response
from s3mock.wire import scalars, xml


def serialize(error: S3Error, request_id: str, host_id: str) -> Response:
    """Return the response for an error: code, message, its fields in their order, and the ids of the request.

    A field that is None is an empty element. The root has no name space. (Error Responses, REST error responses)
    """
    elements = {"Code": error.code, "Message": error.message, **error.fields}
    elements |= {"RequestId": request_id, "HostId": host_id}
    content = "".join(
        [f"<{name}>{'' if value is None else xml.escape(str(value))}</{name}>" for name, value in elements.items()]
    )
    body = f"{xml.DECLARATION}<Error>{content}</Error>".encode()
    headers = {"Content-Type": xml.CONTENT_TYPE, "Content-Length": str(len(body))}
    for name, value in error.headers.items():
        headers[name] = scalars.http_date(value) if isinstance(value, datetime) else value
    return Response(error.status, headers, body)
