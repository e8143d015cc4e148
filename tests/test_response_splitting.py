"""No text that S3 stores or echoes ends a header of an answer: not of a query, a form, a header or a document."""

from __future__ import annotations

import re
import socket
from urllib.parse import quote

import pytest
import requests

from s3mock import mock_s3
from s3mock.backend.cloud import Cloud
from s3mock.http import Body, Request, Response
from s3mock.server import S3MockServer, create_app
from s3mock.settings import Settings
from s3mock.transports import adapter
from tests.support.digests import content_md5_of
from tests.support.raw_requests import ask
from tests.test_wsgi import wsgi

INJECTED = ["a\r\nX-Injected: 1", "a\nX-Injected: 1", "a\rX-Injected: 1", "a\0b"]
IN_QUERY = (
    "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=ANY%2F{0:%Y%m%d}%2Fus-east-1%2Fs3%2Faws4_request"
    "&X-Amz-Date={0:%Y%m%dT%H%M%SZ}&X-Amz-Expires=60&X-Amz-SignedHeaders=host&X-Amz-Signature=any"
)
HEADERS = ("x-amz-meta-a", "x-amz-website-redirect-location", "x-amz-storage-class", "x-amz-tagging", "x-amz-acl")


def pairs(names: tuple[str, ...]) -> list[tuple[str, str]]:
    """The headers with what would end them. A NUL in metadata is returned encoded, as recorded."""
    return [(name, value) for name in names for value in INJECTED if not ("meta" in name and "\0" in value)]


@pytest.fixture
def cloud() -> Cloud:
    """An S3 with a bucket and an object."""
    cloud = Cloud(Settings())
    ask(cloud, "PUT", "/bucket")
    ask(cloud, "PUT", "/bucket/key", b"bytes")
    return cloud


def code(response: Response) -> str:
    assert isinstance(response.body, bytes)
    return response.body.decode().partition("<Code>")[2].partition("</Code>")[0]


def in_query(cloud: Cloud, method: str, name: str, value: str) -> Response:
    query = f"{IN_QUERY.format(cloud.clock.now())}&{quote(name)}={quote(value)}"
    return adapter.answer(cloud, Request(method, "https", "s3.amazonaws.com", "/bucket/key", query, {"host": "s3"}))


@pytest.mark.parametrize("value", INJECTED)
@pytest.mark.parametrize(
    "name", [f"response-{name}" for name in ("content-disposition", "content-type", "cache-control", "expires")]
)
def test_no_override_of_a_header_holds_a_line_break(cloud: Cloud, name: str, value: str) -> None:
    assert code(in_query(cloud, "GET", name, value)) == "InvalidArgument"


@pytest.mark.parametrize(("name", "value"), pairs(HEADERS))
def test_no_header_in_a_signed_query_holds_a_line_break(cloud: Cloud, name: str, value: str) -> None:
    assert code(in_query(cloud, "PUT", name, value)) == "InvalidArgument"


@pytest.mark.parametrize("name", ["x-amz-meta-a\r\nX-Injected", "x-amz-meta-a: b\n", "x-amz-meta-\0", "x-amz-meta-a b"])
def test_no_name_in_a_signed_query_ends_a_header(cloud: Cloud, name: str) -> None:
    assert code(in_query(cloud, "PUT", name, "b")) == "InvalidArgument"


@pytest.mark.parametrize(
    ("name", "value"), pairs((*HEADERS, "Content-Type", "Content-Disposition", "Cache-Control", "Expires"))
)
def test_no_field_of_a_form_holds_a_line_break(cloud: Cloud, name: str, value: str) -> None:
    ask(cloud, "PUT", "/bucket?acl", x_amz_acl="public-read-write")
    parts = {"key": "posted", name: value, 'file"; filename="f': "bytes"}
    rows = [f'--b\r\nContent-Disposition: form-data; name="{each}"\r\n\r\n{text}\r\n' for each, text in parts.items()]
    body = Body("".join([*rows, "--b--\r\n"]).encode())
    headers = {"content-type": "multipart/form-data; boundary=b"}
    response = adapter.answer(cloud, Request("POST", "https", "s3.amazonaws.com", "/bucket", "", headers, body))
    assert code(response) == "InvalidArgument"
    assert ask(cloud, "HEAD", "/bucket/posted").status == 404


