"""A moved clock: S3 and botocore use the same time."""

from __future__ import annotations

import json
from base64 import b64decode
from datetime import datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import botocore.signers
import pytest
from botocore.config import Config
from freezegun import freeze_time

from s3mock import mock_s3

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

    from s3mock.control import S3

NOON = datetime(2026, 11, 20, 12, tzinfo=timezone.utc)


def client(mock: S3, signature: str) -> Any:
    return mock.client(region_name="us-east-1", config=Config(signature_version=signature))


def test_the_clock_can_be_advanced_and_set(s3: S3Client, bucket: str, mock: S3) -> None:
    with freeze_time(NOON):
        s3.put_object(Bucket=bucket, Key="old")
        mock.clock.advance(days=31)
        s3.put_object(Bucket=bucket, Key="new")
        old, new = (s3.head_object(Bucket=bucket, Key=key) for key in ("old", "new"))
    assert (old["LastModified"], new["LastModified"]) == (NOON, NOON + timedelta(days=31))
    assert parsedate_to_datetime(new["ResponseMetadata"]["HTTPHeaders"]["date"]) == NOON + timedelta(days=31)


def test_a_multipart_object_is_as_old_as_its_upload(s3: S3Client, mock: S3) -> None:
    s3.create_bucket(Bucket="locked", ObjectLockEnabledForBucket=True)
    s3.put_object_lock_configuration(
        Bucket="locked",
        ObjectLockConfiguration={
            "ObjectLockEnabled": "Enabled",
            "Rule": {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 5}},
        },
    )
    with freeze_time(NOON):
        upload = s3.create_multipart_upload(Bucket="locked", Key="key")["UploadId"]
        mock.clock.advance(days=1)
        part = s3.upload_part(Bucket="locked", Key="key", UploadId=upload, PartNumber=1, Body=b"part")
        s3.complete_multipart_upload(
            Bucket="locked",
            Key="key",
            UploadId=upload,
            MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]},
        )
        head = s3.head_object(Bucket="locked", Key="key")
    assert head["LastModified"] == NOON
    assert head["ObjectLockRetainUntilDate"] == NOON + timedelta(days=5)


def test_a_reset_sets_the_clock_back(mock: S3) -> None:
    with freeze_time(NOON):
        mock.clock.advance(days=31)
        mock.reset()
        assert mock.clock.now() == NOON


@pytest.mark.parametrize("signature", ["s3v4", "s3"])
def test_requests_are_signed_with_the_time_of_the_moved_clock(bucket: str, mock: S3, signature: str) -> None:
    signed: list[Any] = []
    ours = client(mock, signature)
    ours.meta.events.register("before-send.s3", lambda request, **_: signed.append(request.headers))
    with freeze_time(NOON):
        mock.clock.advance(days=31)
        ours.list_objects_v2(Bucket=bucket)
    stamps = {"s3v4": ("X-Amz-Date", b"20261221T120000Z"), "s3": ("Date", b"Mon, 21 Dec 2026 12:00:00 GMT")}
    header, stamp = stamps[signature]
    value = signed[0][header]
    assert (value if isinstance(value, bytes) else value.encode()) == stamp


@pytest.mark.parametrize(
    ("signature", "expected"),
    [
        ("s3v4", {"X-Amz-Date": ["20261221T120000Z"]}),
        ("s3", {"Expires": [str(int(NOON.timestamp()) + 31 * 86400 + 60)]}),
    ],
)
def test_urls_are_presigned_with_the_time_of_the_moved_clock(
    bucket: str, mock: S3, signature: str, expected: dict[str, list[str]]
) -> None:
    with freeze_time(NOON):
        mock.clock.advance(days=31)
        url = client(mock, signature).generate_presigned_url(
            "get_object", Params={"Bucket": bucket, "Key": "key"}, ExpiresIn=60
        )
    assert expected.items() <= parse_qs(urlsplit(url).query).items()


def test_forms_are_presigned_with_the_time_of_the_moved_clock(s3: S3Client, bucket: str, mock: S3) -> None:
    with freeze_time(NOON):
        mock.clock.advance(days=31)
        form = s3.generate_presigned_post(bucket, "key", ExpiresIn=60)
    assert json.loads(b64decode(form["fields"]["policy"]))["expiration"] == "2026-12-21T12:01:00Z"


def test_a_client_renews_its_session_after_the_clock_was_moved(west: S3Client, directory: str) -> None:
    with mock_s3() as mock:
        west.put_object(Bucket=directory, Key="key", Body=b"1")
        mock.clock.advance(minutes=10)
        assert west.get_object(Bucket=directory, Key="key")["Body"].read() == b"1"


def test_botocore_uses_the_system_time_again_after_the_mock_ends() -> None:
    room = vars(botocore.signers)
    before = room["get_current_datetime"]
    with mock_s3() as mock:
        mock.clock.advance(days=31)
        during = room["get_current_datetime"]
        assert during() - before() > timedelta(days=30)
    assert room["get_current_datetime"] is before
    assert abs(during() - before()) < timedelta(minutes=1)
