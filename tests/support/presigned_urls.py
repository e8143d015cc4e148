"""Presigned URLs and the responses to them."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

import pytest
from botocore.config import Config

from s3mock import mock_s3
from s3mock.http import Body, Request
from s3mock.transports import adapter

NOON = datetime(2026, 11, 20, 12, tzinfo=timezone.utc)
VERSIONS = ["s3v4", "s3"]
BOTH = pytest.mark.parametrize("version", VERSIONS)
MISMATCH = (
    "The request signature we calculated does not match the signature you provided. Check your key and signing method."
)


class Response:
    """The response of the active mock to a request: status, headers, body, and the elements of an error."""

    def __init__(self, method: str, url: str, headers: dict[str, str] | None = None, body: bytes = b"") -> None:
        split = urlsplit(url)
        path = url.partition("://")[2].partition("?")[0].partition("/")[2]
        sent = {"host": split.netloc} | {name.lower(): value for name, value in (headers or {}).items()}
        with mock_s3() as mock:
            response = adapter.answer(
                mock.cloud, Request(method, split.scheme, split.netloc, f"/{path}", split.query, sent, Body(body))
            )
        self.status, self.headers = response.status, response.headers
        self.body = response.body if isinstance(response.body, bytes) else b"".join(response.body)

    @property
    def error(self) -> dict[str, str]:
        """The elements of the error in order, except the ids of the request."""
        ids = ("RequestId", "HostId")
        return {item.tag: item.text or "" for item in ET.fromstring(self.body) if item.tag not in ids}


def client(version: str, **keywords: Any) -> Any:
    with mock_s3() as mock:
        keywords = {"region_name": "us-east-1"} | keywords
        return mock.client(config=Config(signature_version=version), **keywords)


def presign(version: str, operation: str = "get_object", seconds: int = 60, **parameters: Any) -> str:
    parameters = {"Bucket": "a-bucket", "Key": "key"} | parameters
    return str(client(version).generate_presigned_url(operation, parameters, seconds))
