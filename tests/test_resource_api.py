"""boto3's resources and managed transfers of small files, as most programs use S3."""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from boto3.s3.transfer import TransferConfig
from botocore.exceptions import ClientError

from s3mock import mock_s3
from tests.support.responses import refused
from tests.support.streams import Unseekable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from mypy_boto3_s3.service_resource import Bucket, S3ServiceResource


@pytest.fixture
def resource() -> Iterator[S3ServiceResource]:
    with mock_s3():
        yield boto3.resource("s3", region_name="us-east-1")


@pytest.fixture
def photos(resource: S3ServiceResource) -> Bucket:
    """An empty bucket."""
    return resource.create_bucket(Bucket="photos")


def keys(bucket: Bucket, **parameters: Any) -> list[str]:
    return [summary.key for summary in bucket.objects.filter(**parameters)]


def test_an_object_is_put_got_and_deleted(photos: Bucket) -> None:
    photo = photos.Object("a/b.jpg")
    assert photo.put(Body=b"hello", Metadata={"camera": "X"})["ETag"] == '"5d41402abc4b2a76b9719d911017c592"'
    assert photo.get()["Body"].read() == b"hello"
    assert (photo.content_length, photo.metadata) == (5, {"camera": "X"})
    photo.delete()
    with refused("NoSuchKey", 404):
        photo.get()


def test_an_object_keeps_its_loaded_attributes_until_reloaded(photos: Bucket) -> None:
    photo = photos.put_object(Key="a", Body=b"1")
    assert photo.content_length == 1
    photos.put_object(Key="a", Body=b"22")
    assert photo.content_length == 1
    photo.reload()
    assert photo.content_length == 2
    assert isinstance(photo.last_modified, datetime)


def test_a_missing_object_fails_to_load(photos: Bucket) -> None:
    with refused("404", 404, Message="Not Found"):
        photos.Object("missing").load()
    with pytest.raises(photos.meta.client.exceptions.NoSuchKey):
        photos.Object("missing").get()


def test_waiters_see_an_object_come_and_go(photos: Bucket) -> None:
    photo = photos.put_object(Key="a")
    photo.wait_until_exists()
    photo.delete()
    photo.wait_until_not_exists()


def test_a_buckets_objects_are_listed_completely_and_in_order(photos: Bucket) -> None:
    for key in ("b/2", "a", "b/1", "c"):
        photos.put_object(Key=key, Body=key.encode())
    assert [summary.key for summary in photos.objects.all()] == ["a", "b/1", "b/2", "c"]
    assert keys(photos, Prefix="b/") == ["b/1", "b/2"]
    assert [summary.key for summary in photos.objects.limit(2)] == ["a", "b/1"]
    assert [summary.key for page in photos.objects.page_size(1).pages() for summary in page] == ["a", "b/1", "b/2", "c"]


def test_a_summary_has_the_listed_attributes_and_leads_to_the_object(photos: Bucket) -> None:
    photos.put_object(Key="a", Body=b"hello")
    (summary,) = photos.objects.all()
    assert (summary.size, summary.storage_class) == (5, "STANDARD")
    assert summary.e_tag == '"5d41402abc4b2a76b9719d911017c592"'
    assert summary.get()["Body"].read() == b"hello"
    assert summary.Object().last_modified == summary.last_modified
    summary.delete()
    assert keys(photos) == []


def test_a_filtered_collection_is_deleted_at_once(photos: Bucket) -> None:
    for number in range(5):
        photos.put_object(Key=f"a/{number}")
        photos.put_object(Key=f"b/{number}")
    photos.objects.filter(Prefix="a/").delete()
    assert keys(photos) == [f"b/{number}" for number in range(5)]


def test_more_than_a_thousand_objects_are_deleted_page_by_page(photos: Bucket) -> None:
    for number in range(1005):
        photos.put_object(Key=str(number))
    replies = photos.objects.all().delete()
    assert [len(reply["Deleted"]) for reply in replies] == [1000, 5]
    assert keys(photos) == []
    photos.delete()


def test_every_version_of_a_bucket_is_deleted(photos: Bucket) -> None:
    photos.Versioning().enable()
    for body in (b"1", b"2"):
        photos.put_object(Key="a", Body=body)
    photos.Object("a").delete()
    new, old, marker = photos.object_versions.filter(Prefix="a")  # boto3 lists the markers last
    assert (new.is_latest, old.is_latest, marker.is_latest) == (False, False, True)
    assert old.get()["Body"].read() == b"1"
    with pytest.raises(ClientError, match="BucketNotEmpty"):
        photos.delete()
    photos.object_versions.delete()
    photos.delete()


