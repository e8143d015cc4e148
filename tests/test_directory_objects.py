"""Objects in directory buckets: ETags, storage classes, deletes by condition, copies, uploads in parts."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
from typing import TYPE_CHECKING, Any

import pytest
from freezegun import freeze_time

from tests.support.responses import refused, without_metadata

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

NOON = dt.datetime(2026, 11, 20, 12, tzinfo=dt.timezone.utc)
MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def general(west: S3Client) -> str:
    west.create_bucket(Bucket="a-bucket", CreateBucketConfiguration={"LocationConstraint": "us-west-2"})
    return "a-bucket"


def exists(client: S3Client, bucket: str, key: str = "key") -> bool:
    listed = client.list_objects_v2(Bucket=bucket).get("Contents", [])
    return key in {entry["Key"] for entry in listed}


def test_an_etag_is_random_and_not_an_md5(west: S3Client, directory: str) -> None:
    etags = {west.put_object(Bucket=directory, Key=key, Body=b"1")["ETag"] for key in ("a", "a", "b")}
    assert len(etags) == 3
    assert f'"{hashlib.md5(b"1", usedforsecurity=False).hexdigest()}"' not in etags
    assert west.head_object(Bucket=directory, Key="b")["ETag"] in etags


def test_the_response_of_a_read_has_the_members_of_s3s(west: S3Client, directory: str) -> None:
    with freeze_time(NOON):
        etag = west.put_object(Bucket=directory, Key="key", Body=b"1")["ETag"]
    assert without_metadata(west.head_object(Bucket=directory, Key="key")) == {
        "AcceptRanges": "bytes",
        "ContentLength": 1,
        "ContentType": "binary/octet-stream",
        "ETag": etag,
        "Expiration": "NotImplemented",
        "LastModified": NOON,
        "Metadata": {},
        "ServerSideEncryption": "AES256",
        "StorageClass": "EXPRESS_ONEZONE",
    }
    assert west.get_object(Bucket=directory, Key="key", VersionId="null")["Expiration"] == "NotImplemented"


def test_directory_buckets_have_no_versions(west: S3Client, directory: str) -> None:
    west.put_object(Bucket=directory, Key="key", Body=b"1")
    version_id = "a" * 32
    with refused("InvalidArgument", 400, ArgumentName="versionId", ArgumentValue=version_id):
        west.get_object(Bucket=directory, Key="key", VersionId=version_id)
    with refused("InvalidArgument", 400):
        west.delete_object(Bucket=directory, Key="key", VersionId=version_id)
    assert "VersionId" not in set(west.delete_object(Bucket=directory, Key="key", VersionId="null"))
    assert not exists(west, directory)


def test_the_storage_class_is_that_of_the_zone(west: S3Client, directory: str, general: str) -> None:
    west.put_object(Bucket=directory, Key="key", StorageClass="EXPRESS_ONEZONE")
    with refused("InvalidStorageClass", 400, StorageClassRequested="STANDARD"):
        west.put_object(Bucket=directory, Key="key", StorageClass="STANDARD")
    with refused("InvalidStorageClass", 400):
        west.put_object(Bucket=general, Key="key", StorageClass="EXPRESS_ONEZONE")


@pytest.mark.parametrize(
    ("condition", "header"),
    [
        ({"IfMatchSize": 2}, "x-amz-if-match-size"),
        ({"IfMatchLastModifiedTime": NOON + MINUTE}, "x-amz-if-match-last-modified-time"),
        ({"IfMatch": '"0"'}, "If-Match"),
        ({"IfMatch": '"0"', "IfMatchSize": 1}, "If-Match"),
        ({"IfMatch": "*", "IfMatchSize": 2}, "x-amz-if-match-size"),
        ({"IfMatchSize": 1, "IfMatchLastModifiedTime": NOON - MINUTE}, "x-amz-if-match-last-modified-time"),
    ],
)
def test_a_delete_whose_condition_fails_deletes_nothing(
    west: S3Client, directory: str, condition: Any, header: str
) -> None:
    with freeze_time(NOON):
        west.put_object(Bucket=directory, Key="key", Body=b"1")
    with refused("PreconditionFailed", 412, Condition=header):
        west.delete_object(Bucket=directory, Key="key", **condition)
    assert exists(west, directory)


@pytest.mark.parametrize(
    "condition",
    [{"IfMatchSize": 1}, {"IfMatchLastModifiedTime": NOON}, {"IfMatch": "*", "IfMatchSize": 1}],
    ids=["size", "time", "all"],
)
def test_a_delete_can_depend_on_size_and_time(west: S3Client, directory: str, condition: Any) -> None:
    with freeze_time(NOON):
        west.put_object(Bucket=directory, Key="key", Body=b"1")
    west.delete_object(Bucket=directory, Key="key", **condition)
    assert not exists(west, directory)


def test_conditions_on_size_and_time_hold_for_a_missing_object(west: S3Client, directory: str) -> None:
    reply = west.delete_object(Bucket=directory, Key="key", IfMatchSize=1, IfMatchLastModifiedTime=NOON)
    assert reply["ResponseMetadata"]["HTTPStatusCode"] == 204


def test_delete_objects_checks_each_keys_condition(west: S3Client, directory: str) -> None:
    with freeze_time(NOON):
        etag = west.put_object(Bucket=directory, Key="a", Body=b"1")["ETag"]
        for key in "bcde":
            west.put_object(Bucket=directory, Key=key, Body=b"1")
    objects: Any = [
        {"Key": "a", "ETag": etag, "Size": 1, "LastModifiedTime": NOON},
        {"Key": "b", "Size": 1},
        {"Key": "c", "Size": 2},
        {"Key": "d", "LastModifiedTime": NOON + MINUTE},
        {"Key": "e", "ETag": etag},
    ]
    reply = west.delete_objects(Bucket=directory, Delete={"Objects": objects})
    assert [entry["Key"] for entry in reply["Deleted"]] == ["a", "b"]
    assert {(entry["Key"], entry["Code"], entry["Message"]) for entry in reply["Errors"]} == {
        (key, "412 Precondition Failed", "At least one of the pre-conditions you specified did not hold")
        for key in "cde"
    }
    assert [entry["Key"] for entry in west.list_objects_v2(Bucket=directory)["Contents"]] in ([*"cde"], [*"dce"])


@pytest.mark.parametrize("key", [" ", "\t\n", "a\x01"])
def test_keys_to_delete_must_have_visible_characters(west: S3Client, directory: str, key: str) -> None:
    with refused("MalformedXML", 400):
        west.delete_objects(Bucket=directory, Delete={"Objects": [{"Key": key}]})


def test_delete_objects_does_not_support_version_ids(west: S3Client, directory: str) -> None:
    west.put_object(Bucket=directory, Key="a", Body=b"1")
    with refused("NotImplemented", 501):
        west.delete_objects(Bucket=directory, Delete={"Objects": [{"Key": "a", "VersionId": "a" * 32}]})
    west.delete_objects(Bucket=directory, Delete={"Objects": [{"Key": "a", "VersionId": "null"}]})
    assert not exists(west, directory, "a")


def test_objects_are_copied_between_all_kinds_of_buckets(west: S3Client, directory: str, general: str) -> None:
    west.put_object(Bucket=directory, Key="a", Body=b"1", Metadata={"a": "b"})
    west.copy_object(Bucket=directory, Key="b", CopySource={"Bucket": directory, "Key": "a"})
    west.copy_object(Bucket=general, Key="c", CopySource={"Bucket": directory, "Key": "b"})
    reply = west.copy_object(Bucket=directory, Key="d", CopySource={"Bucket": general, "Key": "c"})
    assert (reply["Expiration"], "CopySourceVersionId" in set(reply)) == ("NotImplemented", False)
    for bucket, key in ((directory, "a"), (directory, "b"), (general, "c"), (directory, "d")):
        response = west.get_object(Bucket=bucket, Key=key)
        assert (response["Body"].read(), response["Metadata"]) == (b"1", {"a": "b"})
    assert west.head_object(Bucket=general, Key="c")["ETag"] == '"c4ca4238a0b923820dcc509a6f75849b"'
    assert west.head_object(Bucket=directory, Key="d")["StorageClass"] == "EXPRESS_ONEZONE"
    assert "StorageClass" not in set(west.head_object(Bucket=general, Key="c"))


def test_a_copy_of_tags_is_not_implemented(west: S3Client, directory: str, general: str) -> None:
    west.put_object(Bucket=general, Key="a", Body=b"1", Tagging="a=b")
    source: Any = {"Bucket": general, "Key": "a"}
    with refused("NotImplemented", 501):
        west.copy_object(Bucket=directory, Key="a", CopySource=source)
    with refused("NotImplemented", 501):
        west.copy_object(Bucket=directory, Key="a", CopySource=source, TaggingDirective="REPLACE", Tagging="a=b")
    assert not exists(west, directory, "a")
    west.copy_object(Bucket=directory, Key="a", CopySource=source, TaggingDirective="REPLACE", Tagging="")
    west.copy_object(Bucket=directory, Key="b", CopySource=source, TaggingDirective="REPLACE")
    assert exists(west, directory, "b")


def test_a_copy_of_annotations_is_not_implemented(west: S3Client, directory: str) -> None:
    west.put_object(Bucket=directory, Key="a", Body=b"1")
    with refused("NotImplemented", 501):
        west.copy_object(Bucket=directory, Key="b", CopySource=f"{directory}/a", AnnotationDirective="COPY")
    west.copy_object(Bucket=directory, Key="b", CopySource=f"{directory}/a", AnnotationDirective="EXCLUDE")


def test_a_copy_has_no_content_encoding(west: S3Client, directory: str) -> None:
    west.put_object(Bucket=directory, Key="a", Body=b"1", ContentEncoding="gzip")
    with refused("NotImplemented", 501, Header="Content-Encoding"):
        west.create_multipart_upload(Bucket=directory, Key="b", ContentEncoding="gzip")
    with refused("NotImplemented", 501, Header="Content-Encoding"):
        west.copy_object(
            Bucket=directory, Key="b", CopySource=f"{directory}/a", ContentEncoding="gzip", MetadataDirective="REPLACE"
        )


def begin(client: S3Client, bucket: str, numbers: list[int]) -> tuple[str, list[Any]]:
    """Create an upload and upload parts with these numbers; return its id and the list of parts."""
    upload_id = client.create_multipart_upload(Bucket=bucket, Key="key")["UploadId"]
    listed = []
    for number in numbers:
        body = bytes([48 + number]) * (5 << 20 if number != numbers[-1] else 1)
        part = client.upload_part(Bucket=bucket, Key="key", UploadId=upload_id, PartNumber=number, Body=body)
        listed.append({"PartNumber": number, "ETag": part["ETag"]})
    return upload_id, listed


@pytest.mark.parametrize("numbers", [[1, 3], [2], [2, 3]])
def test_part_numbers_start_at_one_and_have_no_gaps(west: S3Client, directory: str, numbers: list[int]) -> None:
    upload_id, listed = begin(west, directory, numbers)
    with refused("InvalidPartOrder", 400):
        west.complete_multipart_upload(
            Bucket=directory, Key="key", UploadId=upload_id, MultipartUpload={"Parts": listed}
        )


def test_a_multipart_upload_becomes_an_object_with_a_new_etag(west: S3Client, directory: str) -> None:
    upload_id, listed = begin(west, directory, [1, 2])
    assert west.list_parts(Bucket=directory, Key="key", UploadId=upload_id)["StorageClass"] == "EXPRESS_ONEZONE"
    reply = west.complete_multipart_upload(
        Bucket=directory, Key="key", UploadId=upload_id, MultipartUpload={"Parts": listed}
    )
    head = west.head_object(Bucket=directory, Key="key")
    assert (head["ETag"], head["ContentLength"], head["StorageClass"]) == (
        reply["ETag"],
        (5 << 20) + 1,
        "EXPRESS_ONEZONE",
    )
    again = west.complete_multipart_upload(
        Bucket=directory, Key="key", UploadId=upload_id, MultipartUpload={"Parts": listed}
    )
    assert again["ETag"] == reply["ETag"]


def test_managed_transfers_upload_and_download(west: S3Client, directory: str) -> None:
    data = bytes(range(256)) * (40 << 10)
    west.upload_fileobj(io.BytesIO(data), directory, "key")
    west.copy({"Bucket": directory, "Key": "key"}, directory, "copy")
    downloaded = io.BytesIO()
    west.download_fileobj(directory, "copy", downloaded)
    assert downloaded.getvalue() == data


def test_a_part_is_copied_from_any_kind_of_bucket(west: S3Client, directory: str, general: str) -> None:
    west.put_object(Bucket=general, Key="a", Body=b"123")
    upload_id = west.create_multipart_upload(Bucket=directory, Key="key")["UploadId"]
    part = west.upload_part_copy(
        Bucket=directory, Key="key", UploadId=upload_id, PartNumber=1, CopySource=f"{general}/a"
    )
    west.complete_multipart_upload(
        Bucket=directory,
        Key="key",
        UploadId=upload_id,
        MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": part["CopyPartResult"]["ETag"]}]},
    )
    assert west.get_object(Bucket=directory, Key="key")["Body"].read() == b"123"


def test_an_abort_can_depend_on_the_initiation_time(west: S3Client, directory: str) -> None:
    with freeze_time(NOON):
        upload_id = west.create_multipart_upload(Bucket=directory, Key="key")["UploadId"]
    parameters: Any = {"Bucket": directory, "Key": "key", "UploadId": upload_id}
    with refused("PreconditionFailed", 412, Condition="x-amz-if-match-initiated-time"):
        west.abort_multipart_upload(**parameters, IfMatchInitiatedTime=NOON + MINUTE)
    west.abort_multipart_upload(**parameters, IfMatchInitiatedTime=NOON)
    west.abort_multipart_upload(**parameters, IfMatchInitiatedTime=NOON)
    with refused("NoSuchUpload", 404):
        west.abort_multipart_upload(**parameters)


def test_a_general_purpose_bucket_refuses_the_time_of_an_abort(west: S3Client, general: str) -> None:
    upload_id = west.create_multipart_upload(Bucket=general, Key="key")["UploadId"]
    with refused("NotImplemented", 501, Header="x-amz-if-match-initiated-time"):
        west.abort_multipart_upload(Bucket=general, Key="key", UploadId=upload_id, IfMatchInitiatedTime=NOON)


def test_conditional_puts_work_as_in_other_buckets(west: S3Client, directory: str) -> None:
    etag = west.put_object(Bucket=directory, Key="key", Body=b"1", IfNoneMatch="*")["ETag"]
    with refused("PreconditionFailed", 412):
        west.put_object(Bucket=directory, Key="key", Body=b"2", IfNoneMatch="*")
    west.put_object(Bucket=directory, Key="key", Body=b"2", IfMatch=etag)
    assert west.get_object(Bucket=directory, Key="key")["Body"].read() == b"2"
