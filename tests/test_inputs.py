"""What does not belong to a request: S3 refuses it in its own words, and changes nothing."""

from __future__ import annotations

import http.client
from typing import cast

import pytest
from werkzeug.test import EnvironBuilder, run_wsgi_app

from s3mock.backend.cloud import Cloud
from s3mock.http import parse_query
from s3mock.server import S3MockServer, create_app
from s3mock.settings import Settings
from s3mock.wire import hosts, routes
from tests.support.digests import content_md5_of, crc32_of
from tests.support.operations import DECLARED
from tests.support.raw_requests import ask, error_fields

VERSIONED = b"<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>"
NO_VERSION_ID = "This operation does not accept a version-id."
NO_COPY_SOURCE = "You can only specify a copy source header for copy requests."
NO_BODY = "The request included a body. Requests of this type must not include a non-empty body."
COPY_SOURCE = {"x_amz_copy_source": "a-bucket/a-key"}


@pytest.fixture
def cloud() -> Cloud:
    """A cloud with a versioned bucket and an object in it."""
    cloud = Cloud(Settings())
    ask(cloud, "PUT", "/a-bucket")
    ask(cloud, "PUT", "/a-bucket?versioning", VERSIONED)
    ask(cloud, "PUT", "/a-bucket/a-key", b"some bytes")
    return cloud


@pytest.mark.parametrize(
    ("method", "path", "headers"),
    [
        ("PUT", "/a-bucket/a-key?versionId=v", {}),
        ("PUT", "/a-bucket/a-key?versionId=null", {}),
        ("PUT", "/a-bucket/a-key?versionId", {}),
        ("PUT", "/a-bucket/a-key?versionId=v", COPY_SOURCE),
        ("POST", "/a-bucket/a-key?uploads&versionId=v", {}),
        ("PUT", "/a-bucket/a-key?partNumber=1&uploadId=u&versionId=v", {}),
        ("POST", "/a-bucket/a-key?uploadId=u&versionId=v", {}),
    ],
)
def test_a_write_with_a_version_id_is_refused(cloud: Cloud, method: str, path: str, headers: dict[str, str]) -> None:
    before = cloud.store
    response = ask(cloud, method, path, b"", **headers)
    assert response.status == 400
    assert error_fields(response)["Message"] == NO_VERSION_ID
    assert cloud.store is before


@pytest.mark.parametrize("condition", ["*", '"0"'])
def test_a_version_cannot_be_deleted_on_a_condition(cloud: Cloud, condition: str) -> None:
    version = ask(cloud, "HEAD", "/a-bucket/a-key").headers["x-amz-version-id"]
    response = ask(cloud, "DELETE", f"/a-bucket/a-key?versionId={version}", if_match=condition)
    assert response.status == 501
    assert error_fields(response)["Header"] == "If-Match"
    assert ask(cloud, "HEAD", "/a-bucket/a-key").headers["x-amz-version-id"] == version


def test_the_uploads_of_a_key_cannot_be_listed(cloud: Cloud) -> None:
    response = ask(cloud, "GET", "/a-bucket/a-key?uploads")
    assert response.status == 400
    assert error_fields(response) == {
        "Code": "InvalidRequest",
        "Message": "Key is not expected for the GET method ?uploads subresource",
    }


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/"),
        ("GET", "/a-bucket"),
        ("DELETE", "/a-bucket"),
        ("GET", "/a-bucket/a-key"),
        ("DELETE", "/a-bucket/a-key"),
        ("GET", "/a-bucket/a-key?acl"),
        ("POST", "/a-bucket/a-key?uploadId=u"),
        ("PUT", "/a-bucket/a-key?tagging"),
    ],
)
def test_the_source_of_a_copy_is_refused_elsewhere(cloud: Cloud, method: str, path: str) -> None:
    before = cloud.store
    response = ask(cloud, method, path, b"", **COPY_SOURCE)
    assert response.status == 400
    assert error_fields(response) == {
        "Code": "InvalidArgument",
        "Message": NO_COPY_SOURCE,
        "ArgumentName": "x-amz-copy-source",
        "ArgumentValue": "a-bucket/a-key",
    }
    assert cloud.store is before
    assert ask(cloud, "HEAD", "/a-bucket/a-key", b"", **COPY_SOURCE).status == 400


@pytest.mark.parametrize("query", ["", "?partNumber=1&uploadId=u"])
def test_a_copy_with_a_body_is_refused(cloud: Cloud, query: str) -> None:
    before = cloud.store
    response = ask(cloud, "PUT", f"/a-bucket/a-copy{query}", b"body", **COPY_SOURCE)
    assert response.status == 400
    assert error_fields(response) == {"Code": "InvalidRequest", "Message": NO_BODY}
    assert cloud.store is before