@pytest.mark.parametrize("value", INJECTED)
def test_a_line_break_or_nul_in_a_header_is_a_bad_request(cloud: Cloud, value: str) -> None:
    assert code(ask(cloud, "PUT", "/bucket/key", x_amz_meta_a=value)) == "BadRequest"


VERSION_4 = "AWS4-HMAC-SHA256 Credential=any/20300101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=any"
"""A signature of version 4, which a KMS key requires."""
BREAK = "a&#13;&#10;X-Injected: 1"
CORS = (
    f"<CORSConfiguration><CORSRule><AllowedOrigin>*</AllowedOrigin><AllowedMethod>GET</AllowedMethod>"
    f"<ExposeHeader>{BREAK}</ExposeHeader></CORSRule></CORSConfiguration>"
)
DOCUMENTS = {
    "cors": CORS,
    "lifecycle": f"<LifecycleConfiguration><Rule><ID>{BREAK}</ID><Status>Enabled</Status><Filter/>"
    "<Expiration><Days>1</Days></Expiration></Rule></LifecycleConfiguration>",
    "website": f"<WebsiteConfiguration><RedirectAllRequestsTo><HostName>{BREAK}</HostName></RedirectAllRequestsTo>"
    "</WebsiteConfiguration>",
    "encryption": "<ServerSideEncryptionConfiguration><Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>aws:kms"
    f"</SSEAlgorithm><KMSMasterKeyID>alias/{BREAK}</KMSMasterKeyID></ApplyServerSideEncryptionByDefault></Rule>"
    "</ServerSideEncryptionConfiguration>",
}


HEADERS_OF_DOCUMENTS = {
    "cors": "access-control-expose-headers",
    "lifecycle": "x-amz-expiration",
    "website": "location",
    "encryption": "x-amz-server-side-encryption-aws-kms-key-id",
}
"""The header that each text comes to."""


@pytest.mark.parametrize("subresource", DOCUMENTS)
def test_no_text_of_a_document_ends_a_header(cloud: Cloud, subresource: str) -> None:
    def headers_after(document: bytes) -> list[tuple[str, str]]:
        ask(cloud, "PUT", f"/bucket?{subresource}", document, content_md5=content_md5_of(document))
        responses = (
            ask(cloud, "GET", "/bucket/key", origin="https://example.com"),
            ask(cloud, "PUT", "/bucket/other", b"bytes", authorization=VERSION_4),
            ask(cloud, "GET", "/key", endpoint="bucket.s3-website-us-east-1.amazonaws.com"),
        )
        return [(name.lower(), value) for response in responses for name, value in response.headers.items()]

    document = DOCUMENTS[subresource]
    assert HEADERS_OF_DOCUMENTS[subresource] in dict(headers_after(document.replace(BREAK, "harmless").encode()))
    assert not [header for header in headers_after(document.encode()) if re.search("[\r\n\0]", "".join(header))]


def test_every_transport_sends_an_unforeseen_line_break_as_spaces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("s3mock.gateway.scalars.http_date", lambda _: "a\r\nX-Injected: 1")
    with S3MockServer() as server, socket.create_connection(("127.0.0.1", server.port), timeout=10) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: s3\r\nConnection: close\r\n\r\n")
        received = b"".join(iter(lambda: connection.recv(65536), b"")).decode()
    dates = re.findall("\r\nDate: ([^\r\n]*)\r\n", received)
    dates.append(wsgi(create_app(), "GET", "/").headers["Date"])
    with mock_s3() as mock:
        dates.append(requests.get("https://bucket.s3.amazonaws.com/key", timeout=10).headers["Date"])
        dates.append(mock.client(region_name="us-east-1").list_buckets()["ResponseMetadata"]["HTTPHeaders"]["date"])
    assert dates == ["a  X-Injected: 1"] * 4
