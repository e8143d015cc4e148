"""Presigned URLs: valid only until they expire and only for the request that was signed."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from botocore.config import Config
from freezegun import freeze_time

from s3mock import mock_s3
from tests.support.presigned_urls import BOTH, MISMATCH, NOON, VERSIONS, Response, presign

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_s3 import S3Client

    from s3mock.control import S3


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    with freeze_time(NOON):
        yield


@pytest.fixture
def stored(s3: S3Client, bucket: str) -> str:
    """The name of a bucket with an object "key"."""
    s3.put_object(Bucket=bucket, Key="key", Body=b"bytes")
    return bucket


def is_stored(s3: S3Client) -> bool:
    return s3.get_object(Bucket="a-bucket", Key="key")["Body"].read() == b"bytes"


@BOTH
@pytest.mark.parametrize("style", ["path", "virtual"])
@pytest.mark.parametrize("key", ["key", "a b/ü+%/~", "a//b", "../c", "/d"])
def test_a_presigned_url_is_valid_for_its_request(
    s3: S3Client, bucket: str, version: str, style: str, key: str
) -> None:
    config: Any = Config(signature_version=version, s3={"addressing_style": style})  # type: ignore[arg-type]
    with mock_s3() as mock:
        signer = mock.client(region_name="us-east-1", config=config)
    parameters = {"Bucket": bucket, "Key": key}
    assert Response("PUT", signer.generate_presigned_url("put_object", parameters), body=b"new").status == 200
    assert s3.get_object(Bucket=bucket, Key=key)["Body"].read() == b"new"
    response = Response(
        "GET", signer.generate_presigned_url("get_object", parameters | {"ResponseContentType": "text/a b"})
    )
    assert (response.status, response.body, response.headers["Content-Type"]) == (200, b"new", "text/a b")
    assert Response("HEAD", signer.generate_presigned_url("head_object", parameters)).status == 200
    assert Response("GET", signer.generate_presigned_url("list_objects_v2", {"Bucket": bucket})).status == 200
    assert Response("DELETE", signer.generate_presigned_url("delete_object", parameters)).status == 204
    assert s3.list_objects_v2(Bucket=bucket)["KeyCount"] == 0


@BOTH
def test_a_part_of_an_upload_can_be_presigned(s3: S3Client, bucket: str, version: str) -> None:
    upload = s3.create_multipart_upload(Bucket=bucket, Key="key")["UploadId"]
    response = Response("PUT", presign(version, "upload_part", UploadId=upload, PartNumber=3), body=b"part")
    assert response.status == 200
    assert [part["PartNumber"] for part in s3.list_parts(Bucket=bucket, Key="key", UploadId=upload)["Parts"]] == [3]


@BOTH
def test_the_path_is_signed(stored: str, version: str) -> None:
    response = Response("GET", presign(version).replace("/key?", "/another?"))
    assert (response.status, response.error["Code"], response.error["Message"]) == (
        403,
        "SignatureDoesNotMatch",
        MISMATCH,
    )


@BOTH
@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_the_method_is_signed(s3: S3Client, stored: str, version: str, method: str) -> None:
    response = Response(method, presign(version), body=b"new" if method == "PUT" else b"")
    assert response.error["Code"] == "SignatureDoesNotMatch"
    assert is_stored(s3)


@BOTH
def test_the_signature_is_compared(stored: str, version: str) -> None:
    url = presign(version)
    mark = "X-Amz-Signature=" if version == "s3v4" else "&Signature="
    place = url.index(mark) + len(mark)
    wrong = "0" if url[place] != "0" else "1"
    response = Response("GET", url[:place] + wrong + url[place + 1 :])
    assert response.error["Code"] == "SignatureDoesNotMatch"
    assert response.error["SignatureProvided"].startswith(wrong)


@pytest.mark.parametrize(
    ("version", "before", "after"),
    [
        ("s3v4", "X-Amz-Expires=60", "X-Amz-Expires=61"),
        ("s3v4", "X-Amz-Date=20261120T120000Z", "X-Amz-Date=20261120T120001Z"),
        ("s3v4", "X-Amz-SignedHeaders=host", "X-Amz-SignedHeaders=host%3Brange"),
        ("s3v4", "versionId=null", "versionId=other"),
        ("s3v4", "versionId=null&", ""),
        ("s3v4", "?", "?prefix=a&"),
        ("s3", "Expires=1795176060", "Expires=1795176061"),
        ("s3", "versionId=null", "versionId=other"),
        ("s3", "versionId=null&", ""),
        ("s3", "?", "?acl&"),
        ("s3", "?", "?x-amz-acl=private&"),
    ],
)
def test_the_query_is_signed(stored: str, version: str, before: str, after: str) -> None:
    url = presign(version, VersionId="null")
    assert before in url
    assert Response("GET", url).status == 200
    assert Response("GET", url.replace(before, after)).error["Code"] == "SignatureDoesNotMatch"


def test_in_version_2_other_parameters_are_not_signed(stored: str) -> None:
    assert Response("GET", presign("s3") + "&anything=else").status == 200


def test_only_version_4_signs_the_host(stored: str) -> None:
    elsewhere = "s3.us-east-1.amazonaws.com/a-bucket"
    urls = {version: presign(version).replace("a-bucket.s3.amazonaws.com", elsewhere) for version in VERSIONS}
    assert elsewhere in urls["s3v4"]
    assert Response("GET", urls["s3v4"]).error["Code"] == "SignatureDoesNotMatch"
    assert Response("GET", urls["s3"]).status == 200


def test_a_mismatch_of_version_4_has_the_canonical_request(stored: str) -> None:
    url = presign("s3v4").replace("/key?", "/k+y?")
    query = urlsplit(url).query
    response = Response("GET", url)
    error = response.error
    assert list(error) == [
        *("Code", "Message", "AWSAccessKeyId", "StringToSign", "SignatureProvided", "StringToSignBytes"),
        *("CanonicalRequest", "CanonicalRequestBytes"),
    ]
    assert error["AWSAccessKeyId"] == "S3MOCKACCESSKEY"
    assert error["SignatureProvided"] == query.rpartition("=")[2]
    assert error["StringToSign"].startswith("AWS4-HMAC-SHA256\n20261120T120000Z\n20261120/us-east-1/s3/aws4_request\n")
    assert error["StringToSignBytes"].startswith("41 57 53 34 2d")
    signed = "&".join(sorted(query.split("&")[:-1]))
    host = urlsplit(url).netloc
    assert error["CanonicalRequest"] == f"GET\n/k%2By\n{signed}\nhost:{host}\n\nhost\nUNSIGNED-PAYLOAD"
    assert bytes.fromhex(error["CanonicalRequestBytes"]).decode() == error["CanonicalRequest"]


def test_a_mismatch_of_version_2_has_the_string_to_sign(stored: str) -> None:
    error = Response("GET", presign("s3").replace("/key?", "/other?"), {"Content-MD5": "a", "Content-Type": "b"}).error
    assert list(error)[2:] == ["AWSAccessKeyId", "StringToSign", "SignatureProvided", "StringToSignBytes"]
    assert error["StringToSign"] == "GET\na\nb\n1795176060\n/a-bucket/other"


@BOTH
def test_a_presigned_url_expires_at_its_time(mock: S3, stored: str, version: str) -> None:
    url = presign(version)
    mock.clock.advance(seconds=59)
    assert Response("GET", url).status == 200
    mock.clock.advance(seconds=1)
    response = Response("GET", url)
    assert response.status == 403
    lasts = {"X-Amz-Expires": "60"} if version == "s3v4" else {}
    assert list(response.error.items()) == [
        ("Code", "AccessDenied"),
        ("Message", "Request has expired"),
        *lasts.items(),
        ("Expires", "2026-11-20T12:01:00Z"),
        ("ServerTime", "2026-11-20T12:01:00Z"),
    ]


@BOTH
def test_a_url_that_is_presigned_on_an_advanced_clock_is_valid(mock: S3, stored: str, version: str) -> None:
    mock.clock.advance(days=365)
    assert Response("GET", presign(version)).status == 200


@BOTH
def test_a_url_that_is_presigned_under_a_frozen_clock_is_valid(stored: str, version: str) -> None:
    for then in (NOON.replace(year=2049), NOON.replace(year=2012)):
        with freeze_time(then):
            assert Response("GET", presign(version)).status == 200


def test_a_url_of_tomorrow_is_not_yet_valid(stored: str) -> None:
    with freeze_time(NOON + timedelta(minutes=15)):
        soon = presign("s3v4")
    with freeze_time(NOON + timedelta(days=1)):
        tomorrow = presign("s3v4")
    assert Response("GET", soon).status == 200
    response = Response("GET", tomorrow)
    assert response.status == 403
    assert list(response.error.items()) == [
        ("Code", "AccessDenied"),
        ("Message", "Request is not yet valid"),
        ("X-Amz-Date", "1795262400000"),
        ("Expires", "2026-11-21T12:01:00Z"),
        ("ServerTime", "2026-11-20T12:00:00Z"),
    ]


WEEK = (
    "X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than 604800 "
    "seconds"
)


@pytest.mark.parametrize(
    ("expires", "message"),
    [
        ("604801", WEEK),
        ("-1", "X-Amz-Expires must be non-negative"),
        ("soon", "X-Amz-Expires should be a number"),
        ("1.5", "X-Amz-Expires should be a number"),
        (str(2**63 - 1), WEEK),
        (str(2**63), "X-Amz-Expires should be a number"),
        ("9" * 30, "X-Amz-Expires should be a number"),
    ],
)
def test_version_4_lasts_a_week_at_most(stored: str, expires: str, message: str) -> None:
    response = Response("GET", presign("s3v4").replace("X-Amz-Expires=60", f"X-Amz-Expires={expires}"))
    assert (response.status, response.error) == (
        400,
        {"Code": "AuthorizationQueryParametersError", "Message": message},
    )
    assert Response("GET", presign("s3v4", seconds=604800)).status == 200


@pytest.mark.parametrize("expires", ["soon", "", "-1", "2147483648", "1795176060000", "1e9"])
def test_the_end_of_version_2_is_in_seconds_since_the_epoch(stored: str, expires: str) -> None:
    response = Response("GET", presign("s3").replace("Expires=1795176060", f"Expires={expires}"))
    message = f"Invalid date (should be seconds since epoch): {expires}"
    if not expires:
        message = "Query-string authentication requires the Signature, Expires and AWSAccessKeyId parameters"
    assert (response.status, response.error) == (403, {"Code": "AccessDenied", "Message": message})


@pytest.mark.parametrize(
    ("date", "message"),
    [
        ("2026-11-20T12:00:00Z", "X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\""),
        ("20261320T120000Z", "X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\""),
        (
            "20261119T120000Z",
            'Invalid credential date "20261120". This date is not the same as X-Amz-Date: "20261119".',
        ),
    ],
)
def test_the_date_of_version_4_must_match_its_scope(stored: str, date: str, message: str) -> None:
    response = Response("GET", presign("s3v4").replace("20261120T120000Z", date))
    assert (response.status, response.error) == (
        400,
        {"Code": "AuthorizationQueryParametersError", "Message": message},
    )


def test_the_expiry_of_the_last_possible_day_can_be_shown(stored: str) -> None:
    url = presign("s3v4").replace("20261120T120000Z", "99991231T235959Z").replace("20261120%2F", "99991231%2F")
    assert Response("GET", url).error["Expires"] == "9999-12-31T23:59:59Z"


def test_amazon_headers_must_be_signed_in_version_4(s3: S3Client, stored: str) -> None:
    url = presign("s3v4", "put_object")
    headers = {"x-amz-tagging": "a=b", "X-Amz-Acl": "private", "Content-MD5": "x", "x-amzn-trace-id": "1"}
    response = Response("PUT", url, headers, b"new")
    assert response.status == 403
    assert list(response.error.items()) == [
        ("Code", "AccessDenied"),
        ("Message", "There were headers present in the request which were not signed"),
        ("HeadersNotSigned", "content-md5, x-amz-acl, x-amz-tagging"),
    ]
    response = Response("GET", presign("s3v4").replace("SignedHeaders=host", "SignedHeaders=range"))
    assert response.error["HeadersNotSigned"] == "host"
    assert is_stored(s3)
    assert (
        Response("PUT", url, {"Content-Type": "text/plain", "x-amz-content-sha256": "UNSIGNED-PAYLOAD"}).status == 200
    )


def test_in_version_2_unsigned_amazon_headers_do_not_match(s3: S3Client, stored: str) -> None:
    for headers in ({"x-amz-acl": "private"}, {"Content-Type": "text/plain"}, {"Content-MD5": "x"}):
        assert Response("PUT", presign("s3", "put_object"), headers).error["Code"] == "SignatureDoesNotMatch"
    assert is_stored(s3)


@BOTH
def test_signed_headers_must_be_sent_unchanged(s3: S3Client, stored: str, version: str) -> None:
    url = presign(version, "put_object", ContentType="text/plain", Metadata={"a": "b"})
    right = {"Content-Type": "text/plain", "x-amz-meta-a": "b"}
    for wrong in (right | {"Content-Type": "text/html"}, right | {"x-amz-meta-a": "c"}):
        assert Response("PUT", url, wrong, b"new").error["Code"] == "SignatureDoesNotMatch"
    assert is_stored(s3)
    assert Response("PUT", url, {"Content-Type": "text/plain", "x-amz-meta-a": "b"}, b"new").status == 200
    head = s3.head_object(Bucket=stored, Key="key")
    assert (head["Metadata"], head["ContentType"]) == ({"a": "b"}, "text/plain")


def test_the_query_can_contain_headers(s3: S3Client, stored: str) -> None:
    url = presign("s3", "put_object", Metadata={"a": "b"}, StorageClass="GLACIER_IR")
    assert "x-amz-meta-a=b" in url
    assert Response("PUT", url, body=b"new").status == 200
    head = s3.head_object(Bucket=stored, Key="key")
    assert (head["Metadata"], head["StorageClass"]) == ({"a": "b"}, "GLACIER_IR")
    url = presign("s3", "copy_object", Key="copy", CopySource={"Bucket": stored, "Key": "key"})
    assert Response("PUT", url).status == 200
    assert s3.get_object(Bucket=stored, Key="copy")["Body"].read() == b"new"


def test_the_region_is_checked_before_the_signature(stored: str) -> None:
    response = Response("GET", presign("s3v4").replace("us-east-1", "us-east-2"))
    assert (response.status, response.error["Code"]) == (400, "AuthorizationQueryParametersError")
    assert response.error["Region"] == "us-east-1"


def test_late_regions_do_not_support_version_2(s3: S3Client) -> None:
    s3.create_bucket(Bucket="a-bucket", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
    response = Response("GET", presign("s3"))
    assert (response.status, response.error) == (
        400,
        {
            "Code": "InvalidRequest",
            "Message": "The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.",
        },
    )