def test_the_body_of_a_read_is_ignored(cloud: Cloud) -> None:
    assert ask(cloud, "GET", "/a-bucket/a-key", b"body").body == b"some bytes"


@pytest.mark.parametrize(("method", "path"), [("GET", "/"), ("GET", "/no-bucket"), ("PUT", "/a-bucket/a-key")])
def test_headers_of_more_than_8_kb_are_refused(cloud: Cloud, method: str, path: str) -> None:
    before = cloud.store
    response = ask(cloud, method, path, x_amz_meta_large="m" * 4000, x_large="x" * 4200)
    assert response.status == 400
    assert error_fields(response) == {
        "Code": "RequestHeaderSectionTooLarge",
        "Message": "Your request header section exceeds the maximum allowed size.",
        "MaxSizeAllowed": "8192",
    }
    assert cloud.store is before


def test_a_server_and_an_application_refuse_such_headers_as_well(server: S3MockServer) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", server.port)
    connection.request("GET", "/", headers={"x-large": "x" * 8192})
    response = connection.getresponse()
    assert (response.status, b"<MaxSizeAllowed>8192</MaxSizeAllowed>" in response.read()) == (400, True)
    connection.close()
    environ = EnvironBuilder("/").get_environ() | {"HTTP_X_LARGE": "x" * 8192}
    document, status, _ = run_wsgi_app(create_app(), environ, buffered=True)
    assert (status, b"<MaxSizeAllowed>8192</MaxSizeAllowed>" in b"".join(document)) == ("400 Bad Request", True)


def test_a_form_with_such_headers_is_refused(cloud: Cloud) -> None:
    form = b'--b\r\nContent-Disposition: form-data; name="key"\r\n\r\nk\r\n--b--\r\n'
    type_ = "multipart/form-data; boundary=b"
    response = ask(cloud, "POST", "/a-bucket", form, authorization="", content_type=type_, cookie="c" * 8192)
    assert error_fields(response)["Code"] == "RequestHeaderSectionTooLarge"


def test_headers_of_almost_8_kb_are_accepted(cloud: Cloud) -> None:
    assert ask(cloud, "GET", "/a-bucket/a-key", x_large="x" * 8000).body == b"some bytes"


def test_the_size_of_a_completed_upload_must_be_a_number(cloud: Cloud) -> None:
    response = ask(cloud, "POST", "/a-bucket/a-key?uploadId=u", x_amz_mp_object_size="size")
    assert response.status == 400
    assert error_fields(response) == {
        "Code": "InvalidRequest",
        "Message": "Value for x-amz-mp-object-size header is invalid: 'size'",
    }


@pytest.mark.parametrize("name", ["ab", "a@b", "n" * 256])
@pytest.mark.parametrize("rest", ["", "?acl", "/a-key"])
def test_a_name_that_no_bucket_can_have_is_invalid_on_every_call(cloud: Cloud, name: str, rest: str) -> None:
    response = ask(cloud, "GET", f"/{name}{rest}")
    assert response.status == 400
    assert error_fields(response) == {
        "Code": "InvalidBucketName",
        "Message": "The specified bucket is not valid.",
        "BucketName": name,
    }


@pytest.mark.parametrize("name", ["MyBucket", "my_bucket", "photos--", "n" * 255])
def test_a_name_that_only_an_old_bucket_can_have_is_not_found(cloud: Cloud, name: str) -> None:
    assert ask(cloud, "HEAD", f"/{name}").status == 404


# Unsigned requests that S3 refuses whatever a policy or an ACL grants, and its words.
ANYBODY = "Anonymous users cannot invoke this API. Please authenticate."
UNSIGNED = [
    ("POST", "/a-bucket/a-key?uploads", {}, "Anonymous users cannot initiate multipart uploads.  Please authenticate."),
    ("PUT", "/a-bucket/a-copy", COPY_SOURCE, "Anonymous users cannot copy objects.  Please authenticate."),
    ("PUT", "/a-bucket?acl", {"x_amz_acl": "private"}, ANYBODY),
    ("PUT", "/a-bucket/a-key?acl", {"x_amz_acl": "private"}, ANYBODY),
    ("POST", "/a-bucket/a-key?select&select-type=2", {}, ANYBODY),
    ("PUT", "/new-bucket", {}, ANYBODY),
    ("GET", "/a-bucket?ownershipControls", {}, "s3:GetBucketOwnershipControls does not support Anonymous requests!"),
    ("PUT", "/a-bucket?ownershipControls", {}, "s3:PutBucketOwnershipControls does not support Anonymous requests!"),
    ("DELETE", "/a-bucket?ownershipControls", {}, "s3:PutBucketOwnershipControls does not support Anonymous requests!"),
]
EVERYTHING_TO_EVERYONE = b"""{"Statement": {"Effect": "Allow", "Principal": "*", "Action": "s3:*",
    "Resource": ["arn:aws:s3:::a-bucket", "arn:aws:s3:::a-bucket/*"]}}"""


