"""Object tagging: the operations, the headers of new objects, and refused tags."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.support.responses import refused, without_metadata

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

KEY = "a-key"
BAD_HEADER = (
    "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters without tag name "
    "duplicates."
)
BAD_KEY = "The TagKey you have provided is invalid"
BAD_VALUE = "The TagValue you have provided is invalid"


def tag_set(*pairs: tuple[str, str]) -> Any:
    return {"TagSet": [{"Key": key, "Value": value} for key, value in pairs]}


def tags(s3: S3Client, bucket: str, key: str = KEY, **version: str) -> dict[str, str]:
    """The tags of an object, in order."""
    response = s3.get_object_tagging(Bucket=bucket, Key=key, **version)  # type: ignore[arg-type]
    return {tag["Key"]: tag["Value"] for tag in response["TagSet"]}


@pytest.fixture
def unchecked(unchecked: S3Client) -> S3Client:
    """A client that sends what botocore would refuse to send, with an object."""
    unchecked.create_bucket(Bucket="a-bucket")
    unchecked.put_object(Bucket="a-bucket", Key=KEY)
    return unchecked


def test_tags_are_put_replaced_and_deleted(s3: S3Client, bucket: str) -> None:
    """aws_recorded: test_object_tagging_crud."""
    s3.put_object(Bucket=bucket, Key=KEY, Body=b"test-tagging")
    assert without_metadata(s3.get_object_tagging(Bucket=bucket, Key=KEY)) == {"TagSet": []}
    reply = s3.put_object_tagging(Bucket=bucket, Key=KEY, Tagging=tag_set(("tag1", "tag1"), ("tag2", "")))
    assert without_metadata(reply) == {}
    assert reply["ResponseMetadata"]["HTTPStatusCode"] == 200
    assert without_metadata(s3.get_object_tagging(Bucket=bucket, Key=KEY)) == tag_set(("tag1", "tag1"), ("tag2", ""))
    s3.put_object_tagging(Bucket=bucket, Key=KEY, Tagging=tag_set(("tag3", "tag3")))
    assert tags(s3, bucket) == {"tag3": "tag3"}
    read = s3.get_object(Bucket=bucket, Key=KEY)
    assert read["TagCount"] == 1
    deleted = s3.delete_object_tagging(Bucket=bucket, Key=KEY)
    assert without_metadata(deleted) == {}
    assert deleted["ResponseMetadata"]["HTTPStatusCode"] == 204
    assert tags(s3, bucket) == {}
    again: Any = s3.get_object(Bucket=bucket, Key=KEY)
    assert "TagCount" not in again
    assert again["LastModified"] == read["LastModified"]
    assert again["ETag"] == read["ETag"]


@pytest.mark.model("PutObject.ChecksumType")
def test_tags_are_put_with_the_object_and_read_in_key_order(s3: S3Client, bucket: str) -> None:
    """aws_recorded: test_put_object_with_tags."""
    reply = s3.put_object(Bucket=bucket, Key=KEY, Body=b"test-tagging", Tagging="tag1=tag1&tag2=tag2&tag=")
    assert without_metadata(reply) == {
        "ChecksumCRC32": "lpqTBg==",
        "ChecksumType": "FULL_OBJECT",
        "ETag": '"b635a7fc30aa9091e0d236bee77e6844"',
        "ServerSideEncryption": "AES256",
    }
    response = without_metadata(s3.get_object_tagging(Bucket=bucket, Key=KEY))
    assert response == tag_set(("tag", ""), ("tag1", "tag1"), ("tag2", "tag2"))
    s3.put_object_tagging(Bucket=bucket, Key=KEY, Tagging=tag_set(("tag3", "tag3")))
    assert tags(s3, bucket) == {"tag3": "tag3"}
    s3.put_object(Bucket=bucket, Key=KEY, Tagging="wrongquery&wrongagain")
    assert list(tags(s3, bucket).items()) == [("wrongagain", ""), ("wrongquery", "")]


@pytest.mark.model("HeadObject.TagCount")
def test_reads_count_the_tags_if_there_are_any(s3: S3Client, bucket: str) -> None:
    """aws_recorded: test_head_object_with_tags."""
    counts: list[int | None] = []
    s3.put_object(Bucket=bucket, Key=KEY, Tagging="a=1&b=2&c=3")
    counts.append(s3.head_object(Bucket=bucket, Key=KEY).get("TagCount"))
    s3.put_object_tagging(Bucket=bucket, Key=KEY, Tagging=tag_set(("a", "b")))
    counts.append(s3.head_object(Bucket=bucket, Key=KEY).get("TagCount"))
    s3.put_object(Bucket=bucket, Key=KEY, Tagging="a=1&b=2&c=3")
    counts.append(s3.head_object(Bucket=bucket, Key=KEY).get("TagCount"))
    s3.delete_object_tagging(Bucket=bucket, Key=KEY)
    counts.append(s3.head_object(Bucket=bucket, Key=KEY).get("TagCount"))
    assert counts == [3, 1, 3, None]


def test_an_overwritten_object_loses_its_tags(s3: S3Client, bucket: str) -> None:
    """aws_recorded: test_object_tags_delete_or_overwrite_object."""
    s3.put_object(Bucket=bucket, Key=KEY, Tagging="tag1=val1")
    assert tags(s3, bucket) == {"tag1": "val1"}
    s3.put_object(Bucket=bucket, Key=KEY)
    assert tags(s3, bucket) == {}
    s3.put_object_tagging(Bucket=bucket, Key=KEY, Tagging=tag_set(("a", "b")))
    s3.delete_object(Bucket=bucket, Key=KEY)
    s3.put_object(Bucket=bucket, Key=KEY)
    assert tags(s3, bucket) == {}


def test_each_version_has_its_tags(s3: S3Client, versioned: str) -> None:
    """aws_recorded: test_object_tagging_versioned."""
    old = s3.put_object(Bucket=versioned, Key=KEY, Tagging="test_tag=tagv1")["VersionId"]
    new = s3.put_object(Bucket=versioned, Key=KEY, Tagging="test_tag=tagv2")["VersionId"]
    reply = s3.put_object_tagging(Bucket=versioned, Key=KEY, Tagging=tag_set(("tag3", "tag3")))
    assert without_metadata(reply) == {"VersionId": new}
    response = without_metadata(s3.get_object_tagging(Bucket=versioned, Key=KEY))
    assert response == tag_set(("tag3", "tag3")) | {"VersionId": new}
    assert tags(s3, versioned, VersionId=old) == {"test_tag": "tagv1"}
    reply = s3.put_object_tagging(Bucket=versioned, Key=KEY, VersionId=old, Tagging=tag_set(("tag1", "tag1")))
    assert without_metadata(reply) == {"VersionId": old}
    response = without_metadata(s3.get_object_tagging(Bucket=versioned, Key=KEY, VersionId=old))
    assert response == tag_set(("tag1", "tag1")) | {"VersionId": old}
    assert without_metadata(s3.delete_object_tagging(Bucket=versioned, Key=KEY)) == {"VersionId": new}
    assert without_metadata(s3.get_object_tagging(Bucket=versioned, Key=KEY)) == {"TagSet": [], "VersionId": new}
    assert without_metadata(s3.delete_object_tagging(Bucket=versioned, Key=KEY, VersionId=old)) == {"VersionId": old}
    assert tags(s3, versioned, VersionId=old) == {}


def test_a_key_that_is_too_long_is_refused_before_the_lookup(s3: S3Client, bucket: str) -> None:
    with refused("KeyTooLongError", 400, Size="1025", MaxSizeAllowed="1024"):
        s3.get_object_tagging(Bucket=bucket, Key="a" * 1025)


@pytest.mark.parametrize("by_id", [True, False], ids=["by its id", "as the latest"])
def test_a_delete_marker_has_no_tags(s3: S3Client, versioned: str, *, by_id: bool) -> None:
    """aws_recorded: test_object_tagging_versioned."""
    s3.put_object(Bucket=versioned, Key=KEY)
    marker = s3.delete_object(Bucket=versioned, Key=KEY)["VersionId"]
    named: Any = {"Bucket": versioned, "Key": KEY, **({"VersionId": marker} if by_id else {})}
    message = "The specified method is not allowed against this resource."
    with refused("MethodNotAllowed", 405, Message=message, Method="PUT", ResourceType="DeleteMarker"):
        s3.put_object_tagging(**named, Tagging=tag_set(("a", "b")))
    with refused("MethodNotAllowed", 405, Message=message, Method="GET", ResourceType="DeleteMarker"):
        s3.get_object_tagging(**named)
    with refused("MethodNotAllowed", 405, Message=message, Method="DELETE", ResourceType="DeleteMarker"):
        s3.delete_object_tagging(**named)


def test_a_missing_object_has_no_tags(s3: S3Client, bucket: str) -> None:
    """aws_recorded: test_object_tagging_exc, where the error of GET has the bucket with the key."""
    message = "The specified bucket does not exist"
    for call, more in (
        (s3.get_object_tagging, {}),
        (s3.delete_object_tagging, {}),
        (s3.put_object_tagging, {"Tagging": tag_set(("a", "b"))}),
    ):
        with refused("NoSuchBucket", 404, BucketName="no-such-bucket", Message=message):
            call(Bucket="no-such-bucket", Key="fake-key", **more)
        key = f"{bucket}/fake-key" if not more and call == s3.get_object_tagging else "fake-key"
        with refused("NoSuchKey", 404, Key=key, Message="The specified key does not exist."):
            call(Bucket=bucket, Key="fake-key", **more)
        with refused("InvalidArgument", 400, ArgumentName="versionId", ArgumentValue="made-up"):
            call(Bucket=bucket, Key="fake-key", VersionId="made-up", **more)


# Valid tags


@pytest.mark.parametrize(
    ("pairs", "fields"),
    [
        (
            [("Key1", "Val1"), ("Key1", "Val2")],
            {"Message": "Cannot provide multiple Tags with the same key", "TagKey": "Key1"},
        ),
        ([("Key1,Key2", "Val1")], {"Message": BAD_KEY, "TagKey": "Key1,Key2"}),
        ([("Key1", "Val1,Val2")], {"Message": BAD_VALUE, "TagKey": "Key1", "TagValue": "Val1,Val2"}),
        ([("aws:prefixed", "Val1")], {"Message": "Your TagKey cannot be prefixed with aws:", "TagKey": "aws:prefixed"}),
        ([("k" * 129, "Val1")], {"Message": BAD_KEY, "TagKey": "k" * 129}),
        ([("Key1", "v" * 257)], {"Message": BAD_VALUE, "TagKey": "Key1", "TagValue": "v" * 257}),
        ([("\U0001d4ae" * 65, "Val1")], {"Message": BAD_KEY, "TagKey": "\U0001d4ae" * 65}),
        ([("a\tb", "")], {"Message": BAD_KEY, "TagKey": "a\tb"}),
    ],
    ids=["twice", "comma", "comma in the value", "aws", "long", "long value", "long in UTF-16", "control"],
)
def test_an_invalid_tag_is_refused(
    s3: S3Client, bucket: str, pairs: list[tuple[str, str]], fields: dict[str, str]
) -> None:
    """aws_recorded: test_tagging_validation."""
    s3.put_object(Bucket=bucket, Key=KEY, Tagging="kept=yes")
    with refused("InvalidTag", 400, **fields):
        s3.put_object_tagging(Bucket=bucket, Key=KEY, Tagging=tag_set(*pairs))
    assert tags(s3, bucket) == {"kept": "yes"}


@pytest.mark.parametrize("tag", [{"Key": None, "Value": "Val1"}, {"Key": "Key1", "Value": None}], ids=["key", "value"])
def test_a_tag_has_a_key_and_a_value(unchecked: S3Client, tag: Any) -> None:
    """aws_recorded: test_tagging_validation."""
    with refused("MalformedXML", 400):
        unchecked.put_object_tagging(Bucket="a-bucket", Key=KEY, Tagging={"TagSet": [tag]})


def test_an_empty_tag_key_is_refused_and_not_in_the_error(unchecked: S3Client) -> None:
    """https://github.com/versity/versitygw/issues/1232."""
    with refused("InvalidTag", 400, Message=BAD_KEY):
        unchecked.put_object_tagging(Bucket="a-bucket", Key=KEY, Tagging=tag_set(("", "Val1")))


