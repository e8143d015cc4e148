"""Presigned URLs in the shapes that AWS's SDKs give them, signed by a small signer for tests.

The shapes are those of the SDKs' documentation and of URLs in public threads; none was made by this project's code.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timezone
from typing import Any, NamedTuple
from urllib.parse import quote

import boto3
import pytest
import urllib3
from botocore.config import Config
from freezegun import freeze_time

from s3mock import mock_s3
from s3mock.control import S3
from s3mock.models.credentials import Identity
from s3mock.server import S3MockServer
from tests.support import small_signer
from tests.support.presigned_urls import NOON, Response
from tests.support.small_signer import ACCESS_KEY, SECRET, TEMPORARY_KEY, TOKEN, Spelling

KEY = "a folder/ü+key.txt"
VIRTUAL, PATH = "a-bucket.s3.us-east-1.amazonaws.com", "s3.us-east-1.amazonaws.com"
LEGACY = "a-bucket.s3.amazonaws.com"
BODY = b"the bytes of a browser"

V4 = "X-Amz-Algorithm&X-Amz-Credential&X-Amz-Date&X-Amz-Expires&X-Amz-SignedHeaders&X-Amz-Signature"
JS3 = "X-Amz-Algorithm&X-Amz-Content-Sha256=UNSIGNED-PAYLOAD&X-Amz-Credential&X-Amz-Date&X-Amz-Expires"
GO = "X-Amz-Algorithm&X-Amz-Credential&X-Amz-Date&X-Amz-Expires&X-Amz-Security-Token&X-Amz-SignedHeaders"
JAVA = "X-Amz-Algorithm&X-Amz-Date&X-Amz-SignedHeaders&X-Amz-Expires&X-Amz-Credential&X-Amz-Signature"
PHP = (
    "X-Amz-Content-Sha256=UNSIGNED-PAYLOAD&X-Amz-Algorithm&X-Amz-Credential&X-Amz-Date&X-Amz-SignedHeaders"
    "&X-Amz-Expires&X-Amz-Signature"
)
CRC32_OF_NOTHING = "x-amz-checksum-crc32=AAAAAA==&x-amz-sdk-checksum-algorithm=CRC32"
ATTACHMENT = 'attachment; filename="a + b.txt"'
DISPOSED = {"content-disposition": ATTACHMENT}


class Shape(NamedTuple):
    """How one SDK writes one URL.

    ``query`` is decoded and in the SDK's order; the signer fills in parameters without a value. ``headers`` are signed
    besides the host, and sent; ``signed_only`` ones are in the query instead. ``then`` are headers of the response to a
    GET, or of the uploaded object.
    """

    sdk: str
    method: str
    query: str
    headers: Mapping[str, str] = {}
    then: Mapping[str, str | None] = {}
    host: str = VIRTUAL
    version: int = 4
    spelling: Spelling = small_signer.percent
    signed_only: Mapping[str, str] = {}


SHAPES = [
    # JavaScript, version 3: https://github.com/aws/aws-sdk-js-v3/issues/3906, https://github.com/aws/aws-sdk/issues/480
    Shape("js3", "GET", f"{JS3}&X-Amz-Security-Token&X-Amz-Signature&X-Amz-SignedHeaders&x-id=GetObject"),
    Shape(
        "js3-checksum-mode",
        "GET",
        f"{JS3}&X-Amz-Signature&X-Amz-SignedHeaders&x-amz-checksum-mode=ENABLED&x-id=GetObject",
    ),
    Shape(
        "js3-overrides",
        "GET",
        f"{JS3}&X-Amz-Signature&X-Amz-SignedHeaders&response-content-disposition={ATTACHMENT}&x-id=GetObject",
        then=DISPOSED,
    ),
    Shape("js3-head", "HEAD", f"{JS3}&X-Amz-Signature&X-Amz-SignedHeaders&x-id=HeadObject"),
    Shape(
        "js3-crc32-of-nothing",
        "PUT",
        f"{JS3}&X-Amz-Security-Token&X-Amz-Signature&X-Amz-SignedHeaders&{CRC32_OF_NOTHING}&x-id=PutObject",
        then={"x-amz-checksum-crc32": None},
    ),
    Shape(
        "js3-hoisted",
        "PUT",
        f"{JS3}&X-Amz-Signature&X-Amz-SignedHeaders&x-amz-acl=public-read&x-amz-meta-a=b c"
        "&x-amz-storage-class=STANDARD_IA&x-amz-tagging=a%3Db&x-amz-user-agent=aws-sdk-js/3.200.0&x-id=PutObject",
        then={"x-amz-meta-a": "b c", "x-amz-storage-class": "STANDARD_IA", "x-amz-tagging-count": "1"},
    ),
    Shape(
        "js3-unhoistable",
        "PUT",
        f"{JS3}&X-Amz-Signature&X-Amz-SignedHeaders&x-id=PutObject",
        {"content-type": "text/a", "x-amz-server-side-encryption": "aws:kms", "x-amz-meta-a": " b   c "},
        {"content-type": "text/a", "x-amz-server-side-encryption": "aws:kms"},
    ),
    # JavaScript, version 2: https://github.com/aws/aws-sdk-js/issues/948, https://github.com/minio/minio/issues/5630
    Shape(
        "js2-v2",
        "PUT",
        "AWSAccessKeyId&Content-Type=text/csv&Expires&Signature&x-amz-acl=public-read&x-amz-security-token",
        {"content-type": "text/csv"},
        {"content-type": "text/csv"},
        host=LEGACY,
        version=2,
    ),
    Shape(
        "js2-v4",
        "PUT",
        "Content-Type=text/a&X-Amz-Algorithm&X-Amz-Credential&X-Amz-Date&X-Amz-Expires&X-Amz-Security-Token"
        "&X-Amz-Signature&X-Amz-SignedHeaders&x-amz-acl=public-read&x-amz-meta-a=b",
        {"x-amz-acl": "public-read", "x-amz-meta-a": "b"},
        {"x-amz-meta-a": "b"},
    ),
    Shape(
        "js2-v2-unsent",
        "PUT",
        "AWSAccessKeyId&Content-Type=text/csv&Expires&Signature&x-amz-acl=public-read",
        host=LEGACY,
        version=2,
        signed_only={"content-type": "text/csv"},
    ),
    Shape(
        "js2-v2-get",
        "GET",
        "AWSAccessKeyId&Expires&Signature&response-content-type=text/a b",
        {},
        {"content-type": "text/a b"},
        host=LEGACY,
        version=2,
    ),
    # Go: https://github.com/aws/aws-sdk-go-v2/issues/2610
    Shape("go1", "GET", f"{GO}&response-content-disposition={ATTACHMENT}&X-Amz-Signature", then=DISPOSED),
    Shape(
        "go1-put",
        "PUT",
        f"{GO}&X-Amz-Signature",
        {"content-length": str(len(BODY)), "content-type": "text/a", "x-amz-acl": "public-read", "x-amz-meta-a": "b"},
        {"content-type": "text/a", "x-amz-meta-a": "b"},
        host=PATH,
    ),
    Shape("go2", "GET", f"{GO}&x-amz-checksum-mode=ENABLED&x-id=GetObject&X-Amz-Signature"),
    Shape(
        "go2-checksum",
        "PUT",
        "X-Amz-Algorithm&X-Amz-Checksum-Sha256=bad+nDnO0vTnour8G+5YPPx4tLMvxgS0K3ZBusogZxU=&X-Amz-Credential&X-Amz-Date"
        "&X-Amz-Expires&X-Amz-Sdk-Checksum-Algorithm=SHA256&X-Amz-SignedHeaders&x-id=PutObject&X-Amz-Signature",
        {"content-length": str(len(BODY))},
        {"x-amz-checksum-sha256": None},
    ),
    # Java
    Shape("java1", "GET", f"X-Amz-Security-Token&response-content-disposition={ATTACHMENT}&{JAVA}", then=DISPOSED),
    Shape("java1-parameters", "PUT", f"x-amz-acl=public-read&{JAVA}", {"content-type": "text/a"}, host=PATH),
    Shape(
        "java1-v2",
        "GET",
        f"x-amz-security-token&AWSAccessKeyId&response-content-disposition={ATTACHMENT}&Expires&Signature",
        then=DISPOSED,
        host="s3.amazonaws.com",
        version=2,
    ),
    Shape("java2", "GET", f"{JAVA}&x-id=GetObject"),
    Shape(
        "java2-put",
        "PUT",
        JAVA,
        {
            "content-type": "text/a",
            "content-length": str(len(BODY)),
            "x-amz-meta-a": "b",
            "x-amz-storage-class": "GLACIER_IR",
        },
        {"content-type": "text/a", "x-amz-meta-a": "b", "x-amz-storage-class": "GLACIER_IR"},
    ),
    # PHP: https://github.com/aws/aws-sdk-php/issues/1201
    Shape("php3", "GET", f"response-content-disposition={ATTACHMENT}&X-Amz-Security-Token&{PHP}", then=DISPOSED),
    Shape(
        "php3-put",
        "PUT",
        f"x-amz-user-agent=aws-sdk-php/3.337&x-amz-acl=public-read&x-amz-meta-a=b&{PHP}",
        then={"x-amz-meta-a": "b"},
        host=PATH,
    ),
    Shape(
        "php2-v2",
        "GET",
        f"AWSAccessKeyId&Expires&Signature&response-content-disposition={ATTACHMENT}",
        {},
        DISPOSED,
        LEGACY,
        2,
    ),
    # Ruby
    Shape("ruby3", "GET", f"response-content-disposition={ATTACHMENT}&{V4}", then=DISPOSED),
    Shape(
        "ruby3-put", "PUT", f"x-amz-acl=public-read&x-amz-server-side-encryption=AES256&{V4}", {"content-type": "a/b"}
    ),
    Shape("ruby1-v2", "PUT", "AWSAccessKeyId&Expires&Signature&x-amz-acl=public-read", host=LEGACY, version=2),
    # .NET: the credential's slashes and the semicolons of signed headers are as they are
    Shape(
        "net",
        "GET",
        f"X-Amz-Expires&X-Amz-Security-Token&response-content-disposition={ATTACHMENT}"
        "&X-Amz-Algorithm&X-Amz-Credential&X-Amz-Date&X-Amz-SignedHeaders&X-Amz-Signature",
        then=DISPOSED,
        spelling=small_signer.bare,
    ),
    Shape(
        "net-put",
        "PUT",
        "X-Amz-Expires&X-Amz-Algorithm&X-Amz-Credential&X-Amz-Date&X-Amz-SignedHeaders&X-Amz-Signature",
        {"content-type": "text/a", "x-amz-meta-a": "b", "x-amz-server-side-encryption": "AES256"},
        {"x-amz-meta-a": "b"},
        spelling=small_signer.bare,
    ),
    Shape(
        "net-v2",
        "GET",
        f"response-content-disposition={ATTACHMENT}&AWSAccessKeyId&Expires&x-amz-security-token&Signature",
        {},
        DISPOSED,
        LEGACY,
        2,
        small_signer.lower,
    ),
    # Hand-written signers, in spellings that SDKs once had
    Shape(
        "lower-case escapes",
        "GET",
        f"{V4}&response-content-disposition={ATTACHMENT}",
        {},
        DISPOSED,
        spelling=small_signer.lower,
    ),
    Shape(
        "plus for a space",
        "GET",
        f"{V4}&response-content-disposition={ATTACHMENT}",
        {},
        DISPOSED,
        spelling=small_signer.plus,
    ),
    Shape(
        "plus for a space, V2",
        "GET",
        f"AWSAccessKeyId&Expires&Signature&response-content-disposition={ATTACHMENT}",
        {},
        DISPOSED,
        LEGACY,
        2,
        small_signer.plus,
    ),
    Shape(
        "escaped names",
        "GET",
        f"{V4}&response-content-type=a/b",
        {},
        {"content-type": "a/b"},
        spelling=small_signer.escaped,
    ),
    Shape(
        "escaped names, V2",
        "GET",
        "AWSAccessKeyId&Expires&Signature&response-content-type=a/b",
        {},
        {"content-type": "a/b"},
        LEGACY,
        2,
        small_signer.escaped,
    ),
]


class SignedRequest(NamedTuple):
    """A signed request of a shape."""

    url: str
    headers: dict[str, str]


def signed(shape: Shape, now: datetime, host: str = "", query: str = "", expires: int = 900) -> SignedRequest:
    """The request of ``shape``, at another ``host`` and with a further ``query`` if they are given."""
    host = host or shape.host
    path = f"/{KEY}" if host.startswith("a-bucket.") else f"/a-bucket/{KEY}"
    pairs = small_signer.template(shape.query + query)
    raw_path = quote(path, safe="/-_.~")
    if shape.version == 4:
        headers = {"host": host, **shape.headers}
        filled = small_signer.version_4(shape.method, path, pairs, headers, now, expires=expires)
    else:
        resource = raw_path if host.startswith("s3.") else f"/a-bucket{raw_path}"
        filled = small_signer.version_2(
            shape.method, resource, pairs, {**shape.headers, **shape.signed_only}, now, expires=expires
        )
    scheme = "https" if host == shape.host else "http"
    return SignedRequest(
        f"{scheme}://{host}{raw_path}?{small_signer.spelled(filled, shape.spelling)}", dict(shape.headers)
    )


def add_temporary_key(mock: S3 | S3MockServer) -> None:
    """Let the mock know the temporary key; the other one is in its settings."""
    identity = Identity(TEMPORARY_KEY, SECRET, "123456789012", token=TOKEN)
    mock.cloud.update(lambda store: store._replace(identities=store.identities.with_identity(identity)))


@pytest.fixture
def sdk_mock() -> Iterator[S3]:
    """A mock that verifies every signature, with an object in "a-bucket"."""
    with freeze_time(NOON), mock_s3(verify_signatures="all", credentials={ACCESS_KEY: SECRET}) as mock:
        add_temporary_key(mock)
        s3 = client(mock)
        s3.create_bucket(Bucket="a-bucket")
        s3.put_object(Bucket="a-bucket", Key=KEY, Body=b"stored")
        yield mock


def client(mock: S3) -> Any:
    return mock.client(region_name="us-east-1", aws_access_key_id=ACCESS_KEY, aws_secret_access_key=SECRET)


def names(shape: Shape) -> str:
    return f"{shape.sdk}-{shape.method}"


@pytest.mark.parametrize("shape", SHAPES, ids=names)
def test_a_url_of_an_sdk_is_valid_and_does_what_it_says(sdk_mock: S3, shape: Shape) -> None:
    request = signed(shape, NOON)
    response = Response(shape.method, request.url, request.headers, BODY if shape.method == "PUT" else b"")
    assert response.status == 200, response.body
    if shape.method == "PUT":
        s3 = client(sdk_mock)
        assert s3.get_object(Bucket="a-bucket", Key=KEY)["Body"].read() == BODY
        checked = s3.head_object(Bucket="a-bucket", Key=KEY, ChecksumMode="ENABLED")
        found = checked["ResponseMetadata"]["HTTPHeaders"]
    else:
        assert response.body == (b"stored" if shape.method == "GET" else b"")
        found = {name.lower(): value for name, value in response.headers.items()}
    assert {name: found.get(name) for name in shape.then} == dict(shape.then)


@pytest.mark.parametrize("shape", SHAPES, ids=names)
def test_a_url_of_an_sdk_is_valid_only_as_it_was_signed(sdk_mock: S3, shape: Shape) -> None:
    request = signed(shape, NOON)
    for changed in (
        request.url.replace("key.txt", "other.txt"),
        request.url.replace("?", "?tagging&" if shape.version == 2 else "?anything=else&"),
    ):
        response = Response("PUT" if shape.method == "PUT" else "GET", changed, request.headers, BODY)
        assert (response.status, response.error["Code"]) == (403, "SignatureDoesNotMatch")
    for name in {*shape.headers} - {"content-length"}:
        other = {**request.headers, name: "other"}
        assert Response(shape.method, request.url, other, BODY).error["Code"] == "SignatureDoesNotMatch"


@pytest.mark.parametrize("shape", [s for s in SHAPES if s.spelling is not small_signer.escaped], ids=names)
def test_a_url_of_an_sdk_expires(sdk_mock: S3, shape: Shape) -> None:
    request = signed(shape, NOON, expires=60)
    sdk_mock.clock.advance(minutes=1)
    method = "GET" if shape.method == "HEAD" else shape.method
    response = Response(method, request.url, request.headers, BODY)
    assert (response.status, response.error["Message"]) == (403, "Request has expired")


@pytest.fixture(scope="module")
def sdk_server() -> Iterator[S3MockServer]:
    """A server that verifies every signature, with the bucket "a-bucket"."""
    with S3MockServer(verify_signatures="all", credentials={ACCESS_KEY: SECRET}) as server:
        add_temporary_key(server)
        client(server.s3).create_bucket(Bucket="a-bucket")
        yield server


@pytest.mark.parametrize("style", ["path", "virtual"])
@pytest.mark.parametrize("shape", SHAPES, ids=names)
def test_a_url_of_an_sdk_is_valid_over_a_connection(sdk_server: S3MockServer, shape: Shape, style: str) -> None:
    client(sdk_server.s3).put_object(Bucket="a-bucket", Key=KEY, Body=b"stored")
    host = f"s3.localhost:{sdk_server.port}"
    request = signed(shape, datetime.now(timezone.utc), host if style == "path" else f"a-bucket.{host}")
    address = request.url.replace(request.url.split("/")[2], f"127.0.0.1:{sdk_server.port}")
    headers = {**request.headers, "Host": request.url.split("/")[2]}
    headers.pop("content-length", None)  # the client sets it
    response = urllib3.PoolManager().request(
        shape.method, address, headers=headers, body=BODY if shape.method == "PUT" else None
    )
    assert response.status == 200, response.data


def test_conditions_in_the_query_are_conditions(sdk_mock: S3) -> None:
    # s3_facts 26
    etag = client(sdk_mock).head_object(Bucket="a-bucket", Key=KEY)["ETag"]
    for sdk in ("php3-put", "ruby1-v2"):
        shape = next(shape for shape in SHAPES if shape.sdk == sdk)
        for condition, status in (
            ("If-None-Match=*", 412),
            ("if-none-match=*", 412),
            ('If-Match="other"', 412),
            (f"If-Match={etag}", 200),
        ):
            request = signed(shape, NOON, query=f"&{condition}")
            assert (condition, Response("PUT", request.url, body=b"stored").status) == (condition, status)


def test_a_token_that_was_added_after_signing_does_not_match(sdk_mock: S3) -> None:
    shape = Shape("an IoT signer", "GET", V4)
    request = signed(shape, NOON)
    late = f"{request.url}&X-Amz-Security-Token={quote(TOKEN, safe='')}"
    assert Response("GET", late).error["Code"] == "SignatureDoesNotMatch"


def test_checksums_in_the_query_do_not_sign_the_header(sdk_mock: S3) -> None:
    # https://github.com/aws/aws-sdk-js-v3/issues/3906
    shape = next(shape for shape in SHAPES if shape.sdk == "js3-crc32-of-nothing")
    response = Response("PUT", signed(shape, NOON).url, {"x-amz-checksum-crc32": "AAAAAA=="})
    assert response.error["HeadersNotSigned"] == "x-amz-checksum-crc32"


REGIONS = sorted(
    region
    for partition in ("aws", "aws-cn", "aws-us-gov")
    for region in boto3.Session().get_available_regions("s3", partition)
)
WITH_VERSION_2 = {
    *("us-east-1", "us-west-1", "us-west-2", "eu-west-1", "ap-southeast-1", "ap-southeast-2", "ap-northeast-1"),
    *("sa-east-1", "us-gov-west-1", "us-gov-east-1"),
}
"""The regions that support version 2 in botocore's endpoints.json."""


@pytest.mark.parametrize("style", ["path", "virtual"])
def test_boto3s_urls_are_valid_in_all_regions(sdk_mock: S3, style: Any) -> None:
    for region in REGIONS:
        location: Any = {"CreateBucketConfiguration": {"LocationConstraint": region}}
        sdk_mock.client(region_name=region).create_bucket(Bucket=region, **location if region != "us-east-1" else {})
        for version in ("s3v4", "s3"):
            s3: Any = sdk_mock.client(
                region_name=region,
                aws_access_key_id=ACCESS_KEY,
                aws_secret_access_key=SECRET,
                config=Config(signature_version=version, s3={"addressing_style": style}),
            )
            url = s3.generate_presigned_url("put_object", {"Bucket": region, "Key": KEY, "ACL": "private"})
            response = Response("PUT", url, {"x-amz-acl": "private"}, BODY)
            supported = version == "s3v4" or region in WITH_VERSION_2
            assert (region, version, response.status) == (region, version, 200 if supported else 400)
