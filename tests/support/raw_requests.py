"""Raw requests, for what boto3 cannot send and for parts of a response that it does not return."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from s3mock.backend.cloud import Cloud
from s3mock.http import Body, Request, Response
from s3mock.transports import adapter

SIGNED = {"authorization": "AWS any:signature"}
"""An Authorization header with an arbitrary signature, which is not verified."""


def ask(
    cloud: Cloud,
    method: str,
    path: str,
    body: Body | bytes = b"",
    *,
    endpoint: str = "s3.amazonaws.com",
    **headers: str,
) -> Response:
    """The response of ``cloud`` to a request at the endpoint, with an arbitrary signature.

    ``path`` may have a query; headers are written with underscores.
    """
    path, _, query = path.partition("?")
    named = SIGNED | {name.replace("_", "-"): value for name, value in headers.items()}
    content = Body(body) if isinstance(body, bytes) else body
    return adapter.answer(cloud, Request(method, "https", endpoint, path, query, named, content))


def document(cloud: Cloud, path: str) -> str:
    """The document in the response to a GET, without the XML declaration."""
    content = ask(cloud, "GET", path).body
    assert isinstance(content, bytes)
    return content.decode().partition("\n")[2]


def error_fields(response: Response) -> dict[str, str | None]:
    """The elements of an error document in order, except the ids of the request."""
    assert isinstance(response.body, bytes)
    fields = {element.tag: element.text for element in ET.fromstring(response.body)}
    return {name: text for name, text in fields.items() if name not in {"RequestId", "HostId"}}
