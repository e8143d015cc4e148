"""Listings of directory buckets: not in key order, and only by directories."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.responses import refused, without_metadata

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

KEYS = [f"{letter}/{number}" for letter in "abc" for number in range(10)] + [f"top{number}" for number in range(10)]


@pytest.fixture
def filled(west: S3Client, directory: str) -> str:
    for key in KEYS:
        west.put_object(Bucket=directory, Key=key, Body=b"1")
    return directory


def pages(client: S3Client, bucket: str, size: int, prefix: str = "", delimiter: str = "") -> list[list[str]]:
    """The names on each page."""
    paginator = client.get_paginator("list_objects_v2")
    listed = []
    for page in paginator.paginate(
        Bucket=bucket, Prefix=prefix, Delimiter=delimiter, PaginationConfig={"PageSize": size}
    ):
        names = [entry["Key"] for entry in page.get("Contents", [])]
        names += [entry["Prefix"] for entry in page.get("CommonPrefixes", [])]
        assert page["KeyCount"] == len(names) <= size
        listed.append(names)
    return listed


def test_a_listing_is_complete_but_not_in_the_order_of_keys(west: S3Client, filled: str) -> None:
    ((listed),) = pages(west, filled, 1000)
    assert sorted(listed) == sorted(KEYS)
    assert listed != sorted(KEYS)
    assert pages(west, filled, 1000) == [listed]


@pytest.mark.parametrize("size", [1, 7, 39, 40])
def test_all_pages_together_are_the_complete_listing(west: S3Client, filled: str, size: int) -> None:
    listed = pages(west, filled, size)
    assert [name for page in listed for name in page] == pages(west, filled, 1000)[0]
    assert all(len(page) == size for page in listed[:-1])


def test_directories_are_rolled_up_into_common_prefixes(west: S3Client, filled: str) -> None:
    expected = sorted([*[f"top{number}" for number in range(10)], "a/", "b/", "c/"])
    assert sorted(pages(west, filled, 1000, delimiter="/")[0]) == expected
    assert sorted(name for page in pages(west, filled, 2, delimiter="/") for name in page) == expected
    assert sorted(pages(west, filled, 1000, prefix="b/", delimiter="/")[0]) == [f"b/{number}" for number in range(10)]


def test_a_page_repeats_its_parameters(west: S3Client, directory: str) -> None:
    put = west.put_object(Bucket=directory, Key="a/1", Body=b"1")
    reply = west.list_objects_v2(Bucket=directory, Prefix="a/", FetchOwner=True)
    owner = reply["Contents"][0]["Owner"]
    modified = reply["Contents"][0]["LastModified"]
    assert without_metadata(reply) == {
        "Name": directory,
        "Prefix": "a/",
        "MaxKeys": 1000,
        "KeyCount": 1,
        "IsTruncated": False,
        "EncodingType": "url",
        "Contents": [
            {
                "Key": "a/1",
                "LastModified": modified,
                "ETag": put["ETag"],
                "ChecksumAlgorithm": ["CRC32"],
                "ChecksumType": "FULL_OBJECT",
                "Size": 1,
                "StorageClass": "EXPRESS_ONEZONE",
                "Owner": owner,
            }
        ],
    }
    assert set(owner) == {"ID"}


def test_a_prefix_ends_in_a_slash(west: S3Client, filled: str) -> None:
    message = (
        "This bucket does not support a prefix that does not end in a delimiter. Specify a prefix path ending with a "
        "delimiter and try again."
    )
    with refused("InvalidRequest", 400, Message=message):
        west.list_objects_v2(Bucket=filled, Prefix="a")
    with refused("InvalidRequest", 400, Message=message):
        west.list_multipart_uploads(Bucket=filled, Prefix="a")


def test_the_slash_is_the_only_delimiter(west: S3Client, filled: str) -> None:
    with refused("InvalidRequest", 400):
        west.list_objects_v2(Bucket=filled, Delimiter="-")
    with refused("InvalidRequest", 400):
        west.list_multipart_uploads(Bucket=filled, Delimiter="-")


def test_a_listing_cannot_start_after_a_key(west: S3Client, filled: str) -> None:
    with refused("NotImplemented", 501, Header="start-after"):
        west.list_objects_v2(Bucket=filled, StartAfter="b/1")
    with refused("NotImplemented", 501, Header="upload-id-marker"):
        west.list_multipart_uploads(Bucket=filled, UploadIdMarker="x")
    with refused("InvalidArgument", 400):
        west.list_objects_v2(Bucket=filled, ContinuationToken="b/1")


def test_an_upload_in_progress_lists_its_directory(west: S3Client, directory: str) -> None:
    west.create_multipart_upload(Bucket=directory, Key="films/new")
    west.create_multipart_upload(Bucket=directory, Key="new")
    assert pages(west, directory, 10) == [[]]
    assert pages(west, directory, 10, delimiter="/") == [["films/"]]
    assert pages(west, directory, 10, prefix="films/", delimiter="/") == [[]]


def test_deleting_an_object_removes_its_empty_directories(west: S3Client, directory: str) -> None:
    west.put_object(Bucket=directory, Key="a/b/c", Body=b"")
    west.delete_object(Bucket=directory, Key="a/b/c")
    assert pages(west, directory, 10, delimiter="/") == [[]]


@pytest.mark.parametrize("size", [1, 3, 100])
def test_uploads_are_listed_completely_but_not_in_the_order_of_keys(west: S3Client, directory: str, size: int) -> None:
    begun = []
    for key in [*KEYS[:12], KEYS[0], KEYS[0]]:
        upload = west.create_multipart_upload(Bucket=directory, Key=key)
        begun.append((key, upload["UploadId"]))
    listed, marker = [], ""
    while True:
        page = west.list_multipart_uploads(Bucket=directory, MaxUploads=size, KeyMarker=marker)
        listed += [(upload["Key"], upload["UploadId"]) for upload in page.get("Uploads", [])]
        assert not {"UploadIdMarker", "NextUploadIdMarker"} & set(page)
        if not page["IsTruncated"]:
            break
        marker = page["NextKeyMarker"]
        assert marker not in KEYS
    assert sorted(listed) == sorted(begun)
    assert [key for key, _ in listed] != sorted(key for key, _ in listed)
    first = [upload for key, upload in begun if key == KEYS[0]]
    assert [upload for key, upload in listed if key == KEYS[0]] == first


def test_uploads_are_rolled_up_into_common_prefixes(west: S3Client, directory: str) -> None:
    for key in KEYS:
        west.create_multipart_upload(Bucket=directory, Key=key)
    names, marker = set(), ""
    while True:
        page = west.list_multipart_uploads(Bucket=directory, Delimiter="/", MaxUploads=4, KeyMarker=marker)
        names |= {upload["Key"] for upload in page.get("Uploads", [])}
        names |= {prefix["Prefix"] for prefix in page.get("CommonPrefixes", [])}
        if not page["IsTruncated"]:
            break
        marker = page["NextKeyMarker"]
    assert names == {*[f"top{number}" for number in range(10)], "a/", "b/", "c/"}
    one = west.list_multipart_uploads(Bucket=directory, Prefix="c/")
    assert {upload["Key"] for upload in one["Uploads"]} == {f"c/{number}" for number in range(10)}
    assert {upload["StorageClass"] for upload in one["Uploads"]} == {"EXPRESS_ONEZONE"}
