"""The locks of new objects: by the headers of their requests, and by the default of their bucket."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.digests import content_md5_of
from tests.support.locks import BUCKET, KEY, Vault, days
from tests.support.raw_requests import ask
from tests.support.responses import refused

if TYPE_CHECKING:
    from collections.abc import Callable

    from mypy_boto3_s3 import S3Client

MODE, DATE = "x-amz-object-lock-mode", "x-amz-object-lock-retain-until-date"
LOCKED: Any = {
    "ObjectLockMode": "GOVERNANCE",
    "ObjectLockRetainUntilDate": days(3),
    "ObjectLockLegalHoldStatus": "ON",
}


def put(s3: S3Client, bucket: str, **more: Any) -> None:
    s3.put_object(Bucket=bucket, Key=KEY, **more)


def copy(s3: S3Client, bucket: str, **more: Any) -> None:
    s3.put_object(Bucket=bucket, Key="source")
    s3.copy_object(Bucket=bucket, Key=KEY, CopySource=f"{bucket}/source", **more)


def upload(s3: S3Client, bucket: str, **more: Any) -> None:
    named: Any = {"Bucket": bucket, "Key": KEY}
    named["UploadId"] = s3.create_multipart_upload(**named, **more)["UploadId"]
    part = s3.upload_part(**named, PartNumber=1, Body=b"x")
    s3.complete_multipart_upload(**named, MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]})


ways = pytest.mark.parametrize("make", [put, copy, upload], ids=["put", "copy", "upload"])
if TYPE_CHECKING:
    Way = Callable[..., None]


@ways
def test_a_new_object_is_locked_as_in_its_request(vault: Vault, make: Way) -> None:
    make(vault.s3, BUCKET, **LOCKED)
    head = vault.head()
    assert {name: value for name, value in head.items() if name.startswith("ObjectLock")} == LOCKED
    vault.keeps(head["VersionId"], BypassGovernanceRetention=True)
    vault.hold("OFF")
    vault.keeps(head["VersionId"])
    vault.delete(head["VersionId"], BypassGovernanceRetention=True)


@ways
def test_a_legal_hold_needs_no_retention(vault: Vault, make: Way) -> None:
    make(vault.s3, BUCKET, ObjectLockLegalHoldStatus="ON")
    head = vault.head()
    assert {name for name in head if name.startswith("ObjectLock")} == {"ObjectLockLegalHoldStatus"}
    vault.keeps(head["VersionId"])


@ways
@pytest.mark.parametrize(
    ("members", "message", "name", "value"),
    [
        ({"ObjectLockMode": "GOVERNANCE"}, f"{DATE} and {MODE} must both be supplied", DATE, ""),
        ({"ObjectLockRetainUntilDate": days(1)}, f"{DATE} and {MODE} must both be supplied", MODE, ""),
        (
            {"ObjectLockMode": "GOVERNANCE", "ObjectLockRetainUntilDate": days(-1)},
            "The retain until date must be in the future!",
            DATE,
            "2026-11-19T12:00:00.000Z",
        ),
        (
            {"ObjectLockMode": "strict", "ObjectLockRetainUntilDate": days(1)},
            "Unknown wormMode directive.",
            MODE,
            "strict",
        ),
        (
            {"ObjectLockLegalHoldStatus": "on"},
            "Legal Hold must be either of 'ON' or 'OFF'",
            "x-amz-object-lock-legal-hold",
            "on",
        ),
    ],
    ids=["no date", "no mode", "past", "bad mode", "bad hold"],
)
def test_invalid_lock_headers_are_refused_in_any_bucket(
    vault: Vault, make: Way, members: Any, message: str, name: str, value: str
) -> None:
    vault.s3.create_bucket(Bucket="unlocked")
    for bucket in (BUCKET, "unlocked"):
        with refused("InvalidArgument", 400) as refusal:
            make(vault.s3, bucket, **members)
        error = {field: refusal.error.get(field) or "" for field in ("Message", "ArgumentName", "ArgumentValue")}
        assert error == {"Message": message, "ArgumentName": name, "ArgumentValue": value}


def test_an_invalid_date_is_refused(vault: Vault) -> None:
    headers: Any = {"x_amz_object_lock_mode": "GOVERNANCE", "x_amz_object_lock_retain_until_date": "tomorrow"}
    response = ask(vault.mock.cloud, "PUT", f"/{BUCKET}/{KEY}", b"", **headers)
    assert response.status == 400
    assert isinstance(response.body, bytes)
    assert b"<Message>The retain until date must be provided in ISO 8601 format</Message>" in response.body


@ways
def test_in_a_bucket_without_a_lock_no_object_is_locked(s3: S3Client, versioned: str, make: Way) -> None:
    retained: Any = {"ObjectLockMode": "COMPLIANCE", "ObjectLockRetainUntilDate": days(36_500)}
    holds: list[Any] = [retained, {"ObjectLockLegalHoldStatus": "ON"}, {"ObjectLockLegalHoldStatus": "OFF"}]
    for members in holds:
        with refused("InvalidRequest", 400, Message="Bucket is missing ObjectLockConfiguration"):
            make(s3, versioned, **members)


def test_a_copy_does_not_inherit_the_lock_of_its_source(vault: Vault) -> None:
    vault.put(**LOCKED)
    vault.s3.copy_object(Bucket=BUCKET, Key="copy", CopySource=f"{BUCKET}/{KEY}")
    head = vault.s3.head_object(Bucket=BUCKET, Key="copy")
    assert not {name for name in head if name.startswith("ObjectLock")}


# The bucket's default


@ways
@pytest.mark.parametrize(("unit", "length"), [("Days", 2), ("Years", 730)])
def test_a_new_object_gets_the_buckets_default(vault: Vault, make: Way, unit: str, length: int) -> None:
    vault.by_default(Mode="COMPLIANCE", **{unit: 2})
    make(vault.s3, BUCKET)
    head = vault.head()
    assert head["ObjectLockMode"] == "COMPLIANCE"
    assert head["ObjectLockRetainUntilDate"] == head["LastModified"] + timedelta(days=length)
    assert "ObjectLockLegalHoldStatus" not in head
    vault.keeps(head["VersionId"])
    vault.clock.advance(days=length, seconds=5)
    vault.delete(head["VersionId"])


@ways
def test_a_request_overrides_the_default_retention(vault: Vault, make: Way) -> None:
    vault.by_default(Mode="COMPLIANCE", Years=1)
    make(vault.s3, BUCKET, ObjectLockMode="GOVERNANCE", ObjectLockRetainUntilDate=days(1))
    head = vault.head()
    assert (head["ObjectLockMode"], head["ObjectLockRetainUntilDate"]) == ("GOVERNANCE", days(1))


@ways
def test_a_legal_hold_is_added_to_the_default_retention(vault: Vault, make: Way) -> None:
    vault.by_default(Mode="GOVERNANCE", Days=1)
    make(vault.s3, BUCKET, ObjectLockLegalHoldStatus="ON")
    head = vault.head()
    assert (head["ObjectLockMode"], head["ObjectLockLegalHoldStatus"]) == ("GOVERNANCE", "ON")


def test_the_default_retention_does_not_apply_to_delete_markers(vault: Vault) -> None:
    before = vault.put()
    vault.by_default(Mode="COMPLIANCE", Days=1)
    during = vault.put()
    marker = vault.s3.delete_object(Bucket=BUCKET, Key=KEY)["VersionId"]
    vault.by_default()
    after = vault.put()
    for version in (before, marker, after):
        vault.delete(version)
    vault.keeps(during)


# Digests


def ask_to_put(vault: Vault, path: str, **headers: str) -> tuple[int, bytes]:
    response = ask(vault.mock.cloud, "PUT", path, b"x", **headers)
    assert isinstance(response.body, bytes)
    return response.status, response.body


def test_a_locked_object_needs_a_digest(vault: Vault) -> None:
    md5 = content_md5_of(b"x")
    digests = [{"content_md5": md5}, {"x_amz_checksum_crc32": "jNwWgw=="}]
    required = (
        b"Content-MD5 OR x-amz-checksum- HTTP header is required for Put Object requests with Object Lock parameters"
    )
    hold = {"x_amz_object_lock_legal_hold": "OFF"}
    assert ask_to_put(vault, f"/{BUCKET}/{KEY}")[0] == 200
    status, body = ask_to_put(vault, f"/{BUCKET}/{KEY}", **hold)
    assert (status, required in body, b"<Code>InvalidRequest</Code>" in body) == (400, True, True)
    for digest in digests:
        assert ask_to_put(vault, f"/{BUCKET}/{KEY}", **hold, **digest)[0] == 200
    vault.by_default(Mode="GOVERNANCE", Days=1)
    assert ask_to_put(vault, f"/{BUCKET}/{KEY}")[0] == 400
    assert ask_to_put(vault, f"/{BUCKET}/{KEY}", x_amz_checksum_algorithm="CRC32")[0] == 400
    for digest in digests:
        assert ask_to_put(vault, f"/{BUCKET}/{KEY}", **digest)[0] == 200


def test_parts_of_a_locked_object_need_a_digest(vault: Vault) -> None:
    """https://github.com/s3tools/s3cmd/issues/1436."""
    for locked, status in (({"ObjectLockLegalHoldStatus": "ON"}, 400), ({}, 200)):
        upload_id = vault.s3.create_multipart_upload(Bucket=BUCKET, Key=KEY, **locked)["UploadId"]  # type: ignore[arg-type]
        path = f"/{BUCKET}/{KEY}?partNumber=1&uploadId={upload_id}"
        response = ask_to_put(vault, path)
        assert response[0] == status
        assert (b"for Put Part requests with Object Lock parameters" in response[1]) == (status == 400)
        assert ask_to_put(vault, path, x_amz_checksum_crc32="jNwWgw==")[0] == 200