def test_a_missing_tag_set_is_an_empty_one(unchecked: S3Client) -> None:
    """aws_recorded: test_put_object_tagging_none_value."""
    nothing: Any = {"TagSet": None}
    reply = unchecked.put_object_tagging(Bucket="a-bucket", Key=KEY, Tagging=nothing)
    assert reply["ResponseMetadata"]["HTTPStatusCode"] == 200
    assert tags(unchecked, "a-bucket") == {}


def test_an_object_has_at_most_ten_tags_of_limited_length(s3: S3Client, bucket: str) -> None:
    s3.put_object(Bucket=bucket, Key=KEY)
    most = [(f"{number}" + "k" * 127, "v" * 256) for number in range(10)]
    s3.put_object_tagging(Bucket=bucket, Key=KEY, Tagging=tag_set(*most))
    assert list(tags(s3, bucket).items()) == most
    with refused("BadRequest", 400, Message="Object tags cannot be greater than 10"):
        s3.put_object_tagging(Bucket=bucket, Key=KEY, Tagging=tag_set(*most, ("one more", "")))
    with refused("BadRequest", 400, Message="Object tags cannot be greater than 10"):
        s3.put_object(Bucket=bucket, Key=KEY, Tagging="&".join(f"{number}" for number in range(11)))


def test_tags_have_letters_and_numbers_of_all_languages_and_some_marks(s3: S3Client, bucket: str) -> None:
    s3.put_object(Bucket=bucket, Key=KEY)
    odd = [("_.:/=+-@ Ü", "日本 ٣ a=b"), ("awsome:", " "), ("A", "1"), ("a", "2")]
    s3.put_object_tagging(Bucket=bucket, Key=KEY, Tagging=tag_set(*odd))
    assert list(tags(s3, bucket).items()) == odd


