"""Multipart uploads: creating and aborting them, and their parts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import boto3
import pytest
from botocore.config import Config

from s3mock import mock_s3
from s3mock.backend.cloud import Cloud
from s3mock.http import Body, Request
from s3mock.settings import Settings
from s3mock.transports import adapter
from tests.support.digests import base64_of, crc32_of
from tests.support.raw_requests import ask
from tests.support.responses import refused, without_metadata
from tests.support.uploads import begin, complete, etag_of, md5_of, send

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_s3 import S3Client

    from s3mock.control import S3

MIB = 1 << 20
PART_NUMBER = "Part number must be an integer between 1 and 10000, inclusive"
NO_UPLOAD = (
    "The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted "
    "or completed."
)


def test_creating_an_upload_returns_its_bucket_and_key(s3: S3Client, bucket: str) -> None:
    # aws_recorded: test_upload_part_copy_range, create-multipart.
    reply = without_metadata(s3.create_multipart_upload(Bucket=bucket, Key="a-key"))
    assert len(reply.pop("UploadId")) > 100
    assert reply == {"Bucket": bucket, "Key": "a-key", "ServerSideEncryption": "AES256"}


def test_an_object_appears_only_when_its_upload_is_completed(s3: S3Client, bucket: str) -> None:
    upload_id = begin(s3, bucket)
    parts = send(s3, bucket, upload_id, b"1" * 5 * MIB, b"2")
    with refused("NoSuchKey", 404):
        s3.get_object(Bucket=bucket, Key="a-key")
    assert s3.list_objects_v2(Bucket=bucket)["KeyCount"] == 0
    reply = complete(s3, bucket, upload_id, parts)
    assert reply["ETag"] == etag_of(b"1" * 5 * MIB, b"2")
    response = s3.get_object(Bucket=bucket, Key="a-key")
    assert response["Body"].read() == b"1" * 5 * MIB + b"2"
    assert (response["ETag"], response["ContentLength"]) == (reply["ETag"], 5 * MIB + 1)
    assert "Uploads" not in s3.list_multipart_uploads(Bucket=bucket)


def test_the_object_has_the_properties_that_the_upload_was_created_with(s3: S3Client, bucket: str) -> None:
    upload_id = begin(
        s3,
        bucket,
        ContentType="text/plain",
        CacheControl="no-cache",
        ContentDisposition="inline",
        ContentEncoding="gzip",
        ContentLanguage="de",
        Metadata={"colour": "blue"},
        StorageClass="STANDARD_IA",
        WebsiteRedirectLocation="/elsewhere",
        ACL="public-read",
    )
    complete(s3, bucket, upload_id, send(s3, bucket, upload_id, b"body"))
    head = s3.head_object(Bucket=bucket, Key="a-key")
    assert (head["ContentType"], head["CacheControl"]) == ("text/plain", "no-cache")
    assert (head["ContentDisposition"], head["ContentEncoding"]) == ("inline", "gzip")
    assert (head["ContentLanguage"], head["Metadata"]) == ("de", {"colour": "blue"})
    assert (head["StorageClass"], head["WebsiteRedirectLocation"]) == ("STANDARD_IA", "/elsewhere")
    grants = s3.get_object_acl(Bucket=bucket, Key="a-key")["Grants"]
    assert {grant["Permission"] for grant in grants} == {"FULL_CONTROL", "READ"}


def test_without_a_content_type_an_uploaded_object_is_binary(s3: S3Client, bucket: str) -> None:
    upload_id = begin(s3, bucket)
    complete(s3, bucket, upload_id, send(s3, bucket, upload_id, b"body"))
    assert s3.head_object(Bucket=bucket, Key="a-key")["ContentType"] == "binary/octet-stream"


def test_an_upload_is_refused_for_the_same_reasons_as_an_object(s3: S3Client, bucket: str) -> None:
    with refused("KeyTooLongError", 400):
        begin(s3, bucket, "k" * 1025)
    with refused("MetadataTooLarge", 400):
        begin(s3, bucket, Metadata={"m": "x" * 2048})
    with refused("InvalidRedirectLocation", 400):
        begin(s3, bucket, WebsiteRedirectLocation="elsewhere")
    with refused("InvalidStorageClass", 400):
        begin(s3, bucket, StorageClass="LUKEWARM")
    assert "Uploads" not in s3.list_multipart_uploads(Bucket=bucket)


def test_upload_part_returns_the_etag_and_the_checksum_that_was_sent(s3: S3Client, bucket: str) -> None:
    upload_id = begin(s3, bucket)
    reply = s3.upload_part(Bucket=bucket, Key="a-key", UploadId=upload_id, PartNumber=1, Body=b"test")
    assert without_metadata(reply) == {
        "ETag": md5_of(b"test"),
        "ServerSideEncryption": "AES256",
        "ChecksumCRC32": "2H9+DA==",
    }


@pytest.mark.parametrize("number", [0, -1, 10_001, 2**31 - 1])
def test_part_numbers_are_from_1_to_10_000(s3: S3Client, bucket: str, number: int) -> None:
    s3.put_object(Bucket=bucket, Key="source", Body=b"body")
    expected = {"Message": PART_NUMBER, "ArgumentName": "partNumber", "ArgumentValue": str(number)}
    # The number is checked before the upload: versity/versitygw tests/integration, UploadPartCopy.go.
    for upload_id in (begin(s3, bucket), "no-upload"):
        whereto: Any = {"Bucket": bucket, "Key": "a-key", "UploadId": upload_id, "PartNumber": number}
        with refused("InvalidArgument", 400, **expected):
            s3.upload_part(**whereto, Body=b"body")
        with refused("InvalidArgument", 400, **expected):
            s3.upload_part_copy(**whereto, CopySource=f"{bucket}/source")


def test_a_part_number_that_is_not_a_number_has_the_same_error() -> None:
    cloud = Cloud(Settings())

    def ask(method: str, path: str, query: str = "") -> bytes:
        request = Request(method, "https", "s3.amazonaws.com", path, query, {}, Body(b""))
        body = adapter.answer(cloud, request).body
        assert isinstance(body, bytes)
        return body

    ask("PUT", "/a-bucket")
    document = ask("PUT", "/a-bucket/a-key", "partNumber=one&uploadId=u")
    assert f"<Code>InvalidArgument</Code><Message>{PART_NUMBER}</Message>".encode() in document
    assert b"<ArgumentName>partNumber</ArgumentName><ArgumentValue>one</ArgumentValue>" in document


@pytest.mark.parametrize("number", [1, 10_000])
def test_the_first_and_the_last_part_number_are_accepted(s3: S3Client, bucket: str, number: int) -> None:
    upload_id = begin(s3, bucket)
    part = s3.upload_part(Bucket=bucket, Key="a-key", UploadId=upload_id, PartNumber=number, Body=b"body")
    complete(s3, bucket, upload_id, [{"PartNumber": number, "ETag": part["ETag"]}])
    assert s3.get_object(Bucket=bucket, Key="a-key")["Body"].read() == b"body"


def test_a_part_that_is_uploaded_again_replaces_the_first(s3: S3Client, bucket: str) -> None:
    # ceph/s3-tests: test_multipart_upload_resend_part.
    upload_id = begin(s3, bucket)
    [old] = send(s3, bucket, upload_id, b"old")
    [new] = send(s3, bucket, upload_id, b"newer")
    listed = s3.list_parts(Bucket=bucket, Key="a-key", UploadId=upload_id)["Parts"]
    assert [(part["ETag"], part["Size"]) for part in listed] == [(new["ETag"], 5)]
    etag = old["ETag"].strip('"')
    with refused("InvalidPart", 400, UploadId=upload_id, PartNumber="1", ETag=etag):
        complete(s3, bucket, upload_id, [old])
    complete(s3, bucket, upload_id, [new])
    assert s3.get_object(Bucket=bucket, Key="a-key")["Body"].read() == b"newer"


def test_the_digests_of_a_part_are_checked(s3: S3Client, bucket: str) -> None:
    upload_id = begin(s3, bucket)
    part: Any = {"Bucket": bucket, "Key": "a-key", "UploadId": upload_id, "PartNumber": 1, "Body": b"body"}
    with refused("BadDigest", 400):
        s3.upload_part(**part, ContentMD5=base64_of(b"0" * 16))
    with refused("InvalidDigest", 400):
        s3.upload_part(**part, ContentMD5="no digest")
    with refused("BadDigest", 400):
        s3.upload_part(**part, ChecksumCRC32=base64_of(b"0000"))
    with refused("BadDigest", 400):
        s3.upload_part(**part, ChecksumSHA512=base64_of(b"0" * 64))
    assert "Parts" not in s3.list_parts(Bucket=bucket, Key="a-key", UploadId=upload_id)


def test_an_upload_is_found_only_under_its_own_key_and_bucket(s3: S3Client, bucket: str) -> None:
    s3.create_bucket(Bucket="other-bucket")
    s3.put_object(Bucket=bucket, Key="source", Body=b"body")
    upload_id = begin(s3, bucket)
    parts = send(s3, bucket, upload_id, b"body")
    for where in (
        {"Bucket": bucket, "Key": "other-key", "UploadId": upload_id},
        {"Bucket": "other-bucket", "Key": "a-key", "UploadId": upload_id},
        {"Bucket": bucket, "Key": "a-key", "UploadId": "no-upload"},
    ):
        target: Any = where
        with refused("NoSuchUpload", 404, Message=NO_UPLOAD, UploadId=where["UploadId"]):
            s3.upload_part(**target, PartNumber=1, Body=b"body")
        with refused("NoSuchUpload", 404, UploadId=where["UploadId"]):
            s3.upload_part_copy(**target, PartNumber=1, CopySource=f"{bucket}/source")
        with refused("NoSuchUpload", 404, UploadId=where["UploadId"]):
            s3.list_parts(**target)
        with refused("NoSuchUpload", 404, UploadId=where["UploadId"]):
            s3.complete_multipart_upload(**target, MultipartUpload={"Parts": parts})
        with refused("NoSuchUpload", 404, UploadId=where["UploadId"]):
            s3.abort_multipart_upload(**target)
    complete(s3, bucket, upload_id, parts)


def test_an_aborted_upload_is_gone(s3: S3Client, bucket: str) -> None:
    upload_id = begin(s3, bucket)
    parts = send(s3, bucket, upload_id, b"body")
    reply = s3.abort_multipart_upload(Bucket=bucket, Key="a-key", UploadId=upload_id)
    assert reply["ResponseMetadata"]["HTTPStatusCode"] == 204
    assert without_metadata(reply) == {}
    assert "Uploads" not in s3.list_multipart_uploads(Bucket=bucket)
    with refused("NoSuchUpload", 404):
        send(s3, bucket, upload_id, b"body")
    with refused("NoSuchUpload", 404):
        complete(s3, bucket, upload_id, parts)
    with refused("NoSuchUpload", 404):
        s3.abort_multipart_upload(Bucket=bucket, Key="a-key", UploadId=upload_id)


def test_a_part_that_arrives_after_the_abort_is_refused(s3: S3Client, mock: S3, bucket: str) -> None:
    upload_id = begin(s3, bucket)

    def parts_of_the_body() -> Iterator[bytes]:
        yield b"the first half"
        s3.abort_multipart_upload(Bucket=bucket, Key="a-key", UploadId=upload_id)
        yield b"the other half"

    path = f"/{bucket}/a-key?partNumber=1&uploadId={upload_id}"
    response = ask(mock.cloud, "PUT", path, Body(parts_of_the_body(), size=28))
    assert response.status == 404
    assert b"<Code>NoSuchUpload</Code>" in cast("bytes", response.body)
    assert "Uploads" not in s3.list_multipart_uploads(Bucket=bucket)


def test_a_completed_upload_accepts_no_more_parts(s3: S3Client, bucket: str) -> None:
    upload_id = begin(s3, bucket)
    complete(s3, bucket, upload_id, send(s3, bucket, upload_id, b"body"))
    with refused("NoSuchUpload", 404):
        send(s3, bucket, upload_id, b"more")
    with refused("NoSuchUpload", 404):
        s3.list_parts(Bucket=bucket, Key="a-key", UploadId=upload_id)


def test_aborting_a_completed_upload_is_a_success_that_leaves_the_object(s3: S3Client, bucket: str) -> None:
    upload_id = begin(s3, bucket)
    complete(s3, bucket, upload_id, send(s3, bucket, upload_id, b"body"))
    reply = s3.abort_multipart_upload(Bucket=bucket, Key="a-key", UploadId=upload_id)
    assert reply["ResponseMetadata"]["HTTPStatusCode"] == 204
    assert s3.get_object(Bucket=bucket, Key="a-key")["Body"].read() == b"body"
    with refused("NoSuchUpload", 404, UploadId=upload_id):
        s3.abort_multipart_upload(Bucket=bucket, Key="another-key", UploadId=upload_id)


def test_a_bucket_is_deleted_with_its_uploads_in_progress(s3: S3Client, bucket: str) -> None:
    upload_id = begin(s3, bucket)
    parts = send(s3, bucket, upload_id, b"body")
    s3.delete_bucket(Bucket=bucket)
    with refused("NoSuchBucket", 404, BucketName=bucket):
        send(s3, bucket, upload_id, b"body")
    with refused("NoSuchBucket", 404, BucketName=bucket):
        complete(s3, bucket, upload_id, parts)
    s3.create_bucket(Bucket=bucket)
    with refused("NoSuchUpload", 404):
        complete(s3, bucket, upload_id, parts)


def test_uploads_to_one_key_are_independent(s3: S3Client, bucket: str) -> None:
    first, second = begin(s3, bucket), begin(s3, bucket)
    parts = {first: send(s3, bucket, first, b"first"), second: send(s3, bucket, second, b"second")}
    complete(s3, bucket, second, parts[second])
    complete(s3, bucket, first, parts[first])
    assert s3.get_object(Bucket=bucket, Key="a-key")["Body"].read() == b"first"


@pytest.mark.parametrize("algorithm", ["CRC32", "CRC32C", "CRC64NVME"])
def test_a_part_without_a_checksum_gets_the_one_that_its_full_object_upload_needs(algorithm: Any) -> None:
    # https://github.com/versity/versitygw/issues/1342; the response has it: versitygw tests/integration, UploadPart.go.
    with mock_s3(upload_part_min_size=1) as mock:
        s3: Any = mock.client(region_name="us-east-1", config=Config(request_checksum_calculation="when_required"))
        s3.create_bucket(Bucket="a-bucket")
        upload_id = begin(s3, "a-bucket", ChecksumAlgorithm=algorithm, ChecksumType="FULL_OBJECT")
        part: Any = {"Bucket": "a-bucket", "Key": "a-key", "UploadId": upload_id}
        assert f"Checksum{algorithm}" in s3.upload_part(**part, PartNumber=1, Body=b"te")
        parts = send(s3, "a-bucket", upload_id, b"te", b"st")
        reply = complete(s3, "a-bucket", upload_id, parts)
        # The whole of it: the CRC32 of b"test" is in aws_recorded, test_put_object_if_match, the CRC64NVME in
        # test_multipart_if_match_etag.
        known = {"CRC32": "2H9+DA==", "CRC64NVME": "+bu+zv66sUM="}
        assert reply["ChecksumType"] == "FULL_OBJECT"
        assert reply[f"Checksum{algorithm}"] == known.get(algorithm, "hqBywA==")


def test_a_part_of_a_composite_upload_needs_a_checksum_of_its_algorithm(s3: S3Client, bucket: str) -> None:
    upload_id = begin(s3, bucket, ChecksumAlgorithm="SHA256")
    mismatch = "Checksum Type mismatch occurred, expected checksum Type: sha256, actual checksum Type: "
    # Sent by default: https://github.com/aws/aws-sdk-js-v3/issues/6922.
    with refused("InvalidRequest", 400, Message=f"{mismatch}crc32"):
        send(s3, bucket, upload_id, b"body")
    bare = boto3.client("s3", "us-east-1", config=Config(request_checksum_calculation="when_required"))
    with refused("InvalidRequest", 400, Message=f"{mismatch}null"):
        send(bare, bucket, upload_id, b"body")
    assert "Parts" not in s3.list_parts(Bucket=bucket, Key="a-key", UploadId=upload_id)


def test_an_upload_without_an_algorithm_accepts_parts_with_any(s3: S3Client, bucket: str) -> None:
    upload_id = begin(s3, bucket)
    crc = crc32_of(b"body")
    for extra in ({"ChecksumAlgorithm": "SHA1"}, {"ChecksumAlgorithm": "SHA256"}, {"ChecksumCRC32": crc}):
        parts = send(s3, bucket, upload_id, b"body", **extra)
    reply = complete(s3, bucket, upload_id, parts)
    assert (reply["ChecksumType"], "ChecksumCRC32" in reply) == ("FULL_OBJECT", False)
    assert reply["ChecksumCRC64NVME"]


@pytest.mark.parametrize(
    ("algorithm", "kind", "expected"),
    [
        ("CRC32", None, "COMPOSITE"),
        ("CRC32C", None, "COMPOSITE"),
        ("SHA1", None, "COMPOSITE"),
        ("SHA256", "COMPOSITE", "COMPOSITE"),
        ("CRC64NVME", None, "FULL_OBJECT"),
        ("CRC32", "FULL_OBJECT", "FULL_OBJECT"),
    ],
)
def test_creating_an_upload_returns_its_checksum_algorithm_and_type(
    s3: S3Client, bucket: str, algorithm: Any, kind: Any, expected: str
) -> None:
    # The defaults were measured in https://github.com/floci-io/floci/pull/3093.
    extra = {} if kind is None else {"ChecksumType": kind}
    reply = s3.create_multipart_upload(Bucket=bucket, Key="a-key", ChecksumAlgorithm=algorithm, **extra)
    assert (reply["ChecksumAlgorithm"], reply["ChecksumType"]) == (algorithm, expected)


def test_a_checksum_type_must_go_with_its_algorithm(s3: S3Client, bucket: str) -> None:
    full = "The FULL_OBJECT checksum type cannot be used with the sha256 checksum algorithm."
    with refused("InvalidRequest", 400, Message=full):
        begin(s3, bucket, ChecksumAlgorithm="SHA256", ChecksumType="FULL_OBJECT")
    alone = "The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header."
    with refused("InvalidRequest", 400, Message=alone):
        begin(s3, bucket, ChecksumType="FULL_OBJECT")
    with refused("InvalidRequest", 400, Message=full.replace("sha256", "xxhash3")):
        begin(s3, bucket, ChecksumAlgorithm="XXHASH3", ChecksumType="FULL_OBJECT")
