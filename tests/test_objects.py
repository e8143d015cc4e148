"""PutObject, GetObject and HeadObject: putting objects, reading them whole, and the members of both responses."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any, cast

import boto3
import pytest
from botocore import UNSIGNED
from botocore.config import Config

from s3mock.backend.cloud import Cloud
from tests.support.raw_requests import ask
from tests.support.responses import refused, without_metadata

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

    from s3mock.control import S3

HELLO_MD5 = "5d41402abc4b2a76b9719d911017c592"
HELLO_CRC32 = "NhCmhg=="
FIVE_GIB = 5 << 30

ODD_KEYS = [
    "/a-slash-first",
    "a-slash-last/",
    "two//slashes",
    "//",
    ".",
    "..",
    "./a",
    "../a",
    "a/../b",
    "a b",
    " a ",
    "a+b",
    "+",
    "%",
    "%2F",
    "100%25",
    "a?b=c",
    "a#b",
    "a&b;c=d",
    "~!*'()",
    "<a>&\"'",
    "a\\b",
    "a\nb\r\tc",
    "é",
    "emoji-\N{GRINNING FACE}",
    "a-bucket/a-key",
    "x" * 1024,
]


@pytest.mark.model("PutObject.ChecksumType")
def test_put_object_returns_etag_checksum_and_encryption(s3: S3Client, bucket: str) -> None:
    reply = s3.put_object(Bucket=bucket, Key="a-key", Body=b"hello")
    assert without_metadata(reply) == {
        "ETag": f'"{HELLO_MD5}"',
        "ChecksumCRC32": HELLO_CRC32,
        "ChecksumType": "FULL_OBJECT",
        "ServerSideEncryption": "AES256",
    }


@pytest.mark.model("GetObject.ChecksumType")
def test_get_object_returns_every_header_of_a_plain_object(s3: S3Client, bucket: str) -> None:
    s3.put_object(Bucket=bucket, Key="a-key", Body=b"hello")
    reply = without_metadata(s3.get_object(Bucket=bucket, Key="a-key"))
    assert reply.pop("Body").read() == b"hello"
    assert isinstance(reply.pop("LastModified"), datetime)
    assert reply == {
        "AcceptRanges": "bytes",
        "ChecksumCRC32": HELLO_CRC32,
        "ChecksumType": "FULL_OBJECT",
        "ContentLength": 5,
        "ContentType": "binary/octet-stream",
        "ETag": f'"{HELLO_MD5}"',
        "Metadata": {},
        "ServerSideEncryption": "AES256",
    }


@pytest.mark.model("HeadObject.ChecksumType")
def test_head_object_has_the_checksum_only_on_request(s3: S3Client, bucket: str) -> None:
    s3.put_object(Bucket=bucket, Key="a-key", Body=b"hello")
    got = without_metadata(s3.get_object(Bucket=bucket, Key="a-key"))
    del got["Body"]
    assert without_metadata(s3.head_object(Bucket=bucket, Key="a-key", ChecksumMode="ENABLED")) == got
    del got["ChecksumCRC32"], got["ChecksumType"]
    assert without_metadata(s3.head_object(Bucket=bucket, Key="a-key")) == got


def test_last_modified_is_the_time_of_the_put_in_whole_seconds(s3: S3Client, bucket: str) -> None:
    before = datetime.now(timezone.utc).replace(microsecond=0)
    s3.put_object(Bucket=bucket, Key="a-key")
    modified = s3.head_object(Bucket=bucket, Key="a-key")["LastModified"]
    assert before <= modified <= datetime.now(timezone.utc)


def test_an_object_can_be_empty(s3: S3Client, bucket: str) -> None:
    assert s3.put_object(Bucket=bucket, Key="empty")["ETag"] == '"d41d8cd98f00b204e9800998ecf8427e"'
    reply = s3.get_object(Bucket=bucket, Key="empty")
    assert (reply["ContentLength"], reply["Body"].read()) == (0, b"")


def test_a_put_replaces_the_whole_object(s3: S3Client, bucket: str) -> None:
    s3.put_object(Bucket=bucket, Key="a-key", Body=b"old", Metadata={"a": "b"}, ContentType="text/plain")
    s3.put_object(Bucket=bucket, Key="a-key", Body=b"new")
    reply = s3.get_object(Bucket=bucket, Key="a-key")
    assert reply["Body"].read() == b"new"
    assert (reply["Metadata"], reply["ContentType"]) == ({}, "binary/octet-stream")


def test_a_key_is_returned_as_it_was_put(s3: S3Client, bucket: str) -> None:
    for key in ODD_KEYS:
        s3.put_object(Bucket=bucket, Key=key, Body=key.encode())
        assert s3.get_object(Bucket=bucket, Key=key)["Body"].read() == key.encode()
        assert [each["Key"] for each in s3.list_objects_v2(Bucket=bucket)["Contents"]] == [key]
        s3.copy_object(Bucket=bucket, Key="copy", CopySource={"Bucket": bucket, "Key": key})
        assert s3.get_object(Bucket=bucket, Key="copy")["Body"].read() == key.encode()
        s3.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": key}, {"Key": "copy"}]})
        assert s3.list_objects_v2(Bucket=bucket)["KeyCount"] == 0


def test_a_key_of_more_than_1024_bytes_is_refused(s3: S3Client, bucket: str) -> None:
    for key, size in (("x" * 1025, "1025"), ("é" * 513, "1026")):
        for call in (s3.put_object, s3.get_object, s3.delete_object):
            with refused("KeyTooLongError", 400, Size=size, MaxSizeAllowed="1024"):
                call(Bucket=bucket, Key=key)


def test_the_error_for_a_missing_key_names_it(s3: S3Client, bucket: str) -> None:
    with refused("NoSuchKey", 404, Key="no-such-key", Message="The specified key does not exist."):
        s3.get_object(Bucket=bucket, Key="no-such-key")
    with refused("404", 404):
        s3.head_object(Bucket=bucket, Key="no-such-key")


def test_a_missing_bucket_is_an_error_before_any_error_of_the_key(s3: S3Client) -> None:
    for call in (s3.get_object, s3.put_object, s3.delete_object):
        with refused("NoSuchBucket", 404, BucketName="no-such-bucket"):
            call(Bucket="no-such-bucket", Key="x" * 1025)


# Members and headers of an object


def test_system_headers_are_returned(s3: S3Client, bucket: str) -> None:
    headers: Any = {
        "CacheControl": "max-age=60",
        "ContentDisposition": 'attachment; filename="a.txt"',
        "ContentEncoding": "gzip",
        "ContentLanguage": "en-GB, fr",
        "ContentType": "text/plain; charset=utf-8",
        "WebsiteRedirectLocation": "/elsewhere",
        "StorageClass": "STANDARD_IA",
    }
    s3.put_object(Bucket=bucket, Key="a-key", Body=b"hello", **headers)
    assert headers.items() <= s3.head_object(Bucket=bucket, Key="a-key").items()
    assert headers.items() <= s3.get_object(Bucket=bucket, Key="a-key").items()


@pytest.mark.parametrize(
    ("field", "alike", "other"),
    [
        ("headers", {"ContentType": "text/plain"}, {"ContentType": "text/html"}),
        ("encryption", {"ServerSideEncryption": "aws:kms"}, {"ServerSideEncryption": "aws:kms:dsse"}),
        ("encryption", {"SSECustomerAlgorithm": "AES256", "SSECustomerKey": "k" * 32}, {}),
        ("acl", {"ACL": "public-read"}, {"ACL": "private"}),
    ],
)
def test_objects_that_are_alike_have_one_value_in_common(
    mock: S3, s3: S3Client, bucket: str, field: str, alike: Any, other: Any
) -> None:
    s3.put_bucket_ownership_controls(Bucket=bucket, OwnershipControls={"Rules": [{"ObjectOwnership": "ObjectWriter"}]})
    values = []
    for key, properties in ("one", alike), ("same", alike), ("other", other):
        s3.put_object(Bucket=bucket, Key=key, **properties)
        stack = mock.cloud.namespace.buckets()[0].state.keys.get(key)
        assert stack is not None
        values.append(getattr(stack[0], field))
    assert values[0] is values[1]
    assert values[0] != values[2]


def test_reads_have_every_storage_class_but_standard(s3: S3Client, bucket: str) -> None:
    s3.put_object(Bucket=bucket, Key="a-key", StorageClass="STANDARD")
    assert "StorageClass" not in s3.head_object(Bucket=bucket, Key="a-key")


def test_a_storage_class_of_other_kinds_of_buckets_is_refused(s3: S3Client, bucket: str) -> None:
    with refused("InvalidStorageClass", 400, StorageClassRequested="EXPRESS_ONEZONE"):
        s3.put_object(Bucket=bucket, Key="a-key", StorageClass="EXPRESS_ONEZONE")


def test_an_archived_object_has_a_head_but_cannot_be_read(s3: S3Client, bucket: str) -> None:
    s3.put_object(Bucket=bucket, Key="a-key", Body=b"hello", StorageClass="GLACIER")
    assert s3.head_object(Bucket=bucket, Key="a-key")["StorageClass"] == "GLACIER"
    with refused("InvalidObjectState", 403, StorageClass="GLACIER"):
        s3.get_object(Bucket=bucket, Key="a-key")
    with refused("InvalidObjectState", 403):
        s3.copy_object(Bucket=bucket, Key="a-copy", CopySource=f"{bucket}/a-key")


def test_expires_is_kept_as_text(cloud: Cloud) -> None:
    ask(cloud, "PUT", "/a-bucket/a-key", b"hello", expires="when I say so")
    assert ask(cloud, "GET", "/a-bucket/a-key").headers["Expires"] == "when I say so"


def test_an_expires_header_with_a_date_is_returned(s3: S3Client, bucket: str) -> None:
    moment = datetime(2050, 1, 2, 3, 4, 5, tzinfo=timezone.utc)
    s3.put_object(Bucket=bucket, Key="a-key", Expires=moment)
    reply: Any = s3.head_object(Bucket=bucket, Key="a-key")
    assert reply["Expires"] == moment
    assert reply["ResponseMetadata"]["HTTPHeaders"]["expires"] == "Sun, 02 Jan 2050 03:04:05 GMT"


def test_a_website_redirect_is_to_a_path_or_a_url(s3: S3Client, bucket: str) -> None:
    for location in ("/a-path", "http://example.com/", "https://example.com/"):
        s3.put_object(Bucket=bucket, Key="a-key", WebsiteRedirectLocation=location)
        assert s3.head_object(Bucket=bucket, Key="a-key")["WebsiteRedirectLocation"] == location
    with refused("InvalidRedirectLocation", 400):
        s3.put_object(Bucket=bucket, Key="a-key", WebsiteRedirectLocation="example.com")


def test_names_of_user_metadata_are_returned_in_lower_case(s3: S3Client, bucket: str) -> None:
    s3.put_object(Bucket=bucket, Key="a-key", Metadata={"Mixed-Case": "Kept As It Is", "empty": "", "a_b.c": "1"})
    metadata = {"mixed-case": "Kept As It Is", "empty": "", "a_b.c": "1"}
    assert s3.get_object(Bucket=bucket, Key="a-key")["Metadata"] == metadata
    assert s3.head_object(Bucket=bucket, Key="a-key")["Metadata"] == metadata


def test_user_metadata_has_at_most_2_kb(s3: S3Client, bucket: str) -> None:
    s3.put_object(Bucket=bucket, Key="a-key", Metadata={"name": "x" * 2044})
    with refused("MetadataTooLarge", 400, Size="2049", MaxSizeAllowed="2048"):
        s3.put_object(Bucket=bucket, Key="a-key", Metadata={"name": "x" * 2045})


@pytest.mark.model("HeadObject.ResponseContentType")
def test_a_request_can_override_response_headers(s3: S3Client, bucket: str) -> None:
    parameters: Any = {
        "ResponseCacheControl": "no-cache",
        "ResponseContentDisposition": 'attachment; filename="b c"',
        "ResponseContentEncoding": "br",
        "ResponseContentLanguage": "eo",
        "ResponseContentType": "text/x-a+b",
    }
    s3.put_object(Bucket=bucket, Key="a-key", CacheControl="private", ContentType="text/plain")
    for call in (s3.get_object, s3.head_object):
        reply = call(Bucket=bucket, Key="a-key", **parameters)
        assert {name: reply.get(name.removeprefix("Response")) for name in parameters} == parameters
    assert s3.get_object(Bucket=bucket, Key="a-key")["CacheControl"] == "private"


def test_a_request_can_override_the_expires_header(cloud: Cloud) -> None:
    ask(cloud, "PUT", "/a-bucket/a-key", expires="then")
    path = "/a-bucket/a-key?response-expires=now%20and+then"
    assert ask(cloud, "GET", path, authorization="AWS a-user:signature").headers["Expires"] == "now and then"


@pytest.mark.model("HeadObject.ResponseContentType")
def test_an_unsigned_request_cannot_override_headers(s3: S3Client, bucket: str) -> None:
    s3.put_object(Bucket=bucket, Key="a-key", ACL="public-read")
    named: Any = {"Bucket": bucket, "Key": "a-key", "ResponseContentType": "text/html"}
    unsigned = boto3.client("s3", region_name="us-east-1", config=Config(signature_version=UNSIGNED))
    message = "Request specific response headers cannot be used for anonymous GET requests."
    with refused("InvalidRequest", 400, Message=message):
        unsigned.get_object(**named)
    with refused("400", 400):
        unsigned.head_object(**named)
    assert unsigned.get_object(Bucket=bucket, Key="a-key")["ContentType"] == "binary/octet-stream"
    assert s3.get_object(**named)["ContentType"] == "text/html"


def test_only_six_headers_can_be_overridden(cloud: Cloud) -> None:
    ask(cloud, "PUT", "/a-bucket/a-key")
    response = ask(cloud, "GET", "/a-bucket/a-key?response-etag=mine", authorization="AWS a-user:signature")
    assert response.status == 400
    assert (
        b"<Code>InvalidArgument</Code><Message>response-etag is not in the set of overridable response headers. "
        b"Please refer to the S3 API documentation for a complete list of overridable response headers.</Message>"
        b"<ArgumentName>response-etag</ArgumentName><ArgumentValue>mine</ArgumentValue>"
    ) in cast("bytes", response.body)


def test_a_versioned_put_returns_its_version_id_and_keeps_the_others(s3: S3Client, versioned: str) -> None:
    first = s3.put_object(Bucket=versioned, Key="a-key", Body=b"1")["VersionId"]
    second = s3.put_object(Bucket=versioned, Key="a-key", Body=b"2")["VersionId"]
    assert first != second
    assert len(first) == 32
    reply = s3.get_object(Bucket=versioned, Key="a-key")
    assert (reply["VersionId"], reply["Body"].read()) == (second, b"2")
    reply = s3.get_object(Bucket=versioned, Key="a-key", VersionId=first)
    assert (reply["VersionId"], reply["Body"].read()) == (first, b"1")
    assert s3.head_object(Bucket=versioned, Key="a-key", VersionId=first)["VersionId"] == first


def test_the_null_version_has_an_id_only_once_versioning_was_set(s3: S3Client, bucket: str) -> None:
    assert "VersionId" not in s3.put_object(Bucket=bucket, Key="a-key", Body=b"1")
    assert "VersionId" not in s3.get_object(Bucket=bucket, Key="a-key", VersionId="null")
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Suspended"})
    assert "VersionId" not in s3.put_object(Bucket=bucket, Key="a-key", Body=b"2")
    assert s3.get_object(Bucket=bucket, Key="a-key")["VersionId"] == "null"


def test_a_version_id_that_s3_cannot_generate_is_invalid(s3: S3Client, bucket: str) -> None:
    s3.put_object(Bucket=bucket, Key="a-key")
    made_up = "HPniJFCxqTsMuIH9KX8K8wEjNUgmABCD"
    with refused(
        "InvalidArgument",
        400,
        ArgumentName="versionId",
        ArgumentValue=made_up,
        Message="Invalid version id specified",
    ):
        s3.get_object(Bucket=bucket, Key="a-key", VersionId=made_up)
    with refused("400", 400):
        s3.head_object(Bucket=bucket, Key="a-key", VersionId=made_up)


def test_an_empty_version_id_is_invalid(cloud: Cloud) -> None:
    ask(cloud, "PUT", "/a-bucket/a-key")
    response = ask(cloud, "GET", "/a-bucket/a-key?versionId=")
    assert isinstance(response.body, bytes)
    assert b"<Code>InvalidArgument</Code>" in response.body
    assert b"<ArgumentName>versionId</ArgumentName><ArgumentValue></ArgumentValue>" in response.body


def test_the_error_for_a_missing_version_names_it(s3: S3Client, versioned: str) -> None:
    gone = s3.put_object(Bucket=versioned, Key="a-key")["VersionId"]
    s3.delete_object(Bucket=versioned, Key="a-key", VersionId=gone)
    with refused("NoSuchVersion", 404, Key="a-key", VersionId=gone, Message="The specified version does not exist."):
        s3.get_object(Bucket=versioned, Key="a-key", VersionId=gone)
    with refused("404", 404):
        s3.head_object(Bucket=versioned, Key="a-key", VersionId=gone)


def test_many_threads_put_and_get_at_once(s3: S3Client, versioned: str) -> None:
    def put_and_get(number: int) -> bytes:
        content = str(number).encode() * 1000
        made = s3.put_object(Bucket=versioned, Key=f"key-{number % 5}", Body=content)["VersionId"]
        got = s3.get_object(Bucket=versioned, Key=f"key-{number % 5}", VersionId=made)["Body"].read()
        assert s3.get_object(Bucket=versioned, Key=f"key-{number % 5}")["Body"].read()
        return got

    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(put_and_get, range(100))) == [str(number).encode() * 1000 for number in range(100)]
    assert len(s3.list_object_versions(Bucket=versioned)["Versions"]) == 100
