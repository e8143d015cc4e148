"""RenameObject: sources, conditions, client tokens."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest
from freezegun import freeze_time

from tests.support.responses import refused, without_metadata
from tests.support.threads import outcomes

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

NOON = dt.datetime(2026, 11, 20, 12, tzinfo=dt.timezone.utc)
MINUTE = dt.timedelta(minutes=1)


def keys(client: S3Client, bucket: str) -> set[str]:
    return {entry["Key"] for entry in client.list_objects_v2(Bucket=bucket).get("Contents", [])}


def test_a_renamed_object_changes_nothing_but_its_key(west: S3Client, directory: str) -> None:
    with freeze_time(NOON):
        west.put_object(Bucket=directory, Key="old", Body=b"1", Metadata={"a": "b"}, ContentType="text/plain")
        before = without_metadata(west.head_object(Bucket=directory, Key="old"))
    assert without_metadata(west.rename_object(Bucket=directory, Key="new", RenameSource="old")) == {}
    assert without_metadata(west.head_object(Bucket=directory, Key="new")) == before
    assert keys(west, directory) == {"new"}


@pytest.mark.parametrize("source", ["a dir/ü", "/a dir/ü", "{bucket}/a dir/ü", "/{bucket}/a dir/ü", "a%20dir/%C3%BC"])
def test_the_source_is_a_key_alone_or_after_its_bucket(west: S3Client, directory: str, source: str) -> None:
    west.put_object(Bucket=directory, Key="a dir/ü", Body=b"1")
    text = source.format(bucket=directory).replace(" ", "%20").replace("ü", "%C3%BC")
    west.rename_object(Bucket=directory, Key="new", RenameSource=text)
    assert keys(west, directory) == {"new"}


def test_a_missing_source_is_an_error(west: S3Client, directory: str) -> None:
    with refused("NoSuchKey", 404, Key="old"):
        west.rename_object(Bucket=directory, Key="new", RenameSource="old")


def test_a_source_that_names_another_bucket_is_a_key(west: S3Client, directory: str) -> None:
    with refused("NoSuchKey", 404, Key="films--usw2-az1--x-s3/old"):
        west.rename_object(Bucket=directory, Key="new", RenameSource="films--usw2-az1--x-s3/old")


def test_a_source_that_is_not_utf_8_is_invalid(west: S3Client, directory: str) -> None:
    with refused("InvalidArgument", 400):
        west.rename_object(Bucket=directory, Key="new", RenameSource="%FF")


def test_a_rename_replaces_the_destination(west: S3Client, directory: str) -> None:
    west.put_object(Bucket=directory, Key="old", Body=b"1")
    west.put_object(Bucket=directory, Key="new", Body=b"2")
    west.rename_object(Bucket=directory, Key="new", RenameSource="old")
    assert west.get_object(Bucket=directory, Key="new")["Body"].read() == b"1"


def test_a_key_that_ends_in_a_slash_cannot_be_renamed(west: S3Client, directory: str) -> None:
    west.put_object(Bucket=directory, Key="old/", Body=b"")
    west.put_object(Bucket=directory, Key="file", Body=b"")
    for source, key in (("old/", "new"), ("file", "new/")):
        with refused("InvalidRequest", 400):
            west.rename_object(Bucket=directory, Key=key, RenameSource=source)
    assert keys(west, directory) == {"old/", "file"}


def test_a_rename_onto_itself_changes_nothing(west: S3Client, directory: str) -> None:
    west.put_object(Bucket=directory, Key="old", Body=b"1")
    west.rename_object(Bucket=directory, Key="old", RenameSource="old")
    assert keys(west, directory) == {"old"}


def test_a_rename_can_require_that_the_destination_is_free(west: S3Client, directory: str) -> None:
    west.put_object(Bucket=directory, Key="old", Body=b"1")
    west.put_object(Bucket=directory, Key="new", Body=b"2")
    with refused("PreconditionFailed", 412, Condition="If-None-Match"):
        west.rename_object(Bucket=directory, Key="new", RenameSource="old", DestinationIfNoneMatch="*")
    assert keys(west, directory) == {"old", "new"}
    west.rename_object(Bucket=directory, Key="other", RenameSource="old", DestinationIfNoneMatch="*")
    assert keys(west, directory) == {"other", "new"}


def test_a_rename_can_require_an_etag_of_the_destination(west: S3Client, directory: str) -> None:
    west.put_object(Bucket=directory, Key="old", Body=b"1")
    etag = west.put_object(Bucket=directory, Key="new", Body=b"2")["ETag"]
    with refused("PreconditionFailed", 412, Condition="If-Match"):
        west.rename_object(Bucket=directory, Key="new", RenameSource="old", DestinationIfMatch='"0"')
    with refused("NoSuchKey", 404):
        west.rename_object(Bucket=directory, Key="other", RenameSource="old", DestinationIfMatch=etag)
    west.rename_object(Bucket=directory, Key="new", RenameSource="old", DestinationIfMatch=etag)
    assert keys(west, directory) == {"new"}


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        ({"DestinationIfModifiedSince": NOON - MINUTE}, True),
        ({"DestinationIfModifiedSince": NOON}, False),
        ({"DestinationIfUnmodifiedSince": NOON}, True),
        ({"DestinationIfUnmodifiedSince": NOON - MINUTE}, False),
        ({"SourceIfModifiedSince": NOON - MINUTE}, True),
        ({"SourceIfModifiedSince": NOON}, False),
        ({"SourceIfUnmodifiedSince": NOON}, True),
        ({"SourceIfUnmodifiedSince": NOON - MINUTE}, False),
    ],
)
def test_a_rename_can_depend_on_times(west: S3Client, directory: str, condition: Any, *, holds: bool) -> None:
    with freeze_time(NOON):
        west.put_object(Bucket=directory, Key="old", Body=b"1")
        west.put_object(Bucket=directory, Key="new", Body=b"2")
    with freeze_time(NOON + MINUTE):
        if holds:
            west.rename_object(Bucket=directory, Key="new", RenameSource="old", **condition)
            return
        header = "x-amz-rename-source-If-" if "SourceIfModifiedSince" in condition else ""
        with refused("PreconditionFailed", 412) as refusal:
            west.rename_object(Bucket=directory, Key="new", RenameSource="old", **condition)
        assert refusal.error["Condition"].startswith(header)
    assert keys(west, directory) == {"old", "new"}


def test_a_missing_destination_has_not_been_modified(west: S3Client, directory: str) -> None:
    west.put_object(Bucket=directory, Key="old", Body=b"1")
    with refused("PreconditionFailed", 412, Condition="If-Modified-Since"):
        west.rename_object(Bucket=directory, Key="new", RenameSource="old", DestinationIfModifiedSince=NOON)
    west.rename_object(Bucket=directory, Key="new", RenameSource="old", DestinationIfUnmodifiedSince=NOON)


def test_a_rename_can_require_an_etag_of_the_source_or_exclude_one(west: S3Client, directory: str) -> None:
    etag = west.put_object(Bucket=directory, Key="old", Body=b"1")["ETag"]
    with refused("PreconditionFailed", 412):
        west.rename_object(Bucket=directory, Key="new", RenameSource="old", SourceIfMatch='"0"')
    for other in (etag, "*"):
        with refused("PreconditionFailed", 412):
            west.rename_object(Bucket=directory, Key="new", RenameSource="old", SourceIfNoneMatch=other)
    west.rename_object(Bucket=directory, Key="new", RenameSource="old", SourceIfMatch=etag, SourceIfNoneMatch='"0"')
    assert keys(west, directory) == {"new"}


def test_a_client_token_makes_a_rename_idempotent(west: S3Client, directory: str) -> None:
    west.put_object(Bucket=directory, Key="old", Body=b"1")
    west.rename_object(Bucket=directory, Key="new", RenameSource="old", ClientToken="a-token")
    west.put_object(Bucket=directory, Key="old", Body=b"2")
    west.rename_object(Bucket=directory, Key="new", RenameSource="old", ClientToken="a-token")
    assert west.get_object(Bucket=directory, Key="new")["Body"].read() == b"1"
    with refused("IdempotencyParameterMismatch", 400):
        west.rename_object(Bucket=directory, Key="newer", RenameSource="old", ClientToken="a-token")
    assert keys(west, directory) == {"old", "new"}


def test_the_token_of_a_failed_rename_can_be_reused(west: S3Client, directory: str) -> None:
    with refused("NoSuchKey", 404):
        west.rename_object(Bucket=directory, Key="new", RenameSource="old", ClientToken="a-token")
    west.put_object(Bucket=directory, Key="old", Body=b"1")
    west.rename_object(Bucket=directory, Key="newer", RenameSource="old", ClientToken="a-token")
    assert keys(west, directory) == {"newer"}


def test_of_many_renames_of_an_object_one_succeeds(west: S3Client, directory: str) -> None:
    west.put_object(Bucket=directory, Key="old", Body=b"1")

    def rename(number: int) -> str:
        west.rename_object(Bucket=directory, Key=f"new{number}", RenameSource="old")
        return "renamed"

    assert outcomes(rename) == ["NoSuchKey"] * 7 + ["renamed"]
    assert len(keys(west, directory)) == 1


@pytest.mark.parametrize("token", ["a" * 65, "a b"])
def test_a_client_token_has_at_most_64_printable_characters(west: S3Client, directory: str, token: str) -> None:
    with refused("InvalidArgument", 400):
        west.rename_object(Bucket=directory, Key="new", RenameSource="old", ClientToken=token)
