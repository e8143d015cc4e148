"""Appending to objects in directory buckets: PutObject with WriteOffsetBytes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from s3mock import mock_s3
from s3mock.backend import versions
from tests.support.digests import crc32_of, sha256_of
from tests.support.responses import refused, without_metadata
from tests.support.threads import outcomes

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


def content(client: S3Client, bucket: str, key: str = "log") -> bytes:
    return client.get_object(Bucket=bucket, Key=key)["Body"].read()


def test_bytes_are_appended_at_the_end_of_the_object(west: S3Client, directory: str) -> None:
    first = west.put_object(Bucket=directory, Key="log", Body=b"one ")
    assert "Size" not in set(first)
    reply = west.put_object(Bucket=directory, Key="log", Body=b"two", WriteOffsetBytes=4)
    assert content(west, directory) == b"one two"
    assert reply["Size"] == 7
    assert reply["ETag"] != first["ETag"]
    head = west.head_object(Bucket=directory, Key="log")
    assert (head["ContentLength"], head["ETag"]) == (7, reply["ETag"])


def test_an_append_keeps_the_objects_properties(west: S3Client, directory: str) -> None:
    west.put_object(Bucket=directory, Key="log", Body=b"1", ContentType="text/plain", Metadata={"a": "b"})
    west.put_object(Bucket=directory, Key="log", Body=b"2", WriteOffsetBytes=1, ContentType="text/html")
    head = west.head_object(Bucket=directory, Key="log")
    assert (head["ContentType"], head["Metadata"], head["StorageClass"]) == (
        "text/plain",
        {"a": "b"},
        "EXPRESS_ONEZONE",
    )


def test_an_offset_of_zero_creates_a_new_object(west: S3Client, directory: str) -> None:
    reply = west.put_object(Bucket=directory, Key="log", Body=b"1", WriteOffsetBytes=0, Metadata={"a": "b"})
    assert reply["Size"] == 1
    assert west.head_object(Bucket=directory, Key="log")["Metadata"] == {"a": "b"}


@pytest.mark.parametrize("offset", [0, 3, 5, -1])
def test_the_offset_must_equal_the_size(west: S3Client, directory: str, offset: int) -> None:
    west.put_object(Bucket=directory, Key="log", Body=b"1234")
    with refused("InvalidWriteOffset", 400):
        west.put_object(Bucket=directory, Key="log", Body=b"5", WriteOffsetBytes=offset)
    assert content(west, directory) == b"1234"


def test_nothing_can_be_appended_to_a_missing_object(west: S3Client, directory: str) -> None:
    with refused("InvalidWriteOffset", 400):
        west.put_object(Bucket=directory, Key="log", Body=b"5", WriteOffsetBytes=1)
    with refused("NoSuchKey", 404):
        content(west, directory)


def test_an_empty_append_is_refused(west: S3Client, directory: str) -> None:
    west.put_object(Bucket=directory, Key="log", Body=b"1")
    with refused("InvalidRequest", 400, Message="Request body cannot be empty when 'write offset' is specified."):
        west.put_object(Bucket=directory, Key="log", Body=b"", WriteOffsetBytes=1)


def test_metadata_cannot_be_appended(west: S3Client, directory: str) -> None:
    west.put_object(Bucket=directory, Key="log", Body=b"1")
    message = "Cannot specify both a write offset value and user-defined object metadata for existing objects."
    with refused("InvalidRequest", 400, Message=message):
        west.put_object(Bucket=directory, Key="log", Body=b"2", WriteOffsetBytes=1, Metadata={"a": "b"})


def test_the_checksum_algorithm_cannot_change(west: S3Client, directory: str) -> None:
    west.put_object(Bucket=directory, Key="log", Body=b"1", ChecksumAlgorithm="SHA1")
    message = "Checksum Type mismatch occurred, expected checksum Type: sha1, actual checksum Type: crc32c"
    with refused("InvalidRequest", 400, Message=message):
        west.put_object(Bucket=directory, Key="log", Body=b"2", WriteOffsetBytes=1, ChecksumAlgorithm="CRC32C")


@pytest.mark.parametrize("algorithm", ["CRC32", "CRC32C", "CRC64NVME"])
def test_a_crc_covers_the_whole_object(west: S3Client, directory: str, algorithm: Any) -> None:
    whole = west.put_object(Bucket=directory, Key="whole", Body=b"onetwothree", ChecksumAlgorithm=algorithm)
    for offset, part in ((0, b"one"), (3, b"two"), (6, b"three")):
        west.put_object(Bucket=directory, Key="log", Body=part, WriteOffsetBytes=offset, ChecksumAlgorithm=algorithm)
    head = west.head_object(Bucket=directory, Key="log", ChecksumMode="ENABLED")
    member = f"Checksum{algorithm}"
    assert (head[member], head["ChecksumType"]) == (whole[member], "FULL_OBJECT")  # type: ignore[literal-required]


def test_an_append_returns_the_checksum_of_the_appended_bytes(west: S3Client, directory: str) -> None:
    west.put_object(Bucket=directory, Key="log", Body=b"one", ChecksumAlgorithm="SHA256")
    reply = west.put_object(Bucket=directory, Key="log", Body=b"two", WriteOffsetBytes=3, ChecksumAlgorithm="SHA256")
    assert reply["ChecksumSHA256"] == sha256_of(b"two")
    assert "ChecksumSHA256" not in west.head_object(Bucket=directory, Key="log", ChecksumMode="ENABLED")
    with refused("InvalidRequest", 400):
        west.put_object(Bucket=directory, Key="log", Body=b"3", WriteOffsetBytes=6, ChecksumAlgorithm="CRC32")
    crc = west.put_object(Bucket=directory, Key="other", Body=b"one")
    assert crc["ChecksumCRC32"] == crc32_of(b"one")
    crc = west.put_object(Bucket=directory, Key="other", Body=b"two", WriteOffsetBytes=3)
    assert crc["ChecksumCRC32"] == crc32_of(b"two")


def test_a_wrong_checksum_appends_nothing(west: S3Client, directory: str) -> None:
    west.put_object(Bucket=directory, Key="log", Body=b"one")
    with refused("BadDigest", 400):
        west.put_object(Bucket=directory, Key="log", Body=b"two", WriteOffsetBytes=3, ChecksumCRC32=crc32_of(b"three"))
    assert content(west, directory) == b"one"


def test_an_append_can_have_conditions(west: S3Client, directory: str) -> None:
    etag = west.put_object(Bucket=directory, Key="log", Body=b"1")["ETag"]
    etag = west.put_object(Bucket=directory, Key="log", Body=b"2", WriteOffsetBytes=1, IfMatch=etag)["ETag"]
    west.put_object(Bucket=directory, Key="log", Body=b"3", WriteOffsetBytes=2)
    with refused("PreconditionFailed", 412, Condition="If-Match"):
        west.put_object(Bucket=directory, Key="log", Body=b"4", WriteOffsetBytes=3, IfMatch=etag)
    assert content(west, directory) == b"123"


def test_the_encryption_cannot_change(west: S3Client, directory: str) -> None:
    west.put_object(Bucket=directory, Key="log", Body=b"1")
    key = "arn:aws:kms:us-west-2:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
    rule: Any = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key}}
    west.put_bucket_encryption(Bucket=directory, ServerSideEncryptionConfiguration={"Rules": [rule]})
    with refused("EncryptionTypeMismatch", 400):
        west.put_object(Bucket=directory, Key="log", Body=b"2", WriteOffsetBytes=1)


def test_a_multipart_object_can_be_appended_to(west: S3Client, directory: str) -> None:
    upload = west.create_multipart_upload(Bucket=directory, Key="log", ChecksumAlgorithm="CRC32")["UploadId"]
    part = west.upload_part(
        Bucket=directory, Key="log", UploadId=upload, PartNumber=1, Body=b"one", ChecksumAlgorithm="CRC32"
    )
    listed: Any = {"PartNumber": 1, "ETag": part["ETag"], "ChecksumCRC32": part["ChecksumCRC32"]}
    west.complete_multipart_upload(Bucket=directory, Key="log", UploadId=upload, MultipartUpload={"Parts": [listed]})
    west.put_object(Bucket=directory, Key="log", Body=b"two", WriteOffsetBytes=3)
    head = west.head_object(Bucket=directory, Key="log", ChecksumMode="ENABLED")
    assert (head["ChecksumCRC32"], head["ChecksumType"]) == (crc32_of(b"onetwo"), "FULL_OBJECT")
    assert content(west, directory) == b"onetwo"


def test_an_object_has_ten_thousand_parts_and_a_copy_starts_over(west: S3Client, directory: str) -> None:
    west.put_object(Bucket=directory, Key="log", Body=b"0")
    west.put_object(Bucket=directory, Key="log", Body=b"1", WriteOffsetBytes=1)
    with mock_s3() as mock:
        bucket = mock.cloud.find_bucket(directory)
        assert bucket is not None
        version = versions.latest(bucket.state, "log")
        assert version is not None
        last = version.parts[-1]
        many = (version.parts[0], *(replace(last, part_number=number) for number in range(2, 10_000)))
        bucket.commit(lambda state: versions.put(state, replace(version, parts=many)))
    west.put_object(Bucket=directory, Key="log", Body=b"2", WriteOffsetBytes=2)
    with refused("TooManyParts", 400):
        west.put_object(Bucket=directory, Key="log", Body=b"3", WriteOffsetBytes=3)
    west.copy_object(Bucket=directory, Key="copy", CopySource=f"{directory}/log")
    west.put_object(Bucket=directory, Key="copy", Body=b"3", WriteOffsetBytes=3)
    assert content(west, directory, "copy") == b"0123"


def test_of_many_appends_at_one_offset_one_succeeds(west: S3Client, directory: str) -> None:
    west.put_object(Bucket=directory, Key="log", Body=b"0")

    def append(number: int) -> str:
        west.put_object(Bucket=directory, Key="log", Body=bytes([65 + number]), WriteOffsetBytes=1)
        return "appended"

    assert outcomes(append) == ["InvalidWriteOffset"] * 7 + ["appended"]
    assert len(content(west, directory)) == 2


def test_the_response_of_an_append_has_the_members_of_s3s(west: S3Client, directory: str) -> None:
    reply = west.put_object(Bucket=directory, Key="log", Body=b"1", WriteOffsetBytes=0)
    assert set(without_metadata(reply)) == {
        "ETag",
        "ServerSideEncryption",
        "ChecksumCRC32",
        "ChecksumType",
        "Expiration",
        "Size",
    }
    assert reply["Expiration"] == "NotImplemented"
