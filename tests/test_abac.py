"""Attribute-based access control of a bucket, and the operations that can still tag it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.support.responses import refused, without_metadata

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

TAGS: Any = [{"Key": "team", "Value": "storage"}]


def put(s3: Any, bucket: str, status: str) -> None:
    """Set the status of attribute-based access control."""
    s3.put_bucket_abac(Bucket=bucket, AbacStatus={"Status": status})


def test_abac_is_disabled_by_default(s3: S3Client, bucket: str) -> None:
    assert without_metadata(s3.get_bucket_abac(Bucket=bucket)) == {"AbacStatus": {"Status": "Disabled"}}
    for status in ("Enabled", "Disabled"):
        put(s3, bucket, status)
        assert without_metadata(s3.get_bucket_abac(Bucket=bucket)) == {"AbacStatus": {"Status": status}}


@pytest.mark.parametrize("status", ["enabled", "Suspended", ""])
def test_an_unknown_status_is_malformed(s3: S3Client, bucket: str, status: str) -> None:
    put(s3, bucket, "Enabled")
    with refused("MalformedXML", 400):
        put(s3, bucket, status)
    with refused("MalformedXML", 400):
        s3.put_bucket_abac(Bucket=bucket, AbacStatus={})
    assert s3.get_bucket_abac(Bucket=bucket)["AbacStatus"] == {"Status": "Enabled"}


def test_a_bucket_with_abac_is_not_tagged_by_put_bucket_tagging(s3: S3Client, bucket: str) -> None:
    s3.put_bucket_tagging(Bucket=bucket, Tagging={"TagSet": TAGS})
    put(s3, bucket, "Enabled")
    message = "{} is not supported for buckets with ABAC enabled. Use {} instead."
    with refused("InvalidRequest", 400, Message=message.format("PutBucketTagging", "TagResource")):
        s3.put_bucket_tagging(Bucket=bucket, Tagging={"TagSet": []})
    with refused("InvalidRequest", 400, Message=message.format("DeleteBucketTagging", "UntagResource")):
        s3.delete_bucket_tagging(Bucket=bucket)
    assert s3.get_bucket_tagging(Bucket=bucket)["TagSet"] == TAGS
    put(s3, bucket, "Disabled")
    s3.delete_bucket_tagging(Bucket=bucket)
    with refused("NoSuchTagSet", 404):
        s3.get_bucket_tagging(Bucket=bucket)


def test_objects_of_a_bucket_with_abac_are_tagged_as_before(s3: S3Client, bucket: str) -> None:
    put(s3, bucket, "Enabled")
    s3.put_object(Bucket=bucket, Key="a-key", Tagging="a=b")
    s3.put_object_tagging(Bucket=bucket, Key="a-key", Tagging={"TagSet": TAGS})
    assert s3.get_object_tagging(Bucket=bucket, Key="a-key")["TagSet"] == TAGS


def test_a_directory_bucket_does_not_have_abac(west: S3Client, directory: str) -> None:
    with refused("MethodNotAllowed", 405):
        put(west, directory, "Enabled")
    with refused("MethodNotAllowed", 405):
        west.get_bucket_abac(Bucket=directory)
