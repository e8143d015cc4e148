"""A browser that posts forms."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import boto3
import pytest
import requests
from botocore.config import Config
from urllib3.filepost import encode_multipart_formdata

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

    from s3mock.server import S3MockServer

KEY, SECRET = "111122223333", "a-secret"
BUCKET = "a-bucket"
Fields = dict[str, str]
FILE = ("a.txt", b"some bytes")


def client_of(endpoint_url: str, version: str = "s3v4", region: str = "us-east-1", key: str = KEY) -> Any:
    """Return a client that signs forms."""
    return boto3.client(
        "s3",
        endpoint_url=endpoint_url,
        region_name=region,
        aws_access_key_id=key,
        aws_secret_access_key=SECRET,
        config=Config(signature_version=version, s3={"addressing_style": "path"}),
    )


class FormResponse:
    """The response to a form: ``document`` has the elements of its body except the request ids."""

    def __init__(self, response: requests.Response) -> None:
        self.status = response.status_code
        self.headers = response.headers
        self.root = ""
        self.document: dict[str, str] = {}
        if response.content:
            root = ET.fromstring(response.content)
            self.root = root.tag
            self.document = {element.tag: element.text or "" for element in root}
            for name in ("RequestId", "HostId"):
                self.document.pop(name, None)


def post_body(url: str, body: bytes, kind: str) -> FormResponse:
    """Post a body of any type."""
    headers = {"Content-Type": kind}
    return FormResponse(requests.post(url, data=body, headers=headers, allow_redirects=False, timeout=10))


def post_parts(url: str, parts: Iterable[tuple[str, Any]]) -> FormResponse:
    """Post a form with these parts in order: each is text, or the name of a file and its bytes."""
    return post_body(url, *encode_multipart_formdata(list(parts)))


def post_object(url: str, fields: Mapping[str, str], file: Any = FILE) -> FormResponse:
    """Post a form with a file as a browser does."""
    return post_parts(url, [*fields.items(), ("file", file)])


def presign(
    s3: Any, key: str = "a-key", conditions: Iterable[Any] = (), fields: Mapping[str, str] | None = None
) -> tuple[str, Fields]:
    """The URL and the fields of a form that boto3 signed, with a condition for each field."""
    fields = dict(fields or {})
    conditions = [*conditions, *({name: value} for name, value in fields.items())]
    form = s3.generate_presigned_post(BUCKET, key, Fields=fields, Conditions=conditions)
    return form["url"], form["fields"]


def post_unsigned(s3: Any, file: Any = FILE, **fields: str) -> FormResponse:
    """Post an unsigned form."""
    return post_object(f"{s3.meta.endpoint_url}/{BUCKET}", {"key": "a-key"} | fields, file)


def error(response: FormResponse) -> tuple[int, dict[str, str]]:
    """The status and the elements of an error response."""
    assert response.root == "Error"
    return response.status, response.document


def missing_field(field: str) -> dict[str, str]:
    """Return the error for a form that lacks a field."""
    return {
        "Code": "InvalidArgument",
        "Message": f"Bucket POST must contain a field named '{field}'.  If it is specified, please check the order of "
        "the fields.",
        "ArgumentName": field,
        "ArgumentValue": "",
    }


@pytest.fixture
def signer(server: S3MockServer, monkeypatch: pytest.MonkeyPatch) -> S3Client:
    """A client of a server with an empty bucket; the server knows the client's secret."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", KEY)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
    client: S3Client = client_of(server.endpoint_url)
    client.create_bucket(Bucket=BUCKET, ACL="public-read-write")  # also for unsigned forms
    return client


@pytest.fixture
def form(signer: S3Client) -> str:
    """The URL that forms are posted to."""
    return f"{signer.meta.endpoint_url}/{BUCKET}"
