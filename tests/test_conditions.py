"""Conditional reads, writes and deletes."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.responses import refused, without_metadata
from tests.support.threads import outcomes

if TYPE_CHECKING:
    from collections.abc import Callable

    from mypy_boto3_s3 import S3Client

DID_NOT_HOLD = "At least one of the pre-conditions you specified did not hold"
NOT_IMPLEMENTED = "A header you provided implies functionality that is not implemented"
HELLO = '"5d41402abc4b2a76b9719d911017c592"'
HOUR = timedelta(hours=1)


@pytest.fixture
def modified(s3: S3Client, bucket: str) -> datetime:
    """The Last-Modified time of an object under ``a-key``."""
    s3.put_object(Bucket=bucket, Key="a-key", Body=b"hello", CacheControl="max-age=60", Metadata={"a": "b"})
    return s3.head_object(Bucket=bucket, Key="a-key")["LastModified"]


# Reads


def test_a_read_whose_condition_holds_succeeds(s3: S3Client, bucket: str, modified: datetime) -> None:
    holding: list[Any] = [
        {"IfMatch": HELLO},
        {"IfMatch": HELLO.strip('"')},
        {"IfMatch": "*"},
        {"IfMatch": f'"another", {HELLO}'},
        {"IfNoneMatch": '"another"'},
        {"IfModifiedSince": modified - HOUR},
        {"IfUnmodifiedSince": modified},
        {"IfMatch": HELLO, "IfUnmodifiedSince": modified - HOUR},
        {"IfNoneMatch": '"another"', "IfModifiedSince": modified},
        {"IfModifiedSince": datetime.now(timezone.utc) + HOUR},
    ]
    for condition in holding:
        assert s3.get_object(Bucket=bucket, Key="a-key", **condition)["Body"].read() == b"hello"
        assert s3.head_object(Bucket=bucket, Key="a-key", **condition)["ContentLength"] == 5


def test_a_read_whose_condition_fails_is_a_412(s3: S3Client, bucket: str, modified: datetime) -> None:
    failing: list[tuple[str, Any]] = [
        ("If-Match", {"IfMatch": '"another"'}),
        ("If-Unmodified-Since", {"IfUnmodifiedSince": modified - HOUR}),
        ("If-Match", {"IfMatch": '"another"', "IfNoneMatch": HELLO}),
    ]
    for name, condition in failing:
        with refused("PreconditionFailed", 412, Condition=name, Message=DID_NOT_HOLD):
            s3.get_object(Bucket=bucket, Key="a-key", **condition)
        with refused("412", 412):
            s3.head_object(Bucket=bucket, Key="a-key", **condition)


def test_a_read_of_an_unchanged_object_is_a_304(s3: S3Client, bucket: str, modified: datetime) -> None:
    unchanged: list[Any] = [
        {"IfNoneMatch": HELLO},
        {"IfNoneMatch": "*"},
        {"IfModifiedSince": modified},
        {"IfNoneMatch": HELLO, "IfModifiedSince": modified - HOUR},
        {"IfMatch": HELLO, "IfNoneMatch": HELLO},
    ]
    calls: list[Callable[..., Any]] = [s3.get_object, s3.head_object]
    for condition in unchanged:
        for call in calls:
            with refused("304", 304, Message="Not Modified"):
                call(Bucket=bucket, Key="a-key", **condition)


@pytest.mark.usefixtures("modified")
def test_a_304_has_the_headers_that_a_cache_needs_and_no_body(s3: S3Client, bucket: str) -> None:
    head: Any = s3.head_object(Bucket=bucket, Key="a-key")
    with refused("304", 304) as refusal:
        s3.get_object(Bucket=bucket, Key="a-key", IfNoneMatch=HELLO)
    whole, headers = head["ResponseMetadata"]["HTTPHeaders"], refusal.headers
    of_the_object = {"etag", "last-modified", "cache-control"}
    assert {name: headers[name] for name in of_the_object} == {name: whole[name] for name in of_the_object}
    assert set(headers) == of_the_object | {"x-amz-id-2", "x-amz-request-id", "date", "server"}


def test_a_304_names_the_version(s3: S3Client, versioned: str) -> None:
    version = s3.put_object(Bucket=versioned, Key="a-key", Body=b"hello")["VersionId"]
    with refused("304", 304) as refusal:
        s3.get_object(Bucket=versioned, Key="a-key", IfNoneMatch=HELLO)
    assert refusal.headers["x-amz-version-id"] == version


def test_a_missing_key_is_no_such_key_under_any_condition(s3: S3Client, bucket: str) -> None:
    conditions: list[Any] = [{"IfMatch": HELLO}, {"IfNoneMatch": "*"}]
    for condition in conditions:
        with refused("NoSuchKey", 404, Key="no-such-key"):
            s3.get_object(Bucket=bucket, Key="no-such-key", **condition)


# Writes: put and copy alike


@pytest.fixture(params=["put", "copy"])
def write(request: pytest.FixtureRequest, s3: S3Client) -> Callable[..., Any]:
    """A function that puts or copies b"new" to a key."""
    if request.param == "put":
        return lambda **parameters: s3.put_object(Body=b"new", **parameters)
    s3.create_bucket(Bucket="sources")
    s3.put_object(Bucket="sources", Key="source", Body=b"new")
    return lambda **parameters: s3.copy_object(CopySource="sources/source", **parameters)


def content(s3: S3Client, bucket: str) -> bytes:
    return s3.get_object(Bucket=bucket, Key="a-key")["Body"].read()


def test_if_none_match_writes_only_where_there_is_no_object(
    s3: S3Client, bucket: str, write: Callable[..., Any]
) -> None:
    s3.put_object(Bucket=bucket, Key="a-key", Body=b"hello")
    with refused("PreconditionFailed", 412, Condition="If-None-Match", Message=DID_NOT_HOLD):
        write(Bucket=bucket, Key="a-key", IfNoneMatch="*")
    assert content(s3, bucket) == b"hello"
    s3.delete_object(Bucket=bucket, Key="a-key")
    write(Bucket=bucket, Key="a-key", IfNoneMatch="*")
    assert content(s3, bucket) == b"new"


def test_if_match_writes_only_over_that_object(s3: S3Client, bucket: str, write: Callable[..., Any]) -> None:
    s3.put_object(Bucket=bucket, Key="a-key", Body=b"hello")
    with refused("PreconditionFailed", 412, Condition="If-Match", Message=DID_NOT_HOLD):
        write(Bucket=bucket, Key="a-key", IfMatch='"another"')
    assert content(s3, bucket) == b"hello"
    write(Bucket=bucket, Key="a-key", IfMatch=HELLO)
    assert content(s3, bucket) == b"new"
    s3.delete_object(Bucket=bucket, Key="a-key")
    with refused("NoSuchKey", 404, Key="a-key", Message="The specified key does not exist."):
        write(Bucket=bucket, Key="a-key", IfMatch=HELLO)


def test_under_a_delete_marker_there_is_no_object(s3: S3Client, versioned: str, write: Callable[..., Any]) -> None:
    etag = s3.put_object(Bucket=versioned, Key="a-key", Body=b"hello")["ETag"]
    s3.delete_object(Bucket=versioned, Key="a-key")
    with refused("NoSuchKey", 404, Key="a-key"):
        write(Bucket=versioned, Key="a-key", IfMatch=etag)
    write(Bucket=versioned, Key="a-key", IfNoneMatch="*")
    with refused("PreconditionFailed", 412, Condition="If-Match"):
        write(Bucket=versioned, Key="a-key", IfMatch=etag)
    assert content(s3, versioned) == b"new"


def test_a_condition_that_a_write_does_not_support_is_a_501(
    s3: S3Client, bucket: str, write: Callable[..., Any]
) -> None:
    s3.put_object(Bucket=bucket, Key="a-key", Body=b"hello")
    several = "Multiple conditional request headers present in the request"
    refusals: list[tuple[str, str, Any]] = [
        ("If-Match", "We don't accept the provided value of If-Match header for this API", {"IfMatch": "*"}),
        (
            "If-None-Match",
            "We don't accept the provided value of If-None-Match header for this API",
            {"IfNoneMatch": HELLO},
        ),
        ("If-Match,If-None-Match", several, {"IfMatch": HELLO, "IfNoneMatch": "*"}),
    ]
    for header, additional, condition in refusals:
        with refused("NotImplemented", 501, Header=header, additionalMessage=additional, Message=NOT_IMPLEMENTED):
            write(Bucket=bucket, Key="a-key", **condition)
    assert content(s3, bucket) == b"hello"


def test_a_copy_onto_itself_can_have_a_condition(s3: S3Client, bucket: str) -> None:
    s3.put_object(Bucket=bucket, Key="a-key", Body=b"hello")
    itself: Any = {"Bucket": bucket, "Key": "a-key", "CopySource": f"{bucket}/a-key", "MetadataDirective": "REPLACE"}
    with refused("PreconditionFailed", 412, Condition="If-None-Match"):
        s3.copy_object(**itself, IfNoneMatch="*")
    assert s3.copy_object(**itself, IfMatch=HELLO)["CopyObjectResult"]["ETag"] == HELLO


def test_one_of_many_conditional_writes_of_a_new_key_wins(s3: S3Client, versioned: str) -> None:
    def put(number: int) -> str:
        s3.put_object(Bucket=versioned, Key="a-key", Body=str(number).encode(), IfNoneMatch="*")
        return "written"

    assert outcomes(put, 32) == ["PreconditionFailed"] * 31 + ["written"]
    assert len(s3.list_object_versions(Bucket=versioned)["Versions"]) == 1


# Deletes


def test_if_match_deletes_only_that_object(s3: S3Client, bucket: str) -> None:
    s3.put_object(Bucket=bucket, Key="a-key", Body=b"hello")
    with refused("PreconditionFailed", 412, Condition="If-Match", Message=DID_NOT_HOLD):
        s3.delete_object(Bucket=bucket, Key="a-key", IfMatch='"another"')
    assert content(s3, bucket) == b"hello"
    s3.delete_object(Bucket=bucket, Key="a-key", IfMatch=HELLO)
    assert s3.list_objects_v2(Bucket=bucket)["KeyCount"] == 0


def test_a_delete_can_require_that_the_object_exists(s3: S3Client, bucket: str) -> None:
    s3.put_object(Bucket=bucket, Key="a-key", Body=b"hello")
    s3.delete_object(Bucket=bucket, Key="a-key", IfMatch="*")
    with refused("NoSuchKey", 404, Key="a-key"):
        s3.delete_object(Bucket=bucket, Key="a-key", IfMatch="*")


def test_conditions_of_directory_buckets_are_a_501_elsewhere(s3: S3Client, bucket: str) -> None:
    s3.put_object(Bucket=bucket, Key="a-key", Body=b"hello")
    moment = datetime(2026, 1, 1, tzinfo=timezone.utc)
    time, size = "x-amz-if-match-last-modified-time", "x-amz-if-match-size"
    refusals: list[tuple[str, Any]] = [
        (time, {"IfMatchLastModifiedTime": moment}),
        (size, {"IfMatchSize": 5}),
        (time, {"IfMatch": HELLO, "IfMatchLastModifiedTime": moment, "IfMatchSize": 5}),
    ]
    for header, condition in refusals:
        with refused("NotImplemented", 501, Header=header, Message=NOT_IMPLEMENTED):
            s3.delete_object(Bucket=bucket, Key="a-key", **condition)
    assert content(s3, bucket) == b"hello"


def test_each_of_many_deletes_can_have_its_etag(s3: S3Client, bucket: str) -> None:
    s3.put_object(Bucket=bucket, Key="a-key", Body=b"hello")
    s3.put_object(Bucket=bucket, Key="b-key", Body=b"hello")
    objects: Any = [{"Key": "a-key", "ETag": '"another"'}, {"Key": "b-key", "ETag": HELLO}]
    reply = s3.delete_objects(Bucket=bucket, Delete={"Objects": objects})
    failed = {"Key": "a-key", "Code": "PreconditionFailed", "Message": DID_NOT_HOLD}
    assert without_metadata(reply) == {"Deleted": [{"Key": "b-key"}], "Errors": [failed]}
