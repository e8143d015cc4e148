"""GetObjectAttributes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from s3mock.backend.cloud import Cloud
from s3mock.settings import Settings
from tests.support.digests import base64_of, content_md5_of, sha256_of
from tests.support.raw_requests import ask
from tests.support.responses import refused, without_metadata
from tests.support.uploads import begin, complete, send

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

pytestmark = pytest.mark.settings(upload_part_min_size=1)

ALL: Any = ["ETag", "Checksum", "ObjectParts", "StorageClass", "ObjectSize"]
DIGITS = b"0123456789"
KEY = b"k" * 32


def attributes(s3: S3Client, bucket: str, *names: str, **parameters: Any) -> dict[str, Any]:
    named: Any = {"Bucket": bucket, "Key": "a-key", "ObjectAttributes": names or ALL}
    reply = without_metadata(s3.get_object_attributes(**named | parameters))
    del reply["LastModified"]
    return reply


def upload(s3: S3Client, bucket: str, *bodies: bytes) -> Any:
    """Upload an object in parts that have SHA256 checksums."""
    upload_id = begin(s3, bucket, ChecksumAlgorithm="SHA256")
    parts = send(s3, bucket, upload_id, *bodies, ChecksumAlgorithm="SHA256")
    listed = [part | {"ChecksumSHA256": sha256_of(body)} for part, body in zip(parts, bodies, strict=True)]
    return complete(s3, bucket, upload_id, listed)


def test_an_object_uploaded_in_one_piece_has_every_attribute_but_parts(s3: S3Client, bucket: str) -> None:
    # As in https://github.com/minio/minio-java/pull/1691; the ETag has no quotes here.
    s3.put_object(Bucket=bucket, Key="a-key", Body=DIGITS)
    assert attributes(s3, bucket) == {
        "ETag": "781e5e245d69b566979b86e28d23f2c7",
        "Checksum": {"ChecksumCRC32": "poTHxg==", "ChecksumType": "FULL_OBJECT"},
        "StorageClass": "STANDARD",
        "ObjectSize": 10,
    }


def test_the_response_has_the_time_of_the_object(s3: S3Client, bucket: str) -> None:
    s3.put_object(Bucket=bucket, Key="a-key", Body=DIGITS)
    reply = s3.get_object_attributes(Bucket=bucket, Key="a-key", ObjectAttributes=["ETag"])
    assert reply["LastModified"] == s3.head_object(Bucket=bucket, Key="a-key")["LastModified"]


@pytest.mark.parametrize("name", ["ETag", "Checksum", "StorageClass", "ObjectSize"])
def test_only_the_requested_attributes_are_returned(s3: S3Client, bucket: str, name: str) -> None:
    s3.put_object(Bucket=bucket, Key="a-key", Body=DIGITS)
    assert attributes(s3, bucket, name).keys() == {name}


def test_the_parts_of_a_composite_upload_are_listed_in_pages(s3: S3Client, bucket: str) -> None:
    # aws_recorded: test_list_parts_via_object_attrs_pagination, except the sizes.
    upload(s3, bucket, DIGITS, DIGITS)
    parts = [{"PartNumber": number, "Size": 10, "ChecksumSHA256": sha256_of(DIGITS)} for number in (1, 2)]
    whole = {"TotalPartsCount": 2, "IsTruncated": False, "PartNumberMarker": 0, "NextPartNumberMarker": 2}
    every = whole | {"MaxParts": 1000, "Parts": parts}
    assert attributes(s3, bucket, "ObjectParts") == {"ObjectParts": every}
    assert attributes(s3, bucket, "ObjectParts", PartNumberMarker=0) == {"ObjectParts": every}
    last = whole | {"MaxParts": 1, "PartNumberMarker": 1, "Parts": parts[1:]}
    assert attributes(s3, bucket, "ObjectParts", MaxParts=1, PartNumberMarker=1) == {"ObjectParts": last}
    wrong = whole | {"MaxParts": 1, "PartNumberMarker": 10, "NextPartNumberMarker": 0}
    assert attributes(s3, bucket, "ObjectParts", MaxParts=1, PartNumberMarker=10) == {"ObjectParts": wrong}


def test_a_page_that_is_not_the_last_is_truncated(s3: S3Client, bucket: str) -> None:
    upload(s3, bucket, b"a", b"bc", b"def")
    seen, marker, truncated = [], 0, True
    while truncated:
        page = attributes(s3, bucket, "ObjectParts", MaxParts=1, PartNumberMarker=marker)["ObjectParts"]
        seen += [(part["PartNumber"], part["Size"]) for part in page["Parts"]]
        marker, truncated = page["NextPartNumberMarker"], page["IsTruncated"]
        assert marker == len(seen)
    assert seen == [(1, 1), (2, 2), (3, 3)]


def test_a_composite_checksum_lacks_the_number_of_parts_here(s3: S3Client, bucket: str) -> None:
    # https://github.com/floci-io/floci/issues/3083
    value = upload(s3, bucket, b"a", b"b")["ChecksumSHA256"]
    assert value.endswith("-2")
    checksum = {"ChecksumSHA256": value.removesuffix("-2"), "ChecksumType": "COMPOSITE"}
    assert attributes(s3, bucket, "Checksum") == {"Checksum": checksum}


@pytest.mark.parametrize("parameters", [{}, {"ChecksumAlgorithm": "CRC32", "ChecksumType": "FULL_OBJECT"}])
def test_the_parts_of_other_uploads_are_only_counted(s3: S3Client, bucket: str, parameters: dict[str, str]) -> None:
    # botocore's documentation of Parts; https://github.com/localstack/localstack/pull/12764
    upload_id = begin(s3, bucket, **parameters)
    etag = complete(s3, bucket, upload_id, send(s3, bucket, upload_id, b"a", b"b"))["ETag"]
    reply = attributes(s3, bucket)
    assert reply.pop("Checksum")["ChecksumType"] == "FULL_OBJECT"
    assert reply == {
        "ETag": etag.strip('"'),
        "ObjectParts": {"TotalPartsCount": 2},
        "StorageClass": "STANDARD",
        "ObjectSize": 2,
    }


@pytest.mark.parametrize("names", [("ETags",), ("ETag", "ETags", "Others"), ("etag",)])
def test_an_unknown_attribute_is_an_invalid_argument_for_any_key(
    s3: S3Client, bucket: str, names: tuple[str, ...]
) -> None:
    # https://github.com/versity/versitygw/issues/917 and /1000
    wrong, message = names[len(names) > 1], "Invalid attribute name specified."
    with refused("InvalidArgument", 400, Message=message, ArgumentName="x-amz-object-attributes", ArgumentValue=wrong):
        attributes(s3, bucket, *names)


def test_attributes_must_be_named(s3: S3Client, bucket: str) -> None:
    message = "The x-amz-object-attributes header specifying the attributes to be retrieved is either missing or empty"
    with refused("InvalidRequest", 400, Message=message):
        s3.get_object_attributes(Bucket=bucket, Key="a-key", ObjectAttributes=[])


def test_a_missing_object_has_no_attributes(s3: S3Client, bucket: str) -> None:
    with refused("NoSuchKey", 404, Key="a-key"):
        attributes(s3, bucket)
    with refused("NoSuchBucket", 404, BucketName="no-bucket"):
        attributes(s3, "no-bucket")


def test_each_version_has_its_own_attributes_and_delete_markers_have_none(s3: S3Client, versioned: str) -> None:
    first = s3.put_object(Bucket=versioned, Key="a-key", Body=DIGITS)["VersionId"]
    second = s3.put_object(Bucket=versioned, Key="a-key", Body=b"newer")["VersionId"]
    assert attributes(s3, versioned, "ObjectSize") == {"ObjectSize": 5, "VersionId": second}
    assert attributes(s3, versioned, "ObjectSize", VersionId=first) == {"ObjectSize": 10, "VersionId": first}
    marker = s3.delete_object(Bucket=versioned, Key="a-key")["VersionId"]
    with refused("NoSuchKey", 404, Key="a-key") as refusal:
        attributes(s3, versioned)
    assert (refusal.headers["x-amz-delete-marker"], refusal.headers["x-amz-version-id"]) == ("true", marker)
    with refused("MethodNotAllowed", 405, Method="GET", ResourceType="DeleteMarker") as refusal:
        attributes(s3, versioned, VersionId=marker)
    assert refusal.headers["x-amz-delete-marker"] == "true"
    with refused("InvalidArgument", 400):
        attributes(s3, versioned, VersionId="no-version")


def test_every_storage_class_is_returned(s3: S3Client, bucket: str) -> None:
    s3.put_object(Bucket=bucket, Key="a-key", Body=DIGITS, StorageClass="GLACIER")
    assert attributes(s3, bucket, "StorageClass") == {"StorageClass": "GLACIER"}


def test_an_object_under_a_customers_key_needs_it(s3: S3Client, bucket: str) -> None:
    s3.put_object(Bucket=bucket, Key="a-key", Body=DIGITS, SSECustomerAlgorithm="AES256", SSECustomerKey=KEY)
    # botocore encodes the key and adds its MD5 for the other operations, but not for this one.
    encoded, digest = base64_of(KEY), content_md5_of(KEY)
    key: Any = {"SSECustomerAlgorithm": "AES256", "SSECustomerKey": encoded, "SSECustomerKeyMD5": digest}
    assert attributes(s3, bucket, "ObjectSize", **key) == {"ObjectSize": 10}
    with refused("InvalidRequest", 400):
        attributes(s3, bucket, "ObjectSize")


@pytest.mark.parametrize("number", [1_001, 1_000_000])
def test_no_page_has_more_than_1000_parts(s3: S3Client, bucket: str, number: int) -> None:
    upload(s3, bucket, b"a", b"b")
    assert attributes(s3, bucket, "ObjectParts", MaxParts=number)["ObjectParts"]["MaxParts"] == 1000


@pytest.mark.parametrize("number", ["-1", "two", ""])
def test_an_invalid_page_size_is_ignored(number: str) -> None:
    # https://github.com/versity/versitygw/issues/1806
    cloud = Cloud(Settings(upload_part_min_size=1))
    ask(cloud, "PUT", "/a-bucket")
    response = ask(cloud, "POST", "/a-bucket/a-key?uploads", x_amz_checksum_algorithm="SHA256").body
    assert isinstance(response, bytes)
    upload_id, value = response.partition(b"<UploadId>")[2].partition(b"<")[0].decode(), sha256_of(b"a")
    place = f"/a-bucket/a-key?uploadId={upload_id}"
    etag = ask(cloud, "PUT", f"{place}&partNumber=1", b"a", x_amz_checksum_sha256=value).headers["ETag"]
    part = f"<PartNumber>1</PartNumber><ETag>{etag}</ETag><ChecksumSHA256>{value}</ChecksumSHA256>"
    listed = f"<CompleteMultipartUpload><Part>{part}</Part></CompleteMultipartUpload>"
    assert ask(cloud, "POST", place, listed.encode()).status == 200
    body = ask(
        cloud, "GET", "/a-bucket/a-key?attributes", x_amz_object_attributes="ObjectParts", x_amz_max_parts=number
    ).body
    assert isinstance(body, bytes)
    assert b"<MaxParts>1000</MaxParts>" in body
    assert b"<PartsCount>1</PartsCount>" in body
    assert b"<PartNumber>1</PartNumber>" in body


def test_a_marker_below_zero_is_an_invalid_argument(s3: S3Client, bucket: str) -> None:
    s3.put_object(Bucket=bucket, Key="a-key", Body=DIGITS)
    with refused("InvalidArgument", 400):
        attributes(s3, bucket, "ObjectParts", PartNumberMarker=-1)
