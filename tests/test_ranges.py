"""Reading ranges of an object."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.support.responses import refused

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

WHOLE = b"0123456789"


@pytest.fixture
def digits(s3: S3Client, bucket: str) -> Any:
    """The bucket and key of an object with the ten digits, as parameters."""
    s3.put_object(Bucket=bucket, Key="digits", Body=WHOLE)
    return {"Bucket": bucket, "Key": "digits"}


def test_the_response_to_a_range_is_a_206_with_a_content_range(s3: S3Client, digits: Any) -> None:
    for header, first, last in (
        ("bytes=0-8", 0, 8),
        ("bytes=1-1", 1, 1),
        ("bytes=1-", 1, 9),
        ("bytes=-2", 8, 9),
        ("bytes=-9", 1, 9),
        ("bytes=0-0", 0, 0),
    ):
        reply: Any = s3.get_object(**digits, Range=header)
        assert reply["ResponseMetadata"]["HTTPStatusCode"] == 206
        assert reply["Body"].read() == WHOLE[first : last + 1]
        assert reply["ContentRange"] == f"bytes {first}-{last}/10"
        assert reply["ContentLength"] == last + 1 - first
        assert "ChecksumCRC32" not in reply
        assert "ChecksumType" not in reply


def test_a_range_that_is_the_whole_object_has_its_checksum(s3: S3Client, digits: Any) -> None:
    for header in ("bytes=-15", "bytes=0-100", "bytes=0-9", "bytes=0-"):
        reply: Any = s3.get_object(**digits, Range=header)
        assert reply["ResponseMetadata"]["HTTPStatusCode"] == 206
        assert (reply["Body"].read(), reply["ContentRange"]) == (WHOLE, "bytes 0-9/10")
        assert (reply["ChecksumCRC32"], reply["ChecksumType"]) == ("poTHxg==", "FULL_OBJECT")


def test_an_invalid_range_is_ignored(s3: S3Client, digits: Any) -> None:
    for header in ("bytes=1-0", "bytes=-1-", "bytes=0--1", "bytes=0-1,3-4,7-9", "0-1", "bytes=-", "bits=0-1"):
        reply: Any = s3.get_object(**digits, Range=header)
        assert reply["ResponseMetadata"]["HTTPStatusCode"] == 200
        assert (reply["Body"].read(), reply["ContentLength"]) == (WHOLE, 10)
        assert "ContentRange" not in reply
        assert reply["ChecksumCRC32"] == "poTHxg=="


def test_a_range_beyond_the_object_is_refused(s3: S3Client, digits: Any) -> None:
    for header in ("bytes=-0", "bytes=100-200", "bytes=10-"):
        with refused(
            "InvalidRange",
            416,
            RangeRequested=header,
            ActualObjectSize="10",
            Message="The requested range is not satisfiable",
        ):
            s3.get_object(**digits, Range=header)
        with refused("416", 416):
            s3.head_object(**digits, Range=header)


def test_an_empty_object_has_no_ranges(s3: S3Client, bucket: str) -> None:
    s3.put_object(Bucket=bucket, Key="empty")
    with refused("InvalidRange", 416, RangeRequested="bytes=0-0", ActualObjectSize="0"):
        s3.get_object(Bucket=bucket, Key="empty", Range="bytes=0-0")


def test_a_head_of_a_range_has_the_headers_of_a_get(s3: S3Client, digits: Any) -> None:
    reply: Any = s3.head_object(**digits, Range="bytes=2-4")
    assert reply["ResponseMetadata"]["HTTPStatusCode"] == 206
    assert (reply["ContentLength"], reply["ContentRange"]) == (3, "bytes 2-4/10")


def test_a_range_can_be_combined_with_a_condition_and_a_version(s3: S3Client, versioned: str) -> None:
    made = s3.put_object(Bucket=versioned, Key="digits", Body=WHOLE)
    s3.put_object(Bucket=versioned, Key="digits", Body=b"another")
    digits: Any = {"Bucket": versioned, "Key": "digits", "VersionId": made["VersionId"], "Range": "bytes=2-4"}
    assert s3.get_object(**digits, IfMatch=made["ETag"])["Body"].read() == b"234"
    with refused("304", 304):
        s3.get_object(**digits, IfNoneMatch=made["ETag"])


def test_if_range_sends_all_of_an_object_that_has_changed(s3: S3Client, digits: Any) -> None:
    headers = s3.head_object(**digits)["ResponseMetadata"]["HTTPHeaders"]
    request_headers: dict[str, str] = {}

    def ask(request: Any, **_: Any) -> None:
        for name, value in request_headers.items():
            request.headers[name] = value

    s3.meta.events.register("before-sign.s3.GetObject", ask)
    for if_range, body, status in (
        (headers["etag"], b"234", 206),
        (headers["last-modified"], b"234", 206),
        ('"5d41402abc4b2a76b9719d911017c592"', WHOLE, 200),
        (f"W/{headers['etag']}", WHOLE, 200),
        ("Fri, 21 Dec 2012 11:11:11 GMT", WHOLE, 200),
        ("neither", WHOLE, 200),
    ):
        request_headers["If-Range"] = if_range
        reply = s3.get_object(**digits, Range="bytes=2-4")
        assert reply["Body"].read() == body
        assert reply["ResponseMetadata"]["HTTPStatusCode"] == status
        assert ("ContentRange" in reply) == (status == 206)
    request_headers["If-Range"] = "neither"
    with refused("InvalidPartNumber", 416):  # a part number is not a range
        s3.get_object(**digits, PartNumber=2)


def test_a_range_of_a_large_object_has_the_right_bytes(s3: S3Client, bucket: str) -> None:
    large = bytes(range(256)) * 16_384  # 4 MiB
    s3.put_object(Bucket=bucket, Key="large", Body=large)
    for first, last in ((0, len(large) - 1), (1, 2_500_000), (1_048_575, 1_048_576), (3_000_001, len(large) - 1)):
        reply = s3.get_object(Bucket=bucket, Key="large", Range=f"bytes={first}-{last}")
        assert reply["Body"].read() == large[first : last + 1]
        assert reply["ContentLength"] == last + 1 - first
    body = s3.get_object(Bucket=bucket, Key="large")["Body"]
    assert b"".join(body.iter_chunks(100_000)) == large