# The header


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("", {}),
        ("&&&", {}),
        ("key&", {"key": ""}),
        ("key=", {"key": ""}),
        ("key1=val1&key2", {"key1": "val1", "key2": ""}),
        ("key%2E=value%2F", {"key.": "value/"}),
        ("key+key=a%20b%2Bc", {"key key": "a b+c"}),
        ("k%3D=%C3%BC", {"k=": "ü"}),
    ],
)
def test_the_header_is_a_query_string(s3: S3Client, bucket: str, header: str, expected: dict[str, str]) -> None:
    """https://github.com/versity/versitygw/issues/1216."""
    s3.put_object(Bucket=bucket, Key=KEY, Tagging=header)
    assert tags(s3, bucket) == expected


@pytest.mark.parametrize(
    "header", ["key1=val1&key1=val2", "key1=val1,key2=val2", "=", "=value", "key%", "key%zz=1", "%FF=1", "a=1&%61=2"]
)
def test_an_invalid_tagging_header_is_refused(s3: S3Client, bucket: str, header: str) -> None:
    """aws_recorded: test_object_tagging_exc."""
    fields = {"Message": BAD_HEADER, "ArgumentName": "x-amz-tagging", "ArgumentValue": header}
    with refused("InvalidArgument", 400, **fields):
        s3.put_object(Bucket=bucket, Key=KEY, Tagging=header)
    with refused("InvalidArgument", 400, **fields):
        s3.create_multipart_upload(Bucket=bucket, Key=KEY, Tagging=header)
    assert "Contents" not in s3.list_objects_v2(Bucket=bucket)


