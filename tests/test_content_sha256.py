"""The header x-amz-content-sha256."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import pytest

from s3mock import mock_s3
from s3mock.backend.cloud import Cloud
from s3mock.http import Body, Response
from tests.support.raw_requests import ask, error_fields
from tests.support.responses import refused

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

ENABLED = b"<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>"
EMPTY_SHA256 = sha256(b"").hexdigest()
FORMS = (
    "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
    "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
    "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER",
    "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD",
    "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER",
)


def put(cloud: Cloud, body: Body | bytes, digest: str, path: str = "/a-bucket/a-key", **headers: str) -> Response:
    return ask(cloud, "PUT", path, body, x_amz_content_sha256=digest, **headers)


def error_of(response: Response) -> dict[str, str | None]:
    """The fields of a 400."""
    assert response.status == 400, response.body
    return error_fields(response)


def mismatch(digest: str, computed: bytes) -> dict[str, str]:
    return {
        "Code": "XAmzContentSHA256Mismatch",
        "Message": "The provided 'x-amz-content-sha256' header does not match what was computed.",
        "ClientComputedContentSHA256": digest,
        "S3ComputedContentSHA256": sha256(computed).hexdigest(),
    }


def pieces() -> Iterator[bytes]:
    yield b"some "
    yield b"bytes"


def test_an_object_that_does_not_match_its_digest_is_not_stored(cloud: Cloud) -> None:
    digest = sha256(b"other bytes").hexdigest()
    bodies: list[Any] = [b"some bytes", Body(pieces(), 10)]
    for body in bodies:
        assert error_of(put(cloud, body, digest)) == mismatch(digest, b"some bytes")
    assert error_of(put(cloud, b"", digest)) == mismatch(digest, b"")
    assert error_of(put(cloud, b"some bytes", EMPTY_SHA256)) == mismatch(EMPTY_SHA256, b"some bytes")
    assert ask(cloud, "GET", "/a-bucket/a-key").status == 404


@pytest.mark.parametrize("digest", [sha256(b"some bytes").hexdigest(), "UNSIGNED-PAYLOAD", ""])
def test_an_object_that_matches_its_digest_is_stored(cloud: Cloud, digest: str) -> None:
    bodies: list[Any] = [b"some bytes", Body(pieces(), 10)]
    for body in bodies:
        assert put(cloud, body, digest).status == 200
        assert ask(cloud, "GET", "/a-bucket/a-key").body == b"some bytes"
        ask(cloud, "DELETE", "/a-bucket/a-key")


def test_a_part_that_does_not_match_its_digest_is_not_stored(cloud: Cloud) -> None:
    document = ask(cloud, "POST", "/a-bucket/a-key?uploads").body
    assert isinstance(document, bytes)
    upload_id = document.partition(b"<UploadId>")[2].partition(b"<")[0].decode()
    response = put(cloud, b"a part", EMPTY_SHA256, f"/a-bucket/a-key?partNumber=1&uploadId={upload_id}")
    assert error_of(response) == mismatch(EMPTY_SHA256, b"a part")
    listed = ask(cloud, "GET", f"/a-bucket/a-key?uploadId={upload_id}").body
    assert isinstance(listed, bytes)
    assert b"<Part>" not in listed


def test_a_document_of_any_length_is_compared_with_its_digest(cloud: Cloud) -> None:
    documents: list[Any] = [ENABLED, Body(iter([ENABLED[:20], ENABLED[20:]]))]
    for document in documents:
        response = put(cloud, document, EMPTY_SHA256, "/a-bucket?versioning")
        assert error_of(response) == mismatch(EMPTY_SHA256, ENABLED)
        stored = ask(cloud, "GET", "/a-bucket?versioning").body
        assert isinstance(stored, bytes)
        assert b"Enabled" not in stored
    assert put(cloud, ENABLED, sha256(ENABLED).hexdigest(), "/a-bucket?versioning").status == 200


def test_a_document_of_unknown_length_is_compared_with_its_md5(cloud: Cloud) -> None:
    wrong = ask(cloud, "PUT", "/a-bucket?versioning", Body(iter([ENABLED])), content_md5="1B2M2Y8AsgTpgAmY7PhCfg==")
    assert error_of(wrong)["Code"] == "BadDigest"


def test_the_digest_of_an_empty_body_is_also_compared(cloud: Cloud) -> None:
    digest = sha256(b"anything").hexdigest()
    assert error_of(ask(cloud, "GET", "/a-bucket", x_amz_content_sha256=digest)) == mismatch(digest, b"")
    assert ask(cloud, "GET", "/a-bucket", x_amz_content_sha256=EMPTY_SHA256).status == 200


def test_a_truncated_body_is_incomplete_whatever_its_digest(cloud: Cloud) -> None:
    assert error_of(put(cloud, Body(iter([b"hel"]), 5), sha256(b"hello").hexdigest()))["Code"] == "IncompleteBody"


@pytest.mark.parametrize("digest", ["GIBBERISH", "STREAMING-GIBBERISH", "unsigned-payload", EMPTY_SHA256[1:], "g" * 64])
def test_an_unknown_header_value_is_an_invalid_argument(cloud: Cloud, digest: str) -> None:
    # https://github.com/versity/versitygw/issues/1352
    expected = {
        "Code": "InvalidArgument",
        "Message": f"x-amz-content-sha256 must be UNSIGNED-PAYLOAD, {', '.join(FORMS)} or a valid sha256 value.",
        "ArgumentName": "x-amz-content-sha256",
        "ArgumentValue": digest,
    }
    assert error_of(put(cloud, b"some bytes", digest)) == expected
    assert error_of(ask(cloud, "GET", "/a-bucket/a-key", x_amz_content_sha256=digest)) == expected


@pytest.mark.parametrize("form", FORMS)
def test_only_object_bytes_can_be_sent_in_signed_chunks(cloud: Cloud, form: str) -> None:
    # https://github.com/versity/versitygw/issues/1601
    for method, path in (("PUT", "/a-bucket?versioning"), ("GET", "/a-bucket/a-key"), ("DELETE", "/a-bucket/a-key")):
        response = ask(cloud, method, path, x_amz_content_sha256=form)
        message = "The value of x-amz-content-sha256 header is invalid."
        assert error_of(response) == {"Code": "InvalidRequest", "Message": message}


def test_unsigned_requests_cannot_send_signed_chunks(cloud: Cloud) -> None:
    # https://github.com/versity/versitygw/pull/1555
    ask(cloud, "PUT", "/a-bucket?acl", x_amz_acl="public-read-write")
    chunks = b"5\r\nhello\r\n0\r\n\r\n"
    named = {"x_amz_decoded_content_length": "5", "authorization": ""}
    for form in FORMS[1:]:
        assert error_of(put(cloud, chunks, form, **named)) == {
            "Code": "InvalidRequest",
            "Message": "Anonymous requests don't support this x-amz-content-sha256 value. "
            "Please use UNSIGNED-PAYLOAD or STREAMING-UNSIGNED-PAYLOAD-TRAILER.",
        }
    assert put(cloud, chunks, FORMS[0], **named).status == 200
    assert ask(cloud, "GET", "/a-bucket/a-key").body == b"hello"


def test_boto3_gets_an_error_for_a_body_changed_in_transit() -> None:
    def tamper(request: Any, **_: Any) -> None:
        request.body = b"other bytes"

    with mock_s3() as mock:
        s3: S3Client = mock.client(region_name="us-east-1", endpoint_url="http://s3.us-east-1.amazonaws.com")
        s3.create_bucket(Bucket="a-bucket")
        s3.put_object(Bucket="a-bucket", Key="a-key", Body=b"some bytes")
        s3.meta.events.register("before-send.s3.PutObject", tamper)
        digest, computed = sha256(b"some bytes").hexdigest(), sha256(b"other bytes").hexdigest()
        with refused(
            "XAmzContentSHA256Mismatch", 400, ClientComputedContentSHA256=digest, S3ComputedContentSHA256=computed
        ):
            s3.put_object(Bucket="a-bucket", Key="a-key", Body=b"some bytes")
        assert s3.get_object(Bucket="a-bucket", Key="a-key")["Body"].read() == b"some bytes"
