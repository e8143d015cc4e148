"""GetObjectTorrent, which S3 no longer supports."""

from __future__ import annotations

from typing import TYPE_CHECKING

from s3mock.backend.cloud import Cloud
from s3mock.settings import Settings
from tests.support.raw_requests import ask
from tests.support.responses import refused

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

MESSAGE = "The specified method is not allowed against this resource."


def test_get_object_torrent_is_refused_whether_the_object_exists_or_not(s3: S3Client, bucket: str) -> None:
    s3.put_object(Bucket=bucket, Key="a-key", Body=b"bytes")
    for key in ("a-key", "nothing"):
        with refused("MethodNotAllowed", 405, Message=MESSAGE, Method="GET", ResourceType="TORRENT") as refusal:
            s3.get_object_torrent(Bucket=bucket, Key=key)
        assert "allow" not in refusal.headers


def test_get_object_torrent_checks_the_bucket_first(s3: S3Client) -> None:
    with refused("NoSuchBucket", 404, BucketName="nowhere"):
        s3.get_object_torrent(Bucket="nowhere", Key="a-key")


def test_get_object_torrent_checks_the_expected_owner(s3: S3Client, bucket: str) -> None:
    with refused("AccessDenied", 403):
        s3.get_object_torrent(Bucket=bucket, Key="a-key", ExpectedBucketOwner="210987654321")


def test_the_error_of_get_object_torrent_allows_no_method() -> None:
    response = ask(Cloud(Settings()), "HEAD", "/a-bucket/a-key?torrent")
    assert response.status == 405
    assert "Allow" not in response.headers


def test_get_object_torrent_refuses_a_version_id() -> None:
    response = ask(Cloud(Settings()), "GET", "/nowhere/a-key?torrent&versionId=null")
    assert response.status == 400
    assert isinstance(response.body, bytes)
    assert b"<Message>This operation does not accept a version-id.</Message>" in response.body
