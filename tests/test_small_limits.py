"""Settings that lower limits of S3, so that paging and uploads are tested with few and small objects."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from s3mock import mock_s3
from s3mock.settings import SettingError
from tests.support.directory_buckets import create_directory_bucket
from tests.support.responses import refused
from tests.support.uploads import begin, complete, send

if TYPE_CHECKING:
    from collections.abc import Callable

BUCKET = "a-bucket"
METADATA = {"name": "value"}  # 9 bytes


def bucket_of(s3: Any) -> None:
    s3.create_bucket(Bucket=BUCKET)


def put(s3: Any, key: str = "a-key", body: bytes = b"12345", **parameters: Any) -> None:
    s3.put_object(Bucket=BUCKET, Key=key, Body=body, **parameters)


def delete_two(s3: Any) -> None:
    s3.delete_objects(Bucket=BUCKET, Delete={"Objects": [{"Key": "a"}, {"Key": "b"}]})


def copy(s3: Any) -> None:
    s3.copy_object(Bucket=BUCKET, Key="copy", CopySource=f"{BUCKET}/a-key")


def send_three(s3: Any) -> None:
    send(s3, BUCKET, begin(s3, BUCKET), b"1", b"2", b"3")


def send_two_and_complete(s3: Any) -> None:
    upload = begin(s3, BUCKET)
    complete(s3, BUCKET, upload, send(s3, BUCKET, upload, b"1234", b"5"))


@pytest.mark.parametrize(
    ("setting", "value", "call", "code", "fields"),
    [
        ("delete_max_keys", 1, delete_two, "MalformedXML", {}),
        (
            "key_max_length",
            4,
            lambda s3: put(s3, "é" * 2 + "e"),
            "KeyTooLongError",
            {"Size": "5", "MaxSizeAllowed": "4"},
        ),
        (
            "metadata_max_size",
            8,
            lambda s3: put(s3, Metadata=METADATA),
            "MetadataTooLarge",
            {"Size": "9", "MaxSizeAllowed": "8"},
        ),
        ("put_max_size", 4, put, "EntityTooLarge", {"ProposedSize": "5", "MaxSizeAllowed": "4"}),
        ("upload_max_parts", 2, send_three, "InvalidArgument", {"ArgumentName": "partNumber", "ArgumentValue": "3"}),
        (
            "upload_part_min_size",
            5,
            send_two_and_complete,
            "EntityTooSmall",
            {"ProposedSize": "4", "MinSizeAllowed": "5"},
        ),
        ("account_max_buckets", 1, lambda s3: s3.create_bucket(Bucket="another-bucket"), "TooManyBuckets", {}),
    ],
)
def test_a_lower_limit_is_refused_as_that_of_s3_and_one_more_is_allowed(
    setting: str, value: int, call: Callable[[Any], None], code: str, fields: dict[str, str]
) -> None:
    limits: Any = {"upload_part_min_size": 0, setting: value}
    with mock_s3(**limits) as mock:
        s3 = mock.client(region_name="us-east-1")
        bucket_of(s3)
        with refused(code, 400) as refusal:
            call(s3)
        assert {name: refusal.error[name] for name in fields} == fields
    limits[setting] = value - 1 if setting == "upload_part_min_size" else value + 1
    with mock_s3(**limits) as mock:
        s3 = mock.client(region_name="us-east-1")
        bucket_of(s3)
        call(s3)


def test_a_copy_has_the_limit_of_one_request(monkeypatch: pytest.MonkeyPatch) -> None:
    with mock_s3() as mock:
        s3 = mock.client(region_name="us-east-1")
        bucket_of(s3)
        put(s3)
        copy(s3)
        monkeypatch.setenv("S3MOCK_PUT_MAX_SIZE", "4")
        with refused("InvalidRequest", 400) as refusal:
            copy(s3)
        assert refusal.error["Message"].endswith("a copy source: 4")


def many_keys(s3: Any) -> None:
    for number in range(5):
        put(s3, f"key-{number}")


def many_uploads(s3: Any) -> None:
    for number in range(5):
        begin(s3, BUCKET, f"key-{number}")


def many_buckets(s3: Any) -> None:
    for number in range(4):
        s3.create_bucket(Bucket=f"{BUCKET}-{number}")


def many_metrics(s3: Any) -> None:
    for number in range(5):
        s3.put_bucket_metrics_configuration(Bucket=BUCKET, Id=str(number), MetricsConfiguration={"Id": str(number)})


def many_annotations(s3: Any) -> None:
    put(s3)
    for number in range(5):
        s3.put_object_annotation(
            Bucket=BUCKET, Key="a-key", AnnotationName=f"note-{number}", AnnotationPayload=b"a text"
        )


NAMES_BUCKET = {"Bucket": BUCKET}
UNLIMITED = 1000


@pytest.mark.parametrize(
    ("fill", "operation", "parameters", "members"),
    [
        (many_keys, "list_objects_v2", {**NAMES_BUCKET, "MaxKeys": UNLIMITED}, "Contents"),
        (many_keys, "list_objects", {**NAMES_BUCKET, "MaxKeys": UNLIMITED}, "Contents"),
        (many_keys, "list_objects_v2", NAMES_BUCKET, "Contents"),
        (many_keys, "list_object_versions", {**NAMES_BUCKET, "MaxKeys": UNLIMITED}, "Versions"),
        (many_uploads, "list_multipart_uploads", NAMES_BUCKET, "Uploads"),
        (many_buckets, "list_buckets", {}, "Buckets"),
        (
            many_annotations,
            "list_object_annotations",
            {**NAMES_BUCKET, "Key": "a-key", "MaxAnnotationResults": UNLIMITED},
            "Annotations",
        ),
    ],
)
def test_every_listing_has_pages_of_the_size_that_is_set(
    fill: Callable[[Any], None], operation: str, parameters: dict[str, Any], members: str
) -> None:
    with mock_s3(page_max_size=2) as mock:
        s3 = mock.client(region_name="us-east-1")
        bucket_of(s3)
        fill(s3)
        pages = list(s3.get_paginator(operation).paginate(**parameters))
    assert [len(page[members]) for page in pages] == [2, 2, 1]


def test_pages_of_configurations_and_parts_have_the_size_that_is_set() -> None:
    with mock_s3(page_max_size=2) as mock:
        s3 = mock.client(region_name="us-east-1")
        bucket_of(s3)
        many_metrics(s3)
        page = s3.list_bucket_metrics_configurations(Bucket=BUCKET)
        assert (len(page["MetricsConfigurationList"]), page["IsTruncated"]) == (2, True)
        upload = begin(s3, BUCKET, ChecksumAlgorithm="CRC32", ChecksumType="COMPOSITE")
        sent = send(s3, BUCKET, upload, *[bytes(5 << 20)] * 3, ChecksumAlgorithm="CRC32")
        parts = s3.list_parts(Bucket=BUCKET, Key="a-key", UploadId=upload)
        assert (len(parts["Parts"]), parts["MaxParts"], parts["NextPartNumberMarker"]) == (2, 2, 2)
        checksums = {
            part["PartNumber"]: part["ChecksumCRC32"]
            for page in s3.get_paginator("list_parts").paginate(Bucket=BUCKET, Key="a-key", UploadId=upload)
            for part in page["Parts"]
        }
        complete(s3, BUCKET, upload, [part | {"ChecksumCRC32": checksums[part["PartNumber"]]} for part in sent])
        attributes = s3.get_object_attributes(Bucket=BUCKET, Key="a-key", ObjectAttributes=["ObjectParts"])
        assert (len(attributes["ObjectParts"]["Parts"]), attributes["ObjectParts"]["IsTruncated"]) == (2, True)


def test_an_object_of_a_directory_bucket_has_no_more_parts_than_an_upload() -> None:
    with mock_s3(upload_max_parts=2) as mock:
        s3 = mock.client(region_name="us-west-2")
        bucket = create_directory_bucket(s3, "d--usw2-az1--x-s3")
        s3.put_object(Bucket=bucket, Key="a-key", Body=b"1", WriteOffsetBytes=0)
        s3.put_object(Bucket=bucket, Key="a-key", Body=b"2", WriteOffsetBytes=1)
        with refused("TooManyParts", 400):
            s3.put_object(Bucket=bucket, Key="a-key", Body=b"3", WriteOffsetBytes=2)


def test_directory_buckets_and_those_of_other_accounts_do_not_count_toward_the_quota() -> None:
    with mock_s3(account_max_buckets=1) as mock:
        create_directory_bucket(mock.client(region_name="us-west-2"), "d--usw2-az1--x-s3")
        other = mock.client(region_name="us-east-1", aws_access_key_id="111122223333", aws_secret_access_key="s")
        other.create_bucket(Bucket="of-another-account")
        s3 = mock.client(region_name="us-east-1")
        bucket_of(s3)
        bucket_of(s3)  # in us-east-1 it may be created again
        with refused("TooManyBuckets", 400):
            s3.create_bucket(Bucket="one-too-many")


def test_no_limit_can_be_above_that_of_s3() -> None:
    with pytest.raises(SettingError, match="page_max_size is 1001, but should be a number from 1 to 1000"):
        mock_s3(page_max_size=1001)