def test_the_tags_in_the_header_are_checked(s3: S3Client, bucket: str) -> None:
    with refused("InvalidTag", 400, Message=BAD_KEY, TagKey="key?"):
        s3.put_object(Bucket=bucket, Key=KEY, Tagging="key?=val")
    with refused("InvalidTag", 400, Message=BAD_VALUE, TagKey="key", TagValue="val("):
        s3.put_object(Bucket=bucket, Key=KEY, Tagging="key=val(")
    with refused("InvalidTag", 400, Message="Your TagKey cannot be prefixed with aws:", TagKey="aws:key"):
        s3.put_object(Bucket=bucket, Key=KEY, Tagging="aws:key=val")


def test_a_multipart_upload_has_the_tags_that_it_was_created_with(s3: S3Client, bucket: str) -> None:
    upload: Any = {"Bucket": bucket, "Key": KEY}
    upload["UploadId"] = s3.create_multipart_upload(**upload, Tagging="Hello=World&foo=bar")["UploadId"]
    part = s3.upload_part(**upload, PartNumber=1, Body=b"x")
    s3.complete_multipart_upload(**upload, MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]})
    assert list(tags(s3, bucket).items()) == [("Hello", "World"), ("foo", "bar")]


# Copies


def test_a_copy_has_the_tags_of_its_source_unless_it_replaces_them(s3: S3Client, versioned: str) -> None:
    source = s3.put_object(Bucket=versioned, Key=KEY, Tagging="a=1&b=2")["VersionId"]
    s3.put_object(Bucket=versioned, Key=KEY, Tagging="later=yes")
    copied: Any = {"Bucket": versioned, "CopySource": f"{versioned}/{KEY}?versionId={source}"}
    s3.copy_object(**copied, Key="plain")
    s3.copy_object(**copied, Key="copied", TaggingDirective="COPY", Tagging="ignored=yes")
    s3.copy_object(**copied, Key="replaced", TaggingDirective="REPLACE", Tagging="c=3")
    s3.copy_object(**copied, Key="bare", TaggingDirective="REPLACE")
    by_key = {key: tags(s3, versioned, key) for key in ("plain", "copied", "replaced", "bare")}
    assert by_key == {"plain": {"a": "1", "b": "2"}, "copied": {"a": "1", "b": "2"}, "replaced": {"c": "3"}, "bare": {}}


