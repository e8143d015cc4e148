"""Requests as they are on the wire, for what boto3 cannot send and for what it does not show of an answer."""

from __future__ import annotations

from s3mock.backend.cloud import Cloud
from s3mock.http import Body, Request, Response
from s3mock.transports import adapter

SIGNED = {"authorization": "AWS any:signature"}
"""The header of a request that is signed by nobody in particular: nothing verifies it."""


def ask(cloud: Cloud, method: str, path: str, body: Body | bytes = b"", **headers: str) -> Response:
    """Return the answer of ``cloud`` to a request at the global endpoint, signed by nobody in particular.

    ``path`` may have a query; headers are written with underscores.
    """
    path, _, query = path.partition("?")
    named = SIGNED | {name.replace("_", "-"): value for name, value in headers.items()}
    content = Body(body) if isinstance(body, bytes) else body
    return adapter.answer(cloud, Request(method, "https", "s3.amazonaws.com", path, query, named, content))


def document(cloud: Cloud, path: str) -> str:
    """Return the document that a GET is answered with, less its declaration."""
    content = ask(cloud, "GET", path).body
    assert isinstance(content, bytes)
    return content.decode().partition("\n")[2]