@pytest.mark.parametrize("public", [False, True])
@pytest.mark.parametrize(("method", "path", "headers", "message"), UNSIGNED)
def test_some_unsigned_requests_are_refused_whatever_the_permissions(
    cloud: Cloud, method: str, path: str, headers: dict[str, str], message: str, *, public: bool
) -> None:
    if public:
        assert ask(cloud, "PUT", "/a-bucket?policy", EVERYTHING_TO_EVERYONE).status == 204
    before = cloud.store
    response = ask(cloud, method, path, b"", authorization="", **headers)
    assert response.status == 403
    assert error_fields(response) == {"Code": "AccessDenied", "Message": message}
    assert cloud.store is before
    assert ask(cloud, "GET", "/a-bucket/a-key", authorization="").status == (200 if public else 403)


def operation_of(method: str, path: str, **headers: str) -> str:
    """The operation of a request as ``ask`` sends it."""
    path, _, query = path.partition("?")
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return routes.match(method, hosts.parse("s3.amazonaws.com", path), parse_query(query), named)


def test_every_operation_that_refuses_unsigned_requests_is_tested() -> None:
    tested = {operation_of(method, path, **headers) for method, path, headers, _ in UNSIGNED}
    assert tested == {declared.name for declared in DECLARED.values() if declared.unsigned}


def test_a_visitor_of_s3s_endpoint_is_sent_to_its_home_page(cloud: Cloud) -> None:
    response = ask(cloud, "GET", "/", authorization="")
    assert (response.status, response.headers["Location"]) == (307, "https://aws.amazon.com/s3/")
    there = ask(cloud, "GET", "/", endpoint="localhost:9000", authorization="")
    assert (there.status, b"<Buckets></Buckets>" in bytes(cast("bytes", there.body))) == (200, True)


# Documents, and whether S3 requires a digest of them.
WITH_DIGEST = {
    "/a-bucket?tagging": b"<Tagging><TagSet/></Tagging>",
    "/a-bucket?cors": b"<CORSConfiguration/>",
    "/a-bucket?lifecycle": b"<LifecycleConfiguration/>",
    "/a-bucket?replication": b"<ReplicationConfiguration/>",
    "/a-bucket?object-lock": b"<ObjectLockConfiguration/>",
    "/a-bucket/a-key?retention": b"<Retention/>",
    "/a-bucket/a-key?legal-hold": b"<LegalHold/>",
    "/a-bucket?delete": b"<Delete/>",
}
WITHOUT_DIGEST = {
    "/a-bucket/a-key?tagging": b"<Tagging><TagSet/></Tagging>",
    "/a-bucket?versioning": VERSIONED,
    "/a-bucket?policy": EVERYTHING_TO_EVERYONE,
    "/a-bucket?requestPayment": b"<RequestPaymentConfiguration><Payer>Requester</Payer></RequestPaymentConfiguration>",
}


def method_of(path: str) -> str:
    return "POST" if path.endswith("delete") else "PUT"


@pytest.mark.parametrize("path", WITH_DIGEST)
def test_a_document_without_its_digest_is_refused(cloud: Cloud, path: str) -> None:
    method, body = method_of(path), WITH_DIGEST[path]
    for headers in ({}, {"x_amz_sdk_checksum_algorithm": "CRC32"}):
        response = ask(cloud, method, path, body, **headers)
        assert response.status == 400
        assert error_fields(response) == {
            "Code": "InvalidRequest",
            "Message": "Missing required header for this request: Content-MD5 OR x-amz-checksum-*",
        }
    for headers in ({"content_md5": content_md5_of(body)}, {"x_amz_checksum_crc32": crc32_of(body)}):
        assert b"Missing required header" not in bytes(cast("bytes", ask(cloud, method, path, body, **headers).body))
    assert b"Missing required header" not in bytes(cast("bytes", ask(cloud, method, path).body))


def test_every_operation_that_requires_a_digest_is_tested() -> None:
    tested = {operation_of(method_of(path), path) for path in WITH_DIGEST}
    assert tested == {declared.name for declared in DECLARED.values() if declared.needs_digest}


@pytest.mark.parametrize("path", WITHOUT_DIGEST)
def test_other_documents_need_no_digest(cloud: Cloud, path: str) -> None:
    assert ask(cloud, "PUT", path, WITHOUT_DIGEST[path]).status in {200, 204}