def test_the_metadata_has_its_own_directive(s3: S3Client, bucket: str) -> None:
    s3.put_object(Bucket=bucket, Key=KEY, Tagging="a=1", Metadata={"m": "1"})
    copied: Any = {"Bucket": bucket, "CopySource": f"{bucket}/{KEY}", "Key": "copy"}
    s3.copy_object(**copied, MetadataDirective="REPLACE")
    assert tags(s3, bucket, "copy") == {"a": "1"}
    assert s3.head_object(Bucket=bucket, Key="copy")["Metadata"] == {}
    s3.copy_object(**copied, TaggingDirective="REPLACE", Tagging="b=2")
    assert tags(s3, bucket, "copy") == {"b": "2"}
    assert s3.head_object(Bucket=bucket, Key="copy")["Metadata"] == {"m": "1"}


def test_an_unknown_tagging_directive_is_refused(s3: S3Client, bucket: str) -> None:
    s3.put_object(Bucket=bucket, Key=KEY)
    unknown: Any = "MERGE"
    fields = {"ArgumentName": "x-amz-tagging-directive", "ArgumentValue": "MERGE"}
    with refused("InvalidArgument", 400, Message="Unknown tagging directive.", **fields):
        s3.copy_object(Bucket=bucket, Key="copy", CopySource=f"{bucket}/{KEY}", TaggingDirective=unknown)
