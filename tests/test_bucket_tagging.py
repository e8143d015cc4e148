"""Bucket tagging, and the tags of CreateBucket."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.support.responses import refused, without_metadata
from tests.test_tagging import BAD_KEY, BAD_VALUE, tag_set

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

NO_TAG_SET = "The TagSet does not exist"
SYSTEM = (
    'User-defined tag keys can\'t start with "aws:". This prefix is reserved for system tags. Remove "aws:" from your '
    "tag keys and try again."
)


def with_tags(*pairs: tuple[str, str]) -> Any:
    return {"CreateBucketConfiguration": {"Tags": tag_set(*pairs)["TagSet"]}}


def test_tags_are_put_replaced_and_deleted(s3: S3Client, bucket: str) -> None:
    """aws_recorded: test_bucket_tagging_crud."""
    with refused("NoSuchTagSet", 404, BucketName=bucket, Message=NO_TAG_SET):
        s3.get_bucket_tagging(Bucket=bucket)
    reply = s3.put_bucket_tagging(Bucket=bucket, Tagging=tag_set(("tag1", "tag1"), ("tag2", "")))
    assert reply["ResponseMetadata"]["HTTPStatusCode"] == 204
    assert without_metadata(s3.get_bucket_tagging(Bucket=bucket)) == tag_set(("tag1", "tag1"), ("tag2", ""))
    s3.put_bucket_tagging(Bucket=bucket, Tagging=tag_set(("tag3", "tag3")))
    assert without_metadata(s3.get_bucket_tagging(Bucket=bucket)) == tag_set(("tag3", "tag3"))
    for _ in range(2):
        assert s3.delete_bucket_tagging(Bucket=bucket)["ResponseMetadata"]["HTTPStatusCode"] == 204
        with refused("NoSuchTagSet", 404):
            s3.get_bucket_tagging(Bucket=bucket)
    assert s3.put_bucket_tagging(Bucket=bucket, Tagging=tag_set())["ResponseMetadata"]["HTTPStatusCode"] == 204


def test_a_missing_bucket_has_no_tags(s3: S3Client) -> None:
    """aws_recorded: test_bucket_tagging_exc."""
    fields = {"BucketName": "no-such-bucket", "Message": "The specified bucket does not exist"}
    with refused("NoSuchBucket", 404, **fields):
        s3.get_bucket_tagging(Bucket="no-such-bucket")
    with refused("NoSuchBucket", 404, **fields):
        s3.delete_bucket_tagging(Bucket="no-such-bucket")
    with refused("NoSuchBucket", 404, **fields):
        s3.put_bucket_tagging(Bucket="no-such-bucket", Tagging=tag_set())


@pytest.mark.parametrize(
    ("pairs", "fields"),
    [
        (
            [("Key1", "Val1"), ("Key1", "Val1")],
            {"Message": "Cannot provide multiple Tags with the same key", "TagKey": "Key1"},
        ),
        ([("Key1,Key2", "Val1")], {"Message": BAD_KEY, "TagKey": "Key1,Key2"}),
        ([("Key1", "Val1,Val2")], {"Message": BAD_VALUE, "TagKey": "Key1", "TagValue": "Val1,Val2"}),
        (
            [("aws:prefixed", "Val1")],
            {"Message": "System tags cannot be added/updated by requester", "TagKey": "aws:prefixed"},
        ),
    ],
    ids=["twice", "key", "value", "aws"],
)
def test_an_invalid_tag_is_refused(
    s3: S3Client, bucket: str, pairs: list[tuple[str, str]], fields: dict[str, str]
) -> None:
    """aws_recorded: test_tagging_validation."""
    s3.put_bucket_tagging(Bucket=bucket, Tagging=tag_set(("kept", "yes")))
    with refused("InvalidTag", 400, **fields):
        s3.put_bucket_tagging(Bucket=bucket, Tagging=tag_set(*pairs))
    assert without_metadata(s3.get_bucket_tagging(Bucket=bucket)) == tag_set(("kept", "yes"))


@pytest.mark.parametrize("tag", [{"Key": None, "Value": "Val1"}, {"Key": "Key1", "Value": None}], ids=["key", "value"])
def test_a_tag_has_a_key_and_a_value(unchecked: S3Client, tag: Any) -> None:
    """aws_recorded: test_tagging_validation, test_create_bucket_with_tags_exc."""
    with refused("MalformedXML", 400):
        unchecked.create_bucket(Bucket="a-bucket", CreateBucketConfiguration={"Tags": [tag]})
    unchecked.create_bucket(Bucket="a-bucket")
    with refused("MalformedXML", 400):
        unchecked.put_bucket_tagging(Bucket="a-bucket", Tagging={"TagSet": [tag]})


def test_a_missing_tag_set_removes_the_tags(unchecked: S3Client) -> None:
    """aws_recorded: test_put_bucket_tagging_none_value."""
    unchecked.create_bucket(Bucket="a-bucket")
    unchecked.put_bucket_tagging(Bucket="a-bucket", Tagging=tag_set(("a", "b")))
    nothing: Any = {"TagSet": None}
    reply = unchecked.put_bucket_tagging(Bucket="a-bucket", Tagging=nothing)
    assert reply["ResponseMetadata"]["HTTPStatusCode"] == 204
    with refused("NoSuchTagSet", 404, BucketName="a-bucket", Message=NO_TAG_SET):
        unchecked.get_bucket_tagging(Bucket="a-bucket")


def test_a_bucket_has_at_most_fifty_tags(s3: S3Client, bucket: str) -> None:
    most = [(f"key{number}", "") for number in range(50)]
    s3.put_bucket_tagging(Bucket=bucket, Tagging=tag_set(*most))
    assert without_metadata(s3.get_bucket_tagging(Bucket=bucket)) == tag_set(*most)
    with refused("BadRequest", 400, Message="Bucket tag count cannot be greater than 50"):
        s3.put_bucket_tagging(Bucket=bucket, Tagging=tag_set(*most, ("one", "more")))


# CreateBucket


def test_a_bucket_is_created_with_tags(s3: S3Client) -> None:
    """aws_recorded: test_create_bucket_with_tags."""
    reply = s3.create_bucket(Bucket="a-bucket", **with_tags(("tag1", "value1")))
    assert without_metadata(reply) == {"BucketArn": "arn:aws:s3:::a-bucket", "Location": "/a-bucket"}
    assert without_metadata(s3.get_bucket_tagging(Bucket="a-bucket")) == tag_set(("tag1", "value1"))


def test_ones_own_bucket_cannot_be_created_again_with_tags(s3: S3Client) -> None:
    """aws_recorded: test_create_bucket_with_tags_us_east_1_idempotency."""
    s3.create_bucket(Bucket="a-bucket", **with_tags(("tag1", "value1")))
    message = "Your previous request to create the named bucket succeeded and you already own it."
    for again in (("tag2", "value2"), ("tag1", "value1")):
        with refused("BucketAlreadyOwnedByYou", 409, BucketName="a-bucket", Message=message):
            s3.create_bucket(Bucket="a-bucket", **with_tags(again))
    withouts: list[Any] = [{}, with_tags()]
    for without in withouts:
        reply = s3.create_bucket(Bucket="a-bucket", **without)
        assert without_metadata(reply) == {"BucketArn": "arn:aws:s3:::a-bucket", "Location": "/a-bucket"}
        assert without_metadata(s3.get_bucket_tagging(Bucket="a-bucket")) == tag_set(("tag1", "value1"))


def test_creating_a_bucket_with_an_empty_tag_set_sets_no_tags(unchecked: S3Client) -> None:
    """aws_recorded: test_create_bucket_with_empty_tags."""
    configurations: list[Any] = [{"Tags": []}, {"Tags": None}]
    for configuration in configurations:
        reply = unchecked.create_bucket(Bucket="a-bucket", CreateBucketConfiguration=configuration)
        assert without_metadata(reply) == {"BucketArn": "arn:aws:s3:::a-bucket", "Location": "/a-bucket"}
        with refused("NoSuchTagSet", 404, BucketName="a-bucket", Message=NO_TAG_SET):
            unchecked.get_bucket_tagging(Bucket="a-bucket")


@pytest.mark.parametrize(
    ("pairs", "code", "status", "fields"),
    [
        ([("aws:tag", "value")], "InvalidTag", 400, {"Message": SYSTEM}),
        (
            [("test", "value1"), ("test", "value2")],
            "InternalError",
            500,
            {"Message": "We encountered an internal error. Please try again."},
        ),
        (
            [("test", "value1,value2")],
            "InvalidTag",
            400,
            {"Message": BAD_VALUE, "TagKey": "test", "TagValue": "value1,value2"},
        ),
        ([("test,test2", "value1")], "InvalidTag", 400, {"Message": BAD_KEY, "TagKey": "test,test2"}),
    ],
    ids=["aws", "twice", "value", "key"],
)
def test_a_bucket_cannot_be_created_with_invalid_tags(
    unchecked: S3Client, pairs: list[tuple[str, str]], code: str, status: int, fields: dict[str, str]
) -> None:
    """aws_recorded: test_create_bucket_with_tags_exc."""
    with refused(code, status, **fields):
        unchecked.create_bucket(Bucket="a-bucket", **with_tags(*pairs))
    assert unchecked.list_buckets()["Buckets"] == []
