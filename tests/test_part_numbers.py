"""Reading objects part by part: partNumber on GET and HEAD."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.config import Config

from tests.support.responses import refused, without_metadata
from tests.support.uploads import begin, complete, etag_of, send

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

pytestmark = pytest.mark.settings(upload_part_min_size=1)

BODIES = (b"first", b"second!", b"third one")
WHOLE = b"".join(BODIES)


def upload(s3: S3Client, bucket: str, *bodies: bytes, key: str = "a-key", **parameters: Any) -> tuple[str, list[Any]]:
    """Upload an object in parts; return its ETag and the response of UploadPart for each part."""
    upload_id = begin(s3, bucket, key, **parameters)
    algorithm = {name: value for name, value in parameters.items() if name == "ChecksumAlgorithm"}
    responses = []
    for number, body in enumerate(bodies, 1):
        part: Any = {"Bucket": bucket, "Key": key, "UploadId": upload_id, "PartNumber": number, "Body": body}
        responses.append(without_metadata(s3.upload_part(**part, **algorithm)) | {"PartNumber": number})
    named = {"ETag", "PartNumber"} | (
        {name for name in responses[0] if name.startswith("Checksum")} if algorithm else set()
    )
    listed = [{name: value for name, value in part.items() if name in named} for part in responses]
    return complete(s3, bucket, upload_id, listed, key=key)["ETag"], listed


def checksums(reply: Any) -> dict[str, str]:
    return {name: value for name, value in reply.items() if name.startswith("Checksum")}


def test_a_part_is_read_by_its_number_with_its_range_and_the_count(s3: S3Client, bucket: str) -> None:
    etag, _ = upload(s3, bucket, *BODIES)
    assert etag == etag_of(*BODIES)
    start = 0
    for number, body in enumerate(BODIES, 1):
        expected = {
            "AcceptRanges": "bytes",
            "ContentLength": len(body),
            "ContentRange": f"bytes {start}-{start + len(body) - 1}/{len(WHOLE)}",
            "ContentType": "binary/octet-stream",
            "ETag": etag,
            "Metadata": {},
            "PartsCount": 3,
            "ServerSideEncryption": "AES256",
        }
        got: Any = s3.get_object(Bucket=bucket, Key="a-key", PartNumber=number)
        head: Any = s3.head_object(Bucket=bucket, Key="a-key", PartNumber=number)
        assert got.pop("Body").read() == body
        for reply in (got, head):
            assert reply["ResponseMetadata"]["HTTPStatusCode"] == 206
            del reply["LastModified"]
            assert without_metadata(reply) == expected
        start += len(body)


def test_the_parts_count_is_returned_only_with_a_part_number(s3: S3Client, bucket: str) -> None:
    # API page HeadObject, x-amz-mp-parts-count; https://github.com/boto/boto3/issues/3137
    upload(s3, bucket, *BODIES)
    assert "PartsCount" not in s3.get_object(Bucket=bucket, Key="a-key")
    assert "PartsCount" not in s3.head_object(Bucket=bucket, Key="a-key", Range="bytes=0-4")


def test_an_object_without_parts_is_its_own_part_1(s3: S3Client, bucket: str) -> None:
    s3.put_object(Bucket=bucket, Key="a-key", Body=b"0123456789")
    got: Any = s3.get_object(Bucket=bucket, Key="a-key", PartNumber=1)
    head: Any = s3.head_object(Bucket=bucket, Key="a-key", PartNumber=1, ChecksumMode="ENABLED")
    assert got["Body"].read() == b"0123456789"
    for reply in (got, head):
        assert reply["ResponseMetadata"]["HTTPStatusCode"] == 206
        assert (reply["ContentRange"], reply["ContentLength"]) == ("bytes 0-9/10", 10)
        assert "PartsCount" not in reply
        assert checksums(reply) == {"ChecksumCRC32": "poTHxg==", "ChecksumType": "FULL_OBJECT"}


def test_part_1_of_an_empty_object_has_no_range(s3: S3Client, bucket: str) -> None:
    s3.put_object(Bucket=bucket, Key="a-key", Body=b"", ChecksumAlgorithm="SHA256")
    got: Any = s3.get_object(Bucket=bucket, Key="a-key", PartNumber=1, ChecksumMode="ENABLED")
    assert (got["Body"].read(), got["ContentLength"]) == (b"", 0)
    assert "ContentRange" not in got
    assert got["ChecksumSHA256"] == "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="


def test_a_missing_part_cannot_be_read(s3: S3Client, bucket: str) -> None:
    upload(s3, bucket, *BODIES)
    s3.put_object(Bucket=bucket, Key="in-one-piece", Body=b"0123456789")
    message = "The requested partnumber is not satisfiable"
    for key, count, number in (("a-key", "3", 4), ("in-one-piece", "1", 2), ("in-one-piece", "1", 10_000)):
        fields = {"Message": message, "ActualPartCount": count, "PartNumberRequested": str(number)}
        with refused("InvalidPartNumber", 416, **fields):
            s3.get_object(Bucket=bucket, Key=key, PartNumber=number)
        with refused("416", 416):
            s3.head_object(Bucket=bucket, Key=key, PartNumber=number)


@pytest.mark.parametrize("number", [0, -3, 10_001])
def test_a_part_number_is_between_1_and_10000_for_any_key(s3: S3Client, bucket: str, number: int) -> None:
    message = "Part number must be an integer between 1 and 10000, inclusive"
    with refused("InvalidArgument", 400, Message=message, ArgumentName="partNumber", ArgumentValue=str(number)):
        s3.get_object(Bucket=bucket, Key="no-key", PartNumber=number)
    with refused("400", 400):
        s3.head_object(Bucket=bucket, Key="no-key", PartNumber=number)


def test_a_range_and_a_part_number_cannot_be_combined(s3: S3Client, bucket: str) -> None:
    # https://github.com/ceph/ceph/pull/66780
    s3.put_object(Bucket=bucket, Key="a-key", Body=b"0123456789")
    message = "Cannot specify both Range header and partNumber query parameter"
    with refused("InvalidRequest", 400, Message=message):
        s3.get_object(Bucket=bucket, Key="a-key", PartNumber=1, Range="bytes=0-4")
    with refused("400", 400):
        s3.head_object(Bucket=bucket, Key="a-key", PartNumber=1, Range="bytes=0-4")


def test_parts_of_an_upload_in_progress_cannot_be_read(s3: S3Client, bucket: str) -> None:
    # ceph/s3-tests: test_multipart_get_part
    upload_id = begin(s3, bucket)
    send(s3, bucket, upload_id, *BODIES)
    with refused("NoSuchKey", 404, Key="a-key"):
        s3.get_object(Bucket=bucket, Key="a-key", PartNumber=1)


def test_conditions_are_checked_before_part_numbers(s3: S3Client, bucket: str) -> None:
    etag, _ = upload(s3, bucket, *BODIES)
    with refused("PreconditionFailed", 412):
        s3.get_object(Bucket=bucket, Key="a-key", PartNumber=4, IfMatch='"another"')
    with refused("304", 304):
        s3.get_object(Bucket=bucket, Key="a-key", PartNumber=1, IfNoneMatch=etag)


@pytest.mark.parametrize("algorithm", ["SHA256", "CRC32", "XXHASH3"])
def test_a_part_of_a_composite_upload_has_its_own_checksum(s3: S3Client, bucket: str, algorithm: Any) -> None:
    # https://github.com/localstack/localstack/pull/12842; also that of a single part
    for bodies in (BODIES, BODIES[:1]):
        _, parts = upload(s3, bucket, *bodies, ChecksumAlgorithm=algorithm)
        for number, part in enumerate(parts, 1):
            expected = {f"Checksum{algorithm}": part[f"Checksum{algorithm}"], "ChecksumType": "COMPOSITE"}
            got: Any = s3.get_object(Bucket=bucket, Key="a-key", PartNumber=number)
            assert checksums(got) == expected
            assert got["Body"].read() == BODIES[number - 1]  # botocore compares the checksum
            head: Any = s3.head_object(Bucket=bucket, Key="a-key", PartNumber=number, ChecksumMode="ENABLED")
            assert checksums(head) == expected
            assert not checksums(s3.head_object(Bucket=bucket, Key="a-key", PartNumber=number))


def test_a_range_that_is_a_part_has_the_parts_checksum(s3: S3Client, bucket: str) -> None:
    # User Guide, "Checking object integrity"
    _, parts = upload(s3, bucket, *BODIES, ChecksumAlgorithm="SHA256")
    response: Any = s3.get_object(Bucket=bucket, Key="a-key", Range="bytes=5-11")
    assert checksums(response) == {"ChecksumSHA256": parts[1]["ChecksumSHA256"], "ChecksumType": "COMPOSITE"}
    assert response["Body"].read() == BODIES[1]
    for other in ("bytes=5-10", "bytes=4-11", "bytes=5-12", "bytes=0-11"):
        assert not checksums(s3.get_object(Bucket=bucket, Key="a-key", Range=other)), other


def test_a_part_of_a_full_object_upload_has_no_checksum_unless_it_is_the_object(s3: S3Client, bucket: str) -> None:
    # https://github.com/localstack/localstack/pull/12842
    for parameters in ({}, {"ChecksumAlgorithm": "CRC32", "ChecksumType": "FULL_OBJECT"}):
        upload(s3, bucket, *BODIES, **parameters)
        got: Any = s3.get_object(Bucket=bucket, Key="a-key", PartNumber=2)
        assert (got["Body"].read(), checksums(got)) == (BODIES[1], {})
        upload(s3, bucket, BODIES[0], **parameters)
        alone: Any = s3.get_object(Bucket=bucket, Key="a-key", PartNumber=1)
        assert alone["Body"].read() == BODIES[0]
        assert alone["ChecksumType"] == "FULL_OBJECT"
        assert checksums(alone) == checksums(s3.head_object(Bucket=bucket, Key="a-key", ChecksumMode="ENABLED"))


def test_parts_are_counted_from_1_regardless_of_their_numbers(s3: S3Client, bucket: str) -> None:
    # As in versity/versitygw: so 1 to PartsCount are all the parts.
    upload_id, parts = begin(s3, bucket), []
    for number in (3, 7):
        part: Any = {"Bucket": bucket, "Key": "a-key", "UploadId": upload_id, "PartNumber": number}
        parts.append({"ETag": s3.upload_part(**part, Body=f"part {number}")["ETag"], "PartNumber": number})
    complete(s3, bucket, upload_id, parts)
    bodies = [s3.get_object(Bucket=bucket, Key="a-key", PartNumber=number)["Body"].read() for number in (1, 2)]
    assert bodies == [b"part 3", b"part 7"]
    with refused("InvalidPartNumber", 416):
        s3.get_object(Bucket=bucket, Key="a-key", PartNumber=3)


def test_a_copy_has_no_parts(s3: S3Client, bucket: str) -> None:
    upload(s3, bucket, *BODIES)
    s3.copy_object(Bucket=bucket, Key="copy", CopySource=f"{bucket}/a-key")
    reply = s3.head_object(Bucket=bucket, Key="copy", PartNumber=1)
    assert ("PartsCount" in reply, reply["ContentLength"]) == (False, len(WHOLE))


def test_a_version_is_read_by_its_parts(s3: S3Client, versioned: str) -> None:
    upload(s3, versioned, *BODIES)
    version_id = s3.head_object(Bucket=versioned, Key="a-key")["VersionId"]
    s3.put_object(Bucket=versioned, Key="a-key", Body=b"newer")
    reply = s3.get_object(Bucket=versioned, Key="a-key", VersionId=version_id, PartNumber=2)
    assert (reply["Body"].read(), reply["PartsCount"], reply["VersionId"]) == (BODIES[1], 3, version_id)


def test_a_part_number_that_is_not_a_number_is_an_invalid_argument(s3: S3Client, bucket: str) -> None:
    bare: Any = boto3.client("s3", "us-east-1", config=Config(parameter_validation=False))
    message = "Part number must be an integer between 1 and 10000, inclusive"
    with refused("InvalidArgument", 400, Message=message, ArgumentName="partNumber", ArgumentValue="two"):
        bare.get_object(Bucket=bucket, Key="a-key", PartNumber="two")
