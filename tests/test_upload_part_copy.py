"""Parts that are copied from objects."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

import pytest

from s3mock.backend.blobs import Blob
from s3mock.settings import Settings
from tests.support.responses import refused, without_metadata
from tests.support.uploads import begin, complete, md5_of, send

if TYPE_CHECKING:
    from collections.abc import Callable

    from mypy_boto3_s3 import S3Client

    Copy = Callable[..., Any]

# As in the recordings, except the small parts.
pytestmark = pytest.mark.settings(upload_part_min_size=1, bucket_defaults="current")

FORM = (
    "The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the zero-based "
    "offsets of the first and last bytes to copy"
)
PRECONDITION = "At least one of the pre-conditions you specified did not hold"
SOURCE = b"0123456789"


@pytest.fixture
def upload_id(s3: S3Client, bucket: str) -> str:
    """The id of an upload to "a-key" in a bucket that has the object "source"."""
    s3.put_object(Bucket=bucket, Key="source", Body=SOURCE)
    return begin(s3, bucket)


@pytest.fixture
def copy(s3: S3Client, bucket: str, upload_id: str) -> Copy:
    """A function that copies a part."""

    def copy_part(number: int = 1, **parameters: Any) -> Any:
        source = parameters.pop("CopySource", f"{bucket}/source")
        return s3.upload_part_copy(
            Bucket=bucket, Key="a-key", UploadId=upload_id, PartNumber=number, CopySource=source, **parameters
        )

    return copy_part


SOURCES: dict[str, tuple[list[bytes], dict[str, str]]] = {
    "put": ([], {}),
    "in one part": ([SOURCE], {}),
    "in parts": ([b"01234", b"567", b"89"], {}),
    "in parts, with another key": ([b"01234", b"567", b"89"], {"ServerSideEncryption": "aws:kms"}),
}


@pytest.mark.parametrize(("bodies", "properties"), SOURCES.values(), ids=SOURCES)
def test_the_etag_of_a_part_is_the_md5_of_its_range(
    s3: S3Client, bucket: str, copy: Copy, bodies: list[bytes], properties: dict[str, str]
) -> None:
    if bodies:
        source = begin(s3, bucket, "source", **properties)
        complete(s3, bucket, source, send(s3, bucket, source, *bodies, key="source"), "source")
    for start, stop in [(0, 5), (5, 8), (8, 10), (0, 10), (5, 10), (1, 5), (4, 8), (9, 10)]:
        copied = copy(CopySourceRange=f"bytes={start}-{stop - 1}")
        assert copied["CopyPartResult"]["ETag"] == md5_of(SOURCE[start:stop])


def test_a_part_that_was_one_before_is_not_read_for_its_md5(
    s3: S3Client, bucket: str, copy: Copy, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = begin(s3, bucket, "source")
    complete(s3, bucket, source, send(s3, bucket, source, b"01234", b"567", key="source"), "source")
    with monkeypatch.context() as patched:
        patched.setattr(Blob, "chunks", None)
        assert copy(CopySourceRange="bytes=5-7")["CopyPartResult"]["ETag"] == md5_of(b"567")
    assert copy()["CopyPartResult"]["ETag"] == md5_of(b"01234567")


def test_a_part_is_a_copy_of_an_object(s3: S3Client, bucket: str, upload_id: str, copy: Copy) -> None:
    # aws_recorded: test_upload_part_copy_no_copy_source_range.
    reply = without_metadata(copy())
    assert isinstance(reply["CopyPartResult"].pop("LastModified"), datetime)
    assert reply == {"CopyPartResult": {"ETag": '"781e5e245d69b566979b86e28d23f2c7"'}, "ServerSideEncryption": "AES256"}
    [part] = s3.list_parts(Bucket=bucket, Key="a-key", UploadId=upload_id)["Parts"]
    assert isinstance(part.pop("LastModified"), datetime)
    assert part == {"ETag": '"781e5e245d69b566979b86e28d23f2c7"', "PartNumber": 1, "Size": 10}


def test_parts_are_copies_of_ranges(s3: S3Client, bucket: str, upload_id: str, copy: Copy) -> None:
    # aws_recorded: test_upload_part_copy_range.
    etags = [
        copy(number, CopySourceRange=f"bytes={source_range}")["CopyPartResult"]["ETag"]
        for number, source_range in enumerate(("0-8", "1-1", "0-0"), 1)
    ]
    assert etags == [
        '"22975d8a5ed1b91445f6c55ac121505b"',
        '"c4ca4238a0b923820dcc509a6f75849b"',
        '"cfcd208495d565ef66e7dff9f98764da"',
    ]
    complete(s3, bucket, upload_id, [{"PartNumber": number, "ETag": etag} for number, etag in enumerate(etags, 1)])
    assert s3.get_object(Bucket=bucket, Key="a-key")["Body"].read() == b"01234567810"


@pytest.mark.parametrize(
    "source_range",
    ["0-8", "bytes=1-0", "bytes=-1-", "bytes=0--1", "bytes=0-1,3-4,7-9", "bytes=-", "bytes=-0", "bytes=1-", "bytes=-2"],
)
def test_a_range_has_a_first_and_a_last_byte(copy: Copy, source_range: str) -> None:
    # aws_recorded: test_upload_part_copy_range.
    expected = {"Message": FORM, "ArgumentName": "x-amz-copy-source-range", "ArgumentValue": source_range}
    with refused("InvalidArgument", 400, **expected):
        copy(CopySourceRange=source_range)


def test_a_range_lies_within_the_source(s3: S3Client, bucket: str, upload_id: str, copy: Copy) -> None:
    # aws_recorded: test_upload_part_copy_range.
    beyond = "Range specified is not valid for source object of size: 10"
    with refused("InvalidArgument", 400) as refusal:
        copy(CopySourceRange="bytes=0-100")
    assert refusal.error["Message"] == beyond
    with refused("InvalidRequest", 400, Message="The specified copy range is invalid for the source object size"):
        copy(CopySourceRange="bytes=100-200")
    assert "Parts" not in s3.list_parts(Bucket=bucket, Key="a-key", UploadId=upload_id)


def test_a_copied_part_has_at_most_5_gib(copy: Copy, monkeypatch: pytest.MonkeyPatch) -> None:
    assert Settings().put_max_size == 5 << 30
    monkeypatch.setenv("S3MOCK_PUT_MAX_SIZE", "5")
    message = "The specified copy source is larger than the maximum allowable size for a copy source: 5"
    with refused("InvalidRequest", 400, Message=message):
        copy()
    with refused("InvalidRequest", 400, Message=message):
        copy(CopySourceRange="bytes=0-5")
    copy(CopySourceRange="bytes=5-9")


def test_the_source_is_an_object(copy: Copy, bucket: str) -> None:
    with refused("NoSuchKey", 404, Key="nothing"):
        copy(CopySource=f"{bucket}/nothing")
    with refused("NoSuchBucket", 404, BucketName="no-bucket"):
        copy(CopySource="no-bucket/source")


@pytest.mark.parametrize("key", [" ", "_", "__", "?versionId", "a/b c+d&é%"])
def test_the_source_can_have_any_name(s3: S3Client, bucket: str, upload_id: str, copy: Copy, key: str) -> None:
    # ceph/s3-tests: test_multipart_copy_special_names.
    s3.put_object(Bucket=bucket, Key=key, Body=b"body")
    reply = copy(CopySource={"Bucket": bucket, "Key": key})
    complete(s3, bucket, upload_id, [{"PartNumber": 1, "ETag": reply["CopyPartResult"]["ETag"]}])
    assert s3.get_object(Bucket=bucket, Key="a-key")["Body"].read() == b"body"


def test_the_source_can_be_an_old_version(s3: S3Client, versioned: str, copy: Copy) -> None:
    # ceph/s3-tests: test_multipart_copy_versioned.
    ids = [s3.put_object(Bucket=versioned, Key="v", Body=body)["VersionId"] for body in (b"old", b"new")]
    s3.delete_object(Bucket=versioned, Key="v")
    for version_id, body in zip(ids, (b"old", b"new"), strict=True):
        reply = copy(CopySource={"Bucket": versioned, "Key": "v", "VersionId": version_id})
        assert reply["CopySourceVersionId"] == version_id
        assert reply["CopyPartResult"]["ETag"] == md5_of(body)
    with refused("NoSuchKey", 404):
        copy(CopySource=f"{versioned}/v")


def test_a_source_that_is_archived_is_not_copied(s3: S3Client, bucket: str, copy: Copy) -> None:
    s3.put_object(Bucket=bucket, Key="cold", Body=b"body", StorageClass="GLACIER")
    with refused("InvalidObjectState", 403):
        copy(CopySource=f"{bucket}/cold")


def test_the_expected_owner_of_the_source_is_checked(copy: Copy) -> None:
    copy(ExpectedSourceBucketOwner="123456789012")
    with refused("AccessDenied", 403):
        copy(ExpectedSourceBucketOwner="210987654321")


BEFORE, AFTER = (datetime.now(timezone.utc) + timedelta(days=days) for days in (-1, 1))
ETAG, OTHER = '"781e5e245d69b566979b86e28d23f2c7"', '"d41d8cd98f00b204e9800998ecf8427e"'


@pytest.mark.parametrize(
    "conditions",
    [
        {"CopySourceIfMatch": ETAG},
        {"CopySourceIfNoneMatch": OTHER},
        {"CopySourceIfUnmodifiedSince": AFTER},
        {"CopySourceIfModifiedSince": BEFORE},
        {"CopySourceIfModifiedSince": AFTER},
        {"CopySourceIfMatch": ETAG, "CopySourceIfUnmodifiedSince": BEFORE},
    ],
)
def test_a_source_that_meets_the_conditions_is_copied(copy: Copy, conditions: dict[str, Any]) -> None:
    # aws_recorded: test_upload_part_copy_with_copy_source_if_match_success, ..._if_match_none_success,
    # ..._if_unmodified_since_success, ..._if_modified_since_success, ..._if_modified_since_in_future_success,
    # ..._if_match_and_if_unmodified_since_match.
    assert copy(**conditions)["CopyPartResult"]["ETag"] == ETAG


@pytest.mark.parametrize(
    ("conditions", "failed"),
    [
        ({"CopySourceIfMatch": OTHER}, "If-Match"),
        ({"CopySourceIfNoneMatch": ETAG}, "If-None-Match"),
        ({"CopySourceIfUnmodifiedSince": BEFORE}, "If-Unmodified-Since"),
        ({"CopySourceIfNoneMatch": ETAG, "CopySourceIfUnmodifiedSince": BEFORE}, "If-Unmodified-Since"),
    ],
)
def test_a_source_that_does_not_meet_the_conditions_is_not_copied(
    copy: Copy, conditions: dict[str, Any], failed: str
) -> None:
    # aws_recorded: test_upload_part_copy_with_copy_source_if_match_failed, ..._if_none_match_failed,
    # ..._if_unmodified_since_match_failed, ..._if_none_match_and_if_unmodified_since_match_failed.
    with refused("PreconditionFailed", 412, Message=PRECONDITION, Condition=f"x-amz-copy-source-{failed}"):
        copy(**conditions)


def test_a_source_that_was_not_modified_since_is_a_failed_precondition(copy: Copy) -> None:
    # aws_recorded: test_upload_part_copy_with_if_modified_since_failed.
    failed = "x-amz-copy-source-If-Modified-Since"
    with refused("PreconditionFailed", 412, Message=PRECONDITION, Condition=failed):
        copy(CopySourceIfModifiedSince=datetime.now(timezone.utc))


@pytest.mark.parametrize("algorithm", ["CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256"])
def test_a_copied_part_has_the_checksum_of_its_upload(s3: S3Client, bucket: str, algorithm: Any) -> None:
    # versity/versitygw tests/integration, UploadPartCopy_should_calculate_the_checksum.
    s3.put_object(Bucket=bucket, Key="source", Body=SOURCE)
    upload_id, member = begin(s3, bucket, ChecksumAlgorithm=algorithm), f"Checksum{algorithm}"
    whole: Any = s3.put_object(Bucket=bucket, Key="whole", Body=SOURCE, ChecksumAlgorithm=algorithm)
    reply: Any = s3.upload_part_copy(
        Bucket=bucket, Key="a-key", UploadId=upload_id, PartNumber=1, CopySource=f"{bucket}/source"
    )["CopyPartResult"]
    assert {name for name in reply if name.startswith("Checksum")} == {member}
    assert reply[member] == whole[member]
    [listed] = s3.list_parts(Bucket=bucket, Key="a-key", UploadId=upload_id)["Parts"]
    assert dict(listed)[member] == whole[member]
    part = {"PartNumber": 1, "ETag": reply["ETag"], member: reply[member]}
    assert complete(s3, bucket, upload_id, [part])[member].partition("-")[0]


def test_a_copied_part_does_not_change_with_its_source(s3: S3Client, bucket: str, upload_id: str, copy: Copy) -> None:
    etag = copy()["CopyPartResult"]["ETag"]
    s3.delete_object(Bucket=bucket, Key="source")
    complete(s3, bucket, upload_id, [{"PartNumber": 1, "ETag": etag}])
    assert s3.get_object(Bucket=bucket, Key="a-key")["Body"].read() == SOURCE