def test_an_object_is_copied_from_another(resource: S3ServiceResource, photos: Bucket) -> None:
    photos.put_object(Key="a", Body=b"hello", Metadata={"camera": "X"})
    resource.create_bucket(Bucket="backup")
    source: Any = {"Bucket": "photos", "Key": "a"}
    copy = resource.Object("backup", "copy")
    copy.copy_from(CopySource=source)
    copy.copy(source)
    photos.copy(source, "another")
    assert copy.get()["Body"].read() == photos.Object("another").get()["Body"].read() == b"hello"
    assert copy.metadata == {"camera": "X"}


def test_a_file_is_uploaded_and_downloaded(photos: Bucket, tmp_path: Path) -> None:
    there, back = tmp_path / "there.jpg", tmp_path / "back.jpg"
    there.write_bytes(b"hello")
    extra = {"ContentType": "image/jpeg", "Metadata": {"camera": "X"}, "ACL": "public-read"}
    photos.upload_file(str(there), "a.jpg", ExtraArgs=extra)
    photos.download_file("a.jpg", str(back))
    assert back.read_bytes() == b"hello"
    photo = photos.Object("a.jpg")
    assert (photo.content_type, photo.metadata) == ("image/jpeg", {"camera": "X"})
    photo.upload_file(str(back))
    photo.download_file(str(there))
    assert there.read_bytes() == b"hello"


def test_a_file_object_is_uploaded_and_downloaded_with_progress(photos: Bucket) -> None:
    content = bytes(range(256)) * 1024
    up: list[int] = []
    down: list[int] = []
    photos.upload_fileobj(io.BytesIO(content), "a", Callback=up.append)
    target = io.BytesIO()
    photos.download_fileobj("a", target, Callback=down.append)
    assert target.getvalue() == content
    assert sum(up) == sum(down) == len(content)


def test_a_stream_that_cannot_be_read_twice_is_uploaded(photos: Bucket) -> None:
    stream: Any = Unseekable(b"hello" * 1000)
    photos.upload_fileobj(stream, "a")
    assert photos.Object("a").get()["Body"].read() == b"hello" * 1000


def test_a_file_is_downloaded_whole_in_many_ranges(photos: Bucket, tmp_path: Path) -> None:
    content = bytes(range(256)) * 4096
    photos.put_object(Key="a", Body=content)
    config = TransferConfig(multipart_threshold=100_000, multipart_chunksize=100_000)
    photos.download_file("a", str(tmp_path / "a"), Config=config)
    assert (tmp_path / "a").read_bytes() == content


def test_downloading_a_missing_file_is_a_404(photos: Bucket, tmp_path: Path) -> None:
    with refused("404", 404):
        photos.download_file("missing", str(tmp_path / "a"))
    assert list(tmp_path.iterdir()) == []


def test_bodies_can_be_read_in_every_way(photos: Bucket) -> None:
    photo = photos.put_object(Key="a", Body=b"one\ntwo\nthree")
    assert list(photo.get()["Body"].iter_lines()) == [b"one", b"two", b"three"]
    assert list(photo.get()["Body"].iter_chunks(5)) == [b"one\nt", b"wo\nth", b"ree"]
    body = photo.get()["Body"]
    assert (body.read(3), body.read(), body.read()) == (b"one", b"\ntwo\nthree", b"")
    with photo.get()["Body"] as body:
        assert io.TextIOWrapper(io.BytesIO(body.read())).readline() == "one\n"


def test_an_acl_can_be_read_through_the_resource(photos: Bucket) -> None:
    photo = photos.put_object(Key="a", ACL="public-read")
    assert [grant["Permission"] for grant in photo.Acl().grants] == ["FULL_CONTROL", "READ"]
    photo.Acl().put(ACL="private")
    assert len(photo.Acl().grants) == 1


def test_threads_share_a_bucket(photos: Bucket) -> None:
    client = photos.meta.client

    def work(number: int) -> bytes:
        client.upload_fileobj(io.BytesIO(str(number).encode()), "photos", f"{number:03}")
        client.copy_object(Bucket="photos", Key=f"copy/{number:03}", CopySource=f"photos/{number:03}")
        target = io.BytesIO()
        client.download_fileobj("photos", f"copy/{number:03}", target)
        client.delete_object(Bucket="photos", Key=f"{number:03}")
        return target.getvalue()

    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(work, range(40))) == [str(number).encode() for number in range(40)]
    assert keys(photos) == [f"copy/{number:03}" for number in range(40)]
