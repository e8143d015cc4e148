"""What all responses of S3 have in common."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, cast

import pytest

from s3mock import gateway, responses
from s3mock.backend.cloud import Cloud
from tests.support.raw_requests import ask, error_fields
from tests.support.responses import refused

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


def headers_of(reply: Any) -> dict[str, str]:
    headers: dict[str, str] = reply["ResponseMetadata"]["HTTPHeaders"]
    return headers


def test_every_response_has_ids_a_date_and_the_server(s3: S3Client) -> None:
    reply = headers_of(s3.list_buckets())
    with refused("NoSuchBucket") as refusal:
        s3.list_objects_v2(Bucket="nowhere")
    for headers in (reply, refusal.headers):
        assert re.fullmatch(r"[A-Z0-9]{16}", headers["x-amz-request-id"])
        assert re.fullmatch(r"[A-Za-z0-9+/=]{76}", headers["x-amz-id-2"])
        assert headers["server"] == "AmazonS3"
        assert headers["date"].endswith(" GMT")


def test_two_requests_never_have_the_same_ids(s3: S3Client) -> None:
    ids = {headers_of(s3.list_buckets())["x-amz-request-id"] for _ in range(50)}
    assert len(ids) == 50


def test_an_error_document_has_the_ids_of_its_headers(empty_cloud: Cloud) -> None:
    response = ask(empty_cloud, "GET", "/nowhere")
    assert isinstance(response.body, bytes)
    document = response.body.decode()
    assert f"<RequestId>{response.headers['x-amz-request-id']}</RequestId>" in document
    assert f"<HostId>{response.headers['x-amz-id-2']}</HostId>" in document


def test_a_response_repeats_no_headers_of_the_request(empty_cloud: Cloud) -> None:
    response = ask(empty_cloud, "GET", "/", user_agent="me", x_amz_date="20260101T000000Z", host="s3.amazonaws.com")
    assert {name.lower() for name in response.headers} == {
        "content-type",
        "content-length",
        "date",
        "server",
        "x-amz-id-2",
        "x-amz-request-id",
    }


def test_a_204_has_neither_a_body_nor_a_content_type_nor_a_length(cloud: Cloud) -> None:
    response = ask(cloud, "DELETE", "/a-bucket")
    assert response.status == 204
    assert response.body == b""
    assert not {"content-type", "content-length"} & {name.lower() for name in response.headers}


def test_an_error_of_a_head_has_no_body(empty_cloud: Cloud) -> None:
    response = ask(empty_cloud, "HEAD", "/nowhere")
    assert (response.status, response.body) == (404, b"")


@pytest.mark.parametrize("path", ["/", "/a-bucket", "/a-bucket/a-key", "/a-bucket/a-key?acl", "/nowhere"])
def test_an_unknown_method_is_a_bad_request(cloud: Cloud, path: str) -> None:
    fields = {"Code": "BadRequest", "Message": "An error occurred when parsing the HTTP request."}
    for method in ("GETS", "BREW", "get"):
        response = ask(cloud, method, path, authorization="nonsense")
        assert (response.status, error_fields(response)) == (400, fields)
    for method in ("PATCH", "TRACE"):
        assert ask(cloud, method, path).status == 405


def test_an_object_has_the_bytes_that_were_sent(cloud: Cloud) -> None:
    ask(cloud, "PUT", "/a-bucket/a%20key", b"some bytes")
    assert ask(cloud, "GET", "/a-bucket/a%20key").body == b"some bytes"


def test_a_document_with_a_wrong_digest_changes_nothing(cloud: Cloud) -> None:
    enabled = b"<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>"
    response = ask(cloud, "PUT", "/a-bucket?versioning", enabled, content_md5="1B2M2Y8AsgTpgAmY7PhCfg==")
    assert response.status == 400
    assert b"<Code>BadDigest</Code>" in response.body
    assert b"Enabled" not in ask(cloud, "GET", "/a-bucket?versioning").body


def test_an_operation_without_a_handler_is_a_501_that_names_it(
    s3: S3Client, bucket: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(cast("dict[str, str]", responses.OPERATIONS), "GetBucketVersioning")
    with refused("NotImplemented", 501) as refusal:
        s3.get_bucket_versioning(Bucket=bucket)
    assert "GetBucketVersioning" in refusal.error["Message"]


def test_a_parameter_that_is_not_supported_is_a_501_that_names_it(
    s3: S3Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    refusing = responses.declaration("CreateBucket")._replace(refuses=frozenset({"ObjectOwnership"}))
    with monkeypatch.context() as patches, refused("NotImplemented", 501) as refusal:
        patches.setattr(gateway, "declaration", {"CreateBucket": refusing}.__getitem__)
        s3.create_bucket(Bucket="a-bucket", ObjectOwnership="BucketOwnerEnforced")
    assert "ObjectOwnership" in refusal.error["additionalMessage"]
    assert not s3.list_buckets()["Buckets"]


def test_the_expected_owner_must_be_the_buckets(s3: S3Client, bucket: str) -> None:
    s3.head_bucket(Bucket=bucket, ExpectedBucketOwner="123456789012")
    with refused("AccessDenied", 403):
        s3.list_objects_v2(Bucket=bucket, ExpectedBucketOwner="210987654321")
    with refused("InvalidBucketOwnerAWSAccountID", 400):
        s3.list_objects_v2(Bucket=bucket, ExpectedBucketOwner="me")
